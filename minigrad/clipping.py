"""Chapter 11, clipping: all parameters seen as one vector, its length bounded, under the names of `torch.nn.utils`."""

from collections.abc import Iterable

import numpy as np

from .arrays import cat
from .graph import no_grad
from .tensor import Tensor, wrap


def gradients_of(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    """The gradients of those that have one."""
    parameters = [parameters] if isinstance(parameters, Tensor) else parameters
    return [t._grad for t in parameters if t._grad is not None]


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Shorten all gradients by the same factor, so that as one vector they are no longer than `max_norm`.

    norm_type: of which norm, `inf` for the largest element. Returns the norm before.
    RuntimeError: it is infinite or nan, and `error_if_nonfinite` is set.
    """
    gradients = gradients_of(parameters)
    if not gradients:
        return wrap(np.zeros((), np.float32))
    norms = [np.linalg.norm(g.array.reshape(-1), norm_type) for g in gradients]
    total = np.linalg.norm(np.array(norms), norm_type)
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it cannot be "
            "clipped. To disable this error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"
        )
    factor = np.minimum(max_norm / (total + 1e-6), 1.0)
    with no_grad():
        for g in gradients:
            g.mul_(float(factor))
    return wrap(np.asarray(total, gradients[0].array.dtype))


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Move every element of every gradient into [-clip_value, clip_value]."""
    with no_grad():
        for g in gradients_of(parameters):
            g.clamp_(-clip_value, clip_value)


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The elements of all parameters one after the other as a vector, differentiable."""
    return cat([t.reshape(-1) for t in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Give parameters the elements of the vector `vec`, in the order of `parameters_to_vector`, unnoticed by any graph.

    RuntimeError: `vec` is too short.
    """
    start = 0
    for t in parameters:
        end = start + t.array.size
        t.data = vec[start:end].reshape(t.shape).data
        start = end
