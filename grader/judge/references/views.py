"""Assignment 8, views: its hidden cases. The answers are found on paper, or by numbering the elements of memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.inside.cases import Case
from grader.inside.cases.views import LEAF, VIEW, opened, version

# --- the guard ----------------------------------------------------------------------------------------------------

LEAVES = ("weight", "bias", "kernel", "table", "scale", "shift")


def all_words(values: np.ndarray, name: str, other: str) -> dict:
    """The answers for w (named `name`), its twin (`other`), a leaf without a name, and what may be written."""
    own = f" It is {name}."
    refused = [LEAF + own, *[VIEW + own] * 4, f"{LEAF} It is {other}.", VIEW]
    return {"recorded": refused + [None] * 7, "quiet": [None] * 14}


def lives(values: np.ndarray, rate: float) -> dict:
    """Three steps of SGD on the sum of squares; then a history for a table without one."""
    w = values * (1 - 2 * rate) ** 3
    h, slope = values.copy(), np.zeros_like(values)
    h[0], slope[0] = w[0] ** 2, 2 * w[0]
    h[1] *= 2
    own = " It is weights."
    return {"words": [LEAF + own, VIEW + own, VIEW + own], "w": w, "h": h, "slope": slope}


# --- the counter: every element of memory has a number ------------------------------------------------------------


def numbered(rows: int) -> list[set[int]]:
    """The elements of the parts that the hidden test takes of a table of 6 columns."""
    table = np.arange(rows * 6).reshape(rows, 6)
    parts = [
        table[0], table[1], table[-1], table[:, 0], table[:, 1], table[:, -1], table[::2], table[1::2],
        table[:, ::2], table[:, 1::2], table.T[2], table[::-1, 3], table[1:, 1:], table[2:, 1:4], table,
    ]  # fmt: skip
    return [set(part.ravel().tolist()) for part in parts]


def touched(part: set[int], written: list[set[int]]) -> int:
    return sum(bool(part & other) for other in written)


def said(now: int, then: int) -> str:
    return "opened" if now == then else version(now, then)


def many_writes(rows: int, saved: list[int], written: list[int]) -> dict:
    parts = numbered(rows)
    return opened([said(touched(parts[s], [parts[w] for w in written]), 0) for s in saved])


def counted_coarsely(rows: int, saved: list[int], written: list[int]) -> dict:
    """Which tickets can be opened if every write counts for the whole memory, or from end to end."""
    parts = numbered(rows)
    between = [set(range(min(part), max(part) + 1)) for part in parts]
    ends = [int(not touched(between[s], [between[w] for w in written])) for s in saved]
    return {"opened": {"whole_memory": [0] * len(saved), "ends": ends}}


def save_and_write(rows: int, steps: list[list[int]]) -> list[list[str]]:
    parts, tickets, found = numbered(rows), [], []
    written: list[set[int]] = []
    for s, w in steps:
        tickets.append((parts[s], touched(parts[s], written)))
        written.append(parts[w])
        found.append([said(touched(part, written), then) for part, then in tickets])
    return found


def parts_to_save_and_write(rng: np.random.Generator) -> tuple:
    """Six parts to save; what is written leaves out the first row, and the first column between its ends."""
    saved = [3, 0, 8, *(int(n) for n in rng.choice(15, 3))]
    return int(rng.integers(4, 7)), saved, [12, 13] * int(rng.integers(1, 3))


def steps(rng: np.random.Generator) -> tuple:
    """Six steps; the first ticket is stale after the second, and two are of a part that was written before."""
    middle = [[int(n) for n in rng.choice(14, 2)] for _ in range(3)]
    return int(rng.integers(4, 7)), [[3, 4], [0, 8], [0, 11], *middle]


# --- notes --------------------------------------------------------------------------------------------------------


def boxes(start: int, lengths: tuple, strides: tuple) -> list[tuple[tuple, int]]:
    """Each index with the box it reads."""
    return [(i, start + sum(a * b for a, b in zip(i, strides, strict=True))) for i in np.ndindex(*lengths)]


def by_note(memory: np.ndarray, start: int, strides: tuple, g: np.ndarray) -> dict:
    read, found = np.zeros(g.shape), np.zeros(memory.size, g.dtype)
    for index, box in boxes(start, g.shape, strides):
        read[index] = memory[box]
        found[box] += g[index]
    return {"read": read, "put back": found}


def last_alone(memory: np.ndarray, start: int, strides: tuple, g: np.ndarray) -> dict:
    """What is left where a box takes only the last gradient that comes to it."""
    found = np.zeros(memory.size)
    for index, box in boxes(start, g.shape, strides):
        found[box] = g[index]
    return {"put back": {"once": found}}


def in_a_graph(memory: np.ndarray, g: np.ndarray) -> np.ndarray:
    """By x of (sum of g times four squares) times x[3]; the squares are those of the boxes 7, 8, 4 and 5."""
    found, places = np.zeros_like(memory), np.array([[7, 8], [4, 5]])
    found[places] = 2 * memory[places] * g * memory[3]
    found[3] = (memory[places] ** 2 * g).sum()
    return found


def small(g: np.ndarray) -> dict:
    """The columns of `g` in every second box of nine."""
    found = np.zeros(9, g.dtype)
    found[1::2] = g.sum(axis=0)
    return {"gradient": found, "dtype": "float32"}


def note(lengths: tuple, starts: tuple[int, int], strides: tuple) -> Callable[[np.random.Generator], tuple]:
    """Draws a memory of 40 boxes, a start, and a cotangent for the lengths."""
    return lambda rng: (
        rng.uniform(2, 9, size=40), int(rng.integers(*starts)), strides, rng.uniform(1.5, 4, size=lengths)
    )  # fmt: skip


# --- the rule of a write ------------------------------------------------------------------------------------------


def direct(g: np.ndarray, places: np.ndarray) -> list:
    """Element by element, the last writer of each place wins."""
    writer = {int(place): index for index, place in np.ndenumerate(places)}
    before, values = g.copy(), np.zeros(places.shape)
    for place, index in writer.items():
        before.reshape(-1)[place] = 0
        values[index] = g.reshape(-1)[place]
    return [before, values, g]


def direct_context(g: np.ndarray, places: np.ndarray) -> dict:
    return {
        0: {"passed_on": g, "nothing": np.zeros_like(g)},
        1: {"all_values": g.reshape(-1)[places]},
        2: {"written": direct(g, places)[0]},
    }


def table_and_places(rng: np.random.Generator) -> tuple:
    """A cotangent of three axes, and six places in two rows, of which the first comes once more."""
    chosen = rng.choice(24, size=5, replace=False)
    return rng.uniform(1.5, 4, size=(2, 3, 4)), np.array([*chosen, chosen[0]]).reshape(2, 3)


def stretched(x: np.ndarray, v: np.ndarray, g: np.ndarray) -> list:
    """By x and v: 2 v was written to the rows from 1 on in columns 0, 2 and 4, and a number to column 3."""
    before = g.copy()
    before[1:, ::2] = 0
    before[:, 3] = 0
    return [before, 2 * g[1:, ::2].sum(axis=0)]


def stretched_context(x: np.ndarray, v: np.ndarray, g: np.ndarray) -> dict:
    return {0: {"passed_on": g}, 1: {"unsummed": 2 * g[1:, ::2]}}


def once_more(x: np.ndarray, v: np.ndarray, g: np.ndarray) -> list:
    """The first derivatives of sum(after ** 3), and those of (by x * g) + (by v * v); after is x * x or v * v."""
    alive = np.ones_like(x)
    alive[1, [0, 3]] = 0
    return [6 * x**5 * alive, 6 * v**5, 30 * x**4 * g * alive, 36 * v**5]


def once_more_context(x: np.ndarray, v: np.ndarray, g: np.ndarray) -> dict:
    alive, after = np.ones_like(x), x * x
    alive[1, [3, 0]] = 0
    after[1, [3, 0]] = v * v
    return {
        0: {"passed_on": 6 * x * after**2},
        2: {"detached": 6 * x**4 * g * alive},
        3: {"detached": 12 * v**5},
    }


# --- fills --------------------------------------------------------------------------------------------------------


def populations(start: float, rates: np.ndarray) -> np.ndarray:
    p = [start]
    for rate in rates:
        p.append(rate * p[-1] * (1 - p[-1]))
    return np.array(p)


def many_years(start: float, rates: np.ndarray, g: np.ndarray) -> list:
    """The chain rule, from the last year to the first."""
    p, slopes = populations(start, rates), np.zeros_like(rates)
    arrived = g[-1]
    for k in reversed(range(len(rates))):
        slopes[k] = arrived * p[k] * (1 - p[k])
        arrived = g[k] + arrived * rates[k] * (1 - 2 * p[k])
    return [p, arrived, slopes]


def many_years_context(start: float, rates: np.ndarray, g: np.ndarray) -> dict:
    p = populations(start, rates)
    return {1: {"one_step": g[0]}, 2: {"one_step": g[1:] * p[:-1] * (1 - p[:-1])}}


def some_stamps(x: np.ndarray, count: int, g: np.ndarray) -> dict:
    slopes, plain = 2 * x * g, x.copy()
    for number in range(count):
        i, j = divmod(number, x.shape[1])
        slopes[i, j], plain[i, j] = 0, i + j
    return {"slopes": slopes, "plain": plain, "history": False, "x": x}


def some_stamps_context(x: np.ndarray, count: int, g: np.ndarray) -> dict:
    right = some_stamps(x, count, g)
    return {"slopes": {"passed_on": 2 * x * g, "nothing": 0 * x}, "x": {"written": right["plain"]}}


def many_rows(table: np.ndarray, g: np.ndarray) -> list:
    """By the table: the shares of its squares, weighed with g; the squares and their version afterwards."""
    h = table**2
    total = h.sum(axis=1, keepdims=True)
    by_h = g / total - (g * h).sum(axis=1, keepdims=True) / total**2
    return [2 * table * by_h, h, 0]


def many_rows_context(table: np.ndarray, g: np.ndarray) -> dict:
    total = (table**2).sum(axis=1, keepdims=True)
    return {0: {"detached": 2 * table * g / total}, 1: {"written": table**2 / total}}


def draws(*shapes: tuple) -> Callable[[np.random.Generator], tuple]:
    """Draws float64 arrays of these shapes, positive and away from 1."""
    return lambda rng: tuple(rng.uniform(1.2, 1.9, size=shape) for shape in shapes)


def years(rng: np.random.Generator) -> tuple:
    return float(rng.uniform(0.2, 0.4)), rng.uniform(2.2, 3.4, size=4), rng.uniform(1.5, 3, size=5)


def two_names(rng: np.random.Generator) -> tuple:
    one, other = rng.choice(LEAVES, 2, replace=False)
    return rng.uniform(2, 5, size=(3, 4)), str(one), str(other)


CASES = (
    Case(
        name="refusal.all_words",
        points=1,
        label="error",
        says="Leaves with and without a name, views, views of views, copies and results, recorded and under no_grad.",
        inputs=two_names,
        expected=all_words,
    ),
    Case(
        name="refusal.lives",
        points=1,
        label="value",
        says="Three steps of gradient descent under no_grad, refusals by name, and writes into a table of constants.",
        inputs=lambda rng: (rng.uniform(2, 5, size=(3, 4)), float(rng.uniform(0.05, 0.2))),
        expected=lives,
    ),
    Case(
        name="ledger.many_writes",
        points=1.5,
        label="memory",
        says="Parts of a table are saved, others are written, some of them beside each other, some interleaved.",
        inputs=parts_to_save_and_write,
        expected=many_writes,
        context=counted_coarsely,
    ),
    Case(
        name="ledger.save_and_write",
        points=1,
        label="order",
        says="Saving and writing in turn, in two memories: what each ticket expected, and how often it was written.",
        inputs=steps,
        expected=save_and_write,
    ),
    Case(
        name="notes.apart",
        points=0.5,
        label="value",
        says="A note of three dimensions, one of them backwards, that reads no box twice; g stays as it was.",
        inputs=note((2, 3, 2), (10, 14), (13, -4, 1)),
        expected=lambda memory, start, strides, g: by_note(memory, start, strides, g) | {"g": g},
    ),
    Case(
        name="notes.overlapping",
        points=1,
        label="accumulation",
        says="Windows that overlap, each of them read twice.",
        inputs=note((4, 2, 5), (1, 9), (3, 0, 2)),
        expected=by_note,
        context=last_alone,
    ),
    Case(
        name="notes.in_a_graph",
        points=0.5,
        label="value",
        says="Two notes in one graph, one of them of a single box, behind other operations.",
        inputs=draws((12,), (2, 2)),
        expected=in_a_graph,
    ),
    Case(
        name="notes.small",
        points=0.5,
        label="dtype",
        says="A gradient in float32, of a note that repeats its boxes.",
        inputs=lambda rng: (rng.uniform(2, 5, size=(2, 4)).astype(np.float32),),
        expected=small,
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
        points=1,
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
        says="Four years, a cotangent for each; the gradients of the start and of the rates.",
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
        says="The shares of a result, weighed with a cotangent; the result is not written.",
        inputs=lambda rng: (rng.uniform(1.2, 3, size=(3, 4)), rng.uniform(1.5, 3, size=(3, 4))),
        expected=many_rows,
        context=many_rows_context,
    ),
)
