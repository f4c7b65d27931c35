"""Names that torch has and minigrad has not: an AttributeError says so, and where to read how to add them.

They are in `missing.txt`, each below the end of the sentence about it; `scripts/missing_names.py` writes that file.
"""

import os
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn


@cache
def table() -> dict[str, str]:
    """For each missing name ("lgamma", "Tensor.lgamma", "linalg.svd"), the end of the sentence about it."""
    found: dict[str, str] = {}
    heading = ""
    with open(os.path.join(os.path.dirname(__file__), "missing.txt"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    for line in lines:
        if line.startswith("# "):
            heading = line[2:]
        else:
            found |= dict.fromkeys(line.split(), heading)
    return found


def sentence(name: str) -> str:
    """What to say about a name in the table."""
    return f"torch has {name!r}, minigrad has {table()[name]}"


def module_getattr(module: dict[str, Any]) -> Callable[[str], NoReturn]:
    """The `__getattr__` of a module, given its `globals()`. AttributeError: always."""

    def __getattr__(name: str) -> NoReturn:
        home = module["__name__"].partition(".")[2]
        full = f"{home}.{name}" if home else name
        if not name.startswith("_") and full in table():
            raise AttributeError(sentence(full), name=name)
        raise AttributeError(f"module {module['__name__']!r} has no attribute {name!r}{guess(name, module)}", name=name)

    return __getattr__


def guess(name: str, names: Any) -> str:
    """ ". Did you mean: 'sin'?", if there is a name that `name` resembles."""
    if name.startswith("_"):
        return ""
    import difflib

    close = difflib.get_close_matches(name, [n for n in names if not n.startswith("_")], 1)
    return f". Did you mean: {close[0]!r}?" if close else ""


class Missing:
    """Stands in a class for a method that torch has; to look it up is an AttributeError, as if it were not there.

    A `__getattr__` would do the same, but Python 3.11 reads every attribute of a class that has one five times slower.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> NoReturn:
        raise AttributeError(sentence(self.name), name=self.name.partition(".")[2])


def present(self: Any) -> list[str]:
    """`dir(t)` without the names that are only missed."""
    return [name for name in object.__dir__(self) if not isinstance(vars(type(self)).get(name), Missing)]


def mark(owner: type) -> None:
    """Let `owner`, the class Tensor, say which of torch's methods it has not."""
    for name in table():
        home, _, method = name.rpartition(".")
        if home == owner.__name__ and not hasattr(owner, method):
            setattr(owner, method, Missing(name))
    owner.__dir__ = present  # type: ignore[assignment]
