"""Assignment 2, the graph: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant
from grader.judge.mutants.graph_wrong import (
    CALLS,
    CUBE,
    CUBE_LIKE_SLANT,
    CUBE_OF_PRODUCTS,
    CUBE_WITHOUT_A_NODE,
    CUBE_WITHOUT_THE_COMMA,
    KEPT_BY_EQUAL_NUMBERS,
    KEPT_BY_TENSOR,
    KEPT_ELEMENTS,
    KEPT_NODE_BY_NODE,
    KEPT_ONE_NODE,
    KEPT_TWICE,
    KEPT_WITH_LEAVES,
    KEPT_WITHOUT_CONSTANTS,
    LEAVES_AGAIN,
    LEAVES_AS_STAND_INS,
    LEAVES_BY_EQUAL_NUMBERS,
    LEAVES_BY_EVERY_WAY,
    LEAVES_FOR_EVERY_USE,
    LEAVES_RECURSIVE,
    LEAVES_WITH_NONE,
    LONGEST_ALONG_THE_LAST,
    LONGEST_ALONG_THE_LATEST,
    LONGEST_ALONG_THE_TRAIL,
    LONGEST_AS_FOUND,
    LONGEST_BREADTH_FIRST,
    LONGEST_BY_NUMBERS,
    LONGEST_IN_EDGES,
    LONGEST_RECURSIVE,
    LONGEST_REMEMBERED,
    LONGEST_TOLD_LAST,
    LONGEST_WITH_THE_LEAF,
    NODES_BEHIND,
    QUIETLY_ALWAYS_ON,
    QUIETLY_DETACHES,
    QUIETLY_FOR_GOOD,
    QUIETLY_NAIVE,
    QUIETLY_ONE_MEMORY,
    QUIETLY_SWALLOWS,
    QUIETLY_SWITCHED_OVER,
    QUIETLY_WITHOUT_FINALLY,
    WRITTEN,
    WRITTEN_ALONG_THE_TRAIL,
    WRITTEN_BY_EQUAL_NUMBERS,
    WRITTEN_ONCE,
    WRITTEN_WITHOUT_CONSTANTS,
)

MUTANTS = {
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
    "leaves_again": Mutant(
        cells={"leaves": LEAVES_AGAIN}, lost={"test_leaves": 3}, diagnosed=("leaf found again", "took too long")
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
