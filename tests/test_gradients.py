"""`grad`: what it answers, what it leaves alone, and derivatives of every order."""

import threading
import warnings

import numpy as np
import pytest
from finite_differences import check_gradients, differences
from hypothesis import given
from hypothesis import strategies as st
from shorthand import leaf, lists, refused

import minigrad as torch
from minigrad.autograd import grad

DOUBLE = {"dtype": torch.float64}


# against backward


def network(x, w, b):
    """Two layers, a view, a broadcast, a value that is used twice."""
    h = (x @ w + b).tanh()
    return (h * h.t()).sum(0) + h[0] * x[:, 1]


POINTS = [np.linspace(-1, 1, 9).reshape(3, 3), np.linspace(0.5, -0.7, 9).reshape(3, 3), np.array([0.1, -0.2, 0.3])]
WEIGHTS = np.array([1.0, -2.0, 0.5])


def test_grad_is_what_backward_would_add():
    x, w, b = [torch.tensor(p, requires_grad=True) for p in POINTS]
    network(x, w, b).backward(torch.tensor(WEIGHTS))
    answers = grad(network(x, w, b), [b, x, w], torch.tensor(WEIGHTS))
    for answer, t in zip(answers, [b, x, w], strict=True):
        np.testing.assert_array_equal(answer.numpy(), t.grad.numpy())
        assert not answer.requires_grad and answer.dtype == torch.float64 and answer.shape == t.shape


def test_one_partial_derivative_is_one_of_all():
    """Whatever else is asked for, the answer is the same; what is not asked for is not walked."""
    x, w, b = [torch.tensor(p, requires_grad=True) for p in POINTS]
    together = grad(network(x, w, b), [x, w, b], torch.tensor(WEIGHTS))
    for alone, t in zip(together, [x, w, b], strict=True):
        (answer,) = grad(network(x, w, b), t, torch.tensor(WEIGHTS))
        np.testing.assert_allclose(answer.numpy(), alone.numpy(), rtol=1e-14)


def test_derivatives_of_two_orders_against_differences():
    check_gradients(network, POINTS)


# the weights of grad_outputs


def jacobian(f, x):
    """The derivative of every element of f(x) by every element of x, one walk for each row."""
    y = f(x)
    rows = [grad(y, x, torch.tensor(e), retain_graph=True)[0].tolist() for e in np.eye(y.numel())]
    return np.array(rows)


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_a_cotangent_weighs_the_rows_of_the_jacobian(weights):
    x = leaf(0.2, -0.4, 0.9, **DOUBLE)

    def f(x):
        return torch.stack([x[0] * x[1], x.sum() ** 2, x[2].exp()])

    (answer,) = grad(f(x), x, torch.tensor(weights, **DOUBLE))
    np.testing.assert_allclose(answer.numpy(), np.array(weights) @ jacobian(f, x), rtol=1e-12, atol=1e-12)


def test_a_cotangent_can_be_differentiated_itself():
    """The gradient is linear in it, and the derivative by it is the Jacobian again."""
    x, v = leaf(1, 2, **DOUBLE), leaf(0.5, -1, **DOUBLE)
    (g,) = grad(x * x * x, x, v, create_graph=True)
    gx, gv = grad(g.sum(), [x, v])
    assert lists([g, gx, gv]) == [[1.5, -12.0], [3.0, -12.0], [3.0, 12.0]]


def test_outputs_are_added_up_with_their_weights():
    x = leaf(1, 2)
    y, z = x * 2, (x * x).sum()
    assert lists(grad([y, z], x, [torch.tensor([1.0, 10.0]), None], retain_graph=True)) == [[4.0, 24.0]]
    assert lists(grad([z, z * 1], x)) == [[4.0, 8.0]]
    assert lists(grad([x, x * 3], x, [torch.ones(2), torch.ones(2)])) == [[4.0, 4.0]]


# what an answer is


def test_the_same_input_twice_has_the_same_answer_twice():
    x = leaf(1, 2)
    a, b = grad((x * x).sum(), [x, x])
    assert lists([a, b]) == [[2.0, 4.0]] * 2
    a += 1
    assert lists(b) == [2.0, 4.0]


@pytest.mark.parametrize("pick", ["sum", "reshape", "transpose", "expand", "select", "nothing", "leaf"])
def test_an_answer_has_memory_of_its_own(pick):
    """Rules hand on views of the cotangent; writing to an answer must not reach it, nor another answer.

    torch gives the cotangent itself away here.
    """
    x, v = leaf([1.0, 2.0], [3.0, 4.0]), torch.ones(2, 2)
    y = {
        "sum": lambda: (x + x.sum()) * 1, "reshape": lambda: x.reshape(4).reshape(2, 2), "transpose": lambda: x.t(),
        "expand": lambda: x.unsqueeze(0).expand(1, 2, 2)[0], "select": lambda: x[:] + 0, "nothing": lambda: x + 0,
        "leaf": lambda: x,
    }[pick]()  # fmt: skip
    h = y + 0
    by_x, by_y, by_h = grad(h, [x, y, h], v)
    before = lists([by_x, by_y, by_h])
    for i, g in enumerate((by_x, by_y, by_h)):
        g.add_(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        assert lists(v) == [[1.0, 1.0], [1.0, 1.0]]
        assert lists([by_x, by_y, by_h][i + 1 :]) == before[i + 1 :]


def test_an_answer_has_the_dtype_and_shape_of_its_input():
    x, y = torch.ones(1, 3, requires_grad=True), torch.ones(2, 1, dtype=torch.float64, requires_grad=True)
    a, b = grad((x * y).sum(), [x, y])
    assert [a.dtype, b.dtype, a.shape, b.shape] == [torch.float32, torch.float64, (1, 3), (2, 1)]


@pytest.mark.parametrize(
    "function",
    [lambda x: x.t() * x.t(), lambda x: torch.nn.functional.linear(torch.ones(4, 3), x), lambda x: x.t() + 0],
    ids=["product", "linear", "sum"],
)
def test_a_gradient_lies_in_order_in_memory(function):
    """So that `p.grad.view(-1)` works, whatever way the gradient came."""
    x = leaf([1, 2, 3], [4, 5, 6])
    (answer,) = grad(function(x).sum(), x)
    function(x).sum().backward()
    assert lists(answer.view(-1)) == lists(x.grad.view(-1)) and x.grad.is_contiguous()


def test_inputs_may_be_results_behind_one_another():
    x = leaf(2, **DOUBLE)
    a = x * x
    b = a * a
    y = b * b
    assert lists(grad(y, [y, b, a, x])) == [[1.0], [32.0], [256.0], [1024.0]]


def test_a_view_that_was_made_anew_for_the_question_is_not_the_one_in_the_graph():
    x = leaf(1, 2)
    y = (x[0] * x[1]).sum()
    refused(lambda: grad(y, x[0]), "The differentiated Tensor at index 0 appears to not have been used in the graph")


def test_what_lies_behind_an_input_is_not_freed():
    x = leaf(1, 2, **DOUBLE)
    h = x.exp()
    grad((h * h).sum(), h)
    h.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp([1.0, 2.0]))


def test_a_refused_question_frees_and_changes_nothing():
    x, other = leaf(1, 2), leaf(1)
    y = (x * x).sum()
    refused(lambda: grad(y, torch.ones(2)), "One of the differentiated Tensors does not require grad")
    refused(lambda: grad(y, x, torch.ones(2)), "Mismatch in shape")
    refused(lambda: grad(y, []), "cannot be empty")
    y.backward()
    assert lists(x.grad) == [2.0, 4.0] and other.grad is None and torch.is_grad_enabled()


def test_grad_works_under_no_grad_and_create_graph_switches_recording_on():
    x = leaf(2)
    y = x * x * x
    with torch.no_grad():
        (g,) = grad(y, x, create_graph=True)
        assert not torch.is_grad_enabled()
    assert g.requires_grad and lists(grad(g, x)) == [[12.0]]


# orders


def test_derivatives_of_five_orders():
    x = leaf(0.3, -0.8, **DOUBLE)
    g, slopes = x.sin() * x.exp(), []
    for _ in range(5):
        (g,) = grad(g.sum(), x, create_graph=True)
        slopes.append(g.tolist())
    at = np.array([0.3, -0.8])
    s, c, e = np.sin(at), np.cos(at), np.exp(at)
    expected = [e * (s + c), 2 * e * c, 2 * e * (c - s), -4 * e * s, -4 * e * (s + c)]
    np.testing.assert_allclose(slopes, expected, rtol=1e-12)


def test_newtons_method():
    x = torch.tensor(1.0, requires_grad=True, **DOUBLE)
    for _ in range(6):
        (g,) = grad(x.exp() + x * x, x, create_graph=True)
        (gg,) = grad(g, x)
        with torch.no_grad():
            x -= g / gg
    np.testing.assert_allclose(np.exp(x.item()), -2 * x.item(), rtol=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_a_hessian_is_symmetric_and_its_product_with_a_vector_needs_no_matrix(seed):
    random = np.random.default_rng(seed)
    x, v = torch.tensor(random.uniform(-1, 1, 4), requires_grad=True), random.standard_normal(4)
    m = torch.tensor(random.standard_normal((4, 4)))

    def slope():
        return grad(((m @ x).tanh() * x.exp()).sum() + (x.sum() ** 3), x, create_graph=True)[0]

    g = slope()
    rows = [grad(g[i], x, retain_graph=True)[0].numpy() for i in range(4)]
    np.testing.assert_allclose(rows, np.transpose(rows), rtol=1e-9, atol=1e-12)
    (product,) = grad(slope(), x, torch.tensor(v))
    np.testing.assert_allclose(product.numpy(), np.array(rows) @ v, rtol=1e-9, atol=1e-12)


def test_the_penalty_of_a_gradients_norm():
    def penalty(w, x):
        leaf_x = x if x.requires_grad else x.detach().requires_grad_()
        (g,) = grad((leaf_x @ w).tanh().sum(), leaf_x, create_graph=True)
        return (((g * g).sum(1) ** 0.5 - 1) ** 2).mean()

    at = [np.linspace(0.2, 1, 4).reshape(2, 2), np.linspace(-1, 1, 6).reshape(3, 2)]
    w, x = [torch.tensor(a, requires_grad=True) for a in at]
    found = grad(penalty(w, x), [w, x])
    wanted = differences(lambda *a: penalty(*map(torch.tensor, a)).detach().numpy(), at, np.float64(1))
    for got, want in zip(found, wanted, strict=True):
        np.testing.assert_allclose(got.numpy(), want, rtol=1e-6, atol=1e-9)


def test_a_constant_gradient_says_so():
    x = leaf(1, 2)
    (g,) = grad((x * 3).sum(), x, create_graph=True)
    assert lists(g) == [3.0, 3.0] and not g.requires_grad
    (g,) = grad((x * 3 + x * x).sum(), x, create_graph=True)
    assert lists(grad(g.sum(), x)) == [[2.0, 2.0]]


# materialize_grads, allow_unused


def test_unused_inputs_may_be_asked_for_in_three_ways():
    x, w = leaf(1, 2), leaf([1.0], [2.0], **DOUBLE)
    y = x.sum()
    assert grad(y, [x, w], allow_unused=True)[1] is None
    zeros = grad(y, [x, w], materialize_grads=True)[1]
    assert lists(zeros) == [[0.0], [0.0]] and zeros.dtype == torch.float64
    refused(lambda: grad(y, [w, x]), "The differentiated Tensor at index 0 appears to not have been used")


def test_used_but_constant_is_zero_and_not_unused():
    x = leaf(1, 2)
    assert lists(grad((x * 0).sum() + x.sign().sum() + x.detach().sum(), x)) == [[0.0, 0.0]]


# retain_grad


def test_retain_grad_with_create_graph_keeps_a_differentiable_gradient():
    x = leaf(2, **DOUBLE)
    h = x * x
    h.retain_grad()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        (h * h).sum().backward(create_graph=True)
    assert lists(h.grad) == [8.0] and lists(grad(h.grad, x)) == [[8.0]]
    x.grad = h.grad = None


def test_a_retained_gradient_is_whole_also_where_slices_were_used():
    x = leaf(1, 2, 3)
    h = x * 2
    h.retain_grad()
    (h[0] * 5 + h[1:].sum() + h.sum()).backward()
    assert lists([h.grad, x.grad]) == [[6.0, 2.0, 2.0], [12.0, 4.0, 4.0]]


# threads


def test_the_mode_and_the_walk_of_one_thread_are_not_those_of_another():
    """One thread records nothing, one walks with create_graph, one without, all at the same time."""
    found, start = {}, threading.Barrier(3)

    def quiet():
        start.wait()
        for _ in range(200):
            with torch.no_grad():
                found["quiet"] = (leaf(1) * 2).requires_grad

    def recording():
        start.wait()
        for _ in range(200):
            x = leaf(2)
            (g,) = grad(x * x * x, x, create_graph=True)
            found["recording"] = g.requires_grad and lists(grad(g, x))

    def plain():
        start.wait()
        for _ in range(200):
            x = leaf(2)
            (g,) = grad(x * x * x, x)
            found["plain"] = (g.requires_grad, torch.is_grad_enabled(), (x * 1).requires_grad)

    threads = [threading.Thread(target=f) for f in (quiet, recording, plain)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"quiet": False, "recording": [[12.0]], "plain": (False, True, True)}


def test_retain_grad_moves_along_when_the_tensor_is_written():
    x = torch.ones(2, requires_grad=True)
    y = x * 1
    y.retain_grad()
    y.mul_(2)
    y[0] = y[1] * 3
    (y * torch.tensor([1.0, 5.0])).sum().backward()
    assert y.grad.tolist() == [1.0, 5.0]  # of the value that y has now
    assert x.grad.tolist() == [0.0, 2 * (5.0 + 3.0)]
