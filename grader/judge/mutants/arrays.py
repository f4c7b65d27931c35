"""Assignment 7, arrays: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant
from grader.judge.mutants import arrays_wrong as wrong

TESTS = {"seen_rule": "test_seen", "span_rule": "test_span"}  # the others have the name of their cell


def one(cell: str, source: str, lost: float, *diagnosed: str, also: tuple = ()) -> Mutant:
    """A mutant with another source for one cell, and the points that this cell's test must take away."""
    return Mutant({cell: source}, {TESTS.get(cell, f"test_{cell}"): lost}, diagnosed, also)


MUTANTS = {
    "seen_count_all": one(
        "seen_rule",
        wrong.SEEN.replace(wrong.SEEN_COUNT, "np.array(seen.shape[dim])"),
        2.75,
        "counted what was not seen",
    ),
    "gap_forgets_the_count": one(
        "gap", wrong.GAP_NO_COUNT, 3.75, "not divided by the count", also=("accumulated twice",)
    ),
    "scores_each_matrix": one(
        "scores", wrong.SCORES.replace(wrong.SCORES_SUM, "    return each\n"), 1.75, "not summed over a broadcast axis"
    ),
    "seen_wrong_axis": one("seen_rule", wrong.SEEN_WRONG_AXIS, 2.5, "laid along the wrong axis", "shapes do not fit"),
    "seen_divides_by_nothing": one(
        "seen_rule",
        wrong.SEEN.replace(wrong.SEEN_COUNT, "seen.sum(axis=dim, keepdims=True)"),
        1.5,
        "divided by nothing",
    ),
    "seen_in_float64": one("seen_rule", wrong.SEEN.replace(".astype(g.dtype)", ""), 0.75, "another dtype"),
    "seen_as_the_colleague": one(
        "seen_rule", wrong.SEEN_HASTY, 2.75, "shapes do not fit", "the hasty rule", "counted what was not seen"
    ),
    "seen_pasted_from_the_chapter": one("seen_rule", wrong.SEEN_PASTED, 2.75, "the plain mean's rule"),
    "seen_in_place": one(
        "seen_rule",
        wrong.SEEN.replace("return seen * (g / count)", "g /= count\n    return seen * g"),
        0.25,
        "rule wrote into g",
    ),
    "seen_gives_to_all": one(
        "seen_rule",
        wrong.SEEN.replace("seen * (g / count)", "np.ones_like(seen) * (g / count)"),
        2.75,
        "unseen got a share",
    ),
    "seen_calls_the_reference": one("seen_rule", wrong.SEEN_BY_MINIGRAD, 3, "calls what is asked"),
    "seen_calls_spread": one("seen_rule", wrong.SEEN_BY_ARRAYS, 3, "calls what is asked"),
    "seen_quotients_turned": one("seen_rule", wrong.SEEN_TURNED, 2.5, "shapes do not fit", "laid along the wrong axis"),
    "seen_one_dimension_more": one(
        "seen_rule", wrong.SEEN.replace("    if not keepdim:\n        g", "    g"), 1.25, "kept dimension added again"
    ),
    "seen_counts_the_whole_table": one(
        "seen_rule",
        wrong.SEEN.replace("seen.sum(axis=dim, keepdims=True)", "seen.sum()"),
        2.5,
        "counted in the whole table",
    ),
    "seen_last_dimension_only": one(
        "seen_rule", wrong.SEEN.replace("np.expand_dims(g, dim)", "g[..., None]"), 1.25, "shapes do not fit"
    ),
    "seen_second_dimension_only": one(
        "seen_rule", wrong.SEEN.replace("np.expand_dims(g, dim)", "g[:, None]"), 1.25, "shapes do not fit"
    ),
    "gap_y_whole_or_columns": one(
        "gap", wrong.GAP[: wrong.GAP.index("def gap_y")] + wrong.GAP_Y, 1.25, "rows added only"
    ),
    "gap_divides_by_rows": one(
        "gap", wrong.GAP.replace("(shape[0] * shape[1])", "shape[0]"), 3.25, "divided by the rows alone"
    ),
    "gap_sign": one("gap", wrong.GAP.replace("-g", "g"), 3.25, "sign"),
    "gap_y_counts_one_use": one(
        "gap", wrong.GAP.replace("g / np.prod(y_shape)", "g / np.prod(shape)"), 1.75, "uses not counted"
    ),
    "gap_cotangent_is_one": one(
        "gap", wrong.GAP.replace("-g", "-g / g").replace("g / np", "g / g / np"), 2.75, "cotangent ignored"
    ),
    "gap_not_transposed": one(
        "gap", wrong.GAP.replace("a.T", "a"), 3.5, "shapes do not fit", "matrix factor not transposed"
    ),
    "gap_float64": one(
        "gap", wrong.GAP.replace("g / (", "float(g) / (").replace(".astype(g.dtype)", ""), 0.75, "another dtype"
    ),
    "gap_pasted_from_the_chapter": one("gap", wrong.GAP_PASTED, 4, "shapes do not fit", "uses not counted"),
    "gap_calls_the_reference": one("gap", wrong.GAP_BY_MINIGRAD, 4, "calls what is asked"),
    "distances_table": one("distances", wrong.DISTANCES_TABLE, 1.5, "table of differences built"),
    "distances_half": one(
        "distances", wrong.DISTANCES.replace(" - g @ b", "").replace(" - g.T @ a", ""), 3.75, "half of a square"
    ),
    "distances_without_two": one("distances", wrong.DISTANCES.replace("2 * ", ""), 4, "two of the square missing"),
    "distances_sign": one(
        "distances",
        wrong.DISTANCES.replace("2 * (g.sum(axis=0)", "-2 * (g.sum(axis=0)"),
        3.75,
        "sign",
        "one rule with a wrong sign",
    ),
    "distances_cotangent": one("distances", wrong.DISTANCES_LOCAL, 3.75, "cotangent ignored"),
    "distances_calls_the_reference": one("distances", wrong.DISTANCES_BY_MINIGRAD, 4, "calls what is asked"),
    "distances_by_broadcasting": one("distances", wrong.DISTANCES_BY_BROADCASTING, 1.5, "table of differences built"),
    "distances_pasted_from_the_chapter": one("distances", wrong.DISTANCES_PASTED, 4, "only the product's part"),
    "distances_weights_turned": one(
        "distances", wrong.DISTANCES_WEIGHTS, 3.75, "weights of the other axis", "shapes do not fit"
    ),
    "distances_across": one("distances", wrong.DISTANCES_ACROSS, 3.75, "shapes do not fit", "sums laid across"),
    "distances_written": one("distances", wrong.DISTANCES_WRITTEN, 1, "rule wrote into g"),
    "distances_unweighed": one("distances", wrong.DISTANCES_UNWEIGHED, 3.75, "own element not weighed"),
    "scores_of_three_dimensions": one("scores", wrong.SCORES_THREE_SUM, 1.25, "not summed over a broadcast axis"),
    "scores_three_axes": one("scores", wrong.SCORES_THREE_AXES, 2, "one batch dimension only"),
    "scores_transposed_everything": one(
        "scores",
        wrong.SCORES.replace("np.swapaxes(a, -1, -2)", "a.T").replace("np.swapaxes(g, -1, -2)", "g.T"),
        2.5,
        "shapes do not fit",
        "all dimensions turned",
    ),
    "scores_averaged": one(
        "scores", wrong.SCORES.replace("each.sum(", "each.mean("), 1.75, "averaged over a broadcast axis"
    ),
    "scores_first_axis_only": one(
        "scores",
        wrong.SCORES.replace(wrong.SCORES_SUM, "    return each.sum(axis=0) if each.ndim > 2 else each\n"),
        1.25,
        "one batch dimension only",
        also=("not summed over every broadcast axis",),
    ),
    "scores_table_not_transposed": one(
        "scores", wrong.SCORES.replace("g @ c @ b.T", "g @ c @ b"), 2.25, "shapes do not fit"
    ),
    "scores_c_as_if_not_transposed": one(
        "scores",
        wrong.SCORES.replace("np.swapaxes(g, -1, -2) @ a @ b", "b.T @ np.swapaxes(a, -1, -2) @ g"),
        2.25,
        "transposed",
        "gradient of another shape",
    ),
    "scores_pasted_from_the_chapter": one("scores", wrong.SCORES_PASTED, 1.75, "not summed over a broadcast axis"),
    "scores_calls_the_reference": one("scores", wrong.SCORES_BY_MINIGRAD, 3, "calls what is asked"),
    "smooth_overflows": one("smooth", wrong.VALUES_NAIVE + wrong.RULE, 0.75, "overflow"),
    "smooth_rule_overflows": one("smooth", wrong.VALUES + wrong.RULE_OVERFLOWS, 0.75, "overflow", also=("not finite",)),
    "smooth_pasted_from_the_chapter": one("smooth", wrong.SMOOTH_PASTED, 4, "t left out", "not divided by the count"),
    "smooth_of_the_sum": one(
        "smooth",
        wrong.VALUES.replace(".mean(", ".sum(") + wrong.RULE.replace(" / a.shape[dim]", ""),
        2.25,
        "mean forgotten",
        "not divided by the count",
    ),
    "smooth_rule_forgets_the_mean": one(
        "smooth",
        wrong.VALUES + wrong.RULE.replace(" / a.shape[dim]", ""),
        2.75,
        "not divided by the count",
        "mean missing from the rule",
    ),
    "smooth_cotangent": one(
        "smooth", wrong.VALUES + wrong.RULE.replace("g.reshape(kept) * ", ""), 2.5, "cotangent ignored"
    ),
    "smooth_out_detached": one("smooth", wrong.VALUES + wrong.RULE_OUT_DETACHED, 1, "second order lost"),
    "smooth_rule_on_values": one("smooth", wrong.VALUES + wrong.RULE_VALUES, 1, "history lost"),
    "smooth_over_t": one(
        "smooth", wrong.VALUES + wrong.RULE.replace("/ a.shape", "/ t / a.shape"), 2.5, "t divided out again"
    ),
    "smooth_largest_of_all": one("smooth", wrong.VALUES_WHOLE_LARGEST + wrong.RULE, 0.75, "largest of the whole table"),
    "smooth_t_not_in_front": one("smooth", wrong.VALUES_T_BEHIND + wrong.RULE, 3.75, "t not in front"),
    "smooth_expands_tensors": one("smooth", wrong.VALUES + wrong.RULE_EXPANDED, 1, "numpy asked about a Tensor"),
    "smooth_last_dimension_only": one("smooth", wrong.VALUES + wrong.RULE_LAST, 1.25, "shapes do not fit"),
    "smooth_calls_the_reference": one("smooth", wrong.SMOOTH_BY_MINIGRAD, 4, "calls what is asked"),
    "smooth_calls_relatives": one("smooth", wrong.SMOOTH_BY_RELATIVES, 4, "calls what is asked"),
    "span_first_gets_all": one("span_rule", wrong.SPAN_FIRST, 1.75, "ties do not share"),
    "span_all_get_all": one(
        "span_rule", wrong.SPAN.replace("high / n - low / m", "1.0 * high - low"), 1.75, "ties do not share"
    ),
    "span_largest_only": one("span_rule", wrong.SPAN.replace(" - low / m", ""), 2, "smallest forgotten"),
    "span_pasted_from_the_chapter": one("span_rule", wrong.SPAN_PASTED, 2, "smallest forgotten"),
    "span_counts_everywhere": one(
        "span_rule",
        wrong.SPAN.replace(
            "high.sum(axis=dim, keepdims=True), low.sum(axis=dim, keepdims=True)", "high.sum(), low.sum()"
        ),
        2,
        "ties counted everywhere",
    ),
    "span_cotangent": one(
        "span_rule", wrong.SPAN.replace("np.expand_dims(g, dim) * shares", "shares"), 2, "cotangent ignored"
    ),
    "span_only_the_largest_share": one(
        "span_rule", wrong.SPAN.replace("low / m", "low"), 1.75, "only the largest share"
    ),
    "span_one_count": one("span_rule", wrong.SPAN.replace("low / m", "low / n"), 1.75, "one count for both ends"),
    "span_largest_or_smallest": one("span_rule", wrong.SPAN_WHERE, 1.75, "largest or smallest"),
    "span_plus": one(
        "span_rule", wrong.SPAN.replace("high / n - low", "high / n + low"), 2, "smallest added", also=("sign lost",)
    ),
    "span_last_dimension_only": one("span_rule", wrong.SPAN_LAST, 1.25, "shapes do not fit"),
    "span_in_float64": one("span_rule", wrong.SPAN.replace(".astype(g.dtype)", ""), 0.25, "another dtype"),
    "span_calls_the_reference": one("span_rule", wrong.SPAN_BY_MINIGRAD, 2, "calls what is asked"),
}
HALF = ("gap", "scores", "span_rule")
