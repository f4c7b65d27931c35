"""Assignment 10, verify: what its hidden cases are made of.

For each of them the inputs that are drawn, the right answer, which is a formula in numpy or what the task says, and the
context of the diagnoses: what the mistakes make of the same inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Raises


def spaced(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers between 0.5 and 2.5, no two of them close, none near 1."""
    numbers = 0.5 + (np.arange(np.prod(shape)) + rng.uniform(0.2, 0.6, size=shape).ravel()) * 2 / np.prod(shape)
    return rng.permutation(np.where(np.abs(numbers - 1) < 0.05, 1.06, numbers)).reshape(shape)


# --- the ruler ----------------------------------------------------------------------------------------------------


FOUR = {1: 8 / 12, -1: -8 / 12, 2: -1 / 12, -2: 1 / 12}
TWO = {1: 1 / 2, -1: -1 / 2}
WIDE_ADDED = {1: 8 / 12, -1: -8 / 12, 2: 1 / 12, -2: -1 / 12}
EXCHANGED = {1: -1 / 12, -1: 1 / 12, 2: 8 / 12, -2: -8 / 12}
NO_BRACKETS = {1: 8 / 12, -1: -8 / 12, 2: -1 / 12, -2: -1 / 12}
MOVED_FOR_GOOD = {1: 8 / 12, 0: -8 / 12 + 1 / 12, 2: -1 / 12}  # to 1, back to 0, to 2, back to 0
Weights = dict[int, float]


def by_marks(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, h: float, weights: Weights) -> np.ndarray:
    """The table of f by x: the values at so many steps from x, each with its weight, divided by h."""
    moves = np.eye(x.size).reshape(x.size, *x.shape)
    columns = [np.array([w * f(x + s * h * move) for s, w in weights.items()]).sum(axis=0) / h for move in moves]
    return np.stack(columns, axis=-1).reshape(columns[0].shape + x.shape)


def known_tables(tables: Callable[[Weights], list], h: float) -> dict:
    """What is known of two tables, for the diagnoses."""
    marks = {"two_marks": TWO, "wide_added": WIDE_ADDED, "moved_for_good": MOVED_FOR_GOOD}
    right, wrong = tables(FOUR), {name: tables(weights) for name, weights in marks.items()}
    wrong |= {"weights_exchanged": tables(EXCHANGED), "times_the_step": [table * h * h for table in right]}
    no_brackets = tables(NO_BRACKETS)
    return {
        i: {"step": h, "no_brackets": [no_brackets[i]], **{name: found[i] for name, found in wrong.items()}}
        for i in range(len(right))
    }


def outer(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.exp(a)[..., None] * np.sin(b) * b


def draw_tables(rng: np.random.Generator) -> tuple:
    return spaced(rng, 3, 2), spaced(rng, 2), float(rng.uniform(0.2, 0.3))


def tables(a: Any, b: Any, h: float, marks: Weights = FOUR) -> list:
    both = [by_marks(lambda t: outer(t, b), a.T, h, marks), by_marks(lambda t: outer(a.T, t), b, h, marks)]
    return [both, a.T]


def tables_context(a: Any, b: Any, h: float) -> dict:
    known = known_tables(lambda marks: tables(a, b, h, marks)[0], h)
    for i, table in enumerate(tables(a, b, h)[0]):
        known[i]["input_first"] = np.moveaxis(table, (0, 1, 2), (-3, -2, -1))
    known[0]["ravelled"] = np.zeros((2, 3, 2, 2, 3))
    return {"recorded": tables(a, b, 1e-3), 0: known, 1: {}}  # with so small a step they are the derivatives


def scaled(a: np.ndarray, s: np.ndarray) -> np.ndarray:
    return np.array([np.exp(a * s).sum(), (a * s).prod()]) * (s + 1)


def draw_scalars(rng: np.random.Generator) -> tuple:
    return spaced(rng, 3), np.array(rng.uniform(0.4, 0.8)), float(rng.uniform(0.2, 0.3))


def scalars(a: Any, s: Any, h: float, marks: Weights = FOUR) -> list:
    return [[by_marks(lambda t: scaled(t, s), a, h, marks), by_marks(lambda t: scaled(a, t), s, h, marks)], [a, s]]


def scalars_context(a: Any, s: Any, h: float) -> dict:
    known = known_tables(lambda marks: scalars(a, s, h, marks)[0], h)
    known[0]["input_first"] = scalars(a, s, h)[0][0].T
    return {"recorded": Raises("RuntimeError", "is being used in an in-place operation"), 0: known, 1: {}}


# --- two directions -----------------------------------------------------------------------------------------------


def draw_projected(rng: np.random.Generator) -> tuple:
    """x, u of 3 x 2; v of 4 x 2; the factor of 4 x 3, the step."""
    u, v, a = (rng.uniform(0.3, 0.9, size=shape) for shape in ((3, 2), (4, 2), (4, 3)))
    u[0], v[1] = -u[0], -v[1]
    return spaced(rng, 3, 2), u, v, a, float(rng.uniform(0.2, 0.3))


def directions(f: Callable[[np.ndarray], np.ndarray], x: Any, u: Any, v: Any, h: float) -> dict:
    """What f measures between v and u, and what the mistakes make of it."""

    def between(above: Any, below: Any, weights: Any, width: float) -> float:
        return float((weights * (f(above) - f(below))).sum() / width)

    forward, back = between(x + h * u, x, v, h), between(x, x - h * u, v, h)
    table = by_marks(f, x, h, TWO)
    return {
        "right": (forward + back) / 2,
        "step": h,
        "one_side": [forward, back],
        "no_direction": between(x + h, x - h, v, 2 * h),
        "no_weights": between(x + h * u, x - h * u, 1.0, 2 * h),
        "table_filled": [(v * (table * u).sum(axis=(-2, -1))).sum()],
    }


def projected(x: Any, u: Any, v: Any, a: Any, h: float) -> dict:
    measured = directions(lambda t: np.exp(a @ t), x, u, v, h)["right"]
    return {"measured": measured, "claimed": (v * np.exp(a @ x) * (a @ u)).sum()}


def projected_context(x: Any, u: Any, v: Any, a: Any, h: float) -> dict:
    claimed = {"no_direction": (a.T @ (v * np.exp(a @ x))).sum(), "no_weights": (np.exp(a @ x) * (a @ u)).sum()}
    measured = directions(lambda t: np.exp(a @ t), x, u, v, h)
    return {"exchanged": True, "measured": measured, "claimed": claimed}


def draw_turned(rng: np.random.Generator) -> tuple:
    u, v = (rng.uniform(0.3, 0.9, size=(3, 3)) for _ in range(2))
    return spaced(rng, 3, 3), u, v, float(rng.uniform(0.2, 0.3))


def projected_turned(x: Any, u: Any, v: Any, h: float) -> dict:
    """The cubes of the transpose, with a backward that forgets both."""
    return {"measured": directions(lambda t: t.T**3, x, u, v, h)["right"], "claimed": 3 * (u * v).sum()}


def turned_context(x: Any, u: Any, v: Any, h: float) -> dict:
    claimed = {"no_direction": 3 * v.sum(), "no_weights": 3 * u.sum()}
    return {"exchanged": True, "measured": directions(lambda t: t.T**3, x, u, v, h), "claimed": claimed}


# --- verdicts -----------------------------------------------------------------------------------------------------

RIGHT = ("right", None)


def place_of(table: np.ndarray) -> tuple[int, ...]:
    """The indices of the largest element."""
    return tuple(int(i) for i in np.unravel_index(np.argmax(table), table.shape))


def draw_middle_first(rng: np.random.Generator) -> np.ndarray:
    """Six numbers, the first of them neither the smallest nor the largest: the first wrong slope is not the worst."""
    numbers = np.sort(spaced(rng, 6))
    return numbers[[2, *rng.permutation([0, 1, 3, 4, 5])]].reshape(2, 3)


def another(x: Any) -> dict:
    lost = ("wrong", place_of(1 - np.tanh(x) ** 2))
    return {name: lost if name == "tanh" else RIGHT for name in ("sigmoid", "cos", "tanh", "sqrt", "exp")}


def misplaced(x: Any, names: Any) -> dict:
    """What is known of wrong slopes with these names whose worst is that of `place_of`: other ways to name it."""
    return {
        "first_place": [dict.fromkeys(names, ("wrong", (0,) * x.ndim))],
        "flat_place": [{name: ("wrong", int(np.ravel_multi_index(place, x.shape))) for name, place in names.items()}],
    }


def another_context(x: Any) -> dict:
    return misplaced(x, {"tanh": another(x)["tanh"][1]})


def draw_claims(rng: np.random.Generator) -> tuple:
    """One of the first three claims is 1 % too large; the small one has the wrong sign."""
    factors = np.array([1.0, 1.0, 1.0, -1.0])
    factors[rng.integers(3)] = 1.01
    return draw_middle_first(rng), factors


def claims(x: Any, factors: Any) -> dict:
    slopes = {"cube": 3 * x**2, "root": 0.5 * x**-0.5, "inverse": x**-2, "small": np.abs(np.cos(x))}
    pairs = zip(slopes.items(), factors, strict=True)
    return {name: RIGHT if factor == 1 else ("wrong", place_of(slope)) for (name, slope), factor in pairs}


def claims_context(x: Any, factors: Any) -> dict:
    lies = {name: place for name, (verdict, place) in claims(x, factors).items() if verdict == "wrong"}
    return {"tolerance_too_wide": [{"small": RIGHT}]} | misplaced(x, lies)


def draw_bent(rng: np.random.Generator) -> tuple:
    """Numbers inside, at both ends, and beyond: the farthest one below, and behind the one above."""
    low, high = float(rng.uniform(-0.9, -0.6)), float(rng.uniform(0.6, 0.9))
    x = np.array([low, high, 0.3, -0.4]) + np.array([0, 0, *rng.uniform(-0.1, 0.1, size=2)])
    beyond = np.array([high + 0.7, low - 1.5]) + rng.uniform(-0.1, 0.1, size=2)
    return np.insert(rng.permutation(x), [1, 3], beyond).reshape(3, 2), low, high


def bent(x: Any, low: float, high: float) -> dict:
    return {
        "clamp": ("kink", None),
        "a claim of nan": ("wrong", place_of(x)),
        "beyond the ends": ("wrong", place_of(-x)),
        "noise at a kink": ("random", None),
    }


def bent_context(x: Any, low: float, high: float) -> dict:
    def wrong(name: str, where: np.ndarray) -> list[dict]:
        return [{name: ("wrong", tuple(place))} for place in np.argwhere(where).tolist()]

    beyond = ((x < low) | (x > high)) & (x > x.min())
    flat = {"a claim of nan": ("wrong", int(np.argmax(x))), "beyond the ends": ("wrong", int(np.argmin(x)))}
    return {
        "kinks_blamed": wrong("clamp", (x == low) | (x == high)),
        "kink_first": [{"beyond the ends": ("kink", None)}],
        "noise_overlooked": wrong("noise at a kink", np.ones(x.shape)),
        "nan_agrees": [{"a claim of nan": RIGHT}],
        "nan_noise": [{"a claim of nan": ("random", None)}],
        "first_place": wrong("beyond the ends", beyond),
        "flat_place": [flat],
    }


# --- second derivatives -------------------------------------------------------------------------------------------


def draw_second(rng: np.random.Generator) -> tuple:
    return rng.uniform(0.6, 0.9, size=3) * np.array([1, -1, 1]), float(rng.uniform(2.0, 3.0))


def table_of(entries: dict[tuple[int, int], float]) -> np.ndarray:
    table = np.zeros((3, 3))
    for place, entry in entries.items():
        table[place] = entry
    return table


def second(x: Any, z: float) -> dict:
    a, b, c = x
    e = np.exp(a * b)
    mixed, other = e * (1 + a * b), 3 * c * c
    entries = {(0, 0): b * b * e, (0, 1): mixed, (1, 0): mixed, (1, 1): a * a * e, (1, 2): other, (2, 1): other}
    return {"verdict": "right", "measured": table_of(entries | {(2, 2): 6 * b * c})}


def verdicts(x: Any, z: float) -> dict:
    a, b, c = x
    mixed = 2 * a * (1 + z) + z
    refused = {(0, 0): 2 * b * (1 + z), (0, 1): mixed, (1, 0): mixed, (2, 2): 6 * c}
    hidden = {(0, 1): 2 + z, (1, 0): 2 + z, (2, 2): 6 * c}
    return {
        "refused": {"verdict": "refused", "measured": table_of(refused)},
        "wrong": {"verdict": "wrong", "measured": table_of(hidden)},
        "right": {"verdict": "right", "measured": table_of({(0, 1): 1.0, (1, 0): 1.0})},
    }


WRONG, REFUSED = {"verdict": "wrong"}, {"verdict": "refused"}
VERDICTS = {
    "step": 1e-6,
    "not_met": [{"refused": WRONG}],
    "no_history": [{"refused": WRONG, "right": WRONG}],
    "freed": [{"wrong": REFUSED, "right": REFUSED}],
    "no_table": [{"refused": {"measured": np.nan}}],
    "part_lost": [{"wrong": {"verdict": "right"}}],
}


# --- hooks --------------------------------------------------------------------------------------------------------


def draw_matrix(rng: np.random.Generator) -> tuple:
    g = rng.uniform(1.5, 3.0, size=(2, 3)) * np.array([1, -1, 1])
    return spaced(rng, 2, 3), g, float(rng.uniform(0.4, 0.8)), float("inf")


def limited(x: Any, g: Any, most: float, bad: float) -> dict:
    length = float(np.linalg.norm(g))
    after = [g * most / length, g * 1e-3, np.zeros_like(g), np.zeros_like(g)]
    return {
        "lengths": [length, length * 1e-3, bad, bad - bad],
        "x.grad": sum(after) * np.cos(x),
        "before": [g, g * 1e-3],
        "after": after,
    }


def limited_context(x: Any, g: Any, most: float, bad: float) -> dict:
    clipped, longest, nan = np.clip(g, -most, most), g * most / np.linalg.norm(g), np.full_like(g, bad - bad)
    sums = {"whole": g + g * 1e-3, "one_by_one": clipped + g * 1e-3, "made_longer": 2 * longest}
    after = {
        0: {"whole": g, "one_by_one": [clipped]},
        1: {"made_longer": longest},
        2: {"let_through": [nan, g * bad]},
        3: {"let_through": [nan]},
    }
    by_x = {name: part * np.cos(x) for name, part in sums.items()}
    by_x["one_by_one"] = [by_x["one_by_one"]]
    return {"x.grad": by_x | {"let_through": [nan, g * bad * np.cos(x)]}, "after": after}


def limited_single(g: Any) -> np.ndarray:
    return (0.5 * g / np.linalg.norm(g)).astype(np.float32)


def draw_motors(rng: np.random.Generator) -> tuple:
    targets = rng.uniform(0.5, 0.9, size=4)
    return spaced(rng, 2), spaced(rng, 2), targets, float(rng.uniform(0.03, 0.05)), float(rng.uniform(0.6, 0.8))


def driven(a: Any, b: Any, targets: Any, lr: float, momentum: float) -> dict:
    """Where the two leaves are after a pass for each target."""
    return dict(zip("ab", travel(a, b, targets, lr, momentum), strict=True)) | {
        "leaves": [True, True], ".grad is None": [True, True]
    }  # fmt: skip


def travel(a: Any, b: Any, targets: Any, lr: float, momentum: float, share: float = 1.0, left: bool = False) -> list:
    """The two leaves at the end. `share` of the gradient, and a gradient that was `left` in .grad, are mistakes."""
    velocity, gradients = [0.0 * a, 0.0 * b], [0.0, 0.0]
    for target in targets:
        slope = 2 * (a * b - target)
        gradients = [g + before * left for g, before in zip((slope * b, slope * a), gradients, strict=True)]
        velocity = [momentum * v + share * g for v, g in zip(velocity, gradients, strict=True)]
        a, b = a - lr * velocity[0], b - lr / 2 * velocity[1]
    return [a, b]


def driven_context(a: Any, b: Any, targets: Any, lr: float, momentum: float) -> dict:
    known = {
        "before": [a, b],
        "without_velocity": travel(a, b, targets, lr, 0.0),
        "averaged_velocity": travel(a, b, targets, lr, momentum, share=1 - momentum),
        "weakened_gradient": travel(a, b, targets, lr, momentum, share=momentum),
    }
    left = travel(a, b, targets, lr, momentum, left=True)
    return {
        name: {mistake: found[i] for mistake, found in known.items()} | {"gradient_left": [left[i]]}
        for i, name in enumerate("ab")
    }


# --- births -------------------------------------------------------------------------------------------------------


def draw_roots(rng: np.random.Generator) -> tuple:
    """Three points each; the second ones are equal, and one number of y is 0."""
    x, y = spaced(rng, 3, 2), spaced(rng, 3, 2) + 3
    y[1], y[2, 0] = x[1], 0.0
    return x, y


def roots(x: Any, y: Any) -> dict:
    """The logarithm was recorded last, so the walk comes to it first."""
    return {
        "found": ("LogBackward0", "return (near * far).sum() + mg.log(y).sum()"),
        "x.grad": np.ones((3, 2)),
        "y.grad is None": True,
        "one unused": ("LogBackward0", "return mg.log(y).sum()"),
        "the root alone": ("SqrtBackward0", "return t.sqrt() * 2"),
    }
