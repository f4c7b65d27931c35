"""The workloads: each as somebody writes it by hand in numpy, and as minigrad records and differentiates it.

A workload is a function of its sizes. It makes the data once and returns two functions without arguments, `by_hand`
and `recorded`, that do the same work and return the same arrays, in most of them the gradients; `check` compares these
before anything is timed. What is written by hand is what a careful person would write: nothing is computed that is not
needed, but no buffer is kept from one run to the next.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

import minigrad
from minigrad import Tensor, addmm, tensor
from minigrad.autograd import grad
from minigrad.nn.functional import cross_entropy

Pair = tuple[Callable[[], Sequence], Callable[[], Sequence]]


class Workload(NamedTuple):
    """One row of the table: how to make it, how large, and which multiple of numpy's time minigrad may take."""

    name: str
    make: Callable[..., Pair]
    sizes: dict[str, Any]
    tiny: dict[str, Any]  # sizes for a test of the workload itself
    target: float


def normal(*shape: int) -> np.ndarray:
    """Numbers from the normal distribution, float32, the same in every process."""
    return np.random.default_rng(len(shape) + sum(shape)).standard_normal(shape).astype(np.float32)


def leaf(array: np.ndarray) -> Tensor:
    """A tensor whose gradient is wanted."""
    return tensor(array, requires_grad=True)


def gradients(loss: Tensor, leaves: Sequence[Tensor]) -> list:
    """What `backward` leaves in `.grad`, which is emptied for the next time."""
    loss.backward()
    found = [t.grad for t in leaves]
    for t in leaves:
        t.grad = None
    return found


# --- many small operations: what a node costs --------------------------------------------------------


def forward(nodes: int, length: int) -> Pair:
    """A chain of products and sums, recorded; nothing is differentiated."""
    start = normal(length)
    x = leaf(start)

    def chain(y: Any) -> Any:
        for _ in range(nodes // 2):
            y = y * 0.999 + 0.001
        return y.sum()

    return lambda: [chain(start)], lambda: [chain(x)]


def chain(nodes: int) -> Pair:
    """The same chain, there and back."""
    start = normal(1)
    x = leaf(start)

    def by_hand() -> list:
        y = start
        for _ in range(nodes // 2):
            y = y * 0.999 + 0.001
        y.sum()
        g = np.ones_like(start)
        for _ in range(nodes // 2):
            g = g * 0.999
        return [g]

    def recorded() -> list:
        y = x
        for _ in range(nodes // 2):
            y = y * 0.999 + 0.001
        return gradients(y.sum(), [x])

    return by_hand, recorded


def products(terms: int, leaves: int) -> Pair:
    """A sum of products of shared leaves: many gradients arrive at each of them."""
    values = [normal(1) * (i + 1) / leaves for i in range(leaves)]
    tensors = [leaf(v) for v in values]
    pairs = [(i % leaves, (7 * i + 3) % leaves) for i in range(terms)]

    def by_hand() -> list:
        total: np.ndarray = np.zeros(1, np.float32)
        for i, j in pairs:
            total = total + values[i] * values[j]
        g, one = [np.zeros(1, np.float32) for _ in values], np.ones(1, np.float32)
        for i, j in pairs:
            g[i] += one * values[j]
            g[j] += one * values[i]
        return g

    def recorded() -> list:
        total = tensor(np.zeros(1, np.float32))
        for i, j in pairs:
            total = total + tensors[i] * tensors[j]
        return gradients(total.sum(), tensors)

    return by_hand, recorded


# --- a network ---------------------------------------------------------------------------------------


def network(widths: Sequence[int]) -> list[np.ndarray]:
    """Weights and biases, one after the other, of layers of these widths."""
    parameters: list[np.ndarray] = []
    for n, m in itertools.pairwise(widths):
        parameters += [normal(n, m) / np.float32(n**0.5), np.zeros(m, np.float32)]
    return parameters


def scores(x: Any, parameters: Sequence[Tensor], activation: Callable) -> Tensor:
    """The network's output; `activation` stands between its layers."""
    for i in range(0, len(parameters), 2):
        x = addmm(parameters[i + 1], x if i == 0 else activation(x), parameters[i])
    return x


def training_step(widths: Sequence[int], batch: int) -> Pair:
    """Forward, cross-entropy, backward and a step of gradient descent for a network with relu."""
    images, labels, rate = normal(batch, widths[0]), np.arange(batch) % widths[-1], 0.01
    mine, theirs = network(widths), [leaf(p) for p in network(widths)]
    x, target = tensor(images), tensor(labels)
    rows, losses = np.arange(batch), []

    def by_hand() -> list:
        inputs, h = [], images
        for i in range(0, len(mine), 2):
            inputs.append(h)
            h = h @ mine[i]
            h += mine[i + 1]
            if i < len(mine) - 2:
                np.maximum(h, 0, out=h)
        h -= h.max(1, keepdims=True)
        g = np.exp(h)
        g /= g.sum(1, keepdims=True)
        losses.append(-np.log(g[rows, labels]).mean())
        g[rows, labels] -= 1
        g /= batch
        found: list[np.ndarray] = []
        for i in range(len(mine) - 2, -1, -2):
            h = inputs.pop()
            found[:0] = [h.T @ g, g.sum(0)]
            if i:
                g = g @ mine[i].T
                g *= h > 0
        for p, d in zip(mine, found, strict=True):
            p -= rate * d
        return found

    def recorded() -> list:
        found = gradients(cross_entropy(scores(x, theirs, minigrad.relu), target), theirs)
        with minigrad.no_grad():
            for p, d in zip(theirs, found, strict=True):
                p.add_(d, alpha=-rate)
        return found

    return by_hand, recorded


def moons(steps: int) -> Pair:
    """Two half circles told apart: a network of two hidden layers, trained until its loss is below 0.1."""
    half = np.linspace(0, np.pi, 50)
    upper, lower = np.stack([np.cos(half), np.sin(half)], 1), np.stack([1 - np.cos(half), 0.5 - np.sin(half)], 1)
    points = np.concatenate([upper, lower]).astype(np.float32) + normal(100, 2) / 10
    sides = np.repeat(np.array([-1, 1], np.float32), 50)[:, None]
    start = network((2, 16, 16, 1))
    x, minus_sides = tensor(points), tensor(-sides)

    def by_hand() -> list:
        w1, b1, w2, b2, w3, b3 = parameters = [p.copy() for p in start]
        for _ in range(steps):
            h1 = np.maximum(points @ w1 + b1, 0)
            h2 = np.maximum(h1 @ w2 + b2, 0)
            margin = np.maximum(1 - sides * (h2 @ w3 + b3), 0)
            if margin.mean() < 0.1:
                break
            g3 = (margin > 0) * -sides / 100
            g2 = g3 @ w3.T * (h2 > 0)
            g1 = g2 @ w2.T * (h1 > 0)
            found = [points.T @ g1, g1.sum(0), h1.T @ g2, g2.sum(0), h2.T @ g3, g3.sum(0)]
            for p, d in zip(parameters, found, strict=True):
                p -= 0.5 * (d + 2e-4 * p)
        return parameters

    def recorded() -> list:
        parameters = [leaf(p) for p in start]
        for _ in range(steps):
            loss = (scores(x, parameters, minigrad.relu) * minus_sides + 1).relu().sum() / 100
            if loss.item() < 0.1:
                break
            size = sum([(p**2).sum() for p in parameters])
            found = gradients(loss + 1e-4 * size, parameters)
            with minigrad.no_grad():
                for p, d in zip(parameters, found, strict=True):
                    p -= 0.5 * d
        return parameters

    return by_hand, recorded


# --- gradients of gradients --------------------------------------------------------------------------


def activations(x: np.ndarray, parameters: Sequence[np.ndarray]) -> list[np.ndarray]:
    """What goes into each layer of a network with tanh, and what comes out of the last."""
    values = [x]
    for i in range(0, len(parameters), 2):
        z = values[-1] @ parameters[i] + parameters[i + 1]
        values.append(z if i == len(parameters) - 2 else np.tanh(z))
    return values


def input_gradient(values: Sequence[np.ndarray], parameters: Sequence[np.ndarray]) -> np.ndarray:
    """The gradient of the mean square of the network's output with respect to its input."""
    g = values[-1] * (2 / len(values[0]))
    for layer in reversed(range(len(parameters) // 2)):
        g = g @ parameters[2 * layer].T
        if layer:
            g *= 1 - values[layer] ** 2
    return g


def both_orders(
    values: Sequence[np.ndarray], parameters: Sequence[np.ndarray], dx: Any, directions: Sequence | None
) -> tuple[list, list]:
    """The gradient of the mean square of the output by each parameter, and how it changes in a direction.

    The direction moves the input by `dx`, or the parameters by `directions`. Every quantity of the forward and of the
    backward pass gets its derivative in that direction beside it, with a d before its name.
    """
    layers, dvalues = len(parameters) // 2, [dx]
    for layer in range(layers):
        dh, w = dvalues[-1], parameters[2 * layer]
        dz = 0 if dh is None else dh @ w
        if directions is not None:
            dz = dz + values[layer] @ directions[2 * layer] + directions[2 * layer + 1]
        dvalues.append(dz if layer == layers - 1 else dz * (1 - values[layer + 1] ** 2))
    factor = 2 / len(values[0])
    g, dg = values[-1] * factor, dvalues[-1] * factor
    found: list[np.ndarray] = []
    changes: list[np.ndarray] = []
    for layer in reversed(range(layers)):
        h, dh, w = values[layer], dvalues[layer], parameters[2 * layer]
        found[:0] = [h.T @ g, g.sum(0)]
        changes[:0] = [h.T @ dg if dh is None else h.T @ dg + dh.T @ g, dg.sum(0)]
        if layer:
            slope, back, dback = 1 - h**2, g @ w.T, dg @ w.T
            if directions is not None:
                dback += g @ directions[2 * layer].T
            g, dg = back * slope, dback * slope - 2 * back * h * dh
    return found, changes


def mean_square(x: Any, parameters: Sequence[Tensor]) -> Tensor:
    """The mean square of the output of the network with tanh."""
    return (scores(x, parameters, minigrad.tanh) ** 2).sum() / len(x)


def hessian_vector(widths: Sequence[int], batch: int) -> Pair:
    """The gradient of a network's loss, and its Hessian times a vector."""
    data, mine = normal(batch, widths[0]), network(widths)
    directions = [normal(*p.shape) for p in mine]
    x, theirs, vectors = tensor(data), [leaf(p) for p in mine], [tensor(d) for d in directions]

    def by_hand() -> list:
        found, changes = both_orders(activations(data, mine), mine, None, directions)
        return found + changes

    def recorded() -> list:
        found = grad(mean_square(x, theirs), theirs, create_graph=True)
        slope = sum([(g * v).sum() for g, v in zip(found, vectors, strict=True)])
        return [g.detach() for g in found] + list(grad(slope, theirs))

    return by_hand, recorded


def gradient_penalty(widths: Sequence[int], batch: int) -> Pair:
    """The gradient by the parameters of a loss that contains the square of its gradient by the input."""
    data, mine = normal(batch, widths[0]), network(widths)
    x, theirs = leaf(data), [leaf(p) for p in mine]

    def by_hand() -> list:
        values = activations(data, mine)
        found, changes = both_orders(values, mine, input_gradient(values, mine), None)
        return [g + 2 * c for g, c in zip(found, changes, strict=True)]

    def recorded() -> list:
        loss = mean_square(x, theirs)
        (slope,) = grad(loss, [x], create_graph=True)
        return list(grad(loss + (slope**2).sum(), theirs))

    return by_hand, recorded


def third_derivative() -> Pair:
    """Of tanh, at one number."""
    x = leaf(np.array(0.3, np.float32))

    def by_hand() -> list:
        t = np.tanh(np.float32(0.3))
        return [(1 - t * t) * (6 * t * t - 2)]

    def recorded() -> list:
        (first,) = grad(x.tanh(), [x], create_graph=True)
        (second,) = grad(first, [x], create_graph=True)
        return list(grad(second, [x]))

    return by_hand, recorded


# --- parts of tensors, and broadcasting --------------------------------------------------------------


def columns(rows: int) -> Pair:
    """Two columns of a matrix, one of them squared."""
    values = normal(rows, 2)
    x = leaf(values)

    def by_hand() -> list:
        (values[:, 0] + values[:, 1] ** 2).sum()
        g = np.empty_like(values)
        g[:, 0], g[:, 1] = 1, 2 * values[:, 1]
        return [g]

    return by_hand, lambda: gradients((x[:, 0] + x[:, 1] ** 2).sum(), [x])


def row_assignments(n: int) -> Pair:
    """The rows of a matrix, squared and written one by one into another."""
    values = normal(n, n)
    x = leaf(values)

    def by_hand() -> list:
        source, target = values * 1.0, np.zeros_like(values)
        for i in range(n):
            target[i] = source[i] ** 2
        target.sum()
        g, found = np.ones_like(target), np.zeros_like(source)
        for i in range(n):
            found[i] += g[i] * (2 * source[i])
            g[i] = 0
        return [found]

    def recorded() -> list:
        source, target = x * 1.0, tensor(np.zeros_like(values))
        for i in range(n):
            target[i] = source[i] ** 2
        return gradients(target.sum(), [x])

    return by_hand, recorded


def row_gathers(n: int) -> Pair:
    """The rows of a matrix, read one by one and added up."""
    values = normal(n, n)
    x = leaf(values)

    def by_hand() -> list:
        total = values[0]
        for i in range(1, n):
            total = total + values[i]
        total.sum()
        found, one = np.zeros_like(values), np.ones(n, np.float32)
        for i in range(n):
            found[i] += one
        return [found]

    def recorded() -> list:
        total = x[0]
        for i in range(1, n):
            total = total + x[i]
        return gradients(total.sum(), [x])

    return by_hand, recorded


def residuals(n: int, m: int, k: int) -> Pair:
    """mean(y - x @ w), by all three: x (n, m), w (m, k), y (n, k)."""
    x, w, y = normal(n, m), normal(m, k), normal(n, k)
    leaves = tx, tw, ty = leaf(x), leaf(w), leaf(y)

    def by_hand() -> list:
        (y - x @ w).mean()
        g = np.full_like(y, 1 / y.size)
        return [-g @ w.T, x.T @ -g, g]

    return by_hand, lambda: gradients((ty - tx @ tw).mean(), leaves)


SMALL, LARGE = {"widths": (16, 64, 64, 1), "batch": 32}, {"widths": (256, 512, 512, 1), "batch": 256}
TINY = {"widths": (3, 4, 2), "batch": 5}

WORKLOADS = [
    Workload("W1 forward, recorded", forward, {"nodes": 1000, "length": 1}, {"nodes": 6, "length": 2}, 2.6),
    Workload("W2 chain of 1,000, there and back", chain, {"nodes": 1000}, {"nodes": 6}, 2.6),
    Workload("W3 10,000 products of leaves", products, {"terms": 10000, "leaves": 200}, {"terms": 9, "leaves": 3}, 2.6),
    Workload("W4 training step, small", training_step, {"widths": (64, 256, 256, 10), "batch": 64}, TINY, 1.35),
    Workload("W4 training step, large", training_step, {"widths": (784, 1024, 1024, 10), "batch": 256}, TINY, 1.10),
    Workload("W5 Hessian-vector product, small", hessian_vector, SMALL, TINY, 3.6),
    Workload("W5 Hessian-vector product, large", hessian_vector, LARGE, TINY, 1.2),
    Workload("W5 gradient penalty, small", gradient_penalty, SMALL, TINY, 2.4),
    Workload("W5 gradient penalty, large", gradient_penalty, LARGE, TINY, 1.08),
    Workload("W5 third derivative of a number", third_derivative, {}, {}, 50),
    Workload("W6a two columns", columns, {"rows": 1000}, {"rows": 3}, 4.5),
    Workload("W6b 1,000 row assignments", row_assignments, {"n": 1000}, {"n": 3}, 5),
    Workload("W6c 1,000 row gathers", row_gathers, {"n": 1000}, {"n": 3}, 6),
    Workload("W7 mean(y - x @ w), small", residuals, {"n": 10, "m": 20, "k": 5}, {"n": 2, "m": 3, "k": 4}, 3),
    Workload("W7 mean(y - x @ w), large", residuals, {"n": 1000, "m": 2000, "k": 500}, {"n": 2, "m": 3, "k": 4}, 1.10),
    Workload("W10 moons classifier, to its loss", moons, {"steps": 150}, {"steps": 3}, 3.5),
]  # fmt: skip


def check(by_hand: Callable, recorded: Callable) -> None:
    """AssertionError unless both do the same work, to the precision of float32."""
    mine, theirs = by_hand(), recorded()
    assert len(mine) == len(theirs)
    for a, b in zip(mine, theirs, strict=True):
        b = b.detach().numpy()
        np.testing.assert_allclose(b, a, rtol=1e-3, atol=1e-4 * max(1.0, float(np.abs(a).max(initial=0))))
