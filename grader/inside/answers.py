"""Answers as plain data: the only thing that leaves a student's process.

`encode` turns whatever a student's function returned into a tree that JSON can carry. `decode` is the judge's
side: it trusts nothing, checks every field, and gives back numbers, strings, lists and numpy arrays, nothing else.

    kind        fields                                what it stands for
    none
    bool        value
    number      value (int or float, "nan", "inf", "-inf")
    string      value
    list tuple  items
    dict        items (list of [key, answer])
    array       dtype, shape, numbers (flat)          a numpy array
    tensor      as array, and requires_grad, grad_fn  a minigrad Tensor
    exception   type, bases, message, trace           the student's function raised
    refused     why                                   something that is not plain data
"""

from __future__ import annotations

import linecache
import math
import struct
import sys
import traceback
from dataclasses import dataclass
from typing import Any

import numpy as np

LENGTH = struct.Struct("!I")  # goes before every message between the judge and a notebook
MIME = "application/vnd.minigrad.answer+json"
DTYPES = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64".split()
)
MAX_NUMBERS = 100_000
MAX_ITEMS = 1_000
MAX_TEXT = 10_000
MAX_MESSAGE = 2_000
MAX_DEPTH = 8
MAX_AXES = 16


@dataclass(frozen=True)
class Raised:
    """A decoded exception: what the student's function raised, and where."""

    type: str
    bases: tuple[str, ...]
    message: str
    trace: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """An answer that could not be sent or read, and why."""

    why: str


class NotPlainData(ValueError):
    """The answer is not data that can be compared; the message says why."""


# --- the student's side ------------------------------------------------------------------------------------------


def encode(answer: Any) -> dict[str, Any]:
    """The answer as a JSON-able tree; what cannot be sent becomes `refused` with the reason."""
    try:
        return _encode(answer, MAX_DEPTH)
    except NotPlainData as refusal:
        return {"kind": "refused", "why": str(refusal)}


def encode_exception(error: BaseException) -> dict[str, Any]:
    """The exception's type, message, and the lines of the notebook's own cells that led to it."""
    trace = []
    for frame in traceback.extract_tb(error.__traceback__):
        if is_notebook_cell(frame.filename):
            line = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
            trace.append(f"line {frame.lineno}, in {frame.name}: {line}"[:300])
    return {
        "kind": "exception",
        "type": type(error).__name__[:100],
        "bases": [base.__name__[:100] for base in type(error).__mro__[:20]],
        "message": _both_ends(str(error)),
        "trace": trace[-8:],
    }


def _both_ends(message: str) -> str:
    """A message, without its middle if it is very long: what is wrong often stands in its last line."""
    half = MAX_MESSAGE // 2
    return message if len(message) <= MAX_MESSAGE else f"{message[: half - 5]}\n...\n{message[-half:]}"


def is_notebook_cell(filename: str) -> bool:
    return "ipykernel" in filename or filename.startswith("<ipython-input")


def _encode(answer: Any, depth: int) -> dict[str, Any]:
    if depth == 0:
        raise NotPlainData(f"the answer is nested more than {MAX_DEPTH} levels deep")
    if answer is None:
        return {"kind": "none"}
    if isinstance(answer, (bool, np.bool_)):
        return {"kind": "bool", "value": bool(answer)}
    if isinstance(answer, (int, float)) and not isinstance(answer, np.generic):
        return {"kind": "number", "value": _number(answer)}
    if isinstance(answer, str):
        return {"kind": "string", "value": _short(str(answer))}
    if isinstance(answer, (list, tuple)):
        items = [_encode(item, depth - 1) for item in _few(answer)]
        return {"kind": "tuple" if isinstance(answer, tuple) else "list", "items": items}
    if isinstance(answer, dict):
        if not all(isinstance(key, str) for key in answer):
            raise NotPlainData("the keys of a dict in an answer must be strings")
        pairs = [[_short(str(key)), _encode(value, depth - 1)] for key, value in _few(answer.items())]
        return {"kind": "dict", "items": pairs}
    if isinstance(answer, (np.ndarray, np.generic)):
        return {"kind": "array", **_array(np.asarray(answer))}
    if _is_tensor(answer):
        grad_fn = getattr(answer, "grad_fn", None)
        return {
            "kind": "tensor",
            **_array(np.asarray(answer.data)),
            "requires_grad": bool(answer.requires_grad),
            "grad_fn": None if grad_fn is None else _short(str(grad_fn.name())),
        }
    raise NotPlainData(
        f"an answer of type {type(answer).__name__} cannot be compared; "
        "return a number, an array, a Tensor, a string, or a list, tuple or dict of these"
    )


def _is_tensor(answer: Any) -> bool:
    minigrad = sys.modules.get("minigrad")  # a Tensor cannot exist before it is imported
    return minigrad is not None and isinstance(answer, minigrad.Tensor)


def _array(array: np.ndarray) -> dict[str, Any]:
    if array.dtype.name not in DTYPES:
        raise NotPlainData(f"an array of dtype {array.dtype} cannot be compared; use {', '.join(DTYPES)}")
    if array.size > MAX_NUMBERS:
        raise NotPlainData(f"the array has {array.size} elements, more than {MAX_NUMBERS}")
    numbers = np.array(array, subok=False).ravel().tolist()
    return {
        "dtype": array.dtype.name,
        "shape": [int(length) for length in array.shape],
        "numbers": [_number(number) for number in numbers],
    }


def _number(number: float) -> float | int | str:
    if isinstance(number, float):
        number = float(number)
        return number if math.isfinite(number) else str(number)
    if abs(number) >= 2**64:
        raise NotPlainData("an integer of more than 64 bits cannot be compared")
    return int(number)


def _short(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise NotPlainData(f"the string has {len(text)} characters, more than {MAX_TEXT}")
    return text


def _few(items: Any) -> list:
    if len(items) > MAX_ITEMS:
        raise NotPlainData(f"the answer has {len(items)} items, more than {MAX_ITEMS}; return an array")
    return list(items)


# --- the judge's side --------------------------------------------------------------------------------------------


def decode(tree: Any) -> Any:
    """The answer that `tree` stands for, or `Refused` when the tree is not what `encode` makes."""
    try:
        return _Decoder().decode(tree, MAX_DEPTH)
    except NotPlainData as refusal:
        return Refused(str(refusal))


class _Decoder:
    """Reads one tree; the budget of numbers is for the whole of it."""

    def __init__(self) -> None:
        self.budget = MAX_NUMBERS

    def decode(self, tree: Any, depth: int) -> Any:
        if depth == 0 or not isinstance(tree, dict):
            raise NotPlainData("the answer is not in the form that check sends")
        read = {
            "none": lambda tree: None,
            "bool": lambda tree: _field(tree, "value", bool),
            "number": lambda tree: self.number(tree.get("value")),
            "string": lambda tree: _text(tree, "value"),
            "list": lambda tree: self.items(tree, depth),
            "tuple": lambda tree: tuple(self.items(tree, depth)),
            "dict": lambda tree: self.pairs(tree, depth),
            "array": self.array,
            "tensor": self.array,
            "exception": _exception,
            "refused": lambda tree: Refused(_text(tree, "why")),
        }.get(_text(tree, "kind"))
        if read is None:
            raise NotPlainData(f"the answer is of an unknown kind, {tree['kind'][:40]!r}")
        return read(tree)

    def number(self, value: Any) -> float | int:
        self.spend(1)
        if isinstance(value, str) and value in ("nan", "inf", "-inf"):
            return float(value)
        if type(value) is float or type(value) is int and abs(value) < 2**64:
            return value
        raise NotPlainData("the answer holds something that is not a number where a number belongs")

    def items(self, tree: dict, depth: int) -> list:
        items = _field(tree, "items", list)
        self.spend(len(items))
        return [self.decode(item, depth - 1) for item in items]

    def pairs(self, tree: dict, depth: int) -> dict[str, Any]:
        answer = {}
        for pair in _field(tree, "items", list):
            self.spend(1)
            if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
                raise NotPlainData("the answer's dict is not a list of key and value")
            answer[pair[0][:MAX_TEXT]] = self.decode(pair[1], depth - 1)
        return answer

    def array(self, tree: dict) -> np.ndarray:
        dtype, shape = _text(tree, "dtype"), _field(tree, "shape", list)
        numbers = _field(tree, "numbers", list)
        if dtype not in DTYPES:
            raise NotPlainData("the answer's array has an unknown dtype")
        if len(shape) > MAX_AXES or not all(type(n) is int and 0 <= n <= MAX_NUMBERS for n in shape):
            raise NotPlainData("the answer's array has a shape that is no shape")
        if math.prod(shape) != len(numbers):
            raise NotPlainData("the answer's array does not hold as many numbers as its shape says")
        self.spend(len(numbers))
        values = [number if isinstance(number, bool) else self.number(number) for number in numbers]
        try:
            with np.errstate(all="ignore"):
                return np.array(values, dtype=dtype).reshape(shape)
        except (OverflowError, ValueError) as error:
            raise NotPlainData(f"the answer's numbers do not fit its dtype {dtype}") from error

    def spend(self, count: int) -> None:
        self.budget -= count + 1
        if self.budget < -MAX_NUMBERS:
            raise NotPlainData(f"the answer holds more than {MAX_NUMBERS} numbers")


def _field(tree: dict, name: str, kind: type) -> Any:
    if type(tree.get(name)) is not kind:
        raise NotPlainData(f"the answer lacks its {name}")
    return tree[name]


def _text(tree: dict, name: str) -> str:
    return _field(tree, name, str)[:MAX_TEXT]


def _exception(tree: dict) -> Raised:
    lists = [_field(tree, name, list) for name in ("bases", "trace")]
    bases, trace = (tuple(text[:300] for text in texts[:20] if isinstance(text, str)) for texts in lists)
    return Raised(_text(tree, "type")[:100], bases, _text(tree, "message")[:MAX_MESSAGE], trace)
