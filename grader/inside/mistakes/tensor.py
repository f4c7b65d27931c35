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
    if isinstance(got, str) and got in right.split(", "):
        yield got
    if isinstance(got, list) and sum(map(bool, got)) == 1 < sum(right) and any(map(bool.__and__, got, right)):
        yield got


def in_another_order(right: Any, known: dict) -> Iterator[Any]:
    """The names that were changed, sorted in another way."""
    got, at = known["got"], known["names_at"]
    if isinstance(got, type(right)) and len(got) == len(right) and sorted(got[at]) == sorted(right[at]):
        wrong = right.copy()
        wrong[at] = got[at]
        yield wrong


def left_to_numpy(right: Any, known: dict) -> list[Raises]:
    """numpy was given lists of unequal depth, and refused them."""
    return [Raises("ValueError", "setting an array element with a sequence"), Raises("TypeError", "not 'list'")]


def list_for_a_number(right: Any, known: dict) -> Iterator[Raises]:
    """numpy was given a list where the array has room for one number; what is ragged is refused in other words."""
    if isinstance(known["got"], Raised) and known["got"].message.endswith("with a sequence."):
        yield Raises("ValueError", "with a sequence.")
    yield Raises("TypeError", "not 'list'")


def written_to(right: Any, known: dict) -> Iterator[Any]:
    """The lists that were handed in, the last items of the answer, are not what they were."""
    got, at = known["got"], known["lists_changed"]
    if isinstance(got, list) and len(got) == len(right) and repr(got[at:]) != repr(right[at:]):
        yield got


def nearly_kept(right: Any, known: dict) -> Iterator[Any]:
    """The array, the last item but one of the answer, has its numbers, but not bit by bit."""
    got = known["got"]
    if got[-1] != right[-1] and np.allclose(got[-2], right[-2], rtol=1e-6, equal_nan=True):
        yield got


def changed_numbers(right: Any, known: dict) -> Iterator[Any]:
    """zero or a number is not what it was."""
    got, at = known["got"], known["kept_at"]
    if isinstance(got, list) and len(got) == len(right) and got[at] != right[at]:
        yield got


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
        "not tell, np.isclose forgives a difference, and `np.float32(n) == n` rounds n first and is always true. "
        "Compare `float(np.float32(n)) == n`.",
        ("always_float32",), given("always_float32"), whole=True,
    ),
    Misconception(
        "dtype too small",
        "numpy could not store a number in the dtype that came out: int8 holds -128 to 127, int64 -2**63 to "
        "2**63 - 1. Look at both ends. Where even int64 is too small, thrifty itself raises the RuntimeError.",
        ("too_small",), lambda right, known: [Raises("OverflowError")], whole=True,
    ),
    Misconception(
        "bools as ints",
        "A list of nothing but bools was taken for ints: isinstance(True, int) is True. Ask for bools first.",
        ("bools_as_ints",), given("bools_as_ints"), whole=True,
    ),
    Misconception(
        "True counts as an int",
        "A bool among ints counts as 1 or 0: such a list is one of ints, not of floats.",
        ("no_bools",), lambda right, known: known["no_bools"], whole=True,
    ),
    Misconception(
        "float32 ends at 2**24",
        "Ints above 2**24 were all taken for too large. float32 goes on there, with marks that are 2 apart, then 4: "
        "16777218 lies on one of them.",
        ("ends_at_2_24",), given("ends_at_2_24"), whole=True,
    ),
    Misconception(
        "compared as float64",
        "An int went into float64 before it was compared, and was rounded there: float64 has no 2**53 + 1 either. "
        "Compare with the int itself.",
        ("through_float64",), given("through_float64"), whole=True,
    ),
    Misconception(
        "empty list forgotten",
        "An empty list is float32. `all(...)` of no numbers is True, and `min` and `max` of no numbers are an error: "
        "ask for it first.",
        ("empty_forgotten",), lambda right, known: known["empty_forgotten"], whole=True,
    ),
    Misconception(
        "infinity too large",
        "An infinity was taken for a number that is too large for float32. float32 holds the infinities, too.",
        ("infinity_too_large",), given("infinity_too_large"), whole=True,
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
        ("ragged",), lambda right, known: known["ragged"], whole=True,
    ),
    Misconception(
        "depth left to numpy",
        "The error comes from numpy, which names no place: look for the depth yourself, and say which number lies "
        "elsewhere.",
        ("place",), left_to_numpy, whole=True,
    ),
    Misconception(
        "deepest number decides",
        "The first number in reading order decides how deep all have to lie, not the deepest.",
        ("deepest",), given("deepest"), whole=True,
    ),
    Misconception(
        "too few levels",
        "A list stood where your code put down a number: these lists are nested deeper than it reckons with. It shall "
        "work for any depth.",
        ("two_levels",), list_for_a_number, whole=True,
    ),
    Misconception(
        "no room for a number",
        "A number lies outside of the array that was made for all. Its length along a dimension is that of the longest "
        "list of the level, among all lists: not only those of the first list, or of the longest one.",
        ("no_room",),
        lambda right, known: [Raises("IndexError", "out of bounds for axis"), Raises("ValueError", "not broadcast")],
        whole=True,
    ),
    Misconception(
        "along the longest list only",
        "The lengths were read along the longest list of each level. A list that is longer may stand in a shorter one.",
        ("longest_only",), given("longest_only"),
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
        ("lists_changed",), written_to, whole=True,
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
        "unknown name not first",
        "A name in `wanted` is not in the dict, and the error was about another tensor: the unknown name is the first "
        "thing to be reported.",
        ("first_of_all",), lambda right, known: [Raises("RuntimeError", known["first_of_all"])], whole=True,
    ),
    Misconception(
        "leaves refused",
        "A leaf that is not in `wanted` was refused: its wish can be taken back. Only that of a result cannot.",
        ("leaves_refused",), given("leaves_refused"), whole=True,
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
        "numbers that were there already",
        "Some elements count as not shared, because the number that was written there is the one that stood there "
        "before. Write two times, other numbers each time.",
        ("were_there",), given("were_there"), whole=True,
    ),
    Misconception(
        "one write",
        "What was written in one go may stand in other memory already, whichever numbers you take. Only what changes "
        "with a second write is shared.",
        ("one_write",), given("one_write"), whole=True,
    ),
    Misconception(
        "put back by arithmetic",
        "The array is nearly what it was: what is added and taken off again is rounded, and so is what goes through "
        "another dtype. Keep a copy, and write it back.",
        ("kept_nearly",), nearly_kept, whole=True,
    ),
    Misconception(
        "nothing found",
        "No element was found to be shared, and some are. `a.reshape(-1)` and `a.ravel()` of an array with gaps are "
        "copies, and a write there does not reach `a`; a write to `a[...]` or `a.flat` does. Nor does `.base` tell: it "
        "may be one and the same for two arrays, and neither of them.",
        ("nothing_found",), given("nothing_found"),
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
        "no end of the calls",
        "The function calls itself too often. Is there an end for no number at all? And does it call itself once for "
        "each number? Python stops after about a thousand calls.",
        ("may_be_empty",), lambda right, known: [Raises("RecursionError")], whole=True,
    ),
    Misconception(
        "zero written to",
        "`+=` and `-=` write into a Tensor: after `s = zero`, `s += x` changes `zero`, which is the same object. Write "
        "`s = s + x`.",
        ("kept_at",), changed_numbers, whole=True,
    ),
    Misconception(
        "rest with the wrong sign",
        "What an addition had lost was taken off the next number, or the sum, where it has to be added; or what was "
        "added too much was added once more.",
        ("wrong_sign",), lambda right, known: known["wrong_sign"],
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
        "The sum has become so large that the next mark is further away than what is added: it takes no more. "
        "If you keep what is left: does it come into the next number, and with the right sign?",
        ("stuck",), given("stuck"),
    ),
    Misconception(
        "rest added at the end",
        "What was lost was collected, and added once at the end: but the collection stands still as the sum does. What "
        "is left belongs into the next number.",
        ("at_the_end",), given("at_the_end"),
    ),
    Misconception(
        "sums of blocks",
        "The sums of blocks are large enough to be taken, but not with all their digits: each loses something, and "
        "always in the same direction. What is left of an addition belongs into the next one.",
        ("blocks",), lambda right, known: known["blocks"],
    ),
)
