# Needs Python 3.11 or newer with venv, and make. Everything else is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
DEMO := demo
CASE := $(DEMO)/cases/depot_road

.PHONY: setup demo ui test lint check bench samples docs clean clean-demo

setup: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "verify needs Python 3.11 or newer; if you have one, say for example: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "verify needs Python's venv module; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "installing into .venv; this takes a minute or two the first time"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

# A demo case in which someone took a stance is kept; any other is made anew.
demo: setup
	@test -s $(CASE)/claims.jsonl || rm -rf $(DEMO)
	@mkdir -p $(DEMO)/cases
	$(BIN)/verify-video hash samples/reference --db $(DEMO)/footage.db
	@echo
	@if test -s $(CASE)/claims.jsonl; then \
	    echo "$(CASE) holds stances and is kept; make clean-demo throws it away"; \
	    $(BIN)/verify-video case show $(CASE); \
	else \
	    echo "$(BIN)/verify-video case new samples/article/depot_road.html --db $(DEMO)/footage.db -o $(CASE)"; \
	    $(BIN)/verify-video case new samples/article/depot_road.html --db $(DEMO)/footage.db -o $(CASE); \
	fi
	@$(BIN)/verify-video case report $(CASE) --format html -o $(DEMO)/report.html
	@echo
	@echo "the report:  $(DEMO)/report.html   (one file, opens in any browser, needs no network)"
	@echo "the case:    $(CASE)"
	@echo "the screen:  make ui   (then open the address that it prints)"

ui: setup
	$(BIN)/verify-video ui --cases $(DEMO)/cases

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

bench: setup
	$(BIN)/python -m benchmarks.run_all

samples: setup
	$(BIN)/python samples/make_samples.py

docs: setup
	$(BIN)/python docs/write_errors.py
	$(BIN)/python docs/write_session.py

clean-demo:
	rm -rf $(DEMO)

clean: clean-demo
	rm -rf .venv
