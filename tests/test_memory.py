"""What is kept and for how long: saved arrays, cycles, deep graphs, and how much a walk allocates."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest
from catalogue import all_rows
from catalogue.trial import leaves_of, tensors_of
from shorthand import leaf, lists

import minigrad as torch
from minigrad.autograd import grad
from minigrad.graph import Node
from minigrad.views import Envelope, Region

DOUBLE = {"dtype": torch.float64}


def nodes_behind(root):
    """All nodes of the graph of a tensor."""
    seen, todo = [], [root.grad_fn]
    while todo:
        node = todo.pop()
        if isinstance(node, Node) and not any(node is other for other in seen):
            seen.append(node)
            todo += node.edges
    return seen


def arrays_in(kept):
    """The arrays in what a node keeps, in whatever they are wrapped."""
    if isinstance(kept, np.ndarray):
        return [kept]
    if isinstance(kept, (torch.Tensor, Envelope)):
        return [kept.array]
    if isinstance(kept, Region):
        return arrays_in(kept.index)
    if isinstance(kept, (tuple, list)):
        return [array for part in kept for array in arrays_in(part)]
    return []


def kept_by(node):
    """The arrays that a node keeps for its rules."""
    return arrays_in([node.saved_a, node.saved_b, node.out, node.params])


# after a walk


# a norm that counts saves nothing; a walk does not come to the node of eigenvectors whose values alone are used; and
# an index that adds up is kept in a node that has no saved value to free
OTHERWISE = {"norm-0", "norm-0 dim", "index_put-accumulate", "put-accumulate"}
DIFFERENTIABLE = [row for _, row in all_rows() if row.orders and row.id not in OTHERWISE and "eigvalsh" not in row.id]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in DIFFERENTIABLE])
def test_after_a_walk_no_node_keeps_an_array(row):
    inputs = leaves_of(torch, row, row.arrays(row.cases[0]))
    outputs = tensors_of(row.call(*[t * 1 if t.requires_grad else t for t in inputs]))
    y = sum([t.sum() for t in outputs if t.requires_grad])
    y.backward(retain_graph=True)
    nodes = nodes_behind(y)
    before = sum(len(kept_by(node)) for node in nodes)
    y.backward()
    assert sum(len(kept_by(node)) for node in nodes) == 0 < before


ELEMENTWISE = {
    "mul": lambda x: x * x.exp(), "div": lambda x: x / x.exp(), "pow": lambda x: x**3, "pow of tensors": lambda x: x**x,
    "sigmoid": lambda x: x.sigmoid().sqrt(), "clamp": lambda x: x.clamp(0, 1), "relu": lambda x: x.relu().log(),
    "where": lambda x: torch.where(x > 0, x, x.exp()), "maximum": lambda x: x.maximum(x * x),
    "write": lambda x: (x * 1).mul_(x).pow_(2), "part": lambda x: written(x * x), "list": lambda x: listed(x * x),
}  # fmt: skip


def written(y):
    """y after a write to a part of it."""
    y[1:] = y[:1].clone() ** 2
    return y


def listed(y):
    """y after a write to a list of its elements."""
    y[[0, 1]] = y[1:].clone() ** 2
    return y


@pytest.mark.parametrize("function", ELEMENTWISE.values(), ids=ELEMENTWISE)
def test_after_a_walk_what_was_computed_on_the_way_is_gone(function, no_collector):
    """By the arrays themselves, while the user still holds the result and with it the graph."""
    x = leaf(0.5, 1.5, **DOUBLE)
    y = function(x * 2).sum()
    inner = [weakref.ref(array) for node in nodes_behind(y) for array in kept_by(node) if array.ndim]  # no factor 2
    grad(y, x, retain_graph=True)
    assert inner and all(ref() is not None for ref in inner)
    y.backward()
    assert all(ref() is None for ref in inner)


def test_a_walk_to_some_inputs_frees_what_it_walked():
    x, w = leaf(1, 2), leaf(3, 4)
    a, b = x.exp(), w.exp()
    y = (a * 1.5 + b * 2.5).sum()
    grad(y, x)
    assert [len(kept_by(node)) for node in (a.grad_fn, b.grad_fn)] == [0, 1]


def test_gradients_are_let_go_on_the_way():
    """Of 50 gradients of 80 kB, no more than a few exist at the same time."""
    x = torch.ones(10_000, requires_grad=True, **DOUBLE)
    y = x
    for _ in range(50):
        y = y.clone()
    y = y.sum()
    tracemalloc.start()
    y.backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 80_000


USED = torch.tensor([[1, 1], [0, 1]])
AFTERWARDS = {
    "index": lambda x, i, m: x[i], "gather": lambda x, i, m: x.gather(0, i), "mask": lambda x, i, m: x[m],
    "index_select": lambda x, i, m: x.index_select(1, i[0]), "where": lambda x, i, m: torch.where(m, x, x * 2),
    "masked_fill": lambda x, i, m: x.masked_fill(m, 0.0), "index_add": lambda x, i, m: x.index_add(0, i[0], x),
    "assignment": lambda x, i, m: set_part(x * 1, i[1], 5.0), "masked": lambda x, i, m: set_part(x * 1, m, 5.0),
    "cross_entropy": lambda x, i, m: torch.nn.functional.cross_entropy(x, i[1]),
    "numpy": lambda x, i, m: x[i.numpy()] + torch.where(m.numpy(), x, 0.0),
}  # fmt: skip


def set_part(y, index, value):
    """y with value at index."""
    y[index] = value
    return y


@pytest.mark.parametrize("function", AFTERWARDS.values(), ids=AFTERWARDS)
def test_indices_and_masks_may_be_written_after_their_use(function):
    """torch notices the write and refuses to go back; here the copy that was kept gives the right gradient."""
    found = []
    for written in (False, True):
        x = leaf([1, 2], [3, 4], **DOUBLE)
        index, mask = USED.clone(), USED > 0
        y = function(x, index, mask)
        if written:
            index.zero_()
            mask.fill_(False)
        y.backward(torch.arange(1, y.numel() + 1).double().reshape(y.shape))
        found.append(lists(x.grad))
    assert found[0] == found[1]


def test_the_indices_of_sort_and_max_may_be_written_too():
    x = leaf([3, 1, 2], **DOUBLE)
    values, order = x.sort()
    largest, place = x.max(1)
    order.zero_()
    place.zero_()
    (values.sum() + largest.sum() * 10).backward()
    assert lists(x.grad) == [[11.0, 1.0, 1.0]]
    x = leaf([1, 3, 2], **DOUBLE)
    largest, place = x.max(1)
    place.zero_()
    largest.sum().backward()
    assert lists(x.grad) == [[0.0, 1.0, 0.0]]


# no cycles


def chain(x):
    y = x
    for _ in range(5):
        y = y.tanh() * x
    return y


def viewing(x):
    y = x * 2
    v = y.reshape(2, 2).t()[1:]
    y.mul_(3)  # v is stale now, and gets a new history when it is looked at
    return v + v[0, 0] + y.unbind()[0] + y.expand(2, 4)[0, 1:2]


def writing(x):
    y = torch.zeros(4, **DOUBLE)
    for i in range(4):
        y[i] = x[i] ** 2
    y[1:3].mul_(x[:2])
    y.view(2, 2)[0] += 1
    y[torch.tensor([0, 3])] = y[:2].clone()
    return y.exp_()


def retaining(x):
    h = x * 2
    h.retain_grad()
    (h * h).sum().backward(retain_graph=True)
    return h * h


def twice(x):
    (g,) = grad((x**3).sum(), x, create_graph=True)
    (gg,) = grad((g * g).sum(), x, create_graph=True)
    return gg * x


def twice_through_writes(x):
    (g,) = grad(writing(x * 1.0).sum(), x, create_graph=True)
    g = g * 1
    g[0] = x[0]
    return g


def failing(x):
    y = x * x
    with pytest.raises(RuntimeError):
        y.backward()
    with pytest.raises(RuntimeError):
        x.add_(1)
    return y


@pytest.mark.parametrize(
    "program", [chain, viewing, writing, retaining, twice, twice_through_writes, failing], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("walked", [False, True], ids=["dropped", "walked"])
def test_a_graph_goes_with_its_last_name(program, walked, no_collector):
    x = leaf(0.5, 1, 1.5, 2, **DOUBLE)
    y = program(x)
    graph = [weakref.ref(node) for node in nodes_behind(y)]
    assert graph
    if walked:
        y.sum().backward()
    del y
    assert all(ref() is None for ref in graph)


def test_a_view_keeps_its_base_and_the_base_not_its_views(no_collector):
    x = leaf(1, 2)
    y = x * 1
    v = y[0]
    base, view = weakref.ref(y), weakref.ref(v)
    del y
    assert base() is not None
    v.backward()
    del v
    assert view() is None and base() is None


def test_a_training_loop_ends_with_what_it_began_with(no_collector):
    w, x = torch.ones(3, 2, requires_grad=True), torch.ones(4, 3)

    def step():
        loss = torch.nn.functional.cross_entropy((x @ w).tanh(), torch.tensor([0, 1, 1, 0]))
        loss.backward()
        with torch.no_grad():
            w.sub_(0.1 * w.grad)
        w.grad = None

    step()
    alive = len(gc.get_objects())
    for _ in range(20):
        step()
    assert len(gc.get_objects()) <= alive + 1  # the version counter's stamps are one list


# depth


def test_a_million_operations_are_recorded_walked_and_freed(no_collector):
    x = leaf(1, **DOUBLE)
    y = x
    for _ in range(250_000):
        y = -((y + 1) * 1.0) - 2.0
    first, last = weakref.ref(nodes_at_the_bottom(y)), weakref.ref(y.grad_fn)
    y.backward(retain_graph=True)
    assert lists(x.grad) == [1.0]
    del y
    assert first() is None and last() is None


def nodes_at_the_bottom(y):
    """The node that was recorded first, going down the first inputs."""
    node = y.grad_fn
    while isinstance(node.edges[0], Node):
        node = node.edges[0]
    return node


def test_views_of_views_and_writes_on_writes_go_as_deep():
    x = leaf(1, 2, **DOUBLE)
    y = x * 1
    for _ in range(20_000):
        y[0] = y[1]
    v = y
    for _ in range(500):
        v = v[:]
    v.sum().backward()
    assert lists(x.grad) == [0.0, 2.0]


# how much is allocated: 200 slices of a 200 x 200 matrix, which has 320 kB


def allocated(call):
    """The bytes that a backward asks for, peak after peak from node to node; what is freed between counts too."""
    total = before = 0

    def measure(node=None):
        nonlocal total, before
        now, peak = tracemalloc.get_traced_memory()
        total += max(0, peak - before)
        before = now
        tracemalloc.reset_peak()

    tracemalloc.start()
    try:
        with torch.swap("engine.release", measure):
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            call()
            measure()
    finally:
        tracemalloc.stop()
    return total


N = 200
READS = {
    "row": lambda h, i: h[i], "column": lambda h, i: h[:, i], "element": lambda h, i: h[i, i],
    "slice": lambda h, i: h[i : i + 1, ::2], "chained": lambda h, i: h[i][i], "list": lambda h, i: h[[i, i]],
    "squeezed": lambda h, i: h[i : i + 1].squeeze(0), "index_select": lambda h, i: h.index_select(0, torch.tensor([i])),
}  # fmt: skip
WRITES = {
    "row": lambda y, i, x: y.__setitem__(i, x), "column": lambda y, i, x: y.__setitem__((slice(None), i), x),
    "element": lambda y, i, x: y.__setitem__((0, i), x[i] ** 2), "chained": lambda y, i, x: y[0].__setitem__(i, x[i]),
    "transposed": lambda y, i, x: y.t().__setitem__(i, x), "flat": lambda y, i, x: y.view(-1).__setitem__(i, x[i]),
    "list": lambda y, i, x: y.__setitem__([i], x), "mul_": lambda y, i, x: y[i].mul_(x),
    "zero_": lambda y, i, x: y[i].zero_(), "copy_": lambda y, i, x: y[i].copy_(x),
    "+=": lambda y, i, x: y.__setitem__(i, y[i] + x),
}  # fmt: skip


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_n_slices_cost_n_slices_and_not_n_tensors(read):
    x = torch.ones(N, N, requires_grad=True, **DOUBLE)
    h, total = x * 1, 0
    for i in range(N):
        part = read(h, i)
        total = total + (part * part).sum()
    assert allocated(total.backward) < N * 20_000 < N * x.array.nbytes / 10
    assert x.grad.sum().item() > 0


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_n_writes_cost_n_parts_and_not_n_tensors(write):
    x = torch.ones(N, requires_grad=True, **DOUBLE)
    h = x * 1
    y = torch.ones(N, N, **DOUBLE) * h
    tracemalloc.start()
    for i in range(N):
        write(y, i, h)
    recorded = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert recorded < N * 8_000
    assert allocated(y.sum().backward) < N * 20_000
    assert x.grad is not None
