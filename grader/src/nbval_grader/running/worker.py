"""The process that grades: `nbval_grader.running.pool` starts it and sends it one JSON line per job.

It holds the masters and so the expected outputs; student code can reach nothing that leads here.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from ..errors import BadInput, GraderError
from ..kernel_names import RUN_VARIABLE
from ..notebooks.master import Master, parse_master
from ..notebooks.merge import MergedSubmission, Step, merge_answers, read_submission
from . import sandbox
from .forked import ForkedKernel
from .protocol import AnswerResult, Job, Limits, Outcome
from .session import Runner, StepResult, readable_text, serve_in_pytest
from .spawned import Kernel, SpawnedKernel
from .startup import LIST_MODULES
from .zygote_client import ZygoteClient

__all__ = ["execute", "grade", "main"]

LAST_SECONDS = 2.0
UNTOUCHED = "This question has not been answered yet."
LOST = frozenset({"timeout", "died", "memory", "output", "skipped"})
NOT_FOUND = "There is no answer cell for this question in the file."


class Kernels:
    """Starts kernels as a job asks for them, all forked ones from the same zygote if they can be."""

    def __init__(self) -> None:
        self.zygote: ZygoteClient | None = None
        self.zygote_settings: tuple[Any, ...] = ()

    def start(self, job: Job) -> Kernel:
        """Return a new kernel for a job."""
        if not job.forked or sys.platform != "linux":
            return SpawnedKernel(job.limits)
        settings = (job.sandbox, job.readable, job.protected)
        if self.zygote is not None and (settings != self.zygote_settings or not self.zygote.alive):
            self.close()
        if self.zygote is None:
            self.zygote, self.zygote_settings = ZygoteClient(*settings), settings
        self.zygote.import_modules(job.modules)
        return ForkedKernel(self.zygote, job.limits)

    def close(self) -> None:
        """End the zygote."""
        if self.zygote is not None:
            self.zygote.close()
        self.zygote = None


def grade(runner: Runner, kernels: Kernels, job: Job) -> Outcome:
    """Grade one submission.

    Parameters
    ----------
    runner : Runner
        The pytest session.
    kernels : Kernels
        Starts kernels.
    job : Job
        The submission and its master.

    Returns
    -------
    Outcome
        Points, reasons and what may be shown.
    """
    started = time.monotonic()
    master = parse_master(json.loads(job.master), job.notebook)
    outcome = Outcome.without_points(master, "graded", sandboxed=job.sandbox)
    try:
        cells = None if job.submission is None else read_submission(job.submission)
    except BadInput as error:
        outcome.status = "unreadable"
        outcome.reason = str(error)
        return outcome
    plan = merge_answers(master, cells)
    outcome.manual, outcome.notices = plan.manual, plan.notices
    deadline = started + job.limits.submission_seconds

    def note_modules(kernel: Kernel) -> None:
        outcome.modules = modules_of(kernel)

    results, outcome.kernels = runner.run(
        plan.steps,
        lambda: kernels.start(job),
        job.limits,
        deadline,
        then=note_modules if job.submission is None else None,
    )
    visible_results = {result.step.cell: result for result in results}
    if must_run_visible_cells(results, plan):
        again, more_kernels = runner.run(
            visible_steps(results), lambda: kernels.start(job), job.limits, deadline
        )
        outcome.kernels += more_kernels
        visible_results = {result.step.cell: result for result in again}
    fill_outcome(outcome, master, plan, results, visible_results)
    outcome.seconds = time.monotonic() - started
    return outcome


def must_run_visible_cells(results: list[StepResult], plan: MergedSubmission) -> bool:
    """Return whether feedback needs output that was printed after a hidden check had been sent.

    A hostile answer can watch the cells that run after it, so what it prints once a hidden check
    has been sent may contain that check. It is never shown: the visible cells run again without the
    hidden ones.
    """
    if not any(result.step.role == "hidden" for result in results):
        return False
    hidden_sent = False
    lost = lost_questions(results)
    for result in results:
        if result.step.role == "hidden":
            hidden_sent = True
        elif hidden_sent and result.step.role in ("answer", "check"):
            needs_output = result.outcome in ("error", "failed")
            if needs_output and result.step.question not in plan.untouched | lost.keys():
                return True
    return False


def lost_questions(results: list[StepResult]) -> dict[str, str]:
    """Return the questions whose answer did not run to its end, each with the reason."""
    return {
        result.step.question: result.reason
        for result in results
        if result.step.role == "answer" and result.outcome in LOST
    }


def visible_steps(results: list[StepResult]) -> list[Step]:
    """Return the steps to run again: no hidden checks, and none that hangs or ends the kernel."""
    lost = lost_questions(results)
    return [
        result.step
        for result in results
        if result.step.role != "hidden"
        and result.outcome not in LOST
        and result.step.question not in lost
    ]


def fill_outcome(
    outcome: Outcome,
    master: Master,
    plan: MergedSubmission,
    results: list[StepResult],
    visible_results: dict[str, StepResult],
) -> None:
    """Write the results of the steps into the outcome.

    Parameters
    ----------
    outcome : Outcome
        Without points so far; changed here.
    master : Master
        The master.
    plan : MergedSubmission
        What was taken from the submission.
    results : list of StepResult
        Of the graded run.
    visible_results : dict of str to StepResult
        Of the run without hidden checks if there was one, else of the graded run; by cell.
    """
    by_cell = {result.step.cell: result for result in results}
    safe = safe_texts(results, visible_results)
    lost = lost_questions(results)
    for check in outcome.checks:
        result = by_cell[check.cell]
        check.outcome, check.reason = result.outcome, result.reason
        check.seconds, check.output = round(result.seconds, 4), result.text
        if result.outcome == "passed":
            check.earned = check.points
        elif check.question in plan.untouched:
            check.reason = UNTOUCHED
        elif plan.found_by.get(check.question) in ("missing", "ambiguous"):
            check.reason = NOT_FOUND
        elif check.question in lost and result.outcome != "skipped":
            check.reason = f"The answer did not run to its end. {lost[check.question]}"
        if not check.hidden and check.question not in plan.untouched | lost.keys():
            check.shown = (
                readable_text(result.step.outputs)
                if result.outcome == "passed"
                else safe[check.cell]
            )
    for question in master.questions.values():
        result = by_cell[question.cell]
        answer = AnswerResult(
            question=question.name,
            cell=question.cell,
            found_by=plan.found_by.get(question.name, "id"),
            outcome=result.outcome,
            reason=result.reason,
            shown=safe[question.cell],
            source=plan.sources.get(question.name, ""),
            seconds=round(result.seconds, 4),
        )
        if question.name in plan.untouched:
            answer.outcome, answer.reason, answer.shown = "untouched", UNTOUCHED, ""
        outcome.answers.append(answer)


def safe_texts(results: list[StepResult], visible_results: dict[str, StepResult]) -> dict[str, str]:
    """Return for each visible cell the output of a kernel to which no hidden check had been sent.

    Parameters
    ----------
    results, visible_results
        As for `fill_outcome`.

    Returns
    -------
    dict of str to str
        Texts by cell; empty where there is none.
    """
    separate_run = {id(r) for r in results}.isdisjoint(map(id, visible_results.values()))
    texts = {}
    hidden_sent = False
    for result in results:
        cell = result.step.cell
        if result.step.role == "hidden":
            hidden_sent = True
        elif separate_run:
            texts[cell] = visible_results[cell].text if cell in visible_results else ""
        else:
            texts[cell] = "" if hidden_sent else result.text
    return texts


def modules_of(kernel: Kernel) -> list[str]:
    """Ask a kernel which modules it has imported."""
    kernel.begin(5.0, check=False)
    message = kernel.execute_cell_input(LIST_MODULES)
    text = ""
    while True:
        reply = kernel.get_message("iopub")
        if reply["parent_header"].get("msg_id") != message:
            continue
        if reply["msg_type"] == "stream" and reply["content"]["name"] == "stdout":
            text += reply["content"]["text"]
        if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
            return text.split()


def execute(runner: Runner, request: dict[str, Any]) -> dict[str, Any]:
    """Run every code cell of a notebook and return what each sent.

    Parameters
    ----------
    runner : Runner
        The pytest session.
    request : dict
        ``cells`` (pairs of id and source), ``cwd`` (folder to work in, or None for an empty one),
        ``limits``.

    Returns
    -------
    dict
        ``outputs``: a list of outputs for each cell; ``error``: None, or the id of the first cell
        that failed, with the name and message of its error.
    """
    limits = Limits(**request["limits"])
    steps = [Step(cell, "setup", "", source) for cell, source in request["cells"]]
    environment = None
    if request["cwd"]:
        environment = os.environ | {
            "PYTHONHASHSEED": "0",
            RUN_VARIABLE: str(limits.output_mb),
        }
    results, _ = runner.run(
        steps,
        lambda: SpawnedKernel(limits, request["cwd"], environment),
        limits,
        time.monotonic() + limits.submission_seconds,
    )
    first_error = None
    for result in results:
        if result.outcome != "passed" and first_error is None:
            errors = [o for o in result.outputs if o["output_type"] == "error"]
            message = f"{errors[0]['ename']}: {errors[0]['evalue']}" if errors else result.reason
            first_error = [result.step.cell, message]
    return {"outputs": [[dict(o) for o in r.outputs] for r in results], "error": first_error}


def answer_request(runner: Runner, kernels: Kernels, request: dict[str, Any]) -> dict[str, Any]:
    """Return the reply to a request; an error of the grader is reported in it, not raised."""
    try:
        if request["op"] == "execute":
            return {"ok": execute(runner, request)}
        return {"ok": grade(runner, kernels, Job.from_json(request["job"])).to_json()}
    except GraderError as error:
        return {"error": str(error), "kind": type(error).__name__}
    except Exception as error:
        if os.environ.get("NBVAL_GRADER_DEBUG"):
            import traceback

            traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}", "kind": "internal"}


def serve(runner: Runner, requests: queue.SimpleQueue[str], replies: TextIO) -> None:
    """Serve requests, one JSON line each, until an empty one arrives."""
    kernels = Kernels()
    while line := requests.get():
        reply = answer_request(runner, kernels, json.loads(line))
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
    kernels.close()


def main() -> None:
    """Serve the process that started this one, over its standard input and output.

    The first argument is a folder for temporary files, which this process removes at its end.
    """
    folder = sys.argv[1]
    tempfile.tempdir = folder
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    lines = os.fdopen(os.dup(0), encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    sys.stdout = sys.stderr
    sandbox.protect_memory()

    def listen() -> None:
        """Pass on requests. When the grader has ended, so does this process, in a moment."""
        for line in lines:
            requests.put(line)
        requests.put("")
        time.sleep(LAST_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=listen, daemon=True).start()
    root = Path(folder) / "root"
    root.mkdir()
    try:
        serve_in_pytest(lambda runner: serve(runner, requests, replies), root)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # nothing is left to do, and Python would take a while to unload all modules
