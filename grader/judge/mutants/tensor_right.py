"""Assignment 1, tensor: right solutions in another hand."""

THRIFTY = """
def thrifty(numbers):
    if not numbers or any(isinstance(v, float) for v in numbers):
        same = all(float(np.float32(v)) == v or v != v for v in numbers)
        return mg.float32 if same else mg.float64
    if all(isinstance(v, bool) for v in numbers):
        return mg.bool
    for bits, dtype in ((8, mg.int8), (16, mg.int16), (32, mg.int32), (64, mg.int64)):
        limit = 2 ** (bits - 1)
        if all(-limit <= v < limit for v in numbers):
            return dtype
    raise RuntimeError("overflow")
"""
THRIFTY_INFO = """
def thrifty(numbers):
    types = list(map(type, numbers))
    if types and set(types) == {bool}:
        return np.dtype(bool)
    if types and float not in types:
        fits = []
        for dtype in map(np.dtype, ["i1", "i2", "i4", "i8"]):
            try:
                np.array([int(n) for n in numbers], dtype)
            except OverflowError:
                continue
            fits.append(dtype)
        if fits:
            return fits[0]
        raise RuntimeError("that is an overflow of int64")
    with np.errstate(over="ignore"):
        for n in numbers:
            if not np.isnan(n) and np.float32(n).item() != n:
                return np.dtype("f8")
    return np.dtype("f4")
"""
PADDED = """
def padded(data, fill):
    shape = []
    level, depth_of_first, here = [((), data)], None, data

    def walk(item, place):
        if isinstance(item, (list, tuple)):
            for i, part in enumerate(item):
                yield from walk(part, place + (i,))
        else:
            yield place, item

    found = list(walk(data, ()))
    while any(isinstance(item, (list, tuple)) for _, item in level):
        rows = [(place, item) for place, item in level if isinstance(item, (list, tuple))]
        shape.append(max(len(item) for _, item in rows))
        level = [(place + (i,), part) for place, item in rows for i, part in enumerate(item)]
    if found:
        depth = len(found[0][0])
        for place, _ in found:
            if len(place) != depth:
                raise ValueError("not equally deep: " + "".join("[%d]" % i for i in place))
        shape = shape[:depth]
    result = np.full(shape, fill, dtype=np.float32)
    for place, item in found:
        result[place] = item
    return result
"""
PADDED_RECURSIVE = """
def first_depth(item, depth=0):
    if not isinstance(item, (list, tuple)):
        return depth
    return next((d for d in (first_depth(part, depth + 1) for part in item) if d is not None), None)

def height(item):
    return 1 + max(map(height, item), default=0) if isinstance(item, (list, tuple)) else 0

def look(item, depth, place=""):
    if not isinstance(item, (list, tuple)):
        if depth:
            raise ValueError(place + " is not deep enough")
    else:
        for i, part in enumerate(item):
            inside = place + f"[{i}]"
            if depth == 0:
                look_for_number(part, inside)
            else:
                look(part, depth - 1, inside)

def look_for_number(item, place):
    if not isinstance(item, (list, tuple)):
        raise ValueError(place + " is too deep")
    for i, part in enumerate(item):
        look_for_number(part, place + f"[{i}]")

def build(item, depth, fill):
    if depth == 0:
        return np.array(item, np.float32)
    parts = [build(part, depth - 1, fill) for part in item]
    shape = np.max([part.shape for part in parts], axis=0) if parts else [0] * (depth - 1)
    result = np.full((len(parts), *map(int, shape)), fill, np.float32)
    for i, part in enumerate(parts):
        result[(i, *map(slice, part.shape))] = part
    return result

def padded(data, fill):
    depth = first_depth(data)
    if depth is None:
        depth = height(data)
    look(data, depth)
    return build(data, depth, fill)
"""
SETTLE = """
def settle(tensors, wanted):
    unknown = set(wanted) - set(tensors)
    if unknown:
        raise KeyError(*unknown)
    integers = [n for n in wanted if not tensors[n].is_floating_point()]
    results = [n for n in tensors if n not in wanted and not tensors[n].is_leaf]
    if integers or results:
        raise RuntimeError(f"integers: {integers}, results: {results}")
    changed = []
    for n, t in tensors.items():
        if (n in wanted) != t.requires_grad:
            t.requires_grad = n in wanted
            changed.append(n)
    return changed
"""
SETTLE_TRIES = """
def settle(tensors, wanted):
    plan = {name: False for name in tensors}
    for name in wanted:
        plan[name]
        plan[name] = True
    before = {name: t.requires_grad for name, t in tensors.items()}
    failed = []
    for name, wish in plan.items():
        try:
            tensors[name].requires_grad_(wish)
        except RuntimeError:
            failed.append(name)
    if failed:
        for name in plan:
            if name not in failed:
                tensors[name].requires_grad_(before[name])
        raise RuntimeError(" and ".join(failed))
    return [name for name in plan if before[name] != plan[name]]
"""
READS = """
def reads(result, a):
    numbers = a.copy()
    a[...] = np.inf
    candidates = np.isinf(result)
    a[...] = -1.0 * np.arange(a.size).reshape(a.shape)
    answer = np.full(result.shape, -1)
    seen = candidates & ~np.isinf(result)
    answer[seen] = -result[seen]
    a[...] = numbers
    return answer
"""
READS_ONE_BY_ONE = """
def reads(result, a):
    answer = np.full(result.shape, -1, dtype=np.int64)
    for position, place in enumerate(np.ndindex(*a.shape)):
        kept = a[place]
        a[place] = 1.0
        one = result.copy()
        a[place] = 2.0
        answer[(one == 1) & (result == 2)] = position
        a[place] = kept
    return answer
"""
READS_ADDRESSES = """
def addresses(array):
    steps = np.zeros(array.shape, dtype=np.int64)
    for index in np.ndindex(*array.shape):
        steps[index] = sum(i * s for i, s in zip(index, array.strides))
    return array.__array_interface__["data"][0] + steps

def reads(result, a):
    where = {address: k for k, address in enumerate(addresses(a).ravel().tolist())}
    return np.array([where.get(x, -1) for x in addresses(result).ravel().tolist()]).reshape(result.shape)
"""
TOTAL = """
def total(numbers, zero):
    result = lost = zero
    for x in numbers:
        x = x + lost
        new = result + x
        lost = x - (new - result)
        result = new
    return result
"""
TOTAL_BINS = """
def total(numbers, zero):
    # pairs, pairs of pairs, ... as when one counts in binary
    waiting = []
    for x in numbers:
        size = 1
        while waiting and waiting[-1][0] == size:
            x = waiting.pop()[1] + x
            size = 2 * size
        waiting.append((size, x))
    result = zero
    for _, x in waiting[::-1]:
        result = result + x
    return result
"""
RIGHT = {
    "thrifty": (THRIFTY, THRIFTY_INFO),
    "padded": (PADDED, PADDED_RECURSIVE),
    "settle": (SETTLE, SETTLE_TRIES),
    "reads": (READS, READS_ONE_BY_ONE, READS_ADDRESSES),
    "total": (TOTAL, TOTAL_BINS),
}
