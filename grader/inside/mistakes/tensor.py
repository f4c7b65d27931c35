"""Assignment 1, tensor: what only here can be got wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.inside.answers import Raised
from grader.inside.cases import Raises
from grader.inside.misconceptions import Misconception, given


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
