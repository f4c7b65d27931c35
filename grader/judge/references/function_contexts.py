"""Assignment 9, function: what the diagnoses of its hidden cases know, the answers that known mistakes give."""

from __future__ import annotations

from typing import Any

import numpy as np

# --- log cosh ------------------------------------------------------------------------------------------------------


def logcosh(u: np.ndarray) -> np.ndarray:
    return np.logaddexp(u, -u) - np.log(2)


def logcosh_weighed_context(x: Any, width: Any, g: Any) -> dict:
    u = x / width
    slope, local = np.tanh(u), logcosh(u) - u * np.tanh(u)
    exchanged = [g * local, (g * slope).sum(axis=0)]
    by_x = {"local": slope, "others": exchanged[:1]}
    by_width = {"unsummed": g * local, "local": local.sum(axis=0), "others": exchanged[1:]}
    by_width |= parts_of_width(u, width, g)
    known = {"value": {"no_factor": logcosh(u)}, "gradients": {0: by_x, 1: by_width}, "exchanged": exchanged}
    return known | {"two_tensors": True, "all_tensors": True}


def parts_of_width(u: Any, width: Any, g: Any, more: Any = 0) -> dict:
    """What is left of the gradient by the width when a part of it was forgotten; `more` comes from elsewhere."""
    parts = {
        "half_of_product": -u * np.tanh(u),
        "no_inner_width": logcosh(u),
        "no_factor": logcosh(u) / width - u * np.tanh(u),
    }
    return {name: (g * part).sum(axis=0) + more for name, part in parts.items()}


def logcosh_twice_context(x: Any, width: Any, g: Any, a: Any, c: Any) -> dict:
    """The slopes, or y in them, as constants; a corner at x = 0; in the first derivatives what the other rows tell."""
    u = x / width
    slope, local = np.tanh(u), logcosh(u) - u * np.tanh(u)
    exchanged = [g * local + 3 * x**2, (g * slope).sum(axis=0) + 3 * width**2]
    by_x = {"local": slope + 3 * x**2, "others": exchanged[:1]}
    by_width = {"local": local.sum(axis=0) + 3 * width**2, "others": exchanged[1:]}
    by_width |= parts_of_width(u, width, g, 3 * width**2)
    corner = np.where(x == 0, 0, g * (1 - slope**2) / width * (a - u * c)) + 6 * x * a
    bend = slope + u * (1 - slope**2)
    fixed_x = g * (a * (1 - slope**2) - c * bend) / width + 6 * x * a
    moved = g * (c * u * bend - a * u * (1 - slope**2)) / width
    fixed = [moved - g * c * logcosh(u) / width, moved]  # y counts as a constant; y / width does
    return {
        "two_tensors": True,
        "all_tensors": True,
        "exchanged": exchanged,
        "first": {0: by_x, 1: by_width},
        "second": {0: {"constants": [6 * x * a], "corner": corner}, 1: {"constants": [6 * width * c]}},
        "copied": [{"second": [fixed_x, by_width.sum(axis=0) + 6 * width * c]} for by_width in fixed],
    }


# --- the largest few -----------------------------------------------------------------------------------------------


def misplaced(x: Any, k: int, g: Any) -> dict:
    """The cotangents in the first places, in the order of the places of what was kept, and the other way round."""
    first_places, in_order, reversed_ = np.zeros(6), np.zeros(6), np.zeros(6)
    first_places[:k] = g
    in_order[np.sort(np.argsort(-x)[:k])] = g
    reversed_[np.argsort(x)[-k:]] = g
    return {"first_places": first_places, "places_order": in_order, "smallest_first": reversed_}


def largest_kept_context(x: Any, k: int, g: Any, single: bool) -> dict:
    index = np.argsort(-x)[:k]
    even, least, of_least = np.zeros(6), np.zeros(6), np.zeros(6)
    even[index] = 1.0
    least[np.argsort(x)[:k]], of_least[np.argsort(x)[:k]] = 1.0, g
    return {
        "largest_few": True,
        "two_results": True,
        "values": {"smallest": np.sort(x)[:k], "places_order": x[np.sort(index)]},
        "gradient": {"local": even, "smallest": of_least, **misplaced(x, k, g)},
        "mask": {"smallest": least, "index_of_kept": index, "first_places": misplaced(x, k, 1.0)["first_places"]},
    }


def largest_twice_context(x: Any, k: int, g: Any, c: Any) -> dict:
    cotangent = 3 * g * np.sort(x)[::-1][:k] ** 2
    first = {name: wrong + 2 * x for name, wrong in misplaced(x, k, cotangent).items()}
    first["smallest_first"] = misplaced(x, k, 3 * g * np.sort(x)[-k:] ** 2)["smallest_first"] + 2 * x
    return {"largest_few": True, "two_results": True, "cut": {"second": 2 * c}, "first": first}


# --- two results ---------------------------------------------------------------------------------------------------


def blend_both_context(a: Any, b: Any, z: float, g_d: Any, g_w: Any) -> dict:
    """w or its cotangent forgotten, both cotangents through the rule of d, none; the gradients exchanged."""
    of_a, of_b = b * (1 + z), a + z + a * z
    right = [g_d * of_a + g_w * z, g_d * of_b]
    single = float(np.float32(z))
    by_a = {"d_alone": g_d * of_a, "without_w": g_d * b + g_w * z, "local": of_a + z}
    by_a |= {"other_slopes": [(g_d + g_w) * of_a, g_w * of_a + g_d * z]}
    by_a |= {"rounded_number": g_d * b * (1 + single) + g_w * single}
    by_a |= {"w_alone": g_w * z, "w_twice": right[0] + g_d * b * z}
    by_b = {"w_alone": 0 * b, "without_w": g_d * (a + z), "local": of_b}
    by_b |= {"other_slopes": [(g_d + g_w) * of_b, g_w * of_b], "rounded_number": g_d * (a + single + a * single)}
    return {
        "blended": True,
        "two_results": True,
        "gradients": {0: by_a | {"others": right[1:]}, 1: by_b | {"others": right[:1]}},
    }


def blend_first_context(a: Any, b: Any, z: float, g: Any) -> dict:
    """What `blend_both_context` knows, with the cotangent 2w, and with the derivatives of a³ and b³ added."""
    known = blend_both_context(a, b, z, g, 2 * a * z)["gradients"]
    own = 3 * a**2, 3 * b**2
    return {
        i: {
            name: [one + own[i] for one in wrong] if isinstance(wrong, list) else wrong + own[i]
            for name, wrong in known[i].items()
        }
        for i in known
    }


def blend_twice_context(a: Any, b: Any, z: float, g: Any, p: Any, q: Any) -> dict:
    """What was saved as a constant, alone or with the cotangent; the cotangent alone."""
    by_a, by_b, mixed = 6 * a * p, 6 * b * q, g * (1 + z)
    of_a, of_b = g * b * (1 + z) + 2 * a * z * z, g * (a + z + a * z)
    return {
        "blended": True,
        "two_results": True,
        "exchanged": [of_b + 3 * a**2, of_a + 3 * b**2],
        "cut": {"second": [mixed * q + by_a, mixed * p + by_b]},
        "first": blend_first_context(a, b, z, g),
        "copied": [
            {"second": [2 * z * z * p + by_a, by_b]},
            {"second": [by_a, by_b]},
            {"second": [g * q + 2 * z * z * p + by_a, mixed * p + by_b]},
        ],
    }


# --- repaired Functions --------------------------------------------------------------------------------------------


def wave_context(x: Any, k: float, g: Any, p: Any) -> dict:
    single = float(np.float32(k))
    first = {"inner": k, "local": k * np.cos(k * x), "rounded_number": g * single * np.cos(single * x)}
    return {"first": first, "second": {"constants": [2 * x]}}


def gate_orders(a: Any, b: Any) -> tuple:
    """The sigmoid of b and its first two derivatives."""
    s = 1 / (1 + np.exp(-b))
    return s, s * (1 - s), s * (1 - s) * (1 - 2 * s)


def gate_context(a: Any, b: Any, g: Any, p: Any, q: Any) -> dict:
    """The sigmoid as a constant, everything as a constant; the gradients exchanged."""
    s, slope, _ = gate_orders(a, b)
    swapped = [g * a * slope + 2 * a * b, g * s + a * a]
    first = {i: {"others": [wrong]} for i, wrong in enumerate(swapped)}
    first[1]["half_of_sigmoid"] = g * a * s + a * a
    return {
        "exchanged": swapped,
        "first": first,
        "second": {0: {"constants": [2 * b * p + 2 * a * q]}, 1: {"constants": [2 * a * p]}},
    }


def growth_context(t: Any, rate: float, g: Any, p: Any) -> dict:
    """The slopes exchanged; Growth's result as a constant."""
    y = np.exp(rate * t)
    by_rate = (g * t * y).sum()
    by_t = {"local": rate * y, "inner": rate, "rate_for_t": g * t * y}
    return {
        "all_tensors": True,
        "first": {0: by_t, 1: {"rate_for_t": (g * rate * y).sum(), "without_t": (g * y).sum()}},
        "second": {0: {"constants": [2 * by_rate * g * y]}, 1: {"constants": [[(g * y * p).sum()]]}},
    }


# --- quantized -----------------------------------------------------------------------------------------------------


def quantized_parts(x: Any, step: float, n: int) -> tuple[Any, Any]:
    low, high = -n * step, (n + 1) * step
    return np.clip(np.round(x / step) * step, low, high), (low <= x) & (x <= high)


def masks(x: Any, step: float, n: int) -> dict:
    """Where the gradient is let through, by mistake."""
    low, high = -n * step, (n + 1) * step
    value, _ = quantized_parts(x, step, n)
    return {
        "unmasked": np.ones(10),
        "by_size": np.abs(x) <= high,
        "rounded_mask": (np.round(x / step) >= -n) & (np.round(x / step) <= n + 1),
        "result_mask": (low < value) & (value < high),
        "open_ends": np.array([(low < x) & (x < high), (low < x) & (x <= high), (low <= x) & (x < high)]),
        "one_side": np.array([low <= x, x <= high]),
        "true_slope": np.zeros(10),
    }


def quantized_context(x: Any, step: float, n: int, g: Any) -> dict:
    low, high = -n * step, (n + 1) * step
    wrong = {name: g * mask for name, mask in masks(x, step, n).items()}
    rounded = {
        "rounded_down": np.floor(x / step) * step,
        "whole_numbers": np.round(x),
        "upside_down": np.round(x * step) / step,
    }
    values = {name: np.clip(wrong, low, high) for name, wrong in rounded.items()}
    values["unlimited"] = np.round(x / step) * step
    return {"value": values, "gradient": wrong | {"local": quantized_parts(x, step, n)[1].astype(float)}}


def quantized_twice_context(x: Any, step: float, n: int, g: Any, p: Any) -> dict:
    value, inside = quantized_parts(x, step, n)
    first = {name: 3 * g * (value + 4) ** 2 * mask + 2 * x for name, mask in masks(x, step, n).items()}
    return {"first": first | {"local": inside + 2 * x}, "cut": {"second": 2 * p}}
