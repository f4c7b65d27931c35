"""Every assignment of the course: released as it should be, right solutions right, mutants caught and diagnosed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.inside import cases
from grader.judge import mutants, release, run, sample_class, score, submission
from grader.judge.course import Course
from grader.judge.sample_class import Material, plain

COURSE = Course(Path(__file__).resolve().parent.parent)
SECRET = b"the secret of the tests"
ASSIGNMENTS = COURSE.assignments


def results(assignment: str, sources: dict[str, str]) -> list[score.Result]:
    """The judge's results for the release with these sources, without nbgrader and its gradebook."""
    material = Material.of(COURSE, assignment)
    rebuilt = submission.rebuild(material.release, sample_class.solved(material, sources))
    with_hidden = {
        submission.grade_id(cell): cell.source
        for cell in submission.read_file(str(COURSE.solution(assignment))).cells
        if sample_class.testcells.is_test(cell)
    }
    for cell in rebuilt.cells:
        cell.source = with_hidden.get(submission.grade_id(cell), cell.source)
    about = score.Assignment.load(assignment)
    inputs = about.inputs(SECRET, rebuilt.metadata["minigrad"]["digest"])
    answers = run.answers_of(rebuilt, inputs, about.holes)
    return score.results(rebuilt, about, inputs, answers)


def points(found: list[score.Result]) -> dict[str, float]:
    return {result.test.grade_id: result.score for result in found}


def reports(found: list[score.Result]) -> str:
    from grader.inside import report

    return "\n".join(report.as_text(v) for result in found for v in result.verdicts if not v.right)


def test_names_of_cases_are_unique_in_the_course() -> None:
    names = []
    for assignment in ASSIGNMENTS:
        about = score.Assignment.load(assignment)
        names += [*about.visible, *about.hidden]
    assert len(names) == len(set(names))
    assert {cases.module_name(name) for name in ASSIGNMENTS} >= set(cases.modules())


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_checks_and_points_fit_the_cases(assignment: str) -> None:
    release.inspect(COURSE, assignment)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_student_version_is_that_of_the_solutions(assignment: str, tmp_path: Path) -> None:
    fresh = Course(tmp_path / "course")
    fresh.root.mkdir()
    shutil.copy(COURSE.root / "nbgrader_config.py", fresh.root)
    shutil.copytree(COURSE.root / "solutions", fresh.root / "solutions")
    release.release(fresh, assignment)
    committed = COURSE.released(assignment).read_text(encoding="utf-8")
    assert fresh.released(assignment).read_text(encoding="utf-8") == committed, "run `make release`"
    assert "HIDDEN" not in committed and "BEGIN SOLUTION" not in committed


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_solutions_earn_full_marks(assignment: str) -> None:
    material = Material.of(COURSE, assignment)
    found = results(assignment, material.solutions)
    assert points(found) == material.points(), reports(found)


@pytest.mark.parametrize(
    ("assignment", "name"), [(a, name) for a in ASSIGNMENTS for name in mutants.of_assignment(a)[0]]
)
def test_a_mutant_loses_what_it_should_and_is_diagnosed(assignment: str, name: str) -> None:
    material = Material.of(COURSE, assignment)
    mutant = material.mutants[name]
    assert mutant.cells.keys() <= material.solutions.keys()
    found = results(assignment, material.solutions | {cell: plain(text) for cell, text in mutant.cells.items()})
    deserved = {test: most - mutant.lost.get(test, 0.0) for test, most in material.points().items()}
    assert points(found) == deserved, reports(found)
    made = {diagnosis for result in found for verdict in result.verdicts for diagnosis in verdict.diagnoses}
    assert set(mutant.diagnosed) <= made, reports(found)
