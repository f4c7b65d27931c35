"""Assignment 3, elementwise rules: its holes and visible cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case

HOLES = (
    "elementwise.ADD",
    "elementwise.SUB",
    "elementwise.MUL",
    "elementwise.DIV",
    "elementwise.fit_to",
    "operations.POW_NUMBER",
    "operations.power_rule",
    "operations.POW",
    "operations.SQRT",
    "operations.MAXIMUM",
    "operations.MINIMUM",
    "combining.HYPOT",
)

X_000 = np.array([[0.0, 1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0]])
INF = float("inf")

CASES = (
    Case(
        name="polynomial.document_000",
        points=1,
        label="value",
        says="The coefficients [0, 0, 1], x ** 2, on document 000's table, with cotangents of 1.",
        expected=2 * X_000,
        source="document 000: dy/dx = 2x",
        examples=("000.filled_then_requires_grad",),
        rtol=1e-4,
        context={"bare_powers": X_000, "unlowered": 2 * X_000**2, "other_end": np.zeros((3, 4))},
    ),
    Case(
        name="polynomial.document_002",
        points=0.5,
        label="value",
        says="The coefficients [7, 4, 1], (x + 2)**2 + 3, at 2 and 3, with cotangents of 3 and 0.5.",
        expected=[24.0, 5.0],
        source="document 002, In [3]",
        examples=("002.simple",),
        context={
            "local": [8.0, 10.0],
            "bare_powers": [18.0, 3.5],
            "unlowered": [48.0, 15.0],
            "other_end": [96.0, 23.0],
            "highest": [12.0, 3.0],
        },
    ),
    Case(
        name="polynomial.constant",
        points=0.5,
        label="value",
        says="The coefficients [3], a constant, at x = 0 and x = 2.",
        expected=np.zeros((1, 2)),
        source="a constant does not change",
        rtol=1e-4,
    ),
    Case(
        name="formula.document_003",
        points=1,
        label="value",
        says="y = (w + x)(w + 1) at w = 1, x = 2, with a cotangent of 3.",
        expected=[[15.0], [6.0]],
        source="document 003: 5 and 2, times the cotangent",
        examples=("003.backward_retain",),
        context={
            0: {"product": [18.0], "local": [5.0]},
            1: {"local": [2.0]},
            "use_left_out": [[[6.0], [6.0]], [[9.0], [6.0]]],
            "plain": [[6.0], [3.0]],
            "rules_exchanged": [[6.0], [15.0]],
            "written_over": [[30.0], [30.0]],
        },
    ),
    Case(
        name="quotient.six_by_three",
        points=1,
        label="value",
        says="6 / 3.",
        expected=[[1 / 3], [-2 / 3]],
        source="finite differences",
        rtol=1e-5,
        context={0: {"others": [[-2 / 3]]}, 1: {"others": [[1 / 3]], "divisor": [3.0]}},
    ),
    Case(
        name="quotient.what_is_saved",
        points=1,
        label="value",
        says="Which operands are kept for 6 / 3, by their names, and the gradient of 3 for a cotangent of 2.",
        expected={"kept": "b, out", "gradient of b": [-4 / 3]},
        source="the task, and finite differences",
        rtol=1e-5,
        context={
            "gradient of b": {"divisor": [3.0], "local": [-2 / 3]},
            "a_kept": [{"kept": kept, "gradient of b": [-4 / 3]} for kept in ("a, b", "a, b, out")],
        },
    ),
    Case(
        name="broadcast.column_and_row",
        points=1,
        label="broadcasting",
        says="Shapes (3,) and (1, 4) with cotangents of 1.",
        expected=[np.full(3, 10.0), np.full((1, 4), 6.0)],
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
        says="The number 2 and the matrix [[1, 2], [3, 4]] with the cotangents [[1, 0], [2, 1]].",
        expected=[np.array(11.0), np.array([[2.0, 0.0], [4.0, 2.0]])],
        source="the sum 1 + 0 + 6 + 4",
        context={
            0: {"unsummed": np.array([[1.0, 0.0], [6.0, 4.0]]), "local": np.array(10.0)},
            1: {"local": np.full((2, 2), 2.0)},
        },
    ),
    Case(
        name="soft_abs.near",
        points=1,
        label="value",
        says="The values at 0.75 and -2.4, and the gradients with cotangents of 2 and 1.",
        expected=[[0.25, 1.6], [1.2, -12 / 13]],
        source="right triangles with the sides 3, 4, 5 and 5, 12, 13",
        context={
            1: {"local": [0.6, -12 / 13], "inner": [1.5, -4.8], "sharp": [2.0, -1.0], "by_result": [6.0, -1.5]}
        },
    ),
    Case(
        name="soft_abs.far_out",
        points=1,
        label="value",
        says="At 1e200 and at -1e200 nothing overflows: the values, and the slopes.",
        expected=[[1e200, 1e200], [1.0, -1.0]],
        source="far out soft_abs(x) is |x| - 1",
        context={0: {"overflowed": [INF, INF]}, 1: {"overflowed": [0.0, 0.0]}},
    ),
    Case(
        name="tie.one_tie",
        points=1,
        label="value",
        says="a = [1, 2], b = [1, 3] with the cotangents [1, 2].",
        expected=[[1.0, 0.0], [0.0, 2.0]],
        source="the task",
        context={
            1: {"local": [0.0, 1.0]},
            "shared": [[0.5, 0.0], [0.5, 2.0]],
            "both": [[1.0, 0.0], [1.0, 2.0]],
            "second": [[0.0, 0.0], [1.0, 2.0]],
            "nobody": [[0.0, 0.0], [0.0, 2.0]],
        },
    ),
)


def own(names: dict[str, Any], reference: Callable[[str], Any]) -> dict[str, Any]:
    """The student's quotient, powers and broadcasting of arrays; what was not asked of them, minigrad's own does."""
    polynomial_rule, product_gradients = names["polynomial_rule"], names["product_gradients"]
    power_rule, fit_to = reference("operations.power_rule"), reference("elementwise.fit_to")

    def power(g: Any, a: Any, exponent: float) -> Any:
        if not isinstance(a, np.ndarray) or exponent not in range(20):
            return power_rule(g, a, exponent)
        return polynomial_rule(g, a, [0.0] * int(exponent) + [1.0])

    def fit(g: Any, shape: tuple, dtype: np.dtype) -> Any:
        """From the right as numpy does it is from the left, when all axes are reversed."""
        if not isinstance(g, np.ndarray):
            return fit_to(g, shape, dtype)
        first, _ = product_gradients(np.zeros(shape[::-1]), np.ones(g.shape[::-1]), g.T)
        return np.asarray(first).T.astype(dtype)

    return {
        "elementwise.DIV": (names["quotient_rule_a"], names["quotient_rule_b"]),
        "operations.POW_NUMBER": power,
        "elementwise.fit_to": fit,
    }
