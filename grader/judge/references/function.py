"""Assignment 9, function: its hidden cases. All answers are formulas found on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case


def signed(rng: np.random.Generator, size: int) -> np.ndarray:
    """Numbers of both signs, away from 0 and 1."""
    return rng.uniform(0.3, 0.8, size=size) * np.array([1, -1] * size)[:size]


def weights(rng: np.random.Generator, *shapes: Any) -> list[np.ndarray]:
    """Cotangents and other factors, none of them near 0 or 1."""
    return [rng.uniform(1.5, 3.0, size=shape) for shape in shapes]


# --- log cosh -----------------------------------------------------------------------------------------------------


def logcosh(u: np.ndarray) -> np.ndarray:
    return np.logaddexp(u, -u) - np.log(2)


def draw_logcosh(rng: np.random.Generator) -> tuple:
    """Two rows of three numbers with a cotangent, three widths; one number is 0 and one very large."""
    x = signed(rng, 6).reshape(2, 3) * 2
    x[0, 1], x[1, 2] = 0.0, -3000.0
    width, g = weights(rng, 3, (2, 3))
    return x, width, g


def draw_logcosh_twice(rng: np.random.Generator) -> tuple:
    x = signed(rng, 6).reshape(2, 3) * 2
    x[0, 1] = 0.0
    return (x, *weights(rng, 3, (2, 3), (2, 3), 3))


def logcosh_weighed(x: Any, width: Any, g: Any) -> dict:
    u = x / width
    by_width = g * (logcosh(u) - u * np.tanh(u))
    return {
        "node": "LogCoshBackward",
        "value": width * logcosh(u),
        "gradients": [g * np.tanh(u), by_width.sum(axis=0)],
    }


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


def logcosh_twice(x: Any, width: Any, g: Any, a: Any, c: Any) -> dict:
    """The gradients of sum(by_x * a) + sum(by_width * c), where x³ and width³ are in the loss as well."""
    u = x / width
    bend = g * (1 - np.tanh(u) ** 2) / width
    by_x = bend * (a - u * c) + 6 * x * a
    by_width = (bend * (u * u * c - u * a)).sum(axis=0) + 6 * width * c
    first = [g * np.tanh(u) + 3 * x**2, (g * (logcosh(u) - u * np.tanh(u))).sum(axis=0) + 3 * width**2]
    return {"node": "LogCoshBackward", "first": first, "second": [by_x, by_width]}


def logcosh_twice_context(x: Any, width: Any, g: Any, a: Any, c: Any) -> dict:
    """The slopes, or y in them, as constants; a corner at x = 0; in the first derivatives what the other rows tell."""
    u = x / width
    slope, local = np.tanh(u), logcosh(u) - u * np.tanh(u)
    exchanged = [g * local + 3 * x**2, (g * slope).sum(axis=0) + 3 * width**2]
    by_x = {"local": slope + 3 * x**2, "others": exchanged[:1]}
    by_width = {"local": local.sum(axis=0) + 3 * width**2, "others": exchanged[1:]}
    by_width |= parts_of_width(u, width, g, 3 * width**2)
    right = logcosh_twice(x, width, g, a, c)["second"]
    corner = np.where(x == 0, 6 * x * a, right[0])
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


# --- the largest few ----------------------------------------------------------------------------------------------


def draw_largest(rng: np.random.Generator, single: bool) -> tuple:
    """Six numbers in disorder, at least 0.3 apart. Four are kept: the last is the largest, the second comes next."""
    order = np.array([0, 4, *rng.permutation([1, 2, 3]), 5])
    x = order + rng.uniform(0.1, 0.8, size=6)
    return (x.astype(np.float32).astype(np.float64) if single else x), 4


def largest_kept(x: Any, k: int, g: Any, single: bool) -> dict:
    dtype = np.float32 if single else np.float64
    index = np.argsort(-x)[:k]
    mask, gradient = np.zeros(6), np.zeros(6)
    mask[index] = 1.0
    gradient[index] = g
    return {
        "node": "LargestBackward",
        "values": x[index].astype(dtype),
        "gradient": gradient.astype(dtype),
        "mask": mask.astype(dtype),
        "mask dtype": np.dtype(dtype).name,
        "mask requires grad": False,
    }


def misplaced(x: Any, k: int, g: Any) -> dict:
    """The cotangents in the first places, in the order of the places of what was kept, and the other way round."""
    first_places, in_order, reversed_ = np.zeros(6), np.zeros(6), np.zeros(6)
    first_places[:k] = g
    in_order[np.sort(np.argsort(-x)[:k])] = g
    reversed_[np.argsort(x)[-k:]] = g
    return {"first_places": first_places, "places_order": in_order, "smallest_first": reversed_}


def largest_kept_context(x: Any, k: int, g: Any, single: bool) -> dict:
    index = np.argsort(-x)[:k]
    even = np.zeros(6)
    even[index] = 1.0
    return {
        "largest_few": True,
        "two_results": True,
        "values": {"smallest": np.sort(x)[:k], "places_order": x[np.sort(index)]},
        "gradient": {"local": even, **misplaced(x, k, g)},
        "mask": {"index_of_kept": index, "first_places": misplaced(x, k, 1.0)["first_places"]},
    }


def largest_twice(x: Any, k: int, g: Any, c: Any) -> dict:
    """The first and second derivatives of sum(g values³) + sum(x²), the second one weighed with c."""
    index = np.argsort(-x)[:k]
    first, second = 2 * x, 2 * c
    first[index] += 3 * g * x[index] ** 2
    second[index] += 6 * g * x[index] * c[index]
    return {"node": "LargestBackward", "first": first, "second": second}


def largest_twice_context(x: Any, k: int, g: Any, c: Any) -> dict:
    cotangent = 3 * g * np.sort(x)[::-1][:k] ** 2
    first = {name: wrong + 2 * x for name, wrong in misplaced(x, k, cotangent).items()}
    first["smallest_first"] = misplaced(x, k, 3 * g * np.sort(x)[-k:] ** 2)["smallest_first"] + 2 * x
    return {"largest_few": True, "two_results": True, "cut": {"second": 2 * c}, "first": first}


# --- two results --------------------------------------------------------------------------------------------------


def draw_blend(rng: np.random.Generator, factors: int) -> tuple:
    """Vectors a and b, a number z that float32 cannot hold, and other vectors."""
    a, b, *rest = weights(rng, *[3] * (2 + factors))
    return a, b, float(np.float32(rng.uniform(2.0, 3.9))) + 5e-8, *rest


def blend_both(a: Any, b: Any, z: float, g_d: Any, g_w: Any) -> dict:
    return {
        "node": "BlendBackward",
        "results": [a * b + b * z + a * z * b, a * z],
        "gradients": [g_d * b * (1 + z) + g_w * z, g_d * (a + z + a * z)],
    }


def blend_both_context(a: Any, b: Any, z: float, g_d: Any, g_w: Any) -> dict:
    """w or its cotangent forgotten, both cotangents through the rule of d, none; the gradients exchanged."""
    of_a, of_b = b * (1 + z), a + z + a * z
    right = [g_d * of_a + g_w * z, g_d * of_b]
    single = float(np.float32(z))
    by_a = {"d_alone": g_d * of_a, "without_w": g_d * b + g_w * z, "local": of_a + z}
    by_a |= {"other_slopes": [(g_d + g_w) * of_a, g_w * of_a + g_d * z]}
    by_a |= {"rounded_z": g_d * b * (1 + single) + g_w * single}
    by_a |= {"w_alone": g_w * z, "w_twice": right[0] + g_d * b * z}
    by_b = {"w_alone": 0 * b, "without_w": g_d * (a + z), "local": of_b}
    by_b |= {"other_slopes": [(g_d + g_w) * of_b, g_w * of_b], "rounded_z": g_d * (a + single + a * single)}
    return {
        "blended": True,
        "two_results": True,
        "gradients": {0: by_a | {"others": right[1:]}, 1: by_b | {"others": right[:1]}},
    }


def blend_twice(a: Any, b: Any, z: float, g: Any, p: Any, q: Any) -> dict:
    """First derivatives of sum(g d) + sum(w² + a³ + b³), and those of sum(by_a * p) + sum(by_b * q)."""
    mixed = g * (1 + z)
    return {
        "node": "BlendBackward",
        "first": [g * b * (1 + z) + 2 * a * z * z + 3 * a**2, g * (a + z + a * z) + 3 * b**2],
        "second": [mixed * q + 2 * z * z * p + 6 * a * p, mixed * p + 6 * b * q],
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
    first = blend_twice(a, b, z, g, p, q)["first"]
    return {
        "blended": True,
        "two_results": True,
        "exchanged": [first[1] - 3 * b**2 + 3 * a**2, first[0] - 3 * a**2 + 3 * b**2],
        "cut": {"second": [mixed * q + by_a, mixed * p + by_b]},
        "first": blend_first_context(a, b, z, g),
        "copied": [
            {"second": [2 * z * z * p + by_a, by_b]},
            {"second": [by_a, by_b]},
            {"second": [g * q + 2 * z * z * p + by_a, mixed * p + by_b]},
        ],
    }


# --- repaired Functions -------------------------------------------------------------------------------------------


def draw_wave(rng: np.random.Generator) -> tuple:
    return signed(rng, 4), float(rng.uniform(1.5, 2.5)), *weights(rng, 4, 4)


def wave_twice(x: Any, k: float, g: Any, p: Any) -> dict:
    return {
        "node": "WaveBackward",
        "first": g * k * np.cos(k * x),
        "second": -g * p * k * k * np.sin(k * x) + 2 * x,
    }


def wave_context(x: Any, k: float, g: Any, p: Any) -> dict:
    return {"first": {"inner": k, "local": k * np.cos(k * x)}, "second": {"constants": [2 * x]}}


def draw_gate(rng: np.random.Generator) -> tuple:
    return signed(rng, 4), signed(rng, 4)[::-1] * 2, *weights(rng, 4, 4, 4)


def gate_orders(a: Any, b: Any) -> tuple:
    """The sigmoid of b and its first two derivatives."""
    s = 1 / (1 + np.exp(-b))
    return s, s * (1 - s), s * (1 - s) * (1 - 2 * s)


def gate_twice(a: Any, b: Any, g: Any, p: Any, q: Any) -> dict:
    s, slope, bend = gate_orders(a, b)
    return {
        "node": "GateBackward",
        "first": [g * s + 2 * a * b, g * a * slope + a * a],
        "second": [g * slope * q + 2 * b * p + 2 * a * q, g * slope * p + g * a * bend * q + 2 * a * p],
    }


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


def draw_growth(rng: np.random.Generator) -> tuple:
    return signed(rng, 4), float(rng.uniform(1.2, 1.8)), *weights(rng, 4, 4)


def growth_twice(t: Any, rate: float, g: Any, p: Any) -> dict:
    """First derivatives, and those of sum(by_t * p) + by_rate²."""
    y = np.exp(rate * t)
    by_rate = (g * t * y).sum()
    by_t = g * rate * rate * y * p + 2 * by_rate * g * (1 + rate * t) * y
    again = (g * (1 + rate * t) * y * p).sum() + 2 * by_rate * (g * t * t * y).sum()
    return {"node": "GrowthBackward", "first": [g * rate * y, by_rate], "second": [by_t, again]}


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


# --- quantized ----------------------------------------------------------------------------------------------------


def draw_quantized(rng: np.random.Generator, factors: int) -> tuple:
    """Ten numbers: two just beyond the ends, two far beyond, four inside, the two ends; the step, and n."""
    step, n = float(rng.uniform(0.3, 0.7)), int(rng.integers(2, 5))
    places = np.array([-n - 0.2, n + 1.3, -n - 3.2, n + 5.3, 0.7, -1.2, 0.2 - n, n + 0.7])
    x = np.array([*(places + rng.uniform(-0.1, 0.1, size=8)) * step, -n * step, (n + 1) * step])
    return x[rng.permutation(10)], step, n, *weights(rng, *[10] * factors)


def quantized_parts(x: Any, step: float, n: int) -> tuple[Any, Any]:
    low, high = -n * step, (n + 1) * step
    return np.clip(np.round(x / step) * step, low, high), (low <= x) & (x <= high)


def quantized(x: Any, step: float, n: int, g: Any) -> dict:
    value, inside = quantized_parts(x, step, n)
    return {"node": "QuantizeBackward", "value": value, "gradient": g * inside}


def masks(x: Any, step: float, n: int) -> dict:
    """Where the gradient is let through, by mistake."""
    low, high = -n * step, (n + 1) * step
    value, _ = quantized_parts(x, step, n)
    return {
        "unmasked": np.ones(10),
        "by_size": np.abs(x) <= high,
        "rounded_mask": (np.round(x / step) >= -n) & (np.round(x / step) <= n + 1),
        "result_mask": (low < value) & (value < high),
        "open_ends": (low < x) & (x < high),
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


def quantized_twice(x: Any, step: float, n: int, g: Any, p: Any) -> dict:
    """The first and second derivatives of sum(g (value + 4)³) + sum(x²), the second one weighed with p."""
    value, inside = quantized_parts(x, step, n)
    first = 3 * g * (value + 4) ** 2 * inside + 2 * x
    return {"node": "QuantizeBackward", "first": first, "second": 6 * g * (value + 4) * inside * p + 2 * p}


def quantized_twice_context(x: Any, step: float, n: int, g: Any, p: Any) -> dict:
    value, inside = quantized_parts(x, step, n)
    first = {name: 3 * g * (value + 4) ** 2 * mask + 2 * x for name, mask in masks(x, step, n).items()}
    return {"first": first | {"local": inside + 2 * x}, "cut": {"second": 2 * p}}


def with_factors(draw: Callable[..., tuple], single: bool) -> Callable[[np.random.Generator], tuple]:
    """The inputs of `draw` with cotangents for the four that are kept, and what else the case needs."""

    def drawn(rng: np.random.Generator) -> tuple:
        x, k = draw(rng, single)
        [g] = weights(rng, k)
        return x, k, (g.astype(np.float32).astype(np.float64) if single else g), single

    return drawn


def draw_largest_twice(rng: np.random.Generator) -> tuple:
    return (*draw_largest(rng, False), *weights(rng, 4, 6))


CASES = (
    Case(
        name="logcosh.weighed",
        points=1,
        label="value",
        says="LogCosh and its gradients for x and widths of two shapes, with a cotangent; one x is 0, one is -3000.",
        inputs=draw_logcosh,
        expected=logcosh_weighed,
        context=logcosh_weighed_context,
    ),
    Case(
        name="logcosh.twice",
        points=1,
        label="second order",
        says="First and second derivatives of LogCosh by x and width, mixed ones too; one x is 0.",
        inputs=draw_logcosh_twice,
        expected=logcosh_twice,
        context=logcosh_twice_context,
    ),
    Case(
        name="largest.kept",
        points=1,
        label="value",
        says="The four largest of six numbers in float64: values, mask, and the gradient with a cotangent.",
        rtol=1e-10,
        inputs=with_factors(draw_largest, False),
        expected=largest_kept,
        context=largest_kept_context,
    ),
    Case(
        name="largest.single",
        points=0.5,
        label="dtype",
        says="The same in float32.",
        inputs=with_factors(draw_largest, True),
        expected=largest_kept,
        context=largest_kept_context,
    ),
    Case(
        name="largest.twice",
        points=1,
        label="second order",
        says="The first and the second derivative of a sum of cubes of the four largest.",
        rtol=1e-10,
        inputs=draw_largest_twice,
        expected=largest_twice,
        context=largest_twice_context,
    ),
    Case(
        name="blend.both",
        points=1,
        label="value",
        says="Both results with a cotangent each, for vectors a and b.",
        rtol=1e-10,
        inputs=lambda rng: draw_blend(rng, 2),
        expected=blend_both,
        context=blend_both_context,
    ),
    Case(
        name="blend.twice",
        points=1,
        label="second order",
        says="First and second derivatives of both results, the mixed one too.",
        rtol=1e-10,
        inputs=lambda rng: draw_blend(rng, 3),
        expected=blend_twice,
        context=blend_twice_context,
    ),
    Case(
        name="mend.wave_twice",
        points=0.5,
        label="second order",
        says="First and second derivatives of Wave, with a cotangent.",
        inputs=draw_wave,
        expected=wave_twice,
        context=wave_context,
    ),
    Case(
        name="mend.gate_twice",
        points=1,
        label="second order",
        says="First and second derivatives of Gate by both arguments, with a cotangent.",
        inputs=draw_gate,
        expected=gate_twice,
        context=gate_context,
    ),
    Case(
        name="mend.growth_twice",
        points=1,
        label="second order",
        says="First and second derivatives of Growth by t and the rate, with a cotangent.",
        inputs=draw_growth,
        expected=growth_twice,
        context=growth_context,
    ),
    Case(
        name="quantize.fresh",
        points=0.75,
        label="value",
        says="Ten numbers: inside, at the ends, just beyond and far off; another step and range, a cotangent.",
        inputs=lambda rng: draw_quantized(rng, 1),
        expected=quantized,
        context=quantized_context,
    ),
    Case(
        name="quantize.twice",
        points=0.75,
        label="second order",
        says="The gradient of a sum of cubes, and the derivative of that gradient: inside, the lie holds for it too.",
        inputs=lambda rng: draw_quantized(rng, 2),
        expected=quantized_twice,
        context=quantized_twice_context,
    ),
)
