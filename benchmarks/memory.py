"""What minigrad needs besides: memory, its import, and a picture. Each figure is taken in a process of its own.

    python -m benchmarks.memory nodes    one of FIGURES, as a number

Memory is what Python and numpy ask for (`tracemalloc` counts both), not what the system's allocator rounds it up to.
"""

import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable

CODE = {
    "nothing": "pass",
    "numpy": "import numpy",
    "minigrad": "import minigrad; x = minigrad.tensor([1.0, 2.0], requires_grad=True); (x * x).sum().backward()",
}


def bytes_per_node(nodes: int = 1_000_000) -> float:
    """What a recorded chain of one-element operations holds, per node. It is walked and freed as well."""
    import minigrad

    x = minigrad.tensor([1.0], requires_grad=True)
    gc.collect()
    tracemalloc.start()
    y = x
    for _ in range(nodes // 2):
        y = y * 0.999 + 0.001
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    y.sum().backward()
    del y
    return held / nodes


def peak_over_needed(batch: int = 1024, width: int = 512, layers: int = 20) -> float:
    """The peak of forward and backward through layers with tanh, over what has to be there at the same time.

    Needed are the result of every tanh, and two gradients while one is computed from the other. The gradients of the
    weights take the place of results that are not needed any more.
    """
    import numpy as np

    import minigrad

    x = minigrad.tensor(np.full((batch, width), 0.5, np.float32))
    weights = [minigrad.tensor(np.eye(width, dtype=np.float32), requires_grad=True) for _ in range(layers)]
    gc.collect()
    tracemalloc.start()
    h = x
    for w in weights:
        h = (h @ w).tanh()
    h.sum().backward()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / ((layers + 2) * x.array.nbytes)


def import_over_numpy(rounds: int = 9) -> float:
    """How long importing minigrad and taking a first gradient is, over importing numpy; both without Python's start."""
    from time import perf_counter

    seconds: dict[str, list[float]] = {name: [] for name in CODE}
    for _ in range(rounds):
        for name, code in CODE.items():
            start = perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            seconds[name].append(perf_counter() - start)
    nothing, numpy, minigrad = [min(taken) for taken in seconds.values()]
    return (minigrad - nothing) / (numpy - nothing)


def seconds_to_show(nodes: int = 100_000) -> float:
    """How long a notebook waits for the picture of a graph that does not repeat itself, imports and layout included."""
    from time import perf_counter

    import minigrad

    before = y = minigrad.ones(1, requires_grad=True)
    for i in range(nodes):
        before, y = y, y * before if i % 3 else (y.sin() if i % 7 else y.tanh())
    start = perf_counter()
    minigrad.draw(y)._repr_mimebundle_()
    return perf_counter() - start


# name, what it is, how to take it, what minigrad wants to reach
FIGURES: dict[str, tuple[str, Callable[[], float], float]] = {
    "nodes": ("W2 bytes per node, a million nodes", bytes_per_node, 450),
    "peak": ("W8 peak memory over what is needed", peak_over_needed, 1.1),
    "import": ("W9 import over numpy's import", import_over_numpy, 1.35),
    "draw": ("seconds until a graph of 100,000 nodes is shown", seconds_to_show, 2),
}


def measure(name: str) -> float:
    """One of the figures, taken in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.memory", name]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    print(FIGURES[sys.argv[1]][1]())
