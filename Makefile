# Every target does its own set-up: a virtual environment of its own and the packages of the lock file, by hash.
PYTHON ?= python3
BIN = .venv/bin
READY = .venv/.ready

.PHONY: demo test test-server soak bench mutants lint types check docs lock clean browser

demo: $(READY)
	$(BIN)/journey demo

test: $(READY) browser
	$(BIN)/python -m pytest
	$(BIN)/python -m tests.support.server_postgresql --part $(BIN)/python -m pytest -q

# Every test that touches a database once more, on a server made of this machine's own PostgreSQL (Debian: apt-get install postgresql).
test-server: $(READY)
	$(BIN)/python -m tests.support.server_postgresql $(BIN)/python -m pytest

# The promises at their larger sizes: hundreds of kills, a hundred thousand events.
soak: $(READY) browser
	JOURNEY_SOAK=1 $(BIN)/python -m pytest --timeout 7200

# Every row of the speed table as a ratio, in one run; SCALE=0.05 is a quick look.
SCALE ?= 1
bench: $(READY)
	$(BIN)/python -m tests.bench --scale $(SCALE) --json results/bench.json

# One small wrong at a time in rules, folds and counting: at least 90 % must be found by the tests. A quarter of an hour.
mutants: $(READY)
	nice -n 19 $(BIN)/python -m tests.support.mutants

# The pages are tested in Debian's Chromium; where it cannot be installed those tests are skipped, and say so.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } \
		|| echo "No Chromium: the browser tests will be skipped."

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
	JOURNEY_WRITE_DOCS=1 $(BIN)/python -m pytest -q tests/house/test_docs.py

lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --upgrade --output-file requirements.lock

clean:
	rm -rf .venv
