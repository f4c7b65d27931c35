"""Pictures of computation graphs.

`draw(y)` shows what `y` remembers: leaves on top, one box per recorded operation, the result at the bottom, an
arrow per use, so that `a + a` has two. It is an SVG in a notebook where graphviz's `dot` can be found, and a tree
of text elsewhere. What is in the picture is decided in `graphs`; here it gets its words and its look.
"""

import inspect
import itertools
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from types import FrameType
from typing import Any

import graphviz

from .captions import Captions, value_of
from .differences import compare
from .folding import Call, Fold, record
from .graph import Node
from .graphs import Arrow, Graph, argument_names, origin
from .looks import ARROWS, FONT, FRAME, LEGEND, MARKS, ORDERS, PALE, PLATE, STYLES, field, label, look_of, role_of
from .modules import Module
from .tensor import Tensor

__all__ = ["STYLES", "Drawing", "argument_names", "draw", "label", "names_in", "origin", "role_of", "value_of"]

LAYOUT_SECONDS = 10
MOST_ARROWS = 400  # a graph with more is not laid out
MOST_LINES = 1000  # of text
LEGEND_COLUMNS = 5
GET_DOT = "`make lab` brings one; or install graphviz with your system's packages or conda."
AS_TEXT = "(Shown as text, the result first and what it was made from indented below it, because {})"
NO_DOT = AS_TEXT.format(f"graphviz's program `dot` was not found. {GET_DOT}")


def draw(
    *outputs: Tensor,
    params: Mapping[str, Tensor] | Module | None = None,
    saved: bool = False,
    fold: Sequence[Call] = (),
    expected: Tensor | Sequence[Tensor] | None = None,
    legend: bool = True,
) -> "Drawing":
    """The graph behind `outputs` as a picture that shows itself in a notebook.

    params: names for tensors, or a Module whose parameters have some. They come before the names of the variables of
    the calling code and of the Modules in them, which are found by themselves.
    saved: show what the nodes have saved for backward, with the version of its memory then and now.
    fold: draw calls of modules as one box each; what `with draw.record(model) as calls:` gives.
    expected: the outputs of another graph; the picture shows how this one differs from it.
    legend: say below the picture what the boxes mean.

    TypeError: an output is no Tensor. ValueError: there are not as many outputs as expected ones.
    """
    others = () if expected is None else (expected,) if isinstance(expected, Tensor) else tuple(expected)
    for output in (*outputs, *others):
        if not isinstance(output, Tensor):
            raise TypeError(f"draw() takes Tensors, but got {type(output).__name__}")
    frame = inspect.currentframe()
    names = names_in(frame.f_back if frame is not None else None, params)
    return Drawing(outputs, names, saved=saved, fold=fold, expected=others, legend=legend)


draw.record = record  # type: ignore[attr-defined]


def names_in(frame: FrameType | None, params: Mapping[str, Tensor] | Module | None = None) -> dict[str, Tensor]:
    """The tensors that have a name: in `params`, as a variable of a frame, or in a Module that is one."""
    given = dict(params.named_parameters()) if isinstance(params, Module) else dict(params or {})
    variables = {**frame.f_globals, **frame.f_locals} if frame is not None else {}
    variables = {name: value for name, value in variables.items() if not name.startswith("_")}
    modules = [(name, value) for name, value in variables.items() if isinstance(value, Module)]
    inner = {f"{name}.{of}": parameter for name, module in modules for of, parameter in module.named_parameters()}
    found = {name: value for name, value in (variables | inner).items() if isinstance(value, Tensor)}
    return given | found | given  # the given names come first


class Drawing:
    """A graph to be looked at: `.dot` is its graphviz source, `.text` the tree in words, `.save` writes a file.

    items: what has a box, the latest first; keys: what each is called in the source; named: what has a name,
    {node or leaf: (name, tensor)}.
    """

    def __init__(
        self,
        outputs: Sequence[Tensor],
        names: Mapping[str, Any],
        *,
        saved: bool = False,
        fold: Sequence[Call] = (),
        expected: Sequence[Tensor] = (),
        legend: bool = True,
    ) -> None:
        self.outputs, self.legend = tuple(outputs), legend
        self.captions = Captions(self.outputs, names)
        self.named = self.captions.named
        self.graph = Graph(self.outputs, self.named, fold, chains=not expected)
        if expected:
            compare(self.graph, expected, self.named)
        if saved:
            self.graph.add_saved()
        self.graph.add_bases()
        self.items, self.arrows = self.graph.items, self.graph.arrows
        self.keys = {item: f"n{i}" for i, item in enumerate(self.items)}
        self.keys |= {end: f"out{i}" for i, end in enumerate(self.graph.ends)}
        self.compared = bool(expected)

    def lines(self, item: Any) -> list[str]:
        """What stands in a box: name and role, shape and value, gradient."""
        mark = self.graph.marks.get(item)
        return self.captions.lines(item) + ([f"({mark})"] if mark else [])

    # the picture

    @property
    def dot(self) -> str:
        """The picture in graphviz's language; the same graph gives the same text."""
        picture = graphviz.Digraph(
            graph_attr={"rankdir": "TB", "bgcolor": PLATE, "nodesep": "0.35", "ranksep": "0.4", **FONT},
            node_attr={**FONT, "margin": "0.12,0.06"},
            edge_attr={**FONT, "fontsize": "9", "color": "#6B6B6B", "fontcolor": PALE, "arrowsize": "0.7"},
        )
        walks: dict[Any, list[Any]] = {}
        for item in reversed(self.items):
            walks.setdefault(self.graph.walks.get(first_of(item)), []).append(item)
        for item in walks.pop(None, ()):
            self.add_box(picture, item)
        for i, recorded in enumerate(walks.values()):
            words = order_words(self.order_of(recorded[0]))
            with picture.subgraph(name=f"cluster_walk{i}", graph_attr={"label": words, **FRAME}) as frame:
                for item in recorded:
                    self.add_box(frame, item)
        for end in self.graph.ends:
            self.add_box(picture, end)
        places = {item: place for place, item in enumerate(reversed(self.items))}
        for start, end, words, kind in sorted(self.arrows, key=lambda a: places.get(a.end, len(places))):
            picture.edge(self.keys[start], self.keys[end], label=f" {words}" if words else None, **ARROWS[kind])
        if self.compared:
            arrows = "bold arrows are only in this graph, dashed ones are expected" * bool(self.graph.marks)
            picture.graph_attr["label"] = label([self.summary(), arrows])
        if self.legend:
            self.add_legend(picture)
        return picture.source

    def add_box(self, picture: graphviz.Digraph, item: Any) -> None:
        """One box with its label."""
        role, lines = look_of(item), self.lines(item)
        look = STYLES[role] | MARKS.get(self.graph.marks.get(item, ""), {})
        text = label(lines)
        if role == "gradient":
            at = next(i for i, line in enumerate(lines) if line.startswith("grad "))
            text = f"{{{field(lines[:at])}|{field(lines[at:])}}}"
        picture.node(self.keys[item], text, **look)

    def order_of(self, item: Any) -> int:
        """1, or for what a backward has recorded the order of derivative."""
        return self.graph.orders.get(first_of(item), 1)

    def add_legend(self, picture: graphviz.Digraph) -> None:
        """Small boxes below the picture, one for each role that occurs."""
        looks = {look_of(item) for item in [*self.items, *self.graph.ends]}
        roles = [role for role in LEGEND if role in looks]
        if len(roles) < 2:
            return  # a single box needs no explanation
        small = {"fontsize": "8", "height": "0.2", "width": "0.3", "margin": "0.06,0.03", "fontcolor": PALE}
        frame = {"color": "#C8C8C8", "style": "rounded", "label": ""}
        columns = -(-len(roles) // -(-len(roles) // LEGEND_COLUMNS))  # as many in each row, rounded up
        rows = [roles[i : i + columns] for i in range(0, len(roles), columns)]
        with picture.subgraph(name="cluster_legend", graph_attr=frame, node_attr=small) as cluster:
            for row in rows:
                with cluster.subgraph(graph_attr={"rank": "same"}) as line:
                    for role in row:
                        line.node(f"legend_{role}", LEGEND[role], **STYLES[role])
            for above, below in itertools.pairwise(rows):
                cluster.edge(f"legend_{above[0]}", f"legend_{below[0]}", style="invis")
        for end in self.graph.ends or self.items[:1]:
            picture.edge(self.keys[end], f"legend_{rows[0][(len(rows[0]) - 1) // 2]}", style="invis")

    def summary(self) -> str:
        """In a difference, what was found."""
        marks = list(self.graph.marks.values())
        found = [f"{marks.count(mark):,} {mark}" for mark in MARKS if mark in marks]
        return f"compared with what is expected: {', '.join(found) or 'no difference'}"

    # the tree

    @property
    def text(self) -> str:
        """The graph as an indented tree; what is used twice is written out once and referred to afterwards."""
        inputs: dict[Any, list[Arrow]] = {}
        for arrow in self.arrows:
            above, below = (arrow.end, arrow.start) if arrow.kind == "save" else (arrow.start, arrow.end)
            inputs.setdefault(below, []).append(arrow._replace(start=above))
        lines, shown = [self.summary()] if self.compared else [], set()
        ends = {id(end.tensor): end for end in self.graph.ends}
        todo = [(0, "", ends.get(id(t), origin(t))) for t in reversed(self.outputs)]
        while todo and len(lines) < MOST_LINES:
            depth, words, item = todo.pop()
            lines.append("    " * depth + f"{words}: " * bool(words) + self.line(item, item in shown))
            if item not in shown:
                todo += [(depth + 1, arrow.words, arrow.start) for arrow in reversed(inputs.get(item, ()))]
            shown.add(item)
        return "\n".join(lines + ["... (the rest is not shown)"] * bool(todo))

    def line(self, item: Any, again: bool) -> str:
        """A box as a line of text."""
        words = "  ".join(self.lines(item))
        words += f" [{self.keys[item]}]" if isinstance(item, (Node, Fold)) else ""
        order = self.order_of(item)
        words += f" ({order_words(order).partition(':')[0]})" if order > 1 else ""
        return words + " (as above)" * again

    # forms

    def render(self, form: str) -> bytes:
        """The picture in graphviz's output format `form`.

        RuntimeError: no `dot`, or it does not know the format, or the graph is too tangled to lay out.
        """
        program = shutil.which("dot")
        if program is None:
            raise RuntimeError(f"A picture as {form} needs graphviz's program `dot`, which was not found. {GET_DOT}")
        if len(self.arrows) > MOST_ARROWS:
            raise RuntimeError(f"{len(self.arrows):,} arrows are too many; a picture has at most {MOST_ARROWS}.")
        command = [program, f"-T{form}"]
        try:
            run = subprocess.run(command, input=self.dot.encode(), capture_output=True, timeout=LAYOUT_SECONDS)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"the layout of the picture was not finished after {LAYOUT_SECONDS} seconds.") from None
        if run.returncode:
            said = run.stderr.decode(errors="replace").strip()
            need = " (PDF needs your system's graphviz; the one of `make lab` has none.)" if form == "pdf" else ""
            raise RuntimeError(f"{program} -T{form} failed: {said}{need}")
        return run.stdout

    def svg(self) -> str:
        """The picture as SVG, with the text tree as its alternative for screen readers."""
        svg = self.render("svg").decode()
        words = f'role="img" aria-label="{escape(self.text)}" style="max-width: 100%; height: auto"'
        return svg[svg.index("<svg") :].replace("<svg", f"<svg {words}", 1)

    def save(self, path: str | os.PathLike) -> None:
        """Write the picture to a file; the ending says how: .svg, .png, .pdf (the system's graphviz), .dot or .txt.

        RuntimeError: it cannot be laid out, see `render`.
        """
        path = Path(path)
        form = path.suffix.removeprefix(".")
        if form in ("dot", "txt"):
            path.write_text(self.dot if form == "dot" else self.text + "\n", encoding="utf-8")
        elif form == "svg":
            path.write_text(self.svg(), encoding="utf-8")
        else:
            path.write_bytes(self.render(form))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        try:
            return {"image/svg+xml": self.svg(), "text/plain": self.text}
        except RuntimeError as error:
            return {"text/plain": f"{self.text}\n{AS_TEXT.format(error) if shutil.which('dot') else NO_DOT}"}

    def __repr__(self) -> str:
        return self.text if shutil.which("dot") else f"{self.text}\n{NO_DOT}"


def first_of(item: Any) -> Any:
    """A node that stands for an item: the latest of a fold, else itself."""
    return item.nodes[0] if isinstance(item, Fold) else item


def order_words(order: int) -> str:
    """What the frame around a walk's nodes says."""
    return f"{ORDERS.get(order, f'order {order}')}: recorded by a backward"
