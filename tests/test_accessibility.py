"""What is read by ear, seen without colours or used without a mouse: documents, plots, reports.

Pictures of graphs are looked at in test_pictures*.py, class reports in test_grading_report.py, feedback pages in
test_grading.py, the lines of plots in test_chapters.py, the keyboard in test_browser.py.
"""

import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import matplotlib
import nbformat
import numpy as np
import pytest
from contrast import contrast
from markdown_it import MarkdownIt

from grader.inside import report
from grader.inside.cases import Case
from grader.inside.compare import verdict_on

ROOT = Path(__file__).parent.parent
PAGES = [  # the marking guides are parts of solutions/README.md
    *(ROOT / name for name in ("README.md", "course/START.md", "solutions/README.md", "benchmarks/README.md")),
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("course/*.ipynb")),
    *sorted(ROOT.glob("solutions/*/*.ipynb")),
]
every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
SAYS_NOTHING = {"", "here", "click here", "this", "this page", "link", "more", "read more", "see here"}


class Tags(HTMLParser):
    """The tags of a piece of HTML, with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@cache
def tokens(path):
    """The Markdown of a page or of a notebook's cells, parsed; what stands within a line after the line."""
    if path.suffix == ".md":
        texts = [path.read_text()]
    else:
        texts = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    parse = MarkdownIt("commonmark").enable("table").parse
    return [part for text in texts for token in parse(text) for part in (token, *(token.children or ()))]


@every_page
def test_headings_are_in_order(path):
    """One title, which comes first, and no level left out on the way down."""
    levels = [int(token.tag[1]) for token in tokens(path) if token.type == "heading_open"]
    assert levels[:1] == [1] and levels.count(1) == 1
    assert [(above, below) for above, below in pairwise(levels) if below > above + 1] == []


@every_page
def test_every_picture_has_words_in_its_place(path):
    for token in tokens(path):
        if token.type == "image":
            assert len(token.content.split()) > 1, token.attrs["src"]
        elif token.type in ("html_block", "html_inline"):
            for tag, attributes in Tags(token.content).found:
                assert tag != "img" or len((attributes.get("alt") or "").split()) > 1, token.content


@every_page
def test_a_link_says_where_it_leads(path):
    text, inside = "", False
    for token in tokens(path):
        if token.type == "link_open":
            text, inside = "", True
        elif token.type == "link_close":
            inside = False
            assert text.strip(" .").lower() not in SAYS_NOTHING, f"a link called {text!r}"
        elif inside:
            text += token.content


def test_the_lines_of_plots_stand_out_from_the_page():
    style = matplotlib.rc_params_from_file(ROOT / "course" / "course.mplstyle", use_default_template=False)
    colours = style["axes.prop_cycle"].by_key()["color"]
    assert len(colours) == len(set(colours)) == 8
    assert [colour for colour in colours if contrast(colour, "#FFFFFF") < 3] == []


def test_a_report_says_in_words_what_it_shows_in_colours():
    case = Case(name="a", points=1, label="value", says="A test.", expected=np.arange(4.0))
    right, wrong = (
        report.as_html(verdict_on(case, (), np.array(got))) for got in ([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 5.0, 7.0])
    )
    assert "✓ right" in right and "✗ wrong" in wrong
    rows = re.findall(r"<tr[^>]*>.*?</tr>", wrong)
    assert len(rows) == 5
    assert [("background" in row, "wrong" in row) for row in rows[1:]] == [(False, False)] * 2 + [(True, True)] * 2
