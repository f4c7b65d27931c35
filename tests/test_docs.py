"""The guides: their commands, files and links exist, their headings are in order, their words are the course's."""

from __future__ import annotations

import itertools
import re
import shlex
import shutil
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp
from typer.main import get_command

from grader.__main__ import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
IMAGE = re.compile(r"<img [^>]*src=\"([^\"]+)\"")
# What a page speaks of and the project does not hold: what a run writes, what the reader is to write, other places.
WRITTEN = ("/", "gradebook/", "course/PROGRESS.md", "dist/", "docs/_build")
EXCHANGE = ("minigrad/inbound", "minigrad/outbound", "minigrad/feedback")
TO_BE_WRITTEN = re.compile(r"\b14_|/total\.py|<\w+>|^\.venv")
OF_THE_BOOK = ("api/", "documents.md")  # pages that `make book` writes

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def text_of(page: Path) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def commands(page: Path) -> list[list[str]]:
    """The command lines of a page's shell blocks, as words, without comments."""
    blocks = [body for _, kind, body in FENCE.findall(page.read_text(encoding="utf-8")) if kind == "sh"]
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@cache
def make_targets() -> frozenset[str]:
    lines = re.findall(r"^([a-z][\w -]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(target for line in lines for target in line.split())


def complaint(words: list[str]) -> str:
    """What is wrong with a command line, "" if nothing is."""
    program, *rest = words
    program = program.removeprefix(".venv/bin/")
    if program == "make":
        targets = [word for word in rest if "=" not in word]
        arguments = next((word.removeprefix("ARGS=") for word in rest if word.startswith("ARGS=")), "")
        unknown = [target for target in targets if target not in make_targets()]
        if unknown:
            return f"make has no target {unknown[0]}"
        return complaint(["python", "-m", "grader", "grade", *shlex.split(arguments)]) if "grade" in targets else ""
    if program == "nbgrader":
        return "" if rest[0] in NbGraderApp.subcommands else f"nbgrader has no command {rest[0]}"
    if program in ("python", "python3") and rest[:2] == ["-m", "grader"]:
        return complaint_of_grader(rest[2:])
    if program in ("python", "python3"):
        name = rest[1] if rest[0] == "-m" else rest[0].removesuffix(".py")
        place = ROOT.joinpath(*name.split(".")) if rest[0] == "-m" else ROOT / name
        found = place.with_suffix(".py").exists() or (place / "__main__.py").exists()
        return "" if found or name in OTHERS else f"there is no program {name}"
    return "" if program in OTHERS or shutil.which(program) else f"there is no program {program}"


# Programs of others: modules that `python -m` starts, and what is not on every machine that runs the tests.
OTHERS = {"pytest", "pip", "nox", "distributed.cli.dask_scheduler", "distributed.cli.dask_worker", "conda", "docker"}


def complaint_of_grader(words: list[str]) -> str:
    verb, *rest = words
    known = get_command(app).commands  # type: ignore[attr-defined]
    if verb not in known:
        return f"python -m grader has no command {verb}"
    options = {option for parameter in known[verb].params for option in parameter.opts}
    unknown = [word for word in rest if word.startswith("-") and word.partition("=")[0] not in options]
    assignments = [word for word in rest if re.fullmatch(r"\d\d_\w+", word) and not TO_BE_WRITTEN.search(word)]
    missing = [name for name in assignments if not (ROOT / "assignments" / name).is_dir()]
    return f"grader {verb} does not know {[*unknown, *missing]}" if unknown or missing else ""


@every_page
def test_every_command_exists(page: Path) -> None:
    complaints = [f"{' '.join(words)}: {why}" for words in commands(page) if (why := complaint(words))]
    assert not complaints, "\n".join(complaints)


def test_a_command_that_is_not_there_is_noticed() -> None:
    wrong = (
        "make grades",
        'make grade ARGS="--worker 2"',
        "python -m grader grad",
        "python -m grader grade --fast",
        "python -m grader grade 04_motor",
        ".venv/bin/nbgrader gather 04_engine",
        "python -m course.empty",
        "python scripts/nothing.py",
        "no-such-program-anywhere",
    )
    assert [line for line in wrong if not complaint(shlex.split(line))] == []


@every_page
def test_commands_in_the_text_exist(page: Path) -> None:
    text = text_of(page)
    targets = set(re.findall(r"`make ([a-z][\w-]*)", text))
    assert targets <= make_targets(), "not in the Makefile"
    lines = [shlex.split(line) for line in re.findall(r"`python -m grader (\w[^`]*)`", text)]
    assert [why for words in lines if (why := complaint_of_grader(words))] == []


@every_page
def test_links_and_files_exist(page: Path) -> None:
    text = text_of(page)
    links = [*LINK.findall(text), *IMAGE.findall(text)]
    missing = [link for link in links if not (page.parent / link).exists() and not link.startswith(OF_THE_BOOK)]
    for name in re.findall(r"`([\w./-]+)`", text):
        path = ROOT / name
        is_path = "/" in name and (ROOT / name.split("/")[0]).exists()
        if (is_path or re.fullmatch(r"[\w.-]+\.(md|toml|yml|lock)", name)) and not TO_BE_WRITTEN.search(name):
            beside = path.exists() or (page.parent / name).exists() or (ROOT / "docs" / name).exists()
            missing += [] if beside or name.startswith(WRITTEN + EXCHANGE) else [name]
    assert missing == []


@every_page
def test_headings_are_in_order(page: Path) -> None:
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text_of(page), re.MULTILINE)]
    assert levels[:1] == [1]
    assert levels.count(1) == 1
    steps = [after - before for before, after in itertools.pairwise(levels)]
    assert max(steps, default=0) <= 1, "a level is left out"


@every_page
def test_a_page_can_be_read_at_one_sitting(page: Path) -> None:
    assert page.read_text(encoding="utf-8").count("\n") <= 250


# --- the glossary -------------------------------------------------------------------------------------------------

ENTRY = re.compile(r"^- (\*\*.*?)(?=^- |^#|\Z)", re.MULTILINE | re.DOTALL)
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


@cache
def words_of(chapter: str) -> str:
    """The text of a chapter, without its code."""
    cells = nbformat.read(ROOT / "docs" / chapter, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown").lower()


def test_the_glossary_has_entries_with_a_chinese_word_and_a_chapter() -> None:
    entries = ENTRY.findall(GLOSSARY)
    assert len(entries) > 70
    assert [entry for entry in entries if not re.search(r"\([^)]*[\u4e00-\u9fff]", entry)] == []
    assert [entry for entry in entries if not LINK.search(entry)] == []


def test_every_word_of_the_glossary_is_used_in_the_chapter_that_is_named() -> None:
    missing = []
    for entry in ENTRY.findall(GLOSSARY):
        for term in re.findall(r"\*\*`?([^*`]+)`?\*\*", entry):
            missing += [(term, chapter) for chapter in LINK.findall(entry) if term.lower() not in words_of(chapter)]
    assert missing == []
