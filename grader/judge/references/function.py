"""Assignment 9, function: its hidden cases. All answers are formulas found on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case
from grader.judge.references.function_contexts import (
    blend_both_context,
    blend_twice_context,
    gate_context,
    gate_orders,
    growth_context,
    largest_kept_context,
    largest_twice_context,
    logcosh,
    logcosh_twice_context,
    logcosh_weighed_context,
    quantized_context,
    quantized_parts,
    quantized_twice_context,
    wave_context,
)


def signed(rng: np.random.Generator, size: int) -> np.ndarray:
    """Numbers of both signs, away from 0 and 1."""
    return rng.uniform(0.3, 0.8, size=size) * np.array([1, -1] * size)[:size]


def weights(rng: np.random.Generator, *shapes: Any) -> list[np.ndarray]:
    """Cotangents and other factors, none of them near 0 or 1."""
    return [rng.uniform(1.5, 3.0, size=shape) for shape in shapes]


# --- log cosh -----------------------------------------------------------------------------------------------------


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


def logcosh_twice(x: Any, width: Any, g: Any, a: Any, c: Any) -> dict:
    """The gradients of sum(by_x * a) + sum(by_width * c), where x³ and width³ are in the loss as well."""
    u = x / width
    bend = g * (1 - np.tanh(u) ** 2) / width
    by_x = bend * (a - u * c) + 6 * x * a
    by_width = (bend * (u * u * c - u * a)).sum(axis=0) + 6 * width * c
    first = [g * np.tanh(u) + 3 * x**2, (g * (logcosh(u) - u * np.tanh(u))).sum(axis=0) + 3 * width**2]
    return {"node": "LogCoshBackward", "first": first, "second": [by_x, by_width]}


# --- the largest few ----------------------------------------------------------------------------------------------


def draw_largest(rng: np.random.Generator, single: bool) -> tuple:
    """Six numbers in disorder, at least 0.3 apart. Four are kept: the last is the largest, the second comes next."""
    between = rng.permutation([1, 2, 3])
    if between[2] == 1:  # else the smallest stand where the largest do in the mask read from the end
        between = between[::-1]
    order = np.array([0, 4, *between, 5])
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


def largest_twice(x: Any, k: int, g: Any, c: Any) -> dict:
    """The first and second derivatives of sum(g values³) + sum(x²), the second one weighed with c."""
    index = np.argsort(-x)[:k]
    first, second = 2 * x, 2 * c
    first[index] += 3 * g * x[index] ** 2
    second[index] += 6 * g * x[index] * c[index]
    return {"node": "LargestBackward", "first": first, "second": second}


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


def blend_twice(a: Any, b: Any, z: float, g: Any, p: Any, q: Any) -> dict:
    """First derivatives of sum(g d) + sum(w² + a³ + b³), and those of sum(by_a * p) + sum(by_b * q)."""
    mixed = g * (1 + z)
    return {
        "node": "BlendBackward",
        "first": [g * b * (1 + z) + 2 * a * z * z + 3 * a**2, g * (a + z + a * z) + 3 * b**2],
        "second": [mixed * q + 2 * z * z * p + 6 * a * p, mixed * p + 6 * b * q],
    }


# --- repaired Functions -------------------------------------------------------------------------------------------


def draw_wave(rng: np.random.Generator) -> tuple:
    """Numbers, a factor k that float32 cannot hold, and other vectors."""
    return signed(rng, 4), float(np.float32(rng.uniform(1.5, 1.9))) + 5e-8, *weights(rng, 4, 4)


def wave_twice(x: Any, k: float, g: Any, p: Any) -> dict:
    return {
        "node": "WaveBackward",
        "first": g * k * np.cos(k * x),
        "second": -g * p * k * k * np.sin(k * x) + 2 * x,
    }


def draw_gate(rng: np.random.Generator) -> tuple:
    return signed(rng, 4), signed(rng, 4)[::-1] * 2, *weights(rng, 4, 4, 4)


def gate_twice(a: Any, b: Any, g: Any, p: Any, q: Any) -> dict:
    s, slope, bend = gate_orders(a, b)
    return {
        "node": "GateBackward",
        "first": [g * s + 2 * a * b, g * a * slope + a * a],
        "second": [g * slope * q + 2 * b * p + 2 * a * q, g * slope * p + g * a * bend * q + 2 * a * p],
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


# --- quantized ----------------------------------------------------------------------------------------------------


def draw_quantized(rng: np.random.Generator, factors: int) -> tuple:
    """Ten numbers: two just beyond the ends, two far beyond, four inside, the two ends; the step, and n."""
    step, n = float(rng.uniform(0.3, 0.7)), int(rng.integers(2, 5))
    places = np.array([-n - 0.2, n + 1.3, -n - 3.2, n + 5.3, 0.7, -1.2, 0.2 - n, n + 0.7])
    x = np.array([*(places + rng.uniform(-0.1, 0.1, size=8)) * step, -n * step, (n + 1) * step])
    return x[rng.permutation(10)], step, n, *weights(rng, *[10] * factors)


def quantized(x: Any, step: float, n: int, g: Any) -> dict:
    value, inside = quantized_parts(x, step, n)
    return {"node": "QuantizeBackward", "value": value, "gradient": g * inside}


def quantized_twice(x: Any, step: float, n: int, g: Any, p: Any) -> dict:
    """The first and second derivatives of sum(g (value + 4)³) + sum(x²), the second one weighed with p."""
    value, inside = quantized_parts(x, step, n)
    first = 3 * g * (value + 4) ** 2 * inside + 2 * x
    return {"node": "QuantizeBackward", "first": first, "second": 6 * g * (value + 4) * inside * p + 2 * p}


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
        rtol=1e-10,
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
