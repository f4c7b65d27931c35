"""A whole class: every submission ends as one row, whatever it is, and stops no other.

Workers judge submissions (judging.py) in as many processes as there are cores. One coordinator, this one, writes what
comes back: the graded notebook, the gradebook in one transaction, the feedback page, and last the row, by which the
next run knows that this submission is done. Wherever a run is cut off, the next one does the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import joblib
import nbformat
from joblib.externals.loky.process_executor import TerminatedWorkerError
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

import grader
import minigrad
from grader.judge import judging, recording, release, run, seeds, steps
from grader.judge.course import Course
from grader.judge.judging import Judged, Task
from grader.judge.pages import Pages

GRADED, TIMED_OUT, DAMAGED, NOT_REACHED = "graded", "timed out", "damaged", "not reached"
ATTEMPTS = 3  # how often a class goes on after a worker has died


@dataclass(frozen=True)
class Row:
    """One submission's outcome.

    status       graded; timed out (graded, but a cell ran too long); damaged (0 points); not reached (no score)
    remark       what is wrong, and in which cell
    page         the feedback page, "" if there is none
    findings     what was found in each check, for the class report
    seconds      that the notebook ran
    fingerprint  of all that decided on the grade
    marks        of what a person has marked since
    """

    student: str
    assignment: str
    status: str
    score: float = 0.0
    max_score: float = 0.0
    page: str = ""
    remark: str = ""
    findings: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    fingerprint: str = ""
    marks: str = ""


class Class:
    """The submissions of a course, or those of one assignment, or of one student."""

    def __init__(self, course: Course, assignment: str = "", student: str = "", unsafe: bool = False) -> None:
        self.course = course
        self.assignments = [assignment] if assignment else course.assignments
        self.student = student
        self.unsafe = unsafe

    def register(self) -> None:
        """Tell the gradebook about the assignments: their cells, points and hidden tests.

        NotReleasable: an assignment is wrong in itself, or its student version is not that of its solutions.
        """
        for name in self.assignments:
            release.register(self.course, name)

    def submissions(self) -> list[tuple[str, str]]:
        """(student, assignment) for every folder that was handed in."""
        folders = (self.course.gradebook / "submitted").glob(f"{self.student or '*'}/*")
        found = [(path.parent.name, path.name) for path in folders if path.is_dir()]
        return sorted(pair for pair in found if pair[1] in self.assignments)

    def grade_all(self, workers: int = 1) -> Iterator[Row]:
        """Grade what is not graded yet, and give a row for every submission, as they come.

        NotRecorded: the gradebook could not be written; what was given before is recorded.
        """
        waiting = []
        for student, assignment in self.submissions():
            row = self.holds(student, assignment)
            if row is None:
                waiting.append((student, assignment))
            else:
                yield row
        yield from self._judge_all(waiting, workers)

    def _judge_all(self, waiting: list[tuple[str, str]], workers: int) -> Iterator[Row]:
        """Judge these, and go on with the rest when a worker dies."""
        left = dict.fromkeys(waiting)
        for _ in range(ATTEMPTS):
            jobs = (joblib.delayed(judging.judge)(self.task(*pair)) for pair in list(left))
            parallel = joblib.Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1)
            try:
                for judged in parallel(jobs):
                    left.pop((judged.student, judged.assignment))
                    yield self.record(judged)
                return
            except TerminatedWorkerError:
                continue
        for student, assignment in left:
            yield Row(student, assignment, NOT_REACHED, remark="the process that graded it was killed, three times")

    def grade(self, student: str, assignment: str) -> Row:
        """Grade one submission here; a row that still holds is taken as it is."""
        row = self.holds(student, assignment)
        return row or self.record(judging.judge(self.task(student, assignment)))

    # one submission

    def holds(self, student: str, assignment: str) -> Row | None:
        """The row of an earlier run, if nothing has changed since; marks given since are put on its page."""
        row = self._known(student, assignment)
        if row is None or row.fingerprint != self.fingerprint(student, assignment):
            return None
        marks = self._marks(student, assignment)
        if not marks:
            return None
        return row if row.marks == marks else self._mark(row)

    def task(self, student: str, assignment: str) -> Task:
        """What a worker needs to judge a submission."""
        path = self.course.submitted(student, assignment)
        assigned = self._assigned(assignment)
        if path.is_symlink() or path.parent.is_symlink() or not path.is_file():
            found = ", ".join(_found(path)) or "nothing"
            return Task(student, assigned, "", f"there is no {path.name} (found: {found})")
        if path.stat().st_size > judging.submission.MAX_BYTES:
            return Task(student, assigned, "", judging.submission.TOO_LARGE)
        try:
            return Task(student, assigned, path.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            return Task(student, assigned, "", f"the file is not a notebook, it is not text ({error.reason})")

    def record(self, judged: Judged) -> Row:
        """Write what a worker found. NotRecorded: it could not be written; the gradebook is as it was."""
        student, assignment = judged.student, judged.assignment
        if judged.problem or judged.notebook is None:
            return Row(student, assignment, NOT_REACHED, remark=judged.problem)
        folder = self.course.gradebook
        status, remark = _status(judged)
        with recording.locked(folder):
            recording.write(folder / "autograded" / student / assignment / f"{assignment}.ipynb", judging.plain(judged))
            with self._book.transaction():
                recording.enter(self._book, student, assignment, self._timestamp(student, assignment))
                recording.save(self._book, student, assignment, judged.notebook, self.course.config)
            seconds = round(judged.seconds, 3)
            row = Row(student, assignment, status, remark=remark, findings=judged.findings, seconds=seconds)
            return self._finish(row, judged.notebook)

    def _mark(self, row: Row) -> Row:
        """The row and the page with what a person has marked since."""
        path = self.course.gradebook / "autograded" / row.student / row.assignment / f"{row.assignment}.ipynb"
        with recording.locked(self.course.gradebook):
            return self._finish(row, nbformat.read(path, as_version=4))

    def _finish(self, row: Row, notebook: NotebookNode) -> Row:
        """Write the page, and last the row."""
        student, assignment = row.student, row.assignment
        resources: dict[str, Any] = {"nbgrader": {"student": student, "assignment": assignment, "notebook": assignment}}
        with self._book.transaction():
            recording.put_grades(self._book, student, assignment, notebook, resources)
            unmarked = recording.unmarked(self._book, student, assignment)
        page = self.course.feedback(student, assignment)
        recording.write(page, self._pages.page(notebook, resources))
        remarks = [part for part in row.remark.split("; ") if part and not part.startswith(UNMARKED)]
        done = Row(
            **asdict(row)
            | {
                "score": float(resources["nbgrader"]["score"]),
                "max_score": float(resources["nbgrader"]["max_score"]),
                "page": str(page),
                "remark": "; ".join([*remarks, *([f"{UNMARKED}{', '.join(unmarked)}"] if unmarked else [])]),
                "fingerprint": self.fingerprint(student, assignment),
                "marks": self._marks(student, assignment),
            }
        )
        recording.write(self._record(student, assignment), json.dumps(asdict(done)))
        return done

    # what is the same for all

    def fingerprint(self, student: str, assignment: str) -> str:
        """Changes when a submission must be graded again."""
        path = self.course.submitted(student, assignment)
        digest = hashlib.sha256(self._judge[assignment])
        if path.is_file():
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        else:
            digest.update(str(_found(path)).encode())
        return digest.hexdigest()

    @cached_property
    def _judge(self) -> dict[str, bytes]:
        """For each assignment a digest of all that decides on a grade besides the submission."""
        code = [file for package in (minigrad, grader) for file in Path(str(package.__file__)).parent.rglob("*.py")]
        common = b"".join(file.read_bytes() for file in sorted(code)) + str((self._limits, self.unsafe)).encode()
        course = self.course
        return {
            name: hashlib.sha256(
                common + course.solution(name).read_bytes() + course.released(name).read_bytes()
            ).digest()
            for name in self.assignments
        }

    @cached_property
    def _limits(self) -> run.Limits:
        step = steps.JudgeSubmission(config=self.course.config)
        return step.limits

    @lru_cache  # noqa: B019  # a Class lives as long as a command
    def _assigned(self, assignment: str) -> judging.Assigned:
        released = self.course.released(assignment).read_text(encoding="utf-8")
        with self._book.transaction():
            cells = recording.source_cells(self._book, assignment)
        secret = seeds.course_secret(self.course.gradebook)
        return judging.Assigned(assignment, released, cells, secret, self._limits, self.unsafe)

    @cached_property
    def _book(self) -> recording.Book:
        return recording.Book(self.course.config.CourseDirectory.db_url, "minigrad")

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self.course)

    def _timestamp(self, student: str, assignment: str) -> Any:
        """When it was handed in, if the exchange has left a note."""
        folder = self.course.submitted(student, assignment).parent
        return CourseDirectory(config=self.course.config).get_existing_timestamp(str(folder))

    def _marks(self, student: str, assignment: str) -> str:
        with self._book.transaction():
            marks = recording.marks(self._book, student, assignment)
        return "" if marks is None else hashlib.sha256(json.dumps(marks).encode()).hexdigest()

    # what is remembered

    def _record(self, student: str, assignment: str) -> Path:
        return self.course.gradebook / "rows" / assignment / f"{student}.json"

    def _known(self, student: str, assignment: str) -> Row | None:
        try:
            row = Row(**json.loads(self._record(student, assignment).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None
        graded = self.course.gradebook / "autograded" / student / assignment / f"{assignment}.ipynb"
        return row if Path(row.page).exists() and graded.exists() else None


UNMARKED = "to be marked by hand: "


def _status(judged: Judged) -> tuple[str, str]:
    """The status and the remark that a judged submission earns."""
    if judged.damaged:
        return DAMAGED, judged.damaged
    late = any(why.startswith("the time limit") for why in judged.stopped.values())
    stopped = [f"{name}: {why}" for name, why in judged.stopped.items() if not why.startswith("not reached")]
    missing = [f"lacks the cells {', '.join(judged.missing)}"] if judged.missing else []
    return TIMED_OUT if late else GRADED, "; ".join([*missing, *stopped])


def _found(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())[:5] if path.parent.is_dir() else []
