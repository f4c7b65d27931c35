"""Chapter 7, appendix: the catalogue of distances and normalisations, compositions of what there is.

A normalisation takes the mean away and divides by the square root of the variance; they differ in what they take it
of: the last dimensions, groups of channels, the batch.
"""

import math
from collections.abc import Sequence

import numpy as np

from .arrays import checked_dim
from .graph import no_grad, record
from .operations import CLONE
from .reductions import var
from .tensor import Tensor


def at_least(t: Tensor, smallest: float) -> Tensor:
    """`t` with what is below `smallest` raised to it, and the gradient of `t` itself."""
    return record(CLONE, np.maximum(t.array, smallest), (t,))


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """`input` over its p-norm along `dim`, or over `eps` where the norm is smaller."""
    return input / input.norm(p, dim, keepdim=True).clamp(min=eps)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors along `dim`, whose lengths count as at least `eps`."""
    first, second = [t / at_least(t.norm(2, dim, keepdim=True), eps) for t in (x1, x2)]
    return (first * second).sum(dim)


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The p-norm of x1 - x2 + eps along the last dimension."""
    return (x1 - x2 + eps).norm(p, -1, keepdim)


def last_dims(input: Tensor, normalized_shape: Sequence[int]) -> tuple:
    """The numbers of the last dimensions, whose lengths must be `normalized_shape`. RuntimeError: they are not."""
    shape, lengths = input.array.shape, tuple(normalized_shape)
    if not lengths:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
            "normalized_shape = []"
        )
    if shape[-len(lengths) :] != lengths:
        wanted = ", ".join(map(str, ["*", *lengths]))
        raise RuntimeError(
            f"Given normalized_shape={list(lengths)}, expected input with shape [{wanted}], but got input of "
            f"size{list(shape)}"
        )
    return tuple(range(-len(lengths), 0))


def standardized(input: Tensor, dims: tuple, eps: float) -> Tensor:
    """Mean 0 and variance 1 over `dims`; `eps` is added to the variance."""
    variance = var(input, dims, correction=0, keepdim=True)
    return (input - input.mean(dims, keepdim=True)) / (variance + eps).sqrt()


def stretched_by(input: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """input * weight + bias, where they are given."""
    input = input if weight is None else input * weight
    return input if bias is None else input + bias


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Mean 0 and variance 1 over the last dimensions, those of `normalized_shape`; then times `weight`, plus `bias`.

    weight, bias: of the shape `normalized_shape`. RuntimeError: `input` does not end in it.
    """
    return stretched_by(standardized(input, last_dims(input, normalized_shape), eps), weight, bias)


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """`input` over the root of the mean of its squares over the last dimensions; then times `weight`.

    eps: added to the mean; None is the smallest that makes a difference to 1 in this dtype.
    """
    dims = last_dims(input, normalized_shape)
    eps = float(np.finfo(input.array.dtype).eps) if eps is None else eps
    return stretched_by(input / ((input * input).mean(dims, keepdim=True) + eps).sqrt(), weight, None)


def per_channel(t: Tensor | None, input: Tensor, name: str) -> Tensor | None:
    """A vector (channels,) in a shape that broadcasts along `input` (n, channels, ...). RuntimeError: its length."""
    if t is None:
        return None
    channels = input.array.shape[1]
    if t.array.shape != (channels,):
        raise RuntimeError(f"{name} should contain {channels} elements not {t.array.size}")
    return t.reshape(-1, *[1] * (input.array.ndim - 2))


def check_several(values: int, size: object) -> None:
    """ValueError: a mean of one value says nothing."""
    if values == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {size}")


def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """Mean 0 and variance 1 over each of `num_groups` groups of the channels of `input` (n, channels, ...).

    weight, bias: (channels,). RuntimeError: the channels do not divide. ValueError: a group is one number.
    """
    shape = input.array.shape
    if len(shape) < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {len(shape)}")
    check_several(shape[0] * shape[1] // num_groups * math.prod(shape[2:]), list(shape))
    if shape[1] % num_groups:
        raise RuntimeError(
            f"Expected number of channels in input to be divisible by num_groups, but got input of shape {list(shape)} "
            f"and num_groups={num_groups}"
        )
    groups = input.reshape(shape[0], num_groups, math.prod(shape[1:]) // num_groups)
    normed = standardized(groups, (-1,), eps).reshape(shape)
    return stretched_by(normed, per_channel(weight, input, "weight"), per_channel(bias, input, "bias"))


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Mean 0 and variance 1 for each channel of `input` (n, channels, ...), over the batch and all else.

    training: with the mean and variance of this batch, towards which `running_mean` and `running_var` (channels,) are
    moved by `momentum`, in place; otherwise with those two. weight, bias: (channels,).
    RuntimeError: a vector is missing or of another length. ValueError: one value per channel; `eps`.
    """
    channels = checked_dim(input.array.ndim, 1)
    shape, dims = input.array.shape, tuple(i for i in range(input.array.ndim) if i != channels)
    count = math.prod(shape[i] for i in dims)
    if training:
        check_several(count, input.shape)
        if eps <= 0:
            raise ValueError(f"batch_norm eps must be positive during training, but got {eps}")
    elif eps < 0:
        raise ValueError(f"batch_norm eps must be non-negative, but got {eps}")
    mean, variance = per_channel(running_mean, input, "running_mean"), per_channel(running_var, input, "running_var")
    weight, bias = per_channel(weight, input, "weight"), per_channel(bias, input, "bias")
    if training:
        with no_grad():
            for running, now in (mean, input.mean(dims, keepdim=True)), (variance, var(input, dims, keepdim=True)):
                if running is not None:
                    running.mul_(1 - momentum).add_(momentum * now[0])
        return stretched_by(standardized(input, dims, eps), weight, bias)
    if mean is None or variance is None:
        raise RuntimeError(f"running_{'mean' if mean is None else 'var'} must be defined in evaluation mode")
    return stretched_by((input - mean) / (variance + eps).sqrt(), weight, bias)
