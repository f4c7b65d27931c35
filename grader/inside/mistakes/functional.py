"""Assignment 12, functional: what only here can be got wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.inside.cases import Raises
from grader.inside.misconceptions import Context, Misconception, given


def also(**changes: Any) -> Callable[[Any, Context], list]:
    """The right answer, but with these facts where it has them."""
    return lambda right, context: [right | {name: fact for name, fact in changes.items() if name in right}]


def marked(right: dict, context: Context) -> list:
    """The right answer, but Tensors that were handed in are marked; the answer may have a history for that."""
    names = [name for name in right if name.endswith("marked")]
    ways = [dict.fromkeys(some, True) for some in (names, *([name] for name in names)) if some]
    return [right | way | more for way in ways for more in ({}, {"history": True})]


def counted(key: str) -> Callable[[Any, Context], list]:
    """The right answer with other numbers of passes: in the context a number, or None for those that are in order."""

    def makes(right: Any, context: Context) -> list:
        return [changed(right, numbers) for numbers in context[key]]

    def changed(right: Any, numbers: Any) -> Any:
        if isinstance(right, dict):
            return right if numbers is None else right | {"passes": numbers}
        return [changed(one, number) for one, number in zip(right, numbers, strict=True)]

    return makes


# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
MISTAKES = (
    Misconception(
        "places counted together",
        "The same Tensor stands in two places, and both got the sum. Each place needs a Tensor of its own to be "
        "differentiated by.",
        ("together",), given("together"),
    ),
    Misconception(
        "package taken for a Tensor",
        "A tuple, a list or a dict was taken for a Tensor: the members of a package may be packages themselves, at any "
        "depth.",
        ("deep",),
        lambda right, known: [Raises("AttributeError", f"'{kind}' object") for kind in ("tuple", "list", "dict")],
        whole=True,
    ),
    Misconception(
        "None for zeros",
        "A Tensor that is not used got None. Its gradient is a Tensor of zeros in its shape: nothing changes when it "
        "moves.",
        ("nones",), given("nones"), whole=True,
    ),
    Misconception(
        "tuple of one unwrapped",
        "A package with one member came back as the member alone; the wrapping of the answer is that of the argument.",
        ("unwrapped",), given("unwrapped"), whole=True,
    ),
    Misconception(
        "list for a tuple",
        "A tuple came back as a list; the wrapping of the answer is that of the argument.",
        ("as_lists",), given("as_lists"), whole=True,
    ),
    Misconception(
        "second derivative cut off",
        "What was to be differentiated once more has no history that leads back to the input, and counts as a "
        "constant: create_graph=True is missing, or .detach() stands in the way.",
        ("not_recorded",), given("not_recorded"),
    ),
    Misconception(
        "history kept",
        "The numbers are right, but the answer still hangs on a graph that nobody asked for, and keeps its memory: "
        "detach it, or leave out create_graph=True where nothing is differentiated again.",
        ("side_effects",), also(history=True), whole=True,
    ),
    Misconception(
        "arguments marked",
        "A Tensor that was handed in was marked with requires_grad_(). It belongs to somebody else: differentiate by "
        "x.detach().requires_grad_(), which is another Tensor with the same numbers.",
        ("side_effects",), marked, whole=True,
    ),
    Misconception(
        "nothing left to differentiate",
        "What was to be differentiated has no history. A constant has none, such as the slope of a straight line: its "
        "derivative is zero, so look at .requires_grad before you call grad. If curved functions end in this error as "
        "well, a pass was not recorded: create_graph=True.",
        ("constant_order",),
        lambda right, known: [Raises("RuntimeError", "does not require grad and does not have a")],
        whole=True,
    ),
    Misconception(
        "direction ignored",
        "All inputs moved with velocity 1: `v` did not come in.",
        ("along_ones",), given("along_ones"), whole=True,
    ),
    Misconception(
        "direction followed once",
        "The first derivative is along `v`, the later ones go on with velocity 1: each order is along `v` again.",
        ("along_once",), given("along_once"), whole=True,
    ),
    Misconception(
        "divided by k!",
        "These are Taylor's coefficients; the derivatives themselves were asked.",
        ("factorial",), given("factorial"), whole=True,
    ),
    Misconception(
        "results added up",
        "The results were added up before they were differentiated; each has a velocity of its own.",
        ("summed",), given("summed"),
    ),
    Misconception(
        "a pass for each result",
        "The answer is right, but every result was differentiated by itself. Two passes are enough for all of them: "
        "back to t with cotangents that are differentiated by, and back through that.",
        ("each_result",), counted("each_result"), whole=True,
    ),
    Misconception(
        "each order from the start",
        "The answer is right, but every order went through all those before it again: n (n + 1) passes. The order "
        "before is there, with its history; differentiate that.",
        ("each_order",), counted("each_order"), whole=True,
    ),
    Misconception(
        "chain not taken apart",
        "The answer is right, but the chain was differentiated as one function. Its narrow place helps only if every "
        "function has a Jacobian of its own.",
        ("as_one",), counted("as_one"), whole=True,
    ),
    Misconception(
        "by rows only",
        "The answer is right, but every Jacobian was made by rows. With more than 1 + n results, columns take fewer "
        "passes.",
        ("by_rows",), counted("by_rows"), whole=True,
    ),
    Misconception(
        "by columns only",
        "The answer is right, but every Jacobian was made by columns. With fewer than 1 + n results, rows take fewer "
        "passes.",
        ("by_columns",), counted("by_columns"), whole=True,
    ),
    Misconception(
        "roughly compared",
        "The answer is right, but the dearer way was taken where both cost nearly the same: rows take as many passes "
        "as there are results, columns one more than there are inputs.",
        ("rough",), counted("rough"), whole=True,
    ),
    Misconception(
        "rows added up",
        "The rows of a Jacobian were added up, as the gradient of y.sum() does it: each result needs a row of its own.",
        ("row_sums",), given("row_sums"),
    ),
    Misconception(
        "columns added up",
        "Every column is the sum of all of them: weights of ones move all inputs together. A column takes a direction "
        "with a single 1.",
        ("column_sums",), given("column_sums"),
    ),
    Misconception(
        "all taken at the start",
        "Every function was differentiated at `x`; the later ones are called with what the one before returns.",
        ("at_start",), given("at_start"),
    ),
    Misconception(
        "mixed slopes added",
        "Slopes of one component along another axis are in the sum: sum over the points, not over the components.",
        ("all_slopes",), given("all_slopes"),
    ),
    Misconception(
        "a pass for each point",
        "The answer is right, but every point had passes of its own. The points do not get in each other's way: one "
        "pass can give a slope for all of them.",
        ("each_point",), counted("each_point"), whole=True,
    ),
    Misconception(
        "points added up",
        "The points were added up to one number; each row of x has an answer of its own.",
        ("points",), lambda right, known: [right.sum()],
    ),
    Misconception(
        "table not transposed",
        "The system was solved with the table itself. `g` stands on its left: u J = g is a system with the transpose.",
        ("untransposed",), given("untransposed"),
    ),
    Misconception(
        "explicit part only",
        "The table of F by x is missing: `x` answers a change of F with the inverse of its own slope.",
        ("unsolved",),
        lambda right, known: [known["unsolved"], -known["unsolved"]],
    ),
    Misconception(
        "equations taken apart",
        "`g` was divided by sums of slopes, as if every equation had an x of its own. The equations hang together: it "
        "takes the whole table of F by x, and a system that is solved.",
        ("columns_added",), given("columns_added"),
    ),
    Misconception(
        "history of x followed",
        "`x` came with a history, and the walk went on through it, back into the Function that had called. The "
        "equation takes x and p as two things that have nothing to do with each other: cut both off with .detach().",
        ("circle",),
        lambda right, known: [Raises("RecursionError")],
        whole=True,
    ),
    Misconception(
        "a table for p",
        "The answer is right, but the table of F by p was made as well: n times the size of p. One pass with the "
        "solution of the system as cotangents pulls it back to p.",
        ("both_tables",), counted("both_tables"), whole=True,
    ),
)  # fmt: skip
