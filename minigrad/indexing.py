"""Chapter 8, appendix: the catalogue of indexing, reading and writing.

Ints, slices, None and `...` give a view; lists, index tensors and masks give a copy, as in numpy and torch.
"""

import itertools
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from .arrays import checked_dim
from .elementwise import as_operand
from .graph import Op, edge_of, mode, record
from .tensor import Tensor
from .views import Region, check_writable, counter_of, in_place, is_basic, put_back, rebase, view_of

SELECT = Op("SelectBackward0", put_back, params=["region", "shape"])
SLICE = Op("SliceBackward0", put_back, params=["region", "shape"])
ALIAS = Op("AliasBackward0", put_back, params=["region", "shape"])
INDEX = Op("IndexBackward0", put_back, params=["region", "shape"], frees=True)
UNBIND = Op("UnbindBackward0", put_back, params=["region", "shape"])
SPLIT = Op("SplitBackward0", put_back, params=["region", "shape"])
SPLIT_WITH_SIZES = Op("SplitWithSizesBackward0", put_back, params=["region", "shape"])
INDEX_SELECT = Op("IndexSelectBackward0", put_back, params=["region", "shape"], frees=True)
INDEX_ADD = Op(
    "IndexAddBackward0",
    lambda g: g,
    lambda g, dim, index, alpha: g[(*[slice(None)] * dim, index)] * alpha,
    params=["dim", "index", "alpha"],
    frees=True,
)
MASKED_FILL = Op(
    "MaskedFillBackward0",
    lambda g, mask: np.where(mask, 0.0, g),
    lambda g, mask: np.where(mask, g, 0.0).sum(),
    params=["mask"],
    frees=True,
)


def plain_index(index: Any) -> Any:
    """An index as numpy wants it: Tensors as arrays, 0-d integer ones as ints, lists as arrays.

    IndexError: an index tensor of floats.
    """
    if type(index) is int:
        return index, ...
    parts = [plain_part(part) for part in (index if isinstance(index, tuple) else (index,))]
    return (*parts, ...) if is_basic(parts) and ... not in parts else tuple(parts)


def plain_part(part: Any) -> Any:
    """One part of an index as numpy wants it."""
    if part is None or part is ... or type(part) is int:
        return part
    if isinstance(part, slice):
        if part == slice(None):
            return part
        ends = [end.item() if isinstance(end, Tensor) else end for end in (part.start, part.stop, part.step)]
        return slice(*ends)
    array = np.array(part.array if isinstance(part, Tensor) else part)  # a copy, which nobody can write any more
    if array.size == 0 and isinstance(part, list):
        array = array.astype(np.int64)
    elif isinstance(part, Tensor) and array.dtype == np.uint8:  # torch's masks, before it had bools
        array = array.astype(bool)
    if array.dtype.kind not in "iub":
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    return int(array) if array.ndim == 0 and array.dtype.kind != "b" else array


def index_error(error: IndexError, t: Tensor) -> IndexError:
    """numpy's complaint about an index in torch's words."""
    words = str(error)
    if t.array.ndim == 0:
        words = (
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
            "0-dim tensor to a number"
        )
    elif words.startswith("too many indices"):
        words = f"too many indices for tensor of dimension {t.array.ndim}"
    elif "boolean index did not match" in words:
        words = f"The shape of the mask does not match the shape of the indexed tensor {list(t.array.shape)}: {words}"
    return IndexError(words.replace("for axis", "for dimension"))


def op_of(index: tuple) -> Op:
    """What torch calls the last step of a basic index."""
    for part in reversed(index):
        if type(part) is int:
            return SELECT
        if isinstance(part, slice) and part != slice(None):
            return SLICE
    return ALIAS if index == (...,) else SLICE


def getitem(self: Tensor, index: Any) -> Tensor:
    """The elements at `index`, as a view for a basic index and as a copy otherwise. IndexError: out of range."""
    index, x = plain_index(index), self.array
    if len(index) == 2 and index[0] is None and index[1] is ...:
        return self.unsqueeze(0)
    try:
        array = x[index]
    except IndexError as error:
        raise index_error(error, self) from None
    region = Region(None, index)
    if region.basic:
        return view_of(self, op_of(index), array, operator.getitem, index, (region, x.shape))
    return record(INDEX, array, (self,), (region, x.shape))


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """Write `value`, broadcast, to the elements at `index`; of an element named twice one value stays.

    RuntimeError: the shapes do not fit, or the tensor is (a view of) a leaf that requires grad.
    """
    check_writable(self, part=True)
    index, x = plain_index(index), self.array
    value = as_operand(value, x)
    if value is NotImplemented:
        raise TypeError("can't assign a value that is neither a number nor a tensor")
    values = value.array
    counter = counter_of(self)
    try:
        x[index] = values
    except IndexError as error:
        raise index_error(error, self) from None
    except ValueError:
        raise assign_error(values.shape, x[index].shape) from None
    counter.bump()
    if mode.enabled:
        if values.ndim and values.shape[0] == 1:
            value = value.reshape(values.shape[max(0, values.ndim - x[index].ndim) :])
        steps, base = (None, self) if self._view is None else (self._view.steps, self._view.base)
        edge = edge_of(value) if x.dtype.kind == "f" else None
        rebase(base, edge, Region(steps, index), value.array.shape, values.dtype)


def assign_error(given: tuple, wanted: tuple) -> RuntimeError:
    """torch's error for a value that does not fit where it shall be written."""
    lead = len(wanted) - len(given)
    for i in reversed(range(len(wanted))):
        if i >= lead and given[i - lead] not in (1, wanted[i]):
            return RuntimeError(
                f"The expanded size of the tensor ({wanted[i]}) must match the existing size ({given[i - lead]}) at "
                f"non-singleton dimension {i}.  Target sizes: {list(wanted)}.  Tensor sizes: {list(given)}"
            )
    return RuntimeError(f"shape mismatch: value tensor of shape {list(given)} cannot be broadcast to {list(wanted)}")


def several(input: Tensor, op: Op, parts: list[tuple], name: str) -> tuple[Tensor, ...]:
    """Views of several parts at once; none of them may be written in place."""
    views = [
        view_of(input, op, input.array[part], operator.getitem, part, (Region(None, part), input.array.shape))
        for part in parts
    ]
    for view in views:
        view._view.several = name
    return tuple(views)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The slices along `dim`, each without that dimension, as views. IndexError: there is none."""
    if input.array.ndim == 0:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    dim = checked_dim(input.array.ndim, dim)
    return several(input, UNBIND, [(*[slice(None)] * dim, i, ...) for i in range(input.array.shape[dim])], "Unbind")


def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts of one length (or of the lengths in a list) along `dim`, as views. RuntimeError: no dimension."""
    input, size = tensor, split_size_or_sections
    if input.array.ndim == 0:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    dim = checked_dim(input.array.ndim, dim)
    n = input.array.shape[dim]
    if isinstance(size, int) and (size < 0 or size == 0 < n):
        raise RuntimeError(f"split expects split_size to be positive, but got split_size={size}")
    lengths = list(size) if not isinstance(size, int) else [min(size, n - i) for i in range(0, n, size or 1)] or [0]
    if sum(lengths) != n:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {n} (input tensor's size at dimension {dim}), "
            f"but got split_sizes={lengths}"
        )
    ends = np.cumsum([0, *lengths]).tolist()
    lead = [slice(None)] * dim
    op, name = (SPLIT, "Split") if isinstance(size, int) else (SPLIT_WITH_SIZES, "SplitWithSizes")
    return several(input, op, [(*lead, slice(a, b), ...) for a, b in itertools.pairwise(ends)], name)


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` parts of equal length along `dim`, the last perhaps shorter, as views.

    RuntimeError: there is no dimension, or no part is wanted.
    """
    if input.array.ndim == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks < 1:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    n = input.array.shape[checked_dim(input.array.ndim, dim)]
    return split(input, -(-n // chunks) if n else [0] * chunks, dim)


def iterate(self: Tensor) -> Iterator[Tensor]:
    """The slices along the first dimension. TypeError: there is none."""
    if self.array.ndim == 0:
        raise TypeError("iteration over a 0-d tensor")
    return iter(unbind(self))


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices at the places `index` (int64 vector) along `dim`, copied."""
    region = Region(None, (*[slice(None)] * checked_dim(input.array.ndim, dim), np.array(index.array, ndmin=1)))
    return record(INDEX_SELECT, region.read(input.array), (input,), (region, input.array.shape))


def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    """`input` with alpha * source[i] added to the slice at index[i] along `dim`; repeated indices add up."""
    dim = checked_dim(input.array.ndim, dim)
    array = input.array.copy()
    places = index.array.copy()
    place: Any = (*[slice(None)] * dim, places)
    np.add.at(array, place, source.array * array.dtype.type(alpha))
    return record(INDEX_ADD, array, (input, source), (dim, places, alpha))


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """`value`, a number or a 0-d tensor, where `mask` (bool, broadcast) holds; `input` elsewhere."""
    value = as_operand(value, input.array)
    array = np.where(mask.array, value.array.astype(input.array.dtype), input.array)
    fit = None if array.shape == input.array.shape else ((input.array.shape, input.array.dtype), None)
    return record(MASKED_FILL, array, (input, value), (mask.array.copy(),), fit)


Tensor.__getitem__, Tensor.__setitem__, Tensor.__iter__ = getitem, setitem, iterate
Tensor.unbind, Tensor.split, Tensor.chunk = unbind, split, chunk
Tensor.index_select, Tensor.index_add, Tensor.masked_fill = index_select, index_add, masked_fill
Tensor.index_add_, Tensor.masked_fill_ = in_place(index_add), in_place(masked_fill)
