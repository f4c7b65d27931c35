"""Assignment 2, the graph: its holes, visible cases and misconceptions."""

from __future__ import annotations

from grader.inside.cases import Case, Raises
from grader.inside.misconceptions import Misconception, given

HOLES = (
    "graph.no_grad.__enter__",
    "graph.set_grad_enabled.__init__",
    "pictures.draw",
    "graphs.behind",
    "engine.needed_for",
)

CUBE = {"values": [8.0, 27.0], "node": "CubeBackward0", "saved": "a", "node for a constant": False}


def known(name: str, says: str, key: str) -> Misconception:
    """A mistake in an answer as a whole; the case has a list of the wrong answers that it makes."""
    return Misconception(name, says, (key,), lambda right, context: context[key], whole=True)


def told_by(name: str, says: str, key: str) -> Misconception:
    """A mistake in one number of an answer, which the case has."""
    return Misconception(name, says, (key,), given(key))


MISTAKES = (
    known(
        "leaf found again",
        "A leaf is there once for each use or each way to it. Remember the leaves that were found, like the nodes.",
        "found_again",
    ),
    known(
        "nodes for leaves",
        "These are the nodes of the graph. The leaves are the edges that end at a Tensor.",
        "nodes_found",
    ),
    known(
        "None among the leaves",
        "An edge that is None leads nowhere: there stands a constant. Only edges that end at a Tensor end at a leaf.",
        "none_found",
    ),
    known(
        "equal numbers taken for one",
        "Two tensors with the same numbers were taken for one: ==, `in` a list and the values themselves compare "
        "numbers. Which tensor or array it is, `is` tells, and so do id, a set and a dict.",
        "equal_numbers",
    ),
    known(
        "constants left out",
        "An input without a gradient is missing from the text. Its edge is None, and a - stands for it.",
        "without_constants",
    ),
    known(
        "equal edges merged",
        "A node that uses one thing twice has two edges to it, and they were taken for one, as in a set or a dict.",
        "merged",
    ),
    known(
        "arguments turned round",
        "The inputs are there in the opposite order: node.edges has them in the order of the arguments.",
        "turned_round",
    ),
    known(
        "written once only",
        "A node that is used twice was written the first time only. A text has no arrows: write it each time.",
        "written_once",
    ),
    known(
        "first edge only",
        "Only the first edge of each node was followed. A node has an edge for each of its inputs.",
        "first_edge",
    ),
    told_by(
        "last edge only",
        "Only the last edge of each node was followed. A node has an edge for each of its inputs.",
        "last_edge",
    ),
    told_by(
        "all nodes counted",
        "These are all nodes behind the result, also those that lie beside each other. A way goes through one of them.",
        "all_nodes",
    ),
    told_by(
        "levels counted",
        "Every node was counted where it was met first, on the shortest way to it. A longer way may lead there as "
        "well: the length of a node is known when those of all its inputs are.",
        "levels",
    ),
    told_by(
        "numbers subtracted",
        "The numbers of nodes run through the whole program: between two of them lie also nodes that are beside the "
        "way, or not in this graph at all.",
        "by_numbers",
    ),
    told_by(
        "one node too few",
        "The way is one node short: the node at its beginning, or the one before the leaf, was not counted.",
        "one_short",
    ),
    known(
        "length asked too early",
        "A node was asked for its length before it had one. A node comes after all its inputs: in the order of their "
        "numbers they do, in the order in which they are found they do not.",
        "asked_early",
    ),
    told_by(
        "recording never off",
        "While the function ran, operations were recorded. The switch has to be off before the function is called.",
        "never_off",
    ),
    told_by(
        "switched over, not off",
        "The recording was off before the call, and on while the function ran. It is to be switched off, not over.",
        "switched_over",
    ),
    told_by(
        "recording stays off",
        "The recording was on before the call and is off after it. What was before is to be put back.",
        "stays_off",
    ),
    told_by(
        "on whatever was before",
        "The recording was off before the call and is on after it. Remember what mode.enabled was, and put that back.",
        "switched_on",
    ),
    told_by(
        "off after an exception",
        "The function raised an exception, and the recording stays off: the line that puts it back was not reached. "
        "`finally` and `with` are for that.",
        "off_after_exception",
    ),
    told_by(
        "exception swallowed",
        "The exception did not go on to the caller, who takes a failed call for a good one.",
        "swallowed",
    ),
    known(
        "result saved too",
        "The node keeps the result as well, because the rule has a parameter `out`. From the input alone the slope "
        "comes out, too, and less is kept.",
        "result_saved",
    ),
    known(
        "nothing saved",
        "The node has saved nothing, although the slope depends on x. What a rule reads from the function around it, "
        "the graph does not know and cannot let go of; as a parameter `a` it is saved.",
        "nothing_saved",
    ),
    told_by(
        "slope at another x",
        "Another cube was computed before the walk, and this is the slope at its x. An operation is known by its name: "
        "a rule that reads x from around it reads the last one. Of a parameter `a` each node has its own.",
        "another_x",
    ),
    known(
        "recorded by other operations",
        "The result was recorded by operations that minigrad has. Computed with x.array they leave no node; your own "
        "is made by record.",
        "by_operations",
    ),
    known(
        "no node made",
        "The result has no node: a Tensor made of an array has no history. record makes it together with its node.",
        "no_node",
    ),
    told_by(
        "saved array counted again",
        "An array that was saved several times was counted each time. It lies in memory once.",
        "each_time",
    ),
    told_by(
        "counted once per holder",
        "An array that two nodes hold, each in a Tensor of its own, was counted twice. Ask of the arrays of all nodes "
        "together whether they are the same: by `is`, or by their id.",
        "by_holder",
    ),
    told_by(
        "leaves counted as kept",
        "The leaves themselves were counted. A node keeps what is in its saved_tensors; an edge to a leaf keeps no "
        "values for a rule.",
        "leaves_kept",
    ),
    told_by(
        "kept constants not counted",
        "What is kept of a constant is missing: the slope of x * 2 is 2, so the node keeps the 2.",
        "without_constants",
    ),
    told_by(
        "one node only",
        "Only what this one node has saved was counted; the nodes behind it keep something, too.",
        "one_node",
    ),
)

CASES = (
    Case(
        name="leaves.document_003",
        points=0.5,
        label="value",
        says="y = (w + x)(w + 1) has the leaves w and x; w is used twice.",
        expected="w, x",
        source="document 003",
        examples=("003.backward_retain",),
        context={
            "found_again": ["w (2 times), x"],
            "nodes_found": ["a node (3 times)"],
            "none_found": ["None, w, x"],
        },
    ),
    Case(
        name="leaves.long_chain",
        points=0.5,
        label="value",
        says="5,000 times y = y * y.",
        expected="x",
        source="counted by hand",
        context={"nodes_found": ["a node (5000 times)"], "found_again": ["x (2 times)"]},
    ),
    Case(
        name="written.document_002",
        points=1,
        label="value",
        says="z = (x + 2)**2 + 3.",
        expected="AddBackward0(PowBackward0(AddBackward0(x, -)), -)",
        source="document 002, In [2]: grad_fn=<AddBackward0>",
        examples=("002.simple",),
        context={
            "without_constants": ["AddBackward0(PowBackward0(AddBackward0(x)))"],
            "turned_round": ["AddBackward0(-, PowBackward0(AddBackward0(-, x)))"],
        },
    ),
    Case(
        name="written.document_003",
        points=0.5,
        label="value",
        says="y = (w + x)(w + 1).",
        expected="MulBackward0(AddBackward0(w, x), AddBackward0(w, -))",
        source="document 003",
        examples=("003.backward_retain",),
        context={
            "without_constants": ["MulBackward0(AddBackward0(w, x), AddBackward0(w))"],
            "turned_round": ["MulBackward0(AddBackward0(-, w), AddBackward0(x, w))"],
            "first_edge": ["MulBackward0(AddBackward0(w))"],
        },
    ),
    Case(
        name="written.both_edges",
        points=0.5,
        label="value",
        says="(a + a) * b with a = 1 and b = 1: the sum has two edges to a.",
        expected="MulBackward0(AddBackward0(a, a), b)",
        source="written by hand",
        context={
            "equal_numbers": ["MulBackward0(AddBackward0(a, a), a)", "MulBackward0(AddBackward0(b, b), b)"],
            "merged": ["MulBackward0(AddBackward0(a), b)"],
            "turned_round": ["MulBackward0(b, AddBackward0(a, a))"],
            "first_edge": ["MulBackward0(AddBackward0(a))"],
        },
    ),
    Case(
        name="longest.document_002",
        points=0.5,
        label="value",
        says="z = (x + 2)**2 + 3.",
        expected=3,
        source="counted by hand",
        examples=("002.simple",),
        context={"one_short": 2},
    ),
    Case(
        name="longest.document_003",
        points=0.5,
        label="value",
        says="y = (w + x)(w + 1) has three nodes, of which a way goes through two; w * x was computed in between.",
        expected=2,
        source="counted by hand",
        examples=("003.backward_retain",),
        context={"one_short": 1, "all_nodes": 3, "by_numbers": 4},
    ),
    Case(
        name="longest.forty_doublings",
        points=0.5,
        label="value",
        says="Forty levels of y = y + y.",
        expected=40,
        source="counted by hand",
        context={"one_short": 39},
    ),
    Case(
        name="longest.chain",
        points=0.5,
        label="value",
        says="A chain of 5,000 additions.",
        expected=5_000,
        source="counted by hand",
        context={"one_short": 4_999},
    ),
    Case(
        name="quietly.nothing_recorded",
        points=1,
        label="value",
        says="x * x without recording: the value is right, no gradient is wanted, the result is a leaf.",
        expected={"value": [9.0], "requires_grad": False, "is_leaf": True},
        source="torch's rule for no_grad",
        context={"requires_grad": {"never_off": True}, "is_leaf": {"never_off": False}},
    ),
    Case(
        name="quietly.on_again",
        points=1,
        label="value",
        says="After quietly, operations are recorded again.",
        expected=True,
        source="torch's rule for no_grad",
        context={"stays_off": False},
    ),
    Case(
        name="cube.name_and_saved",
        points=1,
        label="value",
        says="The values, the node's name, what it saved, and no node for a constant.",
        expected=CUBE,
        source="2 ** 3 and 3 ** 3",
        context={
            "result_saved": [CUBE | {"saved": "a, out"}],
            "nothing_saved": [CUBE | {"saved": ""}],
            "by_operations": [CUBE | {"node": "PowBackward0"}, CUBE | {"node": "MulBackward0", "saved": "a, b"}],
            "no_node": [Raises("AttributeError", "'NoneType' object has no attribute")],
        },
    ),
    Case(
        name="cube.slope",
        points=1,
        label="value",
        says="The gradients of x ** 3 at 3 and at 2, from your own node.",
        expected={"gradient": [27.0, 12.0], "node": "CubeBackward0"},
        source="document 002, In [11]: the gradient of m1 ** 3 at 3",
        context={
            "by_operations": [{"gradient": [27.0, 12.0], "node": name} for name in ("PowBackward0", "MulBackward0")],
            "gradient": {"exponent": [3.0, 3.0], "base": [3.0, 2.0]},
        },
    ),
    Case(
        name="kept.square_and_double",
        points=0.5,
        label="value",
        says="x * x, x + x and x * 2 for three float32 numbers.",
        expected={"x * x": 12, "x + x": 0, "x * 2": 4},
        source="three times four bytes; nothing; the number 2",
        context={
            "x * x": {"each_time": 24},
            "x + x": {"leaves_kept": 12},
            "x * 2": {"without_constants": 0, "leaves_kept": 16},
        },
    ),
    Case(
        name="kept.result_kept_twice",
        points=0.5,
        label="value",
        says="y = (u + v + w).exp() keeps its result, y * y keeps it too: the same array, in two Tensors.",
        expected=12,
        source="three times four bytes",
        context={"each_time": 36, "by_holder": 24, "leaves_kept": 48},
    ),
)
