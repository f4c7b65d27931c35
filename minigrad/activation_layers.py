"""Chapter 11, appendix: the activation functions as modules, so that they can stand in a `Sequential`."""

from . import activations, elementwise, reductions
from .modules import Module
from .tensor import Tensor


class Activation(Module):
    """A function of one tensor with some options, which are shown in the order of `options`."""

    options: tuple[str, ...] = ()

    def extra_repr(self) -> str:
        """The options."""
        return ", ".join([f"{name}={getattr(self, name)!r}" for name in self.options])


class ReLU(Activation):
    """x where it is positive, else 0."""

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return activations.relu(input)


class LeakyReLU(Activation):
    """x where it is positive, else negative_slope * x."""

    options = ("negative_slope",)

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        self.negative_slope = negative_slope

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return activations.leaky_relu(input, self.negative_slope)


class ELU(Activation):
    """x where it is positive, else alpha * (exp(x) - 1)."""

    options = ("alpha",)

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = alpha

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return activations.elu(input, self.alpha)


class GELU(Activation):
    """x times the probability that a normal number is smaller than x; approximate="tanh" computes it faster."""

    options = ("approximate",)

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return activations.gelu(input, approximate=self.approximate)


class SiLU(Activation):
    """x * sigmoid(x)."""

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return activations.silu(input)


class Softplus(Activation):
    """log(1 + exp(beta * x)) / beta, and x itself where beta * x is above the threshold."""

    options = ("beta", "threshold")

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return activations.softplus(input, self.beta, self.threshold)


class Tanh(Activation):
    """The hyperbolic tangent, between -1 and 1."""

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return elementwise.tanh(input)


class Sigmoid(Activation):
    """1 / (1 + exp(-x)), between 0 and 1."""

    def forward(self, input: Tensor) -> Tensor:
        """Element by element."""
        return activations.sigmoid(input)


class Softmax(Activation):
    """exp(x) / sum(exp(x)) along `dim`: probabilities."""

    options = ("dim",)

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """The same shape."""
        return reductions.softmax(input, self.dim)


class LogSoftmax(Softmax):
    """The logarithm of softmax."""

    def forward(self, input: Tensor) -> Tensor:
        """The same shape."""
        return reductions.log_softmax(input, self.dim)
