"""Assignment 12, functional: the texts of wrong solutions."""

from __future__ import annotations

from grader.judge.mutants.functional_right import CHAIN, FIELDS, GRADIENT, MOTION, ROOT, SLOPE


def changed(source: str, *pairs: tuple[str, str]) -> str:
    """The source with pieces replaced, which must be there."""
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    return source


# --- 1. a gradient in the same wrapping ---------------------------------------------------------------------------

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
GRADIENT_BY_BACKWARD = changed(
    GRADIENT,
    ("list(grad(y, points, create_graph=nested, allow_unused=True))", "by_backward(y, points, nested)"),
    ("def own(t):\n    return t + 0 if t.requires_grad", """def by_backward(y, points, nested):
    y.backward(create_graph=nested)
    return [point.grad for point in points]

def own(t):
    return t if t.requires_grad"""),
)  # fmt: skip
GRADIENT_IS_THERE = "gradient = mg.func.grad"
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
MOTION_V_ONCE = changed(
    MOTION,
    ("    y = f(x + t * v)", "    s = mg.tensor(0.0, dtype=x.dtype, requires_grad=True)\n"
     "    y = f(x + t * v + s * mg.ones_like(v))"),
    ("forward(y, t)\n", "forward(y, s if k else t)\n"),
)  # fmt: skip
MOTION_NOT_RECORDED = changed(MOTION,
    ("grad(y, x, weights, create_graph=True,", "grad(y, x, weights, retain_graph=True,"))  # fmt: skip
MOTION_UNGUARDED = changed(MOTION_NO_ZEROS, ("weights, create_graph=True)", "weights, retain_graph=True)"))
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
CHAIN_ALL_AT_ONCE = changed(CHAIN, ("grad(p[j], u", "grad(p.sum(), u"))
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

FIELDS_ALL = changed(FIELDS, (FIELDS[FIELDS.index("    for j") : FIELDS.index("\ndef slope_of")],
    "    return grad(arrows.sum(), x, retain_graph=True)[0].sum(dim=1)\n"))  # fmt: skip
FIELDS_BENDS_ALL = changed(
    FIELDS,
    (
        "return divergence(slope_of(f), x)",
        """x = x.detach().requires_grad_()
    slopes = slope_of(f)(x)
    return grad(slopes.sum(), x)[0].sum(dim=1) if slopes.requires_grad else 0 * slopes[:, 0]""",
    ),
)
FIELDS_HISTORY = changed(FIELDS, ("weights, retain_graph=True", "weights, create_graph=True"))
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

ROOT_UNTRANSPOSED = changed(ROOT, ("table.T", "table"))
ROOT_SIGN = changed(ROOT, ("return -grad", "return grad"))
ROOT_HISTORY = changed(ROOT, ("grad(y, p, u)", "grad(y, p, u, create_graph=True)"))
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
