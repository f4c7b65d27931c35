"""Assignment 10, verify: its holes and visible cases."""

from __future__ import annotations

import numpy as np

from grader.inside.cases import Case
from grader.inside.compare import FINITE_DIFFERENCES
from grader.inside.misconceptions import Misconception, given

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

# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
MISTAKES = (
    Misconception(
        "two marks only",
        "This is the central difference of the step h alone; its error is not cancelled.",
        ("two_marks",), given("two_marks"),
    ),
    Misconception(
        "input first",
        "The axes of the input stand before those of the result; it is the other way round here.",
        ("input_first",), given("input_first"),
    ),
    Misconception(
        "not halved",
        "The two ends are 2h apart; the difference was divided by h.",
        ("apart",), lambda right, known: [right * known["apart"]],
    ),
    Misconception(
        "direction forgotten",
        "The gradient was added up as it is; each of its elements counts as much as the input moves there, by u.",
        ("no_direction",), given("no_direction"),
    ),
    Misconception(
        "not limited", "The gradient went on at its whole length.", ("whole",), given("whole"),
    ),
    Misconception(
        "limited one by one",
        "Each element was limited by itself, so the direction has changed.",
        ("one_by_one",), given("one_by_one"),
    ),
    Misconception(
        "velocity forgotten",
        "Every step was made by the gradient alone: what the velocity was before does not count.",
        ("without_velocity",), given("without_velocity"),
    ),
)

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

CASES = (
    Case(
        name="measure.backward_function",
        points=0.5,
        label="value",
        says="The table of 3 x ** 2 at (1, 2, 3), x afterwards, and the slope of x ** 4, all with the step 0.5.",
        expected={"table": np.diag([6.0, 12.0, 18.0]), "x": [1.0, 2.0, 3.0], "x ** 4 at 2": np.array(32.0)},
        source="document 004: the gradient (6, 12, 18); 4 x ** 3",
        examples=("004.backward_function",),
        context={"table": {"apart": 2.0}, "x ** 4 at 2": {"two_marks": 34.0, "apart": 2.0}},
    ),
    Case(
        name="measure.linear",
        points=0.5,
        label="shape",
        says="A linear layer that writes into its weight: the tables by x, weight and bias. A transposed input.",
        expected={
            "summed over the results": [[0.6039, 0.2139, -0.9551], [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [1.0, 1.0]],
            "shapes": [[2, 3], [2, 2, 3], [2, 2]],
            "sums of a transposed matrix": [[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]],
        },
        source="document 004: its Linear(3, 2) at (1, 2, 3)",
        examples=("004.linear",),
    ),
    Case(
        name="measure.document_001",
        points=0.5,
        label="value",
        says="The page that document 001 prints, its derivatives measured.",
        expected=PAGE,
        source="document 001: what it prints (some last digits differ: here from x as it is printed)",
        examples=("001.whole_output",),
    ),
    Case(
        name="project.squared",
        points=0.5,
        label="value",
        says="X @ X at (1, 2; 3, 4), seen from two directions.",
        expected={"measured": 4.0, "claimed": 4.0},
        source="the example of the task",
        rtol=1e-9,
        context={"measured": {"apart": 2.0}, "claimed": {"no_direction": 15.0}},
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
        context={"measured": {"apart": 2.0}, "claimed": {"no_direction": 12.0}},
    ),
    Case(
        name="project.calls",
        points=0.5,
        label="cost",
        says="600 numbers, doubled: how often f is called, and how often backward.",
        expected={"measured": 900.0, "claimed": 900.0, "at most three calls": True, "backward passes": 1},
        source="what the task asks for",
        context={"measured": {"apart": 2.0}, "claimed": {"no_direction": 3600.0}},
    ),
    Case(
        name="judge.one_of_five",
        points=0.5,
        label="value",
        says="Five operations, while cos has a rule in minigrad that is 1 % too large.",
        expected={
            "exp": ("right", None),
            "log": ("right", None),
            "sin": ("right", None),
            "cos": ("wrong", (0, 2)),
            "tanh": ("right", None),
        },
        source="the largest |sin x| is that of x = 1.2",
    ),
    Case(
        name="judge.kinks",
        points=0.5,
        label="kink",
        says="relu, abs and round at -1, 0, 2 and 3; relu with a slope that grows.",
        expected={
            "relu": ("kink", None),
            "abs": ("kink", None),
            "round": ("right", None),
            "relu with a wrong rule": ("wrong", (3,)),
        },
        source="what the task asks for; round is flat at whole numbers",
    ),
    Case(
        name="judge.noise",
        points=0.5,
        label="random",
        says="Values that change from call to call; a backward that does; one that gives nan, each time the same.",
        expected={"values": ("random", None), "slopes": ("random", None), "a claim of nan": ("wrong", (1,))},
        source="what the task asks for",
    ),
    Case(
        name="judge.single",
        points=0.5,
        label="dtype",
        says="x of float32: sin is right, and log 2 cut short after four digits is found. x stays as it is.",
        expected={"sin": ("right", None), "log(2) cut short": ("wrong", (1,)), "x": "float32"},
        source="chapter 10: 0.6931 for log 2 is wrong by 7 in 100,000",
    ),
    Case(
        name="second_order.document_004",
        points=0.5,
        label="value",
        says="d and its square, with a backward that is differentiable once.",
        expected={
            "d": {"verdict": "wrong", "measured": [[0.0, 5.0], [5.0, 0.0]]},
            "d * d": {"verdict": "refused", "measured": [[200.0, 360.0], [360.0, 162.0]]},
        },
        source="document 004: what is cut off, and what is refused; second derivatives by hand",
        examples=("004.function_once_differentiable",),
        rtol=FINITE_DIFFERENCES,
        context={"d * d": {"measured": {"apart": 2.0}}},
    ),
    Case(
        name="second_order.straight",
        points=0.5,
        label="history",
        says="A linear function, and one that is linear in one of three inputs: nothing is lost.",
        expected={
            "linear": {"verdict": "right", "measured": np.zeros((3, 3))},
            "partly": {"verdict": "right", "measured": [[4.0, 2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]]},
        },
        source="by hand",
        rtol=FINITE_DIFFERENCES,
    ),
    Case(
        name="second_order.half",
        points=0.5,
        label="history",
        says="x ** 3 with a slope made in numpy, plus x ** 4: half of the second derivative is silently missing.",
        expected={"verdict": "wrong", "measured": [[18.0, 0.0], [0.0, 60.0]]},
        source="6 x + 12 x ** 2",
        rtol=FINITE_DIFFERENCES,
    ),
    Case(
        name="hooks.square",
        points=0.5,
        label="value",
        says="The gradient (3, 3, 3) on its way through x ** 2, limited to 1.5; and one with room enough.",
        expected={
            "lengths": [27**0.5],
            "square.grad": [0.75**0.5] * 3,
            "x.grad": [2 * 0.75**0.5, 4 * 0.75**0.5, 6 * 0.75**0.5],
            "with room": [6.0, 12.0, 18.0],
        },
        source="by hand; document 004: the gradient (6, 12, 18)",
        examples=("004.backward_function",),
        context={
            "square.grad": {"whole": [3.0, 3.0, 3.0], "one_by_one": [1.5, 1.5, 1.5]},
            "x.grad": {"whole": [6.0, 12.0, 18.0], "one_by_one": [3.0, 6.0, 9.0]},
        },
    ),
    Case(
        name="hooks.passes",
        points=0.5,
        label="accumulation",
        says="Two passes with the gradient (3, 4) at a leaf, each limited to 1, and an infinite one.",
        expected={"lengths": [5.0, 5.0, np.inf], "w.grad": [1.2, 1.6]},
        source="the example of the task",
        context={"w.grad": {"contributions": [[0.6, 0.8], [0.6, 0.8]], "whole": [6.0, 8.0], "one_by_one": [2.0, 2.0]}},
    ),
    Case(
        name="hooks.line",
        points=0.5,
        label="order",
        says="w t + b is fitted to 2 t - 1 by backward alone.",
        expected={"w, b": [[2.0], [-1.0]], "gradients left": [None, None]},
        source="the line from which the points were taken",
    ),
    Case(
        name="birthplace.spread",
        points=0.5,
        label="value",
        says="Chapter 10's program: the root that made an infinity.",
        expected={"found": ("SqrtBackward0", "distance = square.sqrt()"), ".grad": None},
        source="chapter 10: the infinity is made one rule before the nan",
    ),
    Case(
        name="birthplace.guarded",
        points=0.5,
        label="value",
        says="A guard outside the logarithm: 0 / 0 where p is 0; without zeros nothing is to be found.",
        expected={
            "p with a zero": ("LogBackward0", "logarithm = mg.where(p > 0, mg.log(p), 0.0)"),
            "p without": None,
        },
        source="the slope 1 / p times the cotangent 0",
    ),
    Case(
        name="birthplace.long",
        points=0.5,
        label="order",
        says="1500 nodes in a row, then x + x fifty times.",
        expected=("PowBackward0", "return (x**0.5).sum()"),
        source="the slope of the root at 0",
    ),
)
