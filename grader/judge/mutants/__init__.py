"""What students hand in: mutants, wrong as a student would really be, and right solutions written differently.

A module per assignment (`engine.py` for `04_engine`) holds

    MUTANTS   by name: wrong solutions, and the points they deserve to lose; the sample class hands in the first three
    RIGHT     by solution cell: right solutions in another hand, at least two of each; they deserve full marks
    HALF      the solution cells that the sample student "half right" has solved
    TOGETHER  test cells that need more than the solution cell before them: {"test_whole": ("send", "run_order")}
    NO_REFERENCE  solution cells in whose place nothing of minigrad could be called, and why; each of the others has a
                  mutant "calls_the_reference", which earns nothing

RIGHT may stand in a module of its own (`engine_right.py`).
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from grader.inside.cases import module_name


@dataclass(frozen=True)
class Mutant:
    """Other sources for some solution cells; the points lost per test cell; what the reports say about it.

    diagnosed  the diagnoses that come first in a report on it, all of them
    also       all that a report calls "also possible", because it gives the same numbers
    unknown    where nothing is diagnosed: why the answer does not tell the mistake
    """

    cells: dict[str, str]
    lost: dict[str, float]
    diagnosed: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    unknown: str = ""


@dataclass(frozen=True)
class HandedIn:
    """What an assignment's module holds."""

    mutants: dict[str, Mutant]
    right: dict[str, tuple[str, ...]]
    half: tuple[str, ...]
    together: dict[str, tuple[str, ...]]
    no_reference: dict[str, str]


def of_assignment(assignment: str) -> HandedIn:
    """The mutants and the right variants of an assignment."""
    name = f"{__name__}.{module_name(assignment)}"
    module = importlib.import_module(name)
    right = module.RIGHT if hasattr(module, "RIGHT") else importlib.import_module(f"{name}_right").RIGHT
    together, no_reference = getattr(module, "TOGETHER", {}), getattr(module, "NO_REFERENCE", {})
    return HandedIn(dict(module.MUTANTS), dict(right), tuple(module.HALF), dict(together), dict(no_reference))
