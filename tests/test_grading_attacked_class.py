"""Hostile folders in a class: each ends as one row with its exact score, and the honest student's grade is the same.

Graded by the command, with one honest student first alone and then among the others.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
import tiny_course
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.apps.api import NbGraderAPI
from typer.testing import CliRunner

from grader.__main__ import app
from grader.judge import release
from grader.judge.course import Course
from grader.judge.grade import DAMAGED, GRADED, Coordinator, Row
from grader.judge.sample_class import Material, solved

NAME = tiny_course.NAME
FULL = 9.0
HONEST = "alice"
ESCAPE = "\x1b]0;evil\x07\x1b[2J"
ACTING = "<script>alert('acts')</script><img src=x onerror=alert('acts')><svg onload=alert('acts')>"
SHOWN = f"""
from IPython.display import HTML, Javascript, Latex, SVG, display
display(HTML({ACTING!r}), Javascript("alert('acts')"), Latex({ACTING!r}), {{"text/html": {ACTING!r}}}, raw=False)
display({{"text/html": {ACTING!r}, "application/javascript": "alert('acts')", "text/markdown": {ACTING!r}}}, raw=True)
display({{"image/svg+xml": "<svg onload='alert(1)'><script>alert(1)</script></svg>"}}, raw=True)
display({{"image/png": '"><script>alert(1)</script>'}}, raw=True)
print({ACTING!r}, {ESCAPE!r})
raise ValueError({ACTING!r})
"""


@dataclass
class Hostile:
    """The course with the folders of hostile students, and what has to be in place for them."""

    course: Course
    material: Material

    def folder(self, student: str | bytes) -> Path:
        folder = self.course.gradebook / "submitted" / os.fsdecode(student) / NAME
        folder.mkdir(parents=True)
        return folder

    def text(self, *more: nbformat.NotebookNode, **cells: str) -> str:
        notebook = solved(self.material, self.material.solutions | cells)
        notebook.cells += more
        return json.dumps(notebook)

    def hand_in(self, student: str | bytes, text: str | bytes = "") -> Path:
        path = self.folder(student) / f"{NAME}.ipynb"
        path.write_bytes((text or self.text()).encode() if isinstance(text, str) else text)
        return path


STUDENTS: dict[str, tuple[Callable[[Hostile, str], object], str, float]] = {}


def student(name: str, status: str, score: float) -> Callable[[Callable[[Hostile, str], object]], None]:
    """Enter a hostile student: what they hand in, and what they get."""
    return lambda make: STUDENTS.update({name: (make, status, score)})


student("missing-notebook", DAMAGED, 0)(lambda it, name: it.folder(name))
student("corrupt", DAMAGED, 0)(lambda it, name: it.hand_in(name, it.text()[:-100]))
student("not-text", DAMAGED, 0)(lambda it, name: it.hand_in(name, b"\xff\xfe\x00"))
student("digits", DAMAGED, 0)(lambda it, name: it.hand_in(name, '{"cells": [], "nbformat": ' + "4" * 5000 + "}"))
student("nested", DAMAGED, 0)(lambda it, name: it.hand_in(name, "[" * 1_000_000))
student("10000-cells", DAMAGED, 0)(
    lambda it, name: it.hand_in(name, it.text(*[new_code_cell("1", id=f"c{i}") for i in range(10_000)]))
)
student("long-source", DAMAGED, 0)(lambda it, name: it.hand_in(name, it.text(new_markdown_cell("[" * 400_000))))
student("200MB", DAMAGED, 0)(lambda it, name: it.hand_in(name, b" " * 200_000_000))
student("without-end", DAMAGED, 0)(lambda it, name: os.truncate(it.hand_in(name), 1 << 40))
student("a-pipe", DAMAGED, 0)(lambda it, name: os.mkfifo(it.folder(name) / f"{NAME}.ipynb"))
student("a-folder", DAMAGED, 0)(lambda it, name: (it.folder(name) / f"{NAME}.ipynb").mkdir())
student("link-to-the-solution", DAMAGED, 0)(
    lambda it, name: (it.folder(name) / f"{NAME}.ipynb").symlink_to(it.course.solution(NAME))
)
student("link-to-zero", DAMAGED, 0)(lambda it, name: (it.folder(name) / f"{NAME}.ipynb").symlink_to("/dev/zero"))
student("link-to-a-loop", DAMAGED, 0)(lambda it, name: (it.folder(name) / f"{NAME}.ipynb").symlink_to(f"{NAME}.ipynb"))
student("<script>alert(1)<script>", GRADED, FULL)(lambda it, name: it.hand_in(name))
student(f"{ESCAPE}name", GRADED, FULL)(lambda it, name: it.hand_in(name))
student("-rf", GRADED, FULL)(lambda it, name: it.hand_in(name))
student("[red]name", GRADED, FULL)(lambda it, name: it.hand_in(name))
student("'; drop table grade; --", GRADED, FULL)(lambda it, name: it.hand_in(name))
student("surrogates", GRADED, FULL)(
    lambda it, name: it.hand_in(name, it.text(new_markdown_cell("\ud800"), new_code_cell("print('\\ud800')\n'\ud800'")))
)
student("acting", GRADED, FULL)(
    lambda it, name: it.hand_in(name, it.text(new_markdown_cell(ACTING), new_code_cell(SHOWN), why=ACTING))
)
student("deep-page", GRADED, FULL)(
    lambda it, name: it.hand_in(
        name,
        it.text(
            new_markdown_cell("<div>" * 50_000),
            new_code_cell("from IPython.display import HTML\nHTML('<div>' * 190_000)"),
        ),
    )
)


@student("escape-in-words", DAMAGED, 0)
def _(it: Hostile, name: str) -> None:
    it.hand_in(
        name, json.dumps({"cells": [], "nbformat": 4, "metadata": {"minigrad": {"damaged": f"{ESCAPE}{ACTING}"}}})
    )


@student("bytes-in-names", DAMAGED, 0)
def _(it: Hostile, name: str) -> None:
    (it.folder(name) / os.fsdecode(b"caf\xe9\x1b[2J.ipynb")).write_text(it.text())


@student("link-to-alice", DAMAGED, 0)
def _(it: Hostile, name: str) -> None:
    folder = it.folder(name)
    folder.rmdir()
    folder.symlink_to(it.course.submitted(HONEST, NAME).parent)


@student("all-of-alice", DAMAGED, 0)
def _(it: Hostile, name: str) -> None:
    (it.course.gradebook / "submitted" / name).symlink_to(it.course.gradebook / "submitted" / HONEST)


@student("links", GRADED, FULL)
def _(it: Hostile, name: str) -> None:
    folder = it.hand_in(name).parent
    (folder / "notes.txt").symlink_to(it.course.gradebook / "secret")
    (folder / "more").mkdir()
    (folder / "more" / "all").symlink_to(it.course.gradebook)
    (folder / "more" / "book").symlink_to(it.course.gradebook / "gradebook.db")


@student("more-files", GRADED, FULL)
def _(it: Hostile, name: str) -> None:
    folder = it.hand_in(name).parent
    evil = f"open({str(it.course.root / 'ran')!r}, 'w')\n"
    for file in ("sitecustomize.py", "numpy.py", "nbgrader_config.py", "conftest.py", "grader.py"):
        (folder / file).write_text(evil)
    (folder / "other.ipynb").write_text("{")
    (folder / "timestamp.txt").write_text(f"{ESCAPE}9" * 1000)
    (folder / "gradebook").symlink_to(it.course.gradebook)


def tree(course: Course) -> dict[str, str]:
    """All that was handed in: what each file, link and folder is, without following links."""
    found = {}
    for place, folders, files in os.walk(course.gradebook / "submitted"):
        for path in (Path(place, name) for name in folders + files):
            about = path.lstat()
            short = path.is_file() and not path.is_symlink() and about.st_size < 1 << 30
            content = hashlib.sha256(path.read_bytes()).hexdigest() if short else ""
            link = os.readlink(path) if path.is_symlink() else ""
            found[str(path)] = f"{about.st_mode} {about.st_size} {about.st_mtime_ns} {content} {link}"
    return found


def recorded(course: Course, login: str) -> list[tuple]:
    """A student's marks in the gradebook."""
    with sqlite3.connect(course.gradebook / "gradebook.db") as book:
        return book.execute(
            "select base_cell.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade, grade.id "
            "from grade join base_cell on grade.cell_id = base_cell.id "
            "join submitted_notebook on grade.notebook_id = submitted_notebook.id "
            "join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id "
            "where submitted_assignment.student_id = ? order by base_cell.name",
            (login,),
        ).fetchall()


@dataclass
class Graded:
    """The class after `python -m grader grade`, and what there was of the honest student before."""

    course: Course
    rows: dict[str, Row]
    output: str
    exit_code: int
    alone: tuple[Row, str, list[tuple]]
    unchanged: bool


def honest(course: Course) -> tuple[Row, str, list[tuple]]:
    row = Coordinator(course).grade(HONEST, NAME)
    return row, Path(row.page).read_text(), recorded(course, HONEST)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    course = tiny_course.make(tmp_path_factory.mktemp("course"))
    release.release(course, NAME)
    hostile = Hostile(course, Material.of(course, NAME))
    hostile.hand_in(HONEST)
    command = ["grade", "--workers", "1", "--course", str(course.root)]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0, first.output
    alone = honest(course)
    for name, (make, _, _) in STUDENTS.items():
        make(hostile, name)
    before = tree(course)
    result = CliRunner().invoke(app, command)
    assert isinstance(result.exception, SystemExit), result.exception
    group = Coordinator(course)
    rows = {student: group.grade(student, assignment) for student, assignment in group.submissions()}
    yield Graded(course, rows, result.output, result.exit_code, alone, tree(course) == before)
    tiny_course.forget(course)


@pytest.mark.parametrize("name", STUDENTS)
def test_a_hostile_folder_ends_as_one_row_and_one_page(graded: Graded, name: str) -> None:
    row = graded.rows[name]
    assert (row.status, row.score) == STUDENTS[name][1:]
    page = Path(row.page).read_text()
    assert "Score:" in page and len(page) < 5_000_000
    assert recorded(graded.course, name)


def test_nothing_else_has_changed(graded: Graded) -> None:
    assert graded.unchanged
    assert honest(graded.course) == graded.alone
    assert set(graded.rows) == {HONEST, *STUDENTS}
    assert graded.exit_code == 1
    assert not (graded.course.root / "ran").exists()


def test_what_reaches_the_terminal_cannot_act(graded: Graded) -> None:
    assert "\x1b" not in graded.output and "\x07" not in graded.output
    for row in graded.rows.values():
        assert row.remark.isprintable()


def test_what_reaches_a_page_cannot_act(graded: Graded) -> None:
    for row in graded.rows.values():
        assert not acts(Path(row.page).read_text())


class Acts(HTMLParser):
    """Finds the places where an `alert` would run: in a script, or in an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.found += [f"{tag} {name}" for name, value in attrs if name.startswith("on") or "script:" in str(value)]

    def handle_data(self, data: str) -> None:
        if self.inside == "script" and "alert(" in data:
            self.found.append(data[:40])


def acts(page: str) -> list[str]:
    parser = Acts()
    parser.feed(page)
    return parser.found


def test_formgraders_page_of_a_graded_notebook_runs_nothing(graded: Graded) -> None:
    path = graded.course.gradebook / "autograded" / "acting" / NAME / f"{NAME}.ipynb"
    assert acts(HTMLExporter().from_filename(str(path))[0])  # as nbconvert shows it
    assert not acts(HTMLExporter(config=graded.course.config).from_filename(str(path))[0])


@pytest.mark.parametrize("name", ["links", "link-to-the-solution"])
def test_formgraders_button_follows_no_link(graded: Graded, name: str) -> None:
    done = NbGraderAPI(config=graded.course.config).autograde(NAME, name)
    assert done["success"], done
    assert sum(row[1] for row in recorded(graded.course, name) if row[1]) == STUDENTS[name][2]
    folder = graded.course.gradebook / "autograded" / name / NAME
    secret = (graded.course.gradebook / "secret").read_bytes()
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in found] == [f"{NAME}.ipynb"] and secret not in found[0].read_bytes()
    assert (graded.course.gradebook / "submitted" / name / NAME / f"{NAME}.ipynb").exists()
