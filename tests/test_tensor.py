"""Chapter 1: tensors, their dtypes, how they are made, and how they print."""

import copy
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

import minigrad as mg

PRINTS = json.loads((Path(__file__).parent / "data" / "torch_prints.json").read_text())["cases"]


def named(table):
    """The rows of a table as parameters of a test, under their names."""
    return [pytest.param(*row, id=name) for name, row in table.items()]


FLOATING = [mg.float16, mg.float32, mg.float64]
DTYPES = [*FLOATING, mg.uint8, mg.int8, mg.int16, mg.int32, mg.int64, mg.bool]


# Printing


def input_of(case):
    """The tensor that a recorded print shows."""
    if "arange" in case:
        values = np.arange(case["arange"]["n"]) * case["arange"]["step"] + case["arange"]["start"]
        values = values.reshape(case.get("shape", -1))
    else:
        values = np.array(case["values"], dtype=case["dtype"] if not case["values"] else None)
        shape = case.get("shape", values.shape)
        values = np.broadcast_to(values, shape) if values.size else values.reshape(shape)
    with np.errstate(over="ignore"):
        t = mg.tensor(values.astype(case["dtype"]), requires_grad=case.get("requires_grad", False))
    return t * 1 if case.get("times_one") else t


@pytest.mark.parametrize("case", PRINTS, ids=lambda case: case["name"])
def test_prints_as_torch(case):
    assert str(input_of(case)) == case["text"]
    assert repr(input_of(case)) == case["text"]


def test_lists_print_as_arrays_do():
    assert (
        str(mg.tensor([[1.0, math.nan], [-0.5, math.inf]]))
        == "tensor([[ 1.0000,     nan],\n        [-0.5000,     inf]])"
    )


def test_prints_follow_the_default_dtype():
    mg.set_default_dtype(mg.float64)
    try:
        assert str(mg.tensor([0.5])) == "tensor([0.5000])"
        assert str(mg.tensor([0.5], dtype=mg.float32)) == "tensor([0.5000], dtype=torch.float32)"
    finally:
        mg.set_default_dtype(mg.float32)


def test_a_size_prints_as_torch():
    assert repr(mg.ones(2, 3).shape) == "torch.Size([2, 3])"
    assert mg.ones(2, 3).shape == (2, 3) and mg.ones(2, 3).shape.numel() == 6
    assert repr(mg.tensor(1.0).shape) == "torch.Size([])"


# The prints of the documents


def test_document_001_prints_x():
    rows = [[0.6896, 0.3966, 0.2412, 0.5902], [0.0767, 0.2957, 0.2829, 0.3379], [0.1813, 0.3087, 0.8247, 0.9677]]
    x = mg.tensor(rows)
    assert x.requires_grad_() is x
    assert str(x) == (
        "tensor([[0.6896, 0.3966, 0.2412, 0.5902],\n"
        "        [0.0767, 0.2957, 0.2829, 0.3379],\n"
        "        [0.1813, 0.3087, 0.8247, 0.9677]], requires_grad=True)"
    )


def test_document_001_makes_x():
    x = mg.rand(3, 4)
    assert (x.shape, x.dtype, x.requires_grad, x.is_leaf) == ((3, 4), mg.float32, False, True)
    values = np.array(x.tolist())
    assert (values >= 0).all() and (values < 1).all() and len(np.unique(values)) == 12


def test_document_002_prints_leaves_and_results():
    x = mg.autograd.Variable(mg.FloatTensor([2]), requires_grad=True)
    y = x + 2
    z = y**2 + 3
    assert str(x) == "tensor([2.], requires_grad=True)"
    assert str(y) == "tensor([4.], grad_fn=<AddBackward0>)"
    assert str(z) == "tensor([19.], grad_fn=<AddBackward0>)"
    assert isinstance(x, mg.Tensor) and isinstance(x, mg.autograd.Variable)
    m = mg.autograd.Variable(mg.FloatTensor([[2, 3]]), requires_grad=True)
    n = mg.autograd.Variable(mg.zeros(1, 2))
    assert str(m) == "tensor([[2., 3.]], requires_grad=True)"
    assert str(n) == "tensor([[0., 0.]])"


# What numbers become


@pytest.mark.parametrize(("made", "dtype"), named({
    "float": (lambda: mg.tensor(1.5), "float32"),
    "int": (lambda: mg.tensor(1), "int64"),
    "bool": (lambda: mg.tensor(True), "bool"),
    "mixed": (lambda: mg.tensor([1, 2.5, True]), "float32"),
    "ints and bools": (lambda: mg.tensor([True, 2]), "int64"),
    "empty list": (lambda: mg.tensor([]), "float32"),
    "range": (lambda: mg.tensor(range(3)), "int64"),
    "numpy's float64": (lambda: mg.tensor(np.float64(1.5)), "float64"),
    "numpy's numbers in a list": (lambda: mg.tensor([np.float64(1.5), 1]), "float64"),
    "numpy's int with Python's float": (lambda: mg.tensor([np.int64(1), 1.5]), "float32"),
    "array": (lambda: mg.tensor(np.ones(2, "int16")), "int16"),
    "tensors in a list": (lambda: mg.tensor([mg.tensor(1.0), mg.tensor(2)]), "float32"),
    "asked for": (lambda: mg.tensor([1, 2], dtype=mg.float64), "float64"),
    "asked for by Python's name": (lambda: mg.tensor([1, 2], dtype=float), "float64"),
    "arange of ints": (lambda: mg.arange(3), "int64"),
    "arange of floats": (lambda: mg.arange(3.0), "float32"),
    "arange of an int dtype": (lambda: mg.arange(3, dtype=mg.float32), "float32"),
    "zeros": (lambda: mg.zeros(2), "float32"),
    "ones": (lambda: mg.ones(2, 3), "float32"),
    "eye": (lambda: mg.eye(2), "float32"),
    "linspace": (lambda: mg.linspace(0, 1, 5), "float32"),
    "full of ints": (lambda: mg.full((2,), 7), "int64"),
    "full of floats": (lambda: mg.full((2,), 7.0), "float32"),
    "full of bools": (lambda: mg.full((2,), True), "bool"),
    "empty": (lambda: mg.empty(2), "float32"),
    "rand": (lambda: mg.rand(2), "float32"),
    "randn": (lambda: mg.randn(2), "float32"),
    "rand of float16": (lambda: mg.rand(2, dtype=mg.float16), "float16"),
    "randint": (lambda: mg.randint(5, (2,)), "int64"),
    "randperm": (lambda: mg.randperm(5), "int64"),
    "zeros_like": (lambda: mg.zeros_like(mg.tensor([1])), "int64"),
    "ones_like": (lambda: mg.ones_like(mg.tensor([1]), dtype=mg.float64), "float64"),
    "full_like": (lambda: mg.full_like(mg.tensor([1]), 1.5), "int64"),
    "FloatTensor": (lambda: mg.FloatTensor([1]), "float32"),
    "DoubleTensor": (lambda: mg.DoubleTensor([1]), "float64"),
    "LongTensor": (lambda: mg.LongTensor([1.5]), "int64"),
    "BoolTensor": (lambda: mg.BoolTensor([0, 1]), "bool"),
    "Tensor": (lambda: mg.Tensor([True]), "float32"),
}))  # fmt: skip
def test_default_dtypes(made, dtype):
    assert made().dtype.name == dtype
    assert made().dtype in DTYPES and any(made().dtype is d for d in DTYPES), "the hot paths compare dtypes with `is`"


def test_names_of_dtypes():
    assert mg.double is mg.float64 and mg.long is mg.int64 and mg.get_default_dtype() is mg.float32


def test_double_digits_never_pass_through_single():
    assert mg.tensor(0.1, dtype=mg.float64).item() == 0.1
    assert mg.tensor([1e300], dtype=mg.float64).tolist() == [1e300]
    assert mg.tensor(0.1).item() == float(np.float32(0.1)) != 0.1


def test_the_default_dtype_can_be_changed():
    mg.set_default_dtype(mg.float64)
    try:
        assert mg.tensor([0.1]).tolist() == [0.1] and mg.ones(2).dtype is mg.float64
        assert mg.FloatTensor([1]).dtype is mg.float32
    finally:
        mg.set_default_dtype(mg.float32)
    with pytest.raises(TypeError, match="only floating-point types are supported as the default type"):
        mg.set_default_dtype(mg.int64)
    assert mg.get_default_dtype() is mg.float32


LONGS, BYTES, BOOLS = mg.tensor([7, 2]), mg.tensor([1, 2], dtype=mg.uint8), mg.tensor([True, False])
SINGLES, DOUBLES = mg.tensor([1.5, -2.0]), mg.tensor([1.5, -2.0], dtype=mg.float64)
SINGLE, DOUBLE, INT = mg.tensor(2.0), mg.tensor(2.0, dtype=mg.float64), mg.tensor(2, dtype=mg.int32)


# the table that torch gives for its promotion of dtypes: bool < int < float, 0-d tensors do not widen
@pytest.mark.parametrize(("result", "dtype"), named({
    "f+1": (lambda: SINGLES + 1, "float32"),
    "f+1.5": (lambda: SINGLES + 1.5, "float32"),
    "i+1.5": (lambda: LONGS + 1.5, "float32"),
    "i+1": (lambda: LONGS + 1, "int64"),
    "b+1": (lambda: BOOLS + 1, "int64"),
    "b+1.0": (lambda: BOOLS + 1.0, "float32"),
    "b+b": (lambda: BOOLS + BOOLS, "bool"),
    "f+d": (lambda: SINGLES + DOUBLES, "float64"),
    "f+d0": (lambda: SINGLES + DOUBLE, "float32"),
    "i+d0": (lambda: LONGS + DOUBLE, "float64"),
    "f+i": (lambda: SINGLES + LONGS, "float32"),
    "i+u": (lambda: LONGS + BYTES, "int64"),
    "u+i0": (lambda: BYTES + INT, "uint8"),
    "f*b": (lambda: SINGLES * BOOLS, "float32"),
    "i/i": (lambda: LONGS / LONGS, "float32"),
    "i**2": (lambda: LONGS**2, "int64"),
    "i**0.5": (lambda: LONGS**0.5, "float32"),
    "b*True": (lambda: BOOLS * True, "bool"),
    "f>d": (lambda: SINGLES > DOUBLES, "bool"),
    "d+1": (lambda: DOUBLES + 1, "float64"),
    "f0+d0": (lambda: SINGLE + DOUBLE, "float64"),
    "1/i": (lambda: 1 / LONGS, "float32"),
    "exp of ints": (lambda: LONGS.exp(), "float32"),
    "sum of ints": (lambda: BYTES.sum(), "int64"),
    "sum of bools": (lambda: BOOLS.sum(), "int64"),
}))  # fmt: skip
def test_promotion(result, dtype):
    assert result().dtype.name == dtype


# Creation


@pytest.mark.parametrize("make", [mg.zeros, mg.ones, mg.empty, mg.rand, mg.randn])
def test_sizes_may_be_numbers_or_one_sequence(make):
    for size in [(2, 3), ((2, 3),), ([2, 3],), (mg.ones(2, 3).shape,), (np.int64(2), mg.tensor(3))]:
        assert make(*size).shape == (2, 3)
    assert make(()).shape == () and make(0).shape == (0,) and make(2, 0).shape == (2, 0)
    t = make(2, dtype=mg.float64, requires_grad=True)
    assert (t.dtype, t.requires_grad, t.is_leaf, t.grad_fn, t.grad) == (mg.float64, True, True, None, None)


def test_values_of_creation_functions():
    assert mg.zeros(2).tolist() == [0, 0] and mg.ones(2).tolist() == [1, 1] and mg.empty(2).tolist() == [0, 0]
    assert mg.full((2, 1), 7).tolist() == [[7], [7]] and mg.full((), 1.5).item() == 1.5
    assert mg.full_like(mg.ones(2), 3).tolist() == [3.0, 3.0] and mg.eye(2, 3).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert mg.arange(4).tolist() == [0, 1, 2, 3] and mg.arange(5, 0, -2).tolist() == [5, 3, 1]
    assert mg.arange(0, 1, 0.25).tolist() == [0.0, 0.25, 0.5, 0.75] and mg.arange(0).tolist() == []
    assert mg.linspace(0, 1, 3).tolist() == [0.0, 0.5, 1.0] and mg.linspace(0, 1, 1).tolist() == [0.0]
    assert sorted(mg.randperm(5).tolist()) == [0, 1, 2, 3, 4]
    assert set(mg.randint(3, 5, (50,)).tolist()) == {3, 4} and set(mg.randint(2, (50,)).tolist()) == {0, 1}


def test_likes_take_shape_and_dtype_and_nothing_else():
    x = mg.ones(2, 3, dtype=mg.float64, requires_grad=True)
    for like in [mg.zeros_like, mg.ones_like, mg.empty_like, mg.rand_like, mg.randn_like]:
        assert (like(x).shape, like(x).dtype, like(x).requires_grad) == ((2, 3), mg.float64, False)
        assert like(x, dtype=mg.float32, requires_grad=True).requires_grad


def test_one_seed_owns_all_randomness():
    def draw():
        mg.manual_seed(7)
        return [mg.rand(3).tolist(), mg.randn(3).tolist(), mg.randint(9, (3,)).tolist(), mg.randperm(9).tolist()]

    first = draw()
    assert first == draw() and mg.rand(3).tolist() != first[0]


def test_who_shares_memory_and_who_copies():
    array = np.zeros(3)
    shared, copied = mg.from_numpy(array), mg.tensor(array)
    array[0] = 5
    assert shared.tolist() == [5, 0, 0] and copied.tolist() == [0, 0, 0]
    assert mg.as_tensor(array).tolist() == [5, 0, 0] and np.shares_memory(mg.as_tensor(array).numpy(), array)
    assert mg.as_tensor(shared) is shared and mg.as_tensor(shared, dtype=mg.float32).dtype is mg.float32
    shared.numpy()[1] = 6
    assert array.tolist() == [5, 6, 0]
    again = mg.tensor(shared)
    shared.numpy()[2] = 7
    assert again.tolist() == [5, 6, 0] and not again.requires_grad


def test_a_copy_of_a_tensor_is_a_constant():
    x = mg.tensor([1.0], requires_grad=True)
    assert not mg.tensor(x).requires_grad and not mg.tensor(x * 2).requires_grad and mg.tensor(x * 2).is_leaf


def test_legacy_constructors():
    assert mg.FloatTensor([[1, 2]]).tolist() == [[1, 2]] and mg.FloatTensor((1, 2)).tolist() == [1, 2]
    assert mg.FloatTensor(2, 3).shape == (2, 3) == mg.Tensor(2, 3).shape and mg.FloatTensor(2).shape == (2,)
    assert mg.FloatTensor().shape == (0,) == mg.Tensor().shape and mg.LongTensor([1.7]).tolist() == [1]
    with pytest.raises(TypeError, match=r"data must be a sequence \(got float\)"):
        mg.FloatTensor(2.5)


def test_variable_is_a_leaf_over_the_same_memory():
    t = mg.tensor([1.0, 2.0])
    x = mg.autograd.Variable(t, requires_grad=True)
    assert x is not t and x.requires_grad and x.is_leaf and not t.requires_grad
    t.numpy()[0] = 9
    assert x.tolist() == [9.0, 2.0]
    with pytest.raises(TypeError, match="Variable data has to be a tensor, but got list"):
        mg.autograd.Variable([2.0])


# Bad input: torch's type of error, torch's words


class Odd:
    pass


@pytest.mark.parametrize(("call", "error", "words"), named({
    "text": (lambda: mg.tensor("abc"), TypeError, "new(): invalid data type 'str'"),
    "bytes": (lambda: mg.tensor(b"abc"), TypeError, "new(): invalid data type 'bytes'"),
    "text for floats": (lambda: mg.tensor("1.5", dtype=mg.float32), TypeError, "invalid data type 'str'"),
    "text in a list": (lambda: mg.tensor(["a"]), ValueError, "too many dimensions 'str'"),
    "text after numbers": (lambda: mg.tensor([1, "a"]), TypeError, "invalid data type 'str'"),
    "text among lists": (lambda: mg.tensor([[1, 2], "ab"]), TypeError, "'ab'"),
    "None": (lambda: mg.tensor(None), RuntimeError, "Could not infer dtype of NoneType"),
    "None for floats": (lambda: mg.tensor([None], dtype=mg.float32), RuntimeError, "infer dtype of NoneType"),
    "dict": (lambda: mg.tensor({1: 2}), RuntimeError, "Could not infer dtype of dict"),
    "set": (lambda: mg.tensor({1, 2}), RuntimeError, "Could not infer dtype of set"),
    "object": (lambda: mg.tensor([1.0, Odd()]), RuntimeError, "Could not infer dtype of Odd"),
    "iterator": (lambda: mg.tensor(iter([1])), RuntimeError, "Could not infer dtype of list_iterator"),
    "complex": (lambda: mg.tensor([1 + 2j]), RuntimeError, "Could not infer dtype of complex"),
    "no data": (lambda: mg.tensor(), TypeError, "missing 1 required positional argument"),
    "ragged": (lambda: mg.tensor([[1, 2], [3]]), ValueError, "expected sequence of length 2 at dim 1 (got 1)"),
    "ragged, longer": (lambda: mg.tensor([[1], [2, 3]]), ValueError, "length 1 at dim 1 (got 2)"),
    "ragged inside": (lambda: mg.tensor([[[1, 2]], [[1]]]), ValueError, "length 2 at dim 2 (got 1)"),
    "number for a list": (lambda: mg.tensor([[1, 2], 3]), TypeError, "not a sequence"),
    "list for a number": (lambda: mg.tensor([1.0, [2.0]]), TypeError, "must be real number, not list"),
    "ragged arrays": (lambda: mg.tensor([np.ones(2), np.ones(1)]), ValueError, "length 2 at dim 1 (got 1)"),
    "ragged FloatTensor": (lambda: mg.FloatTensor([[1], [2, 3]]), ValueError, "length 1 at dim 1 (got 2)"),
    "tensors of two": (lambda: mg.tensor([mg.ones(2)]), ValueError, "only one element tensors can be converted"),
    "int beyond int64": (lambda: mg.tensor(2**63), RuntimeError, "cannot be converted to type int64 without overflow"),
    "int beyond uint8": (lambda: mg.tensor([300], dtype=mg.uint8), RuntimeError, "type uint8 without overflow"),
    "nan as int": (lambda: mg.tensor(math.nan, dtype=mg.int64), RuntimeError, "type int64 without overflow"),
    "array of text": (lambda: mg.tensor(np.array(["a"])), TypeError, "can't convert np.ndarray of type numpy.str_"),
    "array of objects": (lambda: mg.tensor(np.array([Odd()])), TypeError, "np.ndarray of type numpy.object_"),
    "array of complex": (lambda: mg.as_tensor(np.array([1j])), TypeError, "np.ndarray of type numpy.complex128"),
    "swapped bytes": (lambda: mg.from_numpy(np.ones(2, ">f4")), TypeError, "can't convert np.ndarray"),
    "from_numpy of a list": (lambda: mg.from_numpy([1]), TypeError, "expected np.ndarray (got list)"),
    "unknown dtype": (lambda: mg.ones(2, dtype=complex), TypeError, "The only supported types are: float16"),
    "int needs grad": (lambda: mg.tensor([1], requires_grad=True), RuntimeError, "Only Tensors of floating"),
    "bool needs grad": (lambda: mg.tensor(True, requires_grad=True), RuntimeError, "Only Tensors of floating"),
    "zeros of ints": (lambda: mg.zeros(2, dtype=mg.int64, requires_grad=True), RuntimeError, "Only Tensors of float"),
    "arange of ints": (lambda: mg.arange(5, requires_grad=True), RuntimeError, "Only Tensors of floating"),
    "full of ints": (lambda: mg.full((2,), 1, requires_grad=True), RuntimeError, "Only Tensors of floating"),
    "ones_like of ints": (lambda: mg.ones_like(LONGS, requires_grad=True), RuntimeError, "Only Tensors of floating"),
    "Variable of ints": (lambda: mg.autograd.Variable(LONGS, requires_grad=True), RuntimeError, "Only Tensors of"),
    "method on ints": (lambda: LONGS.requires_grad_(), RuntimeError, "only Tensors of floating point dtype"),
    "attribute of ints": (lambda: setattr(LONGS, "requires_grad", True), RuntimeError, "only Tensors of floating"),
    "no size": (lambda: mg.zeros(), TypeError, "missing 1 required positional argument"),
    "length 2.5": (lambda: mg.zeros(2.5), TypeError, "argument 'size' must be tuple of ints"),
    "length 'a'": (lambda: mg.ones((2, "a")), TypeError, "argument 'size' must be tuple of ints"),
    "length of a float tensor": (lambda: mg.rand(mg.tensor(2.0)), TypeError, "argument 'size' must be tuple of ints"),
    "negative length": (lambda: mg.ones(2, -2), RuntimeError, "negative dimension -2: [2, -2]"),
    "negative eye": (lambda: mg.eye(-1), RuntimeError, "negative dimension -1"),
    "step 0": (lambda: mg.arange(0, 1, 0), RuntimeError, "step must be nonzero"),
    "step away": (lambda: mg.arange(3, 0), RuntimeError, "upper bound and lower bound inconsistent with step sign"),
    "steps < 0": (lambda: mg.linspace(0, 1, -1), RuntimeError, "number of steps must be non-negative"),
    "nothing to draw": (lambda: mg.randint(3, 1, (2,)), RuntimeError, "expects 'from' to be less than 'to'"),
    "rand of ints": (lambda: mg.rand(2, dtype=mg.int64), NotImplementedError, "not implemented for 'int64'"),
    "fill with text": (lambda: mg.full((2,), "a"), TypeError, "'str'"),
    "item of two": (lambda: SINGLES.item(), RuntimeError, "a Tensor with 2 elements cannot be converted to Scalar"),
    "item of none": (lambda: mg.ones(0).item(), RuntimeError, "a Tensor with 0 elements cannot be converted to Scalar"),
    "bool of two": (lambda: bool(SINGLES), RuntimeError, "Tensor with more than one value is ambiguous"),
    "bool of none": (lambda: bool(mg.ones(0)), RuntimeError, "Boolean value of Tensor with no values is ambiguous"),
    "float of two": (lambda: float(SINGLES), ValueError, "only one element tensors can be converted to Python scalars"),
    "int of none": (lambda: int(mg.ones(0)), ValueError, "only one element tensors can be converted to Python scalars"),
    "index by a float": (lambda: [1, 2][SINGLE], TypeError, "only integer tensors of a single element"),
    "index by two": (lambda: [1, 2][LONGS], TypeError, "only integer tensors of a single element"),
    "len of 0-d": (lambda: len(SINGLE), TypeError, "len() of a 0-d tensor"),
    "list of 0-d": (lambda: list(SINGLE), TypeError, "iteration over a 0-d tensor"),
    "index of 0-d": (lambda: SINGLE[0], IndexError, "invalid index of a 0-dim tensor"),
    "matmul of 0-d": (lambda: SINGLE @ SINGLE, RuntimeError, "at least 1D, but they are 0D and 0D"),
    "size(5)": (lambda: SINGLES.size(5), IndexError, "expected to be in range of [-1, 0], but got 5"),
    "size(0) of 0-d": (lambda: SINGLE.size(0), IndexError, "Dimension"),
    "format of two": (lambda: f"{SINGLES:.2f}", TypeError, "unsupported format string passed to Tensor.__format__"),
}))  # fmt: skip
def test_bad_input_is_refused(call, error, words):
    before = [copy.copy(t.tolist()) for t in (LONGS, SINGLES, SINGLE)]
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value) and type(caught.value) is error
    assert [t.tolist() for t in (LONGS, SINGLES, SINGLE)] == before and not any(
        t.requires_grad for t in (LONGS, SINGLES, SINGLE)
    )


def test_the_way_out_is_part_of_the_message():
    with pytest.raises(RuntimeError, match=r"this one is int64. Write 3\. instead of 3"):
        mg.tensor([3], requires_grad=True)
    assert mg.tensor([3]).float().requires_grad_().requires_grad


# Leaves


def test_who_is_a_leaf():
    x, c = mg.tensor([1.0], requires_grad=True), mg.tensor([2.0])
    assert x.is_leaf and c.is_leaf and (c + 1).is_leaf and not (x + 1).is_leaf
    assert (x + c).requires_grad and not (c + c).requires_grad
    with mg.no_grad():
        assert (x + 1).is_leaf and mg.tensor([1.0], requires_grad=True).requires_grad


def test_only_a_leaf_can_stop_needing_a_gradient():
    x = mg.tensor([1.0], requires_grad=True)
    y = x * 2
    for switch in (lambda: y.requires_grad_(False), lambda: setattr(y, "requires_grad", False)):
        with pytest.raises(RuntimeError, match="you can only change requires_grad flags of leaf variables"):
            switch()
    assert y.requires_grad
    y.requires_grad = True
    x.requires_grad = False
    assert not x.requires_grad and y.requires_grad


def test_integers_may_always_need_nothing():
    assert not mg.tensor([1], requires_grad=False).requires_grad_(False).requires_grad


# Back to Python


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_one_element_as_a_python_number(dtype):
    for t in (mg.tensor(1, dtype=dtype), mg.tensor([[1]], dtype=dtype)):
        assert (float(t), int(t), bool(t), t.item()) == (1.0, 1, True, 1)
        assert type(t.item()) in (bool, int, float) and not bool(t * 0 if dtype != mg.bool else mg.tensor(False))
        if dtype not in FLOATING:
            assert [10, 20][t] == 20 and type(t.__index__()) is int


def test_tensors_that_need_a_gradient_can_be_read():
    x = mg.tensor([1.5], requires_grad=True)
    assert (x.item(), float(x), int(x), bool(x), len(x), x.tolist()) == (1.5, 1.5, 1, True, 1, [1.5])


def test_lengths_and_sizes():
    t = mg.zeros(2, 3)
    assert (len(t), t.size(), t.size(-1), t.dim(), t.ndim, t.numel()) == (2, (2, 3), 3, 2, 2, 6)
    assert (mg.tensor(1.0).ndim, mg.tensor(1.0).numel(), mg.tensor(1.0).size()) == (0, 1, ())
    assert mg.tensor(1.0).is_floating_point() and not mg.tensor(1).is_floating_point()


def test_scalars_format_as_numbers():
    assert f"{mg.tensor(1.23456):.2f} {mg.tensor(7):>3} {mg.tensor(1.5, requires_grad=True)}" == "1.23   7 1.5"
    assert f"{mg.tensor([1.5])}" == "tensor([1.5000])"


def test_numpy_gets_the_values_but_not_of_what_needs_a_gradient():
    t = mg.tensor([1.0, 2.0])
    assert np.asarray(t).dtype == np.float32 and np.shares_memory(np.asarray(t), t.numpy())
    assert np.asarray(t, dtype=np.float64).tolist() == [1.0, 2.0] and not np.shares_memory(np.array(t), t.numpy())
    x = mg.tensor([1.0], requires_grad=True)
    for read in (x.numpy, lambda: np.asarray(x), lambda: np.array(x)):
        with pytest.raises(RuntimeError, match=r"Can't call numpy\(\) on Tensor that requires grad"):
            read()
    assert np.shares_memory(x.detach().numpy(), x.detach().numpy())


def test_tensors_are_told_apart_by_identity():
    a, b = mg.tensor([1.0]), mg.tensor([1.0])
    assert len({a, b, a}) == 2 and {a: 1}[a] == 1 and (a == b).tolist() == [True]


# 0-dimensional tensors


def test_zero_dimensional_arithmetic():
    x = mg.tensor(3.0, requires_grad=True)
    y = x * x
    assert y.shape == () and y.item() == 9.0 and isinstance(y.numpy() if not y.requires_grad else y.array, np.ndarray)
    y.backward()
    assert x.grad.shape == () and x.grad.item() == 6.0
    assert (x.sum().shape, x.max().item(), x.unsqueeze(0).shape, x[None].shape, x[...].shape) == (
        (),
        3.0,
        (1,),
        (1,),
        (),
    )


def test_elements_of_a_vector_are_in_the_graph():
    x = mg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    a, b, c = x
    assert isinstance(a, mg.Tensor) and x[0].shape == () == a.shape
    (3 * x[0] + 2 * b + c).backward()
    assert x.grad.tolist() == [3.0, 2.0, 1.0]


# Properties


finite = st.floats(allow_nan=False, allow_infinity=False, width=32)
arrays = arrays_of.arrays(np.float32, arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0), elements=finite)


@given(arrays)
def test_floats_come_back_as_they_were(array):
    nested = array.tolist()
    t = mg.tensor(nested)
    assert t.tolist() == nested and t.dtype is mg.float32
    assert mg.tensor(array).shape == array.shape
    assert t.shape == array.shape or array.size == 0  # an empty list does not say how long its rows would be


@given(arrays_of.arrays(np.float64, arrays_of.array_shapes(max_dims=3), elements=st.floats(allow_nan=False)))
def test_doubles_come_back_as_they_were(array):
    assert mg.tensor(array.tolist(), dtype=mg.float64).tolist() == array.tolist()


@given(
    st.recursive(
        st.integers(-(2**63), 2**63 - 1) | st.booleans(), lambda each: st.lists(each, max_size=3), max_leaves=12
    )
)
def test_nested_lists_come_back_or_are_refused(nested):
    try:
        t = mg.tensor(nested)
    except (TypeError, ValueError):
        assert ragged(nested)
    else:
        assert t.tolist() == nested and not ragged(nested)


def ragged(nested):
    """Whether nested lists have no shape, by numpy's judgement."""
    try:
        np.array(nested)
    except ValueError:
        return True
    return False


@given(arrays_of.arrays(np.float32, arrays_of.array_shapes(max_dims=3, max_side=9)))
def test_every_print_names_every_element_or_says_that_it_left_some_out(array):
    text = str(mg.tensor(array))
    assert text.startswith("tensor(") and text.endswith(")") and max(map(len, text.split("\n"))) <= 82
    assert text.count(",") >= array.size - 1 or "..." in text
