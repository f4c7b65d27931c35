"""Chapter 11, modules: what a network is made of.

A `Parameter` is a tensor that is to be learned. A `Module` holds parameters and other modules as plain attributes and
finds them again by their type, so that one call reaches everything in a network of any depth. The layers in `layers`
are modules that know what to compute.
"""

from collections import OrderedDict, namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from textwrap import indent
from typing import Any, Self

from .dtypes import TYPE_NAMES, as_dtype, float32, float64, is_floating
from .graph import no_grad
from .hooks import RemovableHandle, register
from .printing import tensor_str
from .tensor import Tensor, check_differentiable, tensor
from .views import counter_of


class Parameter(Tensor):
    """A leaf that needs a gradient and that a `Module` takes for its own. It has the shape and the memory of `data`.

    TypeError: `data` is no Tensor. RuntimeError: a gradient is wanted for integers.
    """

    __slots__ = ()

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        data = tensor([]) if data is None else data
        if not isinstance(data, Tensor):
            raise TypeError(f"Parameter data has to be a tensor, but got {type(data).__name__}")
        if requires_grad:
            check_differentiable(data.array.dtype)
        self.array, self._requires_grad, self._counter = data.array, requires_grad, counter_of(data)
        self._node = self._grad = self._view = self._hooks = None

    def __repr__(self) -> str:
        return "Parameter containing:\n" + tensor_str(self)

    __str__ = __repr__


class Tree:
    """What a module finds in itself, by type, in the order in which it was assigned, each once.

    Attributes that are a `Parameter` are learned; those that are a `Module` are children, which have parameters and
    children in turn.
    """

    @property
    def _parameters(self) -> dict[str, Parameter]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Parameter)}

    @property
    def _modules(self) -> dict[str, "Module"]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Module)}

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules that are attributes of this one, each once, with their names."""
        return each_once(self._modules.items())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, "Module"]]:
        """This module and all below it, each once, with names such as "0.linear"."""
        return each_once(all_modules(self, prefix))

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters, each once, with names such as "0.weight"."""
        return each_once(
            (joined(prefix, name), parameter)
            for prefix, module in self.named_modules()
            for name, parameter in module._parameters.items()
        )

    def children(self) -> Iterator["Module"]:
        """`named_children` without the names."""
        return (module for _, module in self.named_children())

    def modules(self) -> Iterator["Module"]:
        """`named_modules` without the names."""
        return (module for _, module in self.named_modules())

    def parameters(self) -> Iterator[Parameter]:
        """`named_parameters` without the names: what an optimiser is given."""
        return (parameter for _, parameter in self.named_parameters())


def all_modules(module: Any, prefix: str = "") -> Iterator[tuple[str, "Module"]]:
    """`module` and all below it, those that are there twice twice, each before its children."""
    yield prefix, module
    for name, child in module._modules.items():
        yield from all_modules(child, joined(prefix, name))


def each_once(named: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The pairs of a name and an object, without None and what was there before."""
    seen = {None}
    for name, value in named:
        if value not in seen:
            seen.add(value)
            yield name, value


def joined(prefix: str, name: str) -> str:
    """ "0" and "weight" make "0.weight"."""
    return f"{prefix}.{name}" if prefix else name


class Stateful(Tree):
    """What a module saves: its parameters, and its buffers, tensors that belong to its state without being learned."""

    _persistent: dict[str, bool]  # for each buffer, whether it is part of `state_dict`

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Keep a tensor such as a running mean as the attribute `name`.

        persistent: whether it is part of `state_dict`.
        """
        self._persistent[name] = persistent
        setattr(self, name, tensor)

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """All tensors that were registered as buffers, each once, with their names."""
        return each_once(
            (joined(prefix, name), getattr(module, name))
            for prefix, module in self.named_modules()
            for name in module._persistent
        )

    def buffers(self) -> Iterator[Tensor]:
        """`named_buffers` without the names."""
        return (buffer for _, buffer in self.named_buffers())

    def state_dict(self) -> OrderedDict[str, Tensor]:
        """All parameters and persistent buffers by name. They share memory with the module: it goes on changing."""
        return OrderedDict((name, t.detach()) for name, t in state_of(self))

    def load_state_dict(self, state_dict: Mapping, strict: bool = True) -> tuple:
        """Copy the values of a `state_dict` into this module; all of them, or none if there is anything wrong.

        strict: the names must be the same; otherwise what is in both is copied. Returns the missing and the unexpected
        names. TypeError: no dict. RuntimeError: a name is missing or unexpected, or a shape is another one.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        own = dict(state_of(self))
        missing = [name for name in own if name not in state_dict]
        unexpected = [name for name in state_dict if name not in own]
        errors = [misfit(name, t, state_dict[name]) for name, t in own.items() if name in state_dict]
        if strict:
            errors = [listed("Missing", missing), listed("Unexpected", unexpected), *errors]
        if any(errors):
            text = "\n\t".join(filter(None, errors))
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{text}")
        with no_grad():
            for name in own.keys() & state_dict.keys():
                own[name].copy_(state_dict[name])
        return IncompatibleKeys(missing, unexpected)


def state_of(root: Any) -> Iterator[tuple[str, Tensor]]:
    """The tensors that `root.state_dict()` is made of, with their names: of each module first what is learned."""
    for prefix, module in all_modules(root):
        kept = {name: getattr(module, name) for name, persistent in module._persistent.items() if persistent}
        named: dict[str, Tensor] = module._parameters | kept
        yield from ((joined(prefix, name), t) for name, t in named.items() if t is not None)


class IncompatibleKeys(namedtuple("IncompatibleKeys", "missing_keys unexpected_keys")):
    """The names that were in one of a module and a state dict only."""

    __slots__ = ()

    def __repr__(self) -> str:
        return super().__repr__() if self.missing_keys or self.unexpected_keys else "<All keys matched successfully>"

    __str__ = __repr__


def listed(what: str, names: list[str]) -> str:
    """torch's line about missing or unexpected names; "" if there are none."""
    return f"{what} key(s) in state_dict: " + ", ".join([f'"{name}"' for name in names]) + ". " if names else ""


def misfit(name: str, own: Tensor, value: Any) -> str:
    """torch's line about a value that cannot be copied into `own`; "" if it can."""
    if not isinstance(value, Tensor):
        return (
            f'While copying the parameter named "{name}", expected torch.Tensor or Tensor-like object from checkpoint '
            f"but received {type(value)}"
        )
    if value.shape != own.shape:
        return (
            f"size mismatch for {name}: copying a param with shape {value.shape} from checkpoint, the shape in current "
            f"model is {own.shape}."
        )
    return ""


class Adjustable(Stateful):
    """What is rarely needed: names that are no identifiers, freezing, other dtypes, and the text of a module."""

    def add_module(self, name: str, module: "Module | None") -> None:
        """The same as an assignment of the attribute `name`, for names that are no identifiers, such as "0"."""
        setattr(self, name, module)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """The same as an assignment; None says that there could be one, such as a bias."""
        setattr(self, name, param)

    def apply(self, fn: Callable[[Any], Any]) -> Self:
        """Call `fn` with every module, children first."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Switch the gradients of all parameters on, or off to freeze them."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def to(self, dtype: Any) -> Self:
        """Change all floating point parameters and buffers to `dtype`, in place. TypeError: it is not floating."""
        dtype = as_dtype(dtype.array.dtype if isinstance(dtype, Tensor) else dtype)
        if not is_floating(dtype):
            wanted = "floating point or complex dtypes"
            raise TypeError(f"nn.Module.to only accepts {wanted}, but got desired dtype=torch.{dtype}")
        for t in [*self.parameters(), *self.buffers()]:
            if is_floating(t.array.dtype):
                t.array = t.array.astype(dtype, copy=False)
                t._grad = None if t._grad is None else t._grad.detach().to(dtype)
        return self

    def double(self) -> Self:
        """`to(float64)`."""
        return self.to(float64)

    def float(self) -> Self:
        """`to(float32)`."""
        return self.to(float32)

    def extra_repr(self) -> str:
        """What stands between the brackets of `Linear(...)`: for classes of your own to say."""
        return ""

    def __repr__(self) -> str:
        children = [f"({name}): {child!r}" for name, child in self._modules.items()]
        return bracketed(self, children)


def bracketed(module: Adjustable, children: list[str]) -> str:
    """The text of a module: its own words, and a line for each child."""
    extra = module.extra_repr().split("\n") if module.extra_repr() else []
    text = "\n".join(extra + children)
    if len(extra) > 1 or children:
        text = "\n" + indent(text, "  ") + "\n"
    return f"{type(module).__name__}({text})"


class Module(Adjustable):
    """A part of a network. A class of your own calls `super().__init__()` first, then sets its attributes.

    `forward` says what is computed; the module is then called like a function.
    """

    training: bool

    def __init__(self) -> None:
        self._persistent = {}
        self._forward_hooks: dict[int, Callable] = {}
        self.training = True

    def __setattr__(self, name: str, value: Any) -> None:
        if "_persistent" not in vars(self) and isinstance(value, (Parameter, Module)):
            kind = "parameters" if isinstance(value, Parameter) else "module"
            raise AttributeError(f"cannot assign {kind} before Module.__init__() call")
        if value is not None:
            check_kind(self, name, value)
        super().__setattr__(name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        output = self.forward(*args, **kwargs)
        for hook in list(self._forward_hooks.values()):
            replaced = hook(self, args, output)
            output = output if replaced is None else replaced
        return output

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes. NotImplementedError: the class does not say."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def train(self, mode: bool = True) -> Self:
        """Say to every module whether it is being trained, which Dropout and BatchNorm want to know."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """`train(False)`."""
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zero."""
        forget_gradients(self.parameters(), set_to_none)

    def register_forward_hook(self, hook: Callable) -> RemovableHandle:
        """Let hook(module, inputs, output) see, and by returning something replace, what the module computes."""
        return register(self._forward_hooks, hook)


def forget_gradients(parameters: Iterable[Tensor], set_to_none: bool) -> None:
    """Set the gradients of `parameters` to None, or those that exist to zero."""
    for parameter in parameters:
        if set_to_none:
            parameter._grad = None
        elif parameter._grad is not None:
            parameter._grad.detach_().zero_()


def check_kind(module: Module, name: str, value: Any) -> None:
    """TypeError: a plain value for an attribute that was a parameter, a child or a buffer, which would be lost."""
    before = vars(module).get(name)
    if isinstance(before, Parameter) and not isinstance(value, Parameter):
        what, wanted = "parameter", "torch.nn.Parameter or None"
    elif isinstance(before, Module) and not isinstance(value, Module):
        what, wanted = "child module", "torch.nn.Module or None"
    elif name in vars(module).get("_persistent", ()) and not isinstance(value, Tensor):
        what, wanted = "buffer", "torch.nn.Buffer, torch.Tensor or None"
    else:
        return
    raise TypeError(f"cannot assign '{type_name(value)}' as {what} '{name}' ({wanted} expected)")


def type_name(value: Any) -> str:
    """What torch calls the type of `value`."""
    return f"torch.{TYPE_NAMES[value.dtype.name]}Tensor" if isinstance(value, Tensor) else type(value).__name__


class Sequential(Module):
    """Modules one after the other: each is given what the one before it returned.

    They are called "0", "1", ..., or as the keys of an OrderedDict say.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        named = args[0].items() if len(args) == 1 and isinstance(args[0], Mapping) else enumerate(args)
        for name, module in named:
            self.add_module(str(name), module)

    def forward(self, input: Any) -> Any:
        """The result of the last module."""
        for module in self:
            input = module(input)
        return input

    def append(self, module: Module) -> "Sequential":
        """Put one more module at the end."""
        self.add_module(str(len(self)), module)
        return self

    def __getitem__(self, index: int | slice) -> Any:
        found = list(self._modules.items())[index]
        return Sequential(OrderedDict(found)) if isinstance(found, list) else found[1]

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __len__(self) -> int:
        return len(self._modules)


class ModuleList(Module):
    """A list of modules, whose parameters are found, as those of modules in a Python list are not."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        self.extend(modules)

    def append(self, module: Module) -> "ModuleList":
        """Put one more module at the end."""
        return self.extend([module])

    def extend(self, modules: Iterable[Module]) -> "ModuleList":
        """Put more modules at the end."""
        for number, module in enumerate(modules, len(self)):
            self.add_module(str(number), module)
        return self

    def __getitem__(self, index: int | slice) -> Any:
        found = list(self)[index]
        return ModuleList(found) if isinstance(found, list) else found

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __len__(self) -> int:
        return len(self._modules)

    def __repr__(self) -> str:
        children, start = [], 0
        for text, equal in groupby(map(repr, self)):
            count = len(list(equal))
            children.append(f"({start}): {text}" if count == 1 else f"({start}-{start + count - 1}): {count} x {text}")
            start += count
        return bracketed(self, children)
