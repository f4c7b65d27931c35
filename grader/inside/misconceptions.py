"""Named misconceptions: each turns the right answer into the wrong one it produces.

A diagnosis is made only when a misconception gives exactly what the student's answer is, and that is not the
right answer. There is no guessing: when none matches, none is named. Most need to know something about the case,
its `context`:

    contributions  the gradients that arrive at this place, one by one (the right answer is their sum)
    cotangent      the gradient that comes from above
    local          the local derivative, before it is multiplied by the cotangent
    unsummed       the gradient in the broadcast shape, before it is summed down to the input's
    stale          what was in .grad before the call

An answer with several parts may have a context for each: {0: {...}, 1: {...}}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Wrong = Iterator[np.ndarray]


@dataclass(frozen=True)
class Misconception:
    """`name` for the class report, `says` for the student, `makes(right, context)` for the comparison."""

    name: str
    says: str
    makes: Callable[[np.ndarray, dict[str, Any]], Wrong]


def _overwritten(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    contributions = [np.asarray(part) for part in context.get("contributions", ())]
    if len(contributions) > 1:
        yield contributions[-1]
        yield contributions[0]


def _stale(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    if "stale" in context:
        yield right + np.asarray(context["stale"])


def _twice(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    yield 2 * right


def _one_contribution_twice(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    for part in context.get("contributions", ()):
        yield right + np.asarray(part)


def _no_cotangent(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    if "local" in context:
        yield np.asarray(context["local"])
    elif "cotangent" in context:
        with np.errstate(all="ignore"):
            yield right / np.asarray(context["cotangent"])


def _cotangent_as_answer(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    if "cotangent" in context:
        yield np.asarray(context["cotangent"])


def _unsummed(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    if "unsummed" in context:
        yield np.asarray(context["unsummed"])


def _averaged(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    if "unsummed" in context and right.size:
        yield right * (right.size / np.asarray(context["unsummed"]).size)


def _one_slice(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    """Only the first or the last slice along the broadcast axes, where a sum belongs."""
    if "unsummed" not in context:
        return
    whole = np.asarray(context["unsummed"])
    padded = (1,) * (whole.ndim - right.ndim) + right.shape
    for position in (0, -1):
        part = whole
        for axis, (small, large) in enumerate(zip(padded, whole.shape, strict=True)):
            if small == 1 and large > 1:
                part = part.take([position], axis)
        yield part.reshape(right.shape)


def _sign(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    yield -right


def _transpose(right: np.ndarray, context: dict[str, Any]) -> Wrong:
    if right.ndim >= 2:
        yield right.T


TABLE = (
    Misconception(
        "overwritten",
        "Overwritten instead of added: only one of the gradients that arrive here is left. "
        "A value that is used twice gets the sum of what its uses send back.",
        _overwritten,
    ),
    Misconception(
        "stale gradient",
        "A stale gradient was not zeroed: the answer is the right gradient plus what was in .grad before.",
        _stale,
    ),
    Misconception(
        "accumulated twice",
        "Accumulated twice: the answer is exactly twice the right one. Somewhere a gradient is added two times.",
        _twice,
    ),
    Misconception(
        "one contribution twice",
        "One of the gradients that arrive here was added two times.",
        _one_contribution_twice,
    ),
    Misconception(
        "cotangent ignored",
        "Not multiplied by the cotangent: the answer is the local derivative alone. "
        "The chain rule multiplies it by the gradient that comes from above.",
        _no_cotangent,
    ),
    Misconception(
        "cotangent passed on",
        "The gradient from above was passed on as it came, without the local derivative.",
        _cotangent_as_answer,
    ),
    Misconception(
        "not summed over a broadcast axis",
        "Not summed over a broadcast axis: the gradient still has the shape of the result. "
        "An element that was used many times gets the sum over its uses.",
        _unsummed,
    ),
    Misconception(
        "averaged over a broadcast axis",
        "Averaged over a broadcast axis where a sum belongs.",
        _averaged,
    ),
    Misconception(
        "one slice of a broadcast axis",
        "Only one slice along a broadcast axis was taken where the sum over all of them belongs.",
        _one_slice,
    ),
    Misconception("sign", "The sign is wrong everywhere; the sizes are right.", _sign),
    Misconception("transposed", "The answer is the transpose of the right one.", _transpose),
)


def diagnose(expected: np.ndarray, got: np.ndarray, context: dict[str, Any], rtol: float) -> list[str]:
    """The names of the misconceptions that give `got` and do not give `expected`, the most specific first."""
    found = []
    right = np.asarray(expected, dtype=float)
    for misconception in TABLE:
        for wrong in misconception.makes(right, context):
            if _same(wrong, got, rtol) and not _same(wrong, right, rtol):
                found.append(misconception.name)
                break
    return found


def says(name: str) -> str:
    """The sentence for the student that belongs to a misconception's name."""
    return next(misconception.says for misconception in TABLE if misconception.name == name)


def _same(one: np.ndarray, other: np.ndarray, rtol: float) -> bool:
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    return one.shape == other.shape and np.allclose(one, other, rtol=rtol, atol=rtol * 1e-2, equal_nan=True)
