"""`python -m grader doctor`: what grading needs on this machine, tried out rather than assumed.

Every check gives one finding. OK; advice: grading works, something is missing or worth knowing; problem: it does not.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil
from filelock import FileLock, Timeout
from jupyter_core.paths import jupyter_config_path, jupyter_path
from jupyter_server.config_manager import BaseJSONConfigManager
from nbgrader.api import get_alembic_version
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
from packaging.requirements import Requirement
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from grader.inside.confinement import Bounds
from grader.judge import sandbox, warm
from grader.judge.course import Course
from grader.judge.submission import read_file

OK, ADVICE, PROBLEM = "OK", "advice", "problem"
STYLES = {OK: "", ADVICE: "yellow", PROBLEM: "bold red"}
PYTHONS = (3, 11), (3, 13)
FORMGRADER = "nbgrader.server_extensions.formgrader"
GIB = 1 << 30
ROOM = GIB  # that a class may need

# Run in the sandbox that submissions are graded in: takes too much of everything, and says where it was held.
TRIAL = """\
import os, signal, socket

def held(what, attempt):
    try:
        attempt()
    except (MemoryError, OSError):
        print("held:", what)

def many(number):
    children = []
    try:
        for _ in range(number):
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
    finally:
        for child in children:
            os.kill(child, 9)
            os.waitpid(child, 0)

def large(size):
    with open("large", "wb") as file:
        file.truncate(size)

def network():
    if {name for _, name in socket.if_nameindex()} <= {"lo"}:
        raise OSError("no network but its own")

held("memory", lambda: bytearray(MEMORY))
held("processes", lambda: many(PROCESSES))
held("file size", lambda: large(FILE))
held("network", network)
"""
TRIED = ("memory", "processes", "file size", "network")


@dataclass(frozen=True)
class Finding:
    """What was looked at, the state it is in (OK, ADVICE, PROBLEM), and what was found and is to be done."""

    what: str
    state: str
    says: str


def findings(course: Course) -> list[Finding]:
    """All findings, in the order in which one depends on another. A check that fails is itself a finding."""
    found = []
    for what, check in CHECKS.items():
        try:
            found += [Finding(what, state, says) for state, says in check(course)]
        except Exception as error:  # the other checks are wanted nevertheless
            found.append(Finding(what, PROBLEM, f"could not be checked: {type(error).__name__}: {error}"))
    return found


Said = Iterator[tuple[str, str]]

# --- the environment ----------------------------------------------------------------------------------------------


def python(course: Course) -> Said:
    version = ".".join(map(str, sys.version_info[:3]))
    low, high = (".".join(map(str, one)) for one in PYTHONS)
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        yield PROBLEM, f"{version}; minigrad needs {low} to {high}: make PYTHON=python{high} setup"
    else:
        yield OK, f"{version} ({sys.executable})"


def environment(course: Course) -> Said:
    if Path(sys.prefix) == course.root / ".venv":
        yield OK, sys.prefix
    elif sys.prefix != sys.base_prefix:
        yield ADVICE, f"{sys.prefix} is not the course's own; `make setup` makes {course.root / '.venv'}"
    else:
        yield ADVICE, "this Python has no environment of its own; `make setup` makes .venv"


def packages(course: Course) -> Said:
    wrong = []
    for text in metadata.requires("minigrad") or ():
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate({"extra": "course"}):
            try:
                has = metadata.version(wanted.name)
            except metadata.PackageNotFoundError:
                wrong.append(f"{wanted.name} is not installed")
            else:
                wrong += [] if has in wanted.specifier else [f"{wanted.name} is {has}, not {wanted.specifier}"]
    if wrong:
        yield PROBLEM, f"{'; '.join(wrong)}. `make setup` installs what requirements.lock says"
    else:
        named = ", ".join(f"{name} {metadata.version(name)}" for name in ("nbgrader", "jupyterlab", "numpy"))
        yield OK, f"all that the course needs, among them {named}"


def formgrader(course: Course) -> Said:
    enabled = False
    for folder in reversed(jupyter_config_path()):  # the first has the last word
        settings = BaseJSONConfigManager(config_dir=folder).get("jupyter_server_config")
        enabled = settings.get("ServerApp", {}).get("jpserver_extensions", {}).get(FORMGRADER, enabled)
    if not enabled:
        yield ADVICE, f"not enabled in JupyterLab: python -m jupyter server extension enable --sys-prefix {FORMGRADER}"
    elif not any(Path(folder, "labextensions", "@jupyter", "nbgrader").exists() for folder in jupyter_path()):
        yield ADVICE, "JupyterLab lacks nbgrader's menu: install nbgrader again with `make setup`"
    else:
        yield OK, "enabled in JupyterLab (menu Nbgrader)"


def graphviz(course: Course) -> Said:
    path = shutil.which("dot", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    tried = (
        subprocess.run([path, "-Tsvg"], input="digraph { a -> b }", capture_output=True, text=True) if path else None
    )
    if tried is None:
        yield ADVICE, "no `dot`: pictures of graphs are shown as text. `make setup` links graphviz-pure"
    elif tried.returncode or "<svg" not in tried.stdout:
        yield ADVICE, f"{path} draws nothing: {tried.stderr.strip()[-200:]}"
    else:
        yield OK, f"{path} ({Path(str(path)).resolve().name})"


# --- the machine --------------------------------------------------------------------------------------------------


def cores(course: Course) -> Said:
    number = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else os.cpu_count() or 1
    free = psutil.virtual_memory().available
    says = f"{number}, and {free / GIB:.1f} GiB of free memory"
    if free < number * Bounds().memory:
        limit = Bounds().memory / GIB
        workers = max(1, free // Bounds().memory)
        yield (
            ADVICE,
            f"{says}; a notebook may take {limit:g} GiB. If many do: python -m grader grade --workers {workers}",
        )
    else:
        yield OK, f"{says}: as many submissions are graded at once"


def disk(course: Course) -> Said:
    for place in dict.fromkeys((course.root, Path(tempfile.gettempdir()))):
        free = shutil.disk_usage(place).free
        says = f"{free / GIB:.1f} GiB free for {place}"
        yield (OK, says) if free >= ROOM else (PROBLEM, f"{says}; make room for {ROOM / GIB:g} GiB")


def confined(course: Course) -> Said:
    try:
        yield OK, sandbox.check()
    except sandbox.NoSandbox as why:
        yield PROBLEM, f"{why} Grading refuses without it (--unsafe grades with your rights)"


def limits(course: Course) -> Said:
    """Try them: a notebook that takes too much of everything, in the sandbox that submissions are graded in."""
    bounds = Bounds()
    try:
        process = warm.notebook((), bounds)
    except sandbox.NoSandbox:
        yield PROBLEM, "not tried: there is no sandbox"
        return
    sizes = {"MEMORY": bounds.memory, "PROCESSES": bounds.processes, "FILE": bounds.file}
    more = "".join(f"{name} = {size * 5 // 4}\n" for name, size in sizes.items())
    with closing(process):
        outcome = process.run(more + TRIAL, 20, 10_000)
    said = "".join(output.get("text", "") for output in outcome.outputs)
    failed = [what for what in TRIED if f"held: {what}\n" not in said]
    if failed:
        why = f" ({outcome.stopped})" if outcome.stopped else ""
        yield PROBLEM, f"tried, and not kept by this system: {', '.join(failed)}{why}. Grade on another machine"
    else:
        yield OK, f"tried, and kept: {', '.join(TRIED)}"


# --- the course ---------------------------------------------------------------------------------------------------


def releases(course: Course) -> Said:
    names = course.assignments
    stale = [name for name in names if not course.released(name).exists() or not _as_solved(course, name)]
    if not names:
        yield PROBLEM, f"{course.root} has no solutions/<assignment>/<assignment>.ipynb: is it the course's folder?"
    elif stale:
        yield PROBLEM, f"assignments/ is not what solutions/ make: {', '.join(stale)}. Run `make release`"
    else:
        yield OK, f"{len(names)} assignments, released as their solutions are"


def _as_solved(course: Course, name: str) -> bool:
    """Whether the student version has the cells of the solutions, but for what nbgrader takes out of them."""
    notebook = read_file(course.solution(name))
    for step in (ClearSolutions(config=course.config), ClearHiddenTests(config=course.config)):
        notebook, _ = step.preprocess(notebook, {})
    released = read_file(course.released(name))
    return [(cell.id, cell.source) for cell in notebook.cells] == [(cell.id, cell.source) for cell in released.cells]


def gradebook(course: Course) -> Said:
    url = make_url(course.config.CourseDirectory.db_url)
    if url.get_backend_name() != "sqlite":
        try:
            create_engine(url).connect().close()
            yield OK, f"{url.render_as_string()} can be reached"
        except (SQLAlchemyError, ModuleNotFoundError) as error:
            yield PROBLEM, f"{url.render_as_string()} cannot be reached: {str(error).splitlines()[0]}"
    elif not Path(str(url.database)).exists():
        yield OK, "there is none yet; the first `make grade` makes it"
    else:
        yield _sqlite(Path(str(url.database)))


def _sqlite(path: Path) -> tuple[str, str]:
    try:
        with closing(
            sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=1, isolation_level=None)
        ) as database:
            damage = database.execute("PRAGMA quick_check").fetchone()[0]
            (version,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
            (students,) = database.execute("SELECT count(*) FROM student").fetchone()
            database.execute("BEGIN IMMEDIATE")  # as one that writes does
            database.execute("ROLLBACK")
    except sqlite3.Error as error:
        hint = "close the program that has it open" if "locked" in str(error) else "see who owns it, or take a backup"
        return PROBLEM, f"{path} cannot be written: {error}; {hint}"
    if damage != "ok":
        return PROBLEM, f"{path} is damaged ({damage}): take a backup, or grade again into a new one"
    if version != get_alembic_version():
        return PROBLEM, f"{path} is of another version of nbgrader: nbgrader db upgrade"
    return OK, f"{path}: opens, can be written, knows {students} students, and is of this nbgrader's version"


def grading(course: Course) -> Said:
    if not (course.gradebook / "grading.lock").exists():
        yield OK, "nobody is grading"
        return
    try:
        with FileLock(course.gradebook / "grading.lock", timeout=0):
            yield OK, "nobody is grading"
    except Timeout:
        yield ADVICE, "somebody is grading now (`make grade` or formgrader); a second one waits for a minute"


def secret(course: Course) -> Said:
    path = course.gradebook / "secret"
    if not path.exists():
        yield OK, "there is none yet; the first `make grade` makes it"
        return
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        yield PROBLEM, f"others can read {path} (mode {mode:o}), and so the inputs of hidden checks: chmod 600 {path}"
    else:
        yield OK, f"{path} is its owner's alone"


CHECKS: dict[str, Callable[[Course], Said]] = {
    "Python": python,
    "environment": environment,
    "packages": packages,
    "formgrader": formgrader,
    "pictures": graphviz,
    "cores": cores,
    "disk": disk,
    "sandbox": confined,
    "limits": limits,
    "assignments": releases,
    "gradebook": gradebook,
    "lock": grading,
    "secret": secret,
}
