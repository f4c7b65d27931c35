"""Which submissions of an assignment resemble each other: something for a person to look at, never a score.

copydetect compares what students wrote in their solution cells, token by token: names and texts count as one sign
each, comments and spaces as none, so renaming and rearranging lines on the screen changes nothing. Runs of tokens that
the release has given are left out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.judge import submission
from grader.judge.course import Course
from grader.judge.submission import grade_id
from grader.judge.testcells import is_solution

RUN = 20  # signs: what is shared in shorter runs is how Python is written
WHAT_IT_IS = """\
This compares what students wrote, token by token, whatever their names and comments are. It says that two texts are
alike, not why: two who learned together, one source that both read, or a task with few ways to be right. The second
right solutions that this course's authors keep share up to half with the first. Look at both, and talk to both, before
you think of anything. No score depends on it, and nothing of it is kept."""


class NoComparison(RuntimeError):
    """The library that compares is not installed; the message says what to do."""


@dataclass(frozen=True)
class Pair:
    """Two submissions, and what they share.

    share  the part of the first one's code that is in the second's, and the reverse; between 0 and 1
    lines  of the first one that are in the second, as far as they have code
    """

    students: tuple[str, str]
    share: tuple[float, float]
    lines: int


def pairs(course: Course, assignment: str) -> list[Pair]:
    """All pairs of submissions with something of their own, the most similar first. NoComparison: no library."""
    release = nbformat.read(course.released(assignment), as_version=4)
    given = "\n".join(cell.source for cell in release.cells if cell.cell_type == "code")
    written = {
        path.parent.parent.name: solutions(release, path)
        for path in sorted((course.gradebook / "submitted").glob(f"*/{assignment}/{assignment}.ipynb"))
    }
    found = compare({student: text for student, text in written.items() if text.strip()}, given)
    return sorted(found, key=lambda pair: (-max(pair.share), pair.students))


def solutions(release: NotebookNode, path: Path) -> str:
    """The code that a student wrote into the solution cells; "" if the file cannot be read or all is as released."""
    text, why_not = submission.text_of(path)
    try:
        notebook = submission.rebuild(release, submission.stand_in(why_not) if why_not else submission.read(text))
    except submission.Damaged:
        return ""
    before = {grade_id(cell): cell.source for cell in release.cells if is_solution(cell)}
    mine = [cell for cell in notebook.cells if grade_id(cell) in before]
    return "\n".join(cell.source for cell in mine if cell.source != before[grade_id(cell)])


def compare(written: dict[str, str], given: str) -> Iterable[Pair]:
    """Every pair of texts, by student, without what was given to all. NoComparison: no library."""
    fingerprint, compare_files = _library()
    known = set(fingerprint(given, set()).hashes)
    prints = {student: fingerprint(text, known) for student, text in written.items()}
    for first, second in combinations(prints, 2):
        _, (share, back), (places, _) = compare_files(prints[first], prints[second])
        yield Pair((first, second), (float(share), float(back)), _lines(written[first], places))


def _library() -> tuple[Callable[[str, set], Any], Callable[[Any, Any], Any]]:
    """How a text becomes a fingerprint, and how two of them are compared."""
    try:
        from copydetect import CodeFingerprint, compare_files
        from copydetect.utils import get_token_coverage
    except ImportError as error:
        raise NoComparison("copydetect is not installed here: pip install 'copydetect>=0.5'.") from error

    def fingerprint(text: str, known: set) -> CodeFingerprint:
        made = CodeFingerprint("solutions.py", RUN, 1, fp=io.StringIO(text))
        # copydetect's own way of leaving out what is known also leaves out what a student wrote twice
        made.hashes -= known
        made.hash_idx = {number: places for number, places in made.hash_idx.items() if number not in known}
        made.token_coverage = get_token_coverage(made.hash_idx, RUN, len(made.filtered_code))
        return made

    return fingerprint, compare_files


def _lines(text: str, places: Any) -> int:
    """How many lines with code these stretches of a text touch."""
    touched = {
        text.count("\n", 0, at)
        for start, end in zip(*places, strict=True)
        for at in range(int(start), min(int(end), len(text)))
        if not text[at].isspace()
    }
    return len(touched)
