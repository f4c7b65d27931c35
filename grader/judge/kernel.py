"""Notebooks in a kernel: the runner for those that need widgets or comms, and the one without a sandbox.

A kernel in the sandbox is started by a kernel provisioner and spoken to through sockets in its work folder, for it
has no network. The other one is jupyter_client's own, on this machine, and confines nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from traitlets import Unicode

from grader.inside.confinement import Bounds
from grader.judge import package, sandbox
from grader.judge.warm import MAX_MESSAGE, OVERHEAD, CellOutcome, keep, memory_of, read_json

TIME_LIMIT = {"ename": "TimeLimit", "evalue": "", "traceback": []}
PROVISIONER = "minigrad-sandbox"  # its entry point in pyproject.toml


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel in bubblewrap's sandbox."""

    packages = Unicode(help="The folder with the course's packages as graded").tag(config=True)
    work = Unicode(help="The notebook's folder, by the same path inside").tag(config=True)

    async def pre_launch(self, **options: Any) -> dict[str, Any]:
        """Put the sandbox around the kernel's command, and let the kernel read its connection file."""
        options = await super().pre_launch(**options)
        if os.geteuid() == 0:
            for path in (Path(self.work), *Path(self.work).iterdir()):
                os.chown(path, sandbox.NOBODY, sandbox.NOBODY)
        options["cmd"] = sandbox.command(options["cmd"], Path(self.packages), Path(self.work))
        return options


class Kernel:
    """The kernel of one notebook, with the interface of `warm.Process`."""

    def __init__(self, holes: tuple[str, ...], confined: bool = True) -> None:
        self.bounds = Bounds()
        with ExitStack() as stack:
            self.work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="minigrad-run-")))
            stack.callback(empty, self.work)
            manager = self._confined(holes) if confined else self._free(holes)
            manager.context.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE)
            silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # what goes past the notebook
            lifeline, held = os.pipe()
            stack.callback(os.close, held)
            self.client = Client(manager)
            environment = {} if confined else self._environment()  # a sandbox's first process shows its own
            with open(lifeline, "rb") as stdin:
                about = {"cwd": str(self.work), "env": environment, "stdin": stdin, **silent}
                stack.enter_context(self.client.setup_kernel(cleanup_kc=True, **about))
            self.process = manager.provisioner.process  # type: ignore[union-attr]  # it was just started
            self.stack = stack.pop_all()

    def _confined(self, holes: tuple[str, ...]) -> AsyncKernelManager:
        packages = package.template(holes)
        packages.chmod(0o755)
        config = {"packages": str(packages), "work": str(self.work)}
        spec = KernelSpec(
            argv=[sys.executable, "-m", "grader.inside.kernel", "-f", "{connection_file}"],
            language="python",
            interrupt_mode="message",
            metadata={"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": config}},
        )
        place = {"transport": "ipc", "ip": str(self.work / "ipc"), "connection_file": str(self.work / "kernel.json")}
        manager = AsyncKernelManager(**place)
        manager._kernel_spec = spec  # it is in no folder of kernelspecs
        return manager

    def _free(self, holes: tuple[str, ...]) -> AsyncKernelManager:
        package.copy_to(self.work, holes)
        return AsyncKernelManager(kernel_name="python3")

    def _environment(self) -> dict[str, str]:
        return sandbox.environment(str(self.work)) | {"PATH": os.environ["PATH"], "PYTHONPATH": str(self.work)}

    def run(self, source: str, seconds: int, size: int) -> CellOutcome:
        """Run a cell for at most so many seconds, and keep at most `size` bytes of its outputs."""
        cell = new_code_cell(source)
        client = self.client
        client.nb.cells[:] = [cell]
        client.left, client.interrupted, client.timeout = size, False, seconds
        watch = Watch(self.process, self.bounds, self.work)
        limit = f"the time limit of {seconds:g} s"
        try:
            with watch:
                client.execute_cell(cell, 0, store_history=False)
            came = read_json(json.dumps(cell.outputs).encode())
        except CellTimeoutError:
            return CellOutcome([], watch.why or f"{limit}, and could not be interrupted", gone=True)
        except Exception:  # DeadKernelError, and whatever a message that is none leads to
            return CellOutcome([], watch.why or "the process ended in this cell", gone=True)
        outcome = CellOutcome([], limit if client.interrupted else "")
        for output in came:
            size -= keep(output, outcome.outputs, size)
        return outcome

    def close(self) -> None:
        """End the kernel and forget its folder."""
        self.stack.close()


def empty(folder: Path) -> None:
    """Remove all that is in a folder, however deeply nested: `shutil.rmtree` and its like recurse."""
    subprocess.run(["rm", "-rf", "--", *folder.iterdir()], check=False, stderr=subprocess.DEVNULL)


def size_of(folder: Path) -> int:
    """Bytes that a folder takes on the disk."""
    told = subprocess.run(["du", "-sk", folder], capture_output=True, text=True).stdout.split()
    return int(told[0]) << 10 if told else 0


class Watch(threading.Thread):
    """Ends a kernel that takes more memory, or more of the disk, than it may."""

    def __init__(self, process: subprocess.Popen, bounds: Bounds, work: Path) -> None:
        super().__init__(daemon=True)
        self.process, self.bounds, self.work = process, bounds, work
        self.over, self.why = threading.Event(), ""

    def run(self) -> None:
        """Look, until the cell is done."""
        while not self.over.wait(0.2):
            if memory_of(self.process.pid) > self.bounds.memory:
                self.why = f"more than {self.bounds.memory >> 20} MB of memory"
            elif size_of(self.work) > self.bounds.file:
                self.why = f"more than {self.bounds.file >> 20} MB of files"
            if self.why:
                self.process.kill()
                return

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *about: object) -> None:
        self.over.set()
        self.join()


class Client(NotebookClient):
    """nbclient's executor with a limit on the output that one cell may leave."""

    def __init__(self, manager: AsyncKernelManager) -> None:
        super().__init__(
            new_notebook(),
            km=manager,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout=TIME_LIMIT,
            on_cell_executed=self._note_interrupt,
            raise_on_iopub_timeout=True,
            iopub_timeout=4,
            shutdown_kernel="immediate",
        )
        self.left = 0
        self.interrupted = False

    def _note_interrupt(self, *, execute_reply: dict, **about: Any) -> None:
        self.interrupted = execute_reply["content"].get("ename") == TIME_LIMIT["ename"]

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take an output or a widget's message as long as there is room for it in the cell."""
        if msg["msg_type"] not in ("status", "execute_input"):
            room = len(json.dumps(msg["content"], default=str)) + OVERHEAD
            if room > self.left:
                return None
            self.left -= room
        return super().process_message(msg, cell, cell_index)
