"""Convolutional autoencoders: strided convolutions down to the code, transposed ones back up."""

from itertools import pairwise

from torch import nn

from core.config import ModelConfig
from core.models.base import Autoencoder, class_head

_SIDES = (28, 14, 7, 4)  # the picture's side after 0, 1, 2, 3 strided convolutions


def _kernel(side: int) -> int:
    """Kernel 4 halves an even side exactly; kernel 3 takes 7 to 4 and, transposed, 4 back to 7."""
    return 4 if side % 2 == 0 else 3


def encoder_layers(channels: list[int]) -> list[nn.Module]:
    """(B, channels[0], 28, 28) -> (B, channels[-1], s, s): each convolution halves the side."""
    layers: list[nn.Module] = []
    for side, (n, m) in zip(_SIDES, pairwise(channels), strict=False):
        layers += [nn.Conv2d(n, m, _kernel(side), stride=2, padding=1), nn.ReLU()]
    return layers


def decoder_layers(channels: list[int]) -> list[nn.Module]:
    """The mirror image of `encoder_layers(channels)`: (B, channels[-1], s, s) -> (B, channels[0], 28, 28) logits."""
    layers: list[nn.Module] = []
    for side, (n, m) in reversed(list(zip(_SIDES, pairwise(channels), strict=False))):
        layers += [nn.ReLU(), nn.ConvTranspose2d(m, n, _kernel(side), stride=2, padding=1)]
    return layers


class _Conv(Autoencoder):
    layer_kind = "convolutional"
    default_hidden = (32, 64)

    def __init__(self, config: ModelConfig) -> None:
        hidden = list(config.hidden or self.default_hidden)
        if len(hidden) >= len(_SIDES):
            raise ValueError(f"{config.architecture} takes at most {len(_SIDES) - 1} convolutions, not {len(hidden)}")
        side = _SIDES[len(hidden)]
        width = hidden[-1] * side * side
        trunk = nn.Sequential(*encoder_layers([1, *hidden]), nn.Flatten())
        decoder = nn.Sequential(
            nn.Linear(config.latent_dim, width),
            nn.Unflatten(1, (hidden[-1], side, side)),
            *decoder_layers([1, *hidden]),
        )
        super().__init__(config, trunk, width, decoder)


class ConvAutoencoder(_Conv):
    """Two strided convolutions, one linear layer to the code, and back."""


class ConvVAE(_Conv):
    """The convolutional encoder and decoder with a Gaussian posterior."""

    variational = True
    default_hidden = (32, 64, 128)


class MultiStageVAE(ConvVAE):
    """A convolutional VAE with a second decoder that reads the class off z; both decoders train the encoder."""

    classifies = True

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.class_head = class_head(config.latent_dim)
