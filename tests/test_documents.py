"""What two tutorials on torch's autograd print, from minigrad, letter by letter: documents 002 and 003.

Numbers and printed texts are theirs; the programs say the same things in other words.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import minigrad as torch
from minigrad.autograd import Variable

SECOND_TIME = "Trying to backward through the graph a second time .* Specify retain_graph=True"


def floats(*values):
    """A vector that needs a gradient."""
    return torch.tensor(values, requires_grad=True)


# document 002


def test_002_simple():
    x = Variable(torch.FloatTensor([2]), requires_grad=True)
    assert isinstance(x, Variable) and isinstance(x, torch.Tensor) and repr(x) == "tensor([2.], requires_grad=True)"
    y = x + 2
    z = y**2 + 3
    assert repr(y) == "tensor([4.], grad_fn=<AddBackward0>)" and repr(z) == "tensor([19.], grad_fn=<AddBackward0>)"
    z.backward()
    assert repr(x.grad) == "tensor([8.])"


def test_002_mean_matmul():
    """The document's inputs were random. These are not, and were chosen to have the gradients that it printed."""
    printed = json.loads(Path(__file__).with_name("data").joinpath("document_002.json").read_text())
    x_row, w_column = np.array(printed["x_grad_row"]), np.array(printed["w_grad_column"])
    # out = mean over 10 x 5 of y - x @ w: x.grad is minus the row sums of w over 50, w.grad the column sums of x
    uneven = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])  # adds nothing to a sum
    w_values = -10 * x_row[:, None] + uneven
    x_values = -5 * w_column + np.concatenate([uneven, uneven])[:, None]
    y_values = np.full((10, 5), printed["out"]) + (x_values @ w_values).mean() + uneven
    x, y, w = (
        Variable(torch.tensor(v, dtype=torch.float32), requires_grad=True) for v in (x_values, y_values, w_values)
    )
    out = torch.mean(y - torch.matmul(x, w))
    assert repr(out) == "tensor(0.6134, grad_fn=<MeanBackward0>)"
    out.backward()
    row = (
        "[-0.0031, -0.0025,  0.0180, -0.0421,  0.0775,  0.0173,  0.0959, -0.0819,\n"
        "         -0.0808,  0.0176, -0.0060,  0.0045,  0.0164,  0.0288,  0.0493, -0.0328,\n"
        "          0.0390,  0.0009, -0.0534,  0.0088]"
    )
    assert repr(x.grad) == matrix([row] * 10)
    assert repr(y.grad) == matrix(["[" + ", ".join(["0.0200"] * 5) + "]"] * 10)
    assert repr(w.grad) == matrix(["[" + ", ".join([f"{v:7.4f}"] * 5) + "]" for v in w_column])


def matrix(rows):
    """The print of a matrix from the texts of its rows."""
    return "tensor([" + ",\n        ".join(rows) + "])"


def test_002_backward_twice():
    x = Variable(torch.FloatTensor([3]), requires_grad=True)
    y = x * 2 + x**2 + 3
    assert repr(y) == "tensor([18.], grad_fn=<AddBackward0>)"
    y.backward(retain_graph=True)
    assert repr(x.grad) == "tensor([8.])"
    y.backward()
    assert repr(x.grad) == "tensor([16.])"
    with pytest.raises(RuntimeError, match=SECOND_TIME):  # the document says so and does not show it
        y.backward()
    assert repr(x.grad) == "tensor([16.])"


# document 003: y = (x + w) * (w + 1) at w = 1, x = 2


def product(w, x):
    """The two factors of y and y itself."""
    left, right = torch.add(w, x), torch.add(w, 1)
    return left, right, torch.mul(left, right)


def test_003_backward_retain():
    w, x = floats(1.0), floats(2.0)
    left, right, y = product(w, x)
    y.backward(retain_graph=True)
    assert f"{w.grad!r} {x.grad!r}" == "tensor([5.]) tensor([2.])"
    for between in (left, right, y):
        with pytest.warns(UserWarning, match="not a leaf Tensor"):
            assert between.grad is None
    y.backward()
    assert [w.grad.tolist(), x.grad.tolist()] == [[10.0], [4.0]]
    with pytest.raises(RuntimeError, match=SECOND_TIME):
        y.backward()


def test_003_backward_cat():
    w, x = floats(1.0), floats(2.0)
    left, right, y = product(w, x)
    loss = torch.cat([y, left + right], dim=0)
    assert repr(loss) == "tensor([6., 5.], grad_fn=<CatBackward0>)"
    loss.backward(gradient=torch.tensor([1.0, 1.0]))
    assert f"{w.grad!r} {x.grad!r}" == "tensor([7.]) tensor([3.])"


def test_003_backward_grad_tensors():
    w, x = floats(1.0), floats(2.0)
    left, right, y = product(w, x)
    torch.autograd.backward([y, left + right], [torch.tensor([1.0]), torch.tensor([2.0])])
    assert [w.grad.tolist(), x.grad.tolist()] == [[9.0], [4.0]]
    with pytest.raises(TypeError, match="unexpected keyword argument 'tensor'"):  # the document's misprint
        torch.autograd.backward(tensor=y)


def test_003_gradients_accumulate_until_cleared():
    w, x = floats(1.0), floats(2.0)
    grads = set()
    for _ in range(4):
        product(w, x)[2].backward()
        assert f"{w.grad!r} {x.grad!r}" == "tensor([5.]) tensor([2.])"
        grads.add(id(w.grad))
        w.grad.zero_()
        x.grad.zero_()
    assert w.grad.tolist() == x.grad.tolist() == [0.0] and len(grads) == 1
    for _ in range(4):
        product(w, x)[2].backward()
    assert [w.grad.tolist(), x.grad.tolist()] == [[20.0], [8.0]]


def test_003_requires_grad_of_results():
    w, x, constant = floats(1.0), floats(2.0), torch.ones(1)
    left, right, _ = product(w, x)
    assert left.requires_grad and right.requires_grad and (constant * w).requires_grad
    assert not (constant + constant).requires_grad
    assert [t.is_leaf for t in (w, constant, left, constant + constant)] == [True, True, False, True]


def test_003_identity_of_a():
    a = torch.ones((1,))
    assert repr(a) == "tensor([1.])"
    before = a
    a = a + torch.ones((1,))
    assert repr(a) == "tensor([2.])" and a is not before and before.tolist() == [1.0]
    a = before
    a += torch.ones((1,))
    assert repr(a) == "tensor([2.])" and a is before


def test_003_leaf_in_place():
    """The document shows it on a tensor that needs no gradient, where it is allowed."""
    a = floats(1.0)
    message = r"a leaf Variable that requires grad is being used in an in-place operation\."
    with pytest.raises(RuntimeError, match=message):
        a += torch.ones((1,))
    with pytest.raises(RuntimeError, match=message):
        a.add_(torch.ones((1,)))
    assert a.tolist() == [1.0] and a.is_leaf
    b = a + 1
    b += 1
    assert repr(b) == "tensor([3.], grad_fn=<AddBackward0>)"
