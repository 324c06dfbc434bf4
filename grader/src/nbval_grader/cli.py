"""The command ``nbval-grader``."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from . import cli_teacher
from .errors import BadInput, CannotConfine, Findings, GraderError, NotGraded, NotWritable

__all__ = ["app", "main"]

app = typer.Typer(
    name="nbval-grader",
    help="Grade notebooks with nbval: quickly, safely, and without losing a mark.",
    epilog="Exit codes: 0 done; 1 fault of the grader; 2 bad input; 3 found something to mend; "
    "4 some submissions not graded; 5 cannot confine student code here; 6 gradebook in use; "
    "7 no space or not writable; 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
MOST_REASONS = 3

Masters = Annotated[
    list[Path], typer.Argument(metavar="MASTER...", help="Masters, or their folder.")
]


@app.command()
def lint(masters: Masters) -> None:
    """Look for faults of masters that would cost a mark or give an answer away."""
    from .notebooks.format import read_masters
    from .notebooks.lint import lint as faults_of

    count = 0
    found = read_masters(masters)
    for master in found.values():
        for fault in faults_of(master):
            out.print(f"{master.path}: {fault}", markup=False)
            count += 1
    if count:
        raise Findings(f"{count} fault{'s' if count > 1 else ''} found.")
    out.print(f"{len(found)} master{'s' if len(found) > 1 else ''}: no fault found.")


@app.command()
def exercise(
    masters: Masters,
    to: Annotated[Path, typer.Option(help="Folder that the exercises go to.")],
    check: Annotated[
        bool, typer.Option(help="Write nothing; fail unless all are current.")
    ] = False,
) -> None:
    """Make the learners' notebooks from masters."""
    from .notebooks.format import dump, read_masters, write_atomic
    from .notebooks.lint import lint as faults_of
    from .notebooks.student_version import exercise as made_from

    stale = []
    found = read_masters(masters)
    texts = {}
    for master in found.values():
        faults = faults_of(master)
        if faults:
            raise BadInput(f"{master.path}: {faults[0]} Run lint to see every fault.")
        texts[to / f"{master.name}.ipynb"] = dump(made_from(master))
    if not check:
        try:
            to.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise NotWritable(f"{to} cannot be made: {fault.strerror}.") from None
    for path, text in texts.items():
        if check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(path)
        elif write_atomic(path, text):
            out.print(f"wrote {path}", markup=False)
    if stale:
        names = ", ".join(map(str, stale))
        raise Findings(f"Not as the masters make them: {names}. Run the command without --check.")
    out.print(f"{len(found)} exercise{'s' if len(found) > 1 else ''} current.")


@app.command()
def refresh(
    notebooks: Annotated[
        list[Path], typer.Argument(metavar="NOTEBOOK...", help="Lessons, masters.")
    ],
    check: Annotated[
        bool, typer.Option(help="Write nothing; fail unless all are current.")
    ] = False,
) -> None:
    """Run notebooks, store the outputs that nbval compares, strip all others."""
    from .running.refresh import refresh as refresh_one
    from .running.refresh import refreshed

    stale = []
    for path in notebooks:
        if check:
            if refreshed(path) != path.read_text(encoding="utf-8"):
                stale.append(path)
        else:
            changed = refresh_one(path)
            out.print(f"{'wrote' if changed else 'unchanged'} {path}", markup=False)
    if stale:
        raise Findings(f"Outputs differ from a fresh run: {', '.join(map(str, stale))}.")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Your notebook; it is only read.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check your own notebook: the points of its visible checks, with hints."""
    from .running.self_check import check_notebook

    result = check_notebook(file)
    if as_json:
        sys.stdout.write(json.dumps(result.to_json(), ensure_ascii=True) + "\n")
    else:
        out.print(f"{escape(result.title)}: {result.earned:g} of {result.points:g} visible points")
        table = Table(show_lines=True)
        for column in ("Question", "Points", "What the check says"):
            table.add_column(column, overflow="fold")
        for q in result.questions:
            said = q.message + (f"\nHint: {q.hint}" if q.hint else "")
            table.add_row(escape(q.title), f"{q.earned:g} of {q.points:g}", escape(said))
        out.print(table)
        for notice in result.notices:
            out.print(f"Note: {notice}", markup=False)
        for question in result.manual:
            out.print(f"Not checked here, marked by your teacher: {question}", markup=False)
        hidden = result.all_points - result.points
        if hidden > 0:
            out.print(f"A further {hidden:g} points come from checks that only your teacher runs.")
    if result.earned < result.points:
        raise Findings("" if as_json else "Not all visible points yet.")


@app.command()
def digest(
    expression: Annotated[str, typer.Argument(help="A Python literal, such as '[\"CHN\", 3]'.")],
    digits: Annotated[int, typer.Option(help="Significant digits of floats.")] = 6,
) -> None:
    """Make the digest of an answer, for `nbval_grader.checking.matches`."""
    import ast

    from .checking import digest as digest_of

    try:
        value = ast.literal_eval(expression)
        made = digest_of(value, digits=digits)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        raise BadInput(
            f"{expression!r} is not a Python literal; give a number, a text in quotes, a list, "
            "a tuple, a set or a dict of such."
        ) from None
    out.print(made, markup=False)


@app.command()
def grade(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The submissions.")],
    masters: Annotated[Path, typer.Option(help="Folder of the masters.")] = Path("solutions"),
    gradebook: Annotated[Path, typer.Option(help="SQLite file.")] = Path("gradebook.sqlite"),
    layout: Annotated[str, typer.Option(help="How FOLDER is laid out; auto finds out.")] = "auto",
    only: Annotated[list[str] | None, typer.Option(help="Only this student (repeatable).")] = None,
    notebook: Annotated[list[str] | None, typer.Option(help="Only this exercise.")] = None,
    workers: Annotated[int, typer.Option(help="Submissions graded at one time.")] = 1,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Grade on this Dask cluster.")
    ] = None,
    regrade: Annotated[
        bool, typer.Option(help="Grade again what was graded before, unreadable files too.")
    ] = False,
    sandbox: Annotated[bool, typer.Option(help="Confine student code.")] = True,
    readable: Annotated[
        list[Path] | None, typer.Option(help="Folder that student code may read (repeatable).")
    ] = None,
    cell_seconds: Annotated[float, typer.Option(help="Time for one cell.")] = 10.0,
    submission_seconds: Annotated[float, typer.Option(help="Time for one submission.")] = 60.0,
    memory_mb: Annotated[int, typer.Option(help="Memory of a submission, in MB.")] = 2048,
) -> None:
    """Grade a class: run it again at any time, it goes on where it was."""
    from .gradebook.store import Gradebook
    from .gradebook.submissions import Submission, discover
    from .grading import Settings, Summary, grade_class
    from .notebooks.format import read_masters
    from .running.dask_pool import dask_executor
    from .running.protocol import Limits

    known = read_masters(masters)
    for name in notebook or ():
        if name not in known:
            raise BadInput(f"There is no exercise {name!r}; there are {', '.join(known)}.")
    if notebook:
        known = {name: known[name] for name in known if name in notebook}
    found = discover(folder, known, layout)
    chosen = list(found.submissions)
    students = {s.student for s in chosen}
    for name in only or ():
        if name not in students:
            raise BadInput(f"There is no submission of {name!r} in {folder}.")
    if only:
        chosen = [s for s in chosen if s.student in only]
    settings = Settings(
        limits=Limits(
            cell_seconds=cell_seconds, submission_seconds=submission_seconds, memory_mb=memory_mb
        ),
        sandbox=sandbox,
        readable=tuple(str(path.resolve()) for path in readable or ()),
        workers=workers,
    )
    out.print(f"Layout {found.layout}: {len(chosen)} submissions of {len(students)} students.")
    for notice in found.notices:
        out.print(f"Note: {notice}", markup=False)
    with contextlib.ExitStack() as stack:
        book = stack.enter_context(Gradebook(gradebook))
        executor = stack.enter_context(dask_executor(dask)) if dask else None
        bar = stack.enter_context(_progress())
        task = bar.add_task("grading", total=len(chosen))

        def show(summary: Summary, submission: Submission | None) -> None:
            bar.advance(task)

        summary = grade_class(
            chosen,
            known,
            book,
            settings=settings,
            executor=executor,
            regrade=regrade,
            progress=show,
        )
    out.print(_told(summary))
    for refusal in summary.refusals[:MOST_REASONS]:
        out.print(f"Unreadable: {escape(refusal)}", soft_wrap=True)
    if len(summary.refusals) > MOST_REASONS:
        out.print(f"The gradebook has the reasons of {len(summary.refusals) - MOST_REASONS} more.")
    if not sandbox:
        out.print("Student code was not confined (--no-sandbox); the gradebook says so.")
    if summary.failed:
        raise NotGraded(
            f"{summary.failed} could not be graded through the grader's fault: "
            f"{'; '.join(summary.failures[:MOST_REASONS])}. Run the same command again."
        )


cli_teacher.register(app)


@app.command()
def doctor() -> None:
    """Say what this machine can do, by trying it."""
    from .running.doctor import diagnose

    table = Table("What", "Fine", "Found")
    findings = diagnose()
    for finding in findings:
        table.add_row(finding.name, "yes" if finding.fine else "no", escape(finding.detail))
    out.print(table)
    if not findings[-1].fine:
        raise CannotConfine(
            "Student code cannot be confined here; grade elsewhere, or with --no-sandbox."
        )
    out.print("Student code is confined here.")


def _told(summary: Any) -> str:
    """Return one line on what grading came to."""
    parts = [f"{summary.graded} graded"]
    for name in ("unchanged", "unreadable", "missing", "failed"):
        if getattr(summary, name):
            parts.append(f"{getattr(summary, name)} {name}")
    return ", ".join(parts) + "."


def _progress() -> Progress:
    """Return a progress bar with an estimate of the time left; none where nobody watches."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
        transient=True,
    )


def main() -> None:
    """Run the command; every fault becomes one sentence and an exit code."""
    debug = bool(os.environ.get("NBVAL_GRADER_DEBUG"))
    try:
        code = app(standalone_mode=False)
    except GraderError as fault:
        if debug:
            raise
        if str(fault):
            err.print(str(fault), markup=False)
        code = fault.code
    except typer.Abort:
        code = 130
    except KeyboardInterrupt:
        err.print("Interrupted; what was graded is kept. Run the same command to go on.")
        code = 130
    except OSError as fault:
        if debug:
            raise
        err.print(f"{fault.filename or 'A file'} cannot be used: {fault.strerror}.", markup=False)
        code = NotWritable.code
    except Exception as fault:
        if debug:
            raise
        show = getattr(fault, "format_message", None)
        if show is not None:
            err.print(f"{show().rstrip('.')}. Try nbval-grader --help.", markup=False)
            code = BadInput.code
        else:
            err.print(
                f"The grader failed: {type(fault).__name__}: {fault}. "
                "Set NBVAL_GRADER_DEBUG=1 to see where.",
                markup=False,
            )
            code = 1
    from .running.pool import close_workers

    close_workers()
    raise SystemExit(code or 0)


if __name__ == "__main__":
    main()
