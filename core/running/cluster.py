"""Training on a Ray cluster: the same workers as on this machine, placed and queued by Ray.

Nothing imports this module unless a cluster is asked for, so Ray need not be installed. The project's `core` travels to the
cluster by itself; its machines need the packages of requirements.txt and the same versions of Python and Ray. Whoever reaches a
Ray cluster can run anything on it: keep its ports inside your own network.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError

from core.config import ModelConfig, TrainConfig
from core.running.processes import WorkerError

_GONE = "The training process on the cluster ended before its time; start the run again."
_connecting = threading.Lock()


def connect(address: str) -> None:
    """Join the cluster at "host:port", once per process. Raises WorkerError if there is none."""
    with _connecting:
        if ray.is_initialized():
            return
        try:
            ray.init(
                address=address,
                runtime_env={"py_modules": [str(Path(__file__).parents[1])]},
                log_to_driver=False,
                configure_logging=False,
            )
        except Exception as error:  # ConnectionError, RuntimeError, RaySystemError, ValueError, by Ray's version and mood
            raise WorkerError(f"The training cluster at {address} cannot be reached; ask whoever runs this server.") from error


def starter(address: str) -> Callable[[ModelConfig, TrainConfig, bool], "Remote"]:
    """What starts a worker on the cluster at this address."""
    return partial(Remote, address)


class Channel:
    """Both ends of a worker's connection inside its process on the cluster; see `core.running.worker.work`."""

    def __init__(self) -> None:
        self.told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.said: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def send(self, message: Any) -> None:
        self.said.put(message)

    def poll(self) -> bool:
        return not self.told.empty()

    def recv(self) -> str:
        return self.told.get()


class Trainer:
    """The actor: trains in one of its threads, hands messages out of a second, takes commands in a third."""

    def __init__(self) -> None:
        self._channel = Channel()

    def run(self, model: ModelConfig, train: TrainConfig, full: bool) -> Iterator[Any]:
        """Every message of `core.running.worker.work`, as it comes; None says that there will be no more."""
        from core.running.worker import work

        def train_and_end() -> None:
            try:
                work(self._channel, model, train, full)
            finally:
                self._channel.send(None)

        threading.Thread(target=train_and_end, daemon=True).start()
        while (message := self._channel.said.get()) is not None:
            yield message

    def tell(self, command: str) -> None:
        self._channel.told.put(command)


class Remote:
    """A worker on the cluster, with one processor of it; see `processes.Worker`. Ray ends it when this process ends."""

    def __init__(self, address: str, model: ModelConfig, train: TrainConfig, full: bool) -> None:
        connect(address)
        actor = ray.remote(num_cpus=1, max_concurrency=2, max_restarts=0)(Trainer)
        self.actor = actor.remote()
        self._messages = self.actor.run.options(num_returns="streaming").remote(model, train, full)

    def send(self, command: str) -> None:
        with suppress(RayError):  # it may be gone; `receive` says so
            self.actor.tell.remote(command)

    def receive(self, timeout: float) -> Any:
        try:
            ready, _ = ray.wait([self._messages], timeout=timeout, fetch_local=False)
            return ray.get(next(self._messages)) if ready else None
        except (RayError, StopIteration) as error:
            raise WorkerError(_GONE) from error

    def kill(self) -> None:
        ray.kill(self.actor)

    def close(self) -> None:
        self.kill()


def put(value: Any, address: str) -> ray.ObjectRef:
    """A value that many calls need, sent to the cluster once."""
    connect(address)
    return ray.put(value)


def each(address: str, job: Callable[..., Any], calls: dict[str, tuple]) -> Iterator[tuple[str, Any]]:
    """Call `job(*arguments)` for every name, each on one processor of the cluster, and yield (name, result) as they come.

    A call whose machine or process dies is begun anew elsewhere, up to three times. Raises what a job raises, after the others.
    """
    connect(address)
    task = ray.remote(num_cpus=1, max_retries=3)(job)
    running = {task.remote(*arguments): name for name, arguments in calls.items()}
    failed: Exception | None = None
    try:
        while running:
            (done,), _ = ray.wait(list(running), num_returns=1)
            name = running.pop(done)
            try:
                result = ray.get(done)
            except RayError as error:  # a job's own error is its cause
                failed = error
                continue
            yield name, result
    finally:
        for left in running:  # whoever asked has gone
            ray.cancel(left, force=True)
    if failed is not None:
        raise getattr(failed, "cause", None) or WorkerError(f"{_GONE} ({failed})")
