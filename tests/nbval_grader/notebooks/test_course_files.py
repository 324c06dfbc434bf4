"""Students receive the course's files, without those that rules or patterns exclude."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import foreign_master

from nbval_grader.errors import BadInput
from nbval_grader.notebooks.course_files import inside, list_files, select_files
from nbval_grader.notebooks.format import dump

FILES = (
    "README.md",
    "run.sh",
    "notebooks/00.ipynb",
    "notebooks/notes.md",
    "tests/mutants/q1.py",
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    return tmp_path


def left_out(course: Path, *patterns: str) -> set[str]:
    """Return the files that these patterns exclude."""
    (course / ".releaseignore").write_text("\n".join(patterns), encoding="utf-8")
    _, excluded = select_files(course, list_files(course), None)
    return {str(path) for path in excluded} - {".releaseignore"}


@pytest.mark.parametrize(
    ("pattern", "out"),
    [
        ("run.sh", {"run.sh"}),
        ("*.md", {"README.md", "notebooks/notes.md"}),
        ("/*.md", {"README.md"}),
        ("notebooks/*.ipynb", {"notebooks/00.ipynb"}),
        ("mutants/", {"tests/mutants/q1.py"}),
        ("/tests/", {"tests/mutants/q1.py"}),
        ("tests/mutants/", {"tests/mutants/q1.py"}),
        ("**/q?.py", {"tests/mutants/q1.py"}),
        ("  tests/  ", {"tests/mutants/q1.py"}),
    ],
)
def test_patterns_are_those_of_gitignore(course: Path, pattern: str, out: set[str]) -> None:
    assert left_out(course, pattern) == out


def test_comments_blank_lines_and_exceptions_are_understood(course: Path) -> None:
    assert left_out(course, "# all texts but one", "", "*.md", "!README.md") == {
        "notebooks/notes.md"
    }


@pytest.mark.parametrize("pattern", ["test/", "*.txt", "/00.ipynb", "!nothing.md", "/", "["])
def test_a_pattern_that_matches_no_file_is_an_error(course: Path, pattern: str) -> None:
    with pytest.raises(BadInput) as caught:
        left_out(course, "*.md", pattern)
    assert f".releaseignore: {pattern!r} fits no file; fix or delete it" in str(caught.value)


def test_a_malformed_pattern_is_an_error(course: Path) -> None:
    with pytest.raises(BadInput, match=r"\.releaseignore: Invalid git pattern: '!'"):
        left_out(course, "!")


def test_an_unreadable_list_of_patterns_is_an_error(course: Path) -> None:
    (course / ".releaseignore").write_bytes(b"\xff")
    with pytest.raises(BadInput, match=r"\.releaseignore cannot be read"):
        select_files(course, list_files(course), None)


def test_the_masters_folder_masters_databases_and_links_are_left_out(course: Path) -> None:
    (course / "solutions").mkdir()
    (course / "solutions" / "TEACHING.md").write_text("How to teach.")
    (course / "copy.ipynb").write_text(dump(foreign_master().notebook), "utf-8")
    (course / "marks.db").write_bytes(b"SQLite format 3\0")
    (course / "marks.db-wal").write_bytes(b"pages of marks")
    (course / "link.md").symlink_to(course / "README.md")
    released, excluded = select_files(course, list_files(course), ("solutions",))

    assert set(map(str, released)) == set(FILES)
    assert set(map(str, excluded)) == {
        "solutions/TEACHING.md",
        "copy.ipynb",
        "marks.db",
        "marks.db-wal",
        "link.md",
    }


def test_without_git_hidden_files_and_caches_are_not_listed(course: Path) -> None:
    for name in (".env", ".cache/a", "__pycache__/a.pyc", "report/grades.csv"):
        path = course / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    (course / "report" / ".gitignore").write_text("*\n")

    assert set(map(str, list_files(course))) == set(FILES)


def test_a_place_within_a_folder_is_found(tmp_path: Path) -> None:
    assert inside(tmp_path / "a" / "b", tmp_path) == ("a", "b")
    assert inside(tmp_path, tmp_path) == ()
    assert inside(tmp_path, tmp_path / "a") is None
