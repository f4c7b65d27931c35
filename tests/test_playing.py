"""A backward pass to be stepped through: the same walk as the engine's, beside it; what its frames show."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import SVG
from hypothesis import given
from hypothesis import strategies as st

import minigrad as torch
from grader.judge.preprocessors import safe_data
from minigrad import live, stepping
from minigrad.graph import FREED


@pytest.fixture(autouse=True)
def no_laboratory(dot, monkeypatch):
    """As in a Python of its own, and with the set-up's `dot`."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


def leaf(*values):
    """A float64 vector that needs a gradient."""
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def diamond():
    """u, x, y with w = 2u and y = (x + w)(w + 1), played."""
    u, x = torch.tensor([0.5], requires_grad=True), torch.tensor([2.0], requires_grad=True)
    w = 2 * u
    left = x + w
    right = w + 1
    y = left * right
    return u, x, y, torch.play(y)


# it is the engine's walk


def write(a, b):
    """A tensor into whose first element one of `b` was written."""
    n = a * 1
    n[0] = b[1]
    return n


def overwrite(a, b):
    """A tensor that was changed in place after a view of it was made."""
    n = a * 1
    view = n[1:]
    view *= b[0]
    return n


OPERATIONS = [
    lambda a, b: a + b,
    lambda a, b: a - b * 2,
    lambda a, b: a * b,
    lambda a, b: torch.tanh(a) + b[0],
    lambda a, b: a * b.sum(),
    lambda a, b: torch.cat([a[:1], b[1:]]),
    lambda a, b: torch.stack([a, b])[1] * a,
    lambda a, b: a.float().double() - b.exp().mean(),
    write,
    overwrite,
]


@given(st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=7))
def test_it_ends_where_backward_ends_and_runs_the_same_nodes_in_the_same_order(graph):
    leaves = [leaf(0.5, -0.25), leaf(0.125, 0.75)]
    results = list(leaves)
    for operation, i, j in graph:
        results.append(operation(results[i % len(results)], results[j % len(results)]))
    output, cotangent = results[-1], torch.tensor([1.0, -2.0], dtype=torch.float64)
    recorded = list(stepping.steps({output.grad_fn: cotangent.numpy().copy()}))
    assert all(t.grad is None for t in leaves)

    ran = []
    with torch.swap("engine.release", ran.append):
        output.backward(cotangent)
    assert [step.node for step in recorded if step.node is not None] == ran
    for t in leaves:
        found = recorded[-1].pending.get(t)
        assert (found is None) == (t.grad is None)
        if found is not None:
            dense = found.dense() if hasattr(found, "dense") else found
            np.testing.assert_allclose(dense, t.grad.numpy(), rtol=1e-12)


def test_nothing_changes_and_backward_works_afterwards():
    u, x, y, _ = diamond()
    y.backward(retain_graph=True)
    gradient, before = x.grad, x.grad.clone()
    torch.play(y)
    torch.play(y)
    assert x.grad is gradient and torch.equal(x.grad, before)
    assert y.grad_fn.saved_a is not FREED
    y.backward()
    assert x.grad.tolist() == [4.0] and u.grad.tolist() == [20.0]


def test_hooks_on_gradients_take_part_and_those_that_keep_them_do_not():
    x = leaf(3.0)
    h = x * 2
    h.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: g + 1)
    h.retain_grad()
    y = h * h
    played = torch.play(y)
    assert h._grad is None and played.gradients[x].tolist() == [241.0]
    y.backward()
    assert x.grad.tolist() == [241.0]


def test_hooks_on_nodes_and_functions_with_several_results():
    class Both(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return -x, x + 1

        @staticmethod
        def backward(ctx, g, h):
            return h - g

    x = leaf(1.0)
    a, b = Both.apply(x)
    y = a * b
    y.grad_fn.register_hook(lambda inputs, outputs: (inputs[0] * 2, inputs[1]))
    played = torch.play(y)
    assert "Both.backward(ctx, g)" in played.html and "result 0: [4.], result 1: [-1.]" in str(played)
    y.backward()
    assert played.gradients[x].tolist() == x.grad.tolist() == [-5.0]


def test_a_gradient_is_given_and_errors_are_those_of_backward():
    x = leaf(1.0, 2.0)
    assert torch.play(x * x, torch.tensor([1.0, 0.5])).gradients[x].tolist() == [2.0, 2.0]
    assert torch.play(x, torch.ones(2)).gradients[x].tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs"):
        torch.play(x * x)
    with pytest.raises(RuntimeError, match="does not require grad"):
        torch.play(torch.ones(1))
    with pytest.raises(TypeError, match=r"play\(\) takes a Tensor, but got list"):
        torch.play([x])
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        torch.play(y)


def test_a_graph_with_too_many_steps_is_refused_at_once():
    x = leaf(1.0)
    for _ in range(5000):
        x = x + 1
    with pytest.raises(ValueError, match=r"has 5,000; at most 60 can be followed\. Play a smaller one"):
        torch.play(x)


# what a frame says


def test_the_words_of_each_step():
    *_, played = diamond()
    assert str(played).splitlines() == [
        "The start. g = [1.] is put at y (MulBackward0 #4).",
        "Step 1. y (MulBackward0 #4) runs. g = [1.] has arrived. It sends [2.] to left (AddBackward0 #2) and [3.] to "
        "right (AddBackward0 #3). Next: right (AddBackward0 #3).",
        "Step 2. right (AddBackward0 #3) runs. g = [3.] has arrived. It sends [3.] to w (MulBackward0 #1). "
        "Next: left (AddBackward0 #2).",
        "Step 3. left (AddBackward0 #2) runs. g = [2.] has arrived. It sends [2.] to x and [2.] to w (MulBackward0 "
        "#1). Next: w (MulBackward0 #1).",
        "Step 4. w (MulBackward0 #1) runs. g = [5.] has arrived. It sends [10.] to u. No node waits any more.",
        "The end. backward now adds to .grad: [2.] to that of x, [10.] to that of u.",
    ]


def cells(html):
    """The texts of all cells of the tables in a piece of HTML."""
    return re.findall(r"<td>(.*?)</td>", html)


def test_the_tables_of_a_step():
    u, _, y, played = diamond()
    assert cells(played.frames[1].tables) == [
        *("1: left (AddBackward0 #2)", "g * b = [1.] * [2.] = [2.]", "[2.]"),
        *("2: right (AddBackward0 #3)", "g * a = [1.] * [3.] = [3.]", "[3.]"),
        *("1.", "right (AddBackward0 #3)", "[3.]"),
        *("2.", "left (AddBackward0 #2)", "[2.]"),
    ]
    assert "[3.] + [2.] = [5.]" in cells(played.frames[3].tables)
    y.backward(retain_graph=True)
    assert cells(torch.play(y).frames[-1].tables)[-4:] == ["u", "[10.]", "[10.]", "[20.]"]
    assert u.grad.tolist() == [10.0]


def formulas(output):
    """The second column of the rules that run first in a backward pass from the sum of `output`."""
    step = list(stepping.steps({output.grad_fn: np.ones(output.shape)}))[1]
    return [(sent.rule.formula, sent.rule.numbers, sent.note) for sent in step.sent]


def test_rules_are_shown_as_they_are_written():
    x, c = leaf(1.0, 2.0), leaf(-3.0)
    assert formulas(torch.tanh(c)) == [("g * (1 - out * out)", "[1.] * (1 - [-0.9951] * [-0.9951])", "")]
    assert formulas(x * c) == [
        ("g * b", "[1., 1.] * [-3.]", ""),
        ("g * a", "[1., 1.] * [1., 2.]", "summed to shape [1]"),
    ]
    assert formulas(torch.zeros(9) * c)[0][1] == "g * a"  # too long to be put in
    assert formulas(c.sum() * x.sum())[0][1] == "1. * 3." and formulas(x.sum() * c.sum())[0][1] == "1. * (-3.)"
    assert formulas(torch.stack([x, x]))[1][0] == "along(g, i, dim)"
    n = torch.zeros(2, dtype=torch.float64)
    n[0] = c[0]
    assert formulas(n) == [("the part of g that was written", "", "")]


def test_a_rule_that_is_a_function_is_shown_by_its_name_and_first_line():
    x = leaf(1.0, 2.0)
    played = torch.play(x[0])
    assert cells(played.frames[1].tables)[1] == (
        "put_back(g, region, shape) = [1., 0.]  "
        "(Zeros of `shape` with `g` in a region of it: the gradient of taking that region.)"
    )


def test_a_rule_edited_in_a_cell_is_shown_as_it_was_edited():
    live.build("elementwise", 'MUL = Op("MulBackward0", lambda g, b: b * g, lambda g, a: a * g)')
    try:
        x = leaf(3.0)
        assert [formula for formula, *_ in formulas(x * x)] == ["b * g", "a * g"]
    finally:
        live.reset()
    assert [formula for formula, *_ in formulas(x * x)] == ["g * b", "g * a"]


# the picture


def states(svg):
    """The state and mark of every box of a picture that is not in its first state, by mark."""
    root = ElementTree.fromstring(svg)
    groups = [g for g in root.iter(f"{SVG}g") if g.get("class") == "node"]
    return {g[-1].text or "": g.get("data-state") for g in groups}


def test_one_layout_for_all_frames_and_the_node_that_runs_moves(monkeypatch):
    laid_out = []
    render = torch.draw(leaf(1.0)).__class__.render
    monkeypatch.setattr("minigrad.pictures.Drawing.render", lambda *args: laid_out.append(1) or render(*args))
    *_, played = diamond()
    running = []
    for frame in played.frames:
        marks = states(played.scene.svg(frame))
        running += [mark for mark, state in marks.items() if state == "runs"]
    assert running == ["#4 RUNS", "#3 RUNS", "#2 RUNS", "#1 RUNS"] and len(laid_out) == 1
    assert states(played.scene.svg(played.frames[2])) == {
        "": "",
        "#1 waits: [3.]": "waits",
        "#2 waits: [2.]": "waits",
        "#3 RUNS": "runs",
        "#4 done": "done",
    }


def test_operations_that_are_drawn_as_one_box_share_its_mark():
    x = leaf(1.0)
    y = x
    for _ in range(8):
        y = y * 2
    played = torch.play(y)
    assert [state for state, _ in played.frames[1].boxes.values()].count("runs") == 1
    assert {mark for frame in played.frames for _, mark in frame.boxes.values() if "RUNS" in mark} == {
        f"#{i} RUNS" for i in range(1, 9)
    }


def test_without_dot_the_tree_stands_in_the_place_of_the_picture(monkeypatch):
    monkeypatch.setenv("PATH", "")
    *_, played = diamond()
    assert "<svg" not in played.html and "<pre>y  (output)" in played.html
    assert "Step 4." in played.html and "<pre>" in played.view(1)


def test_the_same_graph_gives_the_same_page():
    first = diamond()[-1].html
    for _ in range(50):
        torch.ones(1, requires_grad=True) * 2  # other nodes take numbers in between
    assert diamond()[-1].html == first


class Tags(HTMLParser):
    """All tags of a page, with the names of their attributes; all its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, tuple(name for name, _ in attributes)))

    def handle_data(self, data):
        self.texts.append(data)


@pytest.mark.parametrize(
    "name", ["<b>x</b>", '"><script>alert(1)</script>', "</svg>", "a' onload='x", "&lt;", "\\N\n."]
)
def test_any_name_is_only_text(name):
    def page(name):
        x = leaf(2.0)
        return eval("torch.play(triple())", {"torch": torch, "triple": lambda: x * 3, name: x}).html

    plain, named = Tags(page("plain")), Tags(page(name))
    assert named.tags == plain.tags
    shown = [" ".join(text.split()) for text in named.texts]
    name = " ".join(name.split())
    assert f"{name} (leaf)" in shown and f"1: {name}" in shown


# forms


def test_thirty_frames_stay_small_and_need_nothing_from_outside(tmp_path):
    x = leaf(1.0)
    y = x
    for i in range(15):
        y = (y * x).tanh() if i % 2 else (y + x).exp()
    played = torch.play(y)
    played.save(tmp_path / "pass.html")
    page = (tmp_path / "pass.html").read_text(encoding="utf-8")
    assert len(played.frames) == 32 and len(page) < 120_000
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert not re.search(r"\b(src|href|import|@import|id)=", page)
    with pytest.raises(ValueError, match=r"'pass\.svg' does not end in \.html"):
        played.save(tmp_path / "pass.svg")


def test_a_headless_run_gets_the_page_alone():
    *_, played = diamond()
    bundle = played._repr_mimebundle_()
    assert list(bundle) == ["text/html", "text/plain"] and bundle["text/plain"].startswith("The start.")
    frames = re.findall(r'<li class="frame" data-marks="([^"]*)">', bundle["text/html"])
    assert len(frames) == 6 and json.loads(frames[0].replace("&quot;", '"'))[0]


def test_where_somebody_sits_at_a_notebook_there_is_a_widget(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "04_engine.ipynb")
    *_, played = diamond()
    bundle = played._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle and "scripted" in bundle["text/html"]
    controls, shown = played.controls.children
    player, back, step, slider = controls.children
    assert slider.max == player.max == 5
    step.click()
    step.click()
    assert slider.value == 2 and "#3 RUNS" in shown.value and "Step 2. right" in shown.value
    back.click()
    assert slider.value == 1 and "#4 RUNS" in shown.value
    for _ in range(9):
        step.click()
    assert slider.value == 5 and "The end." in shown.value


def test_in_a_feedback_page_it_keeps_its_picture_and_loses_what_could_act():
    *_, played = diamond()
    hostile = played.html.replace(
        '<ol class="frames">',
        '<script>steal()</script><img src=x onerror="steal()"><svg onload="steal()"><text fill="url(//evil)">t</text>'
        '</svg><b class="btn" style="position: fixed">b</b><ol class="frames">',
    )
    safe = safe_data({"text/html": hostile})["text/html"]
    honest = safe_data({"text/html": played.html})["text/html"]
    for page in (safe, honest):
        assert page.count("<script>") == 1 and page.count('data-marks="') == 6 and "<polygon" in page
        assert "viewBox" in page and 'data-key="n0"' in page and 'class="mark"' in page
    for word in ("steal", "onload", "onerror", "evil", "btn", "fixed"):
        assert word not in safe
    assert safe_data({"text/html": "<script>steal()</script><p>plain</p>"})["text/html"] == "<p>plain</p>"
