"""The table of operations: what each is called, where it is tried, and which forms of it are the same.

One module per family, each with a list ROWS. `test_catalogue.py` drives them; the numbers they are compared with were
recorded from the real torch by `scripts/record_catalogue.py`, which runs the same rows with torch in minigrad's place.
"""

import importlib

FAMILIES = ["elementwise", "functions", "activations", "reductions", "ordering", "matrices", "losses", "shapes",
            "rearranging", "indexing", "scattering"]  # fmt: skip


def rows_of(family):
    """The rows of one family."""
    return importlib.import_module(f"catalogue.{family}").ROWS


def all_rows():
    """The whole table, as pairs (family, row)."""
    return [(family, row) for family in FAMILIES for row in rows_of(family)]
