"""Nothing that a chapter builds solves a task of its assignment, pasted into the cell as it stands."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator

import pytest
from judged import COURSE, points, results

from course import fill
from grader.judge.sample_class import Material

NOT_TRIED = {"methods", "__init__"}


def definitions(chapter: int) -> Iterator[tuple[str, str, str]]:
    """Module, name and source of every function and class that a chapter builds, but for its named tuples."""
    for path in sorted(fill.PACKAGE.glob("*.py")):
        if path.stem in NOT_TRIED or fill.read_module(path.stem).chapter != chapter:
            continue
        module = importlib.import_module(f"minigrad.{path.stem}")
        for name, one in vars(module).items():
            built = (inspect.isfunction(one) or inspect.isclass(one)) and one.__module__ == module.__name__
            if built and not hasattr(one, "_fields"):
                yield path.stem, name, inspect.getsource(one)


def pasted(module: str, source: str) -> str:
    """A definition as somebody pastes it who takes all that it needs from its module."""
    everything = f"import minigrad.{module} as everything\n"
    names = "globals().update({k: v for k, v in vars(everything).items() if not k.startswith('__')})\n"
    return everything + names + source + "\n"


def asked_for(source: str) -> list[str]:
    """The names that a solution cell defines."""
    return [one.name for one in ast.parse(source).body if isinstance(one, (ast.FunctionDef, ast.ClassDef))]


def solved_by(assignment: str, code: str, name: str) -> list[str]:
    """The test cells that give all their points when this code stands in the place of every solution."""
    material = Material.of(COURSE, assignment)
    tested = {cell: source for cell, source in material.solutions.items() if material.tests_of(cell)}
    sources = {
        cell: code + "".join(f"{wanted} = {name}\n" for wanted in asked_for(source) if wanted != name)
        for cell, source in tested.items()
    }
    return [test for test, got in points(results(assignment, sources)).items() if got == material.points()[test]]


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_no_definition_of_the_chapter_solves_a_task(assignment: str) -> None:
    found, tried = [], 0
    for module, name, source in definitions(int(assignment[:2])):
        tried += 1
        found += [(test, module, name) for test in solved_by(assignment, pasted(module, source), name)]
    assert found == [] and tried >= 5


def test_a_solution_would_be_noticed() -> None:
    solution = Material.of(COURSE, "04_engine").solutions["send"]
    assert solved_by("04_engine", solution, "send") == ["test_send"]
