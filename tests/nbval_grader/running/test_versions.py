"""A submission is graded again when what decides its marks has another version."""

from __future__ import annotations

import json
import platform

import pytest

from nbval_grader.running.versions import versions


def test_another_version_of_python_is_another_text(monkeypatch: pytest.MonkeyPatch) -> None:
    here = versions()
    assert json.loads(here)["python"] == platform.python_version()

    monkeypatch.setattr(platform, "python_version", lambda: "3.99.0")
    assert json.loads(versions.__wrapped__()) == {**json.loads(here), "python": "3.99.0"}
