"""What the table of operations cannot say: conventions that changed between versions of torch, and what is drawn."""

import numpy as np
import pytest
from finite_differences import check_gradients

import minigrad as torch

F = torch.nn.functional
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


# dropout: what it draws


def test_dropout_zeroes_the_share_p_and_scales_the_rest():
    torch.manual_seed(0)
    x = torch.ones(100, 100, requires_grad=True)
    y = F.dropout(x, 0.3)
    y.sum().backward()
    share = (y == 0).to(torch.float64).mean().item()
    assert abs(share - 0.3) < 0.02 and y.dtype == torch.float32
    np.testing.assert_allclose(np.unique(y.detach().numpy()), [0, 1 / 0.7], rtol=1e-6)
    assert y.tolist() == x.grad.tolist()


def test_dropout_draws_anew_and_the_same_after_the_same_seed():
    x = torch.ones(50)
    torch.manual_seed(3)
    first, second = F.dropout(x).tolist(), F.dropout(x).tolist()
    torch.manual_seed(3)
    assert first != second and [F.dropout(x).tolist(), F.dropout(x).tolist()] == [first, second]


def test_dropout_of_nothing_is_the_tensor_itself():
    x = torch.ones(3, requires_grad=True)
    assert F.dropout(x, training=False) is x and F.dropout(x, 0.0) is x


# activations and functions


@pytest.mark.parametrize("function", [F.silu, F.softplus, F.logsigmoid, F.gelu, F.mish, F.elu, torch.sigmoid],
                         ids=lambda f: getattr(f, "__name__", "function"))  # fmt: skip
@pytest.mark.parametrize("at", [-1000.0, 1000.0])
def test_second_derivatives_vanish_far_out(function, at):
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(function(x), x, create_graph=True)
    if slope.requires_grad:
        assert torch.autograd.grad(slope, x)[0].item() == 0


def test_sigmoid_keeps_its_digits_far_below_0():
    assert torch.sigmoid(torch.tensor(-20.0)).item() == pytest.approx(2.0611536e-9, rel=1e-6)
    x = torch.tensor(-30.0, dtype=torch.float64, requires_grad=True)
    x.sigmoid().backward()
    assert x.grad.item() == pytest.approx(9.357622968839299e-14, rel=1e-12)


def test_sinc_has_a_second_derivative_at_0():
    """torch answers nan there."""
    x = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.sinc(x), x, create_graph=True)
    slope.backward()
    assert slope.item() == 0 and x.grad.item() == pytest.approx(-(np.pi**2) / 3)


def test_bools_have_no_negative():
    for negate in (torch.neg, torch.negative, lambda t: -t):
        with pytest.raises(NotImplementedError, match="Negation, the `-` operator, on a bool tensor is not supported"):
            negate(torch.tensor([True]))


# matrices


def test_the_gradient_of_a_determinant_is_its_cofactors_also_where_it_is_0():
    """torch answers zeros there."""
    for matrix, cofactors in [
        ([[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
        ([[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]),
        ([[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 2.0]]),
        ([[0.0]], [[1.0]]),
    ]:
        check_gradients(torch.det, [np.array(matrix)])
        x = torch.tensor(matrix, requires_grad=True)
        torch.det(x).backward()
        assert x.grad.tolist() == cofactors


def test_the_logarithm_of_a_determinant_that_is_0_has_no_gradient():
    x = torch.tensor([[[1.0, 2.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 4.0]]], requires_grad=True)
    sign, logarithm = torch.slogdet(x)
    logarithm.sum().backward()
    assert sign.tolist() == [0, 1] and logarithm[0].item() == -np.inf
    assert np.isnan(x.grad[0].numpy()).all() and x.grad[1].tolist() == [[0.5, 0.0], [0.0, 0.25]]


@pytest.mark.parametrize("name", ["inv", "solve", "det", "slogdet", "cholesky", "qr", "eigh", "eigvalsh"])
def test_decompositions_want_floats_of_32_bits_and_more(name):
    half = torch.eye(2).to(torch.float16)
    arguments = (half, half) if name == "solve" else (half,)
    with pytest.raises(RuntimeError, match=r"linalg\.\w+: Low precision dtypes not supported. Got Half"):
        getattr(torch.linalg, name)(*arguments)


def test_a_matrix_without_inverse_is_an_error_of_its_own_kind():
    assert issubclass(torch.linalg.LinAlgError, RuntimeError)
    with pytest.raises(torch.linalg.LinAlgError, match="the input matrix is singular"):
        torch.inverse(torch.ones(2, 2))


def test_equal_eigenvalues_have_a_gradient_and_their_vectors_have_none():
    x = torch.eye(2, requires_grad=True)
    values, vectors = torch.linalg.eigh(x)
    assert torch.autograd.grad(values.sum(), x, retain_graph=True)[0].tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert np.isnan(torch.autograd.grad(vectors, x, torch.ones(2, 2))[0].numpy()).any()


def test_einsum_agrees_with_numpy_for_random_formulas():
    random = np.random.default_rng(0)
    sizes = dict(zip("abcde", (2, 3, 1, 2, 3), strict=True))
    for _ in range(60):
        terms = ["".join(random.choice(list(sizes), random.integers(0, 4))) for _ in range(random.integers(1, 4))]
        letters = sorted(set("".join(terms)))
        output = "".join(random.permutation(letters)[: random.integers(0, len(letters) + 1)]) if letters else ""
        arrays = [random.standard_normal([sizes[letter] for letter in term]) for term in terms]
        equation = f"{','.join(terms)}->{output}"
        got = torch.einsum(equation, *map(torch.tensor, arrays))
        np.testing.assert_allclose(got.numpy(), np.einsum(equation, *arrays), atol=1e-12, err_msg=equation)


# reductions and order


ZEROS = [[2.0, 0.0, 3.0, -1.0], [0.0, 2.0, 0.0, 3.0], [0.0, 0.0, 0.0, 2.0], [0.0, 0.0], [0.0]]


@pytest.mark.parametrize("values", ZEROS, ids=str)
def test_products_are_twice_differentiable_at_zeros(values):
    row = np.array(values)
    check_gradients(torch.prod, [row])
    check_gradients(lambda x: x.cumprod(0), [row])
    table = np.stack([row, np.ones_like(row)])
    check_gradients(lambda x: x.prod(1), [table])
    check_gradients(lambda x: x.cumprod(1), [table])


def test_the_third_derivative_of_a_product_with_three_zeros():
    x = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(x.prod(), x, create_graph=True)
    (second,) = torch.autograd.grad(first[0], x, create_graph=True)
    assert torch.autograd.grad(second[1], x)[0].tolist() == [0.0, 0.0, 1.0]


def test_a_running_product_of_many_elements_is_that_of_a_loop():
    x = torch.tensor(np.random.default_rng(0).standard_normal(37), requires_grad=True)
    steps, product = [], 1.0
    for element in x:
        product = element * product
        steps.append(product)
    weights = torch.arange(37).double()
    want = torch.autograd.grad(torch.stack(steps), x, weights)[0]
    np.testing.assert_allclose(torch.autograd.grad(x.cumprod(0), x, weights)[0].numpy(), want.numpy(), rtol=1e-11)


@pytest.mark.parametrize(("dtype", "kind"), [("int64", "Long"), ("int32", "Int"), ("uint8", "Byte"), ("bool", "Bool")])
def test_integers_have_no_mean(dtype, kind):
    """An error of another type than in torch 2.13."""
    with pytest.raises(NotImplementedError) as caught:
        torch.ones(2).to(getattr(torch, dtype)).mean()
    assert str(caught.value) == (
        "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
        f"Got: {kind}"
    )


def test_the_mean_and_the_norm_of_many_halves_do_not_overflow():
    x = torch.full((2000,), 100.0, dtype=torch.float16)
    assert x.mean().item() == 100 and x.mean().dtype == torch.float16
    assert x.norm().item() == pytest.approx(100 * 2000**0.5, rel=1e-3)
    assert torch.ones(100_000).to(torch.float16).mean().item() == 1


@pytest.mark.parametrize("function", [torch.amax, torch.amin, torch.max, torch.min], ids=["amax", "amin", "max", "min"])
def test_nan_is_the_extreme_element_and_gets_the_gradient(function):
    """Of `amax` and `amin` torch answers nan for all elements."""
    x = torch.tensor([1.0, np.nan, 2.0, np.nan], requires_grad=True)
    y = function(x)
    y.backward()
    assert np.isnan(y.item()) and x.grad.tolist() == [0.0, 0.5, 0.0, 0.5]


@pytest.mark.parametrize(
    "pick", [lambda x: x.median(0), lambda x: x.kthvalue(3), lambda x: x.topk(2), lambda x: x.sort(descending=True)],
    ids=["median", "kthvalue", "topk", "sort"],
)  # fmt: skip
def test_of_equal_elements_the_gradient_goes_to_those_at_the_indices(pick):
    """Which of them these are torch leaves open."""
    x = torch.tensor([2.0, 1.0, 2.0, 2.0, 3.0, 2.0], requires_grad=True)
    values, indices = pick(x)
    values.sum().backward()
    assert x.detach()[indices].tolist() == values.tolist()
    assert x.grad.tolist() == [float(i in indices.reshape(-1).tolist()) for i in range(6)]


def test_equal_elements_keep_their_order_also_downwards():
    x = torch.tensor([1, 0, 1, 0, 1], dtype=torch.uint8)
    assert x.sort().indices.tolist() == [1, 3, 0, 2, 4] and x.argsort(descending=True).tolist() == [0, 2, 4, 1, 3]


def test_a_count_of_what_is_not_zero_has_no_gradient():
    x = torch.tensor([0.0, 2.0, 3.0], requires_grad=True)
    (x.norm(0) * 2 + x.sum()).backward()
    assert x.norm(0).item() == 2 and x.grad.tolist() == [1.0, 1.0, 1.0]


def test_softmax_wants_floats():
    for function in (torch.softmax, torch.log_softmax):
        with pytest.raises(NotImplementedError, match="not implemented for 'Long'"):
            function(torch.tensor([1, 2]), 0)
    assert torch.softmax(torch.tensor([1, 1]), 0, torch.float64).tolist() == [0.5, 0.5]
