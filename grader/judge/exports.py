"""CSV files: the class report's own, and grades in the shapes that Canvas and Moodle import.

Only what was graded goes to a learning platform. A line with an empty grade would clear what the platform has there:
a grade that was typed in, an excuse. Nothing in a file is a formula to the program that opens it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from grader.inside import misconceptions
from grader.judge.outcomes import Outcome
from grader.judge.submission import visible

FORMULA = ("=", "+", "-", "@")


def cell(value: Any) -> str:
    """A value as a cell: text that a spreadsheet would take for a formula begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f"{value:.10g}"
    text = visible(str(value))
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The text of a CSV file, with lines as RFC 4180 ends them."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerows([cell(value) for value in row] for row in (head, *rows))
    return file.getvalue()


def full(outcomes: Sequence[Outcome], cells: dict[str, float]) -> str:
    """Everybody, with the points of each cell of `cells`: the class report as a table."""
    head = "student,last name,first name,email,status,remarks,score,of,late penalty,seconds".split(",")
    rows = []
    for one in outcomes:
        who = one.person
        about = [who.login, who.last_name, who.first_name, who.email, one.status, "; ".join(one.remarks + one.notes)]
        score = [one.score, sum(cells.values()), one.penalty, one.row.seconds if one.row.status else None]
        each = [one.cells[name].earned if name in one.cells else None for name in cells]
        rows.append([*about, *score, *each, "; ".join(one.diagnoses)])
    return table([*head, *cells, "misconceptions"], rows)


def canvas(assignment: str, outcomes: Sequence[Outcome], most: float) -> str:
    """The grades as Canvas imports them ("Import" in its Gradebook).

    The format is that of Canvas's own program, github.com/instructure/canvas-lms: lib/gradebook_importer.rb reads
    what lib/gradebook_exporter.rb writes. A student is found by ID (Canvas's number, nbgrader's lms_user_id), else by
    SIS User ID, SIS Login ID (here nbgrader's student id), else by name. The column of grades is found by the title of
    the assignment in Canvas; a number in brackets after it would be read as Canvas's number of another one, so the
    points stand in the line "Points Possible" only. A student must not be called like that line.
    """
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment]
    rows: list[list[Any]] = [["    Points Possible", "", "", "", "", most]]
    for one in _graded(outcomes):
        name = one.person.sorted_name.replace("Points Possible", "Points possible")
        rows.append([name, one.person.lms_user_id, "", one.person.login, "", _rounded(one)])
    return table(head, rows)


def moodle(assignment: str, outcomes: Sequence[Outcome]) -> str:
    """The grades and a feedback as Moodle imports them (Grades, Import, CSV file), under the headings of its export.

    The format: docs.moodle.org/en/Grade_import, and grade/import/csv/classes/load_data.php of github.com/moodle/moodle.
    The teacher says there which column names the student ("Map from": Username is nbgrader's student id, ID number
    its lms_user_id) and which item is meant by the others; grades and feedback are to be imported together, because
    feedback alone deletes grades. A line without its identifier would be taken for the student of the line before:
    so columns of identifiers that not everybody has are left out.
    """
    graded = _graded(outcomes)
    identifiers = [("Username", [one.person.login for one in graded])]
    identifiers += [("ID number", [one.person.lms_user_id for one in graded])]
    identifiers += [("Email address", [one.person.email for one in graded])]
    whole = [(title, values) for title, values in identifiers if all(values)]
    head = ["First name", "Last name", *(title for title, _ in whole), assignment, f"{assignment} (Feedback)"]
    rows = []
    for number, one in enumerate(graded):
        who = [one.person.first_name, one.person.last_name, *(values[number] for _, values in whole)]
        rows.append([*who, _rounded(one), escape(feedback(one))])
    return table(head, rows)


def feedback(outcome: Outcome) -> str:
    """What a student is told beside the grade: what went wrong, and the sentences of the first three diagnoses."""
    said = (says(name) for name in outcome.diagnoses[:3])
    return " ".join([*(f"{remark.rstrip('.')}." for remark in outcome.remarks), *filter(None, said)])


@lru_cache
def says(name: str) -> str:
    """The sentence for students that belongs to a diagnosis; "" if there is none of that name (any more)."""
    try:
        return misconceptions.says(name)
    except LookupError:
        return ""


def _graded(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if one.score is not None]


def _rounded(outcome: Outcome) -> float:
    """Two places: more than that neither platform keeps apart."""
    return round(outcome.score or 0.0, 2)
