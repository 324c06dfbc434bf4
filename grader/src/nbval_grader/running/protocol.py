"""What one process sends to another: plain records that become JSON and are made from it."""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from ..errors import BadInput
from ..notebooks.format import total
from ..notebooks.master import Master

__all__ = ["AnswerResult", "CheckResult", "Job", "Limits", "Outcome"]


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    cell_seconds : float
        Wall-clock seconds for one cell.
    submission_seconds : float
        Wall-clock seconds for the whole submission.
    memory_mb : int
        Address space of a process, and resident memory of all its processes, in MB.
    processes : int
        Processes and threads at one time.
    output_mb : float
        Output of one cell, in MB.
    disk_mb : int
        What it may write to its folder, in MB.
    """

    cell_seconds: float = 10.0
    submission_seconds: float = 60.0
    memory_mb: int = 2048
    processes: int = 64
    output_mb: float = 2.0
    disk_mb: int = 64

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if not value > 0:
                raise BadInput(f"{entry.name} must be above 0, got {value}.")


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    Attributes
    ----------
    notebook : str
        Name of the exercise.
    master : str
        The master notebook, as text.
    submission : bytes or None
        The file handed in; None grades the master itself, which must earn full points.
    limits : Limits
        What it may use.
    sandbox : bool
        Whether student code is confined.
    forked : bool
        Whether kernels are forked from a zygote (quick) or each get a new interpreter.
    readable : tuple of str
        Folders it may read besides the interpreter and its packages.
    protected : tuple of str
        Paths that must not be seen by confined code: masters, submissions, the gradebook.
    modules : tuple of str
        Modules that the zygote imports once for all kernels.
    """

    notebook: str
    master: str = field(repr=False)
    submission: bytes | None = field(repr=False)
    limits: Limits = Limits()
    sandbox: bool = True
    forked: bool = True
    readable: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the job as JSON values."""
        record = asdict(self)
        if self.submission is not None:
            record["submission"] = base64.b64encode(self.submission).decode()
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Make a job from what `to_json` returned."""
        submission = record["submission"]
        return cls(
            **{
                **record,
                "submission": None if submission is None else base64.b64decode(submission),
                "limits": Limits(**record["limits"]),
                "readable": tuple(record["readable"]),
                "protected": tuple(record["protected"]),
                "modules": tuple(record["modules"]),
            }
        )


@dataclass
class CheckResult:
    """The result of one check cell.

    Attributes
    ----------
    cell, question : str
        Its id, and the question that it checks.
    hidden : bool
        Whether the learner never sees the cell.
    points, earned : float
        The points that it is worth, and those that it gave.
    outcome : str
        ``passed``, ``failed`` (other output), ``error``, ``timeout``, ``died``, ``memory``,
        ``output`` (too much of it) or ``skipped`` (no time left).
    reason : str
        The grader's own sentence, safe to show.
    hint : str
        The master's hint.
    shown : str
        Output that the student may see: the master's own for a passed check (what the run wrote to
        stderr may reveal hidden checks), else the output of a run to which none was sent.
    output : str
        Output of the graded run, for the teacher only.
    seconds : float
        Wall-clock seconds.
    """

    cell: str
    question: str
    hidden: bool
    points: float
    earned: float = 0.0
    outcome: str = "skipped"
    reason: str = ""
    hint: str = ""
    shown: str = ""
    output: str = ""
    seconds: float = 0.0


@dataclass
class AnswerResult:
    """The result of one answer cell.

    Attributes
    ----------
    question, cell : str
        The question that it answers, and its id in the master.
    found_by : str
        How it was found in the file: ``id``, ``question``, ``position``, ``missing`` or
        ``ambiguous``.
    outcome : str
        As for a check; ``untouched`` if it is still the stub.
    reason, shown : str
        As for a check.
    source : str
        What the student wrote.
    seconds : float
        Wall-clock seconds.
    """

    question: str
    cell: str
    found_by: str
    outcome: str = "skipped"
    reason: str = ""
    shown: str = ""
    source: str = ""
    seconds: float = 0.0


@dataclass
class Outcome:
    """The result of grading one submission.

    Attributes
    ----------
    status : str
        ``graded``; ``unreadable`` (not a notebook that can be graded: 0 points); ``missing``
        (nothing was handed in); ``failed`` (the grader's own error: to be graded again).
    reason : str
        Why, if not graded.
    max_points : float
        Points that all checks are worth.
    checks, answers : list
        Results in the order of the notebook.
    manual : dict of str to str
        What the student wrote to each discussion question.
    notices : list of str
        Sentences for student and teacher about cells that are missing, moved or edited.
    seconds : float
        Wall-clock seconds.
    sandboxed : bool
        Whether student code was confined.
    kernels : int
        Kernels used.
    modules : list of str
        Modules that the kernel had imported at the end (only when the master itself is graded).
    """

    status: str
    reason: str = ""
    max_points: float = 0.0
    checks: list[CheckResult] = field(default_factory=list)
    answers: list[AnswerResult] = field(default_factory=list)
    manual: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    seconds: float = 0.0
    sandboxed: bool = False
    kernels: int = 0
    modules: list[str] = field(default_factory=list)

    @classmethod
    def without_points(
        cls, master: Master, status: str, reason: str = "", *, sandboxed: bool = False
    ) -> Self:
        """Make an outcome of which no check has run.

        Parameters
        ----------
        master : Master
            The master.
        status, reason, sandboxed
            As the attributes.

        Returns
        -------
        Outcome
            With a skipped check for each of the master's.
        """
        return cls(
            status,
            reason=reason,
            max_points=master.points,
            checks=[
                CheckResult(c.cell, c.question, c.hidden, c.points, hint=c.hint)
                for c in master.checks
            ],
            sandboxed=sandboxed,
        )

    @property
    def points(self) -> float:
        """Points earned from checks."""
        return total(check.earned for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Make an outcome from what `to_json` returned."""
        return cls(
            **{
                **record,
                "checks": [CheckResult(**c) for c in record["checks"]],
                "answers": [AnswerResult(**a) for a in record["answers"]],
            }
        )
