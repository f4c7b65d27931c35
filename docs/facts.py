"""What belongs together: chapter, modules, assignment, and the examples of the five source documents."""

import ast
import re
from functools import cache
from pathlib import Path

import nbformat

from course import fill
from grader.judge import examples
from grader.judge.course import Course

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("000", "001", "002", "003", "004")
DOCUMENTS_WORDS = """
The course takes its numbers from five documents, 000 to 004. Their text is not part of it. These are the examples that
it reproduces, the chapters that show them and the assignments that ask for them.
"""


@cache
def modules() -> dict[str, int | None]:
    """The modules of the package, each with the number of its chapter; None for the tools."""
    paths = sorted(path for path in fill.PACKAGE.glob("*.py") if path.stem != "__init__")
    return {path.stem: fill.read_module(path.stem).chapter for path in paths}


@cache
def headline(module: str) -> str:
    """The first sentence of a module's docstring, without the number of its chapter."""
    tree = ast.parse((fill.PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    first = (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
    return re.sub(r"^Chapter \d+, (appendix|[\w`, ]+): ", "", first)


@cache
def titles() -> dict[str, str]:
    """The title of each chapter and of each assignment, by stem; of assignments as "assignments/04_engine"."""
    found = {}
    for path in [*fill.chapters(), *sorted((ROOT / "assignments").glob("*/*.ipynb"))]:
        first = nbformat.read(path, as_version=4).cells[0].source
        key = path.stem if path.parent.name == "course" else f"assignments/{path.stem}"
        found[key] = first.splitlines()[0].removeprefix("# ")
    return found


@cache
def documents_of(stem: str) -> list[str]:
    """The documents that the text of a chapter names."""
    notebook = nbformat.read(ROOT / "course" / f"{stem}.ipynb", as_version=4)
    text = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    runs = re.findall(r"[Dd]ocuments? (00\d(?:(?:,| and|, and) 00\d)*)", text)
    return sorted({number for run in runs for number in re.findall(r"\d+", run)})


@cache
def used() -> dict[str, list[str]]:
    """The assignments that use each example of the documents."""
    return {name: sorted({where for where, _ in places}) for name, places in examples.used(Course(ROOT)).items()}


def module_links(names: list[str], up: str) -> str:
    """Links to the pages of modules, from a page `up` the tree."""
    return ", ".join(f"[`{name}`]({up}api/modules/{name}.rst)" for name in names)


def table(stem: str) -> str:
    """The table below a chapter's title: the modules it builds, its assignment, its documents."""
    number = int(stem[:2])
    built = [name for name, chapter in modules().items() if chapter == number]
    rows = [f"| Chapter {number} | |", "| --- | --- |"]
    rows.append(f"| builds | {module_links(built, '../') or 'no module: it measures what is there'} |")
    if title := titles().get(f"assignments/{stem}"):
        rows.append(f"| then do | [{title}](../assignments/{stem}/{stem}.ipynb) |")
    if documents := documents_of(stem):
        links = ", ".join(f"[{each}](../documents.md#document-{each})" for each in documents)
        rows.append(f"| numbers from | {'document' if len(documents) == 1 else 'documents'} {links} |")
    return "\n".join(rows)


def documents_page() -> str:
    """The page of the five documents: what is to be seen in each example, and who uses it."""
    lines = ["# The five documents", "", DOCUMENTS_WORDS]
    seen = examples.known()
    for document in DOCUMENTS:
        stems = [path.stem for path in fill.chapters() if document in documents_of(path.stem)]
        chapters = ", ".join(f"[{titles()[stem]}](course/{stem}.ipynb)" for stem in stems)
        lines += ["", f"## Document {document}", "", f"Chapters: {chapters}.", ""]
        lines += [":::{container} cards documents", "| example | what is to be seen | assignments |"]
        lines += ["| --- | --- | --- |"]
        for name in (name for name in seen if name.startswith(document)):
            numbers = ", ".join(f"[{int(stem[:2])}](assignments/{stem}/{stem}.ipynb)" for stem in used()[name])
            words = seen[name].replace("|", "\\|").replace("*", "\\*")
            lines.append(f"| `{name.partition('.')[2]}` | {words} | {numbers} |")
        lines.append(":::")
    return "\n".join(lines) + "\n"
