"""Chapter 11, optimizers: how parameters follow their gradients, as `torch.optim` does it.

An optimiser writes into its parameters unrecorded. It computes on the arrays themselves, in the order of torch's own
formulas, so that the same numbers come out, and counts each write, so that a graph that still needs the old values
notices.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .graph import enable_grad
from .modules import forget_gradients, type_name
from .tensor import Tensor, wrap
from .views import counter_of


class ParameterGroups:
    """What is learned, in groups with their options, and what is remembered of each parameter.

    param_groups: dicts with the key "params" (a list of tensors) and one for each option, such as "lr".
    state: for each parameter a dict of what is remembered from step to step.
    """

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                f"{type_name(params)}"
            )
        self.defaults, self.state = defaults, defaultdict[Tensor, dict[str, Any]](dict)
        self.param_groups: list[dict[str, Any]] = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Learn further parameters: {"params": tensors, and options that differ from the defaults}.

        TypeError: no tensors. ValueError: a result of operations, or a parameter that is in another group.
        """
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        for t in params:
            if not isinstance(t, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type_name(t)}")
            if not t.is_leaf:
                raise ValueError("can't optimize a non-leaf Tensor")
        known = {t for group in self.param_groups for t in group["params"]}
        if not known.isdisjoint(params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(self.defaults | param_group | {"params": params})

    def state_dict(self) -> dict[str, Any]:
        """{"state": ..., "param_groups": ...} with numbers, in the order of the groups, in the place of parameters."""
        number = {t: i for i, t in enumerate(self.parameters())}
        groups = [group | {"params": [number[t] for t in group["params"]]} for group in self.param_groups]
        state = {number[t]: kept for t, kept in self.state.items() if kept}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on where the optimiser that wrote `state_dict` stopped; what is in it is copied.

        ValueError: it is of other groups of parameters. RuntimeError: a tensor in it has not its parameter's shape.
        """
        groups, saved = self.param_groups, state_dict["param_groups"]
        if len(groups) != len(saved):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if [len(group["params"]) for group in groups] != [len(group["params"]) for group in saved]:
            raise ValueError("loaded state dict contains a parameter group that doesn't match the size of "
                             "optimizer's group")  # fmt: skip
        numbers = [number for group in saved for number in group["params"]]
        owner = dict(zip(numbers, self.parameters(), strict=True))
        state = {owner[i]: copied(values, owner[i]) for i, values in state_dict["state"].items()}
        self.state = defaultdict(dict, state)
        self.param_groups = [new | {"params": group["params"]} for new, group in zip(saved, groups, strict=True)]

    def parameters(self) -> Iterable[Tensor]:
        """All parameters, group by group."""
        return (t for group in self.param_groups for t in group["params"])

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            lines += [f"Parameter Group {number}"]
            lines += [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
        return "\n".join([*lines, ")"])


def copied(state: dict[str, Any], t: Tensor) -> dict[str, Any]:
    """A copy of the state of `t`. RuntimeError: a tensor in it, other than a number, has not the shape of `t`."""
    for name, value in state.items():
        if isinstance(value, Tensor) and value.array.ndim and value.shape != t.shape:
            raise RuntimeError(f"the state {name!r} has shape {value.shape}, its parameter has shape {t.shape}")
    return {name: value.clone() if isinstance(value, Tensor) else value for name, value in state.items()}


class Optimizer(ParameterGroups):
    """What all optimisers share. A class of your own says in `update` what a step does to one parameter."""

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zero."""
        for group in self.param_groups:
            forget_gradients(group["params"], set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient. closure: computes gradients and the loss, which is returned."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for t in group["params"]:
                if t._grad is not None:
                    g = t._grad.array
                    counter_of(t).bump()
                    self.update(t.array, -g if group.get("maximize") else g, self.state[t], group)
        return loss

    def update(self, x: np.ndarray, g: np.ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Move the array `x` of one parameter, in place, against its gradient `g`, which is left as it is."""
        raise NotImplementedError(f"{type(self).__name__} does not say what a step is: give it a method update")


def check_range(name: str, value: float, below: float = np.inf) -> None:
    """ValueError unless 0 <= value < below."""
    if not 0 <= value < below:
        raise ValueError(f"Invalid {name}: {value}")


class SGD(Optimizer):
    """Gradient descent: x -= lr * g, with torch's options.

    momentum: of every step this fraction is made again at the next one; the gradient adds 1 - dampening of itself.
    nesterov: look one step of the momentum ahead. weight_decay: pull towards zero. maximize: climb instead.
    ValueError: an option out of its range.
    """

    def __init__(
        self, params: Any, lr: float = 1e-3, momentum: float = 0, dampening: float = 0, weight_decay: float = 0,
        nesterov: bool = False, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        check_range("learning rate", lr)
        check_range("momentum value", momentum)
        check_range("weight_decay value", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        options = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
                   "nesterov": nesterov, "maximize": maximize}  # fmt: skip
        super().__init__(params, options)

    def update(self, x: np.ndarray, g: np.ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """One step of one parameter."""
        momentum = group["momentum"]
        if group["weight_decay"]:
            g = g + x * group["weight_decay"]
        if momentum:
            if state.get("momentum_buffer") is None:
                state["momentum_buffer"] = wrap(g.copy())
            else:
                buffer = state["momentum_buffer"].array
                buffer *= momentum
                buffer += g * (1 - group["dampening"])
            buffer = state["momentum_buffer"].array
            g = g + buffer * momentum if group["nesterov"] else buffer
        x -= g * group["lr"]


class Adam(Optimizer):
    """x -= lr * m / (√v + eps), where m and v are running means of the gradient and of its square.

    betas: how much of m and of v is kept at each step; both begin at zero and are corrected for that.
    weight_decay: added to the gradient (AdamW: pulls the parameter itself). amsgrad: v never falls. maximize: climb.
    ValueError: an option out of its range.
    """

    def __init__(
        self, params: Any, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, amsgrad: bool = False, *, maximize: bool = False, decoupled_weight_decay: bool = False,
    ) -> None:  # fmt: skip
        check_range("learning rate", lr)
        check_range("epsilon value", eps)
        check_range("beta parameter at index 0", betas[0], below=1)
        check_range("beta parameter at index 1", betas[1], below=1)
        check_range("weight_decay value", weight_decay)
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad,
                   "maximize": maximize, "decoupled_weight_decay": decoupled_weight_decay}  # fmt: skip
        super().__init__(params, options)

    def update(self, x: np.ndarray, g: np.ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """One step of one parameter."""
        if not state:
            averages = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"][: 3 if group["amsgrad"] else 2]
            state["step"] = wrap(np.zeros((), np.float32))
            state |= {name: wrap(np.zeros_like(x)) for name in averages}
        beta1, beta2 = group["betas"]
        m, v = state["exp_avg"].array, state["exp_avg_sq"].array
        state["step"].array += 1
        step = state["step"].item()
        if group["weight_decay"] and group["decoupled_weight_decay"]:
            x *= 1 - group["lr"] * group["weight_decay"]
        elif group["weight_decay"]:
            g = g + x * group["weight_decay"]
        m += (g - m) * (1 - beta1)
        v *= beta2
        v += g * (1 - beta2) * g
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"].array
            v = np.maximum(largest, v, out=largest)
        denominator = np.sqrt(v) / (1 - beta2**step) ** 0.5
        denominator += group["eps"]
        x -= m * (group["lr"] / (1 - beta1**step)) / denominator


class AdamW(Adam):
    """Adam with `weight_decay` that does not pass through the running means: x *= 1 - lr * weight_decay."""

    def __init__(
        self, params: Any, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 1e-2, amsgrad: bool = False, *, maximize: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True)
