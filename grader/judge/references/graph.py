"""Assignment 2, the graph: its hidden cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from operator import itemgetter
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises

LEAVES = 8
ENDS = 6  # the leaves of the graph whose ways are measured
NAMES = {"+": "AddBackward0", "-": "SubBackward0", "*": "MulBackward0", "e": "ExpBackward0"}
LETTERS = ["w", "x", "c", "y"]


def random_pairs(rng: np.random.Generator) -> tuple:
    """For thirteen operations the two earlier values that each is made of; the last ones reach 1, 2, 4, 5 and 0."""
    pairs = [[int(i) for i in rng.integers(0, LEAVES + k, size=2)] for k in range(7)]
    for k, leaf in enumerate([1, 2, 1, 4, 5, 0], start=LEAVES + 6):
        pairs.append([leaf, k] if leaf % 2 else [k, leaf])
    return (pairs,)


def edges_behind(pairs: list) -> tuple[set, Counter, Counter]:
    """The nodes behind the last value; how many edges, and how many ways, lead from them to each leaf and to None."""
    wanted = [i % 3 > 0 for i in range(LEAVES)]
    for i, j in pairs:
        wanted.append(wanted[i] or wanted[j])
    last = LEAVES + len(pairs) - 1
    ways, edges, nodes = Counter({last: 1}), Counter[Any](), set()
    for value in range(last, LEAVES - 1, -1):
        if ways[value] and wanted[value]:
            nodes.add(value)
            for end in pairs[value - LEAVES]:
                ways[end] += ways[value]
                edges[end if wanted[end] else None] += 1
    found = {value: n for value, n in edges.items() if value is None or value < LEAVES}
    return nodes, Counter(found), Counter({value: ways[value] for value in found if value is not None})


def listed(times: dict) -> str:
    """What was found as the test cell writes it: the names in order, with how many times each is there."""
    names = sorted((str(value), n) for value, n in times.items())
    return ", ".join(name if n == 1 else f"{name} ({n} times)" for name, n in names)


def leaves_reached(pairs: list) -> str:
    """The leaves that need a gradient (all but every third) behind the last value."""
    return listed({leaf: 1 for leaf in edges_behind(pairs)[1] if leaf is not None})


def wrong_leaves(pairs: list) -> dict:
    """What the mistakes find in the place of the leaves; 1 and 2 hold the same number, and so do 4 and 5."""
    nodes, edges, ways = edges_behind(pairs)
    once = dict.fromkeys(ways, 1)
    return {
        "found_again": [listed({leaf: edges[leaf] for leaf in ways}), listed(ways)],
        "nodes_found": [listed({"a node": len(nodes)})],
        "stand_ins": [listed({"AccumulateGrad": n}) for n in (len(ways), sum(edges[leaf] for leaf in ways))],
        "none_found": [listed(once | {None: 1}), listed(once | {None: edges[None]})],
        "equal_numbers": [
            listed({leaf: 1 for leaf in ways if leaf not in lost}) for lost in ((1, 4), (1, 5), (2, 4), (2, 5))
        ],
    }


def chain_with_side_branch(rng: np.random.Generator) -> tuple:
    """A chain in which each operation also uses the one before the last, with a side branch and two operations apart.

    The one before is the second operand, and in every third operation the first: the longest way takes edges of both.
    One operation uses the middle of the chain, is made before the chain goes on, and joins its end by a short cut.
    """
    length = int(rng.choice([8, 10, 12]))
    leaf = lambda: int(rng.integers(0, ENDS))  # noqa: E731
    pairs: list[list[int]] = []

    def made_of(*operands: int) -> int:
        pairs.append(list(operands))
        return ENDS + len(pairs) - 1

    before, end = leaf(), leaf()
    for k in range(length):
        operands = (end, before) if k % 3 == length % 3 else (before, end)
        before, end = end, made_of(*operands)
        if k == length // 2:
            early = made_of(leaf(), end)
    side = made_of(leaf(), made_of(leaf(), 1))
    made_of(leaf(), leaf())
    made_of(end, leaf())
    made_of(early, made_of(side, end))
    return (pairs,)


def longest_way(pairs: list) -> int:
    """The length of the longest way from the last value to a leaf."""
    length = [0] * ENDS
    for i, j in pairs:
        length.append(1 + max(length[i], length[j]))
    return length[-1]


def wrong_lengths(pairs: list) -> dict:
    """What comes out when something else is counted."""
    end = ENDS + len(pairs) - 1
    levels, first, last, latest = [{end}], [end], [end], [end]
    while levels[-1]:
        behind = {end for value in levels[-1] for end in pairs[value - ENDS] if end >= ENDS}
        levels.append(behind - set().union(*levels))
    for way, chosen in ((first, itemgetter(0)), (last, itemgetter(1)), (latest, max)):
        while way[-1] >= ENDS:
            way.append(chosen(pairs[way[-1] - ENDS]))
    nodes = set().union(*levels)
    told = {end: 1}
    for value in sorted(nodes, reverse=True):
        told |= {behind: told[value] + 1 for behind in pairs[value - ENDS] if behind >= ENDS}
    return {
        "all_nodes": [len(nodes)],
        "by_numbers": [max(nodes) - min(nodes) + 1],
        "levels": [len(levels) - 1, max(told.values())],
        "first_edge": [len(first) - 1],
        "last_edge": [len(last) - 1],
        "latest": [len(latest) - 1],
        "one_short": [longest_way(pairs) - 1],
        "leaf_counted": [longest_way(pairs) + 1],
        "asked_early": [Raises("KeyError", "MulBackward0")],
    }


def random_steps(rng: np.random.Generator) -> tuple:
    """Two random operations on four letters, of which c is a constant, and five that use them."""
    signs = rng.permutation(["+", "*", "e"]).tolist()
    steps = [[signs[k], int(rng.integers(0, 4 + k)), int(rng.integers(0, 4 + k))] for k in range(2)]
    return LETTERS, [*steps, ["-", 2, 0], ["+", 5, 6], ["*", 3, 1], ["+", 7, 7], ["-", 8, 9]]


def written_by(edges_of: Callable[[list], list], dash: str = "-", once: bool = False) -> Callable[[list, list], str]:
    """A function that writes the formula: of each node the edges that `edges_of` lets through, `dash` for None."""

    def write(letters: list, steps: list) -> str:
        constant = [letter == "c" for letter in letters]
        edges: list[list] = [[]] * len(letters)
        for sign, i, j in steps:
            ends = [i] if sign == "e" else [i, j]
            edges.append([None if constant[end] else end for end in ends])
            constant.append(all(constant[end] for end in ends))
        seen = set()

        def text(value: int | None) -> str:
            if value is None or value < len(letters):
                return dash if value is None else letters[value]
            name = NAMES[steps[value - len(letters)][0]]
            if once and value in seen:
                return name
            seen.add(value)
            return f"{name}({', '.join(filter(None, map(text, edges_of(edges[value]))))})"

        return text(len(edges) - 1)

    return write


formula = written_by(list)


def wrong_formulas(letters: list, steps: list) -> dict:
    """What the mistakes write."""
    return {
        "without_constants": [written_by(list, dash="")(letters, steps)],
        "equal_numbers": [formula([one if letter != "c" else letter for letter in letters], steps) for one in "wy"],
        "merged": [written_by(lambda edges: list(dict.fromkeys(edges)))(letters, steps)],
        "turned_round": [written_by(lambda edges: edges[::-1])(letters, steps)],
        "written_once": [written_by(list, once=True)(letters, steps)],
        "first_edge": [written_by(lambda edges: edges[:1])(letters, steps)],
    }


def cubes(values: np.ndarray, cotangent: np.ndarray) -> dict:
    """What a cube's node gives."""
    return {"values": values**3, "gradient": cotangent * 3 * values**2, "node": "CubeBackward0", "edges": "x"}


def wrong_cubes(values: np.ndarray, cotangent: np.ndarray) -> dict:
    """What is known about the gradient, and the cubes that other operations record."""
    right = cubes(values, cotangent)
    ways = "something else, x", "x, something else"
    products = [right | {"node": "MulBackward0", "edges": edges} for edges in ways]
    return {
        "gradient": {
            "local": 3 * values**2, "cotangent": cotangent, "exponent": 3.0, "base": values,
            "another_x": cotangent * 3 * (values + 1) ** 2, "g_for_a": 3 * cotangent**2,
        },
        "too_many_inputs": [Raises("IndexError", "tuple index out of range")],
        "by_operations": [right | {"node": "PowBackward0"}, *products],
    }


def kept(n: int) -> dict:
    """The bytes that four graphs keep, with `n` for one array."""
    # y and y * y and x (exp keeps its result y); y and x; nothing; x and z, which hold the same numbers; c
    return {"y * y * x": 3 * n, "y + x * x": 2 * n, "x + 1 - x": 0, "x * z": 2 * n, "x * c": n}


def wrongly_kept(n: int) -> dict:
    """What else is counted of the same graphs; an element of their arrays takes eight bytes."""
    wrong: dict[str, Any] = {
        "y * y * x": {"each_time": 5 * n, "by_holder": 4 * n, "one_node": 2 * n},
        "y + x * x": {"each_time": 3 * n, "one_node": 0},
        "x + 1 - x": {"leaves_kept": n},
        "x * c": {"leaves_kept": 2 * n, "without_constants": 0},
    }
    return wrong | {"equal_numbers": [kept(n) | {"x * z": n}], "elements": [kept(n // 8)]}


OFF, ON = "recording off before", "recording on before"

CASES = (
    Case(
        name="leaves.random_graph",
        points=1.5,
        label="value",
        says="Thirteen operations on eight leaves, of which some need no gradient and some hold the same number.",
        inputs=random_pairs,
        expected=leaves_reached,
        context=wrong_leaves,
    ),
    Case(
        name="written.random_formula",
        points=2,
        label="value",
        says="Seven operations on w, x, y, which hold the same number, and a constant c; one value is used twice.",
        inputs=random_steps,
        expected=formula,
        context=wrong_formulas,
    ),
    Case(
        name="longest.random_graph",
        points=2,
        label="value",
        says="A chain with short cuts on leaves that need a gradient, a side branch, and two operations apart.",
        inputs=chain_with_side_branch,
        expected=longest_way,
        context=wrong_lengths,
    ),
    Case(
        name="quietly.mode_after",
        points=1,
        label="value",
        says="The mode inside and after a call, with the recording on and off before; a call in a call.",
        inputs=lambda rng: (rng.uniform(1, 2, size=3),),
        expected=lambda values: {
            ON: {"inside": [False], "after": True},
            OFF: {"inside": [False], "after": False},
            "one call in another": {"value": values * values, "requires_grad": False, "after": True},
        },
        context={
            ON: {"inside": {"never_off": [True]}, "after": {"stays_off": False}},
            OFF: {"inside": {"switched_over": [True]}, "after": {"switched_on": True}},
            "one call in another": {"after": {"stays_off": False}},
        },
    ),
    Case(
        name="quietly.after_exception",
        points=1,
        label="error",
        says="The function raises an exception, with the recording on and off before: the mode after it.",
        expected={
            ON: {"inside": [False], "the exception came": True, "after": True},
            OFF: {"inside": [False], "the exception came": True, "after": False},
        },
        context={
            ON: {
                "inside": {"never_off": [True]},
                "the exception came": {"swallowed": False},
                "after": {"off_after_exception": False},
            },
            OFF: {
                "inside": {"switched_over": [True]},
                "the exception came": {"swallowed": False},
                "after": {"switched_on": True},
            },
        },
    ),
    Case(
        name="cube.fresh",
        points=2,
        label="value",
        says="Other numbers and a cotangent, with another cube in between; the edge leads to x itself.",
        inputs=lambda rng: (rng.uniform(1.5, 2.9, size=(2, 3)), rng.uniform(1.5, 2.9, size=(2, 3))),
        expected=cubes,
        context=wrong_cubes,
    ),
    Case(
        name="kept.shared",
        points=2,
        label="value",
        says="Arrays that several nodes have saved count once; two arrays with the same numbers are two.",
        inputs=lambda rng: (rng.uniform(1, 2, size=int(rng.integers(3, 9))),),
        expected=lambda values: kept(values.nbytes),
        context=lambda values: wrongly_kept(values.nbytes),
    ),
)
