"""Time and memory for loading every table of the course, in a fresh process.

Usage: ``python benchmarks/bench_data.py``
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from measure import load

PROBE = """
import json, resource, time
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if __import__("sys").platform == "darwin" else 1024)
start = time.perf_counter()
import pandas
after_pandas, pandas_mb = time.perf_counter(), peak()
from asian_security import data
from asian_security.data.reader import read_table
rows = sum(len(read_table(table)) for table in data.tables())
rows += len(data.references())
done = time.perf_counter()
for table in data.tables():
    read_table(table)
print(json.dumps({
    "import pandas, s": after_pandas - start,
    "load all tables, s": done - after_pandas,
    "read all again (cached), s": time.perf_counter() - done,
    "memory of pandas, MB": pandas_mb,
    "memory added by the tables, MB": peak() - pandas_mb,
    "tables": len(data.tables()),
    "rows": rows,
}))
"""


def main(runs: int = 5) -> None:
    """Print the median of `runs` fresh processes."""
    results = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", PROBE], check=True, capture_output=True, text=True
            ).stdout
        )
        for _ in range(runs)
    ]
    for name in results[0]:
        print(f"{name:32} {statistics.median(result[name] for result in results):10.3f}")
    print(f"{'load of the machine':32} {load():10.1f}")


if __name__ == "__main__":
    main()
