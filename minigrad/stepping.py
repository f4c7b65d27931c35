"""The steps of a backward pass, and its rules as text: what `play` shows.

`steps` is a walk beside the engine's, with the same rules in the same order: the graph is not freed, and no `.grad` is
written.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np

from .elementwise import fit_to
from .engine import Partial
from .function import FunctionOp, OutputOp, Parts
from .gradients import Keep
from .graph import Edge, Node, VariadicOp, ndarray, no_grad
from .hooks import Wrapped
from .tensor import Tensor, wrap
from .views import CopySlices

MOST_NODES = 60
MOST_NUMBERS = 4  # in an array that is put into a formula
MOST_SHOWN = 6  # in one that is on its way


def check_size(roots: Mapping[Edge, Any]) -> None:
    """ValueError if there are more than MOST_NODES operations behind `roots`."""
    seen = {root for root in roots if isinstance(root, Node)}
    todo = list(seen)
    while todo:
        found = {edge for edge in todo.pop().edges if isinstance(edge, Node)} - seen
        seen |= found
        todo += found
    if len(seen) > MOST_NODES:
        raise ValueError(
            f"play() shows every step, and this backward pass has {len(seen):,}; at most {MOST_NODES} can be followed. "
            "Play a smaller one: fewer layers, fewer rounds of a loop. (draw() shows large graphs.)"
        )


@dataclass
class Sent:
    """What one rule of the running node sends to one input."""

    edge: Node | Tensor
    number: int  # which input of the node, from 1
    rule: "Rule"
    value: Any  # None: nothing
    note: str  # what else was done to it, in words
    before: Any  # what had arrived there before, None if this is the first


@dataclass
class Step:
    """One moment of the walk: a node has run (None: the walk begins or has ended), and this is pending now."""

    node: Node | None
    g: Any
    pending: dict[Any, Any]
    sent: list[Sent] = field(default_factory=list)

    @property
    def ready(self) -> list[Node]:
        """The nodes that wait, in the order in which they will run."""
        return sorted((place for place in self.pending if isinstance(place, Node)), key=lambda node: -node.number)


def steps(pending: dict[Edge, Any]) -> Iterator[Step]:
    """Walk from the roots in `pending` to the leaves, as `engine.walk` does; at the end, what arrives at the leaves.

    Hooks on gradients run, as in a real walk; those that write a `.grad` do not.
    """
    heap = [(-root.number, root) for root in pending if isinstance(root, Node)]
    heapify(heap)
    yield Step(None, None, dict(pending))
    while heap:
        node = heappop(heap)[1]
        g = pending.pop(node)
        for hook in node.hooks or ():
            g = g if isinstance(hook, Keep) else hook(g)
        sent = list(send(node, g, pending))
        new = {s.edge for s in sent if isinstance(s.edge, Node) and s.before is None and s.value is not None}
        for edge in new:
            heappush(heap, (-edge.number, edge))
        yield Step(node, g, dict(pending), sent)
    for leaf, g in pending.items():
        if isinstance(leaf, Tensor) and leaf._hooks is not None:
            pending[leaf] = leaf._hooks.run(g)
    yield Step(None, None, dict(pending))


def send(node: Node, g: Any, pending: dict[Any, Any]) -> Iterator[Sent]:
    """Run the rules of `node`, and add what each gives to what is pending at its input."""
    with no_grad():
        if node.more is None:
            gradients = [e if e is None else rule(node, g) for e, rule in zip(node.edges, node.op.arrays, strict=True)]
        else:
            gradients = node.op.gradients(node, g, node.edges, False, False)
        for i, (edge, gi) in enumerate(zip(node.edges, gradients, strict=False)):
            if edge is None:
                continue
            rule, note = rule_of(node, i, g), ""
            if gi is not None:
                gi = gi.dense() if isinstance(gi, Partial) else gi
                if node.fit is not None and node.fit[i] is not None and not isinstance(gi, Parts):
                    fitted = fit_to(gi, *node.fit[i])
                    note = "" if fitted.shape == gi.shape else f"summed to shape {list(fitted.shape)}"
                    gi = fitted
                before = pending.get(edge)
                pending[edge] = gi if before is None else before + gi
            yield Sent(edge, i + 1, rule, gi, note, pending.get(edge) if gi is None else before)


# Rules as text


@dataclass
class Rule:
    """A rule to be read: its formula ("g * b"), the formula with the numbers put in, or what it does in words."""

    formula: str
    numbers: str = ""
    words: str = ""


def rule_of(node: Node, i: int, g: Any) -> Rule:
    """Rule `i` of a node, with the numbers of this run where they are few."""
    op: Any = node.op
    while isinstance(op, Wrapped):
        op = op.inner
    if isinstance(op, FunctionOp):
        return Rule(f"{op.function.__name__}.backward(ctx, g)")
    if isinstance(op, OutputOp):
        return Rule("g, marked as that of one result among several")
    if isinstance(op, CopySlices):
        return Rule(("g, but zero where it was written", "the part of g that was written")[i])
    if isinstance(op, VariadicOp):  # one rule for all inputs, which is told the number of each
        rule, values = op.rule, dict(zip(op.params, (i, *node.params), strict=True))
    else:
        rule, values = op.rules[i], {name: op.readers[name](node) for name in op.reads[i]}
    values["g"] = g
    body = body_of(rule)
    if body is None:
        words = (inspect.getdoc(rule) or "").partition("\n")[0]
        names = ", ".join(inspect.signature(rule).parameters)
        return Rule(f"{getattr(rule, '__name__', 'rule')}({names})", words=words)
    return Rule(ast.unparse(body), ast.unparse(PutIn(values).visit(copy.deepcopy(body))))


def body_of(rule: Callable) -> ast.expr | None:
    """The expression of a lambda, from its source; None if it is no lambda or its source is not to be had."""
    if getattr(rule, "__name__", "") != "<lambda>":
        return None
    try:
        lines, _ = inspect.findsource(rule)
    except OSError:
        return None
    code: Any = rule.__code__
    places = {(line, column) for line, _, column, _ in code.co_positions()}
    found = [body for line, body in lambdas("".join(lines)) if line == code.co_firstlineno]
    return next((body for body in found if (body.lineno, body.col_offset) in places), None)


@cache
def lambdas(source: str) -> list[tuple[int, ast.expr]]:
    """The first line and the expression of every lambda in a file, or in a cell that begins with %%build."""
    if source.startswith("%%"):
        source = "#" + source
    try:
        return [(part.lineno, part.body) for part in ast.walk(ast.parse(source)) if isinstance(part, ast.Lambda)]
    except SyntaxError:
        return []


class PutIn(ast.NodeTransformer):
    """Puts small values in the places of their names."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.texts = {name: text for name, value in values.items() if (text := number(value))}

    def visit_Name(self, name: ast.Name) -> ast.Name:
        """The name, or what stands for it: `ast.unparse` writes down any text that is given as a name."""
        return ast.Name(self.texts.get(name.id, name.id))


def number(value: Any) -> str:
    """A value as it stands in a formula; an empty text if it is too long for one, or no number."""
    if isinstance(value, (ndarray, np.generic)):
        text = short(value) if value.size <= MOST_NUMBERS else ""
    else:
        text = str(value) if isinstance(value, (int, float, tuple)) and len(str(value)) < 20 else ""
    return f"({text})" if text.startswith("-") else text


def short(value: Any) -> str:
    """What is on its way, in a few words: numbers as a Tensor prints them, or dtype and shape."""
    if isinstance(value, Parts):
        return ", ".join(f"result {i}: {short(part)}" for i, part in sorted(value.parts.items()))
    if isinstance(value, Partial):
        value = value.dense()
    array = value.array if isinstance(value, Tensor) else np.asarray(value)
    if array.size > MOST_SHOWN:
        return f"{array.dtype.name} {list(array.shape)}"
    return " ".join(str(wrap(array)).removeprefix("tensor(").removesuffix(")").partition(", dtype=")[0].split())
