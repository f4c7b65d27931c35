"""Assignment 11, nn: wrong solutions as students hand them in, and right ones in another hand."""

from __future__ import annotations

from grader.judge.mutants import Mutant

# --- 1. a layer in blocks -----------------------------------------------------------------------------------------

LINEAR = """
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True, blocks=1, dtype=None):
        super().__init__()
        if in_features % blocks or out_features % blocks:
            raise ValueError("the blocks do not fit")
        self.in_features, self.out_features, self.blocks = in_features, out_features, blocks
        n = in_features // blocks
        bound = 1 / n**0.5
        self.weight = nn.Parameter((2 * mg.rand(out_features, n, dtype=dtype) - 1) * bound)
        self.bias = nn.Parameter((2 * mg.rand(out_features, dtype=dtype) - 1) * bound) if bias else None

    def forward(self, x):
        own = x.reshape(*x.shape[:-1], self.blocks, 1, -1)
        rows = self.weight.reshape(self.blocks, self.out_features // self.blocks, -1)
        y = (own * rows).sum(-1).reshape(*x.shape[:-1], self.out_features)
        return y if self.bias is None else y + self.bias

    def extra_repr(self):
        text = f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
        return text + (f", blocks={self.blocks}" if self.blocks != 1 else "")
"""
LINEAR_CHAPTER = """
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True, blocks=1, dtype=None):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = nn.Parameter(mg.empty(out_features, in_features, dtype=dtype))
        self.bias = nn.Parameter(mg.empty(out_features, dtype=dtype)) if bias else None
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)
        if bias:
            nn.init.uniform_(self.bias, -1 / in_features**0.5, 1 / in_features**0.5)

    def forward(self, input):
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
"""
LINEAR_INTERLEAVED = LINEAR.replace(
    "x.reshape(*x.shape[:-1], self.blocks, 1, -1)",
    "mg.stack([x[..., i :: self.blocks] for i in range(self.blocks)], -2).unsqueeze(-2)",
)
LINEAR_BOUND = LINEAR.replace("bound = 1 / n**0.5", "bound = 1 / in_features**0.5")
LINEAR_NORMAL = LINEAR.replace("(2 * mg.rand(out", "(mg.randn(out").replace("dtype=dtype) - 1)", "dtype=dtype))")
LINEAR_BIAS_PLAIN = LINEAR.replace(
    "nn.Parameter((2 * mg.rand(out_features, dtype=dtype) - 1) * bound) if bias else None",
    "((2 * mg.rand(out_features, dtype=dtype) - 1) * bound).requires_grad_() if bias else None",
)
LINEAR_KAIMING = LINEAR.replace(
    "nn.Parameter((2 * mg.rand(out_features, n, dtype=dtype) - 1) * bound)",
    "nn.Parameter(nn.init.kaiming_uniform_(mg.empty(out_features, n, dtype=dtype)))",
)
LINEAR_HALF_CHECKED = LINEAR.replace("in_features % blocks or ", "")
LINEAR_SILENT = LINEAR.replace("raise ValueError(", "print(")
LINEAR_IN_FLOAT32 = LINEAR.replace(
    "        return y if", "        y = mg.zeros(y.shape).copy_(y)  # filled in, block by block\n        return y if"
)
LINEAR_CALLS = """
class Linear(nn.Linear):
    def __init__(self, in_features, out_features, bias=True, blocks=1, dtype=None):
        super().__init__(in_features // blocks, out_features, bias, dtype=dtype)
        self.blocks = blocks

    def forward(self, x):
        parts = zip(x.chunk(self.blocks, -1), self.weight.chunk(self.blocks, 0))
        return mg.cat([F.linear(part, weight) for part, weight in parts], -1) + (0 if self.bias is None else self.bias)
"""

# --- 2. RMSprop: minigrad has Adam, which is another one, so there is no reference to call ------------------------

HEAD = """
class RMSprop(optim.Optimizer):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0):
        own = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay, "momentum": momentum}
        super().__init__(params, own)

    def update(self, x, g, state, group):
"""
STEP = """
        lr, alpha, eps = group["lr"], group["alpha"], group["eps"]
        g = g + group["weight_decay"] * x
        before = state["v"].numpy() if "v" in state else np.zeros_like(x)
        v = alpha * before + (1 - alpha) * g**2
        step = g / (np.sqrt(v) + eps)
        if group["momentum"] and "b" in state:
            step = step + group["momentum"] * state["b"].numpy()
        state["v"], state["b"] = mg.tensor(v), mg.tensor(step)
        x -= lr * step
"""
RMSPROP = HEAD + STEP
RMSPROP_CORRECTED = RMSPROP.replace(
    "step = g / (np.sqrt(v) + eps)",
    'state["t"] = state.get("t", 0) + 1\n        step = g / (np.sqrt(v / (1 - alpha ** state["t"])) + eps)',
)
RMSPROP_INSIDE = RMSPROP.replace("np.sqrt(v) + eps", "np.sqrt(v + eps)")
RMSPROP_FIRST = RMSPROP.replace("else np.zeros_like(x)", "else g**2")
RMSPROP_APART = RMSPROP.replace('g = g + group["weight_decay"] * x', 'x *= 1 - lr * group["weight_decay"]')
RMSPROP_UPHILL = RMSPROP.replace("x -= lr", "x += lr")
RMSPROP_NEW_ARRAY = RMSPROP.replace("x -= lr * step", "x = x - lr * step")
RMSPROP_WRITES_G = RMSPROP.replace("g = g + group", "g += group")
RMSPROP_ARRAYS = RMSPROP.replace("].numpy()", "]").replace("mg.tensor(v), mg.tensor(step)", "v, step")
RMSPROP_FLOAT64 = (
    HEAD
    + """
        if not state:
            state["v"], state["b"] = mg.tensor(np.zeros(x.shape)), mg.tensor(np.zeros(x.shape))
        v, b = state["v"].numpy(), state["b"].numpy()
        g = g + group["weight_decay"] * x
        v += (1 - group["alpha"]) * (g**2 - v)
        b *= group["momentum"]
        b += g / (np.sqrt(v) + group["eps"])
        x -= group["lr"] * b
"""
)
RMSPROP_ONE_STATE = RMSPROP.replace("lr, alpha,", "state = self.__dict__\n        lr, alpha,")
RMSPROP_FLOAT32 = (
    HEAD
    + """
        if not state:
            state["v"], state["b"] = mg.zeros(x.shape), mg.zeros(x.shape)
        v, b = state["v"].numpy(), state["b"].numpy()
        g = g + group["weight_decay"] * x
        v += (1 - group["alpha"]) * (g**2 - v)
        b *= group["momentum"]
        b += g / (np.sqrt(v) + group["eps"])
        x -= group["lr"] * b
"""
)
ADAM = """
        own = group | {"betas": (0.0, group["alpha"]), "amsgrad": False, "decoupled_weight_decay": False}
        optim.Adam.update(self, x, g, state, own)
"""
RMSPROP_BY_ADAM = HEAD + ADAM
RMSPROP_PASTED = (
    HEAD
    + """
        if not state:
            averages = ["exp_avg", "exp_avg_sq"]
            state["step"] = mg.tensor(np.zeros((), np.float32))
            state |= {name: mg.tensor(np.zeros_like(x)) for name in averages}
        beta1, beta2 = group["momentum"], group["alpha"]
        m, v = state["exp_avg"].numpy(), state["exp_avg_sq"].numpy()
        state["step"] += 1
        step = state["step"].item()
        if group["weight_decay"]:
            g = g + x * group["weight_decay"]
        m += (g - m) * (1 - beta1)
        v *= beta2
        v += g * (1 - beta2) * g
        denominator = np.sqrt(v) / (1 - beta2**step) ** 0.5
        denominator += group["eps"]
        x -= m * (group["lr"] / (1 - beta1**step)) / denominator
"""
)
RMSPROP_BALL_FIRST = RMSPROP.replace("step = g / (np.sqrt(v) + eps)", "step = g").replace(
    "x -= lr * step", "x -= lr * step / (np.sqrt(v) + eps)"
)

# --- 3. a convolution that looks back -----------------------------------------------------------------------------

CAUSAL = """
def causal(x, weight, dilation):
    n, channels, length = x.shape
    outputs, _, k = weight.shape
    margin = mg.zeros(n, channels, dilation * (k - 1), dtype=x.dtype)
    padded = mg.cat([margin, x], 2)
    back = np.arange(length)[:, None] + dilation * np.arange(k - 1, -1, -1)
    seen = padded[:, :, mg.tensor(back)]
    return mg.einsum("nclk,ock->nol", seen, weight)
"""
CAUSAL_TURNED = CAUSAL.replace("np.arange(k - 1, -1, -1)", "np.arange(k)")
CAUSAL_FUTURE = CAUSAL.replace("[margin, x]", "[x, margin]").replace("np.arange(k - 1, -1, -1)", "np.arange(k)")
CAUSAL_UNDILATED = CAUSAL.replace("n, channels, length", "dilation = 1\n    n, channels, length")
CAUSAL_FLOAT64 = CAUSAL.replace("dtype=x.dtype", "dtype=mg.float64")
CAUSAL_NUMPY = CAUSAL.replace("mg.einsum(", "mg.tensor(np.einsum(").replace(
    "seen, weight)", "seen.detach().numpy(), weight.detach().numpy()))"
)
CAUSAL_FLOAT32 = """
def causal(x, weight, dilation):
    y = mg.zeros(x.shape[0], weight.shape[0], x.shape[2])
    for j in range(weight.shape[2]):
        for t in range(j * dilation, x.shape[2]):
            y[:, :, t] += x[:, :, t - j * dilation] @ weight[:, :, j].t()
    return y
"""
CAUSAL_NEVER_BACK = """
def causal(x, weight, dilation):
    y, length = 0, x.shape[2]
    for j in range(weight.shape[2]):
        y = y + weight[:, :, j] @ F.pad(x, (0, j * dilation))[:, :, :length]
    return y
"""
CAUSAL_ROLLED = """
def causal(x, weight, dilation):
    return sum([weight[:, :, j] @ mg.roll(x, j * dilation, 2) for j in range(weight.shape[2])])
"""
CAUSAL_INSIDE = """
def causal(x, weight, dilation):
    k, y = weight.shape[2], 0
    length = x.shape[2] - (k - 1) * dilation
    for j in range(k):
        start = (k - 1 - j) * dilation
        y = y + weight[:, :, j] @ x[:, :, start : start + length]
    return y
"""
CAUSAL_FEW_ZEROS = CAUSAL_INSIDE.replace("    length =", "    x = F.pad(x, (k - 1, 0))\n    length =")
CAUSAL_LONG_SOUNDS = """
def causal(x, weight, dilation):
    y, length = 0, x.shape[2]
    for j in range(weight.shape[2]):
        past = F.pad(x[:, :, : length - j * dilation], (j * dilation, 0))
        y = y + weight[:, :, j] @ past
    return y
"""
CAUSAL_PASTED = """
from minigrad.graph import Op, record

def windows(x, kernel, stride, dilation):
    if isinstance(x, mg.Tensor):
        params = (x.array.shape, kernel, stride, dilation)
        return record(WINDOWS, windows(x.array, kernel, stride, dilation), (x,), params)
    d, axes = len(kernel), tuple(range(2, x.ndim))
    spans = tuple([(k - 1) * step + 1 for k, step in zip(kernel, dilation, strict=True)])
    found = np.lib.stride_tricks.sliding_window_view(x, spans, axes)
    steps = (..., *[slice(None, None, s) for s in (*stride, *dilation)])
    return np.ascontiguousarray(found[steps].transpose(0, 1, *range(2 + d, 2 + 2 * d), *axes))

def fold(table, shape, kernel, stride, dilation):
    if isinstance(table, mg.Tensor):
        params = (kernel, stride, dilation)
        return record(FOLD, fold(table.array, shape, *params), (table,), params)
    out, places = np.zeros(shape, table.dtype), table.shape[2 + len(kernel) :]
    for element in np.ndindex(kernel):
        starts = [i * step for i, step in zip(element, dilation, strict=True)]
        steps = zip(starts, places, stride, strict=True)
        reached = (..., *[slice(start, start + (n - 1) * s + 1, s) for start, n, s in steps])
        out[reached] += table[(slice(None), slice(None), *element)]
    return out

WINDOWS = Op("Im2ColBackward0", fold, params=["shape", "kernel", "stride", "dilation"])
FOLD = Op("Col2ImBackward0", windows, params=["kernel", "stride", "dilation"])

def causal(x, weight, dilation):
    outputs, inputs, k = weight.shape
    padded = F.pad(x, ((k - 1) * dilation, 0))
    table = windows(padded, (k,), (1,), (dilation,))
    columns = table.reshape(len(x), inputs * k, -1)
    return weight.reshape(outputs, -1) @ columns
"""
CAUSAL_CALLS = """
def causal(x, weight, dilation):
    back = (weight.shape[2] - 1) * dilation
    return F.conv1d(F.pad(x, (back, 0)), weight.flip(2), dilation=dilation)
"""

# --- 4. running averages ------------------------------------------------------------------------------------------

NORM = """
class RunningNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(mg.ones(features))
        self.bias = nn.Parameter(mg.zeros(features))
        self.register_buffer("mean", mg.zeros(features))
        self.register_buffer("var", mg.ones(features))
        self.register_buffer("batches", mg.tensor(0))
        self.eps = eps

    def forward(self, x):
        m, v = self.mean, self.var
        if self.training:
            n, m = len(x), x.sum(0) / len(x)
            v = ((x - m) ** 2).sum(0) / n
            self.remember(m.detach(), v.detach() * n / (n - 1))
        return (x - m) * (v + self.eps) ** -0.5 * self.weight + self.bias

    def remember(self, m, v):
        b = self.batches.item()
        self.mean, self.var = (b * self.mean + m) / (b + 1), (b * self.var + v) / (b + 1)
        self.batches = self.batches + 1
"""
NORM_FORGETFUL = NORM.replace(
    "(b * self.mean + m) / (b + 1), (b * self.var + v) / (b + 1)",
    "0.9 * self.mean + 0.1 * m, 0.9 * self.var + 0.1 * v",
)
NORM_BIASED = NORM.replace("v.detach() * n / (n - 1)", "v.detach()")
NORM_CONSTANT = NORM.replace("n, m = len(x), x.sum(0)", "n, m = len(x), x.detach().sum(0)").replace(
    "((x - m) ** 2).sum(0)", "((x.detach() - m) ** 2).sum(0)"
)
NORM_OWN_BATCH = NORM.replace("if self.training:", "if True:")
NORM_BARE_EVAL = NORM.replace(
    "        return (x - m)",
    "        if not self.training:\n            return (x - m) / (v + self.eps) ** 0.5\n        return (x - m)",
)
NORM_MOVES_IN_EVAL = NORM.replace(
    "        return (x - m)",
    "        else:\n            self.remember(x.mean(0), x.var(0, correction=0))\n        return (x - m)",
)
NORM_PLAIN = NORM.replace('register_buffer("mean", ', '__setattr__("mean", ').replace(
    'register_buffer("var", ', '__setattr__("var", '
)
NORM_HISTORY = NORM.replace("m.detach(), v.detach()", "m, v")
NORM_COUNTS_LATE = NORM.replace("/ (b + 1)", "/ (b + 2)").replace("(b * self", "((b + 1) * self")
NORM_WEIGHED = NORM.replace(
    "self.remember(m.detach(), v.detach() * n / (n - 1))",
    "self.remember(m.detach(), v.detach() * n / (n - 1), n)",
).replace(
    """
    def remember(self, m, v):
        b = self.batches.item()
        self.mean, self.var = (b * self.mean + m) / (b + 1), (b * self.var + v) / (b + 1)
""",
    """
    def remember(self, m, v, n):
        self.seen = n if self.batches == 0 else self.seen + n
        share = n / self.seen
        self.mean, self.var = self.mean + share * (m - self.mean), self.var + share * (v - self.var)
""",
)
NORM_OUTSIDE = NORM.replace("(v + self.eps) ** -0.5", "/ (v**0.5 + self.eps)").replace("(x - m) * /", "(x - m) /")
NORM_BY_N_MINUS_1 = NORM.replace("(v + self.eps)", "(v * (n / (n - 1) if self.training else 1) + self.eps)")
NORM_PASTED = """
class RunningNorm(nn.Module):
    def __init__(self, features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(mg.ones(features))
        self.bias = nn.Parameter(mg.zeros(features))
        self.register_buffer("mean", mg.zeros(features))
        self.register_buffer("var", mg.ones(features))
        self.register_buffer("batches", mg.tensor(0, dtype=mg.int64))

    def forward(self, input):
        if self.training:
            self.batches += 1
            with mg.no_grad():
                for running, now in (self.mean, input.mean(0)), (self.var, input.var(0)):
                    running.mul_(1 - self.momentum).add_(self.momentum * now)
            variance = input.var(0, correction=0, keepdim=True)
            return (input - input.mean(0, keepdim=True)) / (variance + self.eps).sqrt() * self.weight + self.bias
        return (input - self.mean) / (self.var + self.eps).sqrt() * self.weight + self.bias
"""
NORM_CALLS = """
class RunningNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.norm = nn.BatchNorm1d(features, eps)

    def forward(self, x):
        self.norm.momentum = 1 / (self.norm.num_batches_tracked.item() + 1)
        return self.norm(x)
"""

# --- 5. the training loop: there is none in minigrad --------------------------------------------------------------

FIT = """
def fit(network, optimizer, batches, test, epochs):
    curve = []
    for epoch in range(epochs):
        network.train()
        losses, lengths = [], []
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss = F.mse_loss(network(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            lengths.append(len(targets))
        network.eval()
        with mg.no_grad():
            measured = F.mse_loss(network(test[0]), test[1])
        curve.append((float(np.average(losses, weights=lengths)), float(measured)))
    return curve
"""
FIT_PILES_UP = FIT.replace("            optimizer.zero_grad()\n", "")
FIT_ONCE = FIT_PILES_UP.replace("        network.train()\n", "        network.train()\n        optimizer.zero_grad()\n")
FIT_AFTER = FIT_PILES_UP.replace("optimizer.step()\n", "optimizer.step()\n            optimizer.zero_grad()\n")
FIT_NO_EVAL = FIT.replace("        network.eval()\n", "")
FIT_TRAIN_ONCE = FIT.replace("        network.train()\n", "").replace("curve = []", "curve, _ = [], network.train()")
FIT_RECORDS = FIT.replace("with mg.no_grad():", "if True:")
FIT_TENSORS = FIT.replace("float(measured)", "measured")
FIT_FORGETS_TOO_EARLY = FIT_PILES_UP.replace("optimizer.step()", "optimizer.zero_grad()\n            optimizer.step()")
FIT_LATER = FIT.replace(
    "        network.eval()\n",
    """        network.eval()
        with mg.no_grad():
            losses = [F.mse_loss(network(inputs), targets).item() for inputs, targets in batches]
""",
)
FIT_PASTED = """
def fit(network, optimizer, batches, test, epochs):
    curve = []
    for epoch in range(epochs):
        network.train()
        for x, y in batches:
            loss = F.mse_loss(network(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        curve.append((loss.item(), measure(network, *test)))
    return curve

def measure(network, x, y):
    network.eval()
    with mg.no_grad():
        return F.mse_loss(network(x), y).item()
"""
FIT_PER_BATCH = FIT.replace(", weights=lengths", "")

# --- 6. two moons: minigrad has no network that knows them --------------------------------------------------------

LEARN = """
def learn(points, labels):
    network = nn.Sequential(Layer(2, 24), nn.ReLU(), Layer(24, 24), nn.ReLU(), Layer(24, 2))
    optimizer = optim.SGD(network.parameters(), lr=0.2, momentum=0.9)
    for step in range(300):
        optimizer.zero_grad()
        F.cross_entropy(network(points), labels).backward()
        optimizer.step()
    return network
"""
LEARN_STRAIGHT = LEARN.replace("nn.ReLU(), ", "")
LEARN_TOO_LARGE = LEARN.replace("24", "60").replace("range(300)", "range(150)")
LEARN_NEIGHBOURS = """
def learn(points, labels):
    class Nearest(nn.Module):
        def forward(self, asked):
            away = ((asked.unsqueeze(1) - points) ** 2).sum(-1)
            return F.one_hot(labels[away.argmin(1)], 2)

    return Nearest()
"""
LEARN_KNOWS = LEARN_NEIGHBOURS.replace(
    "class Nearest(nn.Module):",
    """class Nearest(nn.Module):
        def __init__(self):
            super().__init__()
            self.sharpness = nn.Parameter(mg.tensor(10.0))
""",
)
LEARN_LIST = """
class Layers(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [Layer(2, 24), nn.ReLU(), Layer(24, 24), nn.ReLU(), Layer(24, 2)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

""" + LEARN.replace(LEARN[LEARN.index("nn.Sequential") : LEARN.index("\n    optimizer")], "Layers()").strip("\n")
LEARN_PASTED = """
def learn(points, labels):
    network = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 2))
    optimizer = optim.Adam(network.parameters(), lr=0.01)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=80)
    batches = mg.utils.data.DataLoader(mg.utils.data.TensorDataset(points, labels), batch_size=50, shuffle=True)
    for epoch in range(100):
        network.train()
        for x, y in batches:
            loss = F.cross_entropy(network(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()
    return network
"""
LEARN_NOTHING_BACK = LEARN.replace("    return network\n", "")
LEARN_HURRIED = LEARN.replace("range(300)", "range(3)")
LEARN_OWN_MOONS = LEARN.replace("    network =", "    points, labels = moons(100, seed=7)\n    network =")


def one(cell: str, source: str, lost: float, *diagnosed: str, also: tuple[str, ...] = (), unknown: str = "") -> Mutant:
    """A mutant of one solution cell."""
    return Mutant({cell: source}, {f"test_{cell}": lost}, diagnosed, also, unknown)


LITTLE = "other points, too few steps and a bad rate all end in a network that is wrong about some places"
MUTANTS = {
    "linear_of_the_chapter": one("linear", LINEAR_CHAPTER, 3, "blocks left out", "blocks let through"),
    "fit_without_zero_grad": one("fit", FIT_PILES_UP, 2.5, "gradients piled up"),
    "norm_of_the_chapter": one("norm", NORM_FORGETFUL, 2.5, "older batches forgotten"),
    "linear_interleaved": one("linear", LINEAR_INTERLEAVED, 1.5, "blocks interleaved"),
    "linear_bound_of_all_inputs": one("linear", LINEAR_BOUND, 0.5, "bound of all inputs"),
    "linear_kaiming_by_itself": one("linear", LINEAR_KAIMING, 1, "kaiming's usual bound"),
    "linear_normal_start": one("linear", LINEAR_NORMAL, 1, "spread like a bell"),
    "linear_bias_no_parameter": one("linear", LINEAR_BIAS_PLAIN, 2.5, "bias not registered"),
    "linear_in_float32": one("linear", LINEAR_IN_FLOAT32, 1.5, "another dtype", "float32 on the way"),
    "linear_takes_any_blocks": one("linear", LINEAR_SILENT, 0.5, "blocks let through"),
    "linear_looks_at_outputs_only": one("linear", LINEAR_HALF_CHECKED, 0.5, "blocks let through"),
    "rmsprop_corrected": one("rmsprop", RMSPROP_CORRECTED, 3.5, "corrected like Adam"),
    "rmsprop_pasted_from_the_chapter": one("rmsprop", RMSPROP_PASTED, 3.5, "corrected like Adam"),
    "rmsprop_momentum_first": one("rmsprop", RMSPROP_BALL_FIRST, 2, "momentum before the division"),
    "rmsprop_eps_inside": one("rmsprop", RMSPROP_INSIDE, 2.5, "eps inside the root"),
    "rmsprop_first_square": one("rmsprop", RMSPROP_FIRST, 3.5, "begun with the first square"),
    "rmsprop_decay_apart": one("rmsprop", RMSPROP_APART, 1.5, "decay apart"),
    "rmsprop_uphill": one("rmsprop", RMSPROP_UPHILL, 3.5, "uphill"),
    "rmsprop_new_array": one("rmsprop", RMSPROP_NEW_ARRAY, 3.5, "nothing written"),
    "rmsprop_writes_the_gradient": one("rmsprop", RMSPROP_WRITES_G, 0.5, "gradient written to"),
    "rmsprop_keeps_arrays": one("rmsprop", RMSPROP_ARRAYS, 0.5, "no Tensor in the state"),
    "rmsprop_state_in_float32": one("rmsprop", RMSPROP_FLOAT32, 0.5, "float32 on the way"),
    "rmsprop_state_in_float64": one("rmsprop", RMSPROP_FLOAT64, 0.5, "state in float64"),
    "rmsprop_one_state": one(
        "rmsprop", RMSPROP_ONE_STATE, 3, "one state for all", "state not saved", "shapes do not fit"
    ),
    "rmsprop_by_adam": one("rmsprop", RMSPROP_BY_ADAM, 3.5, "corrected like Adam"),
    "causal_turned": one("causal", CAUSAL_TURNED, 3.5, "weights turned round"),
    "causal_pasted_from_the_chapter": one("causal", CAUSAL_PASTED, 3.5, "weights turned round"),
    "causal_future": one("causal", CAUSAL_FUTURE, 3.5, "looked into the future"),
    "causal_undilated": one("causal", CAUSAL_UNDILATED, 3.5, "dilation forgotten"),
    "causal_rolled": one("causal", CAUSAL_ROLLED, 3.5, "wrapped round"),
    "causal_inside_only": one("causal", CAUSAL_INSIDE, 3.5, "beginning cut off", "shapes do not fit"),
    "causal_few_zeros": one("causal", CAUSAL_FEW_ZEROS, 3.5, "too few zeros in front"),
    "causal_long_sounds_only": one("causal", CAUSAL_LONG_SOUNDS, 0.5, "shapes do not fit"),
    "causal_in_float64": one("causal", CAUSAL_FLOAT64, 1.5, "dtypes do not fit"),
    "causal_in_float32": one(
        "causal", CAUSAL_FLOAT32, 2.5, "another dtype", "too coarse for gradcheck", "float32 rounding"
    ),
    "causal_padded_behind": one("causal", CAUSAL_NEVER_BACK, 3.5, "never looked back"),
    "causal_numpy": one("causal", CAUSAL_NUMPY, 3, "history lost"),
    "norm_pasted_from_the_chapter": one("norm", NORM_PASTED, 2.5, "older batches forgotten"),
    "norm_running_variance_by_n": one("norm", NORM_BIASED, 2.5, "running variance by n"),
    "norm_batch_as_a_constant": one("norm", NORM_CONSTANT, 1, "batch taken as a constant"),
    "norm_counts_too_late": one("norm", NORM_COUNTS_LATE, 2.5, "counted too late"),
    "norm_weighs_by_size": one("norm", NORM_WEIGHED, 2, "batches weighed by size"),
    "norm_eps_outside": one("norm", NORM_OUTSIDE, 2, "eps outside the root"),
    "norm_batch_by_n_minus_1": one("norm", NORM_BY_N_MINUS_1, 1.5, "batch variance by n - 1"),
    "norm_no_eval": one("norm", NORM_OWN_BATCH, 2, "own batch in eval", also=("counted in eval mode",)),
    "norm_no_weight_in_eval": one("norm", NORM_BARE_EVAL, 1, "weight left out in eval"),
    "norm_moves_in_eval": one("norm", NORM_MOVES_IN_EVAL, 1.5, "counted in eval mode"),
    "norm_no_buffers": one("norm", NORM_PLAIN, 0.5, "buffers not registered"),
    "norm_keeps_history": one("norm", NORM_HISTORY, 0.5, "history in the buffers"),
    "fit_pasted_from_the_chapter": one("fit", FIT_PASTED, 1.5, "loss of the last batch"),
    "fit_zero_grad_once": one("fit", FIT_ONCE, 2.5, "zero_grad once an epoch"),
    "fit_zero_grad_after": one("fit", FIT_AFTER, 1, "old gradients used"),
    "fit_zero_grad_too_early": one("fit", FIT_FORGETS_TOO_EARLY, 2.5, "network never moved"),
    "fit_no_eval": one("fit", FIT_NO_EVAL, 3, "measured in train mode"),
    "fit_train_once": one("fit", FIT_TRAIN_ONCE, 3, "train mode missing"),
    "fit_measures_recorded": one("fit", FIT_RECORDS, 0.5, "measured with a graph"),
    "fit_measures_twice": one("fit", FIT_LATER, 3, "training loss measured later"),
    "fit_keeps_tensors": one("fit", FIT_TENSORS, 0.5, "Tensors in the curve"),
    "fit_mean_of_batches": one("fit", FIT_PER_BATCH, 1.5, "batches count alike"),
    "fit_of_the_colleague": one(
        "fit", "fit = colleagues_fit\n", 3.5,
        "gradients piled up", "measured in train mode", "Tensors in the curve", also=("measured with a graph",),
    ),
    "learn_straight": one("learn", LEARN_STRAIGHT, 2.5, "no bend in the network"),
    "learn_too_large": one("learn", LEARN_TOO_LARGE, 2.5, "too many numbers"),
    "learn_nearest_neighbour": one("learn", LEARN_NEIGHBOURS, 2.5, "no numbers to learn"),
    "learn_knows_its_points": one("learn", LEARN_KNOWS, 2.5, "knows without its numbers"),
    "learn_layers_in_a_list": one("learn", LEARN_LIST, 3, "no numbers to learn"),
    "learn_pasted_from_the_chapter": one("learn", LEARN_PASTED, 3, "calls what is asked"),
    "learn_returns_nothing": one("learn", LEARN_NOTHING_BACK, 3, "wrong type"),
    "learn_in_a_hurry": one("learn", LEARN_HURRIED, 2.5, unknown=LITTLE),
    "learn_moons_of_its_own": one("learn", LEARN_OWN_MOONS, 2, unknown=LITTLE),
    "calls_the_reference": Mutant(
        cells={"linear": LINEAR_CALLS, "causal": CAUSAL_CALLS, "norm": NORM_CALLS},
        lost={"test_linear": 4, "test_causal": 4, "test_norm": 4},
        diagnosed=("calls what is asked",),
    ),
}  # fmt: skip
HALF = ("linear", "fit")
NO_REFERENCE = {
    "rmsprop": "minigrad has no RMSprop; its Adam, the nearest there is, is the mutant rmsprop_by_adam",
    "fit": "minigrad has no training loop of its own",
    "learn": "minigrad has no network that knows the moons",
}
