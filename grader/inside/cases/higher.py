"""Assignment 6, higher: its holes and visible cases."""

from __future__ import annotations

import numpy as np

from grader.inside.cases import Case
from grader.inside.compare import FINITE_DIFFERENCES

# Second derivatives ready-made. For tasks 1, 2, 3 and 6 minigrad has nothing that could be called.
HOLES = (
    "functional.pull_back",
    "functional.push_forward",
)

BLOCKS = {"Hv": [[96.0, 304.0], [40.0, 120.0], [[0.0]]], ".grad changed": False, "history": False}
ADDED = [[103.0, 315.0], [40.0, 120.0], [[0.0]]]
BEFORE = {"x requires grad": False, ".grad changed": False, "answer has a history": False}
FLAT = {
    "cube": [8.0, 12.0, 6.0, 1.0, 0.0, 0.0, 0.0],
    "identity": [2.0, 1.0, 0.0, 0.0],
    "constant": [5.0, 0.0, 0.0],
    "Python floats": True,
}
PENALIZED = [[3.79720692, 1.72783138], [0.85841716]]


def quotients() -> list[np.ndarray]:
    """The differences of the gradient of sum(exp(5u)) at (0.3, -0.2) over (1.5, -2), divided by usual steps."""
    u, v = np.array([0.3, -0.2]), np.array([1.5, -2.0])
    steps = [(ahead * 10.0**-digits, back * 10.0**-digits) for digits in (2, 3, 4) for ahead, back in ((1, 1), (1, 0))]
    return [5 * (np.exp(5 * (u + h * v)) - np.exp(5 * (u - k * v))) / (h + k) for h, k in steps]


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
        context={0: {"local": [2.6, 27 / 13]}, 1: {"cotangent_after": [[1.2, -36 / 13], [1.5, -7.2]]}},
    ),
    Case(
        name="repair.length_second",
        points=0.5,
        label="second order",
        says="The second derivative of length(x) + x * x at 0.75 and -2.4.",
        expected=[2.512, 2.05689577],
        source="(1 + x * x) ** -1.5 + 2",
        rtol=FINITE_DIFFERENCES,
        context={"detached": [2.8, 2.38461538], "local": [3.4, 1.46153846], "under_create_graph": True},
    ),
    Case(
        name="repair.bend",
        points=0.5,
        label="second order",
        says="The second derivative of bend(x) + x * x at 0.5 and -1.5, and the dtype of the rule's answer to float32.",
        expected={"second derivative": [5.0, 4.0], "dtype": "float32"},
        source="6x + 2 on the right, 2 + 2 on the left",
        context={
            "second derivative": {"detached": [2.0, 2.0], "one_order_low": [2.75, -1.0]},
            "under_create_graph": True,
        },
    ),
    Case(
        name="rules.parallel_first",
        points=0.5,
        label="value",
        says="The derivatives of parallel by a and by b at a = 6, b = 3, with the cotangent 2.",
        expected=[[2 / 9], [8 / 9]],
        source="by hand",
        context={
            0: {"others": [[8 / 9]], "numerator_only": [2 / 3], "local": [1 / 9]},
            1: {"others": [[2 / 9]], "numerator_only": [4 / 3], "local": [4 / 9]},
        },
    ),
    Case(
        name="rules.parallel_mixed",
        points=0.5,
        label="second order",
        says="a = 6, b = 3: the derivatives by a and by b of (slope by a) + a * b, then those of (slope by b) + a * b.",
        expected=[[3 - 18 / 729], [6 + 36 / 729], [3 + 36 / 729], [6 - 72 / 729]],
        source="by hand",
        context={
            0: {"detached": [3.0], "others": [[3 + 36 / 729]], "numerator_only": [3 - 3 / 81]},
            1: {"detached": [6.0], "others": [[6 - 72 / 729]], "numerator_only": [6 + 6 / 81]},
            2: {"detached": [3.0], "others": [[3 - 18 / 729]], "numerator_only": [3 + 3 / 81]},
            3: {"detached": [6.0], "others": [[6 + 36 / 729]], "numerator_only": [6 - 6 / 81]},
        },
    ),
    Case(
        name="rules.squash_second",
        points=0.5,
        label="second order",
        says="The slope of 3 * squash at 0 and 0.75, and the slope of (slope + x).",
        expected=[[3.0, 1.536], [1.0, -1.21184]],
        source="finite differences",
        rtol=FINITE_DIFFERENCES,
        context={
            0: {"local": [1.0, 0.512], "numerator_only": [3.0, 2.4], "rule_of_tanh": [3.0, 1.92]},
            1: {"detached": [1.0, 1.0]},
        },
    ),
    Case(
        name="slope.document_003",
        points=0.5,
        label="second order",
        says="First, second and third derivative of x * x at 3.",
        expected=[6.0, 2.0, 0.0],
        source="document 003: 6 and 2; the third is 0",
        examples=("003.grad_second_order",),
        context={
            "detached": [6.0, 0.0, 0.0],
            "one_of_both_uses": [[3.0, 1.0, 0.0], [6.0, 1.0, 0.0]],
            "kept": [[6.0, 8.0, 14.0], [6.0, 8.0, 15.0]],
            "no_way": True,
        },
    ),
    Case(
        name="slope.mixed",
        points=0.5,
        label="second order",
        says="The four second derivatives of x * x * z at x = 2, z = 3.",
        expected={"xx": 6.0, "xz": 4.0, "zx": 4.0, "zz": 0.0},
        source="2z, 2x, 2x, 0",
        context={
            "xx": {"detached": 0.0, "one_of_both_uses": [3.0], "kept": [18.0], "local": 2.0},
            "xz": {"one_of_both_uses": [2.0], "kept": [38.0, 52.0]},
            "zx": {"one_of_both_uses": [2.0], "kept": [170.0, 280.0]},
            "zz": {"kept": [46.0, 80.0]},
            "no_way": True,
        },
    ),
    Case(
        name="slope.order",
        points=0.5,
        label="accumulation",
        says="Three slopes at x = 0.8, where u is x * x: two by x, and one by u.",
        expected={"u * 3 + x * sin(u) + x": 7.42387801, "x + exp(x) * x": 5.00597367, "u * u * x, by u": 1.024},
        source="6x + sin(u) + 2x² cos(u) + 1, 1 + (1 + x) exp(x), 2ux, by hand",
        rtol=FINITE_DIFFERENCES,
        context={
            "u * 3 + x * sin(u) + x": {
                "early": [6.39719544, 5.8, 1.0],
                "one_of_both_uses": [4.51053673],
                "contributions": [5.02387801, 2.4],
                "local": 3.19719544,
            },
            "x + exp(x) * x": {
                "early": [1.0],
                "rules_of_y": 5.28988712,
                "contributions": [3.22554093, 1.78043274],
                "local": 5.45108186,
            },
            "u * u * x, by u": {"leaves_only": 0.0, "one_of_both_uses": [0.512], "local": 1.28},
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
            "slope": {"one_of_both_uses": [1.0], "local": 2.0},
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
        context={"stale": [0.0, 0.0, 3.0, 5 / 3], "factorials": [1, 1, 2, 6], "detached": [9.0, 6.0, 0.0, 0.0]},
    ),
    Case(
        name="taylor.digits",
        points=0.5,
        label="value",
        says="The coefficients of exp(2x) at 0.1, up to the second, to twelve digits.",
        expected=[1.2214027581601699, 2.4428055163203397, 2.4428055163203397],
        source="exp(0.2), and twice that",
        rtol=1e-12,
        context={
            "stale": [0.0, 0.0, 1.2214027581601699],
            "factorials": [1, 1, 2],
            "detached": [1.2214027581601699, 2.4428055163203397, 0.0],
        },
    ),
    Case(
        name="taylor.flat",
        points=0.5,
        label="value",
        says="x ** 3, x itself and a function that does not look at x, at 2, further than their degree; all floats.",
        expected=FLAT,
        source="(2 + h) ** 3, multiplied out",
        context={
            "cube": {
                "stale": [0.0, 0.0, 6.0, 6.0, 2.75, 0.8, 11 / 60],
                "factorials": [1, 1, 2, 6, 24, 120, 720],
                "detached": [8.0, 12.0, *[0.0] * 5],
            },
            "identity": {"factorials": [1, 1, 2, 6], "leaf_guarded": [2.0, 0.0, 0.0, 0.0]},
            "constant_here": True,
            "as_tensors": FLAT | {"Python floats": False},
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
        expected=BLOCKS,
        source="2 w v_u + 2 u v_w and 2 u v_u, by hand",
        context={
            "Hv": {
                0: {"own_block": [100.0, 280.0], "times_ones": [14.0, 20.0], "detached": [0.0, 0.0]},
                1: {"times_ones": [4.0, 6.0]},
            },
            "unused": True,
            "with_history": BLOCKS | {"history": True},
            "with_grad": [BLOCKS | {".grad changed": True, "Hv": hv} for hv in (BLOCKS["Hv"], ADDED)],
        },
    ),
    Case(
        name="product.float64",
        points=0.5,
        label="value",
        says="In float64: f = sum(exp(5u)) to twelve digits; f = sum(3u) with a parameter that is not used, all zeros.",
        expected={
            "exp": 25 * np.exp([1.5, -1.0]) * [1.5, -2.0],
            "linear": [np.zeros(2), np.zeros((2, 2))],
            "dtypes": ["float64"] * 2,
        },
        source="25 exp(5u) v, by hand",
        rtol=1e-12,
        context={
            "exp": {"times_ones": 25 * np.exp([1.5, -1.0]), "detached": [0.0, 0.0], "quotients": quotients()},
            "unused": True,
            "constant_here": True,
        },
    ),
    Case(
        name="penalty.document_001",
        points=0.5,
        label="second order",
        says="Document 001's y = w0 * x0 + w1 * x1 ** 2 plus a shift, at w = (1, 1), shift 0, targets 0, weight 10.",
        expected=PENALIZED,
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
                "absolute": [13.77783509, 9.18329926],
                "mean_under_root": [-2.88581232, -1.34494948],
                "root_of_zero": [np.nan, np.nan],
                "count": 3,
            },
            1: {"count": 3},
            "first_parameter": PENALIZED[:1],
        },
    ),
    Case(
        name="penalty.as_before",
        points=0.5,
        label="order",
        says="Nothing is left behind: x requires no gradient, every .grad is as before, the answer has no history.",
        expected=BEFORE,
        source="what the task asks for",
        context={
            "x_switched_on": BEFORE | {"x requires grad": True},
            "with_grad": [BEFORE | {".grad changed": True}],
            "with_history": BEFORE | {"answer has a history": True},
        },
    ),
)
