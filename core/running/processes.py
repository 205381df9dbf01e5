"""The parent's side of a training run: a worker that trains elsewhere, here in a spawned process of this machine.

`cluster` has another one, on a Ray cluster. Both are used in the same way: `start(model, train, full)` gives a Worker.
"""

import multiprocessing
from contextlib import suppress
from typing import Any, Protocol

from core.config import ModelConfig, TrainConfig
from core.running.worker import work


class WorkerError(RuntimeError):
    """There is no worker, or it is gone; the message is a sentence that says why."""


class Worker(Protocol):
    """One training run in another process. Everything may be called from any thread."""

    def send(self, command: str) -> None:
        """Tell it "pause", "resume" or "stop". Nothing happens if it has ended."""

    def receive(self, timeout: float) -> Any:
        """Its next message, see `core.running.worker`, or None if none comes in time. Raises WorkerError once it is gone."""

    def kill(self) -> None:
        """End it now, whatever it does."""

    def close(self) -> None:
        """Wait until it has ended, killing it if it takes long, and free what it held."""


class Process:
    """A worker in a process of its own on this machine, at low priority; see `core.running.worker.work`."""

    def __init__(self, model: ModelConfig, train: TrainConfig, full: bool) -> None:
        context = multiprocessing.get_context("spawn")  # a fork of a server with threads may hang
        self._connection, child = context.Pipe()
        self._process = context.Process(target=work, args=(child, model, train, full), daemon=True)
        try:
            self._process.start()
        except OSError as error:  # no memory, too many processes
            raise WorkerError(f"The training process could not be started: {error.strerror}. Try again later.") from error
        finally:
            child.close()  # the worker's end lives in the worker alone, so its death closes the pipe

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def send(self, command: str) -> None:
        with suppress(OSError):  # it may just have ended; `receive` says so
            self._connection.send(command)

    def receive(self, timeout: float) -> Any:
        try:
            return self._connection.recv() if self._connection.poll(timeout) else None
        except (EOFError, OSError) as error:
            raise WorkerError("The training process ended before its time; start the run again.") from error

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.join(5)
        if self._process.is_alive():  # it has said its last word; a slow exit must not hold the place
            self._process.kill()
            self._process.join()
        self._connection.close()
