"""Assignment 10, verify: its hidden cases. All answers are formulas, or what the tasks say, in numpy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case
from grader.inside.compare import FINITE_DIFFERENCES


def spaced(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers between 0.5 and 2.5, no two of them close, none near 1."""
    numbers = 0.5 + (np.arange(np.prod(shape)) + rng.uniform(0.2, 0.6, size=shape).ravel()) * 2 / np.prod(shape)
    return rng.permutation(np.where(np.abs(numbers - 1) < 0.05, 1.06, numbers)).reshape(shape)


# --- the ruler ----------------------------------------------------------------------------------------------------


def by_marks(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, h: float, marks: int) -> np.ndarray:
    """The table of f by x, by differences with two or four marks."""
    columns = []
    for move in np.eye(x.size).reshape(x.size, *x.shape):
        near, far = (f(x + s * h * move) - f(x - s * h * move) for s in (1, 2))
        columns.append(near / (2 * h) if marks == 2 else (8 * near - far) / (12 * h))
    return np.stack(columns, axis=-1).reshape(columns[0].shape + x.shape)


def outer(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.exp(a)[..., None] * np.sin(b) * b


def draw_tables(rng: np.random.Generator) -> tuple:
    return spaced(rng, 3, 2), spaced(rng, 2), float(rng.uniform(0.2, 0.3))


def tables(a: Any, b: Any, h: float, marks: int = 4) -> list:
    both = [by_marks(lambda t: outer(t, b), a.T, h, marks), by_marks(lambda t: outer(a.T, t), b, h, marks)]
    return [both, a.T]


def tables_context(a: Any, b: Any, h: float) -> dict:
    right, two = tables(a, b, h)[0], tables(a, b, h, 2)[0]
    turned = [np.moveaxis(table, (0, 1, 2), (-3, -2, -1)) for table in right]
    known = {i: {"two_marks": two[i], "input_first": turned[i], "apart": 2.0} for i in (0, 1)}
    return {0: known, 1: {}}


def scaled(a: np.ndarray, s: np.ndarray) -> np.ndarray:
    return np.array([np.exp(a * s).sum(), (a * s).prod()]) * (s + 1)


def draw_scalars(rng: np.random.Generator) -> tuple:
    return spaced(rng, 3), np.array(rng.uniform(0.4, 0.8)), float(rng.uniform(0.2, 0.3))


def scalars(a: Any, s: Any, h: float, marks: int = 4) -> list:
    return [[by_marks(lambda t: scaled(t, s), a, h, marks), by_marks(lambda t: scaled(a, t), s, h, marks)], [a, s]]


def scalars_context(a: Any, s: Any, h: float) -> dict:
    two = scalars(a, s, h, 2)[0]
    return {0: {i: {"two_marks": two[i], "apart": 2.0} for i in (0, 1)}, 1: {}}


# --- two directions -----------------------------------------------------------------------------------------------


def draw_projected(rng: np.random.Generator) -> tuple:
    """x, u of 3 x 2; v of 4 x 2; the factor of 4 x 3, the step."""
    u, v, a = (rng.uniform(0.3, 0.9, size=shape) for shape in ((3, 2), (4, 2), (4, 3)))
    u[0], v[1] = -u[0], -v[1]
    return spaced(rng, 3, 2), u, v, a, float(rng.uniform(0.2, 0.3))


def projected(x: Any, u: Any, v: Any, a: Any, h: float) -> dict:
    measured = (v * (np.exp(a @ (x + h * u)) - np.exp(a @ (x - h * u)))).sum() / (2 * h)
    return {"measured": measured, "claimed": (v * np.exp(a @ x) * (a @ u)).sum()}


def projected_context(x: Any, u: Any, v: Any, a: Any, h: float) -> dict:
    gradient = a.T @ (v * np.exp(a @ x))
    return {"measured": {"apart": 2.0}, "claimed": {"no_direction": gradient.sum()}}


def draw_turned(rng: np.random.Generator) -> tuple:
    u, v = (rng.uniform(0.3, 0.9, size=(3, 3)) for _ in range(2))
    return spaced(rng, 3, 3), u, v, float(rng.uniform(0.2, 0.3))


def projected_turned(x: Any, u: Any, v: Any, h: float) -> dict:
    """The cubes of the transpose, with a backward that forgets both."""
    measured = (v * ((x + h * u).T ** 3 - (x - h * u).T ** 3)).sum() / (2 * h)
    return {"measured": measured, "claimed": 3 * (u * v).sum()}


def turned_context(x: Any, u: Any, v: Any, h: float) -> dict:
    return {"measured": {"apart": 2.0}, "claimed": {"no_direction": 3 * v.sum()}}


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


def draw_claims(rng: np.random.Generator) -> tuple:
    """One of the first three claims is 1 % too large; the small one has the wrong sign."""
    factors = np.array([1.0, 1.0, 1.0, -1.0])
    factors[rng.integers(3)] = 1.01
    return draw_middle_first(rng), factors


def claims(x: Any, factors: Any) -> dict:
    slopes = {"cube": 3 * x**2, "root": 0.5 * x**-0.5, "inverse": x**-2, "small": np.abs(np.cos(x))}
    pairs = zip(slopes.items(), factors, strict=True)
    return {name: RIGHT if factor == 1 else ("wrong", place_of(slope)) for (name, slope), factor in pairs}


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
    hidden = {(0, 1): 1 + z, (1, 0): 2 + z, (2, 2): 6 * c}  # row 1: what numpy carried into the slope by x[0] moves
    return {
        "refused": {"verdict": "refused", "measured": table_of(refused)},
        "wrong": {"verdict": "wrong", "measured": table_of(hidden)},
        "right": {"verdict": "right", "measured": table_of({(0, 1): 1.0, (1, 0): 1.0})},
    }


# --- hooks --------------------------------------------------------------------------------------------------------


def draw_matrix(rng: np.random.Generator) -> tuple:
    g = rng.uniform(1.5, 3.0, size=(2, 3)) * np.array([1, -1, 1])
    return spaced(rng, 2, 3), g, float(rng.uniform(0.4, 0.8)), float("inf")


def limited(x: Any, g: Any, most: float, bad: float) -> dict:
    length = float(np.linalg.norm(g))
    after = [g * most / length, g * 1e-3, np.zeros_like(g)]
    return {
        "lengths": [length, length * 1e-3, bad],
        "x.grad": sum(after) * np.cos(x),
        "before": [g, g * 1e-3],
        "after": after,
    }


def limited_context(x: Any, g: Any, most: float, bad: float) -> dict:
    clipped = np.clip(g, -most, most)
    by_x = [(part + g * 1e-3) * np.cos(x) for part in (g, clipped)]
    after = {0: {"whole": g, "one_by_one": clipped}, 1: {"whole": g * most / np.linalg.norm(g)}}
    return {"x.grad": {"whole": by_x[0], "one_by_one": by_x[1]}, "after": after}


def limited_single(g: Any) -> np.ndarray:
    return (0.5 * g / np.linalg.norm(g)).astype(np.float32)


def draw_motors(rng: np.random.Generator) -> tuple:
    targets = rng.uniform(0.5, 0.9, size=4)
    return spaced(rng, 2), spaced(rng, 2), targets, float(rng.uniform(0.03, 0.05)), float(rng.uniform(0.6, 0.8))


def driven(a: Any, b: Any, targets: Any, lr: float, momentum: float) -> dict:
    velocity = [np.zeros(2), np.zeros(2)]
    for target in targets:
        slope = 2 * (a * b - target)
        velocity = [momentum * v + slope * other for v, other in zip(velocity, (b, a), strict=True)]
        a, b = a - lr * velocity[0], b - lr / 2 * velocity[1]
    return {"a": a, "b": b, "leaves": [True, True], ".grad": [None, None]}


def driven_context(a: Any, b: Any, targets: Any, lr: float, momentum: float) -> dict:
    slow = driven(a, b, targets, lr, 0.0)
    return {name: {"without_velocity": slow[name]} for name in "ab"}


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
        ".grad": [np.ones((3, 2)), None],
        "one unused": ("LogBackward0", "return mg.log(y).sum()"),
        "the root alone": ("SqrtBackward0", "return t.sqrt() * 2"),
    }


CASES = (
    Case(
        name="measure.tables",
        points=1,
        label="value",
        says="Two inputs, one of them a transposed matrix, and a result with three axes; a large step.",
        inputs=draw_tables,
        expected=tables,
        rtol=1e-9,
        context=tables_context,
    ),
    Case(
        name="measure.scalars",
        points=1,
        label="memory",
        says="An f that computes with numpy and writes into its arguments; one input is a single number.",
        inputs=draw_scalars,
        expected=scalars,
        rtol=1e-9,
        context=scalars_context,
    ),
    Case(
        name="project.fresh",
        points=1,
        label="value",
        says="A function of a matrix whose result has another shape; a large step.",
        inputs=draw_projected,
        expected=projected,
        rtol=1e-9,
        context=projected_context,
    ),
    Case(
        name="project.wrong_rule",
        points=1,
        label="value",
        says="A wrong backward: the two numbers differ, and each is what it should be.",
        inputs=draw_turned,
        expected=projected_turned,
        rtol=1e-9,
        context=turned_context,
    ),
    Case(
        name="judge.another",
        points=0.5,
        label="value",
        says="Five operations, one of them with another rule in minigrad.",
        inputs=lambda rng: (draw_middle_first(rng),),
        expected=another,
    ),
    Case(
        name="judge.claims",
        points=1,
        label="value",
        says="Four claimed slopes, one of them 1 % too large, one tiny with the wrong sign.",
        inputs=draw_claims,
        expected=claims,
    ),
    Case(
        name="judge.bent",
        points=1,
        label="kink",
        says="A clamp with its ends among the numbers, claims of nan, wrong claims beside a kink, noise at one.",
        inputs=draw_bent,
        expected=bent,
    ),
    Case(
        name="second_order.fresh",
        points=1,
        label="value",
        says="Second derivatives of a function of three numbers, mixed ones too.",
        inputs=draw_second,
        expected=second,
        rtol=FINITE_DIFFERENCES,
        context=lambda x, z: {"measured": {"apart": 2.0}},
    ),
    Case(
        name="second_order.verdicts",
        points=1,
        label="history",
        says="Refused, silently wrong, and right though one row is all zeros.",
        inputs=draw_second,
        expected=verdicts,
        rtol=FINITE_DIFFERENCES,
    ),
    Case(
        name="hooks.matrix",
        points=0.5,
        label="order",
        says="A matrix between two other hooks: a gradient that is too long, a short one, an infinite one.",
        inputs=draw_matrix,
        expected=limited,
        rtol=1e-7,
        context=limited_context,
    ),
    Case(
        name="hooks.single",
        points=0.5,
        label="dtype",
        says="A leaf of float32.",
        inputs=lambda rng: (spaced(rng, 4),),
        expected=limited_single,
    ),
    Case(
        name="hooks.motors",
        points=1,
        label="value",
        says="Two leaves with a motor each, four passes.",
        inputs=draw_motors,
        expected=driven,
        rtol=1e-7,
        context=driven_context,
    ),
    Case(
        name="birthplace.overflow",
        points=1,
        label="value",
        says="Two exponentials, of which one is too large to be held; the same program with smaller numbers.",
        inputs=lambda rng: (rng.uniform(3.0, 4.0, size=3), rng.uniform(90.0, 120.0, size=3)),
        expected={"found": ("ExpBackward0", "third = mg.exp(second)"), "fine": None},
    ),
    Case(
        name="birthplace.roots",
        points=1,
        label="order",
        says="Two births in one program; a root in a helper that is called twice; an input that is not used.",
        inputs=draw_roots,
        expected=roots,
    ),
)
