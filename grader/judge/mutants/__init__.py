"""Mutants: wrong solutions that a student would really hand in, and the points they deserve to lose.

A module per assignment (`engine.py` for `04_engine`) holds `MUTANTS`, by name, and `HALF`, the solution cells that
the sample student "half right" has solved. The first three mutants are handed in by the sample class. A test cell
that needs more than the solution cell before it stands in `TOGETHER`: {"test_whole": ("send", "run_order")}.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field

from grader.inside.cases import module_name


@dataclass(frozen=True)
class Mutant:
    """Other sources for some solution cells; the points lost per test cell; the diagnoses that must be made."""

    cells: dict[str, str]
    lost: dict[str, float]
    diagnosed: tuple[str, ...] = field(default=())


def of_assignment(assignment: str) -> tuple[dict[str, Mutant], tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The mutants of an assignment by name, the cells that "half right" has solved, and `TOGETHER`."""
    module = importlib.import_module(f"{__name__}.{module_name(assignment)}")
    return dict(module.MUTANTS), tuple(module.HALF), dict(getattr(module, "TOGETHER", {}))
