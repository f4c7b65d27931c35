"""Chapter 11, scheduling: learning rates that change while a network learns, as `torch.optim.lr_scheduler` has them.

A scheduler is told about the optimiser and is stepped once an epoch, after it. It reads the rate of every group and
writes the next one.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any


class LRScheduler:
    """What all schedulers share: the rates at the start (`base_lrs`) and the number of steps made (`last_epoch`).

    A class of your own says in `rate` what comes next.
    """

    def __init__(self, optimizer: Any) -> None:
        self.optimizer, self.last_epoch = optimizer, 0
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs: list[float] = [group["initial_lr"] for group in optimizer.param_groups]

    def step(self) -> None:
        """Set the rates of the next epoch."""
        self.last_epoch += 1
        for number, group in enumerate(self.optimizer.param_groups):
            group["lr"] = self.rate(group["lr"], number)

    def rate(self, lr: float, number: int) -> float:
        """What comes after the rate `lr` in the group of this number."""
        raise NotImplementedError(f"{type(self).__name__} does not say what the rates are: give it a method rate")

    def get_last_lr(self) -> list[float]:
        """The present rates, group by group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """All that it knows, but for the optimiser and for functions."""
        return {name: value for name, value in vars(self).items() if name not in ("optimizer", "lr_lambdas")}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on where the scheduler that wrote `state_dict` stopped; the rates themselves are the optimiser's."""
        vars(self).update(state_dict)


class LambdaLR(LRScheduler):
    """The first rate times lr_lambda(epoch), a function for all groups or one for each."""

    def __init__(self, optimizer: Any, lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]]) -> None:
        super().__init__(optimizer)
        count = len(self.base_lrs)
        self.lr_lambdas = [lr_lambda] * count if callable(lr_lambda) else list(lr_lambda)
        if len(self.lr_lambdas) != count:
            raise ValueError(f"Expected {count} lr_lambdas, but got {len(self.lr_lambdas)}")
        for number, group in enumerate(optimizer.param_groups):
            group["lr"] = self.rate(group["lr"], number)

    def rate(self, lr: float, number: int) -> float:
        """The first rate times the function's factor."""
        return self.base_lrs[number] * self.lr_lambdas[number](self.last_epoch)


class StepLR(LRScheduler):
    """The rate times `gamma` once every `step_size` epochs."""

    def __init__(self, optimizer: Any, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer)
        self.step_size, self.gamma = step_size, gamma

    def rate(self, lr: float, number: int) -> float:
        """Lower after every `step_size` epochs."""
        return lr if self.last_epoch % self.step_size else lr * self.gamma


class ExponentialLR(LRScheduler):
    """The rate times `gamma` after every epoch."""

    def __init__(self, optimizer: Any, gamma: float) -> None:
        super().__init__(optimizer)
        self.gamma = gamma

    def rate(self, lr: float, number: int) -> float:
        """Lower every time."""
        return lr * self.gamma


class CosineAnnealingLR(LRScheduler):
    """The rate falls to `eta_min` in `T_max` epochs along half a cosine, and then rises again."""

    def __init__(self, optimizer: Any, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer)
        self.T_max, self.eta_min = T_max, eta_min

    def rate(self, lr: float, number: int) -> float:
        """From one point of the curve to the next, so that the rate may be changed in between."""
        epoch, turn = self.last_epoch, math.pi / self.T_max
        if (epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # from the lowest point, which has lost the amplitude
            return lr + (self.base_lrs[number] - self.eta_min) * (1 - math.cos(turn)) / 2
        return (1 + math.cos(turn * epoch)) / (1 + math.cos(turn * (epoch - 1))) * (lr - self.eta_min) + self.eta_min
