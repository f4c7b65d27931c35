"""minigrad: automatic differentiation on numpy, small enough to read, with torch's API.

`import minigrad as torch` runs code written for torch. Each module is built by one chapter of the course.
"""

import warnings

from . import autograd, dtypes
from .activations import celu, hardshrink, prelu, relu, selu, sigmoid, threshold
from .arrays import addmm, cat, matmul, matmul as mm, mean, stack, sum
from .creation import (
    BoolTensor, DoubleTensor, FloatTensor, LongTensor, Variable, arange, as_tensor, empty, empty_like, eye,
    from_numpy, full, full_like, linspace, manual_seed, ones, ones_like, rand, rand_like, randint, randn,
    randn_like, randperm, zeros, zeros_like,
)  # fmt: skip
from .dtypes import (
    bool_ as bool,
    double,
    float,
    float16,
    float32,
    float64,
    half,
    int,
    int8,
    int16,
    int32,
    int64,
    long,
    set_default_dtype,
    short,
    uint8,
)
from .dtypes import default_dtype as get_default_dtype
from .elementwise import cos, exp, log, mul, sin, tanh
from .functions import (
    acos, acos as arccos, acosh, acosh as arccosh, asin, asin as arcsin, asinh, asinh as arcsinh, atan, atan as arctan,
    atanh, atanh as arctanh, ceil, cosh, deg2rad, digamma, erf, erfc, exp2, expm1, floor, frac, lgamma, log1p, log2,
    log10, logit, rad2deg, round, rsqrt, sinc, sinh, tan, trunc, trunc as fix,
)  # fmt: skip
from .graph import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from .operations import (
    absolute, absolute as abs, add, clamp, clone, div, eq, ge, gt, le, logical_and, logical_not, logical_or, lt,
    maximum, minimum, ne, neg, neg as negative, pow, reciprocal, sign, sqrt, sub, where,
)  # fmt: skip
from .indexing import chunk, index_add, index_select, masked_fill, split, unbind
from .reductions import amax, amin, argmax, gather, log_softmax, max, min, softmax, sort, var
from .shapes import expand as broadcast_to, flatten, permute, reshape, squeeze, t, transpose, unsqueeze
from .tensor import Size, Tensor, tensor

from . import (  # isort: skip  # they give Tensor its methods
    activations, functions, higher, linalg, losses, nn, ordering, printing, rearranging, scattering, views,
)  # fmt: skip

# inf and nan are answers, as in torch, not something to warn about
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"minigrad\.")

LAZY = {"draw": "pictures", "reset": "live", "swap": "live", "load_ipython_extension": "live"}


def __getattr__(name):
    """Pictures and the live engine are imported when they are first used: `import minigrad` needs numpy alone."""
    if name in LAZY:
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{LAZY[name]}"), name)
    raise AttributeError(f"minigrad has no attribute {name!r}")
