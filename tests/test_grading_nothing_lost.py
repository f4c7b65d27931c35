"""Several graders at once, a locked database, a full disk, a second run: nothing is lost, only what changed changes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import tiny_course
from filelock import FileLock
from killable import (
    NAME,
    Killable,
    Snapshot,
    course_and_packages,
    forget_grades,
    gradebook,
    hand_in_class,
    snapshot,
    torn,
    wait_until,
)
from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.apps import NbGraderAPI
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import FlushError

from grader.inside.confinement import Bounds
from grader.judge import fingerprint, judging, recording, release, run
from grader.judge.course import Course
from grader.judge.grade import GRADED, NOT_REACHED, Coordinator, Row
from grader.judge.sample_class import Material, solved

COPIES = 4
OTHER = "91_tiny"  # a second assignment, with the cases of the first
STUDENT = "student-00"  # has written an answer


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Course, Path]]:
    course, packages = course_and_packages(tmp_path_factory.mktemp("lost"))
    hand_in_class(course, COPIES)
    with pytest.MonkeyPatch.context() as patch:  # what is graded here has the fingerprint of what the commands grade
        for name in ("grader", "minigrad"):
            patch.setattr(fingerprint, name, SimpleNamespace(__file__=str(packages / name / "__init__.py")))
        yield course, packages
    tiny_course.forget(course)


@pytest.fixture(scope="module")
def killable(made: tuple[Course, Path]) -> Iterator[Killable]:
    process = Killable(*made)
    yield process
    process.close()


@pytest.fixture(scope="module")
def undisturbed(killable: Killable) -> Snapshot:
    code, said = killable.grade("--workers", "1")
    assert code == 1 and "1 damaged" in said, said
    return snapshot(killable.course)


# several graders


def test_two_commands_at_once_grade_one_class(
    made: tuple[Course, Path], killable: Killable, undisturbed: Snapshot
) -> None:
    forget_grades(killable.course)
    second = Killable(*made)
    try:
        for process in (killable, second):
            process.start("grade", "--workers", "1")
        for process in (killable, second):
            code, said = process.end()
            assert code == 1 and "Traceback" not in said and "not reached" not in said, said
    finally:
        second.close()
    assert snapshot(killable.course) == undisturbed


def test_the_button_of_formgrader_and_the_command_give_the_same(killable: Killable, undisturbed: Snapshot) -> None:
    course = killable.course
    students = ["sample-mistake-1", "sample-not-json", "sample-lacking-cells", STUDENT]
    forget_grades(course)
    Coordinator(course).register()
    api = NbGraderAPI(config=course.config)
    for student in students:
        result = api.autograde(NAME, student)
        assert result["success"], result
        path = course.gradebook / "autograded" / student / NAME / f"{NAME}.ipynb"
        expected = nbformat.reads(undisturbed[f"autograded/{student}/{NAME}/{NAME}.ipynb"], as_version=4)
        found = nbformat.read(path, as_version=4)
        assert found.metadata == expected.metadata
        assert [cell for cell in found.cells if cell not in expected.cells] == []
        assert len(found.cells) == len(expected.cells)
    kept = gradebook(course)
    assert kept == {student: undisturbed[student] for student in students}
    by_button = {student: api.get_submission(NAME, student) for student in students}

    list(Coordinator(course).grade_all(1))  # it finds no row: it grades once more, with the same result
    assert snapshot(course) == undisturbed
    for student in students:
        by_command = NbGraderAPI(config=course.config).get_submission(NAME, student)
        assert by_command["autograded"] and by_command == by_button[student]


def test_the_button_is_refused_in_words_while_another_grader_writes(
    killable: Killable, undisturbed: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = killable.course
    list(Coordinator(course).grade_all(1))
    before = snapshot(course)
    monkeypatch.setattr(recording, "PATIENCE", 0.2)
    with FileLock(course.gradebook / "grading.lock"):
        result = NbGraderAPI(config=course.config).autograde(NAME, STUDENT)
        with pytest.raises(recording.NotRecorded, match="Another grader has been writing"):
            Coordinator(course).register()
    assert not result["success"] and "Another grader has been writing for 0.2 s" in result["log"]
    assert snapshot(course) == before


# what the machine refuses


def test_a_locked_gradebook_is_told_and_the_next_run_does_the_rest(killable: Killable, undisturbed: Snapshot) -> None:
    course = killable.course
    forget_grades(course)
    pid = killable.start("grade", "--workers", "1")
    assert wait_until(lambda: len(killable.rows()) >= 2, pid, pause=0.01)
    with closing(sqlite3.connect(course.gradebook / "gradebook.db", timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        code, said = killable.end()
        assert code == 3 and "database is locked" in said and "Traceback" not in said, said
        killable.nothing_survives()
        code, said = killable.grade("--workers", "1")  # locked from the beginning
        assert code == 3 and "database is locked" in said and "Traceback" not in said, said
    assert not torn(course, undisturbed)
    before = killable.rows()
    code, said = killable.grade("--workers", "1")
    assert code == 1, said
    assert {student: killable.rows()[student] for student in before} == before
    assert snapshot(course) == undisturbed


@pytest.mark.parametrize("kilobytes", [8, 165], ids=["when it begins", "within the class"])
def test_a_full_disk_is_told_and_the_next_run_does_the_rest(
    killable: Killable, undisturbed: Snapshot, kilobytes: int
) -> None:
    course = killable.course
    forget_grades(course)
    code, said = killable.grade("--workers", "1", limit=kilobytes * 1000)
    assert code == 3 and "could not be written" in said and "Traceback" not in said, said
    killable.nothing_survives()
    before = killable.rows()
    assert not torn(course, undisturbed)
    code, said = killable.grade("--workers", "1")
    assert code == 1, said
    assert {student: killable.rows()[student] for student in before} == before
    assert snapshot(course) == undisturbed


def test_a_full_database_is_told_and_the_next_run_does_the_rest(killable: Killable, undisturbed: Snapshot) -> None:
    course = killable.course
    forget_grades(course)
    group = Coordinator(course)
    group.register()
    pages = group._book.db.execute(text("PRAGMA page_count")).scalar_one()
    group._book.db.execute(text(f"PRAGMA max_page_count = {pages + 1}"))
    with pytest.raises(recording.NotRecorded, match="database or disk is full"):
        list(group.grade_all(1))
    assert not torn(course, undisturbed)
    list(Coordinator(course).grade_all(1))
    assert snapshot(course) == undisturbed


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (OperationalError("SELECT", {}, sqlite3.OperationalError("the server has left")), recording.NotRecorded),
        (FlushError("the server has left"), InvalidEntry),
    ],
)
def test_a_server_that_leaves_is_not_taken_for_a_wrong_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: Exception, told: type[Exception]
) -> None:
    """nbgrader says InvalidEntry to both."""
    book = recording.Book(f"sqlite:///{tmp_path}/gradebook.db", "minigrad")

    def leave(name: str) -> None:
        raise refused

    monkeypatch.setattr(book, "find_assignment", leave)
    with pytest.raises(told, match="the server has left"), book.transaction():
        recording.enter(book, "ada", NAME)
    book.close()


def test_what_the_sandbox_refuses_costs_no_points(
    killable: Killable, undisturbed: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = killable.course
    list(Coordinator(course).grade_all(1))
    before = snapshot(course)
    hand_in(course, "late", NAME, {})
    try:
        with monkeypatch.context() as patch:
            patch.setattr(run, "Bounds", partial(Bounds, file=1 << 70))  # a limit that no system can set
            [row] = Coordinator(course, student="late").grade_all(1)
        assert row.status == NOT_REACHED and "could not be set up" in row.remark
        assert snapshot(course) == before
        [row] = Coordinator(course, student="late").grade_all(1)
        assert (row.status, row.score) == (GRADED, 9.0)
    finally:
        shutil.rmtree(course.submitted("late", NAME).parent.parent)


# a second run


@pytest.fixture
def two(killable: Killable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    """Three students with two assignments each, all graded."""
    origin, course = killable.course, Course(tmp_path)
    shutil.copytree(origin.root / "solutions", course.root / "solutions")
    shutil.copy(origin.root / "nbgrader_config.py", course.root)
    for path, other in ((course.solution(NAME), course.solution(OTHER)), (course.guide(NAME), course.guide(OTHER))):
        other.parent.mkdir(exist_ok=True)
        shutil.copy(path, other)
    for name in (NAME, OTHER):
        release.release(course, name)
        for student in ("ada", "bob", "eve"):
            hand_in(course, student, name, {"why": f"{student} thinks so."})
    assert len(graded(course)) == 6
    yield course


def hand_in(course: Course, student: str, name: str, sources: dict[str, str]) -> None:
    material = Material.of(course, name)
    path = course.submitted(student, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(solved(material, material.solutions | sources)))


def graded(course: Course, assignment: str = "", student: str = "") -> dict[tuple[str, str], Row]:
    """A run of the command: what it has judged. What it has not judged is as it was, to the last file."""
    judged = []
    judge = judging.judge

    def noted(task: judging.Task) -> judging.Judged:
        judged.append((task.student, task.assigned.name))
        return judge(task)

    group = Coordinator(course, assignment, student)
    group.register()
    before = products(course)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "judge", noted)
        rows = {(row.student, row.assignment): row for row in group.grade_all(1)}
    assert len(judged) == len(set(judged))
    for place, about in products(course).items():
        if place[1:3] not in judged or place[0] == "submitted":
            assert about == before[place]
    return {pair: rows[pair] for pair in judged}


def products(course: Course) -> dict[tuple[str, str, str], tuple]:
    """By kind, student and assignment: a file, what it holds, and when it was written."""
    found = {}
    for kind in ("submitted", "autograded", "feedback"):
        for path in (course.gradebook / kind).glob("*/*/[!.]*"):
            found[kind, path.parts[-3], path.parts[-2]] = (path.read_bytes(), path.stat().st_mtime_ns)
    return found


def test_only_what_changed_is_graded_again(two: Course) -> None:
    assert graded(two) == {}
    hand_in(two, "bob", NAME, {"slope": "def slope(x):\n    return 0.0"})
    hand_in(two, "new", OTHER, {})
    assert set(graded(two)) == {("bob", NAME), ("new", OTHER)}
    hand_in(two, "ada", NAME, {"count": "def count(n):\n    return 0.0"})
    hand_in(two, "ada", OTHER, {"count": "def count(n):\n    return 0.0"})
    hand_in(two, "eve", NAME, {"count": "def count(n):\n    return 0.0"})
    assert set(graded(two, NAME, "ada")) == {("ada", NAME)}
    assert set(graded(two, student="ada")) == {("ada", OTHER)}
    assert set(graded(two, OTHER)) == set()
    assert set(graded(two, NAME)) == {("eve", NAME)}
    (two.submitted("eve", OTHER).with_name("timestamp.txt")).write_text("2026-01-02 03:04:05 UTC")
    assert set(graded(two)) == {("eve", OTHER)}


def test_a_student_who_left_stays_in_the_gradebook(two: Course) -> None:
    before = gradebook(two)
    shutil.rmtree(two.gradebook / "submitted" / "bob")
    assert graded(two) == {}
    assert gradebook(two) == before and "bob" in before


def test_a_changed_release_grades_its_assignment_again(two: Course) -> None:
    before = gradebook(two, OTHER)
    solution = two.solution(OTHER)
    solution.write_text(solution.read_text().replace("Think first.", "Think first, then write."))
    release.release(two, OTHER)
    assert set(graded(two)) == {("ada", OTHER), ("bob", OTHER), ("eve", OTHER)}
    assert gradebook(two, OTHER) == before


@pytest.mark.parametrize("by_button", [False, True], ids=["command", "button"])
def test_what_a_person_has_marked_survives(two: Course, by_button: bool) -> None:
    with Gradebook(two.config.CourseDirectory.db_url, "minigrad") as book:
        for cell, score in (("why", 1.5), ("test_slope", 3.0)):
            entry = book.find_grade(cell, NAME, NAME, "ada")
            entry.manual_score, entry.needs_manual_grade = score, False
        book.find_comment("slope", NAME, NAME, "ada").manual_comment = "Well thought."
        book.db.commit()
    [row] = Coordinator(two, NAME, "ada").grade_all(1)
    assert row.score == 1.5 + 3.0 + 3 + 2 and "Well thought." in Path(row.page).read_text()
    hand_in(two, "ada", NAME, {"slope": "def slope(x):\n    return 0.0", "why": "Another thought."})
    if by_button:
        assert NbGraderAPI(config=two.config).autograde(NAME, "ada")["success"]
    row = graded(two)["ada", NAME]
    assert row.score == 1.5 + 3.0 + 3 + 2 and "Well thought." in Path(row.page).read_text()
    with Gradebook(two.config.CourseDirectory.db_url, "minigrad") as book:
        entry = book.find_grade("test_slope", NAME, NAME, "ada")
        assert (entry.auto_score, entry.manual_score, entry.needs_manual_grade) == (0.0, 3.0, True)


def test_a_note_of_the_time_that_says_nothing_stops_nobody(two: Course) -> None:
    for student, note in (("ada", b"yesterday"), ("bob", b"\xff\xfe"), ("eve", b"")):
        (two.submitted(student, NAME).with_name("timestamp.txt")).write_bytes(note)
    rows = graded(two)
    assert set(rows) == {("ada", NAME), ("bob", NAME), ("eve", NAME)}
    assert rows["ada", NAME].remark.startswith("timestamp.txt says no time")


def test_what_is_handed_in_while_it_is_graded_is_graded_by_the_next_run(two: Course) -> None:
    hand_in(two, "ada", NAME, {})
    group = Coordinator(two, NAME, "ada")
    group.register()
    judged = judging.judge(group.task("ada", NAME))
    hand_in(two, "ada", NAME, {"count": "def count(n):\n    return 0.0"})
    assert group.record(judged).score == 9.0
    assert graded(two)["ada", NAME].score == 7.0
