"""The names of `torch.autograd`."""

from ..anomaly import detect_anomaly, is_anomaly_enabled, set_detect_anomaly
from ..creation import Variable
from ..engine import backward
from ..function import Function
from ..gradients import grad
from ..graph import enable_grad, no_grad, set_grad_enabled
from ..verify import gradcheck, gradgradcheck
from . import function, functional, graph

__all__ = [
    "Function", "Variable", "backward", "detect_anomaly", "enable_grad", "function", "functional", "grad", "gradcheck",
    "gradgradcheck", "graph", "is_anomaly_enabled", "no_grad", "set_detect_anomaly", "set_grad_enabled",
]  # fmt: skip
