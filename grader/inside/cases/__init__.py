"""The cases of the assignments: what a `check` compares, and with what.

One module per assignment, named after it without its number (`04_engine` -> `cases/engine.py`), holds

    HOLES = ("engine.walk", ...)     the definitions that the assignment asks for, and every route around them
    CASES = (Case(...), ...)         the visible cases: fixed inputs, published numbers

and, if minigrad can run on what the student writes there,

    def own(names, reference): ...   for `use_own`: what to put where, {"engine.walk": names["my_walk"]}, from the names
                                     that the notebook defines; reference("engine.walk") is minigrad's own

The hidden cases are of the same form; they live with the judge (`grader/judge/references/engine.py`).
Names of cases are unique in the whole course.
"""

from __future__ import annotations

import copy
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Raises:
    """An expected answer that is an exception: its type's name, and a part of its message."""

    type: str
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One question that a test cell puts to a student's answer.

    name       the name that `check` is called with, unique in the course
    points     what a right answer earns; the points of a test cell are the sum over its cases
    label      the property that is tested: "value", "shape", "accumulation", "broadcasting", "error", ...
    says       one sentence for the report: what was asked
    expected   the right answer, or a function of the inputs that computes it (`Raises(...)` for an error)
    inputs     the arguments of the student's callable: a tuple, or for a hidden case `draw(rng)` that returns one
    source     where the expected numbers were published, or how they were computed
    examples   the examples of the documents that it uses, by their ids: ("002.simple",)
    rtol       relative tolerance; by default that of the dtype (float64 1e-7, float32 1e-4)
    context    what the diagnoses need to know (see misconceptions.py): a dict, or a function of the inputs
               that returns one
    mistakes   what only its assignment can get wrong; put there when the assignment is loaded
    """

    name: str
    points: float
    label: str
    says: str
    expected: Any
    inputs: tuple | Callable[[np.random.Generator], tuple] = ()
    source: str = ""
    examples: tuple[str, ...] = ()
    rtol: float | None = None
    context: dict[Any, Any] | Callable[..., dict[Any, Any]] | None = None
    mistakes: tuple[Any, ...] = ()

    def draw(self, rng: np.random.Generator) -> tuple:
        """Fresh inputs: a copy of the fixed ones, or those drawn with `rng`."""
        return self.inputs(rng) if callable(self.inputs) else copy.deepcopy(self.inputs)

    def right(self, inputs: tuple) -> Any:
        """The right answer for these inputs, which are left as they are."""
        return self.expected(*copy.deepcopy(inputs)) if callable(self.expected) else self.expected

    def hints(self, inputs: tuple) -> dict[Any, Any]:
        """The context of the diagnoses for these inputs."""
        if callable(self.context):
            return self.context(*copy.deepcopy(inputs))
        return self.context or {}


def module_name(assignment: str) -> str:
    """`04_engine` -> `engine`: the name of an assignment's modules of cases, references and mutants."""
    number, _, rest = assignment.partition("_")
    return rest if number.isdigit() and rest else assignment


def of_assignment(assignment: str) -> tuple[dict[str, Case], tuple[str, ...]]:
    """The visible cases of an assignment by name, and its holes."""
    module = importlib.import_module(f"{__name__}.{module_name(assignment)}")
    return with_mistakes(assignment, module.CASES), tuple(module.HOLES)


def with_mistakes(assignment: str, cases: Iterable[Case]) -> dict[str, Case]:
    """Cases of an assignment by name, each with what only this assignment can get wrong."""
    from grader.inside import mistakes  # which speak of answers, and know of no case

    own = mistakes.of(module_name(assignment))
    return {case.name: replace(case, mistakes=own) for case in cases}


def own(assignment: str) -> Callable[..., dict[str, Any]] | None:
    """The assignment's `own`, None if it has none. LookupError: there is no such assignment."""
    if module_name(assignment) not in modules():
        raise LookupError(f"there is no assignment {assignment}")
    return getattr(importlib.import_module(f"{__name__}.{module_name(assignment)}"), "own", None)


def modules() -> Iterator[str]:
    """The names of all modules of cases."""
    yield from (module.name for module in pkgutil.iter_modules(__path__))


def find(name: str) -> tuple[Case, tuple[str, ...]] | None:
    """The visible case of this name with the holes of its assignment; None if no assignment has it."""
    for module in modules():
        cases, holes = of_assignment(module)
        if name in cases:
            return cases[name], holes
    return None
