"""Decide which cell ended a kernel, and what the session does next: one pure function.

A kernel may end while an innocent cell runs: an earlier cell may have left a thread that ends the
process later, or may end it a moment after it has answered. So the session notes what happens
(`Event`), and `judge` reads the notes. It starts nothing, runs nothing and reads no clock, so that
a table of histories can test it.

The rules:

1. A kernel that ends while a cell runs was ended by that cell, unless a cell of another question
   has left a thread. Then that suspect is left out, and the cell runs once more: if the kernel ends
   again, the cell itself is guilty, else the suspect.
2. A kernel that ends between two cells, or before it began the cell that it was sent, was ended by
   an earlier cell: the last one that left a thread, else the last one that answered. A master's own
   cells belong to no question. They have earned their points before, so they are not suspected.
3. A cell that ends the kernel when it is replayed is left out for good, master's own or not.
4. After `MAX_STARTS` kernels in which the earlier cells could not be replayed, the cell that was to
   run is given up. After `MAX_RUNS` kernels that ended before they began it, the cell is guilty.
5. A kernel that does not start is no cell's doing: the grader has failed, not the submission.

Whether a guilty cell's own reply still came through is chance, so the session counts it as if none
had come, and never runs that cell again.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

__all__ = [
    "Action",
    "Blame",
    "Event",
    "EventKind",
    "History",
    "Verdict",
    "judge",
]

MAX_STARTS = 3
MAX_RUNS = 3
JUST_AFTER = "The kernel ended just after this cell."
LATER = "A thread that this cell started ended the kernel later."
NO_KERNEL = "The kernel could not be brought back, so this cell did not run."


class EventKind(Enum):
    """What can happen in a session."""

    KERNEL_STARTED = auto()
    KERNEL_NOT_STARTED = auto()
    #: It had ended when the next cell was to be sent.
    KERNEL_FOUND_DEAD = auto()
    #: The grader ended it, for instance after a cell that could not be interrupted.
    KERNEL_STOPPED = auto()
    #: The cell came to its end, with the expected output, another one or an error.
    CELL_ANSWERED = auto()
    #: The cell was interrupted or ran out of memory. It is not replayed: it would do so again.
    CELL_CUT_SHORT = auto()
    #: The kernel ended while the cell ran or was about to, or had to be killed.
    KERNEL_LOST = auto()
    #: The same, while an earlier cell was replayed for this one.
    KERNEL_LOST_IN_REPLAY = auto()


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Attributes
    ----------
    kind : EventKind
        What.
    cell : int
        Place of the cell that was to run.
    replayed : int
        Place of the earlier cell that was being replayed, -1 if none.
    began : bool
        Whether the kernel began the cell (the replayed one, in a replay) before it was lost.
    left_a_thread : bool
        Whether a thread that the cell started went on after its answer.
    outcome, reason : str
        How a kernel was lost (``died``, ``memory`` or ``output``), and in a sentence.
    """

    kind: EventKind
    cell: int = -1
    replayed: int = -1
    began: bool = True
    left_a_thread: bool = False
    outcome: str = "died"
    reason: str = ""


@dataclass(frozen=True)
class History:
    """What has happened in the session of one submission.

    Attributes
    ----------
    questions : tuple of str
        The question of each cell; empty for a cell of the master's own.
    events : tuple of Event
        In order.
    """

    questions: tuple[str, ...]
    events: tuple[Event, ...] = ()

    def add(self, event: Event) -> History:
        """Return the history with one more event."""
        return replace(self, events=(*self.events, event))

    @property
    def kernels(self) -> int:
        """How many kernels have started."""
        return sum(event.kind is EventKind.KERNEL_STARTED for event in self.events)


class Action(Enum):
    """What the session does next."""

    #: Start a new kernel, and replay in it the cells that the verdict names.
    START_KERNEL = auto()
    #: Send the cell to the kernel, which is alive.
    RUN_CELL = auto()
    #: Go on to the next cell: this one is over.
    GO_ON = auto()
    #: Give up the submission: the grader has failed.
    FAIL = auto()


@dataclass(frozen=True)
class Blame:
    """Why a cell earns nothing.

    Attributes
    ----------
    outcome, reason : str
        As of a check.
    """

    outcome: str
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What follows from a history.

    Attributes
    ----------
    action : Action
        What to do next.
    replay : tuple of int
        Places of the cells that a new kernel replays, in order.
    blamed : mapping of int to Blame
        Every cell that has cost a kernel so far.
    """

    action: Action
    replay: tuple[int, ...]
    blamed: Mapping[int, Blame]


def judge(history: History, cell: int) -> Verdict:
    """Return who is to blame for each kernel that ended, and what to do about the cell under way.

    Parameters
    ----------
    history : History
        What has happened.
    cell : int
        Place of the cell that is to run.

    Returns
    -------
    Verdict
        The guilty cells and the next action.
    """
    inquiry = _Inquiry(history.questions)
    for event in history.events:
        inquiry.hear(event)
    if inquiry.failed:
        action = Action.FAIL
    elif inquiry.over == cell:
        action = Action.GO_ON
    elif inquiry.kernel_lives:
        action = Action.RUN_CELL
    else:
        action = Action.START_KERNEL
    return Verdict(action, tuple(inquiry.answered), inquiry.blamed)


class _Inquiry:
    """The state of `judge` while it reads a history.

    Parameters
    ----------
    questions : tuple of str
        As in `History`.
    """

    def __init__(self, questions: tuple[str, ...]) -> None:
        self.questions = questions
        self.answered: list[int] = []
        self.left_a_thread: set[int] = set()
        self.blamed: dict[int, Blame] = {}
        self.kernel_lives = False
        self.failed = False
        self.over = -1
        self.left_out: int | None = None
        self.starts = 0
        self.runs = 0

    def hear(self, event: Event) -> None:
        """Take one event into account."""
        match event.kind:
            case EventKind.CELL_ANSWERED:
                self.blame_left_out_cell()
                bisect.insort(self.answered, event.cell)
                if event.left_a_thread:
                    self.left_a_thread.add(event.cell)
                self.close(event.cell)
            case EventKind.KERNEL_STARTED:
                self.kernel_lives = True
                self.starts += 1
            case EventKind.KERNEL_NOT_STARTED:
                self.failed = True
            case EventKind.KERNEL_STOPPED:
                self.kernel_lives = False
            case EventKind.KERNEL_FOUND_DEAD:
                self.kernel_lives = False
                self.blame_earlier_cell()
            case EventKind.CELL_CUT_SHORT:
                self.blame_left_out_cell()
                self.close(event.cell)
            case EventKind.KERNEL_LOST:
                self.kernel_lives = False
                self.explain_loss(event)
            case EventKind.KERNEL_LOST_IN_REPLAY:
                self.kernel_lives = False
                self.blame_replayed_cell(event)
                if self.starts == MAX_STARTS:
                    self.explain_loss(replace(event, began=True, reason=NO_KERNEL))

    def close(self, cell: int) -> None:
        """Note that a cell is over."""
        self.over = cell
        self.left_out = None
        self.starts = self.runs = 0

    def find_suspect(self) -> int | None:
        """Return the last learner's cell that answered and left a thread, if there is one."""
        for cell in reversed(self.answered):
            if cell in self.left_a_thread and self.questions[cell]:
                return cell
        return None

    def blame(self, cell: int) -> None:
        """Blame a cell that had answered, and replay it no more."""
        if cell in self.answered:
            self.answered.remove(cell)
        reason = LATER if cell in self.left_a_thread else JUST_AFTER
        self.blamed[cell] = Blame("died", reason)

    def blame_left_out_cell(self) -> None:
        """Blame the suspect without which the kernel has not ended."""
        if self.left_out is not None:
            self.blame(self.left_out)

    def blame_earlier_cell(self) -> None:
        """Blame the suspect, else the cell that answered last (rule 2)."""
        guilty = self.find_suspect()
        if guilty is None and self.answered:
            guilty = self.answered[-1]
        if guilty is not None and self.questions[guilty]:
            self.blame(guilty)

    def blame_replayed_cell(self, event: Event) -> None:
        """Blame the suspect, else the replayed cell or, if it had not begun, the one before it."""
        place = self.answered.index(event.replayed)
        began = event.began or place == 0
        guilty = self.find_suspect()
        if guilty is None:
            guilty = event.replayed if began else self.answered[place - 1]
        if began or self.questions[guilty]:
            self.blame(guilty)

    def explain_loss(self, event: Event) -> None:
        """Decide whether the cell itself or an earlier one has ended the kernel (rules 1, 2, 4)."""
        if self.left_out is not None:
            bisect.insort(self.answered, self.left_out)
        elif not event.began and self.answered and self.runs < MAX_RUNS - 1:
            self.runs += 1
            self.starts = 0
            self.blame_earlier_cell()
            return
        elif event.outcome == "died":
            suspect = self.find_suspect()
            if suspect is not None and self.questions[suspect] != self.questions[event.cell]:
                self.left_out = suspect
                self.answered.remove(suspect)
                self.starts = 0
                return
        self.blamed[event.cell] = Blame(event.outcome, event.reason)
        self.close(event.cell)
