"""Rows of the table: running reductions, order."""

import numpy as np

import minigrad as torch

from .row import EACH, Row

INF, NAN = float("inf"), float("nan")
FLOATING = ("float32", "float16")
NUMBERS = ("float32", "float16", "int64", "int32", "uint8")  # of bools torch has no topk on the CPU, elsewhere it has
INDEX = torch.tensor([[2, 0, 0], [1, 1, 2]])
SHORT = torch.tensor([[1]])
NONE = torch.zeros(0, 3, dtype=torch.int64)
EDGES = torch.tensor([[-0.5, 0.1, 0.1, 0.9], [-1.0, 0.0, 0.25, 0.5]], dtype=torch.float64)
LINES = [(2, 3), (2, 3, 2), (2, 0), (0, 2), (1, 1)]
ALONG = [(2, 3), (2, 3, 2), (2, 0, 3), (0, 2), (2, 5), (2, 1)]  # along dimension 1
SOLID = [(2, 3), (2, 4, 2), (2, 1), (0, 2)]  # never nothing along dimension 1
ZEROS = [([1.0, 2.0, 0.0, 4.0],), ([0.0, 2.0, 3.0, 0.0, 5.0],), ([0.0],), ([0.0, 0.0],), ([2.0, -3.0, 4.0, 0.5, 3.0],)]
LARGE = [([-1000.0, 0.0, 1000.0],), ([1000.0, 0.0],), ([-INF, 0.0, 1.0],), ([0.0, -INF, 1.0],), ([-INF, -INF],)]
TIES = [([1.0, 3.0, 3.0, 2.0, 3.0],), ([3.0, 3.0, 1.0],), ([1.0, NAN, 3.0, NAN, 2.0],), ([INF, -INF, INF],)]
MIXED = [([2.0, NAN, 1.0, INF, -INF],), ([3, 1, 2],)]
HALVES = torch.tensor([0.5, 0.3], dtype=torch.float64)


def extreme(name):
    """The rows of `cummax` or `cummin`."""
    f, method = getattr(torch, name), getattr(torch.Tensor, name)
    return [
        Row(name, lambda a: f(a, 0), [*LINES, (), (5,)], at=TIES,
            same=[lambda a: method(a, 0), lambda a: f(input=a, dim=0), lambda a: (f(a, 0).values, f(a, 0).indices)],
            errors=[lambda: f(torch.ones(2, 3), 2)]),
        Row(name, lambda a: f(a, 1), ALONG, tag="dim", same=[lambda a: method(a, dim=1)]),
    ]  # fmt: skip


ROWS = [
    Row("cumsum", lambda a: torch.cumsum(a, 0), [*LINES, (5,)],
        same=[lambda a: a.cumsum(0), lambda a: torch.cumsum(input=a, dim=0), lambda a: np.cumsum(a, axis=0)],
        errors=[lambda: torch.cumsum(torch.ones(2, 3), 2)]),
    Row("cumsum", lambda a: torch.cumsum(a, 1), ALONG, tag="dim", same=[lambda a: a.cumsum(dim=1 - a.ndim)]),
    Row("cumsum", lambda a: torch.cumsum(a, 0, dtype=torch.float64), tag="dtype",
        same=[lambda a: a.cumsum(0, dtype=torch.float64)]),
    Row("cumsum", lambda a: torch.cumsum(a, 0), [()], tag="0-d", node="CloneBackward0"),
    Row("cumprod", lambda a: torch.cumprod(a, 0), [*LINES, (5,), (4,)], at=ZEROS,
        same=[lambda a: a.cumprod(0), lambda a: torch.cumprod(input=a, dim=0), lambda a: np.cumprod(a, axis=0)],
        errors=[lambda: torch.cumprod(torch.ones(2, 3), 2)]),
    Row("cumprod", lambda a: torch.cumprod(a, 1), ALONG, tag="dim", same=[lambda a: a.cumprod(dim=1 - a.ndim)]),
    Row("cumprod", lambda a: torch.cumprod(a, 0, dtype=torch.float64), tag="dtype",
        same=[lambda a: a.cumprod(0, dtype=torch.float64)]),
    Row("cumprod", lambda a: torch.cumprod(a, 0), [()], tag="0-d", node="CloneBackward0"),
    Row("logcumsumexp", lambda a: torch.logcumsumexp(a, 0), [*LINES, (5,)], at=LARGE,
        same=[lambda a: a.logcumsumexp(0), lambda a: torch.logcumsumexp(input=a, dim=0)],
        errors=[lambda: torch.logcumsumexp(torch.ones(2, 3), 2)]),
    Row("logcumsumexp", lambda a: torch.logcumsumexp(a, 1), ALONG, tag="dim",
        same=[lambda a: a.logcumsumexp(dim=1 - a.ndim)]),
    Row("logcumsumexp", lambda a: torch.logcumsumexp(a, 0), [()], tag="0-d", node="CloneBackward0"),
    *extreme("cummax"), *extreme("cummin"),
    Row("diff", torch.diff, [(4,), (2, 3), (2, 1), (0, 2)],
        same=[lambda a: a.diff(), lambda a: torch.diff(input=a, n=1, dim=-1, prepend=None, append=None)],
        errors=[lambda: torch.diff(torch.tensor(1.0)), lambda: torch.diff(torch.ones(2), n=-1),
                lambda: torch.diff(torch.ones(2, 2), dim=3),
                lambda: torch.diff(torch.ones(2, 2), prepend=torch.ones(2)),
                lambda: torch.diff(torch.ones(2, 2), append=torch.ones(3, 1))]),
    Row("diff", lambda a: torch.diff(a, 2, 0), [(4, 2), (2, 3), (1, 2)], tag="twice",
        same=[lambda a: a.diff(n=2, dim=-2), lambda a: a.diff(dim=0).diff(dim=0)]),
    Row("diff", lambda a, b: torch.diff(a, dim=0, prepend=b), [((3, 2), (1, 2)), ((1, 2), (2, 2)), ((0, 2), (2, 2))],
        tag="prepend", same=[lambda a, b: a.diff(1, 0, b)]),
    Row("diff", lambda a, b, c: torch.diff(a, 2, -1, b, c), [((2, 2), (2, 1), (2, 3))], tag="both",
        same=[lambda a, b, c: a.diff(n=2, prepend=b, append=c)]),
    Row("sort", torch.sort, [*LINES, (), (5,)], at=[*TIES, *MIXED],
        same=[lambda a: a.sort(), lambda a: a.sort(-1),
              lambda a: torch.sort(input=a, dim=-1, descending=False, stable=True),
              lambda a: (a.sort().values, a.sort().indices)], errors=[lambda: torch.sort(torch.ones(2, 3), 2)]),
    Row("sort", lambda a: torch.sort(a, dim=0, descending=True, stable=True), [*LINES, (), (5,)], at=[*TIES, *MIXED],
        tag="down", node="SortBackward0", same=[lambda a: a.sort(dim=0, descending=True), lambda a: a.sort(0, True)]),
    Row("argsort", lambda a: torch.argsort(a, stable=True), [*LINES, (), (5,)], at=[*TIES, *MIXED], orders=0,
        same=[lambda a: a.argsort(), lambda a: torch.argsort(input=a, dim=-1), lambda a: a.sort().indices]),
    Row("argsort", lambda a: torch.argsort(a, dim=0, descending=True, stable=True), [*LINES, (), (5,)],
        at=[*TIES, *MIXED], orders=0, tag="down",
        same=[lambda a: a.argsort(0, True), lambda a: a.argsort(0, descending=True, stable=False)]),
    # torch 2.13 gives `msort` and `topk` names of parameters that its documentation does not have
    Row("msort", torch.msort, [*LINES, (5,), ()], without=["descending"],
        same=[lambda a: a.msort(), lambda a: a.sort(0).values]),
    Row("topk", lambda a: torch.topk(a, 2), [(2, 3), (2, 3, 2), (0, 2), (5,)],
        at=[([1.0, 3.0, NAN, 2.0],), ([INF, -INF, 0.0],)], dtypes=NUMBERS, without=["descending"],
        same=[lambda a: a.topk(2), lambda a: torch.topk(input=a, k=2, dim=-1, largest=True, sorted=True),
              lambda a: (a.topk(2).values, a.topk(2).indices)],
        errors=[lambda: torch.topk(torch.ones(2, 3), 4), lambda: torch.topk(torch.ones(2, 3), -1),
                lambda: torch.topk(torch.tensor(1.0), 2), lambda: torch.topk(torch.ones(2, 3), 1, 2)]),
    Row("topk", lambda a: torch.topk(a, 1, 0, False), [(2, 3), (2, 3, 2), (), (3,)], tag="smallest", dtypes=NUMBERS,
        without=["descending"],
        same=[lambda a: a.topk(1, 0, False), lambda a: a.topk(k=1, dim=0, largest=False, sorted=False)]),
    Row("topk", lambda a: torch.topk(a, 0), [(2, 3), (2, 0)], tag="none", dtypes=NUMBERS, without=["descending"]),
    Row("kthvalue", lambda a: torch.kthvalue(a, 2), [(2, 3), (2, 4, 2), (0, 2), (5,)],
        at=[([1.0, NAN, 2.0],), ([1.0, NAN],)],
        same=[lambda a: a.kthvalue(2), lambda a: torch.kthvalue(input=a, k=2, dim=-1, keepdim=False),
              lambda a: (a.kthvalue(2).values, a.kthvalue(2).indices)],
        errors=[lambda: torch.kthvalue(torch.ones(2, 3), 4), lambda: torch.kthvalue(torch.ones(2, 3), 0),
                lambda: torch.kthvalue(torch.tensor(1.0), 2), lambda: torch.kthvalue(torch.ones(2, 0), 1),
                lambda: torch.kthvalue(torch.ones(2, 3), 1, 2)]),
    Row("kthvalue", lambda a: torch.kthvalue(a, 1, 0, True), [(2, 3), (), (3,)], tag="keepdim",
        same=[lambda a: a.kthvalue(1, 0, True), lambda a: a.kthvalue(k=1, dim=0, keepdim=True),
              lambda a: a.min(0, keepdim=True)]),
    Row("median", torch.median, [(2, 3), (3,), (), (1,)],
        at=[([1.0, 2.0, 2.0, 3.0],), ([1.0, NAN, NAN, 3.0],), ([1, 4, 2, 3],)],
        same=[lambda a: a.median(), lambda a: torch.median(input=a)]),
    Row("median", lambda a: torch.median(a, 1), SOLID, at=[([[NAN, 1.0, NAN], [3.0, 1.0, 2.0]],)], tag="dim",
        same=[lambda a: a.median(1), lambda a: torch.median(a, dim=1, keepdim=False),
              lambda a: (a.median(1).values, a.median(1).indices)],
        errors=[lambda: torch.median(torch.ones(2, 3), 2), lambda: torch.median(torch.ones(2, 0), 1)]),
    Row("median", lambda a: torch.median(a, 0, True), [(3, 2), (4, 2), (), (1,)], tag="keepdim",
        same=[lambda a: a.median(dim=0, keepdim=True)]),
    Row("median", torch.median, [(0,), (2, 0)], tag="empty", orders=0, constant=[0], dtypes=FLOATING),
    # made of what there is: torch's last step is a squeeze
    Row("quantile", lambda a: torch.quantile(a, 0.3), [(2, 3), (), (1,)],
        at=[([1.0, NAN, 3.0],), ([0.0, 10.0, 20.0, 30.0],)], node="ViewBackward0",
        same=[lambda a: a.quantile(0.3),
              lambda a: torch.quantile(input=a, q=0.3, dim=None, keepdim=False, interpolation="linear"),
              lambda a: a.quantile(torch.tensor(0.3, dtype=torch.float64))],
        errors=[lambda: torch.quantile(torch.ones(2), 1.5), lambda: torch.quantile(torch.tensor([1, 2]), 0.5),
                lambda: torch.quantile(torch.ones(0), 0.5), lambda: torch.quantile(torch.ones(2), torch.ones(1, 1)),
                lambda: torch.quantile(torch.ones(2), torch.ones(1, dtype=torch.float64)),
                lambda: torch.quantile(torch.ones(2), 0.5, interpolation="x"),
                lambda: torch.quantile(torch.ones(2), torch.tensor([0.5, 2.0])),
                lambda: torch.quantile(torch.ones(2, 3), 0.5, 2)]),
    Row("quantile", lambda a: torch.quantile(a, 0.3, 0, True), [(3, 2), (4, 2, 2), (), (2,)], node="ViewBackward0",
        tag="dim", dtypes=("float32",), same=[lambda a: a.quantile(0.3, dim=0, keepdim=True)]),
    Row("quantile", lambda a, q: torch.quantile(a, q, 1), [((2, 4), (3,)), ((2, 3, 2), (2,)), ((2, 3), ())],
        domains=["any", "probability"], node="ViewBackward0", tag="tensor", dtypes=("float32",),
        same=[lambda a, q: a.quantile(q, dim=1)]),
    Row("quantile", lambda a: torch.quantile(a, HALVES, 0, keepdim=True), [(4, 3), (2,)], node="ViewBackward0",
        tag="several", dtypes=()),
    *[Row("quantile", lambda a, kind=kind: torch.quantile(a, 0.3, interpolation=kind), [(6,), (5,), (1,)],
          node="ViewBackward0", tag=kind, dtypes=("float32",))
      for kind in ("lower", "higher", "nearest", "midpoint")],
    Row("unique", torch.unique, EACH, at=[([2.0, 1.0, 2.0, 3.0],), ([1.0, NAN, 1.0, NAN],), ([[2, 2], [1, 3]],)],
        orders=0, constant=[0],
        same=[lambda a: a.unique(),
              lambda a: torch.unique(input=a, sorted=True, return_inverse=False, return_counts=False, dim=None)]),
    Row("unique", lambda a: torch.unique(a, return_inverse=True, return_counts=True), EACH,
        at=[([2.0, 1.0, 2.0, 3.0],), ([[2, 2], [1, 3]],)], orders=0, constant=[0], tag="counts",
        same=[lambda a: a.unique(True, True, True)]),
    Row("unique", lambda a: torch.unique(a, return_counts=True), at=[([[2, 2], [1, 3]],)], orders=0, constant=[0],
        tag="only counts"),
    Row("unique", lambda a: torch.unique(a, True, True, True, 0), [(3, 2), (2, 2, 2)], at=[([[2, 1], [0, 5], [2, 1]],)],
        orders=0, constant=[0], tag="dim", same=[lambda a: a.unique(dim=0, return_inverse=True, return_counts=True)],
        errors=[lambda: torch.unique(torch.ones(2, 3), dim=2)]),
    Row("searchsorted", lambda v: torch.searchsorted(EDGES[0], v), EACH, at=[([0.1, -0.5, 0.9, 2.0],)], orders=0,
        constant=[0], dtypes=("float32", "int64"),
        same=[lambda v: torch.searchsorted(sorted_sequence=EDGES[0], input=v, side="left"),
              lambda v: torch.bucketize(v, EDGES[0]),
              lambda v: torch.searchsorted(EDGES[0].flip(0), v, sorter=torch.tensor([3, 2, 1, 0]))],
        errors=[lambda: torch.searchsorted(torch.ones(2, 3), torch.ones(3, 2)),
                lambda: torch.searchsorted(torch.ones(2), torch.ones(2), side="x"),
                lambda: torch.searchsorted(torch.ones(2), torch.ones(2), right=True, side="left"),
                lambda: torch.searchsorted(torch.tensor(1.0), torch.ones(2)),
                lambda: torch.searchsorted(torch.ones(2, 2), 1.0)]),
    Row("searchsorted", lambda v: torch.searchsorted(EDGES, v, right=True, out_int32=True), [(2, 3), (2, 0)],
        at=[([[0.1, -0.5], [0.25, -1.0]],)], orders=0, constant=[0], tag="rows", dtypes=("float32",),
        same=[lambda v: torch.searchsorted(EDGES, v, side="right", out_int32=True)]),
    Row("searchsorted", lambda s: torch.searchsorted(torch.sort(s).values, 0.1), [(3,), (0,)], orders=0, constant=[0],
        tag="number"),
    Row("bucketize", lambda v: torch.bucketize(v, EDGES[0], right=True), EACH, at=[([0.1, -0.5, 0.9, 2.0],)], orders=0,
        constant=[0], dtypes=("float32", "int64"),
        same=[lambda v: torch.bucketize(input=v, boundaries=EDGES[0], right=True, out_int32=False),
              lambda v: torch.searchsorted(EDGES[0], v, right=True)],
        errors=[lambda: torch.bucketize(torch.ones(2), torch.ones(2, 2))]),
    Row("gather", lambda a: torch.gather(a, 1, INDEX), [(2, 3), (3, 4)], without=["sparse_grad"],
        same=[lambda a: a.gather(1, INDEX), lambda a: a.gather(dim=-1, index=INDEX),
              lambda a: torch.gather(input=a, dim=1, index=INDEX)],
        errors=[lambda: torch.ones(2, 3).gather(1, torch.tensor([[5]])),
                lambda: torch.ones(2, 3).gather(1, torch.tensor([[-1]])),
                lambda: torch.ones(2, 3).gather(1, torch.tensor([0])),
                lambda: torch.ones(2, 3).gather(1, torch.zeros(3, 1, dtype=torch.int64)),
                lambda: torch.ones(2, 3).gather(1, torch.zeros(1, 1)), lambda: torch.ones(2, 3).gather(2, SHORT)]),
    Row("gather", lambda a: torch.gather(a, 0, SHORT), [(2, 3), (3, 1)], tag="shorter", without=["sparse_grad"]),
    Row("gather", lambda a: torch.gather(a, 0, torch.tensor([0, 0])), [()], tag="0-d", without=["sparse_grad"]),
    Row("gather", lambda a: torch.gather(a, 0, NONE), [(2, 3)], tag="empty", without=["sparse_grad"]),
]  # fmt: skip
