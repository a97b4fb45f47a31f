# Everything here needs Python 3.11 or newer and make; the rest is fetched once, into .venv, from the locks in
# requirements/. ARGS goes to the command as it is: make demo ARGS="--once", make test ARGS="tests/grading -x".

PYTHON ?= python3
ARGS ?=
VENV := .venv
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help demo dev test lint lock clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 8

demo: $(VENV)/.base ## a small model asked with and without a cue, in your browser
	@$(VENV)/bin/cueprobe demo $(ARGS)

dev: $(VENV)/.base ## the web app alone
	@$(VENV)/bin/cueprobe serve $(ARGS)

test: $(VENV)/.dev ## all tests
	@$(VENV)/bin/python -m pytest $(ARGS)

lint: $(VENV)/.dev ## style, types and the direction of imports
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo

# The stamps stand for a finished installation: a second call finds them newer than the locks and does nothing.
$(VENV)/.base: requirements/base.txt pyproject.toml
	@sh requirements/install.sh $(VENV) $<
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml
	@sh requirements/install.sh $(VENV) $<
	@touch $(VENV)/.base $@

# The packages that must not be locked are named in pyproject.toml, [tool.uv]; see there.
UV = $(shell uv --version >/dev/null 2>&1 && echo uv || echo $(VENV)/bin/uv)
COMPILE = $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--extra postgres --group model --group build pyproject.toml

lock: $(VENV)/.base ## resolve the locks again (UPGRADE=--upgrade for the newest versions)
	@$(UV) --version >/dev/null 2>&1 || $(VENV)/bin/python -m pip install -q --disable-pip-version-check uv
	$(COMPILE) $(UPGRADE) -o requirements/base.txt
	$(COMPILE) $(UPGRADE) --group test --group lint -c requirements/base.txt -o requirements/dev.txt
	$(COMPILE) --resolution lowest-direct --group test -o requirements/lowest.txt

clean: ## remove the environments and everything made here
	rm -rf .venv .venv-lowest .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist test-results
	find app tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} +
