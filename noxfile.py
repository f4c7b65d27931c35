"""The tests on every Python that minigrad supports: `make test-all`, or `nox`.

    nox -s tests-3.13                       on one of them
    nox -- -k engine                        what pytest is given
    nox -- tests/test_tensor.py

nox looks for python3.11, python3.12 and python3.13 on the PATH and fails where one is missing. Each has an environment
of its own in .nox, filled from requirements.lock like .venv and kept for the next time.
"""

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True
PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))

# The same whatever Python runs the tests: JupyterLab's pages in a browser. `make lint`, too, runs in `make test` alone:
# mypy and ruff are told which Python the code is written for.
ONCE = ["--ignore=tests/test_browser.py"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The package, the chapters, the assignments and the grading."""
    session.install("--quiet", "--require-hashes", "-r", "requirements.lock")
    session.install("--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
    if shutil.which("dot") is None:
        dot = Path(session.bin, "dot")
        dot.unlink(missing_ok=True)
        dot.symlink_to("graphviz-pure")
    options = ["-q", "-p", "no:benchmark", "-n", "2", "--dist", "loadfile", "-rs", *ONCE]
    session.run("python", "-m", "pytest", *options, *session.posargs)
