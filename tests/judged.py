"""An assignment of the course through the judge alone, without nbgrader and its gradebook."""

from __future__ import annotations

from pathlib import Path

from nbformat.v4 import new_code_cell

from grader.judge import run, sample_class, score, submission
from grader.judge.course import Course
from grader.judge.sample_class import Material

COURSE = Course(Path(__file__).resolve().parent.parent)
SECRET = b"the secret of the tests"
LIMITS = run.Limits(cell=4)  # what hangs costs the tests less time than a class


def results(assignment: str, sources: dict[str, str], extra: str = "") -> list[score.Result]:
    """The judge's results for the release with these sources, without nbgrader and its gradebook.

    `extra`: code of the student's own, put in cells after every solution.
    """
    material = Material.of(COURSE, assignment)
    handed_in = sample_class.solved(material, sources)
    if extra:
        after = {id(cell): new_code_cell(extra) for cell in handed_in.cells if submission.grade_id(cell) in sources}
        handed_in.cells = [c for cell in handed_in.cells for c in (cell, after.get(id(cell))) if c is not None]
    rebuilt = submission.rebuild(material.release, handed_in)
    with_hidden = {
        submission.grade_id(cell): cell.source
        for cell in submission.read_file(COURSE.solution(assignment)).cells
        if sample_class.testcells.is_test(cell)
    }
    for cell in rebuilt.cells:
        cell.source = with_hidden.get(submission.grade_id(cell), cell.source)
    about = score.Assignment.load(assignment)
    inputs = about.inputs(SECRET, rebuilt.metadata["minigrad"]["digest"])
    answers = run.answers_of(rebuilt, inputs, about.holes, LIMITS)
    return score.results(rebuilt, about, inputs, answers)


def points(found: list[score.Result]) -> dict[str, float]:
    return {result.test.grade_id: result.score for result in found}
