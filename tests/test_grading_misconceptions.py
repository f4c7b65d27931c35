"""Diagnoses: every known mistake is named, no other answer is taken for it, and what is not known is not claimed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from grader.inside import answers, checking, holes, misconceptions, mishaps, mistakes, report
from grader.inside.cases import Case, Raises
from grader.inside.compare import Verdict, show_both, verdict_on
from grader.inside.limits import TimeLimit, time_limit
from minigrad.autograd.function import once_differentiable
from minigrad.graph import Op, record

RIGHT = np.array([[3.0, 5.0], [7.0, 11.0]])
PARTS = [np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[2.0, 3.0], [4.0, 7.0]])]
THREE = [np.array([2.0, -3.0, 5.0]), np.array([7.0, 11.0, 13.0]), np.array([17.0, 19.0, -23.0])]
G = np.array([[2.0, -3.0], [0.5, 4.0]])
OTHER = np.array([[1.0, 2.0], [3.0, 5.0], [-7.0, 6.0]])
WIDE = np.arange(1.0, 13.0).reshape(3, 4)
SQUARE = np.arange(1.0, 10.0).reshape(3, 3) ** 2
CUBE = np.arange(1.0, 25.0).reshape(2, 3, 4) ** 2
LONG = np.array([2.0, -3.0, 5.5, 7.0])
THIRDS = LONG / 3

# right, context, wrong, name
KNOWN = [
    (RIGHT, {"edges_once": RIGHT - 1}, RIGHT - 1, "repeated edge lost"),
    (RIGHT, {"too_early": PARTS[0] * 3}, PARTS[0] * 3, "run too early"),
    (RIGHT, {"contributions": PARTS}, PARTS[1], "overwritten"),
    (RIGHT, {"contributions": PARTS}, PARTS[0], "overwritten"),
    (np.array([4.0]), {"contributions": [[2.0], [2.0]]}, np.array([2.0]), "overwritten"),
    (np.array(7.0), {"contributions": [5.0, 2.0]}, np.array(2.0), "overwritten"),
    (sum(THREE), {"contributions": THREE}, THREE[0] + THREE[2], "one contribution lost"),
    (RIGHT, {"contributions": PARTS}, RIGHT + PARTS[0], "one contribution twice"),
    (sum(THREE), {"contributions": THREE}, np.mean(THREE, axis=0), "contributions averaged"),
    (RIGHT, {"stale": PARTS[0]}, RIGHT + PARTS[0], "stale gradient"),
    (RIGHT, {"local": RIGHT / 4, "cotangent": 4.0}, RIGHT / 4, "cotangent ignored"),
    (RIGHT, {"cotangent": PARTS[0]}, RIGHT / PARTS[0], "cotangent ignored"),
    (RIGHT, {"cotangent": PARTS[0]}, PARTS[0], "cotangent passed on"),
    (RIGHT, {"cotangent": PARTS[0]}, RIGHT * PARTS[0], "cotangent twice"),
    (2 * LONG, {"values": LONG**2}, LONG**2, "values for the gradient"),
    (RIGHT, {"others": [OTHER]}, OTHER, "another argument's gradient"),
    (RIGHT, {"inner": PARTS[0] + 1}, RIGHT / (PARTS[0] + 1), "inner derivative forgotten"),
    (RIGHT, {"inner": 3.0}, RIGHT * 3, "inner derivative twice"),
    (3 * LONG**2, {"base": LONG, "exponent": 3.0}, LONG**2, "exponent forgotten"),
    (3 * LONG**2, {"base": LONG, "exponent": 3.0}, 3 * LONG**3, "exponent not lowered"),
    (6 * LONG, {"first": 3 * LONG**2}, 3 * LONG**2, "first derivative for the second"),
    (6 * LONG, {"detached": 4.5 * LONG}, 4.5 * LONG, "second order lost"),
    (WIDE.sum(0), {"unsummed": WIDE}, WIDE, "not summed over a broadcast axis"),
    (WIDE.sum(0), {"unsummed": WIDE}, WIDE.mean(0), "averaged over a broadcast axis"),
    (WIDE.sum(1, keepdims=True), {"unsummed": WIDE}, WIDE[:, -1:], "one slice of a broadcast axis"),
    (CUBE.sum((0, 2), keepdims=True), {"unsummed": CUBE}, CUBE.sum(0), "not summed over every broadcast axis"),
    (CUBE.sum((0, 2)), {"unsummed": CUBE}, CUBE.sum(2, keepdims=True), "not summed over every broadcast axis"),
    (SQUARE.sum(0), {"unsummed": SQUARE}, SQUARE.sum(1), "summed over the wrong axis"),
    (RIGHT, {"count": 12}, RIGHT * 12, "not divided by the count"),
    (RIGHT, {"count": 12}, RIGHT / 12, "divided by the count twice"),
    (G @ PARTS[0], {"factors": [G, PARTS[0]]}, PARTS[0] @ G, "matrix factors swapped"),
    (OTHER @ G.T, {"factors": [OTHER, G.T]}, OTHER @ G, "matrix factor not transposed"),
    (G @ PARTS[0], {"factors": [G, PARTS[0]]}, G * PARTS[0], "element by element"),
    (RIGHT, {}, np.diag([3.0, 11.0]), "mixed derivatives lost"),
    (RIGHT, {}, RIGHT.T, "transposed"),
    (WIDE, {}, WIDE.T, "transposed"),
    (WIDE, {}, WIDE.T.reshape(3, 4), "columns for rows"),
    (LONG, {}, LONG[::-1], "reversed"),
    (WIDE.sum(1, keepdims=True), {}, WIDE.sum(1), "axis of length 1"),
    (RIGHT, {"written": RIGHT + 100}, RIGHT + 100, "shared memory"),
    (LONG, {"step": 1e-3}, LONG * 2, "not divided by twice the step"),
    (LONG, {"step": 1e-3}, LONG * 1e-3, "not divided by the step"),
    (LONG - 0.1 * LONG**2, {"before": LONG, "update": 0.1 * LONG**2}, LONG + 0.1 * LONG**2, "uphill"),
    (RIGHT, {"before": PARTS[0]}, PARTS[0], "nothing written"),
    (THIRDS, {}, (THIRDS * 1.000001).astype(np.float32).astype(float), "float32 rounding"),
    (LONG, {}, np.array([2.0, np.inf, 5.5, np.nan]), "not finite"),
    (RIGHT, {}, -RIGHT, "sign"),
    (LONG, {}, abs(LONG), "sign lost"),
    (RIGHT, {}, 2 * RIGHT, "accumulated twice"),
]
ROWS = [pytest.param(*row, id=f"{row[3]}-{i}") for i, row in enumerate(KNOWN)]


def case_of(expected: Any, **about: Any) -> Case:
    return Case(name="a", points=2, label="value", says="A test.", expected=expected, **about)


def verdict(expected: Any, got: Any, **about: Any) -> Verdict:
    return verdict_on(case_of(expected, **about), (), answers.decode(answers.encode(got)))


@pytest.mark.parametrize(("right", "context", "wrong", "name"), ROWS)
def test_a_known_mistake_is_named(right: np.ndarray, context: dict, wrong: np.ndarray, name: str) -> None:
    found = verdict(right, wrong, context=context)
    assert found.diagnoses[0] == name
    assert misconceptions.says(name) in report.as_text(found)


@pytest.mark.parametrize(("right", "context", "wrong", "name"), ROWS)
def test_it_is_not_claimed_for_the_right_answer_nor_for_others(
    right: np.ndarray, context: dict, wrong: np.ndarray, name: str
) -> None:
    nearly = right * (1 + 1e-9)
    assert verdict(right, nearly, context=context).right
    assert name not in misconceptions.diagnose(right, nearly, context, 1e-7)
    others = [other for _, _, other, _ in KNOWN if other.shape != wrong.shape or not np.allclose(other, wrong)]
    others += [wrong + 0.37, wrong * 1.01, right + 0.37, np.zeros_like(right), np.full_like(right, np.nan)]
    told = [other for other in others if name in misconceptions.diagnose(right, other, context, 1e-7)]
    same = [names for _, _, names, other in KNOWN if other == name]  # another wrong answer of the same making
    assert [other for other in told if not any(other is one for one in same)] == []


def test_every_misconception_is_tested_above() -> None:
    names = {misconception.name for misconception in misconceptions.TABLE}
    assert {row[3] for row in KNOWN} | {"another dtype"} == names and len(names) >= 25


@pytest.mark.parametrize(
    ("right", "wrong", "names"),
    [
        ("float32", "float64", ("another dtype",)),
        ([1.5, "int8", {"a": "float32"}], [1.5, "uint8", {"a": "float64"}], ("another dtype",)),
        ([1.5, "int8"], [1.25, "uint8"], ()),
        ("float32", "torch.float64", ()),
        ("int8", Raises("ValueError"), ()),
        (["int8", "int8"], ["uint8"], ()),
    ],
)
def test_of_an_answer_as_a_whole_another_dtype_is_known(right: Any, wrong: Any, names: tuple[str, ...]) -> None:
    if isinstance(wrong, Raises):
        wrong = ValueError("no")
        found = verdict_on(case_of(right), (), answers.decode(answers.encode_exception(wrong)))
    else:
        found = verdict(right, wrong)
    assert not found.right and found.diagnoses == names


def test_a_mistake_may_be_known_by_an_answer_that_is_no_array() -> None:
    row = misconceptions.Misconception("all nodes", "All nodes are here.", ("all",), misconceptions.given("all"), True)
    right, wrong = {"nodes": ["a", "b"], "count": 2}, {"nodes": ["a", "b", "c"], "count": 3}
    about = {"context": {"all": wrong}, "mistakes": (row,)}
    assert verdict(right, wrong, **about).diagnoses == ("all nodes",)
    assert verdict(right, wrong, context={"all": wrong}).diagnoses == ()  # a mistake of another assignment
    assert verdict(right, {"nodes": ["a"], "count": 1}, **about).diagnoses == ()
    assert verdict(right, right, **about).diagnoses == ()
    stops = answers.decode(answers.encode_exception(KeyError("c")))
    for expected in (right, Raises("ValueError", "empty")):
        case = case_of(expected, context={"all": Raises("KeyError", "c")}, mistakes=(row,))
        assert verdict_on(case, (), stops).diagnoses == ("all nodes",)


@pytest.mark.parametrize("got", [None, 7, "text", [], {"nodes": None}, np.ones(2), [np.ones(2), "b"], {1: 2}])
def test_an_answer_of_any_form_can_be_compared(got: Any) -> None:
    row = misconceptions.Misconception(
        "first twice", "", ("all",), lambda right, known: [[known["got"]["nodes"][0] * 2, right[0] + 1]], True
    )
    for right in (["a", 1], {"nodes": ["a"]}, RIGHT, Raises("ValueError")):
        assert not verdict(right, got, context={"all": 1}, mistakes=(row, *mistakes.of_all())).right


def test_what_explains_more_parts_of_an_answer_is_named_first() -> None:
    context = {i: {"contributions": PARTS, "written": written} for i, written in enumerate([PARTS[1], RIGHT, RIGHT])}
    wrong = (PARTS[1], PARTS[1], PARTS[1])
    assert verdict((RIGHT, RIGHT, RIGHT), wrong, context=context).diagnoses == ("overwritten", "shared memory")
    context[0], context[1] = {"written": PARTS[1]}, {"written": PARTS[1]}
    assert verdict((RIGHT, RIGHT, RIGHT), wrong, context=context).diagnoses == ("shared memory", "overwritten")


@pytest.mark.parametrize(
    ("wrong", "name"),
    [(None, "not refused"), (KeyError("empty"), "another error"), (ValueError("wrong"), "another message")],
)
def test_an_error_that_was_asked_for_and_did_not_come_is_named(wrong: Exception | None, name: str) -> None:
    got = wrong and answers.decode(answers.encode_exception(wrong))
    found = verdict_on(case_of(Raises("ValueError", "empty")), (), got)
    assert found.diagnoses == (name,) and mishaps.says(name) in report.as_text(found)


def test_what_a_misconception_needs_is_described() -> None:
    described = set(re.findall(r"^    (\w+)  ", misconceptions.__doc__ or "", re.MULTILINE))
    assert {part for one in misconceptions.TABLE for part in one.needs} == described


@pytest.mark.parametrize("wrong", [RIGHT + 0.1, np.zeros((2, 2)), np.ones(3), np.full((2, 2), np.nan)])
def test_an_unknown_mistake_is_not_guessed(wrong: np.ndarray) -> None:
    assert verdict(RIGHT, wrong, context={"contributions": PARTS, "cotangent": 4.0}).diagnoses == ()


def test_what_gives_the_right_answer_is_no_diagnosis() -> None:
    assert verdict(np.zeros(2), np.ones(2)).diagnoses == ()
    assert verdict(np.eye(2), np.eye(2) * 3).diagnoses == ()


def test_a_count_is_no_gradient() -> None:
    assert verdict(3, 6).diagnoses == () and verdict([1, 2, 3], [3, 2, 1]).diagnoses == ()


def test_parts_of_an_answer_have_their_own_context() -> None:
    found = verdict((RIGHT, RIGHT), (RIGHT, PARTS[0]), context={1: {"contributions": PARTS}})
    assert found.diagnoses == ("overwritten",)


# Without a diagnosis: what is known.


@pytest.mark.parametrize(
    ("right", "wrong", "known"),
    [
        (WIDE, WIDE + np.array([[0], [0.1], [0]]), "Right where the index on axis 0 is 0, 2; wrong where it is 1."),
        (WIDE, WIDE + np.array([0, 0.1, 0, 0.3]), "Right where the index on axis 1 is 0, 2; wrong where it is 1, 3."),
        (LONG, np.array([2.0, -3.0, 1.0, 1.5]), "Right where the index is 0, 1; wrong where it is 2, 3."),
        (np.array([1.0, -2.0, 3.0]), np.array([1.0, 0.5, 3.0]), "Wrong exactly where negative was expected."),
        (LONG, np.zeros(4), "All elements are 0."),
        (LONG, np.full(4, 7.5), "All elements are the same."),
        (LONG, LONG * 5, "Every element is 5 times the expected one."),
        (LONG, LONG + 0.25, "Every element is off by 0.25."),
        (LONG, LONG * [1 + 2e-6, 1 - 3e-6, 1 + 1e-6, 1 - 1e-6], "Every element is right to about 5 digits: rounding"),
        (LONG, LONG * 1.5 + 0.25, "No element is right."),
        (LONG, np.array([np.nan, np.inf, 1, 2]), "2 of 4 elements are nan or infinite."),
        (WIDE, WIDE.ravel(), "The numbers are right, in another shape or order."),
        (WIDE, WIDE[:2], "12 elements were expected, 8 came."),
    ],
)
def test_what_is_known_is_said(right: np.ndarray, wrong: np.ndarray, known: str) -> None:
    found = verdict(right, wrong)
    assert found.diagnoses == () and not found.right
    assert known in report.as_text(found) and known in report.as_html(found)


@pytest.mark.parametrize(
    ("wrong", "known"),
    [
        ([-3.0, 8.0], []),  # right where the index is 0
        ([0.5, 0.25], []),  # no element is right
        ([0.0, 0.0], []),
        ([4.0, 4.0], []),
        ([np.nan, -5.0], []),
        ([-3.0, -5.0, 1.0], []),  # 2 elements were expected, 3 came
        ([[-3.0, -5.0]], []),
        ([-3.0 * 0.7, -5.0 * 0.7], ["Every element is 0.7 times the expected one."]),
        ([-2.75, -4.75], ["Every element is off by 0.25."]),
    ],
)
def test_of_two_numbers_only_what_is_not_plain_to_see_is_said(wrong: list, known: list[str]) -> None:
    found = verdict(np.array([-3.0, -5.0]), np.array(wrong))
    assert not found.right and [fact for part in found.elements for fact in part.facts] == known


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (2.675551, 2.675552, ("2.675551", "2.675552")),
        (2.6755510, 2.6755514, ("2.675551", "2.6755514")),
        (2.675551, np.float32(2.6755514), ("2.675551", "2.6755514")),
        (3, 3.000000004, ("3", "3.000000004")),
        (0.1, np.nextafter(0.1, 1), ("0.10000000000000001", "0.10000000000000002")),
        (float("nan"), 1.0, ("nan", "1")),
        (12, 13, ("12", "13")),
    ],
)
def test_two_numbers_that_differ_look_different(right: Any, wrong: Any, said: tuple[str, str]) -> None:
    assert show_both(right, wrong) == said


def test_a_number_that_is_barely_wrong_is_seen_to_be_wrong() -> None:
    one = verdict(2.675551, 2.675551 * (1 + 1.1e-7))
    assert one.summary == "expected 2.675551, got 2.6755513"
    row = verdict(np.array([1.0, 2.675551, 3.0]), np.array([1.0, 2.675551 * (1 + 1.1e-7), 3.0]))
    assert re.search(r"\[1\] +2\.675551 +2\.6755513 +2\.9e-07  wrong, the worst", report.as_text(row))
    assert "<td" in report.as_html(row) and ">2.6755513<" in report.as_html(row)


def test_whole_numbers_that_are_one_as_floats_can_be_compared() -> None:
    for large in (np.array([2**60, 2**61, 2**62]), [2**60, 2**61]):
        found = verdict(large, [n + 1 for n in map(int, large)])
        assert not found.right and "digits" not in report.as_text(found)


def test_two_mistakes_in_two_parts_are_both_there_and_in_one_part_it_is_one_of_them() -> None:
    context = {0: {"contributions": PARTS}, 1: {"cotangent": PARTS[0]}}
    two = verdict((RIGHT, RIGHT), (PARTS[1], PARTS[0]), context=context)
    assert set(two.diagnoses) == {"overwritten", "cotangent passed on"}
    assert "  also: " in report.as_text(two) and "<b>Also:</b> " in report.as_html(two)
    one = verdict(RIGHT, PARTS[0], context={"contributions": PARTS, "cotangent": PARTS[0]})
    assert set(one.diagnoses) == {"overwritten", "cotangent passed on"}
    assert "  also possible: " in report.as_text(one) and "  also: " not in report.as_text(one)


def test_of_many_differences_the_first_three_are_listed() -> None:
    few, many = verdict(["a", "b"], ["x", "y"]), verdict(["a", 1, "c", "d", "e"], ["x", 2, "y", "z", "z"])
    assert few.summary.split("\n") == ["[0]: expected 'a', got 'x'", "[1]: expected 'b', got 'y'"]
    assert many.summary.split("\n")[2:] == ["[2]: expected 'c', got 'y'", "and 2 more differences"]
    assert report.as_html(many).count("<div><b>") == 1 + 4 and "  and 2 more differences" in report.as_text(many)


def test_of_a_single_true_or_false_one_line_says_all() -> None:
    one = verdict([True, np.array([1.0, 2.0])], [False, np.array([1.0, 3.0])])
    assert "expected True, got False" in report.as_text(one) and "bool" not in report.as_text(one)
    assert "[1]: shape (2,)" in report.as_text(one) and report.as_html(one).count("<table") == 1


def test_what_is_not_written_yet_is_told_wherever_its_words_come_from() -> None:
    stub = answers.decode(checking.run(MISHAPS[0][0], (), {}, ()))
    for expected, got in [(Raises("RuntimeError", "size"), stub), (["refused", 1], ["still to be written", 1])]:
        assert verdict_on(case_of(expected), (), got).diagnoses == ("not written yet",)


def test_code_in_a_diagnosis_is_set_as_code(monkeypatch: pytest.MonkeyPatch) -> None:
    row = misconceptions.Misconception("all", "`v < 1` did not come in.", ("all",), misconceptions.given("all"))
    monkeypatch.setattr(mistakes, "of_all", lambda: (row,))
    found = verdict(RIGHT, PARTS[0], context={"all": PARTS[0]}, mistakes=(row,))
    assert "<code>v &lt; 1</code> did not" in report.as_html(found) and "`v < 1` did not" in report.as_text(found)


TEXT = "MulBackward0(AddBackward0(x, -), w)"


@pytest.mark.parametrize(
    ("wrong", "known"),
    [
        ("MulBackward0(AddBackward0(x,-),w)\n", "only spaces and ends of lines differ"),
        ("mulbackward0(addbackward0(x, -), w)", "only upper and lower case differ"),
        ("MulBackward0(AddBackward0(x, 2), w)", "the first 29 characters are the same, then '-), w)' was expected"),
        ("MulBackward0(AddBackward0(x, -), w)))", "are the same, then its end was expected and '))' came"),
        ("MulBackward0(AddBackward0", "then '(x, -), w)' was expected and its end came"),
    ],
)
def test_how_a_text_differs_is_said(wrong: str, known: str) -> None:
    found = verdict(TEXT, wrong)
    assert not found.right and known in found.summary


def test_what_is_plain_to_see_in_two_texts_is_not_said() -> None:
    assert verdict("float32", "float64").summary == "expected 'float32', got 'float64'"


# Exceptions.


def freed() -> Any:
    x = mg.tensor([2.0], requires_grad=True)
    y = x * x
    y.backward()
    y.backward()


def saved_changed() -> Any:
    x = mg.tensor([2.0], requires_grad=True)
    y = x * 1
    z = y * y
    y += 1
    z.backward()


def leaf_changed() -> Any:
    x = mg.tensor([2.0], requires_grad=True)
    x += 1


def second_order_of_a_first_without_graph() -> Any:
    x = mg.tensor([2.0], requires_grad=True)
    (first,) = mg.autograd.grad(x**3, x)
    return mg.autograd.grad(first, x)


def data_instead_of_a_tensor() -> Any:
    x = mg.tensor([2.0], requires_grad=True)
    (x.data * 3).backward()


def unused() -> Any:
    x, w = mg.tensor([2.0], requires_grad=True), mg.tensor([2.0], requires_grad=True)
    return mg.autograd.grad(x * w.detach(), w)


def several() -> Any:
    (mg.ones(3, requires_grad=True) * 2).backward()


def too_deep() -> Any:
    return too_deep()


def endless() -> None:
    try:
        with time_limit(0.05):
            while True:
                with suppress(Exception):
                    time.sleep(0.001)
    except TimeLimit as over:
        raise RuntimeError(str(over)) from over


def of_another_slope() -> Any:
    x = mg.tensor([2.0], dtype=mg.float64, requires_grad=True)
    return mg.autograd.gradcheck(lambda x: x * x.detach(), (x,))


def gradient_too_wide() -> Any:
    x = mg.ones(2, requires_grad=True)
    record(Op("WideBackward0", lambda g: np.ones((3, 2))), x.array, (x,)).sum().backward()


class OneGradientForTwo(mg.autograd.Function):
    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        return a * b

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g


def too_few_gradients() -> Any:
    x = mg.ones(2, requires_grad=True)
    OneGradientForTwo.apply(x, x).sum().backward()


def gradcheck_without_history() -> Any:
    x = mg.ones(2, dtype=mg.float64, requires_grad=True)
    return mg.autograd.gradcheck(lambda x: mg.tensor(x.detach().numpy() ** 2), (x,))


class Scaled(mg.autograd.Function):
    """Scales by a number, and gives the number a gradient too."""

    @staticmethod
    def forward(ctx: Any, a: Any, k: float) -> Any:
        return a * k

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g, g


def gradient_for_a_number() -> Any:
    Scaled.apply(mg.ones(2, requires_grad=True), 3.0).sum().backward()


class Once(mg.autograd.Function):
    @staticmethod
    def forward(ctx: Any, a: Any) -> Any:
        return a * 3

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Any) -> Any:
        return g * 3


def once_only() -> Any:
    x = mg.ones(2, requires_grad=True)
    (first,) = mg.autograd.grad((Once.apply(x) ** 2).sum(), x, create_graph=True)
    first.sum().backward()


MISHAPS: list[tuple[Callable[[], Any], str]] = [
    (lambda: (_ for _ in ()).throw(NotImplementedError("still to be written")), "not written yet"),
    (lambda: slope_of(3.0), "not defined"),  # type: ignore[name-defined]  # noqa: F821
    (holes.hole("engine.walk"), "calls what is asked"),
    (holes.hole("anomaly.watch_walk"), "walked under anomaly detection"),
    (lambda: mg.ones(2).sum, "method not called"),
    (freed, "graph freed"),
    (saved_changed, "saved tensor changed in place"),
    (leaf_changed, "leaf changed in place"),
    (second_order_of_a_first_without_graph, "history lost"),
    (data_instead_of_a_tensor, "history lost"),
    (unused, "not used in the graph"),
    (several, "no cotangent"),
    (too_deep, "recursion"),
    (endless, "took too long"),
    (lambda: np.ones(2) * np.ones(3), "shapes do not fit"),
    (lambda: np.ones((2, 3)) @ np.ones((2, 3)), "shapes do not fit"),
    (lambda: mg.ones(2, 3) @ mg.ones(2, 3), "shapes do not fit"),
    (lambda: mg.ones(2) * mg.ones(3), "shapes do not fit"),
    (lambda: mg.ones(2, 3) @ mg.ones(2), "shapes do not fit"),
    (lambda: np.add(np.ones(2), 1, out=np.ones(1)), "shapes do not fit"),
    (lambda: mg.ones(2, 2) @ mg.ones(2, 2, dtype=mg.float64), "dtypes do not fit"),
    (gradcheck_without_history, "history lost"),
    (of_another_slope, "not the measured slope"),
    (too_few_gradients, "wrong number of gradients"),
    (gradient_for_a_number, "gradient for a number"),
    (once_only, "differentiable once only"),
    (lambda: np.ones((2, 3)) @ np.array(2.0), "shapes do not fit"),
    (gradient_too_wide, "gradient of another shape"),
    (lambda: bool(np.ones(2)), "truth of several numbers"),
    (lambda: mg.ones(2) or 1, "truth of several numbers"),
    (lambda: np.ones(2) * None, "wrong type"),  # type: ignore[operator]
    (lambda: None.shape, "wrong type"),  # type: ignore[attr-defined]
]


@pytest.mark.parametrize(("answer", "name"), MISHAPS, ids=[f"{name}-{i}" for i, (_, name) in enumerate(MISHAPS)])
def test_an_exception_that_is_known_is_explained(answer: Callable[[], Any], name: str) -> None:
    got = answers.decode(checking.run(answer, (), {}, ()))
    for expected in (RIGHT, Raises("StopIteration")):
        found = verdict_on(Case(name="a", points=1, label="value", says="", expected=expected), (), got)
        assert found.diagnoses == (name,)
        assert mishaps.says(name) in report.as_text(found) and "&#x27;" not in mishaps.says(name)


def test_every_mishap_is_tested_above() -> None:
    assert {name for _, name in MISHAPS} == {mishap.name for mishap in mishaps.TABLE}


def test_an_unknown_exception_is_shown_and_not_explained() -> None:
    got = answers.decode(checking.run(lambda: {}["key"], (), {}, ()))
    found = verdict_on(Case(name="a", points=1, label="value", says="", expected=1.0), (), got)
    assert found.diagnoses == () and "KeyError" in report.as_text(found)


@pytest.mark.parametrize(
    ("why", "names"),
    [
        ("no answer came out of this cell: the time limit of 10 s", ("took too long",)),
        ("no answer came out of this cell: NameError: name 'slope' is not defined", ("not defined",)),
        ("no answer came out of this cell: KeyError: 'slope'", ()),
        ("a Graph is not plain data", ()),
    ],
)
def test_what_is_known_of_an_answer_that_did_not_come_is_said(why: str, names: tuple[str, ...]) -> None:
    found = verdict_on(case_of(1.0), (), answers.Refused(why))
    assert not found.answered and found.diagnoses == names


def test_of_a_long_message_the_beginning_and_the_end_are_shown() -> None:
    wrong = Op("WrongBackward0", lambda g, a: g * a)

    def checked(n: int) -> Any:
        x = mg.tensor(np.arange(1.0, n + 1), requires_grad=True)
        return mg.autograd.gradcheck(lambda x: record(wrong, x.array**2, (x,)), (x,))

    try:
        case = Case(name="a", points=1, label="value", says="", expected=True)
        small, large = (verdict_on(case, (), answers.decode(checking.run(checked, (n,), {}, ()))) for n in (2, 12))
    finally:
        del Op.known["WrongBackward0"]
    for text in (report.as_text(large), report.as_html(large)):
        assert "GradcheckError: Jacobian mismatch for output 0 with respect to input 0," in text
        assert "The worst element is the derivative of output[11] by input[11]: numerical 24, analytical 12" in text
        assert len(re.findall(r"\b0\.0000", text)) < 12 and len(text.splitlines()) < 12
    assert "analytical:tensor([[1., 0.]" in report.as_text(small)  # as it was raised


def test_an_expected_error_is_no_mishap() -> None:
    case = Case(name="a", points=1, label="error", says="", expected=Raises("RuntimeError", "second time"))
    assert verdict_on(case, (), answers.decode(checking.run(freed, (), {}, ()))).diagnoses == ()
