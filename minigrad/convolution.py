"""Chapter 11, convolution: one small weight, laid on every window of an image.

`windows` copies every window of an image into a table; `fold` adds a table back to where its numbers came from. Each
is the gradient of the other. With them a convolution is one matrix product, and pooling is a maximum or a mean.
Images have the shape (n, channels, height, width), or (channels, height, width) for a single one.
"""

from typing import Any

import numpy as np

from .arrays import matmul
from .graph import Op, record
from .rearranging import pad
from .tensor import Tensor


def windows(x: Any, kernel: tuple, stride: tuple, dilation: tuple) -> Any:
    """Every window of x (n, channels, *image), copied: (n, channels, *kernel, *places).

    x: ndarray or Tensor. kernel: the lengths of a window. stride: from one window to the next. dilation: from one
    element of a window to the next.
    """
    if isinstance(x, Tensor):
        params = (x.array.shape, kernel, stride, dilation)
        return record(WINDOWS, windows(x.array, kernel, stride, dilation), (x,), params)
    d, axes = len(kernel), tuple(range(2, x.ndim))
    spans = tuple([(k - 1) * step + 1 for k, step in zip(kernel, dilation, strict=True)])
    found = np.lib.stride_tricks.sliding_window_view(x, spans, axes)
    steps: Any = (..., *[slice(None, None, s) for s in (*stride, *dilation)])
    return np.ascontiguousarray(found[steps].transpose(0, 1, *range(2 + d, 2 + 2 * d), *axes))


def fold(table: Any, shape: tuple, kernel: tuple, stride: tuple, dilation: tuple) -> Any:
    """Zeros of `shape` (n, channels, *image) with every window of `table` added in its place."""
    if isinstance(table, Tensor):
        params = (kernel, stride, dilation)
        return record(FOLD, fold(table.array, shape, *params), (table,), params)
    out, places = np.zeros(shape, table.dtype), table.shape[2 + len(kernel) :]
    for element in np.ndindex(kernel):
        starts = [i * step for i, step in zip(element, dilation, strict=True)]
        steps = zip(starts, places, stride, strict=True)
        reached: Any = (..., *[slice(start, start + (n - 1) * s + 1, s) for start, n, s in steps])
        out[reached] += table[(slice(None), slice(None), *element)]
    return out


WINDOWS = Op("Im2ColBackward0", fold, params=["shape", "kernel", "stride", "dilation"])
FOLD = Op("Col2ImBackward0", windows, params=["kernel", "stride", "dilation"])


def widened(input: Tensor, margins: list[tuple[int, int]], value: float = 0.0) -> Tensor:
    """`input` with margins (before, after) of `value` along its last dimensions."""
    return pad(input, [n for ends in reversed(margins) for n in ends], value=value) if np.any(margins) else input


def lengths(value: Any, d: int) -> tuple:
    """An int for all of `d` dimensions, or one for each."""
    return (value,) * d if isinstance(value, int) else tuple(value)


def check_image(input: Tensor, d: int, name: str) -> None:
    """RuntimeError: not the dimensions of images, or of a single one."""
    if input.array.ndim not in (d + 1, d + 2):
        raise RuntimeError(
            f"Expected {d + 1}D (unbatched) or {d + 2}D (batched) input to {name}, but got input of size: "
            f"{list(input.array.shape)}"
        )


def check_room(input: Tensor, margins: list, kernel: tuple, dilation: tuple) -> None:
    """RuntimeError: a window is larger than the image with its margins."""
    room = [n + sum(m) for n, m in zip(input.array.shape[2:], margins, strict=True)]
    spans = [(k - 1) * step + 1 for k, step in zip(kernel, dilation, strict=True)]
    if any([span > n for span, n in zip(spans, room, strict=True)]):
        raise RuntimeError(
            f"Calculated padded input size per channel: ({' x '.join(map(str, room))}). "
            f"Kernel size: ({' x '.join(map(str, spans))}). Kernel size can't be greater than actual input size"
        )


def margins_for(padding: Any, kernel: tuple, stride: tuple, dilation: tuple) -> list[tuple[int, int]]:
    """The margins that `padding` means; "same" keeps the size of the image, an odd one of two more stands behind.

    ValueError, RuntimeError: another word, or "same" with strides.
    """
    if padding == "valid":
        padding = 0
    if not isinstance(padding, str):
        margins = [(n, n) for n in lengths(padding, len(kernel))]
        if min(margins)[0] < 0:
            raise RuntimeError("negative padding is not supported")
        return margins
    if padding != "same":
        raise RuntimeError(f"Invalid padding string: '{padding}'")
    if any([s != 1 for s in stride]):
        raise RuntimeError("padding='same' is not supported for strided convolutions")
    extra = [(k - 1) * step for k, step in zip(kernel, dilation, strict=True)]
    return [(n // 2, n - n // 2) for n in extra]


def check_weight(input: Tensor, weight: Tensor, bias: Tensor | None, stride: tuple, groups: int) -> None:
    """RuntimeError: the channels of image, weight and bias do not fit together, or the stride is not positive."""
    x, w, size = input.array, weight.array, list(weight.array.shape)
    if min(stride) <= 0:
        raise RuntimeError("non-positive stride is not supported")
    if w.ndim != x.ndim:
        raise RuntimeError(f"expected a weight of {x.ndim} dimensions for input{list(x.shape)}, but got size {size}")
    if w.shape[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size [{size}] instead"
        )
    if x.shape[1] != w.shape[1] * groups:
        raise RuntimeError(
            f"Given groups={groups}, weight of size {size}, expected input{list(x.shape)} to have "
            f"{w.shape[1] * groups} channels, but got {x.shape[1]} channels instead"
        )
    if bias is not None and bias.array.shape != w.shape[:1]:
        raise RuntimeError(
            f"Given weight of size {size}, expected bias to be 1-dimensional with {w.shape[0]} elements, but got bias "
            f"of size {list(bias.array.shape)} instead"
        )


def convolve(
    d: int, input: Tensor, weight: Tensor, bias: Tensor | None, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    """The convolution over `d` dimensions: for every window, the sums of its elements times those of each weight."""
    check_image(input, d, f"conv{d}d")
    if input.array.ndim == d + 1:
        return convolve(d, input.unsqueeze(0), weight, bias, stride, padding, dilation, groups).squeeze(0)
    stride, dilation = lengths(stride, d), lengths(dilation, d)
    check_weight(input, weight, bias, stride, groups)
    outputs, inputs, *kernel = weight.array.shape
    margins = margins_for(padding, tuple(kernel), stride, dilation)
    check_room(input, margins, tuple(kernel), dilation)
    table = windows(widened(input, margins), tuple(kernel), stride, dilation)
    n, places = len(input.array), table.array.shape[2 + d :]
    columns = table.reshape(n, groups, inputs * int(np.prod(kernel)), -1)
    rows = weight.reshape(groups, outputs // groups, -1)
    out = matmul(rows, columns).reshape(n, outputs, *places)
    return out if bias is None else out + bias.reshape(-1, *[1] * d)


def conv1d(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1,
    groups: int = 1,
) -> Tensor:  # fmt: skip
    """`conv2d` over one dimension: input (n, channels, length), weight (outputs, channels / groups, k)."""
    return convolve(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1,
    groups: int = 1,
) -> Tensor:  # fmt: skip
    """The images `input` (n, channels, height, width) seen through `weight` (outputs, channels / groups, k, l).

    stride, padding, dilation: an int or one for each direction; padding also "valid" or "same". groups: into how many
    parts the channels are divided, each seen by its own part of the outputs. Result: (n, outputs, rows, columns).
    RuntimeError: the shapes do not fit together, or a window is larger than the image.
    """
    return convolve(2, input, weight, bias, stride, padding, dilation, groups)


def pooling_windows(input: Tensor, kernel_size: Any, stride: Any, padding: Any, dilation: Any, fill: float) -> Tensor:
    """The windows of `input`, each as one column: (n, channels, height of the column, rows, columns)."""
    kernel, dilation, margin = lengths(kernel_size, 2), lengths(dilation, 2), lengths(padding, 2)
    stride = kernel if stride is None else lengths(stride, 2)
    for length, step, room in zip(kernel, dilation, margin, strict=True):
        if room > ((length - 1) * step + 1) // 2:
            raise RuntimeError(
                f"pad should be at most half of effective kernel size, but got pad={room}, kernel_size={length} and "
                f"dilation={step}"
            )
    margins = [(n, n) for n in margin]
    check_room(input, margins, kernel, dilation)
    table = windows(widened(input, margins, fill), kernel, stride, dilation)
    return table.flatten(2, 3)


def max_pool2d(input: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Tensor:
    """The largest element of every window; its gradient goes to the first one that is as large.

    input: (n, channels, height, width) or (channels, height, width). stride: from window to window, by default
    side by side. RuntimeError: more padding than half a window, or a window larger than the image.
    """
    check_image(input, 2, "max_pool2d")
    if input.array.ndim == 3:
        return max_pool2d(input.unsqueeze(0), kernel_size, stride, padding, dilation).squeeze(0)
    return pooling_windows(input, kernel_size, stride, padding, dilation, -np.inf).max(2).values


def avg_pool2d(input: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0) -> Tensor:
    """The mean of every window, the zeros of the margin included; shapes and options as for `max_pool2d`."""
    check_image(input, 2, "avg_pool2d")
    if input.array.ndim == 3:
        return avg_pool2d(input.unsqueeze(0), kernel_size, stride, padding).squeeze(0)
    return pooling_windows(input, kernel_size, stride, padding, 1, 0.0).mean(2)
