"""One call of an operation, with minigrad or with torch, and what comes out of it."""

import numpy as np


def tensors_of(result):
    """The tensors of a result: one, or those in a sequence."""
    return list(result) if isinstance(result, (tuple, list)) else [result]


def leaves_of(torch, row, arrays):
    """Arrays or nested lists as tensors; those of floats that are not `constant` need a gradient."""
    made = [torch.tensor(a) if isinstance(a, np.ndarray) else listed(torch, a) for a in arrays]
    for i, t in enumerate(made):
        if t.dtype in (torch.float64, torch.float32, torch.float16) and i not in row.constant:
            t.requires_grad_()
    return made


def listed(torch, values):
    """A nested list as a tensor: floats as float64, ints as int64, bools as bool."""
    kind = np.asarray(values).dtype
    return torch.tensor(values, dtype=torch.float64) if kind.kind == "f" else torch.tensor(values)


def cotangent(t, number):
    """The gradient that output `number` starts with: the same in every run, never 0."""
    return (np.arange(t.numel()).reshape(tuple(t.shape)) % 7 + 1 + number) * 0.25


def attempt(torch, row, arrays):
    """(outputs, gradients of the inputs, name of the first output's node) of a call of the row."""
    inputs = leaves_of(torch, row, arrays)
    outputs = tensors_of(row.call(*inputs))
    wanted = [(i, t) for i, t in enumerate(outputs) if t.requires_grad]
    if wanted:
        torch.autograd.backward(
            [t for _, t in wanted], [torch.tensor(cotangent(t, i)).to(t.dtype) for i, t in wanted]
        )
    node = wanted[0][1].grad_fn.name() if wanted and wanted[0][1].grad_fn is not None else None
    return outputs, [t.grad for t in inputs], node
