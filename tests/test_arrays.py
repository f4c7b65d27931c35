"""Operations on whole arrays: values, derivatives of two orders, empty and 0-d arrays, torch's refusals."""

import numpy as np
import pytest
from finite_differences import check_gradients, leaves, recorded_gradients
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import minigrad as torch
from minigrad.graph import Node, Op

INF, NAN = float("inf"), float("nan")
F = torch.nn.functional
INDEX = torch.tensor([[2, 0, 0], [1, 1, 2]])
MASK = torch.tensor([[True, False, True], [False, False, True]])


def soft(x, axis):
    """numpy's softmax, for small numbers."""
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


# operation, shapes of its arguments, torch's name of its node, what numpy computes
ROWS = {
    "sum": (lambda x: x.sum(), [(2, 3)], "SumBackward0", lambda x: x.sum()),
    "sum_0d": (lambda x: x.sum(), [()], "SumBackward0", lambda x: x),
    "sum_empty": (lambda x: x.sum(), [(0, 2)], "SumBackward0", lambda x: np.array(0.0)),
    "sum_dim": (lambda x: x.sum(1), [(2, 3, 2)], "SumBackward1", lambda x: x.sum(1)),
    "sum_dims": (lambda x: x.sum((0, -1)), [(2, 3, 2)], "SumBackward1", lambda x: x.sum((0, 2))),
    "sum_keepdim": (lambda x: x.sum(-1, keepdim=True), [(2, 3)], "SumBackward1", lambda x: x.sum(1, keepdims=True)),
    "sum_of_none": (lambda x: x.sum(1), [(2, 0)], "SumBackward1", lambda x: np.zeros(2)),
    "mean": (lambda x: x.mean(), [(2, 3)], "MeanBackward0", lambda x: x.mean()),
    "mean_dim": (lambda x: x.mean(0), [(2, 3)], "MeanBackward1", lambda x: x.mean(0)),
    "mean_dims": (lambda x: x.mean((0, 2), keepdim=True), [(2, 3, 2)], "MeanBackward1",
                  lambda x: x.mean((0, 2), keepdims=True)),
    "var": (lambda x: x.var(), [(2, 3)], "VarBackward0", lambda x: x.var(ddof=1)),
    "var_dim": (lambda x: x.var(1, keepdim=True), [(2, 3)], "VarBackward0",
                lambda x: x.var(1, ddof=1, keepdims=True)),
    "var_biased": (lambda x: x.var(0, unbiased=False), [(2, 3)], "VarBackward0", lambda x: x.var(0)),
    "amax": (lambda x: x.amax(), [(2, 3)], "AmaxBackward0", lambda x: x.max()),
    "amax_dim": (lambda x: x.amax(0), [(2, 3)], "AmaxBackward0", lambda x: x.max(0)),
    "amin_dim": (lambda x: x.amin((0, 1), keepdim=True), [(2, 3)], "AminBackward0", lambda x: x.min(keepdims=True)),
    "max": (lambda x: x.max(), [(2, 3)], "MaxBackward1", lambda x: x.max()),
    "min": (lambda x: x.min(), [(2, 3)], "MinBackward1", lambda x: x.min()),
    "max_dim": (lambda x: x.max(1).values, [(2, 3)], "MaxBackward0", lambda x: x.max(1)),
    "min_dim": (lambda x: x.min(0, keepdim=True)[0], [(2, 3)], "MinBackward0", lambda x: x.min(0, keepdims=True)),
    "sort": (lambda x: x.sort(0).values, [(3, 2)], "SortBackward0", lambda x: np.sort(x, 0)),
    "sort_down": (lambda x: x.sort(descending=True)[0], [(2, 3)], "SortBackward0", lambda x: -np.sort(-x)),
    "gather": (lambda x: x.gather(1, INDEX), [(2, 3)], "GatherBackward0",
               lambda x: np.take_along_axis(x, INDEX.numpy(), 1)),
    "softmax": (lambda x: x.softmax(-1), [(2, 3)], "SoftmaxBackward0", lambda x: soft(x, 1)),
    "log_softmax": (lambda x: x.log_softmax(0), [(2, 3)], "LogSoftmaxBackward0", lambda x: np.log(soft(x, 0))),
    "cross_entropy": (lambda x: F.cross_entropy(x, torch.tensor([2, 0])), [(2, 3)], "NllLossBackward0",
                      lambda x: -np.log(soft(x, 1))[[0, 1], [2, 0]].mean()),
    "cross_entropy_one": (lambda x: F.cross_entropy(x, torch.tensor(2)), [(3,)], "NllLossBackward0",
                          lambda x: -np.log(soft(x, 0))[2]),
    "nll_none": (lambda x: F.nll_loss(x, torch.tensor([2, 0]), reduction="none"), [(2, 3)], "NllLossBackward0",
                 lambda x: -x[[0, 1], [2, 0]]),
    "dot": (lambda a, b: a @ b, [(3,), (3,)], "DotBackward0", np.matmul),
    "mv": (lambda a, b: a @ b, [(2, 3), (3,)], "MvBackward0", np.matmul),
    "vm": (lambda a, b: a @ b, [(2,), (2, 3)], "SqueezeBackward0", np.matmul),
    "mm": (torch.matmul, [(2, 3), (3, 4)], "MmBackward0", np.matmul),
    "mm_empty": (torch.matmul, [(1, 0), (0, 2)], "MmBackward0", np.matmul),
    "bmm": (torch.matmul, [(2, 2, 3), (2, 3, 2)], "BmmBackward0", np.matmul),
    "bmm_broadcast": (torch.matmul, [(2, 1, 2, 3), (3, 3, 2)], "BmmBackward0", np.matmul),
    "bmm_mm": (torch.matmul, [(2, 2, 3), (3, 2)], "BmmBackward0", np.matmul),
    "bmm_v": (torch.matmul, [(2, 2, 3), (3,)], "SqueezeBackward0", np.matmul),
    "x @ x": (lambda x: x @ x, [(2, 2)], "MmBackward0", lambda x: x @ x),
    "addmm": (torch.addmm, [(2, 2), (2, 3), (3, 2)], "AddmmBackward0", lambda c, a, b: c + a @ b),
    "addmm_factors": (lambda c, a, b: torch.addmm(c, a, b, beta=0.5, alpha=3), [(2,), (2, 3), (3, 2)],
                      "AddmmBackward0", lambda c, a, b: 0.5 * c + 3 * (a @ b)),
    "linear": (F.linear, [(4, 3), (2, 3), (2,)], "AddmmBackward0", lambda x, w, b: x @ w.T + b),
    "linear_vector": (F.linear, [(3,), (2, 3), (2,)], "UnsafeViewBackward0", lambda x, w, b: x @ w.T + b),
    "cat": (lambda *ts: torch.cat(ts), [(2, 3), (1, 3), (0, 3)], "CatBackward0", lambda *a: np.concatenate(a)),
    "cat_dim": (lambda *ts: torch.cat(ts, -1), [(2, 1), (2, 3)], "CatBackward0", lambda *a: np.concatenate(a, 1)),
    "cat_twice": (lambda x: torch.cat([x, x * 2, x]), [(2,)], "CatBackward0",
                  lambda x: np.concatenate([x, 2 * x, x])),
    "stack": (lambda *ts: torch.stack(ts, 1), [(2, 3), (2, 3)], "StackBackward0", lambda *a: np.stack(a, 1)),
    "reshape": (lambda x: x.reshape(3, -1), [(2, 3)], "ViewBackward0", lambda x: x.reshape(3, 2)),
    "reshape_copy": (lambda x: x.t().reshape(6), [(2, 3)], "UnsafeViewBackward0", lambda x: x.T.reshape(6)),
    "view": (lambda x: x.view(6), [(2, 3)], "ViewBackward0", lambda x: x.reshape(6)),
    "flatten": (lambda x: x.flatten(1), [(2, 3, 2)], "ViewBackward0", lambda x: x.reshape(2, 6)),
    "expand": (lambda x: x.expand(2, 4, 3), [(4, 1)], "ExpandBackward0", lambda x: np.broadcast_to(x, (2, 4, 3))),
    "expand_0d": (lambda x: x.expand(2, 2), [()], "ExpandBackward0", lambda x: np.broadcast_to(x, (2, 2))),
    "t": (lambda x: x.t(), [(2, 3)], "TBackward0", np.transpose),
    "T": (lambda x: x.T, [(2, 3, 4)], "PermuteBackward0", np.transpose),
    "permute": (lambda x: x.permute(2, 0, 1), [(2, 3, 4)], "PermuteBackward0", lambda x: x.transpose(2, 0, 1)),
    "transpose": (lambda x: x.transpose(0, -1), [(2, 3, 4)], "TransposeBackward0", lambda x: x.swapaxes(0, 2)),
    "squeeze": (lambda x: x.squeeze(), [(1, 2, 1)], "SqueezeBackward0", np.squeeze),
    "squeeze_dim": (lambda x: x.squeeze(0), [(1, 2, 1)], "SqueezeBackward0", lambda x: x[0]),
    "unsqueeze": (lambda x: x.unsqueeze(-1), [(2,)], "UnsqueezeBackward0", lambda x: x[:, None]),
    "select": (lambda x: x[1], [(2, 3)], "SelectBackward0", lambda x: x[1]),
    "slice": (lambda x: x[:, ::2], [(2, 3)], "SliceBackward0", lambda x: x[:, ::2]),
    "alias": (lambda x: x[...], [(2,)], "AliasBackward0", lambda x: x),
    "index": (lambda x: x[[0, 2, 0]], [(3, 2)], "IndexBackward0", lambda x: x[[0, 2, 0]]),
    "mask": (lambda x: x[MASK], [(2, 3)], "IndexBackward0", lambda x: x[MASK.numpy()]),
    "of_a_view": (lambda x: x.t()[1:][:, [1, 1]], [(2, 3)], "IndexBackward0", lambda x: x.T[1:][:, [1, 1]]),
    "unbind": (lambda x: x.unbind(1)[2], [(2, 3)], "UnbindBackward0", lambda x: x[:, 2]),
    "split": (lambda x: x.split(2)[1], [(3, 2)], "SplitBackward0", lambda x: x[2:]),
    "index_select": (lambda x: x.index_select(1, torch.tensor([2, 2])), [(2, 3)], "IndexSelectBackward0",
                     lambda x: x[:, [2, 2]]),
    "index_add": (lambda x, y: x.index_add(0, torch.tensor([1, 1]), y, alpha=3), [(3, 2), (2, 2)],
                  "IndexAddBackward0", lambda x, y: x + 3 * np.stack([0 * y[0], y[0] + y[1], 0 * y[0]])),
    "masked_fill": (lambda x, v: x.masked_fill(MASK, v), [(2, 3), ()], "MaskedFillBackward1",
                    lambda x, v: np.where(MASK.numpy(), v, x)),
    # 0-d tensors: dimension 0 is there for the asking
    "mean_0d": (lambda x: x.mean(0), [()], "MeanBackward0", lambda x: x),
    "amax_0d": (lambda x: x.amax(-1), [()], "AmaxBackward0", lambda x: x),
    "max_0d": (lambda x: x.max(0).values, [()], "MaxBackward0", lambda x: x),
    "sort_0d": (lambda x: x.sort().values, [()], "SortBackward0", lambda x: x),
    "gather_0d": (lambda x: x.gather(0, torch.tensor([0, 0])), [()], "GatherBackward0", lambda x: np.stack([x, x])),
    "softmax_0d": (lambda x: x.softmax(0), [()], "SoftmaxBackward0", np.ones_like),
    "log_softmax_0d": (lambda x: x.log_softmax(-1), [()], "LogSoftmaxBackward0", np.zeros_like),
    "transpose_0d": (lambda x: x.transpose(0, -1), [()], "PermuteBackward0", lambda x: x),
    "reshape_0d": (lambda x: x.reshape(1, -1), [()], "ViewBackward0", lambda x: x.reshape(1, 1)),
    "index_0d": (lambda x: x[None, ..., None], [()], "SliceBackward0", lambda x: x.reshape(1, 1)),
    "mask_0d": (lambda x: x[torch.tensor(True)], [()], "IndexBackward0", lambda x: x.reshape(1)),
    "masked_fill_0d": (lambda x: x.masked_fill(MASK, 2.0), [()], "MaskedFillBackward0",
                       lambda x: np.where(MASK.numpy(), 2, x)),
    "stack_0d": (lambda *ts: torch.stack(ts), [(), ()], "StackBackward0", lambda *a: np.stack(a)),
    # tensors without elements
    "mean_empty": (lambda x: x.mean(0), [(2, 0)], "MeanBackward1", lambda x: np.zeros(0)),
    "amax_empty": (lambda x: x.amax(1), [(0, 2)], "AmaxBackward0", lambda x: np.zeros(0)),
    "max_empty": (lambda x: x.max(1).values, [(0, 2)], "MaxBackward0", lambda x: np.zeros(0)),
    "var_empty": (lambda x: x.var(1), [(0, 2)], "VarBackward0", lambda x: np.zeros(0)),
    "sort_empty": (lambda x: x.sort(0).values, [(0, 2)], "SortBackward0", np.copy),
    "softmax_empty": (lambda x: x.softmax(1), [(2, 0)], "SoftmaxBackward0", np.copy),
    "log_softmax_empty": (lambda x: x.log_softmax(0), [(2, 0)], "LogSoftmaxBackward0", np.copy),
    "index_empty": (lambda x: x[[]], [(2, 3)], "IndexBackward0", lambda x: x[:0]),
    "slice_empty": (lambda x: x[5:], [(2, 3)], "SliceBackward0", lambda x: x[5:]),
    "mask_empty": (lambda x: x[x > 100], [(2, 3)], "IndexBackward0", lambda x: np.zeros(0)),
    "reshape_empty": (lambda x: x.reshape(3, 0), [(2, 0)], "ViewBackward0", lambda x: np.zeros((3, 0))),
    "expand_empty": (lambda x: x.expand(0, 3), [(1, 3)], "ExpandBackward0", lambda x: np.zeros((0, 3))),
    "transpose_empty": (lambda x: x.t(), [(2, 0)], "TBackward0", np.transpose),
    "mm_of_none": (torch.matmul, [(2, 0), (0, 3)], "MmBackward0", np.matmul),
    "mm_no_rows": (torch.matmul, [(0, 3), (3, 2)], "MmBackward0", np.matmul),
    "bmm_empty": (torch.matmul, [(2, 0, 3), (2, 3, 2)], "BmmBackward0", np.matmul),
    "dot_empty": (torch.matmul, [(0,), (0,)], "DotBackward0", np.matmul),
    "linear_empty": (F.linear, [(0, 3), (2, 3), (2,)], "AddmmBackward0", lambda x, w, b: x @ w.T + b),
    "stack_empty": (lambda *ts: torch.stack(ts, 1), [(2, 0), (2, 0)], "StackBackward0", lambda *a: np.stack(a, 1)),
    "gather_empty": (lambda x: x.gather(0, torch.zeros(0, 3, dtype=torch.int64)), [(2, 3)], "GatherBackward0",
                     lambda x: x[:0]),
    "index_select_empty": (lambda x: x.index_select(1, torch.tensor([], dtype=torch.int64)), [(2, 3)],
                           "IndexSelectBackward0", lambda x: x[:, :0]),
    "index_add_empty": (lambda x, y: x.index_add(0, torch.tensor([], dtype=torch.int64), y), [(2, 3), (0, 3)],
                        "IndexAddBackward0", lambda x, y: x),
    "masked_fill_empty": (lambda x: x.masked_fill(x > 0, 1.0), [(0, 3)], "MaskedFillBackward0", np.copy),
    # matmul in the ranks that are left
    "v_bmm": (torch.matmul, [(3,), (2, 3, 2)], "SqueezeBackward0", np.matmul),
    "mm_bmm": (torch.matmul, [(2, 3), (2, 3, 2)], "BmmBackward0", np.matmul),
    "bmm_4_dims": (torch.matmul, [(2, 1, 2, 3), (1, 2, 3, 1)], "BmmBackward0", np.matmul),
    "linear_batch": (F.linear, [(2, 2, 3), (2, 3), (2,)], "UnsafeViewBackward0", lambda x, w, b: x @ w.T + b),
    "linear_without_bias": (F.linear, [(4, 3), (2, 3)], "MmBackward0", lambda x, w: x @ w.T),
    "cross_entropy_of_probabilities": (lambda x: F.cross_entropy(x, torch.tensor([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]])),
                                       [(2, 3)], "MeanBackward0",
                                       lambda x: -(np.log(soft(x, 1)) * [[0.5, 0.25, 0.25], [0, 1, 0]]).sum() / 2),
}  # fmt: skip
# what these nodes do is writing in place; test_in_place has them
WRITES = {
    "torch::autograd::CopySlices", "IndexPutBackward0", "FillBackward0", "ZeroBackward0", "AsStridedBackward0",
    "AsStridedBackward1", "torch::autograd::CopyBackwards",
}  # fmt: skip


def points(shapes):
    """Arrays of these shapes whose elements are all different, by 0.1 and more."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    values = np.random.default_rng(0).permutation(np.arange(sum(sizes))) * 0.1 - 0.75
    return [part.reshape(shape) for part, shape in zip(np.split(values, np.cumsum(sizes)[:-1]), shapes, strict=True)]


@pytest.mark.parametrize(("function", "shapes", "node", "expected"), ROWS.values(), ids=ROWS)
def test_values_and_gradients(function, shapes, node, expected):
    arrays = points(shapes)
    y = function(*leaves(arrays))
    want = expected(*arrays)
    assert y.dtype == np.float64 and y.shape == np.shape(want) and y.grad_fn.name() == node
    np.testing.assert_allclose(y.detach().numpy(), want, rtol=1e-12)
    check_gradients(function, arrays)


@pytest.mark.parametrize(("function", "shapes"), [row[:2] for row in ROWS.values()], ids=ROWS)
def test_float32_stays_float32(function, shapes):
    inputs = [torch.tensor(a, dtype=torch.float32, requires_grad=True) for a in points(shapes)]
    y = function(*inputs)
    y.backward(torch.ones_like(y))
    assert y.dtype == torch.float32 and all(t.grad is None or t.grad.dtype == torch.float32 for t in inputs)


def test_the_table_has_every_operation_on_arrays():
    """Also those that appear only in derivatives of derivatives."""
    seen, todo = set(), []
    for function, shapes, *_ in ROWS.values():
        inputs = leaves(points(shapes))
        y = function(*inputs)
        cotangent = torch.ones_like(y, requires_grad=True)
        todo += [t.grad_fn for t in (y, *recorded_gradients(function, inputs, cotangent))]
    while todo:
        node = todo.pop()
        if isinstance(node, Node):
            seen.add(node.name())
            todo += node.edges
    modules = {f"minigrad.{name}" for name in ("arrays", "reductions", "shapes", "views", "indexing")}
    known = {name for name, op in Op.known.items() if op.rules[0].__module__ in modules}
    assert known - WRITES <= seen


@given(npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3), st.data())
def test_sums_over_any_dimensions(shape, data):
    dims = data.draw(st.one_of(st.none(), st.sets(st.sampled_from(range(len(shape) or 1)))))
    dims = tuple(d - len(shape) if data.draw(st.booleans()) and shape else d for d in dims) if dims else None
    keepdim = data.draw(st.booleans())
    array, axes = np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape), dims if shape else None
    kept_shape = array.sum(axis=axes, keepdims=True).shape
    x = torch.tensor(array, requires_grad=True)
    y = x.sum(dims, keepdim=keepdim)
    np.testing.assert_array_equal(y.detach().numpy(), array.sum(axis=axes, keepdims=keepdim and bool(shape)))
    cotangent = np.random.default_rng(0).standard_normal(y.shape)
    y.backward(torch.tensor(cotangent))
    np.testing.assert_array_equal(x.grad.numpy(), np.broadcast_to(cotangent.reshape(kept_shape), shape))


# the ways to say the same: functions and methods, torch's words and numpy's

X = torch.tensor([[1.0, 5.0, 3.0], [4.0, 2.0, 6.0]], dtype=torch.float64, requires_grad=True)
ROW = X[0]
SAME = {
    "sum": [lambda: torch.sum(X, 1), lambda: torch.sum(X, dim=1), lambda: torch.sum(X, axis=1), lambda: X.sum(-1),
            lambda: X.sum([1]), lambda: np.sum(X, axis=1)],
    "sum, kept": [lambda: X.sum(1, True), lambda: X.sum(1, keepdim=True), lambda: X.sum(axis=1, keepdims=True),
                  lambda: torch.sum(X, dim=(1,), keepdim=True)],
    "mean": [lambda: torch.mean(X, 0), lambda: torch.mean(X, dim=0), lambda: X.mean(axis=0), lambda: X.mean((-2,))],
    "mean, kept": [lambda: X.mean(0, True), lambda: X.mean(0, keepdim=True), lambda: X.mean(axis=0, keepdims=True)],
    "mean of all": [lambda: torch.mean(X), lambda: X.mean(()), lambda: X.mean((0, 1)),
                    lambda: X.mean(dtype=torch.float64)],
    "amax": [lambda: torch.amax(X, 1), lambda: X.amax(dim=1), lambda: X.amax(axis=1), lambda: np.max(X, axis=1)],
    "amin, kept": [lambda: torch.amin(X, 1, True), lambda: X.amin(1, keepdim=True),
                   lambda: X.amin(axis=1, keepdims=True)],
    "max": [lambda: torch.max(X, 1)[0], lambda: torch.max(X, dim=1).values, lambda: X.max(axis=1)[0],
            lambda: X.max(-1)[0]],
    "max, kept": [lambda: torch.max(X, 1, True)[0], lambda: X.max(1, keepdim=True)[0],
                  lambda: X.max(axis=1, keepdims=True).values],
    "max of two": [lambda: torch.max(X, X * 2), lambda: X.max(X * 2), lambda: torch.max(X, other=X * 2),
                   lambda: torch.maximum(X, X * 2)],
    "argmax": [lambda: torch.argmax(X, 1), lambda: X.argmax(dim=-1), lambda: X.argmax(axis=1),
               lambda: X.max(1).indices],
    "argmax, kept": [lambda: X.argmax(1, True), lambda: X.argmax(dim=1, keepdim=True),
                     lambda: X.argmax(axis=1, keepdims=True)],
    "var": [lambda: torch.var(X, 1), lambda: X.var(dim=1), lambda: X.var(axis=1), lambda: X.var(1, True),
            lambda: X.var((1,))],
    "var, biased": [lambda: torch.var(X, 1, False), lambda: X.var(1, unbiased=False), lambda: X.var(1, correction=0)],
    "var of all": [lambda: X.var(), lambda: X.var(True), lambda: X.var(dim=None), lambda: X.var((0, 1))],
    "softmax": [lambda: torch.softmax(X, 1), lambda: X.softmax(dim=1), lambda: F.softmax(X, -1)],
    "log_softmax": [lambda: torch.log_softmax(X, 1), lambda: X.log_softmax(dim=1), lambda: F.log_softmax(X, -1)],
    "sort": [lambda: torch.sort(X)[0], lambda: X.sort(1).values, lambda: X.sort(dim=-1, stable=True)[0]],
    "sort down": [lambda: torch.sort(X, 0, True)[0], lambda: X.sort(dim=0, descending=True).values],
    "gather": [lambda: torch.gather(X, 1, INDEX), lambda: X.gather(dim=1, index=INDEX), lambda: X.gather(-1, INDEX)],
    "index_select": [lambda: torch.index_select(X, 1, INDEX[0]), lambda: X.index_select(dim=-1, index=INDEX[0]),
                     lambda: X[:, INDEX[0]]],
    "index_add": [lambda: torch.index_add(X, 0, INDEX[1][:1], X[:1], alpha=2),
                  lambda: X.index_add(-2, INDEX[1][:1], X[:1], alpha=2)],
    "masked_fill": [lambda: torch.masked_fill(X, MASK, 2.0), lambda: X.masked_fill(MASK, torch.tensor(2.0)),
                    lambda: torch.where(MASK, 2.0, X), lambda: X.where(~MASK, 2.0)],
    "reshape": [lambda: torch.reshape(X, (3, 2)), lambda: X.reshape(3, -1), lambda: X.reshape([3, 2]),
                lambda: X.view(3, 2),
                lambda: X.view((-1, 2)), lambda: np.reshape(X, (3, 2))],
    "transpose": [lambda: torch.transpose(X, 0, 1), lambda: X.transpose(-1, 0), lambda: X.t(),
                  lambda: torch.t(X), lambda: X.T,
                  lambda: X.mT, lambda: X.permute(1, 0), lambda: torch.permute(X, (1, 0)), lambda: np.transpose(X)],
    "unsqueeze": [lambda: torch.unsqueeze(X, 1), lambda: X.unsqueeze(dim=-2), lambda: X[:, None]],
    "squeeze": [lambda: torch.squeeze(X[None]), lambda: X[None].squeeze(0), lambda: X[None, :, None].squeeze((0, 2))],
    "expand": [lambda: X.expand(4, 2, 3), lambda: X.expand((4, -1, -1)), lambda: torch.broadcast_to(X, (4, 2, 3))],
    "cat": [lambda: torch.cat([X, X], 1), lambda: torch.cat((X, X), dim=-1), lambda: torch.cat([X, X], axis=1)],
    "stack": [lambda: torch.stack([X, X], 1), lambda: torch.stack((X, X), dim=-2),
              lambda: torch.stack([X, X], axis=1)],
    "clone": [lambda: torch.clone(X), lambda: X.clone()],
    "matmul": [lambda: torch.matmul(X, X.t()), lambda: torch.mm(X, X.t()), lambda: X.matmul(X.T), lambda: X.mm(X.T),
               lambda: X @ X.T, lambda: F.linear(X, X), lambda: np.matmul(X, X.T)],
    "addmm": [lambda: torch.addmm(ROW[:2], X, X.t()), lambda: ROW[:2].addmm(X, X.t()),
              lambda: F.linear(X, X, ROW[:2])],
    "flatten": [lambda: torch.flatten(X), lambda: X.flatten(), lambda: X.flatten(start_dim=0, end_dim=-1),
                lambda: X.view(-1)],
    "unbind": [lambda: torch.unbind(X)[1], lambda: X.unbind(dim=0)[1], lambda: list(X)[1], lambda: X[1]],
    "split": [lambda: torch.split(X, 2, 1)[1], lambda: X.split([2, 1], dim=-1)[1],
              lambda: torch.chunk(X, 2, dim=1)[1], lambda: X[:, 2:]],
}  # fmt: skip


@pytest.mark.parametrize("forms", SAME.values(), ids=SAME)
def test_forms_of_the_same_operation(forms):
    results = []
    for form in forms:
        y = form()
        weights = torch.arange(1, y.numel() + 1).double().reshape(y.shape)
        g = torch.autograd.grad(y, X, weights)[0].tolist() if y.requires_grad else None
        results.append((y.shape, y.dtype, y.tolist(), g))
    assert all(result == results[0] for result in results)
    assert results[0][3] is not None or results[0][1] == torch.int64


def test_integers_and_bools_are_summed_as_integers():
    assert torch.tensor([True, True]).sum().dtype == torch.int64 and torch.tensor([True, True]).sum().item() == 2
    assert torch.tensor([1, 2], dtype=torch.int32).sum().dtype == torch.int64


def test_ties_and_nans():
    def slopes(function, values):
        x = torch.tensor(values, requires_grad=True)
        function(x).sum().backward()
        return x.grad.tolist()

    third = np.float32(1 / 3).item()
    assert slopes(torch.max, [1.0, 3.0, 3.0, 0.0, 3.0]) == [0.0, third, third, 0.0, third]
    assert slopes(torch.amax, [1.0, 3.0, 3.0, 0.0, 3.0]) == [0.0, third, third, 0.0, third]
    assert slopes(torch.min, [1.0, 1.0, 3.0]) == [0.5, 0.5, 0.0]
    assert slopes(lambda x: x.max(0).values, [1.0, 3.0, 3.0]) == [0.0, 1.0, 0.0]
    assert np.isnan(torch.tensor([1.0, NAN, 2.0]).max().item())
    assert torch.tensor([[1.0, 3.0, 3.0], [5.0, 2.0, 1.0]]).max(1).indices.tolist() == [1, 0]


def test_softmax_of_large_numbers():
    x = torch.tensor([1000.0, 1000.0, -INF], dtype=torch.float64, requires_grad=True)
    assert x.softmax(0).tolist() == [0.5, 0.5, 0.0]
    np.testing.assert_allclose(x.log_softmax(0).detach().numpy(), [-np.log(2), -np.log(2), -INF])


def test_empty_arrays():
    empty = torch.zeros(0, requires_grad=True)
    total = empty.sum()
    total.backward()
    assert total.item() == 0 and empty.grad.shape == (0,)
    assert torch.cat([torch.zeros(0), torch.ones(2)]).tolist() == [1.0, 1.0]
    assert (torch.zeros(1, 0) @ torch.zeros(0, 1)).tolist() == [[0.0]]


@pytest.mark.parametrize(
    ("operation", "error", "message"),
    [
        (lambda: torch.ones(2, 3) @ torch.ones(2, 3), RuntimeError,
         "mm: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"),
        (lambda: torch.tensor(1.0) @ torch.tensor(1.0), RuntimeError,
         "both arguments to matmul need to be at least 1D, but they are 0D and 0D"),
        (lambda: torch.ones(2, 3).reshape(4), RuntimeError, "shape '[4]' is invalid for input of size 6"),
        (lambda: torch.ones(2, 3).view(4, -1), RuntimeError, "shape '[4, -1]' is invalid for input of size 6"),
        (lambda: torch.ones(2, 3).sum(2), IndexError,
         "Dimension out of range (expected to be in range of [-2, 1], but got 2)"),
        (lambda: torch.cat([torch.ones(2, 3), torch.ones(2, 4)]), RuntimeError,
         "Sizes of tensors must match except in dimension 0. Expected size 3 but got size 4 for tensor number 1 in "
         "the list."),
        (lambda: torch.stack([torch.ones(2, 3), torch.ones(3)]), RuntimeError,
         "stack expects each tensor to be equal size, but got [2, 3] at entry 0 and [3] at entry 1"),
        (lambda: torch.ones(2, 3).expand(5, 3), RuntimeError,
         "The expanded size of the tensor (5) must match the existing size (2) at non-singleton dimension 0.  "
         "Target sizes: [5, 3].  Tensor sizes: [2, 3]"),
        (lambda: torch.ones(2, 3)[5], IndexError, "index 5 is out of bounds for dimension 0 with size 2"),
        (lambda: torch.ones(2, 3)[[7]], IndexError, "index 7 is out of bounds for dimension 0 with size 2"),
        (lambda: torch.ones(2, 3)[0, 0, 0], IndexError, "too many indices for tensor of dimension 2"),
        (lambda: torch.ones(2)[torch.tensor([1.0])], IndexError,
         "tensors used as indices must be long, int, byte or bool tensors"),
        (lambda: list(torch.tensor(1.0)), TypeError, "iteration over a 0-d tensor"),
        (lambda: torch.zeros(0).argmax(), IndexError,
         "argmax(): Expected reduction dim to be specified for input.numel() == 0."),
        (lambda: torch.zeros(0).max(), RuntimeError,
         "max(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the "
         "'dim' argument."),
        (lambda: torch.tensor([1, 2]).mean(), NotImplementedError,
         "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
         "Got: Long"),
        (lambda: F.cross_entropy(torch.ones(1, 3), torch.tensor([5])), IndexError, "Target 5 is out of bounds."),
        (lambda: torch.zeros(2, 0).amax(1), IndexError, "amax(): Expected reduction dim 1 to have non-zero size."),
        (lambda: torch.zeros(2, 0).max(1), IndexError, "max(): Expected reduction dim 1 to have non-zero size."),
        (lambda: torch.zeros(2, 0).argmax(1), IndexError, "argmax(): Expected reduction dim 1 to have non-zero size."),
        (lambda: torch.tensor(1.0).sum(1), IndexError,
         "Dimension out of range (expected to be in range of [-1, 0], but got 1)"),
        (lambda: torch.tensor(1.0).unbind(), IndexError, "Dimension specified as 0 but tensor has no dimensions"),
        (lambda: torch.tensor(1.0).split(1), RuntimeError, "split expects at least a 1-dimensional tensor"),
        (lambda: torch.tensor(1.0).chunk(1), RuntimeError, "chunk expects at least a 1-dimensional tensor"),
        (lambda: torch.cat([torch.ones(1), torch.tensor(1.0)]), RuntimeError,
         "zero-dimensional tensor (at position 1) cannot be concatenated"),
    ],
)  # fmt: skip
def test_refusals(operation, error, message):
    with pytest.raises(error) as caught:
        operation()
    assert str(caught.value) == message
