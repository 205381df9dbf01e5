"""The parent's side of a training run: a worker that trains elsewhere, here in a spawned process of this machine.

`cluster` has another one, on a Ray cluster. Both are used in the same way: `start(model, train, full)` gives a Worker.
"""

import multiprocessing
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import Empty, Queue
from threading import Thread
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


class Inbox:
    """What comes through a pipe, taken out by a thread: one that stops in the midst of a message keeps nobody waiting."""

    def __init__(self, connection: Connection) -> None:
        self._messages: Queue[Any] = Queue()
        Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection: Connection) -> None:
        try:
            while True:
                self._messages.put(connection.recv())
        except (EOFError, OSError) as end:
            self._messages.put(end)

    def receive(self, timeout: float) -> Any:
        """The next message, or None if none comes within these seconds. Raises WorkerError once the other end is gone."""
        try:
            message = self._messages.get(timeout=timeout)
        except Empty:
            return None
        if isinstance(message, Exception):
            self._messages.put(message)  # for whoever asks again
            raise WorkerError("The training process ended before its time; start the run again.") from message
        return message


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
        self._inbox = Inbox(self._connection)

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
        return self._inbox.receive(timeout)

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.join(5)
        if self._process.is_alive():  # it has said its last word; a slow exit must not hold the place
            self._process.kill()
            self._process.join()
        self._connection.close()
