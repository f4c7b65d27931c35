"""The teacher's commands: `python -m grader release` and `python -m grader grade`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from grader.judge import release as releasing
from grader.judge import sample_class
from grader.judge.course import Course
from grader.judge.grade import GRADED, Class, Row

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Release assignments and grade a class.")
console = Console()
CourseFolder = Annotated[Path, typer.Option("--course", help="The folder with nbgrader_config.py.")]


@app.command()
def release(course_folder: CourseFolder = Path()) -> None:
    """Make the student versions: solutions/ -> assignments/."""
    course = Course(course_folder)
    for name in course.assignments:
        console.print(f"{name}: {releasing.release(course, name)}", highlight=False)


@app.command()
def grade(
    assignment: Annotated[str, typer.Argument(help="One assignment, such as 04_engine; all without it.")] = "",
    student: Annotated[str, typer.Option(help="One student; all without it.")] = "",
    course_folder: CourseFolder = Path(),
) -> None:
    """Grade what lies in gradebook/submitted/<student>/<assignment>/; an empty class is filled with a sample class.

    Exits with 1 if a submission could not be graded, damaged ones included.
    """
    course = Course(course_folder)
    if assignment and assignment not in course.assignments:
        console.print(f"There is no assignment {assignment}. There are: {', '.join(course.assignments)}.")
        raise typer.Exit(2)
    if not any((course.gradebook / "submitted").glob("*/*/*")):
        count = sample_class.hand_in(course, course.assignments)
        console.print(f"gradebook/submitted/ is empty: {count} submissions of a sample class were put there.")
    group = Class(course, assignment, student)
    group.register()
    rows = _grade_with_progress(group)
    console.print(_table(rows, course))
    raise typer.Exit(0 if all(row.status == GRADED for row in rows) else 1)


def _grade_with_progress(group: Class) -> list[Row]:
    columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    rows: list[Row] = []
    with Progress(*columns, console=console) as progress:
        handed_in = group.submissions()
        task = progress.add_task("", total=len(handed_in))
        for (student, assignment), row in zip(handed_in, group.grade(), strict=True):
            progress.update(task, advance=1, description=f"{student} {assignment}")
            rows.append(row)
    return rows


def _table(rows: list[Row], course: Course) -> Table:
    table = Table("student", "assignment", "status", "score", "feedback")
    for row in rows:
        status = f"{row.status}: {row.remark}" if row.remark else row.status
        page = Path(row.page).relative_to(course.root) if row.page else "-"
        table.add_row(row.student, row.assignment, status, f"{row.score:g} of {row.max_score:g}", str(page))
    return table


if __name__ == "__main__":
    app()
