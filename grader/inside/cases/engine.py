"""Assignment 4, the engine: its holes and visible cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises
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

ORDER = {
    "order": "list",
    "no_numbers": Raises("TypeError", "'<' not supported between instances of 'Node' and 'Node'"),
    "no_edges": Raises("AttributeError", "object has no attribute 'edges'"),
}
NUMBER_REFUSED = [
    Raises("AttributeError", "'float' object has no attribute"),
    Raises("AttributeError", "'int' object has no attribute"),
    Raises("TypeError", "gradients can be either Tensors or None, but got"),
]

NO_GRAD_YET = [
    Raises("AttributeError", "'NoneType' object has no attribute"),
    Raises("TypeError", "unsupported operand type(s) for +=: 'NoneType'"),
]

CASES = (
    Case(
        name="send.twice",
        points=0.5,
        label="accumulation",
        says="The gradients 0.5, 1 and 2.5 are sent to x.",
        expected=[4.0],
        source="added by hand",
        context={
            "contributions": [[0.5], [1.0], [2.5]],
            "first_arrival": Raises("KeyError", "'x'"),
            "not_sent": None,
            "a_list": [[0.5], [1.0], [2.5]],
        },
    ),
    Case(
        name="send.untouched",
        points=0.5,
        label="accumulation",
        says="[2] is sent to x and y, then [5] to x, in float32: what is at x, at y, and in the two arrays; x's dtype.",
        expected=[[7.0], [2.0], [2.0], [5.0], "float32"],
        source="added by hand",
        context={
            0: {"contributions": [[2.0], [5.0]]},
            1: {"sum_in_place": [7.0]},
            2: {"sum_in_place": [7.0]},
            3: {"sum_in_place": [7.0]},
            "first_arrival": Raises("KeyError", "'x'"),
            "not_sent": [None, None, [2.0], [5.0], "no array"],
            "a_list": [[[2.0], [5.0]], [[2.0]], [2.0], [5.0], "no array"],
            "first_lost": [[5.0], [0.0], [2.0], [5.0], "float32"],
        },
    ),
    Case(
        name="order.document_003",
        points=0.5,
        label="order",
        says="The graph of y = (w + x)(w + 1): #1 is w + x, #2 is w + 1, #3 is their product.",
        expected=NO_FAULTS,
        source="the graph of document 003",
        context=ORDER | {"all_uses": 2},
        examples=("003.backward_retain",),
    ),
    Case(
        name="order.used_twice",
        points=0.5,
        label="order",
        says="(a + a) * c and c * (a + a) with a = 1 x and c = a.exp().exp(); #1 is a.",
        expected={"(a + a) * c": NO_FAULTS, "c * (a + a)": NO_FAULTS},
        source="counted by hand",
        context=ORDER,
    ),
    Case(
        name="order.several_roots",
        points=0.5,
        label="order",
        says="a = 1 x, b = a.exp(), c = a + 1 with the roots a, b, c and b: #1 is a, #2 is b, #3 is c.",
        expected=NO_FAULTS,
        source="counted by hand",
        context=ORDER,
    ),
    Case(
        name="order.long_and_doubled",
        points=0.5,
        label="order",
        says="A chain of 5,000 additions, and a tower of forty doublings; #1 was made first.",
        expected={"chain": NO_FAULTS, "tower": NO_FAULTS},
        source="counted by hand",
        context=ORDER,
    ),
    Case(
        name="first.scalar",
        points=0.5,
        label="value",
        says="A result z of one element begins with 1, in its own dtype, if no cotangent is given; a leaf x does, too.",
        expected={"for": ["the node of z", "the leaf x"], "gradient": [1.0], "type": "ndarray", "dtype": "float32"},
        source="document 002, In [2] and [3]",
        examples=("002.simple",),
        context={
            "leaf_refused": Raises("RuntimeError", "element 1 of tensors does not require grad"),
            "under": "None",
            "other_type": "Tensor",
        },
    ),
    Case(
        name="first.number",
        points=0.5,
        label="cotangent",
        says="In float32, y listed twice, with the Tensor [1, 2] and with 2.5; z with a float64 Tensor, u with 0.",
        expected={
            "y": [3.5, 4.5],
            "u": [0.0, 0.0],
            "dtypes": ["float32", "float32", "float32"],
            "the cotangent [1, 2]": [1.0, 2.0],
        },
        source="added by hand",
        context={
            "y": {"local": [2.0, 2.0], "contributions": [[1.0, 2.0], [2.5, 2.5]]},
            "u": {"local": [1.0, 1.0]},
            "the cotangent [1, 2]": {"sum_in_place": [3.5, 4.5]},
            "number_refused": NUMBER_REFUSED,
            "zero_for_none": Raises("RuntimeError", "grad can be implicitly created only for scalar outputs"),
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
        name="first.another_shape",
        points=0.5,
        label="error",
        says="A cotangent of shape (1,) for an output of shape (2,).",
        expected=Raises("RuntimeError", "Mismatch in shape"),
        source="torch's message",
    ),
    Case(
        name="fill.two_walks",
        points=0.5,
        label="accumulation",
        says="The gradients 5 of w and 2 of x, then those of another walk with the cotangent 3: 15 and 6.",
        expected=[[20.0], [8.0]],
        source="document 003: 5 and 2, and three times as much",
        examples=("003.backward_retain",),
        context={
            0: {"contributions": [[5.0], [15.0]]},
            1: {"contributions": [[2.0], [6.0]]},
            "not_filled": [None, None],
            "no_grad_yet": NO_GRAD_YET,
        },
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
            "not_filled": {"the same object": True, "it holds": None, ".grad holds": None},
            "no_grad_yet": NO_GRAD_YET,
        },
    ),
    Case(
        name="fill.fresh_each_time",
        points=0.5,
        label="accumulation",
        says="Four equal walks with fresh=True: nothing adds up, and w.grad stays the same object.",
        expected={"w": [5.0], "x": [2.0], "the same object": True},
        source="document 003: four rounds, zeroed after each",
        examples=("003.grads_accumulate_until_cleared",),
        context={
            "w": {"stale": [15.0]},
            "x": {"stale": [6.0]},
            "new_object": {"w": [5.0], "x": [2.0], "the same object": False},
            "no_grad_yet": NO_GRAD_YET,
        },
    ),
    Case(
        name="fill.one_array",
        points=0.5,
        label="memory",
        says="w and x get the same array [5], then w gets [15]: both .grad, and the array.",
        expected=[[20.0], [5.0], [5.0]],
        source="added by hand",
        context={
            0: {"contributions": [[5.0], [15.0]]},
            1: {"written": [20.0]},
            2: {"written": [20.0]},
            "not_filled": [None, None, [5.0]],
            "no_grad_yet": NO_GRAD_YET,
        },
    ),
    Case(
        name="count.used_again",
        points=0.5,
        label="value",
        says="b = 2 a; c = b + b; d = c + c; e = d * b; f = e * c; f + f.",
        expected=27,
        source="counted by hand: the sum once, f, e and d twice, c six times, b twelve times from c and twice from e",
        context={
            "nodes": 6, "edges": 11, "with_leaves": 41, "rootless": 26, "ways_to_the_end": 14, "distinct_edges": 9,
            "too_soon": 19,
        },
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
