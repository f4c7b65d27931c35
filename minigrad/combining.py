"""Chapter 3, appendix: the catalogue of functions that combine two or three numbers.

Distances and angles, logarithms of sums, mixtures. One row each, as in `operations`.
"""

from typing import Any

import numpy as np

from .elementwise import NUMPY, as_operand, binary, fit_of
from .graph import Op, ndarray, record
from .operations import add, check_shapes, numbers_first, of_floats
from .tensor import Tensor

# name of the node, then for each input: cotangent times local derivative
HYPOT = Op("HypotBackward0", lambda g, a, out: g * (a / out), lambda g, b, out: g * (b / out))
ATAN2 = Op(
    "Atan2Backward0",
    lambda g, a, b: g * np.where((a == 0) & (b == 0), 0.0, b / (a * a + b * b)),
    lambda g, a, b: g * np.where((a == 0) & (b == 0), 0.0, -a / (a * a + b * b)),
)
LOGADDEXP = Op(
    "LogaddexpBackward0",
    lambda g, a, b: g / (1 + np.exp(b - a)),
    lambda g, a, b: g / (1 + np.exp(a - b)),
)
LOGADDEXP2 = Op(
    "Logaddexp2Backward0",
    lambda g, a, b: g / (1 + np.exp2(b - a)),
    lambda g, a, b: g / (1 + np.exp2(a - b)),
)
XLOGY = Op(
    "XlogyBackward0",
    lambda g, a, b: g * np.where((a == 0) & (b <= 0), 0.0, np.log(b)),
    lambda g, a, b: g * (a / b),
)
LERP = Op("LerpBackward1", lambda g, c: g * (1 - c), lambda g, c: g * c, lambda g, a, b: g * (b - a))
NAN_TO_NUM = Op("NanToNumBackward0", lambda g, a: g * np.isfinite(a))
FMAX = Op(
    "FmaxBackward0",
    lambda g, a, b: g * ((a > b) | np.isnan(b)) + g * (a == b) / 2,
    lambda g, a, b: g * ((a < b) | np.isnan(a) & ~np.isnan(b)) + g * (a == b) / 2,
)
FMIN = Op(
    "FminBackward0",
    lambda g, a, b: g * ((a < b) | np.isnan(b)) + g * (a == b) / 2,
    lambda g, a, b: g * ((a > b) | np.isnan(a) & ~np.isnan(b)) + g * (a == b) / 2,
)


def times_log(x: ndarray, y: ndarray, out: Any = None) -> ndarray:
    """x log(y), which is 0 where x is, unless y is nan."""
    return np.where((x == 0) & ~np.isnan(y), 0, x * np.log(y))


fmax, fmin = binary(FMAX, np.fmax), binary(FMIN, np.fmin)
hypot, atan2 = of_floats(binary(HYPOT, np.hypot)), of_floats(binary(ATAN2, np.arctan2))
logaddexp = of_floats(binary(LOGADDEXP, np.logaddexp))
logaddexp2 = of_floats(binary(LOGADDEXP2, np.logaddexp2))
xlogy = numbers_first(of_floats(binary(XLOGY, times_log)))


def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """input + value * tensor1 * tensor2, element by element."""
    return add(input, tensor1 * tensor2, alpha=value)


def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """input + value * tensor1 / tensor2, element by element. RuntimeError: both of these are integers."""
    if tensor1.array.dtype.kind != "f" and tensor2.array.dtype.kind != "f":
        raise RuntimeError("addcdiv does not divide integers by integers: make one of them floating, as in x.float()")
    return add(input, tensor1 / tensor2, alpha=value)


def lerp(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """input + weight * (end - input), element by element, and exactly `end` where the weight is 1.

    RuntimeError: the dtypes of `end` or of a `weight` that is a tensor are not that of `input`.
    """
    weight = as_operand(weight, input.array)
    x, y, w = arrays = input.array, end.array, weight.array
    for name, array in (("end", y), ("weight", w)):
        if array.dtype is not x.dtype:
            raise RuntimeError(f"expected dtype {x.dtype} for `{name}` but got dtype {array.dtype}")
    check_shapes(*arrays)
    array = np.where(abs(w) < 0.5, x + w * (y - x), y - (y - x) * (1 - w))
    return record(LERP, array, (input, end, weight), fit=fit_of(arrays, array))


def nan_to_num(
    input: Tensor, nan: float | None = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """A tensor of the same shape with `nan` (0 for None) for nan, and `posinf` and `neginf` for inf and -inf.

    None for these two means the largest and the smallest number of the dtype.
    """
    array = np.nan_to_num(input.array, nan=0.0 if nan is None else nan, posinf=posinf, neginf=neginf)
    return record(NAN_TO_NUM, array, (input,))


Tensor.fmax, Tensor.fmin, Tensor.hypot, Tensor.xlogy = fmax, fmin, hypot, xlogy
Tensor.atan2 = Tensor.arctan2 = atan2
Tensor.logaddexp, Tensor.logaddexp2 = logaddexp, logaddexp2
Tensor.lerp, Tensor.addcmul, Tensor.addcdiv, Tensor.nan_to_num = lerp, addcmul, addcdiv, nan_to_num

NUMPY |= {
    np.fmax: fmax, np.fmin: fmin, np.hypot: hypot, np.arctan2: atan2,
    np.logaddexp: logaddexp, np.logaddexp2: logaddexp2, np.nan_to_num: nan_to_num,
}  # fmt: skip
