"""Assignment 9, function: its holes, visible cases, and the mistakes that only it knows.

Every answer has the name of the node that was left: a formula of minigrad's own operations is no Function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from grader.inside.cases import Case, Raises
from grader.inside.misconceptions import Context, Misconception, given

# Sorting with a gradient, ready-made. The other operations are nowhere in minigrad: there is nothing to call.
HOLES = (
    "ordering.sort",
    "ordering.topk",
)

NAMES = ("LogCosh", "Largest", "Blend", "Wave", "Gate", "Growth", "Quantize")
OWN = {f"{name}Backward" for name in NAMES}
THREE_NODES = {name: f"{name}Backward" for name in ("Wave", "Gate", "Growth")}


def other_node(right: Any, context: Context) -> Iterator[Any]:
    """The answer itself, if another node was left than the task's; the error if there is no backward to decorate."""
    got = context["got"]
    if isinstance(right, dict) and isinstance(got, dict):
        one = right.get("node") in OWN and got.get("node") != right["node"]
        several = "nodes" in right and got.get("nodes") != right["nodes"]
        if one or several:
            yield got
    if "decorated" in context:
        yield Raises("AttributeError", "has no attribute 'backward'")


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
            yield said(said(right, got, "noticed", "not noticed"), got, "freed", "not freed")

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
        "slope without history",
        NO_HISTORY,
        ("constants",), lambda right, known: known["constants"],
    ),
    Misconception(
        "slope without history",
        NO_HISTORY,
        ("copied",), lambda right, known: [right | {"second": known["copied"]}], whole=True,
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
        "slopes of the other result",
        "A cotangent went through the slopes of the other result. The cotangents come in the order of the results. "
        "Each goes through the slopes of its own; then the products add up.",
        ("other_slopes",), lambda right, known: known["other_slopes"],
    ),
    Misconception(
        "number made a tensor",
        "Right to about seven digits only: z was made a tensor, and mg.tensor(number) is float32. A number is kept as "
        "an attribute of ctx.",
        ("rounded_z",), given("rounded_z"),
    ),
    Misconception(
        "way through w forgotten",
        "d = ab + bz + wb depends on a and b in its last term too: the share of wb is missing.",
        ("without_w",), given("without_w"),
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
        "range of the size",
        "The range was asked of the size of x: between -high and high. It reaches from low to high.",
        ("by_size",), given("by_size"),
    ),
    Misconception(
        "ends left out",
        "Where x is low or high exactly the gradient is lost: the ends belong to the range.",
        ("open_ends",), given("open_ends"),
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
        "true slope of the stairs",
        "No gradient goes back at all. That is the true slope of a staircase, and nothing can be learned from it: "
        "backward is to pass the cotangent on where x is in the range.",
        ("true_slope",), given("true_slope"),
    ),
)

CASES = (
    Case(
        name="logcosh.near_and_far",
        points=0.5,
        label="value",
        says="LogCosh at x = 2, -1000 and 0, with widths 2, 1 and 3; the dtype of its result for float32.",
        expected={
            "node": "LogCoshBackward",
            "value": [0.86756166, 999.30685282, 0.0],
            "gradients": [[0.76159416, -1.0, 0.0], [-0.32781332, -0.69314718, 0.0]],
            "dtype of y for float32": "float32",
        },
        source="s log(cosh(x / s)) and its two slopes, by hand",
        rtol=1e-6,
        context={
            "two_tensors": True,
            "gradients": {
                0: {"others": [[-0.32781332, -0.69314718, 0.0]]},
                1: {"others": [[0.76159416, -1.0, 0.0]], "half_of_product": [-0.76159416, -1000.0, 0.0]},
            },
        },
    ),
    Case(
        name="logcosh.gradcheck",
        points=0.5,
        label="broadcasting",
        says="LogCosh for x of shape [2, 3] and widths of shape [3]: the gradients with a cotangent, and gradcheck.",
        expected={
            "node": "LogCoshBackward",
            "gradients": [
                [[1.52318831, 2.28478247, 0.49752738], [4.97527377, 0.22332755, 0.42305744]],
                [-4.03480543, 0.96675294, -0.20086683],
            ],
            "gradcheck": True,
        },
        source="the two slopes by hand; finite differences, by gradcheck",
        rtol=1e-6,
        context={
            "two_tensors": True,
            "gradients": {
                0: {
                    "others": [[[-0.65562665, 0.98343998, -0.33791788], [-3.37917878, -0.01668704, 0.13705105]]],
                    "local": [[0.76159416, -0.76159416, 0.99505475], [0.99505475, 0.14888503, -0.60436778]],
                },
                1: {
                    "others": [[6.49846208, 2.50811002, 0.92058482]],
                    "local": [-1.00364908, -0.33893802, -0.87162297],
                    "half_of_product": [-16.44900962, 2.25128334, -1.19644192],
                },
            },
        },
    ),
    Case(
        name="logcosh.second",
        points=0.5,
        label="second order",
        says="The first and the second derivative by x of LogCosh(x, 2) + x * x at 0 and 1.",
        expected={"node": "LogCoshBackward", "first": [0.0, 2.46211716], "second": [2.5, 2.39322387]},
        source="tanh(x / s) + 2x, and (1 - tanh(x / s)²) / s + 2",
        rtol=1e-6,
        context={
            "two_tensors": True,
            "first": {"others": [[0.0, 1.88905593]]},
            "second": {"constants": [[2.0, 2.0]], "corner": [2.0, 2.39322387]},
        },
    ),
    Case(
        name="logcosh.saved",
        points=0.5,
        label="memory",
        says="x, then the width, is written to before backward: is it noticed? Is a result freed that nobody holds?",
        expected={"node": "LogCoshBackward", "written": {"x": "noticed", "width": "noticed"}, "result": "freed"},
        source="chapter 9: save_for_backward",
        context={"two_tensors": True},
    ),
    Case(
        name="largest.document_004",
        points=0.5,
        label="value",
        says="The three largest of document 004's numbers, with its first three cotangents.",
        expected={
            "node": "LargestBackward",
            "values": [5.0, 4.0, 3.0],
            "gradient": [100.0, 0.0, 0.0, 1.0, 10.0],
        },
        source="document 004: its numbers and cotangents, the largest first and only three",
        examples=("004.function_sort",),
        context={
            "largest_few": True,
            "two_results": True,
            "values": {"places_order": [3.0, 5.0, 4.0], "smallest": [1.0, 2.0, 3.0]},
            "gradient": {"first_places": [1.0, 10.0, 100.0, 0.0, 0.0], "places_order": [1.0, 0.0, 0.0, 10.0, 100.0]},
        },
    ),
    Case(
        name="largest.mask",
        points=0.5,
        label="convention",
        says="The mask of the two largest of (3, 5, 2, 1, 4), its dtype, and whether it asks for a gradient.",
        expected={
            "node": "LargestBackward",
            "mask": [0.0, 1.0, 0.0, 0.0, 1.0],
            "mask dtype": "float64",
            "mask requires grad": False,
        },
        source="counted by hand",
        context={
            "largest_few": True,
            "mask": {
                "index_of_kept": [1.0, 4.0],
                "smallest": [0.0, 0.0, 1.0, 1.0, 0.0],
                "first_places": [1.0, 1.0, 0.0, 0.0, 0.0],
            },
        },
    ),
    Case(
        name="largest.gradcheck",
        points=0.5,
        label="second order",
        says="The three largest of (3, -1, 2, 5, -4): the gradient for the cotangents 0.1, 0.2 and 0.3, gradcheck, "
        "and gradgradcheck.",
        expected={
            "node": "LargestBackward",
            "gradient": [0.2, 0.0, 0.3, 0.1, 0.0],
            "gradcheck": True,
            "gradgradcheck": True,
        },
        source="by hand; finite differences, by gradcheck",
        examples=("004.function_gradcheck",),
        rtol=1e-10,
        context={
            "largest_few": True,
            "two_results": True,
            "cut": {"gradgradcheck": False},
            "gradient": {"first_places": [0.1, 0.2, 0.3, 0.0, 0.0], "places_order": [0.1, 0.0, 0.2, 0.3, 0.0]},
        },
    ),
    Case(
        name="largest.decorated",
        points=0.5,
        label="error",
        says="Document 004's decorator around your backward: the gradient is right, and its own derivative is refused.",
        expected={
            "first": [6.0, 0.0, 0.0, 10.0, 8.0],
            "then": "trying to differentiate twice a function that was marked with @once_differentiable",
        },
        source="document 004: the refusal; 2x where a number was kept",
        examples=("004.function_sort_once_differentiable",),
        context={
            "decorated": True,
            "largest_few": True,
            "two_results": True,
            "first": {"first_places": [10.0, 8.0, 6.0, 0.0, 0.0], "places_order": [10.0, 0.0, 0.0, 8.0, 6.0]},
        },
    ),
    Case(
        name="blend.document_004",
        points=0.5,
        label="value",
        says="d and its gradients at a = 1, b = 2, z = 4; gradcheck of d.",
        expected={"node": "BlendBackward", "d": 18.0, "gradients": [10.0, 9.0], "gradcheck": True},
        source="document 004: 18, and the gradients 10 and 9",
        examples=("004.function_save_for_backward", "004.function_gradcheck"),
        context={
            "blended": True,
            "two_results": True,
            "gradients": {
                0: {"others": [9.0], "without_w": 2.0, "other_slopes": [4.0]},
                1: {"others": [10.0], "without_w": 5.0, "other_slopes": [0.0]},
            },
        },
    ),
    Case(
        name="blend.other_alone",
        points=0.5,
        label="value",
        says="w alone is used: its value, its gradients by a and b, and gradcheck of w.",
        expected={"node": "BlendBackward", "w": 4.0, "gradients": [4.0, 0.0], "gradcheck": True},
        source="w = a z",
        context={
            "blended": True,
            "two_results": True,
            "w_unused": {"gradients": [0.0, 0.0], "gradcheck": False},
            "gradients": {0: {"other_slopes": [10.0]}, 1: {"others": [4.0], "other_slopes": [9.0]}},
        },
    ),
    Case(
        name="blend.forward",
        points=0.5,
        label="convention",
        says="forward is called with a, b and z alone, as the second form has it.",
        expected={"node": "BlendBackward", "forward": [18.0, 4.0]},
        source="document 004: the values",
        context={"blended": True},
    ),
    Case(
        name="blend.saved",
        points=0.5,
        label="memory",
        says="a, then b, is written to before backward: is it noticed? Is a result freed that nobody holds?",
        expected={
            "node": "BlendBackward",
            "written": {"a": "noticed", "b": "noticed"},
            "result": {"d": "freed", "w": "freed"},
        },
        source="chapter 9: save_for_backward",
        context={"blended": True, "two_results": True},
    ),
    Case(
        name="mend.wave",
        points=0.5,
        label="value",
        says="Wave with k = 3 at 0 and 1: its gradient, and gradcheck.",
        expected={"node": "WaveBackward", "gradient": [3.0, -2.96997749], "gradcheck": True},
        source="k cos(k x)",
        rtol=1e-6,
        context={"gradient": {"inner": 3.0}},
    ),
    Case(
        name="mend.gate",
        points=0.5,
        label="value",
        says="The gradients of Gate at a = (2, -3), b = (0, 1).",
        expected={"node": "GateBackward", "gradients": [[0.5, 0.73105858], [0.5, -0.58983580]]},
        source="s and a s (1 - s), with s = 1 / (1 + exp(-b))",
        rtol=1e-6,
        context={
            "gradients": {0: {"others": [[0.5, -0.58983580]]}, 1: {"others": [[0.5, 0.73105858]]}},
        },
    ),
    Case(
        name="mend.growth",
        points=0.5,
        label="value",
        says="The gradients of Growth by t = (0, 1) and by the rate 2.",
        expected={"node": "GrowthBackward", "gradients": [[2.0, 14.77811220], 7.38905610]},
        source="rate y, and the sum of t y",
        rtol=1e-6,
        context={
            "all_tensors": True,
            "gradients": {0: {"rate_for_t": [0.0, 7.38905610], "inner": 2.0}, 1: {"rate_for_t": 16.77811220}},
        },
    ),
    Case(
        name="mend.noticed",
        points=0.5,
        label="memory",
        says="Each argument that is a tensor is written to before backward, one at a time: does backward notice?",
        expected={
            "nodes": THREE_NODES,
            "written": {
                "Wave": {"x": "noticed"},
                "Gate": {"a": "noticed", "b": "noticed"},
                "Growth": {"t": "noticed", "rate": "noticed"},
            },
        },
        source="what the task asks for",
    ),
    Case(
        name="mend.freed",
        points=0.5,
        label="memory",
        says="The node of each result; is the result freed as soon as nobody holds it?",
        expected={"nodes": THREE_NODES, "result": dict.fromkeys(THREE_NODES, "freed")},
        source="what the task asks for",
    ),
    Case(
        name="quantize.four_numbers",
        points=0.5,
        label="value",
        says="Step 0.5 between -1 and 1: inside, inside, just outside, far outside.",
        expected={
            "node": "QuantizeBackward",
            "value": [0.5, -0.5, 1.0, 1.0],
            "gradient": [1.0, 2.0, 0.0, 0.0],
        },
        source="the example of the task",
        context={
            "value": {"unlimited": [0.5, -0.5, 1.0, 7.0], "rounded_down": [0.0, -1.0, 1.0, 1.0]},
            "gradient": {
                "unmasked": [1.0, 2.0, 3.0, 4.0],
                "rounded_mask": [1.0, 2.0, 3.0, 0.0],
                "local": [1.0, 1.0, 0.0, 0.0],
                "true_slope": [0.0, 0.0, 0.0, 0.0],
            },
        },
    ),
    Case(
        name="quantize.learned",
        points=0.5,
        label="order",
        says="60 steps of gradient descent through Quantize: the coarse weights that were found.",
        expected={"node": "QuantizeBackward", "weights": [0.5, -0.75, 1.0]},
        source="the weights from which the targets were made",
        context={"weights": {"true_slope": [0.0, 0.0, 0.0]}},
    ),
)
