"""Holes: the definitions an assignment asks for are closed off while the student's answer runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any


def message(name: str) -> str:
    """What calling a hole says. The graded copy of the package raises the same words."""
    return f"minigrad.{name} is not there while your answer is checked: it is what is asked, or a way around it."


def hole(name: str) -> Callable[..., Any]:
    """A function that stands where `name` was."""

    def missing(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(message(name))

    return missing


@contextmanager
def live(holes: Iterable[str], uses: dict[str, Any]) -> Iterator[None]:
    """Open the holes and put the student's functions in their places; everything is restored on the way out."""
    with ExitStack() as stack:
        for name in holes:
            if name not in uses:
                stack.enter_context(_open(name))
        for name, new in uses.items():
            stack.enter_context(_fill(name, new))
        yield


def _open(name: str) -> AbstractContextManager[Any]:
    from minigrad.live import swap

    op = _operation(name)
    if op is None:
        return swap(name, hole(name))
    missing = [hole(name) for _ in op.rules]
    for stand_in, rule in zip(missing, op.rules, strict=True):
        stand_in.__signature__ = inspect.signature(rule)  # type: ignore[attr-defined]  # says what is saved
    return _rules(op, tuple(missing))


def _fill(name: str, new: Any) -> AbstractContextManager[Any]:
    from minigrad.live import swap

    op = _operation(name)
    return swap(name, new) if op is None else _rules(op, new if isinstance(new, tuple) else (new,))


def _operation(name: str) -> Any:
    """The differentiable operation of this name, None if it is anything else. LookupError: it has no rules."""
    from minigrad.graph import Op, VariadicOp
    from minigrad.live import find

    value = find(name)[2]
    if isinstance(value, Op) and type(value) not in (Op, VariadicOp):
        raise LookupError(f"hole {name}: it has no rules; name {type(value).__name__}.gradients in their place")
    return value if isinstance(value, Op) else None


@contextmanager
def _rules(op: Any, rules: tuple) -> Iterator[None]:
    """Other rules for an operation, for a while: defining an operation again changes it everywhere."""
    if len(rules) != len(op.rules):
        raise TypeError(f"{op} has {len(op.rules)} inputs and needs as many rules, got {len(rules)}")
    from minigrad.graph import VariadicOp

    before = dict(vars(op))
    if isinstance(op, VariadicOp):  # its first parameter, `i`, is its own
        type(op).__init__(op, op.name, rules[0], op.params[1:])
    else:
        type(op).__init__(op, op.name, *rules, params=op.params, frees=op.frees)
    try:
        yield
    finally:
        vars(op).clear()
        vars(op).update(before)
