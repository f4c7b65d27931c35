"""Assignment 9, function: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant
from grader.judge.mutants import function_wrong as w


def wrong(cell: str, source: str, points: float, *diagnosed: str, also: tuple[str, ...] = ()) -> Mutant:
    """A mutant of one solution cell, that loses so many points in the test cell below it."""
    return Mutant({cell: source}, {f"test_{cell}": points}, diagnosed, also)


MUTANTS = {
    "logcosh_saves_its_slopes": wrong(
        "logcosh", w.LOGCOSH_SAVED_SLOPE, 1.75, "slope without history", "write not noticed"
    ),
    "blend_pasted_from_the_chapter": wrong("blend", w.BLEND_CHAPTER, 4, "one result for two", "ctx in forward"),
    "repair_mends_the_count_only": wrong(
        "repair", w.WAVE_COUNT_ONLY + w.GATE_SWAPPED + w.GROWTH_NONE, 4.25,
        "inner derivative forgotten", "gradients in the wrong order", "None for a tensor",
    ),
    "logcosh_overflows": wrong("logcosh", w.LOGCOSH_OVERFLOWS, 1.5, "not finite"),
    "logcosh_swapped": wrong("logcosh", w.LOGCOSH_SWAPPED, 3.25, "gradients in the wrong order"),
    "logcosh_without_cotangent": wrong("logcosh", w.LOGCOSH_NO_COTANGENT, 2.75, "cotangent ignored"),
    "logcosh_detached": wrong("logcosh", w.LOGCOSH_NUMPY, 1.5, "slope without history"),
    "logcosh_half_the_product_rule": wrong("logcosh", w.LOGCOSH_HALF, 3.25, "half of the product rule"),
    "logcosh_pasted_from_the_chapter": wrong("logcosh", w.LOGCOSH_CHAPTER, 3.5, "argument left out"),
    "logcosh_slope_with_a_corner": wrong("logcosh", w.LOGCOSH_CORNER, 1.5, "corner at 0"),
    "logcosh_keeps_attributes": wrong("logcosh", w.LOGCOSH_ATTRIBUTES, 0.25, "write not noticed"),
    "logcosh_in_float64": wrong("logcosh", w.LOGCOSH_FLOAT64, 0.5, "another dtype"),
    "logcosh_keeps_y": wrong("logcosh", w.LOGCOSH_KEEPS_Y, 0.25, "result in a circle"),
    "logcosh_keeps_a_copy": wrong("logcosh", w.LOGCOSH_COPY, 1.5, "slope without history"),
    "largest_mask_in_front": wrong("largest", w.LARGEST_MASK_IN_FRONT, 2, "places in front"),
    "largest_mask_in_float64": wrong("largest", w.LARGEST_MASK_FLOAT64, 0.5, "another dtype"),
    "largest_gradient_too_short": wrong("largest", w.LARGEST_TOO_SHORT, 3.75, "too short for the places"),
    "largest_in_the_order_of_places": wrong("largest", w.LARGEST_ORDER_OF_PLACES, 3.75, "order of the places"),
    "largest_keeps_the_smallest": wrong("largest", w.LARGEST_SMALLEST, 4.25, "smallest kept"),
    "largest_mask_of_truth_values": wrong("largest", w.LARGEST_TRUTH_VALUES, 2, "mask of truth values"),
    "largest_mask_in_float32": wrong("largest", w.LARGEST_MASK_FLOAT32, 1.5, "another dtype"),
    "largest_once_differentiable": wrong(
        "largest", w.LARGEST_ONCE, 1.5, "cotangent cut off", "differentiable once only"
    ),
    "largest_pasted_from_the_chapter": wrong(
        "largest", w.LARGEST_CHAPTER, 4.25, "too short for the places", "index for the mask"
    ),
    "largest_unmarked": wrong("largest", w.LARGEST_UNMARKED, 2, "mask asks for a gradient"),
    "largest_in_float32": wrong("largest", w.LARGEST_FLOAT32, 2.5, "float32 rounding"),
    "largest_in_front": wrong("largest", w.LARGEST_IN_FRONT, 3.75, "places in front"),
    "largest_one_cotangent": wrong("largest", w.LARGEST_ONE_COTANGENT, 3.75, "one cotangent for two results"),
    "largest_one_gradient": wrong("largest", w.LARGEST_ONE_GRADIENT, 3.75, "wrong number of gradients"),
    "largest_detached": wrong("largest", w.LARGEST_NUMPY, 1.5, "cotangent cut off"),
    "largest_smallest_first": wrong("largest", w.LARGEST_SMALLEST_FIRST, 3.5, "reversed", "cotangents reversed"),
    "largest_by_indexing": wrong("largest", w.LARGEST_INDEXES, 4.5, "no node of its own"),
    "blend_order_of_cotangents": wrong("blend", w.BLEND_ORDER, 3.5, "slopes of the other result"),
    "blend_keeps_w": wrong("blend", w.BLEND_KEEPS_W, 0.25, "result in a circle"),
    "blend_saves_z_as_a_tensor": wrong("blend", w.BLEND_SAVES_Z, 2.5, "number made a tensor"),
    "blend_exchanged": wrong("blend", w.BLEND_EXCHANGED, 3.5, "gradients in the wrong order"),
    "blend_in_numpy": wrong("blend", w.BLEND_NUMPY, 1.5, "slope without history"),
    "blend_cotangents_detached": wrong("blend", w.BLEND_CUT, 1.5, "cotangent cut off"),
    "blend_takes_w_for_a_number": wrong("blend", w.BLEND_W_A_NUMBER, 3.25, "way through w forgotten"),
    "blend_gradient_for_z": wrong("blend", w.BLEND_GRADIENT_OF_Z, 3.5, "gradient for a number"),
    "blend_keeps_attributes": wrong("blend", w.BLEND_ATTRIBUTES, 0.25, "write not noticed"),
    "blend_first_form": wrong("blend", w.BLEND_FIRST_FORM, 0.25, "ctx in forward"),
    "blend_forgets_w": wrong("blend", w.BLEND_FORGETS_W, 2.5, "second cotangent forgotten"),
    "blend_adds_the_cotangents_up": wrong("blend", w.BLEND_ADDS_UP, 2.5, "slopes of the other result"),
    "blend_one_way": wrong("blend", w.BLEND_ONE_WAY, 3.25, "way through w forgotten"),
    "blend_no_none": wrong("blend", w.BLEND_NO_NONE, 3.5, "wrong number of gradients"),
    "blend_once_differentiable": wrong(
        "blend", w.BLEND_ONCE, 1.5, "slope without history", "differentiable once only"
    ),
    "blend_not_ready_for_none": wrong("blend", w.BLEND_NOT_READY, 2.25, "None among the cotangents"),
    "blend_detached": wrong("blend", w.BLEND_DETACHED, 1.5, "slope without history"),
    "repair_gradient_for_k": wrong("repair", w.WAVE_GRADIENT_OF_K + w.GATE + w.GROWTH, 1.25, "gradient for a number"),
    "repair_wave_keeps_an_attribute": wrong("repair", w.WAVE_ATTRIBUTE + w.GATE + w.GROWTH, 0.5, "write not noticed"),
    "repair_growth_exchanged": wrong("repair", w.WAVE + w.GATE + w.GROWTH_EXCHANGED, 2, "slopes exchanged"),
    "repair_growth_keeps_attributes": wrong("repair", w.WAVE + w.GATE + w.GROWTH_ATTRIBUTES, 0.5, "write not noticed"),
    "repair_as_they_were": wrong(
        "repair", "pass\n", 5,
        "wrong number of gradients", "gradients in the wrong order", "None for a tensor", "write not noticed",
        "result in a circle",
    ),
    "repair_forgets_the_inner_derivative": wrong(
        "repair", w.WAVE_COUNT_ONLY + w.GATE + w.GROWTH, 1.25, "inner derivative forgotten"
    ),
    "repair_no_none": wrong("repair", w.WAVE_NO_NONE + w.GATE + w.GROWTH, 1.25, "wrong number of gradients"),
    "repair_gate_swapped": wrong("repair", w.WAVE + w.GATE_SWAPPED + w.GROWTH, 2, "gradients in the wrong order"),
    "repair_gate_keeps_attributes": wrong("repair", w.WAVE + w.GATE_ATTRIBUTES + w.GROWTH, 0.5, "write not noticed"),
    "repair_gate_saves_the_sigmoid": wrong(
        "repair", w.WAVE + w.GATE_SAVES_THE_SIGMOID + w.GROWTH, 2, "write not noticed", "slope without history"
    ),
    "repair_growth_in_a_circle": wrong("repair", w.WAVE + w.GATE + w.GROWTH_CIRCLE, 0.25, "result in a circle"),
    "repair_growth_keeps_a_copy": wrong("repair", w.WAVE + w.GATE + w.GROWTH_DETACHED, 1.5, "slope without history"),
    "repair_growth_without_rate": wrong("repair", w.WAVE + w.GATE + w.GROWTH_NONE, 2, "None for a tensor"),
    "quantize_range_of_the_size": wrong("quantize", w.QUANTIZE_BY_SIZE, 2, "range of the size"),
    "quantize_ends_left_out": wrong("quantize", w.QUANTIZE_OPEN_ENDS, 2, "ends left out"),
    "quantize_rounds_down": wrong("quantize", w.QUANTIZE_DOWN, 2.25, "rounded down"),
    "quantize_true_slope": wrong("quantize", w.QUANTIZE_TRUE_SLOPE, 2.75, "true slope of the stairs"),
    "quantize_once_differentiable": wrong(
        "quantize", w.QUANTIZE_ONCE, 1, "cotangent cut off", "differentiable once only"
    ),
    "quantize_without_mask": wrong("quantize", w.QUANTIZE_NO_MASK, 2.5, "range forgotten"),
    "quantize_pasted_from_the_chapter": wrong("quantize", w.QUANTIZE_CHAPTER, 3, "wrong number of gradients"),
    "quantize_mask_of_the_rounded": wrong("quantize", w.QUANTIZE_MASK_OF_ROUNDED, 2, "mask of the rounded"),
    "quantize_without_cotangent": wrong("quantize", w.QUANTIZE_NO_COTANGENT, 2.5, "cotangent ignored"),
    "quantize_detached": wrong("quantize", w.QUANTIZE_DETACHED, 1, "cotangent cut off"),
    "quantize_without_clamp": wrong("quantize", w.QUANTIZE_NO_CLAMP, 1.25, "forward not limited"),
    "quantize_by_the_detach_trick": wrong("quantize", w.QUANTIZE_DETACH_TRICK, 3, "no node of its own"),
    "logcosh_saves_a_quotient": wrong("logcosh", w.LOGCOSH_SAVES_A_QUOTIENT, 1.5, "slope without history"),
    "logcosh_without_its_factor": wrong("logcosh", w.LOGCOSH_NO_FACTOR, 3.25, "factor in front forgotten"),
    "logcosh_width_inside_forgotten": wrong("logcosh", w.LOGCOSH_NO_INNER_WIDTH, 3.25, "width inside forgotten"),
    "logcosh_none_for_the_width": wrong("logcosh", w.LOGCOSH_NONE, 3.25, "None for a tensor"),
    "largest_results_exchanged": wrong(
        "largest", w.LARGEST_EXCHANGED, 4.5, "result without a node", "shapes do not fit"
    ),
    "largest_keeps_its_values": wrong("largest", w.LARGEST_KEEPS_ITS_VALUES, 0.25, "result in a circle"),
    "largest_in_a_list": wrong("largest", w.LARGEST_IN_A_LIST, 4.5, "result without a node"),
    "blend_computes_w_again": wrong("blend", w.BLEND_W_AGAIN, 1.5, "slope without history"),
    "blend_one_or_the_other": wrong("blend", w.BLEND_ONE_OR_THE_OTHER, 2.25, "first cotangent forgotten"),
    "blend_w_twice": wrong("blend", w.BLEND_W_TWICE, 3.25, "way through w twice"),
    "blend_in_a_list": wrong("blend", w.BLEND_IN_A_LIST, 4, "result without a node"),
    "repair_wave_saves_k": wrong("repair", w.WAVE_SAVES_K + w.GATE + w.GROWTH, 0.5, "number made a tensor"),
    "repair_gate_saves_both": wrong(
        "repair", w.WAVE + w.GATE_SAVES_BOTH + w.GROWTH, 1.5, "slope without history"
    ),
    "repair_gate_half_a_slope": wrong(
        "repair", w.WAVE + w.GATE_HALF_A_SLOPE + w.GROWTH, 2, "half of the sigmoid's slope"
    ),
    "repair_growth_without_t": wrong("repair", w.WAVE + w.GATE + w.GROWTH_WITHOUT_T, 2, "factor t forgotten"),
    "repair_growth_by_item": wrong("repair", w.WAVE + w.GATE + w.GROWTH_ITEM, 1.5, "slope without history"),
    "quantize_keeps_x": wrong("quantize", w.QUANTIZE_KEEPS_X, 0.25, "write not noticed"),
    "quantize_writes_into_the_cotangent": wrong(
        "quantize", w.QUANTIZE_WRITES_INTO_G, 0.25, "written into the cotangent"
    ),
    "quantize_mask_of_the_result": wrong("quantize", w.QUANTIZE_MASK_OF_THE_RESULT, 2, "range of the result"),
    "quantize_range_with_one_end": wrong("quantize", w.QUANTIZE_ONE_END, 2, "range with one end"),
    "quantize_one_end_open": wrong("quantize", w.QUANTIZE_ONE_END_OPEN, 2, "ends left out"),
    "quantize_to_whole_numbers": wrong("quantize", w.QUANTIZE_WHOLE_NUMBERS, 2.5, "rounded to whole numbers"),
    "quantize_step_upside_down": wrong("quantize", w.QUANTIZE_UPSIDE_DOWN, 2.5, "step upside down"),
    "calls_the_reference": Mutant(
        cells={
            "logcosh": w.LOGCOSH_CALLS,
            "largest": w.LARGEST_CALLS,
            "blend": w.BLEND_CALLS,
            "repair": w.REPAIR_CALLS,
            "quantize": w.QUANTIZE_CALLS,
        },
        lost={"test_logcosh": 3.5, "test_largest": 4.5, "test_blend": 4, "test_repair": 5, "test_quantize": 3},
        diagnosed=("no node of its own", "calls what is asked"),
    ),
}
HALF = ("logcosh", "blend")
