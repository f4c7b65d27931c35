"""A class on a Dask cluster of this machine: what two workers judge, one of them killed, is what one process judges."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from grader.__main__ import app
from grader.judge import cluster, sample_class
from grader.judge.cluster import Cluster, NoCluster
from grader.judge.course import Course
from grader.judge.grade import NOT_REACHED, Coordinator, Row

pytest.importorskip("distributed", reason="Dask is not installed (the extra `cluster`)")

PROJECT = Course(Path(__file__).resolve().parent.parent)
NAME = "02_graph"
PATIENCE = 60.0  # seconds for a process to start on a busy machine


@dataclass
class Dask:
    """A scheduler and its workers, each a process of its own in an empty folder."""

    folder: Path
    processes: list[subprocess.Popen] = field(default_factory=list)

    def start(self, program: str, *options: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *options]
        with open(self.folder / "log.txt", "a") as log:
            process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--no-dashboard"],
                cwd=self.folder,
                env=os.environ | {"DASK_CONFIG": str(self.folder)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def scheduler(self) -> str:
        """Start one; its address."""
        about = self.folder / "scheduler.json"
        self.start("scheduler", "--port", "0", "--scheduler-file", str(about))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                return json.loads(about.read_text())["address"]
            except (FileNotFoundError, ValueError):
                time.sleep(0.1)
        raise TimeoutError((self.folder / "log.txt").read_text())

    def worker(self, address: str) -> subprocess.Popen:
        options = ("--nthreads", "1", "--nworkers", "1", "--no-nanny", "--local-directory", str(self.folder))
        return self.start("worker", address, *options)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    started = Dask(tmp_path_factory.mktemp("dask"))
    yield started
    started.close()


@pytest.fixture(scope="module")
def address(dask: Dask) -> str:
    return dask.scheduler()


def make_course(root: Path) -> Course:
    """A course with one assignment of the project's and a class of its own, the same secret every time."""
    course = Course(root)
    for folder in (f"solutions/{NAME}", f"assignments/{NAME}"):
        shutil.copytree(PROJECT.root / folder, course.root / folder)
    shutil.copy(PROJECT.guide(NAME), course.guide(NAME))
    config = (PROJECT.root / "nbgrader_config.py").read_text()
    (course.root / "nbgrader_config.py").write_text(config + "c.JudgeSubmission.seconds_per_cell = 3\n")
    course.gradebook.mkdir()
    (course.gradebook / "secret").write_text("5e" * 32 + "\n")
    sample_class.hand_in(course, [NAME])
    return course


def grades(course: Course) -> dict[str, dict[str, float]]:
    found = {}
    with Gradebook(course.config.CourseDirectory.db_url, "minigrad") as book:
        for entry in book.assignment_submissions(NAME):
            [notebook] = entry.notebooks
            assert entry.student_id not in found
            found[entry.student_id] = {grade.name: (grade.score, grade.needs_manual_grade) for grade in notebook.grades}
    return found


def comparable(row: Row, course: Course) -> Row:
    return replace(row, seconds=0.0, page=str(Path(row.page).relative_to(course.root)), fingerprint="", marks="")


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Row], dict[str, dict[str, float]]]:
    """The same class, graded by this machine alone."""
    course = make_course(tmp_path_factory.mktemp("home"))
    group = Coordinator(course)
    group.register()
    rows = sorted((comparable(row, course) for row in group.grade_all()), key=lambda row: row.student)
    return rows, grades(course)


def words(*options: str) -> tuple[int, str]:
    """The command's exit code, and what it said in one line."""
    result = CliRunner().invoke(app, ["grade", *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, " ".join(result.output.split())


def test_where_nothing_listens_nothing_is_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 1.0)
    course = make_course(tmp_path)
    for address in ("tcp://127.0.0.1:9", "tls://127.0.0.1:9", "nonsense"):
        code, said = words("--dask", address, "--course", str(course.root))
        assert code == 2 and f"No Dask scheduler answers at {address}" in said and "Nothing was graded" in said
    assert not (course.gradebook / "rows").exists()


def test_without_dask_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, said = words("--dask", "tcp://127.0.0.1:9", "--course", str(make_course(tmp_path).root))
    assert code == 2 and "Dask is not installed here: pip install" in said


def test_without_workers_nothing_is_graded(address: str) -> None:
    with pytest.raises(NoCluster, match="has no workers"):
        Cluster(address)


def test_a_killed_worker_costs_no_submission(
    dask: Dask, address: str, at_home: tuple[list[Row], dict], tmp_path: Path
) -> None:
    course = make_course(tmp_path)
    group = Coordinator(course)
    group.register()
    victim, _ = dask.worker(address), dask.worker(address)
    workers = connected(address, 2)
    rows = []
    for row in group.grade_all(cluster=workers):
        rows.append(row)
        if len(rows) > 1 and victim.poll() is None:
            held = {pid: len(workers.client.processing()[name]) for name, pid in pids(workers).items()}
            if held[victim.pid] > 0:
                os.kill(victim.pid, signal.SIGKILL)
                victim.wait()
    assert victim.poll() == -signal.SIGKILL
    left = pids(workers)
    workers.close()
    assert not [row for row in rows if row.status == NOT_REACHED]
    assert len(left) == 1 and victim.wait() == -signal.SIGKILL
    assert set(Counter(row.student for row in rows).values()) == {1}
    expected, booked = at_home
    assert sorted((comparable(row, course) for row in rows), key=lambda row: row.student) == expected
    assert grades(course) == booked and len(booked) == len(sample_class.STUDENTS)

    code, said = words("--dask", address, "--course", str(course.root))  # all is graded: the rows hold
    assert code == 1 and f"On 1 workers of the cluster at {address}" in said and "1 timed out, 1 damaged" in said


def connected(address: str, size: int) -> Cluster:
    """The cluster, once so many workers have joined."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            found = Cluster(address)
            found.client.wait_for_workers(size, timeout=PATIENCE)
            return found
        except NoCluster:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def pids(workers: Cluster) -> dict[str, int]:
    return workers.client.run(os.getpid)


def test_a_worker_with_other_code_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "code", lambda: "another")
    with pytest.raises(NoCluster, match="another version of the course's code"):
        Cluster(address)
    judged = cluster.judge(cluster.Task("someone", cluster.judging.Assigned(NAME, "", {}, b""), ""), "expected")
    assert "another version" in judged.problem


def test_a_lost_scheduler_is_told_and_the_next_run_does_the_rest(
    dask: Dask, address: str, at_home: tuple[list[Row], dict], tmp_path: Path
) -> None:
    course = make_course(tmp_path)
    group = Coordinator(course)
    group.register()
    workers = connected(address, 1)
    rows = []
    with pytest.raises(NoCluster, match="was lost"):
        for row in group.grade_all(cluster=workers):
            rows.append(row)
            if len(rows) == 2:
                dask.processes[0].kill()
    workers.close()
    assert 2 <= len(rows) < len(sample_class.STUDENTS)
    done = list(Coordinator(course).grade_all())
    assert sorted((comparable(row, course) for row in done), key=lambda row: row.student) == at_home[0]
    assert grades(course) == at_home[1]
