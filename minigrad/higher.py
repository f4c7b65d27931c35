"""Chapter 6, higher: the gradient of a gradient.

With `create_graph=True` the engine runs the very same rules, but on Tensors: every product and sum in them is
recorded like any other, so the gradients have a graph of their own and can be differentiated again. All that is
needed is to hand the rules Tensors with the right history in the place of arrays.
"""

from collections.abc import Callable

from .graph import Edge, Node, Op, array_out, bind, made_by, parameter
from .tensor import Tensor, wrap


def saved_input(node: Node, saved: Tensor, edge: Edge) -> Tensor:
    """A saved input as the Tensor it was when it was used: the same history, even if it has another one now."""
    if saved._counter is not None:
        saved._counter.check(node, saved)
    if edge is None or (saved if saved._node is None else saved._node) is edge:
        return saved if edge is not None or not saved._requires_grad else wrap(saved.array)
    return edge if isinstance(edge, Tensor) else made_by(edge, saved.array)


def tensor_a(node: Node) -> Tensor:
    """The first input as a Tensor, for rules that are recorded themselves."""
    return saved_input(node, node.saved_a, node.a)


def tensor_b(node: Node) -> Tensor:
    """The second input as a Tensor, for rules that are recorded themselves."""
    return saved_input(node, node.saved_b, node.b)


def tensor_out(node: Node) -> Tensor:
    """The result as a Tensor, for rules that are recorded themselves."""
    return made_by(node, array_out(node))


def tensor_input(i: int) -> Callable:
    """How to get input `i` of a node with more than two inputs as a Tensor."""
    return lambda node: saved_input(node, node.saved_a[i], node.more[i])


def tensor_rules(op: Op) -> tuple[Callable, ...]:
    """The rules of `op` made ready for Tensors: functions of (node, g), made when they are first needed."""
    if op.bound_to_tensors is None or op.bound_to_tensors[0] is not op.rules:
        if op.arity <= 2:
            fetch: dict[str, Callable] = {"a": tensor_a, "b": tensor_b}
        else:
            fetch = {name: tensor_input(i) for i, name in enumerate("abcdefgh"[: op.arity])}
        fetch |= {"out": tensor_out} | {name: parameter(i) for i, name in enumerate(op.params)}
        rules = zip(op.rules, op.reads, strict=True)
        op.bound_to_tensors = op.rules, tuple(bind(rule, reads, fetch, op.params) for rule, reads in rules)
    return op.bound_to_tensors[1]


Op.tensors = property(tensor_rules)
