"""Assignment 7, arrays: wrong solutions as students hand them in, and right ones in another hand."""

from __future__ import annotations

from grader.judge.mutants import Mutant

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

TESTS = {"seen_rule": "test_seen", "span_rule": "test_span"}  # the others have the name of their cell


def one(cell: str, source: str, lost: float, *diagnosed: str, also: tuple = ()) -> Mutant:
    """A mutant with another source for one cell, and the points that this cell's test must take away."""
    return Mutant({cell: source}, {TESTS.get(cell, f"test_{cell}"): lost}, diagnosed, also)


MUTANTS = {
    "seen_count_all": one(
        "seen_rule", SEEN.replace(SEEN_COUNT, "np.array(seen.shape[dim])"), 2.75, "counted what was not seen"
    ),
    "gap_forgets_the_count": one("gap", GAP_NO_COUNT, 3.75, "not divided by the count", also=("accumulated twice",)),
    "scores_each_matrix": one(
        "scores", SCORES.replace(SCORES_SUM, "    return each\n"), 1.75, "not summed over a broadcast axis"
    ),
    "seen_wrong_axis": one("seen_rule", SEEN_WRONG_AXIS, 2.5, "laid along the wrong axis", "shapes do not fit"),
    "seen_divides_by_nothing": one(
        "seen_rule", SEEN.replace(SEEN_COUNT, "seen.sum(axis=dim, keepdims=True)"), 1.5, "divided by nothing"
    ),
    "seen_in_float64": one("seen_rule", SEEN.replace(".astype(g.dtype)", ""), 0.75, "another dtype"),
    "seen_as_the_colleague": one(
        "seen_rule", SEEN_HASTY, 2.75, "shapes do not fit", "the hasty rule", "counted what was not seen"
    ),
    "seen_pasted_from_the_chapter": one("seen_rule", SEEN_PASTED, 2.75, "the plain mean's rule"),
    "seen_in_place": one(
        "seen_rule",
        SEEN.replace("return seen * (g / count)", "g /= count\n    return seen * g"),
        0.25,
        "rule wrote into g",
    ),
    "seen_gives_to_all": one(
        "seen_rule", SEEN.replace("seen * (g / count)", "np.ones_like(seen) * (g / count)"), 2.75, "unseen got a share"
    ),
    "seen_calls_the_reference": one("seen_rule", SEEN_BY_MINIGRAD, 3, "calls what is asked"),
    "seen_calls_spread": one("seen_rule", SEEN_BY_ARRAYS, 3, "calls what is asked"),
    "seen_quotients_turned": one("seen_rule", SEEN_TURNED, 2.5, "shapes do not fit", "laid along the wrong axis"),
    "seen_one_dimension_more": one(
        "seen_rule", SEEN.replace("    if not keepdim:\n        g", "    g"), 1.25, "kept dimension added again"
    ),
    "seen_counts_the_whole_table": one(
        "seen_rule", SEEN.replace("seen.sum(axis=dim, keepdims=True)", "seen.sum()"), 2.5, "counted in the whole table"
    ),
    "seen_last_dimension_only": one(
        "seen_rule", SEEN.replace("np.expand_dims(g, dim)", "g[..., None]"), 1.25, "shapes do not fit"
    ),
    "seen_second_dimension_only": one(
        "seen_rule", SEEN.replace("np.expand_dims(g, dim)", "g[:, None]"), 1.25, "shapes do not fit"
    ),
    "gap_y_whole_or_columns": one("gap", GAP[: GAP.index("def gap_y")] + GAP_Y, 1.25, "rows added only"),
    "gap_divides_by_rows": one(
        "gap", GAP.replace("(shape[0] * shape[1])", "shape[0]"), 3.25, "divided by the rows alone"
    ),
    "gap_sign": one("gap", GAP.replace("-g", "g"), 3.25, "sign"),
    "gap_y_counts_one_use": one(
        "gap", GAP.replace("g / np.prod(y_shape)", "g / np.prod(shape)"), 1.75, "uses not counted"
    ),
    "gap_cotangent_is_one": one(
        "gap", GAP.replace("-g", "-g / g").replace("g / np", "g / g / np"), 2.75, "cotangent ignored"
    ),
    "gap_not_transposed": one("gap", GAP.replace("a.T", "a"), 3.5, "shapes do not fit", "matrix factor not transposed"),
    "gap_float64": one(
        "gap", GAP.replace("g / (", "float(g) / (").replace(".astype(g.dtype)", ""), 0.75, "another dtype"
    ),
    "gap_pasted_from_the_chapter": one("gap", GAP_PASTED, 4, "shapes do not fit", "uses not counted"),
    "gap_calls_the_reference": one("gap", GAP_BY_MINIGRAD, 4, "calls what is asked"),
    "distances_table": one("distances", DISTANCES_TABLE, 1.5, "table of differences built"),
    "distances_half": one(
        "distances", DISTANCES.replace(" - g @ b", "").replace(" - g.T @ a", ""), 3.75, "half of a square"
    ),
    "distances_without_two": one("distances", DISTANCES.replace("2 * ", ""), 4, "two of the square missing"),
    "distances_sign": one(
        "distances",
        DISTANCES.replace("2 * (g.sum(axis=0)", "-2 * (g.sum(axis=0)"),
        3.75,
        "sign",
        "one rule with a wrong sign",
    ),
    "distances_cotangent": one("distances", DISTANCES_LOCAL, 3.75, "cotangent ignored"),
    "distances_calls_the_reference": one("distances", DISTANCES_BY_MINIGRAD, 4, "calls what is asked"),
    "distances_by_broadcasting": one("distances", DISTANCES_BY_BROADCASTING, 1.5, "table of differences built"),
    "distances_pasted_from_the_chapter": one("distances", DISTANCES_PASTED, 4, "only the product's part"),
    "distances_weights_turned": one(
        "distances", DISTANCES_WEIGHTS, 3.75, "weights of the other axis", "shapes do not fit"
    ),
    "distances_across": one("distances", DISTANCES_ACROSS, 3.75, "shapes do not fit", "sums laid across"),
    "distances_written": one("distances", DISTANCES_WRITTEN, 1, "rule wrote into g"),
    "distances_unweighed": one("distances", DISTANCES_UNWEIGHED, 3.75, "own element not weighed"),
    "scores_of_three_dimensions": one("scores", SCORES_THREE_SUM, 1.25, "not summed over a broadcast axis"),
    "scores_three_axes": one("scores", SCORES_THREE_AXES, 2, "one batch dimension only"),
    "scores_transposed_everything": one(
        "scores",
        SCORES.replace("np.swapaxes(a, -1, -2)", "a.T").replace("np.swapaxes(g, -1, -2)", "g.T"),
        2.5,
        "shapes do not fit",
        "all dimensions turned",
    ),
    "scores_averaged": one("scores", SCORES.replace("each.sum(", "each.mean("), 1.75, "averaged over a broadcast axis"),
    "scores_first_axis_only": one(
        "scores",
        SCORES.replace(SCORES_SUM, "    return each.sum(axis=0) if each.ndim > 2 else each\n"),
        1.25,
        "one batch dimension only",
        also=("not summed over every broadcast axis",),
    ),
    "scores_table_not_transposed": one("scores", SCORES.replace("g @ c @ b.T", "g @ c @ b"), 2.25, "shapes do not fit"),
    "scores_c_as_if_not_transposed": one(
        "scores",
        SCORES.replace("np.swapaxes(g, -1, -2) @ a @ b", "b.T @ np.swapaxes(a, -1, -2) @ g"),
        2.25,
        "transposed",
        "gradient of another shape",
    ),
    "scores_pasted_from_the_chapter": one("scores", SCORES_PASTED, 1.75, "not summed over a broadcast axis"),
    "scores_calls_the_reference": one("scores", SCORES_BY_MINIGRAD, 3, "calls what is asked"),
    "smooth_overflows": one("smooth", VALUES_NAIVE + RULE, 0.75, "overflow"),
    "smooth_rule_overflows": one("smooth", VALUES + RULE_OVERFLOWS, 0.75, "overflow", also=("not finite",)),
    "smooth_pasted_from_the_chapter": one("smooth", SMOOTH_PASTED, 4, "t left out", "not divided by the count"),
    "smooth_of_the_sum": one(
        "smooth",
        VALUES.replace(".mean(", ".sum(") + RULE.replace(" / a.shape[dim]", ""),
        2.25,
        "mean forgotten",
        "not divided by the count",
    ),
    "smooth_rule_forgets_the_mean": one(
        "smooth",
        VALUES + RULE.replace(" / a.shape[dim]", ""),
        2.75,
        "not divided by the count",
        "mean missing from the rule",
    ),
    "smooth_cotangent": one("smooth", VALUES + RULE.replace("g.reshape(kept) * ", ""), 2.5, "cotangent ignored"),
    "smooth_out_detached": one("smooth", VALUES + RULE_OUT_DETACHED, 1, "second order lost"),
    "smooth_rule_on_values": one("smooth", VALUES + RULE_VALUES, 1, "history lost"),
    "smooth_over_t": one("smooth", VALUES + RULE.replace("/ a.shape", "/ t / a.shape"), 2.5, "t divided out again"),
    "smooth_largest_of_all": one("smooth", VALUES_WHOLE_LARGEST + RULE, 0.75, "largest of the whole table"),
    "smooth_t_not_in_front": one("smooth", VALUES_T_BEHIND + RULE, 3.75, "t not in front"),
    "smooth_expands_tensors": one("smooth", VALUES + RULE_EXPANDED, 1, "numpy asked about a Tensor"),
    "smooth_last_dimension_only": one("smooth", VALUES + RULE_LAST, 1.25, "shapes do not fit"),
    "smooth_calls_the_reference": one("smooth", SMOOTH_BY_MINIGRAD, 4, "calls what is asked"),
    "smooth_calls_relatives": one("smooth", SMOOTH_BY_RELATIVES, 4, "calls what is asked"),
    "span_first_gets_all": one("span_rule", SPAN_FIRST, 1.75, "ties do not share"),
    "span_all_get_all": one(
        "span_rule", SPAN.replace("high / n - low / m", "1.0 * high - low"), 1.75, "ties do not share"
    ),
    "span_largest_only": one("span_rule", SPAN.replace(" - low / m", ""), 2, "smallest forgotten"),
    "span_pasted_from_the_chapter": one("span_rule", SPAN_PASTED, 2, "smallest forgotten"),
    "span_counts_everywhere": one(
        "span_rule",
        SPAN.replace("high.sum(axis=dim, keepdims=True), low.sum(axis=dim, keepdims=True)", "high.sum(), low.sum()"),
        2,
        "ties counted everywhere",
    ),
    "span_cotangent": one(
        "span_rule", SPAN.replace("np.expand_dims(g, dim) * shares", "shares"), 2, "cotangent ignored"
    ),
    "span_only_the_largest_share": one("span_rule", SPAN.replace("low / m", "low"), 1.75, "only the largest share"),
    "span_one_count": one("span_rule", SPAN.replace("low / m", "low / n"), 1.75, "one count for both ends"),
    "span_largest_or_smallest": one("span_rule", SPAN_WHERE, 1.75, "largest or smallest"),
    "span_plus": one(
        "span_rule", SPAN.replace("high / n - low", "high / n + low"), 2, "smallest added", also=("sign lost",)
    ),
    "span_last_dimension_only": one("span_rule", SPAN_LAST, 1.25, "shapes do not fit"),
    "span_in_float64": one("span_rule", SPAN.replace(".astype(g.dtype)", ""), 0.25, "another dtype"),
    "span_calls_the_reference": one("span_rule", SPAN_BY_MINIGRAD, 2, "calls what is asked"),
}
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
HALF = ("gap", "scores", "span_rule")
