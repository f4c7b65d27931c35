"""Assignment 2, the graph: the sources of its wrong solutions."""

from __future__ import annotations

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
LEAVES_FOR_EVERY_USE = """
def leaves(node):
    found, seen, todo = [], {node}, [node]
    while todo:
        for edge in todo.pop().edges:
            if isinstance(edge, Node):
                if edge not in seen:
                    seen.add(edge)
                    todo.append(edge)
            elif edge is not None:
                found.append(edge)
    return found
"""
LEAVES_BY_EVERY_WAY = """
def leaves(node):
    found, todo = set(), [node]
    while todo:
        for edge in todo.pop().edges:
            if isinstance(edge, Node):
                todo.append(edge)
            elif edge is not None:
                found.add(edge)
    return list(found)
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
LEAVES_BY_EQUAL_NUMBERS = """
def leaves(node):
    found, seen, todo = [], {node}, [node]
    while todo:
        for edge in todo.pop().edges:
            if isinstance(edge, Node) and edge not in seen:
                seen.add(edge)
                todo.append(edge)
            elif isinstance(edge, mg.Tensor) and edge not in found:
                found.append(edge)
    return found
"""
LEAVES_AS_STAND_INS = """
def leaves(node):
    found, seen, todo = set(), {node}, [node]
    while todo:
        for edge, _ in todo.pop().next_functions:
            if edge is not None and edge.name() == "AccumulateGrad":
                found.add(edge)
            elif edge is not None and edge not in seen:
                seen.add(edge)
                todo.append(edge)
    return list(found)
"""
LEAVES_WITH_NONE = """
def leaves(node):
    found, seen, todo = [], {node}, [node]
    while todo:
        for edge in todo.pop().edges:
            if edge not in seen:
                seen.add(edge)
                (todo if isinstance(edge, Node) else found).append(edge)
    return found
"""
# chapter 2's nodes_behind(result), which takes a result
NODES_BEHIND = """
def {name}(node):
    found = {{node}}
    todo = list(found)
    while todo:
        new = {{edge for edge in todo.pop().edges if isinstance(edge, Node)}} - found
        found |= new
        todo += new
    return {result}
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
WRITTEN = """
def written(node, names):
    if node is None:
        return "-"
    if not isinstance(node, Node):
        return next(name for leaf, name in names if leaf is node)
    return f"{{node.name()}}({{', '.join(written(edge, names) for edge in {edges})}})"
"""
WRITTEN_ONCE = """
def written(node, names, seen=None):
    seen = set() if seen is None else seen
    if node is None:
        return "-"
    if not isinstance(node, Node):
        return next(name for leaf, name in names if leaf is node)
    if node in seen:
        return node.name()
    seen.add(node)
    return f"{node.name()}({', '.join(written(edge, names, seen) for edge in node.edges)})"
"""
# chapter 2's way along the trail, which prints one name after the other
WRITTEN_ALONG_THE_TRAIL = """
def written(node, names):
    text, brackets = "", 0
    while node.name() != "AccumulateGrad":
        text, brackets = text + node.name() + "(", brackets + 1
        node = node.next_functions[0][0]
    return text + next(name for leaf, name in names if leaf is node.variable) + ")" * brackets
"""
LONGEST_ALONG_THE_TRAIL = """
def longest(node):
    length = 0
    while node.name() != "AccumulateGrad":
        length += 1
        node = node.next_functions[0][0]
    return length
"""
LONGEST_ALONG_THE_LAST = """
def longest(node):
    length = 0
    while isinstance(node, Node):
        length += 1
        node = [edge for edge in node.edges if edge is not None][-1]
    return length
"""
LONGEST_TOLD_LAST = """
def longest(node):
    behind, todo = {node}, [node]
    while todo:
        new = {edge for edge in todo.pop().edges if isinstance(edge, Node)} - behind
        behind |= new
        todo += new
    length = {node: 1}
    for one in sorted(behind, key=lambda one: -one.number):
        for edge in one.edges:
            if isinstance(edge, Node):
                length[edge] = length[one] + 1
    return max(length.values())
"""
LONGEST_WITH_THE_LEAF = """
def longest(node):
    behind, todo = {node}, [node]
    while todo:
        new = {edge for edge in todo.pop().edges if isinstance(edge, Node)} - behind
        behind |= new
        todo += new
    length = {}
    for one in sorted(behind, key=lambda one: one.number):
        length[one] = 1 + max(length.get(edge, 1) for edge in one.edges)
    return length[node]
"""
LONGEST_ALONG_THE_LATEST = """
def longest(node):
    length, behind = 0, [node]
    while behind:
        node = max(behind, key=lambda one: one.number)
        length += 1
        behind = [edge for edge in node.edges if isinstance(edge, Node)]
    return length
"""
LONGEST_RECURSIVE = """
def longest(node):
    return 1 + max([longest(edge) for edge in node.edges if isinstance(edge, Node)], default=0)
"""
LONGEST_REMEMBERED = """
from functools import cache

@cache
def longest(node):
    return 1 + max([longest(edge) for edge in node.edges if isinstance(edge, Node)], default=0)
"""
LONGEST_BREADTH_FIRST = """
def longest(node):
    seen, level, length = {node}, {node}, 0
    while level:
        length += 1
        level = {edge for node in level for edge in node.edges if isinstance(edge, Node)} - seen
        seen |= level
    return length
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
LONGEST_AS_FOUND = """
def longest(node):
    found, todo = {node: None}, [node]
    while todo:
        for edge in todo.pop().edges:
            if isinstance(edge, Node) and edge not in found:
                found[edge] = None
                todo.append(edge)
    length = {}
    for one in reversed(found):
        length[one] = 1 + max([length[edge] for edge in one.edges if isinstance(edge, Node)], default=0)
    return length[node]
"""
LONGEST_IN_EDGES = """
def longest(node):
    behind, todo = {node}, [node]
    while todo:
        new = {edge for edge in todo.pop().edges if isinstance(edge, Node)} - behind
        behind |= new
        todo += new
    length = {}
    for one in sorted(behind, key=lambda one: one.number):
        length[one] = max([length[edge] + 1 for edge in one.edges if isinstance(edge, Node)], default=0)
    return length[node]
"""
# chapter 2's without_trace(function)
QUIETLY_NAIVE = """
def quietly(function, *args):
    mode.enabled = False
    result = function(*args)
    mode.enabled = True
    return result
"""
QUIETLY_ALWAYS_ON = """
def quietly(function, *args):
    mode.enabled = False
    try:
        return function(*args)
    finally:
        mode.enabled = True
"""
QUIETLY_WITHOUT_FINALLY = """
def quietly(function, *args):
    before = mode.enabled
    mode.enabled = False
    result = function(*args)
    mode.enabled = before
    return result
"""
QUIETLY_FOR_GOOD = """
def quietly(function, *args):
    mode.enabled = False
    return function(*args)
"""
QUIETLY_ONE_MEMORY = """
before = True

def quietly(function, *args):
    global before
    before, mode.enabled = mode.enabled, False
    try:
        return function(*args)
    finally:
        mode.enabled = before
"""
QUIETLY_SWITCHED_OVER = """
def quietly(function, *args):
    mode.enabled = not mode.enabled
    try:
        return function(*args)
    finally:
        mode.enabled = not mode.enabled
"""
QUIETLY_SWALLOWS = """
def quietly(function, *args):
    before, mode.enabled = mode.enabled, False
    try:
        result = function(*args)
    except Exception:
        result = None
    mode.enabled = before
    return result
"""
QUIETLY_DETACHES = """
def quietly(function, *args):
    result = function(*args)
    return result.detach() if isinstance(result, mg.Tensor) else result
"""
CUBE_BY_POWER = "def cube(x):\n    return x ** 3\n"
CUBE_OF_PRODUCTS = "def cube(x):\n    return x * x * x\n"
CUBE_WITHOUT_A_NODE = "def cube(x):\n    return mg.tensor(x.array ** 3)\n"
CUBE = """
def cube(x):
    return record(Op("CubeBackward0", {rule}), x.array ** 3, (x,))
"""
# chapter 2's SLANT and slant, whose rule reads the result
CUBE_LIKE_SLANT = """
CUBE = Op("CubeBackward0", lambda g, a, out: g * 3 * out / a)

def cube(t):
    return record(CUBE, t.array ** 3, (t,))
"""
CUBE_WITHOUT_THE_COMMA = """
def cube(x):
    return record(Op("CubeBackward0", lambda g, a: g * 3 * a ** 2), x.array ** 3, (x))
"""
KEPT_ELEMENTS = """
def bytes_kept(node):
    arrays, seen, todo = {}, {node}, [node]
    while todo:
        node = todo.pop()
        arrays |= {id(t.array): t.array.size for t in node.saved_tensors.values()}
        new = {edge for edge in node.edges if isinstance(edge, Node)} - seen
        seen |= new
        todo += new
    return sum(arrays.values())
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
KEPT_NODE_BY_NODE = """
def bytes_kept(node):
    total, seen, todo = 0, {node}, [node]
    while todo:
        node = todo.pop()
        total += sum({id(t.array): t.array.nbytes for t in node.saved_tensors.values()}.values())
        new = {edge for edge in node.edges if isinstance(edge, Node)} - seen
        seen |= new
        todo += new
    return total
"""
KEPT_BY_EQUAL_NUMBERS = """
import numpy as np

def bytes_kept(node):
    nodes, kept = [node], []
    for node in nodes:
        for saved in node.saved_tensors.values():
            if not any(np.array_equal(saved.array, array) for array in kept):
                kept.append(saved.array)
        nodes += [edge for edge in node.edges if isinstance(edge, Node) and edge not in nodes]
    return sum(array.nbytes for array in kept)
"""
KEPT_WITH_LEAVES = """
def bytes_kept(node):
    arrays, seen, todo = {}, {node}, [node]
    while todo:
        node = todo.pop()
        for saved in node.saved_tensors.values():
            arrays[id(saved.array)] = saved.array.nbytes
        for edge in node.edges:
            if isinstance(edge, mg.Tensor):
                arrays[id(edge.array)] = edge.array.nbytes
            elif edge is not None and edge not in seen:
                seen.add(edge)
                todo.append(edge)
    return sum(arrays.values())
"""
KEPT_WITHOUT_CONSTANTS = """
def bytes_kept(node):
    arrays, seen, todo = {}, {node}, [node]
    while todo:
        node = todo.pop()
        arrays |= {id(t.array): t.array.nbytes for t in node.saved_tensors.values() if t.requires_grad}
        new = {edge for edge in node.edges if isinstance(edge, Node)} - seen
        seen |= new
        todo += new
    return sum(arrays.values())
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
