"""The queue of training runs: who is next, who has to make room, what the host allows. Workers here do as they are told."""

import time
from typing import Any

import pytest

from core.config import ModelConfig, TrainConfig
from core.running import limits
from core.running.limits import LimitError
from core.running.worker import Finished, Started
from pages.common.jobs import Runner
from tests.pages.told import MODEL, TRAIN, Told, submitted, until


def test_at_most_so_many_at_once_and_then_in_turn():
    runner = Runner(2, Told)
    a, b, c, d = submitted(runner, "a", "b", "c", "d")
    assert [runner.place(run) for run in (a, b, c, d)] == [0, 0, 1, 2]
    b.worker.says.put(Finished("finished", "Done."))
    until(lambda: c.state == "running")
    assert (b.state, runner.place(d)) == ("ended", 1)
    runner.release("d")  # the tab was closed
    assert (d.state, runner.place(d)) == ("ended", 0)


def test_whoever_comes_again_queues_up_behind_the_others_and_has_one_place():
    runner = Runner(1, Told)
    first, ben = submitted(runner, "anna", "ben")
    again = runner.submit("anna", MODEL, TRAIN)  # gives the first up
    until(lambda: ben.state == "running" and first.state == "ended")
    assert first.finished.why == "stopped"
    assert first.worker.closed
    last = runner.submit("anna", MODEL, TRAIN)
    assert (again.state, runner.place(last)) == ("ended", 1)


def test_a_killed_worker_is_a_clear_word_and_frees_its_slot():
    runner = Runner(1, Told)
    a, b = submitted(runner, "a", "b")
    a.worker.says.put("gone")
    until(lambda: b.state == "running")
    assert (a.finished.why, a.finished.message) == ("failed", "gone")


def test_a_worker_that_cannot_be_started_is_a_sentence_and_frees_its_slot():
    def start(*_: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    runner = Runner(1, start)
    for session in ("anna", "ben"):
        run = runner.submit(session, MODEL, TRAIN)
        until(lambda run=run: run.state == "ended")
        assert run.finished.why == "failed"
        assert "Resource temporarily unavailable" in run.finished.message


def test_stopped_while_being_started_it_does_not_go_on():
    class Slow(Told):
        def __init__(self, *_: Any) -> None:
            super().__init__()
            time.sleep(0.2)

    runner = Runner(1, Slow)
    run = runner.submit("anna", MODEL, TRAIN)
    runner.stop(run)
    until(lambda: run.state == "ended")
    assert run.finished.why == "stopped"
    assert run.worker.closed


def test_a_cluster_has_the_queue_itself():
    runner = Runner(None, Told)
    a, b, c = submitted(runner, "a", "b", "c")
    assert [runner.place(run) for run in (a, b, c)] == [1, 2, 3]
    a.worker.says.put(Started("somewhere"))
    until(lambda: a.state == "running")
    assert [runner.place(run) for run in (a, b, c)] == [0, 1, 2]
    runner.stop(b)
    until(lambda: b.state == "ended")
    assert (b.finished.why, runner.place(c)) == ("stopped", 1)
    runner.close()
    assert {run.state for run in (a, b, c)} == {"ended"}


def test_a_cluster_is_asked_in_the_order_of_coming():
    order: list[float] = []

    class Noted(Told):
        def __init__(self, model: ModelConfig, train: TrainConfig, full: bool) -> None:
            super().__init__()
            time.sleep(0.02 if train.seconds == 1 else 0)  # the first takes longest
            order.append(train.seconds)

    runner = Runner(None, Noted)
    for seconds in range(1, 9):
        runner.submit(f"session {seconds}", MODEL, TrainConfig(seconds=float(seconds)))
    until(lambda: len(order) == 8)
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("model", "train"),
    [
        (MODEL, TrainConfig(seconds=limits.MAX_SECONDS + 1)),
        (MODEL, TrainConfig(epochs=1)),
        (MODEL, TrainConfig(seconds=1.0, batch_size=limits.MAX_BATCH + 1)),
        (ModelConfig("dense-ae", 2, (4096, 4096)), TRAIN),
    ],
)
def test_only_the_host_can_allow_larger_runs(model, train):
    with pytest.raises(LimitError, match="at most"):
        Runner(1, Told).submit("anna", model, train)


def test_a_full_queue_says_so(monkeypatch):
    monkeypatch.setattr(limits, "MAX_WAITING", 1)
    runner = Runner(1, Told)
    submitted(runner, "a", "b")
    with pytest.raises(LimitError, match="waiting already"):
        runner.submit("carla", MODEL, TRAIN)
