"""The teacher's guide: what solutions/guides/ says about an assignment in words, and where it has to say something.

`solutions/guides/04_engine.md` holds learning goals, common mistakes, and for every written answer how to mark it,
under a heading with the cell's name and points: `### why_order (2 points)`.
"""

from __future__ import annotations

import re

from nbformat import NotebookNode

from grader.judge import testcells
from grader.judge.course import Course

HEADING = re.compile(r"^### (\w+) \(([\d.]+) points?\)$", re.MULTILINE)


def text(course: Course, assignment: str) -> str:
    """The guide of an assignment, "" if there is none."""
    path = course.guide(assignment)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def marking(guide: str) -> dict[str, tuple[float, str]]:
    """The marking of every written answer that a guide speaks of, by grade_id: its points, and the words."""
    _, *parts = HEADING.split(guide)
    return {
        name: (float(points), re.split(r"^#", words, maxsplit=1, flags=re.MULTILINE)[0].strip())
        for name, points, words in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    }


def complaints(course: Course, assignment: str, notebook: NotebookNode) -> list[str]:
    """What is wrong with the written answers of an assignment, or with their marking."""
    marked, found = marking(text(course, assignment)), []
    for cell in filter(testcells.is_written, notebook.cells):
        name, points = cell.metadata.nbgrader.grade_id, float(cell.metadata.nbgrader.points)
        if cell.cell_type != "markdown":
            found.append(f"cell {name}: a written answer is a Markdown cell")
        if cell.metadata.nbgrader.get("locked"):
            found.append(f"cell {name}: a written answer must not be locked")
        if marked.get(name, (points, ""))[0] != points:
            found.append(f"cell {name}: is worth {points:g} points, and its marking says {marked[name][0]:g}")
        elif not marked.get(name, (points, ""))[1]:
            where = course.guide(assignment).relative_to(course.root)
            found.append(f"cell {name}: {where} does not say how to mark it under '### {name} ({points:g} points)'")
    return found
