"""Assignment 7, arrays: its holes and visible cases."""

from __future__ import annotations

import numpy as np

from grader.inside.cases import Case

# The rules of sums (`spread`; means, variances and norms go through it), of matrix products and of largest elements,
# and what computes the logarithm of a sum of exponentials or its derivative.
HOLES = (
    "arrays.spread",
    "arrays.DOT",
    "arrays.MV",
    "arrays.MM",
    "arrays.BMM",
    "arrays.ADDMM",
    "reductions.shared",
    "reductions.softmax",
    "reductions.log_softmax",
    "reductions.logsumexp",
    "ordering.logcumsumexp",
)

# Printed by document 002: a row of x.grad, and 18 of the 20 numbers in a column of w.grad.
X_GRAD_ROW = [
    -0.0031, -0.0025, 0.0180, -0.0421, 0.0775, 0.0173, 0.0959, -0.0819, -0.0808, 0.0176,
    -0.0060, 0.0045, 0.0164, 0.0288, 0.0493, -0.0328, 0.0390, 0.0009, -0.0534, 0.0088,
]  # fmt: skip
W_GRAD_COLUMN = [
    -0.0601, -0.0401, -0.0942, -0.0255, -0.0024, 0.0261, 0.0312, -0.0440, 0.0272, 0.0009,
    0.0217, 0.0332, 0.0184, -0.0171, -0.1415, -0.0035, -0.0308, -0.0667,
]  # fmt: skip
PRINTED = {
    "x": np.tile(X_GRAD_ROW, (10, 1)),
    "w": np.tile(np.reshape(W_GRAD_COLUMN, (18, 1)), (1, 5)),
    "y": np.full((10, 5), 0.02),
}
BY_HAND = [[[-25.0, 140.0], [-25.0, 140.0]], [[-25.0] * 3, [35.0] * 3], [[5.0] * 3, [5.0] * 3]]  # of x, w and y
SLOPES = np.exp([[0.0, 0.5, 1.0], [1.5, 1.5, 4.5]])
SLOPES /= SLOPES.sum(axis=1, keepdims=True)  # of the two rows of task 5
GRADIENTS = np.array([[1.0], [10.0]]) * SLOPES
ROWS = np.array([[0.0, 1.0, 2.0], [3.0, 3.0, 9.0]])
CURVATURES = GRADIENTS[:, 2:] * ([0.0, 0.0, 1.0] - SLOPES) / 2

CASES = (
    Case(
        name="seen.document_001",
        points=0.5,
        label="value",
        says="A table made by rand that asks for its gradient afterwards; three, four and one of a row were seen.",
        expected={
            "shape": [3, 4],
            "dtype": "float32",
            "in [0, 1)": True,
            "asked": [False, True],
            "same object": True,
            "gradient": [[2.0, 2.0, 0.0, 2.0], [2.0, 2.0, 2.0, 2.0], [0.0, 0.0, 10.0, 0.0]],
        },
        source="the table of document 001; whatever its numbers are, a mean's gradient does not look at them",
        examples=("001.rand",),
        context={
            "gradient": {
                "all_counted": [[1.5, 1.5, 0.0, 1.5], [2.0, 2.0, 2.0, 2.0], [0.0, 0.0, 2.5, 0.0]],
                "given_to_all": [[2.0] * 4, [2.0] * 4, [10.0] * 4],
                "plain_mean": [[1.5] * 4, [2.0] * 4, [2.5] * 4],
            },
        },
    ),
    Case(
        name="seen.square",
        points=0.5,
        label="convention",
        says="A square table, means of its rows, with the cotangents 1, 10 and 100; and the cotangents afterwards.",
        expected=[[[0.5, 0.0, 0.5], [10 / 3, 10 / 3, 10 / 3], [0.0, 100.0, 0.0]], [1.0, 10.0, 100.0]],
        source="the cotangent of a row, divided by how many were seen in it",
        context={
            0: {
                "all_counted": np.array([[1, 0, 1], [10, 10, 10], [0, 100, 0]]) / 3,
                "wrong_axis": np.array([[1 / 2, 0, 50], [1 / 3, 10 / 3, 100 / 3], [0, 10, 0]]),
                "given_to_all": np.array([[0.5] * 3, [10 / 3] * 3, [100.0] * 3]),
                "plain_mean": np.array([[1.0] * 3, [10.0] * 3, [100.0] * 3]) / 3,
                "hasty": np.array([[1, 0, 100], [1, 10, 100], [0, 10, 0]]) / 3,
            },
            1: {"written": [0.5, 10 / 3, 100.0]},
        },
    ),
    Case(
        name="seen.nothing_seen",
        points=0.5,
        label="value",
        says="In the second row nothing was seen; the dimension is kept, and counted from the end.",
        expected=[[2.0, 2.0, 0.0], [0.0, 0.0, 0.0]],
        source="a mean that is 0 whatever x is",
        context={
            "all_counted": np.array([[4, 4, 0], [0, 0, 0]]) / 3,
            "zero_count": np.array([[2.0, 2.0, 0.0], [np.nan] * 3]),
            "given_to_all": np.array([[2.0] * 3, [5.0] * 3]),
            "plain_mean": np.array([[4 / 3] * 3, [5 / 3] * 3]),
        },
    ),
    Case(
        name="gap.document_002",
        points=1,
        label="value",
        says="The loss of document 002, and its three gradients by backward.",
        expected={"out": 0.6134, "name": "GapBackward0", **PRINTED},
        source="document 002; w.grad as far as it is printed there",
        examples=("002.mean_matmul",),
        rtol=1e-4,
        context={name: {"count": 50} for name in PRINTED},
    ),
    Case(
        name="gap.by_hand",
        points=0.5,
        label="value",
        says="The three rules for x (2, 2), w (2, 3), the cotangent 30, and y of shape (2, 3) and of shape (3,).",
        expected=[*BY_HAND, [10.0, 10.0, 10.0]],
        source="by hand: 30 / 6 for each use",
        context={
            0: {"count": 6, "local": np.array(BY_HAND[0]) / 30}
            | {"factors": [np.full((2, 3), -5.0), np.array([[1.0, -10.0], [0.0, 2.0], [4.0, -20.0]])]},
            1: {"count": 6, "local": np.array(BY_HAND[1]) / 30}
            | {"factors": [np.array([[1.0, 4.0], [-2.0, -5.0]]), np.full((2, 3), -5.0)]},
            2: {"count": 6, "local": np.full((2, 3), 1 / 6)},
            3: {"count": 3, "local": np.full(3, 1 / 3), "unsummed": np.full((2, 3), 5.0)},
            "one_use": [*BY_HAND, [5.0, 5.0, 5.0]],
        },
    ),
    Case(
        name="distances.backward_twice",
        points=0.5,
        label="accumulation",
        says="x * 2 + x**2 + 3 at 3, walked twice with the graph kept the first time; a third walk is refused.",
        expected={"y": [[18.0]], "once": [[8.0]], "twice": [[16.0]], "third": True, "after": [[16.0]]},
        source="document 002: 18, 8, 16",
        examples=("002.backward_twice",),
    ),
    Case(
        name="distances.corner",
        points=0.5,
        label="value",
        says="Two points and one place: the table, and the gradients with the cotangents 1 and 10.",
        expected=[[[10.0], [40.0]], [[-2.0, 6.0], [40.0, -120.0]], [[-38.0, 114.0]]],
        source="2 (a - b), weighted",
        context={
            1: {
                "local": [[-2.0, 6.0], [4.0, -12.0]],
                "exponent": 2.0,
                "own_part": [[0.0, 10.0], [60.0, -80.0]],
                "product_part": [[-2.0, -4.0], [-20.0, -40.0]],
                "weights_turned": [[-2.0, 106.0], [46.0, -128.0]],
            },
            2: {"local": [[-2.0, 6.0]], "exponent": 2.0}
            | {"own_part": [[22.0, 44.0]], "product_part": [[-60.0, 70.0]]},
        },
    ),
    Case(
        name="distances.without_the_table",
        points=0.5,
        label="memory",
        says="For n, m and k of 100 both rules together get by with 2 megabytes in between.",
        expected={"needed": "at most 2 megabytes"},
        source="a table of 100 * 100 * 100 differences takes 8 megabytes",
        context={"megabytes": 8},
    ),
    Case(
        name="scores.no_batch",
        points=0.5,
        label="value",
        says="The three gradients for one matrix each, with the cotangents 1 and 10.",
        expected=[[[21.0, 73.0]], [[1.0, 21.0, 10.0], [2.0, 42.0, 20.0]], [[1.0, 6.0, 4.0], [10.0, 60.0, 40.0]]],
        source="by hand, and finite differences",
    ),
    Case(
        name="scores.batch_of_two",
        points=0.5,
        label="accumulation",
        says="Two matrices in a and in c: the gradients of both batches, and of the table that all have used.",
        expected=[
            [[[-1.0, 3.0]], [[436.0, 48.0]]],
            [[105.0, 139.0, -3.0], [155.0, 211.0, -7.0]],
            [[[2.0, 4.0, -2.0], [-2.0, -4.0, 2.0]], [[90.0, 80.0, 60.0], [18.0, 16.0, 12.0]]],
        ],
        source="by hand",
        context={
            1: {
                "unsummed": np.array(
                    [[[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]], [[104.0, 140.0, -4.0], [156.0, 210.0, -6.0]]]
                )
            }
        },
    ),
    Case(
        name="smooth.values",
        points=0.5,
        label="value",
        says="The values of two rows with t = 2.",
        expected=2 * np.log(np.exp([[0.0, 0.5, 1.0], [1.5, 1.5, 4.5]]).mean(axis=1)),
        source="the formula",
        context={
            "of_the_sum": 2 * np.log(np.exp([[0.0, 0.5, 1.0], [1.5, 1.5, 4.5]]).sum(axis=1)),
            "without_t": np.log(np.exp(ROWS).sum(axis=1)),
        },
    ),
    Case(
        name="smooth.large",
        points=0.5,
        label="numbers",
        says="Rows of large numbers, of numbers far below zero, and far apart, with t = 0.5.",
        expected=np.array([1001.0, -2000.0, 4000.0]) + np.log((1 + np.exp([-2.0, -4.0, -8000.0])) / 2) / 2,
        source="s - max = t log(mean(exp((x - max) / t)))",
        context={
            "exp_of_large": [np.inf, -np.inf, np.inf],
            "of_the_sum": np.array([1001.0, -2000.0, 4000.0]) + np.log(1 + np.exp([-2.0, -4.0, -8000.0])) / 2,
            "without_t": np.array([1001.0, -2000.0, 4000.0]) + np.log(1 + np.exp([-1.0, -2.0, -4000.0])),
        },
    ),
    Case(
        name="smooth.slopes",
        points=0.5,
        label="cotangent",
        says="The gradient of the two rows with t = 2 and the cotangents 1 and 10.",
        expected=GRADIENTS,
        source="g times the shares of exp(x / t)",
        context={
            "local": SLOPES,
            "count": 3,
            "over_t": GRADIENTS / 2,
            "without_t": np.array([[1.0], [10.0]]) * np.exp(ROWS) / np.exp(ROWS).sum(axis=1, keepdims=True),
        },
    ),
    Case(
        name="smooth.slopes_of_slopes",
        points=0.5,
        label="second order",
        says="The gradient of these gradients: of those by the last elements of both rows.",
        expected=CURVATURES,
        source="g p_i ([i = j] - p_j) / t, with the shares p",
        context={"detached": GRADIENTS * [0, 0, 1] / 2},
    ),
    Case(
        name="span.no_ties",
        points=0.5,
        label="value",
        says="Two rows without ties, with the cotangents 1 and 10.",
        expected=[[0.0, -1.0, 1.0], [-10.0, 10.0, 0.0]],
        source="the largest goes up, the smallest goes down",
        context={
            "local": [[0.0, -1.0, 1.0], [-1.0, 1.0, 0.0]],
            "largest_only": [[0.0, 0.0, 1.0], [0.0, 10.0, 0.0]],
            "counted_everywhere": [[0.0, -0.5, 0.5], [-5.0, 5.0, 0.0]],
        },
    ),
    Case(
        name="span.ties",
        points=0.5,
        label="ties",
        says="A row with two largest, and one whose elements are equal.",
        expected=[[3.0, -6.0, 3.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
        source="ties share",
        context={
            "first_gets_all": [[6.0, -6.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
            "all_get_all": [[6.0, -6.0, 6.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
            "largest_only": [[3.0, 0.0, 3.0, 0.0], [2.0, 2.0, 2.0, 2.0]],
            "local": [[0.5, -1.0, 0.5, 0.0], [0.0, 0.0, 0.0, 0.0]],
            "counted_everywhere": [[1.0, -1.2, 1.0, 0.0], [-8 / 30] * 4],
        },
    ),
)
