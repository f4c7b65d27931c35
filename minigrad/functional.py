"""Chapter 12, functional: derivatives of functions.

`backward` differentiates a number by what it was made of. Here a function goes in and a derivative comes out: its
Jacobian, its Hessian, their products with vectors, or another function. All of it is made of `autograd.grad`; even
the derivative forward, `jvp`, which is a backward pass through a backward pass.
"""

from collections.abc import Callable, Sequence
from typing import Any

from . import gradients
from .arrays import stack
from .creation import ones_like, zeros, zeros_like
from .graph import Node, edge_of, enable_grad, is_grad_enabled, numbers
from .tensor import Tensor, check_differentiable
from .views import counter_of


def as_tuple(values: Any, what: str, name: str) -> tuple:
    """One Tensor or a sequence of them as a tuple. TypeError: something else is in it."""
    several = values if isinstance(values, (tuple, list)) else (values,)
    for i, t in enumerate(several):
        if not isinstance(t, Tensor):
            which = f"the value at index {i}" if isinstance(values, (tuple, list)) else f"the given {what}"
            raise TypeError(
                f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but {which} has "
                f"type {type(t)}."
            )
    return tuple(several)


def like(values: Sequence, original: Any) -> Any:
    """A tuple, or its only element where the caller gave no tuple."""
    return tuple(values) if isinstance(original, (tuple, list)) else values[0]


def prepared(inputs: tuple, create_graph: bool) -> tuple:
    """Other names for the inputs, to differentiate by; `create_graph` ties them to the history of the originals."""

    def copy(t: Tensor) -> Tensor:
        return t.view_as(t) if create_graph and t.requires_grad else t.detach().requires_grad_()

    with enable_grad():
        return tuple([copy(t) for t in inputs])


def finished(tensors: Sequence[Tensor], create_graph: bool) -> tuple:
    """The answers, without history unless it was asked for."""
    return tuple(tensors) if create_graph else tuple([t.detach() for t in tensors])


def pull_back(outputs: Sequence, inputs: tuple, cotangents: Any, create_graph: bool, strict: bool = False) -> tuple:
    """One backward pass: u J, of the shapes of the inputs, from cotangents u of the shapes of the outputs.

    An input that was not used gets zeros or, with `strict`, is a RuntimeError. Without cotangents, u is 1.
    """
    pairs = zip(outputs, [None] * len(outputs) if cotangents is None else cotangents, strict=True)
    used = [(output, u) for output, u in pairs if output.requires_grad]
    if not used:
        if strict:
            raise RuntimeError(
                "Output 0 of the user-provided function does not require gradients. The outputs must be "
                "computed in a differentiable manner from the input when running in strict mode."
            )
        return tuple([zeros_like(t) for t in inputs])
    ends, weights = zip(*used, strict=True)
    found = gradients.grad(ends, inputs, weights, True, create_graph, allow_unused=True)
    for i, g in enumerate(found):
        if g is None and strict:
            raise RuntimeError(
                f"Output 0 of the user-provided function is independent of input {i}. This is not "
                "allowed in strict mode."
            )
    return tuple([zeros_like(t) if g is None else g for t, g in zip(inputs, found, strict=True)])


def push_forward(outputs: Sequence, inputs: tuple, tangents: tuple, create_graph: bool, strict: bool = False) -> tuple:
    """J v, of the shapes of the outputs, from tangents v of the shapes of the inputs: two backward passes.

    The backward pass u -> u J is linear in u, so its derivative by u is J, whatever u is: zeros will do.
    """
    cotangents = tuple([Point(zeros_like(o)) for o in outputs])
    with enable_grad():
        pulled = pull_back(outputs, inputs, cotangents, True, strict)
        return pull_back(pulled, cotangents, tangents, create_graph)


def vectors(v: Any, like_these: tuple, name: str, what: str) -> tuple:
    """The vectors of a product, in the shapes of what they are multiplied with; 1 for a single number.

    RuntimeError: one is missing, or has another shape.
    """
    if v is None:
        if len(like_these) > 1 or like_these[0].numel() != 1:
            raise RuntimeError(f"The vector v can only be None if the {what} a single Tensor with a single element.")
        return (ones_like(like_these[0]),)
    given = as_tuple(v, "v", name)
    if len(given) != len(like_these):
        raise RuntimeError(f"v is a tuple of invalid length: should be {len(like_these)} but got {len(given)}.")
    for i, (a, b) in enumerate(zip(given, like_these, strict=True)):
        if a.shape != b.shape:
            entry = f"Entry {i} in " if len(given) > 1 else ""
            raise RuntimeError(f"{entry}v has invalid size: should be {b.shape} but got {a.shape}.")
    return given


def called(func: Callable, inputs: tuple, name: str) -> tuple[Any, tuple]:
    """What `func` returns, as it is and as a tuple of Tensors."""
    with enable_grad():
        result = func(*inputs)
    return result, as_tuple(result, "outputs of the user-provided function", name)


def scalar_of(func: Callable, inputs: tuple, name: str) -> Tensor:
    """The one number that `func` returns. RuntimeError: it returns something else."""
    result, outputs = called(func, inputs, name)
    if isinstance(result, (tuple, list)):
        raise RuntimeError(f"The function given to {name} should return a single Tensor")
    if outputs[0].numel() != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")
    with enable_grad():
        return outputs[0].reshape(())


# torch.autograd.functional: the function and a point go in, numbers come out


def vjp(func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple:
    """(func(*inputs), v J): the cotangents v of the outputs pulled back to the inputs, in one backward pass.

    inputs, outputs, v: Tensors or tuples of them; v has the outputs' shapes and may be left out for one number.
    create_graph: the answers can be differentiated. strict: an input that has no influence is a RuntimeError.
    """
    points = prepared(as_tuple(inputs, "inputs", "vjp"), create_graph)
    result, outputs = called(func, points, "vjp")
    cotangents = vectors(v, outputs, "vjp", "user-provided function returns")
    found = pull_back(outputs, points, cotangents, create_graph, strict)
    return like(finished(outputs, create_graph), result), like(finished(found, create_graph), inputs)


def jvp(func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple:
    """(func(*inputs), J v): how the outputs change when the inputs move along v, in two backward passes.

    inputs, v: Tensors or tuples of the same shapes; v may be left out for one number. The rest as in `vjp`.
    """
    points = prepared(as_tuple(inputs, "inputs", "jvp"), create_graph)
    tangents = vectors(v, points, "jvp", "input to the user-provided function is")
    result, outputs = called(func, points, "jvp")
    found = push_forward(outputs, points, tangents, create_graph, strict)
    return like(finished(outputs, create_graph), result), like(finished(found, create_graph), result)


def jacobian(
    func: Callable, inputs: Any, create_graph: bool = False, strict: bool = False, vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:  # fmt: skip
    """The derivatives of every output by every input, of shape (*output, *input): a pass per output.

    A tuple of outputs gives a tuple of Jacobians, a tuple of inputs a tuple in each. `vectorize` and
    `strategy` are torch's hints about speed and change nothing here.
    """
    points = prepared(as_tuple(inputs, "inputs", "jacobian"), create_graph)
    result, outputs = called(func, points, "jacobian")
    blocks = [like(finished(rows_of(o, points, create_graph, strict), create_graph), inputs) for o in outputs]
    return like(blocks, result)


def rows_of(output: Tensor, inputs: tuple, create_graph: bool, strict: bool = False) -> tuple:
    """The Jacobian of one output by each input, row by row."""
    with enable_grad():
        elements = output.reshape(-1)
        rows = [pull_back([elements[i]], inputs, None, create_graph, strict) for i in range(output.numel())]
        if not rows:
            return tuple([zeros(*output.shape, *t.shape, dtype=t.dtype) for t in inputs])
        columns = zip(inputs, zip(*rows, strict=True), strict=True)
        return tuple([stack(parts).reshape(*output.shape, *t.shape) for t, parts in columns])


def hessian(
    func: Callable, inputs: Any, create_graph: bool = False, strict: bool = False, vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:  # fmt: skip
    """The second derivatives of a function with one result, of shape (*input, *input).

    For a tuple of inputs a tuple of tuples. RuntimeError: `func` returns more than one number.
    """

    def slope(*points: Tensor) -> tuple:
        return pull_back([scalar_of(func, points, "hessian")], points, None, True, strict)

    blocks = jacobian(slope, as_tuple(inputs, "inputs", "hessian"), create_graph, strict)
    return like([like(row, inputs) for row in blocks], inputs)


def hvp(func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple:
    """(func(*inputs), H v), without the Hessian H: the derivative of the gradient along v."""
    return hessian_product(func, inputs, v, create_graph, strict, "hvp")


def vhp(func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> tuple:
    """(func(*inputs), v H). H is symmetric: the same as `hvp`."""
    return hessian_product(func, inputs, v, create_graph, strict, "vhp")


def hessian_product(func: Callable, inputs: Any, v: Any, create_graph: bool, strict: bool, name: str) -> tuple:
    """Two backward passes: the gradient, then the gradient of its product with v."""
    points = prepared(as_tuple(inputs, "inputs", name), create_graph)
    along = vectors(v, points, name, "input to the user-provided function is")
    value = scalar_of(func, points, name)
    with enable_grad():
        slopes = pull_back([value], points, None, True, strict)
        found = pull_back(slopes, points, along, create_graph)
    return finished([value], create_graph)[0], like(finished(found, create_graph), inputs)


# torch.func: a function goes in, a function comes out


class Point(Tensor):
    """A leaf that one call of a derivative differentiates by, numbered like a node.

    It shares the memory of `data`. RuntimeError: `data` are integers.
    """

    __slots__ = ("number",)

    def __init__(self, data: Tensor) -> None:
        check_differentiable(data.array.dtype)
        self.array, self._requires_grad, self._counter = data.array, True, counter_of(data)
        self._node = self._grad = self._view = self._hooks = None
        self.number = next(numbers)


def nested(tensors: Sequence, began: int) -> bool:
    """Whether somebody outside of the call that began at number `began` may differentiate the tensors.

    That is so if a leaf lies behind them that is neither the call's own nor that of a call inside it.
    """
    if not is_grad_enabled():
        return False
    todo = [edge_of(t) for t in tensors if isinstance(t, Tensor)]
    seen = set(todo)
    while todo:
        edge = todo.pop()
        if isinstance(edge, Node):
            todo += [e for e in edge.edges if e not in seen]
            seen.update(edge.edges)
        elif edge is not None and not (isinstance(edge, Point) and edge.number > began):
            return True
    return False


def traced(func: Callable, args: tuple, argnums: int | tuple, has_aux: bool, options: dict | None = None) -> tuple:
    """(points, result, aux, began) of a call with points of its own in the places `argnums`.

    began: the number of nodes and points when it began. RuntimeError: there is no such place.
    """
    places, own, began = argnums if isinstance(argnums, tuple) else (argnums,), list(args), next(numbers)
    for n in places:
        if not -len(args) <= n < len(args):
            raise RuntimeError(f"Got argnum={n}, but only {len(args)} positional inputs")
        t = args[n]
        own[n] = t.view_as(t) if t.requires_grad and is_grad_enabled() else Point(t)
    with enable_grad():
        answer = func(*own, **(options or {}))
    result, aux = answer if has_aux else (answer, None)
    return tuple([own[n] for n in places]), result, aux, began


def grad_and_value(func: Callable, argnums: int | tuple = 0, has_aux: bool = False) -> Callable:
    """The function that gives (gradient, value) of `func`, which returns one number (or a pair with `has_aux`).

    argnums: by which argument(s) to differentiate. RuntimeError: the result is not one number.
    """

    def derivative(*args: Any, **options: Any) -> tuple:
        points, value, aux, began = traced(func, args, argnums, has_aux, options)
        if not isinstance(value, Tensor) or value.ndim:
            raise RuntimeError(
                "grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got "
                + (f"tensor with {value.ndim} dims" if isinstance(value, Tensor) else type(value).__name__)
                + ". Maybe you wanted to use the vjp or jacrev APIs instead?"
            )
        keep = nested([value], began)
        found = pull_back([value], points, None, keep)
        slope = found if isinstance(argnums, tuple) else found[0]
        [value] = finished([value], keep)
        return (slope, (value, aux)) if has_aux else (slope, value)

    return derivative


def grad(func: Callable, argnums: int | tuple = 0, has_aux: bool = False) -> Callable:
    """The function that gives the gradient of `func`; `grad(grad(f))` is the second derivative.

    argnums, has_aux: as in `grad_and_value`; with has_aux the answer is (gradient, aux).
    """
    both = grad_and_value(func, argnums, has_aux)

    def derivative(*args: Any, **options: Any) -> Any:
        slope, value = both(*args, **options)
        return (slope, value[1]) if has_aux else slope

    return derivative


def func_vjp(func: Callable, *primals: Tensor, has_aux: bool = False) -> tuple:
    """(func(*primals), pull): pull(cotangents) gives the tuple u J for as many cotangents u as you like.

    The cotangents have the shapes of the outputs, the results those of `primals`.
    """
    points, result, aux, began = traced(func, primals, tuple(range(len(primals))), has_aux)
    outputs = as_tuple(result, "outputs of the user-provided function", "vjp")
    keep = nested(outputs, began)

    def pull(cotangents: Any) -> tuple:
        given = as_tuple(cotangents, "cotangents", "vjp")
        return pull_back(outputs, points, given, keep or nested(given, next(numbers)))

    value = like(finished(outputs, keep), result)
    return (value, pull, aux) if has_aux else (value, pull)


def func_jvp(func: Callable, primals: tuple, tangents: tuple, *, strict: bool = False, has_aux: bool = False) -> tuple:
    """(func(*primals), J tangents), in two backward passes."""
    points, result, aux, began = traced(func, tuple(primals), tuple(range(len(primals))), has_aux)
    outputs = as_tuple(result, "outputs of the user-provided function", "jvp")
    keep = nested((*outputs, *tangents), began)
    found = push_forward(outputs, points, vectors(tuple(tangents), points, "jvp", "input is"), keep, strict)
    answer = like(finished(outputs, keep), result), like(found, result)
    return (*answer, aux) if has_aux else answer


def jacrev(func: Callable, argnums: int | tuple = 0, has_aux: bool = False) -> Callable:
    """The function that gives the Jacobian of `func` by argument(s) `argnums`, of shape (*output, *input)."""

    def derivative(*args: Any, **options: Any) -> Any:
        points, result, aux, began = traced(func, args, argnums, has_aux, options)
        outputs = as_tuple(result, "outputs of the user-provided function", "jacrev")
        keep = nested(outputs, began)
        blocks = [finished(rows_of(o, points, keep), keep) for o in outputs]
        answer = like([b if isinstance(argnums, tuple) else b[0] for b in blocks], result)
        return (answer, aux) if has_aux else answer

    return derivative


def func_hessian(func: Callable, argnums: int | tuple = 0) -> Callable:
    """The function that gives the Hessian of `func`: the Jacobian of its Jacobian."""
    return jacrev(jacrev(func, argnums), argnums)
