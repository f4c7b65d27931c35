"""Chapter 7, appendix: the catalogue of matrices, which is also `torch.linalg`.

Inverses, determinants and decompositions. Each rule is the textbook's formula for one matrix; leading dimensions are
batches. Where an operation has two results, one is a node and the other follows from it, or reads it.
"""

import functools
import itertools
from collections import namedtuple
from collections.abc import Sequence
from typing import Any

import numpy as np

from .arrays import cat, checked_dim, matmul
from .creation import eye
from .dtypes import TYPE_NAMES, float16
from .elementwise import NUMPY, size_error
from .graph import Op, ndarray, record
from .missing import module_getattr
from .operations import where
from .products import cross_along as cross
from .reductions import amax, amin, vector_norm
from .tensor import Tensor, wrap

__all__ = [
    "LinAlgError", "cholesky", "cross", "det", "eigh", "eigvalsh", "inv", "matmul", "matrix_norm", "matrix_power",
    "multi_dot", "norm", "qr", "slogdet", "solve", "solve_triangular", "vector_norm",
]  # fmt: skip

SignAndLogarithm = namedtuple("SignAndLogarithm", "sign logabsdet")
QAndR = namedtuple("QAndR", "Q R")
ValuesAndVectors = namedtuple("ValuesAndVectors", "eigenvalues eigenvectors")


class _LinAlgError(RuntimeError):
    """A matrix has no inverse or no such decomposition."""


LinAlgError = _LinAlgError  # torch's two names for it


def minors(a: Any) -> Any:
    """The matrix of cofactors: for each element, the determinant of what is left without its row and its column."""
    n = a.shape[-1]
    others = np.array([np.delete(np.arange(n), i) for i in range(n)])
    signs = 1 - 2 * (np.add.outer(np.arange(n), np.arange(n)) % 2)
    return np.linalg.det(a[..., others[:, None, :, None], others[None, :, None, :]]) * signs


def symmetric(x: Any) -> Any:
    """The symmetric matrix that has the lower triangle of x."""
    lower = np.tri(x.shape[-1], dtype=bool)
    return x * lower + x.mT * ~lower


def through_cholesky(g: Any, out: Any) -> Any:
    """L⁻ᵀ S L⁻¹ / 2, where S is symmetric and has the lower triangle of Lᵀ g."""
    inverse = np.linalg.inv(out)
    return inverse.mT @ symmetric(out.mT @ g) @ inverse / 2


def through_q(g: Any, a: Any, out: Any) -> Any:
    """(g - Q S) R⁻ᵀ, where S is symmetric and has the lower triangle of gᵀ Q, and R = Qᵀ A."""
    return (g - out @ symmetric(g.mT @ out)) @ np.linalg.inv(out.mT @ a).mT


def through_eigenvectors(g: Any, a: Any, out: Any) -> Any:
    """V M Vᵀ, where M is the antisymmetric part of Vᵀ g divided by the distances of the eigenvalues."""
    values = (out * (symmetric(a) @ out)).sum(axis=-2)
    distances = values[..., None, :] - values[..., :, None] + np.eye(a.shape[-1], dtype=bool)
    turned = out.mT @ g
    return out @ ((turned - turned.mT) / distances / 2) @ out.mT


INV = Op("LinalgInvExBackward0", lambda g, out: -(out.mT @ g @ out.mT))
SOLVE = Op(
    "LinalgSolveExBackward0",
    lambda g, a, out: -(np.linalg.solve(a.mT, g) @ out.mT),
    lambda g, a: np.linalg.solve(a.mT, g),
)
DET = Op(
    "LinalgDetBackward0",
    lambda g, a, out, singular: (
        g[..., None, None] * (minors(a) if singular else out[..., None, None] * np.linalg.inv(a).mT)
    ),
    params=["singular"],
)
SLOGDET = Op(
    "LinalgSlogdetBackward0",
    lambda g, a, singular: g[..., None, None] * np.linalg.inv(np.where(singular, np.nan, a)).mT,
    params=["singular"],
    frees=True,
)
CHOLESKY = Op("LinalgCholeskyExBackward0", through_cholesky)
QR = Op("LinalgQrBackward0", through_q)
EIGENVECTORS = Op("LinalgEighBackward1", through_eigenvectors)
# the eigenvalues do not change with the vectors, which this node has as an input only to read them
EIGENVALUES = Op("LinalgEighBackward0", lambda g, b: (b * g[..., None, :]) @ b.mT, lambda g: None)


def checked_square(t: Tensor, name: str) -> ndarray:
    """The values of `t`. RuntimeError: they are no matrices, no square ones, or not of float32 or float64."""
    x = checked_matrices(t, name)
    if x.shape[-1] != x.shape[-2]:
        raise RuntimeError(
            f"{name}: A must be batches of square matrices, but they are {x.shape[-2]} by {x.shape[-1]} matrices"
        )
    return checked_precise(x, name)


def checked_precise(x: ndarray, name: str) -> ndarray:
    """`x`. RuntimeError: it is of float16."""
    if x.dtype is float16:
        raise RuntimeError(f"{name}: Low precision dtypes not supported. Got Half")
    return x


def checked_matrices(t: Tensor, name: str) -> ndarray:
    """The values of `t`. RuntimeError: they are no matrices, or no floats."""
    x = t.array
    if x.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor A must have at least 2 dimensions.")
    if x.dtype.kind != "f":
        raise RuntimeError(
            f"{name}: Expected a floating point or complex tensor as input. Got {TYPE_NAMES[x.dtype.name]}"
        )
    return x


def first_failure(matrices: ndarray, fails: Any) -> tuple[str, int]:
    """Which matrix of a batch fails, in words, and the smallest part of it that does: of how many rows and columns."""
    for number, matrix in enumerate(matrices.reshape(-1, *matrices.shape[-2:])):
        for k in range(1, len(matrix) + 1):
            if fails(matrix, k):
                return f"(Batch element {number}): " if matrices.ndim > 2 else "", k
    return "", len(matrices)


def singular(matrix: ndarray, k: int) -> bool:
    """Whether the first k columns of a matrix are linearly dependent."""
    return bool(np.linalg.matrix_rank(matrix[:, :k]) < k)


def not_positive(matrix: ndarray, k: int) -> bool:
    """Whether the first k rows and columns of a symmetric matrix are not positive-definite."""
    return not np.linalg.eigvalsh(matrix[:k, :k])[0] > 0


def inv(input: Tensor) -> Tensor:
    """The inverse of each matrix (..., n, n). LinAlgError: one is singular; RuntimeError: they are not square."""
    x = checked_square(input, "linalg.inv")
    try:
        return record(INV, np.linalg.inv(x), (input,))
    except np.linalg.LinAlgError:
        batch, k = first_failure(x, singular)
    raise LinAlgError(
        f"linalg.inv: {batch}The diagonal element {k} is zero, the inversion could not be completed because "
        "the input matrix is singular."
    )


def batches(out: ndarray, *inputs: ndarray) -> tuple:
    """What `fit_of` gives, for operands of which only the dimensions before the last two are broadcast."""
    return tuple([None if x.shape[:-2] == out.shape[:-2] else (x.shape, x.dtype) for x in inputs])


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """The X with A X = B, or X A = B if not `left`: A (..., n, n), B (..., n, k), or vectors (n,) or (..., n).

    LinAlgError: A is singular. RuntimeError: A is not square, or the shapes or dtypes of A and B differ.
    """
    a, b = checked_square(A, "linalg.solve"), B.array
    if b.ndim == 1 or b.ndim and b.shape == a.shape[:-1]:
        return solve_matrices(A, B.unsqueeze(-1), "linalg.solve").squeeze(-1)
    return solve_matrices(A, B, "linalg.solve") if left else solve_matrices(A.mT, B.mT, "linalg.solve").mT


def solve_matrices(A: Tensor, B: Tensor, name: str) -> Tensor:
    """`solve` of matrices; `name` is whose errors they are."""
    a, b = A.array, B.array
    if b.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor B must have at least 2 dimensions.")
    if a.dtype is not b.dtype:
        kinds = [TYPE_NAMES[x.dtype.name] for x in (a, b)]
        raise RuntimeError(
            f"{name}: Expected A and B to have the same dtype, but found A of type {kinds[0]} "
            f"and B of type {kinds[1]} instead"
        )
    if a.shape[-1] != b.shape[-2]:
        raise RuntimeError(
            f"{name}: Incompatible shapes of A and B for the equation AX = B "
            f"({a.shape[-2]}x{a.shape[-1]} and {b.shape[-2]}x{b.shape[-1]})"
        )
    try:
        array = np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        batch = first_failure(a, singular)[0]
        raise LinAlgError(f"torch.{name}: {batch}The solver failed because the input matrix is singular.") from None
    except ValueError:
        raise size_error(b.sum((-2, -1)), a.sum((-2, -1))) from None
    return record(SOLVE, array, (A, B), fit=batches(array, a, b))


def solve_triangular(
    input: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    """`solve` that reads only the upper or lower triangle of each matrix, and ones for its diagonal if asked to."""
    x = checked_square(input, "linalg.solve_triangular")
    n = x.shape[-1]
    triangle = np.tri(n, k=-1 if unitriangular else 0, dtype=bool)
    A = where(triangle.T if upper else triangle, input, eye(n, dtype=x.dtype) if unitriangular else 0.0)
    if left:
        return solve_matrices(A, B, "linalg.solve_triangular")
    return solve_matrices(A.mT, B.mT, "linalg.solve_triangular").mT


def det(input: Tensor) -> Tensor:
    """The determinant of each matrix (..., n, n). RuntimeError: they are not square."""
    array = np.asarray(np.linalg.det(checked_square(input, "linalg.det")))
    return record(DET, array, (input,), (not array.all(),))


def slogdet(input: Tensor) -> SignAndLogarithm:
    """The sign of the determinant of each matrix, and the logarithm of its absolute value (-inf if it is 0)."""
    return sign_and_logarithm(input, "linalg.slogdet")


def sign_and_logarithm(input: Tensor, name: str) -> SignAndLogarithm:
    """`slogdet`; `name` is whose errors they are."""
    sign, logarithm = map(np.asarray, np.linalg.slogdet(checked_square(input, name)))
    return SignAndLogarithm(wrap(sign), record(SLOGDET, logarithm, (input,), ((sign == 0)[..., None, None],)))


def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant of each matrix; nan if it is negative."""
    sign, logarithm = sign_and_logarithm(input, "logdet")
    return where(sign < 0, np.nan, logarithm)


def cholesky(input: Tensor, *, upper: bool = False) -> Tensor:
    """The lower triangular L with L Lᵀ = A for each symmetric, positive-definite matrix A, or Lᵀ if `upper`.

    Only the lower (upper) triangle of `input` is read; the gradient is symmetric. LinAlgError: not positive-definite.
    """
    x = checked_square(input, "linalg.cholesky")
    if upper:
        return cholesky(input.mT).mT
    try:
        return record(CHOLESKY, np.linalg.cholesky(x), (input,))
    except np.linalg.LinAlgError:
        batch, k = first_failure(x, not_positive)
    raise LinAlgError(
        f"linalg.cholesky: {batch}The factorization could not be completed because the input is not "
        f"positive-definite (the leading minor of order {k} is not positive-definite)."
    )


def qr(input: Tensor) -> QAndR:
    """Q with orthonormal columns (..., m, k) and upper triangular R (..., k, n), Q R = A, k the smaller of m and n."""
    x = checked_precise(checked_matrices(input, "linalg.qr"), "linalg.qr")
    m, n = x.shape[-2:]
    if m < n:  # the first m columns make Q
        q, r = qr(input[..., :m])
        return QAndR(q, cat([r, q.mT @ input[..., m:]], -1))
    q = record(QR, np.linalg.qr(x).Q, (input,))
    return QAndR(q, (q.mT @ input) * np.tri(n, dtype=bool).T)


def eigh(input: Tensor, UPLO: str = "L") -> ValuesAndVectors:
    """The eigenvalues (..., n) of symmetric matrices in ascending order, and the eigenvectors, column by column.

    UPLO: which triangle is read, "L" or "U"; the gradient is symmetric. That of the vectors exists only where no two
    eigenvalues are equal, and only functions that do not depend on the signs of the vectors have a meaning.
    """
    if UPLO not in ("L", "U"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    if UPLO == "U":
        return eigh(input.mT)
    values, array = np.linalg.eigh(checked_square(input, "linalg.eigh"))
    vectors = record(EIGENVECTORS, array, (input,))
    return ValuesAndVectors(record(EIGENVALUES, values, (input, vectors)), vectors)


def eigvalsh(input: Tensor, UPLO: str = "L") -> Tensor:
    """The eigenvalues of `eigh`: (..., n) for an input (..., n, n)."""
    return eigh(input, UPLO).eigenvalues


def matrix_power(input: Tensor, n: int) -> Tensor:
    """Each matrix multiplied n times with itself; its inverse if n is negative. LinAlgError: that does not exist."""
    x = input.array
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        checked_square(input, "linalg.matrix_power")
    if n < 0:
        return matrix_power(inv(input), -n)
    if n == 0:
        return input.clone().copy_(eye(x.shape[-1], dtype=x.dtype))
    if n == 1:
        return input.clone()
    root = input if n < 4 else matrix_power(input, n // 2)
    return root @ root @ input if n % 2 else root @ root


def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """The product of matrices, from left to right; the first and the last may be vectors. RuntimeError: no product."""
    shapes = [t.array.shape for t in tensors]
    if len(shapes) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(shapes)}")
    for i, which in ((0, "first"), (-1, "last")):
        if len(shapes[i]) not in (1, 2):
            raise RuntimeError(f"multi_dot(): the {which} tensor must be 1D or 2D but got {len(shapes[i])}D")
    for i, shape in enumerate(shapes[1:-1], 1):
        if len(shape) != 2:
            raise RuntimeError(f"multi_dot(): tensor {i} must be 2D but got {len(shape)}D")
    for i, (x, y) in enumerate(itertools.pairwise(shapes)):
        if x[-1] != y[0]:
            raise RuntimeError(
                f"multi_dot(): tensors {i} and {i + 1} with shapes {list(x)} and {list(y)} cannot be multiplied"
            )
    return functools.reduce(matmul, tensors)


def matrix_norm(
    input: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """The norm of each matrix, whose rows and columns are the dimensions `dim`.

    ord: "fro", the root of the sum of all squares; 1 and inf, the largest sum of absolute values of a column and of a
    row; -1 and -inf, the smallest. Those of singular values (2, -2, "nuc") are left out.
    RuntimeError: another `ord`, no matrices, integers.
    """
    input = input if dtype is None else input.to(dtype)
    x = checked_matrices(input, "linalg.matrix_norm")
    rows, columns = [checked_dim(x.ndim, d) for d in dim]
    if rows == columns:
        raise RuntimeError(f"linalg.matrix_norm: dims must be different. Got {tuple(dim)}")
    if ord == "fro":
        return vector_norm(input, 2, (rows, columns), keepdim)
    if isinstance(ord, str) or abs(ord) not in (1, np.inf):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    sums = vector_norm(input, 1, rows if abs(ord) == 1 else columns, keepdim=True)
    return (amax if ord > 0 else amin)(sums, (rows, columns), keepdim)


def norm(input: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The norm of a vector or a matrix: of everything if there is no `dim`, of vectors along an int, else of matrices.

    ord: None for the root of the sum of squares, else as for `vector_norm`, or for `matrix_norm` if `dim` has two.
    RuntimeError: `dim` is missing and `input` neither a vector nor a matrix, or it has more than two.
    """
    dims = tuple(range(input.array.ndim)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    if dim is None and ord is not None and len(dims) not in (1, 2):
        raise RuntimeError(
            f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {len(dims)}D."
        )
    if dim is not None and len(dims) not in (1, 2):
        raise RuntimeError(f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {list(dims)}")
    if isinstance(ord, str) or ord is not None and len(dims) == 2:
        return matrix_norm(input, ord, dims if len(dims) == 2 else (-2, -1), keepdim, dtype=dtype)
    return vector_norm(input, 2 if ord is None else ord, None if dim is None else dims, keepdim, dtype=dtype)


Tensor.inverse, Tensor.det, Tensor.slogdet, Tensor.logdet = inv, det, slogdet, logdet
Tensor.matrix_power = matrix_power
NUMPY |= {np.linalg.inv: inv, np.linalg.det: det, np.linalg.solve: solve}
__getattr__ = module_getattr(globals())
