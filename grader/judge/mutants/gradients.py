"""Assignment 5, gradients: wrong solutions as students hand them in."""

from __future__ import annotations

import inspect
from typing import Any

from grader.judge.mutants import Mutant
from grader.judge.mutants.gradients_right import CAREFUL, DESCEND, PARTIALS, TABLE
from minigrad import engine, gradients

WAYS_WITH_NONE = """
def ways(outputs, inputs):
    rows = []
    for output in outputs:
        reached, todo = set(), [edge_of(output)]
        while todo:
            place = todo.pop()
            if place not in reached:
                reached.add(place)
                if isinstance(place, Node):
                    todo += place.edges
        rows.append([edge_of(t) in reached for t in inputs])
    return rows
"""
WAYS_TO_LEAVES = """
def ways(outputs, inputs):
    rows = []
    for output in outputs:
        leaves, seen, todo = set(), set(), [edge_of(output)]
        while todo:
            place = todo.pop()
            if isinstance(place, mg.Tensor):
                leaves.add(place)
            elif place is not None and place not in seen:
                seen.add(place)
                todo += place.edges
        rows.append([t in leaves for t in inputs])
    return rows
"""
WAYS_FIRST_STEP = """
def ways(outputs, inputs):
    return [
        [edge_of(t) is not None and (t is y or y.grad_fn is not None and edge_of(t) in y.grad_fn.edges) for t in inputs]
        for y in outputs
    ]
"""
WAYS_BY_SLOPES = """
def ways(outputs, inputs):
    rows = []
    for output in outputs:
        pending, g = {}, {edge_of(output): np.ones_like(output.array)}
        while g:
            place = max(g, key=lambda place: place.number if isinstance(place, Node) else -1)
            pending[place] = g.pop(place)
            if isinstance(place, Node):
                for edge, gi in zip(place.edges, pull_back(place, pending[place])):
                    if gi is not None:
                        g[edge] = g.get(edge, 0) + gi
        rows.append([bool(np.any(pending.get(edge_of(t), 0))) and t.requires_grad for t in inputs])
    return rows
"""
WAYS_RECURSIVE = """
def ways(outputs, inputs):
    def visit(place, reached):
        if place is not None and place not in reached:
            reached.add(place)
            for edge in getattr(place, "edges", ()):
                visit(edge, reached)
        return reached
    return [[edge_of(t) in visit(edge_of(y), set()) for t in inputs] for y in outputs]
"""
WAYS_BY_NEEDED = """
def leads(y, t):
    needed = {needed_for}([edge_of(y)], frozenset([edge_of(t)]))
    return needed is None or edge_of(y) in needed

def ways(outputs, inputs):
    return [[leads(y, t) for t in inputs] for y in outputs]
"""

# A right `partials` in small pieces, of which the mutants change one.


def changed(source: str, old: str, new: str) -> str:
    """The source with one piece replaced, which must be there."""
    assert old in source, old
    return source.replace(old, new)


PARTIALS_TOTAL = """
def partials(output, inputs, weights):
    wanted = set(map(edge_of, inputs))
    known = {}

    def leads(place):
        if place not in known:
            edges = place.edges if isinstance(place, Node) else ()
            known[place] = any([leads(edge) for edge in edges]) or place in wanted
        return known[place]

    pending, answers = {output.grad_fn: weights}, {}
    while pending:
        place = max(pending, key=lambda place: place.number if isinstance(place, Node) else -1)
        answers[place] = g = pending.pop(place)
        if isinstance(place, Node):
            for edge, gi in zip(place.edges, pull_back(place, g)):
                if leads(edge):
                    pending[edge] = pending[edge] + gi if edge in pending else gi
    return [np.array(answers[edge_of(t)]) if edge_of(t) in answers else None for t in inputs]
"""
PARTIALS_RUNS_ALL = changed(
    changed(PARTIALS, "if leads(edge):", "if edge is not None:"),
    "where = answers if edge in held else pending",
    "where = answers if edge in held or not isinstance(edge, Node) else pending",
)
PARTIALS_ZEROS = changed(PARTIALS, "else None for t in inputs]", "else np.zeros(t.shape) for t in inputs]")
PARTIALS_ZEROS = changed(PARTIALS_ZEROS, "[None for t in inputs]", "[np.zeros(t.shape) for t in inputs]")
PARTIALS_OVERWRITES = changed(PARTIALS, "where[edge] + gi if edge in where else gi", "gi")
PARTIALS_ONES = changed(PARTIALS, "output.grad_fn: weights}", "output.grad_fn: np.ones_like(weights)}")
PARTIALS_SHARES = changed(PARTIALS, "np.array(answers[edge_of(t)])", "answers[edge_of(t)]")
PARTIALS_EVERY_PATH = """
def partials(output, inputs, weights):
    held, answers = set(map(edge_of, inputs)), {}

    def follow(place, g):
        if place in held:
            answers[place] = answers[place] + g if place in answers else np.array(g)
        elif isinstance(place, Node):
            for edge, gi in zip(place.edges, pull_back(place, g)):
                follow(edge, gi)

    follow(output.grad_fn, weights)
    return [answers.get(edge_of(t)) for t in inputs]
"""
PARTIALS_BY_BACKWARD = """
def partials(output, inputs, weights):
    for t in inputs:
        t.grad = None
    plain_backward(output, [mg.tensor(weights)], retain_graph=True)
    return [None if t.grad is None else np.array(t.grad.array) for t in inputs]
"""

CAREFUL_HASTY = "def careful_grad(output, inputs, weights):\n    return hasty_grad(output, inputs, weights)\n"
CAREFUL_RETAINS = """
def careful_grad(output, inputs, weights):
    output.backward(gradient=weights, retain_graph=True)
    return [t.grad for t in inputs]
"""
CAREFUL_ZEROES = """
def careful_grad(output, inputs, weights):
    for t in inputs:
        if t.grad is not None:
            t.grad.zero_()
    output.backward(gradient=weights, retain_graph=True)
    return [t.grad for t in inputs]
"""
CAREFUL_CLEARS_AFTER = """
def careful_grad(output, inputs, weights):
    output.backward(gradient=weights, retain_graph=True)
    answers = [t.grad for t in inputs]
    for t in inputs:
        t.grad = None
    return answers
"""
CAREFUL_CLEARS = """
def careful_grad(output, inputs, weights):
    for t in inputs:
        t.grad = None
    output.backward(gradient=weights, retain_graph=True)
    answers = [t.grad for t in inputs]
    for t in inputs:
        t.grad = None
    return answers
"""
CAREFUL_INPUTS_ONLY = """
def careful_grad(output, inputs, weights):
    before = [t.grad for t in inputs]
    for t in inputs:
        t.grad = None
    output.backward(gradient=weights, retain_graph=True)
    answers = [t.grad for t in inputs]
    for t, grad in zip(inputs, before):
        t.grad = grad
    return answers
"""
CAREFUL_ZEROS = changed(
    CAREFUL, "[t.grad for t in inputs]", "[mg.zeros_like(t) if t.grad is None else t.grad for t in inputs]"
)
CAREFUL_FREES = changed(CAREFUL, ", retain_graph=True", "")

TABLE_ROW_BY_ROW = """
def table(ask, depends):
    return np.stack([ask(row) for row in np.eye(len(depends))])
"""
TABLE_ONE_WALK = """
def table(ask, depends):
    return np.where(depends, ask(np.ones(len(depends))), 0)
"""
TABLE_LAST_MEMBER = changed(TABLE, "depends[group].any(axis=0)", "depends[group[-1]]")
TABLE_FIRST_MEMBER = changed(TABLE, "depends[group].any(axis=0)", "depends[group[0]]")
TABLE_WHOLE_ROWS = changed(TABLE, "jacobian[i, depends[i]] = found[depends[i]]", "jacobian[i] = found")

DESCEND_UPHILL = changed(DESCEND, "p.sub_", "p.add_")
DESCEND_EVEN = changed(DESCEND, "mg.tensor([s]).reshape(y.shape)", "mg.ones_like(y)")
DESCEND_NEW_TENSORS = changed(
    DESCEND,
    "with mg.no_grad():\n                p.sub_(g * rate)",
    "parameters[name] = (p - g * rate).detach().requires_grad_()",
)
DESCEND_RECORDED = changed(DESCEND, "with mg.no_grad():\n                p.sub_", "if True:\n                p.sub_")
DESCEND_ZEROS = changed(DESCEND, "allow_unused=True", "materialize_grads=True")
DESCEND_EACH_LOSS = """
def descend(losses, shares, parameters, rate):
    ps = list(parameters.values())
    found = [mg.autograd.grad(y, ps, retain_graph=True, allow_unused=True) for y in losses]
    unmoved = []
    for k, (name, p) in enumerate(parameters.items()):
        gs = [s * g[k] for s, g in zip(shares, found) if g[k] is not None]
        if not gs:
            unmoved.append(name)
        else:
            with mg.no_grad():
                p -= rate * sum(gs)
    return unmoved
"""
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
        cells={"partials": PARTIALS_TOTAL}, lost={"test_partials": 4}, diagnosed=("not held still", "everything walked")
    ),
    "careful_without_a_restore": Mutant(
        cells={"careful_grad": CAREFUL_RETAINS}, lost={"test_careful": 3.5}, diagnosed=("stale gradient",)
    ),
    "descend_ignores_the_shares": Mutant(
        cells={"descend": DESCEND_EVEN}, lost={"test_descend": 2}, diagnosed=("weights of the outputs ignored",)
    ),
    "ways_finds_constants": Mutant(
        cells={"ways": WAYS_WITH_NONE}, lost={"test_ways": 1.5}, diagnosed=("constant has a place",)
    ),
    "ways_to_leaves": Mutant(cells={"ways": WAYS_TO_LEAVES}, lost={"test_ways": 2}, diagnosed=("only leaves found",)),
    "ways_of_one_step": Mutant(
        cells={"ways": WAYS_FIRST_STEP}, lost={"test_ways": 2.5}, diagnosed=("first step only",)
    ),
    "ways_by_slopes": Mutant(cells={"ways": WAYS_BY_SLOPES}, lost={"test_ways": 1.5}, diagnosed=("slope for a way",)),
    "ways_recursive": Mutant(cells={"ways": WAYS_RECURSIVE}, lost={"test_ways": 0.5}),
    "partials_runs_everything": Mutant(
        cells={"partials": PARTIALS_RUNS_ALL}, lost={"test_partials": 1.5}, diagnosed=("everything walked",)
    ),
    "partials_zeros": Mutant(
        cells={"partials": PARTIALS_ZEROS}, lost={"test_partials": 1}, diagnosed=("number for None",)
    ),
    "partials_overwrites": Mutant(
        cells={"partials": PARTIALS_OVERWRITES}, lost={"test_partials": 3}, diagnosed=("overwritten",)
    ),
    "partials_ignores_the_weights": Mutant(
        cells={"partials": PARTIALS_ONES}, lost={"test_partials": 3.5}, diagnosed=("cotangent ignored",)
    ),
    "partials_shares_memory": Mutant(
        cells={"partials": PARTIALS_SHARES}, lost={"test_partials": 0.5}, diagnosed=("shared memory",)
    ),
    "partials_every_path": Mutant(cells={"partials": PARTIALS_EVERY_PATH}, lost={"test_partials": 1.5}),
    "partials_by_backward": Mutant(cells={"partials": PARTIALS_BY_BACKWARD}, lost={"test_partials": 5}),
    "careful_not_repaired": Mutant(
        cells={"careful_grad": CAREFUL_HASTY}, lost={"test_careful": 4}, diagnosed=("graph freed", "number for None")
    ),
    "careful_zeroes_in_place": Mutant(
        cells={"careful_grad": CAREFUL_ZEROES}, lost={"test_careful": 3.5}, diagnosed=("answer changed later",)
    ),
    "careful_clears": Mutant(cells={"careful_grad": CAREFUL_CLEARS}, lost={"test_careful": 2}),
    "careful_clears_after": Mutant(
        cells={"careful_grad": CAREFUL_CLEARS_AFTER}, lost={"test_careful": 3}, diagnosed=("stale gradient",)
    ),
    "careful_of_inputs_only": Mutant(cells={"careful_grad": CAREFUL_INPUTS_ONLY}, lost={"test_careful": 1.5}),
    "careful_zeros": Mutant(
        cells={"careful_grad": CAREFUL_ZEROS}, lost={"test_careful": 1}, diagnosed=("number for None",)
    ),
    "careful_frees": Mutant(
        cells={"careful_grad": CAREFUL_FREES}, lost={"test_careful": 1.5}, diagnosed=("graph freed",)
    ),
    "table_row_by_row": Mutant(
        cells={"table": TABLE_ROW_BY_ROW}, lost={"test_table": 1.5}, diagnosed=("a walk for each row",)
    ),
    "table_in_one_walk": Mutant(
        cells={"table": TABLE_ONE_WALK}, lost={"test_table": 3}, diagnosed=("hidden by the sum",)
    ),
    "table_compares_with_the_last": Mutant(cells={"table": TABLE_LAST_MEMBER}, lost={"test_table": 2.5}),
    "table_compares_with_the_first": Mutant(cells={"table": TABLE_FIRST_MEMBER}, lost={"test_table": 2.5}),
    "table_of_whole_rows": Mutant(
        cells={"table": TABLE_WHOLE_ROWS}, lost={"test_table": 2}, diagnosed=("rows not told apart",)
    ),
    "descend_uphill": Mutant(cells={"descend": DESCEND_UPHILL}, lost={"test_descend": 2}, diagnosed=("uphill",)),
    "descend_makes_new_tensors": Mutant(
        cells={"descend": DESCEND_NEW_TENSORS}, lost={"test_descend": 1.5}, diagnosed=("nothing written",)
    ),
    "descend_recorded": Mutant(
        cells={"descend": DESCEND_RECORDED}, lost={"test_descend": 3}, diagnosed=("leaf changed in place",)
    ),
    "descend_with_zeros": Mutant(cells={"descend": DESCEND_ZEROS}, lost={"test_descend": 1.5}),
    "descend_loss_by_loss": Mutant(cells={"descend": DESCEND_EACH_LOSS}, lost={"test_descend": 0.5}),
    "pasted_from_the_chapters": Mutant(
        cells={
            "partials": PASTED + ASK_GRAD.format(grad="grad"),
            "ways": source(engine.needed_for) + WAYS_BY_NEEDED.format(needed_for="needed_for"),
        },
        lost={"test_partials": 4, "test_ways": 1.5},
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
        diagnosed=("calls what is asked",),
    ),
    "calls_the_walk": Mutant(
        cells={
            "ways": "from minigrad import engine\n" + WAYS_BY_NEEDED.format(needed_for="engine.needed_for"),
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
