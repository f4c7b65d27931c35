"""The names of `torch.func`."""

from .functional import func_hessian as hessian
from .functional import func_jvp as jvp
from .functional import func_vjp as vjp
from .functional import grad, grad_and_value, jacrev

__all__ = ["grad", "grad_and_value", "hessian", "jacrev", "jvp", "vjp"]
