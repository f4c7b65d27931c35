"""Every assignment of the course through nbgrader: validated, and the sample class graded by the command."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.validator import Validator
from typer.testing import CliRunner

from grader.__main__ import app
from grader.judge import sample_class
from grader.judge.course import Course
from grader.judge.sample_class import STUDENTS, Material

COURSE = Course(Path(__file__).resolve().parent.parent)
ASSIGNMENTS = COURSE.assignments


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nbgrader_validate_passes_solutions_and_fails_the_release(assignment: str) -> None:
    assert Validator().validate(str(COURSE.solution(assignment))) == {}
    failed = Validator().validate(str(COURSE.released(assignment)))["failed"]
    graded = [cell for cell in Material.of(COURSE, assignment).release.cells if cell.metadata.nbgrader["grade"]]
    assert len(failed) == len(graded)


# Of one assignment everything that happens in a class, of the others one right and one wrong.
FULLY, TWO = "04_engine", ("sample-perfect", "sample-mistake-1")
HANDED_IN = [(a, student) for a in ASSIGNMENTS for student in (STUDENTS if a == FULLY else TWO)]


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, dict[str, float]]]:
    """Grades the sample class of an assignment by the command, once: the points of every test cell by student."""

    @cache
    def grade(assignment: str) -> dict[str, dict[str, float]]:
        course = Course(tmp_path_factory.mktemp("course"))
        for folder in (f"solutions/{assignment}", f"assignments/{assignment}"):
            shutil.copytree(COURSE.root / folder, course.root / folder)
        shutil.copy(COURSE.guide(assignment), course.guide(assignment))
        config = (COURSE.root / "nbgrader_config.py").read_text()
        (course.root / "nbgrader_config.py").write_text(config + "c.JudgeSubmission.seconds_per_cell = 4\n")
        students = [student for a, student in HANDED_IN if a == assignment]
        sample_class.hand_in(course, [assignment], students)
        result = CliRunner().invoke(app, ["grade", "--course", str(course.root)])
        assert result.exit_code == ("sample-not-json" in students), result.output
        grades = {}
        with Gradebook(course.config.CourseDirectory.db_url, "minigrad") as gradebook:
            for student in students:
                notebook = gradebook.find_submission_notebook(assignment, assignment, student)
                grades[student] = {grade.name: grade.score for grade in notebook.grades}
        return grades

    return grade


@pytest.mark.parametrize(("assignment", "student"), HANDED_IN)
def test_the_sample_class_gets_what_it_deserves(
    graded_class: Callable[[str], dict[str, dict[str, float]]], assignment: str, student: str
) -> None:
    deserved = sample_class.deserved(Material.of(COURSE, assignment), student)
    grades = graded_class(assignment)[student]
    assert {test: grades[test] for test in deserved} == deserved
