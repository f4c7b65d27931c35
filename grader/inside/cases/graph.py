"""Assignment 2, the graph: its holes, visible cases and misconceptions."""

from __future__ import annotations

from grader.inside.cases import Case, Raises

HOLES = (
    "graph.no_grad.__enter__",
    "graph.set_grad_enabled.__init__",
    "pictures.draw",
    "graphs.behind",
    "engine.needed_for",
)

CUBE = {"values": [8.0, 27.0], "node": "CubeBackward0", "saved": "a", "node for a constant": False}
KEPT = {"x * x": 12, "x + x": 0, "x * 2": 4, "x * z": 24}

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
            "stand_ins": ["AccumulateGrad (2 times)", "AccumulateGrad (3 times)"],
        },
    ),
    Case(
        name="leaves.equal_numbers",
        points=0.5,
        label="value",
        says="u * v + w * u, where u, v and w all hold 1: three leaves.",
        expected="u, v, w",
        source="counted by hand",
        context={
            "equal_numbers": ["u", "v", "w"],
            "found_again": ["u (2 times), v, w"],
            "nodes_found": ["a node (3 times)"],
            "stand_ins": ["AccumulateGrad (3 times)", "AccumulateGrad (4 times)"],
        },
    ),
    Case(
        name="leaves.long_chain",
        points=0.5,
        label="value",
        says="5,000 times y = y * y.",
        expected="x",
        source="counted by hand",
        context={
            "nodes_found": ["a node (5000 times)"],
            "found_again": ["x (2 times)"],
            "stand_ins": ["AccumulateGrad", "AccumulateGrad (2 times)"],
        },
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
        says="s = a + a and s * s * b with a = 1 and b = 1: the sum has two edges to a, the product two to the sum.",
        expected="MulBackward0(MulBackward0(AddBackward0(a, a), AddBackward0(a, a)), b)",
        source="written by hand",
        context={
            "equal_numbers": [
                f"MulBackward0(MulBackward0(AddBackward0({t}, {t}), AddBackward0({t}, {t})), {t})" for t in "ab"
            ],
            "merged": ["MulBackward0(MulBackward0(AddBackward0(a)), b)"],
            "turned_round": ["MulBackward0(b, MulBackward0(AddBackward0(a, a), AddBackward0(a, a)))"],
            "written_once": ["MulBackward0(MulBackward0(AddBackward0(a, a), AddBackward0), b)"],
            "first_edge": ["MulBackward0(MulBackward0(AddBackward0(a)))"],
        },
    ),
    Case(
        name="longest.documents",
        points=0.5,
        label="value",
        says="z = (x + 2)**2 + 3, and y = (w + x)(w + 1): of its three nodes a way goes through two; w * x is beside.",
        expected={"document 002": 3, "document 003": 2},
        source="counted by hand",
        examples=("002.simple", "003.backward_retain"),
        context={
            "one_short": [{"document 002": 2, "document 003": 1}],
            "leaf_counted": [{"document 002": 4, "document 003": 3}],
            "all_nodes": [{"document 002": 3, "document 003": 3}],
            "by_numbers": [{"document 002": 3, "document 003": 4}],
        },
    ),
    Case(
        name="longest.short_cuts",
        points=0.5,
        label="value",
        says="y = c * f * s with short cuts: the longest way back is y, c * f, f, e * d, d, c, b, a.",
        expected=8,
        source="counted by hand",
        context={
            "one_short": [7], "leaf_counted": [9], "all_nodes": [10], "by_numbers": [11], "levels": [5],
            "first_edge": [3], "last_edge": [2], "latest": [6],
            "asked_early": [Raises("KeyError", "MulBackward0")],
        },
    ),
    Case(
        name="longest.forty_doublings",
        points=0.5,
        label="value",
        says="Forty levels of y = y + y.",
        expected=40,
        source="counted by hand",
        context={"one_short": [39], "leaf_counted": [41]},
    ),
    Case(
        name="longest.chain",
        points=0.5,
        label="value",
        says="A chain of 5,000 additions.",
        expected=5_000,
        source="counted by hand",
        context={"one_short": [4_999], "leaf_counted": [5_001]},
    ),
    Case(
        name="quietly.nothing_recorded",
        points=0.5,
        label="value",
        says="x * x without recording: the value is right, no gradient is wanted, the result is a leaf.",
        expected={"value": [9.0], "requires_grad": False, "is_leaf": True},
        source="torch's rule for no_grad",
        context={"requires_grad": {"never_off": True}, "is_leaf": {"never_off": False}},
    ),
    Case(
        name="quietly.mode",
        points=0.5,
        label="value",
        says="Whether operations are recorded inside a call and after it, with the recording on and off before.",
        expected={"on before": {"inside": False, "after": True}, "off before": {"inside": False, "after": False}},
        source="torch's rule for no_grad",
        context={
            "on before": {"inside": {"never_off": True}, "after": {"stays_off": False}},
            "off before": {"inside": {"switched_over": True}, "after": {"switched_on": True}},
        },
    ),
    Case(
        name="quietly.exception",
        points=1,
        label="error",
        says="quietly(lambda: 1 / 0), with the recording on before: ZeroDivisionError comes out, the recording is on.",
        expected={"the exception came": True, "after": True},
        source="torch's rule for no_grad",
        context={"the exception came": {"swallowed": False}, "after": {"off_after_exception": False}},
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
        says="x ** 3 at 3 and at 2, from your own node: 1 times the slope 27, 10 times the slope 12.",
        expected={"gradient": [27.0, 120.0], "node": "CubeBackward0"},
        source="document 002, In [11]: the gradient of m1 ** 3 at 3",
        context={
            "by_operations": [{"gradient": [27.0, 120.0], "node": name} for name in ("PowBackward0", "MulBackward0")],
            "gradient": {
                "local": [27.0, 12.0], "cotangent": [1.0, 10.0], "exponent": 3.0, "base": [3.0, 2.0],
                "another_x": [48.0, 270.0], "g_for_a": [3.0, 300.0],
            },
            "too_many_inputs": [Raises("IndexError", "tuple index out of range")],
        },
    ),
    Case(
        name="kept.square_and_double",
        points=0.5,
        label="value",
        says="x * x, x + x, x * 2 and x * z for three float32 numbers; z holds the same numbers as x.",
        expected=KEPT,
        source="three times four bytes; nothing; the number 2; two arrays",
        context={
            "x * x": {"each_time": 24},
            "x + x": {"leaves_kept": 12},
            "x * 2": {"without_constants": 0, "leaves_kept": 16},
            "equal_numbers": [KEPT | {"x * z": 12}],
            "elements": [{"x * x": 3, "x + x": 0, "x * 2": 1, "x * z": 6}],
        },
    ),
    Case(
        name="kept.result_kept_twice",
        points=0.5,
        label="value",
        says="y = (u + v + w).exp() keeps its result, y * y keeps it too, in another Tensor; y * y * 2 keeps the 2.",
        expected=24,
        source="five times four bytes, and four",
        context={
            "each_time": 64, "by_holder": 44, "leaves_kept": 84, "one_node": 4, "without_constants": 20,
            "elements": [6],
        },
    ),
)
