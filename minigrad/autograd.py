"""The names of `torch.autograd`."""

from .creation import Variable
from .engine import backward
from .gradients import grad
from .graph import enable_grad, no_grad, set_grad_enabled

__all__ = ["Variable", "backward", "enable_grad", "grad", "no_grad", "set_grad_enabled"]
