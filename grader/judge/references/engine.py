"""Assignment 4, the engine: its hidden cases."""

from __future__ import annotations

from typing import Any

import numpy as np

import minigrad as mg
from grader.inside.cases import Case, Raises


def arrays(*shapes: tuple) -> Any:
    """Draws float64 arrays of these shapes with values that no mistake leaves as they are."""
    return lambda rng: tuple(rng.uniform(1.5, 3.0, size=shape) for shape in shapes)


def random_pairs(rng: np.random.Generator) -> tuple:
    """For nodes 1 to 12 the two earlier ones that each is made of: the one before and another, on either side."""
    others = [int(rng.integers(0, max(1, i - 1))) for i in range(1, 13)]
    return ([[i - 1, other] if i % 2 else [other, i - 1] for i, other in enumerate(others, start=1)],)


def runs(pairs: list) -> int:
    """How often a walk without waiting runs nodes, counted way by way from the root."""
    ways = [0] * (len(pairs) + 1)
    ways[-1] = 1
    for made in range(len(pairs), 0, -1):
        for used in pairs[made - 1]:
            ways[used] += ways[made]
    return sum(ways)


def weighted(w: np.ndarray, x: np.ndarray, cotangent: np.ndarray) -> list:
    """The gradients of (w + x) 3w + exp(w + x), twice, by the reference engine."""
    first, second = mg.tensor(w, requires_grad=True), mg.tensor(x, requires_grad=True)
    a = first + second
    y = a * (first * 3) + a.exp()
    y.backward(gradient=mg.tensor(cotangent))
    assert first.grad is not None and second.grad is not None
    return [2 * first.grad.numpy(), 2 * second.grad.numpy()]


def weighted_context(w: np.ndarray, x: np.ndarray, cotangent: np.ndarray) -> dict:
    """What the diagnoses of `whole.weighted` need: the same with a cotangent of ones, and one walk's share."""
    right, local = weighted(w, x, cotangent), weighted(w, x, np.ones_like(cotangent))
    return {i: {"local": local[i], "contributions": [right[i] / 2, right[i] / 2]} for i in range(2)}


CASES = (
    Case(
        name="send.three",
        points=2,
        label="accumulation",
        says="Three gradients are sent to one place, one of them to another place too; the arrays stay as they were.",
        inputs=arrays((2, 3), (2, 3), (2, 3)),
        expected=lambda a, b, c: [a + b + c, a, b, c, a],
        context=lambda a, b, c: {0: {"contributions": [a, b, c]}},
    ),
    Case(
        name="order.random_graph",
        points=3,
        label="order",
        says="A graph of thirteen operations that use each other's results, with three roots, one of them twice.",
        inputs=random_pairs,
        expected={"missing": 0, "listed again": 0, "too early": 0},
    ),
    Case(
        name="first.with_cotangents",
        points=2,
        label="cotangent",
        says="Cotangents as given, numbers too; they add up for an output listed twice, and a leaf may be an output.",
        inputs=lambda rng: (*rng.uniform(1.5, 3.0, size=(3, 3)), float(rng.uniform(1.5, 3.0))),
        expected=lambda x, one, two, number: [one + two, two, one, np.full(3, number), 4],
        context=lambda x, one, two, number: {
            0: {"contributions": [one, two], "local": np.ones(3)},
            1: {"local": np.ones(3), "cotangent": two},
            2: {"local": np.ones(3), "cotangent": one},
            3: {"local": np.ones(3)},
        },
    ),
    Case(
        name="first.wrong_shape",
        points=1,
        label="error",
        says="A cotangent of another shape, even one that would broadcast.",
        inputs=arrays((2, 3), (3,)),
        expected=Raises("RuntimeError", "Mismatch in shape"),
    ),
    Case(
        name="fill.memory",
        points=1.5,
        label="accumulation",
        says="Two leaves get the same array, one .grad is written, then both get another gradient.",
        inputs=arrays((4,), (4,)),
        expected=lambda one, two: [two, one + two, one],
        context=lambda one, two: {0: {"stale": one}, 1: {"contributions": [one, two]}},
    ),
    Case(
        name="fill.fresh_and_not",
        points=1,
        label="accumulation",
        says="With fresh=True a leaf's old gradient goes, another leaf's stays, and a first one is as always.",
        inputs=arrays((4,), (4,), (4,)),
        expected=lambda one, two, three: [three, two, two, True],
        context=lambda one, two, three: {0: {"stale": one, "contributions": [one, three]}},
    ),
    Case(
        name="count.random_graph",
        points=1,
        label="value",
        says="A graph of thirteen operations that use each other's results.",
        inputs=random_pairs,
        expected=runs,
    ),
    Case(
        name="whole.weighted",
        points=1.5,
        label="cotangent",
        says="Two walks with a cotangent through operands that were broadcast.",
        inputs=arrays((2, 3), (3,), (2, 3)),
        expected=weighted,
        context=weighted_context,
    ),
)
