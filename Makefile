# Needs Python 3.11 or later, git and make. Everything else is installed into .venv and .venv-core.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
ARGS ?=
# `make core COVERAGE=` runs the core's tests without measuring them.
COVERAGE ?= --cov=scim_plugin --cov-branch --cov-fail-under=100
CORE_REQUIREMENTS = "pytest>=9" "freezegun>=1.5" "hypothesis>=6.150" "pytest-cov>=7"

PIP_INSTALL = -m pip install --quiet --disable-pip-version-check

# $(call venv,FOLDER) makes a virtual environment where there is none that works.
define venv
@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; choose it with PYTHON=…" if sys.version_info < (3, 11) else 0)'
@$(1)/bin/python -c "import pip" 2>/dev/null || $(PYTHON) -m venv --clear $(1)
endef

.PHONY: help run test check core bench conformance format clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.standalone ## Serve on http://HOST:PORT, with the database in data/ unless SCIM_DATABASE_URL says otherwise
	@mkdir -p -m 700 data
	@export SCIM_DATABASE_URL="$${SCIM_DATABASE_URL:-sqlite:///$$PWD/data/scim.db}"; \
	exec .venv/bin/scim-plugin serve --host "$(HOST)" --port "$(PORT)" $(ARGS)

test: .venv/.dev ## Run every test; ARGS="-k filter" goes to pytest
	@.venv/bin/python -m pytest $(ARGS)

check: .venv/.dev ## Run the linters, the type checkers and the import contracts
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/pyright
	.venv/bin/lint-imports

core: .venv-core/.installed ## Run the core's tests where nothing but pytest, freezegun and hypothesis is installed
	@PYTHONPATH=. .venv-core/bin/python -m pytest tests/unit $(COVERAGE) $(ARGS)

conformance: .venv/.dev ## Write docs/conformance.md anew: every requirement of the RFCs and the test that holds it
	@.venv/bin/python -m tests.conformance.table

bench: .venv/.dev ## Measure what requests cost with 1,000 and 100,000 users: minutes; ARGS=--help tells more
	@.venv/bin/python -m tests.benchmarks.growth $(ARGS)

format: .venv/.dev ## Format the code and mend what ruff can mend
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

clean: ## Remove the environments and all caches, but not data/
	rm -rf .venv .venv-core .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage build dist
	find scim_plugin adapters tests -type d -name __pycache__ -prune -exec rm -rf {} +

.venv/.standalone: pyproject.toml
	$(call venv,.venv)
	.venv/bin/python $(PIP_INSTALL) --editable '.[standalone]'
	@touch $@

.venv/.dev: pyproject.toml
	$(call venv,.venv)
	.venv/bin/python $(PIP_INSTALL) --editable '.[standalone,postgres,mysql,pytest,dev]'
	@touch .venv/.standalone $@

.venv-core/.installed: pyproject.toml Makefile
	$(call venv,.venv-core)
	.venv-core/bin/python $(PIP_INSTALL) $(CORE_REQUIREMENTS)
	@touch $@
