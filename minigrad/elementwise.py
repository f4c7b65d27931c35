"""Chapter 3, elementwise: the derivative of one number by another, and broadcasting undone.

Each operation is one row: its name, how numpy computes it, and for each input the cotangent times the local
derivative. `unary` and `binary` turn a row into a function that records. Shapes and dtypes that were stretched to
fit in the forward pass are summed and cast back by `fit_to`, in one place.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from .creation import ones_like, zeros_like
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

    A Python number takes the dtype of `like` unless it is of a wider category: 2 * floats stays float32.
    """
    kind = type(value)
    if kind is float or kind is int or kind is bool:
        dtype = like.dtype
        if kind is float and dtype.kind != "f":
            dtype = default_dtype()
        elif kind is int and dtype is bool_:
            dtype = int64
        return constant(value, kind, 1.0 if value else np.copysign(1.0, value), dtype)
    if isinstance(value, Tensor):
        return value
    if isinstance(value, (ndarray, np.generic)):
        return wrap(np.asarray(value))
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


def unary(op: Op, forward: Callable) -> Callable[[Tensor], Tensor]:
    """A recording function of one tensor; integers are computed in the default floating dtype."""
    def function(self: Tensor) -> Tensor:
        array = self.array
        if array.dtype.kind != "f":
            return wrap(np.asarray(forward(array.astype(default_dtype()))))
        array = forward(array, out=...)
        out = new(Tensor)
        out.array, out._node, out._requires_grad = array, None, False
        out._grad = out._view = out._counter = out._hooks = None
        if self._view is not None:
            self._view.refresh(self)
        if self._requires_grad and mode.enabled:
            node = new(Node)
            node.op, node.number = op, numbers_next()
            node.a = self if self._node is None else self._node
            keep_a, _, keep_out = op.keep[1]
            node.saved_a = self if keep_a else None
            node.out = array if keep_out else None
            node.b = node.saved_b = node.more = node.params = node.fit = node.hooks = None
            out._node, out._requires_grad = node, True
        return out

    return function


def binary(op: Op, forward: Callable) -> Callable[[Tensor, Any], Tensor]:
    """A recording function of two operands, the first a Tensor: the body of `+`, `*` and their like.

    The common case is written out here, because a function call costs as much as a small product.
    RuntimeError: the shapes do not broadcast.
    """
    def function(self: Tensor, other: Any) -> Tensor:
        if type(other) is not Tensor:
            other = as_operand(other, self.array)
            if other is NotImplemented:
                return NotImplemented
        x, y = self.array, other.array
        if x.dtype is not y.dtype:
            return promoted(op, forward, self, other)
        try:
            array = forward(x, y, out=...)
        except ValueError:
            raise size_error(x, y) from None
        out = new(Tensor)
        out.array, out._node, out._requires_grad = array, None, False
        out._grad = out._view = out._counter = out._hooks = None
        a, b, wanted = None, None, 0
        if self._view is not None:
            self._view.refresh(self)
        if self._requires_grad:
            a, wanted = self if self._node is None else self._node, 1
        if other._view is not None:
            other._view.refresh(other)
        if other._requires_grad:
            b, wanted = other if other._node is None else other._node, wanted + 2
        if wanted and mode.enabled:
            node = new(Node)
            node.op, node.number, node.a, node.b = op, numbers_next(), a, b
            keep_a, keep_b, keep_out = op.keep[wanted]
            node.saved_a = self if keep_a else None
            node.saved_b = other if keep_b else None
            node.out = array if keep_out else None
            node.fit = None if wanted == 1 and y.ndim == 0 or x.shape == y.shape else fit_of((x, y), array)
            node.more = node.params = node.hooks = None
            out._node, out._requires_grad = node, True
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


def reflected(function: Callable) -> Callable[[Tensor, Any], Tensor]:
    """The operator for `2 - x`: the same function with its operands the other way round."""

    def method(self: Tensor, other: Any) -> Tensor:
        other = as_operand(other, self.array)
        return other if other is NotImplemented else function(other, self)

    return method


def comparison(forward: Callable) -> Callable[[Tensor, Any], Tensor]:
    """An operation whose result is a bool tensor and has no derivative."""

    def function(self: Tensor, other: Any) -> Tensor:
        other = as_operand(other, self.array)
        if other is NotImplemented:
            return NotImplemented
        dtype = promote(self.array, other.array)
        try:
            return wrap(forward(self.array.astype(dtype), other.array.astype(dtype), out=...))
        except ValueError:
            raise size_error(self.array, other.array) from None

    return function


def sigmoid_of(x: ndarray, out: Any = None) -> ndarray:
    """1 / (1 + exp(-x)), computed as (1 + tanh(x / 2)) / 2, which cannot overflow."""
    return np.asarray(np.tanh(x * 0.5) * 0.5 + 0.5)


# name of the node, then for each input: cotangent times local derivative
ADD = Op("AddBackward0", lambda g: g, lambda g: g)
SUB = Op("SubBackward0", lambda g: g, lambda g: -g)
RSUB = Op("RsubBackward1", lambda g: -g, lambda g: g)
MUL = Op("MulBackward0", lambda g, b: g * b, lambda g, a: g * a)
DIV = Op("DivBackward0", lambda g, b: g / b, lambda g, a, b: -g * (a / b) / b)
NEG = Op("NegBackward0", lambda g: -g)
EXP = Op("ExpBackward0", lambda g, out: g * out)
LOG = Op("LogBackward0", lambda g, a: g / a)
SQRT = Op("SqrtBackward0", lambda g, out: g / (out * 2))
RECIPROCAL = Op("ReciprocalBackward0", lambda g, out: -g * (out * out))
SIN = Op("SinBackward0", lambda g, a: g * np.cos(a))
COS = Op("CosBackward0", lambda g, a: -g * np.sin(a))
TANH = Op("TanhBackward0", lambda g, out: g * (1 - out * out))
SIGMOID = Op("SigmoidBackward0", lambda g, out: g * ((1 - out) * out))
RELU = Op("ReluBackward0", lambda g, out: g * (out > 0))
ABS = Op("AbsBackward0", lambda g, a: g * np.sign(a))
SIGN = Op("SignBackward0", lambda g: np.zeros_like(g))
MAXIMUM = Op(
    "MaximumBackward0",
    lambda g, a, b: g * (a > b) + g * (a == b) / 2,
    lambda g, a, b: g * (a < b) + g * (a == b) / 2,
)
MINIMUM = Op(
    "MinimumBackward0",
    lambda g, a, b: g * (a < b) + g * (a == b) / 2,
    lambda g, a, b: g * (a > b) + g * (a == b) / 2,
)
CLAMP = Op("ClampBackward1", lambda g, inside: g * inside, params=["inside"])
POW_NUMBER = Op(
    "PowBackward0",
    lambda g, a, exponent: g * (a ** (exponent - 1) * exponent) if exponent else np.zeros_like(g),
    params=["exponent"],
)
POW = Op(
    "PowBackward1",
    lambda g, a, b: np.where(b == 0, 0.0, g * (b * a ** (b - 1))),
    lambda g, a, b, out: np.where((a == 0) & (b >= 0), 0.0, g * (out * np.log(a))),
)
WHERE = Op(
    "WhereBackward0",
    lambda g, condition: np.where(condition, g, 0.0),
    lambda g, condition: np.where(condition, 0.0, g),
    params=["condition"],
)
CAST = Op("ToCopyBackward0", lambda g, dtype: g.astype(dtype), params=["dtype"])
CLONE = Op("CloneBackward0", lambda g: g)


add_tensors = binary(ADD, np.add)
sub_tensors = binary(SUB, np.subtract)
mul = binary(MUL, np.multiply)
div_floats = binary(DIV, np.divide)
maximum = binary(MAXIMUM, np.maximum)
minimum = binary(MINIMUM, np.minimum)
pow_tensors = binary(POW, np.power)
rsub = binary(RSUB, lambda x, y, out: np.subtract(y, x, out=out))

exp = unary(EXP, np.exp)
log = unary(LOG, np.log)
sqrt = unary(SQRT, np.sqrt)
reciprocal = unary(RECIPROCAL, np.reciprocal)
sin = unary(SIN, np.sin)
cos = unary(COS, np.cos)
tanh = unary(TANH, np.tanh)
sigmoid = unary(SIGMOID, sigmoid_of)

logical_and, logical_or = comparison(np.logical_and), comparison(np.logical_or)
lt, le = comparison(np.less), comparison(np.less_equal)
gt, ge = comparison(np.greater), comparison(np.greater_equal)
eq, ne = comparison(np.equal), comparison(np.not_equal)


def logical_not(self: Tensor) -> Tensor:
    """True where the element is zero or False."""
    return wrap(np.asarray(np.logical_not(self.array)))


def keeps_integers(op: Op, forward: Callable) -> Callable[[Tensor], Tensor]:
    """A recording function of one tensor that leaves integers integers: `-x`, `abs(x)`."""
    floating = unary(op, forward)

    def function(self: Tensor) -> Tensor:
        if self.array.dtype.kind == "f":
            return floating(self)
        return wrap(np.asarray(forward(self.array)))

    return function


relu = keeps_integers(RELU, lambda x, out=None: np.maximum(x, 0, out=out))
absolute = keeps_integers(ABS, np.absolute)
sign = keeps_integers(SIGN, np.sign)
negative = keeps_integers(NEG, np.negative)


def neg(self: Tensor) -> Tensor:
    """-x, element by element. NotImplementedError: `x` is a bool tensor."""
    if self.array.dtype is bool_:
        raise NotImplementedError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or `logical_not()` operator instead."
        )
    return negative(self)


def add(self: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """self + alpha * other, element by element, broadcast to a common shape."""
    return add_tensors(self, other if alpha == 1 else as_operand(other, self.array) * alpha)


def sub(self: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """self - alpha * other, element by element. NotImplementedError: both are bool tensors."""
    if self.array.dtype is bool_ and getattr(as_operand(other, self.array), "dtype", None) is bool_:
        raise NotImplementedError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    return sub_tensors(self, other if alpha == 1 else as_operand(other, self.array) * alpha)


def div(self: Tensor, other: Any) -> Tensor:
    """self / other, element by element; integers are divided as floats."""
    if self.array.dtype.kind != "f":
        other = as_operand(other, self.array)
        if other is not NotImplemented and other.array.dtype.kind != "f":
            self, other = self.to(default_dtype()), other.to(default_dtype())
    return div_floats(self, other)


def pow(self: Tensor, exponent: Any) -> Tensor:
    """self ** exponent, element by element; `exponent` is a number or a tensor.

    RuntimeError: an integer tensor to a negative integer power.
    """
    if isinstance(exponent, Tensor):
        return pow_tensors(self, exponent)
    base, kind = self.array, self.array.dtype.kind
    if type(exponent) not in (int, float, bool):
        exponent = as_operand(exponent, base)
        return exponent if exponent is NotImplemented else pow_tensors(self, exponent)
    if kind != "f":
        if isinstance(exponent, float):
            base = base.astype(default_dtype())
        elif exponent < 0:
            raise RuntimeError("Integers to negative integer powers are not allowed.")
    return record(POW_NUMBER, base**exponent, (self,), (exponent,))


def rdiv(self: Tensor, other: Any) -> Tensor:
    """other / self, as torch computes it: the reciprocal, times `other`."""
    return mul(reciprocal(self), other)


def rpow(self: Tensor, base: Any) -> Tensor:
    """base ** self for a number `base`."""
    base = as_operand(base, self.array)
    return base if base is NotImplemented else pow_tensors(base, self)


def clamp(self: Tensor, min: float | None = None, max: float | None = None) -> Tensor:
    """Every element moved into [min, max]. The gradient is 1 strictly inside and 0 at the bounds and outside."""
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    x = self.array
    inside = np.ones(x.shape, bool)
    if min is not None:
        inside &= x > min
    if max is not None:
        inside &= x < max
    return record(CLAMP, np.clip(x, min, max).astype(x.dtype, copy=False), (self,), (inside,))


def where(condition: Any, input: Any, other: Any) -> Tensor:
    """`input` where `condition` (a bool tensor) holds, `other` elsewhere, all three broadcast together."""
    condition = condition.array if isinstance(condition, Tensor) else np.asarray(condition)
    like = input if isinstance(input, Tensor) else other
    if not isinstance(like, Tensor):
        like = wrap(np.zeros((), default_dtype()))
    a, b = as_operand(input, like.array), as_operand(other, like.array)
    dtype = promote(a.array, b.array)
    array = np.where(condition, a.array.astype(dtype, copy=False), b.array.astype(dtype, copy=False))
    return record(WHERE, array, (a, b), (condition,), fit_of((a.array, b.array), array))


def clone(self: Tensor) -> Tensor:
    """A copy of the values that stays in the graph."""
    return record(CLONE, self.array.copy(), (self,))


def to(self: Tensor, dtype: Any) -> Tensor:
    """The values in another dtype (or that of another tensor); the same object if nothing changes."""
    dtype = np.dtype(dtype.array.dtype if isinstance(dtype, Tensor) else dtype)
    if dtype == self.array.dtype:
        return self
    return record(CAST, self.array.astype(dtype), (self,), (self.array.dtype,))


Tensor.__add__ = Tensor.__radd__ = add_tensors
Tensor.__sub__, Tensor.__rsub__ = sub, rsub
Tensor.__mul__ = Tensor.__rmul__ = mul
Tensor.__truediv__, Tensor.__rtruediv__ = div, rdiv
Tensor.__pow__, Tensor.__rpow__ = pow, rpow
Tensor.__neg__, Tensor.__abs__ = neg, absolute
Tensor.__lt__, Tensor.__le__, Tensor.__gt__, Tensor.__ge__ = lt, le, gt, ge
Tensor.__eq__, Tensor.__ne__ = eq, ne
Tensor.__and__, Tensor.__or__, Tensor.__invert__ = logical_and, logical_or, logical_not
Tensor.add, Tensor.sub, Tensor.mul, Tensor.div, Tensor.neg, Tensor.pow = add, sub, mul, div, neg, pow
Tensor.exp, Tensor.log, Tensor.sqrt, Tensor.reciprocal = exp, log, sqrt, reciprocal
Tensor.sin, Tensor.cos, Tensor.tanh, Tensor.sigmoid, Tensor.relu = sin, cos, tanh, sigmoid, relu
Tensor.abs, Tensor.sign, Tensor.clamp, Tensor.clone = absolute, sign, clamp, clone
Tensor.maximum, Tensor.minimum = maximum, minimum
Tensor.eq, Tensor.ne, Tensor.lt, Tensor.le, Tensor.gt, Tensor.ge = eq, ne, lt, le, gt, ge
Tensor.to = Tensor.type = Tensor.astype = to
Tensor.float, Tensor.double = lambda self: to(self, np.float32), lambda self: to(self, np.float64)
Tensor.long, Tensor.int, Tensor.bool = (
    lambda self: to(self, np.int64), lambda self: to(self, np.int32), lambda self: to(self, np.bool_)
)  # fmt: skip


# numpy's functions on Tensors: what a rule, or a user, may call on an ndarray and on a Tensor alike
NUMPY: dict[Any, Callable] = {
    np.add: add_tensors, np.subtract: sub, np.multiply: mul, np.divide: div, np.power: pow, np.negative: neg,
    np.exp: exp, np.log: log, np.sqrt: sqrt, np.reciprocal: reciprocal, np.sin: sin, np.cos: cos, np.tanh: tanh,
    np.absolute: absolute, np.sign: sign, np.maximum: maximum, np.minimum: minimum, np.where: where,
    np.greater: gt, np.greater_equal: ge, np.less: lt, np.less_equal: le, np.equal: eq, np.not_equal: ne,
    np.logical_and: logical_and, np.logical_or: logical_or, np.logical_not: logical_not,
    np.zeros_like: zeros_like, np.ones_like: ones_like, np.clip: clamp,
}  # fmt: skip


def array_ufunc(self: Tensor, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """numpy's ufuncs on Tensors, recorded; NotImplemented (numpy's TypeError) where minigrad has no rule."""
    known = NUMPY.get(ufunc if method == "__call__" else (ufunc, method))
    if known is None or kwargs.keys() & {"out", "where"}:
        return NotImplemented
    if method == "__call__":
        inputs = tuple([as_operand(value, self.array) for value in inputs])
    return known(*inputs, **kwargs)


def array_function(self: Tensor, function: Callable, types: Any, args: tuple, kwargs: dict) -> Any:
    """numpy's other functions on Tensors, recorded; NotImplemented (numpy's TypeError) where there is no rule."""
    known = NUMPY.get(function)
    return NotImplemented if known is None else known(*args, **kwargs)


Tensor.__array_ufunc__ = array_ufunc
Tensor.__array_function__ = array_function
