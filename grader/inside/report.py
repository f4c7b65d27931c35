"""The report on an answer, as HTML and as text.

The HTML stands alone: every style is inline, everything that comes from outside is escaped, and the colours are
half-transparent so that it reads in a light and in a dark theme. Right and wrong differ by word and sign, too.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np

from grader.inside import misconceptions
from grader.inside.answers import Raised
from grader.inside.compare import Elements, Verdict, show_both
from grader.inside.compare import show as digits

MOST_ROWS, MOST_ITEMS, MOST_TEXT, MOST_LINES = 12, 6, 300, 8
CELL = 'style="padding: 1px 10px; text-align: right"'
GOOD, BAD = "rgba(46, 139, 87, {})", "rgba(205, 92, 0, {})"


def not_here(name: str) -> str:
    """What a hidden check says where the judge's references are not."""
    return f"{name}: a hidden check. It runs only when the assignment is graded."


def show(report: Verdict | str, picture: str = "") -> None:
    """Display a verdict (or one line) in a notebook, with a picture as HTML below it; print it where there is none."""
    text = report if isinstance(report, str) else as_text(report)
    html = f"<p>{escape(report)}</p>" if isinstance(report, str) else as_html(report) + picture
    if "IPython" not in sys.modules or sys.modules["IPython"].get_ipython() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/html": html, "text/plain": text}, raw=True)


# --- points per property -----------------------------------------------------------------------------------------


def per_property(verdicts: Iterable[Verdict]) -> list[tuple[str, str, str, str]]:
    """Sign, property, points and checks of a test cell: a row for each property, and one for all of them."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.case.label, []).append(verdict)
    rows = list(groups.items())
    if len(rows) > 1:
        rows.append(("together", [verdict for group in groups.values() for verdict in group]))
    return [_row_of(label, group) for label, group in rows]


def _row_of(label: str, group: list[Verdict]) -> tuple[str, str, str, str]:
    earned, most = sum(v.earned for v in group), sum(v.case.points for v in group)
    right, hidden = sum(v.right for v in group), sum(v.hidden for v in group)
    sign = "✓" if right == len(group) else "✗" if right == 0 else "◐"
    checks = f"{right} of {len(group)} checks right" + (f", {hidden} hidden" if hidden else "")
    return sign, label, f"{earned:g} of {most:g} points", checks


def points_as_text(verdicts: Iterable[Verdict]) -> str:
    """The list of points as lines of text."""
    return "\n".join(f"{sign} {label:<16}{points:<20}{of}" for sign, label, points, of in per_property(verdicts))


def points_as_html(verdicts: Iterable[Verdict]) -> str:
    """The list of points as a table."""
    rows = "".join(
        "<tr>" + "".join(f'<td style="padding: 1px 10px; text-align: left">{escape(t)}</td>' for t in row) + "</tr>"
        for row in per_property(verdicts)
    )
    return f'<table style="font-size: inherit">{rows}</table>'


# --- as text -----------------------------------------------------------------------------------------------------


def as_text(verdict: Verdict) -> str:
    """The report as lines of text."""
    case = verdict.case
    lines = [f"{_mark(verdict)}, checks {case.label}: {verdict.earned:g} of {case.points:g} points. {case.says}"]
    if verdict.hidden:
        return "\n".join([*lines, f"  {hidden_summary(verdict)}", *_diagnosis_lines(verdict)])
    if not verdict.right:
        lines += [f"  {line}" for line in verdict.summary.split("\n")]
        lines += [f"  {line}" for line in _inputs(verdict)]
    lines += _diagnosis_lines(verdict)
    if verdict.raised and not verdict.right:
        lines += [f"  {line}" for line in _said(verdict.raised).split("\n")]
        lines += [f"    {line}" for line in verdict.raised.trace]
    if not verdict.right:
        for part in _wrong(verdict):
            lines += [f"  {line}" for line in _table_lines(part)]
    if case.source:
        lines.append(f"  expected numbers: {case.source}")
    return "\n".join(lines)


def _mark(verdict: Verdict) -> str:
    return "✓ right" if verdict.right else "✗ wrong"


def _diagnosis_lines(verdict: Verdict) -> list[str]:
    return [f"  {label}: {text}" for label, text in _explained(verdict)]


def _table_lines(part: Elements) -> list[str]:
    lines = [f"{part.where or 'answer'}: {_shapes(part)}", *(f"known: {fact}" for fact in part.facts)]
    if not part.same_shape:
        return [*lines, f"expected {_short_array(part.expected)}", f"got      {_short_array(part.got)}"]
    rows, left = _rows(part)
    lines.append(f"{'':>12}{'expected':>16}{'got':>16}{'error':>12}")
    for index, expected, got, error, note in rows:
        lines.append(f"{index:>12} {expected:>15} {got:>15} {error:>11}  {note}")
    return [*lines, *([left] if left else [])]


def hidden_summary(verdict: Verdict) -> str:
    """A hidden check says how the answer is wrong in the judge's own words, and shows nothing of the test."""
    if verdict.right:
        return "A hidden check on fresh inputs passed."
    if not verdict.answered:
        return "A hidden check on fresh inputs: no answer came."
    if verdict.raised:
        return "A hidden check on fresh inputs: an exception came out instead of the answer that was expected."
    for part in verdict.elements:
        if not part.all_right:
            kind = "the shape is wrong" if not part.same_shape else "the numbers are wrong"
            return f"A hidden check on fresh inputs: {kind}."
    return "A hidden check on fresh inputs: the answer is not what was expected."


# --- as HTML -----------------------------------------------------------------------------------------------------


def as_html(verdict: Verdict) -> str:
    """The report as one self-contained block of HTML."""
    case = verdict.case
    colour = GOOD if verdict.right else BAD
    head = (
        f"<b>{_mark(verdict)}</b> &middot; checks {escape(case.label)} &middot; "
        f"{verdict.earned:g} of {case.points:g} points"
    )
    body = [f"<div>{head}</div>", f"<div>{escape(case.says)}</div>"]
    if verdict.hidden:
        body.append(f"<div>{hidden_summary(verdict)}</div>")
    elif not verdict.right:
        body += [f"<div><b>{escape(line)}</b></div>" for line in verdict.summary.split("\n")]
        body += [f"<div>{escape(line)}</div>" for line in _inputs(verdict)]
    body += [f"<div><b>{label.capitalize()}:</b> {_marked_up(text)}</div>" for label, text in _explained(verdict)]
    if not verdict.right and not verdict.hidden:
        body += [_raised_html(verdict)] if verdict.raised else []
        body += [_table_html(part) for part in _wrong(verdict)]
    if case.source and not verdict.hidden:
        body.append(f'<div style="opacity: 0.75">Expected numbers: {escape(case.source)}</div>')
    style = f"border-left: 4px solid {colour.format(0.9)}; background: {colour.format(0.08)}"
    return f'<div style="{style}; padding: 6px 10px; margin: 4px 0">{"".join(body)}</div>'


def _raised_html(verdict: Verdict) -> str:
    raised = verdict.raised
    assert raised is not None
    text = "\n".join([_said(raised), *(f"  {line}" for line in raised.trace)])
    return f'<pre style="white-space: pre-wrap">{escape(text)}</pre>'


def _table_html(part: Elements) -> str:
    head = f"<div>{escape(part.where or 'answer')}: {escape(_shapes(part))}</div>"
    head += "".join(f"<div><b>Known:</b> {escape(fact)}</div>" for fact in part.facts)
    if not part.same_shape:
        both = f"expected {_short_array(part.expected)}\ngot      {_short_array(part.got)}"
        return f"{head}<pre>{escape(both)}</pre>"
    rows, left = _rows(part)
    heads = ("element", "expected", "got", "error", "")
    cells = [f"<tr>{''.join(f'<th {CELL}>{head}</th>' for head in heads)}</tr>"]
    for index, expected, got, error, note in rows:
        style = f' style="background: {BAD.format(0.18)}"' if note else ""
        texts = "".join(f"<td {CELL}>{escape(t)}</td>" for t in (index, expected, got, error, note))
        cells.append(f"<tr{style}>{texts}</tr>")
    rest = f"<div>{escape(left)}</div>" if left else ""
    return f'{head}<table style="font-size: inherit; text-align: right">{"".join(cells)}</table>{rest}'


def _marked_up(text: str) -> str:
    """A sentence of ours with its `code`, as HTML."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


# --- both --------------------------------------------------------------------------------------------------------


def _explained(verdict: Verdict) -> list[tuple[str, str]]:
    """The sentences of the first two diagnoses.

    With few numbers two mistakes can give the same; when each explains another part of the answer, both are there.
    """
    names = verdict.diagnoses[:2]
    parts = [part.diagnoses for part in verdict.elements if part.diagnoses]
    apart = len(parts) > 1 and all(any(name in part for part in parts) for name in names)
    together = any(set(names) <= set(part) for part in parts)
    labels = "diagnosis", "also" if apart and not together else "also possible"
    return [(label, misconceptions.says(name)) for label, name in zip(labels, names, strict=False)]


def _said(raised: Raised) -> str:
    """The exception as its traceback ends; of a long message the beginning and the end, where the gist is."""
    lines = f"{raised.type}: {raised.message}".split("\n")
    return "\n".join(lines if len(lines) <= MOST_LINES else [*lines[:2], "...", lines[-1]])


def _inputs(verdict: Verdict) -> list[str]:
    """What the student's function was called with, a line for each argument."""
    several = len(verdict.inputs) > 1
    return [f"input{f' {i}' if several else ''}: {_in_short(value)}" for i, value in enumerate(verdict.inputs, 1)]


def _wrong(verdict: Verdict) -> list[Elements]:
    """The parts to show element by element; of a single True or False the summary has said all."""
    wrong = [part for part in verdict.elements if not part.all_right]
    return [part for part in wrong if not (part.same_shape and part.got.size == 1 and part.got.dtype == bool)]


def _shapes(part: Elements) -> str:
    expected, got = part.expected, part.got
    if expected.shape == got.shape and (expected.dtype == got.dtype or not part.typed):
        return f"shape {got.shape}, {got.dtype}"
    dtype = f", {expected.dtype}" if part.typed else ""
    return f"expected shape {expected.shape}{dtype}; got shape {got.shape}, {got.dtype}"


def _rows(part: Elements) -> tuple[list[tuple[str, str, str, str, str]], str]:
    """The rows to show (all, or the worst ones of a large array, in order) and a line on those left out."""
    error = np.where(np.isnan(part.error), np.inf, part.error).ravel()
    order = np.argsort(np.where(part.right.ravel(), -1.0, error), kind="stable")[::-1]
    chosen = sorted(order[:MOST_ROWS]) if part.got.size > MOST_ROWS else range(part.got.size)
    right, rows = part.right.ravel(), []
    for flat in chosen:
        index = ", ".join(str(i) for i in np.unravel_index(flat, part.got.shape))
        note = "" if right[flat] else "wrong, the worst" if flat == part.worst else "wrong"
        numbers = part.expected.ravel()[flat], part.got.ravel()[flat]
        texts = (digits(numbers[0]), digits(numbers[1])) if right[flat] else show_both(*numbers)
        rows.append((f"[{index}]" if index else "", *texts, f"{part.error.ravel()[flat]:.2g}", note))
    left = part.got.size - len(rows)
    summary = f"{left} more elements; {int(right.sum())} of {part.got.size} are right" if left else ""
    return rows, summary


def _in_short(value: Any) -> str:
    """An input on one line: an array with its shape and dtype, of a long list the first items."""
    if isinstance(value, np.ndarray):
        return f"{_short_array(value)} (shape {value.shape}, {value.dtype})"
    if isinstance(value, (list, tuple)):
        more = [f"... ({len(value) - MOST_ITEMS} more)"] if len(value) > MOST_ITEMS else []
        text = ", ".join([*map(_in_short, value[:MOST_ITEMS]), *more])
        return f"({text})" if isinstance(value, tuple) else f"[{text}]"
    return _cut(repr(value))


def _short_array(array: np.ndarray) -> str:
    """The numbers on one line; of a large array those at its corners."""
    text = np.array2string(array, threshold=20, edgeitems=2, formatter={"float_kind": digits})
    return _cut(" ".join(text.split()))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}..."
