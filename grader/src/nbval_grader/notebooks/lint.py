"""Faults of a master, found before a learner or a mark can suffer from them."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import BadInput
from .format import BEGIN, CHECK_TAG, END, Cell, Master, as_text, number, total
from .student_version import stub_source

__all__ = ["Fault", "lint"]

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
VERDICTS = frozenset(
    {"true", "false", "ok", "pass", "passed", "fail", "failed", "yes", "no", "none"}
)
CODE_ROLES = ("answer", "check", "hidden")
MIN_HIDDEN = 2
SHORTEST_TELLING_LINE = 12
ALWAYS_THERE = frozenset(vars(builtins)) | {"get_ipython", "display", "In", "Out", "__name__"}


@dataclass(frozen=True)
class Fault:
    """One fault of a master.

    Attributes
    ----------
    cell : str
        Id of the cell at fault, empty for the notebook as a whole.
    message : str
        One sentence: what is wrong and what is accepted.
    """

    cell: str
    message: str

    def __str__(self) -> str:
        return f"cell {self.cell!r}: {self.message}" if self.cell else self.message


def lint(master: Master) -> list[Fault]:
    """Look for every fault that would cost someone a mark or give an answer away.

    Parameters
    ----------
    master : Master
        The master, as stored.

    Returns
    -------
    list of Fault
        All faults in the order of the cells; empty for a sound master.
    """
    faults = [*ids(master), *structure(master), *questions(master), *points(master)]
    for cell in master.cells:
        if cell.role in ("check", "hidden"):
            faults += stored_output(cell)
    return faults + list(names(master)) + list(leaks(master))


def ids(master: Master) -> Iterator[Fault]:
    """Ids are there, are words, and differ."""
    counts = Counter(cell.id for cell in master.cells)
    for cell in master.cells:
        if not cell.id:
            yield Fault("", f"Cell number {cell.position + 1} has no id; save it as nbformat 4.5.")
        elif counts[cell.id] > 1:
            yield Fault(cell.id, f"The id is used {counts[cell.id]} times; each must be unique.")
        elif not ID.fullmatch(cell.id) or len(cell.id) > 64:
            yield Fault(
                cell.id, "The id must be lower-case words joined by hyphens, such as q2-answer."
            )


def structure(master: Master) -> Iterator[Fault]:
    """Each cell has one role, the right type, its question and its markers."""
    for cell in master.cells:
        if len(cell.roles) > 1:
            yield Fault(cell.id, f"It has several roles ({', '.join(cell.roles)}); give it one.")
        if cell.role in CODE_ROLES and cell.type != "code":
            yield Fault(cell.id, f"A cell tagged {cell.role} must be a code cell.")
        if cell.role == "manual" and cell.type != "markdown":
            yield Fault(cell.id, "A cell tagged manual must be a markdown cell.")
        if (cell.role in CODE_ROLES or cell.role == "manual") and not cell.question:
            yield Fault(cell.id, "metadata.nbval_grader.question is missing, such as 'q1'.")
        if cell.role == "answer":
            if BEGIN not in cell.source:
                yield Fault(cell.id, f"An answer holds {BEGIN!r} and {END!r} around its solution.")
            try:
                stub = stub_source(cell)
            except BadInput as fault:
                yield Fault(cell.id, str(fault).split(": ", 1)[-1])
            else:
                if tree(stub) is None:
                    yield Fault(cell.id, "With its stub in place the answer is not valid Python.")
        elif BEGIN in cell.source and cell.role != "manual":
            yield Fault(cell.id, f"{BEGIN!r} stands in a cell that is not tagged answer.")
        if cell.role in ("check", "hidden") and CHECK_TAG not in cell.tags:
            yield Fault(cell.id, f"A check also carries the tag {CHECK_TAG!r}.")


def questions(master: Master) -> Iterator[Fault]:
    """Each answer has its checks, each check its answer, and they follow it."""
    answers = [cell for cell in master.cells if cell.role == "answer"]
    if not answers and not master.manual:
        yield Fault("", "There is no cell tagged answer, so there is nothing to grade.")
    graded = Counter(cell.question for cell in master.cells if cell.role in ("answer", "manual"))
    for cell in master.cells:
        if cell.role in ("answer", "manual") and graded[cell.question] > 1 and cell.question:
            yield Fault(cell.id, f"Question {cell.question!r} has more than one answer cell.")
    for answer in answers:
        checks = [
            c
            for c in master.cells
            if c.role in ("check", "hidden") and c.question == answer.question
        ]
        if not any(c.role == "check" for c in checks):
            yield Fault(answer.id, f"Question {answer.question!r} has no visible check.")
        hidden = sum(c.role == "hidden" for c in checks)
        if hidden < MIN_HIDDEN:
            yield Fault(
                answer.id,
                f"Question {answer.question!r} has {hidden} hidden checks; "
                f"at least {MIN_HIDDEN} are needed.",
            )
        for check in checks:
            if check.position < answer.position:
                yield Fault(check.id, "The check stands before the answer it checks.")
    known = {cell.question for cell in answers}
    for cell in master.cells:
        if cell.role in ("check", "hidden") and cell.question and cell.question not in known:
            yield Fault(cell.id, f"There is no answer cell for question {cell.question!r}.")


def points(master: Master) -> Iterator[Fault]:
    """Each check has points, and they add up to what the notebook says."""
    for cell in master.cells:
        if cell.role in ("check", "hidden", "manual") and not number(cell.meta.get("points")):
            yield Fault(
                cell.id,
                f"metadata.nbval_grader.points must be a number above 0, "
                f"got {cell.meta.get('points')!r}.",
            )
        if cell.role == "check" and not str(cell.meta.get("hint") or "").strip():
            yield Fault(cell.id, "A visible check needs a hint: how to go on when it fails.")
    stated = master.meta.get("points")
    if stated is not None and (
        number(stated) is None or total([number(stated) or 0]) != master.points
    ):
        yield Fault(
            "", f"The notebook states {stated} points, its checks add up to {master.points:g}."
        )


def printed(cell: Cell) -> str:
    """Return the stored output that a reader sees as text."""
    parts = []
    for output in cell.outputs:
        if output.get("output_type") == "stream":
            parts.append(as_text(output.get("text")))
        elif isinstance(output.get("data"), dict):
            parts.append(as_text(output["data"].get("text/plain")))
    return "".join(parts)


def stored_output(cell: Cell) -> Iterator[Fault]:
    """See that a check was executed and stored something to compare."""
    if cell.execution_count is None:
        yield Fault(cell.id, "It was never executed, so nbval would not compare it: run refresh.")
    if any(output.get("output_type") == "error" for output in cell.outputs):
        yield Fault(cell.id, "Its stored output is an error.")
    if any(output.get("name") == "stderr" for output in cell.outputs):
        yield Fault(cell.id, "Its stored output has text on stderr, which is never compared.")
    text = printed(cell)
    if not text.strip():
        yield Fault(cell.id, "It prints nothing, so it cannot fail by its output.")
    elif cell.role == "hidden" and not computed(cell, text):
        yield Fault(
            cell.id,
            "It prints no computed value, only a verdict or fixed text; print values over inputs.",
        )


def computed(cell: Cell, text: str) -> bool:
    """Say whether the output holds more than verdicts and the check's own words."""
    parsed = tree(cell.source)
    fixed: set[str] = set()
    if parsed is not None:
        for node in ast.walk(parsed):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                fixed |= words(node.value)
    return any(word not in fixed and word.lower() not in VERDICTS for word in words(text))


def words(text: str) -> set[str]:
    """Split a text into words and numbers."""
    return set(re.findall(r"[^\W_]+(?:\.\d+)?", text))


def tree(source: str) -> ast.Module | None:
    """Parse a cell as IPython would, or return None."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        pass
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError):
        return None


def bound_and_used(source: str) -> tuple[set[str], set[str]]:
    """Return the names a cell binds at any depth and those it reads."""
    bound: set[str] = set()
    used: set[str] = set()
    for node in ast.walk(tree(source) or ast.Module([], [])):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(a.asname or a.name).split(".")[0] for a in node.names}
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return bound, used


def names(master: Master) -> Iterator[Fault]:
    """No cell rests on a check, no check on what is not there or on another's answer."""
    for cell in master.cells:
        if cell.role == "answer":
            for name in sorted(top_level_names(cell) & set(vars(builtins))):
                yield Fault(
                    cell.id,
                    f"It defines {name!r}, a built-in name, which checks see as Python's own.",
                )
    open_names: set[str] = set()
    by_check: dict[str, str] = {}
    for cell in master.cells:
        if cell.type != "code":
            continue
        bound, used = bound_and_used(cell.source)
        if cell.role in ("check", "hidden"):
            for name in sorted(used - bound - open_names - ALWAYS_THERE):
                yield Fault(cell.id, f"It uses {name!r}, which no cell before it provides.")
            by_check |= dict.fromkeys(bound - open_names, cell.id)
        else:
            for name in sorted((used - bound - open_names) & set(by_check)):
                yield Fault(
                    cell.id,
                    f"It uses {name!r}, which only the check {by_check[name]!r} defines; "
                    "a check may be missing or fail.",
                )
            open_names |= bound


def leaks(master: Master) -> Iterator[Fault]:
    """No check carries the solution or answers in the learner's place."""
    solutions = {
        cell.question: solution_lines(cell) for cell in master.cells if cell.role == "answer"
    }
    answered = {
        cell.question: top_level_names(cell) for cell in master.cells if cell.role == "answer"
    }
    for cell in master.cells:
        if cell.role not in ("check", "hidden"):
            continue
        lines = {" ".join(line.split()) for line in cell.source.splitlines()}
        for line in sorted(lines & solutions.get(cell.question, set())):
            yield Fault(cell.id, f"It carries a line of the solution: {line!r}.")
        for name in sorted(top_level_names(cell) & answered.get(cell.question, set())):
            yield Fault(cell.id, f"It defines {name!r}, which is the learner's to define.")


def solution_lines(cell: Cell) -> set[str]:
    """Return the lines between the markers that are long enough to tell something."""
    inside = False
    found = set()
    for line in cell.source.splitlines():
        mark = line.strip()
        if mark in (BEGIN, END):
            inside = mark == BEGIN
        elif inside and not mark.startswith(("#", "import ", "from ")):
            found.add(" ".join(mark.split()))
    return {line for line in found if len(line) >= SHORTEST_TELLING_LINE}


def top_level_names(cell: Cell) -> set[str]:
    """Return the names a cell defines for the cells after it, imports aside."""
    found: set[str] = set()
    parsed = tree(cell.source)
    for statement in parsed.body if parsed else ():
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(statement.name)
        elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                found |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    return found
