"""Chapter 1: tensors, their dtypes, and how they print."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from shorthand import named

import minigrad as mg

PRINTS = json.loads((Path(__file__).parent / "data" / "torch_prints.json").read_text())["cases"]


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
