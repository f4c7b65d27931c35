"""Pictures of graphs as they are shown: that nothing breaks out of a label, files, and what is shown without `dot`."""

import os
import re
import subprocess
import sys
import time
from xml.etree import ElementTree

import pytest
from drawn import SVG, find_dot, small
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured import FOLDER, PICTURES

import minigrad as torch
from minigrad import pictures


@pytest.fixture
def no_dot(monkeypatch):
    """A PATH on which nothing is found."""
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def fake_dot(monkeypatch, tmp_path):
    """A function that puts a shell script in the place of `dot`."""

    def make(script):
        program = tmp_path / "dot"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return make


# nothing breaks out of a label

NASTY = [
    'quote " and \\" backslash',
    '"]; evil [label="x',
    "<b>bold</b>",
    "<<table><tr><td>x</td></tr></table>>",
    "</text></svg><script>alert(1)</script>",
    "new\nline",
    r"graphviz \N \G \l \r escapes \\",
    "&amp; &lt; ]]> a & b",
    "trailing backslash \\",
    "ünï→ ∂ 数",
]


@pytest.mark.usefixtures("dot")
@pytest.mark.parametrize("gradient", [False, True], ids=["leaf", "record"])
@pytest.mark.parametrize("name", NASTY)
def test_any_name_is_only_text(name, gradient):
    x = torch.tensor(2.0, requires_grad=True)
    x.grad = torch.tensor(1.0) if gradient else None
    plain = ElementTree.fromstring(torch.draw(x * 3, params={"plain": x}).svg())
    drawing = torch.draw(x * 3, params={name: x})
    picture = ElementTree.fromstring(drawing.svg())
    assert [e.tag for e in picture.iter()] == [e.tag for e in plain.iter()]
    texts = ["".join(e.itertext()).replace("\xa0", " ") for e in picture.iter(f"{SVG}text")]
    shown = name.replace("\n", " ")
    assert any(" ".join(text.split()) == f"{shown} (leaf)" for text in texts), texts
    assert shown in picture.get("aria-label").replace("\n", " ")


@settings(max_examples=60)
@given(name=st.text(max_size=200), gradient=st.booleans())
def test_any_text_is_only_text(name, gradient):
    """As a name of a tensor, of a Module and of a Function."""
    title = "".join(sign for sign in name if sign != "\0" and not "\ud800" <= sign <= "\udfff") or "empty"

    def drawn(name, title):
        layer = type(title, (torch.nn.Module,), {"forward": lambda self, t: t * 2})()
        rule = {"forward": staticmethod(lambda ctx, t: t + 1), "backward": staticmethod(lambda ctx, g: g)}
        x = torch.tensor(2.0, requires_grad=True)
        x.grad = torch.tensor(1.0) if gradient else None
        with torch.draw.record(layer) as calls:
            y = layer(type(title, (torch.autograd.Function,), rule).apply(x))
        return torch.draw(y, params={name: x}, fold=calls)

    drawing, plain = drawn(name, title), drawn("plain", "plain")
    with pytest.MonkeyPatch.context() as patch:
        find_dot(patch)
        picture, expected = (ElementTree.fromstring(each.svg()) for each in (drawing, plain))
    assert [e.tag for e in picture.iter()] == [e.tag for e in expected.iter()]
    assert len(drawing.text.splitlines()) == len(plain.text.splitlines())
    assert drawing.dot.count("\n") == plain.dot.count("\n")


@pytest.mark.usefixtures("dot")
def test_a_very_long_name_is_cut():
    x = torch.tensor(2.0, requires_grad=True)
    drawing = torch.draw(x * 3, params={"long" * 1000: x})
    picture = ElementTree.fromstring(drawing.svg())
    assert (
        re.search("1: (long){14}l...  \\(leaf\\)", drawing.text)
        and float(picture.get("width").removesuffix("pt")) < 600
    )


# forms


@pytest.mark.usefixtures("dot")
def test_it_shows_itself_in_a_notebook():
    bundle = small()._repr_mimebundle_()
    picture = ElementTree.fromstring(bundle["image/svg+xml"])
    assert picture.tag == f"{SVG}svg" and picture.get("role") == "img"
    assert picture.get("aria-label").split() == bundle["text/plain"].split()
    assert len([g for g in picture.iter(f"{SVG}g") if g.get("class") == "edge"]) == 5


@pytest.mark.usefixtures("dot")
@pytest.mark.parametrize(
    ("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG\r\n"), ("dot", b"digraph"), ("txt", b"y  (output)")]
)
def test_save(tmp_path, ending, start):
    path = tmp_path / f"graph.{ending}"
    small().save(path)
    small().save(str(path))
    assert path.read_bytes().startswith(start) and path.stat().st_size > 100


@pytest.mark.usefixtures("dot")
def test_save_under_an_ending_that_dot_does_not_know(tmp_path):
    with pytest.raises(RuntimeError, match="-Tnothing failed"):
        small().save(tmp_path / "graph.nothing")
    assert not (tmp_path / "graph.nothing").exists()


def test_a_pdf_needs_the_systems_graphviz(fake_dot, tmp_path):
    fake_dot("echo 'format not supported' >&2; exit 1")
    with pytest.raises(RuntimeError, match=r"-Tpdf failed: format not supported \(PDF needs your system's graphviz"):
        small().save(tmp_path / "graph.pdf")
    assert not (tmp_path / "graph.pdf").exists()


def test_svg_of_a_real_picture_needs_no_more_than_numbers_that_exist(dot):
    """Infinities, nan and long vectors are short values like others."""
    x = torch.tensor([float("inf"), float("nan"), -0.0], requires_grad=True)
    long = torch.ones(1000, requires_grad=True)
    svg = torch.draw((x * 1).sum() + long.sum()).svg()
    assert "inf" in svg and "nan" in svg and "float32 [1000]" in svg


@pytest.mark.usefixtures("dot")
def test_only_the_source_is_asked_for_and_nothing_is_started(monkeypatch, tmp_path):
    def forbidden(*args, **kwargs):
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", forbidden)
    monkeypatch.setattr(os, "posix_spawn", forbidden)
    drawing = small()
    drawing.save(tmp_path / "graph.dot")
    drawing.save(tmp_path / "graph.txt")
    assert drawing.dot and drawing.text and repr(drawing)
    with pytest.raises(AssertionError, match="a program was started"):
        drawing.svg()


# without dot


@pytest.mark.usefixtures("no_dot")
def test_without_dot_a_notebook_gets_the_text_and_the_reason(tmp_path):
    drawing = small()
    assert drawing._repr_mimebundle_() == {"text/plain": f"{drawing.text}\n{pictures.NO_DOT}"}
    assert repr(drawing).endswith(pictures.NO_DOT) and "make lab" in pictures.NO_DOT
    with pytest.raises(RuntimeError, match=r"as svg needs graphviz's program `dot`, which was not found\. `make lab"):
        drawing.save(tmp_path / "graph.svg")
    drawing.save(tmp_path / "graph.txt")
    drawing.save(tmp_path / "graph.dot")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["graph.dot", "graph.txt"]


def test_a_python_without_a_path_draws_text():
    code = "import minigrad as m; x = m.ones(1, requires_grad=True); print(m.draw(x * 2))"
    done = subprocess.run([sys.executable, "-c", code], env={"PATH": ""}, capture_output=True, text=True, check=True)
    tree = "(output)  [2.]  float32 [1]\n    MulBackward0 [n0]\n        1: x  (leaf)  [1.]  float32 [1]\n"
    assert done.stdout.startswith(tree) and done.stderr == ""


def test_a_layout_that_takes_too_long_falls_back_to_text(fake_dot, monkeypatch):
    fake_dot("exec sleep 60")
    monkeypatch.setattr(pictures, "LAYOUT_SECONDS", 0.2)
    before = time.monotonic()
    bundle = small()._repr_mimebundle_()
    assert list(bundle) == ["text/plain"] and bundle["text/plain"].startswith("y  (output)")
    assert bundle["text/plain"].endswith("because the layout of the picture was not finished after 0.2 seconds.)")
    assert time.monotonic() - before < 20


def test_a_dot_that_fails_falls_back_to_text(fake_dot, tmp_path):
    fake_dot("echo broken >&2; exit 3")
    drawing = small()
    assert list(drawing._repr_mimebundle_()) == ["text/plain"]
    with pytest.raises(RuntimeError, match="failed: broken"):
        drawing.save(tmp_path / "graph.png")


# kept pictures


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_the_one_that_was_kept(name):
    kept = (FOLDER / f"{name}.dot").read_text(encoding="utf-8")
    assert PICTURES[name]().dot == kept, "if that is meant: python tests/pictured.py, and look at the new picture"


def test_every_kept_picture_is_compared():
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(PICTURES)


@pytest.mark.usefixtures("dot")
@pytest.mark.parametrize("name", PICTURES)
def test_the_kept_pictures_can_be_laid_out(name):
    drawing = PICTURES[name]()
    picture = ElementTree.fromstring(drawing.svg())
    boxes = [e.find(f"{SVG}title").text for e in picture.iter(f"{SVG}g") if e.get("class") == "node"]
    assert set(drawing.keys.values()) <= set(boxes)
    assert picture.get("aria-label").split() == drawing.text.split()
