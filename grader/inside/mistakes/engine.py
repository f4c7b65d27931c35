"""Assignment 4, the engine: what only here can be got wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from grader.inside.cases import Raises
from grader.inside.misconceptions import Misconception
from grader.inside.wrong_answers import Context, given

WALK_SAYS = {
    "missing": "run_order does not list",
    "no node": "which is no node",
    "listed again": "again, which has run",
    "too early": "too early: before",
}


def in_order(fault: str) -> Callable[[Any, Context], Iterator[Any]]:
    """The answers with this fault of an order: the one that names it first, or the exception of the whole engine."""

    def makes(right: Any, context: Context) -> Iterator[Any]:
        if context["order"] == "whole":
            yield Raises("RuntimeError", WALK_SAYS[fault])
        elif first_fault(right, context["got"]) == fault:
            yield context["got"]

    return makes


def first_fault(right: dict, got: dict) -> str | None:
    """The first fault of an order, or of the first order that has one."""
    if "missing" in right:
        return next((key for key in right if got[key] != right[key]), None)
    return next(filter(None, (first_fault(right[graph], got[graph]) for graph in right)), None)


def turned_round(right: Any, context: Context) -> Iterator[Any]:
    """As many nodes come too early as are used at all."""
    got = context["got"]
    if first_fault(right, got) == "too early" and got["too early"].startswith(f"{context['all_uses']} times"):
        yield got


MISTAKES = (
    Misconception(
        "added in place",
        "The sum was written into an array that came in, as += does it. That array belongs to somebody else, who now "
        "sees other numbers; pending[edge] + g makes a new one.",
        ("sum_in_place",), given("sum_in_place"),
    ),
    Misconception(
        "first arrival forgotten",
        "KeyError: nothing has arrived at this place yet, so the dict has no entry to add to. The first gradient that "
        "comes begins the sum.",
        ("first_arrival",), given("first_arrival"), whole=True,
    ),
    Misconception(
        "nothing sent",
        "Nothing has arrived: `pending`, the dict that was given, is as it was. What send returns is not used.",
        ("not_sent",), given("not_sent"), whole=True,
    ),
    Misconception(
        "list of arrivals",
        "The gradients were collected in a list; their sum was asked.",
        ("a_list",), given("a_list"), whole=True,
    ),
    Misconception(
        "first gradient lost",
        "The first gradient that arrives at a place is lost: it begins the sum.",
        ("first_lost",), given("first_lost"), whole=True,
    ),
    Misconception(
        "edges of a leaf",
        "Something was asked for its edges that is no node: edges also lead to leaves, and to None for constants.",
        ("no_edges",), given("no_edges"), whole=True,
    ),
    Misconception(
        "list not turned round",
        "The list is the wrong way round: every node stands before those that use it.",
        ("all_uses",), turned_round, whole=True,
    ),
    Misconception(
        "node left out",
        "A node that can be reached is not in the list. Begin at all roots, and follow every edge that is a node; if "
        "nodes wait for their uses, each edge counts as one use.",
        ("order",), in_order("missing"), whole=True,
    ),
    Misconception(
        "leaf in the list",
        "Something in the list is no node: the edges of a node also lead to leaves and to None, which do not run.",
        ("order",), in_order("no node"), whole=True,
    ),
    Misconception(
        "node listed again",
        "A node is in the list more than once. Several ways may lead to it, and it is still one node: a set of those "
        "seen, or a count of uses that comes to 0 once, tells.",
        ("order",), in_order("listed again"), whole=True,
    ),
    Misconception(
        "node listed too early",
        "A node stands in the list before a node that uses its result, so it would run with a part of its gradient. "
        "That it has been found is not enough: the last of those that use it has to come before it.",
        ("order",), in_order("too early"), whole=True,
    ),
    Misconception(
        "ordered by the numbers",
        "The nodes were compared by their numbers, and those are wiped out here. The edges alone tell who uses whom.",
        ("no_numbers",), given("no_numbers"), whole=True,
    ),
    Misconception(
        "plain number refused",
        "A cotangent was a plain number and was treated as a Tensor. Here, other than in torch, a number is allowed: "
        "it stands for that number at every element of the output.",
        ("number_refused",), lambda right, known: known["number_refused"], whole=True,
    ),
    Misconception(
        "leaf output refused",
        "An output that is a leaf was refused. It has no grad_fn, but a place in the graph: edge_of(output) is the "
        "leaf itself.",
        ("leaf_refused",), given("leaf_refused"), whole=True,
    ),
    Misconception(
        "place by grad_fn",
        "A leaf as output has no grad_fn, so that its gradient was put under None. edge_of(output) is its place.",
        ("under",), lambda right, known: [right | {"for": [right["for"][0], known["under"]]}], whole=True,
    ),
    Misconception(
        "Tensor for an array",
        "The values came as a Tensor; an ndarray was asked: `t.array`.",
        ("other_type",), lambda right, known: [right | {"type": known["other_type"]}], whole=True,
    ),
    Misconception(
        "0 taken for None",
        "The number 0 was taken for no cotangent: `not 0` is true. Ask whether it `is None`.",
        ("zero_for_none",), given("zero_for_none"), whole=True,
    ),
    Misconception(
        "index not counted",
        "The message names element 0; it is to name the index of the output that needs no gradient.",
        ("index_0",), given("index_0"), whole=True,
    ),
    Misconception(
        "number not spread",
        "The number came back as it is. It stands for itself at every element: an array of the output's shape.",
        ("not_spread",), given("not_spread"),
    ),
    Misconception(
        "nothing in .grad",
        "No .grad was filled: it is None as before. What fill_grads returns is not used.",
        ("not_filled",), given("not_filled"), whole=True,
    ),
    Misconception(
        "no .grad yet",
        "A leaf's .grad is None before the first walk: there is nothing yet to add to or to write into.",
        ("no_grad_yet",), lambda right, known: known["no_grad_yet"], whole=True,
    ),
    Misconception(
        "new object in .grad",
        "A new Tensor was put into .grad where there was one already. Whoever holds the old one, as an optimiser may, "
        "does not see the change: write into the array of the Tensor that is there.",
        ("new_object",), given("new_object"), whole=True,
    ),
    Misconception(
        "nodes counted once",
        "Every node was counted once. The walk without waiting runs a node again for every way that leads to it.",
        ("nodes",), given("nodes"),
    ),
    Misconception(
        "edges counted once",
        "Every edge was followed once. But a node that runs again follows its edges again, and so on below it.",
        ("edges",), given("edges"),
    ),
    Misconception(
        "counts passed on too soon",
        "A node passed its count on before all that lead to it had been counted: the order of task 2 is needed.",
        ("too_soon",), given("too_soon"),
    ),
    Misconception(
        "leaves counted too",
        "The arrivals at leaves were counted too; only nodes run.",
        ("with_leaves",), given("with_leaves"),
    ),
    Misconception(
        "root not counted",
        "One run is missing: that of the root, with which the walk begins.",
        ("rootless",), given("rootless"),
    ),
    Misconception(
        "ends counted",
        "This is how many ways there are from the root to the end. On each way nodes run, and every run counts.",
        ("ways_to_the_end",), given("ways_to_the_end"),
    ),
    Misconception(
        "two edges as one",
        "A node that uses a value twice, as in b + b, has two edges to it, and the walk follows both.",
        ("distinct_edges",), given("distinct_edges"),
    ),
)
