"""Chapter 1, tensor: an array with a memory.

A `Tensor` is a numpy array (its values) that can remember how it was made (its graph). This module holds the
object itself: values, dtype, shape, `requires_grad`, leaf or not. How tensors are made in bulk is in `creation`,
how they are printed in `printing`; what they remember begins in chapter 2, `graph`.
"""

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import bool_, default_dtype, float32, int64, is_floating

if TYPE_CHECKING:
    from .methods import Methods
else:
    Methods = object

new = object.__new__


class Size(tuple):
    """The shape of a tensor: a tuple of ints that prints as torch prints it."""

    __slots__ = ()

    def numel(self) -> int:
        """The number of elements of a tensor of this shape."""
        return int(np.prod(self, dtype=np.int64))

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


class Tensor(Methods):
    """A numpy array that can need a gradient and remember the operation that made it.

    array:           the values, always an `ndarray` (0-dimensional for a scalar), shared with views.
    _requires_grad:  whether a gradient is wanted.
    _node:           the `Node` of the operation that made it, None for a leaf (chapter 2).
    _grad:           the gradient that `backward` has added up so far, a Tensor or None (chapter 4).
    _view:           for a view, what it is a view of (chapter 8).
    _counter:        the version counter, made when memory is first shared or written (chapter 8).
    _hooks:          functions to call when its gradient is known (chapter 10).

    `Tensor(data)` is torch's legacy constructor: it always makes float32. Prefer `minigrad.tensor(data)`.
    """

    __slots__ = ("array", "_requires_grad", "_node", "_grad", "_view", "_counter", "_hooks", "__weakref__")
    __array_priority__ = 1000

    def __init__(self, data: Any = ()) -> None:
        array = to_array(data).astype(float32)
        self.array, self._requires_grad, self._node = array, False, None
        self._grad = self._view = self._counter = self._hooks = None

    @property
    def dtype(self) -> np.dtype:
        """The numpy dtype of the elements."""
        return self.array.dtype

    @property
    def shape(self) -> Size:
        """The lengths of the dimensions."""
        return Size(self.array.shape)

    @property
    def ndim(self) -> int:
        """The number of dimensions; 0 for a scalar."""
        return self.array.ndim

    @property
    def is_leaf(self) -> bool:
        """True if the user made it, or if it needs no gradient; False if a recorded operation made it."""
        return self.grad_fn is None

    @property
    def requires_grad(self) -> bool:
        """Whether `backward` computes a gradient for this tensor. Can be switched on leaves only."""
        if self._view is not None:
            self._view.refresh(self)
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if wanted and not is_floating(self.array.dtype):
            raise RuntimeError("only Tensors of floating point and complex dtype can require gradients")
        if not wanted and self.grad_fn is not None:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a computed variable "
                "in a subgraph that doesn't require differentiation use var_no_grad = var.detach()."
            )
        self._requires_grad = bool(wanted)

    def requires_grad_(self, requires_grad: bool = True) -> "Tensor":
        """Switch `requires_grad` in place and return the same tensor.

        RuntimeError: the dtype is not floating point, or the tensor is not a leaf (when switching off).
        """
        if requires_grad and not is_floating(self.array.dtype):
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        self.requires_grad = requires_grad
        return self

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the length of dimension `dim`."""
        return self.shape if dim is None else self.array.shape[dim]

    def dim(self) -> int:
        """The number of dimensions, as a method."""
        return self.array.ndim

    def numel(self) -> int:
        """The number of elements."""
        return self.array.size

    def is_floating_point(self) -> bool:
        """Whether the dtype is a floating point one, so that a gradient may be asked for."""
        return is_floating(self.array.dtype)

    def item(self) -> Any:
        """The value of a tensor of exactly one element, as a Python number (RuntimeError otherwise)."""
        if self.array.size != 1:
            raise RuntimeError(f"a Tensor with {self.array.size} elements cannot be converted to Scalar")
        return self.array.item()

    def tolist(self) -> Any:
        """The values as nested lists of Python numbers."""
        return self.array.tolist()

    def numpy(self) -> np.ndarray:
        """The values as an ndarray that shares this tensor's memory.

        RuntimeError: the tensor requires grad; writes to the array would go unnoticed by its graph.
        """
        if self.requires_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return self.array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __len__(self) -> int:
        if self.array.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return len(self.array)

    def __bool__(self) -> bool:
        if self.array.size > 1:
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        if self.array.size == 0:
            raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
        return bool(self.array.item())

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        if self.array.size != 1 or self.array.dtype.kind not in "iub":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.array.item())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self.array.ndim == 0 else object.__format__(self, spec)

    __hash__ = object.__hash__


def wrap(array: np.ndarray, requires_grad: bool = False) -> Tensor:
    """A leaf Tensor around `array` itself: no copy, no checks."""
    t = new(Tensor)
    t.array, t._requires_grad, t._node = array, requires_grad, None
    t._grad = t._view = t._counter = t._hooks = None
    return t


def tensor(data: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A new leaf that copies `data`: a number, nested lists, an ndarray or a Tensor, of any shape.

    Without `dtype`, Python floats become the default dtype (float32), ints int64 and bools bool; arrays and
    tensors keep theirs.
    TypeError, ValueError: `data` is no number, or ragged. RuntimeError: an integer tensor cannot require grad.
    """
    array = np.array(to_array(data), dtype=dtype, copy=True)
    if requires_grad and not is_floating(array.dtype):
        raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
    return wrap(array, requires_grad)


def to_array(data: Any) -> np.ndarray:
    """`data` as an ndarray of torch's default dtypes; ndarrays and Tensors are passed through, not copied."""
    if isinstance(data, Tensor):
        return data.array
    if isinstance(data, (np.ndarray, np.generic)):
        return np.asarray(data)
    check_regular(data)
    array = np.array(plain(data))
    if array.size == 0 or array.dtype.kind == "f":
        return array.astype(default_dtype())
    return array.astype(bool_ if array.dtype.kind == "b" else int64)


def plain(data: Any) -> Any:
    """Nested lists with every Tensor in them replaced by its values."""
    if isinstance(data, (list, tuple)):
        return [plain(item) for item in data]
    return data.array if isinstance(data, Tensor) else data


def check_regular(data: Any, depth: int = 0) -> tuple:
    """The shape of nested lists of numbers; TypeError for anything else in them, ValueError if ragged."""
    if isinstance(data, (list, tuple, range)):
        shapes = [check_regular(item, depth + 1) for item in data]
        for shape in shapes:
            if shape != shapes[0]:
                want, got = (s[0] if s else 0 for s in (shapes[0], shape))
                raise ValueError(f"expected sequence of length {want} at dim {depth + 1} (got {got})")
        return (len(data), *(shapes[0] if shapes else ()))
    if isinstance(data, (Tensor, np.ndarray)):
        return tuple(data.shape)
    if not isinstance(data, (numbers.Number, np.generic)):
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    return ()
