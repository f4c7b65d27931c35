"""minigrad: automatic differentiation on numpy, small enough to read, with torch's API.

`import minigrad as torch` runs code written for torch. Each module is built by one chapter of the course.
"""

import warnings
from math import e, inf, nan, pi

from . import environment  # isort: skip  # before what an older numpy lacks
from . import autograd, descriptions, dtypes, func, missing
from .activations import celu, hardshrink, prelu, relu, selu, sigmoid, threshold
from .arrays import addmm, cat, cat as concat, cat as concatenate, matmul, mean, stack, sum
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
from .elementwise import cos, exp, log, mul, mul as multiply, sin, tanh
from .functions import (
    acos, acos as arccos, acosh, acosh as arccosh, asin, asin as arcsin, asinh, asinh as arcsinh, atan, atan as arctan,
    atanh, atanh as arctanh, ceil, cosh, deg2rad, digamma, erf, erfc, exp2, expm1, floor, frac, lgamma, log1p, log2,
    log10, logit, rad2deg, round, rsqrt, sinc, sinh, tan, trunc, trunc as fix,
)  # fmt: skip
from .graph import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from .operations import (
    absolute, absolute as abs, add, clamp, clamp as clip, clamp_max, clamp_min, clone, div, div as divide, floor_divide,
    fmod, maximum, minimum, neg, neg as negative, positive, pow, reciprocal, remainder, rsub, sign, sqrt, square, sub,
    sub as subtract, true_divide, where,
)  # fmt: skip
from .comparisons import (
    allclose, bitwise_and, bitwise_left_shift, bitwise_not, bitwise_or, bitwise_right_shift, bitwise_xor, eq, equal, ge,
    ge as greater_equal, gt, gt as greater, isclose, isfinite, isinf, isnan, le, le as less_equal, logical_and,
    logical_not, logical_or, logical_xor, lt, lt as less, ne, ne as not_equal,
)  # fmt: skip
from .combining import (
    addcdiv, addcmul, atan2, atan2 as arctan2, fmax, fmin, hypot, lerp, logaddexp, logaddexp2, nan_to_num, xlogy,
)  # fmt: skip
from .indexing import chunk, split, unbind
from .selecting import argwhere, index_select, isin, masked_select, nonzero, take, take_along_dim
from .reductions import (
    all, amax, amin, aminmax, any, argmax, argmin, count_nonzero, log_softmax, logsumexp, max, min, nanmean, nansum,
    norm, prod, softmax, std, std_mean, var, var_mean,
)  # fmt: skip
from .ordering import (
    argsort, bucketize, cummax, cummin, cumprod, cumsum, diff, gather, kthvalue, logcumsumexp, median, msort, quantile,
    searchsorted, sort, topk, unique,
)  # fmt: skip
from .rearranging import (
    block_diag, diag, diag_embed, diagonal, flip, fliplr, flipud, meshgrid, repeat_interleave, roll, rot90, tile, trace,
    tril, tril_indices, triu, triu_indices,
)  # fmt: skip
from .shapes import (
    atleast_1d, atleast_2d, atleast_3d, broadcast_tensors, broadcast_to, column_stack, dsplit, dstack, flatten, hsplit,
    hstack, movedim, movedim as moveaxis, narrow, numel, permute, ravel, reshape, select, squeeze, swapaxes, t,
    tensor_split, transpose, transpose as swapdims, unflatten, unsqueeze, vsplit, vstack, vstack as row_stack,
)  # fmt: skip
from .scattering import (
    bincount, diagonal_scatter, index_add, index_copy, index_fill, index_put, masked_fill, masked_scatter, put, scatter,
    scatter_add, scatter_reduce, select_scatter, slice_scatter,
)  # fmt: skip
from .linalg import det, inv as inverse, logdet, matrix_power, slogdet
from .products import (
    addbmm, addmv, addr, baddbmm, bmm, chain_matmul, cross, dot, einsum, inner, kron, mm, mv, outer, outer as ger,
    tensordot, vdot,
)  # fmt: skip
from .tensor import Size, Tensor, tensor

from . import (  # isort: skip  # they give Tensor its methods
    activations, functions, higher, linalg, losses, nn, optim, ordering, printing, rearranging, scattering, utils,
    views, writing,
)  # fmt: skip

# inf and nan are answers, as in torch, not something to warn about
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"minigrad\.")

LAZY = {"draw": "pictures", "play": "playing", "reset": "live", "swap": "live", "load_ipython_extension": "troubles",
        "save": "serialization", "load": "serialization"}  # fmt: skip


def __getattr__(name):
    """Pictures, the live engine and files are imported when they are first used: `import minigrad` is to be quick."""
    if name in LAZY:
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{LAZY[name]}"), name)
    return missing.module_getattr(globals())(name)


descriptions.write([globals(), vars(nn.functional)], Tensor)
missing.mark(Tensor)
