"""Chapter 7, arrays: rules for whole arrays.

A sum sends its cotangent to every element that went into it, a mean the same divided by their number, a product of
matrices multiplies by the transpose of the other factor. Here are these three, and joining tensors; the other
reductions are rows in `reductions`.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .dtypes import TYPE_NAMES, float16, float32, int64, promote
from .elementwise import NUMPY, as_operand, fit_of, size_error
from .graph import Op, VariadicOp, record
from .tensor import Tensor


def checked_dim(ndim: int, dim: int) -> int:
    """`dim` counted from the front. IndexError: out of range."""
    n = max(ndim, 1)
    if not -n <= dim < n:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    return dim % n


def dims_of(t: Tensor, dim: Any, axis: Any = None) -> tuple | None:
    """The dimensions to reduce as a tuple of ints from the front, None for all. `axis` is numpy's name for `dim`.

    IndexError: out of range. RuntimeError: one is named twice.
    """
    dim = axis if dim is None else dim
    if dim is None:
        return None
    dims = tuple([checked_dim(t.array.ndim, d) for d in ((dim,) if isinstance(dim, int) else dim)])
    if len(dims) > 1 and len(set(dims)) < len(dims):
        twice = next(d for d in dims if dims.count(d) > 1)
        raise RuntimeError(f"dim {twice} appears multiple times in the list of dims")
    return dims if dims and t.array.ndim else None


def spread(g: Any, shape: tuple, dims: tuple | None) -> Any:
    """The gradient of a sum: every element that went into it gets the sum's cotangent."""
    if dims is not None and g.ndim:
        g = g.reshape([1 if i in dims else n for i, n in enumerate(shape)])
    return g.expand(shape) if isinstance(g, Tensor) else stretched(g, shape)


def stretched(array: Any, shape: tuple) -> np.ndarray:
    """What `np.broadcast_to` gives, in a tenth of its time: `array` read again and again, with strides of 0."""
    array = np.ascontiguousarray(array) if array.ndim else np.asarray(array)
    lead = (0,) * (len(shape) - array.ndim)
    strides = (*lead, *[array.strides[i] if n > 1 else 0 for i, n in enumerate(array.shape)])
    view = np.ndarray(shape, array.dtype, array, 0, strides)
    view.setflags(write=False)
    return view


def spread_mean(g: Any, shape: tuple, dims: tuple | None, count: int) -> Any:
    """The gradient of a mean: the same, divided by how many elements shared in it."""
    return spread(g / count, shape, dims)


add_up: Callable = np.add.reduce  # what `ndarray.sum` calls
SUM = Op("SumBackward0", spread, params=["shape", "dims"])
SUM_DIM = Op("SumBackward1", spread, params=["shape", "dims"])
MEAN = Op("MeanBackward0", spread_mean, params=["shape", "dims", "count"])
MEAN_DIM = Op("MeanBackward1", spread_mean, params=["shape", "dims", "count"])


def sum(
    input: Tensor,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
    axis: Any = None,
    keepdims: bool = False,
) -> Tensor:
    """The sum of all elements, or over the dimensions `dim`; integers and bools are summed in int64."""
    dims, x = dims_of(input, dim, axis), input.array
    if dtype is not None:
        input, x = input.to(dtype), x.astype(dtype)
    kind = int64 if dtype is None and x.dtype.kind != "f" else x.dtype
    array = add_up(x, axis=dims, keepdims=keepdim or keepdims, dtype=kind)
    return record(SUM if dims is None else SUM_DIM, array, (input,), (x.shape, dims))


def mean(
    input: Tensor,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
    axis: Any = None,
    keepdims: bool = False,
) -> Tensor:
    """The mean of all elements, or over the dimensions `dim`. NotImplementedError: the dtype is not floating."""
    input = input if dtype is None else input.to(dtype)
    dims, x = dims_of(input, dim, axis), input.array
    if x.dtype.kind != "f":
        raise NotImplementedError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
            f"Got: {TYPE_NAMES[x.dtype.name]}"
        )
    wide = float32 if x.dtype is float16 else x.dtype
    total = add_up(x, axis=dims, keepdims=keepdim or keepdims, dtype=wide)
    count = x.size // total.size if total.size else int(np.prod([x.shape[d] for d in dims or ()], dtype=int))
    array = np.divide(total, wide.type(count), out=...)
    array = array if wide is x.dtype else array.astype(x.dtype)
    return record(MEAN if dims is None else MEAN_DIM, array, (input,), (x.shape, dims, count))


# matmul: y = a @ b has dL/da = g @ b.T and dL/db = a.T @ g, matrix by matrix in a batch
DOT = Op("DotBackward0", lambda g, b: g * b, lambda g, a: g * a)
MV = Op("MvBackward0", lambda g, b: g[:, None] * b, lambda g, a: a.T @ g)
MM = Op("MmBackward0", lambda g, b: g @ b.T, lambda g, a: a.T @ g)
BMM = Op("BmmBackward0", lambda g, b: g @ np.swapaxes(b, -1, -2), lambda g, a: np.swapaxes(a, -1, -2) @ g)
ADDMM = Op(
    "AddmmBackward0",
    lambda g, beta: g if beta == 1 else g * beta,
    lambda g, c, alpha: scaled(g @ c.T, alpha),
    lambda g, b, alpha: scaled(b.T @ g, alpha),
    params=["beta", "alpha"],
)


def scaled(g: Any, factor: float) -> Any:
    """g * factor, without the product where the factor is 1."""
    return g if factor == 1 else g * factor


def same_dtype(x: np.ndarray, y: np.ndarray) -> None:
    """RuntimeError unless both factors of a matrix product have the same dtype."""
    if x.dtype is not y.dtype:
        raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {x.dtype} != {y.dtype}")


def matmul(input: Tensor, other: Any) -> Tensor:
    """The matrix product; vectors count as one row (left) or one column (right), further dimensions as batches.

    RuntimeError: the inner lengths or the batches differ, or an operand is 0-dimensional.
    """
    other = as_operand(other, input.array)
    if other is NotImplemented:
        return NotImplemented
    x, y = input.array, other.array
    same_dtype(x, y)
    if 0 in (x.ndim, y.ndim):
        raise RuntimeError(f"both arguments to matmul need to be at least 1D, but they are {x.ndim}D and {y.ndim}D")
    if x.shape[-1] != y.shape[-2 if y.ndim > 1 else 0]:
        raise RuntimeError(inner_error(x, y))
    if x.ndim <= 2 and y.ndim <= 2 and (x.ndim == 2 or y.ndim == 1):
        op = MM if y.ndim == 2 else MV if x.ndim == 2 else DOT
        return record(op, x @ y, (input, other))
    if x.ndim == 1:
        return matmul(input.unsqueeze(0), other).squeeze(-2)
    if y.ndim == 1:
        return matmul(input, other.unsqueeze(-1)).squeeze(-1)
    try:
        array = x @ y
    except ValueError:
        raise size_error(x.sum((-2, -1)), y.sum((-2, -1))) from None
    fit = tuple([
        None if t.shape[:-2] == array.shape[:-2] else (t.shape, t.dtype) for t in (x, y)
    ])  # fmt: skip
    return record(BMM, array, (input, other), fit=fit if any(fit) else None)


def inner_error(x: np.ndarray, y: np.ndarray) -> str:
    """torch's words for a matrix product whose inner lengths differ."""
    if x.ndim == y.ndim == 1:
        sizes = f"tensor [{len(x)}] and src [{len(y)}]"
        counts = f"{len(x)} and {len(y)} elements respectively"
        return f"inconsistent tensor size, expected {sizes} to have the same number of elements, but got {counts}"
    n, rows, columns = math.prod(x.shape[:-1]), "x".join(map(str, y.shape[-2:])), x.shape[-1]
    if y.ndim == 1:
        return f"size mismatch, got input ({n}), mat ({n}x{columns}), vec ({len(y)})"
    if y.ndim > 2:
        count = max(math.prod(x.shape[:-2]), math.prod(y.shape[:-2]))
        sizes = f"[{count}, {columns}] but got: [{count}, {y.shape[-2]}]"
        return f"Expected size for first two dimensions of batch2 tensor to be: {sizes}."
    return f"mm: mat1 and mat2 shapes cannot be multiplied ({n}x{columns} and {rows})"


def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """beta * input + alpha * (mat1 @ mat2) as one node; `input` is broadcast to the product's shape (n, m).

    RuntimeError: shapes or dtypes differ. With beta = 0 it does not matter what `input` is.
    """
    b, x, y = input.array, mat1.array, mat2.array
    if not (b.dtype is x.dtype is y.dtype):
        same_dtype(x, y)
        raise RuntimeError(f"self and mat2 must have the same dtype, but got {b.dtype} and {y.dtype}")
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[0]:
        for ndim, name in ((x.ndim, "mat1"), (y.ndim, "mat2")):
            if ndim != 2:
                raise RuntimeError(f"{name} must be a matrix, got {ndim}-D tensor")
        raise RuntimeError(inner_error(x, y).replace("mm:", "addmm:"))
    array = scaled(x @ y, alpha)
    try:
        array += scaled(b, beta) if beta else 0
    except ValueError:
        input.expand(*array.shape)  # says what does not fit
        raise
    fit = fit_of((b,), array)
    return record(ADDMM, array, (input, mat1, mat2), (beta, alpha), None if fit is None else (*fit, None, None))


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input @ weight.T + bias, the layer of a network: input (..., n), weight (m, n), bias (m,), result (..., m)."""
    if bias is None:
        return matmul(input, weight.T)
    if input.array.ndim == 2:
        return addmm(bias, input, weight.T)
    rows = input.reshape(-1, input.array.shape[-1])
    return addmm(bias, rows, weight.T).unsafe_view(*input.array.shape[:-1], weight.array.shape[0])


# joining: each input gets the part of the cotangent that stands in its place
CAT = VariadicOp(
    "CatBackward0", lambda g, i, starts, dim: along(g, slice(starts[i], starts[i + 1]), dim), ["starts", "dim"]
)
STACK = VariadicOp("StackBackward0", lambda g, i, dim: along(g, i, dim), ["dim"])


def along(g: Any, part: Any, dim: int) -> Any:
    """g[:, ..., part] with `part` at dimension `dim`."""
    return g[(*[slice(None)] * dim, part)]


def cat(tensors: Sequence[Tensor], dim: int = 0, *, axis: int | None = None) -> Tensor:
    """The tensors one after the other along `dim`; empty vectors are left out.

    RuntimeError: their other dimensions differ. ValueError: there are none.
    """
    tensors = tuple(tensors)
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    for number, t in enumerate(tensors):
        if t.array.ndim == 0:
            raise RuntimeError(f"zero-dimensional tensor (at position {number}) cannot be concatenated")
    first = ([t.array.shape for t in tensors if t.array.shape != (0,)] or [(0,)])[0]
    dim = checked_dim(len(first), dim if axis is None else axis)
    if len(first) > 1:
        none = (*first[:dim], 0, *first[dim + 1 :])
        tensors = tuple([t if t.array.shape != (0,) else t.reshape(none) for t in tensors])
    for number, t in enumerate(tensors):
        check_joins(first, t.array.shape, dim, number)
    starts = np.cumsum([0, *[t.array.shape[dim] for t in tensors]]).tolist()
    array = np.concatenate([t.array for t in tensors], axis=dim, dtype=promote(*[t.array for t in tensors]))
    return record(CAT, array, tensors, (starts, dim), fit=casts_of(tensors, array))


def casts_of(tensors: Sequence[Tensor], out: np.ndarray) -> tuple | None:
    """The `fit` of tensors that were joined in another dtype than their own."""
    fit = tuple([None if t.array.dtype is out.dtype else (t.array.shape, t.array.dtype) for t in tensors])
    return fit if any(fit) else None


def check_joins(first: tuple, shape: tuple, dim: int, number: int) -> None:
    """RuntimeError unless `shape` fits behind `first` along `dim`."""
    if len(shape) != len(first):
        raise RuntimeError(f"Tensors must have same number of dimensions: got {len(first)} and {len(shape)}")
    for d, (want, got) in enumerate(zip(first, shape, strict=True)):
        if d != dim and want != got:
            raise RuntimeError(
                f"Sizes of tensors must match except in dimension {dim}. Expected size {want} but got size {got} "
                f"for tensor number {number} in the list."
            )


def stack(tensors: Sequence[Tensor], dim: int = 0, *, axis: int | None = None) -> Tensor:
    """The tensors along a new dimension `dim`. RuntimeError: their shapes differ, or there are none."""
    tensors = tuple(tensors)
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    first = list(tensors[0].array.shape)
    for i, t in enumerate(tensors):
        if list(t.array.shape) != first:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {first} at entry 0 and "
                f"{list(t.array.shape)} at entry {i}"
            )
    dim = checked_dim(len(first) + 1, dim if axis is None else axis)
    array = np.stack([t.array for t in tensors], axis=dim, dtype=promote(*[t.array for t in tensors]))
    return record(STACK, array, tensors, (dim,), fit=casts_of(tensors, array))


Tensor.sum, Tensor.mean = sum, mean
Tensor.matmul = Tensor.__matmul__ = matmul
Tensor.addmm = lambda self, mat1, mat2, *, beta=1, alpha=1: addmm(self, mat1, mat2, beta=beta, alpha=alpha)
Tensor.__rmatmul__ = lambda self, other: matmul(as_operand(other, self.array), self)
NUMPY |= {np.sum: sum, (np.add, "reduce"): sum, np.mean: mean, np.matmul: matmul}
NUMPY |= {np.concatenate: lambda parts, axis=0: cat(parts, axis), np.stack: lambda parts, axis=0: stack(parts, axis)}
