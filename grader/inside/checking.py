"""`check(case, answer)`: the one function that test cells call.

In JupyterLab it compares at once and shows a report. When a submission is graded it only runs the answer and
sends it out as plain data: what is right is known, and decided, elsewhere.
"""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside import answers, holes

SECONDS = 10.0  # that one case may take in the lab
_sent_in: dict[str, tuple] = {}


def check(case: str, answer: Any, uses: dict[str, Callable[..., Any]] | None = None) -> float:
    """Check one answer and return the points it earned.

    case    the name of the case
    answer  a value, or a function that is called with the case's inputs and returns one
    uses    functions to put into the live engine while `answer` runs: {"engine.walk": walk}

    Under nbgrader's Validate a wrong answer raises CheckFailed with the report as its message.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        _send(case, run(answer, _sent_in.get(case, ()), uses or {}, ()))
        return 0.0
    return _check_in_the_lab(case, answer, uses or {})


def run(answer: Any, inputs: tuple, uses: dict[str, Callable[..., Any]], closed: tuple[str, ...]) -> dict[str, Any]:
    """Run the answer with the holes `closed` and the student's functions in place; the result as plain data."""
    try:
        if not callable(answer) or _is_data(answer):
            return answers.encode(answer)
        with holes.live(closed, uses):
            return answers.encode(answer(*copy.deepcopy(inputs)))
    except (Exception, SystemExit) as error:
        return answers.encode_exception(error)


def _is_data(answer: Any) -> bool:
    return hasattr(answer, "dtype") and hasattr(answer, "shape")


def receive(text: str) -> None:
    """The judge's inputs for the cases of the next cell, as JSON."""
    _sent_in.clear()
    _sent_in.update({name: answers.decode(tree) for name, tree in json.loads(text).items()})


def _send(case: str, answer: dict[str, Any]) -> None:
    from IPython.display import display

    display({answers.MIME: {"case": case, "answer": answer}}, raw=True)


class CheckFailed(AssertionError):
    """A wrong answer under Validate. In place of a traceback through the grader it shows the report."""

    def _render_traceback_(self) -> list[str]:
        return str(self).split("\n")


class Points(float):
    """The points of a check in the lab: as a cell's last value they are not shown, the report has them.

    nbgrader's Validate counts a cell with no value as passed.
    """

    def _ipython_display_(self) -> None:
        pass

    def __add__(self, other: float) -> Points:
        return Points(float(self) + other)

    __radd__ = __add__


def _check_in_the_lab(name: str, answer: Any, uses: dict[str, Callable[..., Any]]) -> Points:
    from grader.inside import cases, progress, report
    from grader.inside.compare import verdict_on
    from grader.inside.limits import TimeLimit, time_limit
    from minigrad import troubles

    validating = bool(os.environ.get("NBGRADER_VALIDATING"))
    found = cases.find(name)
    if found is None:
        report.show(report.not_here(name))
        return Points(0.0)
    case, closed = found
    inputs = case.draw(np.random.default_rng(0))
    try:
        with time_limit(SECONDS):
            sent = run(answer, inputs, uses, closed)
    except TimeLimit as over:
        sent = answers.encode_exception(over)
    verdict = verdict_on(case, inputs, answers.decode(sent))
    if validating and not verdict.right:
        raise CheckFailed(report.as_text(verdict))
    report.show(verdict, _picture(verdict, lambda: run(answer, inputs, uses, closed)))
    if not validating:
        progress.record(name, verdict.earned, verdict.right)
    if verdict.raised and verdict.raised.type == "NameError":
        troubles.missing += re.findall(r"name '(\w+)' is not defined", verdict.raised.message)
    return Points(verdict.earned)


def _picture(verdict: Any, again: Callable[[], Any]) -> str:
    """The graph of a wrong answer, that of one that fails with what was saved in it; of an endless one none."""
    from grader.inside import picture

    if verdict.right or "took too long" in verdict.diagnoses:
        return ""
    return picture.of(again, saved=not {"graph freed", "saved tensor changed in place"}.isdisjoint(verdict.diagnoses))
