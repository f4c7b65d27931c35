"""Assignment 10, verify: the longer wrong solutions, and parts of them."""

from __future__ import annotations

from grader.judge.mutants.verify_right import RIGHT

MEASURE_DERIVES = """
def measure(f, inputs, h):
    leaves = [mg.tensor(a, requires_grad=True) for a in inputs]
    y = f(*leaves)
    tables = [np.zeros(y.shape + a.shape) for a in inputs]
    for place in np.ndindex(tuple(y.shape)):
        for table, g in zip(tables, grad(y[place], leaves, retain_graph=True), strict=True):
            table[place] = g.numpy()
    return tables
"""
MEASURE_LIST = """
def measure(f, inputs, h):
    def at(i, place, step):
        arrays = list(inputs)
        arrays[i][place] += step
        return f(*[mg.tensor(a) for a in arrays]).detach().numpy()

    tables = []
    for i, a in enumerate(inputs):
        columns = []
        for p in np.ndindex(a.shape):
            near = at(i, p, h) - at(i, p, -h)
            far = at(i, p, 2 * h) - at(i, p, -2 * h)
            columns.append((8 * near - far) / (12 * h))
        tables.append(np.stack(columns, -1).reshape(columns[0].shape + a.shape))
    return tables
"""
# numerical_jacobians with its helpers, as chapter 10 has them
MEASURE_PASTED = """
def measure(f, inputs, h):
    inputs = tuple(mg.tensor(a, requires_grad=True) for a in inputs)
    jacobians = {}
    for i in range(len(inputs)):
        rows = []
        for place in np.ndindex(inputs[i].array.shape):
            above, below = (values(f, moved(inputs, i, place, step)) for step in (h, -h))
            rows.append((above - below) / (2 * h))
        jacobians[i] = np.array(rows)
    return list(jacobians.values())

def moved(inputs, number, place, step):
    array = inputs[number].array.copy()
    array[place] += step
    changed = mg.tensor(array, requires_grad=True)
    return (*inputs[:number], changed, *inputs[number + 1 :])

def values(func, inputs):
    return func(*inputs).array.astype(np.float64).ravel()
"""
MEASURE_CALLS = """
def measure(f, inputs, h):
    from minigrad.verify import numerical_jacobians

    leaves = tuple(mg.tensor(a, requires_grad=True) for a in inputs)
    size = f(*[mg.tensor(a) for a in inputs]).numel()
    near, far = (numerical_jacobians(f, leaves, {0: size}, step) for step in (h, 2 * h))
    return [((4 * near[0, i] - far[0, i]) / 3).T for i in range(len(inputs))]
"""
# both Jacobians and the worst element, as chapter 10 has them
PROJECT_PASTED = """
def project(f, x, u, v, h):
    start = mg.tensor(x, requires_grad=True)
    output = f(start)
    numerical = np.zeros((x.size, output.numel()))
    for row, place in enumerate(np.ndindex(x.shape)):
        ends = []
        for step in (h, -h):
            array = x.copy()
            array[place] += step
            ends.append(f(mg.tensor(array)).detach().numpy().ravel())
        numerical[row] = (ends[0] - ends[1]) / (2 * h)
    analytical = np.zeros((x.size, output.numel()))
    for column in range(output.numel()):
        cotangent = np.zeros(output.shape)
        cotangent.flat[column] = 1
        [g] = grad(output, start, mg.tensor(cotangent), retain_graph=True)
        analytical[:, column] = g.numpy().ravel()
    return tuple(u.ravel() @ table @ v.ravel() for table in (numerical, analytical))
"""
JUDGE_PASTED = """
def judge(f, x, atol=1e-8, rtol=1e-5, eps=1e-6):
    x = mg.tensor(x, dtype=mg.float64, requires_grad=True)
    output = f(x)
    numerical = np.zeros((x.numel(), output.numel()))
    for row, place in enumerate(np.ndindex(tuple(x.shape))):
        array = x.detach().numpy().copy()
        array[place] += eps
        above = f(mg.tensor(array)).detach().numpy().ravel()
        array[place] -= 2 * eps
        below = f(mg.tensor(array)).detach().numpy().ravel()
        numerical[row] = (above - below) / (2 * eps)

    def analytical_jacobian():
        jacobian = np.zeros((x.numel(), output.numel()))
        for column in range(output.numel()):
            cotangent = np.zeros(tuple(output.shape))
            cotangent.flat[column] = 1
            [g] = grad(output, x, mg.tensor(cotangent), retain_graph=True)
            jacobian[:, column] = g.numpy().ravel()
        return jacobian

    a, again = analytical_jacobian(), analytical_jacobian()
    if not np.allclose(a, again, rtol=0, atol=0, equal_nan=True):
        return "random", None
    if np.allclose(a, numerical, rtol=rtol, atol=atol, equal_nan=True):
        return "right", None
    error = np.abs(a - numerical) - rtol * np.abs(numerical)
    worst = np.unravel_index(np.argmax(np.where(np.isnan(error), np.inf, error)), error.shape)
    return "wrong", tuple(map(int, np.unravel_index(worst[0], tuple(x.shape))))
"""
# first_order of gradgradcheck, and the two tables of its gradcheck
SECOND_PASTED = """
def second_order(f, x):
    def first_order(t):
        return grad(f(t), t, create_graph=True, allow_unused=True, materialize_grads=True)[0]

    numerical = np.zeros((len(x), len(x)))
    for row in range(len(x)):
        ends = []
        for step in (1e-6, -1e-6):
            array = x.copy()
            array[row] += step
            ends.append(first_order(mg.tensor(array, requires_grad=True)).detach().numpy())
        numerical[row] = (ends[0] - ends[1]) / 2e-6
    start = mg.tensor(x, requires_grad=True)
    output = first_order(start)
    if not output.requires_grad:
        return ("right" if np.abs(numerical).max() <= 1e-5 else "wrong"), numerical
    analytical = np.zeros((len(x), len(x)))
    for column in range(len(x)):
        cotangent = np.zeros(len(x))
        cotangent[column] = 1
        [g] = grad(output, start, mg.tensor(cotangent), retain_graph=True, allow_unused=True)
        if g is not None:
            analytical[:, column] = g.numpy()
    return ("right" if np.allclose(analytical, numerical, rtol=1e-3, atol=1e-5) else "wrong"), numerical
"""
SECOND_AT_ONCE = """
def second_order(f, x):
    def gradient(values):
        t = mg.tensor(values, requires_grad=True)
        return t, grad(f(t), t, create_graph=True)[0]

    moves = 1e-6 * np.eye(len(x))
    measured = np.array([(gradient(x + m)[1] - gradient(x - m)[1]).detach().numpy() / 2e-6 for m in moves])
    t, g = gradient(x)
    if g.requires_grad:
        try:
            g.sum().backward()
        except RuntimeError:
            return "refused", measured
    found = np.zeros(len(x)) if t.grad is None else t.grad.numpy()
    return "right" if np.allclose(found, measured.sum(0), rtol=1e-4, atol=1e-6) else "wrong", measured
"""
HOOKS_PASTED = """
def limit(t, most):
    lengths = []

    def clip(g):
        lengths.append(float(np.linalg.norm(g.numpy())))
        return g.clamp(-most, most)

    t.register_hook(clip)
    return lengths

def motor(leaf, lr, momentum):
    def step(leaf):
        with mg.no_grad():
            leaf -= lr * leaf.grad
        leaf.grad = None

    leaf.register_post_accumulate_grad_hook(step)
"""
# Watched and watch_walk: an error at the first nan
BIRTH_PASTED = """
def birthplace(program, inputs):
    with set_detect_anomaly(True):
        result = program(*inputs)
    todo, seen, found = [result.grad_fn], set(), []
    while todo:
        node = todo.pop()

        def watch(ins, outs, node=node):
            if any(t is not None and np.isnan(t.numpy()).any() for t in ins):
                found.append((node.name(), made_at[node][0].line))
                raise RuntimeError(f"Function '{node.name()}' returned nan values")

        node.register_hook(watch)
        following = [n for n, _ in node.next_functions if n is not None and n.name() != "AccumulateGrad"]
        todo += [n for n in following if n not in seen]
        seen.update(following)
    try:
        grad(result, inputs, allow_unused=True)
    except RuntimeError:
        return found[0]
"""
JUDGE_CALLS = """
def judge(f, x):
    from minigrad.autograd import gradcheck

    at = mg.tensor(x, dtype=mg.float64, requires_grad=True)
    return ("right" if gradcheck(f, at, rtol=1e-5, atol=1e-8, raise_exception=False) else "wrong"), None
"""
SECOND_CALLS = """
def second_order(f, x):
    from minigrad.autograd import gradgradcheck

    right = gradgradcheck(f, mg.tensor(x, requires_grad=True), raise_exception=False)
    return ("right" if right else "wrong"), np.zeros((len(x), len(x)))
"""
HOOKS_CALLS = """
def limit(t, most):
    lengths = []

    def shorten(g):
        held = mg.zeros_like(g)
        held.grad = g.clone()
        lengths.append(mg.nn.utils.clip_grad_norm_([held], most).item())
        return held.grad

    t.register_hook(shorten)
    return lengths

def motor(leaf, lr, momentum):
    optimizer = mg.optim.SGD([leaf], lr=lr, momentum=momentum)

    def step(leaf):
        optimizer.step()
        leaf.grad = None

    leaf.register_post_accumulate_grad_hook(step)
"""
BIRTH_CALLS = """
def birthplace(program, inputs):
    import warnings

    with warnings.catch_warnings(record=True) as caught, set_detect_anomaly(True):
        result = program(*inputs)
        try:
            grad(result, inputs, allow_unused=True)
        except RuntimeError as error:
            if not caught:
                raise
            return str(error).split("'")[1], str(caught[-1].message).splitlines()[-1].strip()
"""
BIRTH_STEPS = """
def birthplace(program, inputs):
    from minigrad.stepping import steps

    with set_detect_anomaly(True):
        result = program(*inputs)
    for step in steps({result.grad_fn: np.ones(())}):
        if not all(np.isfinite(sent.gradient).all() for sent in step.sent):
            return step.node.name(), made_at[step.node][0].line
"""
ADDED_FIRST = """    def later(leaf):
        shorter = hook(leaf.grad)
        leaf.grad = leaf.grad if shorter is None else shorter

    t.register_post_accumulate_grad_hook(later) if t.is_leaf else t.register_hook(hook)
    return log
"""

KINK_FIRST = """        if abs((up[p] + down[p]) / 2 - np.array(y)[p]) > 0.0005 * h:
            bent = True
            continue
"""
WALKED_AGAIN = (
    ("    for t in (", "    [t, other] = ("),
    (
        "requires_grad=True)):\n        y = f(t)\n        y.sum().backward()\n",
        "requires_grad=True))\n    walked = f(t)\n",
    ),
    ("        calls", "    for y in (walked, f(other)):\n        calls"),
    ("t.grad.numpy()", "grad(walked.sum(), t, retain_graph=True)[0].numpy()"),
)
LOGGED_BEFORE = RIGHT["hooks"][0].partition("    log = []\n\n")[2].partition("\n    t.register_hook")[0]
LOGGED_AFTER = """    def hook(g):
        length = g.detach().norm().item()
        if not np.isfinite(length):
            g = mg.zeros_like(g)
        elif length > most:
            g = g / length * most
        log.append(g.norm().item())
        return g
"""
BIRTH_RECURSIVE = """
def birthplace(program, inputs):
    with set_detect_anomaly(True):
        result = program(*inputs)
    seen, found = set(), []

    def finite(gradients):
        return all(np.isfinite(g.numpy()).all() for g in gradients if g is not None)

    def watch(node):
        if node is None or node.name() == "AccumulateGrad" or node in seen:
            return
        seen.add(node)

        def hook(ins, outs):
            if finite(outs) and not finite(ins):
                found.append((node.name(), made_at[node][0].line))

        node.register_hook(hook)
        for following, _ in node.next_functions:
            watch(following)

    watch(result.grad_fn)
    grad(result, inputs, allow_unused=True)
    return found[0] if found else None
"""
# all elements moved at once
MEASURE_AT_ONCE = """
def measure(f, inputs, h):
    def at(i, step):
        return f(*[mg.tensor(a + step if j == i else a) for j, a in enumerate(inputs)]).detach().numpy()

    tables = []
    for i in range(len(inputs)):
        near, far = at(i, h) - at(i, -h), at(i, 2 * h) - at(i, -2 * h)
        tables.append((8 * near - far) / (12 * h))
    return tables
"""
MEASURE_RESTORES = """
def measure(f, inputs, h):
    def value():
        return f(*[mg.tensor(a) for a in inputs]).detach().numpy()

    tables = []
    for a in inputs:
        columns = []
        for p in np.ndindex(a.shape):
            a[p] += h
            near = value()
            a[p] += h
            far = value()
            a[p] -= 3 * h
            near = near - value()
            a[p] -= h
            far = far - value()
            a[p] += 2 * h
            columns.append((8 * near - far) / (12 * h))
        tables.append(np.stack(columns, -1).reshape(columns[0].shape + a.shape))
    return tables
"""
SECOND_OF_VALUES = """
    e = np.eye(len(x)) * 1e-6
    value = lambda at: f(mg.tensor(at)).item()
    measured = np.array(
        [[value(x + a + b) - value(x + a - b) - value(x - a + b) + value(x - a - b) for b in e] for a in e]
    ) / 4e-12
"""
MOTOR_BEFORE = """
def motor(leaf, lr, momentum):
    state = {"V": 0.0}

    def hook(g):
        state["V"] = state["V"] * momentum + g
        leaf.data = leaf.data - lr * state["V"]
        leaf.grad = None

    leaf.register_hook(hook)
"""
