"""Assignment 6, higher: what only here can be got wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.inside.answers import Raised
from grader.inside.cases import Raises
from grader.inside.misconceptions import Misconception, given

NO_HISTORY, NOT_USED = "does not require grad", "not have been used in the graph"
FOR_ARRAYS = [
    Raises("AttributeError", "'Tensor' object has no attribute 'copy'"),
    Raises("RuntimeError", "Can't call numpy() on Tensor"),
    Raises("TypeError", "returned NotImplemented from __array_ufunc__"),
]


def refused_here(right: Any, known: dict) -> Iterator[Raises]:
    """grad finds no history, and none was lost: it was told to keep it, or what came before is linear."""
    got = known["got"]
    lines = got.trace if isinstance(got, Raised) else ()
    if any("linear = " in line for line in lines) or any("create_graph=True" in line for line in lines[-1:]):
        yield Raises("RuntimeError", NO_HISTORY)


def differenced(right: np.ndarray, known: dict) -> Iterator[np.ndarray]:
    """A difference quotient, and what rounding makes of it, which is less than it is off by."""
    if any(np.allclose(known["got"], one, rtol=1e-10, atol=0) for one in known["quotients"]):
        yield known["got"]


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
    Misconception(
        "divided by the order",
        "The k-th derivative was divided by k; it is divided by k!, that is 1 * 2 * ... * k.",
        ("factorials",), lambda right, known: [right * known["factorials"] / np.maximum(1, np.arange(right.size))],
    ),
    Misconception(
        "one coefficient too few",
        "The last coefficient is missing: from the 0th to the n-th there are n + 1.",
        ("factorials",), lambda right, known: [right[:-1]],
    ),
    Misconception(
        "Tensors for floats",
        "The coefficients are Tensors; Python floats were asked for. t.item() gives the number alone.",
        ("as_tensors",), given("as_tensors"), whole=True,
    ),
    Misconception(
        "constant derivative",
        "A derivative is a constant here, as the third one of a cube is: it has no history, and grad refuses to "
        "differentiate it. From there on the answer is 0; requires_grad tells beforehand.",
        ("constant_here",), refused_here, whole=True,
    ),
    Misconception(
        "cotangent written over",
        "The rule wrote into the cotangent that it was handed (g *= ...). Others still need it: make a new array.",
        ("cotangent_after",), lambda right, known: known["cotangent_after"],
    ),
    Misconception(
        "cotangent written over",
        "The rule wrote into the cotangent that it was handed (g *= ...). Others still need it: make a new array.",
        ("under_create_graph",), lambda right, known: [Raises("RuntimeError", "single memory location")], whole=True,
    ),
    Misconception(
        "for ndarrays only",
        "Under create_graph=True the rule is handed Tensors, and what stands here knows ndarrays alone, as g.copy(), "
        "np.array(g) and out= do. g * a makes a new array, and a new Tensor.",
        ("under_create_graph",), lambda right, known: FOR_ARRAYS, whole=True,
    ),
    Misconception(
        "subtraction of bools",
        "A comparison gives bools, and Tensors of bools cannot be subtracted. ~ turns them round, and np.where chooses "
        "with them.",
        ("under_create_graph",),
        lambda right, known: [Raises("NotImplementedError", "with a bool tensor is not supported")], whole=True,
    ),
    Misconception(
        "sign of a slope",
        "The slope of this curve has the other sign; what the check adds to the curve is right.",
        ("other_sign",), given("other_sign"),
    ),
    Misconception(
        "value for a slope",
        "The rule gives g times the curve itself, where g times its slope was asked: every derivative is one order "
        "too low.",
        ("one_order_low",), given("one_order_low"),
    ),
    Misconception(
        "denominator as a constant",
        "Only the numerator was differentiated. The denominator depends on the input as well: the quotient rule.",
        ("numerator_only",), given("numerator_only"),
    ),
    Misconception(
        "rule of tanh",
        "This is g * (1 - out * out), the rule of tanh. squash looks like tanh, but its slope is another one.",
        ("rule_of_tanh",), given("rule_of_tanh"),
    ),
    Misconception(
        "one use of two",
        "A Number is used twice, as x in x * x, and only one of the two uses is in the answer. What arrives at a "
        "Number is the sum over all of its uses, and it is complete only when the last of them has sent its share.",
        ("one_of_both_uses",), lambda right, known: known["one_of_both_uses"],
    ),
    Misconception(
        "not by place",
        "A Number was passed on, or returned, before all of its uses had sent their share. Take that of the largest "
        "place first: then nothing can come after.",
        ("early",), lambda right, known: known["early"],
    ),
    Misconception(
        "sums of the last call",
        "The sums of an earlier call are still there, kept in the Numbers, and the new ones were added to them. Every "
        "call needs sums of its own, a dict for instance.",
        ("kept",), lambda right, known: known["kept"],
    ),
    Misconception(
        "rules of another Number",
        "The rule of a Number was handed y, at the end of the formula, in the place of `out`: that is the Number whose "
        "rule it is.",
        ("rules_of_y",), given("rules_of_y"),
    ),
    Misconception(
        "every path by itself",
        "The slope is right, but each Number was worked on again for every path that leads to it, and their number "
        "doubles with each doubling. Collect what arrives at a Number first, then pass it on once.",
        ("paths_one_by_one",), given("paths_one_by_one"), whole=True,
    ),
    Misconception(
        "no way to the input",
        "The walk came to its end and had not met x: here y does not depend on x, and the slope is Number(0.0).",
        ("no_way",), lambda right, known: [Raises("ValueError", "empty"), Raises("KeyError", "Number")], whole=True,
    ),
    Misconception(
        "float for a Number",
        "A float stands where a Number is needed. slope gives back a Number in every case, Number(0.0) and not 0.0: it "
        "is to be differentiated again.",
        ("no_way",), lambda right, known: [Raises("AttributeError", "'float' object has no attribute")], whole=True,
    ),
    Misconception(
        "leaves alone",
        "The slope by a Number that was computed itself came out as 0: only Numbers without inputs got an answer.",
        ("leaves_only",), given("leaves_only"),
    ),
    Misconception(
        "leaf for a constant",
        "The function gives back x itself, a leaf: it has no grad_fn, and yet it can be differentiated. Ask for "
        "requires_grad.",
        ("leaf_guarded",), given("leaf_guarded"),
    ),
    Misconception(
        "difference quotient",
        "This is a difference of two gradients divided by a step: nearly right, and no smaller step makes it exact. "
        "Differentiate the gradient.",
        ("quotients",), differenced,
    ),
    Misconception(
        "Hessian times ones",
        "The directions have no effect: this is the Hessian times ones, the sum of each of its rows.",
        ("times_ones",), given("times_ones"),
    ),
    Misconception(
        "zero left out",
        "grad refuses a Tensor that has no part in what is differentiated: a parameter is not used, or its gradient "
        "does not depend on it. The answer is zeros there; materialize_grads=True makes them.",
        ("unused",), lambda right, known: [Raises("RuntimeError", NOT_USED)], whole=True,
    ),
    Misconception(
        "answers with history",
        "The answers have a history, which nobody needs and which keeps the whole graph alive: create_graph=True "
        "belongs to the first grad, not to the last.",
        ("with_history",), given("with_history"), whole=True,
    ),
    Misconception(
        "answer left in .grad",
        "backward() adds to the .grad of every leaf, where something may stand already. grad returns the gradients and "
        "leaves .grad alone.",
        ("with_grad",), lambda right, known: known["with_grad"], whole=True,
    ),
    Misconception(
        "input switched on",
        "The caller's x requires a gradient now. Work on a Tensor of your own: x.detach() or x.clone(), then "
        "requires_grad_().",
        ("x_switched_on",), given("x_switched_on"), whole=True,
    ),
    Misconception(
        "flat for length 1",
        "This penalty, the square of the slopes, pulls them towards 0, as in the chapter. Here each shall have the "
        "length 1.",
        ("flat",), lambda right, known: known["flat"],
    ),
    Misconception(
        "one length for all rows",
        "The squares of all rows were added up under one root; each row has a length of its own.",
        ("one_length",), given("one_length"),
    ),
    Misconception(
        "slope of the mean",
        "The slope was taken of the mean of the results: each row's came out divided by their number. The sum of the "
        "results gives every row its own slope.",
        ("slope_of_mean",), given("slope_of_mean"),
    ),
    Misconception(
        "weight forgotten",
        "The penalty was added as it is; it counts `weight` times.",
        ("without_weight",), given("without_weight"),
    ),
    Misconception(
        "squares for the length",
        "The sum of the squares was taken for the length; the length is its square root.",
        ("squared_length",), given("squared_length"),
    ),
    Misconception(
        "absolute values for the length",
        "The absolute values of the slope were added up; its length is the square root of the sum of its squares.",
        ("absolute",), given("absolute"),
    ),
    Misconception(
        "mean under the root",
        "The mean of the squares stands under the root; the length is the square root of their sum.",
        ("mean_under_root",), given("mean_under_root"),
    ),
    Misconception(
        "root at 0",
        "A square root was differentiated at 0, which gives nan. No row's slope is 0 here: something else came under "
        "the root, as the squares of a column, or of rows that were not differentiated.",
        ("root_of_zero",), given("root_of_zero"),
    ),
    Misconception(
        "first parameter only",
        "There are several parameters, and only the gradient by the first came back. Each of `params` has one.",
        ("first_parameter",), given("first_parameter"), whole=True,
    ),
)
