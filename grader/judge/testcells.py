"""Kinds of graded cells; of test cells the visible and hidden parts, and the cases they check."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from nbformat import NotebookNode

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


@dataclass(frozen=True)
class TestCell:
    """A test cell of a notebook, taken apart.

    index            where it stands in the notebook
    grade_id         its name in the gradebook
    points           what it is worth
    visible, hidden  the two parts of its source; the hidden part runs last
    """

    __test__ = False  # not for pytest to collect

    index: int
    grade_id: str
    points: float
    visible: str
    hidden: str

    @property
    def visible_cases(self) -> tuple[str, ...]:
        """The names of the cases in the visible part, in order."""
        return cases_in(self.visible)

    @property
    def hidden_cases(self) -> tuple[str, ...]:
        """The names of the cases in the hidden part, in order."""
        return cases_in(self.hidden)


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell is graded automatically."""
    about = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(about.get("grade")) and not about.get("solution")


def is_solution(cell: NotebookNode) -> bool:
    """Whether it is a code cell that a student fills."""
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_written(cell: NotebookNode) -> bool:
    """Whether a cell is an answer in words, which a person marks."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade") and about.get("solution"))


def of_notebook(notebook: NotebookNode) -> list[TestCell]:
    """All test cells of a notebook."""
    found = []
    for index, cell in enumerate(notebook.cells):
        if is_test(cell):
            about = cell.metadata.nbgrader
            found.append(TestCell(index, about.grade_id, float(about.points), *split(cell.source)))
    return found


def split(source: str) -> tuple[str, str]:
    """The visible and the hidden part of a test cell's source."""
    visible: list[str] = []
    hidden: list[str] = []
    part = visible
    for line in source.split("\n"):
        if BEGIN in line:
            part = hidden
        elif END in line:
            part = visible
        else:
            part.append(line)
    return "\n".join(visible), "\n".join(hidden)


@lru_cache(maxsize=1000)  # a class has the same test cells
def cases_in(source: str) -> tuple[str, ...]:
    """The first arguments of all calls of `check`, in order. ValueError: one of them is not a literal string."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check":
            first = node.args[0] if node.args else None
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                raise ValueError(f"line {node.lineno}: the case of a check must be a literal string")
            names.append((node.lineno, first.value))
    return tuple(name for _, name in sorted(names))
