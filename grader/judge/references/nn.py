"""Assignment 11, nn: its hidden cases. The right answers are computed with numpy alone, gradients by formulas."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.inside.cases import Case, Raises


def signed(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers of both signs in turn, away from 0 and 1."""
    size = int(np.prod(shape))
    return (rng.uniform(1.3, 2.8, size=size) * np.resize([1, -1, -1, 1, 1], size)).reshape(shape)


# --- a layer in blocks --------------------------------------------------------------------------------------------


def draw_linear(rng: np.random.Generator) -> tuple:
    """Six inputs and nine outputs in three blocks, for an input of three dimensions."""
    return signed(rng, 2, 4, 6), signed(rng, 9, 2), signed(rng, 9), 3, signed(rng, 2, 4, 9)


def own_inputs(x: np.ndarray, blocks: int, interleaved: bool = False) -> np.ndarray:
    """The inputs of each block, (..., blocks, n)."""
    if interleaved:
        return np.stack([x[..., i::blocks] for i in range(blocks)], axis=-2)
    return x.reshape(*x.shape[:-1], blocks, -1)


def in_blocks(x: Any, weight: Any, bias: Any, blocks: int, interleaved: bool = False) -> np.ndarray:
    rows = weight.reshape(blocks, -1, weight.shape[1])
    y = np.einsum("...bi,boi->...bo", own_inputs(x, blocks, interleaved), rows)
    return y.reshape(*x.shape[:-1], -1) + bias


def linear_fresh(x: Any, weight: Any, bias: Any, blocks: int, g: Any) -> dict:
    """Values, and the gradients by x, weight and bias."""
    rows, above = weight.reshape(blocks, -1, weight.shape[1]), g.reshape(*g.shape[:-1], blocks, -1)
    by_x = np.einsum("...bo,boi->...bi", above, rows).reshape(x.shape)
    by_weight = np.einsum("abki,abko->koi", own_inputs(x, blocks), above).reshape(weight.shape)
    y = in_blocks(x, weight, bias, blocks)
    return {"dtype": "float64", "y": y, "gradients": [by_x, by_weight, g.sum(axis=(0, 1))]}


def linear_context(x: Any, weight: Any, bias: Any, blocks: int, g: Any) -> dict:
    """The blocks interleaved; a layer that has no blocks, or no bias that can be found, takes no such state."""
    return {
        "y": {"interleaved": in_blocks(x, weight, bias, blocks, interleaved=True), "seven_digits": True},
        "gradients": {"seven_digits": True},
        "no_blocks": Raises("RuntimeError", f"shape in current model is torch.Size([{len(bias)}, {x.shape[-1]}])"),
        "unfound_bias": Raises("RuntimeError", 'Unexpected key(s) in state_dict: "bias"'),
    }


def draw_start(rng: np.random.Generator) -> tuple:
    """Many outputs, so that the largest and the mean number say how all are spread."""
    return int(rng.integers(12, 20)) * 3, 2400, 3


def spread(largest: float, mean: float) -> dict:
    """What `start` finds, in units of the right bound."""
    return {"largest": largest, "mean": mean, "both signs": True}


def linear_start(inputs: int, outputs: int, blocks: int) -> dict:
    return {"shape": [outputs, inputs // blocks], "weight": spread(1.0, 0.5), "bias": spread(1.0, 0.5)}


def start_context(inputs: int, outputs: int, blocks: int) -> dict:
    """The bound of all inputs: 1 / √blocks of the right one. kaiming_uniform_'s own: √6 of it."""
    right, narrow, wide = linear_start(inputs, outputs, blocks), spread(0.6, 0.3), spread(2.4, 1.2)
    return {
        "no_blocks": {"shape": [outputs, inputs], "weight": narrow, "bias": narrow},
        "bound_of_all": [right | both for both in ({"weight": narrow, "bias": narrow}, {"bias": narrow})],
        "kaiming": [right | both for both in ({"weight": wide}, {"weight": wide, "bias": narrow})],
        "bell": True,
    }


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


SLIPS = ("corrected", "adam", "eps_inside", "first_square", "decay_apart", "momentum_first", "one_state")


def moved(
    x: Any, g: Any, state: dict, lr: float, alpha: float, eps: float, weight_decay: float = 0.0, momentum: float = 0.0,
    slip: str = "",
) -> np.ndarray:  # fmt: skip
    """Where one step leads a parameter, with what is in its state; `slip` names one that students make."""
    g = g if slip == "decay_apart" else g + weight_decay * x
    count = state["count"] = state.get("count", 0) + 1
    before = g * g if slip == "first_square" and count == 1 else state.get("v", 0.0)
    v = state["v"] = alpha * before + (1 - alpha) * g * g
    mean = v / (1 - alpha**count) if slip in ("corrected", "adam") else v
    root = np.sqrt(mean + eps) if slip == "eps_inside" else np.sqrt(mean) + eps
    if slip == "adam":
        m = state["b"] = momentum * state.get("b", 0.0) + (1 - momentum) * g
        return x - lr * m / (1 - momentum**count) / root
    if slip == "momentum_first":
        b = state["b"] = momentum * state.get("b", 0.0) + g
        return x - lr * b / root
    b = state["b"] = momentum * state.get("b", 0.0) + g / root
    return x - lr * b - (lr * weight_decay * x if slip == "decay_apart" else 0.0)


def paths(values: Any, gradients: Any, *options: dict, slip: str = "") -> list:
    """Where all parameters are after each step."""
    shared: dict = {}
    states: list[dict] = [shared if slip == "one_state" else {} for _ in values]
    found = []
    for of_all in gradients:
        every = zip(values, of_all, states, options, strict=True)
        values = [moved(x, g, state, **own, slip=slip) for x, g, state, own in every]
        found.append(values)
    return found


def steps_context(values: Any, gradients: Any, *options: dict) -> dict:
    """For each step and parameter what the slips give, and where it started."""
    right = paths(values, gradients, *options)
    alike, plain = values[0].shape == values[1].shape, not any("weight_decay" in own for own in options)
    slips = {
        slip: paths(values, gradients, *options, slip=slip) for slip in SLIPS if alike or slip != "one_state"
    }  # parameters of different shapes cannot share a state
    found: dict = {}
    for step in range(len(gradients)):
        for i, start in enumerate(values):
            known = {slip: other[step][i] for slip, other in slips.items()} | {"before": start}
            if plain:  # then the gradients do not depend on where it is
                known["update"] = start - right[step][i]
            if step == 0:  # where Adam's correction and a beginning with the first square are the same
                known |= dict.fromkeys(("corrected", "adam", "first_square"), right[0][i])
            found.setdefault(step, {})[i] = known
    return found


# --- a convolution that looks back --------------------------------------------------------------------------------


def draw_causal(rng: np.random.Generator, dilation: int) -> tuple:
    """Two sounds of two channels and length 7, three outputs, three weights for each."""
    return signed(rng, 2, 2, 7), signed(rng, 3, 2, 3), dilation, signed(rng, 2, 3, 7)


def looks(length: int, k: int, dilation: int) -> np.ndarray:
    """looks[j, t, s] is 1 where output t sees input s through the weight j, (k, length, length)."""
    return np.stack([np.eye(length, k=-j * dilation) for j in range(k)])


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


def causal_context(x: Any, weight: Any, dilation: int, g: Any) -> dict:
    """The weights in conv1d's order; the window in the future, in a circle or never moved; the dilation forgotten."""
    table = looks(x.shape[2], weight.shape[2], dilation)
    undilated = looks(x.shape[2], weight.shape[2], 1)
    formula, length = "ocj,jts,ncs->not", x.shape[2]
    circle = np.stack([np.roll(np.eye(length), j * dilation, axis=0) for j in range(weight.shape[2])])
    return {
        "y": {
            "circular": np.einsum(formula, weight, circle, x),
            "turned": np.einsum(formula, weight[:, :, ::-1], table, x),
            "future": np.einsum(formula, weight, table.transpose(0, 2, 1), x),
            "undilated": np.einsum(formula, weight, undilated, x),
            "present": np.einsum("ocj,ncs->nos", weight, x),
        }
    }


# --- running averages ---------------------------------------------------------------------------------------------


def draw_norm(rng: np.random.Generator) -> tuple:
    return signed(rng, 4, 3) * rng.uniform(0.5, 2, size=(4, 3)), signed(rng, 3), signed(rng, 3), signed(rng, 4, 3)


def norm_differentiated(x: Any, weight: Any, bias: Any, g: Any) -> dict:
    """The derivative through mean and variance, as one formula; eps is 0.5."""
    root = np.sqrt(x.var(axis=0) + 0.5)
    normal, h = (x - x.mean(axis=0)) / root, g * weight
    by_x = (h - h.mean(axis=0) - normal * (h * normal).mean(axis=0)) / root
    return {"y": normal * weight + bias, "gradients": [by_x, (g * normal).sum(axis=0), g.sum(axis=0)]}


def norm_context(x: Any, weight: Any, bias: Any, g: Any) -> dict:
    root = np.sqrt(x.var(axis=0) + 0.5)
    outside, other = np.sqrt(x.var(axis=0)) + 0.5, np.sqrt(x.var(axis=0, ddof=1) + 0.5)
    y = {"eps_outside": outside, "by_n_minus_1": other}
    away = (x - x.mean(axis=0)) * weight
    return {
        "y": {name: away / below + bias for name, below in y.items()},
        "gradients": {0: {"batch_constant": g * weight / root}},
    }


def draw_batches(rng: np.random.Generator) -> tuple:
    """Three batches of different sizes, four numbers to be asked about, a weight and a bias."""
    batches = [signed(rng, n, 2) * rng.uniform(0.5, 2, size=(n, 2)) + n for n in (4, 6, 3)]
    return (*batches, signed(rng, 2, 2), signed(rng, 2), signed(rng, 2))


def averages(batches: Any, slip: str = "") -> list[tuple]:
    """Mean and variance after each batch; `slip` names one that students make."""
    mean, var, found, examples = 0.0, 1.0, [], 0
    for count, x in enumerate(batches, 1):
        examples += len(x)
        shares = {"forgetful": 0.1, "counted_late": 1 / (count + 1), "weighed": len(x) / examples}
        share = shares.get(slip, 1 / count)
        mean = mean + share * (x.mean(axis=0) - mean)
        var = var + share * (x.var(axis=0, ddof=0 if slip == "biased" else 1) - var)
        found.append((mean, var))
    return found


def norm_to_and_fro(*inputs: Any, slip: str = "") -> list:
    *batches, asked, weight, bias = inputs
    return [
        {"y": (asked - mean) / np.sqrt(var + 1e-5) * weight + bias, "var": var, "batches": count}
        for count, (mean, var) in enumerate(averages(batches, slip), 1)
    ]


def to_and_fro_context(*inputs: Any) -> dict:
    *batches, asked, weight, bias = inputs
    right = norm_to_and_fro(*inputs)
    slips = {slip: norm_to_and_fro(*inputs, slip=slip) for slip in ("forgetful", "counted_late", "weighed", "biased")}
    own_batch = (asked - asked.mean(axis=0)) / np.sqrt(asked.var(axis=0) + 1e-5) * weight + bias
    far = [(asked - mean) / (np.sqrt(var) + 1e-5) * weight + bias for mean, var in averages(batches)]
    known: dict = {}
    for i in range(len(batches)):
        y = {slip: found[i]["y"] for slip, found in slips.items()}
        y |= {"own_batch": own_batch, "eps_outside": far[i], "unweighted": (right[i]["y"] - bias) / weight}
        known[i] = {
            "y": y,
            "var": {slip: found[i]["var"] for slip, found in slips.items()},
            "batches": {"counted_in_eval": 2 * i + 2},
        }
    return known


# --- the training loop --------------------------------------------------------------------------------------------


def draw_fit(rng: np.random.Generator) -> tuple:
    """A weight of two numbers, three batches of different lengths, a test pair, epochs and a learning rate."""
    batches = [(signed(rng, n, 2), signed(rng, n) * 3) for n in (2, 5, 3)]
    return signed(rng, 2), batches, (signed(rng, 4, 2), signed(rng, 4) * 3), 3, float(rng.uniform(0.008, 0.012))


def fitted(weight: Any, batches: Any, test: Any, epochs: int, lr: float, slip: str = "", past: Any = 0.0) -> dict:
    """What a right `fit` does with a Witness and SGD, or one with a slip; `past`: old gradients in the first step."""
    training, tested, kept = [], [], past
    inputs, targets = (np.concatenate([batch[i] for batch in batches]) for i in (0, 1))
    lengths = None if slip == "per_batch" else [len(y) for _, y in batches]
    for epoch in range(epochs):
        losses, twice = [], 1 if slip == "never_train" or (slip == "stays_eval" and epoch) else 2
        kept = 0.0 if slip == "piled_in_epoch" else kept
        for x, y in batches:
            error = twice * (x @ weight) - y
            slope = kept + 2 / len(y) * twice * x.T @ error
            kept = slope if slip in ("piled", "piled_in_epoch") else 0.0
            weight = weight - (0.0 if slip == "never_moved" else lr) * slope
            losses.append((error**2).mean())
        mean = float(np.average(losses, weights=lengths))
        later = float(((inputs @ weight - targets) ** 2).mean())
        training.append({"afterwards": later, "last_batch": float(losses[-1])}.get(slip, mean))
        tested.append(float((((2 if slip == "still_training" else 1) * (test[0] @ weight) - test[1]) ** 2).mean()))
    return {"weight": weight, "training": training, "test": tested}


FIT_SLIPS = (
    *("piled", "piled_in_epoch", "per_batch", "still_training", "stays_eval", "never_train", "never_moved"),
    *("afterwards", "last_batch"),
)


def fit_context(weight: Any, batches: Any, test: Any, epochs: int, lr: float) -> dict:
    inputs = weight, batches, test, epochs, lr
    slips = {slip: fitted(*inputs, slip=slip) for slip in FIT_SLIPS}
    return {part: {slip: found[part] for slip, found in slips.items()} for part in ("weight", "training", "test")}


def fit_past(weight: Any, batches: Any, test: Any, epochs: int, lr: float) -> dict:
    modes = (["train"] * len(batches) + ["eval"]) * epochs
    return {"weight": fitted(weight, batches, test, epochs, lr)["weight"], "modes": modes}


def past_context(weight: Any, batches: Any, test: Any, epochs: int, lr: float) -> dict:
    """The weight, where the old gradients come in, and where they do not but something else is wrong."""
    inputs = weight, batches, test, epochs, lr
    past = np.array([100.0, -100.0])
    without = ("piled_in_epoch", "stays_eval", "never_train", "never_moved")
    known = {slip: fitted(*inputs, slip=slip)["weight"] for slip in without}
    known |= {name: fitted(*inputs, slip=slip, past=past)["weight"] for name, slip in (("old", ""), ("piled", "piled"))}
    return {"weight": known}


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
        "scores along a line": "bent",
        "numbers to learn": "1 to 2,000",
        "differences when all are 0": np.zeros((len(asked), 2)),
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
        says="Where weight and bias start: shape, signs, the largest and the mean size in units of the right bound.",
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
        says="One batch in train mode: the values, and the gradients by x, weight and bias.",
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
        points=2,
        label="value",
        says="Other moons, turned by some angle: 60 places on them, without noise.",
        inputs=draw_moons,
        expected=moons_right,
        context={"moons": True},
        source="on which half circle each place is",
    ),
)
