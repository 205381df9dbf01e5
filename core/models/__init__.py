"""The registry of architectures: a name for each class, and the one place that builds them."""

from threading import Lock

import torch
from torch import nn

from core.config import ModelConfig
from core.models.base import Autoencoder, Posterior
from core.models.conditional import AtBeta, EveryBetaMultiStageVAE, EveryBetaVAE
from core.models.conv import ConvAutoencoder, ConvVAE, MultiStageVAE
from core.models.dense import DenseAutoencoder, DenseMultiStageVAE, DenseVAE
from core.models.judge import Judge
from core.models.overlarge import OverlargeAutoencoder

ARCHITECTURES: dict[str, type[Autoencoder]] = {
    "dense-ae": DenseAutoencoder,
    "conv-ae": ConvAutoencoder,
    "overlarge-ae": OverlargeAutoencoder,
    "dense-vae": DenseVAE,
    "conv-vae": ConvVAE,
    "dense-multistage-vae": DenseMultiStageVAE,
    "multistage-vae": MultiStageVAE,
    "every-beta-vae": EveryBetaVAE,
    "every-beta-multistage-vae": EveryBetaMultiStageVAE,
}

__all__ = ["ARCHITECTURES", "AtBeta", "Autoencoder", "Judge", "Posterior", "build", "parameter_count"]


_BUILDING = Lock()  # initial weights are drawn from torch's one generator, which all threads of a server share


def build(config: ModelConfig, seed: int | None = None) -> Autoencoder:
    """An untrained network; with a seed always the same one, whatever other threads build meanwhile.

    Raises ValueError for an unknown architecture or sizes that do not fit it.
    """
    if config.architecture not in ARCHITECTURES:
        raise ValueError(f"unknown architecture {config.architecture!r}; known: {', '.join(ARCHITECTURES)}")
    with _BUILDING, torch.random.fork_rng(devices=[], enabled=seed is not None):
        if seed is not None:
            torch.default_generator.manual_seed(seed)
        return ARCHITECTURES[config.architecture](config)


def parameter_count(model: nn.Module) -> int:
    """How many numbers training adjusts."""
    return sum(p.numel() for p in model.parameters())
