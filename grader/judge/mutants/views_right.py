"""Assignment 8, views: right solutions in another hand."""

from grader.judge.mutants.views_wrong import LEDGER

RIGHT = {
    "refusal": (
        """
def refusal(t, part, names):
    owner, whole = (t._base, False) if t._base is not None else (t, not part)
    allowed = not mg.is_grad_enabled() or not owner.requires_grad or owner.grad_fn is not None
    if allowed:
        return None
    name = next((name for name in names if names[name] is owner), None)
    words = "a leaf Variable that requires grad is being used in an in-place operation."
    return ("" if whole else "a view of ") + words + ("" if name is None else f" It is {name}.")
""",
        """
def refusal(t, part, names):
    if mg.is_grad_enabled():
        leaf = t
        if t._base is not None:
            leaf, part = t._base, True
        if leaf.requires_grad and leaf.is_leaf:
            who = "a view of a leaf Variable" if part else "a leaf Variable"
            said = who + " that requires grad is being used in an in-place operation."
            by_id = {id(value): key for key, value in names.items()}
            return f"{said} It is {by_id[id(leaf)]}." if id(leaf) in by_id else said
""",
    ),
    "ledger": (
        LEDGER,
        """
class Ledger:
    def __init__(self):
        self.counts = {}

    def boxes(self, array):
        start = array.__array_interface__["data"][0]
        steps = [i * stride for i, stride in zip(np.indices(array.shape), array.strides)]
        return set((start + sum(steps)).ravel().tolist())

    def write(self, array):
        moment = self.counts[None] = self.counts.get(None, 0) + 1
        for box in self.boxes(array):
            self.counts.setdefault(box, set()).add(moment)

    def version(self, array):
        return len(set().union(*(self.counts.get(box, set()) for box in self.boxes(array))))

    def save(self, array):
        return {"array": array, "version": self.version(array)}

    def open(self, ticket):
        now, then = self.version(ticket["array"]), ticket["version"]
        if now > then:
            raise RuntimeError("the array is at version %d; expected version %d instead." % (now, then))
        return ticket["array"]
""",
    ),
    "notes": (
        """
def read(memory, start, lengths, strides):
    found = np.zeros(lengths, memory.dtype)
    for index in np.ndindex(*lengths):
        found[index] = memory[start + sum(i * s for i, s in zip(index, strides))]
    return found

def put_back(g, size, start, lengths, strides):
    total = np.zeros(size, g.dtype)
    for index in np.ndindex(*lengths):
        total[start + sum(i * s for i, s in zip(index, strides))] += g[index]
    return total
""",
        """
def strided(memory, start, lengths, strides):
    steps = [s * memory.itemsize for s in strides]
    return np.lib.stride_tricks.as_strided(memory[start:], lengths, steps)

def read(memory, start, lengths, strides):
    return strided(memory, start, lengths, strides).copy()

def put_back(g, size, start, lengths, strides):
    numbers = strided(np.arange(size), start, lengths, strides)
    return np.bincount(numbers.ravel(), weights=g.ravel(), minlength=size).astype(g.dtype)
""",
        """
def note(start, lengths, strides):
    where = start
    for axis, (length, stride) in enumerate(zip(lengths, strides)):
        where = np.add.outer(where, stride * np.arange(length))
    return where

def read(memory, start, lengths, strides):
    return memory[note(start, lengths, strides)]

def put_back(g, size, start, lengths, strides):
    total, places = np.zeros_like(g, shape=size), np.ravel(note(start, lengths, strides))
    for place, part in zip(places, np.ravel(g)):
        total[place] += part
    return total
""",
    ),
    "write": (
        """
def after_write(g, places, shape):
    written = places.reshape(-1).tolist()
    last = {place: i for i, place in enumerate(written)}
    free = np.array([place not in last for place in range(math.prod(g.shape))]).reshape(g.shape)
    wins = np.array([last[place] == i for i, place in enumerate(written)]).reshape(places.shape)
    return [np.where(free, g, 0.0), fit_to(np.where(wins, g.reshape(-1)[places], 0.0), shape, g.dtype)]
""",
        """
def after_write(g, places, shape):
    backwards = places.reshape(-1)[::-1]
    first_seen = np.unique(backwards, return_index=True)[1]
    wins = np.zeros(places.size, dtype=g.dtype)
    wins[places.size - 1 - first_seen] = 1
    if not isinstance(g, mg.Tensor):
        rest = np.array(g)
        np.put(rest, places, 0)
    else:
        keep = np.ones(g.shape)
        np.put(keep, places, 0)
        rest = g * mg.tensor(keep, dtype=g.dtype)
    return [rest, fit_to(g.reshape(-1)[places] * wins.reshape(places.shape), shape, g.dtype)]
""",
    ),
    "fills": (
        """
def growth(start, rates):
    p = mg.zeros(len(rates) + 1, dtype=start.dtype)
    p[0] = last = start
    for k in range(len(rates)):
        last = rates[k] * last * (1 - last)
        p[k + 1] = last
    return p

def stamped(x, count):
    table = x.clone()
    rows, columns = x.shape
    for i in range(rows):
        for j in range(columns):
            if i * columns + j < count:
                table[i][j] = i + j
    return table

def row_shares(table):
    answer = mg.zeros_like(table)
    for i in range(len(table)):
        answer[i] = table[i] / table[i].sum()
    return answer
""",
        """
def growth(start, rates):
    p = mg.zeros(1 + rates.numel(), dtype=start.dtype)
    p[0] = start
    for k, rate in enumerate(rates):
        now = p[k].clone()
        p[k + 1] = rate * now * (1 - now)
    return p

def stamped(x, count):
    table, numbers = x * 1, np.arange(count)
    i, j = numbers // x.shape[1], numbers % x.shape[1]
    for place in zip(i.tolist(), j.tolist()):
        table[place].fill_(float(sum(place)))
    return table

def row_shares(table):
    answer = table.clone()
    for i in range(answer.shape[0]):
        answer[i].div_(answer[i].sum())
    return answer
""",
    ),
}
