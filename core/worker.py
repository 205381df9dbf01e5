"""The child's side of a training run: trains in a process of its own and tells the parent how it goes.

The parent holds the other end of the connection (`pages.common.jobs`). It may send "pause", "resume" or "stop"; when it is gone
the run ends. Everything sent is plain: dataclasses of numbers, strings, bytes and NumPy arrays.
"""

import os
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import monotonic

import numpy as np
import torch

from core.config import CLASSES, ModelConfig, TrainConfig
from core.datasets import DatasetError, Digits, embedded, training
from core.evaluation import encode_set
from core.images import to_uint8
from core.measuring import mse
from core.models import Autoencoder, build
from core.training import Step, TrainingDivergedError, train
from core.weights import to_bytes

TELL_EVERY = 0.25  # seconds between reports of the losses
SHOW_EVERY = 1.0  # seconds between pictures and maps, which cost more
MAP_POINTS = 1000
NICENESS = 10  # the server's answers go first


@dataclass(frozen=True)
class Progress:
    """How far the run is; `losses` are batch means since the last report."""

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
    seconds: float = 0.0


def work(connection: Connection, model_config: ModelConfig, train_config: TrainConfig, full: bool) -> None:
    """Train and report until the budget is used, the parent says "stop", or the parent is gone.

    Trains on the 55,000 digits if `full`, else on 4,000 of the embedded ones, and never on those that it is measured on.
    """
    os.nice(NICENESS)
    torch.set_num_threads(1)
    try:
        torch.manual_seed(train_config.seed)
        model = build(model_config)
        digits, watched = _digits(full)
        why, message = _run(connection, model, digits, watched, train_config)
        connection.send(_finished(why, message, model, digits, watched))
    except (BrokenPipeError, EOFError, ConnectionResetError):
        return  # the parent is gone: nobody is left to tell
    except DatasetError as error:
        connection.send(Finished("failed", str(error)))
    except Exception as error:  # whatever went wrong must reach the page as a sentence
        connection.send(Finished("failed", f"The training run failed: {type(error).__name__}: {error}"))


def _run(connection: Connection, model: Autoencoder, digits: Digits, watched: Digits, config: TrainConfig) -> tuple[str, str]:
    parent, told, shown = os.getppid(), 0.0, 0.0
    try:
        for step in train(model, digits, config):
            if os.getppid() != parent:
                raise BrokenPipeError
            if monotonic() - told > TELL_EVERY:
                told = monotonic()
                connection.send(_progress(step))
            if monotonic() - shown > SHOW_EVERY:
                connection.send(preview(model, watched))
                model.train()
                shown = monotonic()
            if _told_to_stop(connection):
                return "stopped", "You stopped the run; the model is kept as it was then."
        return "finished", "The run used its whole budget."
    except TrainingDivergedError as error:
        return "diverged", str(error)


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


def _digits(full: bool) -> tuple[Digits, Digits]:
    """What to train on, and 1,000 other digits to watch: the 55,000 and held-out ones, or 4,000 and 1,000 of the embedded."""
    held = embedded()
    last = torch.cat([held.of_class(k)[-MAP_POINTS // CLASSES :] for k in range(CLASSES)])
    if full:
        return training(), held.subset(last)
    rest = torch.cat([held.of_class(k)[: -MAP_POINTS // CLASSES] for k in range(CLASSES)])
    return held.subset(rest), held.subset(last)


def _progress(step: Step) -> Progress:
    return Progress(step.index, step.epoch, step.progress, step.seconds, step.seconds_left, step.learning_rate, step.losses)


def _finished(why: str, message: str, model: Autoencoder, digits: Digits, watched: Digits) -> Finished:
    model.eval()
    return Finished(why, message, to_bytes(model.state_dict()), mse(model, watched), len(digits))
