"""Chapter 1, appendix: the element types, under torch's names. A dtype of minigrad is a numpy dtype."""

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

_default = [float32]


def default_dtype() -> np.dtype:
    """The dtype of tensors made from Python floats: float32 unless `set_default_dtype` changed it."""
    return _default[0]


def set_default_dtype(dtype: np.dtype) -> None:
    """Make `dtype`, a floating point dtype, the one that Python floats become (TypeError otherwise)."""
    if not is_floating(np.dtype(dtype)):
        raise TypeError(f"only floating-point types are supported as the default type, got {dtype}")
    _default[0] = np.dtype(dtype)


def is_floating(dtype: np.dtype) -> bool:
    """Whether tensors of `dtype` can require gradients."""
    return dtype.kind == "f"


def category(dtype: np.dtype) -> str:
    """torch promotes between three categories, each wider than the one before: bool "b", int "i", float "f"."""
    return "i" if dtype.kind in "iu" else dtype.kind


def promote(*operands: np.ndarray) -> np.dtype:
    """The dtype of a result, by torch's rule, which is not numpy's.

    The widest category among the operands decides. Within it the tensors with dimensions decide; 0-dimensional
    ones only if there are no others. An integer with a float gives that float, however wide the integer.
    https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
    """
    rank = "bif".index
    widest = max((category(a.dtype) for a in operands), key=rank)
    shaped = [a.dtype for a in operands if a.ndim and category(a.dtype) == widest]
    zero_dim = [a.dtype for a in operands if not a.ndim and category(a.dtype) == widest]
    return np.result_type(*(shaped or zero_dim))
