"""What students may do to the notebook itself: for test_grading_attacks.py.

The notebook's `slope` is wrong and all else right; no change may earn the points of `slope`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell


def _tests(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.id.startswith("test_")]


def _delete_tests(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if not cell.id.startswith("test_")]


def _edit_tests(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        cell.source = "4.0"


def _copy_tests(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        notebook.cells += [copy.deepcopy(cell) for _ in range(3)]
        notebook.cells[-1].source = "4.0"


def _skip(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove_cell"]


def _same_ids(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell["id"] = "test_slope"


def _same_grade_ids(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["nbgrader"] = {"grade_id": "slope", "grade": True, "solution": True, "points": 100}


def _flip(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        about.update(grade=not about.get("grade"), solution=not about.get("solution"), locked=False, points=1000)


def _foreign_kernel(notebook: NotebookNode) -> None:
    notebook.metadata = {
        "kernelspec": {"name": "bash", "display_name": "b"},
        "minigrad": {"kernel": True, "missing": []},
    }


def _scores_in_outputs(notebook: NotebookNode) -> None:
    score = {"output_type": "execute_result", "data": {"text/plain": "4.0"}, "metadata": {}, "execution_count": 1}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [NotebookNode(score)]


def _hidden_marks(notebook: NotebookNode) -> None:
    marks = "### BEGIN HIDDEN TESTS\n4.0\n### END HIDDEN TESTS"
    notebook.cells += [
        new_code_cell(marks, metadata={"nbgrader": {"grade_id": "test_slope", "grade": True, "points": 4}})
    ]
    next(cell for cell in notebook.cells if cell.id == "slope").source += "\n" + marks


TAMPERING: dict[str, tuple[Callable[[NotebookNode], object], dict[str, float]]] = {
    "deleted tests": (_delete_tests, {}),
    "edited tests": (_edit_tests, {}),
    "copied tests": (_copy_tests, {}),
    "cells in reverse": (lambda notebook: notebook.cells.reverse(), {}),
    "tags that skip": (_skip, {}),
    "one id for all cells": (_same_ids, {}),
    "one grade_id for all cells": (_same_grade_ids, {"test_sum_to": 0.0, "test_count": 0.0}),
    "flipped flags": (_flip, {}),
    "a foreign kernelspec": (_foreign_kernel, {}),
    "scores among the outputs": (_scores_in_outputs, {}),
    "marks of hidden tests": (_hidden_marks, {}),
}
