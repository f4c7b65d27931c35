"""A small class in a course of its own, graded by the command in processes that a test may kill.

Starting Python and nbgrader takes seconds, so one process (`serve`, below) has imported everything and splits off one
process per command. It becomes the parent of all that a killed command leaves behind, so that nothing can hide.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import tiny_course
from nbgrader.api import Gradebook

from grader.judge import release, sample_class
from grader.judge.course import Course
from grader.judge.sample_class import STUDENTS, Material, solved

NAME = tiny_course.NAME
SET_CHILD_SUBREAPER = 36
PATIENCE = 90.0  # seconds for anything to happen on a busy machine
Snapshot = dict[str, Any]


def course_and_packages(root: Path) -> tuple[Course, Path]:
    """A course with the tiny assignment, and a copy of the packages that every process of it finds.

    The copy holds the assignment's modules, and nobody changes it while the test runs.
    """
    packages = root / "packages"
    for name in ("grader", "minigrad"):
        shutil.copytree(tiny_course.PROJECT / name, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
    course = tiny_course.make(root / "course")
    release.release(course, NAME)
    for place in ("inside/cases", "judge/references", "judge/mutants"):
        module = course.root / "modules" / Path(place).name / "tiny.py"
        shutil.copy(module, packages / "grader" / place)
    shutil.rmtree(course.gradebook)
    return course, packages


def hand_in_class(course: Course, copies: int) -> list[str]:
    """The sample class without the one who hangs, and so many who are right; a written answer among them."""
    students = [student for student in STUDENTS if student != "sample-hanging"]
    sample_class.hand_in(course, [NAME], students)
    material = Material.of(course, NAME)
    more = [f"student-{number:02}" for number in range(copies)]
    for number, student in enumerate(more):
        why = {"why": f"They are added, {number} times."} if number % 3 == 0 else {}
        text = json.dumps(solved(material, material.solutions | why))
        path = course.submitted(student, NAME)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return sorted([*students, *more])


class Killable:
    """The process that splits off commands, and what it and they leave."""

    def __init__(self, course: Course, packages: Path) -> None:
        self.course = course
        self.server = subprocess.Popen(
            [sys.executable, __file__],
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(packages), str(tiny_course.PROJECT / "tests")])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.log = course.root / f"output-{self.server.pid}.txt"
        self._answer()

    def start(self, *command: str, limit: int = 0) -> int:
        """Start `python -m grader COMMAND`, whose files may have `limit` bytes (0: no limit); its process id."""
        assert self.server.stdin is not None
        about = {"command": [*command, "--course", str(self.course.root)], "log": str(self.log), "limit": limit}
        self.server.stdin.write(json.dumps(about) + "\n")
        self.server.stdin.flush()
        return int(self._answer())

    def end(self) -> tuple[int, str]:
        """Wait for its end: the exit code (-9 if it was killed), and what it said."""
        code = int(self._answer())
        return code, self.log.read_text()

    def grade(self, *options: str, limit: int = 0) -> tuple[int, str]:
        """A whole run of the command `grade`."""
        self.start("grade", *options, limit=limit)
        return self.end()

    def _answer(self) -> str:
        assert self.server.stdout is not None
        return self.server.stdout.readline().strip()

    def living(self) -> list[psutil.Process]:
        """All processes that any command has started and that still run."""
        found = []
        for process in psutil.Process(self.server.pid).children(recursive=True):
            try:
                if process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.NoSuchProcess:
                pass
        return found

    def nothing_survives(self) -> None:
        """AssertionError: a few seconds after its end, a process of the command still runs."""
        deadline = time.monotonic() + 10
        while self.living() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not self.living(), [process.cmdline() for process in self.living()]

    def rows(self) -> dict[str, int]:
        """By student: which file the row is; writing it again makes it another."""
        folder = self.course.gradebook / "rows" / NAME
        return {path.stem: path.stat().st_ino for path in folder.glob("[!.]*.json")} if folder.exists() else {}

    def close(self) -> None:
        """End the process."""
        self.server.communicate(timeout=PATIENCE)


def wait_until(seen: Callable[[], bool], pid: int, seconds: float = PATIENCE, pause: float = 0.0) -> bool:
    """Whether something came to be seen while the process ran."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if seen():
            return True
        if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE if psutil.pid_exists(pid) else True:
            return False
        time.sleep(pause)
    return False


def forget_grades(course: Course) -> None:
    """Take away all that grading has made, but not the secret, on which the hidden inputs depend."""
    for path in course.gradebook.iterdir():
        if path.is_dir() and path.name != "submitted":
            shutil.rmtree(path)
        elif path.name not in ("submitted", "secret"):
            path.unlink()


def torn(course: Course, expected: Snapshot) -> list[str]:
    """The students of whom the gradebook has something, but not all that it should have."""
    return [student for student, kept in gradebook(course).items() if kept != expected[student]]


def snapshot(course: Course) -> Snapshot:
    """What a class has come to: gradebook, rows, pages and graded notebooks, without ids and times."""
    products: Snapshot = dict(gradebook(course))
    for folder, ending in (("rows", "json"), ("feedback", "html"), ("autograded", "ipynb")):
        for path in sorted((course.gradebook / folder).rglob(f"[!.]*.{ending}")):
            text = path.read_text()
            name = str(path.relative_to(course.gradebook))
            products[name] = json.loads(text) | {"seconds": 0} if ending == "json" else text
    return products


def gradebook(course: Course, assignment: str = NAME) -> Snapshot:
    """By student: every grade and every comment."""
    found: Snapshot = {}
    with Gradebook(course.config.CourseDirectory.db_url, "minigrad") as book:
        for student in book.students:
            found[student.id] = []
        for entry in book.assignment_submissions(assignment):
            for notebook in entry.notebooks:
                kept = (grade_facts(grade) for grade in notebook.grades)
                words = ((note.name, note.auto_comment, note.manual_comment) for note in notebook.comments)
                found[entry.student_id] += [
                    notebook.name,
                    sorted(kept),
                    sorted(words),
                    notebook.late_submission_penalty,
                ]
    return found


def grade_facts(grade: Any) -> tuple:
    """What nbgrader keeps of one grade."""
    marks = (grade.auto_score, grade.manual_score, grade.extra_credit)
    return (grade.name, *marks, grade.max_score, grade.needs_manual_grade)


def serve() -> None:
    """Split off one process per line of standard input, and answer with its id and its exit code."""
    import resource

    import loky  # noqa: F401
    import nbgrader.apps  # noqa: F401

    from grader.__main__ import app

    ctypes.CDLL(None, use_errno=True).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    print("ready", flush=True)
    for line in sys.stdin:
        about = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os.setsid()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            log = os.open(about["log"], os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
            nothing = os.open(os.devnull, os.O_RDONLY)
            for target, source in ((0, nothing), (1, log), (2, log)):
                os.dup2(source, target)
            if about["limit"]:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (about["limit"], resource.RLIM_INFINITY))
            app(about["command"])
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
