"""Similar submissions: a copy with other names is found, and what others found out by themselves is not."""

from __future__ import annotations

import builtins
import io
import json
import keyword
import shutil
import sys
import tokenize
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.__main__ import app
from grader.judge import similar
from grader.judge.course import Course
from grader.judge.sample_class import Material, solved

pytest.importorskip("copydetect", reason="copydetect is not installed (the extra `similar`)")

PROJECT = Course(Path(__file__).resolve().parent.parent)
NAME = "04_engine"
PYTHONS = {*keyword.kwlist, *dir(builtins), "self"}


def renamed(source: str) -> str:
    """A copy that does not want to be one: other names, no comments."""
    tokens = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and token.string not in PYTHONS:
            tokens.append((tokenize.NAME, f"my_{token.string}"))
        elif token.type != tokenize.COMMENT:
            tokens.append((token.type, token.string))
    return "# all my own work\n\n" + tokenize.untokenize(tokens)


def second_ways(material: Material) -> dict[str, str]:
    """The assignment's other right solutions, which its authors keep to test the judge."""
    return material.solutions | {name: ways[-1] for name, ways in material.right.items() if name in material.solutions}


@pytest.mark.parametrize("assignment", PROJECT.assignments)
def test_a_renamed_copy_is_found_and_another_right_way_is_not(assignment: str) -> None:
    material = Material.of(PROJECT, assignment)
    own = "\n".join(material.solutions.values())
    other = "\n".join(second_ways(material).values())
    given = "\n".join(cell.source for cell in material.release.cells if cell.cell_type == "code")
    copied, honest, third = similar.compare({"own": own, "copy": renamed(own), "other": other}, given)
    assert copied.students == ("own", "copy") and min(copied.share) > 0.9
    assert copied.lines > 0.6 * len([line for line in own.splitlines() if line.strip()])
    assert max(honest.share) < 0.55 and max(third.share) < 0.55


def test_what_was_released_is_nobodys_copy() -> None:
    material = Material.of(PROJECT, NAME)
    cells = [cell.source for cell in material.release.cells if cell.cell_type == "code"]
    both = {"one": "\n".join(cells), "another": "\n".join(cells)}
    [pair] = similar.compare(both, "\n".join(cells))
    assert pair == similar.Pair(("one", "another"), (0.0, 0.0), 0)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A class: a copy, two who are honest, one who did nothing, one whose file is none."""
    made = Course(tmp_path)
    for folder in (f"solutions/{NAME}", f"assignments/{NAME}"):
        shutil.copytree(PROJECT.root / folder, made.root / folder)
    shutil.copy(PROJECT.root / "nbgrader_config.py", made.root)
    material = Material.of(PROJECT, NAME)
    handed_in = {
        "ada": json.dumps(solved(material, material.solutions)),
        "bob": json.dumps(solved(material, {name: renamed(text) for name, text in material.solutions.items()})),
        "cleo": json.dumps(solved(material, second_ways(material))),
        "dan": json.dumps(solved(material, {})),
        "eve": "no notebook",
    }
    for student, text in handed_in.items():
        path = made.submitted(student, NAME)
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return made


def words(course: Course, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["similar", NAME, *options, "--course", str(course.root)])
    return result.exit_code, " ".join(result.output.split())


def test_the_command_lists_pairs_and_scores_nobody(course: Course) -> None:
    code, said = words(course)
    assert code == 0 and "1 of 3 pairs share 80% or more; half of them share less than" in said
    assert {"ada", "bob"} <= set(said.split()) and not {"cleo", "dan", "eve"} & set(said.split())
    assert "not why" in said and "No score depends on it" in said
    assert [path.name for path in course.gradebook.iterdir()] == ["submitted"]
    code, said = words(course, "--share", "0.01")
    assert code == 0 and "3 of 3 pairs share 1% or more" in said and "cleo" in said


def test_without_the_library_it_says_what_to_install(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "copydetect", None)
    code, said = words(course)
    assert code == 2 and "copydetect is not installed here: pip install" in said
