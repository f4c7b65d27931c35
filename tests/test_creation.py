"""Chapter 1: the functions that make tensors, and bad input."""

import copy
import math

import numpy as np
import pytest
from shorthand import named

import minigrad as mg

LONGS, SINGLES, SINGLE = mg.tensor([7, 2]), mg.tensor([1.5, -2.0]), mg.tensor(2.0)
FLOATING = [mg.float16, mg.float32, mg.float64]


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
