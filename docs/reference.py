"""The pages of the API reference, from the package itself: every public name, grouped as torch groups them.

A thing is described once, under the first name it has; its other names lead there. Its description says where it is
defined, and the page of that module which chapter builds it.
"""

import importlib
import inspect
import shutil
from collections.abc import Callable, Collection
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import typer

import minigrad
from course import fill
from docs import facts
from grader.__main__ import app
from minigrad.missing import Missing

# Where names are looked for, in the order in which a thing gets its first name.
SPACES = """
    minigrad minigrad.autograd minigrad.autograd.function minigrad.autograd.functional minigrad.autograd.graph
    minigrad.func minigrad.linalg minigrad.nn minigrad.nn.functional minigrad.nn.init minigrad.nn.utils
    minigrad.optim minigrad.optim.lr_scheduler minigrad.utils.data
""".split()

# The sections of the page of `minigrad` itself: the modules whose names they hold, and single names that go there.
TORCH = {
    "Tensors and dtypes": ("tensor dtypes", ""),
    "Creation": ("creation", ""),
    "Random numbers": ("", "manual_seed rand rand_like randint randn randn_like randperm"),
    "Indexing, slicing, joining": ("indexing selecting shapes rearranging", "cat stack where"),
    "Writing by index": ("scattering", ""),
    "Pointwise operations": ("elementwise operations functions combining activations", ""),
    "Comparisons": ("comparisons", ""),
    "Reductions": ("reductions", "sum mean"),
    "Order, running sums, differences": ("ordering", ""),
    "Products and linear algebra": ("products linalg arrays", ""),
    "Recording on and off": ("graph", ""),
    "Files": ("serialization", ""),
}

# The other pages: file, title, words, and sections with the namespaces whose names they hold.
PAGES = {
    "autograd": (
        "Gradients", "Asking for gradients, operations of your own, checks, and derivatives of functions.",
        ["minigrad.autograd", "minigrad.autograd.function", "minigrad.autograd.graph", "minigrad.autograd.functional",
         "minigrad.func"],
    ),
    "nn": ("Networks", "Layers, losses and containers.", ["minigrad.nn", "minigrad.nn.init", "minigrad.nn.utils"]),
    "nn_functional": ("Functions of networks", "The same as functions, without parameters of their own.",
                      ["minigrad.nn.functional"]),
    "optim": ("Optimisers", "Steps downhill, and how long they are.",
              ["minigrad.optim", "minigrad.optim.lr_scheduler"]),
    "linalg": ("Linear algebra", "Inverses, determinants, decompositions; leading dimensions are batches.",
               ["minigrad.linalg"]),
    "utils": ("Data", "Examples in batches.", ["minigrad.utils.data"]),
}  # fmt: skip
TASKS = (
    "grader.inside.cases.Case", "grader.inside.cases.Raises", "grader.inside.misconceptions.Misconception",
    "grader.judge.mutants.Mutant",
)  # fmt: skip


def find(name: str) -> Any:
    """What a dotted name stands for."""
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last)


def is_public(value: Any) -> bool:
    """Whether a value is a function or class of the package."""
    ours = str(getattr(value, "__module__", "")).startswith("minigrad")
    return ours and (inspect.isclass(value) or inspect.isroutine(value))


@cache
def spaces() -> dict[str, dict[str, Any]]:
    """The public functions and classes of each namespace, by name."""
    found = {}
    for space in SPACES:
        module = importlib.import_module(space)
        names = getattr(module, "__all__", None) or [*vars(module), "save", "load"]
        values = {name: getattr(module, name) for name in names if not name.startswith("_")}
        found[space] = {name: value for name, value in values.items() if is_public(value)}
    return found


@cache
def homes() -> dict[int, tuple[str, str]]:
    """For each function or class (by its id), the module that defines it and its name there."""
    found: dict[int, tuple[str, str]] = {}
    for name in facts.modules():
        module = importlib.import_module(f"minigrad.{name}")
        for piece in (each for names, _, _ in fill.read_module(name).pieces for each in names):
            value = getattr(module, piece, None) if piece.isidentifier() else None
            if is_public(value):
                found.setdefault(id(value), (name, piece))
    return found


@cache
def names() -> dict[int, list[str]]:
    """All public names of each function or class (by its id), the first one first."""
    found: dict[int, list[str]] = {}
    for space, values in spaces().items():
        for name, value in values.items():
            found.setdefault(id(value), []).append(f"{space}.{name}")
    for value, all_names in found.items():
        space = all_names[0].rpartition(".")[0]
        own = homes().get(value, ("", ""))[1]
        if f"{space}.{own}" in all_names:
            all_names.sort(key=lambda name: name != f"{space}.{own}")
    for name, method in methods().items():
        if id(method) in found:
            found[id(method)].append(f"minigrad.Tensor.{name}")
    return found


@cache
def methods() -> dict[str, Any]:
    """The methods and attributes of Tensor, without the names that it only misses."""
    own = {name: value for name, value in vars(minigrad.Tensor).items() if not name.startswith("_")}
    return {name: value for name, value in own.items() if not isinstance(value, Missing)}


def first_names(space: str) -> dict[str, Any]:
    """What a namespace is the first one to have, under the name that comes first."""
    full = {f"{space}.{name}": (name, value) for name, value in spaces()[space].items()}
    return {name: value for key, (name, value) in full.items() if names()[id(value)][0] == key}


def public_name(target: str) -> str | None:
    """The first public name of what a type in a signature names by its module: "minigrad.tensor.Tensor"."""
    module, _, name = target.rpartition(".")
    try:
        value = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        return None
    return names().get(id(value), [None])[0]


def also(name: str, value: Any) -> list[str]:
    """The last lines of a description: its other names, and the module that defines it."""
    module = homes().get(id(value), ("", ""))[0]
    others = [f"``{other.removeprefix('minigrad.')}``" for other in names().get(id(value), ()) if other != name]
    words = [f"also {', '.join(others)}"] if others else []
    words += [f"defined in :doc:`{module} </api/modules/{module}>`"] if module else []
    text = "; ".join(words)
    return [".. container:: origin", "", f"   {text[0].upper()}{text[1:]}.", ""] if words else []


def title(text: str, line: str = "=") -> list[str]:
    """A heading."""
    return [text, line * len(text), ""]


def first_words(value: Any) -> str:
    """The first sentence of a docstring, for a table."""
    from docs.hooks import escaped

    text = " ".join((inspect.getdoc(value) or "").split("\n\n")[0].split("\n"))
    sentence = text.split(". ")[0].split("; ")[0].rstrip(".")
    return escaped(sentence) if sentence.count("`") % 2 == 0 else escaped(text)


def overview(entries: dict[str, Any]) -> list[str]:
    """A table of names, with links to their descriptions and their first words."""
    lines = [".. list-table::", "   :class: overview", "   :widths: 28 72", ""]
    for name, value in sorted(entries.items(), key=lambda item: item[0].lower()):
        first = names()[id(value)][0] if id(value) in names() else name
        label = name.rpartition(".")[2]
        lines += [f"   * - :py:obj:`{label} <{first}>`", f"     - {first_words(value)}"]
    return [*lines, ""]


def entry(space: str, name: str, value: Any) -> list[str]:
    """The description of one function or class."""
    if not inspect.isclass(value):
        return [f".. autofunction:: {space}.{name}", ""]
    return [f".. autoclass:: {space}.{name}", "   :members:", ""]


def section(heading: str, space: str, entries: dict[str, Any], line: str = "-") -> list[str]:
    """A heading, a table of `entries` by their names in `space`, and the descriptions of those first named there."""
    own = first_names(space)
    elsewhere = {name for name, value in entries.items() if names()[id(value)][0].rpartition(".")[0] != space}
    lines = [*title(heading, line), *overview({n: value for n, value in entries.items() if n in own or n in elsewhere})]
    for name in sorted((name for name in entries if name in own), key=str.lower):
        lines += entry(space, name, entries[name])
    return lines


def torch_page() -> str:
    """The page of `minigrad` itself."""
    own = first_names("minigrad")
    single = {name: heading for heading, (_, text) in TORCH.items() for name in text.split()}
    by_module = {module: heading for heading, (text, _) in TORCH.items() for module in text.split()}
    groups: dict[str, dict[str, Any]] = {heading: {} for heading in TORCH}
    for name, value in own.items():
        if name != "Tensor":
            groups[single.get(name) or by_module[homes()[id(value)][0]]][name] = value
    lines = title("Tensors and operations")
    lines += ["The names of ``torch`` itself. Most operations are methods of :doc:`Tensor <tensor>` as well.", ""]
    lines += [".. currentmodule:: minigrad", ""]
    for heading, entries in groups.items():
        lines += section(heading, "minigrad", entries)
        if heading == "Tensors and dtypes":
            lines += dtypes()
    return "\n".join(lines)


def dtypes() -> list[str]:
    """The list of dtypes, which are numpy's, and of constants."""
    import numpy as np

    found: dict[str, list[str]] = {}
    for name, value in vars(minigrad).items():
        if isinstance(value, np.dtype):
            found.setdefault(value.name, []).append(f"``{name}``")
    lines = [f"* {', '.join(each)}: numpy's ``{name}``" for name, each in sorted(found.items())]
    constants = "The constants: ``e``, ``inf``, ``nan``, ``pi``."
    return ["The dtypes are numpy's own objects:", "", *lines, "", constants, ""]


def space_page(heading: str, words: str, of: list[str]) -> str:
    """The page of one or more namespaces."""
    lines = [*title(heading), words, ""]
    for space in of:
        lines += [f".. currentmodule:: {space}", "", *section(space, space, spaces()[space])]
    return "\n".join(lines)


def tensor_page() -> str:
    """The page of Tensor: its attributes and methods, those described elsewhere in a table."""
    known, own = {}, []
    for name, value in sorted(methods().items()):
        if id(value) in names() and len(names()[id(value)]) > 1:
            known[name] = value
        elif not inspect.ismemberdescriptor(value):
            own.append(name)
    attributes = [name for name in own if not callable(methods()[name])]
    writing = [name for name in own if name.endswith("_") and name not in attributes]
    rest = [name for name in own if name not in attributes and name not in writing]
    lines = [*title("Tensor"), ".. currentmodule:: minigrad", "", ".. autoclass:: Tensor", ""]
    for heading, group, directive in (
        ("Attributes", attributes, "autoattribute"), ("Methods", rest, "automethod"),
        ("Methods that write over the tensor", writing, "automethod"),
    ):  # fmt: skip
        lines += title(heading, "-")
        lines += [line for name in group for line in (f".. {directive}:: Tensor.{name}", "")]
    lines += [*title("Operations that are methods too", "-"), "``x.name(...)`` is ``minigrad.name(x, ...)``.", ""]
    return "\n".join([*lines, *overview(known)])


def module_page(name: str, chapter: int | None) -> str:
    """The page of a module: which chapter builds it, the names it defines, and its source."""
    found = next((path.stem for path in fill.chapters() if int(path.stem[:2]) == chapter), None)
    by = f":doc:`Chapter {chapter} </course/{found}>` builds it."
    words = by if found else "A tool of the course; no chapter builds it."
    module = importlib.import_module(f"minigrad.{name}")
    defined = {value for value, (home, _) in homes().items() if home == name and value in names()}
    public = sorted({names()[value][0] for value in defined})
    lines = [*title(f"minigrad.{name}"), words, ""]
    lines += [*docstring(module), ""]
    if public:
        links = ", ".join(f":py:obj:`{full.rpartition('.')[2]} <{full}>`" for full in public)
        lines += [f"Public names: {links}.", ""]
    return "\n".join([*lines, *title("Source", "-"), f".. literalinclude:: /minigrad/{name}.py", "   :linenos:", ""])


def docstring(module: ModuleType) -> list[str]:
    """A module's docstring as reStructuredText."""
    from docs.hooks import blocks, rst

    return [line for block in blocks((inspect.getdoc(module) or "").splitlines()) for line in [*rst(block), ""]]


def modules_page() -> str:
    """The list of modules, by chapter."""
    lines = [*title("Modules, by chapter"), ".. toctree::", "   :hidden:", "   :glob:", "", "   *", ""]
    for path in fill.chapters():
        mine = [name for name, chapter in facts.modules().items() if chapter == int(path.stem[:2])]
        if mine:
            lines += title(facts.titles()[path.stem], "-")
            lines += [f"Built in :doc:`this chapter </course/{path.stem}>`.", "", *modules_table(mine)]
    lines += title("Tools", "-")
    lines += modules_table([name for name, chapter in facts.modules().items() if chapter is None and name != "methods"])
    return "\n".join(lines)


def modules_table(of: list[str]) -> list[str]:
    """A table of modules with what they say of themselves."""
    from docs.hooks import escaped

    lines = [".. list-table::", "   :class: overview", "   :widths: 22 78", ""]
    for name in of:
        lines += [f"   * - :doc:`{name} <{name}>`", f"     - {escaped(facts.headline(name))}"]
    return [*lines, ""]


def grader_page() -> str:
    """The page of the grader: the teacher's commands, and what a task is written with."""
    from docs.hooks import blocks, escaped, rst

    group = typer.main.get_command(app)
    lines = [*title("Grading"), "The teacher's commands. ``make`` has names for the daily ones.", ""]
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        arguments = [f" [{p.name.upper()}]" for p in command.params if not p.opts[0].startswith("-")]
        usage = f"   python -m grader {name}{''.join(arguments)}"
        lines += [*title(name, "-"), ".. code-block:: bash", "", usage, ""]
        lines += [line for block in blocks((command.help or "").splitlines()) for line in [*rst(block), ""]]
        for parameter in command.params:
            lines.append(f"* ``{parameter.opts[0]}``: {escaped(getattr(parameter, 'help', None) or '')}")
        lines.append("")
    lines += title("To write a task", "-")
    lines += [line for name in TASKS for line in (f".. autoclass:: {name}", "   :members:", "")]
    return "\n".join(lines)


def pages() -> dict[str, Callable[[], str]]:
    """What makes each page of the reference, by its name; "modules/engine" is one."""
    found: dict[str, Callable[[], str]] = {"torch": torch_page, "tensor": tensor_page, "grader": grader_page}
    found |= {name: partial(space_page, *page) for name, page in PAGES.items()}
    found |= {f"modules/{name}": partial(module_page, name, chapter) for name, chapter in facts.modules().items()}
    return found | {"modules/index": modules_page}


def write(folder: Path, only: Collection[str]) -> None:
    """Write the pages that are not written by hand, or `only` some, and the modules' source for theirs."""
    (folder / "modules").mkdir(parents=True, exist_ok=True)
    (folder.parent / "minigrad").mkdir()
    for name, make in pages().items():
        if not only or name in only:
            (folder / f"{name}.rst").write_text(make(), encoding="utf-8")
    for path in fill.PACKAGE.glob("*.py"):
        shutil.copy(path, folder.parent / "minigrad")
