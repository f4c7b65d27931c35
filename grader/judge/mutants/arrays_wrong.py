"""Assignment 7, arrays: the texts of wrong solutions, and of the right ones that they were made of."""

from __future__ import annotations

# --- 1. a mean of what was seen -----------------------------------------------------------------------------------

SEEN = """
def seen_rule(g, seen, dim, keepdim):
    if not keepdim:
        g = np.expand_dims(g, dim)
    count = np.maximum(seen.sum(axis=dim, keepdims=True), 1).astype(g.dtype)
    return seen * (g / count)
"""
SEEN_COUNT = "np.maximum(seen.sum(axis=dim, keepdims=True), 1)"
SEEN_WRONG_AXIS = """
def seen_rule(g, seen, dim, keepdim):
    count = np.maximum(seen.sum(axis=dim, keepdims=True), 1)
    return (seen * g / count).astype(g.dtype)
"""
SEEN_HASTY = """
def seen_rule(g, seen, dim, keepdim):
    n = seen.shape[dim]
    return (seen * g / n).astype(g.dtype)
"""
# The chapter's rules of the sum and of the mean.
SEEN_PASTED = """
def own_spread(g, shape, dims):
    if dims is not None and g.ndim:
        g = g.reshape([1 if i in dims else n for i, n in enumerate(shape)])
    return np.broadcast_to(g, shape)

def seen_rule(g, seen, dim, keepdim):
    return own_spread(g / seen.shape[dim], seen.shape, (dim,))
"""
SEEN_BY_MINIGRAD = """
def seen_rule(g, seen, dim, keepdim):
    x = mg.tensor(np.where(seen, 1.0, np.nan).astype(g.dtype), requires_grad=True)
    with mg.enable_grad():
        return grad(mg.nanmean(x, dim, keepdim), x, grad_outputs=mg.tensor(g))[0].numpy()
"""
SEEN_BY_ARRAYS = """
from minigrad import arrays

def seen_rule(g, seen, dim, keepdim):
    count = np.maximum(seen.sum(axis=dim, keepdims=keepdim), 1).astype(g.dtype)
    return seen * arrays.spread(g / count, seen.shape, (dim % seen.ndim,))
"""

SEEN_TURNED = """
def seen_rule(g, seen, dim, keepdim):
    count = np.maximum(seen.sum(axis=dim, keepdims=keepdim), 1).astype(g.dtype)
    return seen * (g / count)
"""

# --- 2. a loss in one node ----------------------------------------------------------------------------------------

GAP = """
def gap_x(g, b, shape):
    return np.full(shape, -g / (shape[0] * shape[1])) @ b.T

def gap_w(g, a, shape):
    return a.T @ np.full(shape, -g / (shape[0] * shape[1]))

def gap_y(g, shape, y_shape):
    return np.full(y_shape, g / np.prod(y_shape)).astype(g.dtype)
"""
GAP_NO_COUNT = GAP.replace(" / (shape[0] * shape[1])", "").replace(" / np.prod(y_shape)", "")
# The chapter's rules of the product and of the mean, in their order; g is a single number, and no mean was undone.
GAP_PASTED = """
def gap_x(g, b, shape):
    return -g @ b.T

def gap_w(g, a, shape):
    return -a.T @ g

def gap_y(g, shape, y_shape):
    return np.broadcast_to(g / g.dtype.type(np.prod(shape)), y_shape)
"""
GAP_BY_MINIGRAD = """
def asked(g, x, w, y, which):
    x, w, y = (mg.tensor(np.array(t), requires_grad=True) for t in (x, w, y))
    with mg.enable_grad():
        return grad(mg.mean(y - x @ w), (x, w, y)[which], grad_outputs=mg.tensor(g))[0].numpy()

def gap_x(g, b, shape):
    return asked(g, np.zeros((shape[0], len(b)), g.dtype), b, np.zeros(shape, g.dtype), 0)

def gap_w(g, a, shape):
    return asked(g, a, np.zeros((a.shape[1], shape[1]), g.dtype), np.zeros(shape, g.dtype), 1)

def gap_y(g, shape, y_shape):
    y, rest = mg.tensor(np.zeros(y_shape), requires_grad=True), mg.zeros(*shape)
    with mg.enable_grad():
        return grad(mg.mean(y + rest), y, grad_outputs=mg.tensor(g))[0].numpy()
"""

GAP_Y = """
def gap_y(g, shape, y_shape):
    full = np.full(shape, g / (shape[0] * shape[1]))
    return full if tuple(shape) == tuple(y_shape) else full.sum(axis=0)
"""

# --- 3. all distances ---------------------------------------------------------------------------------------------

DISTANCES = """
def distances_a(g, a, b):
    return 2 * (g.sum(axis=1, keepdims=True) * a - g @ b)

def distances_b(g, a, b):
    return 2 * (g.sum(axis=0)[:, None] * b - g.T @ a)
"""
DISTANCES_TABLE = """
def distances_a(g, a, b):
    return 2 * (g[:, :, None] * (a[:, None] - b[None])).sum(axis=1)

def distances_b(g, a, b):
    return -2 * (g[:, :, None] * (a[:, None] - b[None])).sum(axis=0)
"""
DISTANCES_LOCAL = """
def distances_a(g, a, b):
    return 2 * (len(b) * a - b.sum(axis=0))

def distances_b(g, a, b):
    return 2 * (len(a) * b - a.sum(axis=0))
"""
# The chapter's rules of a @ b, for the product in the middle.
DISTANCES_PASTED = """
def distances_a(g, a, b):
    return -2 * (g @ b)

def distances_b(g, a, b):
    return -2 * (g.T @ a)
"""
DISTANCES_WEIGHTS = DISTANCES.replace("g.sum(axis=1, keepdims=True) * a", "g.sum(axis=0)[:, None] * a")
# The distances are |a|² + |b|² - 2 a @ b.T: sums and a product, the rules of which are missing.
DISTANCES_BY_MINIGRAD = """
def asked(g, a, b):
    a, b = mg.tensor(a, requires_grad=True), mg.tensor(b, requires_grad=True)
    with mg.enable_grad():
        table = (a * a).sum(dim=1, keepdim=True) + (b * b).sum(dim=1) - 2 * (a @ b.T)
        return grad(table, [a, b], grad_outputs=mg.tensor(g))

def distances_a(g, a, b):
    return asked(g, a, b)[0].numpy()

def distances_b(g, a, b):
    return asked(g, a, b)[1].numpy()
"""
# The differences squared need no rule of this chapter but their sum: each of them gets the cotangent, stretched.
DISTANCES_BY_BROADCASTING = """
def asked(g, a, b):
    a, b = mg.tensor(a, requires_grad=True), mg.tensor(b, requires_grad=True)
    with mg.enable_grad():
        squares = (a.unsqueeze(1) - b) ** 2
        return grad(squares, [a, b], grad_outputs=mg.tensor(g).unsqueeze(2).expand(squares.shape))

def distances_a(g, a, b):
    return asked(g, a, b)[0].numpy()

def distances_b(g, a, b):
    return asked(g, a, b)[1].numpy()
"""

DISTANCES_ACROSS = DISTANCES.replace("[:, None]", "")
DISTANCES_WRITTEN = DISTANCES.replace("    return 2 * (g.sum(axis=1", "    g *= 2\n    return (g.sum(axis=1")
DISTANCES_UNWEIGHED = """
def distances_a(g, a, b):
    return 2 * (len(b) * a - g @ b)

def distances_b(g, a, b):
    return 2 * (len(a) * b - g.T @ a)
"""

# --- 4. one table for the whole batch -----------------------------------------------------------------------------

SCORES = """
def scores_a(g, b, c):
    return g @ c @ b.T

def scores_b(g, a, c):
    each = np.swapaxes(a, -1, -2) @ g @ c
    return each.sum(axis=tuple(range(each.ndim - 2)))

def scores_c(g, a, b):
    return np.swapaxes(g, -1, -2) @ a @ b
"""
SCORES_SUM = "    return each.sum(axis=tuple(range(each.ndim - 2)))\n"
# The chapter's rules of a batch; what they give for `b` is summed by nobody.
SCORES_PASTED = """
def by_first(g, b):
    return g @ np.swapaxes(b, -1, -2)

def by_second(g, a):
    return np.swapaxes(a, -1, -2) @ g

def scores_a(g, b, c):
    return by_first(by_first(g, np.swapaxes(c, -1, -2)), b)

def scores_b(g, a, c):
    return by_second(by_first(g, np.swapaxes(c, -1, -2)), a)

def scores_c(g, a, b):
    return np.swapaxes(by_second(g, a @ b), -1, -2)
"""
SCORES_BY_MINIGRAD = """
def asked(g, a, b, c, which):
    t = [mg.tensor(x.astype(g.dtype), requires_grad=True) for x in (a, b, c)]
    with mg.enable_grad():
        return grad(t[0] @ t[1] @ t[2].mT, t[which], grad_outputs=mg.tensor(g))[0].numpy()

def scores_a(g, b, c):
    return asked(g, np.zeros((*g.shape[:-1], len(b))), b, c, 0)

def scores_b(g, a, c):
    return asked(g, a, np.zeros((a.shape[-1], c.shape[-1])), c, 1)

def scores_c(g, a, b):
    return asked(g, a, b, np.zeros((*g.shape[:-2], g.shape[-1], b.shape[1])), 2)
"""

SCORES_THREE_SUM = SCORES.replace(SCORES_SUM, "    return each.sum(axis=0) if each.ndim == 3 else each\n")
SCORES_THREE_AXES = """
def turned(t):
    return t.T if t.ndim == 2 else t.transpose(0, 2, 1)

def scores_a(g, b, c):
    return g @ c @ b.T

def scores_b(g, a, c):
    each = turned(a) @ g @ c
    return each.sum(axis=tuple(range(each.ndim - 2)))

def scores_c(g, a, b):
    return turned(g) @ a @ b
"""

# --- 5. between mean and maximum ----------------------------------------------------------------------------------

VALUES = """
def smooth_values(x, t, dim):
    largest = x.max(axis=dim, keepdims=True)
    return largest.squeeze(dim) + t * np.log(np.exp((x - largest) / t).mean(axis=dim))
"""
RULE = """
def smooth_rule(g, a, out, t, dim):
    kept = list(a.shape)
    kept[dim] = 1
    return g.reshape(kept) * np.exp((a - out.reshape(kept)) / t) / a.shape[dim]
"""
VALUES_NAIVE = "def smooth_values(x, t, dim):\n    return t * np.log(np.exp(x / t).mean(axis=dim))\n"
RULE_OVERFLOWS = """
def smooth_rule(g, a, out, t, dim):
    kept = list(a.shape)
    kept[dim] = 1
    e = np.exp(a / t)
    return g.reshape(kept) * e / e.sum(axis=dim, keepdims=True)
"""
RULE_OUT_DETACHED = RULE.replace("):\n", "):\n    out = mg.as_tensor(out).detach().numpy()\n", 1)
RULE_VALUES = """
def smooth_rule(g, a, out, t, dim):
    a, out = (np.asarray(v.detach() if isinstance(v, mg.Tensor) else v) for v in (a, out))
    kept = list(a.shape)
    kept[dim] = 1
    return g.reshape(kept) * (np.exp((a - out.reshape(kept)) / t) / a.shape[dim])
"""
# The chapter's logsumexp and its rule, with their spread.
SMOOTH_PASTED = """
def smooth_values(x, t, dim):
    largest = np.max(x, axis=dim, keepdims=True, initial=-np.inf)
    array = np.log(np.exp(x - largest).sum(axis=dim, keepdims=True)) + largest
    return array.squeeze(dim)

def smooth_rule(g, a, out, t, dim):
    dims = (dim % a.ndim,)
    return spread(g, a.shape, dims) * np.exp(a - spread(out, a.shape, dims))
"""
SMOOTH_BY_MINIGRAD = """
def smooth_values(x, t, dim):
    return (t * (mg.logsumexp(mg.tensor(x) / t, dim) - np.log(x.shape[dim]))).numpy()

def smooth_rule(g, a, out, t, dim):
    shares = mg.softmax(mg.as_tensor(a) / t, dim)
    return g.unsqueeze(dim) * shares if isinstance(a, mg.Tensor) else np.expand_dims(g, dim) * shares.numpy()
"""
SMOOTH_BY_RELATIVES = """
def smooth_values(x, t, dim):
    x = np.moveaxis(x / t, dim, 0)
    return t * (mg.logcumsumexp(mg.tensor(x), 0)[-1].numpy() - np.log(len(x)))

def smooth_rule(g, a, out, t, dim):
    shares = mg.log_softmax(mg.as_tensor(a) / t, dim).exp()
    return g.unsqueeze(dim) * shares if isinstance(a, mg.Tensor) else np.expand_dims(g, dim) * shares.numpy()
"""

VALUES_WHOLE_LARGEST = """
def smooth_values(x, t, dim):
    largest = x.max()
    return largest + t * np.log(np.exp((x - largest) / t).mean(axis=dim))
"""
VALUES_T_BEHIND = VALUES.replace("t * np.log", "np.log")
RULE_EXPANDED = """
def smooth_rule(g, a, out, t, dim):
    return np.expand_dims(g, dim) * np.exp((a - np.expand_dims(out, dim)) / t) / a.shape[dim]
"""
RULE_LAST = """
def smooth_rule(g, a, out, t, dim):
    return g[..., None] * np.exp((a - out[..., None]) / t) / a.shape[dim]
"""

# --- 6. from the smallest to the largest --------------------------------------------------------------------------

SPAN = """
def span_rule(g, a, dim):
    high, low = a == a.max(axis=dim, keepdims=True), a == a.min(axis=dim, keepdims=True)
    n, m = high.sum(axis=dim, keepdims=True), low.sum(axis=dim, keepdims=True)
    shares = high / n - low / m
    return (np.expand_dims(g, dim) * shares).astype(g.dtype)
"""
SPAN_FIRST = """
def span_rule(g, a, dim):
    found = np.zeros_like(a)
    g = np.expand_dims(g, dim)
    np.put_along_axis(found, a.argmax(axis=dim, keepdims=True), g, dim)
    low = np.zeros_like(a)
    np.put_along_axis(low, a.argmin(axis=dim, keepdims=True), g, dim)
    return found - low
"""
SPAN_WHERE = SPAN.replace("high / n - low / m", "np.where(high, high / n, -(low / m))")
SPAN_LAST = SPAN.replace("np.expand_dims(g, dim)", "g[..., None]")
# The chapter's rule of a largest element.
SPAN_PASTED = """
def span_rule(g, a, dim):
    chosen = (a == a.max(axis=dim, keepdims=True)) * np.ones_like(a)
    return np.expand_dims(g, dim) * (chosen / chosen.sum(axis=dim, keepdims=True))
"""
SPAN_BY_MINIGRAD = """
def span_rule(g, a, dim):
    x = mg.tensor(a, requires_grad=True)
    with mg.enable_grad():
        return grad(x.amax(dim) - x.amin(dim), x, grad_outputs=mg.tensor(g))[0].numpy()
"""
