"""The book: a chapter and a page of the reference are built, free of warnings, and opened in a browser."""

import re
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import expect, sync_playwright

from docs import build, checks, hooks, notebooks, reference

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
    """A page of a browser that must ask nobody outside for anything."""
    width, height = request.param
    page = chromium.new_page(viewport={"width": width, "height": height})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()
    assert [url for url in asked if url.startswith("http")] == []


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
    graph = page.locator(".picture svg").first
    graph.scroll_into_view_if_needed()
    assert graph.bounding_box()["width"] > 100
    play = page.locator(".minigrad-play").first
    before = play.locator(".controls .words").inner_text()
    play.get_by_role("button", name="step").click()
    assert play.locator(".controls .words").inner_text() != before
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


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
    lines = ["x_ * `dim`, **kwargs.", "", "    code(*args)", "", "dim: an axis", "    of it", "TypeError: none"]
    found = []
    for block in hooks.blocks(lines):
        found += hooks.rst(block)
    assert found == [
        r"x\_ \* :py:obj:`dim`, \*\*kwargs.", "::", "", "    code(*args)", "* **dim**: an axis", "  of it",
        "* **TypeError**: none",
    ]  # fmt: skip


def test_two_pictures_on_a_page_have_different_ids():
    one, other = (notebooks.unique(f'<svg><g id="a"/><use href="#a"/>{x}</svg>') for x in "12")
    assert re.findall(r'id="([^"]+)"', one) == re.findall(r'href="#([^"]+)"', one) != re.findall(r'id="([^"]+)"', other)
