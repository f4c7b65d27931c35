"""Assignment 5, gradients: its holes and visible cases."""

from __future__ import annotations

import numpy as np

from grader.inside.cases import Case
from grader.inside.misconceptions import Misconception, given

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

# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
MISTAKES = (
    Misconception(
        "number for None",
        "None was expected: no recorded way leads to this input. Numbers say that there is one; zeros too, they say "
        "that its slope is 0 here.",
        ("answered",), lambda right, known: [np.ones_like(right)],
    ),
    Misconception(
        "not held still",
        "The gradient went on through another input. What is held still passes nothing on to what it was made of.",
        ("total",), given("total"),
    ),
    Misconception(
        "everything walked",
        "Nodes were run that lie on no way to what was asked for.",
        ("everything",), given("everything"),
    ),
    Misconception(
        "only leaves found",
        "Only leaves were looked for. A result on the way has a place in the graph too: the node that made it.",
        ("leaves",), given("leaves"),
    ),
    Misconception(
        "first step only",
        "Only the first edges were looked at; ways are longer.",
        ("first_step",), given("first_step"),
    ),
    Misconception(
        "slope for a way",
        "A way whose slope is 0 was taken for no way. The edges say whether a way is there, the numbers do not.",
        ("slopes",), given("slopes"),
    ),
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
    Misconception("a walk for each row", "Every row had a walk of its own.", ("row_by_row",), given("row_by_row")),
    Misconception(
        "answer changed later",
        "This answer has become that of a later question: it is the .grad itself, not a Tensor of its own.",
        ("later",), given("later"),
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
        context={"first_step": np.array([[False, False, True], [True, False, False]])},
    ),
    Case(
        name="ways.document_001",
        points=0.5,
        label="value",
        says="From y to x, to the column that y was made of, and to the same column taken again.",
        expected=[[True, True, False]],
        source="the graph of document 001",
        examples=("001.script",),
        context={"leaves": np.array([[True, False, False]])},
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
        context={1: {"total": [5.0]}},
    ),
    Case(
        name="partials.document_002",
        points=0.5,
        label="cotangent",
        says="The gradient by a result on the way, with the weights 0.5 and -2.",
        expected=[[2.0, -54.0]],
        source="document 002: 4 and 27, weighted",
        examples=("002.copy_slices_weights",),
        context={"local": [[4.0, 27.0]]},
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
        context={"beside": {"everything": 1}, "behind": {"everything": 1}},
    ),
    Case(
        name="partials.own_memory",
        points=0.5,
        label="memory",
        says="100 is added to the first answer; the second answer and the weights keep their numbers.",
        expected=[[110.0], [10.0], [10.0]],
        source="w + x passes the weights on",
        context={i: {"written": [110.0]} for i in (1, 2)},
    ),
    Case(
        name="careful.two_questions",
        points=0.5,
        label="accumulation",
        says="Two questions to one graph, with the weights (1, 1) and (0.5, -2).",
        expected=[[4.0, 27.0], [2.0, -54.0]],
        source="document 002",
        examples=("002.copy_slices", "002.copy_slices_weights"),
        context={0: {"later": [2.0, -54.0], "stale": [2.0, -54.0]}, 1: {"stale": [4.0, 27.0]}},
    ),
    Case(
        name="careful.side_effects",
        points=0.5,
        label="side effects",
        says="m.grad was there before, c.grad was not; nobody asked about c.",
        expected=[True, [100.0, 100.0], True],
        source="a question writes no .grad",
        context={1: {"before": [100.0, 100.0], "stale": [4.0, 27.0]}},
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
        expected=TABLE_OF_SHARES,
        source="the derivative of z_i / s by z_j is (s [i = j] - z_i) / s²",
        context={"hidden_by_sum": np.zeros((3, 3))},
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
        says="The parameters are the same Tensors and still leaves; grad was called once.",
        expected={"same objects": True, "leaves": True, "calls of grad": 1},
        source="one walk for all losses and parameters",
    ),
    Case(
        name="descend.slipped",
        points=0.5,
        label="unused",
        says="The loss was computed with b.item(): b is named, and stays at 0.25.",
        expected=[["b"], 0.25],
        source="chapter 5: the way to b is lost",
    ),
)
