"""Assignment 2, the graph: its hidden cases."""

from __future__ import annotations

import numpy as np

from grader.inside.cases import Case

LEAVES = 6


def random_pairs(rng: np.random.Generator) -> tuple:
    """For eleven operations the two earlier values that each is made of; the last one reaches leaf 1 twice."""
    pairs = [[int(i) for i in rng.integers(0, LEAVES + k, size=2)] for k in range(8)]
    return ([*pairs, [1, LEAVES + 7], [LEAVES + 8, 2], [LEAVES + 9, 1]],)


def leaves_reached(pairs: list) -> str:
    """The leaves that need a gradient (all but every third) behind the last value."""
    reached, todo = set(), [LEAVES + len(pairs) - 1]
    while todo:
        value = todo.pop()
        if value not in reached:
            reached.add(value)
            todo += pairs[value - LEAVES] if value >= LEAVES else []
    return ", ".join(str(value) for value in sorted(reached) if value < LEAVES and value % 3 > 0)


def chain_with_side_branch(rng: np.random.Generator) -> tuple:
    """A chain of ten operations that also use something earlier, and three beside it that join its end."""
    chain = [[LEAVES + k - 1 if k else 0, int(rng.integers(0, LEAVES + k))] for k in range(10)]
    beside = [[int(rng.integers(0, LEAVES)), 1], [LEAVES + 10, int(rng.integers(0, LEAVES + 3))], [LEAVES + 11, 2]]
    return ([*chain, *beside, [LEAVES + 12, LEAVES + 9]],)


def longest_way(pairs: list) -> int:
    """The length of the longest way from the last value to a leaf."""
    length = [0] * LEAVES
    for i, j in pairs:
        length.append(1 + max(length[i], length[j]))
    return length[-1]


def random_steps(rng: np.random.Generator) -> tuple:
    """Four letters, of which c is a constant, and five operations on them and each other."""
    signs = rng.permutation(["+", "-", "*", "e", "*"]).tolist()
    steps = [[sign, int(rng.integers(0, 4 + k)), int(rng.integers(0, 4 + k))] for k, sign in enumerate(signs)]
    return ["w", "x", "c", "y"], [*steps, ["-", 2, 0], ["+", 8, 9], ["*", 10, 10]]


def formula(letters: list, steps: list) -> str:
    """What `written` gives: "-" for what needs no gradient."""
    names = {"+": "AddBackward0", "-": "SubBackward0", "*": "MulBackward0", "e": "ExpBackward0"}
    texts = ["-" if letter == "c" else letter for letter in letters]
    for sign, i, j in steps:
        inputs = [texts[i]] if sign == "e" else [texts[i], texts[j]]
        texts.append("-" if set(inputs) == {"-"} else f"{names[sign]}({', '.join(inputs)})")
    return texts[-1]


CASES = (
    Case(
        name="leaves.random_graph",
        points=2,
        label="value",
        says="Eleven operations on six leaves, of which two need no gradient.",
        inputs=random_pairs,
        expected=leaves_reached,
    ),
    Case(
        name="written.random_formula",
        points=2,
        label="value",
        says="Eight operations on w, x, y and a constant c; the last one uses one value twice.",
        inputs=random_steps,
        expected=formula,
    ),
    Case(
        name="longest.random_graph",
        points=2,
        label="value",
        says="Fourteen operations on six leaves that need a gradient, with short cuts and a side branch.",
        inputs=chain_with_side_branch,
        expected=longest_way,
    ),
    Case(
        name="quietly.modes_after",
        points=2,
        label="error",
        says="The mode inside, after a call, after an exception, with the recording on and off before; calls in calls.",
        inputs=lambda rng: (rng.uniform(1, 2, size=3),),
        expected=lambda values: [[False, True, True, False, False, False], values * values, False, True],
    ),
    Case(
        name="cube.fresh",
        points=2,
        label="value",
        says="Values and gradients for other numbers and a cotangent; the edge leads to x itself.",
        inputs=lambda rng: (rng.uniform(1.5, 3, size=(2, 3)), rng.uniform(1.5, 3, size=(2, 3))),
        expected=lambda values, cotangent: [values**3, cotangent * 3 * values**2, "CubeBackward0", True],
        context=lambda values, cotangent: {1: {"local": 3 * values**2, "cotangent": cotangent}},
    ),
    Case(
        name="kept.shared",
        points=2,
        label="value",
        says="Arrays that several nodes have saved count once.",
        inputs=lambda rng: (rng.uniform(1, 2, size=int(rng.integers(3, 9))),),
        expected=lambda values: [
            # y and y * y and x (exp keeps its result y); y and x; nothing
            3 * values.nbytes,
            2 * values.nbytes,
            0,
        ],
    ),
)
