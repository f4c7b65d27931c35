"""What only one assignment can get wrong: a module of MISTAKES for each, beside its module of cases.

The rows are misconceptions (see misconceptions.py); what they need to know stands in the `context` of the cases.
"""

from __future__ import annotations

import importlib
import pkgutil

from grader.inside.misconceptions import Misconception


def of(name: str) -> tuple[Misconception, ...]:
    """The mistakes of the assignment whose modules are called `name`: `engine` for 04_engine; none, if it has none."""
    known = {module.name for module in pkgutil.iter_modules(__path__)}
    return tuple(importlib.import_module(f"{__name__}.{name}").MISTAKES) if name in known else ()


def of_all() -> tuple[Misconception, ...]:
    """The mistakes of all assignments."""
    return tuple(mistake for module in pkgutil.iter_modules(__path__) for mistake in of(module.name))
