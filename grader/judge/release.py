"""From solutions/ to assignments/: nbgrader's release, and what an assignment must fulfil before it."""

from __future__ import annotations

import copy
import re
import tempfile
from pathlib import Path
from typing import NoReturn

from nbgrader.apps import NbGraderAPI

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
    assignment = Assignment.load(name)
    twice = assignment.visible.keys() & assignment.hidden.keys()
    if twice:
        raise NotReleasable(f"{name}: cases both visible and hidden: {', '.join(sorted(twice))}")
    notebook = read_file(course.solution(name))
    used = []
    for test in testcells.of_notebook(notebook):
        points = 0.0
        try:
            visible, hidden = test.visible_cases, test.hidden_cases
        except (SyntaxError, ValueError) as error:
            raise NotReleasable(f"{name}, cell {test.grade_id}: {error}") from error
        for kind, names, known in (("visible", visible, assignment.visible), ("hidden", hidden, assignment.hidden)):
            unknown = [case for case in names if case not in known]
            if unknown:
                raise NotReleasable(f"{name}, cell {test.grade_id}: no {kind} case is called {unknown[0]!r}")
            points += sum(known[case].points for case in names)
            used += names
        if points != test.points:
            raise NotReleasable(
                f"{name}, cell {test.grade_id}: is worth {test.points:g} points, but its cases make {points:g}"
            )
    left = (assignment.visible.keys() | assignment.hidden.keys()) - set(used)
    if left or len(used) != len(set(used)):
        raise NotReleasable(f"{name}: cases that are checked never or twice: {sorted(left or used)}")
    loose = [cell.id for cell in notebook.cells if cell.cell_type == "code" and not grade_id(cell)]
    if loose:
        raise NotReleasable(f"{name}: code cells without a grade_id can be changed by students: {loose}")
    strange = examples.unknown(assignment)
    if strange:
        raise NotReleasable(f"{name}, case {strange[0]}: grader/judge/examples.txt has no such example")
    for complaint in guide.complaints(course, name, notebook) + guide.complaints_about_tasks(notebook):
        raise NotReleasable(f"{name}, {complaint}")
