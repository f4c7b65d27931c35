"""Assignment 8, views: right answers found on paper, or by numbering the elements of memory, and the wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from grader.inside.cases import Raises
from grader.inside.cases.views import LEAF, SEVERAL_VIEWS, UNFIT, VIEW, version

# --- the guard ----------------------------------------------------------------------------------------------------

# What is asked about in the hidden test: whose memory it is, whether by a view, whether a part is written.
ASKED = [
    ("w", 0, 0), ("w", 0, 1), ("w", 1, 0), ("w", 1, 0), ("w", 1, 1), ("twin", 0, 0), ("far", 1, 0),
    ("h", 0, 0), ("h", 0, 1), ("h", 1, 0), ("k", 0, 1), ("detached", 0, 0), ("copy", 0, 1), ("clone", 1, 0),
]  # fmt: skip
LEAVES_WITH_GRAD, RESULTS, CONSTANTS = {"w", "twin", "far"}, {"h", "copy", "clone"}, {"k", "detached"}


def asked(names: dict[str, str], refused: Callable = lambda who, view: who in LEAVES_WITH_GRAD, part: int = 1) -> list:
    """The answers while operations are recorded: words that refuse, and the name of what has one, or None."""
    found = [(VIEW if view or written and part else LEAF) + names.get(who, "") for who, view, written in ASKED]
    return [words if refused(who, view) else None for (who, view, _), words in zip(ASKED, found, strict=True)]


def all_words(values: np.ndarray, name: str, other: str) -> dict:
    """The answers for w (named `name`), its twin (`other`), a leaf without a name, and what may be written."""
    return {"words": asked({"w": f" It is {name}.", "twin": f" It is {other}."}) + [None] * 14}


def all_words_context(values: np.ndarray, name: str, other: str) -> dict:
    names = {"w": f" It is {name}.", "twin": f" It is {other}.", "k": " It is k."}
    every = dict.fromkeys(("w", "twin", "far"), f" It is {other}. It is {name}. It is k.")
    right = asked(names)
    looked_up = [words and (LEAF if words.startswith(LEAF) else VIEW) for words in right]
    recorded = {
        "nothing_refused": [None] * 14,
        "view_asked": asked(names, lambda who, view: who in LEAVES_WITH_GRAD and not view),
        "results_refused": asked(names, lambda who, view: who in LEAVES_WITH_GRAD | RESULTS),
        "result_views": asked(names, lambda who, view: who in LEAVES_WITH_GRAD or bool(view) and who in RESULTS),
        "constants_refused": asked(names, lambda who, view: who in LEAVES_WITH_GRAD | CONSTANTS),
        "names_by_numbers": asked(every),
        "view_looked_up": [a if view == 0 else b for (_, view, _), a, b in zip(ASKED, right, looked_up, strict=True)],
        "nameless": looked_up,
        "part_ignored": asked(names, part=0),
        "called_leaf": [
            words and words.removeprefix("a view of " if view and not part else "")
            for (_, view, part), words in zip(ASKED, right, strict=True)
        ],
    }
    found: dict = {mistake: words + [None] * 14 for mistake, words in recorded.items()}
    return found | {"refused_quietly": right + right, "raises": True}


def lives(values: np.ndarray, rate: float) -> dict:
    """Three steps of SGD on the sum of squares; then a history for a table without one."""
    w = values * (1 - 2 * rate) ** 3
    h, slope = values.copy(), np.zeros_like(values)
    h[0], slope[0] = w[0] ** 2, 2 * w[0]
    h[1] *= 2
    return {"words": LIVES, "w": w, "h": h - 1, "slope": slope}


OWN = " It is weights."
LIVES = [*[None] * 6, LEAF + OWN, VIEW + OWN, VIEW + OWN]
LIVES_CONTEXT = {
    "nothing_refused": [None] * 9,
    "refused_quietly": [*[LEAF + OWN] * 3, *LIVES[3:]],
    "view_asked": [*[None] * 6, LEAF + OWN, None, None],
    "results_refused": [*[None] * 4, VIEW, LEAF, *LIVES[6:]],
    "result_views": [*[None] * 4, VIEW, None, *LIVES[6:]],
    "constants_refused": [*[None] * 3, VIEW, VIEW, LEAF, *LIVES[6:]],
    "view_looked_up": [*[None] * 6, LEAF + OWN, VIEW, VIEW],
    "nameless": [*[None] * 6, LEAF, VIEW, VIEW],
    "called_leaf": [*[None] * 6, LEAF + OWN, LEAF + OWN, VIEW + OWN],
    "raises": True,
}


# --- the counter: every element of memory has a number ------------------------------------------------------------


def numbered(rows: int) -> list[set[int]]:
    """The elements of the parts that the hidden test takes of a table of 6 columns."""
    table = np.arange(rows * 6).reshape(rows, 6)
    parts = [
        table[0], table[1], table[-1], table[:, 0], table[:, 1], table[:, -1], table[::2], table[1::2],
        table[:, ::2], table[:, 1::2], table.T[2], table[::-1, 3], table[1:, 1:], table[2:, 1:4], table,
    ]  # fmt: skip
    return [set(part.ravel().tolist()) for part in parts]


def between(part: set[int]) -> set[int]:
    """All elements from the first of a part to its last."""
    return set(range(min(part), max(part) + 1))


@dataclass
class Tickets:
    """A ledger of parts by their numbers; `meet` says whether a write reaches a saved part."""

    rows: int
    meet: Callable[[int, int], bool]
    written: list[tuple[int, int]] = field(default_factory=list)
    tickets: list[tuple[int, int]] = field(default_factory=list)

    def versions(self) -> list[tuple[int, int]]:
        """Of each ticket: how often it has been written now, and how often it was when it was saved."""
        reached = [[self.meet(part, write) for write, _ in self.written] for part, _ in self.tickets]
        return [(sum(row), sum(row[:time])) for row, (_, time) in zip(reached, self.tickets, strict=True)]

    def changed(self) -> list[bool]:
        """Of each ticket: whether a number of it has been changed since it was saved."""
        parts = numbered(self.rows)
        return [any(more and parts[part] & parts[write] for write, more in self.written[time:])
                for part, time in self.tickets]  # fmt: skip

    def most(self) -> list[tuple[int, int]]:
        """The versions if that of a part were the one of the element in it that was written most."""
        parts = numbered(self.rows)

        def at(part: int, writes: list) -> int:
            return max(sum(box in parts[write] for write, _ in writes) for box in parts[part])

        return [(at(part, self.written), at(part, self.written[:time])) for part, time in self.tickets]

    def words(self) -> list[str]:
        return in_words(self.versions())


def in_words(versions: list[tuple[int, int]]) -> list[str]:
    return ["opened" if now == then else version(now, then) for now, then in versions]


MEET: dict[str, Callable[[list[set[int]]], Callable[[int, int], bool]]] = {
    "right": lambda parts: lambda s, w: bool(parts[s] & parts[w]),
    "whole_memory": lambda parts: lambda s, w: True,
    "ends": lambda parts: lambda s, w: bool(between(parts[s]) & between(parts[w])),
    "same_object": lambda parts: lambda s, w: s == w,
    "copied": lambda parts: lambda s, w: False,
}


def misread(rows: int, run: Callable[[Tickets], Iterator[Tickets]], shaped: Callable[[list], list]) -> dict:
    """What is said under each mistake; `run` stops wherever the tickets are opened."""
    found = {name: shaped([t.words() for t in run(Tickets(rows, meet(numbered(rows))))]) for name, meet in MEET.items()}
    values, since, start, stale, last, most = [], [], [], [], [], []
    for now in run(Tickets(rows, MEET["right"](numbered(rows)))):
        both = list(zip(now.words(), now.versions(), strict=True))
        values.append([w if hit else "opened" for (w, _), hit in zip(both, now.changed(), strict=True)])
        since.append([w if w == "opened" else version(n - t, 0) for w, (n, t) in both])
        start.append([w if w == "opened" else version(n, 0) for w, (n, t) in both])
        stale.append(["opened" if n == 0 else version(n, 0) for _, (n, _) in both])
        most.append(in_words(now.most()))
        latest = dict(now.tickets)
        last.append(Tickets(rows, now.meet, now.written, [(part, latest[part]) for part, _ in now.tickets]).words())
    several = {"version_0": [shaped(start), shaped(stale)], "last_ticket": shaped(last), "most": shaped(most)}
    return found | {"same_numbers": shaped(values), "since": shaped(since)} | several


def many_writes(rows: int, saved: list[int], written: list[list[int]]) -> list[str]:
    return many_writes_context(rows, saved, written)["right"]


def save_and_write(rows: int, steps: list[list[int]]) -> list[list[str]]:
    return save_and_write_context(rows, steps)["right"]


def saved_first(saved: list[int], written: list[list[int]]) -> Callable[[Tickets], Iterator[Tickets]]:
    def run(ledger: Tickets) -> Iterator[Tickets]:
        ledger.tickets = [(part, 0) for part in saved]
        ledger.written = [(part, more) for part, more in written]
        yield ledger

    return run


def in_turn(steps: list[list[int]]) -> Callable[[Tickets], Iterator[Tickets]]:
    def run(ledger: Tickets) -> Iterator[Tickets]:
        for saved, written, more in steps:
            ledger.tickets.append((saved, len(ledger.written)))
            ledger.written.append((written, more))
            yield ledger

    return run


def many_writes_context(rows: int, saved: list[int], written: list[list[int]]) -> dict:
    return misread(rows, saved_first(saved, written), lambda found: found[0])


def save_and_write_context(rows: int, steps: list[list[int]]) -> dict:
    return misread(rows, in_turn(steps), lambda found: found)


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


def misread_note(memory: np.ndarray, start: int, strides: tuple, g: np.ndarray) -> dict:
    """Strides turned round, or in bytes; a way back from box 0; a box that takes the last gradient, or the mean."""
    right, once, uses = by_note(memory, start, strides, g), np.zeros(memory.size), np.zeros(memory.size)
    for index, box in boxes(start, g.shape, strides):
        once[box] = g[index]
        uses[box] += 1
    return {
        "strides_turned": by_note(memory, start, strides[::-1], g),
        "from_0": right | {"put back": by_note(memory, 0, strides, g)["put back"]},
        "once": right | {"put back": once},
        "mean_of_reads": right | {"put back": right["put back"] / np.maximum(uses, 1)},
        "in_bytes": right | {"read": np.lib.stride_tricks.as_strided(memory[start:], g.shape, strides)},
    }


def with_g(memory: np.ndarray, start: int, strides: tuple, g: np.ndarray) -> dict:
    """The same where the answer shows g as well, and no box is read twice."""
    found = misread_note(memory, start, strides, g)
    return {name: found[name] | {"g": g} for name in ("strides_turned", "from_0", "in_bytes")}


def in_a_graph(memory: np.ndarray, g: np.ndarray) -> np.ndarray:
    """By x of (sum of g times four squares) times x[3]; the squares are those of the boxes 7, 8, 4 and 5."""
    return through_boxes(memory, g, np.array([[7, 8], [4, 5]]), 0)


def through_boxes(memory: np.ndarray, g: np.ndarray, read: np.ndarray, shift: int) -> np.ndarray:
    """The same for other boxes, on the way back in memory shifted by `shift` to those that start at 0."""
    found, back = np.zeros_like(memory), (read - 7 * shift) % memory.size
    found[back] = 2 * memory[back] * g * memory[3]
    found[0 if shift else 3] += (memory[read] ** 2 * g).sum()
    return found


def in_a_graph_context(memory: np.ndarray, g: np.ndarray) -> dict:
    turned, right = np.array([[7, 4], [8, 5]]), np.array([[7, 8], [4, 5]])
    return {"strides_turned": through_boxes(memory, g, turned, 0), "from_0": through_boxes(memory, g, right, 1)}


def small(g: np.ndarray) -> dict:
    """The columns of `g` in every second box of nine."""
    found = np.zeros(9, g.dtype)
    found[1::2] = g.sum(axis=0)
    return {"gradient": found, "dtype": "float32"}


def small_context(g: np.ndarray) -> dict:
    """Each wrong way puts something else into some of the nine boxes."""
    turned, once = np.zeros(9), np.zeros(9)
    turned[[1, 3]], once[1::2] = g.sum(axis=1), g[-1]
    gradients = {"strides_turned": turned, "from_0": np.roll(small(g)["gradient"], -1), "once": once}
    gradients |= {"mean_of_reads": small(g)["gradient"] / 2}
    return {name: {"gradient": found.astype(g.dtype), "dtype": "float32"} for name, found in gradients.items()}


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
    everybody = g.reshape(-1)[places]
    _, first = np.unique(places, return_index=True)
    only_first = np.where(np.isin(np.arange(places.size), first).reshape(places.shape), everybody, 0)
    return {
        0: {"passed_on": g, "nothing": np.zeros_like(g)}
        | {"off_twice": g * (1 - np.bincount(places.ravel(), minlength=g.size).reshape(g.shape))},
        1: {"all_values": everybody, "first_value": only_first},
        2: {"written": direct(g, places)[0]},
    }


def stretched(x: np.ndarray, v: np.ndarray, g: np.ndarray) -> list:
    """By x and v: 2 v was written to the rows from 1 on in columns 0, 2 and 4, and a number to column 3."""
    before = g.copy()
    before[1:, ::2] = 0
    before[:, 3] = 0
    return [before, 2 * g[1:, ::2].sum(axis=0)]


def stretched_context(x: np.ndarray, v: np.ndarray, g: np.ndarray) -> dict:
    """A part of two rows goes back to values of one: the engine refuses a gradient of the part's shape."""
    nothing = {"nothing": np.zeros_like(g)}, {"nothing": np.zeros(3)}
    return {0: {"passed_on": g} | nothing[0], 1: nothing[1], "unfit": Raises("RuntimeError", UNFIT.format([2, 3], [3]))}


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
        "array_asked": True,
        0: {"passed_on": 6 * x * after**2, "nothing": 0 * x},
        2: {"detached": 6 * x**4 * g * alive, "nothing": 0 * x},
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
    return [p, arrived, slopes, "float64"]


def many_years_context(start: float, rates: np.ndarray, g: np.ndarray) -> dict:
    p = populations(start, rates)
    return {1: {"one_step": g[0]}, 2: {"one_step": g[1:] * p[:-1] * (1 - p[:-1])}}


def some_stamps(x: np.ndarray, count: int, g: np.ndarray) -> dict:
    slopes, plain = 2 * x * g, x.copy()
    for number in range(count):
        i, j = divmod(number, x.shape[1])
        slopes[i, j], plain[i, j] = 0, i + j
    return {"plain": plain, "history": False, "slopes": slopes, "x": x}


def some_stamps_context(x: np.ndarray, count: int, g: np.ndarray) -> dict:
    right, rows = some_stamps(x, count, g), np.add.outer(np.arange(len(x)), np.arange(x.shape[1]))
    of_slopes = {"passed_on": 2 * x * g, "all_filled": 0 * x}
    parts = {"plain": {"before": x, "all_filled": rows}, "slopes": of_slopes, "x": {"argument": right["plain"]}}
    return parts | {"one_row": True}


def many_rows(table: np.ndarray, g: np.ndarray) -> list:
    """By the table: the shares of its squares, weighed with g; the squares and their version afterwards."""
    h = table**2
    total = h.sum(axis=1, keepdims=True)
    by_h = g / total - (g * h).sum(axis=1, keepdims=True) / total**2
    return [2 * table * by_h, h, 0, "float64"]


def many_rows_context(table: np.ndarray, g: np.ndarray) -> dict:
    h = table**2
    total, whole = h.sum(axis=1, keepdims=True), h.sum()
    by_h = g / whole - (g * h).sum() / whole**2
    unrecorded = {"sum_is_number": 2 * table * g / total, "unrecorded": 2 * table * g}
    first = unrecorded | {"by_whole_table": 2 * table * by_h}
    return {0: first, 1: {"argument": h / total}, "several_views": SEVERAL_VIEWS}
