"""Chapter 1, appendix: the functions that make tensors, under torch's names.

All take `dtype` (default: float32, int64 for whole-number ranges); those that can make floating point numbers take
`requires_grad` (RuntimeError where the dtype is another one). Sizes are given as `f(2, 3)` or `f((2, 3))`;
TypeError: a length is no int, RuntimeError: it is negative. All randomness of minigrad comes from one generator;
`manual_seed` sets it.
"""

# numpy loads its random part when it is first named, a fifth of the time of `import numpy`: annotations shall not do it
from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

import numpy as np

from .dtypes import as_dtype, bool_, default_dtype, float16, float32, float64, int64, is_floating
from .tensor import Tensor, check_differentiable, legacy_array, tensor, wrap

_generator: list[np.random.Generator] = []


def manual_seed(seed: int) -> np.random.Generator:
    """Start all of minigrad's randomness again from `seed`; the numbers are numpy's, not torch's."""
    _generator[:] = [np.random.default_rng(seed)]
    return _generator[0]


def generator() -> np.random.Generator:
    """The generator that every random function of minigrad draws from, made when it is first needed."""
    if not _generator:
        _generator.append(np.random.default_rng())
    return _generator[0]


def shape_of(size: tuple) -> tuple:
    """`f(2, 3)`, `f((2, 3))` and `f(size)` all mean the shape (2, 3)."""
    if not size:
        raise TypeError("missing 1 required positional argument: 'size'")
    lengths = size[0] if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
    try:
        shape = tuple([index(n) for n in lengths])
    except TypeError as error:
        raise TypeError(f"argument 'size' must be tuple of ints: {error}") from None
    if min(shape, default=0) < 0:
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(shape)}: {list(shape)}")
    return shape


def chosen(dtype: Any) -> np.dtype:
    """The dtype that was asked for, or else the default one."""
    return default_dtype() if dtype is None else as_dtype(dtype)


def made(array: Any, dtype: Any, requires_grad: bool) -> Tensor:
    """A leaf with the values of `array` in the chosen dtype."""
    dtype = chosen(dtype)
    if requires_grad:
        check_differentiable(dtype)
    return wrap(np.asarray(array, dtype), requires_grad)


def zeros(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros."""
    return made(np.zeros(shape_of(size), chosen(dtype)), dtype, requires_grad)


def ones(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of ones."""
    return made(np.ones(shape_of(size), chosen(dtype)), dtype, requires_grad)


def empty(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of unset values (here: zeros, so that a forgotten write shows the same on every run)."""
    return zeros(*size, dtype=dtype, requires_grad=requires_grad)


def full(size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of shape `size` in which every element is `fill_value`, whose type gives the dtype."""
    value = tensor(fill_value, dtype=dtype).array
    return made(np.full(shape_of((size,)), value), value.dtype, requires_grad)


def eye(n: int, m: int | None = None, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """The n x m matrix with ones on its diagonal."""
    return made(np.eye(*shape_of((n, n if m is None else m))), dtype, requires_grad)


def arange(start: Any, end: Any = None, step: Any = 1, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """start, start + step, ... below `end`; int64 if all three are ints.

    RuntimeError: `step` is zero, or leads away from `end`.
    """
    if end is None:
        start, end = 0, start
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    whole = all(isinstance(v, (int, np.integer)) for v in (start, end, step))
    return made(np.arange(start, end, step), dtype or (int64 if whole else None), requires_grad)


def linspace(start: float, end: float, steps: int, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """`steps` numbers from `start` to `end`, both included. RuntimeError: `steps` is negative."""
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    return made(np.linspace(start, end, steps), dtype, requires_grad)


def drawn(draw: Callable, size: tuple, dtype: Any, requires_grad: bool) -> Tensor:
    """A tensor of shape `size` out of `draw(shape, dtype=...)`. NotImplementedError: `dtype` is not floating."""
    dtype = chosen(dtype)
    if not is_floating(dtype):
        raise NotImplementedError(f"rand and randn are not implemented for '{dtype}'; randint makes whole numbers")
    array = draw(shape_of(size), dtype=float32 if dtype == float16 else dtype)
    return made(array, dtype, requires_grad)


def rand(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Numbers drawn evenly from [0, 1)."""
    return drawn(generator().random, size, dtype, requires_grad)


def randn(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Numbers drawn from the normal distribution of mean 0 and variance 1."""
    return drawn(generator().standard_normal, size, dtype, requires_grad)


def randint(low: int, high: Any, size: Any = None, *, dtype: Any = None) -> Tensor:
    """Whole numbers drawn evenly from [low, high); `randint(high, size)` starts at 0.

    RuntimeError: there is no whole number to draw.
    """
    if size is None:
        low, high, size = 0, low, high
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    return made(generator().integers(low, high, shape_of((size,))), dtype or int64, False)


def randperm(n: int, *, dtype: Any = None) -> Tensor:
    """The numbers 0 to n - 1 in random order."""
    return made(generator().permutation(n), dtype or int64, False)


def zeros_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape and dtype of `input`."""
    return zeros(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def ones_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape and dtype of `input`."""
    return ones(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def empty_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of unset values (zeros) in the shape and dtype of `input`."""
    return empty(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def full_like(input: Tensor, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """`fill_value` everywhere, in the shape and dtype of `input`."""
    return full(input.shape, fill_value, dtype=dtype or input.dtype, requires_grad=requires_grad)


def rand_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Numbers drawn evenly from [0, 1), in the shape and dtype of `input`."""
    return rand(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randn_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Normally distributed numbers, in the shape and dtype of `input`."""
    return randn(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """`data` as a Tensor: itself if it is one of that dtype, sharing memory if it is an ndarray, else a copy."""
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(as_dtype(dtype))
    if isinstance(data, np.ndarray):
        return wrap(np.asarray(data, dtype=as_dtype(dtype or data.dtype)))
    return tensor(data, dtype=dtype)


def from_numpy(array: np.ndarray) -> Tensor:
    """A Tensor that shares the memory of `array`: a write to one is seen by the other.

    TypeError: `array` is no ndarray, or there are no tensors of its dtype.
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__})")
    return wrap(np.asarray(array, as_dtype(array.dtype)))


def FloatTensor(*data: Any) -> Tensor:
    """torch's legacy constructor of float32 tensors: `FloatTensor([2])`."""
    return wrap(legacy_array(data, float32))


def DoubleTensor(*data: Any) -> Tensor:
    """torch's legacy constructor of float64 tensors."""
    return wrap(legacy_array(data, float64))


def LongTensor(*data: Any) -> Tensor:
    """torch's legacy constructor of int64 tensors."""
    return wrap(legacy_array(data, int64))


def BoolTensor(*data: Any) -> Tensor:
    """torch's legacy constructor of bool tensors."""
    return wrap(legacy_array(data, bool_))


class VariableMeta(type):
    """Makes `isinstance(t, Variable)` true for every Tensor, as in torch since 0.4."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor)


class Variable(metaclass=VariableMeta):
    """torch's historical wrapper: `Variable(t, requires_grad=True)` is a leaf of `t`'s shape that shares its memory.

    TypeError: `data` is no Tensor. RuntimeError: a gradient is wanted for integers.
    """

    def __new__(cls, data: Tensor, requires_grad: bool = False) -> Tensor:  # type: ignore[misc]
        if not isinstance(data, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(data).__name__}")
        if requires_grad:
            check_differentiable(data.dtype)
        t = data.detach()
        t.requires_grad = requires_grad
        return t
