"""Chapter 10, hooks: look into a backward pass while it runs.

A hook on a tensor sees its gradient and may replace it; a hook on a node sees what goes in and what comes out; a hook
on saved tensors decides how they are kept. None of them costs anything where there is none.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

from .elementwise import fit_to
from .engine import Partial
from .function import Parts, SavedInput
from .gradients import Keep
from .graph import Edge, Node, Op, edge_of, made_by, mode, ndarray, no_grad, record
from .operations import CLONE
from .tensor import Tensor, new, wrap

hook_numbers = count()


class RemovableHandle:
    """What registering a hook returns: `remove()` takes the hook off again; it is also a context manager."""

    def __init__(self, hooks: dict[int, Any]) -> None:
        self.hooks, self.id = hooks, next(hook_numbers)

    def remove(self) -> None:
        """Take the hook off; nothing happens if it is off already."""
        self.hooks.pop(self.id, None)

    def __enter__(self) -> "RemovableHandle":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.remove()


def register(hooks: dict[int, Any], hook: Callable) -> RemovableHandle:
    """Put a hook behind the others."""
    handle = RemovableHandle(hooks)
    hooks[handle.id] = hook
    return handle


def as_tensor(g: Any) -> Tensor:
    """A gradient on its way as a Tensor."""
    return g if isinstance(g, Tensor) else wrap(g.dense() if type(g) is Partial else np.asarray(g))


def as_before(replaced: Tensor, g: Any) -> Any:
    """A gradient that a hook returned, in the form of the one that it got."""
    return replaced if isinstance(g, Tensor) else replaced.array


class TensorHooks:
    """The hooks of one tensor; for a leaf in `_hooks`, else in the `hooks` of its node."""

    def __init__(self) -> None:
        self.on_gradient: dict[int, Callable] = {}
        self.after_accumulation: dict[int, Callable] = {}

    def run(self, g: Any) -> Any:
        """Show the gradient to each hook in turn; what one returns takes its place.

        RuntimeError: a hook changed the shape; TypeError: it returned something else than a Tensor or None.
        """
        for hook in list(self.on_gradient.values()):
            given = as_tensor(g)
            returned = hook(given)
            if returned is None:
                continue
            if not isinstance(returned, Tensor):
                raise TypeError(f"expected Variable, but hook returned '{type(returned).__name__}'")
            if returned.array.shape != given.array.shape:
                raise RuntimeError(f"hook '{getattr(hook, '__name__', hook)}' has changed the size of value")
            g = as_before(returned, g)
        return g

    __call__ = run  # on a node it stands among the hooks that the walk calls

    def accumulated(self, leaf: Tensor) -> None:
        """Tell the hooks for it that `leaf.grad` is up to date."""
        for hook in list(self.after_accumulation.values()):
            hook(leaf)


def hooks_of(t: Tensor) -> TensorHooks:
    """The hooks of a tensor, made when the first is registered. Hooks of `retain_grad` stay behind them."""
    edge = edge_of(t)
    if not isinstance(edge, Node):
        if t._hooks is None:
            t._hooks = TensorHooks()
        return t._hooks
    found = next((hook for hook in edge.hooks or () if isinstance(hook, TensorHooks)), None)
    if found is None:
        found = TensorHooks()
        kept = [hook for hook in edge.hooks or () if isinstance(hook, Keep)]
        edge.hooks = [hook for hook in edge.hooks or () if hook not in kept] + [found, *kept]
    return found


def register_hook(self: Tensor, hook: Callable) -> RemovableHandle:
    """Call `hook(grad)` with the gradient of this tensor in every backward; a Tensor that it returns replaces it.

    For a leaf it runs before the gradient is added to `.grad`. RuntimeError: the tensor requires no gradient.
    """
    if not self.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    return register(hooks_of(self).on_gradient, hook)


def register_post_accumulate_grad_hook(self: Tensor, hook: Callable) -> RemovableHandle:
    """Call `hook(leaf)` each time after a gradient was added to its `.grad`. RuntimeError: it is not a leaf."""
    if not self.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if self.grad_fn is not None:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    return register(hooks_of(self).after_accumulation, hook)


class Wrapped(Op):
    """An operation that does what another one does, and lets somebody look on."""

    def __new__(cls, inner: Op) -> "Wrapped":
        return new(cls)

    def __init__(self, inner: Op) -> None:
        self.inner, self.name, self.params, self.frees = inner, inner.name, inner.params, inner.frees
        self.arity, self.own_buffers, self.rules = inner.arity, inner.own_buffers, inner.rules

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def gradients(self, node: Node, g: Any, edges: Sequence, recorded: bool, owned: bool) -> list:
        """The gradients of the inner operation, in the shapes and dtypes of its inputs."""
        if self.arity > 2:
            found = self.inner.gradients(node, g, edges, recorded, owned)
        else:
            found = Op.gradients(self.inner, node, g, edges, recorded, owned)
        fit = node.fit or (None,) * len(found)
        return [gi if gi is None or f is None else fit_to(gi, *f) for gi, f in zip(found, fit, strict=False)]

    def as_edge(self, node: Node) -> tuple:
        """As the inner operation's."""
        return self.inner.as_edge(node)

    def saved(self, node: Node) -> Any:
        """As the inner operation's."""
        return self.inner.saved(node)


def wrap_op(node: Node, kind: type[Wrapped]) -> Any:
    """Put a `kind` around the operation of a node, once."""
    op: Any = node.op
    while isinstance(op, Wrapped):
        if isinstance(op, kind):
            return op
        op = op.inner
    if node.more is None:
        node.more = (node.a, node.b)[: node.op.arity]
    node.op = kind(node.op)
    return node.op


class Hooked(Wrapped):
    """An operation whose node has hooks of its own."""

    def __init__(self, inner: Op) -> None:
        super().__init__(inner)
        self.before: dict[int, Callable] = {}
        self.after: dict[int, Callable] = {}

    def gradients(self, node: Node, g: Any, edges: Sequence, recorded: bool, owned: bool) -> list:
        """The gradients, as the hooks before and after leave them."""
        for hook in list(self.before.values()):
            (g,) = replaced(hook(as_tensors([g])), [g], "grad_outputs")
        found = super().gradients(node, g, edges, recorded, owned)
        for hook in list(self.after.values()):
            found = replaced(hook(as_tensors(found), as_tensors([g])), found, "grad_inputs")
        return found


def as_tensors(gradients: Sequence) -> tuple:
    """Gradients as a hook on a node gets them: Tensors or None."""
    parts = [g.parts.values() if isinstance(g, Parts) else [g] for g in gradients]
    return tuple([None if g is None else as_tensor(g) for several in parts for g in several])


def replaced(returned: Any, gradients: list, what: str) -> list:
    """What a hook on a node returned, in the place of what it got. RuntimeError: it is of another length."""
    if returned is None:
        return gradients
    returned = (returned,) if isinstance(returned, Tensor) else tuple(returned)
    if len(returned) != len(gradients):
        raise RuntimeError(f"hook has returned {len(returned)} {what}, {len(gradients)} were given")
    return [None if r is None else as_before(r, g) for r, g in zip(returned, gradients, strict=True)]


def register_node_hook(self: Node, hook: Callable) -> RemovableHandle:
    """Call `hook(grad_inputs, grad_outputs)` after this node ran; a tuple that it returns replaces grad_inputs."""
    return register(wrap_op(self, Hooked).after, hook)


def register_prehook(self: Node, hook: Callable) -> RemovableHandle:
    """Call `hook(grad_outputs)` before this node runs; a tuple that it returns replaces them."""
    return register(wrap_op(self, Hooked).before, hook)


Tensor.register_hook, Tensor.register_post_accumulate_grad_hook = register_hook, register_post_accumulate_grad_hook
Node.register_hook, Node.register_prehook = register_node_hook, register_prehook


# saved tensors


class Packed:
    """Stands in a node for a saved tensor that a pair of hooks has packed; `unpack` gives it back when it is read."""

    _counter = _node = None
    _requires_grad = True

    def __init__(self, t: Tensor, pack: Callable, unpack: Callable) -> None:
        with no_grad():
            self.packed, self.unpack = pack(t), unpack

    @property
    def array(self) -> ndarray:
        """The values."""
        with no_grad():
            t = self.unpack(self.packed)
        if not isinstance(t, Tensor):
            raise TypeError(f"Output of saved tensor unpack_hook expected to be a Tensor but got result of type "
                            f"{type(t)}")  # fmt: skip
        return t.array

    def open(self, node: Node) -> ndarray:
        """The values of a saved result."""
        return self.array


class PackedInput:
    """Stands for an argument that a Function saved: the packed values, and where their gradient goes."""

    def __init__(self, packed: Packed, edge: Edge) -> None:
        self.packed, self.edge = packed, edge

    def open(self, node: Node) -> Tensor:
        """The tensor, with the history it had."""
        if isinstance(self.edge, Node):
            return made_by(self.edge, self.packed.array)
        return wrap(self.packed.array) if self.edge is None else record(CLONE, self.packed.array, (self.edge,))


class saved_tensors_hooks:
    """What is saved inside the block is kept as `pack(tensor)` returns it, and comes back by `unpack(packed)`.

    pack: from a Tensor to anything (a file's name, a compressed array); unpack: back to a Tensor of equal values.
    """

    def __init__(self, pack_hook: Callable, unpack_hook: Callable) -> None:
        self.hooks = pack_hook, unpack_hook

    def __enter__(self) -> None:
        self.before = mode.recording
        watch(also(self.before, self.pack))

    def __exit__(self, *exception: Any) -> None:
        watch(self.before)

    def pack(self, node: Node) -> None:
        """Put what was packed in the place of what a new node has saved."""
        if type(node.saved_a) is tuple:
            node.saved_a = tuple([self.packed(saved) for saved in node.saved_a])
        else:
            node.saved_a = self.packed(node.saved_a)
        node.saved_b = self.packed(node.saved_b)
        node.out = self.packed(node.out)

    def packed(self, saved: Any) -> Any:
        """One saved value, packed."""
        if isinstance(saved, SavedInput):
            return PackedInput(Packed(saved.tensor, *self.hooks), saved.edge)
        if isinstance(saved, (Tensor, ndarray)):
            return Packed(saved if isinstance(saved, Tensor) else wrap(saved), *self.hooks)
        return saved


def watch(recording: Any) -> None:
    """Show new nodes to `recording` from now on, or to nobody if it is True."""
    mode.recording = recording
    mode.enabled = mode.enabled and recording


def also(before: Any, watcher: Callable) -> Callable:
    """A watcher of new nodes after another one, if there is one."""
    if before is True:
        return watcher

    def both(node: Node) -> None:
        before(node)
        watcher(node)

    return both
