# make demo    the main job on a pretend company, start to end
# make test    every test, PostgreSQL's too
# make lint    what must hold besides: style, types, the direction of imports
# make browser install Debian's Chromium for the pages' tests, where there is no browser
# make bench   measure: the quarter, its nights, a thousand workspaces, the rate budget, the colours, the
#              pages (30 minutes); make bench PEERS=1 measures the peers beside it, too (an hour more)
# make lock    resolve the dependencies anew
# make clean   remove what the others made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Packages of the machine are installed by root.
ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
INSTALL := $(BIN)/uv pip install --quiet --require-hashes --compile-bytecode --python $(BIN)/python

.PHONY: demo test lint browser bench format schema docs lock clean

demo: $(VENV)/run
	@$(BIN)/okr demo

test: $(VENV)/dev
	@$(BIN)/pytest -n 2 --dist loadfile

lint: $(VENV)/dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

browser:
	@command -v chromium >/dev/null || { \
		$(ROOT) apt-get update -qq && \
		$(ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-dejavu-core >/dev/null; }

bench: $(VENV)/dev
	@$(BIN)/python -m benchmarks.start
	@$(BIN)/python -m benchmarks.quarter
	@$(BIN)/python -m benchmarks.fleet
	@$(BIN)/python -m benchmarks.library
	@$(BIN)/python -m benchmarks.rate_budget
	@$(BIN)/python -m benchmarks.status_rules
	@$(BIN)/python -m benchmarks.pages
	@$(BIN)/python -m benchmarks.browser
	@$(if $(PEERS),$(BIN)/python -m benchmarks.side_by_side,)

format: $(VENV)/dev
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

schema: $(VENV)/run
	@$(BIN)/okr schema config

docs: $(VENV)/run
	@$(BIN)/okr lint --explain all > docs/lint-rules.md

$(VENV)/run: requirements/tools.lock requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 15) else "okrsync needs Python 3.11 to 3.14, this is %d.%d: make PYTHON=python3.13 …" % v)'
	@echo "Setting up in $(VENV) (about a minute the first time) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.lock
	@$(INSTALL) -r requirements/run.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q okrmodel connectors flows okrapp sandbox
	@touch $@

$(VENV)/dev: $(VENV)/run requirements/dev.lock
	@$(INSTALL) -r requirements/dev.lock
	@touch $@

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

lock: $(VENV)/run
	$(COMPILE) $(UPGRADE) requirements/tools.in -o requirements/tools.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --extra sandbox -o requirements/run.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --extra sandbox --group dev -c requirements/run.lock -o requirements/dev.lock

clean:
	rm -rf $(VENV) .peers okr-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
