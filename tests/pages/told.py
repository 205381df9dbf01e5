"""Workers that do as a test tells them, runs that have one, and waiting for what they do."""

import queue
import time
from collections.abc import Callable
from typing import Any

from core.config import ModelConfig, TrainConfig
from core.running.processes import WorkerError
from core.running.worker import Finished
from pages.common.jobs import Run, Runner

MODEL, TRAIN = ModelConfig("dense-ae", 2, (16,)), TrainConfig(seconds=1.0)


class Told:
    """A worker that says what the test puts into `says`, obeys "stop", and is gone once it is killed."""

    def __init__(self, *_: Any) -> None:
        self.says: queue.Queue[Any] = queue.Queue()
        self.heard: list[str] = []
        self.closed = False

    def send(self, command: str) -> None:
        self.heard.append(command)
        if command == "stop":
            self.says.put(Finished("stopped", "Stopped.", b"weights"))

    def receive(self, timeout: float) -> Any:
        try:
            message = self.says.get(timeout=min(timeout, 0.01))
        except queue.Empty:
            return None
        if message == "gone":
            raise WorkerError("gone")
        return message

    def kill(self) -> None:
        self.says.put("gone")

    def close(self) -> None:
        self.closed = True


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 120  # a busy machine is no failure
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def submitted(runner: Runner, *sessions: str) -> list[Run]:
    runs = [runner.submit(session, MODEL, TRAIN) for session in sessions]
    until(lambda: all(run.worker or run.state == "queued" for run in runs))
    return runs


def held(run: Run) -> int:
    """The step at which a run stays: a worker at low priority may hear of a pause late."""
    step, since = run.progress.index, time.monotonic()

    def stays() -> bool:
        nonlocal step, since
        if run.progress.index != step:
            step, since = run.progress.index, time.monotonic()
        return time.monotonic() - since > 0.7

    until(stays)
    return step
