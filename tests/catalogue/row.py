"""What a row of the table says, and the values that an operation is tried at."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

EACH = [(), (1,), (2, 3), (0,), (2, 0, 3)]
PAIRS = [((), ()), ((2, 3), (2, 3)), ((3,), (2, 1)), ((), (2, 3)), ((2, 1, 3), (2, 1)), ((0,), (1,)), ((2, 0), (2, 1))]
DTYPES = ("float32", "float16", "int64", "int32", "uint8", "bool")


@dataclass(frozen=True)
class Row:
    """One operation, or one way to call it.

    name: what it is called below `torch`, such as "remainder", "nn.functional.gelu", "linalg.inv".
    call: it, as a function of tensors; a Tensor or a sequence of them comes out.
    cases: for each trial the shapes of the tensors. at: values (nested lists, one per tensor) where it has kinks, ties
    or singular points: values and gradients are compared with torch's there, not with differences.
    domains: for each tensor where it may be, a name in DOMAINS. tag: tells rows of the same name apart.
    node: minigrad's name of the node where it differs from torch's. orders: how often it can be differentiated (0: not
    at all). constant: the tensors, by number, that have no gradient. dtypes: those to try besides float64.
    same: other forms of the call, methods and keywords, that must give the same. errors: calls without arguments that
    torch refuses, with the same error; those in `own_words` with an error of the same type and other words.
    without: parameters of torch's that are left out.
    """

    name: str
    call: Callable
    cases: Sequence = ((2, 3),)
    at: Sequence = ()
    domains: Sequence[str] = ()
    tag: str = ""
    node: str | None = None
    orders: int = 2
    constant: Sequence[int] = ()
    dtypes: Sequence[str] = DTYPES
    same: Sequence[Callable] = ()
    errors: Sequence[Callable] = ()
    own_words: Sequence[Callable] = ()
    without: Sequence[str] = field(default=())

    @property
    def id(self):
        """The row's name in tests and in the recorded numbers."""
        return f"{self.name}-{self.tag}" if self.tag else self.name

    def arrays(self, case, dtype=np.float64):
        """Values for one case, different from row to row, the same in every run, away from all kinks."""
        shapes = case if case == () or isinstance(case[0], tuple) else (case,)
        shapes = ((),) if case == () else shapes
        sizes = [int(np.prod(shape)) for shape in shapes]
        random = np.random.default_rng(zlib.crc32(self.id.encode()))
        raw = (random.permutation(sum(sizes)) - sum(sizes) // 2) * 0.1731 + 0.0317
        parts = np.split(raw, np.cumsum(sizes)[:-1])
        domains = self.domains or ["any"] * len(shapes)
        if np.dtype(dtype).kind == "f":
            made = [DOMAINS[d](p.reshape(s)) for p, s, d in zip(parts, shapes, domains, strict=True)]
        else:
            made = [np.rint(DOMAINS[d](p.reshape(s)) * 5) for p, s, d in zip(parts, shapes, domains, strict=True)]
            made = [abs(m) if np.dtype(dtype).kind == "u" else m for m in made]
        return [np.asarray(m).astype(dtype) for m in made]


def symmetric(x):
    """Matrices that equal their transpose."""
    return x + np.swapaxes(x, -1, -2)


# From values around 0, at least 0.03 away from it and 0.17 apart, to values where an operation is defined.
DOMAINS = {
    "any": lambda x: x,
    "positive": lambda x: abs(x) + 0.3,
    "above 1": lambda x: abs(x) + 1.2,
    "unit": lambda x: np.tanh(x * 0.7),
    "probability": lambda x: 1 / (1 + np.exp(-x)),
    "invertible": lambda x: x + np.eye(x.shape[-1]) * (2 + abs(x).sum(initial=0) / max(x.shape[-1], 1)),
    "symmetric": symmetric,
    "positive definite": lambda x: x @ np.swapaxes(x, -1, -2) + np.eye(x.shape[-1]),
}
