"""How one graph differs from another: what is missing in it, what is extra, and what is wired differently.

First, what computes the same from the same leaves is paired, from the leaves on. Then the pairing goes on from the
outputs, along the arguments, as long as the operations are the same. Of what is left, operations of the same kind are
paired, from the earliest on, and best those that have inputs in common.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .graph import Node
from .graphs import KEPT_BOXES, Arrow, Graph, argument_names, behind, origin
from .tensor import Tensor

MISSING, EXTRA, REWIRED, SWAPPED = "missing", "extra", "wired differently", "arguments swapped"


def compare(graph: Graph, expected: Sequence[Tensor], named: Mapping) -> None:
    """Mark in `graph` how it differs from the graph of `expected`, and add to it what is missing.

    named: the names of nodes and leaves in both, {item: (name, tensor)}.
    """
    roots, wanted = [origin(t) for t in graph.outputs], [origin(t) for t in expected]
    if len(roots) != len(wanted):
        raise ValueError(f"{len(roots)} outputs cannot be compared with {len(wanted)} expected ones")
    nodes = behind(wanted)
    own, theirs = leaves_behind(roots, graph.nodes), leaves_behind(wanted, nodes)
    pairs = pair_nodes(graph.nodes, nodes, pair_leaves(own, theirs, named), list(zip(roots, wanted, strict=True)))
    found = set(pairs.values())
    missing = [item for item in [*nodes, *theirs] if item not in pairs]
    graph.marks.update(dict.fromkeys([item for item in [*graph.nodes, *own] if item not in found], EXTRA))
    graph.marks.update(dict.fromkeys(missing, MISSING))
    graph.items += missing[:KEPT_BOXES]
    extra, lacking = rewired(graph, nodes, pairs)
    graph.arrows = [arrow._replace(kind="extra") if arrow in extra else arrow for arrow in graph.arrows]
    ends = {id(end.tensor): end for end in graph.ends}
    for output, ours, other in zip(graph.outputs, roots, wanted, strict=True):
        if pairs.get(other) is not ours:
            end = ends.get(id(output), ours)
            graph.marks[end] = REWIRED
            lacking.append(Arrow(pairs.get(other, other), end, "expected", "missing"))
    shown = {*graph.items, *graph.ends}
    graph.arrows += [arrow for arrow in lacking if arrow.start in shown and arrow.end in shown]


def leaves_behind(roots: Iterable, nodes: Iterable[Node]) -> list[Tensor]:
    """The leaves that the nodes start from, each once, as the text tree comes upon them."""
    found = [edge for node in nodes for edge in node.edges] + list(roots)
    return list(dict.fromkeys([leaf for leaf in found if isinstance(leaf, Tensor)]))


def pair_leaves(ours: Sequence[Tensor], theirs: Sequence[Tensor], named: Mapping) -> dict[Any, Any]:
    """{their leaf: our leaf}: the same tensor, else of the same name, else equal, else of the same shape."""

    def is_named(a: Tensor, b: Tensor) -> bool:
        return a in named and b in named and named[a][0] == named[b][0]

    def is_equal(a: Tensor, b: Tensor) -> bool:
        return a.array.shape == b.array.shape and np.array_equal(a.array, b.array, equal_nan=True)

    tests = [lambda a, b: a is b, is_named, is_equal, lambda a, b: a.array.shape == b.array.shape]
    pairs: dict[Any, Any] = {}
    free = list(ours)
    for same in tests:
        for leaf in theirs:
            found = None if leaf in pairs else next((mine for mine in free if same(mine, leaf)), None)
            if found is not None:
                pairs[leaf] = found
                free = [mine for mine in free if mine is not found]
    return pairs


def pair_nodes(ours: Sequence[Node], theirs: Sequence[Node], leaves: Mapping, roots: Sequence[tuple]) -> dict[Any, Any]:
    """{their item: our item}, for nodes and the leaves that are given."""
    pairs = dict(leaves) | pair_equal(ours, theirs, leaves)
    free = set(ours) - set(pairs.values())
    todo = deque(roots)
    while todo:
        mine, theirs_now = todo.popleft()
        if not isinstance(mine, Node) or not isinstance(theirs_now, Node):
            continue
        if theirs_now not in pairs and mine in free and mine.name() == theirs_now.name():
            pairs[theirs_now] = mine
            free.remove(mine)
            todo.extend(zip(mine.edges, theirs_now.edges, strict=False))
    left: dict[str, list[Node]] = defaultdict(list)
    for node in reversed(ours):
        if node in free:
            left[node.name()].append(node)
    for node in reversed(theirs):
        candidates = left[node.name()]
        if node not in pairs and candidates:
            best = max(candidates[:50], key=lambda mine: common_inputs(mine, node, pairs))
            candidates.remove(best)
            pairs[node] = best
    return pairs


def common_inputs(mine: Node, theirs: Node, pairs: Mapping) -> int:
    """How many arguments of two nodes are paired with each other."""
    both = zip(mine.edges, theirs.edges, strict=False)
    return sum([a is not None and pairs.get(b) is a for a, b in both])


def pair_equal(ours: Sequence[Node], theirs: Sequence[Node], leaves: Mapping) -> dict[Node, Node]:
    """{their node: our node} for nodes that compute the same from the same leaves."""
    kinds: dict[tuple, int] = {}
    kind: dict[Any, int] = {}
    for theirs_leaf, mine in leaves.items():
        kind[theirs_leaf] = kind[mine] = kinds.setdefault(("leaf", id(mine)), len(kinds))
    for node in sorted({*ours, *theirs}, key=lambda node: node.number):
        inputs = tuple([None if e is None else kind.get(e, -id(e)) for e in node.edges])
        kind[node] = kinds.setdefault((node.name(), inputs), len(kinds))
    own = set(ours)
    free: dict[int, deque[Node]] = defaultdict(deque)
    for node in ours:
        free[kind[node]].append(node)
    pairs = {node: node for node in theirs if node in own}  # a part that the graphs share
    taken = set(pairs)
    for node in theirs:
        candidates = free[kind[node]]
        while node not in pairs and candidates:
            mine = candidates.popleft()
            if mine not in taken:
                pairs[node] = mine
    return pairs


def rewired(graph: Graph, nodes: Sequence[Node], pairs: Mapping) -> tuple[set[Arrow], list[Arrow]]:
    """The arrows of `graph` that should not be there, and those that are missing; their ends are marked."""
    extra: set[Arrow] = set()
    lacking: list[Arrow] = []
    for node in nodes:
        ours = pairs.get(node, node)
        wanted = arrows_to(ours, node, pairs)
        have = arrows_to(ours, ours, {}) if node in pairs else []
        found, asked = set(map(place, have)), set(map(place, wanted))
        if node in pairs and found != asked:
            same = sorted([start for start, _ in found]) == sorted([start for start, _ in asked])
            graph.marks[ours] = SWAPPED if same else REWIRED
            extra.update([arrow for arrow in have if place(arrow) not in asked])
        new = [arrow for arrow in wanted if place(arrow) not in found]
        lacking += [arrow._replace(words=f"expected {arrow.words}".strip(), kind="missing") for arrow in new]
    return extra, lacking


def place(arrow: Arrow) -> tuple[int, str]:
    """Where an arrow to a node comes from, and its argument. (Tensors are no keys: `==` compares their elements.)"""
    return id(arrow.start), arrow.words


def arrows_to(end: Node, node: Node, pairs: Mapping) -> list[Arrow]:
    """The arrows to the arguments of `node`, drawn to `end`, from the partners of its inputs."""
    names = argument_names(node) if len(node.edges) > 1 else [""]
    return [Arrow(pairs.get(e, e), end, n) for n, e in zip(names, node.edges, strict=True) if e is not None]
