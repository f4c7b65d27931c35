"""Views and writes through them: any program of them against the same program without memory.

The rules one by one, with torch's values and words, are in test_behaviours_memory; writes in test_in_place.
"""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shorthand import leaf, lists, refused

import minigrad as torch
from minigrad.autograd import grad

# Random programs. The program runs twice. Once with views and writes in place. And once on a vector of all elements of
# the base that is never written: a view is the numbers of its elements there, a write makes a new vector.


class InMemory:
    """A tensor, its views, and writes to them."""

    def __init__(self, x):
        self.base = x * 1
        self.views = [self.base]

    def look(self, i, step):
        self.views.append(step(self.views[i]))

    def read(self, i):
        return self.views[i].clone()

    def write(self, i, function, index):
        view = self.views[i]
        if index is not None:
            view[index] = function(view[index].clone())
        else:
            view.copy_(function(view.clone()))

    def change(self, i, name, *values):
        getattr(self.views[i], name + "_")(*values)


class Without:
    """The same by values alone."""

    def __init__(self, x):
        self.flat = x.reshape(-1) * 1
        self.places = [np.arange(self.flat.numel()).reshape(x.shape)]

    def look(self, i, step):
        self.places.append(step(torch.tensor(self.places[i])).numpy())

    def read(self, i):
        return self.flat[torch.tensor(self.places[i])]

    def write(self, i, function, index):
        places = self.places[i] if index is None else self.places[i][plain(index)]
        old = self.flat[torch.tensor(places)]
        new = function(old).expand(old.shape)
        written = np.zeros((self.flat.numel(), places.size))  # which element each value goes to
        written[places.reshape(-1), np.arange(places.size)] = 1
        kept = torch.tensor(1 - written.sum(1))
        self.flat = self.flat * kept + torch.tensor(written) @ new.reshape(-1)

    def change(self, i, name, *values):
        self.write(i, lambda old: getattr(old, name)(*values), None)


def plain(index):
    """An index of tensors as one of arrays."""
    parts = index if isinstance(index, tuple) else (index,)
    return tuple(part.numpy() if isinstance(part, torch.Tensor) else part for part in parts)


def any_step(draw, shape):
    """A way to look at a tensor of this shape."""
    n, whole = len(shape), int(np.prod(shape))
    kinds = ["unsqueeze", "flatten", "ellipsis", "expand"]
    kinds += ["select", "slice", "slice", "transpose", "permute", "reshape", "squeeze", "unfold"] if n and whole else []
    kinds += ["diagonal"] if n > 1 else []
    kind, dim = draw(st.sampled_from(kinds)), draw(st.integers(0, max(n - 1, 0)))
    lead = (slice(None),) * dim
    if kind == "select":
        place = draw(st.integers(-shape[dim], shape[dim] - 1))
        return lambda t: t[(*lead, place)]
    if kind == "slice":
        start, step = draw(st.integers(0, shape[dim] - 1)), draw(st.integers(1, 2))
        return lambda t: t[(*lead, slice(start, None, step))]
    if kind == "unfold":
        size, step = draw(st.integers(1, shape[dim])), draw(st.integers(1, 3))
        return lambda t: t.unfold(dim, size, step)
    if kind == "diagonal":
        offset, other = draw(st.integers(-1, 1)), draw(st.sampled_from([d for d in range(n) if d != dim]))
        return lambda t: t.diagonal(offset, dim, other)
    if kind == "transpose":
        other = draw(st.integers(-n, n - 1))
        return lambda t: t.transpose(dim, other)
    if kind == "permute":
        order = draw(st.permutations(range(n)))
        return lambda t: t.permute(*order)
    if kind == "reshape":
        rows = draw(st.sampled_from([k for k in range(1, whole + 1) if whole % k == 0]))
        return lambda t: t.reshape(rows, -1)
    return {
        "unsqueeze": lambda t: t.unsqueeze(dim), "flatten": lambda t: t.flatten(), "squeeze": lambda t: t.squeeze(),
        "ellipsis": lambda t: t[...], "expand": lambda t: t.expand(2, *shape),
    }[kind]  # fmt: skip


def any_index(draw, shape):
    """An index that names no element twice: basic, a mask, or a list for one dimension."""
    kind = draw(st.sampled_from(["number", "mask", "list", "rows"] if shape and min(shape) else ["all"]))
    if kind == "number":
        return draw(st.integers(-shape[0], shape[0] - 1))
    if kind == "mask":
        n = int(np.prod(shape))
        flags = draw(st.lists(st.booleans(), min_size=n, max_size=n))
        return torch.tensor(flags).reshape(shape)
    if kind == "list":
        chosen = draw(st.sets(st.integers(0, shape[-1] - 1), min_size=1))
        return (..., torch.tensor(sorted(chosen)))
    return slice(draw(st.integers(0, 1)), None) if kind == "rows" else ...


CHANGES = {"mul": lambda w: [w[0]], "add": lambda w: [w[1]], "pow": lambda w: [2], "neg": lambda w: [],
           "sub": lambda w: [0.25], "sin": lambda w: [], "div": lambda w: [w[0]]}  # fmt: skip
WRITES = {
    "scaled": lambda old, w: old * w[0], "value": lambda old, w: w[1] * w[1], "sine": lambda old, w: old.sin() + w[0],
    "constant": lambda old, w: torch.tensor(0.5, dtype=torch.float64),
}  # fmt: skip


def run(machine, steps, x, w):
    """The values of a program, the gradients, and the gradients of those."""
    x, w = torch.tensor(x, requires_grad=True), torch.tensor(w, requires_grad=True)
    machine, total, looks = machine(x), 0, 1
    for kind, i, *how in steps:
        if kind == "look":
            machine.look(i, *how)
            looks += 1
        elif kind == "read":
            seen = machine.read(i)
            total = total + (seen * seen).sum()
        elif kind == "write":
            machine.write(i, lambda old, name=how[0]: WRITES[name](old, w), how[1])
        else:
            machine.change(i, how[0], *CHANGES[how[0]](w))
    seen = [machine.read(i) for i in range(looks)]
    for i, view in enumerate(seen):
        total = total + (view * view).sum() * (i + 1)
    gradients = grad(total, [x, w], create_graph=True, materialize_grads=True)
    bent = sum((g * g).sum() for g in gradients) + (x * 0).sum()  # needs a gradient also where all is constant
    second = grad(bent, [x, w], materialize_grads=True)
    return [v.detach().numpy() for v in (total, *seen, *gradients, *second)]


@st.composite
def programs(draw):
    """The shape of the base and the steps; `numbers` follows which elements each view shows."""
    shape = draw(st.sampled_from([(4,), (2, 3), (3, 2, 2), (1, 3), (2, 1, 2)]))
    numbers, steps = [np.arange(int(np.prod(shape))).reshape(shape)], []
    for _ in range(draw(st.integers(1, 8))):
        i = draw(st.integers(0, len(numbers) - 1))
        kind = draw(st.sampled_from(["look", "look", "write", "change", "read"]))
        if kind == "look":
            step = any_step(draw, numbers[i].shape)
            seen = step(torch.from_numpy(numbers[i])).numpy()
            if np.may_share_memory(seen, numbers[0]):  # else it is a copy: reshape of a transpose
                numbers.append(seen)
                steps.append(("look", i, step))
        elif kind == "read" or not numbers[i].flags.writeable:  # an expanded view
            steps.append(("read", i))
        elif kind == "write":
            index = any_index(draw, numbers[i].shape) if draw(st.booleans()) else None
            steps.append(("write", i, draw(st.sampled_from(sorted(WRITES))), index))
        else:
            steps.append(("change", i, draw(st.sampled_from(sorted(CHANGES)))))
    return shape, steps


@settings(max_examples=400)
@given(programs())
def test_any_program_of_views_and_writes_is_the_same_without_memory(program):
    shape, steps = program
    x, w = np.linspace(-0.9, 1.1, int(np.prod(shape))).reshape(shape), np.array([0.7, -0.4])
    for got, want in zip(run(InMemory, steps, x, w), run(Without, steps, x, w), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-10)


# what a view is


def test_a_view_knows_its_base_and_a_view_of_a_view_has_the_same():
    x = torch.zeros(2, 3)
    v = x.t()[1:]
    assert v._base is x and v[0]._base is x and x._base is None and x.clone()._base is None
    assert x.t().reshape(6)._base is None and x.detach()._base is None


def test_an_expanded_view_cannot_be_written_and_collects_its_gradients():
    x = leaf(1, 2)
    y = x * 1
    wide = y.expand(3, 2)
    refused(lambda: wide.add_(1), "more than one element of the written-to tensor refers to a single memory location")
    y.mul_(2)
    wide.sum().backward()
    assert lists([wide, x.grad]) == [[[2.0, 4.0]] * 3, [6.0, 6.0]]


def test_windows_that_overlap_cannot_be_written_and_collect_their_gradients():
    """torch allows the write, and does not say what it means."""
    x = leaf(1, 2, 3, 4)
    y = x * 1
    pairs, apart = y.unfold(0, 2, 1), y.unfold(0, 2, 2)
    refused(lambda: pairs.add_(1), "more than one element of the written-to tensor refers to a single memory location")
    apart.mul_(torch.tensor([1.0, 10.0]))
    assert lists([pairs, apart]) == [[[1.0, 20.0], [20.0, 3.0], [3.0, 40.0]], [[1.0, 20.0], [3.0, 40.0]]]
    pairs.sum().backward()
    assert lists(x.grad) == [1.0, 20.0, 2.0, 10.0]


def test_parts_of_tensor_split_may_be_written_and_those_of_split_may_not():
    y = leaf(1, 2, 3) * 1
    y.tensor_split(2)[1].zero_()
    assert lists(y) == [1.0, 2.0, 0.0]
    refused(lambda: y.split(2)[0].zero_(), "Output 0 of Split is a view and is being modified inplace.")
    refused(lambda: y.split([1, 2])[0].zero_(), "Output 0 of SplitWithSizes is a view and is being modified inplace.")


def test_a_grid_is_made_of_views_and_wants_to_know_its_indexing():
    x, y = torch.arange(2), torch.arange(3)
    with pytest.warns(UserWarning, match="it will be required to pass the indexing argument"):
        rows, columns = torch.meshgrid(x, y)
    assert rows._base is x and lists([rows, columns]) == [[[0] * 3, [1] * 3], [[0, 1, 2]] * 2]
    refused(lambda: columns.add_(1), "more than one element of the written-to tensor refers to a single memory")


def test_a_view_taken_under_no_grad_still_shares_memory():
    x = leaf(1, 2)
    y = x * 1
    with torch.no_grad():
        v = y[0]
        v.mul_(5)
    assert lists(y) == [5.0, 2.0]
    y.sum().backward()
    assert lists(x.grad) == [1.0, 1.0]  # what was not recorded is not differentiated


def test_a_view_from_before_reads_the_leaf_that_no_grad_wrote():
    w = leaf(1, 2)
    row = w[0]
    with torch.no_grad():
        w.sub_(0.5)
    assert row.item() == 0.5
    row.backward()
    assert lists(w.grad) == [1.0, 0.0]


def test_a_tensor_may_be_written_with_itself():
    """torch refuses where the two parts overlap; here the values are as if they had been copied first."""
    x = leaf(1, 2, 3, 4)
    y = x * 1
    y[1:] = y[:-1]
    y[::2] += y[1::2]
    y.backward(torch.tensor([1.0, 10.0, 100.0, 1000.0]))
    assert lists([y, x.grad]) == [[2.0, 1.0, 5.0, 3.0], [12.0, 100.0, 1100.0, 0.0]]


def test_a_value_with_leading_ones_and_another_dtype_is_assigned():
    y, v = torch.zeros(2, 3), leaf([[1.0, 2.0, 3.0]], dtype=torch.float64)
    y[0] = v
    y[:, 0:1] = v[0, :, 1:2]
    assert y.dtype == torch.float32 and lists(y) == [[2.0, 2.0, 3.0], [2.0, 0.0, 0.0]]
    y.sum().backward()
    assert v.grad.dtype == torch.float64 and lists(v.grad) == [[[0.0, 3.0, 1.0]]]


def test_a_number_an_array_and_a_bool_may_be_assigned():
    y = leaf(1, 2, 3) * 1
    y[0], y[1], y[2] = 5, np.float64(0.5), True
    assert lists(y) == [5.0, 0.5, 1.0] and y.requires_grad
    whole = torch.tensor([1, 2, 3])
    whole[0] = 2.7
    whole[1] = leaf(9)
    assert lists(whole) == [2, 9, 3] and not whole.requires_grad


def test_integers_may_be_written_too_and_need_no_gradient():
    counts = torch.zeros(3, dtype=torch.int64)
    counts[torch.tensor([0, 2])] += 1
    counts[1:] *= 3
    assert lists(counts) == [1, 0, 3] and counts.grad_fn is None


def test_a_refused_assignment_leaves_values_history_and_version():
    x = leaf([1, 2], [3, 4])
    y = x * 1
    before = y.grad_fn
    for index, value, error in [
        (0, torch.ones(3), RuntimeError), (5, 1.0, IndexError), (slice(None), torch.ones(3, 2), RuntimeError),
        (torch.tensor([0.5]), 1.0, IndexError), (0, "text", TypeError),
    ]:  # fmt: skip
        with pytest.raises(error):
            y[index] = value
        assert lists(y) == [[1.0, 2.0], [3.0, 4.0]] and y.grad_fn is before and y._version == 0


# histories


def test_a_history_is_told_by_the_names_of_its_nodes():
    m, n = leaf([2, 3]), torch.zeros(1, 2)
    n[0, 0] = m[0, 0] ** 2
    n[0, 1] = m[0, 1] ** 3
    assert repr(n) == "tensor([[ 4., 27.]], grad_fn=<CopySlices>)"
    before, value = n.grad_fn.next_functions
    assert [n.grad_fn.name(), before[0].name(), value[0].name()] == [
        "torch::autograd::CopySlices", "torch::autograd::CopySlices", "PowBackward0"
    ]  # fmt: skip
    y = m * 1
    y[[0]] = 1.0
    assert y.grad_fn.name() == "IndexPutBackward0"
    y.zero_()
    assert y.grad_fn.name() == "ZeroBackward0"


def test_what_was_computed_before_a_write_keeps_its_old_history():
    x, v = leaf(1, 2), leaf(5)
    y = x * 1
    early = y + 0
    y[0:1] = v
    (early.sum() * 10 + y.sum()).backward()
    assert lists([x.grad, v.grad]) == [[10.0, 11.0], [1.0]]


def test_the_history_of_a_view_follows_every_write_to_its_base():
    x = leaf(1, 2)
    y = x * 1
    v = y[1:]
    for factor in (2, 3):
        y.mul_(factor)
        assert v.grad_fn.name() == "AsStridedBackward0"
    (w,) = grad(v.sum(), x, retain_graph=True)
    y[1] = 0.0
    assert lists([w, grad(v.sum(), x)[0]]) == [[0.0, 6.0], [0.0, 0.0]]


def test_a_detached_copy_of_memory_has_no_part_in_the_history():
    x = leaf(1, 2)
    y = x * 1
    d = y.detach()
    d[0] = 7.0
    assert lists(y) == [7.0, 2.0] and y.grad_fn.name() == "MulBackward0"
    y.sum().backward()
    assert lists(x.grad) == [1.0, 1.0]


def test_writing_zero_through_a_view_of_a_mask_cuts_that_part_only():
    x = leaf([1, 2, 3], [4, 5, 6])
    y = x * 1
    y.t()[torch.tensor([True, False, True])] = 0.0
    y.sum().backward()
    assert lists(x.grad) == [[0.0, 1.0, 0.0]] * 2


def test_retained_gradients_are_of_the_tensor_as_it_was_when_asked():
    """A write gives the object a new history; the hook stays with the old one, as in torch."""
    x = leaf(1, 2)
    y = x * 3
    kept = y * 1
    kept.retain_grad()
    (kept * 5).sum().backward()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lists([kept.grad, x.grad]) == [[5.0, 5.0], [15.0, 15.0]]
