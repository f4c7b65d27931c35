"""Chapter 8, appendix: the catalogue of operations that give the same elements another shape."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .arrays import cat, checked_dim, stretched
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


def sizes(given: tuple, named: Any = None) -> tuple:
    """`f(2, 3)`, `f((2, 3))` and `f(shape=(2, 3))` all mean (2, 3)."""
    given = given if named is None else (named,)
    return tuple(given[0]) if len(given) == 1 and not isinstance(given[0], (int, np.integer)) else given


def reshape(input: Tensor, *lengths: Any, shape: Any = None) -> Tensor:
    """The same elements in another shape, a view where that can be, else a copy; one length may be -1.

    RuntimeError: the number of elements differs.
    """
    wanted, x = sizes(lengths, shape), input.array
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


def permute(input: Tensor, *order: Any, dims: Any = None) -> Tensor:
    """A view with the dimensions in the order `dims`. RuntimeError: they are not each named once."""
    order = tuple([checked_dim(input.array.ndim, d) for d in sizes(order, dims)])
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
    """The dimensions from `start_dim` to `end_dim` as one; a view where that can be, the tensor itself if it is one.

    RuntimeError: `start_dim` comes after `end_dim`.
    """
    shape = input.array.shape or (1,)
    start, end = checked_dim(len(shape), start_dim), checked_dim(len(shape), end_dim)
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if start == end and input.array.ndim:
        return input
    return reshape(
        input, (*shape[:start], -1 if input.array.size else int(np.prod(shape[start : end + 1])), *shape[end + 1 :])
    )


def ravel(input: Tensor) -> Tensor:
    """All elements as a vector; a view where that can be."""
    return reshape(input, -1)


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """A view with dimension `dim` cut up into several of the lengths `sizes`, one of which may be -1.

    RuntimeError: they do not multiply up to its length.
    """
    shape = input.array.shape
    dim = checked_dim(len(shape), dim)
    try:
        inner = np.arange(input.size(dim)).reshape(sizes).shape
    except ValueError:
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {dim} ({shape[dim]}) "
            "in the input tensor"
        ) from None
    return view(input, *shape[:dim], *inner, *shape[dim + 1 :])


def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """A view with the dimensions `source` at the places `destination`, the others in order around them.

    RuntimeError: a dimension is named twice, or their numbers differ.
    """
    n = input.array.ndim
    pairs = [[checked_dim(n, d) for d in ((s,) if isinstance(s, int) else s)] for s in (source, destination)]
    if len(pairs[0]) != len(pairs[1]):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({pairs[0]} dims) should contain the same number "
            f"of dims as destination ({pairs[1]} dims)"
        )
    for name, dims in zip(("source", "destination"), pairs, strict=True):
        if len(set(dims)) < len(dims):
            raise RuntimeError(f"movedim: repeated dim in `{name}` ({dims})")
    order = [d for d in range(n) if d not in pairs[0]]
    for place, d in sorted(zip(pairs[1], pairs[0], strict=True)):
        order.insert(place, d)
    return permute(input, order) if n else input


def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """A view with two dimensions swapped: `transpose` by numpy's name."""
    return transpose(input, axis0, axis1)


def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """`input` expanded to the shape of `other`."""
    return expand(input, other.array.shape)


def view_as(input: Tensor, other: Tensor) -> Tensor:
    """The same memory in the shape of `other`."""
    return view(input, other.array.shape)


def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """The same elements in the shape of `other`."""
    return reshape(input, other.array.shape)


def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """`expand` by numpy's name: `input` in the shape `size`, without a copy."""
    return expand(input, size)


def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """Read-only views of all tensors in the shape that they broadcast to together. RuntimeError: there is none."""
    given = sequence(tensors)
    try:
        shape = np.broadcast_shapes(*[t.array.shape for t in given])
    except ValueError as error:
        raise RuntimeError(f"the tensors do not broadcast: {error}") from None
    return tuple([t if t.array.shape == shape else expand(t, shape) for t in given])


def sequence(tensors: tuple) -> Sequence[Tensor]:
    """`f(a, b)` and `f([a, b])` both mean (a, b)."""
    return tensors[0] if len(tensors) == 1 and not isinstance(tensors[0], Tensor) else tensors


def numel(input: Tensor) -> int:
    """How many elements a tensor of any shape has."""
    return input.array.size


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


# parts, as views


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """The slice at place `index` of dimension `dim`, as a view. IndexError: there is none."""
    shape = input.array.shape
    if not shape:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    dim = checked_dim(len(shape), dim)
    if not -shape[dim] <= index < shape[dim]:
        raise IndexError(f"select(): index {index} out of range for tensor of size {list(shape)} at dimension {dim}")
    return input[(*[slice(None)] * dim, index)]


def narrow(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """The elements from `start` to `start + length` along `dim`, as a view.

    RuntimeError, IndexError: there are no such elements.
    """
    if not input.array.ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    dim, start = checked_dim(input.array.ndim, dim), int(start)
    n = input.array.shape[dim]
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -n <= start <= n:
        raise IndexError(f"start out of range (expected to be in range of [-{n}, {n}], but got {start})")
    start = start + n if start < 0 else start
    if start + length > n:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({n}).")
    return input[(*[slice(None)] * dim, slice(start, start + length))]


def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of parts along `dim`: so many of nearly equal length, or cut at the given places.

    RuntimeError: `input` is 0-dimensional, or less than one part is wanted.
    """
    if not input.array.ndim:
        raise RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    dim = checked_dim(input.array.ndim, dim)
    n, parts = input.array.shape[dim], indices_or_sections
    parts = parts.tolist() if isinstance(parts, Tensor) else parts
    if isinstance(parts, int):
        if parts < 1:
            raise RuntimeError(f"number of sections must be larger than 0, got {parts}")
        parts = np.cumsum([n // parts + (i < n % parts) for i in range(parts - 1)], dtype=int).tolist()
    ends = [0, *parts, n]
    return tuple([input[(*[slice(None)] * dim, slice(a, b))] for a, b in itertools.pairwise(ends)])


def even_split(input: Tensor, parts: Any, dim: int, name: str) -> tuple[Tensor, ...]:
    """`tensor_split` for the functions that want parts of equal length. RuntimeError: `parts` does not divide it."""
    shape, least = input.array.shape, "hvd".index(name) + 1
    if len(shape) < least:
        raise RuntimeError(
            f"torch.{name}split requires a tensor with at least {least} dimension, but got a tensor "
            f"with {len(shape)} dimensions!"
        )
    if isinstance(parts, int) and (parts == 0 or shape[dim] % parts):
        raise RuntimeError(
            f"torch.{name}split attempted to split along dimension {dim}, but the size of the dimension {shape[dim]} "
            f"is not divisible by the split_size {parts}!"
        )
    return tensor_split(input, parts, dim)


def hsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Views of parts next to each other: along dimension 1, of a vector along 0. RuntimeError: it does not fit."""
    return even_split(input, indices_or_sections, min(1, input.array.ndim - 1), "h")


def vsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Views of parts one below the other, along dimension 0. RuntimeError: it does not fit."""
    return even_split(input, indices_or_sections, 0, "v")


def dsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Views of parts one behind the other, along dimension 2. RuntimeError: it does not fit."""
    return even_split(input, indices_or_sections, 2, "d")


# joining after a change of shape


def lifted(tensors: tuple, function: Callable) -> Any:
    """`function` of a tensor, or a tuple of those of several."""
    given = sequence(tensors)
    return function(given[0]) if given is tensors and len(given) == 1 else tuple([function(t) for t in given])


def atleast_1d(*tensors: Any) -> Any:
    """A tensor (or a tuple of several) as it is; a 0-dimensional one as a vector."""
    return lifted(tensors, lambda t: t if t.array.ndim else reshape(t, 1))


def atleast_2d(*tensors: Any) -> Any:
    """A tensor (or a tuple of several) as it is; with less than two dimensions, as one row."""
    return lifted(tensors, lambda t: t if t.array.ndim > 1 else unsqueeze(atleast_1d(t), 0))


def atleast_3d(*tensors: Any) -> Any:
    """A tensor (or a tuple of several) as it is; with less than three dimensions, as matrices of one column."""
    return lifted(tensors, lambda t: t if t.array.ndim > 2 else unsqueeze(atleast_2d(t), -1))


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors next to each other: along dimension 1, vectors along 0. RuntimeError: they do not fit, or none."""
    parts = stackable(tensors, atleast_1d, "hstack")
    return cat(parts, min(1, parts[0].array.ndim - 1))


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors one below the other along dimension 0, vectors as rows. RuntimeError: they do not fit, or none."""
    return cat(stackable(tensors, atleast_2d, "vstack"))


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors one behind the other along dimension 2. RuntimeError: they do not fit, or there are none."""
    return cat(stackable(tensors, atleast_3d, "dstack"), 2)


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors next to each other, vectors as columns. RuntimeError: they do not fit, or there are none."""
    return cat([t if t.array.ndim > 1 else reshape(t, -1, 1) for t in stackable(tensors, tuple, "column_stack")], 1)


def stackable(tensors: Sequence[Tensor], function: Callable, name: str) -> tuple[Tensor, ...]:
    """`function` of the tensors. RuntimeError: there are none."""
    if not tensors:
        raise RuntimeError(f"{name} expects a non-empty TensorList")
    return function(tensors)


Tensor.reshape, Tensor.view, Tensor.unsafe_view, Tensor.flatten = reshape, view, unsafe_view, flatten
Tensor.transpose, Tensor.t, Tensor.permute = transpose, t, permute
Tensor.T, Tensor.mT = property(transposed), property(
    lambda self: transpose(self, -2, -1), doc="Each matrix of the last two dimensions transposed."
)
Tensor.squeeze, Tensor.unsqueeze, Tensor.expand = squeeze, unsqueeze, expand
Tensor.ravel, Tensor.unflatten, Tensor.movedim, Tensor.moveaxis = ravel, unflatten, movedim, movedim
Tensor.swapaxes, Tensor.swapdims = swapaxes, transpose
Tensor.expand_as, Tensor.view_as, Tensor.reshape_as, Tensor.broadcast_to = expand_as, view_as, reshape_as, broadcast_to
Tensor.select, Tensor.narrow, Tensor.tensor_split, Tensor.hsplit, Tensor.vsplit, Tensor.dsplit = (
    select, narrow, tensor_split, hsplit, vsplit, dsplit,
)  # fmt: skip
Tensor.contiguous, Tensor.is_contiguous, Tensor.stride = contiguous, is_contiguous, stride
NUMPY |= {
    np.reshape: reshape, np.broadcast_to: expand, np.swapaxes: transpose, np.squeeze: squeeze,
}  # fmt: skip
NUMPY[np.transpose] = lambda x, axes=None: transposed(x) if axes is None else permute(x, *axes)
