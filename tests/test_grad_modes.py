"""When operations are recorded: contexts, decorators, generators and threads (torch: section 4 of its semantics)."""

import itertools
import threading

import numpy as np
import pytest
from shorthand import leaf

import minigrad as torch


def test_no_grad_records_nothing_and_is_over_at_its_end():
    x = leaf(1)
    with torch.no_grad():
        assert not torch.is_grad_enabled()
        y = x * 2
        made = torch.ones(1, requires_grad=True)
        with torch.enable_grad():
            z = x * 2
        assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()
    assert (y.requires_grad, y.is_leaf, y.grad_fn) == (False, True, None)
    assert made.requires_grad and z.requires_grad
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad and does not have a grad_fn"):
        y.backward()


@pytest.mark.parametrize("context", [torch.no_grad, lambda: torch.set_grad_enabled(False), torch.autograd.no_grad])
def test_an_exception_restores_the_mode(context):
    with pytest.raises(ZeroDivisionError), context():
        assert not torch.is_grad_enabled()
        raise ZeroDivisionError
    assert torch.is_grad_enabled()


def test_one_context_may_be_entered_again():
    off = torch.no_grad()
    with off:
        with off:
            assert not torch.is_grad_enabled()
        assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()


def test_decorators_with_and_without_parentheses():
    @torch.no_grad()
    def f(x, *, factor=2):
        """Doc of f."""
        return x * factor

    @torch.no_grad
    def g(x):
        return x * 2

    @torch.no_grad()
    def h(x):
        with torch.enable_grad():
            return x * 2

    @torch.no_grad()
    def fails():
        raise ZeroDivisionError

    x = leaf(1)
    assert [call(x).requires_grad for call in (f, g, h)] == [False, False, True]
    assert f(x, factor=3).item() == 3 and f.__name__ == "f" and f.__doc__ == "Doc of f."
    with pytest.raises(ZeroDivisionError):
        fails()
    assert torch.is_grad_enabled()


def test_a_decorated_function_may_call_itself():
    @torch.no_grad()
    def down(n):
        return [torch.is_grad_enabled(), *(down(n - 1) if n else [])]

    assert down(3) == [False] * 4 and torch.is_grad_enabled()


def test_generators_switch_only_while_they_run():
    @torch.no_grad()
    def steps(x):
        received = yield (x * 2).requires_grad
        try:
            yield (x * 2).requires_grad, received
        finally:
            closed.append(torch.is_grad_enabled())

    closed = []
    generator = steps(leaf(1))
    assert next(generator) is False and torch.is_grad_enabled()
    assert generator.send("sent") == (False, "sent") and torch.is_grad_enabled()
    generator.close()
    assert closed == [False] and torch.is_grad_enabled()


def test_an_exception_thrown_into_a_generator_arrives_there():
    @torch.no_grad()
    def steps():
        try:
            yield 1
        except ValueError:
            yield torch.is_grad_enabled()
        return

    generator = steps()
    assert next(generator) == 1
    assert generator.throw(ValueError) is False and torch.is_grad_enabled()


def test_threads_may_share_a_decorated_function():
    entered, leave = ([threading.Event(), threading.Event()] for _ in range(2))

    @torch.no_grad()
    def slow(i):
        entered[i].set()
        leave[i].wait(10)

    def work(i):
        torch.set_grad_enabled(i == 0)
        slow(i)
        modes[i] = torch.is_grad_enabled()

    modes = {}
    threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for i in range(2):
        threads[i].start()
        assert entered[i].wait(10)
    for i in range(2):
        leave[i].set()
        threads[i].join()
    assert modes == {0: True, 1: False}


def test_set_grad_enabled_as_a_call_and_as_a_context():
    seen = []
    try:
        torch.set_grad_enabled(False)
        seen.append(torch.is_grad_enabled())
        with torch.set_grad_enabled(True):
            seen.append(torch.is_grad_enabled())
        seen.append(torch.is_grad_enabled())
    finally:
        torch.set_grad_enabled(True)
    assert [*seen, torch.is_grad_enabled()] == [False, True, False, True]


def test_each_thread_has_its_own_mode():
    seen, inside, done = [], threading.Event(), threading.Event()

    def other():
        seen.append(torch.is_grad_enabled())
        with torch.no_grad():
            inside.set()
            done.wait(10)
            seen.append(torch.is_grad_enabled())

    with torch.no_grad():
        thread = threading.Thread(target=other)
        thread.start()
        assert inside.wait(10)
        with torch.enable_grad():
            seen.append(torch.is_grad_enabled())
        done.set()
        thread.join()
    assert seen == [True, True, False] and torch.is_grad_enabled()


def test_a_step_by_hand_under_no_grad():
    w = leaf(0.5, 1)
    (w * w).sum().backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    np.testing.assert_allclose(w.detach().numpy(), [0.4, 0.8], rtol=1e-6)
    assert w.is_leaf and w.requires_grad and w.grad_fn is None


@pytest.mark.parametrize("enabled", list(itertools.product([True, False], repeat=2)))
def test_contexts_nest_in_every_order(enabled):
    outer, inner = enabled
    with torch.set_grad_enabled(outer):
        with torch.set_grad_enabled(inner):
            assert torch.is_grad_enabled() is inner
        assert torch.is_grad_enabled() is outer
    assert torch.is_grad_enabled()
