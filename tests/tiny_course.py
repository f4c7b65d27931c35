"""A course with one small assignment, for the tests of the judge: plain functions, and one hole in the engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.inside import cases
from grader.judge import mutants, references
from grader.judge.course import Course

PROJECT = Path(__file__).resolve().parent.parent
NAME = "90_tiny"

SUM_TO = '''\
def sum_to(g, shape, dtype):
    """The gradient `g`, summed over its broadcast axes down to `shape`."""
    ### BEGIN SOLUTION
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            g = g.sum(axis=axis, keepdims=True)
    return g.astype(dtype)
    ### END SOLUTION
'''
TEST_SUM_TO = '''\
def row_and_column(g):
    return sum_to(g, (3, 1), g.dtype), sum_to(g, (4,), g.dtype)

check("sum_to.row_and_column", row_and_column)
### BEGIN HIDDEN TESTS
def secretly_named_product(a, b):
    a, b = mg.tensor(a, requires_grad=True), mg.tensor(b, requires_grad=True)
    (a * b).sum().backward()
    return b.grad

check("sum_to.drawn", secretly_named_product, uses={"elementwise.fit_to": sum_to})
### END HIDDEN TESTS
'''
SLOPE = '''\
def slope(x):
    """The derivative of x ** 3 + x."""
    ### BEGIN SOLUTION
    return 3 * x ** 2 + 1
    ### END SOLUTION
'''
TEST_SLOPE = '''\
check("slope.at_two", lambda: slope(2.0))
check("slope.refuses", lambda: slope("two"))
### BEGIN HIDDEN TESTS
check("slope.drawn", slope)
### END HIDDEN TESTS
'''
COUNT = '''\
def count(n):
    """n uses of a value, each sending back 1."""
    ### BEGIN SOLUTION
    return float(n)
    ### END SOLUTION
'''
TEST_COUNT = '''\
check("count.three", lambda: count(3))
### BEGIN HIDDEN TESTS
check("count.drawn", count)
### END HIDDEN TESTS
'''

CASES = '''\
import numpy as np

from grader.inside.cases import Case, Raises

HOLES = ("elementwise.fit_to",)
CASES = (
    Case(name="sum_to.row_and_column", points=1, label="broadcasting", says="(3, 1) and (4,)",
         inputs=(np.array([[1.0, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 5]]),),
         expected=lambda g: (g.sum(axis=1, keepdims=True), g.sum(axis=0)),
         context=lambda g: {"unsummed": g}),
    Case(name="slope.at_two", points=1, label="value", says="The slope at 2.", expected=13.0, source="by hand"),
    Case(name="slope.refuses", points=0.5, label="error", says="Words have no slope.",
         expected=Raises("TypeError")),
    Case(name="count.three", points=1, label="value", says="Three uses.", expected=3.0),
)
'''
REFERENCES = '''\
import numpy as np

import minigrad as mg
from grader.inside.cases import Case


def product(a, b):
    a, b = mg.tensor(a, requires_grad=True), mg.tensor(b, requires_grad=True)
    (a * b).sum().backward()
    return b.grad


CASES = (
    Case(name="sum_to.drawn", points=2, label="broadcasting", says="(n, 1) * (m,)",
         inputs=lambda rng: (rng.uniform(1, 2, (int(rng.integers(2, 5)), 1)), rng.uniform(2, 3, 3)),
         expected=product,
         context=lambda a, b: {"unsummed": a * np.ones_like(b)}),
    Case(name="slope.drawn", points=2.5, label="value", says="The slope at a drawn point.",
         inputs=lambda rng: (float(rng.uniform(2, 3)),), expected=lambda x: 3 * x**2 + 1,
         context=lambda x: {"contributions": [3 * x**2, 1.0]}),
    Case(name="count.drawn", points=1, label="value", says="A drawn number of uses.",
         inputs=lambda rng: (int(rng.integers(5, 50)),), expected=float),
)
'''
MUTANTS = '''\
from grader.judge.mutants import Mutant

MUTANTS = {
    "sum_to_does_nothing": Mutant(
        cells={"sum_to": "def sum_to(g, shape, dtype):\\n    return g.astype(dtype)"},
        lost={"test_sum_to": 3}, diagnosed=("not summed over a broadcast axis",)),
    "slope_loses_one": Mutant(
        cells={"slope": "def slope(x):\\n    return 3 * x ** 2"}, lost={"test_slope": 3.5},
        diagnosed=("overwritten",)),
    "count_twice": Mutant(
        cells={"count": "def count(n):\\n    return 2.0 * n"}, lost={"test_count": 2},
        diagnosed=("accumulated twice",)),
}
RIGHT = {
    "sum_to": (
        "def sum_to(g, shape, dtype):\\n"
        "    stretched = np.broadcast_to(np.arange(int(np.prod(shape))).reshape(shape), g.shape)\\n"
        "    return np.bincount(stretched.ravel(), g.ravel()).reshape(shape).astype(dtype)",
        "def sum_to(g, shape, dtype):\\n"
        "    axes = [i - g.ndim for i in range(g.ndim) if i < g.ndim - len(shape) or shape[i - g.ndim] == 1]\\n"
        "    return np.sum(g, axis=tuple(axes)).reshape(shape).astype(dtype)",
    ),
    "slope": ("def slope(x):\\n    return 1 + x * x * 3", "slope = lambda x: 3 * pow(x, 2) + 1"),
    "count": ("def count(n):\\n    return sum([1.0] * n)", "count = float"),
}
HALF = ("slope",)
'''
TITLE = "# A tiny assignment\n\n## 1. Everything (11 points, 5 minutes)"
MODEL_ANSWER = "Every use sends its gradient back, and they add up."
GUIDE = """\
**Goals.** See that gradients add up.

**Common mistakes.** The last one is kept.

### why (2 points)

One for the uses, one for the sum.
"""


def about(name: str, *, points: float | None = None, solution: bool = False) -> dict:
    """nbgrader's metadata for a test cell (with points), a solution cell, or a read-only cell."""
    grade = points is not None
    return {
        "nbgrader": {
            "schema_version": 3,
            "grade": grade,
            "grade_id": name,
            "locked": not solution,
            "solution": solution,
            "task": False,
            **({"points": points} if grade else {}),
        }
    }


def notebook() -> nbformat.NotebookNode:
    """The assignment with its solutions."""
    start = "import numpy as np\n\nimport minigrad as mg\nfrom grader.inside import check"
    cells = [
        new_markdown_cell(TITLE, metadata=about("text_title")),
        new_code_cell(start, metadata=about("start")),
        new_markdown_cell("Think first."),
        new_code_cell(SUM_TO, metadata=about("sum_to", solution=True)),
        new_code_cell(TEST_SUM_TO, metadata=about("test_sum_to", points=3)),
        new_code_cell(SLOPE, metadata=about("slope", solution=True)),
        new_code_cell(TEST_SLOPE, metadata=about("test_slope", points=4)),
        new_code_cell(COUNT, metadata=about("count", solution=True)),
        new_code_cell(TEST_COUNT, metadata=about("test_count", points=2)),
        new_markdown_cell("Why does a sum count?", metadata=about("text_why")),
        new_markdown_cell(MODEL_ANSWER, metadata=about("why", points=2, solution=True)),
    ]
    for number, cell in enumerate(cells):
        cell.source = cell.source.rstrip()
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"plain-{number}")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def make(root: Path) -> Course:
    """The course in the folder `root`; its modules are found beside the project's own."""
    for package, text in ((cases, CASES), (references, REFERENCES), (mutants, MUTANTS)):
        folder = root / "modules" / package.__name__.rpartition(".")[2]
        folder.mkdir(parents=True)
        (folder / "tiny.py").write_text(text)
        package.__path__.append(str(folder))
    shutil.copy(PROJECT / "nbgrader_config.py", root)
    course = Course(root)
    course.solution(NAME).parent.mkdir(parents=True)
    nbformat.write(notebook(), course.solution(NAME))
    course.guide(NAME).write_text(GUIDE)
    return course


def forget(course: Course) -> None:
    """Take the course's modules out of the packages again."""
    import sys

    for package in (cases, references, mutants):
        package.__path__[:] = [path for path in package.__path__ if not path.startswith(str(course.root))]
        sys.modules.pop(f"{package.__name__}.tiny", None)
        vars(package).pop("tiny", None)
