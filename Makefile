# Needs Python 3.11 or newer with venv, and make. Everything else is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
DEMO := demo

.PHONY: setup demo test check ui bench samples docs clean

setup: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "verify needs Python 3.11 or newer; say: make PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "verify needs Python's venv module: on Debian or Ubuntu, apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: setup
	@rm -rf $(DEMO)
	@mkdir -p $(DEMO)
	$(BIN)/verify-video hash samples/reference --db $(DEMO)/footage.db
	$(BIN)/verify-video case new samples/article/depot_road.html --db $(DEMO)/footage.db -o $(DEMO)/cases/depot_road
	@$(BIN)/verify-video case report $(DEMO)/cases/depot_road --format html -o $(DEMO)/report.html
	@echo
	@echo "The report:  $(DEMO)/report.html (open it in any browser)"
	@echo "The screen:  make ui"

ui: setup
	$(BIN)/verify-video ui --cases $(DEMO)/cases

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

bench: setup
	$(BIN)/python benchmarks/run_all.py

samples: setup
	$(BIN)/python samples/make_samples.py

docs: setup
	$(BIN)/python docs/write_errors.py

clean:
	rm -rf .venv $(DEMO)
