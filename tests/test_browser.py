"""JupyterLab as `make lab` starts it, in a real browser: the start page, a chapter run to its end."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
import pytest
from playwright.sync_api import Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as NothingSeen

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
    for name in ("course", "assignments", ".jupyter"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("workspaces", "PROGRESS.md"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--config=.jupyter/lab_config.py", "--no-browser"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
        f"--LabApp.user_settings_dir={folder / 'settings'}",
    ]
    log = folder / "server.log"
    with log.open("wb") as stream:
        server = psutil.Popen(command, cwd=folder, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL)
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


def start_all(page: Page) -> None:
    """Run every cell by the menu; again, if the menu closed by itself or the kernel was not there yet."""
    prompts = page.locator(".jp-NotebookPanel:visible .jp-CodeCell .jp-InputPrompt", has_text=re.compile(r"[*\d]"))
    for _ in range(6):
        expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]:visible")).to_be_visible()
        with suppress(NothingSeen):
            page.get_by_role("menuitem", name="Run", exact=True).click(timeout=10_000)
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click(timeout=10_000)
            return prompts.first.wait_for(timeout=20_000)
        page.keyboard.press("Escape")
    raise AssertionError(f"no cell began to run; JupyterLab says: {said_by_dialog(page)}")


def said_by_dialog(page: Page) -> str:
    """What JupyterLab asks or complains about, which keeps everything else waiting."""
    return " | ".join(page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts()) or "nothing"


def run_all(page: Page, path: Path, seconds: int) -> list[nbformat.NotebookNode]:
    """Run every cell, save until each has the number of its turn; the code cells as on the disk."""
    start_all(page)
    end = time.monotonic() + seconds
    while True:
        page.wait_for_timeout(1000)
        page.keyboard.press("Control+s")
        try:
            cells = nbformat.read(path, as_version=4).cells
        except nbformat.reader.NotJSONError:  # it is just being written
            continue
        code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
        waiting = [cell.id for cell in code if cell.execution_count is None]
        if not waiting:
            return code
        assert time.monotonic() < end, f"not run after {seconds} s: {waiting}; JupyterLab says: {said_by_dialog(page)}"


def test_the_start_page_opens_rendered_and_leads_to_a_chapter(lab, page):
    page.goto(lab.address("/"))
    expect(page.locator(".jp-RenderedMarkdown h1", has_text="minigrad")).to_be_visible()
    page.locator(".jp-RenderedMarkdown a", has_text="Tensor").click()
    expect(page.locator(".jp-NotebookPanel:visible .jp-Notebook")).to_be_visible()
    expect(page.locator("li.lm-TabBar-tab.lm-mod-current", has_text="01_tensor.ipynb")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Nbgrader")).to_be_visible()


def run_cell(page: Page, number: int) -> None:
    """Run one code cell of the notebook that is shown, and wait for the number of its turn."""
    expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]:visible")).to_be_visible()
    cell = page.locator(".jp-NotebookPanel:visible .jp-CodeCell").nth(number)
    prompt = cell.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    for _ in range(12):  # a notebook that is still being put together loses the key
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")  # stays in the cell: nothing moves under the next click
        page.wait_for_timeout(500)
        if prompt.inner_text() != before:
            break
        page.wait_for_timeout(4500)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))


def test_the_start_page_knows_what_was_checked_while_it_was_open(lab, page):
    page.goto(lab.address("/"))
    start = page.locator(".jp-MarkdownViewer .jp-RenderedMarkdown")
    expect(start).to_contain_text("Nothing is checked yet")
    page.get_by_role("link", name="Assignment 4").click()
    solution = page.locator(".jp-NotebookPanel:visible .jp-CodeCell").nth(1).locator(".cm-content")
    expect(solution).to_contain_text("def send")
    for number in (0, 1):
        run_cell(page, number)
    solution.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("def send(pending, edge, g):\n    pending[edge] = pending.get(edge, 0) + g")
    for number in (1, 2):
        run_cell(page, number)
    expect(page.locator(".jp-NotebookPanel:visible .jp-OutputArea", has_text="✓ right").first).to_be_visible()
    assert "Last checked" in (lab.folder / "course" / "PROGRESS.md").read_text(encoding="utf-8")
    page.locator("li.lm-TabBar-tab", has_text="PROGRESS.md").click()
    expect(start.locator("tr", has_text="Assignment 4").locator("progress")).to_be_visible()
    expect(start).to_contain_text("Last checked: Assignment 4")


def test_a_restarted_kernel_is_told_which_cell_to_run(lab, page):
    page.goto(lab.address("/lab/workspaces/graph/tree/course/02_graph.ipynb"))
    run_cell(page, 2)
    said = page.locator(
        ".jp-NotebookPanel:visible .jp-OutputArea-output", has_text="is defined above, by the cell that"
    )
    expect(said).to_contain_text("Run All Above Selected Cell")


def test_chapter_4_runs_to_its_end_and_shows_a_graph(lab, page):
    page.goto(lab.address("/lab/workspaces/engine/tree/course/04_engine.ipynb"))  # no other notebook is open
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
    expect(picture.get_by_role("img")).to_have_accessible_name(re.compile("Backward.*leaf", re.DOTALL))
    shown = [out.get("data", {}).get("image/svg+xml", "") for cell in code for out in cell.outputs]
    assert any("Backward" in svg for svg in shown)


PLAYED = """\
import minigrad as mg
u, x = mg.tensor([0.5], requires_grad=True), mg.tensor([2.0], requires_grad=True)
w = 2 * u
left = x + w
right = w + 1
y = left * right
mg.play(y)
"""


def play_cell(page: Page, lab: Lab) -> None:
    """Open a notebook with one cell that plays a backward pass, and run it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PLAYED, id="play")])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(notebook, lab.folder / "play.ipynb")
    page.goto(lab.address("/lab/workspaces/play/tree/play.ipynb"))  # a workspace where no other notebook plays
    start_all(page)
    page.locator(".jp-OutputArea .minigrad-play").first.wait_for()


def test_a_backward_pass_is_stepped_through_in_jupyterlab(lab, page):
    play_cell(page, lab)
    output = page.locator(".jp-OutputArea")
    runs, words = output.locator("[data-state=runs] .mark"), output.locator(".words")
    expect(words).to_have_text("The start. g = [1.] is put at y (MulBackward0 #4).")
    step = output.locator("button", has_text="step")
    for turn, name in [(4, "y"), (3, "right"), (2, "left")]:
        step.click()
        expect(runs).to_have_text(f"#{turn} RUNS")
        expect(words).to_contain_text(f". {name} (")
    output.locator("button", has_text="back").click()
    expect(runs).to_have_text("#3 RUNS")
    output.locator(".noUi-handle").press("ArrowRight")  # the slider answers to the keyboard
    expect(runs).to_have_text("#2 RUNS")
    expect(output.locator("[role=alert]")).to_contain_text("left (AddBackward0 #2) runs")


def test_a_backward_pass_is_stepped_through_in_a_page_from_disk(page, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    names: dict = {}
    exec(PLAYED.replace("mg.play", "played = mg.play"), names)
    names["played"].save(tmp_path / "pass.html")
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: request.url.startswith("file:") or problems.append(request.url))
    page.goto((tmp_path / "pass.html").as_uri())
    runs, status = page.locator("[data-state=runs] .mark"), page.get_by_role("status")
    expect(status).to_have_text("The start. g = [1.] is put at y (MulBackward0 #4).")
    expect(runs).to_have_count(0)
    step, back = page.get_by_role("button", name="step"), page.get_by_role("button", name="back")
    for turn in (4, 3, 2):
        step.click()
        expect(runs).to_have_text(f"#{turn} RUNS")
        expect(page.locator("table:visible").first).to_contain_text("g")
    back.click()
    expect(runs).to_have_text("#3 RUNS")
    page.get_by_role("slider").press("End")
    expect(status).to_contain_text("The end. backward now adds to .grad")
    expect(step).to_be_disabled()
    page.get_by_role("button", name="play").click()
    expect(status).to_contain_text("Step 1.")
    expect(page.get_by_role("button", name="pause")).to_be_visible()
    assert problems == []


def test_a_backward_pass_is_stepped_through_by_the_keyboard_alone(page, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    names: dict = {}
    exec(PLAYED.replace("mg.play", "played = mg.play"), names)
    names["played"].save(tmp_path / "pass.html")
    page.goto((tmp_path / "pass.html").as_uri())
    press, status = page.keyboard.press, page.get_by_role("status")
    expect(status).to_have_attribute("aria-live", "polite")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="play")).to_be_focused()
    for _ in range(2):
        press("Tab")
    step = page.get_by_role("button", name="step")
    for key in ("Enter", "Space", "Enter", "Space", "Enter", "Enter"):
        press(key)
    expect(status).to_contain_text("The end. backward now adds to .grad")
    expect(step).to_be_focused()  # at the last step, too
    expect(step).to_be_disabled()
    press("Shift+Tab")
    press("Enter")
    expect(status).not_to_contain_text("The end.")
    for key in ("Tab", "Tab", "Home", "ArrowRight", "ArrowRight"):
        press(key)
    slider = page.get_by_role("slider", name="step")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^2 of \d$"))
    expect(status).to_contain_text("Step 2.")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) != "none"
    tree = page.locator(".figure svg")
    expect(tree).to_have_role("img")
    expect(tree).to_have_accessible_name(re.compile("MulBackward0.*leaf", re.DOTALL))


def test_the_server_listens_on_this_machine_only(lab):
    open_to = [link.laddr.ip for link in lab.process.net_connections("inet") if link.status == "LISTEN"]
    assert open_to and set(open_to) == {"127.0.0.1"}
