"""A table of histories: who is to blame when a kernel ends, and what the session does next."""

from __future__ import annotations

import pytest

from nbval_grader.running.blame import (
    JUST_AFTER,
    LATER,
    NO_KERNEL,
    Action,
    Blame,
    Event,
    EventKind,
    History,
    judge,
)

SETUP, Q1, Q2, Q2_CHECK, Q3 = range(5)
QUESTIONS = ("", "q1", "q2", "q2", "q3")

STARTED = Event(EventKind.KERNEL_STARTED)
NOT_STARTED = Event(EventKind.KERNEL_NOT_STARTED)
FOUND_DEAD = Event(EventKind.KERNEL_FOUND_DEAD)
STOPPED = Event(EventKind.KERNEL_STOPPED)


def answered(cell: int, *, thread: bool = False) -> Event:
    return Event(EventKind.CELL_ANSWERED, cell, left_a_thread=thread)


def cut_short(cell: int) -> Event:
    return Event(EventKind.CELL_CUT_SHORT, cell)


def lost(cell: int, outcome: str = "died", *, began: bool = True) -> Event:
    return Event(EventKind.KERNEL_LOST, cell, began=began, outcome=outcome, reason="It ended.")


def lost_in_replay(cell: int, replayed: int, *, began: bool = True) -> Event:
    return Event(EventKind.KERNEL_LOST_IN_REPLAY, cell, replayed, began=began)


OWN = Blame("died", "It ended.")
GAVE_UP = Blame("died", NO_KERNEL)
AFTER = Blame("died", JUST_AFTER)
THREAD = Blame("died", LATER)

START, RUN, GO_ON, FAIL = Action.START_KERNEL, Action.RUN_CELL, Action.GO_ON, Action.FAIL
BEGUN = (STARTED, answered(SETUP))
TWO = (*BEGUN, answered(Q1))
THREADED = (*BEGUN, answered(Q1, thread=True))

# name, events, cell under way, next action, cells to replay, blame
TABLE = [
    ("nothing has happened", (), SETUP, START, (), {}),
    ("a kernel is up", (STARTED,), SETUP, RUN, (), {}),
    ("the cell has answered", BEGUN, SETUP, GO_ON, (SETUP,), {}),
    ("the cell before has answered", BEGUN, Q1, RUN, (SETUP,), {}),
    ("the kernel does not start", (NOT_STARTED,), SETUP, FAIL, (), {}),
    (
        "the second kernel does not start",
        (*TWO, lost(Q2, began=False), NOT_STARTED),
        Q2,
        FAIL,
        (SETUP,),
        {Q1: AFTER},
    ),
    # The cell's own doing.
    ("dies while it runs", (*TWO, lost(Q2)), Q2, GO_ON, (SETUP, Q1), {Q2: OWN}),
    (
        "dies while it runs, and the next cell comes",
        (*TWO, lost(Q2), STOPPED),
        Q2_CHECK,
        START,
        (SETUP, Q1),
        {Q2: OWN},
    ),
    (
        "two cells die",
        (*TWO, lost(Q2), STARTED, lost(Q2_CHECK)),
        Q2_CHECK,
        GO_ON,
        (SETUP, Q1),
        {Q2: OWN, Q2_CHECK: OWN},
    ),
    (
        "the first cell of all dies before it begins",
        (STARTED, lost(SETUP, began=False)),
        SETUP,
        GO_ON,
        (),
        {SETUP: OWN},
    ),
    (
        "takes too much memory",
        (*TWO, lost(Q2, "memory")),
        Q2,
        GO_ON,
        (SETUP, Q1),
        {Q2: Blame("memory", "It ended.")},
    ),
    (
        "sends too much output although a thread goes on",
        (*THREADED, lost(Q2, "output")),
        Q2,
        GO_ON,
        (SETUP, Q1),
        {Q2: Blame("output", "It ended.")},
    ),
    # Time: the session writes its own reason, and nothing is replayed that would hang again.
    ("times out and can be interrupted", (*TWO, cut_short(Q2)), Q2, GO_ON, (SETUP, Q1), {}),
    ("the next runs in the same kernel", (*TWO, cut_short(Q2)), Q2_CHECK, RUN, (SETUP, Q1), {}),
    (
        "times out and cannot be interrupted",
        (*TWO, STOPPED, cut_short(Q2)),
        Q2_CHECK,
        START,
        (SETUP, Q1),
        {},
    ),
    (
        "no time is left, so the grader stops the kernel",
        (*TWO, STOPPED),
        Q2,
        START,
        (SETUP, Q1),
        {},
    ),
    # An earlier cell's doing: the last one.
    ("found dead", (*TWO, FOUND_DEAD), Q2, START, (SETUP,), {Q1: AFTER}),
    ("found dead after a master's own cell", (*BEGUN, FOUND_DEAD), Q1, START, (SETUP,), {}),
    ("found dead and nothing had answered", (STARTED, FOUND_DEAD), Q1, START, (), {}),
    ("dies before it begins", (*TWO, lost(Q2, began=False)), Q2, START, (SETUP,), {Q1: AFTER}),
    (
        "dies before it begins, of memory that an earlier cell took",
        (*TWO, lost(Q2, "memory", began=False)),
        Q2,
        START,
        (SETUP,),
        {Q1: AFTER},
    ),
    (
        "dies before it begins, then answers",
        (*TWO, lost(Q2, began=False), STARTED, answered(Q2)),
        Q2,
        GO_ON,
        (SETUP, Q2),
        {Q1: AFTER},
    ),
    (
        "dies before it begins after a master's own cell, twice",
        (*BEGUN, *(2 * (lost(Q1, began=False), STARTED))),
        Q1,
        RUN,
        (SETUP,),
        {},
    ),
    (
        "dies before it begins after a master's own cell, three times",
        (*BEGUN, *(2 * (lost(Q1, began=False), STARTED)), lost(Q1, began=False)),
        Q1,
        GO_ON,
        (SETUP,),
        {Q1: OWN},
    ),
    (
        "dies before it begins once more in the next cell",
        (*BEGUN, *(2 * (lost(Q1, began=False), STARTED)), answered(Q1), lost(Q2, began=False)),
        Q2,
        START,
        (SETUP,),
        {Q1: AFTER},
    ),
    # An earlier cell's doing: a thread that it left.
    (
        "found dead after a thread",
        (*THREADED, answered(Q2), FOUND_DEAD),
        Q2_CHECK,
        START,
        (SETUP, Q2),
        {Q1: THREAD},
    ),
    (
        "found dead after two threads",
        (*THREADED, answered(Q2, thread=True), answered(Q2_CHECK), FOUND_DEAD),
        Q3,
        START,
        (SETUP, Q1, Q2_CHECK),
        {Q2: THREAD},
    ),
    (
        "found dead after a thread of the master's own",
        (STARTED, answered(SETUP, thread=True), answered(Q1), FOUND_DEAD),
        Q2,
        START,
        (SETUP,),
        {Q1: AFTER},
    ),
    (
        "dies before it begins after a thread",
        (*THREADED, answered(Q2), lost(Q2_CHECK, began=False)),
        Q2_CHECK,
        START,
        (SETUP, Q2),
        {Q1: THREAD},
    ),
    (
        "dies while a thread of its own question goes on",
        (*BEGUN, answered(Q2, thread=True), lost(Q2_CHECK)),
        Q2_CHECK,
        GO_ON,
        (SETUP, Q2),
        {Q2_CHECK: OWN},
    ),
    # Is it the thread or the cell? The cell runs once more without the thread.
    ("dies while another thread goes on", (*THREADED, lost(Q2)), Q2, START, (SETUP,), {}),
    ("runs without the thread", (*THREADED, lost(Q2), STARTED), Q2, RUN, (SETUP,), {}),
    (
        "dies without the thread too",
        (*THREADED, lost(Q2), STARTED, lost(Q2)),
        Q2,
        GO_ON,
        (SETUP, Q1),
        {Q2: OWN},
    ),
    (
        "dies without the thread too, before it begins",
        (*THREADED, lost(Q2), STARTED, lost(Q2, began=False)),
        Q2,
        GO_ON,
        (SETUP, Q1),
        {Q2: OWN},
    ),
    (
        "takes too much memory without the thread",
        (*THREADED, lost(Q2), STARTED, lost(Q2, "memory")),
        Q2,
        GO_ON,
        (SETUP, Q1),
        {Q2: Blame("memory", "It ended.")},
    ),
    (
        "answers without the thread",
        (*THREADED, lost(Q2), STARTED, answered(Q2)),
        Q2,
        GO_ON,
        (SETUP, Q2),
        {Q1: THREAD},
    ),
    (
        "times out without the thread",
        (*THREADED, lost(Q2), STARTED, cut_short(Q2)),
        Q2,
        GO_ON,
        (SETUP,),
        {Q1: THREAD},
    ),
    (
        "a thread that is innocent once is suspected again",
        (*THREADED, lost(Q2), STARTED, lost(Q2), STARTED, lost(Q3)),
        Q3,
        START,
        (SETUP,),
        {Q2: OWN},
    ),
    # A replay that ends the kernel.
    (
        "a replay dies",
        (*TWO, lost(Q2), STARTED, lost_in_replay(Q2_CHECK, Q1)),
        Q2_CHECK,
        START,
        (SETUP,),
        {Q2: OWN, Q1: AFTER},
    ),
    (
        "a replay dies at the master's own cell",
        (*TWO, STOPPED, STARTED, lost_in_replay(Q2, SETUP)),
        Q2,
        START,
        (Q1,),
        {SETUP: AFTER},
    ),
    (
        "a replay dies before its first cell begins",
        (*TWO, STOPPED, STARTED, lost_in_replay(Q2, SETUP, began=False)),
        Q2,
        START,
        (Q1,),
        {SETUP: AFTER},
    ),
    (
        "a replay dies before a cell begins",
        (*TWO, answered(Q2), STOPPED, STARTED, lost_in_replay(Q2_CHECK, Q2, began=False)),
        Q2_CHECK,
        START,
        (SETUP, Q2),
        {Q1: AFTER},
    ),
    (
        "a replay dies before the cell after the master's own begins",
        (*TWO, STOPPED, STARTED, lost_in_replay(Q2, Q1, began=False)),
        Q2,
        START,
        (SETUP, Q1),
        {},
    ),
    (
        "a replay dies while a thread goes on",
        (*THREADED, answered(Q2), STOPPED, STARTED, lost_in_replay(Q2_CHECK, Q2)),
        Q2_CHECK,
        START,
        (SETUP, Q2),
        {Q1: THREAD},
    ),
    (
        "three replays die",
        (
            *TWO,
            answered(Q2),
            STOPPED,
            STARTED,
            lost_in_replay(Q2_CHECK, Q2),
            STARTED,
            lost_in_replay(Q2_CHECK, Q1),
            STARTED,
            lost_in_replay(Q2_CHECK, SETUP),
        ),
        Q2_CHECK,
        GO_ON,
        (),
        {Q2: AFTER, Q1: AFTER, SETUP: AFTER, Q2_CHECK: GAVE_UP},
    ),
    (
        "three replays die before a cell begins",
        (*TWO, STOPPED, *(3 * (STARTED, lost_in_replay(Q2, Q1, began=False)))),
        Q2,
        GO_ON,
        (SETUP, Q1),
        {Q2: GAVE_UP},
    ),
    (
        "three replays die, then the next cell gets three more",
        (*TWO, STOPPED, *(3 * (STARTED, lost_in_replay(Q2, Q1, began=False)))),
        Q2_CHECK,
        START,
        (SETUP, Q1),
        {Q2: GAVE_UP},
    ),
    (
        "three replays die without the thread, which is suspected again later",
        (*BEGUN, answered(Q1, thread=True), answered(Q2), lost(Q3))
        + (3 * (STARTED, lost_in_replay(Q3, Q2, began=False))),
        Q3,
        GO_ON,
        (SETUP, Q1, Q2),
        {Q3: GAVE_UP},
    ),
]


@pytest.mark.parametrize(
    ("events", "cell", "action", "replay", "blamed"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_a_history_has_its_verdict(
    events: tuple[Event, ...],
    cell: int,
    action: Action,
    replay: tuple[int, ...],
    blamed: dict[int, Blame],
) -> None:
    verdict = judge(History(QUESTIONS, events), cell)

    assert verdict.action is action
    assert verdict.replay == replay
    assert verdict.blamed == blamed


def test_a_history_grows_and_counts_its_kernels() -> None:
    empty = History(QUESTIONS)
    history = empty.add(STARTED).add(lost(SETUP)).add(STARTED)

    assert [event.kind for event in history.events] == [
        EventKind.KERNEL_STARTED,
        EventKind.KERNEL_LOST,
        EventKind.KERNEL_STARTED,
    ]
    assert (history.kernels, empty.kernels, empty.events) == (2, 0, ())
