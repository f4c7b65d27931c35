"""Assignment 11, nn: right solutions in another hand."""

from grader.judge.mutants.nn_wrong import CAUSAL, FIT, HEAD, LEARN, LINEAR, NORM, RMSPROP

RIGHT = {
    "linear": (
        LINEAR,
        """
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True, blocks=1, dtype=None):
        super().__init__()
        if any(features % blocks for features in (in_features, out_features)):
            raise ValueError(f"features cannot be divided into {blocks} blocks")
        self.blocks, self.sizes, each = blocks, (in_features, out_features), in_features // blocks
        self.weight = nn.Parameter(mg.zeros(out_features, each, dtype=dtype))
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)
        self.bias = None
        if bias:
            self.bias = nn.Parameter(mg.zeros(out_features, dtype=dtype))
            nn.init.uniform_(self.bias, -((1 / each) ** 0.5), (1 / each) ** 0.5)
        where = np.kron(np.eye(blocks), np.ones((out_features // blocks, each)))
        self.register_buffer("mask", mg.tensor(where, dtype=self.weight.dtype), persistent=False)

    def forward(self, input):
        whole = mg.cat([self.weight] * self.blocks, 1) * self.mask  # zeros outside the blocks
        return F.linear(input, whole, self.bias)

    def extra_repr(self):
        words = [("in_features", self.sizes[0]), ("out_features", self.sizes[1]), ("bias", self.bias is not None)]
        words += [("blocks", self.blocks)][: self.blocks - 1]
        return ", ".join(f"{name}={value}" for name, value in words)
""",
    ),
    "rmsprop": (
        RMSPROP,
        HEAD
        + """
        t, decay, rate = mg.tensor(g), group["weight_decay"], group["lr"]
        if decay:
            t = t + decay * mg.tensor(x)
        state["squares"] = group["alpha"] * state.get("squares", 0) + (1 - group["alpha"]) * t * t
        t = t / (state["squares"].sqrt() + group["eps"])
        if group["momentum"] != 0:
            state["ball"] = t = group["momentum"] * state.get("ball", 0) + t
        np.subtract(x, rate * t.numpy(), out=x)
""",
    ),
    "causal": (
        CAUSAL,
        """
def causal(x, weight, dilation):
    length = x.shape[-1]
    here = []
    for t in range(length):
        terms = [x[:, :, t - j * dilation] @ weight[:, :, j].t()
                 for j in range(weight.shape[-1]) if t >= j * dilation]
        here.append(sum(terms[1:], terms[0]))
    return mg.stack(here, dim=2)
""",
    ),
    "norm": (
        NORM,
        """
class RunningNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.eps, start = eps, {"mean": mg.zeros(features), "var": mg.ones(features), "batches": mg.tensor(0)}
        self.weight, self.bias = (nn.Parameter(value.clone()) for value in (start["var"], start["mean"]))
        for name, value in start.items():
            self.register_buffer(name, value)

    def forward(self, x):
        if not self.training:
            return self.scaled(x, self.mean, self.var)
        with mg.no_grad():
            self.batches.add_(1)
            share = 1 / self.batches.item()
            self.mean.mul_(1 - share).add_(share * x.mean(0))
            self.var.mul_(1 - share).add_(share * x.var(0))
        return self.scaled(x, x.mean(0, keepdim=True), (x * x).mean(0) - x.mean(0) ** 2)

    def scaled(self, x, middle, spread):
        return self.bias + self.weight * ((x - middle) / mg.sqrt(spread + self.eps))
""",
    ),
    "fit": (
        FIT,
        """
def fit(network, optimizer, batches, test, epochs):
    examples = sum(len(y) for _, y in batches)
    return [(one_epoch(network.train(), optimizer, batches) / examples, measured(network.eval(), test))
            for _ in range(epochs)]

def one_epoch(network, optimizer, batches):
    total = 0.0
    for x, y in batches:
        for p in network.parameters():
            p.grad = None
        F.mse_loss(answer := network(x), y).backward()
        optimizer.step()
        total += F.mse_loss(answer.detach(), y, reduction="sum").item()
    return total

@mg.no_grad()
def measured(network, pair):
    return F.mse_loss(network(pair[0]), pair[1]).item()
""",
    ),
    "learn": (
        LEARN,
        """
class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = Layer(2, 100), Layer(100, 2)

    def forward(self, x):
        return self.second(mg.sin(2 * self.first(x)))

def learn(points, labels):
    network = Wide()
    optimizer = optim.AdamW(network.parameters(), lr=0.01)
    data = mg.utils.data.TensorDataset(points, labels)
    for _ in range(40):
        for x, y in mg.utils.data.DataLoader(data, batch_size=50, shuffle=True):
            loss = F.cross_entropy(network(x), y)
            network.zero_grad()
            loss.backward()
            optimizer.step()
    return network
""",
    ),
}
