"""The chapters: their cells are the package's code, and they run from a clean kernel."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course import fill

CHAPTERS = fill.chapters()
SECONDS_PER_CELL = 60
WATCHED = f"--InteractiveShellApp.exec_files={Path(__file__).with_name('plotted.py')}"
# Modules that the course uses and no chapter builds.
TOOLS = {
    "__init__", "autograd", "captions", "descriptions", "differences", "environment", "folding", "func", "graphs",
    "live", "looks", "methods", "missing", "patching", "pictures", "playing", "stepping", "troubles",
}  # fmt: skip


def test_the_first_four_chapters_exist():
    assert [path.stem for path in CHAPTERS][:4] == ["01_tensor", "02_graph", "03_elementwise", "04_engine"]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_building_cells_are_the_packages_code(path):
    text = fill.filled(fill.read_notebooks())[path]
    assert text == path.read_text(encoding="utf-8"), "run: python -m course.fill"


def test_every_definition_is_shown_exactly_once():
    assert fill.miscounted(fill.read_notebooks()) == []


def test_every_module_belongs_to_a_chapter_or_is_a_tool():
    modules = [path.stem for path in fill.PACKAGE.glob("*.py") if path.stem not in TOOLS]
    without = [name for name in modules if fill.read_module(name).chapter is None]
    assert without == [], 'a docstring begins with "Chapter N, ..."'


def plain(text):
    """Without the terminal's colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_runs_from_a_clean_kernel(path):
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=SECONDS_PER_CELL, resources=resources, extra_arguments=[WATCHED])
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        pytest.fail(f"{path.name}: {plain(str(error))}", pytrace=False)
    problems = [f"cell {cell.id}: {problem}" for cell in notebook.cells for problem in surprises(cell)]
    assert not problems, "\n".join(problems)


def surprises(cell):
    """How the outputs of a cell that has run differ from what its tags announce."""
    tags, outputs = cell.metadata.get("tags", []), cell.get("outputs", [])
    errors = [output for output in outputs if output.output_type == "error"]
    warnings = [output.text for output in outputs if output.get("name") == "stderr"]
    if "raises-exception" in tags and not errors:
        yield f"has the tag raises-exception and raised nothing\n{cell.source}"
    if "expect-warning" in tags and not warnings:
        yield f"has the tag expect-warning and wrote nothing to stderr\n{cell.source}"
    if "expect-warning" not in tags:
        yield from (f"wrote to stderr\n{cell.source}\n{plain(text)}" for text in warnings)


# The script


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one module and one chapter; gives a function that sets what each cell shows."""
    monkeypatch.setattr(fill, "COURSE", tmp_path)
    monkeypatch.setattr(fill, "PACKAGE", tmp_path)
    fill.read_module.cache_clear()
    (tmp_path / "toy.py").write_text(
        '"""Chapter 4, toy."""\n\nimport heapq\n\n# why\nA = 1\nB = C.x = 2\n\n\n@cache\ndef f():\n    pass\n\n\nf()\n'
    )

    def write(**cells):
        notebook = nbformat.v4.new_notebook()
        for name, names in cells.items():
            metadata = {"minigrad": {"builds": names}}
            notebook.cells.append(nbformat.v4.new_code_cell("old", id=name, metadata=metadata))
        nbformat.write(notebook, tmp_path / "04_toy.ipynb")
        return fill.read_notebooks()

    yield write
    fill.read_module.cache_clear()


def sources(notebooks):
    [text] = fill.filled(notebooks).values()
    return {cell.id: cell.source for cell in nbformat.reads(text, as_version=4).cells}


def test_fill_writes_pieces_as_they_stand(course):
    cells = sources(course(one=["toy.f"], two=["toy.A", "toy.C.x"], three=["toy.*"]))
    assert cells["one"] == "%%build toy\n@cache\ndef f():\n    pass"
    assert cells["two"] == "%%build toy\n# why\nA = 1\nB = C.x = 2"
    assert cells["three"] == "%%build toy\nf()"


def test_fill_knows_ranges_and_the_order_of_the_cell(course):
    cells = sources(course(one=["toy.B..f()"], two=["toy.f", "toy.A"]))
    assert cells["one"] == "%%build toy\nB = C.x = 2\n\n\n@cache\ndef f():\n    pass\n\n\nf()"
    assert cells["two"] == "%%build toy\n@cache\ndef f():\n    pass\n\n\n# why\nA = 1"


def test_fill_counts_what_is_shown(course):
    assert fill.miscounted(course(one=["toy.f", "toy.A"], two=["toy.f"])) == [
        "toy.B is shown 0 times",
        "toy.f is shown 2 times",
        "toy.f() is shown 0 times",
    ]
    assert fill.miscounted(course(one=["toy.*"])) == []


@pytest.mark.parametrize("name", ["toy.g", "toi.f", "toy.f..A", "toy"])
def test_fill_names_the_cell_with_an_unknown_piece(course, name):
    with pytest.raises(fill.UnknownPieceError, match=r"04_toy\.ipynb, cell one: .*(toy|toi)"):
        fill.filled(course(one=[name]))
