"""Rows of the table: writing to places named by an index, out of place."""

import minigrad as torch

from .row import EACH, Row

T = torch.tensor
ROWS_2_0 = T([2, 0])
ONE = T([[1, 0]])
PLACES = T([[2, 0], [1, 2]])
TWICE = T([[1, 1], [0, 0]])
MASK = T([[True, False, True], [False, False, True]])
NO_MASK = T([[False], [False]])
PAIR = T([0, 1]), T([2, 0])
NONE = torch.zeros(0, dtype=torch.int64)
EMPTY = torch.zeros(0, 2, dtype=torch.int64)
ONES, LONGS = torch.ones(2, 3), torch.tensor([[1, 2, 3]])
NUMBERS = ("float32", "float16", "int64", "int32", "uint8")
KINDS = {"sum": "ScatterAddBackward0", "mean": "DivBackward0", "prod": "MulBackward0", "amax": None, "amin": None}


def scattering(name, call, *cases, **more):
    """A row for an operation of a tensor and what is written to it."""
    return Row(name, call, cases, **more)


ROWS = [
    # slices
    scattering("index_add", lambda x, y: torch.index_add(x, 0, ROWS_2_0, y),
        ((3, 2), (2, 2)), ((3,), (2,)), ((3, 0), (2, 0)),
        same=[lambda x, y: x.index_add(0, ROWS_2_0, y),
              lambda x, y: x.index_add(dim=-x.ndim, index=ROWS_2_0.int(), source=y),
              lambda x, y: torch.index_add(input=x, dim=0, index=ROWS_2_0, source=y, alpha=1),
              lambda x, y: x.clone().index_add_(0, ROWS_2_0, y)],
        errors=[lambda: ONES.index_add(1, T([3]), ONES[:, :1]), lambda: ONES.index_add(1, T([-1]), ONES[:, :1]),
                lambda: ONES.index_add(1, T([1]), ONES[:, :2]), lambda: ONES.index_add(0, T([1]), ONES[:1, :2]),
                lambda: ONES.index_add(1, T([1]), ONES[:, :1].double()), lambda: ONES.index_add(1, T([1]), ONES[0]),
                lambda: ONES.index_add(2, T([1]), ONES)],
        own_words=[lambda: ONES.index_add(1, T([1.0]), ONES[:, :1]), lambda: ONES.index_add(1, T([[1]]), ONES[:, :1])]),
    scattering("index_add", lambda x, y: x.index_add(1, T([1, 1]), y, alpha=3), ((2, 3), (2, 2)), tag="alpha",
        dtypes=NUMBERS, same=[lambda x, y: torch.index_add(x, 1, T([1, 1]), y * 3)]),
    scattering("index_add", lambda x, y: x.index_add(0, T(0), y), ((), ()), ((2,), (1,)), tag="one"),
    scattering("index_add", lambda x, y: x.index_add(0, NONE, y), ((2, 3), (0, 3)), tag="none"),
    scattering("index_copy", lambda x, y: torch.index_copy(x, 0, ROWS_2_0, y),
        ((3, 2), (2, 2)), ((3,), (2,)), ((3, 0), (2, 0)),
        at=[([1.0, 2.0, 3.0], [float("inf"), float("nan")])],
        same=[lambda x, y: x.index_copy(0, ROWS_2_0, y), lambda x, y: x.clone().index_copy_(0, ROWS_2_0, y),
              lambda x, y: torch.index_copy(input=x, dim=-x.ndim, index=ROWS_2_0, source=y)],
        errors=[lambda: ONES.index_copy(1, T([1]), ONES[:, :2]), lambda: ONES.index_copy(1, T([1]), ONES[0, :1]),
                lambda: ONES.index_copy(1, T([1]), ONES[:, :1].double())],
        own_words=[lambda: ONES.index_copy(1, T([3]), ONES[:, :1]), lambda: ONES.index_copy(1, T([-1]), ONES[:, :1]),
                   lambda: ONES.index_copy(1, T([1.0]), ONES[:, :1]), lambda: ONES.index_copy(1, T([[1]]), ONES[:, :1]),
                   lambda: ONES.index_copy(0, T([1]), ONES[:1, :2])]),
    scattering("index_copy", lambda x, y: x.index_copy(0, T([0]), y), ((), ()), ((2,), (1,)), ((2,), ()), tag="one"),
    scattering("index_copy", lambda x, y: x.index_copy(1, NONE, y), ((2, 3), (2, 0)), tag="none"),
    scattering("index_copy", lambda x, y: x.index_copy(0, T([1, 1]), y), ((3, 2), (2, 2)), tag="twice", constant=[1]),
    Row("index_fill", lambda x: torch.index_fill(x, 0, ROWS_2_0, 2), [(3, 2), (3,), (3, 0)],
        same=[lambda x: x.index_fill(0, ROWS_2_0 - 3, 2), lambda x: x.clone().index_fill_(0, ROWS_2_0, 2.0),
              lambda x: torch.index_fill(input=x, dim=0, index=ROWS_2_0, value=2)],
        errors=[lambda: ONES.index_fill(1, T([3]), 1.0), lambda: ONES.index_fill(1, T([1]), ONES[0]),
                lambda: ONES.index_fill(1, T([[1]]), 1.0)],
        own_words=[lambda: ONES.index_fill(1, T([-4]), 1.0), lambda: ONES.index_fill(1, T([1.0]), 1.0)]),
    scattering("index_fill", lambda x, v: x.index_fill(1, T([1, 1, 2]), v), ((2, 3), ()), tag="tensor"),
    Row("index_fill", lambda x: x.index_fill(0, T(0), 2), [(), (2,)], tag="one"),
    # elements
    scattering("scatter", lambda x, y: torch.scatter(x, 1, PLACES, y), ((2, 3), (2, 2)), ((3, 3), (2, 2)),
        at=[([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[float("nan"), 8.0], [9.0, float("inf")]])],
        same=[lambda x, y: x.scatter(1, PLACES, y), lambda x, y: x.scatter(dim=-1, index=PLACES.int(), src=y),
              lambda x, y: torch.scatter(input=x, dim=1, index=PLACES, src=y),
              lambda x, y: x.clone().scatter_(1, PLACES, y)],
        errors=[lambda: ONES.scatter(1, T([[3]]), ONES), lambda: ONES.scatter(1, T([[-1]]), ONES),
                lambda: ONES.scatter(1, T([1]), ONES), lambda: ONES.scatter(1, T([[1, 2]]), ONES[:, :1]),
                lambda: ONES.scatter(1, T([[1], [1], [1]]), torch.ones(3, 1)),
                lambda: ONES.scatter(1, PLACES, ONES.double()),
                lambda: ONES.scatter(2, PLACES, ONES), lambda: ONES.scatter(1, PLACES, ONES, reduce="mean")],
        own_words=[lambda: ONES.scatter(1, T([[1.0]]), ONES), lambda: ONES.scatter(1, PLACES)]),
    scattering("scatter", lambda x, y: x.scatter(0, ONE, y), ((2, 3), (1, 2)), tag="smaller"),
    # torch fails where a src larger than the index wants a gradient
    scattering("scatter", lambda x, y: x.scatter(0, ONE, y), ((2, 3), (2, 3)), tag="larger src", constant=[1]),
    scattering("scatter", lambda x, y: x.scatter(0, T([0]), y), ((), (1,)), ((2,), (1,)), tag="one"),
    scattering("scatter", lambda x, y: x.scatter(0, T(0), y), ((), ()), ((2,), ()), tag="one number"),
    scattering("scatter", lambda x, y: x.scatter(0, EMPTY, y), ((3, 2), (0, 2)), tag="none"),
    scattering("scatter", lambda x, y: x.scatter(1, TWICE, y), ((2, 3), (2, 2)), tag="twice", constant=[1]),
    Row("scatter", lambda x: torch.scatter(x, 1, TWICE, 2), [(2, 3), (2, 2)], tag="value",
        same=[lambda x: x.scatter(1, TWICE, value=2), lambda x: x.clone().scatter_(1, TWICE, 2.0)],
        errors=[lambda: ONES.scatter(1, T([[3]]), 1.0)]),
    # torch has no gradient here; test_in_place has minigrad's
    Row("scatter", lambda x, y: torch.scatter(x, 1, TWICE, y, reduce="add"), [((2, 3), (2, 2))], tag="add",
        constant=(0, 1), orders=0, dtypes=NUMBERS, same=[lambda x, y: x.scatter_add(1, TWICE, y)]),
    Row("scatter", lambda x, y: torch.scatter(x, 1, TWICE, y, reduce="multiply"), [((2, 3), (2, 2))], tag="product",
        constant=(0, 1), orders=0, dtypes=NUMBERS, same=[lambda x, y: x.scatter(1, TWICE, y, reduce="multiply")]),
    Row("scatter", lambda x: torch.scatter(x, 1, TWICE, 3, reduce="multiply"), [(2, 3)], tag="product with a value",
        constant=[0], orders=0, dtypes=NUMBERS, same=[lambda x: x.scatter(1, TWICE, value=3, reduce="multiply")]),
    scattering("scatter_add", lambda x, y: torch.scatter_add(x, 1, TWICE, y), ((2, 3), (2, 2)), ((3, 2), (2, 2)),
        same=[lambda x, y: x.scatter_add(1, TWICE, y), lambda x, y: x.clone().scatter_add_(1, TWICE, y),
              lambda x, y: torch.scatter_add(input=x, dim=-1, index=TWICE, src=y)],
        errors=[lambda: ONES.scatter_add(1, T([[3]]), ONES), lambda: ONES.scatter_add(1, T([[-1]]), ONES),
                lambda: ONES.scatter_add(1, T([1]), ONES), lambda: ONES.scatter_add(1, T([[1, 2]]), ONES[:, :1]),
                lambda: ONES.scatter_add(1, PLACES, ONES.double())],
        own_words=[lambda: ONES.scatter_add(1, T([[1.0]]), ONES)]),
    scattering("scatter_add", lambda x, y: x.scatter_add(0, T([0]), y), ((), (1,)), ((2,), (1,)), tag="one"),
    scattering("scatter_add", lambda x, y: x.scatter_add(0, EMPTY, y), ((3, 2), (0, 2)), tag="none"),
    *[scattering("scatter_reduce", lambda x, y, kind=kind: torch.scatter_reduce(x, 1, TWICE, y, kind),
                 ((2, 3), (2, 2)), ((3, 2), (2, 2)), tag=kind, node=node, dtypes=NUMBERS,
                 at=[([[1.0, 9.0, 3.0], [10.0, 5.0, 6.0]], [[9.0, 9.0], [9.0, 10.0]]),
                     ([[1.0, 2.0, 3.0], [4.0, 0.0, 6.0]], [[0.0, 8.0], [2.0, 10.0]])],
                 same=[lambda x, y, kind=kind: x.scatter_reduce(1, TWICE, y, reduce=kind, include_self=True),
                       lambda x, y, kind=kind: x.clone().scatter_reduce_(1, TWICE, y, kind)],
                 errors=[lambda: ONES.scatter_reduce(1, TWICE, ONES, "add")])
      for kind, node in KINDS.items()],
    *[scattering("scatter_reduce", lambda x, y, kind=kind: x.scatter_reduce(1, TWICE, y, kind, include_self=False),
                 ((2, 3), (2, 2)), tag=f"{kind} without", node=node, dtypes=NUMBERS,
                 at=[([[1.0, 0.0, 3.0], [12.0, 5.0, 6.0]], [[9.0, 9.0], [9.0, 10.0]])])
      for kind, node in KINDS.items()],
    # masks
    Row("masked_fill", lambda x: torch.masked_fill(x, MASK, 2), [(2, 3), (2, 1), (3,), (), (2, 2, 3)],
        same=[lambda x: x.masked_fill(MASK, 2.0), lambda x: torch.masked_fill(input=x, mask=MASK, value=2),
              lambda x: torch.where(MASK, T(2.0).to(x.dtype), x)],
        errors=[lambda: ONES.masked_fill(T([True, False]), 1.0), lambda: ONES.masked_fill(MASK, ONES[0])],
        own_words=[lambda: ONES.masked_fill(PLACES[:, :1], 1.0)]),
    scattering("masked_fill", lambda x, v: x.masked_fill(MASK, v), ((2, 3), ()), ((3,), ()), ((), ()), tag="tensor"),
    Row("masked_fill", lambda x: x.masked_fill(x > 100, 1), EACH, tag="none",
        same=[lambda x: x.clone().masked_fill_(x > 100, 1)]),
    scattering("masked_scatter", lambda x, y: torch.masked_scatter(x, MASK, y),
        ((2, 3), (3,)), ((2, 3), (2, 2)), ((2, 2, 3), (6,)), ((3,), (4,)), ((), (3,)),
        same=[lambda x, y: x.masked_scatter(MASK, y), lambda x, y: torch.masked_scatter(input=x, mask=MASK, source=y)],
        errors=[lambda: ONES.masked_scatter(MASK, ONES[0, :2]), lambda: ONES.masked_scatter(T([True, False]), ONES),
                lambda: ONES.masked_scatter(T([[1, 0, 1]]), ONES)],
        own_words=[lambda: ONES.masked_scatter(MASK, ONES.double())]),
    scattering("masked_scatter", lambda x, y: x.masked_scatter(T(True), y), ((), ()), ((), (2,)), ((2,), (3,)),
        tag="one"),
    scattering("masked_scatter", lambda x, y: x.masked_scatter(NO_MASK, y), ((2, 3), (0,)), ((2, 1), (2, 2)),
        tag="none",
        same=[lambda x, y: x.clone().masked_scatter_(NO_MASK, y)]),
    # anywhere
    scattering("index_put", lambda x, y: torch.index_put(x, PAIR, y),
        ((2, 3), (2,)), ((2, 3), ()), ((2, 3, 2), (2, 2)), ((2, 3, 2), (1, 2)),
        same=[lambda x, y: x.index_put(list(PAIR), y), lambda x, y: x.clone().index_put_(PAIR, y),
              lambda x, y: torch.index_put(input=x, indices=PAIR, values=y, accumulate=False)],
        errors=[lambda: ONES.index_put([T([0])], LONGS), lambda: ONES.index_put([T([0])], T(1.0).double()),
                lambda: ONES.index_put([T([0])], ONES[0, :2]), lambda: ONES.index_put([T([0, 1])], torch.ones(3, 3)),
                lambda: ONES.index_put([T([2])], T([1.0])), lambda: ONES.index_put([T([1.0])], T([1.0])),
                lambda: ONES.index_put((T([0, 1]), T([0, 2, 1])), T([1.0]))],
        own_words=[lambda: ONES.index_put(T([0]), T([1.0])), lambda: ONES.index_put([T([0])], 1.0),
                   lambda: ONES.index_put((0,), T(1.0)), lambda: ONES[0].index_put([T([0]), T([0])], T([1.0]))]),
    scattering("index_put", lambda x, y: x.index_put([MASK], y),
        ((2, 3), (3,)), ((2, 3), (1,)), ((2, 3, 2), (3, 2)), tag="mask"),
    scattering("index_put", lambda x, y: x.index_put([T([0, 0]), T([1, 1])], y, accumulate=True),
        ((2, 3), (2,)), ((2, 3), ()), ((2, 3, 2), (2, 1)), tag="accumulate", node="AddBackward0",
        same=[lambda x, y: x.clone().index_put_((T([0, 0]), T([1, 1])), y, accumulate=True)]),
    scattering("index_put", lambda x, y: x.index_put([T([0, 0])], y), ((2, 3), (2, 3)), tag="twice", constant=[1]),
    scattering("put", lambda x, y: torch.put(x, T([[0, -1]]), y), ((2, 3), (2,)), ((3,), (1, 2)), node="ViewBackward0",
        same=[lambda x, y: x.put(T([[0, -1]]), y), lambda x, y: x.clone().put_(T([0, -1]), y),
              lambda x, y: torch.put(input=x, index=T([0, -1]), source=y, accumulate=False)],
        errors=[lambda: ONES.put(T([6]), T([1.0])), lambda: ONES.put(T([1]), T([1.0, 2.0]))],
        own_words=[lambda: ONES.put(T([1]), T([1])), lambda: ONES.put(T([1.0]), T([1.0]))]),
    scattering("put", lambda x, y: x.put(T([1, 1]), y, accumulate=True), ((2, 3), (2,)), tag="accumulate",
        node="ViewBackward0"),
    scattering("put", lambda x, y: x.put(T(0), y), ((), ()), ((2,), (1,)), tag="one", node="ViewBackward0"),
    # views
    scattering("select_scatter",
        lambda x, y: torch.select_scatter(x, y, -1, 0), ((2, 3), (2,)), ((3,), ()), ((0, 2), (0,)),
        same=[lambda x, y: x.select_scatter(y, -1, -x.shape[-1]),
              lambda x, y: torch.select_scatter(input=x, src=y, dim=-1, index=0)],
        errors=[lambda: ONES.select_scatter(ONES[0], 1, 0), lambda: ONES.select_scatter(ONES[0], 1, 3),
                lambda: T(1.0).select_scatter(T(1.0), 0, 0)]),
    scattering("slice_scatter", lambda x, y: torch.slice_scatter(x, y, 0, 1, 9), ((3, 2), (2, 2)), ((1, 2), (0, 2)),
        same=[lambda x, y: x.slice_scatter(y, start=1),
              lambda x, y: torch.slice_scatter(input=x, src=y, dim=0, start=1, end=None, step=1)],
        errors=[lambda: ONES.slice_scatter(ONES[:1], 0, 0, 2), lambda: ONES.slice_scatter(ONES, 0, 0, 2, 0)]),
    scattering("slice_scatter", lambda x, y: x.slice_scatter(y, -1, -3, None, 2), ((2, 4), (2, 2)), tag="step"),
    scattering("diagonal_scatter",
        lambda x, y: torch.diagonal_scatter(x, y), ((2, 3), (2,)), ((3, 2), (2,)), ((0, 2), (0,)),
        ((2, 2, 3), (3, 2)),
        same=[lambda x, y: x.diagonal_scatter(y),
              lambda x, y: torch.diagonal_scatter(input=x, src=y, offset=0, dim1=0, dim2=1)],
        errors=[lambda: ONES.diagonal_scatter(ONES[0])]),
    scattering("diagonal_scatter", lambda x, y: x.diagonal_scatter(y, -1, -1, 0), ((2, 2, 3), (2, 2)), tag="offset"),
    # counting
    Row("bincount", lambda x: torch.bincount(x.long().abs()), [(4,), (0,)], at=[([0, 2, 2],)], orders=0,
        dtypes=("int64", "uint8"),
        same=[lambda x: torch.bincount(input=x.abs().int(), minlength=0), lambda x: x.long().abs().bincount()],
        errors=[lambda: torch.bincount(T([-1])), lambda: torch.bincount(T([[1]])), lambda: torch.bincount(T(1)),
                lambda: torch.bincount(T([1, 2]), T([1.0])), lambda: torch.bincount(T([1]), minlength=-1),
                lambda: torch.bincount(T([1.0])), lambda: torch.bincount(T([True]))]),
    # torch has no gradient here; test_in_place has minigrad's
    Row("bincount", lambda w: torch.bincount(T([0, 2, 2]), w, minlength=5), [(3,)], tag="weights", constant=[0],
        orders=0, dtypes=("float32", "int64", "int32", "bool"),
        same=[lambda w: torch.bincount(T([0, 2, 2]), weights=w, minlength=5)]),
]  # fmt: skip
