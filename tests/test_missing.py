"""What minigrad says about names of torch's that it has not, and that nothing else notices them."""

import copy
import inspect
import pickle
import re
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

import minigrad
import minigrad as torch
from minigrad.missing import table

ROOT = Path(__file__).parents[1]
t = torch.tensor([1.0, 2.0])
NAMES = sorted(table())


def words_of(call):
    with pytest.raises(AttributeError) as caught:
        call()
    return str(caught.value)


def test_no_missing_name_is_there():
    there = []
    for name in NAMES:
        home, _, last = name.rpartition(".")
        if hasattr(attrgetter(home)(minigrad) if home else minigrad, last):
            there.append(name)
    assert there == [], "take them out of minigrad/missing.txt, or run scripts/missing_names.py"


@pytest.mark.parametrize("name", ["erfinv", "linalg.svd", "nn.functional.conv3d", "nn.LSTM", "Tensor.erfinv", "fft"])
def test_looking_up_a_missing_name_says_so(name):
    assert words_of(lambda: attrgetter(name)(minigrad)) == f"torch has {name!r}, minigrad has {table()[name]}"


def test_the_sentence_names_the_chapter_that_shows_how_to_add_it():
    assert words_of(lambda: torch.erfinv) == (
        "torch has 'erfinv', minigrad has not (yet): chapter 3 (course/03_elementwise.ipynb) shows how to add an "
        "elementwise operation"
    )
    for name, chapter in {
        "linalg.svd": 7, "Tensor.unsqueeze_": 8, "Tensor.tan_": 8, "nn.functional.conv3d": 11, "nn.LSTM": 11,
        "nn.functional.ctc_loss": 7, "Tensor.new_zeros": 1, "inference_mode": 2, "Tensor.erfinv_": 3,
    }.items():  # fmt: skip
        assert name not in table() or f"chapter {chapter} " in table()[name], name


def test_what_is_left_out_on_purpose_is_called_that():
    for name, part in {
        "complex64": "complex numbers", "Tensor.is_cuda": "devices", "Tensor.to_sparse": "sparse", "qint8": "quantised",
        "distributed": "distributed computing", "jit": "compilation", "fft": "Fourier transforms",
    }.items():  # fmt: skip
        assert f"not, on purpose: it leaves out {part}" in table()[name] or part in table()[name]
    assert table()["conv2d"] == "it in nn.functional" and callable(torch.nn.functional.conv2d)


def test_chapters_that_are_named_exist():
    named = set(re.findall(r"\((course/\S+)\)", " ".join(table().values())))
    assert len(named) >= 4
    assert [path for path in named if not (ROOT / path).is_file()] == []


# A tensor, as if nothing had happened


def test_methods_that_are_missing():
    assert words_of(lambda: t.erfinv()).startswith("torch has 'Tensor.erfinv', minigrad has not (yet): chapter 3 ")
    assert words_of(lambda: t.erfinv_()).startswith("torch has 'Tensor.erfinv_', minigrad has not (yet): chapter 3 ")
    assert words_of(lambda: torch.Tensor.erfinv).startswith("torch has 'Tensor.erfinv'")
    assert not hasattr(t, "erfinv") and not hasattr(torch.Tensor, "erfinv")
    assert getattr(t, "erfinv", None) is None
    assert "erfinv" not in dir(t) and "sum" in dir(t) and "array" in dir(t)
    assert "erfinv" not in dict(inspect.getmembers(torch.ones(2, 2)))


def test_a_method_may_be_added_and_taken_away():
    marked = vars(torch.Tensor)["erfinv"]
    try:
        torch.Tensor.erfinv = lambda self: self * 2
        assert t.erfinv().tolist() == [2.0, 4.0] and "erfinv" in dir(t)
    finally:
        torch.Tensor.erfinv = marked
    assert not hasattr(t, "erfinv")


def test_names_that_nobody_knows_get_pythons_words():
    assert words_of(lambda: t.foldl) == "'Tensor' object has no attribute 'foldl'"
    with pytest.raises(AttributeError) as caught:
        t.requires_gard  # noqa: B018
    assert caught.value.name == "requires_gard" and caught.value.obj is t  # so that Python asks "Did you mean ...?"
    with pytest.raises(AttributeError):
        t.foldl = 1


def test_tensors_are_copied_pickled_and_read_by_numpy_as_before():
    assert copy.copy(t).tolist() == copy.deepcopy(t).tolist() == [1.0, 2.0]
    assert pickle.loads(pickle.dumps(t)).tolist() == [1.0, 2.0]
    assert np.asarray(t).tolist() == [1.0, 2.0] and np.array([t, t]).shape == (2, 2)
    assert np.exp(t).requires_grad is False
    for name in "__array_interface__", "__array_struct__", "_ipython_display_", "__wrapped__":
        assert not hasattr(t, name)


def test_reading_an_attribute_costs_what_it_did():
    """In Python 3.11 a class with a `__getattr__` would lose the quick way to all its attributes."""
    assert "__getattr__" not in vars(torch.Tensor) and "__getattribute__" not in vars(torch.Tensor)


# Modules


def test_names_that_no_module_knows():
    assert words_of(lambda: torch.sinn) == "module 'minigrad' has no attribute 'sinn'. Did you mean: 'sin'?"
    assert words_of(lambda: torch.xyzzy) == "module 'minigrad' has no attribute 'xyzzy'"
    assert (
        words_of(lambda: torch.linalg.dett) == "module 'minigrad.linalg' has no attribute 'dett'. Did you mean: 'det'?"
    )
    assert words_of(lambda: torch.nn.functional.reluu).endswith("has no attribute 'reluu'. Did you mean: 'relu'?")
    assert words_of(lambda: torch.__wrapped__) == "module 'minigrad' has no attribute '__wrapped__'"
    assert not hasattr(torch, "fft") and not hasattr(torch.linalg, "svd")
