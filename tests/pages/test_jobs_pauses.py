"""Paused training runs: they keep their place for a while, but not for good. Workers here do as they are told."""

import time

from core.running import limits
from core.running.worker import Started
from pages.common import jobs
from pages.common.jobs import Runner
from tests.pages.told import Told, submitted, until


def test_a_run_paused_for_too_long_makes_room_and_keeps_its_model(monkeypatch):
    monkeypatch.setattr(limits, "MAX_PAUSE", 0.1)
    runner = Runner(1, Told)
    a, b = submitted(runner, "a", "b")
    a.pause()
    until(lambda: b.state == "running")
    assert a.worker.heard == ["pause", "resume", "stop"]
    assert "paused for too long" in a.finished.message
    assert a.finished.weights == b"weights"


def test_a_paused_run_is_not_taken_for_a_silent_one(monkeypatch):
    runner = Runner(1, Told)
    (a,) = submitted(runner, "a")
    a.pause()
    monkeypatch.setattr(jobs, "SILENCE", 0.1)  # not before the pause, which a busy machine may delay
    time.sleep(0.3)
    assert a.state == "paused"
    a.resume()
    until(lambda: a.state == "ended")
    assert "said nothing" in a.finished.message


def test_pauses_with_training_in_between_share_one_allowance(monkeypatch):
    monkeypatch.setattr(limits, "MAX_PAUSE", 0.5)
    runner = Runner(1, Told)
    a, b = submitted(runner, "a", "b")
    for _ in range(10):  # none of them is too long by itself
        a.pause()
        time.sleep(0.1)
        a.resume()
        time.sleep(0.1)
    until(lambda: b.state == "running")
    assert a.worker.heard.count("pause") <= 5
    assert a.worker.heard.count("stop") == 1
    assert "paused for too long" in a.finished.message
    assert a.finished.weights == b"weights"


def test_what_is_left_for_pauses_runs_down_while_paused_only(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(jobs, "monotonic", lambda: clock[0])
    monkeypatch.setattr(limits, "MAX_PAUSE", 10.0)
    (a,) = submitted(Runner(1, Told), "a")
    clock[0] += 50
    assert a.pause_left == 10
    a.pause()
    clock[0] += 4
    assert a.pause_left == 6
    a.resume()
    clock[0] += 50
    assert a.pause_left == 6
    a.pause()
    clock[0] += 5
    a.resume()
    assert (a.pause_left, a.state) == (1, "running")


def test_once_its_pauses_are_used_up_it_is_stopped_even_if_resumed_and_not_paused_again(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(jobs, "monotonic", lambda: clock[0])
    monkeypatch.setattr(Told, "receive", lambda worker, timeout: worker.says.get())  # it looks when a message comes
    (a,) = submitted(Runner(1, Told), "a")
    a.pause()
    clock[0] += limits.MAX_PAUSE + 1
    a.resume()
    a.pause()
    assert (a.state, a.worker.heard) == ("running", ["pause", "resume"])
    a.worker.says.put(Started("somewhere"))
    until(lambda: a.state == "ended")
    assert a.worker.heard == ["pause", "resume", "stop"]
    assert "paused for too long" in a.finished.message
