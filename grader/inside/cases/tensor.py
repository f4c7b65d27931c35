"""Assignment 1, tensor: its holes and visible cases."""

from __future__ import annotations

import numpy as np

from grader.inside.cases import Case, Raises

# How lists are read. For tasks 3, 4 and 5 minigrad has nothing that could be called.
HOLES = ("tensor.list_to_array",)

NAN = float("nan")

WHOLE = [[-128, 127], [0, 128], [-129, 5], [True, 2], [True, False]]
DIGITS = [[0.5, 3], [0.1], [16_777_217, 0.5], [16_777_218, 0.5], [2**53 + 1, 0.5]]
SPECIAL = [[], [NAN, 1.0], [-np.inf, 2]]
FLOAT32 = [np.array(numbers, np.float32) for numbers in DIGITS]
FLOAT16 = [DIGITS[0], np.array([0.1], np.float16), *DIGITS[2:]]
FILLED = "tensor([[0., 1., 2., 3.],\n        [1., 2., 3., 4.],\n        [2., 3., 4., 5.]], requires_grad=True)"
ROWS = [[[1.0, 2.0, 0.0], [3.0, 0.0, 0.0], [4.0, 5.0, 6.0]], [[[1, 2, 3], [7, 7, 7]], [[4, 7, 7], [5, 7, 7]]]]
LISTS = [[[1, 2], [3], [4, 5, 6]], [[[1, 2, 3]], [[4], [5]]]]
READ = {"read_by_yours": True}
SHORTS = {"plus_and_minus": True, "an_iterator": True}
OTHER_LENGTHS = Raises("ValueError", "expected sequence of len")
RAGGED = [OTHER_LENGTHS, Raises("ValueError", "inhomogeneous")]


def told(lists: list, dtypes: str) -> list[str]:
    """Lists of numbers, and the dtype that each of them got."""
    return [f"{numbers}: {dtype}" for numbers, dtype in zip(lists, dtypes.split(), strict=True)]


def special(dtypes: str, first: type = float) -> list:
    """The answer of thrifty.special with these dtypes; `first` is that of the empty array."""
    return [told(SPECIAL, dtypes), [np.zeros(0, first), [NAN, 1.0], [-np.inf, 2.0]]]


def restored(copy: object = ((-1, -1), (-1, -1)), other: str = "shares nothing", kept: str = "the same bytes") -> list:
    """The answer of reads.restored with some of its parts replaced."""
    return [[3, 1], copy, other, [[0.1, NAN], [-0.5, 1e30]], kept]


CASES = (
    Case(
        name="thrifty.whole",
        points=0.5,
        label="dtype",
        says="Dtypes and values of lists of ints and bools.",
        expected=[told(WHOLE, "int8 int16 int16 int8 bool"), WHOLE],
        source="int8 holds -128 to 127",
        context={
            "by_types": [told(WHOLE, "int64 int64 int64 int64 bool"), WHOLE],
            "symmetric": [told(WHOLE, "int16 int16 int16 int8 bool"), WHOLE],
            "by_numpy": [told(WHOLE, "int16 uint8 int16 uint8 bool"), WHOLE],
            "bools_as_ints": [told(WHOLE, "int8 int16 int16 int8 int8"), [*WHOLE[:4], [1, 0]]],
            "no_bools": [
                [told(WHOLE, f"int8 int16 int16 {dtype} bool"), [*WHOLE[:3], [1.0, 2.0], WHOLE[4]]]
                for dtype in ("float32", "float64")
            ],
            "too_small": True,
        }
        | READ,
    ),
    Case(
        name="thrifty.digits",
        points=0.5,
        label="value",
        says="Dtypes and values of lists with floats among their numbers.",
        expected=[told(DIGITS, "float32 float64 float64 float32 float64"), DIGITS],
        source="chapter 1: the marks on the ruler of float32",
        rtol=1e-12,
        context={
            "always_float32": [told(DIGITS, "float32 float32 float32 float32 float32"), FLOAT32],
            "floats_only": [told(DIGITS, "float32 float64 float32 float32 float32"), [*DIGITS[:2], *FLOAT32[2:]]],
            "by_numpy": [told(DIGITS, "float16 float16 float64 float64 float64"), FLOAT16],
            "ends_at_2_24": [told(DIGITS, "float32 float64 float64 float64 float64"), DIGITS],
            "through_float64": [told(DIGITS, "float32 float64 float64 float32 float32"), DIGITS],
        }
        | READ,
    ),
    Case(
        name="thrifty.special",
        points=0.5,
        label="dtype",
        says="Dtypes and values of an empty list, and of lists with nan and an infinity.",
        expected=special("float32 float32 float32"),
        source="float32 holds nan and the infinities",
        context={
            "nan_unequal": special("float32 float64 float32"),
            "infinity_too_large": special("float32 float32 float64"),
            "empty_forgotten": [
                special("bool float32 float32", bool),
                special("int8 float32 float32"),
                special("int64 float32 float32"),
                special("float64 float32 float32"),
                Raises("ValueError", "empty"),
                Raises("IndexError"),
            ],
        }
        | READ,
    ),
    Case(
        name="thrifty.overflow",
        points=0.5,
        label="error",
        says="The list [3, 2**63], which not even int64 holds.",
        expected=Raises("RuntimeError", "overflow"),
        source="int64 ends at 2**63 - 1",
        context={"too_small": True} | READ,
    ),
    Case(
        name="padded.rows",
        points=0.5,
        label="value",
        says="mg.tensor([[1, 2], [3], [4, 5, 6]]) with your function as its reader and the fill 0; "
        "[[[1, 2, 3]], [[4], [5]]] with the fill 7; then these two lists, which are as before.",
        expected=[*ROWS, *LISTS],
        source="by hand",
        context={
            0: {"first_row": [[1, 2], [3, 0], [4, 5]], "in_front": [[0, 1, 2], [0, 0, 3], [4, 5, 6]]},
            1: {
                "first_row": [[[1, 2, 3]], [[4, 7, 7]]],
                "in_front": [[[7, 7, 7], [1, 2, 3]], [[7, 7, 4], [7, 7, 5]]],
                "longest_only": [[[1], [7]], [[4], [5]]],
                "without_fill": [[[1, 2, 3], [0, 0, 0]], [[4, 0, 0], [5, 0, 0]]],
            },
            "lists_changed": 2,
            "no_room": True,
            "two_levels": True,
            "ragged": RAGGED,
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
        context={0: {"without_fill": [[0.0], [1.0]]}, "ragged": RAGGED, "no_room": True},
    ),
    Case(
        name="padded.too_deep",
        points=0.5,
        label="error",
        says="In [[1, 2], [3, [4]]] the number at [1][1][0] lies too deep.",
        expected=Raises("ValueError", "[1][1][0]"),
        source="the place, as you would index it",
        context={"place": True, "ragged": [OTHER_LENGTHS], "deepest": Raises("ValueError", "[0][0]")} | READ,
    ),
    Case(
        name="settle.document_003",
        points=0.5,
        label="value",
        says="w and x get the wish, data loses it, twice = data * 2 keeps it; then w + x, w * data and data * data.",
        expected={"changed": ["w", "data", "x"], "Tensors": "the same", "wishes of the results": [True, True, False]},
        source="document 003: a result has the wish exactly if one of its operands has it",
        examples=("003.requires_grad_of_results",),
        context={
            "only_on": {"changed": ["w", "x"], "Tensors": "the same", "wishes of the results": [True, True, True]},
            "wanted_returned": {
                "changed": ["w", "x", "twice"],
                "Tensors": "the same",
                "wishes of the results": [True, True, False],
            },
            "new_tensors": {
                "changed": ["w", "data", "x"],
                "Tensors": "others",
                "wishes of the results": [True, True, False],
            },
            "names_at": "changed",
            "integers_refused": [Raises("RuntimeError", "steps")],
            "graph_made_refused": [Raises("RuntimeError", "twice")],
        },
    ),
    Case(
        name="settle.refused",
        points=0.5,
        label="error",
        says="The names in the message when x0 and the integers steps and epochs are wanted, and w0 and twice = w0 * 2 "
        "are not.",
        expected="twice, steps, epochs",
        source="chapter 1: a gradient for an integer; a result has its wish from its operands",
        context={
            "all_names": True,
            "results_let_be": "steps, epochs",
            "wanted_named": "x0, steps, epochs",
            "leaves_refused": "w0, twice, steps, epochs",
        },
    ),
    Case(
        name="settle.untouched",
        points=0.5,
        label="all or none",
        says="Who has the wish after an error because of steps, or because of weight: data alone, as before.",
        expected={"after the error for steps": "data", "after the error for weight": "data"},
        source="by hand",
        context={
            "half_done": [
                {"after the error for steps": one, "after the error for weight": other}
                for one in ("data", "w", "w, data")
                for other in ("data", "w", "w, data")
            ],
        },
    ),
    Case(
        name="settle.unknown",
        points=0.5,
        label="error",
        says="There is no tensor of the name weight; steps, which is wanted too, comes later.",
        expected=Raises("KeyError"),
        source="by hand",
        context={"first_of_all": "steps"},
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
            "were_there": [[[-1, -1]] * 3, [-1, -1], [[-1, -1, -1]] * 2, [2, -1, 3]],
            1: {"bytes": [4, 16]},
            2: {"equal": [[0, 1, 2], [3, 4, 5]]},
            3: {"in_memory": [3, 4, 5], "bytes": [12, 16, 20], "as_a_whole": [2, 4, 3], "nothing_found": [-1] * 3},
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
        context={0: {"equal": [0]}},
    ),
    Case(
        name="reads.restored",
        points=0.5,
        label="side effects",
        says="A column read backwards, a copy of the array, and other memory that holds numbers of many sizes; then "
        "the array itself, as it was before.",
        expected=restored(),
        source="by hand",
        context={
            3: {"put_back": True},
            "nan_unequal": restored(copy=[[-1.0, NAN], [-1.0, -1.0]]),
            "one_write": restored(other="shares something"),
            "kept_nearly": True,
        },
    ),
    Case(
        name="total.document_001",
        points=0.5,
        label="value",
        says="The twelve numbers of document 001, as Shorts and as Tensors; the dtype of the sum; and whether zero and "
        "the Tensors are as they were.",
        expected=[5.193, 5.1932, "float32", "kept"],
        source="document 001: the sum of its table, as torch prints it today",
        examples=("001.script",),
        rtol=6e-4,
        context={"kept_at": 3} | SHORTS,
    ),
    Case(
        name="total.ones",
        points=0.5,
        label="accuracy",
        says="45,000 Shorts, each 1; 45,000, each 1.04; and no number at all.",
        expected=[45_000.0, 46_800.0, 0.0],
        source="counted",
        rtol=7e-4,
        context={
            "stuck": [10_000.0, 10_000.0, 0.0],
            "at_the_end": [20_000.0, 20_000.0, 0.0],
            "blocks": [np.array([45_000.0, total, 0.0]) for total in (45_040.0, 45_390.0)],
            "may_be_empty": True,
        }
        | SHORTS,
    ),
)
