"""The attack suite: what hostile notebooks earn, and that nothing leaks, changes or survives.

The table of attacks is in attacks.py; attacks on folders and on the class are in test_grading_attacked_class.py.
"""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import tiny_course
from attacks import ATTACKS, CHANNEL, COUNT, FULL, GONE_IN_SLOPE, NOTHING, SLOPE, unless
from nbformat import NotebookNode
from tampering import TAMPERING

from grader.judge import judging, release, run, score, submission, warm
from grader.judge.course import Course
from grader.judge.judging import Assigned, Judged, SourceCell, Task
from grader.judge.sample_class import Material, solved
from grader.judge.score import Assignment
from grader.judge.submission import grade_id

NAME = tiny_course.NAME
SECRET = b"the secret of the course"


@dataclass
class Court:
    """The judge of the tiny course, for one submission after the other."""

    course: Course
    material: Material
    assigned: Assigned

    def notebook(self, **cells: str) -> NotebookNode:
        return solved(self.material, self.material.solutions | cells)

    def judge(self, handed_in: NotebookNode | str, seconds: int = 10, release: str = "") -> Judged:
        text = handed_in if isinstance(handed_in, str) else json.dumps(handed_in)
        about = vars(self.assigned) | {"limits": run.Limits(seconds, 60)} | ({"release": release} if release else {})
        judged = judging.judge(Task("student", Assigned(**about), text))
        assert not judged.problem
        json.dumps(judged.notebook, ensure_ascii=False).encode()  # fit for a file
        return judged

    def points_on(self, runner: str, cells: dict[str, str], seconds: int = 10) -> dict[str, float]:
        """The points on one of the three runners."""
        rebuilt = submission.rebuild(self.material.release, submission.read(json.dumps(self.notebook(**cells))))
        judging.restore(rebuilt, self.assigned.cells)
        known = Assignment.load(NAME)
        inputs = known.inputs(SECRET, rebuilt.metadata.minigrad["digest"])
        done = run.answers_of(rebuilt, inputs, known.holes, run.Limits(seconds, 60), runner)
        return {result.test.grade_id: result.score for result in score.results(rebuilt, known, inputs, done)}


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    course = tiny_course.make(tmp_path_factory.mktemp("course"))
    release.release(course, NAME)
    cells = {
        grade_id(cell): SourceCell(not cell.metadata.nbgrader.solution, cell.source, "")
        for cell in tiny_course.notebook().cells
        if grade_id(cell)
    }
    os.environ["COURSE_TOKEN"] = "very-secret"  # when the warm process starts
    warm.close_all()
    released = course.released(NAME).read_text()
    court = Court(course, Material.of(course, NAME), Assigned(NAME, released, cells, SECRET))
    assert points(court.judge(court.notebook())) == FULL
    yield court
    del os.environ["COURSE_TOKEN"]
    tiny_course.forget(course)


def points(judged: Judged) -> dict[str, float]:
    earned: Counter[str] = Counter()
    for finding in judged.findings:
        earned[finding["cell"]] += finding["earned"]
    return dict(earned)


def outputs(judged: Judged) -> str:
    """All that a cell shows, as text."""
    assert judged.notebook is not None
    return json.dumps([cell.get("outputs", []) for cell in judged.notebook.cells])


def processes() -> int:
    return len(psutil.Process().children(recursive=True))


def no_more_processes_than(before: int) -> bool:
    for _ in range(100):
        if processes() <= before:
            return True
        time.sleep(0.05)
    return False


def test_the_untouched_release_earns_nothing(court: Court) -> None:
    assert points(court.judge(court.material.release)) == NOTHING


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_what_it_deserves_and_leaves_no_process(court: Court, name: str) -> None:
    attack, before = ATTACKS[name], processes()
    begun = time.monotonic()
    judged = court.judge(court.notebook(**attack.cells), attack.seconds)
    assert points(judged) == FULL | attack.points
    assert time.monotonic() - begun < 30
    assert len(outputs(judged)) < 3_000_000
    assert "root:" not in outputs(judged) and "very-secret" not in outputs(judged)
    assert no_more_processes_than(before)


@pytest.mark.parametrize("name", TAMPERING)
def test_a_tampered_notebook_earns_what_it_deserves(court: Court, name: str) -> None:
    tamper, differing = TAMPERING[name]
    notebook = court.notebook(slope="def slope(x): return 0.0")
    tamper(notebook)
    assert points(court.judge(notebook)) == FULL | {"test_slope": 0.0} | differing


def test_an_attack_by_files_finds_nothing_of_this_machine(court: Court) -> None:
    project = tiny_course.PROJECT
    places = [court.course.root, court.course.gradebook / "gradebook.db", court.course.solution(NAME)]
    places += [project / "solutions", project / "grader", project / "minigrad", project / "tests", project / ".git"]
    places += ["/etc/passwd", "/etc/hostname", "/sys", "/run", "/boot", Path.home() / ".bashrc"]
    look = f"""
for place in {[str(place) for place in places]}:
    found += [place] if os.path.exists(place) else []
for path in glob.glob("/proc/*/environ"):
    found += [path] if b"very-secret" in open(path, "rb").read() else []
found += [name for name in os.environ if os.environ[name] == "very-secret"]
try:
    os.makedirs({str(court.course.gradebook)!r})
    found.append("made a folder")
except OSError: pass
print("found", found)
"""
    judged = court.judge(court.notebook(**unless("found", look)))
    assert "found []" in outputs(judged) and points(judged) == FULL


def test_nothing_listens_to_the_network_of_this_machine(court: Court) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        server.settimeout(0)
        abstract.bind(f"\0minigrad-{os.getpid()}")
        abstract.listen()
        attempts = f"""
for family, address in ((socket.AF_INET, {server.getsockname()!r}), (socket.AF_UNIX, "\\0minigrad-{os.getpid()}"),
                        (socket.AF_INET, ("10.0.0.1", 80))):
    try:
        with socket.socket(family) as one:
            one.settimeout(1)
            one.connect(address)
        found.append(address)
    except OSError: pass
"""
        assert points(court.judge(court.notebook(**unless("found", attempts)))) == FULL
        with pytest.raises(BlockingIOError):
            server.accept()


LEAVE = """
import ctypes, os, pathlib, socket, time
libc = ctypes.CDLL(None)
def leave(text):
    for place in ("/notebook", "/dev/shm", "/dev/pts", "/tmp", "/course", "/course/minigrad", "/", "/dev"):
        for name in ("left", "sitecustomize.py", "usercustomize.py", ".ipython/profile_default/startup/00.py"):
            try:
                path = pathlib.Path(place, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"import sys\\nsys.left = {text!r}")
            except OSError: pass
    for place in ("/dev/pts/ptmx", "/dev/pts", "/dev/null", "/notebook", "/course"):
        try: os.utime(place, (77, 77))
        except OSError: pass
    libc.syscall(248, b"user", b"left", text.encode(), len(text), -4)
    libc.shmget(4711, 4096, 0o1666)
    os.environ["PYTHONSTARTUP"] = "/notebook/left"
    import minigrad, sys
    minigrad.left = sys.left = text
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one: one.sendto(text.encode() * 100, ("127.0.0.1", 9))
    except OSError: pass
    if os.fork() == 0:
        os.setsid()
        for number in (2, 15): __import__("signal").signal(number, lambda *about: None)
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("\\0left" + text)
            one.listen()
            time.sleep(60)
        os._exit(0)
def count(n):
    leave(f"hidden {n}")
    return float(n)
"""
SEARCH = """
import glob, os, sys, minigrad
places = ("/notebook", "/dev/shm", "/dev/pts", "/tmp")
found = [path for place in places for path in glob.glob(place + "/**", recursive=True)]
found = [path for path in found if path.rstrip("/") not in places]
found += [path for path in glob.glob("/proc/[0-9]*") if path != "/proc/1"]
found += [name for name in ("left",) if hasattr(sys, name) or hasattr(minigrad, name)]
for path in ("net/unix", "net/tcp", "net/udp", "sysvipc/shm", "sysvipc/msg", "sysvipc/sem"):
    found += open("/proc/" + path).read().split("\\n")[1:-1]
found += [line for line in open("/proc/net/dev").read().split("\\n")[2:-1] if set(line.split()[1:]) != {"0"}]
if os.path.exists("/proc/keys"):
    found += [line for line in open("/proc/keys").read().split("\\n") if "left" in line]
marked = [path for path in ("/dev/pts/ptmx", "/dev/pts", "/dev/null", "/course") if os.path.exists(path)]
found += [path for path in marked if os.stat(path).st_mtime == 77]
print("found", found)
"""


def test_the_next_notebook_finds_nothing_of_the_one_before(court: Court) -> None:
    before = processes()
    assert points(court.judge(court.notebook(count=LEAVE))) == FULL
    judged = court.judge(court.notebook(slope=SEARCH + SLOPE))
    assert points(judged) == FULL
    assert re.findall(r'"found ([^"]*)', outputs(judged)) == ["[]\\n"]  # what else there is shall be seen
    assert no_more_processes_than(before)


TELLING = {
    "as it prints": "def count(n):\n    print('told', n)\n    return float(n)",
    "in an exception": "def count(n): raise ValueError(f'told {n}')",
    "in a display": "from IPython.display import HTML, display\n"
    "def count(n):\n    display(HTML(f'told {n}'))\n    return float(n)",
    "when it is sent in": "from grader.inside import checking\nreal = checking.receive\n"
    "def receive(text):\n    print('told', text)\n    real(text)\nchecking.receive = receive\n" + COUNT,
    "by an event": "def tell(info): print('told', info.raw_cell)\n"
    "get_ipython().events.register('pre_run_cell', tell)\n" + COUNT,
    "by a thread": CHANNEL + "from grader.inside import checking\ndef tell():\n    while True:\n"
    "        print('told', checking._sent_in)\n        time.sleep(0.002)\n"
    "threading.Thread(target=tell, daemon=True).start()\n" + COUNT,
    "into the channel": CHANNEL + "from grader.inside import checking\ndef receive(text):\n"
    "    for _ in range(3): forge(output_type='stream', name='stdout', text='told ' + text)\n"
    "checking.receive = receive\n" + COUNT,
}


@pytest.mark.parametrize("how", TELLING)
def test_hidden_inputs_are_not_shown(court: Court, how: str) -> None:
    judged = court.judge(court.notebook(count=TELLING[how]))
    assert judged.notebook is not None
    inputs = Assignment.load(NAME).inputs(SECRET, judged.notebook.metadata.minigrad["digest"])
    shown = outputs(judged)
    assert f"told {inputs['count.drawn'][0]}" not in shown
    for name in ("slope.drawn", "sum_to.drawn"):
        for number in str(inputs[name]).replace("array", " ").replace("[", " ").replace("]", " ").split():
            assert len(number) < 8 or number.strip("(),") not in shown
    assert "secretly_named" not in shown and "count.drawn" not in shown and "slope.drawn" not in shown


def test_memory_of_all_processes_together_is_limited(court: Court) -> None:
    bounds = warm.Bounds(memory=300 << 20)
    process = warm.notebook(Assignment.load(NAME).holes, bounds)
    outcome = process.run(
        "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n"
        "        held = b'x' * (100 << 20)\n        time.sleep(60)\ntime.sleep(60)",
        20,
        1000,
    )
    assert (outcome.stopped, outcome.gone) == ("more than 300 MB of memory", True)


def test_what_a_notebook_leaves_in_the_judge_is_limited(court: Court) -> None:
    before = psutil.Process().memory_info().rss
    flood = "for _ in range(200): print('x' * 10_000)\n"
    notebook = court.notebook()
    notebook.cells[2:2] = [NotebookNode(cell_type="code", source=flood, metadata={}, outputs=[]) for _ in range(30)]
    judged = court.judge(notebook)
    assert points(judged) == FULL
    assert len(outputs(judged)) < 6_000_000
    bomb = CHANNEL + "raw(b'{\"output_type\": \"stream\", \"text\": [' + b'[],' * 10_000_000 + b'[]]}')\n" + SLOPE
    assert points(court.judge(court.notebook(slope=bomb))) == FULL
    assert psutil.Process().memory_info().rss - before < 300_000_000


RUNNERS = ("an infinite loop", "os._exit", "an IPython event", "object dtype", "50 MB of output when called")


@pytest.mark.parametrize("name", RUNNERS)
@pytest.mark.parametrize("runner", [run.KERNEL, run.UNSAFE])
def test_all_runners_give_the_same_points(court: Court, runner: str, name: str) -> None:
    attack = ATTACKS[name]
    assert court.points_on(runner, attack.cells, attack.seconds) == FULL | attack.points


KERNEL = """
kernel = get_ipython().kernel
def send(kind, content): kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
"""
WIDGET = """
import ipywidgets
slider = ipywidgets.IntSlider(value=3)
display(slider)
heard = []
slider.observe(lambda change: heard.append(change.new), "value")
slider.value = 7
def count(n):
    return float(n) if type(slider.comm).__module__ == "ipykernel.comm.comm" and heard == [7] else -1.0
"""
INSPECT = """
import glob
for path in glob.glob("/proc/*/environ"):
    try: found.append(path) if b"very-secret" in open(path, "rb").read() else None
    except OSError: pass
"""


HALF = """
kernel.session.pack = lambda tree: __import__("json").dumps(tree, default=str).encode()
send("stream", {"name": "stdout", "text": "half \\ud800"})
"""


@pytest.mark.parametrize(
    "cells",
    [{"count": WIDGET}, unless("found", INSPECT), {"slope": KERNEL + HALF + SLOPE}],
    ids=["a widget", "secrets", "half a surrogate pair"],
)
def test_a_release_that_asks_for_a_kernel_gets_one_with_widgets(court: Court, cells: dict[str, str]) -> None:
    released = json.loads(court.assigned.release)
    released["metadata"]["minigrad"] = {"kernel": True}
    judged = court.judge(court.notebook(**cells), release=json.dumps(released))
    assert points(judged) == FULL


ON_THE_KERNEL = {
    "an output that is none": "send('display_data', {'data': {'text/plain': 5}, 'metadata': 7})\nsend('stream', {})\n",
    "a widget that is none": "send('comm_open', {'comm_id': 'x', 'data': {'state': 5}})\nsend('comm_msg', {})\n",
}


@pytest.mark.parametrize("name", ON_THE_KERNEL)
def test_what_is_no_message_of_a_kernel_ends_it(court: Court, name: str) -> None:
    assert court.points_on(run.KERNEL, {"slope": KERNEL + ON_THE_KERNEL[name] + SLOPE}) == FULL | GONE_IN_SLOPE


def test_a_kernel_that_fills_the_disk_is_ended(court: Court) -> None:
    fill = """
import time
for i in range(100):
    with open(f"{i}", "wb") as file: file.write(bytes(20 << 20))
    time.sleep(0.1)
"""
    assert court.points_on(run.KERNEL, {"slope": fill}) == FULL | GONE_IN_SLOPE
