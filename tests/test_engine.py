"""The way back: order, sums, cotangents, freeing, `.grad`, and refusals that change nothing."""

import gc
import threading
import time
import warnings
import weakref
from contextlib import contextmanager

import numpy as np
import pytest
from finite_differences import differences
from hypothesis import given
from hypothesis import strategies as st

import minigrad as torch

SECOND_TIME = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)


def leaf(*values, dtype=None):
    """A vector that needs a gradient."""
    return torch.tensor([float(v) for v in values], dtype=dtype, requires_grad=True)


def refusal(call, kind=RuntimeError):
    """The message with which `call` is refused."""
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


@contextmanager
def rules(node, *functions):
    """Other rules, functions of (node, g), for the operation of `node`."""
    before, node.op.arrays = node.op.arrays, functions
    try:
        yield
    finally:
        node.op.arrays = before


# order and sums


def test_contributions_add_up():
    for function, slopes in [
        (lambda x: x + x, [2.0, 2.0]),
        (lambda x: x * x, [2.0, 4.0]),
        (lambda x: x - x, [0.0, 0.0]),
        (lambda x: x / x, [0.0, 0.0]),
    ]:
        x = leaf(1, 2)
        function(x).sum().backward()
        assert x.grad.tolist() == slopes


def test_a_node_waits_for_all_that_used_its_result():
    """Depth first, b would run after its first arrival and the second would be lost, or pass through twice."""
    a = leaf(1)
    b = a + a
    c = b + b
    c.backward()
    assert a.grad.tolist() == [4.0]


def runs_of_nodes(y):
    """How many nodes a backward from y runs, repetitions counted."""
    runs = []
    with torch.swap("engine.release", runs.append):
        y.backward()
    return len(runs)


def test_forty_levels_are_forty_nodes_and_not_two_to_the_forty():
    x = leaf(1)
    y = x
    for _ in range(40):
        y = y + y
    assert runs_of_nodes(y) == 40
    assert x.grad.tolist() == [2.0**40]


def test_a_diamond_with_arms_of_different_length():
    """The short arm arrives long before the long one, at a node between, not at a leaf."""

    def diamond(x):
        h = x * 3
        long = h
        for _ in range(5):
            long = long.sin()
        return long * h + h.exp() * long

    x = leaf(0.3, -0.2, dtype=torch.float64)
    y = diamond(x)
    assert runs_of_nodes(y.sum()) == 1 + 5 + 4 + 1
    (expected,) = differences(lambda v: diamond(torch.tensor(v)).numpy(), [np.array([0.3, -0.2])], np.ones(2))
    np.testing.assert_allclose(x.grad.numpy(), expected, rtol=1e-7)


STEPS = st.lists(st.tuples(st.sampled_from("+-*s"), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=25)
COTANGENTS = st.lists(st.sampled_from([-1.0, 0.5, 2.0]), min_size=1, max_size=3)


@given(STEPS, COTANGENTS)
def test_any_graph_agrees_with_derivatives_carried_forward(steps, cotangents):
    """The same program on pairs (value, derivatives): the chain rule from front to back, no graph at all."""
    start = [0.5, -1.25, 2.0]
    inputs = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in start]
    tensors, pairs = list(inputs), [(v, np.eye(3)[i]) for i, v in enumerate(start)]
    for kind, i, j in steps:
        a, b = tensors[i % len(tensors)], tensors[j % len(tensors)]
        (x, dx), (y, dy) = pairs[i % len(pairs)], pairs[j % len(pairs)]
        tensors.append({"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a.tanh() * b,
                        "s": lambda a, b: a.sin()}[kind](a, b))  # fmt: skip
        pairs.append({"+": (x + y, dx + dy), "-": (x - y, dx - dy), "s": (np.sin(x), np.cos(x) * dx),
                      "*": (np.tanh(x) * y, (1 - np.tanh(x) ** 2) * dx * y + np.tanh(x) * dy)}[kind])  # fmt: skip
    roots = list(zip(tensors[::-1], cotangents, strict=False))
    torch.autograd.backward([t for t, _ in roots], [torch.tensor(c, dtype=torch.float64) for _, c in roots])
    expected = sum(c * d for c, (_, d) in zip(cotangents, pairs[::-1], strict=False))
    got = [0.0 if t.grad is None else t.grad.item() for t in inputs]
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)


def test_several_roots_a_root_twice_and_a_root_behind_another():
    x = leaf(1, 2, 3)
    h = x * x
    y = h * h
    torch.autograd.backward([y.sum(), h.sum()])
    assert x.grad.tolist() == [4 * v**3 + 2 * v for v in (1.0, 2.0, 3.0)]
    x.grad = None
    z = (x * 2).sum()
    torch.autograd.backward([z, z])
    assert x.grad.tolist() == [4.0, 4.0, 4.0]
    x.grad = None
    torch.autograd.backward([x, x], [torch.ones(3), torch.ones(3)])
    assert x.grad.tolist() == [2.0, 2.0, 2.0]


def test_a_root_that_is_an_input_of_another_root_keeps_both_gradients_apart():
    x = leaf(1, 1)
    h = x * 2
    y = h * 3
    torch.autograd.backward([h, y], [torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])])
    assert x.grad.tolist() == [2.0, 6.0]


# size


@pytest.mark.parametrize("step", [lambda y: y + 1, lambda y: y * 1.0001, lambda y: y.sin()], ids=["+", "*", "sin"])
def test_a_chain_of_100_000_operations_is_recorded_walked_and_freed(step):
    gc.collect()
    gc.disable()
    try:
        x = leaf(0.5, dtype=torch.float64)
        y, slope = step(x), 1.0
        first, middle = weakref.ref(y.grad_fn), None
        for i in range(99_999):
            y = step(y)
            if i == 50_000:
                middle = weakref.ref(y.grad_fn)
        y.backward(retain_graph=True)
        got = x.grad.item()
        if y.grad_fn.name() == "MulBackward0":
            slope = 1.0001**100_000
        elif y.grad_fn.name() == "SinBackward0":
            v = 0.5
            for _ in range(100_000):
                slope, v = slope * np.cos(v), np.sin(v)
        np.testing.assert_allclose(got, slope, rtol=1e-9)
        assert first() is not None and middle() is not None
        del y
        assert first() is None and middle() is None
    finally:
        gc.enable()


def test_time_grows_with_the_number_of_nodes():
    """Wide and deep: 20,000 uses of one tensor, where a queue that is searched would need 20,000 times as long."""
    x = leaf(1, dtype=torch.float64)
    h = x * 1
    total = h
    for i in range(20_000):
        total = total + h * i
    before = time.perf_counter()
    total.backward()
    assert time.perf_counter() - before < 5
    assert x.grad.item() == 1 + sum(range(20_000))


# cotangents


def test_a_cotangent_weighs_the_elements():
    x = leaf(1, 2, 3)
    (x * x).backward(torch.tensor([1.0, 0.0, -2.0]))
    assert x.grad.tolist() == [2.0, 0.0, -12.0]


@pytest.mark.parametrize("shape", [(), (1,), (1, 1, 1)])
def test_one_element_of_any_shape_needs_no_cotangent(shape):
    x = torch.full(shape, 2.0, requires_grad=True)
    (x * x).backward()
    assert x.grad.shape == shape and x.grad.item() == 4.0


def test_backward_of_a_leaf_copies_its_cotangent():
    x, g = leaf(1, 2), torch.tensor([4.0, 5.0])
    x.backward(g)
    assert x.grad.tolist() == [4.0, 5.0] and x.grad is not g
    x.grad.zero_()
    assert g.tolist() == [4.0, 5.0]


def test_a_cotangent_takes_the_dtype_of_its_output():
    x, seen = leaf(1, 2), []
    y = x * 3
    with rules(y.grad_fn, lambda node, g: (seen.append(g.dtype), g * 3)[1]):
        y.backward(torch.tensor([1.0, 2.0], dtype=torch.float64))
    assert seen == [torch.float32] and x.grad.dtype == torch.float32 and x.grad.tolist() == [3.0, 6.0]


def test_cotangents_of_several_outputs():
    x = leaf(1, 2)
    y, z = x * 2, (x * x).sum()
    torch.autograd.backward([y, z], grad_tensors=[torch.tensor([1.0, 10.0]), None])
    assert x.grad.tolist() == [4.0, 24.0]


def test_two_leaves_never_share_a_buffer_and_the_cotangent_is_not_written():
    a, b, g = leaf(1, 2), leaf(3, 4), torch.ones(2)
    y = a + b
    y.backward(g)
    a.grad += 100
    assert b.grad.tolist() == g.tolist() == [1.0, 1.0]
    y.backward(g)
    assert a.grad.tolist() == [102.0, 102.0] and b.grad.tolist() == [2.0, 2.0] and g.tolist() == [1.0, 1.0]


PASSING = {
    "add": lambda x: x + 0, "sub": lambda x: x - 0, "clone": torch.clone, "cast": lambda x: x.to(torch.float32),
    "reshape": lambda x: x.reshape(2), "cat": lambda x: torch.cat([x]), "sum": lambda x: x.reshape(2, 1).sum(1),
    "expand": lambda x: np.broadcast_to(x, (2,)), "mul": lambda x: x * 1,
}  # fmt: skip


@pytest.mark.parametrize("operation", PASSING.values(), ids=PASSING)
def test_what_an_operation_hands_on_is_never_written(operation):
    """Rules return the cotangent itself, or views of it; a sum that came later must go into another buffer."""
    x, y, g = leaf(1, 2), leaf(1, 2), torch.tensor([1.0, 1.0])
    h = x * 1
    both = operation(h) + operation(h) + operation(y) + operation(x) + operation(x)
    both.backward(g)
    assert g.tolist() == y.grad.tolist() == [1.0, 1.0] and x.grad.tolist() == [4.0, 4.0]
    x.grad += 5
    assert g.tolist() == y.grad.tolist() == [1.0, 1.0]


def test_a_gradient_can_be_written_even_if_it_was_spread_from_one_number():
    x = leaf(1, 2, 3)
    x.sum().backward()
    x.grad.add_(torch.tensor([1.0, 2.0, 3.0]))
    assert x.grad.tolist() == [2.0, 3.0, 4.0]


WIDER = torch.ones(2, dtype=torch.float64)
WIDENING = {
    "mul": lambda h: h * WIDER, "cast": lambda h: h.double(), "where": lambda h: torch.where(WIDER > 0, h, WIDER),
    "cat": lambda h: torch.cat([h, WIDER]), "stack": lambda h: torch.stack([WIDER, h]),
    "sum": lambda h: h.sum(dtype=torch.float64), "softmax": lambda h: h.softmax(0, dtype=torch.float64),
    "log_softmax": lambda h: h.log_softmax(0, dtype=torch.float64), "copy_": lambda h: WIDER.clone().copy_(h),
}  # fmt: skip


@pytest.mark.parametrize("widen", WIDENING.values(), ids=WIDENING)
def test_what_arrives_at_a_result_has_its_dtype(widen):
    h = leaf(1, 2).sin()
    seen = []
    with rules(h.grad_fn, lambda node, g: (seen.append((g.dtype, g.shape)), g)[1]):
        widen(h).sum().backward()
    assert seen == [(torch.float32, (2,))]


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


# inputs


def test_inputs_choose_where_gradients_are_added():
    x, y, z = leaf(1, 2), leaf(3, 4), leaf(5)
    out = (x * y).sum()
    out.backward(inputs=[x, z], retain_graph=True)
    assert x.grad.tolist() == [3.0, 4.0] and y.grad is None and z.grad is None
    out.backward(inputs=y)
    assert x.grad.tolist() == [3.0, 4.0] and y.grad.tolist() == [1.0, 2.0]


def test_an_intermediate_input_gets_its_gradient_and_nothing_behind_it_is_walked():
    x = leaf(1, 2)
    h = x.exp()
    y = (h * h).sum()
    y.backward(inputs=[h])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        np.testing.assert_allclose(h.grad.numpy(), 2 * np.exp([1.0, 2.0]), rtol=1e-6)
    assert x.grad is None
    h.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp([1.0, 2.0]), rtol=1e-6)


def test_branches_that_lead_to_no_input_are_not_walked():
    x, y = leaf(1), leaf(2)
    out, runs = x * 2 + y.sin().cos().exp(), []
    with torch.swap("engine.release", runs.append):
        out.backward(inputs=[x])
    assert [node.name() for node in runs] == ["AddBackward0", "MulBackward0"]


# the state around a walk


def test_backward_works_under_no_grad_and_restores_the_mode():
    x = leaf(2)
    y = x * x
    with torch.no_grad():
        y.backward(retain_graph=True)
        assert not torch.is_grad_enabled()
    y.backward()
    assert torch.is_grad_enabled() and x.grad.tolist() == [8.0]
    refusal(y.backward)
    assert torch.is_grad_enabled()


def test_rules_run_without_recording():
    seen = []
    x = leaf(2)
    y = x.sin()
    with rules(y.grad_fn, lambda node, g: (seen.append(torch.is_grad_enabled()), g)[1]):
        y.backward()
    assert seen == [False]


def test_graphs_of_several_threads():
    results = {}

    def work(i):
        x = leaf(i)
        y = x
        for _ in range(500):
            y = y + x
        y.backward()
        results[i] = x.grad.item()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == dict.fromkeys(range(4), 501.0)


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
    assert refusal(lambda: call(x, y), kind) == message
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
