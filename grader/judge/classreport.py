"""The class report: for each assignment a page and tables, in gradebook/reports/.

    index.html                 all assignments in one table
    04_engine.html             the page: scores, tasks, properties, misconceptions, checks, times, everybody's row
    04_engine.csv              everybody's row
    04_engine-canvas.csv       the grades for Canvas, and
    04_engine-moodle.csv       for Moodle

A page stands alone: its plots and its style are in it. What students wrote (their names, file names in remarks) is
escaped by the templates, and made visible where it would act.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from statistics import mean, median, quantiles
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from nbformat import NotebookNode

from grader.judge import exports, guide, outcomes, plots, recording
from grader.judge.course import Course
from grader.judge.grade import DAMAGED, GRADED, NOT_REACHED, TIMED_OUT
from grader.judge.outcomes import MISSING, Outcome
from grader.judge.score import Assignment
from grader.judge.submission import grade_id, read_file, visible

MOST_CHECKS, MOST_NAMES, MOST_BARS, SLOWEST = 15, 8, 12, 5
COLUMNS = ("students", "handed in", "missing", "damaged", "to be marked by hand", "points", "mean", "median")  # index


@dataclass
class Share:
    """How much of the points of something the class has earned, and how many earned all and nothing."""

    name: str
    points: float
    shares: list[float] = field(default_factory=list)
    cells: str = ""
    minutes: int = 0

    @property
    def mean(self) -> float:
        return mean(self.shares) if self.shares else 0.0

    @property
    def full(self) -> int:
        return sum(share >= 1 for share in self.shares)

    @property
    def none(self) -> int:
        return sum(share <= 0 for share in self.shares)


@dataclass
class Trouble:
    """A misconception, or a check that fails: who had it, and in which cells.

    asked       of a check: in how many submissions it was asked
    unanswered  of a check: in how many no answer came
    """

    name: str
    says: str = ""
    people: dict[str, Outcome] = field(default_factory=dict)
    places: dict[str, set[str]] = field(default_factory=dict)
    label: str = ""
    hidden: bool = False
    asked: int = 0
    unanswered: int = 0

    def add(self, one: Outcome, cell: str) -> None:
        self.people[one.person.login] = one
        self.places.setdefault(cell, set()).add(one.person.login)

    @property
    def cells(self) -> list[tuple[str, int]]:
        """The cells, and how many students had it there."""
        return sorted(((cell, len(people)) for cell, people in self.places.items()), key=lambda pair: -pair[1])


class Report:
    """All figures of one assignment. The statistics are of the submissions that could be read and have a grade."""

    def __init__(self, course: Course, name: str) -> None:
        self.name = name
        self.everybody = outcomes.of_assignment(course, name)
        self.notebook: NotebookNode = read_file(course.solution(name))
        self.cases = Assignment.load(name)

    @cached_property
    def title(self) -> str:
        """The first heading of the notebook."""
        lines = (line for cell in self.notebook.cells for line in cell.source.split("\n"))
        return next((line.removeprefix("# ") for line in lines if line.startswith("# ")), self.name)

    @cached_property
    def cells(self) -> dict[str, float]:
        """The graded cells in order, with their points."""
        graded = (cell for cell in self.notebook.cells if cell.metadata.get("nbgrader", {}).get("grade"))
        return {grade_id(cell): float(cell.metadata.nbgrader.points) for cell in graded}

    @property
    def most(self) -> float:
        return sum(self.cells.values())

    def of(self, *statuses: str) -> list[Outcome]:
        return [one for one in self.everybody if one.status in statuses]

    @cached_property
    def read(self) -> list[Outcome]:
        """The submissions that the statistics are of."""
        return [one for one in self.of(GRADED, TIMED_OUT) if one.score is not None]

    @cached_property
    def scores(self) -> list[float]:
        return sorted(one.score for one in self.read if one.score is not None)

    @cached_property
    def to_be_marked(self) -> list[Outcome]:
        return [one for one in self.everybody if one.to_be_marked]

    def figures(self) -> list[tuple[str, str]]:
        """The numbers at the head of the page, in words."""
        handed_in = [one for one in self.everybody if one.status != MISSING]
        counts = [(status, len(self.of(status))) for status in (GRADED, TIMED_OUT, DAMAGED, NOT_REACHED)]
        told = [("students", f"{len(self.everybody)}"), ("handed in", f"{len(handed_in)}")]
        told += [(status, f"{count}") for status, count in counts if count]
        told += [("missing", f"{len(self.of(MISSING))}"), ("to be marked by hand", f"{len(self.to_be_marked)}")]
        if self.scores:
            low, middle, high = quantiles(self.scores, n=4, method="inclusive") if self.scores[1:] else self.scores * 3
            told += [("points", f"{self.most:g}"), ("mean", f"{mean(self.scores):.1f}"), ("median", f"{middle:.1f}")]
            told += [("middle half", f"{low:.1f} to {high:.1f}")]
            told += [("lowest and highest", f"{self.scores[0]:g} and {self.scores[-1]:g}")]
        return told

    def tasks(self) -> list[Share]:
        """The tasks under the notebook's headings. Written answers count when they are marked."""
        found = []
        for task in guide.tasks(self.notebook):
            cells = [*(test.grade_id for test in task.tests), *task.written]
            found.append(self._share(f"{task.number}. {task.title.replace('`', '')}", cells, task.minutes))
        return found

    def graded_cells(self) -> list[Share]:
        return [self._share(cell, [cell]) for cell in self.cells]

    def _share(self, name: str, cells: list[str], minutes: int = 0) -> Share:
        share = Share(name, sum(self.cells[cell] for cell in cells), cells=", ".join(cells), minutes=minutes)
        for one in self.read:
            marked = [one.cells[cell] for cell in cells if cell in one.cells and not one.cells[cell].to_be_marked]
            most = sum(points.most for points in marked)
            if most:
                share.shares.append(sum(points.earned for points in marked) / most)
        return share

    def properties(self) -> list[Share]:
        """The properties that checks are labelled with: of each the share of its points."""
        found: dict[str, Share] = {}
        for one in self.read:
            labels: dict[str, tuple[float, float]] = {}
            for finding in one.row.findings:
                earned, points = labels.get(finding["label"], (0.0, 0.0))
                labels[finding["label"]] = earned + finding["earned"], points + finding["points"]
            for label, (earned, points) in labels.items():
                if points:
                    found.setdefault(label, Share(label, points)).shares.append(earned / points)
        return sorted(found.values(), key=lambda share: share.mean)

    def misconceptions(self) -> list[Trouble]:
        """The diagnoses, most students first."""
        found: dict[str, Trouble] = {}
        for one, finding in self._findings():
            for name in finding["diagnoses"]:
                found.setdefault(name, Trouble(name, exports.says(name))).add(one, finding["cell"])
        return sorted(found.values(), key=lambda trouble: (-len(trouble.people), trouble.name))

    def checks(self) -> list[Trouble]:
        """The checks that cost points, most students first."""
        found: dict[str, Trouble] = {}
        for one, finding in self._findings():
            check = found.setdefault(finding["case"], self._check(finding["case"], finding["label"]))
            check.asked += 1
            if finding["earned"] < finding["points"]:
                check.add(one, finding["cell"])
                check.unanswered += not finding["answered"]
        failed = [check for check in found.values() if check.people]
        return sorted(failed, key=lambda check: (-len(check.people) / check.asked, check.name))

    def _check(self, name: str, label: str) -> Trouble:
        case = self.cases.visible.get(name) or self.cases.hidden.get(name)
        return Trouble(name, case.says if case else "", label=label, hidden=name in self.cases.hidden)

    def notes(self) -> dict[str, list[Outcome]]:
        """What a teacher is to know of the grading, and of whom."""
        found: dict[str, list[Outcome]] = {}
        for one in self.everybody:
            for note in one.notes:
                found.setdefault(note, []).append(one)
        return found

    @cached_property
    def shared_names(self) -> set[str]:
        """Names that several people have: they are told apart by their logins."""
        counts = Counter(one.person.name for one in self.everybody)
        return {name for name, count in counts.items() if count > 1}

    def _findings(self) -> Iterator[tuple[Outcome, dict]]:
        return ((one, finding) for one in self.read for finding in one.row.findings)

    @cached_property
    def times(self) -> list[float]:
        """Seconds that each notebook ran, where they are known."""
        return sorted(one.row.seconds for one in self.read if one.row.status)

    def slowest(self) -> list[Outcome]:
        known = [one for one in self.read if one.row.status]
        return sorted(known, key=lambda one: -one.row.seconds)[:SLOWEST]


# --- the plots ----------------------------------------------------------------------------------------------------


def picture_of_scores(report: Report) -> str:
    width = next(step for step in (0.5, 1, 2, 5, 10, 20, 50, 100, 1000) if report.most / step <= 25)
    edges = [width * number for number in range(math.ceil(report.most / width) + 1)]
    counts = Counter(min(int(score // width), len(edges) - 2) for score in report.scores)
    bins = [f"{edges[i]:g} to {edges[i + 1]:g} points: {count}" for i, count in sorted(counts.items())]
    alt = f"Histogram of {len(report.scores)} scores. {'; '.join(bins)}."
    inside = [min(score, edges[-1]) for score in report.scores]  # extra credit may lie beyond
    return plots.histogram("scores", inside, edges, f"points, of {report.most:g}", alt)


def picture_of_shares(name: str, shares: list[Share]) -> str:
    rows = [(share.name, share.mean * 100, f"{share.mean:.0%}") for share in shares]
    alt = "; ".join(f"{title}: {label} of the points" for title, _, label in rows)
    return plots.bars(name, rows, 100.0, "mean share of the points, in percent", f"Bar chart. {alt}.")


def picture_of_misconceptions(report: Report) -> str:
    most = report.misconceptions()[:MOST_BARS]
    rows = [(trouble.name, float(len(trouble.people)), f"{len(trouble.people)}") for trouble in most]
    alt = "; ".join(f"{title}: {label}" for title, _, label in rows)
    return plots.bars("misconceptions", rows, max(rows[0][1], 4.0), "students", f"Bar chart of students. {alt}.")


def picture_of_times(report: Report) -> str:
    longest = report.times[-1]
    width = next(step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000) if longest / step <= 25)
    edges = [round(width * number, 6) for number in range(math.floor(longest / width) + 2)]
    middle = f"half of them ran at most {median(report.times):.1f} s, the longest {longest:.1f} s"
    alt = f"Histogram of the seconds that {len(report.times)} notebooks ran: {middle}."
    return plots.histogram("times", report.times, edges, "seconds", alt)


# --- the pages ----------------------------------------------------------------------------------------------------


def write(course: Course, only: str = "") -> list[Path]:
    """Write the reports on all assignments that were handed in, or on one, and the index of all; the pages written.

    NotRecorded: the gradebook could not be read, or the pages not be written.
    """
    with recording.locked(course.gradebook):  # what a grader is writing is seen whole or not at all
        return _write(course, only)


def _write(course: Course, only: str) -> list[Path]:
    folder = course.gradebook / "reports"
    handed_in = {name for _, name in course.handed_in()}
    summaries, pages = [], []
    for name in course.assignments:
        if name == only or name in handed_in:
            report = Report(course, name)
            if only in ("", name):
                pages.append(_write_one(course, folder, report))
            linked = (folder / f"{name}.html").exists()
            summaries.append((name, report.title, dict(report.figures()), linked))
    index = folder / "index.html"
    recording.write(index, _render("index.html", summaries=summaries, columns=COLUMNS))
    return [*pages, index]


def _write_one(course: Course, folder: Path, report: Report) -> Path:
    tables = {
        f"{report.name}.csv": exports.full(report.everybody, report.cells),
        f"{report.name}-canvas.csv": exports.canvas(report.name, report.everybody, report.most),
        f"{report.name}-moodle.csv": exports.moodle(report.name, report.everybody),
    }
    for name, text in tables.items():
        recording.write(folder / name, text)
    page = folder / f"{report.name}.html"
    tasks, properties = report.tasks(), report.properties()
    text = _render(
        "assignment.html",
        report=report,
        tables=list(tables),
        tasks=tasks,
        properties=properties,
        checks=report.checks(),
        misconceptions=report.misconceptions(),
        links={one.person.login: _link(course, one) for one in report.everybody},
        scores_svg=picture_of_scores(report) if report.scores else "",
        tasks_svg=picture_of_shares("tasks", tasks) if report.scores and tasks else "",
        properties_svg=picture_of_shares("properties", properties) if properties else "",
        misconceptions_svg=picture_of_misconceptions(report) if report.misconceptions() else "",
        times_svg=picture_of_times(report) if report.times else "",
        notes=(notes := report.notes()),
        anything=notes or report.to_be_marked or report.of(MISSING, DAMAGED, TIMED_OUT, NOT_REACHED),
        most_checks=MOST_CHECKS,
        most_names=MOST_NAMES,
    )
    recording.write(page, text)
    return page


def _link(course: Course, one: Outcome) -> str:
    """Where the feedback page is, seen from the folder of reports; "" if there is none."""
    page = outcomes.page_of(course, one)
    return quote(f"../{page.relative_to(course.gradebook).as_posix()}", errors="surrogateescape") if page else ""


def _render(template: str, **what: object) -> str:
    places = Environment(
        loader=PackageLoader("grader.judge", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    places.filters |= {"visible": visible, "percent": lambda share: f"{share:.0%}"}
    now = datetime.now().strftime("%Y-%m-%d %H:%M")
    return places.get_template(template).render(now=now, **what)
