"""Assignment 2, the graph: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant

LEAVES_AGAIN = """
def leaves(node):
    found, todo = [], [node]
    while todo:
        for edge in todo.pop().edges:
            if isinstance(edge, Node):
                todo.append(edge)
            elif edge is not None:
                found.append(edge)
    return found
"""
LEAVES_RECURSIVE = """
def leaves(node, seen=None):
    seen = set() if seen is None else seen
    for edge in node.edges:
        if isinstance(edge, Node):
            leaves(edge, seen)
        elif edge is not None:
            seen.add(edge)
    return list(seen)
"""
WRITTEN_WITHOUT_CONSTANTS = """
def written(node, names):
    if not isinstance(node, Node):
        return next(name for leaf, name in names if leaf is node)
    return f"{node.name()}({', '.join(written(edge, names) for edge in node.edges if edge is not None)})"
"""
WRITTEN_BY_EQUAL_NUMBERS = """
def written(node, names):
    if node is None:
        return "-"
    if not isinstance(node, Node):
        return [name for leaf, name in names if leaf == node][-1]
    return f"{node.name()}({', '.join(written(edge, names) for edge in node.edges)})"
"""
WRITTEN_AS_A_SET = """
def written(node, names):
    if node is None:
        return "-"
    if not isinstance(node, Node):
        return next(name for leaf, name in names if leaf is node)
    edges = dict.fromkeys(node.edges)
    return f"{node.name()}({', '.join(written(edge, names) for edge in edges)})"
"""
LONGEST_FIRST_EDGE = """
def longest(node):
    length = 0
    while isinstance(node, Node):
        length += 1
        node = node.edges[0]
    return length
"""
LONGEST_RECURSIVE = """
def longest(node):
    return 1 + max([longest(edge) for edge in node.edges if isinstance(edge, Node)], default=0)
"""
LONGEST_BREADTH_FIRST = """
def longest(node):
    seen, level, length = {node}, [node], 0
    while level:
        length += 1
        level = [edge for node in level for edge in node.edges if isinstance(edge, Node) and edge not in seen]
        seen.update(level)
    return length
"""
LONGEST_COUNTS_ALL = """
def longest(node):
    seen, todo = set(), [node]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += [edge for edge in node.edges if isinstance(edge, Node)]
    return len(seen)
"""
LONGEST_BY_NUMBERS = """
def longest(node):
    seen, todo = {node}, [node]
    while todo:
        new = {edge for edge in todo.pop().edges if isinstance(edge, Node)} - seen
        seen |= new
        todo += new
    return node.number - min(other.number for other in seen) + 1
"""
QUIETLY_ALWAYS_ON = """
def quietly(function, *args):
    mode.enabled = False
    result = function(*args)
    mode.enabled = True
    return result
"""
QUIETLY_DETACHES = """
def quietly(function, *args):
    result = function(*args)
    return result.detach() if isinstance(result, mg.Tensor) else result
"""
CUBE_BY_POWER = "def cube(x):\n    return x ** 3\n"
CUBE_FORGETS_G = """
def cube(x):
    return record(Op("CubeBackward0", lambda g, a: a * a * 3), x.array ** 3, (x,))
"""
CUBE_SAVES_THE_RESULT = """
def cube(x):
    return record(Op("CubeBackward0", lambda g, a, out: g * out / a * 3), x.array ** 3, (x,))
"""
KEPT_TWICE = """
def bytes_kept(node):
    total, seen, todo = 0, {node}, [node]
    while todo:
        node = todo.pop()
        total += sum(t.array.nbytes for t in node.saved_tensors.values())
        for edge in node.edges:
            if isinstance(edge, Node) and edge not in seen:
                seen.add(edge)
                todo.append(edge)
    return total
"""
KEPT_BY_TENSOR = """
def bytes_kept(node):
    saved, seen, todo = set(), {node}, [node]
    while todo:
        node = todo.pop()
        saved |= set(node.saved_tensors.values())
        new = {edge for edge in node.edges if isinstance(edge, Node)} - seen
        seen |= new
        todo += new
    return sum(t.array.nbytes for t in saved)
"""
KEPT_ONE_NODE = """
def bytes_kept(node):
    return sum({id(t.array): t.array.nbytes for t in node.saved_tensors.values()}.values())
"""

# minigrad's own: its modes, its pictures, which know all nodes and what they save, and its power
DRAWN = """
import numpy as np
from minigrad.graph import made_by
from minigrad.pictures import Drawing

def drawn(node, names=(), saved=False):
    return Drawing([made_by(node, np.zeros(()))], {name: leaf for leaf, name in names}, saved=saved)
"""
CALLS = {
    "leaves": DRAWN + "def leaves(node):\n    return [t for t in drawn(node).items if isinstance(t, mg.Tensor)]\n",
    "written": DRAWN + "def written(node, names):\n    return ', '.join(drawn(node, names).text.split())\n",
    "longest": "from minigrad.graphs import behind\n\ndef longest(node):\n    return len(behind([node]))\n",
    "quietly": "def quietly(function, *args):\n    with mg.no_grad():\n        return function(*args)\n",
    "cube": CUBE_BY_POWER,
    "bytes_kept": DRAWN
    + "def bytes_kept(node):\n    saved = [item for item in drawn(node, saved=True).items if hasattr(item, 'then')]\n"
    + "    return sum({id(item.array): item.array.nbytes for item in saved}.values())\n",
}

MUTANTS = {
    "leaves_again": Mutant(cells={"leaves": LEAVES_AGAIN}, lost={"test_leaves": 2.5}),
    "cube_forgets_the_cotangent": Mutant(
        cells={"cube": CUBE_FORGETS_G}, lost={"test_cube": 2}, diagnosed=("cotangent ignored",)
    ),
    "quietly_always_on": Mutant(cells={"quietly": QUIETLY_ALWAYS_ON}, lost={"test_quietly": 2}),
    "leaves_recursive": Mutant(cells={"leaves": LEAVES_RECURSIVE}, lost={"test_leaves": 0.5}),
    "written_without_constants": Mutant(cells={"written": WRITTEN_WITHOUT_CONSTANTS}, lost={"test_written": 3.5}),
    "written_by_equal_numbers": Mutant(cells={"written": WRITTEN_BY_EQUAL_NUMBERS}, lost={"test_written": 2}),
    "written_as_a_set": Mutant(cells={"written": WRITTEN_AS_A_SET}, lost={"test_written": 2.5}),
    "longest_first_edge": Mutant(cells={"longest": LONGEST_FIRST_EDGE}, lost={"test_longest": 2}),
    "longest_recursive": Mutant(cells={"longest": LONGEST_RECURSIVE}, lost={"test_longest": 1}),
    "longest_breadth_first": Mutant(cells={"longest": LONGEST_BREADTH_FIRST}, lost={"test_longest": 3}),
    "longest_counts_all_nodes": Mutant(cells={"longest": LONGEST_COUNTS_ALL}, lost={"test_longest": 2.5}),
    "longest_by_numbers": Mutant(cells={"longest": LONGEST_BY_NUMBERS}, lost={"test_longest": 2.5}),
    "quietly_detaches": Mutant(cells={"quietly": QUIETLY_DETACHES}, lost={"test_quietly": 2}),
    "cube_saves_the_result": Mutant(cells={"cube": CUBE_SAVES_THE_RESULT}, lost={"test_cube": 1}),
    "kept_twice": Mutant(cells={"bytes_kept": KEPT_TWICE}, lost={"test_kept": 3}),
    "kept_by_tensor": Mutant(cells={"bytes_kept": KEPT_BY_TENSOR}, lost={"test_kept": 2.5}),
    "kept_of_one_node": Mutant(cells={"bytes_kept": KEPT_ONE_NODE}, lost={"test_kept": 2}),
    "calls_the_reference": Mutant(
        cells=CALLS,
        lost={
            "test_leaves": 3, "test_written": 4, "test_longest": 4, "test_quietly": 4, "test_cube": 4, "test_kept": 3
        },
        diagnosed=("calls what is asked",),
    ),
}
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
HALF = ("leaves", "longest", "cube")
