"""Errors of a master, reported before they cost a learner a mark or give an answer away."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import BadInput
from .format import BEGIN, CHECK_TAG, END, Cell, as_text, number, total
from .master import Master
from .student_version import stub_source

__all__ = ["LintError", "lint"]

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
VERDICTS = frozenset(
    {"true", "false", "ok", "pass", "passed", "fail", "failed", "yes", "no", "none"}
)
CHECK_ROLES = ("check", "hidden")
CODE_ROLES = ("answer", *CHECK_ROLES)
MIN_HIDDEN = 2
# Shorter lines of a solution tell nothing.
MIN_LINE = 12
ALWAYS_DEFINED = frozenset(vars(builtins)) | {"get_ipython", "display", "In", "Out", "__name__"}


@dataclass(frozen=True)
class LintError:
    """An error of a master.

    Attributes
    ----------
    cell : str
        Id of the cell with the error, empty for the notebook as a whole.
    message : str
        One sentence: what is wrong and what is accepted.
    """

    cell: str
    message: str

    def __str__(self) -> str:
        return f"cell {self.cell!r}: {self.message}" if self.cell else self.message


def lint(master: Master) -> list[LintError]:
    """Report every error of a master that would cost someone a mark or give an answer away.

    Parameters
    ----------
    master : Master
        The master, as stored.

    Returns
    -------
    list of LintError
        All errors; empty for a valid master.
    """
    rules = (
        check_ids,
        check_structure,
        check_questions,
        check_points,
        check_outputs,
        check_names,
        check_leaks,
    )
    return [error for rule in rules for error in rule(master)]


def check_ids(master: Master) -> Iterator[LintError]:
    """Require an id of every cell: words, and unique."""
    counts = Counter(cell.id for cell in master.cells)
    for cell in master.cells:
        if not cell.id:
            yield LintError(
                "", f"Cell number {cell.position + 1} has no id; save it as nbformat 4.5."
            )
        elif counts[cell.id] > 1:
            yield LintError(
                cell.id, f"The id is used {counts[cell.id]} times; each must be unique."
            )
        elif not ID.fullmatch(cell.id) or len(cell.id) > 64:
            yield LintError(
                cell.id, "The id must be lower-case words joined by hyphens, such as q2-answer."
            )


def check_structure(master: Master) -> Iterator[LintError]:
    """Require one role of every cell, with the right type, question and markers."""
    for cell in master.cells:
        if len(cell.roles) > 1:
            yield LintError(
                cell.id, f"It has several roles ({', '.join(cell.roles)}); give it one."
            )
        if cell.role in CODE_ROLES and cell.type != "code":
            yield LintError(cell.id, f"A cell tagged {cell.role} must be a code cell.")
        if cell.role == "manual" and cell.type != "markdown":
            yield LintError(cell.id, "A cell tagged manual must be a markdown cell.")
        if (cell.role in CODE_ROLES or cell.role == "manual") and not cell.question:
            yield LintError(cell.id, "metadata.nbval_grader.question is missing, such as 'q1'.")
        if cell.role == "answer":
            yield from check_solution(cell)
        elif BEGIN in cell.source and cell.role != "manual":
            yield LintError(cell.id, f"{BEGIN!r} stands in a cell that is not tagged answer.")
        if cell.role in CHECK_ROLES and CHECK_TAG not in cell.tags:
            yield LintError(cell.id, f"A check also needs the tag {CHECK_TAG!r}.")


def check_solution(cell: Cell) -> Iterator[LintError]:
    """Require a solution between markers, and a stub that is valid Python."""
    if BEGIN not in cell.source:
        yield LintError(cell.id, f"An answer needs {BEGIN!r} and {END!r} around its solution.")
    try:
        stub = stub_source(cell)
    except BadInput as error:
        yield LintError(cell.id, str(error).split(": ", 1)[-1])
    else:
        if parse_cell(stub) is None:
            yield LintError(cell.id, "With its stub in place the answer is not valid Python.")


def check_questions(master: Master) -> Iterator[LintError]:
    """Require checks after every answer, and an answer before every check."""
    answers = [cell for cell in master.cells if cell.role == "answer"]
    if not answers and not master.manual:
        yield LintError("", "There is no cell tagged answer, so there is nothing to grade.")
    graded = Counter(cell.question for cell in master.cells if cell.role in ("answer", "manual"))
    for cell in master.cells:
        if cell.role in ("answer", "manual") and graded[cell.question] > 1 and cell.question:
            yield LintError(cell.id, f"Question {cell.question!r} has more than one answer cell.")
    for answer in answers:
        checks = [
            c for c in master.cells if c.role in CHECK_ROLES and c.question == answer.question
        ]
        if not any(c.role == "check" for c in checks):
            yield LintError(answer.id, f"Question {answer.question!r} has no visible check.")
        hidden = sum(c.role == "hidden" for c in checks)
        if hidden < MIN_HIDDEN:
            yield LintError(
                answer.id,
                f"Question {answer.question!r} has {hidden} hidden checks; "
                f"at least {MIN_HIDDEN} are needed.",
            )
        for check in checks:
            if check.position < answer.position:
                yield LintError(check.id, "The check stands before the answer that it checks.")
    answered = {cell.question for cell in answers}
    for cell in master.cells:
        if cell.role in CHECK_ROLES and cell.question and cell.question not in answered:
            yield LintError(cell.id, f"There is no answer cell for question {cell.question!r}.")


def check_points(master: Master) -> Iterator[LintError]:
    """Require points of every check, and the sum that the notebook states."""
    for cell in master.cells:
        if cell.role in ("check", "hidden", "manual") and not number(cell.meta.get("points")):
            yield LintError(
                cell.id,
                f"metadata.nbval_grader.points must be a number above 0, "
                f"got {cell.meta.get('points')!r}.",
            )
        if cell.role == "check" and not str(cell.meta.get("hint") or "").strip():
            yield LintError(cell.id, "A visible check needs a hint: how to go on when it fails.")
    stated = master.meta.get("points")
    if stated is not None and (
        number(stated) is None or total([number(stated) or 0]) != master.points
    ):
        yield LintError(
            "", f"The notebook states {stated} points, its checks add up to {master.points:g}."
        )


def printed_text(cell: Cell) -> str:
    """Return the stored output that a reader sees as text."""
    parts = []
    for output in cell.outputs:
        if output.get("output_type") == "stream":
            parts.append(as_text(output.get("text")))
        elif isinstance(output.get("data"), dict):
            parts.append(as_text(output["data"].get("text/plain")))
    return "".join(parts)


def check_outputs(master: Master) -> Iterator[LintError]:
    """Require of every check an output that can be compared."""
    for cell in master.cells:
        if cell.role in CHECK_ROLES:
            yield from check_output(cell)


def check_output(cell: Cell) -> Iterator[LintError]:
    """Require of one check that it was executed and has an output that can be compared."""
    if cell.execution_count is None:
        yield LintError(
            cell.id, "It was never executed, so nbval would not compare it: run refresh."
        )
    if any(output.get("output_type") == "error" for output in cell.outputs):
        yield LintError(cell.id, "Its stored output is an error.")
    if any(output.get("name") == "stderr" for output in cell.outputs):
        yield LintError(cell.id, "Its stored output has text on stderr, which is never compared.")
    text = printed_text(cell)
    if not text.strip():
        yield LintError(cell.id, "It prints nothing, so it cannot fail by its output.")
    elif cell.role == "hidden" and not has_computed_value(cell, text):
        yield LintError(
            cell.id,
            "It prints no computed value, only a verdict or fixed text; print values over inputs.",
        )


def has_computed_value(cell: Cell, text: str) -> bool:
    """Say whether the output contains more than verdicts and the check's own words."""
    parsed = parse_cell(cell.source)
    fixed: set[str] = set()
    if parsed is not None:
        for node in ast.walk(parsed):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                fixed |= words_of(node.value)
    return any(word not in fixed and word.lower() not in VERDICTS for word in words_of(text))


def words_of(text: str) -> set[str]:
    """Split a text into words and numbers."""
    return set(re.findall(r"[^\W_]+(?:\.\d+)?", text))


def parse_cell(source: str) -> ast.Module | None:
    """Parse a cell as IPython does; return None if it is not valid."""
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
    """Return the names that a cell binds, at any depth, and the names that it reads."""
    bound: set[str] = set()
    used: set[str] = set()
    for node in ast.walk(parse_cell(source) or ast.Module([], [])):
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


def check_names(master: Master) -> Iterator[LintError]:
    """Reject answers that hide built-in names, and uses of names that may be undefined."""
    for cell in master.cells:
        if cell.role == "answer":
            for name in sorted(top_level_names(cell) & set(vars(builtins))):
                yield LintError(
                    cell.id,
                    f"It defines {name!r}, a built-in name, which in checks is Python's own.",
                )
    defined: set[str] = set()
    by_check: dict[str, str] = {}
    for cell in master.cells:
        if cell.type != "code":
            continue
        bound, used = bound_and_used(cell.source)
        if cell.role in CHECK_ROLES:
            for name in sorted(used - bound - defined - ALWAYS_DEFINED):
                yield LintError(cell.id, f"It uses {name!r}, which no cell before it defines.")
            by_check |= dict.fromkeys(bound - defined, cell.id)
        else:
            for name in sorted((used - bound - defined) & set(by_check)):
                yield LintError(
                    cell.id,
                    f"It uses {name!r}, which only the check {by_check[name]!r} defines; "
                    "a check may be missing or fail.",
                )
            defined |= bound


def check_leaks(master: Master) -> Iterator[LintError]:
    """Reject checks with lines of the solution or names that the learner must define."""
    solutions = {
        cell.question: solution_lines(cell) for cell in master.cells if cell.role == "answer"
    }
    expected_names = {
        cell.question: top_level_names(cell) for cell in master.cells if cell.role == "answer"
    }
    for cell in master.cells:
        if cell.role not in CHECK_ROLES:
            continue
        lines = {" ".join(line.split()) for line in cell.source.splitlines()}
        for line in sorted(lines & solutions.get(cell.question, set())):
            yield LintError(cell.id, f"It contains a line of the solution: {line!r}.")
        for name in sorted(top_level_names(cell) & expected_names.get(cell.question, set())):
            yield LintError(cell.id, f"It defines {name!r}, which the learner must define.")


def solution_lines(cell: Cell) -> set[str]:
    """Return the lines between the markers that are long enough to tell something."""
    inside = False
    lines = set()
    for line in cell.source.splitlines():
        mark = line.strip()
        if mark in (BEGIN, END):
            inside = mark == BEGIN
        elif inside and not mark.startswith(("#", "import ", "from ")):
            lines.add(" ".join(mark.split()))
    return {line for line in lines if len(line) >= MIN_LINE}


def top_level_names(cell: Cell) -> set[str]:
    """Return the names that a cell defines for the cells after it, without imports."""
    names: set[str] = set()
    parsed = parse_cell(cell.source)
    for statement in parsed.body if parsed else ():
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                names |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    return names
