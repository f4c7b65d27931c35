"""Rows of the table: logarithms, exponentials, roots, trigonometry, rounding, the error and the gamma function."""

from math import inf, nan

import minigrad as torch

from .row import DTYPES, Row

FEW = [(2, 3), (), (0,)]
ZERO_TO_INF = [([0.0, -0.0, 4.0, 1e-300, -1.0, inf, nan],)]
LARGE = [([0.0, 1.0, 1000.0, -1000.0, inf, -inf, nan],)]
ROUNDED = [([0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -1.5, 3.0, -3.0, 2.0**52 + 1, inf, -inf, nan],)]
WITHIN_1 = [([0.0, 1.0, -1.0, 0.5, 2.0, nan],)]
WHOLE = [lambda a: a.round(), lambda a: torch.round(input=a), lambda a: torch.round(a, decimals=0)]

ROWS = [
    Row("exp", torch.exp, FEW, at=LARGE, same=[lambda a: a.exp(), lambda a: torch.exp(input=a)]),
    Row("exp2", torch.exp2, FEW, at=[([0.0, 3.0, -2000.0, 2000.0],)], same=[lambda a: a.exp2()]),
    Row("expm1", torch.expm1, FEW, at=[([0.0, 1e-20, 1000.0, -1000.0],)], same=[lambda a: a.expm1()]),
    Row("log", torch.log, FEW, ZERO_TO_INF, ["positive"], same=[lambda a: a.log(), lambda a: torch.log(input=a)]),
    Row("log2", torch.log2, FEW, ZERO_TO_INF, ["positive"], same=[lambda a: a.log2()]),
    Row("log10", torch.log10, FEW, ZERO_TO_INF, ["positive"], same=[lambda a: a.log10()]),
    Row("log1p", torch.log1p, FEW, [([0.0, -1.0, -2.0, 1e-20, inf],)], same=[lambda a: a.log1p()]),
    Row("sqrt", torch.sqrt, FEW, ZERO_TO_INF, ["positive"], same=[lambda a: a.sqrt(), lambda a: torch.sqrt(input=a)]),
    Row("rsqrt", torch.rsqrt, FEW, [([0.0, 4.0, -1.0, inf, nan],)], ["positive"], same=[lambda a: a.rsqrt()]),
    Row("reciprocal", torch.reciprocal, FEW, at=[([0.0, -0.0, 2.0, inf, nan],)], same=[lambda a: a.reciprocal()]),
    Row("sin", torch.sin, FEW, at=[([0.0, 1000.0, inf, nan],)], same=[lambda a: a.sin(), lambda a: torch.sin(input=a)]),
    Row("cos", torch.cos, FEW, at=[([0.0, 1000.0, inf, nan],)], same=[lambda a: a.cos(), lambda a: torch.cos(input=a)]),
    Row("tan", torch.tan, FEW, at=[([0.0, 1.5, 1000.0, inf, nan],)], same=[lambda a: a.tan()]),
    Row("asin", torch.asin, FEW, WITHIN_1, ["unit"], same=[lambda a: a.asin()]),
    Row("arcsin", torch.arcsin, FEW, domains=["unit"], same=[lambda a: a.arcsin()]),
    Row("acos", torch.acos, FEW, WITHIN_1, ["unit"], same=[lambda a: a.acos()]),
    Row("arccos", torch.arccos, FEW, domains=["unit"], same=[lambda a: a.arccos()]),
    Row("atan", torch.atan, FEW, at=LARGE, same=[lambda a: a.atan()]),
    Row("arctan", torch.arctan, FEW, same=[lambda a: a.arctan()]),
    Row("sinh", torch.sinh, FEW, at=LARGE, same=[lambda a: a.sinh()]),
    Row("cosh", torch.cosh, FEW, at=LARGE, same=[lambda a: a.cosh()]),
    Row("tanh", torch.tanh, FEW, at=LARGE, same=[lambda a: a.tanh(), lambda a: torch.tanh(input=a)]),
    Row("nn.functional.tanh", torch.nn.functional.tanh, FEW),
    Row("asinh", torch.asinh, FEW, at=LARGE, same=[lambda a: a.asinh()]),
    Row("arcsinh", torch.arcsinh, FEW, same=[lambda a: a.arcsinh()]),
    Row("acosh", torch.acosh, FEW, [([1.0, 0.5, 2.0, 1000.0, inf],)], ["above 1"], same=[lambda a: a.acosh()]),
    Row("arccosh", torch.arccosh, FEW, domains=["above 1"], same=[lambda a: a.arccosh()]),
    Row("atanh", torch.atanh, FEW, WITHIN_1, ["unit"], same=[lambda a: a.atanh()]),
    Row("arctanh", torch.arctanh, FEW, domains=["unit"], same=[lambda a: a.arctanh()]),
    Row("abs", torch.abs, FEW, at=[([0.0, -0.0, 2.0, -2.0, -inf],)],
        same=[lambda a: a.abs(), abs, lambda a: torch.abs(input=a)]),
    Row("absolute", torch.absolute, FEW, at=[([0.0, -2.0],)], same=[lambda a: a.absolute()]),
    # bools: an error whose type changed from torch 2.13 to 2.15, in test_conventions.py
    Row("neg", torch.neg, FEW, at=[([0.0, inf],)], same=[lambda a: -a, lambda a: a.neg(), lambda a: torch.neg(input=a)],
        dtypes=DTYPES[:-1]),
    Row("negative", torch.negative, FEW, same=[lambda a: a.negative()], dtypes=DTYPES[:-1]),
    Row("floor", torch.floor, FEW, at=ROUNDED, same=[lambda a: a.floor()]),
    Row("ceil", torch.ceil, FEW, at=ROUNDED, same=[lambda a: a.ceil()]),
    Row("trunc", torch.trunc, FEW, at=ROUNDED, same=[lambda a: a.trunc()]),
    Row("fix", torch.fix, FEW, at=ROUNDED, same=[lambda a: a.fix()]),
    Row("round", torch.round, FEW, at=ROUNDED, same=WHOLE),
    Row("round", lambda a: torch.round(a, decimals=1), FEW, [([0.25, 0.35, -0.25, 1.0, 12.34, inf, nan],)],
        tag="decimals", same=[lambda a: a.round(decimals=1)]),
    Row("round", lambda a: torch.round(a, decimals=-2), FEW, [([50.0, 150.0, -151.0, 1.0],)], tag="hundreds"),
    Row("frac", torch.frac, FEW, at=ROUNDED, same=[lambda a: a.frac()]),
    Row("erf", torch.erf, FEW, at=LARGE, same=[lambda a: a.erf()]),
    Row("erfc", torch.erfc, FEW, at=LARGE, same=[lambda a: a.erfc()]),
    Row("sinc", torch.sinc, FEW, at=[([0.0, -0.0, 1.0, -1.0, 0.5, 1e-5, inf, nan],)], same=[lambda a: a.sinc()]),
    Row("lgamma", torch.lgamma, FEW,
        [([0.0, -0.0, 1.0, 2.0, -1.0, -1.5, -20.25, 0.5, 170.0, 1e300, 1e306, inf, -inf, nan],)], ["positive"],
        same=[lambda a: a.lgamma()]),
    # its own derivative at 0 and at negative integers is that of torch's series there, a huge number: left out
    Row("digamma", torch.digamma, FEW, [([1.0, 2.0, 0.5, -1.5, -20.25, 1000.0],)], ["positive"], node="WhereBackward0",
        same=[lambda a: a.digamma()]),
    Row("digamma", lambda a: torch.digamma(a.detach()), at=[([0.0, -0.0, -1.0, -2.0, inf, -inf, nan],)], tag="poles",
        domains=["positive"], orders=0),
    Row("logit", torch.logit, FEW, [([0.0, 1.0, 0.5, -0.5, 1.5, nan],)], ["probability"],
        same=[lambda a: a.logit(), lambda a: torch.logit(a, eps=None)]),
    Row("logit", lambda a: torch.logit(a, 0.45), FEW, [([0.0, 1.0, 0.5, -0.5, 1.5, 0.45],)], ["probability"], tag="eps",
        same=[lambda a: a.logit(eps=0.45), lambda a: torch.logit(a, eps=0.45)]),
    Row("deg2rad", torch.deg2rad, FEW, at=[([180.0, -90.0],)], same=[lambda a: a.deg2rad()]),
    Row("rad2deg", torch.rad2deg, FEW, at=[([1.0, -2.0],)], same=[lambda a: a.rad2deg()]),
]  # fmt: skip
