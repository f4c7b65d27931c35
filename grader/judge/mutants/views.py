"""Assignment 8, views: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant
from grader.judge.mutants.views_wrong import (
    AT,
    COLLEAGUE,
    GROWTH,
    GROWTH_DETACHED,
    GROWTH_FILLED,
    GROWTH_LIST,
    GROWTH_NARROW,
    GROWTH_NUMBERS,
    LEDGER,
    LEDGER_BY_ARRAY,
    LEDGER_HANDS_OUT_A_COPY,
    LEDGER_MOST,
    LEDGER_OBJECTS,
    LEDGER_PASTED,
    LEDGER_SINCE,
    LEDGER_VALUES,
    LEDGER_WHOLE,
    NOTES,
    NOTES_BYTES,
    NOTES_MEAN,
    NOTES_ORDER,
    NOTES_PASTED,
    NOTES_START,
    REFUSAL,
    REFUSAL_CALLS,
    REFUSAL_LOOKS_TWICE,
    REFUSAL_PASTED,
    REFUSAL_RAISES,
    SHARES,
    SHARES_BESIDE,
    SHARES_CONSTANT,
    SHARES_IN_PLACE,
    SHARES_LATE,
    SHARES_NARROW,
    SHARES_QUIET,
    SHARES_WHOLE,
    STAMPED,
    STAMPED_ALL,
    STAMPED_COPY_QUIET,
    STAMPED_DATA,
    STAMPED_LOST,
    STAMPED_QUIET,
    STAMPED_SINGLE_ROW,
    WRITE,
    WRITE_CALLS,
    WRITE_CHAPTER,
    WRITE_COPIES,
    WRITE_FIRST,
    WRITE_IN_PLACE,
    WRITE_NEW_TENSOR,
    WRITE_NUMBERS,
    WRITE_SCATTERS,
)

MUTANTS = {
    "write_keeps_everything": Mutant(
        cells={"write": WRITE.replace("g * kept.reshape(g.shape)", "g * 1")},
        lost={"test_write": 3.5},
        diagnosed=("overwritten part passed on",),
    ),
    "ledger_counts_whole_memories": Mutant(
        cells={"ledger": LEDGER_WHOLE}, lost={"test_ledger": 3}, diagnosed=("one counter for all",)
    ),
    "fills_through_data": Mutant(
        cells={"fills": GROWTH + STAMPED_DATA + SHARES}, lost={"test_fills": 1}, diagnosed=("history lost",)
    ),
    # the guard
    "refusal_calls_the_reference": Mutant(
        cells={"refusal": REFUSAL_CALLS}, lost={"test_refusal": 4}, diagnosed=("round in a circle",)
    ),
    "refusal_allows_everything": Mutant(
        cells={"refusal": "def refusal(t, part, names):\n    return None\n"},
        lost={"test_refusal": 3.5},
        diagnosed=("nothing refused",),
    ),
    "refusal_forgets_no_grad": Mutant(
        cells={"refusal": REFUSAL.replace("mg.is_grad_enabled() and ", "")},
        lost={"test_refusal": 2.5},
        diagnosed=("refused under no_grad",),
    ),
    "refusal_looks_at_the_view": Mutant(
        cells={"refusal": REFUSAL.replace("base = t if t._base is None else t._base", "base = t")},
        lost={"test_refusal": 3},
        diagnosed=("view asked for its base",),
    ),
    "refusal_refuses_every_gradient": Mutant(
        cells={"refusal": REFUSAL.replace("base.is_leaf and ", "")},
        lost={"test_refusal": 2.5},
        diagnosed=("results refused",),
    ),
    "refusal_refuses_views_of_results": Mutant(
        cells={"refusal": REFUSAL_LOOKS_TWICE}, lost={"test_refusal": 2.5}, diagnosed=("views of results refused",)
    ),
    "refusal_refuses_every_leaf": Mutant(
        cells={"refusal": REFUSAL.replace(" and base.requires_grad", "")},
        lost={"test_refusal": 2.5},
        diagnosed=("constants refused",),
    ),
    "refusal_compares_by_numbers": Mutant(
        cells={"refusal": REFUSAL.replace("leaf is base", "mg.equal(leaf, base)")},
        lost={"test_refusal": 1.5},
        diagnosed=("leaves compared by numbers",),
    ),
    "refusal_names_the_view": Mutant(
        cells={"refusal": REFUSAL.replace("leaf is base", "leaf is t")},
        lost={"test_refusal": 2.5},
        diagnosed=("view looked up by name",),
    ),
    "refusal_ignores_part": Mutant(
        cells={"refusal": REFUSAL.replace("part or ", "")}, lost={"test_refusal": 1.5}, diagnosed=("part ignored",)
    ),
    "refusal_pasted_from_the_chapter": Mutant(
        cells={"refusal": REFUSAL_PASTED}, lost={"test_refusal": 2.5}, diagnosed=("name left out",)
    ),
    "refusal_calls_a_view_the_leaf": Mutant(
        cells={"refusal": REFUSAL.replace("part or base is not t", "part")},
        lost={"test_refusal": 2.5},
        diagnosed=("view called the leaf",),
    ),
    "refusal_raises": Mutant(
        cells={"refusal": REFUSAL_RAISES}, lost={"test_refusal": 3.5}, diagnosed=("raised, not returned",)
    ),
    "refusal_asks_for_the_truth": Mutant(
        cells={"refusal": REFUSAL.replace("t if t._base is None else t._base", "t._base or t")},
        lost={"test_refusal": 3.5},
        diagnosed=("truth of several numbers",),
    ),
    # the counter
    "ledger_pasted_from_the_chapter": Mutant(
        cells={"ledger": LEDGER_PASTED}, lost={"test_ledger": 3}, diagnosed=("one counter for all",)
    ),
    "ledger_looks_for_the_same_object": Mutant(
        cells={"ledger": LEDGER_OBJECTS}, lost={"test_ledger": 3}, diagnosed=("only the same object",)
    ),
    "ledger_keeps_one_ticket_per_array": Mutant(
        cells={"ledger": LEDGER_BY_ARRAY}, lost={"test_ledger": 1.5}, diagnosed=("one ticket per array",)
    ),
    "ledger_hands_out_a_copy": Mutant(
        cells={"ledger": LEDGER_HANDS_OUT_A_COPY}, lost={"test_ledger": 0.5}, diagnosed=("a copy was saved",)
    ),
    "ledger_counts_at_each_element": Mutant(
        cells={"ledger": LEDGER_MOST}, lost={"test_ledger": 1.5}, diagnosed=("most written element",)
    ),
    "ledger_looks_at_the_ends": Mutant(
        cells={"ledger": LEDGER.replace("shares_memory", "may_share_memory")},
        lost={"test_ledger": 3},
        diagnosed=("ends for elements",),
    ),
    "ledger_compares_values": Mutant(
        cells={"ledger": LEDGER_VALUES}, lost={"test_ledger": 3}, diagnosed=("numbers compared",)
    ),
    "ledger_saves_a_copy": Mutant(
        cells={"ledger": LEDGER.replace("((array,", "((array.copy(),")},
        lost={"test_ledger": 4},
        diagnosed=("a copy was saved",),
    ),
    "ledger_counts_since_the_save": Mutant(
        cells={"ledger": LEDGER_SINCE},
        lost={"test_ledger": 2},
        diagnosed=("counted since the save",),
    ),
    "ledger_expects_version_0": Mutant(
        cells={"ledger": LEDGER.replace("array, len(self.log)", "array, 0")},
        lost={"test_ledger": 2},
        diagnosed=("version 0 expected",),
    ),
    # notes
    "notes_pasted_from_the_chapter": Mutant(
        cells={"notes": NOTES_PASTED}, lost={"test_notes": 2}, diagnosed=("box read twice, counted once",)
    ),
    "notes_share_among_the_readers": Mutant(
        cells={"notes": NOTES_MEAN}, lost={"test_notes": 2}, diagnosed=("shared among the readers",)
    ),
    "notes_add_with_brackets": Mutant(
        cells={"notes": NOTES.replace(AT, AT.replace("np.add.at(found, ", "found[").replace(", g)", "] += g"))},
        lost={"test_notes": 2},
        diagnosed=("box read twice, counted once",),
    ),
    "notes_strides_the_other_way": Mutant(
        cells={"notes": NOTES_ORDER}, lost={"test_notes": 3}, diagnosed=("strides in another order",)
    ),
    "notes_put_back_from_the_start": Mutant(
        cells={"notes": NOTES_START}, lost={"test_notes": 3}, diagnosed=("start forgotten",)
    ),
    "notes_count_bytes": Mutant(
        cells={"notes": NOTES_BYTES}, lost={"test_notes": 2.5}, diagnosed=("bytes for boxes",)
    ),
    "notes_in_float64": Mutant(
        cells={"notes": NOTES.replace("np.zeros(size, g.dtype)", "np.zeros(size)")},
        lost={"test_notes": 1},
        diagnosed=("another dtype",),
    ),
    # the rule of a write
    "write_takes_off_each_time": Mutant(
        cells={"write": WRITE.replace("kept[flat] = 0", "np.subtract.at(kept, flat, 1)")},
        lost={"test_write": 1.5},
        diagnosed=("place taken off twice",),
    ),
    "write_lets_the_first_win": Mutant(
        cells={"write": WRITE_FIRST}, lost={"test_write": 1.5}, diagnosed=("first for last",)
    ),
    "write_as_in_the_chapter": Mutant(
        cells={"write": WRITE_CHAPTER}, lost={"test_write": 1.5}, diagnosed=("all values of a place",)
    ),
    "write_calls_the_reference": Mutant(cells={"write": WRITE_CALLS}, lost={"test_write": 4}, diagnosed=("recursion",)),
    "write_calls_a_scatter": Mutant(
        cells={"write": WRITE_SCATTERS}, lost={"test_write": 4}, diagnosed=("calls what is asked",)
    ),
    "write_in_the_cotangent": Mutant(
        cells={"write": WRITE_IN_PLACE}, lost={"test_write": 2}, diagnosed=("shared memory",)
    ),
    "write_in_float64": Mutant(
        cells={"write": WRITE.replace("np.ones(math.prod(g.shape), g.dtype)", "np.ones(math.prod(g.shape))")},
        lost={"test_write": 0.5},
        diagnosed=("another dtype",),
    ),
    "write_does_not_sum": Mutant(
        cells={"write": WRITE.replace("fit_to(part, shape, g.dtype)", "part")},
        lost={"test_write": 1},
        diagnosed=("values not summed down",),
    ),
    "write_through_numbers": Mutant(
        cells={"write": WRITE_NUMBERS}, lost={"test_write": 1}, diagnosed=("second order lost",)
    ),
    "write_copies_an_array": Mutant(
        cells={"write": WRITE_COPIES}, lost={"test_write": 1.5}, diagnosed=("array's methods on a Tensor",)
    ),
    "write_makes_a_new_tensor": Mutant(
        cells={"write": WRITE_NEW_TENSOR}, lost={"test_write": 1}, diagnosed=("second order lost",)
    ),
    "write_cuts_the_history": Mutant(
        cells={"write": WRITE.replace("g * kept.reshape(g.shape)", "g * 0")},
        lost={"test_write": 3.5},
        diagnosed=("lost with the part",),
    ),
    # fills
    "fills_of_the_colleague": Mutant(
        cells={"fills": COLLEAGUE},
        lost={"test_fills": 4},
        diagnosed=("saved tensor changed in place", "history lost", "one of several views written"),
    ),
    "fills_through_a_list_of_numbers": Mutant(
        cells={"fills": GROWTH_LIST + STAMPED + SHARES_WHOLE},
        lost={"test_fills": 3},
        diagnosed=("history lost", "shares of the whole table"),
    ),
    "fills_without_keepdim": Mutant(
        cells={"fills": GROWTH + STAMPED + SHARES_BESIDE},
        lost={"test_fills": 1.5},
        diagnosed=("sums beside the columns", "shapes do not fit"),
    ),
    "fills_with_rates_as_numbers": Mutant(
        cells={"fills": GROWTH.replace("in rates:", "in rates.tolist():") + STAMPED + SHARES},
        lost={"test_fills": 1.5},
        diagnosed=("not used in the graph",),
    ),
    "fills_in_float32": Mutant(
        cells={"fills": GROWTH_NARROW + STAMPED + SHARES_NARROW}, lost={"test_fills": 2.5}, diagnosed=("another dtype",)
    ),
    "fills_read_what_is_written": Mutant(
        cells={"fills": GROWTH_FILLED + STAMPED + SHARES_LATE},
        lost={"test_fills": 3},
        diagnosed=("saved tensor changed in place",),
    ),
    "fills_with_numbers": Mutant(
        cells={"fills": GROWTH_DETACHED + STAMPED + SHARES_CONSTANT},
        lost={"test_fills": 3},
        diagnosed=("one step only", "sum taken as a number"),
    ),
    "fills_without_history": Mutant(
        cells={"fills": GROWTH_NUMBERS + STAMPED_QUIET + SHARES_QUIET},
        lost={"test_fills": 4},
        diagnosed=("one step only", "written unnoticed", "division not recorded", "overwritten part passed on"),
        also=("argument written over",),
    ),
    "fills_a_copy_unrecorded": Mutant(
        cells={"fills": GROWTH + STAMPED_COPY_QUIET + SHARES},
        lost={"test_fills": 1},
        diagnosed=("fill not recorded", "overwritten part passed on"),
    ),
    "fills_a_copy_that_is_lost": Mutant(
        cells={"fills": GROWTH + STAMPED_LOST + SHARES},
        lost={"test_fills": 1},
        diagnosed=("written into a copy", "nothing written"),
        also=("overwritten part passed on",),
    ),
    "fills_a_single_row": Mutant(
        cells={"fills": GROWTH + STAMPED_SINGLE_ROW + SHARES},
        lost={"test_fills": 1},
        diagnosed=("row of a single row",),
    ),
    "fills_all_of_the_table": Mutant(
        cells={"fills": GROWTH + STAMPED_ALL + SHARES}, lost={"test_fills": 1}, diagnosed=("count ignored",)
    ),
    "fills_the_argument": Mutant(
        cells={"fills": GROWTH + STAMPED.replace("x.clone()", "x") + SHARES_IN_PLACE},
        lost={"test_fills": 2.5},
        diagnosed=("leaf changed in place", "argument written over"),
    ),
}

HALF = ("refusal", "notes")
NO_REFERENCE = {
    "ledger": "minigrad counts the writes of whole memories, and not those of ndarrays",
    "notes": "minigrad has no strides of one's own choice, neither as_strided nor its gradient",
    "fills": "minigrad has none of the three; the parts from which they are made are what the task is about",
}
