"""Assignment 1, tensor: its holes and visible cases."""

from __future__ import annotations

import numpy as np

from grader.inside.cases import Case, Raises

# How lists are read. For tasks 3, 4 and 5 minigrad has nothing that could be called.
HOLES = ("tensor.list_to_array",)

NAN = float("nan")

WHOLE = [[-128, 127], [0, 128], [1, 2], [True, False]]
FILLED = "tensor([[0., 1., 2., 3.],\n        [1., 2., 3., 4.],\n        [2., 3., 4., 5.]], requires_grad=True)"
FLOAT64 = [[0.5, 3.0], [0.1], [16_777_217.0, 0.5]]
FLOAT32 = [[0.5, 3.0], np.array([0.1], np.float32), [16_777_216.0, 0.5]]
READ = {"read_by_yours": True}
SHORTS = {"plus_and_minus": True, "an_iterator": True}

CASES = (
    Case(
        name="thrifty.whole",
        points=0.5,
        label="dtype",
        says="Dtypes and values of [-128, 127], [0, 128], [True, 2] and [True, False].",
        expected=[["int8", "int16", "int8", "bool"], WHOLE],
        source="int8 holds -128 to 127",
        context={
            "by_types": [["int64", "int64", "int64", "bool"], WHOLE],
            "symmetric": [["int16", "int16", "int8", "bool"], WHOLE],
            "by_numpy": [["int16", "uint8", "uint8", "bool"], WHOLE],
            "bools_as_ints": [["int8", "int16", "int8", "int8"], [*WHOLE[:3], [1, 0]]],
            "too_small": True,
        }
        | READ,
    ),
    Case(
        name="thrifty.digits",
        points=0.5,
        label="value",
        says="Dtypes and values of [0.5, 3], [0.1] and [16777217, 0.5].",
        expected=[["float32", "float64", "float64"], FLOAT64],
        source="chapter 1: the marks on the ruler of float32",
        rtol=1e-12,
        context={
            "always_float32": [["float32"] * 3, FLOAT32],
            "floats_only": [["float32", "float64", "float32"], [*FLOAT64[:2], FLOAT32[2]]],
            "by_numpy": [["float16", "float16", "float64"], [FLOAT64[0], np.array([0.1], np.float16), FLOAT64[2]]],
        }
        | READ,
    ),
    Case(
        name="thrifty.special",
        points=0.5,
        label="dtype",
        says="Dtypes and values of [], [nan, 1.0] and [-inf, 2].",
        expected=[["float32"] * 3, [np.zeros(0), [NAN, 1.0], [-np.inf, 2.0]]],
        source="float32 holds nan and the infinities",
        context={"nan_unequal": [["float32", "float64", "float32"], [np.zeros(0), [NAN, 1.0], [-np.inf, 2.0]]]} | READ,
    ),
    Case(
        name="padded.rows",
        points=0.5,
        label="value",
        says="mg.tensor([[1, 2], [3], [4, 5, 6]]) with your function as its reader and the fill 0.",
        expected=[[1.0, 2.0, 0.0], [3.0, 0.0, 0.0], [4.0, 5.0, 6.0]],
        source="by hand",
        context={
            "first_row": [[1, 2], [3, 0], [4, 5]],
            "in_front": [[0, 1, 2], [0, 0, 3], [4, 5, 6]],
            "ragged": True,
        }
        | READ,
    ),
    Case(
        name="padded.document_000",
        points=0.5,
        label="dtype",
        says="A table of ints that is not ragged, with the wish for a gradient: what print shows.",
        expected=FILLED,
        source="document 000: the table before it is squared",
        examples=("000.filled_then_requires_grad",),
        context={"of_ints": True} | READ,
    ),
    Case(
        name="padded.empty",
        points=0.5,
        label="shape",
        says="[[], [1]], [[], []], [] and the number 5, with the fill 7.",
        expected=[[[7.0], [1.0]], np.zeros((2, 0)), np.zeros(0), 5.0],
        source="by hand",
        context={0: {"without_fill": [[0.0], [1.0]]}, "ragged": True},
    ),
    Case(
        name="padded.too_deep",
        points=0.5,
        label="error",
        says="In [[1, 2], [3, [4]]] the number at [1][1][0] lies too deep.",
        expected=Raises("ValueError", "[1][1][0]"),
        source="the place, as you would index it",
        context={"place": True, "ragged": True} | READ,
    ),
    Case(
        name="settle.document_003",
        points=0.5,
        label="value",
        says="w and x get the wish, data loses it; then w + x, w * data and data * data.",
        expected={"changed": ["w", "data", "x"], "wishes of the results": [True, True, False]},
        source="document 003: a result has the wish exactly if one of its operands has it",
        examples=("003.requires_grad_of_results",),
        context={
            "only_on": {"changed": ["w", "x"], "wishes of the results": [True, True, True]},
            "wanted_returned": {"changed": ["w", "x"], "wishes of the results": [True, True, False]},
            "names_at": "changed",
            "integers_refused": [Raises("RuntimeError", "steps")],
        },
    ),
    Case(
        name="settle.refused",
        points=0.5,
        label="error",
        says="steps is an int64 and cannot want a gradient: the message says steps.",
        expected=Raises("RuntimeError", "steps"),
        source="chapter 1: a gradient for an integer",
    ),
    Case(
        name="settle.untouched",
        points=0.5,
        label="all or none",
        says="Who has the wish after an error because of steps, or because of weight: data alone, as before.",
        expected={"steps refused": ["data"], "weight unknown": ["data"]},
        source="by hand",
        context={
            "half_done": [
                {"steps refused": ["w"], "weight unknown": ["data"]},
                {"steps refused": ["data"], "weight unknown": ["w", "data"]},
            ],
        },
    ),
    Case(
        name="settle.unknown",
        points=0.5,
        label="error",
        says="There is no tensor of the name weight.",
        expected=Raises("KeyError"),
        source="by hand",
    ),
    Case(
        name="reads.boxes",
        points=0.5,
        label="value",
        says="a.T, a[:, 1] and a * 1 of chapter 1's boxes; and a[1] beside every second column of a.",
        expected=[[[0, 3], [1, 4], [2, 5]], [1, 4], [[-1, -1, -1], [-1, -1, -1]], [2, -1, 3]],
        source="chapter 1: the boxes",
        context={
            0: {"bytes": [[0, 12], [4, 16], [8, 20]], "positions": True},
            1: {"bytes": [4, 16]},
            2: {"equal": [[0, 1, 2], [3, 4, 5]]},
            3: {"in_memory": [3, 4, 5], "bytes": [12, 16, 20], "as_a_whole": [2, 4, 3]},
        },
    ),
    Case(
        name="reads.minigrad",
        points=0.5,
        label="memory",
        says="What from_numpy, tensor and detach hold, made from (3, 3, 5).",
        expected=[[0, 1, 2], [-1, -1, -1], [0, 1, 2]],
        source="chapter 1: two ways in, and the way back",
        context={1: {"equal": [0, 0, 2]}},
    ),
    Case(
        name="reads.document_003",
        points=0.5,
        label="memory",
        says="a + 1 is a new tensor; a += 1 writes into the old one.",
        expected=[[-1], [0]],
        source="document 003",
        examples=("003.identity_of_a",),
    ),
    Case(
        name="reads.restored",
        points=0.5,
        label="side effects",
        says="A column read backwards and a copy of an array with a nan; then the array itself, as it was before.",
        expected=[[3, 1], [[-1, -1], [-1, -1]], [[1.0, NAN], [-1.0, 0.0]]],
        source="by hand",
        context={
            2: {"put_back": True},
            "nan_unequal": [[3, 1], [[-1.0, NAN], [-1.0, -1.0]], [[1.0, NAN], [-1.0, 0.0]]],
        },
    ),
    Case(
        name="total.document_001",
        points=0.5,
        label="value",
        says="The twelve numbers of document 001, as Shorts and as Tensors, and the dtype of the Tensor.",
        expected=[5.193, 5.1932, "float32"],
        source="document 001: the sum of its table, as torch prints it today",
        examples=("001.script",),
        rtol=6e-4,
        context=SHORTS,
    ),
    Case(
        name="total.ones",
        points=0.5,
        label="accuracy",
        says="20,000 ones, each a Short; and no number at all.",
        expected=[20_000.0, 0.0],
        source="counted",
        rtol=1.5e-3,
        context={"stuck": [10_000.0, 0.0], "may_be_empty": True} | SHORTS,
    ),
)
