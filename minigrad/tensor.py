"""Chapter 1, tensor: an array with a memory.

A `Tensor` is a numpy array (its values) that can remember how it was made (its graph). This module holds the
object itself: values, dtype, shape, `requires_grad`, leaf or not. How tensors are made in bulk is in `creation`,
how they are printed in `printing`; what they remember begins in chapter 2, `graph`.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import as_dtype, bool_, common, default_dtype, float32, int64, is_floating

if TYPE_CHECKING:
    from .methods import Methods
else:
    Methods = object

new = object.__new__


class Tensor(Methods):
    """A numpy array that can need a gradient and remember the operation that made it.

    array:           the values, always an `ndarray` (0-dimensional for a scalar), shared with views.
    _requires_grad:  whether a gradient is wanted.
    _node:           the `Node` of the operation that made it, None for a leaf (chapter 2).
    _grad:           the gradient that `backward` has added up so far, a Tensor or None (chapter 4).
    _view:           for a view, what it is a view of (chapter 8).
    _counter:        the version counter, made when memory is first shared or written (chapter 8).
    _hooks:          functions to call when its gradient is known (chapter 10).

    `Tensor([1, 2])` is torch's legacy constructor: it always makes float32. Prefer `minigrad.tensor([1, 2])`.
    """

    __slots__ = ("array", "_requires_grad", "_node", "_grad", "_view", "_counter", "_hooks", "__weakref__")
    __array_priority__ = 1000
    __hash__ = object.__hash__  # by identity, although `==` compares element by element

    def __init__(self, *data: Any) -> None:
        self.array, self._requires_grad, self._node = legacy_array(data, float32), False, None
        self._grad = self._view = self._counter = self._hooks = None

    @property
    def dtype(self) -> np.dtype:
        """The numpy dtype of the elements."""
        return self.array.dtype

    @property
    def shape(self) -> "Size":
        """The lengths of the dimensions."""
        return Size(self.array.shape)

    @property
    def ndim(self) -> int:
        """The number of dimensions; 0 for a scalar."""
        return self.array.ndim

    def numel(self) -> int:
        """How many elements a tensor of any shape has."""
        return self.array.size


class Size(tuple):
    """The shape of a tensor: a tuple of ints that prints as torch prints it."""

    __slots__ = ()

    def numel(self) -> int:
        """The number of elements of a tensor of this shape."""
        return int(np.prod(self, dtype=np.int64))

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


def wrap(array: np.ndarray, requires_grad: bool = False) -> Tensor:
    """A leaf Tensor around `array` itself: no copy, no checks."""
    t = new(Tensor)
    t.array, t._requires_grad, t._node = array, requires_grad, None
    t._grad = t._view = t._counter = t._hooks = None
    return t


def tensor(data: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A new leaf that copies `data`: a number, nested lists, an ndarray or a Tensor, of any shape.

    Without `dtype`, Python floats become the default dtype (float32), ints int64 and bools bool; arrays, tensors
    and numpy's numbers keep theirs.
    TypeError, ValueError, RuntimeError: `data` holds what is no number, is ragged, or does not fit the dtype.
    RuntimeError: an integer tensor cannot require grad.
    """
    dtype = None if dtype is None else as_dtype(dtype)
    array = np.array(to_array(data, dtype), dtype=dtype)
    if requires_grad:
        check_differentiable(array.dtype)
    return wrap(array, requires_grad)


def to_array(data: Any, dtype: Any = None) -> np.ndarray:
    """`data` as an ndarray: the one inside a Tensor, an ndarray itself (neither is copied), or what lists say."""
    if isinstance(data, Tensor):
        return data.array
    if isinstance(data, (np.ndarray, np.generic)):
        return np.asarray(data, as_dtype(data.dtype))
    return list_to_array(data, dtype)


def list_to_array(data: Any, dtype: Any = None) -> np.ndarray:
    """A number, or nested lists of numbers, in `dtype` or else in the dtype that the numbers call for."""
    shape = lengths(data)
    items = numbers_in(data, shape)
    kinds = set(map(type, items))
    if not kinds <= {bool, int, float}:
        items = [number(item) for item in items]
        kinds = set(map(type, items))
    if dtype is None:
        dtype = common([dtype_of(kind) for kind in kinds]) if kinds else default_dtype()
    try:
        return np.array(items, dtype).reshape(shape)
    except (OverflowError, ValueError) as error:
        raise RuntimeError(f"value cannot be converted to type {dtype} without overflow: {error}") from None


def dtype_of(kind: type) -> np.dtype:
    """The dtype of a Python or numpy number of this type."""
    if issubclass(kind, np.generic):
        return as_dtype(kind)
    return bool_ if kind is bool else int64 if issubclass(kind, int) else default_dtype()


def is_sequence(data: Any) -> bool:
    """Whether `data` is a row of other things, rather than a number."""
    return isinstance(data, (list, tuple, range)) or (isinstance(data, np.ndarray) and data.ndim > 0)


def lengths(data: Any) -> tuple:
    """The shape of nested lists, read off the first item of each level. ValueError: that is text."""
    shape = []
    while is_sequence(data):
        shape.append(len(data))
        if not shape[-1]:
            break
        data = data[0]
    if shape and isinstance(data, (str, bytes)):
        raise ValueError(f"too many dimensions '{type(data).__name__}'")
    return tuple(shape)


def numbers_in(data: Any, shape: tuple, depth: int = 0) -> list:
    """What nested lists hold, row by row. ValueError, TypeError: the lists have not all the same `shape`."""
    if not shape:
        return [data]
    if not is_sequence(data):
        raise TypeError(f"not a sequence: {data!r} at dim {depth}, where one of length {shape[0]} was expected")
    if len(data) != shape[0]:
        raise ValueError(f"expected sequence of length {shape[0]} at dim {depth} (got {len(data)})")
    if len(shape) == 1:
        return list(data)
    return [item for row in data for item in numbers_in(row, shape[1:], depth + 1)]


def number(value: Any) -> Any:
    """One number out of nested lists; tensors of one element count as numbers of their dtype."""
    if isinstance(value, (bool, int, float, np.generic)):
        return value
    if isinstance(value, Tensor):
        if value.array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        return value.array.reshape(-1)[0]
    if isinstance(value, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{type(value).__name__}'")
    if is_sequence(value):
        raise TypeError(f"must be real number, not {type(value).__name__}: {value!r}")
    raise RuntimeError(f"Could not infer dtype of {type(value).__name__}")


def legacy_array(data: tuple, dtype: np.dtype) -> np.ndarray:
    """What torch's legacy constructors take: the values in one list, or unset values of the lengths given.

    TypeError: a single number that is no length.
    """
    if len(data) != 1 or isinstance(data[0], int):
        return np.zeros(data or 0, dtype)
    if isinstance(data[0], float):
        raise TypeError("new(): data must be a sequence (got float)")
    return np.array(to_array(data[0], dtype), dtype)


def is_leaf(self: Tensor) -> bool:
    """True if the user made it, or if it needs no gradient; False if a recorded operation made it."""
    return self.grad_fn is None


def requires_grad(self: Tensor) -> bool:
    """Whether `backward` computes a gradient for this tensor. Can be switched off on leaves only."""
    if self._view is not None:
        self._view.refresh(self)
    return self._requires_grad


def set_requires_grad(self: Tensor, wanted: bool) -> None:
    """Switch it. RuntimeError: the dtype is not floating point, or the tensor is not a leaf (when switching off)."""
    if wanted:
        check_differentiable(self.array.dtype, "only")
    elif self.grad_fn is not None:
        raise RuntimeError(
            "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a "
            "subgraph that doesn't require differentiation use var_no_grad = var.detach()."
        )
    self._requires_grad = bool(wanted)


def requires_grad_(self: Tensor, requires_grad: bool = True) -> Tensor:
    """Switch `requires_grad` in place and return the same tensor.

    RuntimeError: the dtype is not floating point, or the tensor is not a leaf (when switching off).
    """
    if requires_grad and not is_floating(self.array.dtype):
        raise RuntimeError(f"only Tensors of floating point dtype can require gradients, {advice(self.array.dtype)}")
    self.requires_grad = requires_grad
    return self


def check_differentiable(dtype: np.dtype, only: str = "Only") -> None:
    """RuntimeError, as torch words it, if tensors of `dtype` cannot need gradients."""
    if not is_floating(dtype):
        raise RuntimeError(f"{only} Tensors of floating point and complex dtype can require gradients, {advice(dtype)}")


def advice(dtype: np.dtype) -> str:
    """What to do instead of asking for the gradient of integers."""
    return f"and this one is {dtype}. Write 3. instead of 3, say dtype=float32, or convert it with .float()"


Tensor.is_leaf = property(is_leaf)
Tensor.requires_grad = property(requires_grad, set_requires_grad)
Tensor.requires_grad_ = requires_grad_


def item(self: Tensor) -> Any:
    """The value of a tensor of exactly one element, as a Python number (RuntimeError otherwise)."""
    if self.array.size != 1:
        raise RuntimeError(f"a Tensor with {self.array.size} elements cannot be converted to Scalar")
    return self.array.item()


def tolist(self: Tensor) -> Any:
    """The values as nested lists of Python numbers."""
    return self.array.tolist()


def numpy(self: Tensor) -> np.ndarray:
    """The values as an ndarray that shares this tensor's memory.

    RuntimeError: the tensor requires grad; writes to the array would go unnoticed by its graph.
    """
    if self.requires_grad:
        raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
    return self.array


Tensor.item, Tensor.tolist, Tensor.numpy = item, tolist, numpy


def array_protocol(self: Tensor, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
    """What `np.asarray(t)` gets: the same as `t.numpy()`, so not a tensor that requires grad."""
    return np.array(self.numpy(), dtype=dtype, copy=copy)


def truth(self: Tensor) -> bool:
    """`bool(t)`, `if t:`. RuntimeError: not exactly one element."""
    if self.array.size != 1:
        how_many = "more than one value" if self.array.size else "no values"
        raise RuntimeError(f"Boolean value of Tensor with {how_many} is ambiguous")
    return bool(self.array.item())


def only_number(self: Tensor) -> Any:
    """The one element, for `float(t)` and `int(t)`. ValueError: not exactly one element."""
    if self.array.size != 1:
        raise ValueError("only one element tensors can be converted to Python scalars")
    return self.array.item()


def index(self: Tensor) -> int:
    """`[10, 20][t]`. TypeError: not one integer."""
    if self.array.size != 1 or self.array.dtype.kind not in "iub":
        raise TypeError("only integer tensors of a single element can be converted to an index")
    return int(self.array.item())


def length(self: Tensor) -> int:
    """The length of the first dimension. TypeError: there is none."""
    if self.array.ndim == 0:
        raise TypeError("len() of a 0-d tensor")
    return len(self.array)


def size(self: Tensor, dim: int | None = None) -> Any:
    """The shape, or the length of dimension `dim`. IndexError: there is no such dimension."""
    if dim is None:
        return self.shape
    n = max(self.array.ndim, 1)
    if not -n <= dim < self.array.ndim:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    return self.array.shape[dim]


def formatted(self: Tensor, spec: str) -> str:
    """`f"{t:.2f}"` for a scalar. TypeError: a spec for more than a scalar."""
    return format(self.item(), spec) if self.array.ndim == 0 else object.__format__(self, spec)


Tensor.size, Tensor.dim = size, lambda self: self.array.ndim
Tensor.is_floating_point = lambda self: is_floating(self.array.dtype)
Tensor.__array__, Tensor.__bool__, Tensor.__len__, Tensor.__index__ = array_protocol, truth, length, index
Tensor.__float__, Tensor.__int__ = lambda self: float(only_number(self)), lambda self: int(only_number(self))
Tensor.__format__ = formatted
