"""Assignment 10, verify: its holes and visible cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises
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


def changed(right: Any, parts: Any) -> Any:
    """The right answer with other parts: {"d": {"verdict": "wrong"}} replaces one of them, what is no dict all."""
    if not isinstance(parts, dict):
        return parts
    return right | {key: changed(right[key], part) for key, part in parts.items()}


def instead(name: str) -> Callable[[Any, Any], list]:
    """The wrong answers: the right one, with each of the changes that the context lists."""
    return lambda right, known: [changed(right, parts) for parts in known[name]]


def one_of(name: str) -> Callable[[Any, Any], Any]:
    """The wrong answers stand in the context, as a list."""
    return lambda right, known: known[name]


def anywhere(name: str, places: Iterable[tuple[int, ...]]) -> list[dict]:
    """A part that is called wrong, for each of the places at which it can be."""
    return [{name: ("wrong", place)} for place in places]


# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
MISTAKES = (
    Misconception(
        "two marks only",
        "This is the central difference of the step h alone; its error is not cancelled.",
        ("two_marks",), given("two_marks"),
    ),
    Misconception(
        "wide marks added",
        "The difference over the two outer marks was added; it is to be subtracted, so that the errors cancel.",
        ("wide_added",), given("wide_added"),
    ),
    Misconception(
        "input first",
        "The axes of the input stand before those of the result; it is the other way round here.",
        ("input_first",), given("input_first"),
    ),
    Misconception(
        "moved for good",
        "The array itself was moved, so each mark is counted from where the one before had left it. "
        "list(inputs) copies the list and not its arrays: move a copy of the array.",
        ("moved_for_good",), given("moved_for_good"),
    ),
    Misconception(
        "moved in a copy",
        "All slopes by this input are 0, because it never moved. It does not lie in memory row by row, so ravel and "
        "reshape give a copy, and a write into it moves nothing. Write to the place itself, by its indices.",
        ("ravelled",), given("ravelled"),
    ),
    Misconception(
        "written tensor used again",
        "f was given more than one argument that is not as in `inputs`. It may write into its Tensors: every call "
        "needs new ones, also for the inputs that are not moved.",
        ("used_again",), one_of("used_again"),
    ),
    Misconception(
        "recorded, not measured",
        "f was given leaves that want a gradient. A ruler reads values alone: with plain Tensors f may write into "
        "them, and compute with numpy inside.",
        ("recorded",), given("recorded"), whole=True,
    ),
    Misconception(
        "direction forgotten",
        "The input moves along u, and by another amount at each place: h u, not h; and the gradient counts at each "
        "place as much as u says.",
        ("no_direction",), given("no_direction"),
    ),
    Misconception(
        "weights of the result forgotten",
        "The result was added up as it is; each of its elements counts as much as v says, in the difference and as "
        "the cotangent.",
        ("no_weights",), given("no_weights"),
    ),
    Misconception(
        "matrix product for the sum",
        "The dot in the formula is no matrix product: multiply element by element, and add everything up.",
        ("matrix_product",), given("matrix_product"),
    ),
    Misconception(
        "moved to one side",
        "This is the difference between one side and the middle; its error is of the order of h. "
        "Move to both sides, and divide by 2h.",
        ("one_side",), one_of("one_side"),
    ),
    Misconception(
        "walked twice",
        "Two passes went backward where one is allowed: start one, with v as the cotangent.",
        ("two_walks",), given("two_walks"),
    ),
    Misconception(
        "table filled",
        "The whole table was filled, number by number. This check needs two values of f with everything moved at "
        "once, and one pass with the cotangent v.",
        ("table_filled",), one_of("table_filled"),
    ),
    Misconception(
        "measured and claimed exchanged",
        "Each of the two numbers stands in the other one's place.",
        ("exchanged",), lambda right, known: [dict(zip(right, reversed(right.values()), strict=True))], whole=True,
    ),
    Misconception(
        "kinks blamed",
        "A right rule was blamed for a kink. Where the slopes to the left and to the right differ there is nothing "
        "that a claim could agree with: such places are not compared.",
        ("kinks_blamed",), instead("kinks_blamed"), whole=True,
    ),
    Misconception(
        "kink excuses the rest",
        "A kink at one place ended the search. The slopes at all other places are compared first; a wrong one there "
        "makes the verdict.",
        ("kink_first",), instead("kink_first"), whole=True,
    ),
    Misconception(
        "kink that agrees overlooked",
        "The mean of the slopes at a kink happened to agree with the claim. It is a kink all the same: compare the "
        "slope to the left with the one to the right.",
        ("kink_agrees",), instead("kink_agrees"), whole=True,
    ),
    Misconception(
        "noise overlooked",
        "What changes from call to call was judged as if it stood still. Values and slopes are each made twice, the "
        "slopes by a call of their own, and any difference means random, however small.",
        ("noise_overlooked",), instead("noise_overlooked"), whole=True,
    ),
    Misconception(
        "tolerance too wide",
        "A wrong slope passed: the tolerance is wider than 1e-8 + 1e-5 |n|, as gradcheck's own is.",
        ("tolerance_too_wide",), instead("tolerance_too_wide"), whole=True,
    ),
    Misconception(
        "no relative tolerance",
        "A slope that is right to six digits was blamed: 1e-5 of its size is allowed, besides the absolute 1e-8.",
        ("no_relative",), instead("no_relative"), whole=True,
    ),
    Misconception(
        "no absolute tolerance",
        "A right slope near 0 was blamed for the rounding of the measured one: an error of 1e-8 is always allowed, "
        "besides the relative one.",
        ("no_absolute",), instead("no_absolute"), whole=True,
    ),
    Misconception(
        "first for the worst",
        "The verdicts are right. The place is that of the first wrong slope, not of the worst.",
        ("first_place",), instead("first_place"), whole=True,
    ),
    Misconception(
        "flat place",
        "The verdicts are right. The place is counted through the whole array, as argmax does; np.unravel_index makes "
        "the tuple of indices of it.",
        ("flat_place",), instead("flat_place"), whole=True,
    ),
    Misconception(
        "nan agrees",
        "A claim of nan passed: every comparison with nan is False, also |a - n| > tolerance. Ask np.isnan.",
        ("nan_agrees",), instead("nan_agrees"), whole=True,
    ),
    Misconception(
        "nan taken for noise",
        "A nan that comes each time was called random: nan is not equal to itself. Compare with equal_nan=True.",
        ("nan_noise",), instead("nan_noise"), whole=True,
    ),
    Misconception(
        "left in float32",
        "With an x of float32 the step of 1e-6 is lost in the rounding of f. Make x float64 first.",
        ("single",), instead("single"), whole=True,
    ),
    Misconception(
        "refusal not met",
        "A walk that refuses was reported as wrong numbers: grad goes only where its input is, and does not come by "
        "the node that refuses. backward does, and its RuntimeError is the verdict.",
        ("not_met",), instead("not_met"), whole=True,
    ),
    Misconception(
        "gradient without history",
        "Right functions were blamed too, and nothing was refused: the gradient has no history to be differentiated. "
        "create_graph=True records it.",
        ("no_history",), instead("no_history"), whole=True,
    ),
    Misconception(
        "freed graph taken for refusal",
        "Right functions were called refused: the first walk through the gradient's history freed it, and the second "
        "raised for that. retain_graph=True keeps it; or make the gradient anew for each walk.",
        ("freed",), instead("freed"), whole=True,
    ),
    Misconception(
        "no history misjudged",
        "Where the gradient has no history there is no walk, and nothing can refuse: its second derivatives are 0. "
        "That is right if 0 was measured, as for a linear function, and wrong if not.",
        ("without_walk",), instead("without_walk"), whole=True,
    ),
    Misconception(
        "walks added up",
        "Each row has the rows before it in it: backward adds to .grad. Make it None before each walk, or take a new "
        "leaf.",
        ("added_up",), instead("added_up"), whole=True,
    ),
    Misconception(
        "rows summed",
        "What is missing cancelled, because the rows were added up: one backward from the whole gradient finds the sum "
        "of all rows. Each element of the gradient needs a walk of its own.",
        ("rows_summed",), instead("rows_summed"), whole=True,
    ),
    Misconception(
        "lost part overlooked",
        "A second derivative that is partly missing passed. Something was found where something was measured; the "
        "numbers have to agree too, to 1e-6 + 1e-4 |n|.",
        ("part_lost",), instead("part_lost"), whole=True,
    ),
    Misconception(
        "not limited", "The gradient went on at its whole length: what a hook returns is what goes on.",
        ("whole",), given("whole"),
    ),
    Misconception(
        "limited one by one",
        "Each element was limited by itself, so the direction has changed.",
        ("one_by_one",), one_of("one_by_one"),
    ),
    Misconception(
        "limited in place",
        "The gradient of another tensor became shorter too. The array that a hook is given may belong to others as "
        "well: return a new Tensor, and leave this one as it is.",
        ("cut_in_place",), given("cut_in_place"),
    ),
    Misconception(
        "made longer",
        "A gradient that was short enough was drawn out to the length of the limit; it stays as it is.",
        ("made_longer",), given("made_longer"),
    ),
    Misconception(
        "infinity let through",
        "A gradient with a nan or an infinity in it went on. Ask np.isfinite: a comparison with nan is False, and an "
        "infinity times 0 is nan.",
        ("let_through",), one_of("let_through"),
    ),
    Misconception(
        "added before limited",
        "The hook was given the sum in .grad. A hook of register_hook on the leaf sees each gradient by itself, before "
        "it is added.",
        ("added_first",), given("added_first"),
    ),
    Misconception(
        "length after the limit",
        "These are the lengths after the limit; the lengths as they arrived were asked.",
        ("after_limit",), one_of("after_limit"),
    ),
    Misconception(
        "lengths as tensors",
        "The numbers may be right, but they are Tensors or numpy's float32. .item() or float() makes a Python float.",
        ("no_floats",), given("no_floats"),
    ),
    Misconception(
        "velocity forgotten",
        "Every step was made by the gradient alone: what the velocity was before does not count.",
        ("without_velocity",), given("without_velocity"),
    ),
    Misconception(
        "velocity shared",
        "The leaves have one velocity together. Each call of motor needs one of its own, made inside.",
        ("shared_velocity",), one_of("shared_velocity"),
    ),
    Misconception(
        "velocity averaged",
        "The gradient was multiplied by 1 - momentum, as for a mean; here it is added to the velocity whole.",
        ("averaged_velocity",), given("averaged_velocity"),
    ),
    Misconception(
        "gradient left in place",
        "After the step .grad is still there: the next pass adds to it, and the leaf moves by old gradients again. "
        "Make it None.",
        ("gradient_left",), one_of("gradient_left"),
    ),
    Misconception(
        "nan for the infinity",
        "This is where the first nan came out, or there is none. A gradient goes bad with the first infinity: ask "
        "np.isfinite.",
        ("nan_first",), instead("nan_first"), whole=True,
    ),
    Misconception(
        "last birth",
        "A gradient went bad here too, but elsewhere it had before. The walk's order counts: take the first node whose "
        "hook found something.",
        ("last_birth",), instead("last_birth"), whole=True,
    ),
    Misconception(
        "bad from above",
        "This node hands on what is not finite because it got it. Where a gradient goes bad, only finite ones came in: "
        "look at grad_outputs too.",
        ("bad_from_above",), instead("bad_from_above"), whole=True,
    ),
    Misconception(
        "sides of a node exchanged",
        "This node got what is not finite, and hands on finite gradients: the two arguments of the hook are exchanged. "
        "The first one, grad_inputs, is what the node hands on.",
        ("sides_exchanged",), instead("sides_exchanged"), whole=True,
    ),
    Misconception(
        "second input overlooked",
        "A node with two inputs hands a gradient to each, and here the second one is bad. "
        "grad_inputs is a tuple: look at all that it holds.",
        ("first_input",), instead("first_input"), whole=True,
    ),
    Misconception(
        "hook of the last node",
        "This is the last node that was found, and it has only finite gradients: a hook made in a loop reads the "
        "loop's variable when it runs, and then it is the last one. Make the hook in a function of its own.",
        ("late_binding",), instead("late_binding"), whole=True,
    ),
    Misconception(
        "grad of the inputs filled",
        "The walk wrote into .grad of the inputs: backward does, grad does not.",
        ("filled",), given("filled"),
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
