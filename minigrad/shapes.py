"""Chapter 8, appendix: the catalogue of operations that give the same elements another shape."""

from typing import Any

import numpy as np

from .arrays import checked_dim, stretched
from .elementwise import NUMPY, fit_to
from .graph import Op, record
from .tensor import Tensor
from .views import view_of

VIEW = Op("ViewBackward0", lambda g, shape: g.reshape(shape), params=["shape"])
UNSAFE_VIEW = Op("UnsafeViewBackward0", lambda g, shape: g.reshape(shape), params=["shape"])
EXPAND = Op("ExpandBackward0", lambda g, shape, dtype: fit_to(g, shape, dtype), params=["shape", "dtype"])
PERMUTE = Op("PermuteBackward0", lambda g, back: np.transpose(g, back), params=["back"])
TRANSPOSE = Op("TransposeBackward0", lambda g, dims: np.swapaxes(g, *dims), params=["dims"])
TRANSPOSE_2D = Op("TBackward0", lambda g: g.T)
SQUEEZE = Op("SqueezeBackward0", lambda g, shape: g.reshape(shape), params=["shape"])
UNSQUEEZE = Op("UnsqueezeBackward0", lambda g, shape: g.reshape(shape), params=["shape"])


def sizes(shape: tuple) -> tuple:
    """`f(2, 3)` and `f((2, 3))` both mean (2, 3)."""
    return tuple(shape[0]) if len(shape) == 1 and not isinstance(shape[0], (int, np.integer)) else shape


def reshape(input: Tensor, *shape: Any) -> Tensor:
    """The same elements in another shape, a view where that can be, else a copy; one length may be -1.

    RuntimeError: the number of elements differs.
    """
    wanted, x = sizes(shape), input.array
    try:
        array = x.reshape(wanted)
    except ValueError:
        raise RuntimeError(f"shape '{list(wanted)}' is invalid for input of size {x.size}") from None
    if array.size and not np.may_share_memory(array, x):
        return record(UNSAFE_VIEW, array, (input,), (x.shape,))
    return view_of(input, VIEW, array, np.reshape, array.shape, (x.shape,))


def view(input: Tensor, *shape: Any) -> Tensor:
    """The same memory in another shape. RuntimeError: the sizes differ, or it would need a copy."""
    out = reshape(input, *shape)
    if out._view is None:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
            "contiguous subspaces). Use .reshape(...) instead."
        )
    return out


def unsafe_view(input: Tensor, *shape: Any) -> Tensor:
    """`reshape` of a result that nobody else holds, so that no view has to be kept track of."""
    return record(UNSAFE_VIEW, input.array.reshape(sizes(shape)), (input,), (input.array.shape,))


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """A view with two dimensions swapped."""
    dims = checked_dim(input.array.ndim, dim0), checked_dim(input.array.ndim, dim1)
    if not input.array.ndim:
        return permute(input)
    array = np.swapaxes(input.array, *dims)
    return view_of(input, TRANSPOSE, array, lambda a, d: np.swapaxes(a, *d), dims, (dims,))


def t(input: Tensor) -> Tensor:
    """The transpose of a matrix, as a view; vectors and scalars stay as they are."""
    if input.array.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input.array.ndim}D")
    return view_of(input, TRANSPOSE_2D, input.array.T, np.transpose, None, ())


def transposed(input: Tensor) -> Tensor:
    """A view with the dimensions in reverse order."""
    return view_of(input, PERMUTE, input.array.T, np.transpose, None, (None,))


def permute(input: Tensor, *dims: Any) -> Tensor:
    """A view with the dimensions in the order `dims`. RuntimeError: they are not each named once."""
    order = tuple([checked_dim(input.array.ndim, d) for d in sizes(dims)])
    if sorted(order) != list(range(input.array.ndim)):
        raise RuntimeError(
            f"permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            f"ordering of dimensions i.e. input.dim() = {input.array.ndim} is not equal to len(dims) = {len(order)}"
        )
    back = tuple(np.argsort(order).tolist())
    return view_of(input, PERMUTE, np.transpose(input.array, order), np.transpose, order, (back,))


def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """A view without the dimensions of length 1: all of them, or those named by `dim`."""
    shape, n = input.array.shape, input.array.ndim
    named = range(n) if dim is None else [checked_dim(n, d) for d in ((dim,) if isinstance(dim, int) else dim)]
    kept = tuple([length for i, length in enumerate(shape) if length != 1 or i not in named])
    return view_of(input, SQUEEZE, input.array.reshape(kept), np.reshape, kept, (shape,))


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """A view with a new dimension of length 1 at `dim`."""
    shape = input.array.shape
    dim = checked_dim(len(shape) + 1, dim)
    wanted = (*shape[:dim], 1, *shape[dim:])
    return view_of(input, UNSQUEEZE, input.array.reshape(wanted), np.reshape, wanted, (shape,))


def expand(input: Tensor, *shape: Any) -> Tensor:
    """A read-only view in which dimensions of length 1 are repeated; -1 keeps a length. RuntimeError: does not fit."""
    x, wanted = input.array, sizes(shape)
    if len(wanted) < x.ndim:
        raise RuntimeError(
            f"expand(torch.{input.dtype}{list(x.shape)}, size={list(wanted)}): "
            f"the number of sizes provided ({len(wanted)}) "
            f"must be greater or equal to the number of dimensions in the tensor ({x.ndim})"
        )
    lead = len(wanted) - x.ndim
    full = tuple([x.shape[i - lead] if n == -1 else n for i, n in enumerate(wanted)])
    for i, n in reversed(list(enumerate(full))):
        if i >= lead and x.shape[i - lead] not in (1, n):
            raise RuntimeError(
                f"The expanded size of the tensor ({n}) must match the existing size ({x.shape[i - lead]}) at "
                f"non-singleton dimension {i}.  Target sizes: {list(wanted)}.  Tensor sizes: {list(x.shape)}"
            )
    return view_of(input, EXPAND, stretched(x, full), np.broadcast_to, full, (x.shape, x.dtype))


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from `start_dim` to `end_dim` as one; a view where that can be."""
    shape = input.array.shape or (1,)
    start, end = checked_dim(len(shape), start_dim), checked_dim(len(shape), end_dim)
    return reshape(
        input, (*shape[:start], -1 if input.array.size else int(np.prod(shape[start : end + 1])), *shape[end + 1 :])
    )


def contiguous(self: Tensor) -> Tensor:
    """The tensor itself if its elements lie in memory in order, else a copy in which they do."""
    return self if self.array.flags.c_contiguous else self.clone()


def is_contiguous(self: Tensor) -> bool:
    """Whether the elements lie in memory one after the other, the last dimension fastest."""
    return self.array.flags.c_contiguous


def stride(self: Tensor, dim: int | None = None) -> Any:
    """How many elements to go in memory for one step along each dimension (or along `dim`)."""
    strides = tuple([s // self.array.itemsize for s in self.array.strides])
    return strides if dim is None else strides[dim]


Tensor.reshape, Tensor.view, Tensor.unsafe_view, Tensor.flatten = reshape, view, unsafe_view, flatten
Tensor.transpose, Tensor.t, Tensor.permute = transpose, t, permute
Tensor.T, Tensor.mT = property(transposed), property(lambda self: transpose(self, -2, -1))
Tensor.squeeze, Tensor.unsqueeze, Tensor.expand = squeeze, unsqueeze, expand
Tensor.contiguous, Tensor.is_contiguous, Tensor.stride = contiguous, is_contiguous, stride
NUMPY |= {
    np.reshape: reshape, np.broadcast_to: expand, np.swapaxes: transpose, np.squeeze: squeeze,
}  # fmt: skip
NUMPY[np.transpose] = lambda x, axes=None: transposed(x) if axes is None else permute(x, *axes)
