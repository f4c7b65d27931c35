"""What hostile students put into their cells, and the points that are left to them: for test_grading_attacks.py.

An attack is the sources of some solution cells of the tiny course, all others being solved, and the points that differ
from full marks. An attack that only looks for something gives a right solution where it finds nothing, so that full
marks are the proof.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FULL = {"test_sum_to": 3.0, "test_slope": 4.0, "test_count": 2.0}
NOTHING = dict.fromkeys(FULL, 0.0)
HARMLESS: dict[str, float] = {}
NO_SLOPE, NO_COUNT = {"test_slope": 0.0}, {"test_count": 0.0}
# The process ends in the cell of `slope`, or of `count`: what was answered before counts.
GONE_IN_SLOPE = {"test_slope": 0.0, "test_count": 0.0, "test_sum_to": 1.0}
GONE_IN_COUNT = {"test_slope": 1.5, "test_count": 0.0, "test_sum_to": 1.0}

SLOPE = "def slope(x): return 3 * x**2 + 1\n"
COUNT = "def count(n): return float(n)\n"
CHANNEL = """
import json, os, signal, socket, struct, sys, threading, time
from grader.inside import answers
channel = get_ipython().outlet.channel
def raw(data): channel.sendall(struct.pack("!I", len(data)) + data)
def forge(**message): raw(json.dumps(message).encode())
def answer(case, tree): forge(output_type="display_data", data={answers.MIME: {"case": case, "answer": tree}})
"""
ALL_CASES = '("sum_to.row_and_column", "sum_to.drawn", "slope.at_two", "slope.drawn", "count.three", "count.drawn")'


def unless(found: str, before: str = "") -> dict[str, str]:
    """A right `count`, unless an expression over what was found is true."""
    body = f"import os, sys, ctypes, socket, signal, glob, resource\nfound = []\n{before}\n"
    return {"count": f"{body}def count(n): return -1.0 if {found} else float(n)\n"}


def refused(*attempts: str) -> dict[str, str]:
    """A right `count`, unless one of these statements succeeds."""
    tries = "".join(f"try:\n    {a}\n    found.append({a!r})\nexcept (OSError, ValueError): pass\n" for a in attempts)
    return unless("found", f"libc = ctypes.CDLL(None, use_errno=True)\n{CALL}{tries}")


CALL = """
def call(*numbers):
    if libc.syscall(*numbers) < 0: raise OSError(ctypes.get_errno(), "refused")
"""


@dataclass(frozen=True)
class Attack:
    """Sources of solution cells, the points that differ from full marks, and the seconds that a cell may take."""

    cells: dict[str, str]
    points: dict[str, float] = field(default_factory=dict)
    seconds: int = 10


def slope(code: str, points: dict[str, float], seconds: int = 10) -> Attack:
    return Attack({"slope": code}, points, seconds)


def count(code: str, points: dict[str, float], seconds: int = 10) -> Attack:
    return Attack({"count": code}, points, seconds)


RUNNING = {
    "an infinite loop": count("def count(n):\n    while True: pass", NO_COUNT, 1),
    "a loop that ignores SIGINT": count(
        "import signal\ndef count(n):\n    signal.signal(signal.SIGINT, signal.SIG_IGN)\n    while True: pass",
        GONE_IN_COUNT,
        1,
    ),
    "a loop that catches the interrupt": count(
        "import time\ndef count(n):\n    while True:\n        try: time.sleep(60)\n        except BaseException: pass",
        GONE_IN_COUNT,
        1,
    ),
    "50 MB of output": slope("for _ in range(5000): print('x' * 10_000)\n" + SLOPE, HARMLESS),
    "50 MB of output when called": count(
        "def count(n):\n    for _ in range(2500): print('x' * 10_000)\n    return float(n)", HARMLESS
    ),
    "one output of 20 MB": slope(
        "from IPython.display import HTML, display\ndisplay(HTML('x' * 20_000_000))\n" + SLOPE, HARMLESS
    ),
    "sys.exit in the cell": slope("import sys\nsys.exit()\n" + SLOPE, NO_SLOPE),
    "sys.exit when called": slope("import sys\ndef slope(x): sys.exit()", NO_SLOPE),
    "os._exit": slope("import os\nos._exit(0)", GONE_IN_SLOPE),
    "a segmentation fault": slope("import ctypes\nctypes.string_at(0)", GONE_IN_SLOPE),
    "a stack without an end": slope(
        "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __repr__(self): return repr(self)\nrepr(A())",
        GONE_IN_SLOPE,
    ),
    "a signal to itself": slope(
        "import os, signal\nfor name in ('SIGSTOP', 'SIGTSTP', 'SIGTERM', 'SIGKILL', 'SIGALRM'):\n"
        "    os.kill(os.getpid(), getattr(signal, name))\n"
        "try: os.kill(-1, signal.SIGKILL)\nexcept ProcessLookupError: pass\n" + SLOPE,
        HARMLESS,
    ),
    "an array of 5 GiB": count("def count(n): return float(np.ones(5 << 27)[0]) + n - 1", NO_COUNT),
    "a fork bomb": slope(
        "import os\ndef bomb():\n    while True:\n        try: os.fork()\n        except OSError:\n"
        "            if os.getpid() == 1: return\n            os._exit(0)\nbomb()\n" + SLOPE,
        HARMLESS,
    ),
    "processes in the background": slope(
        "import os, signal\nfor _ in range(10):\n    if os.fork() == 0:\n        os.setsid()\n"
        "        signal.signal(signal.SIGINT, signal.SIG_IGN)\n        signal.pause()\n        os._exit(0)\n" + SLOPE,
        HARMLESS,
    ),
    "a full folder": slope(
        "for place in ('/notebook', '/dev/shm'):\n    for i in range(3):\n        try:\n"
        "            with open(f'{place}/{i}', 'wb') as file:\n"
        "                for _ in range(40): file.write(bytes(1 << 21))\n"
        "        except OSError: pass\n" + SLOPE,
        HARMLESS,
    ),
    "an exception of 100 MB": count("def count(n): raise ValueError('x' * 10**8)", NO_COUNT),
    "an exception that cannot be told": count(
        "class E(Exception):\n    def __str__(self): raise KeyError\ndef count(n): raise E", NO_COUNT
    ),
    "asks for input": slope("input('your solution? ')\n" + SLOPE, NO_SLOPE),
    "source with a NUL byte": slope("# \0\n" + SLOPE, NO_SLOPE),
    "source with half a surrogate pair": slope("# \ud800 is sent as a question mark\n" + SLOPE, HARMLESS),
    "a cell of %%bash": slope("%%bash\ncat /etc/passwd", NO_SLOPE),
    "a line of !": slope("!cat /etc/passwd\n" + SLOPE, NO_SLOPE),
}

CHEATING = {
    "checks patched away": slope(
        "import os\ndel os.environ['NBGRADER_EXECUTION']\ndef slope(x): return 0.0", GONE_IN_SLOPE
    ),
    "json patched": slope(
        "import json\nreal = json.dumps\n"
        "json.dumps = lambda tree, **k: real(tree, **k).replace('0.0', '13.0')\ndef slope(x): return 0.0",
        # the visible number is published: 13.0 is its answer
        {"test_slope": 1.0},
    ),
    "encode patched": slope(
        "from grader.inside import answers\nanswers.encode = lambda answer: {'kind': 'number', 'value': 1e9}\n"
        "def slope(x): return 0.0",
        GONE_IN_SLOPE,
    ),
    "the outlet patched": slope(
        "from grader.inside.cells import Outlet\nOutlet._send = lambda self, message: None\n" + SLOPE, GONE_IN_SLOPE, 1
    ),
    "an IPython event": slope(
        "def each(*about):\n    import sys\n    sys.displayhook(4.0)\n    print(4.0)\n"
        "for name in ('pre_execute', 'pre_run_cell', 'post_execute', 'post_run_cell'):\n"
        "    get_ipython().events.register(name, each)\ndef slope(x): return 0.0",
        NO_SLOPE,
    ),
    "an answer for another cell": slope(
        CHANNEL + f"for case in {ALL_CASES}: answer(case, answers.encode(13.0))\n" + "def slope(x): return 0.0",
        NO_SLOPE,
    ),
    "done, before it is": slope(
        CHANNEL + "answer('slope.at_two', answers.encode(13.0))\nfor _ in range(3): forge(output_type='done')\n"
        "for case in ('slope.drawn', 'count.drawn', 'sum_to.drawn'): answer(case, answers.encode(13.0))\n"
        "for _ in range(9): forge(output_type='done')\ndef slope(x): return 0.0\ndef forever(): pass",
        {"test_slope": 0.0, "test_count": 0.0, "test_sum_to": 1.0},
    ),
    "two answers that differ": count(
        CHANNEL + "def count(n):\n    answer('count.three', answers.encode(4.0))\n"
        "    answer('count.drawn', answers.encode(4.0))\n    return float(n)",
        NO_COUNT,
    ),
    "object dtype": count("def count(n): return np.array([float(n)], dtype=object)", NO_COUNT),
    "NaN": count("def count(n): return float('nan')", NO_COUNT),
    "an infinity": count("def count(n): return float('inf')", NO_COUNT),
    "a number of 300 digits": count("def count(n): return n * 10**300", NO_COUNT),
    "True": count("def count(n): return True", NO_COUNT),
    "a huge shape": count("def count(n): return np.broadcast_to(float(n), (10**6, 10**6))", NO_COUNT),
    "an empty shape": count("def count(n): return np.zeros((0,) * 16)", NO_COUNT),
    "a subclass of ndarray": count(
        "class All(np.ndarray):\n    def __eq__(self, other): return True\n"
        "    dtype = shape = property(lambda s: All)\n"
        "    def tolist(self): return [3.0]\ndef count(n): return np.zeros(()).view(All)",
        NO_COUNT,
    ),
    "numbers that count as all others": count(
        "class Any(float):\n    def __eq__(self, other): return True\n    __hash__ = None\n"
        "    def __float__(self): return 3.0  # which is published\ndef count(n): return Any(1e9)",
        {"test_count": 1.0},
    ),
}

# What is written into the channel of the process itself.
PLAIN = "answer('count.three', {})\n    return float(n)"
LIES = {
    "an array that is shorter": '{"kind": "array", "dtype": "float64", "shape": [3], "numbers": [3.0]}',
    "an array of -1": '{"kind": "array", "dtype": "float64", "shape": [-1], "numbers": [3.0]}',
    "an array of 10**9": '{"kind": "array", "dtype": "float64", "shape": [1000000000], "numbers": []}',
    "an array of nothing and much": '{"kind": "array", "dtype": "float64", "shape": [0] + [99999] * 15, "numbers": []}',
    "an int8 of 300": '{"kind": "array", "dtype": "int8", "shape": [], "numbers": [300]}',
    "an object dtype": '{"kind": "array", "dtype": "object", "shape": [], "numbers": [3.0]}',
    "a huge integer": '{"kind": "number", "value": 10**4000}',
    "a negative integer of 64 bits": '{"kind": "number", "value": -(2**64 - 1)}',
    "a list for a number": '{"kind": "number", "value": [3.0]}',
    "no kind": "[[[[]]]]",
    "a kind that is a list": '{"kind": ["number"], "value": 3.0}',
    "a dict of dicts": '{"kind": "dict", "items": [["a", {"kind": "dict", "items": 5}]]}',
    "an exception of numbers": '{"kind": "exception", "type": 1, "bases": [1], "message": 2, "trace": 3}',
    "a mixed list": '{"kind": "list", "items": [{"kind": "number", "value": n} for n in (2**64 - 1, -1)]}',
}
CHANNELS = {
    **{
        f"forged: {name}": count(
            f"{CHANNEL}def count(n):\n    tree = {tree}\n"
            "    for case in ('count.three', 'count.drawn'): answer(case, tree)\n"
            '    raw(b\'{"output_type": "done"}\')\n    signal.pause()',
            GONE_IN_COUNT,
            1,
        )
        for name, tree in LIES.items()
    },
    "1 GB announced": slope(CHANNEL + "channel.sendall(struct.pack('!I', 1 << 30))\nsignal.pause()", GONE_IN_SLOPE),
    "half a message": slope(
        CHANNEL + "signal.signal(signal.SIGINT, signal.SIG_IGN)\nchannel.sendall(struct.pack('!I', 1000) + b'{')\n"
        "signal.pause()",
        GONE_IN_SLOPE,
        1,
    ),
    "no message": slope(CHANNEL + "raw(b'')\n" + SLOPE, GONE_IN_SLOPE),
    "a number as a message": slope(CHANNEL + "raw(b'7')\n" + SLOPE, GONE_IN_SLOPE),
    "invalid UTF-8": slope(CHANNEL + "raw(b'\\xff\\xfe')\n" + SLOPE, GONE_IN_SLOPE),
    "nested without an end": slope(CHANNEL + "raw(b'[' * 500_000)\n" + SLOPE, GONE_IN_SLOPE),
    "5,000 digits": slope(CHANNEL + "raw(b'{\"a\": ' + b'1' * 5000 + b'}')\n" + SLOPE, GONE_IN_SLOPE),
    "1e999999 as an answer": count(
        CHANNEL + "def count(n):\n    for case in ('count.three', 'count.drawn'):\n"
        '        raw(b\'{"output_type": "display_data", "data": {"%s": {"case": "%s", "answer": '
        '{"kind": "number", "value": 1e999999}}}}\' % (answers.MIME.encode(), case.encode()))\n'
        "    return float('inf')",
        NO_COUNT,
    ),
    "nested answers": count(
        CHANNEL + 'def count(n):\n    for _ in range(2): raw(b\'{"output_type": "display_data", "data": '
        '{"%s": {"case": "count.three", "answer": %s}}}\' % (answers.MIME.encode(), b\'[\' * 900 + b\']\' * 900))\n'
        "    return float(n)",
        {"test_count": 1.0},
    ),
    "outputs that are none": slope(
        CHANNEL + "for data in (5, {'text/plain': 5}, {'': 'x'}, {'text/html': ['a', 5]}, {'image/png': {}}, "
        "{'application/json': {'a': [1]}}, {'text/plain': float('nan')}):\n"
        "    forge(output_type='display_data', data=data, metadata=5)\n"
        "forge(output_type='error', ename={}, evalue=[], traceback={})\nforge(output_type=['stream'])\n"
        "forge(output_type='stream', name='stdout', text=[[1]])\nforge(output_type='stream', name='evil', text='x')\n"
        + SLOPE,
        HARMLESS,
    ),
    "lone surrogates": slope(
        "print('\\ud800')\n"
        "get_ipython().outlet.send('display_data', data={'text/html': '<b>\\udfff</b>', '\\ud800': 'x'})\n" + SLOPE,
        HARMLESS,
    ),
    "a message flood": slope(
        CHANNEL + "data = (struct.pack('!I', 2) + b'{}') * 100_000\nwhile True:\n"
        "    try: channel.sendall(data)\n    except BaseException: pass",
        GONE_IN_SLOPE,
        1,
    ),
    "a flood of small outputs": slope(
        CHANNEL + "one = json.dumps({'output_type': 'stream', 'name': 'stdout', 'text': 'x'}).encode()\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "data = (struct.pack('!I', len(one)) + one) * 10_000\nwhile True: channel.sendall(data)",
        GONE_IN_SLOPE,
        1,
    ),
    "the channel closed, and a loop": slope(CHANNEL + "channel.close()\nwhile True: pass", GONE_IN_SLOPE),
    "files sent to the judge": slope(
        CHANNEL + "for _ in range(50):\n"
        "    socket.send_fds(channel, [struct.pack('!I', 2) + b'{}'], [os.open('/dev/null', os.O_RDONLY)])\n" + SLOPE,
        HARMLESS,
    ),
    "a thread that goes on talking": slope(
        CHANNEL + "def talk():\n    while True:\n        print('later')\n        time.sleep(0.001)\n"
        "threading.Thread(target=talk, daemon=True).start()\n" + SLOPE,
        HARMLESS,
    ),
}

REACHING = {
    "capabilities": Attack(
        refused(
            "os.setuid(0)",
            "os.chroot('/course')",
            "socket.sethostname('evil')",
            "os.nice(-5)",
            "os.mknod('/notebook/d', 0o60600)",
            "call(165, b'none', b'/notebook', b'tmpfs', 0, 0)",
            "os.kill(2, 0)",
        )
    ),
    "nested namespaces": Attack(
        refused(
            *(f"if libc.unshare({flag}): raise OSError" for flag in (0x10000000, 0x10020000, 0x20000000, 0x40000000))
        )
    ),
    "uncounted memory and keys": Attack(
        refused(
            "os.memfd_create('x')",
            "if libc.shmget(0, 4096, 0o1600) < 0: raise OSError",
            "if libc.msgget(0, 0o1600) < 0: raise OSError",
            "if libc.semget(0, 1, 0o1600) < 0: raise OSError",
            "call(248 if os.uname().machine == 'x86_64' else 217, b'user', b'left', b'behind', 6, -4)",
        )
    ),
    "higher limits": Attack(
        refused(
            *(
                f"resource.setrlimit(resource.{name}, (resource.RLIM_INFINITY,) * 2)"
                for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE")
            )
        )
    ),
    "lower limits": count("import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n" + COUNT, HARMLESS),
    "other processes": Attack(unless("len(glob.glob('/proc/[0-9]*')) > 1 or os.getppid()")),
    "open files": Attack(
        unless(
            "len(os.listdir('/proc/self/fd')) > 5 or not all(os.readlink(f'/proc/self/fd/{i}') == "
            "'/dev/null' for i in range(3))"
        )
    ),
    "who the judge is": Attack(
        unless(
            "peer[0]",
            CHANNEL + "peer = struct.unpack('3i', channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))",
        )
    ),
    "what can be written to": Attack(
        unless(
            "found",
            "for place, folders, _ in os.walk('/'):\n"
            "    if place.startswith(('/proc', '/notebook', '/dev/shm')) or place.count('/') > 3: folders[:] = []\n"
            "    elif os.access(place, os.W_OK): found.append(place)\n"
            "for path in glob.glob('/dev/pts/*') + glob.glob('/course/*/*') + ['/etc/ld.so.cache', sys.executable]:\n"
            "    try:\n        os.utime(path)\n        found.append(path)\n    except OSError: pass",
        )
    ),
    "the answers of the judge": Attack(
        unless(
            "found",
            "for package in (np.__path__[0] + '/..', '/course'):\n"
            "    for name in ('grader/judge', 'grader/inside/cases', 'grader/inside/references', 'solutions'):\n"
            "        found += glob.glob(f'{package}/{name}*')\n",
        )
    ),
    "its neighbours by loopback": Attack(refused("socket.create_connection(('127.0.0.1', 9), 1).close()")),
}

ATTACKS = {**RUNNING, **CHEATING, **CHANNELS, **REACHING}
