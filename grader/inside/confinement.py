"""What a notebook's process does to itself before the first line of a student runs.

It comes out of a warm process inside bubblewrap's sandbox and gives up what that one still has: it moves into
namespaces of its own (processes, mounts, shared memory), gets empty folders to write in, accepts the limits, and
drops its last capability. When its first process ends, the kernel ends all others and forgets what they wrote.
"""

from __future__ import annotations

import ctypes
import os
import resource
from dataclasses import dataclass

WORK = "/notebook"
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x00020000, 0x08000000, 0x20000000  # linux/sched.h
MS_NOSUID, MS_NODEV, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x4000, 0x40000  # linux/mount.h
CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h


@dataclass(frozen=True)
class Bounds:
    """Bytes of memory and of one file, and how many processes: the limits that the kernel keeps.

    `memory` is address space of one process; the sum over all of them is watched from outside.
    """

    memory: int = 2 << 30
    file: int = 64 << 20
    processes: int = 64

    def accept(self) -> None:
        """Set them as limits of this process, for good."""
        for what, limit in (
            (resource.RLIMIT_AS, self.memory),
            (resource.RLIMIT_FSIZE, self.file),
            (resource.RLIMIT_NPROC, self.processes),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (limit, limit))


_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def leave_namespaces() -> None:
    """Make the next child the first process of new namespaces. OSError: the sandbox has no right to."""
    _call("unshare", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID)


def furnish(size: int) -> None:
    """Inside new namespaces: processes of its own in /proc, and empty folders of at most `size` bytes to write in."""
    _call("mount", None, b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None)
    _mount("proc", "/proc", "proc", "")
    for place in (WORK, "/dev/shm"):
        _mount("tmpfs", place, "tmpfs", f"size={size},mode=0700")
    os.chdir(WORK)


def _mount(what: str, where: str, kind: str, options: str) -> None:
    flags = ctypes.c_ulong(MS_NOSUID | MS_NODEV)
    _call("mount", what.encode(), where.encode(), kind.encode(), flags, options.encode())


def drop_capabilities() -> None:
    """Give up every capability; with no_new_privs, which bubblewrap has set, none comes back."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _call("capset", header, nothing)
