"""The names of `torch.nn.functional`."""

from ..activations import relu, sigmoid
from ..arrays import linear
from ..elementwise import tanh
from ..reductions import cross_entropy, log_softmax, nll_loss, softmax

__all__ = ["cross_entropy", "linear", "log_softmax", "nll_loss", "relu", "sigmoid", "softmax", "tanh"]
