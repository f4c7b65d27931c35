"""The benchmarks compare like with like: numpy and minigrad give the same gradients. Nothing is timed here."""

import subprocess
import sys

import pytest

from benchmarks import features, grading, memory
from benchmarks.workloads import WORKLOADS, check, products


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_what_is_written_by_hand_is_what_minigrad_computes(workload):
    by_hand, recorded = workload.make(**workload.tiny)
    check(by_hand, recorded)
    check(by_hand, recorded)  # a second run finds nothing left of the first


def test_work_that_differs_is_found():
    (by_hand, _), (_, recorded) = products(terms=9, leaves=3), products(terms=10, leaves=3)
    with pytest.raises(AssertionError):
        check(by_hand, recorded)


def test_a_node_holds_less_than_450_bytes():
    assert 100 < memory.bytes_per_node(10_000) < memory.FIGURES["nodes"][2]


def test_little_more_memory_is_taken_than_is_needed():
    assert 0.8 < memory.peak_over_needed(batch=512, width=64, layers=20) < memory.FIGURES["peak"][2]


def test_the_import_leaves_out_the_slow_parts_of_numpy():
    code = "import sys, minigrad; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "minigrad.creation" in loaded
    assert "numpy.random" not in loaded


def test_minigrad_does_what_the_readme_says_it_does():
    for name, table in features.PROBES.items():
        assert features.holds(f"{features.SETUP['minigrad']}\n{features.code(table, 'minigrad')}"), name
    assert not features.holds("assert False") and not features.holds(None)


def test_grading_is_measured_beside_plain_nbgrader(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["grading", "--students", "2", "--assignments", "02_graph", "--workers", "1"])
    grading.main()
    printed = capsys.readouterr().out
    assert "| nbgrader autograde |" in printed and "| grade, 1 worker |" in printed
