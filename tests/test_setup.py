"""The files that set the project up agree, and hold nothing of the machine they were written on."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
DEPENDENCIES = sum(EXTRAS.values(), PROJECT["dependencies"])


def tracked(pattern: str = "*") -> list[Path]:
    """The files that git knows or would add: a new one counts, an ignored one does not."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", pattern]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# --- dependencies ---------------------------------------------------------------------------------


def test_minigrad_itself_needs_numpy_and_nothing_else():
    assert [Requirement(line).name for line in PROJECT["dependencies"]] == ["numpy"]
    code = (
        "import sys; before = set(sys.modules); import minigrad; "
        "print(*(name for name in set(sys.modules) - before if getattr(sys.modules[name], '__spec__', None)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    packages = {name.split(".")[0] for name in done.stdout.split()}
    assert packages - set(sys.stdlib_module_names) - {"numpy", "minigrad"} == set()


def test_environment_yml_lists_what_pyproject_lists():
    names_at_conda = {
        "graphviz": "python-graphviz",
        "graphviz-pure": "graphviz",
        "jupyter-client": "jupyter_client",
        "matplotlib": "matplotlib-base",
    }
    any_version = {"graphviz"}  # conda's graphviz is the C program, with version numbers of its own
    expected = {("python", PROJECT["requires-python"].replace(" ", "")), ("pip", "")}
    for requirement in map(Requirement, DEPENDENCIES):
        name = names_at_conda.get(requirement.name, requirement.name)
        expected.add((name, "" if name in any_version else str(requirement.specifier)))

    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    from_pip = next(item["pip"] for item in listed if isinstance(item, dict))
    lines = [item for item in listed if isinstance(item, str)]
    lines += [line.partition(";")[0] for line in from_pip if line != "-e ."]
    found = {(match[1], match[2]) for line in lines if (match := re.fullmatch(r"([\w-]+)(.*)", line))}
    assert {(name, frozenset(spec.split(","))) for name, spec in found} == {
        (name, frozenset(spec.split(","))) for name, spec in expected
    }


def test_environment_yml_can_be_solved():
    conda = next(filter(None, map(shutil.which, ("micromamba", "mamba", "conda"))), None)
    if conda is None:
        pytest.skip("no micromamba, mamba or conda on the PATH to solve environment.yml with")
    create = [conda, "create", "--yes"] if Path(conda).name == "micromamba" else [conda, "env", "create"]
    command = [*create, "--dry-run", "--name", "minigrad-to-be-solved", "--file", "environment.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    said = done.stdout + done.stderr
    if done.returncode and re.search(r"ConnectionError|HTTPError|[Cc]ould not (resolve|connect)", said):
        pytest.skip("conda reaches no channel from this machine to solve environment.yml with")
    assert done.returncode == 0, said


def test_every_place_that_names_pythons_names_supported_ones():
    supported = [line.rpartition(" ")[2] for line in PROJECT["classifiers"]]
    assert supported[0] in PROJECT["requires-python"] and supported[-1] not in PROJECT["requires-python"]
    command = [sys.executable, "-m", "nox", "--list", "--json"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert [session["python"] for session in json.loads(listed.stdout)] == supported
    words = f"{', '.join(supported[:-1])} {{}} {supported[-1]}"
    assert words.format("or") in (ROOT / "README.md").read_text()
    assert words.format("or") in (ROOT / "Makefile").read_text()
    image = re.search(r"^FROM python:([\d.]+)-slim$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert image and image[1] in supported
    assert (ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix("python-") in supported


def test_an_image_leaves_out_what_git_ignores():
    ignored, left_out = (
        {line.strip().removeprefix("**/").rstrip("/") for line in (ROOT / name).read_text().splitlines()}
        for name in (".gitignore", ".dockerignore")
    )
    assert ignored - left_out == set()


def test_the_hooks_of_git_run_what_the_environment_has():
    [repo] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repo["repo"] == "local" and {hook["language"] for hook in repo["hooks"]} == {"system"}
    programs = [Path(hook["entry"].split()[0]) for hook in repo["hooks"]]
    assert {program.parent for program in programs} == {Path(".venv/bin")}
    assert [program.name for program in programs if not Path(sys.executable).with_name(program.name).exists()] == []


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = (re.match(r"([A-Za-z0-9_.-]+)(?:\[.*\])?==([^\s;]+)", line) for line in lines)
    return {canonical(pin[1]): pin[2] for pin in pins if pin}


def test_the_lock_satisfies_pyproject():
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    versions = locked()
    for requirement in map(Requirement, [*DEPENDENCIES, *backend]):
        version = versions.get(canonical(requirement.name))
        assert version is not None, f"{requirement} is not in requirements.lock: run `make lock`"
        assert version in requirement.specifier, f"{requirement.name} is locked at {version}: run `make lock`"


def test_the_lock_names_the_extras_that_its_packages_ask_for():
    """Without them pip, when it checks hashes, takes name[extra] for another package and wants its newest release."""
    named = set(re.findall(r"^([A-Za-z0-9_.-]+)\[(.+)\]==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    asked = set()
    for name in locked():
        with suppress(PackageNotFoundError):  # one for other machines or Pythons
            for requirement in map(Requirement, requires(name) or ()):
                if requirement.extras and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
                    asked |= {(canonical(requirement.name), extra) for extra in requirement.extras}
    assert asked and asked <= {(canonical(name), extra) for name, extras in named for extra in extras.split(",")}


def test_every_locked_package_carries_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text()
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.split("\n", 2)[2])
    assert len(blocks) == len(locked()) > 50
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"\w+://\S*|^-.*index.*|^-.*find-links.*", text, re.MULTILINE) == []


# --- the repository -------------------------------------------------------------------------------


def test_nothing_of_the_machine_is_written_down():
    paths = rf"{re.escape(str(ROOT))}/|(?<![\w~])/root/|/home/\w"
    forbidden = re.compile(rf"{paths}|\w+://[\w.-]*(?:pypi|pythonhosted|npmjs|anaconda)[\w.-]*")
    upwards = re.compile(r"(?<![\w./])(?:\.\./)+([\w-]+)")  # to a folder that the project does not have
    found = []
    for path in tracked():
        if b"\0" in (data := path.read_bytes()):
            continue
        for number, line in enumerate(data.decode("utf-8").splitlines(), 1):
            hits = [hit for hit in forbidden.findall(line) if path != Path(__file__)]
            hits += [
                up[0]
                for up in upwards.finditer(line)
                if not (path.parent / up[0]).resolve().is_relative_to(ROOT) and not (ROOT / up[1]).exists()
            ]
            found += [f"{path.relative_to(ROOT)}:{number}: {hit}" for hit in hits]
    assert found == []


@pytest.mark.parametrize("path", tracked("*.ipynb"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_notebook_is_committed_clean(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if re.fullmatch(r"[0-9a-f]{8}(-?[0-9a-f]{4}){0,3}[0-9a-f]*", name)] == [], (
        "a random cell id: give the cell a readable one"
    )


def test_the_start_page_lists_every_chapter_and_assignment():
    page = (ROOT / "course" / "START.md").read_text()
    links = {(ROOT / "course" / link).resolve() for link in re.findall(r"\]\(([^)]+\.ipynb)\)", page)}
    assert links == set(tracked("course/*.ipynb") + tracked("assignments/*.ipynb"))
    assert [link for link in re.findall(r"\]\(([^)]+)\)", page) if not (ROOT / "course" / link).exists()] == []


def test_the_readme_stays_short_and_names_commands_that_exist():
    readme = (ROOT / "README.md").read_text()
    assert len(readme.splitlines()) < 150
    targets = " ".join(re.findall(r"^([a-z][a-z -]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)).split()
    named = set(re.findall(r"(?:`|^ *)make ([a-z]+(?:-[a-z]+)*)", readme, re.MULTILINE))
    assert {"lab", "test", "grade"} <= named <= set(targets)
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", readme)
    assert [link for link in linked if not (ROOT / link).exists()] == []


# --- what `make` prepares -------------------------------------------------------------------------


def test_dot_draws_svg_png_and_json():
    dot = shutil.which("dot")
    assert dot, "no `dot` on the PATH: run the tests by `make test`, which puts .venv/bin there"
    starts = {"svg": b"<?xml", "png": b"\x89PNG", "json": b"{"}
    for kind, start in starts.items():
        done = subprocess.run([dot, f"-T{kind}"], input=b"digraph { a -> b [label=w0] }", capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        assert done.stdout.lstrip().startswith(start)


def test_a_second_make_does_no_set_up():
    if not (ROOT / ".venv" / "ready").exists():
        pytest.skip("these tests run in an environment that make did not set up")
    assert subprocess.run(["make", "--question", "setup"], cwd=ROOT).returncode == 0


def test_nbgraders_lab_extensions_are_registered():
    command = [sys.executable, "-m", "jupyter", "labextension", "list"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.search(r"@jupyter/nbgrader v\S+ .*enabled.*OK", shown.stdout + shown.stderr)
    config = Path(sys.prefix, "etc", "jupyter", "jupyter_server_config.d", "nbgrader.json")
    extensions = json.loads(config.read_text())["ServerApp"]["jpserver_extensions"]
    assert all(extensions.values())
    assert {name.rsplit(".", 1)[1] for name in extensions} >= {"formgrader", "validate_assignment"}


def make_with(script: str, folder: Path) -> subprocess.CompletedProcess:
    """`make setup` in a folder of its own, with a shell script in the place of Python."""
    python = folder / "python3"
    python.write_text("#!/bin/sh\n" + script)
    python.chmod(0o755)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    command = ["make", "setup", f"PYTHON={python}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_python_that_is_too_old_is_told_so(tmp_path):
    made = make_with('if [ "$1" = --version ]; then echo Python 3.10.9; fi; exit 1', tmp_path)
    assert made.returncode != 0
    assert "needs Python 3.11, 3.12 or 3.13" in made.stderr and "Python 3.10.9" in made.stderr
    assert not (tmp_path / ".venv").exists()


def test_without_ensurepip_and_pip_one_line_says_what_to_install(tmp_path):
    script = f"""
        if [ "$1 $2 $3" = "-m venv .venv" ]; then mkdir -p .venv/bin; touch .venv/bin/python; exit 1; fi
        if [ "$1 $2" = "-m pip" ]; then echo No module named pip >&2; exit 1; fi
        exec {sys.executable} "$@"
    """
    made = make_with(script, tmp_path)
    assert made.returncode != 0
    said = [line for line in made.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1 and "neither ensurepip nor pip" in said[0] and "python3-venv" in said[0]
    assert not (tmp_path / ".venv").exists()


def test_packages_that_cannot_be_fetched_are_answered_with_what_to_do(tmp_path):
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    pip = tmp_path / ".venv" / "bin" / "python"
    pip.write_text("#!/bin/sh\necho ERROR: no network >&2; exit 1\n")
    pip.chmod(0o755)
    made = make_with("exit 0", tmp_path)
    assert made.returncode != 0 and not (tmp_path / ".venv" / "ready").exists()
    assert "ERROR: no network" in made.stderr and 'see "Setting up stops" in docs/troubles.md' in made.stderr
    assert "### Setting up stops" in (ROOT / "docs" / "troubles.md").read_text()


def test_windows_is_told_of_wsl(tmp_path):
    made = subprocess.run(["make", "help", "OS=Windows_NT"], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode != 0 and "WSL" in made.stderr


LAB = """
import sys, importlib.metadata as metadata
class Config:
    def __getattr__(self, name):
        self.__dict__[name] = Config()
        return self.__dict__[name]
class Found:
    def read_text(self, name):
        return {about!r}
def distribution(name):
    if not {about!r}:
        raise metadata.PackageNotFoundError(name)
    return Found()
metadata.distribution = distribution
path = sys.argv[1]
exec(compile(open(path).read(), path, "exec"), {{"get_config": Config, "__file__": path}})
"""


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("", "This Python has no minigrad. Start the course by `make lab`"),
        ('{"url": "file:///nowhere/at%20all"}', "This folder was moved after it had been set up. Run `make clean`"),
    ],
)
def test_the_lab_does_not_start_in_an_environment_without_the_course(about, said):
    """A notebook opened in it could import neither minigrad nor grader."""
    command = [sys.executable, "-c", LAB.format(about=about), ROOT / ".jupyter" / "lab_config.py"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith(said)


LISTED = """
import sys
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from traitlets.config import PyFileConfigLoader

root = sys.argv[1]
config = PyFileConfigLoader("lab_config.py", path=f"{root}/.jupyter").load_config()
files = LargeFileManager(root_dir=root, config=config)
print(*sorted(entry["name"] for entry in files.get("course")["content"]), "__pycache__" in files.hide_globs)
print(files.get("course/fill.py", content=False)["name"])
"""


def test_the_lab_lists_what_a_learner_opens(tmp_path):
    """And not what is there for the course itself; that can still be opened by its name."""
    for name in (".jupyter", "course"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("workspaces", "PROGRESS.md"))
    done = subprocess.run([sys.executable, "-c", LISTED, tmp_path], capture_output=True, text=True, check=True)
    listed, opened = done.stdout.splitlines()
    *names, keeps_defaults = listed.split()
    left_out = {path.name for path in (tmp_path / "course").iterdir() if path.name[0] not in "._"} - set(names)
    assert left_out == {"fill.py", "course.mplstyle"} and {"START.md", "01_tensor.ipynb"} <= set(names)
    assert keeps_defaults == "True" and opened == "fill.py"
