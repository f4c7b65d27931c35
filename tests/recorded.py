"""What the real torch answered for `networks`, and how answers are compared with it."""

import functools
import json
from pathlib import Path
from typing import Any

import networks
import pytest

FILE = Path(__file__).with_name("data") / "networks.json"
RECORDED = json.loads(FILE.read_text(encoding="utf-8"))


@functools.cache
def answers() -> dict[str, Any]:
    """minigrad's answers, as JSON would give them back."""
    return json.loads(json.dumps(networks.answers()))


def cases(section: str) -> pytest.MarkDecorator:
    """The parameter `case`: each case of a section of the recorded answers."""
    return pytest.mark.parametrize("case", RECORDED[section])


def check(section: str, case: str, rtol: float = 1e-12, atol: float = 1e-15) -> None:
    """AssertionError unless minigrad's answer is torch's."""
    assert list(answers()[section]) == list(RECORDED[section]), (
        "run scripts/record_networks.py in an environment with torch"
    )
    compare(answers()[section][case], RECORDED[section][case], rtol, atol, case)


def compare(got: Any, want: Any, rtol: float, atol: float, place: str) -> None:
    """The same structure, floats within the tolerance, everything else equal."""
    if isinstance(want, dict):
        assert isinstance(got, dict) and list(got) == list(want), place
        for key in want:
            compare(got[key], want[key], rtol, atol, f"{place}[{key!r}]")
    elif isinstance(want, list):
        assert isinstance(got, list) and len(got) == len(want), place
        for i, item in enumerate(want):
            compare(got[i], item, rtol, atol, f"{place}[{i}]")
    elif isinstance(want, float):
        assert got == pytest.approx(want, rel=rtol, abs=atol, nan_ok=True), place
    else:
        assert got == want, place
