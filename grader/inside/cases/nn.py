"""Assignment 11, nn: its holes, visible cases, and the mistakes that only it knows.

An optimiser such as RMSprop, the training loop and a network for the moons are nowhere in minigrad: there is nothing
to close for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises

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
        context={
            "unfound_bias": {
                "names": ["weight"],
                "shapes": [[2, 3]],
                "leaves that require grad": [True],
                "dtypes": ["float32"],
                "within the bounds": True,
                "repeated by manual_seed": True,
                "text": "Linear(in_features=3, out_features=2, bias=True)",
                "shape for a batch": [4, 2],
            }
        },
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
        context={"unfound_bias": Raises("RuntimeError", 'Unexpected key(s) in state_dict: "bias"')},
    ),
    Case(
        name="linear.two_blocks",
        points=0.5,
        label="value",
        says="Four inputs and two outputs in two blocks, without a bias; the dtype in float32 and in float64.",
        expected={"y": [[21.0, 18.0], [10.0, 15.0]], "dtypes": ["float32", "float64"]},
        source="the example of the task",
        context={
            "y": {"interleaved": [[31.0, 16.0], [0.0, 17.0]]},
            "no_blocks": Raises("RuntimeError", "shape in current model is torch.Size([2, 4])"),
        },
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
        context={
            "unfound_bias": {
                "text": "Sequential(\n  (0): Linear(in_features=6, out_features=4, bias=True, blocks=2)\n"
                "  (1): ReLU()\n  (2): Linear(in_features=4, out_features=2, bias=False)\n)",
                "keys": ["0.weight", "2.weight"],
            }
        },
    ),
    Case(
        name="rmsprop.by_hand",
        points=0.5,
        label="value",
        says="Three steps down chapter 11's first loss, with alpha = 0.75 and lr = 0.1.",
        expected={
            "w after step 1": 1.2,
            "w after step 2": 1.3441153384,
            "w after step 3": 1.4656782097,
        },
        source="the formulas of the task; the first step by hand",
        context={
            "w after step 1": {"before": 1.0, "update": -0.2},
            "w after step 2": {"before": 1.0, "corrected": 1.1977624092, "first_square": 1.1961794181},
            "w after step 3": {"before": 1.0, "corrected": 1.2934374802, "first_square": 1.2894488051},
        },
    ),
    Case(
        name="rmsprop.two_groups",
        points=0.5,
        label="options",
        says="Three steps of two parameters: one with weight decay, one with momentum; their gradients afterwards.",
        expected={
            "w": [0.71032298996, -2.29993879047],
            "c": [2.67555133656, 5.23456590696],
            "gradients as they were": [2.0, 4.0, 2.0, -1.0],
        },
        source="the formulas of the task",
        rtol=1e-9,
        context={
            "w": {
                "before": [1.0, -2.0],
                "seven_digits": True,
                "corrected": [0.75177191023, -2.25564548517],
                "first_square": [0.75217132664, -2.25528295559],
                "eps_inside": [0.65948335164, -2.34689608568],
                "decay_apart": [0.59359820197, -2.01337270558],
                "one_state": [0.71147996393, -2.3153520423],
            },
            "c": {
                "before": [3.0, 5.0],
                "update": [0.32444866344, -0.23456590696],
                "seven_digits": True,
                "adam": [2.8, 5.15],
                "eps_inside": [2.55364650163, 5.3293059179],
                "momentum_first": [2.68543364932, 5.22938331612],
                "one_state": [2.65792969375, 4.95033207143],
            },
            "gradients as they were": {"written_gradient": [2.39845837443, 2.89477304853, 2.0, -1.0]},
        },
    ),
    Case(
        name="rmsprop.saved",
        points=0.5,
        label="memory",
        says="Four steps; half way the state goes into a file, and on in another optimiser. It has the dtype of x.",
        expected={"w": 0.62475721501, "float64 kept for a float32": False},
        source="the formulas of the task",
        context={
            "w": {
                "before": 1.0,
                "update": 0.37524278499,
                "corrected": 0.69775970025,
                "adam": 0.75698490444,
                "first_square": 0.68108364006,
                "momentum_first": 0.58622655338,
                "restarted": 0.59708332047,
            },
            "state_in_double": {"w": 0.62475721501, "float64 kept for a float32": True},
            "not_saved": Raises("TypeError", "cannot save object['state']"),
        },
    ),
    Case(
        name="causal.by_hand",
        points=0.5,
        label="value",
        says="(1, 2, 4) with the weights (10, 1), for dilation 1 and 2.",
        expected=[[[[10.0, 21.0, 42.0]]], [[[10.0, 20.0, 41.0]]]],
        source="the example of the task",
        context={
            0: {
                "turned": [[[1.0, 12.0, 24.0]]],
                "future": [[[12.0, 24.0, 40.0]]],
                "present": [[[11.0, 22.0, 44.0]]],
                "circular": [[[14.0, 21.0, 42.0]]],
                "inside_only": [[[21.0, 42.0]]],
            },
            1: {
                "turned": [[[1.0, 2.0, 14.0]]],
                "undilated": [[[10.0, 21.0, 42.0]]],
                "future": [[[14.0, 20.0, 40.0]]],
                "present": [[[11.0, 22.0, 44.0]]],
                "circular": [[[12.0, 24.0, 41.0]]],
                "inside_only": [[[41.0]]],
                "few_zeros": [[[20.0, 41.0]]],
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
        context={
            "y": {
                "turned": [
                    [[10.0, 120.0, 31.0, 192.0], [0.0, 20.0, 3.0, 34.0], [1.0, 2.0, 3.0, 4.0]],
                    [[10.0, 0.0, 1.0, 20.0], [0.0, 0.0, 3.0, 4.0], [1.0, 0.0, 0.0, 0.0]],
                ],
                "future": [
                    [[31.0, 192.0, 3.0, 18.0], [3.0, 34.0, 9.0, 12.0], [3.0, 4.0, 0.0, 0.0]],
                    [[1.0, 20.0, 0.0, 2.0], [3.0, 4.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
                ],
                "undilated": [
                    [[1.0, 22.0, 123.0, 48.0], [3.0, 6.0, 29.0, 12.0], [0.0, 1.0, 2.0, 3.0]],
                    [[1.0, 10.0, 0.0, 2.0], [3.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]],
                ],
                "present": [
                    [[11.0, 132.0, 33.0, 198.0], [3.0, 26.0, 9.0, 40.0], [1.0, 2.0, 3.0, 4.0]],
                    [[11.0, 0.0, 0.0, 22.0], [3.0, 0.0, 0.0, 4.0], [1.0, 0.0, 0.0, 0.0]],
                ],
                "circular": [
                    [[31.0, 192.0, 13.0, 138.0], [3.0, 34.0, 9.0, 32.0], [3.0, 4.0, 1.0, 2.0]],
                    [[1.0, 20.0, 10.0, 2.0], [3.0, 4.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]],
                ],
            }
        },
    ),
    Case(
        name="causal.gradients",
        points=0.5,
        label="value",
        says="The gradients of the sum, for five numbers, two weights and dilation 2, in float64.",
        expected={"dtype": "float64", "x": [[[8.0, 8.0, 8.0, 5.0, 5.0]]], "weight": [[[31.0, 7.0]]]},
        source="how often each number is looked at, and with which weight",
        context={
            "x": {"turned": [[[8.0, 8.0, 8.0, 3.0, 3.0]]], "undilated": [[[8.0, 8.0, 8.0, 8.0, 5.0]]]},
            "weight": {"turned": [[[7.0, 31.0]]], "undilated": [[[31.0, 15.0]]], "future": [[[31.0, 28.0]]]},
        },
    ),
    Case(
        name="causal.gradcheck",
        points=0.5,
        label="second order",
        says="gradcheck and gradgradcheck, for two channels and three weights.",
        expected={"dtype": "float64", "gradcheck": True, "gradgradcheck": True},
        source="finite differences, by gradcheck",
        context={"coarse": {"dtype": "float32", "gradcheck": "not tried", "gradgradcheck": "not tried"}},
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
        context={"y": {"by_n_minus_1": [[-0.707105, -6.5710634], [0.707105, 7.5710634]]}},
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
            0: {
                "mean": {"forgetful": [0.2, 0.2], "counted_late": [1.0, 1.0]},
                "var": {"biased": [1.0, 4.0], "forgetful": [1.1, 1.7], "counted_late": [1.5, 4.5]},
            },
            1: {
                "mean": {"forgetful": [0.68, 0.38], "counted_late": [2.3333333, 1.3333333], "weighed": [3.8, 2.0]},
                "var": {
                    "biased": [1.5, 3.0],
                    "forgetful": [1.29, 1.83],
                    "counted_late": [2.0, 4.0],
                    "weighed": [2.6, 5.0],
                },
            },
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
            "y": {
                0: {
                    "own_batch": [[0.0, 0.0]],
                    "biased": [[2.0412346, 6.3508424]],
                    "forgetful": [[4.6839807, 9.328947]],
                    "counted_late": [[2.5927184, 5.833326]],
                    "weighed": [[1.3643795, 4.9193446]],
                },
                1: {
                    "own_batch": [[0.9999968, 0.9999998], [-0.9999968, -0.9999998]],
                    "biased": [[2.0412346, 6.3508424], [0.0, 0.0]],
                    "forgetful": [[4.6839807, 9.328947], [2.4828619, 1.1975352]],
                    "counted_late": [[2.5927184, 5.833326], [0.8249558, 0.3333329]],
                    "weighed": [[1.3643795, 4.9193446], [-0.1860517, 0.0]],
                },
            },
            "mean": {"forgetful": [0.68, 0.38], "counted_late": [2.3333333, 1.3333333], "weighed": [3.8, 2.0]},
            "batches": {"counted_in_eval": 4},
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
        context={
            "other": {
                "own_batch": [[0.0, 0.0]],
                "biased": [[0.707105, 2.121315]],
                "forgetful": [[5.0207692, 4.3817622]],
                "counted_late": [[2.4748675, 2.8284201]],
            },
            "unregistered": {
                "parameters": "weight, bias",
                "state": "weight, bias, batches",
                "buffers with a history": "",
                "double": ["float64", "float64", "int64"],
                "other": [[5.99997, 4.999975]],
            },
            "kept_history": [
                {
                    "parameters": "weight, bias",
                    "state": "weight, bias, mean, var, batches",
                    "buffers with a history": which,
                    "double": ["float64", "float64", "float64", "float64", "int64"],
                    "other": [[0.5773493, 1.7320479]],
                }
                for which in ("mean, var", "mean", "var")
            ],
        },
    ),
    Case(
        name="fit.curve",
        points=0.5,
        label="value",
        says="Three epochs of two batches, of one and of three examples: both curves.",
        expected={"training": [3.9, 1.7176, 1.0259392], "test": [7.0992, 6.00224, 5.2978885632]},
        source="the slope of the mean squared error, by hand",
        context={
            "training": {
                "piled": [3.9, 9.372, 0.8707776],
                "piled_in_epoch": [3.9, 2.4472, 0.6647488],
                "per_batch": [5.6, 1.7984, 1.0500608],
                "last_batch": [2.2, 1.6368, 1.0018176],
                "afterwards": [2.3532, 2.219232, 2.0982181632],
                "stays_eval": [3.9, 2.4025, 1.70041225],
                "never_moved": [7.5, 7.5, 7.5],
            },
            "test": {
                "piled": [10.0512, 13.3468515556, 1.2512920488],
                "piled_in_epoch": [10.0512, 5.64768, 5.7068439552],
                "still_training": [11.7968, 6.80096, 4.0155542528],
                "stays_eval": [7.0992, 5.716484, 4.8727375812],
                "never_moved": [9.0, 9.0, 9.0],
            },
        },
    ),
    Case(
        name="fit.calls",
        points=0.5,
        label="order",
        says="How the network was called in two epochs: its mode, how many examples, whether operations were recorded.",
        expected=["train, 1, recorded", "train, 3, recorded", "eval, 2, not recorded"] * 2,
        source="what the task asks for",
        context={
            "test_in_train": [
                ["train, 1, recorded", "train, 3, recorded", measured] * 2
                for measured in ("train, 2, not recorded", "train, 2, recorded")
            ],
            "test_recorded": [
                ["train, 1, recorded", "train, 3, recorded", measured] * 2
                for measured in ("eval, 2, recorded", "train, 2, recorded")
            ],
            "eval_again": [
                [
                    *("train, 1, recorded", "train, 3, recorded", "eval, 2, not recorded"),
                    *("eval, 1, recorded", "eval, 3, recorded", "eval, 2, not recorded"),
                ]
            ],
        },
    ),
    Case(
        name="fit.floats",
        points=0.5,
        label="memory",
        says="What the curve consists of: training loss and test loss, of two epochs.",
        expected=["float"] * 4,
        source="what the task asks for",
        context={"tensors": [["Tensor", "Tensor"] * 2, ["float", "Tensor"] * 2, ["Tensor", "float"] * 2]},
    ),
    Case(
        name="moons.new",
        points=0.5,
        label="value",
        says="Your network and the points it has learned from, new ones, and new ones without noise.",
        expected={
            "right of the 200 known ones": "at least 97%",
            "right of 1,000 new ones": "at least 97%",
            "right of 1,000 without noise": "all",
            "scores along a line": "bent",
        },
        source="what the task asks for",
        context={"moons": True},
    ),
    Case(
        name="moons.numbers",
        points=0.5,
        label="convention",
        says="How many numbers are learned, and that they alone tell points apart: when all are 0, no scores differ.",
        expected={"numbers to learn": "1 to 2,000", "differences when all are 0": np.zeros((1000, 2))},
        source="what the task asks for",
        context={"moons": True},
    ),
)
