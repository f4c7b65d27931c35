"""Assignment 1, tensor: its hidden cases."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises
from grader.inside.cases.tensor import READ, SHORTS

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


def keeping(numbers: list) -> str:
    """float32 if it keeps all of the numbers exactly, else float64."""
    with np.errstate(over="ignore"):
        return "float32" if all(np.float64(np.float32(n)) == n or n != n for n in numbers) else "float64"


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
    return [names, [np.array(numbers, name) for numbers, name in zip(lists, names, strict=True)]]


def wrongly_stored(lists: list) -> dict:
    """The same by other rules."""

    rules: dict[str, list[str]] = {"by_numpy": [np.result_type(*map(np.min_scalar_type, row)).name for row in lists]}
    if any(isinstance(n, float) for row in lists for n in row):
        rules["always_float32"] = ["float32"] * len(lists)
        rules["nan_decides"] = ["float32" if any(n != n for n in row) else keeping(row) for row in lists]
        rules["floats_only"] = [keeping([n for n in row if isinstance(n, float)]) for row in lists]
    else:
        rules["by_types"] = ["int64"] * len(lists)
    with np.errstate(over="ignore"):
        return {
            rule: [names, [np.array(row, name) for row, name in zip(lists, names, strict=True)]]
            for rule, names in rules.items()
        } | {"too_small": True, **READ}


# --- padded -------------------------------------------------------------------------------------------------------


def ragged(rng: np.random.Generator) -> tuple:
    """Lists of lists of lists; the first ones are the shortest, and one is empty."""
    data = [[[float(x) for x in rng.uniform(2, 3, size=n)] for n in lengths] for lengths in ((1, 2), (2, 4, 3), (1,))]
    data[int(rng.integers(1, 3))].append([])
    return data, float(rng.uniform(5, 6))


def longest(data: list) -> tuple:
    """The shape of padded lists of lists of lists."""
    return len(data), max(map(len, data)), max(len(row) for rows in data for row in rows)


def padded(data: list, fill: float, front: bool = False) -> np.ndarray:
    """They in an array; `front`: pushed to the ends of their dimensions."""
    shape = longest(data)
    result = np.full(shape, fill, np.float32)
    for i, rows in enumerate(data):
        for j, row in enumerate(rows):
            first = (shape[1] - len(rows), shape[2] - len(row)) if front else (0, 0)
            result[i, j + first[0], first[1] : first[1] + len(row)] = row
    return result


def paddings(data: list, fill: float) -> dict:
    """The same pushed to the ends, cut to the lengths of the first lists, and with zeros for the fill."""
    return {
        "ragged": True,
        "without_fill": padded(data, 0.0),
        "in_front": padded(data, fill, front=True),
        "first_row": padded(data, fill)[: len(data), : len(data[0]), : len(data[0][0])],
    }


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


def settled(names: list, kinds: list, wanted: list) -> list:
    """Who is changed, who has the wish then, and that the Tensors are the same."""
    right = [name in wanted for name in names]
    wishes = [kind in "gr" for kind in kinds]
    return [[name for name, a, b in zip(names, right, wishes, strict=True) if a != b], right, True]


def settled_context(names: list, kinds: list, wanted: list) -> dict:
    """The answers where no wish is taken back, where the wanted are returned, and of new Tensors."""
    changed, right, _ = settled(names, kinds, wanted)
    on = [name for name in changed if name in wanted]
    return {
        "only_on": [on, [a or kind in "gr" for a, kind in zip(right, kinds, strict=True)], True],
        "wanted_returned": [[name for name in names if name in wanted], right, True],
        "new_tensors": [changed, right, False],
        "names_at": 0,
        "integers_refused": [Raises("RuntimeError", names[i]) for i, kind in enumerate(kinds) if kind == "i"],
        "graph_made_refused": [Raises("RuntimeError", names[i]) for i, kind in enumerate(kinds) if kind == "r"],
    }


def culprits_context(names: list, kinds: list, wanted: list) -> dict:
    """Who else is named, and who is not."""
    right = culprits(names, kinds, wanted)
    return {
        "integers_refused": [[a or kind == "i" for a, kind in zip(right, kinds, strict=True)]],
        "graph_made_refused": [[a or kind == "r" for a, kind in zip(right, kinds, strict=True)]],
        "results_let_be": [a and kind == "i" for a, kind in zip(right, kinds, strict=True)],
        "wanted_named": [name in wanted for name in names],
        "all_names": True,
    }


def culprits(names: list, kinds: list, wanted: list) -> list:
    """Integers that are wanted, results that are not."""
    return [kind == ("i" if name in wanted else "r") for name, kind in zip(names, kinds, strict=True)]


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


def strided_context(rows: int, columns: int, start: int, step: int) -> dict:
    """How far the elements are from the first one of the array in memory, in elements and in bytes."""
    base = np.arange(rows * columns).reshape(rows, columns)
    a = base.T[start % 2 :: 2]
    apart = [part - a[0, 0] for part in (a[::-1, start:], a[1:].T, base[start])]
    return {i: {"in_memory": part, "bytes": 8 * part} for i, part in enumerate(apart)}


def equal(values: list) -> list:
    """A copy, twice; then a part of an array by another part."""
    n = len(values)
    within = np.full(2 * n - 1, -1)
    within[1:3] = 0, 1
    return [np.full(n, -1), np.full(2 * n - 1, -1), within]


def equal_context(values: list) -> dict:
    """Where the first equal number stands."""
    first = [values.index(value) for value in values]
    return {0: {"equal": first}, 1: {"equal": (first + first)[1:]}}


def strange(rng: np.random.Generator) -> tuple:
    """Eight numbers, the second of them no number."""
    values = [float(x) for x in rng.permutation([np.inf, -np.inf, *rng.uniform(2, 3, size=5)])]
    return ([values[0], float("nan"), *values[1:]],)


def repeated(rows: int, columns: int) -> list:
    """One row three times; and one row among others."""
    whole = np.full((rows, columns), -1)
    whole[1] = np.arange(columns)
    return [np.tile(np.arange(columns), (3, 1)), whole]


# --- total --------------------------------------------------------------------------------------------------------


def many(rng: np.random.Generator) -> tuple:
    """Numbers of four digits, so small that their sum, at 10,000, takes no more of them."""
    return (rng.uniform(1.0, 3.0, size=10_000).round(3),)


def large_and_small(rng: np.random.Generator) -> tuple:
    """A number and 3,000 others, each of which is less than half a float32 mark beside it."""
    return float(rng.integers(90_000, 99_000)), rng.uniform(0.001, 0.003, size=3_000)


def in_float64(large: float, small: np.ndarray) -> list:
    """1 + 2 + 4; and by how much the sum is more than the large number, with marks that are 1/128 apart."""
    return [7.0, math.fsum(float(np.float32(x)) for x in small), "float32"]


def rest_taken_off(large: float, small: np.ndarray) -> float:
    """By how much the sum is more than the large number if what was lost is taken off the next one."""
    result = lost = np.float32(0)
    for x in np.array([large, *small], np.float32):
        x = x - lost
        new = result + x
        lost, result = x - (new - result), new
    return float(result) - large


def large_and_small_context(large: float, small: np.ndarray) -> dict:
    return {1: {"stuck": 0.0, "wrong_sign": rest_taken_off(large, small)}} | SHORTS


CASES = (
    Case(
        name="thrifty.bounds",
        points=1,
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
        says="Ints that int64 does not hold.",
        inputs=lambda rng: ([[3, 2**63 + int(rng.integers(100))]],),
        expected=stored,
        context={"too_small": True} | READ,
    ),
    Case(
        name="padded.deep",
        points=1.5,
        label="value",
        says="Lists of lists of lists, of which the first are the shortest.",
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
        context=lambda data, fill: {"lists_changed": ["float32", list(longest(data)), False], "ragged": True},
    ),
    Case(
        name="padded.place",
        points=1,
        label="error",
        says="A number lies too high in lists of lists of lists; another one, later, too deep.",
        inputs=misplaced,
        expected=first_misplaced,
        context={"place": True, "ragged": True},
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
        inputs=lambda rng: ([float(x) for x in rng.permutation([-1, 0, 0, 1, 2, 2, 5])],),
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
        context={0: {"in_memory": [1, 5], "bytes": [8, 40]}, 1: {"put_back": True}},
    ),
    Case(
        name="total.many",
        points=1,
        label="accuracy",
        says="Ten thousand Shorts between 1 and 3.",
        inputs=many,
        expected=math.fsum,
        rtol=2e-3,
        context={"stuck": 10_000.0} | SHORTS,
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
