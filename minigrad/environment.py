"""What minigrad needs of the Python it runs in, said before anything of it fails in a stranger way."""

import sys

import numpy as np

PYTHON, NUMPY = (3, 11), (2, 3)


def refuse(python: tuple[int, ...], numpy: str) -> None:
    """ImportError if one of them is too old; it says which Python that is, and how to get to the course's."""
    if python[:2] >= PYTHON and tuple(int(part) for part in numpy.split(".")[:2]) >= NUMPY:
        return
    raise ImportError(
        "minigrad needs Python {}.{} and numpy {}.{} or later. ".format(*PYTHON, *NUMPY)
        + "This is Python {}.{} with numpy {}, {}. ".format(*python[:2], numpy, sys.executable)
        + "Start the course by `make lab`, or choose the Python of its folder .venv as the kernel."
    )


refuse(sys.version_info[:2], np.__version__)
