# Everything starts here. Needs python3 >= 3.11 with venv, and make; nothing is installed outside this folder.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= python3
UV_VERSION := 0.13.8
BIN := .venv/bin
UV := $(BIN)/uv
ARGS ?=
# The machine's own pip is quicker than making one for .venv, which is done where there is none.
INSTALL_UV := install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'

export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup run test check format bench clean \
	db-status db-start db-stop db-psql db-backup db-restore \
	db-up db-down db-history db-create db-verify

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# The stamp makes the second call free and lets it work offline: uv is asked only when the lock or the project changed.
.venv/.synced: pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	@$(UV) --version 2>/dev/null | grep -qwF 'uv $(UV_VERSION)' || $(PYTHON) -m pip --python $(BIN)/python $(INSTALL_UV) 2>/dev/null \
		|| { $(BIN)/python -m ensurepip >/dev/null && $(BIN)/python -m pip $(INSTALL_UV); }
	@$(UV) sync --frozen --inexact --quiet
	@touch $@

setup: .venv/.synced ## Make .venv and install what uv.lock pins

run: setup ## Serve on http://127.0.0.1:8000 with an embedded PostgreSQL (ARGS="--port 9000")
	@exec $(BIN)/selfgraph serve $(ARGS)

test: setup ## Run the tests (ARGS="-k name")
	@$(BIN)/python -m pytest $(ARGS)

check: setup ## Lint, format, types, import rules, SDL, migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pyright
	@$(BIN)/lint-imports
	@$(BIN)/selfgraph export-schema --platform --check graph/schema.graphql
	@$(BIN)/selfgraph migrate verify

format: setup ## Apply the formatter and the safe lint fixes
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: setup ## Measure selfgraph beside hand-written SQL and PostGraphile
	@$(BIN)/python bench/run.py $(ARGS)

db-status: setup ## Is the embedded PostgreSQL running, and where
	@$(BIN)/selfgraph db status || test $$? -eq 3 # 3: it is stopped, which is an answer
db-start: setup ## Start the embedded PostgreSQL and leave it running
	@$(BIN)/selfgraph db start
db-stop: setup ## Stop the embedded PostgreSQL
	@$(BIN)/selfgraph db stop
db-psql: setup ## Open psql on it
	@$(BIN)/selfgraph db psql
db-backup: setup ## Write a backup (FILE=backup.dump)
	@$(BIN)/selfgraph db backup $(FILE)
db-restore: setup ## Read a backup into an empty database (FILE=backup.dump)
	@$(BIN)/selfgraph db restore $(FILE)
db-up: setup ## Apply the migrations
	@$(BIN)/selfgraph migrate up
db-down: setup ## Undo the last migration
	@$(BIN)/selfgraph migrate down
db-history: setup ## List the migrations
	@$(BIN)/selfgraph migrate history
db-create: setup ## Write a new migration from the models (NAME="add accounts")
	@$(BIN)/selfgraph migrate create "$(NAME)"
db-verify: setup ## Check that upgrade, models and downgrade agree
	@$(BIN)/selfgraph migrate verify

clean: ## Remove .venv and caches, keep the data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis bench/.work
