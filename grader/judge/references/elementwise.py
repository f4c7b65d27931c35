"""Assignment 3, elementwise rules: its hidden cases."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.inside.cases import Case


def arrays(*shapes: tuple) -> Any:
    """Draws float64 arrays of these shapes with values that no mistake leaves as they are."""
    return lambda rng: tuple(rng.uniform(1.5, 3.0, size=shape) for shape in shapes)


def summed(g: np.ndarray, shape: tuple) -> np.ndarray:
    """`g` summed to `shape`: by ones, as the transpose of the copying that broadcasting is."""
    copies = np.broadcast_to(np.arange(int(np.prod(shape))).reshape(shape), g.shape)
    return np.bincount(copies.ravel(), g.ravel(), int(np.prod(shape))).reshape(shape)


def product_gradients(a: np.ndarray, b: np.ndarray, g: np.ndarray) -> list:
    """The gradients of a * b in the shapes of the operands."""
    return [summed(g * b, a.shape), summed(g * a, b.shape)]


def unsummed(a: np.ndarray, b: np.ndarray, g: np.ndarray) -> dict:
    """The same before they are summed, and without the cotangent."""
    ones = np.ones_like(g)
    local = product_gradients(a, b, ones)
    return {0: {"unsummed": g * b, "local": local[0]}, 1: {"unsummed": g * a, "local": local[1]}}


def ties(rng: np.random.Generator) -> tuple:
    """Two vectors of which the first half is equal, and a cotangent."""
    a, b, g = rng.uniform(1.5, 3.0, size=(3, 6))
    b[:3] = a[:3]
    return a, b, g


def broadcast_case(name: str, points: float, says: str, a: tuple, b: tuple) -> Case:
    """A case of `product_gradients` for operands of two shapes."""
    return Case(
        name=name,
        points=points,
        label="broadcasting",
        says=says,
        inputs=arrays(a, b, np.broadcast_shapes(a, b)),
        expected=product_gradients,
        context=unsummed,
    )


CASES = (
    Case(
        name="power.fresh",
        points=2,
        label="cotangent",
        says="Another exponent, with a cotangent.",
        inputs=lambda rng: (*arrays((2, 3), (2, 3))(rng), float(rng.choice([3.0, 2.5, -1.5]))),
        expected=lambda a, g, exponent: g * exponent * a ** (exponent - 1),
        context=lambda a, g, exponent: {"local": exponent * a ** (exponent - 1), "cotangent": g},
    ),
    Case(
        name="product.fresh",
        points=2,
        label="cotangent",
        says="a * b + b with a cotangent.",
        inputs=arrays((2, 3), (2, 3), (2, 3)),
        expected=lambda a, b, g: [g * b, g * a + g],
        context=lambda a, b, g: {
            0: {"local": b, "cotangent": g},
            1: {"local": a + 1, "cotangent": g, "contributions": [g * a, g]},
        },
    ),
    Case(
        name="quotient.fresh",
        points=2,
        label="cotangent",
        says="a / b with a cotangent.",
        inputs=arrays((2, 3), (2, 3), (2, 3)),
        expected=lambda a, b, g: [g / b, -g * a / b**2],
        context=lambda a, b, g: {0: {"local": 1 / b, "cotangent": g}, 1: {"local": -a / b**2, "cotangent": g}},
    ),
    broadcast_case("broadcast.left", 1, "A dimension is missing on the left.", (2, 3), (3,)),
    broadcast_case("broadcast.both", 1, "Both operands are stretched.", (3, 1), (2, 1, 4)),
    broadcast_case("broadcast.inside", 1, "A dimension of length 1 in the middle.", (2, 1, 3), (2, 4, 3)),
    Case(
        name="softplus.fresh",
        points=2,
        label="cotangent",
        says="Values and gradients at other numbers, with a cotangent.",
        inputs=lambda rng: (rng.uniform(-3, 3, size=(2, 3)), rng.uniform(1.5, 3, size=(2, 3))),
        expected=lambda a, g: [np.log(1 + np.exp(a)), g / (1 + np.exp(-a))],
        context=lambda a, g: {1: {"local": 1 / (1 + np.exp(-a)), "cotangent": g}},
    ),
    Case(
        name="tie.fresh",
        points=1,
        label="value",
        says="Six pairs of numbers, three of them ties, with a cotangent.",
        inputs=ties,
        expected=lambda a, b, g: [np.where(a >= b, g, 0.0), np.where(a < b, g, 0.0)],
        context=lambda a, b, g: {0: {"local": (a >= b) * 1.0}, 1: {"local": (a < b) * 1.0}},
    ),
)
