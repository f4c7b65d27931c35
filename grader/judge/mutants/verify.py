"""Assignment 10, verify: wrong solutions as students hand them in."""

from __future__ import annotations

from grader.judge.mutants import Mutant
from grader.judge.mutants.verify_right import RIGHT

HALF = ("measure", "project")
Names = str | tuple[str, ...]


def wrong(
    cell: str, points: float, *edits: tuple[str, str], source: str = "", found: Names = (), also: Names = ()
) -> Mutant:
    """A cell that loses `points` of its test: a source, or the first right one with some of its text replaced."""
    source = source or RIGHT[cell][0]
    for old, new in edits:
        assert old in source, f"{cell}: {old!r} is not there"
        source = source.replace(old, new)
    first, others = ((names,) if isinstance(names, str) else names for names in (found, also))
    return Mutant(cells={cell: source}, lost={f"test_{cell}": points}, diagnosed=first, also=others)


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

MUTANTS = {
    "measure_two_marks": wrong(
        "measure", 2.5, ("{-2: 1, -1: -8, 1: 8, 2: -1}", "{-1: -6, 1: 6}"), found="two marks only"
    ),
    "kinks_blamed": wrong("judge", 1.5, ("            continue\n", ""), found="kinks blamed"),
    "second_by_grad": wrong(
        "second_order",
        1.5,
        ("g[i].backward(retain_graph=True)", "[t.grad] = grad(g[i], t, retain_graph=True, allow_unused=True)"),
        found="refusal not met",
    ),
    # the ruler
    "measure_input_first": wrong(
        "measure",
        3,
        ("first.shape + x.shape", "x.shape + first.shape"),
        ("(..., *p)", "p"),
        found="input first",
        also="transposed",
    ),
    "measure_divided_by_six": wrong("measure", 3.5, ("(12 * h)", "(6 * h)"), found="not divided by twice the step"),
    "measure_wide_added": wrong(
        "measure", 3.5, ("{-2: 1, -1: -8, 1: 8, 2: -1}", "{-2: -1, -1: -8, 1: 8, 2: 1}"), found="wide marks added"
    ),
    "measure_ravel_copies": wrong(
        "measure",
        1.5,
        ("zeros(x.shape)", "zeros_like(x)"),
        ("bump[p]", "bump.ravel()[np.ravel_multi_index(p, x.shape)]"),
        found="moved in a copy",
    ),
    "measure_list_of_the_same_arrays": wrong("measure", 3.5, source=MEASURE_LIST, found="moved for good"),
    "measure_one_tensor_for_all": wrong(
        "measure",
        1.5,
        ("    tables = []\n", "    tables, held = [], [mg.tensor(a) for a in inputs]\n"),
        ("mg.tensor(a + bump if j == i else a)", "mg.tensor(a + bump) if j == i else held[j]"),
        found="written tensor used again",
    ),
    "measure_derives": wrong("measure", 3, source=MEASURE_DERIVES, found="recorded, not measured"),
    "measure_pasted_from_the_chapter": wrong("measure", 3.5, source=MEASURE_PASTED, found="recorded, not measured"),
    "measure_calls_the_reference": wrong("measure", 3.5, source=MEASURE_CALLS, found="calls what is asked"),
    # two directions: minigrad has no fast mode; what it has is the claimed half
    "project_divided_by_h": wrong("project", 3.5, ("/ 2 / h", "/ h"), found="not divided by twice the step"),
    "project_forgets_u": wrong("project", 3.5, ("vdot(u, ", "sum("), found="direction forgotten"),
    "project_forgets_u_and_moves_all": wrong("project", 3.5, ("step * u", "step"), found="direction forgotten"),
    "project_forgets_v": wrong(
        "project",
        3,
        ("np.vdot(v, moved[1] - moved[0])", "np.sum(moved[1] - moved[0])"),
        ("f(start).backward(mg.tensor(v))", "f(start).sum().backward()"),
        found="weights of the result forgotten",
    ),
    "project_one_side": wrong(
        "project", 2.5, ("in (-h, h)", "in (0, h)"), ("/ 2 / h", "/ h"), found="moved to one side"
    ),
    "project_matrix_product": wrong(
        "project",
        3,
        ("float(np.vdot(v, moved[1] - moved[0]) / 2 / h)", "v @ (moved[1] - moved[0]) / 2 / h"),
        found=("matrix product for the sum", "shapes do not fit"),
    ),
    "project_two_walks": wrong(
        "project",
        0.5,
        ("    f(start)", "    f(start).backward(mg.tensor(v))\n    start.grad = None\n    f(start)"),
        found="walked twice",
    ),
    "project_the_other_way_round": wrong(
        "project",
        2,
        ("return float", "measured, claimed = float"),
        ("start.grad.numpy()))\n", "start.grad.numpy()))\n    return claimed, measured\n"),
        found="measured and claimed exchanged",
    ),
    "project_pasted_from_the_chapter": wrong("project", 2.5, source=PROJECT_PASTED, found="table filled"),
    "project_calls_the_reference": wrong(
        "project",
        3.5,
        ("f(start).backward(mg.tensor(v))", "start.grad = mg.autograd.functional.vjp(f, start, mg.tensor(v))[1]"),
        found="calls what is asked",
    ),
    # verdicts
    "judge_in_float32": wrong("judge", 0.5, ('np.array(x, dtype="float64")', "x.copy()"), found="left in float32"),
    "judge_kink_first": wrong(
        "judge", 1.5, ("            continue\n", '            return "kink", None\n'), found="kink excuses the rest"
    ),
    "judge_kink_only_if_wrong": wrong(
        "judge",
        0.5,
        (KINK_FIRST, ""),
        ("        if over > worst:", KINK_FIRST.replace("if ", "if over > 0 and ") + "        if over > worst:"),
        found="kink that agrees overlooked",
    ),
    "judge_small_kink_blamed": wrong("judge", 0.5, ("0.0005 * h", "0.05 * h"), found="kinks blamed"),
    "judge_noise_in_values_only": wrong(
        "judge", 1.5, (" or not np.allclose(a, a_again, rtol=0, atol=0, equal_nan=True)", ""), found="noise overlooked"
    ),
    "judge_two_walks_of_one_call": wrong("judge", 0.5, *WALKED_AGAIN, found="noise overlooked"),
    "judge_no_look_at_noise": wrong(
        "judge", 1.5, ("if y != y_again or not np.allclose(a, a_again, rtol=0, atol=0, equal_nan=True)", "if False"),
        found="noise overlooked",
    ),
    "judge_noise_within_tolerance": wrong(
        "judge",
        0.5,
        ("y != y_again", "not np.allclose(y, y_again)"),
        ("a_again, rtol=0, atol=0, equal_nan=True", "a_again, equal_nan=True"),
        found="noise overlooked",
    ),
    "judge_tolerances_of_gradcheck": wrong("judge", 1.5, ("1e-8 - 1e-5", "1e-5 - 1e-3"), found="tolerance too wide"),
    "judge_relative_only": wrong("judge", 0.5, (" - 1e-8", ""), found="no absolute tolerance"),
    "judge_absolute_only": wrong("judge", 0.5, (" - 1e-5 * abs(n)", ""), found="no relative tolerance"),
    "judge_first_for_worst": wrong(
        "judge", 4, ("if over > worst:", "if over > worst and place is None:"), found="first for the worst"
    ),
    "judge_flat_place": wrong(
        "judge",
        4.5,
        ("worst, place = over, p", "worst, place = over, int(np.ravel_multi_index(p, x.shape))"),
        found="flat place",
    ),
    "judge_nan_agrees": wrong("judge", 1.5, ("np.inf if a[p] != a[p] else ", ""), found="nan agrees"),
    "judge_nan_is_noise": wrong("judge", 1.5, (", equal_nan=True", ""), found="nan taken for noise"),
    "judge_pasted_from_the_chapter": wrong("judge", 2, source=JUDGE_PASTED, found=("kinks blamed", "noise overlooked")),
    "judge_calls_the_reference": wrong("judge", 4.5, source=JUDGE_CALLS, found="calls what is asked"),
    # second derivatives
    "second_no_history_is_wrong": wrong(
        "second_order", 0.5, (" if np.all", " if g.requires_grad and np.all"), found="no history misjudged"
    ),
    "second_no_history_is_refused": wrong(
        "second_order",
        1,
        ("            if g.requires_grad:\n                g[i]", "            g[i]"),
        found="no history misjudged",
    ),
    "second_without_create_graph": wrong(
        "second_order", 3, ("slope(x, create=True)", "slope(x)"), found="gradient without history"
    ),
    "second_graph_freed": wrong(
        "second_order", 3.5, ("retain_graph=True", ""), found="freed graph taken for refusal"
    ),
    "second_all_rows_at_once": wrong("second_order", 0.5, source=SECOND_AT_ONCE, found="rows summed"),
    "second_there_or_not": wrong(
        "second_order",
        0.5,
        ("rows, measured, rtol=1e-4, atol=1e-6", "np.array(rows) != 0, abs(measured) > 1e-6"),
        found="lost part overlooked",
    ),
    "second_tolerances_of_gradcheck": wrong(
        "second_order", 0.5, ("rtol=1e-4, atol=1e-6", "rtol=1e-3, atol=1e-5"), found="lost part overlooked"
    ),
    "second_diagonal": wrong(
        "second_order",
        3.5,
        ("    rows = []\n", "    rows, measured = [], np.diag(np.diag(measured))\n"),
        ("allclose(rows,", "allclose(np.diag(np.diag(rows)),"),
        found="mixed derivatives lost",
    ),
    "second_columns": wrong(
        "second_order", 1, ("for m in moves])", "for m in moves]).T"), found="transposed", also="columns for rows"
    ),
    "second_divided_by_h": wrong(
        "second_order",
        3.5,
        ("/ 2e-6", "/ 1e-6"),
        ("rows, measured,", "rows, measured / 2,"),
        found="not divided by twice the step",
    ),
    "second_adds_up": wrong("second_order", 3, ("        t.grad = None\n", ""), found="walks added up"),
    "second_pasted_from_the_chapter": wrong(
        "second_order", 2, source=SECOND_PASTED, found=("refusal not met", "lost part overlooked")
    ),
    "second_calls_the_reference": wrong("second_order", 3.5, source=SECOND_CALLS, found="calls what is asked"),
    # hooks
    "hooks_no_return": wrong("hooks", 2, ("return g /", "g = g /"), found="not limited"),
    "hooks_one_by_one": wrong("hooks", 2, ("g / log[-1] * most", "g.clamp(-most, most)"), found="limited one by one"),
    "hooks_always_that_long": wrong("hooks", 1, ("        if log[-1] > most:\n    ", ""), found="made longer"),
    "hooks_infinity_let_through": wrong(
        "hooks", 1, ("if np.isnan(log[-1]) or np.isinf(log[-1])", "if False"), found="infinity let through"
    ),
    "hooks_nan_let_through": wrong("hooks", 0.5, ("np.isnan(log[-1]) or ", ""), found="infinity let through"),
    "hooks_length_after": wrong("hooks", 1.5, (LOGGED_BEFORE, LOGGED_AFTER), found="length after the limit"),
    "hooks_length_a_tensor": wrong("hooks", 0.5, (".norm().item())", ".norm())"), found="lengths as tensors"),
    "hooks_in_place": wrong(
        "hooks", 0.5, ("return g / log[-1] * most", "g *= most / log[-1]"), found="limited in place"
    ),
    "hooks_velocity_forgotten": wrong("hooks", 1.5, ('state["V"] * momentum + ', ""), found="velocity forgotten"),
    "hooks_velocity_averaged": wrong(
        "hooks", 1.5, ("+ t.grad.detach()", "+ (1 - momentum) * t.grad.detach()"), found="velocity averaged"
    ),
    "hooks_velocity_shared": wrong(
        "hooks",
        1.5,
        ('    state = {"V": 0.0}\n\n', ""),
        ("def motor", 'state = {"V": 0.0}\n\ndef motor'),
        found="velocity shared",
    ),
    "hooks_gradient_left": wrong("hooks", 1.5, ("        t.grad = None\n", ""), found="gradient left in place"),
    "hooks_step_recorded": wrong("hooks", 1.5, ("t.data = t.data -", "t -="), found="leaf changed in place"),
    "hooks_new_name_for_the_leaf": wrong("hooks", 1.5, ("t.data = t.data -", "new = t -"), found="nothing written"),
    "hooks_added_first": wrong(
        "hooks", 0.5, ("    t.register_hook(hook)\n    return log\n", ADDED_FIRST), found="added before limited"
    ),
    "hooks_pasted_from_the_chapter": wrong(
        "hooks", 3.5, source=HOOKS_PASTED, found=("limited one by one", "infinity let through", "velocity forgotten")
    ),
    "hooks_calls_the_reference": wrong("hooks", 3.5, source=HOOKS_CALLS, found="calls what is asked"),
    # births
    "birth_of_the_nan": wrong(
        "birthplace", 2, ("not np.isfinite(g.numpy()).all()", "np.isnan(g.numpy()).any()"), found="nan for the infinity"
    ),
    "birth_last": wrong("birthplace", 1, ("in births:", "in births[::-1]:"), found="last birth"),
    "birth_fills_grad": wrong(
        "birthplace", 1.5, ("grad(end, inputs, allow_unused=True)", "end.backward()"), found="grad of the inputs filled"
    ),
    "birth_all_used": wrong("birthplace", 1, (", allow_unused=True", ""), found="not used in the graph"),
    "birth_bad_is_enough": wrong(
        "birthplace", 3, (" and not bad(o)", ""), ("in births:", "in births[::-1]:"), found="bad from above"
    ),
    "birth_late_binding": wrong("birthplace", 3, ("i, o, node=node:", "i, o:"), found="hook of the last node"),
    "birth_sides_exchanged": wrong(
        "birthplace", 3.5, ("bad(i) and not bad(o)", "bad(o) and not bad(i)"), found="sides of a node exchanged"
    ),
    "birth_first_input_only": wrong(
        "birthplace", 0.5, ("bad(i) and", "bad(i[:1]) and"), found="second input overlooked"
    ),
    "birth_none_not_skipped": wrong("birthplace", 3, ("other is not None and ", ""), found="wrong type"),
    "birth_recursive": wrong("birthplace", 0.5, source=BIRTH_RECURSIVE, found="recursion"),
    "birth_walk_in_the_block": wrong(
        "birthplace",
        3.5,
        ("    grad(end,", "    with set_detect_anomaly(True):\n        grad(end,"),
        found="calls what is asked",
    ),
    "birth_pasted_from_the_chapter": wrong("birthplace", 2, source=BIRTH_PASTED, found="nan for the infinity"),
    "birth_calls_the_reference": wrong("birthplace", 3.5, source=BIRTH_CALLS, found="calls what is asked"),
    "birth_in_single_steps": wrong("birthplace", 3.5, source=BIRTH_STEPS, found="calls what is asked"),
}
