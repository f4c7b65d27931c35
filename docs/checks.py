"""What must hold of a built book: no link that leads nowhere, nothing that a page fetches from outside."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself when it opens a page.
FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src"}


class Page(HTMLParser):
    """The links, the fetched files, the anchors and the pictures without words of one page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.wordless: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors |= {value for key in ("id", "name") if (value := values.get(key))}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"] or "")
        if (address := values.get(FETCHED.get(tag, ""))) and values.get("rel") not in ("canonical", "next", "prev"):
            self.fetched.append(address)
        if tag == "img" and not values.get("alt"):
            self.wordless.append(values.get("src") or "")


def problems(html: Path) -> list[str]:
    """One line for each link or file that is not there, each address outside, each picture without words."""
    pages = {path.resolve(): Page(path) for path in sorted(html.glob("**/*.html")) if "_static" not in path.parts}
    found = []
    for path, page in pages.items():
        where = path.relative_to(html.resolve())
        found += [f"{where}: fetches {address}" for address in page.fetched if urlsplit(address).netloc]
        found += [f"{where}: no words for the picture {source}" for source in page.wordless]
        for address in {*page.links, *page.fetched}:
            if not urlsplit(address).scheme and not urlsplit(address).netloc and not leads(address, path, pages):
                found.append(f"{where}: leads nowhere: {address}")
    return found


def leads(address: str, path: Path, pages: dict[Path, Page]) -> bool:
    """Whether an address within the book leads somewhere."""
    parts = urlsplit(address)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.exists():
        return False
    return not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].anchors
