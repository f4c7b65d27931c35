"""Graphs that several test files draw, and what to look for in their pictures."""

import os
import re
import shutil
import sys
from pathlib import Path

import minigrad as torch

SVG = "{http://www.w3.org/2000/svg}"


def find_dot(patch):
    """A PATH on which the set-up's `dot` is found, for as long as `patch`, a MonkeyPatch, lasts."""
    patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert shutil.which("dot"), "the set-up puts a `dot` into .venv/bin where the system has none"


def small():
    """b = a + a; y = sum(b * c), with these names."""
    a = torch.tensor([1.0, 2.0], requires_grad=True)
    c = torch.ones(2)
    b = a + a
    y = (b * c).sum()
    return torch.draw(y)


def labels(drawing):
    """The label of every box by its key."""
    return dict(re.findall(r'^\t(\w+) \[label="?(.*?)"? (?:color|fontcolor)=', drawing.dot, re.MULTILINE))
