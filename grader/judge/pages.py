"""The feedback pages of a class: nbgrader's, made by one exporter."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import GetGrades

from grader.judge.course import Course


@lru_cache(maxsize=1000)  # a class shares most of its cells
def _highlighted(source: str) -> str:
    return Highlight2HTML(pygments_lexer="ipython3")(source)


def highlighted(source: str, language: Any = None, metadata: Any = None) -> str:
    """nbconvert's filter `highlight_code`, for the one language that there is."""
    return _highlighted(source)


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
        self.exporter._preprocessors = []
        for step in course.config.GenerateFeedback.preprocessors:
            if step is not GetGrades:
                self.exporter.register_preprocessor(step, enabled=True)

    def page(self, notebook: NotebookNode, resources: dict[str, Any]) -> str:
        """The page of a graded notebook; `resources["nbgrader"]` says whose it is and holds the scores."""
        resources["unique_key"] = resources["nbgrader"]["notebook"]
        return self.exporter.from_notebook_node(notebook, resources=resources)[0]
