"""Chapter 2, graph: every operation leaves a trace.

An operation on tensors that need gradients makes a `Node`: which `Op` it was, which nodes (or leaves) its inputs
came from, and the values its derivative will need. Nodes are numbered as they are made, so an input always has a
smaller number than what was made from it. This module records the trace, shows it to a reader, and switches the
recording off and on; chapter 4 walks the trace.
"""

import functools
import inspect
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

from .tensor import Tensor, new, wrap

ndarray = np.ndarray
numbers = itertools.count()


class Node:
    """One recorded operation."""

    __slots__ = (
        "op", "number", "a", "b", "more", "saved_a", "saved_b", "out", "params", "fit", "hooks", "__weakref__",
    )  # fmt: skip

    op: "Op"  # which operation, with its rules
    number: int  # its place in the order of recording
    a: "Edge"  # where its first input came from: a Node, a leaf Tensor, or None (no gradient wanted)
    b: "Edge"  # the same for the second input
    more: tuple | None  # for operations with more than two inputs, all edges (a and b are then None)
    saved_a: Any  # the first input, if the rules read it, or None; with `more`, a tuple of inputs
    saved_b: Any  # the second input, if the rules read it, or None
    out: Any  # the values of the result, if the rules read them, or None
    params: Any  # a tuple of what else the rules read: a shape, an axis, an exponent
    fit: tuple | None  # (shape, dtype) of each input that was broadcast or promoted, else None
    hooks: Any  # functions called with the gradient of the result before the node runs
    next_functions: Any  # the edges as torch shows them (property, below)
    saved_tensors: Any  # what is saved, by name (property, below)
    register_hook: Any  # chapter 10
    register_prehook: Any

    def name(self) -> str:
        """torch's name for this kind of node, such as "MulBackward0"."""
        return self.op.name

    @property
    def edges(self) -> tuple:
        """The Node, leaf or None behind each input, in the order of the arguments."""
        return self.more if self.more is not None else (self.a, self.b)[: self.op.arity]

    def __repr__(self) -> str:
        return f"<{self.name().rpartition('::')[2]} object at {id(self):#x}>"


Edge = Node | Tensor | None


def edge_of(t: Tensor) -> Edge:
    """Where the gradient of `t` goes: to the node that made it, to itself if it is a leaf, nowhere if unwanted."""
    if t._view is not None:
        t._view.refresh(t)
    if not t._requires_grad:
        return None
    return t._node if t._node is not None else t


class Op:
    """A differentiable operation: torch's name of its node, and one vector-Jacobian rule per input.

    A rule is the formula in the textbook. Its first parameter is the cotangent g of the result; the names of the
    others say what it reads, and only that is saved: "a", "b", "c", ... the inputs, "out" the result, any other
    name one of `params`. The formula runs on ndarrays in a first-order backward and on Tensors with
    `create_graph=True`, so it uses only what both understand.

        MUL = Op("MulBackward0", lambda g, b: g * b, lambda g, a: g * a)

    `arrays[i]` is rule i made ready for ndarrays, a function of (node, g); `tensors[i]` (chapter 6) the same for
    Tensors. `keep[w]` says which of (a, b, out) must be saved, where w is 1 if the first input wants a gradient,
    plus 2 if the second does. `frees` says that `params` hold an array (a mask, an index), which a walk lets go of as
    of saved values. An operation is known by its name: to define one again is to change it everywhere, also in
    recorded nodes. ValueError, and nothing is changed: a rule reads what is neither input, result nor one of `params`.
    """

    known: dict[str, "Op"] = {}
    tensors: Any
    saved: Any

    def __new__(cls, name: str, *rules: Callable, **params: Any) -> "Op":
        return Op.known.setdefault(name, new(cls))

    def __init__(self, name: str, *rules: Callable, params: Sequence[str] = (), frees: bool = False) -> None:
        reads = [tuple(inspect.signature(rule).parameters)[1:] for rule in rules]
        readable = (*"abcdefgh"[: len(rules)], "out", *params)
        unknown = [n for names in reads for n in names if n not in readable]
        if unknown:
            raise ValueError(
                f"Op({name!r}): a rule reads {unknown[0]!r}, which is none of {', '.join(readable)}: the inputs, the "
                "result, and what params names. Correct it, or name it in params."
            )
        self.name, self.rules, self.params, self.arity = name, rules, tuple(params), len(rules)
        self.frees, self.reads, self.readers = frees, reads, readers(len(rules), self.params)
        self.arrays = tuple(bind(r, n, self.readers, self.params) for r, n in zip(rules, self.reads, strict=True))
        self.bound_to_tensors: tuple | None = None
        first, second = (*self.reads, (), ())[:2]
        self.keep = [[n in names for n in ("a", "b", "out")] for names in ((), first, second, first + second)]

    own_buffers = False  # whether what `gradients` returns is in arrays that nobody else holds

    def gradients(self, node: Node, g: Any, edges: Sequence, recorded: bool, owned: bool) -> list:
        """The gradient for each of `edges` that is not None; used for nodes with more than two inputs.

        recorded: on Tensors. owned: `g` is in a buffer of the engine's own that may be written.
        """
        rules = self.tensors if recorded else self.arrays
        return [None if e is None else rule(node, g) for e, rule in zip(edges, rules, strict=True)]

    def as_edge(self, node: Node) -> tuple:
        """How torch shows an edge to a node of this operation: (node, number of its output)."""
        return node, 0

    def __repr__(self) -> str:
        return f"Op({self.name})"


def record(op: Op, array: Any, inputs: Sequence[Tensor], params: tuple | None = None, fit: Any = None) -> Tensor:
    """The result of `op` as a Tensor that remembers how it was made, if anything wants a gradient.

    array: the values of the result; inputs: the tensor arguments, one per rule of `op`; params: what the rules
    read besides, in the order of `op.params`; fit: (shape, dtype) per input to be restored, see `Node`.
    """
    out = wrap(array if type(array) is ndarray else np.asarray(array))
    recording = mode.enabled
    if not recording or out.array.dtype.kind != "f":
        return out
    if op.arity > 2:
        return record_many(out, op, inputs, params, fit)
    a, b = edge_of(inputs[0]), edge_of(inputs[1]) if len(inputs) == 2 else None
    wanted = (a is not None) + 2 * (b is not None)
    if wanted:
        node = new(Node)
        node.op, node.number, node.params, node.fit = op, next(numbers), params, fit
        keep_a, keep_b, keep_out = op.keep[wanted]
        node.a, node.saved_a = a, inputs[0] if keep_a else None
        node.b, node.saved_b = b, inputs[1] if keep_b else None
        node.out = out.array if keep_out else None
        node.more = node.hooks = None
        out._node, out._requires_grad = node, True
        if recording is not True:
            recording(node)
    return out


def grad_fn(self: Tensor) -> Node | None:
    """The node of the operation that made this tensor; None for leaves and constants."""
    if self._view is not None:
        self._view.refresh(self)
    node = self._node
    return node if node is None else node.op.as_edge(node)[0]


Tensor.grad_fn = property(grad_fn)


class AccumulateGrad:
    """The end of an edge at a leaf: what arrives here is added to `variable.grad`."""

    def __init__(self, variable: Tensor) -> None:
        self.variable = variable

    next_functions = ()

    def name(self) -> str:
        """torch's name for it."""
        return "AccumulateGrad"

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, AccumulateGrad) and other.variable is self.variable

    def __hash__(self) -> int:
        return hash(self.variable)

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at {id(self.variable):#x}>"


def next_functions(self: Node) -> tuple:
    """torch's view of the edges: pairs (node, output number), leaves as `AccumulateGrad`."""
    return tuple(
        (None, 0) if e is None else (AccumulateGrad(e), 0) if isinstance(e, Tensor) else e.op.as_edge(e)
        for e in self.edges
    )


Node.next_functions = property(next_functions)


def made_by(node: Node, array: ndarray) -> Tensor:
    """A Tensor with these values whose history ends in `node`."""
    t = wrap(array, requires_grad=True)
    t._node = node
    return t


class Freed:
    """Stands where a saved tensor was; any use of it says that the graph was freed."""

    __slots__ = ()

    def fail(self, *args: Any) -> NoReturn:
        raise RuntimeError(
            "Trying to backward through the graph a second time (or directly access saved tensors after they have "
            "already been freed). Saved intermediate values of the graph are freed when you call .backward() or "
            "autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or "
            "if you need to access saved tensors after calling backward."
        )

    __getattr__ = __getitem__ = __iter__ = fail


FREED: Any = Freed()


def saved_tensors(self: Node) -> Any:
    """What the rules will read, by name ("a", "b", "out"); RuntimeError if it has been freed."""
    return self.op.saved(self)


def saved_by_name(op: Op, node: Node) -> dict[str, Any]:
    """The saved values of a node of `op` as Tensors, by the names that the rules call them."""
    kept = {"a": node.saved_a, "b": node.saved_b, "out": node.out}
    if op.arity > 2 and node.saved_a is not None:
        kept = {"abcdefgh"[i]: saved for i, saved in enumerate(node.saved_a)} | {"out": node.out}
    if any(value is FREED for value in kept.values()):
        FREED.fail()
    found = {name: value for name, value in kept.items() if value is not None}
    arrays = {name: op.readers[name](node) for name in found}
    return {name: value if isinstance(value, Tensor) else made_by(node, arrays[name]) for name, value in found.items()}


Op.saved = saved_by_name
Node.saved_tensors = property(saved_tensors)


class Mode(threading.local):
    """Whether operations are recorded. Each thread has its own switch, on at the start.

    enabled: False, or `recording`. recording: True, or a function that is shown every new node (chapter 10).
    before_walk: a function that is shown the roots of a walk before it starts, or None (chapter 10).
    """

    enabled: Any = True
    recording: Any = True
    before_walk: Any = None


mode = Mode()


def is_grad_enabled() -> bool:
    """Whether operations of this thread are recorded at the moment."""
    return bool(mode.enabled)


class no_grad:
    """Operations inside are not recorded: a context manager, and a decorator of functions and generators.

    The mode before is restored at the end, also after an exception.
    """

    enabled = False
    before: list[bool]

    def __new__(cls, function: Callable | None = None) -> Any:
        self = new(cls)
        self.before = []
        return self if function is None else self(function)

    def __enter__(self) -> None:
        self.before.append(mode.enabled)
        mode.enabled = self.enabled and mode.recording

    def __exit__(self, *exception: Any) -> None:
        mode.enabled = self.before.pop()

    def __call__(self, function: Callable) -> Callable:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with type(self)():  # of its own for each call, so that threads do not mix up what was before
                return function(*args, **kwargs)

        @functools.wraps(function)
        def steps(*args: Any, **kwargs: Any) -> Iterator:
            generator, inside = function(*args, **kwargs), type(self)()
            resume, sent = generator.send, None
            try:
                while True:
                    with inside:
                        produced = resume(sent)
                    try:
                        resume, sent = generator.send, (yield produced)
                    except Exception as error:
                        resume, sent = generator.throw, error
            except StopIteration as end:
                return end.value
            finally:
                with inside:
                    generator.close()

        return steps if inspect.isgeneratorfunction(function) else call


class enable_grad(no_grad):
    """Operations inside are recorded, even within `no_grad`."""

    enabled = True


class set_grad_enabled:
    """Turn recording on or off: at once as a plain call, and back again when used in a `with` statement."""

    def __init__(self, enabled: bool) -> None:
        self.enabled, self.before = enabled, [mode.enabled]
        mode.enabled = enabled and mode.recording

    def __enter__(self) -> None:
        mode.enabled = self.enabled and mode.recording

    def __exit__(self, *exception: Any) -> None:
        mode.enabled = self.before[-1]


def array_a(node: Node) -> ndarray:
    """The values of the first input, after a look at its version counter."""
    saved = node.saved_a
    if saved._counter is not None:
        saved._counter.check(node, saved)
    return saved.array


def array_b(node: Node) -> ndarray:
    """The values of the second input, after a look at its version counter."""
    saved = node.saved_b
    if saved._counter is not None:
        saved._counter.check(node, saved)
    return saved.array


def array_out(node: Node) -> ndarray:
    """The values of the result; once something shares its memory, they are in an envelope that checks."""
    out = node.out
    return out if type(out) is ndarray else out.open(node)


def bind(rule: Callable, names: tuple, fetch: dict[str, Callable], params: tuple) -> Callable:
    """A function of (node, g) that hands `rule` the cotangent and what it reads; `params` are all the node has."""
    get = [fetch[name] for name in names]
    if not get:
        return lambda node, g: rule(g)
    if names == params:
        return lambda node, g: rule(g, *node.params)
    if len(get) == 1:
        first = get[0]
        return lambda node, g: rule(g, first(node))
    if len(get) == 2:
        first, second = get
        return lambda node, g: rule(g, first(node), second(node))
    return lambda node, g: rule(g, *[read(node) for read in get])


def readers(arity: int, params: tuple) -> dict[str, Callable]:
    """For each name that a rule may read, how to get it from a node as an array (parameters: as they are)."""
    if arity <= 2:
        found: dict[str, Callable] = {"a": array_a, "b": array_b, "out": array_out}
    else:
        found = {name: array_input(i) for i, name in enumerate("abcdefgh"[:arity])} | {"out": array_out}
    return found | {name: parameter(i) for i, name in enumerate(params)}


def parameter(i: int) -> Callable:
    """How to get parameter `i` of a node."""
    return lambda node: node.params[i]


def array_input(i: int) -> Callable:
    """How to get the values of input `i` of a node with more than two inputs."""

    def array(node: Node) -> ndarray:
        saved = node.saved_a[i]
        if saved._counter is not None:
            saved._counter.check(node, saved)
        return saved.array

    return array


class VariadicOp(Op):
    """An operation with any number of inputs, such as `cat`, and one rule that is told which one: `i`."""

    def __init__(self, name: str, rule: Callable, params: Sequence[str]) -> None:
        super().__init__(name, rule, params=("i", *params))
        self.arity, self.rule = 3, rule

    def gradients(self, node: Node, g: Any, edges: Sequence, recorded: bool, owned: bool) -> list:
        """The gradient for each of `edges` that is not None."""
        return [None if e is None else self.rule(g, i, *node.params) for i, e in enumerate(edges)]


def record_many(out: Tensor, op: Op, inputs: Sequence[Tensor], params: tuple | None, fit: Any) -> Tensor:
    """`record` for an operation with more than two inputs, or with any number of them."""
    edges = tuple([edge_of(t) for t in inputs])
    if any([edge is not None for edge in edges]):
        node = new(Node)
        node.op, node.number, node.params, node.fit, node.more = op, next(numbers), params, fit, edges
        node.a = node.b = node.saved_a = node.saved_b = node.out = node.hooks = None
        read = {name for edge, names in zip(edges, op.reads, strict=False) if edge is not None for name in names}
        if not read.isdisjoint("abcdefgh"):
            node.saved_a = tuple([t if n in read else None for n, t in zip("abcdefgh", inputs, strict=False)])
        if "out" in read:
            node.out = out.array
        out._node, out._requires_grad = node, True
        if mode.enabled is not True:
            mode.enabled(node)
    return out
