# Every target does its own set-up; the stamps below make the second time fast.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-python test-web check fix bench codegen lock dist vsix changelog release vscode vscode-pictures chaos screenshots clean
SHELL := /bin/bash
BIN := .venv/bin
PYTHON_FILES := sidecar tests bench scripts

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: .venv/.run ## start the hub here, with the demo if no agent is installed
	@exec $(BIN)/pilot up --or-demo

setup: .venv/.dev node_modules/.setup ## prepare everything for development (creates .venv with pilot in it)
	@echo "Ready: $(BIN)/pilot"

test: check test-python test-web ## everything CI runs: checks, then all tests

test-python: .venv/.dev node_modules/.setup .venv/.system vscode vsix
	$(BIN)/pytest

test-web: node_modules/.setup .venv/.dev
	npm test --silent

check: .venv/.dev node_modules/.setup ## lint, format, types, layers, generated files
	$(BIN)/ruff check $(PYTHON_FILES)
	$(BIN)/ruff format --check $(PYTHON_FILES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/codegen.py --check
	npm run --silent lint
	npm run --silent typecheck
	npm run --silent vendor:check

fix: .venv/.dev node_modules/.setup ## repair what can be repaired automatically
	$(BIN)/ruff check --fix $(PYTHON_FILES)
	$(BIN)/ruff format $(PYTHON_FILES)
	npm run --silent fix

codegen: .venv/.dev ## write the TypeScript forms of the wire models
	$(BIN)/python scripts/codegen.py

bench: .venv/.dev ## measure the hub against its budgets
	$(BIN)/python -m bench

lock: .venv/.dev ## renew the pinned Python dependencies
	PATH="$(abspath $(BIN)):$$PATH" scripts/lock.sh

screenshots: .venv/.dev .venv/.system ## take the pictures of the docs anew
	$(BIN)/python scripts/screenshots.py

vscode: ## install the VS Code that tests/vscode drives, in a cache outside the checkout
	@scripts/vscode.sh

vscode-pictures: .venv/.dev node_modules/.setup .venv/.system vscode vsix ## take pictures of everything VS Code shows, to look at
	$(BIN)/pytest -q tests/vscode/pictures.py tests/vscode/access_pictures.py && ls test-results/vscode-pictures

dist: .venv/.dev ## build the Python package: the same bytes from the same sources, wherever and whenever
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist

changelog: .venv/.dev ## show the changelog, with what is not released yet
	@$(BIN)/python scripts/changelog.py

release: .venv/.dev node_modules/.setup ## VERSION=1.2.0: set it everywhere and write the changelog
	@$(BIN)/python scripts/release.py $(VERSION)

vsix: build/agent-pilot.vsix ## package the VS Code extension with all it brings

# Folders too, so that a file that went is noticed.
VSIX_SOURCES := $(shell find extension sidecar/pilot_sidecar webview \
	-name dist -prune -o -name dashboard -path 'extension/media/*' -prune -o -name __pycache__ -prune -o -print)

build/agent-pilot.vsix: $(VSIX_SOURCES) scripts/vsix.mjs scripts/extension.mjs scripts/dashboard.mjs scripts/dashboard.py scripts/release.mjs LICENSE README.md \
		$(wildcard changes/*) CHANGELOG.md scripts/changelog.py scripts/package_readme.py pyproject.toml requirements.lock .venv/.dev node_modules/.setup
	node scripts/vsix.mjs
	@touch $@

chaos:
	@echo "make $@: not there yet; it comes with a later milestone." >&2; exit 1

clean: ## remove what set-up made
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/.run: requirements.lock requirements-build.lock pyproject.toml
	scripts/setup.sh python requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock requirements-build.lock pyproject.toml
	scripts/setup.sh python requirements-dev.lock
	@touch $@ .venv/.run

node_modules/.setup: package.json package-lock.json
	scripts/setup.sh node
	@touch $@

.venv/.system: scripts/setup.sh | .venv/.dev
	scripts/setup.sh system
	@touch $@
