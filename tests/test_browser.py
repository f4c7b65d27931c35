"""JupyterLab as `make lab` starts it, in a real browser: the start page, a chapter run to its end."""

import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
import pytest
from playwright.sync_api import Page, expect, sync_playwright

expect.set_options(timeout=60_000)  # the machine may be busy with other tests

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to open JupyterLab in")


@dataclass
class Lab:
    folder: Path
    process: psutil.Popen
    port: int
    token: str

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}?token={self.token}"


@pytest.fixture(scope="module")
def lab(root, tmp_path_factory):
    """A server on a copy of the course, which may be edited."""
    folder = tmp_path_factory.mktemp("lab")
    for name in ("course", "assignments"):
        shutil.copytree(root / name, folder / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--config=.jupyter/lab_config.py", "--no-browser"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
        *(f"--ServerApp.root_dir={folder}", f"--LabApp.workspaces_dir={folder / 'workspaces'}"),
        f"--LabApp.user_settings_dir={folder / 'settings'}",
    ]
    log = folder / "server.log"
    with log.open("wb") as stream:
        server = psutil.Popen(command, cwd=root, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL)
    lab = Lab(folder, server, port, token)
    try:
        wait_until_it_answers(lab, log)
        yield lab
    finally:
        server.terminate()
        server.wait(20)


def wait_until_it_answers(lab, log):
    for _ in range(300):
        assert lab.process.poll() is None, f"the server stopped:\n{log.read_text()}"
        try:
            return urllib.request.urlopen(lab.address("/api/status"), timeout=5).close()
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer within a minute:\n{log.read_text()}")


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        yield page
        browser.close()


def run_all(page: Page, path: Path, seconds: int) -> list[nbformat.NotebookNode]:
    """Run every cell by the menu, save until each has the number of its turn; the code cells as on the disk."""
    expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]:visible")).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    end = time.monotonic() + seconds
    while True:
        page.wait_for_timeout(1000)
        page.keyboard.press("Control+s")
        cells = nbformat.read(path, as_version=4).cells
        code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
        waiting = [cell.id for cell in code if cell.execution_count is None]
        if not waiting:
            return code
        assert time.monotonic() < end, f"cells not run after {seconds} s: {waiting}"


def test_the_start_page_opens_rendered_and_leads_to_a_chapter(lab, page):
    page.goto(lab.address("/"))
    expect(page.locator(".jp-RenderedMarkdown h1", has_text="minigrad")).to_be_visible()
    page.locator(".jp-RenderedMarkdown a", has_text="Tensor").click()
    expect(page.locator(".jp-NotebookPanel:visible .jp-Notebook")).to_be_visible()
    expect(page.locator("li.lm-TabBar-tab.lm-mod-current", has_text="01_tensor.ipynb")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Nbgrader")).to_be_visible()


def test_chapter_4_runs_to_its_end_and_shows_a_graph(lab, page):
    page.goto(lab.address("/lab/tree/course/04_engine.ipynb"))
    path = lab.folder / "course" / "04_engine.ipynb"
    code = run_all(page, path, seconds=180)

    expected_to_fail = [cell for cell in code if "raises-exception" in cell.metadata.get("tags", [])]
    failed = [cell.id for cell in code if any(out.output_type == "error" for out in cell.outputs)]
    assert failed == [cell.id for cell in expected_to_fail]

    picture = page.locator(".jp-OutputArea-output.jp-RenderedSVG").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    box = picture.locator("img, svg").first.bounding_box()
    assert box is not None and box["width"] > 60 and box["height"] > 60
    shown = [out.get("data", {}).get("image/svg+xml", "") for cell in code for out in cell.outputs]
    assert any("Backward" in svg for svg in shown)


def test_the_server_listens_on_this_machine_only(lab):
    open_to = [link.laddr.ip for link in lab.process.net_connections("inet") if link.status == "LISTEN"]
    assert open_to and set(open_to) == {"127.0.0.1"}
