"""Rows of the table: scattering."""

ROWS = []
