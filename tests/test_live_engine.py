"""Cells that edit the running engine, chapter by chapter, and the seam."""

import importlib
import inspect
import subprocess
import sys
import traceback
import types

import pytest
from test_live import different, state

import minigrad
from course import fill
from minigrad import live

NO_PART_OF_IT = ("__init__", "patching", "live", "troubles")
MODULES = [path.stem for path in fill.PACKAGE.glob("*.py") if path.stem not in NO_PART_OF_IT]


@pytest.fixture(autouse=True)
def clean_engine():
    """No edit outlives its test."""
    yield
    live.reset()


def piece(full):
    """The source of a definition of minigrad, named as in a chapter's cell."""
    module = fill.read_module(full.partition(".")[0])
    return module.text(module.find(full.partition(".")[2]))


def edited(text, old, new):
    """A cell in which the reader has changed one thing."""
    assert text.count(old) >= 1, f"{old!r} is not in the cell any more"
    return text.replace(old, new, 1)


def gradient(f, *values):
    """The gradients of the sum of f(...) for leaves of these values."""
    leaves = [minigrad.tensor(value, requires_grad=True) for value in values]
    f(*leaves).sum().backward()
    return [leaf.grad.tolist() for leaf in leaves]


def test_every_module_built_from_its_own_source_is_the_same_engine():
    def check():
        return gradient(lambda x, y: (x * y + y.exp()).mean(), [1.0, 2.0], [0.0, 0.0])

    for name in MODULES:
        importlib.import_module(f"minigrad.{name}")
    expected = [[0.0, 0.0], [1.0, 1.5]]
    assert check() == expected
    before = state(live)
    names = {name: dict(vars(sys.modules[f"minigrad.{name}"])) for name in MODULES}
    for name in MODULES:
        live.build(name, (fill.PACKAGE / f"{name}.py").read_text())
    for name in MODULES:
        for key, value in vars(sys.modules[f"minigrad.{name}"]).items():
            if isinstance(value, (type, types.FunctionType, dict, list)) and not key.startswith("__"):
                assert value is names[name][key], f"{name}.{key} is another object"
    assert check() == expected
    live.reset()
    assert not different(before, state(live))


def test_chapter_1_function_and_class():
    t = minigrad.tensor([1.0, 2.0])
    text = edited(piece("tensor.tensor"), "return wrap(array, requires_grad)", "return wrap(-array)")
    live.build("tensor", text)
    assert minigrad.tensor([1.0]).item() == -1
    live.build("tensor", edited(piece("tensor.Tensor"), "return self.array.size", "return 'many'"))
    assert t.numel() == "many" and isinstance(t, minigrad.Tensor)
    assert repr(t) == "tensor([1., 2.])" and (t + t).tolist() == [2.0, 4.0]
    minigrad.reset()
    assert minigrad.tensor([1.0]).item() == 1 and t.numel() == 2


def test_chapter_1_refuses_another_slot():
    text = edited(piece("tensor.Tensor"), '"_hooks"', '"_hooks", "color"')
    with pytest.raises(TypeError, match="class Tensor: __slots__ changed"):
        live.build("tensor", text)
    assert not hasattr(minigrad.Tensor, "color")


def test_chapter_2_function_class_and_table():
    x = minigrad.tensor(2.0, requires_grad=True)
    y = x * x
    live.build("graph", edited(piece("graph.Node"), "return self.op.name", "return 'My' + self.op.name"))
    assert repr(y) == "tensor(4., grad_fn=<MyMulBackward0>)" and isinstance(y.grad_fn, minigrad.graph.Node)
    live.build("graph", "def edge_of(t):\n    return None")
    assert minigrad.cat([x.reshape(1)]).grad_fn is None
    minigrad.reset()
    assert repr(x * x) == "tensor(4., grad_fn=<MulBackward0>)"
    assert minigrad.cat([x.reshape(1)]).grad_fn is not None


def test_chapter_3_function_and_rule():
    product = [[3.0], [2.0]]
    x, y = (minigrad.tensor([v], requires_grad=True) for v in (2.0, 3.0))
    recorded = x * y
    live.build("elementwise", 'MUL = Op("MulBackward0", lambda g, b: g + b, lambda g, a: g * a)')
    assert gradient(lambda x, y: x * y, [2.0], [3.0]) == [[4.0], [2.0]]
    recorded.backward()
    assert [x.grad.tolist(), y.grad.tolist()] == [[4.0], [2.0]]
    minigrad.reset()
    assert gradient(lambda x, y: x * y, [2.0], [3.0]) == product
    text = edited(piece("elementwise.fit_to"), "g.sum(axis=tuple(range(extra)))", "g[0] * 1000")
    live.build("elementwise", text)
    assert gradient(lambda x, y: x * y, [[1.0], [1.0]], [3.0])[1] == [1000.0]
    minigrad.reset()
    assert gradient(lambda x, y: x * y, [[1.0], [1.0]], [3.0])[1] == [2.0]


def test_an_edited_rule_is_gone_after_reset_in_derivatives_of_derivatives_too():
    x = minigrad.tensor(0.5, requires_grad=True)

    def slope():
        return minigrad.autograd.grad(minigrad.acosh(x + 1), x, create_graph=True)[0].item()

    op = minigrad.graph.Op.known["AcoshBackward0"]
    op.bound_to_tensors = None  # as if it had not been differentiated with create_graph before the edit
    live.build("functions", 'ACOSH = Op("AcoshBackward0", lambda g, a: g * 0 + 100)')
    assert slope() == 100
    minigrad.reset()
    assert slope() == pytest.approx(1 / (1.5**2 - 1) ** 0.5)


def test_chapter_3_factory():
    """Every product is made by `binary`; an edit of `binary` reaches them all."""
    text = edited(piece("elementwise.binary"), "array = forward(x, y, out=...)", "array = forward(x, y) + 1")
    live.build("elementwise", text)
    assert (minigrad.tensor([2.0]) * 3).tolist() == [7.0]
    minigrad.reset()
    assert (minigrad.tensor([2.0]) * 3).tolist() == [6.0]


def test_chapter_4_function():
    live.build("engine", edited(piece("engine.add_to"), "before + g", "g").replace("before += g", "pass"))
    overwritten = gradient(lambda x: x + x, [2.0])
    minigrad.reset()
    assert overwritten == [[1.0]] and gradient(lambda x: x + x, [2.0]) == [[2.0]]


class Ends(minigrad.autograd.Function):
    """The first number and the last, as two results."""

    @staticmethod
    def forward(ctx, x):
        ctx.set_materialize_grads(True)
        return x[:1] * 1, x[1:] * 1

    @staticmethod
    def backward(ctx, first, last):
        return minigrad.cat([first, last])


def test_chapter_9_function_and_class():
    """A Function that was there before the edit follows it."""

    def ends():
        return gradient(lambda x: minigrad.cat(Ends.apply(x)) * minigrad.tensor([2.0, 3.0]), [1.0, 1.0])

    def first():
        return gradient(lambda x: Ends.apply(x)[0], [1.0, 1.0])

    assert ends() == [[2.0, 3.0]] and first() == [[1.0, 0.0]]
    live.build("function", edited(piece("function.cotangents"), "zeros(", "7 + zeros("))
    assert ends() == [[2.0, 3.0]] and first() == [[1.0, 7.0]]
    live.build("function", edited(piece("function.FunctionCtx"), "= value", "= False"))
    with pytest.raises(AttributeError, match="NoneType"):
        first()
    minigrad.reset()
    assert ends() == [[2.0, 3.0]] and first() == [[1.0, 0.0]]


def naive_walk(pending, targets=frozenset(), needed=None, retain_graph=False, create_graph=False):
    """Depth first: a node runs each time something arrives, and later arrivals pass through it alone."""
    found = {}

    def visit(node, g):
        for rule, edge in zip(node.op.arrays, node.edges, strict=True):
            if isinstance(edge, minigrad.Tensor):
                found[edge] = rule(node, g)
            elif edge is not None:
                visit(edge, rule(node, g))

    for node, g in pending.items():
        visit(node, g)
    return found, set()


def chain(a):
    b = a + a
    return b + b


def test_a_naive_walk_gives_the_naive_result_and_is_gone_after_an_exception():
    assert gradient(chain, 1.0) == [4.0]
    with pytest.raises(ZeroDivisionError), minigrad.swap("engine.walk", naive_walk) as original:
        assert gradient(chain, 1.0) == [1.0]
        with minigrad.swap("engine.walk", original):
            assert gradient(chain, 1.0) == [4.0]
        raise ZeroDivisionError
    assert gradient(chain, 1.0) == [4.0]


def test_a_method_and_a_rule_are_swapped():
    rule = minigrad.graph.Op("SwappedBackward0", lambda g, b: 0 * g, lambda g, a: 0 * g)
    t = minigrad.tensor(3.0)
    with minigrad.swap("tensor.Tensor.item", lambda self: "swapped"):
        assert t.item() == "swapped"
    with minigrad.swap("graph.Op.known.MulBackward0", rule):
        assert minigrad.graph.Op.known["MulBackward0"] is rule
    assert t.item() == 3.0 and minigrad.graph.Op.known["MulBackward0"].name == "MulBackward0"


def test_the_traceback_shows_the_line_of_the_cell():
    live.build("engine", "def release(node):\n    here = 'in the cell'\n    return here / 2\n")
    with pytest.raises(TypeError) as caught:
        gradient(chain, 1.0)
    last = traceback.extract_tb(caught.tb)[-1]
    assert (last.name, last.lineno, last.line) == ("release", 3, "return here / 2")
    assert "in the cell" in inspect.getsource(minigrad.engine.release)


def test_the_magic_in_a_shell():
    testing = pytest.importorskip("IPython.core.interactiveshell", reason="IPython is part of the course's extras")
    shell = testing.InteractiveShell()
    shell.run_cell("%load_ext minigrad", store_history=True).raise_error()
    cell = "%%build engine\ndef release(node):\n    return 1 / 0\n"
    assert shell.run_cell(cell, store_history=True).success
    name = minigrad.engine.release.__code__.co_filename
    assert shell.compile.format_code_name(name) == ("Cell", "In[2]")
    assert minigrad.engine.release.__code__.co_firstlineno == 2
    with pytest.raises(ZeroDivisionError):
        gradient(chain, 1.0)
    failed = shell.run_cell("%%build engine\nx\n", store_history=True)
    assert "does not see your names" in failed.error_in_exec.__notes__[0]


def test_minigrad_imports_numpy_and_nothing_else():
    code = (
        "import sys, minigrad; minigrad.reset(); minigrad.swap; "
        "print([m for m in ('IPython', 'nbformat', 'graphviz', 'ipywidgets', 'typer') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
