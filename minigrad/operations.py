"""Chapter 3, appendix: the catalogue of elementwise operations.

One row each: the node's name and, per input, the cotangent times the local derivative. Conventions at points
without a derivative are torch's: |x| has slope 0 at 0, `maximum` and its like share ties half and half.
Comparisons and logic are in `comparisons`, functions that combine two or three numbers in `combining`.
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
REMAINDER = Op("RemainderBackward1", lambda g: g, lambda g, a, b: -g * (a // b))
FMOD = Op("FmodBackward1", lambda g: g, lambda g, a, b: -g * np.trunc(a / b))
DIV_ROUNDED = Op("DivBackward2", lambda g: np.zeros_like(g), lambda g: np.zeros_like(g))
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


def of_floats(compute: Callable) -> Callable[[Tensor, Any], Tensor]:
    """An operation of two operands that computes integers as default floats: `x / y`."""

    def function(input: Tensor, other: Any) -> Tensor:
        if input.array.dtype.kind != "f":
            other = as_operand(other, input.array)
            if other is not NotImplemented and other.array.dtype.kind != "f":
                input, other = input.to(default_dtype()), other.to(default_dtype())
        return compute(input, other)

    return function


def numbers_first(compute: Callable) -> Callable[[Any, Any], Tensor]:
    """The same operation, which takes a number before a tensor too: `remainder(7, x)`."""

    def function(input: Any, other: Any) -> Tensor:
        return compute(input if isinstance(input, Tensor) else as_operand(input, other.array), other)

    return function


def reflected(compute: Callable) -> Callable[[Tensor, Any], Tensor]:
    """The operation with its operands exchanged, the body of `7 % x`."""

    def function(input: Tensor, other: Any) -> Tensor:
        other = as_operand(other, input.array)
        return other if other is NotImplemented else compute(other, input)

    return function


def no_zeros(forward: Callable) -> Callable:
    """A division that refuses to divide integers by zero. Floats give inf or nan."""

    def divide(x: ndarray, y: ndarray, out: Any = None) -> ndarray:
        if y.dtype.kind != "f" and not y.all():
            raise RuntimeError("ZeroDivisionError")
        return forward(x, y, out=out)

    return divide


def truncated(x: ndarray, y: ndarray, out: Any = None) -> ndarray:
    """x / y without what stands behind the point."""
    return np.trunc(x / y, out=...) if x.dtype.kind == "f" else np.floor_divide(x - np.fmod(x, y), y, out=out)


def power_of(x: ndarray, y: ndarray, out: Any = None) -> ndarray:
    """x ** y; of integers to negative powers, which numpy refuses, 1 and -1 are left, and else 0."""
    if y.dtype.kind != "i" or (y >= 0).all():
        return np.power(x, y, out=out)
    return np.where((y >= 0) | (abs(x) == 1), np.power(x, abs(y)), 0)


maximum, minimum = binary(MAXIMUM, np.maximum), binary(MINIMUM, np.minimum)
pow_tensors = binary(POW, power_of)
rsub_tensors = binary(RSUB, lambda x, y, out: np.subtract(y, x, out=out))
remainder = numbers_first(binary(REMAINDER, no_zeros(np.remainder)))
fmod = binary(FMOD, no_zeros(np.fmod))
floor_divide = numbers_first(binary(DIV_ROUNDED, no_zeros(np.floor_divide)))
trunc_divide = binary(DIV_ROUNDED, no_zeros(truncated))
true_divide = of_floats(div_floats)
sqrt, reciprocal = unary(SQRT, np.sqrt), unary(RECIPROCAL, np.reciprocal)


def keeps_integers(op: Op, forward: Callable) -> Callable[[Tensor], Tensor]:
    """A recording function of one tensor that leaves integers integers: `-x`, `abs(x)`."""
    floating = unary(op, forward)

    def function(input: Tensor) -> Tensor:
        if input.array.dtype.kind == "f":
            return floating(input)
        return wrap(np.asarray(forward(input.array)))

    return function


absolute = keeps_integers(ABS, np.absolute)
sign = keeps_integers(SIGN, lambda x, out=None: np.sign(x, out=out) if x.dtype is not bool_ else x.copy())
negative = keeps_integers(NEG, np.negative)


def neg(input: Tensor) -> Tensor:
    """-x, element by element. NotImplementedError: `x` is a bool tensor."""
    if input.array.dtype is bool_:
        raise NotImplementedError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or `logical_not()` operator instead."
        )
    return negative(input)


def positive(input: Tensor) -> Tensor:
    """`input` itself, of any shape. RuntimeError: it is a bool tensor."""
    if input.array.dtype is bool_:
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


def add(input: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """input + alpha * other, element by element, broadcast to a common shape.

    RuntimeError: `alpha` is a float, and the operands are integers.
    """
    return add_tensors(input, other if alpha == 1 else times(alpha, input, other))


def times(alpha: float, input: Tensor, other: Any) -> Tensor:
    """alpha * other, to be added to `input`."""
    other = as_operand(other, input.array)
    if isinstance(alpha, float) and promote(input.array, other.array).kind != "f":
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    return other * (bool(alpha) if other.array.dtype is bool_ else alpha)


def minus(input: Tensor, other: Any) -> Tensor:
    """input - other. NotImplementedError: one of them is a bool tensor."""
    if input.array.dtype is bool_ or type(other) is Tensor and other.array.dtype is bool_:
        return refuse_bools(input, other)
    return sub_tensors(input, other)


def refuse_bools(input: Tensor, other: Any) -> Any:
    """NotImplementedError in torch's words for a difference with bool tensors."""
    other = as_operand(other, input.array)
    if other is NotImplemented:
        return NotImplemented
    if input.array.dtype is other.array.dtype:
        which, advice = "two bool tensors", "Use the `^` or `logical_xor()` operator instead."
    else:
        which = "a bool tensor"
        advice = "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."
    raise NotImplementedError(f"Subtraction, the `-` operator, with {which} is not supported. {advice}")


def sub(input: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """input - alpha * other, element by element. NotImplementedError: one of them is a bool tensor.

    RuntimeError: `alpha` is a float, and the operands are integers.
    """
    return minus(input, other if alpha == 1 else times(alpha, input, other))


def rsub(input: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """other - alpha * input, element by element. NotImplementedError: one of them is a bool tensor."""
    if input.array.dtype is bool_ or type(other) is Tensor and other.array.dtype is bool_:
        return refuse_bools(input, other)
    return rsub_tensors(input if alpha == 1 else times(alpha, as_operand(other, input.array), input), other)


def div(input: Tensor, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """input / other, element by element; integers are divided as floats.

    With `rounding_mode` "floor" or "trunc" the quotient is rounded down or towards zero; integers stay integers, and
    the slope is 0. RuntimeError: integers are divided by zero so, or there is no such mode.
    """
    if rounding_mode is None:
        return true_divide(input, other)
    if rounding_mode not in ("floor", "trunc"):
        raise RuntimeError(
            f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{rounding_mode}'"
        )
    return floor_divide(input, other) if rounding_mode == "floor" else trunc_divide(input, other)


def check_shapes(*arrays: ndarray) -> None:
    """RuntimeError unless the arrays broadcast together."""
    for i, y in enumerate(arrays):
        for x in arrays[:i]:
            if any([1 != n != m != 1 for n, m in zip(x.shape[::-1], y.shape[::-1], strict=False)]):
                raise size_error(x, y)


def pow(input: Any, exponent: Any) -> Tensor:
    """input ** exponent, element by element; one of them may be a number.

    RuntimeError: an integer tensor to a negative integer power.
    """
    if type(exponent) not in (int, float, bool):
        return pow_any(input, exponent)
    if input.array.dtype.kind == "f" or isinstance(exponent, float):
        return pow_number(input, exponent)
    if exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    return pow_tensors(input, exponent)


def power(x: ndarray, exponent: float, out: Any = None) -> ndarray:
    """x ** exponent for a number; numpy's `power` does not know that squares are easy."""
    return np.square(x, out=out) if exponent == 2 else np.power(x, exponent, out=out)


pow_number = unary(POW_NUMBER, power)
pow_any = numbers_first(pow_tensors)


def rdiv(input: Tensor, other: Any) -> Tensor:
    """other / input, as torch computes it: the reciprocal, times `other`."""
    return mul(reciprocal(input), other)


def square(input: Tensor) -> Tensor:
    """x ** 2, element by element."""
    return pow(input, 2)


def clamp(input: Tensor, min: float | Tensor | None = None, max: float | Tensor | None = None) -> Tensor:
    """Every element moved into [min, max]. The gradient is 1 strictly inside and 0 at the bounds and outside.

    Bounds that are tensors get gradients too, and share those of an element that equals them.
    """
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        raised = input if min is None else maximum(input, min)
        return raised if max is None else minimum(raised, max)
    if input.array.dtype.kind != "f":
        bounds = [as_operand(bound, input.array).array for bound in (min, max) if bound is not None]
        input = input.to(promote(input.array, *bounds))
    x = input.array
    inside = np.ones(x.shape, bool)
    if min is not None:
        inside &= x > min
    if max is not None:
        inside &= x < max
    return record(CLAMP, np.clip(x, min, max).astype(x.dtype, copy=False), (input,), (inside,))


def clamp_min(input: Tensor, min: float | Tensor) -> Tensor:
    """Every element raised to `min`, see `clamp`."""
    return clamp(input, min)


def clamp_max(input: Tensor, max: float | Tensor) -> Tensor:
    """Every element lowered to `max`, see `clamp`."""
    return clamp(input, None, max)


def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """`input` where `condition` (a bool tensor) holds, `other` elsewhere, all three broadcast together.

    With the condition alone a tuple: for each dimension the indices of the elements that are not zero.
    RuntimeError: the condition is neither bool nor uint8, or the shapes do not broadcast.
    """
    mask = np.array(condition.array if isinstance(condition, Tensor) else condition)  # nobody else writes it
    if input is None and other is None:
        return tuple([wrap(indices) for indices in np.nonzero(np.atleast_1d(mask))])
    if mask.dtype is not bool_ and mask.dtype != "uint8":
        raise RuntimeError(f"where expected condition to be a boolean tensor, but got a tensor with dtype {mask.dtype}")
    like = input.array if isinstance(input, Tensor) else other.array if isinstance(other, Tensor) else FALSE
    a, b = as_operand(input, like), as_operand(other, like)
    dtype = promote(a.array, b.array)
    try:
        array = np.where(mask, a.array.astype(dtype, copy=False), b.array.astype(dtype, copy=False))
    except ValueError:
        check_shapes(mask, a.array, b.array)
        raise
    return record(WHERE, array, (a, b), (mask,), fit_of((a.array, b.array), array))


FALSE = np.zeros((), bool)  # numbers beside it become tensors of their own dtype


def clone(input: Tensor) -> Tensor:
    """A copy of the values, of the same shape, that stays in the graph."""
    return record(CLONE, input.array.copy(), (input,))


def to(input: Tensor, dtype: Any) -> Tensor:
    """The values in another dtype (or that of another tensor); the same object if nothing changes."""
    if dtype is input.array.dtype:
        return input
    dtype = np.dtype(dtype.array.dtype if isinstance(dtype, Tensor) else dtype)
    if dtype is input.array.dtype:
        return input
    return record(CAST, input.array.astype(dtype), (input,), (input.array.dtype,))


Tensor.__sub__, Tensor.__rsub__ = minus, rsub
Tensor.__truediv__, Tensor.__rtruediv__ = true_divide, rdiv
Tensor.__floordiv__, Tensor.__rfloordiv__ = floor_divide, reflected(floor_divide)
Tensor.__mod__, Tensor.__rmod__ = remainder, reflected(remainder)
Tensor.__pow__, Tensor.__rpow__ = pow, reflected(pow_tensors)
Tensor.__neg__, Tensor.__pos__, Tensor.__abs__ = neg, positive, absolute
Tensor.add, Tensor.sub, Tensor.div, Tensor.neg, Tensor.pow = add, sub, div, neg, pow
Tensor.multiply, Tensor.subtract, Tensor.divide, Tensor.true_divide = mul, sub, div, true_divide
Tensor.absolute, Tensor.negative, Tensor.positive = absolute, neg, positive
Tensor.sqrt, Tensor.square, Tensor.reciprocal = sqrt, square, reciprocal
Tensor.abs, Tensor.sign, Tensor.clone = absolute, sign, clone
Tensor.clamp, Tensor.clip, Tensor.clamp_min, Tensor.clamp_max = clamp, clamp, clamp_min, clamp_max
Tensor.maximum, Tensor.minimum = maximum, minimum
Tensor.remainder, Tensor.fmod, Tensor.floor_divide = remainder, fmod, floor_divide
Tensor.where = lambda input, condition, other: where(condition, input, other)
Tensor.to = Tensor.type = Tensor.astype = to
Tensor.type_as = lambda input, other: to(input, other)
Tensor.float, Tensor.double = lambda input: to(input, np.float32), lambda input: to(input, np.float64)
Tensor.long, Tensor.int, Tensor.bool = (
    lambda input: to(input, np.int64),
    lambda input: to(input, np.int32),
    lambda input: to(input, np.bool_),
)

NUMPY |= {
    np.subtract: minus, np.divide: true_divide, np.power: pow, np.negative: neg, np.positive: positive,
    np.floor_divide: floor_divide, np.remainder: remainder, np.fmod: fmod, np.sqrt: sqrt, np.square: square,
    np.reciprocal: reciprocal, np.absolute: absolute, np.sign: sign,
    np.maximum: maximum, np.minimum: minimum, np.where: where, np.clip: clamp,
    np.zeros_like: zeros_like, np.ones_like: ones_like,
}  # fmt: skip
