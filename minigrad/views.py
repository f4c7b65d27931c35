"""Chapter 8, views: shared memory, version counters and writing in place.

A view is a tensor that sees another one's memory, its base. Writing through either changes both, so two things
have to be kept right: values that a backward still needs (the version counter notices a write), and history (a
write through a view gives the base a new one, and all other views of that base follow). The operations that make
views are rows in `shapes` and `indexing`.
"""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from . import activations, operations
from .dtypes import TYPE_NAMES
from .elementwise import as_operand, cos, exp, fit_to, log, mul, sin, tanh
from .engine import Partial
from .gradients import Keep
from .graph import Edge, Node, Op, edge_of, mode, ndarray, numbers, record
from .tensor import Tensor, new, wrap


class VersionCounter:
    """How often a piece of memory was written. All tensors that share the memory share the counter.

    Each write takes a stamp from the numbers of the nodes, so that a node can tell which writes came after it. The
    last 256 stamps are kept; they are needed only to say which version a node expected.
    """

    __slots__ = ("stamps", "version")

    def __init__(self, t: Tensor) -> None:
        self.version, self.stamps = 0, [-1]
        node = t._node
        if node is not None and node.out is t.array:
            node.out = self.envelope(t.array)

    def bump(self) -> None:
        """Count one write, now."""
        self.version += 1
        self.stamps.append(next(numbers))
        if len(self.stamps) > 512:
            del self.stamps[:256]

    def check(self, node: Node, saved: Tensor) -> None:
        """RuntimeError if the memory of `saved`, an input of `node`, was written after it was recorded."""
        if self.stamps[-1] > node.number:
            self.fail(saved.array, node.number, saved.grad_fn)

    def fail(self, array: ndarray, since: int, producer: Node | None) -> NoReturn:
        """torch's error for memory that was written after `since`."""
        expected = self.version - sum(stamp > since for stamp in self.stamps)
        kind = f"[torch.{TYPE_NAMES[array.dtype.name]}Tensor {list(array.shape)}]"
        source = "" if producer is None else f", which is output 0 of {producer.name().partition('Backward')[0]},"
        raise RuntimeError(
            "one of the variables needed for gradient computation has been modified by an inplace operation: "
            f"{kind}{source} is at version {self.version}; expected version {expected} instead. Hint: enable anomaly "
            "detection to find the operation that failed to compute its gradient, with "
            "torch.autograd.set_detect_anomaly(True, check_nan=False)."
        )

    def envelope(self, array: ndarray) -> "Envelope":
        """`array` as the saved result of a node, to be opened only if it was not written since."""
        return Envelope(array, self)


def counter_of(t: Tensor) -> VersionCounter:
    """The version counter of the tensor's memory, made when it is first needed."""
    if t._counter is None:
        t._counter = VersionCounter(t)
    return t._counter


class Envelope:
    """A saved result whose memory somebody else can write."""

    __slots__ = ("array", "counter", "since")

    def __init__(self, array: ndarray, counter: VersionCounter) -> None:
        self.array, self.counter, self.since = array, counter, next(numbers)

    def open(self, node: Node) -> ndarray:
        """The values. RuntimeError: they were changed since `node` was recorded."""
        if self.counter.stamps[-1] > self.since:
            self.counter.fail(self.array, self.since, node)
        return self.array


class View:
    """How a tensor sees the memory of its base."""

    __slots__ = ("base", "seen", "several", "steps")

    base: Tensor
    steps: tuple  # the way there, a chain (steps before or None, function, argument) of functions of (array, argument)
    seen: Node | None  # the base's node when this view's history was made; if it has another, this one is stale
    several: str | None  # the operation's name if it returned several views at once; these may not be written

    def refresh(self, t: Tensor) -> None:
        """Give `t`, the tensor of this view, a new history if its base has got one since."""
        base = self.base
        if self.seen is base._node:
            return
        edge = edge_of(base)
        t._node, t._requires_grad, self.seen = None, edge is not None, base._node
        if edge is not None:
            t._node = new_node(AS_STRIDED, (edge, None), (Region(self.steps, None), base.array.shape))


def new_node(op: Op, edges: tuple, params: tuple) -> Node:
    """A node that saved nothing but `params`."""
    node = new(Node)
    node.op, node.number, node.params = op, next(numbers), params
    node.a, node.b = edges if op.arity <= 2 else (None, None)
    node.more = None if op.arity <= 2 else edges
    node.saved_a = node.saved_b = node.out = node.fit = node.hooks = None
    return node


def view_of(t: Tensor, op: Op, array: ndarray, step: Callable, argument: Any, params: tuple) -> Tensor:
    """The result of a view operation: `array`, which is `step(t.array, argument)`, recorded as `op`."""
    out = record(op, array, (t,), params)
    view, parent = new(View), t._view
    view.base, steps = (t, None) if parent is None else (parent.base, parent.steps)
    view.steps, view.seen, view.several = (steps, step, argument), view.base._node, None
    out._view = view
    out._counter = t._counter if t._counter is not None else counter_of(t)
    return out


def select(array: ndarray, steps: tuple | None) -> ndarray:
    """What a view with these steps sees of `array`, in its memory where that can be."""
    if steps is None:
        return array
    before, step, argument = steps
    return step(select(array, before), argument)


class Region:
    """A part of a tensor: what a view with `steps` sees of it, and of that what `index` picks (None: all)."""

    __slots__ = ("basic", "index", "steps")

    def __init__(self, steps: tuple | None, index: Any) -> None:
        self.steps, self.index, self.basic = steps, index, index is None or is_basic(index)

    def read(self, array: ndarray) -> ndarray:
        """This part of `array`, which has the whole tensor's shape."""
        array = select(array, self.steps)
        return array if self.index is None else array[self.index]

    def write(self, array: ndarray, values: Any) -> None:
        """Put `values` into this part of `array`."""
        array[self.places(array)] = values

    def add(self, array: ndarray, values: ndarray) -> None:
        """Add `values` to this part of `array`; a place that is there twice gets both."""
        target = array if self.steps is None else select(array, self.steps)
        if self.steps is not None and not shares(target, array):
            np.add.at(array, self.places(array), values)
        elif not self.basic:
            np.add.at(target, self.index, values)
        else:
            part = target if self.index is None else target[self.index]
            part += values

    def places(self, array: ndarray) -> Any:
        """This part as an index into the whole `array`, written out where no shorter way is known."""
        if self.steps is None:
            return ... if self.index is None else self.index
        numbered = self.read(np.arange(array.size).reshape(array.shape))
        return np.unravel_index(numbered, array.shape)


def shares(target: ndarray, array: ndarray) -> bool:
    """Whether `target` is memory of `array`, each element of it once; a view with elements twice is read-only."""
    return target.flags.writeable and np.may_share_memory(target, array)


BASIC = {int, slice, type(None), type(...)}


def is_basic(index: Sequence) -> bool:
    """Whether numpy answers the index with a view: ints, slices, None and `...` only."""
    return BASIC.issuperset(map(type, index))


def put_back(g: Any, region: Region, shape: tuple) -> Any:
    """Zeros of `shape` with `g` in a region of it: the gradient of taking that region."""
    if isinstance(g, Tensor):
        return record(PUT_BACK, put_back(g.array, region, shape).dense(), (g,), (region, shape))
    return Partial(g, shape, region.add)


def take(g: Any, region: Region, shape: tuple) -> Any:
    """A copy of a region of `g`, which has `shape`."""
    if isinstance(g, Tensor):
        return record(TAKE, take(g.array, region, shape), (g,), (region, shape))
    return np.array(region.read(g))


AS_STRIDED = Op("AsStridedBackward0", put_back, params=["region", "shape"])
TAKE = Op("AsStridedBackward1", put_back, params=["region", "shape"])
PUT_BACK = Op("AsStridedScatterBackward0", take, params=["region", "shape"])


class CopySlices(Op):
    """A write into part of a tensor: the part's cotangent goes to what was written, the rest to the history before.

    Two inputs: the tensor before the write, and the values. The part is set to zero in place where the buffer is the
    engine's own, so that n writes into one tensor cost n parts, not n tensors.
    """

    own_buffers = True

    def __init__(self, name: str) -> None:
        super().__init__(name, lambda g: g, lambda g: g, params=("region", "shape", "dtype"), frees=True)
        self.arity = 3

    def gradients(self, node: Node, g: Any, edges: Any, recorded: bool, owned: bool) -> list:
        """The gradients of the tensor before the write and of the values, those that are wanted."""
        region, shape, dtype = node.params
        before, values = edges
        part = None if values is None else fit_to(take(g, region, g.shape), shape, dtype)
        if before is None:
            return [None, part]
        if isinstance(g, Tensor):
            mask = np.ones(g.array.shape, g.array.dtype)
            region.write(mask, 0)
            return [g * wrap(mask), part]
        rest = g if owned and type(g) is ndarray else np.array(g)
        zero(rest, region)
        return [rest, part]


def zero(array: ndarray, region: Region) -> None:
    """Set a region of `array` to zero."""
    target = select(array, region.steps)
    if region.steps is None or shares(target, array):
        target[... if region.index is None else region.index] = 0
    else:
        region.write(array, 0)


COPY_SLICES = CopySlices("torch::autograd::CopySlices")
INDEX_PUT = CopySlices("IndexPutBackward0")
FILL = Op("FillBackward0", lambda g: np.zeros_like(g))
ZERO = Op("ZeroBackward0", lambda g: np.zeros_like(g))
COPY = Op("torch::autograd::CopyBackwards", lambda g: np.zeros_like(g), lambda g: g)


def check_writable(t: Tensor, part: bool = False) -> None:
    """RuntimeError if `t` (or, with `part`, some of it) may not be written while writes are recorded."""
    view = t._view
    if not t.array.flags.writeable:
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a single memory "
            "location. Please clone() the tensor before performing the operation."
        )
    if not mode.enabled:
        return
    if view is not None and view.several is not None and t.requires_grad:
        raise RuntimeError(
            f"Output 0 of {view.several} is a view and is being modified inplace. This view is the output of a "
            "function that returns multiple views. Such functions do not allow the output views to be modified "
            "inplace. You should replace the inplace operation by an out-of-place one."
        )
    base = t if view is None else view.base
    if base._requires_grad and base._node is None:
        words = "a leaf Variable" if view is None and not part else "a view of a leaf Variable"
        raise RuntimeError(f"{words} that requires grad is being used in an in-place operation.")


def check_fits(x: ndarray, y: ndarray) -> None:
    """RuntimeError unless the values `y` can be written over all of `x`: the same shape, no wider kind of number."""
    if y.shape != x.shape:
        wanted = list(np.broadcast_shapes(x.shape, y.shape))
        raise RuntimeError(f"output with shape {list(x.shape)} doesn't match the broadcast shape {wanted}")
    if y.dtype is not x.dtype and not np.can_cast(y.dtype, x.dtype, "same_kind"):
        names = TYPE_NAMES[y.dtype.name], TYPE_NAMES[x.dtype.name]
        raise RuntimeError(f"result type {names[0]} can't be cast to the desired output type {names[1]}")


def write(self: Tensor, result: Tensor) -> Tensor:
    """Put the values of `result` into the memory of `self`, and its history in the place of the old one."""
    x, node, counter = self.array, result._node, counter_of(self)
    check_fits(x, result.array)
    if node is not None and (node.saved_a is self or node.saved_b is self):
        keep_old_values(self, node)
    counter.bump()
    x[...] = result.array
    if mode.enabled:
        if self._view is not None:
            rebase(self._view.base, edge_of(result), Region(self._view.steps, None), x.shape, x.dtype)
        elif node is not None:
            node.out = None if node.out is None else counter.envelope(x)
            adopt(self, node)
    return self


def adopt(t: Tensor, node: Node) -> None:
    """Make `node` the history of `t`. If `retain_grad` was called on it, the gradient of its new value is kept."""
    old = t._node
    if old is not None and old.hooks is not None:
        kept = [hook for hook in old.hooks if isinstance(hook, Keep) and hook.tensor() is t]
        old.hooks = [hook for hook in old.hooks if hook not in kept] or None
        node.hooks = kept or None
    t._node, t._requires_grad = node, True


def keep_old_values(t: Tensor, node: Node) -> None:
    """Save a copy for `node` in the place of `t`, which is about to be written."""
    old = wrap(t.array.copy())
    old._node, old._requires_grad = t._node, t._requires_grad
    node.saved_a = old if node.saved_a is t else node.saved_a
    node.saved_b = old if node.saved_b is t else node.saved_b


def rebase(base: Tensor, values: Edge, region: Region, shape: tuple, dtype: np.dtype) -> None:
    """Give `base` a new history: what it was before, with `region` replaced by values of that shape and dtype."""
    before = edge_of(base)
    if before is not None or values is not None:
        op = COPY_SLICES if region.steps is not None or region.basic else INDEX_PUT
        adopt(base, new_node(op, (before, values), (region, shape, dtype)))


def in_place(function: Callable) -> Callable:
    """The in-place form of an operation: `x.add_(y)` computes x + y, then writes it over x."""

    def method(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        check_writable(self)
        result = function(self, *args, **kwargs)
        return result if result is NotImplemented else write(self, result)

    return method


def increment(function: Callable, update: Callable) -> Callable:
    """The in-place form of a sum or difference: `x.add_(y, alpha=a)` is x += a * y.

    Where nothing is recorded, as in an optimiser's step, numpy does it without a copy.
    """

    def method(self: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
        check_writable(self)
        x, other = self.array, as_operand(other, self.array)
        if other is NotImplemented:
            return NotImplemented
        recorded = mode.enabled and (self.requires_grad or other.requires_grad)
        if recorded or other.array.shape != x.shape or x.dtype.kind != "f":
            return write(self, function(self, other, alpha=alpha))
        values = other.array if alpha == 1 else other.array * alpha
        check_fits(x, values)
        counter_of(self).bump()
        update(x, values, out=x, casting="same_kind")
        return self

    return method


def filled(self: Tensor, value: Any) -> Tensor:
    """`value` everywhere, in the shape and dtype of `self`; no gradient goes further back."""
    array = np.full(self.array.shape, as_operand(value, self.array).array, self.array.dtype)
    return record(FILL if value else ZERO, array, (self,))


def copied(self: Tensor, source: Any) -> Tensor:
    """`source` in the dtype and shape of `self`."""
    values = as_operand(source, self.array).to(self.array.dtype).expand(self.array.shape)
    return values if self._view is not None else record(COPY, values.array, (self, values))


def detach(self: Tensor) -> Tensor:
    """The same memory as a new leaf without history that needs no gradient.

    It shares the version counter: a write through it is noticed by a backward that needs the old values.
    """
    out = wrap(self.array)
    out._counter = counter_of(self)
    return out


def detach_(self: Tensor) -> Tensor:
    """Forget the history of this tensor, which becomes a leaf. RuntimeError: it is a view."""
    if self._view is not None:
        raise RuntimeError("Can't detach views in-place. Use detach() instead.")
    self._node, self._requires_grad = None, False
    return self


def data(self: Tensor) -> Tensor:
    """The same memory without history and without the version counter: writes through it go unnoticed."""
    return wrap(self.array)


def set_data(self: Tensor, value: Tensor) -> None:
    """Give the tensor other memory, unnoticed by the graph."""
    self.array = value.array


def version(self: Tensor) -> int:
    """How often the memory of this tensor was written in place."""
    return 0 if self._counter is None else self._counter.version


def base(self: Tensor) -> Tensor | None:
    """The tensor whose memory this one sees, None if it is no view."""
    return None if self._view is None else self._view.base


Tensor.detach, Tensor.detach_, Tensor.data = detach, detach_, property(data, set_data)
Tensor._version, Tensor._base = property(version), property(base)
Tensor.add_, Tensor.sub_ = increment(operations.add, np.add), increment(operations.sub, np.subtract)
Tensor.mul_, Tensor.div_ = in_place(mul), in_place(operations.div)
Tensor.__iadd__, Tensor.__isub__ = Tensor.add_, Tensor.sub_
Tensor.__imul__, Tensor.__itruediv__ = Tensor.mul_, Tensor.div_
Tensor.pow_ = Tensor.__ipow__ = in_place(operations.pow)
Tensor.neg_, Tensor.abs_ = in_place(operations.neg), in_place(operations.absolute)
Tensor.exp_, Tensor.log_, Tensor.sqrt_ = in_place(exp), in_place(log), in_place(operations.sqrt)
Tensor.sin_, Tensor.cos_, Tensor.tanh_ = in_place(sin), in_place(cos), in_place(tanh)
Tensor.relu_, Tensor.sigmoid_ = in_place(activations.relu), in_place(activations.sigmoid)
Tensor.reciprocal_, Tensor.clamp_ = in_place(operations.reciprocal), in_place(operations.clamp)
Tensor.fill_, Tensor.zero_, Tensor.copy_ = in_place(filled), in_place(lambda self: filled(self, 0)), in_place(copied)
