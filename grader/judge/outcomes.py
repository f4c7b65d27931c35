"""What came of an assignment, student by student: from the rows of `make grade`, the gradebook and the folders.

Scores are the gradebook's, with what a person has marked and what being late has cost. What was found in each check is
the rows'. Names come from students and are hostile text: who shows them makes them `visible` and escapes them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader import api

from grader.judge.course import Course
from grader.judge.fingerprint import Fingerprints
from grader.judge.grade import DAMAGED, GRADED, NOT_REACHED, TIMED_OUT, UNMARKED, Row
from grader.judge.recording import Book

MISSING = "missing"
BY_HAND = "graded in formgrader: what its checks found is not counted here"
WAITING = "handed in and not graded yet: make grade"
CHANGED = "the submission or the course has changed since it was graded: make grade"


@dataclass(frozen=True)
class Person:
    """A student as nbgrader knows them; `login` is nbgrader's id and the name of their folder."""

    login: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def name(self) -> str:
        """The name as people write it, or the login where nbgrader knows no name."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.login

    @property
    def sorted_name(self) -> str:
        """The name as lists are sorted."""
        return ", ".join(part for part in (self.last_name, self.first_name) if part) or self.login


@dataclass(frozen=True)
class Points:
    """The points of one cell in the gradebook, and whether a person has still to mark it."""

    earned: float
    most: float
    to_be_marked: bool


@dataclass
class Outcome:
    """One student's assignment.

    row      what `make grade` found; empty where it has not been
    status   that of the row, or `missing`
    remarks  what is wrong with it, as the student may read it
    notes    what only the teacher needs to know
    cells    by grade_id: the points in the gradebook; empty if it holds none
    penalty  what being late has cost
    unsafe   whether it was graded without a sandbox
    """

    person: Person
    row: Row
    status: str
    remarks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cells: dict[str, Points] = field(default_factory=dict)
    penalty: float = 0.0
    unsafe: bool = False

    @property
    def score(self) -> float | None:
        """What the gradebook says, or None if there is no grade."""
        if not self.cells:
            return None
        return max(0.0, sum(cell.earned for cell in self.cells.values()) - self.penalty)

    @property
    def to_be_marked(self) -> list[str]:
        """The written answers that wait for a person."""
        return sorted(name for name, cell in self.cells.items() if cell.to_be_marked)

    @property
    def diagnoses(self) -> list[str]:
        """The misconceptions and mishaps in this submission, each once."""
        return list(dict.fromkeys(name for finding in self.row.findings for name in finding["diagnoses"]))


def of_assignment(course: Course, assignment: str) -> list[Outcome]:
    """The outcome of everybody who is known: to nbgrader, or by a folder in gradebook/submitted/ for any assignment.

    NotRecorded: the gradebook could not be read.
    """
    where = course.config.CourseDirectory
    with Book(where.db_url, where.course_id) as book, book.transaction():
        people = _people(book)
        cells, penalties = _points(book, assignment), _penalties(book, assignment)
    handed_in = course.handed_in()
    for login, _ in handed_in:
        people.setdefault(login, Person(login))
    present = {login for login, name in handed_in if name == assignment}
    fingerprints = Fingerprints(course), Fingerprints(course, unsafe=True)
    outcomes = []
    for person in sorted(people.values(), key=lambda person: (person.sorted_name.casefold(), person.login)):
        outcome = Outcome(person, _row(course, person.login, assignment), MISSING)
        outcome.cells, outcome.penalty = cells.get(person.login, {}), penalties.get(person.login, 0.0)
        if person.login in present:
            _say(outcome, *(either.of(person.login, assignment) for either in fingerprints))
        elif outcome.cells:
            outcome.status = outcome.row.status or GRADED
        outcomes.append(outcome)
    return outcomes


def _say(outcome: Outcome, fingerprint: str, unsafe_fingerprint: str) -> None:
    """The status of something that was handed in, and what is to be said of it."""
    row = outcome.row
    outcome.status = row.status or (GRADED if outcome.cells else NOT_REACHED)
    outcome.unsafe = row.fingerprint == unsafe_fingerprint
    to_be_marked = outcome.to_be_marked
    outcome.remarks = [part for part in row.remark.split("; ") if part and not part.startswith(UNMARKED)]
    outcome.remarks += [f"{UNMARKED}{', '.join(to_be_marked)}"] if to_be_marked else []
    outcome.notes += ["graded without a sandbox"] if outcome.unsafe else []
    if not row.status:
        outcome.notes.append(BY_HAND if outcome.cells else WAITING)
    elif row.fingerprint not in (fingerprint, unsafe_fingerprint):
        outcome.notes.append(CHANGED)


def _row(course: Course, login: str, assignment: str) -> Row:
    """What `make grade` has written down, or an empty row."""
    path = course.gradebook / "rows" / assignment / f"{login}.json"
    try:
        row = Row(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return Row(login, assignment, "")
    return row if row.status in (GRADED, TIMED_OUT, DAMAGED) else Row(login, assignment, "")


def page_of(course: Course, outcome: Outcome) -> Path | None:
    """The student's feedback page, if there is one."""
    path = course.feedback(outcome.person.login, outcome.row.assignment)
    return path if path.is_file() else None


# --- the gradebook ------------------------------------------------------------------------------------------------


def _people(book: Book) -> dict[str, Person]:
    columns = (
        api.Student.id,
        api.Student.first_name,
        api.Student.last_name,
        api.Student.email,
        api.Student.lms_user_id,
    )
    return {row[0]: Person(*(value or "" for value in row)) for row in book.db.query(*columns)}


def _points(book: Book, assignment: str) -> dict[str, dict[str, Points]]:
    """By student and grade_id, in two joins for the whole class."""
    found: dict[str, dict[str, Points]] = {}
    columns = (api.SubmittedAssignment.student_id, api.GradeCell.name, api.Grade.score, api.GradeCell.max_score)
    marks = (api.Grade.needs_manual_grade, api.Grade.manual_score)
    query = book.db.query(*columns, *marks).select_from(api.Grade).join(api.GradeCell)
    query = query.join(api.SubmittedNotebook, api.Grade.notebook_id == api.SubmittedNotebook.id)
    query = query.join(api.SubmittedAssignment).join(api.Assignment).filter(api.Assignment.name == assignment)
    for student, cell, score, most, needs_manual_grade, manual_score in query:
        to_be_marked = bool(needs_manual_grade and manual_score is None)
        found.setdefault(student, {})[cell] = Points(float(score), float(most), to_be_marked)
    return found


def _penalties(book: Book, assignment: str) -> dict[str, float]:
    query = book.db.query(api.SubmittedAssignment.student_id, api.SubmittedNotebook.late_submission_penalty)
    query = query.select_from(api.SubmittedNotebook).join(api.SubmittedAssignment).join(api.Assignment)
    return {student: float(cost or 0.0) for student, cost in query.filter(api.Assignment.name == assignment)}
