"""The child's side of a training run: trains in a process of its own and tells the parent how it goes.

The parent holds the other end of the connection (`processes`, `cluster`). It may send "pause", "resume" or "stop"; when it is
gone the run ends. Everything sent is plain: dataclasses of numbers, strings, bytes and NumPy arrays.
"""

import os
import platform
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import monotonic

import numpy as np
import torch
from torch import Tensor

from core.config import CLASSES, ModelConfig, TrainConfig
from core.datasets import DatasetError, Digits, embedded, training
from core.evaluation import encode_set
from core.models import Autoencoder, build
from core.pictures.images import to_uint8
from core.shipping.measuring import mse
from core.training import Step, TrainingDivergedError, train
from core.weights import to_bytes

TELL_EVERY = 0.25  # seconds between reports of the losses
SHOW_EVERY = 1.0  # seconds between pictures and maps, which cost more
_WATCHED = 100  # digits of each class
NICENESS = 10  # the server's answers go first


@dataclass(frozen=True)
class Started:
    """The worker is at work: it is no longer waiting for a place."""

    host: str


@dataclass(frozen=True)
class Progress:
    """How far the run is; `losses` are the last batch's means."""

    index: int
    epoch: float
    progress: float
    seconds: float
    seconds_left: float
    learning_rate: float
    losses: dict[str, float]


@dataclass(frozen=True)
class Preview:
    """What the model makes of digits it does not train on: ten originals and reconstructions, and the codes of a thousand."""

    originals: np.ndarray  # (10, 28, 28) uint8
    reconstructions: np.ndarray  # (10, 28, 28) uint8
    codes: np.ndarray  # (1000, 2) float32: the two coordinates of largest variance
    labels: np.ndarray  # (1000,) int64


@dataclass(frozen=True)
class Finished:
    """The run is over. `why` is "finished", "stopped", "diverged" or "failed"; the weights are there unless it failed."""

    why: str
    message: str
    weights: bytes | None = None  # safetensors
    held_out_mse: float | None = None
    images: int = 0
    steps: int = 0
    seconds: float = 0.0


def work(connection: Connection, model_config: ModelConfig, train_config: TrainConfig, full: bool) -> None:
    """Train and report until the budget is used, the parent says "stop", or the parent is gone.

    Trains on the 55,000 digits if `full`, else on 4,000 of the embedded ones, and never on those that it is measured on.
    """
    _step_back()
    torch.set_num_threads(1)
    try:
        connection.send(Started(platform.node()))
        model = build(model_config, train_config.seed)
        digits, watched = training_digits(full), watched_digits()
        finished = _run(connection, model, digits, watched, train_config)
        connection.send(preview(model, watched))
        connection.send(finished)
    except (BrokenPipeError, EOFError, ConnectionResetError):
        return  # the parent is gone: nobody is left to tell
    except DatasetError as error:
        connection.send(Finished("failed", str(error)))
    except Exception as error:  # whatever went wrong must reach the page as a sentence
        connection.send(Finished("failed", f"The training run failed: {type(error).__name__}: {error}"))


def _step_back() -> None:
    """The server's answers go first. Said twice it stays the same, which `os.nice` would not."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))


def _run(connection: Connection, model: Autoencoder, digits: Digits, watched: Digits, config: TrainConfig) -> Finished:
    parent, told, shown, last = os.getppid(), 0.0, 0.0, None
    why, message = "finished", "The run used its whole time."
    try:
        for last in train(model, digits, config):
            if os.getppid() != parent:
                raise BrokenPipeError
            if monotonic() - told > TELL_EVERY:
                told = monotonic()
                connection.send(_progress(last))
            if monotonic() - shown > SHOW_EVERY:
                connection.send(preview(model, watched))
                model.train()
                shown = monotonic()
            if _told_to_stop(connection):
                why, message = "stopped", "The run was stopped; the model is kept as it was then."
                break
    except TrainingDivergedError as error:
        why, message = "diverged", str(error)
    model.eval()
    steps, seconds = (0, 0.0) if last is None else (last.index, last.seconds)
    return Finished(why, message, to_bytes(model.state_dict()), mse(model, watched), len(digits), steps, seconds)


def _told_to_stop(connection: Connection) -> bool:
    """Obey what the parent has sent; while paused, wait here. A closed connection raises EOFError."""
    paused = False
    while paused or connection.poll():
        command = connection.recv()
        if command == "stop":
            return True
        paused = command == "pause"
    return False


def preview(model: Autoencoder, watched: Digits) -> Preview:
    """One digit of each class and its reconstruction, and the map, of the digits that are not trained on."""
    model.eval()
    rows = torch.stack([watched.of_class(k)[0] for k in range(CLASSES)])
    x = watched.pixels(rows)  # (10, 1, 28, 28)
    codes = encode_set(model, watched)
    mu = codes.mu
    two = mu.var(dim=0).topk(min(2, mu.shape[1])).indices.sort().values
    plane = mu[:, two] if len(two) == 2 else torch.cat([mu, torch.zeros_like(mu)], dim=1)
    with torch.inference_mode():
        x_hat = model.decode(mu[rows])
    return Preview(to_uint8(x), to_uint8(x_hat), plane.float().numpy(), watched.labels.numpy())


def watched_digits() -> Digits:
    """The last hundred embedded digits of each class, which no run on the page trains on."""
    held = embedded()
    return held.subset(watched_rows(held))


def watched_rows(held: Digits) -> Tensor:
    """Where those stand among the embedded digits: (1000,) int64."""
    return torch.cat([held.of_class(k)[-_WATCHED:] for k in range(CLASSES)])


def training_digits(full: bool) -> Digits:
    """What a run trains on: the 55,000 digits or the other 4,000 of the embedded ones. Raises DatasetError."""
    if full:
        return training()
    held = embedded()
    return held.subset(torch.cat([held.of_class(k)[:-_WATCHED] for k in range(CLASSES)]))


def _progress(step: Step) -> Progress:
    return Progress(step.index, step.epoch, step.progress, step.seconds, step.seconds_left, step.learning_rate, step.losses)
