"""What runs in the student's kernel: the schema of answers, comparison, diagnoses, reports, holes, `check`."""

from __future__ import annotations

import json
import math
import signal
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg
from grader.inside import cases, checking, report
from grader.inside.answers import Raised, Refused, decode, encode
from grader.inside.cases import Case, Raises
from grader.inside.compare import Verdict, verdict_on
from minigrad import live


def sent(answer: Any) -> Any:
    """An answer after its way through JSON."""
    return decode(json.loads(json.dumps(encode(answer), allow_nan=False)))


def verdict(expected: Any, got: Any, **about: Any) -> Verdict:
    case = Case(name="a", points=2, label="value", says="A test.", expected=expected, **about)
    return verdict_on(case, (), sent(got))


# The schema.

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats()
    | st.text()
    | hnp.arrays(st.sampled_from("d f l ?".split()), hnp.array_shapes(min_dims=0, min_side=0)),
    lambda inner: st.lists(inner, max_size=3)
    | st.tuples(inner, inner)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other


@given(plain)
def test_plain_data_arrives_as_it_was_sent(answer: Any) -> None:
    assert same(answer, sent(answer))


def test_a_tensor_arrives_as_an_array_and_tells_its_history() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    assert same(sent(x), np.array([1, 2], np.float32))
    assert encode(x)["grad_fn"] is None and encode(x)["requires_grad"] is True
    assert encode(x * x)["grad_fn"] == "MulBackward0"


class Impostor(np.ndarray):
    """Says that it equals everything."""

    def __eq__(self, other: object) -> Any:
        return True


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (np.array([object()]), "dtype object"),
        (np.zeros(200_000), "200000 elements"),
        (np.array([1j]), "complex128"),
        (object(), "type object cannot be compared"),
        ({1: 2}, "must be strings"),
        ("x" * 20_000, "20000 characters"),
        ([0] * 2_000, "2000 items"),
        ([[[[[[[[[1]]]]]]]]], "nested"),
        (10**30, "64 bits"),
        ({1, 2}, "type set"),
    ],
)
def test_what_is_not_plain_data_is_refused_with_the_reason(answer: Any, why: str) -> None:
    assert why in sent(answer).why


@pytest.mark.parametrize(
    "tree",
    [
        None,
        [],
        "forged",
        {},
        {"kind": "pickle", "value": "gASV"},
        {"kind": "number", "value": True},
        {"kind": "number", "value": "1"},
        {"kind": "number", "value": 10**40},
        {"kind": "bool", "value": 1},
        {"kind": "list", "items": "ab"},
        {"kind": "dict", "items": [["a"]]},
        {"kind": "array", "dtype": "object", "shape": [1], "numbers": [1]},
        {"kind": "array", "dtype": "float64", "shape": [-1], "numbers": [1]},
        {"kind": "array", "dtype": "float64", "shape": [2], "numbers": [1]},
        {"kind": "array", "dtype": "float64", "shape": [2**40, 0], "numbers": []},
        {"kind": "array", "dtype": "float64", "shape": [1], "numbers": ["one"]},
        {"kind": "array", "dtype": "int8", "shape": [1], "numbers": [1000]},
        {"kind": "array", "dtype": "int64", "shape": [1], "numbers": ["nan"]},
        {"kind": "exception", "type": "E"},
        {"kind": "list", "items": [{"kind": "list", "items": [{"kind": "none"}] * 90_000}] * 3},
    ],
)
def test_forged_trees_are_refused(tree: Any) -> None:
    assert isinstance(decode(tree), Refused)


def test_an_exception_arrives_with_its_bases() -> None:
    class Own(RuntimeError):
        pass

    def fails() -> None:
        raise Own("broken " + "x" * 5000)

    got = decode(json.loads(json.dumps(checking.run(fails, (), {}, ()))))
    assert isinstance(got, Raised) and got.type == "Own" and "RuntimeError" in got.bases
    assert len(got.message) == 2000


# Comparison.


@pytest.mark.parametrize(
    ("expected", "got", "right"),
    [
        (1.0, 1.0 + 1e-9, True),
        (1.0, 1.0 + 1e-6, False),
        (1.0, np.float32(1.00001), True),
        (np.ones(2, np.float32), np.array([1, 1.00001]), True),
        (np.ones(2), np.array([1, 1.00001]), False),
        (np.ones(2), np.ones((2, 1)), False),
        (np.ones(2), [1, 1], True),
        ([1.0, 2.0], np.array([1.0, 2.0], np.float32), True),
        (np.array([0.0, 1e6]), np.array([1e-4, 1e6]), True),
        (np.array([0.0, 1.0]), np.array([1e-4, 1.0]), False),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf]), True),
        (np.array([np.inf]), np.array([-np.inf]), False),
        (np.array([1.0]), np.array([np.nan]), False),
        (np.array([1.0]), np.array([np.inf]), False),
        (3, 3.0, True),
        (2**60, 2**60 + 1, False),
        (True, 1, False),
        (True, True, True),
        ("a", "a", True),
        ("a", "b", False),
        (None, None, True),
        (None, 0.0, False),
        ((np.ones(2), "a"), (np.ones(2), "a"), True),
        ((np.ones(2), np.ones(3)), (np.ones(2), np.zeros(3)), False),
        ((1.0, 2.0), (1.0, 2.0, 3.0), False),
        ({"a": 1.0}, {"a": 1.0}, True),
        ({"a": 1.0}, {"b": 1.0}, False),
        (np.ones(2), np.ones(2).view(Impostor) * 5, False),
        (np.zeros((0, 3)), np.zeros((0, 3)), True),
    ],
)
def test_comparison(expected: Any, got: Any, right: bool) -> None:
    found = verdict(expected, got)
    assert found.right is right
    assert found.earned == (2.0 if right else 0.0) and type(found.earned) is float
    assert report.as_text(found) and report.as_html(found)


@pytest.mark.parametrize(
    ("raises", "error", "right"),
    [
        (Raises("RuntimeError"), RuntimeError("any"), True),
        (Raises("LookupError"), KeyError("any"), True),
        (Raises("RuntimeError", "second time"), RuntimeError("a second time, a"), True),
        (Raises("RuntimeError", "second time"), RuntimeError("a first time"), False),
        (Raises("RuntimeError"), ValueError("any"), False),
        (Raises("RuntimeError"), None, False),
    ],
)
def test_expected_errors(raises: Raises, error: Exception | None, right: bool) -> None:
    def answer() -> None:
        if error is not None:
            raise error

    case = Case(name="a", points=1, label="error", says="", expected=raises)
    assert verdict_on(case, (), decode(checking.run(answer, (), {}, ()))).right is right


# Holes.


def test_holes_are_open_only_while_the_answer_runs() -> None:
    def gradient() -> Any:
        a = mg.tensor([[1.0], [2.0]], requires_grad=True)
        (a * mg.ones(3)).sum().backward()
        return a.grad

    right = decode(checking.run(gradient, (), {}, ()))
    closed = decode(checking.run(gradient, (), {}, ("elementwise.fit_to",)))
    assert isinstance(closed, Raised)
    assert "minigrad.elementwise.fit_to is not there while your answer is checked" in closed.message
    assert same(decode(checking.run(gradient, (), {}, ())), right)


def test_a_students_function_fills_the_hole() -> None:
    seen = []

    def mine(g: np.ndarray, shape: tuple, dtype: Any) -> np.ndarray:
        seen.append(shape)
        return g.sum(axis=1, keepdims=True).astype(dtype)

    def gradient() -> Any:
        a = mg.tensor([[1.0], [2.0]], requires_grad=True)
        (a * mg.ones(3)).sum().backward()
        return a.grad

    got = decode(checking.run(gradient, (), {"elementwise.fit_to": mine}, ("elementwise.fit_to",)))
    assert same(got, np.array([[3], [3]], np.float32)) and seen == [(2, 1)]


def test_the_rules_of_an_operation_can_be_a_hole() -> None:
    def gradient() -> Any:
        x = mg.tensor([2.0], requires_grad=True)
        x.sin().backward()
        return x.grad

    name = "elementwise.SIN"
    closed = decode(checking.run(gradient, (), {}, (name,)))
    assert isinstance(closed, Raised) and name in closed.message
    filled = decode(checking.run(gradient, (), {name: lambda g, a: g * 10}, (name,)))
    assert same(filled, np.array([10], np.float32))
    assert np.allclose(decode(checking.run(gradient, (), {}, ())), np.cos(2))


def test_inputs_are_fresh_at_every_call() -> None:
    inputs = (np.zeros(2),)

    def spoils(x: np.ndarray) -> np.ndarray:
        x += 1
        return x

    for _ in range(2):
        assert same(decode(checking.run(spoils, inputs, {}, ())), np.ones(2))


# check.


@pytest.fixture
def one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(name="sum.of_two", points=1.5, label="value", says="1 + 2", expected=3.0, inputs=(1.0, 2.0))
    monkeypatch.setattr(cases, "modules", lambda: ["one"])
    monkeypatch.setattr(cases, "of_assignment", lambda name: ({case.name: case}, ()))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.delenv("NBGRADER_VALIDATING", raising=False)


def test_check_in_the_lab_returns_points_and_shows_a_report(one_case: None, capsys: pytest.CaptureFixture) -> None:
    earned = checking.check("sum.of_two", lambda a, b: a + b)
    assert isinstance(earned, float) and earned == 1.5
    assert hasattr(earned, "_ipython_display_")  # the report has said it
    assert checking.check("sum.of_two", lambda a, b: a * b) == 0.0
    out = capsys.readouterr().out
    assert "✓ right" in out and "expected 3, got 2" in out


def test_check_in_the_lab_stops_what_takes_too_long(
    one_case: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def endless(a: float, b: float) -> float:
        with live.swap("engine.walk", lambda *args: 0):
            while True:
                try:
                    time.sleep(0.001)
                except Exception:
                    return 3.0

    monkeypatch.setattr(checking, "SECONDS", 0.2)
    walk = mg.engine.walk.__code__
    assert checking.check("sum.of_two", endless) == 0.0
    out = capsys.readouterr().out
    assert "took longer than 0.2 s" in out and "a loop that does not end" in out
    assert mg.engine.walk.__code__ is walk
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert checking.check("sum.of_two", lambda a, b: a + b) == 1.5


def test_check_says_that_a_hidden_check_is_hidden(one_case: None, capsys: pytest.CaptureFixture) -> None:
    assert checking.check("sum.hidden", lambda: 0) == 0.0
    assert "hidden check" in capsys.readouterr().out


def test_check_raises_the_report_under_validate(one_case: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    with pytest.raises(checking.CheckFailed, match="expected 3, got 2"):
        checking.check("sum.of_two", lambda a, b: a * b)
    passed = checking.check("sum.of_two", lambda a, b: a + b)
    assert hasattr(0.0 + passed + passed, "_ipython_display_")  # nothing that nbgrader takes for partial credit


def test_check_when_graded_only_sends(one_case: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    out: list[tuple] = []
    monkeypatch.setattr(checking, "_send", lambda case, answer: out.append((case, decode(answer))))
    checking.receive(json.dumps({"sum.of_two": encode((5.0, 6.0))}))
    assert checking.check("sum.of_two", lambda a, b: a + b) == 0.0
    assert out == [("sum.of_two", 11.0)]
