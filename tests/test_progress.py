"""The start page with a learner's progress: what `check` records, what the page says, and what is never recorded."""

import json
import re
import shutil
from datetime import datetime
from pathlib import Path

import nbformat
import numpy as np
import pytest

from grader.inside import cases, check, progress


@pytest.fixture
def folder(root, tmp_path, monkeypatch):
    """A learner's course, and the folder of assignment 4 in it, where the kernel of its notebook runs."""
    (tmp_path / "course").mkdir()
    shutil.copy(root / progress.START, tmp_path / "course")
    here = tmp_path / "assignments" / "04_engine"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    return tmp_path


def recorded(folder: Path) -> dict:
    return json.loads((folder / ".progress" / "04_engine.json").read_text())


def add_up(pending, edge, g):
    pending[edge] = pending[edge] + g if edge in pending else g


def right():
    pending = {}
    add_up(pending, "x", np.array([2.0]))
    add_up(pending, "x", np.array([2.0]))
    return pending["x"]


def row_of(folder: Path, number: int) -> str:
    page = (folder / progress.PAGE).read_text(encoding="utf-8")
    return next(line for line in page.split("\n") if line.startswith(f"| {number} |"))


def test_a_check_is_recorded_and_stands_on_the_page(folder):
    assert check("send.twice", right) == 0.5
    [(name, verdict)] = recorded(folder).items()
    assert (name, verdict["points"], verdict["right"]) == ("send.twice", 0.5, True)
    assert abs((datetime.now() - datetime.fromisoformat(verdict["when"])).total_seconds()) < 60
    shown = row_of(folder, 4).replace("&nbsp;", " ")
    most = f"{sum(case.points for case in cases.of_assignment('04_engine')[0].values()):g}"
    assert shown.endswith(f'<progress value="0.5" max="{most}"></progress><br>0 of 6 tasks, 0.5 of {most} points |')
    assert "<progress" not in row_of(folder, 5)
    page = (folder / progress.PAGE).read_text(encoding="utf-8")
    visible = sum(case.points for name in cases.modules() for case in cases.of_assignment(name)[0].values())
    assert f"**0 of 67 tasks, 0.5 of {visible:g} points**" in page and "Last checked: [Assignment 4](" in page
    assert "hidden checks" in page


def test_the_last_verdict_counts(folder):
    check("send.twice", right)
    check("send.twice", lambda: 0)
    assert [v["right"] for v in recorded(folder).values()] == [False]
    check("send.twice", right)
    assert [v["points"] for v in recorded(folder).values()] == [0.5]


def test_a_task_is_right_when_all_its_checks_are(folder):
    known = cases.of_assignment("04_engine")[0]
    task = [name for name in known if name.startswith("send.")]
    assert len(task) > 1
    for done, name in enumerate(task, 1):
        progress.record(name, known[name].points, True)
        assert progress.standing(folder, "04_engine").right == (done == len(task))
    for name in known:
        progress.record(name, known[name].points, True)
    most = f"{sum(case.points for case in known.values()):g}"
    assert f"✓ 6 of 6 tasks, {most} of {most} points" in row_of(folder, 4).replace("&nbsp;", " ")


def test_a_task_is_the_checks_of_one_test_cell(root):
    """The page counts as a task what has one name before the dot: in the notebooks that is one cell."""
    for name in progress.ASSIGNMENT.findall((root / progress.START).read_text()):
        cells = nbformat.read(root / "assignments" / name / f"{name}.ipynb", as_version=4).cells
        tasks = [set(re.findall(r'check\(\s*"([\w ]+)\.', cell.source)) for cell in cells if cell.cell_type == "code"]
        named = [task for found in tasks for task in found]
        assert all(len(found) <= 1 for found in tasks) and len(named) == len(set(named)), name
        assert set(named) == {case.partition(".")[0] for case in cases.of_assignment(name)[0]}, name


def test_the_page_is_the_start_page_and_more(folder):
    progress.write_page(folder)
    start, page = ((folder / name).read_text(encoding="utf-8") for name in (progress.START, progress.PAGE))
    assert progress.NOTHING_YET in page and set(start.split("\n")) <= set(page.split("\n"))
    times = dict(re.findall(r"assignments/(\w+)/.*?, (\d+)&nbsp;min", page))
    assert len(times) == page.count("&nbsp;min") - 13 == 12  # every chapter and every assignment has one


def test_an_assignments_time_on_the_page_is_the_one_at_its_head(root):
    times = dict(re.findall(r"assignments/(\w+)/.*?, (\d+)&nbsp;min", (root / progress.START).read_text()))
    for name, minutes in times.items():
        cells = nbformat.read(root / "assignments" / name / f"{name}.ipynb", as_version=4).cells
        assert f"about {minutes} minutes" in cells[0].source.replace("\n", " "), name


# --- what is not recorded --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["NBGRADER_EXECUTION", "NBGRADER_VALIDATING"])
def test_nothing_is_recorded_when_graded_or_validated(folder, monkeypatch, name):
    monkeypatch.setenv(name, "autograde")
    check("send.twice", right)
    assert not (folder / ".progress").exists() and not (folder / progress.PAGE).exists()


def test_nothing_is_recorded_of_a_hidden_check_or_outside_a_course(folder, monkeypatch):
    check("send.hidden", right)
    monkeypatch.chdir(folder / "assignments")
    check("send.twice", right)
    monkeypatch.chdir(folder / "course")
    check("send.twice", right)
    assert not (folder / ".progress").exists()


def test_a_check_works_where_nothing_can_be_written(folder):
    (folder / ".progress").write_text("a file in the place of the folder")
    assert check("send.twice", right) == 0.5


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"send.twice": 3}', '{"send.twice": {"points": 1}}', "\udcff"])
def test_a_damaged_record_is_begun_anew(folder, text):
    (folder / ".progress").mkdir()
    (folder / ".progress" / "04_engine.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    check("send.untouched", lambda: 0)
    assert list(recorded(folder)) == ["send.untouched"]


def test_git_does_not_see_a_learners_progress(root):
    ignored = (root / ".gitignore").read_text().split()
    assert f"{progress.FOLDER}/" in ignored and progress.PAGE in ignored
