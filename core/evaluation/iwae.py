"""The importance-weighted bound on log p(x): tighter than the ELBO, and exact in the limit of many samples."""

from math import log

import torch
from torch import Tensor

from core.datasets import Digits
from core.evaluation.batches import Model, generator, spans, standard_normal
from core.evaluation.codes import Codes, encode_set
from core.losses import bernoulli_cross_entropy, gaussian_negative_elbo, squared_error


def importance_weighted_bound(
    model: Model,
    digits: Digits,
    samples: int = 64,
    variance: float | None = None,
    seed: int = 0,
    codes: Codes | None = None,
) -> Tensor:
    """log 1/k sum_i p(x | z_i) p(z_i) / q(z_i | x) of each digit with k = `samples` draws z_i ~ q(z | x): (N,) float64, nats.

    Burda, Grosse & Salakhutdinov 2016, "Importance Weighted Autoencoders". Its expectation rises with k, from the ELBO at k = 1
    towards log p(x). Without `variance` the likelihood is Bernoulli in each pixel; with it, N(decode(z), variance I), whose
    logarithm is that of a density and may be positive (for models of the notebook's scale: `gaussian_scale(beta).variance`).
    The weights are added up one sample at a time, in logarithms, so memory does not grow with k; with the same seed the first
    samples are the same for every k. Raises TypeError for a plain autoencoder, ValueError unless k >= 1 and variance > 0.
    """
    if samples < 1:
        raise ValueError(f"the bound needs at least one sample, not {samples}")
    if variance is not None and not 0 < variance < float("inf"):
        raise ValueError(f"the variance of the pixels must be finite and > 0, not {variance}")
    codes = encode_set(model, digits) if codes is None else codes
    if codes.logvar is None:
        raise TypeError(f"{model.config.architecture} has no posterior to draw importance samples from")
    source = generator(seed)
    total = torch.full((len(digits),), -torch.inf, dtype=torch.float64)
    for _ in range(samples):
        noise = standard_normal(*codes.mu.shape, source)  # (N, D)
        z = codes.posterior.sample(noise)
        # log p(z) - log q(z | x): the 2 pi cancels, and (z - mu) / sigma is the noise itself.
        log_ratio = 0.5 * (noise.square() - z.square() + codes.logvar).double().sum(dim=1)  # (N,)
        total = torch.logaddexp(total, log_likelihood(model, digits, z, variance) + log_ratio)
    return total - log(samples)


def log_likelihood(model: Model, digits: Digits, z: Tensor, variance: float | None = None) -> Tensor:
    """log p(x | z) of each digit under its own code: (N, D) -> (N,) float64, nats; Bernoulli, or Gaussian with `variance`."""
    found = torch.empty(len(digits), dtype=torch.float64)
    with torch.inference_mode():
        for span in spans(len(digits)):
            x = digits.pixels(span)
            if variance is None:
                found[span] = -bernoulli_cross_entropy(model.decode_logits(z[span]), x).double()
            else:
                sse = squared_error(model.decode(z[span]), x).double()
                found[span] = -gaussian_negative_elbo(sse, torch.zeros_like(sse), variance)
    return found
