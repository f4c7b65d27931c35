"""The type checker knows the methods that the chapters attach."""

from mypy import api

from scripts import methods

KNOWN = """
from typing import assert_type
import minigrad as torch
from minigrad import Tensor

x = torch.tensor([1.0, 2.0], requires_grad=True)
assert_type(x + 1, Tensor)
assert_type((2 - x * x).exp().sum(dim=0, keepdim=True), Tensor)
assert_type(x @ x, Tensor)
assert_type(x == x, Tensor)
(x / x).backward(torch.ones(2), retain_graph=True)
x.grad.zero_()
"""
UNKNOWN = """
import minigrad as torch

x = torch.tensor([1.0])
x.bakward()
x.sum(dmi=0)
x.clamp("small")
"""


def test_the_declarations_are_those_of_the_class():
    message = "Tensor's methods changed: run `python -m scripts.methods`"
    assert methods.STUB.read_text(encoding="utf-8") == methods.stub(), message


def test_a_type_checker_knows_attached_methods_and_finds_misuse(tmp_path):
    def check(program):
        output, _, status = api.run(["--config-file", "", "--cache-dir", str(tmp_path), "-c", program])
        return status, output

    assert check(KNOWN) == (0, "Success: no issues found in 1 source file\n")
    status, output = check(UNKNOWN)
    assert status == 1
    for line, words in [(5, 'has no attribute "bakward"'), (6, '"dmi" for "sum"'), (7, 'Argument 1 to "clamp"')]:
        assert [e for e in output.splitlines() if f":{line}:" in e and words in e], output
