"""What was handed in: read with care, and rebuilt from the release.

From a submission only the sources of the solution cells and of the student's own extra cells are taken. Tests,
read-only cells, order, metadata, tags and kernel are those of the release, so that deleted, edited, copied,
re-tagged or moved cells stop mattering.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

MAX_BYTES = 20_000_000
MAX_CELLS = 1_000
MAX_SOURCE = 300_000  # characters of all cells together: more costs a page many seconds
TOO_LARGE = f"the notebook is larger than {MAX_BYTES // 1_000_000} MB"
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class Damaged(ValueError):
    """The submission cannot be graded; the message says why."""


def text_of(path: Path) -> tuple[str, str]:
    """The text of a notebook that was handed in, or why there is none. Links are not followed."""
    try:
        if any(part.is_symlink() for part in (path, *path.parents[:2])) or not path.is_file():
            return "", f"there is no {path.name} (found: {', '.join(names_beside(path)) or 'nothing'})"
        if path.stat().st_size > MAX_BYTES:
            return "", TOO_LARGE
        return path.read_text(encoding="utf-8"), ""
    except UnicodeDecodeError as error:
        return "", f"the file is not a notebook, it is not text ({error.reason})"
    except OSError as error:
        return "", f"the file cannot be read ({error.strerror})"


def names_beside(path: Path) -> list[str]:
    """The first few names in the folder of a file that should be there."""
    with suppress(OSError):
        return sorted(file.name for file in path.parent.iterdir())[:5]
    return []


def read(text: str) -> NotebookNode:
    """The submitted notebook. Damaged: it is not a notebook of format 4 whose cells have sources."""
    if len(text) > MAX_BYTES:
        raise Damaged(TOO_LARGE)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"the file is not a notebook, it is not JSON ({str(error)[:100]})") from error
    if not isinstance(tree, dict) or not isinstance(tree.get("cells"), list):
        raise Damaged("the file is not a notebook, it has no list of cells")
    metadata = tree.get("metadata")
    mark = metadata.get("minigrad") if isinstance(metadata, dict) else None
    if isinstance(mark, dict) and isinstance(mark.get("damaged"), str):
        raise Damaged(visible(mark["damaged"][:500]))  # a stand-in for a notebook that was not there
    if tree.get("nbformat") != 4:
        raise Damaged(f"the file is not a notebook of format 4, it says {visible(str(tree.get('nbformat'))[:20])}")
    if len(tree["cells"]) > MAX_CELLS:
        raise Damaged(f"the notebook has {len(tree['cells'])} cells, more than {MAX_CELLS}")
    cells = [_read_cell(index, cell) for index, cell in enumerate(tree["cells"])]
    if sum(len(cell.source) for cell in cells) > MAX_SOURCE:
        raise Damaged(f"the cells of the notebook hold more than {MAX_SOURCE} characters")
    known: set[str] = set()
    for index, cell in enumerate(cells):
        if cell.id in known or not CELL_ID.fullmatch(cell.id):
            cell.id = f"unknown-{index}"
        known.add(cell.id)
    return new_notebook(cells=cells)


def _read_cell(index: int, cell: Any) -> NotebookNode:
    """A cell with its source, its type, its id and its grade_id; all else is left behind."""
    source = cell.get("source", "") if isinstance(cell, dict) else None
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise Damaged(f"cell {index + 1} of the notebook has no readable source")
    make = new_code_cell if cell.get("cell_type") == "code" else new_markdown_cell
    new = make(source.encode(errors="replace").decode())  # half a surrogate pair is in no file
    new.id = str(cell.get("id", ""))
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(about, dict) and isinstance(about.get("grade_id"), str):
        new.metadata = NotebookNode(nbgrader=NotebookNode(grade_id=about["grade_id"]))
    return new


def visible(text: str) -> str:
    """Text with all that could act on a terminal written out: control characters, marks that turn writing round."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text)


def stand_in(why: str) -> NotebookNode:
    """An empty notebook in the place of one that cannot be read; `rebuild` and the report say why."""
    return new_notebook(metadata={"minigrad": {"damaged": visible(why)}})


def rebuild(release: NotebookNode, submission: NotebookNode) -> NotebookNode:
    """The released notebook with the student's solutions and extra cells in it.

    Its metadata has `minigrad`: `damaged` (why, or None), `missing` (grade_ids of solution cells that the
    submission lacks) and `digest` (of everything that was taken from the submission).
    """
    rebuilt = copy.deepcopy(release)
    solutions, extras = _take_apart(release, submission)
    cells, taken = [*extras.get(None, ())], []
    for cell in rebuilt.cells:
        name = grade_id(cell)
        if name in solutions:
            cell.source = solutions[name]
            taken.append([name, cell.source])
        cells.append(cell)
        cells += extras.get(cell.id, ())
    for number, cell in enumerate((cell for cell in cells if cell.metadata.get("minigrad") == "extra"), 1):
        cell.id = f"extra-{number}"
        taken.append([cell.id, cell.source])
    rebuilt.cells = cells
    rebuilt.metadata["minigrad"] = {
        **release.metadata.get("minigrad", {}),
        "damaged": submission.metadata.get("minigrad", {}).get("damaged"),
        "missing": [name for name in _solution_ids(release) if name not in solutions],
        "digest": hashlib.sha256(json.dumps(taken).encode()).hexdigest(),
    }
    return rebuilt


def _take_apart(
    release: NotebookNode, submission: NotebookNode
) -> tuple[dict[str, str], dict[str | None, list[NotebookNode]]]:
    """The sources of the solution cells by grade_id, and the extra cells by the id of the cell they follow."""
    by_grade_id = {grade_id(cell): cell for cell in release.cells if grade_id(cell)}
    plain = {cell.id: cell for cell in release.cells if not grade_id(cell)}
    solution_ids = _solution_ids(release)
    last = {grade_id(cell): index for index, cell in enumerate(submission.cells) if grade_id(cell) in solution_ids}
    solutions: dict[str, str] = {}
    extras: dict[str | None, list[NotebookNode]] = {}
    anchor = None
    for index, cell in enumerate(submission.cells):
        name = grade_id(cell)
        if name in solution_ids and last[name] == index:
            solutions[name] = cell.source
            anchor = by_grade_id[name].id
        elif name in by_grade_id and name not in solution_ids:
            anchor = by_grade_id[name].id  # a test or read-only cell: the release has it
        elif cell.id in plain and not name:
            anchor = cell.id
            if cell.source != plain[cell.id].source:
                extras.setdefault(anchor, []).append(_extra(cell))
        elif cell.source.strip():  # the student's own, or an earlier copy of a solution cell
            extras.setdefault(anchor, []).append(_extra(cell))
    return solutions, extras


def _extra(cell: NotebookNode) -> NotebookNode:
    make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    return make(cell.source, metadata={"minigrad": "extra"})


def _solution_ids(notebook: NotebookNode) -> list[str]:
    return [grade_id(cell) for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]


def grade_id(cell: NotebookNode) -> str:
    """The name of a cell in the gradebook, "" if it has none."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def read_file(path: Path) -> NotebookNode:
    """A notebook of our own making (release, solution, autograded)."""
    return nbformat.read(path, as_version=4)
