"""Assignment 1, tensor: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant
from grader.judge.mutants import tensor_wrong as wrong


def one(cell: str, text: str, lost: float, *diagnosed: str, also: tuple = ()) -> Mutant:
    """A wrong solution of one task."""
    return Mutant(cells={cell: text}, lost={f"test_{cell}": lost}, diagnosed=diagnosed, also=also)


MUTANTS = {
    "thrifty_by_types": one(
        "thrifty", wrong.THRIFTY_VOTE, 3.5, "types vote", "float32 for every float", "dtype too small"
    ),
    "padded_like_the_first_row": one("padded", wrong.PADDED_FIRST, 3, "first row for all"),
    "reads_equal_numbers": one("reads", wrong.READS_EQUAL, 4, "equal for shared"),
    "thrifty_pasted_from_the_chapter": one(
        "thrifty", wrong.THRIFTY_CHAPTER, 3.5, "types vote", "float32 for every float", "dtype too small"
    ),
    "thrifty_nan": one("thrifty", wrong.THRIFTY_NAN, 0.5, "nan unequal to itself"),
    "thrifty_any_nan": one("thrifty", wrong.THRIFTY_ANY_NAN, 1, "nan decides for all"),
    "thrifty_without_bool": one("thrifty", wrong.THRIFTY_NO_BOOL, 0.5, "bools as ints"),
    "thrifty_one_too_far": one("thrifty", wrong.THRIFTY_TOO_FAR, 1.5, "dtype too small"),
    "thrifty_symmetric": one("thrifty", wrong.THRIFTY_SYMMETRIC, 1, "smallest number left out"),
    "thrifty_ints_not_looked_at": one("thrifty", wrong.THRIFTY_FLOATS_ONLY, 1.5, "ints among floats not looked at"),
    "thrifty_nearly": one("thrifty", wrong.THRIFTY_CLOSE, 1.5, "float32 for every float"),
    "thrifty_without_error": one("thrifty", wrong.THRIFTY_NO_ERROR, 1, "not refused"),
    "thrifty_by_numpy": one("thrifty", wrong.THRIFTY_NUMPY, 4, "numpy's smallest dtypes", "not refused"),
    "thrifty_one_end": one("thrifty", wrong.THRIFTY_ONE_END, 1.5, "dtype too small"),
    "thrifty_ends_at_2_24": one("thrifty", wrong.THRIFTY_2_24, 1.5, "float32 ends at 2**24"),
    "thrifty_compares_arrays": one("thrifty", wrong.THRIFTY_ARRAYS, 0.5, "compared as float64"),
    "thrifty_rounds_both_sides": one("thrifty", wrong.THRIFTY_ROUNDS_BOTH, 1.5, "float32 for every float"),
    "thrifty_forgets_the_empty_list": one("thrifty", wrong.THRIFTY_EMPTY, 0.5, "empty list forgotten"),
    "thrifty_infinity": one("thrifty", wrong.THRIFTY_INFINITY, 0.5, "infinity too large"),
    "thrifty_ints_only": one("thrifty", wrong.THRIFTY_INTS_ONLY, 0.5, "True counts as an int"),
    "padded_in_front": one("padded", wrong.PADDED_FRONT, 2, "filled in front"),
    "padded_with_zeros": one("padded", wrong.PADDED_ZEROS, 2.5, "fill not used"),
    "padded_float64": one("padded", wrong.PADDED_FLOAT64, 1, "dtype of the numbers", "another dtype"),
    "padded_without_error": one("padded", wrong.PADDED_SILENT, 1.5, "not refused"),
    "padded_names_the_row": one("padded", wrong.PADDED_ROW, 1.5, "place cut short"),
    "padded_writes_the_lists": one("padded", wrong.PADDED_IN_PLACE, 2.5, "lists written to", "another error"),
    "padded_by_numpy": one("padded", wrong.PADDED_NUMPY, 4.5, "ragged lists refused", "depth left to numpy"),
    "padded_pasted_from_the_chapter": one(
        "padded", wrong.PADDED_CHAPTER, 4.5, "ragged lists refused", "depth left to numpy"
    ),
    "padded_along_the_longest": one("padded", wrong.PADDED_CLIPPED, 2, "along the longest list only"),
    "padded_without_room": one("padded", wrong.PADDED_LONGEST, 2, "no room for a number"),
    "padded_two_levels": one("padded", wrong.PADDED_TWO_LEVELS, 4, "too few levels", "depth left to numpy"),
    "padded_deepest": one("padded", wrong.PADDED_DEEPEST, 1.5, "deepest number decides"),
    "padded_then_by_numpy": one("padded", wrong.PADDED_THEN_NUMPY, 1.5, "depth left to numpy"),
    "settle_one_by_one": one("settle", wrong.SETTLE_ONE_BY_ONE, 2, "half done", "one name for all"),
    "settle_unknown_comes_late": one("settle", wrong.SETTLE_LATE, 1, "half done", "unknown name not first"),
    "settle_names_the_first": one("settle", wrong.SETTLE_FIRST, 1, "one name for all"),
    "settle_names_the_wanted": one("settle", wrong.SETTLE_NAMES, 1, "wanted for refused"),
    "settle_never_off": one("settle", wrong.SETTLE_NEVER_OFF, 1.5, "never switched off"),
    "settle_returns_all": one("settle", wrong.SETTLE_ALL, 1.5, "wanted for changed"),
    "settle_in_another_order": one("settle", wrong.SETTLE_ORDER, 1.5, "names in another order"),
    "settle_makes_new_tensors": one("settle", wrong.SETTLE_DETACHES, 1.5, "new Tensors in the dict"),
    "settle_leaves_unknown_out": one("settle", wrong.SETTLE_GETS, 1, "unknown name not first", "half done"),
    "settle_refuses_all_integers": one("settle", wrong.SETTLE_ANY_INTEGER, 2, "all integers refused"),
    "settle_refuses_all_results": one("settle", wrong.SETTLE_ANY_RESULT, 2, "all results refused"),
    "settle_switches_results_off": one("settle", wrong.SETTLE_CUTS, 1, "results not refused"),
    "settle_asks_no_results": one("settle", wrong.SETTLE_NO_RESULTS, 1, "results not refused"),
    "settle_refuses_leaves": one("settle", wrong.SETTLE_LEAVES, 2.5, "leaves refused"),
    "settle_refuses_first": one("settle", wrong.SETTLE_REFUSES_FIRST, 0.5, "unknown name not first"),
    "reads_pasted_from_the_chapter": one("reads", wrong.READS_OFFSETS, 3.5, "bytes for elements"),
    "reads_contiguous": one("reads", wrong.READS_CONTIGUOUS, 2.5, "gaps in memory counted"),
    "reads_left_behind": one("reads", wrong.READS_NOT_RESTORED, 1, "experiment left behind"),
    "reads_keeps_no_copy": one("reads", wrong.READS_NO_COPY, 1, "experiment left behind"),
    "reads_from_1": one("reads", wrong.READS_FROM_1, 4, "positions counted from 1"),
    "reads_nan": one("reads", wrong.READS_NAN, 0.5, "nan unequal to itself"),
    "reads_one_write": one("reads", wrong.READS_ONE_WRITE, 1.5, "equal for shared", "one write"),
    "reads_all_or_nothing": one("reads", wrong.READS_BOTH, 2, "all shared if some are"),
    "reads_numbers_that_were_there": one("reads", wrong.READS_WERE_THERE, 1, "numbers that were there already"),
    "reads_rare_numbers": one("reads", wrong.READS_RARE_NUMBERS, 0.5, "one write"),
    "reads_adds": one("reads", wrong.READS_ADDS, 1, "put back by arithmetic"),
    "reads_through_reshape": one("reads", wrong.READS_FLAT, 1.5, "nothing found"),
    "total_plain": one("total", wrong.TOTAL_PLAIN, 2.5, "sum stands still"),
    "total_wrong_sign": one("total", wrong.TOTAL_SIGN, 2.5, "sum stands still", "rest with the wrong sign"),
    "total_unused": one("total", wrong.TOTAL_UNUSED, 2.5, "sum stands still"),
    "total_rest_not_added": one("total", wrong.TOTAL_AT_THE_END, 2.5, "sum stands still"),
    "total_sorted": one("total", wrong.TOTAL_SORTED, 1.5, "sum stands still"),
    "total_by_float": one("total", wrong.TOTAL_FLOAT, 3, "more than + and -"),
    "total_of_pairs": one("total", wrong.TOTAL_PAIRS, 3, "list for an iterable"),
    "total_from_the_first": one("total", wrong.TOTAL_FROM_THE_FIRST, 0.5, "nothing to add"),
    "total_rest_at_the_end": one("total", wrong.TOTAL_REST_AT_THE_END, 1.5, "rest added at the end"),
    "total_rest_taken_off": one("total", wrong.TOTAL_REST_OFF, 2.5, "rest with the wrong sign", also=("sign",)),
    "total_of_blocks": one("total", wrong.TOTAL_BLOCKS, 2.5, "sums of blocks"),
    "total_in_place": one("total", wrong.TOTAL_IN_PLACE, 3, "zero written to", "sum stands still"),
    "total_of_halves": one("total", wrong.TOTAL_HALVES, 0.5, "no end of the calls"),
    # minigrad has no `settle` and no `reads`
    "calls_the_reference": Mutant(
        cells={
            "thrifty": "def thrifty(numbers):\n    return mg.tensor(numbers).dtype\n",
            "padded": "def padded(data, fill):\n    return mg.tensor(data, dtype=mg.float32).numpy()\n",
            "total": "def total(numbers, zero):\n    return mg.stack(list(numbers)).sum()\n",
        },
        lost={"test_thrifty": 4, "test_padded": 5, "test_total": 3},
        diagnosed=("mg.tensor calls yours", "calls what is asked", "more than + and -"),
    ),
}
HALF = ("thrifty", "settle", "total")
NO_REFERENCE = {
    "settle": "minigrad settles one tensor's wish at a time, and that is what the task builds on",
    "reads": "numpy and minigrad know whether memory is shared, not which element reads which",
}
