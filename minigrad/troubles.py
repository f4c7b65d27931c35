"""The troubles of the first hours, answered where they happen: a few words below the traceback of a cell.

`%load_ext minigrad` loads this; in JupyterLab as `make lab` starts it, every kernel has it from the beginning, because
a kernel that was just restarted has run no cell yet. What it notices:

    a NameError for a name that another cell of the notebook defines     restarted, or run out of order
    an error in the engine while edited definitions are in force         a `%%build` cell that broke it
    a package of the course that this Python does not have               a kernel outside the course's environment

It says nothing else, and nothing at all where a notebook is graded or validated.
"""

import os
import symtable
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from . import live

GRADED = {"NBGRADER_EXECUTION", "NBGRADER_VALIDATING"}
PACKAGES = {"grader", "graphviz", "ipywidgets", "matplotlib", "nbformat", "nbgrader"}
LONGEST = 60  # characters of a cell's first line
COLOUR = "rgba(205, 92, 0, {})"

missing: list[str] = []
"""Names that were missing where the error itself was caught, as by `check`: told of when the cell ends."""


def load_ipython_extension(shell: Any) -> None:
    """Register `%%build`, and look at every cell that ends with an error; called by `%load_ext minigrad`."""
    live.load_ipython_extension(shell)
    if not GRADED & os.environ.keys():
        shell.events.register("post_run_cell", Watch(shell))  # the same one twice is registered once


@dataclass(frozen=True)
class Watch:
    """What happens in a shell after each cell."""

    shell: Any

    def __call__(self, result: Any) -> None:
        """Show what there is to say about the cell that has just run."""
        names, missing[:] = list(missing), []
        error = result.error_before_exec or result.error_in_exec
        said = self.about(error, result.info.cell_id) if error else self.about_names(names, result.info.cell_id)
        if said:
            show(said)

    def about(self, error: BaseException, cell: str | None) -> str:
        """What to do about an error; an empty text where there is nothing to say that it does not say itself."""
        scopes = scopes_of(error)
        if type(error) is NameError and scopes and scopes[-1] is self.shell.user_ns:
            return self.about_names([str(error.name)], cell)
        if isinstance(error, ModuleNotFoundError):
            return about_package(str(error.name))
        mine = [name for name, value in self.shell.user_ns.items() if value is sys.modules[live.PACKAGE]]
        return about_engine([str(scope.get("__name__")) for scope in scopes], mine[0] if mine else live.PACKAGE)

    def about_names(self, names: list[str], cell: str | None) -> str:
        """Where the notebook defines the first of these names that it defines; `cell` is the id of the one that ran."""
        cells = code_cells(self.shell)
        ids = [each.id for each in cells]
        here = ids.index(cell) if cell in ids else len(cells)
        for name in names:
            places = [i for i, each in enumerate(cells) if name in self.names_of(each.source) and i != here]
            if places:
                return about_name(name, cells, here, places)
        return ""

    def names_of(self, source: str) -> set[str]:
        """The names that a cell defines; none of one that is no Python."""
        try:
            symbols = symtable.symtable(self.shell.transform_cell(source), "a cell", "exec").get_symbols()
        except (SyntaxError, ValueError):
            return set()
        return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}


def about_name(name: str, cells: list[Any], here: int, places: list[int]) -> str:
    """A missing name that the cells at `places` define."""
    before = [i for i in places if i < here]
    begins = cells[before[-1] if before else places[0]].source.strip().split("\n")[0].replace("`", "'")
    begins = begins if len(begins) <= LONGEST else begins[:LONGEST] + "..."
    if not before:
        return (
            f"`{name}` is defined only further down, by the cell that begins `{begins}`. "
            "A notebook is meant to be run from top to bottom."
        )
    return (
        f"`{name}` is defined above, by the cell that begins `{begins}`. It has not run, or not to its end, since the "
        "kernel was started: a restarted kernel remembers nothing. "
        "Choose Run All Above Selected Cell in the menu Run, and run this cell again."
    )


def about_engine(modules: list[str], minigrad: str) -> str:
    """An error that came through these modules, while the engine, here called `minigrad`, is not as it came."""
    edited = live.edited()
    through = [name for name in modules if name.startswith(f"{live.PACKAGE}.")]
    if not edited or not through or live.__name__ in through:  # a `%%build` that fails has changed nothing
        return ""
    names = ", ".join(f"`{name}`" for name in edited)
    run = "runs" if len(edited) == 1 else "run"
    return (
        f"minigrad is not as it came: {names} {run} as this notebook has defined it. If the error comes from there, "
        f"`{minigrad}.reset()` puts the original back."
    )


def about_package(name: str) -> str:
    """A package that cannot be imported."""
    if name.partition(".")[0] not in PACKAGES:
        return ""
    return (
        f"The course's environment has `{name}`; this notebook runs in another one. "
        "Close it and start the course by `make lab`, or choose the Python of the folder `.venv` as its kernel."
    )


def scopes_of(error: BaseException) -> list[dict[str, Any]]:
    """The global names of every function that an error came through, the innermost last."""
    scopes, trace = [], error.__traceback__
    while trace is not None:
        scopes.append(trace.tb_frame.f_globals)
        trace = trace.tb_next
    return scopes


def code_cells(shell: Any) -> list[Any]:
    """The code cells of the notebook that the kernel was started for, as last saved; none where it is not known."""
    path = Path(os.environ.get("JPY_SESSION_NAME") or shell.user_ns.get("__vsc_ipynb_file__") or "")
    try:
        import nbformat

        return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    except Exception:  # no such file, a damaged one, no nbformat: then there is nothing to say
        return []


def show(said: str) -> None:
    """Display a text in which `this` is code."""
    from IPython.display import display

    html = "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(escape(said).split("`")))
    style = f"border-left: 4px solid {COLOUR.format(0.9)}; background: {COLOUR.format(0.08)}"
    html = f'<div style="{style}; padding: 6px 10px; margin: 4px 0">{html}</div>'
    display({"text/html": html, "text/plain": said}, raw=True)
