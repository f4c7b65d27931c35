"""A true ipykernel in the sandbox, for notebooks that need one: `python -m grader.inside.kernel -f FILE`.

The first process only waits for the end of its standard input, which the judge holds open: when the judge is gone,
however it went, this process ends, and with it the sandbox.
"""

from __future__ import annotations

import os
import select

from grader.inside import confinement


def main() -> None:
    """Start the kernel, and stay until it or the judge is gone."""
    kernel = os.fork()
    if kernel:
        select.select([0, os.pidfd_open(kernel)], [], [])
        return
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    confinement.Bounds().accept()
    confinement.forbid_calls()
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


if __name__ == "__main__":
    main()
