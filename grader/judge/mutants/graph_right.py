"""Assignment 2, the graph: right solutions in another hand."""

from __future__ import annotations

RIGHT = {
    "leaves": (
        """
def leaves(node):
    found, nodes, met = {}, [node], {id(node)}
    for node in nodes:  # grows while it is read
        for edge in node.edges:
            if isinstance(edge, mg.Tensor):
                found[id(edge)] = edge
            elif edge is not None and id(edge) not in met:
                met.add(id(edge))
                nodes.append(edge)
    return list(found.values())
""",
        """
def leaves(node):
    level, known = {node}, set()
    while level:
        known |= level
        level = {edge for node in level if isinstance(node, Node) for edge in node.edges if edge is not None} - known
    return [one for one in known if not isinstance(one, Node)]
""",
    ),
    "written": (
        """
def written(node, names):
    text = ""
    todo = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            text += one
        elif one is None:
            text += "-"
        elif isinstance(one, Node):
            text += one.name() + "("
            todo.append(")")
            for i, edge in reversed(list(enumerate(one.edges))):
                todo += [edge] if i == 0 else [edge, ", "]
        else:
            text += [name for leaf, name in names if leaf is one][0]
    return text
""",
        """
def written(node, names):
    known = {id(leaf): name for leaf, name in names} | {id(None): "-"}
    def write(edge):
        if id(edge) in known:
            return known[id(edge)]
        return edge.name() + "(" + ", ".join(map(write, edge.edges)) + ")"
    return write(node)
""",
    ),
    "longest": (
        """
def longest(node):
    length, todo = {}, [node]
    while todo:
        top = todo[-1]
        behind = [edge for edge in top.edges if isinstance(edge, Node)]
        missing = [edge for edge in behind if edge not in length]
        if missing:
            todo += missing
        else:
            length[top] = 1 + max((length[edge] for edge in behind), default=0)
            todo.pop()
    return length[node]
""",
        """
import heapq

def longest(node):
    depth, heap = {node: 1}, [(-node.number, node)]
    while heap:
        _, one = heapq.heappop(heap)
        for edge in one.edges:
            if isinstance(edge, Node):
                if edge not in depth:
                    heapq.heappush(heap, (-edge.number, edge))
                depth[edge] = max(depth.get(edge, 0), depth[one] + 1)
    return max(depth.values())
""",
    ),
    "quietly": (
        """
class Silence:
    def __enter__(self):
        self.before = mode.enabled
        mode.enabled = False

    def __exit__(self, *about):
        mode.enabled = self.before

def quietly(function, *args):
    with Silence():
        return function(*args)
""",
        """
from contextlib import ExitStack

def quietly(function, *args):
    with ExitStack() as stack:
        stack.callback(setattr, mode, "enabled", mode.enabled)
        mode.enabled = False
        result = function(*args)
    return result
""",
    ),
    "cube": (
        """
def cube_rule(g, a):
    return 3 * a ** 2 * g

CUBE = Op("CubeBackward0", cube_rule)

def cube(x):
    return record(CUBE, x.array ** 3, (x,))
""",
        """
def cube(x):
    import numpy as np
    return record(Op("CubeBackward0", lambda g, a: g * 3 * np.square(a)), np.power(x.array, 3), (x,))
""",
    ),
    "bytes_kept": (
        """
def bytes_kept(node):
    nodes, kept = [node], []
    for node in nodes:
        for saved in node.saved_tensors.values():
            if not any(saved.array is array for array in kept):
                kept.append(saved.array)
        nodes += [edge for edge in node.edges if isinstance(edge, Node) and edge not in nodes]
    return sum(array.nbytes for array in kept)
""",
        """
def bytes_kept(node):
    seen, sizes = set(), {}
    def visit(node):
        if isinstance(node, Node) and node not in seen:
            seen.add(node)
            sizes.update({id(t.array): t.array.size * t.array.itemsize for t in node.saved_tensors.values()})
            for edge in node.edges:
                visit(edge)
    visit(node)
    return sum(sizes.values())
""",
    ),
}
