"""The graph beside a wrong answer in the lab: what is drawn, when, and at what cost."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

import minigrad as mg
from grader.inside import cases, checking, picture, report
from grader.inside.cases import Case

CELL = """
import minigrad as mg

def used_twice(slope=3.0):
    w, x = mg.tensor([1.0], requires_grad=True), mg.tensor([2.0], requires_grad=True)
    loss = (w + x) * (w + 1)
    print("computing")
    loss.backward()
    return w.grad * slope

def changed_in_place():
    x = mg.tensor([2.0], requires_grad=True)
    y = x * 1
    z = y * y
    y += 1
    (z + y).backward()
    return x.grad

def second():
    x = mg.tensor([2.0], requires_grad=True)
    [first] = mg.autograd.grad(x * x * x, x, create_graph=True)
    return mg.autograd.grad(first, x)[0]

def long(steps):
    y = mg.ones(1, requires_grad=True)
    for i in range(steps):
        y = (y * 2).exp() if i % 2 else y.sin()
    return y

def endless():
    while True:
        pass

def fails():
    raise KeyError("x")
"""
CELLS: dict[str, Any] = {}
exec(compile(CELL, "<ipython-input: a cell>", "exec"), CELLS)


@pytest.fixture(params=["svg", "text"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both forms of the picture: with graphviz's `dot`, and without."""
    if request.param == "text":
        monkeypatch.setattr(shutil, "which", lambda name: None)
    elif shutil.which("dot") is None:
        pytest.skip("graphviz's `dot` is not installed; the picture is text then, which is tested, too")
    return request.param


def test_the_graph_is_drawn_with_the_names_of_the_check(form: str) -> None:
    html = picture.of(CELLS["used_twice"])
    assert html.startswith("<details") and ("<svg" in html) is (form == "svg")
    words = ["w", "(leaf)", "x", "loss", "(output)", "AddBackward0", "MulBackward0", "grad [5.]"]
    assert [word for word in words if word not in html] == []


def test_the_second_order_has_its_frame(form: str) -> None:
    html = picture.of(CELLS["second"])
    assert "second order" in html and "first" in html


def test_what_was_saved_is_shown_where_it_was_changed(form: str) -> None:
    def check() -> Any:
        return checking.run(CELLS["changed_in_place"], (), {}, ())

    assert "CHANGED" in picture.of(check, saved=True)
    assert "CHANGED" not in picture.of(check)


@pytest.mark.parametrize(
    "check",
    [lambda: 5, lambda: CELLS["long"](1), lambda: CELLS["long"](60), CELLS["fails"], mg.ones],
    ids=["no graph", "one node", "ninety nodes", "an exception", "a wrong call"],
)
def test_nothing_is_shown_where_there_is_nothing_to_see(check: Callable[[], Any]) -> None:
    assert picture.of(check) == ""
    assert sys.getprofile() is None


def test_a_check_that_does_not_end_has_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "SECONDS", 0.1)
    assert picture.of(CELLS["endless"]) == "" and sys.getprofile() is None


# In `check`.


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pictures that `check` shows."""
    case = Case(name="graph.case", points=1, label="value", says="The slope of w.", expected=[15.0], inputs=(3.0,))
    monkeypatch.setattr(cases, "find", lambda name: (case, ()))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.delenv("NBGRADER_VALIDATING", raising=False)
    pictures: list[str] = []
    monkeypatch.setattr(report, "show", lambda verdict, drawn="": pictures.append(drawn))
    return pictures


def test_a_wrong_answer_comes_with_its_graph(shown: list[str], capsys: pytest.CaptureFixture) -> None:
    assert checking.check("graph.case", lambda slope: CELLS["used_twice"](slope + 1)) == 0.0
    assert len(shown) == 1 and "loss" in shown[0]
    assert capsys.readouterr().out == "computing\n"  # the second time it is silent


def test_a_right_answer_runs_once_and_has_none(shown: list[str]) -> None:
    calls = []
    assert checking.check("graph.case", lambda slope: calls.append(slope) or CELLS["used_twice"](slope)) == 1.0
    assert calls == [3.0] and shown == [""]


def test_the_student_s_function_is_in_use_again(shown: list[str]) -> None:
    def walk(pending: dict, *rest: Any) -> Any:
        walks.append(len(pending))
        return {}, set()

    walks: list[int] = []
    checking.check("graph.case", lambda slope: CELLS["used_twice"](), uses={"engine.walk": walk})
    assert walks == [1, 1] and "AttributeError" not in shown[0]


def test_a_saved_tensor_that_was_changed_is_marked(shown: list[str]) -> None:
    checking.check("graph.case", lambda slope: CELLS["changed_in_place"]())
    assert "CHANGED" in shown[0]


def test_what_took_too_long_is_not_run_again(shown: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(slope: float) -> None:
        calls.append(slope)
        CELLS["endless"]()

    calls: list[float] = []
    monkeypatch.setattr(checking, "SECONDS", 0.1)
    assert checking.check("graph.case", endless) == 0.0
    assert calls == [3.0] and shown == [""]


def test_it_is_drawn_in_no_time(shown: list[str]) -> None:
    start = time.perf_counter()
    checking.check("graph.case", lambda slope: CELLS["used_twice"]())
    assert time.perf_counter() - start < 2
