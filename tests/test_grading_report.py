"""The class report, the grades for learning platforms, and the doctor, on a small class with hostile names."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
import tiny_course
from nbgrader.api import Gradebook
from typer.testing import CliRunner, Result

from grader.__main__ import app
from grader.judge import doctor, exports, outcomes, plots, release, sample_class, sandbox
from grader.judge.course import Course
from grader.judge.sample_class import Material, solved

NAME = tiny_course.NAME
SAMPLES = ("sample-perfect", "sample-mistake-1", "sample-mistake-2", "sample-not-json")
FORMULA, ESCAPES, MARKUP = '=cmd("calc")', "red\x1b[31m\u202edesrever", "<img src=x onerror=alert(1)>"
NAMES = {  # login: first name, last name, e-mail, id in the learning platform
    "sample-perfect": ("Ada", "Lovelace", "ada@uni.example", "101"),
    "sample-mistake-1": ("<script>alert(1)</script>", "@SUM(A1)", "", ""),
    "sample-mistake-2": ("", "    Points Possible", "", ""),
    "absent": ("Grace", "Hopper", "grace@uni.example", "102"),
}
WRITTEN = "They are added, every one."


@dataclass
class Reported:
    """The class after `grade`, marks by a person, and `report`."""

    course: Course
    result: Result

    def text(self, ending: str) -> str:
        return (self.course.gradebook / "reports" / f"{NAME}{ending}").read_text(encoding="utf-8")

    def table(self, ending: str) -> list[dict[str, str]]:
        return list(csv.DictReader(self.text(ending).splitlines()))


def run(course: Course, *words: str) -> Result:
    result = CliRunner().invoke(app, [*words, "--course", str(course.root)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def hand_in(course: Course, student: str, text: str) -> None:
    path = course.submitted(student, NAME)
    path.parent.mkdir(parents=True)
    path.write_text(text)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reported]:
    course = tiny_course.make(tmp_path_factory.mktemp("course"))
    release.release(course, NAME)
    material = Material.of(course, NAME)
    sample_class.hand_in(course, [NAME], SAMPLES)
    for student in (FORMULA, ESCAPES, MARKUP):
        hand_in(course, student, json.dumps(solved(material, material.solutions | {"why": WRITTEN})))
    run(course, "grade", "--workers", "1")
    hand_in(course, "latecomer", "{}")  # after the class was graded
    with Gradebook(course.config.CourseDirectory.db_url, "minigrad") as book:
        for login, (first, last, email, number) in NAMES.items():
            book.update_or_create_student(login, first_name=first, last_name=last, email=email, lms_user_id=number)
        grade = book.find_grade("why", NAME, NAME, FORMULA)
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.find_grade("test_slope", NAME, NAME, ESCAPES).manual_score = 2.0  # for 4 that were given automatically
        book.find_submission_notebook(NAME, NAME, "sample-perfect").late_submission_penalty = 3.0
        book.db.commit()
    yield Reported(course, run(course, "report"))
    tiny_course.forget(course)


def test_the_command_names_its_pages(reported: Reported) -> None:
    assert reported.result.exit_code == 0
    assert reported.result.output.split() == [f"gradebook/reports/{NAME}.html", "gradebook/reports/index.html"]
    files = {path.name for path in (reported.course.gradebook / "reports").iterdir()}
    assert files == {f"{NAME}{end}" for end in (".html", ".csv", "-canvas.csv", "-moodle.csv")} | {"index.html"}


def test_scores_are_the_gradebooks(reported: Reported) -> None:
    found = {row["student"]: (row["status"], row["score"], row["of"]) for row in reported.table(".csv")}
    assert found == {
        "sample-perfect": ("graded", "6", "11"),  # 9, and 3 for being late
        "sample-mistake-1": ("graded", "6", "11"),
        "sample-mistake-2": ("graded", "5.5", "11"),
        "sample-not-json": ("damaged", "0", "11"),
        f"'{FORMULA}": ("graded", "10.5", "11"),  # 1.5 of them by hand
        "red\\x1b[31m\\u202edesrever": ("graded", "7", "11"),
        MARKUP: ("graded", "9", "11"),
        "latecomer": ("not reached", "", "11"),
        "absent": ("missing", "", "11"),
    }


def test_the_table_tells_what_was_found(reported: Reported) -> None:
    rows = {row["student"]: row for row in reported.table(".csv")}
    assert (rows["sample-mistake-1"]["test_sum_to"], rows["sample-perfect"]["late penalty"]) == ("0", "3")
    assert rows["sample-mistake-1"]["misconceptions"].split("; ")[0] == "not summed over a broadcast axis"
    assert rows["sample-not-json"]["remarks"].startswith("the file is not a notebook, it is not JSON")
    assert rows["latecomer"]["remarks"] == outcomes.WAITING
    assert rows[MARKUP]["remarks"] == "to be marked by hand: why"
    assert rows[f"'{FORMULA}"]["remarks"] == ""
    assert 0 < float(rows["sample-perfect"]["seconds"]) < 60


def test_no_table_holds_a_formula_or_an_escape(reported: Reported) -> None:
    for ending in (".csv", "-canvas.csv", "-moodle.csv"):
        text = reported.text(ending)
        cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
        assert not [cell for cell in cells if re.match(r"\s*[=+@-]", cell)]
        assert "\x1b" not in text and "\u202e" not in text
    assert {row["last name"] for row in reported.table(".csv")} >= {"'@SUM(A1)", "Lovelace"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", " =1", "\t=1", "\n=1", "\r@x"])
def test_text_is_never_a_formula(text: str) -> None:
    assert exports.cell(text)[0] in "'\\"


@pytest.mark.parametrize(
    ("value", "cell"), [(-1.5, "-1.5"), (3.0, "3"), (None, ""), ("a b", "a b"), (1 / 3, "0.3333333333")]
)
def test_numbers_stay_numbers(value: object, cell: str) -> None:
    assert exports.cell(value) == cell


def test_canvas_gets_its_columns_and_only_what_was_graded(reported: Reported) -> None:
    head, possible, *rows = csv.reader(reported.text("-canvas.csv").splitlines())
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", NAME]
    assert possible == ["    Points Possible", "", "", "", "", "11"]
    assert ["Lovelace, Ada", "101", "", "sample-perfect", "", "6"] in rows
    assert {row[3] for row in rows}.isdisjoint({"absent", "latecomer"}) and len(rows) == 7
    assert not [row for row in rows if "Points Possible" in row[0]]  # Canvas would take it for the other line


def test_moodle_gets_identifiers_that_everybody_has(reported: Reported) -> None:
    rows = reported.table("-moodle.csv")
    assert list(rows[0]) == ["First name", "Last name", "Username", NAME, f"{NAME} (Feedback)"]
    found = {row["Username"]: row for row in rows}
    assert found["sample-perfect"][NAME] == "6" and {"absent", "latecomer"}.isdisjoint(found)
    assert "Not summed over a broadcast axis" in found["sample-mistake-1"][f"{NAME} (Feedback)"]
    assert "not JSON" in found["sample-not-json"][f"{NAME} (Feedback)"]
    everybody = outcomes.of_assignment(reported.course, NAME)
    known = [one for one in everybody if one.person.login == "sample-perfect"]
    head = exports.moodle(NAME, known).splitlines()[0]
    assert head == f"First name,Last name,Username,ID number,Email address,{NAME},{NAME} (Feedback)"


@dataclass
class Page(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @classmethod
    def read(cls, text: str) -> Page:
        page = cls()
        page.feed(text)
        return page

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [about for name, about in self.tags if name == tag]


@pytest.fixture(scope="module")
def page(reported: Reported) -> Page:
    return Page.read(reported.text(".html"))


def test_the_page_stands_alone_and_runs_nothing(reported: Reported, page: Page) -> None:
    assert "http" not in reported.text(".html")
    assert not page.named("script") and not page.named("img") and not page.named("iframe")
    assert not [name for _, about in page.tags for name in about if name.startswith("on")]
    places = [str(about["href"]) for about in [*page.named("a"), *page.named("use")] if "href" in about]
    folder = reported.course.gradebook / "reports"
    ids = {about["id"] for _, about in page.tags if "id" in about}
    for place in places:
        assert place[1:] in ids if place.startswith("#") else (folder / unquote(place)).is_file(), place
    assert len(ids) == sum("id" in about for _, about in page.tags)  # no id twice


def test_headings_are_in_order_and_plots_have_words(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))
    pictures = page.named("svg")
    assert len(pictures) == 5 and all(about["role"] == "img" and about["aria-label"] for about in pictures)
    assert "Histogram of 6 scores. 5.5 to 6 points: 1; 6 to 6.5 points: 2" in str(pictures[0]["aria-label"])


def test_the_page_answers_a_teachers_questions(page: Page) -> None:
    text = " ".join(" ".join(page.words).split())
    assert "students 9 handed in 8 graded 6 damaged 1 not reached 1 missing 1 to be marked by hand 2" in text
    assert "Missing: 1 Known to the gradebook or by another assignment, and nothing was handed in. Grace Hopper" in text
    assert "Damaged: 1" in text and "it is not JSON" in text
    assert "Not summed over a broadcast axis" in text and "1. Everything test_sum_to, test_slope" in text
    assert "sum_to.drawn (hidden) (n, 1) * (m,) test_sum_to broadcasting 1 6 0" in text
    assert MARKUP in text and "red\\x1b[31m\\u202edesrever" in text


def test_the_share_of_a_task_counts_what_is_marked(reported: Reported) -> None:
    from grader.judge.classreport import Report

    (task,) = Report(reported.course, NAME).tasks()
    untouched = [6 + 3, 6, 5.5]  # their written answer is not there, and so marked with 0; being late is no task
    marked = [10.5]
    waiting = [7, 9]
    wanted = [*(score / 11 for score in (*untouched, *marked)), *(score / 9 for score in waiting)]
    assert sorted(task.shares) == pytest.approx(sorted(wanted))


def test_what_was_graded_without_a_sandbox_says_so(reported: Reported) -> None:
    from grader.judge.fingerprint import Fingerprints

    course, path = reported.course, reported.course.gradebook / "rows" / NAME / "sample-perfect.json"
    before = path.read_text()
    row = json.loads(before) | {"fingerprint": Fingerprints(course, unsafe=True).of("sample-perfect", NAME)}
    for fingerprint, note in ((row["fingerprint"], "graded without a sandbox"), ("another", outcomes.CHANGED)):
        path.write_text(json.dumps(row | {"fingerprint": fingerprint}))
        try:
            found = {one.person.login: one.notes for one in outcomes.of_assignment(course, NAME)}
        finally:
            path.write_text(before)
        assert found["sample-perfect"] == [note] and found["sample-mistake-1"] == []


def test_nbgraders_own_export_works_on_the_gradebook(reported: Reported, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "nbgrader", "export", "--to", str(tmp_path / "grades.csv")]
    done = subprocess.run(command, cwd=reported.course.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "grades.csv").read_text()
    assert f"{NAME},,," in text and ",sample-perfect,Lovelace,Ada,ada@uni.example,9.0,3.0,6.0,11.0" in text


def test_an_empty_class_gets_an_index_that_says_so(tmp_path: Path) -> None:
    course = tiny_course.make(tmp_path)
    try:
        assert run(course, "report").exit_code == 0
        assert "Nothing was handed in yet" in (course.gradebook / "reports" / "index.html").read_text()
        assert run(course, "report", "17_nothing").exit_code == 2
        assert run(course, "report", NAME).exit_code == 0
        assert "No submission has a score yet." in (course.gradebook / "reports" / f"{NAME}.html").read_text()
    finally:
        tiny_course.forget(course)


def test_a_plot_carries_hostile_text_as_text() -> None:
    svg = plots.bars("one", [("$x$ <b>", 1.0, "1")], 4.0, "students", 'a "quote" & <b>')
    assert svg.startswith('<svg role="img" aria-label="a &quot;quote&quot; &amp; &lt;b&gt;"')
    assert "$x$ &lt;b&gt;</text>" in svg and "http" not in svg
    other = plots.bars("two", [("$x$ <b>", 1.0, "1")], 4.0, "students", "")
    assert set(re.findall(r' id="([^"]+)"', svg)).isdisjoint(re.findall(r' id="([^"]+)"', other))


# --- the doctor ---------------------------------------------------------------------------------------------------


def states(course: Course) -> dict[str, str]:
    return {finding.what: finding.state for finding in doctor.findings(course)}


def test_the_doctor_finds_everything_in_order(reported: Reported) -> None:
    found = states(reported.course)
    needed = ("Python", "packages", "sandbox", "limits", "assignments", "gradebook", "lock", "secret")
    assert {found[what] for what in needed} == {doctor.OK}
    result = run(reported.course, "doctor")
    assert "tried, and kept: memory, processes, file size, network" in " ".join(result.output.split())
    assert result.exit_code == (doctor.PROBLEM in found.values())


def test_the_doctor_says_what_is_broken(reported: Reported) -> None:
    course = reported.course
    released, secret = course.released(NAME).read_text(), course.gradebook / "secret"
    with closing(sqlite3.connect(course.gradebook / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        os.chmod(secret, 0o644)
        course.released(NAME).write_text(released.replace("Why does", "Why did"))
        try:
            found = [next(check(course)) for check in (doctor.secret, doctor.gradebook, doctor.releases)]
        finally:
            os.chmod(secret, 0o600)
            course.released(NAME).write_text(released)
    assert [state for state, _ in found] == [doctor.PROBLEM] * 3
    assert "chmod 600" in found[0][1] and "database is locked" in found[1][1] and NAME in found[2][1]


def test_the_doctor_survives_what_it_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise sandbox.NoSandbox("There is no bwrap on this machine.")

    monkeypatch.setattr(sandbox, "check", none)
    monkeypatch.setattr(doctor.warm, "notebook", lambda holes, bounds: none())
    monkeypatch.setattr(doctor, "ROOM", 1 << 60)
    shutil.copy(tiny_course.PROJECT / "nbgrader_config.py", tmp_path)
    (tmp_path / "gradebook").mkdir()
    (tmp_path / "gradebook" / "gradebook.db").write_text("this is no database" * 100)
    found = states(Course(tmp_path))
    broken = {what for what, state in found.items() if state == doctor.PROBLEM}
    assert broken >= {"sandbox", "limits", "disk", "assignments", "gradebook"}
    assert run(Course(tmp_path), "doctor").exit_code == 1
