"""From a notebook to its answers: one process, two passes.

`answers_of` is a pure function of the notebook, the inputs and the holes. It knows no gradebook, no student and no
expectation, and it is the only place where a student's code runs.

First pass: the notebook from top to bottom, the test cells without their hidden parts. Second pass: the hidden
parts, whose outputs are read for answers and then dropped. The inputs of a cell's cases are sent in right before it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from grader.inside import answers
from grader.inside.confinement import Bounds
from grader.judge import testcells, warm

if TYPE_CHECKING:
    from grader.judge import kernel

RECEIVE = "__import__('grader.inside.checking', fromlist=['receive']).receive({!r})"
WARM, KERNEL, UNSAFE = "warm", "kernel", "unsafe"  # the runners; the last has no sandbox around it


@dataclass(frozen=True)
class Limits:
    """Seconds for one cell and for the whole notebook; bytes of output that a cell and all cells together may leave."""

    cell: int = 10
    notebook: int = 180
    output: int = 1_000_000
    outputs: int = 5_000_000


@dataclass
class Run:
    """What came out of a notebook: the outputs of its cells, and the answers of its test cells as sent.

    outputs   of the first pass, by cell index, without the answers
    visible   by grade_id: the answers of the first pass, a list for each case
    hidden    the same of the second pass
    stopped   by cell index: why the cell did not come to its end ("the time limit of 10 s", ...)
    seconds   how long it took
    """

    outputs: dict[int, list[NotebookNode]] = field(default_factory=dict)
    visible: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    hidden: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    stopped: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Request:
    """Code to execute: a cell (`test` says whether it is trusted to answer), or inputs sent in."""

    index: int
    source: str
    test: str = ""
    hidden: bool = False


def answers_of(
    notebook: NotebookNode,
    inputs: dict[str, tuple],
    holes: tuple[str, ...],
    limits: Limits | None = None,
    runner: str = WARM,
) -> Run:
    """Run a rebuilt notebook and collect its answers. `inputs` are those of all its cases, by name.

    NoSandbox: the machine has none, and the runner is not UNSAFE.
    """
    limits = limits or Limits()
    requests = _requests(notebook, inputs)
    run = Run()
    begun = time.monotonic()
    with closing(_process(runner, holes)) as process:
        _execute(process, requests, run, limits)
    run.seconds = time.monotonic() - begun
    return run


def _process(runner: str, holes: tuple[str, ...]) -> warm.Process | kernel.Kernel:
    if runner == WARM:
        return warm.notebook(holes, Bounds())
    from grader.judge import kernel  # here, because jupyter_client takes its time and most notebooks need no kernel

    return kernel.Kernel(holes, confined=runner == KERNEL)


def runner_of(notebook: NotebookNode) -> str:
    """A release whose metadata says {"minigrad": {"kernel": true}} needs a true kernel: for widgets or comms."""
    return KERNEL if notebook.metadata.get("minigrad", {}).get("kernel") else WARM


def _requests(notebook: NotebookNode, inputs: dict[str, tuple]) -> list[Request]:
    tests = {test.index: test for test in testcells.of_notebook(notebook)}
    first: list[Request] = []
    second: list[Request] = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        test = tests.get(index)
        if test is None:
            first.append(Request(index, cell.source))
            continue
        first += _sending(index, test.visible_cases, inputs)
        first.append(Request(index, test.visible, test.grade_id))
        if test.hidden.strip():
            second += _sending(index, test.hidden_cases, inputs, hidden=True)
            second.append(Request(index, test.hidden, test.grade_id, hidden=True))
    return first + second


def _sending(index: int, cases: Sequence[str], inputs: dict[str, tuple], hidden: bool = False) -> list[Request]:
    wanted = {name: answers.encode(inputs[name]) for name in cases if inputs.get(name)}
    for name, tree in wanted.items():
        if tree["kind"] == "refused":
            raise TypeError(f"the inputs of case {name} are not plain data: {tree['why']}")
    return [Request(index, RECEIVE.format(json.dumps(wanted)), hidden=hidden)] if wanted else []


def _execute(process: warm.Process | kernel.Kernel, requests: list[Request], run: Run, limits: Limits) -> None:
    """Execute the requests in order; a cell that hangs is interrupted, a process that is gone costs what follows."""
    deadline, left = time.monotonic() + limits.notebook, limits.outputs
    over = ""
    for request in requests:
        if over:
            run.stopped.setdefault(request.index, over)
            continue
        room = limits.output if request.test else min(left, limits.output)  # answers always find room
        outcome = process.run(request.source, limits.cell, room)
        left -= sum(len(json.dumps(output)) for output in outcome.outputs)
        if outcome.stopped:
            run.stopped[request.index] = outcome.stopped
        _collect(request, outcome.outputs, run)
        if outcome.gone:
            over = "not reached: the process ended in an earlier cell"
        elif time.monotonic() > deadline:
            over = f"not reached: the notebook ran longer than {limits.notebook} s"


def _collect(request: Request, outputs: list[NotebookNode], run: Run) -> None:
    """Sort a request's outputs: answers are read from test cells alone, and the hidden pass leaves nothing else."""
    found = [output for output in outputs if answers.MIME in output.get("data", {})]
    if request.test:
        into = (run.hidden if request.hidden else run.visible).setdefault(request.test, {})
        for output in found:
            message = output["data"][answers.MIME]
            if isinstance(message, dict) and isinstance(message.get("case"), str):
                into.setdefault(message["case"], []).append(message.get("answer"))
    if not request.hidden:
        kept = [output for output in outputs if answers.MIME not in output.get("data", {})]
        run.outputs.setdefault(request.index, []).extend(kept)
