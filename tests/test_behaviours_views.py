"""What torch does with memory, rule by rule: views and the rebasing of history.

Values and messages were recorded with torch 2.15 on a CPU. Each test is one rule.
"""

import pytest
from shorthand import leaf, lists, refused

import minigrad as torch
from minigrad.autograd import grad

CHANGED = "one of the variables needed for gradient computation has been modified by an inplace operation: "


def rows():
    """A 2 x 2 leaf."""
    return leaf([1.0, 2.0], [3.0, 4.0])


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
