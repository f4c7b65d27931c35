"""autograd.Function: what forward saves for backward, how it is guarded, and when it is let go."""

import weakref

import numpy as np
import pytest
from custom_functions import FREED, Exponential, Square, function
from finite_differences import check_gradients
from shorthand import leaf


def test_saved_tensors_obey_retain_graph():
    x = leaf(1.0, 2.0, 3.0)
    y = Square.apply(x)
    y.sum().backward(retain_graph=True)
    y.sum().backward()
    assert x.grad.tolist() == [4.0, 8.0, 12.0]
    with pytest.raises(RuntimeError, match=FREED):
        y.sum().backward()
    with pytest.raises(RuntimeError, match=FREED):
        _ = y.grad_fn.saved_tensors


def test_what_was_saved_is_guarded_by_its_version():
    x = leaf(1.0, 2.0, 3.0)
    a = x + 0
    b = Square.apply(a)
    a.add_(1)
    words = r"\[torch.FloatTensor \[3\]\], which is output 0 of Add, is at version 1; expected version 0 instead"
    with pytest.raises(RuntimeError, match=words):
        b.sum().backward()
    y = Exponential.apply(x)
    y.add_(1)
    with pytest.raises(RuntimeError, match=r"modified by an inplace operation.*output 0 of Exponential.*at version 1"):
        y.sum().backward()


@pytest.mark.usefixtures("no_collector")
def test_a_saved_result_is_no_cycle_and_is_differentiable():
    check_gradients(Exponential.apply, [np.array([0.5, -1.0])])
    y = Exponential.apply(leaf(1.0))
    watched = weakref.ref(y)
    del y
    assert watched() is None


@pytest.mark.usefixtures("no_collector")
def test_ctx_and_its_node_are_no_cycle_after_backward():
    y = Square.apply(leaf(1.0))
    y.backward()
    watched = weakref.ref(y.grad_fn)
    del y
    assert watched() is None


def test_a_tensor_made_in_forward_can_be_saved():
    def forward(ctx, x):
        half = x / 2
        ctx.save_for_backward(half, None)
        return half * x

    def backward(ctx, g):
        half, nothing = ctx.saved_tensors
        assert nothing is None and not half.requires_grad
        return g * half * 2

    x = leaf(3.0)
    function(forward, backward).apply(x).backward()
    assert x.grad.tolist() == [3.0]


def test_only_tensors_can_be_saved():
    def forward(ctx, x):
        ctx.save_for_backward(x, 3)
        return x

    with pytest.raises(TypeError, match="save_for_backward can only save variables, but argument 1 is of type int"):
        function(forward, None).apply(leaf(1.0))
