"""The tricks on imports save what they say, and only in the grader's own processes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from nbval_grader.running.startup import LIST_MODULES, hide_modules_from, seed_random


def in_new_interpreter(code: str) -> Any:
    """Run code in an interpreter of its own; return the JSON value that it prints."""
    completed = subprocess.run(
        [sys.executable, "-P", "-c", "import json, sys\n" + code],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(completed.stdout)


def test_a_library_that_is_imported_changes_nothing() -> None:
    blocked = in_new_interpreter(
        "import nbval_grader.running.session, nbval_grader.running.worker\n"
        "import nbval_grader.running.kernel, nbval_grader.running.zygote\n"
        "print(json.dumps([n for n, m in sys.modules.items() if m is None]))"
    )

    assert not {"debugpy", "rfc3987_syntax", "isoduration"} & set(blocked)


def test_a_worker_imports_no_slow_module() -> None:
    blocked, imported = in_new_interpreter(
        "from nbval_grader.running.startup import block_slow_imports\n"
        "block_slow_imports()\n"
        "import nbval_grader.running.worker\n"
        "blocked = [n for n, m in sys.modules.items() if m is None]\n"
        "print(json.dumps([blocked, 'lark' in sys.modules]))"
    )

    assert {"rfc3986_validator", "rfc3987_syntax", "isoduration"} <= set(blocked)
    assert not imported


def test_a_kernel_imports_no_debugger() -> None:
    imported = in_new_interpreter(
        "from nbval_grader.running.startup import block_debugger\n"
        "block_debugger()\n"
        "import nbval_grader.running.kernel\n"
        "print(json.dumps([n for n, m in sys.modules.items() if m and 'debugpy' in n]))"
    )

    assert imported == []


def test_blocking_keeps_what_was_imported_before() -> None:
    assert in_new_interpreter(
        "from nbval_grader.running.startup import block_debugger\n"
        "sys.modules['debugpy'] = json\n"
        "block_debugger()\n"
        "print(json.dumps(sys.modules['debugpy'] is json))"
    )


def test_modules_are_imported_once_and_failures_are_returned() -> None:
    failed, imported, blocked, frozen = in_new_interpreter(
        "import gc\n"
        "from nbval_grader.running.startup import import_once\n"
        "failed = import_once(['colorsys', 'nosuchmodule', '__main__', 'antigravity_not'])\n"
        "names = ['colorsys', 'nbval_grader.running.kernel', 'tornado.ioloop']\n"
        "imported = [sys.modules.get(n) is not None for n in names]\n"
        "blocked = 'rfc3987_syntax' in sys.modules\n"
        "print(json.dumps([failed, imported, blocked, gc.isenabled() and gc.get_freeze_count() > 0]))"
    )

    assert failed == ["nosuchmodule", "antigravity_not"]
    assert imported == [True] * 3
    assert not blocked
    assert frozen


def test_a_module_that_exits_is_a_failure(tmp_path: Any) -> None:
    (tmp_path / "leaves.py").write_text("raise SystemExit(3)")
    failed = in_new_interpreter(
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "from nbval_grader.running.startup import import_once\n"
        "print(json.dumps(import_once(['leaves'])))"
    )

    assert failed == ["leaves"]


def test_the_list_of_modules_leaves_out_what_is_blocked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "blocked_module", None)
    exec(LIST_MODULES, {})
    names = capsys.readouterr().out.split()

    assert {"sys", "pytest"} <= set(names)
    assert "blocked_module" not in names


def test_a_module_does_not_see_the_modules_for_a_while() -> None:
    module = ModuleType("module")
    module.sys = sys  # type: ignore[attr-defined]

    def fail_within() -> None:
        with hide_modules_from(module):
            assert (module.sys.modules, module.sys.version) == ({}, sys.version)  # type: ignore[attr-defined]
            raise RuntimeError("within")

    with pytest.raises(RuntimeError, match="within"):
        fail_within()
    assert module.sys is sys  # type: ignore[attr-defined]


def test_random_numbers_are_the_same_in_every_kernel() -> None:
    before = random.getstate(), np.random.get_state()
    try:
        draws = []
        for _ in range(2):
            seed_random()
            draws.append((random.random(), np.random.random()))
        assert draws[0] == draws[1]
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
