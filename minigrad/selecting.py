"""Chapter 8, appendix: the catalogue of selecting: the elements that index tensors and masks name, as copies.

The gradient of a copy goes back to its place; of what was copied twice it adds up. Beside them stand the operations
that make such indices and masks, and `one_hot`.
"""

import math
from typing import Any

import numpy as np

from .arrays import checked_dim
from .dtypes import TYPE_NAMES, bool_, int32, int64
from .elementwise import size_error
from .graph import Op, ndarray, record
from .reductions import at_chosen, to_chosen
from .tensor import Tensor, wrap
from .views import Region, put_back

INDEX_SELECT = Op("IndexSelectBackward0", put_back, params=["region", "shape"], frees=True)
MASKED_SELECT = Op("MaskedSelectBackward0", put_back, params=["region", "shape"], frees=True)
TAKE_FLAT = Op(
    "TakeBackward0",
    lambda g, index, shape: to_chosen(g.reshape((-1,)), index, (math.prod(shape),), 0).reshape(shape),
    params=["index", "shape"],
    frees=True,
)
EMBEDDING = Op(
    "EmbeddingBackward0",
    lambda g, kept, region, shape: put_back(g if kept is None else np.where(kept, g, 0.0), region, shape),
    params=["kept", "region", "shape"],
    frees=True,
)


# by index tensors


def as_index(index: Tensor, name: str, *dtypes: np.dtype, error: type[Exception] = RuntimeError) -> ndarray:
    """A copy of the numbers in an index tensor, which nobody can write any more. `error`: another dtype."""
    if not isinstance(index, Tensor):
        raise TypeError(f"{name}(): argument 'index' must be Tensor, not {type(index).__name__}")
    if index.array.dtype not in (dtypes or (int64,)):
        wanted = " or ".join(map(str, dtypes or (int64,)))
        raise error(f"{name}(): Expected dtype {wanted} for index, but got {TYPE_NAMES[index.array.dtype.name]}")
    return index.array.copy()


def as_vector(index: Tensor, name: str, *dtypes: np.dtype) -> ndarray:
    """The same for an index that is a vector, or one number. IndexError: it has more dimensions."""
    places = as_index(index, name, *dtypes)
    if places.ndim > 1:
        raise IndexError(f"{name}(): Index is supposed to be a vector, but got dim: {places.ndim}")
    return np.atleast_1d(places)


def check_bounds(index: ndarray, n: int, dim: int, error: type[Exception] = RuntimeError) -> None:
    """`error` unless all of `index` are places from 0 to n - 1."""
    outside = (index < 0) | (index >= n)
    if outside.any():
        raise error(f"index {index[outside][0]} is out of bounds for dimension {dim} with size {n}")


def length(x: ndarray, dim: int) -> int:
    """The length of `x` along `dim`; a 0-d array counts as a vector of one element."""
    return x.shape[dim] if x.ndim else 1


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices at the places `index` (int64 vector) along `dim`, copied. RuntimeError: there is no such place."""
    x, dim = input.array, checked_dim(input.array.ndim, dim)
    places = as_vector(index, "index_select", int32, int64)
    check_bounds(places, length(x, dim), dim)
    if not x.ndim and len(places) != 1:
        raise RuntimeError(f"index_select(): Index to scalar can have only 1 value, got {len(places)} value(s)")
    region = Region(None, (*[slice(None)] * dim, places) if x.ndim else (...,))
    return record(INDEX_SELECT, region.read(x) if x.ndim else x.copy(), (input,), (region, x.shape))


def flat_index(index: Tensor, n: int, name: str) -> ndarray:
    """An index into `n` elements in a row, counted from the front. IndexError: one of them is out of range."""
    places = as_index(index, name)
    if not n and places.size:
        raise IndexError(f"{name}(): tried to {name} from an empty tensor")
    outside = (places < -n) | (places >= n)
    if outside.any():
        raise IndexError(f"out of range: tried to access index {places[outside][0]} on a tensor of {n} elements.")
    return places % max(n, 1)


def take(input: Tensor, index: Tensor) -> Tensor:
    """The elements at the places `index` (int64, any shape) of `input` read as a vector; the result has its shape.

    RuntimeError: the index is not int64. IndexError: there is no such place.
    """
    places = flat_index(index, input.array.size, "take")
    return record(TAKE_FLAT, input.array.reshape(-1)[places], (input,), (places.reshape(-1), input.array.shape))


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """`gather` that broadcasts `input` and `indices` (int64) but for `dim`; with None, both are read as vectors.

    RuntimeError: another dtype, another number of dimensions, no such place. Negative places count from the end.
    """
    if dim is None:
        return take_along_dim(input.reshape(-1), indices.reshape(-1), 0)
    x, places = input.array, as_index(indices, "take_along_dim")
    if x.ndim != places.ndim:
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, but got "
            f"{x.ndim} dimensions for input, and {places.ndim} dimensions for indices"
        )
    if not x.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    dim = checked_dim(x.ndim, dim)
    places = np.where(places < 0, places + x.shape[dim], places)
    check_bounds(places, x.shape[dim], dim)
    one = (*[slice(None)] * dim, slice(1))
    shape = list(broadcast_shape(x[one], places[one]))
    whole = input.expand([*shape[:dim], x.shape[dim], *shape[dim + 1 :]])
    return at_chosen(whole, np.broadcast_to(places, [*shape[:dim], places.shape[dim], *shape[dim + 1 :]]), dim)


def broadcast_shape(a: ndarray, b: ndarray) -> tuple:
    """The shape that two arrays are broadcast to. RuntimeError: there is none."""
    try:
        return np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise size_error(a, b) from None


def embedding(input: Tensor, weight: Tensor, padding_idx: int | None = None) -> Tensor:
    """The rows of `weight` (n, d) at the places `input` (int64, any shape); a row taken k times adds up k gradients.

    Row `padding_idx` gets no gradient. RuntimeError: `weight` is no matrix. IndexError: there is no such row.
    """
    table = weight.array
    if table.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    if padding_idx is not None and not -len(table) <= padding_idx < len(table):
        raise AssertionError("Padding_idx must be within num_embeddings")
    rows = as_index(input, "embedding", int64, int32)
    if ((rows < 0) | (rows >= len(table))).any():
        raise IndexError("index out of range in self")
    kept = None if padding_idx is None else (rows != padding_idx % len(table))[..., None]
    return record(EMBEDDING, table[rows], (weight,), (kept, Region(None, (rows,)), table.shape))


# by masks, and looking for elements


def masked(input: Tensor, mask: Tensor, name: str) -> ndarray:
    """A copy of `mask`, broadcast with `input`. RuntimeError: they do not fit, or it is not a mask of bools."""
    if mask.array.dtype is not bool_:
        raise RuntimeError(
            f"{name} only supports boolean masks, but got mask with dtype {TYPE_NAMES[mask.array.dtype.name]}"
        )
    if mask.array.shape == input.array.shape:
        return mask.array.copy()
    return np.array(np.broadcast_to(mask.array, broadcast_shape(mask.array, input.array)))


def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where `mask` (bool, broadcast) holds, as a vector."""
    if mask.array.dtype is not bool_:
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    inside = masked(input, mask, "masked_select")
    whole = input if input.array.shape == inside.shape else input.expand(inside.shape)
    region = Region(None, (inside,))
    return record(MASKED_SELECT, region.read(whole.array), (whole,), (region, inside.shape))


def argwhere(input: Tensor) -> Tensor:
    """Where the elements are not 0: one row of indices (int64) for each, shape (how many, ndim)."""
    return wrap(np.ascontiguousarray(np.argwhere(input.array)))


def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """The same as `argwhere`, or with `as_tuple` one index vector for each dimension, such as `x[...]` takes."""
    return tuple(map(wrap, np.nonzero(np.atleast_1d(input.array)))) if as_tuple else argwhere(input)


def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """For each of `elements` whether it is among `test_elements` (with `invert`: whether not); one may be a number."""
    a, b = [t.array if isinstance(t, Tensor) else np.array(t) for t in (elements, test_elements)]
    return wrap(np.asarray(np.isin(a, b, assume_unique=assume_unique, invert=invert)))


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Classes (int64, any shape) as rows of zeros with a 1 at the class: one more dimension, `num_classes` long.

    num_classes: -1 means as many as the largest class asks for. RuntimeError: a class that does not fit.
    """
    classes = tensor.array
    if classes.dtype is not int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if num_classes == -1 and not classes.size:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    if (classes < 0).any():
        raise RuntimeError("Class values must be non-negative.")
    n = int(classes.max()) + 1 if num_classes == -1 else num_classes
    if (classes >= n).any():
        raise RuntimeError("Class values must be smaller than num_classes.")
    return wrap((classes[..., None] == np.arange(n)).astype(np.int64))


Tensor.index_select, Tensor.take, Tensor.take_along_dim = index_select, take, take_along_dim
Tensor.masked_select, Tensor.nonzero, Tensor.argwhere, Tensor.isin = masked_select, nonzero, argwhere, isin
