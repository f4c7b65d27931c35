"""Chapter 4, engine: from a result back to the leaves.

`backward` walks the recorded nodes from the last to the first. At each node it has the gradient of the node's
result, asks the rules for the gradients of the inputs, and adds those to what is pending there. A node runs only
after everything that used its result, because everything that used it has a larger number.
"""

import warnings
from collections import deque
from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush, heappushpop
from operator import attrgetter
from typing import Any

import numpy as np

from .elementwise import fit_to
from .graph import FREED, Edge, Node, edge_of, mode, ndarray, numbers
from .tensor import Size, Tensor, wrap


def walk(
    pending: dict[Edge, Any],
    targets: frozenset = frozenset(),
    needed: set | None = None,
    retain_graph: bool = False,
    create_graph: bool = False,
) -> tuple[dict[Edge, Any], set]:
    """Push the gradients in `pending` back through the graph.

    pending: for each root, a Node or a leaf, its gradient: an ndarray, or a Tensor with create_graph.
    targets: nodes whose own gradient is wanted. needed: the nodes and leaves to visit (None: all).
    Returns the gradients that ended at leaves and targets, and which of them are in buffers made here.
    RuntimeError: a node reads saved values that were freed or changed since.
    """
    found: dict[Edge, Any] = {}
    owned: set[Edge] = set()
    rules_of = "tensors" if create_graph else "arrays"
    heap = [(-root.number, root) for root in pending if type(root) is Node]
    heapify(heap)
    node = heappop(heap)[1] if heap else None
    while node is not None:
        g = pending.pop(node)
        if type(g) is Partial:
            g = g.dense()
            owned.add(node)
        if node.hooks is not None:
            g = run_hooks(node, g)
        if node in targets:
            found[node] = g
            owned.discard(node)
        if node.more is None:
            edges: Sequence = (node.a,) if node.b is None else (node.a, node.b)
            rules = getattr(node.op, rules_of)
        else:
            edges, rules = node.more, None
            gradients = node.op.gradients(node, g, edges, create_graph, node in owned)
        following, ran = None, False
        for i, edge in enumerate(edges):
            if edge is None or (needed is not None and edge not in needed):
                continue
            ran = True
            gi = rules[i](node, g) if rules is not None else gradients[i]
            if gi is None:
                continue
            if node.fit is not None and node.fit[i] is not None:
                gi = fit_to(gi, *node.fit[i])
            if edge in pending:
                add_to(pending, owned, edge, gi)
                continue
            pending[edge] = gi
            if rules is None and node.op.own_buffers:
                owned.add(edge)
            if type(edge) is not Node:
                if gi.shape != edge.array.shape:
                    raise shape_error(node, i, gi, edge)
                if gi is not g and rules is not None and type(gi) is ndarray and gi.base is None:
                    owned.add(edge)
            elif following is None:
                following = edge
            else:
                heappush(heap, (-edge.number, edge))
        if ran and not retain_graph:
            release(node)
        if following is not None and heap and heap[0][0] < -following.number:
            node = heappushpop(heap, (-following.number, following))[1]
        elif following is not None:
            node = following
        else:
            node = heappop(heap)[1] if heap else None
    return pending | found, owned


def add_to(pending: dict, owned: set, edge: Edge, g: Any) -> None:
    """Add a gradient to what has arrived before: in place only into a buffer that nobody else can see."""
    before = pending[edge]
    mine = edge in owned and type(before) is ndarray and before.dtype is g.dtype
    if type(g) is Partial:
        if not mine:
            before = before.dense() if type(before) is Partial else np.array(before)
        g.add_into(before)
    elif type(before) is Partial:
        buffer = np.array(g)
        before.add_into(buffer)
        before = buffer
    elif mine:
        before += g
    else:
        before = before + g
    pending[edge] = before
    owned.add(edge)


class Partial:
    """A gradient that is zero but for one part: what the gradient of `x[index]` is to x.

    It becomes an array only when it has to, so that n slices of one tensor cost n slices, not n tensors.
    """

    __slots__ = ("dtype", "part", "put", "shape")

    def __init__(self, part: ndarray, shape: tuple, put: Callable[[ndarray, ndarray], None]) -> None:
        self.part, self.shape, self.put, self.dtype = part, shape, put, part.dtype

    def add_into(self, buffer: ndarray) -> None:
        """Add the part into its place in `buffer`, an array of the whole shape."""
        self.put(buffer, self.part)

    def dense(self) -> ndarray:
        """The whole gradient as a new array."""
        buffer = np.zeros(self.shape, self.dtype)
        self.put(buffer, self.part)
        return buffer


def release(node: Node) -> None:
    """Let go of the saved values; whoever reads them later is told that the graph was freed."""
    if node.saved_a is not None:
        node.saved_a = FREED
    if node.saved_b is not None:
        node.saved_b = FREED
    if node.out is not None:
        node.out = FREED
    if node.params is not None and node.op.frees:
        node.params = FREED


def run_hooks(node: Node, g: Any) -> Any:
    """Let every hook of the node's result see, and perhaps replace, the gradient."""
    for hook in node.hooks:
        g = hook(g)
    return g


def shape_error(node: Node, index: int, g: Any, leaf: Tensor) -> RuntimeError:
    """torch's error, with the node's name, for a rule's gradient that does not fit its input."""
    return RuntimeError(
        f"Function {node.name()} returned an invalid gradient at index {index} - got {list(g.shape)} "
        f"but expected shape compatible with {list(leaf.array.shape)}"
    )


def needed_for(roots: Sequence[Edge], targets: frozenset) -> set | None:
    """The nodes and leaves that lie on a way from `roots` to one of `targets`, the targets included.

    None if that is all there is: every way ends at a leaf that is a target.
    """
    seen = {root for root in roots if type(root) is Node}
    todo, ends = list(seen), set(roots) - seen
    while todo:
        node = todo.pop()
        for edge in node.more or (node.a, node.b):
            if type(edge) is not Node:
                ends.add(edge)
            elif edge not in seen:
                seen.add(edge)
                todo.append(edge)
    if targets.issuperset(ends - {None}):
        return None
    needed = set(targets)
    for node in sorted(seen, key=attrgetter("number")):
        for edge in node.more or (node.a, node.b):
            if edge in needed:
                needed.add(node)
                break
    return needed


def start(outputs: Sequence[Tensor], grads: Sequence, create_graph: bool) -> dict[Edge, Any]:
    """The gradients that a walk begins with: the cotangents given, or 1 for outputs of one element.

    TypeError, RuntimeError: a cotangent is no tensor or has not its output's shape, an output needs no gradient
    or has several elements and no cotangent.
    """
    pending: dict[Edge, Any] = {}
    for i, output in enumerate(outputs):
        given = grads[i]
        if given is not None and not isinstance(given, Tensor):
            raise TypeError(f"gradients can be either Tensors or None, but got {type(given).__name__}")
        edge = edge_of(output)
        if edge is None:
            raise RuntimeError(f"element {i} of tensors does not require grad and does not have a grad_fn")
        if given is None:
            if output.array.size != 1:
                raise RuntimeError("grad can be implicitly created only for scalar outputs")
            given = wrap(np.array(1, output.array.dtype).reshape(output.array.shape))
        elif given.array.shape != output.array.shape:
            raise RuntimeError(
                f"Mismatch in shape: grad_output[{i}] has a shape of {Size(given.array.shape)} "
                f"and output[{i}] has a shape of {Size(output.array.shape)}."
            )
        given = given.to(output.array.dtype)
        g = given if create_graph else given.array
        pending[edge] = pending[edge] + g if edge in pending else g
    return pending


# of the last walks that recorded: the numbers before and after what they recorded, and of their latest root
recorded_walks: deque[tuple[int, int, int]] = deque(maxlen=1000)


def run_backward(
    outputs: Sequence[Tensor],
    grads: Any,
    retain_graph: bool | None,
    create_graph: bool,
    inputs: Sequence[Tensor] | None,
) -> tuple[dict[Edge, Any], set]:
    """Check the arguments, then walk from `outputs` back to all leaves, or only to `inputs`.

    Returns the gradients by leaf or node, as ndarrays or, with `create_graph`, as Tensors; and the set of those
    in buffers of the engine's own.
    """
    grads = [None] * len(outputs) if grads is None else list(grads)
    if len(grads) < len(outputs):
        raise RuntimeError(f"got {len(outputs)} tensors and {len(grads)} gradients")
    pending = start(outputs, grads, create_graph)
    targets = needed = None
    if inputs is not None:
        targets = frozenset(map(edge_of, inputs))
        if None in targets:
            raise RuntimeError("One of the differentiated Tensors does not require grad")
        needed = needed_for(list(pending), targets)
        if needed is not None:
            pending = {edge: g for edge, g in pending.items() if edge in needed}
    retain = create_graph if retain_graph is None else retain_graph
    if mode.before_walk is not None:
        mode.before_walk(list(pending))
    before, mode.enabled = mode.enabled, create_graph and mode.recording
    if create_graph:
        first, root = next(numbers), max([edge.number for edge in pending if type(edge) is Node], default=-1)
    try:
        return walk(pending, targets or frozenset(), needed, retain, create_graph)
    finally:
        mode.enabled = before
        if create_graph:
            recorded_walks.append((first, next(numbers), root))


def accumulate(leaf: Tensor, g: Any, owned: bool) -> None:
    """Add `g` to `leaf.grad`, in the leaf's dtype: in place, unless `g` is itself part of a graph."""
    if leaf._hooks is not None:
        g = leaf._hooks.run(g)
    if isinstance(g, Tensor):
        g = g.to(leaf.array.dtype)
        leaf._grad = g if leaf._grad is None else leaf._grad + g
    elif type(g) is Partial and leaf._grad is not None:
        g.add_into(leaf._grad.array)
    elif leaf._grad is not None:
        np.add(leaf._grad.array, g, out=leaf._grad.array, casting="same_kind")
    else:
        if type(g) is Partial:
            g, owned = g.dense(), True
        fresh = owned and type(g) is ndarray and g.dtype is leaf.array.dtype and g.flags.c_contiguous
        leaf._grad = wrap(g if fresh else np.array(g, leaf.array.dtype, order="C"))
    if leaf._hooks is not None:
        leaf._hooks.accumulated(leaf)


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Add to the `.grad` of every leaf the gradient of `tensors` with respect to it.

    tensors: one Tensor or a sequence. grad_tensors: their cotangents, each of its tensor's shape; None (for all,
    or for one) means 1 and is allowed for tensors of one element. retain_graph: keep the saved values for another
    walk (default: create_graph). create_graph: make the gradients differentiable. inputs: only these get a .grad.

    RuntimeError: no graph, a wrong shape, more than one element without cotangent, a graph that was freed, a saved
    value that was changed in place. Nothing is added to any `.grad` then.
    """
    tensors = (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)
    grad_tensors = (grad_tensors,) if isinstance(grad_tensors, Tensor) else grad_tensors
    if inputs is not None:
        inputs = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
        if not inputs:
            raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    if create_graph:
        warnings.warn(
            "Using backward() with create_graph=True will create a reference cycle between the parameter and its "
            "gradient which can cause a memory leak. We recommend using autograd.grad when creating the graph to "
            "avoid this. If you have to use this function, make sure to reset the .grad fields of your parameters "
            "to None after use to break the cycle and avoid the leak.",
            stacklevel=2,
        )
    gradients, owned = run_backward(tensors, grad_tensors, retain_graph, create_graph, inputs)
    for edge, g in gradients.items():
        if isinstance(edge, Tensor):
            accumulate(edge, g, edge in owned)
    for t in inputs or ():
        if isinstance(edge_of(t), Node) and edge_of(t) in gradients:
            accumulate(t, gradients[edge_of(t)], owned=False)


def tensor_backward(
    self: Tensor,
    gradient: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """`minigrad.autograd.backward` of this one tensor; `gradient` is its cotangent."""
    backward(self, None if gradient is None else (gradient,), retain_graph, create_graph, inputs)


def grad(self: Tensor) -> Tensor | None:
    """What `backward` has added up for this leaf, of its shape and dtype; None before the first time.

    UserWarning: the tensor is no leaf, so nothing is kept for it.
    """
    if self._grad is None and self.grad_fn is not None:
        warnings.warn(
            "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't "
            "be populated during autograd.backward(). If you indeed want the .grad field to be populated for a "
            "non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by "
            "mistake, make sure you access the leaf Tensor instead.",
            stacklevel=2,
        )
    return self._grad


def set_grad(self: Tensor, value: Tensor | None) -> None:
    """Replace the gradient. RuntimeError: it has not the tensor's shape or dtype; TypeError: it is no tensor."""
    if value is not None:
        if not isinstance(value, Tensor):
            raise TypeError(
                f"assigned grad expected to be a Tensor or None but got grad of type {type(value).__name__}"
            )
        if value.array.shape != self.array.shape:
            raise RuntimeError(
                f"attempting to assign a gradient of size '{list(value.array.shape)}' "
                f"to a tensor of size '{list(self.array.shape)}'"
            )
        if value.array.dtype != self.array.dtype:
            raise RuntimeError(
                f"attempting to assign a gradient with dtype '{value.dtype}' to a tensor with grad_dtype "
                f"'{self.dtype}'. The gradient must match the tensor's grad_dtype."
            )
    self._grad = value


Tensor.backward = tensor_backward
Tensor.grad = property(grad, set_grad)
