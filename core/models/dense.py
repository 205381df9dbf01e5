"""Fully connected autoencoders: every pixel sees every unit."""

from itertools import pairwise

from torch import nn

from core.config import PIXELS, ModelConfig
from core.models.base import Autoencoder, class_head


def dense_layers(widths: list[int]) -> list[nn.Module]:
    """Linear layers between the given widths, each followed by a ReLU."""
    return [layer for n, m in pairwise(widths) for layer in (nn.Linear(n, m), nn.ReLU())]


class _Dense(Autoencoder):
    layer_kind = "dense"
    default_hidden = (512, 256, 128)

    def __init__(self, config: ModelConfig) -> None:
        hidden = list(config.hidden or self.default_hidden)
        trunk = nn.Sequential(nn.Flatten(), *dense_layers([PIXELS, *hidden]))
        mirrored = dense_layers([config.latent_dim, *reversed(hidden)])
        decoder = nn.Sequential(*mirrored, nn.Linear(hidden[0], PIXELS), nn.Unflatten(1, (1, 28, 28)))
        super().__init__(config, trunk, hidden[-1], decoder)


class DenseAutoencoder(_Dense):
    """Hinton & Salakhutdinov 2006, "Reducing the Dimensionality of Data with Neural Networks", without the pretraining."""


class DenseVAE(_Dense):
    """Kingma & Welling 2014, "Auto-Encoding Variational Bayes"."""

    variational = True


class DenseMultiStageVAE(DenseVAE):
    """A dense VAE with a second decoder that reads the class off z."""

    classifies = True

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.class_head = class_head(config.latent_dim)
