"""What is recorded: nodes, edges, saved values, and when nothing is."""

import threading
import weakref

import numpy as np
import pytest
from shorthand import leaf

import minigrad as torch
from minigrad.graph import AccumulateGrad, Node, Op


def names(node):
    """The names behind a node, as torch's next_functions tells them; None for a constant."""
    return [(None if f is None else f.name(), number) for f, number in node.next_functions]


# nodes and edges


def test_only_what_needs_a_gradient_is_recorded():
    x, c = leaf(1, 2), torch.ones(2)
    assert x.grad_fn is None and c.grad_fn is None and (c * c + 1).grad_fn is None
    y = x * c
    assert isinstance(y.grad_fn, Node) and y.requires_grad and not y.is_leaf
    assert y.grad_fn is y.grad_fn and (y + 1).grad_fn is not y.grad_fn


def test_next_functions_tell_the_arguments_in_order():
    x, w = leaf(1), leaf(2)
    y = x * 2 + w
    assert names(y.grad_fn) == [("MulBackward0", 0), ("AccumulateGrad", 0)]
    assert names(y.grad_fn.next_functions[0][0]) == [("AccumulateGrad", 0), (None, 0)]
    assert y.grad_fn.next_functions[1][0].variable is w
    assert names((2 * x).grad_fn) == names((2 - x).grad_fn) == [("AccumulateGrad", 0), (None, 0)]
    assert names(y.sum().grad_fn) == names(y.exp().grad_fn) == [("AddBackward0", 0)]
    assert names(torch.where(torch.tensor([True]), x, w).grad_fn) == [("AccumulateGrad", 0)] * 2


def test_a_tensor_used_twice_has_two_edges():
    a = leaf(1)
    b = a + a
    first, second = (f for f, _ in b.grad_fn.next_functions)
    assert first.variable is second.variable is a and first == second and hash(first) == hash(second)
    c = b * b
    assert [f for f, _ in c.grad_fn.next_functions] == [b.grad_fn, b.grad_fn]


def test_the_end_of_an_edge_at_a_leaf():
    x, other = leaf(1), leaf(1)
    end = (x * 1).grad_fn.next_functions[0][0]
    assert end.name() == "AccumulateGrad" and end.next_functions == () and end.variable is x
    assert end != AccumulateGrad(other) and repr(end).startswith("<AccumulateGrad object at 0x")


def test_a_node_tells_its_name():
    node = (leaf(1) * 2).grad_fn
    assert node.name() == "MulBackward0" and repr(node).startswith("<MulBackward0 object at 0x")


@pytest.mark.parametrize(
    ("rules", "params", "said"),
    [
        ([lambda g, b, x: g * b, lambda g, a: g * a], (), "reads 'x', which is none of a, b, out: the inputs, "),
        ([lambda g, b: g * b], (), "reads 'b', which is none of a, out: "),
        ([lambda g, a, k: g * k], ("n",), "reads 'k', which is none of a, out, n: .* Correct it, or name it in params"),
    ],
)
def test_an_operation_whose_rule_reads_what_there_is_not_is_refused(rules, params, said):
    """When it is defined; an operation of the same name stays as it was."""
    before = Op("TriedBackward0", *[lambda g: g for _ in rules])
    kept = dict(vars(before))
    try:
        with pytest.raises(ValueError, match=r"^Op\('TriedBackward0'\): a rule " + said):
            Op("TriedBackward0", *rules, params=params)
        assert vars(before) == kept
    finally:
        del Op.known["TriedBackward0"]


def test_cat_has_one_edge_for_each_tensor():
    x, c, y = leaf(1), torch.ones(2), leaf(2, 3)
    node = torch.cat([x, c, y * 2, x]).grad_fn
    ends = [("AccumulateGrad", 0), (None, 0), ("MulBackward0", 0), ("AccumulateGrad", 0)]
    assert node.name() == "CatBackward0" and names(node) == ends


def test_numbers_grow_along_the_graph_also_between_threads():
    x, made = leaf(1), []

    def work():
        y = x
        for _ in range(200):
            y = y * 0.5 + x
        made.append(y)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    todo, seen = [y.grad_fn for y in made], {}
    while todo:
        node = todo.pop()
        if node.number not in seen:
            seen[node.number] = node
            inputs = [e for e in node.edges if isinstance(e, Node)]
            assert all(e.number < node.number for e in inputs)
            todo += inputs
    assert len(made) == 4 and len(seen) == len({id(n) for n in seen.values()}) == 4 * 400


# what needs a gradient, and what is a leaf (torch: section 3 of its semantics)


def test_leaves():
    x, c = leaf(1, 2), torch.ones(2)
    with torch.no_grad():
        inside = x * 2
    assert x.is_leaf and c.is_leaf and not (x * 2).is_leaf and (c * 2).is_leaf and inside.is_leaf
    assert x.detach().is_leaf and not x.clone().is_leaf
    assert c.requires_grad_() is c and c.is_leaf and c.requires_grad


@pytest.mark.parametrize(
    ("result", "needs"),
    [
        (lambda x, c: x + c, True),
        (lambda x, c: c + c, False),
        (lambda x, c: c + x, True),
        (lambda x, c: x > c, False),
        (lambda x, c: x == c, False),
        (lambda x, c: x.long(), False),
        (lambda x, c: torch.sign(x), True),
        (lambda x, c: torch.zeros_like(x), False),
        (lambda x, c: x.reshape(2, 1), True),
        (lambda x, c: x.detach() * c, False),
        (lambda x, c: torch.tensor(x.detach()), False),
    ],
)
def test_what_needs_a_gradient(result, needs):
    y = result(leaf(1, 2), torch.ones(2))
    assert y.requires_grad is needs and (y.grad_fn is not None) is needs


def test_integers_cannot_need_gradients():
    with pytest.raises(RuntimeError, match="Only Tensors of floating point and complex dtype can require gradients"):
        torch.tensor([1, 2], requires_grad=True)
    whole, truth = torch.tensor([1, 2]), torch.tensor([True])
    for t in (whole, truth):
        with pytest.raises(RuntimeError, match="only Tensors of floating point dtype can require gradients"):
            t.requires_grad_()
    with pytest.raises(RuntimeError, match="only Tensors of floating point and complex dtype can require gradients"):
        whole.requires_grad = True
    whole.requires_grad = False
    assert not whole.requires_grad_(False).requires_grad and not truth.requires_grad


def test_only_a_leaf_can_stop_needing_a_gradient():
    x = leaf(1)
    y = x * 2
    for attempt in (lambda: y.requires_grad_(False), lambda: setattr(y, "requires_grad", False)):
        with pytest.raises(RuntimeError, match=r"you can only change requires_grad flags of leaf .*detach\(\)"):
            attempt()
    assert y.requires_grad and y.requires_grad_() is y and y.grad_fn is not None
    assert not x.requires_grad_(False).requires_grad


def test_detach_shares_memory_and_forgets_history():
    x = leaf(1, 2)
    y = x * 2
    d = y.detach()
    assert d is not y and not d.requires_grad and d.grad_fn is None and d.is_leaf
    d.numpy()[0] = 50
    assert y.tolist() == [50.0, 4.0] and y.grad_fn is not None


def test_clone_copies_and_stays_in_the_graph():
    x = leaf(1, 2)
    y = x.clone()
    assert y.grad_fn.name() == "CloneBackward0"
    with torch.no_grad():
        y += 1
    assert x.tolist() == [1.0, 2.0] and y.tolist() == [2.0, 3.0]


# saved tensors: what a rule reads, if its result is wanted, and nothing else


@pytest.mark.parametrize(
    ("result", "saved"),
    [
        (lambda x, c: x + c, set()),
        (lambda x, c: x - 2, set()),
        (lambda x, c: -x, set()),
        (lambda x, c: x.sum(), set()),
        (lambda x, c: x.mean(), set()),
        (lambda x, c: x.reshape(2, 1), set()),
        (lambda x, c: torch.cat([x, c]), set()),
        (lambda x, c: x * c, {"b"}),
        (lambda x, c: c * x, {"a"}),
        (lambda x, c: x * x, {"a", "b"}),
        (lambda x, c: x / c, {"b"}),
        (lambda x, c: c / x, {"a", "b"}),
        (lambda x, c: x.exp(), {"out"}),
        (lambda x, c: x.tanh(), {"out"}),
        (lambda x, c: x.sigmoid(), {"out"}),
        (lambda x, c: x.sqrt(), {"out"}),
        (lambda x, c: x.reciprocal(), {"out"}),
        (lambda x, c: x.relu(), {"out"}),
        (lambda x, c: x.sin(), {"a"}),
        (lambda x, c: x.cos(), {"a"}),
        (lambda x, c: x.log(), {"a"}),
        (lambda x, c: abs(x), {"a"}),
        (lambda x, c: x**2, {"a"}),
        (lambda x, c: x**c, {"a", "b"}),
        (lambda x, c: c**x, {"a", "b", "out"}),
        (lambda x, c: torch.maximum(x, c), {"a", "b"}),
        (lambda x, c: x @ c, {"b"}),
        (lambda x, c: c @ x, {"a"}),
    ],
)
def test_saved_tensors(result, saved):
    x, c = leaf(1, 2), torch.tensor([3.0, 4.0])
    y = result(x, c)
    kept = y.grad_fn.saved_tensors
    assert set(kept) == saved
    for name, value in kept.items():
        assert value.tolist() in ([1.0, 2.0], [3.0, 4.0]) or name == "out" and value.tolist() == y.tolist()


def test_inputs_are_saved_as_they_are_and_not_copied():
    x = leaf(1, 2)
    y = x * 3
    z = y * x
    kept = z.grad_fn.saved_tensors
    assert kept["a"] is y and kept["b"] is x
    e = y.exp()
    out = e.grad_fn.saved_tensors["out"]
    assert out is not e and out.grad_fn is e.grad_fn and np.shares_memory(out.detach().numpy(), e.detach().numpy())


def test_a_saved_tensor_remembers_its_history_from_then():
    """Later it may have been written to; what was saved still leads to where it came from."""
    x = leaf(1, 2)
    y = x * 3
    z = y.sin()
    kept = z.grad_fn.saved_tensors["a"]
    assert kept.grad_fn is y.grad_fn and kept.requires_grad


def test_freed_saved_tensors_say_so():
    x = leaf(2)
    y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match="directly access saved tensors after they have already been freed"):
        _ = y.grad_fn.saved_tensors


# memory: a graph that nobody holds is gone at once, without the garbage collector

OPERATIONS = {
    "add": lambda x: x + x, "mul": lambda x: x * x, "div": lambda x: 1 / x, "exp": torch.exp, "tanh": torch.tanh,
    "sqrt": torch.sqrt, "relu": torch.relu, "sin": torch.sin, "pow": lambda x: x**3, "pow_tensor": lambda x: x**x,
    "where": lambda x: torch.where(x > 1, x, x * 2), "sum": lambda x: x.sum(0), "cast": lambda x: x.double(),
    "mean": lambda x: x.mean(), "reshape": lambda x: x.reshape(3, 1), "matmul": lambda x: x @ x,
    "cat": lambda x: torch.cat([x, x]), "clone": torch.clone, "clamp": lambda x: x.clamp(0, 1),
    "detach": lambda x: x.detach() * x, "add_": lambda x: (x * 2).add_(1), "mul_": lambda x: (x * 2).mul_(x),
}  # fmt: skip


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize("walked", [False, True])
def test_a_dropped_graph_is_gone_at_once(operation, walked):
    x = leaf(1, 2, 3)
    h = x * 1.5
    y = operation(h)
    watched = [weakref.ref(o) for t in (h, y) for o in (t, t.array, t.grad_fn)]
    if walked:
        y.backward(torch.ones_like(y))
    del h, y
    assert [ref() for ref in watched] == [None] * len(watched)


@pytest.mark.usefixtures("no_collector")
def test_a_failed_walk_leaves_nothing_behind():
    x = leaf(1, 2)
    h = x * 2
    y = (h * h).sum()
    watched = [weakref.ref(h.array), weakref.ref(h.grad_fn), weakref.ref(y.grad_fn)]
    y.backward()
    try:
        y.backward()
    except RuntimeError as error:
        assert "second time" in str(error)
    else:
        pytest.fail("a freed graph was walked")
    del h, y
    assert [ref() for ref in watched] == [None] * 3
