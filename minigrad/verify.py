"""Chapter 10, verify: is this gradient right?

`gradcheck` computes the Jacobian of a function twice, by backward passes and by central differences of its values,
and compares them element by element. It is the one test that knows nothing about the rules it tests.
"""

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .creation import randn
from .gradients import grad
from .tensor import Tensor, wrap


class GradcheckError(RuntimeError):
    """What gradcheck says when two Jacobians differ, or a gradient is wrong in another way."""


def gradcheck(
    func: Callable,
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
) -> bool:
    """Whether the gradients of `func` at `inputs` agree with central differences, (f(x + eps) - f(x - eps)) / 2 eps.

    func: from Tensors (and anything else) to a Tensor or a tuple of them; called twice per element of the inputs.
    inputs: a Tensor or a sequence; those that require a gradient are checked and should be float64.
    atol, rtol: numbers a and n agree if abs(a - n) <= atol + rtol * abs(n). nondet_tol: how far two backward passes
    may differ. check_grad_dtypes: a gradient must have its input's dtype. check_undefined_grad: always on; the
    Jacobian of each output is taken while nothing arrives at the others.

    GradcheckError names output, input, both Jacobians and the worst element; with raise_exception=False the answer
    is False instead. ValueError: no input requires a gradient. UserWarning: an input is not float64.
    """
    inputs = checked_inputs(inputs)
    try:
        outputs = results_of(func, inputs)
        numbers = wanted(outputs)
        sizes = {n: outputs[n].numel() for n in numbers or floating(outputs)}
        numerical = numerical_jacobians(func, inputs, sizes, eps)
        if not numbers and any([np.abs(n).max(initial=0) > atol for n in numerical.values()]):
            raise GradcheckError("Numerical gradient for function expected to be zero")
        outputs = tuple([outputs[n] for n in numbers])
        check_jacobians(inputs, outputs, numerical, (atol, rtol, nondet_tol), check_grad_dtypes)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def checked_inputs(inputs: Any) -> tuple:
    """The arguments as a tuple. ValueError: nothing to check; UserWarning: not in double precision."""
    inputs = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    if not wanted(inputs):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )
    for i in wanted(inputs):
        if inputs[i].array.dtype != np.float64:
            warnings.warn(
                f"Input #{i} requires gradient and is not a double precision floating point or complex. This check "
                "will likely fail if all the inputs are not of double precision floating point or complex. ",
                stacklevel=3,
            )
    return inputs


def wanted(tensors: Sequence) -> list[int]:
    """The numbers of the tensors that require a gradient."""
    return [i for i, t in enumerate(tensors) if isinstance(t, Tensor) and t.requires_grad]


def floating(tensors: Sequence) -> list[int]:
    """The numbers of the tensors of floats."""
    return [i for i, t in enumerate(tensors) if isinstance(t, Tensor) and t.is_floating_point()]


def results_of(func: Callable, inputs: tuple) -> tuple:
    """The results of `func` as a tuple."""
    result = func(*inputs)
    return (result,) if isinstance(result, Tensor) else tuple(result)


def numerical_jacobians(func: Callable, inputs: tuple, sizes: dict[int, int], eps: float) -> dict:
    """By (output, input): a table with a row per element of the input and a column per element of the output.

    sizes: how many elements each output to be looked at has, by its number; in the result they are counted from 0.
    By central differences: each element is moved by eps to either side, two calls of `func` per element.
    """
    numbers = wanted(inputs)
    jacobians = {(o, i): np.zeros((inputs[i].numel(), size)) for o, size in enumerate(sizes.values()) for i in numbers}
    for i in numbers:
        for row, place in enumerate(np.ndindex(inputs[i].array.shape)):
            above, below = (values(func, moved(inputs, i, place, step), sizes) for step in (eps, -eps))
            for o, (a, b) in enumerate(zip(above, below, strict=True)):
                jacobians[o, i][row] = (a - b) / (2 * eps)
    return jacobians


def moved(inputs: tuple, number: int, place: tuple, step: float) -> tuple:
    """The inputs, with one element of one of them moved."""
    array = inputs[number].array.copy()
    array[place] += step
    changed = wrap(array, requires_grad=True)
    return (*inputs[:number], changed, *inputs[number + 1 :])


def values(func: Callable, inputs: tuple, numbers: Iterable[int]) -> list[np.ndarray]:
    """The values of the results with these numbers, flat."""
    results = results_of(func, inputs)
    return [results[n].array.astype(np.float64).ravel() for n in numbers]


def analytical_jacobian(output: Tensor, inputs: Sequence[Tensor]) -> list[np.ndarray]:
    """For each input the table that `numerical_jacobians` measures, by one backward pass per column."""
    jacobians = [np.zeros((t.array.size, output.array.size)) for t in inputs]
    for column in range(output.array.size):
        cotangent = np.zeros(output.array.shape, output.array.dtype)
        cotangent.flat[column] = 1
        for jacobian, g in zip(jacobians, gradients(output, inputs, cotangent), strict=True):
            if g is not None:
                jacobian[:, column] = g.array.ravel()
    return jacobians


def gradients(output: Tensor, inputs: Sequence[Tensor], cotangent: np.ndarray) -> tuple:
    """One backward pass; None for an input that was not used."""
    return grad(output, inputs, wrap(cotangent), retain_graph=True, allow_unused=True)


def check_jacobians(inputs: tuple, outputs: tuple, numerical: dict, tolerances: tuple, dtypes: bool) -> None:
    """GradcheckError where the two Jacobians of an output by an input differ."""
    atol, rtol, nondet_tol = tolerances
    numbers = wanted(inputs)
    sources = [inputs[i] for i in numbers]
    for o, output in enumerate(outputs):
        first, second = analytical_jacobian(output, sources), analytical_jacobian(output, sources)
        for i, a, again in zip(numbers, first, second, strict=True):
            n = numerical[o, i]
            if not np.allclose(a, again, rtol=0, atol=nondet_tol, equal_nan=True):
                raise GradcheckError(
                    f"Backward is not reentrant, i.e., running backward with same input and grad_output multiple times "
                    f"gives different values, although analytical gradient matches numerical gradient.The tolerance "
                    f"for nondeterminism was {nondet_tol}."
                )
            if not np.allclose(a, n, rtol=rtol, atol=atol, equal_nan=True):
                raise GradcheckError(mismatch(o, i, n, a, inputs[i].array.shape, output.array.shape, (atol, rtol)))
        if dtypes:
            check_dtypes(output, sources)


def mismatch(
    output: int, number: int, numerical: np.ndarray, analytical: np.ndarray, shape: tuple, out_shape: tuple,
    tolerances: tuple,
) -> str:  # fmt: skip
    """torch's words for two Jacobians that differ, and the element that is furthest off."""
    atol, rtol = tolerances
    error = np.abs(analytical - numerical) - rtol * np.abs(numerical)
    worst = np.unravel_index(np.argmax(np.where(np.isnan(error), np.inf, error)), error.shape)
    place = tuple(map(int, np.unravel_index(worst[0], shape)))
    out_place = tuple(map(int, np.unravel_index(worst[1], out_shape)))
    return (
        f"Jacobian mismatch for output {output} with respect to input {number},\n"
        f"numerical:{wrap(numerical)}\nanalytical:{wrap(analytical)}\n\n"
        f"The worst element is the derivative of output[{', '.join(map(str, out_place))}] by "
        f"input[{', '.join(map(str, place))}]: numerical {numerical[worst]:.6g}, "
        f"analytical {analytical[worst]:.6g} (atol={atol}, rtol={rtol})."
    )


def check_dtypes(output: Tensor, inputs: Sequence[Tensor]) -> None:
    """GradcheckError: a gradient has another dtype than its input."""
    for t, g in zip(inputs, gradients(output, inputs, np.ones(output.array.shape, output.array.dtype)), strict=True):
        if g is not None and g.array.dtype is not t.array.dtype:
            raise GradcheckError(f"Gradient has dtype {g.dtype}, its input {t.dtype}")


def gradgradcheck(
    func: Callable,
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
) -> bool:
    """`gradcheck` of the gradients of `func`: whether its second derivatives are right.

    grad_outputs: the cotangents to start from, one per output; without them random ones. They are inputs too.
    The other arguments, and the errors, are those of `gradcheck`.
    """
    inputs = checked_inputs(inputs)
    if grad_outputs is None:
        results = results_of(func, inputs)
        shapes = [(results[n].array.shape, results[n].array.dtype) for n in wanted(results)]
        cotangents = tuple([randn(shape, dtype=dtype, requires_grad=True) for shape, dtype in shapes])
    else:
        cotangents = (grad_outputs,) if isinstance(grad_outputs, Tensor) else tuple(grad_outputs)
    numbers = wanted(inputs)

    def first_order(*args: Any) -> tuple:
        sources = [args[i] for i in numbers]
        results = results_of(func, args[: len(inputs)])
        found = [results[n] for n in wanted(results)]
        return grad(found, sources, args[len(inputs) :], create_graph=True, allow_unused=True, materialize_grads=True)

    return gradcheck(
        first_order, inputs + cotangents, eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception,
        nondet_tol=nondet_tol, check_undefined_grad=check_undefined_grad, check_grad_dtypes=check_grad_dtypes,
    )  # fmt: skip
