"""Rows of the table: indexing."""

ROWS = []
