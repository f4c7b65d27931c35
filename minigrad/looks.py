"""How a picture of a graph looks: shapes, borders, colours and the words of the legend, and labels without markup."""

from collections.abc import Iterable
from typing import Any

import graphviz

from .folding import Fold
from .graph import Edge
from .graphs import VIEWS, WRITES, Output, Rest, Saved, plain_op
from .tensor import Tensor

PLATE = "#FFFFFF"  # behind everything, so that a picture is as readable in a dark notebook as in a light one
INK, PALE = "#000000", "#595959"
BLUE, VERMILLION, GREEN, PURPLE, BROWN = "#0072B2", "#D55E00", "#007A59", "#A8437F", "#8A5F00"
FONT = {"fontname": "Helvetica", "fontsize": "11"}
# role -> how it looks, in Okabe and Ito's palette (darker where it is too pale for a line on white). The shape, the
# border and the word tell the roles apart without the colours.
STYLES = {
    "leaf": {"shape": "box", "style": "filled", "penwidth": "2", "color": BLUE, "fillcolor": "#DCEBF7"},
    "gradient": {"shape": "record", "style": "filled", "penwidth": "2", "color": BLUE, "fillcolor": "#DCEBF7"},
    "constant": {"shape": "box", "style": "filled,dashed", "color": PALE, "fillcolor": "#FFFFFF"},
    "operation": {"shape": "box", "style": "filled,rounded", "color": "#555555", "fillcolor": "#F5F5F5"},
    "view": {"shape": "tab", "style": "filled", "color": GREEN, "fillcolor": "#E0F3EC"},
    "write": {"shape": "component", "style": "filled", "color": BROWN, "fillcolor": "#FBEFD5"},
    "fold": {"shape": "box3d", "style": "filled", "color": "#555555", "fillcolor": "#E3F2FC"},
    "saved": {"shape": "note", "style": "filled", "color": PURPLE, "fillcolor": "#F9EBF4"},
    "changed": {"shape": "octagon", "style": "filled", "penwidth": "3", "color": VERMILLION, "fillcolor": "#FFFFFF"},
    "output": {"shape": "box", "style": "filled", "peripheries": "2", "color": VERMILLION, "fillcolor": "#FCEBDD"},
    "rest": {"shape": "box", "style": "dotted", "color": PALE, "fontcolor": PALE},
}
# role -> its words in the legend, in this order
LEGEND = {
    "leaf": "leaf",
    "gradient": "{leaf|.grad: what AccumulateGrad\\nhas added up}",
    "constant": "constant",
    "operation": "operation",
    "view": "view",
    "write": "write into a part",
    "fold": "several operations",
    "saved": "saved for backward",
    "changed": "changed\\nsince saved",
    "output": "output",
}
# mark -> what it changes in the look of its box
MARKS = {
    "missing": {"style": "dashed", "penwidth": "2.5", "color": VERMILLION},
    "extra": {"penwidth": "4", "color": INK},
    "wired differently": {"style": "filled,dotted", "penwidth": "3.5", "color": PURPLE},
    "arguments swapped": {"style": "filled,dotted", "penwidth": "3.5", "color": PURPLE},
}
# kind of an arrow -> how it looks
ARROWS = {
    "use": {},
    "save": {"style": "dashed", "color": PURPLE, "fontcolor": PURPLE, "arrowhead": "open"},
    "memory": {"style": "dotted", "color": GREEN, "fontcolor": GREEN, "arrowhead": "none", "penwidth": "2"},
    "missing": {"style": "dashed", "color": VERMILLION, "fontcolor": VERMILLION, "penwidth": "2"},
    "extra": {"color": INK, "fontcolor": INK, "penwidth": "3"},
}
# the frame around what one backward has recorded
FRAME = {
    "style": "dashed,rounded,filled", "color": PALE, "fillcolor": "#F6F2FA", "fontcolor": PALE, "labelloc": "b",
    "labeljust": "l",
}  # fmt: skip
ORDERS = {2: "second order", 3: "third order", 4: "fourth order"}


def role_of(item: Edge) -> str:
    """What a node or leaf is, the key of its look in STYLES: operation, view, write, leaf or constant."""
    if isinstance(item, Tensor):
        return "leaf" if item._requires_grad else "constant"
    if item is not None and plain_op(item) in WRITES:
        return "write"
    return "view" if item is not None and item.name() in VIEWS else "operation"


def look_of(item: Any) -> str:
    """The key in STYLES of anything that has a box."""
    if isinstance(item, Saved):
        return "saved" if item.then == item.now else "changed"
    if isinstance(item, Tensor) and item._requires_grad and item._grad is not None:
        return "gradient"
    return {Fold: "fold", Output: "output", Rest: "rest"}.get(type(item)) or role_of(item)


def label(lines: Iterable[str]) -> str:
    """Lines of any text as a graphviz label in which nothing is taken for markup."""
    texts = [" ".join(line.splitlines()).replace("&", "&amp;") for line in lines if line]
    return graphviz.nohtml("\\n".join([str(graphviz.escape(text)) for text in texts]))


def field(lines: Iterable[str]) -> str:
    """The same for a part of a record, in which brackets and bars have a meaning too."""
    text = str(label(lines))
    for sign in "{}|<>":
        text = text.replace(sign, f"&#{ord(sign)};")
    return text
