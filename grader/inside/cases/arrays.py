"""Assignment 7, arrays: its holes and visible cases."""

from __future__ import annotations

import numpy as np

from grader.inside.cases import Case, Raises

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
PRINTED = {"x": [X_GRAD_ROW] * 10, "w": [[one] * 5 for one in W_GRAD_COLUMN], "y": [[0.02] * 5] * 10}
BY_HAND = [[[-25.0, 140.0], [-25.0, 140.0]], [[-25.0] * 3, [35.0] * 3], [[5.0] * 3, [5.0] * 3]]  # of x, w and y
SLOPES = np.exp([[0.0, 0.5, 1.0], [1.5, 1.5, 4.5]])
SLOPES /= SLOPES.sum(axis=1, keepdims=True)  # of the two rows of task 5
GRADIENTS = np.array([[1.0], [10.0]]) * SLOPES
ROWS = np.array([[0.0, 1.0, 2.0], [3.0, 3.0, 9.0]])
CURVATURES = GRADIENTS[:, 2:] * ([0.0, 0.0, 1.0] - SLOPES) / 2
FAR = np.array([1001.0, -2000.0, 4000.0])  # the largest of three rows
NEAR = np.log((1 + np.exp([-2.5, -5.0, -10000.0])) / 2)  # what is added to them, divided by t
STEEP = np.exp([[0.0, 1.0, -np.inf]]) / (1 + np.exp(1.0))
POWERS = np.array([[[1, 2, 3, 1], [4, 1, 2, 5], [2, 3, 1, 6]], [[3, 1, 1, 2], [1, 2, 4, 1], [5, 1, 3, 2]]], float)

# Three dimensions: what was seen, its cotangents along the first and the second, and the right answers.
LAYERS = np.array([[[1, 0, 1, 1], [1, 1, 0, 1], [0, 1, 1, 1]], [[1, 1, 1, 0], [1, 0, 1, 1], [0, 0, 1, 1]]])
ABOVE = np.array([[[2, 4, 6, 8], [10, 12, 14, 16], [18, 20, 22, 24]]]), np.array(
    [[[6, 12, 18, 24]], [[60, 120, 180, 240]]]
)
SEEN_LAYERS = (
    np.array([[[1, 0, 3, 8], [5, 12, 0, 8], [0, 20, 11, 12]], [[1, 4, 3, 0], [5, 0, 14, 8], [0, 0, 11, 12]]]),
    np.array([[[3, 0, 9, 8], [3, 6, 0, 8], [0, 6, 9, 8]], [[30, 120, 60, 0], [30, 0, 60, 120], [0, 0, 60, 120]]]),
)

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
                "whole_table": [[0.75, 0.75, 0.0, 0.75], [1.0] * 4, [0.0, 0.0, 1.25, 0.0]],
            },
        },
    ),
    Case(
        name="seen.square",
        points=0.25,
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
                "quotients_turned": [[0.5, 0.0, 100.0], [0.5, 10 / 3, 100.0], [0.0, 10 / 3, 0.0]],
                "whole_table": np.array([[1, 0, 1], [10, 10, 10], [0, 100, 0]]) / 6,
            },
            "g_after": [[[0.5, 0.0, 0.5], [10 / 3, 10 / 3, 10 / 3], [0.0, 100.0, 0.0]], [0.5, 10 / 3, 100.0]],
        },
    ),
    Case(
        name="seen.nothing_seen",
        points=0.25,
        label="value",
        says="In the second row nothing was seen; the dimension is kept, and counted from the end.",
        expected=[[2.0, 2.0, 0.0], [0.0, 0.0, 0.0]],
        source="a mean that is 0 whatever x is",
        context={
            "all_counted": np.array([[4, 4, 0], [0, 0, 0]]) / 3,
            "zero_count": np.array([[2.0, 2.0, 0.0], [np.nan] * 3]),
            "given_to_all": np.array([[2.0] * 3, [5.0] * 3]),
            "plain_mean": np.array([[4 / 3] * 3, [5 / 3] * 3]),
            "one_more": [[[2.0, 2.0, 0.0], [0.0, 0.0, 0.0]], [[2.5, 2.5, 0.0], [0.0, 0.0, 0.0]]],
        },
    ),
    Case(
        name="seen.layers",
        points=0.25,
        label="value",
        says="Two tables, one behind the other: the means along the first and along the second dimension.",
        expected=[1.0 * one for one in SEEN_LAYERS],
        source="the cotangent of a row, divided by how many were seen in it",
        context={
            dim: {
                "all_counted": LAYERS * ABOVE[dim] / LAYERS.shape[dim],
                "plain_mean": np.ones((2, 3, 4)) * ABOVE[dim] / LAYERS.shape[dim],
                "given_to_all": np.ones((2, 3, 4)) * right.max(axis=dim, keepdims=True),
                "whole_table": LAYERS * ABOVE[dim] / 17,
            }
            for dim, right in enumerate(SEEN_LAYERS)
        }
        | {"zero_count": [np.where(LAYERS.any(axis=0), SEEN_LAYERS[0], np.nan), SEEN_LAYERS[1]]},
    ),
    Case(
        name="seen.dtype",
        points=0.25,
        label="dtype",
        says="Cotangents in float32: the dtype of what the rule returns.",
        expected="float32",
        source="the dtype of g",
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
        context={name: {"count": 50, "columns": 5} for name in PRINTED},
    ),
    Case(
        name="gap.by_hand",
        points=0.75,
        label="value",
        says="x (2, 2), w (2, 3), the cotangent 30, and y of the shapes (2, 3), (3,), (2, 1) and ().",
        expected=[*BY_HAND, [10.0, 10.0, 10.0], [[15.0], [15.0]], 30.0],
        source="by hand: 30 / 6 for each use",
        context={
            0: {"count": 6, "columns": 3, "local": np.array(BY_HAND[0]) / 30}
            | {"factors": [np.full((2, 3), -5.0), np.array([[1.0, -10.0], [0.0, 2.0], [4.0, -20.0]])]},
            1: {"count": 6, "columns": 3, "local": np.array(BY_HAND[1]) / 30}
            | {"factors": [np.array([[1.0, 4.0], [-2.0, -5.0]]), np.full((2, 3), -5.0)]},
            2: {"count": 6, "columns": 3, "local": np.full((2, 3), 1 / 6)},
            3: {"count": 3, "local": np.full(3, 1 / 3), "unsummed": np.full((2, 3), 5.0)},
            4: {"count": 2, "local": np.full((2, 1), 1 / 2), "unsummed": np.full((2, 3), 5.0)},
            5: {"local": 1.0, "unsummed": np.full((2, 3), 5.0)},
            "one_use": [*BY_HAND, [5.0, 5.0, 5.0], [[5.0], [5.0]], 5.0],
            "rows_only": [*BY_HAND, *[[10.0, 10.0, 10.0]] * 3],
        },
    ),
    Case(
        name="gap.dtypes",
        points=0.25,
        label="dtype",
        says="Everything in float32: the dtypes of the gradients of x and w.",
        expected=["float32", "float32"],
        source="the dtype of g",
    ),
    Case(
        name="distances.backward_twice",
        points=0.25,
        label="accumulation",
        says="x * 2 + x**2 + 3 at 3, walked twice with the graph kept the first time; a third walk is refused.",
        expected={"y": [[18.0]], "once": [[8.0]], "twice": [[16.0]], "third": True, "after": [[16.0]]},
        source="document 002: 18, 8, 16",
        examples=("002.backward_twice",),
        context={
            "once": {"two_missing": [[5.0]]},
            "twice": {"two_missing": [[10.0]]},
            "after": {"two_missing": [[10.0]]},
            "g_after": {"y": [[18.0]], "once": [[10.0]], "twice": [[20.0]], "third": True, "after": [[20.0]]},
        },
    ),
    Case(
        name="distances.corner",
        points=0.5,
        label="value",
        says="Two points, four places, three coordinates, and cotangents that differ.",
        expected=[
            [[-34.0, -14.0, 48.0], [-192.0, 136.0, 88.0]],
            [[42.0, -76.0, 36.0], [0.0, -28.0, 28.0], [-6.0, 72.0, -60.0], [190.0, -90.0, -140.0]],
        ],
        source="2 (a - b), weighted and summed, one pair after the other",
        context={
            0: {
                "local": [[-2.0, -20.0, 14.0], [-10.0, 28.0, -18.0]],
                "two_missing": [[-17.0, -7.0, 24.0], [-96.0, 68.0, 44.0]],
                "own_part": [[14.0, -28.0, 42.0], [0.0, 224.0, -56.0]],
                "product_part": [[-48.0, 14.0, 6.0], [-192.0, -88.0, 144.0]],
                "unweighed": [[-40.0, -2.0, 30.0], [-192.0, -56.0, 136.0]],
            },
            1: {
                "local": [[6.0, -4.0, 0.0], [-6.0, 8.0, 4.0], [-2.0, -12.0, 16.0], [14.0, 0.0, -16.0]],
                "two_missing": [[21.0, -38.0, 18.0], [0.0, -14.0, 14.0], [-3.0, 36.0, -30.0], [95.0, -45.0, -70.0]],
                "own_part": [[44.0, 0.0, 22.0], [-4.0, 12.0, 8.0], [0.0, 12.0, -30.0], [200.0, 50.0, -150.0]],
                "product_part": [[-2.0, -76.0, 14.0], [4.0, -40.0, 20.0], [-6.0, 60.0, -30.0], [-10.0, -140.0, 10.0]],
                "unweighed": [[6.0, -76.0, 18.0], [0.0, -28.0, 28.0], [-6.0, 52.0, -10.0], [6.0, -136.0, -2.0]],
            },
        },
    ),
    Case(
        name="distances.square",
        points=0.25,
        label="convention",
        says="Three points and places of three coordinates: no shape tells a wrong axis; and g afterwards.",
        expected=[
            [[-4.0, 16.0, -12.0], [-32.0, 16.0, 8.0], [148.0, -28.0, -160.0]],
            [[42.0, -86.0, 46.0], [-120.0, 52.0, 108.0], [-34.0, 30.0, 10.0]],
            [[1.0, -2.0, 3.0], [10.0, 4.0, -6.0], [5.0, 20.0, 7.0]],
        ],
        source="2 (a - b), weighted and summed, one pair after the other",
        context={
            0: {
                "local": [[4.0, -14.0, 2.0], [-2.0, 22.0, -22.0], [10.0, 4.0, -16.0]],
                "two_missing": [[-2.0, 8.0, -6.0], [-16.0, 8.0, 4.0], [74.0, -14.0, -80.0]],
                "own_part": [[4.0, -8.0, 12.0], [0.0, 64.0, -16.0], [128.0, 64.0, 0.0]],
                "product_part": [[-8.0, 24.0, -24.0], [-32.0, -48.0, 24.0], [20.0, -92.0, -160.0]],
                "unweighed": [[-2.0, 12.0, -6.0], [-32.0, -24.0, 18.0], [32.0, -86.0, -160.0]],
                "weights_turned": [[24.0, -40.0, 72.0], [-32.0, 128.0, -20.0], [36.0, -84.0, -160.0]],
                "weights_across": [[-4.0, -8.0, 168.0], [-32.0, 16.0, -40.0], [28.0, -76.0, -160.0]],
            },
            1: {
                "local": [[6.0, -6.0, 2.0], [-12.0, 12.0, 8.0], [-6.0, -18.0, 26.0]],
                "two_missing": [[21.0, -43.0, 23.0], [-60.0, 26.0, 54.0], [-17.0, 15.0, 5.0]],
                "own_part": [[64.0, 0.0, 32.0], [-44.0, 132.0, 88.0], [0.0, -16.0, 40.0]],
                "product_part": [[-22.0, -86.0, 14.0], [-76.0, -80.0, 20.0], [-34.0, 46.0, -30.0]],
                "unweighed": [[-10.0, -86.0, 20.0], [-82.0, -62.0, 32.0], [-34.0, 34.0, 0.0]],
                "weights_turned": [[-14.0, -86.0, 18.0], [-92.0, -32.0, 52.0], [-34.0, -82.0, 290.0]],
                "weights_across": [[42.0, -86.0, 22.0], [-108.0, 52.0, 36.0], [-34.0, -42.0, 10.0]],
            },
            "g_after": [
                [[-4.0, 16.0, -12.0], [-32.0, 16.0, 8.0], [148.0, -28.0, -160.0]],
                [[42.0, -86.0, 46.0], [-120.0, 52.0, 108.0], [-34.0, 30.0, 10.0]],
                [[2.0, -4.0, 6.0], [20.0, 8.0, -12.0], [10.0, 40.0, 14.0]],
            ],
        },
    ),
    Case(
        name="distances.without_the_table",
        points=0.5,
        label="memory",
        says="For n, m and k of 100 both rules together get by with 2 megabytes in between; and some of their numbers.",
        expected={
            "of a": [74.0, 74.0, -4.0, 22.0],
            "of b": [-2.0, -112.0, -2.0, 20.0],
            "needed": "at most 2 megabytes",
        },
        source="a table of 100 * 100 * 100 differences takes 8 megabytes",
        context={
            "of a": {"two_missing": [37.0, 37.0, -2.0, 11.0]},
            "of b": {"two_missing": [-1.0, -56.0, -1.0, 10.0]},
            "megabytes": 8,
        },
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
            [[[-1.0, 3.0], [17.0, 19.0]], [[436.0, 48.0], [-157.0, -25.0]]],
            [[90.0, 111.0, -8.0], [191.0, 271.0, 19.0]],
            [[[8.0, 4.0, 10.0], [2.0, -4.0, 10.0]], [[86.0, 64.0, 76.0], [23.0, 36.0, -8.0]]],
        ],
        source="by hand",
        context={
            1: {
                "unsummed": np.array(
                    [[[1.0, -1.0, 1.0], [5.0, 5.0, 15.0]], [[89.0, 112.0, -9.0], [186.0, 266.0, 4.0]]]
                ),
                "all_turned": [[-90.0, -151.0, 4.0], [137.0, 198.0, 14.0]],
            },
            2: {"all_turned": [[[22.0, 4.0, 38.0], [-2.0, 12.0, -22.0]], [[-7.0, 0.0, -14.0], [23.0, 36.0, -8.0]]]},
        },
    ),
    Case(
        name="scores.batch_of_six",
        points=0.5,
        label="value",
        says="Two times three matrices in a and in c: the gradient of one matrix of each, and of the table.",
        expected=[
            [[-15.0, 8.0], [-35.0, 18.0], [-11.0, 6.0], [-31.0, 16.0]],
            [[-104.0, -7.0, -36.0], [63.0, 32.0, -6.0]],
            [[40.0, 19.0, 53.0], [41.0, 19.0, 51.0], [-13.0, -3.0, 5.0], [-34.0, -14.0, -30.0], [-33.0, -14.0, -32.0]],
        ],
        source="one matrix after the other",
        context={
            1: {
                "unsummed": np.array(
                    [
                        [[[-78, -50, -8], [61, 13, -7]], [[5, 27, 14], [-52, 53, 60]], [[13, -36, -15], [20, -30, 4]]],
                        [
                            [[-28, 33, -60], [-22, 20, -1]],
                            [[-29, 26, 46], [68, -67, -55]],
                            [[13, -7, -13], [-12, 43, -7]],
                        ],
                    ],
                    float,
                ),
                "summed_once": [
                    [[-106.0, -17.0, -68.0], [39.0, 33.0, -8.0]],
                    [[-24.0, 53.0, 60.0], [16.0, -14.0, 5.0]],
                    [[26.0, -43.0, -28.0], [8.0, 13.0, -3.0]],
                ],
            },
            "three_axes": Raises("ValueError", "axes don't match array"),
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
            "t_behind": [
                np.log(np.exp(ROWS / 2).mean(axis=1)),
                np.add([2, 9], np.log(np.exp([[-1.0, -0.5, 0.0], [-3.0, -3.0, 0.0]]).mean(axis=1))),
            ],
        },
    ),
    Case(
        name="smooth.large",
        points=0.25,
        label="numbers",
        says="Rows of large numbers, far below zero, and far apart, with t = 0.4: s minus the largest.",
        expected=0.4 * NEAR,
        source="s - max = t log(mean(exp((x - max) / t)))",
        context={
            "exp_of_large": [np.inf, -np.inf, np.inf],
            "whole_largest": np.array([-np.inf, -np.inf, 0.4 * np.log(0.5)]),
            "of_the_sum": 0.4 * (NEAR + np.log(2)),
            "without_t": np.log(1 + np.exp([-1.0, -2.0, -4000.0])),
            "t_behind": [NEAR],
        },
    ),
    Case(
        name="smooth.large_slopes",
        points=0.25,
        label="numbers",
        says="The gradient of the row 1000, 1001, 0 with t = 1.",
        expected=STEEP,
        source="exp(x) is inf, and the shares are those of 0, 1 and -1000",
        context={"quotient": [[np.nan, np.nan, 0.0]], "count": 3},
    ),
    Case(
        name="smooth.slopes",
        points=0.25,
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
        context={
            "detached": GRADIENTS * [0, 0, 1] / 2,
            "over_t": GRADIENTS[:, 2:] / 2 * ([0.0, 0.0, 1.0] - SLOPES / 2) / 2,
            "uncounted": 3 * GRADIENTS[:, 2:] * ([0.0, 0.0, 1.0] - 3 * SLOPES) / 2,
            "no_tensors": Raises("TypeError", "numpy.expand_dims"),
        },
    ),
    Case(
        name="smooth.layers",
        points=0.25,
        label="value",
        says="Values and rule for three dimensions, along the last and along the second, with t = 2.",
        expected=[
            2 * np.log(POWERS.mean(axis=2)),
            POWERS * [[[1.0], [2.0], [3.0]], [[10.0], [20.0], [30.0]]],
            2 * np.log(POWERS.mean(axis=1)),
            POWERS * [[[1.0, 2.0, 3.0, 4.0]], [[10.0, 20.0, 30.0, 40.0]]],
        ],
        source="the shares are those of the numbers whose logarithms x holds, twice",
        context={
            place: {
                "of_the_sum": 2 * np.log(POWERS.sum(axis=dim)),
                "without_t": np.log((POWERS**2).sum(axis=dim)),
                "t_behind": [np.log(POWERS.mean(axis=dim) * top) for top in (1, POWERS.max(axis=dim))],
            }
            for place, dim in ((0, 2), (2, 1))
        }
        | {
            1: {"count": 4, "over_t": POWERS * [[[0.5], [1.0], [1.5]], [[5.0], [10.0], [15.0]]]},
            3: {"count": 3, "over_t": POWERS * [[[0.5, 1.0, 1.5, 2.0]], [[5.0, 10.0, 15.0, 20.0]]]},
        },
    ),
    Case(
        name="span.no_ties",
        points=0.25,
        label="value",
        says="Two rows without ties, with the cotangents 1 and 10.",
        expected=[[0.0, -1.0, 1.0], [-10.0, 10.0, 0.0]],
        source="the largest goes up, the smallest goes down",
        context={
            "local": [[0.0, -1.0, 1.0], [-1.0, 1.0, 0.0]],
            "largest_only": [[0.0, 0.0, 1.0], [0.0, 10.0, 0.0]],
            "counted_everywhere": [[0.0, -0.5, 0.5], [-5.0, 5.0, 0.0]],
            "plus": [[0.0, 1.0, 1.0], [10.0, 10.0, 0.0]],
        },
    ),
    Case(
        name="span.ties",
        points=0.5,
        label="ties",
        says="A row with two largest, one with two smallest, and one whose elements are equal.",
        expected=[[3.0, -6.0, 3.0, 0.0], [-2.0, 4.0, -2.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
        source="ties share",
        context={
            "first_gets_all": [[6.0, -6.0, 0.0, 0.0], [-4.0, 4.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
            "all_get_all": [[6.0, -6.0, 6.0, 0.0], [-4.0, 4.0, -4.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
            "largest_only": [[3.0, 0.0, 3.0, 0.0], [0.0, 4.0, 0.0, 0.0], [2.0, 2.0, 2.0, 2.0]],
            "largest_share": [[3.0, -6.0, 3.0, 0.0], [-4.0, 4.0, -4.0, 0.0], [-6.0] * 4],
            "one_count": [[3.0, -3.0, 3.0, 0.0], [-4.0, 4.0, -4.0, 0.0], [0.0] * 4],
            "one_or_other": [[3.0, -6.0, 3.0, 0.0], [-2.0, 4.0, -2.0, 0.0], [2.0] * 4],
            "plus": [[3.0, 6.0, 3.0, 0.0], [2.0, 4.0, 2.0, 0.0], [4.0] * 4],
            "local": [[0.5, -1.0, 0.5, 0.0], [-0.5, 1.0, -0.5, 0.0], [0.0, 0.0, 0.0, 0.0]],
            "counted_everywhere": np.array([[6.0, -6.0, 6.0, 0.0], [-4.0, 4.0, -4.0, 0.0], [0.0] * 4]) / 7,
        },
    ),
    Case(
        name="span.layers",
        points=0.25,
        label="value",
        says="Two tables, one behind the other, along the first and the second dimension; and the dtype for float32.",
        expected=[
            [
                [[-1.0, -2.0, -3.0, -4.0], [10.0, 20.0, -30.0, 40.0], [-5.0, 6.0, 0.0, 8.0]],
                [[1.0, 2.0, 3.0, 4.0], [-10.0, -20.0, 30.0, -40.0], [5.0, -6.0, 0.0, -8.0]],
            ],
            [
                [[-2.0, -4.0, 0.0, -8.0], [1.0, 4.0, -6.0, 0.0], [1.0, 0.0, 6.0, 8.0]],
                [[20.0, 40.0, 60.0, -80.0], [-20.0, 0.0, 0.0, 40.0], [0.0, -40.0, -60.0, 40.0]],
            ],
            "float32",
        ],
        source="the largest goes up, the smallest goes down, and ties share",
        context={
            0: {
                "plus": [
                    [[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0], [5.0, 6.0, 7.0, 8.0]],
                    [[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0], [5.0, 6.0, 7.0, 8.0]],
                ]
            },
            1: {
                "plus": [
                    [[2.0, 4.0, 0.0, 8.0], [1.0, 4.0, 6.0, 0.0], [1.0, 0.0, 6.0, 8.0]],
                    [[20.0, 40.0, 60.0, 80.0], [20.0, 0.0, 0.0, 40.0], [0.0, 40.0, 60.0, 40.0]],
                ]
            },
        },
    ),
)
