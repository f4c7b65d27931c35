"""Assignment 6, higher: the texts of wrong solutions."""

# --- 1. repaired rules: minigrad has none of these curves, so there is no reference to call -----------------------

BELL = "def bell_rule(g, a, out):\n    return -g * a * out\n"
LENGTH = "def length_rule(g, a, out):\n    return g * a / out\n"
BEND = "def bend_rule(g, a):\n    return g * np.where(a > 0, 3 * a * a, 2 * a)\n"
BELL_DETACHED = "def bell_rule(g, a, out):\n    return -g * a * mg.as_tensor(out).detach().numpy()\n"
BELL_SIGN = "def bell_rule(g, a, out):\n    return g * a * out\n"
LENGTH_IN_PLACE = "def length_rule(g, a, out):\n    g *= a / out\n    return g\n"
LENGTH_HALF_IN_PLACE = "def length_rule(g, a, out):\n    g *= a\n    return g / out\n"
LENGTH_COPIED = """
def length_rule(g, a, out):
    g = g.copy()
    g *= a
    g /= out
    return g
"""
LENGTH_CONSTANT = """
def length_rule(g, a, out):
    if isinstance(a, mg.Tensor):
        out = mg.sqrt(1 + a.detach() ** 2)
    return g * a / out
"""
BEND_FILLED = """
def bend_rule(g, a):
    slope = np.zeros(a.shape)
    for i in range(a.shape[0]):
        slope[i] = 3 * a[i] ** 2 if a[i] > 0 else 2 * a[i]
    return g * slope
"""
BEND_NUMBERS = """
def bend_rule(g, a):
    values = a.detach().numpy() if isinstance(a, mg.Tensor) else a
    return g * np.where(values > 0, 3 * values**2, 2 * values)
"""
BEND_BOOLS = "def bend_rule(g, a):\n    return g * ((a > 0) * 3 * a * a + (1 - (a > 0)) * 2 * a)\n"
BEND_LIST = """
def bend_rule(g, a):
    slopes = [3 * v * v if v > 0 else 2 * v for v in a]
    return g * np.array(slopes, dtype=a.dtype)
"""
BEND_FLOAT64 = "def bend_rule(g, a):\n    return g * ((a > 0) * 3 * a * a + (a <= 0) * 2 * a)\n"
NO_COTANGENT = """
def bell_rule(g, a, out):
    return -a * out

def length_rule(g, a, out):
    return a / out

def bend_rule(g, a):
    return np.where(a > 0, 3 * a * a, 2 * a)
"""
BEND_VALUES = "def bend_rule(g, a):\n    return g * np.where(a > 0, a**3, a**2)\n"

# --- 2. rules of two inputs: no reference either ------------------------------------------------------------------

PARALLEL_A = "def parallel_a(g, a, b, out):\n    return g * (b / (a + b)) ** 2\n"
PARALLEL_B = "def parallel_b(g, a, b, out):\n    return g * (a / (a + b)) ** 2\n"
SQUASH = "def squash_rule(g, a, out):\n    return g * (1 - out * out) / np.sqrt(1 + a * a)\n"
PARALLEL_SWAPPED = PARALLEL_A.replace("(b /", "(a /") + PARALLEL_B.replace("(a /", "(b /")
PARALLEL_DETACHED = """
def parallel_a(g, a, b, out):
    share = b / (a + b)
    return g * (share.detach() if isinstance(share, mg.Tensor) else share) ** 2

def parallel_b(g, a, b, out):
    share = a / (a + b)
    return g * (share.detach() if isinstance(share, mg.Tensor) else share) ** 2
"""
PARALLEL_NO_COTANGENT = """
def parallel_a(g, a, b, out):
    return (b / (a + b)) ** 2 + 0 * g

def parallel_b(g, a, b, out):
    return (a / (a + b)) ** 2 + 0 * g
"""
SQUASH_QUOTIENT = "def squash_rule(g, a, out):\n    return g * (out / a) ** 3\n"
SQUASH_ROOT = "def squash_rule(g, a, out):\n    return g / np.sqrt(1 + a * a)\n"
PARALLEL_NUMERATOR = """
def parallel_a(g, a, b, out):
    return g * b / (a + b)

def parallel_b(g, a, b, out):
    return g * a / (a + b)
"""
SQUASH_NO_COTANGENT = "def squash_rule(g, a, out):\n    return (1 - out * out) / np.sqrt(1 + a * a)\n"
SQUASH_CHAPTER = "def squash_rule(g, a, out):\n    return g * (1 - out * out)\n"
SQUASH_DETACHED = """
def squash_rule(g, a, out):
    if isinstance(a, mg.Tensor):
        a = a.data
    return g / (1 + a * a) ** 1.5
"""

# --- 3. the small engine: minigrad's works on Tensors only, so there is no reference to call ----------------------

SLOPE = """
def slope(y, x):
    pending = {y: Number(1.0)}
    while pending:
        latest = max(pending, key=lambda number: number.place)
        g = pending.pop(latest)
        if latest is x:
            return g
        for a, rule in zip(latest.inputs, latest.rules):
            ga = rule(g, latest, *latest.inputs)
            pending[a] = pending[a] + ga if a in pending else ga
    return Number(0.0)
"""
SLOPE_FLOATS = SLOPE.replace(
    "latest, *latest.inputs", "Number(latest.value), *[Number(b.value) for b in latest.inputs]"
)
SLOPE_NO_COTANGENT = SLOPE.replace("(g, latest, ", "(Number(1.0), latest, ")
SLOPE_GIVES_FLOAT = SLOPE.replace("    return Number(0.0)", "    return 0.0")
SLOPE_RULES_OF_Y = SLOPE.replace("(g, latest, ", "(g, y, ")
SLOPE_OVERWRITES = SLOPE.replace("pending[a] + ga if a in pending else ga", "ga")
SLOPE_LAST_IN_FIRST_OUT = SLOPE.replace("max(pending, key=lambda number: number.place)", "list(pending)[-1]")
SLOPE_NO_ZERO = SLOPE.replace("while pending:", "while True:").replace("    return Number(0.0)\n", "")
SLOPE_EDGES_ONCE = """
def slope(y, x):
    pending, seen = {y: Number(1.0)}, set()
    while pending:
        latest = max(pending, key=lambda number: number.place)
        g = pending.pop(latest)
        if latest is x:
            return g
        for a, rule in zip(latest.inputs, latest.rules):
            if (latest, a) not in seen:
                seen.add((latest, a))
                ga = rule(g, latest, *latest.inputs)
                pending[a] = pending[a] + ga if a in pending else ga
    return Number(0.0)
"""
BEHIND = """
def behind(y):
    found, todo = {y}, [y]
    while todo:
        for a in todo.pop().inputs:
            if a not in found:
                found.add(a)
                todo.append(a)
    return found
"""
SLOPE_NEW_NUMBER = (
    """
def slope(y, x):
    pending, total = {y: 1.0}, 0.0
    for node in sorted(behind(y), key=lambda number: -number.place):
        g = pending.get(node, 0.0)
        if node is x:
            return Number(g)
        for a, rule in zip(node.inputs, node.rules):
            sent = rule(Number(g), node, *node.inputs).value
            pending[a] = pending.get(a, 0.0) + sent
    return Number(total)
"""
    + BEHIND
)
SLOPE_EVERY_PATH = """
def slope(y, x):
    if y is x:
        return Number(1.0)
    total = Number(0.0)
    for a, rule in zip(y.inputs, y.rules):
        total = total + rule(Number(1.0), y, *y.inputs) * slope(a, x)
    return total
"""
SLOPE_FIRST_COME = """
def slope(y, x):
    arrived, todo, done = {y: Number(1.0)}, [y], set()
    while todo:
        node = todo.pop(0)
        if node in done:
            continue
        done.add(node)
        for a, rule in zip(node.inputs, node.rules):
            ga = rule(arrived[node], node, *node.inputs)
            arrived[a] = arrived[a] + ga if a in arrived else ga
            todo.append(a)
    return arrived.get(x, Number(0.0))
"""
SLOPE_BREADTH_FIRST = """
def slope(y, x):
    pending, todo = {y: Number(1.0)}, [y]
    while todo:
        node = todo.pop(0)
        if node not in pending:
            continue
        g = pending.pop(node)
        if node is x:
            return g
        for a, rule in zip(node.inputs, node.rules):
            ga = rule(g, node, *node.inputs)
            pending[a] = pending[a] + ga if a in pending else ga
            todo.append(a)
    return Number(0.0)
"""
SLOPE_DEPTH_FIRST = """
def slope(y, x):
    order, arrived = [], {y: Number(1.0)}
    remember(y, order)
    for node in order:
        if node in arrived:
            if node is x:
                return arrived[node]
            for a, rule in zip(node.inputs, node.rules):
                ga = rule(arrived[node], node, *node.inputs)
                arrived[a] = arrived[a] + ga if a in arrived else ga
    return Number(0.0)

def remember(node, order):
    if node not in order:
        order.append(node)
        for a in node.inputs:
            remember(a, order)
"""
SLOPE_KEPT = (
    """
def slope(y, x):
    y.sum = Number(1.0)
    for node in sorted(behind(y), key=lambda number: -number.place):
        for a, rule in zip(node.inputs, node.rules):
            ga = rule(node.sum, node, *node.inputs)
            a.sum = a.sum + ga if hasattr(a, "sum") else ga
    return getattr(x, "sum", Number(0.0))
"""
    + BEHIND
)
SLOPE_LEAVES = """
def slope(y, x):
    pending, leaves = {y: Number(1.0)}, {}
    while pending:
        latest = max(pending, key=lambda number: number.place)
        g = pending.pop(latest)
        if not latest.inputs:
            leaves[latest] = g
        for a, rule in zip(latest.inputs, latest.rules):
            ga = rule(g, latest, *latest.inputs)
            pending[a] = pending[a] + ga if a in pending else ga
    return leaves.get(x, Number(0.0))
"""

# --- 4. coefficients ----------------------------------------------------------------------------------------------

TAYLOR_CHAPTER = """
def taylor(f, x, n):
    x = mg.tensor(x, dtype=mg.float64, requires_grad=True)
    answer = f(x)
    coefficients = [answer.item()]
    for k in range(1, n + 1):
        [answer] = grad(answer, x, create_graph=True)
        coefficients.append(answer.item() / math.factorial(k))
    return coefficients
"""
TAYLOR_RETAIN = TAYLOR_CHAPTER.replace("create_graph", "retain_graph")
TAYLOR_ADDS_UP = """
def taylor(f, x, n):
    x = mg.tensor(x, dtype=mg.float64, requires_grad=True)
    answer, found = f(x), []
    for k in range(n + 1):
        found.append(answer.item() / math.factorial(k))
        if not answer.requires_grad:
            return found + [0.0] * (n - k)
        answer.backward(create_graph=True)
        answer = x.grad
    return found
"""
TAYLOR_GUARDED = """
def taylor(f, x, n):
    x = mg.tensor(x, dtype=mg.float64, requires_grad=True)
    answer, found = f(x), [f(x).item()]
    while len(found) <= n:
        answer = grad(answer, x, create_graph=True)[0] if answer.requires_grad else mg.zeros(())
        found.append(answer.item() / math.factorial(len(found)))
    return found
"""
TAYLOR_NO_FACTORIAL = TAYLOR_GUARDED.replace(" / math.factorial(len(found))", "")
TAYLOR_BY_ORDER = TAYLOR_GUARDED.replace("math.factorial(len(found))", "len(found)")
TAYLOR_FLOAT32 = TAYLOR_GUARDED.replace(", dtype=mg.float64", "")
TAYLOR_TENSORS = TAYLOR_GUARDED.replace(".item()", "")
TAYLOR_TOO_FEW = TAYLOR_GUARDED.replace("<= n", "< n").replace("[f(x).item()]", "[f(x).item()][:n]")
TAYLOR_NO_HISTORY = TAYLOR_GUARDED.replace(", create_graph=True", "")
TAYLOR_LEAF = TAYLOR_GUARDED.replace("if answer.requires_grad else", "if answer.grad_fn is not None else")
TAYLOR_DIFFERENCES = """
def taylor(f, x, n):
    def values(x):
        return f(mg.tensor(x, dtype=mg.float64)).item()

    h, found = 0.05, []
    for k in range(n + 1):
        terms = [(-1) ** (k - i) * math.comb(k, i) * values(x + (i - k / 2) * h) for i in range(k + 1)]
        found.append(sum(terms) / h**k / math.factorial(k))
    return found
"""
TAYLOR_CALLS = """
def taylor(f, x, n):
    x, found = mg.tensor(x, dtype=mg.float64), []
    for k in range(n + 1):
        derivative = lambda x: f(x) * 1.0
        for _ in range(k):
            derivative = mg.func.grad(derivative)
        found.append(derivative(x).item() / math.factorial(k) if k else mg.func.grad_and_value(f)(x)[1].item())
    return found
"""

# --- 5. Hessians --------------------------------------------------------------------------------------------------

PRODUCT_CHAPTER = """
def gradient(f, p, **options):
    return grad(f(p), p, **options)[0]

def hessian_times(f, params, directions):
    return [
        grad(gradient(lambda p: f(*params[:i], p, *params[i + 1:]), p, create_graph=True), p, grad_outputs=v)[0]
        for i, (p, v) in enumerate(zip(params, directions))
    ]
"""
PRODUCT_OWN_BLOCK = """
def hessian_times(f, params, directions):
    found = []
    slopes = grad(f(*params), params, create_graph=True, materialize_grads=True)
    for slope, p, v in zip(slopes, params, directions):
        if slope.requires_grad:
            found += grad(slope, p, grad_outputs=v, retain_graph=True, materialize_grads=True)
        else:
            found.append(mg.zeros_like(p))
    return [t.detach() for t in found]
"""
PRODUCT_NO_DIRECTION = """
def hessian_times(f, params, directions):
    slopes = grad(f(*params), params, create_graph=True, materialize_grads=True)
    total = sum(slope.sum() for slope in slopes)
    if not total.requires_grad:
        return [mg.zeros_like(p).detach() for p in params]
    return list(grad(total, params, materialize_grads=True))
"""
PRODUCT = """
def hessian_times(f, params, directions):
    slopes = grad(f(*params), params, create_graph=True, materialize_grads=True)
    total = sum((slope * v).sum() for slope, v in zip(slopes, directions))
    if not total.requires_grad:
        return [mg.zeros_like(p).detach() for p in params]
    return list(grad(total, params, materialize_grads=True))
"""
PRODUCT_RETAIN = PRODUCT.replace("create_graph", "retain_graph")
PRODUCT_FLOAT32 = PRODUCT.replace("mg.zeros_like(p).detach()", "mg.zeros(p.shape)")
PRODUCT_FIRST = PRODUCT.replace(
    "sum((slope * v).sum() for slope, v in zip(slopes, directions))", "(slopes[0] * directions[0]).sum()"
)
PRODUCT_STRICT = """
def hessian_times(f, params, directions):
    slopes = grad(f(*params), params, create_graph=True)
    return list(grad(slopes, params, grad_outputs=directions))
"""
PRODUCT_HISTORY = PRODUCT.replace("(total, params, ", "(total, params, create_graph=True, ")
PRODUCT_BACKWARD = """
def hessian_times(f, params, directions):
    slopes = grad(f(*params), params, create_graph=True, materialize_grads=True)
    total = sum((slope * v).sum() for slope, v in zip(slopes, directions))
    if total.requires_grad:
        total.backward()
    return [mg.zeros_like(p).detach() if p.grad is None else p.grad for p in params]
"""
PRODUCT_DIFFERENCES = """
def hessian_times(f, params, directions):
    h, found = 1e-4, []
    for sign in (1, -1):
        moved = [(p.detach() + sign * h * v).requires_grad_() for p, v in zip(params, directions)]
        found.append(grad(f(*moved), moved, materialize_grads=True))
    return [(high - low) / (2 * h) for high, low in zip(*found)]
"""
PRODUCT_COARSE = PRODUCT_DIFFERENCES.replace("1e-4", "1e-3")
PRODUCT_UNGUARDED = """
def hessian_times(f, params, directions):
    slopes = grad(f(*params), params, create_graph=True, materialize_grads=True)
    total = sum((slope * v).sum() for slope, v in zip(slopes, directions))
    return list(grad(total, params, materialize_grads=True))
"""
PRODUCT_ROWS = """
def hessian_times(f, params, directions):
    slopes = grad(f(*params), params, create_graph=True, materialize_grads=True)
    found = [mg.zeros_like(p).detach() for p in params]
    for slope, v in zip(slopes, directions):
        if slope.requires_grad:
            for i in range(slope.numel()):
                rows = grad(slope.reshape(-1)[i], params, retain_graph=True, materialize_grads=True)
                found = [so_far + v.reshape(-1)[i] * row for so_far, row in zip(found, rows)]
    return found
"""
PRODUCT_CALLS = """
def hessian_times(f, params, directions):
    return list(mg.autograd.functional.hvp(f, tuple(params), tuple(directions))[1])
"""

# --- 6. a slope in a loss: minigrad has no such loss, so there is no reference to call ----------------------------

PENALTY = """
def penalty_gradients(model, params, x, target, weight):
    x = x.clone().requires_grad_()
    out = model(x, *params)
    [slopes] = grad(out.sum(), x, create_graph=True)
    lengths = (slopes**2).sum(dim=1).sqrt()
    loss = ((out - target) ** 2).mean() + weight * ((lengths - 1) ** 2).mean()
    return list(grad(loss, params))
"""
PENALTY_CHAPTER = """
def penalty_gradients(model, params, x, target, weight):
    x = x.clone().requires_grad_()
    out = model(x, *params)
    [slope] = grad(out.sum(), x, create_graph=True, retain_graph=True)
    loss = ((out - target) ** 2).mean() + weight * (slope**2).mean()
    return list(grad(loss, params))
"""
PENALTY_FORGOTTEN = PENALTY.replace("create_graph", "retain_graph")
PENALTY_EVERYWHERE = PENALTY.replace("(loss, params)", "(loss, params, create_graph=True)")
PENALTY_TOUCHES_X = PENALTY.replace("x = x.clone().requires_grad_()", "x.requires_grad_()")
PENALTY_BACKWARD = PENALTY.replace(
    "    return list(grad(loss, params))", "    loss.backward()\n    return [p.grad for p in params]"
)
PENALTY_RESETS = PENALTY.replace(
    "    return list(grad(loss, params))",
    """    for p in params:
        p.grad = None
    loss.backward()
    found = [p.grad for p in params]
    for p in params:
        p.grad = None
    return found""",
)
PENALTY_FIRST = PENALTY.replace("(loss, params)", "(loss, params[0])")
PENALTY_FIRST_ROW = PENALTY.replace("out.sum()", "out[0]")
PENALTY_FLAT = PENALTY.replace("(lengths - 1)", "lengths")
PENALTY_ONE_LENGTH = PENALTY.replace("(slopes**2).sum(dim=1).sqrt()", "(slopes**2).sum().sqrt()")
PENALTY_NO_ROOT = PENALTY.replace(".sqrt()", "")
PENALTY_OF_MEAN = PENALTY.replace("out.sum()", "out.mean()")
PENALTY_NO_WEIGHT = PENALTY.replace("weight * ", "")
PENALTY_SUMS = PENALTY.replace(".mean()", ".sum()")
PENALTY_DETACHED = PENALTY.replace(".sqrt()", ".sqrt().detach()")
PENALTY_ABSOLUTE = PENALTY.replace("(slopes**2).sum(dim=1).sqrt()", "slopes.abs().sum(1)")
PENALTY_MEAN_UNDER_ROOT = PENALTY.replace("(slopes**2).sum(", "(slopes**2).mean(")
