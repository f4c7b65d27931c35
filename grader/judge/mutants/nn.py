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
RMSPROP_ONE_STATE = RMSPROP.replace("lr, alpha,", "state = self.__dict__\n        lr, alpha,")
RMSPROP_FLOAT32 = HEAD + """
        if not state:
            state["v"], state["b"] = mg.zeros(x.shape), mg.zeros(x.shape)
        v, b = state["v"].numpy(), state["b"].numpy()
        g = g + group["weight_decay"] * x
        v += (1 - group["alpha"]) * (g**2 - v)
        b *= group["momentum"]
        b += g / (np.sqrt(v) + group["eps"])
        x -= group["lr"] * b
"""
ADAM = """
        own = group | {"betas": (0.0, group["alpha"]), "amsgrad": False, "decoupled_weight_decay": False}
        optim.Adam.update(self, x, g, state, own)
"""
RMSPROP_BY_ADAM = HEAD + ADAM

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
NORM_MOVES_IN_EVAL = NORM.replace(
    "        return (x - m)",
    "        else:\n            self.remember(x.mean(0), x.var(0, correction=0))\n        return (x - m)",
)
NORM_PLAIN = NORM.replace('register_buffer("mean", ', '__setattr__("mean", ').replace(
    'register_buffer("var", ', '__setattr__("var", '
)
NORM_HISTORY = NORM.replace("m.detach(), v.detach()", "m, v")
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

MUTANTS = {
    "linear_of_the_chapter": Mutant(cells={"linear": LINEAR_CHAPTER}, lost={"test_linear": 3}),
    "fit_without_zero_grad": Mutant(
        cells={"fit": FIT_PILES_UP}, lost={"test_fit": 2.5}, diagnosed=("gradients piled up",)
    ),
    "norm_of_the_chapter": Mutant(
        cells={"norm": NORM_FORGETFUL}, lost={"test_norm": 2.5}, diagnosed=("older batches forgotten",)
    ),
    "linear_interleaved": Mutant(
        cells={"linear": LINEAR_INTERLEAVED}, lost={"test_linear": 1.5}, diagnosed=("blocks interleaved",)
    ),
    "linear_bound_of_all_inputs": Mutant(cells={"linear": LINEAR_BOUND}, lost={"test_linear": 0.5}),
    "linear_normal_start": Mutant(cells={"linear": LINEAR_NORMAL}, lost={"test_linear": 1}),
    "linear_bias_no_parameter": Mutant(cells={"linear": LINEAR_BIAS_PLAIN}, lost={"test_linear": 2.5}),
    "linear_in_float32": Mutant(cells={"linear": LINEAR_IN_FLOAT32}, lost={"test_linear": 1.5}),
    "linear_takes_any_blocks": Mutant(cells={"linear": LINEAR_SILENT}, lost={"test_linear": 0.5}),
    "rmsprop_corrected": Mutant(
        cells={"rmsprop": RMSPROP_CORRECTED}, lost={"test_rmsprop": 3.5}, diagnosed=("corrected like Adam",)
    ),
    "rmsprop_eps_inside": Mutant(
        cells={"rmsprop": RMSPROP_INSIDE}, lost={"test_rmsprop": 2.5}, diagnosed=("eps inside the root",)
    ),
    "rmsprop_first_square": Mutant(
        cells={"rmsprop": RMSPROP_FIRST}, lost={"test_rmsprop": 3.5}, diagnosed=("begun with the first square",)
    ),
    "rmsprop_decay_apart": Mutant(
        cells={"rmsprop": RMSPROP_APART}, lost={"test_rmsprop": 1.5}, diagnosed=("decay apart",)
    ),
    "rmsprop_uphill": Mutant(cells={"rmsprop": RMSPROP_UPHILL}, lost={"test_rmsprop": 3.5}, diagnosed=("uphill",)),
    "rmsprop_new_array": Mutant(
        cells={"rmsprop": RMSPROP_NEW_ARRAY}, lost={"test_rmsprop": 3.5}, diagnosed=("nothing written",)
    ),
    "rmsprop_writes_the_gradient": Mutant(cells={"rmsprop": RMSPROP_WRITES_G}, lost={"test_rmsprop": 0.5}),
    "rmsprop_keeps_arrays": Mutant(cells={"rmsprop": RMSPROP_ARRAYS}, lost={"test_rmsprop": 0.5}),
    "rmsprop_state_in_float32": Mutant(
        cells={"rmsprop": RMSPROP_FLOAT32}, lost={"test_rmsprop": 0.5}, diagnosed=("state in float32",)
    ),
    "rmsprop_one_state": Mutant(cells={"rmsprop": RMSPROP_ONE_STATE}, lost={"test_rmsprop": 3}),
    "rmsprop_by_adam": Mutant(cells={"rmsprop": RMSPROP_BY_ADAM}, lost={"test_rmsprop": 3.5}),
    "causal_turned": Mutant(
        cells={"causal": CAUSAL_TURNED}, lost={"test_causal": 3.5}, diagnosed=("weights turned round",)
    ),
    "causal_future": Mutant(
        cells={"causal": CAUSAL_FUTURE}, lost={"test_causal": 3.5}, diagnosed=("looked into the future",)
    ),
    "causal_undilated": Mutant(
        cells={"causal": CAUSAL_UNDILATED}, lost={"test_causal": 3.5}, diagnosed=("dilation forgotten",)
    ),
    "causal_in_float64": Mutant(cells={"causal": CAUSAL_FLOAT64}, lost={"test_causal": 1.5}),
    "causal_in_float32": Mutant(cells={"causal": CAUSAL_FLOAT32}, lost={"test_causal": 2.5}),
    "causal_padded_behind": Mutant(
        cells={"causal": CAUSAL_NEVER_BACK}, lost={"test_causal": 3.5}, diagnosed=("never looked back",)
    ),
    "causal_numpy": Mutant(cells={"causal": CAUSAL_NUMPY}, lost={"test_causal": 3}, diagnosed=("history lost",)),
    "norm_running_variance_by_n": Mutant(
        cells={"norm": NORM_BIASED}, lost={"test_norm": 2.5}, diagnosed=("running variance by n",)
    ),
    "norm_batch_as_a_constant": Mutant(
        cells={"norm": NORM_CONSTANT}, lost={"test_norm": 1}, diagnosed=("batch taken as a constant",)
    ),
    "norm_no_eval": Mutant(cells={"norm": NORM_OWN_BATCH}, lost={"test_norm": 2}, diagnosed=("own batch in eval",)),
    "norm_moves_in_eval": Mutant(cells={"norm": NORM_MOVES_IN_EVAL}, lost={"test_norm": 1.5}),
    "norm_no_buffers": Mutant(cells={"norm": NORM_PLAIN}, lost={"test_norm": 0.5}),
    "norm_keeps_history": Mutant(cells={"norm": NORM_HISTORY}, lost={"test_norm": 0.5}),
    "fit_zero_grad_once": Mutant(cells={"fit": FIT_ONCE}, lost={"test_fit": 2.5}),
    "fit_zero_grad_after": Mutant(cells={"fit": FIT_AFTER}, lost={"test_fit": 1}, diagnosed=("old gradients used",)),
    "fit_no_eval": Mutant(cells={"fit": FIT_NO_EVAL}, lost={"test_fit": 3}, diagnosed=("measured in train mode",)),
    "fit_train_once": Mutant(cells={"fit": FIT_TRAIN_ONCE}, lost={"test_fit": 3}),
    "fit_measures_recorded": Mutant(cells={"fit": FIT_RECORDS}, lost={"test_fit": 0.5}),
    "fit_keeps_tensors": Mutant(cells={"fit": FIT_TENSORS}, lost={"test_fit": 0.5}),
    "fit_mean_of_batches": Mutant(
        cells={"fit": FIT_PER_BATCH}, lost={"test_fit": 1.5}, diagnosed=("batches count alike",)
    ),
    "fit_of_the_colleague": Mutant(cells={"fit": "fit = colleagues_fit\n"}, lost={"test_fit": 3.5}),
    "learn_straight": Mutant(cells={"learn": LEARN_STRAIGHT}, lost={"test_learn": 2.5}),
    "learn_too_large": Mutant(cells={"learn": LEARN_TOO_LARGE}, lost={"test_learn": 2.5}),
    "learn_nearest_neighbour": Mutant(cells={"learn": LEARN_NEIGHBOURS}, lost={"test_learn": 2.5}),
    "calls_the_reference": Mutant(
        cells={"linear": LINEAR_CALLS, "causal": CAUSAL_CALLS, "norm": NORM_CALLS},
        lost={"test_linear": 4, "test_causal": 4, "test_norm": 4},
        diagnosed=("calls what is asked",),
    ),
}
HALF = ("linear", "fit")
NO_REFERENCE = {
    "rmsprop": "minigrad has no RMSprop; its Adam, the nearest there is, is the mutant rmsprop_by_adam",
    "fit": "minigrad has no training loop of its own",
    "learn": "minigrad has no network that knows the moons",
}
