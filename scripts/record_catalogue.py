"""Record what the real torch answers for the table of operations, into tests/data/catalogue.

    python scripts/record_catalogue.py FAMILY ...        (in an environment that has torch and numpy)

The rows of `tests/catalogue` say `import minigrad as torch`; here torch itself stands in minigrad's place. torch is
no dependency of the project: only whoever adds a row runs this.
"""

import inspect
import json
import sys
import warnings
from operator import attrgetter
from pathlib import Path
from typing import Any

import torch  # type: ignore[import-not-found]
from torch.overrides import get_testing_overrides  # type: ignore[import-not-found]

ROOT = Path(__file__).resolve().parents[1]
sys.modules["minigrad"] = torch
sys.path.insert(0, str(ROOT / "tests"))
SIGNATURES = get_testing_overrides()


def plain(t: Any) -> Any:
    """A tensor as a dtype, a shape and numbers of 12 digits."""
    kind = str(t.dtype).removeprefix("torch.")
    numbers = t.detach().reshape(-1).tolist()
    if t.dtype.is_floating_point:
        numbers = [float(f"{number:.12g}") for number in numbers]
    return {"dtype": kind, "shape": list(t.shape), "values": numbers}


def outcome(row: Any, arrays: list) -> dict:
    """Values, gradients and the node of one call; or the error."""
    from catalogue.trial import attempt

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            outputs, gradients, node = attempt(torch, row, arrays)
        except Exception as error:
            return {"error": type(error).__name__, "message": str(error)}
    return {"outputs": [plain(t) for t in outputs], "gradients": [g if g is None else plain(g) for g in gradients],
            "node": node}  # fmt: skip


def failure(call: Any) -> dict:
    """Type and words of the error that a call raises."""
    try:
        call()
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}
    raise SystemExit(f"torch accepts what a row says it refuses: {inspect.getsource(call)}")


def known(row: Any) -> dict:
    """The parameters of torch's function, and whether there is a method of that name."""
    function = attrgetter(row.name)(torch)
    parameters = list(inspect.signature(SIGNATURES[function]).parameters) if function in SIGNATURES else []
    return {"parameters": parameters, "method": "." not in row.name and hasattr(torch.Tensor, row.name)}


def record(family: str) -> None:
    """Write the file of one family."""
    from catalogue import rows_of

    found = {}
    for row in rows_of(family):
        if row.id in found:
            raise SystemExit(f"two rows are called {row.id}: give one a tag")
        found[row.id] = known(row) | {
            "cases": [outcome(row, row.arrays(case)) for case in row.cases],
            "at": [outcome(row, point) for point in row.at],
            "dtypes": {dtype: outcome(row, row.arrays(row.cases[0], dtype)) for dtype in row.dtypes},
            "errors": [failure(call) for call in [*row.errors, *row.own_words]],
        }
        for trial in found[row.id]["cases"] + found[row.id]["at"]:
            if "error" in trial:
                raise SystemExit(f"{row.id}: torch refuses: {trial['error']}: {trial['message']}")
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in found.items())
    (ROOT / "tests" / "data" / "catalogue" / f"{family}.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    print(f"{family}: {len(found)} rows")


if __name__ == "__main__":
    for family in sys.argv[1:]:
        record(family)
