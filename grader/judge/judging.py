"""One submission, from what was handed in to its graded notebook: a pure function, for any process and any machine.

`judge` reads no gradebook and writes no file. What it must know of the course comes in its `Task`; what it gives
back is the notebook as nbgrader keeps it (sources, outputs, reports, scores) and a few facts for the result table.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from grader.judge import run, score, submission, testcells

GLANCE = 0.5  # seconds between two looks whether the coordinator is still there
UNSAFE_WORD = "**This notebook was run without a sandbox** (`--unsafe`)."


@dataclass(frozen=True)
class SourceCell:
    """A cell as the gradebook has it: the source with its hidden tests, and nbgrader's checksum."""

    locked: bool
    source: str
    checksum: str


@dataclass(frozen=True)
class Assigned:
    """What is the same for all submissions of an assignment.

    release   the student version, as JSON
    cells     by grade_id: the cells as they are in the gradebook
    secret    of the course, for the hidden inputs
    limits    of cells, notebooks and outputs
    unsafe    whether to run without a sandbox
    """

    name: str
    release: str
    cells: Mapping[str, SourceCell]
    secret: bytes
    limits: run.Limits = field(default_factory=run.Limits)
    unsafe: bool = False


@dataclass(frozen=True)
class Task:
    """One submission: the text of the notebook, or why there is none; and the fingerprint of what was read."""

    student: str
    assigned: Assigned
    text: str
    why_not: str = ""
    fingerprint: str = ""


@dataclass
class Judged:
    """A graded submission.

    notebook     as it goes into the folder of autograded notebooks
    damaged      why nothing could be graded, "" if it could
    missing      grade_ids of solution cells that the submission lacks
    stopped      by grade_id or number of the cell: why it did not come to its end
    findings     of each check: the cell, its label, points, what was earned, the diagnoses
    seconds      that the notebook ran
    problem      of the grader itself, not of the submission: nothing above holds
    fingerprint  of the task
    """

    student: str
    assignment: str
    notebook: NotebookNode | None = None
    damaged: str = ""
    missing: list[str] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    problem: str = ""
    fingerprint: str = ""


def begin_worker(coordinator: int) -> None:
    """Make this process a worker: it leaves Ctrl-C to its coordinator, and ends when that has ended, however."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=[coordinator], daemon=True).start()


def _end_with(coordinator: int) -> None:
    while os.getppid() == coordinator:
        time.sleep(GLANCE)
    os._exit(1)  # its sandboxes end with it


def judge(task: Task) -> Judged:
    """Grade one submission. It raises nothing: a fault of the grader itself is told as `problem`."""
    try:
        return _judge(task)
    except Exception as error:  # one submission must not end the class
        return Judged(task.student, task.assigned.name, problem=f"{type(error).__name__}: {error}"[:500])


def _judge(task: Task) -> Judged:
    assigned = task.assigned
    try:
        handed_in = submission.stand_in(task.why_not) if task.why_not else submission.read(task.text)
    except submission.Damaged as damage:
        handed_in = submission.stand_in(str(damage))
    notebook = submission.rebuild(nbformat.reads(assigned.release, as_version=4), handed_in)
    restore(notebook, assigned.cells)
    about = notebook.metadata.minigrad
    known = score.Assignment.load(assigned.name)
    inputs = known.inputs(assigned.secret, about.digest)
    if about.damaged:
        why = "the submission could not be read"
        done = run.Run(stopped={test.index: why for test in testcells.of_notebook(notebook)})
    else:
        runner = run.UNSAFE if assigned.unsafe else run.runner_of(notebook)
        done = run.answers_of(notebook, inputs, known.holes, assigned.limits, runner)
    results = score.results(notebook, known, inputs, done)
    score.write(notebook, results, done)
    judged = Judged(
        task.student,
        assigned.name,
        notebook,
        about.damaged or "",
        list(about.missing),
        {} if about.damaged else {_name(notebook, index): why for index, why in done.stopped.items()},
        [finding for result in results for finding in result.findings()],
        done.seconds,
        fingerprint=task.fingerprint,
    )
    _say(notebook, about.damaged, assigned.unsafe)
    return judged


def restore(notebook: NotebookNode, cells: Mapping[str, SourceCell]) -> None:
    """Give a rebuilt notebook the gradebook's test cells, hidden parts included, as nbgrader's OverwriteCells does."""
    for cell in notebook.cells:
        known = cells.get(submission.grade_id(cell))
        if known is not None:
            cell.metadata.nbgrader["checksum"] = known.checksum
            if known.locked:
                cell.source = known.source


def _name(notebook: NotebookNode, index: int) -> str:
    return submission.grade_id(notebook.cells[index]) or f"cell {index + 1}"


def _say(notebook: NotebookNode, damaged: str | None, unsafe: bool) -> None:
    """Words at the top of the graded notebook, and so of the feedback page."""
    words = [f"**This submission could not be graded:** {damaged}."] if damaged else []
    words += [UNSAFE_WORD] if unsafe and not damaged else []
    for text in reversed(words):
        notebook.cells.insert(0, new_markdown_cell(text, id=f"remark-{len(text)}"))


def plain(judged: Judged) -> str:
    """The graded notebook as the text of its file."""
    assert judged.notebook is not None
    return json.dumps(judged.notebook, indent=1, sort_keys=True) + "\n"
