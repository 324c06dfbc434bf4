"""Seconds that each lesson takes to run, and its size: cells, words, longest code cell.

    make bench, or: .venv/bin/python benchmarks/bench_lessons.py [RUNS]

Each lesson runs in a fresh kernel, start-up included, RUNS times (3 by default); the median counts.
The load is the machine's after the last run.
"""

import json
import re
import statistics
import sys
import time
from pathlib import Path

import nbformat
from measure import load
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]


def seconds(path: Path) -> float:
    """Run a notebook once and return the seconds it took."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}})
    start = time.perf_counter()
    client.execute()
    return time.perf_counter() - start


def size(path: Path) -> tuple[int, int, int]:
    """Return a notebook's cells, words of prose, and lines of its longest code cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    return len(cells), len(re.findall(r"\w+", prose)), max(len(c.splitlines()) for c in code)


def main() -> None:
    """Print one row per lesson."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(
        f"{'lesson':24} {'median s':>8} {'cells':>6} {'words':>6} {'longest cell':>13} {'load':>5}"
    )
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        median = statistics.median(seconds(path) for _ in range(runs))
        cells, words, lines = size(path)
        print(f"{path.stem:24} {median:8.1f} {cells:6} {words:6} {lines:7} lines {load():5.1f}")


if __name__ == "__main__":
    main()
