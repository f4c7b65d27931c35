"""Named misconceptions: each turns the right answer into the wrong one it produces.

A diagnosis is made only when a misconception gives exactly what the student's answer is, and that is not the right
answer. There is no guessing: when none matches, none is named. Most need to know something about the case, its
`context`; each is asked only where the context has all that it needs:

    contributions  the gradients that arrive at this place, one by one (the right answer is their sum)
    edges_once     the gradient when a node with two edges to one place sends along one of them only
    too_early      the gradient when a node runs before everything that uses its result has run
    stale          what was in .grad before the call
    cotangent      the gradient that comes from above
    local          the local derivative, before it is multiplied by the cotangent
    values         the values at this place, of which the gradient was asked
    others         the right gradients of the other arguments, a list
    inner          the derivative of the inner function, which the chain rule multiplies in
    base           what is raised to a power
    exponent       the power to which it is raised
    unsummed       the gradient in the broadcast shape, before it is summed down to the input's
    factors        the two matrices whose product is the right answer
    count          how many elements a mean is taken over
    step           the step of a difference quotient
    first          the first derivative, where the second was asked
    detached       the gradient when a factor that depends on the input counts as a constant
    before         what was there before something was to be written
    update         what an optimiser subtracts: the right answer is `before` minus `update`
    written        what another array holds after it was written to

What only one assignment can get wrong stands in its module of mistakes, `mistakes/engine.py` for 04_engine: rows of
the same kind, which are asked about its own cases only, before the general ones.

Most rows speak of arrays, and are asked about every array or number of an answer by itself. A row that is `whole` is
asked about the answer as it is: lists, dicts, texts, counts; its wrong answer may also be a `Raises`, when the mistake
ends in an exception.

An answer with several parts may have a context for each: {0: {...}, 1: {...}}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.inside import mishaps
from grader.inside.wrong_answers import (
    Context,
    all_but_one,
    column_by_column,
    diagonal,
    element_by_element,
    given,
    in_another_dtype,
    not_finite,
    not_transposed,
    one_of_several,
    one_slice,
    other_ones,
    summed_over_each_axis,
    summed_over_too_few,
    swapped,
    through_float32,
    transposed,
)


@dataclass(frozen=True)
class Misconception:
    """`name` for the class report, `says` for the student; `makes(right, context)` gives the wrong answers.

    It is asked where the context has all that it `needs`; `got`, the shape and numbers of the answer, is always there.
    With `whole`, right, context, `got` and the wrong answers are not arrays but plain data, as the case has them.
    """

    name: str
    says: str
    needs: tuple[str, ...]
    makes: Callable[[Any, Context], Iterable[Any]]
    whole: bool = False


# --- the table: the more specific comes first ---------------------------------------------------------------------

COTANGENT = (
    "Not multiplied by the cotangent: the answer is the local derivative alone. "
    "The chain rule multiplies it by the gradient that comes from above."
)
TABLE = (
    # what arrives at a place
    Misconception(
        "repeated edge lost",
        "A node that uses a value twice, as in a + a, sent its gradient along one edge only. "
        "What was visited is to be remembered for nodes, not for edges.",
        ("edges_once",), given("edges_once"),
    ),
    Misconception(
        "run too early",
        "A node passed its gradient on before everything that uses its result had sent its share: the order is wrong.",
        ("too_early",), given("too_early"),
    ),
    Misconception(
        "overwritten",
        "Overwritten instead of added: only one of the gradients that arrive here is left. "
        "A value that is used twice gets the sum of what its uses send back.",
        ("contributions",), one_of_several,
    ),
    Misconception(
        "one contribution lost",
        "One of the gradients that arrive here is missing from the sum; the others are there.",
        ("contributions",), all_but_one,
    ),
    Misconception(
        "one contribution twice",
        "One of the gradients that arrive here was added two times.",
        ("contributions",), lambda right, known: [right + part for part in known["contributions"]],
    ),
    Misconception(
        "contributions averaged",
        "The gradients that arrive here were averaged where they add up.",
        ("contributions",), lambda right, known: [right / len(known["contributions"])],
    ),
    Misconception(
        "stale gradient",
        "A stale gradient was not zeroed: the answer is the right gradient plus what was in .grad before.",
        ("stale",), lambda right, known: [right + known["stale"]],
    ),
    # the chain rule
    Misconception("cotangent ignored", COTANGENT, ("local",), given("local")),
    Misconception(
        "cotangent ignored",
        COTANGENT,
        ("cotangent",),
        lambda right, known: [] if "local" in known else [right / known["cotangent"]],
    ),
    Misconception(
        "cotangent passed on",
        "The gradient from above was passed on as it came, without the local derivative.",
        ("cotangent",), given("cotangent"),
    ),
    Misconception(
        "cotangent twice",
        "The gradient from above was multiplied in two times.",
        ("cotangent",), lambda right, known: [right * known["cotangent"]],
    ),
    Misconception(
        "values for the gradient", "These are the values at this place, not the gradient.", ("values",), given("values")
    ),
    Misconception(
        "another argument's gradient",
        "This is the gradient with respect to another argument than the one asked.",
        ("others",), lambda right, known: known["others"],
    ),
    Misconception(
        "inner derivative forgotten",
        "The derivative of the inner function is missing: the chain rule multiplies it in.",
        ("inner",), lambda right, known: [right / known["inner"]],
    ),
    Misconception(
        "inner derivative twice",
        "The derivative of the inner function was multiplied in two times.",
        ("inner",), lambda right, known: [right * known["inner"]],
    ),
    Misconception(
        "exponent forgotten",
        "The exponent is missing as a factor: the slope of a ** n is n * a ** (n - 1).",
        ("exponent",), lambda right, known: [right / known["exponent"]],
    ),
    Misconception(
        "exponent not lowered",
        "The exponent was not lowered by one: the slope of a ** n is n * a ** (n - 1).",
        ("base",), lambda right, known: [right * known["base"]],
    ),
    Misconception(
        "first derivative for the second",
        "This is the first derivative; the second was asked.",
        ("first",), given("first"),
    ),
    Misconception(
        "second order lost",
        "Something that depends on the input was taken as a constant: a first derivative without create_graph=True, or "
        "values without their history (.data, .detach(), .item(), numpy arrays).",
        ("detached",), given("detached"),
    ),
    # broadcasting and reductions
    Misconception(
        "not summed over a broadcast axis",
        "Not summed over a broadcast axis: the gradient still has the shape of the result. "
        "An element that was used many times gets the sum over its uses.",
        ("unsummed",), given("unsummed"),
    ),
    Misconception(
        "averaged over a broadcast axis",
        "Averaged over a broadcast axis where a sum belongs.",
        ("unsummed",), lambda right, known: [right * right.size / known["unsummed"].size],
    ),
    Misconception(
        "one slice of a broadcast axis",
        "Only one slice along a broadcast axis was taken where the sum over all of them belongs.",
        ("unsummed",), one_slice,
    ),
    Misconception(
        "not summed over every broadcast axis",
        "Summed over one broadcast axis, and another one is left: the gradient has not yet the operand's shape.",
        ("unsummed",), summed_over_too_few,
    ),
    Misconception(
        "summed over the wrong axis",
        "Summed over another axis than the one that was stretched.",
        ("unsummed",), summed_over_each_axis,
    ),
    Misconception(
        "not divided by the count",
        "Not divided by the number of elements, as the mean asks for.",
        ("count",), lambda right, known: [right * known["count"]],
    ),
    Misconception(
        "divided by the count twice",
        "Divided by the number of elements, and that once too often.",
        ("count",), lambda right, known: [right / known["count"]],
    ),
    # matrices and shapes
    Misconception(
        "matrix factors swapped", "The factors of the matrix product stand in the wrong order.", ("factors",), swapped
    ),
    Misconception(
        "matrix factor not transposed",
        "One factor of the matrix product is transposed where it should not be, or the other way round.",
        ("factors",), not_transposed,
    ),
    Misconception(
        "element by element",
        "Multiplied element by element where a matrix product belongs.",
        ("factors",), element_by_element,
    ),
    Misconception(
        "axis of length 1", "The numbers are right; an axis of length 1 is missing, or one is too many.", (), other_ones
    ),
    Misconception(
        "mixed derivatives lost", "Only the diagonal is there; the mixed derivatives are missing.", (), diagonal
    ),
    Misconception("transposed", "The answer is the transpose of the right one.", (), transposed),
    Misconception(
        "columns for rows", "The right elements, read column by column where row by row is meant.", (), column_by_column
    ),
    Misconception(
        "reversed",
        "The right elements, in the opposite order.",
        (), lambda right, known: [right[::-1]] if right.ndim and len(right) > 2 else [],
    ),
    Misconception(
        "shared memory",
        "Another array was written to, and this one changed: both are the same memory.",
        ("written",), given("written"),
    ),
    # numbers
    Misconception(
        "not divided by twice the step",
        "A central difference is divided by twice the step, not by the step.",
        ("step",), lambda right, known: [2 * right],
    ),
    Misconception(
        "not divided by the step",
        "The difference was not divided by the step.",
        ("step",), lambda right, known: [right * known["step"], 2 * right * known["step"]],
    ),
    Misconception(
        "uphill",
        "The update was added: that goes uphill; a minimum is reached by subtracting it.",
        ("before", "update"), lambda right, known: [known["before"] + known["update"]],
    ),
    Misconception(
        "nothing written",
        "What should have been changed is as it was before: the write went into a copy, or did not happen.",
        ("before",), given("before"),
    ),
    Misconception(
        "float32 rounding",
        "Right to about seven digits only: somewhere the numbers went through float32, and float64 was asked.",
        (), through_float32,
    ),
    Misconception(
        "not finite",
        "Some numbers are nan or infinite, the others are right: on the way there is an overflow, as in exp of a large "
        "number, or a 0 / 0, or inf - inf.",
        (), not_finite,
    ),
    Misconception(
        "another dtype",
        "Everything is right but the dtype: somewhere the numbers went into another one than was asked.",
        (), in_another_dtype, whole=True,
    ),
    Misconception("sign", "The sign is wrong everywhere; the sizes are right.", (), lambda right, known: [-right]),
    Misconception(
        "sign lost",
        "The sizes are right, but no number is negative any more.",
        (), lambda right, known: [np.abs(right)] if right.size > 1 else [],
    ),
    Misconception(
        "accumulated twice",
        "The answer is exactly twice the right one, as when a gradient is added two times.",
        (), lambda right, known: [] if "step" in known else [2 * right],
    ),
)


def diagnose(
    expected: np.ndarray, got: np.ndarray, context: Context, rtol: float, mistakes: Iterable[Misconception] = ()
) -> list[str]:
    """The names of the misconceptions that give `got` and do not give `expected`, the most specific first.

    `mistakes`, those of the assignment, come before the general ones. About whole numbers nothing is said but what
    the context tells: a count that is twice the right one is no gradient added two times.
    """
    right = np.asarray(expected, dtype=float)
    known = {key: _as_arrays(value) for key, value in context.items()} | {"got": np.asarray(got, dtype=float)}
    whole_numbers = expected.dtype.kind in "biu"
    rows = [one for one in (*mistakes, *TABLE) if not one.whole and (one.needs or not whole_numbers)]
    return _told(rows, right, known, lambda wrong: _same(wrong, got, rtol) and not _same(wrong, right, rtol))


def diagnose_whole(
    right: Any, got: Any, context: Context, same: Callable[[Any, Any], bool], mistakes: Iterable[Misconception] = ()
) -> list[str]:
    """The names of the `whole` misconceptions that give `got` and do not give `right`; `same` compares two answers."""
    rows = [one for one in (*mistakes, *TABLE) if one.whole]
    return _told(rows, right, context | {"got": got}, lambda wrong: same(wrong, got) and not same(right, wrong))


def _told(rows: list[Misconception], right: Any, known: Context, tells: Callable[[Any], bool]) -> list[str]:
    """The names of those rows that have what they need, and one of whose wrong answers tells of them."""
    found: list[str] = []
    for one in rows:
        if one.name in found or not all(key in known for key in one.needs):
            continue
        try:
            with np.errstate(all="ignore"):
                if any(tells(wrong) for wrong in one.makes(right, known)):
                    found.append(one.name)
        except Exception:  # an answer can be of any form, and a form that a row did not reckon with is not its mistake
            continue
    return found


def says(name: str) -> str:
    """The sentence for the student that belongs to the name of a misconception or a mishap."""
    from grader.inside import mistakes  # which are made of this module's rows

    return next((one.says for one in (*TABLE, *mistakes.of_all()) if one.name == name), None) or mishaps.says(name)


def _as_arrays(value: Any) -> Any:
    """A part of a context as an array, or as a list of arrays: `contributions`, `others`, `factors`.

    What has no numbers, and is there for a `whole` row, stays as it is.
    """
    try:
        if isinstance(value, (list, tuple)) and not all(isinstance(item, (int, float)) for item in value):
            return [np.asarray(item, dtype=float) for item in value]
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return value


def _same(one: Any, other: np.ndarray, rtol: float) -> bool:
    """Whether a wrong answer is this one; what has no numbers is not."""
    try:
        one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    except (TypeError, ValueError):
        return False
    return one.shape == other.shape and np.allclose(one, other, rtol=rtol, atol=rtol * 1e-2, equal_nan=True)
