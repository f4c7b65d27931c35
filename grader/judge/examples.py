"""The examples of the source documents, and the cases that use them."""

from __future__ import annotations

from pathlib import Path

from grader.judge.course import Course
from grader.judge.score import Assignment


def known() -> dict[str, str]:
    """What is to be seen in each example, by its id ("002.simple": document 002, the example "simple")."""
    lines = Path(__file__).with_name("examples.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(maxsplit=1) for line in lines if not line.startswith("#"))
    return {name: words.strip() for name, words in pairs}


def unknown(assignment: Assignment) -> list[str]:
    """The ids that an assignment's cases name and that no example has."""
    both = assignment.visible | assignment.hidden
    return [f"{case.name}: {name}" for case in both.values() for name in case.examples if name not in known()]


def used(course: Course) -> dict[str, list[tuple[str, str]]]:
    """By example: the assignments and the cases that use it, in order."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in known()}
    for name in course.assignments:
        assignment = Assignment.load(name)
        for case in (assignment.visible | assignment.hidden).values():
            for example in case.examples:
                found[example].append((name, case.name))
    return found


def missing(course: Course) -> list[str]:
    """The examples that no case uses."""
    return [name for name, cases in used(course).items() if not cases]
