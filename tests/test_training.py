"""Networks learn: XOR, two moons and the handwritten digits, each from a fixed seed."""

from pathlib import Path

import numpy as np
import pytest

import minigrad as torch
from minigrad import nn, optim
from minigrad.nn import functional as F
from minigrad.utils.data import DataLoader, TensorDataset

DIGITS = Path(__file__).parents[1] / "course" / "data" / "digits.npz"
TRAINING = 1437  # four fifths of 1,797


def accuracy(network, x, y):
    """The share of the rows of x that the network puts into their class y."""
    network.eval()
    with torch.no_grad():
        return (network(x).argmax(1) == y).float().mean().item()


def train(network, optimiser, scheduler, batches, epochs):
    """The loop of chapter 11."""
    for _ in range(epochs):
        network.train()
        for x, y in batches:
            loss = F.cross_entropy(network(x), y)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        scheduler.step()


def test_xor():
    torch.manual_seed(0)
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    network = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    optimiser, loss_of = optim.SGD(network.parameters(), lr=0.5, momentum=0.9), nn.BCEWithLogitsLoss()
    first = loss_of(network(x), y).item()
    for _ in range(300):
        loss = loss_of(network(x), y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert first > 0.6 and loss.item() < 0.01
    assert (network(x) > 0).tolist() == [[False], [True], [True], [False]]


def moons(n):
    """n points on each of two half circles that reach into each other, and which one each is on."""
    angle, noise = torch.rand(2, n).numpy() * np.pi, torch.randn(2, 2, n).numpy() * 0.1
    upper = np.stack([np.cos(angle[0]), np.sin(angle[0])]) + noise[0]
    lower = np.stack([1 - np.cos(angle[1]), 0.5 - np.sin(angle[1])]) + noise[1]
    return torch.tensor(np.concatenate([upper.T, lower.T])), torch.tensor([0] * n + [1] * n)


def test_two_moons():
    torch.manual_seed(0)
    (x, y), (new, new_y) = moons(100), moons(500)
    network = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 2))
    optimiser = optim.Adam(network.parameters(), lr=0.02)
    scheduler = optim.lr_scheduler.StepLR(optimiser, step_size=200)
    train(network, optimiser, scheduler, [(x, y)], epochs=300)
    assert accuracy(network, x, y) >= 0.99 and accuracy(network, new, new_y) >= 0.99


def digits():
    """Training images and labels, then those that are kept for the test: (n, 1, 8, 8) in [0, 1] and (n,)."""
    file = np.load(DIGITS)
    images, labels = torch.tensor(file["images"]).float().unsqueeze(1) / 16, torch.tensor(file["labels"]).long()
    order = torch.randperm(len(labels))
    first, rest = order[:TRAINING], order[TRAINING:]
    return images[first], labels[first], images[rest], labels[rest]


def dense():
    """Two layers: 97 %."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10))
    return network, optim.Adam(network.parameters(), lr=0.005)


def convolutional():
    """Two convolutions and a layer: 98 %."""
    network = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(512, 10),
    )  # fmt: skip
    return network, optim.SGD(network.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)


@pytest.mark.parametrize("make, epochs, wanted", [(dense, 40, 0.97), (convolutional, 20, 0.98)])
def test_digits(make, epochs, wanted):
    torch.manual_seed(0)
    x, y, test_x, test_y = digits()
    network, optimiser = make()
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=epochs)
    train(network, optimiser, scheduler, DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True), epochs)
    assert accuracy(network, test_x, test_y) >= wanted
