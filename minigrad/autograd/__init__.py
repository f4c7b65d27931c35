"""The names of `torch.autograd`."""

from ..creation import Variable
from ..engine import backward
from ..function import Function
from ..gradients import grad
from ..graph import enable_grad, no_grad, set_grad_enabled
from . import function

__all__ = ["Function", "Variable", "backward", "enable_grad", "function", "grad", "no_grad", "set_grad_enabled"]
