"""`use_own`: minigrad on the student's own earlier solutions, and back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

import minigrad as mg
from grader.inside import cases, check, own, use_own, use_reference
from grader.judge.course import Course
from grader.judge.sample_class import Material, solved
from minigrad import live

COURSE = Course(Path(__file__).resolve().parent.parent)
ENGINE, RULES = "04_engine", "03_elementwise"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A student's folder of assignments, from inside a later one of which everything is started."""
    for assignment in (ENGINE, RULES):
        hand_in(tmp_path, assignment)
    (tmp_path / "05_later").mkdir()
    monkeypatch.chdir(tmp_path / "05_later")
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.delenv("NBGRADER_VALIDATING", raising=False)
    yield tmp_path
    use_reference()


def hand_in(folder: Path, assignment: str, **sources: str) -> None:
    """Put a solved notebook, with these sources in the places of the solutions, into the student's folder."""
    material = Material.of(COURSE, assignment)
    path = folder / assignment / f"{assignment}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(solved(material, material.solutions | sources), path)


def gradient() -> float:
    x = mg.tensor([3.0], requires_grad=True)
    (x * x + x[0] / 2).sum().backward()
    assert x.grad is not None
    return x.grad.item()


COUNTED = """
def send(pending, edge, g):
    mg.sent = getattr(mg, "sent", 0) + 1
    pending[edge] = pending[edge] + g if edge in pending else g
"""


def test_minigrad_runs_on_the_students_engine_until_told_otherwise(
    folder: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(folder, ENGINE, send=COUNTED)
    monkeypatch.setattr(mg, "sent", 0, raising=False)
    use_own(ENGINE)
    assert "from your 04_engine: engine.start, engine.walk, engine.accumulate" in capsys.readouterr().out
    before = mg.sent  # type: ignore[attr-defined]
    assert gradient() == 6.5
    assert mg.sent > before  # type: ignore[attr-defined]
    x = mg.tensor([3.0], requires_grad=True)
    (first,) = mg.autograd.grad(x**3, x, create_graph=True)  # not asked of the student: the reference does it
    assert mg.autograd.grad(first, x)[0].item() == 18.0
    use_reference()
    before = mg.sent  # type: ignore[attr-defined]
    assert gradient() == 6.5 and mg.sent == before  # type: ignore[attr-defined]


def test_several_assignments_at_once_and_one_of_them_again(folder: Path) -> None:
    rules, walk = mg.elementwise.DIV.rules, mg.engine.walk.__code__
    use_own(RULES)
    use_own(ENGINE)
    use_own(RULES)
    assert mg.elementwise.DIV.rules != rules and mg.engine.walk.__code__ is not walk
    assert gradient() == 6.5
    use_reference()
    assert mg.elementwise.DIV.rules == rules and mg.engine.walk.__code__ is walk


def test_own_rules_of_powers_and_broadcasts_are_used_where_they_were_asked_for(folder: Path) -> None:
    use_own(RULES)
    x = mg.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    (x**3 / mg.tensor([[1.0], [2.0]])).sum().backward()
    assert x.grad is not None and x.grad.tolist() == [[4.5, 18.0, 40.5]] and x.grad.dtype is mg.float32
    y = mg.tensor([2.0], dtype=mg.float64, requires_grad=True)
    (first,) = mg.autograd.grad(y**3 + y**-0.5, y, create_graph=True)  # on Tensors: not asked of the student
    assert mg.autograd.grad(first, y)[0].item() == pytest.approx(12 + 0.75 * 2**-2.5)


def test_a_check_closes_its_holes_and_leaves_the_own_functions_in_place(
    folder: Path, capsys: pytest.CaptureFixture
) -> None:
    use_own(ENGINE)
    walk = mg.engine.walk.__code__
    assert check("whole.simple", gradient) == 0.0  # an assignment asks for the engine: no way around
    assert "is not there while your answer is checked" in capsys.readouterr().out
    assert mg.engine.walk.__code__ is walk and gradient() == 6.5


@pytest.mark.parametrize("name", ["NBGRADER_EXECUTION", "NBGRADER_VALIDATING"])
def test_graded_and_validated_runs_ignore_it(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "autograde")
    walk = mg.engine.walk.__code__
    use_own("17_not_even_there")
    use_own(ENGINE)
    assert mg.engine.walk.__code__ is walk and own._in_use == {}


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({"send": "raise NotImplementedError(\"still to be written\")"}, "cell send of your 04_engine is not solved"),
        ({"send": "def send(pending, edge, g):\n    return 1 +"}, "cell send of your 04_engine does not run: Syntax"),
        ({"send": "send = 1 / 0"}, "does not run: ZeroDivisionError: division by zero .*send = 1 / 0"),
        ({"send": "while True: pass"}, "does not run: TimeLimit: took longer than 0.3 s"),
        ({"send": "def send(pending, edge, g):\n    pending[edge] = g"}, "has the gradients 5 and 10, not "),
        ({"send": "def send(pending, edge, g):\n    while True: pass"}, "TimeLimit: took longer than 0.3 s"),
        ({"send": "dispatch = None"}, "does not define 'send'"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, sources: dict[str, str], said: str
) -> None:
    monkeypatch.setattr(own, "SECONDS", 0.3)
    hand_in(folder, ENGINE, **sources)
    walk = mg.engine.walk.__code__
    with pytest.raises(own.NotUsable, match=said):
        use_own(ENGINE)
    assert mg.engine.walk.__code__ is walk and gradient() == 6.5 and own._in_use == {}


def test_a_notebook_that_is_not_there_or_no_notebook(folder: Path) -> None:
    shutil.rmtree(folder / ENGINE)
    with pytest.raises(own.NotUsable, match=r"no notebook 04_engine/04_engine.ipynb beside or above"):
        use_own(ENGINE)
    (folder / ENGINE).mkdir()
    (folder / ENGINE / f"{ENGINE}.ipynb").write_text("{")
    with pytest.raises(own.NotUsable, match="cannot be read"):
        use_own(ENGINE)
    with pytest.raises(own.NotUsable, match="no assignment 17_nothing"):
        use_own("17_nothing")
    with pytest.raises(own.NotUsable, match="asks for nothing that minigrad could use"):
        use_own("02_graph")


def test_what_own_names_is_there() -> None:
    for assignment in COURSE.assignments:
        stands_in = cases.own(assignment)
        if stands_in is not None:
            names = own._run_cells(assignment, COURSE.solution(assignment))
            for place in stands_in(names, lambda place: live.copy_of(live.find(place)[2])):
                live.find(place)
