"""Chapter 3, appendix: the catalogue of activation functions, the bends between the layers of a network.

One row each, as in `operations`; the slope at a kink is the one that torch chose.
"""

import math
from typing import Any

import numpy as np

from .creation import generator
from .dtypes import bool_
from .elementwise import binary, tanh, unary
from .functions import erf, erf_of
from .graph import Op, ndarray, record
from .operations import keeps_integers
from .tensor import Tensor, wrap


def sigmoid_of(x: ndarray, out: Any = None) -> ndarray:
    """1 / (1 + exp(-x)); where exp(-x) overflows, 1 / inf is the 0 that it should be."""
    return np.reciprocal(np.exp(-x) + 1, out=...)


def logistic(x: Any) -> Any:
    """The sigmoid of an ndarray or a Tensor: the slope of softplus, and a part of others."""
    return sigmoid(x) if isinstance(x, Tensor) else sigmoid_of(x)


def normal_below(x: Any) -> Any:
    """How likely a normally distributed number is below `x`, an ndarray or a Tensor."""
    return ((erf if isinstance(x, Tensor) else erf_of)(x * math.sqrt(0.5)) + 1) * 0.5


SIXTH = float(np.float32(1 / 6))  # torch rounds the slope of hardsigmoid so, in every dtype

# name of the node, then cotangent times local derivative
SIGMOID = Op("SigmoidBackward0", lambda g, out: g * ((1 - out) * out))
RELU = Op("ReluBackward0", lambda g, out: g * (out > 0))
LEAKY_RELU = Op("LeakyReluBackward0", lambda g, a, slope: np.where(a > 0, g, g * slope), params=["slope"])
ELU = Op(
    "EluBackward0",
    lambda g, a, out, alpha, scale: np.where(a <= 0, g * (out + alpha * scale), g * scale),
    params=["alpha", "scale"],
)
CELU = Op("CeluBackward0", lambda g, a, out, alpha: np.where(a <= 0, g * (out / alpha + 1), g), params=["alpha"])
GELU = Op("GeluBackward0", lambda g, a: g * (normal_below(a) + a * np.exp(a * a * -0.5) * (1 / math.sqrt(2 * math.pi))))
SILU = Op("SiluBackward0", lambda g, a: g * (logistic(a) * (1 + a * logistic(-a))))
SOFTPLUS = Op(
    "SoftplusBackward0",
    lambda g, a, beta, threshold: np.where(a * beta > threshold, g, g * logistic(a * beta)),
    params=["beta", "threshold"],
)
LOGSIGMOID = Op("LogSigmoidBackward0", lambda g, a: g * logistic(-a))
HARDTANH = Op(
    "HardtanhBackward0",
    lambda g, a, low, high: np.where((a <= low) | (a >= high), 0.0, g),
    params=["low", "high"],
)
HARDSIGMOID = Op("HardsigmoidBackward0", lambda g, a: np.where(abs(a) < 3, g * SIXTH, 0.0))
HARDSWISH = Op("HardswishBackward0", lambda g, a: g * np.where(abs(a) < 3, a / 3 + 0.5, a > 0))
THRESHOLD = Op("ThresholdBackward0", lambda g, a, threshold: np.where(a <= threshold, 0.0, g), params=["threshold"])
SOFTSHRINK = Op("SoftshrinkBackward0", lambda g, a, lambd: np.where(abs(a) <= lambd, 0.0, g), params=["lambd"])
HARDSHRINK = Op("HardshrinkBackward0", lambda g, a, lambd: np.where(abs(a) <= lambd, 0.0, g), params=["lambd"])
PRELU = Op(
    "PreluKernelBackward0",
    lambda g, a, b: np.where(a > 0, g, g * b),
    lambda g, a: np.where(a > 0, 0.0, g * a),
)


def relu_of(x: ndarray, out: Any = None) -> ndarray:
    """max(x, 0). RuntimeError: the numbers are bools."""
    if x.dtype is bool_:
        raise RuntimeError("Boolean inputs not supported for relu")
    return np.maximum(x, 0, out=out)


def softplus_of(x: ndarray, beta: float, threshold: float, out: Any = None) -> ndarray:
    """log(1 + exp(beta x)) / beta, and x itself where beta x is above `threshold`."""
    return np.where(x * beta > threshold, x, np.logaddexp(x * beta, 0) / beta)


relu = keeps_integers(RELU, relu_of)
sigmoid, silu = unary(SIGMOID, sigmoid_of), unary(SILU, lambda x, out=None: np.multiply(x, sigmoid_of(x), out=out))
logsigmoid = unary(LOGSIGMOID, lambda x, out=None: np.negative(np.logaddexp(-x, 0), out=out))
hardsigmoid = unary(HARDSIGMOID, lambda x, out=None: np.divide(np.clip(x + 3, 0, 6), 6, out=out))
hardswish = unary(HARDSWISH, lambda x, out=None: np.multiply(x, np.clip(x + 3, 0, 6) / 6, out=out))
gelu_exact = unary(GELU, lambda x, out=None: np.multiply(x, normal_below(x), out=out))
leaky = unary(LEAKY_RELU, lambda x, slope, out=None: np.where(x > 0, x, x * slope))
scaled_elu = unary(
    ELU, lambda x, alpha, scale, out=None: np.multiply(np.where(x > 0, x, np.expm1(x) * alpha), scale, out=out)
)
celu_with = unary(CELU, lambda x, alpha, out=None: np.where(x > 0, x, np.expm1(x / alpha) * alpha))
softplus_with = unary(SOFTPLUS, softplus_of)
soft_shrunk = unary(SOFTSHRINK, lambda x, lambd, out=None: np.subtract(x, np.clip(x, -lambd, lambd), out=out))
hard_shrunk = unary(HARDSHRINK, lambda x, lambd, out=None: np.where(abs(x) <= lambd, 0.0, x))
prelu_of_channels = binary(PRELU, lambda x, y, out=None: np.where(x > 0, x, x * y))


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """x above 0, `negative_slope` * x elsewhere, for each element x."""
    return leaky(input, negative_slope)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """leaky_relu with a learned slope: `weight` holds one, or one for each place along dimension 1 of `input`.

    RuntimeError: the number of slopes is another one, or the dtypes differ.
    """
    x, w = input.array, weight.array
    channels = x.shape[1] if x.ndim > 1 else 1
    if w.ndim > 1:
        raise RuntimeError(f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {w.ndim}")
    if w.size != 1 and x.ndim == 0:
        raise RuntimeError("Not allow zero-dim input tensor.")
    if w.size not in (1, channels):
        raise RuntimeError(
            f"Mismatch of parameter numbers and input channel size. Found parameter numbers = {w.size} "
            f"and channel size = {channels}."
        )
    if x.dtype is not w.dtype:
        raise RuntimeError(f"prelu: Type promoting not supported. Got {x.dtype} and {w.dtype}")
    return prelu_of_channels(input, weight.reshape([w.size if i == 1 else 1 for i in range(x.ndim)]))


def elu(input: Tensor, alpha: float = 1.0) -> Tensor:
    """x above 0, alpha * (exp(x) - 1) elsewhere, for each element x."""
    return scaled_elu(input, alpha, 1.0)


def selu(input: Tensor) -> Tensor:
    """elu of each element, with the alpha and the scale that keep mean 0 and variance 1 from layer to layer."""
    return scaled_elu(input, 1.6732632423543772, 1.0507009873554805)


def celu(input: Tensor, alpha: float = 1.0) -> Tensor:
    """x above 0, alpha * (exp(x / alpha) - 1) elsewhere, for each element x: its slope has no jump.

    RuntimeError: `alpha` is 0.
    """
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return celu_with(input, alpha)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """Each element x times how likely a normally distributed number is below x; "tanh" computes this from a tanh.

    RuntimeError: `approximate` is something else.
    """
    if approximate == "none":
        return gelu_exact(input)
    if approximate != "tanh":
        raise RuntimeError("approximate argument must be either none or tanh.")
    return input * (tanh((input + input**3 * 0.044715) * math.sqrt(2 / math.pi)) + 1) * 0.5


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + exp(beta * x)) / beta of each element x, a smooth relu; x itself where beta * x is above `threshold`."""
    return softplus_with(input, beta, threshold)


def mish(input: Tensor) -> Tensor:
    """x * tanh(softplus(x)) of each element x."""
    return input * tanh(softplus(input))


def softsign(input: Tensor) -> Tensor:
    """x / (1 + abs(x)) of each element x."""
    return input / (abs(input) + 1)


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh(x) of each element x."""
    return input - tanh(input)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """Each element moved into [min_val, max_val].

    ValueError: the bounds are in the wrong order. RuntimeError: the elements are bools.
    """
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    x = input.array
    if x.dtype is bool_:
        raise RuntimeError("Bool inputs not supported for hardtanh")
    array = np.clip(x, min_val, max_val).astype(x.dtype, copy=False)
    return record(HARDTANH, array, (input,), (min_val, max_val))


def relu6(input: Tensor) -> Tensor:
    """Each element moved into [0, 6]."""
    return hardtanh(input, 0.0, 6.0)


def threshold(input: Tensor, threshold: float, value: float) -> Tensor:
    """Each element where it is above `threshold`, `value` elsewhere."""
    x = input.array
    array = np.where(x <= threshold, value, x).astype(x.dtype, copy=False)
    return record(THRESHOLD, array, (input,), (threshold,))


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Each element moved towards 0 by `lambd`, at most to 0. RuntimeError: `lambd` is negative."""
    if lambd < 0:
        raise RuntimeError(f"lambda must be at least 0, but found {lambd}")
    return soft_shrunk(input, lambd)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """0 where abs(x) is at most `lambd`, x elsewhere, for each element x."""
    return hard_shrunk(input, lambd)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """The first half of `input` along `dim`, times the sigmoid of the second.

    RuntimeError: the length cannot be halved. IndexError: there is no such dimension.
    """
    if not input.array.ndim:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    length = input.size(dim)
    if length % 2:
        dim %= input.array.ndim
        raise RuntimeError(f"Halving dimension must be even, but dimension {dim} is size {length}")
    half = length // 2
    return input.narrow(dim, 0, half) * sigmoid(input.narrow(dim, half, half))


def dropout(input: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Each element becomes 0 with probability `p`, the others grow by 1 / (1 - p); only in training.

    The mean stays what it was. ValueError: `p` is no probability.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return input
    kept = generator().random(input.array.shape) >= p
    return input * wrap((kept / (1 - p) if p < 1 else kept).astype(input.array.dtype))


Tensor.sigmoid, Tensor.relu, Tensor.prelu, Tensor.hardshrink = sigmoid, relu, prelu, hardshrink
