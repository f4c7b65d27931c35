"""What torch computes, rule by rule: dtypes, broadcasting, 0-d and empty tensors, reductions, singular points.

Values and messages were recorded with torch 2.15 on a CPU. Each test is one rule. Rules on the dtype of what is
created and on promotion are the tables of test_tensor.
"""

import numpy as np
import pytest
from shorthand import leaf, lists, refused

import minigrad as torch
from minigrad.autograd import grad

F = torch.nn.functional
INF, NAN = float("inf"), float("nan")
# pytest has switched off minigrad's own filter
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning:minigrad")


def counted(*shape, start=1):
    """1/3, 2/3, 3/3, ... in float64, as a leaf of this shape."""
    n = int(np.prod(shape))
    return torch.tensor(np.arange(start, start + n).reshape(shape) / 3, requires_grad=True)


def weighted(y):
    """Backward from y with the cotangent 1, 2, 3, ..."""
    y.backward(torch.tensor(np.arange(1.0, y.numel() + 1).reshape(tuple(y.shape))))


# dtypes


def test_dtypes_of_reductions():
    whole, flags = torch.tensor([3, 1], dtype=torch.int32), torch.tensor([True, True])
    assert [whole.sum().dtype, flags.sum().dtype, flags.sum().item()] == [torch.int64, torch.int64, 2]
    assert [whole.max().dtype, whole.argmax().dtype] == [torch.int32, torch.int64]
    assert [whole.sum(dtype=torch.float64).dtype, whole.exp().dtype, whole.sqrt().dtype] == [
        torch.float64, torch.float32, torch.float32
    ]  # fmt: skip
    refused(
        whole.mean,
        "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Int",
        error=NotImplementedError,
    )


def test_dtypes_of_quotients_and_logic():
    i = torch.tensor([7, -7])
    assert [(i // 2).tolist(), (i % 3).tolist(), torch.div(i, 2, rounding_mode="trunc").tolist()] == [
        [3, -4], [1, 2], [3, -3]
    ]  # fmt: skip
    assert [(i // 2).dtype, i.prod().dtype, torch.tensor([True]).prod().dtype, i.cumsum(0).dtype] == [torch.int64] * 4
    flags = torch.tensor([True, False])
    assert flags.any().dtype == torch.bool and flags.all().item() is False
    x = leaf(1, 2)
    y = x.type_as(torch.zeros(1, dtype=torch.float64))
    assert y.dtype == torch.float64
    y.sum().backward()
    assert x.grad.dtype == torch.float32


def test_zero_dimensional_tensors_promote_among_themselves():
    small, wide = torch.tensor(1, dtype=torch.uint8), torch.tensor(1, dtype=torch.int32)
    assert (small + wide).dtype == torch.int32 and (torch.ones(2).to(torch.uint8) + wide).dtype == torch.uint8


def test_what_integers_and_bools_cannot_do():
    whole, flags = torch.tensor([1, 2]), torch.tensor([True, False])
    refused(lambda: whole**-1, "Integers to negative integer powers are not allowed.")
    refused(
        lambda: -flags,
        "Negation, the `-` operator, on a bool tensor is not supported.",
        "use the `~` or `logical_not()` operator instead.",
        error=NotImplementedError,
    )
    refused(
        lambda: flags - flags,
        "Subtraction, the `-` operator, with two bool tensors is not supported.",
        error=NotImplementedError,
    )
    refused(
        lambda: whole[torch.tensor([1.0])],
        "tensors used as indices must be long, int, byte or bool tensors",
        error=IndexError,
    )


def test_casts_are_differentiable_and_a_cast_to_the_same_is_the_same_object():
    x = leaf(1, 2, 3)
    y = x.double()
    (y.float() * 2 + x.to(torch.float64).type(torch.float32) * 4).sum().backward()
    assert lists(x.grad) == [6.0, 6.0, 6.0] and x.grad.dtype == torch.float32 and y.dtype == torch.float64
    assert x.to(torch.float32) is x and x.float() is x and not x.int().requires_grad


# broadcasting

OTHER = {"start": 2}
BROADCAST = {
    "mul": (lambda a, b: a * b, counted(3, 1), counted(1, 4, **OTHER), (3, 4),
            [[13.333333333333332], [32.0], [50.666666666666664]],
            [[12.666666666666666, 14.666666666666668, 16.666666666666664, 18.666666666666664]]),
    "add": (lambda a, b: a + b, counted(2, 3), counted(3), (2, 3), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [5.0, 7.0, 9.0]),
    "add both": (lambda a, b: a + b, counted(2, 1), counted(1, 3), (2, 3), [[6.0], [15.0]], [[5.0, 7.0, 9.0]]),
    "div": (lambda a, b: a / b, counted(2, 3), counted(2, 1, **OTHER), (2, 3),
            [[1.5, 3.0, 4.5], [4.0, 5.0, 6.0]], [[-10.5], [-25.666666666666668]]),
    "0-d": (lambda a, b: a * b, counted(2, 2), counted(**OTHER), (2, 2),
            [[0.6666666666666666, 1.3333333333333333], [2.0, 2.6666666666666665]], 10.0),
    "leading": (lambda a, b: a - b, counted(3), counted(2, 2, 3), (2, 2, 3), [22.0, 26.0, 30.0],
                [[[-1.0, -2.0, -3.0], [-4.0, -5.0, -6.0]], [[-7.0, -8.0, -9.0], [-10.0, -11.0, -12.0]]]),
    "pow": (lambda a, b: a**b, counted(2, 1), counted(2, **OTHER), (2, 2),
            [[2.9614997135382723], [6.289428485106663]], [-1.456441068641691, -1.8136484807338449]),
    "maximum": (torch.maximum, counted(2, 1), counted(1, 2, **OTHER), (2, 2), [[0.0], [1.5]], [[2.5, 6.0]]),
    "where": (lambda a, b: torch.where(torch.tensor([[True, False], [False, True]]), a, b),
              counted(2, 1), counted(2), (2, 2), [[1.0], [4.0]], [3.0, 2.0]),
}  # fmt: skip


@pytest.mark.parametrize(("f", "a", "b", "shape", "ga", "gb"), BROADCAST.values(), ids=BROADCAST)
def test_broadcast_operands_get_gradients_of_their_own_shape(f, a, b, shape, ga, gb):
    a, b = a.clone().detach().requires_grad_(), b.clone().detach().requires_grad_()
    y = f(a, b)
    weighted(y)
    assert y.shape == shape and a.grad.shape == a.shape and b.grad.shape == b.shape
    np.testing.assert_allclose(a.grad.numpy(), ga, rtol=1e-14)
    np.testing.assert_allclose(b.grad.numpy(), gb, rtol=1e-14)


def test_second_derivatives_through_broadcasting():
    a, b = leaf([1.0], [2.0], dtype=torch.float64), leaf(1, 2, 3, dtype=torch.float64)
    ga, gb = grad(((a * b) ** 2).sum(), (a, b), create_graph=True)
    assert lists(grad((ga * gb).sum(), (a, b))) == [[[3696.0], [5712.0]], [1560.0, 2280.0, 3000.0]]


OUT_OF_RANGE = "Dimension out of range (expected to be in range of [-2, 1], but got 2)"
MISFITS = {
    "add": (lambda x: x + torch.zeros(2, 4), RuntimeError,
            "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1"),
    "matmul": (lambda x: x @ x, RuntimeError, "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"),
    "reshape": (lambda x: x.reshape(4), RuntimeError, "shape '[4]' is invalid for input of size 6"),
    "view": (lambda x: x.view(4, -1), RuntimeError, "shape '[4, -1]' is invalid for input of size 6"),
    "sum": (lambda x: x.sum(2), IndexError, OUT_OF_RANGE),
    "mean": (lambda x: x.mean(2), IndexError, OUT_OF_RANGE),
    "softmax": (lambda x: x.softmax(2), IndexError, OUT_OF_RANGE),
    "log_softmax": (lambda x: x.log_softmax(2), IndexError, OUT_OF_RANGE),
    "argmax": (lambda x: x.argmax(2), IndexError, OUT_OF_RANGE),
    "sort": (lambda x: x.sort(2), IndexError, OUT_OF_RANGE),
    "max": (lambda x: x.max(2), IndexError, OUT_OF_RANGE),
    "var": (lambda x: x.var(2), IndexError, OUT_OF_RANGE),
    "squeeze": (lambda x: x.squeeze(2), IndexError, OUT_OF_RANGE),
    "transpose": (lambda x: x.transpose(0, 2), IndexError, OUT_OF_RANGE),
    "unbind": (lambda x: x.unbind(2), IndexError, OUT_OF_RANGE),
    "cat": (lambda x: torch.cat([x, torch.zeros(2, 4)]), RuntimeError,
            "Sizes of tensors must match except in dimension 0. Expected size 3 but got size 4 for tensor number 1 in "
            "the list."),
    "index": (lambda x: x[5], IndexError, "index 5 is out of bounds for dimension 0 with size 2"),
    "index in a list": (lambda x: x[[7]], IndexError, "index 7 is out of bounds for dimension 0 with size 2"),
    "indices": (lambda x: x[0, 0, 0], IndexError, "too many indices for tensor of dimension 2"),
    "expand": (lambda x: x.expand(5, 3), RuntimeError,
               "The expanded size of the tensor (5) must match the existing size (2) at non-singleton dimension 0.  "
               "Target sizes: [5, 3].  Tensor sizes: [2, 3]"),
    "stack": (lambda x: torch.stack([x, x[0]]), RuntimeError,
              "stack expects each tensor to be equal size, but got [2, 3] at entry 0 and [3] at entry 1"),
    "assignment": (lambda x: x.__setitem__(0, torch.zeros(2)), RuntimeError,
                   "The expanded size of the tensor (3) must match the existing size (2) at non-singleton dimension 0."
                   "  Target sizes: [3].  Tensor sizes: [2]"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), MISFITS.values(), ids=MISFITS)
def test_shapes_that_do_not_fit_are_named(call, error, message):
    x = torch.zeros(2, 3)
    refused(lambda: call(x), message, error=error)
    assert lists(x) == [[0.0] * 3] * 2 and x._version == 0


# 0-d tensors


def test_zero_dimensional_tensors():
    x = torch.tensor(3.0, requires_grad=True)
    assert [x.shape, x.ndim, x.numel(), x.item()] == [(), 0, 1, 3.0]
    assert [x.sum().shape, x.sum(0).shape, x[...].shape] == [(), (), ()]
    assert [x.unsqueeze(0).shape, x[None].shape, x.max().item()] == [(1,), (1,), 3.0]
    (x * x).backward()
    assert x.grad.item() == 6.0 and x.grad.shape == ()
    refused(lambda: len(x), "len() of a 0-d tensor", error=TypeError)
    refused(lambda: iter(x), "iteration over a 0-d tensor", error=TypeError)
    refused(
        lambda: x[0],
        "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
        "0-dim tensor to a number",
        error=IndexError,
    )
    refused(lambda: x @ x, "both arguments to matmul need to be at least 1D, but they are 0D and 0D")


def test_elements_of_a_vector_are_zero_dimensional_tensors_in_the_graph():
    x = leaf(1, 2, 3)
    a, b, c = x
    assert all(isinstance(t, torch.Tensor) and t.shape == () for t in (a, x[0]))
    (3 * a + 2 * b + c).backward()
    assert lists(x.grad) == [3.0, 2.0, 1.0]
    assert sum(t.item() for t in x) == 6.0


# empty tensors


def test_empty_tensors():
    e = torch.zeros(0, requires_grad=True)
    assert e.sum().item() == 0.0 and e.prod().item() == 1.0 and np.isnan(e.mean().item())
    assert torch.zeros(0).all().item() is True
    for name in ("max", "min"):
        refused(
            getattr(e, name),
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. "
            "Specify the reduction dim with the 'dim' argument.",
        )
    refused(e.argmax, "argmax(): Expected reduction dim to be specified for input.numel() == 0.", error=IndexError)
    (e * 2).sum().backward()
    assert e.grad.shape == (0,)
    a, b = torch.zeros(4, 0, requires_grad=True), torch.zeros(4, 1, requires_grad=True)
    (a * b).sum().backward()
    assert a.grad.shape == (4, 0) and lists(b.grad) == [[0.0]] * 4
    assert torch.cat([torch.ones(2), torch.zeros(0)]).shape == (2,)
    x = torch.ones(2, 3)
    assert [x[:0].shape, x[:, 3:].shape, x[x > 5].shape] == [(0, 3), (2, 0), (0,)]
    assert (torch.zeros(3, 0) @ torch.zeros(0, 2)).shape == (3, 2)
    assert lists(torch.zeros(1, 0) @ torch.zeros(0, 1)) == [[0.0]]


# reductions


def test_reductions_over_dimensions():
    x = torch.ones(2, 3, 4, requires_grad=True)
    shapes = [x.sum(1), x.sum(-1, keepdim=True), x.sum((0, 1)), x.sum((0, -1), keepdim=True), x.sum((0, 1, 2)),
              x.mean((1, 2)), x.mean(), x.amax(1), x.max(1)[0]]  # fmt: skip
    assert [tuple(t.shape) for t in shapes] == [(2, 4), (2, 3, 1), (4,), (1, 3, 1), (), (2,), (), (2, 4), (2, 4)]
    ((x.sum((0, 2)) * torch.tensor([1.0, 2.0, 3.0])).sum() + x.mean(-1).sum()).backward()
    assert lists(x.grad) == [[[1.25] * 4, [2.25] * 4, [3.25] * 4]] * 2


# singular points: (function, where, slopes there)

POINTS = {
    "sqrt": (lambda x: x.sqrt(), [0, 4, -1], [INF, 0.25, NAN]),
    "sqrt of a square": (lambda x: (x * x).sqrt(), [0, 2], [NAN, 1.0]),
    "times zero": (lambda x: x.sqrt() * 0, [0, 4], [NAN, 0.0]),
    "log": (lambda x: x.log(), [0, 2, -1], [INF, 0.5, -1.0]),
    "1/x": (lambda x: 1 / x, [0, 2], [-INF, -0.25]),
    "x/0": (lambda x: x / 0, [1, 2], [INF, INF]),
    "abs": (lambda x: x.abs(), [0, -0.0, 1, -1], [0.0, 0.0, 1.0, -1.0]),
    "relu": (lambda x: x.relu(), [0, -0.0, 1, -1], [0.0, 0.0, 1.0, 0.0]),
    "sign": (lambda x: x.sign(), [0, -0.0, 1, -1], [0.0, 0.0, 0.0, 0.0]),
    "clamp": (lambda x: x.clamp(-1, 1), [-2, -1, 0, 1, 2], [0.0, 0.0, 1.0, 0.0, 0.0]),
    "clamp from below": (lambda x: x.clamp(min=1), [0, 1, 2], [0.0, 0.0, 1.0]),
    "clamp of nan": (lambda x: x.clamp(0, 1), [NAN, 0.5], [0.0, 1.0]),
    "max": (lambda x: x.max(), [1, 3, 3, 2, 3], [0.0, 1 / 3, 1 / 3, 0.0, 1 / 3]),
    "min": (lambda x: x.min(), [1, 1, 3], [0.5, 0.5, 0.0]),
    "amax": (lambda x: x.amax(), [1, 3, 3, 2, 3], [0.0, 1 / 3, 1 / 3, 0.0, 1 / 3]),
    "amin": (lambda x: x.amin(0), [1, 1, 3], [0.5, 0.5, 0.0]),
    "min along a dim": (lambda x: x.min(0)[0], [1, 1, 3], [1.0, 0.0, 0.0]),
    "max of nan": (lambda x: x.max(), [NAN, NAN], [0.5, 0.5]),
    "x**0": (lambda x: x**0, [0, 2], [0.0, 0.0]),
    "x**1": (lambda x: x**1, [0, 2], [1.0, 1.0]),
    "x**2": (lambda x: x**2, [0, -2], [0.0, -4.0]),
    "x**0.5": (lambda x: x**0.5, [0, 4], [INF, 0.25]),
    "x**-1": (lambda x: x**-1, [0, 2], [-INF, -0.25]),
    "x**1.5": (lambda x: x**1.5, [0, -1], [0.0, NAN]),
    "0**b": (lambda x: torch.zeros(4) ** x, [-1, 0, 0.5, 2], [-INF, 0.0, 0.0, 0.0]),
    "neg**e": (lambda x: torch.tensor([-4.0, 4.0]) ** x, [0.5, 1], [NAN, 5.545177444479562]),
    "0**s": (lambda x: 0**x, [0, 1, 2], [0.0, 0.0, 0.0]),
    "where sqrt": (lambda x: torch.where(x > 0, x.sqrt(), torch.zeros(2)), [0, 4], [NAN, 0.25]),
    "where log": (lambda x: torch.where(x > 0, x.log(), torch.zeros(2)), [0, 4], [NAN, 0.25]),
    "where div": (lambda x: torch.where(x > 0, x / x, torch.zeros(2)), [0, 4], [NAN, 0.0]),
    "where safe": (lambda x: torch.where(x > 0, torch.where(x > 0, x, torch.ones(2)).sqrt(), torch.zeros(2)),
                   [0, 4], [0.0, 0.25]),
    "masked_fill": (lambda x: x.sqrt().masked_fill(x == 0, 0.0), [0, 4], [NAN, 0.25]),
    "index": (lambda x: x.sqrt()[x > 0], [0, 4], [NAN, 0.25]),
    "mask as a factor": (lambda x: x.sqrt() * (x > 0), [0, 4], [NAN, 0.25]),
    "var": (lambda x: x.var(), [1, 2, 4], [-1.3333333333333335, -0.3333333333333335, 1.6666666666666665]),
    "var, biased": (lambda x: x.var(unbiased=False), [1, 2, 4],
                    [-0.888888888888889, -0.22222222222222232, 1.111111111111111]),
    "var, correction": (lambda x: x.var(correction=0), [1, 2, 4],
                        [-0.888888888888889, -0.22222222222222232, 1.111111111111111]),
    "var of one": (lambda x: x.var(), [1], [NAN]),
    "softmax with -inf": (lambda x: x.softmax(0)[0], [1, -INF, 1], [0.25, -0.0, -0.25]),
    "sigmoid": (lambda x: x.sigmoid(), [-1000, 0, 1000], [0.0, 0.25, 0.0]),
    "tanh": (lambda x: x.tanh(), [-1000, 0, 1000], [0.0, 1.0, 0.0]),
    "rsqrt": (lambda x: x.rsqrt(), [0, 4], [-INF, -0.0625]),
    "log1p": (lambda x: x.log1p(), [-1, 0], [INF, 1.0]),
    "asin": (lambda x: x.asin(), [1, 0.5], [INF, 1.1547005383792517]),
    "acosh": (lambda x: x.acosh(), [1, 2], [INF, 0.5773502691896258]),
    "round": (lambda x: x.round(), [0, -0.0, 1, -1], [0.0, 0.0, 0.0, 0.0]),
    "floor": (lambda x: x.floor(), [0, -0.0, 1, -1], [0.0, 0.0, 0.0, 0.0]),
    "trunc": (lambda x: x.trunc(), [0, -0.0, 1, -1], [0.0, 0.0, 0.0, 0.0]),
    "frac": (lambda x: x.frac(), [0, -0.0, 1, -1], [1.0, 1.0, 1.0, 1.0]),
    "leaky_relu": (lambda x: F.leaky_relu(x, 0.1), [0, -0.0, 1, -1], [0.1, 0.1, 1.0, 0.1]),
    "elu": (lambda x: F.elu(x, 2.0), [0, -0.0, 1, -1], [2.0, 2.0, 1.0, 0.7357588823428847]),
    "hardtanh": (lambda x: F.hardtanh(x), [0, -0.0, 1, -1], [1.0, 1.0, 0.0, 0.0]),
    "relu6": (lambda x: F.relu6(x), [0, 6, 3, -1], [0.0, 0.0, 1.0, 0.0]),
    "gelu": (lambda x: F.gelu(x), [0, -0.0, 1, -1], [0.5, 0.5, 1.0833154705876864, -0.08331547058768635]),
    "silu": (lambda x: F.silu(x), [0, -0.0, 1, -1], [0.5, 0.5, 0.9276705118714869, 0.07232948812851325]),
    "softplus": (lambda x: F.softplus(x), [0, 30, -30, 20], [0.5, 1.0, 9.3576229688393e-14, 0.9999999979388464]),
    "hardsigmoid": (lambda x: F.hardsigmoid(x), [-3, 0, 3], [0.0, 0.1666666716337204, 0.0]),
    "threshold": (lambda x: F.threshold(x, 0.5, 0.0), [0.5, -1, 2, 0], [0.0, 0.0, 1.0, 0.0]),
    "logsigmoid": (lambda x: F.logsigmoid(x), [-1000, 0, 1000], [1.0, 0.5, 0.0]),
    "median": (lambda x: x.median(), [1, 2, 2, 5], [0.0, 0.5, 0.5, 0.0]),
    "topk": (lambda x: x.topk(2).values, [1, 3, 2], [0.0, 1.0, 1.0]),
    "cummax": (lambda x: x.cummax(0).values, [1, 2, 3, 0], [1.0, 1.0, 2.0, 0.0]),
    "norm": (lambda x: x.norm(), [0, 0], [0.0, 0.0]),
    "norm 1": (lambda x: x.norm(1), [0, -2], [0.0, -1.0]),
    "norm inf": (lambda x: x.norm(INF), [3, -3, 1], [0.5, -0.5, 0.0]),
    "norm inf at 0": (lambda x: x.norm(INF), [0, 0], [0.0, 0.0]),
    "norm 3": (lambda x: x.norm(3), [1, -2], [0.2311204247835449, -0.9244816991341795]),
    "norm 3 at 0": (lambda x: x.norm(3), [0, 0], [0.0, 0.0]),
    "norm 0.5": (lambda x: x.norm(0.5), [1, 4], [3.0, 1.5]),
    "norm -inf": (lambda x: x.norm(-INF), [1, -1, 2], [0.5, -0.5, 0.0]),
    "vector_norm": (lambda x: torch.linalg.vector_norm(x), [0, 0], [0.0, 0.0]),
    "prod, one zero": (lambda x: x.prod(), [2, 0, 3], [0.0, 6.0, 0.0]),
    "prod, two zeros": (lambda x: x.prod(), [2, 0, 0], [0.0, 0.0, 0.0]),
    "prod": (lambda x: x.prod(), [1, 2, 3], [6.0, 3.0, 2.0]),
    "std": (lambda x: x.std(), [1, 2, 4], [-0.43643578047198484, -0.10910894511799625, 0.5455447255899809]),
    "std of a constant": (lambda x: x.std(), [3, 3], [0.0, 0.0]),
    "nansum": (lambda x: x.nansum(), [1, NAN], [1.0, 0.0]),
    "nan_to_num": (lambda x: x.nan_to_num(), [NAN, INF, 1], [0.0, 0.0, 1.0]),
    "nan_to_num of a quotient": (lambda x: (x / x).nan_to_num(), [0, 2], [NAN, 0.0]),
    "sinc": (lambda x: x.sinc(), [0, 0.5], [0.0, -1.2732395447351625]),
    "lgamma": (lambda x: x.lgamma(), [1, 2], [-0.5772156649015328, 0.422784335098467]),
    "erf": (lambda x: x.erf(), [0, 1], [1.1283791670955126, 0.4151074974205947]),
    "logsumexp of -inf": (lambda x: x.logsumexp(0), [-INF, -INF], [NAN, NAN]),
}  # fmt: skip


@pytest.mark.parametrize(("f", "at", "slopes"), POINTS.values(), ids=POINTS)
def test_slopes_at_singular_points(f, at, slopes):
    x = leaf(*at, dtype=torch.float64)
    f(x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), slopes, rtol=1e-6)


def test_operands_that_are_equal_share_the_gradient():
    for function, ga, gb in [
        (torch.maximum, [0.5, 0.0, 1.0], [0.5, 1.0, 0.0]),
        (torch.minimum, [0.5, 1.0, 0.0], [0.5, 0.0, 1.0]),
        (torch.fmax, [0.5, 0.0, 1.0], [0.5, 1.0, 0.0]),
        (torch.clamp_min, [0.5, 0.0, 1.0], [0.5, 1.0, 0.0]),
    ]:
        a, b = leaf(1, 1, 3), leaf(1, 2, 2)
        function(a, b).sum().backward()
        assert lists([a.grad, b.grad]) == [ga, gb]


def test_clamp_between_tensors_shares_a_tie():
    x, low, high = leaf(-2, -1, 0, 1, 2), leaf(-1, -1, -1, -1, -1), leaf(1, 1, 1, 1, 1)
    y = x.clamp(low, high)
    y.sum().backward()
    assert lists(y) == [-1.0, -1.0, 0.0, 1.0, 1.0]
    assert lists([x.grad, low.grad, high.grad]) == [
        [0.0, 0.5, 1.0, 0.5, 0.0], [1.0, 0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.5, 1.0]
    ]  # fmt: skip


def test_max_along_a_dimension_sends_all_to_the_chosen_element_and_nan_wins():
    x = leaf([1, 3, 3], [2, 2, 1])
    values, indices = x.max(1)
    values.sum().backward()
    assert lists([x.grad, indices]) == [[[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], [1, 0]]
    broken = torch.tensor([1.0, NAN, 2.0])
    assert np.isnan(broken.max().item()) and broken.argmax().item() == 1 and broken.max(0)[1].item() == 1
    assert torch.tensor([1.0, 3.0, 3.0]).argmax().item() == 1


def test_powers_of_zero():
    a, b = leaf(0, 0, 0), leaf(0, 1, 2)
    y = a**b
    y.sum().backward()
    assert lists([y, a.grad, b.grad]) == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    assert (torch.tensor(0.0) ** 0).item() == 1.0


def test_the_variance_of_one_element_is_nan():
    assert np.isnan(torch.tensor([1.0]).var().item())


def test_softmax_is_stable():
    x = torch.tensor([1000.0, 1000.0, 0.0], dtype=torch.float64)
    assert lists(x.softmax(0)) == [0.5, 0.5, 0.0]
    np.testing.assert_allclose(x.log_softmax(0).numpy(), [-0.6931471805599453] * 2 + [-1000.6931471805599], rtol=1e-15)
    assert lists(torch.tensor([1.0, -INF, 1.0]).softmax(0)) == [0.5, 0.0, 0.5]
    assert np.isnan(torch.tensor([-INF, -INF]).softmax(0).numpy()).all()


def test_nan_is_summed_like_any_number():
    assert np.isnan(torch.tensor([1.0, NAN]).sum().item())


# losses: the operations of this far

SCORES, CLASSES = [[0.5, 1.5, -0.5], [2.0, -2.0, 2.0]], [2, 0]


def test_cross_entropy_by_hand():
    x, p = leaf(*SCORES, dtype=torch.float64), np.exp(np.array(SCORES))
    p /= p.sum(1, keepdims=True)
    hot = np.eye(3)[CLASSES]
    for target in (torch.tensor(CLASSES), torch.tensor(hot)):
        for reduction, divisor in (("mean", 2), ("sum", 1)):
            x.grad = None
            loss = torch.nn.functional.cross_entropy(x, target, reduction=reduction)
            loss.backward()
            np.testing.assert_allclose(loss.item(), -np.log(p[[0, 1], CLASSES]).sum() / divisor, rtol=1e-14)
            np.testing.assert_allclose(x.grad.numpy(), (p - hot) / divisor, rtol=1e-13, atol=1e-16)
    none = torch.nn.functional.cross_entropy(x, torch.tensor(CLASSES), reduction="none")
    np.testing.assert_allclose(none.detach().numpy(), -np.log(p[[0, 1], CLASSES]), rtol=1e-14)
    wrong = torch.tensor([0, 5])
    refused(lambda: torch.nn.functional.cross_entropy(x, wrong), "Target 5 is out of bounds.", error=IndexError)


def test_quotients_and_angles_of_two_at_their_singular_points():
    def slopes(function, a, b):
        a, b = leaf(*a, dtype=torch.float64), leaf(*b, dtype=torch.float64)
        y = function(a, b)
        y.sum().backward()
        return [y.tolist(), a.grad.tolist(), b.grad.tolist()]

    assert slopes(torch.atan2, [0, 0], [0, 1])[1:] == [[0.0, 1.0], [0.0, 0.0]]
    _, a, b = slopes(torch.hypot, [0, 3], [0, 4])
    assert np.isnan(a[0]) and np.isnan(b[0]) and (a[1], b[1]) == (0.6, 0.8)
    _, a, b = slopes(torch.xlogy, [0, 0, 2], [0, 1, 3])
    np.testing.assert_allclose(a, [0.0, 0.0, 1.0986122886681098])
    np.testing.assert_allclose(b, [NAN, 0.0, 2 / 3])
    assert slopes(torch.fmod, [5, -7], [2, 3])[1:] == [[1.0, 1.0], [-2.0, 2.0]]
    assert slopes(torch.remainder, [5, -7], [2, 3])[1:] == [[1.0, 1.0], [-2.0, 3.0]]
    assert slopes(lambda a, b: torch.lerp(a, b, 0.25), [1, 1], [2, 2])[0] == [1.25, 1.25]
    assert slopes(torch.logaddexp, [-INF, 1000], [-INF, 1000])[0] == [-INF, 1000.6931471805599]


def test_running_products_with_zeros():
    for at, slopes in [([2, 3, 0, 4], [4.0, 2.0, 30.0, 0.0])]:
        x = leaf(*at, dtype=torch.float64)
        x.cumprod(0).sum().backward()
        np.testing.assert_allclose(x.grad.numpy(), slopes)
