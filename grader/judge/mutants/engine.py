"""Assignment 4, the engine: wrong solutions as students hand them in."""

from __future__ import annotations

import inspect
from typing import Any

from grader.judge.mutants import Mutant
from grader.judge.mutants.engine_wrong import (
    COUNT_BY_RUNNING,
    COUNT_EDGES,
    COUNT_ENDS,
    COUNT_LEAVES_TOO,
    COUNT_NODES,
    COUNT_PASTED,
    COUNT_SET_OF_EDGES,
    COUNT_TOO_SOON,
    COUNT_WITHOUT_THE_ROOT,
    FILL_FRESH_REPLACES,
    FILL_NEW_OBJECT,
    FILL_OVERWRITES,
    FILL_RETURNS,
    FILL_SHARES,
    FILL_STALE,
    FILL_WITHOUT_A_FIRST,
    FIRST_ADDS_IN_PLACE,
    FIRST_ALWAYS_ONES,
    FIRST_BY_GRAD_FN,
    FIRST_COUNTS_ELEMENTS,
    FIRST_ELEMENT_0,
    FIRST_FLOATS_ONLY,
    FIRST_FULL,
    FIRST_GIVEN_DTYPE,
    FIRST_NO_CHECKS,
    FIRST_NOT_SPREAD,
    FIRST_OVERWRITES,
    FIRST_SEVERAL_REFUSED,
    FIRST_TAKES_0_FOR_NONE,
    FIRST_TENSORS,
    FIRST_TENSORS_ONLY,
    FIRST_WITH_PLACES_BY_GRAD_FN,
    ORDER_ASKS_LEAVES,
    ORDER_BY_A_HEAP,
    ORDER_BY_NUMBER,
    ORDER_DEPTH_FIRST,
    ORDER_MARKED_WHEN_FOUND,
    ORDER_MOVED_BACK,
    ORDER_NO_VISITED_SET,
    ORDER_NOT_TURNED_ROUND,
    ORDER_OF_ONE_ROOT,
    ORDER_PASTED,
    ORDER_RECURSIVE,
    ORDER_ROOT_BY_ROOT,
    ORDER_ROOTS_FIRST,
    ORDER_SET_OF_EDGES,
    ORDER_WITH_LEAVES,
    SEND_COPIES,
    SEND_FORGETS_THE_FIRST,
    SEND_FROM_ZEROS,
    SEND_IN_PLACE,
    SEND_INTO_THE_NEW_ONE,
    SEND_LISTS,
    SEND_OVERWRITES,
    SEND_TWICE,
    SEND_WITHOUT_A_FIRST,
)
from minigrad import engine

NAMES = """
from collections.abc import Callable, Sequence
from typing import Any
from numpy import ndarray
from minigrad.graph import Edge
from minigrad.tensor import Size, Tensor, wrap

"""


def source(*definitions: Any) -> str:
    """The chapter's code of these definitions, as a student pastes it."""
    return "\n\n".join(map(inspect.getsource, definitions)) + "\n\n"


CALLS = "from minigrad import engine\n\n"

MUTANTS = {
    "send_overwrites": Mutant(
        cells={"send": SEND_OVERWRITES},
        lost={"test_send": 3, "test_whole": 2.5},
        diagnosed=("overwritten",),
    ),
    "first_ignores_the_cotangent": Mutant(
        cells={"first_gradients": FIRST_ALWAYS_ONES},
        lost={"test_first": 2, "test_whole": 1.5},
        diagnosed=("cotangent ignored",),
    ),
    "fill_overwrites": Mutant(
        cells={"fill_grads": FILL_OVERWRITES},
        lost={"test_fill": 4, "test_whole": 1.5},
        diagnosed=("overwritten", "new object in .grad"),
    ),
    "send_in_place": Mutant(
        cells={"send": SEND_IN_PLACE},
        lost={"test_send": 2.5, "test_whole": 1},
        diagnosed=("added in place",),
    ),
    "send_twice": Mutant(
        cells={"send": SEND_TWICE},
        lost={"test_send": 3, "test_whole": 3},
        diagnosed=("one contribution twice",),
        also=("accumulated twice",),
    ),
    "send_without_a_first": Mutant(
        cells={"send": SEND_WITHOUT_A_FIRST},
        lost={"test_send": 3, "test_whole": 3},
        diagnosed=("first arrival forgotten",),
    ),
    "send_into_the_new_one": Mutant(
        cells={"send": SEND_INTO_THE_NEW_ONE},
        lost={"test_send": 2.5, "test_whole": 2.5},
        diagnosed=("added in place",),
    ),
    "send_begins_with_float64_zeros": Mutant(
        cells={"send": SEND_FROM_ZEROS},
        lost={"test_send": 2.5},
        diagnosed=("another dtype",),
    ),
    "order_depth_first": Mutant(
        cells={"run_order": ORDER_DEPTH_FIRST},
        lost={"test_order": 4, "test_whole": 2.5},
        diagnosed=("node listed too early",),
    ),
    "order_by_number": Mutant(
        cells={"run_order": ORDER_BY_NUMBER},
        lost={"test_order": 4},
        diagnosed=("node listed too early",),
    ),
    "order_recursive": Mutant(
        cells={"run_order": ORDER_RECURSIVE},
        lost={"test_order": 0.5},
        diagnosed=("recursion",),
    ),
    "order_without_a_visited_set": Mutant(
        cells={"run_order": ORDER_NO_VISITED_SET},
        lost={"test_order": 4.5, "test_whole": 2.5},
        diagnosed=("node listed again", "took too long"),
    ),
    "order_not_turned_round": Mutant(
        cells={"run_order": ORDER_NOT_TURNED_ROUND},
        lost={"test_order": 5, "test_whole": 3},
        diagnosed=("list not turned round", "node listed too early"),
    ),
    "order_of_one_root": Mutant(
        cells={"run_order": ORDER_OF_ONE_ROOT},
        lost={"test_order": 3.5},
        diagnosed=("node left out",),
    ),
    "order_starts_at_all_roots": Mutant(
        cells={"run_order": ORDER_ROOTS_FIRST},
        lost={"test_order": 3.5},
        diagnosed=("node listed too early",),
    ),
    "order_with_leaves": Mutant(
        cells={"run_order": ORDER_WITH_LEAVES},
        lost={"test_order": 5, "test_whole": 3},
        diagnosed=("leaf in the list",),
    ),
    "order_pasted_from_the_chapter": Mutant(
        cells={"run_order": ORDER_PASTED},
        lost={"test_order": 4},
        diagnosed=("node listed again",),
    ),
    "order_by_the_chapters_heap": Mutant(
        cells={"run_order": ORDER_BY_A_HEAP},
        lost={"test_order": 4.5},
        diagnosed=("ordered by the numbers",),
    ),
    "order_root_by_root": Mutant(
        cells={"run_order": ORDER_ROOT_BY_ROOT},
        lost={"test_order": 3.5},
        diagnosed=("node listed too early",),
    ),
    "order_marked_when_found": Mutant(
        cells={"run_order": ORDER_MARKED_WHEN_FOUND},
        lost={"test_order": 3.5},
        diagnosed=("node listed too early",),
    ),
    "order_with_sets_of_edges": Mutant(
        cells={"run_order": ORDER_SET_OF_EDGES},
        lost={"test_order": 4},
        diagnosed=("node left out",),
    ),
    "first_without_checks": Mutant(
        cells={"first_gradients": FIRST_NO_CHECKS},
        lost={"test_first": 2.5},
        diagnosed=("not refused",),
    ),
    "first_overwrites": Mutant(
        cells={"first_gradients": FIRST_OVERWRITES},
        lost={"test_first": 2},
        diagnosed=("overwritten",),
    ),
    "first_takes_tensors_only": Mutant(
        cells={"first_gradients": FIRST_TENSORS_ONLY},
        lost={"test_first": 2},
        diagnosed=("plain number refused",),
    ),
    "first_number_not_spread": Mutant(
        cells={"first_gradients": FIRST_NOT_SPREAD},
        lost={"test_first": 2},
        diagnosed=("number not spread",),
    ),
    "first_number_in_float64": Mutant(
        cells={"first_gradients": FIRST_FULL},
        lost={"test_first": 0.5},
        diagnosed=("another dtype",),
    ),
    "first_in_the_dtype_given": Mutant(
        cells={"first_gradients": FIRST_GIVEN_DTYPE},
        lost={"test_first": 0.5},
        diagnosed=("another dtype",),
    ),
    "first_refuses_only_several": Mutant(
        cells={"first_gradients": FIRST_SEVERAL_REFUSED},
        lost={"test_first": 0.5},
        diagnosed=("not refused",),
    ),
    "first_by_grad_fn": Mutant(
        cells={"first_gradients": FIRST_BY_GRAD_FN},
        lost={"test_first": 2},
        diagnosed=("leaf output refused",),
    ),
    "first_names_element_0": Mutant(
        cells={"first_gradients": FIRST_ELEMENT_0},
        lost={"test_first": 0.5},
        diagnosed=("index not counted",),
    ),
    "first_counts_elements": Mutant(
        cells={"first_gradients": FIRST_COUNTS_ELEMENTS},
        lost={"test_first": 0.5},
        diagnosed=("not refused",),
    ),
    "first_takes_floats_only": Mutant(
        cells={"first_gradients": FIRST_FLOATS_ONLY},
        lost={"test_first": 2},
        diagnosed=("plain number refused",),
    ),
    "fill_shares_memory": Mutant(
        cells={"fill_grads": FILL_SHARES},
        lost={"test_fill": 1.5},
        diagnosed=("shared memory",),
    ),
    "fill_makes_new_objects": Mutant(
        cells={"fill_grads": FILL_NEW_OBJECT},
        lost={"test_fill": 2},
        diagnosed=("new object in .grad",),
    ),
    "fill_fresh_replaces": Mutant(
        cells={"fill_grads": FILL_FRESH_REPLACES},
        lost={"test_fill": 1.5},
        diagnosed=("new object in .grad",),
    ),
    "fill_leaves_stale_gradients": Mutant(
        cells={"fill_grads": FILL_STALE},
        lost={"test_fill": 1.5},
        diagnosed=("stale gradient",),
    ),
    "pasted_from_chapter_4": Mutant(
        cells={
            "send": NAMES + source(engine.Partial, engine.add_to) + "def send(pending, edge, g):\n"
            "    add_to(pending, set(), edge, g)\n",
            "first_gradients": NAMES + source(engine.start) + "def first_gradients(outputs, cotangents):\n"
            "    return start(outputs, cotangents, False)\n",
            "fill_grads": NAMES
            + source(engine.Partial, engine.accumulate)
            + "def fill_grads(gradients, fresh=False):\n"
            "    for leaf, g in gradients.items():\n        accumulate(leaf, g, False)\n",
        },
        lost={"test_send": 3, "test_first": 2, "test_fill": 1.5, "test_whole": 3},
        diagnosed=("first arrival forgotten", "plain number refused", "stale gradient"),
    ),
    "count_nodes": Mutant(
        cells={"naive_runs": COUNT_NODES},
        lost={"test_count": 2},
        diagnosed=("nodes counted once",),
    ),
    "count_edges": Mutant(
        cells={"naive_runs": COUNT_EDGES},
        lost={"test_count": 2},
        diagnosed=("edges counted once",),
    ),
    "count_leaves_too": Mutant(
        cells={"naive_runs": COUNT_LEAVES_TOO},
        lost={"test_count": 2},
        diagnosed=("leaves counted too",),
    ),
    "count_without_the_root": Mutant(
        cells={"naive_runs": COUNT_WITHOUT_THE_ROOT},
        lost={"test_count": 2},
        diagnosed=("root not counted",),
    ),
    "count_ends": Mutant(
        cells={"naive_runs": COUNT_ENDS},
        lost={"test_count": 2},
        diagnosed=("ends counted",),
    ),
    "count_sets_of_edges": Mutant(
        cells={"naive_runs": COUNT_SET_OF_EDGES},
        lost={"test_count": 2},
        diagnosed=("two edges as one",),
    ),
    "count_by_running": Mutant(
        cells={"naive_runs": COUNT_BY_RUNNING},
        lost={"test_count": 0.5},
        diagnosed=("took too long",),
    ),
    "count_pasted_from_the_chapter": Mutant(
        cells={"naive_runs": COUNT_PASTED},
        lost={"test_count": 0.5},
        diagnosed=("took too long",),
    ),
    "send_into_a_copy": Mutant(
        cells={"send": SEND_COPIES},
        lost={"test_send": 3, "test_whole": 3},
        diagnosed=("nothing sent",),
    ),
    "send_collects_a_list": Mutant(
        cells={"send": SEND_LISTS},
        lost={"test_send": 3, "test_whole": 3},
        diagnosed=("list of arrivals",),
    ),
    "send_forgets_the_first": Mutant(
        cells={"send": SEND_FORGETS_THE_FIRST},
        lost={"test_send": 3, "test_whole": 3},
        diagnosed=("first gradient lost", "one contribution lost"),
    ),
    "order_asks_leaves_for_edges": Mutant(
        cells={"run_order": ORDER_ASKS_LEAVES},
        lost={"test_order": 5, "test_whole": 3},
        diagnosed=("edges of a leaf",),
    ),
    "order_moved_back": Mutant(
        cells={"run_order": ORDER_MOVED_BACK},
        lost={"test_order": 0.5},
        diagnosed=("took too long",),
    ),
    "first_under_grad_fn": Mutant(
        cells={"first_gradients": FIRST_WITH_PLACES_BY_GRAD_FN},
        lost={"test_first": 2},
        diagnosed=("place by grad_fn",),
    ),
    "first_takes_0_for_none": Mutant(
        cells={"first_gradients": FIRST_TAKES_0_FOR_NONE},
        lost={"test_first": 0.5},
        diagnosed=("0 taken for None",),
    ),
    "first_adds_in_place": Mutant(
        cells={"first_gradients": FIRST_ADDS_IN_PLACE},
        lost={"test_first": 2},
        diagnosed=("added in place",),
    ),
    "first_as_tensors": Mutant(
        cells={"first_gradients": FIRST_TENSORS},
        lost={"test_first": 0.5, "test_whole": 1.5},
        diagnosed=("Tensor for an array",),
    ),
    "fill_returns": Mutant(
        cells={"fill_grads": FILL_RETURNS},
        lost={"test_fill": 4, "test_whole": 3},
        diagnosed=("nothing in .grad", "wrong type"),
    ),
    "fill_without_a_first": Mutant(
        cells={"fill_grads": FILL_WITHOUT_A_FIRST},
        lost={"test_fill": 4, "test_whole": 3},
        diagnosed=("no .grad yet", "wrong type"),
    ),
    "count_passed_on_too_soon": Mutant(
        cells={"naive_runs": COUNT_TOO_SOON},
        lost={"test_count": 1.5},
        diagnosed=("counts passed on too soon",),
    ),
    "calls_the_reference": Mutant(
        cells={
            "send": CALLS + "def send(pending, edge, g):\n    engine.add_to(pending, set(), edge, g)\n",
            "first_gradients": CALLS
            + "def first_gradients(outputs, cotangents):\n    return engine.start(outputs, cotangents, False)\n",
            "run_order": "from minigrad.graphs import behind\n\ndef run_order(roots):\n    return behind(roots)\n",
            "fill_grads": CALLS
            + "def fill_grads(gradients, fresh=False):\n"
            + "    for leaf, g in gradients.items():\n        engine.accumulate(leaf, g, False)\n",
        },
        lost={"test_send": 3, "test_order": 5, "test_first": 5, "test_fill": 4, "test_whole": 3},
        diagnosed=("calls what is asked", "recursion"),
    ),
}
HALF = ("send", "run_order", "naive_runs")
TOGETHER = {"test_whole": ("send", "run_order", "first_gradients", "fill_grads")}
NO_REFERENCE = {
    "naive_runs": "minigrad runs every node once and counts no other way of walking",
}
