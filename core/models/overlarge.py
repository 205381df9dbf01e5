"""An autoencoder whose code is at least as large as the image: it has no reason to learn what a digit is."""

from torch import nn

from core.config import PIXELS, ModelConfig
from core.models.base import Autoencoder


class OverlargeAutoencoder(Autoencoder):
    """Each 4x4 patch of the image goes to `latent_dim / 49` numbers and back, so the identity is within reach.

    The code is a 7x7 grid of such patches, flattened; latent_dim must be a multiple of 49 and at least 784.
    """

    layer_kind = "over-large"

    def __init__(self, config: ModelConfig) -> None:
        if config.latent_dim % 49 or config.latent_dim < PIXELS:
            raise ValueError(f"an over-large code has a multiple of 49 numbers, at least {PIXELS}; not {config.latent_dim}")
        if len(config.hidden) > 1:
            raise ValueError(f"{config.architecture} has one hidden layer, not {len(config.hidden)}")
        channels = config.latent_dim // 49
        width = config.hidden[0] if config.hidden else 64
        trunk = nn.Sequential(nn.Conv2d(1, width, 4, stride=4), nn.ReLU())  # (B, 1, 28, 28) -> (B, width, 7, 7)
        decoder = nn.Sequential(
            nn.Unflatten(1, (channels, 7, 7)),
            nn.Conv2d(channels, width, 1),
            nn.ReLU(),
            nn.ConvTranspose2d(width, 1, 4, stride=4),
        )
        to_mu = nn.Sequential(nn.Conv2d(width, channels, 1), nn.Flatten())  # (B, width, 7, 7) -> (B, D)
        super().__init__(config, trunk, width, decoder, to_mu=to_mu)
