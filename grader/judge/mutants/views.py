"""Assignment 8, views: wrong solutions as students hand them in, and right ones in another hand."""

from __future__ import annotations

from grader.judge.mutants import Mutant

# --- 1. the guard -------------------------------------------------------------------------------------------------

REFUSAL = """
def refusal(t, part, names):
    base = t if t._base is None else t._base
    if not (mg.is_grad_enabled() and base.is_leaf and base.requires_grad):
        return None
    view = "a view of " if part or base is not t else ""
    known = [f" It is {name}." for name, leaf in names.items() if leaf is base]
    return f"{view}a leaf Variable that requires grad is being used in an in-place operation." + "".join(known)
"""
REFUSAL_CALLS = """
def refusal(t, part, names):
    try:
        mg.views.check_writable(t, part)
    except RuntimeError as error:
        base = t if t._base is None else t._base
        return str(error) + "".join(f" It is {name}." for name in names if names[name] is base)
"""

# The chapter's guard knows no names.
REFUSAL_PASTED = """
from minigrad.graph import mode

def refusal(t, part, names):
    view = t._view
    if not mode.enabled:
        return
    base = t if view is None else view.base
    if base._requires_grad and base._node is None:
        words = "a leaf Variable" if view is None and not part else "a view of a leaf Variable"
        return f"{words} that requires grad is being used in an in-place operation."
"""

# The chapter's guard raises, where words are asked.
REFUSAL_RAISES = """
def refusal(t, part, names):
    base = t if t._base is None else t._base
    if mg.is_grad_enabled() and base.is_leaf and base.requires_grad:
        words = "a view of a leaf Variable" if part or base is not t else "a leaf Variable"
        known = [f" It is {name}." for name, leaf in names.items() if leaf is base]
        raise RuntimeError(f"{words} that requires grad is being used in an in-place operation." + "".join(known))
"""

# --- 2. the counter: no reference, see below ----------------------------------------------------------------------

LEDGER = """
class Ledger:
    def __init__(self):
        self.log, self.tickets = [], []

    def write(self, array):
        self.log += [array]

    def save(self, array):
        self.tickets.append((array, len(self.log)))
        return len(self.tickets) - 1

    def open(self, ticket):
        array, time = self.tickets[ticket]
        touching = [np.shares_memory(array, one) for one in self.log]
        if any(touching[time:]):
            raise RuntimeError(
                f"the array is at version {sum(touching)}; expected version {sum(touching[:time])} instead."
            )
        return array
"""
LEDGER_WHOLE = LEDGER.replace("np.shares_memory(array, one)", "root(array) is root(one)") + """
def root(array):
    return array if array.base is None else root(array.base)
"""
LEDGER_SINCE = LEDGER.replace("sum(touching)", "sum(touching[time:])").replace("sum(touching[:time])", "0")
LEDGER_VALUES = LEDGER.replace("(array, len(self.log))", "(array, len(self.log), array.copy())").replace(
    "array, time = self.tickets[ticket]", "array, time, before = self.tickets[ticket]"
).replace("any(touching[time:])", "not np.array_equal(array, before)")
LEDGER_OBJECTS = LEDGER.replace("np.shares_memory(array, one)", "array is one")
LEDGER_HANDS_OUT_A_COPY = LEDGER.replace("return array\n", "return array.copy()\n")
LEDGER_BY_ARRAY = """
class Ledger:
    def __init__(self):
        self.log, self.saved = [], {}

    def version(self, array):
        return sum(np.shares_memory(array, one) for one in self.log)

    def write(self, array):
        self.log.append(array)

    def save(self, array):
        self.saved[id(array)] = self.version(array)
        return array

    def open(self, ticket):
        now, then = self.version(ticket), self.saved[id(ticket)]
        if now != then:
            raise RuntimeError(f"the array is at version {now}; expected version {then} instead.")
        return ticket
"""
# The chapter's counter of a memory, with numbers of its own.
LEDGER_PASTED = """
import itertools

numbers = itertools.count()

class VersionCounter:
    def __init__(self):
        self.version, self.stamps = 0, [-1]

    def bump(self):
        self.version += 1
        self.stamps.append(next(numbers))

class Ledger:
    def __init__(self):
        self.counters = {}

    def counter_of(self, array):
        while array.base is not None:
            array = array.base
        return self.counters.setdefault(id(array), VersionCounter())

    def write(self, array):
        self.counter_of(array).bump()

    def save(self, array):
        return array, self.counter_of(array), next(numbers)

    def open(self, ticket):
        array, counter, since = ticket
        if counter.stamps[-1] > since:
            expected = counter.version - sum(stamp > since for stamp in counter.stamps)
            raise RuntimeError(f"the array is at version {counter.version}; expected version {expected} instead.")
        return array
"""

# --- 3. notes: minigrad has no strides of one's own, so there is no reference to call -----------------------------

NOTES = """
def boxes(start, lengths, strides):
    steps = [index * stride for index, stride in zip(np.indices(lengths), strides)]
    return sum(steps, np.full(lengths, start))

def read(memory, start, lengths, strides):
    return memory[boxes(start, lengths, strides)].reshape(lengths)

def put_back(g, size, start, lengths, strides):
    found = np.zeros(size, g.dtype)
    np.add.at(found, boxes(start, lengths, strides), g)
    return found
"""
AT = "np.add.at(found, boxes(start, lengths, strides), g)"
NOTES_START = NOTES.replace(AT, AT.replace("start", "0"))
NOTES_MEAN = NOTES.replace(
    "    return found\n",
    "    uses = np.bincount(np.ravel(boxes(start, lengths, strides)), minlength=size)\n"
    "    return (found / np.maximum(uses, 1)).astype(g.dtype)\n",
)
# The chapter's drawing finds an index for each box.
NOTES_PASTED = """
def places_of(start, lengths, strides):
    return start + sum(i * s for i, s in zip(np.indices(lengths), strides, strict=True))

def read(memory, start, lengths, strides):
    return memory[places_of(start, lengths, strides)]

def put_back(g, size, start, lengths, strides):
    seen = {int(place): index for index, place in np.ndenumerate(places_of(start, lengths, strides))}
    found = np.zeros(size, g.dtype)
    for place in range(size):
        if place in seen:
            found[place] = g[seen[place]]
    return found
"""
# Right on the way back; on the way there numpy counts in bytes.
NOTES_BYTES = NOTES.replace(
    "memory[boxes(start, lengths, strides)].reshape(lengths)",
    "np.lib.stride_tricks.as_strided(memory[start:], lengths, strides)",
)
NOTES_ORDER = NOTES.replace("zip(np.indices(lengths), strides)", "zip(np.indices(lengths), strides[::-1])")

# --- 4. the rule of a write ---------------------------------------------------------------------------------------

WRITE = """
def after_write(g, places, shape):
    flat, order = places.reshape(-1), np.arange(places.size)
    kept, writer = np.ones(math.prod(g.shape), g.dtype), np.zeros(math.prod(g.shape), int)
    kept[flat] = 0
    writer[flat] = order
    stays = (writer[flat] == order).astype(g.dtype).reshape(places.shape)
    part = g.reshape(-1)[places] * stays
    return [g * kept.reshape(g.shape), fit_to(part, shape, g.dtype)]
"""
WRITE_CHAPTER = """
def after_write(g, places, shape):
    mask = np.ones(g.shape, g.dtype)
    mask.reshape(-1)[places] = 0
    return [g * mask, fit_to(g.reshape(-1)[places], shape, g.dtype)]
"""
WRITE_FIRST = WRITE.replace("writer[flat] = order", "writer[flat[::-1]] = order[::-1]")
WRITE_IN_PLACE = WRITE.replace("[g * kept.reshape(g.shape),", "[zeroed(g, flat, kept),") + """
def zeroed(g, flat, kept):
    if isinstance(g, mg.Tensor):
        return g * kept.reshape(g.shape)
    g.reshape(-1)[flat] = 0
    return g
"""
# "Writing into g is not recorded": so g is copied, as one copies an ndarray.
WRITE_COPIES = WRITE.replace("g * kept.reshape(g.shape)", "without(g, flat)") + """
def without(g, flat):
    rest = g.copy()
    rest.reshape(-1)[flat] = 0
    return rest
"""
WRITE_NEW_TENSOR = WRITE.replace("g * kept.reshape(g.shape)", "without(g, flat)") + """
def without(g, flat):
    rest = np.array(g.detach() if isinstance(g, mg.Tensor) else g)
    rest.reshape(-1)[flat] = 0
    return mg.tensor(rest) if isinstance(g, mg.Tensor) else rest
"""
WRITE_NUMBERS = WRITE.replace("    flat,", "    g = g.detach() if isinstance(g, mg.Tensor) else g\n    flat,")
WRITE_CALLS = """
def after_write(g, places, shape):
    with mg.enable_grad():
        before = mg.zeros(math.prod(g.shape), dtype=mg.float64, requires_grad=True)
        values = mg.zeros(shape, dtype=mg.float64, requires_grad=True)
        after = before.clone()
        after[mg.tensor(places)] = values
        cotangent = mg.tensor(g) if isinstance(g, np.ndarray) else g
        answer = grad(after, [before, values], grad_outputs=cotangent.reshape(-1).double())
    answer = [answer[0].reshape(g.shape), answer[1]]
    return [t.numpy().astype(g.dtype) for t in answer] if isinstance(g, np.ndarray) else answer
"""
WRITE_SCATTERS = WRITE_CALLS.replace(
    "after = before.clone()\n        after[mg.tensor(places)] = values",
    "after = before.index_copy(0, mg.tensor(places.reshape(-1)), (values + 0 * places).reshape(-1))",
)

# --- 5. fills: each draft has its own fault; minigrad has none of the three ---------------------------------------

GROWTH = """
def growth(start, rates):
    years = [start]
    for rate in rates:
        years.append(rate * years[-1] * (1 - years[-1]))
    return mg.stack(years)
"""
STAMPED = """
def stamped(x, count):
    table = x.clone()
    for number in range(count):
        table.view(-1)[number] = sum(divmod(number, x.shape[1]))
    return table
"""
SHARES = """
def row_shares(table):
    return table / table.sum(dim=1, keepdim=True)
"""
GROWTH_FILLED = """
def growth(start, rates):
    p = mg.zeros(len(rates) + 1, dtype=start.dtype)
    p[0] = start
    for k in range(len(rates)):
        last = p[k]
        p[k + 1] = rates[k] * last * (1 - last)
    return p
"""
GROWTH_DETACHED = GROWTH_FILLED.replace("last = p[k]", "last = p[k].clone().detach()")
GROWTH_NUMBERS = GROWTH_FILLED.replace("last = p[k]", "last = p[k].item()")
STAMPED_ALL = """
def stamped(x, count):
    table = x.clone()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            table[i][j] = i + j
    return table
"""
STAMPED_COPY_QUIET = STAMPED_ALL.replace(
    "            table[i][j] = i + j",
    "            if i * x.shape[1] + j < count:\n                table.data[i][j] = i + j",
)
STAMPED_LOST = """
def stamped(x, count):
    table = x.clone()
    for number in range(count):
        i, j = divmod(number, x.shape[1])
        table[[i]][0, j] = i + j
    return table
"""
STAMPED_SINGLE_ROW = STAMPED_LOST.replace("[0, j]", "[j]")
STAMPED_DATA = STAMPED.replace("x.clone()", "x.data.clone()")
STAMPED_QUIET = STAMPED.replace("    table = x.clone()\n", "    table = x\n").replace(
    "        table.view", "        with mg.no_grad():\n            table.view"
)
SHARES_QUIET = """
def row_shares(table):
    answer = table.clone()
    with mg.no_grad():
        for i in range(len(answer)):
            answer[i] /= answer[i].sum()
    return answer
"""
SHARES_CONSTANT = SHARES.replace("keepdim=True)", "keepdim=True).detach()")
SHARES_WHOLE = "def row_shares(table):\n    return table / table.sum()\n"
COLLEAGUE = """
def growth(start, rates):
    p = mg.zeros(len(rates) + 1, dtype=start.dtype)
    p[0] = start
    for k in range(len(rates)):
        p[k + 1] = rates[k] * p[k] * (1 - p[k])
    return p

def stamped(x, count):
    table = x.data
    for number in range(count):
        i, j = divmod(number, x.shape[1])
        table[i][j] = i + j
    return table

def row_shares(table):
    answer = table.clone()
    for row in answer:
        row /= row.sum()
    return answer
"""
SHARES_NARROW = """
def row_shares(table):
    answer = mg.zeros(*table.shape)
    for i in range(len(table)):
        answer[i] = table[i] / table[i].sum()
    return answer
"""
GROWTH_NARROW = """
def growth(start, rates):
    p = mg.zeros(len(rates) + 1)
    p[0] = last = start
    for k in range(len(rates)):
        last = rates[k] * last * (1 - last)
        p[k + 1] = last
    return p
"""
SHARES_IN_PLACE = """
def row_shares(table):
    for i in range(len(table)):
        table[i] /= table[i].sum()
    return table
"""
SHARES_LATE = """
def row_shares(table):
    answer = table.clone()
    for i in range(len(answer)):
        answer[i] = answer[i] / answer[i].sum()
    return answer
"""
GROWTH_LIST = GROWTH.replace("mg.stack(years)", "mg.tensor(years)")

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
