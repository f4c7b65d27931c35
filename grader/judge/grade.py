"""A whole class: every submission ends as one row, whatever it is, and stops no other.

The coordinator runs nbgrader's autograde and feedback for one submission after the other (the steps in steps.py
do the work) and remembers each row, so that a second run grades only what has changed.
"""

from __future__ import annotations

import copy
import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

import grader
import minigrad
from grader.judge import release, submission
from grader.judge.course import Course

GRADED, DAMAGED, FAILED = "graded", "damaged", "not graded"


@dataclass(frozen=True)
class Row:
    """One submission's outcome: `status` is graded, damaged (0 points; `remark` says why) or not graded.

    `fingerprint` is that of what was graded, `marks` that of what a person has marked since.
    """

    student: str
    assignment: str
    status: str
    score: float
    max_score: float
    page: str
    remark: str = ""
    fingerprint: str = ""
    marks: str = ""


class Class:
    """The submissions of a course, or those of one assignment, or of one student."""

    def __init__(self, course: Course, assignment: str = "", student: str = "") -> None:
        self.course = course
        self.assignments = [assignment] if assignment else course.assignments
        self.student = student

    def register(self) -> None:
        """Tell the gradebook about the assignments: their cells, points and hidden tests.

        NotReleasable: an assignment is wrong in itself, or its student version is not that of its solutions.
        """
        for name in self.assignments:
            with tempfile.TemporaryDirectory() as folder:
                fresh = release.release(self.course, name, Path(folder)) / f"{name}.ipynb"
                released = self.course.released(name)
                if not released.exists() or released.read_bytes() != fresh.read_bytes():
                    raise release.NotReleasable(
                        f"{name}: assignments/ is older than solutions/. Run `python -m grader release` first."
                    )

    def submissions(self) -> list[tuple[str, str]]:
        """(student, assignment) for every folder that was handed in."""
        folders = (self.course.gradebook / "submitted").glob(f"{self.student or '*'}/*")
        found = [(path.parent.name, path.name) for path in folders if path.is_dir()]
        return sorted(pair for pair in found if pair[1] in self.assignments)

    def grade(self, student: str, assignment: str) -> Row:
        """Grade one submission; a row that still holds is taken as it is, with marks given since put on its page."""
        fingerprint = self.fingerprint(student, assignment)
        row, marks = self._known(student, assignment), self._marks(student, assignment)
        if row is None or marks is None or row.fingerprint != fingerprint or row.status == FAILED:
            row = self._grade(student, assignment, fingerprint)
        elif row.marks != marks:
            row = self._report(student, assignment, fingerprint, "")
        else:
            return row
        self._remember(row)
        return row

    def fingerprint(self, student: str, assignment: str) -> str:
        """Changes when a submission must be graded again."""
        path = self.course.submitted(student, assignment)
        handed_in = path.read_bytes() if path.is_file() else str(_found(path)).encode()
        return hashlib.sha256(self._judge[assignment] + handed_in).hexdigest()

    @cached_property
    def _judge(self) -> dict[str, bytes]:
        """For each assignment a digest of all that decides on a grade besides the submission."""
        code = [file for package in (minigrad, grader) for file in Path(str(package.__file__)).parent.rglob("*.py")]
        common = b"".join(file.read_bytes() for file in sorted(code))
        course = self.course
        return {
            name: hashlib.sha256(
                common + course.solution(name).read_bytes() + course.released(name).read_bytes()
            ).digest()
            for name in self.assignments
        }

    # one submission

    def _grade(self, student: str, assignment: str, fingerprint: str) -> Row:
        path = self.course.submitted(student, assignment)
        if path.is_symlink() or not path.is_file():
            found = ", ".join(_found(path)) or "nothing"
            log = self._autograde_stand_in(student, assignment, f"there is no {path.name} (found: {found})")
        else:
            log = self._autograde(self.course.config, student, assignment)
        return self._report(student, assignment, fingerprint, log)

    def _report(self, student: str, assignment: str, fingerprint: str, log: str) -> Row:
        """Write the feedback page of what was graded; `log` says why it was not."""
        page = self.course.feedback(student, assignment)
        if not log:
            log = _problem(self._api(self.course.config).generate_feedback(assignment, student, force=True))
        if log or not page.exists():
            return Row(student, assignment, FAILED, 0.0, 0.0, "", _last_line(log), fingerprint)
        status, remark = self._remarks(student, assignment)
        scores, marks = self._scores(student, assignment), self._marks(student, assignment) or ""
        return Row(student, assignment, status, *scores, str(page), remark, fingerprint, marks)

    def _api(self, config: Config) -> NbGraderAPI:
        return NbGraderAPI(config=config)

    def _autograde(self, config: Config, student: str, assignment: str) -> str:
        """Run nbgrader's autograde; "" if it went well, else its log."""
        return _problem(self._api(config).autograde(assignment, student, force=True))

    def _autograde_stand_in(self, student: str, assignment: str, why: str) -> str:
        """The same for a folder without the notebook: a stand-in, in a folder of its own, goes the same road."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, student, assignment, f"{assignment}.ipynb")
            path.parent.mkdir(parents=True)
            nbformat.write(submission.stand_in(why), path)
            config = copy.deepcopy(self.course.config)
            config.CourseDirectory.submitted_directory = folder
            return self._autograde(config, student, assignment)

    def _scores(self, student: str, assignment: str) -> tuple[float, float]:
        with Gradebook(self.course.config.CourseDirectory.db_url, "minigrad") as gradebook:
            graded = gradebook.find_submission(assignment, student)
            return float(graded.score), float(graded.max_score)

    def _marks(self, student: str, assignment: str) -> str | None:
        """A digest of what a person has marked or remarked in a submission; None if it was not graded yet."""
        with Gradebook(self.course.config.CourseDirectory.db_url, "minigrad") as gradebook:
            try:
                notebook = gradebook.find_submission_notebook(assignment, assignment, student)
            except MissingEntry:
                return None
            marks = [(grade.name, grade.manual_score, grade.extra_credit) for grade in notebook.grades]
            words = [(comment.name, comment.manual_comment) for comment in notebook.comments]
            return hashlib.sha256(json.dumps([sorted(marks), sorted(words)]).encode()).hexdigest()

    def _unmarked(self, student: str, assignment: str) -> list[str]:
        """The written answers that nobody has marked yet."""
        with Gradebook(self.course.config.CourseDirectory.db_url, "minigrad") as gradebook:
            grades = gradebook.find_submission_notebook(assignment, assignment, student).grades
            return sorted(grade.name for grade in grades if grade.needs_manual_grade and grade.manual_score is None)

    def _remarks(self, student: str, assignment: str) -> tuple[str, str]:
        folder = self.course.gradebook / "autograded" / student / assignment
        about = submission.read_file(str(folder / f"{assignment}.ipynb")).metadata.minigrad
        if about.damaged:
            return DAMAGED, about.damaged
        unmarked = self._unmarked(student, assignment)
        remarks = [
            f"lacks the cells {', '.join(about.missing)}" if about.missing else "",
            f"to be marked by hand: {', '.join(unmarked)}" if unmarked else "",
        ]
        return GRADED, "; ".join(filter(None, remarks))

    # what is remembered

    def _record(self, student: str, assignment: str) -> Path:
        return self.course.gradebook / "rows" / assignment / f"{student}.json"

    def _known(self, student: str, assignment: str) -> Row | None:
        try:
            row = Row(**json.loads(self._record(student, assignment).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        return row if Path(row.page).exists() else None

    def _remember(self, row: Row) -> None:
        path = self._record(row.student, row.assignment)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(row)), encoding="utf-8")


def _found(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())[:5]


def _problem(result: dict) -> str:
    return "" if result["success"] else result.get("log") or result.get("error") or "unknown error"


def _last_line(log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if "Error" in line]
    return (errors or lines or ["no feedback page was written"])[-1][:300]
