"""Assignment 5, gradients: wrong solutions as students hand them in."""

from __future__ import annotations

import inspect
from typing import Any

from grader.judge.mutants import Mutant
from grader.judge.mutants import gradients_wrong as wrong
from minigrad import engine, gradients

NAMES = """
import warnings
from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush, heappushpop
from operator import attrgetter
from typing import Any
from numpy import ndarray
from minigrad.engine import Partial, release
from minigrad.graph import FREED, Edge, mode
from minigrad.tensor import Size, Tensor, wrap

"""


def source(*definitions: Any) -> str:
    """The chapters' code of these definitions, as a student pastes it."""
    return NAMES + "\n\n".join(map(inspect.getsource, definitions)) + "\n\n"


PASTED = source(
    engine.add_to,
    engine.shape_error,
    engine.run_hooks,
    engine.walk,
    engine.needed_for,
    engine.start,
    engine.run_backward,
) + source(gradients.answer, gradients.unused_error, gradients.check_options, gradients.grad)
ASK_GRAD = """
def partials(output, inputs, weights):
    answers = {grad}(output, inputs, mg.tensor(weights), allow_unused=True, retain_graph=True)
    return [None if g is None else g.array for g in answers]
"""

MUTANTS = {
    "partials_lets_the_others_move": Mutant(
        cells={"partials": wrong.PARTIALS_TOTAL},
        lost={"test_partials": 3.5},
        diagnosed=("not held still",),
    ),
    "careful_without_a_restore": Mutant(
        cells={"careful_grad": wrong.CAREFUL_RETAINS},
        lost={"test_careful": 4},
        diagnosed=(
            "answer is the .grad itself",
            "question left in .grad",
            "old .grad as the answer",
        ),
        also=("stale gradient",),
    ),
    "descend_ignores_the_shares": Mutant(
        cells={"descend": wrong.DESCEND_EVEN}, lost={"test_descend": 2}, diagnosed=("weights of the outputs ignored",)
    ),
    "ways_finds_constants": Mutant(
        cells={"ways": wrong.WAYS_WITH_NONE}, lost={"test_ways": 1.25}, diagnosed=("constant has a place",)
    ),
    "ways_to_leaves": Mutant(
        cells={"ways": wrong.WAYS_TO_LEAVES}, lost={"test_ways": 1.75}, diagnosed=("only leaves found",)
    ),
    "ways_of_one_step": Mutant(
        cells={"ways": wrong.WAYS_FIRST_STEP}, lost={"test_ways": 2.75}, diagnosed=("first step only",)
    ),
    "ways_by_slopes": Mutant(
        cells={"ways": wrong.WAYS_BY_SLOPES}, lost={"test_ways": 1.25}, diagnosed=("slope for a way",)
    ),
    "ways_recursive": Mutant(
        cells={"ways": wrong.WAYS_RECURSIVE},
        lost={"test_ways": 0.5},
        diagnosed=("recursion",),
    ),
    "partials_runs_everything": Mutant(
        cells={"partials": wrong.PARTIALS_RUNS_ALL}, lost={"test_partials": 1.5}, diagnosed=("everything walked",)
    ),
    "partials_zeros": Mutant(
        cells={"partials": wrong.PARTIALS_ZEROS}, lost={"test_partials": 1}, diagnosed=("number for None",)
    ),
    "partials_overwrites": Mutant(
        cells={"partials": wrong.PARTIALS_OVERWRITES}, lost={"test_partials": 3.5}, diagnosed=("overwritten",)
    ),
    "partials_ignores_the_weights": Mutant(
        cells={"partials": wrong.PARTIALS_ONES}, lost={"test_partials": 3}, diagnosed=("cotangent ignored",)
    ),
    "partials_shares_memory": Mutant(
        cells={"partials": wrong.PARTIALS_SHARES}, lost={"test_partials": 0.5}, diagnosed=("shared memory",)
    ),
    "partials_every_path": Mutant(
        cells={"partials": wrong.PARTIALS_EVERY_PATH},
        lost={"test_partials": 1.5},
        diagnosed=("run for every path",),
        also=("everything walked",),
    ),
    "partials_by_backward": Mutant(
        cells={"partials": wrong.PARTIALS_BY_BACKWARD},
        lost={"test_partials": 4.5},
        diagnosed=(
            "not held still",
            "result on the way lost",
            "everything walked",
            "question left in .grad",
        ),
    ),
    "careful_not_repaired": Mutant(
        cells={"careful_grad": wrong.CAREFUL_HASTY},
        lost={"test_careful": 4},
        diagnosed=(
            "graph freed",
            "question left in .grad",
            "answer is the .grad itself",
            "old .grad as the answer",
        ),
    ),
    "careful_zeroes_in_place": Mutant(
        cells={"careful_grad": wrong.CAREFUL_ZEROES},
        lost={"test_careful": 4},
        diagnosed=(
            "answer is the .grad itself",
            "question left in .grad",
            "number for None",
        ),
    ),
    "careful_clears": Mutant(
        cells={"careful_grad": wrong.CAREFUL_CLEARS},
        lost={"test_careful": 2},
        diagnosed=(
            "question left in .grad",
            "old .grad not put back",
        ),
    ),
    "careful_clears_after": Mutant(
        cells={"careful_grad": wrong.CAREFUL_CLEARS_AFTER},
        lost={"test_careful": 3.5},
        diagnosed=(
            "question left in .grad",
            "stale gradient",
            "old .grad as the answer",
        ),
        also=("old .grad not put back",),
    ),
    "careful_of_inputs_only": Mutant(
        cells={"careful_grad": wrong.CAREFUL_INPUTS_ONLY},
        lost={"test_careful": 1.5},
        diagnosed=("question left in .grad",),
    ),
    "careful_zeros": Mutant(
        cells={"careful_grad": wrong.CAREFUL_ZEROS}, lost={"test_careful": 1}, diagnosed=("number for None",)
    ),
    "careful_frees": Mutant(
        cells={"careful_grad": wrong.CAREFUL_FREES}, lost={"test_careful": 1.5}, diagnosed=("graph freed",)
    ),
    "table_row_by_row": Mutant(
        cells={"table": wrong.TABLE_ROW_BY_ROW}, lost={"test_table": 2}, diagnosed=("a walk for each row",)
    ),
    "table_in_one_walk": Mutant(
        cells={"table": wrong.TABLE_ONE_WALK}, lost={"test_table": 3}, diagnosed=("hidden by the sum",)
    ),
    "table_compares_with_the_last": Mutant(
        cells={"table": wrong.TABLE_LAST_MEMBER},
        lost={"test_table": 2.5},
        diagnosed=("compared with one member",),
    ),
    "table_compares_with_the_first": Mutant(
        cells={"table": wrong.TABLE_FIRST_MEMBER},
        lost={"test_table": 2.5},
        diagnosed=("compared with one member",),
    ),
    "table_of_whole_rows": Mutant(
        cells={"table": wrong.TABLE_WHOLE_ROWS}, lost={"test_table": 1.5}, diagnosed=("rows not told apart",)
    ),
    "descend_uphill": Mutant(cells={"descend": wrong.DESCEND_UPHILL}, lost={"test_descend": 2}, diagnosed=("uphill",)),
    "descend_makes_new_tensors": Mutant(
        cells={"descend": wrong.DESCEND_NEW_TENSORS},
        lost={"test_descend": 1.5},
        diagnosed=(
            "parameters replaced",
            "nothing written",
        ),
    ),
    "descend_recorded": Mutant(
        cells={"descend": wrong.DESCEND_RECORDED}, lost={"test_descend": 3}, diagnosed=("leaf changed in place",)
    ),
    "descend_with_zeros": Mutant(
        cells={"descend": wrong.DESCEND_ZEROS},
        lost={"test_descend": 1.5},
        diagnosed=("unused not named",),
    ),
    "descend_loss_by_loss": Mutant(
        cells={"descend": wrong.DESCEND_EACH_LOSS},
        lost={"test_descend": 0.5},
        diagnosed=("several calls for one step",),
    ),
    "descend_parameter_by_parameter": Mutant(
        cells={"descend": wrong.DESCEND_EACH_PARAMETER},
        lost={"test_descend": 2},
        diagnosed=("several calls for one step", "saved tensor changed in place"),
    ),
    "descend_with_weights_of_one_shape": Mutant(
        cells={"descend": wrong.DESCEND_WEIGHTS_OF_ONE_SHAPE},
        lost={"test_descend": 2},
        diagnosed=("weight of another shape",),
    ),
    "ways_without_the_start": Mutant(
        cells={"ways": wrong.WAYS_WITHOUT_THE_START},
        lost={"test_ways": 1.25},
        diagnosed=("start left out",),
    ),
    "ways_in_one_search": Mutant(
        cells={"ways": wrong.WAYS_ONE_SEARCH},
        lost={"test_ways": 1.75},
        diagnosed=("one search for all outputs",),
    ),
    "partials_first_come": Mutant(
        cells={"partials": wrong.PARTIALS_FIRST_COME},
        lost={"test_partials": 1.5},
        diagnosed=("run as they come",),
    ),
    "careful_of_leaves_behind_only": Mutant(
        cells={"careful_grad": wrong.CAREFUL_LEAVES_BEHIND},
        lost={"test_careful": 1},
        diagnosed=("old .grad as the answer",),
    ),
    "table_in_float32": Mutant(
        cells={"table": wrong.TABLE_IN_FLOAT32},
        lost={"test_table": 0.5},
        diagnosed=("another dtype",),
    ),
    "descend_names_the_flat": Mutant(
        cells={"descend": wrong.DESCEND_NAMES_THE_FLAT},
        lost={"test_descend": 1.5},
        diagnosed=("slope for a way",),
    ),
    "ways_without_a_visited_set": Mutant(
        cells={"ways": wrong.WAYS_AGAIN_AND_AGAIN},
        lost={"test_ways": 0.5},
        diagnosed=("took too long",),
    ),
    "ways_by_grad_fn": Mutant(
        cells={"ways": wrong.WAYS_BY_GRAD_FN},
        lost={"test_ways": 3},
        diagnosed=("leaves overlooked",),
    ),
    "partials_adds_in_place": Mutant(
        cells={"partials": wrong.PARTIALS_IN_PLACE},
        lost={"test_partials": 2},
        diagnosed=("weights changed in place",),
    ),
    "partials_frees": Mutant(
        cells={"partials": wrong.PARTIALS_FREES},
        lost={"test_partials": 1},
        diagnosed=("graph freed",),
    ),
    "careful_copies": Mutant(
        cells={"careful_grad": wrong.CAREFUL_COPIES},
        lost={"test_careful": 4},
        diagnosed=(
            "stale gradient",
            "question left in .grad",
            "old .grad as the answer",
        ),
    ),
    "careful_puts_copies_back": Mutant(
        cells={"careful_grad": wrong.CAREFUL_COPY_PUT_BACK},
        lost={"test_careful": 1.5},
        diagnosed=("copy put back",),
    ),
    "table_tries_the_latest_group": Mutant(
        cells={"table": wrong.TABLE_LATEST_GROUP},
        lost={"test_table": 1.5},
        diagnosed=("latest group only",),
    ),
    "descend_without_allow_unused": Mutant(
        cells={"descend": wrong.DESCEND_UNUSED_IS_AN_ERROR},
        lost={"test_descend": 1.5},
        diagnosed=("unused refused",),
    ),
    "descend_by_an_optimiser": Mutant(
        cells={"descend": wrong.DESCEND_BY_AN_OPTIMISER},
        lost={"test_descend": 0.5},
        diagnosed=("step by way of .grad",),
    ),
    "ways_by_next_functions": Mutant(
        cells={"ways": wrong.WAYS_BY_NEXT_FUNCTIONS},
        lost={"test_ways": 3},
        diagnosed=("leaves overlooked",),
    ),
    "ways_with_a_list": Mutant(
        cells={"ways": wrong.WAYS_WITH_A_LIST},
        lost={"test_ways": 1.25},
        diagnosed=("equal numbers for the same",),
    ),
    "partials_in_the_order_of_a_search": Mutant(
        cells={"partials": wrong.PARTIALS_IN_SEARCH_ORDER},
        lost={"test_partials": 1.5},
        diagnosed=("in the order of the search",),
    ),
    "partials_pops_the_inputs": Mutant(
        cells={"partials": wrong.PARTIALS_POPS_THE_INPUTS},
        lost={"test_partials": 4},
        diagnosed=("not held still", "result on the way lost"),
    ),
    "partials_in_tensors": Mutant(
        cells={"partials": wrong.PARTIALS_IN_TENSORS},
        lost={"test_partials": 0.5},
        diagnosed=("answers wrapped in Tensors",),
    ),
    "careful_asks_backward_for_inputs": Mutant(
        cells={"careful_grad": wrong.CAREFUL_ASKS_FOR_INPUTS},
        lost={"test_careful": 4},
        diagnosed=("backward asked for inputs",),
    ),
    "table_in_one_walk_or_row_by_row": Mutant(
        cells={"table": wrong.TABLE_ALL_OR_NOTHING},
        lost={"test_table": 1.5},
        diagnosed=("a walk for each row",),
    ),
    "table_asks_for_its_shape": Mutant(
        cells={"table": wrong.TABLE_ASKS_FOR_THE_SHAPE},
        lost={"test_table": 2},
        diagnosed=("one walk more",),
    ),
    "table_writes_the_pattern": Mutant(
        cells={"table": wrong.TABLE_WRITES_THE_PATTERN},
        lost={"test_table": 1.5},
        diagnosed=("pattern written over",),
    ),
    "descend_by_data": Mutant(
        cells={"descend": wrong.DESCEND_BY_DATA},
        lost={"test_descend": 0.5},
        diagnosed=("parameters in new arrays",),
    ),
    "descend_with_numbers_as_weights": Mutant(
        cells={"descend": wrong.DESCEND_NUMBERS_AS_WEIGHTS},
        lost={"test_descend": 3},
        diagnosed=("weights are no Tensors",),
    ),
    "pasted_from_the_chapters": Mutant(
        cells={
            "partials": PASTED + ASK_GRAD.format(grad="grad"),
            "ways": source(engine.needed_for) + wrong.WAYS_BY_NEEDED.format(needed_for="needed_for"),
        },
        lost={"test_partials": 3.5, "test_ways": 1.25},
        diagnosed=("not held still",),
    ),
    # `table` has nothing to call: minigrad's jacobian takes a function, not a walk, and its rows share none.
    "calls_the_reference": Mutant(
        cells={
            "ways": "def ways(outputs, inputs):\n"
            "    rows = [mg.autograd.grad(y, inputs, mg.ones_like(y), True, allow_unused=True) for y in outputs]\n"
            "    return [[g is not None for g in row] for row in rows]\n",
            "partials": ASK_GRAD.format(grad="mg.autograd.grad"),
            "careful_grad": "def careful_grad(output, inputs, weights):\n"
            "    return mg.autograd.grad(output, inputs, weights, retain_graph=True, allow_unused=True)\n",
            "descend": "def descend(losses, shares, parameters, rate):\n"
            "    sum(share * loss for share, loss in zip(shares, losses)).backward()\n"
            "    optimiser = mg.optim.SGD(list(parameters.values()), lr=rate)\n    optimiser.step()\n"
            "    return [name for name, p in parameters.items() if p.grad is None]\n",
        },
        lost={"test_ways": 3, "test_partials": 6, "test_careful": 4, "test_descend": 3},
        diagnosed=(
            "calls what is asked",
            "recursion",
        ),
    ),
    "calls_the_walk": Mutant(
        cells={
            "ways": "from minigrad import engine\n" + wrong.WAYS_BY_NEEDED.format(needed_for="engine.needed_for"),
            "partials": "from minigrad import engine\n\ndef partials(output, inputs, weights):\n"
            "    found = engine.walk({output.grad_fn: weights}, frozenset(map(edge_of, inputs)), None, True)[0]\n"
            "    return [found.get(edge_of(t)) for t in inputs]\n",
            "careful_grad": "from minigrad import engine\n\ndef careful_grad(output, inputs, weights):\n"
            "    found = engine.run_backward([output], [weights], True, False, inputs)[0]\n"
            "    return [mg.tensor(found[t]) if t in found else None for t in inputs]\n",
        },
        lost={"test_ways": 3, "test_partials": 6, "test_careful": 4},
        diagnosed=("calls what is asked",),
    ),
    "calls_the_pictures": Mutant(
        cells={
            "ways": "from minigrad import graphs\n\ndef ways(outputs, inputs):\n"
            "    found = [{edge_of(y), *graphs.behind([edge_of(y)])} for y in outputs]\n"
            "    found = [{e for p in places for e in (p, *getattr(p, 'edges', ()))} - {None} for places in found]\n"
            "    return [[edge_of(t) in places for t in inputs] for places in found]\n",
            "careful_grad": "from minigrad import stepping\n\ndef careful_grad(output, inputs, weights):\n"
            "    found = list(stepping.steps({output.grad_fn: weights.array}))[-1].pending\n"
            "    return [mg.tensor(np.array(found[t])) if t in found else None for t in inputs]\n",
        },
        lost={"test_ways": 3, "test_careful": 4},
        diagnosed=("calls what is asked",),
    ),
}
HALF = ("ways", "table", "descend")
NO_REFERENCE = {
    "table": "it is handed a function and a pattern, no graph: nothing in minigrad takes these",
}
