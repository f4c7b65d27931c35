"""Pictures of graphs: what is in them, that nothing can break out of a label, and what is shown without `dot`."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

import minigrad as torch
from minigrad import pictures

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def dot(monkeypatch):
    """A PATH on which the set-up's `dot` is found."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert shutil.which("dot"), "the set-up puts a `dot` into .venv/bin where the system has none"


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


def small():
    """b = a + a; y = sum(b * c), with these names."""
    a = torch.tensor([1.0, 2.0], requires_grad=True)
    c = torch.ones(2)
    b = a + a
    y = (b * c).sum()
    return torch.draw(y)


def arrows(drawing):
    """(from, to, label) of every arrow in the picture's source."""
    return re.findall(r"^\t(\w+) -> (\w+)(?: \[label=\"?(\w*)\"?\])?$", drawing.dot, re.MULTILINE)


def labels(drawing):
    """The label of every box by its key."""
    return dict(re.findall(r'^\t(\w+) \[label="?(.*?)"? (?:color|fontcolor)=', drawing.dot, re.MULTILINE))


def test_boxes_arrows_names_and_values():
    drawing = small()
    boxes = labels(drawing)
    assert sorted(boxes.values()) == [
        "AddBackward0\\nb = [2., 4.]",
        "MulBackward0",
        "SumBackward0\\ny = 6.",
        "a  (leaf)\\n[1., 2.]",
        "y  (output)\\n6.",
    ]
    key = {text.partition("\\n")[0]: k for k, text in boxes.items()}
    assert sorted(arrows(drawing)) == sorted([
        (key["a  (leaf)"], key["AddBackward0"], "1"),
        (key["a  (leaf)"], key["AddBackward0"], "2"),
        (key["AddBackward0"], key["MulBackward0"], "1"),
        (key["MulBackward0"], key["SumBackward0"], ""),
        (key["SumBackward0"], key["y  (output)"], ""),
    ])


def test_the_same_graph_gives_the_same_picture():
    first = small()
    for _ in range(100):
        torch.ones(1, requires_grad=True) * 2  # other nodes take numbers in between
    second = small()
    assert first.dot == second.dot and first.text == second.text


def test_the_tree_of_text():
    assert small().text == (
        "SumBackward0  y = 6. [n0]\n"
        "    MulBackward0 [n1]\n"
        "        1: AddBackward0  b = [2., 4.] [n2]\n"
        "            1: a  (leaf)  [1., 2.]\n"
        "            2: a  (leaf)  [1., 2.] (as above)"
    )


def test_what_is_used_twice_is_written_out_once():
    x = torch.tensor(1.0, requires_grad=True)
    for _ in range(40):
        x = x + x
    text = torch.draw(x).text
    assert len(text.splitlines()) == 2 * 40 + 1 and text.count("(as above)") == 40


def test_gradients_shapes_and_constants_are_told():
    weights = torch.ones(3, 4, requires_grad=True)
    plain = torch.ones(2)
    (weights * 2).sum().backward()
    assert "weights  (leaf)  float32 [3, 4]  grad float32 [3, 4]" in torch.draw(weights * 1).text
    assert torch.draw(plain).text == "plain  (constant)  [1., 1.]"


def test_names_come_from_the_caller_or_are_given():
    def inner(t):
        return torch.draw(t)

    x = torch.tensor(2.0, requires_grad=True)
    assert "x  (leaf)" in torch.draw(x * 3).text
    assert "x  (leaf)" not in inner(x * 3).text
    assert "given  (leaf)" in torch.draw(x * 3, params={"given": x}).text


def test_several_outputs_share_one_picture():
    x = torch.tensor(2.0, requires_grad=True)
    h = x * 3
    y, z = h + 1, h * h
    drawing = torch.draw(y, z)
    assert sorted(re.findall(r"(\w+)  \(output\)", drawing.dot)) == ["y", "z"]
    assert len([box for box in labels(drawing).values() if box.startswith("MulBackward0\\nh")]) == 1


def test_only_tensors_can_be_drawn():
    with pytest.raises(TypeError, match=r"draw\(\) takes Tensors, but got list"):
        torch.draw([torch.ones(1)])


def test_drawing_changes_nothing():
    x = torch.tensor([2.0], requires_grad=True)
    y = x.exp() * x
    before = repr(y), x._version, y.grad_fn
    torch.draw(y).dot.encode()
    assert (repr(y), x._version, y.grad_fn) == before
    y.backward()
    assert torch.draw(y).text.startswith("MulBackward0") and x.grad is not None


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
@pytest.mark.parametrize("name", NASTY)
def test_any_name_is_only_text(name):
    x = torch.tensor(2.0, requires_grad=True)
    plain = ElementTree.fromstring(torch.draw(x * 3, params={"plain": x}).svg())
    drawing = torch.draw(x * 3, params={name: x})
    picture = ElementTree.fromstring(drawing.svg())
    assert [e.tag for e in picture.iter()] == [e.tag for e in plain.iter()]
    texts = ["".join(e.itertext()).replace("\xa0", " ") for e in picture.iter(f"{SVG}text")]
    shown = name.replace("\n", " ")
    assert any(" ".join(text.split()) == f"{shown} (leaf)" for text in texts), texts
    assert shown in picture.get("aria-label").replace("\n", " ")


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
    ("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG\r\n"), ("dot", b"digraph"), ("txt", b"SumBackward0")]
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


def test_svg_of_a_real_picture_needs_no_more_than_numbers_that_exist(dot):
    """Infinities, nan and long vectors are short values like others."""
    x = torch.tensor([float("inf"), float("nan"), -0.0], requires_grad=True)
    long = torch.ones(1000, requires_grad=True)
    svg = torch.draw((x * 1).sum() + long.sum()).svg()
    assert "inf" in svg and "nan" in svg and "float32 [1000]" in svg


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
    assert done.stdout.startswith("MulBackward0 [n0]\n    1: x  (leaf)  [1.]\n") and done.stderr == ""


def test_a_layout_that_takes_too_long_falls_back_to_text(fake_dot, monkeypatch):
    fake_dot("exec sleep 60")
    monkeypatch.setattr(pictures, "LAYOUT_SECONDS", 0.2)
    before = time.monotonic()
    bundle = small()._repr_mimebundle_()
    assert list(bundle) == ["text/plain"] and bundle["text/plain"].startswith("SumBackward0")
    assert time.monotonic() - before < 20


def test_a_dot_that_fails_falls_back_to_text(fake_dot, tmp_path):
    fake_dot("echo broken >&2; exit 3")
    drawing = small()
    assert list(drawing._repr_mimebundle_()) == ["text/plain"]
    with pytest.raises(RuntimeError, match="failed: broken"):
        drawing.save(tmp_path / "graph.png")


# big graphs


def test_a_big_graph_is_cut_with_a_word_about_it(dot):
    x = torch.ones(1, requires_grad=True)
    for _ in range(pictures.MOST_NODES + 1234):
        x = x + 1
    drawing = torch.draw(x)
    assert "1,234 earlier operations are not drawn" in drawing.dot
    assert sum("AddBackward0" in box for box in labels(drawing).values()) == pictures.MOST_NODES
    assert drawing.text.splitlines()[-1].strip().endswith("... (not shown)")
    assert "1,234" in drawing.svg()


def test_a_long_chain_is_drawn_without_recursion():
    x = torch.ones(1, requires_grad=True)
    for _ in range(50_000):
        x = x + 1
    assert "not drawn" in torch.draw(x).dot


def test_a_view_that_was_never_asked_is_drawn_with_the_history_its_base_has_now():
    x = torch.ones(2, requires_grad=True)
    h = x * 1
    view = h[:1]
    h.mul_(3)
    text = pictures.draw(view).text
    assert text.startswith("AsStridedBackward0  view = [3.]") and "MulBackward0  h = [3., 3.]" in text


def test_a_constant_and_a_write_are_drawn_as_what_they_are():
    n = torch.zeros(2)
    assert "n  (constant)" in torch.draw(n).text and "dashed" in torch.draw(n).dot
    n[0] = torch.ones(1, requires_grad=True)[0] * 3
    assert torch.draw(n).text.startswith("CopySlices  n = [3., 0.]")


def test_the_results_of_a_function_have_numbers():
    class Both(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return -x, x + 1

        @staticmethod
        def backward(ctx, g, h):
            return h - g

    x = torch.ones(1, requires_grad=True)
    a, b = Both.apply(x)
    text = torch.draw(a * b).text
    assert "1: result 0  a = [-1.]" in text and "2: result 1  b = [2.]" in text and "BothBackward [n3]" in text
