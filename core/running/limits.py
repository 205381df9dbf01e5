"""What one training run on a server may take. Only the host can change it, by environment variables."""

import os
from collections.abc import Mapping

import torch

from core.config import ModelConfig, TrainConfig
from core.models import build

_DEFAULTS = {
    "LATENT_LAB_MAX_SECONDS": 60.0,  # of training
    "LATENT_LAB_MAX_PAUSE": 300.0,  # seconds that the pauses of one run may last together
    "LATENT_LAB_MAX_PARAMETERS": 5_000_000.0,  # of the network
    "LATENT_LAB_MAX_WAITING": 200.0,  # runs in the queue
}
MAX_BATCH = 4096  # digits; more is no longer a batch of 4,000


class LimitError(ValueError):
    """The run is larger than the host allows; the message says which limit it breaks."""


def limit(name: str, environment: Mapping[str, str] = os.environ) -> float:
    """The host's limit, or the default. Raises ValueError if what the host says is no number above 0."""
    text = environment.get(name, "")
    if not text:
        return _DEFAULTS[name]
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ValueError(f"{name} must be a number above 0, not {text!r}")
    return value


MAX_SECONDS = limit("LATENT_LAB_MAX_SECONDS")
MAX_PAUSE = limit("LATENT_LAB_MAX_PAUSE")
MAX_PARAMETERS = limit("LATENT_LAB_MAX_PARAMETERS")
MAX_WAITING = limit("LATENT_LAB_MAX_WAITING")


def check(model: ModelConfig, train: TrainConfig) -> None:
    """Raises LimitError unless the run has a time budget, a batch and a network within the limits. Takes no memory for it."""
    if train.seconds is None or train.seconds > MAX_SECONDS:
        raise LimitError(f"A run on this server may take at most {MAX_SECONDS:g} s.")
    if train.batch_size > MAX_BATCH:
        raise LimitError(f"A batch on this server may have at most {MAX_BATCH:,} digits.")
    with torch.device("meta"):  # shapes without memory
        size = sum(parameter.numel() for parameter in build(model).parameters())
    if size > MAX_PARAMETERS:
        raise LimitError(f"A network trained on this server may have at most {MAX_PARAMETERS:,.0f} weights; this has {size:,}.")
