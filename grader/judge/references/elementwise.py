"""Assignment 3, elementwise rules: its hidden cases."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import polynomial

from grader.inside.cases import Case


def arrays(*shapes: tuple) -> Any:
    """Draws float64 arrays of these shapes, of both signs, with values that no mistake leaves as they are."""
    return lambda rng: tuple(rng.uniform(1.5, 3.0, size=shape) * rng.choice([-1, 1], size=shape) for shape in shapes)


def polynomials(rng: np.random.Generator) -> tuple:
    """An operand, a cotangent, and four or five coefficients."""
    values, g = arrays((2, 3), (2, 3))(rng)
    return values, g, rng.uniform(0.5, 2.0, size=rng.integers(4, 6)).tolist()


def slopes_of_a_polynomial(a: np.ndarray, g: np.ndarray, coefficients: list) -> dict:
    """What the diagnoses of `polynomial.fresh` need."""
    powers = list(enumerate(coefficients))[1:]
    local = polynomial.polyval(a, polynomial.polyder(coefficients))
    later = {
        "reversed": g * polynomial.polyval(a, polynomial.polyder(coefficients[::-1])),
        "shortened": g * polynomial.polyval(a, polynomial.polyder(coefficients[1:])),
        "g written over": g * local * local,
    }
    return {
        "changed": [{"first walk": g * local, "second walk": second} for second in later.values()],
        "local": local,
        "cotangent": g,
        "bare_powers": g * sum(c * a ** (k - 1) for k, c in powers),
        "unlowered": g * sum(c * k * a**k for k, c in powers),
        "other_end": g * polynomial.polyval(a, polynomial.polyder(coefficients[::-1])),
        "highest": g * powers[-1][0] * a ** (powers[-1][0] - 1),
    }


def formula_context(w: np.ndarray, x: np.ndarray, g: np.ndarray) -> dict:
    """What the diagnoses of `formula.fresh` need."""
    right = [g * (2 * w + x + 1), g * (w + 1)]
    return {
        0: {
            "local": right[0] / g, "cotangent": g,
            "product": g * (w + x) * (w + 1),
        },
        1: {"local": w + 1, "cotangent": g},
        "use_left_out": [[g * (w + 1), right[1]], [g * (w + x), right[1]]],
        "plain": [g * x, g * w],
        "rules_exchanged": right[::-1],
        "written_over": [g * (2 * w + x + 1) * (w + 1)] * 2,
    }  # fmt: skip


def places(shape: tuple, into: tuple) -> np.ndarray:
    """For every place of an array of shape `into` the number of the element that is laid there, from the left."""
    numbers = np.arange(int(np.prod(shape))).reshape(shape + (1,) * (len(into) - len(shape)))
    return np.broadcast_to(numbers, into)


def left_product_context(a: np.ndarray, b: np.ndarray, g: np.ndarray) -> dict:
    """The gradients before they are summed, and those with a cotangent of ones."""
    wide = [g * b.ravel()[places(b.shape, g.shape)], g * a.ravel()[places(a.shape, g.shape)]]
    local = left_product_gradients(a, b, np.ones_like(g))
    return {i: {"unsummed": wide[i], "local": local[i]} for i in range(2)}


def left_product_gradients(a: np.ndarray, b: np.ndarray, g: np.ndarray) -> list:
    """The gradients in the shapes of the operands: every use is counted."""
    found = []
    for one, other in ((a, b), (b, a)):
        uses = g * other.ravel()[places(other.shape, g.shape)]
        found.append(np.bincount(places(one.shape, g.shape).ravel(), uses.ravel(), one.size).reshape(one.shape))
    return found


def left_product_case(name: str, says: str, a: tuple, b: tuple, product: tuple) -> Case:
    """A case of `product_gradients` for operands of two shapes, whose product has a third."""
    return Case(
        name=name,
        points=1,
        label="broadcasting",
        says=says,
        inputs=arrays(a, b, product),
        expected=left_product_gradients,
        context=left_product_context,
    )


def quotients(rng: np.random.Generator) -> tuple:
    """Two operands, of which the first is 0 in one place, and a cotangent."""
    a, b, g = arrays((2, 3), (2, 3), (2, 3))(rng)
    a[0, 0] = 0.0
    return a, b, g


def one_at_200(rng: np.random.Generator) -> tuple:
    """Values, of which one is large but not far out, and a cotangent."""
    a, g = arrays((2, 3), (2, 3))(rng)
    a[1, 2] *= 100
    return a, g


def ties(rng: np.random.Generator) -> tuple:
    """Two vectors of which the first half is equal and the last pair nearly so, and a cotangent."""
    a, b, g = rng.uniform(1.5, 3.0, size=(3, 6))
    b[:3] = a[:3]
    b[3:] = a[3:] + np.array([0.5, -0.5, 1e-9])
    return a, b, g


CASES = (
    Case(
        name="polynomial.fresh",
        points=2,
        label="cotangent",
        says="A polynomial of a higher degree, with a cotangent; the graph is kept and walked twice.",
        inputs=polynomials,
        expected=lambda a, g, coefficients: dict.fromkeys(
            ["first walk", "second walk"], g * polynomial.polyval(a, polynomial.polyder(coefficients))
        ),
        context=slopes_of_a_polynomial,
    ),
    Case(
        name="formula.fresh",
        points=2,
        label="cotangent",
        says="Other operands of the formula, with a cotangent.",
        inputs=arrays((2, 3), (2, 3), (2, 3)),
        expected=lambda w, x, g: [g * (2 * w + x + 1), g * (w + 1)],
        context=formula_context,
    ),
    Case(
        name="quotient.fresh",
        points=2,
        label="cotangent",
        says="a / b with a cotangent; one a is 0.",
        inputs=quotients,
        expected=lambda a, b, g: [g / b, -g * a / b**2],
        context=lambda a, b, g: {
            0: {"local": 1 / b, "cotangent": g},
            1: {"local": -a / b**2, "cotangent": g, "divisor": b},
        },
    ),
    left_product_case("broadcast.right", "An axis is missing on the right.", (2, 3), (2,), (2, 3)),
    left_product_case("broadcast.both", "Both operands are stretched.", (1, 3), (2, 1, 4), (2, 3, 4)),
    left_product_case("broadcast.outside", "Axes of length 1 on both sides.", (1, 4, 1), (2, 4, 3), (2, 4, 3)),
    Case(
        name="soft_abs.fresh",
        points=2,
        label="cotangent",
        says="Values and gradients at other numbers, one of them about 200, with a cotangent.",
        inputs=one_at_200,
        expected=lambda a, g: [np.sqrt(1 + a**2) - 1, g * a / np.sqrt(1 + a**2)],
        context=lambda a, g: {
            0: {"straight": np.where(abs(a) > 100, abs(a) - 1, np.sqrt(1 + a**2) - 1)},
            1: {
                "straight": np.where(abs(a) > 100, g * np.sign(a), g * a / np.sqrt(1 + a**2)),
                "local": a / np.sqrt(1 + a**2),
                "cotangent": g,
                "inner": 2 * a,
                "sharp": g * np.sign(a),
                "by_result": g * a / (np.sqrt(1 + a**2) - 1),
            }
        },
    ),
    Case(
        name="tie.fresh",
        points=1,
        label="value",
        says="Six pairs of numbers, three of them ties and one nearly, with a cotangent.",
        inputs=ties,
        expected=lambda a, b, g: [np.where(a >= b, g, 0.0), np.where(a < b, g, 0.0)],
        context=lambda a, b, g: {
            0: {"local": (a >= b) * 1.0},
            1: {"local": (a < b) * 1.0},
            "shared": [g * (a > b) + g * (a == b) / 2, g * (a < b) + g * (a == b) / 2],
            "both": [g * (a >= b), g * (a <= b)],
            "second": [g * (a > b), g * (a <= b)],
            "nobody": [g * (a > b), g * (a < b)],
            "nearly": [g * (a > b - 1e-6), g * (a < b - 1e-6)],
        },
    ),
)
