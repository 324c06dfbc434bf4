#!/bin/sh
# Every check that CI runs; `make test` calls it.
set -eu
bin=${BIN:-.venv/bin}
"$bin/ruff" check .
"$bin/ruff" format --check .
"$bin/mypy"
"$bin/lint-imports" --no-cache
"$bin/nbval-grader" lint solutions/*.ipynb
"$bin/nbval-grader" exercise solutions/*.ipynb --to exercises --check
exec "$bin/python" -m pytest -n 2 --dist loadfile --no-loadscope-reorder "$@"
