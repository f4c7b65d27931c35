"""The judge as nbgrader's configurable steps, so that its commands and formgrader's button take this road.

    Autograde.exporter_class            SubmissionExporter: what cannot be read becomes an empty stand-in
    Autograde.sanitize_preprocessors    RebuildFromRelease, then nbgrader's own
    Autograde.autograde_preprocessors   RunInTwoPasses, CompareAnswers, then nbgrader's own
    GenerateFeedback.preprocessors      HideHiddenTests, nbgrader's GetGrades, SafeOutputs
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any, TextIO

import nh3
from nbconvert.exporters import NotebookExporter
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Integer, Unicode

from grader.judge import run, score, seeds, submission, testcells
from minigrad import playing

Resources = dict[str, Any]
Step = tuple[NotebookNode, Resources]


class SubmissionExporter(NotebookExporter):
    """Reads submissions with care: a damaged one is graded with 0 points and does not stop the class."""

    def from_file(self, file_stream: TextIO, resources: Resources | None = None, **options: Any) -> Any:
        """Export a notebook from an open file: as it is if it is ours, else only what `submission.read` takes."""
        if not getattr(self.parent, "_sanitizing", True):
            return super().from_file(file_stream, resources=resources, **options)
        try:
            notebook = submission.read(file_stream.read(submission.MAX_BYTES + 1))
        except UnicodeDecodeError as error:
            notebook = submission.stand_in(f"the file is not a notebook, it is not text ({error.reason})")
        except submission.Damaged as damage:
            notebook = submission.stand_in(str(damage))
        return self.from_notebook_node(notebook, resources=resources, **options)


class RebuildFromRelease(NbGraderPreprocessor):
    """Take the student's sources from the submission, and everything else from the release."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """The rebuilt notebook; a damaged submission becomes the untouched release with a word about it."""
        about = resources["nbgrader"]
        course = CourseDirectory(parent=self)
        folder = course.format_path(course.release_directory, ".", about["assignment"])
        release = submission.read_file(str(Path(folder, f"{about['notebook']}.ipynb")))
        rebuilt = submission.rebuild(release, nb)
        damage = rebuilt.metadata.minigrad.damaged
        if damage:
            rebuilt.cells.insert(0, new_markdown_cell(f"**This submission could not be graded:** {damage}."))
        return rebuilt, resources


class RunInTwoPasses(NbGraderPreprocessor):
    """Run the rebuilt notebook and collect its answers."""

    seconds_per_cell = Integer(10, help="Seconds that one cell may run").tag(config=True)
    seconds_per_notebook = Integer(180, help="Seconds that a notebook may run").tag(config=True)
    secret_folder = Unicode("gradebook", help="Where the course secret is, relative to the course").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """Leave the notebook as it is, and put the run into `resources["minigrad"]`."""
        assignment = score.Assignment.load(resources["nbgrader"]["assignment"])
        about = nb.metadata.minigrad
        secret = seeds.course_secret(Path(CourseDirectory(parent=self).root, self.secret_folder))
        inputs = assignment.inputs(secret, about.digest)
        limits = run.Limits(self.seconds_per_cell, self.seconds_per_notebook)
        if about.damaged:
            why = "the submission could not be read"
            done = run.Run(stopped={test.index: why for test in testcells.of_notebook(nb)})
        else:
            done = run.answers_of(nb, inputs, assignment.holes, limits)
        resources["minigrad"] = {"run": done, "assignment": assignment, "inputs": inputs}
        return nb, resources


class CompareAnswers(NbGraderPreprocessor):
    """Compare the answers, and write outputs, reports and scores into the notebook."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """The notebook with the outputs from which SaveAutoGrades reads the scores."""
        about = resources.pop("minigrad")
        found = score.results(nb, about["assignment"], about["inputs"], about["run"])
        score.write(nb, found, about["run"])
        return nb, resources


class HideHiddenTests(NbGraderPreprocessor):
    """Take the hidden parts out of the test cells before a student sees the page."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """The notebook with the visible part of each test cell."""
        for test in testcells.of_notebook(nb):
            nb.cells[test.index].source = test.visible.rstrip()
        return nb, resources


class SafeOutputs(NbGraderPreprocessor):
    """Leave nothing in the outputs of a student's cells that a browser would run."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
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
    for kind, content in data.items():
        if kind == "text/plain":
            safe[kind] = content
        elif kind == "text/html":
            safe[kind] = safe_html(str(content))
        elif kind in ("image/png", "image/jpeg") and _is_base64(content):
            safe[kind] = content
        elif kind == "image/svg+xml":
            code = base64.b64encode(str(content).encode()).decode()
            safe["text/html"] = f'<img src="data:image/svg+xml;base64,{code}">'
            break  # inside <img> a script does not run
    return safe


DRAWN = {"svg", "g", "polygon", "polyline", "path", "ellipse", "text"}
PLACES = {"cx", "cy", "d", "height", "points", "rx", "ry", "text-anchor", "transform", "viewBox", "width", "x", "y"}
LOOKS = {"fill", "font-family", "font-size", "font-weight", "stroke", "stroke-dasharray", "stroke-width"}
PLAYED = {"minigrad-play", "figure", "frames", "frame", "words", "node", "edge", "mark"}


def safe_html(content: str) -> str:
    """HTML that cannot act. A backward pass by `play` keeps its picture and marks, and gets the script from here."""
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


def safe_markdown(source: str) -> str:
    """nbconvert's filter `markdown2html` with the HTML cleaned, for the pages of students."""
    return nh3.clean(markdown2html(source))
