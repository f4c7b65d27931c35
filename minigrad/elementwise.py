"""Chapter 3, elementwise: the derivative of one number by another, and broadcasting undone.

Each operation is one row: its name, how numpy computes it, and for each input the cotangent times the local
derivative. `unary` and `binary` turn a row into a function that records. Shapes and dtypes that were stretched to
fit in the forward pass are summed and cast back by `fit_to`, in one place.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from .dtypes import bool_, default_dtype, int64, promote
from .graph import Node, Op, mode, ndarray, numbers, record
from .tensor import Tensor, new, wrap

numbers_next = numbers.__next__


@lru_cache(maxsize=4096)
def constant(value: float, kind: type, sign: float, dtype: np.dtype) -> Tensor:
    """A Python number as a 0-d tensor, made once (kind and sign keep 1, 1.0, True and 0.0, -0.0 apart)."""
    return wrap(np.asarray(value, dtype))


def as_operand(value: Any, like: ndarray) -> Any:
    """What stands beside a tensor in an expression, as a Tensor; NotImplemented if it cannot be one.

    A number takes the dtype of `like` unless it is of a wider category: 2 * floats stays float32.
    """
    kind: Any = type(value)
    if kind is float or kind is int or kind is bool:
        dtype = like.dtype
        if kind is float and dtype.kind != "f":
            dtype = default_dtype()
        elif kind is int and dtype is bool_:
            dtype = int64
        return constant(value, kind, 1.0 if value else np.copysign(1.0, value), dtype)
    if isinstance(value, Tensor):
        return value
    if isinstance(value, ndarray):
        return wrap(value)
    if isinstance(value, np.generic):  # a number like Python's, as in torch
        return as_operand(float(value) if value.dtype.kind == "f" else value.item(), like)
    return NotImplemented


def fit_of(inputs: tuple, out: ndarray) -> tuple | None:
    """For each input the (shape, dtype) to give its gradient, None where the gradient comes out right by itself."""
    fit = tuple([
        (a.shape, a.dtype) if a.shape != out.shape or a.dtype is not out.dtype else None for a in inputs
    ])  # fmt: skip
    return fit if any(fit) else None


def fit_to(g: Any, shape: tuple, dtype: np.dtype) -> Any:
    """Undo broadcasting: sum `g` (ndarray or Tensor) over the stretched dimensions down to `shape`, then cast.

    A value that was used k times, once per row it was copied to, collects k gradients; they add up.
    """
    extra = g.ndim - len(shape)
    if extra:
        g = g.sum(axis=tuple(range(extra)))
    stretched = tuple([i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1])
    if stretched:
        g = g.sum(axis=stretched, keepdims=True)
    return g if g.dtype is dtype else g.astype(dtype)


def size_error(a: ndarray, b: ndarray) -> RuntimeError:
    """torch's error for two shapes that do not broadcast."""
    for i in range(1, min(a.ndim, b.ndim) + 1):
        if a.shape[-i] != b.shape[-i] and 1 not in (a.shape[-i], b.shape[-i]):
            break
    return RuntimeError(
        f"The size of tensor a ({a.shape[-i]}) must match the size of tensor b ({b.shape[-i]}) "
        f"at non-singleton dimension {max(a.ndim, b.ndim) - i}"
    )


def unary(op: Op, forward: Callable) -> Callable[..., Tensor]:
    """A recording function of one tensor and perhaps parameters; integers are computed as default floats."""

    def function(input: Tensor, *params: Any) -> Tensor:
        array = input.array
        if array.dtype.kind != "f":
            return wrap(np.asarray(forward(array.astype(default_dtype()), *params)))
        array = forward(array, *params, out=...)
        out = new(Tensor)
        out.array, out._node, out._requires_grad = array, None, False
        out._grad = out._view = out._counter = out._hooks = None
        if input._view is not None:
            input._view.refresh(input)
        if input._requires_grad and (recording := mode.enabled):
            node = new(Node)
            node.op, node.number = op, numbers_next()
            node.a = input if input._node is None else input._node
            keep_a, _, keep_out = op.keep[1]
            node.saved_a = input if keep_a else None
            node.out = array if keep_out else None
            node.params = params
            node.b = node.saved_b = node.more = node.fit = node.hooks = None
            out._node, out._requires_grad = node, True
            if recording is not True:
                recording(node)
        return out

    return function


def binary(op: Op, forward: Callable) -> Callable[[Tensor, Any], Tensor]:
    """A recording function of two operands, the first a Tensor: the body of `+`, `*` and their like.

    The common case is written out here, because a function call costs as much as a small product.
    RuntimeError: the shapes do not broadcast.
    """

    def function(input: Tensor, other: Any) -> Tensor:
        if type(other) is not Tensor:
            other = as_operand(other, input.array)
            if other is NotImplemented:
                return NotImplemented
        x, y = input.array, other.array
        if x.dtype is not y.dtype:
            return promoted(op, forward, input, other)
        try:
            array = forward(x, y, out=...)
        except ValueError:
            raise size_error(x, y) from None
        out = new(Tensor)
        out.array, out._node, out._requires_grad = array, None, False
        out._grad = out._view = out._counter = out._hooks = None
        a, b, wanted = None, None, 0
        if input._view is not None:
            input._view.refresh(input)
        if input._requires_grad:
            a, wanted = input if input._node is None else input._node, 1
        if other._view is not None:
            other._view.refresh(other)
        if other._requires_grad:
            b, wanted = other if other._node is None else other._node, wanted + 2
        if wanted and (recording := mode.enabled):
            node = new(Node)
            node.op, node.number, node.a, node.b = op, numbers_next(), a, b
            keep_a, keep_b, keep_out = op.keep[wanted]
            node.saved_a = input if keep_a else None
            node.saved_b = other if keep_b else None
            node.out = array if keep_out else None
            node.fit = None if wanted == 1 and y.ndim == 0 or x.shape == y.shape else fit_of((x, y), array)
            node.more = node.params = node.hooks = None
            out._node, out._requires_grad = node, True
            if recording is not True:
                recording(node)
        return out

    return function


def promoted(op: Op, forward: Callable, self: Tensor, other: Tensor) -> Tensor:
    """The same for operands of two dtypes: both are cast to the dtype of torch's promotion rule first."""
    dtype = promote(self.array, other.array)
    x, y = self.array.astype(dtype), other.array.astype(dtype)
    try:
        array = forward(x, y, out=...)
    except ValueError:
        raise size_error(x, y) from None
    return record(op, array, (self, other), fit=fit_of((self.array, other.array), array))


# name of the node, then for each input: cotangent times local derivative
ADD = Op("AddBackward0", lambda g: g, lambda g: g)
SUB = Op("SubBackward0", lambda g: g, lambda g: -g)
MUL = Op("MulBackward0", lambda g, b: g * b, lambda g, a: g * a)
DIV = Op("DivBackward0", lambda g, b: g / b, lambda g, a, b: -g * (a / b) / b)
EXP = Op("ExpBackward0", lambda g, out: g * out)
LOG = Op("LogBackward0", lambda g, a: g / a)
SIN = Op("SinBackward0", lambda g, a: g * np.cos(a))
COS = Op("CosBackward0", lambda g, a: -g * np.sin(a))
TANH = Op("TanhBackward0", lambda g, out: g * (1 - out * out))

add_tensors, sub_tensors = binary(ADD, np.add), binary(SUB, np.subtract)
mul, div_floats = binary(MUL, np.multiply), binary(DIV, np.divide)
exp, log, sin, cos, tanh = [
    unary(op, forward) for op, forward in [(EXP, np.exp), (LOG, np.log), (SIN, np.sin), (COS, np.cos), (TANH, np.tanh)]
]

Tensor.__add__ = Tensor.__radd__ = add_tensors
Tensor.__mul__ = Tensor.__rmul__ = Tensor.mul = mul
Tensor.exp, Tensor.log, Tensor.sin, Tensor.cos, Tensor.tanh = exp, log, sin, cos, tanh

# numpy's functions on Tensors: what a rule, or a user, may call on an ndarray and on a Tensor alike
NUMPY: dict[Any, Callable] = {
    np.add: add_tensors, np.multiply: mul,
    np.exp: exp, np.log: log, np.sin: sin, np.cos: cos, np.tanh: tanh,
}  # fmt: skip


def array_ufunc(self: Tensor, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """numpy's ufuncs on Tensors, recorded; NotImplemented (numpy's TypeError) where minigrad has no rule."""
    known = NUMPY.get(ufunc if method == "__call__" else (ufunc, method))
    if known is None or kwargs.keys() & {"out", "where"}:
        return NotImplemented
    if method == "__call__":
        inputs = tuple([as_operand(value, self.array) for value in inputs])
        if any([value is NotImplemented for value in inputs]):
            return NotImplemented
    return known(*inputs, **kwargs)


def array_function(self: Tensor, function: Callable, types: Any, args: tuple, kwargs: dict) -> Any:
    """numpy's other functions on Tensors, recorded; NotImplemented (numpy's TypeError) where there is no rule."""
    known = NUMPY.get(function)
    return NotImplemented if known is None else known(*args, **kwargs)


Tensor.__array_ufunc__ = array_ufunc
Tensor.__array_function__ = array_function
