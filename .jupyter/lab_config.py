"""JupyterLab as `make lab` starts it, from the root of the repository."""

import os
from pathlib import Path

HERE = Path(__file__).parent

c = get_config()  # noqa: F821  (traitlets puts it here)

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = str(HERE.parent)
c.LabApp.default_url = "/lab/tree/course/START.md"

# JupyterLab refuses to run as root unless told; in a container there is often no other user.
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0

# The start page opens rendered, and no question about news is asked. A learner's own settings still win.
c.LabApp.app_settings_dir = str(HERE / "settings")

# Kept here, because otherwise the tabs of every other project on this machine open as well.
c.LabApp.workspaces_dir = str(HERE / "workspaces")

# Warnings and the address to open; not each request.
c.Application.log_level = "WARN"
