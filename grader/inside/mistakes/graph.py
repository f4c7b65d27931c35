"""Assignment 2, the graph: what only here can be got wrong."""

from __future__ import annotations

from grader.inside.misconceptions import Misconception, given


def known(name: str, says: str, key: str) -> Misconception:
    """A mistake in an answer as a whole; the case has a list of the wrong answers that it makes."""
    return Misconception(name, says, (key,), lambda right, context: context[key], whole=True)


def told_by(name: str, says: str, key: str) -> Misconception:
    """A mistake in one number of an answer, which the case has."""
    return Misconception(name, says, (key,), given(key))


MISTAKES = (
    known(
        "leaf found again",
        "A leaf is there once for each use or each way to it. Remember the leaves that were found, like the nodes.",
        "found_again",
    ),
    known(
        "nodes for leaves",
        "These are the nodes of the graph. The leaves are the edges that end at a Tensor.",
        "nodes_found",
    ),
    known(
        "stand-ins for leaves",
        "These are torch's stand-ins, as next_functions shows them. The leaf itself is the `variable` of an "
        "AccumulateGrad; node.edges has it directly.",
        "stand_ins",
    ),
    known(
        "None among the leaves",
        "An edge that is None leads nowhere: there stands a constant. Only edges that end at a Tensor end at a leaf.",
        "none_found",
    ),
    known(
        "equal numbers taken for one",
        "Two tensors with the same numbers were taken for one: ==, `in` a list and the values themselves compare "
        "numbers. Which tensor or array it is, `is` tells, and so do id, a set and a dict.",
        "equal_numbers",
    ),
    known(
        "constants left out",
        "An input without a gradient is missing from the text. Its edge is None, and a - stands for it.",
        "without_constants",
    ),
    known(
        "equal edges merged",
        "A node that uses one thing twice has two edges to it, and they were taken for one, as in a set or a dict.",
        "merged",
    ),
    known(
        "arguments turned round",
        "The inputs are there in the opposite order: node.edges has them in the order of the arguments.",
        "turned_round",
    ),
    known(
        "written once only",
        "A node that is used twice was written the first time only. A text has no arrows: write it each time.",
        "written_once",
    ),
    known(
        "first edge only",
        "Only the first edge of each node was followed. A node has an edge for each of its inputs.",
        "first_edge",
    ),
    known(
        "last edge only",
        "Only the last edge of each node was followed. A node has an edge for each of its inputs.",
        "last_edge",
    ),
    known(
        "latest input only",
        "From each node only the input that was made last was followed. A larger number says that a node was made "
        "later, not that its way back is longer.",
        "latest",
    ),
    known(
        "all nodes counted",
        "These are all nodes behind the result, also those that lie beside each other. A way goes through one of them.",
        "all_nodes",
    ),
    known(
        "longer way not taken",
        "Several ways lead to a node, and one was taken as it came: the first that was met, or the last. The length "
        "of a node is known when those of all its inputs are; then the largest of them counts.",
        "levels",
    ),
    known(
        "numbers subtracted",
        "The numbers of nodes run through the whole program: between two of them lie also nodes that are beside the "
        "way, or not in this graph at all.",
        "by_numbers",
    ),
    known(
        "one node too few",
        "The way is one node short: the node at its beginning, or the one before the leaf, was not counted.",
        "one_short",
    ),
    known(
        "leaf counted as a node",
        "The way is one too long: the leaf at its end was counted, too, and a leaf is no node.",
        "leaf_counted",
    ),
    known(
        "length asked too early",
        "A node was asked for its length before it had one. A node comes after all its inputs: in the order of their "
        "numbers they do, in the order in which they are found they do not.",
        "asked_early",
    ),
    told_by(
        "recording never off",
        "While the function ran, operations were recorded. The switch has to be off before the function is called.",
        "never_off",
    ),
    told_by(
        "switched over, not off",
        "The recording was off before the call, and on while the function ran. It is to be switched off, not over.",
        "switched_over",
    ),
    told_by(
        "recording stays off",
        "The recording was on before the call and is off after it. What was before is to be put back.",
        "stays_off",
    ),
    told_by(
        "on whatever was before",
        "The recording was off before the call and is on after it. Remember what mode.enabled was, and put that back.",
        "switched_on",
    ),
    told_by(
        "off after an exception",
        "The function raised an exception, and the recording stays off: the line that puts it back was not reached. "
        "`finally` and `with` are for that.",
        "off_after_exception",
    ),
    told_by(
        "exception swallowed",
        "The exception did not go on to the caller, who takes a failed call for a good one.",
        "swallowed",
    ),
    known(
        "result saved too",
        "The node keeps the result as well, because the rule has a parameter `out`. From the input alone the slope "
        "comes out, too, and less is kept.",
        "result_saved",
    ),
    known(
        "nothing saved",
        "The node has saved nothing, although the slope depends on x. Only what a rule has as a second parameter `a`, "
        "after `g`, is saved: the first one is always g, and what a rule reads from around it the graph does not know.",
        "nothing_saved",
    ),
    told_by(
        "slope at another x",
        "Another cube was computed before the walk, and this is the slope at its x. An operation is known by its name: "
        "a rule that reads x from around it reads the last one. Of a parameter `a` each node has its own.",
        "another_x",
    ),
    told_by(
        "g taken for a",
        "This is 3 * g ** 2. The first parameter of a rule is what has arrived for the result, whatever its name; "
        "the input is the second one, named a.",
        "g_for_a",
    ),
    known(
        "more inputs than rules",
        "The operation has one rule, for one input, and was recorded with more of them. `(x)` is no tuple but x "
        "itself, and every element counts as an input; `(x,)` is a tuple of one.",
        "too_many_inputs",
    ),
    known(
        "recorded by other operations",
        "The result was recorded by operations that minigrad has. Computed with x.array they leave no node; your own "
        "is made by record.",
        "by_operations",
    ),
    known(
        "no node made",
        "The result has no node: a Tensor made of an array has no history. record makes it together with its node.",
        "no_node",
    ),
    told_by(
        "saved array counted again",
        "An array that was saved several times was counted each time. It lies in memory once.",
        "each_time",
    ),
    told_by(
        "counted once per holder",
        "An array that two nodes hold, each in a Tensor of its own, was counted twice. Ask of the arrays of all nodes "
        "together whether they are the same: by `is`, or by their id.",
        "by_holder",
    ),
    told_by(
        "leaves counted as kept",
        "The leaves themselves were counted. A node keeps what is in its saved_tensors; an edge to a leaf keeps no "
        "values for a rule.",
        "leaves_kept",
    ),
    told_by(
        "kept constants not counted",
        "What is kept of a constant is missing: the slope of x * 2 is 2, so the node keeps the 2.",
        "without_constants",
    ),
    known(
        "elements counted",
        "These are numbers of elements. A float32 takes four bytes and a float64 eight: t.array.nbytes is the size "
        "in bytes.",
        "elements",
    ),
    told_by(
        "one node only",
        "Only what this one node has saved was counted; the nodes behind it keep something, too.",
        "one_node",
    ),
)
