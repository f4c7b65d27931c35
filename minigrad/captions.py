"""The words in a picture of a graph: what stands in each box, and in each line of the text tree."""

from collections.abc import Mapping, Sequence
from typing import Any

from .folding import Fold, counted
from .graph import FREED, Node
from .graphs import WRITES, Output, Rest, Saved, base_of, origin, plain_op
from .printing import tensor_str
from .tensor import Tensor, wrap

LONGEST_NAME = 60


class Captions:
    """What is written about the items of a `Graph`.

    outputs: the tensors that were asked for; names: of tensors. named: {node or leaf: (name, tensor)}.
    """

    def __init__(self, outputs: Sequence[Tensor], names: Mapping[str, Any]) -> None:
        self.outputs = outputs
        self.named: dict[Any, tuple[str, Tensor]] = {}
        for name, value in names.items():
            if isinstance(value, Tensor):
                self.named.setdefault(origin(value), (short(name), value))

    def lines(self, item: Any) -> list[str]:
        """What stands in a box: name and role, shape and value, gradient."""
        return [printable(line) for line in self.words(item)]

    def words(self, item: Any) -> list[str]:
        """The lines, with whatever is in the names of variables and classes."""
        if isinstance(item, Tensor):
            return self.leaf_lines(item)
        lines: dict[type, Any] = {
            Node: self.node_lines,
            Fold: self.fold_lines,
            Saved: self.saved_lines,
            Output: self.output_lines,
        }
        return lines[type(item)](item) if type(item) in lines else rest_lines(item)

    def name_of(self, t: Tensor) -> str:
        """The variable that holds this tensor, else one with the same history, else an empty text."""
        same = next((name for name, other in self.named.values() if other is t), "")
        return same or self.named.get(origin(t), ("", t))[0]

    def leaf_lines(self, leaf: Tensor) -> list[str]:
        """A leaf or a constant."""
        name, base = self.named.get(leaf, ("", leaf))[0], leaf._view.base if leaf._view is not None else None
        words = ["leaf" if leaf._requires_grad else "constant"]
        words += [f"view of {self.name_of(base)}".removesuffix(" of ")] if base is not None else []
        words += ["output"] if any([leaf is t for t in self.outputs]) else []
        return [f"{name}  ({', '.join(words)})".strip(), *about(leaf)]

    def node_lines(self, node: Node) -> list[str]:
        """An operation, and the variable that holds its result, unless that has a box of its own."""
        source, number = node.op.as_edge(node)
        lines = [node.name().rpartition("::")[2] if source is node else f"result {number} of {source.name()}"]
        base = base_of(node)
        if base is not None:
            lines[0] += f"  (view of {self.named[base][0]})" if base in self.named else "  (view)"
        if plain_op(node) in WRITES:
            lines[0] += f"  (write to {place_of(node)})"
        if node in self.named:
            name, t = self.named[node]
            if not any([t is output for output in self.outputs]):
                first, *more = about(t)
                lines += [f"{name} = {first}", *more]
        return lines

    def fold_lines(self, fold: Fold) -> list[str]:
        """A module's call, or a pattern and how often it comes."""
        if not fold.title:
            return [f"{fold.times:,} times:", *fold.names, *self.held_lines(fold)]
        inside = f"{len(fold.nodes)} operation{'s' * (len(fold.nodes) != 1)}"
        inside += f", {len(fold.hidden)} parameter{'s' * (len(fold.hidden) != 1)}" if fold.hidden else ""
        return [fold.title, inside, *self.held_lines(fold)]

    def held_lines(self, fold: Fold) -> list[str]:
        """The variable that holds the result of the last of several nodes."""
        name, t = self.named.get(fold.nodes[0], ("", None))
        return [f"{name} = {about(t)[0]}"] if t is not None and not any([t is o for o in self.outputs]) else []

    def saved_lines(self, saved: Saved) -> list[str]:
        """A saved tensor and its versions."""
        if saved.array is None:
            return [f"saved  ({saved.note})"]
        name = self.name_of(saved.tensor) if saved.tensor is not None else ""
        lines = [f"{name}  (saved)".strip(), *about(wrap(saved.array))]
        if saved.then == saved.now:
            return [*lines, f"version {saved.then}, unchanged"]
        return [*lines, f"CHANGED: saved at version {saved.then},", f"now at version {saved.now}"]

    def output_lines(self, output: Output) -> list[str]:
        """A result that was asked for."""
        name = self.name_of(output.tensor)
        return [f"{name}  (output)".strip(), *about(output.tensor)]


def rest_lines(rest: Rest) -> list[str]:
    """What is not drawn, counted."""
    lines = [f"... {len(rest.nodes):,} earlier operations are not drawn"] if rest.nodes else []
    lines += counted(rest.nodes)
    return [*lines, f"... {rest.leaves:,} more leaves are not drawn"] if rest.leaves else lines


def about(t: Tensor) -> list[str]:
    """What there is to say about a tensor: values, dtype and shape, its gradient."""
    kind = f"{t.dtype.name} {list(t.array.shape)}"
    values = value_of(t)
    lines = [f"{values}  {kind}"] if len(values) < 20 else [values, kind]
    return lines + ([f"grad {value_of(t._grad)}"] if t._grad is not None else [])


def place_of(node: Node) -> str:
    """Where a write goes, as an index; "a part" if that is no simple one."""
    region = None if node.params is FREED else node.params[0]
    if region is None or region.steps is not None or not region.basic:
        return "a part"
    *first, last = [index_text(i) for i in region.index or (...,)]
    return f"[{', '.join(first if first and last == '...' else [*first, last])}]"


def index_text(index: Any) -> str:
    """One index of several as it is written."""
    if not isinstance(index, slice):
        return "..." if index is ... else str(index)
    ends = ["" if end is None else str(end) for end in (index.start, index.stop, index.step)]
    return ":".join(ends if index.step is not None else ends[:2])


def value_of(t: Tensor) -> str:
    """A short value for a picture: the numbers if there are at most six, else the first three."""
    if t.array.size <= 6:
        return " ".join(tensor_str(wrap(t.array)).removeprefix("tensor(").removesuffix(")").split())
    return ", ".join([f"{value:.3g}" for value in t.array.flat[:3].tolist()]) + ", ..."


def printable(text: str) -> str:
    """Text on one line, with a question mark for each character that is none of a text."""
    return "".join(
        [sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in " ".join(text.splitlines())]
    )


def short(name: str) -> str:
    """A name that fits into a box."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."
