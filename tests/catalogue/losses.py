"""Rows of the table: losses."""

ROWS = []
