"""Models small enough that the right answer can be worked out by other means."""

from types import SimpleNamespace

import torch
from torch import Tensor

from core.models import Posterior


class LinearGaussian:
    """p(z) = N(0, I), p(x | z) = N(W z + b, s^2 I) with orthogonal columns in W: the true posterior is diagonal and known.

    `encode` gives that posterior with its variances multiplied by `inflation`, so 1 makes every bound exact.
    """

    variational, classifies, conditional = True, False, False

    def __init__(self, latent_dim: int = 3, variance: float = 0.5, inflation: float = 1.0) -> None:
        source = torch.Generator().manual_seed(5)
        q, _ = torch.linalg.qr(torch.randn(784, latent_dim, generator=source, dtype=torch.float64))
        self.weight = q * torch.linspace(1, 3, latent_dim, dtype=torch.float64)  # (784, D)
        self.bias = torch.rand(784, generator=source, dtype=torch.float64) * 0.2
        self.variance, self.inflation = variance, inflation
        self.config = SimpleNamespace(latent_dim=latent_dim, architecture="linear-gaussian")

    def encode(self, x: Tensor) -> Posterior:
        spread = 1 / (1 + self.weight.square().sum(dim=0) / self.variance)  # (D,)
        mu = (x.flatten(1).double() - self.bias) @ self.weight / self.variance * spread
        return Posterior(mu.float(), (spread * self.inflation).log().float().expand_as(mu))

    def decode(self, z: Tensor) -> Tensor:
        return (z.double() @ self.weight.T + self.bias).float().reshape(-1, 1, 28, 28)

    def log_evidence(self, x: Tensor) -> Tensor:
        """log p(x) = log N(x; b, W W' + s^2 I): (N, 1, 28, 28) -> (N,)."""
        diagonal = torch.full((784,), self.variance, dtype=torch.float64)
        return torch.distributions.LowRankMultivariateNormal(self.bias, self.weight, diagonal).log_prob(x.flatten(1).double())


class Painter:
    """A decoder that writes the code into the first pixels, for judges that read it back."""

    variational, classifies, conditional = False, False, False

    def __init__(self, latent_dim: int) -> None:
        self.config = SimpleNamespace(latent_dim=latent_dim, architecture="painter")
        self.largest_batch = 0

    def encode(self, x: Tensor) -> Posterior:
        self.largest_batch = max(self.largest_batch, len(x))
        return Posterior(x.flatten(1)[:, : self.config.latent_dim].clone(), None)

    def decode(self, z: Tensor) -> Tensor:
        self.largest_batch = max(self.largest_batch, len(z))
        images = torch.zeros(len(z), 784)
        images[:, : z.shape[1]] = z
        return images.reshape(-1, 1, 28, 28)


def one_hot_logits(labels: Tensor) -> Tensor:
    """Logits of a judge that is sure of its label: (B,) -> (B, 10)."""
    return 50.0 * torch.nn.functional.one_hot(labels, 10)
