"""Chapter 11, initialization: the first values of parameters, under the names of `torch.nn.init`.

Each function writes into the tensor it is given, unrecorded, and returns it. The bounds of Glorot and He keep the size
of what flows through a layer the same, forward (fan_in) or backward (fan_out). The numbers come from
`manual_seed`'s generator.
"""

import math

import numpy as np

from .creation import rand, randn
from .graph import no_grad
from .tensor import Tensor, wrap


def put(tensor: Tensor, array: np.ndarray) -> Tensor:
    """Write `array` into `tensor`."""
    with no_grad():
        return tensor.copy_(wrap(array))


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0) -> Tensor:
    """A tensor of any shape filled with numbers drawn evenly from [a, b)."""
    return put(tensor, rand(tensor.shape, dtype=tensor.dtype).array * (b - a) + a)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0) -> Tensor:
    """A tensor of any shape filled with numbers drawn from the normal distribution."""
    return put(tensor, randn(tensor.shape, dtype=tensor.dtype).array * std + mean)


def constant_(tensor: Tensor, val: float) -> Tensor:
    """A tensor of any shape filled with `val`."""
    with no_grad():
        return tensor.fill_(val)


def zeros_(tensor: Tensor) -> Tensor:
    """A tensor of any shape filled with zeros."""
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """A tensor of any shape filled with ones."""
    return constant_(tensor, 1.0)


def fans(tensor: Tensor) -> tuple[int, int]:
    """How many numbers go into one output of a layer with this weight (out, in, ...), and come out of one input.

    ValueError: it has fewer than two dimensions.
    """
    if tensor.array.ndim < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    outputs, inputs, *window = tensor.array.shape
    return inputs * math.prod(window), outputs * math.prod(window)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By what factor to widen a layer that is followed by this activation; `param` is leaky_relu's slope.

    ValueError: an activation that is not known.
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))
    gains = {"linear": 1, "conv1d": 1, "conv2d": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity not in gains:
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    return gains[nonlinearity]


def xavier_uniform_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """Glorot's bound for a weight (out, in, ...): a variance of gain² · 2 / (fan_in + fan_out)."""
    bound = gain * math.sqrt(2.0 / sum(fans(tensor))) * math.sqrt(3.0)
    return uniform_(tensor, -bound, bound)


def xavier_normal_(tensor: Tensor, gain: float = 1.0) -> Tensor:
    """The same variance for a weight (out, in, ...), normally distributed."""
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(fans(tensor))))


def kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    """gain / √fan. ValueError: a mode other than "fan_in" and "fan_out"."""
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    return calculate_gain(nonlinearity, a) / math.sqrt(fans(tensor)[mode == "fan_out"])


def kaiming_uniform_(tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> Tensor:
    """He's bound for a weight (out, in, ...): a variance of gain² / fan; `a`: the slope of leaky_relu, 0 for relu."""
    bound = math.sqrt(3.0) * kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound)


def kaiming_normal_(tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> Tensor:
    """The same variance for a weight (out, in, ...), normally distributed."""
    return normal_(tensor, 0.0, kaiming_std(tensor, a, mode, nonlinearity))
