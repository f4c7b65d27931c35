"""Assignment 12, functional: its holes and visible cases."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises
from grader.inside.compare import FINITE_DIFFERENCES
from grader.inside.misconceptions import Context, Misconception, given

# Every derivative of a function goes through the first two; gradcheck makes Jacobians of its own.
HOLES = (
    "functional.pull_back",
    "functional.push_forward",
    "verify.analytical_jacobian",
    "verify.numerical_jacobians",
)

# The right answers of the checks that count passes.
SPEEDS = np.linspace(0.1, 10, 100)
HEIGHTS = [np.sin(0.7 * SPEEDS), SPEEDS * np.cos(0.7 * SPEEDS), -(SPEEDS**2) * np.sin(0.7 * SPEEDS)]
NARROW, WIDE = np.linspace(-1, 1, 100).reshape(2, 50), np.linspace(1, 2, 100).reshape(50, 2)
SQUEEZED = np.tanh(NARROW.sum(axis=1))
OUTER, INNER = np.cos(WIDE @ SQUEEZED)[:, None] * WIDE, (1 - SQUEEZED**2)[:, None] * NARROW
WAIST = OUTER @ INNER
POINTS = np.linspace(-1, 1, 300).reshape(100, 3)
SUMS, SQUARES = POINTS.sum(axis=1), (POINTS**2).sum(axis=1)


def also(**changes: Any) -> Callable[[Any, Context], list]:
    """The right answer, but with these facts where it has them."""
    return lambda right, context: [right | {name: fact for name, fact in changes.items() if name in right}]


def marked(right: dict, context: Context) -> list:
    """The right answer, but a Tensor that was handed in is marked; the answer may have a history for that."""
    names = [name for name in ("marked", "x marked") if name in right]
    return [right | {name: True} | more for name in names for more in ({}, {"history": True})]


def counted(key: str) -> Callable[[Any, Context], list]:
    """The right answer with other numbers of passes: in the context a number, or None for those that are in order."""

    def makes(right: Any, context: Context) -> list:
        return [changed(right, numbers) for numbers in context[key]]

    def changed(right: Any, numbers: Any) -> Any:
        if isinstance(right, dict):
            return right if numbers is None else right | {"passes": numbers}
        return [changed(one, number) for one, number in zip(right, numbers, strict=True)]

    return makes


# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
MISTAKES = (
    Misconception(
        "places counted together",
        "The same Tensor stands in two places, and both got the sum. Each place needs a Tensor of its own to be "
        "differentiated by.",
        ("together",), given("together"),
    ),
    Misconception(
        "package taken for a Tensor",
        "A tuple, a list or a dict was taken for a Tensor: the members of a package may be packages themselves, at any "
        "depth.",
        ("deep",),
        lambda right, known: [Raises("AttributeError", f"'{kind}' object") for kind in ("tuple", "list", "dict")],
        whole=True,
    ),
    Misconception(
        "None for zeros",
        "A Tensor that is not used got None. Its gradient is a Tensor of zeros in its shape: nothing changes when it "
        "moves.",
        ("nones",), given("nones"), whole=True,
    ),
    Misconception(
        "tuple of one unwrapped",
        "A package with one member came back as the member alone; the wrapping of the answer is that of the argument.",
        ("unwrapped",), given("unwrapped"), whole=True,
    ),
    Misconception(
        "list for a tuple",
        "A tuple came back as a list; the wrapping of the answer is that of the argument.",
        ("as_lists",), given("as_lists"), whole=True,
    ),
    Misconception(
        "second derivative cut off",
        "What was to be differentiated once more has no history that leads back to the input, and counts as a "
        "constant: create_graph=True is missing, or .detach() stands in the way.",
        ("not_recorded",), given("not_recorded"),
    ),
    Misconception(
        "history kept",
        "The numbers are right, but the answer keeps a history that nobody asked for, and with it the memory of a "
        "graph.",
        ("side_effects",), also(history=True), whole=True,
    ),
    Misconception(
        "arguments marked",
        "A Tensor that was handed in was marked with requires_grad_(). It belongs to somebody else: differentiate by "
        "x.detach().requires_grad_(), which is another Tensor with the same numbers.",
        ("side_effects",), marked, whole=True,
    ),
    Misconception(
        "nothing left to differentiate",
        "What was to be differentiated has no history: a constant has none, such as the slope of a straight line. Its "
        "derivative is zero; look at .requires_grad before you call grad.",
        ("constant_order",),
        lambda right, known: [Raises("RuntimeError", "does not require grad and does not have a")],
        whole=True,
    ),
    Misconception(
        "direction ignored",
        "All inputs moved with velocity 1: `v` did not come in.",
        ("along_ones",), given("along_ones"),
    ),
    Misconception(
        "divided by k!",
        "These are Taylor's coefficients; the derivatives themselves were asked.",
        ("factorial",), lambda right, known: [right / known["factorial"]],
    ),
    Misconception(
        "results added up",
        "The results were added up before they were differentiated; each has a velocity of its own.",
        ("summed",), given("summed"),
    ),
    Misconception(
        "a pass for each result",
        "The answer is right, but every result was differentiated by itself. Two passes are enough for all of them: "
        "back to t with cotangents that are differentiated by, and back through that.",
        ("each_result",), counted("each_result"), whole=True,
    ),
    Misconception(
        "each order from the start",
        "The answer is right, but every order went through all those before it again: n (n + 1) passes. The order "
        "before is there, with its history; differentiate that.",
        ("each_order",), counted("each_order"), whole=True,
    ),
    Misconception(
        "chain not taken apart",
        "The answer is right, but the chain was differentiated as one function. Its narrow place helps only if every "
        "function has a Jacobian of its own.",
        ("as_one",), counted("as_one"), whole=True,
    ),
    Misconception(
        "by rows only",
        "The answer is right, but every Jacobian was made by rows. With more than 1 + n results, columns take fewer "
        "passes.",
        ("by_rows",), counted("by_rows"), whole=True,
    ),
    Misconception(
        "by columns only",
        "The answer is right, but every Jacobian was made by columns. With fewer than 1 + n results, rows take fewer "
        "passes.",
        ("by_columns",), counted("by_columns"), whole=True,
    ),
    Misconception(
        "roughly compared",
        "The answer is right, but the dearer way was taken where both cost nearly the same: rows take as many passes "
        "as there are results, columns one more than there are inputs.",
        ("rough",), counted("rough"), whole=True,
    ),
    Misconception(
        "rows added up",
        "The rows of a Jacobian were added up, as the gradient of y.sum() does it: each result needs a row of its own.",
        ("row_sums",), given("row_sums"),
    ),
    Misconception(
        "all taken at the start",
        "Every function was differentiated at `x`; the later ones are called with what the one before returns.",
        ("at_start",), given("at_start"),
    ),
    Misconception(
        "mixed slopes added",
        "Slopes of one component along another axis are in the sum: sum over the points, not over the components.",
        ("all_slopes",), given("all_slopes"),
    ),
    Misconception(
        "a pass for each point",
        "The answer is right, but every point had passes of its own. The points do not get in each other's way: one "
        "pass can give a slope for all of them.",
        ("each_point",), counted("each_point"), whole=True,
    ),
    Misconception(
        "points added up",
        "The points were added up to one number; each row of x has an answer of its own.",
        ("points",), lambda right, known: [right.sum()],
    ),
    Misconception(
        "table not transposed",
        "The system was solved with the table itself. `g` stands on its left: u J = g is a system with the transpose.",
        ("untransposed",), given("untransposed"),
    ),
    Misconception(
        "explicit part only",
        "The table of F by x is missing: `x` answers a change of F with the inverse of its own slope.",
        ("unsolved",),
        lambda right, known: [known["unsolved"], -known["unsolved"]],
    ),
    Misconception(
        "equations taken apart",
        "`g` was divided by sums of slopes, as if every equation had an x of its own. The equations hang together: it "
        "takes the whole table of F by x, and a system that is solved.",
        ("columns_added",), given("columns_added"),
    ),
    Misconception(
        "history of x followed",
        "`x` came with a history, and the walk went on through it, back into the Function that had called. The "
        "equation takes x and p as two things that have nothing to do with each other: cut both off with .detach().",
        ("circle",),
        lambda right, known: [Raises("RecursionError")],
        whole=True,
    ),
    Misconception(
        "a table for p",
        "The answer is right, but the table of F by p was made as well: n times the size of p. One pass with the "
        "solution of the system as cotangents pulls it back to p.",
        ("both_tables",), counted("both_tables"), whole=True,
    ),
)  # fmt: skip

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
        context={"gradient of a gradient": {"not_recorded": 0.0}, "side_effects": True, "deep": True},
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
            1: {"summed": [36.0] * 3},
            2: {"factorial": 2.0, "not_recorded": [0.0] * 3, "summed": [18.0] * 3},
            "constant_order": True,
        },
    ),
    Case(
        name="motion.circle",
        points=0.5,
        label="value",
        says="A point on the unit circle at 30 degrees that goes round at a speed of 2; no answer has a history.",
        expected={"orders": [[math.sqrt(0.75), 0.5], [-1.0, math.sqrt(3)], [-2 * math.sqrt(3), -2.0]]}
        | {"history": False},
        source="2 along the circle, and 4 toward the centre",
        context={
            "orders": {
                1: {"along_ones": [-0.5, math.sqrt(0.75)], "summed": [math.sqrt(3) - 1] * 2},
                2: {"along_ones": [-math.sqrt(0.75), -0.5], "factorial": 2.0, "not_recorded": [0.0, 0.0]},
            },
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
                1: {"summed": np.full(100, HEIGHTS[1].sum())},
                2: {"summed": np.full(100, HEIGHTS[2].sum()), "factorial": 2.0, "not_recorded": np.zeros(100)},
            },
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
            "answer": {"factors": [OUTER, INNER]},
            "as_one": ["50", "51"],
            "by_rows": ["52"],
            "by_columns": ["54"],
        },
    ),
    Case(
        name="fields.swirl",
        points=0.5,
        label="value",
        says="The divergence of (x ** 2 y, x + y ** 2) at (1, 2) and (3, -2).",
        expected=[8.0, -16.0],
        source="2 x y + 2 y",
        context={"all_slopes": [10.0, -6.0], "points": True},
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
        says="At 100 points the divergence of x (x + y + z), in 3 passes, and the Laplacian of r ** 4, in 4.",
        expected=[
            {"answer": 4 * SUMS, "passes": "at most 3"},
            {"answer": 20 * SQUARES, "passes": "at most 4"},
        ],
        source="4 (x + y + z) and 20 r ** 2; one pass for each axis, and one for the gradient",
        context={
            0: {"answer": {"all_slopes": 6 * SUMS, "points": True}},
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
        says="x ** 2 = p at p = 9 with the cotangent 12; x and p are as they were, the answer has no history.",
        expected={"answer": [2.0], "marked": False, "history": False},
        source="12 / (2 sqrt(9))",
        context={"answer": {"unsolved": [12.0], "local": [1 / 6]}, "side_effects": True},
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
