"""The command ``nbval-grader``: the commands of authors, learners and graders."""

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
    epilog="Exit codes: 0 done; 1 error of the grader; 2 bad input; 3 found something to fix; "
    "4 some submissions not graded; 5 cannot confine student code here; 6 gradebook in use; "
    "7 disk full or not writable; 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
MOST_REASONS = 3

Masters = Annotated[
    list[Path], typer.Argument(metavar="MASTER...", help="Masters, or folders of masters.")
]


@app.command()
def lint(masters: Masters) -> None:
    """Report errors of masters that would cost a mark or give an answer away."""
    from .notebooks.lint import lint as lint_master
    from .notebooks.master import read_masters

    count = 0
    by_name = read_masters(masters)
    for master in by_name.values():
        for error in lint_master(master):
            out.print(f"{master.path}: {error}", markup=False)
            count += 1
    if count:
        raise Findings(f"{count} error{'s' if count > 1 else ''} found.")
    out.print(f"{len(by_name)} master{'s' if len(by_name) > 1 else ''}: no error found.")


@app.command()
def exercise(
    masters: Masters,
    to: Annotated[Path, typer.Option(help="Folder for the exercises.")],
    check: Annotated[
        bool, typer.Option(help="Write nothing; fail unless all exercises are current.")
    ] = False,
) -> None:
    """Write the learners' copies of masters."""
    from .files import write_atomic
    from .notebooks.format import dump
    from .notebooks.lint import lint as lint_master
    from .notebooks.master import read_masters
    from .notebooks.student_version import exercise as make_exercise

    stale = []
    texts = {}
    for master in read_masters(masters).values():
        errors = lint_master(master)
        if errors:
            raise BadInput(f"{master.path}: {errors[0]} Run lint to see every error.")
        texts[to / f"{master.name}.ipynb"] = dump(make_exercise(master))
    if not check:
        try:
            to.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotWritable(f"{to} cannot be created: {error.strerror}.") from None
    for path, text in texts.items():
        if check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(path)
        elif write_atomic(path, text):
            out.print(f"wrote {path}", markup=False)
    if stale:
        names = ", ".join(map(str, stale))
        raise Findings(f"Different from their masters: {names}. Run the command without --check.")
    out.print(f"{len(texts)} exercise{'s' if len(texts) > 1 else ''} current.")


@app.command()
def refresh(
    notebooks: Annotated[
        list[Path], typer.Argument(metavar="NOTEBOOK...", help="Lessons or masters.")
    ],
    check: Annotated[
        bool, typer.Option(help="Write nothing; fail unless all outputs are current.")
    ] = False,
) -> None:
    """Run notebooks, store the outputs that nbval compares, and remove all others."""
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
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check your own notebook: show the points of its visible checks, with hints.

    The notebook runs unconfined: do not check the file of somebody else.
    """
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
            text = q.message + (f"\nHint: {q.hint}" if q.hint else "")
            table.add_row(escape(q.title), f"{q.earned:g} of {q.points:g}", escape(text))
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
    expression: Annotated[str, typer.Argument(help="A Python literal, such as '[\"yes\", 3]'.")],
    digits: Annotated[
        int, typer.Option(help="Significant digits to which floats are rounded.")
    ] = 6,
) -> None:
    """Print the digest of an answer, for `nbval_grader.checking.matches`."""
    import ast

    from .checking import digest as digest_of

    try:
        value = ast.literal_eval(expression)
        text = digest_of(value, digits=digits)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        raise BadInput(
            f"{expression!r} is not a Python literal; give a number, a text in quotes, a list, "
            "a tuple, a set or a dict of such."
        ) from None
    out.print(text, markup=False)


@app.command()
def grade(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the submissions.")],
    masters: Annotated[Path, typer.Option(help="Folder of the masters.")] = Path("solutions"),
    gradebook: Annotated[Path, typer.Option(help="SQLite file of the results.")] = Path(
        "gradebook.sqlite"
    ),
    layout: Annotated[
        str,
        typer.Option(
            help="Layout of FOLDER: folders, nbgrader, canvas, moodle, flat; auto detects it."
        ),
    ] = "auto",
    only: Annotated[
        list[str] | None, typer.Option(help="Grade only this student (repeatable).")
    ] = None,
    notebook: Annotated[
        list[str] | None, typer.Option(help="Grade only this exercise (repeatable).")
    ] = None,
    workers: Annotated[
        int, typer.Option(help="Number of submissions graded at the same time.")
    ] = 1,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Grade on this Dask cluster.")
    ] = None,
    regrade: Annotated[
        bool, typer.Option(help="Also grade again what was graded before, and unreadable files.")
    ] = False,
    sandbox: Annotated[bool, typer.Option(help="Confine student code.")] = True,
    readable: Annotated[
        list[Path] | None, typer.Option(help="A folder that student code may read (repeatable).")
    ] = None,
    cell_seconds: Annotated[float, typer.Option(help="Seconds for one cell.")] = 10.0,
    submission_seconds: Annotated[float, typer.Option(help="Seconds for one submission.")] = 60.0,
    memory_mb: Annotated[int, typer.Option(help="Memory for one submission, in MB.")] = 2048,
) -> None:
    """Grade a class. Run the command again at any time: it continues where it stopped."""
    from .gradebook.store import Gradebook
    from .gradebook.submissions import Submission, discover
    from .grading import Settings, Summary, grade_class
    from .notebooks.master import read_masters
    from .running.dask_pool import dask_executor
    from .running.protocol import Limits

    by_name = read_masters(masters)
    for name in notebook or ():
        if name not in by_name:
            raise BadInput(f"There is no exercise {name!r}; there are {', '.join(by_name)}.")
    if notebook:
        by_name = {name: by_name[name] for name in by_name if name in notebook}
    discovery = discover(folder, by_name, layout)
    chosen = list(discovery.submissions)
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
    out.print(f"Layout {discovery.layout}: {len(chosen)} submissions of {len(students)} students.")
    for notice in discovery.notices:
        out.print(f"Note: {notice}", markup=False)
    with contextlib.ExitStack() as stack:
        book = stack.enter_context(Gradebook(gradebook))
        executor = stack.enter_context(dask_executor(dask)) if dask else None
        bar = stack.enter_context(_progress())
        task = bar.add_task("grading", total=len(chosen))

        def advance(summary: Summary, submission: Submission | None) -> None:
            bar.advance(task)

        summary = grade_class(
            chosen,
            by_name,
            book,
            settings=settings,
            executor=executor,
            regrade=regrade,
            progress=advance,
        )
    out.print(_summary_line(summary))
    for refusal in summary.refusals[:MOST_REASONS]:
        out.print(f"Unreadable: {escape(refusal)}", soft_wrap=True)
    if len(summary.refusals) > MOST_REASONS:
        out.print(f"The gradebook has the reasons of {len(summary.refusals) - MOST_REASONS} more.")
    if not sandbox:
        out.print("Student code was not confined (--no-sandbox); the gradebook says so.")
    if summary.failed:
        raise NotGraded(
            f"{summary.failed} could not be graded because of an error of the grader: "
            f"{'; '.join(summary.failures[:MOST_REASONS])}. Run the same command again."
        )


cli_teacher.register(app)


@app.command()
def doctor() -> None:
    """Test whether this machine can grade and confine student code."""
    from .running.doctor import diagnose

    table = Table("Test", "Passed", "Result")
    findings = diagnose()
    for finding in findings:
        table.add_row(finding.name, "yes" if finding.fine else "no", escape(finding.detail))
    out.print(table)
    if not findings[-1].fine:
        raise CannotConfine(
            "Student code cannot be confined here; grade elsewhere, or with --no-sandbox."
        )
    out.print("Student code is confined here.")


def _summary_line(summary: Any) -> str:
    """Return one line with the numbers of graded and other submissions."""
    parts = [f"{summary.graded} graded"]
    for name in ("unchanged", "unreadable", "missing", "failed"):
        if getattr(summary, name):
            parts.append(f"{getattr(summary, name)} {name}")
    return ", ".join(parts) + "."


def _progress() -> Progress:
    """Return a progress bar with the time left; outside a terminal it is disabled."""
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
    """Run the command; every error becomes one sentence and an exit code."""
    debug = bool(os.environ.get("NBVAL_GRADER_DEBUG"))
    try:
        code = app(standalone_mode=False)
    except GraderError as error:
        if debug:
            raise
        if str(error):
            err.print(str(error), markup=False)
        code = error.code
    except typer.Abort:
        code = 130
    except KeyboardInterrupt:
        err.print("Interrupted; what was graded is kept. Run the same command to continue.")
        code = 130
    except OSError as error:
        if debug:
            raise
        err.print(f"{error.filename or 'A file'} cannot be used: {error.strerror}.", markup=False)
        code = NotWritable.code
    except Exception as error:
        if debug:
            raise
        format_message = getattr(error, "format_message", None)
        if format_message is not None:
            err.print(f"{format_message().rstrip('.')}. Try nbval-grader --help.", markup=False)
            code = BadInput.code
        else:
            err.print(
                f"The grader failed: {type(error).__name__}: {error}. "
                "Set NBVAL_GRADER_DEBUG=1 to see where.",
                markup=False,
            )
            code = 1
    from .running.pool import close_workers

    close_workers()
    raise SystemExit(code or 0)


if __name__ == "__main__":
    main()
