"""A process that has imported everything, and splits off one process per notebook.

It runs inside the sandbox that bubblewrap made, before any student's line does, and never runs one itself:

    python -m grader.inside.warm FD

FD is the control socket, which only the judge and this process hold. With each request comes the end of another
socket pair: the channel of one notebook. The notebook's process is in namespaces of its own, has no capability and
no open file but its channel; through the channel the judge first gets a pidfd of it, to interrupt and to end it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback

from grader.inside import cells, confinement

# What notebooks use, imported once for all of them.
IMPORTED = ("minigrad", "minigrad.live", "numpy.random", "grader.inside.checking")


def main() -> None:
    """Serve until the judge closes the control socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    for name in IMPORTED:
        importlib.import_module(name)

    shell = cells.make_shell()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.collect()
    gc.freeze()  # so that a notebook's process shares this one's memory instead of copying it at its first collection
    control.sendall(b"!")
    while True:
        request, channels, _, _ = socket.recv_fds(control, 4096, 1)
        if not request:
            return
        bounds = confinement.Bounds(**json.loads(request))
        channel = socket.socket(fileno=channels[0])
        between = os.fork()
        if between == 0:
            control.close()
            _split_off(shell, channel, bounds)
        channel.close()
        os.waitpid(between, 0)


def _split_off(shell: cells.Shell, channel: socket.socket, bounds: confinement.Bounds) -> None:
    """Start the notebook's process, tell the judge which one it is, and make room."""
    try:
        confinement.leave_namespaces()
        notebook = os.fork()
        if notebook == 0:
            _run(shell, channel, bounds)
        socket.send_fds(channel, [b"!"], [os.pidfd_open(notebook)])
    finally:
        os._exit(0)


def _run(shell: cells.Shell, channel: socket.socket, bounds: confinement.Bounds) -> None:
    try:
        confinement.furnish(bounds.file)
        os.setsid()
        bounds.accept()
        confinement.drop_capabilities()
        confinement.forbid_calls()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        os.close(nowhere)
        cells.serve(shell, channel)
    except OSError:
        traceback.print_exc()  # to the judge's log, until there is nowhere to print to
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
