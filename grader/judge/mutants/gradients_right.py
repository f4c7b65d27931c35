"""Assignment 5, gradients: right solutions in another hand."""

PARTIALS = """
def partials(output, inputs, weights):
    held = set(map(edge_of, inputs))
    known = {}

    def leads(place):
        if place not in known:
            known[place] = place in held or isinstance(place, Node) and any([leads(edge) for edge in place.edges])
        return known[place]

    pending, answers = {output.grad_fn: weights}, {}
    if not leads(output.grad_fn):
        return [None for t in inputs]
    while pending:
        place = max(pending, key=lambda place: place.number)
        g = pending.pop(place)
        for edge, gi in zip(place.edges, pull_back(place, g)):
            if leads(edge):
                where = answers if edge in held else pending
                where[edge] = where[edge] + gi if edge in where else gi
    return [np.array(answers[edge_of(t)]) if edge_of(t) in answers else None for t in inputs]
"""
CAREFUL = """
def careful_grad(output, inputs, weights):
    leaves, nodes, todo = set(inputs), set(), [output.grad_fn]
    while todo:
        node = todo.pop()
        nodes.add(node)
        for edge in node.edges:
            if isinstance(edge, mg.Tensor):
                leaves.add(edge)
            elif edge is not None and edge not in nodes:
                todo.append(edge)
    kept = [(leaf, leaf.grad) for leaf in leaves]
    for leaf in leaves:
        leaf.grad = None
    try:
        output.backward(gradient=weights, retain_graph=True)
        return [t.grad for t in inputs]
    finally:
        for leaf, grad in kept:
            leaf.grad = grad
"""
TABLE = """
def table(ask, depends):
    groups = []
    for i in range(len(depends)):
        fitting = [group for group in groups if not np.any(depends[group].any(axis=0) & depends[i])]
        if fitting:
            fitting[0].append(i)
        else:
            groups.append([i])
    jacobian = np.zeros(depends.shape)
    for group in groups:
        weights = np.zeros(len(depends))
        weights[group] = 1
        found = ask(weights)
        for i in group:
            jacobian[i, depends[i]] = found[depends[i]]
    return jacobian
"""
DESCEND = """
def descend(losses, shares, parameters, rate):
    ps, unmoved = list(parameters.values()), []
    weights = [mg.tensor([s]).reshape(y.shape) for s, y in zip(shares, losses)]
    gs = mg.autograd.grad(losses, ps, weights, allow_unused=True)
    for name, p, g in zip(parameters, ps, gs):
        if g is None:
            unmoved.append(name)
        else:
            with mg.no_grad():
                p.sub_(g * rate)
    return unmoved
"""
RIGHT = {
    "ways": (
        """
def behind(tensor):
    start = edge_of(tensor)
    found = {start: True} if start is not None else {}
    queue = list(found)
    for place in queue:  # grows while it is read
        if isinstance(place, Node):
            new = [edge for edge in dict.fromkeys(place.edges) if edge is not None and edge not in found]
            found.update(dict.fromkeys(new, True))
            queue.extend(new)
    return found

def ways(outputs, inputs):
    found = [behind(y) for y in outputs]
    return [[places.get(edge_of(t), False) for t in inputs] for places in found]
""",
        """
def ways(outputs, inputs):
    # from the inputs forward: all nodes in the order of recording, each with what it reaches
    nodes, todo = set(), [y.grad_fn for y in outputs if y.grad_fn is not None]
    while todo:
        node = todo.pop()
        if node not in nodes:
            nodes.add(node)
            todo.extend(e for e in node.edges if isinstance(e, Node))
    order = sorted(nodes, key=lambda node: node.number)
    columns = []
    for t in inputs:
        target = edge_of(t)
        reaching = set() if target is None else {target}
        for node in order:
            if not reaching.isdisjoint(node.edges):
                reaching.add(node)
        columns.append([y.requires_grad and edge_of(y) in reaching for y in outputs])
    return [list(row) for row in zip(*columns)]
""",
    ),
    "partials": (
        PARTIALS,
        """
def partials(output, inputs, weights):
    wanted = {edge_of(t): None for t in inputs}
    # 1. the nodes, each after all that were made of it
    order, seen = [], set()

    def visit(place):
        if isinstance(place, Node) and place not in wanted and place not in seen:
            seen.add(place)
            for edge in place.edges:
                visit(edge)
            order.append(place)

    visit(output.grad_fn)
    # 2. those on the way to an input
    useful = []
    for node in order:
        if any(edge in wanted or edge in useful for edge in node.edges):
            useful.append(node)
    # 3. the walk, with lists of what has arrived
    arrived = {place: [] for place in [*useful, *wanted]}
    if useful:
        arrived[output.grad_fn].append(weights)
    for node in useful[::-1]:
        sent = pull_back(node, np.sum(arrived[node], axis=0))
        for edge, g in zip(node.edges, sent):
            if edge in arrived:
                arrived[edge].append(g)
    return [np.sum(arrived[edge_of(t)], axis=0) if arrived[edge_of(t)] else None for t in inputs]
""",
    ),
    "careful_grad": (
        CAREFUL,
        """
def careful_grad(output, inputs, weights):
    # a walk of its own that never writes a .grad
    pending = {output.grad_fn: weights.array}
    found = {}
    while pending:
        place = max(pending, key=lambda place: getattr(place, "number", -1))
        g = pending.pop(place)
        if isinstance(place, mg.Tensor):
            found[place] = g
            continue
        for edge, gi in zip(place.edges, pull_back(place, g)):
            if gi is not None:
                pending[edge] = gi if edge not in pending else gi + pending[edge]
    return [mg.tensor(np.array(found[t])) if t in found else None for t in inputs]
""",
    ),
    "table": (
        TABLE,
        """
def table(ask, depends):
    taken, members = [], []  # of each group: the inputs that are taken, the outputs
    for i, row in enumerate(depends.tolist()):
        mine = {j for j, used in enumerate(row) if used}
        for g in range(len(taken)):
            if not taken[g] & mine:
                break
        else:
            g = len(taken)
            taken.append(set())
            members.append([])
        taken[g] |= mine
        members[g].append(i)
    result = []
    walks = [ask(np.array([int(i in group) for i in range(len(depends))])) for group in members]
    for i in range(len(depends)):
        walk = next(w for w, group in zip(walks, members) if i in group)
        result.append(walk * depends[i])
    return np.array(result)
""",
    ),
    "descend": (
        DESCEND,
        """
def descend(losses, shares, parameters, rate):
    found = mg.autograd.grad(
        outputs=[share * loss for share, loss in zip(shares, losses)],
        inputs=tuple(parameters.values()),
        grad_outputs=[mg.ones_like(loss) for loss in losses],
        allow_unused=True,
    )
    moved = {name: g for name, g in zip(parameters, found) if g is not None}
    with mg.no_grad():
        for name in moved:
            parameters[name].copy_(parameters[name] - rate * moved[name])
    return [name for name in parameters if name not in moved]
""",
        """
def descend(losses, shares, parameters, rate):
    weights = [mg.ones_like(loss) * share for loss, share in zip(losses, shares)]
    found = mg.autograd.grad(losses, parameters, weights, allow_unused=True)
    with mg.no_grad():
        for name, g in found.items():
            if g is not None:
                parameters[name].data[...] -= rate * g
    return [name for name, g in found.items() if g is None]
""",
    ),
}
