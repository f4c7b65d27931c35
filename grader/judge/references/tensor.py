"""Assignment 1, tensor: its hidden cases."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises
from grader.inside.cases.tensor import RAGGED, READ, SHORTS
from grader.judge.references.tensor_contexts import (
    answer,
    culprits,
    culprits_context,
    equal_context,
    keeping,
    large_and_small_context,
    longest,
    misplaced_context,
    padded,
    paddings,
    settled,
    settled_context,
    strided_context,
    wrongly_stored,
)

# --- thrifty ------------------------------------------------------------------------------------------------------


def at_the_bounds(rng: np.random.Generator) -> tuple:
    """Lists whose smallest or largest number is the last that an integer dtype holds, or the first that it does not."""
    lists = []
    for bits in (7, 15, 31):
        for bound in (-(2**bits) - 1, -(2**bits), 2**bits - 1, 2**bits):
            numbers = [int(n) for n in rng.integers(-100, 100, size=3)]
            numbers.insert(int(rng.integers(4)), bound)
            lists.append(numbers)
    return ([*lists, [2**63 - 1, -(2**63)]],)


def mixed(rng: np.random.Generator) -> tuple:
    """Floats that float32 holds and others, and ints among floats that it holds and does not hold."""
    exact = [float(n) / 64 for n in rng.integers(-500, 500, size=4)]
    odd = 2 * int(rng.integers(2**24, 2**28)) + 1
    tenth = float(rng.uniform(0.1, 0.2))
    others = [[*exact, 2**25], [*exact, odd], [*exact, tenth], [True, *exact], [1e300], [float("nan"), tenth]]
    return ([exact, *others],)


def stored(lists: list) -> Any:
    """The dtypes by the task's rule, and the values; RuntimeError where there is no dtype."""
    names: list[str] = []
    for numbers in lists:
        if any(isinstance(n, float) for n in numbers):
            names.append(keeping(numbers))
        else:
            bits = [b for b in (8, 16, 32, 64) if all(-(1 << b - 1) <= n < 1 << b - 1 for n in numbers)]
            if not bits:
                return Raises("RuntimeError", "overflow")
            names.append(f"int{bits[0]}")
    return answer(lists, names)


# --- padded -------------------------------------------------------------------------------------------------------


def ragged(rng: np.random.Generator) -> tuple:
    """Lists of lists of lists; the first ones are the shortest, the longest is in a short one, and one is empty."""
    data = [[[float(x) for x in rng.uniform(2, 3, size=n)] for n in lengths] for lengths in ((1, 2), (2, 1, 3), (5,))]
    data[int(rng.integers(1, 3))].append([])
    return data, float(rng.uniform(5, 6))


def whole_numbers(rng: np.random.Generator) -> tuple:
    """Ints only, and a fill that is none."""
    return [[[int(n) for n in rng.integers(2, 9, size=k)] for k in (1, 3)]], 0.5


def misplaced(rng: np.random.Generator) -> tuple:
    """Lists of lists of lists in which one number lies too high, and another one later."""
    data, fill = ragged(rng)
    data[1][int(rng.integers(1, 3))] = 3.5
    data.append([[2.5, [4.5]]])
    return data, fill


def first_misplaced(data: list, fill: float) -> Raises:
    """The place of the number among the lists."""
    return Raises("ValueError", "".join(f"[1][{j}]" for j, row in enumerate(data[1]) if not isinstance(row, list)))


# --- settle -------------------------------------------------------------------------------------------------------


def world(kinds: str, wanted: str) -> Any:
    """Draws tensors of these kinds in any order, with names; "+" in `wanted` marks those that shall have the wish."""

    def draw(rng: np.random.Generator) -> tuple:
        order = rng.permutation(len(kinds))
        names = [f"k{n}" for n in rng.choice(np.arange(100, 1000), size=len(kinds), replace=False)]
        chosen = [name for name, i in zip(names, order, strict=True) if wanted[i] == "+"]
        return names, [kinds[i] for i in order], chosen[::-1]

    return draw


def ending_badly(rng: np.random.Generator) -> tuple:
    """Five that can be settled, then one that cannot."""
    names, kinds, wanted = world("fgfgr", "+--++")(rng)
    return [*names, "last"], [*kinds, "i"], [*wanted, "last"]


# --- reads --------------------------------------------------------------------------------------------------------


def positions(result: np.ndarray, a: np.ndarray) -> np.ndarray:
    """The same for two arrays that hold names of places, each once in `a`."""
    where = {name: k for k, name in enumerate(a.ravel().tolist())}
    return np.array([where.get(name, -1) for name in result.ravel().tolist()]).reshape(result.shape)


def strided(rows: int, columns: int, start: int, step: int) -> list:
    """The task's views, of names."""
    base = np.arange(rows * columns).reshape(rows, columns)
    a = base.T[start % 2 :: 2]
    return [*(positions(part, a) for part in (a[::-1, start:], a[1:].T, base[start])), 0 * a[:, ::step] - 1]


def repeating(rng: np.random.Generator) -> tuple:
    """Seven numbers, some of them twice; 0 and 1 stand where they would be written as the first positions."""
    first, second, *others = [float(x) for x in rng.permutation([-1, 0, 2, 2, 5])]
    return ([first, second, 0.0, 1.0, *others],)


def equal(values: list) -> list:
    """A copy, twice; then a part of an array by another part."""
    n = len(values)
    within = np.full(2 * n - 1, -1)
    within[1:3] = 0, 1
    return [np.full(n, -1), np.full(2 * n - 1, -1), within]


def strange(rng: np.random.Generator) -> tuple:
    """Eight numbers, with a nan and both infinities among them."""
    first, second, *others = [float(x) for x in rng.uniform(2, 3, size=5)]
    return ([first, math.nan, math.inf, second, -math.inf, *others],)


def repeated(rows: int, columns: int) -> list:
    """One row three times; and one row among others."""
    whole = np.full((rows, columns), -1)
    whole[1] = np.arange(columns)
    return [np.tile(np.arange(columns), (3, 1)), whole]


# --- total --------------------------------------------------------------------------------------------------------


def many(rng: np.random.Generator) -> tuple:
    """Numbers a little above 1: their sum takes no more of them at 10,000, and of each hundred only a hundred."""
    return (rng.uniform(1.02, 1.04, size=45_000).round(3),)


def large_and_small(rng: np.random.Generator) -> tuple:
    """A number and 3,000 others, each of which is less than half a float32 mark beside it."""
    return float(rng.integers(90_000, 99_000)), rng.uniform(0.001, 0.003, size=3_000)


def in_float64(large: float, small: np.ndarray) -> list:
    """1 + 2 + 4; and by how much the sum is more than the large number, with marks that are 1/128 apart."""
    return [7.0, math.fsum(float(np.float32(x)) for x in small), "float32"]


CASES = (
    Case(
        name="thrifty.bounds",
        points=0.5,
        label="dtype",
        says="Lists of ints with the last number that a dtype holds, or the first that it does not.",
        inputs=at_the_bounds,
        expected=stored,
        context=wrongly_stored,
    ),
    Case(
        name="thrifty.mixed",
        points=1,
        label="value",
        says="Floats that float32 keeps and others, with ints among them.",
        inputs=mixed,
        expected=stored,
        rtol=1e-12,
        context=wrongly_stored,
    ),
    Case(
        name="thrifty.too_large",
        points=0.5,
        label="error",
        says="Ints that int64 does not hold, at its other end.",
        inputs=lambda rng: ([[3, -(2**63) - 1 - int(rng.integers(100))]],),
        expected=stored,
        context={"too_small": True} | READ,
    ),
    Case(
        name="padded.deep",
        points=1.5,
        label="value",
        says="Lists of lists of lists, of which the first are the shortest, and the longest is in a short one.",
        inputs=ragged,
        expected=padded,
        context=paddings,
    ),
    Case(
        name="padded.dtype",
        points=0.5,
        label="dtype",
        says="The dtype and the shape of padded ints; and whether the lists are as they were.",
        inputs=whole_numbers,
        expected=lambda data, fill: ["float32", list(longest(data)), True],
        context={"lists_changed": 2, "ragged": RAGGED, "no_room": True, "two_levels": True},
    ),
    Case(
        name="padded.place",
        points=1,
        label="error",
        says="A number lies too high in lists of lists of lists; another one, later, too deep.",
        inputs=misplaced,
        expected=first_misplaced,
        context=misplaced_context,
    ),
    Case(
        name="settle.settled",
        points=1,
        label="value",
        says="Who was changed, who has the wish, and that the Tensors are the same; also with results and integers.",
        inputs=world("fffggri", "++-+-+-"),
        expected=settled,
        context=settled_context,
    ),
    Case(
        name="settle.named",
        points=0.5,
        label="error",
        says="Which names are in the message, with two integers and a result that cannot be settled.",
        inputs=world("fgriirfi", "+-++---+"),
        expected=culprits,
        context=culprits_context,
    ),
    Case(
        name="settle.as_before",
        points=0.5,
        label="all or none",
        says="The refusal, and the wishes of five tensors that could be settled and one that could not.",
        inputs=ending_badly,
        expected=lambda names, kinds, wanted: [True, [kind in "gr" for kind in kinds]],
        context=lambda names, kinds, wanted: {
            "half_done": [[True, [name in wanted and name != "last" for name in names]]]
        },
    ),
    Case(
        name="reads.strided",
        points=0.5,
        label="value",
        says="An array that is every second column of a transpose, and four that read its memory or do not.",
        inputs=lambda rng: (*(int(n) for n in rng.integers(4, 8, size=2)), int(rng.integers(1, 3)), 2),
        expected=strided,
        context=strided_context,
    ),
    Case(
        name="reads.equal",
        points=0.5,
        label="memory",
        says="Copies of an array in which numbers repeat, -1, 0 and 1 among them; a part of an array by another part.",
        inputs=repeating,
        expected=equal,
        context=equal_context,
    ),
    Case(
        name="reads.repeated",
        points=0.5,
        label="broadcasting",
        says="A row that is read three times, and an array that has it among others.",
        inputs=lambda rng: tuple(int(n) for n in rng.integers(3, 7, size=2)),
        expected=repeated,
    ),
    Case(
        name="reads.kept",
        points=0.5,
        label="side effects",
        says="A row of a transpose with nan and infinities; and the array afterwards.",
        inputs=strange,
        expected=lambda values: [[2, 3], np.array(values).reshape(2, -1).T],
        context={0: {"in_memory": [1, 5], "bytes": [8, 40], "nothing_found": [-1, -1]}, 1: {"put_back": True}},
    ),
    Case(
        name="total.many",
        points=1,
        label="accuracy",
        says="45,000 Shorts between 1.02 and 1.04.",
        inputs=many,
        expected=math.fsum,
        rtol=1e-3,
        context={"stuck": 10_000.0, "at_the_end": 20_000.0} | SHORTS,
    ),
    Case(
        name="total.large_and_small",
        points=1,
        label="accuracy",
        says="1 + 2 + 4 as Shorts; how much 3,000 small Tensors add to a large one, and the dtype of the sum.",
        inputs=large_and_small,
        expected=in_float64,
        rtol=4e-3,
        context=large_and_small_context,
    ),
)
