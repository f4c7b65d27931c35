"""Assignment 8, views: the texts of wrong solutions, and the right ones of which they are made."""

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

REFUSAL_LOOKS_TWICE = REFUSAL.replace(
    "(mg.is_grad_enabled() and base.is_leaf and base.requires_grad)",
    "(mg.is_grad_enabled() and base.requires_grad and (base.is_leaf or base is not t))",
)

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
LEDGER_MOST = """
class Ledger:
    def __init__(self):
        self.counts = {}

    def boxes(self, array):
        start = array.__array_interface__["data"][0]
        return np.ravel(start + sum(i * stride for i, stride in zip(np.indices(array.shape), array.strides)))

    def write(self, array):
        for box in self.boxes(array):
            self.counts[box] = self.counts.get(box, 0) + 1

    def version(self, array):
        return max(self.counts.get(box, 0) for box in self.boxes(array))

    def save(self, array):
        return array, self.version(array)

    def open(self, ticket):
        array, then = ticket
        now = self.version(array)
        if now != then:
            raise RuntimeError(f"the array is at version {now}; expected version {then} instead.")
        return array
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
SHARES_BESIDE = SHARES.replace(", keepdim=True", "")
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
