"""Cells without a kernel: IPython runs them, and what they print and show goes out as messages.

A message is four bytes of length and that much JSON. The judge sends {"source": ...}; back come outputs in the form
of nbformat ("stream", "display_data", "execute_result", "error"), and at the end {"output_type": "done"}.
"""

from __future__ import annotations

import io
import json
import socket
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from grader.inside.answers import LENGTH

CHUNK = 10_000  # characters of a stream that go out at once


def read_exactly(channel: socket.socket, count: int) -> bytes:
    """That many bytes. EOFError: the other side has closed."""
    parts = bytearray()
    while len(parts) < count:
        part = channel.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


class Outlet:
    """Where a notebook's outputs leave the process."""

    def __init__(self) -> None:
        self.channel: socket.socket | None = None
        self.printed: list[tuple[str, str]] = []

    def send(self, kind: str, **fields: Any) -> None:
        """Send one output; what was printed before goes first."""
        self.flush()
        self._send({"output_type": kind, **fields})

    def _send(self, message: dict[str, Any]) -> None:
        if self.channel is not None:
            data = json.dumps(message, default=str).encode()
            self.channel.sendall(LENGTH.pack(len(data)) + data)

    def print(self, name: str, text: str) -> None:
        """Keep a piece of stdout or stderr until there is enough of it."""
        self.printed.append((name, text))
        if sum(len(text) for _, text in self.printed) > CHUNK:
            self.flush()

    def flush(self) -> None:
        """Send what was printed, in order, neighbours of the same stream as one."""
        printed, self.printed = self.printed, []
        while printed:
            name, text = printed.pop(0)
            while printed and printed[0][0] == name:
                text += printed.pop(0)[1]
            if text:
                self._send({"output_type": "stream", "name": name, "text": text})


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a notebook."""

    encoding = "utf-8"

    def __init__(self, outlet: Outlet, name: str) -> None:
        self.outlet, self.name = outlet, name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.outlet.print(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        pass  # at the end of the cell at the latest


class Publisher(DisplayPublisher):
    """display(...) as a message."""

    outlet: Outlet

    def publish(self, data: dict, metadata: dict | None = None, *about: Any, update: bool = False, **more: Any) -> None:
        self.outlet.send("display_data", data=data, metadata=metadata or {})

    def clear_output(self, wait: bool = False) -> None:
        self.outlet.send("clear_output")


class Hook(DisplayHook):
    """A cell's last value as a message."""

    outlet: Outlet

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.outlet.send("execute_result", data=format_dict, metadata=md_dict or {})


class Shell(InteractiveShell):
    """IPython, with errors as messages and without a history."""

    outlet: Outlet

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outlet.send("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))

    def init_history(self) -> None:
        self.config.HistoryManager.enabled = False
        super().init_history()


def make_shell() -> Shell:
    """The one shell of this process; it is quiet until its outlet has a channel."""
    outlet = Outlet()
    Shell.outlet = Publisher.outlet = Hook.outlet = outlet
    shell = Shell.instance(display_pub_class=Publisher, displayhook_class=Hook, colors="nocolor")
    shell.init_virtualenv = lambda: None
    return shell


def serve(shell: Shell, channel: socket.socket) -> None:
    """Run the cells that come in, until the other side closes."""
    outlet = shell.outlet
    outlet.channel = channel
    sys.stdout, sys.stderr = Stream(outlet, "stdout"), Stream(outlet, "stderr")
    while True:
        try:
            (length,) = LENGTH.unpack(read_exactly(channel, LENGTH.size))
            source = json.loads(read_exactly(channel, length))["source"]
            try:
                shell.run_cell(source, store_history=False)
            except SystemExit as end:
                outlet.send("error", ename="SystemExit", evalue=str(end), traceback=[])
            outlet.send("done")
        except EOFError:
            return
        except KeyboardInterrupt:
            continue  # it came between two cells
