"""Chapter 3, appendix: the catalogue of elementwise operations.

One row each: the node's name and, per input, the cotangent times the local derivative. Conventions at points
without a derivative are torch's: |x| has slope 0 at 0, `maximum` and `minimum` share ties half and half.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .creation import ones_like, zeros_like
from .dtypes import bool_, default_dtype, promote
from .elementwise import (
    NUMPY,
    add_tensors,
    as_operand,
    binary,
    div_floats,
    fit_of,
    mul,
    size_error,
    sub_tensors,
    unary,
)
from .graph import Op, ndarray, record
from .tensor import Tensor, wrap


def comparison(forward: Callable) -> Callable[[Tensor, Any], Tensor]:
    """An operation whose result is a bool tensor and has no derivative."""

    def function(input: Tensor, other: Any) -> Tensor:
        other = as_operand(other, input.array)
        if other is NotImplemented:
            return NotImplemented
        dtype = promote(input.array, other.array)
        try:
            return wrap(forward(input.array.astype(dtype), other.array.astype(dtype), out=...))
        except ValueError:
            raise size_error(input.array, other.array) from None

    return function


def power_rule(g: Any, a: Any, exponent: float) -> Any:
    """Cotangent times exponent * a ** (exponent - 1); exactly zero for a ** 0, and quick for squares of arrays."""
    if exponent == 2 and type(a) is ndarray:
        return g * (a * 2)
    return g * (a ** (exponent - 1) * exponent) if exponent else np.zeros_like(g)


# name of the node, then for each input: cotangent times local derivative
RSUB = Op("RsubBackward1", lambda g: -g, lambda g: g)
NEG = Op("NegBackward0", lambda g: -g)
SQRT = Op("SqrtBackward0", lambda g, out: g / (out * 2))
RECIPROCAL = Op("ReciprocalBackward0", lambda g, out: -g * (out * out))
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
CLAMP = Op("ClampBackward1", lambda g, inside: g * inside, params=["inside"], frees=True)
POW_NUMBER = Op("PowBackward0", lambda g, a, exponent: power_rule(g, a, exponent), params=["exponent"])
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
    frees=True,
)
CAST = Op("ToCopyBackward0", lambda g, dtype: g.astype(dtype), params=["dtype"])
CLONE = Op("CloneBackward0", lambda g: g)

maximum = binary(MAXIMUM, np.maximum)
minimum = binary(MINIMUM, np.minimum)
pow_tensors = binary(POW, np.power)
rsub = binary(RSUB, lambda x, y, out: np.subtract(y, x, out=out))

sqrt = unary(SQRT, np.sqrt)
reciprocal = unary(RECIPROCAL, np.reciprocal)

logical_and, logical_or = comparison(np.logical_and), comparison(np.logical_or)
lt, le = comparison(np.less), comparison(np.less_equal)
gt, ge = comparison(np.greater), comparison(np.greater_equal)
eq, ne = comparison(np.equal), comparison(np.not_equal)


def logical_not(input: Tensor) -> Tensor:
    """True where the element is zero or False."""
    return wrap(np.asarray(np.logical_not(input.array)))


def keeps_integers(op: Op, forward: Callable) -> Callable[[Tensor], Tensor]:
    """A recording function of one tensor that leaves integers integers: `-x`, `abs(x)`."""
    floating = unary(op, forward)

    def function(input: Tensor) -> Tensor:
        if input.array.dtype.kind == "f":
            return floating(input)
        return wrap(np.asarray(forward(input.array)))

    return function


absolute = keeps_integers(ABS, np.absolute)
sign = keeps_integers(SIGN, np.sign)
negative = keeps_integers(NEG, np.negative)


def neg(input: Tensor) -> Tensor:
    """-x, element by element. NotImplementedError: `x` is a bool tensor."""
    if input.array.dtype is bool_:
        raise NotImplementedError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or `logical_not()` operator instead."
        )
    return negative(input)


def add(input: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """input + alpha * other, element by element, broadcast to a common shape."""
    return add_tensors(input, other if alpha == 1 else as_operand(other, input.array) * alpha)


def sub(input: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """input - alpha * other, element by element. NotImplementedError: both are bool tensors."""
    if input.array.dtype is bool_ and getattr(as_operand(other, input.array), "dtype", None) is bool_:
        raise NotImplementedError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    return sub_tensors(input, other if alpha == 1 else as_operand(other, input.array) * alpha)


def div(input: Tensor, other: Any) -> Tensor:
    """input / other, element by element; integers are divided as floats."""
    if input.array.dtype.kind != "f":
        other = as_operand(other, input.array)
        if other is not NotImplemented and other.array.dtype.kind != "f":
            input, other = input.to(default_dtype()), other.to(default_dtype())
    return div_floats(input, other)


def pow(input: Tensor, exponent: Any) -> Tensor:
    """input ** exponent, element by element; `exponent` is a number or a tensor.

    RuntimeError: an integer tensor to a negative integer power.
    """
    if type(exponent) not in (int, float, bool):
        exponent = as_operand(exponent, input.array)
        return exponent if exponent is NotImplemented else pow_tensors(input, exponent)
    if input.array.dtype.kind == "f" or isinstance(exponent, float):
        return pow_number(input, exponent)
    if exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    return wrap(np.asarray(input.array**exponent))


def power(x: ndarray, exponent: float, out: Any = None) -> ndarray:
    """x ** exponent for a number; numpy's `power` does not know that squares are easy."""
    return np.square(x, out=out) if exponent == 2 else np.power(x, exponent, out=out)


pow_number = unary(POW_NUMBER, power)


def rdiv(input: Tensor, other: Any) -> Tensor:
    """other / input, as torch computes it: the reciprocal, times `other`."""
    return mul(reciprocal(input), other)


def rpow(input: Tensor, base: Any) -> Tensor:
    """base ** input for a number `base`."""
    base = as_operand(base, input.array)
    return base if base is NotImplemented else pow_tensors(base, input)


def clamp(input: Tensor, min: float | Tensor | None = None, max: float | Tensor | None = None) -> Tensor:
    """Every element moved into [min, max]. The gradient is 1 strictly inside and 0 at the bounds and outside.

    Bounds that are tensors get gradients too, and share those of an element that equals them.
    """
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        raised = input if min is None else maximum(input, min)
        return raised if max is None else minimum(raised, max)
    x = input.array
    inside = np.ones(x.shape, bool)
    if min is not None:
        inside &= x > min
    if max is not None:
        inside &= x < max
    return record(CLAMP, np.clip(x, min, max).astype(x.dtype, copy=False), (input,), (inside,))


def where(condition: Any, input: Any, other: Any) -> Tensor:
    """`input` where `condition` (a bool tensor) holds, `other` elsewhere, all three broadcast together."""
    condition = np.array(condition.array if isinstance(condition, Tensor) else condition)  # nobody else writes it
    like = input if isinstance(input, Tensor) else other
    if not isinstance(like, Tensor):
        like = wrap(np.zeros((), default_dtype()))
    a, b = as_operand(input, like.array), as_operand(other, like.array)
    dtype = promote(a.array, b.array)
    array = np.where(condition, a.array.astype(dtype, copy=False), b.array.astype(dtype, copy=False))
    return record(WHERE, array, (a, b), (condition,), fit_of((a.array, b.array), array))


def clone(input: Tensor) -> Tensor:
    """A copy of the values that stays in the graph."""
    return record(CLONE, input.array.copy(), (input,))


def to(input: Tensor, dtype: Any) -> Tensor:
    """The values in another dtype (or that of another tensor); the same object if nothing changes."""
    if dtype is input.array.dtype:
        return input
    dtype = np.dtype(dtype.array.dtype if isinstance(dtype, Tensor) else dtype)
    if dtype is input.array.dtype:
        return input
    return record(CAST, input.array.astype(dtype), (input,), (input.array.dtype,))


Tensor.__sub__, Tensor.__rsub__ = sub, rsub
Tensor.__truediv__, Tensor.__rtruediv__ = div, rdiv
Tensor.__pow__, Tensor.__rpow__ = pow, rpow
Tensor.__neg__, Tensor.__abs__ = neg, absolute
Tensor.__lt__, Tensor.__le__, Tensor.__gt__, Tensor.__ge__ = lt, le, gt, ge
Tensor.__eq__, Tensor.__ne__ = eq, ne
Tensor.__and__, Tensor.__or__, Tensor.__invert__ = logical_and, logical_or, logical_not
Tensor.add, Tensor.sub, Tensor.div, Tensor.neg, Tensor.pow = add, sub, div, neg, pow
Tensor.sqrt, Tensor.reciprocal = sqrt, reciprocal
Tensor.abs, Tensor.sign, Tensor.clamp, Tensor.clone = absolute, sign, clamp, clone
Tensor.maximum, Tensor.minimum = maximum, minimum
Tensor.where = lambda input, condition, other: where(condition, input, other)
Tensor.eq, Tensor.ne, Tensor.lt, Tensor.le, Tensor.gt, Tensor.ge = eq, ne, lt, le, gt, ge
Tensor.to = Tensor.type = Tensor.astype = to
Tensor.float, Tensor.double = lambda input: to(input, np.float32), lambda input: to(input, np.float64)
Tensor.long, Tensor.int, Tensor.bool = (
    lambda input: to(input, np.int64),
    lambda input: to(input, np.int32),
    lambda input: to(input, np.bool_),
)

NUMPY |= {
    np.subtract: sub, np.divide: div, np.power: pow, np.negative: neg, np.sqrt: sqrt, np.reciprocal: reciprocal,
    np.absolute: absolute, np.sign: sign, np.maximum: maximum, np.minimum: minimum, np.where: where,
    np.greater: gt, np.greater_equal: ge, np.less: lt, np.less_equal: le, np.equal: eq, np.not_equal: ne,
    np.logical_and: logical_and, np.logical_or: logical_or, np.logical_not: logical_not,
    np.bitwise_and: logical_and, np.bitwise_or: logical_or, np.invert: logical_not,
    np.zeros_like: zeros_like, np.ones_like: ones_like, np.clip: clamp,
}  # fmt: skip
