"""Assignment 6, higher: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant
from grader.judge.mutants import higher_wrong as wrong

LOST, CONSTANT = "second order lost", "constant derivative"
MUTANTS = {
    "penalty_without_create_graph": Mutant(
        cells={"penalty": wrong.PENALTY_FORGOTTEN}, lost={"test_penalty": 2.5}, diagnosed=(LOST,)
    ),
    "repair_still_detached": Mutant(
        cells={"repair": wrong.BELL_DETACHED + wrong.LENGTH + wrong.BEND_NUMBERS},
        lost={"test_repair": 2.5},
        diagnosed=(LOST,),
    ),
    "product_own_blocks_only": Mutant(
        cells={"product": wrong.PRODUCT_OWN_BLOCK}, lost={"test_product": 1}, diagnosed=("couplings lost",)
    ),
    "repair_as_they_were": Mutant(
        cells={"repair": "bell_rule, length_rule, bend_rule = bell_once, length_once, bend_once\n"},
        lost={"test_repair": 4},
        diagnosed=(LOST, "cotangent written over"),
    ),
    "repair_in_place": Mutant(
        cells={"repair": wrong.BELL + wrong.LENGTH_IN_PLACE + wrong.BEND},
        lost={"test_repair": 1.5},
        diagnosed=("cotangent written over",),
    ),
    "repair_half_in_place": Mutant(
        cells={"repair": wrong.BELL + wrong.LENGTH_HALF_IN_PLACE + wrong.BEND},
        lost={"test_repair": 1.5},
        diagnosed=("cotangent written over",),
    ),
    "repair_copied": Mutant(
        cells={"repair": wrong.BELL + wrong.LENGTH_COPIED + wrong.BEND},
        lost={"test_repair": 1},
        diagnosed=("for ndarrays only",),
    ),
    "repair_bools_subtracted": Mutant(
        cells={"repair": wrong.BELL + wrong.LENGTH + wrong.BEND_BOOLS},
        lost={"test_repair": 1},
        diagnosed=("subtraction of bools",),
    ),
    "repair_list_of_tensors": Mutant(
        cells={"repair": wrong.BELL + wrong.LENGTH + wrong.BEND_LIST},
        lost={"test_repair": 1},
        diagnosed=("for ndarrays only",),
    ),
    "repair_in_float64": Mutant(
        cells={"repair": wrong.BELL + wrong.LENGTH + wrong.BEND_FLOAT64},
        lost={"test_repair": 0.5},
        diagnosed=("another dtype",),
    ),
    "repair_constant_inside": Mutant(
        cells={"repair": wrong.BELL + wrong.LENGTH_CONSTANT + wrong.BEND}, lost={"test_repair": 1}, diagnosed=(LOST,)
    ),
    "repair_filled_in_a_loop": Mutant(
        cells={"repair": wrong.BELL + wrong.LENGTH + wrong.BEND_FILLED}, lost={"test_repair": 1}, diagnosed=(LOST,)
    ),
    "repair_sign": Mutant(
        cells={"repair": wrong.BELL_SIGN + wrong.LENGTH + wrong.BEND},
        lost={"test_repair": 1.5},
        diagnosed=("sign of a slope",),
    ),
    "repair_value": Mutant(
        cells={"repair": wrong.BELL + wrong.LENGTH + wrong.BEND_VALUES},
        lost={"test_repair": 1},
        diagnosed=("value for a slope",),
    ),
    "repair_without_cotangent": Mutant(
        cells={"repair": wrong.NO_COTANGENT}, lost={"test_repair": 3.5}, diagnosed=("cotangent ignored",)
    ),
    "rules_swapped": Mutant(
        cells={"rules": wrong.PARALLEL_SWAPPED + wrong.SQUASH},
        lost={"test_rules": 1.75},
        diagnosed=("another argument's gradient",),
    ),
    "rules_detached": Mutant(
        cells={"rules": wrong.PARALLEL_DETACHED + wrong.SQUASH_DETACHED},
        lost={"test_rules": 2.5},
        diagnosed=(LOST, "not used in the graph"),
    ),
    "rules_without_cotangent": Mutant(
        cells={"rules": wrong.PARALLEL_NO_COTANGENT + wrong.SQUASH},
        lost={"test_rules": 1.25},
        diagnosed=("cotangent ignored",),
    ),
    "rules_without_any_cotangent": Mutant(
        cells={"rules": wrong.PARALLEL_NO_COTANGENT + wrong.SQUASH_NO_COTANGENT},
        lost={"test_rules": 2.5},
        diagnosed=("cotangent ignored",),
    ),
    "rules_not_at_zero": Mutant(
        cells={"rules": wrong.PARALLEL_A + wrong.PARALLEL_B + wrong.SQUASH_QUOTIENT},
        lost={"test_rules": 1.25},
        diagnosed=("not finite",),
    ),
    "rules_without_a_quotient_rule": Mutant(
        cells={"rules": wrong.PARALLEL_NUMERATOR + wrong.SQUASH_ROOT},
        lost={"test_rules": 3},
        diagnosed=("denominator as a constant",),
    ),
    "rules_pasted_from_the_chapter": Mutant(
        cells={"rules": wrong.PARALLEL_A + wrong.PARALLEL_B + wrong.SQUASH_CHAPTER},
        lost={"test_rules": 1.25},
        diagnosed=("rule of tanh",),
    ),
    "slope_of_floats": Mutant(cells={"slope": wrong.SLOPE_FLOATS}, lost={"test_slope": 2}, diagnosed=(LOST,)),
    "slope_overwrites": Mutant(
        cells={"slope": wrong.SLOPE_OVERWRITES}, lost={"test_slope": 4}, diagnosed=("overwritten", "one use of two")
    ),
    "slope_edges_once": Mutant(
        cells={"slope": wrong.SLOPE_EDGES_ONCE}, lost={"test_slope": 4}, diagnosed=("one use of two",)
    ),
    "slope_ends_in_a_new_number": Mutant(
        cells={"slope": wrong.SLOPE_NEW_NUMBER}, lost={"test_slope": 2}, diagnosed=(LOST,)
    ),
    "slope_every_path": Mutant(
        cells={"slope": wrong.SLOPE_EVERY_PATH}, lost={"test_slope": 0.5}, diagnosed=("every path by itself",)
    ),
    "slope_first_come": Mutant(
        cells={"slope": wrong.SLOPE_FIRST_COME}, lost={"test_slope": 2}, diagnosed=("not by place",)
    ),
    "slope_breadth_first": Mutant(
        cells={"slope": wrong.SLOPE_BREADTH_FIRST}, lost={"test_slope": 2}, diagnosed=("not by place",)
    ),
    "slope_depth_first": Mutant(
        cells={"slope": wrong.SLOPE_DEPTH_FIRST}, lost={"test_slope": 3}, diagnosed=("not by place", "one use of two")
    ),
    "slope_last_in_first_out": Mutant(
        cells={"slope": wrong.SLOPE_LAST_IN_FIRST_OUT},
        lost={"test_slope": 3},
        diagnosed=("not by place", "one use of two"),
    ),
    "slope_sums_kept_in_the_numbers": Mutant(
        cells={"slope": wrong.SLOPE_KEPT}, lost={"test_slope": 3}, diagnosed=("sums of the last call",)
    ),
    "slope_without_cotangent": Mutant(
        cells={"slope": wrong.SLOPE_NO_COTANGENT}, lost={"test_slope": 3}, diagnosed=("cotangent ignored",)
    ),
    "slope_gives_a_float": Mutant(
        cells={"slope": wrong.SLOPE_GIVES_FLOAT}, lost={"test_slope": 1.5}, diagnosed=("float for a Number",)
    ),
    "slope_rules_of_y": Mutant(
        cells={"slope": wrong.SLOPE_RULES_OF_Y}, lost={"test_slope": 2}, diagnosed=("rules of another Number",)
    ),
    "slope_needs_a_way": Mutant(
        cells={"slope": wrong.SLOPE_NO_ZERO}, lost={"test_slope": 1.5}, diagnosed=("no way to the input",)
    ),
    "slope_of_leaves": Mutant(cells={"slope": wrong.SLOPE_LEAVES}, lost={"test_slope": 1}, diagnosed=("leaves alone",)),
    "taylor_pasted_from_the_chapter": Mutant(
        cells={"taylor": wrong.TAYLOR_CHAPTER}, lost={"test_taylor": 1}, diagnosed=(CONSTANT,)
    ),
    "taylor_retain_graph": Mutant(
        cells={"taylor": wrong.TAYLOR_RETAIN}, lost={"test_taylor": 2.5}, diagnosed=("history lost",)
    ),
    "taylor_adds_up_in_grad": Mutant(
        cells={"taylor": wrong.TAYLOR_ADDS_UP}, lost={"test_taylor": 2.5}, diagnosed=("stale gradient",)
    ),
    "taylor_without_factorials": Mutant(
        cells={"taylor": wrong.TAYLOR_NO_FACTORIAL}, lost={"test_taylor": 2.5}, diagnosed=("factorials forgotten",)
    ),
    "taylor_divided_by_the_order": Mutant(
        cells={"taylor": wrong.TAYLOR_BY_ORDER}, lost={"test_taylor": 1.5}, diagnosed=("divided by the order",)
    ),
    "taylor_in_float32": Mutant(
        cells={"taylor": wrong.TAYLOR_FLOAT32}, lost={"test_taylor": 2}, diagnosed=("float32 rounding",)
    ),
    "taylor_of_tensors": Mutant(
        cells={"taylor": wrong.TAYLOR_TENSORS}, lost={"test_taylor": 0.5}, diagnosed=("Tensors for floats",)
    ),
    "taylor_one_too_few": Mutant(
        cells={"taylor": wrong.TAYLOR_TOO_FEW}, lost={"test_taylor": 3}, diagnosed=("one coefficient too few",)
    ),
    "taylor_without_create_graph": Mutant(
        cells={"taylor": wrong.TAYLOR_NO_HISTORY}, lost={"test_taylor": 2.5}, diagnosed=(LOST,)
    ),
    "taylor_leaf_for_a_constant": Mutant(
        cells={"taylor": wrong.TAYLOR_LEAF}, lost={"test_taylor": 0.5}, diagnosed=("leaf for a constant",)
    ),
    "taylor_by_differences": Mutant(
        cells={"taylor": wrong.TAYLOR_DIFFERENCES},
        lost={"test_taylor": 2.5},
        unknown="how far a difference quotient is off depends on its step and on its formula",
    ),
    "product_pasted_from_the_chapter": Mutant(
        cells={"product": wrong.PRODUCT_CHAPTER}, lost={"test_product": 2}, diagnosed=("zero left out", CONSTANT)
    ),
    "product_without_direction": Mutant(
        cells={"product": wrong.PRODUCT_NO_DIRECTION}, lost={"test_product": 3}, diagnosed=("Hessian times ones",)
    ),
    "product_of_the_first_parameter": Mutant(
        cells={"product": wrong.PRODUCT_FIRST}, lost={"test_product": 1.5}, diagnosed=("couplings lost",)
    ),
    "product_strict": Mutant(
        cells={"product": wrong.PRODUCT_STRICT}, lost={"test_product": 1.5}, diagnosed=("zero left out",)
    ),
    "product_retain_graph": Mutant(
        cells={"product": wrong.PRODUCT_RETAIN}, lost={"test_product": 3}, diagnosed=(LOST,)
    ),
    "product_zeros_in_float32": Mutant(
        cells={"product": wrong.PRODUCT_FLOAT32}, lost={"test_product": 1}, diagnosed=("another dtype",)
    ),
    "product_with_history": Mutant(
        cells={"product": wrong.PRODUCT_HISTORY}, lost={"test_product": 0.5}, diagnosed=("answers with history",)
    ),
    "product_into_grad": Mutant(
        cells={"product": wrong.PRODUCT_BACKWARD}, lost={"test_product": 0.5}, diagnosed=("answer left in .grad",)
    ),
    "product_by_differences": Mutant(
        cells={"product": wrong.PRODUCT_DIFFERENCES}, lost={"test_product": 2.5}, diagnosed=("difference quotient",)
    ),
    "product_by_coarse_differences": Mutant(
        cells={"product": wrong.PRODUCT_COARSE}, lost={"test_product": 1.5}, diagnosed=("difference quotient",)
    ),
    "product_unguarded": Mutant(
        cells={"product": wrong.PRODUCT_UNGUARDED}, lost={"test_product": 1}, diagnosed=(CONSTANT,)
    ),
    "product_row_by_row": Mutant(
        cells={"product": wrong.PRODUCT_ROWS}, lost={"test_product": 0.5}, diagnosed=("took too long",)
    ),
    "penalty_pasted_from_the_chapter": Mutant(
        cells={"penalty": wrong.PENALTY_CHAPTER}, lost={"test_penalty": 2.5}, diagnosed=("flat for length 1",)
    ),
    "penalty_create_graph_everywhere": Mutant(
        cells={"penalty": wrong.PENALTY_EVERYWHERE}, lost={"test_penalty": 0.5}, diagnosed=("answers with history",)
    ),
    "penalty_touches_x": Mutant(
        cells={"penalty": wrong.PENALTY_TOUCHES_X}, lost={"test_penalty": 0.5}, diagnosed=("input switched on",)
    ),
    "penalty_into_grad": Mutant(
        cells={"penalty": wrong.PENALTY_BACKWARD}, lost={"test_penalty": 0.5}, diagnosed=("answer left in .grad",)
    ),
    "penalty_resets_grad": Mutant(
        cells={"penalty": wrong.PENALTY_RESETS}, lost={"test_penalty": 0.5}, diagnosed=("answer left in .grad",)
    ),
    "penalty_of_the_first_row": Mutant(
        cells={"penalty": wrong.PENALTY_FIRST_ROW}, lost={"test_penalty": 2.5}, diagnosed=("root at 0",)
    ),
    "penalty_of_the_first_parameter": Mutant(
        cells={"penalty": wrong.PENALTY_FIRST}, lost={"test_penalty": 2.5}, diagnosed=("first parameter only",)
    ),
    "penalty_of_absolute_values": Mutant(
        cells={"penalty": wrong.PENALTY_ABSOLUTE},
        lost={"test_penalty": 2.5},
        diagnosed=("absolute values for the length",),
    ),
    "penalty_mean_under_the_root": Mutant(
        cells={"penalty": wrong.PENALTY_MEAN_UNDER_ROOT}, lost={"test_penalty": 2.5}, diagnosed=("mean under the root",)
    ),
    "penalty_flat": Mutant(
        cells={"penalty": wrong.PENALTY_FLAT}, lost={"test_penalty": 2.5}, diagnosed=("flat for length 1",)
    ),
    "penalty_one_length_for_all_rows": Mutant(
        cells={"penalty": wrong.PENALTY_ONE_LENGTH}, lost={"test_penalty": 2.5}, diagnosed=("one length for all rows",)
    ),
    "penalty_without_root": Mutant(
        cells={"penalty": wrong.PENALTY_NO_ROOT}, lost={"test_penalty": 2.5}, diagnosed=("squares for the length",)
    ),
    "penalty_slope_of_the_mean": Mutant(
        cells={"penalty": wrong.PENALTY_OF_MEAN}, lost={"test_penalty": 2.5}, diagnosed=("slope of the mean",)
    ),
    "penalty_without_weight": Mutant(
        cells={"penalty": wrong.PENALTY_NO_WEIGHT}, lost={"test_penalty": 2.5}, diagnosed=("weight forgotten",)
    ),
    "penalty_of_sums": Mutant(
        cells={"penalty": wrong.PENALTY_SUMS}, lost={"test_penalty": 2.5}, diagnosed=("not divided by the count",)
    ),
    "penalty_detached": Mutant(
        cells={"penalty": wrong.PENALTY_DETACHED}, lost={"test_penalty": 2.5}, diagnosed=(LOST,)
    ),
    "calls_the_reference": Mutant(
        cells={"taylor": wrong.TAYLOR_CALLS, "product": wrong.PRODUCT_CALLS},
        lost={"test_taylor": 3, "test_product": 3},
        diagnosed=("calls what is asked",),
    ),
}
HALF = ("repair", "slope", "product")
NO_REFERENCE = {
    "repair": "minigrad has none of the colleague's curves",
    "rules": "minigrad has neither a parallel resistance nor this way to squash",
    "slope": "the Numbers are a world of their own: nothing in minigrad takes one",
    "penalty": "minigrad has no gradient penalty; grad, from which it is built, is what the task is about",
}
