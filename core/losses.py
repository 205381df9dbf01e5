"""The terms of the loss, each per image and unweighted, and the one place where they are weighted.

Shapes: images (B, 1, 28, 28) in [0, 1], codes (B, D), every term (B,). Units are in each docstring. Two tensors of other shapes
than one another are refused with ValueError: PyTorch would broadcast them, and a loss of every image against every other still
trains.
"""

from dataclasses import dataclass
from math import log, pi

import torch.nn.functional as F
from torch import Tensor

from core.config import PIXELS, Objective
from core.models.base import Autoencoder, Posterior


def squared_error(x_hat: Tensor, x: Tensor) -> Tensor:
    """Sum over pixels of (x_hat - x)^2: (B, 1, 28, 28) twice -> (B,). Divide by 784 for the MSE."""
    _alike(x_hat=x_hat, x=x)
    return (x_hat - x).square().flatten(1).sum(dim=1)


def bernoulli_cross_entropy(logits: Tensor, x: Tensor) -> Tensor:
    """-log p(x | z) = -sum x log x_hat + (1 - x) log(1 - x_hat) with x_hat = sigmoid(logits): -> (B,), in nats.

    Kingma & Welling 2014, appendix C.1. For grey pixels its minimum is not 0 but the entropy of the pixels.
    """
    _alike(logits=logits, x=x)
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(dim=1)


def kl_per_dimension(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(mu_j, exp logvar_j) || N(0, 1)) of each coordinate: (B, D), (B, D) -> (B, D), in nats.

    1/2 (mu^2 + sigma^2 - 1 - log sigma^2); Kingma & Welling 2014, appendix B.
    """
    _alike(mu=mu, logvar=logvar)
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar)


def kl_to_standard_normal(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(mu, diag exp logvar) || N(0, I)) of each code: (B, D), (B, D) -> (B,), in nats. The sum of `kl_per_dimension`."""
    return kl_per_dimension(mu, logvar).sum(dim=1)


def discrete_kl(p: Tensor, q: Tensor) -> Tensor:
    """KL(P || Q) = sum_k P_k log(P_k / Q_k) over the last axis: (..., K), (..., K) -> (...), in nats.

    0 log 0 counts as 0; where Q_k = 0 < P_k the divergence is infinite. Raises ValueError unless both are distributions.
    """
    for name, d in (("P", p), ("Q", q)):
        if not bool((d >= 0).all()) or not bool(((d.sum(dim=-1) - 1).abs() < 1e-4).all()):
            raise ValueError(f"{name} must be >= 0 and sum to 1")
    terms = p * (p.log() - q.log())  # (..., K)
    return terms.where(p > 0, p.new_zeros(())).sum(dim=-1)


def classification_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """-log softmax(logits)[label]: (B, 10), (B,) -> (B,), in nats."""
    _alike(logits=logits[..., 0], labels=labels)
    return F.cross_entropy(logits, labels, reduction="none")


def loss_terms(
    model: Autoencoder, x: Tensor, labels: Tensor | None, noise: Tensor, objective: Objective
) -> tuple[dict[str, Tensor], Posterior]:
    """One pass through the model: the named terms, each (B,) and unweighted, and the posterior they came from.

    "reconstruction" is the squared error (scale "notebook") or the Bernoulli cross-entropy in nats (scale "elbo"), of a decoded
    sample z = mu + sigma * noise; "kl" and "classification" are there if the model has a posterior and a class head.
    """
    posterior = model.encode(x)
    z = posterior.sample(noise)  # (B, D)
    logits = model.decode_logits(z)  # (B, 1, 28, 28)
    if objective.scale == "elbo":
        terms = {"reconstruction": bernoulli_cross_entropy(logits, x)}
    else:
        terms = {"reconstruction": squared_error(logits.sigmoid(), x)}
    if posterior.logvar is not None:
        terms["kl"] = kl_to_standard_normal(posterior.mu, posterior.logvar)
    if model.classifies:
        if labels is None:
            raise ValueError("a model with a class head needs labels")
        terms["classification"] = classification_cross_entropy(model.classify(z), labels)
    return terms, posterior


def weighted_total(terms: dict[str, Tensor], objective: Objective, beta: Tensor | float | None = None) -> Tensor:
    """The objective of each image, (B,): see `Objective` for the two scales.

    `beta`, a number or one value per image (B,), replaces the objective's.
    """
    _alike(**terms, **({"beta": beta} if isinstance(beta, Tensor) and beta.dim() else {}))
    beta = objective.beta if beta is None else beta
    per = PIXELS if objective.scale == "notebook" else 1  # the notebook divides the pixel sum and the KL by 784
    total = objective.gamma * terms["reconstruction"] / per  # (B,)
    if "kl" in terms:
        total = total + beta * terms["kl"] / per
    if "classification" in terms:
        total = total + objective.alpha * terms["classification"]
    if objective.beta_damping:
        total = total / (1 + beta) ** objective.beta_damping
    return total


@dataclass(frozen=True)
class GaussianScale:
    """What the notebook's beta means as a likelihood: see `gaussian_scale`."""

    variance: float  # s^2 of the pixel noise
    weight: float  # notebook total = weight * (-ELBO) + constant, without the class term
    constant: float

    @property
    def unit_variance_beta(self) -> float:
        """The beta' of SSE / 2 + beta' KL. It is s^2: multiplying SSE / (2 s^2) + KL by s^2 gives SSE / 2 + s^2 KL."""
        return self.variance


def gaussian_scale(beta: float, gamma: float = 1.0) -> GaussianScale:
    """The notebook's gamma MSE + beta KL/784 as a negative ELBO with p(x | z) = N(x_hat, s^2 I).

    -ELBO = SSE / (2 s^2) + 392 log(2 pi s^2) + KL. Multiplying the notebook's total by 784 / beta gives
    (gamma / beta) SSE + KL: s^2 = beta / (2 gamma). A unit-variance beta-VAE (SSE/2 + beta' KL) has beta' = beta / (2 gamma).
    Raises ValueError unless both are finite and > 0.
    """
    if not (0 < beta < float("inf") and 0 < gamma < float("inf")):
        raise ValueError("beta and gamma must be finite and > 0 to be read as a likelihood")
    variance = beta / (2 * gamma)
    weight = beta / PIXELS
    return GaussianScale(variance, weight, -weight * PIXELS / 2 * log(2 * pi * variance))


def gaussian_negative_elbo(sse: Tensor, kl: Tensor, variance: float) -> Tensor:
    """-ELBO of each image with p(x | z) = N(x_hat, variance I): (B,), (B,) -> (B,), in nats.

    A density's logarithm, so it may be negative.
    """
    _alike(sse=sse, kl=kl)
    return sse / (2 * variance) + PIXELS / 2 * log(2 * pi * variance) + kl


def _alike(**tensors: Tensor) -> None:
    """Raises ValueError, which names them, unless all have one shape."""
    if len({tensor.shape for tensor in tensors.values()}) > 1:
        shapes = " and ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in tensors.items())
        raise ValueError(f"these must have one shape, or every entry would be set against every other: {shapes}")
