"""Assignment 12, functional: right answers as formulas found on paper, and the wrong ones that slips make of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def within(most: int, answer: Any) -> dict:
    """The answer of a check that counts passes."""
    return {"answer": answer, "passes": f"at most {most}"}


# --- a gradient in the same wrapping ------------------------------------------------------------------------------


def tree(w: Any, b: Any, c: Any) -> dict:
    """The gradient of sum(exp(w) b c), b used by it, and once more unused."""
    e = np.exp(w)
    layers = [(e * np.outer(c, b), e.T @ c), (e @ b,)]
    return {"kinds": ["dict", "list", "tuple", "tuple"], "layers": layers, "unused": np.zeros_like(b)}


def tree_context(w: Any, b: Any, c: Any) -> dict:
    right = tree(w, b, c)
    lists = right | {"kinds": ["dict", "list", "list", "list"]}
    return {"deep": True, "nones": right | {"unused": None}, "as_lists": lists}


def two_places(x: Any) -> dict:
    both = [x**2, 2 * x**2]
    return {"two places": both, "two places of a leaf": both, "constant": [np.zeros(3)]}


def two_places_context(x: Any) -> dict:
    right, together = two_places(x), {"together": 3 * x**2}
    return {
        "two places": {0: together, 1: together},
        "two places of a leaf": {0: together, 1: together},
        "deep": True,
        "nones": right | {"constant": [None]},
        "unwrapped": right | {"constant": np.zeros(3)},
    }


def inside(x: Any, y: Any) -> dict:
    """The gradient of the squared length of the gradient of sum(sin(x) y²)."""
    s, c = np.sin(x), np.cos(x)
    return {"x": -2 * s * c * y**4 + 8 * s * c * y**2, "y": 4 * c**2 * y**3 + 8 * s**2 * y}


def inside_context(x: Any, y: Any) -> dict:
    none = {"not_recorded": np.zeros(3)}
    first = {"x": np.cos(x) * y**2, "y": 2 * np.sin(x) * y}
    return {name: none | {"stale": first[name]} for name in first} | {"deep": True}


# --- motion -------------------------------------------------------------------------------------------------------


def waves(x: Any, v: Any) -> np.ndarray:
    """sin(x0 x1), exp(x0) x2 and sin(x1) along v, up to the third derivative."""
    (a, b, c), (va, vb, vc) = x, v
    w, w1, w2 = a * b, va * b + a * vb, 2 * va * vb
    s, o, e = math.sin(w), math.cos(w), math.exp(a)
    orders = [
        [s, e * c, math.sin(b)],
        [o * w1, e * (va * c + vc), vb * math.cos(b)],
        [o * w2 - s * w1**2, e * (va**2 * c + 2 * va * vc), -(vb**2) * math.sin(b)],
        [-3 * s * w1 * w2 - o * w1**3, e * (va**3 * c + 3 * va**2 * vc), -(vb**3) * math.cos(b)],
    ]
    return np.array(orders)


def waves_once(x: Any, v: Any) -> np.ndarray:
    """The first derivative of the waves along v, the others of it along ones."""
    (a, b, c), (va, vb, vc) = x, v
    w, w1, along, mixed = a * b, va * b + a * vb, a + b, va + vb
    s, o, e = math.sin(w), math.cos(w), math.exp(a)
    rows = [
        [o * mixed - s * along * w1, e * (va * c + vc + va), -vb * math.sin(b)],
        [-o * along**2 * w1 - 2 * s * (w1 + along * mixed), e * (va * c + vc + 2 * va), -vb * math.cos(b)],
    ]
    return np.array([*waves(x, v)[:2], *rows])


def waves_context(x: Any, v: Any) -> dict:
    return orders_context(list(waves(x, v)), list(waves(x, np.ones(3))), list(waves_once(x, v)))


def matrix(x: Any, v: Any) -> dict:
    """X X along V."""
    return {"orders": [x @ x, v @ x + x @ v, 2 * v @ v, np.zeros((3, 3)), np.zeros((3, 3))], "history": False}


def matrix_context(x: Any, v: Any) -> dict:
    right, one = matrix(x, v)["orders"], np.ones((3, 3))
    once = [*right[:2], v @ one + one @ v, *right[3:]]
    slips = orders_context(right, matrix(x, one)["orders"], once)
    whole = {name: {"orders": slips.pop(name), "history": False} for name in WHOLE}
    return whole | {"orders": slips, "side_effects": True, "constant_order": True}


WHOLE = ("along_ones", "along_once", "factorial")  # slips that are told by all orders together


def orders_context(right: list, ones: list, once: list) -> dict:
    """For each order the slips; `ones`: the answer where all move with velocity 1, `once`: from order 2 on."""
    own = ((k, right[k].shape, right[k].sum()) for k in range(1, len(right)))
    found: dict = {k: {"summed": np.full(shape, total), "not_recorded": np.zeros(shape)} for k, shape, total in own}
    divided = [order / math.factorial(k) for k, order in enumerate(right)]
    return found | {"along_ones": ones, "along_once": once, "factorial": divided}


def passes_of_motion(x: Any, v: Any) -> list:
    return [within(2 * n, [np.exp(x) * v**k for k in range(n + 1)]) for n in (0, 4)]


def passes_of_motion_context(x: Any, v: Any) -> dict:
    none, four = passes_of_motion(x, v)
    ones, once = np.exp(x), np.exp(x) * v
    slips = orders_context(four["answer"], [ones] * 5, [ones, *[once] * 4])
    whole = {name: [none, four | {"answer": slips.pop(name)}] for name in WHOLE}
    return whole | {
        1: {"answer": slips},
        "each_result": [(None, "80")],
        "each_order": [(None, "20")],
    }


# --- chains -------------------------------------------------------------------------------------------------------


def square_factors(a: Any, b: Any, x: Any) -> tuple[np.ndarray, np.ndarray]:
    """The Jacobians of (b y)² and of y = sin(a x)."""
    return 2 * (b @ np.sin(a @ x))[:, None] * b, np.cos(a @ x)[:, None] * a


def two_squares(a: Any, b: Any, x: Any) -> np.ndarray:
    outer, inner = square_factors(a, b, x)
    return outer @ inner


def two_squares_context(a: Any, b: Any, x: Any) -> dict:
    outer, inner = square_factors(a, b, x)
    return {
        "factors": [outer, inner],
        "at_start": 2 * (b @ x)[:, None] * b @ inner,
        "row_sums": outer.sum(axis=0) @ inner.sum(axis=0),
    }


def tables(a: Any, b: Any, c: Any, x: Any) -> list:
    """Of exp(a x), then of (b y)² after it, then of sin(c z) after both."""
    y = np.exp(a @ x)
    z = (b @ y) ** 2
    one = y[:, None] * a
    two = 2 * (b @ y)[:, None] * b @ one
    return [one, two, np.cos(c @ z)[:, None] * c @ two]


def passes_of_chains(*inputs: Any) -> list:
    x = inputs[-1][:3]
    square = np.diag(np.cos(x)) * x[0] + np.outer(np.sin(x), [1, 0, 0])
    five = np.concatenate([np.diag(2 * x), np.diag(3 * x**2)[:2]])
    found = [*tables(*inputs), square, five]
    return [within(most, table) for most, table in zip((2, 5, 8, 3, 4), found, strict=True)]


def one_tall(x: Any) -> np.ndarray:
    """Of (x², x0 x1, x0 x2, 1, 1, 1, 1, 3 x)."""
    products = [[x[1], x[0], 0], [x[2], 0, x[0]]]
    return np.concatenate([np.diag(2 * x), products, np.zeros((4, 3)), 3 * np.eye(3)])


# --- fields -------------------------------------------------------------------------------------------------------


def mixed_field(x: Any) -> np.ndarray:
    """The divergence of (sin(a b), exp(b) c, c² a + b)."""
    a, b, c = x.T
    return b * np.cos(a * b) + np.exp(b) * c + 2 * c * a


def mixed_field_context(x: Any) -> dict:
    a, b, c = x.T
    mixed = a * np.cos(a * b) + np.exp(b) + c**2 + 1
    return {"all_slopes": mixed_field(x) + mixed, "points": True}


def mixed_temperature(x: Any) -> np.ndarray:
    """The Laplacian of exp(a b) + sin(c) b."""
    a, b, c = x.T
    return (a**2 + b**2) * np.exp(a * b) - np.sin(c) * b


def mixed_temperature_context(x: Any) -> dict:
    a, b, c = x.T
    mixed = 2 * (1 + a * b) * np.exp(a * b) + 2 * np.cos(c)
    first = (a + b) * np.exp(a * b) + np.sin(c) + b * np.cos(c)
    return {
        "all_slopes": mixed_temperature(x) + mixed,
        "not_recorded": np.zeros(len(x)),
        "first": first,
        "points": True,
    }


def passes_of_fields(x: Any) -> list:
    """The divergence of sin(x) a in the plane and in space; the Laplacian of exp(a b), and of that plus c³."""
    a, b, c = x.T
    plane = a * np.cos(a) + np.sin(a) + a * np.cos(b)
    bends = (a**2 + b**2) * np.exp(a * b)
    return [within(2, plane), within(3, plane + a * np.cos(c)), within(3, bends), within(4, bends + 6 * c)]


def passes_of_fields_context(x: Any) -> dict:
    a, b, c = x.T
    right = [one["answer"] for one in passes_of_fields(x)]
    product, still = np.exp(a * b), {"not_recorded": np.zeros(len(x))}
    mixed = [np.sin(b), np.sin(b) + np.sin(c), 2 * (1 + a * b) * product, 2 * (1 + a * b) * product]
    first = [{}, {}, still | {"first": (a + b) * product}, still | {"first": (a + b) * product + 3 * c**2}]
    own = zip(right, mixed, first, strict=True)
    known = [{"all_slopes": one + more, "points": True} | other for one, more, other in own]
    return {i: {"answer": one} for i, one in enumerate(known)} | {
        "each_point": [("80", "120", "120", "160"), ("80", "120", "81", "121")]
    }


# --- roots --------------------------------------------------------------------------------------------------------


def system_parts(a: Any, p: Any, x: Any, g: Any) -> tuple[np.ndarray, np.ndarray]:
    """The tables of a x + x³ - sum(exp(p)): by x, and what each row of p does to its equation."""
    return a + np.diag(3 * x**2), -np.exp(p)


def system(a: Any, p: Any, x: Any, g: Any) -> np.ndarray:
    table, by_p = system_parts(a, p, x, g)
    return -np.linalg.solve(table.T, g)[:, None] * by_p


def system_context(a: Any, p: Any, x: Any, g: Any) -> dict:
    table, by_p = system_parts(a, p, x, g)
    return {
        "untransposed": -np.linalg.solve(table, g)[:, None] * by_p,
        "unsolved": -g[:, None] * by_p,
        "local": system(a, p, x, np.ones(3)),
        "columns_added": -(g / table.sum(axis=0))[:, None] * by_p,
    }


def straight_context(a: Any, p: Any, g: Any) -> dict:
    return {
        "untransposed": np.linalg.solve(a, g),
        "unsolved": g,
        "local": np.linalg.solve(a.T, np.ones(3)),
        "columns_added": g / a.sum(axis=0),
    }


def anomalies(e: np.ndarray, m: np.ndarray) -> np.ndarray:
    """E of Kepler's equation, by Newton's steps."""
    found = m + e * np.sin(m)
    for _ in range(20):
        found = found - (found - e * np.sin(found) - m) / (1 - e * np.cos(found))
    return found


def two_planets(e: Any, m: Any, w: Any) -> np.ndarray:
    """The gradient of sum(w E²) by e and M."""
    places = anomalies(e, m)
    return 2 * w * places / (1 - e * np.cos(places)) * np.stack([np.sin(places), np.ones(2)])


def two_planets_context(e: Any, m: Any, w: Any) -> dict:
    places = anomalies(e, m)
    above = 2 * w * places
    return {
        "unsolved": above * np.stack([np.sin(places), np.ones(2)]),
        "local": two_planets(e, m, w) / above,
        "circle": True,
    }
