"""Chapter 3, appendix: the catalogue of mathematical functions.

Logarithms, exponentials, roots, the trigonometric and hyperbolic functions and their inverses, rounding, the error
function. One row each, as in `operations`; values and slopes at the edges of a domain are torch's.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .dtypes import default_dtype
from .elementwise import NUMPY, unary
from .graph import Op, ndarray
from .operations import keeps_integers
from .tensor import Tensor


def logit_rule(g: Any, a: Any, eps: float | None) -> Any:
    """g / (x (1 - x)); beyond the bounds of `eps` 0, and if there are none, beyond [0, 1] nan."""
    low, beyond = (0.0, math.nan) if eps is None else (eps, 0.0)
    return np.where((a < low) | (a > 1 - low), beyond, g / (a * (1 - a)))


def sinc_rule(g: Any, a: Any) -> Any:
    """g (cos(pi x) - sinc(x)) / x; at 0, where that is 0 / 0, the start of its series, -pi² x / 3."""
    slope = (np.cos(a * math.pi) - np.sinc(a)) / np.where(a == 0, 1.0, a)
    return g * np.where(a == 0, a * (-(math.pi**2) / 3), slope)


def digamma(input: Any) -> Any:
    """The derivative of lgamma at each element, made of operations (of ndarrays or Tensors): its own need no rules.

    It falls by 1 / x from x + 1 to x, and has a series for large x; below 0 it is reflected. -inf at 0, nan at
    negative integers.
    """
    x = input if input.dtype.kind == "f" else input.to(default_dtype())
    y = np.where(x > 0, x, 1 - x)
    z = y + 8
    w = 1 / (z * z)
    series = np.log(z) - 0.5 / z - w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w / 132))))
    right = series - sum([1 / (y + i) for i in range(8)])
    both = np.where(x > 0, right, right - math.pi / np.tan(x * math.pi))
    return np.where((x < 0) & (np.floor(x) == x), math.nan, both)


# name of the node, then cotangent times local derivative
LOG2 = Op("Log2Backward0", lambda g, a: g / (a * math.log(2)))
LOG10 = Op("Log10Backward0", lambda g, a: g / (a * math.log(10)))
LOG1P = Op("Log1PBackward0", lambda g, a: g / (a + 1))
EXPM1 = Op("Expm1Backward0", lambda g, out: g * (out + 1))
EXP2 = Op("Exp2Backward0", lambda g, out: g * (out * math.log(2)))
RSQRT = Op("RsqrtBackward0", lambda g, out: g * (out * out * out) * -0.5)
TAN = Op("TanBackward0", lambda g, out: g * (1 + out * out))
ASIN = Op("AsinBackward0", lambda g, a: g / np.sqrt(1 - a * a))
ACOS = Op("AcosBackward0", lambda g, a: -g / np.sqrt(1 - a * a))
ATAN = Op("AtanBackward0", lambda g, a: g / (1 + a * a))
SINH = Op("SinhBackward0", lambda g, a: g * np.cosh(a))
COSH = Op("CoshBackward0", lambda g, a: g * np.sinh(a))
ASINH = Op("AsinhBackward0", lambda g, a: g / np.sqrt(a * a + 1))
ACOSH = Op("AcoshBackward0", lambda g, a: g / np.sqrt(a * a - 1))
ATANH = Op("AtanhBackward0", lambda g, a: g / (1 - a * a))
FLOOR = Op("FloorBackward0", lambda g: np.zeros_like(g))
CEIL = Op("CeilBackward0", lambda g: np.zeros_like(g))
TRUNC = Op("TruncBackward0", lambda g: np.zeros_like(g))
ROUND = Op("RoundBackward0", lambda g: np.zeros_like(g))
ROUND_DECIMALS = Op("RoundBackward1", lambda g: np.zeros_like(g), params=["decimals"])
FRAC = Op("FracBackward0", lambda g: g)
ERF = Op("ErfBackward0", lambda g, a: g * np.exp(-a * a) * (2 / math.sqrt(math.pi)))
ERFC = Op("ErfcBackward0", lambda g, a: g * np.exp(-a * a) * (-2 / math.sqrt(math.pi)))
LGAMMA = Op("LgammaBackward0", lambda g, a: g * digamma(a))
SINC = Op("SincBackward0", sinc_rule)
LOGIT = Op("LogitBackward0", logit_rule, params=["eps"])
DEG2RAD = Op("Deg2RadBackward0", lambda g: g * (math.pi / 180))
RAD2DEG = Op("Rad2DegBackward0", lambda g: g * (180 / math.pi))


def from_math(function: Callable[[float], float]) -> Callable:
    """A function of Python's `math`, number by number: numpy has no erf, erfc and lgamma."""
    each = np.frompyfunc(function, 1, 1)
    return lambda x, out=None: np.asarray(each(x), x.dtype)


def lgamma_of(x: float) -> float:
    """log |Γ(x)|; inf at the poles and beyond the largest float, where `math.lgamma` raises errors."""
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return math.inf


def logit_of(x: ndarray, eps: float | None, out: Any = None) -> ndarray:
    """log(x / (1 - x)) of x moved into [eps, 1 - eps]."""
    x = x if eps is None else np.clip(x, eps, 1 - eps)
    return np.log(x / (1 - x), out=...)


log2, log10, log1p = unary(LOG2, np.log2), unary(LOG10, np.log10), unary(LOG1P, np.log1p)
expm1, exp2 = unary(EXPM1, np.expm1), unary(EXP2, np.exp2)
rsqrt = unary(RSQRT, lambda x, out=None: np.reciprocal(np.sqrt(x), out=out))
tan, sinh, cosh = unary(TAN, np.tan), unary(SINH, np.sinh), unary(COSH, np.cosh)
asin, acos, atan = unary(ASIN, np.arcsin), unary(ACOS, np.arccos), unary(ATAN, np.arctan)
asinh, acosh, atanh = unary(ASINH, np.arcsinh), unary(ACOSH, np.arccosh), unary(ATANH, np.arctanh)
floor, ceil, trunc = keeps_integers(FLOOR, np.floor), keeps_integers(CEIL, np.ceil), keeps_integers(TRUNC, np.trunc)
frac = unary(FRAC, lambda x, out=None: np.subtract(x, np.trunc(x), out=out))
erf_of = from_math(math.erf)
erf, erfc, lgamma = unary(ERF, erf_of), unary(ERFC, from_math(math.erfc)), unary(LGAMMA, from_math(lgamma_of))
sinc = unary(SINC, lambda x, out=None: np.asarray(np.sinc(x)))
deg2rad, rad2deg = unary(DEG2RAD, np.deg2rad), unary(RAD2DEG, np.rad2deg)
round_to_whole = keeps_integers(ROUND, lambda x, out=None: np.asarray(np.round(x)))
round_to_decimals = unary(ROUND_DECIMALS, lambda x, decimals, out=None: np.asarray(np.round(x, decimals)))
logit_from = unary(LOGIT, logit_of)


def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """For each element the nearest number with so many `decimals`, of two the even one; -1 rounds to tens."""
    return round_to_decimals(input, decimals) if decimals else round_to_whole(input)


def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """log(x / (1 - x)) of each element x, the inverse of sigmoid; with `eps`, x is moved into [eps, 1 - eps] first."""
    return logit_from(input, eps)


Tensor.log2, Tensor.log10, Tensor.log1p = log2, log10, log1p
Tensor.expm1, Tensor.exp2, Tensor.rsqrt = expm1, exp2, rsqrt
Tensor.tan, Tensor.sinh, Tensor.cosh = tan, sinh, cosh
Tensor.asin, Tensor.acos, Tensor.atan = asin, acos, atan
Tensor.arcsin, Tensor.arccos, Tensor.arctan = asin, acos, atan
Tensor.asinh, Tensor.acosh, Tensor.atanh = asinh, acosh, atanh
Tensor.arcsinh, Tensor.arccosh, Tensor.arctanh = asinh, acosh, atanh
Tensor.floor, Tensor.ceil, Tensor.round, Tensor.frac = floor, ceil, round, frac
Tensor.trunc = Tensor.fix = trunc
Tensor.erf, Tensor.erfc, Tensor.lgamma, Tensor.digamma = erf, erfc, lgamma, digamma
Tensor.sinc, Tensor.logit, Tensor.deg2rad, Tensor.rad2deg = sinc, logit, deg2rad, rad2deg

NUMPY |= {
    np.log2: log2, np.log10: log10, np.log1p: log1p, np.expm1: expm1, np.exp2: exp2,
    np.tan: tan, np.arcsin: asin, np.arccos: acos, np.arctan: atan,
    np.sinh: sinh, np.cosh: cosh, np.arcsinh: asinh, np.arccosh: acosh, np.arctanh: atanh,
    np.floor: floor, np.ceil: ceil, np.trunc: trunc, np.rint: round, np.sinc: sinc,
    np.deg2rad: deg2rad, np.rad2deg: rad2deg,
}  # fmt: skip
