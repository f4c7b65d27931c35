"""Replacing what is inside functions and classes, and putting it back: the mechanics of `live`.

A *place* is where a value lives: a key of a dict, or an attribute of a class, of a function or of a cell in
its closure. An `Edit` is a list of places with the values before and after. Only objects of this package are
touched.
"""

import builtins
import gc
import sys
import warnings
from collections.abc import Callable, Set
from functools import cache
from types import CellType, CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

PACKAGE = __name__.rpartition(".")[0]
TOOLS = {__name__, f"{PACKAGE}.live", f"{PACKAGE}.troubles"}
MISSING: Any = object()
DESCRIPTION = ("__doc__", "__annotations__", "__dict__")
FUNCTION_FIELDS = ("__code__", "__defaults__", "__kwdefaults__", *DESCRIPTION)
# What every class statement makes afresh; objects that exist already belong to that of the old class.
CLASS_OWN = {"__module__", "__qualname__", "__slots__", "__firstlineno__", "_abc_impl"}
# Values that nothing is kept in: if the same assignment runs again, its new result is as good as the old.
PLAIN = (int, float, complex, str, bytes, tuple, frozenset, type(None))


def look(holder: Any, key: str) -> Any:
    """The value at a place, MISSING if there is none."""
    if isinstance(holder, (FunctionType, CellType)):
        return getattr(holder, key)
    return (vars(holder) if isinstance(holder, type) else holder).get(key, MISSING)


def put(holder: Any, key: str, value: Any) -> None:
    """Set the value at a place, or for MISSING remove it."""
    if isinstance(holder, dict):
        if value is MISSING:
            holder.pop(key, None)
        else:
            holder[key] = value
    elif value is MISSING:
        delattr(holder, key)
    else:
        setattr(holder, key, value)


def contents(holder: Any) -> dict[str, Any]:
    """A copy of what a class or a dict holds."""
    return dict(vars(holder) if isinstance(holder, type) else holder)


def modules() -> list[ModuleType]:
    """The package's modules that are loaded, without the tools that edit them."""
    inside = [name for name in list(sys.modules) if name == PACKAGE or name.startswith(PACKAGE + ".")]
    return [sys.modules[name] for name in inside if name not in TOOLS]


def is_ours(cls: type) -> bool:
    """Whether a class was defined by the package."""
    return cls.__module__ == PACKAGE or cls.__module__.startswith(PACKAGE + ".")


def holders() -> list[Any]:
    """Every dict and class in which the package keeps names, methods, table entries or attributes."""
    ours: Callable[[type], bool] = cache(is_ours)  # asked for every value in the package, of a few hundred classes
    found: dict[int, Any] = {}
    todo: list[Any] = [vars(module) for module in modules()]
    while todo:
        holder = todo.pop()
        if id(holder) in found or holder is vars(builtins):
            continue
        found[id(holder)] = holder
        for value in contents(holder).values():
            if isinstance(value, dict) or (isinstance(value, type) and ours(value)):
                todo.append(value)
            elif ours(type(value)) and type(value).__dictoffset__:
                todo.append(vars(value))
    return list(found.values())


class Edit:
    """What one cell or one swap changes: (holder, key, value before, value after) of every place."""

    def __init__(self) -> None:
        self.places: list[tuple[Any, str, Any, Any]] = []
        self.snapshot = [(holder, contents(holder)) for holder in holders()]

    def set(self, holder: Any, key: str, value: Any) -> None:
        """Change one place of a function or closure and remember it."""
        self.places.append((holder, key, look(holder, key), value))
        put(holder, key, value)

    def compare(self) -> None:
        """Remember every change in the package's dicts and classes since this edit began."""
        for holder, before in self.snapshot:
            after = contents(holder)
            for key in before.keys() | after.keys():
                old, new = before.get(key, MISSING), after.get(key, MISSING)
                if old is not new:
                    self.places.append((holder, key, old, new))

    def undo(self) -> None:
        """Put every value back."""
        for holder, key, before, _ in reversed(self.places):
            put(holder, key, before)

    def stands(self) -> bool:
        """Whether all its values are still where it put them."""
        return all(look(holder, key) is after for holder, key, _, after in self.places)


def merge(edit: Edit, old: Any, new: Any, unchanged: Set[str] = frozenset()) -> Any:
    """The object that shall stand for `new`: `old`, made to do what `new` does, where that can be.

    unchanged: the qualified names of class attributes whose assignment in the class body reads as before.
    """
    if old is new:
        return old
    if isinstance(old, (staticmethod, classmethod)) and type(old) is type(new):
        return old if merge(edit, old.__func__, new.__func__) is old.__func__ else new
    both = [kind for kind in (FunctionType, type) if isinstance(old, kind) and isinstance(new, kind)]
    if not both or old.__qualname__ != new.__qualname__:
        return new
    if both == [FunctionType]:
        update_function(edit, old, new)
    else:
        update_class(edit, old, new, unchanged)
    return old


def update_function(edit: Edit, old: FunctionType, new: FunctionType) -> None:
    """Make `old` do what `new` does: its code, its defaults, and the values that its closure has caught."""
    free = new.__code__.co_freevars
    if new.__globals__ is old.__globals__ and free == old.__code__.co_freevars:
        update_inner_functions(edit, old.__code__, new.__code__)
        for name, cell, caught in zip(free, old.__closure__ or (), new.__closure__ or (), strict=True):
            if name != "__class__":
                edit.set(cell, "cell_contents", caught.cell_contents)
        for field in FUNCTION_FIELDS:
            edit.set(old, field, getattr(new, field))
    else:
        redirect(edit, old, new)
        for field in DESCRIPTION:
            edit.set(old, field, getattr(new, field))


def _call(*args: Any, __new: Any, **kwargs: Any) -> Any:
    return __new(*args, **kwargs)


def redirect(edit: Edit, old: FunctionType, new: Any) -> None:
    """Make `old` a function that calls `new`."""
    edit.set(old, "__code__", _call.__code__.replace(co_freevars=old.__code__.co_freevars))
    edit.set(old, "__defaults__", None)
    edit.set(old, "__kwdefaults__", {"__new": new})


def update_inner_functions(edit: Edit, old: CodeType, new: CodeType) -> None:
    """Give new code to the functions that calls of `old` have made, as far as their closures fit it."""
    olds, news = inner_codes(old), inner_codes(new)
    if old == new or not olds:
        return
    twins: dict[int, CodeType | None] = {}
    for name, codes in olds.items():
        others = news.get(name, [])
        fit = [c.co_freevars for c in codes] == [c.co_freevars for c in others]
        twins |= {id(code): others[i] if fit else None for i, code in enumerate(codes)}
    for function in gc.get_referrers(*(code for codes in olds.values() for code in codes)):
        if isinstance(function, FunctionType) and id(function.__code__) in twins:
            twin = twins[id(function.__code__)]
            if twin:
                edit.set(function, "__code__", twin)
                continue
            warnings.warn(
                f"a function that {old.co_qualname} made keeps its old code: the inner functions "
                "now use other variables; make that function again, or restart the kernel",
                stacklevel=2,
            )


def inner_codes(code: CodeType) -> dict[str, list[CodeType]]:
    """The code objects inside a code object, at every depth, by qualified name."""
    found: dict[str, list[CodeType]] = {}
    todo = [code]
    while todo:
        for inner in todo.pop().co_consts:
            if isinstance(inner, CodeType):
                found.setdefault(inner.co_qualname, []).append(inner)
                todo.append(inner)
    return found


def update_class(edit: Edit, old: type, new: type, unchanged: Set[str]) -> None:
    """Copy what `new` defines into `old`; nothing is deleted, so that attached methods stay.

    TypeError: `new` has other slots, bases or another metaclass, which existing objects could not follow.
    """
    refuse_other_layout(old, new)
    for cell in gc.get_referrers(new):
        if isinstance(cell, CellType):  # the `__class__` of its methods' `super()`
            cell.cell_contents = old
    for name, value in contents(new).items():
        if name in CLASS_OWN or isinstance(value, (MemberDescriptorType, GetSetDescriptorType)):
            continue
        before = vars(old).get(name, MISSING)
        kept = merge(edit, before, value, unchanged)
        if kept is value and f"{old.__qualname__}.{name}" in unchanged and not isinstance(value, PLAIN):
            kept = before
        if kept is not before:
            setattr(old, name, kept)


def refuse_other_layout(old: type, new: type) -> None:
    """TypeError if objects of the class `old` could not become objects of the class `new`."""
    for what, before, after in (
        ("__slots__", slots(old), slots(new)),
        ("the bases", [base.__name__ for base in old.__bases__], [base.__name__ for base in new.__bases__]),
        ("the metaclass", type(old).__name__, type(new).__name__),
    ):
        if before != after:
            raise TypeError(
                f"class {old.__name__}: {what} changed from {before} to {after}, but there are objects of it "
                "already, and they cannot change their layout. Nothing was changed. "
                f"Keep {what} as before, or give the new class another name."
            )


def slots(cls: type) -> list[str] | None:
    """The slots that a class declares, None if it declares none."""
    declared = vars(cls).get("__slots__")
    return [declared] if isinstance(declared, str) else None if declared is None else list(declared)
