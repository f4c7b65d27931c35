"""Assignment 5, gradients: the sources of its wrong solutions."""

from __future__ import annotations

from grader.judge.mutants.gradients_right import CAREFUL, DESCEND, PARTIALS, TABLE

WAYS_WITH_NONE = """
def ways(outputs, inputs):
    rows = []
    for output in outputs:
        reached, todo = set(), [edge_of(output)]
        while todo:
            place = todo.pop()
            if place not in reached:
                reached.add(place)
                if isinstance(place, Node):
                    todo += place.edges
        rows.append([edge_of(t) in reached for t in inputs])
    return rows
"""
WAYS_TO_LEAVES = """
def ways(outputs, inputs):
    rows = []
    for output in outputs:
        leaves, seen, todo = set(), set(), [edge_of(output)]
        while todo:
            place = todo.pop()
            if isinstance(place, mg.Tensor):
                leaves.add(place)
            elif place is not None and place not in seen:
                seen.add(place)
                todo += place.edges
        rows.append([t in leaves for t in inputs])
    return rows
"""
WAYS_FIRST_STEP = """
def ways(outputs, inputs):
    return [
        [edge_of(t) is not None and (t is y or any(edge is edge_of(t) for edge in near)) for t in inputs]
        for y, near in [(y, y.grad_fn.edges if y.grad_fn is not None else ()) for y in outputs]
    ]
"""
WAYS_BY_SLOPES = """
def ways(outputs, inputs):
    rows = []
    for output in outputs:
        pending, g = {}, {edge_of(output): np.ones_like(output.array)}
        while g:
            place = max(g, key=lambda place: place.number if isinstance(place, Node) else -1)
            pending[place] = g.pop(place)
            if isinstance(place, Node):
                for edge, gi in zip(place.edges, pull_back(place, pending[place])):
                    if gi is not None:
                        g[edge] = g.get(edge, 0) + gi
        rows.append([bool(np.any(pending.get(edge_of(t), 0))) and t.requires_grad for t in inputs])
    return rows
"""
WAYS_RECURSIVE = """
def ways(outputs, inputs):
    def visit(place, reached):
        if place is not None and place not in reached:
            reached.add(place)
            for edge in getattr(place, "edges", ()):
                visit(edge, reached)
        return reached
    return [[edge_of(t) in visit(edge_of(y), set()) for t in inputs] for y in outputs]
"""
WAYS_AGAIN_AND_AGAIN = """
def ways(outputs, inputs):
    def leads(output, target):
        todo = [edge_of(output)]
        while todo:
            place = todo.pop()
            if place is target:
                return True
            if isinstance(place, Node):
                todo += place.edges
        return False
    return [[edge_of(t) is not None and leads(y, edge_of(t)) for t in inputs] for y in outputs]
"""
WAYS_WITHOUT_THE_START = """
def ways(outputs, inputs):
    rows = []
    for output in outputs:
        start = edge_of(output)
        reached, todo = set(), list(start.edges) if isinstance(start, Node) else []
        while todo:
            place = todo.pop()
            if place is not None and place not in reached:
                reached.add(place)
                todo += place.edges if isinstance(place, Node) else ()
        rows.append([edge_of(t) in reached for t in inputs])
    return rows
"""
WAYS_ONE_SEARCH = """
def ways(outputs, inputs):
    rows, reached = [], set()
    for output in outputs:
        todo = [edge_of(output)]
        while todo:
            place = todo.pop()
            if place is not None and place not in reached:
                reached.add(place)
                todo += place.edges if isinstance(place, Node) else ()
        rows.append([edge_of(t) in reached for t in inputs])
    return rows
"""
WAYS_BY_GRAD_FN = """
def ways(outputs, inputs):
    rows = []
    for output in outputs:
        reached, todo = set(), [output.grad_fn]
        while todo:
            place = todo.pop()
            if isinstance(place, Node) and place not in reached:
                reached.add(place)
                todo += place.edges
        rows.append([t.grad_fn in reached for t in inputs])
    return rows
"""
WAYS_BY_NEXT_FUNCTIONS = """
def ways(outputs, inputs):
    rows = []
    for output in outputs:
        reached, todo = set(), [edge_of(output)]
        while todo:
            place = todo.pop()
            if place is not None and place not in reached:
                reached.add(place)
                if isinstance(place, Node):
                    todo += [function for function, _ in place.next_functions]
        rows.append([edge_of(t) in reached for t in inputs])
    return rows
"""
WAYS_WITH_A_LIST = """
def ways(outputs, inputs):
    rows = []
    for output in outputs:
        reached, seen, todo = [], set(), [edge_of(output)]
        while todo:
            place = todo.pop()
            if place is not None and place not in seen:
                seen.add(place)
                reached.append(place)
                if isinstance(place, Node):
                    todo += place.edges
        rows.append([edge_of(t) in reached for t in inputs])
    return rows
"""
WAYS_BY_NEEDED = """
def leads(y, t):
    needed = {needed_for}([edge_of(y)], frozenset([edge_of(t)]))
    return needed is None or edge_of(y) in needed

def ways(outputs, inputs):
    return [[leads(y, t) for t in inputs] for y in outputs]
"""

# A right `partials` in small pieces, of which the mutants change one.


def changed(source: str, old: str, new: str) -> str:
    """The source with one piece replaced, which must be there."""
    assert old in source, old
    return source.replace(old, new)


PARTIALS_TOTAL = """
def partials(output, inputs, weights):
    wanted = set(map(edge_of, inputs))
    known = {}

    def leads(place):
        if place not in known:
            edges = place.edges if isinstance(place, Node) else ()
            known[place] = any([leads(edge) for edge in edges]) or place in wanted
        return known[place]

    pending, answers = {output.grad_fn: weights}, {}
    while pending:
        place = max(pending, key=lambda place: place.number if isinstance(place, Node) else -1)
        answers[place] = g = pending.pop(place)
        if isinstance(place, Node):
            for edge, gi in zip(place.edges, pull_back(place, g)):
                if leads(edge):
                    pending[edge] = pending[edge] + gi if edge in pending else gi
    return [np.array(answers[edge_of(t)]) if edge_of(t) in answers else None for t in inputs]
"""
PARTIALS_RUNS_ALL = changed(
    changed(PARTIALS, "if leads(edge):", "if edge is not None:"),
    "where = answers if edge in held else pending",
    "where = answers if edge in held or not isinstance(edge, Node) else pending",
)
PARTIALS_ZEROS = changed(PARTIALS, "else None for t in inputs]", "else np.zeros(t.shape) for t in inputs]")
PARTIALS_ZEROS = changed(PARTIALS_ZEROS, "[None for t in inputs]", "[np.zeros(t.shape) for t in inputs]")
PARTIALS_OVERWRITES = changed(PARTIALS, "where[edge] + gi if edge in where else gi", "gi")
PARTIALS_ONES = changed(PARTIALS, "output.grad_fn: weights}", "output.grad_fn: np.ones_like(weights)}")
PARTIALS_SHARES = changed(PARTIALS, "np.array(answers[edge_of(t)])", "answers[edge_of(t)]")
PARTIALS_IN_PLACE = changed(
    PARTIALS,
    "                where[edge] = where[edge] + gi if edge in where else gi",
    """                if edge in where:
                    where[edge] += gi
                else:
                    where[edge] = gi""",
)
PARTIALS_FIRST_COME = changed(PARTIALS, "max(pending, key=lambda place: place.number)", "next(iter(pending))")
PARTIALS_POPS_THE_INPUTS = changed(
    PARTIALS_TOTAL,
    """        answers[place] = g = pending.pop(place)
        if isinstance(place, Node):
""",
    """        g = pending.pop(place)
        if not isinstance(place, Node):
            answers[place] = g
        else:
""",
)
PARTIALS_IN_TENSORS = changed(PARTIALS, "np.array(answers[edge_of(t)])", "mg.tensor(answers[edge_of(t)])")
PARTIALS_IN_SEARCH_ORDER = changed(
    PARTIALS,
    """    while pending:
        place = max(pending, key=lambda place: place.number)
        g = pending.pop(place)
""",
    """    order, todo = [], [output.grad_fn]
    while todo:
        place = todo.pop()
        if place not in order:
            order.append(place)
            todo += [edge for edge in place.edges if leads(edge) and edge not in held]
    for place in order:
        g = pending.pop(place)
""",
)
PARTIALS_FREES = changed(
    PARTIALS, "    return [np.array(answers", "        release(place)\n    return [np.array(answers"
)
PARTIALS_EVERY_PATH = """
def partials(output, inputs, weights):
    held, answers = set(map(edge_of, inputs)), {}

    def follow(place, g):
        if place in held:
            answers[place] = answers[place] + g if place in answers else np.array(g)
        elif isinstance(place, Node):
            for edge, gi in zip(place.edges, pull_back(place, g)):
                follow(edge, gi)

    follow(output.grad_fn, weights)
    return [answers.get(edge_of(t)) for t in inputs]
"""
PARTIALS_BY_BACKWARD = """
def partials(output, inputs, weights):
    for t in inputs:
        t.grad = None
    plain_backward(output, [mg.tensor(weights)], retain_graph=True)
    return [None if t.grad is None else np.array(t.grad.array) for t in inputs]
"""

CAREFUL_HASTY = "def careful_grad(output, inputs, weights):\n    return hasty_grad(output, inputs, weights)\n"
CAREFUL_RETAINS = """
def careful_grad(output, inputs, weights):
    output.backward(gradient=weights, retain_graph=True)
    return [t.grad for t in inputs]
"""
CAREFUL_ZEROES = """
def careful_grad(output, inputs, weights):
    for t in inputs:
        if t.grad is not None:
            t.grad.zero_()
    output.backward(gradient=weights, retain_graph=True)
    return [t.grad for t in inputs]
"""
CAREFUL_CLEARS_AFTER = """
def careful_grad(output, inputs, weights):
    output.backward(gradient=weights, retain_graph=True)
    answers = [t.grad for t in inputs]
    for t in inputs:
        t.grad = None
    return answers
"""
CAREFUL_CLEARS = """
def careful_grad(output, inputs, weights):
    for t in inputs:
        t.grad = None
    output.backward(gradient=weights, retain_graph=True)
    answers = [t.grad for t in inputs]
    for t in inputs:
        t.grad = None
    return answers
"""
CAREFUL_INPUTS_ONLY = """
def careful_grad(output, inputs, weights):
    before = [t.grad for t in inputs]
    for t in inputs:
        t.grad = None
    output.backward(gradient=weights, retain_graph=True)
    answers = [t.grad for t in inputs]
    for t, grad in zip(inputs, before):
        t.grad = grad
    return answers
"""
CAREFUL_COPIES = """
def careful_grad(output, inputs, weights):
    output.backward(gradient=weights, retain_graph=True)
    return [None if t.grad is None else t.grad.clone() for t in inputs]
"""
CAREFUL_COPY_PUT_BACK = changed(
    CAREFUL, "(leaf, leaf.grad) for", "(leaf, None if leaf.grad is None else leaf.grad.clone()) for"
)
CAREFUL_LEAVES_BEHIND = changed(CAREFUL, "set(inputs)", "set()")
CAREFUL_ZEROS = changed(
    CAREFUL, "[t.grad for t in inputs]", "[mg.zeros_like(t) if t.grad is None else t.grad for t in inputs]"
)
CAREFUL_ASKS_FOR_INPUTS = changed(CAREFUL, "retain_graph=True", "retain_graph=True, inputs=inputs")
CAREFUL_FREES = changed(CAREFUL, ", retain_graph=True", "")

TABLE_ROW_BY_ROW = """
def table(ask, depends):
    return np.stack([ask(row) for row in np.eye(len(depends))])
"""
TABLE_ONE_WALK = """
def table(ask, depends):
    return np.where(depends, ask(np.ones(len(depends))), 0)
"""
TABLE_ALL_OR_NOTHING = """
def table(ask, depends):
    if (depends.sum(axis=0) <= 1).all():
        return np.where(depends, ask(np.ones(len(depends))), 0)
    return np.stack([ask(row) for row in np.eye(len(depends))])
"""
TABLE_ASKS_FOR_THE_SHAPE = changed(
    TABLE, "np.zeros(depends.shape)", "np.zeros((len(depends), len(ask(np.zeros(len(depends))))))"
)
TABLE_WRITES_THE_PATTERN = """
def table(ask, depends):
    groups = []  # of each: what its outputs depend on, and their numbers
    for i, row in enumerate(depends):
        for used, members in groups:
            if not (used & row).any():
                used |= row
                members.append(i)
                break
        else:
            groups.append((row, [i]))
    jacobian = np.zeros(depends.shape)
    for _, members in groups:
        weights = np.zeros(len(depends))
        weights[members] = 1
        jacobian[members] = np.where(depends[members], ask(weights), 0)
    return jacobian
"""
TABLE_IN_FLOAT32 = changed(TABLE, "np.zeros(depends.shape)", "np.zeros(depends.shape, dtype=np.float32)")
TABLE_LATEST_GROUP = changed(TABLE, "for group in groups if not np.any", "for group in groups[-1:] if not np.any")
TABLE_LAST_MEMBER = changed(TABLE, "depends[group].any(axis=0)", "depends[group[-1]]")
TABLE_FIRST_MEMBER = changed(TABLE, "depends[group].any(axis=0)", "depends[group[0]]")
TABLE_WHOLE_ROWS = changed(TABLE, "jacobian[i, depends[i]] = found[depends[i]]", "jacobian[i] = found")

DESCEND_UPHILL = changed(DESCEND, "p.sub_", "p.add_")
DESCEND_EVEN = changed(DESCEND, "mg.tensor([s]).reshape(y.shape)", "mg.ones_like(y)")
DESCEND_NEW_TENSORS = changed(
    DESCEND,
    "with mg.no_grad():\n                p.sub_(g * rate)",
    "parameters[name] = (p - g * rate).detach().requires_grad_()",
)
DESCEND_EACH_PARAMETER = """
def descend(losses, shares, parameters, rate):
    weights = [mg.full_like(loss, share) for loss, share in zip(losses, shares)]
    unmoved = []
    for name, p in parameters.items():
        [g] = mg.autograd.grad(losses, p, weights, retain_graph=True, allow_unused=True)
        if g is None:
            unmoved.append(name)
        else:
            with mg.no_grad():
                p -= rate * g
    return unmoved
"""
DESCEND_BY_DATA = changed(DESCEND, "p.sub_(g * rate)", "p.data = p.data - rate * g")
DESCEND_NUMBERS_AS_WEIGHTS = changed(
    DESCEND, "[mg.tensor([s]).reshape(y.shape) for s, y in zip(shares, losses)]", "shares"
)
DESCEND_WEIGHTS_OF_ONE_SHAPE = changed(DESCEND, "mg.tensor([s]).reshape(y.shape)", "mg.tensor([s])")
DESCEND_RECORDED = changed(DESCEND, "with mg.no_grad():\n                p.sub_", "if True:\n                p.sub_")
DESCEND_ZEROS = changed(DESCEND, "allow_unused=True", "materialize_grads=True")
DESCEND_UNUSED_IS_AN_ERROR = changed(DESCEND, ", allow_unused=True", "")
DESCEND_NAMES_THE_FLAT = changed(DESCEND, "if g is None", "if g is None or not g.array.any()")
DESCEND_BY_AN_OPTIMISER = """
def descend(losses, shares, parameters, rate):
    ps = list(parameters.values())
    weights = [mg.full_like(y, s) for s, y in zip(shares, losses)]
    found = mg.autograd.grad(losses, ps, weights, allow_unused=True)
    for p, g in zip(ps, found):
        p.grad = g
    mg.optim.SGD(ps, lr=rate).step()
    return [name for name, g in zip(parameters, found) if g is None]
"""
DESCEND_EACH_LOSS = """
def descend(losses, shares, parameters, rate):
    ps = list(parameters.values())
    found = [mg.autograd.grad(y, ps, retain_graph=True, allow_unused=True) for y in losses]
    unmoved = []
    for k, (name, p) in enumerate(parameters.items()):
        gs = [s * g[k] for s, g in zip(shares, found) if g[k] is not None]
        if not gs:
            unmoved.append(name)
        else:
            with mg.no_grad():
                p -= rate * sum(gs)
    return unmoved
"""
