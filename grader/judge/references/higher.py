"""Assignment 6, higher: its hidden cases. All answers are formulas found on paper."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from grader.inside.cases import Case
from grader.judge.references.higher_contexts import (
    about_coefficients,
    bell,
    bell_with_another_sign,
    bell_with_constant_out,
    bend,
    bend_one_order_low,
    bend_with_constant_slope,
    coefficients,
    formula_context,
    formula_first,
    formula_second,
    formula_third,
    large,
    length,
    length_with_constant_out,
    mistaken,
    network,
    of_polynomial,
    other_penalties,
    parallel_context,
    parallel_second,
    squash,
    squash_context,
    straight,
    straight_product,
    straight_product_context,
    three,
    three_context,
    three_orders,
    weighed,
)


def signed(rng: np.random.Generator, size: int = 4) -> np.ndarray:
    """Numbers of both signs, away from 0 and 1."""
    return rng.uniform(0.3, 0.8, size=size) * np.array([1, -1] * (size // 2))


def curve_and_cotangent(rng: np.random.Generator) -> tuple:
    """Where a curve is differentiated, and the cotangent of every order."""
    return signed(rng), rng.uniform(1.5, 3.0, size=4)


def two_floats(rng: np.random.Generator) -> tuple:
    return tuple(float(value) for value in rng.uniform(1.2, 1.8, size=2))


def draws(*shapes: tuple, weight: bool = False) -> Callable[[np.random.Generator], tuple]:
    """Draws float64 arrays of these shapes, and perhaps a weight."""
    return lambda rng: (
        *(rng.uniform(0.4, 1.4, size=shape) for shape in shapes),
        *([float(rng.uniform(2, 4))] if weight else []),
    )


CASES = (
    Case(
        name="repair.bell_third",
        points=1,
        label="second order",
        says="Three derivatives of bell, weighed with a cotangent at every order.",
        inputs=curve_and_cotangent,
        expected=three_orders(bell),
        context=mistaken(bell, detached=bell_with_constant_out, other_sign=bell_with_another_sign),
    ),
    Case(
        name="repair.length_third",
        points=0.5,
        label="second order",
        says="Three derivatives of length, weighed with a cotangent, which is as it was afterwards.",
        inputs=curve_and_cotangent,
        expected=lambda x, g: [*weighed(length(x), x, g), g],
        context=lambda x, g: (
            mistaken(length, detached=length_with_constant_out)(x, g)
            | {3: {"cotangent_after": [g * x / np.sqrt(1 + x * x), g * x]}}
        ),
    ),
    Case(
        name="repair.bend_third",
        points=0.5,
        label="second order",
        says="Three derivatives of bend, weighed with a cotangent at every order.",
        inputs=curve_and_cotangent,
        expected=three_orders(bend),
        context=mistaken(bend, detached=bend_with_constant_slope, one_order_low=bend_one_order_low),
    ),
    Case(
        name="rules.parallel_second",
        points=0.75,
        label="second order",
        says="First, second and mixed derivatives of parallel, for inputs of two shapes and with a cotangent.",
        inputs=draws((2, 3), (3,), (2, 3)),
        expected=parallel_second,
        context=parallel_context,
    ),
    Case(
        name="rules.squash_third",
        points=0.75,
        label="second order",
        says="Three derivatives of squash at 0 and elsewhere, weighed with a cotangent.",
        inputs=lambda rng: (signed(rng), rng.uniform(1.5, 3.0, size=5)),
        expected=squash,
        context=squash_context,
    ),
    Case(
        name="slope.first",
        points=0.5,
        label="accumulation",
        says="The first derivatives of a formula whose parts are used several times, early ones late.",
        inputs=two_floats,
        expected=formula_first,
        context=formula_context,
    ),
    Case(
        name="slope.second",
        points=0.5,
        label="second order",
        says="All second derivatives of the formula.",
        inputs=two_floats,
        expected=formula_second,
        context={"detached": [0.0] * 4},
    ),
    Case(
        name="slope.third",
        points=0.5,
        label="second order",
        says="Third derivatives of the formula.",
        inputs=two_floats,
        expected=formula_third,
        context={"detached": [0.0] * 2},
    ),
    Case(
        name="slope.ends",
        points=0.5,
        label="value",
        says="The slope of x itself, of what does not depend on x, the slopes of these slopes, and that by a product.",
        inputs=two_floats,
        expected=lambda x, z: [1.0, 0.0, 0.0, 0.0, 2 * x * z],
        context=lambda x, z: {
            "leaves_only": [1.0, 0.0, 0.0, 0.0, 0.0],
            "one_of_both_uses": [[1.0, 0.0, 0.0, 0.0, x * z]],
            "no_way": True,
        },
    ),
    Case(
        name="taylor.curve",
        points=0.5,
        label="value",
        says="Seven coefficients of a sum of an exponential and a quotient.",
        inputs=lambda rng: tuple(float(value) for value in rng.uniform(1.3, 2.2, size=3)),
        expected=coefficients,
        rtol=1e-11,
        context=about_coefficients(coefficients),
    ),
    Case(
        name="taylor.polynomial",
        points=0.5,
        label="value",
        says="A polynomial of the third degree, further than its degree.",
        inputs=lambda rng: (*(float(value) for value in rng.uniform(1.3, 2.2, size=3)), int(rng.integers(5, 8))),
        expected=of_polynomial,
        rtol=1e-12,
        context=about_coefficients(of_polynomial),
    ),
    Case(
        name="taylor.short",
        points=0.5,
        label="value",
        says="The value alone, and the value with the slope, to sixteen digits or so.",
        inputs=lambda rng: tuple(float(value) for value in rng.uniform(0.5, 0.8, size=2)),
        expected=lambda x, a: [[math.sin(a * x)], [math.sin(a * x), a * math.cos(a * x)]],
        rtol=1e-12,
    ),
    Case(
        name="product.three",
        points=0.5,
        label="value",
        says="Three parameters of two shapes, each coupled with the first.",
        inputs=draws((3,), (3,), (2, 3), (3,), (3,), (2, 3)),
        expected=three,
        rtol=1e-11,
        context=three_context,
    ),
    Case(
        name="product.straight",
        points=0.5,
        label="value",
        says="Parameters that come in linearly, or not at all: zeros of their shape and dtype.",
        inputs=draws((3,), (2, 2), (3,), (2, 2)),
        expected=straight_product,
        context=straight_product_context,
    ),
    Case(
        name="product.large",
        points=0.5,
        label="value",
        says="A parameter of 100,000 numbers.",
        inputs=draws((100,), (100,)),
        expected=large,
        rtol=1e-11,
        context=lambda u, v: {"times_ones": large(u, np.ones_like(v)), "detached": 0 * large(u, v)},
    ),
    Case(
        name="penalty.network",
        points=1,
        label="second order",
        says="A network with one hidden layer, its rows of different slopes.",
        inputs=draws((5, 2), (5,), (2, 3), (3,), weight=True),
        expected=network,
        context=other_penalties(network),
    ),
    Case(
        name="penalty.straight",
        points=1,
        label="second order",
        says="A straight model, the slope of which does not depend on x, nor on its second parameter.",
        inputs=draws((5, 2), (5,), (2,), (1,), weight=True),
        expected=straight,
        context=other_penalties(straight),
    ),
)
