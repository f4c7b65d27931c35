"""Pictures of computation graphs.

`draw(y)` shows what `y` remembers: leaves on top, one node per recorded operation, the result at the bottom, an
arrow per use, so that `a + a` has two. It is an SVG in a notebook where graphviz's `dot` can be found, and a tree
of text elsewhere.
"""

import inspect
import os
import shutil
import subprocess
from collections.abc import Mapping
from html import escape as html_escape
from pathlib import Path
from typing import Any

import graphviz

from .graph import Edge, Node, edge_of
from .tensor import Tensor

MOST_NODES = 150
LAYOUT_SECONDS = 10
GET_DOT = "`make lab` brings one; or install graphviz with your system's packages or conda."
NO_DOT = (
    "(Shown as text, the result first and what it was made from indented below it, because graphviz's program `dot` "
    f"was not found. {GET_DOT})"
)
EDGE_COLOUR = "#767676"
FONT = {"fontname": "Helvetica,Arial,sans-serif", "fontsize": "11"}
# role -> how it looks; the shape, the border and the word tell the roles apart without the colours
STYLES = {
    "leaf": {"shape": "box", "style": "filled", "penwidth": "2", "color": "#0072B2", "fillcolor": "#DCEBF7"},
    "constant": {"shape": "box", "style": "filled,dashed", "color": "#767676", "fillcolor": "#FFFFFF"},
    "operation": {"shape": "box", "style": "filled,rounded", "color": "#555555", "fillcolor": "#F5F5F5"},
    "output": {"shape": "box", "style": "filled", "peripheries": "2", "color": "#D55E00", "fillcolor": "#FCEBDD"},
    "more": {"shape": "plaintext", "fontcolor": EDGE_COLOUR},
}


def draw(*outputs: Tensor, params: Mapping[str, Tensor] | None = None) -> "Drawing":
    """The graph behind `outputs` as a picture that shows itself in a notebook.

    params: names for tensors, before those of the variables of the calling code, which are found by themselves.
    TypeError: an output is no Tensor.
    """
    for output in outputs:
        if not isinstance(output, Tensor):
            raise TypeError(f"draw() takes Tensors, but got {type(output).__name__}")
    frame = inspect.currentframe()
    caller = frame.f_back if frame is not None else None
    found = {**caller.f_globals, **caller.f_locals} if caller is not None else {}
    given = dict(params or {})
    return Drawing(outputs, given | found | given)  # the given names come first


class Drawing:
    """A graph to be looked at: `.dot` is its graphviz source, `.text` the tree in words, `.save` writes a file."""

    def __init__(self, outputs: tuple[Tensor, ...], names: Mapping[str, Any]) -> None:
        self.outputs = outputs
        self.named: dict[int, tuple[str, Tensor]] = {}
        for name, value in names.items():
            if isinstance(value, Tensor) and not name.startswith("_"):
                self.named.setdefault(id(origin(value)), (name, value))
        self.items, self.left_out = self.collect()
        self.keys = {id(item): f"n{i}" for i, item in enumerate(self.items)}

    def collect(self) -> tuple[list[Edge], int]:
        """All nodes and leaves behind the outputs, latest first, and how many more there are than are drawn."""
        roots = [origin(t) for t in self.outputs]
        seen: dict[int, Any] = {id(root): root for root in roots}
        todo = list(seen.values())
        while todo:
            item = todo.pop()
            for edge in item.edges if isinstance(item, Node) else ():
                if edge is not None and id(edge) not in seen:
                    seen[id(edge)] = edge
                    todo.append(edge)
        nodes = sorted((n for n in seen.values() if isinstance(n, Node)), key=lambda n: -n.number)
        order: dict[int, Any] = {}
        for node in nodes[:MOST_NODES]:
            order[id(node)] = node
        shown = [item for n in nodes[:MOST_NODES] for item in n.edges] + roots
        for item in shown:
            if isinstance(item, Tensor):
                order.setdefault(id(item), item)
        return list(order.values()), max(0, len(nodes) - MOST_NODES)

    def name_of(self, item: Any) -> str:
        """The variable that holds this leaf or this node's result, or an empty text."""
        return self.named[id(item)][0] if id(item) in self.named else ""

    def lines(self, item: Any) -> list[str]:
        """What stands in a box: name, operation, shape and value, gradient."""
        name = self.name_of(item)
        if isinstance(item, Tensor):
            role = role_of(item)
            lines = [f"{name}  ({role})" if name else role, value_of(item)]
            if item._grad is not None:
                lines.append(f"grad {value_of(item._grad)}")
            return lines
        node, number = item.op.as_edge(item)
        lines = [item.name().removeprefix("torch::autograd::") if node is item else f"result {number}"]
        if name:
            lines.append(f"{name} = {value_of(self.named[id(item)][1])}")
        return lines

    @property
    def dot(self) -> str:
        """The picture in graphviz's language; the same graph gives the same text."""
        picture = graphviz.Digraph(
            graph_attr={"rankdir": "TB", "bgcolor": "transparent", "nodesep": "0.35", "ranksep": "0.4", **FONT},
            node_attr={**FONT, "margin": "0.12,0.06"},
            edge_attr={**FONT, "fontsize": "9", "color": EDGE_COLOUR, "fontcolor": EDGE_COLOUR, "arrowsize": "0.7"},
        )
        for item in reversed(self.items):
            picture.node(self.keys[id(item)], label(self.lines(item)), **STYLES[role_of(item)])
        for item in reversed(self.items):
            if not isinstance(item, Node):
                continue
            wanted = [(n, e) for n, e in zip(argument_names(item), item.edges, strict=True) if e is not None]
            for argument, edge in wanted:
                several = argument if len(item.edges) > 1 else ""
                picture.edge(self.keys.get(id(edge), "more"), self.keys[id(item)], label=several)
        for i, output in enumerate(self.outputs):
            key = self.keys[id(origin(output))]
            name = next((n for n, t in self.named.values() if t is output), "")
            picture.node(
                f"out{i}", label([f"{name}  (output)" if name else "output", value_of(output)]), **STYLES["output"]
            )
            picture.edge(key, f"out{i}")
        if self.left_out:
            picture.node("more", f"... {self.left_out:,} earlier operations are not drawn", **STYLES["more"])
        return picture.source

    @property
    def text(self) -> str:
        """The graph as an indented tree; what is used twice is written out once and referred to afterwards."""
        lines, shown = [], set()
        todo = [(0, "", origin(t)) for t in reversed(self.outputs)]
        while todo:
            depth, argument, item = todo.pop()
            key = self.keys.get(id(item))
            words = "  ".join(self.lines(item)) if key else "... (not shown)"
            again = id(item) in shown
            number = f" [{key}]" if key and isinstance(item, Node) else ""
            lines.append(
                "    " * depth
                + (f"{argument}: " if argument else "")
                + words
                + number
                + (" (as above)" if again else "")
            )
            if isinstance(item, Node) and key and not again:
                names = argument_names(item) if len(item.edges) > 1 else [""] * len(item.edges)
                pairs = [(n, e) for n, e in zip(names, item.edges, strict=True) if e is not None]
                todo += [(depth + 1, n, e) for n, e in reversed(pairs)]
            shown.add(id(item))
        return "\n".join(lines)

    def render(self, form: str) -> bytes:
        """The picture in graphviz's output format `form`.

        RuntimeError: no `dot`, or it does not know the format; TimeoutExpired: the graph is too tangled to lay out.
        """
        program = shutil.which("dot")
        if program is None:
            raise RuntimeError(f"A picture as {form} needs graphviz's program `dot`, which was not found. {GET_DOT}")
        run = subprocess.run(
            [program, f"-T{form}"], input=self.dot.encode(), capture_output=True, timeout=LAYOUT_SECONDS
        )
        if run.returncode:
            raise RuntimeError(f"{program} -T{form} failed: {run.stderr.decode(errors='replace').strip()}")
        return run.stdout

    def svg(self) -> str:
        """The picture as SVG, with the text tree as its alternative for screen readers."""
        svg = self.render("svg").decode()
        svg = svg[svg.index("<svg") :]
        return svg.replace("<svg", f'<svg role="img" aria-label="{html_escape(self.text)}"', 1)

    def save(self, path: str | os.PathLike) -> None:
        """Write the picture to a file; the ending says how: .svg, .png, .pdf (the system's graphviz), .dot or .txt."""
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
        except (RuntimeError, subprocess.TimeoutExpired):
            return {"text/plain": str(self)}

    def __repr__(self) -> str:
        return self.text if shutil.which("dot") else f"{self.text}\n{NO_DOT}"


def origin(t: Tensor) -> Node | Tensor:
    """Where a tensor's history begins: the node that made it, or itself if it is a leaf."""
    edge = edge_of(t)
    return t if edge is None else edge


def role_of(item: Edge) -> str:
    """What a box stands for: an operation, a leaf, or a constant that was drawn by itself."""
    if isinstance(item, Tensor):
        return "leaf" if item._requires_grad else "constant"
    return "operation"


def argument_names(node: Node) -> list[str]:
    """The places of a node's inputs, counted from 1, as they stand on its arrows."""
    return [str(i + 1) for i in range(len(node.edges))]


def value_of(t: Tensor) -> str:
    """A short value for a picture: the numbers if there are at most six, else shape and dtype."""
    if t.array.size <= 6:
        return " ".join(str(t.detach()).removeprefix("tensor(").removesuffix(")").split())
    return f"{t.dtype.name} {list(t.array.shape)}"


def label(lines: list[str]) -> str:
    """Lines of any text as a graphviz label in which nothing is taken for markup."""
    texts = [line.replace("\n", " ").replace("&", "&amp;") for line in lines if line]
    return graphviz.nohtml("\\n".join([str(graphviz.escape(text)) for text in texts]))
