"""Grade one class twice, by plain nbgrader and by `python -m grader grade`, and print what a submission costs.

    python -m benchmarks.grading                      20 students, two notebooks each
    python -m benchmarks.grading --students 1000 --no-plain --assignments 02_graph

The students hand in the solutions or one of three typical mistakes, in turn. Plain nbgrader runs every notebook in a
kernel of its own, with its own steps, no sandbox and no report; `grade` writes the feedback pages in the same run,
so that nbgrader's second command is added to its first. Byte code is compiled before either is timed.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.judge import release
from grader.judge.course import Course
from grader.judge.sample_class import Material, solved

PROJECT = Path(__file__).resolve().parent.parent
PLAIN = """\
c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.db_url = "sqlite:///{root}/gradebook.db"
"""


def make(root: Path, assignments: list[str], students: int) -> Course:
    """A course with these assignments, and a class that has handed in all of them."""
    shutil.copy(PROJECT / "nbgrader_config.py", root)
    for name in assignments:
        for folder in ("solutions", "assignments"):
            shutil.copytree(PROJECT / folder / name, root / folder / name)
        shutil.copy(PROJECT / "solutions" / f"{name}.md", root / "solutions")
    course = Course(root)
    for name in assignments:
        release.register(course, name)
        material = Material.of(course, name)
        handed_in = [{}, *(mutant.cells for mutant in list(material.mutants.values())[:3])]  # none runs into a limit
        for number in range(students):
            path = course.submitted(f"student-{number:04}", name)
            path.parent.mkdir(parents=True)
            sources = material.solutions | handed_in[number % len(handed_in)]
            path.write_text(json.dumps(solved(material, sources)), encoding="utf-8")
    return course


def run(command: list[str], cwd: Path, log: Path) -> tuple[float, float]:
    """Run a command; the seconds it took and its peak memory, or that of its largest child, in MB."""
    with log.open("w") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {code}:\n{log.read_text()[-2000:]}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def plain(course: Course, assignments: list[str]) -> tuple[float, float]:
    """Seconds of nbgrader's autograde, and of its generate_feedback."""
    folder = course.root / "plain"
    shutil.copytree(course.root / "solutions", folder / "solutions")
    shutil.copytree(course.gradebook / "submitted", folder / "submitted")
    (folder / "nbgrader_config.py").write_text(PLAIN.format(root=str(folder)))
    nbgrader = [sys.executable, "-m", "nbgrader"]
    log = course.root / "log"
    seconds = {"generate_assignment": 0.0, "autograde": 0.0, "generate_feedback": 0.0}
    for verb in seconds:
        for name in assignments:
            seconds[verb] += run([*nbgrader, verb, name, "--force"], folder, log)[0]
    graded = len(list((folder / "autograded").glob("*/*/*.ipynb")))
    expected = len(list((folder / "submitted").glob("*/*/*.ipynb")))
    if graded != expected:
        sys.exit(f"Plain nbgrader graded {graded} of {expected}.\n{log.read_text()[-2000:]}")
    return seconds["autograde"], seconds["generate_feedback"]


def ours(course: Course, workers: int) -> tuple[float, float]:
    """Seconds and peak memory of `grade` on a gradebook in which nothing is graded."""
    for folder in ("autograded", "feedback", "rows"):
        shutil.rmtree(course.gradebook / folder, ignore_errors=True)
    command = [sys.executable, "-m", "grader", "grade", "--course", str(course.root), "--workers", str(workers)]
    return run(command, PROJECT, course.root / "log")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--assignments", nargs="+", default=["02_graph", "04_engine"])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--no-plain", action="store_true", help="leave plain nbgrader out")
    asked = parser.parse_args()
    for package in ("grader", "minigrad"):
        compileall.compile_dir(PROJECT / package, quiet=1)
    with tempfile.TemporaryDirectory(prefix="minigrad-class-") as folder:
        course = make(Path(folder), asked.assignments, asked.students)
        count = asked.students * len(asked.assignments)
        print(f"{count} submissions: {asked.students} students, {', '.join(asked.assignments)}\n", flush=True)
        print("| | seconds | per submission | per minute | times faster | peak MB |\n|---|---:|---:|---:|---:|---:|")
        before = None
        if not asked.no_plain:
            autograde, feedback = plain(course, asked.assignments)
            before = autograde + feedback
            row("nbgrader autograde", autograde, count)
            row("nbgrader autograde and generate_feedback", before, count)
        for workers in asked.workers:
            seconds, memory = ours(course, workers)
            row(f"grade, {workers} worker{'s' * (workers > 1)}", seconds, count, before, memory)


def row(name: str, seconds: float, count: int, before: float | None = None, memory: float | None = None) -> None:
    """Print a line of the table."""
    faster = f"{before / seconds:.1f}" if before else ""
    peak = f"{memory:.0f}" if memory else ""
    cells = (f"{seconds:.1f}", f"{seconds / count:.3f}", f"{60 * count / seconds:.0f}", faster, peak)
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
