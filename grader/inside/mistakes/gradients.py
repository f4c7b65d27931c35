"""Assignment 5, gradients: what only here can be got wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from grader.inside.cases import Raises
from grader.inside.misconceptions import Misconception
from grader.inside.wrong_answers import Context, given


def grads(left: Callable[[Any, Any], list]) -> Callable[[Any, Context], Iterator[Any]]:
    """The answers in which a .grad is `left(what it should be, the gradient that was asked)`; the rest as it came."""

    def makes(right: Any, context: Context) -> Iterator[Any]:
        got = context["got"]
        for name in [name for name in right if name.endswith(".grad") and isinstance(got, dict)]:
            yield from ({**got, name: grad} for grad in left(right[name], context["of_grads"].get(name)))

    return makes


def after_a_question(before: Any, gradient: Any) -> list:
    """What a .grad holds when a question has written there: added to the old one, or in its place."""
    if gradient is None:
        return []
    return [gradient] if before is None else [np.add(before, gradient), gradient]


def with_one_more(right: Any, context: Context) -> list:
    """The right number of walks and one more; or the right list of walks, with one more somewhere in it."""
    got = context["got"]
    if right.ndim == 0:
        return [right + 1]
    more = got.ndim == 2 and got.shape == (len(right) + 1, *right.shape[1:])
    return [got] if more and any(np.array_equal(np.delete(got, i, axis=0), right) for i in range(len(got))) else []


def with_parts(name: str) -> Callable[[Any, Context], Iterable[Any]]:
    """The answers that have these parts, given in the context by their names; the rest as it came."""
    return lambda right, context: [{**context["got"], **context[name]}] if isinstance(context["got"], dict) else []


def any_of(name: str) -> Callable[[Any, Context], Iterable[Any]]:
    """The wrong answers are those that the context lists by this name."""
    return lambda right, context: list(context[name])


# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
NUMBER_FOR_NONE = (
    "None was expected: no recorded way leads to this input. Numbers say that there is one; zeros too, they say that "
    "its slope is 0 here."
)
RESULT_LOST = (
    "The answer for a result on the way is None. Its place is the node that made it: no leaf with a .grad, and what "
    "arrives there has to be kept. Popped from the gradients that wait, to be run, it is gone."
)
NO_LEAVES = (
    "No leaf was found on the way. Its place in the graph is the tensor itself: edge_of(t) gives it, and node.edges "
    "leads to it. It has no grad_fn, and next_functions ends in objects of another kind."
)
SLOPE_FOR_A_WAY = "A slope of 0 was taken for no way. Edges say whether a way is there; numbers do not."
LEAVES_ONLY = "Only leaves were looked for. A result on the way has a place in the graph too: the node that made it."
LEFT = (
    "A question has left its gradient in a .grad. Before the walk, note the .grad of every leaf behind the output, of "
    "those too that nobody asked about; afterwards put it back."
)
ITSELF = (
    "The answer is the .grad itself, not a Tensor of its own: what a later question, or you, write into the one "
    "stands in the other."
)
MISTAKES = (
    Misconception(
        "number for None",
        NUMBER_FOR_NONE,
        ("answered",), lambda right, known: [np.ones_like(right)],
    ),
    Misconception("number for None", NUMBER_FOR_NONE, ("zeros",), given("zeros"), whole=True),
    Misconception(
        "answers wrapped in Tensors",
        "The numbers are right, in a Tensor; the page asks for an ndarray.",
        ("tensor_answer",), given("tensor_answer"), whole=True,
    ),
    Misconception(
        "not held still",
        "The gradient went on through another input. What is held still passes nothing on to what it was made of.",
        ("total",), given("total"),
    ),
    Misconception(
        "everything walked",
        "A branch was run that leads to nothing that was asked for. Find out first which nodes lie on a way to an "
        "input; only those run.",
        ("everything",), given("everything"),
    ),
    Misconception(
        "run for every path",
        "A node was run again for every path that leads to it. Wait until all has arrived there, then run it once.",
        ("every_path",), given("every_path"),
    ),
    Misconception(
        "run as they come",
        "A node was run before all gradients had arrived there, and again when more came. Take the waiting node with "
        "the largest number: nothing that is still to run leads to it.",
        ("runs_again",), any_of("runs_again"),
    ),
    Misconception(
        "in the order of the search",
        "The nodes were run in the order in which a search had met them, and some of them before all gradients had "
        "arrived. The numbers of the nodes tell a right order: the largest first.",
        ("search_order",), any_of("search_order"),
    ),
    Misconception(
        "only leaves found", LEAVES_ONLY, ("leaves",), given("leaves"),
    ),
    Misconception("result on the way lost", RESULT_LOST, ("result_lost",), given("result_lost"), whole=True),
    Misconception("leaves overlooked", NO_LEAVES, ("no_leaves",), given("no_leaves")),
    Misconception("leaves overlooked", NO_LEAVES, ("leaves_at_the_start",), given("leaves_at_the_start")),
    Misconception(
        "equal numbers for the same",
        "Another leaf with the same numbers counted as found: == and `in` a list compare numbers. Use a set, or `is`.",
        ("equal_numbers",), given("equal_numbers"),
    ),
    Misconception(
        "first step only",
        "Only the first edges were looked at; ways are longer.",
        ("first_step",), given("first_step"),
    ),
    Misconception(
        "start left out",
        "A place was not found from itself. A way of no steps counts: begin with the place of the output.",
        ("without_itself",), given("without_itself"),
    ),
    Misconception(
        "one search for all outputs",
        "What was found for one output stayed found for those after it. Each output needs a search of its own.",
        ("earlier_rows",), given("earlier_rows"),
    ),
    Misconception("slope for a way", SLOPE_FOR_A_WAY, ("slopes",), given("slopes")),
    Misconception("slope for a way", SLOPE_FOR_A_WAY, ("flat_named",), given("flat_named"), whole=True),
    Misconception(
        "constant has a place",
        "A constant was found in the graph. Its edge is None, which is no place: all constants would be the same one.",
        ("with_none",), given("with_none"),
    ),
    Misconception(
        "weights of the outputs ignored",
        "Every output counted once; the weights were left out.",
        ("even_weights",), given("even_weights"),
    ),
    Misconception(
        "rows not told apart",
        "Rows that share a walk were not told apart: an output got entries that belong to another one.",
        ("whole_rows",), given("whole_rows"),
    ),
    Misconception(
        "hidden by the sum",
        "All rows shared one walk, also such as depend on the same input: their entries were added up.",
        ("hidden_by_sum",), given("hidden_by_sum"),
    ),
    Misconception(
        "a walk for each row",
        "Every row had a walk of its own. Rows that have no input in common can share one.",
        ("row_by_row",), given("row_by_row"),
    ),
    Misconception(
        "one walk more",
        "One walk more than there are groups. A walk is made for a group and for nothing else: the shape of the table "
        "is that of `depends`.",
        ("one_more",), with_one_more,
    ),
    Misconception(
        "pattern written over",
        "`depends` was written to: what the others of a group depend on went into the row of its first output. A row "
        "of an array shares its memory; collect the inputs of a group in a copy.",
        ("pattern_written",), given("pattern_written"),
    ),
    Misconception(
        "compared with one member",
        "A row was compared with one member of a group only. It may join if it shares no input with any of them.",
        ("one_member",), any_of("one_member"),
    ),
    Misconception(
        "latest group only",
        "Only the latest group was tried. The rule asks for the first group that fits; an earlier one may.",
        ("latest_only",), given("latest_only"),
    ),
    Misconception(
        "weights changed in place",
        "A sum was written into the array of weights, as += does it, and every place where it had arrived changed too.",
        ("weights_changed",), given("weights_changed"),
    ),
    Misconception("answer is the .grad itself", ITSELF, ("itself",), lambda right, known: known["itself"]),
    Misconception("answer is the .grad itself", ITSELF, ("itself_in",), with_parts("itself_in"), whole=True),
    Misconception(
        "old .grad as the answer",
        "An old .grad was given as the answer, for an input to which no way leads. Take the old ones away before the "
        "walk: what is there afterwards is from this question.",
        ("old_answer",), with_parts("old_answer"), whole=True,
    ),
    Misconception("question left in .grad", LEFT, ("of_grads",), grads(after_a_question), whole=True),
    Misconception("question left in .grad", LEFT, ("written_grad",), given("written_grad")),
    Misconception(
        "backward asked for inputs",
        "`inputs=` was given to backward. The one that stands in its place here fills the .grad of every leaf behind "
        "the output, and knows no such choice.",
        (), lambda right, known: [Raises("TypeError", "there is no inputs= here")], whole=True,
    ),
    Misconception(
        "old .grad not put back",
        "A .grad that was there before the question is None after it. Note it before the walk, and put it back.",
        ("of_grads",), grads(lambda before, gradient: [] if before is None else [None]), whole=True,
    ),
    Misconception(
        "copy put back",
        "The numbers in .grad are those from before, but in another Tensor; the very object is to be put back.",
        ("copy_back",), with_parts("copy_back"), whole=True,
    ),
    Misconception(
        "parameters replaced",
        "New Tensors stand in the dict. Whoever holds the parameters, as a model does, has the old ones, and those "
        "have not moved: write into them, under no_grad.",
        ("replaced",), given("replaced"),
    ),
    Misconception(
        "step by way of .grad",
        "The gradients were put into .grad, and the next walk would add to them. Take the step with what grad returns.",
        ("grad_filled",), given("grad_filled"),
    ),
    Misconception(
        "several calls for one step",
        "grad was called for every loss, or for every parameter. One call takes lists of outputs, of weights and of "
        "inputs.",
        ("more_calls",), any_of("more_calls"),
    ),
    Misconception(
        "parameters in new arrays",
        "The Tensors are the same, but their numbers stand in new arrays, as `.data = ...` puts them there. Write into "
        "the array that is there, as += and copy_ do under no_grad.",
        ("new_arrays",), given("new_arrays"),
    ),
    Misconception(
        "unused refused",
        "grad raises for a parameter to which no way leads, unless it is asked with allow_unused=True: then the answer "
        "for it is None, and the task wants it named.",
        ("unused_refused",), lambda right, known: [Raises("RuntimeError", "not have been used in the graph")],
        whole=True,
    ),
    Misconception(
        "weights are no Tensors",
        "A share was given as the weight just as it is. grad takes a Tensor of its output's shape for each output: "
        "mg.full_like(loss, share).",
        ("weights_refused",), lambda right, known: [Raises("TypeError", "gradients can be either Tensors or None")],
        whole=True,
    ),
    Misconception(
        "weight of another shape",
        "A weight has not the shape of its output. Some of the losses here have the shape (), others (1,); a weight "
        "is made after its loss: mg.full_like(loss, share).",
        ("weights_refused",), lambda right, known: [Raises("RuntimeError", "Mismatch in shape")], whole=True,
    ),
    Misconception(
        "unused not named",
        "No name was returned, although to one parameter no way leads. Its gradient is None if you ask with "
        "allow_unused; zeros (materialize_grads) hide it.",
        ("unnamed",), given("unnamed"), whole=True,
    ),
)
