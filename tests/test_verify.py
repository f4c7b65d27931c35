"""gradcheck and gradgradcheck: they accept what is right, and name what is wrong and where."""

import numpy as np
import pytest
from custom_functions import Mixed, Ordered

import minigrad as torch
from minigrad.autograd import Function, gradcheck, gradgradcheck
from minigrad.verify import GradcheckError


def doubles(*values):
    """A float64 vector that needs a gradient."""
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


class Half(Function):
    """x * x / 2 with a gradient that is half too large."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x / 2

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * x * 1.5


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: a * b,
        lambda a, b: (a * b, a.exp(), (a > 0)),
        lambda a, b: (a @ b).reshape(1, 1),
        lambda a, b: a.sum() * b.mean(),
        lambda a, b: a * 2,
        lambda a, b: (a * b)[:0],
        lambda a, b: {"a": a}["a"].tanh() / b,
    ],
)
def test_right_gradients_pass(check, f):
    assert check(f, (doubles(1.0, -2.0, 0.5), doubles(2.0, 1.0, -3.0))) is True


def test_a_single_tensor_and_arguments_without_gradients():
    assert gradcheck(torch.exp, doubles(1.0, 2.0))
    assert gradcheck(lambda x, n, t: x**n * t, (doubles(1.0, 2.0), 3, torch.ones(2)))


def test_a_wrong_backward_is_named_with_its_worst_element():
    with pytest.raises(GradcheckError) as caught:
        gradcheck(Half.apply, (doubles(1.0, -2.0),))
    assert isinstance(caught.value, RuntimeError)
    assert str(caught.value) == (
        "Jacobian mismatch for output 0 with respect to input 0,\n"
        "numerical:tensor([[ 1.0000,  0.0000],\n        [ 0.0000, -2.0000]], dtype=torch.float64)\n"
        "analytical:tensor([[ 1.5000,  0.0000],\n        [-0.0000, -3.0000]], dtype=torch.float64)\n\n"
        "The worst element is the derivative of output[1] by input[1]: numerical -2, analytical -3 "
        "(atol=1e-05, rtol=0.001)."
    )
    assert gradcheck(Half.apply, (doubles(1.0, -2.0),), raise_exception=False) is False


def test_output_and_input_are_named():
    f = lambda a, b: (a * b, a + Half.apply(b))  # noqa: E731
    with pytest.raises(
        GradcheckError, match=r"for output 1 with respect to input 1(.|\n)*output\[1, 0\] by input\[1, 0\]"
    ):
        gradcheck(f, (doubles([1.0], [2.0]), doubles([0.1], [3.0])))


def test_one_percent_is_found_and_a_tenth_of_a_percent_is_tolerated():
    def wrong_by(share):
        def backward(ctx, g):
            return g * (2 + 2 * share)

        return type("Twice", (Function,), {"forward": staticmethod(lambda ctx, x: x * 2),
                                           "backward": staticmethod(backward)}).apply  # fmt: skip

    x = doubles(1.0, 5.0)
    assert gradcheck(wrong_by(0.01), x, raise_exception=False) is False
    assert gradcheck(wrong_by(0.0009), x) is True
    assert gradcheck(wrong_by(0.0009), x, rtol=1e-4, raise_exception=False) is False
    assert gradcheck(wrong_by(0.01), x, rtol=0.02) is True


def test_a_wrong_second_derivative_is_found():
    class Cube(Function):
        """Right in its gradient, which is cut off from the graph."""

        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 3 * x.detach() ** 2 * g

    x = doubles(1.0, 2.0)
    assert gradcheck(Cube.apply, x)
    with pytest.raises(GradcheckError, match="Jacobian mismatch for output 0 with respect to input 0"):
        gradgradcheck(Cube.apply, x)
    assert gradgradcheck(Cube.apply, x, raise_exception=False) is False
    assert gradgradcheck(lambda x: x**3, x, torch.ones(2, dtype=torch.float64, requires_grad=True))


def test_float32_fails_and_says_why():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.warns(UserWarning, match="Input #0 requires gradient and is not a double precision"), \
         pytest.raises(GradcheckError, match="Jacobian mismatch"):  # fmt: skip
        gradcheck(lambda x: x * x, x)


def test_no_input_that_requires_a_gradient():
    with pytest.raises(ValueError, match="gradcheck expects at least one input tensor to require gradient"):
        gradcheck(torch.exp, torch.ones(2))


def test_an_output_that_was_cut_off():
    with pytest.raises(GradcheckError, match="Numerical gradient for function expected to be zero"):
        gradcheck(lambda x: x.detach() * 2, doubles(1.0))
    assert gradcheck(lambda x: (x > 0).double(), doubles(1.0))


def test_a_backward_that_differs_from_call_to_call():
    calls = []

    class Restless(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            calls.append(1)
            return g * (2 + 1e-7 * len(calls))

    with pytest.raises(GradcheckError, match="Backward is not reentrant"):
        gradcheck(Restless.apply, doubles(1.0))
    assert gradcheck(Restless.apply, doubles(1.0), nondet_tol=1e-3)


def test_an_undefined_cotangent_must_count_as_zeros():
    class Careless(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.set_materialize_grads(False)
            return x * 2, x * 3

        @staticmethod
        def backward(ctx, g, h):
            if g is None or h is None:
                return torch.ones(2, dtype=torch.float64)
            return 2 * g + 3 * h

    with pytest.raises(GradcheckError, match="Jacobian mismatch for output 0"):
        gradcheck(Careless.apply, doubles(1.0, 2.0))


def test_004_gradcheck_of_document_004s_functions():
    assert gradcheck(Ordered.apply, doubles(3.0, 1.0, 2.0, 5.0, 4.0))
    assert gradcheck(Mixed.apply, (doubles(1.0), doubles(2.0), 4))
    assert gradcheck(Mixed.apply, (doubles(1.0, -1.0, 0.3), doubles(2.0, 0.7, -2.0), 4))
    with pytest.raises(GradcheckError, match="Jacobian mismatch"):  # once_differentiable leaves nothing to find
        gradgradcheck(Mixed.apply, (doubles(1.0), doubles(2.0), 4))


def test_every_element_of_a_matrix_is_moved():
    calls = []
    x = torch.tensor(np.ones((2, 3)), requires_grad=True)
    assert gradcheck(lambda x: calls.append(1) or (x * x).sum(), x)
    assert len(calls) == 13  # once at x, twice for each of the six elements
