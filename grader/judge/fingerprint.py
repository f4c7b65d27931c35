"""When a submission must be graded again: a digest of all that decides on its grade."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path

import grader
import minigrad
from grader.inside import cases
from grader.judge import preprocessors, submission
from grader.judge.course import Course
from grader.judge.pages import TIMESTAMP

# What decides on a grade, of the modules beside this one: an edit of another one grades nobody again.
JUDGE = tuple(
    f"{name}.py" for name in "judging kernel package run sandbox score seeds submission testcells warm".split()
)


class Fingerprints:
    """Those of the submissions of a course, graded in the sandbox or without it."""

    def __init__(self, course: Course, unsafe: bool = False) -> None:
        self.course, self.unsafe = course, unsafe

    def of(self, student: str, assignment: str) -> str:
        """Changes when the submission must be graded again."""
        path = self.course.submitted(student, assignment)
        digest = hashlib.sha256(self._common + self._assigned(assignment))
        for part in (path, path.with_name(TIMESTAMP)):
            digest.update(_digest(part))
        return digest.hexdigest()

    @cached_property
    def _common(self) -> bytes:
        """Of the package, of the judge, and of how it is configured."""
        engine, judge = (Path(str(package.__file__)).parent for package in (minigrad, grader))
        files = [*engine.rglob("*.py"), *(judge / "inside").glob("*.py"), *(judge / "judge" / name for name in JUDGE)]
        limits = preprocessors.JudgeSubmission(config=self.course.config).limits
        return hashlib.sha256(str((limits, self.unsafe)).encode() + _contents(sorted(files))).digest()

    @lru_cache  # noqa: B019  # it lives as long as a command
    def _assigned(self, assignment: str) -> bytes:
        """Of the assignment: its cases, mistakes and references, the solution and the release."""
        judge, name = Path(str(grader.__file__)).parent, cases.module_name(assignment)
        files = [judge / "inside" / folder / f"{name}.py" for folder in ("cases", "mistakes")]
        files += [judge / "judge" / "references" / f"{part}.py" for part in (name, f"{name}_contexts")]
        files += [self.course.solution(assignment), self.course.released(assignment)]
        return hashlib.sha256(_contents(file for file in files if file.exists())).digest()


def _contents(files: Iterable[Path]) -> bytes:
    return b"".join(file.read_bytes() for file in files)


def _digest(path: Path) -> bytes:
    """Of what stands in a file, or of what else there is."""
    with suppress(OSError):
        if path.is_file():
            if path.stat().st_size > submission.MAX_BYTES:
                return str(path.stat()).encode()  # it is not read, and may be a file of holes without an end
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").digest()
    return str(submission.names_beside(path)).encode()
