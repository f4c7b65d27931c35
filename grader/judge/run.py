"""From a notebook to its answers: one kernel, two passes.

`answers_of` is a pure function of the notebook, the inputs and the holes. It knows no gradebook, no student and no
expectation, and it is the only place where a student's code runs; a sandbox goes around the kernel it starts.

First pass: the notebook from top to bottom, the test cells without their hidden parts. Second pass: the hidden
parts, whose outputs are read for answers and then dropped. The inputs of a cell's cases are sent in right before it.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from grader.inside import answers
from grader.judge import package, testcells

RECEIVE = "__import__('grader.inside.checking', fromlist=['receive']).receive({!r})"
TIME_LIMIT = {"ename": "TimeLimit", "evalue": "", "traceback": []}
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ")
PASSED_ON_PREFIXES = ("OPENBLAS_", "OMP_", "MKL_")


@dataclass(frozen=True)
class Limits:
    """Seconds for one cell, seconds for the whole notebook, and bytes of output that a cell may leave."""

    cell: int = 10
    notebook: int = 180
    output: int = 1_000_000


@dataclass
class Run:
    """What came out of a notebook: the outputs of its cells, and the answers of its test cells as sent.

    outputs   of the first pass, by cell index, without the answers
    visible   by grade_id: the answers of the first pass, a list for each case
    hidden    the same of the second pass
    stopped   by cell index: why the cell did not come to its end ("the time limit of 10 s", ...)
    """

    outputs: dict[int, list[NotebookNode]] = field(default_factory=dict)
    visible: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    hidden: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    stopped: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One piece of code to run: a cell (`test` says whether it is trusted to answer), or inputs sent in."""

    index: int
    source: str
    test: str = ""
    hidden: bool = False


def answers_of(
    notebook: NotebookNode, inputs: dict[str, tuple], holes: tuple[str, ...], limits: Limits | None = None
) -> Run:
    """Run a rebuilt notebook and collect its answers. `inputs` are those of all its cases, by name."""
    limits = limits or Limits()
    steps = _steps(notebook, inputs)
    run = Run()
    with tempfile.TemporaryDirectory(prefix="minigrad-run-") as name:
        folder = Path(name)
        package.copy_to(folder, holes)
        script = new_notebook(cells=[new_code_cell(step.source) for step in steps])
        client = Client(script, kernel_name=_kernel(notebook), limit=limits.output, timeout=limits.cell)
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # what goes past the notebook
        with client.setup_kernel(cwd=str(folder), env=environment(folder), **silent):
            _run_steps(client, steps, run, limits)
    return run


def _steps(notebook: NotebookNode, inputs: dict[str, tuple]) -> list[Step]:
    tests = {test.index: test for test in testcells.of_notebook(notebook)}
    first: list[Step] = []
    second: list[Step] = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        test = tests.get(index)
        if test is None:
            first.append(Step(index, cell.source))
            continue
        first += _sending(index, test.visible_cases, inputs)
        first.append(Step(index, test.visible, test.grade_id))
        if test.hidden.strip():
            second += _sending(index, test.hidden_cases, inputs)
            second.append(Step(index, test.hidden, test.grade_id, hidden=True))
    return first + second


def _sending(index: int, cases: list[str], inputs: dict[str, tuple]) -> list[Step]:
    wanted = {name: answers.encode(inputs[name]) for name in cases if inputs.get(name)}
    for name, tree in wanted.items():
        if tree["kind"] == "refused":
            raise TypeError(f"the inputs of case {name} are not plain data: {tree['why']}")
    return [Step(index, RECEIVE.format(json.dumps(wanted)))] if wanted else []


def _kernel(notebook: NotebookNode) -> str:
    return notebook.metadata.get("kernelspec", {}).get("name", "python3")


def environment(folder: Path) -> dict[str, str]:
    """All that a graded kernel sees of the environment."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }
    return {
        **kept,
        "HOME": str(folder),
        "PYTHONPATH": str(folder),
        "NBGRADER_EXECUTION": "autograde",
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
    }


class Client(NotebookClient):
    """nbclient's executor with a limit on the output that one cell may leave."""

    def __init__(self, notebook: NotebookNode, *, limit: int, **options: Any) -> None:
        super().__init__(
            notebook,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout=TIME_LIMIT,
            on_cell_executed=self._note_interrupt,
            raise_on_iopub_timeout=True,
            iopub_timeout=4,
            shutdown_kernel="immediate",
            **options,
        )
        self.left = limit
        self.interrupted = False

    def _note_interrupt(self, *, execute_reply: dict, **about: Any) -> None:
        self.interrupted = execute_reply["content"].get("ename") == TIME_LIMIT["ename"]

    def output(self, outs: list, msg: dict, display_id: str | None, cell_index: int) -> NotebookNode | None:
        """Keep an output as long as the cell's limit is not used up."""
        self.left -= len(json.dumps(msg["content"], default=str))
        return super().output(outs, msg, display_id, cell_index) if self.left >= 0 else None


def _run_steps(client: Client, steps: list[Step], run: Run, limits: Limits) -> None:
    """Run the steps in order; a cell that hangs is interrupted, and a kernel that is gone costs what follows."""
    deadline = time.monotonic() + limits.notebook
    over = ""
    for number, step in enumerate(steps):
        if over:
            run.stopped.setdefault(step.index, over)
            continue
        cell = client.nb.cells[number]
        client.left, client.interrupted = limits.output, False
        try:
            client.execute_cell(cell, number, store_history=False)
        except CellTimeoutError:
            over = "not reached: an earlier cell ran into the time limit and could not be interrupted"
            run.stopped[step.index] = f"the time limit of {limits.cell} s"
        except DeadKernelError:
            over = "not reached: the kernel ended in an earlier cell"
            run.stopped[step.index] = "the kernel ended in this cell"
        else:
            if client.interrupted:
                run.stopped[step.index] = f"the time limit of {limits.cell} s"
        _collect(step, cell.outputs, run)
        if time.monotonic() > deadline and not over:
            over = f"not reached: the notebook ran longer than {limits.notebook} s"


def _collect(step: Step, outputs: list[NotebookNode], run: Run) -> None:
    """Sort a step's outputs: answers are read from test cells alone, and the hidden pass leaves nothing else."""
    found = [output for output in outputs if answers.MIME in output.get("data", {})]
    if step.test:
        into = (run.hidden if step.hidden else run.visible).setdefault(step.test, {})
        for output in found:
            message = output["data"][answers.MIME]
            if isinstance(message, dict) and isinstance(message.get("case"), str):
                into.setdefault(message["case"], []).append(message.get("answer"))
    if not step.hidden:
        kept = [output for output in outputs if output not in found]
        run.outputs.setdefault(step.index, []).extend(kept)
