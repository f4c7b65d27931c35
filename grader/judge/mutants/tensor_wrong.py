"""Assignment 1, tensor: the texts of wrong solutions."""

from __future__ import annotations

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

THRIFTY_ONE_END = changed(THRIFTY, "all(-limit <= v < limit for v in numbers)", "-limit <= max(numbers) < limit")
THRIFTY_2_24 = changed(
    THRIFTY, "float(np.float32(v)) == v", "(isinstance(v, float) or abs(v) <= 2**24) and float(np.float32(v)) == v"
)
THRIFTY_ARRAYS = changed(
    THRIFTY,
    "all(float(np.float32(v)) == v or v != v for v in numbers)",
    "np.array_equal(np.array(numbers, np.float32), np.array(numbers, np.float64), equal_nan=True)",
)
THRIFTY_ROUNDS_BOTH = changed(THRIFTY, "float(np.float32(v)) == v", "np.float32(v) == v")
THRIFTY_EMPTY = changed(THRIFTY, "not numbers or ", "")
THRIFTY_INFINITY = changed(THRIFTY, "float(np.float32(v)) == v", "abs(v) < 3.4e38 and float(np.float32(v)) == v")
THRIFTY_INTS_ONLY = """
def thrifty(numbers):
    kinds = set(map(type, numbers))
    if kinds == {bool}:
        return mg.bool
    if kinds == {int}:
        for dtype in (mg.int8, mg.int16, mg.int32, mg.int64):
            if np.iinfo(dtype).min <= min(numbers) and max(numbers) <= np.iinfo(dtype).max:
                return dtype
        raise RuntimeError("overflow")
    return mg.float32 if all(float(np.float32(n)) == n or np.isnan(n) for n in numbers) else mg.float64
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

PADDED_CLIPPED = changed(
    PADDED_FIRST, "first = first[0]", "first = max(first, key=lambda part: len(part) if isinstance(part, list) else -1)"
)
PADDED_LONGEST = changed(PADDED_CLIPPED, "elif all(i < n for i, n in zip(place, shape)):", "else:")
PADDED_TWO_LEVELS = """
def padded(data, fill):
    if not isinstance(data, list) or not any(isinstance(row, list) for row in data):
        return np.array(data, np.float32)
    result = np.full((len(data), max(len(row) for row in data)), fill, np.float32)
    for i, row in enumerate(data):
        for j, number in enumerate(row):
            result[i, j] = number
    return result
"""
PADDED_DEEPEST = changed(PADDED, "depth = len(found[0][0])", "depth = max(len(place) for place, _ in found)")
PADDED_THEN_NUMPY = """
def padded(data, fill):
    shape, level = [], [data]
    while rows := [item for item in level if isinstance(item, list)]:
        shape.append(max(len(row) for row in rows))
        level = [part for row in rows for part in row]

    def filled(item, shape):
        if not isinstance(item, list):
            return item
        parts = [filled(part, shape[1:]) for part in item]
        return parts + [np.full(shape[1:], fill).tolist()] * (shape[0] - len(parts))

    return np.array(filled(data, shape), np.float32)
"""

# --- 3. settle ----------------------------------------------------------------------------------------------------

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

SETTLE_NO_RESULTS = changed(SETTLE, "if n not in wanted and not tensors[n].is_leaf", "if False")
SETTLE_LEAVES = changed(SETTLE, "and not tensors[n].is_leaf", "and tensors[n].requires_grad")
SETTLE_REFUSES_FIRST = """
def settle(tensors, wanted):
    cannot = [n for n, t in tensors.items() if not (t.is_floating_point() if n in wanted else t.is_leaf)]
    if cannot:
        raise RuntimeError(f"cannot be settled: {cannot}")
    if not set(wanted) <= set(tensors):
        raise KeyError(f"unknown: {wanted}")
    changed = [n for n, t in tensors.items() if t.requires_grad != (n in wanted)]
    for n in changed:
        tensors[n].requires_grad_(n in wanted)
    return changed
"""

# --- 4. reads -----------------------------------------------------------------------------------------------------

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

READS_WERE_THERE = """
def reads(result, a):
    kept, before = a.copy(), result.copy()
    a[...] = np.arange(a.size).reshape(a.shape)
    same = (result == before) | (np.isnan(result) & np.isnan(before))
    answer = np.where(same, -1, result)
    a[...] = kept
    return answer
"""
READS_RARE_NUMBERS = """
def reads(result, a):
    kept = a.copy()
    rare = 20_000 + np.arange(a.size).reshape(a.shape)
    a[...] = rare
    answer = np.where(np.isin(result, rare), result - 20_000, -1)
    a[...] = kept
    return answer
"""
READS_ADDS = """
def reads(result, a):
    steps = np.arange(1, a.size + 1).reshape(a.shape)
    before = result.copy()
    a += steps
    moved = result - before
    a -= steps
    return np.where(moved > 0, np.rint(moved) - 1, -1)
"""
READS_FLAT = """
def reads(result, a):
    kept = a.copy()
    flat = a.reshape(-1)
    flat[:] = -1
    first = result.copy()
    flat[:] = np.arange(a.size)
    answer = np.where((first == -1) & (result != -1), result, -1)
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
TOTAL_REST_AT_THE_END = changed(TOTAL_AT_THE_END, "    return result", "    return result + lost")
TOTAL_REST_OFF = """
def total(numbers, zero):
    s = c = zero
    for x in numbers:
        new = s + x
        c = c + ((new - s) - x)
        s = new
    return s + c
"""
TOTAL_BLOCKS = """
def total(numbers, zero):
    result, block, size = zero, zero, 0
    for x in numbers:
        block, size = block + x, size + 1
        if size == 100:
            result, block, size = result + block, zero, 0
    return result + block
"""
TOTAL_IN_PLACE = "def total(numbers, zero):\n    s = zero\n    for x in numbers:\n        s += x\n    return s\n"
TOTAL_HALVES = """
def total(numbers, zero):
    numbers = list(numbers)
    if len(numbers) == 1:
        return numbers[0]
    half = len(numbers) // 2
    return total(numbers[:half], zero) + total(numbers[half:], zero)
"""
