"""Chapter 8, appendix: the catalogue of indexing: reading by index, and `x[...] = v`.

Ints, slices, None and `...` give a view; lists, index tensors and masks give a copy, as in numpy and torch.
"""

import itertools
import operator
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from .arrays import checked_dim
from .dtypes import TYPE_NAMES, bool_
from .elementwise import as_operand
from .graph import Op, edge_of, mode, ndarray, record
from .tensor import Tensor
from .views import Region, check_writable, counter_of, is_basic, put_back, rebase, view_of

SELECT = Op("SelectBackward0", put_back, params=["region", "shape"])
SLICE = Op("SliceBackward0", put_back, params=["region", "shape"])
ALIAS = Op("AliasBackward0", put_back, params=["region", "shape"])
INDEX = Op("IndexBackward0", put_back, params=["region", "shape"], frees=True)
UNBIND = Op("UnbindBackward0", put_back, params=["region", "shape"])
SPLIT = Op("SplitBackward0", put_back, params=["region", "shape"])
SPLIT_WITH_SIZES = Op("SplitWithSizesBackward0", put_back, params=["region", "shape"])


def plain_index(index: Any) -> Any:
    """An index as numpy wants it: Tensors as arrays, 0-d integer ones as ints, lists as arrays.

    It ends in `...` only if it is basic.

    IndexError: an index tensor of floats.
    """
    if type(index) is int:
        return index, ...
    parts = [plain_part(part) for part in (index if isinstance(index, tuple) else (index,))]
    if is_basic(parts):
        return (*parts, ...) if ... not in parts else tuple(parts)
    return tuple(parts[:-1] if parts[-1] is ... else parts)


def plain_part(part: Any) -> Any:
    """One part of an index as numpy wants it."""
    if part is None or part is ... or type(part) is int:
        return part
    if isinstance(part, slice):
        if part == slice(None):
            return part
        ends = [end.item() if isinstance(end, Tensor) else end for end in (part.start, part.stop, part.step)]
        return slice(*ends)
    if isinstance(part, float):
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices "
            f"(got {type(part).__name__})"
        )
    array = np.array(part.array if isinstance(part, Tensor) else part)  # a copy, which nobody can write any more
    if array.size == 0 and isinstance(part, list):
        array = array.astype(np.int64)
    elif isinstance(part, Tensor) and array.dtype == np.uint8:  # torch's masks, before it had bools
        array = array.astype(bool)
    if array.dtype.kind not in "iub":
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    return int(array) if array.ndim == 0 and array.dtype.kind != "b" else array


def covers(part: Any) -> int:
    """How many dimensions a part of an index is for; `...` counts as none."""
    if part is None or part is ...:
        return 0
    return part.ndim if isinstance(part, ndarray) and part.dtype is bool_ else 1


def is_mixed(index: tuple) -> bool:
    """Whether an index has arrays beside ints or a `...`, which numpy and torch take differently."""
    kinds = set(map(type, index))
    return ndarray in kinds and not kinds.isdisjoint((int, type(...)))


def ints_first(index: tuple, ndim: int) -> tuple[tuple, tuple]:
    """A mixed index for `ndim` dimensions as two, the ints and the rest, which is how torch takes it.

    numpy counts ints as arrays, and arrays as apart even where the `...` between them stands for nothing.
    """
    spare = [slice(None)] * (ndim - sum(map(covers, index)))
    parts = list(itertools.chain(*[spare if part is ... else [part] for part in index]))
    ints = [[part] if type(part) is int else [slice(None)] * covers(part) for part in parts]
    return tuple(itertools.chain(*ints)), tuple([part for part in parts if type(part) is not int])


def index_error(error: IndexError, t: Tensor, index: tuple) -> IndexError:
    """numpy's complaint about an index in torch's words."""
    words, shape = str(error), t.array.shape
    if not shape and isinstance(index[0], (int, slice)):
        words = (
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
            "0-dim tensor to a number"
        )
    elif words.startswith("too many indices"):
        words = f"too many indices for tensor of dimension {len(shape)}"
    elif words.startswith("shape mismatch"):
        shapes = [list(map(int, re.findall(r"\d+", found))) for found in re.findall(r"\(.*?\)", words)]
        words = f"shape mismatch: indexing tensors could not be broadcast together with shapes {str(shapes)[1:-1]}"
    elif words.startswith("boolean index"):
        words = mask_error(int(re.findall(r"axis (\d+)", words)[0]), index, shape)
    return IndexError(words.replace("for axis", "for dimension"))


def mask_error(dim: int, index: tuple, shape: tuple) -> str:
    """torch's words for a mask in `index` that does not fit at dimension `dim` of a tensor of `shape`."""
    start = 0
    for i, part in enumerate(index):
        if part is ...:
            start = len(shape) - sum(map(covers, index[i:]))
        start += covers(part)
        if start > dim:
            break
    return (
        f"The shape of the mask {list(part.shape)} at index {dim - start + part.ndim} does not match "
        f"the shape of the indexed tensor {list(shape)} at index {dim}"
    )


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
        raise index_error(error, self, index) from None
    if index[-1] is not ... and len(index) > 1 and is_mixed(index):
        ints, rest = ints_first(index, x.ndim)
        return getitem(getitem(self, ints), rest)
    region = Region(None, index)
    if region.basic:
        return view_of(self, op_of(index), array, operator.getitem, index, (region, x.shape))
    return record(INDEX, array, (self,), (region, x.shape))


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """Write `value`, broadcast, to the elements at `index`; of an element named twice one value stays.

    RuntimeError: the shapes do not fit, or lists, index tensors or masks name the elements and the dtypes differ, or
    the tensor is (a view of) a leaf that requires grad.
    """
    check_writable(self, part=True)
    index, x = plain_index(index), self.array
    if index[-1] is not ... and len(index) > 1 and is_mixed(index):
        ints, rest = ints_first(index, x.ndim)
        return setitem(getitem(self, ints), rest, value)
    given, value = value, as_operand(value, x)
    if value is NotImplemented or value.array.dtype is not x.dtype:
        check_cast(x, index, given, value)
    values = value.array
    counter = counter_of(self)
    try:
        x[index] = values
    except IndexError as error:
        raise index_error(error, self, index) from None
    except ValueError:
        raise assign_error(values.shape, x[index].shape, is_basic(index)) from None
    counter.bump()
    if mode.enabled:
        if values.ndim and values.shape[0] == 1:
            value = value.reshape(values.shape[max(0, values.ndim - x[index].ndim) :])
        steps, base = (None, self) if self._view is None else (self._view.steps, self._view.base)
        edge = edge_of(value) if x.dtype.kind == "f" else None
        rebase(base, edge, Region(steps, index), value.array.shape, values.dtype)


def check_cast(x: ndarray, index: tuple, given: Any, value: Any) -> None:
    """TypeError: `given` can be no Tensor `value`. RuntimeError: what is written to `x` has another dtype.

    Only numbers, values for a basic index, and one value for a mask are cast.
    """
    if value is NotImplemented:
        raise TypeError(f"can't assign a {type(given).__name__} to a torch.{TYPE_NAMES[x.dtype.name]}Tensor")
    one = value.array.size == 1 and [part.dtype for part in index if isinstance(part, ndarray)] == [bool_]
    if value is given and not one and not is_basic(index):
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{TYPE_NAMES[x.dtype.name]} for the destination and {TYPE_NAMES[value.array.dtype.name]} for the source."
        )


def assign_error(given: tuple, wanted: tuple, basic: bool) -> RuntimeError:
    """torch's error for a value that does not fit where it shall be written."""
    lead = len(wanted) - len(given)
    for i in reversed(range(len(wanted) if basic else 0)):
        if i >= lead and given[i - lead] not in (1, wanted[i]):
            return RuntimeError(
                f"The expanded size of the tensor ({wanted[i]}) must match the existing size ({given[i - lead]}) at "
                f"non-singleton dimension {i}.  Target sizes: {list(wanted)}.  Tensor sizes: {list(given)}"
            )
    return RuntimeError(
        f"shape mismatch: value tensor of shape {list(given)} cannot be broadcast to indexing result of shape "
        f"{list(wanted)}"
    )


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


Tensor.__getitem__, Tensor.__setitem__, Tensor.__iter__ = getitem, setitem, iterate
Tensor.unbind, Tensor.split, Tensor.chunk = unbind, split, chunk
