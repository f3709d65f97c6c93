# make run    the main job: installs a shop of real processes on loopback ports and shows it
# make test   the whole test run
# make soak   simulates users, crashes and clocks, seed after seed, until stopped
# make check  what CI runs: format, lint, types, import contracts, tests
.PHONY: run test check bench soak faults lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# everything here starts many processes: to compile once is enough
unexport PYTHONDONTWRITEBYTECODE

run: $(INSTALLED)
	@$(BIN)/conductor demo

test: $(INSTALLED)
	$(BIN)/pytest -q -n 2

check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n 2

bench: $(INSTALLED)
	$(BIN)/python -m tests.benchmarks

soak: $(INSTALLED)
	$(BIN)/python -m tests.simulation.soak

# The faults that take too long for every test run.
faults: $(INSTALLED)
	$(BIN)/pytest tests/faults tests/runtime/test_faults.py tests/runtime/test_faults_real.py tests/simulation tests/journeys -q -m "fault or not fault"
	CONDUCTOR_RULES=10 $(BIN)/pytest tests/time tests/domain/test_recurrence_properties.py -q -m "fault or not fault"

# Writes requirements.lock anew from pyproject.toml; needs pip-tools.
lock:
	pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --strip-extras \
		--allow-unsafe --extra dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(INSTALLED): requirements.lock pyproject.toml
	@echo "preparing the environment in $(VENV) (once; takes a minute)" >&2
	@$(PYTHON) -c 'import sys; sys.exit("Conductor needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED)
