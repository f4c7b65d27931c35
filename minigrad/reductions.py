"""Chapter 7, appendix: the catalogue of reductions, softmax and what is built from it.

Conventions are torch's: `amax`, `amin` and `max` of everything share a tie evenly; `max` along a dimension sends
all to the element that it chose. Softmax and its like are computed after subtracting the largest element.
"""

import builtins
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import checked_dim, dims_of, spread
from .elementwise import NUMPY
from .graph import Op, record
from .tensor import Tensor, wrap

ValuesAndIndices = namedtuple("ValuesAndIndices", "values indices")


def shared(g: Any, a: Any, out: Any, shape: tuple, dims: tuple | None) -> Any:
    """The gradient of a largest or smallest element: shared evenly by all that equal it."""
    chosen = (a == spread(out, shape, dims)) | (a != a)
    chosen = chosen * np.ones_like(a)
    return spread(g, shape, dims) * (chosen / spread(chosen.sum(axis=dims), shape, dims))


def spread_variance(g: Any, a: Any, shape: tuple, dims: tuple | None, divisor: float) -> Any:
    """The gradient of a variance: twice the distance from the mean, over the divisor."""
    return spread(g, shape, dims) * (a - a.mean(axis=dims, keepdims=True)) * (2 / divisor if divisor else np.nan)


def to_chosen(g: Any, index: np.ndarray, shape: tuple, dim: int) -> Any:
    """Zeros of `shape` with `g` at the places `index` along `dim`: the gradient of taking elements there."""
    if isinstance(g, Tensor):
        return record(TO_CHOSEN, to_chosen(g.array, index, shape, dim), (g,), (index, dim))
    out = np.zeros(shape, g.dtype)
    np.add.at(np.atleast_1d(out), places(index, dim), g)
    return out


def at_chosen(g: Any, index: np.ndarray, dim: int) -> Any:
    """The elements of `g` at the places `index` along `dim`."""
    if isinstance(g, Tensor):
        return record(AT_CHOSEN, at_chosen(g.array, index, dim), (g,), (index, g.array.shape, dim))
    return np.atleast_1d(g)[places(index, dim)].reshape(index.shape)


def places(index: np.ndarray, dim: int) -> tuple:
    """`index` along `dim` as an index for all dimensions; a 0-d tensor counts as a vector of one element."""
    index = np.atleast_1d(index)
    grid = list(np.ogrid[tuple([slice(n) for n in index.shape])])
    grid[dim] = index
    return tuple(grid)


AMAX = Op("AmaxBackward0", shared, params=["shape", "dims"])
AMIN = Op("AminBackward0", shared, params=["shape", "dims"])
MAX = Op("MaxBackward1", shared, params=["shape", "dims"])
MIN = Op("MinBackward1", shared, params=["shape", "dims"])
MAX_DIM = Op(
    "MaxBackward0",
    lambda g, index, shape, dim: to_chosen(regrown(g, index), index, shape, dim),
    params=["index", "shape", "dim"],
    frees=True,
)
MIN_DIM = Op(
    "MinBackward0",
    lambda g, index, shape, dim: to_chosen(regrown(g, index), index, shape, dim),
    params=["index", "shape", "dim"],
    frees=True,
)
VAR = Op("VarBackward0", spread_variance, params=["shape", "dims", "divisor"])
SORT = Op("SortBackward0", to_chosen, params=["index", "shape", "dim"], frees=True)
TO_CHOSEN = Op("ValueSelectingReductionBackward0", at_chosen, params=["index", "dim"], frees=True)
AT_CHOSEN = Op("GatherBackward0", to_chosen, params=["index", "shape", "dim"], frees=True)
SOFTMAX = Op("SoftmaxBackward0", lambda g, out, dim: out * (g - (g * out).sum(axis=dim, keepdims=True)), params=["dim"])
LOG_SOFTMAX = Op(
    "LogSoftmaxBackward0", lambda g, out, dim: g - np.exp(out) * g.sum(axis=dim, keepdims=True), params=["dim"]
)


def regrown(g: Any, index: np.ndarray) -> Any:
    """`g` with the reduced dimension put back, if it was dropped."""
    return g if g.ndim == index.ndim else g.reshape(index.shape)


def check_not_empty(x: np.ndarray, dims: tuple | None, name: str) -> None:
    """RuntimeError, IndexError: there is no largest or smallest element of nothing."""
    if x.size == 0 and dims is None:
        raise RuntimeError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. "
            "Specify the reduction dim with the 'dim' argument."
        )
    for d in dims or ():
        if x.shape[d] == 0:
            raise IndexError(f"{name}(): Expected reduction dim {d} to have non-zero size.")


def extreme(op: Op, forward: Callable, name: str) -> Callable:
    """`amax` or `amin`."""

    def function(
        input: Tensor, dim: Any = None, keepdim: bool = False, *, axis: Any = None, keepdims: bool = False
    ) -> Tensor:
        dims, x = dims_of(input, None if dim == () else dim, axis), input.array
        check_not_empty(x, dims, name)
        return record(op, forward(x, axis=dims, keepdims=keepdim or keepdims), (input,), (x.shape, dims))

    return function


amax, amin = extreme(AMAX, np.max, "amax"), extreme(AMIN, np.min, "amin")
max_all, min_all = extreme(MAX, np.max, "max"), extreme(MIN, np.min, "min")


def max_or_min(everything: Callable, pairwise: Callable, op: Op, choose: Callable, name: str) -> Callable:
    """torch's `max` and `min`: of all elements, along a dimension (with indices), or of two tensors."""

    def function(
        input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None, axis: Any = None,
        keepdims: bool = False,
    ) -> Any:  # fmt: skip
        dim = axis if dim is None else dim
        if dim is None and other is None:
            return everything(input)
        if other is not None or isinstance(dim, Tensor):
            return pairwise(input, dim if other is None else other)
        x, dim = input.array, checked_dim(input.array.ndim, dim)
        check_not_empty(x, (dim,) if x.ndim else None, name)
        index = np.asarray(choose(x, axis=dim if x.ndim else None, keepdims=True))
        values = at_chosen(x, index, dim) if x.ndim else x
        kept = keepdim or keepdims or not x.ndim
        shape = index.shape if kept else index.shape[:dim] + index.shape[dim + 1 :]
        out = record(op, values.reshape(shape), (input,), (index, x.shape, dim))
        return ValuesAndIndices(out, wrap(index.reshape(shape).copy()))

    return function


max = max_or_min(max_all, lambda a, b: a.maximum(b), MAX_DIM, np.argmax, "max")
min = max_or_min(min_all, lambda a, b: a.minimum(b), MIN_DIM, np.argmin, "min")


def argmax(
    input: Tensor, dim: int | None = None, keepdim: bool = False, *, axis: int | None = None, keepdims: bool = False
) -> Tensor:
    """The index of the largest element, of all or along `dim`; the first of several. IndexError: no elements."""
    dims, x = dims_of(input, dim, axis), input.array
    if x.size == 0 and dims is None:
        raise IndexError("argmax(): Expected reduction dim to be specified for input.numel() == 0.")
    check_not_empty(x, dims, "argmax")
    only = None if dims is None else dims[0]
    return wrap(np.asarray(np.argmax(x, axis=only, keepdims=keepdim or keepdims)))


def var(
    input: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: int | None = None,
    axis: Any = None, keepdims: bool = False,
) -> Tensor:  # fmt: skip
    """The variance, with n - 1 in the denominator (n - correction in general)."""
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    dims, x = dims_of(input, dim, axis), input.array
    count = x.size if dims is None else int(np.prod([x.shape[d] for d in dims]))
    divisor = builtins.max(count - (int(unbiased) if correction is None else correction), 0)
    squares = np.square(x - x.mean(axis=dims, keepdims=True)).sum(axis=dims, keepdims=keepdim or keepdims)
    return record(VAR, np.divide(squares, x.dtype.type(divisor), out=...), (input,), (x.shape, dims, divisor))


def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> ValuesAndIndices:
    """The elements in order along `dim`, and where each came from (int64). Equal ones keep their order."""
    x = input.array
    dim = checked_dim(x.ndim, dim)
    keys = -x if descending and x.dtype.kind != "b" else ~x if descending else x
    index = np.argsort(keys, axis=dim, kind="stable") if x.ndim else np.zeros((), np.int64)
    values = at_chosen(x, index, dim) if x.ndim else x.copy()
    return ValuesAndIndices(record(SORT, values, (input,), (index, x.shape, dim)), wrap(index.copy()))


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The elements at the places `index` (int64, of as many dimensions) along `dim`; the result has its shape."""
    return at_chosen(input, index.array.copy(), checked_dim(input.array.ndim, dim))


def softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """exp(x) / sum(exp(x)) along `dim`, safe for large x."""
    input = input if dtype is None else input.to(dtype)
    x, dim = input.array, checked_dim(input.array.ndim, dim)
    e = np.exp(x - x.max(axis=dim, keepdims=True, initial=-np.inf))
    return record(SOFTMAX, e / e.sum(axis=dim, keepdims=True), (input,), (dim,))


def log_softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """The logarithm of softmax along `dim`, safe for large x."""
    input = input if dtype is None else input.to(dtype)
    x, dim = input.array, checked_dim(input.array.ndim, dim)
    z = x - np.maximum.reduce(x, axis=dim, keepdims=True, initial=-np.inf)
    z -= np.log(np.add.reduce(np.exp(z), axis=dim, keepdims=True))
    return record(LOG_SOFTMAX, z, (input,), (dim,))


Tensor.amax, Tensor.amin, Tensor.max, Tensor.min, Tensor.argmax, Tensor.var = amax, amin, max, min, argmax, var
Tensor.sort, Tensor.gather, Tensor.softmax, Tensor.log_softmax = sort, gather, softmax, log_softmax
NUMPY |= {np.max: amax, np.min: amin, np.var: var}
