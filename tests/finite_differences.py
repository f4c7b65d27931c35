"""Derivatives by another road: differences of the values, which know nothing of rules and graphs."""

import warnings
from collections.abc import Callable, Sequence

import numpy as np

import minigrad as torch


def differences(f: Callable, arrays: Sequence[np.ndarray], cotangent: np.ndarray, step: float = 1e-6) -> list:
    """The gradients of sum(cotangent * f(*arrays)), element by element, by central differences in float64."""
    gradients = []
    for i, array in enumerate(arrays):
        gradient = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            values = []
            for sign in (1, -1):
                moved = [a.copy() for a in arrays]
                moved[i][place] += sign * step
                values.append(np.sum(cotangent * f(*moved)))
            gradient[place] = (values[0] - values[1]) / (2 * step)
        gradients.append(gradient)
    return gradients


def leaves(arrays: Sequence[np.ndarray]) -> list[torch.Tensor]:
    """The arrays as tensors that need gradients."""
    return [torch.tensor(array, requires_grad=True) for array in arrays]


def gradients(f: Callable, arrays: Sequence[np.ndarray], cotangent: np.ndarray) -> list[np.ndarray]:
    """The same by minigrad's backward; zeros where nothing arrives."""
    inputs = leaves(arrays)
    f(*inputs).backward(torch.tensor(cotangent))
    return [np.zeros(t.shape) if t.grad is None else t.grad.numpy() for t in inputs]


def recorded_gradients(f: Callable, inputs: Sequence[torch.Tensor], cotangent: torch.Tensor) -> list[torch.Tensor]:
    """The gradients of f at `inputs` as tensors that remember how they were made: the rules run on Tensors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about cycles, which `t.grad = None` breaks
        f(*inputs).backward(cotangent, create_graph=True)
    found = [torch.zeros_like(t) if t.grad is None else t.grad for t in inputs]
    for t in inputs:
        t.grad = None
    return found


def check_gradients(f: Callable, arrays: Sequence[np.ndarray], seed: int = 0, orders: int = 2) -> None:
    """First and second derivatives of f, on arrays and on Tensors, against differences.

    f: takes and returns Tensors; its values must be smooth around `arrays`, which are float64. orders: 1 leaves the
    second derivatives out.
    """
    random = np.random.default_rng(seed)

    def values(*points: np.ndarray) -> np.ndarray:
        return f(*map(torch.tensor, points)).numpy()

    cotangent = random.standard_normal(values(*arrays).shape)
    expected = differences(values, arrays, cotangent)
    close = {"rtol": 1e-6, "atol": 1e-7}
    for got, want, array in zip(gradients(f, arrays, cotangent), expected, arrays, strict=True):
        assert got.shape == array.shape and got.dtype == np.float64
        np.testing.assert_allclose(got, want, **close)
    if orders == 1:
        return

    inputs, second = leaves(arrays), [random.standard_normal(array.shape) for array in arrays]
    recorded = recorded_gradients(f, inputs, torch.tensor(cotangent, requires_grad=True))
    for got, want in zip(recorded, expected, strict=True):
        np.testing.assert_allclose(got.detach().numpy(), want, **close)
    total = sum([(g * torch.tensor(v)).sum() for g, v in zip(recorded, second, strict=True)])
    if total.requires_grad:  # else the first derivative is constant, and the second one nothing
        total.backward()

    def slope(*points: np.ndarray) -> float:
        return sum(np.sum(g * v) for g, v in zip(gradients(f, points, cotangent), second, strict=True))

    for t, want in zip(inputs, differences(slope, arrays, np.float64(1)), strict=True):
        got = np.zeros(t.shape) if t.grad is None else t.grad.numpy()
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)
