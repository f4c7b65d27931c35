"""autograd.Function: several results, results without gradients, and arguments that are written or returned."""

import weakref

import numpy as np
import pytest
from custom_functions import function
from finite_differences import check_gradients
from shorthand import leaf

import minigrad as torch
from minigrad.autograd import Function


class Both(Function):
    """x with its negative in front, and twice x."""

    seen = []

    @staticmethod
    def forward(ctx, x, materialize=True):
        ctx.set_materialize_grads(materialize)
        return -x, 2 * x

    @staticmethod
    def backward(ctx, g1, g2):
        Both.seen.append([None if g is None else g.tolist() for g in (g1, g2)])
        zero = torch.zeros(2)
        return (zero if g2 is None else 2 * g2) - (zero if g1 is None else g1), None


def test_several_results_have_one_node_and_arrive_together():
    Both.seen.clear()
    x = leaf(1.0, 2.0)
    a, b = Both.apply(x)
    assert a.grad_fn is b.grad_fn and a.grad_fn.name() == "BothBackward"
    assert (a * b).grad_fn.next_functions == ((a.grad_fn, 0), (a.grad_fn, 1))
    (a * 5 + b).sum().backward()
    assert x.grad.tolist() == [-3.0, -3.0] and Both.seen == [[[5.0, 5.0], [1.0, 1.0]]]
    check_gradients(lambda x: torch.cat(Both.apply(x)), [np.array([1.0, 2.0])])


def test_a_result_that_was_not_used_arrives_as_zeros_or_as_none():
    Both.seen.clear()
    x = leaf(1.0, 2.0)
    Both.apply(x)[1].sum().backward()
    Both.apply(x, False)[1].sum().backward()
    assert Both.seen == [[[0.0, 0.0], [1.0, 1.0]], [None, [1.0, 1.0]]]


def test_the_gradient_of_one_of_several_results():
    x = leaf(1.0, 2.0)
    a, b = Both.apply(x)
    y = a * b
    (g,) = torch.autograd.grad(y.sum(), a)
    assert g.tolist() == [2.0, 4.0]


def test_a_result_that_is_not_differentiable():
    seen = []

    def forward(ctx, x):
        sign = x.sign()
        ctx.mark_non_differentiable(sign)
        return sign, x * 2

    def backward(ctx, g_sign, g):
        seen.append((g_sign.tolist(), g.tolist()))
        return g * 2

    x = leaf(1.0, -2.0, 3.0)
    sign, y = function(forward, backward).apply(x)
    assert not sign.requires_grad and y.requires_grad
    y.sum().backward()
    assert seen == [([0.0] * 3, [1.0] * 3)] and x.grad.tolist() == [2.0] * 3


def test_results_that_are_no_tensors_pass_through():
    x = leaf(1.0, 2.0)
    y, number, nothing = function(lambda ctx, x: (x * 2, 5, None), lambda ctx, g, n, m: g * 2).apply(x)
    assert (number, nothing) == (5, None)
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]


# arguments written in place, and arguments returned


def test_an_argument_changed_in_place_and_marked_dirty():
    class Twice(Function):
        @staticmethod
        def forward(ctx, x):
            x.mul_(2)
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx, g):
            return g * 2

    x = leaf(1.0, 2.0)
    y = x * 1
    z = Twice.apply(y)
    assert z is y and y.grad_fn.name() == "TwiceBackward" and y._version >= 1
    (g,) = torch.autograd.grad(y.sum(), x)
    assert g.tolist() == [2.0, 2.0]
    y = x * 1
    Twice.apply(y[0])
    assert y.tolist() == [2.0, 2.0] and repr(y).endswith("grad_fn=<CopySlices>)")
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 1.0]
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        Twice.apply(x)


def test_an_argument_that_was_written_and_saved_is_the_result():
    class Exp_(Function):
        @staticmethod
        def forward(ctx, x):
            x.exp_()
            ctx.mark_dirty(x)
            ctx.save_for_backward(x)
            return x

        @staticmethod
        def backward(ctx, g):
            (y,) = ctx.saved_tensors
            return g * y

    check_gradients(lambda x: Exp_.apply(x * 1), [np.array([0.5, -1.0])])
    y = Exp_.apply(leaf(0.5) * 1)
    watched = weakref.ref(y)
    del y
    assert watched() is None


def test_what_is_dirty_must_be_returned():
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x + 1

    with pytest.raises(RuntimeError, match="marked as dirty during the forward method were not returned as output"):
        function(forward, None).apply(leaf(1.0) * 1)


def test_an_argument_that_is_returned_comes_back_as_another_tensor():
    x = leaf(1.0, 2.0)
    y = function(lambda ctx, x: x, lambda ctx, g: g * 7).apply(x)
    assert y is not x and x.is_leaf
    y.sum().backward()
    assert x.grad.tolist() == [7.0, 7.0]
