"""A true ipykernel in the sandbox, for notebooks that need one: `python -m grader.inside.kernel -f FILE`."""

from __future__ import annotations

from ipykernel.kernelapp import launch_new_instance

from grader.inside.confinement import Bounds

if __name__ == "__main__":
    Bounds().accept()
    launch_new_instance()
