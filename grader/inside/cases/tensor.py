"""Assignment 1, tensor: its holes and visible cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.inside.answers import Raised
from grader.inside.cases import Case, Raises
from grader.inside.misconceptions import Misconception, given

# How lists are read. For tasks 3, 4 and 5 minigrad has nothing that could be called.
HOLES = ("tensor.list_to_array",)

NAN = float("nan")


def place_cut_short(right: Any, known: dict) -> Iterator[Raises]:
    """The message names a place of which only the first indices are right, and no others follow."""
    said = known["got"].message if isinstance(known["got"], Raised) else ""
    for place in re.findall(r"(?:\[\d+\])+", said):
        if right.message.startswith(place) and place != right.message:
            yield Raises(right.type, place)


def endless(right: Any, known: dict) -> Iterator[Raises]:
    """The function that minigrad reads lists with was called again from within itself."""
    lines = known["got"].trace if isinstance(known["got"], Raised) else ()
    if sum("in reader:" in line or "in thrifty_array:" in line for line in lines) > 1:
        yield Raises("RecursionError")


def one_name(right: Any, known: dict) -> Iterator[Any]:
    """Of several names only one is in the message, and it is a right one."""
    got = known["got"]
    if isinstance(got, list) and sum(map(bool, got)) == 1 < sum(right) and any(map(bool.__and__, got, right)):
        yield got


def in_another_order(right: Any, known: dict) -> Iterator[Any]:
    """The names that were changed, sorted in another way."""
    got, at = known["got"], known["names_at"]
    if isinstance(got, type(right)) and len(got) == len(right) and sorted(got[at]) == sorted(right[at]):
        wrong = right.copy()
        wrong[at] = got[at]
        yield wrong


# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
MISTAKES = (
    Misconception(
        "mg.tensor calls yours",
        "mg.tensor reads its lists with the very function that you write here: the two call each other without end.",
        ("read_by_yours",), endless, whole=True,
    ),
    Misconception(
        "types vote",
        "The types of the numbers were asked, as in torch, where every int makes int64. Here their values decide.",
        ("by_types",), given("by_types"), whole=True,
    ),
    Misconception(
        "nan unequal to itself",
        "nan == nan is False, and so a nan looks as if it had changed. Ask np.isnan, or whether x != x.",
        ("nan_unequal",), given("nan_unequal"), whole=True,
    ),
    Misconception(
        "smallest number left out",
        "An integer dtype begins one further down than it ends: int8 holds -128 to 127.",
        ("symmetric",), given("symmetric"), whole=True,
    ),
    Misconception(
        "ints among floats not looked at",
        "Only the floats were tried. An int among them has to be kept exactly, too: 16777217 is between two marks of "
        "float32.",
        ("floats_only",), given("floats_only"), whole=True,
    ),
    Misconception(
        "float32 for every float",
        "float32 was taken where it keeps a number only nearly. It shall keep it exactly: the type of a number does "
        "not tell, and np.isclose forgives a difference.",
        ("always_float32",), given("always_float32"), whole=True,
    ),
    Misconception(
        "dtype too small",
        "numpy could not store a number in the dtype that came out: int8 ends at 127, int64 at 2**63 - 1. Where even "
        "int64 is too small, thrifty itself raises the RuntimeError.",
        ("too_small",), lambda right, known: [Raises("OverflowError")], whole=True,
    ),
    Misconception(
        "bools as ints",
        "A list of nothing but bools was taken for ints: isinstance(True, int) is True. Ask for bools first.",
        ("bools_as_ints",), given("bools_as_ints"), whole=True,
    ),
    Misconception(
        "nan decides for all",
        "A nan among the numbers made the list float32, whatever the others need.",
        ("nan_decides",), given("nan_decides"), whole=True,
    ),
    Misconception(
        "numpy's smallest dtypes",
        "numpy was asked for the smallest dtype of each number: it knows unsigned ones and float16, which are not in "
        "the task's row, and for floats it looks at their size, not at their digits.",
        ("by_numpy",), given("by_numpy"), whole=True,
    ),
    Misconception(
        "ragged lists refused",
        "Lists of unequal length were refused, as numpy and chapter 1's reader do. Find the shape of the answer "
        "first, fill it, then write each number to its place.",
        ("ragged",),
        lambda right, known: [Raises("ValueError", "inhomogeneous"), Raises("ValueError", "expected sequence of len")],
        whole=True,
    ),
    Misconception(
        "fill not used",
        "The empty places hold 0; they shall hold `fill`.",
        ("without_fill",), given("without_fill"),
    ),
    Misconception(
        "dtype of the numbers",
        "The array has an integer dtype: np.full and np.array take that of the numbers they are given, when none is "
        "said. float32 was asked.",
        ("of_ints",), lambda right, known: [Raises("RuntimeError", "Tensors of floating point")], whole=True,
    ),
    Misconception(
        "place cut short",
        "The message says in which list the number lies, and not where in it: every index on the way to the number "
        "belongs to its place.",
        ("place",), place_cut_short, whole=True,
    ),
    Misconception(
        "lists written to",
        "The lists that were handed in are not what they were: work on the new array, or on a copy.",
        ("lists_changed",), given("lists_changed"), whole=True,
    ),
    Misconception(
        "never switched off",
        "A tensor that is not in `wanted` still wants a gradient: its wish has to be taken back.",
        ("only_on",), given("only_on"), whole=True,
    ),
    Misconception(
        "wanted for changed",
        "These are the names that are wanted; the names of those whose wish was changed are asked, either way.",
        ("wanted_returned",), given("wanted_returned"), whole=True,
    ),
    Misconception(
        "names in another order",
        "The right names, in another order than that of the dict.",
        ("names_at",), in_another_order, whole=True,
    ),
    Misconception(
        "new Tensors in the dict",
        "There are other Tensors in the dict than before; whoever holds the old ones does not notice. Switch those.",
        ("new_tensors",), given("new_tensors"), whole=True,
    ),
    Misconception(
        "all integers refused",
        "A tensor of integers that is not in `wanted` was refused. It wants nothing, and so it is settled already.",
        ("integers_refused",), lambda right, known: known["integers_refused"], whole=True,
    ),
    Misconception(
        "all results refused",
        "A result that is in `wanted` was refused. It has the wish already, and so it is settled.",
        ("graph_made_refused",), lambda right, known: known["graph_made_refused"], whole=True,
    ),
    Misconception(
        "results not refused",
        "A result that is not in `wanted` is missing in the message: its wish comes from its operands and cannot be "
        "taken back.",
        ("results_let_be",), given("results_let_be"), whole=True,
    ),
    Misconception(
        "wanted for refused",
        "The message has all names of `wanted`; it shall have those that cannot be settled, and no others.",
        ("wanted_named",), given("wanted_named"), whole=True,
    ),
    Misconception(
        "one name for all",
        "Several tensors cannot be settled, and the message names one of them. Look at all, then raise once.",
        ("all_names",), one_name, whole=True,
    ),
    Misconception(
        "gaps in memory counted",
        "The distance in memory was taken for the position. Between two elements of `a` there may be others that are "
        "not in `a`; positions count its own, row by row.",
        ("in_memory",), given("in_memory"),
    ),
    Misconception(
        "all shared if some are",
        "The two share memory somewhere, and so all elements of the result were taken for shared: also those that lie "
        "outside of `a`.",
        ("as_a_whole",), given("as_a_whole"),
    ),
    Misconception(
        "more than + and -",
        "A Short knows + and - and nothing else: no float(), no attributes of arrays.",
        ("plus_and_minus",),
        lambda right, known: [Raises("TypeError", "'Short'"), Raises("AttributeError", "'Short' object")],
        whole=True,
    ),
    Misconception(
        "list for an iterable",
        "`numbers` may be any iterable: a generator has no length and no index, and can be walked through once.",
        ("an_iterator",),
        lambda right, known: [Raises("TypeError", "has no len()"), Raises("TypeError", "not subscriptable")],
        whole=True,
    ),
    Misconception(
        "nothing to add",
        "There may be no number at all: the answer is `zero` then.",
        ("may_be_empty",), lambda right, known: [Raises("StopIteration"), Raises("IndexError")], whole=True,
    ),
    Misconception(
        "rest with the wrong sign",
        "What an addition had lost was taken off the next number, where it has to be added; or what was added too much "
        "was added once more.",
        ("wrong_sign",), given("wrong_sign"),
    ),
    Misconception(
        "first row for all",
        "Cut to the lengths of the first lists; later ones may be longer.",
        ("first_row",), given("first_row"),
    ),
    Misconception(
        "filled in front",
        "The fill stands in front of the numbers; every number keeps the place that it has in the lists.",
        ("in_front",), given("in_front"),
    ),
    Misconception(
        "half done",
        "What came before the refusal was changed already. Look at all of them first, then change.",
        ("half_done",), lambda right, known: known["half_done"], whole=True,
    ),
    Misconception(
        "equal for shared",
        "Equal numbers were taken for shared memory. A copy is equal too; only a write tells them apart.",
        ("equal",), given("equal"),
    ),
    Misconception(
        "bytes for elements",
        "Counted in bytes where elements were asked: an element takes several bytes.",
        ("bytes",), given("bytes"),
    ),
    Misconception(
        "experiment left behind",
        "The array does not hold what it held before. What was written for the experiment has to be put back into the "
        "array itself, from a copy made beforehand (`before = a` is none).",
        ("put_back",), lambda right, known: [known["got"]] if known["got"].shape == right.shape else [],
    ),
    Misconception(
        "positions counted from 1",
        "Positions begin with 0; here they are one too large.",
        ("positions",), lambda right, known: [np.where(right < 0, right, right + 1)],
    ),
    Misconception(
        "sum stands still",
        "The sum has become so large that the next mark is further away than what is added: it takes no more.",
        ("stuck",), given("stuck"),
    ),
)

WHOLE = [[-128, 127], [0, 128], [1, 2], [True, False]]
FILLED = "tensor([[0., 1., 2., 3.],\n        [1., 2., 3., 4.],\n        [2., 3., 4., 5.]], requires_grad=True)"
FLOAT64 = [[0.5, 3.0], [0.1], [16_777_217.0, 0.5]]
FLOAT32 = [[0.5, 3.0], np.array([0.1], np.float32), [16_777_216.0, 0.5]]
READ = {"read_by_yours": True}
SHORTS = {"plus_and_minus": True, "an_iterator": True}

CASES = (
    Case(
        name="thrifty.whole",
        points=0.5,
        label="dtype",
        says="Dtypes and values of [-128, 127], [0, 128], [True, 2] and [True, False].",
        expected=[["int8", "int16", "int8", "bool"], WHOLE],
        source="int8 holds -128 to 127",
        context={
            "by_types": [["int64", "int64", "int64", "bool"], WHOLE],
            "symmetric": [["int16", "int16", "int8", "bool"], WHOLE],
            "by_numpy": [["int16", "uint8", "uint8", "bool"], WHOLE],
            "bools_as_ints": [["int8", "int16", "int8", "int8"], [*WHOLE[:3], [1, 0]]],
            "too_small": True,
        }
        | READ,
    ),
    Case(
        name="thrifty.digits",
        points=0.5,
        label="value",
        says="Dtypes and values of [0.5, 3], [0.1] and [16777217, 0.5].",
        expected=[["float32", "float64", "float64"], FLOAT64],
        source="chapter 1: the marks on the ruler of float32",
        rtol=1e-12,
        context={
            "always_float32": [["float32"] * 3, FLOAT32],
            "floats_only": [["float32", "float64", "float32"], [*FLOAT64[:2], FLOAT32[2]]],
            "by_numpy": [["float16", "float16", "float64"], [FLOAT64[0], np.array([0.1], np.float16), FLOAT64[2]]],
        }
        | READ,
    ),
    Case(
        name="thrifty.special",
        points=0.5,
        label="dtype",
        says="Dtypes and values of [], [nan, 1.0] and [-inf, 2].",
        expected=[["float32"] * 3, [np.zeros(0), [NAN, 1.0], [-np.inf, 2.0]]],
        source="float32 holds nan and the infinities",
        context={"nan_unequal": [["float32", "float64", "float32"], [np.zeros(0), [NAN, 1.0], [-np.inf, 2.0]]]} | READ,
    ),
    Case(
        name="padded.rows",
        points=0.5,
        label="value",
        says="mg.tensor([[1, 2], [3], [4, 5, 6]]) with your function as its reader and the fill 0.",
        expected=[[1.0, 2.0, 0.0], [3.0, 0.0, 0.0], [4.0, 5.0, 6.0]],
        source="by hand",
        context={
            "first_row": [[1, 2], [3, 0], [4, 5]],
            "in_front": [[0, 1, 2], [0, 0, 3], [4, 5, 6]],
            "ragged": True,
        }
        | READ,
    ),
    Case(
        name="padded.document_000",
        points=0.5,
        label="dtype",
        says="A table of ints that is not ragged, with the wish for a gradient: what print shows.",
        expected=FILLED,
        source="document 000: the table before it is squared",
        examples=("000.filled_then_requires_grad",),
        context={"of_ints": True} | READ,
    ),
    Case(
        name="padded.empty",
        points=0.5,
        label="shape",
        says="[[], [1]], [[], []], [] and the number 5, with the fill 7.",
        expected=[[[7.0], [1.0]], np.zeros((2, 0)), np.zeros(0), 5.0],
        source="by hand",
        context={0: {"without_fill": [[0.0], [1.0]]}, "ragged": True},
    ),
    Case(
        name="padded.too_deep",
        points=0.5,
        label="error",
        says="In [[1, 2], [3, [4]]] the number at [1][1][0] lies too deep.",
        expected=Raises("ValueError", "[1][1][0]"),
        source="the place, as you would index it",
        context={"place": True, "ragged": True} | READ,
    ),
    Case(
        name="settle.document_003",
        points=0.5,
        label="value",
        says="w and x get the wish, data loses it; then w + x, w * data and data * data.",
        expected={"changed": ["w", "data", "x"], "wishes of the results": [True, True, False]},
        source="document 003: a result has the wish exactly if one of its operands has it",
        examples=("003.requires_grad_of_results",),
        context={
            "only_on": {"changed": ["w", "x"], "wishes of the results": [True, True, True]},
            "wanted_returned": {"changed": ["w", "x"], "wishes of the results": [True, True, False]},
            "names_at": "changed",
            "integers_refused": [Raises("RuntimeError", "steps")],
        },
    ),
    Case(
        name="settle.refused",
        points=0.5,
        label="error",
        says="steps is an int64 and cannot want a gradient: the message says steps.",
        expected=Raises("RuntimeError", "steps"),
        source="chapter 1: a gradient for an integer",
    ),
    Case(
        name="settle.untouched",
        points=0.5,
        label="all or none",
        says="Who has the wish after an error because of steps, or because of weight: data alone, as before.",
        expected={"steps refused": ["data"], "weight unknown": ["data"]},
        source="by hand",
        context={
            "half_done": [
                {"steps refused": ["w"], "weight unknown": ["data"]},
                {"steps refused": ["data"], "weight unknown": ["w", "data"]},
            ],
        },
    ),
    Case(
        name="settle.unknown",
        points=0.5,
        label="error",
        says="There is no tensor of the name weight.",
        expected=Raises("KeyError"),
        source="by hand",
    ),
    Case(
        name="reads.boxes",
        points=0.5,
        label="value",
        says="a.T, a[:, 1] and a * 1 of chapter 1's boxes; and a[1] beside every second column of a.",
        expected=[[[0, 3], [1, 4], [2, 5]], [1, 4], [[-1, -1, -1], [-1, -1, -1]], [2, -1, 3]],
        source="chapter 1: the boxes",
        context={
            0: {"bytes": [[0, 12], [4, 16], [8, 20]], "positions": True},
            1: {"bytes": [4, 16]},
            2: {"equal": [[0, 1, 2], [3, 4, 5]]},
            3: {"in_memory": [3, 4, 5], "bytes": [12, 16, 20], "as_a_whole": [2, 4, 3]},
        },
    ),
    Case(
        name="reads.minigrad",
        points=0.5,
        label="memory",
        says="What from_numpy, tensor and detach hold, made from (3, 3, 5).",
        expected=[[0, 1, 2], [-1, -1, -1], [0, 1, 2]],
        source="chapter 1: two ways in, and the way back",
        context={1: {"equal": [0, 0, 2]}},
    ),
    Case(
        name="reads.document_003",
        points=0.5,
        label="memory",
        says="a + 1 is a new tensor; a += 1 writes into the old one.",
        expected=[[-1], [0]],
        source="document 003",
        examples=("003.identity_of_a",),
    ),
    Case(
        name="reads.restored",
        points=0.5,
        label="side effects",
        says="A column read backwards and a copy of an array with a nan; then the array itself, as it was before.",
        expected=[[3, 1], [[-1, -1], [-1, -1]], [[1.0, NAN], [-1.0, 0.0]]],
        source="by hand",
        context={
            2: {"put_back": True},
            "nan_unequal": [[3, 1], [[-1.0, NAN], [-1.0, -1.0]], [[1.0, NAN], [-1.0, 0.0]]],
        },
    ),
    Case(
        name="total.document_001",
        points=0.5,
        label="value",
        says="The twelve numbers of document 001, as Shorts and as Tensors, and the dtype of the Tensor.",
        expected=[5.193, 5.1932, "float32"],
        source="document 001: the sum of its table, as torch prints it today",
        examples=("001.script",),
        rtol=6e-4,
        context=SHORTS,
    ),
    Case(
        name="total.ones",
        points=0.5,
        label="accuracy",
        says="20,000 ones, each a Short; and no number at all.",
        expected=[20_000.0, 0.0],
        source="counted",
        rtol=1.5e-3,
        context={"stuck": [10_000.0, 0.0], "may_be_empty": True} | SHORTS,
    ),
)
