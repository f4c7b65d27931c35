"""Comparing an answer with what is right: plain functions over plain data.

The lab runs this in the student's kernel for the visible cases; the judge runs its own copy in its own process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from grader.inside import answers, mishaps
from grader.inside.answers import Raised, Refused
from grader.inside.cases import Case, Raises
from grader.inside.facts import facts, of_texts
from grader.inside.misconceptions import diagnose, diagnose_whole

TOLERANCE = {"float64": 1e-7, "float32": 1e-4, "float16": 1e-2}
FINITE_DIFFERENCES = 1e-5
NUMBERS = (int, float, bool)
STUB = "still to be written"
MOST_LINES = 3


@dataclass(frozen=True)
class Elements:
    """One array or number of the answer beside the right one, element by element.

    `where` names its place in a tuple, list or dict ("" for the whole answer). The arrays have one shape;
    when the shapes differ, `right` is empty and only the shapes and dtypes can be shown.
    `typed`: an array was expected, so that its dtype says something; bare numbers have none.
    """

    where: str
    expected: np.ndarray
    got: np.ndarray
    right: np.ndarray
    error: np.ndarray
    diagnoses: tuple[str, ...] = ()
    typed: bool = True

    @property
    def facts(self) -> list[str]:
        """What is known about a wrong answer without a diagnosis."""
        return [] if self.diagnoses or self.all_right else facts(self.expected, self.got, self.right)

    @property
    def same_shape(self) -> bool:
        return self.expected.shape == self.got.shape

    @property
    def all_right(self) -> bool:
        return self.same_shape and bool(self.right.all())

    @property
    def worst(self) -> int:
        """The flat index of the element that is furthest off."""
        error = np.where(self.right, -1.0, np.where(np.isnan(self.error), np.inf, self.error))
        return int(np.argmax(error.ravel()))


@dataclass(frozen=True)
class Verdict:
    """The outcome of one case: what a report shows, and the points it earned. Hidden inputs are not in it."""

    case: Case
    right: bool
    summary: str
    elements: tuple[Elements, ...] = ()
    raised: Raised | None = None
    answered: bool = True
    hidden: bool = False
    diagnoses: tuple[str, ...] = ()
    inputs: tuple = ()

    @property
    def earned(self) -> float:
        return float(self.case.points) if self.right else 0.0


def verdict_on(case: Case, inputs: tuple, got: Any, hidden: bool = False) -> Verdict:
    """The verdict on `got`, an answer as `answers.decode` gives it, to `case` with these inputs."""
    verdict = _judge(case, inputs, got, hidden)
    return verdict if hidden else replace(verdict, inputs=inputs)


def _judge(case: Case, inputs: tuple, got: Any, hidden: bool) -> Verdict:
    right, hints = case.right(inputs), case.hints(inputs)
    if isinstance(got, Refused):
        found = tuple(mishaps.diagnose(got))
        return Verdict(case, False, got.why, answered=False, hidden=hidden, diagnoses=found)
    if isinstance(right, Raises):
        verdict = _judge_error(case, right, got, hidden)
    elif isinstance(got, Raised):
        found = tuple(mishaps.diagnose(got))
        verdict = Verdict(case, False, f"{got.type} was raised", raised=got, hidden=hidden, diagnoses=found)
    else:
        verdict = _judge_data(case, right, got, hidden, hints)
    same = partial(_agree, rtol=case.rtol)
    known = () if verdict.right else tuple(diagnose_whole(right, got, hints, same, case.mistakes))
    return replace(verdict, diagnoses=known) if known else verdict


def _judge_data(case: Case, right: Any, got: Any, hidden: bool, hints: dict) -> Verdict:
    expected = _as_data(right)
    if isinstance(expected, Refused):
        raise TypeError(f"the right answer of case {case.name} is not plain data: {expected.why}")
    parts = list(_pairs(expected, got, "", case.rtol, hints, case.mistakes))
    elements = tuple(part for part in parts if isinstance(part, Elements))
    wrong = [part if isinstance(part, str) else _in_words(part) for part in parts if not _is_right(part)]
    found = Counter(name for part in elements for name in part.diagnoses)  # first what explains the most parts
    names = tuple(name for name, _ in found.most_common())
    if not names and STUB in repr(got):  # caught by the check, which tells what was raised
        names = tuple(mishaps.diagnose(Refused(STUB)))
    return Verdict(case, not wrong, _listed(wrong) or "right", elements, hidden=hidden, diagnoses=names)


def _listed(sentences: list[str]) -> str:
    """The first of them, a line each."""
    more = [f"and {len(sentences) - MOST_LINES} more differences"] if len(sentences) > MOST_LINES else []
    return "\n".join([*sentences[:MOST_LINES], *more])


def _judge_error(case: Case, right: Raises, got: Any, hidden: bool) -> Verdict:
    if not isinstance(got, Raised):
        summary, found = f"{right.type} was expected, but nothing was raised", [mishaps.NOT_REFUSED.name]
        return Verdict(case, False, summary, hidden=hidden, diagnoses=tuple(found))
    if right.type not in (got.type, *got.bases):
        summary = f"{right.type} was expected, {got.type} was raised"
        said = right.message and right.message in got.message  # the words are right, so they tell of no mishap
        found = (not said and mishaps.diagnose(got)) or [mishaps.ANOTHER_ERROR.name]
    elif right.message not in got.message:
        summary = f"the message of the {right.type} was expected to contain {right.message!r}"
        found = [name for name in mishaps.diagnose(got) if name in mishaps.BEFORE] or [mishaps.ANOTHER_MESSAGE.name]
    else:
        return Verdict(case, True, "right", raised=got, hidden=hidden)
    return Verdict(case, False, summary, raised=got, hidden=hidden, diagnoses=tuple(found))


def _as_data(answer: Any) -> Any:
    """An answer of the judge's own as one comes back from a notebook."""
    return answers.decode(answers.encode(answer))


def _agree(one: Any, other: Any, rtol: float | None) -> bool:
    """Whether two answers are the same: the same plain data, or an exception that is meant by `Raises`."""
    if isinstance(one, Raises) and isinstance(other, Raised):
        return one.type in (other.type, *other.bases) and one.message in other.message
    if isinstance(one, Raises) or isinstance(other, (Raises, Raised)):
        return type(one) is type(other) and one == other
    return all(map(_is_right, _pairs(_as_data(one), _as_data(other), "", rtol, {})))


def _pairs(
    expected: Any, got: Any, where: str, rtol: float | None, hints: dict, mistakes: tuple = ()
) -> Iterator[Elements | str]:
    """Walk both answers in step: Elements for numbers, a sentence for every other difference."""
    wanted, found = _as_array(expected), _as_array(got)
    place = f"{where}: " if where else ""
    if wanted is not None and found is not None:
        if (wanted.dtype == bool) != (found.dtype == bool):
            yield f"{place}expected {_kind(expected)}, got {_kind(got)}"
        else:
            compared = compare_arrays(wanted, found, where, rtol or _tolerance(expected, found), hints, mistakes)
            yield replace(compared, typed=isinstance(expected, np.ndarray))
    elif isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple)):
        if len(expected) != len(got):
            yield f"{place}expected {len(expected)} items, got {len(got)}"
            return
        for index, (one, other) in enumerate(zip(expected, got, strict=True)):
            own = hints.get(index, hints)
            yield from _pairs(one, other, f"{where}[{index}]", rtol, own, mistakes)
    elif isinstance(expected, dict) and isinstance(got, dict):
        if expected.keys() != got.keys():
            yield f"{place}expected the keys {sorted(expected)}, got {sorted(got)}"
            return
        for key in expected:
            yield from _pairs(expected[key], got[key], f"{where}[{key!r}]", rtol, hints.get(key, hints), mistakes)
    elif type(expected) is not type(got) or expected != got:
        known = of_texts(expected, got) if isinstance(expected, str) and isinstance(got, str) else ""
        yield f"{place}expected {_kind(expected)}, got {_kind(got)}" + (f" ({known})" if known else "")


def _as_array(answer: Any) -> np.ndarray | None:
    """Arrays, numbers, and lists and tuples of nothing but numbers; None for the rest."""
    if isinstance(answer, (np.ndarray, *NUMBERS)):
        return np.asarray(answer)
    if isinstance(answer, (list, tuple)) and answer and all(isinstance(item, NUMBERS) for item in answer):
        return np.asarray(answer)
    if isinstance(answer, (list, tuple)) and answer:
        rows = [_as_array(item) if isinstance(item, (list, tuple)) else None for item in answer]
        if all(row is not None for row in rows) and len({row.shape for row in rows if row is not None}) == 1:
            return np.asarray(rows)
    return None


def _tolerance(expected: Any, found: np.ndarray) -> float:
    """An array is held to its own dtype; bare numbers are held to what a float32 answer can give."""
    if isinstance(expected, np.ndarray):
        return TOLERANCE.get(expected.dtype.name, TOLERANCE["float64"])
    return TOLERANCE["float32"] if found.dtype == np.float32 else TOLERANCE["float64"]


def compare_arrays(
    expected: np.ndarray,
    got: np.ndarray,
    where: str = "",
    rtol: float = 1e-7,
    hints: dict | None = None,
    mistakes: tuple = (),
) -> Elements:
    """Two arrays element by element, and the misconceptions that turn the first into the second."""
    if expected.shape != got.shape:
        empty = np.zeros(0)
        found = tuple(diagnose(expected, got, hints or {}, rtol, mistakes))
        return Elements(where, expected, got, empty.astype(bool), empty, found)
    right, error = close(expected, got, rtol)
    found = () if right.all() else tuple(diagnose(expected, got, hints or {}, rtol, mistakes))
    return Elements(where, expected, got, right, error, found)


def close(expected: np.ndarray, got: np.ndarray, rtol: float) -> tuple[np.ndarray, np.ndarray]:
    """Which elements agree, and how far apart they are. NaN agrees with NaN, an infinity with its like."""
    if expected.dtype.kind in "biu" and got.dtype.kind in "biu":
        one, other = expected.astype(object), got.astype(object)
        return np.asarray(expected == got), np.abs(np.asarray(one - other, dtype=float))
    one, other = expected.astype(float), got.astype(float)
    with np.errstate(all="ignore"):
        error = np.abs(one - other)
        size = np.abs(one[np.isfinite(one)])
        floor = 0.01 * size.max() if size.size and size.max() > 0 else 1.0
        same = (one == other) | (np.isnan(one) & np.isnan(other))
        right = same | (np.isfinite(one) & (error <= rtol * np.maximum(np.abs(one), floor)))
    return right, np.where(same, 0.0, error)


def _is_right(part: Elements | str) -> bool:
    return isinstance(part, Elements) and part.all_right


def _in_words(part: Elements) -> str:
    place = f"{part.where}: " if part.where else ""
    if not part.same_shape:
        return f"{place}expected shape {part.expected.shape}, got shape {part.got.shape}"
    wrong = int((~part.right).sum())
    if part.got.size == 1:
        expected, got = show_both(part.expected.ravel()[0], part.got.ravel()[0])
        return f"{place}expected {expected}, got {got}"
    return f"{place}{wrong} of {part.got.size} elements are wrong"


def _kind(answer: Any) -> str:
    if isinstance(answer, np.ndarray):
        return f"an array of {answer.dtype} with shape {answer.shape}"
    text = repr(answer)
    return text if len(text) < 200 else f"{text[:200]}..."


def show(number: Any, digits: int = 7) -> str:
    """A number with so many digits."""
    return f"{number:.{digits}g}" if isinstance(number, (float, np.floating)) else str(number)


def show_both(expected: Any, got: Any) -> tuple[str, str]:
    """Two numbers that differ, with as many digits as it takes to see it, but with 7 at least."""
    pairs = [(show(expected, digits), show(got, digits)) for digits in range(7, 18)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])
