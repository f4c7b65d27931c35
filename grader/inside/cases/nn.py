"""Assignment 11, nn: its holes, visible cases, and the mistakes that only it knows.

An optimiser such as RMSprop, the training loop and a network for the moons are nowhere in minigrad: there is nothing
to close for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises
from grader.inside.misconceptions import Context, Misconception, given


def to_seven_digits(right: np.ndarray, context: Context) -> list[np.ndarray]:
    """What came, if a float32 on the way explains all of its error."""
    same = context["got"].shape == right.shape
    return [context["got"]] if same and np.allclose(context["got"], right, rtol=1e-6, atol=1e-6) else []


def one_of(*keys: str) -> Callable[[Any, Context], list]:
    """The wrong answers that stand in the context under these names, each in a list of several."""
    return lambda right, context: [wrong for key in keys for wrong in context.get(key, ())]


def any_of(*keys: str) -> Callable[[Any, Context], list]:
    """The wrong answers that stand in the context under these names."""
    return lambda right, context: [context[key] for key in keys if key in context]


def like_a_bell(right: dict, context: Context) -> list[dict]:
    """The right start, but sizes as normal numbers have them in the places where the answer has such."""
    got = context["got"]
    if not isinstance(got, dict) or got.keys() != right.keys():
        return []
    parts = [name for name in ("weight", "bias") if got[name]["mean"] == 0.8 and got[name]["largest"] > 2]
    return [right | {name: got[name] for name in parts}]


def let_through(right: dict, context: Context) -> list[dict]:
    """What comes where one of several errors is missing, or all are."""
    missing = context["any_blocks"]
    return [dict.fromkeys(right, missing), *(right | {name: missing} for name in right)]


def network(says: str) -> Callable[[Any, Context], list]:
    """What came, if a network says this of itself: `straight`, `too many numbers`, ..."""

    def makes(right: dict, context: Context) -> list:
        got = context["got"]
        return [got] if isinstance(got, dict) and says in seen(got) else []

    return makes


def seen(got: dict) -> list[str]:
    """What a check on a network shows that can be told for sure."""
    found, numbers = [], got.get("numbers to learn", "1 to 2,000")
    if got.get("scores along a line") == "straight":
        found.append("straight")
    if numbers != "1 to 2,000":
        found.append("no numbers" if numbers == "0" else "too many numbers")
    if numbers != "0" and np.any(got.get("differences when all are 0", 0)):
        found.append("knows without numbers")
    return found


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

MEASURED = "The test loss was measured in train mode: after the epoch, network.eval() is missing."
NO_TRAIN = "The network was left in eval mode when it learned: network.train() belongs to the beginning of each epoch."
NO_NUMBERS = (
    "The network has no numbers to learn. Parameters are found in attributes, also in those of modules that are "
    "attributes (layers in a plain list are not: nn.Sequential, nn.ModuleList); what else it knows was not learned."
)
MISTAKES = (
    Misconception(
        "blocks interleaved",
        "The blocks take the inputs in turn; each is to have neighbours: the first ones, the next ones, and so on.",
        ("interleaved",), given("interleaved"),
    ),
    Misconception(
        "blocks left out",
        "The layer has no blocks: its weight has a column for every input, as the chapter's layer has. Here a row has "
        "the inputs of its own block only.",
        ("no_blocks",), given("no_blocks"), whole=True,
    ),
    Misconception(
        "bias not registered",
        "The bias is not found among the parameters: only an nn.Parameter that is an attribute is learned and saved.",
        ("unfound_bias",), given("unfound_bias"), whole=True,
    ),
    Misconception(
        "bound of all inputs",
        "The bound was computed from all inputs. n is the number of products in one output: the inputs of one block.",
        ("bound_of_all",), one_of("bound_of_all"), whole=True,
    ),
    Misconception(
        "kaiming's usual bound",
        "The weight starts with the bound that kaiming_uniform_ has by itself, which is √6 times as large; the chapter "
        "calls it with a = √5.",
        ("kaiming",), one_of("kaiming"), whole=True,
    ),
    Misconception(
        "spread like a bell",
        "The first numbers are spread like a bell (randn), many of them beyond the bounds. They are to lie evenly "
        "between the bounds (rand, uniform_).",
        ("bell",), like_a_bell, whole=True,
    ),
    Misconception(
        "blocks let through",
        "No error came for blocks that do not fit: both numbers of features are to be looked at, inputs and outputs.",
        ("any_blocks",), let_through, whole=True,
    ),
    Misconception(
        "float32 on the way",
        "Right to about seven digits only: something on the way is in float32, as mg.zeros, mg.empty and mg.rand are "
        "unless they are told otherwise. All is to have the dtype of what comes in.",
        ("seven_digits",), to_seven_digits,
    ),
    Misconception(
        "corrected like Adam",
        "The running mean was corrected for its beginning at zero, as Adam does it; RMSprop does not.",
        ("corrected",), any_of("corrected", "adam"),
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
        "momentum before the division",
        "The momentum was made of the gradients, and then divided; here it is made of the steps that are divided "
        "already.",
        ("momentum_first",), given("momentum_first"),
    ),
    Misconception(
        "one state for all",
        "Both parameters used the same memory: `state` is there so that each has its own.",
        ("one_state",), given("one_state"),
    ),
    Misconception(
        "state not saved",
        "After loading, the memory began anew: only what is kept in `state` goes into the file.",
        ("restarted",), given("restarted"),
    ),
    Misconception(
        "no Tensor in the state",
        "What was put into `state` cannot be saved: it is to be a Tensor, which mg.tensor(array) makes of an array.",
        ("not_saved",), given("not_saved"), whole=True,
    ),
    Misconception(
        "state in float64",
        "What is kept from step to step is float64 for a parameter in float32, twice the memory: np.zeros(x.shape) is "
        "float64, np.zeros_like(x) has the dtype of x.",
        ("state_in_double",), given("state_in_double"), whole=True,
    ),
    Misconception(
        "gradient written to",
        "The gradient was written to (as g += ... does). It belongs to the user: make a new array, g = g + ...",
        ("written_gradient",), given("written_gradient"),
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
        "wrapped round",
        "What leaves the window at one end comes back at the other, as with roll: the end of the sound is heard at its "
        "beginning, where x is to be 0.",
        ("circular",), given("circular"),
    ),
    Misconception(
        "beginning cut off",
        "There are only the places where the whole window lies inside: x is to be 0 before it begins, so that the "
        "result is as long as x.",
        ("inside_only",), given("inside_only"),
    ),
    Misconception(
        "too few zeros in front",
        "k - 1 zeros stand in front, which is right for dilation 1 only: the window begins dilation * (k - 1) steps "
        "ago.",
        ("few_zeros",), given("few_zeros"),
    ),
    Misconception(
        "too coarse for gradcheck",
        "The result is float32 for inputs in float64, so the small differences of gradcheck would be lost in it: "
        "mg.zeros and its like are float32 unless they are told otherwise.",
        ("coarse",), given("coarse"), whole=True,
    ),
    Misconception(
        "batch taken as a constant",
        "Mean and variance of the batch were taken as constants: they depend on the input, and so does the gradient.",
        ("batch_constant",), given("batch_constant"),
    ),
    Misconception(
        "eps outside the root",
        "eps was added to the root; it is to be added to the variance, under the root.",
        ("eps_outside",), given("eps_outside"),
    ),
    Misconception(
        "batch variance by n - 1",
        "The batch was divided by the root of the variance by n - 1; it is the variance by n (correction=0) that makes "
        "its variance 1. The other one is for the running numbers.",
        ("by_n_minus_1",), given("by_n_minus_1"),
    ),
    Misconception(
        "counted too late",
        "The first values, zeros and ones, count like a batch: b counts the present batch too, so that nothing is "
        "left of them.",
        ("counted_late",), given("counted_late"),
    ),
    Misconception(
        "batches weighed by size",
        "A large batch counts more in the running numbers; all batches are to count alike.",
        ("weighed",), given("weighed"),
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
        "weight left out in eval",
        "In eval mode weight and bias are missing: the result is the same as in train mode, but for mean and variance.",
        ("unweighted",), given("unweighted"),
    ),
    Misconception(
        "counted in eval mode",
        "In eval mode the layer went on counting, as if a question were a batch to learn from; nothing is to move "
        "then.",
        ("counted_in_eval",), given("counted_in_eval"),
    ),
    Misconception(
        "buffers not registered",
        "The running numbers are plain attributes: only what register_buffer knows is saved, loaded and turned to "
        "double.",
        ("unregistered",), given("unregistered"), whole=True,
    ),
    Misconception(
        "history in the buffers",
        "The running numbers hold on to the graphs of all batches: move them under no_grad, or by what .detach() "
        "gives.",
        ("kept_history",), one_of("kept_history"), whole=True,
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
        "zero_grad once an epoch",
        "The gradients were forgotten once in an epoch only: within it, those of earlier batches are still in .grad.",
        ("piled_in_epoch",), given("piled_in_epoch"),
    ),
    Misconception(
        "network never moved",
        "The network did not move: no step was made, or there was no gradient when it was made. The order is "
        "zero_grad, backward, step.",
        ("never_moved",), given("never_moved"),
    ),
    Misconception(
        "batches count alike",
        "This is the mean over the batches; over the examples, a batch counts as often as it has examples.",
        ("per_batch",), given("per_batch"),
    ),
    Misconception(
        "loss of the last batch",
        "This is the loss of the last batch of the epoch; the mean over all of its examples was asked.",
        ("last_batch",), given("last_batch"),
    ),
    Misconception(
        "training loss measured later",
        "The training loss was measured anew when the epoch was over; it is the mean of what was computed on the way.",
        ("afterwards",), given("afterwards"),
    ),
    Misconception("measured in train mode", MEASURED, ("still_training",), given("still_training")),
    Misconception("measured in train mode", MEASURED, ("test_in_train",), one_of("test_in_train"), whole=True),
    Misconception("train mode missing", NO_TRAIN, ("stays_eval",), any_of("stays_eval", "never_train")),
    Misconception("train mode missing", NO_TRAIN, ("eval_again",), one_of("eval_again"), whole=True),
    Misconception(
        "measured with a graph",
        "The test loss was measured while operations were recorded: with mg.no_grad() no graph is made.",
        ("test_recorded",), one_of("test_recorded"), whole=True,
    ),
    Misconception(
        "Tensors in the curve",
        "The curve consists of Tensors, which hold on to their graphs; .item() gives the number.",
        ("tensors",), one_of("tensors"), whole=True,
    ),
    Misconception(
        "no bend in the network",
        "The network is straight: between two points it says the mean of what it says about them. Layers without an "
        "activation between them are one layer, and its boundary is a line.",
        ("moons",), network("straight"), whole=True,
    ),
    Misconception(
        "too many numbers", "The network has more numbers to learn than the task allows.",
        ("moons",), network("too many numbers"), whole=True,
    ),
    Misconception("no numbers to learn", NO_NUMBERS, ("moons",), network("no numbers"), whole=True),
    Misconception(
        "no numbers to learn", NO_NUMBERS,
        ("moons",), lambda right, known: [Raises("ValueError", "an empty parameter list")], whole=True,
    ),
    Misconception(
        "knows without its numbers",
        "With all numbers 0 the network still tells points apart: it knows something, such as the points, that was not "
        "learned.",
        ("moons",), network("knows without numbers"), whole=True,
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
