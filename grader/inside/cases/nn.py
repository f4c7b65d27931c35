"""Assignment 11, nn: its holes, visible cases, and the mistakes that only it knows.

An optimiser such as RMSprop, the training loop and a network for the moons are nowhere in minigrad: there is nothing
to close for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case
from grader.inside.misconceptions import Context, Misconception, given


def to_seven_digits(right: np.ndarray, context: Context) -> list[np.ndarray]:
    """What came, if a float32 on the way explains all of its error."""
    return [context["got"]] if np.allclose(context["got"], right, rtol=1e-6, atol=0) else []


HOLES = (
    "layers.Linear.__init__",
    "layers.Linear.forward",
    "layers.reset",  # which starts the weights of convolutions as well
    "convolution.windows",
    "convolution.fold",
    "convolution.convolve",
    "layers.BatchNorm1d.__init__",
    "layers.BatchNorm1d.forward",
    "normalising.batch_norm",
    "normalising.standardized",
)

MISTAKES = (
    Misconception(
        "blocks interleaved",
        "The blocks take the inputs in turn; each is to have neighbours: the first ones, the next ones, and so on.",
        ("interleaved",), given("interleaved"),
    ),
    Misconception(
        "corrected like Adam",
        "The running mean was corrected for its beginning at zero, as Adam does it; RMSprop does not.",
        ("corrected",), given("corrected"),
    ),
    Misconception(
        "eps inside the root",
        "The small number eps was added under the root; it is to be added to the root.",
        ("eps_inside",), given("eps_inside"),
    ),
    Misconception(
        "begun with the first square",
        "The running mean began with the first square; it is to begin with zero.",
        ("first_square",), given("first_square"),
    ),
    Misconception(
        "decay apart",
        "The weight decay pulls the parameter itself, as in AdamW; here it is a part of the gradient.",
        ("decay_apart",), given("decay_apart"),
    ),
    Misconception(
        "state in float32",
        "Right to about seven digits only: what is kept from step to step is to have the dtype of the parameter.",
        ("decay_apart",), to_seven_digits,
    ),
    Misconception(
        "weights turned round",
        "The weights were laid on the other way round, as conv1d has them: here the first one is for the present.",
        ("turned",), given("turned"),
    ),
    Misconception(
        "looked into the future",
        "The window reaches into the future: the zeros belong before the beginning, not behind the end.",
        ("future",), given("future"),
    ),
    Misconception(
        "never looked back",
        "All weights look at the present: zeros that are put behind the end move nothing.",
        ("present",), given("present"),
    ),
    Misconception(
        "dilation forgotten", "The window looks at neighbours: the dilation is missing.",
        ("undilated",), given("undilated"),
    ),
    Misconception(
        "batch taken as a constant",
        "Mean and variance of the batch were taken as constants: they depend on the input, and so does the gradient.",
        ("constants",), given("constants"),
    ),
    Misconception(
        "older batches forgotten",
        "The running numbers follow the batches by a tenth; they are to be the average of all batches so far.",
        ("forgetful",), given("forgetful"),
    ),
    Misconception(
        "running variance by n",
        "The variances in the average divide by n; they are to divide by n - 1.",
        ("biased",), given("biased"),
    ),
    Misconception(
        "own batch in eval",
        "In eval mode the mean and variance of what is asked were used; it is for the running numbers then.",
        ("own_batch",), given("own_batch"),
    ),
    Misconception(
        "old gradients used",
        "The first step was made with the gradients that the network brought along.",
        ("old",), given("old"),
    ),
    Misconception(
        "gradients piled up",
        "The gradients of earlier batches are still in .grad when the next one is added to them.",
        ("piled",), given("piled"),
    ),
    Misconception(
        "batches count alike",
        "This is the mean over the batches; over the examples, a batch counts as often as it has examples.",
        ("per_batch",), given("per_batch"),
    ),
    Misconception(
        "measured in train mode",
        "The test loss was measured in train mode.",
        ("still_training",), given("still_training"),
    ),
)  # fmt: skip


def own(names: dict[str, Any], reference: Callable[[str], Any]) -> dict[str, Any]:
    """The student's layer; with one block it is minigrad's, whatever it is asked."""
    return {"layers.Linear": names["Linear"]}


CASES = (
    Case(
        name="linear.document_module",
        points=0.5,
        label="convention",
        says="Document 004's Linear(3, 2): names, shapes, where its numbers start, its text.",
        expected={
            "names": ["weight", "bias"],
            "shapes": [[2, 3], [2]],
            "leaves that require grad": [True, True],
            "dtypes": ["float32", "float32"],
            "within the bounds": True,
            "repeated by manual_seed": True,
            "text": "Linear(in_features=3, out_features=2, bias=True)",
            "shape for a batch": [4, 2],
        },
        source="document 004: a Linear(3, 2) as a module",
        examples=("004.linear_module",),
    ),
    Case(
        name="linear.document_numbers",
        points=0.5,
        label="value",
        says="A weight and a bias that give document 004's numbers: the output, and the gradients by x, weight, bias.",
        expected={
            "y": [-1.0743, -0.7277],
            "x": [0.6039, 0.2139, -0.9551],
            "weight": [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]],
            "bias": [1.0, 1.0],
        },
        source="document 004: the output and the gradient by x; the other two by hand",
        examples=("004.linear",),
    ),
    Case(
        name="linear.two_blocks",
        points=0.5,
        label="value",
        says="Four inputs and two outputs in two blocks, without a bias; the dtype in float32 and in float64.",
        expected={"y": [[21.0, 18.0], [10.0, 15.0]], "dtypes": ["float32", "float64"]},
        source="the example of the task",
        context={"y": {"interleaved": [[31.0, 16.0], [0.0, 17.0]]}},
    ),
    Case(
        name="linear.in_a_network",
        points=0.5,
        label="convention",
        says="Your class in the place of nn.Linear, in a Sequential.",
        expected={
            "text": "Sequential(\n  (0): Linear(in_features=6, out_features=4, bias=True, blocks=2)\n  (1): ReLU()\n"
            "  (2): Linear(in_features=4, out_features=2, bias=False)\n)",
            "keys": ["0.weight", "0.bias", "2.weight"],
        },
        source="what the task asks for",
    ),
    Case(
        name="rmsprop.by_hand",
        points=0.5,
        label="value",
        says="Three steps down chapter 11's first loss, with alpha = 0.75 and lr = 0.1.",
        expected={"path": [1.2, 1.3441153384, 1.4656782097]},
        source="the formulas of the task; the first step by hand",
        context={
            "path": {
                "corrected": [1.1, 1.1977624092, 1.2934374802],
                "first_square": [1.1, 1.1961794181, 1.2894488051],
                "before": 1.0,
            }
        },
    ),
    Case(
        name="rmsprop.two_groups",
        points=0.5,
        label="options",
        says="Three steps of two parameters: one with weight decay, one with momentum; their gradients afterwards.",
        expected={
            "w": [0.6388802157, -2.3615796769],
            "c": [[2.6755513366]],
            "gradients as they were": [2.0, 4.0, 2.0],
        },
        source="the formulas of the task",
        rtol=1e-9,
        context={
            "w": {"decay_apart": [0.5131411802, -2.0589838209], "before": [1.0, -2.0]},
            "c": {"eps_inside": [[2.5536465016]], "before": [[3.0]]},
        },
    ),
    Case(
        name="rmsprop.saved",
        points=0.5,
        label="memory",
        says="Four steps; half way the state goes into a file, and on in another optimiser.",
        expected={"w": 0.62475721501},
        source="the formulas of the task",
    ),
    Case(
        name="causal.by_hand",
        points=0.5,
        label="value",
        says="(1, 2, 4) with the weights (10, 1), for dilation 1 and 2.",
        expected=[[[[10.0, 21.0, 42.0]]], [[[10.0, 20.0, 41.0]]]],
        source="the example of the task",
        context={
            0: {"turned": [[[1.0, 12.0, 24.0]]], "future": [[[12.0, 24.0, 40.0]]], "present": [[[11.0, 22.0, 44.0]]]},
            1: {
                "turned": [[[1.0, 2.0, 14.0]]],
                "undilated": [[[10.0, 21.0, 42.0]]],
                "future": [[[14.0, 20.0, 40.0]]],
                "present": [[[11.0, 22.0, 44.0]]],
            },
        },
    ),
    Case(
        name="causal.channels",
        points=0.5,
        label="shape",
        says="Two sounds of two channels, three outputs, in float32.",
        expected={
            "dtype": "float32",
            "y": [
                [[1.0, 12.0, 13.0, 138.0], [3.0, 6.0, 9.0, 32.0], [0.0, 0.0, 1.0, 2.0]],
                [[1.0, 0.0, 10.0, 2.0], [3.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]],
            ],
        },
        source="the formula of the task, by hand",
    ),
    Case(
        name="causal.gradients",
        points=0.5,
        label="value",
        says="The gradients of the sum, for five numbers, two weights and dilation 2, in float64.",
        expected={"dtype": "float64", "x": [[[8.0, 8.0, 8.0, 5.0, 5.0]]], "weight": [[[31.0, 7.0]]]},
        source="how often each number is looked at, and with which weight",
    ),
    Case(
        name="causal.gradcheck",
        points=0.5,
        label="second order",
        says="gradcheck and gradgradcheck, for two channels and three weights.",
        expected={"gradcheck": True, "gradgradcheck": True},
        source="finite differences, by gradcheck",
    ),
    Case(
        name="norm.train",
        points=0.5,
        label="value",
        says="A batch of two examples in train mode, with a weight and a bias; and that it is not written to.",
        expected={
            "y": [[-0.999995, -9.4999875], [0.999995, 10.4999875]],
            "x as it was": [[1.0, 0.0], [3.0, 4.0]],
        },
        source="the formula of the task",
    ),
    Case(
        name="norm.running",
        points=0.5,
        label="memory",
        says="The buffers after one batch and after two.",
        expected=[
            {"mean": [2.0, 2.0], "var": [2.0, 8.0], "batches": 1},
            {"mean": [3.5, 2.0], "var": [2.5, 5.5], "batches": 2},
        ],
        source="the example of the task",
        context={
            0: {"var": {"biased": [1.0, 4.0], "forgetful": [1.1, 1.7]}, "mean": {"forgetful": [0.2, 0.2]}},
            1: {"var": {"biased": [1.5, 3.0], "forgetful": [1.29, 1.83]}, "mean": {"forgetful": [0.68, 0.38]}},
        },
    ),
    Case(
        name="norm.eval",
        points=0.5,
        label="value",
        says="After two batches two questions in eval mode, one of them about a single example; nothing has moved.",
        expected={
            "y": [[[1.5811357, 4.6904115]], [[1.5811357, 4.6904115], [0.0, 0.0]]],
            "mean": [3.5, 2.0],
            "batches": 2,
        },
        source="the example of the task",
        context={
            "y": {0: {"own_batch": [[0.0, 0.0]]}, 1: {"own_batch": [[0.9999968, 0.9999998], [-0.9999968, -0.9999998]]}}
        },
    ),
    Case(
        name="norm.kept",
        points=0.5,
        label="convention",
        says="What is learned, what is saved, what has a history; and another layer that loads the state.",
        expected={
            "parameters": "weight, bias",
            "state": "weight, bias, mean, var, batches",
            "buffers with a history": "",
            "double": ["float64", "float64", "float64", "float64", "int64"],
            "other": [[0.5773493, 1.7320479]],
        },
        source="what the task asks for",
    ),
    Case(
        name="fit.curve",
        points=0.5,
        label="value",
        says="Three epochs of two batches, of one and of three examples: both curves.",
        expected={"training": [3.9, 1.7176, 1.0259392], "test": [7.0992, 6.00224, 5.2978885632]},
        source="the slope of the mean squared error, by hand",
        context={
            "training": {"piled": [3.9, 9.372, 0.8707776], "per_batch": [5.6, 1.7984, 1.0500608]},
            "test": {"still_training": [11.7968, 6.80096, 4.0155542528]},
        },
    ),
    Case(
        name="fit.calls",
        points=0.5,
        label="order",
        says="How the network was called in two epochs: its mode, how many examples, whether operations were recorded.",
        expected=["train, 1, recorded", "train, 3, recorded", "eval, 2, not recorded"] * 2,
        source="what the task asks for",
    ),
    Case(
        name="fit.floats",
        points=0.5,
        label="memory",
        says="What the curve consists of.",
        expected=["float"] * 4,
        source="what the task asks for",
    ),
    Case(
        name="moons.new",
        points=0.5,
        label="value",
        says="Your network and the points it has learned from, new ones, and new ones without noise.",
        expected={"97 % of the 200 known ones": True, "97 % of 1,000 new ones": True, "all without noise": True},
        source="what the task asks for",
    ),
    Case(
        name="moons.numbers",
        points=0.5,
        label="convention",
        says="How many numbers are learned, and that they alone tell points apart: with zeros all scores are the same.",
        expected={"1 to 2,000 numbers": True, "scores when all are 0": np.zeros((1000, 2))},
        source="what the task asks for",
    ),
)
