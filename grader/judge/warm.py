"""A warm process in the sandbox, seen from the judge: notebooks' processes are split off from it.

What comes out of a notebook's process is untrusted: it is read with limits of size and time, and made into outputs
field by field.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
from nbformat import NotebookNode

from grader.inside import answers
from grader.inside.confinement import Bounds
from grader.judge import package
from grader.judge.sandbox import NoSandbox, command

MAX_MESSAGE = 32_000_000
SHORT = 1_000  # bytes that a message may always have
OVERHEAD = 100  # bytes that an output takes besides its message
GRACE = 2.0  # seconds between the interrupt and the end
GLANCE = 0.2  # seconds between two looks at the memory of a cell that runs long
START = 60.0  # seconds for a sandbox to become warm on a busy machine
KEPT = 3  # warm processes that wait for more of their assignment's notebooks


class Sandbox:
    """A warm process in a sandbox, from which notebooks' processes are split off, one after the other."""

    def __init__(self, packages: Path) -> None:
        """Start it. NoSandbox: it did not start; the message ends with what bubblewrap or Python said."""
        packages.chmod(0o755)
        self.control, theirs = socket.socketpair()
        self.control.settimeout(START)
        program = [sys.executable, "-m", "grader.inside.warm", str(theirs.fileno())]
        with tempfile.TemporaryFile() as log:
            self.process = subprocess.Popen(
                command(program, packages, capable=True),
                pass_fds=[theirs.fileno()],
                env={},  # that of a sandbox's first process can be seen in it
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the judge, not for a student's notebook
            )
            theirs.close()
            with suppress(OSError):
                if self.control.recv(1) == b"!":
                    return
            self.close()
            log.seek(0)
            said = log.read().decode(errors="replace").strip()[-1000:]
        raise NoSandbox(f"The sandbox did not start: {said or 'it said nothing'}")

    def notebook(self, bounds: Bounds) -> Process:
        """Split off the process of one notebook. NoSandbox: the warm process is gone, or could not."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self.control, [json.dumps(asdict(bounds)).encode()], [theirs.fileno()])
        ours.settimeout(START)
        message, files, _, _ = socket.recv_fds(ours, 1, 1)
        if message != b"!" or not files:
            ours.close()
            raise NoSandbox("The sandbox could not split off a process for a notebook.")
        process = Process(ours, files[0], bounds)
        if process.run("", START, 0).stopped:  # it has not come to its first cell: that is not the student's fault
            process.close()
            raise NoSandbox("The process of a notebook could not be set up in the sandbox.")
        return process

    def close(self) -> None:
        """End it and all that runs in it."""
        self.control.close()
        self.process.kill()
        self.process.wait()


@dataclass
class CellOutcome:
    """What a cell left: its outputs, why it did not come to its end ("" if it did), whether the process is gone."""

    outputs: list[NotebookNode] = field(default_factory=list)
    stopped: str = ""
    gone: bool = False


class Process:
    """The process of one notebook, seen from outside."""

    def __init__(self, channel: socket.socket, pidfd: int, bounds: Bounds) -> None:
        self.channel, self.pidfd, self.bounds = channel, pidfd, bounds
        self.buffer = bytearray()

    def run(self, source: str, seconds: float, size: int) -> CellOutcome:
        """Run a cell for at most so many seconds, and keep at most `size` bytes of its outputs."""
        outcome = CellOutcome()
        interrupted = False
        now = time.monotonic()
        deadline, glance = now + seconds, now + GLANCE
        try:
            self._send({"source": source})
            while True:
                message = self._receive(min(deadline, glance), size)
                if message is not None and message.get("output_type") == "done":
                    return outcome
                if message is not None:
                    size -= keep(message, outcome.outputs, size)
                now = time.monotonic()  # looked at after every message: there may be no end of them
                if now > glance:
                    glance = now + GLANCE
                    if self._memory() > self.bounds.memory:
                        return self._end(outcome, f"more than {self.bounds.memory >> 20} MB of memory")
                if now > deadline and interrupted:
                    return self._end(outcome, f"the time limit of {seconds:g} s, and could not be interrupted")
                if now > deadline:
                    interrupted, deadline = True, now + GRACE
                    outcome.stopped = f"the time limit of {seconds:g} s"
                    signal.pidfd_send_signal(self.pidfd, signal.SIGINT)
        except (EOFError, OSError, ValueError, RecursionError):
            return self._end(outcome, "the process ended in this cell")

    def _end(self, outcome: CellOutcome, why: str) -> CellOutcome:
        self.close()
        outcome.stopped, outcome.gone = why, True
        return outcome

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode()
        self.channel.settimeout(GRACE + 1)
        self.channel.sendall(answers.LENGTH.pack(len(data)) + data)

    def _receive(self, until: float, size: int) -> dict[str, Any] | None:
        """The next message; None if there is none in time. EOFError, ValueError, RecursionError: it sends nonsense.

        Of a message of more than `size` bytes nothing is read: a few bytes of JSON can be many of memory.
        """
        while True:
            if len(self.buffer) >= answers.LENGTH.size:
                (length,) = answers.LENGTH.unpack_from(self.buffer)
                if length > MAX_MESSAGE:
                    raise ValueError("a message that is too large")
                if len(self.buffer) >= answers.LENGTH.size + length:
                    data = bytes(self.buffer[answers.LENGTH.size : answers.LENGTH.size + length])
                    del self.buffer[: answers.LENGTH.size + length]
                    message = read_json(data) if length <= max(size, SHORT) else {}
                    if not isinstance(message, dict):
                        raise ValueError("a message that is no message")
                    return message
                if time.monotonic() > until:
                    return None
            if not select.select([self.channel], [], [], max(0.0, until - time.monotonic()))[0]:
                return None
            part = self.channel.recv(1 << 20)
            if not part:
                raise EOFError
            self.buffer += part

    def _memory(self) -> int:
        """Bytes that the process and all its children hold."""
        info = Path(f"/proc/self/fdinfo/{self.pidfd}").read_text().split("Pid:")
        return memory_of(int(info[1].split()[0]))

    def close(self) -> None:
        """End the process; the kernel ends all that it has started."""
        if self.pidfd >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
            os.close(self.pidfd)
            self.pidfd = -1
            self.channel.close()


def memory_of(pid: int) -> int:
    """Bytes that a process and all its children hold; 0 when it has just ended."""
    try:
        first = psutil.Process(pid)
        return sum(process.memory_info().rss for process in [first, *first.children(recursive=True)])
    except (psutil.Error, ValueError):
        return 0


def read_json(data: bytes) -> Any:
    """JSON whose strings are text: half a surrogate pair, which no file can hold, becomes a question mark."""
    tree = json.loads(data)
    text = json.dumps(tree, ensure_ascii=False)
    return tree if text.isascii() else json.loads(text.encode(errors="replace"))


def keep(message: dict[str, Any], outputs: list[NotebookNode], size: int) -> int:
    """Put what a process sent among a cell's outputs, if it is an output and fits; the room that it takes."""
    output = _output(message)
    if message.get("output_type") == "clear_output":
        outputs.clear()
    room = len(json.dumps(message)) + OVERHEAD
    if output is None or room > size:
        return 0
    outputs.append(output)
    return room


def _output(message: dict[str, Any]) -> NotebookNode | None:
    """The output that a message describes, made field by field; None if it is none."""
    kind, data = message.get("output_type"), message.get("data")
    if kind == "stream" and message.get("name") in ("stdout", "stderr"):
        return NotebookNode(output_type=kind, name=message["name"], text=_text(message.get("text")))
    if kind in ("display_data", "execute_result") and isinstance(data, dict):
        plain = {name: content for name, content in data.items() if isinstance(content, str) or name == answers.MIME}
        count = {"execution_count": None} if kind == "execute_result" else {}
        return NotebookNode(output_type=kind, data=NotebookNode(plain), metadata=NotebookNode(), **count)
    if kind == "error":
        name, value, lines = (message.get(part) for part in ("ename", "evalue", "traceback"))
        trace = [_text(line) for line in lines] if isinstance(lines, list) else []
        return NotebookNode(output_type=kind, ename=_text(name), evalue=_text(value), traceback=trace)
    return None


def _text(text: Any) -> str:
    return text if isinstance(text, str) else ""


_waiting: OrderedDict[tuple[str, ...], Sandbox] = OrderedDict()


def notebook(holes: tuple[str, ...], bounds: Bounds) -> Process:
    """A process for one notebook of the assignment with these holes. NoSandbox: there can be none."""
    if holes in _waiting:
        try:
            _waiting.move_to_end(holes)
            return _waiting[holes].notebook(bounds)
        except (NoSandbox, OSError):  # the warm process is gone: start another
            _waiting.pop(holes).close()
    while len(_waiting) >= KEPT:
        _waiting.popitem(last=False)[1].close()
    _waiting[holes] = Sandbox(package.template(holes))
    return _waiting[holes].notebook(bounds)


@atexit.register
def close_all() -> None:
    """End the warm processes of this process."""
    while _waiting:
        _waiting.popitem()[1].close()
