"""Assignment 3, elementwise rules: its holes and visible cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case

HOLES = (
    "elementwise.ADD",
    "elementwise.MUL",
    "elementwise.DIV",
    "elementwise.fit_to",
    "operations.POW_NUMBER",
    "operations.power_rule",
    "operations.POW",
    "operations.MAXIMUM",
    "operations.MINIMUM",
    "activations.SOFTPLUS",
    "activations.softplus_of",
    "activations.LOGSIGMOID",
    "activations.logsigmoid",
)

X_000 = np.array([[0.0, 1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0]])

CASES = (
    Case(
        name="power.document_000",
        points=1,
        label="value",
        says="x ** 2 on document 000's table, with cotangents of 1.",
        expected=2 * X_000,
        source="document 000: dy/dx = 2x",
        examples=("000.filled_then_requires_grad",),
        rtol=1e-4,
    ),
    Case(
        name="power.exponent_zero",
        points=1,
        label="value",
        says="x ** 0 at 0 and at 2.",
        expected=[0.0, 0.0],
        source="torch's convention",
    ),
    Case(
        name="product.document_003",
        points=1,
        label="value",
        says="y = (w + x)(w + 1) at w = 1, x = 2.",
        expected=[[5.0], [2.0]],
        source="document 003",
        examples=("003.backward_retain",),
        context={0: {"contributions": [[2.0], [3.0]]}},
    ),
    Case(
        name="quotient.six_by_three",
        points=1,
        label="value",
        says="6 / 3.",
        expected=[[1 / 3], [-2 / 3]],
        source="finite differences",
        rtol=1e-5,
        context={0: {"cotangent": [1.0]}, 1: {"cotangent": [1.0]}},
    ),
    Case(
        name="quotient.what_is_saved",
        points=1,
        label="value",
        says="Only b and the result are kept, and the gradient is right.",
        expected=[["b", "out"], [-2 / 3]],
        source="the task, and finite differences",
        rtol=1e-5,
    ),
    Case(
        name="broadcast.row_and_column",
        points=1,
        label="broadcasting",
        says="Shapes (3, 1) and (4,) with cotangents of 1.",
        expected=[np.full((3, 1), 10.0), np.full(4, 6.0)],
        source="the sums 1 + 2 + 3 + 4 and 1 + 2 + 3",
        context={
            0: {"unsummed": np.tile([1.0, 2.0, 3.0, 4.0], (3, 1))},
            1: {"unsummed": np.tile([[1.0], [2.0], [3.0]], (1, 4))},
        },
    ),
    Case(
        name="broadcast.scalar_and_matrix",
        points=1,
        label="broadcasting",
        says="A number and a (2, 2) matrix with cotangents of 1.",
        expected=[np.array(10.0), np.full((2, 2), 2.0)],
        source="the sum 1 + 2 + 3 + 4",
        context={0: {"unsummed": np.array([[1.0, 2.0], [3.0, 4.0]])}},
    ),
    Case(
        name="softplus.at_zero",
        points=1,
        label="value",
        says="The value and the slope at 0.",
        expected=[[float(np.log(2.0))], [0.5]],
        source="log 2, and finite differences",
        rtol=1e-4,
    ),
    Case(
        name="softplus.far_out",
        points=1,
        label="value",
        says="At 1000 and at -1000 nothing overflows.",
        expected=[[1000.0, 0.0], [1.0, 0.0]],
        source="the formula max(x, 0) + log(1 + exp(-|x|))",
        rtol=1e-4,
    ),
    Case(
        name="tie.one_tie",
        points=1,
        label="value",
        says="a = [1, 2], b = [1, 3] with cotangents of 1.",
        expected=[[1.0, 0.0], [0.0, 1.0]],
        source="the task",
    ),
)


def own(names: dict[str, Any], reference: Callable[[str], Any]) -> dict[str, Any]:
    """The student's rules of the operations that minigrad has, too."""
    return {
        "elementwise.ADD": (names["sum_rule_a"], names["sum_rule_b"]),
        "elementwise.MUL": (names["product_rule_a"], names["product_rule_b"]),
        "elementwise.DIV": (names["quotient_rule_a"], names["quotient_rule_b"]),
        "operations.POW_NUMBER": names["power_rule"],
    }
