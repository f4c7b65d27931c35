"""Assignment 7, arrays: its hidden cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises

Array = np.ndarray


def drawn(rng: np.random.Generator, *shapes: tuple) -> tuple:
    """An array for each shape: sizes from 0.5 to 1.5, both signs."""
    return tuple(rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape) for shape in shapes)


# --- seen_rule ----------------------------------------------------------------------------------------------------


def draw_seen(rng: np.random.Generator) -> tuple:
    """A mask (3, 3, 4) with gaps along each dimension, a row of gaps, and cotangents of the means along each."""
    seen = rng.uniform(size=(3, 3, 4)) < 0.6
    seen[0, 0], seen[1, 1], seen[2, 2, 0], seen[1, 0] = False, True, False, [True, False, True, True]
    return (seen, *drawn(rng, (3, 4), (3, 1, 4), (3, 3)))


def seen_along(seen: Array, g: Array, dim: int) -> Array:
    """The gradient of the mean of what was seen; `g` has length 1 along `dim`."""
    found = np.zeros(seen.shape)
    for place in zip(*np.nonzero(seen), strict=True):
        row = tuple(0 if i == dim else n for i, n in enumerate(place))
        found[place] = g[row] / seen.sum(axis=dim, keepdims=True)[row]
    return found


def seen_every(seen: Array, g0: Array, g1: Array, g2: Array) -> list:
    return [seen_along(seen, g0[None], 0), seen_along(seen, g1, 1), seen_along(seen, g2[..., None], 2)]


def seen_every_context(seen: Array, *cotangents: Array) -> dict:
    found: dict[Any, Any] = {}
    zero_count: list[Array] = []
    for dim, right in enumerate(seen_every(seen, *cotangents)):
        g = cotangents[dim] if dim == 1 else np.expand_dims(cotangents[dim], dim)
        found[dim] = seen_context(seen, g, dim)
        if dim == 1:
            count = np.maximum(seen.sum(axis=1, keepdims=True), 1)
            found[dim]["one_more"] = seen * (np.expand_dims(g, 1) / count)
        zero_count.append(np.where(seen.any(axis=dim, keepdims=True), right, np.nan))
    return found | {"zero_count": zero_count}


def seen_context(seen: Array, g: Array, dim: int) -> dict:
    """The wrong gradients of one array; `g` has length 1 along `dim`."""
    n, count = seen.shape[dim], np.maximum(seen.sum(axis=dim, keepdims=True), 1)
    everybody = np.ones(seen.shape)
    return {
        "all_counted": seen * g / n,
        "given_to_all": everybody * g / count,
        "plain_mean": everybody * g / n,
        "whole_table": seen * g / seen.sum(),
    }


# --- gap ----------------------------------------------------------------------------------------------------------


def gap_gradients(x: Array, w: Array, y: Array, g: Array) -> list:
    """The gradients of g * mean(y - x @ w): each is told by sums of the others."""
    n, m = len(x), w.shape[1]
    by_x = np.tile(-g / (n * m) * w.sum(axis=1), (n, 1))
    by_w = np.tile(-g / (n * m) * x.sum(axis=0)[:, None], (1, m))
    return [by_x, by_w, np.full(y.shape, g / y.size)]


def gap_context(x: Array, w: Array, y: Array, g: Array) -> dict:
    size, one = len(x) * w.shape[1], np.ones(())
    cotangent = np.full((len(x), w.shape[1]), -g / size)
    local = gap_gradients(x, w, y, one)
    factors = [{"factors": [cotangent, w.T]}, {"factors": [x.T, cotangent]}, {}]
    return {i: {"count": size, "columns": w.shape[1], "local": local[i], **factors[i]} for i in range(3)}


def gap_y_context(g: float, n: int, m: int) -> dict:
    shapes = [(m,), (n, 1), (1, m), (), (n, m)]
    found: dict[Any, Any] = {
        "one_use": [np.full(shape, g / (n * m)) for shape in shapes],
        "rows_only": [*[np.full(m, g / m)] * 4, np.full((n, m), g / (n * m))],
    }
    for i, shape in enumerate(shapes):
        size = int(np.prod(shape))
        found[i] = {"count": size, "local": np.full(shape, 1 / size), "unsummed": np.full((n, m), g / (n * m))}
    return found


def draw_narrow(rng: np.random.Generator) -> tuple:
    """Two tables, with sums of both signs along their dimensions."""
    x, w = drawn(rng, (3, 4), (4, 5))
    x[:, 0], x[:, 1], w[0], w[1] = abs(x[:, 0]), -abs(x[:, 1]), abs(w[0]), -abs(w[1])
    return x, w, float(rng.uniform(2, 3))


def gap_narrow(x: Array, w: Array, g: Array) -> list:
    """In float32, with y of shape (5,): the numbers as lists, the dtypes of two by name."""
    found = [one.tolist() for one in gap_gradients(x, w, np.zeros(5), g)]
    return [*found, ["float32"] * 2]


def gap_narrow_context(x: Array, w: Array, g: Array) -> dict:
    *others, y, dtypes = gap_narrow(x, w, g)
    local = gap_gradients(x, w, np.zeros(5), np.ones(()))
    each: dict[Any, Any] = {i: {"count": size, "local": local[i]} for i, size in enumerate((15, 15, 5))}
    each[0]["columns"] = each[1]["columns"] = 5
    return each | {"one_use": [*others, (np.array(y) / 3).tolist(), dtypes]}


# --- distances ----------------------------------------------------------------------------------------------------


def distance_gradients(a: Array, b: Array, g: Array) -> list:
    """One pair after the other."""
    by_a, by_b = np.zeros_like(a), np.zeros_like(b)
    for (i, j), gij in np.ndenumerate(g):
        by_a[i] += 2 * gij * (a[i] - b[j])
        by_b[j] -= 2 * gij * (a[i] - b[j])
    return [by_a, by_b]


def distance_context(a: Array, b: Array, g: Array) -> dict:
    local, product = distance_gradients(a, b, np.ones_like(g)), [-2 * g @ b, -2 * g.T @ a]
    own = [2 * g.sum(axis=1)[:, None] * a, 2 * g.sum(axis=0)[:, None] * b]
    unweighed = [2 * len(b) * a + product[0], 2 * len(a) * b + product[1]]
    right = distance_gradients(a, b, g)
    each = {
        i: {"local": local[i], "own_part": own[i], "product_part": product[i], "two_missing": right[i] / 2}
        | {"unweighed": unweighed[i]}
        for i in range(2)
    }
    return each | {"megabytes": 8}


def among_context(a: Array, g: Array) -> dict:
    """The sums of both parts, their differences, and that of a part which is weighed with the columns of g."""
    by_a, by_b = distance_gradients(a, a, g)
    each = distance_context(a, a, g)
    names = ("local", "own_part", "product_part", "two_missing", "unweighed")
    sums = {name: each[0][name] + each[1][name] for name in names}
    turned = 2 * (g.sum(axis=0)[:, None] * a - g @ a) + by_b
    return sums | {"g_after": by_a + 2 * by_b, "one_sign": [by_a - by_b, by_b - by_a], "weights_turned": turned}


def large_distances(a: Array, b: Array, g: Array) -> list:
    """The same by numpy alone, for many pairs."""
    differences = g[:, :, None] * (a[:, None] - b[None])
    return [2 * differences.sum(axis=1), -2 * differences.sum(axis=0), "at most 2 megabytes"]


# --- scores -------------------------------------------------------------------------------------------------------


def draw_scores(rng: np.random.Generator) -> tuple:
    return drawn(rng, (2, 3, 4, 5), (5, 6), (2, 3, 7, 6), (2, 3, 4, 7))


def score_gradients(a: Array, b: Array, c: Array, g: Array) -> tuple:
    """Those of a and c, and that of b matrix by matrix."""
    return (
        np.einsum("...ij,...jq,pq->...ip", g, c, b),
        np.einsum("...ij,...ip,pq->...jq", g, a, b),
        np.einsum("...ij,...ip,...jq->...pq", g, a, c),
    )


def shared_scores(a: Array, b: Array, c: Array, g: Array) -> list:
    each = score_gradients(a, b, c, g)[2]
    return [each.sum(axis=(0, 1)), each[0].sum(axis=0)]


def shared_scores_context(a: Array, b: Array, c: Array, g: Array) -> dict:
    each = score_gradients(a, b, c, g)[2]
    three_axes = Raises("ValueError", "axes don't match array")
    return {
        0: {"unsummed": each, "summed_once": each.sum(axis=0)},
        1: {"unsummed": each[0]},
        "three_axes": three_axes,
    }


# --- smooth -------------------------------------------------------------------------------------------------------


def draw_smooth(rng: np.random.Generator) -> tuple:
    return (rng.uniform(-3, 3, size=(3, 4, 5)), float(rng.uniform(1.5, 2.5)), *drawn(rng, (4, 5), (3, 5), (3, 4)))


def smooth_sum(x: Array, t: float, dim: int) -> Array:
    return t * np.log(np.exp(x / t).sum(axis=dim))


def shares(x: Array, t: float, dim: int) -> Array:
    e = np.exp((x - x.max(axis=dim, keepdims=True)) / t)
    return e / e.sum(axis=dim, keepdims=True)


def smooth_context(x: Array, t: float) -> dict:
    found = {}
    for dim in range(3):
        largest, mean = x.max(axis=dim), smooth_sum(x, t, dim) / t - np.log(x.shape[dim])
        found[dim] = {
            "of_the_sum": smooth_sum(x, t, dim),
            "without_t": smooth_sum(x, 1.0, dim),
            "t_behind": [mean, largest + mean - largest / t],
        }
    return found


def smooth_slopes(x: Array, t: float, *cotangents: Array) -> list:
    return [np.expand_dims(g, dim) * shares(x, t, dim) for dim, g in enumerate(cotangents)]


def smooth_slopes_context(x: Array, t: float, *cotangents: Array) -> dict:
    right, plain = smooth_slopes(x, t, *cotangents), smooth_slopes(x, 1.0, *cotangents)
    return {
        dim: {"local": shares(x, t, dim), "count": x.shape[dim], "over_t": right[dim] / t, "without_t": plain[dim]}
        for dim in range(3)
    }


def draw_extreme(rng: np.random.Generator) -> tuple:
    """Columns of three: two largest, in any place, and one 10 or more below them, up to 20,000 from zero."""
    base = (rng.uniform(2e3, 2e4, size=6) * rng.permutation([-1, -1, -1, 1, 1, 1])).round(2)
    x = np.stack([base, base, base - rng.uniform(10, 1000, size=6)])
    return rng.permuted(x, axis=0), *drawn(rng, (6,))


def extreme(x: Array, g: Array) -> list:
    return [x.max(axis=0) + 0.01 * np.log(2 / 3), g / 2 * (x == x.max(axis=0))]


def extreme_context(x: Array, g: Array) -> dict:
    """exp(x / t) is inf for all of a column or 0 for all of it, and its rule follows: exp(-inf) or exp(inf)."""
    largest, slopes = x.max(axis=0), extreme(x, g)[1]
    plain = np.exp(x - largest)
    values = {
        "of_the_sum": largest + 0.01 * np.log(2),
        "t_behind": [largest + np.log(2 / 3)],
        "without_t": largest + np.log(plain.sum(axis=0)),
    }
    rule = {"local": slopes / g, "count": 3, "over_t": slopes / 0.01, "without_t": g * plain / plain.sum(axis=0)}
    with np.errstate(all="ignore"):
        low = x.max() + 0.01 * np.log(np.exp((x - x.max()) / 0.01).mean(axis=0))
        whole_largest = [low, g * np.exp((x - low) / 0.01) / 3]
    return {
        "whole_largest": whole_largest,
        0: values | {"exp_of_large": np.sign(largest) * np.inf},
        1: rule | {"exp_of_large": np.where(largest > 0, 0.0, np.sign(g) * np.inf) + 0 * x, "quotient": np.nan * x},
    }


def smooth_twice(x: Array, t: float, g: Array, v: Array) -> list:
    """The gradient g p, and that of its sum weighted by v."""
    p = shares(x, t, 1)
    return [g[:, None] * p, g[:, None] * p * (v - (v * p).sum(axis=1, keepdims=True)) / t]


def smooth_twice_context(x: Array, t: float, g: Array, v: Array) -> dict:
    p = shares(x, t, 1)
    first = {"local": p, "count": 4, "over_t": g[:, None] * p / t, "without_t": g[:, None] * shares(x, 1.0, 1)}
    over_t, uncounted = (g[:, None] * f * p * (v - f * (v * p).sum(axis=1, keepdims=True)) / t for f in (1 / t, 4))
    second = {"detached": g[:, None] * p * v / t, "inner": 1 / t, "over_t": over_t, "uncounted": uncounted}
    return {0: first, 1: second, "no_tensors": Raises("TypeError", "numpy.expand_dims")}


# --- span ---------------------------------------------------------------------------------------------------------


def draw_span(rng: np.random.Generator) -> tuple:
    """Whole numbers from 1 to 3, so that there are ties along every dimension, and cotangents."""
    x = rng.integers(1, 4, size=(3, 3, 4)).astype(float)
    x[0, 0], x[:, 0, 1], x[0, :, 2], x[1, 1] = [3, 1, 3, 1], [1, 3, 3], [1, 3, 3], 2
    return (x, *drawn(rng, (3, 4), (3, 4), (3, 3)))


def ends(x: Array, *cotangents: Array) -> Iterator[tuple]:
    """Along each dimension: the cotangents, which elements are largest, which smallest."""
    for dim, g in enumerate(cotangents):
        yield dim, np.expand_dims(g, dim), x == x.max(axis=dim, keepdims=True), x == x.min(axis=dim, keepdims=True)


def span_gradients(x: Array, *cotangents: Array) -> list:
    return [
        g * (high / high.sum(axis=dim, keepdims=True) - low / low.sum(axis=dim, keepdims=True))
        for dim, g, high, low in ends(x, *cotangents)
    ]


def span_context(x: Array, *cotangents: Array) -> dict:
    found: dict[Any, Any] = {}
    for dim, g, high, low in ends(x, *cotangents):
        n, m = high.sum(axis=dim, keepdims=True), low.sum(axis=dim, keepdims=True)
        first = [one & (one.cumsum(axis=dim) == 1) for one in (high, low)]
        found[dim] = {
            "first_gets_all": g * (1.0 * first[0] - first[1]),
            "all_get_all": g * (1.0 * high - low),
            "largest_only": g * high / high.sum(axis=dim, keepdims=True),
            "local": high / high.sum(axis=dim, keepdims=True) - low / low.sum(axis=dim, keepdims=True),
            "counted_everywhere": g * (high / high.sum() - low / low.sum()),
            "largest_share": g * (high / n - 1.0 * low),
            "one_count": g * (high / n - low / n),
            "one_or_other": g * np.where(high, high / n, -(low / m)),
            "plus": g * (high / n + low / m),
        }
    return found


CASES = (
    Case(
        name="seen.every_dim",
        points=1,
        label="value",
        says="A mask of three dimensions with gaps, along each of them, with the dimension dropped or kept.",
        inputs=draw_seen,
        expected=seen_every,
        context=seen_every_context,
    ),
    Case(
        name="seen.narrow",
        points=0.5,
        label="dtype",
        says="Cotangents in float32.",
        inputs=lambda rng: (np.arange(12).reshape(3, 4) % 5 > 1, *drawn(rng, (3,))),
        expected=lambda seen, g: [seen_along(seen, g[:, None], 1).astype(np.float32), "float32"],
        context=lambda seen, g: {0: seen_context(seen, g[:, None], 1)},
    ),
    Case(
        name="gap.randn",
        points=1,
        label="cotangent",
        says="Fresh numbers in the shapes of document 002, with another cotangent than 1.",
        examples=("002.mean_matmul_randn",),
        inputs=lambda rng: (*drawn(rng, (10, 20), (20, 5), (10, 5)), rng.uniform(2, 3)),
        expected=gap_gradients,
        context=gap_context,
    ),
    Case(
        name="gap.stretched_y",
        points=0.5,
        label="broadcasting",
        says="The gradient of y in five shapes that broadcast to the shape of the product.",
        inputs=lambda rng: (float(rng.uniform(2, 3)), int(rng.integers(3, 6)), int(rng.integers(6, 9))),
        expected=lambda g, n, m: [np.full(s, g / np.prod(s)) for s in [(m,), (n, 1), (1, m), (), (n, m)]],
        context=gap_y_context,
    ),
    Case(
        name="gap.narrow",
        points=0.5,
        label="dtype",
        says="Everything in float32, with y of shape (5,).",
        inputs=draw_narrow,
        expected=gap_narrow,
        context=gap_narrow_context,
    ),
    Case(
        name="distances.fresh",
        points=1,
        label="value",
        says="Five points, four places, three coordinates, cotangents that differ.",
        inputs=lambda rng: drawn(rng, (5, 3), (4, 3), (5, 4)),
        expected=distance_gradients,
        context=distance_context,
    ),
    Case(
        name="distances.among_themselves",
        points=0.5,
        label="accumulation",
        says="The distances of four points from each other: one tensor in both places.",
        inputs=lambda rng: drawn(rng, (4, 3), (4, 4)),
        expected=lambda a, g: sum(distance_gradients(a, a, g)),
        context=among_context,
    ),
    Case(
        name="distances.large",
        points=1,
        label="memory",
        says="Ninety points, a hundred places, a hundred and ten coordinates: right, and with 2 megabytes at most.",
        inputs=lambda rng: drawn(rng, (90, 110), (100, 110), (90, 100)),
        expected=large_distances,
        context=distance_context,
    ),
    Case(
        name="scores.two_in_front",
        points=0.75,
        label="value",
        says="The gradients of a and c in a batch with two dimensions in front; all lengths differ.",
        inputs=draw_scores,
        expected=lambda a, b, c, g: list(score_gradients(a, b, c, g)[:2]),
        context=lambda *inputs: {"three_axes": Raises("ValueError", "axes don't match array")},
    ),
    Case(
        name="scores.shared_table",
        points=0.75,
        label="accumulation",
        says="The gradient of the table with two dimensions in front, and with one.",
        inputs=draw_scores,
        expected=shared_scores,
        context=shared_scores_context,
    ),
    Case(
        name="smooth.fresh",
        points=0.5,
        label="value",
        says="The values along each dimension of an array of three.",
        inputs=lambda rng: draw_smooth(rng)[:2],
        expected=lambda x, t: [smooth_sum(x, t, dim) - t * np.log(x.shape[dim]) for dim in range(3)],
        context=smooth_context,
    ),
    Case(
        name="smooth.fresh_slopes",
        points=0.5,
        label="cotangent",
        says="The gradients along each dimension, with cotangents.",
        inputs=draw_smooth,
        expected=smooth_slopes,
        context=smooth_slopes_context,
    ),
    Case(
        name="smooth.extreme",
        points=0.5,
        label="numbers",
        says="Numbers up to 20,000 from zero, two of them largest, with t = 0.01: values and gradient.",
        inputs=draw_extreme,
        expected=extreme,
        context=extreme_context,
    ),
    Case(
        name="smooth.twice",
        points=0.5,
        label="second order",
        says="The gradient, recorded, and the gradient of a weighted sum of it.",
        inputs=lambda rng: (rng.uniform(-2, 2, size=(3, 4)), float(rng.uniform(1.5, 2.5)), *drawn(rng, (3,), (3, 4))),
        expected=smooth_twice,
        context=smooth_twice_context,
    ),
    Case(
        name="span.fresh",
        points=1,
        label="ties",
        says="An array of three dimensions with many ties, along each of them.",
        inputs=draw_span,
        expected=span_gradients,
        context=span_context,
    ),
)
