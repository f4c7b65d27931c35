"""Hooks on tensors, nodes and saved tensors, and anomaly detection: torch's rules, on the small cases."""

import inspect
import threading
import warnings

import numpy as np
import pytest
from shorthand import leaf

import minigrad as torch
from minigrad import anomaly
from minigrad.autograd import Function
from minigrad.autograd.graph import saved_tensors_hooks

# tensors


def test_a_hook_sees_the_whole_gradient_once_and_may_replace_it():
    seen = []
    x = leaf(1.0, 2.0, 3.0)
    y = x * 2

    def hook(g):
        seen.append(g.tolist())
        return g * 10

    handle = y.register_hook(hook)
    (y * 3 + y * 4).sum().backward()
    assert seen == [[7.0, 7.0, 7.0]] and x.grad.tolist() == [140.0] * 3
    x.grad = None
    handle.remove()
    handle.remove()
    y = x * 2
    with y.register_hook(hook):
        pass
    y.sum().backward()
    assert x.grad.tolist() == [2.0] * 3 and len(seen) == 1


def test_a_hook_on_a_leaf_runs_before_accumulation_once_per_backward():
    calls = []
    x = leaf(1.0, 2.0, 3.0)
    x.register_hook(lambda g: calls.append(g.tolist()) or g * 2)
    for _ in range(2):
        (x + x).sum().backward()
    assert calls == [[2.0] * 3] * 2 and x.grad.tolist() == [8.0] * 3
    (g,) = torch.autograd.grad((x * 1).sum(), x)
    assert g.tolist() == [2.0] * 3


def test_hooks_run_in_order_each_on_the_result_of_the_one_before():
    x = leaf(1.0)
    x.register_hook(lambda g: g + 9)
    x.register_hook(lambda g: g * 2)
    x.sum().backward()
    assert x.grad.tolist() == [20.0]


def test_refused_hooks():
    with pytest.raises(RuntimeError) as caught:
        torch.ones(1).register_hook(print)
    assert str(caught.value) == "cannot register a hook on a tensor that doesn't require gradient"
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: g[:1])
    with pytest.raises(RuntimeError, match="hook '<lambda>' has changed the size of value"):
        x.sum().backward()
    y = leaf(1.0)
    y.register_hook(lambda g: "text")
    with pytest.raises(TypeError, match="expected Variable, but hook returned 'str'"):
        y.sum().backward()


def test_retain_grad_keeps_what_the_hooks_leave_in_whatever_order_they_came():
    for retain_first in (True, False):
        y = leaf(1.0, 2.0) * 2
        if retain_first:
            y.retain_grad()
        y.register_hook(lambda g: g * 5)
        if not retain_first:
            y.retain_grad()
        y.sum().backward()
        assert y.grad.tolist() == [5.0, 5.0] and y.retains_grad


def test_a_hook_on_the_way_reaches_grad_and_create_graph():
    x = torch.tensor(3.0, requires_grad=True)
    y = x * x
    y.register_hook(lambda g: g * x)
    (gy,) = torch.autograd.grad(y * 2, y, retain_graph=True)
    assert gy.item() == 6
    (gx,) = torch.autograd.grad(y * 2, x, create_graph=True)  # 2 x * 2 x
    assert gx.item() == 36
    gx.backward()
    assert x.grad.item() == 24


def test_a_hook_on_a_slice_gets_a_dense_gradient():
    x, seen = leaf(1.0, 2.0, 3.0), []
    x.register_hook(lambda g: seen.append(g.tolist()))
    x[1].backward()
    assert seen == [[0.0, 1.0, 0.0]]


def test_post_accumulate_hooks_run_when_grad_is_up_to_date():
    x, seen = leaf(1.0, 2.0), []
    handle = x.register_post_accumulate_grad_hook(lambda leaf: seen.append(leaf.grad.tolist()))
    x.register_hook(lambda g: g * 3)
    for _ in range(2):
        (x * 2).sum().backward()
    assert seen == [[6.0, 6.0], [12.0, 12.0]]
    handle.remove()
    torch.autograd.grad((x * 2).sum(), x)
    assert len(seen) == 2
    with pytest.raises(RuntimeError, match="post accumulate grad hooks cannot be registered on non-leaf tensors"):
        (x * 2).register_post_accumulate_grad_hook(print)


# nodes


def test_hooks_before_and_after_a_node():
    x, seen = leaf(1.0, 1.0), []
    y = x * 2
    y.grad_fn.register_hook(lambda ins, outs: seen.append((ins, outs)) or (ins[0] * 5, None))
    handle = y.grad_fn.register_prehook(lambda outs: seen.append(outs) or (outs[0] * 2,))
    (y * 3).sum().backward()
    (before,), ((given, constant), (after,)) = seen
    assert before.tolist() == [3.0, 3.0] and after.tolist() == [6.0, 6.0]
    assert given.tolist() == [12.0, 12.0] and constant is None
    assert x.grad.tolist() == [60.0, 60.0]
    handle.remove()


def test_a_hook_on_a_node_returns_as_many_as_it_got():
    x = leaf(1.0)
    y = x * 2
    y.grad_fn.register_hook(lambda ins, outs: ins[:1])
    with pytest.raises(RuntimeError, match="hook has returned 1 grad_inputs, 2 were given"):
        y.backward()


def test_hooks_on_nodes_of_all_kinds_change_nothing_by_looking():
    x = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    b = torch.randn(4, dtype=torch.float64, requires_grad=True)

    def f():
        y = torch.cat([x * b, x + b]).softmax(1)
        z = y * 1
        z[0] = b
        return (z[1:] @ x.t()).sum()

    expected = torch.autograd.grad(f(), (x, b))
    seen, out = [], f()
    todo, nodes = [out.grad_fn], []
    while todo:
        node = todo.pop()
        if node is not None and hasattr(node, "register_hook") and node not in nodes:
            nodes.append(node)
            todo += [edge for edge, _ in node.next_functions]
            node.register_hook(lambda ins, outs, node=node: seen.append(node.name()))
    out.retain_grad()
    for got, want in zip(torch.autograd.grad(out, (x, b)), expected, strict=True):
        np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-12)
    assert sorted(seen) == sorted(node.name() for node in nodes) and len(seen) > 8


# saved tensors


def test_saved_tensors_are_packed_when_saved_and_unpacked_when_read():
    events = []

    def pack(t):
        events.append(("pack", t.tolist()))
        return t.detach().numpy().astype(np.float16)

    def unpack(packed):
        events.append(("unpack", packed.tolist()))
        return torch.tensor(packed.astype(np.float32))

    x = leaf(1.0, 2.0)
    with saved_tensors_hooks(pack, unpack):
        y = (x * x).sqrt().sum()
    assert [kind for kind, _ in events] == ["pack"] * 3
    y.backward()
    assert [kind for kind, _ in events] == ["pack"] * 3 + ["unpack"] * 3
    assert x.grad.tolist() == [1.0, 1.0]
    (x * x).sum().backward()
    assert len(events) == 6


def test_saved_tensors_of_a_function_and_of_many_inputs_are_packed_too():
    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 3 * x * x * g

    count = []
    a, b, c = (torch.ones(2, 2, requires_grad=True) for _ in range(3))
    with saved_tensors_hooks(lambda t: count.append(1) or t, lambda t: t * 2):
        y = Cube.apply(a).sum()
        z = torch.addmm(a, b, c).sum()
    y.backward()
    assert a.grad.tolist() == [[12.0, 12.0]] * 2
    z.backward()
    assert b.grad.tolist() == [[4.0, 4.0]] * 2 and len(count) == 3


def test_inside_no_grad_nothing_is_packed_and_modes_are_restored():
    packed = []
    x = leaf(2.0)
    with saved_tensors_hooks(lambda t: packed.append(1) or t, lambda t: t):
        with torch.no_grad():
            x * x
            with torch.enable_grad():
                x.exp()
        assert torch.is_grad_enabled() is True
        x.exp()
    x.exp()
    assert len(packed) == 2


def test_what_unpack_returns_must_be_a_tensor():
    x = leaf(2.0)
    with saved_tensors_hooks(lambda t: t, lambda t: "text"):
        y = x * x
    with pytest.raises(TypeError, match="Output of saved tensor unpack_hook expected to be a Tensor"):
        y.backward()


# anomalies


def test_the_report_shows_the_line_that_made_the_failing_node():
    with pytest.warns(UserWarning, match="Anomaly Detection has been enabled"), torch.autograd.detect_anomaly():
        x = leaf(0.0, 1.0)
        root = x.sqrt()
        y = (root * 0).sum()
        with (
            pytest.warns(UserWarning) as caught,
            pytest.raises(RuntimeError, match=r"Function 'SqrtBackward0' returned nan values in its 0th output\."),
        ):
            y.backward()
    [text] = [str(w.message) for w in caught if w.category is UserWarning]
    assert text.startswith("Error detected in SqrtBackward0. Traceback of forward call that caused the error:\n")
    assert "root = x.sqrt()" in text and text.rstrip().endswith("root = x.sqrt()") and "elementwise.py" not in text
    assert x.grad is None


def test_in_a_notebook_the_report_names_cells_as_ipython_does(monkeypatch):
    ipython = pytest.importorskip("IPython", reason="IPython is part of the course's extras")
    shell = ipython.core.interactiveshell.InteractiveShell()
    monkeypatch.setattr(ipython, "get_ipython", lambda: shell)
    shell.push({"torch": torch, "warnings": warnings})
    cells = [
        "%load_ext minigrad",
        "%%build anomaly\n" + inspect.getsource(anomaly.remember_line),  # a cell, and yet minigrad's own
        "def half(x):\n    root = x.sqrt()\n    return (root * 0).sum()\n",
        "with torch.autograd.set_detect_anomaly(True), warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        "    y = half(torch.zeros(2, requires_grad=True))\n"
        "    try:\n        y.backward()\n    except RuntimeError as error:\n        message = str(error)\n",
    ]
    try:
        for cell in cells:
            shell.run_cell(cell, store_history=True).raise_error()
    finally:
        torch.reset()
    assert shell.user_ns["message"] == "Function 'SqrtBackward0' returned nan values in its 0th output."
    [report] = [w for w in shell.user_ns["caught"] if w.category is UserWarning]
    assert (report.filename, report.lineno) == ("Cell In[4]", 5)
    assert str(report.message) == (
        "Error detected in SqrtBackward0. Traceback of forward call that caused the error:\n"
        "  Cell In[4], line 3, in <module>\n    y = half(torch.zeros(2, requires_grad=True))\n"
        "  Cell In[3], line 2, in half\n    root = x.sqrt()"
    )


def test_an_error_in_a_rule_is_reported_too():
    class Failing(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            raise ValueError("as asked")

    with torch.autograd.set_detect_anomaly(True):
        y = Failing.apply(leaf(1.0))
        with pytest.warns(UserWarning, match=r"FailingBackward(.|\n)*Failing.apply"), pytest.raises(ValueError):
            y.backward()


def test_a_graph_from_before_has_no_lines_but_is_watched():
    x = leaf(0.0)
    y = x.sqrt() * 0
    with (
        torch.autograd.set_detect_anomaly(True),
        pytest.warns(UserWarning, match="No forward pass information available"),
        pytest.raises(RuntimeError, match="returned nan values"),
    ):
        y.backward()


def test_nan_is_not_looked_for_without_check_nan_nor_afterwards():
    x = leaf(0.0)
    with torch.autograd.set_detect_anomaly(True, check_nan=False):
        (x.sqrt() * 0).backward()
    assert np.isnan(x.grad.item())
    y = x.sqrt() * 0
    with torch.autograd.set_detect_anomaly(True, check_nan=False):
        y.backward(retain_graph=True)
    y.backward()
    assert not torch.autograd.is_anomaly_enabled()


def test_set_detect_anomaly_as_a_call():
    torch.autograd.set_detect_anomaly(True)
    try:
        assert torch.autograd.is_anomaly_enabled()
    finally:
        torch.autograd.set_detect_anomaly(False)
    assert not torch.autograd.is_anomaly_enabled()


def test_anomaly_detection_changes_no_gradient():
    x = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)

    def f():
        y = (x.softmax(1) @ x.t())[1:]
        return torch.stack([y, y * 2]).exp().mean()

    plain = torch.autograd.grad(f(), x)[0]
    with torch.autograd.set_detect_anomaly(True):
        (g,) = torch.autograd.grad(f(), x, create_graph=True)
        (second,) = torch.autograd.grad(g.sum(), x)
    np.testing.assert_array_equal(g.detach().numpy(), plain.numpy())
    (g,) = torch.autograd.grad(f(), x, create_graph=True)
    np.testing.assert_array_equal(second.numpy(), torch.autograd.grad(g.sum(), x)[0].numpy())


def test_watchers_belong_to_their_thread():
    seen = []
    with saved_tensors_hooks(lambda t: seen.append(1) or t, lambda t: t):
        other = threading.Thread(target=lambda: leaf(1.0).exp())
        other.start()
        other.join()
    assert seen == []
