"""Grading is killed, wherever: nothing runs on, nothing is lost, nothing is graded twice, and the end is the same."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest
import tiny_course
from killable import (
    NAME,
    Killable,
    Snapshot,
    course_and_packages,
    forget_grades,
    hand_in_class,
    snapshot,
    torn,
    wait_until,
)

COPIES = 16


@pytest.fixture(scope="module")
def killable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killable]:
    course, packages = course_and_packages(tmp_path_factory.mktemp("kills"))
    hand_in_class(course, COPIES)
    made = Killable(course, packages)
    yield made
    made.close()
    tiny_course.forget(course)


@pytest.fixture(scope="module")
def undisturbed(killable: Killable) -> tuple[Snapshot, float]:
    """What the class comes to when nothing happens, and the seconds that it took."""
    begun = time.monotonic()
    code, said = killable.grade("--workers", "1")
    assert code == 1 and "1 damaged" in said and "not reached" not in said, said
    return snapshot(killable.course), time.monotonic() - begun


def moments(killable: Killable, draw: random.Random, took: float) -> dict[str, Callable[[int], bool]]:
    """How to wait for the moment of a kill, given the process; False if the run ended before."""
    gradebook = killable.course.gradebook

    def after_a_time(pid: int) -> bool:
        end = time.monotonic() + draw.uniform(0.05, 0.4) * took
        return wait_until(lambda: time.monotonic() > end, pid, pause=0.01)

    def after_rows(pid: int) -> bool:
        wanted = len(killable.rows()) + draw.randint(1, 3)
        found = wait_until(lambda: len(killable.rows()) >= wanted, pid, pause=0.005)
        time.sleep(draw.uniform(0, 0.05))
        return found

    def inside_a_transaction(pid: int) -> bool:
        before = len(killable.rows())
        wait_until(lambda: len(killable.rows()) > before, pid, pause=0.005)
        return wait_until((gradebook / "gradebook.db-journal").exists, pid)

    def between_page_and_row(pid: int) -> bool:
        done = set(killable.rows())
        left = [path for path in (gradebook / "submitted").iterdir() if path.name not in done]
        pages = [killable.course.feedback(path.name, NAME) for path in left]
        return wait_until(lambda: any(page.exists() for page in pages), pid)

    return {
        "after_a_time": after_a_time,
        "after_rows": after_rows,
        "inside_a_transaction": inside_a_transaction,
        "between_page_and_row": between_page_and_row,
        "ctrl_c": after_rows,
    }


# Where one run after another is cut off, by SIGKILL or, where it says so, by Ctrl-C; the last one goes to the end.
ONE = "after_a_time inside_a_transaction between_page_and_row after_rows ctrl_c after_a_time after_rows after_a_time"
POINTS = {"1": ONE.split(), "2": ["after_rows", "ctrl_c", "between_page_and_row", "inside_a_transaction"]}


@pytest.mark.parametrize("workers", POINTS)
def test_cut_off_anywhere_a_class_is_completed_by_the_next_runs(
    killable: Killable, undisturbed: tuple[Snapshot, float], workers: str
) -> None:
    expected, took = undisturbed
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # shown when the test fails
    wait_for = moments(killable, random.Random(seed), took)
    forget_grades(killable.course)
    hit = []
    for point in POINTS[workers]:
        before = killable.rows()
        code, said = cut_off(killable, workers, wait_for[point], by_hand=point == "ctrl_c")
        hit.append(code in (-signal.SIGKILL, 130))
        assert hit[-1] or code == 1, (seed, point, said)
        assert code != 130 or ("The same command does the rest" in said and "Traceback" not in said), (seed, said)
        killable.nothing_survives()
        now = killable.rows()
        assert {student: now.get(student) for student in before} == before, (seed, point)
        assert not torn(killable.course, expected), (seed, point)
    assert sum(hit) >= len(hit) - 1, (seed, hit)
    before = killable.rows()
    code, said = killable.grade("--workers", workers)
    assert code == 1 and "Traceback" not in said, (seed, said)
    assert {student: killable.rows()[student] for student in before} == before, seed
    assert snapshot(killable.course) == expected, seed
    killable.nothing_survives()


def cut_off(killable: Killable, workers: str, wait: Callable[[int], bool], by_hand: bool) -> tuple[int, str]:
    """Start a run, and end it at its moment: its exit code, and what it said."""
    pid = killable.start("grade", "--workers", workers)
    reached = wait(pid)
    if reached and by_hand:
        os.killpg(pid, signal.SIGINT)  # as a terminal does: it reaches the workers too
    elif reached:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return killable.end()


def workers_of(pid: int) -> list[psutil.Process]:
    """The processes of a run that judge."""
    found = psutil.Process(pid).children() if psutil.pid_exists(pid) else []
    return [process for process in found if "LokyProcess" in " ".join(process.cmdline())]


def test_a_killed_worker_costs_no_submission(killable: Killable, undisturbed: tuple[Snapshot, float]) -> None:
    forget_grades(killable.course)
    pid = killable.start("grade", "--workers", "2")
    assert wait_until(lambda: len(killable.rows()) >= 2, pid, pause=0.01)
    victim = workers_of(pid)[0]
    sandboxes = victim.children(recursive=True)
    victim.kill()
    before = killable.rows()
    psutil.wait_procs(sandboxes, timeout=10)
    assert not [process for process in sandboxes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    code, said = killable.end()
    assert code == 1 and "not reached" not in said and "Traceback" not in said, said
    assert {student: killable.rows()[student] for student in before} == before
    assert snapshot(killable.course) == undisturbed[0]
    killable.nothing_survives()


def test_the_memory_does_not_grow_with_the_class(killable: Killable) -> None:
    forget_grades(killable.course)
    class_size = len(hand_in_class(killable.course, 48))
    pid = killable.start("grade", "--workers", "1")
    held = []
    for share in (1 / 3, 0.95):
        assert wait_until(lambda: len(killable.rows()) >= share * class_size, pid, pause=0.01)  # noqa: B023
        held.append(psutil.Process(pid).memory_info().rss)
    code, said = killable.end()
    assert code == 1, said
    assert held[1] - held[0] < 12_000_000, held  # a notebook with its page is 400 kB
