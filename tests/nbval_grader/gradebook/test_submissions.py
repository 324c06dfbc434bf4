"""The layout of a folder of submissions is detected and stated; file names are never trusted."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nbval_grader.errors import BadInput
from nbval_grader.gradebook.submissions import (
    LAYOUTS,
    Discovery,
    discover,
    find_platform_id,
    is_marked_late,
    normalise_student,
)

NAME = "07_mechanisms"
MASTERS = {NAME: None, "08_trust": None}


def touch(path: Path, text: str = "{}", at: float | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if at is not None:
        os.utime(path, (at, at))
    return path


def paths_of(discovery: Discovery, folder: Path) -> dict[tuple[str, str], str | None]:
    return {
        (s.student, s.notebook): None if s.path is None else s.path.relative_to(folder).as_posix()
        for s in discovery.submissions
    }


def test_one_folder_per_student(tmp_path: Path) -> None:
    touch(tmp_path / "ann" / f"{NAME}.ipynb", at=1000.0)
    touch(tmp_path / "bo" / "notes.txt")
    touch(tmp_path / ".git" / f"{NAME}.ipynb")
    discovery = discover(tmp_path, MASTERS)
    assert discovery.layout == "folders"
    assert paths_of(discovery, tmp_path) == {("ann", NAME): f"ann/{NAME}.ipynb", ("bo", NAME): None}
    assert discovery.submissions[0].submitted_at == 1000.0
    assert discovery.notices == ()


def test_an_exercise_that_nobody_handed_in_is_not_expected(tmp_path: Path) -> None:
    touch(tmp_path / "ann" / "08_trust.ipynb")
    assert {s.notebook for s in discover(tmp_path, MASTERS).submissions} == {"08_trust"}


@pytest.mark.parametrize("start", ["course", "submitted"])
def test_nbgrader(tmp_path: Path, start: str) -> None:
    base = tmp_path / "submitted"
    touch(base / "ann" / "week 7" / f"{NAME}.ipynb")
    touch(base / "ann" / "week 7" / "timestamp.txt", "2026-03-01 12:00:00.123456 UTC")
    touch(base / "bo" / "week 7" / f"{NAME}.ipynb", at=2000.0)
    touch(base / "bo" / "week 7" / "timestamp.txt", "yesterday")
    touch(base / "chen" / "week 7" / "essay.txt")
    folder = tmp_path if start == "course" else base
    discovery = discover(folder, MASTERS)
    assert discovery.layout == "nbgrader"
    by_student = {s.student: s for s in discovery.submissions}
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
    assert by_student["ann"].submitted_at == noon
    assert by_student["bo"].submitted_at == 2000.0
    assert by_student["chen"].path is None


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01 12:00:00.123456 UTC\n", NOON),
        ("2026-03-01 12:00:00", NOON),
        ("2026-03-01 20:00:00.0 Asia/Shanghai", NOON),
        ("2026-03-01 20:00:00.0 +0800", NOON),
        ("2026-03-01 20:00:00 +08:00", NOON),
        ("2026-03-01 12:00:00.0 Nowhere/City", NOON),
        ("2026-03-01 12:00:00.0 ../../etc/passwd", NOON),
        ("2026-03-01 12:00:00.0 America", NOON),
        ("2026-03-01 12:00:00.0 +9", NOON),
        ("2026-13-45 12:00:00 UTC", 2000.0),
        ("yesterday", 2000.0),
        ("", 2000.0),
    ],
)
def test_nbgraders_timestamp_names_its_zone(tmp_path: Path, text: str, expected: float) -> None:
    folder = tmp_path / "submitted" / "ann" / "week 7"
    touch(folder / f"{NAME}.ipynb", at=2000.0)
    touch(folder / "timestamp.txt", text)
    assert discover(tmp_path, MASTERS).submissions[0].submitted_at == expected


# Prints when each submission in a folder was handed in.
TIMES = f"""
import sys
from nbval_grader.gradebook.submissions import discover
for submission in discover(sys.argv[1], {{{NAME!r}: None}}).submissions:
    print(submission.student, submission.submitted_at)
"""


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_a_time_is_the_same_in_every_zone(tmp_path: Path, zone: str) -> None:
    for student, text in (("ann", "2026-03-01 12:00:00.5 UTC"), ("bo", "none")):
        touch(tmp_path / student / "week 7" / f"{NAME}.ipynb", at=2000.0)
        touch(tmp_path / student / "week 7" / "timestamp.txt", text)
    done = subprocess.run(
        [sys.executable, "-c", TIMES, str(tmp_path)],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [f"ann {NOON}", "bo 2000.0"]


def test_canvas_takes_the_latest_upload_and_marks_late_ones(tmp_path: Path) -> None:
    touch(tmp_path / f"zhangwei_101_9001_{NAME}.ipynb", at=9e8)
    touch(tmp_path / f"zhangwei_101_9100_{NAME}-1.ipynb", at=1e8)
    touch(tmp_path / f"zhangwei_102_9002_{NAME}.ipynb")
    touch(tmp_path / f"李明_LATE_103_9003_{NAME}.ipynb")
    touch(tmp_path / f"LATE_anon_a1B2c_9004_{NAME}.ipynb")
    touch(tmp_path / "leeann_104_9005_photo.jpg")
    touch(tmp_path / "leeann_104_9006_draft.ipynb")
    discovery = discover(tmp_path, MASTERS)
    assert discovery.layout == "canvas"
    assert paths_of(discovery, tmp_path) == {
        ("zhangwei_101", NAME): f"zhangwei_101_9100_{NAME}-1.ipynb",
        ("zhangwei_102", NAME): f"zhangwei_102_9002_{NAME}.ipynb",
        ("李明_103", NAME): f"李明_LATE_103_9003_{NAME}.ipynb",
        ("anon_a1B2c", NAME): f"LATE_anon_a1B2c_9004_{NAME}.ipynb",
        ("leeann_104", NAME): None,
    }
    late = {s.student for s in discovery.submissions if is_marked_late(s.path, s.notebook)}
    assert late == {"李明_103", "anon_a1B2c"}
    ids = {s.student: find_platform_id(s.path, s.notebook) for s in discovery.submissions}
    assert ids["zhangwei_101"] == ("canvas", "101")
    assert ids["anon_a1B2c"] is None
    assert any("counts for 'zhangwei_101'" in n and "9001" in n for n in discovery.notices)
    assert any("leeann_104_9006_draft.ipynb" in n for n in discovery.notices)


def test_moodle_folders_and_files(tmp_path: Path) -> None:
    old = tmp_path / "Ann Lee_55_assignsubmission_file_"
    touch(old / f"{NAME}.ipynb")
    touch(tmp_path / "Bo_56_assignsubmission_file" / "work" / f"{NAME} (1).ipynb")
    touch(tmp_path / f"李 明_57_assignsubmission_file_{NAME}.ipynb")
    touch(tmp_path / "Chen_58_assignsubmission_file_" / "essay.pdf")
    discovery = discover(tmp_path, MASTERS)
    assert discovery.layout == "moodle"
    assert paths_of(discovery, tmp_path) == {
        ("Ann Lee_55", NAME): f"Ann Lee_55_assignsubmission_file_/{NAME}.ipynb",
        ("Bo_56", NAME): f"Bo_56_assignsubmission_file/work/{NAME} (1).ipynb",
        ("李 明_57", NAME): f"李 明_57_assignsubmission_file_{NAME}.ipynb",
        ("Chen_58", NAME): None,
    }
    assert {find_platform_id(s.path, NAME) for s in discovery.submissions} == {
        ("moodle", "55"),
        ("moodle", "56"),
        ("moodle", "57"),
        None,
    }


def test_flat_files(tmp_path: Path) -> None:
    touch(tmp_path / f"ann__{NAME}.ipynb")
    touch(tmp_path / f"bo__the__second__{NAME}.ipynb")
    touch(tmp_path / "chen__08_trust.ipynb")
    discovery = discover(tmp_path, MASTERS)
    assert discovery.layout == "flat"
    assert (
        paths_of(discovery, tmp_path)["bo__the__second", NAME] == f"bo__the__second__{NAME}.ipynb"
    )
    assert paths_of(discovery, tmp_path)["ann", "08_trust"] is None


def test_the_right_name_counts_before_copies_and_then_the_latest_change(tmp_path: Path) -> None:
    touch(tmp_path / "ann" / f"{NAME}.ipynb", at=1000.0)
    touch(tmp_path / "ann" / f"{NAME} (2).ipynb", at=9000.0)
    touch(tmp_path / "bo" / f"{NAME}-Copy1.ipynb", at=2000.0)
    touch(tmp_path / "bo" / f"{NAME}-Copy2.ipynb", at=1000.0)
    discovery = discover(tmp_path, MASTERS)
    assert paths_of(discovery, tmp_path) == {
        ("ann", NAME): f"ann/{NAME}.ipynb",
        ("bo", NAME): f"bo/{NAME}-Copy1.ipynb",
    }
    assert len(discovery.notices) == 2


def test_an_exercise_named_like_a_copy_is_itself(tmp_path: Path) -> None:
    touch(tmp_path / "ann" / "lab-1.ipynb")
    touch(tmp_path / "ann" / "lab.ipynb")
    discovery = discover(tmp_path, {"lab": None, "lab-1": None})
    assert paths_of(discovery, tmp_path) == {
        ("ann", "lab"): "ann/lab.ipynb",
        ("ann", "lab-1"): "ann/lab-1.ipynb",
    }


def test_an_exercise_named_like_a_canvas_file_is_not_canvas(tmp_path: Path) -> None:
    touch(tmp_path / "ann" / "week_1_2_intro.ipynb")
    discovery = discover(tmp_path, {"week_1_2_intro": None, "intro": None})
    assert discovery.layout == "folders"
    assert find_platform_id(discovery.submissions[0].path, "week_1_2_intro") is None
    assert find_platform_id("ann/week_1_2_intro.ipynb", "other") is None


def test_hostile_names(tmp_path: Path) -> None:
    names = ["two words", "李明", "new\nline", "=cmd()", "a'b\"c", "--only", "x" * 200]
    for name in names:
        touch(tmp_path / name / f"{NAME}.ipynb")
    bad = os.fsdecode(b"caf\xe9")
    touch(tmp_path / bad / f"{NAME}.ipynb")
    decomposed = "Zoe\u0308"
    touch(tmp_path / decomposed / f"{NAME}.ipynb")
    discovery = discover(tmp_path, MASTERS)
    students = {s.student for s in discovery.submissions}
    assert students == {*names, "caf\\xe9", "Zo\u00eb"}
    for student in students:
        student.encode()
    assert normalise_student(decomposed) == "Zo\u00eb"


def test_links_are_passed_on_unopened(tmp_path: Path) -> None:
    answers = touch(tmp_path / "solutions" / f"{NAME}.ipynb")
    folder = tmp_path / "class"
    touch(folder / "ann" / f"{NAME}.ipynb")
    (folder / "eve").symlink_to(answers.parent)
    (folder / "fay").mkdir()
    (folder / "fay" / f"{NAME}.ipynb").symlink_to(answers)
    (folder / "gone").symlink_to(tmp_path / "nowhere")
    discovery = discover(folder, MASTERS)
    by_student = {s.student: s.path for s in discovery.submissions}
    assert set(by_student) == {"ann", "eve", "fay"}
    assert by_student["eve"] == folder / "eve"
    assert by_student["eve"].is_symlink()
    assert by_student["fay"].is_symlink()


def test_a_folder_named_like_a_notebook_is_a_submission_not_a_student(tmp_path: Path) -> None:
    touch(tmp_path / "ann" / f"{NAME}.ipynb")
    (tmp_path / "bo" / f"{NAME}.ipynb").mkdir(parents=True)
    (tmp_path / f"{NAME}.ipynb").mkdir()
    discovery = discover(tmp_path, MASTERS)
    assert paths_of(discovery, tmp_path) == {
        ("ann", NAME): f"ann/{NAME}.ipynb",
        ("bo", NAME): f"bo/{NAME}.ipynb",
    }
    assert any(repr(f"{NAME}.ipynb") in notice for notice in discovery.notices)


def test_the_layout_of_most_files_counts_and_others_are_named(tmp_path: Path) -> None:
    for name in "abc":
        touch(tmp_path / f"{name}__{NAME}.ipynb")
    touch(tmp_path / "dora" / f"{NAME}.ipynb")
    discovery = discover(tmp_path, MASTERS)
    assert discovery.layout == "flat"
    assert any(f"dora/{NAME}.ipynb" in notice for notice in discovery.notices)
    assert discover(tmp_path, MASTERS, "folders").submissions[0].student == "dora"


def test_a_zip_file_is_to_be_unpacked(tmp_path: Path) -> None:
    packed = touch(tmp_path / "submissions.zip", "PK")
    with pytest.raises(BadInput, match=r"is a zip file; unpack it first: python -m zipfile -e"):
        discover(packed, MASTERS)
    with pytest.raises(BadInput, match=r"but 'submissions\.zip'; unpack it first"):
        discover(tmp_path, MASTERS)
    touch(tmp_path / "ann" / f"{NAME}.ipynb")
    assert any("'submissions.zip' left out" in n for n in discover(tmp_path, MASTERS).notices)


def test_an_empty_folder_says_what_is_accepted(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no folder"):
        discover(tmp_path / "none", MASTERS)
    with pytest.raises(BadInput, match=rf"one folder per student.*{NAME}\.ipynb"):
        discover(tmp_path, MASTERS)
    touch(tmp_path / "other.ipynb")
    with pytest.raises(BadInput, match=r"It holds 'other\.ipynb'"):
        discover(tmp_path, MASTERS)
    for layout in LAYOUTS:
        with pytest.raises(BadInput, match="it must hold"):
            discover(tmp_path, MASTERS, layout)
    with pytest.raises(
        BadInput, match="must be auto, folders, nbgrader, canvas, moodle, flat, got 'x'"
    ):
        discover(tmp_path, MASTERS, "x")


def test_two_underlines_in_an_exercises_own_name(tmp_path: Path) -> None:
    touch(tmp_path / "ann__b__07__extra.ipynb")
    touch(tmp_path / "chen__unknown.ipynb")
    discovery = discover(tmp_path, {"07__extra": None})
    assert paths_of(discovery, tmp_path) == {("ann__b", "07__extra"): "ann__b__07__extra.ipynb"}


def test_many_notices_are_counted(tmp_path: Path) -> None:
    for n in range(8):
        touch(tmp_path / f"s{n}" / f"{NAME}.ipynb")
        touch(tmp_path / f"s{n}" / f"{NAME} (1).ipynb")
    assert discover(tmp_path, MASTERS).notices[-1] == "The same for 3 more."


def test_a_notebook_many_folders_down_is_not_searched_for(tmp_path: Path) -> None:
    touch(tmp_path / "ann" / f"{NAME}.ipynb")
    touch(tmp_path.joinpath("a", "b", "c", "d", "e", "f", f"{NAME}.ipynb"))
    assert discover(tmp_path, MASTERS).notices == ()
