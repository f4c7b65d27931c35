"""Assignment 10, verify: right solutions in several hands, and wrong ones as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant

RIGHT = {
    "measure": (
        """
def measure(f, inputs, h):
    weights = {-2: 1, -1: -8, 1: 8, 2: -1}
    tables = []
    for i, x in enumerate(inputs):
        slope = {}
        for p in np.ndindex(*x.shape):
            slope[p] = 0
            for steps, weight in weights.items():
                bump = np.zeros(x.shape)
                bump[p] = steps * h
                values = f(*[mg.tensor(a + bump if j == i else a) for j, a in enumerate(inputs)])
                slope[p] = slope[p] + weight * values.detach().numpy().copy() / (12 * h)
        first = next(iter(slope.values()))
        table = np.zeros(first.shape + x.shape)
        for p in slope:
            table[(..., *p)] = slope[p]
        tables.append(table)
    return tables
""",
        """
def measure(f, inputs, h):
    def central(i, k, step):
        def at(flat):
            ready = [mg.tensor(a) for a in inputs]
            ready[i] = mg.tensor(flat.reshape(inputs[i].shape))
            return f(*ready).detach().numpy().astype(np.float64)

        flat = inputs[i].flatten()
        move = step * (np.arange(flat.size) == k)
        return (at(flat + move) - at(flat - move)) / (2 * step)

    found = []
    for i in range(len(inputs)):
        rows = np.array([4 / 3 * central(i, k, h) - central(i, k, 2 * h) / 3 for k in range(inputs[i].size)])
        found.append(np.moveaxis(rows, 0, -1).reshape(rows.shape[1:] + inputs[i].shape))
    return found
""",
    ),
    "project": (
        """
def project(f, x, u, v, h):
    moved = [f(mg.tensor(x + step * u)).detach().numpy() for step in (-h, h)]
    start = mg.tensor(x).requires_grad_()
    f(start).backward(mg.tensor(v))
    return float(np.vdot(v, moved[1] - moved[0]) / 2 / h), float(np.vdot(u, start.grad.numpy()))
""",
        """
def project(f, x, u, v, h):
    def seen(t):
        return (f(t) * mg.tensor(v)).sum()

    t, along = mg.tensor(x, requires_grad=True), mg.tensor(u)
    measured = (seen(t.detach() + h * along) - seen(t.detach() - h * along)) / (2 * h)
    return measured.item(), (grad(seen(t), t)[0] * along).sum().item()
""",
    ),
    "judge": (
        """
def judge(f, x):
    x = np.array(x, dtype="float64")
    h, calls = 1e-6, []
    for t in (mg.tensor(x, requires_grad=True), mg.tensor(x, requires_grad=True)):
        y = f(t)
        y.sum().backward()
        calls.append((y.tolist(), t.grad.numpy()))
    (y, a), (y_again, a_again) = calls
    if y != y_again or not np.allclose(a, a_again, rtol=0, atol=0, equal_nan=True):
        return ("random", None)
    up, down = (f(mg.tensor(x + s)).detach().numpy() for s in (h, -h))
    bent, worst, place = False, 0.0, None
    for p in np.ndindex(x.shape):
        if abs((up[p] + down[p]) / 2 - np.array(y)[p]) > 0.0005 * h:
            bent = True
            continue
        n = (up[p] - down[p]) / (2 * h)
        over = np.inf if a[p] != a[p] else abs(a[p] - n) - 1e-8 - 1e-5 * abs(n)
        if over > worst:
            worst, place = over, p
    return ("wrong" if place is not None else "kink" if bent else "right", place)
""",
        """
def judge(f, x):
    t = mg.tensor(x).double().requires_grad_()
    y, again = f(t), f(t)
    [a], [b] = grad(y.sum(), t), grad(again.sum(), t)
    same = [np.array_equal(p.detach().numpy(), q.detach().numpy(), equal_nan=True) for p, q in ((y, again), (a, b))]
    if not all(same):
        return "random", None
    with mg.no_grad():
        y, up, down = (f(s).numpy() for s in (t, t + 1e-6, t - 1e-6))
    a, n = a.numpy(), (up - down) / 2e-6
    smooth = abs(up - 2 * y + down) <= 1e-9
    with np.errstate(invalid="ignore"):
        fine = ~smooth | (abs(a - n) <= 1e-8 + 1e-5 * abs(n))
    if fine.all():
        return ("right" if smooth.all() else "kink"), None
    far = np.where(fine, -1, np.nan_to_num(abs(a - n) - 1e-5 * abs(n), nan=1e300))
    return "wrong", [tuple(p) for p in np.argwhere(far == far.max()).tolist()][0]
""",
    ),
    "second_order": (
        """
def second_order(f, x):
    def slope(values, create=False):
        t = mg.tensor(values).requires_grad_()
        return t, grad(f(t), t, create_graph=create)[0]

    moves = np.eye(len(x)) * 1e-6
    measured = np.array([(slope(x + m)[1].numpy() - slope(x - m)[1].numpy()) / 2e-6 for m in moves])
    t, g = slope(x, create=True)
    rows = []
    for i in range(len(x)):
        t.grad = None
        try:
            if g.requires_grad:
                g[i].backward(retain_graph=True)
        except RuntimeError:
            return "refused", measured
        rows.append(np.zeros(len(x)) if t.grad is None else t.grad.numpy().copy())
    return "right" if np.allclose(rows, measured, rtol=1e-4, atol=1e-6) else "wrong", measured
""",
        """
def second_order(f, x):
    n, measured, verdict = len(x), [], "right"
    for i in range(n):
        ends = []
        for step in (1e-6, -1e-6):
            values = x.copy()
            values[i] += step
            t = mg.tensor(values, requires_grad=True)
            f(t).backward()
            ends.append(t.grad.numpy())
        measured.append((ends[0] - ends[1]) / 2e-6)
        t = mg.tensor(x, requires_grad=True)
        [g] = grad(f(t), t, create_graph=True)
        found = np.zeros(n)
        if g.grad_fn is not None:
            try:
                (g * mg.tensor(np.eye(n)[i])).sum().backward()
                found = t.grad.numpy() if t.grad is not None else found
            except RuntimeError:
                verdict = "refused"
        if verdict == "right" and (abs(found - measured[i]) > 1e-6 + 1e-4 * abs(measured[i])).any():
            verdict = "wrong"
    return verdict, np.array(measured)
""",
    ),
    "hooks": (
        """
def limit(t, most):
    log = []

    def hook(g):
        log.append(g.detach().norm().item())
        if np.isnan(log[-1]) or np.isinf(log[-1]):
            return 0 * mg.ones_like(g)
        if log[-1] > most:
            return g / log[-1] * most

    t.register_hook(hook)
    return log

def motor(leaf, lr, momentum):
    state = {"V": 0.0}

    def hook(t):
        state["V"] = state["V"] * momentum + t.grad.detach()
        t.data = t.data - lr * state["V"]
        t.grad = None

    leaf.register_post_accumulate_grad_hook(hook)
""",
        """
def limit(t, most):
    before = []
    t.register_hook(lambda g: before.append(float(np.linalg.norm(g.numpy()))))

    def cut(g):
        size = before[-1]
        return mg.zeros_like(g) if not np.isfinite(size) else g * min(1.0, most / max(size, 1e-300))

    t.register_hook(cut)
    return before

def motor(leaf, lr, momentum):
    memory = []

    @mg.no_grad()
    def turn(leaf):
        memory.insert(0, leaf.grad.clone())
        leaf.sub_(sum(lr * momentum**age * g for age, g in enumerate(memory)))
        leaf.grad = None

    leaf.register_post_accumulate_grad_hook(turn)
""",
    ),
    "birthplace": (
        """
def birthplace(program, inputs):
    with set_detect_anomaly(True):
        end = program(*inputs)
    births, nodes = [], {end.grad_fn: None}
    waiting = list(nodes)
    for node in waiting:
        for other, _ in node.next_functions:
            if other is not None and other.name() != "AccumulateGrad" and other not in nodes:
                nodes[other] = None
                waiting.append(other)

    def bad(gradients):
        return any(not np.isfinite(g.numpy()).all() for g in gradients if g is not None)

    for node in nodes:
        node.register_hook(lambda i, o, node=node: births.append(node) if bad(i) and not bad(o) else None)
    grad(end, inputs, allow_unused=True)
    for node in births:
        return node.name(), made_at[node][0].line
""",
        """
class Born(Exception):
    pass

def birthplace(program, inputs):
    with set_detect_anomaly(True):
        loss = program(*inputs)
    nodes, known = [loss.grad_fn], set()

    def healthy(parts):
        return sum(int((~np.isfinite(p.numpy())).sum()) for p in parts if p is not None) == 0

    def watch(node):
        def stop(ins, outs):
            if healthy(outs) and not healthy(ins):
                raise Born(node.name(), made_at[node][0].line)

        node.register_hook(stop)

    while nodes:
        node = nodes.pop()
        if node is not None and node.name() != "AccumulateGrad" and node not in known:
            known.add(node)
            watch(node)
            nodes.extend(pair[0] for pair in node.next_functions)
    try:
        grad(loss, inputs, allow_unused=True)
    except Born as found:
        return found.args
    return None
""",
    ),
}
HALF = ("measure", "project")


def wrong(cell: str, points: float, *edits: tuple[str, str], source: str = "", found: str = "") -> Mutant:
    """A cell that loses `points` of its test: a source, or the first right one with some of its text replaced."""
    source = source or RIGHT[cell][0]
    for old, new in edits:
        assert old in source, f"{cell}: {old!r} is not there"
        source = source.replace(old, new)
    return Mutant(cells={cell: source}, lost={f"test_{cell}": points}, diagnosed=(found,) if found else ())


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
MEASURE_CALLS = """
def measure(f, inputs, h):
    from minigrad.verify import numerical_jacobians

    leaves = tuple(mg.tensor(a, requires_grad=True) for a in inputs)
    near, far = (numerical_jacobians(f, leaves, {0: f(*leaves).numel()}, step) for step in (h, 2 * h))
    return [((4 * near[0, i] - far[0, i]) / 3).T for i in range(len(inputs))]
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

MUTANTS = {
    "measure_two_marks": wrong(
        "measure", 2.5, ("{-2: 1, -1: -8, 1: 8, 2: -1}", "{-1: -6, 1: 6}"), found="two marks only"
    ),
    "kinks_blamed": wrong("judge", 1.5, ("            continue\n", "")),
    "second_by_grad": wrong(
        "second_order",
        1.5,
        ("g[i].backward(retain_graph=True)", "[t.grad] = grad(g[i], t, retain_graph=True, allow_unused=True)"),
    ),
    # the ruler
    "measure_input_first": wrong(
        "measure", 3, ("first.shape + x.shape", "x.shape + first.shape"), ("(..., *p)", "p"), found="input first"
    ),
    "measure_divided_by_six": wrong("measure", 3.5, ("(12 * h)", "(6 * h)"), found="not halved"),
    "measure_ravel_copies": wrong(
        "measure",
        1.5,
        ("zeros(x.shape)", "zeros_like(x)"),
        ("bump[p]", "bump.ravel()[np.ravel_multi_index(p, x.shape)]"),
    ),
    "measure_moves_the_inputs": wrong("measure", 3.5, ("np.zeros(x.shape)", "0.0"), ("bump[p] =", "x[p] +=")),
    "measure_one_tensor_for_all": wrong(
        "measure",
        1.5,
        ("    tables = []\n", "    tables, held = [], [mg.tensor(a) for a in inputs]\n"),
        ("mg.tensor(a + bump if j == i else a)", "mg.tensor(a + bump) if j == i else held[j]"),
    ),
    "measure_derives": wrong("measure", 3, source=MEASURE_DERIVES, found="history lost"),
    "measure_calls_the_reference": wrong("measure", 3.5, source=MEASURE_CALLS, found="calls what is asked"),
    # two directions: minigrad has no fast mode; what it has is the claimed half
    "project_divided_by_h": wrong("project", 3.5, ("/ 2 / h", "/ h"), found="not halved"),
    "project_forgets_u": wrong("project", 3.5, ("vdot(u, ", "sum("), found="direction forgotten"),
    "project_one_side": wrong("project", 2.5, ("in (-h, h)", "in (0, h)"), ("/ 2 / h", "/ h")),
    "project_two_walks": wrong(
        "project", 0.5, ("    f(start)", "    f(start).backward(mg.tensor(v))\n    start.grad = None\n    f(start)")
    ),
    "project_calls_the_reference": wrong(
        "project",
        3.5,
        ("f(start).backward(mg.tensor(v))", "start.grad = mg.autograd.functional.vjp(f, start, mg.tensor(v))[1]"),
        found="calls what is asked",
    ),
    # verdicts
    "judge_in_float32": wrong("judge", 0.5, ('np.array(x, dtype="float64")', "x.copy()")),
    "judge_kink_first": wrong("judge", 1.5, ("            continue\n", '            return "kink", None\n')),
    "judge_noise_in_values_only": wrong(
        "judge", 1.5, (" or not np.allclose(a, a_again, rtol=0, atol=0, equal_nan=True)", "")
    ),
    "judge_tolerances_of_gradcheck": wrong("judge", 1.5, ("1e-8 - 1e-5", "1e-5 - 1e-3")),
    "judge_first_for_worst": wrong("judge", 4, ("if over > worst:", "if over > worst and place is None:")),
    "judge_nan_agrees": wrong("judge", 1.5, ("np.inf if a[p] != a[p] else ", "")),
    "judge_calls_the_reference": wrong("judge", 4.5, source=JUDGE_CALLS, found="calls what is asked"),
    # second derivatives
    "second_no_history_is_wrong": wrong("second_order", 0.5, (" if np.all", " if g.requires_grad and np.all")),
    "second_there_or_not": wrong(
        "second_order", 0.5, ("rows, measured, rtol=1e-4, atol=1e-6", "np.array(rows) != 0, abs(measured) > 1e-6")
    ),
    "second_diagonal": wrong(
        "second_order",
        3,
        ("    rows = []\n", "    rows, measured = [], np.diag(np.diag(measured))\n"),
        ("allclose(rows,", "allclose(np.diag(np.diag(rows)),"),
        found="mixed derivatives lost",
    ),
    "second_divided_by_h": wrong(
        "second_order", 3.5, ("/ 2e-6", "/ 1e-6"), ("rows, measured,", "rows, measured / 2,"), found="not halved"
    ),
    "second_adds_up": wrong("second_order", 2.5, ("        t.grad = None\n", "")),
    "second_calls_the_reference": wrong("second_order", 3.5, source=SECOND_CALLS, found="calls what is asked"),
    # hooks
    "hooks_no_return": wrong("hooks", 2, ("return g /", "g = g /"), found="not limited"),
    "hooks_one_by_one": wrong("hooks", 2, ("g / log[-1] * most", "g.clamp(-most, most)"), found="limited one by one"),
    "hooks_always_that_long": wrong("hooks", 1, ("        if log[-1] > most:\n    ", "")),
    "hooks_velocity_forgotten": wrong("hooks", 1.5, ('state["V"] * momentum + ', ""), found="velocity forgotten"),
    "hooks_velocity_shared": wrong(
        "hooks", 1.5, ('    state = {"V": 0.0}\n\n', ""), ("def motor", 'state = {"V": 0.0}\n\ndef motor')
    ),
    "hooks_gradient_left": wrong("hooks", 1.5, ("        t.grad = None\n", "")),
    "hooks_added_first": wrong("hooks", 0.5, ("    t.register_hook(hook)\n    return log\n", ADDED_FIRST)),
    "hooks_calls_the_reference": wrong("hooks", 3.5, source=HOOKS_CALLS, found="calls what is asked"),
    # births
    "birth_of_the_nan": wrong("birthplace", 2, ("not np.isfinite(g.numpy()).all()", "np.isnan(g.numpy()).any()")),
    "birth_last": wrong("birthplace", 1, ("in births:", "in births[::-1]:")),
    "birth_fills_grad": wrong("birthplace", 1.5, ("grad(end, inputs, allow_unused=True)", "end.backward()")),
    "birth_all_used": wrong("birthplace", 1, (", allow_unused=True", ""), found="not used in the graph"),
    "birth_bad_is_enough": wrong("birthplace", 3, (" and not bad(o)", ""), ("in births:", "in births[::-1]:")),
    "birth_late_binding": wrong("birthplace", 3, ("i, o, node=node:", "i, o:")),
    "birth_calls_the_reference": wrong("birthplace", 3.5, source=BIRTH_CALLS, found="calls what is asked"),
    "birth_in_single_steps": wrong("birthplace", 3.5, source=BIRTH_STEPS, found="calls what is asked"),
}
