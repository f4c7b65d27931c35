"""Rows of the table: ordering."""

ROWS = []
