"""Chapter 11, appendix: the losses as modules, made once with their options and then called with input and target.

`reduction` is "mean", "sum" or "none" in all of them.
"""

from . import classification, losses
from .modules import Module
from .tensor import Tensor


class Loss(Module):
    """A loss without further options."""

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = reduction


class WeightedLoss(Loss):
    """A loss whose terms are multiplied by `weight`, a buffer."""

    weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)


class MSELoss(Loss):
    """The squares of the errors."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of the same shape."""
        return losses.mse_loss(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """The absolute values of the errors."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of the same shape."""
        return losses.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(Loss):
    """Squares up to errors of `beta`, absolute values beyond; divided by beta, so that the slope there is 1."""

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of the same shape."""
        return losses.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Loss):
    """Squares up to errors of `delta`, absolute values beyond; the slope there is delta."""

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of the same shape."""
        return losses.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class CrossEntropyLoss(WeightedLoss):
    """How surprised the scores are by the right class: minus the log of its softmax.

    weight: (classes,). ignore_index: a target that does not count. label_smoothing: the share of the target that is
    spread evenly over all classes.
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Scores (n, classes) and classes (n,), or probabilities (n, classes)."""
        return classification.cross_entropy(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )  # fmt: skip


class NLLLoss(WeightedLoss):
    """Minus the log-probability of the right class; `CrossEntropyLoss` after `LogSoftmax`. weight: (classes,)."""

    def __init__(self, weight: Tensor | None = None, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(weight, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Log-probabilities (n, classes) and classes (n,)."""
        return classification.nll_loss(
            input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class BCELoss(WeightedLoss):
    """Minus the log of the probability of what happened, for probabilities of yes (1) or no (0), element by element."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Probabilities and zeros or ones of the same shape."""
        return losses.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(WeightedLoss):
    """`BCELoss` after a sigmoid, safe for large scores. pos_weight: how much more a yes counts, broadcast."""

    pos_weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, reduction: str = "mean", pos_weight: Tensor | None = None) -> None:
        super().__init__(weight, reduction)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Scores and zeros or ones of the same shape."""
        return losses.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class KLDivLoss(Loss):
    """target * (log(target) - input), for an input that is log-probabilities; `log_target`: the target is, too."""

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Two tensors of the same shape."""
        return losses.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
