"""The teacher's guide: what it says of lessons, questions and explorers is still so."""

import ast
import json
import re
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from pkgutil import iter_modules

import pytest

from asian_security import data, explorers, lessons
from asian_security.explorers.base import Explorer
from asian_security.lessons.course import course_table

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "solutions" / "TEACHING.md"
TEXT = GUIDE.read_text(encoding="utf-8")
NUMBERS = [f"{i:02d}" for i in range(12)]
MASTERS = sorted((ROOT / "solutions").glob("*.ipynb"))
ROW = re.compile(
    r"^\| (?P<goal>[^|]+) \| (?P<answer>[^|]+) \| (?P<where>(?:`[^`]+`(?:, )?)+) \|$", re.M
)


def _sections():
    parts = re.split(r"^### (\d\d) · (.+)$", TEXT, flags=re.M)
    return {
        parts[i]: parts[i + 1] + re.split(r"^##? ", parts[i + 2], flags=re.M)[0]
        for i in range(1, len(parts), 3)
    }


SECTIONS = _sections()


def _notebook(folder, number):
    paths = sorted((ROOT / folder).glob(f"{number}_*.ipynb"))
    assert len(paths) == 1, f"{folder} has no notebook {number}"
    return json.loads(paths[0].read_text(encoding="utf-8"))["cells"]


def _printed(output):
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return "".join(text)


@cache
def _outputs(number):
    """Return the checked output of each cell of a lesson, by cell id."""
    return {
        cell["id"]: "".join(_printed(output) for output in cell["outputs"])
        for cell in _notebook("notebooks", number)
        if "nbval-check-output" in cell["metadata"].get("tags", [])
    }


@cache
def _explorers():
    """Return one explorer of each class, by the name of the class."""
    classes = {}
    for module in iter_modules(explorers.__path__):
        for name, thing in vars(import_module(f"{explorers.__name__}.{module.name}")).items():
            if isinstance(thing, type) and issubclass(thing, Explorer) and thing is not Explorer:
                classes[name] = thing
    return {name: kind() for name, kind in classes.items()}


def _text_of(number, where):
    """Return what a cell printed, or what an explorer says for the controls named in a call."""
    if "(" not in where:
        return _outputs(number)[where]
    call = ast.parse(where, mode="eval").body
    values = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
    return _explorers()[call.func.id].describe(**values)


def _answers():
    return [
        pytest.param(number, row["answer"], row["where"], id=f"{number}-{row['goal']}")
        for number, section in SECTIONS.items()
        for row in ROW.finditer(section)
    ]


@pytest.mark.parametrize(("number", "answer", "where"), _answers())
def test_an_answer_is_what_the_course_says(number, answer, where):
    texts = [_text_of(number, place) for place in re.findall(r"`([^`]+)`", where)]
    quotes = re.findall(r'"([^"]+)"', answer)
    assert quotes, "the answer quotes nothing"
    assert [quote for quote in quotes if not any(quote in text for text in texts)] == []
    assert all(any(quote in text for quote in quotes) for text in texts)


def test_a_stale_answer_would_be_noticed():
    assert "the table has 32 mechanisms" not in _text_of("00", "Growth(year=2001)")
    with pytest.raises(ValueError, match="year must be"):
        _text_of("00", "Growth(year=1900)")


def test_a_row_of_answers_names_where_it_is_from():
    for number, section in SECTIONS.items():
        tables = re.findall(
            r"^\| goal \| answer \| where \|\n\|[-|]+\|\n((?:\|.+\n)+)", section, re.M
        )
        assert len(tables) == 1, number
        assert len(tables[0].splitlines()) == len(ROW.findall(section)), number


def test_the_starts_from_which_a_shock_spreads_are_the_ones_named():
    spread = _explorers()["ContagionMap"]
    wide = [
        name
        for name, start in spread.controls()["start"].shown.items()
        if int(re.search(r"In the end: (\d+)", spread.describe(start=start, threshold=0.3))[1]) > 25
    ]
    assert f"{', '.join(wide[:-1])} or {wide[-1]}: " in SECTIONS["02"]


@pytest.mark.parametrize("domain", ["armed_conflict", "climate"])
def test_the_best_cuts_are_the_ones_named(domain):
    shock = _explorers()["ShockADomain"]
    totals = {
        cut: re.search(r"adds up to ([\d.]+)", shock.describe(domain=domain, cut=cut))[1]
        for cut in shock.controls()["cut"].accepted
    }
    least = min(totals.values(), key=float)
    argument = "" if domain == "armed_conflict" else f'domain="{domain}", '
    named = re.findall(rf'`ShockADomain\({argument}cut="([^"]+)"\)`', SECTIONS["05"])
    assert named == [cut for cut, total in totals.items() if total == least]


def test_every_lesson_has_its_section():
    assert list(SECTIONS) == NUMBERS


each = pytest.mark.parametrize("number", NUMBERS)


@each
def test_a_section_has_its_parts(number):
    section = SECTIONS[number]
    for part in (
        "**Prepare.**",
        "| min | session |",
        "**Misconceptions.**",
        "**Discuss 1**",
        "**Discuss 2**",
    ):
        assert part in section, part


@each
def test_a_session_lasts_ninety_minutes_without_gaps(number):
    times = re.findall(r"^\| (\d+)-(\d+) \|", SECTIONS[number], flags=re.M)
    assert times, "no timings"
    last = 0
    for first, end in times:
        # A lesson of two sessions starts again at 0.
        assert int(first) == (0 if last == 90 else last)
        last = int(end)
    assert last == 90


def test_the_seminar_is_planned_minute_by_minute():
    before = TEXT.split("### 00 · ")[0].split("**One seminar of 90 minutes,**")[1]
    times = [(int(a), int(b)) for a, b in re.findall(r"^\| (\d+)-(\d+) \|", before, flags=re.M)]
    assert times[0][0] == 0
    assert times[-1][1] == 90
    assert all(one[1] == other[0] for one, other in pairwise(times))


@each
def test_every_goal_of_the_explorers_is_answered(number):
    cells = _notebook("notebooks", number)
    used = {
        name
        for cell in cells
        if cell["cell_type"] == "code"
        for name in re.findall(r"\b([A-Z]\w+)\(", "".join(cell["source"]))
        if name in _explorers() and name != "CourseMap"
    }
    answered = set(re.findall(r"`([A-Z]\w+)\(", SECTIONS[number]))
    assert used - answered == set()


@each
def test_the_questions_named_exist(number):
    section = SECTIONS[number]
    questions = {question["id"] for question in lessons.questions(number, "predict")}
    named = set(re.findall(rf"`({number}-[a-z]+)`", section))
    assert named == questions
    items = len(lessons.questions(number, "quiz"))
    assert all(int(item) <= items for item in re.findall(r"[Qq]uiz (\d)", section))
    known = {
        cell["metadata"].get("nbval_grader", {}).get("question")
        for cell in _notebook("solutions", number)
    }
    assert set(re.findall(r"exercise (q\d)", section)) <= known


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_every_question_marked_by_hand_has_its_rubric(path):
    section = SECTIONS[path.stem[:2]]
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        about = cell["metadata"].get("nbval_grader", {})
        if "rubric" not in about:
            continue
        assert f"**Manual question: {about['title']}** ({about['points']:g} points)" in section
        assert [line for line in about["rubric"] if f"- {line}\n" not in section + "\n"] == []


def test_cells_named_in_the_guide_are_checked_cells():
    for number, section in SECTIONS.items():
        names = set(re.findall(r"`([a-z]+(?:-[a-z0-9]+)*)`", section))
        assert names - set(_outputs(number)) == set(), number


@each
def test_a_section_says_how_long_the_lesson_is(number):
    table = course_table().set_index("lesson")
    assert f"{table.loc[number, 'minutes']} minutes alone" in SECTIONS[number]
    assert SECTIONS[number].startswith(table.loc[number, "question"])


@pytest.mark.parametrize(
    ("sentence", "last"),
    [
        ("Militarised disputes end in {}", lambda: data.disputes()["start_year"].max()),
        ("trade by partner in {}", lambda: data.trade_partners()["year"].max()),
        (
            "deaths by conflict in {}",
            lambda: data.deaths_by_conflict().dropna(subset="battle_deaths")["year"].max(),
        ),
        ("by\n  state in {}", lambda: data.deaths_by_state()["year"].max()),
    ],
)
def test_the_tables_stop_where_the_guide_says(sentence, last):
    assert sentence.format(last()) in TEXT


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#\s]+)\)", TEXT):
        if not target.startswith("http"):
            assert (GUIDE.parent / target).exists(), target
