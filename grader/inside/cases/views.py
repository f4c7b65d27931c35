"""Assignment 8, views: its holes and visible cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises

# The guard and the rule of a write are not cut out, because the fills of other tasks need them. In the checks of their
# own tasks the student's functions stand in their places, so that to call them goes round in a circle. What is cut is
# the way around by writes that make a copy. For tasks 2, 3 and 5 minigrad has nothing that could be called.
HOLES = ("scattering.overwritten",)

LEAF = "a leaf Variable that requires grad is being used in an in-place operation."
VIEW = f"a view of {LEAF}"
OF_WEIGHT = " It is weight."
TABLE = [[0.0, 1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0]]
SQUARES = [[0.0, 1.0, 4.0, 9.0], [1.0, 4.0, 9.0, 16.0], [4.0, 9.0, 16.0, 25.0]]
SLOPES = [[0.0, 2.0, 4.0, 6.0], [2.0, 4.0, 6.0, 8.0], [4.0, 6.0, 8.0, 10.0]]
TWOS = [[2.0] * 4] * 3

NINES = [[0.0, 1.0, 2.0, 3.0], [1.0, 9.0, 9.0, 9.0], [9.0] * 4]

SEVERAL_VIEWS = Raises("RuntimeError", "the output of a function that returns multiple views")
UNFIT = "returned an invalid gradient at index 0 - got {} but expected shape compatible with {}"
MADE = ["CopySlices", "PowBackward0", "MulBackward0", "MulBackward0"]
FILLED = {"x": TABLE, "y": SQUARES, "first": SLOPES, "second": TWOS, "five of twelve": NINES}


def eight_bytes(*starts: int) -> list[float]:
    """What is read as a number at these bytes of a memory that holds 0, 1, ..., 15."""
    memory = np.arange(16.0).tobytes()
    return [float(np.frombuffer(memory[start : start + 8])[0]) for start in starts]


def version(now: int, then: int) -> str:
    """The words for an array that was written since."""
    return f"the array is at version {now}; expected version {then} instead."


def of_parts(*words: str) -> dict[str, str]:
    """What is said about the parts of a table that the visible case saves."""
    return dict(zip(("row 0", "column 0", "row 1", "column 2", "the table"), words, strict=True))


CASES = (
    Case(
        name="refusal.filled_leaf",
        points=0.5,
        label="error",
        says="A leaf that requires a gradient is written: filled as x[i][j] = i + j, also as a Variable, by one index, "
        "and as x.t().add_(1).",
        expected={"words": [VIEW, VIEW, VIEW, VIEW], "unchanged": True, "still a leaf": True},
        source="document 000, with the words of today's torch",
        examples=("000.filled_leaf_literal",),
        context={
            "nothing_refused": [None, None, None, None],
            "view_asked": [None, None, VIEW, None],
            "part_ignored": [VIEW, VIEW, LEAF, VIEW],
            "called_leaf": [VIEW, VIEW, VIEW, LEAF],
            "raises": True,
        },
    ),
    Case(
        name="refusal.leaf_in_place",
        points=0.5,
        label="error",
        says="A leaf a that requires a gradient is added to in place, by += and by add_; b = a + 1 may be added to, "
        "and so may h[0] where h = 2 * a.",
        expected={"words": [LEAF, LEAF, None, None], "a": [1.0], "b": "tensor([3.], grad_fn=<AddBackward0>)"},
        source="document 003",
        examples=("003.leaf_in_place",),
        context={
            "nothing_refused": [None, None, None, None],
            "results_refused": [LEAF, LEAF, LEAF, VIEW],
            "result_views": [LEAF, LEAF, None, VIEW],
            "raises": True,
        },
    ),
    Case(
        name="refusal.without_grad",
        points=0.5,
        label="value",
        says="A Variable for which no gradient is asked is filled: allowed, and its square has no history.",
        expected={"words": [None], "y": SQUARES, "history": False}
        | {"grad": "element 0 of tensors does not require grad and does not have a grad_fn"},
        source="document 000",
        context={"constants_refused": [VIEW]},
        examples=("000.filled_variable_without_grad",),
    ),
    Case(
        name="refusal.under_no_grad",
        points=0.5,
        label="value",
        says="A leaf with a name is filled under no_grad, its square differentiated twice; then 1 is added to "
        "it, and it is filled again.",
        expected={"words": [None, LEAF + OF_WEIGHT, VIEW + OF_WEIGHT]}
        | {"x": TABLE, "first": SLOPES, "second": TWOS, "leaf": True},
        source="document 000",
        context={
            "nothing_refused": [None, None, None],
            "refused_quietly": [VIEW + OF_WEIGHT, LEAF + OF_WEIGHT, VIEW + OF_WEIGHT],
            "view_asked": [None, LEAF + OF_WEIGHT, None],
            "names_by_numbers": [None, f"{LEAF} It is twin.{OF_WEIGHT}", f"{VIEW} It is twin.{OF_WEIGHT}"],
            "view_looked_up": [None, LEAF + OF_WEIGHT, VIEW],
            "nameless": [None, LEAF, VIEW],
            "raises": True,
        },
        examples=("000.filled_under_no_grad",),
    ),
    Case(
        name="ledger.opening",
        points=0.5,
        label="error",
        says="An array is saved, opened, written and opened; then it is saved once more, written, and both are opened.",
        expected=["opened", version(1, 0), version(2, 0), version(2, 1)],
        source="chapter 8, its opening",
        context={
            "copied": ["opened"] * 4,
            "since": ["opened", version(1, 0), version(2, 0), version(1, 0)],
            "version_0": [["opened", version(1, 0), version(2, 0), version(2, 0)]],
            "last_ticket": ["opened", version(1, 0), version(2, 1), version(2, 1)],
        },
    ),
    Case(
        name="ledger.rows_and_columns",
        points=0.5,
        label="memory",
        says="table[1:, 3] is written, and five parts are saved. Then table[1:, 1:] is written with the same numbers, "
        "and column 2 with others.",
        expected=of_parts(version(1, 0), "opened", version(3, 1), version(2, 0), version(3, 1)),
        source="counted by hand",
        context={
            "whole_memory": of_parts(*[version(3, 1)] * 5),
            "ends": of_parts(version(1, 0), *[version(3, 1)] * 4),
            "same_object": of_parts("opened", "opened", "opened", version(1, 0), "opened"),
            "copied": of_parts(*["opened"] * 5),
            "same_numbers": of_parts("opened", "opened", "opened", version(2, 0), version(3, 1)),
            "most": of_parts(version(1, 0), "opened", version(2, 1), version(2, 0), version(2, 1)),
            "since": of_parts(version(1, 0), "opened", version(2, 0), version(2, 0), version(2, 0)),
            "version_0": [of_parts(version(1, 0), "opened", version(3, 0), version(2, 0), version(3, 0))],
        },
    ),
    Case(
        name="ledger.no_copy",
        points=0.5,
        label="memory",
        says="A row is saved and opened; what is put into the table afterwards is seen in what was opened.",
        expected={"the same memory": True, "opened": [7.0] * 4},
        source="what the task asks for",
        context={"copied": {"the same memory": False, "opened": [0.0] * 4}},
    ),
    Case(
        name="notes.readings",
        points=0.5,
        label="value",
        says="Seven notes about the memory 0, 1, ..., 15, the first twelve of them a table of 3 times 4.",
        expected={
            "row": [4.0, 5.0, 6.0, 7.0],
            "column": [2.0, 6.0, 10.0],
            "transpose": [[0.0, 4.0, 8.0], [1.0, 5.0, 9.0], [2.0, 6.0, 10.0], [3.0, 7.0, 11.0]],
            "one": 5.0,
            "diagonal": [0.0, 5.0, 10.0],
            "backwards": [11.0, 8.0, 5.0, 2.0],
            "again": [[1.0, 3.0, 5.0], [1.0, 3.0, 5.0]],
        },
        source="the boxes of chapter 8's drawing",
        context={
            "strides_turned": {
                "row": [4.0, 5.0, 6.0, 7.0],
                "column": [2.0, 6.0, 10.0],
                "transpose": [[0.0, 1.0, 2.0], [4.0, 5.0, 6.0], [8.0, 9.0, 10.0], [12.0, 13.0, 14.0]],
                "one": 5.0,
                "diagonal": [0.0, 5.0, 10.0],
                "backwards": [11.0, 8.0, 5.0, 2.0],
                "again": [[1.0, 1.0, 1.0], [3.0, 3.0, 3.0]],
            },
            "in_bytes": {
                "row": eight_bytes(32, 33, 34, 35),
                "column": eight_bytes(16, 20, 24),
                "transpose": [eight_bytes(i, i + 4, i + 8) for i in range(4)],
                "one": 5.0,
                "diagonal": eight_bytes(0, 5, 10),
                "backwards": eight_bytes(88, 85, 82, 79),
                "again": [eight_bytes(8, 10, 12)] * 2,
            },
        },
    ),
    Case(
        name="notes.diagonal",
        points=0.5,
        label="value",
        says="The gradient of a diagonal, weighed with 10, 20 and 30.",
        expected=[10.0, 0.0, 0.0, 0.0, 0.0, 20.0, 0.0, 0.0, 0.0, 0.0, 30.0, 0.0],
        source="by hand",
    ),
    Case(
        name="notes.windows",
        points=0.5,
        label="accumulation",
        says="Four windows of three boxes, the first at box 1 of 8; their cotangents are 1, 2, 4 and 8, in float32.",
        expected={"gradient": [0.0, 1.0, 3.0, 7.0, 14.0, 12.0, 8.0, 0.0], "dtype": "float32"},
        source="added by hand",
        context={
            "once": {"gradient": [0.0, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 0.0], "dtype": "float32"},
            "mean_of_reads": {"gradient": [0.0, 1.0, 1.5, 7 / 3, 14 / 3, 6.0, 8.0, 0.0], "dtype": "float32"},
            "from_0": {"gradient": [1.0, 3.0, 7.0, 14.0, 12.0, 8.0, 0.0, 0.0], "dtype": "float32"},
        },
    ),
    Case(
        name="write.document_002",
        points=0.5,
        label="value",
        says="n[0, 0] = m[0, 0] ** 2 and n[0, 1] = m[0, 1] ** 3 at m = (2, 3): the gradient of m.",
        expected=[[4.0, 27.0]],
        source="document 002",
        examples=("002.copy_slices",),
        context={"nothing": [[0.0, 27.0]]},
    ),
    Case(
        name="write.document_000",
        points=0.5,
        label="value",
        says="A copy of a leaf is filled with i + j and squared: two derivatives by the copy, and one by the leaf, "
        "3 times of which is added: nothing comes to it from what was overwritten.",
        expected={"x": TABLE, "first": SLOPES, "second": TWOS, "of the leaf": [[3.0] * 4] * 3},
        source="document 000",
        examples=("000.filled_nonleaf",),
        context={"of the leaf": {"passed_on": [[3.0 + slope for slope in row] for row in SLOPES]}}
        | {"second": {"written": [[2.0] * 4, [2.0] * 4, [2.0, 2.0, 2.0, 0.0]]}, "array_asked": True},
    ),
    Case(
        name="write.twice",
        points=0.5,
        label="order",
        says="Three values for the places 0, 0 and 2 of three elements, with the cotangent (10, 20, 30) in float32: "
        "the gradients of the Tensor before and of the values, their dtypes, and the cotangent afterwards.",
        expected={"before": [0.0, 20.0, 0.0], "values": [0.0, 10.0, 30.0], "g": [10.0, 20.0, 30.0]}
        | {"dtype of before": "float32", "dtype of values": "float32"},
        source="finite differences",
        context={
            "before": {"passed_on": [10.0, 20.0, 30.0], "nothing": [0.0, 0.0, 0.0], "off_twice": [-10.0, 20.0, 0.0]},
            "values": {"all_values": [10.0, 10.0, 30.0], "first_value": [10.0, 0.0, 30.0]},
            "g": {"written": [0.0, 20.0, 0.0]},
        },
    ),
    Case(
        name="write.a_row_of_squares",
        points=0.5,
        label="second order",
        says="v * v is written over the second row of m * m, with create_graph=True: the derivatives of the sum of the "
        "squares, and those of the sum of all these, at m = ((2, 5), (6, 7)) and v = 4.",
        expected={"first by m": [[32.0, 500.0], [0.0, 0.0]], "first by v": 512.0}
        | {"second by m": [[48.0, 300.0], [0.0, 0.0]], "second by v": 384.0},
        source="by hand: what is left of m and v is m ** 4 in the first row, and twice v ** 4",
        context={
            "first by m": {"passed_on": [[32.0, 500.0], [384.0, 448.0]], "nothing": [[0.0, 0.0], [0.0, 0.0]]},
            "second by m": {"detached": [[16.0, 100.0], [0.0, 0.0]], "nothing": [[0.0, 0.0], [0.0, 0.0]]},
            "second by v": {"detached": 128.0},
            "unfit": Raises("RuntimeError", UNFIT.format([2], [])),
            "array_asked": True,
        },
    ),
    Case(
        name="fills.two_years",
        points=0.5,
        label="value",
        says="A population of 0.25 with the rates 2 and 3 in float64, the gradients of its second year, and its dtype.",
        expected=[[0.25, 0.375, 0.703125], 0.75, [0.140625, 0.234375], "float64"],
        source="the chain rule by hand",
        context={1: {"one_step": 0.0}, 2: {"one_step": [0.0, 0.234375]}},
    ),
    Case(
        name="fills.document_000",
        points=0.5,
        label="second order",
        says="The table of document 000: values, two derivatives, what made each, and that the original is unchanged; "
        "and five elements of a table of nines.",
        expected=FILLED | {"grad_fn": MADE, "the original is unchanged": True},
        source="document 000, with today's name for the multiplication",
        examples=("000.filled_nonleaf_variable",),
        context={
            "unnoticed": FILLED | {"grad_fn": ["a leaf", *MADE[1:]], "the original is unchanged": False},
            "not_recorded": FILLED | {"grad_fn": ["CloneBackward0", *MADE[1:]], "the original is unchanged": True},
            "write_lost": ["CloneBackward0", *MADE[1:]],
            "one_row": True,
            "five of twelve": {"all_filled": TABLE},
        },
    ),
    Case(
        name="fills.two_rows",
        points=0.5,
        label="value",
        says="The shares of (1, 3) and (2, 6), the gradient of the first column of shares, and the table afterwards.",
        expected=[
            [[0.25, 0.75], [0.25, 0.75]],
            [[0.1875, -0.0625], [0.09375, -0.03125]],
            [[1.0, 3.0], [2.0, 6.0]],
        ],
        source="the quotient rule by hand",
        context={
            0: {"by_whole_table": [[1 / 12, 3 / 12], [2 / 12, 6 / 12]], "by_columns": [[0.25, 0.375], [0.5, 0.75]]},
            1: {
                "sum_is_number": [[0.25, 0.0], [0.125, 0.0]],
                "unrecorded": [[1.0, 0.0], [1.0, 0.0]],
                "by_whole_table": [[9 / 144, -3 / 144], [9 / 144, -3 / 144]],
            },
            2: {"argument": [[0.25, 0.75], [0.25, 0.75]]},
            "several_views": SEVERAL_VIEWS,
        },
    ),
)


def own(names: dict[str, Any], reference: Callable[[str], Any]) -> dict[str, Any]:
    """The student's guard and rule of a write; what else a guard asks, minigrad's own does."""
    others = reference("views.check_writable")

    def guard(t: Any, part: bool = False) -> None:
        names["guard"](t, part)
        others(t, part)

    return {"views.check_writable": guard, "views.CopySlices.gradients": names["copy_slices"]}
