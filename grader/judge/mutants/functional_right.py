"""Assignment 12, functional: right solutions in another hand; the wrong ones are made of the first of each."""

from __future__ import annotations

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
ROOT = """
def pull_through_root(F, x, p, g):
    x, p = [t.detach().requires_grad_() for t in (x, p)]
    y = F(x, p)
    table = np.stack([grad(y[i], x, retain_graph=True)[0].numpy() for i in range(len(x))])
    u = mg.tensor(np.linalg.solve(table.T, g.detach().numpy()), dtype=x.dtype)
    return -grad(y, p, u)[0]
"""

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
