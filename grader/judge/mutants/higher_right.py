"""Assignment 6, higher: right solutions in another hand."""

RIGHT = {
    "repair": (
        """
def bell_rule(g, a, out):
    return g * (-a * np.exp(-0.5 * a**2))

def length_rule(g, a, out):
    return g * (a * (1 + a**2) ** -0.5)

def bend_rule(g, a):
    right = a > 0
    return np.where(right, 3 * g * a**2, 2 * g * a)
""",
        """
def bell_rule(cotangent, a, out):
    slope = out * a
    return cotangent * (0 - slope)

def length_rule(cotangent, a, out):
    return cotangent / np.sqrt(1 + 1 / (a * a)) * np.sign(a)

def bend_rule(cotangent, a):
    positive = a > 0
    return cotangent * (3 * a * a * positive + 2 * a * ~positive)
""",
    ),
    "rules": (
        """
def parallel_a(g, a, b, out):
    return g * (out / a) ** 2

def parallel_b(g, a, b, out):
    return g * (out / b) ** 2

def squash_rule(g, a, out):
    return g * (1 - out**2) ** 1.5
""",
        """
def parallel_a(g, a, b, out):
    total = a + b
    return g * (b / total - a * b / (total * total))

def parallel_b(g, a, b, out):
    return parallel_a(g, b, a, out)

def squash_rule(g, a, out):
    root = np.sqrt(1 + a * a)
    return g / (root * root * root)
""",
    ),
    "slope": (
        """
def slope(y, x):
    known = {}

    def by_x(number):  # forward: how fast this number changes when x does
        if number is x:
            return Number(1.0)
        if number not in known:
            known[number] = Number(0.0)
            for a, rule in zip(number.inputs, number.rules):
                known[number] = known[number] + rule(Number(1.0), number, *number.inputs) * by_x(a)
        return known[number]

    return by_x(y)
""",
        """
import heapq

def slope(y, x):
    arrived = {y: [Number(1.0)]}
    heap = [(-y.place, y)]
    while heap:
        _, number = heapq.heappop(heap)
        gradients = arrived.pop(number)
        g = sum(gradients[1:], gradients[0])
        if number.place == x.place:
            return g
        for position in range(len(number.inputs)):
            source = number.inputs[position]
            if source not in arrived:
                arrived[source] = []
                heapq.heappush(heap, (-source.place, source))
            arrived[source].append(number.rules[position](g, number, *number.inputs))
    return as_number(0)
""",
    ),
    "taylor": (
        """
def taylor(f, x, n):
    t = mg.tensor([x], dtype=mg.float64, requires_grad=True)
    current, factorial, found = f(t.sum()), 1.0, []
    for k in range(n + 1):
        if k > 0:
            factorial *= k
        found.append(float(current.detach()) / factorial)
        if not current.requires_grad:
            return found + [0.0] * (n - k)
        slope = grad(current, t, create_graph=True, allow_unused=True)[0]
        current = mg.tensor(0.0) if slope is None else slope.sum()
    return found
""",
        """
def taylor(f, x, n):
    x = mg.tensor(x, requires_grad=True, dtype=mg.float64)
    terms = [f(x)]
    while len(terms) <= n:
        try:
            terms += [grad(terms[-1], x, create_graph=True)[0] / len(terms)]
        except RuntimeError:
            terms += [mg.tensor(0.0)]
    return [term.item() for term in terms]
""",
    ),
    "product": (
        """
def hessian_times(f, params, directions):
    slopes = grad(f(*params), params, create_graph=True, allow_unused=True)
    total = sum((slope * v).sum() for slope, v in zip(slopes, directions) if slope is not None)
    found = [None] * len(params)
    if isinstance(total, mg.Tensor) and total.requires_grad:
        found = grad(total, params, allow_unused=True)
    return [mg.tensor(np.zeros(p.shape), dtype=p.dtype) if g is None else g for p, g in zip(params, found)]
""",
        """
def hessian_times(f, params, directions):
    products = [mg.zeros(p.shape, dtype=p.dtype) for p in params]
    slopes = grad(f(*params), params, create_graph=True, allow_unused=True)
    for slope, direction in zip(slopes, directions):
        if slope is None or slope.grad_fn is None:
            continue
        row = grad(slope, params, grad_outputs=direction, retain_graph=True, allow_unused=True)
        products = [p if r is None else p + r for p, r in zip(products, row)]
    return products
""",
    ),
    "penalty": (
        """
def penalty_gradients(model, params, x, target, weight):
    points = mg.tensor(x.numpy(), requires_grad=True)
    out = model(points, *params)
    slopes = grad(out, points, grad_outputs=mg.ones_like(out), create_graph=True)[0]
    off = mg.sqrt((slopes * slopes).sum(1)) - 1
    error = out - target
    losses = [(error * error).sum() / len(out), (off * off).sum() / len(out)]
    gradients = grad(losses, params, grad_outputs=[mg.ones_like(losses[0]), mg.full_like(losses[1], weight)])
    return [g.detach() for g in gradients]
""",
        """
def penalty_gradients(model, params, x, target, weight):
    rows = [x[i : i + 1].detach().requires_grad_() for i in range(len(x))]
    total = 0.0
    for row, wanted in zip(rows, target):
        out = model(row, *params)[0]
        [s] = grad(out, row, create_graph=True)
        total = total + (out - wanted) ** 2 + weight * ((s * s).sum() ** 0.5 - 1) ** 2
    return list(grad(total / len(rows), params))
""",
    ),
}
