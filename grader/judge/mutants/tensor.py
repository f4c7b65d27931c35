"""Assignment 1, tensor: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant
from grader.judge.mutants.tensor_right import PADDED, READS, SETTLE, THRIFTY, TOTAL


def changed(text: str, old: str, new: str) -> str:
    """A right solution with one mistake in it."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


# --- 1. thrifty ---------------------------------------------------------------------------------------------------

THRIFTY_VOTE = """
def thrifty(numbers):
    kinds = set(map(type, numbers))
    if float in kinds or not kinds:
        return np.dtype("float32")
    return np.dtype("int64" if int in kinds else "bool")
"""
THRIFTY_NAN = changed(THRIFTY, " or v != v", "")
THRIFTY_SYMMETRIC = changed(THRIFTY, "-limit <= v < limit", "abs(v) < limit")
THRIFTY_FLOATS_ONLY = changed(THRIFTY, "or v != v", "or v != v or not isinstance(v, float)")
THRIFTY_CLOSE = changed(THRIFTY, "float(np.float32(v)) == v or v != v", "np.isclose(np.float32(v), v, equal_nan=True)")
THRIFTY_NO_ERROR = changed(THRIFTY, 'raise RuntimeError("overflow")', "return mg.float64")
THRIFTY_NUMPY = "def thrifty(numbers):\n    return np.result_type(*[np.min_scalar_type(n) for n in numbers])\n"

THRIFTY_NO_BOOL = changed(THRIFTY, "    if all(isinstance(v, bool) for v in numbers):\n        return mg.bool\n", "")
THRIFTY_TOO_FAR = changed(THRIFTY, "v < limit", "v <= limit")
THRIFTY_ANY_NAN = changed(THRIFTY, "same = all", "same = any(v != v for v in numbers) or all")
THRIFTY_CHAPTER = """
from minigrad.dtypes import common

def dtype_of(kind):
    return mg.bool if kind is bool else mg.int64 if issubclass(kind, int) else mg.float32

def thrifty(numbers):
    kinds = set(map(type, numbers))
    return common([dtype_of(kind) for kind in kinds]) if kinds else mg.float32
"""

# --- 2. padded ----------------------------------------------------------------------------------------------------

PADDED_FIRST = """
def padded(data, fill):
    shape, first = [], data
    while isinstance(first, list):
        shape.append(len(first))
        if not first:
            break
        first = first[0]
    result = np.full(shape, fill, np.float32)

    def put(item, place):
        if isinstance(item, list):
            for i, part in enumerate(item):
                put(part, (*place, i))
        elif len(place) != len(shape):
            raise ValueError("".join(f"[{i}]" for i in place))
        elif all(i < n for i, n in zip(place, shape)):
            result[place] = item

    put(data, ())
    return result
"""
PADDED_FRONT = changed(
    PADDED,
    "    for place, item in found:\n        result[place] = item\n",
    """
    def put(item, place):
        if isinstance(item, (list, tuple)):
            start = shape[len(place)] - len(item) if place else 0
            for i, part in enumerate(item):
                put(part, (*place, start + i))
        else:
            result[place] = item

    put(data, ())
""",
)
PADDED_ZEROS = changed(PADDED, "np.full(shape, fill, dtype", "np.zeros(shape, dtype")
PADDED_FLOAT64 = changed(PADDED, ", dtype=np.float32", "")
PADDED_SILENT = changed(PADDED, "raise ValueError", "print")
PADDED_SILENT = changed(PADDED_SILENT, "result[place] = item", "result[(*place, 0, 0, 0)[:len(shape)]] = item")
PADDED_ROW = changed(PADDED, "for i in place))", "for i in place[:1]))")
PADDED_IN_PLACE = """
def padded(data, fill):
    def depth_of(item):
        return 1 + max(map(depth_of, item), default=0) if isinstance(item, list) else 0

    rows = [data] if isinstance(data, list) else []
    while any(isinstance(item, list) for row in rows for item in row):
        longest = max(len(item) for row in rows for item in row)
        deep = depth_of(rows[0]) > 2
        for row in rows:
            for item in row:
                item.extend([] if deep else fill for _ in range(longest - len(item)))
        rows = [item for row in rows for item in row]
    return np.array(data, np.float32)
"""
PADDED_NUMPY = "def padded(data, fill):\n    return np.array(data, np.float32)\n"

PADDED_CHAPTER = """
def lengths(data):
    shape = []
    while isinstance(data, list):
        shape.append(len(data))
        if not shape[-1]:
            break
        data = data[0]
    return tuple(shape)

def numbers_in(data, shape, depth=0):
    if not shape:
        return [data]
    if not isinstance(data, list):
        raise TypeError(f"not a sequence: {data!r} at dim {depth}, where one of length {shape[0]} was expected")
    if len(data) != shape[0]:
        raise ValueError(f"expected sequence of length {shape[0]} at dim {depth} (got {len(data)})")
    return [item for part in data for item in numbers_in(part, shape[1:], depth + 1)]

def padded(data, fill):
    shape = lengths(data)
    return np.array(numbers_in(data, shape), np.float32).reshape(shape)
"""

# --- 3. settle: minigrad settles one tensor at a time; there is nothing that could be called --------------------------

SETTLE_ONE_BY_ONE = """
def settle(tensors, wanted):
    for name in wanted:
        tensors[name]
    changed = []
    for name, t in tensors.items():
        if t.requires_grad != (name in wanted):
            try:
                t.requires_grad_(name in wanted)
            except RuntimeError:
                raise RuntimeError(name)
            changed.append(name)
    return changed
"""
SETTLE_FIRST = changed(SETTLE, "{integers}, results: {results}", "{(integers + results)[0]}")
SETTLE_NEVER_OFF = changed(SETTLE, "(n in wanted) != t.requires_grad", "n in wanted and not t.requires_grad")
SETTLE_ALL = changed(SETTLE, "    return changed", "    return [n for n in tensors if n in wanted]")
SETTLE_DETACHES = changed(
    SETTLE, "t.requires_grad = n in wanted", "tensors[n] = t.detach().requires_grad_(n in wanted)"
)
SETTLE_GETS = changed(SETTLE, "raise KeyError(*unknown)", "wanted = [n for n in wanted if n in tensors]")
SETTLE_ANY_INTEGER = changed(SETTLE, "for n in wanted if not", "for n in tensors if not")
SETTLE_CUTS = changed(SETTLE, "and not tensors[n].is_leaf", "and n.startswith('_')")
SETTLE_CUTS = changed(SETTLE_CUTS, "t.requires_grad = n in wanted", "t._requires_grad = n in wanted")

SETTLE_ANY_RESULT = changed(SETTLE, "if n not in wanted and not", "if not")
SETTLE_ORDER = changed(SETTLE, "    return changed", "    return sorted(changed, key=[*wanted, *tensors].index)")
SETTLE_NAMES = changed(SETTLE, "integers: {integers}, results: {results}", "one of {wanted} cannot be settled")
SETTLE_LATE = """
def settle(tensors, wanted):
    cannot = [n for n, t in tensors.items() if not (t.is_floating_point() if n in wanted else t.is_leaf)]
    if cannot:
        raise RuntimeError(f"cannot be settled: {cannot}")
    before = {n: t.requires_grad for n, t in tensors.items()}
    for n in wanted:
        tensors[n].requires_grad_()
    for n in tensors:
        if n not in wanted:
            tensors[n].requires_grad_(False)
    return [n for n, t in tensors.items() if t.requires_grad != before[n]]
"""

# --- 4. reads: no reference either --------------------------------------------------------------------------------

READS_EQUAL = """
def reads(result, a):
    numbers = a.ravel().tolist()
    return np.array([numbers.index(x) if x in numbers else -1 for x in result.ravel().tolist()]).reshape(result.shape)
"""
READS_OFFSETS = """
def start_of(array):
    return array.__array_interface__["data"][0]

def offsets(array, base):
    steps = sum(i * stride for i, stride in zip(np.indices(array.shape), array.strides, strict=True))
    return start_of(array) - start_of(base) + steps

def reads(result, a):
    return offsets(result, a) if np.shares_memory(result, a) else np.full(result.shape, -1)
"""
READS_CONTIGUOUS = changed(READS_OFFSETS, "offsets(result, a) if", "offsets(result, a) // a.itemsize if")
READS_NOT_RESTORED = """
def reads(result, a):
    a[...] = -1
    found = result.copy()
    a[...] = np.arange(1, a.size + 1).reshape(a.shape)
    return np.where(found == result, -1, result - 1)
"""
READS_NO_COPY = changed(READS, "numbers = a.copy()", "numbers = a")
READS_FROM_1 = changed(READS, "np.arange(a.size)", "np.arange(1, a.size + 1)")
READS_NAN = """
def reads(result, a):
    kept = a.copy()
    a[...] = -1
    found = result.copy()
    a[...] = np.arange(a.size).reshape(a.shape)
    answer = np.where(found == result, -1, result)
    a[...] = kept
    return answer
"""
READS_ONE_WRITE = """
def reads(result, a):
    kept = a.copy()
    a[...] = np.arange(a.size).reshape(a.shape)
    answer = np.where(np.isin(result, a), result, -1)
    a[...] = kept
    return answer
"""
READS_BOTH = """
def reads(result, a):
    if not np.shares_memory(result, a):
        return np.full(result.shape, -1)
    kept = a.copy()
    a[...] = np.arange(a.size).reshape(a.shape)
    answer = result.copy()
    a[...] = kept
    return answer
"""

# --- 5. total -----------------------------------------------------------------------------------------------------

TOTAL_PLAIN = "def total(numbers, zero):\n    for x in numbers:\n        zero = zero + x\n    return zero\n"
TOTAL_SIGN = changed(TOTAL, "x = x + lost", "x = x - lost")
TOTAL_UNUSED = changed(TOTAL, "        x = x + lost\n", "")
TOTAL_AT_THE_END = """
def total(numbers, zero):
    result = lost = zero
    for x in numbers:
        new = result + x
        lost = lost + (x - (new - result))
        result = new
    return result
"""
TOTAL_SORTED = (
    "def total(numbers, zero):\n    return sum(sorted(numbers, key=lambda x: float(getattr(x, 'digits', x))), zero)\n"
)
TOTAL_FLOAT = "def total(numbers, zero):\n    return sum(float(x) for x in numbers)\n"

TOTAL_PAIRS = """
def total(numbers, zero):
    if len(numbers) < 2:
        return numbers[0] if numbers else zero
    half = len(numbers) // 2
    return total(numbers[:half], zero) + total(numbers[half:], zero)
"""
TOTAL_FROM_THE_FIRST = """
def total(numbers, zero):
    numbers = iter(numbers)
    result, lost = next(numbers), zero
    for x in numbers:
        x = x + lost
        new = result + x
        lost = x - (new - result)
        result = new
    return result
"""

NAN = "nan unequal to itself"
STUCK = "sum stands still"
VOTE = ("types vote", "float32 for every float", "dtype too small")
MUTANTS = {
    "thrifty_by_types": Mutant(
        cells={"thrifty": THRIFTY_VOTE}, lost={"test_thrifty": 3.5}, diagnosed=VOTE, also=("another dtype",)
    ),
    "padded_like_the_first_row": Mutant(
        cells={"padded": PADDED_FIRST}, lost={"test_padded": 3}, diagnosed=("first row for all",)
    ),
    "reads_equal_numbers": Mutant(
        cells={"reads": READS_EQUAL}, lost={"test_reads": 4}, diagnosed=("equal for shared",)
    ),
    "thrifty_pasted_from_the_chapter": Mutant(
        cells={"thrifty": THRIFTY_CHAPTER}, lost={"test_thrifty": 3.5}, diagnosed=VOTE, also=("another dtype",)
    ),
    "thrifty_nan": Mutant(
        cells={"thrifty": THRIFTY_NAN}, lost={"test_thrifty": 0.5}, diagnosed=(NAN,), also=("another dtype",)
    ),
    "thrifty_any_nan": Mutant(
        cells={"thrifty": THRIFTY_ANY_NAN},
        lost={"test_thrifty": 1},
        diagnosed=("nan decides for all",),
    ),
    "thrifty_without_bool": Mutant(
        cells={"thrifty": THRIFTY_NO_BOOL}, lost={"test_thrifty": 0.5}, diagnosed=("bools as ints",)
    ),
    "thrifty_one_too_far": Mutant(
        cells={"thrifty": THRIFTY_TOO_FAR}, lost={"test_thrifty": 1.5}, diagnosed=("dtype too small",)
    ),
    "thrifty_symmetric": Mutant(
        cells={"thrifty": THRIFTY_SYMMETRIC},
        lost={"test_thrifty": 1.5},
        diagnosed=("smallest number left out",),
        also=("another dtype",),
    ),
    "thrifty_ints_not_looked_at": Mutant(
        cells={"thrifty": THRIFTY_FLOATS_ONLY},
        lost={"test_thrifty": 1.5},
        diagnosed=("ints among floats not looked at",),
    ),
    "thrifty_nearly": Mutant(
        cells={"thrifty": THRIFTY_CLOSE}, lost={"test_thrifty": 1.5}, diagnosed=("float32 for every float",)
    ),
    "thrifty_without_error": Mutant(
        cells={"thrifty": THRIFTY_NO_ERROR}, lost={"test_thrifty": 0.5}, diagnosed=("not refused",)
    ),
    "thrifty_by_numpy": Mutant(
        cells={"thrifty": THRIFTY_NUMPY},
        lost={"test_thrifty": 4},
        diagnosed=("numpy's smallest dtypes", "not refused"),
        also=("another dtype",),
    ),
    "padded_in_front": Mutant(cells={"padded": PADDED_FRONT}, lost={"test_padded": 2}, diagnosed=("filled in front",)),
    "padded_with_zeros": Mutant(cells={"padded": PADDED_ZEROS}, lost={"test_padded": 2}, diagnosed=("fill not used",)),
    "padded_float64": Mutant(
        cells={"padded": PADDED_FLOAT64},
        lost={"test_padded": 1},
        diagnosed=("dtype of the numbers", "another dtype"),
    ),
    "padded_without_error": Mutant(
        cells={"padded": PADDED_SILENT}, lost={"test_padded": 1.5}, diagnosed=("not refused",)
    ),
    "padded_names_the_row": Mutant(
        cells={"padded": PADDED_ROW}, lost={"test_padded": 1.5}, diagnosed=("place cut short",)
    ),
    "padded_writes_the_lists": Mutant(
        cells={"padded": PADDED_IN_PLACE}, lost={"test_padded": 2}, diagnosed=("lists written to", "another error")
    ),
    "padded_by_numpy": Mutant(
        cells={"padded": PADDED_NUMPY}, lost={"test_padded": 4.5}, diagnosed=("ragged lists refused",)
    ),
    "padded_pasted_from_the_chapter": Mutant(
        cells={"padded": PADDED_CHAPTER}, lost={"test_padded": 4.5}, diagnosed=("ragged lists refused",)
    ),
    "settle_one_by_one": Mutant(
        cells={"settle": SETTLE_ONE_BY_ONE}, lost={"test_settle": 1.5}, diagnosed=("half done", "one name for all")
    ),
    "settle_unknown_comes_late": Mutant(
        cells={"settle": SETTLE_LATE}, lost={"test_settle": 0.5}, diagnosed=("half done",)
    ),
    "settle_names_the_first": Mutant(
        cells={"settle": SETTLE_FIRST}, lost={"test_settle": 0.5}, diagnosed=("one name for all",)
    ),
    "settle_names_the_wanted": Mutant(
        cells={"settle": SETTLE_NAMES}, lost={"test_settle": 0.5}, diagnosed=("wanted for refused",)
    ),
    "settle_never_off": Mutant(
        cells={"settle": SETTLE_NEVER_OFF}, lost={"test_settle": 1.5}, diagnosed=("never switched off",)
    ),
    "settle_returns_all": Mutant(
        cells={"settle": SETTLE_ALL}, lost={"test_settle": 1.5}, diagnosed=("wanted for changed",)
    ),
    "settle_in_another_order": Mutant(
        cells={"settle": SETTLE_ORDER}, lost={"test_settle": 1.5}, diagnosed=("names in another order",)
    ),
    "settle_makes_new_tensors": Mutant(
        cells={"settle": SETTLE_DETACHES}, lost={"test_settle": 1}, diagnosed=("new Tensors in the dict",)
    ),
    "settle_leaves_unknown_out": Mutant(
        cells={"settle": SETTLE_GETS}, lost={"test_settle": 1}, diagnosed=("not refused",)
    ),
    "settle_refuses_all_integers": Mutant(
        cells={"settle": SETTLE_ANY_INTEGER}, lost={"test_settle": 2}, diagnosed=("all integers refused",)
    ),
    "settle_refuses_all_results": Mutant(
        cells={"settle": SETTLE_ANY_RESULT}, lost={"test_settle": 1.5}, diagnosed=("all results refused",)
    ),
    "settle_switches_results_off": Mutant(
        cells={"settle": SETTLE_CUTS}, lost={"test_settle": 0.5}, diagnosed=("results not refused",)
    ),
    "reads_pasted_from_the_chapter": Mutant(
        cells={"reads": READS_OFFSETS}, lost={"test_reads": 3.5}, diagnosed=("bytes for elements",)
    ),
    "reads_contiguous": Mutant(
        cells={"reads": READS_CONTIGUOUS}, lost={"test_reads": 2.5}, diagnosed=("gaps in memory counted",)
    ),
    "reads_left_behind": Mutant(
        cells={"reads": READS_NOT_RESTORED}, lost={"test_reads": 1}, diagnosed=("experiment left behind",)
    ),
    "reads_keeps_no_copy": Mutant(
        cells={"reads": READS_NO_COPY}, lost={"test_reads": 1}, diagnosed=("experiment left behind",)
    ),
    "reads_from_1": Mutant(
        cells={"reads": READS_FROM_1}, lost={"test_reads": 4}, diagnosed=("positions counted from 1",)
    ),
    "reads_nan": Mutant(cells={"reads": READS_NAN}, lost={"test_reads": 0.5}, diagnosed=(NAN,)),
    "reads_one_write": Mutant(
        cells={"reads": READS_ONE_WRITE}, lost={"test_reads": 1.5}, diagnosed=("equal for shared",)
    ),
    "reads_all_or_nothing": Mutant(
        cells={"reads": READS_BOTH}, lost={"test_reads": 2}, diagnosed=("all shared if some are",)
    ),
    "total_plain": Mutant(cells={"total": TOTAL_PLAIN}, lost={"test_total": 2.5}, diagnosed=(STUCK,)),
    "total_wrong_sign": Mutant(
        cells={"total": TOTAL_SIGN}, lost={"test_total": 2.5}, diagnosed=(STUCK, "rest with the wrong sign")
    ),
    "total_unused": Mutant(cells={"total": TOTAL_UNUSED}, lost={"test_total": 2.5}, diagnosed=(STUCK,)),
    "total_rest_not_added": Mutant(cells={"total": TOTAL_AT_THE_END}, lost={"test_total": 2.5}, diagnosed=(STUCK,)),
    "total_sorted": Mutant(cells={"total": TOTAL_SORTED}, lost={"test_total": 1.5}, diagnosed=(STUCK,)),
    "total_by_float": Mutant(
        cells={"total": TOTAL_FLOAT}, lost={"test_total": 3}, diagnosed=("more than + and -",)
    ),
    "total_of_pairs": Mutant(
        cells={"total": TOTAL_PAIRS}, lost={"test_total": 3}, diagnosed=("list for an iterable",)
    ),
    "total_from_the_first": Mutant(
        cells={"total": TOTAL_FROM_THE_FIRST}, lost={"test_total": 0.5}, diagnosed=("nothing to add",)
    ),
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
