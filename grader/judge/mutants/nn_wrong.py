"""Assignment 11, nn: the texts of wrong solutions, as students hand them in; each is made of a right one."""

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
LINEAR_IN_TURN = LINEAR.replace(
    "rows = self.weight.reshape(self.blocks, self.out_features // self.blocks, -1)",
    "rows = self.weight.reshape(self.out_features // self.blocks, self.blocks, -1).transpose(0, 1)",
).replace("(own * rows).sum(-1).reshape", "(own * rows).sum(-1).transpose(-1, -2).reshape")
LINEAR_POSITIVE = LINEAR.replace(
    "(2 * mg.rand(out_features, n, dtype=dtype) - 1)", "mg.rand(out_features, n, dtype=dtype)"
)
LINEAR_ZERO_BIAS = LINEAR.replace(
    "(2 * mg.rand(out_features, dtype=dtype) - 1) * bound", "mg.zeros(out_features, dtype=dtype)"
)
LINEAR_FLOAT32_BIAS = LINEAR.replace("mg.rand(out_features, dtype=dtype)", "mg.rand(out_features)")
LINEAR_TWO_AXES = (
    LINEAR[: LINEAR.index("        own =")]
    + """
        n, rows = self.weight.shape[1], self.weight.chunk(self.blocks, 0)
        y = mg.cat([x[:, i * n : (i + 1) * n] @ row.t() for i, row in enumerate(rows)], -1)
""".lstrip("\n")
    + LINEAR[LINEAR.index("        return y if") :]
)
LINEAR_NO_PARAMETERS = LINEAR.replace("nn.Parameter(", "(")
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
RMSPROP_NO_EPS = RMSPROP.replace("np.sqrt(v) + eps", "np.sqrt(v)")
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
RMSPROP_EXCHANGED = RMSPROP.replace("alpha * before + (1 - alpha) * g**2", "(1 - alpha) * before + alpha * g**2")
RMSPROP_FORGETS = (
    HEAD
    + """
        if not state:
            state["v"], state["b"] = mg.tensor(np.zeros_like(x)), mg.tensor(np.zeros_like(x))
        v, b = state["v"].numpy(), state["b"].numpy()
        g = g + group["weight_decay"] * x
        v = group["alpha"] * v + (1 - group["alpha"]) * g**2
        b = group["momentum"] * b + g / (np.sqrt(v) + group["eps"])
        x -= group["lr"] * b
"""
)
RMSPROP_RATE_INSIDE = RMSPROP.replace("step = g /", "step = lr * g /").replace("x -= lr * step", "x -= step")
RMSPROP_ALL_OF_IT = RMSPROP.replace("x -= lr * step", "x[:] = x - lr * step")
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
CAUSAL_PAST_ONLY = CAUSAL.replace("dilation * (k - 1),", "dilation * k,")
CAUSAL_TOO_LONG = CAUSAL.replace("[margin, x]", "[margin, x, margin]").replace(
    "np.arange(length)", "np.arange(padded.shape[2] - dilation * (k - 1))"
)
CAUSAL_ONE_CHANNEL = CAUSAL.replace(
    'mg.einsum("nclk,ock->nol", seen, weight)', 'mg.einsum("nlk,ok->nol", seen[:, 0], weight[:, 0])'
)
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
        self.examples = getattr(self, "examples", 0) + n
        share = n / self.examples
        self.mean, self.var = self.mean + share * (m - self.mean), self.var + share * (v - self.var)
""",
)
NORM_OWN_COUNTER = NORM.replace("        self.eps = eps\n", "        self.eps, self.count = eps, 0\n").replace(
    "b = self.batches.item()", "b, self.count = self.count, self.count + 1"
)
NORM_OWN_EPS = NORM.replace("self.eps = eps", "self.eps = 1e-5")
NORM_NO_ROOT = NORM.replace("** -0.5", "** -1")
NORM_RUNNING_ALWAYS = NORM.replace("        m, v = self.mean, self.var\n        if", "        if").replace(
    "        return (x - m)", "        m, v = self.mean, self.var\n        return (x - m)"
)
NORM_ALL_PLAIN = NORM.replace("self.register_buffer(", "setattr(self, ")
NORM_LEARNS_THEM = """
class RunningNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.weight, self.bias = nn.Parameter(mg.ones(features)), nn.Parameter(mg.zeros(features))
        self.mean, self.var = nn.Parameter(mg.zeros(features)), nn.Parameter(mg.ones(features))
        self.register_buffer("batches", mg.tensor(0))

    def forward(self, x):
        mean, var = self.mean, self.var
        if self.training:
            mean, var = x.mean(0), x.var(0, correction=0)
            with mg.no_grad():
                self.batches += 1
                self.mean += (mean - self.mean) / self.batches
                self.var += (x.var(0) - self.var) / self.batches
        return self.weight * (x - mean) / (var + self.eps).sqrt() + self.bias
"""
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
FIT_TRAIN_LATE = FIT.replace("        network.train()\n", "").replace(
    "    return", "        network.train()\n    return"
)
FIT_NEVER_TRAINS = FIT.replace("        network.train()\n", "")
FIT_ONE_STEP = (
    FIT.replace("            optimizer.zero_grad()\n", "")
    .replace("            optimizer.step()\n", "")
    .replace("losses, lengths = [], []", "losses, lengths, _ = [], [], optimizer.zero_grad()")
    .replace("        network.eval()\n", "        optimizer.step()\n        network.eval()\n")
)
FIT_KEEPS_ALL = FIT.replace("        losses, lengths = [], []\n", "").replace(
    "    curve = []\n", "    curve, losses, lengths = [], [], []\n"
)
FIT_KEEPS_TOTAL = """
def fit(network, optimizer, batches, test, epochs):
    curve, total = [], 0
    for epoch in range(epochs):
        network.train()
        for x, y in batches:
            loss = F.mse_loss(network(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        network.eval()
        with mg.no_grad():
            curve.append((total / sum(len(x) for x, y in batches), F.mse_loss(network(test[0]), test[1]).item()))
    return curve
"""
FIT_TESTS_FIRST = """
def fit(network, optimizer, batches, test, epochs):
    curve = []
    for epoch in range(epochs):
        with mg.no_grad():
            measured = F.mse_loss(network.eval()(test[0]), test[1]).item()
        network.train()
        total = count = 0
        for x, y in batches:
            optimizer.zero_grad()
            loss = F.mse_loss(network(x), y)
            loss.backward()
            optimizer.step()
            total, count = total + len(x) * loss.item(), count + len(x)
        curve.append((total / count, measured))
    return curve
"""
FIT_ASKS_AGAIN = FIT.replace("losses.append(loss.item())", "losses.append(F.mse_loss(network(inputs), targets).item())")
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
LEARN_DIVERGES = LEARN.replace("lr=0.2, momentum=0.9", "lr=50.0")
LEARN_DROPS_OUT = LEARN.replace("nn.ReLU(), Layer(24, 2)", "nn.ReLU(), nn.Dropout(0.2), Layer(24, 2)")
LEARN_ONE_SCORE = LEARN.replace("Layer(24, 2))", "Layer(24, 1))").replace(
    "F.cross_entropy(network(points), labels)",
    "F.binary_cross_entropy_with_logits(network(points).squeeze(1), labels.float())",
)
LEARN_EXCHANGED = LEARN.replace("F.cross_entropy(network(points), labels)", "F.cross_entropy(-network(points), labels)")
LEARN_HURRIED = LEARN.replace("range(300)", "range(3)")
LEARN_OWN_MOONS = LEARN.replace("    network =", "    points, labels = moons(100, seed=7)\n    network =")
