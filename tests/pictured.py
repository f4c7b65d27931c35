"""The graphs whose pictures are kept in data/pictures. After a change that is meant, keep the new ones:

    python tests/pictured.py         rewrite data/pictures/*.dot
"""

import random
from collections.abc import Callable
from pathlib import Path

import minigrad as torch
from minigrad.autograd import Function, grad

FOLDER = Path(__file__).with_name("data") / "pictures"


def double_edge():
    """b = a + a has two arrows; a has a gradient."""
    a = torch.tensor([1.0, 2.0], requires_grad=True)
    b = a + a
    y = (b * torch.ones(2)).sum()
    y.backward()
    return torch.draw(y)


def view():
    """Views of a base that was written, one of them a view of a view."""
    x = torch.ones(2, 3, requires_grad=True)
    h = x * 1
    row, column = h[0], h[:, 0]
    row.mul_(10)
    corner = h[1][2]
    return torch.draw(row, column, corner)


def copy_slices():
    """Document 002: numbers written into a tensor of zeros, and one of the many places that have no short name."""
    m = torch.tensor([[2.0, 3.0]], requires_grad=True)
    n = torch.zeros(2, 2)
    n[0, 0] = m[0, 0] ** 2
    n[1, 1:] = m[0, 1] ** 3
    n[[0, 1]] = m
    return torch.draw(n)


def second_order():
    """A slope and the slope's slope, each recorded by a backward."""
    x = torch.tensor(0.5, requires_grad=True)
    y = torch.tanh(x)
    [slope] = grad(y, x, create_graph=True)
    [bend] = grad(slope, x, create_graph=True)
    return torch.draw(slope, bend)


def steps_along_gradients():
    """Two steps downhill that remember how they were made: a frame for each gradient, and the steps between them."""
    start = torch.tensor(2.0, requires_grad=True)
    x = start
    for _ in range(2):
        [slope] = grad(x * x, x, create_graph=True)
        x = x - slope / 4
    return torch.draw(x)


def network():
    """A small network with weights that are the same everywhere."""
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    for i, parameter in enumerate(model.parameters()):
        torch.nn.init.constant_(parameter, i / 4)
    return model


def module_names():
    """The parameters of a Module have their names in it."""
    model = network()
    loss = (model(torch.ones(2, 2)) ** 2).mean()
    return torch.draw(loss, params=model)


def module_fold():
    """Each layer is one box, with its parameters inside."""
    model = network()
    with torch.draw.record(*model) as calls:
        loss = (model(torch.ones(2, 2)) ** 2).mean()
    return torch.draw(loss, fold=calls)


def chain_fold():
    """Forty times the same three operations."""
    w, x = torch.tensor(0.5, requires_grad=True), torch.tensor(0.25, requires_grad=True)
    h = x
    for _ in range(40):
        h = (w * h + 1).abs()
    return torch.draw(h.exp())


def version_mismatch():
    """A product has saved what was written since."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    h = x * 2
    y = h * h
    z = y.sqrt()
    h.add_(1)
    return torch.draw(z, saved=True)


def freed():
    """After a backward nothing is saved any more."""
    x = torch.tensor(2.0, requires_grad=True)
    y = x * x
    y.backward()
    return torch.draw(y, saved=True)


def cap():
    """Four hundred operations that do not repeat themselves."""
    x = torch.zeros(1, requires_grad=True)
    generator, last = random.Random(0), x
    for _ in range(200):
        last = generator.choice([torch.sin, torch.tanh, torch.abs])(last) * generator.choice([last, x])
    y = last
    return torch.draw(y)


def function():
    """A Function with two results and two saved tensors."""

    class Turn(Function):
        """A quarter of a turn."""

        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return -y, x * 1

        @staticmethod
        def backward(ctx, g, h):
            return h, -g

    x, y = torch.tensor(3.0, requires_grad=True), torch.tensor(4.0, requires_grad=True)
    a, b = Turn.apply(x, y)
    return torch.draw(a * a + b, saved=True)


def difference():
    """Something extra, something missing, arguments swapped, and a wrong input."""
    w, x = torch.tensor(2.0, requires_grad=True), torch.tensor(3.0, requires_grad=True)
    wanted = ((w / x).tanh() + x).exp() + w.abs()
    given = ((x / w).tanh() + w).sin().exp()
    return torch.draw(given, expected=wanted)


def no_difference():
    """The same graph, recorded again from leaves of its own."""

    def build():
        a, b = torch.tensor(2.0, requires_grad=True), torch.tensor(3.0, requires_grad=True)
        return a * b + b

    return torch.draw(build(), expected=build(), legend=False)


PICTURES: dict[str, Callable] = {
    make.__name__: make
    for make in (
        double_edge, view, copy_slices, second_order, steps_along_gradients, module_names, module_fold, chain_fold,
        version_mismatch, freed, cap, function, difference, no_difference,
    )
}  # fmt: skip


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make in PICTURES.items():
        make().save(FOLDER / f"{name}.dot")
