"""Chapter 8, appendix: the catalogue of writing to places named by an index, out of place.

What was at a place that is overwritten gets no gradient; what was written gets the place's. A place that is named
twice keeps one value where it is overwritten, and both where values are added.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import checked_dim
from .creation import ones, zeros
from .dtypes import TYPE_NAMES, float32, float64, int32, int64
from .elementwise import as_operand, fit_of
from .graph import Op, ndarray, record
from .indexing import plain_index
from .reductions import places
from .selecting import as_index, as_vector, check_bounds, flat_index, length, masked
from .tensor import Tensor, wrap
from .views import Region, in_place, put_back


def part(g: Any, place: tuple) -> Any:
    """g[place] of an array or a Tensor; a 0-d one counts as a vector of one element."""
    return (g if g.ndim else g.reshape((1,)))[place]


def marked(place: tuple, shape: tuple) -> ndarray:
    """A mask of `shape` that holds at a place."""
    mask = np.zeros(shape, bool)
    np.atleast_1d(mask)[place] = True
    return mask


# writing over a place, and adding to it: the rules for what was there before, and for what is written
OVER: tuple = (lambda g, place: np.where(marked(place, g.shape), 0.0, g), lambda g, place: part(g, place))
ADDED: tuple = (lambda g: g, lambda g, place, alpha: part(g, place) * alpha)
SCATTER = Op("ScatterBackward0", *OVER, params=["place"], frees=True)
SCATTER_VALUE = Op("ScatterBackward1", OVER[0], params=["place"], frees=True)
INDEX_COPY = Op("IndexCopyBackward0", *OVER, params=["place"], frees=True)
MASKED_SCATTER = Op("MaskedScatterBackward0", *OVER, params=["place"], frees=True)
SELECT_SCATTER = Op("SelectScatterBackward0", *OVER, params=["place"])
SLICE_SCATTER = Op("SliceScatterBackward0", *OVER, params=["place"])
DIAGONAL_SCATTER = Op("DiagonalScatterBackward0", *OVER, params=["place"], frees=True)
SCATTER_ADD = Op("ScatterAddBackward0", *ADDED, params=["place", "alpha"], frees=True)
INDEX_ADD = Op("IndexAddBackward0", *ADDED, params=["place", "alpha"], frees=True)
SCATTER_REDUCE = Op(  # largest or smallest: shared evenly by all that equal it, `count` of them
    "ScatterReduceBackward0",
    lambda g, a, out, count: g / count * (a == out),
    lambda g, b, out, place, count: part(g / count, place) * (b == part(out, place)),
    params=["place", "count"],
    frees=True,
)

# one value for all places of a mask
FILLED: tuple = (lambda g, mask: np.where(mask, 0.0, g), lambda g, mask: np.where(mask, g, 0.0).sum())
MASKED_FILL = Op("MaskedFillBackward0", *FILLED, params=["mask"], frees=True)
MASKED_FILL_TENSOR = Op("MaskedFillBackward1", *FILLED, params=["mask"], frees=True)
INDEX_FILL = Op("IndexFillBackward0", *FILLED, params=["mask"], frees=True)
INDEX_FILL_TENSOR = Op("IndexFillBackward1", *FILLED, params=["mask"], frees=True)


def overwritten(op: Op, input: Tensor, place: tuple, src: Tensor) -> Tensor:
    """A copy of `input` with the values of `src` at a place, broadcast and cast."""
    array = input.array.copy()
    np.atleast_1d(array)[place] = src.array
    return record(op, array, (input, src), (place,), (None, (src.array.shape, src.array.dtype)))


def added(op: Op, input: Tensor, place: tuple, src: Tensor, alpha: float = 1) -> Tensor:
    """A copy of `input` with alpha * src added at a place."""
    array = input.array.copy()
    np.add.at(np.atleast_1d(array), place, src.array if alpha == 1 else src.array * array.dtype.type(alpha))
    return record(op, array, (input, src), (place, alpha), (None, (src.array.shape, src.array.dtype)))


def check_dtypes(name: str, x: ndarray, source: ndarray) -> None:
    """RuntimeError unless both have the same dtype."""
    if x.dtype is not source.dtype:
        raise RuntimeError(
            f"{name}(): self and source expected to have the same dtype, but got (self) {TYPE_NAMES[x.dtype.name]} "
            f"and (source) {TYPE_NAMES[source.dtype.name]}"
        )


# slices along a dimension, named by a vector


def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    """`input` with alpha * source[i] added to the slice at index[i] along `dim`; repeated indices add up.

    index: int64, shape (k,); source: as `input`, but k long along `dim`. RuntimeError: another dtype, shape, place.
    """
    x, values, dim = input.array, source.array, checked_dim(input.array.ndim, dim)
    rows = as_vector(index, "index_add_", int32, int64)
    if x.dtype is not values.dtype:
        names = TYPE_NAMES[x.dtype.name], TYPE_NAMES[values.dtype.name]
        raise RuntimeError(f"index_add_(): self ({names[0]}) and source ({names[1]}) must have the same scalar type")
    if dim >= max(values.ndim, 1):
        raise RuntimeError(
            f"index_add_(): Indexing dim {dim} is out of bounds of the source tensor with dim {values.ndim}"
        )
    if length(values, dim) != len(rows):
        raise RuntimeError(
            f"index_add_(): Number of indices ({len(rows)}) should be equal to source.size(dim): "
            f"({length(values, dim)}), for dim: {dim}"
        )
    if slices(x, dim) != slices(values, dim):
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. "
            f"Got self.shape = {list(x.shape)} source.shape = {list(values.shape)}"
        )
    check_bounds(rows, length(x, dim), dim)
    return added(INDEX_ADD, input, (*[slice(None)] * dim, rows), source, alpha)


def slices(x: ndarray, dim: int) -> tuple:
    """The shape of the slices of `x` along `dim`, and where that dimension is."""
    return (*x.shape[:dim], -1, *x.shape[dim + 1 :]) if x.ndim else ()


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """`input` with source[i] in the place of the slice at index[i] along `dim`.

    index: int64, shape (k,); source: as `input`, but k long along `dim`, or 0-d. RuntimeError: another dtype or shape.
    IndexError: there is no such place, or not one for each slice.
    """
    x, values, dim = input.array, source.array, checked_dim(input.array.ndim, dim)
    rows = as_vector(index, "index_copy_")
    check_dtypes("index_copy_", x, values)
    if x.ndim != values.ndim and x.ndim and values.ndim:
        raise IndexError(
            "index_copy_(): When source and destination are not scalars, their dimensionality must match. Source "
            f"dimensionality ({values.ndim}), destination dimensionality ({x.ndim})"
        )
    if length(values, dim) != len(rows):
        raise IndexError(
            f"index_copy_(): Number of indices ({len(rows)}) should be equal to source.size(dim) "
            f"({length(values, dim)})"
        )
    if x.ndim == values.ndim and slices(x, dim) != slices(values, dim):
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. Got self.shape = "
            f"{list(x.shape)} source.shape = {list(values.shape)}"
        )
    check_bounds(rows, length(x, dim), dim, IndexError)
    return overwritten(INDEX_COPY, input, (*[slice(None)] * dim, rows), source)


def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """`input` with `value`, a number or a 0-d tensor, in all of the slices at `index` (int64 vector) along `dim`.

    IndexError: there is no such place, or the index has another dtype.
    """
    x, dim = input.array, checked_dim(input.array.ndim, dim)
    rows, n = np.atleast_1d(as_index(index, "index_fill_", error=IndexError)), length(x, dim)
    if rows.ndim > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    check_bounds(np.where(rows < 0, rows + n, rows), n, dim, IndexError)
    mask = marked((*[slice(None)] * dim, rows), x.shape)
    return filled((INDEX_FILL, INDEX_FILL_TENSOR), input, mask, value, "index_fill_")


# elements one by one along a dimension: out[index[i, j], j] = src[i, j] for dim 0


def checked_places(x: ndarray, dim: int, index: Tensor, src: ndarray | None = None) -> tuple:
    """The places `index` along `dim` of `x`, for all dimensions. RuntimeError: they do not suit `x`, or `src`."""
    along, n = as_index(index, "scatter", int32, int64), max(x.ndim, 1)
    shape = np.atleast_1d(along).shape
    if len(shape) != n:
        raise RuntimeError("Index tensor must have the same number of dimensions as self tensor")
    large = [d for d in range(n) if d != dim and shape[d] > x.shape[d]]
    words = f"Expected index {list(along.shape)} to be no larger than self {list(x.shape)} apart from dimension {dim}"
    if src is not None:
        if x.dtype is not src.dtype:
            raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
        if max(src.ndim, 1) != n:
            raise RuntimeError("Index tensor must have the same number of dimensions as src tensor")
        large += [d for d in range(n) if shape[d] > length(src, d)]
        words += f" and to be no larger size than src {list(src.shape)}"
    if large:
        raise RuntimeError(words)
    check_bounds(along, length(x, dim), dim)
    return places(along, dim)


def cut(src: Tensor, index: Tensor) -> Tensor:
    """The part of `src` that an index of its number of dimensions is for: as long as the index in each."""
    shape = np.atleast_1d(index.array).shape
    return src if src.array.shape in ((), shape) else src[tuple(map(slice, shape))]


def scatter(
    input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
    """`input` with src[i, j] at [index[i, j], j] (for dim 0; likewise for others), or with one number there.

    index: int64, no larger than `src`. reduce: "add" or "multiply" with what is there.
    RuntimeError: another dtype or shape, no such place.
    """
    x, dim = input.array, checked_dim(input.array.ndim, dim)
    if src is None and value is None:
        raise TypeError("scatter() received an invalid combination of arguments: it needs src or value")
    if not isinstance(src, Tensor):
        number = as_operand(value if src is None else src, x).array.astype(x.dtype)
        if reduce is None:
            array, place = x.copy(), checked_places(x, dim, index)
            np.atleast_1d(array)[place] = number
            return record(SCATTER_VALUE, array, (input,), (place,))
        src = wrap(np.full(index.array.shape, number))
    if reduce is not None:
        if reduce not in ("add", "multiply"):
            raise RuntimeError("reduce argument must be either add or multiply.")
        return scatter_reduce(input, dim, index, src, "sum" if reduce == "add" else "prod")
    return overwritten(SCATTER, input, checked_places(x, dim, index, src.array), cut(src, index))


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """`input` with src[i, j] added at [index[i, j], j] (for dim 0); places named twice get both.

    index: int64, no larger than `src`. RuntimeError: another dtype or shape, no such place.
    """
    dim = checked_dim(input.array.ndim, dim)
    return added(SCATTER_ADD, input, checked_places(input.array, dim, index, src.array), cut(src, index))


def scatter_reduce(
    input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """`input` with the "sum", "prod", "mean", "amax" or "amin" of what is at a place and all that `index` sends there.

    include_self: without it, what was there does not count where something is sent.
    Shapes and errors: as for `scatter`.
    """
    if reduce not in NEUTRAL:
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    dim = checked_dim(input.array.ndim, dim)
    place, src = checked_places(input.array, dim, index, src.array), cut(src, index)
    if not include_self:
        input = scatter(input, dim, index, NEUTRAL[reduce](input.array.dtype))
    x = input.array
    if reduce == "prod":
        return input * product_at(place, src, x.shape)
    if reduce in ("sum", "mean"):
        total = added(SCATTER_ADD, input, place, src)
        if reduce == "sum":
            return total
        count = np.full(x.shape, int(include_self), x.dtype)
        np.add.at(np.atleast_1d(count), place, 1)
        count = np.maximum(count, 1)
        return total / wrap(count) if x.dtype.kind == "f" else wrap(total.array // count)
    array, extreme = x.copy(), np.maximum if reduce == "amax" else np.minimum
    extreme.at(np.atleast_1d(array), place, src.array)
    count = (x == array).astype(x.dtype)
    np.add.at(np.atleast_1d(count), place, src.array == part(array, place))
    return record(SCATTER_REDUCE, array, (input, src), (place, count), (None, (src.array.shape, src.array.dtype)))


def limit(end: int) -> Callable[[np.dtype], Any]:
    """The smallest (end -1) or largest (end 1) number of a dtype, infinite for floats."""
    return lambda dtype: end * np.inf if dtype.kind == "f" else (None, np.iinfo(dtype).max, np.iinfo(dtype).min)[end]


# what changes nothing in a reduction
NEUTRAL: dict[str, Callable[[np.dtype], Any]] = {
    "sum": lambda dtype: 0, "mean": lambda dtype: 0, "prod": lambda dtype: 1, "amax": limit(-1), "amin": limit(1),
}  # fmt: skip


def product_at(place: tuple, src: Tensor, shape: tuple) -> Tensor:
    """Ones of `shape`, multiplied at each place by all elements of `src` that are sent there."""
    grid = [np.broadcast_to(i, np.atleast_1d(src.array).shape).reshape(-1) for i in place]
    flat = np.ravel_multi_index(grid, shape or (1,))
    found, row, count = np.unique(flat, return_inverse=True, return_counts=True)
    turn, order = np.empty_like(flat), np.argsort(row, kind="stable")
    turn[order] = np.arange(len(flat)) - np.repeat(np.cumsum(count) - count, count)
    rows = ones(len(found), int(count.max(initial=0)), dtype=src.array.dtype)
    rows[row, turn] = src.reshape(-1)
    factors = ones(int(np.prod(shape)), dtype=src.array.dtype)
    factors[found] = rows.prod(1).to(src.array.dtype)
    return factors.reshape(shape)


# by a mask


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """`value`, a number or a 0-d tensor, where `mask` (bool, broadcast) holds; `input` elsewhere.

    RuntimeError: the mask is not of bools, or does not fit.
    """
    inside = masked(input, mask, "masked_fill_")
    return filled((MASKED_FILL, MASKED_FILL_TENSOR), input, inside, value, "masked_fill_")


def filled(ops: tuple[Op, Op], input: Tensor, mask: ndarray, value: Any, name: str) -> Tensor:
    """`value` where `mask` holds, in the dtype of `input`; `ops` for a number and for a tensor."""
    operand = as_operand(value, input.array)
    if operand.array.ndim:
        raise RuntimeError(
            f"{name} only supports a 0-dimensional value tensor, but got tensor with {operand.array.ndim} dimension(s)."
        )
    array = np.where(mask, operand.array.astype(input.array.dtype), input.array)
    fit = fit_of((input.array, operand.array), array)
    return record(ops[isinstance(value, Tensor)], array, (input, operand), (mask,), fit)


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """The elements of `source`, in order, where `mask` (bool, broadcast with `input`) holds; `input` elsewhere.

    RuntimeError: too few of them, another dtype, or a mask that is not of bools or does not fit.
    """
    inside = masked(input, mask, "masked_scatter_")
    check_dtypes("masked_scatter", input.array, source.array)
    n = int(np.count_nonzero(inside))
    if source.array.size < n:
        raise RuntimeError("Number of elements of source < number of ones in mask")
    whole = input if input.array.shape == inside.shape else input.expand(inside.shape)
    return overwritten(MASKED_SCATTER, whole, (np.atleast_1d(inside),), source.reshape(-1)[:n])


# anywhere


def index_put(input: Tensor, indices: tuple | list, values: Tensor, accumulate: bool = False) -> Tensor:
    """A copy of `input` with x[indices] = values, or with x[indices] += values where places named twice get both.

    indices: index tensors or masks, one for each dimension from the first. Errors: those of `x[indices] = values`.
    """
    if isinstance(indices, Tensor) or not all(isinstance(t, Tensor) for t in (*indices, values)):
        raise TypeError("index_put(): indices must be a tuple of Tensors, and values a Tensor")
    out, place = input.clone(), tuple(indices)
    out[place] = values
    if not accumulate:
        return out
    region = Region(None, plain_index(place))
    return input + put_back(values.expand(region.read(input.array).shape), region, input.array.shape)


def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """`index_put` into `input` read as a vector, at the places `index` (int64), as many as `source` has elements.

    IndexError: there is no such place, or not one for each element. RuntimeError: another dtype.
    """
    flat = flat_index(index, input.array.size, "put_").reshape(-1)
    check_dtypes("put_", input.array, source.array)
    if flat.size != source.array.size:
        raise IndexError(
            "put_(): Expected source and index to have the same number of elements, but got source.numel() = "
            f"{source.array.size}, index.numel() = {flat.size}"
        )
    out = index_put(input.reshape(-1), (wrap(flat),), source.reshape(-1), accumulate)
    return out.reshape(input.array.shape)


# where a view would be


def embedded(op: Op, input: Tensor, src: Tensor, place: tuple) -> Tensor:
    """A copy of `input` with `src` for the part at a place. RuntimeError: that has another shape."""
    shape = input.array[place].shape
    if src.array.shape != shape:
        raise RuntimeError(
            "expected src to have a size equal to the slice of self. "
            f"src size = {list(src.array.shape)}, slice size = {list(shape)}"
        )
    return overwritten(op, input, place, src)


def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """A copy of `input` with `src` for its slice number `index` along `dim`. IndexError: there is none."""
    if not input.array.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    shape, dim = input.array.shape, checked_dim(input.array.ndim, dim)
    if not -shape[dim] <= index < shape[dim]:
        raise IndexError(f"select(): index {index} out of range for tensor of size {list(shape)} at dimension {dim}")
    return embedded(SELECT_SCATTER, input, src, (*[slice(None)] * dim, index))


def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """A copy of `input` with `src` for its part start:end:step along `dim`. RuntimeError: step is not positive."""
    if step < 1:
        raise RuntimeError("slice step must be positive")
    dim = checked_dim(input.array.ndim, dim)
    return embedded(SLICE_SCATTER, input, src, (*[slice(None)] * dim, slice(start, end, step)))


def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A copy of `input` with `src` for its diagonal along two dimensions, of the shape that `diagonal` gives."""
    numbers = np.arange(input.array.size).reshape(input.array.shape)
    place = np.unravel_index(np.diagonal(numbers, offset, dim1, dim2), input.array.shape)
    return embedded(DIAGONAL_SCATTER, input, src, place)


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, ..., max is in a vector of integers, or the sum of its weights; `minlength` or longer.

    RuntimeError: a negative number, another dimension, weights of another length. The weights get gradients.
    """
    x = input.array
    if x.dtype.kind not in "iu":
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{TYPE_NAMES[x.dtype.name]}'")
    if x.ndim != 1 or (x < 0).any():
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    if weights is None:
        return wrap(np.bincount(x, minlength=minlength))
    if weights.array.shape != x.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    kind = float32 if weights.array.dtype is float32 else float64
    n = max(minlength, int(x.max(initial=-1)) + 1)
    return zeros(n, dtype=kind).index_add(0, input.long(), weights.to(kind))


Tensor.index_add, Tensor.index_copy, Tensor.index_fill = index_add, index_copy, index_fill
Tensor.scatter, Tensor.scatter_add, Tensor.scatter_reduce = scatter, scatter_add, scatter_reduce
Tensor.masked_fill, Tensor.masked_scatter, Tensor.index_put, Tensor.put = masked_fill, masked_scatter, index_put, put
Tensor.select_scatter, Tensor.slice_scatter = select_scatter, slice_scatter
Tensor.diagonal_scatter, Tensor.bincount = diagonal_scatter, bincount
Tensor.index_add_, Tensor.index_copy_ = in_place(index_add), in_place(index_copy)
Tensor.index_fill_, Tensor.index_put_ = in_place(index_fill), in_place(index_put)
Tensor.scatter_, Tensor.scatter_add_ = in_place(scatter), in_place(scatter_add)
Tensor.scatter_reduce_, Tensor.put_ = in_place(scatter_reduce), in_place(put)
Tensor.masked_fill_, Tensor.masked_scatter_ = in_place(masked_fill), in_place(masked_scatter)
