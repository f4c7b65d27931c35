"""Exceptions as wrong answers: what it means when one comes out of a student's function.

Like a misconception, a mishap has a name for the class report and a sentence for the student. It is told by a part of
the exception's message; when none is in it, nothing is claimed, and the report shows the exception as it is.
Where an exception was asked for, `TABLE` comes too late: `NOT_REFUSED` and its like say what is missing there.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.inside.answers import Raised, Refused


@dataclass(frozen=True)
class Mishap:
    """`name` and `says` as in misconceptions.py; `message` is a part of the exception's message."""

    name: str
    message: str
    says: str


CUT_OFF = (
    "What was differentiated has no history: .data, .detach(), .item(), mg.tensor(...), a numpy array or no_grad "
    "has cut it off, or no leaf asks for a gradient. When it is a first derivative, the second order is lost: "
    "create_graph=True records it."
)
TABLE = (
    Mishap("not written yet", "still to be written", "This task, or another one that it uses, is not written yet."),
    Mishap(
        "not defined",
        "' is not defined",
        "A name is used that is not there: its cell has not run to the end, or spells it in another way.",
    ),
    Mishap(
        "walked under anomaly detection",
        "minigrad.anomaly.watch_walk is not there",
        "A walk began while anomaly detection was on, and that is missing while your answer is checked. Put the "
        "forward pass alone under `with set_detect_anomaly(True):`, and walk after the block. If detection was left "
        "on, `set_detect_anomaly(False)` turns it off.",
    ),
    Mishap(
        "calls what is asked",
        "is not there while your answer is checked",
        "Your function, or something it calls, uses a definition of minigrad that is missing while it is checked: what "
        "is to be written here, or a way around it. The page says what you may use.",
    ),
    Mishap(
        "graph freed",
        "backward through the graph a second time",
        "The graph was walked before, and a walk frees what the operations had saved. "
        "retain_graph=True or create_graph=True keeps it for another walk; or compute the result anew.",
    ),
    Mishap(
        "saved tensor changed in place",
        "modified by an inplace operation",
        "A value that an operation had saved for its rule was written over before the walk came to it. "
        "Make a new tensor (y = y + 1, not y += 1), or write before the operation.",
    ),
    Mishap(
        "leaf changed in place",
        "is being used in an in-place operation",
        "A leaf that asks for a gradient was written in place while operations are recorded. "
        "Write under no_grad, or into a clone.",
    ),
    Mishap(
        "history lost",
        "does not require grad and does not have a grad_fn",
        CUT_OFF,
    ),
    Mishap(
        "history lost",
        "Numerical gradient for function expected to be zero",
        CUT_OFF,
    ),
    Mishap(
        "not used in the graph",
        "appears to not have been used in the graph",
        "The result does not depend on this input by recorded operations: it was left out, or a copy without its "
        "history took its place.",
    ),
    Mishap(
        "no cotangent",
        "grad can be implicitly created only for scalar outputs",
        "A result of several elements needs a cotangent (gradient=, grad_outputs=), or a sum before it.",
    ),
    Mishap(
        "took too long",
        "took longer than",
        "The function was stopped: a loop that does not end, or work that is done again and again.",
    ),
    Mishap(
        "took too long",
        "the time limit of",
        "The function was stopped: a loop that does not end, or work that is done again and again.",
    ),
    Mishap("recursion", "maximum recursion depth exceeded", "A function calls itself too deep; a loop has no limit."),
    Mishap("shapes do not fit", "could not be broadcast together", "Two shapes do not fit together at this line."),
    Mishap("shapes do not fit", "mismatch in its core dimension", "Two shapes do not fit together at this line."),
    Mishap("shapes do not fit", "shapes cannot be multiplied", "Two shapes do not fit together at this line."),
    Mishap("shapes do not fit", "match the broadcast shape", "Two shapes do not fit together at this line."),
    Mishap("shapes do not fit", "must match the size of tensor", "Two shapes do not fit together at this line."),
    Mishap("shapes do not fit", "size mismatch, got", "Two shapes do not fit together at this line."),
    Mishap(
        "dtypes do not fit",
        "to have the same dtype",
        "Two Tensors of different dtypes meet at this line: what you make has another dtype than what came in.",
    ),
    Mishap(
        "not the measured slope",
        "Jacobian mismatch",
        "gradcheck moved the input and measured another slope than the rule gives: the rule is wrong where the two "
        "differ.",
    ),
    Mishap(
        "wrong number of gradients",
        "returned an incorrect number of gradients",
        "backward returns one gradient for every argument of forward, in their order, and None for an argument that "
        "is no Tensor or needs none.",
    ),
    Mishap(
        "gradient for a number",
        "returned a gradient different than None",
        "backward returned a gradient for an argument that is no Tensor; None stands in its place.",
    ),
    Mishap(
        "differentiable once only",
        "marked with @once_differentiable",
        "A backward that is decorated with @once_differentiable refuses to be differentiated itself, and second "
        "derivatives were asked for. Write it in the engine's operations, without the decorator.",
    ),
    Mishap("shapes do not fit", "does not have enough dimensions", "Two shapes do not fit together at this line."),
    Mishap(
        "gradient of another shape",
        "but expected shape compatible with",
        "A rule returned a gradient of another shape than that of the input which it belongs to: not summed down to "
        "it, transposed, or in the wrong place.",
    ),
    Mishap(
        "truth of several numbers",
        "is ambiguous",
        "`if`, `and`, `or`, `not` and `in` ask whether something is True, and several numbers have no one answer. "
        "Ask for what is meant: `is None`, `.any()`, `.all()`, `is`.",
    ),
    Mishap(
        "method not called",
        "an answer of type method",
        "The answer has a method where its result belongs: the parentheses are missing, as in node.name().",
    ),
    Mishap(
        "wrong type", "unsupported operand type", "An operand has the wrong type: None, or a list in an array's place."
    ),
    Mishap(
        "wrong type", "'NoneType' object", "Something is None here: a function without return, or a .grad never filled."
    ),
)

# nothing of the student's own was raised
BEFORE = ("not written yet", "not defined", "walked under anomaly detection", "calls what is asked")
NOT_REFUSED = Mishap("not refused", "", "Nothing was raised where an error was asked: this input was let through.")
ANOTHER_ERROR = Mishap("another error", "", "An error came, but of another type than the one that was asked.")
ANOTHER_MESSAGE = Mishap(
    "another message", "", "The error is of the right type; its message does not say what it was asked to say."
)


def diagnose(got: Raised | Refused) -> list[str]:
    """The name of the mishap that an exception, or the lack of an answer, tells of, in a list; empty for the others."""
    message = got.message if isinstance(got, Raised) else got.why
    return [mishap.name for mishap in TABLE if mishap.message in message][:1]


def says(name: str) -> str:
    """The sentence for the student that belongs to a mishap's name. LookupError: there is none of this name."""
    for mishap in (*TABLE, NOT_REFUSED, ANOTHER_ERROR, ANOTHER_MESSAGE):
        if mishap.name == name:
            return mishap.says
    raise LookupError(name)
