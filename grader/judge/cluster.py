"""A class on more than one machine: the same `judge`, by the workers of a Dask cluster.

The coordinator and its gradebook stay where they are. Only so many submissions are under way that every worker has
one and another one waiting, so memory does not grow with the class. When a worker dies, Dask gives what it had to
another one; a submission that comes back twice is not possible, for only this process takes what comes.
"""

from __future__ import annotations

import hashlib
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

import grader
import minigrad
from grader.judge import judging, sandbox
from grader.judge.judging import Judged, Task

CONNECT = 10.0  # seconds for the scheduler to answer
PATIENCE = 60.0  # seconds that a class waits for a worker when all are gone
GLANCE = 2.0  # seconds between two looks whether there are workers
START = "python -m distributed.cli.dask_worker {} --nthreads 1 --nworkers -1"
OTHER_CODE = "The worker {} has another version of the course's code or of numpy. Install the same there."

_one_at_a_time = threading.Lock()  # a process judges in one thread


class NoCluster(RuntimeError):
    """There is no cluster at the address, or none that can grade; the message says why and what to do."""


@lru_cache
def code() -> str:
    """A digest of all that is installed here and decides on a grade: the course's packages, and numpy's version."""
    digest = hashlib.sha256(np.__version__.encode())
    for package in (minigrad, grader):
        folder = Path(str(package.__file__)).parent
        for file in sorted(folder.rglob("*.py")):
            digest.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return digest.hexdigest()


def about(unsafe: bool) -> tuple[str, str, str]:
    """Of a worker: its code, its sandbox in words, and why it has none."""
    try:
        return code(), "no sandbox" if unsafe else sandbox.check(), ""
    except sandbox.NoSandbox as why:
        return code(), "", str(why)


def judge(task: Task, expected: str) -> Judged:
    """What a worker does, if it has the expected code."""
    if code() != expected:
        return Judged(task.student, task.assigned.name, problem=OTHER_CODE.format("that was to grade it"))
    with _one_at_a_time:
        return judging.judge(task)


class Cluster:
    """The workers of the Dask scheduler that listens at `address`, such as tcp://127.0.0.1:8786."""

    def __init__(self, address: str, unsafe: bool = False) -> None:
        """Connect. NoCluster: nothing listens there, nobody works there, or a worker cannot grade."""
        try:
            import distributed
        except ImportError as error:
            raise NoCluster("Dask is not installed here: pip install 'distributed>=2025.1'.") from error
        self.address = address
        try:
            self.client = distributed.Client(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise NoCluster(
                f"No Dask scheduler answers at {address}: {error}. Start one with `python -m "
                f"distributed.cli.dask_scheduler`; it says its address. Its workers: {START.format('ADDRESS')}"
            ) from error
        try:
            self.sandboxes = self._check(unsafe)
        except BaseException:
            self.close()
            raise

    def _check(self, unsafe: bool) -> str:
        """The workers' sandboxes in words. NoCluster: a worker cannot grade as this machine would."""
        found = self.client.run(about, unsafe, on_error="return")
        if not found:
            raise NoCluster(f"The scheduler at {self.address} has no workers. Start some: {START.format(self.address)}")
        for worker, said in found.items():
            if isinstance(said, BaseException):
                raise NoCluster(
                    f"The worker {worker} cannot grade: {type(said).__name__}: {said}. Install there what is installed "
                    "here: the course with all its packages."
                )
            installed, _, no_sandbox = said
            if installed != code():
                raise NoCluster(OTHER_CODE.format(worker))
            if no_sandbox:
                raise NoCluster(f"The worker {worker} has no sandbox. {no_sandbox} With --unsafe it grades without.")
        return ", ".join(sorted({said[1] for said in found.values()}))

    @property
    def size(self) -> int:
        """How many submissions are judged at once."""
        return sum(self._workers().values())

    def _workers(self) -> dict[str, int]:
        """The threads of every worker that is there now. NoCluster: the scheduler is gone."""
        try:
            return self.client.nthreads()
        except (OSError, RuntimeError) as error:
            raise self._lost("the scheduler is gone") from error

    def judge_all(self, tasks: Iterable[Task]) -> Iterator[Judged]:
        """Judge, and give what is done first first. A submission all of whose workers were killed is not given.

        NoCluster: the scheduler is gone, or for a minute there was no worker.
        """
        import distributed

        waiting, done = iter(tasks), queue.SimpleQueue[Any]()
        under_way: dict[Any, Task] = {}
        while True:
            for task in islice(waiting, max(2 * self.size - len(under_way), 0)):
                future = self.client.submit(judge, task, code(), pure=False)
                under_way[future] = task
                future.add_done_callback(done.put)
            if not under_way:
                return
            future = self._next(done)
            task = under_way.pop(future)
            try:
                yield future.result()
            except distributed.KilledWorker:
                pass
            except distributed.CancelledError:
                raise self._lost("the scheduler is gone") from None
            except (ImportError, AttributeError, TypeError) as error:  # the worker could not even start
                problem = f"a worker of the cluster could not grade: {type(error).__name__}: {error}"
                yield Judged(task.student, task.assigned.name, problem=problem)

    def _next(self, done: queue.SimpleQueue) -> Any:
        """The next one that is done. NoCluster: there will be none."""
        seen = time.monotonic()
        while True:
            try:
                return done.get(timeout=GLANCE)
            except queue.Empty:
                if self.client.status != "running":
                    raise self._lost("the scheduler is gone") from None
                if self._workers():
                    seen = time.monotonic()
                elif time.monotonic() > seen + PATIENCE:
                    raise self._lost(f"for {PATIENCE:g} s it has had no worker") from None

    def _lost(self, why: str) -> NoCluster:
        return NoCluster(f"The cluster at {self.address} was lost: {why}.")

    def close(self) -> None:
        """Leave the cluster; what it still has to do is dropped, and it goes on without us."""
        self.client.close(timeout=GLANCE)
