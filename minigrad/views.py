"""Chapter 8, views: shared memory, version counters and writing in place.

For now: the version counter, `detach`, and writes into tensors that are no views.
"""

import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from . import operations
from .elementwise import add_tensors, as_operand, mul
from .graph import Node, mode, ndarray, numbers
from .tensor import Tensor, wrap

TYPE_NAMES = {"float32": "Float", "float64": "Double", "float16": "Half", "int64": "Long", "int32": "Int",
              "int16": "Short", "int8": "Char", "uint8": "Byte", "bool": "Bool"}  # fmt: skip


class VersionCounter:
    """How often a piece of memory was written. All tensors that share the memory share the counter.

    Each write takes a stamp from the numbers of the nodes, so that a node can tell which writes came after it. The
    last 256 stamps are kept; they are needed only to say which version a node expected.
    """

    __slots__ = ("version", "stamps", "owner")

    def __init__(self, owner: Tensor) -> None:
        self.version, self.stamps, self.owner = 0, deque([-1], maxlen=256), weakref.ref(owner)
        node = owner._node
        if node is not None and node.out is owner.array:
            node.out = self.envelope(owner.array)

    def bump(self) -> None:
        """Count one write, now."""
        self.version += 1
        self.stamps.append(next(numbers))

    def check(self, node: Node, saved: Tensor | None) -> None:
        """RuntimeError if the memory was written after `node` was recorded."""
        if self.stamps[-1] < node.number:
            return
        saved = self.owner() if saved is None else saved
        expected = self.version - sum(stamp > node.number for stamp in self.stamps)
        source, kind = "", ""
        if saved is not None:
            kind = f"[torch.{TYPE_NAMES[saved.dtype.name]}Tensor {list(saved.array.shape)}]"
            if saved.grad_fn is not None:
                source = f", which is output 0 of {saved.grad_fn.name().partition('Backward')[0]},"
        raise RuntimeError(
            "one of the variables needed for gradient computation has been modified by an inplace operation: "
            f"{kind}{source} is at version {self.version}; expected version {expected} instead. Hint: enable anomaly "
            "detection to find the operation that failed to compute its gradient, with "
            "torch.autograd.set_detect_anomaly(True, check_nan=False)."
        )

    def envelope(self, array: ndarray) -> "Envelope":
        """`array` as the saved result of a node, to be opened only if it was not written since."""
        return Envelope(array, self)


class Envelope:
    """A saved result whose memory somebody else can write."""

    __slots__ = ("array", "counter")

    def __init__(self, array: ndarray, counter: VersionCounter) -> None:
        self.array, self.counter = array, counter

    def open(self, node: Node) -> ndarray:
        """The values. RuntimeError: they were changed since `node` was recorded."""
        self.counter.check(node, None)
        return self.array


def counter_of(t: Tensor) -> VersionCounter:
    """The version counter of the tensor's memory, made when it is first needed."""
    if t._counter is None:
        t._counter = VersionCounter(t)
    return t._counter


def version(self: Tensor) -> int:
    """How often the memory of this tensor was written in place."""
    return 0 if self._counter is None else self._counter.version


def detach(self: Tensor) -> Tensor:
    """The same memory as a new leaf without history that needs no gradient.

    It shares the version counter: a write through it is noticed by a backward that needs the old values.
    """
    out = wrap(self.array)
    out._counter = counter_of(self)
    return out


def data(self: Tensor) -> Tensor:
    """The same memory without history and without the version counter: writes through it go unnoticed."""
    return wrap(self.array)


def set_data(self: Tensor, value: Tensor) -> None:
    """Give the tensor other values, unnoticed by the graph."""
    self.array = value.array


def check_writable(t: Tensor) -> None:
    """RuntimeError if `t` is a leaf that needs a gradient and writes are being recorded."""
    if mode.enabled and t._requires_grad and t._node is None:
        raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")


def write(self: Tensor, result: Tensor) -> Tensor:
    """Put the values of `result` into the memory of `self`, and its history in the place of the old one."""
    x, y = self.array, result.array
    if y.shape != x.shape:
        wanted = list(np.broadcast_shapes(x.shape, y.shape))
        raise RuntimeError(f"output with shape {list(x.shape)} doesn't match the broadcast shape {wanted}")
    if not np.can_cast(y.dtype, x.dtype, "same_kind"):
        names = TYPE_NAMES[y.dtype.name], TYPE_NAMES[x.dtype.name]
        raise RuntimeError(f"result type {names[0]} can't be cast to the desired output type {names[1]}")
    node = result._node
    counter = counter_of(self)
    if node is not None and node.saved_a is self:
        node.saved_a = wrap(x.copy())
        node.saved_a._node, node.saved_a._requires_grad = self._node, self._requires_grad
    counter.bump()
    x[...] = y
    if node is not None:
        node.number = next(numbers)
        if node.out is not None:
            node.out = counter.envelope(x)
        self._node, self._requires_grad = node, True
    return self


def in_place(function: Callable) -> Callable:
    """The in-place form of an operation: `x.add_(y)` computes x + y, then writes it over x."""

    def method(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        check_writable(self)
        result = function(self, *args, **kwargs)
        return result if result is NotImplemented else write(self, result)

    return method


def fill_(self: Tensor, value: Any) -> Tensor:
    """Set every element to `value`; its history ends here."""
    check_writable(self)
    counter_of(self).bump()
    self.array[...] = as_operand(value, self.array).array
    if mode.enabled:
        self._node = None
        self._requires_grad = False
    return self


def zero_(self: Tensor) -> Tensor:
    """Set every element to zero."""
    return fill_(self, 0)


Tensor.detach, Tensor.data, Tensor._version = detach, property(data, set_data), property(version)
Tensor.add_, Tensor.sub_ = in_place(operations.add), in_place(operations.sub)
Tensor.mul_, Tensor.div_ = in_place(mul), in_place(operations.div)
Tensor.__iadd__, Tensor.__isub__ = in_place(add_tensors), in_place(operations.sub)
Tensor.__imul__, Tensor.__itruediv__ = in_place(mul), in_place(operations.div)
Tensor.fill_, Tensor.zero_ = fill_, zero_
