"""Chapter 11, data: examples by number, and batches of them, under the names of `torch.utils.data`."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .arrays import stack
from .creation import as_tensor, randperm
from .dtypes import float64
from .tensor import Tensor, tensor


class Dataset:
    """Examples that can be counted and fetched: a class of your own says `__len__` and `__getitem__`."""

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not say what an example is: give it __getitem__")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} does not say how many examples it has: give it __len__")


class TensorDataset(Dataset):
    """Example i is the tuple of the t[i] of all `tensors` (n, ...). AssertionError: they have not the same length."""

    def __init__(self, *tensors: Tensor) -> None:
        assert len({len(t) for t in tensors}) == 1, "Size mismatch between tensors"
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple([t[index] for t in self.tensors])

    def __len__(self) -> int:
        return len(self.tensors[0])


class Subset(Dataset):
    """The examples of `dataset` whose numbers are in `indices`."""

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: int) -> Any:
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


def random_split(dataset: Any, lengths: Sequence[float]) -> list[Subset]:
    """The examples divided at random into parts of these lengths, or of these fractions if they add up to 1.

    ValueError: the lengths do not add up to the number of examples.
    """
    n = len(dataset)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        lengths = [math.floor(n * part) for part in lengths]
        left = n - sum(lengths)
        lengths = [length + (i < left) for i, length in enumerate(lengths)]
    if sum(lengths) != n:
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    order, ends = randperm(n).tolist(), np.cumsum(lengths).tolist()
    return [Subset(dataset, order[end - int(length) : end]) for length, end in zip(lengths, ends, strict=True)]


class DataLoader:
    """Batches of the examples of `dataset`, in order or (`shuffle`) in a new random order each time.

    drop_last: leave out a last batch that is shorter. The order comes from `manual_seed`'s generator.
    ValueError: the size of a batch is not positive.
    """

    def __init__(self, dataset: Any, batch_size: int = 1, shuffle: bool = False, drop_last: bool = False) -> None:
        if batch_size <= 0:
            raise ValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")
        self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last

    def __iter__(self) -> Iterator[Any]:
        order = randperm(len(self.dataset)).tolist() if self.shuffle else range(len(self.dataset))
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            yield collated([self.dataset[i] for i in order[start : start + self.batch_size]])

    def __len__(self) -> int:
        batches = len(self.dataset) / self.batch_size
        return math.floor(batches) if self.drop_last else math.ceil(batches)


def collated(examples: list) -> Any:
    """One batch of these examples: tensors are stacked, numbers become a tensor, tuples and dicts part by part."""
    first = examples[0]
    if isinstance(first, (Tensor, np.ndarray)):
        return stack([as_tensor(example) for example in examples])
    if isinstance(first, (bool, int, float)):
        return tensor(examples, dtype=float64 if isinstance(first, float) else None)
    if isinstance(first, (tuple, list)):
        return [collated(list(parts)) for parts in zip(*examples, strict=True)]
    if isinstance(first, dict):
        return {key: collated([example[key] for example in examples]) for key in first}
    return examples
