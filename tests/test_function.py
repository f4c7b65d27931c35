"""autograd.Function: how it is called, what backward returns, and document 004's two."""

import numpy as np
import pytest
from custom_functions import FREED, Mixed, Ordered, Square, doubling, function
from finite_differences import check_gradients
from shorthand import leaf

import minigrad as torch
from minigrad.autograd import Function
from minigrad.autograd.function import once_differentiable


def test_apply_leaves_one_node_with_the_name_of_the_class():
    x = leaf(1.0, 2.0, 3.0)
    y = Square.apply(x)
    assert repr(y) == "tensor([1., 4., 9.], grad_fn=<SquareBackward>)" and not y.is_leaf
    assert y.grad_fn.name() == "SquareBackward" and y.grad_fn.next_functions[0][0].variable is x
    assert type(y.grad_fn.saved_tensors) is tuple and y.grad_fn.saved_tensors[0] is x
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 4.0, 6.0]


def test_a_backward_of_differentiable_operations_can_be_differentiated():
    check_gradients(Square.apply, [np.array([1.0, -2.0, 3.0])])
    x = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    y = Square.apply(Square.apply(x))
    for expected in (32.0, 48.0, 48.0, 24.0):
        (y,) = torch.autograd.grad(y, x, create_graph=True)
        assert y.item() == expected


def test_arguments_may_be_anything_and_trailing_nones_are_tolerated():
    def forward(ctx, a, factor, b, options=None):
        ctx.factor = factor
        return (a + b) * factor + options["shift"]

    def backward(ctx, g):
        return g * ctx.factor, None, g * ctx.factor, None, None, None

    fn = function(forward, backward)
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    y = fn.apply(a, 3, b, {"shift": 1})
    assert y.tolist() == [13.0, 19.0]
    y.sum().backward()
    assert a.grad.tolist() == [3.0, 3.0] and b.grad.tolist() == [3.0, 3.0]


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (lambda g: g, "function MyFnBackward returned an incorrect number of gradients (expected 2, got 1)"),
        (lambda g: (g, g, g), "function MyFnBackward returned an incorrect number of gradients (expected 2, got 3)"),
        (lambda g: (torch.ones(5), None),
         "Function MyFnBackward returned an invalid gradient at index 0 - got [5] but expected shape compatible "
         "with [3]"),
        (lambda g: (torch.tensor(1.0), None),
         "Function MyFnBackward returned an invalid gradient at index 0 - got [] but expected shape compatible "
         "with [3]"),
        (lambda g: (1.0, None), "expected Variable or None (got float)"),
        (lambda g: (g, g), "function MyFnBackward returned a gradient different than None at position 2, but the "
                           "corresponding forward input was not a Variable"),
    ],
)  # fmt: skip
def test_what_backward_returns_is_checked(returned, message):
    y = function(lambda ctx, x, k: x * k, lambda ctx, g: returned(g)).apply(leaf(1.0, 2.0, 3.0), 2)
    with pytest.raises(RuntimeError) as caught:
        y.sum().backward()
    assert str(caught.value) == message


def test_gradients_are_summed_down_and_cast():
    x = leaf(1.0, 2.0, 3.0)
    doubling(lambda ctx, g: torch.ones(4, 3)).apply(x).sum().backward()
    assert x.grad.tolist() == [4.0, 4.0, 4.0]
    x.grad = None
    doubling(lambda ctx, g: g.double()).apply(x).sum().backward()
    assert x.grad.dtype == torch.float32
    a, b = torch.ones(1, 3, requires_grad=True), torch.ones(2, 1, requires_grad=True)
    function(lambda ctx, a, b: a * b, lambda ctx, g: (g + 1.5, g * 2)).apply(a, b).sum().backward()
    assert a.grad.tolist() == [[5.0] * 3] and b.grad.tolist() == [[6.0], [6.0]]


def test_none_stops_the_gradient():
    x = leaf(1.0)
    doubling(lambda ctx, g: None).apply(x).sum().backward()
    assert x.grad is None


def test_needs_input_grad_has_one_bool_per_argument():
    seen = []

    def forward(ctx, *args):
        seen.append(ctx.needs_input_grad)
        return args[0] * args[2]

    def backward(ctx, g):
        seen.append(ctx.needs_input_grad)
        return g, None, g

    fn, constant, needed = function(forward, backward), torch.ones(2), leaf(1.0, 2.0)
    fn.apply(needed, 1, constant).sum().backward()
    fn.apply(constant, 1, needed).sum().backward()
    assert seen == [(True, False, False)] * 2 + [(False, False, True)] * 2


def test_forward_without_ctx_and_setup_context():
    class Cube(Function):
        @staticmethod
        def forward(x, power):
            return x**power

        @staticmethod
        def setup_context(ctx, inputs, output):
            x, ctx.power = inputs
            ctx.save_for_backward(x, output)

        @staticmethod
        def backward(ctx, g):
            x, y = ctx.saved_tensors
            return ctx.power * y / x * g, None

    check_gradients(lambda x: Cube.apply(x, 3), [np.array([1.0, 2.0])])


def test_once_differentiable():
    seen = []

    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        @once_differentiable
        def backward(ctx, g):
            seen.append(torch.is_grad_enabled())
            (x,) = ctx.saved_tensors
            return 3 * x * x * g

    x = leaf(1.0, 2.0, 3.0)
    (g,) = torch.autograd.grad((Cube.apply(x) ** 2).sum(), x, create_graph=True)
    assert g.tolist() == [6.0, 192.0, 1458.0] and seen == [False] and g.requires_grad
    with pytest.raises(RuntimeError, match="trying to differentiate twice a function that was marked with @once_d"):
        g.sum().backward()


def test_missing_methods_and_instances():
    class Empty(Function):
        pass

    with pytest.raises(NotImplementedError) as caught:
        Empty.apply(leaf(1.0))
    assert str(caught.value) == "You must implement the forward function for custom autograd.Function."

    class Forward(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

    with pytest.raises(NotImplementedError, match="You must implement either the backward or vjp method"):
        Forward.apply(leaf(1.0)).backward()
    with pytest.warns(DeprecationWarning, match="should not be instantiated"):
        instance = Square()
    with pytest.raises(RuntimeError, match="Legacy autograd function with non-static forward method is deprecated"):
        instance(leaf(1.0))


def test_no_node_without_need():
    with torch.no_grad():
        y = Square.apply(leaf(1.0))
    z = Square.apply(torch.ones(1))
    assert [y.requires_grad, y.grad_fn, z.requires_grad, z.grad_fn] == [False, None, False, None]


def test_forward_is_not_recorded_but_sees_who_needs_a_gradient():
    seen = []

    def forward(ctx, x):
        y = x * 2
        seen.append((torch.is_grad_enabled(), x.requires_grad, y.requires_grad))
        return y

    function(forward, None).apply(leaf(1.0))
    assert seen == [(False, True, False)]


def test_an_exception_reaches_the_caller_and_the_engine_works_afterwards():
    class MyError(Exception):
        pass

    def backward(ctx, g):
        raise MyError("boom")

    x = leaf(1.0)
    with pytest.raises(MyError, match="boom"):
        doubling(backward).apply(x).backward()
    assert torch.is_grad_enabled() and x.grad is None
    (x * 1).sum().backward()
    assert x.grad.tolist() == [1.0]


def test_two_functions_of_one_name_are_two():
    one, two = doubling(lambda ctx, g: g), doubling(lambda ctx, g: g * 2)
    x = leaf(1.0)
    (one.apply(x) + two.apply(x)).sum().backward()
    assert x.grad.tolist() == [3.0]


# document 004


def test_004_backward_and_grad():
    x = leaf(1.0, 2.0, 3.0)
    out = x.pow(2).mul(3)
    assert repr(out) == "tensor([ 3., 12., 27.], grad_fn=<MulBackward0>)"
    out = out.sum()
    assert repr(out) == "tensor(42., grad_fn=<SumBackward0>)"
    torch.autograd.backward(out)
    assert repr(x.grad) == "tensor([ 6., 12., 18.])"
    x = leaf(1.0, 2.0, 3.0)
    y = x.pow(2)
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs"):
        torch.autograd.grad((y,), (x,))
    assert repr(torch.autograd.grad((y,), (x,), grad_outputs=torch.ones_like(y))) == "(tensor([2., 4., 6.]),)"
    assert torch.autograd.grad(x.pow(2).sum(), x)[0].tolist() == [2.0, 4.0, 6.0]


def test_004_sort():
    x = leaf(3.0, 1.0, 2.0, 5.0, 4.0)
    values, index = Ordered.apply(x)
    assert repr(values) == "tensor([1., 2., 3., 4., 5.], grad_fn=<OrderedBackward>)"
    assert repr(index) == "tensor([1, 2, 0, 4, 3])" and index.dtype == torch.int64
    assert not index.requires_grad and index.grad_fn is None
    values.backward(torch.tensor([1.0, 10.0, 100.0, 1000.0, 10000.0]))
    assert x.grad.tolist() == [100.0, 1.0, 10.0, 10000.0, 1000.0]
    check_gradients_once(lambda x: Ordered.apply(x)[0], [np.array([3.0, 1.0, 2.0])])


def test_004_sort_once_differentiable():
    x = leaf(3.0, 1.0, 2.0)
    values, _ = Ordered.apply(x)
    (g,) = torch.autograd.grad((values**2).sum(), x, create_graph=True)
    assert g.tolist() == [6.0, 2.0, 4.0] and g.requires_grad
    with pytest.raises(RuntimeError, match="appears to not have been used in the graph"):
        torch.autograd.grad(g.sum(), x)
    with pytest.raises(RuntimeError, match="trying to differentiate twice"):
        g.sum().backward()


def test_004_save_for_backward():
    a, b = (torch.tensor(v, dtype=torch.double, requires_grad=True) for v in (1.0, 2.0))
    d = Mixed.apply(a, b, 4)
    assert repr(d) == "tensor(18., dtype=torch.float64, grad_fn=<MixedBackward>)"
    assert repr(a) == "tensor(1., dtype=torch.float64, requires_grad=True)"
    d.backward()
    assert repr(a.grad) == "tensor(10., dtype=torch.float64)" and b.grad.item() == 9
    check_gradients_once(lambda x, y: Mixed.apply(x, y, 4), [np.array([1.0, -0.5]), np.array([2.0, 0.3])])


def test_004_once_differentiable():
    a, b = (torch.tensor(v, dtype=torch.double, requires_grad=True) for v in (1.0, 2.0))
    (g,) = torch.autograd.grad(Mixed.apply(a, b, 4), a, create_graph=True)
    assert g.item() == 10 and not g.requires_grad  # the cotangent needs no gradient: torch cuts it off silently
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad"):
        torch.autograd.grad(g, b)
    (g2,) = torch.autograd.grad(Mixed.apply(a, b, 4) ** 2, a, create_graph=True)
    assert g2.item() == 360 and g2.requires_grad
    with pytest.raises(RuntimeError, match="trying to differentiate twice"):
        g2.backward()
    d = Mixed.apply(a, b, 4)
    d.backward()
    with pytest.raises(RuntimeError, match=FREED):
        d.backward()


def check_gradients_once(f, arrays):
    """First derivatives against finite differences."""
    check_gradients(f, arrays, orders=1)
