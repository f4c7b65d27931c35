"""Chapter 7, appendix: losses of scores and log-probabilities of classes, `cross_entropy` and `nll_loss`.

The gradient of a log-probability that was picked goes back to its place, minus one over the number of rows for a
mean; with that of `log_softmax` it becomes the textbook's softmax(scores) - target.
"""

import numpy as np

from .arrays import add_up
from .creation import ones_like
from .dtypes import int64, uint8
from .graph import Op, ndarray, record
from .losses import check_reduction, reduced
from .operations import where
from .reductions import log_softmax
from .tensor import Tensor

NLL_LOSS = Op(
    "NllLossBackward0",
    lambda g, index, weight, shape: (g.reshape((-1, 1)) * weights_at(index, weight, shape)).reshape(shape),
    params=["index", "weight", "shape"],
    frees=True,
)


def weights_at(index: ndarray, weight: ndarray, shape: tuple) -> ndarray:
    """A matrix of zeros with weight[i] in row i and column index[i]; `shape` ends in the number of columns."""
    out = np.zeros((len(index), shape[-1]), weight.dtype)
    out[np.arange(len(index)), index] = weight
    return out


def check_classes(x: ndarray, target: ndarray, weight: Tensor | None) -> None:
    """RuntimeError, ValueError: `target` has not the shape or dtype that goes with `x`, `weight` not its classes."""
    if target.dtype is not int64 and target.dtype is not uint8:
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {target.dtype}")
    if x.ndim == 0:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    if x.ndim == 1 and target.shape not in ((), (1,)):
        raise ValueError(f"For 1D input, 1D target must have size 1, but got target size: {target.size}")
    if x.ndim > 1 and target.shape[:1] != x.shape[:1]:
        raise ValueError(f"Expected input batch_size ({len(x)}) to match target batch_size ({target.shape[0]}).")
    if x.ndim > 1 and target.shape[1:] != x.shape[2:]:
        raise RuntimeError(f"Expected target size {[len(x), *x.shape[2:]]}, got {list(target.shape)}")
    classes = x.shape[min(x.ndim - 1, 1)]
    if weight is not None and weight.array.shape != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor "
            f"of shape: {list(weight.array.shape)}"
        )


def nll_loss(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, ignore_index: int = -100, reduction: str = "mean"
) -> Tensor:
    """Minus the log-probabilities `input` (n, classes, ...) or (classes,) at the classes `target` (n, ...) or ().

    weight: one per class; the mean is over the weights. Targets equal to `ignore_index` count for nothing.
    IndexError: an index is no class. RuntimeError, ValueError: a shape or dtype does not fit.
    """
    check_reduction(reduction)
    x = input.array
    check_classes(x, target.array, weight)
    if x.ndim > 2:
        rows = input.permute(0, *range(2, x.ndim), 1).reshape(-1, x.shape[1])
        losses = nll_loss(rows, target.reshape(-1), weight, ignore_index=ignore_index, reduction=reduction)
        return losses.reshape(target.array.shape) if reduction == "none" else losses
    index = np.array(target.array, np.int64, ndmin=1)
    factors, ignored = factors_of(index, x, weight, ignore_index, reduction == "mean")
    losses = x.reshape(-1, x.shape[-1])[np.arange(len(index)), index] * factors
    if ignored is not None:
        losses[ignored] = 0
    if reduction == "none":
        result = losses.reshape(target.array.shape)
    elif reduction == "mean" and ignored is not None and ignored.all():
        result = np.full((), np.nan, x.dtype)
    else:
        result = add_up(losses)
    return record(NLL_LOSS, result, (input,), (index, factors, x.shape))


def factors_of(index: ndarray, x: ndarray, weight: Tensor | None, ignore_index: int, mean: bool) -> tuple:
    """What to multiply each row's log-probability by, and which rows to ignore (a mask, or None: none).

    The `index` of a row to ignore is set to 0. IndexError: another one is no class.
    """
    classes = x.shape[-1]
    outside = (index < 0) | (index >= classes)
    if weight is None and not 0 <= ignore_index < classes and len(index) and not np.count_nonzero(outside):
        return np.full(len(index), -1 / len(index) if mean else -1.0, x.dtype), None
    ignored = index == ignore_index
    wrong = index[outside & ~ignored]
    if wrong.size:
        raise IndexError(f"Target {wrong[0]} is out of bounds.")
    index[ignored] = 0
    factors = np.full(len(index), -1.0, x.dtype) if weight is None else -weight.array.astype(x.dtype)[index]
    if mean:
        factors = factors / -add_up(factors[~ignored])
    return np.where(ignored, 0, factors), ignored


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """How far the scores `input` (n, classes, ...) or (classes,) are from `target`.

    target: class indices (n, ...), or probabilities of the shape of `input`. weight: one per class.
    ignore_index: the target that counts for nothing. reduction: "mean", "sum" or "none".
    label_smoothing: the part of each target, from 0 to 1, that is shared out evenly among the classes.
    IndexError: an index is no class. ValueError: an unknown reduction, batches that differ.
    RuntimeError: another shape, a dtype or a smoothing that does not fit.
    """
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if target.array.shape == input.array.shape:
        return cross_entropy_of_probabilities(input, target, weight, ignore_index, reduction, label_smoothing)
    dim = 1 if input.array.ndim > 1 else 0
    logs = log_softmax(input, dim)
    losses = nll_loss(logs, target, weight, ignore_index=ignore_index, reduction=reduction)
    if not label_smoothing:
        return losses
    even = -(logs if weight is None else logs * per_class(weight, logs)).sum(dim)
    even = reduced(where(target == ignore_index, 0.0, even), "none" if reduction == "none" else "sum")
    if reduction == "mean":
        even = even / nll_loss(-ones_like(logs), target, weight, ignore_index=ignore_index, reduction="sum")
    return losses * (1 - label_smoothing) + even * (label_smoothing / logs.array.shape[dim])


def cross_entropy_of_probabilities(
    input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, reduction: str, label_smoothing: float
) -> Tensor:
    """`cross_entropy` for targets that give each class a probability. RuntimeError: they are not floating point."""
    if target.array.dtype.kind != "f":
        raise RuntimeError(f"Expected floating point type for target with class probabilities, got {target.dtype}")
    if ignore_index >= 0:
        raise RuntimeError("ignore_index is not supported for floating point target")
    dim = 1 if input.array.ndim > 1 else 0
    logs = log_softmax(input, dim)
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / logs.array.shape[dim]
    losses = logs * target if weight is None else logs * target * per_class(weight, logs)
    return reduced(-losses.sum(dim), reduction)


def per_class(weight: Tensor, like: Tensor) -> Tensor:
    """`weight` (classes,) in a shape that broadcasts along the classes of `like`, (n, classes, ...) or (classes,)."""
    return weight.reshape(-1, *[1] * (like.array.ndim - 2))
