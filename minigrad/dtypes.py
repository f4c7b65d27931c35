"""Chapter 1, appendix: the element types, under torch's names. A dtype of minigrad is a numpy dtype."""

from collections.abc import Iterable
from typing import Any

import numpy as np

float16 = half = np.dtype("float16")
float32 = float = np.dtype("float32")
float64 = double = np.dtype("float64")
uint8 = np.dtype("uint8")
int8 = np.dtype("int8")
int16 = short = np.dtype("int16")
int32 = int = np.dtype("int32")
int64 = long = np.dtype("int64")
bool_ = np.dtype("bool")

KNOWN = {dtype: dtype for dtype in (float16, float32, float64, uint8, int8, int16, int32, int64, bool_)}
_default = [float32]

# what torch calls them in its messages
TYPE_NAMES = {"float16": "Half", "float32": "Float", "float64": "Double", "uint8": "Byte", "int8": "Char",
              "int16": "Short", "int32": "Int", "int64": "Long", "bool": "Bool"}  # fmt: skip


def default_dtype() -> np.dtype:
    """The dtype of tensors made from Python floats: float32 unless `set_default_dtype` changed it."""
    return _default[0]


def set_default_dtype(dtype: Any) -> None:
    """Make `dtype`, a floating point dtype, the one that Python floats become (TypeError otherwise)."""
    dtype = as_dtype(dtype)
    if not is_floating(dtype):
        raise TypeError(f"only floating-point types are supported as the default type, got {dtype}")
    _default[0] = dtype


def as_dtype(dtype: Any) -> np.dtype:
    """The one of the dtypes above that Python or numpy calls `dtype`: `float` is float64, "int8" is int8.

    TypeError: there are no tensors of it, as of text, objects and complex numbers.
    """
    known = KNOWN.get(dtype) or KNOWN.get(np.dtype(dtype))
    if known is None:
        strange, names = np.dtype(dtype), ", ".join(map(str, KNOWN))
        raise TypeError(
            f"can't convert np.ndarray of type numpy.{strange.type.__name__} ({strange}). "
            f"The only supported types are: {names}."
        )
    return known


def is_floating(dtype: np.dtype) -> bool:
    """Whether tensors of `dtype` can require gradients."""
    return dtype.kind == "f"


def category(dtype: np.dtype) -> str:
    """torch promotes between three categories, each wider than the one before: bool "b", int "i", float "f"."""
    return "i" if dtype.kind in "iu" else dtype.kind


def common(dtypes: Iterable[np.dtype]) -> np.dtype:
    """The dtype for values of all of `dtypes`: only those of the widest category count.

    An integer with a float gives that float, however wide the integer.
    """
    dtypes = list(dtypes)
    widest = max(map(category, dtypes), key="bif".index)
    return np.result_type(*[dtype for dtype in dtypes if category(dtype) == widest])


def promote(*operands: np.ndarray) -> np.dtype:
    """The dtype of a result, by torch's rule, which is not numpy's.

    The widest category among the operands decides. Within it the tensors with dimensions decide; 0-dimensional
    ones only if there are no others.
    https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
    """
    widest = max((category(a.dtype) for a in operands), key="bif".index)
    deciding = [a for a in operands if category(a.dtype) == widest]
    return common([a.dtype for a in deciding if a.ndim] or [a.dtype for a in deciding])
