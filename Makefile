# Every target does its own set-up: a virtual environment of its own and the packages of the lock file, by hash.
PYTHON ?= python3
BIN = .venv/bin
READY = .venv/.ready

.PHONY: demo test lint types check docs lock clean

demo: $(READY)
	$(BIN)/journey demo

test: $(READY)
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/basedpyright

check: lint types test

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# The lock file is made of pyproject.toml: every version pinned, every file by its hash, no address.
docs: $(READY)
	JOURNEY_WRITE_DOCS=1 $(BIN)/python -m pytest -q tests/test_docs.py

lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --upgrade --output-file requirements.lock

clean:
	rm -rf .venv
