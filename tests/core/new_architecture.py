"""An architecture that the registry does not know until a test puts it there."""

from torch import nn

from core.config import PIXELS, ModelConfig
from core.models.base import Autoencoder, class_head
from core.models.dense import DenseVAE

NAME = "ladder"  # says neither "vae" nor "dense" nor "multistage"


class Ladder(DenseVAE):
    """A Gaussian posterior, a class head, and layers of a kind of its own, as far as anyone asks."""

    layer_kind = "rungs"
    classifies = True

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.class_head = class_head(config.latent_dim, width=4)


ACTIVATIONS = {
    "relu": nn.ReLU,
    "leaky": lambda: nn.LeakyReLU(0.2),
    "elu": lambda: nn.ELU(0.7),
    "gelu": nn.GELU,
    "gelu by tanh": lambda: nn.GELU("tanh"),
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "softplus": lambda: nn.Softplus(2.0),
}
UNKNOWN = "softsign"  # an activation that no browser file knows


def bent_by(activation) -> type[Autoencoder]:
    """A dense VAE with another activation than ReLU, with a dropout and nested sequences, as somebody may write it."""

    class Bent(Autoencoder):
        layer_kind = "bent"
        variational = True

        def __init__(self, config: ModelConfig) -> None:
            width = (config.hidden or (16,))[0]
            trunk = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(PIXELS, width), activation()), nn.Dropout(0.1))
            decoder = nn.Sequential(
                nn.Sequential(nn.Linear(config.latent_dim, width, bias=False), activation()),
                nn.Identity(),
                nn.Linear(width, PIXELS),
                nn.Unflatten(1, (1, 28, 28)),
            )
            super().__init__(config, trunk, width, decoder)

    return Bent
