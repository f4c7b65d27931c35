"""The way back: in which order, what adds up, how far, with which cotangents."""

import threading
import time
import warnings
import weakref

import numpy as np
import pytest
from finite_differences import differences
from hypothesis import given
from hypothesis import strategies as st
from shorthand import leaf
from walking import refusal, rules

import minigrad as torch

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


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("step", [lambda y: y + 1, lambda y: y * 1.0001, lambda y: y.sin()], ids=["+", "*", "sin"])
def test_a_chain_of_100_000_operations_is_recorded_walked_and_freed(step):
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
