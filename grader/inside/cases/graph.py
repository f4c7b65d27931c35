"""Assignment 2, the graph: its holes and visible cases."""

from __future__ import annotations

from grader.inside.cases import Case

HOLES = (
    "graph.no_grad.__enter__",
    "graph.set_grad_enabled.__init__",
    "pictures.draw",
    "graphs.behind",
    "engine.needed_for",
)

CASES = (
    Case(
        name="leaves.document_003",
        points=0.5,
        label="value",
        says="y = (w + x)(w + 1) has the leaves w and x; w is used twice.",
        expected={"names": ["w", "x"], "in all": 2},
        source="document 003",
        examples=("003.backward_retain",),
    ),
    Case(
        name="leaves.long_chain",
        points=0.5,
        label="value",
        says="A chain of 20,000 additions.",
        expected={"names": ["x"], "in all": 1},
        source="counted by hand",
    ),
    Case(
        name="written.document_002",
        points=1,
        label="value",
        says="z = (x + 2)**2 + 3.",
        expected="AddBackward0(PowBackward0(AddBackward0(x, -)), -)",
        source="document 002, In [2]: grad_fn=<AddBackward0>",
        examples=("002.simple",),
    ),
    Case(
        name="written.document_003",
        points=0.5,
        label="value",
        says="y = (w + x)(w + 1).",
        expected="MulBackward0(AddBackward0(w, x), AddBackward0(w, -))",
        source="document 003",
        examples=("003.backward_retain",),
    ),
    Case(
        name="written.both_edges",
        points=0.5,
        label="value",
        says="a + a has two edges to a.",
        expected="AddBackward0(a, a)",
        source="written by hand",
    ),
    Case(
        name="longest.document_002",
        points=0.5,
        label="value",
        says="z = (x + 2)**2 + 3.",
        expected=3,
        source="counted by hand",
        examples=("002.simple",),
    ),
    Case(
        name="longest.forty_doublings",
        points=0.5,
        label="value",
        says="Forty levels of y = y + y.",
        expected=40,
        source="counted by hand",
    ),
    Case(
        name="longest.chain",
        points=1,
        label="value",
        says="A chain of 20,000 additions.",
        expected=20_000,
        source="counted by hand",
    ),
    Case(
        name="quietly.nothing_recorded",
        points=1,
        label="value",
        says="x * x without recording: the value is right, no gradient is wanted, the result is a leaf.",
        expected=[[9.0], False, True],
        source="torch's rule for no_grad",
    ),
    Case(
        name="quietly.on_again",
        points=1,
        label="value",
        says="After quietly, operations are recorded again.",
        expected=True,
        source="torch's rule for no_grad",
    ),
    Case(
        name="cube.name_and_saved",
        points=1,
        label="value",
        says="The values, the node's name, what it saved, and no node for a constant.",
        expected=[[8.0, 27.0], "CubeBackward0", ["a"], False],
        source="2 ** 3 and 3 ** 3",
    ),
    Case(
        name="cube.slope",
        points=1,
        label="value",
        says="The gradient of x ** 3 at 3, from your own node.",
        expected=[[27.0], "CubeBackward0"],
        source="document 002, In [11]: the gradient of m1 ** 3 at 3",
    ),
    Case(
        name="kept.square_and_double",
        points=1,
        label="value",
        says="x * x and x + x for three float32 numbers.",
        expected=[12, 0],
        source="three times four bytes",
    ),
)
