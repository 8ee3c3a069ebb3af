# Every target does its own set-up: a virtual environment of its own and the packages of the lock file, by hash.
PYTHON ?= python3
BIN = .venv/bin
READY = .venv/.ready

# Tests run in several processes, each with a database server of its own. One more than there are processors, since many wait.
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
WORKERS ?= $(shell expr $(CORES) + 1)
PYTEST = $(BIN)/python -m pytest
PARALLEL = -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Compiled files are kept, whatever the environment says: each process would compile the whole program anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo unit test promises test-server soak bench mutants lint types check docs lock clean browser postgresql oidc-provider sbom advisories release

demo: $(READY)
	$(BIN)/journey demo

# No database, no browser, no other program: what to run after every change. ORDER=--random-order shuffles (its seed is printed).
ORDER =
unit: $(READY)
	$(PYTEST) $(PARALLEL) -n $(CORES) -m unit $(ORDER)

# Every test but those marked long; of the promises the mechanism.
test: $(READY) browser
	$(PYTEST) $(PARALLEL) -m "not long"

# The promises at about a tenth of their full size, the tests marked long, and what meets a server's PostgreSQL first.
# The sizes (make test, make promises, make soak) stand in the tests, as by_size(...):
#   A1 kills of each kind 4, 25, 200 · A2 events 2,000, 20,000, 100,000 · A3 cuts 30, 100, 100 · A4 one byte of 7, each, each of 200 events
#   bad days seconds away 1, 5, 60 · figures against the law, registers 2, 6, 40 · letters 1, 3, 30 · why and drilldown 2, 2, 20
promises: $(READY) browser postgresql oidc-provider
	JOURNEY_SIZE=promises $(PYTEST) $(PARALLEL) -m "promise or long"
	$(BIN)/python -m tests.support.server_postgresql --part $(PYTEST) -q

# Every test that touches a database once more, on a server made of this machine's own PostgreSQL (Debian: apt-get install postgresql).
test-server: $(READY)
	$(BIN)/python -m tests.support.server_postgresql $(PYTEST)

# The promises at their larger sizes: hundreds of kills, a hundred thousand events.
soak: $(READY) browser oidc-provider
	JOURNEY_SIZE=soak $(PYTEST) --timeout 7200

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

# A server's PostgreSQL and pgbouncer, Debian's, of which only the programs are used; where they cannot be installed their part is left
# out, and says so.
postgresql:
	@{ ls /usr/lib/postgresql/*/bin/initdb && ls /usr/sbin/pgbouncer; } >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] \
		&& command -v apt-get >/dev/null && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql pgbouncer >/dev/null; } \
		|| echo "No server's PostgreSQL or no pgbouncer: its part will be left out."

# The sign-in is tested with a real OpenID provider, npm's oidc-provider on Debian's Node, by the hashes of its lock file; where they
# cannot be had those tests are skipped, and say so.
oidc-provider:
	@{ command -v npm >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; }; } \
		&& cd tests/support/oidc_provider && { [ node_modules/.package-lock.json -nt package-lock.json ] \
		|| npm ci --silent --no-audit --no-fund --ignore-scripts; } \
		|| echo "No Node or no oidc-provider: the tests of the municipality's login will be skipped."

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

docs: $(READY)
	JOURNEY_WRITE_DOCS=1 $(PYTEST) -q tests/house/test_docs.py

# The lock file is made of pyproject.toml: every version pinned, every file by its hash, no address. Packages that are in it stay as
# they are; UPGRADE=--upgrade brings them all up to date.
UPGRADE =
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate $(UPGRADE) --output-file requirements.lock

# The bill of materials (CycloneDX) of the lock file.
sbom: $(READY)
	$(BIN)/python -m tests.support.sbom results/sbom.cdx.json

# A snapshot of the advisories known of the locked packages, where the network reaches the service; pip-audit is fetched by pipx.
advisories: $(READY)
	{ pipx run pip-audit==2.10.1 --requirement requirements.lock --disable-pip --require-hashes --format json \
		--vulnerability-service osv 2>/dev/null || true; } | $(BIN)/python -m tests.support.advisories

# The wheel, made twice to the same bytes, and its bill of materials, in dist/; demands a fresh snapshot of advisories.
release: $(READY)
	$(BIN)/python -m tests.support.release

clean:
	rm -rf .venv
