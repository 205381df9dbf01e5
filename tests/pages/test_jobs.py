"""Training runs in real worker processes: they report, obey, queue, and end whatever happens to them."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from core.config import ModelConfig, TrainConfig
from core.datasets import embedded
from core.model_file import Facts, read, write
from core.models import build
from core.running.worker import NICENESS
from pages.common import jobs
from pages.common.jobs import Run, Runner
from tests.pages.told import held

MODEL = ModelConfig("dense-ae", 2, (16,))
PATIENCE = 120  # seconds: a worker imports torch first, and the machine may be busy


def config(seconds: float) -> TrainConfig:
    return TrainConfig(epochs=100_000, seconds=seconds)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def untrained_mse() -> float:
    """Of the network as it starts, on some digits."""
    network, x = build(MODEL, seed=0).eval().requires_grad_(False), embedded().pixels(slice(None, None, 50))
    return float((network.decode(network.encode(x).mu) - x).square().mean())


@pytest.fixture
def runner() -> Iterator[Runner]:
    found = Runner(slots=1)
    yield found
    found.close()


def started(runner: Runner, session: str = "anna", seconds: float = 60) -> Run:
    run = runner.submit(session, MODEL, config(seconds))
    until(lambda: run.progress is not None)
    return run


def test_a_run_ends_with_a_model_that_can_be_used_even_if_the_clock_jumps(runner, monkeypatch):
    run = started(runner, seconds=2)
    assert psutil.Process(run.worker.pid).nice() >= NICENESS > os.getpriority(os.PRIO_PROCESS, 0)
    tomorrow = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    until(lambda: run.state == "ended")
    assert run.finished.why == "finished"
    assert 2 <= run.finished.seconds < 60
    assert run.finished.images == 4000
    model = read(write(run.finished.weights, MODEL, config(2), Facts("x", 1, 1, 1.0, None)))
    assert model.model.config == MODEL
    assert 0 < run.finished.held_out_mse < untrained_mse()  # how far below depends on how busy the machine is
    assert run.preview.reconstructions.shape == (10, 28, 28)
    assert run.preview.codes.shape == (1000, 2)
    assert not run.worker.alive


def test_pause_holds_it_resume_lets_it_go_and_stop_keeps_the_model(runner):
    run = started(runner)
    run.pause()
    step = held(run)
    assert run.state == "paused"
    run.resume()
    until(lambda: run.progress.index > step)
    runner.stop(run)
    until(lambda: run.state == "ended")
    assert run.finished.why == "stopped"
    assert run.finished.weights


def test_the_next_in_the_queue_starts_when_a_worker_is_killed(runner):
    first = started(runner, "anna")
    second, third = (runner.submit(name, MODEL, config(60)) for name in ("ben", "carla"))
    assert [runner.place(run) for run in (first, second, third)] == [0, 1, 2]
    os.kill(first.worker.pid, signal.SIGKILL)
    until(lambda: first.state == "ended" and second.state == "running")
    assert first.finished.why == "failed"
    assert "before its time" in first.finished.message
    assert runner.place(third) == 1
    runner.stop(third)
    assert third.finished.why == "stopped"
    assert third.worker is None


def test_a_hanging_worker_is_ended_and_closing_leaves_no_process(runner, monkeypatch):
    run, waiting, last = started(runner), *(runner.submit(name, MODEL, config(60)) for name in ("ben", "carla"))
    monkeypatch.setattr(jobs, "SILENCE", 1.0)
    os.kill(run.worker.pid, signal.SIGSTOP)
    until(lambda: run.state == "ended")
    monkeypatch.undo()
    assert run.finished.why == "failed"
    assert "said nothing" in run.finished.message
    until(lambda: waiting.worker is not None)
    runner.close()
    assert (waiting.state, last.state) == ("ended", "ended")
    assert not run.worker.alive
    assert not waiting.worker.alive
    assert last.worker is None


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5"])
def test_a_senseless_number_of_workers_is_refused(monkeypatch, text):
    monkeypatch.setenv("LATENT_LAB_WORKERS", text)
    with pytest.raises(ValueError, match="whole number"):
        jobs.chosen()
