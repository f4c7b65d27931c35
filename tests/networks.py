"""Networks, optimisers and schedulers at work. The same code runs in minigrad and in the real torch.

`scripts/record_networks.py` puts torch in the place of minigrad and writes what these functions return into
tests/data/networks.json. Nothing here is random but what a test does not look at: parameters are set to waves.
"""

import math
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import minigrad as torch

nn, optim, F = torch.nn, torch.optim, torch.nn.functional


def wave(*shape: int, start: float = 0.0) -> Any:
    """A tensor of this shape, float64, of numbers between -1 and 1 that do not repeat."""
    count = math.prod(shape)
    return torch.tensor([math.sin(start + 1.7 * i) for i in range(count)], dtype=torch.float64).reshape(shape)


def settled(module: Any) -> Any:
    """The module in float64 with waves as parameters."""
    module = module.double()
    with torch.no_grad():
        for i, parameter in enumerate(module.parameters()):
            parameter.copy_(wave(*parameter.shape, start=i + 1))
    return module


def plain(t: Any) -> Any:
    """A tensor as its shape and numbers."""
    return None if t is None else {"shape": list(t.shape), "values": t.detach().reshape(-1).tolist()}


def run(module: Any, *inputs: Any) -> dict:
    """Output of a module, and the gradients of inputs and parameters for a wave as cotangent."""
    inputs = tuple(t.clone().requires_grad_() if t.is_floating_point() else t for t in inputs)
    output = module(*inputs)
    output.backward(wave(*output.shape, start=0.5))
    gradients = [t.grad for t in inputs if t.is_floating_point()]
    learned = {name: plain(p.grad) for name, p in module.named_parameters()}
    return {"output": plain(output), "inputs": [plain(g) for g in gradients], "parameters": learned}


IMAGES = wave(2, 4, 6, 5)
TIES = torch.tensor([[[[1.0, 1, 0, 2, 2, 2]] * 3 + [[0.0, 3, 3, 2, 2, 0]] * 3]], dtype=torch.float64)
LAYERS: dict[str, Callable[[], tuple]] = {
    "Linear": lambda: (nn.Linear(3, 2), wave(4, 3)),
    "Linear, no bias, vector": lambda: (nn.Linear(3, 2, bias=False), wave(3)),
    "Linear, batches": lambda: (nn.Linear(3, 2), wave(2, 4, 3)),
    "Conv2d": lambda: (nn.Conv2d(4, 3, 3), IMAGES),
    "Conv2d, one image": lambda: (nn.Conv2d(4, 3, (3, 2)), IMAGES[0]),
    "Conv2d, stride and padding": lambda: (nn.Conv2d(4, 3, 3, stride=2, padding=1), IMAGES),
    "Conv2d, two directions": lambda: (nn.Conv2d(4, 3, (3, 2), stride=(2, 1), padding=(0, 2), dilation=(1, 2)), IMAGES),
    "Conv2d, groups": lambda: (nn.Conv2d(4, 6, 3, groups=2, padding=1), IMAGES),
    "Conv2d, each channel alone": lambda: (nn.Conv2d(4, 4, 3, groups=4, bias=False), IMAGES),
    "Conv2d, same": lambda: (nn.Conv2d(4, 2, (2, 3), padding="same", dilation=(1, 2)), IMAGES),
    "Conv2d, valid": lambda: (nn.Conv2d(4, 2, 3, padding="valid"), IMAGES),
    "Conv1d": lambda: (nn.Conv1d(2, 3, 3, stride=2, padding=2), wave(2, 2, 7)),
    "MaxPool2d": lambda: (nn.MaxPool2d(2), IMAGES),
    "MaxPool2d, one image": lambda: (nn.MaxPool2d((3, 2)), IMAGES[0]),
    "MaxPool2d, overlapping": lambda: (nn.MaxPool2d(3, stride=1, padding=1), IMAGES),
    "MaxPool2d, dilation": lambda: (nn.MaxPool2d((2, 3), stride=2, padding=(0, 1), dilation=(3, 1)), IMAGES),
    "MaxPool2d, ties": lambda: (nn.MaxPool2d(3, stride=2, padding=1), TIES),
    "AvgPool2d": lambda: (nn.AvgPool2d(2), IMAGES),
    "AvgPool2d, padding": lambda: (nn.AvgPool2d((3, 2), stride=2, padding=1), IMAGES),
    "LayerNorm": lambda: (nn.LayerNorm(5), IMAGES),
    "LayerNorm, two dimensions": lambda: (nn.LayerNorm((6, 5), eps=0.1, bias=False), IMAGES),
    "LayerNorm, nothing learned": lambda: (nn.LayerNorm(5, elementwise_affine=False), IMAGES),
    "BatchNorm1d": lambda: (nn.BatchNorm1d(3), wave(4, 3)),
    "BatchNorm2d": lambda: (nn.BatchNorm2d(4, momentum=0.5), IMAGES),
    "BatchNorm1d, after training": lambda: (nn.BatchNorm1d(3).eval(), wave(4, 3)),
    "Embedding": lambda: (nn.Embedding(5, 3), torch.tensor([[0, 4, 4], [2, 0, 1]])),
    "Embedding, padding": lambda: (nn.Embedding(5, 3, padding_idx=-1), torch.tensor([0, 4, 2, 4])),
    "Dropout, after training": lambda: (nn.Dropout(0.9).eval(), wave(3)),
    "Flatten": lambda: (nn.Flatten(), IMAGES),
    "Flatten, some": lambda: (nn.Flatten(0, 2), IMAGES),
    "Unflatten": lambda: (nn.Unflatten(1, (2, 3)), wave(2, 6)),
    "Identity": lambda: (nn.Identity(3, why=None), wave(3)),
    "ReLU": lambda: (nn.ReLU(), wave(5)),
    "LeakyReLU": lambda: (nn.LeakyReLU(0.2), wave(5)),
    "ELU": lambda: (nn.ELU(), wave(5)),
    "GELU": lambda: (nn.GELU(), wave(5)),
    "GELU, tanh": lambda: (nn.GELU(approximate="tanh"), wave(5)),
    "SiLU": lambda: (nn.SiLU(), wave(5)),
    "Softplus": lambda: (nn.Softplus(), wave(5)),
    "Tanh": lambda: (nn.Tanh(), wave(5)),
    "Sigmoid": lambda: (nn.Sigmoid(), wave(5)),
    "Softmax": lambda: (nn.Softmax(dim=1), wave(2, 5)),
    "LogSoftmax": lambda: (nn.LogSoftmax(dim=-1), wave(2, 5)),
    "Sequential": lambda: (nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.Tanh(), nn.Linear(4, 2))), wave(4, 3)),
}

CLASSES = torch.tensor([0, 2, 1, 2])
YES_NO = torch.tensor([1.0, 0.0, 1.0, 1.0], dtype=torch.float64)
WEIGHT = torch.tensor([0.5, 2.0, 1.0], dtype=torch.float64)
LOSSES: dict[str, Callable[[], tuple]] = {
    "MSELoss": lambda: (nn.MSELoss(), wave(4), YES_NO),
    "MSELoss, sum": lambda: (nn.MSELoss(reduction="sum"), wave(4), YES_NO),
    "L1Loss, none": lambda: (nn.L1Loss(reduction="none"), wave(4), YES_NO),
    "SmoothL1Loss": lambda: (nn.SmoothL1Loss(beta=0.5), wave(4), YES_NO),
    "HuberLoss": lambda: (nn.HuberLoss(delta=0.5), wave(4), YES_NO),
    "CrossEntropyLoss": lambda: (nn.CrossEntropyLoss(), wave(4, 3), CLASSES),
    "CrossEntropyLoss, options": lambda: (
        nn.CrossEntropyLoss(WEIGHT, ignore_index=1, label_smoothing=0.1), wave(4, 3), CLASSES),
    "NLLLoss": lambda: (nn.NLLLoss(WEIGHT, reduction="sum"), wave(4, 3), CLASSES),
    "BCELoss": lambda: (nn.BCELoss(), wave(4) / 3 + 0.5, YES_NO),
    "BCEWithLogitsLoss": lambda: (nn.BCEWithLogitsLoss(pos_weight=WEIGHT[1]), wave(4), YES_NO),
    "KLDivLoss": lambda: (nn.KLDivLoss(reduction="batchmean"), wave(4, 3), wave(4, 3).abs()),
}  # fmt: skip

OPTIMISERS: dict[str, Callable[[Any], Any]] = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "SGD, default": lambda p: optim.SGD(p),
    "SGD, momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
    "SGD, dampening": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.3),
    "SGD, nesterov": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "SGD, weight_decay": lambda p: optim.SGD(p, lr=0.1, weight_decay=0.2),
    "SGD, everything": lambda p: optim.SGD(p, lr=0.01, momentum=0.8, weight_decay=0.2, nesterov=True, maximize=True),
    "SGD, groups": lambda p: optim.SGD([{"params": p[0], "lr": 0.3}, {"params": p[1:]}], lr=0.1, momentum=0.5),
    "Adam": lambda p: optim.Adam(p),
    "Adam, options": lambda p: optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-3),
    "Adam, weight_decay": lambda p: optim.Adam(p, lr=0.1, weight_decay=0.2),
    "Adam, amsgrad": lambda p: optim.Adam(p, lr=0.5, betas=(0.5, 0.6), amsgrad=True),
    "Adam, maximize": lambda p: optim.Adam(p, lr=0.1, maximize=True),
    "AdamW": lambda p: optim.AdamW(p),
    "AdamW, options": lambda p: optim.AdamW(p, lr=0.1, weight_decay=0.3, amsgrad=True, betas=(0.3, 0.95)),
}  # fmt: skip


def descended(make: Callable[[Any], Any], dtype: Any, steps: int = 6) -> dict:
    """What an optimiser makes of two parameters in six steps down a valley, and its state at the end."""
    parameters = [wave(2, 3).to(dtype).requires_grad_(), wave(3, start=4.0).to(dtype).requires_grad_()]
    optimiser, losses, values = make(parameters), [], []
    for step in range(steps):
        optimiser.zero_grad()
        product = parameters[0] * parameters[1] if step != 3 else parameters[0] * 2.0  # one without a gradient
        loss = (product * product + 0.25 * parameters[0]).sum()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        values.append([t.detach().reshape(-1).tolist() for t in parameters])
    state = optimiser.state_dict()["state"]
    kept = {str(i): {name: plain(t) for name, t in entries.items()} for i, entries in state.items()}
    return {"losses": losses, "values": values, "state": kept}


SCHEDULERS: dict[str, Callable[[Any], Any]] = {
    "StepLR": lambda o: optim.lr_scheduler.StepLR(o, step_size=3, gamma=0.5),
    "ExponentialLR": lambda o: optim.lr_scheduler.ExponentialLR(o, 0.9),
    "CosineAnnealingLR": lambda o: optim.lr_scheduler.CosineAnnealingLR(o, T_max=4, eta_min=0.01),
    "LambdaLR": lambda o: optim.lr_scheduler.LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    "LambdaLR, two": lambda o: optim.lr_scheduler.LambdaLR(o, [lambda epoch: 0.5, lambda epoch: 0.95**epoch]),
}


def rates(make: Callable[[Any], Any], epochs: int = 12) -> list:
    """The rates of two groups from epoch to epoch."""
    groups = [{"params": [wave(1).requires_grad_()]}, {"params": [wave(1).requires_grad_()], "lr": 0.5}]
    optimiser = optim.SGD(groups, lr=0.1)
    scheduler, found = make(optimiser), []
    for _ in range(epochs):
        found.append(scheduler.get_last_lr())
        optimiser.step()
        scheduler.step()
    return found


def small_network() -> dict:
    """Section 23: a network, three steps of SGD with momentum, and what it then consists of."""
    network = settled(nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)))
    optimiser = optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    x, y, losses = wave(4, 2), wave(4, 1, start=3.0), []
    for _ in range(3):
        optimiser.zero_grad()
        loss = F.mse_loss(network(x), y)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return {
        "losses": losses,
        "parameters": [plain(p) for p in network.parameters()],
        "names": [name for name, _ in network.named_parameters()],
        "modules": [name for name, _ in network.named_modules()],
        "state": {name: plain(t) for name, t in network.state_dict().items()},
    }


def clipped() -> dict:
    """Norms before and gradients after clipping."""
    found = {}
    for name, clip in {
        "norm": lambda p: nn.utils.clip_grad_norm_(p, 1.5),
        "largest": lambda p: nn.utils.clip_grad_norm_(p, 0.5, norm_type=math.inf),
        "long enough": lambda p: nn.utils.clip_grad_norm_(p, 100.0),
        "value": lambda p: nn.utils.clip_grad_value_(p, 0.25),
    }.items():
        parameters = [wave(2, 3).requires_grad_(), wave(4).requires_grad_(), wave(2).requires_grad_()]
        for i, t in enumerate(parameters[:2]):
            t.grad = wave(*t.shape, start=i)
        before = clip(parameters)
        found[name] = {"before": plain(before), "gradients": [plain(t.grad) for t in parameters]}
    return found


def after_batch_norm() -> dict:
    """The buffers after two batches."""
    layer = nn.BatchNorm1d(3)
    for start in (0.0, 2.0):
        layer(wave(4, 3, start=start).float())
    return {name: plain(t.double()) for name, t in layer.named_buffers()}


def inits() -> dict:
    """By how much torch widens, and the largest number that its uniform fillings of a weight may have."""
    names = ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "conv2d", "selu"]
    gains = {name: nn.init.calculate_gain(name) for name in names}
    return gains | {"leaky_relu of 0.3": nn.init.calculate_gain("leaky_relu", 0.3)}


class Own(nn.Module):
    """A module as users write it: parameters, children, a list of modules, buffers, a shared layer."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))
        self.first = nn.Linear(2, 2)
        self.register_buffer("seen", torch.zeros(1))
        self.register_buffer("hidden", torch.zeros(1), persistent=False)
        self.more = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.Tanh()])
        self.again = self.first
        self.nothing = None
        self.offset = nn.Parameter(torch.zeros(2), requires_grad=False)

    def extra_repr(self) -> str:
        """Two lines."""
        return "one=1,\ntwo=2"


def structure() -> dict:
    """Names, in their order."""
    own = Own()
    return {
        "parameters": [name for name, _ in own.named_parameters()],
        "buffers": [name for name, _ in own.named_buffers()],
        "children": [name for name, _ in own.named_children()],
        "modules": [name for name, _ in own.named_modules()],
        "state": list(own.state_dict()),
    }


TEXTS: dict[str, Callable[[], Any]] = {
    "Parameter": lambda: nn.Parameter(torch.tensor([1.5, 2.0])),
    "Parameter, empty": lambda: nn.Parameter(),
    "Parameter, frozen": lambda: nn.Parameter(torch.tensor(2), requires_grad=False),
    "parameters": lambda: list(settled(nn.Linear(1, 1)).parameters()),
    "Own": Own,
    "ModuleList": lambda: nn.ModuleList(),
    "Sequential": lambda: nn.Sequential(),
    "Conv2d": lambda: nn.Conv2d(2, 4, (3, 2), stride=2, padding=1, dilation=2, groups=2, bias=False),
    "matched": lambda: Own().load_state_dict(Own().state_dict()),
    "some": lambda: nn.Linear(1, 2).load_state_dict({"weight": torch.zeros(2, 1), "x": 3}, strict=False).missing_keys,
}


def assign(module: Any, name: str, value: Any) -> None:
    """module.name = value."""
    setattr(module, name, value)


class Forgetful(nn.Module):
    """A module that forgot `super().__init__()`."""

    def __init__(self, value: Any) -> None:
        self.value = value


P = torch.zeros(2).requires_grad_()
IMAGE = torch.zeros(1, 2, 5, 5)
ERRORS: dict[str, Callable[[], Any]] = {
    "parameter of integers": lambda: nn.Parameter(torch.tensor([1])),
    "tensor for a parameter": lambda: assign(nn.Linear(1, 1), "weight", torch.zeros(1, 1)),
    "number for a parameter": lambda: assign(nn.Linear(1, 1), "weight", 3),
    "tensor for a child": lambda: assign(nn.Sequential(nn.Tanh()), "0", torch.zeros(1)),
    "number for a buffer": lambda: assign(nn.BatchNorm1d(1), "running_mean", 3),
    "no init, parameter": lambda: Forgetful(nn.Parameter(torch.zeros(1))),
    "no init, module": lambda: Forgetful(nn.Tanh()),
    "no forward": lambda: nn.Module()(3),
    "no attribute": lambda: nn.Linear(1, 1).strength,
    "to integers": lambda: nn.Linear(1, 1).to(torch.int64),
    "state: three things": lambda: nn.Linear(2, 3).load_state_dict({"weight": torch.zeros(2, 2), "x": 3}),
    "state: no tensor": lambda: nn.Linear(1, 1).load_state_dict({"weight": 3, "bias": torch.zeros(1)}),
    "state: no dict": lambda: nn.Linear(1, 1).load_state_dict(3),
    "state: in a network": lambda: nn.Sequential(nn.Tanh(), nn.Linear(1, 1)).load_state_dict({"0.bias": 1}),
    "dropout": lambda: nn.Dropout(1.5),
    "linear": lambda: nn.Linear(2, 3)(torch.zeros(4, 3)),
    "layer norm": lambda: nn.LayerNorm(3)(torch.zeros(2, 4)),
    "batch norm, one value": lambda: nn.BatchNorm1d(3)(torch.zeros(1, 3)),
    "batch norm, channels": lambda: nn.BatchNorm1d(3)(torch.zeros(2, 4)),
    "batch norm, dimensions": lambda: nn.BatchNorm1d(3)(torch.zeros(3)),
    "embedding, row": lambda: nn.Embedding(4, 3)(torch.tensor([4])),
    "embedding, padding": lambda: nn.Embedding(4, 3, padding_idx=5),
    "Conv2d, in": lambda: nn.Conv2d(3, 4, 3, groups=2),
    "Conv2d, out": lambda: nn.Conv2d(4, 5, 3, groups=2),
    "Conv2d, padding": lambda: nn.Conv2d(4, 5, 3, padding="big"),
    "Conv2d, same": lambda: nn.Conv2d(4, 5, 3, padding="same", stride=2),
    "conv2d, dimensions": lambda: F.conv2d(torch.zeros(5, 5), torch.zeros(3, 2, 3, 3)),
    "conv2d, channels": lambda: F.conv2d(IMAGE, torch.zeros(3, 4, 3, 3)),
    "conv2d, size": lambda: F.conv2d(IMAGE, torch.zeros(3, 2, 7, 7)),
    "conv2d, padding": lambda: F.conv2d(IMAGE, torch.zeros(3, 2, 3, 3), padding="big"),
    "conv2d, same": lambda: F.conv2d(IMAGE, torch.zeros(3, 2, 3, 3), padding="same", stride=2),
    "conv2d, groups": lambda: F.conv2d(IMAGE, torch.zeros(3, 1, 3, 3), groups=2),
    "conv2d, bias": lambda: F.conv2d(IMAGE, torch.zeros(4, 2, 3, 3), torch.zeros(5)),
    "conv2d, stride": lambda: F.conv2d(IMAGE, torch.zeros(4, 2, 3, 3), stride=0),
    "conv2d, negative padding": lambda: F.conv2d(IMAGE, torch.zeros(4, 2, 3, 3), padding=-1),
    "conv1d, dimensions": lambda: F.conv1d(torch.zeros(1, 2, 3, 4), torch.zeros(4, 2, 3)),
    "max_pool2d, padding": lambda: F.max_pool2d(IMAGE, 2, padding=2),
    "no parameters": lambda: optim.SGD([], lr=0.1),
    "one tensor": lambda: optim.SGD(P, lr=0.1),
    "numbers": lambda: optim.SGD([3], lr=0.1),
    "a result": lambda: optim.SGD([P * 2], lr=0.1),
    "rate": lambda: optim.SGD([P], lr=-1),
    "momentum": lambda: optim.SGD([P], momentum=-1),
    "decay": lambda: optim.SGD([P], weight_decay=-1),
    "nesterov": lambda: optim.SGD([P], nesterov=True),
    "betas": lambda: optim.Adam([P], betas=(0.5, 1.0)),
    "eps": lambda: optim.Adam([P], eps=-1),
    "twice": lambda: optim.SGD([{"params": [P]}, {"params": [P]}]),
    "state: more groups": lambda: optim.SGD([P]).load_state_dict(
        optim.SGD([{"params": [P]}, {"params": [wave(1)]}]).state_dict()),
    "state: more parameters": lambda: optim.SGD([P]).load_state_dict(optim.SGD([P, wave(1)]).state_dict()),
    "lambdas": lambda: optim.lr_scheduler.LambdaLR(optim.SGD([P]), [lambda epoch: 1.0, lambda epoch: 1.0]),
    "vector": lambda: nn.utils.vector_to_parameters(torch.zeros(1), [wave(2)]),
    "lengths": lambda: torch.utils.data.TensorDataset(torch.zeros(2), torch.zeros(3)),
    "split": lambda: torch.utils.data.random_split([1, 2, 3], [1, 1]),
    "batch": lambda: torch.utils.data.DataLoader([1, 2], batch_size=0),
    "fans": lambda: nn.init.xavier_uniform_(torch.zeros(3)),
    "gain": lambda: nn.init.calculate_gain("step"),
    "mode": lambda: nn.init.kaiming_normal_(torch.zeros(3, 3), mode="fan"),
}  # fmt: skip


def failure(call: Callable[[], Any]) -> list:
    """Type and words of the error that a call raises; None if it raises none."""
    try:
        call()
    except Exception as error:
        return [type(error).__name__, str(error)]
    return [None, None]


def answered(cases: Iterable, answer: Callable) -> dict:
    """The answer for each case, by name."""
    return {name: answer(case) for name, case in dict(cases).items()}


def answers() -> dict[str, Any]:
    """Everything that is compared, by section."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "layers": answered(LAYERS.items(), lambda make: run(settled(make()[0]), *make()[1:])),
            "layers' texts": answered(LAYERS.items(), lambda make: [repr(make()[0]), list(make()[0].state_dict())]),
            "losses": answered(LOSSES.items(), lambda make: run(*make())),
            "losses' texts": answered(LOSSES.items(), lambda make: [repr(make()[0]), list(make()[0].state_dict())]),
            "float64": answered(OPTIMISERS.items(), lambda make: descended(make, torch.float64)),
            "float32": answered(OPTIMISERS.items(), lambda make: descended(make, torch.float32)),
            "schedulers": answered(SCHEDULERS.items(), rates),
            "network": small_network(),
            "clipped": clipped(),
            "batch norm": after_batch_norm(),
            "gains": inits(),
            "structure": structure(),
            "texts": answered(TEXTS.items(), lambda make: repr(make())),
            "errors": answered(ERRORS.items(), failure),
        }
