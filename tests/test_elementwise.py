"""Elementwise operations: values, derivatives of two orders, dtypes, broadcasting, and what happens at kinks."""

import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from finite_differences import check_gradients
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import minigrad as torch
from minigrad.graph import Op

ANY, POSITIVE = "any", "positive"


@dataclass
class Row:
    """One operation: how it is called, what numpy computes for it, torch's name of its node, where to try it."""

    name: str
    function: object
    numpy: object
    node: str
    domains: tuple = (ANY,)


def condition(a, b):
    """A mask of the shape that a and b broadcast to, the same for equal shapes."""
    shape = np.broadcast_shapes(a.shape, b.shape)
    return np.arange(np.prod(shape, dtype=int)).reshape(shape) % 2 == 0


UNARY = [
    Row("exp", torch.exp, np.exp, "ExpBackward0"),
    Row("log", torch.log, np.log, "LogBackward0", (POSITIVE,)),
    Row("sin", torch.sin, np.sin, "SinBackward0"),
    Row("cos", torch.cos, np.cos, "CosBackward0"),
    Row("tanh", torch.tanh, np.tanh, "TanhBackward0"),
    Row("neg", lambda x: -x, lambda x: -x, "NegBackward0"),
    Row("sqrt", torch.sqrt, np.sqrt, "SqrtBackward0", (POSITIVE,)),
    Row("reciprocal", torch.reciprocal, lambda x: 1 / x, "ReciprocalBackward0"),
    Row("sigmoid", torch.sigmoid, lambda x: 1 / (1 + np.exp(-x)), "SigmoidBackward0"),
    Row("relu", torch.relu, lambda x: np.where(x > 0, x, 0), "ReluBackward0"),
    Row("abs", abs, np.abs, "AbsBackward0"),
    Row("sign", torch.sign, np.sign, "SignBackward0"),
    Row("clamp", lambda x: torch.clamp(x, -0.7, 0.9), lambda x: np.clip(x, -0.7, 0.9), "ClampBackward1"),
    Row("clamp_min", lambda x: x.clamp(min=0.3), lambda x: np.maximum(x, 0.3), "ClampBackward1"),
    Row("clamp_max", lambda x: x.clamp(max=0.3), lambda x: np.minimum(x, 0.3), "ClampBackward1"),
    Row("square", lambda x: x**2, lambda x: x * x, "PowBackward0"),
    Row("root", lambda x: x**0.5, np.sqrt, "PowBackward0", (POSITIVE,)),
    Row("inverse_cube", lambda x: x**-3, lambda x: 1 / x**3, "PowBackward0"),
    Row("power_0", lambda x: x**0, np.ones_like, "PowBackward0"),
    Row("2**x", lambda x: 2**x, lambda x: np.exp(x * np.log(2)), "PowBackward1"),
    Row("clone", torch.clone, np.copy, "CloneBackward0"),
    Row("x+2", lambda x: x + 2, lambda x: x + 2, "AddBackward0"),
    Row("2+x", lambda x: 2 + x, lambda x: 2 + x, "AddBackward0"),
    Row("x-2", lambda x: x - 2, lambda x: x - 2, "SubBackward0"),
    Row("2-x", lambda x: 2 - x, lambda x: 2 - x, "RsubBackward1"),
    Row("x*2", lambda x: x * 2, lambda x: x * 2, "MulBackward0"),
    Row("2*x", lambda x: 2 * x, lambda x: 2 * x, "MulBackward0"),
    Row("x/2", lambda x: x / 2, lambda x: x / 2, "DivBackward0"),
    Row("2/x", lambda x: 2 / x, lambda x: 2 / x, "MulBackward0"),
    Row("x*x", lambda x: x * x, lambda x: x * x, "MulBackward0"),
    Row("x/x", lambda x: x / x, lambda x: x / x, "DivBackward0"),
]
BINARY = [
    Row("add", torch.add, np.add, "AddBackward0", (ANY, ANY)),
    Row("add_alpha", lambda a, b: torch.add(a, b, alpha=3), lambda a, b: a + 3 * b, "AddBackward0", (ANY, ANY)),
    Row("sub", lambda a, b: a - b, np.subtract, "SubBackward0", (ANY, ANY)),
    Row("sub_alpha", lambda a, b: torch.sub(a, b, alpha=3), lambda a, b: a - 3 * b, "SubBackward0", (ANY, ANY)),
    Row("mul", torch.mul, np.multiply, "MulBackward0", (ANY, ANY)),
    Row("div", torch.div, np.divide, "DivBackward0", (ANY, ANY)),
    Row("maximum", torch.maximum, np.maximum, "MaximumBackward0", (ANY, ANY)),
    Row("minimum", torch.minimum, np.minimum, "MinimumBackward0", (ANY, ANY)),
    Row("pow", lambda a, b: a**b, np.power, "PowBackward1", (POSITIVE, ANY)),
    Row(
        "where",
        lambda a, b: torch.where(condition(a, b), a, b),
        lambda a, b: np.where(condition(a, b), a, b),
        "WhereBackward0",
        (ANY, ANY),
    ),
]
SHAPES = [(), (1,), (3,), (2, 3), (0,), (2, 0, 3)]
PAIRS = [
    ((), ()), ((3,), ()), ((), (2, 3)), ((3,), (3,)), ((2, 3), (3,)), ((1,), (2, 3)), ((2, 1), (1, 3)), ((3, 1), (4,)),
    ((2, 1, 3), (4, 1)), ((1, 1, 1), (2, 3)), ((0,), (1,)), ((1,), (0,)), ((4, 0), (4, 1)), ((), (0, 2)),
]  # fmt: skip


def named(rows):
    """The rows as parameters of a test, under their names."""
    return pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in rows])


def shown(shape):
    """A shape, or a pair of them, in a test's name."""
    return str(shape).replace(" ", "")


def points(row, shapes, dtype=np.float64):
    """Values of these shapes for the row's arguments, at least 0.05 away from every kink of the table."""
    random = np.random.default_rng(len(row.name))
    arrays = []
    for domain, shape in zip(row.domains, shapes, strict=True):
        sizes = random.uniform(0.4, 1.6, shape)
        for kink in (0.7, 0.9):
            sizes = np.where(abs(sizes - kink) < 0.05, sizes + 0.1, sizes)
        signs = 1 if domain == POSITIVE else random.choice([-1, 1], shape)
        arrays.append(np.asarray(sizes * signs, dtype))
    return arrays


@named(UNARY)
@pytest.mark.parametrize("shape", SHAPES, ids=shown)
def test_of_one_tensor(row, shape):
    (x,) = points(row, [shape])
    y = row.function(torch.tensor(x, requires_grad=True))
    assert y.dtype == np.float64 and y.shape == shape and y.grad_fn.name() == row.node
    np.testing.assert_allclose(y.detach().numpy(), row.numpy(x), rtol=1e-14)
    check_gradients(row.function, [x])


@named(BINARY)
@pytest.mark.parametrize("shapes", PAIRS, ids=shown)
def test_of_two_tensors(row, shapes):
    a, b = points(row, shapes)
    y = row.function(torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True))
    assert y.dtype == np.float64 and y.shape == np.broadcast_shapes(*shapes) and y.grad_fn.name() == row.node
    np.testing.assert_allclose(y.detach().numpy(), row.numpy(a, b), rtol=1e-14)
    check_gradients(row.function, [a, b])


@named(BINARY)
@pytest.mark.parametrize("wanted", [0, 1])
def test_one_of_two_wants_a_gradient(row, wanted):
    """The other one is a constant: nothing arrives there, and what it would have needed is not missed."""
    arrays = points(row, [(2, 3), (3,)])
    both = [torch.tensor(v, requires_grad=True) for v in arrays]
    row.function(*both).sum().backward()
    tensors = [torch.tensor(v, requires_grad=i == wanted) for i, v in enumerate(arrays)]
    row.function(*tensors).sum().backward()
    assert tensors[wanted].grad.tolist() == both[wanted].grad.tolist()
    assert tensors[1 - wanted].grad is None


@named(UNARY + BINARY)
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_other_precisions_stay_what_they_are(row, dtype):
    arrays = points(row, [(2, 3), (3,)][: len(row.domains)], dtype)
    tensors = [torch.tensor(v, requires_grad=True) for v in arrays]
    exact = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in arrays]
    for inputs in (tensors, exact):
        y = row.function(*inputs)
        y.backward(torch.ones_like(y))
    assert row.function(*tensors).dtype == dtype
    for t, e in zip(tensors, exact, strict=True):
        assert t.grad.dtype == dtype
        np.testing.assert_allclose(t.grad.numpy(), e.grad.numpy(), rtol=100 * np.finfo(dtype).eps)


def test_the_table_has_every_elementwise_operation():
    """A rule without a row in this file would be a rule without a test."""
    modules = ("minigrad.elementwise", "minigrad.operations")
    known = {name for name, op in Op.known.items() if op.rules and op.rules[0].__module__ in modules}
    elsewhere = {"ToCopyBackward0"}  # changes the dtype; tested below
    assert known - elsewhere <= {row.node for row in UNARY + BINARY}


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
    arrays = points(row, shapes.input_shapes)
    cotangent = torch.tensor(np.random.default_rng(1).standard_normal(shapes.result_shape))
    small = [torch.tensor(v, requires_grad=True) for v in arrays]
    large = [torch.tensor(np.broadcast_to(v, shapes.result_shape), requires_grad=True) for v in arrays]
    for inputs in (small, large):
        row.function(*inputs).backward(cotangent)
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


@pytest.mark.parametrize("name", "exp log sin cos tanh sqrt reciprocal sigmoid".split())
def test_functions_of_integers_are_computed_in_float32(name):
    y = getattr(torch, name)(torch.tensor([1, 2]))
    assert y.dtype == torch.float32 and not y.requires_grad
    assert y.tolist() == getattr(torch, name)(torch.tensor([1.0, 2.0])).tolist()


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

PROTOCOL = {
    np.exp: POSITIVE, np.log: POSITIVE, np.sin: ANY, np.cos: ANY, np.tanh: ANY, np.negative: ANY, np.sqrt: POSITIVE,
    np.reciprocal: POSITIVE, np.absolute: ANY, np.sign: ANY,
}  # fmt: skip


@pytest.mark.parametrize("function", PROTOCOL, ids=lambda f: f.__name__)
def test_numpy_functions_of_one_tensor_are_recorded(function):
    check_gradients(function, points(Row("numpy", None, None, "", (PROTOCOL[function],)), [(2, 3)]))


@pytest.mark.parametrize(
    "function",
    [np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.minimum],
    ids=lambda f: f.__name__,
)
def test_numpy_functions_of_two_tensors_are_recorded(function):
    check_gradients(function, points(Row("numpy", None, None, "", (POSITIVE, ANY)), [(2, 3), (3,)]))


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
    for attempt in (lambda: np.arctan2(x, x), lambda: np.add(x, x, out=np.zeros(2)), lambda: np.fft.fft(x)):
        with pytest.raises((TypeError, RuntimeError)):
            attempt()
