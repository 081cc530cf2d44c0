# Everything a clone needs, with nothing but Python (3.11 or newer) and make. `make` lists the targets.
#
# The first target that needs it creates .venv and installs this folder into it, editable. After that the environment is
# only touched when pyproject.toml changes. To choose the interpreter: make demo PYTHON=python3.13
# To keep several environments apart: make test VENV=.venv-3.13

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
ARGS ?=
EXTRAS ?= test,oracle

# --no-compile: Python compiles what it really imports, at the first import; compiling everything costs some ten seconds.
# Some machines forbid it to keep what it compiled, and then every start would compile numpy again: not here.
unexport PYTHONDONTWRITEBYTECODE
INSTALL = $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test test-networks check bench docs clean
.DELETE_ON_ERROR:

help:  ## this list
	@echo "generallevel: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r target text; do \
		printf '%-14s %s\n' "$$target" "$$text"; done
	@echo "Variables: PYTHON=$(PYTHON)  VENV=$(VENV)  ARGS=... (added to the command)  EXTRAS=$(EXTRAS)"

demo: $(VENV)/.base  ## install the base, then print the level of a published model from packaged scores
	@$(BIN)/generallevel demo $(ARGS)

test: $(VENV)/.test  ## install the test extras, then run every test, docstring and document example
	$(BIN)/python -m pytest $(ARGS)

test-networks: $(VENV)/.networks  ## the tests that need torch, in the same environment (about 1 GB more)
	$(BIN)/python -m pytest tests/engines tests/extractors tests/oracle/test_neural.py tests/oracle/test_audio.py $(ARGS)

check: $(VENV)/.lint  ## ruff (lint and format) and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict

bench: $(VENV)/.base  ## time and memory beside a yardstick measured in the same run
	$(BIN)/python benchmarks/run.py $(ARGS)

docs: $(VENV)/.docs  ## build the documentation into docs/_build/html; a warning is an error
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

clean:  ## remove the environment and everything that was built
	rm -rf $(VENV) docs/_build docs/reference/generated docs/pictures dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*

# ------------------------------------------------------------------------------------------------- the environment

# One stamp for each set of packages. An environment belongs to the folder it was made in: after a move, `make clean`.
define CHECK_VERSION
import sys
if sys.version_info < (3, 11):
    sys.exit("generallevel needs Python 3.11 or newer, and PYTHON=$(PYTHON) is Python %d.%d. "
             "Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12" % sys.version_info[:2])
endef
export CHECK_VERSION

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no '$(PYTHON)' on PATH. \
	Name an interpreter, 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c "$$CHECK_VERSION"
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.base: pyproject.toml | $(BIN)/python
	@echo "Installing generallevel and its base dependencies (about 250 MB on disk, once) ..."
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.base
	@echo "Installing the test extras ..."
	@$(INSTALL) -e '.[$(EXTRAS)]'
	@touch $@

# torch first and alone, at a release that is known to work: a range would take whatever build is the newest.
$(VENV)/.networks: $(VENV)/.test
	@echo "Installing torch and the libraries of networks ..."
	@$(INSTALL) torch==2.13.0
	@$(INSTALL) -e '.[neural,transformers,onnx]'
	@$(INSTALL) --no-deps speechmos==0.0.1.1
	@touch $@

$(VENV)/.lint: $(VENV)/.base
	@echo "Installing ruff and mypy ..."
	@$(INSTALL) -e '.[lint]'
	@touch $@

$(VENV)/.docs: $(VENV)/.base
	@echo "Installing Sphinx ..."
	@$(INSTALL) -e '.[docs]'
	@touch $@
