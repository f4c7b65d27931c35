"""Assignment 11, nn: formulas for right answers and for slips that students make, in numpy; contexts made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.inside.cases import Raises

# --- a layer in blocks --------------------------------------------------------------------------------------------


def dealt(rows: np.ndarray, blocks: int) -> np.ndarray:
    """The last axis or the only one in another order: first of each block, second of each block, ..."""
    return rows.reshape(*rows.shape[:-1], blocks, -1).swapaxes(-1, -2).reshape(rows.shape)


def own_inputs(x: np.ndarray, blocks: int, interleaved: bool = False) -> np.ndarray:
    """The inputs of each block, (..., blocks, n)."""
    if interleaved:
        return np.stack([x[..., i::blocks] for i in range(blocks)], axis=-2)
    return x.reshape(*x.shape[:-1], blocks, -1)


def in_blocks(x: Any, weight: Any, bias: Any, blocks: int, interleaved: bool = False) -> np.ndarray:
    rows = weight.reshape(blocks, -1, weight.shape[1])
    y = np.einsum("...bi,boi->...bo", own_inputs(x, blocks, interleaved), rows)
    return y.reshape(*x.shape[:-1], -1) + bias


def in_turn(x: Any, weight: Any, bias: Any, blocks: int) -> list[np.ndarray]:
    """Row i for block i % blocks; or the right rows, their results dealt out in turn."""
    order = np.argsort(np.arange(len(bias)) % blocks, kind="stable")
    y = np.empty((*x.shape[:-1], len(bias)))
    y[..., order] = in_blocks(x, weight[order], bias[order], blocks)
    return [y, dealt(in_blocks(x, weight, 0, blocks), blocks) + bias]


def linear_context(x: Any, weight: Any, bias: Any, blocks: int, g: Any) -> dict:
    """The blocks interleaved; a layer that has no blocks, or no bias that can be found, takes no such state."""
    return {
        "y": {
            "interleaved": in_blocks(x, weight, bias, blocks, interleaved=True),
            "in_turn": in_turn(x, weight, bias, blocks),
            "seven_digits": True,
        },
        "gradients": {"seven_digits": True},
        "no_blocks": Raises("RuntimeError", f"shape in current model is torch.Size([{len(bias)}, {x.shape[-1]}])"),
        "unfound_bias": Raises("RuntimeError", 'Unexpected key(s) in state_dict: "bias"'),
        "unfound": Raises("RuntimeError", 'Unexpected key(s) in state_dict: "weight", "bias"'),
        "two_axes": Raises("IndexError", "too many indices for tensor"),
    }


def sizes(bound: float, mean: float, low: float = -1.0) -> dict:
    """Numbers between low * bound and bound, in units of the right bound."""
    return {"lowest": low * bound, "highest": bound, "mean size": mean}


def spread(bound: float, mean: float) -> dict:
    return {"dtype": "float32", **sizes(bound, mean)}


def start_context(inputs: int, outputs: int, blocks: int) -> dict:
    """The bound of all inputs: 1 / √blocks of the right one. kaiming_uniform_'s own: √6 of it."""
    return {"no_blocks": {"shape": [outputs, inputs], "weight": spread(0.6, 0.3), "bias": spread(0.6, 0.3)}} | starts()


def starts() -> dict:
    """Weight and bias as they should not start."""
    narrow, wide, positive = sizes(0.6, 0.3), sizes(2.4, 1.2), sizes(1.0, 0.5, low=0.0)
    return {
        "bound_of_all": [{"weight": narrow, "bias": narrow}, {"bias": narrow}],
        "kaiming": [{"weight": wide}, {"weight": wide, "bias": narrow}],
        "never_negative": [{"weight": positive, "bias": positive}, {"weight": positive}, {"bias": positive}],
        "zero_bias": [{"bias": sizes(0.0, 0.0)}],
        "bell": True,
    }


# --- RMSprop ------------------------------------------------------------------------------------------------------


SLIPS = (
    *("corrected", "adam", "eps_inside", "first_square", "decay_apart", "momentum_first", "one_state"),
    *("shares_exchanged", "forgotten", "no_eps"),
)


def moved(
    x: Any, g: Any, state: dict, lr: float, alpha: float, eps: float, weight_decay: float = 0.0, momentum: float = 0.0,
    slip: str = "",
) -> np.ndarray:  # fmt: skip
    """Where one step leads a parameter, with what is in its state; `slip` names one that students make."""
    g = g if slip == "decay_apart" else g + weight_decay * x
    count = state["count"] = state.get("count", 0) + 1
    before = g * g if slip == "first_square" and count == 1 else state.get("v", 0.0)
    share = alpha if slip == "shares_exchanged" else 1 - alpha
    v = state["v"] = (1 - share) * before + share * g * g
    mean = v / (1 - alpha**count) if slip in ("corrected", "adam") else v
    root = np.sqrt(mean + eps) if slip == "eps_inside" else np.sqrt(mean) + (0 if slip == "no_eps" else eps)
    if slip == "adam":
        m = state["b"] = momentum * state.get("b", 0.0) + (1 - momentum) * g
        return x - lr * m / (1 - momentum**count) / root
    if slip == "momentum_first":
        b = state["b"] = momentum * state.get("b", 0.0) + g
        return x - lr * b / root
    b = state["b"] = momentum * state.get("b", 0.0) + g / root
    if slip == "forgotten":
        state |= {"v": 0.0, "b": 0.0}
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
            if step == 0:  # where some slips are the same, or none yet
                known |= dict.fromkeys(("corrected", "adam", "first_square", "forgotten"), right[0][i])
            found.setdefault(step, {})[i] = known
    return found


# --- a convolution that looks back --------------------------------------------------------------------------------


def looks(length: int, k: int, dilation: int) -> np.ndarray:
    """looks[j, t, s] is 1 where output t sees input s through the weight j, (k, length, length)."""
    return np.stack([np.eye(length, k=-j * dilation) for j in range(k)])


def causal_context(x: Any, weight: Any, dilation: int, g: Any) -> dict:
    """What the slips give for y, and the exception of a slice that reaches behind the beginning."""
    behind = (weight.shape[2] - 1) * dilation >= x.shape[2]
    return {"y": causal_slips(x, weight, dilation), "lengths": mismatches(x, weight, dilation)} | (
        {"behind": True} if behind else {}
    )


def mismatches(x: Any, weight: Any, dilation: int) -> dict[str, Raises]:
    """What `grad` says of a result of another length than the gradient that it gets from above."""
    length, k = x.shape[2], weight.shape[2]
    back = (k - 1) * dilation
    lengths = {"inside_only": length - back, "few_zeros": length - back + k - 1, "too_long": length + back}
    shape = f"{len(x)}, {len(weight)}"
    return {
        slip: Raises("RuntimeError", f"and output[0] has a shape of torch.Size([{shape}, {n}])")
        for slip, n in lengths.items()
    }


def causal_slips(x: Any, weight: Any, dilation: int) -> dict[str, np.ndarray]:
    """The weights in conv1d's order; the window in the future, in a circle, a step late or never moved; and others."""
    formula, length, k = "ocj,jts,ncs->not", x.shape[2], weight.shape[2]
    table = looks(length, k, dilation)
    circle = np.stack([np.roll(np.eye(length), j * dilation, axis=0) for j in range(k)])
    longer = np.pad(x, ((0, 0), (0, 0), (0, (k - 1) * dilation)))
    return {
        "circular": np.einsum(formula, weight, circle, x),
        "turned": np.einsum(formula, weight[:, :, ::-1], table, x),
        "future": np.einsum(formula, weight, table.transpose(0, 2, 1), x),
        "undilated": np.einsum(formula, weight, looks(length, k, 1), x),
        "present": np.einsum("ocj,ncs->nos", weight, x),
        "past_only": np.einsum(formula, weight, looks(length, k + 1, dilation)[1:], x),
        "too_long": np.einsum(formula, weight, looks(longer.shape[2], k, dilation), longer),
        "first_channel": np.einsum(formula, weight[:, :1], table, x[:, :1]),
    }


# --- running averages ---------------------------------------------------------------------------------------------


def norm_context(before: Any, x: Any, weight: Any, bias: Any, g: Any) -> dict:
    """The values with other divisors or with the running numbers; the gradient with constants for mean and variance."""
    root = np.sqrt(x.var(axis=0) + 0.5)
    divisors = {
        "eps_outside": np.sqrt(x.var(axis=0)) + 0.5,
        "by_n_minus_1": np.sqrt(x.var(axis=0, ddof=1) + 0.5),
        "no_root": root**2,
        "own_eps": np.sqrt(x.var(axis=0) + 1e-5),
    }
    away, running = (x - x.mean(axis=0)) * weight, averages((before, x))
    known = {name: away / below + bias for name, below in divisors.items()}
    known["running_in_train"] = [(x - mean) / np.sqrt(var + 0.5) * weight + bias for mean, var in running]
    return {"y": known, "gradients": {0: {"batch_constant": g * weight / root}}}


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
        y["no_root"] = (right[i]["y"] - bias) / np.sqrt(right[i]["var"] + 1e-5) + bias
        known[i] = {
            "y": y,
            "var": {slip: found[i]["var"] for slip, found in slips.items()},
            "batches": {"counted_in_eval": 2 * i + 2},
        }
    return known


# --- the training loop --------------------------------------------------------------------------------------------


def slope(weight: Any, x: Any, y: Any, twice: float) -> np.ndarray:
    """The slope of the mean squared error of a Witness by its weight."""
    return 2 / len(y) * twice * x.T @ (twice * (x @ weight) - y)


def loss(weight: Any, x: Any, y: Any, twice: float = 1) -> float:
    return float(((twice * (x @ weight) - y) ** 2).mean())


def in_train_mode(epoch: int, slips: tuple[str, ...], mode: str) -> bool:
    """Whether the network learns in train mode in this epoch; `mode`: the one it came in."""
    if "never_train" in slips or ("stays_eval" in slips and epoch):
        return False
    return epoch > 0 or mode == "train" or "train_late" not in slips


def fitted(
    weight: Any, batches: Any, test: Any, epochs: int, lr: float, *slips: str, past: Any = 0.0, mode: str = "eval"
) -> dict:
    """What a right `fit` does with a Witness and SGD, or one with some slips; `past`: gradients that it comes with."""
    training, tested, total, count = [], [], 0.0, 0
    piling, rate = "piled" in slips, 0.0 if "never_moved" in slips else lr
    kept = past if piling or "old" in slips else 0.0
    for epoch in range(epochs):
        losses, twice = [], 2 if in_train_mode(epoch, slips, mode) else 1
        before, kept = weight, 0.0 if "piled_in_epoch" in slips else kept
        for x, y in batches:
            error = loss(weight, x, y, twice)
            above = kept + slope(weight, x, y, twice)
            kept = above if {"piled", "piled_in_epoch", "one_step"} & {*slips} else 0.0
            weight = weight if "one_step" in slips else weight - rate * above
            losses.append(loss(weight, x, y, twice) if "asked_again" in slips else error)
        if "one_step" in slips:
            weight, kept = weight - rate * kept, 0.0
        lengths = [1 if "per_batch" in slips else len(y) for _, y in batches]
        reset = "total_kept" not in slips and "both_kept" not in slips
        total = float(np.dot(losses, lengths)) + (0.0 if reset else total)
        count = sum(lengths) + (count if "both_kept" in slips else 0)
        later = float(np.average([loss(weight, x, y) for x, y in batches], weights=lengths))
        others = {"afterwards": later, "last_batch": losses[-1]}
        training.append(next((other for slip, other in others.items() if slip in slips), total / count))
        asked = before if "test_before" in slips else weight
        tested.append(loss(asked, test[0], test[1], 2 if "still_training" in slips else 1))
    return {"weight": weight, "training": training, "test": tested}


FIT_SLIPS = (
    *("piled", "piled_in_epoch", "old", "one_step", "never_moved", "never_train", "train_late", "stays_eval"),
    *("per_batch", "last_batch", "total_kept", "both_kept", "asked_again", "afterwards", "test_before"),
    "still_training",
)


def fit_context(
    weight: Any, batches: Any, test: Any, epochs: int, lr: float, past: Any = 0.0, mode: str = "train"
) -> dict:
    """What each slip gives."""
    inputs = weight, batches, test, epochs, lr
    slips = {slip: fitted(*inputs, slip, past=past, mode=mode) for slip in FIT_SLIPS}
    return {part: {slip: found[part] for slip, found in slips.items()} for part in ("weight", "training", "test")}


def past_context(weight: Any, batches: Any, test: Any, epochs: int, lr: float) -> dict:
    """The weight, where the old gradients come in, and where they do not but something else is wrong."""
    return {"weight": fit_context(weight, batches, test, epochs, lr, np.array([100.0, -100.0]), "eval")["weight"]}
