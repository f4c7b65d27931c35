"""Assignment 5, gradients: its holes and visible cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from grader.inside.cases import Case
from grader.inside.misconceptions import Misconception
from grader.inside.wrong_answers import Context, given

HOLES = (
    "gradients.grad",
    "engine.backward",
    "engine.run_backward",
    "engine.needed_for",
    "engine.walk",
    "graphs.behind",
    "stepping.steps",
)

SLOPES_OF_DOCUMENT_001 = [[1, 0.7932, 0, 0], [1, 0.5914, 0, 0], [1, 0.6174, 0, 0]]
TABLE_OF_DOCUMENT_001 = [
    [1, 0.7932, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 1, 0.5914, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 0.6174, 0, 0],
]
TABLE_OF_SHARES = (8 * np.eye(3) - np.array([[1.0], [2.0], [5.0]])) / 64

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


def with_parts(name: str) -> Callable[[Any, Context], Iterable[Any]]:
    """The answers that have these parts, given in the context by their names; the rest as it came."""
    return lambda right, context: [{**context["got"], **context[name]}] if isinstance(context["got"], dict) else []


# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
NUMBER_FOR_NONE = (
    "None was expected: no recorded way leads to this input. Numbers say that there is one; zeros too, they say that "
    "its slope is 0 here."
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
        "only leaves found", LEAVES_ONLY, ("leaves",), given("leaves"),
    ),
    Misconception("only leaves found", LEAVES_ONLY, ("leaves_answered",), given("leaves_answered"), whole=True),
    Misconception(
        "leaves overlooked",
        "No leaf was found: it has no grad_fn. Its place in the graph is the tensor itself, and edge_of(t) gives it.",
        ("no_leaves",), given("no_leaves"),
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
        "compared with one member",
        "A row was compared with one member of a group only. It may join if it shares no input with any of them.",
        ("one_member",), lambda right, known: list(known["one_member"]),
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
        ("more_calls",), lambda right, known: list(known["more_calls"]),
    ),
    Misconception(
        "unused not named",
        "No name was returned, although to one parameter no way leads. Its gradient is None if you ask with "
        "allow_unused; zeros (materialize_grads) hide it.",
        ("unnamed",), given("unnamed"), whole=True,
    ),
)

CASES = (
    Case(
        name="ways.document_003",
        points=0.5,
        label="value",
        says="From y = a * b and from b = w + 1 to w, x and a.",
        expected=[[True, True, True], [True, False, False]],
        source="the graph of document 003",
        examples=("003.backward_retain",),
        context={
            "first_step": np.array([[False, False, True], [True, False, False]]),
            "leaves": np.array([[True, True, False], [True, False, False]]),
            "no_leaves": np.array([[False, False, True], [False, False, False]]),
            "earlier_rows": np.ones((2, 3)),
        },
    ),
    Case(
        name="ways.document_001",
        points=0.5,
        label="value",
        says="From y to x, to the column that y was made of, and to the same column taken again.",
        expected=[[True, True, False]],
        source="the graph of document 001",
        examples=("001.script",),
        context={
            "leaves": np.array([[True, False, False]]),
            "first_step": np.zeros((1, 3)),
            "no_leaves": np.array([[False, True, False]]),
        },
    ),
    Case(
        name="ways.no_slope_and_no_place",
        points=0.5,
        label="value",
        says="From x * 0, from the leaf x and from a constant to x and the constant.",
        expected=[[True, False], [True, False], [False, False]],
        source="read off the graph",
        context={
            "with_none": np.array([[1, 1], [1, 0], [0, 1]]),
            "slopes": np.array([[0, 0], [1, 0], [0, 0]]),
            "no_leaves": np.zeros((3, 2)),
            "without_itself": np.array([[1, 0], [0, 0], [0, 0]]),
            "earlier_rows": np.array([[1, 0], [1, 0], [1, 0]]),
        },
    ),
    Case(
        name="partials.document_003",
        points=0.5,
        label="held still",
        says="The gradients of y by a, w and x; a is held while w moves.",
        expected=[[2.0], [3.0], None],
        source="document 003: b = 2 and a = 3",
        examples=("003.backward_retain",),
        context={1: {"total": [5.0]}, "zeros": [[2.0], [3.0], [0.0]]},
    ),
    Case(
        name="partials.document_002",
        points=0.5,
        label="cotangent",
        says="The gradient by a result on the way, with the weights 0.5 and -2.",
        expected=[[2.0, -54.0]],
        source="document 002: 4 and 27, weighted",
        examples=("002.copy_slices_weights",),
        context={0: {"local": [4.0, 27.0]}, "leaves_answered": [None]},
    ),
    Case(
        name="partials.document_001",
        points=0.5,
        label="value",
        says="Your function inside minigrad answers document 001's call of grad.",
        expected=SLOPES_OF_DOCUMENT_001,
        source="document 001, with the last digit as torch has it today",
        examples=("001.script",),
        rtol=1e-4,
    ),
    Case(
        name="partials.nodes_run",
        points=0.5,
        label="pruning",
        says="How many nodes were run on the way to a and w, on a branch that leads to neither, and behind a.",
        expected={"between": 2, "beside": 0, "behind": 0},
        source="counted by hand",
        context={"beside": {"everything": 1}, "behind": {"total": 1}},
    ),
    Case(
        name="partials.own_memory",
        points=0.5,
        label="memory",
        says="3w + (w + x) + v by v, x and w with the weight 10: 100 is added to the first answer; last the weights.",
        expected=[[110.0], [10.0], [40.0], [10.0]],
        source="a sum passes the weights on",
        context={
            0: {"local": [101.0], "weights_changed": [140.0]},
            1: {"local": [1.0], "weights_changed": [40.0], "written": [110.0]},
            2: {"local": [4.0], "contributions": [[10.0], [30.0]]},
            3: {"weights_changed": [40.0], "written": [110.0]},
        },
    ),
    Case(
        name="careful.two_questions",
        points=0.5,
        label="accumulation",
        says="Two questions to one graph, with the weights (1, 1) and (0.5, -2).",
        expected=[[4.0, 27.0], [2.0, -54.0]],
        source="document 002",
        examples=("002.copy_slices", "002.copy_slices_weights"),
        context={0: {"itself": [[2.0, -54.0], [6.0, -27.0]]}, 1: {"stale": [4.0, 27.0]}},
    ),
    Case(
        name="careful.side_effects",
        points=0.5,
        label="side effects",
        says="m.grad held (100, 100) before the question, c.grad was None; nobody asked about c.",
        expected={"m.grad": [100.0, 100.0], "c.grad": None, "the same Tensors": [True]},
        source="a question writes no .grad",
        context={
            "of_grads": {"m.grad": np.array([4.0, 27.0]), "c.grad": np.array(89.0)},
            "copy_back": {"m.grad": [100.0, 100.0], "the same Tensors": [False]},
        },
    ),
    Case(
        name="careful.unused",
        points=0.5,
        label="unused",
        says="The answer for v, which was used; and which answers are not None: w was not used.",
        expected={"for v": [2.0, 4.0], "answered": [True, False]},
        source="document 000: a gradient can be None",
        examples=("000.docstring_claims",),
        context={"answered": {"answered": [True, False]}},
    ),
    Case(
        name="table.document_001",
        points=0.5,
        label="value",
        says="The table of document 001's y, where each input reaches one output only.",
        expected=TABLE_OF_DOCUMENT_001,
        source="document 001, with the last digit as torch has it today",
        examples=("001.script",),
        context={"whole_rows": np.tile(np.sum(TABLE_OF_DOCUMENT_001, axis=0), (3, 1))},
    ),
    Case(
        name="table.walks_of_document_001",
        points=0.5,
        label="pruning",
        says="How many walks the table of document 001's y took.",
        expected=1,
        source="no input belongs to two outputs",
        context={"row_by_row": 3},
    ),
    Case(
        name="table.shares",
        points=0.5,
        label="value",
        says="The table of the shares z / z.sum() at (1, 2, 5), where everything depends on everything.",
        expected={"table": TABLE_OF_SHARES, "dtype": "float64"},
        source="the derivative of z_i / s by z_j is (s [i = j] - z_i) / s²",
        context={"table": {"hidden_by_sum": np.zeros((3, 3))}},
    ),
    Case(
        name="descend.document_003",
        points=0.5,
        label="cotangent",
        says="w and x after a step of rate 0.1 with the shares 1 and 2.",
        expected=[[0.1], [1.6]],
        source="document 003, weighted: the gradients are 9 and 4",
        examples=("003.backward_grad_tensors",),
        rtol=1e-4,
        context={
            0: {"before": [1.0], "update": [0.9], "even_weights": [1 - 0.7]},
            1: {"before": [2.0], "update": [0.4], "even_weights": [2 - 0.3]},
        },
    ),
    Case(
        name="descend.leaves_stay",
        points=0.5,
        label="side effects",
        says="The parameters are the same Tensors and still leaves, without a .grad; grad was called once.",
        expected={"same objects": True, "leaves": True, "no .grad": True, "calls of grad": 1},
        source="one walk for all losses and parameters",
        context={
            "same objects": {"replaced": False},
            "no .grad": {"grad_filled": False},
            "calls of grad": {"more_calls": [2, 4]},
        },
    ),
    Case(
        name="descend.slipped",
        points=0.5,
        label="unused",
        says="The loss was computed with b.item(): b is named, and stays at 0.25.",
        expected=[["b"], 0.25],
        source="chapter 5: the way to b is lost",
        context={"unnamed": [[], 0.25]},
    ),
)
