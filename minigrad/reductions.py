"""Chapter 7, appendix: the catalogue of reductions, softmax and what is built from it.

Conventions are torch's: `amax`, `amin` and `max` of everything share a tie evenly; `max` along a dimension sends
all to the element that it chose. Softmax and its like are computed after subtracting the largest element. The
gradient of a product never divides, so that it is right at zeros, and a norm's is 0 where the norm is 0.
"""

import builtins
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import checked_dim, dims_of, mean, spread, sum
from .dtypes import TYPE_NAMES, default_dtype, float16, float32, int64
from .elementwise import NUMPY
from .graph import Op, ndarray, record
from .tensor import Tensor, wrap

ValuesAndIndices = namedtuple("ValuesAndIndices", "values indices")
MinAndMax = namedtuple("MinAndMax", "min max")


def shared(g: Any, a: Any, out: Any, shape: tuple, dims: tuple | None) -> Any:
    """The gradient of a largest or smallest element: shared evenly by all that equal it."""
    chosen = (a == spread(out, shape, dims)) | (a != a)
    chosen = chosen * np.ones_like(a)
    return spread(g, shape, dims) * (chosen / spread(chosen.sum(axis=dims), shape, dims))


def spread_variance(g: Any, a: Any, shape: tuple, dims: tuple | None, divisor: float) -> Any:
    """The gradient of a variance: twice the distance from the mean, over the divisor."""
    return spread(g, shape, dims) * (a - a.mean(axis=dims, keepdims=True)) * (2 / divisor if divisor else np.nan)


def before(rows: Any) -> Any:
    """For each of `rows` the product of all before it, element by element."""
    return np.cumprod(np.concatenate([np.ones_like(rows[:1]), rows[:-1]]), axis=0)


def others(a: Any, dim: int) -> Any:
    """For each element along `dim` the product of all the others: of those before, times those after it."""
    rows = np.swapaxes(a, 0, dim)
    return np.swapaxes(before(rows) * before(rows[::-1])[::-1], 0, dim)


def spread_norm(g: Any, a: Any, out: Any, shape: tuple, dims: tuple | None, p: float) -> Any:
    """The gradient of a p-norm: sign(a) * (|a| / norm) ** (p - 1), and 0 where the norm is 0; a count has none."""
    if abs(p) == np.inf:
        return shared(g, np.absolute(a), out, shape, dims) * np.sign(a)
    if p == 0:
        return None
    g, out = np.where(out == 0, 0.0, g), np.where(out == 0, 1.0, out)
    g, out = spread(g, shape, dims), spread(out, shape, dims)
    if p == 2:
        return g * (a / out)
    return g * (np.sign(a) * power_of(np.where(a == 0, 1.0, np.absolute(a)) / out, p - 1))


def power_of(x: Any, exponent: float) -> Any:
    """x ** exponent, without the power where there is none."""
    return x if exponent == 1 else np.ones_like(x) if exponent == 0 else x**exponent


def to_chosen(g: Any, index: ndarray, shape: tuple, dim: int) -> Any:
    """Zeros of `shape` with `g` at the places `index` along `dim`: the gradient of taking elements there."""
    g = g if g.ndim == index.ndim else g.reshape(index.shape)  # a reduction has dropped the dimension
    if isinstance(g, Tensor):
        return record(TO_CHOSEN, to_chosen(g.array, index, shape, dim), (g,), (index, dim))
    out = np.zeros(shape, g.dtype)
    np.add.at(np.atleast_1d(out), places(index, dim), g)
    return out


def at_chosen(g: Any, index: ndarray, dim: int) -> Any:
    """The elements of `g` at the places `index` along `dim`."""
    if isinstance(g, Tensor):
        return record(AT_CHOSEN, at_chosen(g.array, index, dim), (g,), (index, g.array.shape, dim))
    return np.atleast_1d(g)[places(index, dim)].reshape(index.shape)


def places(index: ndarray, dim: int) -> tuple:
    """`index` along `dim` as an index for all dimensions; a 0-d tensor counts as a vector of one element."""
    index = np.atleast_1d(index)
    grid = list(np.ogrid[tuple([slice(n) for n in index.shape])])
    grid[dim] = index
    return tuple(grid)


AMAX = Op("AmaxBackward0", shared, params=["shape", "dims"])
AMIN = Op("AminBackward0", shared, params=["shape", "dims"])
MAX = Op("MaxBackward1", shared, params=["shape", "dims"])
MIN = Op("MinBackward1", shared, params=["shape", "dims"])
MAX_DIM = Op("MaxBackward0", to_chosen, params=["index", "shape", "dim"], frees=True)
MIN_DIM = Op("MinBackward0", to_chosen, params=["index", "shape", "dim"], frees=True)
TO_CHOSEN = Op("ValueSelectingReductionBackward0", at_chosen, params=["index", "dim"], frees=True)
AT_CHOSEN = Op("GatherBackward0", to_chosen, params=["index", "shape", "dim"], frees=True)
PROD = Op("ProdBackward0", lambda g, a: g * others(a.reshape(-1), 0).reshape(a.shape))
PROD_DIM = Op(
    "ProdBackward1", lambda g, a, shape, dims: spread(g, shape, dims) * others(a, dims[0]), params=["shape", "dims"]
)
NANSUM = Op("NansumBackward0", lambda g, a, shape, dims: spread(g, shape, dims) * (a == a), params=["shape", "dims"])
VAR = Op("VarBackward0", spread_variance, params=["shape", "dims", "divisor"])
STD = Op(
    "StdBackward0",
    lambda g, a, out, shape, dims, divisor: spread_variance(
        np.where(out == 0, 0.0, g / (out * 2)), a, shape, dims, divisor
    ),
    params=["shape", "dims", "divisor"],
)
NORM = Op("LinalgVectorNormBackward0", spread_norm, params=["shape", "dims", "p"])
SOFTMAX = Op("SoftmaxBackward0", lambda g, out, dim: out * (g - (g * out).sum(axis=dim, keepdims=True)), params=["dim"])
LOG_SOFTMAX = Op(
    "LogSoftmaxBackward0", lambda g, out, dim: g - np.exp(out) * g.sum(axis=dim, keepdims=True), params=["dim"]
)
LOGSUMEXP = Op(
    "LogsumexpBackward0",
    lambda g, a, out, shape, dims: spread(g, shape, dims) * np.exp(a - spread(out, shape, dims)),
    params=["shape", "dims"],
)


def check_not_empty(x: ndarray, dims: tuple | None, name: str) -> None:
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


def picked(op: Op, input: Tensor, index: ndarray, dim: int, keepdim: bool) -> ValuesAndIndices:
    """The elements at `index` along `dim`, one for each row, and the index; without that dimension or with it."""
    x = input.array
    shape = index.shape if keepdim or not x.ndim else index.shape[:dim] + index.shape[dim + 1 :]
    out = record(op, at_chosen(x, index, dim).reshape(shape), (input,), (index, x.shape, dim))
    return ValuesAndIndices(out, wrap(index.reshape(shape).copy()))


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
        return picked(op, input, index, dim, keepdim or keepdims)

    return function


max = max_or_min(max_all, lambda a, b: a.maximum(b), MAX_DIM, np.argmax, "max")
min = max_or_min(min_all, lambda a, b: a.minimum(b), MIN_DIM, np.argmin, "min")


def place_of(choose: Callable, name: str) -> Callable:
    """`argmax` or `argmin`: the first of several. IndexError: there are no elements. RuntimeError: they are bools."""

    def function(
        input: Tensor, dim: int | None = None, keepdim: bool = False, *, axis: int | None = None, keepdims: bool = False
    ) -> Tensor:
        dims, x = dims_of(input, dim, axis), input.array
        if x.size == 0 and dims is None:
            raise IndexError(f"{name}(): Expected reduction dim to be specified for input.numel() == 0.")
        check_not_empty(x, dims, name)
        if x.dtype == bool:
            raise RuntimeError(f"{name}(): does not support bool input")
        only = None if dims is None else dims[0]
        return wrap(np.asarray(choose(x, axis=only, keepdims=keepdim or keepdims)))

    return function


argmax, argmin = place_of(np.argmax, "argmax"), place_of(np.argmin, "argmin")


def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> MinAndMax:
    """The smallest and the largest element, of all or along `dim`. RuntimeError, IndexError: there are none."""
    return MinAndMax(amin(input, dim, keepdim), amax(input, dim, keepdim))


def widened(input: Tensor, dtype: Any) -> Tensor:
    """`input` in `dtype` if that is given; otherwise integers and bools in int64."""
    own = input.array.dtype
    return input.to(dtype if dtype is not None else own if own.kind == "f" else int64)


def prod(
    input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None, axis: int | None = None,
    keepdims: bool = False,
) -> Tensor:  # fmt: skip
    """The product of all elements, or along `dim`; integers and bools are multiplied in int64."""
    input = widened(input, dtype)
    dims, x = dims_of(input, dim, axis), input.array
    array = np.prod(x, axis=dims, keepdims=keepdim or keepdims)
    return record(PROD, array, (input,)) if dims is None else record(PROD_DIM, array, (input,), (x.shape, dims))


def nansum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum of what is not nan, of all elements or over the dimensions `dim`; integers are summed in int64."""
    input = widened(input, dtype)
    dims, x = dims_of(input, dim), input.array
    return record(NANSUM, np.nansum(x, axis=dims, keepdims=keepdim), (input,), (x.shape, dims))


def nanmean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean of what is not nan, of all elements or over dimensions `dim`. RuntimeError: a dtype not floating."""
    if input.array.dtype.kind != "f":
        kind = TYPE_NAMES[input.array.dtype.name]
        raise RuntimeError(f"nanmean(): expected input to have floating point or complex dtype but got {kind}")
    total, there = nansum(input, dim, keepdim, dtype=dtype), wrap(~np.isnan(input.array))
    return total / sum(there, dim, keepdim)


def deviation(op: Op, forward: Callable, name: str) -> Callable:
    """`var` or `std`: with n - 1 in the denominator, or n (unbiased=False), or n - correction.

    RuntimeError: the dtype is not floating.
    """

    def function(
        input: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: Any = None,
        axis: Any = None, keepdims: bool = False,
    ) -> Tensor:  # fmt: skip
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        dims, x = dims_of(input, dim, axis), input.array
        if x.dtype.kind != "f":
            raise RuntimeError(f"{name} only support floating point and complex dtypes")
        count = x.size if dims is None else int(np.prod([x.shape[d] for d in dims]))
        divisor = builtins.max(count - (int(unbiased) if correction is None else correction), 0)
        squares = np.square(x - x.mean(axis=dims, keepdims=True)).sum(axis=dims, keepdims=keepdim or keepdims)
        array = forward(np.divide(squares, x.dtype.type(divisor), out=...))
        return record(op, array, (input,), (x.shape, dims, divisor))

    return function


var, std = deviation(VAR, np.asarray, "std and var"), deviation(STD, np.sqrt, "std and var")


def with_mean(spread_out: Callable, name: str) -> Callable:
    """`var_mean` or `std_mean`: both, with the arguments of the first."""

    def function(
        input: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: Any = None
    ) -> tuple[Tensor, Tensor]:
        if input.array.dtype.kind != "f":
            raise RuntimeError(f"{name} only support floating point and complex dtypes")
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        return spread_out(input, dim, unbiased, keepdim, correction=correction), mean(input, dim, keepdim)

    return function


var_mean, std_mean = with_mean(var, "var_mean"), with_mean(std, "std_mean")


def vector_norm(input: Tensor, ord: float = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """(sum of |x| ** ord) ** (1 / ord) of all elements or over `dim`: the length of a vector for ord = 2.

    ord: any number; inf and -inf give the largest and the smallest |x|, 0 counts what is not 0.
    RuntimeError: the dtype is not floating, or there is no largest or smallest of nothing.
    """
    input = input if dtype is None else input.to(dtype)
    dims, x = dims_of(input, dim), input.array
    if x.dtype.kind != "f":
        words = "Expected a floating point or complex tensor as input. Got"
        raise RuntimeError(f"linalg.vector_norm: {words} {TYPE_NAMES[x.dtype.name]}")
    if ord < 0 or ord == np.inf:
        check_has_norm(x, dims, ord)
    array = norm_of(x.astype(float32) if x.dtype is float16 else x, ord, dims, keepdim)
    return record(NORM, array.astype(x.dtype, copy=False), (input,), (x.shape, dims, ord))


def norm_of(x: ndarray, p: float, dims: tuple | None, keepdim: bool) -> ndarray:
    """The p-norm of an array over `dims`."""
    size = np.absolute(x)
    if abs(p) == np.inf:
        return np.asarray((np.max if p > 0 else np.min)(size, axis=dims, keepdims=keepdim))
    if p == 0:
        return np.asarray(np.count_nonzero(x, axis=dims, keepdims=keepdim), x.dtype)
    total = (np.square(x) if p == 2 else power_of(size, p)).sum(axis=dims, keepdims=keepdim)
    return np.asarray(np.sqrt(total) if p == 2 else power_of(total, 1 / p))


def check_has_norm(x: ndarray, dims: tuple | None, p: float) -> None:
    """RuntimeError: a norm that nothing has not is asked of nothing."""
    which = f"linalg.vector_norm cannot compute the {p:g} norm on"
    if dims is None and x.size == 0:
        raise RuntimeError(f"{which} an empty tensor because the operation does not have an identity")
    for d in dims or ():
        if x.shape[d] == 0:
            words = "because this dimension is empty and the operation does not have an identity"
            raise RuntimeError(f"{which} the dimension {d}{words}")


def norm(input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """`linalg.vector_norm`, of all elements or over `dim`, with its order called `p`; "fro" is 2.

    RuntimeError: another name.
    """
    if isinstance(p, str) and p != "fro":
        raise RuntimeError(f"linalg.matrix_norm: Order {p} not supported.")
    return vector_norm(input, 2 if p == "fro" else p, dim, keepdim, dtype=dtype)


def truth_of(forward: Callable) -> Callable:
    """`any` or `all`: a bool, or of uint8 a 0 or 1."""

    def function(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
        x = input.array
        if isinstance(dim, (tuple, list)) and not dim:
            found = x.astype(bool)
        else:
            found = forward(x, axis=dims_of(input, dim), keepdims=keepdim)
        return wrap(np.asarray(found, x.dtype if x.dtype == np.uint8 else bool))

    return function


any, all = truth_of(np.any), truth_of(np.all)


def count_nonzero(input: Tensor, dim: Any = None) -> Tensor:
    """How many elements are not zero, of all or over `dim`, as int64."""
    return wrap(np.asarray(np.count_nonzero(input.array, axis=dims_of(input, dim)), int64))


def floating(input: Tensor, dtype: Any, name: str) -> Tensor:
    """`input` in `dtype`, if that is given. NotImplementedError: the result is not floating."""
    input = input if dtype is None else input.to(dtype)
    if input.array.dtype.kind != "f":
        raise NotImplementedError(f"\"{name}\" not implemented for '{TYPE_NAMES[input.array.dtype.name]}'")
    return input


def softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """exp(x) / sum(exp(x)) along `dim`, safe for large x. NotImplementedError: integers."""
    input = floating(input, dtype, "softmax_lastdim_kernel_impl")
    x, dim = input.array, checked_dim(input.array.ndim, dim)
    e = np.exp(x - x.max(axis=dim, keepdims=True, initial=-np.inf))
    return record(SOFTMAX, e / e.sum(axis=dim, keepdims=True), (input,), (dim,))


def softmin(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """exp(-x) / sum(exp(-x)) along `dim`, safe for large x."""
    return softmax(-input, dim, dtype)


def log_softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """The logarithm of softmax along `dim`, safe for large x. NotImplementedError: integers."""
    input = floating(input, dtype, "log_softmax_lastdim_kernel_impl")
    x, dim = input.array, checked_dim(input.array.ndim, dim)
    z = x - np.maximum.reduce(x, axis=dim, keepdims=True, initial=-np.inf)
    z -= np.log(np.add.reduce(np.exp(z), axis=dim, keepdims=True))
    return record(LOG_SOFTMAX, z, (input,), (dim,))


def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """log(sum(exp(x))) over the dimensions `dim`, safe for large x; integers are computed as default floats."""
    input = input if input.array.dtype.kind == "f" else input.to(default_dtype())
    dims, x = dims_of(input, dim), input.array
    largest = np.max(x, axis=dims, keepdims=True, initial=-np.inf)
    largest = np.where(np.isinf(largest), 0, largest)
    array = np.log(np.exp(x - largest).sum(axis=dims, keepdims=True)) + largest
    shape = array.shape if keepdim else np.sum(x, axis=dims).shape
    return record(LOGSUMEXP, array.reshape(shape), (input,), (x.shape, dims))


Tensor.amax, Tensor.amin, Tensor.max, Tensor.min, Tensor.aminmax = amax, amin, max, min, aminmax
Tensor.argmax, Tensor.argmin, Tensor.any, Tensor.all, Tensor.count_nonzero = argmax, argmin, any, all, count_nonzero
Tensor.prod, Tensor.nansum, Tensor.nanmean, Tensor.var, Tensor.std = prod, nansum, nanmean, var, std
Tensor.norm, Tensor.softmax, Tensor.log_softmax, Tensor.logsumexp = norm, softmax, log_softmax, logsumexp
NUMPY |= {np.max: amax, np.min: amin, np.prod: prod, np.var: var}
