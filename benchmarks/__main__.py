"""Time the workloads, take the other figures, and print all as one table beside what minigrad wants to reach.

    python -m benchmarks             all of it, under a minute
    python -m benchmarks -k "W5"     some of the workloads; what follows goes on to pytest
"""

import json
import os
import platform
import sys
import tempfile
from pathlib import Path

# One thread, in this process and in those it starts. numpy's matrix library looks only when it is loaded.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

import numpy as np
import pytest

from benchmarks.memory import FIGURES, measure
from benchmarks.workloads import WORKLOADS

HERE = Path(__file__).parent


def timed(arguments: list[str]) -> dict[tuple[str, str], float]:
    """Run pytest-benchmark, which prints a table for each workload; the medians in seconds by (workload, engine)."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["--benchmark-columns=median,min,iqr,rounds", "--benchmark-sort=name", "--benchmark-group-by=group"]
        # processor time: what else runs on the machine disturbs it less; the clock is read once in five milliseconds
        options += ["--benchmark-timer=time.process_time", "--benchmark-min-time=0.005"]
        options += [f"--benchmark-json={report}"]
        files = ["-q", "-o", "python_files=bench_*.py", str(HERE)]
        if pytest.main([*files, *options, *arguments]) != 0 or not report.stat().st_size:
            sys.exit("There is nothing to compare: a workload failed, or none was chosen.")
        runs = json.loads(report.read_text())["benchmarks"]
    return {(run["group"], run["name"]): run["stats"]["median"] for run in runs}


def readable(seconds: float) -> str:
    """A duration with three digits and its unit."""
    return f"{seconds * 1e3:.3g} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.3g} µs"


def main(arguments: list[str]) -> None:
    """Measure and print."""
    medians = timed(arguments)
    print(f"\nPython {platform.python_version()}, numpy {np.__version__}, {platform.machine()}, one thread\n")
    print("| workload | numpy by hand | minigrad | ratio | wanted |\n| --- | ---: | ---: | ---: | ---: |")
    for workload in WORKLOADS:
        if (workload.name, "minigrad") in medians:
            by_hand, recorded = medians[workload.name, "numpy"], medians[workload.name, "minigrad"]
            cells = [workload.name, readable(by_hand), readable(recorded), f"{recorded / by_hand:.2f}", workload.target]
            print("| " + " | ".join(map(str, cells)) + " |")
    if not arguments:
        for name, (words, _, target) in FIGURES.items():
            print(f"| {words} | | | {measure(name):.3g} | {target} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
