"""Chapter 7, appendix: the catalogue of losses, each with torch's `reduction`.

A loss of two tensors, element by element, is one rule: its slope at a pair of elements, times the share of each
element in the result, 1 / n for a mean. Losses with logarithms are computed from sums that cannot overflow.
"""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .activations import logistic, logsigmoid
from .arrays import add_up
from .creation import ones_like
from .dtypes import promote
from .elementwise import fit_of, size_error
from .graph import Op, ndarray, record
from .normalising import at_least, pairwise_distance
from .operations import where
from .tensor import Tensor


def check_reduction(reduction: str) -> None:
    """ValueError unless `reduction` is "mean", "sum" or "none"."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")


def reduced(losses: Tensor, reduction: str) -> Tensor:
    """The mean or the sum of `losses`, or as they are."""
    check_reduction(reduction)
    return losses if reduction == "none" else losses.sum() if reduction == "sum" else losses.mean()


def pointwise(op: Op, forward: Callable) -> Callable[..., Tensor]:
    """A recording function (input, target, reduction, further parameters) that is one node, reduction and all.

    `forward` computes the losses of two arrays; the rules of `op` read `share` and the further parameters.
    """

    def function(input: Tensor, target: Tensor, reduction: str, *params: Any) -> Tensor:
        check_reduction(reduction)
        x, y = input.array, target.array
        dtype = promote(x, y)
        if dtype.kind != "f":
            raise NotImplementedError(f"{op.name.removesuffix('Backward0')} is not implemented for {dtype}")
        try:
            losses = forward(x.astype(dtype, copy=False), y.astype(dtype, copy=False), *params)
        except ValueError:
            raise size_error(x, y) from None
        result, share = losses, 1.0
        if reduction != "none":
            result = add_up(losses, axis=None)
        if reduction == "mean":
            result, share = np.divide(result, dtype.type(losses.size)), 1 / max(losses.size, 1)
        return record(op, result, (input, target), (share, *params), fit_of((x, y), losses))

    return function


# name of the node, then for each input: the slope of the loss, times the cotangent and the share of one element
MSE_LOSS = Op(
    "MseLossBackward0",
    lambda g, a, b, share: (a - b) * (g * (2 * share)),
    lambda g, a, b, share: (b - a) * (g * (2 * share)),
    params=["share"],
)
SMOOTH_L1_LOSS = Op(
    "SmoothL1LossBackward0",
    lambda g, a, b, share, beta: np.clip((a - b) / beta, -1, 1) * (g * share),
    lambda g, a, b, share, beta: np.clip((b - a) / beta, -1, 1) * (g * share),
    params=["share", "beta"],
)
HUBER_LOSS = Op(
    "HuberLossBackward0",
    lambda g, a, b, share, delta: np.clip(a - b, -delta, delta) * (g * share),
    lambda g, a, b, share, delta: np.clip(b - a, -delta, delta) * (g * share),
    params=["share", "delta"],
)
BCE_LOSS = Op(
    "BinaryCrossEntropyBackward0",
    lambda g, a, b, share: (a - b) / np.maximum((1 - a) * a, 1e-12) * (g * share),
    lambda g, a, share: (np.log(1 - a) - np.log(a)) * (g * share),
    params=["share"],
)
LOGITS_LOSS = Op(
    "BinaryCrossEntropyWithLogitsBackward0",
    lambda g, a, b, share: (logistic(a) - b) * (g * share),
    lambda g, a, share: -a * (g * share),
    params=["share"],
)


def smooth_l1_of(x: ndarray, y: ndarray, beta: float) -> ndarray:
    """(x - y)² / 2 beta where x and y are closer than `beta`, abs(x - y) - beta / 2 elsewhere."""
    far = np.abs(x - y)
    return np.where(far < beta, far * far / (2 * beta), far - beta / 2)


def huber_of(x: ndarray, y: ndarray, delta: float) -> ndarray:
    """(x - y)² / 2 where x and y are no further apart than `delta`, delta (abs(x - y) - delta / 2) elsewhere."""
    far = np.abs(x - y)
    return np.where(far <= delta, far * far / 2, delta * (far - delta / 2))


def bce_of(x: ndarray, y: ndarray) -> ndarray:
    """-(y log x + (1 - y) log(1 - x)); a logarithm counts as at least -100, also log 0."""
    return (y - 1) * np.maximum(np.log1p(-x), -100) - y * np.maximum(np.log(x), -100)


def logits_of(x: ndarray, y: ndarray) -> ndarray:
    """The same with sigmoid(x) in the place of x, for any x: (1 - y) x + log(1 + exp(-x))."""
    return (1 - y) * x + np.logaddexp(0, -x)


squared_errors = pointwise(MSE_LOSS, lambda x, y: np.square(x - y))
smooth_errors = pointwise(SMOOTH_L1_LOSS, smooth_l1_of)
huber_errors = pointwise(HUBER_LOSS, huber_of)
bce_losses, logits_losses = pointwise(BCE_LOSS, bce_of), pointwise(LOGITS_LOSS, logits_of)


# regression: how far numbers are from other numbers


def check_sizes(input: Tensor, target: Tensor, weight: Tensor | None = None) -> None:
    """torch's UserWarning if the shapes differ; ValueError if that of `weight` does."""
    if target.array.shape != input.array.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will "
            "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            stacklevel=3,
        )
    if weight is not None and weight.array.shape != input.array.shape:
        raise ValueError("Weights and input must have the same size.")


def weighted(errors: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """`errors` times `weight`; the mean is over the weights."""
    return (errors * weight).sum() / weight.sum() if reduction == "mean" else reduced(errors * weight, reduction)


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", weight: Tensor | None = None) -> Tensor:
    """(input - target)², its mean over all elements by default. Warns if the shapes differ, and broadcasts."""
    check_sizes(input, target, weight)
    if weight is None:
        return squared_errors(input, target, reduction)
    return weighted(squared_errors(input, target, "none"), weight, reduction)


def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", weight: Tensor | None = None) -> Tensor:
    """abs(input - target), its mean over all elements by default. Warns if the shapes differ, and broadcasts."""
    check_sizes(input, target, weight)
    errors = (input - target).abs()
    return reduced(errors, reduction) if weight is None else weighted(errors, weight, reduction)


def smooth_l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """Squares below `beta`, distances above, element by element. RuntimeError: `beta` is negative."""
    check_sizes(input, target)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    return smooth_errors(input, target, reduction, beta) if beta else reduced((input - target).abs(), reduction)


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Tensor:
    """Squares up to `delta`, delta times the distance beyond, element by element. RuntimeError: `delta` <= 0."""
    check_sizes(input, target, weight)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    if weight is None:
        return huber_errors(input, target, reduction, delta)
    return reduced(huber_errors(input, target, "none", delta) * weight, reduction)


# probabilities and counts


def check_probabilities(t: Tensor, name: str) -> None:
    """RuntimeError: an element is not between 0 and 1."""
    if not ((t.array >= 0) & (t.array <= 1)).all():
        raise RuntimeError(f"all elements of {name} should be between 0 and 1")


def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, reduction: str = "mean"
) -> Tensor:
    """-(target log input + (1 - target) log(1 - input)) for probabilities, the logarithms not below -100.

    ValueError: the shapes differ. RuntimeError: something is not between 0 and 1.
    """
    if target.array.shape != input.array.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is "
            "deprecated. Please ensure they have the same size."
        )
    check_probabilities(input, "input")
    check_probabilities(target, "target")
    if weight is None:
        return bce_losses(input, target, reduction)
    return reduced(bce_losses(input, target, "none") * weight, reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """`binary_cross_entropy` of sigmoid(input), for any input; `pos_weight` counts what the target calls true.

    ValueError: the shapes differ.
    """
    if target.array.shape != input.array.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    if weight is None and pos_weight is None:
        return logits_losses(input, target, reduction)
    losses = logits_losses(input, target, "none")
    if pos_weight is not None:
        losses = losses - (pos_weight - 1) * target * logsigmoid(input)
    return reduced(losses if weight is None else losses * weight, reduction)


def soft_margin_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """log(1 + exp(-target * input)) for targets of 1 and -1, element by element."""
    return reduced(-logsigmoid(input * target), reduction)


def kl_div(input: Tensor, target: Tensor, *, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """target (log target - input): how far the probabilities `target` are from the log-probabilities `input`.

    log_target: `target` holds logarithms too. reduction: also "batchmean", the sum over the length of the first
    dimension; "mean" warns that it is not that.
    """
    if reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
            "'mean' will be changed to behave the same as 'batchmean' in the next major release.",
            stacklevel=2,
        )
    if log_target:
        losses = target.exp() * (target - input)
    else:
        losses = where(target == 0, 0.0, target * target.log()) - target * input
    if reduction != "batchmean":
        return reduced(losses, reduction)
    return losses.sum() / len(input) if input.array.ndim else losses.sum()


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    *,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Tensor:
    """exp(input) - target * input for counts `target`; input - target log(input + eps) unless `log_input`.

    input, target: of the same shape. full: with Stirling's approximation of log(target!) for targets above 1.
    """
    losses = input.exp() - target * input if log_input else input - target * (input + eps).log()
    if full:
        stirling = target * target.log() - target + 0.5 * (2 * math.pi * target).log()
        losses = losses + where(target <= 1, 0.0, stirling)
    return reduced(losses, reduction)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | float,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """(log var + (input - target)² / var) / 2, `var` not below `eps`; full: with the constant log(2 pi) / 2.

    var: of the shape of `input`, or without its last dimension, or with one dimension of length 1, or a number.
    ValueError: it is of another shape or negative; an unknown reduction.
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not valid")
    if not isinstance(var, Tensor):
        var = ones_like(input) * var
    x, v = input.array, var.array
    if (v < 0).any():
        raise ValueError("var has negative entry/entries")
    if v.shape != x.shape:
        if v.shape == x.shape[:-1]:
            var = var.unsqueeze(-1)
        elif v.ndim != x.ndim or [n for n, m in zip(v.shape, x.shape, strict=True) if n != m] != [1]:
            raise ValueError("var is of incorrect size")
    var = at_least(var, eps)
    losses = 0.5 * (var.log() + (input - target) ** 2 / var)
    return reduced(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)


# margins


def hinge_embedding_loss(input: Tensor, target: Tensor, margin: float = 1.0, *, reduction: str = "mean") -> Tensor:
    """`input` where `target` is 1, what it lacks to `margin` where that is -1, element by element."""
    lacking = where(target != 1, (margin - input).clamp(min=0), 0.0)
    return reduced(lacking + where(target != -1, input, 0.0), reduction)


def margin_ranking_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, *, reduction: str = "mean"
) -> Tensor:
    """How much the larger one lacks to be `margin` above the other: `input1` where `target` is 1, else `input2`.

    RuntimeError: the numbers of dimensions differ.
    """
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.shape}, input2: {input2.shape}, target: {target.shape} "
        )
    return reduced((margin - target * (input1 - input2)).clamp(min=0), reduction)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Tensor:
    """How much the way from `anchor` to `negative` lacks to be `margin` longer than that to `positive`.

    swap: the way from `positive` to `negative` counts if it is shorter. p, eps: see `pairwise_distance`.
    ValueError: `margin` is not positive. RuntimeError: the numbers of dimensions differ.
    """
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: "
            f"anchor {anchor.ndim}D, positive {positive.ndim}D, and negative {negative.ndim}D inputs"
        )
    near, far = pairwise_distance(anchor, positive, p, eps), pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = far.minimum(pairwise_distance(positive, negative, p, eps))
    return reduced((margin + near - far).clamp(min=0), reduction)


def cosine_embedding_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, *, reduction: str = "mean"
) -> Tensor:
    """1 - the cosine between vectors where `target` is 1, what the cosine has above `margin` where it is -1.

    input1, input2: (n, k) or (k,); target: (n,) or (). RuntimeError: other numbers of dimensions.
    """
    if target.ndim > 1 or not input1.ndim == input2.ndim == target.ndim + 1:
        raise RuntimeError(
            f"{target.ndim}D target tensor expects {target.ndim + 1}D input tensors, but found inputs with sizes "
            f"{list(input1.shape)} and {list(input2.shape)}."
        )
    lengths = (((input1 * input1).sum(-1) + 1e-12) * ((input2 * input2).sum(-1) + 1e-12)).sqrt()
    cosine = (input1 * input2).sum(-1) / lengths
    losses = where(target == 1, 1 - cosine, 0.0) + where(target == -1, (cosine - margin).clamp(min=0), 0.0)
    return reduced(losses, reduction)
