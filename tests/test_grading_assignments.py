"""Every assignment of the course: released as it should be, right solutions right, mutants caught and diagnosed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from judged import COURSE, points, results

from grader.inside import cases, misconceptions, mistakes, report
from grader.judge import examples, mutants, release, score
from grader.judge.course import Course
from grader.judge.sample_class import Material, plain

ASSIGNMENTS = COURSE.assignments


def reports(found: list[score.Result]) -> str:
    return "\n".join(report.as_text(v) for result in found for v in result.verdicts if not v.right)


def test_names_of_cases_are_unique_in_the_course() -> None:
    names = []
    for assignment in ASSIGNMENTS:
        about = score.Assignment.load(assignment)
        names += [*about.visible, *about.hidden]
    assert len(names) == len(set(names))
    assert {cases.module_name(name) for name in ASSIGNMENTS} >= set(cases.modules())


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_checks_and_points_fit_the_cases(assignment: str) -> None:
    release.inspect(COURSE, assignment)


def test_cases_name_examples_that_exist() -> None:
    assert len(examples.known()) == 36
    assert [name for assignment in ASSIGNMENTS for name in examples.unknown(score.Assignment.load(assignment))] == []
    assert examples.missing(COURSE) == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_student_version_is_that_of_the_solutions(assignment: str, tmp_path: Path) -> None:
    fresh = Course(tmp_path / "course")
    fresh.root.mkdir()
    shutil.copy(COURSE.root / "nbgrader_config.py", fresh.root)
    shutil.copytree(COURSE.solution(assignment).parent, fresh.solution(assignment).parent)
    shutil.copy(COURSE.guide(assignment), fresh.guide(assignment))
    release.release(fresh, assignment)
    committed = COURSE.released(assignment).read_text(encoding="utf-8")
    assert fresh.released(assignment).read_text(encoding="utf-8") == committed, "run `make release`"
    assert "HIDDEN" not in committed and "BEGIN SOLUTION" not in committed


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_solutions_earn_full_marks(assignment: str) -> None:
    material = Material.of(COURSE, assignment)
    found = results(assignment, material.solutions)
    assert points(found) == material.points(), reports(found)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_untouched_and_empty_cells_earn_nothing(assignment: str) -> None:
    material = Material.of(COURSE, assignment)
    untouched, empty = results(assignment, {}), results(assignment, dict.fromkeys(material.solutions, ""))
    for found in (untouched, empty):
        assert set(points(found).values()) == {0.0}, points(found)
    told = {verdict.diagnoses for result in untouched for verdict in result.verdicts}
    assert ("not written yet",) in told, reports(untouched)


def names_of_mutants(assignment: str) -> list[str]:
    """For pytest to collect: one assignment that cannot be read yet fails alone, and stops no other."""
    try:
        return list(mutants.of_assignment(assignment).mutants)
    except Exception:
        return ["its module cannot be imported"]


def rounds(assignment: str) -> list[dict[str, str]]:
    """The right variants in rounds: the first of every solution cell, the second of every one, and so on."""
    right = mutants.of_assignment(assignment).right
    most = max(len(variants) for variants in right.values())
    return [{cell: texts[i] for cell, texts in right.items() if i < len(texts)} for i in range(most)]


def number_of_rounds(assignment: str) -> int:
    """For pytest to collect: two, if the assignment cannot be read yet."""
    try:
        return len(rounds(assignment))
    except Exception:
        return 2


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_task_has_two_right_variants_and_they_differ(assignment: str) -> None:
    material = Material.of(COURSE, assignment)
    tested = {cell for cell in material.solutions if material.tests_of(cell)}
    assert tested <= material.right.keys() <= material.solutions.keys()
    for cell, variants in material.right.items():
        assert len({material.solutions[cell].strip(), *(text.strip() for text in variants)}) >= 3, cell


@pytest.mark.parametrize(("assignment", "number"), [(a, i) for a in ASSIGNMENTS for i in range(number_of_rounds(a))])
def test_right_solutions_in_another_hand_earn_full_marks(assignment: str, number: int) -> None:
    material = Material.of(COURSE, assignment)
    own_cell = "import warnings\nscratch = [1, 2, 3]\nwarnings.warn('mine')\nscratch"
    found = results(assignment, material.solutions | rounds(assignment)[number], extra=own_cell)
    assert points(found) == material.points(), reports(found)


@pytest.mark.parametrize(
    ("assignment", "name"), [(a, name) for a in ASSIGNMENTS for name in names_of_mutants(a)]
)
def test_a_mutant_loses_what_it_should_and_is_diagnosed(assignment: str, name: str) -> None:
    material = Material.of(COURSE, assignment)
    mutant = material.mutants[name]
    assert mutant.cells.keys() <= material.solutions.keys()
    found = results(assignment, material.solutions | {cell: plain(text) for cell, text in mutant.cells.items()})
    deserved = {test: most - mutant.lost.get(test, 0.0) for test, most in material.points().items()}
    assert points(found) == deserved, reports(found)
    made = [verdict.diagnoses for result in found for verdict in result.verdicts if verdict.diagnoses]
    first, all_made = {names[0] for names in made}, {name for names in made for name in names}
    assert first == set(mutant.diagnosed) and all_made - first == set(mutant.also), reports(found)


CALLS = "calls_the_reference"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_task_has_four_mutants_of_its_own(assignment: str) -> None:
    material = Material.of(COURSE, assignment)
    students = [mutant for name, mutant in material.mutants.items() if CALLS not in name]
    for cell in filter(material.tests_of, material.solutions):
        tests = set(material.tests_of(cell))
        assert sum(cell in mutant.cells and bool(tests & mutant.lost.keys()) for mutant in students) >= 4, cell


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_mutant_without_a_diagnosis_says_why(assignment: str) -> None:
    all_of_them = mutants.of_assignment(assignment).mutants
    unknown = {name: mutant.unknown for name, mutant in all_of_them.items() if not mutant.diagnosed}
    assert [name for name, why in unknown.items() if len(why.split()) < 6] == []
    assert [name for name, mutant in all_of_them.items() if mutant.diagnosed and mutant.unknown] == []
    assert len(unknown) <= len(all_of_them) / 8


def unexplained(assignment: str) -> list[str]:
    """The tested solution cells without a mutant that calls the reference, and without a word on why there is none."""
    material = Material.of(COURSE, assignment)
    known = {cell for name, mutant in material.mutants.items() if CALLS in name for cell in mutant.cells}
    known |= material.no_reference.keys()
    return [cell for cell in material.solutions if material.tests_of(cell) and cell not in known]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_calling_the_reference_earns_nothing(assignment: str) -> None:
    assert unexplained(assignment) == []
    material = Material.of(COURSE, assignment)
    for mutant in [mutant for name, mutant in material.mutants.items() if CALLS in name]:
        tests = {test for cell in mutant.cells for test in material.tests_of(cell)}
        assert {test: mutant.lost.get(test) for test in tests} == {test: material.points()[test] for test in tests}
    for cell, why in material.no_reference.items():
        assert material.tests_of(cell) and len(why.split()) > 5, cell


def test_a_mistake_of_one_assignment_is_made_by_one_of_its_mutants() -> None:
    general, seen = {misconception.name for misconception in misconceptions.TABLE}, set()
    for assignment in ASSIGNMENTS:
        own = {mistake.name for mistake in mistakes.of(cases.module_name(assignment))}
        assert sorted(own & seen) == [], "a diagnosis is told by its name"
        seen |= own
        made = {name for mutant in mutants.of_assignment(assignment).mutants.values() for name in mutant.diagnosed}
        assert own <= made and not own & general, assignment
