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

NO_FAULTS = {"missing": 0, "listed again": 0, "too early": 0}

CASES = (
    Case(
        name="send.twice",
        points=0.5,
        label="accumulation",
        says="The gradient 2 is sent to x twice, as for x * x at x = 2.",
        expected=[4.0],
        source="2x at x = 2",
        context={"contributions": [[2.0], [2.0]]},
    ),
    Case(
        name="send.untouched",
        points=0.5,
        label="accumulation",
        says="The same array is sent to x, to y and to x again; y and the array keep their numbers.",
        expected=[[4.0], [2.0], [2.0]],
        source="added by hand",
        context={0: {"contributions": [[2.0], [2.0]]}},
    ),
    Case(
        name="order.document_003",
        points=1,
        label="order",
        says="The graph of y = (w + x)(w + 1).",
        expected=NO_FAULTS,
        source="the graph of document 003",
        examples=("003.backward_retain",),
    ),
    Case(
        name="order.used_twice",
        points=0.5,
        label="order",
        says="b = a + a is used twice, and a once more.",
        expected=NO_FAULTS,
        source="counted by hand",
    ),
    Case(
        name="order.long_chain",
        points=0.5,
        label="order",
        says="A chain of 5,000 additions.",
        expected=NO_FAULTS,
        source="counted by hand",
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
        says="The same output is listed twice, with the number 2.5 and with the Tensor [1, 2].",
        expected=[3.5, 4.5],
        source="added by hand",
        context={"local": [2.0, 2.0], "contributions": [[2.5, 2.5], [1.0, 2.0]]},
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
    ),
    Case(
        name="fill.two_walks",
        points=0.5,
        label="accumulation",
        says="Two equal walks, one after the other.",
        expected=[[10.0], [4.0]],
        source="document 003: twice 5 and twice 2",
        examples=("003.backward_retain",),
        context={0: {"contributions": [[5.0], [5.0]]}, 1: {"contributions": [[2.0], [2.0]]}},
    ),
    Case(
        name="fill.the_same_object",
        points=0.5,
        label="accumulation",
        says="The Tensor in .grad stays the same object and holds the sum.",
        expected=[True, [10.0]],
        source="torch adds to .grad in place",
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
        name="count.two_levels",
        points=0.5,
        label="value",
        says="b = a + a; c = b + b.",
        expected=3,
        source="counted by hand",
    ),
    Case(
        name="count.forty_levels",
        points=0.5,
        label="value",
        says="Forty levels of y = y + y.",
        expected=2**40 - 1,
        source="1 + 2 + 4 + ... + 2**39",
    ),
    Case(
        name="whole.simple",
        points=0.5,
        label="value",
        says="z = (x + 2)**2 + 3 at x = 2.",
        expected=[8.0],
        source="document 002, In [3]",
        examples=("002.simple",),
        context={"local": [8.0]},
    ),
    Case(
        name="whole.vector",
        points=1,
        label="accumulation",
        says="The gradients of [(w + x)(w + 1), (w + x) + (w + 1)] with the cotangent (1, 1).",
        expected=[[7.0], [3.0]],
        source="document 003",
        examples=("003.backward_cat",),
        context={0: {"contributions": [[5.0], [2.0]]}, 1: {"contributions": [[2.0], [1.0]]}},
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
