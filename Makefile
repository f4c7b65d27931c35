# Everything runs in .venv, which the first command makes and every other one finds ready.
#
#   make lab      open the course in JupyterLab          make lab ARGS="--no-browser --port 8890"
#   make test     style, types, imports, tests           make test ARGS="-k engine"
#   make lint     style, spelling, types, imports alone
#   make test-all the tests on Python 3.11, 3.12 and 3.13, each found on the PATH
#   make book     build the executed course and the reference as a site: docs/_build/html/index.html
#   make hooks    check style, spelling and notebooks at every `git commit` from now on
#   make bench    time minigrad beside numpy              make bench ARGS="-k W5"
#   make grade    grade the class in gradebook/submitted
#   make report   write gradebook/reports: a page and tables for each assignment, grades for Canvas and Moodle
#   make doctor   check what grading needs on this machine
#   make release  write assignments/ and dist/minigrad-course.zip from solutions/
#   make generate write all that is made from something else: assignments/, the chapters' building cells, declarations
#   make lock     renew requirements.lock (needs uv)
#   make clean    remove .venv and the caches; never a class's work

PYTHON ?= python3
PY := .venv/bin/python
READY := .venv/ready
SYSTEM_PATH := $(PATH)
export PATH := $(CURDIR)/.venv/bin:$(PATH)

ifeq ($(OS),Windows_NT)
$(error On Windows the course runs in WSL, the Linux that Windows brings: see docs/troubles.md)
endif

.DELETE_ON_ERROR:
.PHONY: help setup lab test test-all lint book hooks bench grade report doctor release generate lock clean

help:
	@sed -n 's/^#   //p' Makefile

setup: $(READY)

# An empty environment with pip in it. Debian's Python comes without ensurepip: there the system's pip fills it.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	    echo "minigrad needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is not one of them: $$($(PYTHON) --version 2>&1)." \
	         "Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 \
	|| { $(PYTHON) -m venv --clear --without-pip .venv \
	     && $(PYTHON) -m pip --python $(PY) install -qq pip; } >/dev/null 2>&1 \
	|| { rm -rf .venv; echo "No pip to fill .venv with: $(PYTHON) has neither ensurepip nor pip." \
	         "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(READY): requirements.lock pyproject.toml | $(PY)
	@echo "Setting up .venv (once, one to three minutes) ..."
	@$(PY) -m pip install -qq --require-hashes -r requirements.lock || { \
	    echo "The packages could not be installed: see \"Setting up stops\" in docs/troubles.md. What was there already" \
	         "is kept, and the same command goes on from there." >&2; exit 1; }
	@$(PY) -m pip install -qq --no-deps --no-build-isolation -e .
	@PATH="$(SYSTEM_PATH)" command -v dot >/dev/null || ln -sf graphviz-pure .venv/bin/dot
	@touch $@

lab: $(READY)
	@$(PY) -m jupyterlab --config=.jupyter/lab_config.py $(ARGS)

# pytest comes last, so that the line that counts the tests closes the output.
test: lint
	@$(PY) -m pytest -q -p no:benchmark -n 2 --dist loadfile -rs --durations 10 $(ARGS)

test-all: $(READY)
	@$(PY) -m nox $(if $(ARGS),-- $(ARGS))

lint: $(READY)
	@ruff check .
	@codespell
	@mypy
	@lint-imports --no-cache --no-logo

hooks: $(READY)
	@$(PY) -m pre_commit install

book: $(READY)
	@$(PY) -m docs.build $(ARGS)

bench: $(READY)
	@$(PY) -m benchmarks $(ARGS)

grade: $(READY)
	@$(PY) -m grader grade $(ARGS) || test $$? -eq 1  # 1: some were damaged, and the table says which

report doctor: $(READY)
	@$(PY) -m grader $@ $(ARGS)

release: $(READY)
	@$(PY) -m grader release $(ARGS)

generate: release
	@$(PY) -m course.fill
	@$(PY) -m scripts.methods

# With hashes, pip takes name[extra] for a package of its own: without --no-strip-extras it would want the newest one.
lock:
	uv pip compile pyproject.toml --extra course --extra test --extra bench --extra contribute --extra book \
	    --extra cluster --extra postgres --extra similar --group build -o requirements.lock --upgrade --quiet \
	    --universal --python-version 3.11 --fork-strategy fewest --only-binary :all: --generate-hashes \
	    --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"

clean:
	rm -rf .venv .nox .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
