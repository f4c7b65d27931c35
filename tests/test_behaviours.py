"""What torch's engine does, rule by rule: backward and grad, `.grad`, leaves, grad modes.

Values and messages were recorded with torch 2.15 on a CPU. Each test is one rule.
"""

import gc
import warnings

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


# .grad


def test_backward_adds_to_grad_until_it_is_none(x):
    assert x.grad is None
    (x * 2).sum().backward()
    (x * 3).sum().backward()
    assert lists(x.grad) == [5.0, 5.0, 5.0]
    x.grad = None
    (x * 3).sum().backward()
    assert lists(x.grad) == [3.0, 3.0, 3.0]
    x.grad.zero_()
    (x * 4).sum().backward()
    assert lists(x.grad) == [4.0, 4.0, 4.0]


def test_accumulation_is_in_place_unless_create_graph_is_on(x):
    (x * 2).sum().backward()
    kept = x.grad
    (x * 3).sum().backward()
    assert x.grad is kept and lists(kept) == [5.0, 5.0, 5.0]
    x.grad = None
    (x * 2).sum().backward()
    kept = x.grad
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        (x * x).sum().backward(create_graph=True)
    assert x.grad is not kept and lists(kept) == [2.0, 2.0, 2.0] and lists(x.grad) == [4.0, 6.0, 8.0]
    x.grad = None


def test_a_grad_has_shape_and_dtype_of_its_leaf_and_no_history():
    x = torch.ones(1, 2, dtype=torch.float64, requires_grad=True)
    (x * 3).sum().backward()
    g = x.grad
    assert g.shape == (1, 2) and g.dtype == torch.float64 and not g.requires_grad and g.grad_fn is None and g.is_leaf


def test_reading_the_grad_of_a_result_warns(x):
    y = x * 2
    with pytest.warns(UserWarning, match=r"The \.grad attribute of a Tensor that is not a leaf Tensor is") as seen:
        assert y.grad is None
    assert "use .retain_grad() on the non-leaf Tensor" in str(seen[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert x.grad is None


def test_retain_grad(x):
    h = x * 3
    h.retain_grad()
    h.retain_grad()
    y = (h * h).sum()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y.backward(retain_graph=True)
        assert lists(h.grad) == [6.0, 12.0, 18.0] and lists(x.grad) == [18.0, 36.0, 54.0]
        x.grad = None
        y.backward()
        assert lists(h.grad) == [12.0, 24.0, 36.0]
    x.retain_grad()
    assert [h.retains_grad, x.retains_grad] == [True, False]
    refused(torch.ones(1).retain_grad, "can't retain_grad on Tensor that has requires_grad=False")


def test_a_gradient_has_the_dtype_of_its_leaf_and_not_of_the_result():
    single, double = leaf(1, 2, 3), leaf(1, 2, 3, dtype=torch.float64)
    (single * double).sum().backward()
    assert [single.grad.dtype, double.grad.dtype] == [torch.float32, torch.float64]
    assert lists(single.grad) == lists(double.grad) == [1.0, 2.0, 3.0]


# leaves, requires_grad, detach, data


def test_leaves_are_made_by_the_user_or_need_no_gradient(x):
    c = torch.ones(3)
    with torch.no_grad():
        inside = x * 2
    assert [t.is_leaf for t in (x, c, c * 2, inside, x.detach())] == [True] * 5
    assert [t.is_leaf for t in (x * 2, x.clone())] == [False, False]
    c.requires_grad_()
    assert c.is_leaf and c.requires_grad


def test_only_floating_point_tensors_can_require_gradients():
    whole = torch.tensor([1, 2])
    refused(
        lambda: torch.tensor([1, 2], requires_grad=True),
        "Only Tensors of floating point and complex dtype can require gradients",
    )
    refused(whole.requires_grad_, "only Tensors of floating point dtype can require gradients")
    refused(torch.tensor([True]).requires_grad_, "only Tensors of floating point dtype can require gradients")
    refused(
        lambda: setattr(whole, "requires_grad", True),
        "only Tensors of floating point and complex dtype can require gradients",
    )
    whole.requires_grad = False
    assert not whole.requires_grad


def test_requires_grad_is_switched_off_on_leaves_only(x):
    y = x * 2
    words = ("you can only change requires_grad flags of leaf variables.", "use var_no_grad = var.detach().")
    refused(lambda: y.requires_grad_(False), *words)
    refused(lambda: setattr(y, "requires_grad", False), *words)
    y.requires_grad_()
    x.requires_grad_(False)
    assert y.requires_grad and not x.requires_grad


def test_results_need_gradients_if_an_operand_does_and_they_are_not_integers(x):
    c = torch.ones(3)
    values, indices = x.sort()
    needing = [x + c, values, x.sign(), x.reshape(3, 1)]
    without = [c + c, x > 2, x.argmax(), indices, x.int(), torch.zeros_like(x), x == x]
    assert [t.requires_grad for t in needing] == [True] * len(needing)
    assert [t.requires_grad for t in without] == [False] * len(without)


def test_detach_shares_memory_and_has_no_history(x):
    y = x * 1
    d = y.detach()
    assert not d.requires_grad and d.grad_fn is None and d.is_leaf and d is not y
    d[0] = 50.0
    assert lists(y) == [50.0, 2.0, 3.0] and y.requires_grad


def test_a_write_through_detach_is_noticed(x):
    y = (x * x).sum()
    x.detach().mul_(10)
    refused(
        y.backward,
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        "[torch.FloatTensor [3]] is at version 1; expected version 0 instead.",
        "Hint:",
    )


def test_a_write_through_data_is_not_noticed(x):
    y = (x * x).sum()
    before = x._version
    x.data.mul_(10)
    y.backward()
    assert lists([x.grad, x]) == [[20.0, 40.0, 60.0], [10.0, 20.0, 30.0]]
    assert x._version == before and not x.data.requires_grad


def test_clone_copies_memory_and_stays_in_the_graph(x):
    y = x.clone()
    assert y.grad_fn is not None
    y[0] = 9.0
    y.sum().backward()
    assert lists([x, x.grad]) == [[1.0, 2.0, 3.0], [0.0, 1.0, 1.0]]


def test_numpy_shares_memory_and_is_refused_where_a_gradient_is_needed(x):
    refused(x.numpy, "Can't call numpy() on Tensor that requires grad.", "Use tensor.detach().numpy() instead.")
    x.detach().numpy()[0] = 42.0
    assert lists(x) == [42.0, 2.0, 3.0]
    array = np.array([1.0, 2.0])
    shared, copied = torch.from_numpy(array), torch.tensor(array)
    array[0] = -1.0
    assert lists([shared, copied]) == [[-1.0, 2.0], [1.0, 2.0]]
    assert [t.dtype for t in (shared, copied, torch.tensor(array.astype(np.float32)))] == [
        torch.float64, torch.float64, torch.float32
    ]  # fmt: skip


def test_reading_numbers_out_of_tensors_that_need_a_gradient(x):
    total = x.sum()
    assert [total.item(), float(total), int(total), len(x), bool(total)] == [6.0, 6.0, 6, 3, True]
    assert x.tolist() == [1.0, 2.0, 3.0]
    refused(x.item, "a Tensor with 3 elements cannot be converted to Scalar")
    refused(lambda: bool(x), "Boolean value of Tensor with more than one value is ambiguous")


# grad modes


def test_no_grad(x):
    with torch.no_grad():
        y = x * 2
        made = torch.ones(1, requires_grad=True)
        assert not torch.is_grad_enabled()
        with torch.enable_grad():
            nested = (x * 2).requires_grad
        assert not torch.is_grad_enabled()
    assert [y.requires_grad, y.is_leaf, y.grad_fn is None] == [False, True, True]
    assert made.requires_grad and (made * 2).requires_grad and nested
    with pytest.raises(KeyError), torch.no_grad():
        raise KeyError
    assert torch.is_grad_enabled()
    refused(y.sum().backward, NO_GRAPH)


def test_decorators(x):
    @torch.no_grad()
    def f():
        return x * 2

    @torch.no_grad
    def g():
        return x * 2

    @torch.enable_grad()
    def h():
        return x * 2

    @torch.no_grad()
    def steps():
        for _ in range(2):
            yield torch.is_grad_enabled()

    with torch.no_grad():
        on = h()
    assert [f().requires_grad, g().requires_grad, on.requires_grad] == [False, False, True]
    inside, between = [], []
    for enabled in steps():
        inside.append(enabled)
        between.append(torch.is_grad_enabled())
    assert [inside, between] == [[False, False], [True, True]]


def test_set_grad_enabled():
    seen = []
    with torch.set_grad_enabled(False):
        seen.append(torch.is_grad_enabled())
        with torch.set_grad_enabled(True):
            seen.append(torch.is_grad_enabled())
    seen.append(torch.is_grad_enabled())
    torch.set_grad_enabled(False)
    seen.append(torch.is_grad_enabled())
    torch.set_grad_enabled(True)
    seen.append(torch.is_grad_enabled())
    assert seen == [False, True, True, False, True]


def test_the_step_of_an_optimiser_written_by_hand():
    w = leaf(1, 2)
    for _ in range(3):
        (w * w).sum().backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
        w.grad.zero_()
    assert w.is_leaf and w.requires_grad and w.grad_fn is None
    np.testing.assert_allclose(w.detach().numpy(), [0.5119999647140503, 1.0239999294281006], rtol=1e-7)


def test_the_collector_is_not_what_frees_graphs(x):
    """All that these rules leave behind goes by counting references."""
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            h = x * x
            h.retain_grad()
            (g,) = grad((h * h).sum(), x, create_graph=True)
            grad(g.sum(), [x, h])
            del h, g
        assert gc.collect() == 0
    finally:
        gc.enable()
