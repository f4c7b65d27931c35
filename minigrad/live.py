"""Cells that edit the running engine: `%%build`, `swap` and `reset`.

    %load_ext minigrad          once in a notebook
    %%build engine              first line of a cell: the rest of it becomes part of `minigrad.engine`
    with minigrad.swap("engine.walk", my_walk): ...             for the length of the block
    minigrad.reset()            the engine as it was when it was imported

The difficulty is that others hold what a cell defines: `from .engine import walk` has made a second name for
a function, a table holds it as a third, `Tensor.backward = backward` as a fourth. A new function under the
old name would be seen by none of them. So the old object stays and what is inside it is replaced (`patching`):
a function gets new code, a class new attributes. Everybody who holds it follows, and `isinstance` stays true.

All of this changes what every thread sees, at once and without a lock: it is made for notebooks and tests.
"""

import __future__

import ast
import difflib
import importlib
import linecache
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from . import patching
from .patching import MISSING, PACKAGE, TOOLS, Edit, contents, holders, merge, modules, put, redirect

_pristine: dict[tuple[int, str], tuple[Any, str, Any]] = {}
_assigned: dict[str, dict[str, str]] = {}
_changed: set[str] = set()
_swapped: list[str] = []


def reset() -> None:
    """Undo every edit made by `%%build` and `swap`: the engine is again what it was when it was imported.

    Tensors, graphs and the notebook's own names stay as they are.
    """
    for holder, key, value in reversed(list(_pristine.values())):
        put(holder, key, value)
    for names in (_pristine, _assigned, _changed, _swapped):
        names.clear()


def edited() -> list[str]:
    """What reads otherwise than in the package's files, by a `%%build` or a `swap` that stands: ["engine.walk"]."""
    return sorted(_changed | set(_swapped))


def keep(edit: Edit) -> None:
    """Let `reset` restore what was there before this edit, unless it already knows an earlier value."""
    for holder, key, before, _ in edit.places:
        _pristine.setdefault((id(holder), key), (holder, key, before))


def build(name: str, source: str, filename: str | None = None) -> None:
    """Make `source` part of the module `name` ("engine"), in place, for everybody who uses it.

    Names of the module that `source` does not mention stay, and so do methods that it leaves out of a class.
    A table, counter or other object whose assignment reads as before is kept with what is in it.
    If `source` raises anything, the package is left as it was.
    SyntaxError; ModuleNotFoundError; TypeError: a class with other slots or bases, a class for a function.
    """
    __tracebackhide__ = True
    module = load(name)
    if filename is None:
        filename = f"<build {name} {abs(hash(source)):x}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    cell = Cell(module, source, filename)
    try:
        cell.run()
    except BaseException as error:
        cell.edit.compare()
        cell.edit.undo()
        if isinstance(error, NameError):
            error.add_note(f"This cell runs inside {module.__name__} and does not see your names.")
        raise
    cell.edit.compare()
    keep(cell.edit)
    _assigned[module.__name__] = cell.assigned
    for full, text in definitions(module.__name__, ast.parse(source)).items():
        (_changed.discard if text == written(module).get(full) else _changed.add)(full)


class Cell:
    """One run of a `%%build` cell in the namespace of a module."""

    def __init__(self, module: ModuleType, source: str, filename: str) -> None:
        future = sum(f.compiler_flag for f in vars(module).values() if isinstance(f, __future__._Feature))
        self.names, self.module_name, self.edit = vars(module), module.__name__, Edit()
        self.assigned, self.unchanged = dict(assignments(module)), set[str]()
        self.stand_ins: dict[int, tuple[Any, Any]] = {}
        self.statements = [
            (statement, compile(ast.Module([statement], []), filename, "exec", future, dont_inherit=True))
            for statement in ast.parse(source, filename).body
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        ]

    def run(self) -> None:
        """Execute the statements one by one, so that each finds the old objects under the names before it."""
        __tracebackhide__ = True
        for statement, code in self.statements:
            texts = assigned_texts(statement)
            self.unchanged = {name for name, text in texts.items() if self.assigned.get(name) == text}
            self.assigned |= texts
            before = dict(self.names)
            exec(code, self.names)
            for name in before.keys() & self.names.keys():
                if self.names[name] is not before[name]:
                    self.rebind(name, before[name], self.names[name])
        self.replace_stand_ins()

    def rebind(self, name: str, old: Any, new: Any) -> None:
        """Keep the old object under `name` if it can do what the new one does; else let importers follow."""
        if {type(old), type(new)} == {type, FunctionType} and new.__module__ == self.module_name:
            raise TypeError(
                f"{name} is a {type(old).__name__} in {old.__module__} and a {type(new).__name__} here; "
                "those who use it cannot follow. Nothing was changed. Give it another name."
            )
        kept = merge(self.edit, old, new, self.unchanged)
        if kept is old:
            self.stand_ins[id(new)] = (new, old)
        elif name in self.unchanged and not isinstance(new, patching.PLAIN):
            kept = old  # `RULES = {}` must not empty the table, nor a counter start anew
        self.names[name] = kept
        if kept is new:
            rebind_importers(name, old, new)

    def replace_stand_ins(self) -> None:
        """Where a decorator has put a new function into a table, put the old one that now does its work."""
        for holder in holders():
            for key, value in contents(holder).items():
                kept = self.stand_in(value)
                if kept is not value:
                    put(holder, key, kept)

    def stand_in(self, value: Any) -> Any:
        """The old function in the place of the new one, also inside tuples."""
        if type(value) is tuple:
            kept = tuple(self.stand_in(item) for item in value)
            return value if all(a is b for a, b in zip(value, kept, strict=True)) else kept
        return self.stand_ins.get(id(value), (value, value))[1]


def rebind_importers(name: str, old: Any, new: Any) -> None:
    """Give `new` to the modules that have imported `old` under this name."""
    for module in modules():
        if vars(module).get(name, MISSING) is old and name not in assignments(module):
            setattr(module, name, new)


def assignments(module: ModuleType) -> dict[str, str]:
    """The text that last assigned each name of a module: in its source, or in a cell since."""
    if module.__name__ not in _assigned:
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        texts = [assigned_texts(statement) for statement in tree.body]
        _assigned[module.__name__] = {name: text for each in texts for name, text in each.items()}
    return _assigned[module.__name__]


def assigned_texts(statement: ast.stmt, prefix: str = "") -> dict[str, str]:
    """The text of an assignment under each name it assigns; of a class, those in its body ("Op.known")."""
    if isinstance(statement, ast.ClassDef):
        each = [assigned_texts(inner, f"{prefix}{statement.name}.") for inner in statement.body]
        return {name: text for texts in each for name, text in texts.items()}
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return {}
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    nodes = [node for t in targets for node in (t.elts if isinstance(t, ast.Tuple) else [t])]
    return {prefix + node.id: ast.unparse(statement) for node in nodes if isinstance(node, ast.Name)}


def definitions(module: str, tree: ast.Module) -> dict[str, str]:
    """The text of each definition and assignment, without comments, under its name ("engine.walk")."""
    short, found = module.removeprefix(f"{PACKAGE}."), {}
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            found[f"{short}.{statement.name}"] = ast.unparse(statement)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            found[f"{short}.{ast.unparse(target)}"] = ast.unparse(statement)
    return found


@cache
def written(module: ModuleType) -> dict[str, str]:
    """The definitions in the module's file."""
    return definitions(module.__name__, ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))


def load(name: str) -> ModuleType:
    """The module of that short name; ModuleNotFoundError, with the list of names, if there is none."""
    __tracebackhide__ = True
    package = importlib.import_module(PACKAGE)
    known = {found.name for found in pkgutil.iter_modules(package.__path__, PACKAGE + ".")} - TOOLS
    if f"{PACKAGE}.{name}" not in known:
        names = ", ".join(sorted(full.rpartition(".")[2] for full in known))
        raise ModuleNotFoundError(f"{PACKAGE} has no module {name!r} to build; it has: {names}")
    return importlib.import_module(f"{PACKAGE}.{name}")


def load_ipython_extension(shell: Any) -> None:
    """Register the cell magic `%%build`; called by `%load_ext minigrad`."""

    def magic(line: str, cell: str) -> None:
        """Run the cell inside a module of minigrad, in the place of what it defines: `%%build engine`."""
        __tracebackhide__ = True
        # The name under which IPython shows this cell in tracebacks, with the line numbers of the notebook.
        number = len(shell.history_manager.input_hist_raw) - 1
        filename = shell.compile.cache(f"%%build {line}\n{cell}", number)
        build(line.strip(), "\n" + cell, filename)

    shell.register_magic_function(magic, "cell", "build")


@contextmanager
def swap(target: str, new: Any) -> Iterator[Any]:
    """Use `new` in the place of a definition of minigrad, everywhere it is used, inside a `with` block.

    target: a dotted path inside the package: "engine.walk" (a function), "tensor.Tensor.item" (a method),
        "graph.Op.known.MulBackward0" (an entry of a dict).
    new: for what is called, any callable; it is called with the same arguments.

    `with swap("engine.walk", my_walk) as original:` gives the original, which `my_walk` may call (under its
    own name it would find itself). Whatever happens in the block, the original is back after it. Swaps nest;
    without a block: `stack = contextlib.ExitStack(); stack.enter_context(swap(...))`, later `stack.close()`.
    AttributeError: there is no such definition. TypeError: `new` cannot be called and the target can.
    """
    holder, key, old = find(target)
    if callable(old) and not callable(new):
        raise TypeError(f"{target} is called by the engine; {new!r} in its place cannot be called")
    edit = Edit()
    original = old
    if isinstance(old, FunctionType):
        original = copy_of(old)
        redirect(edit, old, original if new is old else new)
    else:
        put(holder, key, new)
        if any(holder is vars(module) for module in modules()):
            rebind_importers(key, old, new)
        edit.compare()
    keep(edit)
    _swapped.append(target)
    try:
        yield original
    finally:
        if target in _swapped:
            _swapped.remove(target)
        if edit.stands():  # a `reset` or a `%%build` of the same thing inside the block has the last word
            edit.undo()


def find(target: str) -> tuple[Any, str, Any]:
    """The place of a definition, (holder, key), and what is there."""
    name, *path = target.split(".")
    if not path:
        raise AttributeError(f"{target!r} is a module; name something in it, as in 'engine.walk'")
    value: Any = load(name)
    for key in path:
        holder = vars(value) if isinstance(value, ModuleType) else value
        if isinstance(holder, type):
            names = {k: v for cls in reversed(holder.__mro__) for k, v in vars(cls).items()}
        else:
            names = holder if isinstance(holder, dict) else {}
        if key not in names:
            near = difflib.get_close_matches(key, map(str, names))
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise AttributeError(f"{PACKAGE} has no {target!r}: {key!r} is not there{hint}")
        value = names[key]
    return holder, path[-1], value


def copy_of(function: FunctionType) -> FunctionType:
    """Another function that does the same."""
    copy = FunctionType(function.__code__, function.__globals__, function.__name__, (), function.__closure__)
    for field in (*patching.FUNCTION_FIELDS, "__qualname__"):
        setattr(copy, field, getattr(function, field))
    return copy
