"""Grade a class: each submission once, whatever one of them does, whenever the grader is stopped."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from .errors import BadInput
from .gradebook.store import Gradebook
from .gradebook.submissions import Submission
from .notebooks.format import dump
from .notebooks.lint import lint
from .notebooks.master import Master
from .notebooks.merge import MAX_BYTES
from .running.pool import close_workers, grade_job
from .running.protocol import Job, Limits, Outcome
from .running.versions import versions

__all__ = ["Settings", "Summary", "grade_class", "versions"]

# Follow no link, and do not wait for a writer where a student handed in a named pipe.
OPEN_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True)
class Settings:
    """How a class is graded.

    Attributes
    ----------
    limits : Limits
        What one submission may use.
    sandbox : bool
        Whether student code is confined.
    readable : tuple of str
        Folders it may read besides the interpreter, its packages and what masters name.
    workers : int
        Submissions graded at one time on this machine.
    """

    limits: Limits = field(default_factory=Limits)
    sandbox: bool = True
    readable: tuple[str, ...] = ()
    workers: int = 1

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise BadInput(f"workers must be at least 1, got {self.workers}.")


@dataclass
class Summary:
    """The result of grading a class.

    Attributes
    ----------
    total : int
        Submissions asked for.
    graded, unreadable, missing, failed : int
        Those that were graded now, by status.
    unchanged : int
        Those graded before and not changed since.
    failures : list of str
        Student and notebook of those that failed through the grader's own error, with the reason.
    refusals : list of str
        Student and notebook of those that are unreadable, with the reason.
    """

    total: int = 0
    graded: int = 0
    unreadable: int = 0
    missing: int = 0
    failed: int = 0
    unchanged: int = 0
    failures: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def grade_class(
    submissions: Iterable[Submission],
    masters: Mapping[str, Master],
    gradebook: Gradebook,
    *,
    settings: Settings = Settings(),
    executor: Executor | None = None,
    regrade: bool = False,
    progress: Callable[[Summary, Submission | None], None] | None = None,
) -> Summary:
    """Grade submissions into a gradebook.

    Each is written as soon as it is graded. One that was graded before, by the same master,
    versions and settings, is left as it is.

    Parameters
    ----------
    submissions : iterable of Submission
        What to grade.
    masters : mapping of str to Master
        Their masters.
    gradebook : Gradebook
        Where the marks go.
    settings : Settings
        Limits, sandbox, workers.
    executor : concurrent.futures.Executor, optional
        Carries the jobs; by default `settings.workers` threads, each with a process of its own.
    regrade : bool, default False
        Grade again what was graded before.
    progress : callable, optional
        Called with the summary so far and the submission just finished.

    Returns
    -------
    Summary
        How it went.

    Raises
    ------
    BadInput
        If a master has errors or does not earn its own full points.
    CannotConfine
        If student code cannot be confined here.
    NotWritable
        If the gradebook cannot be written; what was graded before is kept.
    """
    queue = list(submissions)
    summary = Summary(total=len(queue))
    described = _describe_settings(settings)
    is_own_pool = executor is None
    pool = executor or ThreadPoolExecutor(settings.workers, thread_name_prefix="grade")
    running: dict[Future[Outcome], tuple[Submission, str]] = {}
    max_running = 2 * settings.workers if is_own_pool else 64
    prepared: dict[str, Job] = {}
    secret = list_secret_paths(queue, masters, gradebook)

    def finish(future: Future[Outcome]) -> None:
        submission, digest = running.pop(future)
        record(submission, future.result(), digest)

    def record(submission: Submission, outcome: Outcome, digest: str) -> None:
        master = masters[submission.notebook]
        gradebook.save_submission(submission, outcome, master, digest=digest, versions=versions())
        setattr(summary, outcome.status, getattr(summary, outcome.status) + 1)
        reasons = {"failed": summary.failures, "unreadable": summary.refusals}
        if outcome.status in reasons:
            reasons[outcome.status].append(
                f"{submission.student!r}, {submission.notebook}: {outcome.reason}"
            )
        if progress is not None:
            progress(summary, submission)

    try:
        for submission in queue:
            master = masters[submission.notebook]
            data, refusal = read(submission)
            digest = hashlib.sha256(
                f"{master.digest} {described} {refusal} ".encode() + (data or b"")
            ).hexdigest()
            before = gradebook.find_digest(submission.student, submission.notebook)
            if not regrade and before == digest:
                summary.unchanged += 1
                if progress is not None:
                    progress(summary, submission)
                continue
            if master.name not in prepared:
                prepared[master.name] = prepare(master, settings, pool, secret)
                gradebook.save_exercise(master)
            if data is None:
                record(submission, refuse(master, refusal, settings), digest)
                continue
            job = prepared[master.name]
            future = pool.submit(grade_job, replace(job, submission=data))
            running[future] = (submission, digest)
            while len(running) >= max_running:
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    finish(done)
        while running:
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                finish(done)
    finally:
        for future in running:
            future.cancel()
        if is_own_pool:
            close_workers()
            pool.shutdown(wait=True, cancel_futures=True)
    return summary


def _describe_settings(settings: Settings) -> str:
    """Return a text of all versions and settings that decide points."""
    return json.dumps([versions(), asdict(settings.limits), settings.sandbox], sort_keys=True)


def list_secret_paths(
    submissions: Iterable[Submission], masters: Mapping[str, Master], gradebook: Gradebook
) -> tuple[str, ...]:
    """Return the paths that student code must not see.

    Parameters
    ----------
    submissions : iterable of Submission
        The class's files.
    masters : mapping of str to Master
        The masters.
    gradebook : Gradebook
        The gradebook.

    Returns
    -------
    tuple of str
        Folder of each master, the folder that holds every submission, the gradebook.
    """
    files = [str(s.path.absolute()) for s in submissions if s.path is not None]
    folders = {str(m.path.absolute().parent) for m in masters.values() if m.path is not None}
    if files:
        folders.add(os.path.commonpath([str(Path(f).parent) for f in files]))
    return (*sorted(folders), str(gradebook.path.absolute()))


def prepare(
    master: Master, settings: Settings, pool: Executor, protected: tuple[str, ...] = ()
) -> Job:
    """Prove that a master earns its own full points, and learn what its kernels import.

    Parameters
    ----------
    master : Master
        The master.
    settings : Settings
        How it is graded.
    pool : Executor
        Runs the proof.
    protected : tuple of str
        Paths that student code must not see.

    Returns
    -------
    Job
        What each submission's job starts from.

    Raises
    ------
    BadInput
        If the master has errors or fails one of its own checks.
    """
    where = master.path or master.name
    errors = lint(master)
    if errors:
        more = f" ({len(errors) - 1} more: run lint)" if len(errors) > 1 else ""
        raise BadInput(f"{where}: {errors[0]}{more}")
    job = Job(
        protected=protected,
        notebook=master.name,
        master=dump(master.notebook),
        submission=None,
        limits=settings.limits,
        sandbox=settings.sandbox,
        readable=tuple(dict.fromkeys([*settings.readable, *map(str, master.readable)])),
        modules=imports_of(master),
    )
    outcome = pool.submit(grade_job, job).result()
    if outcome.status != "graded":
        raise BadInput(f"{where}: the master could not be run: {outcome.reason}")
    for check in outcome.checks:
        if check.outcome != "passed":
            raise BadInput(
                f"{where}: the master's own answer fails {check.cell!r} ({check.reason} "
                f"It printed: {check.output[:200]!r}); run refresh and fix it."
            )
    return replace(job, modules=tuple(outcome.modules))


def imports_of(master: Master) -> tuple[str, ...]:
    """Return the modules that a master's own cells name, so that its first kernel has them.

    Parameters
    ----------
    master : Master
        The master.

    Returns
    -------
    tuple of str
        Names; some may be of objects within a module, which cannot be imported and do no harm.
    """
    names: dict[str, None] = {}
    for cell in master.cells:
        try:
            tree = ast.parse(cell.source if cell.type == "code" else "")
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names.update(dict.fromkeys(alias.name for alias in node.names))
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names[node.module] = None
                names.update(dict.fromkeys(f"{node.module}.{a.name}" for a in node.names))
    return tuple(names)


def read(submission: Submission) -> tuple[bytes | None, str]:
    """Read a submitted file.

    Parameters
    ----------
    submission : Submission
        Whose file.

    Returns
    -------
    bytes or None
        The file; None where it is not read.
    str
        Why it is not read: empty, or a sentence.
    """
    path = submission.path
    if path is None:
        return None, ""
    try:
        descriptor = os.open(path, os.O_RDONLY | OPEN_SAFELY)
    except OSError as error:
        if Path(path).is_symlink():
            return None, "It is a symbolic link, which is never followed; hand in the file itself."
        return None, f"It cannot be read: {error.strerror}."
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None, "It is not a file; hand in the notebook itself."
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return file.read(MAX_BYTES + 1), ""
    except OSError as error:
        return None, f"It cannot be read: {error.strerror}."
    finally:
        os.close(descriptor)


def refuse(master: Master, reason: str, settings: Settings) -> Outcome:
    """Return the outcome of a submission of which nothing can be run.

    Parameters
    ----------
    master : Master
        Its master.
    reason : str
        Why; empty where nothing was handed in.
    settings : Settings
        How the class is graded.

    Returns
    -------
    Outcome
        No points.
    """
    return Outcome.without_points(
        master,
        "unreadable" if reason else "missing",
        reason or "Nothing was handed in.",
        sandboxed=settings.sandbox,
    )
