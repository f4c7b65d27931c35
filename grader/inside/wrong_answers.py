"""The wrong answers of the misconceptions that take more than a line: each from the right answer and the context."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
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
    ones = (1,) * (whole.ndim - right.ndim)
    for padded in {ones + right.shape, right.shape + ones}:
        stretched = [axis for axis, small in enumerate(padded) if small == 1 and whole.shape[axis] > 1]
        if all(small == large or small == 1 for small, large in zip(padded, whole.shape, strict=True)):
            for position in (0, -1):
                part = whole
                for axis in stretched:
                    part = part.take([position], axis)
                yield part.reshape(right.shape)


def summed_over_each_axis(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    """Summed over one axis that was not to be summed over."""
    whole = context["unsummed"]
    for axis in range(whole.ndim):
        if not _can_become(right, whole.sum(axis=axis)):
            yield from (whole.sum(axis=axis), whole.sum(axis=axis, keepdims=True))


def summed_over_too_few(right: np.ndarray, context: Context) -> Iterator[np.ndarray]:
    """Summed over one axis or two that were stretched, while another one is left."""
    whole = context["unsummed"]
    for some in (axes for n in (1, 2) for axes in combinations(range(whole.ndim), n)):
        part = whole.sum(axis=some)
        if part.size > right.size and _can_become(right, part):
            yield from (part, whole.sum(axis=some, keepdims=True))


def _can_become(right: np.ndarray, part: np.ndarray) -> bool:
    """Whether sums over some of its axes, or over none, make `part` the right answer."""
    choices = (axes for n in range(part.ndim + 1) for axes in combinations(range(part.ndim), n))
    sums = (part.sum(axis=axes) for axes in choices)
    return any(one.size == right.size and np.allclose(one.ravel(), right.ravel()) for one in sums)


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
