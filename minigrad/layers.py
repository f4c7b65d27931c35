"""Chapter 11, layers: the modules that networks are built of, with torch's names, arguments and first values.

A layer holds what is learned and the numbers that say how to compute; the computation itself is a function of
`torch.nn.functional`. The functions that a network bends or is judged by (`activation_layers`, `loss_layers`) have
nothing to learn and are modules only so that they can stand in a `Sequential`.
"""

import math
from typing import Any

from . import activations, normalising
from .arrays import linear
from .convolution import avg_pool2d, conv1d, conv2d, lengths, max_pool2d
from .creation import empty, ones, tensor, zeros
from .dtypes import int64
from .graph import no_grad
from .initialization import kaiming_uniform_, normal_, uniform_
from .modules import Module, Parameter
from .selecting import embedding
from .shapes import flatten
from .tensor import Tensor


class Identity(Module):
    """Its input, unchanged; takes any arguments."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        """The input."""
        return input


class Linear(Module):
    """x @ weight.T + bias. Input (..., in_features), result (..., out_features).

    weight (out_features, in_features) and bias (out_features,) start evenly within ±1 / √in_features.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, dtype: Any = None) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(empty(out_features, in_features, dtype=dtype))
        self.bias = Parameter(empty(out_features, dtype=dtype)) if bias else None
        reset(self.weight, self.bias, in_features)

    def forward(self, input: Tensor) -> Tensor:
        """RuntimeError: the last dimension is not `in_features`."""
        return linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The sizes."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


def reset(weight: Parameter, bias: Parameter | None, fan_in: int) -> None:
    """torch's first values for a layer whose outputs are sums of `fan_in` products."""
    kaiming_uniform_(weight, a=math.sqrt(5))
    if bias is not None and fan_in:
        uniform_(bias, -1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in))


class Flatten(Module):
    """The dimensions from `start_dim` to `end_dim` as one: (n, channels, height, width) to (n, all of them)."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Tensor) -> Tensor:
        """The same elements."""
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """The dimensions."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Dimension `dim` as several, of the lengths `unflattened_size`."""

    def __init__(self, dim: int, unflattened_size: tuple) -> None:
        super().__init__()
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, input: Tensor) -> Tensor:
        """RuntimeError: the lengths do not multiply to that of the dimension."""
        return input.unflatten(self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        """The dimension and its lengths."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


class Dropout(Module):
    """While training, every element is zero with probability `p` and 1 / (1 - p) times as large otherwise.

    ValueError: `p` is no probability.
    """

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p

    def forward(self, input: Tensor) -> Tensor:
        """Unchanged after `eval()`."""
        return activations.dropout(input, self.p, self.training)

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self.p}, inplace=False"


class Embedding(Module):
    """Row i of `weight` (num_embeddings, embedding_dim) for every integer i of the input; learned, first normal.

    padding_idx: a row that starts at zero and gets no gradient. AssertionError: there is no such row.
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None) -> None:
        super().__init__()
        if padding_idx is not None:
            assert -num_embeddings <= padding_idx < num_embeddings, "Padding_idx must be within num_embeddings"
            padding_idx %= num_embeddings
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        self.weight = Parameter(normal_(empty(num_embeddings, embedding_dim)))
        if padding_idx is not None:
            with no_grad():
                self.weight[padding_idx] = 0

    def forward(self, input: Tensor) -> Tensor:
        """Integers of any shape give (*shape, embedding_dim). IndexError: an integer is no row."""
        return embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        """The sizes."""
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"


class LayerNorm(Module):
    """Mean 0 and variance 1 over the last dimensions, `normalized_shape`; then, if learned, times weight plus bias."""

    def __init__(
        self, normalized_shape: Any, eps: float = 1e-5, elementwise_affine: bool = True, bias: bool = True
    ) -> None:
        super().__init__()
        self.normalized_shape = lengths(normalized_shape, 1)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.weight = Parameter(ones(self.normalized_shape)) if elementwise_affine else None
        self.bias = Parameter(zeros(self.normalized_shape)) if elementwise_affine and bias else None

    def forward(self, input: Tensor) -> Tensor:
        """RuntimeError: the input does not end in `normalized_shape`."""
        return normalising.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The shape and the options."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class BatchNorm1d(Module):
    """Mean 0 and variance 1 for each feature over the batch; input (n, features) or (n, features, length).

    While training the batch's own mean and variance are used, and running ones move towards them by `momentum`;
    after `eval()` the running ones are used.
    """

    dimensions: tuple[int, ...] = (2, 3)
    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(ones(num_features)) if affine else None
        self.bias = Parameter(zeros(num_features)) if affine else None
        self.register_buffer("running_mean", zeros(num_features))
        self.register_buffer("running_var", ones(num_features))
        self.register_buffer("num_batches_tracked", tensor(0, dtype=int64))

    def forward(self, input: Tensor) -> Tensor:
        """ValueError: other dimensions, or a single value per feature. RuntimeError: another number of features."""
        if input.array.ndim not in self.dimensions:
            wanted = " or ".join([f"{n}D" for n in self.dimensions])
            raise ValueError(f"expected {wanted} input (got {input.array.ndim}D input)")
        if self.training:
            self.num_batches_tracked += 1
        return normalising.batch_norm(
            input, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )

    def extra_repr(self) -> str:
        """The number of features and the options."""
        affine = self.weight is not None
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={affine}, bias={affine}, "
            "track_running_stats=True"
        )


class BatchNorm2d(BatchNorm1d):
    """The same for images (n, channels, height, width): mean 0 and variance 1 for each channel."""

    dimensions = (4,)


class Convolution(Module):
    """What `Conv1d` and `Conv2d` share.

    weight (out_channels, in_channels / groups, *kernel_size) and bias (out_channels,) start evenly within ±1 / √n,
    where n is the number of products in one sum. ValueError: groups that do not divide the channels, a strange padding.
    """

    d: int

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % groups:
                raise ValueError(f"{name} must be divisible by groups")
        self.kernel_size, self.stride = lengths(kernel_size, self.d), lengths(stride, self.d)
        self.dilation = lengths(dilation, self.d)
        self.padding = padding if isinstance(padding, str) else lengths(padding, self.d)
        if isinstance(padding, str) and padding not in ("same", "valid"):
            raise ValueError(f"Invalid padding string {padding!r}, should be one of {{'same', 'valid'}}")
        if padding == "same" and any([s != 1 for s in self.stride]):
            raise ValueError("padding='same' is not supported for strided convolutions")
        self.weight = Parameter(empty(out_channels, in_channels // groups, *self.kernel_size))
        self.bias = Parameter(empty(out_channels)) if bias else None
        reset(self.weight, self.bias, in_channels // groups * math.prod(self.kernel_size))

    def extra_repr(self) -> str:
        """The sizes, and the options that are not the usual ones."""
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        usual = {"padding": lengths(0, self.d), "dilation": lengths(1, self.d), "groups": 1}
        text += "".join([f", {name}={getattr(self, name)}" for name in usual if getattr(self, name) != usual[name]])
        return text if self.bias is not None else text + ", bias=False"


class Conv1d(Convolution):
    """`functional.conv1d` with a weight that is learned: input (n, in_channels, length)."""

    d = 1

    def forward(self, input: Tensor) -> Tensor:
        """RuntimeError: another number of channels, or a window longer than the input."""
        return conv1d(input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class Conv2d(Convolution):
    """`functional.conv2d` with a weight that is learned: input (n, in_channels, height, width)."""

    d = 2

    def forward(self, input: Tensor) -> Tensor:
        """RuntimeError: another number of channels, or a window larger than the image."""
        return conv2d(input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class MaxPool2d(Module):
    """The largest element of every window of an image; `stride` is by default the window's size."""

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> None:
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation

    def forward(self, input: Tensor) -> Tensor:
        """Input (n, channels, height, width)."""
        return max_pool2d(input, self.kernel_size, self.stride, self.padding, self.dilation)

    def extra_repr(self) -> str:
        """The window."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, "
            "ceil_mode=False"
        )


class AvgPool2d(Module):
    """The mean of every window of an image; `stride` is by default the window's size."""

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding

    def forward(self, input: Tensor) -> Tensor:
        """Input (n, channels, height, width)."""
        return avg_pool2d(input, self.kernel_size, self.stride, self.padding)

    def extra_repr(self) -> str:
        """The window."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
