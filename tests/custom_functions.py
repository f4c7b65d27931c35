"""Functions of `autograd.Function` that several test files use."""

import minigrad as torch
from minigrad.autograd import Function
from minigrad.autograd.function import once_differentiable

FREED = "Trying to backward through the graph a second time"


class Square(Function):
    """x * x."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g


class Exponential(Function):
    """exp(x), which saves its result."""

    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g * y


class Ordered(Function):
    """The elements in order and where they came from, as document 004 has it: an index has no gradient."""

    @staticmethod
    def forward(ctx, x):
        values, index = x.sort()
        ctx.mark_non_differentiable(index)
        ctx.save_for_backward(index)
        return values, index

    @staticmethod
    @once_differentiable
    def backward(ctx, g, _):
        (index,) = ctx.saved_tensors
        return torch.zeros(index.shape, dtype=g.dtype).index_add_(0, index, g)


class Mixed(Function):
    """Document 004's second Function: two tensors and a number z in x y + y z + (x z) y."""

    @staticmethod
    def forward(ctx, x, y, z):
        w = x * z
        ctx.save_for_backward(x, y, w)
        ctx.z = z
        return x * y + y * z + w * y

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        x, y, w = ctx.saved_tensors
        return g * (y + y * ctx.z), g * (x + ctx.z + w), None


def function(forward, backward):
    """A Function named MyFn of two plain functions."""
    return type("MyFn", (Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)})


def doubling(backward):
    """A Function that doubles its argument and has this backward."""
    return function(lambda ctx, x: x * 2, backward)
