"""The way through nbgrader's exchange: handed out, handed in, collected, graded, late, and given back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import tiny_course
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import (
    Exchange,
    ExchangeCollect,
    ExchangeFetchAssignment,
    ExchangeFetchFeedback,
    ExchangeReleaseAssignment,
    ExchangeReleaseFeedback,
    ExchangeSubmit,
)
from nbgrader.utils import get_username
from traitlets.config import Config

from grader.judge import release, sample_class
from grader.judge.course import Course
from grader.judge.grade import GRADED, Coordinator
from grader.judge.pages import NOTES

NAME = tiny_course.NAME
POINTS = 9.0  # of the cells that are checked; a person marks the other two

# As the teacher's guide has it.
LATE = """
import math

from nbgrader.plugins import BasePlugin


class ATenthADay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 10 * math.ceil(total_seconds_late / 86_400)


c.AssignLatePenalties.plugin_class = ATenthADay
"""


@dataclass
class School:
    """A course, the folder of one student, and between them an exchange."""

    course: Course
    home: Path

    def teacher(self, step: type[Exchange]) -> None:
        """What `nbgrader collect` and its like do, in the course's folder."""
        self._run(step, self.course.config)

    def student(self, step: type[Exchange]) -> None:
        """What `nbgrader submit` and its like do, in the student's folder."""
        config = Config()
        config.CourseDirectory.course_id = self.course.config.CourseDirectory.course_id
        config.Exchange.root = self.course.config.Exchange.root
        config.Exchange.cache = str(self.home / "cache")
        config.Exchange.assignment_dir = str(self.home)
        self._run(step, config)

    def _run(self, step: type[Exchange], config: Config) -> None:
        place = CourseDirectory(config=config, assignment_id=NAME)
        step(coursedir=place, authenticator=Authenticator(config=config), config=config).start()


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    exchange, home = tmp_path / "exchange", tmp_path / "home"
    exchange.mkdir(mode=0o777)
    home.mkdir()
    course = tiny_course.make(tmp_path / "course")
    config = course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\n{LATE}\nc.Exchange.root = {str(exchange)!r}\n")
    release.release(course, NAME)
    yield School(course, home)
    tiny_course.forget(course)


def test_an_assignment_goes_out_and_its_page_comes_back(school: School) -> None:
    me, course = get_username(), school.course
    school.teacher(ExchangeReleaseAssignment)
    school.student(ExchangeFetchAssignment)
    sample_class.hand_in(course, [NAME], ["sample-perfect"])
    solved = course.submitted("sample-perfect", NAME)
    solved.rename(school.home / NAME / f"{NAME}.ipynb")
    solved.parent.rmdir()
    school.student(ExchangeSubmit)
    school.teacher(ExchangeCollect)
    assert {path.name for path in course.submitted(me, NAME).parent.iterdir()} == {f"{NAME}.ipynb", *NOTES}

    group = Coordinator(course)
    group.register()
    rows = {row.student: row for row in group.grade_all()}
    assert (rows[me].status, rows[me].score) == (GRADED, POINTS)

    school.teacher(ExchangeReleaseFeedback)
    school.student(ExchangeFetchFeedback)
    [page] = (school.home / NAME / "feedback").rglob("*.html")
    assert page.read_text() == course.feedback(me, NAME).read_text()


def test_a_day_late_costs_what_the_plugin_says(school: School) -> None:
    course = school.course
    with Gradebook(course.config.CourseDirectory.db_url, "minigrad") as book:
        book.update_or_create_assignment(NAME, duedate="2026-03-02 12:00:00 UTC")
    sample_class.hand_in(course, [NAME], ["sample-perfect"])
    note = course.submitted("sample-perfect", NAME).with_name("timestamp.txt")
    note.write_text("2026-03-03 12:00:00 UTC")  # a day
    group = Coordinator(course)
    group.register()
    [row] = group.grade_all()
    assert row.score == pytest.approx(0.9 * POINTS)

    note.unlink()  # handed in again, by hand: what the exchange said of the first one is forgotten
    [row] = Coordinator(course).grade_all()
    assert not list(course.feedback("sample-perfect", NAME).parent.glob("*.txt"))
