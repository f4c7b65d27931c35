"""Assignment 4, the engine: wrong solutions as students hand them in."""

from __future__ import annotations

import inspect
from typing import Any

from grader.judge.mutants import Mutant
from minigrad import engine

SEND_OVERWRITES = "def send(pending, edge, g):\n    pending[edge] = g\n"
SEND_IN_PLACE = """
def send(pending, edge, g):
    if edge in pending:
        pending[edge] += g
    else:
        pending[edge] = g
"""
SEND_TWICE = """
def send(pending, edge, g):
    pending[edge] = pending.get(edge, g) + g
"""
ORDER_DEPTH_FIRST = """
def run_order(roots):
    order, seen, todo = [], set(), list(roots)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            todo += [edge for edge in node.edges if isinstance(edge, Node)]
    return order
"""
ORDER_BY_NUMBER = """
def run_order(roots):
    found, todo = [], list(roots)
    while todo:
        node = todo.pop()
        if node not in found[-500:]:
            found.append(node)
            todo += [edge for edge in node.edges if isinstance(edge, Node)]
    return sorted(dict.fromkeys(found), key=lambda node: -node.number)
"""
ORDER_RECURSIVE = """
def run_order(roots):
    order, seen = [], set()
    def visit(node):
        if node not in seen:
            seen.add(node)
            for edge in node.edges:
                if isinstance(edge, Node):
                    visit(edge)
            order.append(node)
    for root in roots:
        visit(root)
    return order[::-1]
"""
ORDER_NO_VISITED_SET = """
def run_order(roots):
    order, todo = [], list(roots)
    while todo:
        node = todo.pop(0)
        order.append(node)
        todo += [edge for edge in node.edges if isinstance(edge, Node)]
    return order
"""
FIRST_ALWAYS_ONES = """
def first_gradients(outputs, cotangents):
    first = {}
    for i, output in enumerate(outputs):
        if edge_of(output) is None:
            raise RuntimeError(f"element {i} of tensors does not require grad and does not have a grad_fn")
        if cotangents[i] is None and output.numel() != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        if isinstance(cotangents[i], mg.Tensor) and cotangents[i].shape != output.shape:
            raise RuntimeError("Mismatch in shape")
        first[edge_of(output)] = np.ones_like(output.array)
    return first
"""
FIRST_NO_CHECKS = """
def first_gradients(outputs, cotangents):
    first = {}
    for output, cotangent in zip(outputs, cotangents):
        g = 1 if cotangent is None else getattr(cotangent, "array", cotangent)
        g = np.broadcast_to(np.asarray(g, output.dtype), output.shape)
        edge = edge_of(output)
        first[edge] = first[edge] + g if edge in first else g
    return first
"""
FILL_OVERWRITES = """
def fill_grads(gradients, fresh=False):
    for leaf, g in gradients.items():
        leaf.grad = mg.tensor(np.array(g))
"""
FILL_SHARES = """
def fill_grads(gradients, fresh=False):
    for leaf, g in gradients.items():
        if leaf.grad is None:
            leaf.grad = mg.from_numpy(g)
        else:
            if fresh:
                leaf.grad.zero_()
            leaf.grad.array[...] += g
"""
FILL_NEW_OBJECT = """
def fill_grads(gradients, fresh=False):
    for leaf, g in gradients.items():
        leaf.grad = mg.tensor(np.array(g) if fresh or leaf.grad is None else leaf.grad.array + g)
"""
FILL_STALE = """
def fill_grads(gradients, fresh=False):
    for leaf, g in gradients.items():
        if leaf.grad is None:
            leaf.grad = mg.tensor(np.array(g))
        else:
            leaf.grad.array[...] += g
"""
COUNT_NODES = """
def naive_runs(root):
    seen, todo = set(), [root]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += [edge for edge in node.edges if isinstance(edge, Node)]
    return len(seen)
"""
COUNT_BY_RUNNING = """
def naive_runs(root):
    return 1 + sum(naive_runs(edge) for edge in root.edges if isinstance(edge, Node))
"""
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
        lost={"test_first": 2.5, "test_whole": 1.5},
        diagnosed=("cotangent ignored",),
    ),
    "fill_overwrites": Mutant(
        cells={"fill_grads": FILL_OVERWRITES},
        lost={"test_fill": 3.5, "test_whole": 1.5},
        diagnosed=("overwritten",),
    ),
    "send_in_place": Mutant(cells={"send": SEND_IN_PLACE}, lost={"test_send": 2.5, "test_whole": 1}),
    "send_twice": Mutant(
        cells={"send": SEND_TWICE}, lost={"test_send": 3, "test_whole": 3}, diagnosed=("accumulated twice",)
    ),
    "order_depth_first": Mutant(cells={"run_order": ORDER_DEPTH_FIRST}, lost={"test_order": 3.5, "test_whole": 2.5}),
    "order_by_number": Mutant(cells={"run_order": ORDER_BY_NUMBER}, lost={"test_order": 3.5}),
    "order_recursive": Mutant(cells={"run_order": ORDER_RECURSIVE}, lost={"test_order": 0.5}),
    "order_without_a_visited_set": Mutant(
        cells={"run_order": ORDER_NO_VISITED_SET},
        lost={"test_order": 3.5, "test_whole": 2.5},
    ),
    "first_without_checks": Mutant(cells={"first_gradients": FIRST_NO_CHECKS}, lost={"test_first": 2}),
    "fill_shares_memory": Mutant(cells={"fill_grads": FILL_SHARES}, lost={"test_fill": 1.5}),
    "fill_makes_new_objects": Mutant(cells={"fill_grads": FILL_NEW_OBJECT}, lost={"test_fill": 1.5}),
    "fill_leaves_stale_gradients": Mutant(
        cells={"fill_grads": FILL_STALE}, lost={"test_fill": 1.5}, diagnosed=("stale gradient",)
    ),
    "pasted_from_chapter_4": Mutant(
        cells={
            "send": NAMES + source(engine.Partial, engine.add_to) + "def send(pending, edge, g):\n"
            "    add_to(pending, set(), edge, g)\n",
            "first_gradients": NAMES + source(engine.start) + "def first_gradients(outputs, cotangents):\n"
            "    return start(outputs, cotangents, False)\n",
            "fill_grads": NAMES + source(engine.Partial, engine.accumulate)
            + "def fill_grads(gradients, fresh=False):\n"
            "    for leaf, g in gradients.items():\n        accumulate(leaf, g, False)\n",
        },
        lost={"test_send": 3, "test_first": 2.5, "test_fill": 1.5, "test_whole": 3},
    ),
    "count_nodes": Mutant(cells={"naive_runs": COUNT_NODES}, lost={"test_count": 2}),
    "count_by_running": Mutant(cells={"naive_runs": COUNT_BY_RUNNING}, lost={"test_count": 0.5}),
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
    ),
}
RIGHT = {
    "send": (
        """
def send(pending, edge, g):
    if edge not in pending:
        pending[edge] = np.array(g)
    else:
        pending[edge] = np.add(pending[edge], g)
""",
        """
def send(pending, edge, g):
    before = pending.pop(edge, None)
    pending.update({edge: g if before is None else sum([before, g])})
""",
    ),
    "run_order": (
        """
def run_order(roots):
    uses, todo = dict.fromkeys(roots, 0), list(dict.fromkeys(roots))
    for node in todo:  # grows while it is read
        for edge in filter(lambda edge: isinstance(edge, Node), node.edges):
            if edge not in uses:
                uses[edge] = 0
                todo.append(edge)
            uses[edge] += 1
    order = [node for node in todo if uses[node] == 0]
    for node in order:
        for edge in node.edges:
            if isinstance(edge, Node):
                uses[edge] -= 1
                if uses[edge] == 0:
                    order.append(edge)
    return order
""",
        """
from graphlib import TopologicalSorter

def run_order(roots):
    behind, todo = {}, list(roots)
    while todo:
        node = todo.pop()
        if node not in behind:
            behind[node] = [edge for edge in node.edges if isinstance(edge, Node)]
            todo.extend(behind[node])
    return list(TopologicalSorter(behind).static_order())[::-1]
""",
    ),
    "first_gradients": (
        """
def one_gradient(i, output, cotangent):
    if edge_of(output) is None:
        raise RuntimeError("element %d of tensors does not require grad and does not have a grad_fn" % i)
    if cotangent is None and output.numel() != 1:
        raise RuntimeError("grad can be implicitly created only for scalar outputs")
    if isinstance(cotangent, mg.Tensor):
        if tuple(cotangent.shape) != tuple(output.shape):
            raise RuntimeError("Mismatch in shape")
        return cotangent.array
    return np.ones(output.shape, output.dtype) * output.array.dtype.type(1 if cotangent is None else cotangent)

def first_gradients(outputs, cotangents):
    first = {}
    for i in range(len(outputs)):
        g = one_gradient(i, outputs[i], cotangents[i])
        place = edge_of(outputs[i])
        first[place] = g if place not in first else first[place] + g
    return first
""",
        """
def first_gradients(outputs, cotangents):
    arrived = {}
    for i, (y, c) in enumerate(zip(outputs, cotangents)):
        if not y.requires_grad:
            raise RuntimeError(f"element {i} of tensors does not require grad and does not have a grad_fn")
        if c is None:
            if y.array.size != 1:
                raise RuntimeError("grad can be implicitly created only for scalar outputs")
            g = np.ones_like(y.array)
        elif isinstance(c, (int, float)):
            g = np.full(y.array.shape, c, y.array.dtype)
        else:
            g = c.array
            if g.shape != y.array.shape:
                raise RuntimeError("Mismatch in shape: the cotangent's is not the output's")
        arrived.setdefault(edge_of(y), []).append(g)
    return {edge: np.sum(gradients, axis=0) for edge, gradients in arrived.items()}
""",
    ),
    "fill_grads": (
        """
def fill_grads(gradients, fresh=False):
    for leaf in gradients:
        if leaf.grad is None:
            leaf.grad = mg.zeros_like(leaf)
        if fresh:
            leaf.grad.zero_()
        leaf.grad.array += gradients[leaf]
""",
        """
def fill_grads(gradients, fresh=False):
    for leaf, g in gradients.items():
        old = leaf.grad
        if old is None:
            leaf.grad = mg.tensor(g.copy())
        else:
            np.copyto(old.array, g if fresh else old.array + g)
""",
    ),
    "naive_runs": (
        """
def naive_runs(root):
    nodes, todo = {root}, [root]
    while todo:
        new = {edge for edge in todo.pop().edges if isinstance(edge, Node)} - nodes
        nodes |= new
        todo += new
    runs = dict.fromkeys(nodes, 0)
    runs[root] = 1
    for node in sorted(nodes, key=lambda node: node.number, reverse=True):
        for edge in node.edges:
            if isinstance(edge, Node):
                runs[edge] += runs[node]
    return sum(runs.values())
""",
        """
from functools import cache

@cache
def naive_runs(root):
    total = 1
    for edge in root.edges:
        if isinstance(edge, Node):
            total += naive_runs(edge)
    return total
""",
    ),
}
HALF = ("send", "run_order", "naive_runs")
TOGETHER = {"test_whole": ("send", "run_order", "first_gradients", "fill_grads")}
NO_REFERENCE = {
    "naive_runs": "minigrad runs every node once and counts no other way of walking",
}
