"""What a walk leaves behind: freed graphs, `.grad`, and after a refusal nothing at all."""

import warnings
import weakref

import numpy as np
import pytest
from shorthand import leaf
from walking import SECOND_TIME, refusal, rules

import minigrad as torch

# retain_graph and freeing


def test_a_second_backward_is_refused():
    x = leaf(1, 2, 3)
    y = (x * x).sum()
    y.backward()
    assert refusal(y.backward) == SECOND_TIME
    assert x.grad.tolist() == [2.0, 4.0, 6.0]


def test_a_graph_that_saved_nothing_may_be_walked_again():
    x = leaf(1, 2, 3)
    y = (x + x - 1).reshape(3, 1).sum()
    y.backward()
    y.backward()
    assert x.grad.tolist() == [4.0, 4.0, 4.0]


def test_retain_graph_keeps_the_graph_for_one_more():
    x = leaf(1, 2, 3)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [6.0, 12.0, 18.0]
    assert refusal(y.backward) == SECOND_TIME
    assert x.grad.tolist() == [6.0, 12.0, 18.0]


def test_two_outputs_over_a_shared_part_that_was_freed():
    x = leaf(1, 2)
    h = x.exp()
    a, b = (h + 1).sum(), (h + 2).sum()
    a.backward()
    assert refusal(b.backward) == SECOND_TIME


def test_an_independent_graph_over_the_same_leaf_lives_on():
    x = leaf(2)
    y, z = x * x, x * x * x
    y.backward()
    z.backward()
    assert x.grad.tolist() == [4.0 + 12.0]


@pytest.mark.parametrize("operation", [torch.exp, torch.sin, lambda x: x * x, lambda x: x @ x], ids=list("esm@"))
def test_after_a_walk_no_saved_array_is_alive(operation):
    """The user still holds the result; what only the rules needed is gone, and with retain_graph it is not."""
    for retain in (False, True):
        x = leaf(0.1, 0.2)
        h = x * 3
        y = operation(operation(h) * h)
        inner = weakref.ref(h.array)
        del h
        y.backward(torch.ones_like(y), retain_graph=retain)
        assert (inner() is not None) is retain


def test_gradients_on_their_way_are_let_go():
    """Of a long chain only the gradients at its front are alive, not one for each node."""
    alive, most = [], [0]

    def double(node, g):
        made = g * 2
        alive.append(weakref.ref(made))
        most[0] = max(most[0], sum(ref() is not None for ref in alive))
        return made

    x = leaf(1, 2)
    y = x
    for _ in range(50):
        y = -y
    with rules(y.grad_fn, double):
        y.sum().backward()
    assert x.grad.tolist() == [2.0**50] * 2 and most[0] <= 3


# .grad


def test_gradients_add_up_until_cleared():
    x = leaf(1, 1)
    assert x.grad is None
    (x * 2).sum().backward()
    kept = x.grad
    (x * 3).sum().backward()
    assert x.grad is kept and kept.tolist() == [5.0, 5.0]
    x.grad.zero_()
    (x * 4).sum().backward()
    assert x.grad is kept and kept.tolist() == [4.0, 4.0]
    x.grad = None
    (x * 3).sum().backward()
    assert x.grad is not kept and x.grad.tolist() == [3.0, 3.0] and kept.tolist() == [4.0, 4.0]


def test_a_gradient_looks_like_its_leaf_and_has_no_history():
    x = torch.ones(1, 2, dtype=torch.float64, requires_grad=True)
    (x * 3).sum().backward()
    g = x.grad
    assert g.shape == (1, 2) and g.dtype == torch.float64
    assert not g.requires_grad and g.grad_fn is None and g.is_leaf


def test_create_graph_makes_a_new_gradient_with_a_history_and_warns():
    x = leaf(1, 2)
    (x * 2).sum().backward()
    first = x.grad
    with pytest.warns(UserWarning, match="create_graph=True will create a reference cycle between the parameter and"):
        (x * x * x).sum().backward(create_graph=True)
    assert x.grad is not first and first.tolist() == [2.0, 2.0] and x.grad.tolist() == [5.0, 14.0]
    assert x.grad.requires_grad and not x.grad.is_leaf
    x.grad = None


def test_create_graph_implies_retain_graph_unless_told_otherwise():
    x = leaf(2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        y = x * x
        y.backward(create_graph=True)
        y.backward(create_graph=True, retain_graph=False)
        assert x.grad.tolist() == [8.0]
        assert refusal(lambda: y.backward(create_graph=True)) == SECOND_TIME
    x.grad = None


def test_without_create_graph_a_gradient_is_a_constant():
    x = leaf(2)
    (x * x).backward()
    assert refusal(x.grad.backward) == "element 0 of tensors does not require grad and does not have a grad_fn"


def test_reading_the_grad_of_a_result_warns():
    x = leaf(1)
    y = x * 2
    with pytest.warns(UserWarning, match=r"The \.grad attribute of a Tensor that is not a leaf Tensor is being"):
        assert y.grad is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert x.grad is None and torch.ones(1).grad is None


def test_what_may_be_put_into_grad():
    x = leaf(1, 2)
    x.grad = torch.ones(2)
    (x * 2).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]
    size = refusal(lambda: setattr(x, "grad", torch.ones(3)))
    assert size.startswith("attempting to assign a gradient of size '[3]' to a tensor of size '[2]'")
    assert "dtype" in refusal(lambda: setattr(x, "grad", torch.ones(2, dtype=torch.float64)))
    assert "expected to be a Tensor or None but got grad of type float" in refusal(
        lambda: setattr(x, "grad", 1.0), TypeError
    )
    assert x.grad.tolist() == [3.0, 3.0]


# refusals: torch's kind and words, and nothing has changed afterwards

NO_GRAPH = "element 0 of tensors does not require grad and does not have a grad_fn"
SCALARS_ONLY = "grad can be implicitly created only for scalar outputs"


def mismatch(got, want, i=0):
    """torch's words for a cotangent of the wrong shape."""
    return (
        f"Mismatch in shape: grad_output[{i}] has a shape of torch.Size({got}) "
        f"and output[{i}] has a shape of torch.Size({want})."
    )


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda x, y: torch.ones(1).backward(), RuntimeError, NO_GRAPH),
        (lambda x, y: x.detach().sum().backward(), RuntimeError, NO_GRAPH),
        (lambda x, y: y.backward(), RuntimeError, SCALARS_ONLY),
        (lambda x, y: y.backward(None), RuntimeError, SCALARS_ONLY),
        (lambda x, y: x.backward(), RuntimeError, SCALARS_ONLY),
        (lambda x, y: torch.zeros(0, requires_grad=True).backward(), RuntimeError, SCALARS_ONLY),
        (lambda x, y: y.backward(torch.ones(2)), RuntimeError, mismatch([2], [3])),
        (lambda x, y: y.backward(torch.ones(1)), RuntimeError, mismatch([1], [3])),
        (lambda x, y: y.backward(torch.tensor(1.0)), RuntimeError, mismatch([], [3])),
        (lambda x, y: y.backward(torch.ones(3, 1)), RuntimeError, mismatch([3, 1], [3])),
        (lambda x, y: y.sum().backward(torch.ones(1)), RuntimeError, mismatch([1], [])),
        (lambda x, y: y.backward(1.0), TypeError, "gradients can be either Tensors or None, but got float"),
        (
            lambda x, y: torch.autograd.backward([y], [1.0]),
            TypeError,
            "gradients can be either Tensors or None, but got float",
        ),
        (lambda x, y: torch.autograd.backward([y], 1.0), TypeError, "'float' object is not iterable"),
        (
            lambda x, y: torch.autograd.backward([y, y], [torch.ones(3)]),
            RuntimeError,
            "got 2 tensors and 1 gradients",
        ),
        (
            lambda x, y: torch.autograd.backward([y.sum(), torch.ones(1)]),
            RuntimeError,
            "element 1 of tensors does not require grad and does not have a grad_fn",
        ),
        (
            lambda x, y: torch.autograd.backward([y.sum(), y], [None, torch.ones(4)]),
            RuntimeError,
            mismatch([4], [3], 1),
        ),
        (lambda x, y: y.sum().backward(inputs=[]), RuntimeError, "`inputs` argument to `backward()` cannot be empty."),
        (
            lambda x, y: torch.autograd.backward(tensor=y),
            TypeError,
            "backward() got an unexpected keyword argument 'tensor'",
        ),
    ],
)
def test_a_refused_backward_changes_nothing(call, kind, message):
    x = leaf(1, 2, 3)
    x.grad = torch.tensor([7.0, 7.0, 7.0])
    kept = x.grad
    y = x * x
    assert refusal(lambda: call(x, y), kind).removesuffix(". Did you mean 'tensors'?") == message  # Python 3.13 adds it
    assert x.grad is kept and kept.tolist() == [7.0, 7.0, 7.0] and torch.is_grad_enabled()
    y.sum().backward()
    assert kept.tolist() == [9.0, 11.0, 13.0]


def test_a_walk_that_fails_half_way_adds_nothing():
    x, w = leaf(1, 2), leaf(3, 4)
    h = x * x
    h.sum().backward()
    x.grad = None
    assert refusal((h * 2 + w).sum().backward) == SECOND_TIME
    assert x.grad is None and w.grad is None


def test_a_rule_with_a_gradient_of_the_wrong_shape_is_named():
    x = leaf(1, 2)
    y = x.sin()
    with rules(y.grad_fn, lambda node, g: np.ones(3)):
        message = refusal(y.sum().backward)
    assert message == (
        "Function SinBackward0 returned an invalid gradient at index 0 - got [3] "
        "but expected shape compatible with [2]"
    )
    assert x.grad is None
