"""From answers to points: verdicts on every case of a notebook, and the outputs from which nbgrader reads a score."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from grader.inside import answers, cases, report
from grader.inside.cases import Case
from grader.inside.compare import Verdict, verdict_on
from grader.judge import seeds, testcells
from grader.judge.run import Run
from grader.judge.testcells import TestCell


@dataclass(frozen=True)
class Assignment:
    """What the judge knows about an assignment: its visible and hidden cases by name, and its holes."""

    name: str
    visible: dict[str, Case]
    hidden: dict[str, Case]
    holes: tuple[str, ...]

    @classmethod
    def load(cls, name: str) -> Assignment:
        """The assignment's modules of cases and references."""
        visible, holes = cases.of_assignment(name)
        module = importlib.import_module(f"grader.judge.references.{cases.module_name(name)}")
        return cls(name, visible, cases.with_mistakes(name, module.CASES), holes)

    def inputs(self, secret: bytes, digest: str) -> dict[str, tuple]:
        """The inputs of all cases: fixed, or drawn from the course secret for this submission."""
        both = self.visible | self.hidden
        return {name: case.draw(seeds.generator(secret, self.name, name, digest)) for name, case in both.items()}


@dataclass(frozen=True)
class Result:
    """The verdicts on one test cell, and the score they make."""

    test: TestCell
    verdicts: tuple[Verdict, ...]

    @property
    def score(self) -> float:
        """A Python float between 0 and the cell's points: nbgrader gives full marks for anything else."""
        earned = sum(float(verdict.earned) for verdict in self.verdicts)
        return float(min(max(earned, 0.0), self.test.points))

    def findings(self) -> list[dict[str, Any]]:
        """What the class report counts: a row for each check."""
        return [
            {
                "cell": self.test.grade_id,
                "case": verdict.case.name,
                "label": verdict.case.label,
                "points": float(verdict.case.points),
                "earned": verdict.earned,
                "answered": verdict.answered,
                "diagnoses": list(verdict.diagnoses),
            }
            for verdict in self.verdicts
        ]


def results(notebook: NotebookNode, assignment: Assignment, inputs: dict[str, tuple], run: Run) -> list[Result]:
    """The result of every test cell of a notebook that was run with these inputs."""
    found = []
    for test in testcells.of_notebook(notebook):
        verdicts = []
        for names, known, sent, hidden in (
            (test.visible_cases, assignment.visible, run.visible, False),
            (test.hidden_cases, assignment.hidden, run.hidden, True),
        ):
            came = sent.get(test.grade_id, {})
            for name in names:
                got = _answer(came.get(name, []), _why_not(run, test))
                verdicts.append(verdict_on(known[name], inputs[name], got, hidden))
        found.append(Result(test, tuple(verdicts)))
    return found


def _answer(came: list[Any], why_not: str) -> Any:
    """The one answer to a case. Of several, none counts: a check is called once."""
    if not came:
        return answers.Refused(f"no answer came out of this cell: {why_not}")
    try:
        if any(other != came[0] for other in came[1:]):
            return answers.Refused("the case was answered more than once, and not alike")
    except RecursionError:
        return answers.Refused("the answer is not in the form that check sends")
    return answers.decode(came[0])


def _why_not(run: Run, test: TestCell) -> str:
    if test.index in run.stopped:
        return run.stopped[test.index]
    for output in run.outputs.get(test.index, ()):
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}"[:500]
    return "it ended before it came to this check"


def write(notebook: NotebookNode, found: list[Result], run: Run) -> None:
    """Put the outputs of the first pass, the reports and the scores into the notebook.

    A test cell keeps what was printed, but nothing that nbgrader would take for a verdict: text on stderr and
    errors score 0 there, however harmless. The score is the cell's one result.
    """
    for index, outputs in run.outputs.items():
        notebook.cells[index].outputs = list(outputs)
    for index, why in run.stopped.items():
        remark = f"This cell did not come to its end: {why}."
        notebook.cells[index].outputs.append(_output("display_data", {"text/plain": remark}))
    for result in found:
        cell = notebook.cells[result.test.index]
        printed = [
            NotebookNode(output_type="stream", name="stdout", text=output.text)
            for output in cell.outputs
            if output.output_type == "stream"
        ]
        points = (report.points_as_html(result.verdicts), report.points_as_text(result.verdicts))
        each = ((report.as_html(verdict), report.as_text(verdict)) for verdict in result.verdicts)
        reports = [
            _output("display_data", {"text/html": html, "text/plain": text}) for html, text in (points, *each)
        ]
        score = _output("execute_result", {"text/plain": repr(result.score)}, execution_count=None)
        cell.outputs = [*printed, *reports, score]


def _output(kind: str, data: dict[str, str], **more: Any) -> NotebookNode:
    """nbformat's new_output, which validates each one against the schema of notebooks: a third of all the time."""
    return NotebookNode(output_type=kind, data=NotebookNode(data), metadata=NotebookNode(), **more)
