"""The graph behind a wrong answer, for the report in the lab.

A right answer costs nothing: only when one is wrong, the check runs once more, silently, and what it records is drawn.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from html import escape
from types import FrameType
from typing import Any

from grader.inside.answers import is_notebook_cell
from grader.inside.limits import TimeLimit, time_limit
from minigrad.graph import Node
from minigrad.graphs import behind, origin
from minigrad.pictures import Drawing
from minigrad.tensor import Tensor

SECONDS = 5.0
FEWEST, MOST = 3, 30  # nodes of a graph that is worth a look, and that is one


def of(check: Callable[[], Any], saved: bool = False) -> str:
    """The graph that `check` records as HTML, folded away; an empty text if there is none to be shown.

    saved: with what the nodes have saved, and whether it was changed since.
    """
    recorded = Recorded()
    try:
        recorded.watch(check)
        drawing = recorded.drawing(saved)
    except (Exception, TimeLimit):  # whatever becomes of it, the report comes without a picture
        return ""
    if drawing is None:
        return ""
    try:
        shown = drawing.svg()
    except RuntimeError:  # there is no `dot`
        shown = f"<pre>{escape(drawing.text)}</pre>"
    return f'<details style="margin: 4px 0"><summary>The graph of this check</summary>{shown}</details>'


class Recorded:
    """What comes up while a check runs: the latest Tensor of every node, and the variables of the notebook."""

    def __init__(self) -> None:
        self.made: dict[Node, Tensor] = {}
        self.names: dict[str, Tensor] = {}

    def watch(self, check: Callable[[], Any]) -> None:
        """Run `check` and see what its functions return. TimeLimit: it takes longer than 5 s."""
        before = sys.getprofile()
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), time_limit(SECONDS):
            sys.setprofile(self.note)
            try:
                check()
            finally:
                sys.setprofile(before)

    def note(self, frame: FrameType, event: str, result: Any) -> None:
        """Called when a function ends."""
        if event != "return":
            return
        if isinstance(result, Tensor) and result._node is not None:
            self.made[result._node] = result
        if is_notebook_cell(frame.f_code.co_filename):
            here = {name: value for name, value in frame.f_locals.items() if isinstance(value, Tensor)}
            self.names = here | self.names | here  # what returns last, the check itself, says first what it is called

    def drawing(self, saved: bool) -> Drawing | None:
        """All that was made and used no further, or only the last of it; None if that is too little or too much."""
        used = {edge for node in self.made for edge in node.edges}
        ends = [result for node, result in self.made.items() if node not in used and result._node is node]
        for outputs in (ends, ends[-1:]):
            if FEWEST <= len(behind([origin(end) for end in outputs])) <= MOST:
                return Drawing(outputs, self.names, saved=saved)
        return None
