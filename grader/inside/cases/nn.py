"""Assignment 11, nn: its holes, visible cases, and the mistakes that only it knows.

An optimiser such as RMSprop, the training loop and a network for the moons are nowhere in minigrad: there is nothing
to close for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def kept(
    parameters: str = "weight, bias",
    state: str = "weight, bias, mean, var, batches",
    history: str = "",
    double: Sequence[str] = ("float64", "float64", "float64", "float64", "int64"),
    goes_on: dict[str, Any] | None = None,
    asked: list | None = None,
) -> dict[str, Any]:
    """What norm.kept finds in a layer that keeps what it should, or other things in some places."""
    return {
        "parameters": parameters,
        "state": state,
        "buffers with a history": history,
        "double": list(double),
        "other goes on": goes_on or {"mean": [3.5, 2.0], "var": [2.5, 5.5], "batches": 2},
        "other in eval mode": asked or [[1.5811357, 1.2792031]],
    }


# where the numbers of a layer start, in units of the right bound, for some wrong ones
NARROW = {"lowest": -0.6, "highest": 0.6, "mean size": 0.3}
WIDE = {"lowest": -2.4, "highest": 2.4, "mean size": 1.2}
POSITIVE = {"lowest": 0.0, "highest": 1.0, "mean size": 0.5}
NETWORK = [
    "Sequential(",
    "  (0): Linear(in_features=6, out_features=4, bias=True, blocks=2)",
    "  (1): ReLU()",
    "  (2): Linear(in_features=4, out_features=2, bias=False)",
    ")",
]
LEARNS = ["train, 1, recorded", "train, 3, recorded"]  # what fit.calls is to see in one epoch, before the test
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
            "unfound": {
                "names": [],
                "shapes": [],
                "leaves that require grad": [],
                "dtypes": [],
                "within the bounds": True,
                "repeated by manual_seed": True,
                "text": "Linear(in_features=3, out_features=2, bias=True)",
                "shape for a batch": [4, 2],
            },
            "unfound_bias": {
                "names": ["weight"],
                "shapes": [[2, 3]],
                "leaves that require grad": [True],
                "dtypes": ["float32"],
                "within the bounds": True,
                "repeated by manual_seed": True,
                "text": "Linear(in_features=3, out_features=2, bias=True)",
                "shape for a batch": [4, 2],
            },
        },
    ),
    Case(
        name="linear.document_numbers",
        points=0.25,
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
        context={
            "unfound_bias": Raises("RuntimeError", 'Unexpected key(s) in state_dict: "bias"'),
            "unfound": Raises("RuntimeError", 'Unexpected key(s) in state_dict: "weight", "bias"'),
            "two_axes": Raises("IndexError", "too many indices for tensor"),
        },
    ),
    Case(
        name="linear.two_blocks",
        points=0.5,
        label="value",
        says="Four inputs and four outputs in two blocks, for x of the shapes (4,), (2, 4) and (2, 1, 4); the dtype in "
        "float32 and in float64.",
        expected={
            "y": [
                [21.5, 7.0, 13.0, 20.5],
                [[21.5, 7.0, 13.0, 20.5], [10.5, 2.0, -3.0, 23.0]],
                [[[21.5, 7.0, 13.0, 20.5]], [[10.5, 2.0, -3.0, 23.0]]],
            ],
            "dtypes": ["float32", "float64"],
        },
        source="the formula of the task, by hand",
        context={
            "y": {
                0: {
                    "interleaved": [31.5, 10.0, 8.0, 20.0],
                    "in_turn": [[21.5, 17.0, 5.0, 20.5], [21.5, 10.0, 10.0, 20.5]],
                },
                1: {
                    "interleaved": [[31.5, 10.0, 8.0, 20.0], [0.5, -1.0, 2.0, 23.5]],
                    "in_turn": [
                        [[21.5, 17.0, 5.0, 20.5], [10.5, 14.0, 1.0, 23.0]],
                        [[21.5, 10.0, 10.0, 20.5], [10.5, -6.0, 5.0, 23.0]],
                    ],
                },
                2: {
                    "interleaved": [[[31.5, 10.0, 8.0, 20.0]], [[0.5, -1.0, 2.0, 23.5]]],
                    "in_turn": [
                        [[[21.5, 17.0, 5.0, 20.5]], [[10.5, 14.0, 1.0, 23.0]]],
                        [[[21.5, 10.0, 10.0, 20.5]], [[10.5, -6.0, 5.0, 23.0]]],
                    ],
                },
            },
            "no_blocks": Raises("RuntimeError", "shape in current model is torch.Size([4, 4])"),
            "unfound_bias": Raises("RuntimeError", 'Unexpected key(s) in state_dict: "bias"'),
            "unfound": Raises("RuntimeError", 'Unexpected key(s) in state_dict: "weight", "bias"'),
            "two_axes": Raises("IndexError", "too many indices for tensor"),
        },
    ),
    Case(
        name="linear.first_numbers",
        points=0.25,
        label="convention",
        says="Where weight and bias of Linear(150, 2400, blocks=3) start, in float64: the lowest, the highest and the "
        "mean size, in units of the right bound.",
        expected={
            "shape": [2400, 50],
            "weight": {"dtype": "float64", "lowest": -1.0, "highest": 1.0, "mean size": 0.5},
            "bias": {"dtype": "float64", "lowest": -1.0, "highest": 1.0, "mean size": 0.5},
        },
        source="1 / sqrt(50): there are 50 products in one output",
        context={
            "bound_of_all": [{"weight": NARROW, "bias": NARROW}, {"bias": NARROW}],
            "kaiming": [{"weight": WIDE}, {"weight": WIDE, "bias": NARROW}],
            "never_negative": [{"weight": POSITIVE, "bias": POSITIVE}, {"weight": POSITIVE}, {"bias": POSITIVE}],
            "zero_bias": [{"bias": {"lowest": 0.0, "highest": 0.0, "mean size": 0.0}}],
            "bell": True,
            "no_blocks": {
                "shape": [2400, 150],
                "weight": {"dtype": "float64", **NARROW},
                "bias": {"dtype": "float64", **NARROW},
            },
        },
    ),
    Case(
        name="linear.unfit",
        points=0.25,
        label="error",
        says="Two blocks for three inputs, and two blocks for three outputs.",
        expected={"Linear(3, 4, blocks=2)": "ValueError", "Linear(4, 3, blocks=2)": "ValueError"},
        source="what the task asks for",
        context={"any_blocks": "nothing"},
    ),
    Case(
        name="linear.in_a_network",
        points=0.25,
        label="convention",
        says="Your class in the place of nn.Linear, in a Sequential.",
        expected={"text": NETWORK, "keys": ["0.weight", "0.bias", "2.weight"]},
        source="what the task asks for",
        context={
            "unfound_bias": {"text": NETWORK, "keys": ["0.weight", "2.weight"]},
            "unfound": {"text": NETWORK, "keys": []},
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
            "w after step 1": {"before": 1.0, "update": -0.2, "shares_exchanged": 1.1154700538},
            "w after step 2": {
                "before": 1.0,
                "corrected": 1.1977624092,
                "first_square": 1.1961794181,
                "shares_exchanged": 1.2174693969,
                "forgotten": 1.4,
            },
            "w after step 3": {
                "before": 1.0,
                "corrected": 1.2934374802,
                "first_square": 1.2894488051,
                "shares_exchanged": 1.3165530343,
                "forgotten": 1.6,
            },
            "single_number": Raises("IndexError", "array is 0-dimensional"),
        },
    ),
    Case(
        name="rmsprop.two_groups",
        points=0.5,
        label="options",
        says="Three steps of two parameters, one with weight decay, one with momentum, with alpha = 0.75; their "
        "gradients afterwards.",
        expected={
            "w": [0.6416673974, -2.3744892652],
            "c": [2.6165064033, 5.2637569487],
            "gradients as they were": [2.0, 4.0, 2.0, -1.0],
        },
        source="the formulas of the task",
        rtol=1e-9,
        context={
            "w": {
                "before": [1.0, -2.0],
                "seven_digits": True,
                "corrected": [0.7521588322, -2.2552942322],
                "first_square": [0.7530983089, -2.2544400425],
                "eps_inside": [0.5699027468, -2.443702068],
                "decay_apart": [0.533834689, -2.09289813],
                "one_state": [0.6538568807, -2.3838303363],
                "shares_exchanged": [0.7381377441, -2.2700689854],
                "forgotten": [0.5750400976, -2.4471029789],
                "no_eps": [0.5236851953, -2.4774170371],
            },
            "c": {
                "before": [3.0, 5.0],
                "update": [0.3834935967, -0.2637569487],
                "seven_digits": True,
                "adam": [2.8, 5.15],
                "eps_inside": [2.4617173687, 5.3612363821],
                "momentum_first": [2.6319989024, 5.2563622258],
                "one_state": [2.6081974208, 4.9217299362],
                "shares_exchanged": [2.7027112925, 5.2201890631],
                "forgotten": [2.7, 5.2],
                "no_eps": [2.2917021264, 5.7082978736],
            },
            "gradients as they were": {"written_gradient": [2.3714759978, 2.8654548687, 2.0, -1.0]},
        },
    ),
    Case(
        name="rmsprop.saved",
        points=0.5,
        label="memory",
        says="Four steps; half way the state goes into a file, and on in another optimiser; before the last step lr is "
        "doubled. The state has the dtype of x.",
        expected={"w": 0.3270987321, "float64 kept for a float32": False},
        source="the formulas of the task",
        context={
            "w": {
                "before": 1.0,
                "update": 0.6729012679,
                "corrected": 0.5643137184,
                "adam": 0.6853019926,
                "first_square": 0.5307468498,
                "momentum_first": 0.3105671532,
                "restarted": 0.2563157584,
                "rate_kept": 0.4137012725,
                "shares_exchanged": 0.5818707415,
                "forgotten": 0.4,
            },
            "state_in_double": {"w": 0.3270987321, "float64 kept for a float32": True},
            "not_saved": Raises("TypeError", "cannot save object['state']"),
            "single_number": Raises("IndexError", "array is 0-dimensional"),
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
                "past_only": [[[0.0, 10.0, 21.0]]],
                "too_long": [[[10.0, 21.0, 42.0, 4.0]]],
            },
            1: {
                "turned": [[[1.0, 2.0, 14.0]]],
                "undilated": [[[10.0, 21.0, 42.0]]],
                "future": [[[14.0, 20.0, 40.0]]],
                "present": [[[11.0, 22.0, 44.0]]],
                "circular": [[[12.0, 24.0, 41.0]]],
                "inside_only": [[[41.0]]],
                "few_zeros": [[[20.0, 41.0]]],
                "past_only": [[[0.0, 0.0, 10.0]]],
                "too_long": [[[10.0, 20.0, 41.0, 2.0, 4.0]]],
            },
        },
    ),
    Case(
        name="causal.short_sound",
        points=0.25,
        label="value",
        says="The same sound and weights for dilation 5: the window is longer than the sound.",
        expected=np.array([[[10.0, 20.0, 40.0]]], dtype=np.float32),
        source="the example of the task",
        context={
            "turned": [[[1.0, 2.0, 4.0]]],
            "undilated": [[[10.0, 21.0, 42.0]]],
            "present": [[[11.0, 22.0, 44.0]]],
            "circular": [[[12.0, 24.0, 41.0]]],
            "past_only": [[[0.0, 0.0, 0.0]]],
            "too_long": [[[10.0, 20.0, 40.0, 0.0, 0.0, 1.0, 2.0, 4.0]]],
            "behind": True,
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
                "past_only": [
                    [[0.0, 0.0, 1.0, 12.0], [0.0, 0.0, 3.0, 6.0], [0.0, 0.0, 0.0, 0.0]],
                    [[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 3.0, 0.0], [0.0, 0.0, 0.0, 0.0]],
                ],
                "too_long": [
                    [[1.0, 12.0, 13.0, 138.0, 30.0, 180.0], [3.0, 6.0, 9.0, 32.0, 0.0, 28.0], [0, 0, 1.0, 2, 3, 4]],
                    [[1.0, 0.0, 10.0, 2.0, 0.0, 20.0], [3.0, 0.0, 0.0, 0.0, 0.0, 4.0], [0, 0, 1.0, 0, 0, 0]],
                ],
                "inside_only": [[[13.0, 138.0], [9.0, 32.0], [1.0, 2.0]], [[10.0, 2.0], [0.0, 0.0], [1.0, 0.0]]],
                "few_zeros": [
                    [[12.0, 13.0, 138.0], [6.0, 9.0, 32.0], [0.0, 1.0, 2.0]],
                    [[0.0, 10.0, 2.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
                ],
                "first_channel": [
                    [[1.0, 2.0, 13.0, 24.0], [3.0, 6.0, 9.0, 12.0], [0.0, 0.0, 1.0, 2.0]],
                    [[1.0, 0.0, 10.0, 0.0], [3.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]],
                ],
            }
        },
    ),
    Case(
        name="causal.gradients",
        points=0.25,
        label="value",
        says="The gradients of half the sum of the squares of the results, for five numbers, two weights and dilation "
        "2, in float64.",
        expected={"dtype": "float64", "x": [[[94.0, 188.0, 391.0, 230.0, 460.0]]], "weight": [[[1957.0, 483.0]]]},
        source="where each number is looked at, and with which weight",
        context={
            "x": {
                "turned": [[[94.0, 188.0, 391.0, 102.0, 204.0]]],
                "undilated": [[[64.0, 143.0, 286.0, 572.0, 520.0]]],
                "future": [[[85.0, 170.0, 391.0, 302.0, 604.0]]],
                "circular": [[[214.0, 428.0, 391.0, 317.0, 634.0]]],
                "present": [[[64.0, 128.0, 256.0, 512.0, 1024.0]]],
                "past_only": [[[94.0, 50.0, 115.0, 0.0, 0.0]]],
                "inside_only": [[[69.0, 138.0, 391.0, 230.0, 460.0]]],
                "few_zeros": [[[69.0, 188.0, 391.0, 230.0, 460.0]]],
                "too_long": [[[94.0, 188.0, 391.0, 302.0, 604.0]]],
            },
            "weight": {
                "turned": [[[357.0, 1443.0]]],
                "undilated": [[[2215.0, 1105.0]]],
                "future": [[[1957.0, 1428.0]]],
                "circular": [[[2077.0, 1643.0]]],
                "present": [[[2728.0, 2728.0]]],
                "past_only": [[[117.0, 23.0]]],
                "inside_only": [[[1932.0, 483.0]]],
                "few_zeros": [[[1952.0, 483.0]]],
                "too_long": [[[1957.0, 1443.0]]],
            },
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
        points=0.25,
        label="value",
        says="The second batch in train mode, of two examples, with a weight, a bias and eps = 0.5; and that it is not "
        "written to.",
        expected={
            "y": [[-0.8164966, -8.9280904], [0.8164966, 9.9280904]],
            "x as it was": [[1.0, 0.0], [3.0, 4.0]],
        },
        source="the formula of the task",
        context={
            "y": {
                "by_n_minus_1": [[-0.6324555, -6.3599434], [0.6324555, 7.3599434]],
                "eps_outside": [[-0.6666667, -7.5], [0.6666667, 8.5]],
                "no_root": [[-0.6666667, -3.9444444], [0.6666667, 4.9444444]],
                "own_eps": [[-0.999995, -9.4999875], [0.999995, 10.4999875]],
                "running_in_train": [
                    [[-2.1380899, -10.1904497], [-1.069045, 11.1904497]],
                    [[-1.4433757, -7.6649658], [-0.2886751, 8.6649658]],
                ],
            }
        },
    ),
    Case(
        name="norm.gradients",
        points=0.25,
        label="value",
        says="The gradients by x, weight and bias, for the second batch in train mode, in float64 and with eps = 0.5.",
        expected={
            "x": [
                [-0.6957010852, 11.3841995766],
                [0.2529822128, -13.9140217047],
                [0.4427188724, 2.5298221281],
            ],
            "weight": [4.4271887242, 3.7947331922],
            "bias": [8.0, 6.0],
        },
        source="the derivative through mean and variance",
        context={
            "x": {
                "batch_constant": [
                    [0.9486832981, 18.973665961],
                    [1.8973665961, -6.3245553203],
                    [4.7434164903, 25.2982212813],
                ]
            }
        },
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
                    "no_root": [[0.999996, 1.9999964]],
                    "biased": [[2.0412346, 6.3508424]],
                    "forgetful": [[4.6839807, 9.328947]],
                    "counted_late": [[2.5927184, 5.833326]],
                    "weighed": [[1.3643795, 4.9193446]],
                },
                1: {
                    "own_batch": [[0.9999968, 0.9999998], [-0.9999968, -0.9999998]],
                    "no_root": [[0.999996, 1.9999964], [0.0, 0.0]],
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
        says="What is learned, what is saved, what has a history; and another layer that loads the state, and goes on "
        "with another batch.",
        expected=kept(),
        source="what the task asks for",
        context={
            "other goes on": {
                "mean": {
                    "own_counter": [2.0, 2.0],
                    "forgetful": [0.65, 0.38],
                    "counted_late": [2.3333333, 1.3333333],
                    "weighed": [3.8, 2.0],
                },
                "var": {
                    "own_counter": [2.0, 8.0],
                    "forgetful": [1.28, 1.88],
                    "counted_late": [2.0, 4.0],
                    "weighed": [2.6, 5.0],
                    "biased": [1.5, 3.0],
                },
            },
            "other in eval mode": {
                "own_batch": [[0.0, 0.0]],
                "own_counter": [[2.8284201, 1.0606595]],
                "forgetful": [[4.7287581, 3.3694723]],
                "counted_late": [[2.5927184, 1.833331]],
                "weighed": [[1.3643795, 1.3416394]],
                "biased": [[2.0412346, 1.7320479]],
                "no_root": [[0.999996, 0.5454535]],
            },
            "unregistered": [
                kept(
                    state="weight, bias, batches",
                    double=["float64", "float64", "int64"],
                    goes_on={"mean": [1.0, 1.0], "var": [1.5, 4.5], "batches": 2},
                    asked=[[4.0824693, 1.8856160]],
                ),
                kept(
                    state="weight, bias",
                    double=["float64", "float64"],
                    goes_on={"mean": [2.0, 2.0], "var": [2.0, 8.0], "batches": 1},
                    asked=[[2.8284201, 1.0606595]],
                ),
            ],
            "learned_buffers": [kept(parameters="weight, bias, mean, var")],
            "kept_history": [kept(history=which) for which in ("mean, var", "mean", "var")],
        },
    ),
    Case(
        name="fit.curve",
        points=0.5,
        label="value",
        says="Three epochs of two batches, of one and of three examples, both curves. The network comes in eval mode "
        "and with an old gradient.",
        expected={"training": [3.9, 1.7176, 1.0259392], "test": [7.0992, 6.00224, 5.2978885632]},
        source="the slope of the mean squared error, by hand",
        context={
            "training": {
                "old": [2.75, 0.2136444444, 0.1252519111],
                "piled": [2.75, 19.7772, 53.1178435556],
                "piled_in_epoch": [3.9, 2.4472, 0.6647488],
                "one_step": [7.5, 2.7, 1.068],
                "per_batch": [5.6, 1.7984, 1.0500608],
                "last_batch": [2.2, 1.6368, 1.0018176],
                "total_kept": [3.9, 5.6176, 6.6435392],
                "both_kept": [3.9, 2.8088, 2.2145130667],
                "asked_again": [1.9928, 0.870752, 0.5091542528],
                "afterwards": [2.3532, 2.219232, 2.0982181632],
                "stays_eval": [3.9, 2.4025, 1.70041225],
                "never_train": [1.5625, 1.39455625, 1.2455081156],
                "train_late": [1.5625, 3.6175, 1.4510776],
                "never_moved": [7.5, 7.5, 7.5],
                "colleague": [0.6833333333, 2.2081703704, 10.5207271362],
            },
            "test": {
                "old": [4.5280888889, 4.4357155556, 4.3569851108],
                "piled": [24.7134222222, 66.7935518025, 50.6056371001],
                "piled_in_epoch": [10.0512, 5.64768, 5.7068439552],
                "one_step": [10.76, 6.9264, 6.5453582222],
                "test_before": [9.0, 7.0992, 6.00224],
                "still_training": [11.7968, 6.80096, 4.0155542528],
                "stays_eval": [7.0992, 5.716484, 4.8727375812],
                "never_train": [8.0657, 7.22561625, 6.4711378568],
                "train_late": [8.0657, 6.640884, 5.7355813952],
                "never_moved": [9.0, 9.0, 9.0],
                "colleague": [6.2667555556, 51.9956920988, 119.8001789509],
            },
        },
    ),
    Case(
        name="fit.calls",
        points=0.5,
        label="order",
        says="How the network was called in two epochs: its mode, how many examples, whether operations were recorded.",
        expected=[*LEARNS, "eval, 2, not recorded"] * 2,
        source="what the task asks for",
        context={
            "test_in_train": [[*LEARNS, measured] * 2 for measured in ("train, 2, not recorded", "train, 2, recorded")],
            "test_recorded": [[*LEARNS, measured] * 2 for measured in ("eval, 2, recorded", "train, 2, recorded")],
            "eval_again": [
                [
                    *LEARNS,
                    *("eval, 2, not recorded", "eval, 1, recorded", "eval, 3, recorded", "eval, 2, not recorded"),
                ]
            ],
            "test_before": [["eval, 2, not recorded", *LEARNS] * 2],
            "asked_again": [
                [LEARNS[0], f"train, 1, {how}", LEARNS[1], f"train, 3, {how}", "eval, 2, not recorded"] * 2
                for how in ("recorded", "not recorded")
            ],
            "called_later": [
                [*LEARNS, f"{mode}, 1, {how}", f"{mode}, 3, {how}", "eval, 2, not recorded"] * 2
                for mode in ("eval", "train")
                for how in ("not recorded", "recorded")
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
        name="moons.around",
        points=0.5,
        label="value",
        says="Moons turned by 2, a good 114 degrees: the points the network has learned from, and ones without noise.",
        expected={
            "right of the 200 known ones": "at least 97%",
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
        expected={"numbers to learn": "1 to 2,000", "largest difference when all are 0": 0.0},
        source="what the task asks for",
        context={"moons": True},
    ),
)
