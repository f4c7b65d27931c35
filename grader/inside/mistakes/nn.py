"""Assignment 11, nn: what only here can be got wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Raises
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
