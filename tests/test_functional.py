"""autograd.functional and func: Jacobians, Hessians and products with vectors, as torch 2.13 answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as torch
from minigrad import func
from minigrad.autograd.functional import hessian, hvp, jacobian, jvp, vhp, vjp

X, Y = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 1.0])


def cube(x):
    return x**3


def cubes(x):
    return (x**3).sum()


def pair(x, y):
    return x.sum() * y, x * y[0]


def energy(x, y):
    return (x.sum() * y * y).sum()


def lists(value):
    """Tensors as nested lists, tuples kept."""
    return tuple(map(lists, value)) if isinstance(value, tuple) else value.tolist()


def test_jacobian():
    assert jacobian(cube, X).tolist() == [[3.0, 0.0, 0.0], [0.0, 12.0, 0.0], [0.0, 0.0, 27.0]]
    assert jacobian(cubes, X).tolist() == [3.0, 12.0, 27.0]
    assert lists(jacobian(pair, (X, Y))) == (
        ([[2.0] * 3, [1.0] * 3], [[6.0, 0.0], [0.0, 6.0]]),
        ([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]], [[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]),
    )
    assert isinstance(jacobian(cube, (X,)), tuple) and not jacobian(cube, X).requires_grad
    shape = jacobian(lambda a: a @ torch.ones(4, 2), torch.ones(3, 4)).shape
    assert shape == (3, 2, 3, 4)
    assert jacobian(lambda x: x[:0], X).shape == (0, 3)


def test_jacobian_with_a_graph():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    j = jacobian(cube, x, create_graph=True)
    (g,) = torch.autograd.grad(j.sum(), x)
    assert g.tolist() == [6.0, 12.0]


def test_hessian():
    assert hessian(cubes, X).tolist() == [[6.0, 0.0, 0.0], [0.0, 12.0, 0.0], [0.0, 0.0, 18.0]]
    assert lists(hessian(energy, (X, Y))) == (
        ([[0.0] * 3] * 3, [[4.0, 2.0]] * 3),
        ([[4.0] * 3, [2.0] * 3], [[12.0, 0.0], [0.0, 12.0]]),
    )


def test_products_with_vectors():
    assert lists(vjp(cube, X, torch.ones(3))) == ([1.0, 8.0, 27.0], [3.0, 12.0, 27.0])
    assert lists(vjp(cubes, X)) == (36.0, [3.0, 12.0, 27.0])
    assert lists(vjp(pair, (X, Y), (Y, X))) == (([12.0, 6.0], [2.0, 4.0, 6.0]), ([7.0, 9.0, 11.0], [26.0, 6.0]))
    assert lists(jvp(cube, X, torch.ones(3))) == ([1.0, 8.0, 27.0], [3.0, 12.0, 27.0])
    assert lists(jvp(cubes, X, X)) == (36.0, 108.0)
    assert lists(jvp(pair, (X, Y), (X, Y))) == (([12.0, 6.0], [2.0, 4.0, 6.0]), ([24.0, 12.0], [4.0, 8.0, 12.0]))
    assert lists(hvp(cubes, X, X)) == (36.0, [6.0, 24.0, 54.0])
    assert lists(vhp(energy, (X, Y), (X, Y))) == (30.0, ([10.0] * 3, [48.0, 24.0]))


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 1000))
def test_products_agree_with_the_jacobian(n, m, seed):
    random = np.random.default_rng(seed)
    a, x, u, v = (torch.tensor(random.standard_normal(s)) for s in [(m, n), n, m, n])

    def f(x):
        return torch.tanh(a @ x) * (x * x).sum()

    j = jacobian(f, x).numpy()
    np.testing.assert_allclose(vjp(f, x, u)[1].numpy(), u.numpy() @ j, atol=1e-12)
    np.testing.assert_allclose(jvp(f, x, v)[1].numpy(), j @ v.numpy(), atol=1e-12)
    np.testing.assert_allclose(func.jvp(f, (x,), (v,))[1].numpy(), j @ v.numpy(), atol=1e-12)
    np.testing.assert_allclose(func.vjp(f, x)[1](u)[0].numpy(), u.numpy() @ j, atol=1e-12)
    np.testing.assert_allclose(func.jacrev(f)(x).numpy(), j, atol=1e-12)
    h = hessian(lambda x: f(x).sum(), x).numpy()
    np.testing.assert_allclose(h, h.T, atol=1e-12)
    np.testing.assert_allclose(hvp(lambda x: f(x).sum(), x, v)[1].numpy(), h @ v.numpy(), atol=1e-11)
    np.testing.assert_allclose(func.hessian(lambda x: f(x).sum())(x).numpy(), h, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: hessian(cube, X), RuntimeError,
         "The Tensor returned by the function given to hessian should contain a single element"),
        (lambda: hessian(pair, (X, Y)), RuntimeError,
         "The function given to hessian should return a single Tensor"),
        (lambda: vjp(cube, X), RuntimeError,
         "The vector v can only be None if the user-provided function returns a single Tensor with a single element."),
        (lambda: jvp(cube, X), RuntimeError,
         "The vector v can only be None if the input to the user-provided function is a single Tensor with a single "
         "element."),
        (lambda: vjp(cube, X, torch.ones(2)), RuntimeError,
         "v has invalid size: should be torch.Size([3]) but got torch.Size([2])."),
        (lambda: vjp(pair, (X, Y), X), RuntimeError, "v is a tuple of invalid length: should be 2 but got 1."),
        (lambda: jacobian(lambda x: 3, X), TypeError,
         "The outputs of the user-provided function given to jacobian must be either a Tensor or a tuple of Tensors "
         "but the given outputs of the user-provided function has type <class 'int'>."),
        (lambda: jacobian(cube, 3), TypeError,
         "The inputs given to jacobian must be either a Tensor or a tuple of Tensors but the given inputs has type "
         "<class 'int'>."),
        (lambda: jacobian(lambda x: torch.ones(2), X, strict=True), RuntimeError,
         "Output 0 of the user-provided function does not require gradients. The outputs must be computed in a "
         "differentiable manner from the input when running in strict mode."),
        (lambda: jacobian(lambda x, y: x, (X, Y), strict=True), RuntimeError,
         "Output 0 of the user-provided function is independent of input 1. This is not allowed in strict mode."),
        (lambda: func.grad(cube)(X), RuntimeError,
         "grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with 1 dims. Maybe you "
         "wanted to use the vjp or jacrev APIs instead?"),
        (lambda: func.grad(cubes, argnums=2)(X), RuntimeError, "Got argnum=2, but only 1 positional inputs"),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_what_does_not_depend_is_zero():
    assert jacobian(lambda x: torch.ones(2), X).tolist() == [[0.0] * 3] * 2
    assert lists(jacobian(lambda x, y: x, (X, Y)))[1] == [[0.0, 0.0]] * 3


def test_func_grad():
    assert func.grad(cubes)(X).tolist() == [3.0, 12.0, 27.0]
    assert lists(func.grad(energy, argnums=(0, 1))(X, Y)) == ([5.0] * 3, [24.0, 12.0])
    assert func.grad(energy, argnums=1)(X, Y).tolist() == [24.0, 12.0]
    assert lists(func.grad_and_value(cubes)(X)) == ([3.0, 12.0, 27.0], 36.0)
    slope, aux = func.grad(lambda x: (cubes(x), {"size": x.numel()}), has_aux=True)(X)
    assert slope.tolist() == [3.0, 12.0, 27.0] and aux == {"size": 3}
    assert func.grad(lambda x, power=2: (x**power).sum())(X, power=3).tolist() == [3.0, 12.0, 27.0]


def test_func_grad_nests():
    assert func.grad(func.grad(lambda x: x**3))(torch.tensor(2.0)).item() == 12
    third = func.grad(func.grad(func.grad(lambda x: x**4)))
    assert third(torch.tensor(2.0)).item() == 48

    def outer(a):
        return func.grad(lambda b: a * a * b * b)(a * 2)  # 2 a^2 b at b = 2 a: 4 a^3

    assert func.grad(outer)(torch.tensor(3.0)).item() == 108


def test_a_tensor_from_outside_keeps_the_answer_differentiable():
    a = torch.tensor(3.0, requires_grad=True)
    g = func.grad(lambda b: a * b * b)(torch.tensor(2.0))
    assert g.item() == 12 and g.requires_grad
    g.backward()
    assert a.grad.item() == 4
    assert not func.grad(lambda b: b * b)(torch.tensor(2.0)).requires_grad
    assert a.grad.item() == 4  # nothing of what func does ends in `.grad`


NESTED = {
    "grad": lambda f: func.grad(f),
    "vjp": lambda f: lambda x: func.vjp(f, x)[1](torch.tensor(1.0))[0],
    "jvp": lambda f: lambda x: func.jvp(f, (x,), (torch.tensor(1.0),))[1],
    "jacrev": lambda f: func.jacrev(f),
}


@pytest.mark.parametrize("outer", NESTED)
@pytest.mark.parametrize("inner", NESTED)
def test_every_derivative_nests_in_every_other(outer, inner):
    two, three = torch.tensor(2.0), torch.tensor(3.0)
    found = NESTED[outer](lambda a: NESTED[inner](lambda b: a * a * b * b)(two))(three)  # (2 a a b)' = 4 a b
    assert found.item() == 24 and not found.requires_grad
    found = NESTED[outer](lambda a: NESTED[inner](lambda b: b**3)(a * a))(two)  # 3 a^4
    assert found.item() == 96 and not found.requires_grad


def test_derivatives_by_the_vectors():
    a, ones = torch.tensor(3.0), torch.ones(())
    _, pull = func.vjp(lambda x: x * x, a)
    assert func.grad(lambda u: pull(u * u)[0])(a).item() == 36  # (u u 2 a)' = 4 u a
    assert func.grad(lambda v: func.jvp(lambda x: x * x, (a,), (v * v,))[1])(a).item() == 36
    assert not pull(ones)[0].requires_grad


def test_the_steps_of_a_training_leave_no_history():
    x, w = torch.tensor([1.0, 2.0]), torch.tensor(0.5)
    for _ in range(3):
        w = w - 0.1 * func.grad(lambda w: (func.grad(lambda x: torch.tanh(w * x).sum())(x) ** 2).sum())(w)
        assert not w.requires_grad


def test_no_grad_around_a_derivative_is_respected():
    a = torch.tensor(3.0, requires_grad=True)
    with torch.no_grad():
        assert not func.grad(lambda b: a * b * b)(a).requires_grad
        assert jacobian(cube, a, create_graph=True).requires_grad


def test_integers_are_refused():
    with pytest.raises(RuntimeError, match="floating point"):
        func.grad(lambda x: x * x)(torch.tensor(3))


def test_func_jacrev_and_hessian():
    assert func.jacrev(cube)(X).tolist() == jacobian(cube, X).tolist()
    assert lists(func.jacrev(pair, argnums=(0, 1))(X, Y)) == lists(jacobian(pair, (X, Y)))
    assert func.hessian(cubes)(X).tolist() == hessian(cubes, X).tolist()
    assert lists(func.hessian(energy, argnums=(0, 1))(X, Y)) == lists(hessian(energy, (X, Y)))
    assert func.hessian(energy, argnums=1)(X, Y).tolist() == [[12.0, 0.0], [0.0, 12.0]]


def test_func_vjp_pulls_back_as_often_as_asked():
    value, pull = func.vjp(cube, X)
    assert value.tolist() == [1.0, 8.0, 27.0] and not value.requires_grad
    assert [pull(torch.ones(3))[0].tolist(), pull(X)[0].tolist()] == [[3.0, 12.0, 27.0], [3.0, 24.0, 81.0]]
    _, pull = func.vjp(pair, X, Y)
    assert lists(pull((Y, X))) == ([7.0, 9.0, 11.0], [26.0, 6.0])
    assert func.vjp(lambda x: (cube(x), "aux"), X, has_aux=True)[2] == "aux"


def test_func_jvp():
    assert lists(func.jvp(pair, (X, Y), (X, Y))) == (([12.0, 6.0], [2.0, 4.0, 6.0]), ([24.0, 12.0], [4.0, 8.0, 12.0]))
    assert func.jvp(lambda x: (cube(x), "aux"), (X,), (X,), has_aux=True)[2] == "aux"


def test_inside_no_grad_derivatives_are_still_there():
    with torch.no_grad():
        assert func.grad(cubes)(X).tolist() == [3.0, 12.0, 27.0]
        assert jacobian(cubes, X).tolist() == [3.0, 12.0, 27.0]
        assert hvp(cubes, X, X)[1].tolist() == [6.0, 24.0, 54.0]
