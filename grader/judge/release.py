"""From solutions/ to assignments/: nbgrader's release, and what an assignment must fulfil before it."""

from __future__ import annotations

import copy
import re
import tempfile
from pathlib import Path
from typing import NoReturn

from nbgrader.apps import NbGraderAPI

from grader.inside import cases
from grader.judge import examples, guide, recording, testcells
from grader.judge.course import Course
from grader.judge.score import Assignment
from grader.judge.submission import grade_id, read_file


class NotReleasable(ValueError):
    """An assignment that would be graded wrongly; the message names the cell and what is wrong with it."""


def release(course: Course, name: str, into: Path | None = None) -> Path:
    """Check an assignment, write its student version to assignments/ (or elsewhere), and tell the gradebook.

    NotReleasable: the assignment is not consistent, or nbgrader refuses it. NotRecorded: the gradebook does.
    """
    inspect(course, name)
    config = course.config
    if into is not None:
        config = copy.deepcopy(config)
        config.CourseDirectory.release_directory = str(into)
    result = NbGraderAPI(config=config).generate_assignment(name, force=True, create=True)
    if not result["success"]:
        _explain(name, result, config.CourseDirectory.db_url)
    return (into or course.root / course.config.CourseDirectory.release_directory) / name


def _explain(name: str, result: dict, url: str) -> NoReturn:
    """What nbgrader caught, as the error that it is."""
    said = f"{result.get('log', '')}{result.get('error', '')}"
    if result.get("error", "").rstrip().endswith("KeyboardInterrupt"):
        raise KeyboardInterrupt
    refused = re.search(r"^sqlalchemy\.exc\.\w+: \([\w.]*(?:Operational|Database)Error\) (.*)$", said, re.MULTILINE)
    if refused:
        raise recording.not_recorded(url, refused[1])
    raise NotReleasable(f"{name}: nbgrader could not make the student version:\n{result.get('log', '')}")


def register(course: Course, name: str) -> None:
    """Tell the gradebook about an assignment: its cells, points and hidden tests.

    NotReleasable: it is wrong in itself, or its student version is not that of its solutions.
    """
    with tempfile.TemporaryDirectory() as folder:
        fresh = release(course, name, Path(folder)) / f"{name}.ipynb"
        released = course.released(name)
        if not released.exists() or released.read_bytes() != fresh.read_bytes():
            raise NotReleasable(f"{name}: assignments/ is older than solutions/. Run `python -m grader release` first.")


def inspect(course: Course, name: str) -> None:
    """NotReleasable unless every check names a case of its kind, every cell's points are the sum of its cases and
    every task's those of its cells, and the guide says how to mark every written answer.
    """
    assignment = _cases(name)
    notebook = read_file(course.solution(name))
    visible_in, hidden_in = _files(name)
    twice = assignment.visible.keys() & assignment.hidden.keys()
    if twice:
        raise NotReleasable(
            f"{name}: cases both visible and hidden: {', '.join(sorted(twice))}. Rename or delete one of each, "
            f"in {visible_in} or {hidden_in}."
        )
    used = [case for test in testcells.of_notebook(notebook) for case in _checked(name, test, assignment)]
    never = sorted((assignment.visible.keys() | assignment.hidden.keys()) - set(used))
    if never:
        raise NotReleasable(
            f"{name}: cases that no cell checks: {', '.join(never)}. Check each in a test cell, or delete it "
            f"from {visible_in} or {hidden_in}."
        )
    again = sorted({case for case in used if used.count(case) > 1})
    if again:
        raise NotReleasable(f"{name}: cases that are checked twice: {', '.join(again)}. Keep one check of each.")
    loose = [cell.id for cell in notebook.cells if cell.cell_type == "code" and not grade_id(cell)]
    if loose:
        raise NotReleasable(
            f"{name}: code cells that students could change: {', '.join(loose)} (their cell ids). Make each Read-only "
            "or give it another type, in the panel Create Assignment."
        )
    strange = examples.unknown(assignment)
    if strange:
        raise NotReleasable(
            f"{name}, case {strange[0]}: grader/judge/examples.txt has no such example. Correct its name; "
            "`python -m grader examples` lists them."
        )
    for complaint in guide.complaints(course, name, notebook) + guide.complaints_about_tasks(notebook):
        raise NotReleasable(f"{name}, {complaint}")


def _files(name: str) -> tuple[str, str]:
    """Where the visible and the hidden cases of an assignment stand."""
    module = cases.module_name(name)
    return f"grader/inside/cases/{module}.py", f"grader/judge/references/{module}.py"


def _cases(name: str) -> Assignment:
    """The cases of an assignment. NotReleasable: one of its two modules has not been written."""
    try:
        return Assignment.load(name)
    except ModuleNotFoundError as error:
        missing = f"{error.name}".replace(".", "/") + ".py"
        if missing not in _files(name):
            raise
        raise NotReleasable(f"{name}: there is no {missing}. Write it as docs/teachers_tasks.md shows.") from error


def _checked(name: str, test: testcells.TestCell, assignment: Assignment) -> list[str]:
    """The cases that a test cell checks. NotReleasable: there is none of that name, or the points do not fit."""
    where = f"{name}, cell {test.grade_id}"
    try:
        visible, hidden = test.visible_cases, test.hidden_cases
    except SyntaxError as error:
        raise NotReleasable(f"{where}: is not Python ({error.msg}: {error.text or ''!r}). Correct the cell.") from error
    except ValueError as error:
        raise NotReleasable(f'{where}: {error}. Write the name itself, in quotes: check("name", answer).') from error
    for kind, names, known, file in zip(
        ("visible", "hidden"), (visible, hidden), (assignment.visible, assignment.hidden), _files(name), strict=True
    ):
        for case in names:
            if case not in known:
                raise NotReleasable(
                    f"{where}: no {kind} case is called {case!r}. Correct the name, or write the case into {file}; "
                    "visible cases are checked above ### BEGIN HIDDEN TESTS, hidden ones below."
                )
    points = {case: (assignment.visible | assignment.hidden)[case].points for case in (*visible, *hidden)}
    if sum(points.values()) != test.points:
        summed = " + ".join(f"{worth:g} ({case})" for case, worth in points.items()) or "no check"
        raise NotReleasable(
            f"{where}: is worth {test.points:g} points, but its cases make {sum(points.values()):g}: {summed}. "
            "Change the cell's points in the panel Create Assignment, or those of its cases."
        )
    return [*visible, *hidden]
