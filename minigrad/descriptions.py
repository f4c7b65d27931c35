"""Docstrings of operations that a table makes: `sin = unary(SIN, np.sin)` has no place for one.

They are in `descriptions.txt`, by the names of the operations.
"""

import os
from collections.abc import Iterable, Mapping
from typing import Any


def table() -> dict[str, str]:
    """For each such operation ("sin", "Tensor.where") what is to be said about it."""
    with open(os.path.join(os.path.dirname(__file__), "descriptions.txt"), encoding="utf-8") as file:
        paragraphs = file.read().split("\n\n")[1:]
    return dict(paragraph.strip().split(": ", 1) for paragraph in paragraphs)


def write(namespaces: Iterable[Mapping[str, Any]], owner: type) -> None:
    """Give the operations in the namespaces, and the methods of `owner`, the docstrings that they have not."""
    methods = {f"{owner.__name__}.{name}": value for name, value in vars(owner).items()}
    for name, text in table().items():
        for namespace in (*namespaces, methods):
            describe(namespace.get(name), text)
    for name, method in vars(owner).items():
        if name.endswith("_") and not name.startswith("_"):
            describe(method, f"`x.{name[:-1]}(...)`, written over `x`, whose shape and dtype stay.")


def describe(function: Any, text: str) -> None:
    """Set the docstring of a function that has none."""
    if callable(function) and function.__doc__ is None:
        function.__doc__ = text
