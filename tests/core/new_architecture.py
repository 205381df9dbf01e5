"""An architecture that the registry does not know until a test puts it there."""

from core.config import ModelConfig
from core.models.base import class_head
from core.models.dense import DenseVAE

NAME = "ladder"  # says neither "vae" nor "dense" nor "multistage"


class Ladder(DenseVAE):
    """A Gaussian posterior, a class head, and layers of a kind of its own, as far as anyone asks."""

    layer_kind = "rungs"
    classifies = True

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.class_head = class_head(config.latent_dim, width=4)
