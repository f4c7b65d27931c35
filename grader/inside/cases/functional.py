"""Assignment 12, functional: its holes and visible cases."""

from __future__ import annotations

import math

import numpy as np

from grader.inside.cases import Case, Raises
from grader.inside.compare import FINITE_DIFFERENCES

# Every derivative of a function goes through the first three; gradcheck makes Jacobians of its own.
HOLES = (
    "functional.pull_back",
    "functional.push_forward",
    "functional.traced",
    "verify.analytical_jacobian",
    "verify.numerical_jacobians",
)

# The right answers of the checks that count passes.
SPEEDS = np.linspace(0.1, 10, 100)
HEIGHTS = [np.sin(0.7 * SPEEDS), SPEEDS * np.cos(0.7 * SPEEDS), -(SPEEDS**2) * np.sin(0.7 * SPEEDS)]
NARROW, WIDE = np.linspace(-1, 1, 100).reshape(2, 50), np.linspace(1, 2, 100).reshape(50, 2)
SQUEEZED = np.tanh(NARROW @ np.linspace(0, 0.1, 50))
OUTER, INNER = np.cos(WIDE @ SQUEEZED)[:, None] * WIDE, (1 - SQUEEZED**2)[:, None] * NARROW
WAIST = OUTER @ INNER
POINTS = np.linspace(-1, 1, 300).reshape(100, 3)
SUMS, SQUARES = POINTS.sum(axis=1), (POINTS**2).sum(axis=1)


def circling(first: float, second: float) -> dict:
    """A point on the unit circle at 30 degrees, its velocity along the circle, its acceleration to the centre."""
    x, y = math.sqrt(0.75), 0.5
    return {"orders": [[x, y], [-first * y, first * x], [-second * x, -second * y]], "history": False}


CASES = (
    Case(
        name="gradient.document_004",
        points=0.5,
        label="value",
        says="The gradient of the sum of squares at (1, 2, 3): in a tuple of one, and of the Tensor alone.",
        expected={"wrapping": "tuple", "packed": ([2.0, 4.0, 6.0],), "bare": [2.0, 4.0, 6.0]},
        source="document 004",
        examples=("004.grad_tuple", "004.grad_outputs_not_always_needed"),
        context={
            "deep": True,
            "unwrapped": {"wrapping": "Tensor", "packed": [2.0, 4.0, 6.0], "bare": [2.0, 4.0, 6.0]},
            "as_lists": {"wrapping": "list", "packed": ([2.0, 4.0, 6.0],), "bare": [2.0, 4.0, 6.0]},
        },
    ),
    Case(
        name="gradient.vector",
        points=0.5,
        label="error",
        says="A function that returns three numbers is refused.",
        expected=Raises("RuntimeError", "grad can be implicitly created only for scalar outputs"),
        source="document 004",
        examples=("004.grad_outputs_not_always_needed",),
    ),
    Case(
        name="gradient.package",
        points=0.5,
        label="shape",
        says="The example above, with a tuple in the list and in it a Tensor that is not used.",
        expected={"kinds": ["list", "tuple"], "w": [2.0, 4.0], "b": [3.0, ([[0.0] * 3] * 2,)]},
        source="by hand",
        context={
            "deep": True,
            "nones": {"kinds": ["list", "tuple"], "w": [2.0, 4.0], "b": [3.0, (None,)]},
            "as_lists": {"kinds": ["list", "list"], "w": [2.0, 4.0], "b": [3.0, ([[0.0] * 3] * 2,)]},
        },
    ),
    Case(
        name="gradient.as_before",
        points=0.5,
        label="side effects",
        says="The Tensor that was handed in is as it was; the answer has no history, except inside another gradient.",
        expected={"marked": False, ".grad filled": False, "history": False, "gradient of a gradient": 30.0},
        source="what the task asks for; 6x at x = 5",
        context={"gradient of a gradient": {"not_recorded": 0.0, "stale": 75.0}, "side_effects": True, "deep": True},
    ),
    Case(
        name="motion.document_004",
        points=0.5,
        label="value",
        says="3 * x ** 2 at (1, 2, 3) with velocities of 1, up to the third order.",
        expected=[[3.0, 12.0, 27.0], [6.0, 12.0, 18.0], [6.0, 6.0, 6.0], [0.0, 0.0, 0.0]],
        source="document 004: the values, and their slopes for cotangents of 1; then by hand",
        examples=("004.backward_function",),
        context={
            1: {"not_recorded": [0.0] * 3, "summed": [36.0] * 3},
            2: {"not_recorded": [0.0] * 3, "summed": [18.0] * 3},
            "constant_order": True,
            "factorial": [[3.0, 12.0, 27.0], [6.0, 12.0, 18.0], [3.0, 3.0, 3.0], [0.0, 0.0, 0.0]],
        },
    ),
    Case(
        name="motion.circle",
        points=0.5,
        label="value",
        says="A point on the unit circle at 30 degrees that goes round at a speed of 3; no answer has a history.",
        expected=circling(3, 9),
        source="3 along the circle, and 9 toward the centre",
        context={
            "orders": {
                1: {"summed": [1.5 * (math.sqrt(3) - 1)] * 2, "not_recorded": [0.0, 0.0]},
                2: {"summed": [-4.5 * (math.sqrt(3) + 1)] * 2, "not_recorded": [0.0, 0.0]},
            },
            "along_ones": circling(1, 1),
            "along_once": circling(3, 3),
            "factorial": circling(3, 4.5),
            "side_effects": True,
        },
    ),
    Case(
        name="motion.a_hundred_heights",
        points=0.5,
        label="passes",
        says="A hundred heights and their first two derivatives by the time, in at most 4 passes.",
        expected={"answer": HEIGHTS, "passes": "at most 4"},
        source="sin(s t), s cos(s t) and -s * s sin(s t); two passes for each order",
        context={
            "answer": {
                1: {"summed": np.full(100, HEIGHTS[1].sum()), "not_recorded": np.zeros(100)},
                2: {"summed": np.full(100, HEIGHTS[2].sum()), "not_recorded": np.zeros(100)},
            },
            "factorial": {"answer": [*HEIGHTS[:2], HEIGHTS[2] / 2], "passes": "at most 4"},
            "each_result": ["200"],
            "each_order": ["6"],
        },
    ),
    Case(
        name="chain.by_hand",
        points=0.5,
        label="value",
        says="(a b, a + b) at (2, 3), then the product of the two; the answer has no history, x is as it was.",
        expected={"table": [[21.0, 16.0]], "history": False, "x marked": False},
        source="by hand",
        context={"table": {"at_start": [[11.0, 8.0]], "row_sums": 38.0}, "side_effects": True},
    ),
    Case(
        name="chain.tall",
        points=0.5,
        label="shape",
        says="One function alone, (a a, a b, b b, 3 b) at (2, 5): four results, and columns are cheaper.",
        expected=[[4.0, 0.0], [5.0, 2.0], [0.0, 10.0], [0.0, 3.0]],
        source="by hand",
        context={"row_sums": [9.0, 15.0], "column_sums": [[4.0] * 2, [7.0] * 2, [10.0] * 2, [3.0] * 2]},
    ),
    Case(
        name="chain.document_001",
        points=0.5,
        label="value",
        says="Two columns are chosen, then y = first + second ** 2, as a chain.",
        expected=[
            [1, 0.7932, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 1, 0.5914, 0, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 0, 1, 0.6174, 0, 0],
        ],
        source="document 001, with the last digit as torch has it today",
        examples=("001.script",),
        rtol=1e-4,
    ),
    Case(
        name="chain.waist",
        points=0.5,
        label="passes",
        says="From 50 numbers to 2 and back to 50, in at most 5 passes.",
        expected={"answer": WAIST, "passes": "at most 5"},
        source="2 by rows, 1 + 2 by columns; the table is a product of formulas",
        context={
            "answer": {
                "factors": [OUTER, INNER],
                "column_sums": OUTER.sum(axis=1, keepdims=True) * INNER.sum(axis=0),
            },
            "as_one": ["50", "51"],
            "by_rows": ["52"],
            "by_columns": ["54"],
        },
    ),
    Case(
        name="fields.swirl",
        points=0.5,
        label="value",
        says="The divergence of (x ** 2 y, x + y ** 2) at (1, 2) and (3, -2); the answer has no history.",
        expected={"divergence": [8.0, -16.0], "history": False},
        source="2 x y + 2 y",
        context={"divergence": {"all_slopes": [10.0, -6.0], "points": True}, "side_effects": True},
    ),
    Case(
        name="fields.document_001",
        points=0.5,
        label="second order",
        says="The Laplacian of y = x0 + x1 ** 2 at the three rows; x is as it was, the answer has no history.",
        expected={"laplacian": [2.0, 2.0, 2.0], "x marked": False, "history": False},
        source="document 001: the only second derivative of each y is 2",
        examples=("001.script",),
        context={
            "laplacian": {"not_recorded": [0.0, 0.0, 0.0], "first": [1.7932, 1.5914, 1.6174], "points": True},
            "side_effects": True,
        },
    ),
    Case(
        name="fields.many_points",
        points=0.5,
        label="passes",
        says="At 100 points the divergence of (x x, y y, z z) (x + y + z), in 3 passes, and the Laplacian of r ** 4, "
        "in 4.",
        expected=[
            {"answer": 2 * SUMS**2 + SQUARES, "passes": "at most 3"},
            {"answer": 20 * SQUARES, "passes": "at most 4"},
        ],
        source="2 (x + y + z) ** 2 + r ** 2 and 20 r ** 2; one pass for each axis, and one for the gradient",
        context={
            0: {"answer": {"all_slopes": 2 * SUMS**2 + 3 * SQUARES, "points": True}},
            1: {
                "answer": {
                    "all_slopes": 12 * SQUARES + 8 * SUMS**2,
                    "not_recorded": np.zeros(100),
                    "first": 4 * SQUARES * SUMS,
                    "points": True,
                }
            },
            "each_point": [("300", "400"), ("300", "301")],
        },
    ),
    Case(
        name="root.square_root",
        points=0.5,
        label="value",
        says="x ** 2 / p = 1 at p = 9 with the cotangent 12; x and p are as they were, the answer has no history.",
        expected={"answer": [2.0], "history": False, "x marked": False, "p marked": False},
        source="x is the root of p: 12 / (2 sqrt(9))",
        context={"answer": {"unsolved": [4 / 3], "local": [1 / 6]}, "side_effects": True},
    ),
    Case(
        name="root.two_equations",
        points=0.5,
        label="value",
        says="(x0 x1, x0 + 4 x1) = p at x = (2, 1) with the cotangent (4, 2).",
        expected=[7.0, -3.0],
        source="by hand: (7, -3) times the table ((1, 2), (1, 4)) is (4, 2)",
        context={"untransposed": [6.0, -1.0], "unsolved": [4.0, 2.0], "local": [1.5, -0.5]}
        | {"columns_added": [2.0, 1 / 3]},
    ),
    Case(
        name="root.planet",
        points=0.5,
        label="cotangent",
        says="5 E of Kepler's equation with e = 0.3 and M = 1.2: the gradient by e and M, by backward.",
        expected=[5.0965272, 5.1096059],
        source="finite differences",
        rtol=FINITE_DIFFERENCES,
        context={"unsolved": [4.9872018, 5.0], "local": [1.01930544, 1.02192118], "circle": True},
    ),
    Case(
        name="root.enough_passes",
        points=0.5,
        label="passes",
        says="Five equations, a hundred numbers in p, in at most 6 passes.",
        expected={"answer": np.full((20, 5), 1 / 30), "passes": "at most 6"},
        source="2 / 3 for each x, a twentieth of it for each number; 5 passes for the table of F by x, and one by p",
        context={
            "answer": {"unsolved": np.full((20, 5), 0.1), "local": np.full((20, 5), 1 / 60)},
            "both_tables": ["10"],
        },
    ),
)
