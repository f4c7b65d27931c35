"""Assignment 11, nn: its hidden cases. The right answers are computed with numpy alone, gradients by formulas."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.inside.cases import Case
from grader.judge.references.nn_contexts import (
    causal_context,
    fit_context,
    fitted,
    in_blocks,
    linear_context,
    looks,
    norm_context,
    norm_to_and_fro,
    own_inputs,
    past_context,
    paths,
    spread,
    start_context,
    steps_context,
    to_and_fro_context,
)


def signed(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers of both signs in turn, away from 0 and 1."""
    size = int(np.prod(shape))
    return (rng.uniform(1.3, 2.8, size=size) * np.resize([1, -1, -1, 1, 1], size)).reshape(shape)


# --- a layer in blocks --------------------------------------------------------------------------------------------


def draw_linear(rng: np.random.Generator) -> tuple:
    """Six inputs and nine outputs in three blocks, for an input of three dimensions."""
    return signed(rng, 2, 4, 6), signed(rng, 9, 2), signed(rng, 9), 3, signed(rng, 2, 4, 9)


def linear_fresh(x: Any, weight: Any, bias: Any, blocks: int, g: Any) -> dict:
    """Values, and the gradients by x, weight and bias."""
    rows, above = weight.reshape(blocks, -1, weight.shape[1]), g.reshape(*g.shape[:-1], blocks, -1)
    by_x = np.einsum("...bo,boi->...bi", above, rows).reshape(x.shape)
    by_weight = np.einsum("abki,abko->koi", own_inputs(x, blocks), above).reshape(weight.shape)
    y = in_blocks(x, weight, bias, blocks)
    return {"dtype": "float64", "y": y, "gradients": [by_x, by_weight, g.sum(axis=(0, 1))]}


def draw_start(rng: np.random.Generator) -> tuple:
    """Many outputs, so that the largest and the mean number say how all are spread."""
    return int(rng.integers(12, 20)) * 3, 2400, 3


def linear_start(inputs: int, outputs: int, blocks: int) -> dict:
    return {"shape": [outputs, inputs // blocks], "weight": spread(1.0, 0.5), "bias": spread(1.0, 0.5)}


# --- RMSprop ------------------------------------------------------------------------------------------------------


def draw_options(rng: np.random.Generator, more: bool) -> dict:
    lr, alpha, eps, decay, momentum = rng.uniform([0.1, 0.5, 0.3, 0.4, 0.4], [0.2, 0.8, 0.6, 0.8, 0.7]).tolist()
    usual = {"lr": lr, "alpha": alpha, "eps": eps}
    return usual | {"weight_decay": decay, "momentum": momentum} if more else usual


def draw_steps(rng: np.random.Generator, more: bool) -> tuple:
    """Two parameters, the gradients of both for four steps, and the options of each."""
    shapes = ((3,), (2, 2)) if more else ((3,), (3,))
    gradients = [[signed(rng, *shape) for shape in shapes] for _ in range(4)]
    return [signed(rng, *shape) for shape in shapes], gradients, draw_options(rng, more), draw_options(rng, more)


# --- a convolution that looks back --------------------------------------------------------------------------------


def draw_causal(rng: np.random.Generator, dilation: int) -> tuple:
    """Two sounds of two channels and length 7, three outputs, three weights for each."""
    return signed(rng, 2, 2, 7), signed(rng, 3, 2, 3), dilation, signed(rng, 2, 3, 7)


def causal_right(x: Any, weight: Any, dilation: int, g: Any, dtype: str = "float64") -> dict:
    """Values and gradients, from the formula's three indices."""
    table = looks(x.shape[2], weight.shape[2], dilation)
    found = {
        "y": np.einsum("ocj,jts,ncs->not", weight, table, x),
        "x": np.einsum("ocj,jts,not->ncs", weight, table, g),
        "weight": np.einsum("not,jts,ncs->ocj", g, table, x),
    }
    return {"dtypes": [dtype] * 3, **{key: value.astype(dtype) for key, value in found.items()}}


def causal_single(x: Any, weight: Any, dilation: int, g: Any) -> dict:
    return causal_right(x, weight, dilation, g, "float32")


# --- running averages ---------------------------------------------------------------------------------------------


def draw_norm(rng: np.random.Generator) -> tuple:
    """A batch before, and then the one that is looked at."""
    before, x = (signed(rng, n, 3) * rng.uniform(0.5, 2, size=(n, 3)) for n in (5, 4))
    return before, x, signed(rng, 3), signed(rng, 3), signed(rng, 4, 3)


def norm_differentiated(before: Any, x: Any, weight: Any, bias: Any, g: Any) -> dict:
    """The derivative through mean and variance, as one formula; eps is 0.5."""
    root = np.sqrt(x.var(axis=0) + 0.5)
    normal, h = (x - x.mean(axis=0)) / root, g * weight
    by_x = (h - h.mean(axis=0) - normal * (h * normal).mean(axis=0)) / root
    return {"y": normal * weight + bias, "gradients": [by_x, (g * normal).sum(axis=0), g.sum(axis=0)]}


def draw_batches(rng: np.random.Generator) -> tuple:
    """Three batches of different sizes, four numbers to be asked about, a weight and a bias."""
    batches = [signed(rng, n, 2) * rng.uniform(0.5, 2, size=(n, 2)) + n for n in (4, 6, 3)]
    return (*batches, signed(rng, 2, 2), signed(rng, 2), signed(rng, 2))


# --- the training loop --------------------------------------------------------------------------------------------


def draw_fit(rng: np.random.Generator) -> tuple:
    """A weight of two numbers, three batches of different lengths, a test pair, epochs and a learning rate."""
    batches = [(signed(rng, n, 2), signed(rng, n) * 3) for n in (2, 5, 3)]
    return signed(rng, 2), batches, (signed(rng, 4, 2), signed(rng, 4) * 3), 3, float(rng.uniform(0.008, 0.012))


def fit_past(weight: Any, batches: Any, test: Any, epochs: int, lr: float) -> dict:
    modes = (["train"] * len(batches) + ["eval"]) * epochs
    return {"weight": fitted(weight, batches, test, epochs, lr)["weight"], "modes": modes}


# --- two moons ----------------------------------------------------------------------------------------------------


def half_circles(angle: np.ndarray, turn: float) -> np.ndarray:
    """The places of these angles (2, n) on both moons, turned, (2 n, 2)."""
    upper = np.stack([np.cos(angle[0]), np.sin(angle[0])], axis=1)
    lower = np.stack([1 - np.cos(angle[1]), 0.5 - np.sin(angle[1])], axis=1)
    return np.concatenate([upper, lower]) @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]


def draw_moons(rng: np.random.Generator) -> tuple:
    """200 points with noise, which moon each is on, and 60 places without noise, in disorder."""
    turn = float(rng.uniform(0.5, 5.5))
    points = half_circles(np.pi * rng.random((2, 100)), turn) + 0.1 * rng.normal(size=(200, 2))
    asked = half_circles(np.pi * rng.uniform(0.05, 0.95, size=(2, 30)), turn)
    return points, np.repeat([0, 1], 100), rng.permutation(asked)


def moons_right(points: Any, labels: Any, asked: Any) -> dict:
    """A place without noise is on the moon of the nearest point: the moons are half a unit apart."""
    away = ((asked[:, None] - points) ** 2).sum(axis=-1)
    nearest = np.asarray(labels)[away.argmin(axis=1)]
    return {
        "moon": nearest,
        "right of the 200 known ones": "at least 97%",
        "scores along a line": "bent",
        "numbers to learn": "1 to 2,000",
        "largest difference when all are 0": 0.0,
    }


CASES = (
    Case(
        name="linear.fresh",
        points=1,
        label="value",
        says="Three blocks: values and gradients for an input of three dimensions, in float64.",
        inputs=draw_linear,
        expected=linear_fresh,
        context=linear_context,
        source="sums over each block's own inputs",
        rtol=1e-9,
    ),
    Case(
        name="linear.start",
        points=0.5,
        label="convention",
        says="Where weight and bias start: the lowest, the highest and the mean size, in units of the right bound.",
        inputs=draw_start,
        expected=linear_start,
        context=start_context,
        source="1 / sqrt(n), n products in one output",
    ),
    Case(
        name="linear.refused",
        points=0.5,
        label="error",
        says="Blocks that do not divide the inputs, and blocks that do not divide the outputs.",
        inputs=lambda rng: (6, 3 * int(rng.integers(2, 6)) + 1, 3),
        expected={"inputs that do not divide": "ValueError", "outputs that do not divide": "ValueError"},
        context={"any_blocks": "nothing"},
    ),
    Case(
        name="rmsprop.plain",
        points=1,
        label="value",
        says="Four steps of two parameters, without weight decay and momentum.",
        inputs=lambda rng: draw_steps(rng, more=False),
        expected=paths,
        context=steps_context,
        rtol=1e-5,
        source="the formulas of the task",
    ),
    Case(
        name="rmsprop.all_options",
        points=1,
        label="options",
        says="Four steps of two parameters, each with its own weight decay and momentum.",
        inputs=lambda rng: draw_steps(rng, more=True),
        expected=paths,
        context=steps_context,
        rtol=1e-5,
        source="the formulas of the task",
    ),
    Case(
        name="causal.fresh",
        points=1.5,
        label="value",
        says="Two sounds of two channels, three outputs, three weights, dilation 3: values and gradients.",
        inputs=lambda rng: draw_causal(rng, 3),
        expected=causal_right,
        context=causal_context,
        source="the formula of the task, its sums written out",
    ),
    Case(
        name="causal.single",
        points=0.5,
        label="dtype",
        says="The same in float32, with dilation 4: the window is longer than the sound.",
        inputs=lambda rng: draw_causal(rng, 4),
        expected=causal_single,
        context=causal_context,
        source="the formula of the task, its sums written out",
    ),
    Case(
        name="norm.differentiated",
        points=1,
        label="value",
        says="The second batch in train mode: the values, and the gradients by x, weight and bias.",
        inputs=draw_norm,
        expected=norm_differentiated,
        context=norm_context,
        source="the derivative through mean and variance",
    ),
    Case(
        name="norm.to_and_fro",
        points=1,
        label="memory",
        says="Three batches in train mode, after each one a question in eval mode; with a weight and a bias.",
        inputs=draw_batches,
        expected=norm_to_and_fro,
        context=to_and_fro_context,
        source="averages over all batches",
    ),
    Case(
        name="fit.learned",
        points=1,
        label="value",
        says="Three epochs of three batches of different lengths: the weight, and both curves.",
        inputs=draw_fit,
        expected=fitted,
        context=fit_context,
        source="the slope of the mean squared error",
    ),
    Case(
        name="fit.past",
        points=1,
        label="memory",
        says="A network that comes with old gradients and in eval mode.",
        inputs=draw_fit,
        expected=fit_past,
        context=past_context,
        source="the slope of the mean squared error",
    ),
    Case(
        name="moons.turned",
        points=1.5,
        label="value",
        says="Other moons, turned by some angle: 60 places on them, without noise.",
        inputs=draw_moons,
        expected=moons_right,
        context={"moons": True},
        source="on which half circle each place is",
    ),
)
