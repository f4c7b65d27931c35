"""The wrong answers of the misconceptions that take more than a line: each from the right answer and the context."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

Context = dict[str, Any]
DTYPES = {np.dtype(code).name for code in np.typecodes["All"] if code not in "SUVMmO"}


def given(part: str) -> Callable[[Any, Context], Iterable[Any]]:
    """The wrong answer is a part of the context."""
    return lambda right, context: [context[part]]


def in_another_dtype(right: Any, context: Context) -> Iterator[Any]:
    """The right answer with the names of dtypes that the answer has in their places."""

    def blend(one: Any, other: Any) -> Any:
        if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
            return [blend(*both) for both in zip(one, other, strict=True)]
        if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
            return {key: blend(one[key], other[key]) for key in one}
        names = isinstance(one, str) and isinstance(other, str) and {one, other} <= DTYPES
        return other if names else one

    yield blend(right, context["got"])


def not_finite(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    """The right numbers, but nan or an infinity in some places; one at least is as it should be."""
    got = context["got"]
    if got.shape == right.shape and np.isfinite(got).any():
        yield np.where(np.isfinite(got) | ~np.isfinite(right), right, got)


def one_of_several(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    parts = context["contributions"]
    if len(parts) > 1:
        yield from (parts[-1], parts[0])


def all_but_one(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    if len(context["contributions"]) > 2:
        yield from (right - part for part in context["contributions"])


def one_slice(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    """Only the first or the last slice along the broadcast axes, where a sum belongs."""
    whole = context["unsummed"]
    padded = (1,) * (whole.ndim - right.ndim) + right.shape
    for position in (0, -1):
        part = whole
        for axis, (small, large) in enumerate(zip(padded, whole.shape, strict=True)):
            if small == 1 and large > 1:
                part = part.take([position], axis)
        yield part.reshape(right.shape)


def summed_over_each_axis(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    whole = context["unsummed"]
    for axis in range(whole.ndim):
        yield from (whole.sum(axis=axis), whole.sum(axis=axis, keepdims=True))


def products(*pairs: tuple[np.ndarray, np.ndarray]) -> Iterator[np.ndarray]:
    """The matrix products of those pairs that fit."""
    yield from (one @ two for one, two in pairs if one.ndim == two.ndim == 2 and one.shape[1] == two.shape[0])


def swapped(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    one, two = context["factors"]
    return products((two, one), (two.T, one.T))


def not_transposed(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    one, two = context["factors"]
    return products((one.T, two), (one, two.T), (two.T, one), (two, one.T))


def element_by_element(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    one, two = context["factors"]
    if one.shape == two.shape:
        yield one * two


def diagonal(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    if right.ndim == 2 and right.shape[0] == right.shape[1] > 1:
        yield from (np.diag(np.diag(right)), np.diag(right))


def transposed(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    if right.ndim >= 2:
        yield from (right.T, right.swapaxes(-1, -2))


def column_by_column(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    if right.ndim >= 2:
        numbers = right.ravel(order="F")
        yield from (numbers.reshape(right.shape), numbers)


def other_ones(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    """The same numbers in the shape of the answer, if only axes of length 1 are different."""
    shape = context["got"].shape
    if [n for n in shape if n != 1] == [n for n in right.shape if n != 1]:
        yield right.reshape(shape)


def through_float32(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    got = context["got"]
    if got.shape == right.shape and np.array_equal(got, got.astype(np.float32)) and np.allclose(got, right, rtol=1e-5):
        yield got
