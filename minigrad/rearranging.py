"""Chapter 8, appendix: the catalogue of operations that put elements in other places.

Views of a diagonal or a window; copies that repeat, flip, roll, pad or cut off a triangle.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .arrays import cat, checked_dim
from .dtypes import as_dtype, int64
from .elementwise import NUMPY
from .graph import Op, ndarray, record
from .shapes import atleast_2d, expand, ravel, reshape, sequence, sizes
from .tensor import Tensor, wrap
from .views import Region, in_place, put_back, view_of

DIAGONAL = Op("DiagonalBackward0", put_back, params=["region", "shape"])
UNFOLD = Op("UnfoldBackward0", put_back, params=["region", "shape"])
REPEAT = Op(
    "RepeatBackward0",
    lambda g, pairs, copies, shape: g.reshape(pairs).sum(axis=copies).reshape(shape),
    params=["pairs", "copies", "shape"],
)
FLIP = Op("FlipBackward0", lambda g, dims: np.flip(g, dims), params=["dims"])
ROLL = Op("RollBackward0", lambda g, back, dims: np.roll(g, back, dims), params=["back", "dims"])
ROT90 = Op("Rot90Backward0", lambda g, back, dims: np.rot90(g, back, dims), params=["back", "dims"])
TRIL = Op("TrilBackward0", lambda g, diagonal: np.tril(g, diagonal), params=["diagonal"])
TRIU = Op("TriuBackward0", lambda g, diagonal: np.triu(g, diagonal), params=["diagonal"])
DIAG_EMBED = Op("DiagEmbedBackward0", lambda g, place: np.diagonal(g, *place), params=["place"])
TRACE = Op("TraceBackward0", lambda g, shape: g * np.eye(*shape, dtype=g.dtype), params=["shape"])
PAD = Op("ConstantPadNdBackward0", lambda g, inside: g[inside], params=["inside"])


# views


def part_of(input: Tensor, op: Op, step: Callable, argument: tuple) -> Tensor:
    """The view that `step(array, argument)` is, recorded as `op`, whose rule is `put_back`."""
    region = Region((None, step, argument), None)
    return view_of(input, op, step(input.array, argument), step, argument, (region, input.array.shape))


def diagonal_of(array: ndarray, place: tuple) -> ndarray:
    """numpy's diagonal (offset, dim1, dim2), which may be written if `array` may."""
    part = np.diagonal(array, *place)
    part.flags.writeable = array.flags.writeable
    return part


def place_of(ndim: int, offset: int, dim1: int, dim2: int) -> tuple:
    """A diagonal as numpy names it, with dimensions from the front. RuntimeError: `dim1` is `dim2`."""
    dims = checked_dim(ndim, dim1), checked_dim(ndim, dim2)
    if dims[0] == dims[1]:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return offset, *dims


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of a diagonal of the matrices in the dimensions `dim1` and `dim2`, as the last dimension.

    offset: how far to the right of the main diagonal it lies. RuntimeError: `dim1` is `dim2`.
    """
    return part_of(input, DIAGONAL, diagonal_of, place_of(input.array.ndim, offset, dim1, dim2))


def windows(array: ndarray, argument: tuple) -> ndarray:
    """All windows (dim, size, step) of an array, read-only if an element can be in two of them."""
    dim, size, step = argument
    if not array.ndim:
        return array.reshape(1)[:size]
    part = np.lib.stride_tricks.sliding_window_view(array, size, dim, writeable=True)
    part = part[(*[slice(None)] * dim, slice(None, None, step))]
    part.flags.writeable = array.flags.writeable and step >= size
    return part


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A view of the windows of length `size` along `dimension`, `step` apart; the last dimension is inside a window.

    It is read-only if the windows overlap. RuntimeError: no window fits, or `size` or `step` is too small.
    """
    dim = checked_dim(input.array.ndim, dimension)
    n = input.array.shape[dim] if input.array.ndim else 1
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if size > n:
        raise RuntimeError(f"maximum size for tensor at dimension {dim} is {n} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    return part_of(input, UNFOLD, windows, (dim, size, step))


def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """The coordinates of a grid of points: each vector expanded over the dimensions of the others, read-only.

    indexing: "ij", the default, or "xy", which swaps the first two dimensions. RuntimeError: no vectors, or others.
    """
    if indexing is None:
        warnings.warn(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.", stacklevel=2
        )
    given = sequence(tensors)
    if not given:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    if indexing not in (None, "ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    for t in given:
        if t.array.ndim > 1:
            raise RuntimeError(f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {t!r}")
        if t.dtype is not given[0].dtype:
            raise RuntimeError("torch.meshgrid expects all tensors to have the same dtype")
    places = list(range(len(given)))
    if indexing == "xy":
        places[:2] = places[:2][::-1]
    shape = [given[p].array.size for p in places]
    return tuple(
        [expand(reshape(t, -1, *[1] * (len(given) - 1 - p)), shape) for t, p in zip(given, places, strict=True)]
    )


# copies of the same elements


def repeat(input: Tensor, *counts: Any, repeats: Any = None) -> Tensor:
    """The tensor again and again: so many times along each dimension, of which there may be more in front.

    RuntimeError: there are less numbers than dimensions, or one is negative.
    """
    x, counts = input.array, sizes(counts, repeats)
    if len(counts) < x.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    if min(counts, default=0) < 0:
        raise RuntimeError(f"Trying to create tensor with negative dimension: {list(counts)}")
    lengths = (*[1] * (len(counts) - x.ndim), *x.shape)
    pairs = [n for pair in zip(counts, lengths, strict=True) for n in pair]
    return record(REPEAT, np.tile(x, counts), (input,), (pairs, tuple(range(0, len(pairs), 2)), x.shape))


def tile(input: Tensor, *counts: Any, dims: Any = None) -> Tensor:
    """`repeat`, where the numbers may be less than the dimensions: those in front are not repeated."""
    counts = sizes(counts, dims)
    return repeat(input, (*[1] * (input.array.ndim - len(counts)), *counts))


def repeat_interleave(
    input: Tensor, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each slice along `dim` (without it, each element) `repeats` times in a row: an int, or one int per slice.

    With one argument alone, its numbers are the repeats, of their places. RuntimeError: they do not fit, or are < 0.
    """
    if repeats is None:
        return repeat_interleave(wrap(np.arange(input.array.size)), input, 0)
    if dim is None:
        input, dim = ravel(input), 0
    dim = checked_dim(input.array.ndim, dim)
    n, counts = input.size(dim), np.asarray(repeats.array if isinstance(repeats, Tensor) else repeats)
    if counts.size and counts.min() < 0:
        raise RuntimeError("repeats can not be negative")
    if counts.ndim and counts.shape not in ((1,), (n,)):
        raise RuntimeError(
            "repeats must have the same size as input along dim, but got "
            f"repeats.size(0) = {len(counts)} and input.size({dim}) = {n}"
        )
    return input.index_select(dim, wrap(np.repeat(np.arange(n), counts)))


# the same elements in another order


def flip(input: Tensor, *order: Any, dims: Any = None) -> Tensor:
    """A copy in which the elements along `dims` are in reverse order. RuntimeError: a dimension is named twice."""
    named = tuple([checked_dim(input.array.ndim, d) for d in sizes(order, dims)])
    for d in named:
        if named.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    named = named if input.array.ndim else ()
    return record(FLIP, np.flip(input.array, named).copy(), (input,), (named,))


def fliplr(input: Tensor) -> Tensor:
    """A copy with the columns in reverse order. RuntimeError: less than two dimensions."""
    if input.array.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(input, 1)


def flipud(input: Tensor) -> Tensor:
    """A copy with the rows in reverse order. RuntimeError: a 0-dimensional tensor."""
    if input.array.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip(input, 0)


def roll(input: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    """A copy with the elements moved on by `shifts` along `dims`; what leaves at the end comes in at the start.

    Without `dims`, along all elements in a row. RuntimeError: not as many shifts as dimensions.
    """
    by = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    along = (dims,) if isinstance(dims, int) else tuple(dims or ())
    if len(by) != len(along) and (along or len(by) != 1):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(by)}, dims:{len(along)}")
    axes = tuple([checked_dim(input.array.ndim, d) for d in along]) if input.array.ndim and along else None
    return record(ROLL, np.roll(input.array, by, axes), (input,), (tuple([-n for n in by]), axes))


def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """A copy turned by 90 degrees `k` times, from the first of the two dimensions towards the second.

    RuntimeError: not two different dimensions.
    """
    n = input.array.ndim
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if n < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {n}")
    turned = checked_dim(n, dims[0]), checked_dim(n, dims[1])
    if turned[0] == turned[1]:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    return record(ROT90, np.rot90(input.array, k, turned).copy(), (input,), (-k, turned))


# triangles and diagonals


def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """A copy of the matrices with zeros above a diagonal. RuntimeError: less than two dimensions."""
    return record(TRIL, np.tril(matrices(input, "tril"), diagonal), (input,), (diagonal,))


def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """A copy of the matrices with zeros below a diagonal. RuntimeError: less than two dimensions."""
    return record(TRIU, np.triu(matrices(input, "triu"), diagonal), (input,), (diagonal,))


def matrices(input: Tensor, name: str) -> ndarray:
    """The values. RuntimeError: they have less than two dimensions."""
    if input.array.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
    return input.array


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: Any = int64) -> Tensor:
    """The rows and columns (2, n) of the elements on and below a diagonal of a matrix (row, col)."""
    return wrap(np.array(np.tril_indices(row, offset, col), as_dtype(dtype)))


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Any = int64) -> Tensor:
    """The rows and columns (2, n) of the elements on and above a diagonal of a matrix (row, col)."""
    return wrap(np.array(np.triu_indices(row, offset, col), as_dtype(dtype)))


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Matrices of zeros in the dimensions `dim1`, `dim2`, with the last dimension of `input` on a diagonal."""
    x = input.array
    place = place_of(x.ndim + 1, offset, dim1, dim2)
    shape, n = list(x.shape[:-1]), x.shape[-1] + abs(offset)
    for d in sorted(place[1:]):
        shape.insert(d, n)
    array = np.zeros(shape, x.dtype)
    diagonal_of(array, place)[...] = x
    return record(DIAG_EMBED, array, (input,), (place,))


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """The matrix with a vector on its diagonal, or a copy of the diagonal of a matrix. RuntimeError: neither."""
    if input.array.ndim not in (1, 2):
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.array.ndim}D")
    return diag_embed(input, diagonal) if input.array.ndim == 1 else Tensor.diagonal(input, diagonal).clone()


def trace(input: Tensor) -> Tensor:
    """The sum of the diagonal of a matrix; integers are summed in int64. RuntimeError: not a matrix."""
    x = input.array
    if x.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {x.ndim}")
    return record(TRACE, np.trace(x, dtype=x.dtype if x.dtype.kind == "f" else int64), (input,), (x.shape,))


# padding


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """More elements at both ends of the last dimensions; negative numbers cut elements off.

    pad: (before, after) for the last dimension, then for the one before it, and so on. mode: "constant" puts
    `value` (0) there, "reflect" what lies as far on the other side of the end, "replicate" the element at the end,
    "circular" what comes from the other end. RuntimeError: `pad` does not fit. NotImplementedError: another mode.
    """
    shape, n = input.array.shape, len(pad) // 2
    if len(pad) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if n > len(shape):
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(pad)} and input of dimension {len(shape)}"
        )
    widths = [(0, 0)] * (len(shape) - n) + list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    for d, (length, ends) in enumerate(zip(shape, widths, strict=True)):
        if length + sum(ends) < 0:
            raise RuntimeError(
                f"The input size {length}, plus negative padding {ends[0]} and {ends[1]} resulted in a negative "
                f"output size, which is invalid. Check dimension {d} of your input."
            )
    if mode == "constant":
        return pad_constant(input, widths, value or 0)
    if mode not in ("reflect", "replicate", "circular"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if value:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    for d, ends in enumerate(widths):
        if any(ends):
            input = input.index_select(d, wrap(padded_places(shape, d, ends, mode)))
    return input


def pad_constant(input: Tensor, widths: list, value: float) -> Tensor:
    """`input` between constants: the gradient of the constants is dropped."""
    cut = tuple([slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(input.array.shape, widths, strict=True)])
    input = input[cut] if min(map(min, widths), default=0) < 0 else input
    wider = [(max(a, 0), max(b, 0)) for a, b in widths]
    array = np.pad(input.array, wider or 0, constant_values=value)
    inside = (*[slice(a, a + n) for n, (a, _) in zip(input.array.shape, wider, strict=True)], ...)
    return record(PAD, array, (input,), (inside,))


def padded_places(shape: tuple, dim: int, ends: tuple, mode: str) -> ndarray:
    """For each element of a padded dimension the place it comes from. RuntimeError: more than there is."""
    (a, b), places = ends, np.arange(shape[dim])
    wider, cut = (max(a, 0), max(b, 0)), (max(-a, 0), max(-b, 0))
    if mode == "circular":
        places = places[cut[0] : len(places) - cut[1]]
        if max(wider) > len(places):
            raise RuntimeError("Padding value causes wrapping around more than once.")
        return np.pad(places, wider, "wrap")
    if not places.size or (mode == "reflect" and max(wider) >= len(places)):
        raise RuntimeError(
            f"Padding size should be less than the corresponding input dimension, but got: padding ({a}, {b}) at "
            f"dimension {dim} of input {list(shape)}"
        )
    places = np.pad(places, wider, "reflect" if mode == "reflect" else "edge")
    return places[cut[0] : len(places) - cut[1]]


def block_diag(*tensors: Any) -> Tensor:
    """One matrix with these on its diagonal, zeros elsewhere. RuntimeError: one has more than two dimensions."""
    blocks = [atleast_2d(t) for t in sequence(tensors)]
    for i, n in enumerate([t.array.ndim for t in blocks]):
        if n > 2:
            raise RuntimeError(
                f"torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {i} has {n} dimensions"
            )
    ends = np.cumsum([0, *[t.array.shape[1] for t in blocks]]).tolist()
    return cat([pad(t, (a, ends[-1] - a - t.array.shape[1])) for a, t in zip(ends[:-1], blocks, strict=True)])


Tensor.diagonal, Tensor.unfold = diagonal, unfold
Tensor.repeat, Tensor.tile, Tensor.repeat_interleave = repeat, tile, repeat_interleave
Tensor.flip, Tensor.fliplr, Tensor.flipud, Tensor.roll, Tensor.rot90 = flip, fliplr, flipud, roll, rot90
Tensor.tril, Tensor.triu, Tensor.diag, Tensor.diag_embed, Tensor.trace = tril, triu, diag, diag_embed, trace
Tensor.tril_, Tensor.triu_ = in_place(tril), in_place(triu)
NUMPY |= {
    np.diagonal: diagonal, np.flip: flip, np.roll: roll, np.rot90: rot90, np.tril: tril, np.triu: triu,
}  # fmt: skip
