"""What nbgrader keeps of a graded submission: one transaction per submission, under a lock that all graders share."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from nbformat import NotebookNode
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry
from nbgrader.preprocessors import AssignLatePenalties, GetGrades, NbGraderPreprocessor, SaveAutoGrades
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from traitlets.config import Config

from grader.judge.judging import SourceCell

PATIENCE = 60.0  # seconds to wait for another grader to finish the submission it is at


class NotRecorded(RuntimeError):
    """The gradebook could not be written and is as it was; the message says why and what to do."""


class Book(Gradebook):
    """nbgrader's gradebook, in which a submission is written at once or not at all."""

    def __init__(self, url: str, course_id: str) -> None:
        """Open it, or make it. NotRecorded: it cannot be opened."""
        with _in_words(url):
            super().__init__(url, course_id)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Book]:
        """Everything nbgrader commits in the block is written together at its end. NotRecorded: it was not written."""
        commit = self.db.commit
        self.db.commit = self._flush
        try:
            with _in_words(str(self.engine.url)):
                yield self
                commit()
        except BaseException:
            self.db.rollback()
            raise
        finally:
            del self.db.commit
            self.db.expunge_all()

    def _flush(self) -> None:
        with _in_words(str(self.engine.url)):  # here already: nbgrader would take it for a wrong entry
            self.db.flush()


@contextlib.contextmanager
def _in_words(url: str) -> Iterator[None]:
    """What the database refuses is told as NotRecorded."""
    try:
        yield
    except DatabaseError as error:
        raise not_recorded(url, str(error.orig)) from error
    except InvalidEntry as error:  # what nbgrader makes of it in some places
        if not isinstance(error.__context__, DatabaseError):
            raise
        raise not_recorded(url, str(error.__context__.orig)) from error
    except (ArgumentError, ModuleNotFoundError) as error:  # no address of a database, or none to speak to it with
        raise not_recorded(url, str(error)) from error


def not_recorded(url: str, why: str) -> NotRecorded:
    """The message for a gradebook that could not be written; a password in its address is not shown."""
    try:
        address = make_url(url)
        name, on_this_disk = address.render_as_string(), address.get_backend_name() == "sqlite"
    except ArgumentError:
        name, on_this_disk = "that c.CourseDirectory.db_url names", False
    hint = (
        "If another program has it open (a formgrader, a database browser), close that; if the disk is full, make room."
        if on_this_disk
        else "See that its server runs and lets this user in, and that the server's Python driver is installed "
        "(PostgreSQL: pip install 'psycopg[binary]', and an address that begins with postgresql+psycopg://)."
    )
    return NotRecorded(
        f"The gradebook {name} could not be written: {why.strip()}. It is as it was. {hint} Then run again."
    )


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The lock of the class whose products are in `folder`. NotRecorded: somebody else keeps it for a minute."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "grading.lock", timeout=PATIENCE):
            yield
    except Timeout as error:
        raise NotRecorded(
            f"Another grader has been writing for {PATIENCE:g} s ({error.lock_file}). When it is done, run again."
        ) from error
    except OSError as error:
        raise NotRecorded(f"{folder} could not be written: {error}. When that is mended, run again.") from error


def write(path: Path, text: str) -> None:
    """Put a file in its place whole or not at all; of a write that was cut off, the next one makes use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")  # one writer at a time: the lock is kept
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def source_cells(book: Gradebook, assignment: str) -> dict[str, SourceCell]:
    """The cells of a registered assignment, with their hidden tests."""
    cells = book.find_notebook(assignment, assignment).source_cells
    return {cell.name: SourceCell(cell.locked, cell.source, cell.checksum) for cell in cells}


def enter(book: Gradebook, student: str, assignment: str, timestamp: Any = None) -> None:
    """Make the student and the submission known, as nbgrader's autograde does."""
    book.update_or_create_student(student)
    about = {"timestamp": timestamp} if timestamp else {}
    book.update_or_create_submission(assignment, student, **about)


def save(book: Gradebook, student: str, assignment: str, notebook: NotebookNode, config: Config) -> None:
    """Save the scores that stand in a graded notebook; what a person has marked stays."""
    resources = {"nbgrader": {"student": student, "assignment": assignment, "notebook": assignment}}
    _through(SaveAutoGrades(), book, notebook, resources)
    _penalise(book, student, assignment, config)


def _through(step: NbGraderPreprocessor, book: Gradebook, notebook: NotebookNode, resources: dict) -> None:
    """One of nbgrader's steps over all cells, with this gradebook in the place of a new connection."""
    about = resources["nbgrader"]
    step.gradebook, step.notebook_id = book, about["notebook"]
    step.assignment_id, step.student_id = about["assignment"], about["student"]
    for index, cell in enumerate(notebook.cells):
        step.preprocess_cell(cell, resources, index)


def _penalise(book: Gradebook, student: str, assignment: str, config: Config) -> None:
    """The penalty for a late submission, if the course's plugin knows one."""
    step = AssignLatePenalties(config=config)
    step.init_plugin()
    graded = book.find_submission(assignment, student)
    notebook = book.find_submission_notebook(assignment, assignment, student)
    notebook.late_submission_penalty = None
    if graded.total_seconds_late > 0:
        penalty = step.plugin_inst.late_submission_penalty(student, notebook.score, graded.total_seconds_late)
        if penalty is not None:
            notebook.late_submission_penalty = step._check_late_penalty(notebook, penalty)


def put_grades(book: Gradebook, student: str, assignment: str, notebook: NotebookNode, resources: dict) -> None:
    """Put scores and comments into a notebook and its resources, as nbgrader's GetGrades does for a feedback page."""
    _through(GetGrades(), book, notebook, resources)
    graded = book.find_submission_notebook(assignment, assignment, student)
    penalty = graded.late_submission_penalty or 0
    resources["nbgrader"] |= {
        "score": graded.score - penalty,
        "max_score": graded.max_score,
        "late_penalty": penalty,
    }


def marks(book: Gradebook, student: str, assignment: str) -> list | None:
    """What a person has marked or remarked in a submission, in an order of its own; None if it was not graded yet."""
    try:
        notebook = book.find_submission_notebook(assignment, assignment, student)
    except MissingEntry:
        return None
    given = sorted((grade.name, grade.manual_score, grade.extra_credit) for grade in notebook.grades)
    words = sorted((comment.name, comment.manual_comment) for comment in notebook.comments)
    return [given, words]


def unmarked(book: Gradebook, student: str, assignment: str) -> list[str]:
    """The written answers that nobody has marked yet."""
    grades = book.find_submission_notebook(assignment, assignment, student).grades
    return sorted(grade.name for grade in grades if grade.needs_manual_grade and grade.manual_score is None)
