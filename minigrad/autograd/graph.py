"""The names of `torch.autograd.graph`."""

from ..graph import Node
from ..hooks import saved_tensors_hooks

__all__ = ["Node", "saved_tensors_hooks"]
