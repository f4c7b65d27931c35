"""Chapter 11, serialization: what was learned, in a file.

`save` writes nested dicts, lists and tuples of tensors, numbers, texts and None, such as a `state_dict`, as one npz
file of numpy: an array for each tensor, and how they belong together as JSON. There is no pickle in it, so that a file
from somebody else can hold wrong numbers at worst, never a program.
"""

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from .tensor import Tensor, wrap

STRUCTURE = "structure.json"
CONTAINERS: dict[str, Callable] = {"list": list, "tuple": tuple, "dict": dict, "OrderedDict": OrderedDict}
PLAIN = (type(None), bool, int, float, str)


def save(obj: Any, f: Any) -> None:
    """Write `obj` to the file `f`, a path or a file opened for binary writing.

    TypeError: there is something else in it than tensors, numbers, texts, None, dicts, lists and tuples; nothing is
    written then.
    """
    arrays: dict[str, Any] = {}
    structure = json.dumps(taken_apart(obj, arrays, "object"))
    arrays[STRUCTURE] = np.frombuffer(structure.encode(), np.uint8)
    if hasattr(f, "write"):
        np.savez(f, **arrays)
    else:
        with open(f, "wb") as file:
            np.savez(file, **arrays)


def taken_apart(value: Any, arrays: dict[str, np.ndarray], place: str) -> Any:
    """`value` in what JSON knows; the values of tensors go into `arrays`, numbered."""
    kind = type(value).__name__
    if isinstance(value, Tensor):
        number = f"tensor {len(arrays)}"
        arrays[number] = value.array
        return {"tensor": number}
    if type(value) in PLAIN:
        return value
    if type(value) is not CONTAINERS.get(kind):
        raise TypeError(
            f"cannot save {place}, which is of type {kind}: only tensors, numbers, texts, None, and dicts, lists and "
            "tuples of them"
        )
    if isinstance(value, dict):
        items = [[taken_apart(key, arrays, f"the key {key!r} of {place}"),
                  taken_apart(item, arrays, f"{place}[{key!r}]")] for key, item in value.items()]  # fmt: skip
    else:
        items = [taken_apart(item, arrays, f"{place}[{i}]") for i, item in enumerate(value)]
    return {kind: items}


def load(f: Any) -> Any:
    """What `save` wrote to the file `f`, a path or a file opened for binary reading. Tensors are new leaves.

    FileNotFoundError: there is no such file. RuntimeError: the file is damaged, or is none that `save` wrote.
    """
    try:
        with np.lib.npyio.NpzFile(f, allow_pickle=False) as arrays:
            return put_together(json.loads(arrays[STRUCTURE].tobytes()), arrays)
    except OSError:
        raise
    except Exception as error:  # numpy, zipfile and json have a dozen kinds for bytes that make no sense
        name = getattr(f, "name", f)
        raise RuntimeError(f"{name} is damaged, or was not written by minigrad.save: {error}") from error


def put_together(value: Any, arrays: Any) -> Any:
    """The reverse of `taken_apart`."""
    if type(value) is not dict:
        return value
    ((kind, items),) = value.items()
    if kind == "tensor":
        return wrap(arrays[items])
    if kind in ("dict", "OrderedDict"):
        return CONTAINERS[kind]([(put_together(key, arrays), put_together(item, arrays)) for key, item in items])
    return CONTAINERS[kind]([put_together(item, arrays) for item in items])
