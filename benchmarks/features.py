"""What minigrad does beside three others, each tried by running it: the table in the README.

    python -m benchmarks.features      with whichever of torch, micrograd and autograd can be imported

A line of the table is a few lines of code for each of them, which must run and hold their assertions. "no" means that
the package has nothing to write there, or that what there is fails. The last lines are times.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable

SETUP = {
    "minigrad": "import minigrad as torch",
    "torch": "import torch",
    "micrograd": "from micrograd.engine import Value",
    "autograd": "import autograd.numpy as np; from autograd import grad",
}
TORCH = ("minigrad", "torch")
PROBES: dict[str, dict[str, str]] = {
    "a value used twice gets both gradients": {
        "torch": "x = torch.tensor(3.0, requires_grad=True); (x * x + x).backward(); assert x.grad == 7",
        "micrograd": "x = Value(3.0); (x * x + x).backward(); assert x.grad == 7",
        "autograd": "assert grad(lambda x: x * x + x)(3.0) == 7",
    },
    "arrays, and broadcasting undone": {
        "torch": """
a, b = torch.ones(3, 1, requires_grad=True), torch.ones(4, requires_grad=True)
(a * b).sum().backward()
assert a.grad.tolist() == [[4.0]] * 3 and b.grad.tolist() == [3.0] * 4""",
        "autograd": """
f = lambda a, b: np.sum(a * b)
assert grad(f)(np.ones((3, 1)), np.ones(4)).tolist() == [[4.0]] * 3""",
    },
    "a chain of 10,000 operations": {
        "torch": """
x = y = torch.tensor(1.0, requires_grad=True)
for _ in range(10_000): y = y * 1.0
y.backward()
assert x.grad == 1""",
        "micrograd": """
x = y = Value(1.0)
for _ in range(10_000): y = y * 1.0
y.backward()
assert x.grad == 1""",
        "autograd": """
def f(x):
    for _ in range(10_000): x = x * 1.0
    return x
assert grad(f)(1.0) == 1""",
    },
    "the gradient of a gradient": {
        "torch": """
x = torch.tensor(3.0, requires_grad=True)
(g,) = torch.autograd.grad(x ** 3, x, create_graph=True)
assert torch.autograd.grad(g, x)[0] == 18""",
        "autograd": "assert grad(grad(lambda x: x ** 3))(3.0) == 18",
    },
    "writing into a view is differentiated": {
        "torch": """
x = torch.ones(3, requires_grad=True)
y = x * 2
y[1:][0] = x[0] * 5
y.sum().backward()
assert x.grad.tolist() == [7.0, 0.0, 2.0]""",
    },
    "a saved tensor that was overwritten is noticed": {
        "torch": """
x = torch.ones(3, requires_grad=True)
y = x.exp()
y.add_(1)
try: y.sum().backward()
except RuntimeError as error: assert "modified by an inplace operation" in str(error)
else: raise AssertionError""",
    },
    "an operation with a rule of one's own": {
        "torch": """
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): ctx.save_for_backward(x); return x ** 3
    @staticmethod
    def backward(ctx, g): return g * 3 * ctx.saved_tensors[0] ** 2
x = torch.tensor(2.0, requires_grad=True)
Cube.apply(x).backward()
assert x.grad == 12""",
        "autograd": """
from autograd.extend import defvjp, primitive
cube = primitive(lambda x: x ** 3)
defvjp(cube, lambda out, x: lambda g: g * 3 * x ** 2)
assert grad(cube)(2.0) == 12""",
    },
    "gradients checked by finite differences": {
        "torch": """
x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
assert torch.autograd.gradcheck(lambda x: x.exp() / x, (x,))""",
        "autograd": """
from autograd.test_util import check_grads
check_grads(lambda x: np.exp(x) / x, modes=["rev"])(np.array([1.0, 2.0]))""",
    },
    "layers, an optimiser, and a loss that falls": {
        "torch": """
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]); y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
adam = torch.optim.Adam(net.parameters(), lr=0.05)
for _ in range(300):
    adam.zero_grad(); loss = torch.nn.functional.mse_loss(net(x), y); loss.backward(); adam.step()
assert loss.item() < 0.01""",
    },
    "the graph as a picture, by the package itself": {
        "minigrad": """
x = torch.tensor(2.0, requires_grad=True)
assert "MulBackward0" in torch.draw(x * x).dot""",
    },
}
CHAIN = {
    "torch": """
def run(n):
    x = y = torch.tensor(1.0, requires_grad=True)
    for _ in range(n): y = y * x
    y.backward()""",
    "micrograd": """
def run(n):
    x = y = Value(1.0)
    for _ in range(n): y = y * x
    y.backward()""",
    "autograd": """
def chain(x, n):
    y = x
    for _ in range(n): y = y * x
    return y
def run(n): grad(chain)(1.0, n)""",
}


def code(table: dict[str, str], package: str) -> str | None:
    """The lines for a package; minigrad takes torch's, after `import minigrad as torch`."""
    return table.get(package) or (table.get("torch") if package in TORCH else None)


def holds(source: str | None) -> bool:
    """Whether there is something to run, and it runs."""
    if source is None:
        return False
    try:
        exec(source, {})
    except Exception:
        return False
    return True


def microseconds(package: str, length: int = 400, rounds: int = 30) -> float:
    """The least time of one product in a chain of them, recorded and walked back."""
    names: dict[str, Callable] = {}
    exec(f"{SETUP[package]}\n{code(CHAIN, package)}", names)
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        names["run"](length)
        times.append(time.perf_counter() - begun)
    return min(times) / length * 1e6


def main() -> None:
    """Try everything and print the table."""
    packages = []
    for package in SETUP:
        try:
            importlib.import_module(package)
            packages.append(package)
        except ImportError:
            print(f"{package} is not installed here and is left out.")
    print(f"| | {' | '.join(packages)} |\n| --- |{' :---: |' * len(packages)}")
    for name, table in PROBES.items():
        sources = {package: code(table, package) for package in packages}
        tried = [holds(source and f"{SETUP[package]}\n{source}") for package, source in sources.items()]
        print(f"| {name} | {' | '.join('yes' if held else 'no' for held in tried)} |")
    times = [f"{microseconds(package):.1f} µs" for package in packages]
    print(f"| one product of two numbers, there and back | {' | '.join(times)} |")


if __name__ == "__main__":
    main()
