"""Grading a class does not draw what nobody looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbval_grader.notebooks.master import read_master

SOLUTIONS = sorted((Path(__file__).parents[2] / "solutions").glob("*.ipynb"))


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda p: p.stem)
def test_explorers_and_score_cards_are_ungraded(path: Path) -> None:
    for cell in read_master(path).cells:
        only_to_look_at = cell.id.endswith("-explorer") or "scorecard()" in cell.source
        if cell.type == "code" and only_to_look_at:
            assert "ungraded" in cell.tags, f"{cell.label} lacks the tag 'ungraded'"
