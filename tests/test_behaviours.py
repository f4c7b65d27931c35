"""What torch's engine does, rule by rule: backward and grad.

Values and messages were recorded with torch 2.15 on a CPU. Each test is one rule.
"""


import numpy as np
import pytest
from shorthand import leaf, lists, refused

import minigrad as torch
from minigrad.autograd import backward, grad

SECOND_TIME = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already "
    "been freed)",
    "Specify retain_graph=True if you need to backward through the graph a second time",
)
NO_GRAPH = "element 0 of tensors does not require grad and does not have a grad_fn"
SCALARS_ONLY = "grad can be implicitly created only for scalar outputs"
NEEDS_NONE = "One of the differentiated Tensors does not require grad"


def mismatch(given, wanted):
    """torch's words for a cotangent of the wrong shape."""
    return f"grad_output[0] has a shape of torch.Size({given}) and output[0] has a shape of torch.Size({wanted})."


@pytest.fixture
def x():
    """Most rules are told on this vector."""
    return leaf(1, 2, 3)


# backward and grad


def test_a_second_walk_through_saved_values_is_refused(x):
    y = (x * x).sum()
    y.backward()
    refused(y.backward, *SECOND_TIME)
    refused(lambda: grad(y, x), *SECOND_TIME)
    assert lists(x.grad) == [2.0, 4.0, 6.0]


def test_what_saved_nothing_may_be_walked_again():
    x = leaf(1, 2, 3)
    y = (x + 1 - x.detach()).reshape(3, 1).sum()
    y.backward()
    y.backward()
    assert lists(x.grad) == [2.0, 2.0, 2.0]
    assert lists(grad(y, x)) == [[1.0, 1.0, 1.0]]


@pytest.mark.parametrize(
    ("name", "function"),
    [("neg", lambda x: -x), ("x - 1", lambda x: x - 1), ("reshape", lambda x: x.reshape(3, 1)),
     ("x[1:]", lambda x: x[1:]), ("mean", lambda x: x.mean()), ("clone", lambda x: x.clone()),
     ("cat", lambda x: torch.cat([x, x]))],
)  # fmt: skip
def test_linear_operations_save_nothing(x, name, function):
    y = function(x).sum()
    y.backward()
    y.backward()


@pytest.mark.parametrize(
    ("name", "function"), [("x * 2", lambda x: x * 2), ("x / 2", lambda x: x / 2), ("x[[0]]", lambda x: x[[0]])]
)
def test_a_factor_and_an_index_count_as_saved(x, name, function):
    y = function(x).sum()
    y.backward()
    refused(y.backward, *SECOND_TIME)


def test_retain_graph_is_for_the_next_call_only(x):
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward(retain_graph=True)
    y.backward()
    assert lists(x.grad) == [6.0, 12.0, 18.0]
    refused(y.backward, *SECOND_TIME)


def test_two_outputs_over_a_part_that_was_freed(x):
    h = x * x
    a, b = (h * 2).sum(), (h * 3).sum()
    a.backward()
    refused(b.backward, *SECOND_TIME)


def test_without_cotangent_a_root_has_one_element_of_any_shape(x):
    for many in (x * 2, torch.zeros(0, requires_grad=True) * 2):
        refused(many.backward, SCALARS_ONLY)
    refused(lambda: grad(x * 2, x), SCALARS_ONLY)
    (x * 2).sum().reshape(1, 1, 1).backward()
    assert lists(x.grad) == [2.0, 2.0, 2.0]


def test_a_root_without_a_graph_is_named_by_its_number(x):
    refused(torch.ones(1).backward, NO_GRAPH)
    refused(lambda: grad(torch.ones(1), x), NO_GRAPH)
    refused(
        lambda: backward([x.sum(), torch.ones(1)]),
        "element 1 of tensors does not require grad and does not have a grad_fn",
    )


def test_grad_for_a_constant_is_refused(x):
    c = torch.ones(3)
    refused(lambda: grad((x * c).sum(), c), NEEDS_NONE)
    refused(lambda: grad((x * c).sum(), [x, c]), NEEDS_NONE)
    refused(lambda: (x * c).sum().backward(inputs=[x, c]))
    refused(lambda: grad(c, c, torch.ones(3)), NO_GRAPH)  # the outputs are looked at first
    assert x.grad is None


def test_an_unused_input_is_an_error_or_none_and_not_zeros(x):
    w = leaf(1)
    refused(
        lambda: grad((x * 2).sum(), [x, w]),
        "The differentiated Tensor at index 1 appears to not have been used in the graph.",
        "Set allow_unused=True if this is the desired behavior.",
    )
    g, unused = grad((x * 2).sum(), [x, w], allow_unused=True)
    assert lists(g) == [2.0, 2.0, 2.0] and unused is None
    (x * 2).sum().backward()
    assert w.grad is None


def test_a_cotangent_has_exactly_the_shape_of_its_output(x):
    y = x * 2
    refused(lambda: y.backward(torch.ones(2)), "Mismatch in shape: " + mismatch([2], [3]))
    refused(lambda: grad(y, x, torch.ones(1)), mismatch([1], [3]))
    refused(lambda: grad(y, x, torch.tensor(1.0)), mismatch([], [3]))
    refused(lambda: grad(y.sum(), x, torch.ones(1)), mismatch([1], []))


def test_a_cotangent_is_a_tensor_and_there_is_one_for_each_output(x):
    y = x * 2
    refused(lambda: grad(y, x, 1.0), "'float' object is not iterable", error=TypeError)
    refused(lambda: grad(y, x, [1.0]), "gradients can be either Tensors or None, but got float", error=TypeError)
    refused(lambda: grad([y, y], x, [torch.ones(3)]), "got 2 tensors and 1 gradients")
    refused(lambda: grad([y], x, [None]), SCALARS_ONLY)
    assert lists(grad(y, x, [torch.ones(3), torch.ones(3)])) == [[2.0, 2.0, 2.0]]  # a surplus one is ignored


def test_empty_inputs_are_refused(x):
    y = x.sum()
    refused(lambda: y.backward(inputs=[]), "`inputs` argument to `backward()` cannot be empty.")
    refused(lambda: grad(y, []), "`inputs` argument to `grad()` cannot be empty.")


def test_backward_inputs_are_the_only_ones_to_get_a_grad(x):
    y, z = leaf(1, 2, 3), leaf(1)
    (x * y).sum().backward(inputs=[x])
    assert lists(x.grad) == [1.0, 2.0, 3.0] and y.grad is None
    (x * y).sum().backward(inputs=y)
    assert lists(y.grad) == lists(x.grad) == [1.0, 2.0, 3.0]
    (x * y).sum().backward(inputs=[y, z])
    assert z.grad is None


def test_grad_leaves_every_grad_alone(x):
    y = leaf(1, 2, 3)
    answer = grad((x * y).sum(), [x])
    assert isinstance(answer, tuple) and lists(answer) == [[1.0, 2.0, 3.0]]
    assert x.grad is None and y.grad is None


def test_grad_takes_lists_tuples_and_single_tensors(x):
    y = leaf(1, 2, 3)
    both = grad((x * y).sum(), (y, x))
    assert isinstance(both, tuple) and lists(both) == [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]
    assert lists(grad([(x * y).sum()], x)) == [[1.0, 2.0, 3.0]]
    assert lists(grad(((x * y).sum(), (x * y).sum()), [x])) == [[2.0, 4.0, 6.0]]


def test_inputs_may_be_a_dict(x):
    y = leaf(1, 2, 3)
    answer = grad((x * y).sum(), {"x": x, "y": y})
    assert list(answer) == ["x", "y"] and lists(answer["y"]) == [1.0, 2.0, 3.0]


def test_grad_for_a_result_on_the_way(x):
    h = x * 3
    assert lists(grad((h * h).sum(), h)) == [[6.0, 12.0, 18.0]]
    h = x * 3
    assert lists(grad((h * h).sum(), [x, h])) == [[18.0, 36.0, 54.0], [6.0, 12.0, 18.0]]
    assert lists(grad(h, h, torch.ones(3))) == lists(grad(x, x, torch.ones(3))) == [[1.0, 1.0, 1.0]]


def test_backward_of_a_leaf_copies_the_cotangent(x):
    g = torch.tensor([4.0, 5.0, 6.0])
    x.backward(g)
    g.zero_()
    assert lists(x.grad) == [4.0, 5.0, 6.0]


def test_several_roots_one_twice_and_one_behind_another(x):
    h = x * x
    backward([h.sum(), (h * h * h).sum()])
    assert lists(x.grad) == [8.0, 196.0, 1464.0]
    x.grad = None
    y = x * x
    backward([y, y], [torch.tensor([1.0, 0.0, 1.0]), torch.tensor([1.0, 1.0, 2.0])])
    assert lists(x.grad) == [4.0, 4.0, 18.0]


def test_contributions_of_several_uses_add_up():
    def slopes(function, *values):
        x = leaf(*values, dtype=torch.float64)
        function(x).sum().backward()
        return lists(x.grad)

    assert slopes(lambda x: x + x, 1, 2) == [2.0, 2.0]
    assert slopes(lambda x: x * x, 1, 2) == [2.0, 4.0]
    assert slopes(lambda x: x - x, 1, 2) == [0.0, 0.0]
    assert slopes(lambda x: x / x, 1, 2) == [0.0, 0.0]
    diamond = slopes(lambda x: x.exp() * x.sin() + x.exp() * x, 0.5, 1)  # e^x (sin x + cos x + x + 1)
    np.testing.assert_allclose(diamond, [4.710410025847977, 9.192612884012817], rtol=1e-14)


def test_a_node_runs_when_every_consumer_has_delivered():
    x, y = torch.ones(5, requires_grad=True), torch.ones(5, requires_grad=True)
    a = x * 2 + y
    b = a * 3
    c = a * b + a + b  # da = 1 + 3 + 2 * 3a
    c.backward(torch.ones(5))
    assert lists([x.grad, y.grad]) == [[44.0] * 5, [22.0] * 5]


def test_sixty_doublings_are_sixty_nodes():
    x = leaf(1)
    y = x * 2.0**-60
    for _ in range(60):
        y = y + y
    y.backward()
    assert lists(x.grad) == [1.0]


def test_a_chain_of_20_000_operations():
    x = leaf(1)
    y = x
    for _ in range(20_000):
        y = y + 0
    y.backward()
    assert lists(x.grad) == [1.0]


def test_buffers_are_not_shared_and_the_cotangent_is_not_written():
    a, b, g = leaf(1, 1, 1), leaf(1, 1, 1), torch.ones(3)
    y = a + b
    y.backward(g)
    a.grad += 100
    y.backward(g)
    (a * 1).backward(g)
    assert lists([a.grad, b.grad, g]) == [[103.0] * 3, [2.0] * 3, [1.0] * 3]


def test_create_graph_makes_gradients_differentiable():
    x = leaf(1, 2)
    y = (x * x * x).sum()
    (g,) = grad(y, x, create_graph=True)
    (gg,) = grad(g.sum(), x, create_graph=True)
    (ggg,) = grad(gg.sum(), x)
    assert lists([g, gg, ggg]) == [[3.0, 12.0], [6.0, 12.0], [6.0, 6.0]]
    (plain,) = grad(y, x)
    assert [t.requires_grad for t in (g, gg, ggg, plain)] == [True, True, False, False]
    refused(plain.sum().backward, NO_GRAPH)


def test_backward_with_create_graph_warns_and_leaves_a_grad_with_a_graph():
    x = leaf(1, 2)
    with pytest.warns(UserWarning, match=r"Using backward\(\) with create_graph=True will create a reference cycle"):
        (x * x * x).sum().backward(create_graph=True)
    assert lists(x.grad) == [3.0, 12.0] and x.grad.requires_grad
    x.grad.sum().backward()
    assert lists(x.grad) == [9.0, 24.0]
    x.grad = None


def test_hessian_vector_product_by_double_backward():
    x, y = torch.ones(2, 2, requires_grad=True), torch.ones(2, 2, requires_grad=True)
    gx, gy = grad((x * x + y * x + y * y).sum(), (x, y), create_graph=True)
    (2 * gx + gy).sum().backward()
    assert lists([x.grad, y.grad]) == [[[5.0, 5.0], [5.0, 5.0]], [[4.0, 4.0], [4.0, 4.0]]]


def test_the_gradient_of_a_norm_of_a_gradient():
    w = leaf([0.3, -0.2], [0.5, 0.7], dtype=torch.float64)
    x = leaf([1.0, 2.0], [3.0, -1.0], dtype=torch.float64)
    (g,) = grad((x @ w).tanh().sum(), x, create_graph=True)
    penalty = (((g * g).sum(1) ** 0.5 - 1) ** 2).mean()
    penalty.backward()
    np.testing.assert_allclose(penalty.item(), 0.2802608773273841, rtol=1e-12)
    expected = [[0.4418956500770626, -0.09418471675743575], [-0.29259291838397217, 0.26877329125479765]]
    np.testing.assert_allclose(w.grad.numpy(), expected, rtol=1e-12)


def test_grad_frees_what_it_walked_and_nothing_else(x):
    y, z = (x * x).sum(), (x * x * x).sum()
    grad(y, x)
    refused(lambda: grad(y, x), *SECOND_TIME)
    assert lists(grad(z, x)) == [[3.0, 12.0, 27.0]]


def test_only_nodes_on_the_way_to_an_input_run(x):
    side, called = leaf(1, 2, 3), []
    h = side.exp()
    y = (x * 3 + h).sum()
    with torch.swap("engine.release", lambda node: called.append(node.name())):
        assert lists(grad(y, x, retain_graph=False)) == [[3.0, 3.0, 3.0]]
        y.backward(inputs=[x])
    assert "ExpBackward0" not in called and called.count("MulBackward0") == 2 and side.grad is None


def test_of_several_outputs_the_unused_count_as_zero():
    x = leaf(1, 2, 3, 4, 5, 6)
    (x.split(2)[1] * torch.tensor([2.0, 3.0])).sum().backward()
    assert lists(x.grad) == [0.0, 0.0, 2.0, 3.0, 0.0, 0.0]
    a, b = x.split(3)
    assert lists(grad((a + 2 * b).sum(), (a, b))) == [[1.0] * 3, [2.0] * 3]
    values, indices = x.max(0)
    assert [values.item(), indices.item()] == [6.0, 5]
    (only,) = grad(x.split(2)[2].sum(), x)
    assert lists(only) == [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]


def test_only_inputs_false_warns_and_is_ignored(x):
    w = leaf(5, 5, 5)
    with pytest.warns(FutureWarning, match="only_inputs argument is deprecated and is ignored now"):
        answer = grad((x * w).sum(), x, only_inputs=False)
    assert lists(answer) == [[5.0, 5.0, 5.0]] and w.grad is None


def test_materialize_grads_gives_zeros_for_unused_inputs(x):
    w = leaf(1, 2)
    assert lists(grad(x.sum(), [x, w], materialize_grads=True)) == [[1.0, 1.0, 1.0], [0.0, 0.0]]
    refused(
        lambda: grad(x.sum(), [x, w], allow_unused=False, materialize_grads=True),
        "Expected allow_unused to be True or not passed when materialize_grads=True",
        error=ValueError,
    )
