"""Assignment 12, functional: wrong solutions as students hand them in, and right ones in another hand."""

from __future__ import annotations

from grader.judge.mutants import Mutant


def changed(source: str, *pairs: tuple[str, str]) -> str:
    """The source with pieces replaced, which must be there."""
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    return source


# --- 1. a gradient in the same wrapping ---------------------------------------------------------------------------

GRADIENT = """
def flat(package):
    if isinstance(package, mg.Tensor):
        return [package]
    return sum([flat(p) for p in (package.values() if isinstance(package, dict) else package)], [])

def packed(package, tensors):
    if isinstance(package, mg.Tensor):
        return tensors.pop(0)
    if isinstance(package, dict):
        return {key: packed(p, tensors) for key, p in package.items()}
    return type(package)([packed(p, tensors) for p in package])

def own(t):
    return t + 0 if t.requires_grad else t.clone().requires_grad_()

def gradient(f):
    def derivative(params):
        given = flat(params)
        points = [own(t) for t in given]
        y, nested = f(packed(params, points[:])), any([t.requires_grad for t in given])
        found = [None] * len(points)
        if y.requires_grad:
            found = list(grad(y, points, create_graph=nested, allow_unused=True))
        return packed(params, [mg.zeros_like(t).detach() if g is None else g for t, g in zip(given, found)])
    return derivative
"""
GRADIENT_MARKS = changed(GRADIENT, ("return t + 0 if t.requires_grad else t.clone()", "return t"))
GRADIENT_ALWAYS = changed(GRADIENT, ("create_graph=nested", "create_graph=True"))
GRADIENT_BY_LEAF = changed(GRADIENT, ("return t + 0 if t.requires_grad", "return t if t.requires_grad"))
GRADIENT_NEVER = changed(GRADIENT, ("create_graph=nested", "create_graph=False"))
GRADIENT_CUTS = changed(GRADIENT, ("return t + 0 if t.requires_grad else t.clone()", "return t.detach()"))
GRADIENT_NONE = changed(GRADIENT, ("mg.zeros_like(t).detach() if g is None else g", "g"))
GRADIENT_UNWRAPS = changed(
    GRADIENT,
    ("        return packed(params", "        answer = packed(params"),
    ("    return derivative", "        one = not isinstance(answer, (dict, mg.Tensor)) and len(answer) == 1\n"
     "        return answer[0] if one else answer\n    return derivative"),
)  # fmt: skip
GRADIENT_SUMS = changed(GRADIENT, ("grad(y, points", "grad(y.sum(), points"))
GRADIENT_ONE_LEVEL = """
def gradient(f):
    def derivative(params):
        alone = isinstance(params, mg.Tensor)
        members = [params] if alone else list(params.values()) if isinstance(params, dict) else list(params)
        points = [t.view_as(t) if t.requires_grad else t.detach().requires_grad_() for t in members]
        packed = dict(zip(params, points)) if isinstance(params, dict) else points[0] if alone else type(params)(points)
        y = f(packed)
        found = [mg.zeros_like(t).detach() for t in points]
        if y.requires_grad:
            keep = any([t.requires_grad for t in members])
            found = grad(y, points, create_graph=keep, materialize_grads=True)
        if isinstance(params, dict):
            return dict(zip(params, found))
        return found[0] if alone else type(params)(found)
    return derivative
"""
GRADIENT_LISTS = changed(GRADIENT, ("type(package)([packed(p, tensors) for p in package])",
    "[packed(p, tensors) for p in package]"))  # fmt: skip
GRADIENT_PASTED = """
def pull_back(outputs, inputs, cotangents, create_graph):
    pairs = zip(outputs, [None] * len(outputs) if cotangents is None else cotangents, strict=True)
    used = [(output, u) for output, u in pairs if output.requires_grad]
    if not used:
        return tuple([mg.zeros_like(t) for t in inputs])
    ends, weights = zip(*used, strict=True)
    found = grad(ends, inputs, weights, True, create_graph, allow_unused=True)
    return tuple([mg.zeros_like(t) if g is None else g for t, g in zip(inputs, found, strict=True)])

def traced(func, args, argnums):
    places, own = argnums if isinstance(argnums, tuple) else (argnums,), list(args)
    for n in places:
        t = args[n]
        own[n] = t.view_as(t) if t.requires_grad else t.detach().requires_grad_()
    with mg.enable_grad():
        answer = func(*own)
    return tuple([own[n] for n in places]), answer

def gradient(func, argnums=0):
    def derivative(*args):
        points, value = traced(func, args, argnums)
        if not isinstance(value, mg.Tensor) or value.ndim:
            raise RuntimeError(f"Expected f(*args) to return a scalar Tensor, got tensor with {value.ndim} dims")
        keep = any(t.grad_fn is not None for t in points)
        found = pull_back([value], points, None, keep)
        return found if isinstance(argnums, tuple) else found[0]

    return derivative
"""
GRADIENT_CALLS = (
    GRADIENT[: GRADIENT.index("def own")]
    + """
def gradient(f):
    def derivative(params):
        given = flat(params)
        df = mg.func.grad(lambda *points: f(packed(params, list(points))), tuple(range(len(given))))
        return packed(params, list(df(*given)))
    return derivative
"""
)

# --- 2. velocity, acceleration, and so on -------------------------------------------------------------------------

MOTION = """
def motion(f, x, v, n):
    t = mg.tensor(0.0, dtype=x.dtype, requires_grad=True)
    y = f(x + t * v)
    found = [y.detach()]
    for k in range(n):
        y = forward(y, t)
        found.append(y.detach())
    return found

def forward(y, t):
    u = mg.zeros_like(y).detach().requires_grad_()
    p = pull(y, t, u)
    return pull(p, u, mg.ones_like(p).detach())

def pull(y, x, weights):
    if not y.requires_grad:
        return mg.zeros_like(x).detach()
    return grad(y, x, weights, create_graph=True, materialize_grads=True)[0]
"""
MOTION_ROWS = """
def motion(f, x, v, n):
    t = mg.tensor(0.0, dtype=x.dtype, requires_grad=True)
    y = f(x + t * v)
    shape, results, found = y.shape, list(y.reshape(-1)), [y.detach()]
    for k in range(n):
        results = [slope(one, t) for one in results]
        found.append(mg.stack(results).reshape(shape).detach())
    return found

def slope(one, t):
    if not one.requires_grad:
        return mg.zeros_like(t).detach()
    return grad(one, t, create_graph=True, materialize_grads=True)[0]
"""
MOTION_ONCE = changed(MOTION, ("return pull(p, u, mg.ones_like(p).detach())", "return pull(p, u, None).detach()"))
MOTION_SUM = changed(MOTION_ROWS, ("list(y.reshape(-1))", "[y.sum()]"), (".reshape(shape)", ".expand(shape)"))
MOTION_NO_ZEROS = changed(
    MOTION,
    ("    if not y.requires_grad:\n        return mg.zeros_like(x).detach()\n", ""),
    (", materialize_grads=True", ""),
)
MOTION_TAYLOR = changed(MOTION, ("        y = forward(y, t)", "        y = forward(y, t) / (k + 1)"))
MOTION_NO_V = changed(MOTION, ("t * v", "t"))
MOTION_HISTORY = changed(MOTION, ("found.append(y.detach())", "found.append(y)"))
MOTION_STEPS = """
def motion(f, x, v, n):
    h, found = 1e-3, []
    for k in range(n + 1):
        moved = [(-1) ** (k - i) * math.comb(k, i) * f(x + (i - k / 2) * h * v) for i in range(k + 1)]
        found.append(sum(moved) / h**k)
    return found

import math
"""
MOTION_PASTED = """
def jvp(func, x, v):
    point = x.view_as(x) if x.requires_grad else x.detach().requires_grad_()
    with mg.enable_grad():
        output = func(point)
        u = mg.zeros_like(output).detach().requires_grad_()
        pulled = pull_back(output, point, u)
        return output, pull_back(pulled, u, v)

def pull_back(output, point, u):
    if not output.requires_grad:
        return mg.zeros_like(point)
    return grad(output, point, u, create_graph=True, materialize_grads=True)[0]

def motion(f, x, v, n):
    found, g = [f(x).detach()], f
    for _ in range(n):
        g = lambda x, g=g: jvp(g, x, v)[1]
        found.append(g(x).detach())
    return found
"""
MOTION_CALLS = """
def motion(f, x, v, n):
    found, g = [f(x)], f
    for _ in range(n):
        g = lambda x, g=g: mg.autograd.functional.jvp(g, x, v, create_graph=True)[1]
        found.append(g(x).detach())
    return found
"""

# --- 3. the narrow place ------------------------------------------------------------------------------------------

CHAIN = """
def rows(y, x):
    return mg.stack([grad(y[i], x, retain_graph=True)[0] for i in range(len(y))])

def columns(y, x):
    u = mg.ones_like(y).detach().requires_grad_()
    [p] = grad(y, x, u, create_graph=True)
    return mg.stack([grad(p[j], u, retain_graph=True)[0] for j in range(len(x))]).T

def chain_jacobian(functions, x):
    tables = []
    for f in functions:
        x = x.detach().requires_grad_()
        y = f(x)
        tables.append(rows(y, x) if len(y) <= 1 + len(x) else columns(y, x))
        x = y
    table = tables[0]
    for later in tables[1:]:
        table = later @ table
    return table
"""
CHEAPER = "rows(y, x) if len(y) <= 1 + len(x) else columns(y, x)"
WHOLE = """
def chain_jacobian(functions, x):
    x = x.detach().requires_grad_()
    y = x
    for f in functions:
        y = f(y)
    return rows(y, x) if len(y) <= 1 + len(x) else columns(y, x)
"""
CHAIN_WHOLE = changed(CHAIN, (CHAIN[CHAIN.index("\ndef chain_jac") :], WHOLE))
CHAIN_ROWS = changed(CHAIN, (CHEAPER, "rows(y, x)"))
CHAIN_COLUMNS = changed(CHAIN, (CHEAPER, "columns(y, x)"))
CHAIN_ROUGH = changed(CHAIN, ("len(y) <= 1 + len(x)", "len(y) < len(x)"))
CHAIN_MARKS = changed(CHAIN, ("        x = x.detach().requires_grad_()\n", "        x = x.requires_grad_()\n"))
CHAIN_SWAPPED = changed(CHAIN, ("later @ table", "table @ later"))
CHAIN_AT_START = changed(CHAIN, ("        x = y\n", ""))
CHAIN_NOT_TURNED = changed(CHAIN, ("range(len(x))]).T", "range(len(x))])"))
CHAIN_HISTORY = changed(CHAIN, ("retain_graph=True", "create_graph=True"))
CHAIN_SUMS = changed(CHAIN, (CHAIN[CHAIN.index("mg.stack") : CHAIN.index("\n\ndef columns")], "grad(y.sum(), x)[0]"))
CHAIN_PASTED = """
def pull_back(output, inputs):
    if not output.requires_grad:
        return mg.zeros_like(inputs)
    return grad(output, inputs, retain_graph=True)[0]

def rows_of(output, inputs):
    elements = output.reshape(-1)
    rows = [pull_back(elements[i], inputs) for i in range(output.numel())]
    return mg.stack(rows).reshape(*output.shape, *inputs.shape)

def jacobian(func, inputs):
    point = inputs.detach().requires_grad_()
    return rows_of(func(point), point).detach()

def chain_jacobian(functions, x):
    def chain(x):
        for f in functions:
            x = f(x)
        return x
    return jacobian(chain, x)
"""
CHAIN_CALLS = changed(CHAIN, (CHEAPER, "mg.autograd.functional.jacobian(f, x)"))
CHAIN_VERIFIES = changed(CHAIN, (CHEAPER, "mg.tensor(mg.verify.analytical_jacobian(y, [x])[0].T.copy())"))

# --- 4. sources and bumps -----------------------------------------------------------------------------------------

SLOPE = """
def slope_of(f):
    def slope(x):
        y = f(x)
        return grad(y.sum(), x, create_graph=True)[0] if y.requires_grad else mg.zeros_like(x).detach()
    return slope

def laplacian(f, x):
    return divergence(slope_of(f), x)
"""
FIELDS = (
    """
def divergence(field, x):
    x = x.detach().requires_grad_()
    arrows, parts = field(x), []
    if not arrows.requires_grad:
        return mg.zeros_like(x[:, 0]).detach()
    for j in range(x.shape[1]):
        weights = mg.zeros_like(arrows).detach()
        weights[:, j] = 1
        parts.append(grad(arrows, x, weights, retain_graph=True)[0][:, j])
    return sum(parts)
"""
    + SLOPE
)
FIELDS_ALL = changed(FIELDS, (FIELDS[FIELDS.index("    for j") : FIELDS.index("\ndef slope_of")],
    "    return grad(arrows.sum(), x, retain_graph=True)[0].sum(dim=1)\n"))  # fmt: skip
FIELDS_FREED = changed(FIELDS, ("weights, retain_graph=True", "weights"))
FIELDS_ONE_ORDER = changed(FIELDS, ("create_graph=True", "retain_graph=True"))
FIELDS_NUMBER = changed(FIELDS, ("sum(parts)", "sum(parts).sum()"))
FIELDS_MARKS = changed(FIELDS, ("    x = x.detach().requires_grad_()", "    x = x.requires_grad_()"))
FIELDS_BENDS_ONLY = changed(FIELDS,
    ("    if not arrows.requires_grad:\n        return mg.zeros_like(x[:, 0]).detach()\n", ""),
    (" if y.requires_grad else mg.zeros_like(x).detach()", ""))  # fmt: skip
FIELDS_POINT_BY_POINT = (
    """
def divergence(field, x):
    found = []
    for row in x:
        point = row[None].detach().requires_grad_()
        arrow = field(point)[0]
        found.append(sum([grad(a, point, retain_graph=True)[0][0, j] if a.requires_grad else 0.0 * row[0]
                          for j, a in enumerate(arrow)]))
    return mg.stack(found)
"""
    + SLOPE
)
FIELDS_ONCE = changed(FIELDS, ("    return divergence(slope_of(f), x)",
    "    return slope_of(f)(x.detach().requires_grad_()).sum(dim=1).detach()"))  # fmt: skip
FIELDS_PASTED = (
    CHAIN_PASTED[: CHAIN_PASTED.index("def chain_jac")]
    + """
def divergence(field, x):
    n, d = x.shape
    table = jacobian(field, x).reshape(n * d, n * d)
    return table.diagonal().reshape(n, d).sum(dim=1)
"""
    + SLOPE
)
FIELDS_CALLS = """
def divergence(field, x):
    return mg.stack([mg.func.jacrev(lambda p: field(p[None])[0])(row).diagonal().sum() for row in x])

def laplacian(f, x):
    return mg.stack([mg.func.hessian(lambda p: f(p[None])[0])(row).diagonal().sum() for row in x])
"""

# --- 5. backward through a solved equation ------------------------------------------------------------------------

ROOT = """
def pull_through_root(F, x, p, g):
    x, p = [t.detach().requires_grad_() for t in (x, p)]
    y = F(x, p)
    table = np.stack([grad(y[i], x, retain_graph=True)[0].numpy() for i in range(len(x))])
    u = mg.tensor(np.linalg.solve(table.T, g.detach().numpy()), dtype=x.dtype)
    return -grad(y, p, u)[0]
"""
ROOT_UNTRANSPOSED = changed(ROOT, ("table.T", "table"))
ROOT_SIGN = changed(ROOT, ("return -grad", "return grad"))
ROOT_UNSOLVED = changed(ROOT, ("grad(y, p, u)", "grad(y, p, g)"))
ROOT_NO_COTANGENT = changed(ROOT, ("g.detach().numpy()", "np.ones(len(x))"))
ROOT_MARKS = changed(ROOT, ("t.detach().requires_grad_()", "t.requires_grad_()"))
ROOT_BY_TABLES = changed(ROOT, (ROOT[ROOT.index("    return -") :], """
    by_p = np.stack([grad(y[i], p, retain_graph=True)[0].numpy() for i in range(len(x))])
    return -mg.tensor(np.tensordot(u.numpy(), by_p, 1))
"""))  # fmt: skip
ROOT_SLOPES_ADDED = changed(ROOT,
    (ROOT[ROOT.index("    table =") : ROOT.index("    return -")],
     "    u = g.detach() / grad(y.sum(), x, retain_graph=True)[0]\n"))  # fmt: skip
ROOT_PASTED = """
def vjp(func, inputs, v):
    point = inputs.detach().requires_grad_()
    with mg.enable_grad():
        output = func(point)
    return output.detach(), grad(output, point, v)[0].detach()

def pull_through_root(F, x, p, g):
    return vjp(lambda p: F(x.detach(), p), p, g.detach())[1]
"""
ROOT_CALLS = """
def pull_through_root(F, x, p, g):
    table = mg.autograd.functional.jacobian(lambda x: F(x, p), x)
    u = mg.linalg.solve(table.T, g)
    return -mg.autograd.functional.vjp(lambda p: F(x, p), p, u)[1]
"""
ROOT_VERIFIES = changed(ROOT, (ROOT[ROOT.index("np.stack") : ROOT.index("\n    u")],
    "mg.verify.analytical_jacobian(y, [x])[0].T"))  # fmt: skip


def one(cell: str, source: str, lost: float, *diagnosed: str, unknown: str = "") -> Mutant:
    """A mutant of one solution cell."""
    return Mutant({cell: source}, {f"test_{cell}": lost}, diagnosed, unknown=unknown)


MUTANTS = {
    "root_table_not_transposed": one("root", ROOT_UNTRANSPOSED, 1.5, "table not transposed"),
    "motion_differentiates_once": one("motion", MOTION_ONCE, 4, "second derivative cut off"),
    "fields_all_slopes": one("fields", FIELDS_ALL, 4, "mixed slopes added"),
    "gradient_pasted_from_the_chapter": one(
        "gradient", GRADIENT_PASTED, 4, "package taken for a Tensor", "another message"
    ),
    "gradient_marks_the_params": one("gradient", GRADIENT_MARKS, 1, "places counted together", "arguments marked"),
    "gradient_by_the_leaf_itself": one("gradient", GRADIENT_BY_LEAF, 0.5, "places counted together"),
    "gradient_always_with_history": one("gradient", GRADIENT_ALWAYS, 0.5, "history kept"),
    "gradient_never_with_history": one("gradient", GRADIENT_NEVER, 1.5, "second derivative cut off"),
    "gradient_cuts_the_history": one("gradient", GRADIENT_CUTS, 1.5, "second derivative cut off"),
    "gradient_none_for_unused": one("gradient", GRADIENT_NONE, 1.5, "None for zeros"),
    "gradient_unwraps_one": one("gradient", GRADIENT_UNWRAPS, 1, "tuple of one unwrapped"),
    "gradient_in_lists": one("gradient", GRADIENT_LISTS, 1.5, "list for a tuple"),
    "gradient_of_the_sum": one("gradient", GRADIENT_SUMS, 0.5, "not refused"),
    "gradient_one_level_deep": one("gradient", GRADIENT_ONE_LEVEL, 1, "package taken for a Tensor"),
    "motion_row_by_row": one("motion", MOTION_ROWS, 1, "a pass for each result"),
    "motion_pasted_from_the_chapter": one("motion", MOTION_PASTED, 1, "each order from the start"),
    "motion_of_the_sum": one("motion", MOTION_SUM, 4, "results added up"),
    "motion_without_zeros": one("motion", MOTION_NO_ZEROS, 1, "nothing left to differentiate"),
    "motion_taylor": one("motion", MOTION_TAYLOR, 4, "divided by k!"),
    "motion_without_direction": one("motion", MOTION_NO_V, 3, "direction ignored"),
    "motion_keeps_history": one("motion", MOTION_HISTORY, 1, "history kept"),
    "motion_by_differences": one(
        "motion", MOTION_STEPS, 4, unknown="the wrong digits of a difference quotient are others for every step"
    ),
    "chain_as_one_function": one("chain", CHAIN_WHOLE, 2.5, "chain not taken apart"),
    "chain_pasted_from_the_chapter": one("chain", CHAIN_PASTED, 2.5, "chain not taken apart"),
    "chain_rows_only": one("chain", CHAIN_ROWS, 2.5, "by rows only"),
    "chain_columns_only": one("chain", CHAIN_COLUMNS, 2.5, "by columns only"),
    "chain_less_rows": one("chain", CHAIN_ROUGH, 2, "roughly compared"),
    "chain_marks_x": one("chain", CHAIN_MARKS, 0.5, "arguments marked"),
    "chain_swapped": one("chain", CHAIN_SWAPPED, 4.5, "matrix factors swapped", "shapes do not fit"),
    "chain_all_at_the_start": one("chain", CHAIN_AT_START, 4.5, "all taken at the start", "shapes do not fit"),
    "chain_columns_not_turned": one("chain", CHAIN_NOT_TURNED, 3.5, "transposed", "shapes do not fit"),
    "chain_sums_the_rows": one("chain", CHAIN_SUMS, 4.5, "rows added up", "shapes do not fit"),
    "chain_keeps_history": one("chain", CHAIN_HISTORY, 1, "history kept"),
    "fields_graph_freed": one("fields", FIELDS_FREED, 4.5, "graph freed"),
    "fields_without_create_graph": one("fields", FIELDS_ONE_ORDER, 3, "second derivative cut off"),
    "fields_first_derivative": one("fields", FIELDS_ONCE, 3.5, "first derivative for the second"),
    "fields_one_number": one("fields", FIELDS_NUMBER, 4.5, "points added up"),
    "fields_point_by_point": one("fields", FIELDS_POINT_BY_POINT, 1.5, "a pass for each point"),
    "fields_pasted_from_the_chapter": one("fields", FIELDS_PASTED, 1.5, "a pass for each point"),
    "fields_marks_x": one("fields", FIELDS_MARKS, 0.5, "arguments marked"),
    "fields_no_straight_ones": one("fields", FIELDS_BENDS_ONLY, 0.5, "nothing left to differentiate"),
    "root_sign": one("root", ROOT_SIGN, 4, "sign"),
    "root_unsolved": one("root", ROOT_UNSOLVED, 4, "explicit part only"),
    "root_pasted_from_the_chapter": one("root", ROOT_PASTED, 4, "explicit part only"),
    "root_slopes_added": one("root", ROOT_SLOPES_ADDED, 1.5, "equations taken apart"),
    "root_without_cotangent": one("root", ROOT_NO_COTANGENT, 4, "cotangent ignored"),
    "root_marks_x_and_p": one("root", ROOT_MARKS, 2, "arguments marked", "history of x followed"),
    "root_by_two_tables": one("root", ROOT_BY_TABLES, 0.5, "a table for p"),
    "calls_the_reference": Mutant(
        cells={"gradient": GRADIENT_CALLS, "motion": MOTION_CALLS, "chain": CHAIN_CALLS}
        | {"fields": FIELDS_CALLS, "root": ROOT_CALLS},
        lost={"test_gradient": 4, "test_motion": 4, "test_chain": 5, "test_fields": 5, "test_root": 4},
        diagnosed=("calls what is asked", "another message"),
    ),
    "calls_gradcheck_s_tables": Mutant(
        cells={"chain": CHAIN_VERIFIES, "root": ROOT_VERIFIES},
        lost={"test_chain": 5, "test_root": 4},
        diagnosed=("calls what is asked",),
    ),
}
RIGHT = {
    "gradient": (GRADIENT, """
def gradient(f):
    def derivative(params):
        points = []
        y = f(copies(params, points))
        keep = any([point.grad_fn is not None for point in points])
        ways = y.requires_grad
        slopes = list(grad(y, points, create_graph=keep, materialize_grads=True)) if ways else [0.0 * p for p in points]
        return answers(params, slopes if keep else [slope.detach() for slope in slopes])
    return derivative

def copies(package, points):
    match package:
        case dict():
            return dict([(key, copies(package[key], points)) for key in package])
        case list():
            return [copies(member, points) for member in package]
        case tuple():
            return tuple([copies(member, points) for member in package])
    points.append(package * 1.0 if package.requires_grad else mg.tensor(package.numpy().copy(), requires_grad=True))
    return points[-1]

def answers(package, slopes):
    if isinstance(package, mg.Tensor):
        return slopes.pop(0)
    if isinstance(package, dict):
        return {key: answers(package[key], slopes) for key in package}
    members = [answers(member, slopes) for member in package]
    return tuple(members) if isinstance(package, tuple) else members
"""),
    "motion": (MOTION, """
def motion(f, x, v, n):
    t = mg.zeros(1, dtype=x.dtype).requires_grad_()
    y = f(x.detach() + t.sum() * v.detach()) + 0 * mg.exp(t).sum()  # exp: there is always a way
    found = [y]
    while len(found) <= n:
        u = mg.ones_like(y).detach().requires_grad_()
        pulled = grad(found[-1], t, grad_outputs=u, create_graph=True)[0].sum()
        found.append(grad(pulled, u, create_graph=True)[0])
    return [one.detach() for one in found]
"""),
    "chain": (CHAIN, """
def chain_jacobian(functions, x):
    whole = np.identity(x.numel())
    for function in functions:
        point = mg.tensor(x.detach().numpy(), requires_grad=True)
        x = function(point)
        m, n = x.numel(), point.numel()
        if m < n + 1:
            part = np.zeros((m, n))
            for i in range(m):
                part[i] = grad(x, point, mg.eye(m, dtype=x.dtype)[i], retain_graph=True)[0].numpy()
        else:
            u = mg.zeros(m, dtype=x.dtype, requires_grad=True)
            pulled = grad(x, point, u, create_graph=True)[0]
            part = np.array([grad(pulled[j], u, retain_graph=True)[0].tolist() for j in range(n)]).T
        whole = part @ whole
    return mg.tensor(whole, dtype=x.dtype)
"""),
    "fields": (FIELDS, """
def traces(arrows, x):
    total = np.zeros(len(x), dtype=x.detach().numpy().dtype)
    for j in range(arrows.shape[1]):
        if arrows[:, j].requires_grad:
            total += grad(arrows[:, j], x, mg.ones(len(x), dtype=x.dtype), True)[0].numpy()[:, j]
    return mg.tensor(total)

def divergence(field, x):
    x = x.clone().requires_grad_()
    return traces(field(x), x)

def laplacian(f, x):
    x = x.clone().requires_grad_()
    y = f(x) + 0 * (x**2).sum(dim=1)
    [slopes] = grad(y, x, mg.ones_like(y).detach(), create_graph=True)
    return traces(slopes, x)
"""),
    "root": (ROOT, """
def pull_through_root(F, x, p, g):
    x, p = x.clone().detach().requires_grad_(), p.clone().detach().requires_grad_()
    table = mg.stack([grad(one, x, retain_graph=True)[0] for one in F(x, p)])
    share = g.detach() @ mg.linalg.inv(table)
    return grad((F(x, p) * share).sum() * -1, p)[0]
"""),
}  # fmt: skip
HALF = ("gradient", "chain", "root")
