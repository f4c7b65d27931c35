"""What the book adds to Sphinx: docstrings as plain text, links to types, colours for `%%build` cells, MathJax."""

import re
import shutil
from pathlib import Path
from typing import Any

from IPython.lib.lexers import IPython3Lexer
from pygments.lexer import bygroups, inherit
from pygments.token import Keyword, Name
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

from docs import reference

FIELD = re.compile(r"([A-Za-z_]\w*(?:, \*{0,2}[A-Za-z_]\w*)*)(?:: +| {3,})(.*)")  # "dim: words", or set in columns
NEXT_FIELD = re.compile(r"(?<=\.) (?=[a-z]\w*: )")  # further fields in a line
NAME = re.compile(r"[A-Za-z_][\w.]*")


class CellLexer(IPython3Lexer):
    """A cell that begins with `%%build` is Python below its first line."""

    tokens = {"root": [(r"\A(%%build)([^\n]*\n)", bygroups(Keyword, Name.Namespace)), inherit]}


def connect(app: Sphinx, mathjax: Path, files: list[str]) -> None:
    """Connect everything."""
    app.add_lexer("ipython3", CellLexer)
    app.connect("autodoc-process-docstring", as_rst)
    app.connect("autodoc-process-signature", plain_signature)
    app.connect("missing-reference", find_type)

    def copy_mathjax(app: Sphinx, error: Exception | None) -> None:
        for name in files if error is None else ():
            source, target = mathjax / name, Path(app.outdir, "_static", "mathjax", name)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copy(source, target)

    app.connect("build-finished", copy_mathjax)


def as_rst(app: Any, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """A docstring, written as plain text to be read in a terminal, as reStructuredText; and where it is defined."""
    lines[:] = [line for block in blocks(lines) for line in [*rst(block), ""]]
    if what in ("function", "class"):
        lines += reference.also(name, value)


def blocks(lines: list[str]) -> list[list[str]]:
    """The paragraphs of a docstring: lines between empty lines, and indented ones apart from the others."""
    found: list[list[str]] = [[]]
    for line in lines:
        indented = line.startswith("  ")
        if not line.strip():
            if not (found[-1] and found[-1][-1].startswith("  ")):
                found.append([])
        elif found[-1] and found[-1][-1].startswith("  ") != indented and not FIELD.match(found[-1][0]):
            found.append([line])
        else:
            found[-1].append(line)
    return [block for block in found if block]


def rst(block: list[str]) -> list[str]:
    """One paragraph: indented text as it stands, lines "name: words" as a list, anything else as prose."""
    if block[0].startswith("  "):
        return ["::", "", *block]
    if not FIELD.match(block[0]):
        return [escaped(line) for line in block]
    items: list[list[str]] = []
    for line in (part for text in block for part in NEXT_FIELD.split(text)):
        if match := FIELD.match(line):
            items.append([f"* **{escaped(match[1])}**: {escaped(match[2])}"])
        else:
            items[-1].append(f"  {escaped(line.strip())}")
    return [line for item in items for line in item]


def escaped(text: str) -> str:
    """A line of prose: what is in backticks as code or as a link, the rest without any markup."""
    parts = text.split("`")
    for i, part in enumerate(parts):
        if i % 2 and i < len(parts) - 1:
            parts[i] = f":py:obj:`{part}`" if NAME.fullmatch(part) else f"``{part}``"
        else:
            parts[i] = re.sub(r"([\\*_|`])", r"\\\1", part)
    return "".join(parts[:1]) + "".join(
        (part if i % 2 == 0 else part + ("\\ " if i + 1 < len(parts) and re.match(r"\w", parts[i + 1]) else ""))
        for i, part in enumerate(parts[1:], 1)
    )


def plain_signature(app: Any, what: str, name: str, value: Any, options: Any, signature: str, answer: str) -> Any:
    """A signature without the `*params` that only the makers of operations use."""
    return signature and re.sub(r", \*params: [^,)]+", "", signature), answer


def find_type(app: Sphinx, env: Any, node: Any, contents: Any) -> Any:
    """The place of a class that a signature names by the module that defines it."""
    if node.get("refdomain") != "py":
        return None
    target = reference.public_name(node["reftarget"])
    entry = target and env.get_domain("py").objects.get(target)
    return entry and make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, contents, target)
