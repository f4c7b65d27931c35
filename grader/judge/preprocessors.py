"""The judge as preprocessors of nbgrader, so that its own commands and formgrader's button grade like `grade`.

    Autograde.exporter_class            SubmissionExporter: what cannot be read becomes an empty stand-in
    Autograde.sanitize_preprocessors    JudgeSubmission, nbgrader's LimitOutput
    Autograde.autograde_preprocessors   SaveGrades
    GenerateFeedback.preprocessors      HideHiddenTests, nbgrader's GetGrades, SafeOutputs
"""

from __future__ import annotations

import base64
import binascii
import html
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

import nbformat
import nh3
from nbconvert.exporters import NotebookExporter
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer, List, Unicode

from grader.judge import judging, recording, run, seeds, submission, testcells
from grader.judge.judging import Task
from minigrad import playing

Resources = dict[str, Any]
Preprocessed = tuple[NotebookNode, Resources]


class SubmissionExporter(NotebookExporter):
    """Reads submissions with care: a damaged one is graded with 0 points and does not stop the class."""

    def __init__(self, **options: Any) -> None:
        """NotRecorded: another grader keeps the lock; it is said before anything has been touched."""
        super().__init__(**options)
        course = getattr(self.parent, "coursedir", None)
        if course is not None:
            try:
                with recording.locked(Path(course.root, "gradebook")):
                    return
            except recording.NotRecorded as why:
                course.log.error(str(why))
                raise

    def from_file(self, file_stream: TextIO, resources: Resources | None = None, **options: Any) -> Any:
        """Export a notebook from an open file: as it is if it is ours, else only what `submission.read` takes."""
        if not getattr(self.parent, "_sanitizing", True):
            return super().from_file(file_stream, resources=resources, **options)
        try:
            forget_links(Path(getattr(file_stream, "name", "")))
            notebook = submission.read(file_stream.read(submission.MAX_BYTES + 1))
        except UnicodeDecodeError as error:
            notebook = submission.stand_in(f"the file is not a notebook, it is not text ({error.reason})")
        except submission.Damaged as damage:
            notebook = submission.stand_in(str(damage))
        return self.from_notebook_node(notebook, resources=resources, **options)


def forget_links(submitted: Path) -> None:
    """Take what nbgrader has copied through links out of the folder of autograded notebooks: it is not the student's.

    Damaged: the notebook itself is a link.
    """
    if submitted.is_symlink():
        raise submission.Damaged(f"{submitted.name} is a link, not a notebook")
    places = submitted.parts
    for link in (path for path in submitted.parent.rglob("*") if path.is_symlink()):
        copied = Path(*places[:-4], "autograded", *places[-3:-1], link.relative_to(submitted.parent))
        if copied.is_file():
            copied.unlink()


class JudgeSubmission(NbGraderPreprocessor):
    """Rebuild the submission from the release, run it, compare its answers, and write reports and scores into it."""

    seconds_per_cell = Integer(10, help="Seconds that one cell may run").tag(config=True)
    seconds_per_notebook = Integer(180, help="Seconds that a notebook may run").tag(config=True)
    unsafe = Bool(False, help="Run without a sandbox; every report says so").tag(config=True)

    @property
    def limits(self) -> run.Limits:
        """The limits as configured."""
        return run.Limits(self.seconds_per_cell, self.seconds_per_notebook)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Preprocessed:
        """The graded notebook. RuntimeError: the grader failed; a damaged submission is graded with 0 points."""
        about = resources["nbgrader"]
        course = CourseDirectory(parent=self)
        folder = course.format_path(course.release_directory, ".", about["assignment"])
        with recording.Book(about["db_url"], course.course_id).transaction() as book:
            cells = recording.source_cells(book, about["assignment"])
        assigned = judging.Assigned(
            about["assignment"],
            Path(folder, f"{about['notebook']}.ipynb").read_text(encoding="utf-8"),
            cells,
            seeds.course_secret(Path(course.root, "gradebook")),
            self.limits,
            self.unsafe,
        )
        judged = judging.judge(Task(about["student"], assigned, nbformat.writes(nb)))
        if judged.notebook is None:
            raise RuntimeError(judged.problem)
        return judged.notebook, resources


class SaveGrades(NbGraderPreprocessor):
    """Save the scores of a judged notebook in one transaction, under the lock that the command line takes too."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Preprocessed:
        """The notebook as it was. NotRecorded: the gradebook could not be written."""
        about = resources["nbgrader"]
        course = CourseDirectory(parent=self)
        book = recording.Book(about["db_url"], course.course_id)
        with recording.locked(Path(course.root, "gradebook")), book.transaction():
            recording.save(book, about["student"], about["assignment"], nb, self.config)
        return nb, resources


class PageStep(NbGraderPreprocessor):
    """A step on the way to a page. The exporter of pages configures this trait of each; nbgrader lets nobody set it."""

    display_data_priority = List(Unicode(), help="The forms of an output, the best one first").tag(config=True)


class HideHiddenTests(PageStep):
    """Take the hidden parts out of the test cells before a student sees the page."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Preprocessed:
        """The notebook with the visible part of each test cell."""
        for test in testcells.of_notebook(nb):
            nb.cells[test.index].source = test.visible.rstrip()
        return nb, resources


class SafeOutputs(PageStep):
    """Leave nothing in the outputs of a student's cells that a browser would run."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Preprocessed:
        """The notebook with text, cleaned HTML and pictures; the reports in test cells are our own."""
        for cell in nb.cells:
            for output in cell.get("outputs", ()):
                if "data" in output and not testcells.is_test(cell):
                    output.data = safe_data(output.data)
                    output.metadata = NotebookNode()
        return nb, resources


def safe_data(data: dict[str, Any]) -> NotebookNode:
    """Of an output's forms, those that cannot act: text, cleaned HTML, pictures that are pictures."""
    safe = NotebookNode()
    words = html.escape(str(data.get("text/plain", "a picture made by this cell")))
    for kind, content in data.items():
        if kind == "text/plain":
            safe[kind] = content
        elif kind == "text/html":
            safe[kind] = safe_html(str(content))
        elif kind in ("image/png", "image/jpeg") and _is_base64(content):
            safe["text/html"] = _image(kind, "".join(content), words)
            break
        elif kind == "image/svg+xml":
            code = base64.b64encode("".join(content).encode()).decode()
            safe["text/html"] = _image(kind, code, words)
            break  # inside <img> a script does not run
    return safe


def _image(kind: str, code: str, words: str) -> str:
    return f'<img src="data:{kind};base64,{code}" alt="{words}">'


DRAWN = {"svg", "g", "polygon", "polyline", "path", "ellipse", "text"}
PLACES = {"cx", "cy", "d", "height", "points", "rx", "ry", "text-anchor", "transform", "viewBox", "width", "x", "y"}
LOOKS = {"fill", "font-family", "font-size", "font-weight", "stroke", "stroke-dasharray", "stroke-width"}
MOST_TAGS = 10_000  # cleaning HTML that is nested deeply takes the square of its tags
PLAYED = {"minigrad-play", "figure", "frames", "frame", "words", "node", "edge", "mark"}


def safe_html(content: str) -> str:
    """HTML that cannot act. A backward pass by `play` keeps its picture and marks, and gets the script from here."""
    if content.count("<") > MOST_TAGS:
        return f"<pre>{html.escape(content[:MOST_TAGS])}</pre>"
    if "minigrad-play" not in content:
        return nh3.clean(content)
    kept = nh3.clean(
        content,
        tags=nh3.ALLOWED_TAGS | DRAWN,
        attributes=nh3.ALLOWED_ATTRIBUTES | dict.fromkeys(DRAWN, PLACES | LOOKS),
        generic_attribute_prefixes={"data-"},
        allowed_classes=dict.fromkeys(nh3.ALLOWED_TAGS | DRAWN, PLAYED),
        attribute_filter=lambda tag, name, value: None if "url(" in value.lower() else value,
    )
    return f"{playing.STYLE}{kept}{playing.SCRIPT}"


def _is_base64(content: Any) -> bool:
    try:
        return bool(base64.b64decode("".join(content).replace("\n", ""), validate=True))
    except (TypeError, ValueError, binascii.Error):
        return False


@lru_cache(maxsize=1000)  # a class shares most of its cells
def safe_markdown(source: str) -> str:
    """nbconvert's filter `markdown2html` with the HTML cleaned, for the pages of students."""
    return safe_html(str(markdown2html(source)))
