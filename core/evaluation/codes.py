"""Codes and reconstructions of a whole set of digits."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import PIXELS
from core.datasets import Digits
from core.evaluation.batches import Model, decode_all, generator, spans, standard_normal
from core.losses import squared_error
from core.models import Posterior


@dataclass(frozen=True)
class Codes:
    """q(z | x) of each digit of a set, with its label."""

    mu: Tensor  # (N, D) float32
    logvar: Tensor | None  # (N, D) float32; None for a plain autoencoder
    labels: Tensor  # (N,) int64

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def posterior(self) -> Posterior:
        return Posterior(self.mu, self.logvar)

    def subset(self, index: Tensor | slice) -> "Codes":
        return Codes(self.mu[index], None if self.logvar is None else self.logvar[index], self.labels[index])

    def sample(self, source: torch.Generator) -> Tensor:
        """One z for each digit, (N, D), with noise from `source`; mu for a plain autoencoder, which draws nothing."""
        if self.logvar is None:
            return self.mu
        return self.posterior.sample(standard_normal(*self.mu.shape, source))


def encode_set(model: Model, digits: Digits) -> Codes:
    """The posteriors of all digits, computed in batches."""
    mu = torch.empty(len(digits), model.config.latent_dim)
    logvar = torch.empty_like(mu) if model.variational else None
    with torch.inference_mode():
        for span in spans(len(digits)):
            posterior = model.encode(digits.pixels(span))
            mu[span] = posterior.mu
            if logvar is not None:
                logvar[span] = posterior.logvar
    return Codes(mu, logvar, digits.labels)


def reconstruct_set(model: Model, digits: Digits, sampled: bool = False, seed: int = 0, codes: Codes | None = None) -> Tensor:
    """The reconstructions, (N, 1, 28, 28) in [0, 1]; of mu, or of one z per digit drawn with `seed` if `sampled`.

    `codes` are the set's own, where they are already known. All images are held at once: 3 kB each.
    """
    return decode_all(model, _codes_to_decode(model, digits, sampled, seed, codes))


def reconstruction_errors(
    model: Model, digits: Digits, sampled: bool = False, seed: int = 0, codes: Codes | None = None
) -> Tensor:
    """The squared error of each digit, summed over its 784 pixels: (N,). Divide by 784 for the MSE.

    Arguments as for `reconstruct_set`; the reconstructions are not kept.
    """
    z = _codes_to_decode(model, digits, sampled, seed, codes)  # (N, D)
    errors = torch.empty(len(digits))
    with torch.inference_mode():
        for span in spans(len(digits)):
            errors[span] = squared_error(model.decode(z[span]), digits.pixels(span))
    return errors


def mse(model: Model, digits: Digits, codes: Codes | None = None) -> float:
    """The mean squared error over pixels and digits, of mu; `codes` as for `reconstruct_set`."""
    return reconstruction_errors(model, digits, codes=codes).double().mean().item() / PIXELS


def _codes_to_decode(model: Model, digits: Digits, sampled: bool, seed: int, codes: Codes | None) -> Tensor:
    codes = encode_set(model, digits) if codes is None else codes
    if len(codes) != len(digits):
        raise ValueError(f"the codes are of {len(codes)} digits and the set has {len(digits)}; pass the set's own codes")
    return codes.sample(generator(seed)) if sampled else codes.mu
