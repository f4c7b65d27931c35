"""Rows of the table: reductions."""

ROWS = []
