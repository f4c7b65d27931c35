"""Chapter 3, appendix: comparisons, logic, and the bits of integers.

What has no derivative: a comparison gives a bool tensor, and a step from False to True has no slope. Operands are
broadcast and promoted as everywhere.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .dtypes import promote
from .elementwise import NUMPY, as_operand, size_error
from .operations import numbers_first, reflected
from .tensor import Tensor, wrap


def comparison(forward: Callable) -> Callable[[Tensor, Any], Tensor]:
    """An operation of two operands that has no derivative: `x < y`."""

    def function(input: Tensor, other: Any) -> Tensor:
        other = as_operand(other, input.array)
        if other is NotImplemented:
            return NotImplemented
        dtype = promote(input.array, other.array)
        x, y = input.array.astype(dtype, copy=False), other.array.astype(dtype, copy=False)
        try:
            return wrap(forward(x, y, out=...))
        except ValueError:
            raise size_error(x, y) from None

    return function


def question(forward: Callable) -> Callable[[Tensor], Tensor]:
    """A question to every element, answered by a bool tensor: `isnan`."""
    return lambda input: wrap(forward(input.array, out=...))


def bitwise(forward: Callable, kinds: str) -> Callable[[Any, Any], Tensor]:
    """An operation on the bits of integers "i", "u" or bools "b". NotImplementedError: the dtype is none of them."""

    def checked(x: np.ndarray, y: np.ndarray, out: Any) -> np.ndarray:
        if x.dtype.kind not in kinds:
            raise NotImplementedError(f"{forward.__name__} is not implemented for {x.dtype}")
        return forward(x, y, out=out)

    return numbers_first(comparison(checked))


lt, le = comparison(np.less), comparison(np.less_equal)
gt, ge = comparison(np.greater), comparison(np.greater_equal)
eq, ne = comparison(np.equal), comparison(np.not_equal)

logical_and, logical_or = comparison(np.logical_and), comparison(np.logical_or)
logical_xor, logical_not = comparison(np.logical_xor), question(np.logical_not)
isnan, isinf, isfinite = question(np.isnan), question(np.isinf), question(np.isfinite)

bitwise_and, bitwise_or = bitwise(np.bitwise_and, "iub"), bitwise(np.bitwise_or, "iub")
bitwise_xor = bitwise(np.bitwise_xor, "iub")
bitwise_left_shift, bitwise_right_shift = bitwise(np.left_shift, "iu"), bitwise(np.right_shift, "iu")


def bitwise_not(input: Tensor) -> Tensor:
    """Every bit of each element flipped; True and False exchanged. TypeError: the numbers are floats."""
    if input.array.dtype.kind == "f":
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return wrap(np.invert(input.array, out=...))


def isclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Whether |input - other| <= atol + rtol * |other|, element by element; equal infinities are close.

    RuntimeError: the dtypes differ, the shapes do not broadcast, or a tolerance is negative.
    """
    x, y = input.array, other.array
    if x.dtype is not y.dtype:
        raise RuntimeError(f"{x.dtype} did not match {y.dtype}")
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if tolerance < 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {tolerance:g}")
    try:
        return wrap(np.asarray(np.isclose(x, y, rtol, atol, equal_nan)))
    except ValueError:
        raise size_error(x, y) from None


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    """Whether all elements are close, see `isclose`."""
    return bool(isclose(input, other, rtol, atol, equal_nan).array.all())


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same shape and equal elements. TypeError: `other` is no tensor."""
    if not isinstance(other, Tensor):
        raise TypeError(f"equal(): argument 'other' (position 2) must be Tensor, not {type(other).__name__}")
    return np.array_equal(input.array, other.array)


Tensor.__lt__, Tensor.__le__, Tensor.__gt__, Tensor.__ge__ = lt, le, gt, ge
Tensor.__eq__, Tensor.__ne__ = eq, ne
Tensor.__and__, Tensor.__or__, Tensor.__xor__ = bitwise_and, bitwise_or, bitwise_xor
Tensor.__rand__, Tensor.__ror__, Tensor.__rxor__ = bitwise_and, bitwise_or, bitwise_xor
Tensor.__lshift__, Tensor.__rshift__, Tensor.__invert__ = bitwise_left_shift, bitwise_right_shift, bitwise_not
Tensor.__rlshift__, Tensor.__rrshift__ = reflected(bitwise_left_shift), reflected(bitwise_right_shift)
Tensor.lt, Tensor.le, Tensor.gt, Tensor.ge, Tensor.eq, Tensor.ne = lt, le, gt, ge, eq, ne
Tensor.less, Tensor.less_equal, Tensor.greater, Tensor.greater_equal, Tensor.not_equal = lt, le, gt, ge, ne
Tensor.logical_and, Tensor.logical_or, Tensor.logical_xor = logical_and, logical_or, logical_xor
Tensor.logical_not, Tensor.bitwise_not = logical_not, bitwise_not
Tensor.bitwise_and, Tensor.bitwise_or, Tensor.bitwise_xor = bitwise_and, bitwise_or, bitwise_xor
Tensor.bitwise_left_shift, Tensor.bitwise_right_shift = bitwise_left_shift, bitwise_right_shift
Tensor.isnan, Tensor.isinf, Tensor.isfinite = isnan, isinf, isfinite
Tensor.isclose, Tensor.allclose, Tensor.equal = isclose, allclose, equal

NUMPY |= {
    np.greater: gt, np.greater_equal: ge, np.less: lt, np.less_equal: le, np.equal: eq, np.not_equal: ne,
    np.logical_and: logical_and, np.logical_or: logical_or, np.logical_xor: logical_xor, np.logical_not: logical_not,
    np.bitwise_and: bitwise_and, np.bitwise_or: bitwise_or, np.bitwise_xor: bitwise_xor, np.invert: bitwise_not,
    np.left_shift: bitwise_left_shift, np.right_shift: bitwise_right_shift,
    np.isnan: isnan, np.isinf: isinf, np.isfinite: isfinite, np.isclose: isclose, np.allclose: allclose,
}  # fmt: skip
