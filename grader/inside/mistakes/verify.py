"""Assignment 10, verify: what only here can be got wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.misconceptions import Misconception, given


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


def nearly(right: np.ndarray, known: Any) -> list:
    """The answer itself, if it is right to one digit at least, and to three at most."""
    got, size = known["got"], np.abs(right).max()
    return [got] if got.shape == right.shape and 1e-4 < np.abs(got - right).max() / size < 0.1 else []


def another_line(right: Any, known: Any) -> list:
    """The right node with the line that the answer has."""
    return [changed(right, {"found": (right["found"][0], known["got"]["found"][1])})]


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
        "weights of the marks exchanged",
        "The factor 8 stands at the two outer marks; it belongs to the inner ones, x + h and x - h.",
        ("weights_exchanged",), given("weights_exchanged"),
    ),
    Misconception(
        "brackets left out",
        "Brackets are missing around a difference: the minus before it, or the 8, belongs to both of its values.",
        ("no_brackets",), one_of("no_brackets"),
    ),
    Misconception(
        "multiplied by the step",
        "`/ 12 * h` divides by 12 and multiplies by h: write `/ (12 * h)`.",
        ("times_the_step",), given("times_the_step"),
    ),
    Misconception(
        "one slope for each element",
        "There is one number for each element of the result, which is what moving all elements at once gives: sums of "
        "slopes. Move one element at a time, and keep what the whole result does.",
        ("all_moved",), one_of("all_moved"),
    ),
    Misconception(
        "restored by arithmetic",
        "The array is not exactly what it was: a step that is added and taken off again leaves a rounding error. "
        "Move a copy.",
        ("restored",), given("restored"),
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
        ("matrix_product",), one_of("matrix_product"),
    ),
    Misconception(
        "moved to one side",
        "This is the difference between one side and the middle; its error is of the order of h. "
        "Move to both sides, and divide by 2h.",
        ("one_side",), one_of("one_side"),
    ),
    Misconception(
        "another step taken",
        "This is the slope itself, measured with a tiny step. The step is `h`, however large it is.",
        ("own_step",), given("own_step"),
    ),
    Misconception(
        "called once more",
        "f was called four times where three are enough: two values for what is measured, and one to go backward from.",
        ("one_call_more",), given("one_call_more"),
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
        "kink for the worst",
        "The verdicts are right. A place is that of a kink: there is no slope to agree with, so it is not compared, "
        "and is not the worst either.",
        ("place_of_a_kink",), instead("place_of_a_kink"), whole=True,
    ),
    Misconception(
        "claim taken for a side",
        "A wrong claim was taken for a kink. A kink is where the slope to the right and the one to the left differ; "
        "the claim has no part in it.",
        ("against_the_claim",), instead("against_the_claim"), whole=True,
    ),
    Misconception(
        "tolerance not taken off",
        "The verdicts are right. The place is that of the largest |a - n|, which is within its tolerance: subtract "
        "1e-8 + 1e-5 |n| before you look for the largest.",
        ("without_tolerance",), instead("without_tolerance"), whole=True,
    ),
    Misconception(
        "worst by the ratio",
        "The verdicts are right. The place is where |a - n| is the largest multiple of its tolerance; the largest "
        "difference of the two was asked.",
        ("by_the_ratio",), instead("by_the_ratio"), whole=True,
    ),
    Misconception(
        "x moved in place",
        "The caller's x is not what it was: np.asarray makes no copy of an array that has this dtype already. "
        "Write x + h, not x += h.",
        ("x_moved",), given("x_moved"),
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
        "table left out",
        "The measured table is missing where a walk was refused. It belongs to the answer whatever the verdict is.",
        ("no_table",), instead("no_table"), whole=True,
    ),
    Misconception(
        "second differences of values",
        "Right to a few digits only, as second differences of f are: they are divided by h squared, and with "
        "h = 1e-6 that leaves little but rounding. Take the difference of two gradients.",
        ("second_differences",), nearly,
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
        "only bad elements removed",
        "Only the elements that are not finite became zero. A gradient with one of them becomes zeros, all of it.",
        ("bad_alone",), one_of("bad_alone"),
    ),
    Misconception(
        "divided by length 0",
        "A gradient of zeros has the length 0, and was divided by it. It is short enough, and stays as it is.",
        ("zero_by_zero",), given("zero_by_zero"),
    ),
    Misconception(
        "divided by length 0",
        "A gradient of zeros has the length 0, and was divided by it. It is short enough, and stays as it is.",
        ("length_0",), given("length_0"), whole=True,
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
        "velocity on a weakened gradient",
        "The new gradient was multiplied by the momentum too; only the velocity before is.",
        ("weakened_gradient",), given("weakened_gradient"),
    ),
    Misconception(
        "step looks ahead",
        "The step is the gradient plus momentum times the new velocity (Nesterov's); here it is the new velocity "
        "alone.",
        ("looks_ahead",), given("looks_ahead"),
    ),
    Misconception(
        "velocity one pass late",
        "The leaf moved by the velocity from before this gradient. Make the new velocity first, then the step.",
        ("old_velocity",), given("old_velocity"),
    ),
    Misconception(
        "step before the addition",
        "The leaf moves rightly, and .grad is filled afterwards: a hook of register_hook runs before the gradient is "
        "added. Use register_post_accumulate_grad_hook.",
        ("before_added",), instead("before_added"), whole=True,
    ),
    Misconception(
        "zeros for None",
        "The leaf moves rightly. .grad was filled with zeros afterwards; it is to be None.",
        ("zero_left",), instead("zero_left"), whole=True,
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
        "order of the search",
        "The other birth is the first one: the walk does not run the nodes in the order in which your search comes to "
        "them. The hooks are called in the order of the walk; keep the first node whose hook finds something.",
        ("own_order",), instead("own_order"), whole=True,
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
        "line of another call",
        "The node is right, and the line is not the one that recorded it: made_at[node] begins with the last call, so "
        "the line is made_at[node][0].line.",
        ("another_line",), another_line, whole=True,
    ),
    Misconception(
        "leaf not skipped",
        "The search went on to a leaf. What stands there is an AccumulateGrad, which has no register_hook: skip it.",
        ("at_a_leaf",), given("at_a_leaf"), whole=True,
    ),
    Misconception(
        "grad of the inputs filled",
        "The walk wrote into .grad of the inputs: backward does, grad does not.",
        ("filled",), given("filled"),
    ),
)
