"""Measure the grader on the course's own exercise, confined: seconds, CPU seconds, memory, flatness.

    python benchmarks/bench_grader.py [--large] [--sizes 18 100 1000] [--workers 1 2]

A quick machine should need at most 0.5 s a submission in the long run, and the whole process tree
less than 700 MB, whatever the size of the class. Start-up, and the proof that the master earns its
own points, are included.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from pathlib import Path

from classes import MASTER, ROOT, make_class
from measure import Cost, grader, measure

SIZES, LARGE, WORKERS = (18, 100, 1000), 10_000, (1, 2)
MOST_SECONDS, MOST_MB = 0.5, 700


def grade(folder: Path, workers: int, gradebook: Path) -> Cost:
    """Grade a folder into a new gradebook and measure it."""
    cost = measure(
        [
            grader(),
            "grade",
            str(folder),
            "--masters",
            str(MASTER),
            "--readable",
            str(ROOT / "data"),
            "--gradebook",
            str(gradebook),
            "--workers",
            str(workers),
        ]
    )
    if cost.code:
        raise SystemExit(f"The grader ended with {cost.code}: {cost.output}")
    return cost


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, metavar="N")
    parser.add_argument("--workers", nargs="+", type=int, default=WORKERS, metavar="N")
    parser.add_argument("--large", action="store_true", help=f"also {LARGE:,} submissions")
    options = parser.parse_args()
    sizes = sorted({*options.sizes, *([LARGE] if options.large else [])})
    print(f"{MASTER.name}, confined. Peak memory of the whole tree: PSS (RSS counts shared twice).")
    heads = ("submissions", "workers", "s", "s each", "CPU s each", "PSS MB", "RSS MB", "processes")
    print(" | ".join(heads))
    costs: dict[tuple[int, int], Cost] = {}
    with tempfile.TemporaryDirectory(prefix="bench-grader-") as scratch:
        for size in sizes:
            folder = make_class(Path(scratch) / f"class{size}", size)
            for workers in options.workers:
                book = Path(scratch) / f"{size}-{workers}.sqlite"
                cost = costs[size, workers] = grade(folder, workers, book)
                print(
                    f"{size:11,} | {workers:7} | {cost.seconds:7.1f} | {cost.seconds / size:6.3f} | "
                    f"{cost.cpu_seconds / size:10.3f} | {cost.pss_mb:6.0f} | {cost.rss_mb:6.0f} | "
                    f"{cost.processes:9}",
                    flush=True,
                )
                book.unlink()
    for workers in options.workers:
        for small, large in itertools.pairwise(sizes):
            a, b = costs[small, workers], costs[large, workers]
            more = large - small
            print(
                f"{workers} worker{'s' * (workers > 1)}, from {small:,} to {large:,}: each further "
                f"submission {(b.seconds - a.seconds) / more:.3f} s, "
                f"{(b.cpu_seconds - a.cpu_seconds) / more:.3f} CPU s; "
                f"peak PSS x {b.pss_mb / max(a.pss_mb, 1e-9):.2f}"
            )
    largest = max(sizes)
    for workers in options.workers:
        cost = costs[largest, workers]
        print(
            f"{workers} worker{'s' * (workers > 1)}, {largest:,}: {cost.seconds / largest:.3f} s each "
            f"(goal {MOST_SECONDS}), {cost.pss_mb:.0f} MB (goal {MOST_MB}); CPU by {cost.cpu_from}"
        )


if __name__ == "__main__":
    main()
