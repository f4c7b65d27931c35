"""What torch does with memory, rule by rule: writes in place, version counters, views.

Values and messages were recorded with torch 2.15 on a CPU. Each test is one rule.
"""

import pytest
from shorthand import leaf, lists, refused

import minigrad as torch
from minigrad.autograd import grad

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


# views

VIEWS = {
    "slice": lambda x: x[:1], "select": lambda x: x[0], "transpose": lambda x: x.transpose(0, 1), "t": lambda x: x.t(),
    "T": lambda x: x.T, "permute": lambda x: x.permute(1, 0), "view": lambda x: x.view(3, 2),
    "reshape": lambda x: x.reshape(6), "unsqueeze": lambda x: x.unsqueeze(1), "squeeze": lambda x: x[:, :1].squeeze(1),
    "expand": lambda x: x.unsqueeze(0).expand(4, 2, 3), "flatten": lambda x: x.flatten(),
    "unbind": lambda x: x.unbind()[1], "split": lambda x: x.split(1)[1], "chunk": lambda x: x.chunk(2, 1)[0],
    "detach": lambda x: x.detach(),
    "ellipsis": lambda x: x[...], "none": lambda x: x[None], "step": lambda x: x[::2, ::2],
}  # fmt: skip
COPIES = {
    "list": lambda x: x[[0]], "mask": lambda x: x[x < 5], "tensor": lambda x: x[torch.tensor([0, 1])],
    "clone": lambda x: x.clone(), "contiguous": lambda x: x.t().contiguous(), "reshape": lambda x: x.t().reshape(6),
    "cat": lambda x: torch.cat([x, x]), "add": lambda x: x + 0, "to": lambda x: x.to(torch.float64),
    "index_select": lambda x: x.index_select(0, torch.tensor([0])),
    "gather": lambda x: x.gather(1, torch.tensor([[0]])),
}  # fmt: skip


@pytest.mark.parametrize(("name", "make"), VIEWS.items(), ids=VIEWS)
def test_these_are_views(name, make):
    x = torch.zeros(2, 3)
    v = make(x)
    x.fill_(7.0)
    assert set(v.reshape(-1).tolist()) == {7.0}


@pytest.mark.parametrize(("name", "make"), COPIES.items(), ids=COPIES)
def test_these_are_copies(name, make):
    x = torch.zeros(2, 3)
    v = make(x)
    x.fill_(7.0)
    assert set(v.reshape(-1).tolist()) == {0.0}


def test_view_refuses_what_would_need_a_copy():
    x = torch.zeros(2, 3)
    refused(
        lambda: x.t().view(6),
        "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
        "contiguous subspaces). Use .reshape(...) instead.",
    )
    tensors = [x, x.t(), x[:, ::2], x.t().contiguous()]
    assert [t.is_contiguous() for t in tensors] == [True, False, False, True]
    assert [tuple(t.stride()) for t in tensors[:3]] == [(3, 1), (1, 3), (3, 2)]


def test_a_write_through_a_view_is_seen_by_the_gradient_of_the_base():
    x = rows()
    y = x * 1
    y[0].mul_(2)
    y.sum().backward()
    assert lists([y, x.grad]) == [[[2.0, 4.0], [3.0, 4.0]], [[2.0, 2.0], [1.0, 1.0]]]


def test_a_write_through_one_view_is_seen_by_the_gradient_of_another():
    x = rows()
    y = x * 1
    v, v2 = y[0], y[0]
    v.mul_(2)
    v2.sum().backward()
    assert lists([v2, x.grad]) == [[2.0, 4.0], [[2.0, 2.0], [0.0, 0.0]]]


def test_a_write_through_a_view_of_a_view():
    x, b = leaf([1, 2, 3], [4, 5, 6]), leaf(10, 20)
    y = x * 1
    y.t()[1:][:, 1].mul_(b)
    (y * y).sum().backward()
    assert lists(y) == [[1.0, 2.0, 3.0], [4.0, 50.0, 120.0]]
    assert lists(x.grad) == [[2.0, 4.0, 6.0], [8.0, 1000.0, 4800.0]]
    assert lists(b.grad) == [500.0, 1440.0]


def test_a_view_made_before_the_write_has_new_values_and_a_new_history():
    a, b = torch.zeros(2), leaf(2, 4)
    v = a[1]
    before = v.requires_grad
    a.add_(b * 1)
    assert [before, v.requires_grad, v.grad_fn is not None, v.item()] == [False, True, True, 4.0]
    (v * 3).backward()
    assert lists(b.grad) == [0.0, 3.0]


def test_writing_into_a_view_of_a_constant_makes_the_base_differentiable():
    a, b = torch.zeros(2, 2), leaf(1, 2)
    v = a[0]
    v.copy_(b)
    assert a.requires_grad and not a.is_leaf
    a.sum().backward()
    assert lists([a, b.grad]) == [[[1.0, 2.0], [0.0, 0.0]], [1.0, 1.0]]


def test_assignment_cuts_the_overwritten_part_and_gives_its_gradient_to_the_value():
    x, v, s = leaf([1, 2, 3], [4, 5, 6]), leaf(10, 20), torch.tensor(5.0, requires_grad=True)
    y = x * 1
    y[:, 0] = v
    y[0, 1:] = s
    y[1, 1:] = y[1, 1:] * torch.tensor([2.0, 2.0])
    (y * torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])).sum().backward()
    assert lists(y) == [[10.0, 5.0, 5.0], [20.0, 10.0, 12.0]]
    assert lists(x.grad) == [[0.0, 0.0, 0.0], [0.0, 10.0, 12.0]]
    assert lists([v.grad, s.grad]) == [[1.0, 4.0], 5.0]


def test_assignment_by_lists_index_tensors_and_masks():
    x, v = leaf(1, 2, 3, 4), leaf(10, 20)
    y = x * 1
    y[[0, 3]] = v
    y[torch.tensor([False, True, False, False])] = 0.0
    (y * torch.tensor([1.0, 2.0, 3.0, 4.0])).sum().backward()
    assert lists([y, x.grad, v.grad]) == [[10.0, 0.0, 3.0, 20.0], [0.0, 0.0, 3.0, 0.0], [1.0, 4.0]]
    z = torch.zeros(3)
    z[torch.tensor([0, 0, 1])] += 1
    assert lists(z) == [1.0, 1.0, 0.0]


def test_a_masked_part_can_be_added_to():
    x, k = leaf(0.5, 1, 1.5, 2), leaf(5, 6)
    y = x * 1
    y[y > 1] += k
    y.sum().backward()
    assert lists([y, x.grad, k.grad]) == [[0.5, 1.0, 6.5, 8.0], [1.0] * 4, [1.0, 1.0]]


def test_chained_assignment_writes_through_a_view_and_is_lost_in_a_copy():
    x = torch.zeros(2, 3)
    x[0][1] = 1.0
    x[1][:2] = 2.0
    x[[0]][0] = 9.0
    assert lists(x) == [[0.0, 1.0, 0.0], [2.0, 2.0, 0.0]]


INDEXED = {
    "dup": ([1, 1, 0],
            [[4.0, 5.0, 6.0, 7.0], [4.0, 5.0, 6.0, 7.0], [0.0, 1.0, 2.0, 3.0]],
            [[9.0, 10.0, 11.0, 12.0], [6.0, 8.0, 10.0, 12.0], [0.0, 0.0, 0.0, 0.0]]),
    "step": ((slice(None, None, 2), slice(1, None, 2)),
             [[1.0, 3.0], [9.0, 11.0]],
             [[0.0, 1.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0], [0.0, 3.0, 0.0, 4.0]]),
    "none": ((None, 1),
             [[4.0, 5.0, 6.0, 7.0]],
             [[0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0]]),
    "ellipsis": ((..., -1),
                 [3.0, 7.0, 11.0],
                 [[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 2.0], [0.0, 0.0, 0.0, 3.0]]),
    "mixed": ((slice(None), [0, 0, 2]),
              [[0.0, 0.0, 2.0], [4.0, 4.0, 6.0], [8.0, 8.0, 10.0]],
              [[3.0, 0.0, 3.0, 0.0], [9.0, 0.0, 6.0, 0.0], [15.0, 0.0, 9.0, 0.0]]),
    "pairs": (([0, 2, 0], [1, 1, 1]),
              [1.0, 9.0, 1.0],
              [[0.0, 4.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0]]),
    "mask": (torch.arange(12).reshape(3, 4) - torch.tensor([0, 1, 0, 1]) == torch.arange(0, 12, 1).reshape(3, 4),
             [0.0, 2.0, 4.0, 6.0, 8.0, 10.0],
             [[1.0, 0.0, 2.0, 0.0], [3.0, 0.0, 4.0, 0.0], [5.0, 0.0, 6.0, 0.0]]),
    "row mask": (torch.tensor([True, False, True]),
                 [[0.0, 1.0, 2.0, 3.0], [8.0, 9.0, 10.0, 11.0]],
                 [[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0], [5.0, 6.0, 7.0, 8.0]]),
    "negative": (-1,
                 [8.0, 9.0, 10.0, 11.0],
                 [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0]]),
    "matrix of indices": (torch.tensor([[0, 1], [2, 2]]),
                          [[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0]],
                           [[8.0, 9.0, 10.0, 11.0], [8.0, 9.0, 10.0, 11.0]]],
                          [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [22.0, 24.0, 26.0, 28.0]]),
    "slice": (slice(0, 2),
              [[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0]],
              [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [0.0, 0.0, 0.0, 0.0]]),
    "list and slice": (([0, 1], slice(None)),
                       [[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0]],
                       [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [0.0, 0.0, 0.0, 0.0]]),
    "one element": ((1, 2), 6.0, [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]),
}  # fmt: skip


@pytest.mark.parametrize(("index", "values", "slopes"), INDEXED.values(), ids=INDEXED)
def test_gradients_of_indexing(index, values, slopes):
    x = torch.arange(12.0).reshape(3, 4).requires_grad_()
    y = x[index]
    y.backward(torch.arange(1.0, y.numel() + 1).reshape(y.shape))
    assert lists([y, x.grad]) == [values, slopes]


@pytest.mark.parametrize(
    ("make", "name"),
    [(lambda y: y.unbind(), "Unbind"), (lambda y: y.split(1), "Split"), (lambda y: y.chunk(2), "Split")],
)
def test_one_of_several_views_made_at_once_cannot_be_written(make, name):
    y = rows() * 1
    words = f"Output 0 of {name} is a view and is being modified inplace. This view is the output of a function that"
    refused(lambda: make(y)[0].add_(1), words, "You should replace the inplace operation by an out-of-place one.")
    with torch.no_grad():
        make(y)[0].add_(1)
    assert lists(y) == [[2.0, 3.0], [3.0, 4.0]]


def test_a_saved_base_changed_through_a_view_is_noticed():
    y = leaf(1, 2, 3) + 1
    z = (y * y).sum()
    y[:2].mul_(2)
    refused(
        z.backward,
        CHANGED + "[torch.FloatTensor [3]], which is output 0 of torch::autograd::CopySlices, "
        "is at version 1; expected version 0 instead",
    )


def test_a_saved_view_changed_through_its_base_is_noticed():
    y = leaf(1, 2, 3) + 1
    v = y[:2]
    z = (v * v).sum()
    y.mul_(2)
    refused(
        z.backward,
        CHANGED + "[torch.FloatTensor [2]], which is output 0 of AsStrided, "
        "is at version 1; expected version 0 instead",
    )


def test_gradients_of_writes_can_be_differentiated_again():
    x, v = leaf(1, 2, 3, dtype=torch.float64), leaf(5, dtype=torch.float64)
    y = x * x
    y[0:1] = v * v * v
    y[1:].mul_(x[0])
    gx, gv = grad((y * y).sum(), [x, v], create_graph=True)
    assert lists([gx, gv]) == [[194.0, 32.0, 108.0], [18750.0]]  # x0^2 (x1^4 + x2^4) + v^6
    assert lists(grad(gx.sum() + gv.sum(), [x, v])) == [[474.0, 112.0, 324.0], [18750.0]]


def test_a_write_to_a_part_can_be_walked_once():
    x = leaf(1, 2, 3)
    for index in (slice(1, None), [0]):
        y = x + 0
        y[index] = 5.0
        y.sum().backward()
        refused(y.sum().backward, "Trying to backward through the graph a second time")
    assert lists(x.grad) == [1.0, 1.0, 1.0]
