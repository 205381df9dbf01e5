"""Training runs outside the serving process: one spawned worker each, at most `slots` at once, the others in a queue.

Inside the server a training loop slows every other session fifty-fold; a worker at low priority does not. Knows no Streamlit: a
page submits a run, keeps the `Run` and looks at it whenever it draws.
"""

import multiprocessing
import os
import threading
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Literal

from core.config import ModelConfig, TrainConfig
from core.worker import Finished, Preview, Progress, work

MAX_SECONDS = float(os.environ.get("LATENT_LAB_MAX_SECONDS", "60"))  # only the host can raise it
_HISTORY = 1000  # reports kept for the chart: 60 s at four a second fit four times over

State = Literal["queued", "running", "paused", "ended"]


@dataclass
class Run:
    """One training run as the server sees it. The reader thread writes, pages read; every write replaces one attribute."""

    model: ModelConfig
    train: TrainConfig
    full: bool
    session: str
    state: State = "queued"
    progress: Progress | None = None
    preview: Preview | None = None
    finished: Finished | None = None
    history: deque[Progress] = field(default_factory=lambda: deque(maxlen=_HISTORY))
    process: multiprocessing.Process | None = field(default=None, repr=False)
    connection: Connection | None = field(default=None, repr=False)

    def pause(self) -> None:
        """Hold the run after the step it is at; it keeps its slot."""
        if self._tell("pause"):
            self.state = "paused"

    def resume(self) -> None:
        if self._tell("resume"):
            self.state = "running"

    def _tell(self, command: str) -> bool:
        try:
            if self.state in ("running", "paused") and self.connection is not None:
                self.connection.send(command)
                return True
        except OSError:
            pass  # the worker has just ended; the reader thread reports it
        return False


class Runner:
    """Starts runs as slots become free, first come first served; a session that submits again gives up its earlier run."""

    def __init__(self, slots: int | None = None) -> None:
        self.slots = slots or max(1, (os.cpu_count() or 2) - 1)
        self._lock = threading.RLock()
        self._queue: deque[Run] = deque()
        self._active: list[Run] = []

    def submit(self, session: str, model: ModelConfig, train: TrainConfig, *, full: bool = False) -> Run:
        """Queue a run. Raises ValueError unless it has a time budget within the host's limit."""
        if train.seconds is None or train.seconds > MAX_SECONDS:
            raise ValueError(f"A run on this server may take at most {MAX_SECONDS:g} s.")
        run = Run(model, train, full, session)
        with self._lock:
            self.release(session)
            self._queue.append(run)
            self._start_next()
        return run

    def place(self, run: Run) -> int:
        """How many runs start before this one, itself included; 0 once it has started."""
        with self._lock:
            return self._queue.index(run) + 1 if run in self._queue else 0

    def stop(self, run: Run) -> None:
        """End a run and keep its model as it is; one that has not started is taken out of the queue."""
        with self._lock:
            if run in self._queue:
                self._queue.remove(run)
                self._end(run, Finished("stopped", "The run was taken out of the queue before it started."))
                return
        run._tell("stop")

    def release(self, session: str) -> None:
        """Forget a session's runs: its tab was closed, or it starts another."""
        with self._lock:
            for run in [run for run in [*self._queue, *self._active] if run.session == session]:
                if run in self._queue:
                    self.stop(run)
                elif run.process is not None:
                    run.process.terminate()

    def close(self) -> None:
        """End everything; for the server's shutdown. No worker is left behind."""
        with self._lock:
            self._queue.clear()
            active = list(self._active)
        for run in active:
            if run.process is not None:
                run.process.terminate()
                run.process.join(5)

    def _start_next(self) -> None:
        while self._queue and len(self._active) < self.slots:
            run = self._queue.popleft()
            context = multiprocessing.get_context("spawn")
            run.connection, child = context.Pipe()
            run.process = context.Process(target=work, args=(child, run.model, run.train, run.full), daemon=True)
            run.process.start()
            child.close()  # the worker's end lives in the worker alone, so its death closes the pipe
            run.state = "running"
            self._active.append(run)
            threading.Thread(target=self._read, args=(run,), daemon=True).start()

    def _read(self, run: Run) -> None:
        """Follow one worker until it ends, however it ends; then free its slot."""
        finished = None
        try:
            while finished is None:
                message = run.connection.recv()
                if isinstance(message, Progress):
                    run.progress = message
                    run.history.append(message)
                elif isinstance(message, Preview):
                    run.preview = message
                elif isinstance(message, Finished):
                    finished = message
        except (EOFError, OSError):
            finished = Finished("failed", "The training process ended before its time; start the run again.")
        run.process.join(5)
        if run.process.is_alive():  # it has said its last word; a slow exit must not hold the slot
            run.process.kill()
            run.process.join()
        run.connection.close()
        with self._lock:
            self._active.remove(run)
            self._end(run, finished)
            self._start_next()

    @staticmethod
    def _end(run: Run, finished: Finished) -> None:
        run.finished = finished
        run.state = "ended"
