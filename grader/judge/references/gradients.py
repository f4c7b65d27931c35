"""Assignment 5, gradients: its hidden cases."""

from __future__ import annotations

from typing import Any

import numpy as np

import minigrad as mg
from grader.inside.cases import Case


def arrays(count: int, *shape: int) -> Any:
    """Draws `count` float64 arrays of this shape with values that no mistake leaves as they are."""
    return lambda rng: tuple(rng.uniform(0.5, 1.5, size=(count, *shape)))


# --- ways ---------------------------------------------------------------------------------------------------------


def random_ways(rng: np.random.Generator) -> tuple:
    """Eight results, each made of two tensors before it, and which of the six leaves are constants."""
    drawn = [[int(i) for i in rng.integers(0, number, size=2)] for number in range(8, 13)]
    return ([[0, 4], [6, 6], *drawn, [12, 6]], [1, 5])


def ways(pairs: list, constants: list) -> list:
    """Which of the leaves and results are behind each that comes after the first four; constants nowhere."""
    behind = [set() if i in constants else {i} for i in range(6)]
    for number, (i, j) in enumerate(pairs, start=6):
        behind.append(behind[i] | behind[j] | ({number} if behind[i] | behind[j] else set()))
    return [[i in places for i in range(len(behind))] for places in behind[4:]]


def wrong_ways(pairs: list, constants: list) -> dict:
    """Where a constant counts as reached because None, its place, was met; leaves, results, one step alone."""
    meets, wrong = {i: i in constants for i in range(6)}, np.array(ways(pairs, constants))
    placeless = set(constants)
    for number, (i, j) in enumerate(pairs, start=6):
        meets[number] = meets[i] or meets[j]
        if {i, j} <= placeless:
            placeless.add(number)
    wrong[:, sorted(placeless)] = [[meets[i]] for i in range(4, len(meets))]
    right = np.array(ways(pairs, constants))
    leaves, results, near = right.copy(), right.copy(), np.eye(len(meets), dtype=bool)
    equal = right.copy()  # the leaves 0 and 4 have one number
    equal[:, [0, 4]] |= right[:, [4, 0]]
    leaves[:, 6:] = results[:, :6] = False
    for number, used in enumerate(pairs, start=6):
        near[number, used] = True
    return {
        "with_none": wrong,
        "leaves": leaves,
        "no_leaves": results,
        "leaves_at_the_start": results | np.eye(len(meets), dtype=bool)[4:] & right,
        "equal_numbers": equal,
        "first_step": near[4:] & right,
        "without_itself": right & ~np.eye(len(meets), dtype=bool)[4:],
        "earlier_rows": np.logical_or.accumulate(right),
    }


# --- partials -----------------------------------------------------------------------------------------------------


def random_graph(rng: np.random.Generator) -> tuple:
    """For results 3 to 10 the one before and another, and values and weights."""
    pairs = [[i - 1, int(rng.integers(1, i - 1))] for i in range(3, 11)]
    return (pairs, *rng.uniform(0.5, 1.5, size=(3, 4)))


def computed(pairs: list, first: np.ndarray, second: np.ndarray, weights: np.ndarray, held: bool = True) -> list:
    """The gradients by tensors 0, 4 and 8; `held`: each is a leaf of its own, so that nothing passes through it."""
    made = [mg.tensor(first, requires_grad=True), mg.tensor(second, requires_grad=True)]
    made.append(mg.sin(made[0] + 2 * made[1]))
    for number, (i, j) in enumerate(pairs, start=3):
        made.append(mg.sin(made[i] + 2 * made[j]))
        if held and number in (4, 8):
            made[number] = made[number].detach().requires_grad_()
    u, v = made[9], made[10]
    y = ((u * v + v * u) + v) * made[4] + made[4] * made[0]
    return [g.numpy() for g in mg.autograd.grad(y, [made[0], made[4], made[8]], mg.tensor(weights))]


def random_context(pairs: list, first: np.ndarray, second: np.ndarray, weights: np.ndarray) -> dict:
    """The same with what passes through the inputs, and with weights of 1."""
    total = computed(pairs, first, second, weights, held=False)
    local = computed(pairs, first, second, np.ones_like(weights))
    return {i: {"total": total[i], "local": local[i]} for i in range(3)}


# --- careful_grad -------------------------------------------------------------------------------------------------


def fresh(x: np.ndarray, y: np.ndarray, z: np.ndarray, old: np.ndarray, weights: np.ndarray) -> list:
    """The gradients of exp(xy) x + z by y, x and z with the weights, and by x with twice the weights."""
    by_y, by_x = weights * x * x * np.exp(x * y), weights * (1 + x * y) * np.exp(x * y)
    return [by_y, by_x, weights, 2 * by_x]


def fresh_context(x: np.ndarray, y: np.ndarray, z: np.ndarray, old: np.ndarray, weights: np.ndarray) -> dict:
    """What was in .grad, or came to be in it by the first question; and what it is in the end.

    After the two questions and the backward that is 1 + 2 + 1 times the gradient, with the old one or without; for
    a leaf that each question has zeroed before its walk it is 2 + 1 times.
    """
    by_y, by_x, by_z, _ = fresh(x, y, z, old, weights)
    x_itself = [old + 4 * by_x, 3 * by_x]
    return {
        0: {"itself": [4 * by_y, 4 * by_y]},
        1: {"stale": old, "itself": x_itself},
        2: {"stale": old, "itself": [old + 4 * by_z, 4 * by_z]},
        3: {"stale": old + by_x, "itself": x_itself},
    }


def kept_context(x: np.ndarray, y: np.ndarray, z: np.ndarray, old: np.ndarray, weights: np.ndarray) -> dict:
    """The gradients of exp(xy) z, the old one in a copy, and x's when the zeros written to the answer are in it."""
    e = weights * np.exp(x * y)
    return {
        "of_grads": {"x.grad": e * y * z, "y.grad": e * x * z, "z.grad": e},
        "copy_back": {"x.grad": old, "y.grad": old, "the same Tensors": [False, False]},
        "itself_in": {"x.grad": np.zeros(3)},
    }


# --- table --------------------------------------------------------------------------------------------------------


def band(rng: np.random.Generator) -> tuple:
    """Nine outputs of three inputs in a row each, of eleven inputs; the factors, and the values of the inputs.

    The first three see to it that a group has to be compared with all its members; trying the latest group alone
    takes more walks.
    """
    while True:
        factors = np.zeros((9, 11))
        for row, start in enumerate([0, 5, 1, *rng.permutation([2, 3, 4, 6, 7, 8])]):
            factors[row, start : start + 3] = rng.uniform(1.0, 2.0, size=3)
        if len(groups_of(factors, tried=LAST)) > 1 + len(groups_of(factors)):
            return factors, rng.uniform(0.5, 1.5, size=11)


def groups_of(factors: np.ndarray, compared: slice = slice(None), tried: slice = slice(None)) -> list:
    """The rows in groups by the task's rule; or compared with some members only, or with some groups tried."""
    groups: list[list] = []
    for i, row in enumerate(factors != 0):
        free = [group for group in groups[tried] if not (row & (factors[group[compared]] != 0)).any()]
        if free:
            free[0].append(i)
        else:
            groups.append([i])
    return groups


FIRST, LAST = slice(1), slice(-1, None)


def wrong_tables(factors: np.ndarray, values: np.ndarray) -> dict:
    """What comes out when rows share a walk that must not, and when they are not told apart in their group."""
    jacobian = 2 * factors * values

    def summed(groups: list) -> np.ndarray:
        sums = np.zeros_like(jacobian)
        for group in groups:
            sums[group] = jacobian[group].sum(axis=0)
        return sums

    one_member = [np.where(factors, summed(groups_of(factors, one)), 0) for one in (FIRST, LAST)]
    all_in_one = np.where(factors, summed([list(range(len(factors)))]), 0)
    written = jacobian.copy()
    for group in groups_of(factors):
        written[group[0]] = jacobian[group].sum(axis=0)
    return {
        "hidden_by_sum": all_in_one,
        "whole_rows": summed(groups_of(factors)),
        "one_member": one_member,
        "pattern_written": written,
    }


def wrong_counts(factors: np.ndarray, values: np.ndarray) -> dict:
    """How many walks it would be with these mistakes."""
    return {
        "row_by_row": len(factors),
        "one_more": True,
        "hidden_by_sum": 1,
        "one_member": [len(groups_of(factors, one)) for one in (FIRST, LAST)],
        "latest_only": len(groups_of(factors, tried=LAST)),
    }


# --- descend ------------------------------------------------------------------------------------------------------


def weighted_step(p: np.ndarray, q: np.ndarray, shares: list, rate: float) -> list:
    """p and q after a step against the weighted gradients of sum(p²q), sum(exp(p)) and mean(q²)."""
    by_p = 2 * shares[0] * p * q + shares[1] * np.exp(p)
    by_q = shares[0] * p * p + shares[2] * 2 * q / q.size
    return [p - rate * by_p, q - rate * by_q, p, ["unused"]]


def weighted_context(p: np.ndarray, q: np.ndarray, shares: list, rate: float) -> dict:
    """Where the parameters were, what is subtracted, and where shares of 1 lead."""
    right, even = weighted_step(p, q, shares, rate), weighted_step(p, q, [1, 1, 1], rate)
    known = {i: {"before": x, "update": x - right[i], "even_weights": even[i]} for i, x in enumerate((p, q))}
    refused = {"unused_refused": True, "weights_refused": True}
    return {**known, **refused, "unnamed": [*right[:3], []], "flat_named": [*right[:3], ["flat", "unused"]]}


def trained(t: np.ndarray, target: np.ndarray, shares: list, rate: float) -> list:
    """w and b after 50 steps down the weighted sum of the mean squared error and w²."""
    w = b = 0.0
    for _ in range(50):
        error = w * t + b - target
        slopes = shares[0] * 2 * (error * t).mean() + shares[1] * 2 * w, shares[0] * 2 * error.mean()
        w, b = w - rate * slopes[0], b - rate * slopes[1]
    return [w, b]


def trained_context(t: np.ndarray, target: np.ndarray, shares: list, rate: float) -> dict:
    """Where shares of 1 lead."""
    even = {i: {"even_weights": number} for i, number in enumerate(trained(t, target, [1.0, 1.0], rate))}
    return {**even, "weights_refused": True}


CASES = (
    Case(
        name="ways.random_graph",
        points=1,
        label="value",
        says="From the last leaves and eight results, each made of two tensors before it, to all tensors.",
        inputs=random_ways,
        expected=ways,
        context=wrong_ways,
    ),
    Case(
        name="ways.forty_levels",
        points=0.5,
        label="length",
        says="From the last of forty levels of y + y to the leaf behind them, and to another leaf.",
        expected=[[True, False]],
    ),
    Case(
        name="partials.random_graph",
        points=1,
        label="held still",
        says="The gradients by a leaf and two results in a graph of short ways and long.",
        inputs=random_graph,
        expected=computed,
        context=random_context,
    ),
    Case(
        name="partials.no_way",
        points=0.5,
        label="unused",
        says="Which answers are not None: for inputs behind another input, unused, made anew, or with the slope 0.",
        inputs=arrays(3, 2),
        expected=lambda first, second, weights: [[False, True, False, False, True], 2 * weights * np.exp(first)],
        context=lambda first, second, weights: {
            0: {"answered": [False, True, False, False, True], "total": [True, True, False, False, True]},
            1: {"local": 2 * np.exp(first)},
        },
    ),
    Case(
        name="partials.counted_nodes",
        points=1,
        label="pruning",
        says="How many nodes were run: between output and inputs by ways short and long, on a branch, behind an input.",
        inputs=lambda rng: tuple(int(n) for n in rng.integers(3, 9, size=3)),
        expected=lambda between, beside, behind: {"between": between + 2, "beside": 0, "behind": 0},
        context=lambda between, beside, behind: {
            "between": {"every_path": 5 + 2 * between, "runs_again": [between + 3]},
            "beside": {"everything": beside},
            "behind": {"total": behind},
        },
    ),
    Case(
        name="partials.no_traces",
        points=0.5,
        label="side effects",
        says="The question twice, the inputs in another order: the same answers, no .grad, weights as before.",
        inputs=arrays(3, 2),
        expected=lambda x, z, weights: [
            weights * (1 + x * z) * np.exp(x * z),
            weights * x * x * np.exp(x * z),
            np.zeros(2),
            True,
        ],
        context=lambda x, z, weights: {
            0: {
                "contributions": [weights * x * z * np.exp(x * z), weights * np.exp(x * z)],
                "local": (1 + x * z) * np.exp(x * z),
            },
            1: {"local": x * x * np.exp(x * z)},
            3: {"written_grad": False},
        },
    ),
    Case(
        name="careful.fresh_questions",
        points=1,
        label="accumulation",
        says="Two questions and a backward: leaves with a .grad of their own do not add it, and answers stay.",
        inputs=arrays(5, 3),
        expected=fresh,
        context=fresh_context,
    ),
    Case(
        name="careful.leaves_kept",
        points=1,
        label="side effects",
        says="The .grad of a leaf asked for, of one not asked for, and of one that had none, as they were before.",
        inputs=arrays(5, 3),
        expected=lambda x, y, z, old, weights: {
            "x.grad": old, "y.grad": old, "z.grad": None, "the same Tensors": [True, True],
        },
        context=kept_context,
    ),
    Case(
        name="careful.stale_and_unused",
        points=0.5,
        label="unused",
        says="Which answers are not None: one leaf was not used and has an old .grad, one was used with the slope 0.",
        inputs=arrays(5, 3),
        expected=lambda x, y, z, old, weights: {
            "answer for z": None, "answered": [False, True, True], "z.grad": old,
        },
        context=lambda x, y, z, old, weights: {
            "answered": {"answered": [False, True, True]},
            "old_answer": {"answer for z": old, "answered": [True, True, True]},
            "of_grads": {},
        },
    ),
    Case(
        name="table.drawn",
        points=1,
        label="value",
        says="Nine outputs in any order, each of three neighbouring inputs of eleven.",
        inputs=band,
        expected=lambda factors, values: 2 * factors * values,
        context=wrong_tables,
    ),
    Case(
        name="table.drawn_walks",
        points=1,
        label="pruning",
        says="How many walks this table took.",
        inputs=band,
        expected=lambda factors, values: len(groups_of(factors)),
        context=wrong_counts,
    ),
    Case(
        name="descend.fresh",
        points=1,
        label="cotangent",
        says="A step for three losses and four parameters: one is not used, and the slope of one is 0.",
        inputs=lambda rng: (*rng.uniform(0.5, 1.5, size=(2, 3)), [2.0, 0.5, 3.0], float(rng.uniform(0.05, 0.2))),
        expected=weighted_step,
        context=weighted_context,
    ),
    Case(
        name="descend.trained",
        points=0.5,
        label="value",
        says="Fifty steps that fit a line while a second loss keeps its slope small.",
        inputs=lambda rng: (*rng.uniform(0.5, 1.5, size=(2, 6)), [1.5, 0.25], float(rng.uniform(0.05, 0.1))),
        expected=trained,
        context=trained_context,
    ),
)
