"""The students' edition contains no hidden text, whatever the course looks like."""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from foreign import foreign_master, handed_in

from nbval_grader.errors import BadInput, Findings
from nbval_grader.notebooks.expected import pack
from nbval_grader.notebooks.format import dump
from nbval_grader.notebooks.master import parse_master, read_masters
from nbval_grader.notebooks.release import release

SOLUTION = "def mix(words):\n    return ' '.join(sorted(words, key=len))"
LINE = "show('and twice', 2 * largest)"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    raw = foreign_master().notebook
    for cell in raw["cells"]:
        if cell["id"] == "q3-answer":
            cell["source"] += f"\n### BEGIN SOLUTION\n{SOLUTION}\n### END SOLUTION"
    master = parse_master(raw, "foreign")
    for name in ("solutions", "exercises", "notebooks", "tests/mutants", ".git-like"):
        (folder / name).mkdir(parents=True)
    (folder / "solutions" / "foreign.ipynb").write_text(dump(master.notebook), "utf-8")
    (folder / "solutions" / "TEACHING.md").write_text("How to teach.")
    (folder / "exercises" / "foreign.ipynb").write_text(dump(handed_in({}, master)), "utf-8")
    (folder / "notebooks" / "00.ipynb").write_text(dump(handed_in({}, master)), "utf-8")
    (folder / "README.md").write_text("Welcome.")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "tests" / "mutants" / "q1.py").write_text("largest = min(numbers)\n")
    (folder / ".releaseignore").write_text("# not for students\ntests/\n")
    return folder


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_masters_and_ignored_files_are_left_out(course: Path, tmp_path: Path) -> None:
    to = tmp_path / "dist" / "student"
    summary = release(course, to)
    assert names(to) == {
        "exercises/foreign.ipynb",
        "notebooks/00.ipynb",
        "README.md",
        "run.sh",
        ".release.json",
    }
    assert (to / "run.sh").stat().st_mode & 0o111
    assert set(summary.left_out) >= {"solutions/TEACHING.md", "solutions/foreign.ipynb"}
    assert summary.secrets >= 8


def test_a_second_release_brings_the_first_up_to_date(course: Path, tmp_path: Path) -> None:
    to = tmp_path / "student"
    release(course, to)
    (to / ".git").mkdir()
    (to / ".git" / "HEAD").write_text("ref")
    again = release(course, to)
    assert (again.written, again.removed) == (0, 0)
    (course / "README.md").write_text("Welcome back.")
    (course / "notebooks" / "00.ipynb").unlink()
    again = release(course, to)
    assert (again.written, again.removed) == (1, 1)
    assert (to / "README.md").read_text() == "Welcome back."
    assert not (to / "notebooks").exists()
    assert (to / ".git" / "HEAD").read_text() == "ref"


def test_files_that_git_ignores_are_left_out(course: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(course)], check=True)
    (course / ".gitignore").write_text("*.log\ngradebooks/\n")
    (course / "noise.log").write_text("x")
    (course / "new.md").write_text("not yet committed")
    release(course, tmp_path / "student")
    files = names(tmp_path / "student")
    assert "new.md" in files
    assert "noise.log" not in files
    assert not any(name.startswith(".git/") for name in files)


def test_an_edition_within_the_course_is_not_released_again(course: Path) -> None:
    release(course, course / "dist")
    release(course, course / "dist")
    assert not any(name.startswith("dist") for name in names(course / "dist"))


def test_masters_gradebooks_and_links_are_left_out_in_every_folder(
    course: Path, tmp_path: Path
) -> None:
    (course / "notebooks" / "copy.ipynb").write_text(dump(foreign_master().notebook), "utf-8")
    (course / "marks.db").write_bytes(b"SQLite format 3\0" + b"x" * 50)
    (course / "marks.db-wal").write_bytes(b"pages of marks")
    (course / "report").mkdir()
    (course / "report" / ".gitignore").write_text("*\n")
    (course / "report" / "grades.csv").write_text("ann,6")
    (course / "notebooks" / "link.md").symlink_to(course / "solutions" / "TEACHING.md")
    (course / "shortcut").symlink_to(course / "solutions")
    release(course, tmp_path / "student")
    files = names(tmp_path / "student")
    assert not files & {
        "notebooks/copy.ipynb",
        "marks.db",
        "marks.db-wal",
        "notebooks/link.md",
        "report/grades.csv",
    }
    assert not any("shortcut" in name for name in files)


def zipped(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", text)
    return stream.getvalue()


def tarred(text: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        data = zipped(text)
        member = tarfile.TarInfo("inner.zip")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def notebook_with(text: str) -> bytes:
    raw: dict[str, Any] = handed_in({})
    del raw["metadata"]["nbval_grader"]
    raw["cells"][0]["metadata"]["note"] = text
    return json.dumps(raw).encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.py", LINE.encode()),
        ("reformatted.py", LINE.replace(" ", "\n    ").encode()),
        ("n.ipynb", notebook_with(LINE)),
        ("split.json", json.dumps({"source": ["show('and ", "twice', 2 *", " largest)"]}).encode()),
        ("page.html", html.escape(LINE).encode()),
        ("script.js", json.dumps(LINE).encode() + b";"),
        ("files.zip", zipped(LINE)),
        ("files.tgz", tarred(LINE)),
        ("output.txt", b"of minus -15.0"),
        ("solution.md", b"def mix(words):\n  return ' '.join(sorted(words, key = len))"),
        ("discussion.md", b"Because a model answer\nsays so."),
        ("rubric.md", b"rubric: claim 1, reason 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "contents",  # which hold a time
)
def test_a_hidden_text_stops_the_release(
    course: Path, tmp_path: Path, name: str, data: bytes
) -> None:
    (course / "notebooks" / name).write_bytes(data)
    with pytest.raises(Findings, match=rf"Nothing was released: notebooks/{re.escape(name)} holds"):
        release(course, tmp_path / "student")
    assert not (tmp_path / "student").exists()


def test_answers_of_students_stop_the_release(course: Path, tmp_path: Path) -> None:
    folder = course / "submissions" / "ann"
    folder.mkdir(parents=True)
    (folder / "foreign.ipynb").write_text(dump(handed_in({"q1-answer": "largest = 3"})), "utf-8")
    with pytest.raises(Findings, match=r"submissions/ann/foreign.ipynb holds answers to foreign"):
        release(course, tmp_path / "student")
    (course / ".releaseignore").write_text("tests/\nsubmissions/\n")
    release(course, tmp_path / "student")
    assert not any(name.startswith("submissions") for name in names(tmp_path / "student"))


def test_bad_input_is_one_sentence(course: Path, tmp_path: Path) -> None:
    to = tmp_path / "student"
    with pytest.raises(BadInput, match="There is no folder"):
        release(tmp_path / "none", to)
    with pytest.raises(BadInput, match="name the folder of the masters"):
        release(course / "notebooks", to)
    for place in (course, tmp_path):
        with pytest.raises(BadInput, match="holds the course itself"):
            release(course, place)
    with pytest.raises(BadInput, match="is a file"):
        release(course, course / "README.md")
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.tex").write_text("years of work")
    with pytest.raises(BadInput, match="holds files that no release wrote"):
        release(course, other)
    (other / ".release.json").write_text("[")
    with pytest.raises(BadInput, match="is damaged"):
        release(course, other)
    (course / ".releaseignore").write_text("*\n")
    with pytest.raises(BadInput, match=r"Nothing of .* is left to release"):
        release(course, to)


def test_a_damaged_manifest_removes_no_other_file(course: Path, tmp_path: Path) -> None:
    to = tmp_path / "student"
    release(course, to)
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    (to / ".release.json").write_text(json.dumps({"files": ["../mine.txt", str(mine)]}))
    release(course, to)
    assert mine.read_text() == "mine"


def test_this_course_is_released_without_any_hidden_text(tmp_path: Path) -> None:
    """Prove by other means than the command's own that no hidden cell or line is in it."""
    to = tmp_path / "student"
    summary = release(ROOT, to)
    assert {"README.md", "exercises/07_mechanisms.ipynb"} <= set(summary.files)
    assert not any(name.startswith(("solutions/", "tests/")) for name in summary.files)
    visible = "".join(p.read_text("utf-8") for p in (to / "exercises").glob("*.ipynb"))
    hidden = set()
    for master in read_masters(ROOT / "solutions").values():
        for cell in master.cells:
            if cell.role != "hidden":
                continue
            hidden.add(f'"id": "{cell.id}"')
            for line in cell.source.splitlines():
                quoted = json.dumps(line.strip(), ensure_ascii=False)[1:-1]
                informative = len(quoted) > 25 and re.search(r"\b(show|print|call)\(", quoted)
                if informative and "import" not in quoted and quoted not in visible:
                    hidden |= {quoted, line.strip()}
    assert len(hidden) > 30
    for path in to.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8", "replace")
            if path.suffix == ".ipynb":
                assert "BEGIN SOLUTION" not in text, path
                assert "hidden-check" not in text, path
            for secret in hidden:
                assert secret not in text, (path, secret)


def test_a_hidden_output_is_found_in_a_packed_expected_output(course: Path) -> None:
    path = course / "exercises" / "foreign.ipynb"
    raw = json.loads(path.read_text("utf-8"))
    printed = {"output_type": "stream", "name": "stdout", "text": "of minus -15.0\n"}
    packed = pack({"outputs": [printed], "execution_count": 1})
    raw["cells"][0]["metadata"]["nbval_grader"] = {"expected": packed}
    path.write_text(dump(raw), "utf-8")

    with pytest.raises(Findings, match=r"q2-hidden-2' \(hidden output\)"):
        release(course, course.parent / "student")
