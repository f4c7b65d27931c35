"""Rows of the table: matrices."""

ROWS = []
