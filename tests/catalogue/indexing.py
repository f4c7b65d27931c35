"""Rows of the table: reading by index."""

import minigrad as torch

from .row import EACH, Row

F = torch.nn.functional
T = torch.tensor
INDEX = T([[2, 0, 0], [1, 1, 2]])
MASK = T([[True, False, True], [False, False, True]])
SOME = T([True, False, True])
NONE = torch.zeros(0, dtype=torch.int64)
TWICE = T([2, 0, 2])
ONES = torch.ones(2, 3)
WHOLE = [[0.0, 1.0, -2.0], [3.0, 0.0, 5.0]]


def brackets(call, cases, tag, **more):
    """A row for `x[...]`."""
    return Row("Tensor.__getitem__", call, cases, tag=tag, without=["idx"], **more)


ROWS = [
    brackets(lambda x: x[1], [(2, 3), (2,), (2, 0)], "int",
             same=[lambda x: x[-1] if len(x) == 2 else x[1], lambda x: x[T(1)], lambda x: x[1, ...]],
             errors=[lambda: ONES[5], lambda: ONES[0, -4], lambda: ONES[0, 0, 0], lambda: T(1.0)[0],
                     lambda: ONES[1.5]]),
    brackets(lambda x: x[:, ::2], [(2, 3), (2, 0)], "slice", same=[lambda x: x[..., ::2], lambda x: x[:, T(0)::T(2)]]),
    brackets(lambda x: x[5:], [(2, 3)], "slice of none"),
    brackets(lambda x: x[...], EACH, "all", same=[lambda x: x[()]]),
    brackets(lambda x: x[None, ..., None], EACH, "new dimensions", node="SliceBackward0"),
    brackets(lambda x: x[None], EACH, "new first dimension"),
    brackets(lambda x: x[[0, 2, 0]], [(3, 2), (3,), (3, 0)], "list",
             same=[lambda x: x[T([0, -1, 0])], lambda x: x[[-3, 2, 0], ...]],
             errors=[lambda: ONES[[7]], lambda: ONES[T([1.0])], lambda: ONES[[0, 1], [0, 1, 2]],
                     lambda: ONES[0, 0, [0]],
                     lambda: T(1.0)[[0]], lambda: ONES[[0], [0], [0]]]),
    brackets(lambda x: x[:, [2, 2]], [(2, 3), (2, 3, 2)], "slice and list"),
    brackets(lambda x: x[[0, 1, 1], [2, 0, 0]], [(2, 3), (2, 3, 2)], "lists",
             same=[lambda x: x[T([[0, 1, 1]]), T([[2, 0, 0]])].squeeze(0)]),
    brackets(lambda x: x[[[0], [1]], [2, 0]], [(2, 3)], "lists broadcast"),
    brackets(lambda x: x[[0, 1], :, [1, 0]], [(2, 3, 2)], "lists apart"),
    brackets(lambda x: x[1, :, [1, 0, 0]], [(2, 3, 2)], "int and list", same=[lambda x: x[1][:, [1, 0, 0]]]),
    brackets(lambda x: x[None, [1, 0], ..., 1], [(2, 3, 2)], "list and int", same=[lambda x: x[..., 1][[1, 0]][None]]),
    brackets(lambda x: x[1, None, SOME], [(2, 3, 2)], "int and mask", same=[lambda x: x[1][None, [0, 2]]]),
    brackets(lambda x: x[:, [1, 0], ..., [1, 0]], [(2, 3, 2), (2, 3, 3, 2)], "lists around the rest"),
    brackets(lambda x: x[[]], [(2, 3), (3,)], "empty list", same=[lambda x: x[NONE]]),
    brackets(lambda x: x[MASK], [(2, 3), (2, 3, 2)], "mask",
             same=[lambda x: x[MASK.tolist()], lambda x: x[MASK.nonzero(as_tuple=True)]],
             errors=[lambda: ONES[SOME], lambda: ONES[:, T([True, False])], lambda: ONES[torch.ones(2, 2).bool()],
                     lambda: ONES[..., T([True])], lambda: ONES[torch.ones(2, 3, 1).bool()]]),
    brackets(lambda x: x[:, SOME], [(2, 3), (0, 3)], "mask of a dimension"),
    brackets(lambda x: x[T(True)], EACH, "mask of one", same=[lambda x: x[True]]),
    brackets(lambda x: x[x > 100], EACH, "mask of none", same=[lambda x: x[x < -100]]),
    brackets(lambda x: x.t()[1:][:, [1, 1]], [(2, 3)], "of a view"),
    Row("index_select", lambda x: torch.index_select(x, 1, TWICE), [(2, 3), (0, 3), (2, 3, 2)],
        same=[lambda x: x.index_select(1, TWICE), lambda x: x.index_select(dim=-1 if x.ndim == 2 else 1, index=TWICE),
              lambda x: torch.index_select(input=x, dim=1, index=TWICE.int()), lambda x: x[:, TWICE]],
        errors=[lambda: torch.index_select(T(1.0), 0, T([0, 0])), lambda: ONES.index_select(2, TWICE)],
        own_words=[lambda: ONES.index_select(1, T([3])), lambda: ONES.index_select(1, T([-1])),
                   lambda: ONES.index_select(1, T([1.0])), lambda: ONES.index_select(1, T([[1]])),
                   lambda: ONES.index_select(1, [1])]),
    Row("index_select", lambda x: x.index_select(0, T([0])), [(), (1,)], tag="of one",
        same=[lambda x: x.index_select(-1, T(0))]),
    Row("index_select", lambda x: x.index_select(1, NONE), [(2, 3)], tag="none"),
    Row("take", lambda x: torch.take(x, T([[0, -1], [1, 1]])), [(2, 3), (2,), (2, 1, 3)],
        same=[lambda x: x.take(T([[0, -1], [1, 1]])), lambda x: torch.take(input=x, index=T([[0, -1], [1, 1]])),
              lambda x: x.reshape(-1)[T([[0, -1], [1, 1]])]],
        errors=[lambda: ONES.take(T([6])), lambda: ONES.take(T([-7])), lambda: torch.zeros(0).take(T([0]))],
        own_words=[lambda: ONES.take(T([1.0])), lambda: ONES.take(T([1]).int())]),
    Row("take", lambda x: x.take(T([0, 0])), [(), (1,)], tag="of one"),
    Row("take", lambda x: x.take(T(1)), [(2, 3)], tag="one"),
    Row("take", lambda x: x.take(NONE), EACH, tag="none"),
    Row("take_along_dim", lambda x: torch.take_along_dim(x, INDEX, 1), [(2, 3), (1, 3)],
        same=[lambda x: x.take_along_dim(INDEX, 1), lambda x: torch.take_along_dim(input=x, indices=INDEX - 3, dim=-1)],
        errors=[lambda: torch.take_along_dim(ONES, T([1]), 1),
                lambda: torch.take_along_dim(ONES, T([[0], [1], [1]]), 1),
                lambda: torch.take_along_dim(T(1.0), T(0), 0)],
        own_words=[lambda: torch.take_along_dim(ONES, T([[1.0]]), 1)]),
    Row("take_along_dim", lambda x: torch.take_along_dim(x, T([[1, 0, 0]]), 0), [(2, 3), (2, 1)], tag="broadcast"),
    Row("take_along_dim", lambda x: torch.take_along_dim(x, T([[1, 0], [3, 3]])), [(2, 3), (4,), (2, 1, 2)], tag="all",
        same=[lambda x: x.take_along_dim(indices=T([1, 0, 3, 3]))],
        errors=[lambda: torch.take_along_dim(ONES, T([[6]]))]),
    Row("masked_select", lambda x: torch.masked_select(x, MASK), [(2, 3), (2, 1), (3,), (2, 2, 3), ()],
        same=[lambda x: x.masked_select(MASK), lambda x: torch.masked_select(input=x, mask=MASK),
              lambda x: x.expand(torch.broadcast_tensors(x, MASK)[0].shape)[torch.broadcast_tensors(x, MASK)[1]]],
        errors=[lambda: ONES.masked_select(T([True, False])), lambda: ONES.masked_select(INDEX)]),
    Row("masked_select", lambda x: x.masked_select(x > 100), EACH, tag="none"),
    Row("nonzero", torch.nonzero, EACH, at=[(WHOLE,), (0.0,), ([[True, False]],), ([float("nan"), -0.0],)], orders=0,
        same=[lambda x: x.nonzero(), lambda x: torch.nonzero(input=x, as_tuple=False)]),
    Row("nonzero", lambda x: torch.nonzero(x, as_tuple=True), EACH, at=[(WHOLE,), (0.0,)], tag="as_tuple", orders=0,
        same=[lambda x: x.nonzero(as_tuple=True)]),
    Row("argwhere", torch.argwhere, EACH, at=[(WHOLE,), (0.0,)], orders=0,
        same=[lambda x: x.argwhere(), lambda x: torch.argwhere(input=x)]),
    # torch refuses bools
    Row("isin", lambda x: torch.isin(x, T([1, 2, -3])), EACH, at=[([[1.0, 5.0], [float("nan"), -3.0]],)],
        orders=0, without=["e", "te"], dtypes=("float32", "int64", "int32", "uint8"),
        same=[lambda x: torch.isin(elements=x, test_elements=T([2, -3, 1]), assume_unique=False)]),
    Row("isin", lambda x: torch.isin(x, T([1, 2]), invert=True), EACH, at=[([1.0, 5.0],)], tag="inverted",
        orders=0, without=["e", "te"], dtypes=("int64",), same=[lambda x: ~torch.isin(x, T([1, 2]))]),
    Row("isin", lambda x: torch.isin(x, 2), EACH, at=[([2.0, 5.0],)], tag="number", orders=0,
        without=["e", "te"], dtypes=("int64",)),
    Row("nn.functional.embedding", lambda w: F.embedding(INDEX, w), [(3, 2), (4, 1), (3, 0)],
        same=[lambda w: F.embedding(input=INDEX, weight=w), lambda w: w[INDEX], lambda w: F.embedding(INDEX.int(), w)],
        errors=[lambda: F.embedding(T([2]), ONES), lambda: F.embedding(T([-1]), ONES),
                lambda: F.embedding(T([1]), ONES[0])],
        own_words=[lambda: F.embedding(T([1.0]), ONES)]),
    Row("nn.functional.embedding", lambda w: F.embedding(T(1), w), [(3, 2)], tag="one"),
    Row("nn.functional.embedding", lambda w: F.embedding(NONE, w), [(3, 2), (0, 2)], tag="none"),
    # where INDEX names the row at padding_idx that gets no gradient, which differences do not know
    Row("nn.functional.embedding", lambda w: F.embedding(INDEX, w, padding_idx=-1), [(4, 2)], tag="padding_idx",
        at=[([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],)],
        errors=[lambda: F.embedding(T([1]), ONES, padding_idx=2), lambda: F.embedding(T([1]), ONES, padding_idx=-3)]),
    Row("nn.functional.one_hot", lambda x: F.one_hot(x.long().abs()), [(2, 3), (), (1,)], orders=0,
        at=[([[2, 0], [1, 1]],), (3,)], dtypes=("int64", "int32"),
        same=[lambda x: F.one_hot(tensor=x.long().abs(), num_classes=-1)],
        errors=[lambda: F.one_hot(T([0, 2]), 2), lambda: F.one_hot(T([0, -2])), lambda: F.one_hot(T([0.0])),
                lambda: F.one_hot(T([1]).int()), lambda: F.one_hot(NONE), lambda: F.one_hot(T([0]), 0)]),
    Row("nn.functional.one_hot", lambda x: F.one_hot(x.long().clamp(0, 4), 5), EACH, tag="classes", orders=0,
        dtypes=("int64", "int32")),
]  # fmt: skip
