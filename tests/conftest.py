"""What several test files share."""

from pathlib import Path

import pytest
from hypothesis import settings

# the same examples on every run, and as much time for each as a busy machine needs
settings.register_profile("minigrad", deadline=None, derandomize=True)
settings.load_profile("minigrad")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return Path(__file__).parent.parent
