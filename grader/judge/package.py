"""The packages that a graded kernel imports: minigrad with the holes cut out, and `grader.inside` without answers.

A hole is cut in the source: the body of the definition is gone, and in its place stands a line that raises. Names
are those of `minigrad.swap`: "engine.walk", "tensor.Tensor.item", "elementwise.RULES.mul" (an entry of a dict), and
"elementwise.EXP", an operation: its forward stays, its rules raise. A rule that has a name of its own is another
definition, and a hole of its own where it is a way around: "ordering.CUMPROD" and "ordering.running_product".
"""

from __future__ import annotations

import ast
import compileall
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import grader
import minigrad
from grader.inside import holes as inside_holes

# which arguments are rules where an operation is defined
RULES_IN = {"Op": slice(1, None), "VariadicOp": slice(1, 2), "CopySlices": slice(0)}
INSIDE = tuple(
    f"{name}.py" for name in "__init__ answers cells checking confinement holes kernel limits own warm".split()
)


@lru_cache
def template(holes: tuple[str, ...]) -> Path:
    """A folder with both packages, made once per set of holes; `copy_to` gives each notebook its own."""
    folder = tempfile.TemporaryDirectory(prefix="minigrad-")
    _keep.append(folder)
    root = Path(folder.name)
    shutil.copytree(_folder_of(minigrad), root / "minigrad", ignore=shutil.ignore_patterns("__pycache__"))
    for name in holes:
        module, *path = name.split(".")
        file = root / "minigrad" / f"{module}.py"
        file.write_text(cut(file.read_text(encoding="utf-8"), path, name), encoding="utf-8")
    source, target = _folder_of(grader), root / "grader"
    (target / "inside").mkdir(parents=True)
    shutil.copy(source / "__init__.py", target)
    for file_name in INSIDE:
        shutil.copy(source / "inside" / file_name, target / "inside")
    compileall.compile_dir(root, quiet=1)
    return root


_keep: list[tempfile.TemporaryDirectory] = []  # removed when the process ends


def _folder_of(package: object) -> Path:
    return Path(str(package.__file__)).parent  # type: ignore[attr-defined]


def copy_to(folder: Path, holes: tuple[str, ...]) -> None:
    """Put both packages into a notebook's work folder."""
    shutil.copytree(template(holes), folder, dirs_exist_ok=True)


def cut(source: str, path: list[str], name: str) -> str:
    """The module's source without the definition at `path`. LookupError: there is no such definition in it."""
    target: ast.Module | ast.stmt | ast.expr = ast.parse(source)
    for key in path:
        target = _step(target, key, name)
    edits = sorted(_edits(target, name), reverse=True)
    if not edits:
        raise LookupError(f"hole {name}: there is nothing to cut out")
    text = source.encode()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for (first, column), (last, end_column), new in edits:
        text = text[: starts[first - 1] + column] + new.encode() + text[starts[last - 1] + end_column :]
    return text.decode()


def _step(node: ast.AST, key: str, name: str) -> ast.stmt | ast.expr:
    """The definition called `key` directly inside a module, a class or a dict."""
    if isinstance(node, ast.Dict):
        for entry, value in zip(node.keys, node.values, strict=True):
            if isinstance(entry, ast.Constant) and entry.value == key:
                return value
    for statement in getattr(node, "body", ()) if not isinstance(node, ast.Dict) else ():
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)) and statement.name == key:
            return statement
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(target, ast.Name) and target.id == key for target in targets):
                return statement.value
    raise LookupError(f"hole {name}: there is no definition of {key!r} at that place in the source")


Edit = tuple[tuple[int, int], tuple[int, int], str]


def _edits(node: ast.Module | ast.stmt | ast.expr, name: str) -> list[Edit]:
    """What to replace by what so that nothing of the definition is left but its name, parameters and docstring."""
    error = f"NotImplementedError({inside_holes.message(name)!r})"
    if isinstance(node, ast.FunctionDef):
        body = node.body
        documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        first = body[1] if documented and len(body) > 1 else body[0]
        if documented and len(body) == 1:
            return []
        return [(_start(first), _end(body[-1]), f"raise {error}")]
    if isinstance(node, ast.ClassDef):
        return [edit for method in node.body if isinstance(method, ast.FunctionDef) for edit in _edits(method, name)]
    assert isinstance(node, ast.expr)
    throw = f"(_ for _ in ()).throw({error})"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RULES_IN:
        return [edit for rule in node.args[RULES_IN[node.func.id]] for edit in _edits_of_rule(rule, throw)]
    rules = list(_outermost_lambdas(node))
    if rules:
        return [(_start(rule.body), _end(rule.body), throw) for rule in rules]
    return [(_start(node), _end(node), f"lambda *args, **kwargs: {throw}")]


def _edits_of_rule(rule: ast.expr, throw: str) -> list[Edit]:
    """A rule, or several with a star, that reads what it did, so that a forward saves the same, and raises."""
    if isinstance(rule, ast.Lambda):
        return [(_start(rule.body), _end(rule.body), throw)]
    before, after = "__import__('functools').wraps(", f")(lambda *args: {throw})"
    if isinstance(rule, ast.Starred):
        rule, before, after = rule.value, f"[{before}rule{after} for rule in ", "]"
    return [(_start(rule), _start(rule), before), (_end(rule), _end(rule), after)]


def _outermost_lambdas(node: ast.AST) -> Iterator[ast.Lambda]:
    if isinstance(node, ast.Lambda):
        yield node
    else:
        for part in ast.iter_child_nodes(node):
            yield from _outermost_lambdas(part)


def _start(node: ast.stmt | ast.expr) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", None)
    return decorators[0].lineno if decorators else node.lineno, node.col_offset


def _end(node: ast.stmt | ast.expr) -> tuple[int, int]:
    assert node.end_lineno is not None and node.end_col_offset is not None  # ast.parse always knows
    return node.end_lineno, node.end_col_offset
