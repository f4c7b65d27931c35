"""Rows of the table: functions."""

ROWS = []
