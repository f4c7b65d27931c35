"""The teacher's guide: tables that the notebooks make true, and the words beside them.

`solutions/04_engine.md` holds learning goals, common mistakes, and for every written answer how to mark it,
under a heading with the cell's name and points: `### why_order (2 points)`. `solutions/README.md` is put together
from these, from the headings of the tasks (`## 3. Where the walk begins (5 points, 20 minutes)`) and from the cells
below them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from grader.judge import examples, mutants, testcells
from grader.judge.course import Course
from grader.judge.score import Assignment
from grader.judge.submission import grade_id, read_file

TASK = re.compile(r"^## (\d+)\. (.+) \(([\d.]+) points?, (\d+) minutes\)$", re.MULTILINE)
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
            found.append(f"cell {name}: a written answer is a Markdown cell. Change the type of this one")
        if cell.metadata.nbgrader.get("locked"):
            found.append(f"cell {name}: is locked. Make it a Manually graded answer, in the panel Create Assignment")
        where, heading = course.guide(assignment).relative_to(course.root), f"'### {name} ({points:g} points)'"
        if marked.get(name, (points, ""))[0] != points:
            found.append(
                f"cell {name}: is worth {points:g} points, and its marking says {marked[name][0]:g}. Make the heading "
                f"in {where} {heading}, or change the cell's points"
            )
        elif not marked.get(name, (points, ""))[1]:
            found.append(
                f"cell {name}: {where} does not say how to mark it under {heading}. Write there for what each point "
                "is given"
            )
    return found


# --- tasks --------------------------------------------------------------------------------------------------------


@dataclass
class Task:
    """A task of an assignment: what its heading says, and the graded cells below it."""

    number: int
    title: str
    points: float
    minutes: int
    tests: list[testcells.TestCell] = field(default_factory=list)
    written: dict[str, float] = field(default_factory=dict)

    @property
    def points_of_cells(self) -> float:
        return sum(test.points for test in self.tests) + sum(self.written.values())


def tasks(notebook: NotebookNode) -> list[Task]:
    """The tasks of an assignment, in order."""
    found: list[Task] = []
    tests = {test.index: test for test in testcells.of_notebook(notebook)}
    for index, cell in enumerate(notebook.cells):
        heading = TASK.search(cell.source) if cell.cell_type == "markdown" else None
        if heading:
            found.append(Task(int(heading[1]), heading[2], float(heading[3]), int(heading[4])))
        elif index in tests and found:
            found[-1].tests.append(tests[index])
        elif testcells.is_written(cell) and found:
            found[-1].written[grade_id(cell)] = float(cell.metadata.nbgrader.points)
    return found


def complaints_about_tasks(notebook: NotebookNode) -> list[str]:
    """What is wrong with the headings of the tasks, the points that they promise, and those that the page promises."""
    found, listed = [], tasks(notebook)
    graded = {test.grade_id for test in testcells.of_notebook(notebook)}
    for cell in graded - {test.grade_id for task in listed for test in task.tests}:
        found.append(
            f"cell {cell}: no heading of the form '## 1. Title (3 points, 10 minutes)' stands above it. Begin the "
            "Markdown cell above its task with one"
        )
    for task in listed:
        if task.points != task.points_of_cells:
            found.append(
                f"task {task.number}: promises {task.points:g} points, and its cells make {task.points_of_cells:g}. "
                "Change the heading, or the points of its cells"
            )
    return found


# --- solutions/README.md ------------------------------------------------------------------------------------------

ABOUT = """\
# Solutions: what each assignment asks, and how to mark it

This page is put together by `make release` from the notebooks here, from the cases and mutants of the grader, and from
the guides beside the notebooks' folders, such as `04_engine.md`. Change those, not this page. Points are for visible
checks, for hidden ones, which run only when an assignment is graded, and for written answers, which a person marks
(formgrader, in JupyterLab's menu *Nbgrader*). "Right" counts right solutions in another hand, "wrong" the wrong ones
with which the judge is tested, and "diagnosed" those of them whose mistake a report must name. The documents 000 to
004 are five tutorials on `torch.autograd`; their examples, with torch's results, are the course's reference, and the
table at the end says where each is used.
"""


def readme(course: Course) -> str:
    """The text of solutions/README.md."""
    parts = [ABOUT, _overview(course)]
    for name in course.assignments:
        parts += [f"## {name}", _table_of_tasks(course, name), text(course, name).strip()]
    return "\n\n".join(part.strip() for part in [*parts, _table_of_examples(course)] if part) + "\n"


def _overview(course: Course) -> str:
    rows: list[list[Any]] = []
    for name in course.assignments:
        listed, handed_in = tasks(read_file(course.solution(name))), mutants.of_assignment(name)
        written = sum(sum(task.written.values()) for task in listed)
        points, minutes = sum(task.points for task in listed), sum(task.minutes for task in listed)
        autograded, right = sum(bool(task.tests) for task in listed), sum(map(len, handed_in.right.values()))
        diagnosed = sum(bool(mutant.diagnosed) for mutant in handed_in.mutants.values())
        rows.append([
            name, len(listed), autograded, points, written, minutes, right, len(handed_in.mutants), diagnosed
        ])  # fmt: skip
    rows.append(["together", *(sum(row[i] for row in rows) for i in range(1, len(rows[0])))])
    head = "assignment, tasks, autograded, points, of them written, minutes, right, wrong, diagnosed".split(", ")
    return _table(head, [[name, *(f"{number:g}" for number in numbers)] for name, *numbers in rows])


def _table_of_tasks(course: Course, name: str) -> str:
    assignment, handed_in = Assignment.load(name), mutants.of_assignment(name)
    rows, solution = [], ""
    right: dict[str, int] = {}
    notebook = read_file(course.solution(name))
    for cell in notebook.cells:  # a test cell belongs to the solution cell before it
        if cell.metadata.get("nbgrader", {}).get("solution"):
            solution = grade_id(cell)
        elif testcells.is_test(cell):
            right[grade_id(cell)] = len(handed_in.right.get(solution, ()))
    for task in tasks(notebook):
        visible = sum(assignment.visible[case].points for test in task.tests for case in test.visible_cases)
        hidden = sum(assignment.hidden[case].points for test in task.tests for case in test.hidden_cases)
        wrong = sum(any(test.grade_id in mutant.lost for test in task.tests) for mutant in handed_in.mutants.values())
        others = max((right[test.grade_id] for test in task.tests), default=0)
        cells = ", ".join([*(f"`{test.grade_id}`" for test in task.tests), *(f"`{cell}`" for cell in task.written)])
        points = [f"{visible:g}", f"{hidden:g}", f"{sum(task.written.values()):g}"]
        rows.append([f"{task.number}. {task.title}", cells, *points, f"{task.minutes}", f"{others}", f"{wrong}"])
    return _table(["task", "cells", "visible", "hidden", "written", "minutes", "right", "wrong"], rows)


def _table_of_examples(course: Course) -> str:
    seen = examples.known()
    rows = [
        [f"`{example}`", seen[example], ", ".join(f"{name}: `{case}`" for name, case in places) or "-"]
        for example, places in examples.used(course).items()
    ]
    head = "## Where the examples of the documents are used\n\n"
    return head + _table(["example", "what is to be seen", "cases"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
