"""Chapter 1, appendix: the functions that make tensors, under torch's names.

All take `dtype` (default: float32, int64 for whole-number ranges) and `requires_grad`. All randomness of minigrad
comes from one generator; `manual_seed` sets it.
"""

from typing import Any

import numpy as np

from .dtypes import bool_, default_dtype, float32, float64, int64
from .tensor import Tensor, tensor, wrap

_generator = [np.random.default_rng()]


def manual_seed(seed: int) -> np.random.Generator:
    """Start all of minigrad's randomness again from `seed`; the numbers are numpy's, not torch's."""
    _generator[0] = np.random.default_rng(seed)
    return _generator[0]


def generator() -> np.random.Generator:
    """The generator that every random function of minigrad draws from."""
    return _generator[0]


def shape_of(size: tuple) -> tuple:
    """`f(2, 3)`, `f((2, 3))` and `f(size)` all mean the shape (2, 3)."""
    return tuple(size[0]) if len(size) == 1 and isinstance(size[0], (tuple, list)) else tuple(size)


def made(array: Any, dtype: Any, requires_grad: bool) -> Tensor:
    """A leaf with the values of `array`, in `dtype` or the default one."""
    return wrap(np.asarray(array, dtype=dtype or default_dtype())).requires_grad_(requires_grad)


def zeros(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros."""
    return made(np.zeros(shape_of(size), dtype or default_dtype()), dtype, requires_grad)


def ones(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of ones."""
    return made(np.ones(shape_of(size), dtype or default_dtype()), dtype, requires_grad)


def empty(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of unset values (here: zeros, so that a forgotten write shows the same on every run)."""
    return zeros(*size, dtype=dtype, requires_grad=requires_grad)


def full(size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of shape `size` in which every element is `fill_value`, whose type gives the dtype."""
    value = tensor(fill_value, dtype=dtype).array
    return made(np.full(size, value), value.dtype, requires_grad)


def eye(n: int, m: int | None = None, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """The n x m matrix with ones on its diagonal."""
    return made(np.eye(n, m), dtype, requires_grad)


def arange(start: Any, end: Any = None, step: Any = 1, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """start, start + step, ... below `end`; int64 if all three are ints."""
    if end is None:
        start, end = 0, start
    whole = all(isinstance(v, (int, np.integer)) for v in (start, end, step))
    return made(np.arange(start, end, step), dtype or (int64 if whole else None), requires_grad)


def linspace(start: float, end: float, steps: int, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """`steps` numbers from `start` to `end`, both included."""
    return made(np.linspace(start, end, steps), dtype, requires_grad)


def rand(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Numbers drawn evenly from [0, 1)."""
    return made(generator().random(shape_of(size), dtype=dtype or default_dtype()), dtype, requires_grad)


def randn(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Numbers drawn from the normal distribution of mean 0 and variance 1."""
    return made(generator().standard_normal(shape_of(size), dtype=dtype or default_dtype()), dtype, requires_grad)


def randint(low: int, high: Any = None, size: Any = None, *, dtype: Any = None) -> Tensor:
    """Whole numbers drawn evenly from [low, high); `randint(high, size)` starts at 0."""
    if size is None:
        low, high, size = 0, low, high
    return made(generator().integers(low, high, size), dtype or int64, False)


def randperm(n: int, *, dtype: Any = None) -> Tensor:
    """The numbers 0 to n - 1 in random order."""
    return made(generator().permutation(n), dtype or int64, False)


def zeros_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape and dtype of `input`."""
    return zeros(input.array.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def ones_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape and dtype of `input`."""
    return ones(input.array.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def empty_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of unset values (zeros) in the shape and dtype of `input`."""
    return zeros_like(input, dtype=dtype, requires_grad=requires_grad)


def full_like(input: Tensor, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """`fill_value` everywhere, in the shape and dtype of `input`."""
    return full(input.array.shape, fill_value, dtype=dtype or input.dtype, requires_grad=requires_grad)


def rand_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Numbers drawn evenly from [0, 1), in the shape and dtype of `input`."""
    return rand(input.array.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randn_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Normally distributed numbers, in the shape and dtype of `input`."""
    return randn(input.array.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """`data` as a Tensor: itself if it is one of that dtype, sharing memory if it is an ndarray, else a copy."""
    if isinstance(data, Tensor):
        return data if dtype in (None, data.dtype) else data.to(dtype)
    if isinstance(data, np.ndarray):
        return wrap(np.asarray(data, dtype=dtype))
    return tensor(data, dtype=dtype)


def from_numpy(array: np.ndarray) -> Tensor:
    """A Tensor that shares the memory of `array`: a write to one is seen by the other.

    TypeError: `array` is no ndarray.
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__})")
    return wrap(array)


def typed(data: tuple, dtype: np.dtype) -> Tensor:
    """The legacy constructors: values in a list, or unset values of the shape given as numbers."""
    if len(data) == 1 and not isinstance(data[0], int):
        return tensor(data[0], dtype=dtype)
    return zeros(*data, dtype=dtype)


def FloatTensor(*data: Any) -> Tensor:
    """torch's legacy constructor of float32 tensors: `FloatTensor([2])`."""
    return typed(data, float32)


def DoubleTensor(*data: Any) -> Tensor:
    """torch's legacy constructor of float64 tensors."""
    return typed(data, float64)


def LongTensor(*data: Any) -> Tensor:
    """torch's legacy constructor of int64 tensors."""
    return typed(data, int64)


def BoolTensor(*data: Any) -> Tensor:
    """torch's legacy constructor of bool tensors."""
    return typed(data, bool_)


class VariableMeta(type):
    """Makes `isinstance(t, Variable)` true for every Tensor, as in torch since 0.4."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor)


class Variable(metaclass=VariableMeta):
    """torch's historical wrapper: `Variable(t, requires_grad=True)` returns `t` itself as a Tensor."""

    def __new__(cls, data: Any, requires_grad: bool = False) -> Tensor:  # type: ignore[misc]
        t = as_tensor(data).detach()
        return t.requires_grad_(requires_grad)
