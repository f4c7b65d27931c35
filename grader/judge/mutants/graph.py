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

MUTANTS = {
    "leaves_again": Mutant(
        cells={"leaves": LEAVES_AGAIN}, lost={"test_leaves": 3}, diagnosed=("leaf found again", "took too long")
    ),
    "cube_forgets_the_cotangent": Mutant(
        cells={"cube": CUBE.format(rule="lambda g, a: a * a * 3")},
        lost={"test_cube": 3},
        diagnosed=("cotangent ignored",),
    ),
    "quietly_pasted_from_the_chapter": Mutant(
        cells={"quietly": QUIETLY_NAIVE},
        lost={"test_quietly": 3.5},
        diagnosed=("on whatever was before", "off after an exception"),
    ),
    "leaves_for_every_use": Mutant(
        cells={"leaves": LEAVES_FOR_EVERY_USE}, lost={"test_leaves": 3}, diagnosed=("leaf found again",)
    ),
    "leaves_by_every_way": Mutant(
        cells={"leaves": LEAVES_BY_EVERY_WAY}, lost={"test_leaves": 0.5}, diagnosed=("took too long",)
    ),
    "leaves_recursive": Mutant(
        cells={"leaves": LEAVES_RECURSIVE}, lost={"test_leaves": 0.5}, diagnosed=("recursion",)
    ),
    "leaves_by_equal_numbers": Mutant(
        cells={"leaves": LEAVES_BY_EQUAL_NUMBERS},
        lost={"test_leaves": 2},
        diagnosed=("equal numbers taken for one",),
    ),
    "leaves_as_stand_ins": Mutant(
        cells={"leaves": LEAVES_AS_STAND_INS}, lost={"test_leaves": 3}, diagnosed=("stand-ins for leaves",)
    ),
    "leaves_with_none": Mutant(
        cells={"leaves": LEAVES_WITH_NONE}, lost={"test_leaves": 2}, diagnosed=("None among the leaves",)
    ),
    "leaves_pasted_from_the_chapter": Mutant(
        cells={"leaves": NODES_BEHIND.format(name="leaves", result="sorted(found, key=lambda node: -node.number)")},
        lost={"test_leaves": 3},
        diagnosed=("nodes for leaves",),
    ),
    "written_without_constants": Mutant(
        cells={"written": WRITTEN_WITHOUT_CONSTANTS},
        lost={"test_written": 3.5},
        diagnosed=("constants left out",),
    ),
    "written_by_equal_numbers": Mutant(
        cells={"written": WRITTEN_BY_EQUAL_NUMBERS},
        lost={"test_written": 2.5},
        diagnosed=("equal numbers taken for one",),
    ),
    "written_as_a_set": Mutant(
        cells={"written": WRITTEN.format(edges="dict.fromkeys(node.edges)")},
        lost={"test_written": 2.5},
        diagnosed=("equal edges merged",),
    ),
    "written_from_the_right": Mutant(
        cells={"written": WRITTEN.format(edges="node.edges[::-1]")},
        lost={"test_written": 4},
        diagnosed=("arguments turned round",),
    ),
    "written_once_only": Mutant(
        cells={"written": WRITTEN_ONCE}, lost={"test_written": 2.5}, diagnosed=("written once only",)
    ),
    "written_pasted_from_the_chapter": Mutant(
        cells={"written": WRITTEN_ALONG_THE_TRAIL},
        lost={"test_written": 4},
        diagnosed=("constants left out", "first edge only"),
    ),
    "longest_recursive": Mutant(
        cells={"longest": LONGEST_RECURSIVE}, lost={"test_longest": 1}, diagnosed=("took too long",)
    ),
    "longest_recursive_and_remembered": Mutant(
        cells={"longest": LONGEST_REMEMBERED}, lost={"test_longest": 0.5}, diagnosed=("recursion",)
    ),
    "longest_breadth_first": Mutant(
        cells={"longest": LONGEST_BREADTH_FIRST}, lost={"test_longest": 2.5}, diagnosed=("longer way not taken",)
    ),
    "longest_pasted_from_the_chapter": Mutant(
        cells={"longest": NODES_BEHIND.format(name="longest", result="len(found)")},
        lost={"test_longest": 3},
        diagnosed=("all nodes counted",),
    ),
    "longest_along_the_trail_of_the_chapter": Mutant(
        cells={"longest": LONGEST_ALONG_THE_TRAIL}, lost={"test_longest": 2.5}, diagnosed=("first edge only",)
    ),
    "longest_along_the_last_edges": Mutant(
        cells={"longest": LONGEST_ALONG_THE_LAST}, lost={"test_longest": 2.5}, diagnosed=("last edge only",)
    ),
    "longest_along_the_latest_nodes": Mutant(
        cells={"longest": LONGEST_ALONG_THE_LATEST}, lost={"test_longest": 2.5}, diagnosed=("latest input only",)
    ),
    "longest_told_last": Mutant(
        cells={"longest": LONGEST_TOLD_LAST},
        lost={"test_longest": 2.5},
        diagnosed=("longer way not taken",),
    ),
    "longest_with_the_leaf": Mutant(
        cells={"longest": LONGEST_WITH_THE_LEAF}, lost={"test_longest": 4}, diagnosed=("leaf counted as a node",)
    ),
    "longest_by_numbers": Mutant(
        cells={"longest": LONGEST_BY_NUMBERS}, lost={"test_longest": 3}, diagnosed=("numbers subtracted",)
    ),
    "longest_as_they_are_found": Mutant(
        cells={"longest": LONGEST_AS_FOUND}, lost={"test_longest": 2.5}, diagnosed=("length asked too early",)
    ),
    "longest_in_edges": Mutant(
        cells={"longest": LONGEST_IN_EDGES}, lost={"test_longest": 4}, diagnosed=("one node too few",)
    ),
    "quietly_always_on": Mutant(
        cells={"quietly": QUIETLY_ALWAYS_ON}, lost={"test_quietly": 2.5}, diagnosed=("on whatever was before",)
    ),
    "quietly_without_finally": Mutant(
        cells={"quietly": QUIETLY_WITHOUT_FINALLY},
        lost={"test_quietly": 2},
        diagnosed=("off after an exception",),
    ),
    "quietly_with_one_memory": Mutant(
        cells={"quietly": QUIETLY_ONE_MEMORY}, lost={"test_quietly": 1}, diagnosed=("recording stays off",)
    ),
    "quietly_for_good": Mutant(
        cells={"quietly": QUIETLY_FOR_GOOD},
        lost={"test_quietly": 3.5},
        diagnosed=("recording stays off", "off after an exception"),
    ),
    "quietly_switched_over": Mutant(
        cells={"quietly": QUIETLY_SWITCHED_OVER}, lost={"test_quietly": 2.5}, diagnosed=("switched over, not off",)
    ),
    "quietly_swallows_the_exception": Mutant(
        cells={"quietly": QUIETLY_SWALLOWS}, lost={"test_quietly": 2}, diagnosed=("exception swallowed",)
    ),
    "quietly_detaches": Mutant(
        cells={"quietly": QUIETLY_DETACHES}, lost={"test_quietly": 2.5}, diagnosed=("recording never off",)
    ),
    "cube_pasted_from_the_chapter": Mutant(
        cells={"cube": CUBE_LIKE_SLANT}, lost={"test_cube": 1}, diagnosed=("result saved too",)
    ),
    "cube_reads_x_from_outside": Mutant(
        cells={"cube": CUBE.format(rule="lambda g: g * 3 * x.array ** 2")},
        lost={"test_cube": 4},
        diagnosed=("nothing saved", "slope at another x"),
    ),
    "cube_saves_a_and_reads_x": Mutant(
        cells={"cube": CUBE.format(rule="lambda g, a: g * 3 * x.array ** 2")},
        lost={"test_cube": 3},
        diagnosed=("slope at another x",),
    ),
    "cube_of_products": Mutant(
        cells={"cube": CUBE_OF_PRODUCTS}, lost={"test_cube": 4}, diagnosed=("recorded by other operations",)
    ),
    "cube_without_a_node": Mutant(
        cells={"cube": CUBE_WITHOUT_A_NODE}, lost={"test_cube": 4}, diagnosed=("no node made", "history lost")
    ),
    "cube_forgets_the_three": Mutant(
        cells={"cube": CUBE.format(rule="lambda g, a: g * a ** 2")},
        lost={"test_cube": 3},
        diagnosed=("exponent forgotten",),
    ),
    "cube_keeps_the_exponent": Mutant(
        cells={"cube": CUBE.format(rule="lambda g, a: g * 3 * a ** 3")},
        lost={"test_cube": 3},
        diagnosed=("exponent not lowered",),
    ),
    "cube_with_g_for_the_input": Mutant(
        cells={"cube": CUBE.format(rule="lambda a: 3 * a ** 2")},
        lost={"test_cube": 4},
        diagnosed=("nothing saved", "g taken for a"),
    ),
    "cube_without_the_comma": Mutant(
        cells={"cube": CUBE_WITHOUT_THE_COMMA}, lost={"test_cube": 3}, diagnosed=("more inputs than rules",)
    ),
    "kept_elements": Mutant(
        cells={"bytes_kept": KEPT_ELEMENTS}, lost={"test_kept": 3}, diagnosed=("elements counted",)
    ),
    "kept_twice": Mutant(
        cells={"bytes_kept": KEPT_TWICE}, lost={"test_kept": 3}, diagnosed=("saved array counted again",)
    ),
    "kept_by_tensor": Mutant(
        cells={"bytes_kept": KEPT_BY_TENSOR}, lost={"test_kept": 2.5}, diagnosed=("counted once per holder",)
    ),
    "kept_node_by_node": Mutant(
        cells={"bytes_kept": KEPT_NODE_BY_NODE},
        lost={"test_kept": 2.5},
        diagnosed=("counted once per holder",),
    ),
    "kept_by_equal_numbers": Mutant(
        cells={"bytes_kept": KEPT_BY_EQUAL_NUMBERS},
        lost={"test_kept": 2.5},
        diagnosed=("equal numbers taken for one",),
    ),
    "kept_with_the_leaves": Mutant(
        cells={"bytes_kept": KEPT_WITH_LEAVES}, lost={"test_kept": 3}, diagnosed=("leaves counted as kept",)
    ),
    "kept_without_constants": Mutant(
        cells={"bytes_kept": KEPT_WITHOUT_CONSTANTS},
        lost={"test_kept": 3},
        diagnosed=("kept constants not counted",),
    ),
    "kept_of_one_node": Mutant(
        cells={"bytes_kept": KEPT_ONE_NODE}, lost={"test_kept": 2.5}, diagnosed=("one node only",)
    ),
    "calls_the_reference": Mutant(
        cells=CALLS,
        lost={
            "test_leaves": 3, "test_written": 4, "test_longest": 4, "test_quietly": 4, "test_cube": 4, "test_kept": 3
        },
        diagnosed=("calls what is asked", "recorded by other operations"),
    ),
}
HALF = ("leaves", "longest", "cube")
