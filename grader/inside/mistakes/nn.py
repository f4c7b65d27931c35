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


def started(*keys: str) -> Callable[[Any, Context], list]:
    """The right start with other sizes in weight, bias or both, as they stand in the context under these names."""

    def makes(right: dict, context: Context) -> list[dict]:
        wrong = [sizes for key in keys for sizes in context.get(key, ())]
        return [right | {part: right[part] | size for part, size in sizes.items()} for sizes in wrong]

    return makes


def like_a_bell(right: dict, context: Context) -> list[dict]:
    """The right start, but sizes as normal numbers have them in the places where the answer has such."""
    got = context["got"]
    if not isinstance(got, dict) or got.keys() != right.keys():
        return []
    parts = [name for name in ("weight", "bias") if got[name]["mean size"] == 0.8 and got[name]["highest"] > 2]
    return [right | {name: right[name] | got[name] | {"dtype": right[name]["dtype"]} for name in parts}]


def let_through(right: dict, context: Context) -> list[dict]:
    """What comes where one of several errors is missing, or all are."""
    missing = context["any_blocks"]
    return [dict.fromkeys(right, missing), *(right | {name: missing} for name in right)]


def behind_the_beginning(right: Any, context: Context) -> list[Raises]:
    """What comes of shapes that do not fit."""
    words = ("must match the size of tensor", "shapes cannot be multiplied", "could not be broadcast together")
    return [Raises(type, message) for type in ("RuntimeError", "ValueError") for message in words]


def of_length(slip: str) -> Callable[[Any, Context], list[Raises]]:
    """What is said about a result of the length that this slip gives."""
    return lambda right, context: [context["lengths"][slip]]


def network(says: str) -> Callable[[Any, Context], list]:
    """What came, if a network says this of itself: `straight`, `too many numbers`, ..."""

    def makes(right: dict, context: Context) -> list:
        got = context["got"]
        return [got] if isinstance(got, dict) and says in seen(got) else []

    return makes


ALONG_A_LINE = {
    "straight": "straight",
    "nan or inf": "diverged",
    "the same everywhere": "diverged",
    "others when asked again": "by chance",
}


def seen(got: dict) -> list[str]:
    """What a check on a network shows that can be told for sure."""
    numbers = got.get("numbers to learn", "1 to 2,000")
    known, line = got.get("right of the 200 known ones", ""), got.get("scores along a line")
    found = []
    if known.startswith("scores of shape"):
        found.append("another shape")
    elif line in ALONG_A_LINE:
        found.append(ALONG_A_LINE[line])
    elif known.endswith("%") and not known.startswith("at least"):
        found.append("exchanged" if float(known[:-1]) < 10 else "not learned")
    if numbers != "1 to 2,000":
        found.append("no numbers" if numbers == "0" else "too many numbers")
    elif got.get("largest difference when all are 0", 0) > 0:
        found.append("knows without numbers")
    return found


CUT_OFF = (
    "There are only the places where the whole window lies inside: x is to be 0 before it begins, so that the "
    "result is as long as x."
)
FEW_ZEROS = (
    "k - 1 zeros stand in front, which is right for dilation 1 only: (k - 1) * dilation zeros are needed, as the "
    "window begins so many steps ago."
)
TOO_LONG = (
    "The result goes on behind the end of x, as where zeros stand at both ends. It is to be as long as x: the "
    "zeros belong in front only."
)
LATER = (
    "The training loss was measured anew when the epoch was over; it is the mean of what was computed on the way."
)
AGAIN = (
    "The network was asked again for the training loss, after the step. Meant is the loss that backward was called on."
)
BEFORE = "The test loss was measured before the network had learned from the batches of the epoch, and not after it."
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
        "outputs dealt in turn",
        "The outputs are dealt out to the blocks in turn; each block is to have neighbours: the first outputs belong "
        "to the first block, the next ones to the second, and so on.",
        ("in_turn",), one_of("in_turn"),
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
        "no parameters at all",
        "No parameters are found: a plain Tensor is an attribute like any other. `nn.Parameter(...)` around it makes "
        "it one that is learned, saved and loaded.",
        ("unfound",), given("unfound"), whole=True,
    ),
    Misconception(
        "two dimensions only",
        "An index has more parts than the Tensor has dimensions. x may come with any dimensions in front of the last "
        "one, also none: x[..., start:end] or chunk(blocks, -1) take the last one.",
        ("two_axes",), given("two_axes"), whole=True,
    ),
    Misconception(
        "bound of all inputs",
        "The bound was computed from all inputs. n is the number of products in one output: the inputs of one block.",
        ("bound_of_all",), started("bound_of_all"), whole=True,
    ),
    Misconception(
        "kaiming's usual bound",
        "The weight starts with the bound that kaiming_uniform_ has by itself, which is √6 times as large; the chapter "
        "calls it with a = √5.",
        ("kaiming",), started("kaiming"), whole=True,
    ),
    Misconception(
        "spread like a bell",
        "The first numbers are spread like a bell (randn), many of them beyond the bounds. They are to lie evenly "
        "between the bounds (rand, uniform_).",
        ("bell",), like_a_bell, whole=True,
    ),
    Misconception(
        "no negative numbers",
        "The first numbers lie between 0 and the bound: rand gives no negative numbers. They are to lie between the "
        "bound with a minus and the bound.",
        ("never_negative",), started("never_negative"), whole=True,
    ),
    Misconception(
        "bias begins with zeros",
        "The bias begins with zeros; it is to start as the weight does, evenly between the same bounds.",
        ("zero_bias",), started("zero_bias"), whole=True,
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
        "eps left out",
        "eps is missing: it is to be added to the root, in every step.",
        ("no_eps",), given("no_eps"),
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
        "shares of alpha exchanged",
        "The running mean keeps 1 - alpha of what it was and takes alpha of the new square; it is the other way round.",
        ("shares_exchanged",), given("shares_exchanged"),
    ),
    Misconception(
        "state never written",
        "Every step begins with an empty memory: what is in the state never changes. `v = ...` makes a new array, "
        "`v *= ...` and `v += ...` write into the one that is kept (or put the new one into the state).",
        ("forgotten",), given("forgotten"),
    ),
    Misconception(
        "learning rate in the memory",
        "The momentum keeps steps that are multiplied by lr already, so that an lr that changes comes too late. b has "
        "no lr in it; it is multiplied when x is moved.",
        ("rate_kept",), given("rate_kept"),
    ),
    Misconception(
        "index into a single number",
        "An index, as in x[:] or v[i], into an array of shape (), which has no axes. `x -= ...` and `v *= ...` write "
        "into arrays of every shape.",
        ("single_number",), given("single_number"), whole=True,
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
    Misconception("beginning cut off", CUT_OFF, ("inside_only",), given("inside_only")),
    Misconception("beginning cut off", CUT_OFF, ("lengths",), of_length("inside_only"), whole=True),
    Misconception("too few zeros in front", FEW_ZEROS, ("few_zeros",), given("few_zeros")),
    Misconception("too few zeros in front", FEW_ZEROS, ("lengths",), of_length("few_zeros"), whole=True),
    Misconception(
        "present left out",
        "The first weight looks at what was `dilation` steps ago; it is for the present, and the next one looks back.",
        ("past_only",), given("past_only"),
    ),
    Misconception("result too long", TOO_LONG, ("too_long",), given("too_long")),
    Misconception("result too long", TOO_LONG, ("lengths",), of_length("too_long"), whole=True),
    Misconception(
        "first channel only",
        "Only the first channel was looked at; the sum is over all channels.",
        ("first_channel",), given("first_channel"),
    ),
    Misconception(
        "window longer than the sound",
        "Two shapes do not fit, and the window is longer than the sound here: then an end such as length - j * "
        "dilation is negative, and a slice counts it from behind. All zeros in front at once keep the ends positive.",
        ("behind",), behind_the_beginning, whole=True,
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
        "eps of its own",
        "eps was not taken from the argument: the result is that of eps = 1e-5, whatever was asked.",
        ("own_eps",), given("own_eps"),
    ),
    Misconception(
        "variance for its root",
        "Divided by the variance plus eps, and not by its root.",
        ("no_root",), given("no_root"),
    ),
    Misconception(
        "running numbers in train mode",
        "In train mode the running mean and variance were used; there it is for those of the batch itself.",
        ("running_in_train",), one_of("running_in_train"),
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
        ("unregistered",), one_of("unregistered"), whole=True,
    ),
    Misconception(
        "buffers as parameters",
        "The running numbers are parameters, which an optimiser would move: register_buffer is for what is saved and "
        "not learned.",
        ("learned_buffers",), one_of("learned_buffers"), whole=True,
    ),
    Misconception(
        "counter of its own",
        "A layer that has loaded a state begins to count anew: the number of batches is kept in an attribute that is "
        "not saved. Count in the buffer `batches`.",
        ("own_counter",), given("own_counter"),
    ),
    Misconception(
        "history in the buffers",
        "The running numbers hold on to the graphs of all batches: move them under no_grad, or by what .detach() "
        "gives.",
        ("kept_history",), one_of("kept_history"), whole=True,
    ),
    Misconception(
        "old gradients used",
        "The first step was made with the gradients that the network brought along: zero_grad belongs before backward.",
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
        "one step an epoch",
        "The gradients of all batches were added up for one step at the end of the epoch; each batch is a step.",
        ("one_step",), given("one_step"),
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
        "sum never begun anew",
        "The training loss of an epoch still has the losses of the epochs before in it: the sum is to begin with 0 in "
        "every epoch, and the count of examples as well.",
        ("total_kept",), any_of("total_kept", "both_kept"),
    ),
    Misconception("training loss measured later", LATER, ("afterwards",), given("afterwards")),
    Misconception("training loss measured later", LATER, ("called_later",), one_of("called_later"), whole=True),
    Misconception("training loss asked again", AGAIN, ("asked_again",), any_of("asked_again")),
    Misconception("training loss asked again", AGAIN, ("asked_again",), one_of("asked_again"), whole=True),
    Misconception("tested before the epoch", BEFORE, ("test_before",), any_of("test_before")),
    Misconception("tested before the epoch", BEFORE, ("test_before",), one_of("test_before"), whole=True),
    Misconception(
        "the colleague's curve",
        "This is the curve of the colleague's loop as it stands: none of its mistakes is mended.",
        ("colleague",), given("colleague"),
    ),
    Misconception("measured in train mode", MEASURED, ("still_training",), given("still_training")),
    Misconception("measured in train mode", MEASURED, ("test_in_train",), one_of("test_in_train"), whole=True),
    Misconception("train mode missing", NO_TRAIN, ("stays_eval",), any_of("stays_eval", "never_train")),
    Misconception(
        "train mode too late",
        "The first epoch ran in the mode that the network came in: network.train() belongs before the first batch.",
        ("train_late",), given("train_late"),
    ),
    Misconception("train mode missing", NO_TRAIN, ("eval_again",), one_of("eval_again"), whole=True),
    Misconception(
        "measured with a graph",
        "The test loss was measured while operations were recorded: with mg.no_grad() no graph is made.",
        ("test_recorded",), one_of("test_recorded"), whole=True,
    ),
    Misconception(
        "Tensors in the curve",
        "The curve consists of Tensors; .item() gives the number. (One with a history holds on to its graph.)",
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
    Misconception(
        "diverged or dead",
        "The network says the same everywhere, or nan: its numbers grew beyond all bounds, or no unit answers "
        "any more. A smaller learning rate helps against both.",
        ("moons",), network("diverged"), whole=True,
    ),
    Misconception(
        "another answer each time",
        "Asked twice about the same points the network says different things, as nn.Dropout does in train mode. It is "
        "asked as it is returned: `return network.eval()`.",
        ("moons",), network("by chance"), whole=True,
    ),
    Misconception(
        "scores of another shape",
        "The network does not give two scores for each point, (m, 2).",
        ("moons",), network("another shape"), whole=True,
    ),
    Misconception(
        "scores exchanged",
        "Nearly every point is on the wrong moon: the network has learned, but its two scores are exchanged. The first "
        "one is for label 0.",
        ("moons",), network("exchanged"), whole=True,
    ),
    Misconception(
        "own points not learned",
        "The network is wrong about points that it was given to learn from: too few steps, a learning rate that is too "
        "small or too large, or other points were learned.",
        ("moons",), network("not learned"), whole=True,
    ),
    Misconception(
        "no network returned",
        "`learn` returned None: `return` is missing.",
        ("moons",), lambda right, known: [Raises("TypeError", "learn returned NoneType")], whole=True,
    ),
)  # fmt: skip
