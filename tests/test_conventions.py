"""What the table of operations cannot say: conventions that changed between versions of torch, and what is drawn."""

import numpy as np
import pytest

import minigrad as torch

F = torch.nn.functional
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


# dropout: what it draws


def test_dropout_zeroes_the_share_p_and_scales_the_rest():
    torch.manual_seed(0)
    x = torch.ones(100, 100, requires_grad=True)
    y = F.dropout(x, 0.3)
    y.sum().backward()
    share = (y == 0).to(torch.float64).mean().item()
    assert abs(share - 0.3) < 0.02 and y.dtype == torch.float32
    np.testing.assert_allclose(np.unique(y.detach().numpy()), [0, 1 / 0.7], rtol=1e-6)
    assert y.tolist() == x.grad.tolist()


def test_dropout_draws_anew_and_the_same_after_the_same_seed():
    x = torch.ones(50)
    torch.manual_seed(3)
    first, second = F.dropout(x).tolist(), F.dropout(x).tolist()
    torch.manual_seed(3)
    assert first != second and [F.dropout(x).tolist(), F.dropout(x).tolist()] == [first, second]


def test_dropout_of_nothing_is_the_tensor_itself():
    x = torch.ones(3, requires_grad=True)
    assert F.dropout(x, training=False) is x and F.dropout(x, 0.0) is x


# activations and functions


@pytest.mark.parametrize("function", [F.silu, F.softplus, F.logsigmoid, F.gelu, F.mish, F.elu, torch.sigmoid],
                         ids=lambda f: getattr(f, "__name__", "function"))  # fmt: skip
@pytest.mark.parametrize("at", [-1000.0, 1000.0])
def test_second_derivatives_vanish_far_out(function, at):
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(function(x), x, create_graph=True)
    if slope.requires_grad:
        assert torch.autograd.grad(slope, x)[0].item() == 0


def test_sigmoid_keeps_its_digits_far_below_0():
    assert torch.sigmoid(torch.tensor(-20.0)).item() == pytest.approx(2.0611536e-9, rel=1e-6)
    x = torch.tensor(-30.0, dtype=torch.float64, requires_grad=True)
    x.sigmoid().backward()
    assert x.grad.item() == pytest.approx(9.357622968839299e-14, rel=1e-12)


def test_sinc_has_a_second_derivative_at_0():
    """torch answers nan there."""
    x = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.sinc(x), x, create_graph=True)
    slope.backward()
    assert slope.item() == 0 and x.grad.item() == pytest.approx(-(np.pi**2) / 3)


def test_bools_have_no_negative():
    for negate in (torch.neg, torch.negative, lambda t: -t):
        with pytest.raises(NotImplementedError, match="Negation, the `-` operator, on a bool tensor is not supported"):
            negate(torch.tensor([True]))
