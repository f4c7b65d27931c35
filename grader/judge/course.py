"""A course on disk: its folders and its nbgrader configuration."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from traitlets.config import Config, PyFileConfigLoader


class Course:
    """The course whose nbgrader_config.py lies in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    @cached_property
    def config(self) -> Config:
        """What nbgrader_config.py says. FileNotFoundError: there is none."""
        if not (self.root / "nbgrader_config.py").exists():
            raise FileNotFoundError(f"{self.root} is not a course: it has no nbgrader_config.py")
        return PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()

    @property
    def assignments(self) -> list[str]:
        """The names of all assignments, in order."""
        return sorted(path.parent.name for path in (self.root / "solutions").glob("*/*.ipynb"))

    def solution(self, assignment: str) -> Path:
        """The notebook with the solutions."""
        return self.root / "solutions" / assignment / f"{assignment}.ipynb"

    def guide(self, assignment: str) -> Path:
        """What the teacher is told about it, in words: beside its folder, all of which students would get."""
        return self.root / "solutions" / f"{assignment}.md"

    def released(self, assignment: str) -> Path:
        """The student version."""
        return self.root / "assignments" / assignment / f"{assignment}.ipynb"

    def submitted(self, student: str, assignment: str) -> Path:
        """Where a student's notebook should be."""
        return self.gradebook / "submitted" / student / assignment / f"{assignment}.ipynb"

    def handed_in(self) -> list[tuple[str, str]]:
        """(student, assignment) for every folder that was handed in."""
        folders = (self.gradebook / "submitted").glob("*/*")
        found = [(path.parent.name, path.name) for path in folders if path.is_dir()]
        return sorted(pair for pair in found if pair[1] in self.assignments)

    def feedback(self, student: str, assignment: str) -> Path:
        """The page that a student gets back."""
        return self.gradebook / "feedback" / student / assignment / f"{assignment}.html"

    @property
    def gradebook(self) -> Path:
        """What a class produces."""
        return self.root / "gradebook"
