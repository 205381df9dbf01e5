"""A stranger's network tried on a few pictures: whether what it says are numbers that the pages can work with.

Weights may all be finite and still be so large that codes and pictures are not, or that their squares are not.
"""

from math import log

import torch
from torch import Tensor

from core.config import CLASSES
from core.datasets import embedded
from core.divergence.beta import HIGHEST, LOWEST
from core.evaluation.batches import Model
from core.models import Autoencoder

FURTHEST = 1e6  # latent units; codes of trained networks are tens at the most
_LARGEST_LOGVAR = 2 * log(FURTHEST)  # a draw from the posterior goes as far as a code may
_SMALLEST_LOGVAR = -700.0  # 1 / sigma^2 must be a number, and the largest that exp gives is exp(709)
_LARGEST_LOGIT = 1e6  # of pixels and classes; those of trained networks are hundreds at the most


class TrialError(ValueError):
    """The network cannot be used; the message is the end of a sentence that begins with "The network"."""


def check(model: Autoencoder) -> None:
    """Raises TrialError unless codes, spreads, decoded pictures and classes are numbers of a sensible size.

    Tried on a digit of each class and on black, grey and white; an every-beta network at both ends of its slider and at 1.
    """
    views = [model.at(beta) for beta in (LOWEST, 1.0, HIGHEST)] if model.conditional else [model]
    pictures = _pictures()
    with torch.inference_mode():
        for view in views:
            _check(view, pictures)


def _check(model: Model, x: Tensor) -> None:
    """(B, 1, 28, 28) in [0, 1], once to the code and back."""
    posterior = model.encode(x)
    mu, logvar = posterior.mu, posterior.logvar  # (B, D)
    _within(mu, -FURTHEST, FURTHEST, f"codes digits with numbers that are not finite or beyond {FURTHEST:,.0f} latent units")
    if logvar is not None:
        _within(logvar, _SMALLEST_LOGVAR, _LARGEST_LOGVAR, "gives codes a spread sigma that is no number of a sensible size")
    z = torch.cat([mu, torch.zeros_like(mu[:1])])  # the middle of the prior too: (B + 1, D)
    size = (-_LARGEST_LOGIT, _LARGEST_LOGIT)
    _within(model.decode_logits(z), *size, "decodes its own codes to pictures that are not finite or are absurdly large")
    if model.classifies:
        _within(model.classify(z), *size, "reads classes off its own codes that are not finite or are absurdly large")


def _within(values: Tensor, low: float, high: float, trouble: str) -> None:
    if not bool(((values >= low) & (values <= high)).all()):  # NaN is in no range
        raise TrialError(trouble)


def _pictures() -> Tensor:
    """The first embedded digit of each class, then black, grey and white: (13, 1, 28, 28)."""
    digits = embedded()
    first = torch.stack([digits.of_class(k)[0] for k in range(CLASSES)])
    even = torch.tensor([0.0, 0.5, 1.0]).reshape(-1, 1, 1, 1).expand(-1, 1, 28, 28)
    return torch.cat([digits.pixels(first), even])
