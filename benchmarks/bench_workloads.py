"""Each workload by hand in numpy and by minigrad, one after the other: a group of two lines. `make bench` runs it."""

import gc

import pytest

from benchmarks.workloads import WORKLOADS, Workload, check


@pytest.fixture(scope="session", autouse=True)
def what_is_loaded_is_left_alone():
    """The collector does not visit pytest's own objects again and again while minigrad makes new ones."""
    gc.collect()
    gc.freeze()


@pytest.mark.parametrize("engine", ["numpy", "minigrad"])
@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_workload(benchmark, workload: Workload, engine: str):
    by_hand, recorded = workload.make(**workload.sizes)
    check(by_hand, recorded)
    benchmark.group, benchmark.name = workload.name, engine
    benchmark(by_hand if engine == "numpy" else recorded)
