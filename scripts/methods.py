"""Write `minigrad/methods.pyi`: the methods that the chapters attach to Tensor, for the type checker.

    python -m scripts.methods

A chapter gives Tensor a method by assignment (`Tensor.backward = tensor_backward`), which a type checker does not
follow. The declarations are read off the finished class, so they cannot name what is not there.
"""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import minigrad

STUB = Path(minigrad.__file__).with_name("methods.pyi")
HEAD = '''"""What the chapters attach to Tensor, for the type checker. Written by `python -m scripts.methods`."""

# ruff: noqa: E501, F401

import builtins
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .graph import Node
from .hooks import RemovableHandle
from .linalg import SignAndLogarithm
from .reductions import MinAndMax, ValuesAndIndices
from .tensor import Size, Tensor

class Methods:
    array: np.ndarray
    _requires_grad: builtins.bool
    _node: Node | None
    _grad: Tensor | None
    _view: Any
    _counter: Any
    _hooks: Any
'''
OVERRIDES = ("__eq__", "__ne__")  # they return a Tensor where `object` promises a bool


def attached() -> dict[str, Any]:
    """The methods and properties of Tensor that are not in the body of its class statement, by name."""
    statements = ast.parse(inspect.getsource(minigrad.Tensor)).body[0].body  # type: ignore[attr-defined]
    own = {s.name for s in statements if isinstance(s, ast.FunctionDef)}
    members = [(n, v) for n, v in sorted(vars(minigrad.Tensor).items()) if n not in own]
    return {name: value for name, value in members if inspect.isfunction(value) or isinstance(value, property)}


def annotation(kind: Any) -> str:
    """A type as it is written in the stub, where `float` and `bool` alone would mean Tensor's methods."""
    if kind is inspect.Parameter.empty:
        return "Any"
    text = kind if isinstance(kind, str) else inspect.formatannotation(kind)
    text = re.sub(r"\b(typing|collections\.abc|minigrad\.\w+)\.", "", text).replace("numpy.", "np.")
    return re.sub(r"(?<![\w.])(bool|float|int|type)\b", r"builtins.\1", text)


def declaration(name: str, function: Any) -> str:
    """`def name(parameters) -> result: ...` with the parameters of a function, whatever its own name is.

    Nobody passes the operands of `x + y` by name, nor those of functions that come from a factory.
    """
    first, *others = inspect.signature(function).parameters.values()
    by_position = name.startswith("__") or "<locals>" in function.__qualname__
    shown = [f"{first.name}: Any"]
    for p in others:
        if p.kind is p.KEYWORD_ONLY and by_position:
            continue
        if p.kind is p.KEYWORD_ONLY and "*" not in "".join(shown):
            shown.append("*")
        prefix = "*" if p.kind is p.VAR_POSITIONAL else "**" if p.kind is p.VAR_KEYWORD else ""
        default = "" if p.default is p.empty else " = ..."
        shown.append(f"{prefix}{p.name}: {annotation(p.annotation)}{default}")
    if by_position and "*" not in "".join(shown):
        shown.append("/")
    result = annotation(inspect.signature(function).return_annotation)
    ignore = "  # type: ignore[override]" if name in OVERRIDES else ""
    return f"    def {name}({', '.join(shown)}) -> {result}: ...{ignore}\n"


def stub() -> str:
    """The text of the file."""
    text = HEAD
    for name, value in attached().items():
        if isinstance(value, property) and value.fget is not None:
            result = annotation(inspect.signature(value.fget).return_annotation)
            text += f"    {name}: property  # {result}\n"
        else:
            text += declaration(name, value)
    return text


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
