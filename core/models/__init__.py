"""The registry of architectures: a name for each class, and the one place that builds them."""

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


def build(config: ModelConfig) -> Autoencoder:
    """An untrained network. Raises ValueError for an unknown architecture or sizes that do not fit it."""
    if config.architecture not in ARCHITECTURES:
        raise ValueError(f"unknown architecture {config.architecture!r}; known: {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[config.architecture](config)


def parameter_count(model: nn.Module) -> int:
    """How many numbers training adjusts."""
    return sum(p.numel() for p in model.parameters())
