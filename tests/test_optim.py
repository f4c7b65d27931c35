"""Optimisers, schedulers and clipping: against the real torch's numbers, and on their own."""

import copy
import math

import numpy as np
import pytest
from networks import OPTIMISERS, SCHEDULERS, wave
from recorded import cases, check

import minigrad as torch
from minigrad import nn, optim

# as torch


@cases("float64")
def test_steps_in_float64(case):
    check("float64", case)


@cases("float32")
def test_steps_in_float32(case):
    check("float32", case, rtol=1e-5, atol=2e-6)


@cases("schedulers")
def test_rates(case):
    check("schedulers", case)


@cases("network")
def test_a_small_network(case):
    check("network", case)


@cases("clipped")
def test_clipping(case):
    check("clipped", case)


# on their own


def test_an_old_graph_notices_a_step():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = (w * w).sum()
    y.backward(retain_graph=True)
    optim.SGD([w], lr=0.1).step()
    assert w._version == 1
    with pytest.raises(RuntimeError, match="is at version 1; expected version 0 instead"):
        y.backward()


def test_a_step_leaves_gradients_and_history_alone():
    w = nn.Parameter(torch.tensor([1.0, 2.0]))
    for make in OPTIMISERS.values():
        optimiser = make([w, nn.Parameter(torch.zeros(1))])
        w.grad = torch.tensor([3.0, 4.0])
        for _ in range(2):
            optimiser.step()
        assert w.grad.tolist() == [3, 4] and w.is_leaf and w.requires_grad


def test_a_closure_is_run_with_gradients():
    w = torch.tensor(1.0, requires_grad=True)
    optimiser = optim.SGD([w], lr=0.5)

    def closure():
        optimiser.zero_grad()
        loss = w * w
        loss.backward()
        return loss

    with torch.no_grad():
        assert optimiser.step(closure).item() == 1.0
    assert w.item() == 0.0 and optimiser.step() is None


def test_groups():
    a, b = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    optimiser = optim.SGD([{"params": a, "lr": 1.0}], lr=0.1, momentum=0.9)
    optimiser.add_param_group({"params": [b], "momentum": 0.0})
    a.grad, b.grad = torch.ones(1), torch.ones(1)
    optimiser.step()
    assert a.item() == 0.0 and b.item() == pytest.approx(0.9)
    assert [group["momentum"] for group in optimiser.param_groups] == [0.9, 0.0]
    assert repr(optimiser).splitlines()[:3] == ["SGD (", "Parameter Group 0", "    dampening: 0"]
    optimiser.zero_grad(set_to_none=False)
    assert a.grad.item() == 0.0
    optimiser.zero_grad()
    assert a.grad is None


def steps(parameters, optimiser, count):
    for _ in range(count):
        optimiser.zero_grad()
        (parameters[0] * parameters[1] - 1).square().sum().backward()
        optimiser.step()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_state_goes_on_where_it_stopped(name):
    def fresh():
        return [wave(2, 3).requires_grad_(), wave(3).requires_grad_()]

    whole, first = fresh(), fresh()
    steps(whole, OPTIMISERS[name](whole), 5)
    optimiser = OPTIMISERS[name](first)
    steps(first, optimiser, 3)
    second = [t.detach().clone().requires_grad_() for t in first]
    saved = copy.deepcopy(optimiser.state_dict())
    following = OPTIMISERS[name](second)
    following.load_state_dict(saved)
    steps(second, following, 2)
    steps(first, optimiser, 2)  # which shares nothing with the other
    for a, b, c in zip(whole, first, second, strict=True):
        assert a.tolist() == b.tolist() == c.tolist()
    assert saved["param_groups"] == following.state_dict()["param_groups"]


def test_a_state_of_another_shape_changes_nothing():
    w, v = torch.ones(2, requires_grad=True), torch.ones(3, requires_grad=True)
    optimiser, other = optim.Adam([w], lr=0.5), optim.Adam([v])
    v.grad = torch.ones(3)
    other.step()
    with pytest.raises(RuntimeError, match="the state 'exp_avg' has shape"):
        optimiser.load_state_dict(other.state_dict())
    assert optimiser.state_dict() == optim.Adam([w], lr=0.5).state_dict()


@pytest.mark.parametrize("name", [name for name in SCHEDULERS if not name.startswith("Lambda")])
def test_a_scheduler_goes_on_where_it_stopped(name):
    def rates(stop):
        optimiser = optim.SGD([torch.ones(1)], lr=0.1)
        scheduler = SCHEDULERS[name](optimiser)
        for epoch in range(9):
            if epoch == stop:
                other = optim.SGD([torch.ones(1)], lr=0.1)
                following = SCHEDULERS[name](other)
                other.load_state_dict(optimiser.state_dict())
                following.load_state_dict(scheduler.state_dict())
                optimiser, scheduler = other, following
            scheduler.step()
        return scheduler.get_last_lr()

    assert rates(stop=5) == rates(stop=None)


def test_classes_of_ones_own():
    class Signs(optim.Optimizer):
        def __init__(self, params, lr):
            super().__init__(params, {"lr": lr, "maximize": False})

        def update(self, x, g, state, group):
            x -= np.sign(g) * group["lr"]

    class Down(optim.lr_scheduler.LRScheduler):
        def rate(self, lr, number):
            return self.base_lrs[number] - 0.25 * self.last_epoch

    w = torch.tensor([1.0, -1.0], requires_grad=True)
    optimiser = Signs([w], lr=1.0)
    scheduler = Down(optimiser)
    for _ in range(2):
        w.grad = torch.tensor([5.0, -3.0])
        optimiser.step()
        scheduler.step()
    assert w.tolist() == [-0.75, 0.75] and scheduler.get_last_lr() == [0.5]
    with pytest.raises(NotImplementedError, match="give it a method update"):
        w.grad = torch.ones(2)
        optim.Optimizer([w], {"maximize": False}).step()


def test_gradients_that_are_not_finite():
    w = torch.zeros(2, requires_grad=True)
    w.grad = torch.tensor([math.inf, 1.0])
    with pytest.raises(RuntimeError, match="is non-finite, so it cannot be clipped"):
        nn.utils.clip_grad_norm_([w], 1.0, error_if_nonfinite=True)
    assert w.grad.tolist() == [math.inf, 1.0]
    assert nn.utils.clip_grad_norm_([torch.zeros(1)], 1.0).item() == 0.0


def test_parameters_as_one_vector_and_back():
    parameters = [wave(2, 2).requires_grad_(), wave(3).requires_grad_()]
    vector = nn.utils.parameters_to_vector(parameters)
    assert vector.shape == (7,) and vector.requires_grad
    nn.utils.vector_to_parameters(torch.arange(7.0), parameters)
    assert [t.tolist() for t in parameters] == [[[0, 1], [2, 3]], [4, 5, 6]]
    assert all(t.is_leaf and t.requires_grad for t in parameters)
