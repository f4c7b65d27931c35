"""Chapter 5, gradients: ask for the gradient of anything by anything.

`backward` fills the `.grad` of leaves. `grad` returns gradients instead, with respect to leaves or to results on the
way, writes no `.grad`, and visits only the nodes that lie between what it was asked for.
"""

import warnings
import weakref
from typing import Any

import numpy as np

from .engine import Partial, run_backward
from .graph import Node, edge_of, ndarray
from .tensor import Tensor, wrap


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> Any:
    """The sum of gradients of `outputs` with respect to each of `inputs`, as a tuple in the order of `inputs`.

    outputs, inputs: a Tensor or a sequence of them; `inputs` may be a dict, and then the answer is one.
    grad_outputs: the cotangents, one per output and of its shape; None means 1, for outputs of one element.
    retain_graph: keep the saved values (default: create_graph). create_graph: make the answers differentiable.
    allow_unused: None instead of an error for an input that was not used. materialize_grads: zeros instead.

    RuntimeError: an output has no graph, an input needs no gradient or was not used, a shape does not fit, the
    graph was freed, or a saved value was changed in place.
    """
    check_options(only_inputs, allow_unused, materialize_grads)
    if isinstance(inputs, dict):
        options = (grad_outputs, retain_graph, create_graph, True, allow_unused, materialize_grads)
        return dict(zip(inputs, grad(outputs, list(inputs.values()), *options), strict=True))
    outputs = (outputs,) if isinstance(outputs, Tensor) else tuple(outputs)
    inputs = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    grad_outputs = (grad_outputs,) if isinstance(grad_outputs, Tensor) else grad_outputs
    if not inputs:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    found, owned = run_backward(outputs, grad_outputs, retain_graph, create_graph, inputs)
    answers: list[Tensor | None] = []
    for i, t in enumerate(inputs):
        edge = edge_of(t)
        if edge in found:
            answers.append(answer(t, found[edge], edge in owned))
            owned.discard(edge)  # the buffer is given away; who asks for the same again gets a copy
        elif materialize_grads:
            answers.append(wrap(np.zeros(t.array.shape, t.array.dtype)))
        elif allow_unused:
            answers.append(None)
        else:
            raise unused_error(i)
    return tuple(answers)


def answer(t: Tensor, g: Any, owned: bool) -> Tensor:
    """The gradient of `t` as a Tensor of its dtype, in memory of its own."""
    if t._node is None and t._hooks is not None:
        g = t._hooks.run(g)
    if isinstance(g, Tensor):
        return g.to(t.array.dtype)
    if type(g) is Partial:
        g, owned = g.dense(), True
    fresh = owned and type(g) is ndarray and g.dtype is t.array.dtype and g.flags.c_contiguous
    return wrap(g if fresh else np.array(g, t.array.dtype, order="C"))


def unused_error(index: int) -> RuntimeError:
    """torch's error for an input to which no way leads from the outputs."""
    return RuntimeError(
        f"The differentiated Tensor at index {index} appears to not have been used in the graph. "
        "Set allow_unused=True if this is the desired behavior."
    )


def check_options(only_inputs: bool, allow_unused: bool | None, materialize_grads: bool) -> None:
    """torch's FutureWarning for only_inputs=False, and ValueError for two options that exclude each other."""
    if not only_inputs:
        warnings.warn(
            "only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient for "
            "other parts of the graph, please use torch.autograd.backward.",
            FutureWarning,
            stacklevel=3,
        )
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )


class Keep:
    """The hook behind `retain_grad`: adds what arrives to the `.grad` of a tensor that is no leaf."""

    def __init__(self, t: Tensor) -> None:
        self.tensor = weakref.ref(t)

    def __call__(self, g: Any) -> Any:
        t = self.tensor()
        if t is not None:
            arrived = g if isinstance(g, Tensor) else wrap(np.array(g))
            t._grad = arrived if t._grad is None else t._grad + arrived
        return g


def retain_grad(self: Tensor) -> None:
    """Let `backward` fill `.grad` of this tensor too, although it is no leaf; leaves do so anyway.

    RuntimeError: the tensor requires no grad.
    """
    edge = edge_of(self)
    if edge is None:
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if isinstance(edge, Node) and not self.retains_grad:
        edge.hooks = [*(edge.hooks or ()), Keep(self)]


def retains_grad(self: Tensor) -> bool:
    """Whether `retain_grad` was called on this tensor, which is no leaf."""
    hooks = self._node.hooks if self._node is not None else None
    return any(isinstance(hook, Keep) and hook.tensor() is self for hook in hooks or ())


Tensor.retain_grad = retain_grad
Tensor.retains_grad = property(retains_grad)
