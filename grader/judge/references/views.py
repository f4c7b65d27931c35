"""Assignment 8, views: its hidden cases."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.inside.cases import Case
from grader.judge.references.views_contexts import (
    LIVES_CONTEXT,
    all_words,
    all_words_context,
    by_note,
    direct,
    direct_context,
    in_a_graph,
    in_a_graph_context,
    lives,
    many_rows,
    many_rows_context,
    many_writes,
    many_writes_context,
    many_years,
    many_years_context,
    misread_note,
    once_more,
    once_more_context,
    save_and_write,
    save_and_write_context,
    small,
    small_context,
    some_stamps,
    some_stamps_context,
    stretched,
    stretched_context,
    with_g,
)

LEAVES = ("weight", "bias", "kernel", "table", "scale", "shift")


def two_names(rng: np.random.Generator) -> tuple:
    one, other = rng.choice(LEAVES, 2, replace=False)
    return rng.uniform(2, 5, size=(3, 4)), str(one), str(other)


def parts_to_save_and_write(rng: np.random.Generator) -> tuple:
    """Seven parts to save; what is written leaves out the first row, and the first column between its ends.

    The second row is written with the same numbers only, and one part is written by the very array that was saved.
    """
    saved = [3, 0, 8, 1, 13, *(int(n) for n in rng.choice(15, 2))]
    return int(rng.integers(4, 7)), saved, [[12, 0], [13, 1]] * int(rng.integers(2, 4))


def steps(rng: np.random.Generator) -> tuple:
    """Seven steps; the second ticket is stale at once, though its numbers are as before.

    The third write is behind all of what it leaves alone, the fifth is of the very array that was saved.
    """
    first = [[3, 4, 1], [0, 8, 0], [0, 2, 1], [0, 11, 1], [5, 5, 1]]
    return int(rng.integers(4, 7)), first + [[*(int(n) for n in rng.choice(14, 2)), 1] for _ in range(2)]


def note(lengths: tuple, starts: tuple[int, int], strides: tuple) -> Callable[[np.random.Generator], tuple]:
    """Draws a memory of 40 boxes, a start, and a cotangent for the lengths."""
    return lambda rng: (
        rng.uniform(2, 9, size=40), int(rng.integers(*starts)), strides, rng.uniform(1.5, 4, size=lengths)
    )  # fmt: skip


def table_and_places(rng: np.random.Generator) -> tuple:
    """A cotangent of three axes, and six places in two rows, of which the first comes once more."""
    chosen = rng.choice(24, size=5, replace=False)
    return rng.uniform(1.5, 4, size=(2, 3, 4)), np.array([*chosen, chosen[0]]).reshape(2, 3)


def draws(*shapes: tuple) -> Callable[[np.random.Generator], tuple]:
    """Draws float64 arrays of these shapes, positive and away from 1."""
    return lambda rng: tuple(rng.uniform(1.2, 1.9, size=shape) for shape in shapes)


def years(rng: np.random.Generator) -> tuple:
    return float(rng.uniform(0.2, 0.4)), rng.uniform(2.2, 3.4, size=4), rng.uniform(1.5, 3, size=5)


CASES = (
    Case(
        name="refusal.all_words",
        points=1,
        label="error",
        says="Leaves with and without a name, views, views of views, copies and results, recorded and under no_grad.",
        inputs=two_names,
        expected=all_words,
        context=all_words_context,
    ),
    Case(
        name="refusal.lives",
        points=1,
        label="value",
        says="Three steps of gradient descent under no_grad, refusals by name, and writes into a table of constants.",
        inputs=lambda rng: (rng.uniform(2, 5, size=(3, 4)), float(rng.uniform(0.05, 0.2))),
        expected=lives,
        context=LIVES_CONTEXT,
    ),
    Case(
        name="ledger.many_writes",
        points=1.5,
        label="memory",
        says="Parts of a table are saved, others are written, some of them beside each other, some interleaved.",
        inputs=parts_to_save_and_write,
        expected=many_writes,
        context=many_writes_context,
    ),
    Case(
        name="ledger.save_and_write",
        points=1,
        label="order",
        says="Saving and writing in turn, in two memories: what each ticket expected, and how often it was written.",
        inputs=steps,
        expected=save_and_write,
        context=save_and_write_context,
    ),
    Case(
        name="notes.apart",
        points=0.5,
        label="value",
        says="A note of three dimensions, one of them backwards, that reads no box twice; g stays as it was.",
        inputs=note((2, 3, 2), (10, 14), (13, -4, 1)),
        expected=lambda memory, start, strides, g: by_note(memory, start, strides, g) | {"g": g},
        context=with_g,
    ),
    Case(
        name="notes.overlapping",
        points=1,
        label="accumulation",
        says="Windows that overlap, each of them read twice.",
        inputs=note((4, 2, 5), (1, 9), (3, 0, 2)),
        expected=by_note,
        context=misread_note,
    ),
    Case(
        name="notes.in_a_graph",
        points=0.5,
        label="value",
        says="Two notes in one graph, one of them of a single box, behind other operations.",
        inputs=draws((12,), (2, 2)),
        expected=in_a_graph,
        context=in_a_graph_context,
    ),
    Case(
        name="notes.small",
        points=0.5,
        label="dtype",
        says="A gradient in float32, of a note that repeats its boxes.",
        inputs=lambda rng: (rng.uniform(2, 5, size=(2, 4)).astype(np.float32),),
        expected=small,
        context=small_context,
    ),
    Case(
        name="write.direct",
        points=1,
        label="order",
        says="Places all over a tensor of three dimensions, one of them twice; g stays as it was.",
        inputs=table_and_places,
        expected=direct,
        context=direct_context,
    ),
    Case(
        name="write.stretched",
        points=0.5,
        label="broadcasting",
        says="One row of values written over two, then a number over a column, through a view.",
        inputs=draws((3, 5), (3,), (3, 5)),
        expected=stretched,
        context=stretched_context,
    ),
    Case(
        name="write.once_more",
        points=0.5,
        label="second order",
        says="First and second derivatives of the cubes of a table of squares, into which other squares were written.",
        inputs=draws((2, 4), (2,), (2, 4)),
        expected=once_more,
        context=once_more_context,
    ),
    Case(
        name="fills.many_years",
        points=1,
        label="value",
        says="Four years in float64, a cotangent for each; the gradients of the start and of the rates, and the dtype.",
        rtol=1e-5,
        inputs=years,
        expected=many_years,
        context=many_years_context,
    ),
    Case(
        name="fills.some_stamps",
        points=0.5,
        label="memory",
        says="A part of a table is written over: what is left keeps its gradient, and the argument is unchanged.",
        inputs=lambda rng: (
            rng.uniform(2, 5, size=(3, 4)), int(rng.integers(5, 8)), rng.uniform(1.5, 3, size=(3, 4))
        ),
        expected=some_stamps,
        context=some_stamps_context,
    ),
    Case(
        name="fills.many_rows",
        points=1,
        label="value",
        says="The shares of a result in float64, weighed with a cotangent; the result is not written.",
        rtol=1e-5,
        inputs=lambda rng: (rng.uniform(1.2, 3, size=(3, 4)), rng.uniform(1.5, 3, size=(3, 4))),
        expected=many_rows,
        context=many_rows_context,
    ),
)
