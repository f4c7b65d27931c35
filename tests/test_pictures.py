"""Pictures of graphs: what is in them, that nothing can break out of a label, and what is shown without `dot`."""

import itertools
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from contrast import contrast
from hypothesis import given, settings
from hypothesis import strategies as st
from pictured import FOLDER, PICTURES

import minigrad as torch
from minigrad import folding, graphs, indexing, looks, pictures, rearranging, shapes, views
from minigrad.graph import Node

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
    return re.findall(r"^\t(\w+) -> (\w+)(?: \[label=\" ([^\"]*)\"\])?$", drawing.dot, re.MULTILINE)


def labels(drawing):
    """The label of every box by its key."""
    return dict(re.findall(r'^\t(\w+) \[label="?(.*?)"? (?:color|fontcolor)=', drawing.dot, re.MULTILINE))


def test_boxes_arrows_names_and_values():
    drawing = small()
    boxes = labels(drawing)
    assert sorted(boxes.values()) == [
        "AddBackward0\\nb = [2., 4.]  float32 [2]",
        "MulBackward0",
        "SumBackward0",
        "a  (leaf)\\n[1., 2.]  float32 [2]",
        "y  (output)\\n6.  float32 []",
    ]
    key = {text.partition("\\n")[0]: k for k, text in boxes.items()}
    assert sorted(arrows(drawing)) == sorted(
        [
            (key["a  (leaf)"], key["AddBackward0"], "1"),
            (key["a  (leaf)"], key["AddBackward0"], "2"),
            (key["AddBackward0"], key["MulBackward0"], "1"),
            (key["MulBackward0"], key["SumBackward0"], ""),
            (key["SumBackward0"], key["y  (output)"], ""),
        ]
    )


def test_the_same_graph_gives_the_same_picture():
    first = small()
    for _ in range(100):
        torch.ones(1, requires_grad=True) * 2  # other nodes take numbers in between
    second = small()
    assert first.dot == second.dot and first.text == second.text


def test_the_tree_of_text():
    assert small().text == (
        "y  (output)  6.  float32 []\n"
        "    SumBackward0 [n0]\n"
        "        MulBackward0 [n1]\n"
        "            1: AddBackward0  b = [2., 4.]  float32 [2] [n2]\n"
        "                1: a  (leaf)  [1., 2.]  float32 [2]\n"
        "                2: a  (leaf)  [1., 2.]  float32 [2] (as above)"
    )


def test_what_is_used_twice_is_written_out_once():
    x = torch.tensor(1.0, requires_grad=True)
    steps = {f"h{i}": x for i in range(40) if (x := x + x) is not None}  # all with a name, so that nothing is folded
    text = torch.draw(x, params=steps).text
    assert len(text.splitlines()) == 2 + 2 * 40 and text.count("(as above)") == 40


def test_gradients_shapes_and_constants_are_told():
    weights = torch.ones(3, 4, requires_grad=True)
    plain = torch.ones(2)
    (weights * 2).sum().backward()
    assert "weights  (leaf)  1, 1, 1, ...  float32 [3, 4]  grad 2, 2, 2, ..." in torch.draw(weights * 1).text
    assert torch.draw(plain).text == "plain  (constant, output)  [1., 1.]  float32 [2]"
    assert 'label="plain  (constant, output)' in torch.draw(plain).dot and "out0" not in torch.draw(plain).dot


def test_a_result_that_keeps_its_gradient_shows_it():
    x = torch.ones(2, requires_grad=True)
    h = x * 3
    h.retain_grad()
    (h * h).sum().backward()
    assert "MulBackward0  h = [3., 3.]  float32 [2]  grad [6., 6.]" in torch.draw(h.sum()).text
    assert "h  (output)  [3., 3.]  float32 [2]  grad [6., 6.]" in torch.draw(h).text


def test_names_come_from_the_caller_or_are_given():
    def inner(t):
        return torch.draw(t)

    x = torch.tensor(2.0, requires_grad=True)
    assert "x  (leaf)" in torch.draw(x * 3).text
    assert "x  (leaf)" not in inner(x * 3).text
    assert "given  (leaf)" in torch.draw(x * 3, params={"given": x}).text


def test_names_come_from_modules():
    model = torch.nn.Linear(2, 1)
    y = model(torch.ones(2))
    assert "model.weight  (leaf)" in torch.draw(y).text and "model.bias  (leaf)" in torch.draw(y).text
    text = torch.draw(y, params=model).text
    assert "weight  (leaf)" in text and "model.weight" not in text


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
    assert torch.draw(y, saved=True).text.startswith("y  (output)") and x.grad is not None


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
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", path)
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


def test_a_view_that_was_never_asked_is_drawn_with_the_history_its_base_has_now():
    x = torch.ones(2, requires_grad=True)
    h = x * 1
    view = h[:1]
    h.mul_(3)
    text = pictures.draw(view).text
    assert text.startswith("view  (output)  [3.]") and "MulBackward0  h = [3., 3.]" in text


def test_a_constant_and_a_write_are_drawn_as_what_they_are():
    n = torch.zeros(2)
    assert "n  (constant, output)" in torch.draw(n).text and "dashed" in torch.draw(n).dot
    n[0] = torch.ones(1, requires_grad=True)[0] * 3
    assert torch.draw(n).text.startswith("n  (output)  [3., 0.]  float32 [2]\n    CopySlices  (write to [0])")
    assert "view  (constant, view of base, output)" in constant_view()


def constant_view():
    base = torch.zeros(3)
    view = base[1:]
    return torch.draw(view).text


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
    assert "1: result 0 of BothBackward  a = [-1.]" in text and "BothBackward [n3]" in text
    assert "2: result 1 of BothBackward  b = [2.]" in text


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


# roles, and how they look


def test_roles_differ_without_colour():
    """By shape and border; and each has a word of its own."""
    border = ("shape", "style", "penwidth", "peripheries")
    looks_like = {role: tuple(style.get(key) for key in border) for role, style in looks.STYLES.items()}
    assert len(set(looks_like.values())) == len(looks_like)
    assert set(looks.LEGEND) == set(looks.STYLES) - {"rest"}
    assert len(set(looks.LEGEND.values())) == len(looks.LEGEND)
    marks = {mark: (style.get("style"), style["penwidth"]) for mark, style in looks.MARKS.items()}
    assert len(set(marks.values())) == 3, "swapped arguments are one way of being wired differently"


def test_text_and_lines_can_be_read_on_what_is_behind_them():
    """In every theme, because what is behind them is the picture's own plate."""
    source = small().dot
    assert f'bgcolor="{looks.PLATE}"' in source
    for role, style in looks.STYLES.items():
        fill = style.get("fillcolor", looks.PLATE)
        assert contrast(style.get("fontcolor", "#000000"), fill) >= 4.5, role
        assert contrast(looks.PALE, fill) >= 4.5, f"{role} in the legend"
        assert contrast(style["color"], looks.PLATE) >= 3, role
    for kind, style in looks.ARROWS.items():
        assert contrast(style.get("color", "#6B6B6B"), looks.PLATE) >= 3, kind
        assert kind == "missing" or contrast(style.get("fontcolor", looks.PALE), looks.PLATE) >= 4.5, kind
    for mark, style in looks.MARKS.items():
        assert contrast(style["color"], looks.PLATE) >= 3, mark


def test_the_legend_names_the_roles_that_occur():
    words = {role: re.search(rf"legend_{role} ", small().dot) is not None for role in looks.LEGEND}
    assert {role for role, there in words.items() if there} == {"leaf", "operation", "output"}
    x = torch.ones(1, requires_grad=True)
    x.grad = torch.ones(1)
    assert "AccumulateGrad" in torch.draw(x * 1).dot
    assert "legend" not in torch.draw(x * 1, legend=False).dot


def test_every_operation_that_makes_a_view_is_known_as_one(monkeypatch):
    seen = set()

    def watching(t, op, *rest):
        seen.add(op.name)
        return original(t, op, *rest)

    original = views.view_of
    for module in (indexing, rearranging, shapes):
        monkeypatch.setattr(module, "view_of", watching)
    x = torch.ones(2, 3, requires_grad=True)
    for make in (
        lambda: x[0], lambda: x[:1], lambda: x[...], lambda: x.view(6), lambda: x.T, lambda: x.t(),
        lambda: x.transpose(0, 1), lambda: x.permute(1, 0), lambda: x[None], lambda: x[:1].squeeze(),
        lambda: x.expand(4, 2, 3), lambda: x.diagonal(), lambda: x.split(1), lambda: x.split([1, 1]),
        lambda: x.unbind(),
    ):  # fmt: skip
        made = make()
        assert isinstance((made[0] if isinstance(made, tuple) else made)._view, views.View)
    assert seen | {"AsStridedBackward0"} == graphs.VIEWS


# first and second order


def orders(*outputs):
    """{order: how many nodes}, of the nodes that a backward recorded."""
    found = list(pictures.Drawing(outputs, {}).graph.orders.values())
    return {order: found.count(order) for order in sorted(set(found))}


def test_orders_are_told_apart():
    x = torch.tensor(2.0, requires_grad=True)
    y = x**3
    [slope] = torch.autograd.grad(y, x, create_graph=True)
    [bend] = torch.autograd.grad(slope, x, create_graph=True)
    assert orders(y) == {}
    assert list(orders(slope)) == [2] and list(orders(slope, bend)) == [2, 3]
    penalty = (slope * slope + y).sum()
    assert list(orders(penalty)) == [2]
    [steep] = torch.autograd.grad(penalty, x, create_graph=True)
    assert list(orders(steep)) == [2, 3]


def test_steps_along_gradients_stay_of_second_order():
    x = torch.tensor(2.0, requires_grad=True)
    w = x
    for _ in range(4):
        [slope] = torch.autograd.grad((w * w * w).sin(), w, create_graph=True)
        w = w - 0.1 * slope
    assert list(orders(w)) == [2]


def test_a_walk_that_records_nothing_leaves_no_note():
    notes = list(graphs.engine.recorded_walks)
    x = torch.tensor(2.0, requires_grad=True)
    (x * x).backward()
    assert list(graphs.engine.recorded_walks) == notes


# saved tensors


def test_saved_tensors_say_their_versions():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    h = x * 2
    h.add_(1)
    y = h * h
    h.add_(1)
    h.add_(1)
    text = torch.draw(y, saved=True).text
    assert "saves a: h  (saved)  [5., 7.]  float32 [2]  CHANGED: saved at version 1,  now at version 3" in text
    with pytest.raises(RuntimeError, match="is at version 3; expected version 1"):
        y.sum().backward()


def test_saved_results_and_arguments_of_functions_say_their_versions():
    class Keeps(torch.autograd.Function):
        @staticmethod
        def forward(ctx, t):
            out = t.exp()
            ctx.save_for_backward(t, out)
            return out

        @staticmethod
        def backward(ctx, g):
            return g

    h = torch.tensor(1.0, requires_grad=True) * 1
    out = Keeps.apply(h)
    h.mul_(2)
    out.mul_(2)
    text = torch.draw(out, saved=True).text
    assert text.count("CHANGED: saved at version 0,  now at version 1") == 2


def test_what_is_packed_is_not_unpacked():
    def unpack(packed):
        raise AssertionError("a picture needs no values")

    x = torch.tensor(2.0, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: "packed", unpack):
        y = x.exp() * x
    assert "saved  (packed by saved_tensors_hooks)" in torch.draw(y, saved=True).text


# folds


def test_a_module_is_one_box_and_is_left_as_it_was():
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh())
    before = {name: dict(vars(module)) for name, module in model.named_modules()}
    with torch.draw.record(model) as calls:
        y = model(torch.ones(2)).sum()
    assert {name: dict(vars(module)) for name, module in model.named_modules()} == before
    drawing = torch.draw(y, fold=calls)
    assert "Sequential  4 operations, 2 parameters [n1]" in drawing.text and "bias" not in drawing.text
    with pytest.raises(RuntimeError, match="shapes"), torch.draw.record(model):
        model(torch.ones(3))
    assert {name: dict(vars(module)) for name, module in model.named_modules()} == before
    with pytest.raises(TypeError, match=r"draw.record\(\) takes Modules, but got function"):
        torch.draw.record(small)


def test_a_parameter_that_is_used_elsewhere_too_stays():
    model = torch.nn.Linear(2, 2)
    with torch.draw.record(model) as calls:
        y = model(torch.ones(2)).sum() + (model.weight**2).sum()
    text = torch.draw(y, fold=calls).text
    assert "Linear" in text and "1 parameter [" in text and "model.weight  (leaf)" in text


def test_each_call_is_a_box():
    cell = torch.nn.Linear(2, 2)
    with torch.draw.record(cell) as calls:
        y = cell(cell(torch.ones(2)).tanh())
    assert len(re.findall(r"Linear  \d operations \[n\d\]\n", torch.draw(y, fold=calls).text)) == 2


def chain_of(*steps, times, x):
    for step in list(steps) * times:
        x = step(x)
    return x


def test_a_repeated_chain_is_folded_with_its_count():
    x = torch.ones(2, requires_grad=True)
    assert "1,000 times:  AddBackward0 [n0]" in torch.draw(chain_of(lambda t: t + 1, times=1000, x=x)).text
    y = chain_of(torch.sin, torch.cos, torch.exp, times=50, x=x)
    assert "50 times:  SinBackward0  CosBackward0  ExpBackward0 [n0]" in torch.draw(y).text
    y = chain_of(torch.sin, torch.exp, times=folding.FEWEST_TIMES - 1, x=x)
    assert "times:" not in torch.draw(y).text, "a short one is drawn as it is"


def test_what_differs_or_is_used_or_has_a_name_is_not_folded():
    x = torch.ones(1, requires_grad=True)
    weights = [torch.ones(1, requires_grad=True) for _ in range(20)]
    y = x
    for w in weights:
        y = y * w
    assert "times:" not in torch.draw(y).text
    middle = chain_of(lambda t: t + 1, times=10, x=x)
    y = chain_of(lambda t: t + 1, times=10, x=middle)
    text = torch.draw(y).text
    assert text.count("10 times:") == 2 and "10 times:  AddBackward0  middle = [11.]" in text
    hidden = chain_of(torch.sin, times=10, x=x)
    y = chain_of(torch.sin, times=10, x=hidden) * hidden
    del hidden
    assert torch.draw(y).text.count("times:  SinBackward0") == 3, "two boxes, one of them used twice"


@given(
    pattern=st.lists(st.integers(0, 2), min_size=1, max_size=4),
    times=st.integers(1, 12),
    head=st.lists(st.integers(3, 5)),
)
def test_repeats_are_found_and_do_not_overlap(pattern, times, head):
    row = head + pattern * times
    found = folding.repeats(row)
    for start, period, count in found:
        part = row[start : start + period * count]
        assert part == part[:period] * count and count >= folding.FEWEST_TIMES
    ends = [(start, start + period * count) for start, period, count in found]
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(ends))
    if times >= folding.FEWEST_TIMES:
        assert sum(end - start for start, end in ends) >= len(pattern) * (times - 1) - len(pattern)


# big graphs


def tangle(count):
    """A graph that does not repeat itself: each node uses the one before and one of those that came before it."""
    last = [torch.ones(1, requires_grad=True)]
    for i in range(count):
        last.append(last[-1] * last[-1 - (i * i) % min(len(last), 7)] if i % 3 else last[-1].sin())
    y = last[-1]
    del last
    return y


def test_a_big_graph_is_cut_with_a_word_about_it(dot):
    y = tangle(1000)
    drawing = torch.draw(y)
    left = 1000 - graphs.KEPT_BOXES
    assert f"... {left} earlier operations are not drawn" in drawing.dot and f"... {left} earlier" in drawing.text
    assert f"{left} earlier" in drawing.svg().replace("&#160;", " ")
    rest = drawing.graph.rest.nodes
    assert f"{sum(node.name() == 'MulBackward0' for node in rest)} MulBackward0" in drawing.text
    assert sum("Backward0" in box for box in labels(drawing).values()) == graphs.KEPT_BOXES + 1
    assert "not drawn" not in torch.draw(tangle(graphs.MOST_BOXES)).text


def test_a_hundred_thousand_nodes_are_looked_at_a_few_times_each(monkeypatch):
    """`make bench` has the seconds."""
    y = tangle(100_000)
    looks_at = itertools.count()
    edges = Node.edges.fget
    monkeypatch.setattr(Node, "edges", property(lambda node: (next(looks_at), edges(node))[1]))
    drawing = torch.draw(y, saved=True)
    assert "99,970 earlier operations are not drawn" in drawing.text
    assert next(looks_at) < 8 * 100_000
    assert len(drawing.items) < 4 * graphs.KEPT_BOXES and len(drawing.arrows) < 8 * graphs.KEPT_BOXES


def test_a_long_chain_is_drawn_without_recursion():
    x = torch.ones(1, requires_grad=True)
    assert "50,000 times:" in torch.draw(chain_of(lambda t: t + 1, times=50_000, x=x)).dot


def test_many_inputs_are_counted():
    leaves = [torch.ones(1, requires_grad=True) for _ in range(1000)]
    drawing = torch.draw(torch.cat(leaves))
    assert "... 960 more leaves are not drawn" in drawing.text and "(960 times)" in drawing.text


@pytest.mark.usefixtures("dot")
def test_too_many_arrows_are_shown_as_text():
    last = [torch.ones(1, requires_grad=True)]
    for _ in range(40):
        last.append(torch.cat(last).prod().reshape(1))
    y = last[-1]
    del last
    drawing = torch.draw(y)
    assert len(drawing.arrows) > pictures.MOST_ARROWS
    bundle = drawing._repr_mimebundle_()
    assert list(bundle) == ["text/plain"] and "arrows are too many" in bundle["text/plain"]


# differences


def marks(given, expected):
    return torch.draw(given, expected=expected).text.splitlines()[0].removeprefix("compared with what is expected: ")


def test_differences_are_found():
    w, x = torch.tensor(2.0, requires_grad=True), torch.tensor(3.0, requires_grad=True)
    right = (w * x).tanh() + x
    assert marks((w * x).tanh() + x, right) == "no difference"
    assert marks((x * w).tanh() + x, right) == "1 arguments swapped"
    assert marks((w * x).tanh() + w, right) == "1 wired differently"
    assert marks((w * x).sin().tanh() + x, right) == "1 extra, 1 wired differently"
    assert marks(w * x + x, right) == "1 missing, 1 wired differently"
    assert marks((w * x).sin() + x, right) == "1 missing, 1 extra, 1 wired differently"
    assert marks((w * x).tanh() + 1, right) == "1 wired differently"
    assert marks((w * x).tanh() + x.detach().requires_grad_(), right) == "1 extra, 1 wired differently"
    assert marks(right * 2, right) == "1 extra, 1 wired differently"


def test_a_graph_of_its_own_leaves_is_compared_by_name_value_and_shape():
    def build(value):
        return sum(torch.full((n,), value, requires_grad=True).sum() for n in (2, 3))

    assert marks(build(1.0), build(1.0)) == "no difference"
    assert marks(build(1.0), build(2.0)) == "no difference", "leaves of the same shape in the same order"


def test_what_cannot_be_compared():
    x = torch.ones(1, requires_grad=True)
    with pytest.raises(ValueError, match="1 outputs cannot be compared with 2 expected ones"):
        torch.draw(x * 1, expected=[x * 1, x * 2])
    with pytest.raises(TypeError, match=r"draw\(\) takes Tensors, but got int"):
        torch.draw(x * 1, expected=[1])


def test_big_graphs_are_compared_too():
    assert marks(tangle(3000), tangle(3000)) == "no difference"
    drawing = torch.draw(tangle(2000), expected=tangle(3000))
    assert "missing" in drawing.text.splitlines()[0] and len(drawing.items) < 4 * graphs.KEPT_BOXES


# files


def test_a_pdf_needs_the_systems_graphviz(fake_dot, tmp_path):
    fake_dot("echo 'format not supported' >&2; exit 1")
    with pytest.raises(RuntimeError, match=r"-Tpdf failed: format not supported \(PDF needs your system's graphviz"):
        small().save(tmp_path / "graph.pdf")
    assert not (tmp_path / "graph.pdf").exists()
