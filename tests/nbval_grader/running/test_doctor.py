"""The doctor tries what grading needs, and reports only what it has tried."""

from __future__ import annotations

import pytest

from nbval_grader.errors import CannotConfine
from nbval_grader.running import doctor
from nbval_grader.running.doctor import diagnose
from nbval_grader.running.protocol import AnswerResult, Job, Outcome


def test_this_machine(confined: None) -> None:
    findings = {f.name: f for f in diagnose()}

    assert findings["system"].fine
    assert findings["landlock"].detail.startswith("version")
    assert findings["user namespaces"].detail == "granted"
    assert findings["system call filter"].detail == "works"
    assert findings["grading, not confined"].detail == "works"
    assert findings["grading, confined"].detail == "reached nothing"
    assert all(f.fine for f in findings.values())


def test_a_machine_that_cannot_confine(monkeypatch: pytest.MonkeyPatch) -> None:
    def grade(job: Job) -> Outcome:
        if job.sandbox:
            raise CannotConfine("Not here.")
        return Outcome("graded", answers=[AnswerResult("q1", "a", "id", shown="reached a network")])

    monkeypatch.setattr(doctor, "grade_job", grade)
    monkeypatch.setattr(doctor.landlock, "landlock_version", lambda: 0)
    monkeypatch.setattr(doctor.sandbox, "attempt", lambda action: "Refused.")
    findings = {f.name: f for f in diagnose()}

    assert (findings["landlock"].fine, findings["landlock"].detail) == (False, "none")
    assert (findings["user namespaces"].fine, findings["user namespaces"].detail) == (
        False,
        "Refused.",
    )
    assert not findings["system call filter"].fine
    assert findings["grading, not confined"].fine
    assert (findings["grading, confined"].fine, findings["grading, confined"].detail) == (
        False,
        "Not here.",
    )


def test_a_leak_is_not_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = AnswerResult("q1", "a", "id", shown="reached a network")
    monkeypatch.setattr(doctor, "grade_job", lambda job: Outcome("graded", answers=[answer]))

    assert not diagnose()[-1].fine


def test_elsewhere_than_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = AnswerResult("q1", "a", "id", shown="reached nothing")
    monkeypatch.setattr(doctor, "grade_job", lambda job: Outcome("graded", answers=[answer]))
    monkeypatch.setattr(doctor.sys, "platform", "darwin")
    findings = {f.name: f for f in diagnose()}

    assert not findings["system"].fine
    assert "landlock" not in findings
