"""Assignment 4, the engine: its holes and visible cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises
from grader.inside.misconceptions import Misconception
from grader.inside.wrong_answers import Context, given
from minigrad.engine import Partial

HOLES = (
    "engine.walk",
    "engine.add_to",
    "engine.start",
    "engine.accumulate",
    "engine.needed_for",
    "graphs.behind",
)

NO_FAULTS = dict.fromkeys(("missing", "no node", "listed again", "too early"), "never")
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
ORDER = {"order": "list", "no_numbers": Raises("TypeError", "'<' not supported between instances of 'Node' and 'Node'")}
NUMBER_REFUSED = [
    Raises("AttributeError", "'float' object has no attribute"),
    Raises("AttributeError", "'int' object has no attribute"),
    Raises("TypeError", "gradients can be either Tensors or None, but got"),
]

CASES = (
    Case(
        name="send.twice",
        points=0.5,
        label="accumulation",
        says="The gradients 1.5 and 2.5 are sent to x.",
        expected=[4.0],
        source="added by hand",
        context={"contributions": [[1.5], [2.5]], "first_arrival": Raises("KeyError", "'x'")},
    ),
    Case(
        name="send.untouched",
        points=0.5,
        label="accumulation",
        says="[2] is sent to x and to y, then [5] to x: what is at x and at y, and in the two arrays afterwards.",
        expected=[[7.0], [2.0], [2.0], [5.0]],
        source="added by hand",
        context={
            0: {"contributions": [[2.0], [5.0]]},
            1: {"sum_in_place": [7.0]},
            2: {"sum_in_place": [7.0]},
            3: {"sum_in_place": [7.0]},
            "first_arrival": Raises("KeyError", "'x'"),
        },
    ),
    Case(
        name="order.document_003",
        points=1,
        label="order",
        says="The graph of y = (w + x)(w + 1): #1 is w + x, #2 is w + 1, #3 is their product.",
        expected=NO_FAULTS,
        source="the graph of document 003",
        context=ORDER,
        examples=("003.backward_retain",),
    ),
    Case(
        name="order.used_twice",
        points=0.5,
        label="order",
        says="a = 1 x, b = a + a, y = b * (b.exp() + a): #1 is a, #2 is b, #3 the exp, #4 the sum, #5 is y.",
        expected=NO_FAULTS,
        source="counted by hand",
        context=ORDER,
    ),
    Case(
        name="order.long_chain",
        points=0.5,
        label="order",
        says="A chain of 5,000 additions; #1 was made first.",
        expected=NO_FAULTS,
        source="counted by hand",
        context=ORDER,
    ),
    Case(
        name="first.scalar",
        points=0.5,
        label="value",
        says="A result of one element, without a cotangent, begins with 1, in its own dtype.",
        expected=[True, [1.0], True],
        source="document 002, In [2] and [3]",
        examples=("002.simple",),
    ),
    Case(
        name="first.number",
        points=0.5,
        label="cotangent",
        says="The same float32 output is listed twice, with the number 2.5 and with the float64 Tensor [1, 2].",
        expected={"gradient": [3.5, 4.5], "dtype": "float32"},
        source="added by hand",
        context={
            "gradient": {"local": [2.0, 2.0], "contributions": [[2.5, 2.5], [1.0, 2.0]]},
            "number_refused": NUMBER_REFUSED,
        },
    ),
    Case(
        name="first.vector_without_cotangent",
        points=0.5,
        label="error",
        says="Two elements and no cotangent.",
        expected=Raises("RuntimeError", "grad can be implicitly created only for scalar outputs"),
        source="torch's message",
        examples=("001.without_grad_outputs",),
    ),
    Case(
        name="first.constant",
        points=0.5,
        label="error",
        says="The second output needs no gradient.",
        expected=Raises("RuntimeError", "element 1 of tensors does not require grad"),
        source="torch's message",
        context={"index_0": Raises("RuntimeError", "element 0 of tensors does not require grad")},
    ),
    Case(
        name="fill.two_walks",
        points=0.5,
        label="accumulation",
        says="The gradients 5 of w and 2 of x, then those of another walk with the cotangent 3: 15 and 6.",
        expected=[[20.0], [8.0]],
        source="document 003: 5 and 2, and three times as much",
        examples=("003.backward_retain",),
        context={0: {"contributions": [[5.0], [15.0]]}, 1: {"contributions": [[2.0], [6.0]]}},
    ),
    Case(
        name="fill.the_same_object",
        points=0.5,
        label="accumulation",
        says="The gradient 5, then 2: the Tensor in .grad stays the same object and holds the sum.",
        expected={"the same object": True, "it holds": [7.0], ".grad holds": [7.0]},
        source="torch adds to .grad in place",
        context={
            ".grad holds": {"contributions": [[5.0], [2.0]]},
            "new_object": {"the same object": False, "it holds": [5.0], ".grad holds": [7.0]},
        },
    ),
    Case(
        name="fill.fresh_each_time",
        points=0.5,
        label="accumulation",
        says="Four equal walks with fresh=True: nothing adds up.",
        expected=[[5.0], [2.0]],
        source="document 003: four rounds, zeroed after each",
        examples=("003.grads_accumulate_until_cleared",),
        context={0: {"stale": [15.0]}, 1: {"stale": [6.0]}},
    ),
    Case(
        name="count.used_again",
        points=0.5,
        label="value",
        says="b = 2 a; c = b + b; d = c + c; e = d * b; f = e * c.",
        expected=13,
        source="counted by hand: f, e and d once, c three times, b six times from c and once from e",
        context={"nodes": 5, "edges": 9, "with_leaves": 20, "rootless": 12, "ways_to_the_end": 7, "distinct_edges": 8},
    ),
    Case(
        name="count.forty_levels",
        points=0.5,
        label="value",
        says="Forty levels of y = y + y.",
        expected=2**40 - 1,
        source="1 + 2 + 4 + ... + 2**39",
        context={"edges": 79, "with_leaves": 2**41 - 1, "rootless": 2**40 - 2, "ways_to_the_end": 2**39},
    ),
    Case(
        name="whole.simple",
        points=0.5,
        label="value",
        says="z = (x + 2)**2 + 3 at x = 2.",
        expected=[8.0],
        source="document 002, In [3]",
        examples=("002.simple",),
        context={"order": "whole"},
    ),
    Case(
        name="whole.vector",
        points=1,
        label="accumulation",
        says="The gradients of [(w + x)(w + 1), (w + x) + (w + 1)] with the cotangent (1, 1).",
        expected=[[7.0], [3.0]],
        source="document 003",
        examples=("003.backward_cat",),
        context={1: {"contributions": [[2.0], [1.0]], "sum_in_place": [7.0]}, "order": "whole"},
    ),
)


def own(names: dict[str, Any], reference: Callable[[str], Any]) -> dict[str, Any]:
    """The student's engine for walks to all leaves; what it was not asked to do, minigrad's own does.

    That is walks to chosen inputs, walks that record themselves, and gradients that fill only a part of an array.
    """
    mine, theirs = names["my_engine"], {place: reference(place) for place in names["my_engine"]}
    send = names["send"]
    names["send"] = lambda pending, edge, g: send(pending, edge, g.dense() if type(g) is Partial else g)

    def start(outputs: Any, grads: Any, create_graph: bool) -> Any:
        return (theirs if create_graph else mine)["engine.start"](outputs, grads, create_graph)

    def walk(pending: Any, targets: Any, needed: Any, retain_graph: bool, create_graph: bool) -> Any:
        given = (theirs if create_graph or targets or needed is not None else mine)["engine.walk"]
        return given(pending, targets, needed, retain_graph, create_graph)

    def accumulate(leaf: Any, g: Any, owned: bool) -> None:
        (mine if isinstance(g, np.ndarray) else theirs)["engine.accumulate"](leaf, g, owned)

    return {"engine.start": start, "engine.walk": walk, "engine.accumulate": accumulate}
