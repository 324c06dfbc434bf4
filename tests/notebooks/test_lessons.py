"""Every lesson keeps to its shape: parts, size, ids, folded code, clean outputs, checked numbers."""

import ast
import json
import re
from pathlib import Path

import pytest

from asian_security import data, lessons, quiz

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PARTS = ["## Key terms", "## Quiz", "## Discuss", "## What you can do now", "## Sources"]
MOST_CELLS, MOST_WORDS, MOST_LINES = 60, 2500, 20
PUTS_ON_THE_PAGE = re.compile(
    r"(predict|quiz|claims|debate|page)\.(ask|reveal|show|cards?|terms|sources|readings|bullets|code)"
)


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def _source(cell):
    return "".join(cell["source"])


def _markdown(path):
    return "\n".join(_source(cell) for cell in _read(path) if cell["cell_type"] == "markdown")


def _code(path):
    return [cell for cell in _read(path) if cell["cell_type"] == "code"]


each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def test_the_lessons_are_numbered_in_order():
    assert [path.name[:2] for path in LESSONS] == [f"{i:02d}" for i in range(len(LESSONS))]


@each_lesson
def test_a_lesson_keeps_to_its_size(path):
    words = len(re.findall(r"\w+", _markdown(path)))
    longest = max(len(_source(cell).splitlines()) for cell in _code(path))
    assert len(_read(path)) <= MOST_CELLS
    assert words <= MOST_WORDS
    assert longest <= MOST_LINES


@each_lesson
def test_a_lesson_has_its_parts_in_order(path):
    text = _markdown(path)
    assert re.match(r"# \d\d · .+\?\n\n> \d+ min · ", text)
    assert "**You will be able to**" in text
    places = [text.find(part) for part in PARTS]
    assert -1 not in places
    assert places == sorted(places)
    assert "another view" in text.lower()
    assert "what would count against" in text.lower()
    calls = "\n".join(_source(cell) for cell in _code(path))
    number = path.name[:2]
    for needed in (
        f'page.terms("{number}")',
        f'quiz.show("{number}")',
        "claims.card(",
        "predict.ask(",
        "predict.reveal(",
        "page.sources(",
        "page.readings(",
    ):
        assert needed in calls, needed


@each_lesson
def test_every_prediction_is_revealed_later(path):
    calls = "\n".join(_source(cell) for cell in _code(path))
    questions = set(re.findall(r'predict\.ask\(\s*"([^"]+)"', calls))
    revealed = set(re.findall(r'predict\.reveal\(\s*"([^"]+)"', calls))
    known = {question["id"] for question in lessons.questions(path.name[:2], "predict")}
    assert questions == revealed == known


@each_lesson
def test_cells_have_lasting_ids_and_clean_outputs(path):
    cells = _read(path)
    ids = [cell["id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in ids)
    for cell in _code(path):
        checked = "nbval-check-output" in cell["metadata"].get("tags", [])
        assert bool(cell["outputs"]) <= checked, f"{cell['id']} keeps an output nobody checks"
        if checked:
            # nbval does not compare a cell whose execution count is null.
            assert cell["execution_count"] is not None, cell["id"]
            assert cell["outputs"], f"{cell['id']} is checked but has no output"
        kinds = {output["output_type"] for output in cell["outputs"]}
        assert not kinds & {"error"}
        assert "plotly" not in json.dumps(cell["outputs"])
        assert not any(o.get("name") == "stderr" for o in cell["outputs"])
    assert "widgets" not in json.loads(path.read_text(encoding="utf-8"))["metadata"]


@each_lesson
def test_every_figure_passes_a_function_that_requires_a_sentence(path):
    for cell in _code(path):
        source = _source(cell)
        assert not re.search(r"\.show\(\)|go\.Figure|px\.", source), cell["id"]
        if "figures.heatmap" in source:
            assert "figures.show(" in source, cell["id"]


@each_lesson
def test_a_lesson_deals_with_its_claims(path):
    number = path.name[:2]
    claims = data.claims()
    mine = claims[claims["lesson"].str.split().map(lambda taken: number in taken)]
    text = "\n".join(_source(cell) for cell in _read(path))
    # A range such as "C9 to C13" in the head counts for what lies between.
    for letter, low, high in re.findall(r"\b([A-D])(\d+) to \1?(\d+)", text):
        text += " ".join(f" {letter}{i}" for i in range(int(low), int(high) + 1))
    missing = [name for name in mine["id"] if not re.search(rf"\b{name}\b", text)]
    assert missing == []


@each_lesson
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#\s]+)\)", _markdown(path)):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


@each_lesson
def test_nothing_comes_from_the_network(path):
    source = "\n".join(_source(cell) for cell in _read(path))
    assert not re.search(r"https?://|read_csv\(|urlopen|requests\.", source)


@pytest.mark.parametrize("number", lessons.available())
def test_predictions_and_quizzes_keep_their_rules(number):
    for question in lessons.questions(number, "predict"):
        assert question["id"].startswith(f"{number}-")
        assert len(set(question["options"])) == len(question["options"]) >= 2
    items = lessons.questions(number, "quiz")
    assert 3 <= len(items) <= 5
    for item in items:
        texts = [option["text"] for option in item["options"]]
        assert len(set(texts)) == len(texts) >= 2
        assert sum(option["right"] for option in item["options"]) == 1
        assert all(len(option["why"]) > 30 for option in item["options"])


def test_no_place_in_a_quiz_gives_the_right_answer_away():
    items = [item for n in lessons.available() for item in lessons.questions(n, "quiz")]
    places = [
        quiz.shuffled(item).index(next(o["text"] for o in item["options"] if o["right"]))
        for item in items
    ]
    for place in range(3):
        assert places.count(place) <= len(items) / 2


def _only_puts_on_the_page(source):
    """Tell whether a cell shows what the library has ready, and prints nothing of its own."""
    *before, last = ast.parse(source).body
    if not isinstance(last, ast.Expr) or any(isinstance(node, ast.Expr) for node in before):
        return False
    value = last.value
    if isinstance(value, ast.Name):  # an explorer, made on the line before
        maker = before[-1].value if before and isinstance(before[-1], ast.Assign) else None
        return isinstance(maker, ast.Call) and ast.unparse(maker.func).split(".")[-1][0].isupper()
    calls = value.args if ast.unparse(value).startswith("display(") else [value]
    return all(
        isinstance(call, ast.Call) and PUTS_ON_THE_PAGE.fullmatch(ast.unparse(call.func))
        for call in calls
    )


@each_lesson
def test_code_that_only_puts_something_on_the_page_is_folded(path):
    open_cells = [
        cell["id"]
        for cell in _code(path)
        if _only_puts_on_the_page(_source(cell))
        and not cell["metadata"].get("jupyter", {}).get("source_hidden")
    ]
    assert open_cells == []


@pytest.mark.parametrize("path", LESSONS[1:], ids=lambda path: path.stem)
def test_code_that_works_something_out_can_be_read(path):
    seen = [c for c in _code(path) if not c["metadata"].get("jupyter", {}).get("source_hidden")]
    assert len(seen) >= 5
    assert all("nbval-check-output" in cell["metadata"].get("tags", []) for cell in seen)
