"""Elementwise operations: values, derivatives of two orders, dtypes, broadcasting, and what happens at kinks."""

import subprocess
import sys

import numpy as np
import pytest
from catalogue.elementwise import ROWS
from catalogue.row import PAIRS
from finite_differences import check_gradients
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import minigrad as torch

BINARY = [row for row in ROWS if row.orders and row.cases is PAIRS]
of_two_tensors = pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in BINARY])


@of_two_tensors
@pytest.mark.parametrize("wanted", [0, 1])
def test_one_of_two_wants_a_gradient(row, wanted):
    """The other one is a constant: nothing arrives there, and what it would have needed is not missed."""
    arrays = row.arrays(((2, 3), (3,)))
    both = [torch.tensor(v, requires_grad=True) for v in arrays]
    row.call(*both).sum().backward()
    tensors = [torch.tensor(v, requires_grad=i == wanted) for i, v in enumerate(arrays)]
    row.call(*tensors).sum().backward()
    assert tensors[wanted].grad.tolist() == both[wanted].grad.tolist()
    assert tensors[1 - wanted].grad is None


# broadcasting


def summed_down(full, shape):
    """What an operand of `shape` gets: each element collects the gradients of all the places it was copied to."""
    total = np.zeros(shape)
    for place in np.ndindex(full.shape):
        own = place[len(place) - len(shape) :]
        total[tuple(0 if length == 1 else i for i, length in zip(own, shape, strict=True))] += full[place]
    return total


@given(npst.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=3), st.sampled_from(BINARY))
def test_a_gradient_has_the_shape_of_its_operand_and_is_the_sum_of_the_expanded_one(shapes, row):
    arrays = row.arrays(shapes.input_shapes)
    cotangent = torch.tensor(np.random.default_rng(1).standard_normal(shapes.result_shape))
    small = [torch.tensor(v, requires_grad=True) for v in arrays]
    large = [torch.tensor(np.broadcast_to(v, shapes.result_shape), requires_grad=True) for v in arrays]
    for inputs in (small, large):
        row.call(*inputs).backward(cotangent)
    for s, full in zip(small, large, strict=True):
        np.testing.assert_allclose(s.grad.numpy(), summed_down(full.grad.numpy(), s.shape), rtol=1e-12, atol=1e-12)


@given(npst.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, min_side=0, max_side=3))
def test_where_broadcasts_its_condition_too(shapes):
    mask, a, b = (np.arange(np.prod(s, dtype=int)).reshape(s) for s in shapes.input_shapes)
    x, y = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (a, b))
    out = torch.where(torch.tensor(mask % 2 == 0), x, y)
    assert out.tolist() == np.where(mask % 2 == 0, a, b).astype(float).tolist()
    out.sum().backward()
    taken = np.broadcast_to(mask % 2 == 0, shapes.result_shape).astype(float)
    assert x.grad.tolist() == summed_down(taken, a.shape).tolist()
    assert y.grad.tolist() == summed_down(1 - taken, b.shape).tolist()


@given(npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
       npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))  # fmt: skip
def test_shapes_either_fit_or_are_refused_by_name(a, b):
    try:
        shape = np.broadcast_shapes(a, b)
    except ValueError:
        for operation in (torch.add, torch.maximum, torch.lt):
            with pytest.raises(RuntimeError, match=r"size of tensor a \(\d\) must match the size of tensor b \(\d\)"):
                operation(torch.zeros(a), torch.zeros(b))
    else:
        assert torch.add(torch.zeros(a), torch.zeros(b)).shape == shape


def test_the_error_names_the_sizes_and_the_dimension():
    expected = r"The size of tensor a \(3\) must match the size of tensor b \(4\) at non-singleton dimension 1"
    for other in (torch.ones(2, 4), torch.ones(2, 4, dtype=torch.float64)):
        with pytest.raises(RuntimeError, match=expected):
            torch.ones(2, 3, requires_grad=True) * other


# dtypes


@pytest.mark.parametrize(
    ("result", "values", "dtype"),
    [
        (lambda i, x: -i, [-1, 2], torch.int64),
        (lambda i, x: abs(i), [1, 2], torch.int64),
        (lambda i, x: torch.relu(i), [1, 0], torch.int64),
        (lambda i, x: torch.sign(i), [1, -1], torch.int64),
        (lambda i, x: i * 2, [2, -4], torch.int64),
        (lambda i, x: i / 2, [0.5, -1.0], torch.float32),
        (lambda i, x: i + 0.5, [1.5, -1.5], torch.float32),
        (lambda i, x: i + x, [1.5, -1.5], torch.float32),
        (lambda i, x: x + torch.tensor(1.0, dtype=torch.float64), [1.5, 1.5], torch.float32),
        (lambda i, x: x + torch.ones(2, dtype=torch.float64), [1.5, 1.5], torch.float64),
        (lambda i, x: 2 * x, [1.0, 1.0], torch.float32),
        (lambda i, x: i > 0, [True, False], torch.bool),
        (lambda i, x: i == torch.tensor([1, 1]), [True, False], torch.bool),
        (lambda i, x: i != 1, [False, True], torch.bool),
        (lambda i, x: (i < 0) | (i > 0), [True, True], torch.bool),
        (lambda i, x: ~(i < 0), [True, False], torch.bool),
        (lambda i, x: (i < 0) + 1, [1, 2], torch.int64),
        (lambda i, x: torch.where(i > 0, x, 0), [0.5, 0.0], torch.float32),
        (lambda i, x: i // 2, [0, -1], torch.int64),
        (lambda i, x: i % 2.5, [1.0, 0.5], torch.float32),
        (lambda i, x: i & 3, [1, 2], torch.int64),
        (lambda i, x: (i > 0) & 3, [1, 0], torch.int64),
        (lambda i, x: ~i, [-2, 1], torch.int64),
        (lambda i, x: torch.atan2(i, i * 0), [np.float32(np.pi / 2), -np.float32(np.pi / 2)], torch.float32),
        (lambda i, x: i.clamp(0), [1, 0], torch.int64),
        (lambda i, x: i.clamp(max=0.5), [0.5, -2.0], torch.float32),
        (lambda i, x: (i > 0) ** 2, [1, 0], torch.int64),
    ],
)
def test_dtypes_of_results(result, values, dtype):
    got = result(torch.tensor([1, -2]), torch.tensor([0.5, 0.5]))
    assert got.tolist() == values and got.dtype == dtype


def test_gradients_have_the_dtype_of_their_leaf():
    a = torch.tensor([1.0, 2.0], requires_grad=True)
    b = torch.tensor([3.0, 4.0], dtype=torch.float64, requires_grad=True)
    y = a * b
    assert y.dtype == torch.float64
    y.sum().backward()
    assert (a.grad.dtype, b.grad.dtype) == (torch.float32, torch.float64)
    assert a.grad.tolist() == [3.0, 4.0] and b.grad.tolist() == [1.0, 2.0]


def test_a_cast_is_recorded_and_undone():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x.double()
    assert y.dtype == torch.float64 and y.grad_fn.name() == "ToCopyBackward0"
    (y * y).sum().backward()
    assert x.grad.dtype == torch.float32 and x.grad.tolist() == [2.0, 4.0]
    assert x.to(torch.float32) is x and x.float() is x
    assert not x.long().requires_grad


# integers

numbers = st.integers(-(2**62), 2**62)


@given(numbers, numbers.filter(bool))
def test_whole_quotients_and_remainders_are_pythons(a, b):
    x, y = torch.tensor(a), torch.tensor(b)
    assert ((x // y).item(), (x % y).item()) == divmod(a, b)
    towards_zero = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    assert torch.div(x, y, rounding_mode="trunc").item() == towards_zero
    assert torch.fmod(x, y).item() == a - towards_zero * b


@given(numbers, numbers, st.integers(0, 80))
def test_bits_are_pythons(a, b, places):
    x, y = torch.tensor(a), torch.tensor(b)
    assert [(x & y).item(), (x | y).item(), (x ^ y).item(), (~x).item()] == [a & b, a | b, a ^ b, ~a]
    assert (x >> places).item() == a >> places
    assert (x << places).item() == ((a << places) + 2**63) % 2**64 - 2**63


# conventions at points without a derivative, and at the edges of the domain

INF, NAN = float("inf"), float("nan")


@pytest.mark.filterwarnings("ignore::RuntimeWarning:minigrad")  # pytest has switched off minigrad's own filter
@pytest.mark.parametrize(
    ("function", "at", "slopes"),
    [
        (torch.abs, [0.0, -0.0, 2.0, -2.0], [0.0, 0.0, 1.0, -1.0]),
        (torch.relu, [0.0, -0.0, 2.0, -2.0], [0.0, 0.0, 1.0, 0.0]),
        (torch.sign, [0.0, 2.0, -2.0], [0.0, 0.0, 0.0]),
        (torch.sqrt, [0.0, 4.0, -1.0], [INF, 0.25, NAN]),
        (torch.log, [0.0, 2.0, -1.0], [INF, 0.5, -1.0]),
        (torch.reciprocal, [0.0, 2.0], [-INF, -0.25]),
        (torch.sigmoid, [-1000.0, 0.0, 1000.0], [0.0, 0.25, 0.0]),
        (torch.tanh, [-1000.0, 0.0, 1000.0], [0.0, 1.0, 0.0]),
        (lambda x: x.clamp(-1, 1), [-2.0, -1.0, 0.0, 1.0, 2.0, NAN], [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]),
        (lambda x: x**0, [0.0, -2.0], [0.0, 0.0]),
        (lambda x: x**1, [0.0, -2.0], [1.0, 1.0]),
        (lambda x: x**2, [0.0, -2.0], [0.0, -4.0]),
        (lambda x: x**0.5, [0.0, 4.0], [INF, 0.25]),
        (lambda x: x**-1, [0.0, 2.0], [-INF, -0.25]),
        (lambda x: x**1.5, [0.0, -2.0], [0.0, NAN]),
        (lambda x: 0.0**x, [0.0, 1.0, 2.0], [0.0, 0.0, 0.0]),
        (lambda x: torch.tensor([0.0]) ** x, [-1.0, 0.0, 0.5, 2.0], [-INF, 0.0, 0.0, 0.0]),
        (lambda x: torch.DoubleTensor([-4.0, 4.0]) ** x, [0.5, 1.0], [NAN, 4 * np.log(4)]),
        (lambda x: x ** torch.tensor([0.0, 0.0, 1.0, 2.0]), [0.0, 3.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]),
        (lambda x: torch.maximum(x, torch.tensor([1.0])), [0.0, 1.0, 2.0], [0.0, 0.5, 1.0]),
        (lambda x: torch.maximum(torch.tensor([1.0]), x), [0.0, 1.0, 2.0], [0.0, 0.5, 1.0]),
        (lambda x: torch.minimum(x, torch.tensor([1.0])), [0.0, 1.0, 2.0], [1.0, 0.5, 0.0]),
        (lambda x: torch.minimum(torch.tensor([1.0]), x), [0.0, 1.0, 2.0], [1.0, 0.5, 0.0]),
        (lambda x: torch.maximum(x, x), [3.0], [1.0]),
        (lambda x: torch.fmax(x, torch.tensor([1.0])), [0.0, 1.0, 2.0, NAN], [0.0, 0.5, 1.0, 0.0]),
        (lambda x: torch.fmax(torch.tensor([1.0]), x), [0.0, 1.0, 2.0, NAN], [0.0, 0.5, 1.0, 0.0]),
        (lambda x: torch.fmin(x, torch.tensor([1.0])), [0.0, 1.0, 2.0, NAN], [1.0, 0.5, 0.0, 0.0]),
        (lambda x: torch.fmin(torch.tensor([1.0]), x), [0.0, 1.0, 2.0, NAN], [1.0, 0.5, 0.0, 0.0]),
        (lambda x: x.clamp(torch.tensor(-1.0), torch.tensor(1.0)), [-2, -1, 0, 1, 2], [0.0, 0.5, 1.0, 0.5, 0.0]),
        (lambda x: x.clamp_min(1), [0.0, 1.0, 2.0], [0.0, 0.0, 1.0]),
        (lambda x: x.clamp_max(1), [0.0, 1.0, 2.0], [1.0, 0.0, 0.0]),
        (lambda x: x // 2, [1.0, 2.0, 3.0], [0.0, 0.0, 0.0]),
        (lambda x: 7 % x, [2.0, -2.0, 4.0], [-3.0, 4.0, -1.0]),
        (lambda x: torch.where(x > 0, x.sqrt(), torch.zeros(1)), [0.0, 4.0], [NAN, 0.25]),
    ],
)
def test_slopes_where_there_is_no_derivative(function, at, slopes):
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    y = function(x)
    y.backward(torch.ones_like(y))
    np.testing.assert_allclose(x.grad.numpy(), slopes, rtol=1e-12)


def test_a_zero_power_is_one_everywhere():
    assert (torch.tensor([0.0, NAN, INF]) ** 0).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.filterwarnings("ignore::RuntimeWarning:minigrad")
def test_values_at_the_edges():
    assert torch.sigmoid(torch.tensor([-1000.0, 1000.0])).tolist() == [0.0, 1.0]
    assert np.isnan(torch.relu(torch.tensor([NAN])).item()) and np.isnan(torch.clamp(torch.tensor(NAN), 0, 1).item())
    assert (torch.tensor([1.0, -1.0]) / 0).tolist() == [INF, -INF]


def test_infinities_are_answers_and_not_warned_about():
    code = "import minigrad as m; x = m.tensor([0.0], requires_grad=True); (x.log() / 0 + x.sqrt()).backward()"
    done = subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", code], capture_output=True, check=True)
    assert done.stderr == b""


# errors


@pytest.mark.parametrize(
    ("operation", "error", "message"),
    [
        (lambda: torch.tensor([2]) ** -1, RuntimeError, "Integers to negative integer powers are not allowed"),
        (lambda: -torch.tensor([True]), NotImplementedError, "Negation, the `-` operator, on a bool tensor"),
        (
            lambda: torch.tensor([True]) - torch.tensor([True]),
            NotImplementedError,
            "Subtraction, the `-` operator, with two bool tensors",
        ),
        (
            lambda: torch.ones(1) - torch.tensor([True]),
            NotImplementedError,
            "Subtraction, the `-` operator, with a bool tensor",
        ),
        (lambda: 1 - torch.tensor([True]), NotImplementedError, "use the `~` or `logical_not\\(\\)` operator"),
        (lambda: torch.ones(2).clamp(), RuntimeError, "At least one of 'min' or 'max' must not be None"),
        (lambda: torch.ones(2) + "a", TypeError, "unsupported operand"),
        (lambda: None * torch.ones(2), TypeError, "unsupported operand"),
        (lambda: torch.ones(2) < "a", TypeError, "not supported between instances"),
    ],
)
def test_refusals(operation, error, message):
    with pytest.raises(error, match=message):
        operation()


# numpy's functions on tensors


@pytest.mark.parametrize(
    "function",
    [np.exp, np.log, np.sin, np.cos, np.tanh, np.negative, np.positive, np.sqrt, np.square, np.reciprocal, np.absolute,
     np.sign, np.nan_to_num],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_numpy_functions_of_one_tensor_are_recorded(function):
    check_gradients(lambda x: function(x) + 0, [np.linspace(0.4, 1.6, 6).reshape(2, 3)])


@pytest.mark.parametrize(
    "function",
    [np.add, np.subtract, np.multiply, np.divide, np.floor_divide, np.remainder, np.fmod, np.power, np.maximum,
     np.minimum, np.fmax, np.fmin, np.hypot, np.arctan2, np.logaddexp, np.logaddexp2],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_numpy_functions_of_two_tensors_are_recorded(function):
    check_gradients(function, [np.linspace(0.4, 1.6, 6).reshape(2, 3), np.array([0.75, 1.25, 0.3])])


@pytest.mark.parametrize(
    ("function", "operands"),
    [(np.greater, 2), (np.not_equal, 2), (np.logical_xor, 2), (np.isclose, 2), (np.isnan, 1), (np.isfinite, 1)],
)
def test_numpy_functions_without_derivatives_give_bool_tensors(function, operands):
    arrays = [np.array([1.0, np.nan, np.inf]), np.array([2.0, 1.0, np.inf])][:operands]
    y = function(*map(torch.tensor, arrays))
    assert isinstance(y, torch.Tensor) and y.tolist() == function(*arrays).tolist()


def test_an_array_beside_a_tensor_is_an_operand():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    for y in (np.array([3.0, 4.0], np.float32) * x, x * np.array([3.0, 4.0], np.float32), np.float32(3) * x):
        assert isinstance(y, torch.Tensor) and y.grad_fn.name() == "MulBackward0"
    y = np.array([3.0, 4.0], np.float32) - x
    y.sum().backward()
    assert y.tolist() == [2.0, 2.0] and x.grad.tolist() == [-1.0, -1.0]
    assert isinstance(np.where(x > 1, x, 0), torch.Tensor)


def test_numpy_functions_without_a_rule_refuse():
    x = torch.ones(2, requires_grad=True)
    for attempt in (lambda: np.copysign(x, x), lambda: np.add(x, x, out=np.zeros(2)), lambda: np.fft.fft(x)):
        with pytest.raises((TypeError, RuntimeError)):
            attempt()
