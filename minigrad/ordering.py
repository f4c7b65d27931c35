"""Chapter 7, appendix: the catalogue of running reductions and of order.

Sums, products and extremes along the way; sorting, the largest few, the middle one. What picks elements sends the
cotangent back to where they came from; the gradients of running products and sums of exponentials are carried from
the last row to the first, without a division.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import cat, checked_dim
from .dtypes import bool_, float32, float64, int32, int64
from .elementwise import NUMPY, as_operand
from .graph import Op, ndarray, record
from .operations import where
from .reductions import (
    ValuesAndIndices,
    at_chosen,
    before,
    check_not_empty,
    floating,
    picked,
    shared,
    to_chosen,
    widened,
)
from .tensor import Tensor, wrap


def carried(g: Any, factors: Any) -> Any:
    """s with s[i] = g[i] + factors[i] * s[i + 1], the last one g[-1], in steps that double in length."""
    step = 1
    while step < len(g):
        g = np.concatenate([g[:-step] + factors * g[step:], g[-step:]])
        factors = factors[:-step] * factors[step:]
        step *= 2
    return g


def running_product(g: Any, a: Any, dim: int) -> Any:
    """The gradient of a running product: of what comes before an element, times what the rest makes of it."""
    g, a = np.swapaxes(g, 0, dim), np.swapaxes(a, 0, dim)
    return np.swapaxes(before(a) * carried(g, a[1:]), 0, dim)


def running_logsumexp(g: Any, a: Any, out: Any, dim: int) -> Any:
    """The gradient of a running logsumexp: an element's share of the sum so far, which shrinks as the sum grows."""
    g, a, out = [np.swapaxes(t, 0, dim) for t in (g, a, out)]
    return np.swapaxes(np.exp(a - out) * carried(g, np.exp(out[:-1] - out[1:])), 0, dim)


CUMSUM = Op("CumsumBackward0", lambda g, dim: np.flip(np.cumsum(np.flip(g, dim), axis=dim), dim), params=["dim"])
CUMPROD = Op("CumprodBackward0", running_product, params=["dim"])
LOGCUMSUMEXP = Op("LogcumsumexpBackward0", running_logsumexp, params=["dim"])
CUMMAX = Op("CummaxBackward0", to_chosen, params=["index", "shape", "dim"], frees=True)
CUMMIN = Op("CumminBackward0", to_chosen, params=["index", "shape", "dim"], frees=True)
SORT = Op("SortBackward0", to_chosen, params=["index", "shape", "dim"], frees=True)
TOPK = Op("TopkBackward0", to_chosen, params=["index", "shape", "dim"], frees=True)
KTHVALUE = Op("KthvalueBackward0", to_chosen, params=["index", "shape", "dim"], frees=True)
MEDIAN = Op("MedianBackward0", shared, params=["shape", "dims"])
MEDIAN_DIM = Op("MedianBackward1", to_chosen, params=["index", "shape", "dim"], frees=True)


def running(op: Op, forward: Callable, input: Tensor, dim: int) -> Tensor:
    """`forward`, one of numpy's running reductions, along `dim`; of a 0-d tensor a copy."""
    dim = checked_dim(input.array.ndim, dim)
    return record(op, forward(input.array, axis=dim), (input,), (dim,)) if input.array.ndim else input.clone()


def cumsum(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """The sum of each element along `dim` and all before it; integers and bools are summed in int64."""
    return running(CUMSUM, np.cumsum, widened(input, dtype), dim)


def cumprod(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """The product of each element along `dim` and all before it; integers and bools are multiplied in int64."""
    return running(CUMPROD, np.cumprod, widened(input, dtype), dim)


def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """log(sum(exp(x))) of each element along `dim` and all before it, safe for large x.

    NotImplementedError: the dtype is not floating.
    """
    return running(LOGCUMSUMEXP, np.logaddexp.accumulate, floating(input, None, "logcumsumexp_out_cpu"), dim)


def running_extreme(op: Op, forward: np.ufunc) -> Callable:
    """`cummax` or `cummin`: the extreme so far along `dim`, and where it was last. After a nan all are nan."""

    def function(input: Tensor, dim: int) -> ValuesAndIndices:
        x, dim = np.atleast_1d(input.array), checked_dim(input.array.ndim, dim)
        values = forward.accumulate(x, axis=dim)
        numbers = np.arange(x.shape[dim]).reshape([-1 if i == dim else 1 for i in range(x.ndim)])
        index = np.maximum.accumulate(np.where((x == values) | (x != x), numbers, 0), axis=dim)
        index = index.reshape(input.array.shape)
        out = record(op, values.reshape(index.shape), (input,), (index, index.shape, dim))
        return ValuesAndIndices(out, wrap(index.copy()))

    return function


cummax, cummin = running_extreme(CUMMAX, np.maximum), running_extreme(CUMMIN, np.minimum)


def diff(
    input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None
) -> Tensor:
    """Each element minus the one before it along `dim`, `n` times over; of bools whether they differ.

    prepend, append: what to put before and after `input` first. RuntimeError: no dimension, shapes that do not fit.
    """
    if not input.array.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    dim = checked_dim(input.array.ndim, dim)
    ends = [t for t in (prepend, append) if t is not None]
    for t in ends:
        check_joins(input.array.shape, t.array.shape, dim)
    if ends and n:
        input = cat([t for t in (prepend, input, append) if t is not None], dim)
    lead = [slice(None)] * dim
    for _ in range(n):
        after, earlier = input[(*lead, slice(1, None))], input[(*lead, slice(None, -1))]
        input = after != earlier if input.array.dtype is bool_ else after - earlier
    return input


def check_joins(shape: tuple, end: tuple, dim: int) -> None:
    """RuntimeError unless `end` differs from `shape` at most along `dim`."""
    if len(end) != len(shape):
        raise RuntimeError("diff expects prepend or append to be the same dimension as input")
    for d, (n, m) in enumerate(zip(shape, end, strict=True)):
        if d != dim and n != m:
            raise RuntimeError(
                "diff expects the shape of tensor to prepend or append to match that of input except along the "
                f"differencing dimension; input.size({d}) = {n}, but got tensor.size({d}) = {m}"
            )


# in order


def order(x: ndarray, dim: int, descending: bool = False) -> ndarray:
    """The places of the elements in order along `dim`. Equal ones keep their order; nan counts as the largest."""
    if not x.ndim:
        return np.zeros((), np.int64)
    if not descending:
        return np.argsort(x, axis=dim, kind="stable")
    return x.shape[dim] - 1 - np.flip(np.argsort(np.flip(x, dim), axis=dim, kind="stable"), dim)


def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> ValuesAndIndices:
    """The elements in order along `dim`, and where each came from (int64). Equal ones keep their order."""
    x, dim = input.array, checked_dim(input.array.ndim, dim)
    index = order(x, dim, descending)
    out = record(SORT, at_chosen(x, index, dim), (input,), (index, x.shape, dim))
    return ValuesAndIndices(out, wrap(index.copy()))


def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """The places (int64) of the elements in order along `dim`. Equal ones keep their order."""
    return wrap(order(input.array, checked_dim(input.array.ndim, dim), descending))


def msort(input: Tensor) -> Tensor:
    """The elements in order along the first dimension."""
    return sort(input, 0).values


def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> ValuesAndIndices:
    """The `k` largest (or smallest) elements along `dim`, in order, and their places. RuntimeError: too few."""
    x, dim = input.array, checked_dim(input.array.ndim, dim)
    if not 0 <= k <= (x.shape[dim] if x.ndim else 1):
        raise RuntimeError("selected index k out of range")
    index = order(x, dim, largest)
    index = index[(*[slice(None)] * dim, slice(k))] if x.ndim else index
    out = record(TOPK, at_chosen(x, index, dim), (input,), (index, x.shape, dim))
    return ValuesAndIndices(out, wrap(index.copy()))


def ranked(op: Op, input: Tensor, rank: int, dim: int, keepdim: bool, spoilt: bool) -> ValuesAndIndices:
    """The element number `rank` in order along `dim`, and its place; with `spoilt` the first nan if there is one."""
    x = input.array
    index = order(x, dim)
    if x.ndim:
        index = np.take(index, [rank], axis=dim)
        lost = np.isnan(x) & spoilt
        index = np.where(lost.any(axis=dim, keepdims=True), np.argmax(lost, axis=dim, keepdims=True), index)
    return picked(op, input, index, dim, keepdim)


def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> ValuesAndIndices:
    """The `k`-th smallest element along `dim`, counted from 1, and its place.

    IndexError, RuntimeError: there is no such element.
    """
    dim, x = checked_dim(input.array.ndim, dim), input.array
    check_not_empty(x, (dim,) if x.ndim else (), "kthvalue")
    if not 1 <= k <= (x.shape[dim] if x.ndim else 1):
        raise RuntimeError(f"kthvalue(): selected number k out of range for dimension {dim}")
    return ranked(KTHVALUE, input, k - 1, dim, keepdim, spoilt=False)


def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle element in order, the lower one of two: of all, or along `dim` with its place; nan if one is nan.

    Of all, equal elements share the gradient. IndexError: there are no elements along `dim`.
    """
    x = input.array
    if dim is None:
        middle = np.sort(x, axis=None)[(x.size - 1) // 2] if x.size else np.nan
        array = np.asarray(np.nan if np.isnan(x).any() else middle, x.dtype)
        return record(MEDIAN, array, (input,), (x.shape, None))
    dim = checked_dim(x.ndim, dim)
    check_not_empty(x, (dim,) if x.ndim else (), "median")
    return ranked(MEDIAN_DIM, input, ((x.shape or (1,))[dim] - 1) // 2, dim, keepdim, spoilt=True)


ROUNDINGS: dict[str, Callable] = {
    "linear": np.floor, "midpoint": np.floor, "lower": np.floor, "higher": np.ceil, "nearest": np.round,
}  # fmt: skip


def quantile(
    input: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """What a share `q` of the elements, of all or along `dim`, lie below; between two of them in proportion.

    q: a number in [0, 1] or a tensor () or (m,) of them; then m results come first. nan if an element is nan.
    interpolation: "linear", "midpoint", or "lower", "higher", "nearest" for an element itself.
    RuntimeError: a dtype that is not float32 or float64, no elements, a `q` or `interpolation` that is not allowed.
    """
    x = input.array
    shares = q if isinstance(q, Tensor) else wrap(np.asarray(q, x.dtype))
    check_quantile(x, shares.array, q, interpolation)
    dim = None if dim is None else checked_dim(x.ndim, dim)
    rows = input.reshape(-1) if dim is None or not x.ndim else input.movedim(dim, -1)
    rows = sort(rows).values
    place = shares.reshape(-1) * (rows.array.shape[-1] - 1)
    found = rows[..., ROUNDINGS[interpolation](place.array).astype(np.int64)]
    if interpolation in ("linear", "midpoint"):
        above = rows[..., np.ceil(place.array).astype(np.int64)]
        weight = 0.5 if interpolation == "midpoint" else place - wrap(np.floor(place.array))
        found = found + (above - found) * weight
    found = where(wrap(np.isnan(rows.array[..., -1:])), rows[..., -1:], found)
    shape = list(rows.array.shape[:-1])
    if keepdim:
        shape = [1] * x.ndim if dim is None else [*shape[:dim], *[1] * (x.ndim > 0), *shape[dim:]]
    return found.movedim(-1, 0).reshape((*shares.array.shape, *shape))


def check_quantile(x: ndarray, shares: ndarray, q: Any, interpolation: str) -> None:
    """RuntimeError: arguments that `quantile` does not take."""
    words = ""
    if x.size == 0:
        words = "input tensor must be non-empty"
    elif shares.ndim > 1:
        words = "q must be a scalar or 1D tensor"
    elif x.dtype not in (float32, float64):
        words = "input tensor must be either float or double dtype"
    elif shares.dtype is not x.dtype:
        words = "q tensor must be same dtype as the input tensor"
    elif interpolation not in ROUNDINGS:
        words = f"interpolation must be one of linear, lower, higher, midpoint or nearest, but got {interpolation}"
    elif ((shares < 0) | (shares > 1)).any():
        tensor = isinstance(q, Tensor)
        words = "q values must be in the range [0, 1]" if tensor else f"q must be in the range [0, 1] but got {q}"
    if words:
        raise RuntimeError(f"quantile() {words}")


def unique(
    input: Tensor, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False,
    dim: int | None = None,
) -> Any:  # fmt: skip
    """The different elements in order, or the different slices along `dim`; no gradient goes through.

    return_inverse: also the place in the result of each element (or slice). return_counts: also how often each is
    there. Both are int64; what is asked for comes as a tuple.
    """
    axis = None if dim is None else checked_dim(input.array.ndim, dim)
    values, inverse, counts = np.unique(input.array, False, True, True, axis, equal_nan=False)
    wanted = [(values, True), (inverse, return_inverse), (counts, return_counts)]
    found = tuple([wrap(np.asarray(array)) for array, asked in wanted if asked])
    return found if len(found) > 1 else found[0]


def searchsorted(
    sorted_sequence: Tensor, input: Any, *, out_int32: bool = False, right: bool = False, side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """For each element of `input` (or a number) how many of `sorted_sequence` are smaller: where to insert it.

    sorted_sequence: (n,), or (..., n) with rows for the rows of `input`. right, or side="right": how many are smaller
    or equal. sorter: where the elements of `sorted_sequence` are in order, if it is not. out_int32: not int64.
    RuntimeError: the shapes do not fit, another side.
    """
    rows, values = sorted_sequence.array, as_operand(input, sorted_sequence.array).array
    if side not in (None, "left", "right"):
        raise RuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
    if right and side == "left":
        raise RuntimeError(
            "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True"
        )
    check_rows(rows, values)
    rows = rows if sorter is None else np.take_along_axis(rows, sorter.array, axis=-1)
    counted = np.less_equal if right or side == "right" else np.less
    if rows.ndim == 1:
        found = np.searchsorted(rows, values, "right" if counted is np.less_equal else "left")
    else:
        found = counted(rows[..., None, :], values[..., None]).sum(axis=-1)
    return wrap(np.asarray(found, int32 if out_int32 else int64))


def check_rows(rows: ndarray, values: ndarray) -> None:
    """RuntimeError unless `rows` is one row for all `values`, or has one for each row of them."""
    start = "torch.searchsorted(): "
    if not rows.ndim:
        raise RuntimeError(f"{start}boundaries tensor should have positive dimension, but got 0 dimension")
    if rows.ndim > 1 and not values.ndim:
        raise RuntimeError(
            f"{start}input value can be a scalar only when boundaries tensor dimension is 1, but we got boundaries "
            f"tensor dim({rows.ndim}) and input value's dim(0) numel(1)"
        )
    if rows.ndim > 1 and rows.shape[:-1] != values.shape[:-1]:
        raise RuntimeError(
            f"{start}boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and "
            f"input value tensor must match, but we got boundaries tensor {list(rows.shape)} and input value tensor "
            f"{list(values.shape)}"
        )


def bucketize(input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """`searchsorted` with its arguments the other way round: the interval between `boundaries` (n,) of each element."""
    if boundaries.array.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries.array.ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The elements at the places `index` (int64, of as many dimensions) along `dim`; the result has its shape.

    RuntimeError: the index has another dtype or number of dimensions, is longer in a dimension but `dim`, or names
    a place that is not there.
    """
    x, at, dim = input.array, index.array, checked_dim(input.array.ndim, dim)
    if at.dtype not in (int32, int64):
        raise RuntimeError("gather(): Expected dtype int32/int64 for index")
    lengths, wanted = x.shape or (1,), at.shape or (1,)
    if len(lengths) != len(wanted):
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    for d, (n, m) in enumerate(zip(lengths, wanted, strict=True)):
        if d != dim and m > n and at.size:
            raise RuntimeError(
                f"Size does not match at dimension {d} expected index {list(at.shape)} to be no larger than self "
                f"{list(x.shape)} apart from dimension {dim}"
            )
    outside = (at < 0) | (at >= lengths[dim])
    if outside.any():
        raise RuntimeError(f"index {at[outside][0]} is out of bounds for dimension {dim} with size {lengths[dim]}")
    return at_chosen(input, at.copy(), dim)


Tensor.cumsum, Tensor.cumprod, Tensor.logcumsumexp, Tensor.diff = cumsum, cumprod, logcumsumexp, diff
Tensor.cummax, Tensor.cummin, Tensor.sort, Tensor.argsort, Tensor.msort = cummax, cummin, sort, argsort, msort
Tensor.topk, Tensor.kthvalue, Tensor.median, Tensor.quantile = topk, kthvalue, median, quantile
Tensor.unique, Tensor.gather = unique, gather
NUMPY |= {np.cumsum: lambda a, axis: cumsum(a, axis), np.cumprod: lambda a, axis: cumprod(a, axis)}
