"""The judge against what students hand in: rebuilding, holes cut out of the package, and hostile notebooks."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import nbformat
import pytest
import tiny_course
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from nbgrader.utils import determine_grade

from grader.judge import package, release, run, score, seeds, submission, testcells
from grader.judge.course import Course
from grader.judge.release import NotReleasable
from grader.judge.sample_class import Material, solved
from grader.judge.score import Assignment
from grader.judge.submission import Damaged, grade_id, read, rebuild

NAME = tiny_course.NAME
FULL = {"test_sum_to": 3.0, "test_slope": 4.0, "test_count": 2.0}
NOTHING = dict.fromkeys(FULL, 0.0)


@dataclass
class Judge:
    """The judge without nbgrader's gradebook: from a submitted notebook to its points."""

    course: Course
    material: Material
    assignment: Assignment

    def results(self, handed_in: NotebookNode, limits: run.Limits | None = None) -> list[score.Result]:
        rebuilt = rebuild(self.material.release, read(json.dumps(handed_in)))
        source = {grade_id(cell): cell.source for cell in tiny_course.notebook().cells if testcells.is_test(cell)}
        for cell in rebuilt.cells:  # as nbgrader's OverwriteCells does
            cell.source = source.get(grade_id(cell), cell.source)
        inputs = self.assignment.inputs(b"secret", rebuilt.metadata["minigrad"]["digest"])
        done = run.answers_of(rebuilt, inputs, self.assignment.holes, limits or run.Limits(4, 60))
        found = score.results(rebuilt, self.assignment, inputs, done)
        score.write(rebuilt, found, done)
        for result in found:
            assert determine_grade(rebuilt.cells[result.test.index]) == (result.score, result.test.points)
        return found

    def points(self, handed_in: NotebookNode, limits: run.Limits | None = None) -> dict[str, float]:
        return {result.test.grade_id: result.score for result in self.results(handed_in, limits)}

    def with_cells(self, **sources: str) -> NotebookNode:
        """The solutions, with these sources in their places."""
        return solved(self.material, self.material.solutions | sources)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    course = tiny_course.make(tmp_path_factory.mktemp("course"))
    release.release(course, NAME)
    yield Judge(course, Material.of(course, NAME), Assignment.load(NAME))
    tiny_course.forget(course)


# The release.


def test_the_release_hides_solutions_and_hidden_tests(judge: Judge) -> None:
    text = judge.course.released(NAME).read_text()
    assert "secretly_named" not in text and "3 * x ** 2" not in text and "still to be written" in text


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("slope.at_two", "slope.at_tow", "no visible case is called 'slope.at_tow'. Correct .*into .*cases/tiny.py"),
        ("slope.drawn", "slope.at_two", "no hidden case is called 'slope.at_two'. Correct .*into .*references/tiny.py"),
        (
            'check("slope.refuses", lambda: slope("two"))\n',
            "",
            r"is worth 4 points, but its cases make 3.5: 1 \(slope.at_two\) \+ .* Change the cell's points in",
        ),
        ('check("slope.at_two", ', "check(name, ", "cell test_slope: line 1: .* literal string. Write the name itself"),
        ("lambda: slope(2.0))", "lambda: slope(2.0)", "cell test_slope: is not Python .* Correct the cell"),
        (
            "(11 points, 5 minutes)",
            "(12 points, 5 minutes)",
            "task 1: promises 12 points, and its cells make 11. Change the heading, or the points",
        ),
        ('check("count.drawn", count)', 'check("count.drawn", count)\n' * 2, "checked twice: count.drawn. Keep one"),
        ("## 1. Everything", "## Everything", "no heading of the form .* stands above it. Begin the Markdown cell"),
    ],
)
def test_an_inconsistent_assignment_is_not_released(judge: Judge, old: str, new: str, complaint: str) -> None:
    path = judge.course.solution(NAME)
    notebook = tiny_course.notebook()
    for cell in notebook.cells:
        cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, path)
    try:
        with pytest.raises(NotReleasable, match=complaint):
            release.inspect(judge.course, NAME)
    finally:
        nbformat.write(tiny_course.notebook(), path)


def test_cases_that_do_not_fit_the_cells_are_named_with_their_files(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = Assignment.load(NAME)
    spare = replace(about.hidden["count.drawn"], name="count.spare")
    for hidden, complaint in [
        ({"count.spare": spare}, "cases that no cell checks: count.spare. Check each .*references/tiny.py"),
        ({"count.three": spare}, "both visible and hidden: count.three. Rename .*/cases/tiny.py or .*/tiny.py"),
    ]:
        monkeypatch.setattr(Assignment, "load", lambda name, more=hidden: replace(about, hidden=about.hidden | more))
        with pytest.raises(NotReleasable, match=complaint):
            release.inspect(judge.course, NAME)


def test_a_code_cell_without_a_type_is_not_released(judge: Judge) -> None:
    path, notebook = judge.course.solution(NAME), tiny_course.notebook()
    notebook.cells.append(new_code_cell("import os", id="loose"))
    nbformat.write(notebook, path)
    try:
        with pytest.raises(NotReleasable, match=r"could change: loose \(their cell ids\). Make each Read-only"):
            release.inspect(judge.course, NAME)
    finally:
        nbformat.write(tiny_course.notebook(), path)


def test_an_assignment_whose_cases_are_not_written_yet_is_told_which_file_to_write(judge: Judge) -> None:
    with pytest.raises(NotReleasable, match=r"14_total: there is no grader/inside/cases/total\.py\. Write it as docs/"):
        release.inspect(judge.course, "14_total")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("### why (2 points)", "### whence (2 points)", "does not say how to mark it under '### why"),
        ("(2 points)", "(3 points)", "is worth 2 points, and its marking says 3. Make the heading"),
        ("One for the uses, one for the sum.", "", "does not say how to mark it under .* Write there for what"),
    ],
)
def test_a_written_answer_without_its_marking_is_not_released(
    judge: Judge, old: str, new: str, complaint: str
) -> None:
    path = judge.course.guide(NAME)
    path.write_text(tiny_course.GUIDE.replace(old, new))
    try:
        with pytest.raises(NotReleasable, match=complaint):
            release.inspect(judge.course, NAME)
    finally:
        path.write_text(tiny_course.GUIDE)


# Reading and rebuilding.


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ('{"cells": ', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no list of cells"),
        ('{"cells": 5}', "no list of cells"),
        ('{"cells": [], "nbformat": 3}', "not a notebook of format 4"),
        ('{"cells": [7], "nbformat": 4}', "cell 1"),
        ('{"cells": [{"source": {}}], "nbformat": 4}', "cell 1"),
        (" " * (submission.MAX_BYTES + 1), "larger than 20 MB"),
    ],
)
def test_damaged_notebooks_are_named(text: str, why: str) -> None:
    with pytest.raises(Damaged, match=why):
        read(text)


def test_reading_takes_sources_and_nothing_else() -> None:
    cell = {
        "cell_type": "code",
        "source": ["a\n", "b"],
        "id": "no good id!",
        "outputs": [{"output_type": "forged"}],
        "metadata": {"tags": ["skip-execution"], "nbgrader": {"grade_id": "slope", "points": 99, "grade": True}},
    }
    notebook = read(json.dumps({"cells": [cell, cell], "nbformat": 4, "metadata": {"kernelspec": {"name": "evil"}}}))
    assert notebook.metadata == {}
    assert [cell.source for cell in notebook.cells] == ["a\nb", "a\nb"]
    assert notebook.cells[0].metadata == {"nbgrader": {"grade_id": "slope"}}
    assert notebook.cells[0].outputs == [] and len({cell.id for cell in notebook.cells}) == 2


def rebuilt_from(judge: Judge, notebook: NotebookNode) -> NotebookNode:
    return rebuild(judge.material.release, read(json.dumps(notebook)))


def test_rebuilding_restores_the_release_around_the_solutions(judge: Judge) -> None:
    honest = rebuilt_from(judge, judge.with_cells())
    tampered = judge.with_cells()
    tampered.metadata["kernelspec"] = {"name": "bash", "display_name": "bash"}
    for cell in tampered.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception"]
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade") and not about["solution"]:
            about["points"], about["grade"], cell.source = 0, False, "1 / 0"
        elif about.get("locked"):
            cell.source = "raise SystemExit"
    tampered.cells.reverse()
    assert rebuilt_from(judge, tampered).cells == honest.cells
    assert [cell.id for cell in honest.cells] == [cell.id for cell in judge.material.release.cells]
    assert honest.metadata.kernelspec.name == "python3"


def test_the_students_own_cells_keep_their_places(judge: Judge) -> None:
    notebook = judge.with_cells()
    names = [grade_id(cell) for cell in notebook.cells]
    notebook.cells.insert(names.index("slope"), new_code_cell("helper = 3"))
    notebook.cells.insert(0, new_code_cell("first = 1", metadata={"nbgrader": {"grade_id": "mine", "grade": True}}))
    rebuilt = rebuilt_from(judge, notebook)
    sources = [cell.source for cell in rebuilt.cells]
    assert sources[0] == "first = 1"
    assert sources.index("helper = 3") == 1 + names.index("slope")
    assert [cell.id for cell in rebuilt.cells if cell.metadata.get("minigrad")] == ["extra-1", "extra-2"]
    assert not rebuilt.cells[0].metadata.get("nbgrader")


def test_of_a_copied_solution_cell_the_last_counts_and_the_first_still_runs(judge: Judge) -> None:
    notebook = judge.with_cells()
    index = [grade_id(cell) for cell in notebook.cells].index("count")
    early = copy.deepcopy(notebook.cells[index])
    early.source = "constant = 7"
    notebook.cells.insert(index, early)
    rebuilt = rebuilt_from(judge, notebook)
    assert [cell.source for cell in rebuilt.cells].count("constant = 7") == 1
    assert judge.material.solutions["count"] in [cell.source for cell in rebuilt.cells if grade_id(cell) == "count"]


def test_a_written_answer_is_taken_and_nothing_is_counted_for_it(judge: Judge) -> None:
    released = {grade_id(cell): cell.source for cell in judge.material.release.cells}
    assert released["why"] == "*Your answer here.*"
    notebook = judge.with_cells(why="# My *own* words")
    index = [grade_id(cell) for cell in notebook.cells].index("why")
    notebook.cells[index].cell_type = "code"
    cell = rebuilt_from(judge, notebook).cells[index]
    assert (cell.cell_type, cell.source) == ("markdown", "# My *own* words")
    assert judge.points(notebook) == FULL


def test_the_digest_depends_on_what_is_taken_and_on_nothing_else(judge: Judge) -> None:
    digest = rebuilt_from(judge, judge.with_cells()).metadata["minigrad"]["digest"]
    noisy = judge.with_cells()
    noisy.cells[1].outputs = [new_output("stream", text="printed")]
    noisy.metadata["title"] = "other"
    assert rebuilt_from(judge, noisy).metadata["minigrad"]["digest"] == digest
    assert rebuilt_from(judge, judge.with_cells(count="count = float")).metadata["minigrad"]["digest"] != digest


# Seeds.


def test_hidden_inputs_follow_from_secret_case_and_submission(judge: Judge) -> None:
    def drawn(secret: bytes, assignment: str, case: str, digest: str) -> float:
        return float(seeds.generator(secret, assignment, case, digest).random())

    assert drawn(b"s", "a", "c", "d") == drawn(b"s", "a", "c", "d")
    changed = [(b"t", "a", "c", "d"), (b"s", "b", "c", "d"), (b"s", "a", "e", "d"), (b"s", "a", "c", "e")]
    others = {drawn(*about) for about in changed}
    assert drawn(b"s", "a", "c", "d") not in others and len(others) == 4


# Holes.

SOURCE = '''\
"""A module."""

def walk(pending, *, keep=False):
    """The walk."""
    for node in pending:
        yield node


class Node:
    @property
    def name(self): return "ö" + self._name

    def size(self):
        return 1


EXP = Op("Exp", lambda g, out: g * out, lambda g, a: (lambda x: x)(g))
exp = unary(EXP, np.exp)
RULES = {"mul": lambda g, a: g * a, "add": other}
after = 1
'''


@pytest.mark.parametrize(
    ("name", "gone", "kept"),
    [
        ("m.walk", "yield node", 'def walk(pending, *, keep=False):\n    """The walk."""\n    raise'),
        ("m.Node.name", "self._name", "return 1"),
        ("m.Node", "return 1", "def size(self):\n        raise"),
        ("m.EXP", "g * out", 'Op("Exp", lambda g, out: (_'),
        ("m.exp", "unary", "exp = lambda *args, **kwargs: (_"),
        ("m.RULES.mul", "g * a", '"add": other'),
    ],
)
def test_a_hole_is_cut_out_of_the_source(name: str, gone: str, kept: str) -> None:
    text = package.cut(SOURCE, name.split(".")[1:], name)
    compile(text, "m", "exec")
    assert gone in SOURCE and gone not in text
    assert kept in text and "after = 1" in text and f"minigrad.{name} is not there while" in text


def test_a_hole_that_is_nowhere_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"m\.nothing"):
        package.cut(SOURCE, ["nothing"], "m.nothing")


def test_the_graded_package_has_no_cases_references_or_expectations() -> None:
    root = package.template(("elementwise.fit_to",))
    files = {str(path.relative_to(root)) for path in (root / "grader").rglob("*.py")}
    assert files == {"grader/__init__.py", *(f"grader/inside/{name}" for name in package.INSIDE)}
    assert "sum(axis=tuple(range(extra)))" not in (root / "minigrad" / "elementwise.py").read_text()


# Hostile and unlucky notebooks. Each has its exact score.

ANSWER_ALL = """
import grader.inside.checking as checking
from grader.inside import answers
from IPython.display import display
def forged(case, value):
    display({answers.MIME: {"case": case, "answer": answers.encode(value)}}, raw=True)
"""
REFERENCE = "def sum_to(g, shape, dtype):\n    return mg.elementwise.fit_to(g, shape, dtype)"
IMPORTED = """
import importlib, sys
for name in [name for name in sys.modules if name.startswith("minigrad")]:
    del sys.modules[name]
import minigrad.elementwise
sum_to = minigrad.elementwise.fit_to
"""
EQUAL = """
import builtins
class Always(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __sub__(self, other): return np.zeros(self.shape)
    __array_priority__ = 1e9
np.allclose = np.array_equal = lambda *a, **k: True
np.abs = lambda x: x * 0
builtins.abs = lambda x: 0
def slope(x):
    return np.zeros(()).view(Always)
"""
DISPLAY = """
import sys
sys.displayhook(4.0)
def slope(x):
    sys.displayhook(4.0)
    return 0.0
"""
TRANSFORMER = """
get_ipython().input_transformers_post.append(lambda lines: ["4.0"])
def slope(x):
    return 0.0
"""
PATCHED_CHECK = ANSWER_ALL + """
def check(case, answer, uses=None):
    forged(case, 13.0)
    forged(case, 14.0)
    return 4.0
checking.check = check
def slope(x): return 0.0
"""
FORGED_EARLY = ANSWER_ALL + """
for case in ("slope.at_two", "slope.drawn", "slope.refuses", "count.drawn"):
    forged(case, 13.0)
def slope(x): return 0.0
"""
PRINTS_FLOAT = "def slope(x):\n    print(4.0)\n    return 0.0"
SWALLOWS = """
import signal
def count(n):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True: pass
"""
FLOOD = "for _ in range(3000):\n    print('x' * 10_000)\ndef slope(x): return 3 * x**2 + 1"
EXITS = "import os\nos._exit(0)"
EXIT_IN_CALL = "def slope(x):\n    raise SystemExit(0)"
# What the cell of `slope` spoils for itself, for all that runs later, and for the hidden pass.
LATER = {"test_slope": 0.0, "test_count": 0.0, "test_sum_to": 1.0}
CASES = {
    "calls the reference": ({"sum_to": REFERENCE}, {"test_sum_to": 0.0}),
    "imports the package again": ({"sum_to": IMPORTED}, {"test_sum_to": 0.0}),
    "compares equal to everything": ({"slope": EQUAL}, {"test_slope": 0.0}),
    "uses the display hook": ({"slope": DISPLAY}, {"test_slope": 0.0}),
    "transforms the input": ({"slope": TRANSFORMER}, LATER),
    "patches check": ({"slope": PATCHED_CHECK}, LATER),
    "forges answers in its own cell": ({"slope": FORGED_EARLY}, {"test_slope": 0.0}),
    "prints a score": ({"slope": PRINTS_FLOAT}, {"test_slope": 0.0}),
    "ends the process": ({"slope": EXITS}, LATER),
    "raises SystemExit when called": ({"slope": EXIT_IN_CALL}, {"test_slope": 0.0}),
    "cannot be interrupted": ({"count": SWALLOWS}, {"test_count": 0.0, "test_slope": 1.5, "test_sum_to": 1.0}),
    "prints 30 MB": ({"slope": FLOOD}, {}),
    "does not parse": ({"slope": "def slope(x: return"}, {"test_slope": 0.0}),
    "is empty": ({"slope": ""}, {"test_slope": 0.0}),
}


@pytest.mark.parametrize("name", CASES)
def test_hostile_and_unlucky_notebooks(judge: Judge, name: str) -> None:
    sources, points = CASES[name]
    limits = run.Limits(2 if "interrupted" in name else 10, 60)
    assert judge.points(judge.with_cells(**sources), limits) == FULL | points


def test_the_kernel_sees_neither_secrets_nor_solutions(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_TOKEN", "very-secret")
    look = """
import os, pathlib, grader
def count(n):
    files = {path.name for path in pathlib.Path(".").rglob("*")}
    found = [name for name in ("references", "mutants", "solutions", "secret", "cases") if name in files]
    return float("very-secret" in str(os.environ)) + len(found) + n - n
"""
    verdicts = [v for result in judge.results(judge.with_cells(count=look)) for v in result.verdicts]
    answer = next(v for v in verdicts if v.case.name == "count.three").elements[0].got
    assert answer == 0.0


def test_a_score_is_a_float_between_zero_and_the_points(judge: Judge) -> None:
    for result in judge.results(judge.with_cells()):
        assert type(result.score) is float
