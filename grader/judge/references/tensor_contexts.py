"""Assignment 1, tensor: the wrong answers to its hidden cases, and the right ones that they are variations of."""

from __future__ import annotations

import math

import numpy as np

from grader.inside.cases import Raises
from grader.inside.cases.tensor import OTHER_LENGTHS, RAGGED, READ, SHORTS, told

# --- thrifty ----------------------------------------------------------------------------------------------------------


def keeping(numbers: list) -> str:
    """float32 if it keeps all of the numbers exactly, else float64."""
    with np.errstate(over="ignore"):
        return "float32" if all(np.float64(np.float32(n)) == n or n != n for n in numbers) else "float64"


def answer(lists: list, names: list[str]) -> list:
    """What these dtypes make of the lists."""
    with np.errstate(over="ignore"):
        return [told(lists, " ".join(names)), [np.array(row, name) for row, name in zip(lists, names, strict=True)]]


def wrongly_stored(lists: list) -> dict:
    """The same by other rules."""

    rules: dict[str, list[str]] = {"by_numpy": [np.result_type(*map(np.min_scalar_type, row)).name for row in lists]}
    if any(isinstance(n, float) for row in lists for n in row):
        rules["always_float32"] = ["float32"] * len(lists)
        rules["nan_decides"] = ["float32" if any(n != n for n in row) else keeping(row) for row in lists]
        above = [any(isinstance(n, int) and abs(n) > 2**24 for n in row) for row in lists]
        rules["ends_at_2_24"] = ["float64" if big else keeping(row) for big, row in zip(above, lists, strict=True)]
        rules["floats_only"] = [keeping([n for n in row if isinstance(n, float)]) for row in lists]
    else:
        rules["by_types"] = ["int64"] * len(lists)
    return {rule: answer(lists, names) for rule, names in rules.items()} | {"too_small": True, **READ}


# --- padded -----------------------------------------------------------------------------------------------------------


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
        "ragged": RAGGED,
        "no_room": True,
        "two_levels": True,
        "without_fill": padded(data, 0.0),
        "in_front": padded(data, fill, front=True),
        "longest_only": padded(data, fill)[:, :, : max(map(len, data[1]))],
        "first_row": padded(data, fill)[: len(data), : len(data[0]), : len(data[0][0])],
    }


def misplaced_context(data: list, fill: float) -> dict:
    """The number of the usual depth, where the deepest one is taken for right."""
    return {"place": True, "ragged": [OTHER_LENGTHS], "deepest": Raises("ValueError", "[0][0][0]")}


# --- settle -----------------------------------------------------------------------------------------------------------


def settled(names: list, kinds: list, wanted: list) -> list:
    """Who is changed, who has the wish then, and that the Tensors are the same."""
    right = [name in wanted for name in names]
    wishes = [kind in "gr" for kind in kinds]
    return [[name for name, a, b in zip(names, right, wishes, strict=True) if a != b], right, True]


def culprits(names: list, kinds: list, wanted: list) -> list:
    """Integers that are wanted, results that are not."""
    return [kind == ("i" if name in wanted else "r") for name, kind in zip(names, kinds, strict=True)]


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
        "leaves_refused": [
            a or kind == "g" and name not in wanted for a, kind, name in zip(right, kinds, names, strict=True)
        ],
        "results_let_be": [a and kind == "i" for a, kind in zip(right, kinds, strict=True)],
        "wanted_named": [name in wanted for name in names],
        "all_names": True,
    }


# --- reads ------------------------------------------------------------------------------------------------------------


def strided_context(rows: int, columns: int, start: int, step: int) -> dict:
    """How far the elements are from the first one of the array in memory, in elements and in bytes."""
    base = np.arange(rows * columns).reshape(rows, columns)
    a = base.T[start % 2 :: 2]
    apart = [part - a[0, 0] for part in (a[::-1, start:], a[1:].T, base[start])]
    return {i: {"in_memory": part, "bytes": 8 * part, "nothing_found": 0 * part - 1} for i, part in enumerate(apart)}


def equal_context(values: list) -> dict:
    """Where the first equal number stands."""
    first = [values.index(value) for value in values]
    return {0: {"equal": first}, 1: {"equal": (first + first)[1:]}}


# --- total ------------------------------------------------------------------------------------------------------------


def rest_taken_off(large: float, small: np.ndarray) -> float:
    """By how much the sum is more than the large number if what was lost is taken off the next one."""
    result = lost = np.float32(0)
    for x in np.array([large, *small], np.float32):
        x = x - lost
        new = result + x
        lost, result = x - (new - result), new
    return float(result) - large


def large_and_small_context(large: float, small: np.ndarray) -> dict:
    """The sum that stands still; and the sums in which what was lost is taken off, each time or at the end."""
    wrong_sign = [rest_taken_off(large, small), -math.fsum(small)]
    return {1: {"stuck": 0.0, "wrong_sign": wrong_sign}} | SHORTS
