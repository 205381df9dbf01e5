"""What one training run on a server may take. Only the host can change it, by the variables of `core.settings`."""

import torch

from core import pairing, settings
from core.config import ModelConfig, TrainConfig
from core.models import build, parameter_count

MAX_SECONDS: float = settings.value("LATENT_LAB_MAX_SECONDS")
MAX_PAUSE: float = settings.value("LATENT_LAB_MAX_PAUSE")
MAX_PARAMETERS: int = settings.value("LATENT_LAB_MAX_PARAMETERS")
MAX_WAITING: int = settings.value("LATENT_LAB_MAX_WAITING")
MAX_BATCH = 4096  # digits; more is no longer a batch of 4,000


class LimitError(ValueError):
    """The run is larger than the host allows; the message says which limit it breaks."""


def check(model: ModelConfig, train: TrainConfig) -> None:
    """Raises LimitError unless the run has a time budget, a batch and a network within the limits. Takes no memory for it.

    Raises PairingError for a network that cannot be trained for the run's objective.
    """
    pairing.check(model, train.objective)
    if train.seconds is None or train.seconds > MAX_SECONDS:
        raise LimitError(f"A run on this server may take at most {MAX_SECONDS:g} s.")
    if train.batch_size > MAX_BATCH:
        raise LimitError(f"A batch on this server may have at most {MAX_BATCH:,} digits.")
    size = weights_of(model)
    if size > MAX_PARAMETERS:
        raise LimitError(f"A network trained on this server may have at most {MAX_PARAMETERS:,.0f} weights; this has {size:,}.")


def weights_of(model: ModelConfig) -> int:
    """How many numbers training adjusts, without memory for them. Raises ValueError for sizes that do not fit."""
    with torch.device("meta"):  # shapes without memory
        return parameter_count(build(model))
