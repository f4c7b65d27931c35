"""Parts of a graph that a picture shows as one box: the call of a module, and a chain that repeats itself."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .graph import Node, numbers
from .modules import Module
from .tensor import Tensor

LONGEST_PATTERN = 8
FEWEST_TIMES = 5


@dataclass(eq=False)
class Fold:
    """Several operations that are drawn as one box.

    title: the module's class, or ""; names: of the operations of the pattern, in order of time; times: how often
    they come; nodes: all of them, latest first; inside: parameters that may vanish into the box.
    """

    title: str
    names: list[str]
    times: int
    nodes: list[Node]
    inside: Container[Tensor] = frozenset()
    hidden: list[Tensor] = field(default_factory=list)  # which of them did

    @property
    def number(self) -> int:
        """That of the latest node."""
        return self.nodes[0].number


# calls of modules


@dataclass
class Call:
    """One call of a module: the nodes that it recorded have numbers between `first` and `last`."""

    module: Module
    first: int
    last: int


class record:
    """Notes which operations the calls of these modules record, so that `draw(y, fold=calls)` can fold them.

        with mg.draw.record(model) as calls:
            y = model(x)
        mg.draw(y, fold=calls)

    Each module is folded as a whole: `record(model)` makes one box of it, `record(*model)` one of each layer of a
    Sequential. TypeError: something is no Module.
    """

    def __init__(self, *modules: Module) -> None:
        for module in modules:
            if not isinstance(module, Module):
                raise TypeError(f"draw.record() takes Modules, but got {type(module).__name__}")
        self.modules, self.calls = modules, []  # type: tuple[Module, ...], list[Call]
        self.before: list[tuple[Module, Any]] = []

    def __enter__(self) -> list[Call]:
        for module in dict.fromkeys(self.modules):
            self.before.append((module, vars(module).get("forward")))
            vars(module)["forward"] = self.noting(module, module.forward)
        return self.calls

    def __exit__(self, *exception: Any) -> None:
        while self.before:
            module, forward = self.before.pop()
            del vars(module)["forward"]
            if forward is not None:
                vars(module)["forward"] = forward

    def noting(self, module: Module, forward: Callable) -> Callable:
        """`forward`, but each call of it is noted."""

        def noted(*args: Any, **kwargs: Any) -> Any:
            first = next(numbers)
            output = forward(*args, **kwargs)
            self.calls.append(Call(module, first, next(numbers)))
            return output

        return noted


def fold_calls(nodes: Iterable[Node], calls: Sequence[Call]) -> dict[Node, Fold]:
    """For each node that was recorded in one of `calls`, the box of the outermost one. nodes: latest first."""
    outer: list[Call] = []
    for call in sorted(calls, key=lambda call: call.first):
        if not outer or call.first > outer[-1].last:
            outer.append(call)
    starts, folds, found = [call.first for call in outer], {}, {}  # type: list[int], dict[int, Fold], dict[Node, Fold]
    for node in nodes:
        i = bisect_right(starts, node.number) - 1
        if i >= 0 and node.number < outer[i].last:
            if i not in folds:
                module = outer[i].module
                folds[i] = Fold(type(module).__name__, [], 1, [], frozenset(module.parameters()))
            folds[i].nodes.append(node)
            found[node] = folds[i]
    return found


# chains


def fold_chains(nodes: Sequence[Node], kept: Container) -> dict[Node, Fold]:
    """For each node in a part of a chain that repeats itself, its box. nodes: latest first.

    A chain is a row of nodes each of which is used by the next one only. kept: nodes that have to stay visible; a
    chain may end with one.
    """
    before, found = links(nodes, kept), {}  # type: dict[Node, Node], dict[Node, Fold]
    seen: set[Node] = set()
    for node in nodes:
        chain = []
        step: Node | None = None if node in seen else node
        while step is not None:
            chain.append(step)
            step = before.get(step)
        seen.update(chain)
        for start, period, times in repeats(signs(chain, before)) if len(chain) >= FEWEST_TIMES else ():
            members = chain[start : start + period * times]
            names = [member.name() for member in reversed(members[:period])]
            found.update(dict.fromkeys(members, Fold("", names, times, members)))
    return found


def links(nodes: Sequence[Node], kept: Container) -> dict[Node, Node]:
    """For each node its only input that is used nowhere else, if there is just one such input."""
    user: dict[Node, Node | None] = {}
    for node in nodes:
        for edge in node.edges:
            if isinstance(edge, Node):
                user[edge] = node if user.get(edge, node) is node and edge not in kept else None
    found = {}
    for node in nodes:
        own = {edge for edge in node.edges if isinstance(edge, Node) and user[edge] is node}
        if len(own) == 1:
            found[node] = own.pop()
    return found


def signs(chain: Sequence[Node], before: dict[Node, Node]) -> list[int]:
    """A number for each node of a chain: the same for the same operation with the same other inputs."""
    kinds: dict[tuple, int] = {}
    places: dict[str, tuple] = {}  # in which places an operation gets what the chain computed
    found = []
    for node in chain:
        name, edges = node.name(), node.edges
        if node in before:
            own = places[name] = tuple([edge is before[node] for edge in edges])
        else:  # the first one of the chain starts from something else, in the places where the others continue
            own = places.get(name, ())
            starts = {id(edge) for edge, mine in zip(edges, own, strict=False) if mine}
            own = own if len(own) == len(edges) and len(starts) == 1 else (False,) * len(edges)
        others = tuple([None if mine else id(edge) for edge, mine in zip(edges, own, strict=True)])
        found.append(kinds.setdefault((name, others), len(kinds)))
    return found


def repeats(signs: Sequence[int]) -> list[tuple[int, int, int]]:
    """Where a row of numbers repeats itself: (start, length of the pattern, how many times), from left to right."""
    row, found, i = np.array(signs), [], 0
    runs = {period: equal_from(row, period) for period in range(1, min(LONGEST_PATTERN, len(row) // FEWEST_TIMES) + 1)}
    while runs and i < len(row):
        covered, period = max((((run[i] // p + 1) * p, -p) for p, run in runs.items() if i < len(run)), default=(0, -1))
        times = covered // -period
        if times >= FEWEST_TIMES:
            found.append((i, -period, times))
        i += covered if times >= FEWEST_TIMES else 1
    return found


def equal_from(row: np.ndarray, period: int) -> list[int]:
    """For each place of a row, how many numbers from there on are equal to the one `period` places further."""
    equal = row[period:] == row[:-period]
    ends = np.flatnonzero(np.append(~equal, True))
    places = np.arange(len(equal))
    return list((ends[np.searchsorted(ends, places)] - places).tolist())


def counted(nodes: Iterable[Node], most: int = 6) -> list[str]:
    """How often each kind of operation is there, the most frequent first."""
    counts = Counter(node.name() for node in nodes).most_common()
    found = [f"{number:,} {name}" for name, number in sorted(counts, key=lambda pair: (-pair[1], pair[0]))]
    rest = len(found) - most
    return found if rest <= 0 else [*found[:most], f"and {rest} other kind{'s' if rest > 1 else ''}"]
