"""What is known about a wrong answer that no misconception explains: where it is right, and how it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

import numpy as np

SHORT = 12  # characters that are seen at a glance
FEW = 2  # numbers that are seen at a glance


def facts(expected: np.ndarray, got: np.ndarray, right: np.ndarray) -> list[str]:
    """Sentences that are true of the two arrays; `right` says which elements agree (empty if the shapes differ)."""
    few = min(expected.size, got.size) <= FEW
    with np.errstate(all="ignore"):
        if expected.shape != got.shape:
            return [] if few else list(_of_shapes(expected, got))
        if expected.size < 2:
            return []
        numbers = expected.astype(float), got.astype(float)
        return list(_of_relation(*numbers)) if few else [*_of_places(expected, right), *_of_numbers(*numbers)]


def _of_shapes(expected: np.ndarray, got: np.ndarray) -> Iterator[str]:
    if expected.size != got.size:
        yield f"{expected.size} elements were expected, {got.size} came."
    elif np.allclose(np.sort(expected.ravel()), np.sort(got.ravel()), rtol=1e-5):
        yield "The numbers are right, in another shape or order."


def _of_places(expected: np.ndarray, right: np.ndarray) -> Iterator[str]:
    """Along which axis right and wrong part, or else on which side of zero."""
    if not right.any():
        yield "No element is right."
        return
    for axis in range(right.ndim):
        others = tuple(i for i in range(right.ndim) if i != axis)
        some, every = right.any(axis=others), right.all(axis=others)
        if np.array_equal(some, every):
            name = "the index" if right.ndim == 1 else f"the index on axis {axis}"
            good, bad = _listed(np.flatnonzero(every)), _listed(np.flatnonzero(~every))
            yield f"Right where {name} is {good}; wrong where it is {bad}."
            break
    for name, where in (("0", expected == 0), ("negative", expected < 0), ("positive", expected > 0)):
        if np.array_equal(where, ~right):
            yield f"Wrong exactly where {name} was expected."
        elif np.array_equal(where, right):
            yield f"Right exactly where {name} was expected."


def _of_numbers(expected: np.ndarray, got: np.ndarray) -> Iterator[str]:
    bad = int((~np.isfinite(got) & np.isfinite(expected)).sum())
    if bad:
        yield f"{bad} of {got.size} elements are nan or infinite."
    elif not got.any():
        yield "All elements are 0."
    elif np.all(got == got.ravel()[0]):
        yield "All elements are the same."
    else:
        yield from _of_relation(expected, got)


def _of_relation(expected: np.ndarray, got: np.ndarray) -> Iterator[str]:
    """One factor, or one difference, that lies between all of them; of zeros and of nan there is nothing to say."""
    if not (got.any() and np.isfinite(got).all()):
        return
    off = np.max(np.abs(got / expected - 1)) if expected.all() else 0.0
    if 0 < off <= 1e-3:
        yield f"Every element is right to about {int(-np.log10(off))} digits: rounding, or a difference quotient."
    elif expected.all() and np.allclose(ratio := got / expected, ratio.ravel()[0], rtol=1e-6):
        yield f"Every element is {ratio.ravel()[0]:.6g} times the expected one."
    elif np.allclose(gap := got - expected, gap.ravel()[0], rtol=1e-6):
        yield f"Every element is off by {gap.ravel()[0]:.6g}."


def of_texts(expected: str, got: str) -> str:
    """How a text differs from the one that was expected, in a few words; nothing where it is plain to see."""
    if "".join(expected.split()) == "".join(got.split()):
        return "only spaces and ends of lines differ"
    if expected.lower() == got.lower():
        return "only upper and lower case differ"
    same = sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(expected, got, strict=False)))
    if same < SHORT:
        return ""
    ends = [repr(text[same : same + SHORT]) if text[same:] else "its end" for text in (expected, got)]
    return f"the first {same} characters are the same, then {ends[0]} was expected and {ends[1]} came"


def _listed(indices: np.ndarray) -> str:
    """Some of the indices, as words."""
    names = [str(i) for i in indices[:6]]
    return ", ".join(names) + (f" and {len(indices) - 6} more" if len(indices) > 6 else "")
