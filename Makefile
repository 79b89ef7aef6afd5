# The four things people do here, and the checks. Everything runs in .venv, which `make` builds by itself.
PYTHON ?= python3
BIN := .venv/bin
DEMO_ARGS ?=
# Every command of this project starts a process or more: none compiles a library anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench docs lock clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-7s %s\n", $$1, $$2}'

.venv/ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: .venv/ready ## a simulated card centre from the first event to a served decision
	@$(BIN)/playcall demo $(DEMO_ARGS)

# Waiting threads sleep: two test processes and their worker threads share the cores.
test: .venv/ready ## the whole test suite
	@OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: .venv/ready ## format, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/playcall playbook lint --level warning playbooks/library/*/

bench: .venv/ready ## every benchmark, side by side with its peers
	@$(BIN)/playcall bench all

docs: .venv/ready ## write the generated pages of docs/ anew
	@$(BIN)/playcall features show --markdown docs/features.md

lock: ## pin every library again (hashes, no registry addresses)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-header pyproject.toml --output-file requirements.lock

clean: ## drop the environment and the default home
	@rm -rf .venv .playcall
