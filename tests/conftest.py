"""What several test files share."""

import functools
import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from drawn import find_dot
from hypothesis import settings

# the same examples on every run, and as much time for each as a busy machine needs
settings.register_profile("minigrad", deadline=None, derandomize=True)
settings.load_profile("minigrad")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return Path(__file__).parent.parent


@pytest.fixture
def dot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH on which the set-up's `dot` is found."""
    find_dot(monkeypatch)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """The garbage collector is off: what goes, goes by counting references."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def one_version_of_gradebooks() -> None:
    """For every new gradebook nbgrader starts a process of seconds to ask for the version; once is enough."""
    if "nbgrader.api" in sys.modules:
        api = sys.modules["nbgrader.api"]
        api.get_alembic_version = functools.cache(api.get_alembic_version)  # type: ignore[attr-defined]
