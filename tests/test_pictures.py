"""Pictures of graphs: boxes, arrows and names; roles and how they look; orders of gradients; what is saved."""

import re

import pytest
from contrast import contrast
from drawn import labels, small

import minigrad as torch
from minigrad import graphs, indexing, looks, pictures, rearranging, shapes, views


def arrows(drawing):
    """(from, to, label) of every arrow in the picture's source."""
    return re.findall(r"^\t(\w+) -> (\w+)(?: \[label=\" ([^\"]*)\"\])?$", drawing.dot, re.MULTILINE)


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
