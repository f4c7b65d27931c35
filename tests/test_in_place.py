"""Writing in place: who may, who notices, and where the gradient goes then (torch's semantics, sections 3 and 5)."""

from dataclasses import replace

import numpy as np
import pytest
from catalogue import elementwise, functions
from catalogue.trial import attempt
from finite_differences import check_gradients
from hypothesis import given
from hypothesis import strategies as st
from shorthand import leaf
from walking import refusal

import minigrad as torch


def changed(shape, version, expected, source=""):
    """torch's words for a saved tensor that was written."""
    return (
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[torch.FloatTensor {shape}]{source} is at version {version}; expected version {expected} instead. "
        "Hint: enable anomaly detection to find the operation that failed to compute its gradient, with "
        "torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )


LEAF = "a leaf Variable that requires grad is being used in an in-place operation."


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda x: x.add_(1), LEAF),
        (lambda x: x.__iadd__(1), LEAF),
        (lambda x: x.__imul__(2), LEAF),
        (lambda x: x.zero_(), LEAF),
        (lambda x: x.fill_(3), LEAF),
        (lambda x: x.exp_(), LEAF),
        (lambda x: x.copy_(torch.zeros(2, 2)), LEAF),
        (lambda x: x.__setitem__(0, 5.0), f"a view of {LEAF}"),
        (lambda x: x[0].add_(1), f"a view of {LEAF}"),
        (lambda x: x[0].__setitem__(1, 5.0), f"a view of {LEAF}"),
        (lambda x: x.view(4).add_(1), f"a view of {LEAF}"),
        (lambda x: x.t().mul_(2), f"a view of {LEAF}"),
    ],
)
def test_a_leaf_that_needs_a_gradient_is_not_written(write, message):
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert refusal(lambda: write(x)) == message
    assert x.tolist() == [[1.0, 2.0], [3.0, 4.0]] and x._version == 0 and x.is_leaf
    x.sum().backward()
    assert x.grad.tolist() == [[1.0, 1.0], [1.0, 1.0]]


@pytest.mark.parametrize("operation", [torch.sin, torch.cos, torch.log, torch.abs, lambda t: t**3, lambda t: t * t])
def test_what_saves_its_input_notices_a_write_to_it(operation):
    x = leaf(1, 2)
    y = x + 1
    z = operation(y)
    y.add_(1)
    assert refusal(z.sum().backward) == changed([2], 1, 0, ", which is output 0 of Add,")
    assert x.grad is None


RESULT_SAVED = {"exp": torch.exp, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "sqrt": torch.sqrt,
                "reciprocal": torch.reciprocal, "relu": torch.relu}  # fmt: skip


@pytest.mark.parametrize("name", RESULT_SAVED)
def test_what_saves_its_result_notices_a_write_to_that_and_not_to_its_input(name):
    operation, x = RESULT_SAVED[name], leaf(1, 2)
    y = x + 1
    operation(y).sum().backward()
    expected, x.grad = x.grad, None
    y = x + 1
    z = operation(y)
    y.add_(1)
    z.sum().backward()
    assert x.grad.tolist() == expected.tolist()
    z = operation(x + 1)
    z.add_(1)
    name = name.capitalize()
    assert refusal(z.sum().backward) == changed([2], 1, 0, f", which is output 0 of {name},")


def test_what_saves_nothing_does_not_mind():
    x = leaf(1, 2, 3)
    y = x * 2
    z = y + 1
    y.mul_(10)
    z.mul_(3)
    z.sum().backward()
    assert x.grad.tolist() == [6.0, 6.0, 6.0]


def test_no_grad_allows_a_write_and_the_version_still_tells():
    x = leaf(1, 2, 3)
    y = (x * x).sum()
    with torch.no_grad():
        x.add_(1)
    assert refusal(y.backward) == changed([3], 1, 0)
    assert x.grad is None and x.is_leaf and x.requires_grad


def test_a_write_before_recording_is_no_concern():
    x = leaf(1, 2)
    with torch.no_grad():
        x.add_(1)
        x.mul_(2)
    y = x * x
    y.sum().backward()
    assert x.grad.tolist() == [8.0, 12.0] and x._version == 2
    y = x * x
    with torch.no_grad():
        x.zero_()
    assert refusal(y.sum().backward) == changed([2], 3, 2)


def test_writing_through_detach_is_noticed_and_through_data_is_not():
    x = leaf(1, 2, 3)
    y = (x * x).sum()
    x.detach().mul_(10)
    assert refusal(y.backward) == changed([3], 1, 0)
    x = leaf(1, 2, 3)
    y = (x * x).sum()
    x.data.mul_(10)
    y.backward()
    assert x._version == 0 and x.grad.tolist() == [20.0, 40.0, 60.0]


def test_versions_count_writes_and_are_shared_with_views():
    x = torch.zeros(2, 2)
    assert x._version == 0
    x.add_(1)
    assert x._version == 1
    x[0, 0] = 3
    view, alias, copy = x[0], x.detach(), x.clone()
    assert x._version == view._version == alias._version == 2 and copy._version == 0
    view += 1
    assert x._version == view._version == alias._version == 3
    with torch.no_grad():
        alias.zero_()
    assert x._version == 4 and copy._version == 0 and x.tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_constant_written_with_something_that_needs_a_gradient_needs_one():
    x = leaf(1, 2)
    added, filled, copied = torch.zeros(2), torch.zeros(2), torch.zeros(2)
    added += x * 2
    filled[0] = x[1] * 3
    copied.copy_(x)
    assert all(t.requires_grad and not t.is_leaf for t in (added, filled, copied))
    (added + filled + copied).sum().backward()
    assert x.grad.tolist() == [3.0, 6.0]


IN_PLACE = "neg_ abs_ exp_ log_ sqrt_ reciprocal_ sin_ cos_ tanh_ sigmoid_ relu_ zero_".split()


def test_every_in_place_method_returns_the_same_object():
    for name in IN_PLACE:
        t = torch.ones(2)
        assert getattr(t, name)() is t and t._version == 1
    t = before = torch.ones(2)
    t += 1
    assert t is before and before.tolist() == [2.0, 2.0]
    t = t + 1
    assert t is not before and before.tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("write", "same"),
    [
        *[(lambda t, n=n: getattr(t, n)(), lambda t, n=n: getattr(t, n[:-1])()) for n in IN_PLACE if n != "zero_"],
        (lambda t: t.zero_(), lambda t: t * 0),
        (lambda t: t.fill_(3), lambda t: t * 0 + 3),
        (lambda t: t.add_(t), lambda t: t + t),
        (lambda t: t.mul_(t), lambda t: t * t),
        (lambda t: t.sub_(t.clone() ** 2), lambda t: t - t * t),
        (lambda t: t.div_(4), lambda t: t / 4),
        (lambda t: t.pow_(3), lambda t: t**3),
        (lambda t: t.clamp_(0.2, 0.7), lambda t: t.clamp(0.2, 0.7)),
        (lambda t: t.masked_fill_(t > 0.6, 9.0), lambda t: torch.where(t > 0.6, 9.0, t)),
        (lambda t: t.copy_(t * 3), lambda t: t * 3),
        (lambda t: t[None].tril_(1), lambda t: t[None].tril(1)[0]),
        (lambda t: t[None].triu_(1), lambda t: t[None].triu(1)[0]),
        (lambda t: t.mul_(2).add_(1).mul_(t.clone()), lambda t: (2 * t + 1) ** 2),
    ],
)
def test_in_place_has_the_values_and_gradients_of_the_other_form(write, same):
    at = np.array([0.3, 0.9, 0.5])

    def written(x):
        t = x * 1
        write(t)
        return t * x

    x = torch.tensor(at, requires_grad=True)
    np.testing.assert_allclose(written(x).detach().numpy(), (same(x * 1) * x).detach().numpy(), rtol=1e-14)
    check_gradients(written, [at])


WRITES = {
    "select": lambda t, v: t.__setitem__(1, v[0]),
    "slice": lambda t, v: t.__setitem__((slice(None), slice(0, 2)), v[:, :2]),
    "chained": lambda t, v: t[1].__setitem__(2, v[0, 0] ** 2),
    "row": lambda t, v: t[0].mul_(v[1]),
    "transpose": lambda t, v: t.t()[1:].add_(v.t()[:2]),
    "reshaped": lambda t, v: t.view(6)[::2].mul_(v.reshape(6)[1::2]),
    "fancy": lambda t, v: t.__setitem__(([0, 1], [2, 0]), v[0, :2]),
    "mask": lambda t, v: t.__setitem__(torch.tensor([[True, False, True], [False] * 3]), v[1, :2]),
    "broadcast": lambda t, v: t.__setitem__(..., v[1]),
    "number": lambda t, v: t.__setitem__((0, slice(1, None)), 5.0),
    "all": lambda t, v: t.add_(v),
    "zero": lambda t, v: t[1].zero_(),
    "named": lambda t, v: t.select(0, 1).add_(v[0]),
    "narrow": lambda t, v: t.narrow(1, 1, 2).mul_(v[:, 1:]),
    "diagonal": lambda t, v: t.diagonal(1).mul_(v[0, :2]),
    "unfold": lambda t, v: t.view(6).unfold(0, 2, 3).mul_(v[:, :2]),
    "parts": lambda t, v: t.tensor_split(2, dim=1)[0].mul_(v[:, 1:]),
    "triangle": lambda t, v: t.triu_(),
}
STEPS = st.lists(st.sampled_from(sorted(WRITES)), min_size=1, max_size=4)


@given(STEPS)
def test_any_writes_to_parts_of_a_tensor_have_right_gradients(steps):
    """Against differences of the values, which numpy's memory makes right by itself."""

    def program(x, v):
        t = x * 1
        for name in steps:
            WRITES[name](t, v)
        return t * t

    check_gradients(program, [np.linspace(-1, 1, 6).reshape(2, 3), np.linspace(0.5, 2, 6).reshape(2, 3)])


def test_views_follow_a_write_to_their_base():
    x = leaf(1, 2)
    t = x * 1
    view = t[0:1]
    t.mul_(3)
    assert view.tolist() == [3.0] and view.grad_fn.name() == "AsStridedBackward0"
    view.sum().backward()
    assert x.grad.tolist() == [3.0, 0.0]


def test_a_write_cannot_grow_a_tensor_or_change_its_dtype():
    t, whole = torch.ones(3), torch.tensor([1, 2])
    assert refusal(lambda: t.add_(torch.ones(2, 3))) == "output with shape [3] doesn't match the broadcast shape [2, 3]"
    for write in (lambda: whole.add_(0.5), lambda: whole.div_(2)):
        assert refusal(write) == "result type Float can't be cast to the desired output type Long"
    assert t.tolist() == [1.0] * 3 and whole.tolist() == [1, 2] and t._version == whole._version == 0
    assert whole.mul_(3).tolist() == [3, 6] and t.add_(1).dtype == torch.float32


def test_a_value_that_does_not_fit_is_refused_with_the_shapes():
    t = torch.zeros(2, 3)
    message = refusal(lambda: t.__setitem__(0, torch.ones(2)))
    assert message == (
        "The expanded size of the tensor (3) must match the existing size (2) at non-singleton dimension 0.  "
        "Target sizes: [3].  Tensor sizes: [2]"
    )
    assert t.tolist() == [[0.0] * 3] * 2 and t._version == 0


# writing to places named by an index

AT, MANY = torch.tensor([[2, 0], [1, 2]]), torch.tensor([[1, 1], [0, 0]])
MASK = torch.tensor([[True, False, True], [False, False, True]])
SCATTERED = {
    "scatter": lambda t, v: t.scatter_(1, AT, v[:, :2]),
    "scatter_value": lambda t, v: t.scatter_(1, AT, 2.0),
    "scatter_add": lambda t, v: t.scatter_add_(1, MANY, v),
    "index_add": lambda t, v: t[:, 1:].index_add_(0, MANY[0], v[:, 1:]),
    "index_copy": lambda t, v: t.t().index_copy_(0, AT[0], v.t()[:2]),
    "index_fill": lambda t, v: t.index_fill_(1, AT[1], v[0, 0]),
    "index_put": lambda t, v: t.index_put_((MANY[:, 0], AT[0]), v[0, :2]),
    "index_put_added": lambda t, v: t.index_put_((MANY[0], AT[1]), v[0, :2], accumulate=True),
    "masked_fill": lambda t, v: t.masked_fill_(MASK, v[1, 1]),
    "masked_scatter": lambda t, v: t.masked_scatter_(MASK, v),
    "put": lambda t, v: t.put_(AT[1] * 2, v[:, 1]),
    "int_and_list": lambda t, v: t[None].__setitem__((0, slice(None), [2, 0]), v[:, :2]),
}  # fmt: skip


@given(st.lists(st.sampled_from(sorted(SCATTERED)), min_size=1, max_size=3))
def test_any_writes_by_index_have_right_gradients(steps):
    def program(x, v):
        t = x * 1
        for name in steps:
            SCATTERED[name](t, v)
        return t * t

    check_gradients(program, [np.linspace(-1, 1, 6).reshape(2, 3), np.linspace(0.5, 2, 6).reshape(2, 3)])


THROUGH_A_VIEW = {"int_and_list", "index_add", "index_copy"}


@pytest.mark.parametrize("name", sorted(SCATTERED.keys() - THROUGH_A_VIEW))
def test_a_write_by_index_returns_the_tensor_counts_once_and_spares_leaves(name):
    t, v = torch.zeros(2, 3), torch.ones(2, 3)
    assert SCATTERED[name](t, v) is t and t._version == 1
    x = torch.zeros(2, 3, requires_grad=True)
    assert refusal(lambda: SCATTERED[name](x, v)) == LEAF


def test_what_torch_does_not_differentiate_is_differentiated():
    x, v = np.array([[0.5, -1.0, 2.0], [3.0, 0.0, 1.5]]), np.array([[2.0, -0.5], [0.0, 0.7]])
    for program in (
        lambda x, v: x.scatter(1, MANY, v, reduce="add"),
        lambda x, v: x.scatter(1, MANY, v, reduce="multiply"),
        lambda x, v: x.scatter(1, MANY[:1, :1], v) * x,  # of `v` only a part is written
        lambda x, v: torch.bincount(MANY[0], v[0]) + x[0, :2],
    ):
        check_gradients(program, [x, v])


def test_what_is_written_twice_gets_the_gradient_of_the_place_twice():
    """torch's convention: also the value that the other one overwrote."""
    for write in (lambda v: torch.zeros(3).scatter(0, MANY[0], v), lambda v: torch.zeros(3).index_copy(0, MANY[0], v),
                  lambda v: torch.zeros(3).index_put((MANY[0],), v)):  # fmt: skip
        v = leaf(7, 8)
        y = write(v)
        y.backward(torch.tensor([1.0, 2.0, 3.0]))
        assert y.tolist() == [0.0, 8.0, 0.0] and v.grad.tolist() == [2.0, 2.0]


def test_an_assignment_by_list_casts_nothing_but_numbers():
    words = (
        "Index put requires the source and destination dtypes match, got {} for the destination and {} for the source."
    )
    t, whole = torch.zeros(2, 3), torch.zeros(3, dtype=torch.int64)
    for write, names in [
        (lambda: t.__setitem__([0], torch.ones(3).double()), ("Float", "Double")),
        (lambda: t.__setitem__((slice(None), [0, 1]), torch.tensor(1)), ("Float", "Long")),
        (lambda: t.__setitem__((0, [0, 1]), torch.tensor([1, 2])), ("Float", "Long")),
        (lambda: t.__setitem__(MASK, torch.ones(3).double()), ("Float", "Double")),
        (lambda: whole.__setitem__([0, 1], torch.tensor([0.5, 1.0])), ("Long", "Float")),
    ]:
        assert refusal(write) == words.format(*names)
    assert t.tolist() == [[0.0] * 3] * 2 and whole.tolist() == [0, 0, 0] and t._version == whole._version == 0
    t[0], t[:, 2:], t[MASK] = torch.ones(3).double(), torch.tensor([[2], [2]]), torch.tensor(5)
    whole[[0, 1]] = 1.5
    assert t.tolist() == [[5.0, 1.0, 5.0], [0.0, 0.0, 5.0]] and whole.tolist() == [1, 1, 0]


def test_a_value_that_does_not_fit_a_list_or_a_mask_is_refused_with_both_shapes():
    t = torch.zeros(2, 3)
    for index, shape, wanted in [
        ([0], [2], [1, 3]),
        ([0, 1], [3, 3], [2, 3]),
        (MASK, [2], [3]),
        ((0, [0, 1]), [3], [2]),
    ]:
        assert refusal(lambda i=index, s=shape: t.__setitem__(i, torch.ones(*s))) == (
            f"shape mismatch: value tensor of shape {shape} cannot be broadcast to indexing result of shape {wanted}"
        )
    message = refusal(lambda: t.__setitem__(torch.tensor([True, False, True]), 1.0), IndexError)
    assert (
        message
        == "The shape of the mask [3] at index 0 does not match the shape of the indexed tensor [2, 3] at index 0"
    )
    assert refusal(lambda: t.__setitem__(0, [1.0]), TypeError) == "can't assign a list to a torch.FloatTensor"
    assert t._version == 0


def test_a_number_beside_a_list_takes_its_slice_first():
    """numpy counts the number among the lists, which here would put the dimensions in another order."""
    t = torch.zeros(2, 3, 4)
    t[1, :, [0, 3]] = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert t[1].tolist() == [[1.0, 0.0, 0.0, 2.0], [3.0, 0.0, 0.0, 4.0], [5.0, 0.0, 0.0, 6.0]]
    assert t[1, :, [3, 0]].tolist() == [[2.0, 1.0], [4.0, 3.0], [6.0, 5.0]] and t[0].sum().item() == 0


CATALOGUE = [
    row
    for row in elementwise.ROWS + functions.ROWS
    if hasattr(torch.Tensor, f"{row.name}_") and row.call is getattr(torch, row.name)
    if row.id not in ("lerp", "clamp-tensors")  # with three tensors the gradient reads the value written over
]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in CATALOGUE])
def test_in_place_forms_of_the_catalogue_write_what_the_operation_returns(row):
    """Values and gradients are those of the operation, and the tensor is the same."""

    def write(x, *others):
        y = x * 1
        assert getattr(y, f"{row.name}_")(*others) is y
        return y

    shapes = ((2, 3),) * len(row.domains or row.arrays(row.cases[0]))
    arrays = row.arrays(shapes)
    results = [attempt(torch, replace(row, call=call), arrays) for call in (row.call, write)]
    for first, second in zip(*[[*outputs, *grads] for outputs, grads, _ in results], strict=True):
        assert (first is None) is (second is None)
        assert first is None or (first.dtype == second.dtype and first.tolist() == second.tolist())


def test_bits_are_written_in_place():
    mask, whole = torch.tensor([True, True, False]), torch.tensor([6, 5])
    first, second = mask, whole
    mask &= torch.tensor([True, False, True])
    mask |= torch.tensor([False, False, True])
    mask ^= True
    assert mask is first and mask.tolist() == [False, True, False]
    whole <<= 2
    whole %= 16
    whole //= 3
    whole >>= 1
    assert whole is second and whole.tolist() == [1, 0]
