"""A hole for every operation of minigrad: its forward stays, its rules raise; in the lab and when graded alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import all_operations
import numpy as np
import pytest

import minigrad as mg
from grader.inside import holes
from grader.judge import package
from minigrad.views import CopySlices

TESTS = Path(__file__).parent
OPERATIONS = all_operations.operations()
WITHOUT_RULES = [name for name, op in OPERATIONS.items() if isinstance(op, CopySlices)]
HOLES = tuple(name for name in OPERATIONS if name not in WITHOUT_RULES)
HOLE_OF_NODE = {OPERATIONS[name].name: name for name in HOLES}


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    with np.errstate(all="ignore"):
        return {"forwards": all_operations.forwards(), "rules": all_operations.rules()}


def assert_only_the_rules_are_missing(found: dict[str, Any], whole: dict[str, Any]) -> None:
    for row, (values, node, said) in found["forwards"].items():
        assert [values, node] == whole["forwards"][row][:2], row
        if node in HOLE_OF_NODE:
            assert said is not None and "is not there while your answer is checked" in said, row
    for name in HOLES:
        signatures, raised = found["rules"][name]
        assert signatures == whole["rules"][name][0], name
        assert raised == [holes.message(name)] * len(signatures) and raised, name


def test_most_operations_are_tried(whole: dict[str, Any]) -> None:
    assert len(HOLES) > 170 and WITHOUT_RULES == ["views.COPY_SLICES", "views.INDEX_PUT"]
    nodes = {node for _, node, _ in whole["forwards"].values() if node is not None}
    assert len(nodes & HOLE_OF_NODE.keys()) > 120


def test_in_the_graded_package(whole: dict[str, Any]) -> None:
    root = package.template(HOLES)
    paths = {"PYTHONPATH": os.pathsep.join([str(root), str(TESTS)])}
    command = [sys.executable, str(TESTS / "all_operations.py")]
    done = subprocess.run(command, env=os.environ | paths, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert Path(found["file"]).is_relative_to(root)
    assert_only_the_rules_are_missing(found, whole)


def test_in_the_lab(whole: dict[str, Any]) -> None:
    with np.errstate(all="ignore"):
        with holes.live(HOLES, {}):
            found = {"forwards": all_operations.forwards(), "rules": all_operations.rules()}
        assert_only_the_rules_are_missing(found, whole)
        assert all_operations.forwards() == whole["forwards"]


def test_one_rule_fills_the_hole_of_an_operation_of_any_number_of_inputs() -> None:
    def gradients() -> list:
        a, b = mg.ones(2, requires_grad=True), mg.ones(1, requires_grad=True)
        mg.cat([a, b]).backward(mg.tensor([1.0, 2.0, 3.0]))
        return [a.grad, b.grad]

    def mine(g: Any, i: int, starts: Any, dim: int) -> Any:
        return 10 * g[starts[i] : starts[i + 1]]

    with holes.live(("arrays.CAT",), {"arrays.CAT": mine}):
        assert [g.tolist() for g in gradients()] == [[10.0, 20.0], [30.0]]
    assert [g.tolist() for g in gradients()] == [[1.0, 2.0], [3.0]]


@pytest.mark.parametrize("name", WITHOUT_RULES)
def test_an_operation_without_rules_is_no_hole(name: str) -> None:
    with pytest.raises(LookupError, match=name), holes.live((name,), {}):
        pass
    module, *path = name.split(".")
    with pytest.raises(LookupError, match=name):
        package.cut((Path(mg.__file__).parent / f"{module}.py").read_text(encoding="utf-8"), path, name)
