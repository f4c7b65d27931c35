"""Pictures of large graphs: what is folded into one box, what is cut, and how two graphs differ."""

import itertools
import re

import pytest
from drawn import labels, small
from hypothesis import given
from hypothesis import strategies as st

import minigrad as torch
from minigrad import folding, graphs, pictures
from minigrad.graph import Node

# folds


def chain_of(*steps, times, x):
    """The steps one after the other, from `x`, and that `times` times."""
    for step in list(steps) * times:
        x = step(x)
    return x


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
