"""Training runs outside the serving process: at most `slots` at once, the others in a queue. Knows no Streamlit.

Inside the server a training loop slows every other session fifty-fold; a worker at low priority does not. A page submits a run,
keeps the `Run` and looks at it whenever it draws. Where the workers run is not this module's business: see `chosen`.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Literal

from core import settings
from core.config import ModelConfig, TrainConfig
from core.running import limits
from core.running.processes import Process, Worker, WorkerError
from core.running.worker import Finished, Preview, Progress, Started

SILENCE = 180.0  # seconds after which a worker that says nothing is given up; it reports four times a second
_HISTORY = 1000  # reports kept for the chart: 60 s at four a second fit four times over
_OVERSLEPT = "The run was paused for too long, so it was stopped; the model is kept as it was then."
_LOOK = 0.25  # seconds between looks at what else a run is to do

State = Literal["queued", "running", "paused", "ended"]
Start = Callable[[ModelConfig, TrainConfig, bool], Worker]


@dataclass
class Run:
    """One training run as the server sees it.

    The reader thread writes, pages read; a write replaces one attribute or appends one report.
    """

    model: ModelConfig
    train: TrainConfig
    full: bool
    session: str
    state: State = "queued"
    progress: Progress | None = None
    preview: Preview | None = None
    finished: Finished | None = None
    history: deque[Progress] = field(default_factory=lambda: deque(maxlen=_HISTORY))
    worker: Worker | None = field(default=None, repr=False)
    given_up: str = ""  # why it is to end without a model
    _spare: float = field(default_factory=lambda: limits.MAX_PAUSE, init=False)  # seconds of pause, as of its last resuming
    _paused_until: float = field(default=0.0, init=False)  # on the monotonic clock; of meaning only while it is paused

    @property
    def pause_left(self) -> float:
        """Seconds that the run may still be paused.

        All its pauses share one allowance: with a new one each time, whoever resumed now and then would hold the slot for good.
        """
        return max(0.0, self._paused_until - monotonic()) if self.state == "paused" else self._spare

    def pause(self) -> None:
        """Hold the run after the step it is at; it keeps its slot, for a while. Nothing happens if no pause is left."""
        if self.state == "running" and self.worker is not None and self._spare > 0:
            self._tell("pause")
            self._paused_until = monotonic() + self._spare
            self.state = "paused"

    def resume(self) -> None:
        if self.state == "paused":
            self._tell("resume")
            self._spare = self.pause_left
            self.state = "running"

    def _tell(self, command: str) -> None:
        if self.worker is not None:
            self.worker.send(command)


class Runner:
    """Starts runs as slots become free, first come first served, one for each session: whoever comes again queues up again.

    With `slots=None` every run is handed on at once: then the cluster behind `start` has the queue.
    """

    def __init__(self, slots: int | None, start: Start = Process) -> None:
        self.slots, self._start = slots, start
        self._lock = threading.RLock()
        self._queue: deque[Run] = deque()  # not handed on yet
        self._active: list[Run] = []  # handed on, in this order
        self._handed_on = threading.Event()  # set once the latest of them has its worker, or will never have one
        self._handed_on.set()

    def submit(self, session: str, model: ModelConfig, train: TrainConfig, *, full: bool = False) -> Run:
        """Queue a run; a session's earlier one is given up. Raises LimitError for one that the host does not allow."""
        limits.check(model, train)
        run = Run(model, train, full, session)
        with self._lock:
            self.release(session)
            if len(self._queue) >= limits.MAX_WAITING:
                raise limits.LimitError(f"{len(self._queue)} runs are waiting already; try again in some minutes.")
            self._queue.append(run)
            self._start_next()
        return run

    def place(self, run: Run) -> int:
        """How many runs of this server start before this one, itself included; 0 once it has started."""
        with self._lock:
            waiting = [other for other in [*self._active, *self._queue] if other.state == "queued"]
            return waiting.index(run) + 1 if run in waiting else 0

    def stop(self, run: Run) -> None:
        """End a run and keep its model as it is; one that has not started is taken out of the queue."""
        with self._lock:
            if run in self._queue:
                self._queue.remove(run)
                self._end(run, Finished("stopped", "The run was taken out of the queue before it started."))
            elif run.state == "queued" or run.worker is None:
                self._give_up(run, "The run was taken out of the queue before it started.")
            else:
                run._tell("stop")

    def release(self, session: str) -> None:
        """Forget a session's runs: its tab was closed, or it starts another."""
        with self._lock:
            for run in [run for run in [*self._queue, *self._active] if run.session == session]:
                if run in self._queue:
                    self.stop(run)
                else:
                    self._give_up(run, "The run was given up.")

    def close(self) -> None:
        """End everything; for the server's shutdown. No worker is left behind."""
        with self._lock:
            while self._queue:
                self.stop(self._queue[0])
            active = list(self._active)
            for run in active:
                self._give_up(run, "The server was shut down.")
        end = monotonic() + 10
        while any(run.state != "ended" for run in active) and monotonic() < end:
            threading.Event().wait(0.05)

    @staticmethod
    def _give_up(run: Run, why: str) -> None:
        run.given_up = why
        if run.worker is not None:
            run.worker.kill()

    def _start_next(self) -> None:
        while self._queue and (self.slots is None or len(self._active) < self.slots):
            run = self._queue.popleft()
            self._active.append(run)
            if self.slots is not None:
                run.state = "running"
            before, self._handed_on = self._handed_on, threading.Event()
            threading.Thread(target=self._follow, args=(run, before, self._handed_on), daemon=True).start()

    def _follow(self, run: Run, before: threading.Event, handed_on: threading.Event) -> None:
        """Start one worker and follow it until it ends, however it ends; then free its slot."""
        finished = None
        try:
            before.wait()  # a cluster serves those first who come first
            try:
                run.worker = self._start(run.model, run.train, run.full)
            finally:
                handed_on.set()
            if run.given_up:  # while it was being started
                run.worker.kill()
            finished = _listen(run)
        except WorkerError as error:
            finished = Finished("stopped" if run.given_up else "failed", run.given_up or str(error))
        except Exception as error:  # whatever went wrong, the slot is freed and the page has a sentence
            finished = Finished("failed", f"The run could not be followed: {type(error).__name__}: {error}")
        if run.worker is not None:
            run.worker.close()
        with self._lock:
            self._active.remove(run)
            self._end(run, finished)
            self._start_next()

    @staticmethod
    def _end(run: Run, finished: Finished) -> None:
        run.finished = finished
        run.state = "ended"


def _listen(run: Run) -> Finished:
    """Take what a worker says until its last word. Raises WorkerError if it is gone, silent, or paused for too long."""
    heard, overslept = monotonic(), False
    while True:
        message = run.worker.receive(_LOOK)
        if isinstance(message, Finished):
            return replace(message, message=_OVERSLEPT) if overslept and message.why == "stopped" else message
        if isinstance(message, Progress):
            run.progress = message
            run.history.append(message)
        elif isinstance(message, Preview):
            run.preview = message
        elif isinstance(message, Started) and run.state == "queued":
            run.state = "running"
        if message is not None or run.state in ("queued", "paused"):
            heard = monotonic()
        if run.pause_left == 0 and not overslept:
            overslept = True
            run.resume()
            run.worker.send("stop")  # others wait for the place
        if monotonic() - heard > SILENCE:
            run.worker.kill()
            raise WorkerError(f"The training process has said nothing for {SILENCE:.0f} s and was ended; start the run again.")


def chosen() -> Runner:
    """The runner that the host asks for: on the Ray cluster that LATENT_LAB_RAY names, else on this machine.

    Raises SettingError for settings that cannot be used.
    """
    if address := settings.value("LATENT_LAB_RAY"):
        from core.running import cluster

        return Runner(None, cluster.starter(address))
    return Runner(settings.value("LATENT_LAB_WORKERS"))
