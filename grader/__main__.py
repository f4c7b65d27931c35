"""The teacher's commands: `python -m grader release`, `grade`, `report`, `similar`, `doctor` and `examples`."""

from __future__ import annotations

import os
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from grader.judge import doctor, examples, guide, kit, recording, sample_class, sandbox, similar
from grader.judge import release as releasing
from grader.judge.cluster import Cluster, NoCluster
from grader.judge.course import Course
from grader.judge.grade import DAMAGED, GRADED, NOT_REACHED, TIMED_OUT, Coordinator, Row
from grader.judge.submission import visible

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Release assignments and grade a class.")
console = Console() if sys.stdout.isatty() else Console(width=160)
OneAssignment = Annotated[str, typer.Argument(help="One assignment, such as 04_engine. Without it: all.")]
CourseFolder = Annotated[Path, typer.Option("--course", help="The folder with nbgrader_config.py.")]
Workers = Annotated[int, typer.Option(help="How many submissions to grade at once. 0: as many as there are cores.")]
Share = Annotated[float, typer.Option(min=0, max=1, help="List pairs that share at least this part of their code.")]
UNSAFE = "Grade without a sandbox: what students wrote runs with your rights. Every report says so."


@app.command()
def release(assignment: OneAssignment = "", course_folder: CourseFolder = Path()) -> None:
    """Write the student versions of the notebooks in solutions/ into assignments/.

    Without a name also solutions/README.md, the teacher's page, and dist/minigrad-course.zip, which students get.
    """
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
    """Say which checks use each example of the course's five source documents, and which are used nowhere."""
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
    student: Annotated[str, typer.Option(help="One student, by the name of the folder. Without it: all.")] = "",
    workers: Workers = 0,
    dask: Annotated[str, typer.Option(help="Grade on the Dask cluster at this address: tcp://HOST:8786.")] = "",
    unsafe: Annotated[bool, typer.Option("--unsafe", help=UNSAFE)] = False,
    course_folder: CourseFolder = Path(),
) -> None:
    """Grade what lies in gradebook/submitted/<student>/<assignment>/; an empty class is filled with a sample class.

    What is graded already is not graded again, and a run that was cut off is taken up where it was.

    Exits with 0 if all were graded, with 1 if one was damaged or not reached,
    with 2 if nothing could be graded as it was asked for,
    with 3 if the gradebook could not be written or a cluster was lost.
    """
    warnings.filterwarnings("ignore", "Object of type .* not in session")  # nbgrader's, at every first submission
    course = Course(course_folder)
    _refuse_unknown(course, assignment)
    cluster = _say_where_it_runs(unsafe, dask)
    group = Coordinator(course, assignment, student, unsafe)
    with _complaints():
        group.register()
    if not any((course.gradebook / "submitted").glob("*/*/*")):
        count = sample_class.hand_in(course, group.assignments)
        console.print(f"gradebook/submitted/ is empty: {count} submissions of a sample class were put there.")
    with closing(cluster) if cluster else nullcontext():
        rows = _grade_with_progress(group, workers or os.cpu_count() or 1, cluster)
    console.print(_table(rows, course))
    counts = Counter(row.status for row in rows)
    words = [f"{counts[status]} {status}" for status in (GRADED, TIMED_OUT, DAMAGED, NOT_REACHED) if counts[status]]
    console.print(", ".join(words) or "Nothing was handed in.")
    raise typer.Exit(0 if all(row.status in (GRADED, TIMED_OUT) for row in rows) else 1)


@app.command()
def report(assignment: OneAssignment = "", course_folder: CourseFolder = Path()) -> None:
    """Write a page and CSV tables on each graded assignment into gradebook/reports/; also for Canvas and Moodle.

    Without a name: on every assignment that was handed in. Start with gradebook/reports/index.html.
    """
    from grader.judge import classreport  # here, because matplotlib takes its time and nothing else needs it

    course = Course(course_folder)
    _refuse_unknown(course, assignment)
    with _complaints():
        for page in classreport.write(course, assignment):
            console.print(str(page.relative_to(course.root)), highlight=False)


@app.command(name="similar")
def list_similar(
    assignment: OneAssignment = "",
    share: Share = 0.8,
    course_folder: CourseFolder = Path(),
) -> None:
    """List the submissions that resemble each other, for a person to look at. It changes no score."""
    course = Course(course_folder)
    _refuse_unknown(course, assignment)
    console.print(similar.WHAT_IT_IS, highlight=False)
    for name in [assignment] if assignment else course.assignments:
        try:
            found = similar.pairs(course, name)
        except similar.NoComparison as why:
            console.print(escape(str(why)), style="bold", highlight=False)
            raise typer.Exit(2) from why
        near = [pair for pair in found if max(pair.share) >= share]
        if found:
            half = f"half of them share less than {median(max(pair.share) for pair in found):.0%}"
            console.print(f"\n{name}: {len(near)} of {len(found)} pairs share {share:.0%} or more; {half}.")
        if near:
            table = Table("student", "and", "share of the first's code", "of the second's", "lines of the first")
            for pair in near:
                shares = (f"{part:.0%}" for part in pair.share)
                table.add_row(*(escape(visible(who)) for who in pair.students), *shares, str(pair.lines))
            console.print(table)


@app.command(name="doctor")
def examine(course_folder: CourseFolder = Path()) -> None:
    """Check what grading needs on this machine: a line for each thing, and what to do where something is wrong.

    Exits with 1 if something that is needed is broken.
    """
    findings = doctor.findings(Course(course_folder))
    table = Table("what", "state", "found, and what to do")
    for finding in findings:
        table.add_row(finding.what, finding.state, escape(finding.says), style=doctor.STYLES[finding.state])
    console.print(table)
    raise typer.Exit(any(finding.state == doctor.PROBLEM for finding in findings))


def _say_where_it_runs(unsafe: bool, address: str) -> Cluster | None:
    """Refuse to grade without a sandbox, unless told to. With an address: the cluster that grades."""
    try:
        cluster = Cluster(address, unsafe) if address else None
    except NoCluster as why:
        console.print(f"{escape(str(why))}\nNothing was graded.", highlight=False)
        raise typer.Exit(2) from why
    if unsafe:
        console.print("[bold]Without a sandbox[/]: what students wrote runs with your rights. Every report says so.")
    elif not cluster:
        try:
            console.print(f"In the sandbox of {sandbox.check()}.", highlight=False)
        except sandbox.NoSandbox as why:
            console.print(f"{escape(str(why))}\nNothing was graded. With --unsafe it is graded without a sandbox.")
            raise typer.Exit(2) from why
    if cluster:
        console.print(f"On {cluster.size} workers of the cluster at {address}: {cluster.sandboxes}.", highlight=False)
    return cluster


def _refuse_unknown(course: Course, assignment: str) -> None:
    if assignment and assignment not in course.assignments:
        console.print(f"There is no assignment {assignment}. There are: {', '.join(course.assignments)}.")
        raise typer.Exit(2)


@contextmanager
def _complaints() -> Iterator[None]:
    """What is wrong with an assignment or the gradebook is said in words, and ends the command."""
    try:
        yield
    except releasing.NotReleasable as complaint:
        console.print(escape(str(complaint)), style="bold", highlight=False)
        raise typer.Exit(2) from complaint
    except recording.NotRecorded as why:
        console.print(escape(str(why)), style="bold", highlight=False)
        raise typer.Exit(3) from why
    except KeyboardInterrupt:
        console.print("Interrupted. The same command does the rest.")
        raise typer.Exit(130) from None


def _grade_with_progress(group: Coordinator, workers: int, cluster: Cluster | None) -> list[Row]:
    columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    rows: list[Row] = []
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(group.submissions()))
        try:
            for row in group.grade_all(workers, cluster):
                rows.append(row)
                progress.update(task, advance=1, description=escape(visible(f"{row.student} {row.assignment}")))
        except (recording.NotRecorded, NoCluster) as why:
            progress.stop()
            console.print(f"{escape(str(why))}\n{len(rows)} submissions are done.", style="bold", highlight=False)
            raise typer.Exit(3) from why
        except KeyboardInterrupt:
            progress.stop()
            console.print(f"Interrupted: {len(rows)} submissions are done. The same command does the rest.")
            raise typer.Exit(130) from None
        progress.update(task, description="graded")
    return sorted(rows, key=lambda row: (row.student, row.assignment))


def _table(rows: list[Row], course: Course) -> Table:
    table = Table("student", "assignment", "status", Column("score", no_wrap=True), Column("feedback", no_wrap=True))
    for row in rows:
        status = f"{row.status}: {row.remark}" if row.remark else row.status
        page = str(Path(row.page).relative_to(course.root)) if row.page else "-"
        cells = (row.student, row.assignment, status, f"{row.score:g} of {row.max_score:g}", page)
        table.add_row(*(escape(visible(cell)) for cell in cells))
    return table


if __name__ == "__main__":
    app()
