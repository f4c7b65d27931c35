"""Rows of the table: rearranging."""

ROWS = []
