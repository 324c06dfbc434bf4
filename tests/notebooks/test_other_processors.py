"""What a lesson or a master prints does not hang on which instructions the processor has.

numpy and OpenBLAS choose their routines by the processor. They add up in another order and sort
equal values in another order, so a rounding or a table that sits on the edge shows it. Here every
notebook runs once more as on the plainest processor that both support.
"""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


def _plainest():
    features = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(features), "OPENBLAS_CORETYPE": "Prescott"}


@pytest.mark.slow
@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"),
    reason="the plainer routines are named for x86-64 processors only",
)
@pytest.mark.parametrize("folder", ["notebooks", "solutions"])
def test_a_plain_processor_prints_the_same(folder):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "-q", "--color=no", folder],
        cwd=ROOT,
        env=os.environ | _plainest(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.findall(r"^FAILED (\S+::Cell \d+)", done.stdout, re.MULTILINE) == []
    assert done.returncode == 0, done.stdout[-3000:]
