"""A gradebook in PostgreSQL: the same class, the same grades, the same endurance as in the file of SQLite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
import tiny_course

pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed (the extra `postgres`)")

from killable import NAME, Killable, Snapshot, course_and_packages, forget_grades, snapshot, wait_until
from nbformat import writes
from postgres import PASSWORD, USER, Server

from grader.judge import recording, sample_class
from grader.judge.sample_class import Material, solved

SAMPLES = ("sample-perfect", "sample-mistake-1", "sample-half", "sample-not-json")
COPIES = 4  # who are right, and of whom each has a written answer to be marked
DATABASE = "minigrad"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture(scope="module")
def killable(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killable]:
    course, packages = course_and_packages(tmp_path_factory.mktemp("postgres"))
    sample_class.hand_in(course, [NAME], SAMPLES)
    material = Material.of(course, NAME)
    for number in range(COPIES):
        path = course.submitted(f"student-{number}", NAME)
        path.parent.mkdir(parents=True)
        path.write_text(writes(solved(material, material.solutions | {"why": f"They are added, {number} times."})))
    made = Killable(course, packages)
    yield made
    made.close()
    tiny_course.forget(course)


@pytest.fixture(scope="module")
def in_a_file(killable: Killable) -> Snapshot:
    """What the class comes to with SQLite."""
    code, said = killable.grade("--workers", "1")
    assert code == 1 and "1 damaged" in said, said
    assert (killable.course.gradebook / "gradebook.db").exists()
    return snapshot(killable.course)


def writing(server: Server) -> Callable[[], bool]:
    """Whether somebody is in the middle of a transaction that writes grades."""
    connection = server.connect(DATABASE)
    query = "SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"

    def seen() -> bool:
        row = connection.execute(query).fetchone()
        return row is not None and row[0] > 0

    return seen


def test_killed_and_cut_off_from_its_server_it_ends_as_the_same_class(
    killable: Killable, in_a_file: Snapshot, server: Server
) -> None:
    course = killable.course
    forget_grades(course)
    url = server.new_database(DATABASE)
    (course.gradebook / "config.py").write_text(f'c.CourseDirectory.db_url = "{url}"\n')  # as a teacher does it
    vars(course).pop("config")  # it was read before
    assert course.config.CourseDirectory.db_url == url

    pid = killable.start("grade", "--workers", "1")
    assert wait_until(lambda: len(killable.rows()) >= 1, pid, pause=0.005)
    assert wait_until(writing(server), pid)
    os.kill(pid, signal.SIGKILL)
    assert killable.end()[0] == -signal.SIGKILL
    killed = killable.rows()

    pid = killable.start("grade", "--workers", "1")
    assert wait_until(lambda: len(killable.rows()) >= len(killed) + 2, pid, pause=0.01)
    server.stop()
    code, said = killable.end()
    assert code == 3 and "could not be written" in said and "submissions are done" in said, said
    code, said = killable.grade("--workers", "1")  # the server is still away
    assert code == 3 and "See that its server runs" in said and "Traceback" not in said, said
    assert PASSWORD not in said and f"{USER}:***@" in said
    before = killable.rows()
    assert killed.items() <= before.items()

    server.start()
    code, said = killable.grade("--workers", "1")
    assert code == 1 and "Traceback" not in said, said
    assert before.items() <= killable.rows().items()
    assert snapshot(course) == in_a_file
    assert not (course.gradebook / "gradebook.db").exists()
    killable.nothing_survives()
    command = [sys.executable, "-m", "nbgrader", "db", "upgrade"]  # it is of this version already, and alembic says so
    upgraded = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    assert upgraded.returncode == 0 and DATABASE in upgraded.stderr, upgraded.stderr


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:9/minigrad", "refused"),
        (f"postgresql+nothing://{USER}:{PASSWORD}@127.0.0.1:9/minigrad", "Can't load plugin"),
        (f"postgresql+asyncpg://{USER}:{PASSWORD}@127.0.0.1:9/minigrad", "No module named"),
        (f"{USER}/{PASSWORD}", "Could not parse"),
    ],
)
def test_an_address_that_does_not_work_is_told_without_the_password(url: str, why: str) -> None:
    begun = time.monotonic()
    with pytest.raises(recording.NotRecorded, match="See that its server runs") as told:
        recording.Book(url, "minigrad")
    assert why in str(told.value) and PASSWORD not in str(told.value)
    assert time.monotonic() - begun < 30
