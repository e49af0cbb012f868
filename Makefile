# Needs python3 (3.11 or later) and make; everything else goes into a virtual environment in this folder.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DATA   := build/flights
EXAMPLE := examples/three_teams
# One worker per core; `make test WORKERS=0` runs in one process.
WORKERS ?= auto

.PHONY: help install demo test lint types layers unit benchmarks lock clean

help:
	@echo 'make demo        list, validate, compile and run the example on the full flights data'
	@echo 'make test        linters, type checker, layer contracts, unit and functional tests'
	@echo 'make benchmarks  the long measurements (minutes)'
	@echo 'make lock        write the pinned requirements anew from this environment'
	@echo 'make clean       remove what was built, not the virtual environment'

install: $(STAMP)

$(STAMP): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cursus needs Python 3.11 or later; name one: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP)
	$(BIN)/python tools/demo.py --root $(EXAMPLE) --data $(DATA) --out build/demo

test: lint types layers unit

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

unit: $(STAMP)
	$(BIN)/pytest -n $(WORKERS)

benchmarks: $(STAMP)
	status=0; for f in benchmarks/*.py; do echo "== $$f"; $(BIN)/python "$$f" || status=1; done; exit $$status

lock: $(STAMP)
	$(BIN)/python tools/lock.py requirements/dev.txt

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
