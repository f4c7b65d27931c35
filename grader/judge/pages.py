"""The feedback pages of a class: nbgrader's, made by one exporter, and the notes by which its exchange returns them."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import GetGrades

from grader.judge import recording
from grader.judge.course import Course

TIMESTAMP = "timestamp.txt"
NOTES = (TIMESTAMP, "submission_secret.txt")  # what the exchange leaves beside a submission
LONGEST_NOTE = 1_000


@lru_cache(maxsize=1000)  # a class shares most of its cells
def _highlighted(source: str) -> str:
    return Highlight2HTML(pygments_lexer="ipython3")(source)


def highlighted(source: str, language: Any = None, metadata: Any = None) -> str:
    """nbconvert's filter `highlight_code`, for the one language that there is."""
    return _highlighted(source)


# nbgrader's template, for those who do not see the page: its language, a heading of the first level, links that stand
# out from what is behind them.
MENDED = {
    "<html>": '<html lang="en">',
    "<h4>": '<h1 class="h4">',
    "</h4>": "</h1>",
    "color: #BBBBBB": "color: #FFFFFF; text-decoration: underline",
}


class PageExporter(HTMLExporter):
    """nbconvert's exporter without its last step.

    That one parses the finished page to give pictures a text alternative, which `SafeOutputs` has done, and takes
    twice the time of all the rest.
    """

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **options: Any) -> Any:
        """The page and its resources."""
        self.register_filter("highlight_code", highlighted)
        return TemplateExporter.from_notebook_node(self, nb, self._init_resources(resources), **options)


class Pages:
    """Feedback pages, from notebooks into which the grades were put."""

    def __init__(self, course: Course) -> None:
        converter = GenerateFeedback(coursedir=CourseDirectory(config=course.config), config=course.config)
        self.exporter = PageExporter(parent=converter, config=converter.config)
        self.exporter.optimistic_validation = True  # once, not after each step
        self.exporter._preprocessors = []
        for step in course.config.GenerateFeedback.preprocessors:
            if step is not GetGrades:
                self.exporter.register_preprocessor(step, enabled=True)

    def page(self, notebook: NotebookNode, resources: dict[str, Any]) -> str:
        """The page of a graded notebook; `resources["nbgrader"]` says whose it is and holds the scores."""
        resources["unique_key"] = resources["nbgrader"]["notebook"]
        page = self.exporter.from_notebook_node(notebook, resources=resources)[0]
        for old, new in MENDED.items():
            page = page.replace(old, new, 1)
        return page


def keep_notes(course: Course, student: str, assignment: str) -> None:
    """Put the exchange's notes on a submission beside the graded notebook and the page.

    nbgrader's release_feedback gives no page back without them. Of an earlier submission none are left.
    """
    graded = course.gradebook / "autograded" / student / assignment / f"{assignment}.ipynb"
    for name in NOTES:
        text, note = "", course.submitted(student, assignment).with_name(name)
        with suppress(OSError, UnicodeDecodeError):
            if note.is_file() and not note.is_symlink():
                with note.open(encoding="utf-8") as file:
                    text = file.read(LONGEST_NOTE)
        for place in (graded, course.feedback(student, assignment)):
            if text:
                recording.write(place.with_name(name), text)
            else:
                place.with_name(name).unlink(missing_ok=True)
