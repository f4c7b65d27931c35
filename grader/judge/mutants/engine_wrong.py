"""Assignment 4, the engine: the sources of its wrong solutions."""

from __future__ import annotations

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
SEND_INTO_THE_NEW_ONE = """
def send(pending, edge, g):
    if edge in pending:
        g += pending[edge]
    pending[edge] = g
"""
SEND_FROM_ZEROS = "def send(pending, edge, g):\n    pending[edge] = pending.get(edge, np.zeros(g.shape)) + g\n"
SEND_WITHOUT_A_FIRST = "def send(pending, edge, g):\n    pending[edge] += g\n"
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
ORDER_NOT_TURNED_ROUND = """
def run_order(roots):
    finished, seen, todo = [], set(), [(root, False) for root in roots]
    while todo:
        node, done = todo.pop()
        if done:
            finished.append(node)
        elif node not in seen:
            seen.add(node)
            todo.append((node, True))
            todo += [(edge, False) for edge in node.edges if isinstance(edge, Node)]
    return finished
"""
ORDER_OF_ONE_ROOT = """
def run_order(roots):
    finished, seen, todo = [], set(), [(roots[0], False)]
    while todo:
        node, done = todo.pop()
        if done:
            finished.append(node)
        elif node not in seen:
            seen.add(node)
            todo.append((node, True))
            todo += [(edge, False) for edge in node.edges if isinstance(edge, Node)]
    return finished[::-1]
"""
ORDER_ROOT_BY_ROOT = """
def order_of(root):
    finished, seen, todo = [], set(), [(root, False)]
    while todo:
        node, done = todo.pop()
        if done:
            finished.append(node)
        elif node not in seen:
            seen.add(node)
            todo.append((node, True))
            todo += [(edge, False) for edge in node.edges if isinstance(edge, Node)]
    return finished[::-1]

def run_order(roots):
    return list(dict.fromkeys(node for root in roots for node in order_of(root)))
"""
ORDER_MARKED_WHEN_FOUND = """
def run_order(roots):
    finished, seen, todo = [], set(roots), [(root, False) for root in dict.fromkeys(roots)]
    while todo:
        node, done = todo.pop()
        if done:
            finished.append(node)
        else:
            todo.append((node, True))
            for edge in node.edges:
                if isinstance(edge, Node) and edge not in seen:
                    seen.add(edge)
                    todo.append((edge, False))
    return finished[::-1]
"""
ORDER_SET_OF_EDGES = """
def run_order(roots):
    found, todo = {}, list(roots)
    while todo:
        node = todo.pop()
        if node not in found:
            found[node] = 0
            todo += [edge for edge in node.edges if isinstance(edge, Node)]
    for node in found:
        for edge in node.edges:
            if edge in found:
                found[edge] += 1
    order = [node for node, waits in found.items() if waits == 0]
    for node in order:
        for edge in set(node.edges):
            if edge in found:
                found[edge] -= 1
                if found[edge] == 0:
                    order.append(edge)
    return order
"""
ORDER_ROOTS_FIRST = """
def run_order(roots):
    waits, seen, todo = {}, set(), list(roots)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            for edge in node.edges:
                if isinstance(edge, Node):
                    waits[edge] = waits.get(edge, 0) + 1
                    todo.append(edge)
    order = list(dict.fromkeys(roots))
    for node in order:
        for edge in node.edges:
            if isinstance(edge, Node):
                waits[edge] -= 1
                if waits[edge] == 0 and edge not in order:
                    order.append(edge)
    return order
"""
ORDER_WITH_LEAVES = """
def run_order(roots):
    finished, seen, todo = [], set(), [(root, False) for root in roots]
    while todo:
        place, done = todo.pop()
        if done:
            finished.append(place)
        elif place is not None and place not in seen:
            seen.add(place)
            todo.append((place, True))
            todo += [(edge, False) for edge in getattr(place, "edges", ())]
    return finished[::-1]
"""
ORDER_PASTED = """
def run_order(roots):
    order, waiting = [], dict.fromkeys(roots)
    while nodes := [place for place in waiting if isinstance(place, Node)]:
        node = max(nodes, key=lambda node: node.number)
        order.append(node)
        waiting.pop(node)
        for source in node.edges:
            if source is not None:
                waiting[source] = None
    return order
"""
ORDER_BY_A_HEAP = """
from heapq import heapify, heappop, heappush

def run_order(roots):
    order, waiting = [], set(roots)
    heap = [(-root.number, root) for root in waiting]
    heapify(heap)
    while heap:
        node = heappop(heap)[1]
        order.append(node)
        for edge in node.edges:
            if isinstance(edge, Node) and edge not in waiting:
                waiting.add(edge)
                heappush(heap, (-edge.number, edge))
    return order
"""
FIRST = """
def first_gradients(outputs, cotangents):
    first = {}
    for i, (output, cotangent) in enumerate(zip(outputs, cotangents)):
        edge = edge_of(output)
        if edge is None:
            raise RuntimeError(f"element {i} of tensors does not require grad and does not have a grad_fn")
        if cotangent is None:
            if output.numel() != 1:
                raise RuntimeError("grad can be implicitly created only for scalar outputs")
            g = np.ones_like(output.array)
        elif isinstance(cotangent, (int, float)):
            g = np.full_like(output.array, cotangent)
        else:
            if cotangent.shape != output.shape:
                raise RuntimeError("Mismatch in shape")
            g = cotangent.array.astype(output.dtype)
        first[edge] = first[edge] + g if edge in first else g
    return first
"""


def changed(old: str, new: str) -> str:
    """A right `first_gradients` with one piece replaced, which must be there."""
    assert old in FIRST, old
    return FIRST.replace(old, new)


FIRST_OVERWRITES = changed("first[edge] + g if edge in first else g", "g")
FIRST_TENSORS_ONLY = changed(
    "        elif isinstance(cotangent, (int, float)):\n            g = np.full_like(output.array, cotangent)\n", ""
)
FIRST_NOT_SPREAD = changed("np.full_like(output.array, cotangent)", "np.array(cotangent, dtype=output.dtype)")
FIRST_FULL = changed("np.full_like(output.array, cotangent)", "np.full(output.shape, cotangent)")
FIRST_GIVEN_DTYPE = changed(".astype(output.dtype)", "")
FIRST_SEVERAL_REFUSED = changed("output.numel() != 1", "output.numel() > 1")
FIRST_BY_GRAD_FN = changed("edge = edge_of(output)", "edge = output.grad_fn")
FIRST_ELEMENT_0 = changed("element {i} of", "element 0 of")
FIRST_COUNTS_ELEMENTS = changed("cotangent.shape != output.shape", "cotangent.numel() != output.numel()")
FIRST_FLOATS_ONLY = changed("isinstance(cotangent, (int, float))", "isinstance(cotangent, float)")
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
        edge, g = edge_of(output), np.ones_like(output.array)
        first[edge] = first[edge] + g if edge in first else g
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
FILL_FRESH_REPLACES = """
def fill_grads(gradients, fresh=False):
    for leaf, g in gradients.items():
        if fresh or leaf.grad is None:
            leaf.grad = mg.tensor(np.array(g))
        else:
            leaf.grad.array[...] += g
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
COUNT_EDGES = """
def naive_runs(root):
    count, seen, todo = 1, {root}, [root]
    while todo:
        for edge in todo.pop().edges:
            if isinstance(edge, Node):
                count += 1
                if edge not in seen:
                    seen.add(edge)
                    todo.append(edge)
    return count
"""
COUNT_LEAVES_TOO = """
def naive_runs(root):
    known = {}
    def runs(place):
        if place is None:
            return 0
        if place not in known:
            known[place] = 1 + sum(runs(edge) for edge in getattr(place, "edges", ()))
        return known[place]
    return runs(root)
"""
COUNT_WITHOUT_THE_ROOT = """
def naive_runs(root):
    known = {}
    def below(node):
        if node not in known:
            known[node] = sum(1 + below(edge) for edge in node.edges if isinstance(edge, Node))
        return known[node]
    return below(root)
"""
COUNT_ENDS = """
def naive_runs(root):
    known = {}
    def ends(node):
        if node not in known:
            known[node] = sum(ends(edge) for edge in node.edges if isinstance(edge, Node)) or 1
        return known[node]
    return ends(root)
"""
COUNT_SET_OF_EDGES = """
def naive_runs(root):
    known = {}
    def runs(node):
        if node not in known:
            known[node] = 1 + sum(runs(edge) for edge in set(node.edges) if isinstance(edge, Node))
        return known[node]
    return runs(root)
"""
COUNT_PASTED = """
def naive_runs(root):
    runs = []

    def visit(place):
        if isinstance(place, Node):
            runs[0] += 1
            for source in place.edges:
                if source is not None:
                    visit(source)

    runs.append(0)
    visit(root)
    return runs[0]
"""
COUNT_BY_RUNNING = """
def naive_runs(root):
    return 1 + sum(naive_runs(edge) for edge in root.edges if isinstance(edge, Node))
"""
SEND_COPIES = """
def send(pending, edge, g):
    new = dict(pending)
    new[edge] = new[edge] + g if edge in new else g
    return new
"""
SEND_LISTS = """
def send(pending, edge, g):
    pending.setdefault(edge, []).append(g)
"""
SEND_FORGETS_THE_FIRST = """
def send(pending, edge, g):
    if edge not in pending:
        pending[edge] = np.zeros_like(g)
    else:
        pending[edge] = pending[edge] + g
"""
ORDER_ASKS_LEAVES = """
def run_order(roots):
    finished, seen, todo = [], set(), [(root, False) for root in roots]
    while todo:
        node, done = todo.pop()
        if done:
            finished.append(node)
        elif node not in seen:
            seen.add(node)
            todo.append((node, True))
            todo += [(edge, False) for edge in node.edges if edge is not None]
    return [node for node in finished[::-1] if isinstance(node, Node)]
"""
ORDER_MOVED_BACK = """
def run_order(roots):
    order, todo = [], list(roots)
    while todo:
        node = todo.pop(0)
        if node in order:
            order.remove(node)
        order.append(node)
        todo += [edge for edge in node.edges if isinstance(edge, Node)]
    return order
"""
FIRST_WITH_PLACES_BY_GRAD_FN = """
def first_gradients(outputs, cotangents):
    first = {}
    for i, (output, cotangent) in enumerate(zip(outputs, cotangents)):
        if not output.requires_grad:
            raise RuntimeError(f"element {i} of tensors does not require grad and does not have a grad_fn")
        if cotangent is None and output.numel() != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        if isinstance(cotangent, mg.Tensor) and cotangent.shape != output.shape:
            raise RuntimeError("Mismatch in shape")
        g = getattr(cotangent, "array", 1 if cotangent is None else cotangent)
        g = np.full_like(output.array, g)
        edge = output.grad_fn
        first[edge] = first[edge] + g if edge in first else g
    return first
"""
FIRST_TAKES_0_FOR_NONE = FIRST_WITH_PLACES_BY_GRAD_FN.replace(
    "cotangent is None", "not isinstance(cotangent, mg.Tensor) and not cotangent"
).replace("output.grad_fn", "edge_of(output)")
FIRST_ADDS_IN_PLACE = FIRST_WITH_PLACES_BY_GRAD_FN.replace("output.grad_fn", "edge_of(output)").replace(
    "        g = np.full_like(output.array, g)\n",
    "        g = np.asarray(g, output.array.dtype)\n"
    "        if g.ndim == 0:\n            g = np.full_like(output.array, g)\n",
).replace(
    "        first[edge] = first[edge] + g if edge in first else g\n",
    "        if edge in first:\n            first[edge] += g\n        else:\n            first[edge] = g\n",
)
FIRST_TENSORS = FIRST_WITH_PLACES_BY_GRAD_FN.replace("output.grad_fn", "edge_of(output)").replace(
    "np.full_like(output.array, g)", "mg.tensor(np.full_like(output.array, g))"
)
FILL_RETURNS = """
def fill_grads(gradients, fresh=False):
    return {leaf: g if fresh or leaf.grad is None else leaf.grad.array + g for leaf, g in gradients.items()}
"""
FILL_WITHOUT_A_FIRST = """
def fill_grads(gradients, fresh=False):
    for leaf, g in gradients.items():
        if fresh:
            leaf.grad.zero_()
        leaf.grad.array[...] += g
"""
COUNT_TOO_SOON = """
def naive_runs(root):
    runs, todo = {root: 1}, [root]
    for node in todo:
        for edge in node.edges:
            if isinstance(edge, Node):
                if edge not in runs:
                    runs[edge] = 0
                    todo.append(edge)
                runs[edge] += runs[node]
    return sum(runs.values())
"""
