"""The first-hour troubles: what is said below an error, and above all when nothing is."""

import ast
import os
import sys

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

from course import fill
from minigrad import environment, live, troubles

BROKEN = "%%build engine\ndef walk(pending, *rest):\n    return pending.nowhere\n"
BACKWARD = "x = mg.tensor([1.0], requires_grad=True); (x * x).backward()"
CELLS = {
    "load": "%load_ext minigrad\nimport numpy as np\nimport minigrad as mg",
    "values": "w = np.ones(2)\nfor i in range(3):\n    total = w * i",
    "uses": "w + total + later",
    "defines": "def later(a):\n    inner = a\n    return inner\n# `marked`",
    "not_python": "this is no Python",
}


@pytest.fixture(autouse=True)
def clean():
    yield
    live.reset()
    troubles.missing.clear()


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A notebook on the disk, as a kernel is told of it."""
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    path = tmp_path / "some.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    return path


@pytest.fixture
def shell():
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_cell("%load_ext minigrad\nimport minigrad as mg").raise_error()
    yield shell
    InteractiveShell.clear_instance()


def said(shell, source, cell=None):
    """What is shown beside the error when a cell runs."""
    with capture_output() as captured:
        shell.run_cell(source, cell_id=cell)
    return "\n".join(output.data["text/plain"] for output in captured.outputs)


# --- names ---------------------------------------------------------------------------------------------------------


def test_a_name_that_a_cell_above_defines(shell, notebook):
    text = said(shell, "w + 1", "uses")
    assert text.startswith("`w` is defined above, by the cell that begins `w = np.ones(2)`. It has not run")
    assert "Run All Above Selected Cell" in text
    assert "`%load_ext minigrad`" in said(shell, "np", "uses")  # an import defines a name, too


def test_a_name_that_only_a_cell_below_defines(shell, notebook):
    text = said(shell, "later", "uses")
    assert text.startswith("`later` is defined only further down, by the cell that begins `def later(a):`")
    assert "top to bottom" in text


def test_a_new_cell_goes_by_the_whole_notebook(shell, notebook):
    assert said(shell, "later", "unsaved").startswith("`later` is defined above")


@pytest.mark.parametrize("name", ["nowhere", "inner", "marked"])
def test_nothing_is_said_of_a_name_that_no_cell_defines(shell, notebook, name):
    assert said(shell, name, "uses") == ""


def test_nothing_is_said_of_a_name_that_only_this_cell_defines(shell, notebook):
    assert said(shell, "later", "defines") == ""


@pytest.mark.parametrize("source", ["1 / 0", "w[", "{}['w']", "def f():\n    if 0: w = 1\n    return w\nf()", "1 + 1"])
def test_nothing_is_said_of_other_errors(shell, notebook, source):
    assert said(shell, source, "uses") == ""


def test_nothing_is_said_where_the_notebook_is_not_known(shell, notebook, monkeypatch):
    notebook.write_text("{")
    assert said(shell, "w") == ""
    notebook.unlink()
    assert said(shell, "w") == ""
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert said(shell, "w") == ""


def test_a_name_that_is_missing_inside_a_check(shell, notebook):
    text = said(shell, "from grader.inside import check\ncheck('send.twice', lambda: later({}, 'x', 1))", "uses")
    assert "NameError: name 'later' is not defined" in text and "`later` is defined only further down" in text
    assert "is defined" not in said(shell, "check('send.twice', lambda: 0)", "uses")


# --- an edited engine ------------------------------------------------------------------------------------------------


def test_an_edited_engine_that_breaks(shell):
    assert said(shell, BROKEN) == ""
    text = said(shell, BACKWARD)
    assert text.startswith("minigrad is not as it came: `engine.walk` runs as this notebook has defined it.")
    assert "`mg.reset()`" in text
    assert said(shell, "1 / 0") == ""  # which has nothing to do with the engine
    assert said(shell, "mg.reset()\n" + BACKWARD) == ""
    assert said(shell, "mg.tensor([1.0]).backward()") == ""  # an error of the engine as it is


def test_a_swap_that_stands(shell):
    assert said(shell, f"with mg.swap('engine.walk', lambda *a: 1 / 0):\n    {BACKWARD}") == ""  # it is over
    said(shell, "stack = __import__('contextlib').ExitStack()")
    said(shell, "stack.enter_context(mg.swap('engine.walk', lambda *a: 1 / 0))")
    assert "`engine.walk` runs as" in said(shell, BACKWARD)
    said(shell, "stack.close()")
    assert live.edited() == [] and said(shell, BACKWARD) == ""


def test_a_building_cell_that_fails_has_changed_nothing(shell):
    assert said(shell, "%%build engine\n1 / 0") == ""
    assert live.edited() == []


def test_a_definition_put_back_by_hand_is_no_edit(shell):
    own = live.written(sys.modules["minigrad.engine"])["engine.walk"]
    said(shell, BROKEN)
    assert live.edited() == ["engine.walk"]
    said(shell, f"%%build engine\n# another comment\n{own}")
    assert live.edited() == []


@pytest.mark.parametrize("path", fill.chapters(), ids=lambda path: path.stem)
def test_a_chapters_own_building_cells_are_no_edits(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if fill.builds(cell):
            first, _, source = cell.source.partition("\n")
            module = live.load(first.split()[1])
            texts = live.definitions(module.__name__, ast.parse(source))
            assert {name: live.written(module).get(name) for name in texts} == texts, cell.id


# --- the environment -------------------------------------------------------------------------------------------------


def test_a_package_of_the_course_that_is_missing(shell, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr(sys, "meta_path", [Nothing("matplotlib"), *sys.meta_path])
    monkeypatch.delitem(sys.modules, "matplotlib")
    assert "has `matplotlib`; this notebook runs in another one" in said(shell, "import matplotlib")
    assert said(shell, "import no_such_package") == ""


@pytest.mark.parametrize(("python", "numpy"), [((3, 10, 12), "2.4.1"), ((3, 13, 0), "1.26.4"), ((3, 11), "2.2.6")])
def test_an_older_python_or_numpy_is_refused_by_name(python, numpy):
    with pytest.raises(ImportError) as caught:
        environment.refuse(python, numpy)
    said = str(caught.value)
    assert f"This is Python 3.{python[1]} with numpy {numpy}, {sys.executable}." in said and "`make lab`" in said


def test_what_is_refused_is_what_pyproject_refuses(root):
    text = (root / "pyproject.toml").read_text()
    assert f'requires-python = ">={".".join(map(str, environment.PYTHON))}' in text
    assert f'"numpy>={".".join(map(str, environment.NUMPY))}"' in text
    for numpy in ("2.3.0", "2.4.0rc1", "3.0.0.dev0+git"):
        environment.refuse((3, 11, 0), numpy)


class Nothing:
    """A finder that has not got one package."""

    def __init__(self, name):
        self.name = name

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == self.name:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


# --- where it is loaded ----------------------------------------------------------------------------------------------


def test_it_is_loaded_once_and_never_when_graded(monkeypatch):
    shell = InteractiveShell()
    for _ in range(2):
        shell.run_cell("%reload_ext minigrad").raise_error()
    assert shell.events.callbacks["post_run_cell"].count(troubles.Watch(shell)) == 1
    for name in troubles.GRADED:
        monkeypatch.setenv(name, "1")
        graded = InteractiveShell()
        graded.run_cell("%load_ext minigrad").raise_error()
        assert troubles.Watch(graded) not in graded.events.callbacks["post_run_cell"]
        assert "build" in graded.magics_manager.magics["cell"]
        monkeypatch.delenv(name)


def test_the_labs_kernel_comes_before_one_that_another_project_has_registered(root, tmp_path, monkeypatch):
    foreign = tmp_path / "kernels" / "python3"
    foreign.mkdir(parents=True)
    (foreign / "kernel.json").write_text('{"argv": ["elsewhere"], "display_name": "Python 3", "language": "python"}')
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    assert KernelSpecManager().get_kernel_spec("python3").argv == ["elsewhere"]
    monkeypatch.setenv("JUPYTER_PATH", str(root / ".jupyter"))  # as lab_config.py sets it
    assert "--ext=minigrad.troubles" in KernelSpecManager().get_kernel_spec("python3").argv


def test_a_kernel_of_the_lab_has_it_before_any_cell_runs(root, notebook, monkeypatch):
    """As after a restart: the first cell that runs is one in the middle."""
    monkeypatch.setenv("JUPYTER_PATH", str(root / ".jupyter"))
    manager, client = start_new_kernel(kernel_name="python3", env=dict(os.environ))
    try:
        outputs = []
        client.execute_interactive("w + 1", allow_stdin=False, timeout=60, output_hook=outputs.append)
        kinds = [message["msg_type"] for message in outputs]
        assert kinds.index("error") < kinds.index("display_data")
        shown = next(message["content"]["data"] for message in outputs if message["msg_type"] == "display_data")
        assert "<code>w</code> is defined above" in shown["text/html"] and "`w` is defined" in shown["text/plain"]
        outputs.clear()
        reply = client.execute_interactive(BROKEN, allow_stdin=False, timeout=60, output_hook=outputs.append)
        assert reply["content"]["status"] == "ok"  # %%build is there, too
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
