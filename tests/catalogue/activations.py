"""Rows of the table: activations."""

ROWS = []
