"""From what a student handed in to what nbval runs: the master's cells with the student's answers.

Answers are found by cell id. Nothing is corrected: a missing, renamed or repeated id is diagnosed
in a sentence, and another way to find the answer is taken only where it cannot be wrong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ..errors import BadInput
from .format import WORD, Cell, Master, cells_of, parse
from .student_version import stub_source

__all__ = ["MAX_BYTES", "MAX_CELLS", "Step", "Transplant", "read_submission", "transplant"]

MAX_BYTES = 20_000_000
MAX_CELLS = 10_000
MAX_SOURCE = 200_000
# A line that is neither blank nor a comment. It takes time in proportion to the text.
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
        What runs.
    outputs : list of dict
        Expected outputs, of a check.
    execution_count : int or None
        Stored count, of a check.
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
class Transplant:
    """A master with a student's answers in it.

    Attributes
    ----------
    steps : list of Step
        Code cells in order.
    found : dict of str to str
        How each question's answer was found.
    sources : dict of str to str
        Each question's answer.
    untouched : set of str
        Questions whose stub still stands.
    manual : dict of str to str
        What was written to each discussion question.
    notices : list of str
        What was odd about the file.
    """

    steps: list[Step] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)
    manual: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def read_submission(data: bytes) -> tuple[Cell, ...]:
    """Read the cells of what was handed in.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    tuple of Cell
        Its cells.

    Raises
    ------
    BadInput
        If it is no notebook that can be graded; the sentence says why.
    """
    if len(data) > MAX_BYTES:
        raise BadInput(f"The file is too large; at most {MAX_BYTES / 1e6:.0f} MB are accepted.")
    notebook = parse(data, "The file")
    if len(notebook["cells"]) > MAX_CELLS:
        raise BadInput(
            f"The file has {len(notebook['cells']):,} cells; at most {MAX_CELLS:,} are accepted."
        )
    return cells_of(notebook)


def transplant(master: Master, cells: tuple[Cell, ...] | None) -> Transplant:
    """Put a student's answers into a pristine copy of the master.

    Parameters
    ----------
    master : Master
        The master, or the visible skeleton of an exercise.
    cells : tuple of Cell or None
        Cells of the submission; None leaves the master's own answers in place.

    Returns
    -------
    Transplant
        Steps to run, and how each answer was found.
    """
    result = Transplant()
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
            if own is not None and _bare(source) in ("", _bare(stub_source(cell))):
                result.untouched.add(cell.question)
        checked = cell.role in ("check", "hidden")
        result.steps.append(
            Step(
                cell=cell.id,
                role=cell.role,
                question=cell.question,
                source=_sendable(source),
                outputs=cell.outputs if checked else [],
                execution_count=cell.execution_count if checked else None,
            )
        )
    return result


def _bare(source: str) -> str:
    """Return a source without its white space, to see whether it was touched."""
    return "".join(source.split())


def _is_same(source: str, original: str) -> bool:
    """Say whether two sources differ in nothing but white space; one that is far longer differs."""
    return len(source) <= len(original) + MAX_SOURCE and _bare(source) == _bare(original)


def _sendable(source: str) -> str:
    """Return a source that UTF-8 can carry (JSON may hold half a surrogate pair)."""
    return source.encode("utf-8", "replace").decode()


def _choose(master: Master, cells: tuple[Cell, ...], result: Transplant) -> dict[str, Cell]:
    """Find the student's cell for each answer and discussion cell of the master."""
    by_id: dict[str, list[Cell]] = defaultdict(list)
    by_question: dict[str, list[Cell]] = defaultdict(list)
    wanted = [cell for cell in master.cells if cell.role in ("answer", "manual")]
    known = {cell.id for cell in master.cells}
    for cell in cells:
        by_id[cell.id].append(cell)
        if cell.role in ("answer", "manual") and cell.id not in known:
            by_question[cell.question].append(cell)
    by_place = _places(master, cells, known)
    chosen: dict[str, Cell] = {}
    for cell in wanted:
        own, how, notice = _find(cell, by_id, by_question, by_place)
        result.found[cell.question] = how
        if own is not None and len(own.source) > MAX_SOURCE:
            notice = (
                f"The answer to {cell.question} is {len(own.source):,} characters long; at most "
                f"{MAX_SOURCE:,} are accepted."
            )
            own, result.found[cell.question] = None, "missing"
        if own is not None:
            chosen[cell.id] = own
        if notice:
            result.notices.append(notice)
    _note_extras(master, cells, chosen, result)
    return chosen


def named(question: str) -> str:
    """Return a question's name as a student wrote it, if it is a name at all."""
    return question if WORD.fullmatch(question) else "another question"


def _find(
    cell: Cell,
    by_id: dict[str, list[Cell]],
    by_question: dict[str, list[Cell]],
    by_place: dict[str, Cell],
) -> tuple[Cell | None, str, str]:
    """Find one cell: by id, else by its question, else by its place; say how."""
    question = cell.question
    same_id = [c for c in by_id.get(cell.id, []) if c.type == cell.type]
    if len({c.source for c in same_id}) == 1:
        own = same_id[0]
        if own.question and own.question != question:
            return (
                own,
                "id",
                (
                    f"Cell {cell.id!r} is marked as the answer to {named(own.question)}; by its id it counts "
                    f"for {question}."
                ),
            )
        return own, "id", ""
    if same_id:
        return (
            None,
            "ambiguous",
            (
                f"{len(same_id)} different cells have the id {cell.id!r}, so the answer to {question} "
                "cannot be told; keep one of them."
            ),
        )
    if by_id.get(cell.id):
        return (
            None,
            "missing",
            (f"Cell {cell.id!r}, the answer to {question}, is no longer a {cell.type} cell."),
        )
    same_question = [c for c in by_question.get(question, []) if c.type == cell.type]
    if len(same_question) == 1:
        return (
            same_question[0],
            "question",
            (
                f"There is no cell with the id {cell.id!r}; the answer to {question} was found by the "
                "question it is marked with."
            ),
        )
    if same_question:
        return (
            None,
            "ambiguous",
            (
                f"There is no cell with the id {cell.id!r}, and {len(same_question)} cells are marked "
                f"as the answer to {question}; keep one of them."
            ),
        )
    if cell.id in by_place:
        return (
            by_place[cell.id],
            "position",
            (
                f"There is no cell with the id {cell.id!r}; the answer to {question} was found by its "
                "place in the notebook."
            ),
        )
    return (
        None,
        "missing",
        (
            f"There is no cell with the id {cell.id!r}, so there is no answer to {question}; "
            "put it into the cell that the exercise provides."
        ),
    )


def _places(master: Master, cells: tuple[Cell, ...], known: set[str]) -> dict[str, Cell]:
    """Match cells by place, where number and types of cells leave no doubt.

    The learner's notebook has the master's cells without the hidden checks. A cell is taken by its
    place only if the whole notebook has that shape and the cell there carries no known id, no tag
    and no question of its own.
    """
    expected = [cell for cell in master.cells if cell.role != "hidden"]
    whole = any(cell.type == "markdown" and cell.role == "prose" for cell in master.cells)
    given = [c for c in cells if whole or c.type == "code" or c.role == "manual"]
    if [c.type for c in expected] != [c.type for c in given]:
        return {}
    return {
        there.id: own
        for there, own in zip(expected, given, strict=True)
        if own.id not in known and not own.question and there.role in ("answer", "manual")
    }


def _note_extras(
    master: Master, cells: tuple[Cell, ...], chosen: dict[str, Cell], result: Transplant
) -> None:
    """Say which of the student's code the grader does not run, and which cells it restores."""
    taken = {cell.position for cell in chosen.values()}
    known = {cell.id for cell in master.cells}
    extra = [
        c
        for c in cells
        if c.type == "code"
        and c.position not in taken
        and c.id not in known
        and not c.roles
        and CODE.search(c.source)
    ]
    if extra and all(how == "id" for how in result.found.values()):
        several = len(extra) > 1
        result.notices.append(
            f"{len(extra)} code cell{'s' if several else ''} of your own "
            f"{'are' if several else 'is'} not run by the grader; what an answer needs belongs "
            "into the answer cell."
        )
    given = {c.id: c for c in cells}
    changed = [
        cell.id
        for cell in master.cells
        if cell.role == "check"
        and (cell.id not in given or not _is_same(given[cell.id].source, cell.source))
    ]
    if changed:
        result.notices.append(
            f"Check cells were edited or deleted ({', '.join(changed)}); the original ones count."
        )
