"""The report on an answer: what it shows of a wrong one, and what it keeps to itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.inside import report
from grader.inside.answers import Raised, Refused, decode, encode
from grader.inside.cases import Case
from grader.inside.compare import Verdict, verdict_on


def verdict(expected: Any, got: Any, inputs: tuple = (), **about: Any) -> Verdict:
    case = Case(name="a", points=2, label="value", says="A test.", expected=expected, **about)
    return verdict_on(case, inputs, decode(encode(got)))


def test_a_report_shows_expected_got_error_and_the_worst() -> None:
    text = report.as_text(verdict([1.0, 2.0, 3.0], [1.0, 2.5, 5.0], source="document 002, In [3]"))
    assert "0 of 2 points" in text and "2 of 3 elements are wrong" in text and "document 002, In [3]" in text
    worst = [line.split() for line in text.splitlines() if "worst" in line]
    assert worst == [["[2]", "3", "5", "2", "wrong,", "the", "worst"]]


def test_a_large_array_is_summarised() -> None:
    wrong = np.zeros((50, 40))
    wrong[17, 3] = 1.0
    text = report.as_text(verdict(np.zeros((50, 40)), wrong))
    assert "[17, 3]" in text and "1999 of 2000 are right" in text
    assert len(text.splitlines()) < 25


def test_a_report_escapes_what_comes_from_outside() -> None:
    html = report.as_html(verdict("a", "<script>alert(1)</script>"))
    assert "<script" not in html and "&lt;script&gt;" in html


def test_a_hidden_report_shows_nothing_of_the_test() -> None:
    case = Case(name="secret.name", points=1, label="value", says="Fresh inputs.", expected=lambda x: x)
    told = Raised("Secret", ("Secret",), "the input is 7.25")
    for got in (5.5, "the input is 7.25", np.full(3, 5.5), told, Refused("the input is 7.25")):
        found = verdict_on(case, (7.25,), got, hidden=True)
        assert found.inputs == ()
        text = report.as_text(found) + report.as_html(found)
        assert not [secret for secret in ("7.25", "5.5", "secret", "Secret", "input is") if secret in text]


def points(label: str, right: bool, most: float, hidden: bool = False) -> Verdict:
    return Verdict(Case(name="a", points=most, label=label, says="", expected=1), right, "", hidden=hidden)


def test_points_are_listed_by_property() -> None:
    verdicts = [
        points("value", True, 0.5),
        points("accumulation", True, 1),
        points("accumulation", False, 2, hidden=True),
        points("error", False, 0.5),
    ]
    assert report.per_property(verdicts) == [
        ("✓", "value", "0.5 of 0.5 points", "1 of 1 checks right"),
        ("◐", "accumulation", "1 of 3 points", "1 of 2 checks right, 1 hidden"),
        ("✗", "error", "0 of 0.5 points", "0 of 1 checks right"),
        ("◐", "together", "1.5 of 4 points", "2 of 4 checks right, 1 hidden"),
    ]
    assert report.points_as_text(verdicts).count("\n") == 3
    assert "<script" not in report.points_as_html([points("<script>", True, 1)])


def test_a_dtype_is_expected_of_arrays_and_not_of_bare_numbers() -> None:
    two = np.array([1, 2], np.float32)
    assert "answer: shape (2,), float32" in report.as_text(verdict([1.0, 3.0], two))
    assert "expected shape (3,); got shape (2,), float32" in report.as_text(verdict([1.0, 3.0, 4.0], two))
    both = "expected shape (2,), float64; got shape (2,), float32"
    assert both in report.as_text(verdict(np.array([1.0, 3.0]), two))


# The failing input.

MATRIX, LONG = np.array([[1.5, 2.0], [3.0, 4.0]], np.float32), np.arange(5000.0)


@pytest.mark.parametrize(
    ("inputs", "lines"),
    [
        ((MATRIX,), ["input: [[1.5 2] [3 4]] (shape (2, 2), float32)"]),
        ((LONG, 3), ["input 1: [0 1 ... 4998 4999] (shape (5000,), float64)", "input 2: 3"]),
        (([MATRIX[0], (1, "a")],), ["input: [[1.5 2] (shape (2,), float32), (1, 'a')]"]),
        ((list(range(9)),), ["input: [0, 1, 2, 3, 4, 5, ... (3 more)]"]),
        (({"rate": 0.1},), ["input: {'rate': 0.1}"]),
        (("<script>" * 100,), [f"input: '{'<script>' * 37}<sc..."]),
        ((), []),
    ],
)
def test_a_wrong_answer_shows_the_failing_input(inputs: tuple, lines: list[str]) -> None:
    for wrong in (5.0, "five", None):
        found = verdict(3.0, wrong, inputs)
        assert [line.strip() for line in report.as_text(found).splitlines() if "input" in line] == lines
        html = report.as_html(found)
        assert html.count("<div>input") == len(lines) and "<script>" not in html
    assert "input" not in report.as_text(verdict(3.0, 3.0, inputs))


def test_an_exception_is_shown_with_the_failing_input() -> None:
    case = Case(name="a", points=1, label="value", says="A test.", expected=1.0)
    found = verdict_on(case, (MATRIX,), Raised("KeyError", ("KeyError",), "'w'"))
    assert "KeyError was raised\n  input: [[1.5 2]" in report.as_text(found)


def test_an_input_of_many_axes_stays_on_one_line() -> None:
    text = report.as_text(verdict(3.0, 5.0, (np.ones((9, 9, 9, 9)),)))
    assert max(map(len, text.splitlines())) < 400 and "(shape (9, 9, 9, 9), float64)" in text
