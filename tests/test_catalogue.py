"""Every operation of the catalogue, driven by one table: values, gradients of two orders, dtypes, shapes, errors.

The rows are in `catalogue/`, torch's answers to them, recorded from torch 2.13, in `data/catalogue/`.
"""

import importlib
import inspect
import json
import re
import warnings
from collections import Counter
from operator import attrgetter
from pathlib import Path

import nbformat
import numpy as np
import pytest
from catalogue import all_rows, rows_of
from catalogue.row import EACH, Row
from catalogue.trial import attempt, leaves_of, tensors_of
from finite_differences import check_gradients

import minigrad as torch
from course import fill
from minigrad.graph import Node, Op

DATA = Path(__file__).with_name("data") / "catalogue"
RECORDED = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("*.json"))}
ROWS = all_rows()
TOLERANCE = {"float64": 1e-9, "float32": 1e-4, "float16": 2e-2}
# torch's parameters that minigrad's operations do not have: where the result is put, and how memory is laid out
NEVER = {"out", "layout", "device", "pin_memory", "memory_format", "generator", "size_average", "reduce", "inplace",
         "sparse", "scale_grad_by_freq", "max_norm", "norm_type", "driver", "self"}  # fmt: skip

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

every_row = pytest.mark.parametrize(("family", "row"), [pytest.param(f, r, id=r.id) for f, r in ROWS])


def assert_same(t, recorded, where):
    """A tensor has the recorded dtype, shape and numbers."""
    assert str(t.dtype) == recorded["dtype"], where
    assert list(t.shape) == recorded["shape"], where
    want = np.array(recorded["values"], dtype=recorded["dtype"]).reshape(recorded["shape"])
    tolerance = TOLERANCE.get(recorded["dtype"], 0)
    np.testing.assert_allclose(t.detach().numpy(), want, rtol=tolerance, atol=tolerance, err_msg=where)


def assert_as_recorded(row, arrays, recorded, where):
    """A call gives the recorded values and gradients, or the recorded error."""
    if "error" in recorded:
        if "not implemented for" in recorded["message"]:
            return  # torch has no kernel for this dtype; minigrad may answer
        with pytest.raises(Exception) as caught:
            attempt(torch, row, arrays)
        assert type(caught.value).__name__ == recorded["error"], f"{where}: {recorded['message']}"
        return
    outputs, gradients, node = attempt(torch, row, arrays)
    assert len(outputs) == len(recorded["outputs"]), where
    for t, want in zip(outputs, recorded["outputs"], strict=True):
        assert_same(t, want, f"{where}: value")
    for i, (g, want) in enumerate(zip(gradients, recorded["gradients"], strict=True)):
        if want is None or g is None:
            assert (want is None) is (g is None), f"{where}: gradient {i} is {'there' if want is None else 'missing'}"
        else:
            assert_same(g, want, f"{where}: gradient {i}")
    assert node == (row.node if row.node and node else recorded["node"]), where


@every_row
def test_values_and_gradients_are_torchs(family, row):
    recorded = RECORDED[family][row.id]
    assert len(recorded["cases"]) == len(row.cases) and len(recorded["at"]) == len(row.at), "record the row again"
    for case, want in zip(row.cases, recorded["cases"], strict=True):
        assert_as_recorded(row, row.arrays(case), want, f"{row.id} of {case}")
    for point, want in zip(row.at, recorded["at"], strict=True):
        assert_as_recorded(row, point, want, f"{row.id} at {point}")


@every_row
def test_dtypes_are_torchs(family, row):
    recorded = RECORDED[family][row.id]["dtypes"]
    assert list(recorded) == list(row.dtypes), "record the row again"
    for dtype, want in recorded.items():
        assert_as_recorded(row, row.arrays(row.cases[0], dtype), want, f"{row.id} in {dtype}")


@every_row
def test_derivatives_are_those_of_finite_differences(family, row):
    if row.orders == 0:
        inputs = leaves_of(torch, row, row.arrays(row.cases[0]))
        assert not any(t.requires_grad for t in tensors_of(row.call(*inputs)))
        return
    for case in row.cases:
        arrays = row.arrays(case)
        constants = {i: torch.tensor(arrays[i]) for i in row.constant}
        varied = [a for i, a in enumerate(arrays) if i not in constants]
        check_gradients(lambda *ts, fixed=constants: joined(row, ts, fixed), varied, orders=row.orders)


def joined(row, tensors, constants):
    """The floating outputs of a call in one vector; `constants` stand where `tensors` do not."""
    rest = iter(tensors)
    count = len(tensors) + len(constants)
    outputs = tensors_of(row.call(*[constants[i] if i in constants else next(rest) for i in range(count)]))
    floating = [t for t in outputs if t.is_floating_point()]
    return floating[0] if len(floating) == 1 else torch.cat([t.reshape(-1) for t in floating])


@every_row
def test_other_forms_are_the_same(family, row):
    for form in row.same:
        other = Row(row.name, form, **{k: getattr(row, k) for k in ("domains", "tag", "constant")})
        for case in row.cases:
            results = [attempt(torch, r, row.arrays(case)) for r in (row, other)]
            for first, second in zip(*[[*outputs, *grads] for outputs, grads, _ in results], strict=True):
                assert (first is None) is (second is None)
                if first is not None:
                    assert first.dtype == second.dtype and first.shape == second.shape
                    np.testing.assert_array_equal(first.detach().numpy(), second.detach().numpy())


@every_row
def test_errors_are_torchs(family, row):
    recorded = RECORDED[family][row.id]["errors"]
    for i, (call, want) in enumerate(zip([*row.errors, *row.own_words], recorded, strict=True)):
        with pytest.raises(Exception) as caught:
            call()
        assert type(caught.value).__name__ == want["error"], want["message"]
        if i < len(row.errors):
            assert str(caught.value) == want["message"]


@every_row
def test_parameters_and_methods_are_torchs(family, row):
    recorded = RECORDED[family][row.id]
    function = attrgetter(row.name)(torch)
    names = inspect.signature(function).parameters
    if not any(p.kind is p.VAR_POSITIONAL for p in names.values()):
        wanted = [p for p in recorded["parameters"] if p not in NEVER and p not in row.without]
        assert [p for p in wanted if p not in names] == []
    if recorded["method"]:
        assert hasattr(torch.Tensor, row.name), f"torch.Tensor has a method {row.name}"


# The three lists agree: rules and functions in the package, rows in the table, lines in the chapters' appendices

CATALOGUE = {
    3: ["elementwise", "operations", "comparisons", "combining", "functions", "activations"],
    7: ["arrays", "reductions", "ordering", "products", "linalg", "normalising", "losses", "classification"],
    8: ["shapes", "rearranging", "indexing", "selecting", "scattering"],
}


def nodes_behind(tensors):
    """The names of all nodes that tensors remember."""
    seen, todo = set(), [t.grad_fn for t in tensors if t is not None]
    while todo:
        node = todo.pop()
        if isinstance(node, Node) and node not in seen:
            seen.add(node)
            todo += node.edges
    return {node.name() for node in seen}


def test_every_rule_has_a_row():
    """Also the rules that run only in derivatives of derivatives."""
    reached = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _, row in ROWS:
            inputs = leaves_of(torch, row, row.arrays(row.cases[-1] if row.cases == EACH else row.cases[0]))
            floating = [t for t in inputs if t.requires_grad]
            if row.orders and floating:
                outputs = [t for t in tensors_of(row.call(*inputs)) if t.requires_grad]
                reached |= nodes_behind(outputs)
                cotangents = [torch.ones_like(t, requires_grad=True) for t in outputs]
                grads = torch.autograd.grad(outputs, floating, cotangents, create_graph=True, allow_unused=True)
                reached |= nodes_behind(grads)
    modules = {f"minigrad.{name}" for names in CATALOGUE.values() for name in names}
    rules = {name for name, op in Op.known.items() if op.rules and op.rules[0].__module__ in modules}
    assert rules - reached == set()


def test_no_two_rules_share_a_name():
    """An operation is known by its name: a second one of the same name would silently take the first one's place."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(fill.PACKAGE.glob("*.py")))
    counts = Counter(re.findall(r'^\w[\w, ]* = (?:\w*Op|CopySlices)\(\s*"([\w:]+)"', source, re.MULTILINE))
    assert len(counts) > 150 and [name for name, times in counts.items() if times > 1] == []


def public_functions(chapter):
    """The torch names (below `torch`) of the functions that a chapter's modules give to the package."""
    homes = {"": torch, "nn.functional.": torch.nn.functional, "linalg.": torch.linalg}
    defined = {}
    for module in CATALOGUE[chapter]:
        names = [name for names, _, _ in fill.read_module(module).pieces for name in names]
        namespace = vars(importlib.import_module(f"minigrad.{module}"))
        defined |= {id(namespace[name]): name for name in names if callable(namespace.get(name))}
    return {
        f"{prefix}{name}"
        for prefix, home in homes.items()
        for name, value in vars(home).items()
        if name in getattr(home, "__all__", vars(home))
        and id(value) in defined
        and not name.startswith("_")
        and not isinstance(value, type)
    }


def methods(chapter):
    """The methods that a chapter's modules give to Tensor and that are no functions, such as "Tensor.repeat"."""
    modules = {f"minigrad.{module}" for module in CATALOGUE[chapter]}
    members = {name for name, value in vars(torch.Tensor).items() if getattr(value, "__module__", None) in modules}
    return {f"Tensor.{name}" for name in members if name not in vars(torch)}


def listed_in(chapter):
    """The names in the first column of the tables in a chapter's appendix."""
    [path] = [path for path in fill.chapters() if path.stem.startswith(f"{chapter:02d}_")]
    cells = nbformat.read(path, as_version=4).cells
    tables = [cell.source for cell in cells if cell.metadata.get("minigrad", {}).get("lists")]
    return {name for text in tables for line in text.splitlines()
            for name in re.findall(r"`([\w.]+)`", line.split("|")[1] if line.startswith("| `") else "")}  # fmt: skip


@pytest.mark.parametrize("chapter", CATALOGUE)
def test_the_three_lists_agree(chapter):
    public = public_functions(chapter)
    tested = {row.name for _, row in ROWS}
    assert public - tested == set(), "no row in tests/catalogue"
    assert public - listed_in(chapter) == set(), "no line in the chapter's appendix"
    assert listed_in(chapter) - public - methods(chapter) == set(), "a line in the chapter's appendix, and no function"


def test_every_row_is_an_operation_of_the_package():
    public = set().union(*[public_functions(chapter) | methods(chapter) for chapter in CATALOGUE])
    assert {row.name for _, row in ROWS} - public == set()


@pytest.mark.parametrize("family", RECORDED)
def test_nothing_recorded_is_left_over(family):
    assert set(RECORDED[family]) == {row.id for row in rows_of(family)}
