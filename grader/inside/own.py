"""Your own earlier solutions in the place of minigrad's, for what is not under test.

    from grader.inside import use_own, use_reference
    use_own("04_engine")     from here on minigrad runs on what you wrote there
    use_reference()          minigrad as it was

`use_own` runs the solution cells of your notebook of that assignment and swaps in what its `own` in
grader/inside/cases/ names. A check still closes the holes of its own assignment and puts it back afterwards.
When an assignment is graded or validated, both do nothing: one chapter's mistakes do not cost the next one's points.
"""

from __future__ import annotations

import linecache
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from grader.inside import answers, holes
from grader.inside.limits import TimeLimit, time_limit

SECONDS = 10.0
STUB = "still to be written"
_in_use: dict[str, ExitStack] = {}


class NotUsable(RuntimeError):
    """An earlier assignment cannot stand in for minigrad; the message says why. Nothing was changed."""


def use_own(assignment: str) -> None:
    """Let minigrad run on your solutions of an earlier assignment ("04_engine"), for this session.

    NotUsable: there is no such notebook, a task in it is not solved, a cell fails or takes longer than 10 s, or
    minigrad computes wrong gradients with it.
    """
    if os.environ.get("NBGRADER_EXECUTION") or os.environ.get("NBGRADER_VALIDATING"):
        return
    parts = _parts(assignment)
    _put_back(assignment)
    stack = ExitStack()
    try:
        with time_limit(SECONDS):
            stack.enter_context(holes.live((), parts))
            _try_out()
    except (Exception, TimeLimit) as error:
        stack.close()
        raise NotUsable(f"With your {assignment}, minigrad does not work: {_said(error)}. {_UNCHANGED}") from error
    _in_use[assignment] = stack
    print(f"In use now, from your {assignment}: {', '.join(parts)}. use_reference() puts minigrad's own back.")


def use_reference() -> None:
    """Put minigrad's own definitions back, wherever `use_own` has taken yours."""
    for assignment in reversed(list(_in_use)):
        _put_back(assignment)


_UNCHANGED = "Nothing was changed; minigrad's own definitions are in use."


def _put_back(assignment: str) -> None:
    stack = _in_use.pop(assignment, None)
    if stack is not None:
        stack.close()


def _find(assignment: str) -> Path:
    """The student's notebook: beside this assignment's folder, or under assignments/ of a folder above."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        for path in (folder / assignment, folder / "assignments" / assignment):
            if (path / f"{assignment}.ipynb").is_file():
                return path / f"{assignment}.ipynb"
    raise NotUsable(f"There is no notebook {assignment}/{assignment}.ipynb beside or above {here}.")


def _parts(assignment: str) -> dict[str, Any]:
    """What is to be swapped in, by place."""
    from grader.inside import cases
    from minigrad.live import copy_of, find

    try:
        own = cases.own(assignment)
    except LookupError as error:
        raise NotUsable(f"{error}.") from None
    if own is None:
        raise NotUsable(f"{assignment} asks for nothing that minigrad could use in the place of its own definitions.")
    names = _run_cells(assignment, _find(assignment))
    try:
        return own(names, lambda place: copy_of(find(place)[2]))
    except KeyError as error:
        raise NotUsable(f"Your {assignment} does not define {error}.") from error


def _run_cells(assignment: str, path: Path) -> dict[str, Any]:
    """The names that the notebook's cells define: all but its tests and the cells that you added."""
    import nbformat

    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # whatever a damaged file makes of it
        raise NotUsable(f"{path} cannot be read: {error}") from error
    names: dict[str, Any] = {"__name__": f"own_{assignment}"}
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or not about or (about.get("grade") and not about.get("solution")):
            continue
        place = f"{about.get('grade_id')} of your {assignment}"
        if about.get("solution") and STUB in cell.source:
            raise NotUsable(f"The cell {place} is not solved yet. {_UNCHANGED}")
        filename = f"<ipython-input: {place}>"  # a name by which tracebacks take it for a cell
        linecache.cache[filename] = (len(cell.source), None, cell.source.splitlines(keepends=True), filename)
        try:
            with time_limit(SECONDS):
                exec(compile(cell.source, filename, "exec"), names)
        except (Exception, TimeLimit) as error:
            raise NotUsable(f"The cell {place} does not run: {_said(error)}. {_UNCHANGED}") from error
    return names


def _try_out() -> None:
    """Two gradients of the documents, as a sign that minigrad still computes."""
    import minigrad as mg

    x, w = mg.tensor([2.0], requires_grad=True), mg.tensor([1.0], requires_grad=True)
    ((w + x) * (w + 1) + (x + 2) ** 2).backward()
    got = [None if t.grad is None else t.grad.tolist() for t in (w, x)]
    if got != [[5.0], [10.0]]:
        raise ArithmeticError(f"(w + x)(w + 1) + (x + 2)**2 at 1 and 2 has the gradients 5 and 10, not {got}")


def _said(error: BaseException) -> str:
    """An exception in words, with the last line of the student's own code."""
    trace = answers.encode_exception(error)["trace"]
    return f"{type(error).__name__}: {error}" + (f" ({trace[-1]})" if trace else "")
