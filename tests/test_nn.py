"""Modules, layers, initialisation, convolution and data: against the real torch's answers, and on their own."""

import copy

import numpy as np
import pytest
from finite_differences import check_gradients
from networks import IMAGES, Own, settled, wave
from recorded import RECORDED, cases, check, compare

import minigrad as torch
from minigrad import nn
from minigrad.nn import functional as F

random = np.random.default_rng(0)
# Cases in which minigrad says more than torch, or in other words.
OWN_WORDS = {"parameter of integers", "linear", "Conv2d, padding"}


# as torch


@cases("layers")
def test_values_and_gradients_of_layers(case):
    check("layers", case)


@cases("losses")
def test_values_and_gradients_of_losses(case):
    check("losses", case)


@cases("layers' texts")
def test_texts_and_names_of_layers(case):
    check("layers' texts", case)


@cases("losses' texts")
def test_texts_and_names_of_losses(case):
    check("losses' texts", case)


@cases("texts")
def test_texts(case):
    check("texts", case)


@cases("structure")
def test_names_in_order(case):
    check("structure", case)


@cases("gains")
def test_gains(case):
    check("gains", case)


@cases("batch norm")
def test_running_mean_and_variance(case):
    check("batch norm", case, rtol=1e-6, atol=1e-7)


@cases("errors")
def test_errors(case):
    from networks import ERRORS, failure

    kind, words = failure(ERRORS[case])
    want, wanted_words = RECORDED["errors"][case]
    assert kind == want
    if case not in OWN_WORDS:
        compare(words, wanted_words, 0, 0, case)


# Parameter


def test_a_parameter_is_a_tensor_that_shares_memory():
    data = torch.zeros(2)
    p = nn.Parameter(data)
    assert isinstance(p, torch.Tensor) and isinstance(p, nn.Parameter) and not isinstance(data, nn.Parameter)
    assert p.requires_grad and p.is_leaf and not data.requires_grad
    data[0] = 3.0
    assert p.tolist() == [3.0, 0.0] and p._version == 1
    assert type(p * 2) is torch.Tensor and type(p.detach()) is torch.Tensor
    with pytest.raises(TypeError, match="has to be a tensor, but got list"):
        nn.Parameter([1.0])


def test_a_parameter_stands_on_both_sides_of_operators():
    p, t = nn.Parameter(torch.tensor([1.0, -2.0])), torch.tensor([3.0, 4.0])
    for result, expected in (
        (t + p, [4, 2]), (p - t, [-2, -6]), (t - p, [2, 6]), (t * p, [3, -8]), (t / p, [3, -2]), (2 - p, [1, 4]),
        (t @ p, -5), (np.float32(2) * p, [2, -4]), (p**2, [1, 4]), (-p, [-1, 2]), (t < p, [False, False]),
        (t > p, [True, True]), (p == p, [True, True]),
    ):  # fmt: skip
        assert result.tolist() == expected
    (t * p).sum().backward()
    assert p.grad.tolist() == [3, 4]


def test_parameters_follow_a_swap():
    p = nn.Parameter(torch.ones(2))
    with torch.swap("elementwise.mul", lambda a, b: a + b):
        assert (p * 2).tolist() == [3, 3]
    assert (p * 2).tolist() == [2, 2]
    with torch.swap("tensor.Tensor.numel", lambda self: 7):
        assert p.numel() == 7


# Module


def test_a_module_survives_deepcopy():
    network = settled(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)))
    twin = copy.deepcopy(network)
    with torch.no_grad():
        network[0].weight.zero_()
    assert twin[0].weight.abs().sum().item() > 0
    assert all(isinstance(p, nn.Parameter) and p.requires_grad for p in twin.parameters())


def test_train_and_eval_reach_every_module():
    network = nn.Sequential(nn.Linear(1, 1), nn.Sequential(nn.Dropout()))
    assert all(m.training for m in network.modules())
    assert network.eval() is network and not any(m.training for m in network.modules())
    assert network.train()[1][0].training


def test_dropout_drops_while_it_is_trained():
    torch.manual_seed(0)
    layer, x = nn.Dropout(0.25), torch.ones(10_000)
    y = layer(x)
    assert set(np.unique(y.numpy().round(4))) == {0.0, np.float32(1.3333)}
    assert abs((y == 0).float().mean().item() - 0.25) < 0.02
    assert layer.eval()(x).tolist() == x.tolist()


def test_zero_grad():
    layer = nn.Linear(2, 1)
    layer(torch.ones(1, 2)).sum().backward()
    kept = layer.weight.grad
    layer.zero_grad(set_to_none=False)
    assert layer.weight.grad is kept and kept.tolist() == [[0, 0]]
    layer.zero_grad()
    assert layer.weight.grad is None


def test_freezing():
    network = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    network[0].requires_grad_(False)
    network(torch.ones(1, 2)).sum().backward()
    assert network[0].weight.grad is None and network[1].weight.grad is not None


def test_apply_visits_children_first():
    seen = []
    nn.Sequential(nn.Tanh(), nn.Sequential(nn.ReLU())).apply(lambda module: seen.append(type(module).__name__))
    assert seen == ["Tanh", "ReLU", "Sequential", "Sequential"]


def test_changing_the_dtype():
    layer = nn.BatchNorm1d(2)
    weight = layer.weight
    layer(torch.randn(3, 2)).sum().backward()
    assert layer.double() is layer and layer.weight is weight
    assert weight.dtype == weight.grad.dtype == layer.running_mean.dtype == torch.float64
    assert layer.num_batches_tracked.dtype == torch.int64
    assert layer.to(torch.float32).weight.dtype == torch.float32


def test_forward_hooks_see_and_replace():
    layer, seen = nn.Identity(), []
    handle = layer.register_forward_hook(lambda module, inputs, output: seen.append((module, inputs[0].item())))
    with layer.register_forward_hook(lambda module, inputs, output: output + 1):
        assert layer(torch.tensor(1.0)).item() == 2
    handle.remove()
    assert layer(torch.tensor(1.0)).item() == 1 and seen == [(layer, 1.0)]


def test_lists_of_modules():
    network = nn.Sequential(nn.Linear(1, 2), nn.Tanh()).append(nn.Linear(2, 1))
    assert [type(m).__name__ for m in network[1:]] == ["Tanh", "Linear"] and network[-1] is network[2]
    assert len(network) == 3 and list(network) == list(network.children())
    layers = nn.ModuleList([nn.Tanh()]).append(nn.ReLU()).extend([nn.Identity()])
    assert len(layers) == 3 and isinstance(layers[:2], nn.ModuleList) and layers[-1] is list(layers)[2]
    shared = nn.Tanh()
    assert nn.Sequential(shared, shared)(torch.tensor(1.0)).item() == pytest.approx(np.tanh(np.tanh(1.0)))


def test_what_is_registered_is_what_is_assigned():
    model = nn.Module()
    model.add_module("0", nn.Tanh())
    model.register_parameter("weight", nn.Parameter(torch.ones(2)))
    model.register_parameter("bias", None)
    assert [name for name, _ in model.named_children()] == ["0"] and model.bias is None
    assert [name for name, _ in model.named_parameters()] == list(model.state_dict()) == ["weight"]


# state


def test_a_state_dict_shares_memory_and_loads_a_copy():
    a, b = settled(Own()), Own()
    assert str(b.double().load_state_dict(a.state_dict())) == "<All keys matched successfully>"
    for name, value in a.state_dict().items():
        assert b.state_dict()[name].tolist() == value.tolist() and not value.requires_grad
    with torch.no_grad():
        a.scale += 1
    assert a.state_dict()["scale"].tolist() == a.scale.tolist() != b.scale.tolist()


@pytest.mark.parametrize("damage", ["missing", "unexpected", "shape", "kind"])
def test_a_state_that_does_not_fit_changes_nothing(damage):
    network = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    before = copy.deepcopy(network.state_dict())
    state = {name: torch.full(t.shape, 7.0) for name, t in before.items()}
    if damage == "missing":
        del state["1.bias"]
    else:
        new = {"unexpected": ("2.bias", torch.zeros(1)), "shape": ("1.bias", torch.zeros(2)), "kind": ("1.bias", "7")}
        state[new[damage][0]] = new[damage][1]
    with pytest.raises(RuntimeError, match=r"Error\(s\) in loading state_dict for Sequential:"):
        network.load_state_dict(state)
    assert all(t.tolist() == before[name].tolist() for name, t in network.state_dict().items())


def test_an_old_graph_notices_a_loaded_state():
    layer = nn.Linear(2, 2)
    loss = layer(torch.ones(1, 2, requires_grad=True)).sum()
    layer.load_state_dict(nn.Linear(2, 2).state_dict())
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


# first values


@pytest.mark.parametrize("fill, std", [
    (nn.init.kaiming_normal_, (2 / 72) ** 0.5),
    (nn.init.kaiming_uniform_, (2 / 72) ** 0.5),
    (lambda t: nn.init.kaiming_normal_(t, a=0.5, mode="fan_out"), (2 / 1.25 / (90 * 9)) ** 0.5),
    (lambda t: nn.init.kaiming_uniform_(t, nonlinearity="tanh"), 5 / 3 / 72**0.5),
    (nn.init.xavier_normal_, (2 / (72 + 810)) ** 0.5),
    (lambda t: nn.init.xavier_uniform_(t, gain=2.0), 2 * (2 / (72 + 810)) ** 0.5),
    (lambda t: nn.init.normal_(t, 0.0, 0.3), 0.3),
    (lambda t: nn.init.uniform_(t, -1.0, 1.0), 3**-0.5),
])  # fmt: skip
def test_how_wide_first_values_are(fill, std):
    torch.manual_seed(0)
    weight = nn.Parameter(torch.empty(90, 8, 3, 3))
    assert fill(weight) is weight and weight.requires_grad and weight.grad_fn is None
    values = weight.detach().numpy()
    assert values.std() == pytest.approx(std, rel=0.03) and abs(values.mean()) < std / 20
    torch.manual_seed(0)
    assert np.array_equal(fill(torch.empty(90, 8, 3, 3)).numpy(), values)


def test_first_values_of_layers():
    torch.manual_seed(0)
    for layer, bound in ((nn.Linear(25, 400), 0.2), (nn.Conv2d(8, 60, (5, 5), groups=2), 0.1)):
        for p in layer.parameters():
            assert bound * 0.8 < p.detach().abs().max().item() <= bound
    assert nn.init.ones_(torch.empty(2)).tolist() == [1, 1] and nn.init.zeros_(torch.ones(2)).tolist() == [0, 0]
    rows = nn.Embedding(1000, 4, padding_idx=2).weight.detach().numpy()
    assert np.all(rows[2] == 0) and rows.std() == pytest.approx(1, rel=0.05)


# convolution


@pytest.mark.parametrize("options", [
    {}, {"stride": 2, "padding": 1}, {"padding": "same", "dilation": 2}, {"groups": 2, "stride": (1, 2)},
])  # fmt: skip
def test_second_derivatives_of_conv2d(options):
    weight = random.standard_normal((4, 4 // options.get("groups", 1), 3, 2))
    arrays = [random.standard_normal((2, 4, 5, 4)), weight, random.standard_normal(4)]
    check_gradients(lambda x, w, b: F.conv2d(x, w, b, **options), arrays)


def test_second_derivatives_of_pooling():
    x = random.standard_normal((2, 2, 5, 4))
    check_gradients(lambda x: F.max_pool2d(x, 2) ** 2, [x])
    check_gradients(lambda x: F.max_pool2d(x, 3, 1, 1) ** 2, [x])
    check_gradients(lambda x: F.avg_pool2d(x, (3, 2), 2, 1) ** 2, [x])


def test_second_derivatives_of_conv1d():
    arrays = [random.standard_normal((2, 3, 6)), random.standard_normal((2, 3, 3))]
    check_gradients(lambda x, w: F.conv1d(x, w, padding=1, dilation=2), arrays)


def test_a_convolution_does_not_see_later_writes():
    x, weight = torch.randn(1, 1, 4, 4), torch.randn(1, 1, 2, 2, requires_grad=True)
    y = F.conv2d(x, weight)
    before = x.clone()
    x.zero_()
    y.sum().backward()
    assert np.allclose(weight.grad.numpy()[0, 0], [[before[..., i : i + 3, j : j + 3].sum().item() for j in (0, 1)]
                                                   for i in (0, 1)])  # fmt: skip


def test_a_window_larger_than_the_image():
    with pytest.raises(RuntimeError, match="Kernel size can't be greater than actual input size"):
        F.max_pool2d(IMAGES, 7)
    with pytest.raises(RuntimeError, match="expected a weight of 4 dimensions"):
        F.conv2d(IMAGES, wave(4, 4, 3))


# data


def test_batches_in_order_and_shuffled():
    from minigrad.utils.data import DataLoader, TensorDataset

    data = TensorDataset(torch.arange(7), torch.arange(14.0).reshape(7, 2))
    batches = list(DataLoader(data, batch_size=3))
    assert [x.tolist() for x, _ in batches] == [[0, 1, 2], [3, 4, 5], [6]] and batches[0][1].shape == (3, 2)
    assert len(DataLoader(data, batch_size=3)) == 3
    short = DataLoader(data, batch_size=3, drop_last=True)
    assert len(list(short)) == len(short) == 2
    orders = []
    for _ in range(2):
        torch.manual_seed(1)
        loader = DataLoader(data, batch_size=3, shuffle=True)
        orders.append([[i for x, _ in loader for i in x.tolist()] for _ in range(2)])
    assert orders[0] == orders[1] and orders[0][0] != orders[0][1] and sorted(orders[0][0]) == list(range(7))


def test_what_batches_are_made_of():
    from minigrad.utils.data import DataLoader

    (first,) = DataLoader([(1, 2.5, torch.zeros(2), "a"), (2, 1.0, torch.ones(2), "b")], batch_size=2)
    assert [t.dtype for t in first[:3]] == [torch.int64, torch.float64, torch.float32]
    assert first[2].tolist() == [[0, 0], [1, 1]] and first[3] == ["a", "b"]
    (batch,) = DataLoader([{"x": np.ones(2), "y": True}], batch_size=2)
    assert batch["x"].shape == (1, 2) and batch["y"].dtype == torch.bool


def test_a_dataset_of_ones_own_and_random_splits():
    from minigrad.utils.data import DataLoader, Dataset, random_split

    class Squares(Dataset):
        def __len__(self):
            return 10

        def __getitem__(self, i):
            return i, i * i

    parts = random_split(Squares(), [0.5, 0.25, 0.25])
    assert [len(part) for part in parts] == [6, 2, 2]
    assert sorted(i for part in parts for i, _ in part_items(part)) == list(range(10))
    x, y = next(iter(DataLoader(parts[0], batch_size=6)))
    assert (x * x).tolist() == y.tolist()
    with pytest.raises(NotImplementedError, match="give it __getitem__"):
        Dataset()[0]


def part_items(part):
    return [part[i] for i in range(len(part))]
