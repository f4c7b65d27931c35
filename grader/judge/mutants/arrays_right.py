"""Assignment 7, arrays: right solutions in another hand."""

from __future__ import annotations

from grader.judge.mutants.arrays_wrong import SPAN

RIGHT = {
    "seen_rule": (
        """
def seen_rule(g, seen, dim, keepdim):
    found = np.zeros(seen.shape, g.dtype)
    last_of_g, last_of_seen = np.moveaxis(g, dim, -1)[..., 0] if keepdim else g, np.moveaxis(seen, dim, -1)
    rows = np.moveaxis(found, dim, -1)  # the same memory
    for place, cotangent in np.ndenumerate(last_of_g):
        row = last_of_seen[place]
        if row.any():
            rows[place][row] = cotangent / row.sum()
    return found
""",
        """
def seen_rule(g, seen, dim, keepdim):
    shape = [1 if i == dim % seen.ndim else n for i, n in enumerate(seen.shape)]
    n = np.add.reduce(seen, axis=dim, dtype=g.dtype).reshape(shape)
    share = np.divide(seen, n, out=np.zeros(seen.shape, g.dtype), where=n > 0)
    return np.reshape(g, shape) * share
""",
    ),
    "gap": (
        """
def gap_x(g, b, shape):
    rows, columns = shape
    return np.repeat((b.sum(axis=1) * (-g / (rows * columns)))[None], rows, axis=0)

def gap_w(g, a, shape):
    rows, columns = shape
    return np.stack([-(g / (rows * columns)) * a.sum(axis=0)] * columns, axis=1)

def gap_y(g, shape, y_shape):
    y = np.empty(y_shape, g.dtype)
    y[...] = g / max(y.size, 1)
    return y
""",
        """
from minigrad.elementwise import fit_to

def cotangent(g, shape):
    return g * np.ones(shape, g.dtype) / int(np.prod(shape))

def gap_x(g, b, shape):
    return -np.einsum("ij,kj->ik", cotangent(g, shape), b)

def gap_w(g, a, shape):
    return -np.dot(cotangent(g, shape).T, a).T

def gap_y(g, shape, y_shape):
    return np.full(y_shape, g / np.prod(y_shape))
""",
    ),
    "distances": (
        """
def distances_a(g, a, b):
    rows = [2 * (weights @ (point - b)) for weights, point in zip(g, a)]
    return np.array(rows)

def distances_b(g, a, b):
    return distances_a(g.T, b, a)
""",
        """
def distances_a(g, a, b):
    from_b = np.einsum("ij,jk->ik", g, b)
    return 2 * np.diag(g.sum(axis=1)) @ a - 2 * from_b

def distances_b(g, a, b):
    back = np.zeros(b.shape, g.dtype)
    for k in range(b.shape[1]):
        back[:, k] = -2 * (g * (a[:, k, None] - b[:, k])).sum(axis=0)
    return back
""",
    ),
    "scores": (
        """
def scores_a(g, b, c):
    return np.einsum("...nm,...mq,pq->...np", g, c, b)

def scores_b(g, a, c):
    a, g, c = (t.reshape(-1, *t.shape[-2:]) for t in (a, g, c))
    return sum(one.T @ two @ three for one, two, three in zip(a, g, c))

def scores_c(g, a, b):
    return np.einsum("...nm,...np,pq->...mq", g, a, b)
""",
        """
def turned(t):
    axes = list(range(t.ndim))
    axes[-1], axes[-2] = axes[-2], axes[-1]
    return t.transpose(axes)

def scores_a(g, b, c):
    return g @ turned(b @ turned(c))

def scores_b(g, a, c):
    each = turned(a) @ (g @ c)
    while each.ndim > 2:
        each = each.sum(axis=0)
    return each

def scores_c(g, a, b):
    return turned(g) @ (a @ b)
""",
    ),
    "smooth": (
        """
def smooth_values(x, t, dim):
    x = np.moveaxis(x, dim, 0)
    return t * np.logaddexp.reduce(x / t) - t * np.log(len(x))

def smooth_rule(g, a, out, t, dim):
    dim = dim % a.ndim
    shape = tuple(a.shape)
    g, out = spread(g, shape, (dim,)), spread(out, shape, (dim,))
    return g / shape[dim] * np.exp(a / t - out / t)
""",
        """
def smooth_values(x, t, dim):
    z = x / t
    top = z.max(dim)
    return t * (top + np.log(np.exp(z - np.expand_dims(top, dim)).sum(dim) / x.shape[dim]))

def smooth_rule(g, a, out, t, dim):
    column = [n if i != dim % a.ndim else 1 for i, n in enumerate(a.shape)]
    e = np.exp((a - out.reshape(column)) / t)
    return g.reshape(column) * (e / e.sum(axis=dim, keepdims=True))
""",
    ),
    "span_rule": (
        SPAN,
        """
def span_rule(g, a, dim):
    rows, back = np.moveaxis(a, dim, -1), np.zeros_like(a)
    to = np.moveaxis(back, dim, -1)
    for place in np.ndindex(rows.shape[:-1]):
        row = rows[place].tolist()
        for value, sign in ((max(row), 1), (min(row), -1)):
            for i, element in enumerate(row):
                if element == value:
                    to[place][i] += sign * g[place] / row.count(value)
    return back
""",
    ),
}
