"""Rate, distortion and the evidence lower bound of a VAE on a set of digits, and which latent dimensions carry anything."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import PIXELS
from core.datasets import Digits
from core.evaluation.batches import Model, generator, spans
from core.evaluation.codes import Codes, encode_set
from core.losses import bernoulli_cross_entropy, kl_per_dimension, squared_error

ACTIVE_VARIANCE = 0.01
ACTIVE_KL = 0.01  # nats


@dataclass(frozen=True)
class Elbo:
    """The terms of the bound for each digit, with one z drawn from its posterior; the means are over the set."""

    kl: Tensor  # (N, D) of each latent dimension, in nats, exact
    bce: Tensor  # (N,) -log p(x | z) with Bernoulli pixels, in nats
    sse: Tensor  # (N,) squared error summed over the 784 pixels
    mean_variance: Tensor  # (D,) variance over the set of mu

    @property
    def rate(self) -> float:
        """Mean KL(q(z | x) || p(z)), in nats."""
        return _mean(self.kl.sum(dim=1))

    @property
    def distortion(self) -> float:
        """Mean Bernoulli cross-entropy, in nats. Alemi et al. 2018, "Fixing a Broken ELBO"."""
        return _mean(self.bce)

    @property
    def distortion_sse(self) -> float:
        """Mean squared error of an image, summed over its pixels."""
        return _mean(self.sse)

    @property
    def mse(self) -> float:
        """Mean squared error of a pixel, of a sampled z."""
        return self.distortion_sse / PIXELS

    @property
    def elbo(self) -> float:
        """-(distortion + rate), in nats: a bound on log p(x) with Bernoulli pixels. Kingma & Welling 2014, equation 3."""
        return -self.distortion - self.rate

    @property
    def kl_per_dimension(self) -> Tensor:
        """Mean KL of each dimension, (D,), in nats; they add up to the rate."""
        return self.kl.double().mean(dim=0).float()

    @property
    def active_dims(self) -> int:
        """Dimensions whose mean varies with the image: Var_x(E[z | x]) > 0.01. Burda, Grosse & Salakhutdinov 2016."""
        return int((self.mean_variance > ACTIVE_VARIANCE).sum())

    @property
    def active_dims_by_kl(self) -> int:
        """Dimensions whose mean KL exceeds 0.01 nats; also counts one whose sigma alone has left 1."""
        return int((self.kl_per_dimension > ACTIVE_KL).sum())

    def objective(self, beta: float) -> float:
        """distortion + beta * rate, in nats: the beta-VAE's loss (Higgins et al. 2017), without any class term."""
        return self.distortion + beta * self.rate


def measure_elbo(model: Model, digits: Digits, seed: int = 0, codes: Codes | None = None) -> Elbo:
    """The terms of the bound, one z per digit drawn with `seed`. Raises TypeError for a plain autoencoder: it has no rate."""
    codes = encode_set(model, digits) if codes is None else codes
    if codes.logvar is None:
        raise TypeError(f"{model.config.architecture} has no posterior, so it has no rate and no ELBO")
    z = codes.sample(generator(seed))  # (N, D)
    bce, sse = torch.empty(len(digits)), torch.empty(len(digits))
    with torch.inference_mode():
        for span in spans(len(digits)):
            x, logits = digits.pixels(span), model.decode_logits(z[span])
            bce[span] = bernoulli_cross_entropy(logits, x)
            sse[span] = squared_error(logits.sigmoid(), x)
    return Elbo(kl_per_dimension(codes.mu, codes.logvar), bce, sse, codes.mu.var(dim=0, correction=0))


def _mean(values: Tensor) -> float:
    return values.double().mean().item()
