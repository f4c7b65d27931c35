"""The student kit: a zip with all that a student needs, and nothing that is the judge's.

It holds the chapters, the released assignments, the package, the checks (`grader/inside`), and what sets the
environment up. Its Makefile is the project's, less the teacher's commands.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from grader.judge.course import Course

NAME = "minigrad-course"
COPIED = (
    *("LICENSE", "environment.yml", "pyproject.toml", "requirements.lock", ".jupyter/lab_config.py"),
    *("docs/troubles.md", "docs/glossary.md"),
)
FOLDERS = (".jupyter/settings", ".jupyter/kernels", ".jupyter/labextensions", "course", "minigrad", "grader/inside")
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints", "PROGRESS.md"}
FOR_STUDENTS = {"help", "setup", "lab", "clean"}


def write(course: Course, into: Path | None = None) -> Path:
    """Write the zip into dist/ (or elsewhere); the same files make the same bytes."""
    path = (into or course.root / "dist") / f"{NAME}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as kit:
        for name, content in sorted(contents(course)):
            kit.writestr(zipfile.ZipInfo(f"{NAME}/{name}"), content, zipfile.ZIP_DEFLATED)
    return path


def contents(course: Course) -> Iterator[tuple[str, bytes]]:
    """The names of the files and what is in them."""
    root = course.root
    yield "README.md", (Path(__file__).with_name("kit_readme.md")).read_bytes()
    yield "Makefile", makefile((root / "Makefile").read_text(encoding="utf-8")).encode()
    yield "grader/__init__.py", (root / "grader" / "__init__.py").read_bytes()
    for name in COPIED:
        yield name, (root / name).read_bytes()
    for folder in (*FOLDERS, *(f"assignments/{name}" for name in course.assignments)):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not LEFT_OUT & set(path.relative_to(root).parts):
                yield str(path.relative_to(root)), path.read_bytes()


def makefile(text: str) -> str:
    """The project's Makefile without the targets that a student has no use for."""
    kept = []
    for part in text.split("\n\n"):
        lines = [line for line in part.split("\n") if not re.match(r"#   make (\w+)", line) or _is_kept(line)]
        targets = re.findall(r"^(\w+):", part, re.MULTILINE)
        if not targets or FOR_STUDENTS & set(targets):
            kept.append("\n".join(lines))
    text = "\n\n".join(kept).rstrip() + "\n"
    return re.sub(r"^\.PHONY:.*$", f".PHONY: {' '.join(sorted(FOR_STUDENTS))}", text, flags=re.MULTILINE)


def _is_kept(line: str) -> bool:
    return line.split()[2] in FOR_STUDENTS
