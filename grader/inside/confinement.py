"""What a notebook's process does to itself before the first line of a student runs.

It comes out of a warm process inside bubblewrap's sandbox and gives up what that one still has: it moves into
namespaces of its own (processes, mounts, shared memory, network), gets empty folders to write in, accepts the limits,
drops its last capability, and gives up the calls by which memory escapes the limits or the end of the process. When
its first process ends, the kernel ends all others and forgets what they wrote.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
from dataclasses import dataclass

WORK = "/notebook"
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x8000000, 0x20000000, 0x40000000  # linux/sched.h
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REC, MS_PRIVATE = 0x1, 0x2, 0x4, 0x4000, 0x40000  # linux/mount.h
CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2  # linux/prctl.h, linux/seccomp.h
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 0x7FFF0000, 0x50000
BPF_LOAD, BPF_IF_EQUAL, BPF_IF_AT_LEAST, BPF_RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h
X32 = 0x40000000  # the numbers of x86_64's second set of calls begin here

# Calls that a notebook is refused, by their numbers on x86_64 and on arm64 and riscv64: those that keep memory which
# is in no process (memfd, System V, queues), those whose keys stay behind, and some that only attackers need.
FORBIDDEN = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1), "riscv64": (0xC00000F3, 1)}  # linux/audit.h


@dataclass(frozen=True)
class Bounds:
    """Bytes of memory and of one file, how many open files, and how many processes: the limits that the kernel keeps.

    `memory` is address space of one process; the sum over all of them is watched from outside.
    """

    memory: int = 2 << 30
    file: int = 64 << 20
    files: int = 128
    processes: int = 32

    def accept(self) -> None:
        """Set them as limits of this process, for good. When the machine runs out of memory, this process goes first.

        A core dump of at most one byte is none; with 0 the kernel would still call the machine's crash reporter.
        """
        for what, limit in (
            (resource.RLIMIT_AS, self.memory),
            (resource.RLIMIT_FSIZE, self.file),
            (resource.RLIMIT_NOFILE, self.files),
            (resource.RLIMIT_NPROC, self.processes),
            (resource.RLIMIT_CORE, 1),
        ):
            resource.setrlimit(what, (limit, limit))
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")


_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def leave_namespaces() -> None:
    """Make the next child the first process of new namespaces. OSError: the sandbox has no right to."""
    _call("unshare", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET)


def furnish(size: int) -> None:
    """Inside new namespaces: processes of its own in /proc, and empty folders of at most `size` bytes to write in."""
    _call("mount", None, b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None)
    _mount("proc", "/proc", "proc", "")
    for place in (WORK, "/dev/shm"):
        _mount("tmpfs", place, "tmpfs", f"size={size},nr_inodes=10000,mode=0700")
    _mount("tmpfs", "/dev/pts", "tmpfs", "size=4096", MS_RDONLY)  # the one there belongs to all notebooks
    os.chdir(WORK)


def _mount(what: str, where: str, kind: str, options: str, more: int = 0) -> None:
    flags = ctypes.c_ulong(MS_NOSUID | MS_NODEV | more)
    _call("mount", what.encode(), where.encode(), kind.encode(), flags, options.encode())


def drop_capabilities() -> None:
    """Give up every capability; with no_new_privs, which bubblewrap has set, none comes back."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _call("capset", header, nothing)


def forbid_calls() -> None:
    """Give up the FORBIDDEN calls, for good: they fail with EPERM. On machines of other kinds it does nothing."""
    if platform.machine() not in MACHINES:
        return
    architecture, column = MACHINES[platform.machine()]
    numbers = [call[column] for call in FORBIDDEN.values()]
    rest = len(numbers)
    program = [
        (BPF_LOAD, 0, 0, 4),  # which machine's calls
        (BPF_IF_EQUAL, 0, rest + 3, architecture),
        (BPF_LOAD, 0, 0, 0),  # which call
        (BPF_IF_AT_LEAST, rest + 1, 0, X32),
        *((BPF_IF_EQUAL, rest - i, 0, number) for i, number in enumerate(numbers)),
        (BPF_RETURN, 0, 0, SECCOMP_RET_ALLOW),
        (BPF_RETURN, 0, 0, SECCOMP_RET_ERRNO | errno.EPERM),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    whole = struct.pack("HP", len(program), ctypes.addressof(code))  # with C's padding between the two
    _call("prctl", PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), ctypes.create_string_buffer(whole), 0, 0)
