"""What `make release` hands out: the student kit, and the teacher's page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.apps import NbGraderAPI

from grader.judge import examples, guide, kit, testcells
from grader.judge.course import Course
from grader.judge.score import Assignment
from grader.judge.submission import read_file

COURSE = Course(Path(__file__).resolve().parent.parent)


@pytest.fixture(scope="module")
def unzipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit as a student unpacks it."""
    folder = tmp_path_factory.mktemp("kit")
    with zipfile.ZipFile(kit.write(COURSE, folder)) as opened:
        opened.extractall(folder)
    return folder / kit.NAME


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_kit_has_what_a_student_needs_and_nothing_of_the_judge(unzipped: Path) -> None:
    found = names(unzipped)
    assert {"README.md", "Makefile", "LICENSE", "pyproject.toml", "requirements.lock", "environment.yml"} <= found
    assert {"course/START.md", "minigrad/engine.py", "grader/__init__.py", "grader/inside/checking.py"} <= found
    assert {".jupyter/lab_config.py", ".jupyter/kernels/python3/kernel.json"} <= found
    assert {"docs/troubles.md", "docs/glossary.md"} <= found  # the start page leads there
    assert ".jupyter/labextensions/minigrad-start/package.json" in found and "course/PROGRESS.md" not in found
    assert {f"assignments/{name}/{name}.ipynb" for name in COURSE.assignments} <= found
    assert {name.split("/")[0] for name in found if "/" in name} == {
        ".jupyter", "assignments", "course", "docs", "grader", "minigrad",
    }
    assert [name for name in found if name.startswith("grader/") and not name.startswith("grader/inside/")] == [
        "grader/__init__.py"
    ]
    strange = re.compile(r"judge|solutions|gradebook|checkpoints|__pycache__|tests?/")
    assert [name for name in found if strange.search(name)] == []


def secrets() -> dict[str, str]:
    """Lines of hidden tests, and names of hidden cases, with where they come from."""
    found = {}
    for name in COURSE.assignments:
        notebook = read_file(COURSE.solution(name))
        for test in testcells.of_notebook(notebook):
            shown = {line.strip() for line in test.visible.split("\n")}
            lines = {line.strip() for line in test.hidden.split("\n")} - shown
            found |= {line: f"{name} {test.grade_id}" for line in lines if line.startswith(("def ", "check("))}
        found |= {f'"{case}"': name for case in Assignment.load(name).hidden}
    return found


def test_no_hidden_text_is_in_the_kit(unzipped: Path) -> None:
    texts = [path.read_bytes() for path in unzipped.rglob("*") if path.is_file()]
    plain = b"\n".join(text for text in texts if b"\0" not in text).decode().replace('\\"', '"')
    assert "BEGIN SOLUTION" not in plain.replace("`### BEGIN SOLUTION", "") and "BEGIN HIDDEN" not in plain
    hidden = secrets()
    assert len(hidden) > 20
    chapters = "".join(path.read_text(encoding="utf-8") for path in (COURSE.root / "course").glob("*.ipynb"))
    visible = "\n".join([chapters, *(read_file_text(name) for name in COURSE.assignments)])
    assert [(line, where) for line, where in hidden.items() if line in plain and line not in visible] == []
    assert [line for line in hidden if line.startswith(("check(", '"')) and line in plain] == []


def read_file_text(name: str) -> str:
    return "\n".join(cell.source for cell in read_file(COURSE.released(name)).cells)


def test_the_kit_works_where_it_is_unpacked(unzipped: Path) -> None:
    code = """
import minigrad as mg, grader.inside
from grader.inside import check, use_own
print(mg.__file__); print(grader.inside.__file__)
def send(pending, edge, g):
    pending[edge] = pending[edge] + g if edge in pending else g
def twice():
    pending = {}
    send(pending, "x", mg.tensor([2.0]).numpy()); send(pending, "x", mg.tensor([2.0]).numpy())
    return pending["x"]
check("send.twice", twice)
check("send.three", twice)
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NBGRADER")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=unzipped, env=environment, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert [line.startswith(str(unzipped)) for line in lines[:2]] == [True, True]
    assert "✓ right, checks accumulation: 0.5 of 0.5 points" in done.stdout and "a hidden check" in done.stdout


def test_its_makefile_has_the_students_commands(unzipped: Path) -> None:
    text = (unzipped / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    assert targets == kit.FOR_STUDENTS
    assert set(re.findall(r"#   make (\w+)", text)) <= kit.FOR_STUDENTS
    done = subprocess.run(["make", "--dry-run", "lab"], cwd=unzipped, capture_output=True, text=True)
    assert done.returncode == 0 and "jupyterlab" in done.stdout, done.stderr


def test_the_same_course_makes_the_same_kit(tmp_path: Path) -> None:
    one, other = kit.write(COURSE, tmp_path / "one"), kit.write(COURSE, tmp_path / "other")
    assert one.read_bytes() == other.read_bytes()


# The teacher's page, and the guides that it is made of.


def test_every_folder_of_the_solutions_is_an_assignment_and_none_has_the_guide_in_it() -> None:
    """Formgrader lists every folder, and nbgrader gives students whatever is in it."""
    assert NbGraderAPI(config=COURSE.config).get_source_assignments() == set(COURSE.assignments)
    folders = {COURSE.solution(name).parent for name in COURSE.assignments}
    assert [path for folder in folders for path in folder.rglob("*.md")] == []
    assert {path.stem for path in (COURSE.root / "solutions").glob("*.md")} == {"README", *COURSE.assignments}


def test_the_teachers_page_is_up_to_date() -> None:
    page = (COURSE.root / "solutions" / "README.md").read_text(encoding="utf-8")
    assert page == guide.readme(COURSE), "run `make release`"


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_every_assignment_has_goals_and_common_mistakes(assignment: str) -> None:
    words = guide.text(COURSE, assignment)
    for part in ("Goals", "Common mistakes"):
        assert len(re.findall(rf"^\*\*{part}\.\*\* \S.{{60,}}", words, re.MULTILINE | re.DOTALL)) == 1, part


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_the_page_promises_what_its_tasks_make(assignment: str) -> None:
    notebook = read_file(COURSE.solution(assignment))
    promised = re.search(r"\*\*([\d.]+)\s+points,\s+about\s+(\d+)\s+minutes\.?\*\*", notebook.cells[0].source)
    assert promised, "the first cell says '**22 points, about 90 minutes.**'"
    listed = guide.tasks(notebook)
    assert float(promised[1]) == sum(task.points for task in listed)
    assert abs(int(promised[2]) - sum(task.minutes for task in listed)) <= 15


def test_an_unknown_example_is_named() -> None:
    from dataclasses import replace

    about = Assignment.load("04_engine")
    case = replace(about.visible["whole.simple"], examples=("002.simple", "002.simpel"))
    strange = replace(about, visible=about.visible | {case.name: case})
    assert examples.unknown(strange) == ["whole.simple: 002.simpel"]
    assert examples.unknown(about) == []


def test_the_exporters_of_pages_and_their_steps_are_configured_without_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A trait that a step of ours does not know would be the first thing that a teacher's lab says."""
    exporter = HTMLExporter(config=COURSE.config)
    for step in COURSE.config.GenerateFeedback.preprocessors:
        exporter.register_preprocessor(step)
    assert exporter._preprocessors[0].display_data_priority[0] == "application/vnd.jupyter.widget-view+json"
    assert caplog.messages == []
