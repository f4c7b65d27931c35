"""Assignment 12, functional: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant
from grader.judge.mutants import functional_wrong as wrong


def one(cell: str, source: str, lost: float, *diagnosed: str, unknown: str = "") -> Mutant:
    """A mutant of one solution cell."""
    return Mutant({cell: source}, {f"test_{cell}": lost}, diagnosed, unknown=unknown)


MUTANTS = {
    "root_table_not_transposed": one("root", wrong.ROOT_UNTRANSPOSED, 1.5, "table not transposed"),
    "motion_differentiates_once": one("motion", wrong.MOTION_ONCE, 4, "second derivative cut off"),
    "fields_all_slopes": one("fields", wrong.FIELDS_ALL, 4, "mixed slopes added"),
    "gradient_pasted_from_the_chapter": one(
        "gradient", wrong.GRADIENT_PASTED, 4, "package taken for a Tensor", "another message"
    ),
    "gradient_marks_the_params": one(
        "gradient", wrong.GRADIENT_MARKS, 1, "places counted together", "arguments marked"
    ),
    "gradient_by_backward": one("gradient", wrong.GRADIENT_BY_BACKWARD, 2, "stale gradient", "places counted together"),
    "gradient_is_that_of_func": one("gradient", wrong.GRADIENT_IS_THERE, 4, "calls what is asked"),
    "gradient_by_the_leaf_itself": one("gradient", wrong.GRADIENT_BY_LEAF, 0.5, "places counted together"),
    "gradient_always_with_history": one("gradient", wrong.GRADIENT_ALWAYS, 0.5, "history kept"),
    "gradient_never_with_history": one("gradient", wrong.GRADIENT_NEVER, 1.5, "second derivative cut off"),
    "gradient_cuts_the_history": one("gradient", wrong.GRADIENT_CUTS, 1.5, "second derivative cut off"),
    "gradient_none_for_unused": one("gradient", wrong.GRADIENT_NONE, 1.5, "None for zeros"),
    "gradient_unwraps_one": one("gradient", wrong.GRADIENT_UNWRAPS, 1, "tuple of one unwrapped"),
    "gradient_in_lists": one("gradient", wrong.GRADIENT_LISTS, 1.5, "list for a tuple"),
    "gradient_of_the_sum": one("gradient", wrong.GRADIENT_SUMS, 0.5, "not refused"),
    "gradient_one_level_deep": one("gradient", wrong.GRADIENT_ONE_LEVEL, 1, "package taken for a Tensor"),
    "motion_row_by_row": one("motion", wrong.MOTION_ROWS, 1, "a pass for each result"),
    "motion_pasted_from_the_chapter": one("motion", wrong.MOTION_PASTED, 1, "each order from the start"),
    "motion_of_the_sum": one("motion", wrong.MOTION_SUM, 4, "results added up"),
    "motion_without_zeros": one("motion", wrong.MOTION_NO_ZEROS, 1, "nothing left to differentiate"),
    "motion_taylor": one("motion", wrong.MOTION_TAYLOR, 4, "divided by k!"),
    "motion_without_direction": one("motion", wrong.MOTION_NO_V, 3, "direction ignored"),
    "motion_with_direction_once": one("motion", wrong.MOTION_V_ONCE, 3, "direction followed once"),
    "motion_passes_not_recorded": one("motion", wrong.MOTION_NOT_RECORDED, 4, "second derivative cut off"),
    "motion_not_recorded_unguarded": one(
        "motion", wrong.MOTION_UNGUARDED, 4, "nothing left to differentiate", "history lost"
    ),
    "motion_keeps_history": one("motion", wrong.MOTION_HISTORY, 1, "history kept"),
    "motion_by_differences": one(
        "motion", wrong.MOTION_STEPS, 4, unknown="the wrong digits of a difference quotient are others for every step"
    ),
    "chain_as_one_function": one("chain", wrong.CHAIN_WHOLE, 2, "chain not taken apart"),
    "chain_pasted_from_the_chapter": one("chain", wrong.CHAIN_PASTED, 2, "chain not taken apart"),
    "chain_rows_only": one("chain", wrong.CHAIN_ROWS, 2, "by rows only"),
    "chain_columns_only": one("chain", wrong.CHAIN_COLUMNS, 2, "by columns only"),
    "chain_less_rows": one("chain", wrong.CHAIN_ROUGH, 1.5, "roughly compared"),
    "chain_marks_x": one("chain", wrong.CHAIN_MARKS, 0.5, "arguments marked"),
    "chain_swapped": one("chain", wrong.CHAIN_SWAPPED, 4, "matrix factors swapped", "shapes do not fit"),
    "chain_all_at_the_start": one("chain", wrong.CHAIN_AT_START, 4, "all taken at the start", "shapes do not fit"),
    "chain_columns_not_turned": one("chain", wrong.CHAIN_NOT_TURNED, 3.5, "transposed", "shapes do not fit"),
    "chain_sums_the_rows": one("chain", wrong.CHAIN_SUMS, 4, "rows added up", "shapes do not fit"),
    "chain_columns_all_at_once": one("chain", wrong.CHAIN_ALL_AT_ONCE, 3.5, "columns added up"),
    "chain_keeps_history": one("chain", wrong.CHAIN_HISTORY, 1, "history kept"),
    "fields_all_bends": one("fields", wrong.FIELDS_BENDS_ALL, 2.5, "mixed slopes added"),
    "fields_graph_freed": one("fields", wrong.FIELDS_FREED, 4.5, "graph freed"),
    "fields_without_create_graph": one("fields", wrong.FIELDS_ONE_ORDER, 3, "second derivative cut off"),
    "fields_first_derivative": one("fields", wrong.FIELDS_ONCE, 3.5, "first derivative for the second"),
    "fields_one_number": one("fields", wrong.FIELDS_NUMBER, 4.5, "points added up"),
    "fields_point_by_point": one("fields", wrong.FIELDS_POINT_BY_POINT, 1.5, "a pass for each point"),
    "fields_pasted_from_the_chapter": one("fields", wrong.FIELDS_PASTED, 1.5, "a pass for each point"),
    "fields_marks_x": one("fields", wrong.FIELDS_MARKS, 0.5, "arguments marked"),
    "fields_keeps_history": one("fields", wrong.FIELDS_HISTORY, 1, "history kept"),
    "fields_no_straight_ones": one("fields", wrong.FIELDS_BENDS_ONLY, 0.5, "nothing left to differentiate"),
    "root_sign": one("root", wrong.ROOT_SIGN, 4, "sign"),
    "root_unsolved": one("root", wrong.ROOT_UNSOLVED, 4, "explicit part only"),
    "root_pasted_from_the_chapter": one("root", wrong.ROOT_PASTED, 4, "explicit part only"),
    "root_slopes_added": one("root", wrong.ROOT_SLOPES_ADDED, 1.5, "equations taken apart"),
    "root_without_cotangent": one("root", wrong.ROOT_NO_COTANGENT, 4, "cotangent ignored"),
    "root_marks_x_and_p": one("root", wrong.ROOT_MARKS, 2, "arguments marked", "history of x followed"),
    "root_keeps_history": one("root", wrong.ROOT_HISTORY, 0.5, "history kept"),
    "root_by_two_tables": one("root", wrong.ROOT_BY_TABLES, 0.5, "a table for p"),
    "calls_the_reference": Mutant(
        cells={"gradient": wrong.GRADIENT_CALLS, "motion": wrong.MOTION_CALLS, "chain": wrong.CHAIN_CALLS}
        | {"fields": wrong.FIELDS_CALLS, "root": wrong.ROOT_CALLS},
        lost={"test_gradient": 4, "test_motion": 4, "test_chain": 5, "test_fields": 5, "test_root": 4},
        diagnosed=("calls what is asked",),
    ),
    "calls_gradcheck_s_tables": Mutant(
        cells={"chain": wrong.CHAIN_VERIFIES, "root": wrong.ROOT_VERIFIES},
        lost={"test_chain": 5, "test_root": 4},
        diagnosed=("calls what is asked",),
    ),
}
HALF = ("gradient", "chain", "root")
