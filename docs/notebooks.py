"""The notebooks of the book: the chapters, executed, and the assignments as they are handed out.

A chapter is executed once for each state of its cells and of the package; what came out is kept in the cache. Then
it is made ready for a page that has no kernel and no JupyterLab.
"""

import hashlib
import os
import re
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from docs import facts

ROOT = Path(__file__).parent.parent
SECONDS_PER_CELL = 240
AT_A_TIME = 2
WIDGETS = "application/vnd.jupyter.widget-state+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
MOVE = '<p class="needs-kernel">In JupyterLab there are sliders to move here; this is what they show first.</p>'
PLOT = "The plot that this cell makes; the text beside it says what there is to see."


@cache
def state_of_the_package() -> bytes:
    """A digest of all that a chapter's results depend on, besides its own cells."""
    digest = hashlib.sha256()
    for folder, pattern in (("minigrad", "**/*.[pth]*"), ("course", "*.mplstyle"), ("course/data", "*")):
        for path in sorted((ROOT / folder).glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()


def executed(path: Path, folder: Path, kept: Path) -> NotebookNode:
    """The notebook at `path`, run from a clean kernel in `folder`; from the folder `kept` if it was run before.

    CellExecutionError: a cell failed that is not marked to fail.
    """
    result = kept / f"{path.stem}-{hashlib.sha256(path.read_bytes() + state_of_the_package()).hexdigest()[:16]}.ipynb"
    if result.is_file():
        return nbformat.read(result, as_version=4)
    notebook = nbformat.read(path, as_version=4)
    print(f"executing {path.name} ...", flush=True)
    quiet = ["--IPKernelApp.log_level=40"]
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=SECONDS_PER_CELL, resources=where, extra_arguments=quiet)
    client.execute()
    kept.mkdir(parents=True, exist_ok=True)
    for old in kept.glob(f"{path.stem}-*.ipynb"):
        old.unlink()
    nbformat.write(notebook, result)
    return notebook


def write_chapters(paths: list[Path], folder: Path, kept: Path) -> None:
    """Execute chapters, a few at a time, and write them into `folder`, ready for their pages."""
    os.environ.pop("JPY_SESSION_NAME", None)  # nobody sits at these notebooks: `play` shall show a page, not a widget
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # `dot` is there
    if shutil.which("dot") is None:
        raise FileNotFoundError("graphviz's `dot`, which draws the pictures, was not found; `make book` brings it.")
    with ProcessPoolExecutor(AT_A_TIME) as pool:
        notebooks = pool.map(executed, paths, repeat(folder), repeat(kept))
        for path, notebook in zip(paths, notebooks, strict=True):
            nbformat.write(page_of(notebook, path), folder / path.name)


def page_of(notebook: NotebookNode, path: Path) -> NotebookNode:
    """An executed chapter with its table of facts, folded appendix, inline pictures, and without widgets."""
    states = notebook.metadata.pop("widgets", {}).get(WIDGETS, {}).get("state", {})
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata.setdefault("tags", []).append("hide-input")
        cell.metadata["mystnb"] = {"image": {"alt": PLOT}}
        cell.outputs = [new for old in cell.outputs for new in without_widget(old, states)]
        for output in cell.outputs:
            show_inline(output)
            forget_folder(output)
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(facts.table(path.stem)))
    return notebook


def without_widget(output: NotebookNode, states: dict[str, Any]) -> list[NotebookNode]:
    """What an output is on a page without a kernel: itself, or what its widget had captured to show."""
    if WIDGET not in output.get("data", {}):
        return [output]
    found: list[NotebookNode] = []
    todo = [output.data[WIDGET]["model_id"]]
    while todo:
        state = states.get(todo.pop(0), {}).get("state", {})
        found += [nbformat.from_dict(captured) for captured in state.get("outputs", ())]
        todo += [child.removeprefix("IPY_MODEL_") for child in state.get("children", ())]
    words = nbformat.v4.new_output("display_data", {"text/html": MOVE})
    return [words, *found] if found else []


def show_inline(output: NotebookNode) -> None:
    """A picture as part of the page, where its text alternative is read; a film without the icons that it fetches."""
    data = output.get("data", {})
    if svg := data.pop("image/svg+xml", None):
        data["text/html"] = f'<div class="picture">{unique(svg)}</div>'
    elif html := data.get("text/html"):
        html = re.sub(r"<link\b[^>]*\bhref=.https?://[^>]*>", "", html)
        data["text/html"] = re.sub(r"<img (?![^>]*\balt=)", f'<img alt="{PLOT}" ', html)


def forget_folder(output: NotebookNode) -> None:
    """Tracebacks and warnings with the files as they stand in the repository, wherever that lies on this machine."""
    here = f"{ROOT}{os.sep}"
    for folder in (here, here.replace(str(Path.home()), "~", 1)):  # IPython writes the second where it can
        if "traceback" in output:
            output.traceback = [line.replace(folder, "") for line in output.traceback]
        elif "text" in output:
            output.text = output.text.replace(folder, "")


def unique(svg: str) -> str:
    """A picture whose ids no other picture on the page has."""
    mark = hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="\1-{mark}"', svg)
    return re.sub(r'(url\(#|href="#)([^")]+)', rf"\1\2-{mark}", svg)


def write_assignments(stems: list[str], folder: Path) -> None:
    """The assignments of chapters as they are handed out, not executed."""
    for path in [ROOT / "assignments" / stem / f"{stem}.ipynb" for stem in stems]:
        if not path.is_file():
            continue
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.metadata = {}
        chapter = f"[Chapter {int(path.stem[:2])}](../../course/{path.stem}.ipynb)"
        words = f"*This page is for reading; work in the notebook `assignments/{path.stem}/{path.name}`. {chapter}*"
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell(words))
        (folder / path.stem).mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, folder / path.stem / path.name)
