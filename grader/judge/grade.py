"""A whole class: every submission ends as one row, whatever it is, and stops no other.

Workers judge submissions (judging.py), in as many processes as there are cores or one in a thread. One coordinator
writes what comes back: the graded notebook, the gradebook in one transaction, the feedback page, and last the row, by
which the next run knows that this submission is done. Wherever a run is cut off, the next one does the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import nbformat
from loky import ProcessPoolExecutor
from loky.process_executor import TerminatedWorkerError
from nbformat import NotebookNode
from nbgrader.preprocessors import LimitOutput
from nbgrader.utils import parse_utc

from grader.judge import judging, preprocessors, recording, release, seeds, submission, warm
from grader.judge.cluster import Cluster
from grader.judge.course import Course
from grader.judge.fingerprint import Fingerprints
from grader.judge.judging import Judged, Task
from grader.judge.pages import TIMESTAMP, Pages, keep_notes

GRADED, TIMED_OUT, DAMAGED, NOT_REACHED = "graded", "timed out", "damaged", "not reached"
KILLED = "the process that graded it was killed, and when it was graded alone, killed again"
JudgeAll = Callable[[Iterable[Task]], Iterator[Judged]]


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


class Coordinator:
    """Grades the submissions of a course, or those of one assignment, or of one student, and alone writes."""

    def __init__(self, course: Course, assignment: str = "", student: str = "", unsafe: bool = False) -> None:
        self.course = course
        self.assignments = [assignment] if assignment else course.assignments
        self.student = student
        self.unsafe = unsafe
        self.fingerprints = Fingerprints(course, unsafe)

    def register(self) -> None:
        """Tell the gradebook about the assignments: their cells, points and hidden tests.

        NotReleasable: an assignment is wrong in itself, or its student version is not that of its solutions.
        NotRecorded: the gradebook could not be written.
        """
        with recording.locked(self.course.gradebook):
            _ = self._book  # what is wrong with it is said in words here, by nbgrader in its own way
        for name in self.assignments:
            with recording.locked(self.course.gradebook):
                release.register(self.course, name)

    def submissions(self) -> list[tuple[str, str]]:
        """(student, assignment) of those that were handed in."""
        found = self.course.handed_in()
        return [pair for pair in found if pair[1] in self.assignments and self.student in ("", pair[0])]

    def grade_all(self, workers: int = 1, cluster: Cluster | None = None) -> Iterator[Row]:
        """Grade what is not graded yet, here or on a cluster, and give a row for every submission, as they come.

        NotRecorded: the gradebook could not be written; what was given before is recorded.
        NoCluster: the cluster was lost; what was given before is recorded.
        """
        waiting = []
        for student, assignment in self.submissions():
            row = self.holds(student, assignment)
            if row is None:
                waiting.append((student, assignment))
            else:
                yield row
        here = partial(_in_parallel, workers) if workers > 1 else _one_ahead
        yield from self._judge_all(waiting, cluster.judge_all if cluster else here)

    def _judge_all(self, waiting: list[tuple[str, str]], judge_all: JudgeAll) -> Iterator[Row]:
        """Judge these. When a worker dies, those that were under way are judged last, each alone."""
        left = {pair: self._known(*pair) for pair in waiting}
        rest, died = iter(waiting), True
        while died:
            died = False
            try:  # what another run has done since is not done again
                tasks = (self.task(*pair) for pair in rest if self._known(*pair) == left[pair])
                for judged in judge_all(tasks):
                    del left[judged.student, judged.assignment]
                    yield self.record(judged)
            except TerminatedWorkerError:
                died = True
        for pair in left:
            yield self.holds(*pair) or self._judge_alone(pair, judge_all)

    def _judge_alone(self, pair: tuple[str, str], judge_all: JudgeAll) -> Row:
        with suppress(TerminatedWorkerError):
            for judged in judge_all([self.task(*pair)]):
                return self.record(judged)
        return Row(*pair, NOT_REACHED, remark=KILLED)

    def grade(self, student: str, assignment: str) -> Row:
        """Grade one submission here; a row that still holds is taken as it is."""
        row = self.holds(student, assignment)
        return row or self.record(judging.judge(self.task(student, assignment)))

    # one submission

    def holds(self, student: str, assignment: str) -> Row | None:
        """The row of an earlier run, if nothing has changed since; marks given since are put on its page."""
        row = self._known(student, assignment)
        marks = self._marks(student, assignment) if row else ""
        if row is None or not marks:
            return None
        return row if row.marks == marks else self._mark(row)

    def task(self, student: str, assignment: str) -> Task:
        """What a worker needs to judge a submission."""
        fingerprint = self.fingerprints.of(student, assignment)  # first: what is handed in from now on is graded next
        text, why_not = submission.text_of(self.course.submitted(student, assignment))
        return Task(student, self._assigned(assignment), text, why_not, fingerprint)

    def record(self, judged: Judged) -> Row:
        """Write what a worker found. NotRecorded: it could not be written; the gradebook is as it was."""
        student, assignment = judged.student, judged.assignment
        if judged.problem or judged.notebook is None:
            return Row(student, assignment, NOT_REACHED, remark=judged.problem)
        folder = self.course.gradebook
        status, remark = _status(judged)
        timestamp, trouble = self._timestamp(student, assignment)
        remark = "; ".join(filter(None, [remark, trouble]))
        judged.notebook, _ = LimitOutput(config=self.course.config).preprocess(judged.notebook, {})
        with recording.locked(folder):
            recording.write(folder / "autograded" / student / assignment / f"{assignment}.ipynb", judging.plain(judged))
            keep_notes(self.course, student, assignment)
            with self._book.transaction():
                recording.enter(self._book, student, assignment, timestamp)
                recording.save(self._book, student, assignment, judged.notebook, self.course.config)
            row = Row(
                student,
                assignment,
                status,
                remark=remark,
                findings=judged.findings,
                seconds=round(judged.seconds, 3),
                fingerprint=judged.fingerprint,
            )
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
        marks = self._marks(student, assignment)  # first: what is marked from now on comes with the next run
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
                "marks": marks,
            }
        )
        recording.write(self._record(student, assignment), json.dumps(asdict(done)))
        return done

    # what is the same for all

    @lru_cache  # noqa: B019  # it lives as long as a command
    def _assigned(self, assignment: str) -> judging.Assigned:
        released = self.course.released(assignment).read_text(encoding="utf-8")
        with self._book.transaction():
            cells = recording.source_cells(self._book, assignment)
        secret = seeds.course_secret(self.course.gradebook)
        limits = preprocessors.JudgeSubmission(config=self.course.config).limits
        return judging.Assigned(assignment, released, cells, secret, limits, self.unsafe)

    @cached_property
    def _book(self) -> recording.Book:
        return recording.Book(self.course.config.CourseDirectory.db_url, "minigrad")

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self.course)

    def _timestamp(self, student: str, assignment: str) -> tuple[Any, str]:
        """When it was handed in, if the exchange has left a note, and what is wrong with the note."""
        note = self.course.submitted(student, assignment).with_name(TIMESTAMP)
        if not note.is_file():
            return None, ""
        try:
            return parse_utc(note.read_text(encoding="utf-8").strip()), ""
        except (ValueError, OverflowError, OSError):
            return None, f"{TIMESTAMP} says no time"

    def _marks(self, student: str, assignment: str) -> str:
        with self._book.transaction():
            marks = recording.marks(self._book, student, assignment)
        return "" if marks is None else hashlib.sha256(json.dumps(marks).encode()).hexdigest()

    # what is remembered

    def _record(self, student: str, assignment: str) -> Path:
        return self.course.gradebook / "rows" / assignment / f"{student}.json"

    def _known(self, student: str, assignment: str) -> Row | None:
        """The row of an earlier run, or of another that runs now, if what decides on the grade has not changed."""
        try:
            row = Row(**json.loads(self._record(student, assignment).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        if row.fingerprint != self.fingerprints.of(student, assignment):
            return None
        graded = self.course.gradebook / "autograded" / student / assignment / f"{assignment}.ipynb"
        return row if Path(row.page).exists() and graded.exists() else None


UNMARKED = "to be marked by hand: "


def _one_ahead(tasks: Iterable[Task]) -> Iterator[Judged]:
    """Judge one after the other in a thread, which mostly waits for the sandbox: meanwhile the last one is recorded."""
    with ThreadPoolExecutor(1) as thread:
        try:
            before: Future[Judged] | None = None
            for task in tasks:
                ahead = thread.submit(judging.judge, task)
                if before:
                    yield before.result()
                before = ahead
            if before:
                yield before.result()
        except BaseException:  # Ctrl-C, or the gradebook cannot be written: what is under way need not come to its end
            thread.shutdown(wait=False, cancel_futures=True)
            warm.close_all()
            raise


def _in_parallel(workers: int, tasks: Iterable[Task]) -> Iterator[Judged]:
    """Judge in so many processes, and give what is done first first. However large the class, a few are under way."""
    pool = ProcessPoolExecutor(workers, initializer=judging.begin_worker, initargs=(os.getpid(),))
    under_way: set[Future[Judged]] = set()
    try:
        for task in tasks:
            under_way.add(pool.submit(judging.judge, task))
            if len(under_way) > 2 * workers:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        yield from (future.result() for future in as_completed(under_way))
    except BaseException:
        pool.shutdown(kill_workers=True)
        raise
    pool.shutdown()


def _status(judged: Judged) -> tuple[str, str]:
    """The status and the remark that a judged submission earns."""
    if judged.damaged:
        return DAMAGED, judged.damaged
    late = any(why.startswith("the time limit") for why in judged.stopped.values())
    stopped = [f"{name}: {why}" for name, why in judged.stopped.items() if not why.startswith("not reached")]
    missing = [f"lacks the cells {', '.join(judged.missing)}"] if judged.missing else []
    return TIMED_OUT if late else GRADED, "; ".join([*missing, *stopped])
