"""What tests of the way back share."""

from contextlib import contextmanager

import pytest

SECOND_TIME = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)


def refusal(call, kind=RuntimeError):
    """The message with which `call` is refused."""
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


@contextmanager
def rules(node, *functions):
    """Other rules, functions of (node, g), for the operation of `node`."""
    before, node.op.arrays = node.op.arrays, functions
    try:
        yield
    finally:
        node.op.arrays = before
