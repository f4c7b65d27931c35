"""Assignment 6, higher: right answers as formulas found on paper, and the wrong ones that slips make of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

# --- repaired rules -----------------------------------------------------------------------------------------------

Orders = tuple[np.ndarray, np.ndarray, np.ndarray]


def weighed(orders: Orders, x: np.ndarray, g: np.ndarray) -> list:
    """What three derivatives of a curve make of curve + x, and of that plus x ** 4, each order weighed with g."""
    first, second, third = orders
    return [g * (first + 1), g * (g * second + 4 * x**3), g * g * (g * third + 12 * x**2)]


def bell(x: np.ndarray) -> Orders:
    out = np.exp(-x * x / 2)
    return -x * out, (x * x - 1) * out, (3 * x - x**3) * out


def bell_with_constant_out(x: np.ndarray) -> Orders:
    out = np.exp(-x * x / 2)
    return -x * out, -out, 0 * x


def bell_with_another_sign(x: np.ndarray) -> Orders:
    out = np.exp(-x * x / 2)
    return x * out, (1 + x * x) * out, (3 * x + x**3) * out


def length(x: np.ndarray) -> Orders:
    out = np.sqrt(1 + x * x)
    return x / out, out**-3, -3 * x * out**-5


def length_with_constant_out(x: np.ndarray) -> Orders:
    out = np.sqrt(1 + x * x)
    return x / out, 1 / out, 0 * x


def bend(x: np.ndarray) -> Orders:
    right = x > 0
    return np.where(right, 3 * x * x, 2 * x), np.where(right, 6 * x, 2.0), np.where(right, 6.0, 0.0)


def bend_with_constant_slope(x: np.ndarray) -> Orders:
    return bend(x)[0], 0 * x, 0 * x


def bend_one_order_low(x: np.ndarray) -> Orders:
    return np.where(x > 0, x**3, x * x), *bend(x)[:2]


def three_orders(curve: Callable[[np.ndarray], Orders]) -> Callable[..., list]:
    """The expected answer of a curve's first, second and third derivative."""
    return lambda x, g: weighed(curve(x), x, g)


def mistaken(curve: Callable[[np.ndarray], Orders], **wrong: Callable[[np.ndarray], Orders]) -> Callable[..., dict]:
    """The context for a curve: the derivatives of wrong rules by name, and the first one without the cotangent."""

    def context(x: np.ndarray, g: np.ndarray) -> dict:
        made = {name: weighed(one(x), x, g) for name, one in wrong.items()}
        known: dict = {i: {name: orders[i] for name, orders in made.items()} for i in range(2)}
        known[0]["local"] = curve(x)[0] + g
        return known | {2: {}, "under_create_graph": True}

    return context


# --- rules of two inputs ------------------------------------------------------------------------------------------


def parallel_second(a: np.ndarray, b: np.ndarray, g: np.ndarray) -> list:
    """The derivatives of parallel by a and b, then those of sum(by_a * a) and sum(by_b * b) by a and b."""
    s = a + b
    by_a, by_b = (b / s) ** 2, (a / s) ** 2
    return [
        g * by_a,
        (g * by_b).sum(axis=0),
        g * (by_a - 2 * a * b**2 / s**3),
        (g * a * 2 * a * b / s**3).sum(axis=0),
        g * b * 2 * a * b / s**3,
        (g * (by_b - b * 2 * a**2 / s**3)).sum(axis=0),
    ]


def parallel_context(a: np.ndarray, b: np.ndarray, g: np.ndarray) -> dict:
    """The first derivatives without the cotangent, of the other input, and with the denominator as a constant."""
    s = a + b
    return {
        0: {"local": (b / s) ** 2, "others": [g * (a / s) ** 2], "numerator_only": g * b / s},
        1: {
            "local": ((a / s) ** 2).sum(axis=0),
            "others": [(g * (b / s) ** 2).sum(axis=0)],
            "numerator_only": (g * a / s).sum(axis=0),
        },
    }


def squash(values: np.ndarray, g: np.ndarray) -> list:
    """The slope of squash at 0 and the values, that of (slope + x * x), and that of the last + x, weighed with g."""
    x = np.array([0.0, *values])
    root = 1 / np.sqrt(1 + x * x)
    first, second, third = root**3, -3 * x * root**5, (12 * x * x - 3) * root**7
    return [g * first, g * (g * second + 2 * x), g * (g * (g * third + 2) + 1)]


def squash_context(values: np.ndarray, g: np.ndarray) -> dict:
    x = np.array([0.0, *values])
    root = 1 / np.sqrt(1 + x * x)
    first = {"local": root**3, "numerator_only": g * root, "rule_of_tanh": g * root**2}
    return {0: first, 1: {"detached": g * 2 * x}, 2: {"detached": g * (2 * g + 1)}}


# --- the small engine: x * x * (x z) + exp(x z) sin(x) ------------------------------------------------------------


def formula_first(x: float, z: float) -> list:
    e, s, c = math.exp(x * z), math.sin(x), math.cos(x)
    return [e * (z * s + c) + 3 * x**2 * z, e * x * s + x**3]


def formula_second(x: float, z: float) -> list:
    e, s, c = math.exp(x * z), math.sin(x), math.cos(x)
    xz = e * (x * z * s + x * c + s) + 3 * x**2
    return [e * (z * z * s + 2 * z * c - s) + 6 * x * z, xz, xz, e * x * x * s]


def formula_third(x: float, z: float) -> list:
    e, s, c = math.exp(x * z), math.sin(x), math.cos(x)
    inner = z * z * s + 2 * z * c - s
    return [e * (z * inner + z * z * c - 2 * z * s - c) + 6 * z, e * (x * inner + 2 * z * s + 2 * c) + 6 * x]


def formula_context(x: float, z: float) -> dict:
    """Through the product x * z only what its last use sends to it; and all that there is when it does not wait."""
    e, s, c = math.exp(x * z), math.sin(x), math.cos(x)
    last = [x**2 * z, x**3]
    rest = [e * (z * s + c) + 2 * x**2 * z, e * x * s]
    return {"contributions": [last, rest], "early": [[e * c + 3 * x**2 * z, x**3]]}


# --- coefficients -------------------------------------------------------------------------------------------------


def coefficients(x: float, a: float, b: float) -> list:
    """Of exp(a x) + b / x, up to the sixth."""
    return [a**k * math.exp(a * x) / math.factorial(k) + b * (-1) ** k / x ** (k + 1) for k in range(7)]


def of_polynomial(x: float, a: float, b: float, n: int) -> list:
    return [a * x**3 + b * x, 3 * a * x**2 + b, 3 * a * x, a, *[0.0] * (n - 3)]


def piled_up(right: list) -> list:
    """By how much the coefficients are off if every order is added to the ones before, as `backward` does."""
    orders = [c * math.factorial(k) for k, c in enumerate(right)]
    sums = [sum(math.comb(k - 1, j) * orders[1 + j] for j in range(k)) / math.factorial(k) for k in range(len(right))]
    return [0.0, *(one - c for one, c in zip(sums[1:], right[1:], strict=True))]


def about_coefficients(expected: Callable[..., list]) -> Callable[..., dict]:
    """The context of a list of coefficients."""

    def context(*inputs: Any) -> dict:
        right = expected(*inputs)
        return {
            "factorials": [math.factorial(k) for k in range(len(right))],
            "stale": piled_up(right),
            "detached": [*right[:2], *[0.0] * (len(right) - 2)],
            "constant_here": True,
        }

    return context


# --- Hessians -----------------------------------------------------------------------------------------------------


def three(u: Any, w: Any, m: Any, du: Any, dw: Any, dm: Any) -> list:
    """Hv of sum(exp(u) w) + sum((m u)²), u and w of three numbers, m of two rows."""
    e = np.exp(u)
    by_u = e * w * du + e * dw + 2 * (m**2).sum(axis=0) * du + 4 * (m * u * dm).sum(axis=0)
    return [by_u, e * du, 2 * u**2 * dm + 4 * m * u * du]


def three_context(u: Any, w: Any, m: Any, du: Any, dw: Any, dm: Any) -> dict:
    own = {0: np.exp(u) * w * du + 2 * (m**2).sum(axis=0) * du, 2: 2 * u**2 * dm}
    ones = three(u, w, m, np.ones(3), np.ones(3), np.ones((2, 3)))
    known: dict = {i: {"own_block": own[i], "times_ones": ones[i], "detached": 0 * ones[i]} for i in (0, 2)}
    return known | {1: {"times_ones": ones[1]}, "unused": True}


def straight_product(u: Any, w: Any, du: Any, dw: Any) -> dict:
    curved, flat = [0 * u, 6 * w * dw], [0 * u, 0 * w]
    return {"Hv": [curved, flat, curved], "dtypes": ["float64"] * 6}


def straight_product_context(u: Any, w: Any, du: Any, dw: Any) -> dict:
    curved = {0: {}, 1: {"times_ones": 6 * w}}
    return {"Hv": {0: curved, 1: {}, 2: curved}, "unused": True, "constant_here": True}


def large(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The first 200 of Hv of sum(u[1:]² u[:-1]²)."""
    u, v = np.tile(u, 1000), np.tile(v, 1000)
    found = np.zeros_like(u)
    found[:-1] = 2 * u[1:] ** 2 * v[:-1] + 4 * u[:-1] * u[1:] * v[1:]
    found[1:] += 2 * u[:-1] ** 2 * v[1:] + 4 * u[1:] * u[:-1] * v[:-1]
    return found[:200]


# --- a slope in a loss --------------------------------------------------------------------------------------------


def pull(slopes: np.ndarray, kind: str) -> np.ndarray:
    """The gradient of a penalty on slopes, a row each, with respect to them: of the right one and of others."""
    (n, width), lengths = slopes.shape, np.sqrt((slopes**2).sum(axis=1, keepdims=True))
    whole = np.sqrt((slopes**2).sum())
    return {
        "right": 2 * (lengths - 1) / lengths * slopes / n,
        "detached": 0 * slopes,
        "squares of lengths": 2 * slopes / n,
        "squares of slopes": 2 * slopes / slopes.size,
        "one_length": 2 * (whole - 1) / whole * slopes,
        "squared_length": 4 * (lengths**2 - 1) * slopes / n,
        "absolute": 2 * (np.abs(slopes).sum(axis=1, keepdims=True) - 1) * np.sign(slopes) / n,
        "mean_under_root": 2 * (lengths / np.sqrt(width) - 1) / lengths * slopes / n / np.sqrt(width),
        "slope_of_mean": 2 * (lengths / n - 1) / lengths * slopes / n**2,
    }[kind]


def network(x: Any, target: Any, w: Any, v: Any, weight: float, kind: str = "right") -> list:
    """The gradients of the loss by w and v, of tanh(x w) v."""
    t = np.tanh(x @ w)
    d, bend = 1 - t * t, -2 * t * (1 - t * t)
    off = 2 * (t @ v - target) / len(x)
    by_slope = weight * pull((d * v) @ w.T, kind)
    by_hidden = by_slope @ w
    by_w = by_slope.T @ (d * v) + x.T @ (by_hidden * bend * v)
    return [x.T @ (off[:, None] * d * v) + by_w, t.T @ off + (by_hidden * d).sum(axis=0)]


def straight(x: Any, target: Any, w: Any, shift: Any, weight: float, kind: str = "right") -> list:
    """The gradients for x w + shift: its slope is w at every row."""
    off = 2 * (x @ w + shift - target) / len(x)
    return [x.T @ off + weight * pull(np.tile(w, (len(x), 1)), kind).sum(axis=0), off.sum(keepdims=True)]


def other_penalties(model: Callable[..., list]) -> Callable[..., dict]:
    """The context of a loss: its gradients with other penalties."""

    def context(*inputs: Any) -> dict:
        kinds = ("detached", "one_length", "squared_length", "absolute", "mean_under_root", "slope_of_mean")
        made = {kind: model(*inputs, kind=kind) for kind in kinds} | {"without_weight": model(*inputs[:-1], 1.0)}
        flat = [model(*inputs, kind=f"squares of {of}") for of in ("lengths", "slopes")]
        known: dict = {
            i: {kind: parts[i] for kind, parts in made.items()}
            | {"flat": [one[i] for one in flat], "count": 5, "root_of_zero": np.nan * made["detached"][i]}
            for i in range(2)
        }
        return known | {"first_parameter": model(*inputs)[:1]}

    return context
