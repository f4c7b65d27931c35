"""JupyterLab as `make lab` starts it, from the root of the repository."""

import json
import os
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

HERE = Path(__file__).parent

c = get_config()  # noqa: F821  (traitlets puts it here)


def installed_at() -> Path:
    """The folder that this environment has minigrad from."""
    try:
        about = distribution("minigrad").read_text("direct_url.json")
    except PackageNotFoundError:
        raise SystemExit(
            "This Python has no minigrad. Start the course by `make lab`; with conda, make the environment from "
            "environment.yml and activate it."
        ) from None
    return Path(url2pathname(urlsplit(json.loads(about)["url"]).path)) if about else HERE.parent


if not installed_at().exists():
    raise SystemExit("This folder was moved after it had been set up. Run `make clean`, then `make lab`.")

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = str(HERE.parent)

# The start page, with the learner's progress where that can be written.
try:
    from grader.inside import progress

    progress.write_page(HERE.parent)
    c.LabApp.default_url = f"/lab/tree/{progress.PAGE}"
except OSError:
    c.LabApp.default_url = f"/lab/tree/{progress.START}"

# JupyterLab refuses to run as root unless told; in a container there is often no other user.
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0

# The start page opens rendered, and no question about news is asked. A learner's own settings still win.
c.LabApp.app_settings_dir = str(HERE / "settings")

# Kept here, because otherwise the tabs of every other project on this machine open as well.
c.LabApp.workspaces_dir = str(HERE / "workspaces")

# What nobody opens while learning is not listed, besides what Jupyter itself leaves out. It can be opened all the same.
c.ContentsManager.hide_globs.extend(["fill.py", "course.mplstyle", "binder"])

# Its kernel and its extension come before what else is installed: a notebook runs in this environment, not in one
# that another project has registered under the same name.
os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(HERE), os.environ.get("JUPYTER_PATH")]))
c.KernelSpecManager.allowed_kernelspecs = {"python3"}

# Notebooks find the environment's programs, `dot` among them, without its being activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

# The browser and nbgrader speak to this machine, whatever proxy leads to the world.
for name in ("no_proxy", "NO_PROXY"):
    os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1,localhost"]))

# Warnings and the address to open; not each request.
c.Application.log_level = "WARN"
