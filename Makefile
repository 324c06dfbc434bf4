# The course's commands; `make` alone lists them.
PYTHON ?= python3
PORT ?= 8888
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.dev-ready
START := notebooks/00_start_here.ipynb
MASTERS := $(wildcard solutions/*.ipynb)
CLASS ?= submissions

.DEFAULT_GOAL := help
.PHONY: help lab test exercises refresh grade coverage bench bench-grader bench-peers release clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml grader/pyproject.toml constraints.txt scripts/setup.sh $(wildcard jupyter/* jupyter/labextension/*)
	@PYTHON="$(PYTHON)" sh scripts/setup.sh "$(VENV)" '.[grader,lab]'
	@touch $@

$(DEV_READY): $(READY)
	@PYTHON="$(PYTHON)" sh scripts/setup.sh "$(VENV)" '.[dev]'
	@touch $@

lab: $(READY) ## set up if needed, then open JupyterLab at lesson 00 (PORT=8888)
	@$(BIN)/python scripts/lab.py --port "$(PORT)" $(START)

test: $(DEV_READY) ## set up if needed, then run every check that CI runs
	@BIN="$(BIN)" sh scripts/test.sh

exercises: $(DEV_READY) ## write exercises/ from the masters in solutions/
	@$(BIN)/nbval-grader exercise $(MASTERS) --to exercises

refresh: $(DEV_READY) ## run lessons and masters again and store the outputs that nbval checks
	@$(BIN)/nbval-grader refresh notebooks/*.ipynb $(MASTERS)

grade: $(READY) ## grade a class (CLASS=folder with one folder a student)
	@$(BIN)/nbval-grader grade "$(CLASS)" --masters solutions

coverage: $(DEV_READY) ## measure which branches of the grader its tests take (90 % at least)
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/nbval_grader --cov --cov-report=term-missing:skip-covered

bench: $(DEV_READY) ## measure lessons, explorers in the browser, models and tables
	@$(BIN)/python benchmarks/bench_data.py
	@$(BIN)/python benchmarks/bench_models.py
	@$(BIN)/python benchmarks/bench_lessons.py
	@$(BIN)/python benchmarks/bench_explorers.py

bench-grader: $(DEV_READY) ## measure the grader
	@$(BIN)/python benchmarks/bench_grader.py

bench-peers: $(DEV_READY) ## measure the grader beside nbgrader, in turn
	@$(BIN)/python benchmarks/bench_peers.py

release: $(DEV_READY) ## write a student edition (no solutions, no hidden checks) to dist/student
	@$(BIN)/nbval-grader release . --to dist/student

clean: ## remove the environment and everything generated
	rm -rf $(VENV) dist build artefacts
