"""Assignment 7, arrays: what only here can be got wrong."""

from __future__ import annotations

import re
from typing import Any

from grader.inside.misconceptions import Misconception, given


def too_much(right: Any, known: dict) -> list:
    """The right answer, but for the megabytes that were needed: as many as the table of differences takes, or more."""
    got, last = known["got"], 2 if isinstance(right, list) else "needed"
    if type(got) is not type(right) or len(got) != len(right):
        return []
    found = re.fullmatch(r"(\d+) megabytes", str(dict(enumerate(got)).get(2) if last == 2 else got.get(last)))
    if not found or int(found[1]) < known["megabytes"]:
        return []
    return [[*right[:2], found[0]] if last == 2 else {**right, last: found[0]}]


# What only this assignment can get wrong, for the diagnoses: the name in a context, and what it gives.
MISTAKES = (
    Misconception(
        "counted what was not seen",
        "Divided by the length of the row, where the mean was taken over fewer elements: those that were seen.",
        ("all_counted",), given("all_counted"),
    ),
    Misconception(
        "counted in the whole table",
        "Divided by the number of all that were seen in the table; each mean has a count of its own, along `dim`.",
        ("whole_table",), given("whole_table"),
    ),
    Misconception(
        "kept dimension added again",
        "One dimension too many: with keepdim=True `g` has length 1 along `dim` already; nothing is to be put back.",
        ("one_more",), given("one_more"),
    ),
    Misconception(
        "rule wrote into g",
        "Your rule wrote into the cotangents that it was handed (g /= ... or g *= ...). They belong to somebody else: "
        "make a new array, g = g / ...",
        ("g_after",), given("g_after"), whole=True,
    ),
    Misconception(
        "unseen got a share",
        "Every element of a row got what those that were seen get; the others went into no mean, and get 0.",
        ("given_to_all",), given("given_to_all"),
    ),
    Misconception(
        "the plain mean's rule",
        "This is the gradient of the plain mean of all elements: the mask was not looked at. Those that were seen "
        "share the cotangent, the others get 0.",
        ("plain_mean",), given("plain_mean"),
    ),
    Misconception(
        "the hasty rule",
        "This is what the colleague's hasty rule gives: cotangents along the wrong axis, divided by the length of the "
        "row in the place of the number of elements that were seen.",
        ("hasty",), given("hasty"),
    ),
    Misconception(
        "divided by nothing",
        "0 / 0: where nothing was seen, the count is 0.",
        ("zero_count",), given("zero_count"), whole=True,
    ),
    Misconception(
        "overflow",
        "The exponential of a large number is inf, that of one far below zero is 0, and its logarithm -inf.",
        ("exp_of_large",), given("exp_of_large"),
    ),
    Misconception(
        "overflow",
        "exp of a large number is inf, that of one far below zero 0, and inf / inf and 0 / 0 are nan. Subtract before "
        "you take exp: the result is in `out`.",
        ("quotient",), given("quotient"),
    ),
    Misconception(
        "largest of the whole table",
        "The largest of the whole table was subtracted, and in rows far below it every exponential is 0: each row "
        "needs its own largest.",
        ("whole_largest",), given("whole_largest"), whole=True,
    ),
    Misconception(
        "t not in front",
        "The t in front of the logarithm is missing: t * log(mean(exp(x / t))).",
        ("t_behind",), lambda right, known: known["t_behind"],
    ),
    Misconception(
        "numpy asked about a Tensor",
        "np.expand_dims knows no Tensors, and under create_graph=True they are what the rule gets: .reshape or "
        ".unsqueeze does the same.",
        ("no_tensors",), given("no_tensors"), whole=True,
    ),
    Misconception(
        "laid along the wrong axis",
        "The cotangents lie along the wrong axis: numpy lines shapes up at their right ends, so the dimension that "
        "was dropped has to be put back first.",
        ("wrong_axis",), given("wrong_axis"),
    ),
    Misconception(
        "laid along the wrong axis",
        "The cotangents lie along the wrong axis: numpy lines shapes up at their right ends, so the dimension that "
        "was dropped has to be put back first.",
        ("quotients_turned",), given("quotients_turned"),
    ),
    Misconception(
        "divided by the rows alone",
        "Divided by the number of rows; the mean is taken over rows and columns, n * m numbers.",
        ("columns",), lambda right, known: [right * known["columns"]],
    ),
    Misconception(
        "uses not counted",
        "Divided by the size of the result only; an element that was stretched was used several times, and its uses "
        "add up.",
        ("one_use",), given("one_use"), whole=True,
    ),
    Misconception(
        "rows added only",
        "Where the shapes differ, only the first axis was summed: y may be stretched along the second, or along both.",
        ("rows_only",), given("rows_only"), whole=True,
    ),
    Misconception(
        "half of a square",
        "The gradient of what meets here is missing: of (a - b)² only the part with the own element is there.",
        ("own_part",), given("own_part"),
    ),
    Misconception(
        "only the product's part",
        "Of (a - b)² = a² - 2 a b + b² only the product a b was followed back; the square of the own element gives "
        "something as well.",
        ("product_part",), given("product_part"),
    ),
    Misconception(
        "two of the square missing",
        "The 2 from the square is missing: (a - b)² has the slope 2 (a - b).",
        ("two_missing",), given("two_missing"),
    ),
    Misconception(
        "own element not weighed",
        "The own element was multiplied by the number of partners: the cotangents have to weigh it too, so it takes "
        "their sum.",
        ("unweighed",), given("unweighed"),
    ),
    Misconception(
        "sums laid across",
        "The sums of the cotangents lie along the coordinates: there is one for each row, so they need to be a column "
        "(keepdims, or [:, None]).",
        ("weights_across",), given("weights_across"),
    ),
    Misconception(
        "weights of the other axis",
        "The own element was weighed with the sum of the cotangents along the wrong axis: row i of g belongs to row i "
        "of a, column j to row j of b.",
        ("weights_turned",), given("weights_turned"),
    ),
    Misconception(
        "one rule with a wrong sign",
        "The two rules were subtracted from each other: one of them has the wrong sign. Each element moves the "
        "distance by twice itself minus the other.",
        ("one_sign",), lambda right, known: known["one_sign"],
    ),
    Misconception(
        "table of differences built",
        "The gradients may be right, but as much memory was taken as all n * m * k differences need. Open the "
        "brackets: sums along an axis and a product of two matrices get by without them.",
        ("megabytes",), too_much, whole=True,
    ),
    Misconception(
        "all dimensions turned",
        "`.T` of three dimensions turns all of them round, the batch too: np.swapaxes(..., -1, -2) turns the matrices.",
        ("all_turned",), given("all_turned"),
    ),
    Misconception(
        "one batch dimension only",
        "Right for one dimension in front; there may be none, one or two. -1 and -2 name the last two in each case.",
        ("summed_once",), given("summed_once"),
    ),
    Misconception(
        "one batch dimension only",
        "Right for one dimension in front; there may be none, one or two. -1 and -2 name the last two in each case.",
        ("three_axes",), given("three_axes"), whole=True,
    ),
    Misconception(
        "t divided out again",
        "Divided by t: the 1 / t of the inner function and the t in front of the logarithm have cancelled already.",
        ("over_t",), given("over_t"),
    ),
    Misconception(
        "mean missing from the rule",
        "The 1 / n of the mean is missing from the rule.",
        ("uncounted",), given("uncounted"),
    ),
    Misconception(
        "t left out",
        "This is what log(sum(exp(x))) gives, chapter 7's function: x is to be divided by t first, and the mean is "
        "asked, not the sum.",
        ("without_t",), given("without_t"),
    ),
    Misconception(
        "ties counted everywhere",
        "Divided by the number of largest, or smallest, elements in the whole array; only those of the own row share.",
        ("counted_everywhere",), given("counted_everywhere"),
    ),
    Misconception(
        "ties do not share",
        "Of several elements that are largest or smallest, one got everything, or each got everything.",
        ("first_gets_all", "all_get_all"), lambda right, known: [known["first_gets_all"], known["all_get_all"]],
    ),
    Misconception(
        "only the largest share",
        "Several largest elements share, but each of several smallest got everything: they share as well.",
        ("largest_share",), given("largest_share"),
    ),
    Misconception(
        "one count for both ends",
        "The smallest were divided by the number of the largest: each end has a count of its own.",
        ("one_count",), given("one_count"),
    ),
    Misconception(
        "largest or smallest",
        "Where all elements are equal, each is largest and smallest: the two shares are to be added, and they cancel. "
        "Here only the first was taken.",
        ("one_or_other",), given("one_or_other"),
    ),
    Misconception(
        "smallest added",
        "The smallest goes down: minus. The range is the largest minus the smallest.",
        ("plus",), given("plus"),
    ),
    Misconception(
        "smallest forgotten",
        "Only the largest elements have got something; the smallest are subtracted, so they count as well.",
        ("largest_only",), given("largest_only"),
    ),
    Misconception(
        "mean forgotten",
        "The sum of the exponentials was taken where their mean is asked: t * log(n) too much.",
        ("of_the_sum",), given("of_the_sum"),
    ),
)
