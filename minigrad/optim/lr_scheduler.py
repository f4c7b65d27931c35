"""The names of `torch.optim.lr_scheduler`."""

from ..scheduling import CosineAnnealingLR, ExponentialLR, LambdaLR, LRScheduler, StepLR

__all__ = ["CosineAnnealingLR", "ExponentialLR", "LRScheduler", "LambdaLR", "StepLR"]
