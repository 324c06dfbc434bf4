"""The process that grades: started by `nbval_grader.running.pool`, fed one JSON line a job.

It holds the masters and so the expected outputs; nothing that student code can reach leads here.
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
from ..notebooks.format import Master, parse_master
from ..notebooks.merge import Step, Transplant, read_submission, transplant
from . import sandbox
from .forked import ForkedKernel, ZygoteLine
from .protocol import AnswerResult, Job, Limits, Outcome
from .session import Runner, StepResult, readable_text, serve_in_pytest
from .spawned import Kernel, SpawnedKernel
from .startup import LIST_MODULES

__all__ = ["execute", "grade", "main"]

LAST_SECONDS = 2.0
UNTOUCHED = "This question has not been answered yet."
LOST = frozenset({"timeout", "died", "memory", "output", "skipped"})
NOT_FOUND = "There is no answer cell for this question in the file."


class Kernels:
    """Makes kernels as a job asks for them, keeping what can be kept between jobs."""

    def __init__(self) -> None:
        self.line: ZygoteLine | None = None
        self.made_for: tuple[Any, ...] = ()

    def start(self, job: Job) -> Kernel:
        """Return a new kernel for a job."""
        if not job.forked or sys.platform != "linux":
            return SpawnedKernel(job.limits)
        wanted = (job.sandbox, job.readable, job.protected)
        if self.line is not None and (wanted != self.made_for or not self.line.alive):
            self.close()
        if self.line is None:
            self.line, self.made_for = ZygoteLine(*wanted), wanted
        self.line.warm(job.modules)
        return ForkedKernel(self.line, job.limits)

    def close(self) -> None:
        """End the zygote."""
        if self.line is not None:
            self.line.close()
        self.line = None


def grade(runner: Runner, kernels: Kernels, job: Job) -> Outcome:
    """Grade one submission.

    Parameters
    ----------
    runner : Runner
        The pytest session.
    kernels : Kernels
        Makes kernels.
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
    except BadInput as fault:
        outcome.status = "unreadable"
        outcome.reason = str(fault)
        return outcome
    plan = transplant(master, cells)
    outcome.manual, outcome.notices = plan.manual, plan.notices
    deadline = started + job.limits.submission_seconds

    def note_modules(kernel: Kernel) -> None:
        outcome.modules = modules_of(kernel)

    results, used = runner.run(
        plan.steps,
        lambda: kernels.start(job),
        job.limits,
        deadline,
        then=note_modules if job.submission is None else None,
    )
    outcome.kernels = used
    shown = {result.step.cell: result for result in results}
    if must_run_visible(results, plan):
        again, used = runner.run(
            visible_steps(results), lambda: kernels.start(job), job.limits, deadline
        )
        outcome.kernels += used
        shown = {result.step.cell: result for result in again}
    fill(outcome, master, plan, results, shown)
    outcome.seconds = time.monotonic() - started
    return outcome


def must_run_visible(results: list[StepResult], plan: Transplant) -> bool:
    """Say whether the student is to see output that may have been made after a hidden check.

    A hostile answer can watch the cells that run after it. What it prints once a hidden check has
    been sent may carry that check; so it is not shown, and the visible cells are run by themselves.
    """
    if not any(result.step.role == "hidden" for result in results):
        return False
    sent = False
    lost = lost_questions(results)
    for result in results:
        if result.step.role == "hidden":
            sent = True
        elif sent and result.step.role in ("answer", "check"):
            odd = result.outcome in ("error", "failed")
            if odd and result.step.question not in plan.untouched | lost.keys():
                return True
    return False


def lost_questions(results: list[StepResult]) -> dict[str, str]:
    """Return the questions whose answer never came to its end, and why: all there is to say."""
    return {
        result.step.question: result.reason
        for result in results
        if result.step.role == "answer" and result.outcome in LOST
    }


def visible_steps(results: list[StepResult]) -> list[Step]:
    """Return the steps to run once more without hidden checks, those left out that hang or die."""
    lost = lost_questions(results)
    return [
        result.step
        for result in results
        if result.step.role != "hidden"
        and result.outcome not in LOST
        and result.step.question not in lost
    ]


def fill(
    outcome: Outcome,
    master: Master,
    plan: Transplant,
    results: list[StepResult],
    shown: dict[str, StepResult],
) -> None:
    """Write what the steps gave into the outcome."""
    by_cell = {result.step.cell: result for result in results}
    safe = safe_texts(results, shown)
    lost = lost_questions(results)
    for check in outcome.checks:
        result = by_cell[check.cell]
        check.outcome, check.reason = result.outcome, result.reason
        check.seconds, check.output = round(result.seconds, 4), result.text
        if result.outcome == "passed":
            check.earned = check.points
        elif check.question in plan.untouched:
            check.reason = UNTOUCHED
        elif plan.found.get(check.question) in ("missing", "ambiguous"):
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
            found_by=plan.found.get(question.name, "id"),
            outcome=result.outcome,
            reason=result.reason,
            shown=safe[question.cell],
            source=plan.sources.get(question.name, ""),
            seconds=round(result.seconds, 4),
        )
        if question.name in plan.untouched:
            answer.outcome, answer.reason, answer.shown = "untouched", UNTOUCHED, ""
        outcome.answers.append(answer)


def safe_texts(results: list[StepResult], shown: dict[str, StepResult]) -> dict[str, str]:
    """Return, for each visible cell, output that was made before any hidden check was sent."""
    separate = {id(result) for result in results}.isdisjoint(map(id, shown.values()))
    texts = {}
    sent = False
    for result in results:
        step: Step = result.step
        if step.role == "hidden":
            sent = True
        elif separate:
            texts[step.cell] = shown[step.cell].text if step.cell in shown else ""
        else:
            texts[step.cell] = "" if sent else result.text
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
        ``outputs``: a list of outputs for each cell; ``fault``: None, or the id, name and message
        of the first error.
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
    fault = None
    for result in results:
        if result.outcome != "passed" and fault is None:
            errors = [o for o in result.outputs if o["output_type"] == "error"]
            said = f"{errors[0]['ename']}: {errors[0]['evalue']}" if errors else result.reason
            fault = [result.step.cell, said]
    return {"outputs": [[dict(o) for o in r.outputs] for r in results], "fault": fault}


def answer(runner: Runner, kernels: Kernels, request: dict[str, Any]) -> dict[str, Any]:
    """Serve one request; a fault of ours is told, not thrown."""
    try:
        if request["op"] == "execute":
            return {"ok": execute(runner, request)}
        return {"ok": grade(runner, kernels, Job.from_json(request["job"])).to_json()}
    except GraderError as fault:
        return {"error": str(fault), "kind": type(fault).__name__}
    except Exception as fault:
        if os.environ.get("NBVAL_GRADER_DEBUG"):
            import traceback

            traceback.print_exc()
        return {"error": f"{type(fault).__name__}: {fault}", "kind": "internal"}


def serve(runner: Runner, requests: queue.SimpleQueue[str], replies: TextIO) -> None:
    """Serve requests, one JSON line each, until an empty one comes."""
    kernels = Kernels()
    while line := requests.get():
        reply = answer(runner, kernels, json.loads(line))
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
    kernels.close()


def main() -> None:
    """Serve the process that started this one, over its standard input and output.

    The folder given is this process's own for what is passing, and goes with it.
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
    sandbox.shield_memory()

    def listen() -> None:
        """Pass requests on; when the grader is gone, a submission under way has no more than this."""
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
    os._exit(0)  # nothing is left to do, and tidying up so many modules takes a while
