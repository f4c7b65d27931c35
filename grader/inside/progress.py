"""How far a learner has come: what the checks have said, kept in the course's folder and shown on its start page.

`check` records what it says of a visible case in .progress/<assignment>.json and writes course/PROGRESS.md anew, which
is course/START.md with the points so far. Nothing is sent anywhere. Who deletes .progress begins at zero.
"""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from grader.inside import cases

FOLDER, START, PAGE = ".progress", "course/START.md", "course/PROGRESS.md"
ASSIGNMENT = re.compile(r"\.\./assignments/([^/)]+)/")
NOTHING_YET = "Nothing is checked yet. When you have run the test cell of a task, what it earned stands here."
HIDDEN = (
    "These are the checks that you can see. The other points, for hidden checks and written answers, come when you are "
    "graded."
)


class Standing(NamedTuple):
    """What the visible checks of an assignment have given, and the most they can give; when the last one ran."""

    points: float
    most: float
    right: int
    tasks: int
    last: str

    def __str__(self) -> str:
        return f"{self.right} of {self.tasks} tasks, {self.points:g} of {self.most:g} points"


def record(name: str, points: float, right: bool) -> None:
    """Note the verdict on a case, if the notebook lies in a course; one that cannot be noted spoils no check."""
    here = Path.cwd()
    root = here.parent.parent
    if here.parent.name != "assignments" or not (root / START).is_file():
        return
    file = root / FOLDER / f"{here.name}.json"
    verdict = {"points": points, "right": right, "when": datetime.now().isoformat(timespec="seconds")}
    try:
        _write(file, json.dumps(_read(file) | {name: verdict}, indent=1) + "\n")
        write_page(root)
    except OSError:
        return


def write_page(root: Path) -> None:
    """Write the start page with the progress. OSError: that cannot be done."""
    start = (root / START).read_text(encoding="utf-8")
    _write(root / PAGE, page(start, {name: standing(root, name) for name in ASSIGNMENT.findall(start)}))


def standing(root: Path, assignment: str) -> Standing:
    """How far an assignment is; a task is right when all its visible checks are."""
    known, verdicts = cases.of_assignment(assignment)[0], _read(root / FOLDER / f"{assignment}.json")
    verdicts = {name: verdict for name, verdict in verdicts.items() if name in known}
    tasks = [list(names) for _, names in groupby(sorted(known), lambda name: name.partition(".")[0])]
    return Standing(
        points=sum(verdict["points"] for verdict in verdicts.values()),
        most=sum(case.points for case in known.values()),
        right=sum(all(name in verdicts and verdicts[name]["right"] for name in names) for names in tasks),
        tasks=len(tasks),
        last=max((verdict["when"] for verdict in verdicts.values()), default=""),
    )


def page(start: str, standings: dict[str, Standing]) -> str:
    """The start page with a paragraph on where the learner is, and each assignment's points in its row."""
    lines = start.split("\n")
    for i, line in enumerate(lines):
        link = ASSIGNMENT.search(line)
        if line.startswith("|") and link and standings[link[1]].last:
            lines[i] = f"{line.removesuffix('|')}<br>{_in_row(standings[link[1]])} |"
    chapters = lines.index("## Chapters") if "## Chapters" in lines else 0
    return "\n".join([*lines[:chapters], "## Where you are", "", _altogether(standings), "", *lines[chapters:]])


def _in_row(at: Standing) -> str:
    words = ("✓ " * (at.right == at.tasks) + str(at)).replace(" ", "&nbsp;")
    return f'<progress value="{at.points:g}" max="{at.most:g}"></progress><br>{words}'


def _altogether(standings: dict[str, Standing]) -> str:
    if not any(at.last for at in standings.values()):
        return NOTHING_YET
    points, most, right, tasks = (sum(column) for column in zip(*(at[:4] for at in standings.values()), strict=True))
    name, last = max(standings.items(), key=lambda item: item[1].last)
    number, when = name.partition("_")[0].lstrip("0"), datetime.fromisoformat(last.last)
    return (
        f"**{Standing(points, most, right, tasks, '')}**, over all assignments. Last checked: "
        f"[Assignment {number}](../assignments/{name}/{name}.ipynb), {when.day} {when:%B, %H:%M}. {HIDDEN}"
    )


def _read(file: Path) -> dict[str, dict]:
    """What is noted in a file; of a damaged one nothing."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return {name: v for name, v in found.items() if v.keys() >= {"points", "right", "when"}}
    except (OSError, ValueError, AttributeError):
        return {}


def _write(file: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    file.parent.mkdir(exist_ok=True)
    new = file.with_name(f".{file.name}.{os.getpid()}")
    new.write_text(text, encoding="utf-8")
    os.replace(new, file)
