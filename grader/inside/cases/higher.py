"""Assignment 6, higher: its holes and visible cases."""

from __future__ import annotations

from grader.inside.cases import Case
from grader.inside.compare import FINITE_DIFFERENCES

# Second derivatives ready-made. For tasks 1, 2, 3 and 6 minigrad has nothing that could be called.
HOLES = (
    "functional.pull_back",
    "functional.push_forward",
)

BLOCKS = [[96.0, 304.0], [40.0, 120.0], [[0.0]]]
BEFORE = {"x requires grad": False, ".grad filled": False, "answer has a history": False}

CASES = (
    Case(
        name="repair.bell",
        points=0.5,
        label="second order",
        says="The second derivative of bell(x) + x * x at 0.5 and 2.",
        expected=[1.33812732, 2.40600585],
        source="(x * x - 1) exp(-x * x / 2) + 2",
        rtol=FINITE_DIFFERENCES,
        context={"detached": [1.11750310, 1.86466472], "other_sign": [3.10312113, 2.67667642]}
        | {"local": [0.67625465, 1.59399415]},
    ),
    Case(
        name="repair.length",
        points=0.5,
        label="value",
        says="The gradient of length(x) + x at 0.75 and -2.4 with the cotangent (2, 3), and the cotangent afterwards.",
        expected=[[3.2, 3 / 13], [2.0, 3.0]],
        source="g * (x / sqrt(1 + x * x) + 1)",
        context={0: {"local": [2.6, 27 / 13]}, 1: {"cotangent_after": [1.2, -36 / 13]}},
    ),
    Case(
        name="repair.bend",
        points=0.5,
        label="second order",
        says="The second derivative of bend(x) + x * x at 0.5 and -1.5.",
        expected=[5.0, 4.0],
        source="6x + 2 on the right, 2 + 2 on the left",
        context={"detached": [2.0, 2.0], "one_order_low": [2.75, -1.0]},
    ),
    Case(
        name="rules.parallel_first",
        points=0.5,
        label="value",
        says="The derivatives of parallel by a and by b at a = 6, b = 3.",
        expected=[[1 / 9], [4 / 9]],
        source="by hand",
        context={
            0: {"others": [[4 / 9]], "numerator_only": [1 / 3]},
            1: {"others": [[1 / 9]], "numerator_only": [2 / 3]},
        },
    ),
    Case(
        name="rules.squash_second",
        points=0.5,
        label="second order",
        says="The slope of squash at 0 and 0.75, and the slope of (slope + x).",
        expected=[[1.0, 0.512], [1.0, 0.26272]],
        source="finite differences",
        rtol=FINITE_DIFFERENCES,
        context={0: {"numerator_only": [1.0, 0.8], "rule_of_tanh": [1.0, 0.64]}, 1: {"detached": [1.0, 1.0]}},
    ),
    Case(
        name="slope.document_003",
        points=0.5,
        label="second order",
        says="First, second and third derivative of x * x at 3.",
        expected=[6.0, 2.0, 0.0],
        source="document 003: 6 and 2; the third is 0",
        examples=("003.grad_second_order",),
        context={"detached": [6.0, 0.0, 0.0], "one_of_both_uses": [3.0, 1.0, 0.0], "no_way": True},
    ),
    Case(
        name="slope.mixed",
        points=0.5,
        label="second order",
        says="The four second derivatives of x * x * z at x = 2, z = 3.",
        expected={"xx": 6.0, "xz": 4.0, "zx": 4.0, "zz": 0.0},
        source="2z, 2x, 2x, 0",
        context={
            "xx": {"detached": 0.0, "one_of_both_uses": 3.0},
            "xz": {"detached": 0.0, "one_of_both_uses": 2.0},
            "zx": {"detached": 0.0, "one_of_both_uses": 2.0},
            "no_way": True,
        },
    ),
    Case(
        name="slope.doubled",
        points=0.5,
        label="order",
        says="x * x at 1, doubled ten times: the slope, and how many Numbers are made for it.",
        expected={"slope": 2.0**11, "less than 1,000 Numbers": True},
        source="2 * 2**10; a walk makes about one Number for each use",
        context={
            "slope": {"one_of_both_uses": 1.0},
            "paths_one_by_one": {"slope": 2.0**11, "less than 1,000 Numbers": False},
        },
    ),
    Case(
        name="taylor.square",
        points=0.5,
        label="value",
        says="The coefficients of x ** 2 at 3, up to the third.",
        expected=[9.0, 6.0, 1.0, 0.0],
        source="document 003: slope 6, slope of the slope 2",
        examples=("003.grad_second_order",),
        context={"stale": [0.0, 0.0, 3.0, 5 / 3], "factorials": [1, 1, 2, 6]},
    ),
    Case(
        name="taylor.flat",
        points=0.5,
        label="value",
        says="x ** 3 at 2 up to the sixth coefficient, and a function that does not look at x; that they are floats.",
        expected={"cube": [8.0, 12.0, 6.0, 1.0, 0.0, 0.0, 0.0], "constant": [5.0, 0.0, 0.0], "Python floats": True},
        source="(2 + h) ** 3, multiplied out",
        context={
            "cube": {"stale": [0.0, 0.0, 6.0, 6.0, 2.75, 0.8, 11 / 60], "factorials": [1, 1, 2, 6, 24, 120, 720]},
            "constant_here": True,
            "as_tensors": {"cube": [8.0, 12.0, 6.0, 1.0, 0.0, 0.0, 0.0], "constant": [5.0, 0.0, 0.0]}
            | {"Python floats": False},
        },
    ),
    Case(
        name="product.document_000",
        points=0.5,
        label="value",
        says="The Hessian of the weighted sum of squares, times the weights.",
        expected=[[[2.0, 8.0, 18.0, 32.0], [0.0, 2.0, 0.5, 8.0], [200.0, 0.0, 0.0, 2.0]]],
        source="document 000 with these weights: they come in twice",
        examples=("000.weight_multiplies",),
        context={
            0: {"times_ones": [[2.0, 4.0, 6.0, 8.0], [0.0, -2.0, 1.0, 4.0], [20.0, 0.0, 0.0, 2.0]]}
            | {"detached": [[0.0] * 4] * 3}
        },
    ),
    Case(
        name="product.blocks",
        points=0.5,
        label="value",
        says="f = sum(u * u * w) and a parameter that is not used: what u and w do to each other is in the answer.",
        expected={"Hv": BLOCKS, ".grad filled": False, "history": False},
        source="2 w v_u + 2 u v_w and 2 u v_u, by hand",
        context={
            "Hv": {
                0: {"own_block": [100.0, 280.0], "times_ones": [14.0, 20.0], "detached": [0.0, 0.0]},
                1: {"times_ones": [4.0, 6.0]},
            },
            "unused": True,
            "with_history": {"Hv": BLOCKS, ".grad filled": False, "history": True},
            "with_grad": {"Hv": BLOCKS, ".grad filled": True, "history": False},
        },
    ),
    Case(
        name="penalty.document_001",
        points=0.5,
        label="second order",
        says="The model y = w0 * x0 + w1 * x1 ** 2 of document 001 at w = (1, 1), targets 0, weight 10.",
        expected=[[3.79720692, 1.72783138]],
        source="finite differences; the slopes are those of document 001",
        examples=("001.script",),
        rtol=FINITE_DIFFERENCES,
        context={
            0: {
                "detached": [0.43116843, 0.11594620],
                "flat": [[20.43116843, 9.18329926], [5.43116843, 2.38278446]],
                "one_length": [31.69671915, 14.29073556],
                "squared_length": [18.56587456, 8.96232335],
                "slope_of_mean": [-2.89126318, -1.36172609],
                "without_weight": [0.76777228, 0.27713471],
                "count": 3,
            }
        },
    ),
    Case(
        name="penalty.as_before",
        points=0.5,
        label="order",
        says="Nothing is left behind: x requires no gradient, no .grad is filled, the answer has no history.",
        expected=BEFORE,
        source="what the task asks for",
        context={
            "x_switched_on": BEFORE | {"x requires grad": True},
            "with_grad": BEFORE | {".grad filled": True},
            "with_history": BEFORE | {"answer has a history": True},
        },
    ),
)
