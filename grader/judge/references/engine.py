"""Assignment 4, the engine: its hidden cases."""

from __future__ import annotations

from typing import Any

import numpy as np

import minigrad as mg
from grader.inside.cases import Case, Raises
from grader.inside.cases.engine import NO_FAULTS, NO_GRAD_YET, NUMBER_REFUSED, ORDER


def arrays(*shapes: tuple) -> Any:
    """Draws float64 arrays of these shapes with values that no mistake leaves as they are."""
    return lambda rng: tuple(rng.uniform(1.5, 3.0, size=shape) for shape in shapes)


def random_pairs(rng: np.random.Generator) -> tuple:
    """For nodes 1 to 12 the two earlier ones that each is made of: the one before and another, on either side."""
    others = [int(rng.integers(0, max(1, i - 1))) for i in range(1, 13)]
    return ([[i - 1, other] if i % 2 else [other, i - 1] for i, other in enumerate(others, start=1)],)


def runs_of_each(pairs: list) -> list[int]:
    """How often such a walk runs each node, counted way by way from the root."""
    ways = [0] * (len(pairs) + 1)
    ways[-1] = 1
    for made in range(len(pairs), 0, -1):
        for used in pairs[made - 1]:
            ways[used] += ways[made]
    return ways


def runs(pairs: list) -> int:
    """How often a walk without waiting runs nodes."""
    return sum(runs_of_each(pairs))


def miscounted(pairs: list) -> dict:
    """What else may be counted in such a graph: nodes, edges, and the arrivals at its leaf, alone or too.

    The leaf is the input of the first operation alone, so every run of that one arrives there once.
    """
    ways = runs_of_each(pairs)
    return {
        "nodes": len(ways),
        "edges": 1 + 2 * len(pairs),
        "with_leaves": sum(ways) + ways[0],
        "rootless": sum(ways) - 1,
        "ways_to_the_end": ways[0],
        "distinct_edges": runs([sorted(set(used)) for used in pairs]),
        "too_soon": runs_passed_on_too_soon(pairs),
    }


def telling_pairs(rng: np.random.Generator) -> tuple:
    """A graph in which every way of counting comes to another number."""
    while True:
        (pairs,) = random_pairs(rng)
        if len({runs(pairs), *miscounted(pairs).values()}) == 1 + len(miscounted(pairs)):
            return (pairs,)


def runs_passed_on_too_soon(pairs: list) -> int:
    """The sum when every node passes its count on as soon as it has been found."""
    counts, found = {len(pairs): 1}, [len(pairs)]
    for made in found:  # grows while it is read
        for used in pairs[made - 1] if made else ():
            if used not in counts:
                counts[used] = 0
                found.append(used)
            counts[used] += counts[made]
    return sum(counts.values())


def one_walk(w: np.ndarray, x: np.ndarray, cotangent: np.ndarray) -> list:
    """The gradients of (w + x) 3w + exp(w + x) by the reference engine."""
    first, second = mg.tensor(w, requires_grad=True), mg.tensor(x, requires_grad=True)
    a = first + second
    y = a * (first * 3) + a.exp()
    y.backward(gradient=mg.tensor(cotangent))
    assert first.grad is not None and second.grad is not None
    return [first.grad.numpy(), second.grad.numpy()]


def weighted(w: np.ndarray, x: np.ndarray, cotangent: np.ndarray) -> list:
    """A walk with the cotangent and one with three times as much: four times the first."""
    return [4 * g for g in one_walk(w, x, cotangent)]


def weighted_context(w: np.ndarray, x: np.ndarray, cotangent: np.ndarray) -> dict:
    """What the diagnoses of `whole.weighted` need: two walks with a cotangent of ones, and each walk's share."""
    once, local = one_walk(w, x, cotangent), one_walk(w, x, np.ones_like(cotangent))
    known = {i: {"local": 2 * local[i], "contributions": [once[i], 3 * once[i]]} for i in range(2)}
    return {**known, "order": "whole"}


CASES = (
    Case(
        name="send.three",
        points=2,
        label="accumulation",
        says="Three gradients for one place, one of them for another too, a float32 number for a third; arrays stay.",
        inputs=arrays((2, 3), (2, 3), (2, 3)),
        expected=lambda a, b, c: [a + b + c, a, b, c, a, a[0, 0].astype(np.float32), "float32"],
        context=lambda a, b, c: {
            0: {"contributions": [a, b, c]},
            1: {"sum_in_place": a + b + c},
            2: {"sum_in_place": a + b},
            3: {"sum_in_place": a + b + c},
            4: {"sum_in_place": a + b + c, "contributions": [a]},
            5: {"contributions": [a[0, 0]]},
            "first_arrival": Raises("KeyError", "'x'"),
            "not_sent": [None, a, b, c, None, None, "no array"],
        },
    ),
    Case(
        name="order.random_graph",
        points=3,
        label="order",
        says="A graph of fourteen operations with three roots: one is listed twice, and others use it.",
        inputs=random_pairs,
        expected=NO_FAULTS,
        context=ORDER,
    ),
    Case(
        name="first.with_cotangents",
        points=1.5,
        label="cotangent",
        says="Cotangents as given, numbers too; they add up for an output listed twice, and a leaf may be an output.",
        inputs=lambda rng: (*rng.uniform(1.5, 3.0, size=(3, 3)), int(rng.integers(2, 9))),
        expected=lambda x, one, two, number: [one + two, two, one, np.full(3, float(number)), 4],
        context=lambda x, one, two, number: {
            0: {"contributions": [one, two], "local": 2 * np.ones(3)},
            1: {"local": np.ones(3)},
            2: {"local": np.ones(3), "sum_in_place": one + two},
            3: {"local": np.ones(3), "not_spread": number},
            "number_refused": NUMBER_REFUSED,
            "leaf_refused": Raises("RuntimeError", "element 3 of tensors does not require grad"),
        },
    ),
    Case(
        name="first.no_elements",
        points=0.5,
        label="error",
        says="An output without any element, and no cotangent.",
        inputs=lambda rng: (int(rng.integers(2, 6)),),
        expected=Raises("RuntimeError", "grad can be implicitly created only for scalar outputs"),
    ),
    Case(
        name="first.wrong_shape",
        points=0.5,
        label="error",
        says="A cotangent of another shape, even one that would broadcast and has as many elements.",
        inputs=arrays((1, 3), (3,)),
        expected=Raises("RuntimeError", "Mismatch in shape"),
    ),
    Case(
        name="fill.memory",
        points=1,
        label="accumulation",
        says="Two leaves get the same array, one .grad is written, then both get another gradient.",
        inputs=arrays((4,), (4,), (4,)),
        expected=lambda one, two, three: [two, one + three, one],
        context=lambda one, two, three: {
            0: {"written": two + three},
            1: {"written": two + three, "contributions": [one, three]},
            2: {"written": two + three},
        },
    ),
    Case(
        name="fill.fresh_and_not",
        points=1,
        label="accumulation",
        says="With fresh=True a leaf's old gradient goes, another leaf's stays, and a first one is as always.",
        inputs=arrays((4,), (4,), (4,)),
        expected=lambda one, two, three: [three, two, two, True],
        context=lambda one, two, three: {
            0: {"stale": one},
            "new_object": [three, two, two, False],
            "no_grad_yet": NO_GRAD_YET,
        },
    ),
    Case(
        name="count.random_graph",
        points=1,
        label="value",
        says="A graph of thirteen operations that use each other's results.",
        inputs=telling_pairs,
        expected=runs,
        context=miscounted,
    ),
    Case(
        name="whole.weighted",
        points=1.5,
        label="cotangent",
        says="Two walks, one with a cotangent and one with three times as much, through operands that were broadcast.",
        inputs=arrays((2, 3), (3,), (2, 3)),
        expected=weighted,
        context=weighted_context,
    ),
)
