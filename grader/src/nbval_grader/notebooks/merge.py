"""A student's answers merged into the cells of the master, which nbval then runs.

Answers are found by cell id. Nothing is corrected: a missing, renamed or repeated id is reported in
a sentence, and an answer is found in another way only if that cannot be wrong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..errors import BadInput
from .format import WORD, Cell, cells_of, parse
from .master import Master
from .student_version import stub_source

__all__ = ["MAX_BYTES", "MAX_CELLS", "MergedSubmission", "Step", "merge_answers", "read_submission"]

MAX_BYTES = 20_000_000
MAX_CELLS = 10_000
MAX_SOURCE = 200_000
# A line that is neither blank nor a comment. The search takes time in proportion to the text.
CODE = re.compile(r"(?m)^[^\S\n]*[^\s#]")
SKIP_TAG = "nbval-skip"
UNGRADED = frozenset({SKIP_TAG, "ungraded"})


@dataclass(frozen=True)
class Step:
    """One code cell to run.

    Attributes
    ----------
    cell : str
        Its id.
    role : str
        ``setup``, ``answer``, ``check`` or ``hidden``.
    question : str
        Its question, or empty.
    source : str
        Code to run.
    outputs : list of dict
        Expected outputs of a check.
    execution_count : int or None
        Stored count of a check.
    """

    cell: str
    role: str
    question: str
    source: str
    outputs: list[dict[str, Any]] = field(default_factory=list, repr=False)
    execution_count: int | None = None

    @property
    def compared(self) -> bool:
        """Whether nbval compares its output."""
        return self.role in ("check", "hidden")


@dataclass
class MergedSubmission:
    """A master with a student's answers in it.

    Attributes
    ----------
    steps : list of Step
        Code cells in order.
    found_by : dict of str to str
        How each question's answer was found: ``id``, ``question`` or ``position``; ``ambiguous`` or
        ``missing`` if it was not.
    sources : dict of str to str
        Each question's answer.
    untouched : set of str
        Questions whose answer is still the stub.
    manual : dict of str to str
        Text of each answer to a discussion question.
    notices : list of str
        A sentence on each peculiarity of the file.
    """

    steps: list[Step] = field(default_factory=list)
    found_by: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)
    manual: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def read_submission(data: bytes) -> tuple[Cell, ...]:
    """Read the cells of a submission.

    Parameters
    ----------
    data : bytes
        Contents of the file.

    Returns
    -------
    tuple of Cell
        Its cells.

    Raises
    ------
    BadInput
        If it is not a notebook that can be graded; the sentence says why.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"The file is too large; at most {MAX_BYTES / 1e6:.0f} MB are accepted.")
    notebook = parse(data, "The file")
    if len(notebook["cells"]) > MAX_CELLS:
        raise BadInput(
            f"The file has {len(notebook['cells']):,} cells; at most {MAX_CELLS:,} are accepted."
        )
    return cells_of(notebook)


def merge_answers(master: Master, cells: tuple[Cell, ...] | None) -> MergedSubmission:
    """Put a student's answers into an unchanged copy of the master.

    Parameters
    ----------
    master : Master
        The master, or the visible skeleton of an exercise.
    cells : tuple of Cell or None
        Cells of the submission; with None the master keeps its own answers.

    Returns
    -------
    MergedSubmission
        Steps to run, and how each answer was found.
    """
    result = MergedSubmission()
    chosen = _choose(master, cells, result) if cells is not None else {}
    for cell in master.cells:
        own = chosen.get(cell.id)
        if cell.role == "manual":
            result.manual[cell.question] = "" if own is None else own.source
        if cell.type != "code" or UNGRADED.intersection(cell.tags):
            continue
        source = cell.source
        if cell.role == "answer" and cells is not None:
            source = "" if own is None else own.source
            result.sources[cell.question] = source
            if own is not None and _without_space(source) in (
                "",
                _without_space(stub_source(cell)),
            ):
                result.untouched.add(cell.question)
        checked = cell.role in ("check", "hidden")
        result.steps.append(
            Step(
                cell=cell.id,
                role=cell.role,
                question=cell.question,
                source=_encodable(source),
                outputs=cell.outputs if checked else [],
                execution_count=cell.execution_count if checked else None,
            )
        )
    return result


def _without_space(source: str) -> str:
    """Return a source without white space, which shows whether it was changed."""
    return "".join(source.split())


def _is_same(source: str, original: str) -> bool:
    """Say whether two sources differ only in white space; one that is far longer is different."""
    return len(source) <= len(original) + MAX_SOURCE and _without_space(source) == _without_space(
        original
    )


def _encodable(source: str) -> str:
    """Return a source that UTF-8 can encode (JSON may contain half a surrogate pair)."""
    return source.encode("utf-8", "replace").decode()


class _Match(NamedTuple):
    """The student's cell for one cell of the master, how it was found, and what was odd about it."""

    cell: Cell | None
    found_by: str
    notice: str = ""


def _choose(master: Master, cells: tuple[Cell, ...], result: MergedSubmission) -> dict[str, Cell]:
    """Find the student's cell for each answer and discussion cell of the master."""
    by_id: dict[str, list[Cell]] = defaultdict(list)
    by_question: dict[str, list[Cell]] = defaultdict(list)
    master_ids = {cell.id for cell in master.cells}
    for cell in cells:
        by_id[cell.id].append(cell)
        if cell.role in ("answer", "manual") and cell.id not in master_ids:
            by_question[cell.question].append(cell)
    by_place = _match_by_place(master, cells, master_ids)
    chosen: dict[str, Cell] = {}
    for cell in master.cells:
        if cell.role not in ("answer", "manual"):
            continue
        match = _find(cell, by_id, by_question, by_place)
        if match.cell is not None and len(match.cell.source) > MAX_SOURCE:
            match = _Match(
                None,
                "missing",
                f"The answer to {cell.question} is {len(match.cell.source):,} characters long; at "
                f"most {MAX_SOURCE:,} are accepted.",
            )
        result.found_by[cell.question] = match.found_by
        if match.cell is not None:
            chosen[cell.id] = match.cell
        if match.notice:
            result.notices.append(match.notice)
    _note_extras(master, cells, chosen, result)
    return chosen


def _find(
    cell: Cell,
    by_id: dict[str, list[Cell]],
    by_question: dict[str, list[Cell]],
    by_place: dict[str, Cell],
) -> _Match:
    """Find one cell: by its id, else by its question, else by its place."""
    question = cell.question
    same_id = [c for c in by_id.get(cell.id, []) if c.type == cell.type]
    if len({c.source for c in same_id}) == 1:
        own = same_id[0]
        if own.question in ("", question):
            return _Match(own, "id")
        return _Match(
            own,
            "id",
            f"Cell {cell.id!r} is marked as the answer to {_question_name(own.question)}; by its id "
            f"it counts for {question}.",
        )
    if same_id:
        return _Match(
            None,
            "ambiguous",
            f"{len(same_id)} different cells have the id {cell.id!r}, so it is not clear which one "
            f"answers {question}; keep one of them.",
        )
    if by_id.get(cell.id):
        return _Match(
            None,
            "missing",
            f"Cell {cell.id!r}, the answer to {question}, is no longer a {cell.type} cell.",
        )
    no_cell = f"There is no cell with the id {cell.id!r}"
    same_question = [c for c in by_question.get(question, []) if c.type == cell.type]
    if len(same_question) == 1:
        return _Match(
            same_question[0],
            "question",
            f"{no_cell}; the answer to {question} was found by the question it is marked with.",
        )
    if same_question:
        return _Match(
            None,
            "ambiguous",
            f"{no_cell}, and {len(same_question)} cells are marked as the answer to {question}; keep "
            "one of them.",
        )
    if cell.id in by_place:
        return _Match(
            by_place[cell.id],
            "position",
            f"{no_cell}; the answer to {question} was found by its place in the notebook.",
        )
    return _Match(
        None,
        "missing",
        f"{no_cell}, so there is no answer to {question}; put it in the cell that the exercise "
        "provides.",
    )


def _question_name(question: str) -> str:
    """Return a question's name from a submission if it is a valid name."""
    return question if WORD.fullmatch(question) else "another question"


def _match_by_place(
    master: Master, cells: tuple[Cell, ...], master_ids: set[str]
) -> dict[str, Cell]:
    """Match cells by their place if the number and types of the cells leave no doubt.

    The learner's notebook has the master's cells without the hidden checks. A cell is matched by its
    place only if the whole notebook has that shape and the cell has no id of the master, no tag and
    no question of its own.
    """
    expected = [cell for cell in master.cells if cell.role != "hidden"]
    whole = any(cell.type == "markdown" and cell.role == "prose" for cell in master.cells)
    submitted = [c for c in cells if whole or c.type == "code" or c.role == "manual"]
    if [c.type for c in expected] != [c.type for c in submitted]:
        return {}
    return {
        original.id: own
        for original, own in zip(expected, submitted, strict=True)
        if own.id not in master_ids and not own.question and original.role in ("answer", "manual")
    }


def _note_extras(
    master: Master, cells: tuple[Cell, ...], chosen: dict[str, Cell], result: MergedSubmission
) -> None:
    """Report the student's code that the grader does not run and the checks that it restores."""
    chosen_positions = {cell.position for cell in chosen.values()}
    master_ids = {cell.id for cell in master.cells}
    extra = [
        c
        for c in cells
        if c.type == "code"
        and c.position not in chosen_positions
        and c.id not in master_ids
        and not c.roles
        and CODE.search(c.source)
    ]
    if extra and all(how == "id" for how in result.found_by.values()):
        several = len(extra) > 1
        result.notices.append(
            f"{len(extra)} code cell{'s' if several else ''} of your own "
            f"{'are' if several else 'is'} not run by the grader; what an answer needs belongs "
            "in the answer cell."
        )
    submitted = {c.id: c for c in cells}
    changed = [
        cell.id
        for cell in master.cells
        if cell.role == "check"
        and (cell.id not in submitted or not _is_same(submitted[cell.id].source, cell.source))
    ]
    if changed:
        result.notices.append(
            f"Check cells were edited or deleted ({', '.join(changed)}); the original ones count."
        )
