"""The book: a chapter and a page of the reference are built, free of warnings, and opened in a browser."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from contrast import contrast
from IPython.utils.path import compress_user
from playwright.sync_api import expect, sync_playwright
from pygments.styles import get_style_by_name

from docs import build, checks, conf, hooks, notebooks, reference

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update".split()
PART = "--chapter 04_engine --page optim --page modules/index --page modules/engine".split()


@pytest.fixture(scope="module")
def book(tmp_path_factory, root):
    """The folder of a small book, without warnings and with nothing that `checks` finds wrong."""
    output = tmp_path_factory.mktemp("book")
    command = [sys.executable, "-m", "docs.build", f"--output={output}", *PART]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stdout + run.stderr
    return output / "html"


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine to open the book in")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desktop", "phone"])
def page(chromium, request):
    """A page of a browser that must ask nobody outside for anything, miss no file and meet no error in a script."""
    width, height = request.param
    page = chromium.new_page(viewport={"width": width, "height": height})
    wrong = []
    page.on("request", lambda request: request.url.startswith("http") and wrong.append(request.url))
    page.on("requestfailed", lambda request: refused(request) or wrong.append(f"{request.url}: {request.failure}"))
    page.on("pageerror", lambda error: "Failed to fetch" in str(error) or wrong.append(str(error)))
    yield page
    page.close()
    assert wrong == []


def refused(request):
    """Whether the search asks for a page to quote from, which Chromium refuses to what was opened from the disk."""
    return request.resource_type == "fetch" and request.url.startswith("file:")


def test_a_chapter_is_executed_and_leads_to_its_module_assignment_and_documents(book):
    text = (book / "course" / "04_engine.html").read_text(encoding="utf-8")
    assert 'class="output' in text
    assert re.search(r'<div class="picture"><svg role="img" aria-label="[^"]', text), "no graph with words"
    for target in (
        "../api/modules/engine.html",
        "../assignments/04_engine/04_engine.html",
        "../documents.html#document-003",
    ):
        assert f'href="{target}"' in text


def test_the_chapter_in_the_repository_is_still_without_outputs(book, root):
    assert '"outputs": []' in (root / "course" / "04_engine.ipynb").read_text(encoding="utf-8")
    assert not (root / "course" / "_build").exists()


def test_a_graph_and_an_equation_are_seen_and_play_steps(book, page):
    page.goto(f"file://{book}/course/04_engine.html")
    expect(page.locator("mjx-container svg, mjx-container mjx-math").first).to_be_attached(timeout=20_000)
    loaded_when_asked = page.evaluate(r"MathJax.tex2chtmlPromise('\\boldsymbol{a}').then(drawn => drawn.outerHTML)")
    assert "mjx-merror" not in loaded_when_asked
    graph = page.locator(".picture svg").first
    graph.scroll_into_view_if_needed()
    assert graph.bounding_box()["width"] > 100
    play = page.locator(".minigrad-play").first
    before = play.locator(".controls .words").inner_text()
    play.get_by_role("button", name="step").click()
    assert play.locator(".controls .words").inner_text() != before


TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("page", [(390, 844)], ids=["phone"], indirect=True)
def test_no_page_is_wider_than_a_phone(book, page):
    wide = {}
    for path in sorted(path for path in book.glob("**/*.html") if "_static" not in path.parts):
        page.goto(path.as_uri())
        page.evaluate("window.MathJax?.startup?.promise")
        wide[path.name] = page.evaluate(TOO_WIDE)
    assert len(wide) > 10 and not any(wide.values()), wide
    page.goto(f"file://{book}/course/04_engine.html")
    for width in (700, 1010, 1100, 1320, 1600):  # where a side bar comes or goes, the text makes room
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(TOO_WIDE) == 0, width


@pytest.mark.parametrize("name", [conf.pygments_style, conf.pygments_dark_style])
def test_the_colours_of_code_can_be_told_from_what_is_behind_them(name, root):
    css = (root / "docs" / "_static" / "book.css").read_text(encoding="utf-8")
    plates = {conf.pygments_style: re.search(r"\.highlight { background: (#\w+)", css)[1]}
    plate, style = plates.get(name), get_style_by_name(name)
    colours = {str(token): look["color"] for token, look in style if look["color"] and not look["bgcolor"]}
    low = {token for token, colour in colours.items() if contrast(f"#{colour}", plate or style.background_color) < 4.5}
    assert low <= {"Token.Text.Whitespace"}


def test_the_search_finds_a_chapter_and_a_class(book, page):
    page.goto(f"file://{book}/search.html?q=adam")
    expect(page.get_by_role("link", name="minigrad.optim.Adam", exact=True)).to_be_visible(timeout=20_000)
    page.goto(f"file://{book}/search.html?q=heap")
    expect(page.get_by_role("link", name="4. Engine: the way back").last).to_be_attached(timeout=20_000)


def test_every_public_name_is_in_the_reference():
    described = "".join(make() for name, make in reference.pages().items() if not name.startswith("modules/"))
    for space, values in reference.spaces().items():
        for name in values:
            first = reference.names()[id(values[name])][0]
            directive = rf":: {re.escape(first)}$|:: Tensor$"
            assert re.search(directive, described, re.MULTILINE), f"{space}.{name} is not described"


def test_a_link_that_leads_nowhere_and_a_fetched_address_are_found(tmp_path):
    body = '<a href="gone.html">a</a><a href="#none">b</a><a href="#here" id="here">c</a><img src="data:,x">'
    (tmp_path / "page.html").write_text(f'<script src="https://example.org/x.js"></script>{body}', encoding="utf-8")
    found = " ".join(checks.problems(tmp_path))
    assert "fetches https://example.org/x.js" in found
    assert "leads nowhere: gone.html" in found and "leads nowhere: #none" in found and "#here" not in found
    assert "no words for the picture" in found


def test_links_out_of_docs_fit_into_the_book(tmp_path):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "a.ipynb").touch()
    text = "[A](../course/a.ipynb#x) [script](../scripts/b.py) [out](https://example.org)"
    fitted = build.within_the_book(text, tmp_path / "page.md", tmp_path)
    assert fitted == "[A](course/a.ipynb#x) script [out](https://example.org)"


def test_docstrings_are_plain_text_to_sphinx():
    lines = ["x_ * `dim`, **kwargs.", "", "    code(*args)", "", "dim: an axis", "  of it. out: a", "TypeError: no"]
    found = []
    for block in hooks.blocks(lines):
        found += hooks.rst(block)
    assert found == [
        r"x\_ \* :py:obj:`dim`, \*\*kwargs.", "::", "", "    code(*args)", "* **dim**: an axis", "  of it.",
        "* **out**: a",
        "* **TypeError**: no",
    ]  # fmt: skip


def test_two_pictures_on_a_page_have_different_ids():
    one, other = (notebooks.unique(f'<svg><g id="a"/><use href="#a"/>{x}</svg>') for x in "12")
    assert re.findall(r'id="([^"]+)"', one) == re.findall(r'href="#([^"]+)"', one) != re.findall(r'id="([^"]+)"', other)


@pytest.mark.parametrize("home", [Path("/nowhere"), notebooks.ROOT.parent])
def test_a_page_does_not_say_where_the_book_was_built(monkeypatch, home):
    monkeypatch.setenv("HOME", str(home))
    engine = compress_user(f"{notebooks.ROOT}/minigrad/engine.py:12")
    error = nbformat.v4.new_output("error", ename="Error", evalue="no", traceback=[f"File {engine}, in walk"])
    warning = nbformat.v4.new_output("stream", name="stderr", text=f"{notebooks.ROOT}/minigrad/engine.py:12: warning")
    for output in (error, warning):
        notebooks.forget_folder(output)
    assert error.traceback == ["File minigrad/engine.py:12, in walk"]
    assert warning.text == "minigrad/engine.py:12: warning"
