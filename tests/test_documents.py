"""What five tutorials on torch's autograd print, from minigrad, letter by letter: documents 000 to 004.

Numbers and printed texts are theirs; the programs say the same things in other words. Document 004's Functions are in
test_function and test_verify. Where torch 2.15 prints something else than an old document, torch is followed, and the
test says so.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from shorthand import leaf

import minigrad as torch
from minigrad.autograd import Variable, grad

SECOND_TIME = "Trying to backward through the graph a second time .* Specify retain_graph=True"


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
    w, x = leaf(1.0), leaf(2.0)
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
    w, x = leaf(1.0), leaf(2.0)
    left, right, y = product(w, x)
    loss = torch.cat([y, left + right], dim=0)
    assert repr(loss) == "tensor([6., 5.], grad_fn=<CatBackward0>)"
    loss.backward(gradient=torch.tensor([1.0, 1.0]))
    assert f"{w.grad!r} {x.grad!r}" == "tensor([7.]) tensor([3.])"


def test_003_backward_grad_tensors():
    w, x = leaf(1.0), leaf(2.0)
    left, right, y = product(w, x)
    torch.autograd.backward([y, left + right], [torch.tensor([1.0]), torch.tensor([2.0])])
    assert [w.grad.tolist(), x.grad.tolist()] == [[9.0], [4.0]]
    with pytest.raises(TypeError, match="unexpected keyword argument 'tensor'"):  # the document's misprint
        torch.autograd.backward(tensor=y)


def test_003_gradients_accumulate_until_cleared():
    w, x = leaf(1.0), leaf(2.0)
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
    w, x, constant = leaf(1.0), leaf(2.0), torch.ones(1)
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
    a = leaf(1.0)
    message = r"a leaf Variable that requires grad is being used in an in-place operation\."
    with pytest.raises(RuntimeError, match=message):
        a += torch.ones((1,))
    with pytest.raises(RuntimeError, match=message):
        a.add_(torch.ones((1,)))
    assert a.tolist() == [1.0] and a.is_leaf
    b = a + 1
    b += 1
    assert repr(b) == "tensor([3.], grad_fn=<AddBackward0>)"


# document 000: x[i][j] = i + j, y = x ** 2, weighted by ones, and differentiated twice

GRID = "tensor([[0., 1., 2., 3.],\n        [1., 2., 3., 4.],\n        [2., 3., 4., 5.]]"
SQUARES = "tensor([[ 0.,  1.,  4.,  9.],\n        [ 1.,  4.,  9., 16.],\n        [ 4.,  9., 16., 25.]]"
SLOPES = "tensor([[ 0.,  2.,  4.,  6.],\n        [ 2.,  4.,  6.,  8.],\n        [ 4.,  6.,  8., 10.]]"
TWOS = "tensor([[2., 2., 2., 2.],\n        [2., 2., 2., 2.],\n        [2., 2., 2., 2.]]"
VIEW_OF_LEAF = r"a view of a leaf Variable that requires grad is being used in an in-place operation\."


def fill(x):
    """Element by element, through two indices."""
    for i in range(3):
        for j in range(4):
            x[i][j] = i + j


def check_000(x, ending):
    """The five prints for an x that was filled."""
    y = x**2
    weight = torch.ones(y.size())
    first = grad(y, x, grad_outputs=weight, retain_graph=True, create_graph=True, only_inputs=True)
    second = grad(first[0], x, grad_outputs=weight, retain_graph=True, create_graph=True, only_inputs=True)
    assert isinstance(first, tuple) and isinstance(second, tuple)
    assert repr(x) == GRID + ending
    assert repr(y) == SQUARES + ", grad_fn=<PowBackward0>)"
    assert repr(weight) == "tensor([" + ",\n        ".join(["[1., 1., 1., 1.]"] * 3) + "])"
    # the document, of torch 0.4, has ThMulBackward
    assert repr(first[0]) == SLOPES + ", grad_fn=<MulBackward0>)"
    assert repr(second[0]) == TWOS + ", grad_fn=<MulBackward0>)"


@pytest.mark.parametrize(
    "make", [lambda: torch.rand(3, 4), lambda: Variable(torch.zeros(3, 4)), lambda: torch.randn(3, 4)]
)
def test_000_filled_nonleaf(make):
    """The line that makes x is lost in the document; its print is that of a tensor which is no leaf."""
    x = make().requires_grad_().clone()
    fill(x)
    assert not x.is_leaf and x.grad_fn.name().endswith("CopySlices")
    check_000(x, ", grad_fn=<CopySlices>)")


def test_000_filled_leaf():
    """What the document seems to do is refused today, at the first assignment."""
    for x in (torch.rand(3, 4, requires_grad=True), Variable(torch.zeros(3, 4), requires_grad=True)):
        before = x.tolist()
        with pytest.raises(RuntimeError, match=VIEW_OF_LEAF):
            fill(x)
        with pytest.raises(RuntimeError, match=VIEW_OF_LEAF):
            x[0] = 1.0
        assert x.tolist() == before and x.grad_fn is None


def test_000_filled_before_it_requires_grad_and_under_no_grad():
    x = torch.zeros(3, 4)
    fill(x)
    assert repr(x) == GRID + ")"
    check_000(x.requires_grad_(), ", requires_grad=True)")
    x = torch.rand(3, 4, requires_grad=True)
    with torch.no_grad():
        fill(x)
    check_000(x, ", requires_grad=True)")


def test_000_filled_without_grad():
    x = Variable(torch.zeros(3, 4))
    fill(x)
    y = x**2
    assert repr(y) == SQUARES + ")"
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad and does not have a grad_fn"):
        grad(y, x, torch.ones(y.size()))


def test_000_weight_multiplies():
    """The result has to be multiplied with the weight, says the document; here with weights other than one."""
    x = torch.zeros(3, 4).requires_grad_().clone()
    fill(x)
    weight = torch.tensor([[1.0, 2.0, 3.0, 4.0], [0.0, -1.0, 0.5, 2.0], [10.0, 0.0, 0.0, 1.0]])
    (first,) = grad(x**2, x, weight, create_graph=True)
    assert first.tolist() == [[0.0, 4.0, 12.0, 24.0], [0.0, -4.0, 3.0, 16.0], [40.0, 0.0, 0.0, 10.0]]
    (second,) = grad(first, x, weight)
    assert repr(second) == (
        "tensor([[  2.0000,   8.0000,  18.0000,  32.0000],\n        [  0.0000,   2.0000,   0.5000,   8.0000],\n"
        "        [200.0000,   0.0000,   0.0000,   2.0000]])"
    )


def test_000_docstring_claims():
    """What grad promises there, and what torch 2.15 keeps of it."""
    x, w = leaf(1.0, 2.0), leaf(5.0, 5.0)
    assert grad((x * x).sum(), x, None)[0].tolist() == grad((x * x).sum(), x, [None])[0].tolist() == [2.0, 4.0]
    with pytest.raises(RuntimeError, match="element 1 of tensors does not require grad and does not have a grad_fn"):
        grad([x.sum(), torch.ones(1)], x, [None, None])  # promised as allowed
    y = (x**3).sum()
    grad(y, x, create_graph=True)  # keeps the graph
    assert grad(y, x)[0].tolist() == [3.0, 12.0]  # frees it
    with pytest.raises(RuntimeError, match=SECOND_TIME):
        grad(y, x)
    with pytest.raises(RuntimeError, match="Set allow_unused=True"):
        grad((x * x).sum(), [x, w])
    used, unused = grad((x * x).sum(), [x, w], allow_unused=True)
    assert used.tolist() == [2.0, 4.0] and unused is None and x.grad is None
    with pytest.warns(FutureWarning, match="only_inputs argument is deprecated"):
        assert grad((x * w).sum(), x, only_inputs=False)[0].tolist() == [5.0, 5.0]
    assert w.grad is None  # promised to be filled
    assert grad([x.sum() * 3, (x**2).sum(), (x**3).sum() - x.sum() * 3], x)[0].tolist() == [5.0, 16.0]


# document 001

X_001 = [[0.6896, 0.3966, 0.2412, 0.5902], [0.0767, 0.2957, 0.2829, 0.3379], [0.1813, 0.3087, 0.8247, 0.9677]]
ONES = "tensor([" + ",\n        ".join(["[1., 1., 1., 1.]"] * 3) + "])"


def test_001_script():
    """The document's x had more digits than it printed; the last digits are those of the printed x."""
    x = torch.tensor(X_001)
    x.requires_grad_()
    total = torch.sum(x)
    assert repr(x) == (
        "tensor([[0.6896, 0.3966, 0.2412, 0.5902],\n        [0.0767, 0.2957, 0.2829, 0.3379],\n"
        "        [0.1813, 0.3087, 0.8247, 0.9677]], requires_grad=True)"
    )
    assert repr(total) == "tensor(5.1932, grad_fn=<SumBackward0>)"
    assert repr(grad(outputs=total, inputs=x)[0]) == ONES
    assert repr(grad(outputs=total, inputs=x, grad_outputs=torch.ones_like(total))[0]) == ONES
    y = x[:, 0] + x[:, 1] ** 2
    assert repr(y) == "tensor([0.8469, 0.1641, 0.2766], grad_fn=<AddBackward0>)"
    first = grad(outputs=y, inputs=x, grad_outputs=torch.ones_like(y), create_graph=True)[0]
    second = grad(outputs=first, inputs=x, grad_outputs=torch.ones_like(first))[0]
    assert repr(first) == (
        "tensor([[1.0000, 0.7932, 0.0000, 0.0000],\n        [1.0000, 0.5914, 0.0000, 0.0000],\n"
        "        [1.0000, 0.6174, 0.0000, 0.0000]], grad_fn=<AddBackward0>)"
    )
    assert repr(second) == "tensor([" + ",\n        ".join(["[0., 2., 0., 0.]"] * 3) + "])"
    assert first.requires_grad and not second.requires_grad
    np.testing.assert_allclose(y.tolist(), [0.8468915224075317, 0.16413849592208862, 0.27659568190574646], rtol=1e-7)


def test_001_without_grad_outputs():
    x = torch.tensor(X_001, requires_grad=True)
    y = x[:, 0] + x[:, 1] ** 2
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs"):
        grad(y, x)
    np.testing.assert_allclose(
        grad(y.sum(), x)[0].numpy(), [[1, 0.7932, 0, 0], [1, 0.5914, 0, 0], [1, 0.6174, 0, 0]], rtol=1e-6
    )


# document 002, its second part: n[0, 0] = m[0, 0] ** 2


def squares_and_cubes():
    """m, and n made of its elements one by one."""
    m = Variable(torch.FloatTensor([[2, 3]]), requires_grad=True)
    n = Variable(torch.zeros(1, 2))
    assert repr(m) == "tensor([[2., 3.]], requires_grad=True)" and repr(n) == "tensor([[0., 0.]])"
    n[0, 0] = m[0, 0] ** 2
    n[0, 1] = m[0, 1] ** 3
    return m, n


def test_002_copy_slices():
    m, n = squares_and_cubes()
    assert repr(n) == "tensor([[ 4., 27.]], grad_fn=<CopySlices>)"
    n.backward(torch.ones_like(n))
    assert repr(m.grad) == "tensor([[ 4., 27.]])"
    assert [n.is_leaf, m.is_leaf] == [False, True]


def test_002_copy_slices_weights():
    m, n = squares_and_cubes()
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs"):
        n.backward()
    n.backward(torch.tensor([[0.5, -2.0]]), retain_graph=True)
    assert m.grad.tolist() == [[2.0, -54.0]]
    n.backward(torch.tensor([[1.0, 0.0]]))
    assert m.grad.tolist() == [[6.0, -54.0]]


# document 004


def test_004_linear():
    """The document's weights were random. These are not, and were chosen to give what it printed."""
    line = torch.nn.Linear(3, 2)
    gradient, x = np.array([0.6039, 0.2139, -0.9551]), leaf(1.0, 2.0, 3.0)
    weight = np.array([[0.1, -0.4, 0.3], [0.0, 0.0, 0.0]])
    weight[1] = gradient - weight[0]  # the gradient of the sum of both results is the sum of the rows
    with torch.no_grad():
        line.weight.copy_(torch.tensor(weight))
        line.bias.copy_(torch.tensor(np.array([-1.0743, -0.7277]) - weight @ [1.0, 2.0, 3.0]))
    y = line(x)
    # the document printed grad_fn=<AddBackward0>; in today's torch one vector is a row of addmm, seen as a vector
    assert repr(y) == "tensor([-1.0743, -0.7277], grad_fn=<UnsafeViewBackward0>)"
    z = torch.autograd.grad((y,), (x,), grad_outputs=torch.ones_like(y), retain_graph=True)
    assert repr(z) == "(tensor([ 0.6039,  0.2139, -0.9551]),)"
    y.sum().backward()
    assert line.weight.grad.tolist() == [[1.0, 2.0, 3.0]] * 2 and line.bias.grad.tolist() == [1.0, 1.0]


def test_004_linear_module():
    line = torch.nn.Linear(3, 2)
    parameters = dict(line.named_parameters())
    assert list(parameters) == ["weight", "bias"] and repr(line) == "Linear(in_features=3, out_features=2, bias=True)"
    assert [tuple(p.shape) for p in parameters.values()] == [(2, 3), (2,)]
    assert all(isinstance(p, torch.nn.Parameter) and p.is_leaf and p.requires_grad for p in parameters.values())
    assert all(abs(p.detach().numpy()).max() <= 1 / np.sqrt(3) for p in parameters.values())
    batch = line(torch.ones(4, 3))
    assert batch.shape == (4, 2) and batch.grad_fn.name() == "AddmmBackward0"
