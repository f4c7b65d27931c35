"""Chapter 11, nn: for now the functions of `torch.nn.functional` that exist."""

from . import functional as functional
