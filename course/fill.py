"""Fill the building cells of the chapters from the package's source.

    python -m course.fill                 rewrite the chapters' building cells, in place, outputs stripped
    python -m course.fill --check         change nothing; exit 1 and name the cells that differ
    python -m course.fill --names engine  what can be shown of a module, and which cell shows it

A chapter shows the package's own code. A code cell that does so has in its metadata which pieces it shows,

    {"minigrad": {"builds": ["engine.walk", "engine.add_to"]}}

and may be left empty: this script writes `%%build engine` and the pieces, in this order, into it. A piece is
one statement at the left margin of a module, with its decorators and the comment lines right above it:

    "engine.walk"                 a function or class, whole
    "elementwise.MUL"             an assignment, under any name that it assigns
    "engine.Tensor.backward"      an assignment that gives a class a method
    "elementwise.ADD..CLONE"      all statements from one name to another
    "elementwise.*"               all that no other cell of the course shows: for the appendix
    "graph.for name, f in OPS"    any other statement, by its first line without the colon

The docstring of a module, its imports, `__all__` and `if TYPE_CHECKING:` are not shown. A module belongs to
the chapter that its docstring begins with ("Chapter 4, ..."): once that chapter's notebook exists, each piece
of the module must be shown exactly once in the course.
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import nbformat
import typer

COURSE = Path(__file__).parent
PACKAGE = COURSE.parent / "minigrad"


class UnknownPieceError(Exception):
    """A cell's metadata names something that the package does not have."""


@dataclass
class Module:
    """A module's source, cut into pieces: (names, first line, line after the last), in order."""

    name: str
    lines: list[str]
    pieces: list[tuple[list[str], int, int]]
    chapter: int | None

    def find(self, name: str) -> list[int]:
        """The numbers of the pieces that a name from a cell's metadata means; `*` is not handled here."""
        first, _, last = name.partition("..")
        found = [i for i, (names, _, _) in enumerate(self.pieces) if first in names]
        ends = [i for i, (names, _, _) in enumerate(self.pieces) if (last or first) in names]
        if not found or not ends or ends[-1] < found[0]:
            raise UnknownPieceError(
                f"minigrad/{self.name}.py has no piece {name!r}; for a list: "
                f"python -m course.fill --names {self.name}"
            )
        return list(range(found[0], ends[-1] + 1)) if last else found

    def text(self, numbers: list[int]) -> str:
        """The source of these pieces: neighbours as they stand in the file, others set apart as in a file."""
        runs: list[list[int]] = []
        for n in numbers:
            if runs and n == runs[-1][-1] + 1:
                runs[-1].append(n)
            else:
                runs.append([n])
        text = ""
        for run in runs:
            block = "\n".join(self.lines[self.pieces[run[0]][1] : self.pieces[run[-1]][2]])
            definitions = re.search(r"^(def|class) ", text + "\n" + block, re.MULTILINE)
            text += ("\n\n\n" if definitions else "\n") + block if text else block
        return text


@cache
def read_module(name: str) -> Module:
    """The pieces of minigrad/`name`.py."""
    path = PACKAGE / f"{name}.py"
    if not path.is_file():
        raise UnknownPieceError(f"minigrad has no module {name!r}")
    source = path.read_text(encoding="utf-8")
    tree, lines = ast.parse(source), source.splitlines()
    pieces = []
    for statement in tree.body:
        names = piece_names(statement, lines)
        if names:
            start = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))]) - 1
            while start and lines[start - 1].startswith("#"):
                start -= 1
            pieces.append((names, start, statement.end_lineno or start))
    chapter = re.match(r"Chapter (\d+)", ast.get_docstring(tree) or "")
    return Module(name, lines, pieces, int(chapter[1]) if chapter else None)


def piece_names(statement: ast.stmt, lines: list[str]) -> list[str]:
    """The names of a statement; none if it is not shown in the course."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        nodes = [node for t in targets for node in (t.elts if isinstance(t, ast.Tuple) else [t])]
        names = [ast.unparse(node) for node in nodes]
        return [] if names == ["__all__"] else names
    docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    for_types = isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING"
    if docstring or for_types or isinstance(statement, (ast.Import, ast.ImportFrom)):
        return []
    return [lines[statement.lineno - 1].rstrip(":")]


def chapters() -> list[Path]:
    """The notebooks of the course, in order."""
    return sorted(COURSE.glob("[0-9][0-9]_*.ipynb"))


def builds(cell: nbformat.NotebookNode) -> list[str]:
    """The pieces that a cell shows, as its metadata names them."""
    return cell.metadata.get("minigrad", {}).get("builds", [])


Place = tuple[str, str]
Shown = dict[Place, dict[str, list[int]]]


def shown_pieces(notebooks: dict[Path, nbformat.NotebookNode]) -> Shown:
    """For each building cell, (notebook, cell id): the numbers of the pieces it shows, by module.

    UnknownPieceError: with the cell's place in the message.
    """
    shown: Shown = {}
    rest: list[tuple[Place, str]] = []
    for path, notebook in notebooks.items():
        for cell in notebook.cells:
            place = path.name, cell.id
            for full in builds(cell):
                module, _, name = full.partition(".")
                numbers = shown.setdefault(place, {}).setdefault(module, [])
                try:
                    if name == "*":
                        rest.append((place, read_module(module).name))
                    else:
                        numbers += read_module(module).find(name)
                except UnknownPieceError as error:
                    raise UnknownPieceError(f"{path.name}, cell {cell.id}: {error}") from None
    for place, module in rest:
        taken = {n for modules in shown.values() for n in modules.get(module, [])}
        shown[place][module] += [n for n in range(len(read_module(module).pieces)) if n not in taken]
    return shown


def filled(notebooks: dict[Path, nbformat.NotebookNode]) -> dict[Path, str]:
    """The text that each notebook's file should have: building cells filled, nothing left of a run."""
    shown = shown_pieces(notebooks)
    texts = {}
    for path, notebook in notebooks.items():
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
            if modules := shown.get((path.name, cell.id)):
                if len(modules) != 1:
                    raise UnknownPieceError(f"{path.name}, cell {cell.id}: shows more than one module")
                [(module, numbers)] = modules.items()
                cell.source = f"%%build {module}\n{read_module(module).text(numbers)}"
        notebook.metadata.pop("widgets", None)
        texts[path] = nbformat.writes(notebook).rstrip("\n") + "\n"
    return texts


def miscounted(notebooks: dict[Path, nbformat.NotebookNode]) -> list[str]:
    """The pieces of the chapters' modules that are not shown exactly once."""
    shown = [item for modules in shown_pieces(notebooks).values() for item in modules.items()]
    counts = Counter((module, n) for module, numbers in shown for n in numbers)
    existing = {int(path.name[:2]) for path in notebooks}
    problems = []
    for path in sorted(PACKAGE.glob("*.py")):
        module = read_module(path.stem)
        for n, (names, _, _) in enumerate(module.pieces):
            times = counts[module.name, n]
            if times > 1 or (times == 0 and module.chapter in existing):
                problems.append(f"{module.name}.{names[0]} is shown {times} times")
    return problems


def read_notebooks() -> dict[Path, nbformat.NotebookNode]:
    """All chapters, by path."""
    return {path: nbformat.read(path, as_version=4) for path in chapters()}


def list_names(name: str) -> None:
    """Print the pieces of a module, each with the cell that shows it."""
    places: dict[int, str] = {}
    for (notebook, cell), modules in shown_pieces(read_notebooks()).items():
        for n in modules.get(name, []):
            places[n] = f"{notebook}, cell {cell}"
    for n, (names, start, end) in enumerate(read_module(name).pieces):
        typer.echo(f"{name}.{names[0]:<36} {end - start:>3} lines   {places.get(n, '-')}")


def main(
    check: Annotated[bool, typer.Option(help="Change nothing; exit 1 if a chapter differs.")] = False,
    names: Annotated[str, typer.Option(help="List the pieces of this module.")] = "",
) -> None:
    """Fill the building cells of the chapters from the package's source."""
    try:
        if names:
            list_names(names)
            return
        different = {p: t for p, t in filled(read_notebooks()).items() if t != p.read_text(encoding="utf-8")}
        problems = miscounted(read_notebooks())
    except UnknownPieceError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    for path, text in different.items():
        if not check:
            path.write_text(text, encoding="utf-8")
        typer.echo(f"{path.name}: {'not as `python -m course.fill` leaves it' if check else 'filled'}")
    for problem in problems:
        typer.echo(problem)
    raise typer.Exit(1 if check and (problems or different) else 0)


if __name__ == "__main__":
    typer.run(main)
