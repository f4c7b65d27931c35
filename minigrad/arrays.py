"""Chapter 7, arrays: rules for whole arrays. For now the few operations that the first chapters need."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .dtypes import int64, promote
from .elementwise import NUMPY, as_operand, fit_to
from .graph import Op, VariadicOp, record
from .tensor import Tensor


def spread(g: Any, shape: tuple, axis: Any) -> Any:
    """The gradient of a sum: every element that went into it gets the sum's cotangent."""
    return np.broadcast_to(g.reshape(kept_shape(shape, axis)), shape)


def kept_shape(shape: tuple, axis: Any) -> tuple:
    """The shape of a reduction with keepdims: 1 where it was reduced."""
    axes = range(len(shape)) if axis is None else [a % len(shape) for a in axis]
    return tuple([1 if i in axes else n for i, n in enumerate(shape)])


SUM = Op("SumBackward0", spread, params=["shape", "axis"])
SUM_DIM = Op("SumBackward1", spread, params=["shape", "axis"])
MEAN = Op("MeanBackward0", lambda g, shape, axis, n: spread(g, shape, axis) / n, params=["shape", "axis", "n"])
MEAN_DIM = Op("MeanBackward1", lambda g, shape, axis, n: spread(g, shape, axis) / n, params=["shape", "axis", "n"])
RESHAPE = Op("ViewBackward0", lambda g, shape: g.reshape(shape), params=["shape"])
EXPAND = Op("ExpandBackward0", lambda g, shape, dtype: fit_to(g, shape, dtype), params=["shape", "dtype"])
TRANSPOSE = Op("TBackward0", lambda g: g.T)
DOT = Op("DotBackward0", lambda g, b: g * b, lambda g, a: g * a)
MV = Op("MvBackward0", lambda g, b: g.reshape((-1, 1)) * b, lambda g, a: a.T @ g)
MM = Op("MmBackward0", lambda g, b: g @ b.T, lambda g, a: a.T @ g)
CAT = VariadicOp("CatBackward0", lambda g, i, starts, dim: piece(g, starts[i], starts[i + 1], dim), ["starts", "dim"])
PIECE = Op("SliceBackward0", lambda g, starts, dim: patch(g, starts, dim), params=["starts", "dim"])


def piece(g: Any, start: int, end: int, dim: int) -> Any:
    """The part of `g` from `start` to `end` along `dim`."""
    if isinstance(g, Tensor):
        array = piece(g.array, start, end, dim)
        return record(PIECE, array, (g,), ((start, end, g.array.shape[dim]), dim))
    return g[(slice(None),) * dim + (slice(start, end),)]


def patch(g: Any, place: tuple, dim: int) -> Any:
    """`g` with zeros on both sides along `dim`: the gradient of `piece`."""
    start, end, length = place
    sizes = [(0, 0)] * g.ndim
    sizes[dim] = (start, length - end)
    if isinstance(g, Tensor):
        return record(PATCH, np.pad(g.array, sizes), (g,), (start, end, dim))
    return np.pad(g, sizes)


PATCH = Op("ConstantPadNdBackward0", piece, params=["start", "end", "dim"])


def axes_of(t: Tensor, dim: Any, axis: Any) -> tuple | None:
    """The dimensions to reduce as a tuple of ints, None for all. IndexError: out of range."""
    dim = axis if dim is None else dim
    if dim is None:
        return None
    dims = (dim,) if isinstance(dim, int) else tuple(dim)
    return tuple([checked_dim(t, d) for d in dims]) or None


def checked_dim(t: Tensor, dim: int) -> int:
    """`dim` counted from the front. IndexError: out of range."""
    n = max(t.array.ndim, 1)
    if not -n <= dim < n:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    return dim % n


def sum(self: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The sum of all elements, or over the dimensions `dim`; integers and bools are summed in int64."""
    axes, x = axes_of(self, dim, axis), self.array
    array = x.sum(axis=axes, keepdims=keepdim or keepdims, dtype=x.dtype if x.dtype.kind == "f" else int64)
    return record(SUM if axes is None else SUM_DIM, array, (self,), (x.shape, axes))


def mean(self: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None, keepdims: bool = False) -> Tensor:
    """The mean of all elements, or over the dimensions `dim`. NotImplementedError: the dtype is not floating."""
    axes, x = axes_of(self, dim, axis), self.array
    if x.dtype.kind != "f":
        kind = {"bool": "Bool", "int64": "Long", "int32": "Int"}.get(x.dtype.name, x.dtype.name)
        raise NotImplementedError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
            f"Got: {kind}"
        )
    array = np.asarray(x.mean(axis=axes, keepdims=keepdim or keepdims))
    return record(MEAN if axes is None else MEAN_DIM, array, (self,), (x.shape, axes, x.size // max(array.size, 1)))


def reshape(self: Tensor, *shape: Any) -> Tensor:
    """The same elements in another shape; one length may be -1. RuntimeError: the sizes differ."""
    wanted = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
    try:
        array = self.array.reshape(wanted)
    except ValueError:
        raise RuntimeError(f"shape '{list(wanted)}' is invalid for input of size {self.array.size}") from None
    return record(RESHAPE, array, (self,), (self.array.shape,))


def broadcast_to(self: Tensor, shape: Any) -> Tensor:
    """The tensor repeated, without copying, until it has `shape`."""
    return record(EXPAND, np.broadcast_to(self.array, shape), (self,), (self.array.shape, self.array.dtype))


def transpose_all(self: Tensor) -> Tensor:
    """The dimensions in reverse order: the transpose of a matrix."""
    return record(TRANSPOSE, self.array.T, (self,))


def matmul(self: Tensor, other: Any) -> Tensor:
    """The product of two vectors, a matrix and a vector, or two matrices.

    RuntimeError: the inner lengths differ, or an operand is 0-dimensional.
    """
    other = as_operand(other, self.array)
    if other is NotImplemented:
        return NotImplemented
    x, y = self.array, other.array
    if x.dtype is not y.dtype:
        raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {x.dtype} != {y.dtype}")
    op = {(1, 1): DOT, (2, 1): MV, (2, 2): MM}.get((x.ndim, y.ndim))
    if op is None:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {x.ndim}D and {y.ndim}D"
            if 0 in (x.ndim, y.ndim) else f"matmul of {x.ndim}D and {y.ndim}D tensors comes in chapter 7"
        )  # fmt: skip
    if x.shape[-1] != y.shape[0]:
        shapes = " and ".join("x".join(map(str, s)) for s in (x.shape, y.shape))
        raise RuntimeError(f"mm: mat1 and mat2 shapes cannot be multiplied ({shapes})")
    return record(op, np.asarray(x @ y), (self, other))


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """The tensors one after the other along `dim`. RuntimeError: their other dimensions differ."""
    tensors = tuple(tensors)
    dim = checked_dim(tensors[0], dim)
    first = tensors[0].array.shape
    for i, t in enumerate(tensors):
        for d, (want, got) in enumerate(zip(first, t.array.shape, strict=True)):
            if d != dim and want != got:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {dim}. Expected size {want} but got size {got} "
                    f"for tensor number {i} in the list."
                )
    dtype = promote(*[t.array for t in tensors])
    starts = np.cumsum([0, *[t.array.shape[dim] for t in tensors]]).tolist()
    array = np.concatenate([t.array for t in tensors], axis=dim, dtype=dtype)
    return record(CAT, array, tensors, (starts, dim))


Tensor.sum, Tensor.mean, Tensor.reshape, Tensor.view, Tensor.T = (
    sum,
    mean,
    reshape,
    reshape,
    property(transpose_all),
)
Tensor.matmul = Tensor.__matmul__ = matmul
Tensor.t = transpose_all
NUMPY |= {np.sum: sum, np.mean: mean, np.broadcast_to: broadcast_to, np.matmul: matmul, np.reshape: reshape}
