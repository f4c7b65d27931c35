"""Rows of the table: reductions, softmax."""

import numpy as np

import minigrad as torch

from .row import EACH, Row

F = torch.nn.functional
INF, NAN = float("inf"), float("nan")
FLOATING = ("float32", "float16")
DIMS = [(2, 3), (2, 3, 2), (0, 2), (2, 0), (1, 1)]
SOLID = [(2, 3), (2, 3, 2), (2, 1), (0, 2)]  # never nothing along dimension 1
ZEROS = [([0.0, 2.0, 3.0],), ([2.0, 0.0, 3.0],), ([0.0, 0.0, 3.0],), ([0.0, 0.0, 0.0],), ([0.0],)]
TIES = [([1.0, 3.0, 3.0, 0.0, 3.0],), ([2.0, 2.0],), ([INF, -INF, INF],)]
TABLES = [([[1.0, 3.0, 3.0], [5.0, 2.0, 5.0]],)]
NANS, NAN_TABLES = [([1.0, NAN, 2.0],), ([NAN, NAN],)], [([[NAN, 3.0, NAN], [1.0, 1.0, 1.0]],)]
LARGE = [([1000.0, 1000.0, 0.0],), ([0.0, -INF, 0.0],), ([-INF, -INF],), ([0.0, INF],), ([-1000.0, -1001.0],)]
NORMS = [([0.0, 0.0],), ([3.0, -4.0, 0.0],), ([2.0, -2.0, 1.0],), ([1e-200, 0.0],)]
ROWS_OF_ZEROS = [([[0.0, 0.0], [3.0, 4.0]],)]


def extreme(name):
    """The rows of `amax` or `amin`. At nan torch's gradient is nan everywhere; minigrad's is that of `max`."""
    f, method = getattr(torch, name), getattr(torch.Tensor, name)
    forward = {"amax": np.max, "amin": np.min}[name]
    return [
        Row(name, f, [(2, 3), (), (1,)], at=TIES,
            same=[lambda a: method(a), lambda a: f(a, ()), lambda a: f(a, dim=None)],
            errors=[lambda: f(torch.zeros(0)), lambda: f(torch.zeros(2, 0), 1), lambda: f(torch.ones(2, 3), 2),
                    lambda: f(torch.ones(2, 3), (0, 0))]),
        Row(name, lambda a: f(a, 1), SOLID, at=TABLES, tag="dim",
            same=[lambda a: method(a, dim=1), lambda a: method(a, axis=1),
                  lambda a: f(input=a, dim=(1,), keepdim=False), lambda a: forward(a, axis=1)]),
        Row(name, lambda a: f(a, (0, -1), True), [(2, 3), (2, 3, 2)], tag="dims",
            same=[lambda a: method(a, (0, -1), keepdim=True), lambda a: method(a, axis=(0, -1), keepdims=True)]),
        Row(name, lambda a: f(a, -1), [()], tag="0-d"),
    ]  # fmt: skip


def chosen(name):
    """The rows of `max` or `min`, in all forms."""
    f, method = getattr(torch, name), getattr(torch.Tensor, name)
    pairwise = {"max": torch.maximum, "min": torch.minimum}[name]
    return [
        Row(name, f, [(2, 3), (), (1,)], at=TIES + NANS, same=[lambda a: method(a)],
            errors=[lambda: f(torch.zeros(0))]),
        Row(name, lambda a: f(a, 1), SOLID, at=TABLES + NAN_TABLES, tag="dim",
            same=[lambda a: method(a, dim=-1 if a.ndim == 2 else 1), lambda a: f(a, dim=1, keepdim=False),
                  lambda a: method(a, axis=1), lambda a: (f(a, 1).values, f(a, 1).indices)],
            errors=[lambda: f(torch.ones(2, 3), 2), lambda: f(torch.zeros(2, 0), 1)]),
        Row(name, lambda a: f(a, 0, True), [(2, 3), (2, 0)], tag="keepdim",
            same=[lambda a: method(a, 0, keepdim=True), lambda a: method(a, axis=0, keepdims=True)]),
        Row(name, lambda a: f(a, 0), [()], tag="0-d"),
        Row(name, lambda a, b: f(a, b), [((2, 3), (3,)), ((), (2,)), ((0,), (1,))], at=[([1.0, 2.0], [1.0, 3.0])],
            tag="pair", same=[lambda a, b: method(a, b), lambda a, b: f(a, other=b), lambda a, b: pairwise(a, b)],
            errors=[lambda: f(torch.ones(2, 3), torch.ones(2, 4))]),
    ]  # fmt: skip


def place(name):
    """The rows of `argmax` or `argmin`."""
    f, method = getattr(torch, name), getattr(torch.Tensor, name)
    choose = {"argmax": torch.max, "argmin": torch.min}[name]
    return [
        Row(name, f, [(2, 3), (), (1,)], at=TIES + NANS, orders=0, same=[lambda a: method(a), lambda a: f(a, dim=None)],
            errors=[lambda: f(torch.zeros(0)), lambda: f(torch.zeros(2, 0), 1), lambda: f(torch.ones(2, 3), 2)]),
        Row(name, lambda a: f(a, 1), SOLID, at=TABLES + NAN_TABLES, tag="dim", orders=0,
            same=[lambda a: method(a, dim=1), lambda a: method(a, axis=1), lambda a: choose(a, 1).indices]),
        Row(name, lambda a: f(a, 1, True), SOLID, tag="keepdim", orders=0,
            same=[lambda a: method(a, 1, keepdim=True), lambda a: method(a, axis=1, keepdims=True)]),
        Row(name, lambda a: f(a, keepdim=True), [(2, 3), ()], tag="all keepdim", orders=0),
        Row(name, lambda a: f(a, 0), [()], tag="0-d", orders=0),
    ]  # fmt: skip


def deviation(name):
    """The rows of `var` or `std`."""
    f, method = getattr(torch, name), getattr(torch.Tensor, name)
    constant = [([2.0, 2.0, 2.0],), ([3.0],), (3.0,), ([INF, 1.0],)]
    return [
        Row(name, f, [(2, 3), (4,)], at=constant,
            same=[lambda a: method(a), lambda a: f(a, True), lambda a: method(a, dim=None),
                  lambda a: f(a, unbiased=True), lambda a: f(a, correction=1)],
            errors=[lambda: f(torch.tensor([1, 2])), lambda: f(torch.ones(2, 3), 2),
                    lambda: f(torch.ones(2, 3), (0, 0))]),
        Row(name, lambda a: f(a, 1), [(2, 3), (2, 3, 2), (0, 2)], at=[([[1.0, 2.0], [3.0, 3.0]],)], tag="dim",
            same=[lambda a: method(a, dim=1), lambda a: method(a, axis=1), lambda a: method(a, 1, True),
                  lambda a: f(a, (1,)), lambda a: f(a, dim=1, unbiased=True, keepdim=False),
                  lambda a: f(input=a, dim=[1], correction=1)]),
        Row(name, lambda a: f(a, 0, False, True), [(2, 3), (3, 2, 1)], tag="biased",
            same=[lambda a: method(a, 0, unbiased=False, keepdim=True),
                  lambda a: method(a, 0, correction=0, keepdim=True),
                  lambda a: f(a, axis=0, unbiased=False, keepdims=True)]),
        Row(name, lambda a: f(a, False), [(2, 3), (1, 2)], tag="biased, of all",
            same=[lambda a: method(a, correction=0)]),
        Row(name, lambda a: f(a, (0, 2), correction=0.5), [(2, 3, 2)], tag="correction"),
    ]  # fmt: skip


def with_mean(name, node):
    """The rows of `var_mean` or `std_mean`."""
    f, first = getattr(torch, name), {"var_mean": torch.var, "std_mean": torch.std}[name]
    return [
        Row(name, f, [(2, 3), (4,)], node=node, same=[lambda a: f(a, True), lambda a: f(a, unbiased=True),
            lambda a: (first(a), a.mean()), lambda a: f(a, correction=1)], errors=[lambda: f(torch.tensor([1, 2]))]),
        Row(name, lambda a: f(a, 1, False, True), [(2, 3), (2, 2, 2)], node=node, tag="dim",
            same=[lambda a: f(a, dim=1, correction=0, keepdim=True),
                  lambda a: f(a, dim=(1,), unbiased=False, keepdim=True)]),
        Row(name, lambda a: f(a, False), [(2, 3)], node=node, tag="biased, of all",
            same=[lambda a: f(a, correction=0)]),
    ]  # fmt: skip


def norm_of(p, **options):
    """The row of `norm` with one p, of all and along a dimension."""
    return [
        Row("norm", lambda a: torch.norm(a, p), [(2, 3), (), (1,)], at=NORMS, tag=f"{p}", dtypes=FLOATING,
            same=[lambda a: a.norm(p), lambda a: a.norm(p=p), lambda a: torch.linalg.vector_norm(a, p),
                  lambda a: torch.linalg.vector_norm(a, ord=p)], **options),
        Row("norm", lambda a: torch.norm(a, p, 1), SOLID, at=ROWS_OF_ZEROS, tag=f"{p} dim", dtypes=FLOATING,
            same=[lambda a: a.norm(p, 1), lambda a: a.norm(p, dim=(1,)),
                  lambda a: torch.linalg.vector_norm(a, p, dim=1)], **options),
    ]  # fmt: skip


def truth(name):
    """The rows of `any` or `all`."""
    f, method = getattr(torch, name), getattr(torch.Tensor, name)
    tables = [([[0, 0, 2], [0, 0, 0], [1, 1, 1]],), ([[True, False], [False, False]],), ([[NAN, 0.0], [1.0, 2.0]],)]
    return [
        Row(name, f, [*EACH, (0, 2)], at=[*tables, ([True, True],), ([0.0, 0.0],)], orders=0,
            same=[lambda a: method(a)]),
        Row(name, lambda a: f(a, 1), DIMS, at=tables, orders=0, tag="dim",
            same=[lambda a: method(a, dim=-1 if a.ndim == 2 else 1), lambda a: f(input=a, dim=1, keepdim=False),
                  lambda a: f(a, (1,))], errors=[lambda: f(torch.ones(2, 3), 2), lambda: f(torch.ones(2, 3), (0, 0))]),
        Row(name, lambda a: f(a, (0, -1), True), [(2, 3, 2), (2, 0)], orders=0, tag="dims",
            same=[lambda a: method(a, (0, -1), keepdim=True)]),
        Row(name, lambda a: f(a, 0), [()], orders=0, tag="0-d"),
        Row(name, lambda a: f(a, ()), [(2, 2)], orders=0, tag="no dims"),
    ]  # fmt: skip


ROWS = [
    Row("sum", torch.sum, [*EACH, (0, 2)],
        same=[lambda a: a.sum(), lambda a: torch.sum(input=a), lambda a: a.sum(()), lambda a: a.sum(dim=None), np.sum],
        errors=[lambda: torch.ones(2, 3).sum(2), lambda: torch.tensor(1.0).sum(1),
                lambda: torch.ones(2, 3).sum((0, 0))]),
    Row("sum", lambda a: torch.sum(a, 1), DIMS, tag="dim",
        same=[lambda a: a.sum(1), lambda a: torch.sum(a, dim=1), lambda a: torch.sum(a, axis=1), lambda a: a.sum([1]),
              lambda a: a.sum(1 - a.ndim), lambda a: np.sum(a, axis=1)]),
    Row("sum", lambda a: torch.sum(a, (0, -1)), [(2, 3, 2), (2, 3), (2, 0)], tag="dims",
        same=[lambda a: a.sum((0, -1)), lambda a: torch.sum(a, dim=[-1, 0])]),
    Row("sum", lambda a: torch.sum(a, -1, True), DIMS, tag="keepdim",
        same=[lambda a: a.sum(-1, True), lambda a: a.sum(-1, keepdim=True), lambda a: a.sum(axis=-1, keepdims=True),
              lambda a: torch.sum(a, dim=(-1,), keepdim=True)]),
    Row("sum", lambda a: torch.sum(a, 0), [()], tag="0-d", node="SumBackward0"),
    Row("sum", lambda a: torch.sum(a, dtype=torch.float64), tag="dtype", same=[lambda a: a.sum(dtype=torch.float64)]),
    # integers: torch 2.15 has another type of error; test_conventions.py
    Row("mean", torch.mean, [*EACH, (0, 2)], dtypes=FLOATING,
        same=[lambda a: a.mean(), lambda a: torch.mean(input=a), np.mean],
        errors=[lambda: torch.ones(2, 3).mean(2), lambda: torch.ones(2, 3).mean((1, 1))]),
    Row("mean", lambda a: torch.mean(a, 0), DIMS, tag="dim", dtypes=FLOATING,
        same=[lambda a: a.mean(0), lambda a: torch.mean(a, dim=0), lambda a: a.mean(axis=0),
              lambda a: a.mean((-a.ndim,))]),
    Row("mean", lambda a: torch.mean(a, (0, -1), True), [(2, 3, 2), (2, 3)], tag="dims", dtypes=FLOATING,
        same=[lambda a: a.mean((0, -1), True), lambda a: a.mean((-1, 0), keepdim=True),
              lambda a: a.mean(axis=(0, -1), keepdims=True)]),
    Row("mean", lambda a: torch.mean(a, 0), [()], tag="0-d", node="MeanBackward0", dtypes=FLOATING),
    Row("mean", lambda a: torch.mean(a, dtype=torch.float64), tag="dtype",
        same=[lambda a: a.mean(dtype=torch.float64)]),
    Row("prod", torch.prod, [*EACH, (2, 0)], at=ZEROS,
        same=[lambda a: a.prod(), lambda a: torch.prod(input=a), np.prod]),
    Row("prod", lambda a: torch.prod(a, 1), DIMS,
        at=[([[0.0, 2.0], [0.0, 0.0]],), ([[2.0, 0.0, 3.0], [1.0, 2.0, 3.0]],)], tag="dim",
        same=[lambda a: a.prod(1), lambda a: torch.prod(a, dim=1), lambda a: a.prod(axis=1),
              lambda a: np.prod(a, axis=1)], errors=[lambda: torch.ones(2, 3).prod(2)]),
    Row("prod", lambda a: torch.prod(a, 0, True), DIMS, tag="keepdim",
        same=[lambda a: a.prod(0, keepdim=True), lambda a: a.prod(axis=0, keepdims=True)]),
    Row("prod", lambda a: torch.prod(a, 0), [()], tag="0-d", node="ProdBackward0"),
    Row("prod", lambda a: torch.prod(a, dtype=torch.float64), tag="dtype",
        same=[lambda a: a.prod(dtype=torch.float64)]),
    Row("nansum", torch.nansum, [*EACH, (0, 2)], at=[([1.0, NAN, 2.0],), ([NAN],), ([INF, NAN],)],
        same=[lambda a: a.nansum(), torch.sum]),
    Row("nansum", lambda a: torch.nansum(a, 1), DIMS, at=[([[NAN, 1.0], [NAN, NAN]],)], tag="dim",
        same=[lambda a: a.nansum(dim=1), lambda a: torch.nansum(input=a, dim=(1,), keepdim=False)]),
    Row("nansum", lambda a: torch.nansum(a, (0, -1), True), [(2, 3, 2)], tag="dims",
        same=[lambda a: a.nansum((0, -1), keepdim=True, dtype=torch.float64)]),
    Row("nanmean", torch.nanmean, [*EACH, (0, 2)], at=[([1.0, NAN, 2.0],), ([NAN],)], same=[lambda a: a.nanmean()],
        errors=[lambda: torch.nanmean(torch.tensor([1, 2])), lambda: torch.nanmean(torch.tensor([True]))]),
    Row("nanmean", lambda a: torch.nanmean(a, 1, True), DIMS, at=[([[NAN, 1.0], [NAN, NAN]],)], tag="dim",
        same=[lambda a: a.nanmean(dim=1, keepdim=True), lambda a: torch.nanmean(a, (1,), True, dtype=torch.float64)]),
    *extreme("amax"), *extreme("amin"), *chosen("max"), *chosen("min"), *place("argmax"), *place("argmin"),
    Row("aminmax", torch.aminmax, [(2, 3), (), (1,)], at=TIES, node="AminBackward0",
        same=[lambda a: a.aminmax(), lambda a: (torch.aminmax(a).min, torch.aminmax(a).max)],
        own_words=[lambda: torch.aminmax(torch.zeros(0)), lambda: torch.aminmax(torch.zeros(0, 2), dim=0)],
        errors=[lambda: torch.aminmax(torch.ones(2, 3), dim=2)]),
    Row("aminmax", lambda a: torch.aminmax(a, dim=1, keepdim=True), SOLID, at=TABLES, node="AminBackward0", tag="dim",
        same=[lambda a: a.aminmax(dim=1, keepdim=True)]),
    *deviation("var"), *deviation("std"), *with_mean("var_mean", "VarBackward0"),
    *with_mean("std_mean", "StdBackward0"),
    *norm_of(2), *norm_of(1), *norm_of(INF), *norm_of(-INF), *norm_of(3), *norm_of(0.5), *norm_of(1.5), *norm_of(-1),
    *norm_of(0),
    Row("norm", torch.norm, [*EACH, (0, 2)], at=NORMS, dtypes=FLOATING,
        same=[lambda a: a.norm(), lambda a: a.norm("fro"), lambda a: torch.norm(input=a, p=2, dim=None, keepdim=False),
              torch.linalg.vector_norm],
        errors=[lambda: torch.norm(torch.tensor([1, 2])), lambda: torch.norm(torch.ones(2, 3), 2, 2),
                lambda: torch.norm(torch.ones(2, 2), "x"), lambda: torch.ones(0).norm(INF),
                lambda: torch.ones(2, 0).norm(-1, 1)]),
    Row("norm", lambda a: torch.norm(a, dim=(0, -1), keepdim=True), [(2, 3), (2, 3, 2)], tag="dims", dtypes=FLOATING,
        same=[lambda a: a.norm("fro", (0, -1), True), lambda a: torch.linalg.vector_norm(a, 2, (0, -1), True)]),
    Row("norm", lambda a: torch.norm(a, 2, dtype=torch.float64), tag="dtype", dtypes=("float32",)),
    Row("linalg.vector_norm", torch.linalg.vector_norm, [*EACH, (0, 2)], at=NORMS, dtypes=FLOATING,
        same=[lambda a: a.norm()],
        errors=[lambda: torch.linalg.vector_norm(torch.tensor([1, 2])),
                lambda: torch.linalg.vector_norm(torch.ones(0), INF),
                lambda: torch.linalg.vector_norm(torch.ones(2, 0), -INF, 1)]),
    Row("linalg.vector_norm", lambda a: torch.linalg.vector_norm(a, 3, dim=(0, 1), keepdim=True), [(2, 3), (2, 3, 2)],
        tag="dims", dtypes=FLOATING,
        same=[lambda a: a.norm(3, (0, 1), True),
              lambda a: torch.linalg.vector_norm(a, ord=3, dim=[1, 0], keepdim=True)]),
    *truth("any"), *truth("all"),
    Row("count_nonzero", torch.count_nonzero, [*EACH, (0, 2)], at=[([0.0, 1.0, NAN],), ([[0, 2], [0, 0]],)], orders=0,
        same=[lambda a: a.count_nonzero(), lambda a: torch.count_nonzero(input=a, dim=None)]),
    Row("count_nonzero", lambda a: torch.count_nonzero(a, 1), DIMS, at=[([[0, 2], [0, 0]],)], orders=0, tag="dim",
        same=[lambda a: a.count_nonzero(dim=1), lambda a: a.count_nonzero((1,))],
        errors=[lambda: torch.count_nonzero(torch.ones(2, 3), 2)]),
    Row("count_nonzero", lambda a: torch.count_nonzero(a, (0, -1)), [(2, 3, 2)], orders=0, tag="dims"),
    Row("softmax", lambda a: torch.softmax(a, -1), [(2, 3), (2, 3, 2), (2, 0), (0, 2), (), (1,)], at=LARGE,
        same=[lambda a: a.softmax(-1), lambda a: torch.softmax(input=a, dim=-1), lambda a: F.softmax(a, -1),
              lambda a: F.softmin(-a, -1)], errors=[lambda: torch.softmax(torch.ones(2, 3), 2)]),
    Row("softmax", lambda a: torch.softmax(a, 0), [(2, 3), (3, 2, 2), (2, 0)], tag="dim",
        same=[lambda a: a.softmax(dim=0)]),
    Row("softmax", lambda a: torch.softmax(a, 0, torch.float64), [(2, 3)], tag="dtype",
        same=[lambda a: a.softmax(0, dtype=torch.float64)]),
    Row("log_softmax", lambda a: torch.log_softmax(a, -1), [(2, 3), (2, 3, 2), (2, 0), (0, 2), (), (1,)], at=LARGE,
        same=[lambda a: a.log_softmax(-1), lambda a: torch.log_softmax(input=a, dim=-1),
              lambda a: F.log_softmax(a, -1)], errors=[lambda: torch.log_softmax(torch.ones(2, 3), 2)]),
    Row("log_softmax", lambda a: torch.log_softmax(a, 0), [(2, 3), (3, 2, 2), (2, 0)], tag="dim",
        same=[lambda a: a.log_softmax(dim=0)]),
    Row("nn.functional.softmax", lambda a: F.softmax(a, dim=1), [(2, 3), (2, 0)], at=[([[1000.0, 1000.0, -INF]],)],
        without=["_stacklevel"], same=[lambda a: a.softmax(1), lambda a: F.softmax(a, 1, dtype=torch.float64)]),
    Row("nn.functional.log_softmax", lambda a: F.log_softmax(a, dim=1), [(2, 3), (2, 0)],
        at=[([[1000.0, 1000.0, -INF]],)], without=["_stacklevel"],
        same=[lambda a: a.log_softmax(1), lambda a: F.log_softmax(a, 1, dtype=torch.float64)]),
    # of bools torch says that they have no minus, with an error whose type differs between versions
    Row("nn.functional.softmin", lambda a: F.softmin(a, dim=1), [(2, 3), (2, 0)], dtypes=FLOATING,
        at=[([[1000.0, 1000.0, INF]],)], without=["_stacklevel"],
        same=[lambda a: (-a).softmax(1), lambda a: F.softmin(a, 1, dtype=torch.float64)]),
    # torch's list of signatures, which is all that can be recorded, calls `dim` "names" here
    Row("logsumexp", lambda a: torch.logsumexp(a, 0), [(2, 3), (2, 0), (0, 2), (), (1,)], at=LARGE, without=["names"],
        same=[lambda a: a.logsumexp(0), lambda a: torch.logsumexp(input=a, dim=0), lambda a: a.logsumexp((0,))],
        errors=[lambda: torch.logsumexp(torch.ones(2, 3), 2), lambda: torch.logsumexp(torch.ones(2, 3), (0, 0))]),
    Row("logsumexp", lambda a: torch.logsumexp(a, (0, -1), True), [(2, 3), (2, 3, 2)], tag="dims", without=["names"],
        same=[lambda a: a.logsumexp((0, -1), keepdim=True), lambda a: a.logsumexp(dim=[-1, 0], keepdim=True)]),
]  # fmt: skip
