"""The grading round trip: a class from submission to feedback page, through nbgrader, on a small assignment."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
import tiny_course
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from grader.__main__ import app
from grader.judge import grade, judging, release, sample_class, testcells
from grader.judge.course import Course
from grader.judge.grade import DAMAGED, GRADED, NOT_REACHED, TIMED_OUT, Coordinator, Row
from grader.judge.judging import Task
from grader.judge.sample_class import STUDENTS, Material, solved
from grader.judge.submission import read_file

NAME = tiny_course.NAME
# What must not be on a page: names and text of hidden tests and of hidden cases.
SECRET_TEXTS = ("secretly_named", "sum_to.drawn", "slope.drawn", "count.drawn", "HIDDEN TESTS")

SNOOPING = """\
def count(n):
    import inspect
    told = [str(n)]
    for frame in inspect.stack():
        told += frame.code_context or []
    raise RuntimeError("hidden: " + " ".join(told))
"""
WRITTEN = "They are added, **every one**.<script>alert('written')</script>"
ATTACK_PAGE = '<b>bold</b><script>alert("page")</script><img src=x onerror=alert(1)>'


@dataclass
class Graded:
    """The class after `python -m grader grade`."""

    course: Course
    material: Material
    rows: dict[str, Row]
    output: str
    exit_code: int
    digests: dict[Path, str]


def hand_in(course: Course, student: str, notebook: nbformat.NotebookNode, name: str = f"{NAME}.ipynb") -> None:
    path = course.submitted(student, NAME).with_name(name)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))


def digests(course: Course) -> dict[Path, str]:
    files = [path for path in (course.gradebook / "submitted").rglob("*") if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    course = tiny_course.make(tmp_path_factory.mktemp("course"))
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("c.JudgeSubmission.seconds_per_cell = 4\n")
    release.release(course, NAME)
    material = Material.of(course, NAME)
    sample_class.hand_in(course, [NAME])
    hand_in(course, "other-name", solved(material, material.solutions), name="answers.ipynb")
    hand_in(course, "other-snooping", solved(material, material.solutions | {"count": SNOOPING}))
    page = solved(material, material.solutions)
    html = f"from IPython.display import HTML\nHTML('''{ATTACK_PAGE}''')"
    page.cells += [new_markdown_cell(ATTACK_PAGE), new_code_cell(html)]
    hand_in(course, "other-page", page)
    written = solved(material, material.solutions | {"why": WRITTEN})
    hand_in(course, "other-written", written)
    before = digests(course)
    result = CliRunner().invoke(app, ["grade", "--workers", "1", "--course", str(course.root)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    group = Coordinator(course)
    rows = {student: group.grade(student, assignment) for student, assignment in group.submissions()}
    yield Graded(course, material, rows, result.output, result.exit_code, before)
    tiny_course.forget(course)


def auto_scores(course: Course, student: str) -> dict[str, float]:
    with Gradebook(course.config.CourseDirectory.db_url, "minigrad") as gradebook:
        notebook = gradebook.find_submission_notebook(NAME, NAME, student)
        grades = [grade for grade in notebook.grades if grade.name != "why"]
        assert not any(grade.needs_manual_grade for grade in grades)
        return {grade.name: grade.score for grade in grades}


@pytest.mark.parametrize("student", STUDENTS)
def test_every_sample_student_gets_what_they_deserve(graded: Graded, student: str) -> None:
    deserved = sample_class.deserved(graded.material, student)
    assert auto_scores(graded.course, student) == deserved
    row = graded.rows[student]
    assert (row.score, row.max_score) == (sum(deserved.values()), 11.0)
    other = {"sample-not-json": DAMAGED, "sample-hanging": TIMED_OUT}
    assert row.status == other.get(student, GRADED)


def test_the_table_has_a_row_and_a_page_for_everyone(graded: Graded) -> None:
    assert set(graded.rows) == {*STUDENTS, "other-name", "other-page", "other-snooping", "other-written"}
    for student, row in graded.rows.items():
        assert student in graded.output
        page = Path(row.page)
        assert page == graded.course.feedback(student, NAME)
        assert "Score:" in page.read_text()
    assert graded.exit_code == 1  # two are damaged
    assert "14 graded, 1 timed out, 2 damaged" in graded.output


def test_damage_is_said_in_words(graded: Graded) -> None:
    assert "not JSON" in graded.rows["sample-not-json"].remark
    assert "not JSON" in Path(graded.rows["sample-not-json"].page).read_text()
    assert graded.rows["other-name"].status == DAMAGED
    assert "answers.ipynb" in graded.rows["other-name"].remark
    assert set(auto_scores(graded.course, "other-name").values()) == {0.0}
    assert graded.rows["sample-lacking-cells"].remark == "lacks the cells sum_to"


def test_a_page_can_be_heard_and_its_links_be_seen(graded: Graded) -> None:
    page = Path(graded.rows["sample-mistake-1"].page).read_text()
    assert '<html lang="en">' in page and "#BBBBBB" not in page
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert levels[0] == 1 and all(below <= above + 1 for above, below in pairwise(levels))
    assert re.findall(r"<img(?![^>]* alt=)[^>]*>", page) == []


def test_no_page_shows_hidden_tests(graded: Graded) -> None:
    for row in graded.rows.values():
        text = Path(row.page).read_text()
        assert not [secret for secret in SECRET_TEXTS if secret in text], row.student


def test_a_page_explains_what_is_wrong(graded: Graded) -> None:
    page = Path(graded.rows["sample-mistake-1"].page).read_text()
    assert "Not summed over a broadcast axis" in page
    assert "[0]: expected shape (3, 1), got shape (3, 4)" in page
    page = Path(graded.rows["sample-mistake-2"].page).read_text()
    assert "0.5 of 4 points" in page and "1 of 3 checks right, 1 hidden" in page
    assert "wrong, the worst" in page and "by hand" in page
    assert "time limit of 4 s" in Path(graded.rows["sample-hanging"].page).read_text()


def test_a_page_runs_nothing(graded: Graded) -> None:
    page = Path(graded.rows["other-page"].page).read_text()
    assert page.count("<b>bold</b>") == 2  # the Markdown cell and the output
    assert 'alert("page")</script>' not in page.replace("&quot;", '"').replace("&lt;", "‹")
    assert "<img src=x" not in page and "onerror=alert(1)>" not in page


def test_submissions_are_not_modified(graded: Graded) -> None:
    assert digests(graded.course) == graded.digests


def test_scores_are_floats_and_nothing_is_left_on_stderr(graded: Graded) -> None:
    for student in ("sample-warning", "sample-perfect", "sample-empty"):
        path = graded.course.gradebook / "autograded" / student / NAME / f"{NAME}.ipynb"
        for cell in read_file(path).cells:
            if testcells.is_test(cell):
                results = [output for output in cell.outputs if output.output_type == "execute_result"]
                assert [str(float(output.data["text/plain"])) for output in results] == [results[0].data["text/plain"]]
                assert not [out for out in cell.outputs if out.output_type == "error" or out.get("name") == "stderr"]


@pytest.mark.parametrize("workers", [1, 3])
def test_a_slow_coordinator_is_not_flooded(graded: Graded, workers: int) -> None:
    """However large the class, only so many submissions are judged and not yet recorded."""
    task = replace(Coordinator(graded.course).task("sample-perfect", NAME), why_not="it was left at home")
    asked: list[Task] = []
    tasks = (asked.append(task) or replace(task, student=f"student-{number}") for number in range(40))
    judged = grade._one_ahead(tasks) if workers == 1 else grade._in_parallel(workers, tasks)
    given = [next(judged).student]
    for one in judged:
        assert len(asked) - len(given) <= 2 * workers + 1
        given.append(one.student)
    assert sorted(given) == sorted(f"student-{number}" for number in range(40))


def test_a_second_run_grades_only_what_changed(graded: Graded, monkeypatch: pytest.MonkeyPatch) -> None:
    group = Coordinator(graded.course)
    seen = []
    judge = judging.judge
    monkeypatch.setattr(judging, "judge", lambda task: seen.append((task.student, task.assigned.name)) or judge(task))
    path = graded.course.submitted("sample-half", NAME)
    before = path.read_text()
    path.write_text(json.dumps(solved(graded.material, graded.material.solutions)))
    try:
        rows = {student: group.grade(student, assignment) for student, assignment in group.submissions()}
    finally:
        path.write_text(before)
    assert seen == [("sample-half", NAME)]
    assert rows["sample-half"].score == 9.0
    assert not [row for row in rows.values() if row.status == NOT_REACHED]


def written_grade(course: Course, student: str, score: float | None = None) -> tuple[float | None, bool]:
    """The manual score of the written answer and whether it is to be marked; with `score`, mark it first."""
    with Gradebook(course.config.CourseDirectory.db_url, "minigrad") as gradebook:
        grade = gradebook.find_grade("why", NAME, NAME, student)
        if score is not None:  # as formgrader does
            grade.manual_score, grade.needs_manual_grade = score, False
            gradebook.db.commit()
        return grade.manual_score, grade.needs_manual_grade


def test_a_written_answer_waits_for_a_person_and_keeps_what_they_gave(graded: Graded) -> None:
    course, student = graded.course, "other-written"
    row = graded.rows[student]
    assert (row.score, row.max_score, row.remark) == (9.0, 11.0, "to be marked by hand: why")
    assert written_grade(course, student) == (None, True)
    assert written_grade(course, "sample-perfect") == (None, False)  # untouched: nothing to mark
    page = Path(row.page).read_text()
    assert "They are added, <strong>every one</strong>." in page and "alert('written')" not in page
    assert tiny_course.MODEL_ANSWER not in page

    written_grade(course, student, 1.5)
    group = Coordinator(course, student=student)
    row = group.grade(student, NAME)
    assert (row.score, row.remark) == (10.5, "") and "10.5" in Path(row.page).read_text()
    assert group.grade(student, NAME) == row
    path = course.submitted(student, NAME)
    before = path.read_text()
    path.write_text(json.dumps(solved(graded.material, {"why": WRITTEN})))
    try:
        row = group.grade(student, NAME)
    finally:
        path.write_text(before)
    assert (row.score, written_grade(course, student)[0]) == (1.5, 1.5)


def test_grading_again_gives_the_same(graded: Graded) -> None:
    group = Coordinator(graded.course, student="sample-mistake-2")
    row = graded.rows["sample-mistake-2"]
    pages = [Path(row.page).read_text()]
    again = group.record(judging.judge(group.task(row.student, row.assignment)))
    assert replace(again, seconds=0.0) == replace(row, seconds=0.0)
    assert [Path(row.page).read_text()] == pages


def test_the_secret_of_the_course_is_private(graded: Graded) -> None:
    path = graded.course.gradebook / "secret"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(path.read_text())) == 32


def test_an_unknown_assignment_is_refused_in_words(graded: Graded) -> None:
    result = CliRunner().invoke(app, ["grade", "17_nothing", "--course", str(graded.course.root)])
    assert result.exit_code == 2 and NAME in result.output


def test_a_stale_release_is_refused_in_words(graded: Graded) -> None:
    path = graded.course.released(NAME)
    before = path.read_bytes()
    path.write_bytes(before + b" ")
    try:
        result = CliRunner().invoke(app, ["grade", "--course", str(graded.course.root)])
    finally:
        path.write_bytes(before)
    assert result.exit_code == 2 and "python -m grader release" in result.output
