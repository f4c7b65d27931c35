"""Rows of the table: arithmetic, comparisons, logic, clamp, where."""

import minigrad as torch

from .row import EACH, PAIRS, Row

ROWS = [
    Row("add", torch.add, PAIRS, same=[lambda a, b: a + b, lambda a, b: a.add(b), lambda a, b: torch.add(input=a, other=b)],
        errors=[lambda: torch.add(torch.ones(2, 3), torch.ones(2, 4))]),
    Row("add", lambda a, b: torch.add(a, b, alpha=3), PAIRS, tag="alpha", same=[lambda a, b: a.add(b, alpha=3)]),
    Row("sign", torch.sign, EACH, at=[([0.0, 2.0, -2.0],)], same=[lambda a: a.sign()]),
]
