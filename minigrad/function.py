"""Chapter 9, function: a rule of your own.

A `Function` is an operation written in Python: `forward` computes the result from tensors and anything else,
`backward` gets the cotangents of the results and returns one gradient per argument. In between, a context object
`ctx` carries what backward will need. `apply` runs forward unrecorded and leaves one node in the graph.
"""

import functools
import warnings
import weakref
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np

from .creation import zeros
from .graph import FREED, Edge, Node, Op, edge_of, made_by, mode, no_grad
from .higher import saved_input
from .tensor import Tensor, new, wrap
from .views import Envelope, Region, adopt, check_writable, counter_of, new_node, rebase


class NeverCalled:
    """What is used as a class, by `apply`. An instance of it is a DeprecationWarning, to call one a RuntimeError."""

    def __init__(self) -> None:
        warnings.warn(
            f"{type(self)} should not be instantiated. Methods on autograd functions are all static, so you should "
            "invoke them on the class itself. Instantiating an autograd function will raise an error in a future "
            "version of PyTorch.",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd "
            "function with static forward method. (Example: "
            "https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )


class Function(NeverCalled):
    """A differentiable operation of your own: subclass it, write `forward` and `backward`, call `apply`.

    forward(ctx, *args) returns a Tensor or a tuple of them. backward(ctx, *cotangents), one per result, returns one
    gradient (or None) per argument. Or forward(*args) without ctx, and setup_context(ctx, inputs, output).
    All are static methods. NotImplementedError: one is missing.
    """

    op: "FunctionOp"

    def __init_subclass__(cls) -> None:
        cls.op = FunctionOp(cls)

    @staticmethod
    def forward(*args: Any) -> Any:
        """The result, from (ctx, *args), or from *args where there is a `setup_context`."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple, output: Any) -> Any:
        """Save in ctx what backward needs, after a forward that gets no ctx."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """The gradients of the arguments, from the cotangents of the results."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
            "backward mode AD."
        )

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Run forward and leave one node for all its results, if an argument needs a gradient."""
        ctx = FunctionCtx()
        edges = tuple([edge_of(a) if isinstance(a, Tensor) else None for a in args])
        ctx.needs_input_grad = tuple([edge is not None for edge in edges])
        with no_grad():
            if cls.setup_context is Function.setup_context:
                output = cls.forward(ctx, *args)
            else:
                output = cls.forward(*args)
                cls.setup_context(ctx, args, output)
        results = output if isinstance(output, tuple) else (output,)
        check_dirty(ctx, results)
        if mode.enabled and any(ctx.needs_input_grad):
            results = record_function(cls.op, ctx, args, edges, results)
        return results if isinstance(output, tuple) else results[0]


class FunctionCtx:
    """What forward leaves for backward: saved tensors, marks on results, and any attribute you set on it."""

    needs_input_grad: tuple[bool, ...]  # per argument of forward, whether its gradient is wanted
    _node: Callable[[], Node | None] | None = None  # the node it belongs to, once there is one; a weak reference
    _to_save: tuple = ()
    _not_differentiable: tuple[Tensor, ...] = ()
    _dirty: tuple[Tensor, ...] = ()
    _materialize_grads = True

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors (arguments, results or others) for backward, guarded by their version counters.

        To be called once. TypeError: something is neither a Tensor nor None; keep it as an attribute of ctx.
        """
        for i, t in enumerate(tensors):
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(
                    f"save_for_backward can only save variables, but argument {i} is of type {type(t).__name__}"
                )
        self._to_save = tensors

    @property
    def saved_tensors(self) -> tuple:
        """What was saved, in order. RuntimeError: the graph was freed, or a saved tensor was changed in place."""
        if self._node is None:
            return self._to_save
        node = self._node()
        return FREED.fail() if node is None else node.saved_tensors

    def mark_non_differentiable(self, *outputs: Tensor) -> None:
        """These results need no gradient (an index, a mask); backward still gets an argument for each: zeros."""
        self._not_differentiable = outputs

    def mark_dirty(self, *inputs: Tensor) -> None:
        """forward has changed these arguments in place, and returns them."""
        self._dirty = inputs

    def set_materialize_grads(self, value: bool) -> None:
        """Whether the cotangent of a result that was not used arrives as zeros (the default) or as None."""
        self._materialize_grads = value


def record_function(op: "FunctionOp", ctx: FunctionCtx, args: tuple, edges: tuple, results: tuple) -> tuple:
    """Leave a node for a call of a Function; returns its results, with history."""
    outputs = [describe(r, ctx) for r in results]
    node = new_node(op, edges, (ctx, outputs))
    node.fit = tuple([(a.array.shape, a.array.dtype) if isinstance(a, Tensor) else None for a in args])
    recorded = list(results)
    for i in differentiable(outputs):
        recorded[i] = with_history(results[i], output_node(node, i), args, ctx)
    node.saved_a = tuple([kept(t, ctx, args, edges, results, outputs) for t in ctx._to_save])
    ctx._to_save, ctx._dirty, ctx._not_differentiable = (), (), ()  # the results would hold themselves
    ctx._node = weakref.ref(node)
    if mode.enabled is not True:
        mode.enabled(node)
    return tuple(recorded)


class Output(NamedTuple):
    """What backward must know of a result that is a tensor."""

    shape: tuple
    dtype: np.dtype
    differentiable: bool


def describe(result: Any, ctx: FunctionCtx) -> Output | None:
    """What backward must know of one result; None if it is no tensor. Integers are not differentiable."""
    if not isinstance(result, Tensor):
        return None
    marked = any([result is t for t in ctx._not_differentiable])
    return Output(result.array.shape, result.array.dtype, result.array.dtype.kind == "f" and not marked)


def differentiable(outputs: Sequence[Output | None]) -> list[int]:
    """The numbers of the results that have a gradient."""
    return [i for i, output in enumerate(outputs) if output is not None and output.differentiable]


def with_history(result: Tensor, source: Node, args: tuple, ctx: FunctionCtx) -> Tensor:
    """A result whose history is `source`: the argument itself if it was written, another Tensor if it was not."""
    if any([result is d for d in ctx._dirty]):
        check_writable(result)
        view = result._view
        if view is None:
            adopt(result, source)
        else:
            rebase(view.base, source, Region(view.steps, None), result.array.shape, result.array.dtype)
        return result
    if result._view is not None or any([result is a for a in args]):
        alias = wrap(result.array)
        alias._counter = counter_of(result)
        result = alias
    result._node, result._requires_grad = source, True
    return result


class FunctionOp(Op):
    """The operation behind a Function's nodes: it calls the Function's own `backward`."""

    function: type[Function]
    output: "OutputOp"

    def __new__(cls, function: type[Function]) -> "FunctionOp":
        return new(cls)  # one per class: an Op is known by its name, but two Functions may have the same name

    def __init__(self, function: type[Function]) -> None:
        super().__init__(f"{function.__name__}Backward", params=("ctx", "outputs"))
        self.arity, self.function, self.output = 3, function, OutputOp(self.name)

    def gradients(self, node: Node, g: Any, edges: Sequence, recorded: bool, owned: bool) -> list:
        """The gradients that the Function's backward returns, checked."""
        ctx, outputs = node.params
        returned = self.function.backward(ctx, *cotangents(g, outputs, ctx._materialize_grads))
        found = checked_gradients(self.name, returned, node.fit or ())
        wanted = [None if e is None else r for e, r in zip(edges, found, strict=True)]
        return wanted if recorded else [None if r is None else r.array for r in wanted]

    def saved(self, node: Node) -> tuple:
        """The saved tensors of a node of this Function, with the history they had."""
        if node.saved_a is FREED:
            FREED.fail()
        return tuple([None if item is None else item.open(node) for item in node.saved_a or ()])


def cotangents(g: Any, outputs: Sequence[Output | None], materialize: bool) -> list[Tensor | None]:
    """What backward gets for each result: what arrived; where nothing did, zeros, or None without `materialize`."""
    arrived = g.parts if isinstance(g, Parts) else {differentiable(outputs)[0]: g}
    given: list[Tensor | None] = []
    for i, output in enumerate(outputs):
        if i in arrived:
            given.append(arrived[i] if isinstance(arrived[i], Tensor) else wrap(np.asarray(arrived[i])))
        elif output is not None and materialize:
            given.append(zeros(output.shape, dtype=output.dtype))
        else:
            given.append(None)
    return given


class Parts:
    """The cotangents of several results on their way to one node, by number of the result.

    A number comes twice where a saved result was used once more: it has a second node then.
    """

    __slots__ = ("parts",)

    def __init__(self, parts: dict[int, Any]) -> None:
        self.parts = parts

    def __add__(self, other: "Parts") -> "Parts":
        both = self.parts.keys() & other.parts.keys()
        return Parts(self.parts | other.parts | {i: self.parts[i] + other.parts[i] for i in both})


class OutputOp(Op):
    """One of several results of a Function: its node hands the cotangent, with its number, to the Function's."""

    def __new__(cls, name: str) -> "OutputOp":
        return new(cls)

    def __init__(self, name: str) -> None:
        super().__init__(name, lambda g, number: Parts({number: g}), params=("number",))

    def as_edge(self, node: Node) -> tuple:
        """How torch shows an edge to it: (the Function's node, number of the result)."""
        return node.a, node.params[0]


def output_node(node: Node, number: int) -> Node:
    """The node of result `number` of a Function: the Function's own if no other result has a gradient."""
    if differentiable(node.params[1]) == [number]:
        return node
    op: Any = node.op
    return new_node(op.output, (node, None), (number,))


def kept(t: Tensor | None, ctx: "FunctionCtx", args: tuple, edges: tuple, results: tuple, outputs: Sequence) -> Any:
    """What a node keeps of a tensor that was saved: an argument that was written counts as the result it is now."""
    if t is None:
        return None
    argument = any([t is a for a in args]) and not any([t is d for d in ctx._dirty])
    for i, result in enumerate(results):
        if t is result and not argument:
            return SavedOutput(counter_of(t).envelope(t.array), i if outputs[i].differentiable else None)
    return SavedInput(t, next((e for a, e in zip(args, edges, strict=True) if a is t), None))


class SavedInput:
    """A saved argument, or a tensor that forward made: the Tensor itself."""

    def __init__(self, tensor: Tensor, edge: Edge) -> None:
        self.tensor, self.edge = tensor, edge

    def open(self, node: Node) -> Tensor:
        """It, as it was. RuntimeError: it was changed in place."""
        return saved_input(node, self.tensor, self.edge)


class SavedOutput:
    """A saved result: its values and its number, from which it is made again, so that it does not hold itself."""

    def __init__(self, envelope: Envelope, number: int | None) -> None:
        self.envelope, self.number = envelope, number

    def open(self, node: Node) -> Tensor:
        """It, with its history. RuntimeError: it was changed in place."""
        array = self.envelope.open(node)
        return wrap(array) if self.number is None else made_by(output_node(node, self.number), array)


def once_differentiable(backward: Callable) -> Callable:
    """For a backward that cannot be differentiated itself: asking for its derivative is a RuntimeError."""

    @functools.wraps(backward)
    def wrapper(ctx: FunctionCtx, *grad_outputs: Any) -> Any:
        recording = mode.enabled
        with no_grad():
            returned = backward(ctx, *grad_outputs)
        if not recording or not any([isinstance(g, Tensor) and g.requires_grad for g in grad_outputs]):
            return returned
        several = returned if isinstance(returned, tuple) else (returned,)
        refused = [g if g is None else DelayedError.apply(g.detach().requires_grad_()) for g in several]
        return tuple(refused) if isinstance(returned, tuple) else refused[0]

    return wrapper


class DelayedError(Function):
    """Passes a tensor on; whoever differentiates it is told about `once_differentiable`."""

    @staticmethod
    def forward(ctx: Any, t: Tensor) -> Tensor:
        """`t` itself."""
        return t

    @staticmethod
    def backward(ctx: Any, g: Any) -> NoReturn:
        """RuntimeError."""
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


def checked_gradients(name: str, returned: Any, fit: Sequence) -> list:
    """What backward returned as a list, one gradient per argument; Nones at the end may be too many.

    fit: (shape, dtype) per argument, None for one that is no tensor.
    RuntimeError: too few or too many, no Tensor, one for an argument that is no tensor, a shape that does not fit.
    """
    gradients = list(returned) if isinstance(returned, tuple) else [returned]
    while len(gradients) > len(fit) and gradients[-1] is None:
        gradients.pop()
    if len(gradients) != len(fit):
        raise RuntimeError(
            f"function {name} returned an incorrect number of gradients (expected {len(fit)}, got {len(gradients)})"
        )
    for i, (gradient, about) in enumerate(zip(gradients, fit, strict=True)):
        if gradient is not None:
            check_gradient(name, i, gradient, about)
    return gradients


def check_gradient(name: str, i: int, gradient: Any, about: tuple | None) -> None:
    """RuntimeError unless gradient number `i` is a Tensor that can be summed to its argument's shape."""
    if not isinstance(gradient, Tensor):
        raise RuntimeError(f"expected Variable or None (got {type(gradient).__name__})")
    if about is None:
        raise RuntimeError(
            f"function {name} returned a gradient different than None at position {i + 1}, but the corresponding "
            "forward input was not a Variable"
        )
    shape, got = about[0], gradient.array.shape
    if got != shape and (len(got) < len(shape) or broadcast_or_none(got, shape) != got):
        raise RuntimeError(
            f"Function {name} returned an invalid gradient at index {i} - got {list(got)} "
            f"but expected shape compatible with {list(shape)}"
        )


def broadcast_or_none(a: tuple, b: tuple) -> tuple | None:
    """The shape that two shapes broadcast to, None if they do not."""
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return None


def check_dirty(ctx: FunctionCtx, results: tuple) -> None:
    """RuntimeError if an argument that was marked as changed in place is not among the results."""
    if any([not any([d is r for r in results]) for d in ctx._dirty]):
        raise RuntimeError(
            "Some elements marked as dirty during the forward method were not returned as output. The inputs that "
            "are modified inplace must all be outputs of the Function."
        )
