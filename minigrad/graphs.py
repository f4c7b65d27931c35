"""What is in a picture of a graph: its boxes and arrows, what is folded, and what is left out.

A `Graph` is made of items, the things that get a box: a Node, a leaf Tensor, a `Fold` of several nodes, a `Saved`
tensor, an `Output`, the `Rest` that is not drawn. `pictures` says how they look.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from . import engine
from .folding import Call, Fold, fold_calls, fold_chains
from .function import FunctionOp, SavedInput, SavedOutput
from .graph import FREED, Node, Op, edge_of, ndarray
from .hooks import Packed, PackedInput, Wrapped
from .tensor import Tensor
from .views import COPY_SLICES, INDEX_PUT, Envelope, VersionCounter

MOST_BOXES = 120  # a graph with more is cut
KEPT_BOXES = 30  # to its last operations, which are laid out at once
MOST_INPUTS = 40  # of one operation; leaves after them are counted
VIEWS = frozenset(
    "AliasBackward0 AsStridedBackward0 DiagonalBackward0 ExpandBackward0 PermuteBackward0 SelectBackward0 "
    "SliceBackward0 SplitBackward0 SplitWithSizesBackward0 SqueezeBackward0 TBackward0 TransposeBackward0 "
    "UnbindBackward0 UnsqueezeBackward0 ViewBackward0".split()
)
WRITES = (COPY_SLICES, INDEX_PUT)


class Arrow(NamedTuple):
    """From one item to another. kind: "use", "save", "memory" (a view's base), "missing" or "extra"."""

    start: Any
    end: Any
    words: str = ""
    kind: str = "use"


@dataclass(eq=False)
class Saved:
    """A tensor that a node has saved: its memory, the version it had then and the one it has now.

    note: why there is nothing to see, if it was freed or packed.
    """

    tensor: Tensor | None
    array: ndarray | None
    then: int = 0
    now: int = 0
    note: str = ""


@dataclass(eq=False)
class Output:
    """A tensor that was asked for."""

    tensor: Tensor


@dataclass(eq=False)
class Rest:
    """What is not drawn."""

    nodes: list[Node]
    leaves: int = 0


class Graph:
    """The boxes and arrows of a picture: `items`, the latest first, and `arrows`, in the order of the arguments.

    orders: for each node that a walk with create_graph has recorded, 2 for a second-order node, 3 for a third, ...;
    walks: that walk.
    marks: in a difference, what is said about an item.
    """

    def __init__(self, outputs: Sequence[Tensor], named: Iterable, calls: Sequence[Call] = (), chains: bool = True):
        self.outputs = outputs
        self.nodes = behind([origin(t) for t in outputs])
        self.marks: dict[Any, str] = {}
        self.folds: dict[Any, Fold | Rest] = dict(fold_calls(self.nodes, calls))
        if chains:
            kept = {item for item in named if isinstance(item, Node)} | {origin(t) for t in outputs}
            self.folds |= fold_chains([node for node in self.nodes if node not in self.folds], kept)
        self.walks = walks_of(self.nodes)
        self.orders = orders(self.walks)
        self.rest = Rest([])
        boxes: list[Any] = list(dict.fromkeys([self.folds.get(node, node) for node in self.nodes]))
        if len(boxes) > MOST_BOXES:
            self.cut(boxes[KEPT_BOXES:])
        self.shown = boxes if not self.rest.nodes else boxes[:KEPT_BOXES]
        self.arrows = [arrow for box in self.shown for arrow in self.inputs(box)]
        self.hide()
        self.finish()

    def cut(self, boxes: Iterable[Node | Fold]) -> None:
        """Leave these out."""
        for box in boxes:
            self.rest.nodes += box.nodes if isinstance(box, Fold) else [box]
        self.folds.update(dict.fromkeys(self.rest.nodes, self.rest))

    def inputs(self, box: Node | Fold) -> list[Arrow]:
        """The arrows that lead to a box: one per argument of an operation, for a fold counted."""
        found: Counter[Arrow] = Counter()
        for node in box.nodes if isinstance(box, Fold) else [box]:
            names = argument_names(node) if len(node.edges) > 1 else [""]
            wanted = [(n, e) for n, e in zip(names, node.edges, strict=True) if e is not None]
            for i, (name, edge) in enumerate(wanted):
                start = self.folds.get(edge, edge)
                if i >= MOST_INPUTS and isinstance(edge, Tensor):
                    start = self.rest
                    self.rest.leaves += 1
                if start is not box:
                    found[Arrow(start, box, "" if start is self.rest else name)] += 1
        return [
            arrow if times == 1 else arrow._replace(words=f"{arrow.words} ({times:,} times)".strip())
            for arrow, times in found.items()
        ]

    def hide(self) -> None:
        """Let parameters that only one fold uses vanish into its box."""
        users = defaultdict(set)
        for arrow in self.arrows:
            users[arrow.start].add(arrow.end)
        for leaf, ends in users.items():
            [end, *others] = ends
            if isinstance(leaf, Tensor) and isinstance(end, Fold) and not others and leaf in end.inside:
                end.hidden.append(leaf)
        hidden = {leaf for box in self.shown if isinstance(box, Fold) for leaf in box.hidden}
        self.arrows = [arrow for arrow in self.arrows if arrow.start not in hidden]

    def finish(self) -> None:
        """Put the outputs behind their nodes, and name all items."""
        ends = [(Output(t), origin(t)) for t in self.outputs if edge_of(t) is not t and edge_of(t) is not None]
        self.ends = [end for end, _ in ends]
        starts = [self.folds.get(node, node) for _, node in ends]
        self.arrows += [Arrow(start, end) for (end, _), start in zip(ends, starts, strict=True)]
        leaves = [origin(t) for t in self.outputs if isinstance(origin(t), Tensor)]
        more = [arrow.start for arrow in self.arrows if isinstance(arrow.start, (Tensor, Rest))]
        self.items: list[Any] = list(dict.fromkeys([*self.shown, *leaves, *more]))
        if self.rest.nodes and self.rest not in self.items:
            self.items.append(self.rest)

    def add_saved(self) -> None:
        """Give the saved tensors of all nodes boxes of their own."""
        boxes: dict[Any, Saved] = {}
        for node in [box for box in self.shown if isinstance(box, Node)]:
            for name, value in saved_values(node):
                saved = seen(node, value)
                key = (id(saved.array), saved.then) if saved.array is not None else (node, saved.note)
                box = boxes.setdefault(key, saved)
                self.arrows.append(Arrow(node, box, f"saves {name}", "save"))
        self.items += boxes.values()

    def add_bases(self) -> None:
        """Draw an arrow from the base of each view to it, where that is not the arrow that is there anyway."""
        shown = set(self.items)
        for node in [box for box in self.shown if isinstance(box, Node)]:
            base = base_of(node)
            start = self.folds.get(base, base)
            if base is not None and start in shown and base is not node.edges[0]:
                self.arrows.append(Arrow(start, node, "memory", "memory"))


def origin(t: Tensor) -> Node | Tensor:
    """Where a tensor's history begins: the node that made it, or itself if it is a leaf."""
    edge = edge_of(t)
    return t if edge is None else edge


def behind(roots: Iterable[Node | Tensor]) -> list[Node]:
    """All nodes that `roots` were made by, the latest first."""
    seen = {root for root in roots if isinstance(root, Node)}
    todo = list(seen)
    while todo:
        for edge in todo.pop().edges:
            if isinstance(edge, Node) and edge not in seen:
                seen.add(edge)
                todo.append(edge)
    return sorted(seen, key=lambda node: -node.number)


def argument_names(node: Node) -> list[str]:
    """The places of a node's inputs, as they stand on its arrows: counted from 1, or what a write is made of."""
    if plain_op(node) in WRITES:
        return ["1 before", "2 values"]
    return [str(i + 1) for i in range(len(node.edges))]


def plain_op(node: Node) -> Op:
    """The operation of a node, without what hooks put around it."""
    op = node.op
    while isinstance(op, Wrapped):
        op = op.inner
    return op


# first and second order


class Walk(NamedTuple):
    """A walk with create_graph: the number before and after all that it recorded, and that of its latest root."""

    first: int
    last: int
    root: int


def walks_of(nodes: Sequence[Node]) -> dict[Node, Walk]:
    """For each node that a walk has recorded, that walk. nodes: latest first."""
    earliest_first = nodes[::-1]
    places = [node.number for node in earliest_first]
    found = {}
    for walk in known_walks():  # a walk inside another one comes later and has its nodes for itself
        for i in range(bisect_left(places, walk.first), bisect_right(places, walk.last)):
            found[earliest_first[i]] = walk
    return found


def known_walks() -> list[Walk]:
    """The walks that the engine has noted, by time."""
    return [Walk(*numbers) for numbers in sorted(engine.recorded_walks)]


def orders(walk_of: Mapping[Node, Walk]) -> dict[Node, int]:
    """For each node that a walk has recorded, the order of derivative that it belongs to.

    A walk's nodes are one order above those walks' that its root, and what it read, belong to.
    """
    walks = known_walks() if walk_of else []
    read: dict[Walk, set[int]] = defaultdict(set)
    for node, walk in walk_of.items():
        read[walk].update([edge.number for edge in node.edges if isinstance(edge, Node) and edge in walk_of])
    order: dict[Walk | None, int] = {None: 1}
    for walk in walks:
        below = [number for number in (walk.root, *read[walk]) if number < walk.first]
        order[walk] = 1 + max([order[walk_at(number, walks)] for number in below], default=1)
    return {node: order[walk] for node, walk in walk_of.items()}


def walk_at(number: int, walks: Sequence[Walk]) -> Walk | None:
    """The walk that recorded the node with this number; the innermost, if they are nested."""
    i = bisect_right(walks, number, key=lambda walk: walk.first)
    return next((walk for walk in reversed(walks[:i]) if number < walk.last), None)


# views


def base_of(node: Node) -> Node | Tensor | None:
    """What a node that makes a view looks at, by way of other views; None for any other node."""
    found: Any = node
    while isinstance(found, Node) and found.name() in VIEWS:
        found = found.edges[0]
    return None if found is node else found


# saved tensors


def saved_values(node: Node) -> list[tuple[str, Any]]:
    """What a node has saved, as it is kept, with the names that its rules have for it."""
    if type(node.saved_a) is tuple:
        ctx = isinstance(plain_op(node), FunctionOp)
        names = [str(i) if ctx else "abcdefgh"[i] for i in range(len(node.saved_a))]
        found = list(zip(names, node.saved_a, strict=True))
    else:
        found = [("a", node.saved_a), ("b", node.saved_b)]
    return [(name, value) for name, value in [*found, ("out", node.out)] if value is not None]


def seen(node: Node, value: Any) -> Saved:
    """A saved value with its versions; nothing is checked and nothing unpacked."""
    if value is FREED:
        return Saved(None, None, note="freed by a backward")
    if isinstance(value, (Packed, PackedInput)):
        return Saved(None, None, note="packed by saved_tensors_hooks")
    if isinstance(value, SavedInput):
        value = value.tensor
    if isinstance(value, SavedOutput):
        value = value.envelope
    if isinstance(value, Envelope):
        return Saved(None, value.array, *versions(value.counter, value.since))
    if isinstance(value, ndarray):
        return Saved(None, value)
    return Saved(value, value.array, *versions(value._counter, node.number))


def versions(counter: VersionCounter | None, since: int) -> tuple[int, int]:
    """The version that memory had when `since` was the latest number, and the one that it has now."""
    if counter is None:
        return 0, 0
    return counter.version - sum([stamp > since for stamp in counter.stamps]), counter.version
