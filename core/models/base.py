"""The contract that every architecture keeps, and the posterior that its encoder returns."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from core.config import CLASSES, ModelConfig


@dataclass(frozen=True)
class Posterior:
    """q(z | x) = N(mu, diag exp logvar) for a batch; a plain autoencoder has a point, not a distribution: logvar is None."""

    mu: Tensor  # (B, D)
    logvar: Tensor | None  # (B, D)

    def sample(self, noise: Tensor) -> Tensor:
        """z = mu + sigma * noise, the reparameterisation of Kingma & Welling 2014, section 2.4: (B, D) -> (B, D).

        The noise is the caller's, drawn from N(0, I) by the caller's own generator. Without a logvar, z is mu.
        """
        if self.logvar is None:
            return self.mu
        return self.mu + (0.5 * self.logvar).exp() * noise


class Autoencoder(nn.Module):
    """An encoder `trunk`, heads for mu (and logvar), a `decoder`, and possibly a head that reads the class off z.

    Images are (B, 1, 28, 28) in [0, 1]; codes are (B, D) with D = `config.latent_dim`. The heads are linear, unless the
    architecture brings its own `to_mu`.

    The class attributes say what an architecture has before a network of it is built. Whatever depends on that asks the class
    in `ARCHITECTURES`, never its name.
    """

    layer_kind: ClassVar[str]  # a word for what the layers are; without a default, so that no two are alike by accident
    variational = False  # the encoder gives a Gaussian: `to_logvar` is there
    classifies = False  # a head reads the class off z: `class_head` is there
    conditional = False  # True for the networks that serve every beta and are used through `.at(beta)`

    def __init__(
        self,
        config: ModelConfig,
        trunk: nn.Module,
        width: int,
        decoder: nn.Module,
        to_mu: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.config = config
        self.trunk = trunk  # (B, 1, 28, 28) -> (B, width), or (B, width, ...) for a `to_mu` that takes it
        self.decoder = decoder  # (B, D) -> (B, 1, 28, 28) logits
        self.to_mu = nn.Linear(width, config.latent_dim) if to_mu is None else to_mu  # -> (B, D)
        self.to_logvar = nn.Linear(width, config.latent_dim) if self.variational else None
        self.class_head: nn.Module | None = None

    def encode(self, x: Tensor) -> Posterior:
        """(B, 1, 28, 28) -> Posterior of (B, D)."""
        h = self.trunk(x)  # (B, width)
        return Posterior(self.to_mu(h), None if self.to_logvar is None else self.to_logvar(h))

    def decode_logits(self, z: Tensor) -> Tensor:
        """(B, D) -> (B, 1, 28, 28) before the sigmoid; the Bernoulli loss is computed from these, which is stable."""
        return self.decoder(z)

    def decode(self, z: Tensor) -> Tensor:
        """(B, D) -> (B, 1, 28, 28) in [0, 1]."""
        return self.decode_logits(z).sigmoid()

    def classify(self, z: Tensor) -> Tensor:
        """(B, D) -> (B, 10) logits. Raises TypeError if the architecture has no class head."""
        if self.class_head is None:
            raise TypeError(f"{self.config.architecture} has no class head")
        return self.class_head(z)


def class_head(latent_dim: int, width: int = 128) -> nn.Module:
    """The second decoder of a multi-stage model: (B, D) -> (B, 10) logits."""
    return nn.Sequential(nn.Linear(latent_dim, width), nn.ReLU(), nn.Linear(width, CLASSES))
