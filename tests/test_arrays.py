"""Operations on whole arrays beside the table of `test_catalogue`: any dimensions, ties, empty arrays, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import minigrad as torch

INF, NAN = float("inf"), float("nan")
F = torch.nn.functional


@given(npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3), st.data())
def test_sums_over_any_dimensions(shape, data):
    dims = data.draw(st.one_of(st.none(), st.sets(st.sampled_from(range(len(shape) or 1)))))
    dims = tuple(d - len(shape) if data.draw(st.booleans()) and shape else d for d in dims) if dims else None
    keepdim = data.draw(st.booleans())
    array, axes = np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape), dims if shape else None
    kept_shape = array.sum(axis=axes, keepdims=True).shape
    x = torch.tensor(array, requires_grad=True)
    y = x.sum(dims, keepdim=keepdim)
    np.testing.assert_array_equal(y.detach().numpy(), array.sum(axis=axes, keepdims=keepdim and bool(shape)))
    cotangent = np.random.default_rng(0).standard_normal(y.shape)
    y.backward(torch.tensor(cotangent))
    np.testing.assert_array_equal(x.grad.numpy(), np.broadcast_to(cotangent.reshape(kept_shape), shape))


def test_integers_and_bools_are_summed_as_integers():
    assert torch.tensor([True, True]).sum().dtype == torch.int64 and torch.tensor([True, True]).sum().item() == 2
    assert torch.tensor([1, 2], dtype=torch.int32).sum().dtype == torch.int64


def test_ties_and_nans():
    def slopes(function, values):
        x = torch.tensor(values, requires_grad=True)
        function(x).sum().backward()
        return x.grad.tolist()

    third = np.float32(1 / 3).item()
    assert slopes(torch.max, [1.0, 3.0, 3.0, 0.0, 3.0]) == [0.0, third, third, 0.0, third]
    assert slopes(torch.amax, [1.0, 3.0, 3.0, 0.0, 3.0]) == [0.0, third, third, 0.0, third]
    assert slopes(torch.min, [1.0, 1.0, 3.0]) == [0.5, 0.5, 0.0]
    assert slopes(lambda x: x.max(0).values, [1.0, 3.0, 3.0]) == [0.0, 1.0, 0.0]
    assert np.isnan(torch.tensor([1.0, NAN, 2.0]).max().item())
    assert torch.tensor([[1.0, 3.0, 3.0], [5.0, 2.0, 1.0]]).max(1).indices.tolist() == [1, 0]


def test_softmax_of_large_numbers():
    x = torch.tensor([1000.0, 1000.0, -INF], dtype=torch.float64, requires_grad=True)
    assert x.softmax(0).tolist() == [0.5, 0.5, 0.0]
    np.testing.assert_allclose(x.log_softmax(0).detach().numpy(), [-np.log(2), -np.log(2), -INF])


def test_empty_arrays():
    empty = torch.zeros(0, requires_grad=True)
    total = empty.sum()
    total.backward()
    assert total.item() == 0 and empty.grad.shape == (0,)
    assert torch.cat([torch.zeros(0), torch.ones(2)]).tolist() == [1.0, 1.0]
    assert (torch.zeros(1, 0) @ torch.zeros(0, 1)).tolist() == [[0.0]]


@pytest.mark.parametrize(
    ("operation", "error", "message"),
    [
        (lambda: torch.ones(2, 3) @ torch.ones(2, 3), RuntimeError,
         "mm: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"),
        (lambda: torch.tensor(1.0) @ torch.tensor(1.0), RuntimeError,
         "both arguments to matmul need to be at least 1D, but they are 0D and 0D"),
        (lambda: torch.ones(2, 3).reshape(4), RuntimeError, "shape '[4]' is invalid for input of size 6"),
        (lambda: torch.ones(2, 3).view(4, -1), RuntimeError, "shape '[4, -1]' is invalid for input of size 6"),
        (lambda: torch.ones(2, 3).sum(2), IndexError,
         "Dimension out of range (expected to be in range of [-2, 1], but got 2)"),
        (lambda: torch.cat([torch.ones(2, 3), torch.ones(2, 4)]), RuntimeError,
         "Sizes of tensors must match except in dimension 0. Expected size 3 but got size 4 for tensor number 1 in "
         "the list."),
        (lambda: torch.stack([torch.ones(2, 3), torch.ones(3)]), RuntimeError,
         "stack expects each tensor to be equal size, but got [2, 3] at entry 0 and [3] at entry 1"),
        (lambda: torch.ones(2, 3).expand(5, 3), RuntimeError,
         "The expanded size of the tensor (5) must match the existing size (2) at non-singleton dimension 0.  "
         "Target sizes: [5, 3].  Tensor sizes: [2, 3]"),
        (lambda: torch.ones(2, 3)[5], IndexError, "index 5 is out of bounds for dimension 0 with size 2"),
        (lambda: torch.ones(2, 3)[[7]], IndexError, "index 7 is out of bounds for dimension 0 with size 2"),
        (lambda: torch.ones(2, 3)[0, 0, 0], IndexError, "too many indices for tensor of dimension 2"),
        (lambda: torch.ones(2)[torch.tensor([1.0])], IndexError,
         "tensors used as indices must be long, int, byte or bool tensors"),
        (lambda: list(torch.tensor(1.0)), TypeError, "iteration over a 0-d tensor"),
        (lambda: torch.zeros(0).argmax(), IndexError,
         "argmax(): Expected reduction dim to be specified for input.numel() == 0."),
        (lambda: torch.zeros(0).max(), RuntimeError,
         "max(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the "
         "'dim' argument."),
        (lambda: torch.tensor([1, 2]).mean(), NotImplementedError,
         "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
         "Got: Long"),
        (lambda: F.cross_entropy(torch.ones(1, 3), torch.tensor([5])), IndexError, "Target 5 is out of bounds."),
        (lambda: torch.zeros(2, 0).amax(1), IndexError, "amax(): Expected reduction dim 1 to have non-zero size."),
        (lambda: torch.zeros(2, 0).max(1), IndexError, "max(): Expected reduction dim 1 to have non-zero size."),
        (lambda: torch.zeros(2, 0).argmax(1), IndexError, "argmax(): Expected reduction dim 1 to have non-zero size."),
        (lambda: torch.tensor(1.0).sum(1), IndexError,
         "Dimension out of range (expected to be in range of [-1, 0], but got 1)"),
        (lambda: torch.tensor(1.0).unbind(), IndexError, "Dimension specified as 0 but tensor has no dimensions"),
        (lambda: torch.tensor(1.0).split(1), RuntimeError, "split expects at least a 1-dimensional tensor"),
        (lambda: torch.tensor(1.0).chunk(1), RuntimeError, "chunk expects at least a 1-dimensional tensor"),
        (lambda: torch.cat([torch.ones(1), torch.tensor(1.0)]), RuntimeError,
         "zero-dimensional tensor (at position 1) cannot be concatenated"),
    ],
)  # fmt: skip
def test_refusals(operation, error, message):
    with pytest.raises(error) as caught:
        operation()
    assert str(caught.value) == message
