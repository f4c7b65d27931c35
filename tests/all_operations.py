"""What every operation of minigrad does forward and backward; also run on the package that a graded kernel gets."""

import inspect
import json
import sys

import numpy as np
from catalogue import all_rows
from catalogue.trial import leaves_of, tensors_of

import minigrad
from minigrad import live, patching
from minigrad.graph import Op


def operations():
    """Every operation with a name in minigrad, by that name: {"elementwise.MUL": Op(MulBackward0)}."""
    found = {}
    for module in patching.modules():
        here = live.assignments(module)
        short = module.__name__.partition(".")[2]
        found |= {f"{short}.{name}": op for name, op in vars(module).items() if isinstance(op, Op) and name in here}
    return found


def forwards():
    """For each row of the catalogue: the values of its first case, the node, and what a backward raises."""
    found = {}
    for _, row in all_rows():
        outputs = tensors_of(row.call(*leaves_of(minigrad, row, row.arrays(row.cases[0]))))
        recorded = [t for t in outputs if t.grad_fn is not None and t.numel()]
        node, said = (recorded[0].grad_fn.name(), raised(recorded[0].sum().backward)) if recorded else (None, None)
        found[row.id] = [repr([t.tolist() for t in outputs]), node, said]
    return found


def rules():
    """For each operation what its rules read, and what they raise when they are called with nothing sensible."""
    found = {}
    for name, op in operations().items():
        signatures = [list(inspect.signature(rule).parameters) for rule in op.rules]
        calls = zip(op.rules, signatures, strict=True)
        found[name] = [signatures, [raised(lambda r=r, s=s: r(*[None] * len(s))) for r, s in calls]]
    return found


def raised(call):
    """The message of what a call raises, None if it raises nothing."""
    try:
        call()
    except Exception as error:
        return str(error)
    return None


if __name__ == "__main__":
    with np.errstate(all="ignore"):
        json.dump({"file": minigrad.__file__, "forwards": forwards(), "rules": rules()}, sys.stdout)
