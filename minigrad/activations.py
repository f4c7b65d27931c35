"""Chapter 3, appendix: the catalogue of activation functions, the bends between the layers of a network.

One row each, as in `operations`; the slope at a kink is the one that torch chose.
"""

from typing import Any

import numpy as np

from .elementwise import unary
from .graph import Op, ndarray
from .operations import keeps_integers
from .tensor import Tensor


def sigmoid_of(x: ndarray, out: Any = None) -> ndarray:
    """1 / (1 + exp(-x)); where exp(-x) overflows, 1 / inf is the 0 that it should be."""
    return np.reciprocal(np.exp(-x) + 1, out=...)


SIGMOID = Op("SigmoidBackward0", lambda g, out: g * ((1 - out) * out))
RELU = Op("ReluBackward0", lambda g, out: g * (out > 0))

sigmoid = unary(SIGMOID, sigmoid_of)
relu = keeps_integers(RELU, lambda x, out=None: np.maximum(x, 0, out=out))

Tensor.sigmoid, Tensor.relu = sigmoid, relu
