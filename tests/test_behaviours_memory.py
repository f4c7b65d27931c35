"""What torch does with memory, rule by rule: writes in place, version counters.

Values and messages were recorded with torch 2.15 on a CPU. Each test is one rule.
"""

import pytest
from shorthand import leaf, lists, refused

import minigrad as torch

LEAF = "a leaf Variable that requires grad is being used in an in-place operation."
VIEW_OF_LEAF = "a view of a leaf Variable that requires grad is being used in an in-place operation."
CHANGED = "one of the variables needed for gradient computation has been modified by an inplace operation: "


def rows():
    """A 2 x 2 leaf."""
    return leaf([1.0, 2.0], [3.0, 4.0])


# in place


def test_a_leaf_cannot_be_written_while_recording():
    x = leaf(1, 2, 3)

    def add_in_place():
        y = x
        y += 1

    refused(lambda: x.add_(1), LEAF)
    refused(add_in_place, LEAF)
    refused(x.zero_, LEAF)
    refused(lambda: x.__setitem__(0, 5.0), VIEW_OF_LEAF)
    refused(lambda: x.__setitem__([0], 5.0), LEAF)
    assert lists(x) == [1.0, 2.0, 3.0] and x._version == 0


def test_nor_can_a_view_of_a_leaf():
    x = rows()
    refused(lambda: x[0].add_(1), VIEW_OF_LEAF)
    refused(lambda: x[0].__setitem__(1, 5.0), VIEW_OF_LEAF)
    refused(lambda: x.view(4).add_(1), VIEW_OF_LEAF)
    refused(lambda: x.t().add_(1), VIEW_OF_LEAF)
    assert lists(x) == [[1.0, 2.0], [3.0, 4.0]] and x._version == 0


def test_a_changed_value_that_backward_needs_is_named():
    y = leaf(1, 2, 3) + 1
    z = (y * y).sum()
    y.add_(1)
    refused(
        z.backward,
        CHANGED + "[torch.FloatTensor [3]], which is output 0 of Add, is at version 1; expected version 0 instead.",
        "Hint: enable anomaly detection to find the operation that failed to compute its gradient, with "
        "torch.autograd.set_detect_anomaly(True",
    )


def test_no_grad_allows_the_write_and_it_is_noticed_all_the_same():
    x = leaf(1, 2, 3)
    y = (x * x).sum()
    with torch.no_grad():
        x.add_(1)
    refused(y.backward, CHANGED + "[torch.FloatTensor [3]] is at version 1; expected version 0 instead.")


def test_a_sum_keeps_neither_operands_nor_result():
    x = leaf(1, 2, 3)
    y = x * 2
    z = y + x
    y.mul_(3)
    z.mul_(2)
    z.sum().backward()
    assert lists(x.grad) == [6.0, 6.0, 6.0]


@pytest.mark.parametrize(
    ("name", "slopes"),
    [
        ("exp", [1.6487212181091309, 4.481688976287842]),
        ("sigmoid", [0.23500370979309082, 0.14914646744728088]),
        ("tanh", [0.7864477038383484, 0.18070662021636963]),
        ("sqrt", [0.7071067690849304, 0.40824827551841736]),
        ("relu", [1.0, 1.0]),
    ],
)
def test_these_keep_their_result_and_not_their_input(name, slopes):
    x = leaf(0.5, 1.5)
    y = x + 0
    z = getattr(y, name)()
    y.zero_()
    z.sum().backward()
    assert lists(x.grad) == pytest.approx(slopes, rel=1e-6)
    z = getattr(x + 0, name)()
    z.add_(1)
    refused(z.sum().backward, CHANGED, "is at version 1; expected version 0 instead")


def test_reciprocal_keeps_its_result_too():
    x = leaf(0.5, 2)
    y = x + 0
    z = y.reciprocal()
    y.zero_()
    z.sum().backward()
    assert lists(x.grad) == [-4.0, -0.25]
    z = x.reciprocal()
    z.add_(1)
    refused(z.sum().backward, CHANGED)


def test_relu_in_place_keeps_what_it_wrote():
    x = leaf(-1, 2)
    y = x * 3
    y.relu_()
    y.sum().backward()
    assert lists(x.grad) == [0.0, 3.0]


@pytest.mark.parametrize("name", ["sin", "cos", "log", "abs", "pow"])
def test_these_keep_their_input(name):
    y = leaf(0.5, 1.5) + 1
    z = y**3 if name == "pow" else getattr(y, name)()
    y.add_(1)
    refused(
        z.sum().backward,
        CHANGED + "[torch.FloatTensor [2]], which is output 0 of Add, is at version 1; expected version 0 instead",
    )


def test_versions_are_shared_by_views_and_detach_and_not_by_clones():
    a = torch.zeros(3)
    seen = [a._version]
    a.add_(1)
    seen.append(a._version)
    a[0] = 1.0
    seen.append(a._version)
    v = a[:2]
    v.mul_(2)
    seen.append([a._version, v._version])
    d = a.detach()
    d.zero_()
    seen.append([a._version, d._version])
    c = a.clone()
    c.add_(1)
    seen.append([a._version, c._version])
    with torch.no_grad():
        a.add_(1)
    seen.append(a._version)
    seen.append((a + 1)._version)
    assert seen == [0, 1, 2, [3, 3], [4, 4], [4, 1], 5, 0]


def test_a_constant_that_something_differentiable_is_written_into():
    b = leaf(1, 1, 1)
    a1, a2, a3, a4 = (torch.zeros(3) for _ in range(4))
    a1 += b
    a2[0] = b[0]
    a2[1:] = b[1:]
    a3.copy_(b)
    a4.add_(b * 3)
    written = [a1, a2, a3, a4]
    assert [t.requires_grad for t in written] == [True] * 4 and [t.is_leaf for t in written] == [False] * 4
    assert all(t.grad_fn is not None for t in written)
    (a1 + a2 + a3 + a4).sum().backward()
    assert lists(b.grad) == [6.0, 6.0, 6.0]


def test_in_place_changes_the_object_and_methods_return_it():
    a = torch.ones(2)
    kept = a
    a += 1
    assert a is kept and lists(kept) == [2.0, 2.0]
    b = torch.ones(2)
    kept = b
    b = b + 1
    assert b is not kept and lists(kept) == [1.0, 1.0]
    results = [a.add_(1), a.sub_(1), a.mul_(2), a.div_(2), a.pow_(2), a.neg_(), a.abs_(), a.exp_(), a.clamp_(0, 1),
               a.fill_(3), a.zero_(), a.copy_(b), a.masked_fill_(a > 0, 1.0), a.sqrt_(), a.relu_()]  # fmt: skip
    assert all(r is a for r in results)


@pytest.mark.parametrize(
    ("name", "change", "slopes"),
    [
        ("mul_add", lambda y, x: y.mul_(2).add_(1).mul_(x), [5.0, 9.0, 13.0]),
        ("zero_", lambda y, x: y.zero_(), [0.0, 0.0, 0.0]),
        ("fill_", lambda y, x: y.fill_(3), [0.0, 0.0, 0.0]),
        ("exp_", lambda y, x: y.mul_(-1).exp_(), [-0.3678794503211975, -0.1353352814912796, -0.049787066876888275]),
        ("pow_", lambda y, x: y.pow_(3), [3.0, 12.0, 27.0]),
        ("div_", lambda y, x: y.div_(4), [0.25, 0.25, 0.25]),
        ("div_ by", lambda y, x: y.div_(x + 1), [0.25, 0.1111111119389534, 0.0625]),
        ("masked_fill_", lambda y, x: y.masked_fill_(torch.tensor([False, True, False]), 9.0), [1.0, 0.0, 1.0]),
        ("clamp_", lambda y, x: y.clamp_(0, 1.5), [1.0, 0.0, 0.0]),
        ("sub_ itself", lambda y, x: y.sub_(y * 2), [-1.0, -1.0, -1.0]),
        ("neg_", lambda y, x: y.neg_(), [-1.0, -1.0, -1.0]),
        ("abs_", lambda y, x: y.neg_().abs_(), [1.0, 1.0, 1.0]),
        ("copy_", lambda y, x: y.copy_(x * 3), [3.0, 3.0, 3.0]),
        ("add_ alpha", lambda y, x: y.add_(x, alpha=5), [6.0, 6.0, 6.0]),
        ("sub_ alpha", lambda y, x: y.sub_(x, alpha=5), [-4.0, -4.0, -4.0]),
        ("index_add_", lambda y, x: y.index_add_(0, torch.tensor([0, 0]), x[1:]), [1.0, 2.0, 2.0]),
    ],
)
def test_gradients_through_writes(name, change, slopes):
    x = leaf(1, 2, 3)
    y = x * 1
    change(y, x)
    y.sum().backward()
    assert lists(x.grad) == pytest.approx(slopes, rel=1e-6)


def test_a_write_cannot_grow_a_tensor_nor_change_its_dtype():
    a, i = torch.zeros(3), torch.ones(3, dtype=torch.int64)
    refused(lambda: a.add_(torch.zeros(2, 3)), "output with shape [3] doesn't match the broadcast shape [2, 3]")
    refused(lambda: i.add_(1.5), "result type Float can't be cast to the desired output type Long")
    refused(lambda: i.div_(2), "result type Float can't be cast to the desired output type Long")
    assert lists([a, i]) == [[0.0] * 3, [1] * 3] and a.dtype == torch.float32
    a.add_(torch.ones(3, dtype=torch.float64))
    assert a.dtype == torch.float32 and lists(a) == [1.0] * 3
