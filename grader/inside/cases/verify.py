"""Assignment 10, verify: its holes and visible cases."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from grader.inside.cases import Case, Raises
from grader.inside.compare import FINITE_DIFFERENCES

# minigrad's own instruments, whole and in parts; what searches a walk; steps of optimisers and limits ready-made.
HOLES = (
    "verify.gradcheck",
    "verify.gradgradcheck",
    "verify.numerical_jacobians",
    "verify.analytical_jacobian",
    "verify.check_jacobians",
    "verify.mismatch",
    "verify.moved",
    "functional.pull_back",
    "functional.push_forward",
    "anomaly.watch_walk",
    "anomaly.report",
    "stepping.steps",
    "optimizers.Optimizer.step",
    "clipping.clip_grad_norm_",
)


def anywhere(name: str, places: Iterable[tuple[int, ...]]) -> list[dict]:
    """A part that is called wrong, for each of the places at which it can be."""
    return [{name: ("wrong", place)} for place in places]


PAGE = {
    "x": "tensor([[0.6896, 0.3966, 0.2412, 0.5902],\n        [0.0767, 0.2957, 0.2829, 0.3379],\n"
    "        [0.1813, 0.3087, 0.8247, 0.9677]], requires_grad=True)",
    "sum": "tensor(5.1932, grad_fn=<SumBackward0>)",
    "d sum / dx": "tensor([[1., 1., 1., 1.],\n        [1., 1., 1., 1.],\n        [1., 1., 1., 1.]])",
    "y": "tensor([0.8469, 0.1641, 0.2766], grad_fn=<AddBackward0>)",
    "dy / dx": "tensor([[1.0000, 0.7932, 0.0000, 0.0000],\n        [1.0000, 0.5914, 0.0000, 0.0000],\n"
    "        [1.0000, 0.6174, 0.0000, 0.0000]])",
    "d2y / dx2": "tensor([[0., 2., 0., 0.],\n        [0., 2., 0., 0.],\n        [0., 2., 0., 0.]])",
}

SUMMED = [np.array(part) for part in ([0.6039, 0.2139, -0.9551], [[1.0, 2.0, 3.0]] * 2, [1.0, 1.0])]
TURNED = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]])
THREE = [(0,), (1,), (2,)]
WRONG, REFUSED, RIGHT = ({"verdict": verdict} for verdict in ("wrong", "refused", "right"))

CASES = (
    Case(
        name="measure.backward_function",
        points=0.5,
        label="value",
        says="The table of 3 x ** 2 at (1, 2, 3), x afterwards, and the slope of x ** 4, all with the step 0.5.",
        expected={"table": np.diag([6.0, 12.0, 18.0]), "x": [1.0, 2.0, 3.0], "x ** 4 at 2": np.array(32.0)},
        source="document 004: the gradient (6, 12, 18); 4 x ** 3",
        examples=("004.backward_function",),
        context={
            "table": {
                "step": 0.5,
                "wide_added": np.diag([10.0, 20.0, 30.0]),
                "moved_for_good": np.diag([3.5, 6.5, 9.5]),
            },
            "x ** 4 at 2": {"step": 0.5, "two_marks": 34.0, "wide_added": 352 / 6, "moved_for_good": 119.5 / 6},
        },
    ),
    Case(
        name="measure.linear",
        points=0.5,
        label="shape",
        says="A linear layer that writes into its weight: the tables by x, weight and bias. A transposed input.",
        expected={
            "summed over the results": SUMMED,
            "shapes": [[2, 3], [2, 2, 3], [2, 2]],
            "arguments changed in a call": 1,
            "sums of a transposed matrix": TURNED,
        },
        source="document 004: its Linear(3, 2) at (1, 2, 3)",
        examples=("004.linear",),
        context={
            "recorded": Raises("RuntimeError", "is being used in an in-place operation"),
            "summed over the results": {
                i: {"step": 0.125, "wide_added": part * 5 / 3, "moved_for_good": part / 2, "input_first": turned}
                for i, (part, turned) in enumerate(zip(SUMMED, ([-0.75, 0.6127], SUMMED[1].T, SUMMED[2]), strict=True))
            },
            "shapes": {0: {"input_first": [3, 2]}, 1: {"input_first": [2, 3, 2]}},
            "arguments changed in a call": {"used_again": [2, 3]},
            "sums of a transposed matrix": {
                "step": 0.125,
                "wide_added": TURNED * 5 / 3,
                "moved_for_good": TURNED / 2,
                "ravelled": 0 * TURNED,
                "input_first": [[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]],
            },
        },
    ),
    Case(
        name="measure.document_001",
        points=0.5,
        label="value",
        says="The page that document 001 prints, its derivatives measured.",
        expected=PAGE,
        source="document 001: what it prints (some last digits differ: here from x as it is printed)",
        examples=("001.whole_output",),
        context={"recorded": Raises("RuntimeError", "does not require grad and does not have a grad_fn")},
    ),
    Case(
        name="project.squared",
        points=0.5,
        label="value",
        says="X @ X at (1, 2; 3, 4), seen from two directions.",
        expected={"measured": 4.0, "claimed": 4.0},
        source="the example of the task",
        rtol=1e-9,
        context={
            "measured": {
                "step": 0.5,
                "one_side": [2.5, 5.5],
                "no_direction": 16.0,
                "no_weights": 22.0,
                "matrix_product": [[-1.0, 1.0], [-11.0, -11.0]],
            },
            "claimed": {"no_direction": 16.0, "no_weights": 22.0},
        },
    ),
    Case(
        name="project.linear",
        points=0.5,
        label="value",
        says="A linear layer as a function of its weight, with v = (1, 1).",
        expected={"measured": 0.5, "claimed": 0.5},
        source="document 004: the gradient by the weight is (1, 2, 3) in both rows",
        examples=("004.linear",),
        rtol=1e-9,
        context={"measured": {"step": 0.5, "no_direction": 12.0}, "claimed": {"no_direction": 12.0}},
    ),
    Case(
        name="project.calls",
        points=0.5,
        label="cost",
        says="600 numbers, doubled: how often f is called, and how often backward.",
        expected={"measured": 900.0, "claimed": 900.0, "calls of f (3 allowed)": 3, "backward passes": 1},
        source="what the task asks for",
        context={
            "measured": {"step": 0.5, "no_direction": 3600.0, "no_weights": 300.0},
            "claimed": {"no_direction": 3600.0, "no_weights": 300.0},
            "calls of f (3 allowed)": {"table_filled": [1200, 1201, 1202]},
            "backward passes": {"two_walks": 2, "table_filled": [600]},
        },
    ),
    Case(
        name="judge.one_of_five",
        points=0.5,
        label="value",
        says="Five operations, while cos has a rule in minigrad that is 1 % too large; two that are right within the "
        "tolerance.",
        expected={
            "exp": ("right", None),
            "log": ("right", None),
            "sin": ("right", None),
            "cos": ("wrong", (0, 2)),
            "tanh": ("right", None),
            "log(2) with six digits": ("right", None),
            "10 + x * x near 0": ("right", None),
        },
        source="the largest |sin x| is that of x = 1.2; what the task allows",
        context={
            "first_place": [{"cos": ("wrong", (0, 0))}],
            "flat_place": [{"cos": ("wrong", 2)}],
            "no_relative": anywhere("log(2) with six digits", THREE[:2]),
            "no_absolute": anywhere("10 + x * x near 0", THREE),
        },
    ),
    Case(
        name="judge.kinks",
        points=0.5,
        label="kink",
        says="relu, large and small, abs and round at -1, 0, 2 and 3; relu with a slope that grows.",
        expected={
            "relu": ("kink", None),
            "0.01 relu": ("kink", None),
            "abs": ("kink", None),
            "round": ("right", None),
            "relu with a wrong rule": ("wrong", (3,)),
        },
        source="what the task asks for; round is flat at whole numbers",
        context={
            "kinks_blamed": [
                dict.fromkeys(blamed, ("wrong", (1,))) | no_kink
                for blamed in (("relu", "0.01 relu"), ("0.01 relu",))
                for no_kink in ({}, {"abs": ("right", None)})
            ],
            "kink_first": [{"relu with a wrong rule": ("kink", None)}],
            "kink_agrees": [{"abs": ("right", None)}],
            "first_place": [{"relu with a wrong rule": ("wrong", (2,))}],
            "flat_place": [{"relu with a wrong rule": ("wrong", 3)}],
        },
    ),
    Case(
        name="judge.noise",
        points=0.5,
        label="random",
        says="Values that change from call to call; slopes that change with each walk, or with each call; "
        "slopes that are nan, each time the same.",
        expected={
            "values": ("random", None),
            "slopes": ("random", None),
            "slopes drawn by the call": ("random", None),
            "a claim of nan": ("wrong", (1,)),
        },
        source="what the task asks for",
        context={
            "noise_overlooked": [
                values | slopes | drawn
                for values in ({}, {"values": ("kink", None)}, *anywhere("values", THREE))
                for slopes in ({}, {"slopes": ("right", None)})
                for drawn in ({}, {"slopes drawn by the call": ("right", None)})
                if values or slopes or drawn
            ],
            "nan_agrees": [{"a claim of nan": ("right", None)}],
            "nan_noise": [{"a claim of nan": ("random", None)}],
            "flat_place": [{"a claim of nan": ("wrong", 1)}],
        },
    ),
    Case(
        name="judge.single",
        points=0.5,
        label="dtype",
        says="x of float32: sin is right, and log 2 cut short after four digits is found. x stays as it is.",
        expected={
            "sin": ("right", None),
            "log(2) cut short": ("wrong", (1,)),
            "x": "float32",
            "sin at a float64 x": ("right", None),
        },
        source="chapter 10: 0.6931 for log 2 is wrong by 7 in 100,000",
        context={
            "single": [
                sine | power
                for sine in ({"sin": ("kink", None)}, *anywhere("sin", THREE))
                for power in ({"log(2) cut short": ("kink", None)}, *anywhere("log(2) cut short", THREE))
            ],
            "tolerance_too_wide": [{"log(2) cut short": ("right", None)}],
            "first_place": [{"log(2) cut short": ("wrong", (0,))}],
            "flat_place": [{"log(2) cut short": ("wrong", 1)}],
        },
    ),
    Case(
        name="second_order.document_004",
        points=0.5,
        label="value",
        says="d and its square, with a backward that is differentiable once; and a * b by minigrad's own rules.",
        expected={
            "d": {"verdict": "wrong", "measured": [[0.0, 5.0], [5.0, 0.0]]},
            "d * d": {"verdict": "refused", "measured": [[200.0, 360.0], [360.0, 162.0]]},
            "a * b": {"verdict": "right", "measured": [[0.0, 1.0], [1.0, 0.0]]},
        },
        source="document 004: what is cut off, and what is refused; second derivatives by hand",
        examples=("004.function_once_differentiable",),
        rtol=FINITE_DIFFERENCES,
        context={
            "step": 1e-6,
            "not_met": [{"d * d": WRONG}],
            "no_history": [{"d * d": WRONG, "a * b": WRONG}],
            "freed": [{"a * b": REFUSED}],
            "without_walk": [{"d": REFUSED}],
        },
    ),
    Case(
        name="second_order.straight",
        points=0.5,
        label="history",
        says="A linear function, and two that are not linear in all of three inputs: nothing is lost.",
        expected={
            "linear": {"verdict": "right", "measured": np.zeros((3, 3))},
            "partly": {"verdict": "right", "measured": [[4.0, 2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]]},
            "the last alone": {"verdict": "right", "measured": np.diag([0.0, 0.0, 2.0])},
        },
        source="by hand",
        rtol=FINITE_DIFFERENCES,
        context={
            "step": 1e-6,
            "without_walk": [{"linear": WRONG}, {"linear": REFUSED}],
            "freed": [{"partly": REFUSED, "the last alone": REFUSED}],
            "added_up": [{"partly": WRONG}],
        },
    ),
    Case(
        name="second_order.half",
        points=0.5,
        label="history",
        says="x ** 3 with a slope made in numpy, plus x ** 4: a part of the second derivative is silently missing; and "
        "the same with 0.001 x ** 3, where 5 in 10,000 are missing, and with (x[0] - x[1]) ** 3, where what is missing "
        "cancels in the sum over the rows.",
        expected={
            "half": {"verdict": "wrong", "measured": [[18.0, 0.0], [0.0, 60.0]]},
            "a little": {"verdict": "wrong", "measured": [[12.006, 0.0], [0.0, 48.012]]},
            "cancelling": {"verdict": "wrong", "measured": [[6.0, 6.0], [6.0, 42.0]]},
        },
        source="6 x + 12 x ** 2, and 0.006 x + 12 x ** 2",
        rtol=FINITE_DIFFERENCES,
        context={
            "step": 1e-6,
            "part_lost": [{"half": RIGHT, "a little": RIGHT}, {"a little": RIGHT}],
            "rows_summed": [{"cancelling": RIGHT}],
            "freed": [dict.fromkeys(("half", "a little", "cancelling"), REFUSED)],
        },
    ),
    Case(
        name="hooks.square",
        points=0.5,
        label="value",
        says="The gradient (3, 3, 3) on its way through x ** 2, limited to 1.5, and beside it; one with room enough.",
        expected={
            "lengths": [27**0.5],
            "square.grad": [0.75**0.5] * 3,
            "x.grad": [2 * 0.75**0.5, 4 * 0.75**0.5, 6 * 0.75**0.5],
            "other.grad": [3.0, 3.0, 3.0],
            "with room": [6.0, 12.0, 18.0],
        },
        source="by hand; document 004: the gradient (6, 12, 18)",
        examples=("004.backward_function",),
        context={
            "lengths": {"after_limit": [[1.5]]},
            "other.grad": {"cut_in_place": [0.75**0.5] * 3},
            "with room": {"made_longer": np.array([6.0, 12.0, 18.0]) * 100 / 504**0.5},
            "square.grad": {"whole": [3.0, 3.0, 3.0], "one_by_one": [[1.5, 1.5, 1.5]]},
            "x.grad": {"whole": [6.0, 12.0, 18.0], "one_by_one": [[3.0, 6.0, 9.0]]},
        },
    ),
    Case(
        name="hooks.passes",
        points=0.5,
        label="accumulation",
        says="Two passes with the gradient (3, 4) at a leaf, each limited to 1, and an infinite one.",
        expected={"lengths": [5.0, 5.0, np.inf], "all are floats": True, "w.grad": [1.2, 1.6]},
        source="the example of the task",
        context={
            "lengths": {"added_first": [5.0, 6.0, np.inf], "after_limit": [[1.0, 1.0, end] for end in (0.0, np.nan)]},
            "all are floats": {"no_floats": False},
            "w.grad": {
                "contributions": [[0.6, 0.8], [0.6, 0.8]],
                "whole": [6.0, 8.0],
                "one_by_one": [[2.0, 2.0], [3.0, 3.0]],
                "let_through": [[np.nan, np.nan], [np.inf, np.inf]],
            },
        },
    ),
    Case(
        name="hooks.line",
        points=0.5,
        label="order",
        says="w t + b is fitted to 2 t - 1 by backward alone.",
        expected={"w": [2.0], "b": [-1.0], ".grad is None": [True, True]},
        source="the line from which the points were taken",
        context={
            "w": {
                "before": [0.0],
                "without_velocity": [1.9990517],
                "shared_velocity": [[1.9973496], [1.9973039]],
                "averaged_velocity": [1.9995092],
            },
            "b": {"before": [0.0], "shared_velocity": [[-0.9993137], [-0.9993474]]},
            ".grad is None": {"gradient_left": [[False, False]]},
        },
    ),
    Case(
        name="birthplace.spread",
        points=0.5,
        label="value",
        says="Chapter 10's program: the root that made an infinity.",
        expected={"found": ("SqrtBackward0", "distance = square.sqrt()"), ".grad is None": True},
        source="chapter 10: the infinity is made one rule before the nan",
        context={
            "nan_first": [{"found": ("PowBackward0", "square = (offset**2).sum(1)")}],
            ".grad is None": {"filled": False},
        },
    ),
    Case(
        name="birthplace.guarded",
        points=0.5,
        label="value",
        says="A guard outside the logarithm: 0 / 0 where p is 0, without zeros nothing; data times weights.",
        expected={
            "p with a zero": ("LogBackward0", "logarithm = mg.where(p > 0, mg.log(p), 0.0)"),
            "p without": None,
            "a nan in the data": ("MulBackward0", "return (x * weight).sum()"),
        },
        source="the slope 1 / p times the cotangent 0; the slope of x * weight by weight is x",
        context={"first_input": [{"a nan in the data": None}]},
    ),
    Case(
        name="birthplace.long",
        points=0.5,
        label="order",
        says="A guard, 1500 nodes in a row, x + x fifty times, and a root.",
        expected=("PowBackward0", "return (x**0.5).sum()"),
        source="the slope of the root at 0",
        context={
            "bad_from_above": [("MulBackward0", "x = x * 1.0")],
            "late_binding": [("MulBackward0", "x = mg.where(x > 0.5, 2 * x, 0.0)")],
            "sides_exchanged": [("WhereBackward0", "x = mg.where(x > 0.5, 2 * x, 0.0)")],
        },
    ),
)
