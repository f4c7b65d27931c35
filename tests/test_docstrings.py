"""Every public name says what it is; what takes arrays says of which shapes."""

import inspect
import re
from pathlib import Path

import pytest

import minigrad
from docs import reference
from minigrad import descriptions

ROOT = Path(__file__).parent.parent

# A shape in words, or as a tuple such as (n, m), (..., n) or (out_features,).
SHAPE = re.compile(
    r"\bshapes?\b|element by element|\b(each|every|all|largest|smallest) elements?\b|of two elements|\bbroadcast\b|"
    r"\bdimensions?\b|along `dim`|over `dim`|0-d|\bvectors?\b|\bmatri(x|ces)\b|"
    r"\((?=[^()]*(\.\.\.|,\)|\b[a-z]\b))(\.\.\.|\w+),[\w., *]*\)",
    re.IGNORECASE,
)
# What the pages of the reference that are written by hand describe.
TOOLS = re.findall(r"^\.\. auto\w+:: ([\w.]+)", (ROOT / "docs/api/tools.md").read_text(encoding="utf-8"), re.MULTILINE)


def called_by(value):
    """The parameters of a function, or of a class's constructor, without `self`."""
    try:
        signature = inspect.signature(value)
    except ValueError:
        return []
    return [p for p in signature.parameters.values() if p.name != "self"]


def takes_arrays(parameters):
    return any("Tensor" in str(p.annotation) for p in parameters)


def says_shapes(text):
    return SHAPE.search(" ".join(text.split()))


def members():
    """The public methods and properties that the package's own public classes define, Tensor's apart."""
    for values in reference.spaces().values():
        for name, value in values.items():
            if inspect.isclass(value) and value is not minigrad.Tensor:
                for member, method in vars(value).items():
                    if not member.startswith("_") and (inspect.isroutine(method) or isinstance(method, property)):
                        yield f"{name}.{member}", getattr(value, member)


@pytest.mark.parametrize("space", reference.SPACES)
def test_public_names_have_docstrings_with_shapes_if_they_take_arrays(space):
    silent, shapeless = [], []
    for name, value in reference.spaces()[space].items():
        text = value.__doc__ if inspect.isclass(value) else inspect.getdoc(value)
        if not text:
            silent.append(name)
        elif takes_arrays(called_by(value)) and not says_shapes(text):
            shapeless.append(f"{name}: {text}")
    assert (silent, shapeless) == ([], [])


def test_the_methods_of_tensor_have_docstrings_with_shapes_of_other_arrays():
    silent, shapeless = [], []
    for name, method in reference.methods().items():
        if inspect.ismemberdescriptor(method):
            continue  # a slot: the docstring of the class is about it
        text = inspect.getdoc(method)
        if not text:
            silent.append(name)
        others = [*inspect.signature(method).parameters.values()][1:] if inspect.isfunction(method) else []
        if takes_arrays(others) and not says_shapes(text or ""):
            shapeless.append(name)
    assert (silent, shapeless) == ([], [])


def test_the_methods_of_public_classes_have_docstrings():
    assert [name for name, method in members() if not inspect.getdoc(method)] == []


@pytest.mark.parametrize("name", [*TOOLS, *reference.TASKS])
def test_the_tools_and_the_parts_of_the_grader_have_docstrings(name):
    value = reference.find(name)
    assert inspect.getdoc(value)


def test_each_description_belongs_to_an_operation():
    for name, text in descriptions.table().items():
        owner, _, method = name.rpartition(".")
        home = minigrad.Tensor if owner else minigrad if hasattr(minigrad, name) else minigrad.nn.functional
        assert getattr(home, method or name).__doc__ == text


@pytest.mark.parametrize("text", ["The values.", "What is left of it (see above).", "(values, indices) of it"])
def test_a_text_without_a_shape_is_noticed(text):
    assert not says_shapes(text)
