"""Chapter 1, appendix: printing a tensor letter for letter as torch prints it.

Four digits, 80 columns, three elements at each edge of what has more than a thousand. The rules for widths and
for scientific notation are those of torch's `_tensor_str.py`.
"""

import math
from typing import Any

import numpy as np

from .dtypes import bool_, default_dtype, int64, is_floating
from .tensor import Tensor

PRECISION, THRESHOLD, EDGE_ITEMS, LINE_WIDTH = 4, 1000, 3, 80


class Formatter:
    """Formats every element of one array to the same width."""

    def __init__(self, array: np.ndarray) -> None:
        self.floating = is_floating(array.dtype)
        self.spec, self.point = ("", "") if not self.floating else (".0f", ".")
        values = array.reshape(-1)
        if self.floating:
            values = values[np.isfinite(values) & (values != 0)].astype(np.float64)
            if values.size:
                self.choose(np.abs(values), whole=bool(np.all(values == np.ceil(values))))
        self.width = max([1, *(len(format(v, self.spec) + self.point) for v in values.tolist())])

    def choose(self, sizes: np.ndarray, whole: bool) -> None:
        """Whole numbers print as `3.`, others with four digits, very unequal or extreme ones as `3.0000e+05`."""
        low, high = float(sizes.min()), float(sizes.max())
        scientific = high / low > 1000 or high > 1e8 or low < 1e-4
        if scientific or not whole:
            self.spec, self.point = f".{PRECISION}{'e' if scientific else 'f'}", ""

    def __call__(self, value: Any) -> str:
        text = format(value, self.spec)
        if self.floating and math.isfinite(value):
            text += self.point
        return text.rjust(self.width)


def edges(array: np.ndarray) -> np.ndarray:
    """The elements that a shortened print shows: the first and last three along every dimension."""
    for axis, length in enumerate(array.shape):
        if length > 2 * EDGE_ITEMS:
            array = np.take(array, [*range(EDGE_ITEMS), *range(-EDGE_ITEMS, 0)], axis)
    return array


def body(array: np.ndarray, indent: int, short: bool, formatter: Formatter) -> str:
    """The nested brackets of `array`, their continuation lines indented by `indent` spaces."""
    if array.ndim == 0:
        return formatter(array.item())
    cut = short and len(array) > 2 * EDGE_ITEMS
    shown = [*array[:EDGE_ITEMS], *array[-EDGE_ITEMS:]] if cut else list(array)
    if array.ndim > 1:
        parts = [body(row, indent + 1, short, formatter) for row in shown]
        if cut:
            parts.insert(EDGE_ITEMS, "...")
        return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"
    items = [formatter(v.item()) for v in shown]
    if cut:
        items.insert(EDGE_ITEMS, " ...")
    per_line = max(1, (LINE_WIDTH - indent) // (formatter.width + 2))
    lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def suffixes(t: Tensor) -> list[str]:
    """What follows the values: an unusual size or dtype, then where the tensor comes from."""
    empty = t.array.size == 0
    found = []
    if empty and t.array.ndim != 1:
        found.append(f"size={t.array.shape}")
    if t.dtype != default_dtype() and (empty or t.dtype not in (int64, bool_)):
        found.append(f"dtype=torch.{t.dtype.name}")
    if t.grad_fn is not None:
        found.append(f"grad_fn=<{t.grad_fn.name().rpartition('::')[2]}>")
    elif t.requires_grad:
        found.append("requires_grad=True")
    return found


def tensor_str(t: Tensor) -> str:
    """The text of `print(t)`."""
    prefix, array = "tensor(", t.array
    short = array.size > THRESHOLD
    formatter = Formatter(edges(array) if short else array)
    text = prefix + (body(array, len(prefix), short, formatter) if array.size else "[]")
    used = len(text) - text.rfind("\n") + 1
    for suffix in suffixes(t):
        if used + len(suffix) + 2 > LINE_WIDTH:
            text += ",\n" + " " * len(prefix) + suffix
            used = len(prefix) + len(suffix)
        else:
            text += ", " + suffix
            used += len(suffix) + 2
    return text + ")"


Tensor.__repr__ = Tensor.__str__ = tensor_str
