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
EYE, MATRIX = np.eye(2), np.array([[1.0, 3.0], [2.0, 4.0]])
PRODUCT = np.einsum("ik,lj->ijkl", EYE, MATRIX) + np.einsum("jl,ik->ijkl", EYE, MATRIX)
THREE = [(0,), (1,), (2,)]
LARGE = ("300 and 1, claimed 300.0029 and 1.002", "300 and 1, claimed 303 and 1.05")
KINK, ROOT = ("kink", None), ("SqrtBackward0", "a = x.sqrt()")
TWO_BIRTHS = ("log before root in the sum", "root before log in the sum")
BAD = {"let_through": [[np.nan, 3.0], [np.nan, np.nan]], "bad_alone": [[0.0, 3.0], [0.0, 1.0]]}
WRONG, REFUSED, RIGHT = ({"verdict": verdict} for verdict in ("wrong", "refused", "right"))

CASES = (
    Case(
        name="measure.backward_function",
        points=0.5,
        label="value",
        says="The table of 3 x ** 2 at (1, 2, 3), x afterwards, and the slope of x ** 4, all with the step 0.5; and "
        "whether (0.1, 0.2, ..., 0.9), moved by 0.1, are afterwards exactly what they were.",
        expected={
            "table": np.diag([6.0, 12.0, 18.0]),
            "x": [1.0, 2.0, 3.0],
            "x ** 4 at 2": np.array(32.0),
            "tenths are exactly as they were": True,
        },
        source="document 004: the gradient (6, 12, 18); 4 x ** 3",
        examples=("004.backward_function",),
        context={
            "table": {
                "step": 0.5,
                "wide_added": np.diag([10.0, 20.0, 30.0]),
                "moved_for_good": np.diag([3.5, 6.5, 9.5]),
                "weights_exchanged": np.diag([15.0, 30.0, 45.0]),
                "no_brackets": [[[6.0, -1.0, -1.0], [-4.0, 11.0, -4.0], [-9.0, -9.0, 14.0]]],
                "all_moved": [[6.0, 12.0, 18.0]],
                "times_the_step": np.diag([1.5, 3.0, 4.5]),
            },
            "x ** 4 at 2": {
                "step": 0.5,
                "two_marks": 34.0,
                "wide_added": 352 / 6,
                "moved_for_good": 119.5 / 6,
                "weights_exchanged": 101.0,
                "no_brackets": [190 / 6, 227.4375 / 6],
                "times_the_step": 8.0,
            },
            "tenths are exactly as they were": {"restored": False},
        },
    ),
    Case(
        name="measure.linear",
        points=0.5,
        label="shape",
        says="(weight * x).sum(1) + bias, in a function that writes into its weight: the tables by x, weight and bias. "
        "Sums and squares of a transposed matrix.",
        expected={
            "summed over the results": SUMMED,
            "shapes": [[2, 3], [2, 2, 3], [2, 2]],
            "arguments changed in a call": 1,
            "sums of a transposed matrix": TURNED,
            "matrix @ matrix": PRODUCT,
        },
        source="document 004: its weights, with x = (1, 2, 3)",
        examples=("004.linear",),
        context={
            "recorded": Raises("RuntimeError", "is being used in an in-place operation"),
            "summed over the results": {
                i: {
                    "step": 0.125,
                    "wide_added": part * 5 / 3,
                    "moved_for_good": part / 2,
                    "weights_exchanged": part * 2.5,
                }
                for i, part in enumerate(SUMMED)
            },
            "shapes": {
                0: {"input_first": [3, 2], "all_moved": [[2], [2, 2]]},
                1: {"input_first": [2, 3, 2], "all_moved": [[2], [2, 2]]},
            },
            "arguments changed in a call": {"used_again": [2, 3]},
            "sums of a transposed matrix": {
                "step": 0.125,
                "wide_added": TURNED * 5 / 3,
                "moved_for_good": TURNED / 2,
                "weights_exchanged": TURNED * 2.5,
                "ravelled": 0 * TURNED,
                "input_first": [[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]],
                "all_moved": [[2.0, 2.0], 2 * EYE],
            },
            "matrix @ matrix": {
                "step": 0.125,
                "wide_added": PRODUCT * 5 / 3,
                "weights_exchanged": PRODUCT * 2.5,
                "ravelled": 0 * PRODUCT,
                "input_first": PRODUCT.transpose(2, 3, 0, 1),
                "all_moved": [PRODUCT.sum((2, 3))],
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
        expected={"measured": 14.0, "claimed": 14.0},
        source="the example of the task",
        rtol=1e-9,
        context={
            "measured": {
                "step": 0.5,
                "one_side": [15.5, 12.5],
                "no_direction": 16.0,
                "no_weights": 31.0,
                "matrix_product": [np.array([[1.0, 1.0], [-12.0, -13.0]]), -23.0],
            },
            "claimed": {
                "no_direction": 16.0,
                "no_weights": 31.0,
                "matrix_product": [np.array([[-2.0, 2.0], [28.0, -4.0]]), 24.0],
            },
        },
    ),
    Case(
        name="project.rule",
        points=0.25,
        label="value",
        says="x ** 3 at (1, 2), with a rule that claims 3 x; u = (1, -1), v = (5, 1), h = 0.5. The two numbers differ.",
        expected={"measured": 4.0, "claimed": 9.0},
        source="(5 (3.375 - 0.125) + 3.375 - 15.625) / 1, and 5 * 3 - 6",
        rtol=1e-6,
        context={
            "exchanged": True,
            "measured": {
                "step": 0.5,
                "one_side": [14.5, -6.5],
                "no_direction": 28.5,
                "no_weights": -9.0,
                "own_step": 3.0,
            },
            "claimed": {"no_direction": 21.0, "no_weights": -3.0},
        },
    ),
    Case(
        name="project.linear",
        points=0.25,
        label="value",
        says="weight @ x + bias as a function of the weight, with v = (1, 1).",
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
            "calls of f (3 allowed)": {"table_filled": [1200, 1201, 1202], "one_call_more": 4},
            "backward passes": {"two_walks": 2, "table_filled": [600]},
        },
    ),
    Case(
        name="judge.one_of_five",
        points=0.5,
        label="value",
        says="Five operations, while cos has a rule in minigrad that is 1 % too large; two that are right within the "
        "tolerance; slopes of 300 and 1, of which the second is claimed wrong, or both.",
        expected={
            "exp": ("right", None),
            "log": ("right", None),
            "sin": ("right", None),
            "cos": ("wrong", (0, 2)),
            "tanh": ("right", None),
            "log(2) with six digits": ("right", None),
            "10 + x * x near 0": ("right", None),
            LARGE[0]: ("wrong", (1,)),
            LARGE[1]: ("wrong", (0,)),
        },
        source="the largest |sin x| is that of x = 1.2; what the task allows: of 300 it is 0.003",
        context={
            "without_tolerance": [{LARGE[0]: ("wrong", (0,))}],
            "by_the_ratio": [{LARGE[1]: ("wrong", (1,))}],
            "against_the_claim": [dict.fromkeys(("cos", *LARGE), KINK)],
            "first_place": [{"cos": ("wrong", (0, 0))}],
            "flat_place": [{"cos": ("wrong", 2), LARGE[0]: ("wrong", 1), LARGE[1]: ("wrong", 0)}],
            "no_relative": [
                six | large
                for six in anywhere("log(2) with six digits", THREE[:2])
                for large in ({}, {LARGE[0]: ("wrong", (0,))})
            ],
            "no_absolute": anywhere("10 + x * x near 0", THREE),
        },
    ),
    Case(
        name="judge.kinks",
        points=0.5,
        label="kink",
        says="relu, large and small, abs and round at -1, 0, 2 and 3; relu and x * x with slopes that are wrong at "
        "several places, and most at 3.",
        expected={
            "relu": ("kink", None),
            "0.01 relu": ("kink", None),
            "abs": ("kink", None),
            "round": ("right", None),
            "relu with a wrong rule": ("wrong", (3,)),
            "x * x with a wrong rule": ("wrong", (3,)),
        },
        source="what the task asks for; round is flat at whole numbers",
        context={
            "kinks_blamed": [
                dict.fromkeys(blamed, ("wrong", (1,))) | no_kink
                for blamed in (("relu", "0.01 relu", "relu with a wrong rule"), ("relu", "0.01 relu"), ("0.01 relu",))
                for no_kink in ({}, {"abs": ("right", None)})
            ],
            "place_of_a_kink": [{"relu with a wrong rule": ("wrong", (1,))}],
            "kink_first": [{"relu with a wrong rule": KINK}],
            "kink_agrees": [{"abs": ("right", None)}],
            "against_the_claim": [
                {"relu with a wrong rule": KINK, "x * x with a wrong rule": KINK},
                dict.fromkeys(("relu", "0.01 relu", "relu with a wrong rule"), ("wrong", (1,)))
                | {"x * x with a wrong rule": KINK},
            ],
            "first_place": [{"relu with a wrong rule": ("wrong", (2,)), "x * x with a wrong rule": ("wrong", (0,))}],
            "flat_place": [dict.fromkeys(("relu with a wrong rule", "x * x with a wrong rule"), ("wrong", 3))],
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
        says="x of float32: sin is right, and log 2 cut short after four digits is found. x stays as it is, in float64 "
        "too.",
        expected={
            "sin": ("right", None),
            "log(2) cut short": ("wrong", (1,)),
            "x": "float32",
            "sin at a float64 x": ("right", None),
            "the float64 x is as it was": True,
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
            "the float64 x is as it was": {"x_moved": False},
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
            "no_table": [{"d * d": {"measured": np.nan}}],
            "d": {"step": 1e-6, "second_differences": True},
            "a * b": {"step": 1e-6, "second_differences": True},
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
        source="by hand; document 004: the gradient (6, 12, 18) of 3 x ** 2",
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
        says="Two passes with the gradient (3, 4) at a leaf, each limited to 1, and an infinite one; one with (nan, 3) "
        "and one with (0, 0), at leaves of either dtype.",
        expected={
            "lengths": [5.0, 5.0, np.inf],
            "w.grad": [1.2, 1.6],
            "(nan, 3) in float64": [0.0, 0.0],
            "(nan, 3) in float32": [0.0, 0.0],
            "(0, 0) in float64": [0.0, 0.0],
            "(0, 0) in float32": [0.0, 0.0],
            "all are floats": True,
        },
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
            "length_0": Raises("ZeroDivisionError"),
            "(nan, 3) in float64": BAD,
            "(nan, 3) in float32": BAD,
            "(0, 0) in float64": {"zero_by_zero": [np.nan, np.nan]},
            "(0, 0) in float32": {"zero_by_zero": [np.nan, np.nan]},
        },
    ),
    Case(
        name="hooks.line",
        points=0.5,
        label="order",
        says="w t + b is fitted to 2 t - 1 by backward alone; v after each of three passes through v ** 2, from 1 on, "
        "with lr = 0.1 and momentum = 0.8.",
        expected={
            "w": [2.0],
            "b": [-1.0],
            ".grad is None": [True, True],
            "v after each pass through v ** 2": [0.8, 0.48, 0.128],
            "v.grad": None,
        },
        source="the line from which the points were taken; V = 2, 3.2, 3.52",
        context={
            "w": {
                "before": [0.0],
                "without_velocity": [1.9990517],
                "shared_velocity": [[1.9973496], [1.9973039]],
            },
            "b": {"before": [0.0], "shared_velocity": [[-0.9993137], [-0.9993474]]},
            "v after each pass through v ** 2": {
                "without_velocity": [0.8, 0.64, 0.512],
                "averaged_velocity": [0.96, 0.8896, 0.797696],
                "weakened_gradient": [0.84, 0.5776, 0.275264],
                "looks_ahead": [0.64, 0.2816, -0.004096],
                "old_velocity": [1.0, 0.8, 0.44],
                "gradient_left": [[0.8, 0.28, -0.552]],
            },
            "before_added": [{".grad is None": [False, False], "v.grad": [0.96]}],
            "zero_left": [{".grad is None": [False, False], "v.grad": [0.0]}],
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
            "another_line": True,
            "at_a_leaf": Raises("AttributeError", "'AccumulateGrad' object has no attribute 'register_hook'"),
            ".grad is None": {"filled": False},
        },
    ),
    Case(
        name="birthplace.guarded",
        points=0.5,
        label="value",
        says="A guard outside the logarithm: 0 / 0 where p is 0, without zeros nothing, and an input that is not used; "
        "data times weights; a sum of finite gradients that is infinite.",
        expected={
            "p with a zero": ("LogBackward0", "logarithm = mg.where(p > 0, mg.log(p), 0.0)"),
            "p without": None,
            "a nan in the data": ("MulBackward0", "return (x * weight).sum()"),
            "two large slopes added": None,
        },
        source="the slope 1 / p times the cotangent 0; the slope of x * weight by weight is x; 2e308 is too large, and "
        "each of the nodes hands on 1e308 or what it got",
        context={
            "first_input": [{"a nan in the data": None}],
            "bad_from_above": [{"two large slopes added": ("MulBackward0", "y = x * 1")}],
        },
    ),
    Case(
        name="birthplace.long",
        points=0.5,
        label="order",
        says="A guard, 1500 nodes in a row, x + x fifty times, and a root; two births in one program, where the walk "
        "comes to the logarithm first, because it was recorded last.",
        expected={
            "a long way": ("PowBackward0", "return (x**0.5).sum()"),
            "log before root in the sum": ("LogBackward0", "b = y.log()"),
            "root before log in the sum": ("LogBackward0", "b = y.log()"),
        },
        source="the slope of the root at 0; chapter 10 for the order of a walk",
        context={
            "last_birth": [dict.fromkeys(TWO_BIRTHS, ROOT)],
            "own_order": [{name: ROOT} for name in TWO_BIRTHS],
            "bad_from_above": [dict.fromkeys(TWO_BIRTHS, ROOT) | {"a long way": ("MulBackward0", "x = x * 1.0")}],
            "late_binding": [
                {"a long way": ("MulBackward0", "x = mg.where(x > 0.5, 2 * x, 0.0)"), name: ROOT} for name in TWO_BIRTHS
            ],
            "sides_exchanged": [
                dict.fromkeys(TWO_BIRTHS) | {"a long way": ("WhereBackward0", "x = mg.where(x > 0.5, 2 * x, 0.0)")}
            ],
        },
    ),
)
