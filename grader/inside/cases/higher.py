"""Assignment 6, higher: its holes and visible cases."""

from __future__ import annotations

from grader.inside.cases import Case
from grader.inside.compare import FINITE_DIFFERENCES
from grader.inside.misconceptions import Misconception, given

# Second derivatives ready-made. For tasks 1, 2, 3 and 6 minigrad has nothing that could be called.
HOLES = (
    "functional.pull_back",
    "functional.push_forward",
)

# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
MISTAKES = (
    Misconception(
        "couplings lost",
        "Each parameter's gradient was differentiated by this parameter only: what the parameters do to each other is "
        "missing.",
        ("own_block",), given("own_block"),
    ),
    Misconception(
        "factorials forgotten",
        "These are the derivatives; the k-th coefficient is the k-th derivative divided by k!.",
        ("factorials",), lambda right, known: [right * known["factorials"]],
    ),
)

CASES = (
    Case(
        name="repair.bell",
        points=0.5,
        label="second order",
        says="The second derivative of bell(x) + x * x at 0.5 and 2.",
        expected=[1.33812732, 2.40600585],
        source="(x * x - 1) exp(-x * x / 2) + 2",
        rtol=FINITE_DIFFERENCES,
        context={"detached": [1.11750310, 1.86466472]},
    ),
    Case(
        name="repair.length",
        points=0.5,
        label="value",
        says="The gradient of length(x) + x at 0.75 and -2.4 with the cotangent (2, 3), and the cotangent afterwards.",
        expected=[[3.2, 3 / 13], [2.0, 3.0]],
        source="g * (x / sqrt(1 + x * x) + 1)",
        context={1: {"written": [1.2, -36 / 13]}},
    ),
    Case(
        name="repair.bend",
        points=0.5,
        label="second order",
        says="The second derivative of bend(x) + x * x at 0.5 and -1.5.",
        expected=[5.0, 4.0],
        source="6x + 2 on the right, 2 + 2 on the left",
        context={"detached": [2.0, 2.0]},
    ),
    Case(
        name="rules.parallel_first",
        points=0.5,
        label="value",
        says="The derivatives of parallel by a and by b at a = 6, b = 3.",
        expected=[[1 / 9], [4 / 9]],
        source="by hand",
        context={0: {"others": [[4 / 9]]}, 1: {"others": [[1 / 9]]}},
    ),
    Case(
        name="rules.squash_second",
        points=0.5,
        label="second order",
        says="The slope of squash at 0 and 0.75, and the slope of (slope + x).",
        expected=[[1.0, 0.512], [1.0, 0.26272]],
        source="finite differences",
        rtol=FINITE_DIFFERENCES,
        context={1: {"detached": [1.0, 1.0]}},
    ),
    Case(
        name="slope.document_003",
        points=0.5,
        label="second order",
        says="First, second and third derivative of x * x at 3.",
        expected=[6.0, 2.0, 0.0],
        source="document 003: 6 and 2; the third is 0",
        examples=("003.grad_second_order",),
        context={"detached": [6.0, 0.0, 0.0]},
    ),
    Case(
        name="slope.mixed",
        points=0.5,
        label="second order",
        says="The four second derivatives of x * x * z at x = 2, z = 3.",
        expected={"xx": 6.0, "xz": 4.0, "zx": 4.0, "zz": 0.0},
        source="2z, 2x, 2x, 0",
    ),
    Case(
        name="slope.doubled",
        points=0.5,
        label="order",
        says="x * x at 1, doubled ten times: the slope, and how many Numbers are made for it.",
        expected={"slope": 2.0**11, "less than 1,000 Numbers": True},
        source="2 * 2**10; a walk makes about one Number for each use",
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
        says="x ** 3 at 2 up to the sixth coefficient, and a function that does not look at x.",
        expected={"cube": [8.0, 12.0, 6.0, 1.0, 0.0, 0.0, 0.0], "constant": [5.0, 0.0, 0.0]},
        source="(2 + h) ** 3, multiplied out",
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
            0: {"cotangent": [[1.0, 2.0, 3.0, 4.0], [0.0, -1.0, 0.5, 2.0], [10.0, 0.0, 0.0, 1.0]]}
            | {"local": [[2.0, 4.0, 6.0, 8.0], [0.0, -2.0, 1.0, 4.0], [20.0, 0.0, 0.0, 2.0]]}
        },
    ),
    Case(
        name="product.blocks",
        points=0.5,
        label="value",
        says="f = sum(u * u * w) and a parameter that is not used: what u and w do to each other is in the answer.",
        expected={"Hv": [[96.0, 304.0], [40.0, 120.0], [[0.0]]], ".grad filled": False, "history": False},
        source="2 w v_u + 2 u v_w and 2 u v_u, by hand",
        context={"Hv": {0: {"own_block": [100.0, 280.0]}, 1: {"own_block": [0.0, 0.0]}}},
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
        context={0: {"detached": [0.43116843, 0.11594620]}},
    ),
    Case(
        name="penalty.as_before",
        points=0.5,
        label="order",
        says="Nothing is left behind: x requires no gradient, no .grad is filled, the answer has no history.",
        expected={"x requires grad": False, ".grad filled": False, "answer has a history": False},
        source="what the task asks for",
    ),
)
