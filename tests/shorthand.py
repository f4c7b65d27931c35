"""Short names that several test files use."""

from collections.abc import Callable
from typing import Any

import pytest

import minigrad as torch


def leaf(*values: Any, dtype: Any = None) -> torch.Tensor:
    """A vector, or rows of a matrix, that needs a gradient."""
    return torch.tensor(list(values), dtype=dtype or torch.float32, requires_grad=True)


def lists(result: Any) -> Any:
    """Tensors, and tuples of them, as nested lists that can be compared."""
    if isinstance(result, torch.Tensor):
        return result.tolist()
    return [lists(r) for r in result] if isinstance(result, (tuple, list)) else result


def named(table: dict[str, tuple]) -> list[Any]:
    """The rows of a table as parameters of a test, under their names."""
    return [pytest.param(*row, id=name) for name, row in table.items()]


def refused(call: Callable, *words: str, error: type = RuntimeError) -> None:
    """`call` raises exactly this kind of error, and its message has all the words."""
    with pytest.raises(error) as caught:
        call()
    assert caught.type is error
    for part in words:
        assert part in str(caught.value), f"{part!r} is not in {str(caught.value)!r}"
