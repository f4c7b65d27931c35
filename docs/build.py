"""Build the book: `python -m docs.build`, which is `make book`.

    docs/            pages written by hand, and this program
    docs/_build/     source: what Sphinx reads, gathered afresh; kept: executed chapters; html: the book

The chapters are executed, unless they were since they and the package last changed. A warning of Sphinx's, a link
that leads nowhere and anything that a page would fetch from outside is an error.
"""

import os
import re
import shutil
from pathlib import Path
from typing import Annotated

import nbformat
import typer
from sphinx.cmd.build import build_main

from course import fill
from docs import checks, facts, notebooks, reference

DOCS = Path(__file__).parent
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def gather(source: Path, kept: Path, chapters: list[Path], pages_of_reference: list[str]) -> None:
    """Write what Sphinx reads into the folder `source`; without names, all pages of the reference."""
    course = source / "course"
    shutil.copytree(notebooks.ROOT / "course" / "data", course / "data")
    shutil.copy(notebooks.ROOT / "course" / "course.mplstyle", course)
    shutil.copytree(DOCS / "_static", source / "_static")
    notebooks.write_chapters(chapters, course, kept)
    notebooks.write_assignments([path.stem for path in chapters], source / "assignments")
    reference.write(source / "api", pages_of_reference)
    (source / "documents.md").write_text(facts.documents_page(), encoding="utf-8")
    pages = [*DOCS.glob("**/*.md"), *DOCS.glob("*.svg"), *DOCS.glob("*.png"), *notebooks.ROOT.glob("CHANGELOG.md")]
    pages = [page for page in pages if "_build" not in page.parts]
    places = {page: page.relative_to(DOCS) if DOCS in page.parents else Path("changelog.md") for page in pages}
    for page, place in places.items():
        (source / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, source / place)
    (source / "index.md").write_text(index(), encoding="utf-8")
    for page in source.glob("**/*.md"):
        page.write_text(within_the_book(page.read_text(encoding="utf-8"), page, source), encoding="utf-8")
    for page in source.glob("**/*.ipynb"):
        notebook = nbformat.read(page, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = within_the_book(cell.source, page, source)
        nbformat.write(notebook, page)


def keep_times(source: Path, before: Path) -> None:
    """Let the files that are as they were before look so: Sphinx reads again what is newer than its last build."""
    for new in source.glob("**/*"):
        old = before / new.relative_to(source)
        if new.is_file() and old.is_file() and new.read_bytes() == old.read_bytes():
            os.utime(new, ns=(old.stat().st_atime_ns, old.stat().st_mtime_ns))


def index() -> str:
    """The first page: what is written by hand, and in it the table of chapters from the course's start page."""
    start = (notebooks.ROOT / "course" / "START.md").read_text(encoding="utf-8")
    table = re.search(r"^\|.*?(?=\n\n)", start, re.MULTILINE | re.DOTALL)
    assert table, "course/START.md has no table of chapters"
    rows = table[0].replace("](../", "](").replace("](0", "](course/0").replace("](1", "](course/1")
    return (DOCS / "index.md").read_text(encoding="utf-8").replace("<!-- chapters -->", rows)


def within_the_book(text: str, page: Path, source: Path) -> str:
    """A page's text, with the links out of docs/ made to fit; a link to a file that is no page keeps its words only."""

    def fitted(match: re.Match) -> str:
        words, target, anchor = match[1], match[2], match[3] or ""
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        if page.parent == source:
            target = "changelog.md" if target.endswith("CHANGELOG.md") else target.removeprefix("../")
        return f"[{words}]({target}{anchor})" if (page.parent / target).is_file() else words

    return LINK.sub(fitted, text)


def main(
    output: Annotated[Path, typer.Option(help="The folder to build in.")] = DOCS / "_build",
    chapter: Annotated[list[str], typer.Option(help="Take this chapter only; may be given again.")] = [],  # noqa: B006
    page: Annotated[list[str], typer.Option(help="Take this page of the reference only.")] = [],  # noqa: B006
) -> None:
    """Build the book, or a part of it to try something, and check it."""
    chapters = [path for path in fill.chapters() if not chapter or path.stem in chapter]
    source, html, before = output / "source", output / "html", output / "before"
    shutil.rmtree(before, ignore_errors=True)
    if source.exists():
        source.rename(before)
    gather(source, output / "kept", chapters, page)
    keep_times(source, before)
    arguments = ["-q", "-b", "html", "-c", DOCS, "-d", output / "doctrees", "-W", "--keep-going", "-j", "2"]
    if chapter or page:  # a part has links to what is not in it
        arguments += ["-D", "suppress_warnings=toc.not_readable,ref.doc"]
    if build_main([str(argument) for argument in [*arguments, source, html]]):
        shutil.rmtree(output / "doctrees")  # or the next build would not read again what it was warned about
        raise typer.Exit(1)
    problems = checks.problems(html)
    typer.echo("\n".join(problems) or f"The book: {html / 'index.html'}")
    raise typer.Exit(1 if problems else 0)


if __name__ == "__main__":
    typer.run(main)
