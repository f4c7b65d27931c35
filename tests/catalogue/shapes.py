"""Rows of the table: shapes."""

ROWS = []
