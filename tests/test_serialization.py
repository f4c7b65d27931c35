"""save and load: what comes back, and what a file that is not right does."""

import io
import json
import math
from collections import OrderedDict

import numpy as np
import pytest
from networks import wave

import minigrad as torch
from minigrad import nn, optim


def network():
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))


def trained(module, optimiser, steps=3):
    for _ in range(steps):
        optimiser.zero_grad()
        module(wave(4, 2).float()).square().sum().backward()
        optimiser.step()


def test_a_network_and_its_optimiser_survive(tmp_path):
    a = network()
    first = optim.Adam([{"params": a[0].parameters()}, {"params": a[2].parameters(), "lr": 0.1}])
    trained(a, first)
    file = tmp_path / "checkpoint.pt"
    torch.save({"epoch": 3, "model": a.state_dict(), "optimiser": first.state_dict()}, file)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]

    b = network()
    second = optim.Adam([{"params": b[0].parameters()}, {"params": b[2].parameters()}])
    loaded = torch.load(file)
    b.load_state_dict(loaded["model"])
    second.load_state_dict(loaded["optimiser"])
    assert loaded["epoch"] == 3 and isinstance(loaded["model"], OrderedDict)
    for module, optimiser in ((a, first), (b, second)):
        trained(module, optimiser)
    for name, value in a.state_dict().items():
        assert b.state_dict()[name].tolist() == value.tolist() and b.state_dict()[name].dtype == value.dtype


@pytest.mark.parametrize("value", [
    None, True, 3, -2.5, math.inf, "", "naïve", [], (), {}, [1, (2.0, [None])], {"a": {1: "x", (2, 3): [False]}},
    OrderedDict(b=1, a=2), {"tensor": "no tensor"}, {"file": 1, "args": 2},
], ids=repr)  # fmt: skip
def test_plain_values_come_back_as_they_were(value, tmp_path):
    torch.save(value, tmp_path / "value")
    loaded = torch.load(tmp_path / "value")
    assert loaded == value and type(loaded) is type(value) and repr(loaded) == repr(value)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "uint8", "int32", "int64", "bool"])
def test_tensors_come_back_as_they_were(dtype):
    file = io.BytesIO()
    tensors = [torch.tensor([[0, 1], [1, 0]], dtype=getattr(torch, dtype)), torch.tensor(1).to(getattr(torch, dtype))]
    torch.save([*tensors, torch.zeros(0, 3)], file)
    file.seek(0)
    *loaded, empty = torch.load(file)
    for got, want in zip(loaded, tensors, strict=True):
        assert got.dtype == want.dtype and got.tolist() == want.tolist() and got.shape == want.shape
    assert empty.shape == (0, 3)


def test_a_parameter_comes_back_as_a_tensor_that_can_be_written(tmp_path):
    torch.save({"file": nn.Parameter(torch.ones(2))}, tmp_path / "p")
    p = torch.load(tmp_path / "p")["file"]
    p += 1
    assert type(p) is torch.Tensor and p.tolist() == [2, 2] and not p.requires_grad


def test_numpy_reads_the_file(tmp_path):
    torch.save(OrderedDict(weight=torch.ones(2)), tmp_path / "state.npz")
    with np.load(tmp_path / "state.npz", allow_pickle=False) as arrays:
        assert arrays["tensor 0"].tolist() == [1, 1]
        structure = json.loads(arrays["structure.json"].tobytes())
    assert structure == {"OrderedDict": [["weight", {"tensor": "tensor 0"}]]}


def test_what_cannot_be_saved_leaves_the_old_file(tmp_path):
    file = tmp_path / "state"
    torch.save(1, file)
    with pytest.raises(TypeError, match=r"cannot save object\['a'\]\[1\], which is of type set"):
        torch.save({"a": [0, {1}]}, file)
    with pytest.raises(TypeError, match="of type Linear"):
        torch.save(nn.Linear(1, 1), file)
    assert torch.load(file) == 1


def damaged(kind, whole):
    """A file that is not what `save` wrote."""
    if kind == "cut off":
        return whole[: len(whole) // 2]
    if kind == "one byte":
        middle = whole.index(b"\x93NUMPY") + 130
        return whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]
    file = io.BytesIO()
    structure = {
        "tensor gone": '{"dict": [["weight", {"tensor": "tensor 9"}]]}',
        "no JSON": "{",
        "strange": '{"set": [1]}',
        "two kinds": '{"list": [], "dict": []}',
        "no pairs": '{"dict": [1]}',
    }
    if kind == "pickle":
        np.savez(file, **{"structure.json": np.array([print], dtype=object)})
    elif kind == "an array":
        np.save(file, np.ones(2))
    elif kind == "another npz":
        np.savez(file, weight=np.ones(2))
    elif kind in structure:
        np.savez(file, **{"structure.json": np.frombuffer(structure[kind].encode(), np.uint8)})
    return {"empty": b"", "text": b"weight = 3"}.get(kind, file.getvalue())


@pytest.mark.parametrize("kind", [
    "empty", "text", "cut off", "one byte", "tensor gone", "no JSON", "strange", "two kinds", "no pairs", "pickle",
    "an array", "another npz",
])  # fmt: skip
def test_a_damaged_file_is_a_clear_error_and_changes_nothing(kind, tmp_path):
    module, file = nn.Linear(2, 3), tmp_path / "state"
    before = module.weight.tolist()
    torch.save(nn.Linear(2, 3).state_dict(), file)
    file.write_bytes(damaged(kind, file.read_bytes()))
    with pytest.raises(RuntimeError, match="state is damaged, or was not written by minigrad"):
        module.load_state_dict(torch.load(file))
    assert module.weight.tolist() == before


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        torch.load(tmp_path / "nothing")
