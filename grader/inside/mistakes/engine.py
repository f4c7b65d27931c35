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
        got = context["got"]
        if context["order"] == "whole":
            yield Raises("RuntimeError", WALK_SAYS[fault])
        elif isinstance(got, dict) and fault == next((key for key in right if got.get(key) != right[key]), None):
            yield got

    return makes


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
        "node left out",
        "A node that can be reached is not in the list. Begin at all roots, and follow every edge that is a node.",
        ("order",), in_order("missing"), whole=True,
    ),
    Misconception(
        "leaf in the list",
        "Something in the list is no node: the edges of a node also lead to leaves and to None, which do not run.",
        ("order",), in_order("no node"), whole=True,
    ),
    Misconception(
        "node listed again",
        "A node is in the list more than once. Several ways may lead to it, and it is still one node: note in a set "
        "which ones you have seen.",
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
