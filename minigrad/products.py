"""Chapter 7, appendix: the catalogue of products.

All of them come down to three: a product element by element, a sum, and `matmul`. `einsum` says which dimensions are
multiplied and which are summed; `paired` is where it happens.
"""

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .arrays import checked_dim, matmul, scaled
from .elementwise import NUMPY, fit_of, size_error
from .graph import Op, record
from .tensor import Tensor


def shaped(t: Tensor, ndim: int, words: str) -> None:
    """RuntimeError with these words unless `t` has `ndim` dimensions."""
    if t.array.ndim != ndim:
        raise RuntimeError(words)


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices (n, k) and (k, m). RuntimeError: they are none, or do not fit."""
    shaped(input, 2, "self must be a matrix")
    shaped(mat2, 2, "mat2 must be a matrix")
    return matmul(input, mat2)


def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """The products of two batches of as many matrices, (b, n, k) and (b, k, m). RuntimeError: they do not fit."""
    shaped(input, 3, "batch1 must be a 3D tensor")
    shaped(mat2, 3, "batch2 must be a 3D tensor")
    x, y = input.array, mat2.array
    if x.shape[0] != y.shape[0] or x.shape[2] != y.shape[1]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{x.shape[0]}, {x.shape[2]}] "
            f"but got: [{y.shape[0]}, {y.shape[1]}]."
        )
    return matmul(input, mat2)


def mv(input: Tensor, vec: Tensor) -> Tensor:
    """A matrix (n, m) times a vector (m,). RuntimeError: they do not fit."""
    if (input.array.ndim, vec.array.ndim) != (2, 1):
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {input.array.ndim}, {vec.array.ndim}")
    return matmul(input, vec)


def dot(input: Tensor, other: Tensor) -> Tensor:
    """The inner product of two vectors (n,), a 0-d tensor. RuntimeError: they are none, or differ in length."""
    if (input.array.ndim, other.array.ndim) != (1, 1):
        raise RuntimeError(f"1D tensors expected, but got {input.array.ndim}D and {other.array.ndim}D tensors")
    return matmul(input, other)


vdot = dot  # they differ for complex numbers


def inner(input: Tensor, other: Tensor) -> Tensor:
    """The sum of products over the last dimension of both; with a 0-d tensor the product.

    RuntimeError: the last dimensions or the dtypes differ.
    """
    if not input.array.ndim or not other.array.ndim:
        return input * other
    if input.array.shape[-1] != other.array.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(input.array.shape)} and {list(other.array.shape)}"
        )
    return tensordot(input, other, ([-1], [-1]))


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """Every element of a vector (n,) times every one of another (m,): a matrix (n, m)."""
    for t, name in ((input, "self"), (vec2, "vec2")):
        shaped(t, 1, f"outer: Expected 1-D argument {name}, but got {t.array.ndim}-D")
    return input.unsqueeze(1) * vec2


ger = outer


def kron(input: Tensor, other: Tensor) -> Tensor:
    """Kronecker's product: every element of `input` times the whole of `other`, put together in one tensor."""
    n = max(input.array.ndim, other.array.ndim)
    first = (1,) * (n - input.array.ndim) + input.array.shape
    second = (1,) * (n - other.array.ndim) + other.array.shape
    product = input.reshape([k for length in first for k in (length, 1)]) * other.reshape(
        [k for length in second for k in (1, length)]
    )
    return product.unsafe_view([a * b for a, b in zip(first, second, strict=True)])


# beta * input + alpha * product


def added(input: Tensor, product: Tensor, beta: float, alpha: float) -> Tensor:
    """beta * input + alpha * product, in the product's shape. With beta = 0 it does not matter what `input` is."""
    input, product = input.expand(product.array.shape), scaled(product, alpha)
    return scaled(input, beta) + product if beta else product


def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """beta * input + alpha * (mat @ vec): a vector (n,); `input` is broadcast to it."""
    return added(input, mv(mat, vec), beta, alpha)


def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """beta * input + alpha * outer(vec1, vec2): a matrix (n, m); `input` is broadcast to it."""
    for t, name in ((vec1, "vec1"), (vec2, "vec2")):
        shaped(t, 1, f"addr: Expected 1-D argument {name}, but got {t.array.ndim}-D")
    return added(input, outer(vec1, vec2), beta, alpha)


def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """beta * input + alpha * (the sum of the products of two batches): a matrix; `input` is broadcast to it."""
    return added(input, bmm(batch1, batch2).sum(0, dtype=batch1.array.dtype), beta, alpha)


def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """beta * input + alpha * bmm(batch1, batch2): a batch of matrices; `input` is broadcast to it."""
    return added(input, bmm(batch1, batch2), beta, alpha)


def chain_matmul(*matrices: Tensor) -> Tensor:
    """The product of matrices, from left to right. RuntimeError: there are none."""
    if not matrices:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    for t in matrices:
        shaped(t, 2, f"Tensor dimension is {t.array.ndim}, expected 2 instead.")
    return functools.reduce(matmul, matrices)


# The three dimensions of a cross product; a × b is as long as the parallelogram of a and b is large
CROSS = Op(
    "LinalgCrossBackward0",
    lambda g, b, dim: np.cross(b, g, axis=dim),
    lambda g, a, dim: np.cross(g, a, axis=dim),
    params=["dim"],
)


def cross_along(input: Tensor, other: Tensor, dim: int = -1) -> Tensor:
    """The cross product of vectors of length 3 along `dim`; the other dimensions are broadcast.

    RuntimeError: their lengths are not 3, or their numbers of dimensions or their dtypes differ.
    """
    x, y = input.array, other.array
    if x.ndim != y.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    dim = checked_dim(x.ndim, dim) - x.ndim
    if (x.shape[dim], y.shape[dim]) != (3, 3):
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {x.shape[dim]} and {y.shape[dim]}"
        )
    if x.dtype is not y.dtype:
        raise RuntimeError(f"linalg.cross: expected inputs of the same dtype, but got {x.dtype} and {y.dtype}")
    try:
        array = np.cross(x, y, axis=dim)
    except ValueError:
        raise size_error(x, y) from None
    return record(CROSS, array, (input, other), (dim,), fit_of((x, y), array))


def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """`linalg.cross`, by default along the first dimension that has length 3. RuntimeError: there is none."""
    if dim is None:
        if 3 not in input.array.shape:
            raise RuntimeError("no dimension of size 3 in input")
        dim = input.array.shape.index(3)
    return cross_along(input, other, dim)


# einsum: a dimension is known by its label, a letter or, under "...", a number from the right


def einsum(equation: str, *operands: Any) -> Tensor:
    """Products and sums by a formula: einsum("ij,jk->ik", a, b) is a @ b.

    A letter names a dimension of each operand that has it. Dimensions of the same name are multiplied element by
    element and summed unless they are in the result; twice in one operand it means the diagonal. "..." stands for
    dimensions that are broadcast. Without "->" the result has the letters that occur once, in alphabetical order.
    RuntimeError: the formula is none, or does not fit the operands. ValueError: there are no operands.
    """
    tensors = list(operands[0]) if len(operands) == 1 and not isinstance(operands[0], Tensor) else list(operands)
    if not tensors:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one operand and its "
            "subscripts list"
        )
    labels, output = labels_of(equation, [t.array.ndim for t in tensors])
    for i, t in enumerate(tensors):
        tensors[i], labels[i] = without_repeats(t, labels[i], i)
    sizes = sizes_of(tensors, labels)
    result, have = tensors[0], labels[0]
    for i in range(1, len(tensors)):
        keep = set(output).union(*labels[i + 1 :])
        result, have = paired(result, have, tensors[i], labels[i], keep, sizes)
    order = output + [label for label in have if label not in output]
    if order != have or len(tensors) == 1:
        result = result.permute([have.index(label) for label in order])
    return result.sum(tuple(range(len(output), len(order)))) if len(order) > len(output) else result


def labels_of(equation: str, ndims: list[int]) -> tuple[list[list], list]:
    """The labels of each operand's dimensions, and those of the result."""
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ndims):
        few_or_many = "fewer" if len(terms) > len(ndims) else "more"
        raise RuntimeError(f"einsum(): {few_or_many} operands were provided than specified in the equation")
    labels, covered = [], 0
    for i, (term, ndim) in enumerate(zip(terms, ndims, strict=True)):
        letters = len(term.replace("...", "", 1))
        subscripts = f"einsum(): the number of subscripts in the equation ({letters})"
        if letters > ndim and "..." in term:
            raise RuntimeError(f"{subscripts} is more than the number of dimensions ({ndim}) for operand {i}")
        if letters != ndim and "..." not in term:
            raise RuntimeError(
                f"{subscripts} does not match the number of dimensions ({ndim}) for operand {i} "
                "and no ellipsis was given"
            )
        labels.append(labels_in(term, ndim - letters))
        covered = max(covered, ndim - letters)
    if not arrow:
        every = [label for term in labels for label in term if isinstance(label, str)]
        return labels, [*range(-covered, 0), *sorted(label for label in every if every.count(label) == 1)]
    wanted = labels_in(output, covered)
    for label in wanted:
        if wanted.count(label) > 1:
            raise RuntimeError(f"einsum(): output subscript {label} appears more than once in the output")
        if not any(label in term for term in labels):
            raise RuntimeError(
                f"einsum(): output subscript {label} does not appear in the equation for any input operand"
            )
    return labels, wanted


def labels_in(term: str, covered: int) -> list:
    """The letters of a term, and the numbers -covered, ..., -1 in the place of its "..."."""
    before, dots, after = term.partition("...")
    for letter in before + after:
        if not (letter.isascii() and letter.isalpha()):
            raise RuntimeError(
                f"einsum(): invalid subscript {letter!r} in {term!r} of the equation, subscripts must be in [a-zA-Z]"
            )
    return [*before, *(range(-covered, 0) if dots else ()), *after]


def without_repeats(t: Tensor, labels: list, number: int) -> tuple[Tensor, list]:
    """The diagonal of operand `number` over dimensions that have the same label."""
    for label in labels:
        i = labels.index(label)
        if label not in labels[i + 1 :]:
            continue
        j = labels.index(label, i + 1)
        if t.array.shape[i] != t.array.shape[j]:
            raise RuntimeError(
                f"einsum(): subscript {label} is repeated for operand {number} but the sizes don't match, "
                f"{t.array.shape[j]} != {t.array.shape[i]}"
            )
        rest = [k for k in range(len(labels)) if k not in (i, j)]
        both = np.arange(t.array.shape[i])
        diagonal = t.permute([*rest, i, j])[..., both, both]
        return without_repeats(diagonal, [*[labels[k] for k in rest], label], number)
    return t, labels


def sizes_of(tensors: Sequence[Tensor], labels: list[list]) -> dict:
    """How long the dimension of each label is. RuntimeError: two operands do not agree, and neither has length 1."""
    sizes: dict = {}
    for i, (t, names) in enumerate(zip(tensors, labels, strict=True)):
        for label, length in zip(names, t.array.shape, strict=True):
            known = sizes.setdefault(label, length)
            if known != length and 1 not in (known, length):
                raise RuntimeError(
                    f"einsum(): subscript {label} has size {length} for operand {i} "
                    f"which does not broadcast with previously seen size {known}"
                )
            sizes[label] = length if known == 1 else known
    return sizes


def paired(a: Tensor, in_a: list, b: Tensor, in_b: list, keep: Any, sizes: dict) -> tuple[Tensor, list]:
    """The product of two operands, summed over the labels that nobody else wants; and the labels of the result."""
    a, in_a = summed_out(a, in_a, {*keep, *in_b})
    b, in_b = summed_out(b, in_b, {*keep, *in_a})
    only_a = [label for label in in_a if label not in in_b]
    only_b = [label for label in in_b if label not in in_a]
    shared = [label for label in in_a if label in in_b and label in keep]
    summed = [label for label in in_a if label in in_b and label not in keep]
    if not summed:
        labels = in_a + only_b
        return aligned(a, in_a, labels) * aligned(b, in_b, labels), labels
    labels = shared + only_a + only_b
    x = grouped(a, in_a, [shared, only_a, summed], sizes)
    y = grouped(b, in_b, [shared, summed, only_b], sizes)
    return (x @ y).reshape([sizes[label] for label in labels]), labels


def summed_out(t: Tensor, labels: list, keep: set) -> tuple[Tensor, list]:
    """`t` summed over the dimensions whose labels are not in `keep`; and the labels that are left."""
    dims = tuple([i for i, label in enumerate(labels) if label not in keep])
    return (t.sum(dims), [label for label in labels if label in keep]) if dims else (t, labels)


def aligned(t: Tensor, have: list, labels: list) -> Tensor:
    """`t` with its dimensions in the order of `labels`, and of length 1 where it has none."""
    t = t.permute([have.index(label) for label in labels if label in have])
    return t[tuple([slice(None) if label in have else None for label in labels])]


def grouped(t: Tensor, have: list, groups: list[list], sizes: dict) -> Tensor:
    """`t` with one dimension for each group of labels."""
    order = [label for group in groups for label in group]
    t = t.permute([have.index(label) for label in order]).expand([sizes[label] for label in order])
    return t.reshape([math.prod([sizes[label] for label in group]) for group in groups])


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """The products of a and b, summed over pairs of dimensions: the last `dims` of a with the first of b.

    dims: their number, or two lists, the dimensions of a and those of b. RuntimeError: they or the dtypes differ.
    """
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.array.ndim, b.array.ndim):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        dims = list(range(-dims, 0)), list(range(dims))
    of_a, of_b = [[d] if isinstance(d, int) else list(d) for d in dims]
    if len(of_a) != len(of_b):
        raise RuntimeError("both dimension lists should have same length")
    if a.array.dtype is not b.array.dtype:
        raise RuntimeError("both inputs should have same dtype")
    in_a, in_b = [f"a{i}" for i in range(a.array.ndim)], [f"b{i}" for i in range(b.array.ndim)]
    for i, j in zip(of_a, of_b, strict=True):
        m, n = a.array.shape[checked_dim(a.array.ndim, i)], b.array.shape[checked_dim(b.array.ndim, j)]
        if m != n and 1 not in (m, n):
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {m} in dim {i} and second has size {n} "
                f"in dim {j}"
            )
        in_b[j] = in_a[i]
    keep = {*in_a, *in_b} - {in_a[i] for i in of_a}
    return paired(a, in_a, b, in_b, keep, sizes_of((a, b), [in_a, in_b]))[0]


Tensor.mm, Tensor.bmm, Tensor.mv, Tensor.dot, Tensor.vdot = mm, bmm, mv, dot, vdot
Tensor.inner, Tensor.outer, Tensor.ger, Tensor.kron, Tensor.cross = inner, outer, ger, kron, cross
Tensor.addmv, Tensor.addr, Tensor.addbmm, Tensor.baddbmm = addmv, addr, addbmm, baddbmm
NUMPY |= {np.cross: lambda a, b, axis: cross_along(a, b, axis)}
