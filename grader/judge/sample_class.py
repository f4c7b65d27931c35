"""A sample class: submissions made from the released assignments, one for each thing that happens in a class.

Each sample student knows which points they deserve; the test of the grading round trip holds the judge to it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from grader.judge import mutants, testcells
from grader.judge.course import Course
from grader.judge.mutants import Mutant
from grader.judge.submission import grade_id, read_file

SOLUTION_MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")


@dataclass(frozen=True)
class Material:
    """What the sample class works from: the release, the code of all solutions, and what others hand in."""

    release: NotebookNode
    solutions: dict[str, str]
    mutants: dict[str, Mutant]
    right: dict[str, tuple[str, ...]]
    half: tuple[str, ...]
    together: dict[str, tuple[str, ...]]
    no_reference: dict[str, str]

    @classmethod
    def of(cls, course: Course, assignment: str) -> Material:
        """Read the assignment's notebooks and its mutants."""
        solved = read_file(course.solution(assignment))
        sources = {grade_id(cell): plain(cell.source) for cell in solved.cells if testcells.is_solution(cell)}
        handed_in = mutants.of_assignment(assignment)
        return cls(read_file(course.released(assignment)), sources, **vars(handed_in))

    def points(self) -> dict[str, float]:
        """The points of every test cell."""
        return {test.grade_id: test.points for test in testcells.of_notebook(self.release)}

    def tests_of(self, solution: str) -> list[str]:
        """The test cells that need a solution cell: those that follow it, and those that need several."""
        found, inside = [test for test, needs in self.together.items() if solution in needs], False
        for cell in self.release.cells:
            if testcells.is_solution(cell):
                inside = grade_id(cell) == solution
            elif inside and testcells.is_test(cell) and grade_id(cell) not in self.together:
                found.append(grade_id(cell))
        return found


def plain(source: str) -> str:
    """A solution as a student would write it: without nbgrader's marks."""
    return "\n".join(line for line in source.split("\n") if line.strip() not in SOLUTION_MARKS)


def solved(material: Material, sources: dict[str, str]) -> NotebookNode:
    """The released notebook with these sources in its solution cells."""
    notebook = copy.deepcopy(material.release)
    for cell in notebook.cells:
        cell.source = sources.get(grade_id(cell), cell.source)
    return notebook


# Each student: what is handed in, and the points lost per test cell (None: nothing can be graded).
Handed = tuple[NotebookNode | str, dict[str, float] | None]


def perfect(material: Material) -> Handed:
    """The solutions."""
    return solved(material, material.solutions), {}


def empty(material: Material) -> Handed:
    """The assignment as it was released."""
    return solved(material, {}), material.points()


def half_right(material: Material) -> Handed:
    """Some tasks solved, the others untouched."""
    untouched = [name for name in material.solutions if name not in material.half]
    lost = {test: material.points()[test] for name in untouched for test in material.tests_of(name)}
    return solved(material, {name: material.solutions[name] for name in material.half}), lost


def mistake(number: int, material: Material) -> Handed:
    """One of the typical mistakes, all else right."""
    mutant = list(material.mutants.values())[number]
    return solved(material, material.solutions | mutant.cells), mutant.lost


def warning(material: Material) -> Handed:
    """Right, with a warning on stderr at every call."""
    noisy = {
        name: f"import warnings\nwarnings.simplefilter('always')\nwarnings.warn('a harmless warning')\n{source}"
        for name, source in material.solutions.items()
    }
    return solved(material, noisy), {}


def deleted_test(material: Material) -> Handed:
    """Right, and the test cells are gone."""
    notebook = solved(material, material.solutions)
    notebook.cells = [cell for cell in notebook.cells if not testcells.is_test(cell)]
    return notebook, {}


def edited_test(material: Material) -> Handed:
    """Nothing solved, and every test cell edited to claim its points."""
    notebook = solved(material, {})
    for test in testcells.of_notebook(notebook):
        notebook.cells[test.index].source = repr(test.points)
    return notebook, material.points()


def hanging(material: Material) -> Handed:
    """Right, but the last solution cell never ends."""
    last = list(material.solutions)[-1]
    lost = {test: material.points()[test] for test in material.tests_of(last)}
    return solved(material, material.solutions | {last: "while True:\n    pass"}), lost


def not_json(material: Material) -> Handed:
    """A notebook file that was cut off."""
    return nbformat.writes(solved(material, material.solutions))[:500], None


def lacking_cells(material: Material) -> Handed:
    """Right, but the first solution cell is not there."""
    first = next(iter(material.solutions))
    notebook = solved(material, material.solutions)
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) != first]
    return notebook, {test: material.points()[test] for test in material.tests_of(first)}


def copied_cell(material: Material) -> Handed:
    """Right, with every cell of the notebook there twice and some cells added."""
    notebook = solved(material, material.solutions)
    notebook.cells = [one for cell in notebook.cells for one in (cell, copy.deepcopy(cell))]
    notebook.cells.append(new_code_cell("my_own = 1 + 1\nmy_own"))
    return notebook, {}


STUDENTS: dict[str, Callable[[Material], Handed]] = {
    "sample-perfect": perfect,
    "sample-empty": empty,
    "sample-half": half_right,
    "sample-mistake-1": partial(mistake, 0),
    "sample-mistake-2": partial(mistake, 1),
    "sample-mistake-3": partial(mistake, 2),
    "sample-warning": warning,
    "sample-deleted-test": deleted_test,
    "sample-edited-test": edited_test,
    "sample-hanging": hanging,
    "sample-not-json": not_json,
    "sample-lacking-cells": lacking_cells,
    "sample-copied-cells": copied_cell,
}


def deserved(material: Material, student: str) -> dict[str, float]:
    """The points per test cell that a sample student deserves."""
    lost = STUDENTS[student](material)[1]
    return {test: 0.0 if lost is None else most - lost.get(test, 0.0) for test, most in material.points().items()}


def hand_in(course: Course, assignments: list[str], students: Iterable[str] = tuple(STUDENTS)) -> int:
    """Fill gradebook/submitted/ with the sample class, or some of it; returns the number of submissions written."""
    count = 0
    for assignment in assignments:
        material = Material.of(course, assignment)
        for student in students:
            handed = STUDENTS[student](material)[0]
            text = handed if isinstance(handed, str) else json.dumps(handed, indent=1)
            path = course.submitted(student, assignment)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            count += 1
    return count
