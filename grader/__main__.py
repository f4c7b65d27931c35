"""The teacher's commands: `python -m grader release`, `grade` and `examples`."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from grader.judge import examples, guide, kit, sample_class
from grader.judge import release as releasing
from grader.judge.course import Course
from grader.judge.grade import DAMAGED, FAILED, GRADED, Class, Row

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Release assignments and grade a class.")
console = Console() if sys.stdout.isatty() else Console(width=160)
OneAssignment = Annotated[str, typer.Argument(help="One assignment, such as 04_engine; all without it.")]
CourseFolder = Annotated[Path, typer.Option("--course", help="The folder with nbgrader_config.py.")]


@app.command()
def release(assignment: OneAssignment = "", course_folder: CourseFolder = Path()) -> None:
    """Make the student versions: solutions/ -> assignments/. Without a name the teacher's page and the kit as well."""
    course = Course(course_folder)
    _refuse_unknown(course, assignment)
    with _complaints():
        for name in [assignment] if assignment else course.assignments:
            console.print(f"{name}: {releasing.release(course, name)}", highlight=False)
        if not assignment:
            page = course.root / "solutions" / "README.md"
            page.write_text(guide.readme(course), encoding="utf-8")
            console.print(f"for teachers: {page}", f"for students: {kit.write(course)}", sep="\n", highlight=False)


@app.command(name="examples")
def list_examples(course_folder: CourseFolder = Path()) -> None:
    """Say where each example of the documents is used, and which are used nowhere."""
    course = Course(course_folder)
    table = Table("example", "what is to be seen", "cases")
    seen = examples.known()
    for example, places in examples.used(course).items():
        table.add_row(example, escape(seen[example]), ", ".join(f"{name}: {case}" for name, case in places) or "-")
    console.print(table)
    missing = examples.missing(course)
    console.print(f"{len(missing)} of {len(seen)} are used nowhere: {', '.join(missing) or 'none'}.", highlight=False)


@app.command()
def grade(
    assignment: OneAssignment = "",
    student: Annotated[str, typer.Option(help="One student; all without it.")] = "",
    course_folder: CourseFolder = Path(),
) -> None:
    """Grade what lies in gradebook/submitted/<student>/<assignment>/; an empty class is filled with a sample class.

    Exits with 1 if a submission could not be graded, damaged ones included.
    """
    warnings.filterwarnings("ignore", "Object of type .* not in session")  # nbgrader's, at every first submission
    course = Course(course_folder)
    _refuse_unknown(course, assignment)
    group = Class(course, assignment, student)
    with _complaints():
        group.register()
    if not any((course.gradebook / "submitted").glob("*/*/*")):
        count = sample_class.hand_in(course, course.assignments)
        console.print(f"gradebook/submitted/ is empty: {count} submissions of a sample class were put there.")
    rows = _grade_with_progress(group)
    console.print(_table(rows, course))
    counts = Counter(row.status for row in rows)
    words = [f"{counts[status]} {status}" for status in (GRADED, DAMAGED, FAILED) if counts[status]]
    console.print(", ".join(words) or "Nothing was handed in.")
    raise typer.Exit(0 if all(row.status == GRADED for row in rows) else 1)


def _refuse_unknown(course: Course, assignment: str) -> None:
    if assignment and assignment not in course.assignments:
        console.print(f"There is no assignment {assignment}. There are: {', '.join(course.assignments)}.")
        raise typer.Exit(2)


@contextmanager
def _complaints() -> Iterator[None]:
    """What is wrong with an assignment is said in words, and ends the command."""
    try:
        yield
    except releasing.NotReleasable as complaint:
        console.print(escape(str(complaint)), style="bold", highlight=False)
        raise typer.Exit(2) from complaint


def _grade_with_progress(group: Class) -> list[Row]:
    columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    rows: list[Row] = []
    with Progress(*columns, console=console) as progress:
        handed_in = group.submissions()
        task = progress.add_task("", total=len(handed_in))
        for student, assignment in handed_in:
            progress.update(task, description=f"{student} {assignment}")
            rows.append(group.grade(student, assignment))
            progress.advance(task)
        progress.update(task, description="graded")
    return rows


def _table(rows: list[Row], course: Course) -> Table:
    table = Table("student", "assignment", "status", Column("score", no_wrap=True), Column("feedback", no_wrap=True))
    for row in rows:
        status = f"{row.status}: {row.remark}" if row.remark else row.status
        page = str(Path(row.page).relative_to(course.root)) if row.page else "-"
        cells = (row.student, row.assignment, status, f"{row.score:g} of {row.max_score:g}", page)
        table.add_row(*(escape(cell) for cell in cells))
    return table


if __name__ == "__main__":
    app()
