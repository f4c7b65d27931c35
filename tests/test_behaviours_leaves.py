"""What torch does, rule by rule: `.grad`, leaves, `requires_grad`, detach, grad modes.

Values and messages were recorded with torch 2.15 on a CPU. Each test is one rule.
"""

import gc
import warnings

import numpy as np
import pytest
from shorthand import leaf, lists, refused

import minigrad as torch
from minigrad.autograd import grad

NO_GRAPH = "element 0 of tensors does not require grad and does not have a grad_fn"


@pytest.fixture
def x():
    """Most rules are told on this vector."""
    return leaf(1, 2, 3)


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


@pytest.mark.usefixtures("no_collector")
def test_the_collector_is_not_what_frees_graphs(x):
    """All that these rules leave behind goes by counting references."""
    for _ in range(3):
        h = x * x
        h.retain_grad()
        (g,) = grad((h * h).sum(), x, create_graph=True)
        grad(g.sum(), [x, h])
        del h, g
    assert gc.collect() == 0
