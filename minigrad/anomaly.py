"""Chapter 10, anomaly: which line made the gradient that is not a number?

While anomaly detection is on, each operation remembers the line of the program that recorded it, and the walk stops at
the first rule that fails, or that turns numbers into nan.
"""

import sys
import traceback
import warnings
from collections.abc import Sequence
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from .graph import Edge, Node, mode
from .hooks import Wrapped, also, as_tensors, watch, wrap_op

made_at: WeakKeyDictionary[Node, list[traceback.FrameSummary]] = WeakKeyDictionary()


class Watched(Wrapped):
    """An operation whose errors and gradients that are not numbers are reported with the line that recorded it."""

    check_nan = True

    def gradients(self, node: Node, g: Any, edges: Sequence, recorded: bool, owned: bool) -> list:
        """The gradients. RuntimeError: there is a nan among them."""
        if not is_anomaly_enabled():
            return super().gradients(node, g, edges, recorded, owned)
        try:
            found = super().gradients(node, g, edges, recorded, owned)
        except Exception:
            report(node)
            raise
        for i, gi in enumerate(found if self.check_nan else ()):
            if edges[i] is not None and any([t is not None and np.isnan(t.array).any() for t in as_tensors([gi])]):
                report(node)
                raise RuntimeError(f"Function '{node.name()}' returned nan values in its {i}th output.")
        return found


def remember_line(node: Node) -> None:
    """Keep the calls that led to the recording of `node`."""
    made_at[node] = callers()


def callers() -> list[traceback.FrameSummary]:
    """The calls that led here, the last one first, without minigrad's own."""
    return [
        traceback.FrameSummary(frame.f_code.co_filename, line, frame.f_code.co_name, lookup_line=False)
        for frame, line in traceback.walk_stack(sys._getframe())
        if not is_own(frame)
    ]


def worth_showing(calls: list[traceback.FrameSummary]) -> list[traceback.FrameSummary]:
    """Of these calls, the last one first, those to show, the last one last: eight, or in a notebook all of its cell."""
    cells = [i for i, call in enumerate(calls) if cell_of(call.filename)]
    return list(reversed(calls[: cells[-1] + 1] if cells else calls[:8]))


def is_own(frame: FrameType) -> bool:
    """Whether a call runs code of minigrad, or of a cell that builds a module of it."""
    return frame.f_globals.get("__name__", "").partition(".")[0] == __package__


def cell_of(filename: str) -> str | None:
    """What IPython calls the notebook cell with this file name, "Cell In[3]"; None if it is no cell."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    named = shell.compile.format_code_name(filename) if shell is not None else None
    return " ".join(named) if named is not None else None


def report(node: Node) -> None:
    """A UserWarning with the lines of the forward call that made `node`."""
    stack = made_at.get(node)
    if stack is None:
        text = (
            f"Error detected in {node.name()}. No forward pass information available. "
            "Enable detect anomaly during forward pass for more information."
        )
    else:
        lines = "".join([shown(call) for call in worth_showing(stack)]).rstrip()
        text = f"Error detected in {node.name()}. Traceback of forward call that caused the error:\n{lines}"
    here = callers()[0]
    warnings.warn_explicit(text, UserWarning, cell_of(here.filename) or here.filename, here.lineno or 0)


def shown(call: traceback.FrameSummary) -> str:
    """One call as Python shows it in a traceback; with IPython's name for a cell in the place of a file's."""
    [text] = traceback.format_list([call])
    cell = cell_of(call.filename)
    return text.replace(f'File "{call.filename}"', cell, 1) if cell is not None else text


def watch_walk(roots: Sequence[Edge], check_nan: bool) -> None:
    """Have every node behind `roots` watched."""
    todo, seen = [root for root in roots if isinstance(root, Node)], set(roots)
    while todo:
        node = todo.pop()
        wrap_op(node, Watched).check_nan = check_nan
        following = [edge for edge in node.edges if isinstance(edge, Node) and edge not in seen]
        seen.update(following)
        todo += following


class set_detect_anomaly:
    """Turn anomaly detection on or off: at once as a plain call, and back again at the end of a `with` block.

    While it is on, each operation remembers the line that recorded it, and a backward that fails or, with
    `check_nan`, makes a gradient that is not a number, warns with that line and raises a RuntimeError.
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self.before = current()
        switch(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: Any) -> None:
        watch(self.before[0])
        mode.before_walk = self.before[1]


class detect_anomaly(set_detect_anomaly):
    """The same for a `with` block alone, with torch's warning that it is slow."""

    def __init__(self, check_nan: bool = True) -> None:
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for "
            "debugging.",
            stacklevel=2,
        )
        self.before, self.check_nan = current(), check_nan

    def __enter__(self) -> None:
        self.before = current()
        switch(True, self.check_nan)


def current() -> tuple:
    """Who watches new nodes and walks at the moment."""
    return mode.recording, mode.before_walk


def switch(on: bool, check_nan: bool) -> None:
    """Start or stop to remember lines and to watch walks."""
    if on and mode.before_walk is None:
        watch(also(mode.recording, remember_line))
    elif not on:
        watch(True)
    mode.before_walk = (lambda roots: watch_walk(roots, check_nan)) if on else None


def is_anomaly_enabled() -> bool:
    """Whether anomaly detection is on."""
    return mode.before_walk is not None
