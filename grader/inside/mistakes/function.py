"""Assignment 9, function: what only here can be got wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.inside.cases import Raises
from grader.inside.misconceptions import Context, Misconception, given

NAMES = ("LogCosh", "Largest", "Blend", "Wave", "Gate", "Growth", "Quantize")
OWN = {f"{name}Backward" for name in NAMES}


def other_node(right: Any, context: Context) -> Iterator[Any]:
    """The answer itself, if another node was left than the task's; the error if there is no backward to decorate."""
    got = context["got"]
    if isinstance(right, dict) and isinstance(got, dict):
        one = right.get("node") in OWN and got.get("node") not in (right["node"], None)
        several = "nodes" in right and got.get("nodes") != right["nodes"]
        if one or several:
            yield got
    if "decorated" in context:
        yield Raises("AttributeError", "has no attribute 'backward'")


def no_node(right: Any, context: Context) -> Iterator[Any]:
    """The answer itself, if no node was left; the error of a walk that has nowhere to begin."""
    got = context["got"]
    if isinstance(right, dict) and isinstance(got, dict) and "node" in got and got["node"] is None:
        yield got
    yield Raises("RuntimeError", "does not require grad and does not have a grad_fn")


def wrong_order(right: Any, context: Context) -> Iterator[Any]:
    """The answer itself, if its two gradients are each other's, as `exchanged` has them where they were summed."""
    got = context["got"]
    part = next((part for part in ("gradients", "first") if part in right), None)
    if part is None or not isinstance(got, dict) or len(right[part]) != 2 or len(got[part]) != 2:
        return
    wrong = context.get("exchanged", right[part][::-1])
    pairs = list(zip(wrong, got[part], strict=True))
    if all(np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-5) for one, other in pairs):
        yield got


def said(right: Any, got: Any, good: str, bad: str) -> Any:
    """The right answer, with `bad` for `good` where the answer says so."""
    if isinstance(right, dict) and isinstance(got, dict):
        return {key: said(part, got.get(key), good, bad) for key, part in right.items()}
    return bad if isinstance(right, str) and right == good and got == bad else right


def careless(part: str) -> Callable[[Any, Context], Iterator[Any]]:
    """The right answer, but what was not noticed and what was not freed; if there is any of it in this part."""

    def makes(right: Any, context: Context) -> Iterator[Any]:
        got = context["got"]
        if isinstance(right, dict) and isinstance(got, dict) and part in right and got.get(part) != right[part]:
            pairs = ("noticed", "not noticed"), ("harmless", "not noticed"), ("freed", "not freed")
            wrong = right
            for good, bad in pairs:
                wrong = said(wrong, got, good, bad)
            yield wrong

    return makes


def mask_in_truth_values(right: Any, context: Context) -> Iterator[Any]:
    if isinstance(right, dict) and "mask" in right:
        yield right | {"mask": [bool(kept) for kept in right["mask"]], "mask dtype": "bool"}


NO_HISTORY = (
    "The first derivative is right, but its slopes count as constants: they were made in forward, where nothing is "
    "recorded, or cut off by detach, numpy or a decorator. Compute them in backward, by the engine's operations, "
    "from what save_for_backward keeps."
)
NOT_OF_W = "Only the cotangent of d is in the gradient; what arrives at w is forgotten."
NO_SLOPE = (
    "No gradient goes back at all. That is the true slope of a staircase, and nothing can be learned from it: "
    "backward is to pass the cotangent on where x is in the range."
)

# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives. `two_tensors`,
# `largest_few`, `two_results`, `decorated`, `blended` and `all_tensors` give nothing: they say what Function is asked.
MISTAKES = (
    Misconception(
        "no node of its own",
        "The result did not come from the Function that was asked for: its node has another name. A formula of the "
        "engine's operations leaves their nodes, with their rules; `apply` of a Function leaves one, with your rule.",
        (), other_node, whole=True,
    ),
    Misconception(
        "result without a node",
        "What was differentiated has no node. `apply` gives one to a tensor and to the tensors of a tuple (`return d, "
        "w`), not to those in a list, and not to a result that is marked as non-differentiable: is the order of the "
        "results that of the page, and the right one marked?",
        ("two_results",), no_node, whole=True,
    ),
    Misconception(
        "gradients in the wrong order",
        "The two gradients are in the wrong order: backward returns them in the order of the arguments of forward.",
        (), wrong_order, whole=True,
    ),
    Misconception(
        "slope without history",
        NO_HISTORY,
        ("constants",), lambda right, known: known["constants"],
    ),
    Misconception(
        "slope without history",
        NO_HISTORY,
        ("copied",), lambda right, known: [right | wrong for wrong in known["copied"]], whole=True,
    ),
    Misconception(
        "cotangent cut off",
        "The first derivative is right, but no recorded operation leads from it back to the cotangent: detach, numpy "
        "or a decorator has cut it off. Its own derivative is lost.",
        ("cut",), lambda right, known: [right | known["cut"]], whole=True,
    ),
    Misconception(
        "half of the product rule",
        "y = s log cosh(x / s) has s in two places. The share of the factor in front, y / s, is missing.",
        ("half_of_product",), given("half_of_product"),
    ),
    Misconception(
        "width inside forgotten",
        "y = s log cosh(x / s) has s in two places. The share of the s inside, - u tanh u, is missing.",
        ("no_inner_width",), given("no_inner_width"),
    ),
    Misconception(
        "factor in front forgotten",
        "y = s log cosh(x / s): the result, and what backward makes of it, lacks the factor s.",
        ("no_factor",), given("no_factor"),
    ),
    Misconception(
        "corner at 0",
        "The slope was written with abs or sign. Its values are right, but the engine takes the slope of a corner for "
        "0, so the second derivative is lost at x = 0, where tanh is smooth.",
        ("corner",), given("corner"),
    ),
    Misconception(
        "argument left out",
        "forward takes ctx and one argument; apply hands it all that it gets, here two tensors.",
        ("two_tensors",),
        lambda right, known: [Raises("TypeError", "forward() takes 2 positional arguments but 3 were given")],
        whole=True,
    ),
    Misconception(
        "too short for the places",
        "An array was made as long as the k results, as by zeros_like(g), and has no room for the places of x. "
        "Gradient and mask are as long as x.",
        ("largest_few",), lambda right, known: [Raises("IndexError", "out of bounds")], whole=True,
    ),
    Misconception(
        "places in front",
        "What belongs to the k largest stands in the first k places. It belongs to the places in x where these numbers "
        "came from.",
        ("first_places",), given("first_places"),
    ),
    Misconception(
        "order of the places",
        "The numbers that were kept are taken in the order of their places in x, as a mask gives them; the results, "
        "and so their cotangents, are in the order of size.",
        ("places_order",), given("places_order"),
    ),
    Misconception(
        "cotangents reversed",
        "The cotangents went to the numbers that were kept, but in the opposite order: the first one belongs to the "
        "largest.",
        ("smallest_first",), given("smallest_first"),
    ),
    Misconception(
        "smallest kept", "The k smallest numbers were kept; argsort puts the smallest first.",
        ("smallest",), given("smallest"),
    ),
    Misconception(
        "index for the mask",
        "The second result is the index of what was kept. A mask has the shape of x, with 1 in those places.",
        ("index_of_kept",), given("index_of_kept"),
    ),
    Misconception(
        "mask asks for a gradient",
        "The mask is a step function of x and has no gradient, but nothing says so: ctx.mark_non_differentiable(mask).",
        (),
        lambda right, known: (
            [right | {"mask requires grad": True}] if isinstance(right, dict) and "mask requires grad" in right else []
        ),
        whole=True,
    ),
    Misconception(
        "mask of truth values",
        "The mask says True and False; numbers of the dtype of x were asked for, 1 and 0.",
        ("largest_few",), mask_in_truth_values, whole=True,
    ),
    Misconception(
        "one cotangent for two results",
        "backward gets a cotangent for each result of forward, also for one that was marked or not used.",
        ("two_results",),
        lambda right, known: [Raises("TypeError", "backward() takes 2 positional arguments but 3 were given")],
        whole=True,
    ),
    Misconception(
        "one result for two",
        "forward returned one tensor, where two were asked for.",
        ("blended",),
        lambda right, known: [
            Raises("TypeError", "iteration over a 0-d tensor"), Raises("ValueError", "to unpack (expected 2)"),
        ],
        whole=True,
    ),
    Misconception(
        "ctx in forward",
        "This forward is of the first form, with ctx. In the second it gets the arguments alone, and setup_context "
        "saves.",
        ("blended",),
        lambda right, known: [Raises("TypeError", "missing 1 required positional argument")], whole=True,
    ),
    Misconception(
        "None among the cotangents",
        "After set_materialize_grads(False) the cotangent of a result that was not used is None, and backward has to "
        "ask before it multiplies.",
        ("blended",), lambda right, known: [Raises("TypeError", "*: 'NoneType' and")], whole=True,
    ),
    Misconception(
        "second cotangent forgotten",
        NOT_OF_W,
        ("d_alone",), given("d_alone"),
    ),
    Misconception(
        "second cotangent forgotten",
        NOT_OF_W,
        ("w_unused",), lambda right, known: [right | known["w_unused"]], whole=True,
    ),
    Misconception(
        "first cotangent forgotten",
        "Both results were used, and only the cotangent of w is in the gradient. Each cotangent goes through the "
        "slopes of its own result, and the products add up.",
        ("w_alone",), given("w_alone"),
    ),
    Misconception(
        "slopes of the other result",
        "A cotangent went through the slopes of the other result. The cotangents come in the order of the results. "
        "Each goes through the slopes of its own; then the products add up.",
        ("other_slopes",), lambda right, known: known["other_slopes"],
    ),
    Misconception(
        "number made a tensor",
        "Right to about seven digits only: a number (z, k) was made a tensor, and mg.tensor(number) is float32. A "
        "number is kept as an attribute of ctx.",
        ("rounded_number",), given("rounded_number"),
    ),
    Misconception(
        "way through w forgotten",
        "d = ab + bz + wb depends on a and b in its last term too: the share of wb is missing.",
        ("without_w",), given("without_w"),
    ),
    Misconception(
        "way through w twice",
        "The slope of d by a through w was counted twice: b + bz has it already.",
        ("w_twice",), given("w_twice"),
    ),
    Misconception(
        "write not noticed",
        "Somebody wrote into an argument before backward, and nobody noticed: the gradient is silently another one. "
        "Only what save_for_backward got is guarded; an attribute of ctx is not, nor what forward made of an argument.",
        (), careless("written"), whole=True,
    ),
    Misconception(
        "result in a circle",
        "The result holds its node, the node holds ctx, and an attribute of ctx holds the result: without the "
        "collector it is never freed. save_for_backward keeps a result without such a circle.",
        (), careless("result"), whole=True,
    ),
    Misconception(
        "None for a tensor",
        "backward returned None for an argument that is a tensor: then nothing arrives there, not even zeros. None is "
        "for what is no tensor.",
        ("all_tensors",), lambda right, known: [Raises("RuntimeError", "appears to not have been used in the graph")],
        whole=True,
    ),
    Misconception(
        "half of the sigmoid's slope",
        "The slope of the sigmoid is s (1 - s); the factor 1 - s is missing.",
        ("half_of_sigmoid",), given("half_of_sigmoid"),
    ),
    Misconception(
        "factor t forgotten",
        "The slope of exp(rate t) by the rate is t exp(rate t), summed over all t; the factor t is missing.",
        ("without_t",), given("without_t"),
    ),
    Misconception(
        "slopes exchanged",
        "The slopes with respect to t and to the rate are exchanged: that by t has the rate as a factor.",
        ("rate_for_t",), given("rate_for_t"),
    ),
    Misconception(
        "range forgotten",
        "The cotangent was passed on everywhere. Outside the range the result stands still, and its gradient is 0.",
        ("unmasked",), given("unmasked"),
    ),
    Misconception(
        "mask of the rounded",
        "The range was asked of the rounded numbers. A number just outside is rounded to the border, and counted as "
        "inside; it is x that has to be in the range.",
        ("rounded_mask",), given("rounded_mask"),
    ),
    Misconception(
        "range of the result",
        "The range was asked of the result. A number inside that is rounded to an end counts as outside then; it is x "
        "that has to be in the range.",
        ("result_mask",), given("result_mask"),
    ),
    Misconception(
        "range with one end",
        "Only one end of the range was asked for: x has to be at low or above it, and at high or below it.",
        ("one_side",), lambda right, known: known["one_side"],
    ),
    Misconception(
        "range of the size",
        "The range was asked of the size of x: between -high and high. It reaches from low to high.",
        ("by_size",), given("by_size"),
    ),
    Misconception(
        "ends left out",
        "Where x is exactly low, or exactly high, the gradient is lost: both ends belong to the range.",
        ("open_ends",), lambda right, known: known["open_ends"],
    ),
    Misconception(
        "forward not limited",
        "Rounded, but not limited: below low the result is low, above high it is high.",
        ("unlimited",), given("unlimited"),
    ),
    Misconception(
        "rounded down", "Each number was rounded down to a multiple of the step; the nearest one was asked for.",
        ("rounded_down",), given("rounded_down"),
    ),
    Misconception(
        "rounded to whole numbers",
        "Rounded to whole numbers, without the step: x / step counts the steps, and these are to be rounded.",
        ("whole_numbers",), given("whole_numbers"),
    ),
    Misconception(
        "step upside down",
        "Multiplied by the step, rounded, and divided by it: that gives multiples of 1 / step. x / step counts the "
        "steps.",
        ("upside_down",), given("upside_down"),
    ),
    Misconception(
        "written into the cotangent",
        "backward wrote into the cotangent that it got. Where the result is used in a sum, the other summand gets the "
        "same tensor, and finds other numbers there. Make a new one.",
        ("written_over",), given("written_over"),
    ),
    Misconception(
        "true slope of the stairs",
        NO_SLOPE,
        ("true_slope",), given("true_slope"),
    ),
    Misconception(
        "true slope of the stairs",
        NO_SLOPE,
        ("stuck",), lambda right, known: [right | known["stuck"]], whole=True,
    ),
)
