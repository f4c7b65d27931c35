"""How cells edit a running package: on a small one made for it. See test_live_engine for minigrad itself."""

import gc
import importlib
import shutil
import sys
import types
from contextlib import ExitStack
from pathlib import Path

import pytest

from minigrad import live

PACKAGE = Path(live.__file__).parent
TOY = '''
import functools
LIMIT = 10
TABLE = {}
def walk(n, by=1):
    """Walk."""
    return "old", n + by
def rule(name):
    def put(function):
        TABLE[name] = (function, name)
        return function
    return put
@rule("mul")
def times(a, b):
    return a * b
def factory(k):
    def inner(x):
        return x + k
    return inner
plus_one = factory(1)
@functools.wraps(walk)
def wrapped(*args):
    return walk(*args)
class Base:
    def who(self):
        return "base"
class Thing(Base):
    __slots__ = ("x",)
    known: dict = {}
    def __init__(self, x):
        self.x = x
        self.known[x] = self
    def show(self):
        return "old"
    alias = show
    def who(self):
        return "old " + super().who()
    @property
    def twice(self):
        return self.x + self.x
    @staticmethod
    def make():
        return Thing(1)
    @classmethod
    def name(cls):
        return "old " + cls.__name__
def attached(self):
    return "attached"
Thing.attached = attached
'''
USER = """
from .toy import LIMIT, TABLE, Thing, plus_one, walk
def use(n):
    return walk(n)
Thing.walk = walk
"""


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A package of two modules with a copy of the live mechanism in it; gives its `live` and its modules."""
    folder = tmp_path / "toypackage"
    folder.mkdir()
    for name in ("live.py", "patching.py"):
        shutil.copy(PACKAGE / name, folder)
    for name, text in {"__init__": "", "toy": TOY, "user": USER}.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    made = types.SimpleNamespace(
        **{name: importlib.import_module(f"toypackage.{name}") for name in ("toy", "user", "live")}
    )
    yield made
    for name in [name for name in sys.modules if name.split(".")[0] == "toypackage"]:
        del sys.modules[name]


def state(tool):
    """Everything that a package holds, by place: names, methods, table entries, the insides of its functions."""
    found = {}
    for holder in tool.holders():
        for key, value in tool.contents(holder).items():
            found[id(holder), key] = value
    for f in gc.get_objects():
        if isinstance(f, types.FunctionType) and (f.__module__ or "").startswith(tool.PACKAGE + "."):
            cells = [id(cell.cell_contents) for cell in f.__closure__ or ()]
            found[f, "inside"] = [f.__code__, f.__defaults__, f.__kwdefaults__, f.__doc__, cells]
    return found


def different(before, after):
    """The places that held something else before, or do now."""
    held = {k for k in before.keys() | after.keys() if k[1] != "inside"}
    changed = {k for k in held if before.get(k, live.MISSING) is not after.get(k, live.MISSING)}
    return changed | {k for k in before.keys() & after.keys() - held if before[k] != after[k]}


def test_importers_and_attached_methods_follow_a_function(toy):
    walk = toy.user.walk
    toy.live.build("toy", "def walk(n, by=2):\n    'New.'\n    return 'new', n + by")
    assert toy.user.use(1) == toy.user.Thing(1).walk.__func__(1) == ("new", 3)
    assert toy.toy.walk is walk and walk.__doc__ == "New."
    assert toy.toy.wrapped(1) == ("new", 3)


def test_a_table_follows_a_function_and_keeps_it(toy):
    times, _ = toy.user.TABLE["mul"]
    toy.live.build("toy", '@rule("mul")\ndef times(a, b):\n    return a * b + 100')
    assert times(2, 3) == 106
    assert toy.user.TABLE["mul"] == (times, "mul")
    with toy.live.swap("toy.times", lambda a, b: 0):
        assert toy.user.TABLE["mul"][0](2, 3) == 0


def test_functions_made_by_a_function_follow_it(toy):
    plus_one = toy.user.plus_one
    toy.live.build("toy", "def factory(k):\n    def inner(x):\n        return x * 10 + k\n    return inner")
    assert plus_one(2) == 21
    toy.live.build("toy", "plus_one = factory(3)")
    assert plus_one(2) == 23 and toy.toy.plus_one is plus_one


def test_functions_that_cannot_follow_are_reported(toy):
    text = "def factory(k):\n    twice = k * 2\n    def inner(x):\n        return x + twice\n    return inner"
    with pytest.warns(UserWarning, match="factory made keeps its old code"):
        toy.live.build("toy", text)
    assert toy.toy.plus_one(2) == 3


def test_a_decorated_function_takes_the_place_of_a_plain_one(toy):
    toy.live.build(
        "toy",
        "def loud(f):\n    @functools.wraps(f)\n    def call(*args):\n        return 'loud', *f(*args)\n"
        "    return call\n@loud\ndef walk(n):\n    return 'new', n",
    )
    assert toy.user.use(1) == ("loud", "new", 1)
    toy.live.build("toy", "def walk(n):\n    return 'plain', n")
    assert toy.user.use(1) == ("plain", 1)


def test_objects_of_a_class_follow_it(toy):
    thing, class_before = toy.user.Thing(3), toy.user.Thing
    new = TOY.replace('"old', '"new').replace("self.x + self.x", "self.x * 200").replace("Thing(1)", "Thing(5)")
    toy.live.build("toy", new[new.index("class Thing") : new.index("def attached")])
    assert (thing.show(), thing.alias(), thing.who()) == ("new", "new", "new base")
    assert (thing.twice, thing.make().x, thing.name()) == (600, 5, "new Thing")
    assert toy.toy.Thing is class_before and isinstance(toy.toy.Thing(1), class_before)
    assert thing.attached() == "attached" and thing.known[3] is thing


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("class Thing(Base):\n    __slots__ = ('x', 'y')", r"__slots__ changed from \['x'\] to \['x', 'y'\]"),
        ("class Thing:\n    __slots__ = ('x',)", r"the bases changed from \['Base'\] to \['object'\]"),
        ("import abc\nclass Base(metaclass=abc.ABCMeta): pass", "the metaclass changed from type to ABCMeta"),
        ("class walk: pass", "walk is a function in toypackage.toy and a type here"),
        ("def Thing(): pass", "Thing is a type in toypackage.toy and a function here"),
    ],
)
def test_what_cannot_follow_is_refused_and_nothing_changes(toy, text, message):
    before = state(toy.live)
    with pytest.raises(TypeError, match=message):
        toy.live.build("toy", f"def walk(n):\n    return 'new'\nfresh = 1\n{text}\n")
    assert not different(before, state(toy.live))
    assert toy.user.use(1) == ("old", 2)


@pytest.mark.parametrize("end", ["1 / 0", "raise KeyboardInterrupt", "def walk(n) return 1", "Thing.nothing()"])
def test_a_cell_that_fails_half_way_changes_nothing(toy, end):
    before = state(toy.live)
    cell = (
        "LIMIT = 3\nfresh = 1\nTABLE['new'] = 1\nTABLE.pop('mul')\nplus_one = factory(7)\n"
        "def walk(n):\n    return 'new'\nclass Thing(Base):\n    __slots__ = ('x',)\n    def show(self):\n"
        f"        return 'new'\n    more = 1\nThing.attached = walk\ndel rule\n{end}"
    )
    with pytest.raises(BaseException):  # noqa: B017  # four kinds, KeyboardInterrupt among them
        toy.live.build("toy", cell)
    assert not different(before, state(toy.live))


def test_importers_of_a_constant_follow_but_not_namesakes(toy):
    toy.user.own = toy.toy.LIMIT
    toy.live.build("toy", "LIMIT = 11")
    assert toy.user.LIMIT == 11 and toy.user.own == 10


def test_an_assignment_that_reads_as_before_keeps_its_object(toy):
    table = toy.toy.TABLE
    toy.live.build("toy", "TABLE = {}")
    assert toy.toy.TABLE is table and "mul" in table
    toy.live.build("toy", "TABLE = {'other': 1}")
    assert toy.user.TABLE == {"other": 1}
    toy.live.reset()
    assert toy.user.TABLE is table


def test_reset_after_many_edits(toy):
    before = state(toy.live)
    toy.live.build("toy", TOY.replace("old", "new").replace("{}", "dict()").replace("10", "12"))
    toy.live.build("toy", TOY.replace("n + by", "n").replace("x + k", "x - k"))
    toy.live.build("user", "def use(n):\n    return 5\nfresh = walk")
    with toy.live.swap("toy.walk", print):
        toy.live.build("toy", "def walk(n):\n    return 'newer'")
    assert toy.user.use(1) == 5 and toy.user.walk(1) == "newer"
    toy.live.reset()
    assert not different(before, state(toy.live))
    assert toy.user.use(1) == ("old", 2) and not hasattr(toy.user, "fresh")


def test_reset_inside_a_swap_has_the_last_word(toy):
    toy.live.build("toy", "def walk(n):\n    return 'new'")
    with toy.live.swap("toy.walk", lambda n: "swapped"):
        toy.live.reset()
        assert toy.user.use(1) == ("old", 2)
    assert toy.user.use(1) == ("old", 2)


def test_swaps_nest_and_can_call_the_original(toy):
    with toy.live.swap("toy.walk", lambda n: ("outer", *walk(n))) as walk:
        with toy.live.swap("toy.walk", lambda n: ("inner", *outer(n))) as outer:
            assert toy.user.use(1) == ("inner", "outer", "old", 2)
        assert toy.user.use(1) == ("outer", "old", 2)
    assert toy.user.use(1) == ("old", 2)


def test_a_function_may_be_swapped_for_itself(toy):
    with toy.live.swap("toy.walk", toy.toy.walk):
        assert toy.user.use(1) == ("old", 2)


def test_swap_restores_after_an_exception_and_without_a_block(toy):
    with pytest.raises(ZeroDivisionError), toy.live.swap("toy.walk", lambda n: 1 / 0):
        toy.user.use(1)
    with ExitStack() as stack:
        stack.enter_context(toy.live.swap("toy.walk", lambda n: "swapped"))
        assert toy.user.use(1) == "swapped"
    assert toy.user.use(1) == ("old", 2)


def test_swap_of_methods_properties_constants_and_table_entries(toy):
    thing, before = toy.user.Thing(3), state(toy.live)
    with (
        toy.live.swap("toy.Thing.show", lambda self: self.x),
        toy.live.swap("toy.Thing.twice", property(lambda self: "two")),
        toy.live.swap("toy.LIMIT", 4),
        toy.live.swap("user.TABLE.mul", 7),
        toy.live.swap("toy.plus_one", lambda x: "closure"),
    ):
        found = thing.show(), thing.alias(), thing.twice, toy.user.LIMIT, toy.toy.TABLE, toy.user.plus_one(1)
        assert found == (3, 3, "two", 4, {"mul": 7}, "closure")
    assert not different(before, state(toy.live))


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        ("toy.wakl", AttributeError, "has no 'toy.wakl': 'wakl' is not there; did you mean walk"),
        ("toy.Thing.shw", AttributeError, "did you mean show"),
        ("toy.LIMIT.x", AttributeError, "has no 'toy.LIMIT.x'"),
        ("toy", AttributeError, "name something in it"),
        ("toi.walk", ModuleNotFoundError, "has no module 'toi' to build; it has: toy, user"),
        ("live.build", ModuleNotFoundError, "has no module 'live' to build; it has: toy, user"),
    ],
)
def test_swap_of_nothing(toy, target, error, message):
    with pytest.raises(error, match=message), toy.live.swap(target, print):
        pass
    with pytest.raises(TypeError, match="cannot be called"), toy.live.swap("toy.walk", 3):
        pass
