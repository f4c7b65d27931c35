"""Assignment 8, views: what only here can be got wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.answers import Raised
from grader.inside.cases import Raises
from grader.inside.misconceptions import Misconception, given


# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
def said(part: str) -> Callable[[Any, dict], list]:
    """The wrong answer is the one that came, if its words are those of this mistake."""

    def makes(right: Any, known: dict) -> list:
        got, words = known["got"], known[part]
        return [{**got, "words": words}] if isinstance(got, dict) and words != right["words"] else []

    return makes


def in_a_circle(right: Any, known: dict) -> list:
    """The answer that came, if the end of a recursion is among its words."""
    words = known["got"].get("words", []) if isinstance(known["got"], dict) else []
    texts = [text for text in words if isinstance(text, str)] if isinstance(words, list) else []
    endless = [text for text in texts if text.startswith("maximum recursion depth")]
    return [known["got"]] if endless else []


def refused_by_itself(right: Any, known: dict) -> list:
    """The exception that came, if it says of itself what was asked in words; that of the checks is of another type."""
    got = known["got"]
    own = isinstance(got, Raised) and got.type != "Refused"
    return [Raises(got.type, got.message)] if own and "used in an in-place operation" in got.message else []


def plain_copy(right: Any, known: dict) -> list:
    """The answer that came, if the table is still what it was drawn as, and a clone."""
    got = known["got"]
    drawn = np.asarray(got["x"])
    return [got] if got["grad_fn"] == known["write_lost"] and ((drawn >= 0) & (drawn < 1)).all() else []


# A Tensor has neither, or refuses it.
ARRAYS_OWN = [
    Raises("AttributeError", "'Tensor' object has no attribute"),
    Raises("RuntimeError", "Can't call numpy() on Tensor that requires grad"),
]


MISTAKES = (
    Misconception(
        "round in a circle",
        "minigrad's guard was called from yours, which stands in its place: the two call each other without end.",
        (), in_a_circle, whole=True,
    ),
    Misconception(
        "raised, not returned",
        "Your function raised the refusal itself. It is asked for the words, and returns them (or None); the guard of "
        "the checks raises the error.",
        ("raises",), refused_by_itself, whole=True,
    ),
    Misconception(
        "nothing refused",
        "No write was refused, not even that into a leaf that asks for a gradient while operations are recorded.",
        ("nothing_refused",), said("nothing_refused"), whole=True,
    ),
    Misconception(
        "refused under no_grad",
        "A write was refused under no_grad, where nothing is recorded and every write is allowed.",
        ("refused_quietly",), said("refused_quietly"), whole=True,
    ),
    Misconception(
        "view asked for its base",
        "The view itself was asked whether it is a leaf. A view never is; the memory belongs to its base, `t._base`, "
        "which has to be asked in its place.",
        ("view_asked",), said("view_asked"), whole=True,
    ),
    Misconception(
        "results refused",
        "Everything that requires a gradient was refused; the result of an operation does as well, but it is no leaf "
        "and may be written.",
        ("results_refused",), said("results_refused"), whole=True,
    ),
    Misconception(
        "views of results refused",
        "A view of a result was refused. Its base is no leaf, whether the view requires a gradient or not; so it may "
        "be written, as the result itself.",
        ("result_views",), said("result_views"), whole=True,
    ),
    Misconception(
        "constants refused",
        "Every leaf was refused; one that does not require a gradient may be written.",
        ("constants_refused",), said("constants_refused"), whole=True,
    ),
    Misconception(
        "leaves compared by numbers",
        "A leaf got the name of another one that has the same numbers: the question is whether it is the very same "
        "object, `leaf is base`.",
        ("names_by_numbers",), said("names_by_numbers"), whole=True,
    ),
    Misconception(
        "view looked up by name",
        "A view was looked for among the names and not found; the name is that of the leaf whose memory it reads.",
        ("view_looked_up",), said("view_looked_up"), whole=True,
    ),
    Misconception(
        "name left out",
        "The words are right up to the name of the leaf, which is to follow where the leaf has one.",
        ("nameless",), said("nameless"), whole=True,
    ),
    Misconception(
        "part ignored",
        "`t[0] = 1` writes a part of t, which counts as a view of t: `part` says so.",
        ("part_ignored",), said("part_ignored"), whole=True,
    ),
    Misconception(
        "view called the leaf",
        "A view of a leaf was called the leaf itself: the words begin with `a view of` if a part is written, and also "
        "if t is a view.",
        ("called_leaf",), said("called_leaf"), whole=True,
    ),
    Misconception(
        "one counter for all",
        "A write anywhere in the memory was counted for every part of it; it counts only where it happened.",
        ("whole_memory",), given("whole_memory"), whole=True,
    ),
    Misconception(
        "ends for elements",
        "Two arrays were taken to share memory because the stretches between their ends overlap; they may have no "
        "element in common, like two columns.",
        ("ends",), given("ends"), whole=True,
    ),
    Misconception(
        "only the same object",
        "A write was counted only for the very same array object; every array that shares an element with it has "
        "changed as well.",
        ("same_object",), given("same_object"), whole=True,
    ),
    Misconception(
        "a copy was saved",
        "A copy of the array was saved or handed out: it shares no memory with what is written, so no write reaches "
        "it. The array itself is to be kept.",
        ("copied",), given("copied"), whole=True,
    ),
    Misconception(
        "numbers compared",
        "The numbers of now were compared with those of then; a write counts even if it leaves the same numbers.",
        ("same_numbers",), given("same_numbers"), whole=True,
    ),
    Misconception(
        "counted since the save",
        "The writes were counted from the moment the array was saved; its version counts from the start of the ledger.",
        ("since",), given("since"), whole=True,
    ),
    Misconception(
        "version 0 expected",
        "Every ticket expects version 0; an array that was written before it was saved had another version then.",
        ("version_0",), lambda right, known: known["version_0"], whole=True,
    ),
    Misconception(
        "most written element",
        "The version was that of the element which was written most. Two writes that touch an array are two, also when "
        "they touch different elements of it.",
        ("most",), given("most"), whole=True,
    ),
    Misconception(
        "one ticket per array",
        "Who saved an array twice found the second version in both tickets: each ticket has to keep its own.",
        ("last_ticket",), given("last_ticket"), whole=True,
    ),
    Misconception(
        "box read twice, counted once",
        "A box that several indices read gets the sum of their gradients; here the last one alone is left, as with "
        "numpy's `array[places] += g`.",
        ("once",), given("once"), whole=True,
    ),
    Misconception(
        "shared among the readers",
        "A box that several indices read got the mean of their gradients; each of them has used it, so they add up.",
        ("mean_of_reads",), given("mean_of_reads"), whole=True,
    ),
    Misconception(
        "strides in another order",
        "The strides were taken in the opposite order: the first one belongs to the first dimension.",
        ("strides_turned",), given("strides_turned"), whole=True,
    ),
    Misconception(
        "bytes for boxes",
        "The strides were taken for bytes, as numpy's as_strided does; here they count boxes, of `memory.itemsize` "
        "bytes each. What was read are pieces of two numbers.",
        ("in_bytes",), given("in_bytes"), whole=True,
    ),
    Misconception(
        "start forgotten",
        "The gradients lie where a note with start 0 would put them: the start is missing on the way back.",
        ("from_0",), given("from_0"), whole=True,
    ),
    Misconception(
        "overwritten part passed on",
        "What was overwritten has no influence any more: its gradient is 0, and only the rest goes on.",
        ("passed_on",), given("passed_on"),
    ),
    Misconception(
        "lost with the part",
        "Nothing goes on to the tensor before the write, yet what was not overwritten still comes from there.",
        ("nothing",), given("nothing"),
    ),
    Misconception(
        "all values of a place",
        "Of several values for one place the last one stays; those before it have no influence, and get 0.",
        ("all_values",), given("all_values"),
    ),
    Misconception(
        "first for last",
        "Of several values for one place the first one got the gradient; but it is the last one that stays.",
        ("first_value",), given("first_value"),
    ),
    Misconception(
        "place taken off twice",
        "A place that was written twice got minus its gradient; to be overwritten twice is to be overwritten: 0.",
        ("off_twice",), given("off_twice"),
    ),
    Misconception(
        "array's methods on a Tensor",
        "Under create_graph=True `g` is a Tensor; it lacks some of what an ndarray can do, and gives its numbers away "
        "only without their history. The page names what both can do.",
        ("array_asked",), lambda right, known: ARRAYS_OWN, whole=True,
    ),
    Misconception(
        "values not summed down",
        "The gradient of the values has the shape of the part. They were stretched to it, so it is to be summed down "
        "to `shape`.",
        ("unfit",), given("unfit"), whole=True,
    ),
    Misconception(
        "one step only",
        "Only the last step of the recursion is there; what came before it was taken as a number.",
        ("one_step",), given("one_step"),
    ),
    Misconception(
        "sum taken as a number",
        "The row's sum was taken as a number; it depends on each element of the row, as the quotient rule knows.",
        ("sum_is_number",), given("sum_is_number"),
    ),
    Misconception(
        "division not recorded",
        "This is the gradient of a plain copy: under no_grad the division changed the numbers, and nobody took note.",
        ("unrecorded",), given("unrecorded"),
    ),
    Misconception(
        "argument written over",
        "The argument itself was written over: the answer has to have a memory of its own, as a clone has.",
        ("argument",), given("argument"),
    ),
    Misconception(
        "written unnoticed",
        "The argument itself was written over, unnoticed, so the answer has no `CopySlices`. The fill belongs into a "
        "clone, where it can be recorded.",
        ("unnoticed",), given("unnoticed"), whole=True,
    ),
    Misconception(
        "one of several views written",
        "A loop over a Tensor makes several views in one operation, and these may not be written; table[i] may.",
        ("several_views",), given("several_views"), whole=True,
    ),
    Misconception(
        "fill not recorded",
        "The numbers are right, but the answer's history is that of the plain copy: under no_grad, or through .data, "
        "they were written and nobody took note. The gradient of what was overwritten goes on as if nothing had been "
        "written.",
        ("not_recorded",), given("not_recorded"), whole=True,
    ),
    Misconception(
        "written into a copy",
        "The table came back as it was: what was written went into a copy that nobody kept. `table[[i]]`, an index "
        "that is a list, is a copy; `table[i]` is a view.",
        ("write_lost",), plain_copy, whole=True,
    ),
    Misconception(
        "row of a single row",
        "`table[[i]]` and `table[i:i + 1]` are tables of one row, and `[j]` after them asks for row j. (What is "
        "written into `table[[i]]` would be lost as well: an index that is a list makes a copy.)",
        ("one_row",), lambda right, known: [Raises("IndexError", "for dimension 0 with size 1")], whole=True,
    ),
    Misconception(
        "count ignored",
        "The whole table was written over; only its first `count` elements are to be.",
        ("all_filled",), given("all_filled"),
    ),
    Misconception(
        "shares of the whole table",
        "Every element was divided by the sum of the whole table; its own row's sum is asked.",
        ("by_whole_table",), given("by_whole_table"),
    ),
    Misconception(
        "sums beside the columns",
        "The sums of the rows were divided out column by column: a vector of sums is lined up with the last dimension. "
        "With keepdim=True it stays a column, with one sum for each row.",
        ("by_columns",), given("by_columns"),
    ),
)
