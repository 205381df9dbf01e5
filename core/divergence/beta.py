"""One beta of an every-beta network, seen whole: codes, rate, distortion, active dimensions, pictures.

Betas are on the ELBO scale: distortion (Bernoulli) + beta * rate, both in nats per image.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, floor, isfinite, log10
from typing import Literal

import torch
from torch import Tensor

from core.datasets import Digits
from core.evaluation import Codes, encode_set, measure_elbo
from core.evaluation.batches import generator, random_subset, standard_normal
from core.evaluation.elbo import ACTIVE_VARIANCE
from core.models import EveryBetaVAE
from core.pictures.images import Picture, tile, to_uint8

LOWEST, HIGHEST = 0.1, 30.0
LIVE = 1000  # digits: few enough to follow the slider
LIVE_SEED = 1959  # of 2,000 draws the one whose terms are nearest to the whole set's
FROZEN_RATE = 0.1  # nats: below it the code as a whole says next to nothing about the digit
SWEEP = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)  # values given to one dimension in a traversal

Collapse = Literal["none", "some", "all"]


@dataclass(frozen=True, eq=False)
class Look:
    """An every-beta network at one beta on a set of digits, one z per digit for the distortion."""

    beta: float
    codes: Codes
    rate: float  # nats
    distortion: float  # nats
    mse: float  # of the sampled z, mean over pixels
    kl: Tensor  # (D,) mean KL of each dimension, in nats; they add up to the rate
    active: tuple[bool, ...]  # (D,) Var(mu_d) > 0.01 over the set; Burda et al. 2016
    accuracy: float | None  # of the class read off mu; None without a class head

    @property
    def objective(self) -> float:
        """distortion + beta * rate, in nats, without any class term."""
        return self.distortion + self.beta * self.rate

    @property
    def collapse(self) -> Collapse:
        """Whether no dimension has fallen silent, some have, or all (or nothing of a nat is left of the rate)."""
        if not any(self.active) or self.rate < FROZEN_RATE:
            return "all"
        return "none" if all(self.active) else "some"

    @property
    def told_apart(self) -> float:
        """e^rate: a code of so many nats tells at most so many digits apart, because I(x; z) <= rate."""
        return exp(self.rate)

    @property
    def order(self) -> list[int]:
        """The dimensions, the one with the largest KL first."""
        return self.kl.argsort(descending=True, stable=True).tolist()


@dataclass(frozen=True, eq=False)
class Pictures:
    """What the decoder draws at one beta, all (..., 1, 28, 28) in [0, 1]."""

    reconstructions: Tensor  # (B, 1, 28, 28) of mu
    samples: Tensor  # (S, 1, 28, 28) of draws from the prior
    strips: Tensor  # (D, len(SWEEP), 1, 28, 28): dimension d runs through SWEEP, the others stay


def stops(low: float = LOWEST, high: float = HIGHEST) -> tuple[float, ...]:
    """Round numbers that are nearly even on a log scale, 5 to 12 % apart: the slider's positions. Every whole beta is one."""
    tens = (*range(10, 20), *range(20, 40, 2), *range(40, 100, 5))
    decades = range(floor(log10(low)), ceil(log10(high)) + 1)
    numbers = (float(f"{k}e{decade - 1}") for decade in decades for k in tens)
    return tuple(number for number in numbers if low <= number <= high)


def around(beta: float, among: Sequence[float]) -> list[float]:
    """The stops next to `beta`, one below and one above where there are. Raises ValueError for a number that is not finite."""
    if not isfinite(beta):
        raise ValueError("beta must be finite")
    below = [stop for stop in among if stop <= beta][-1:]
    above = [stop for stop in among if stop > beta][:1]
    return below + above


def live_rows(digits: Digits) -> Tensor:
    """Which 1,000 of the held-out digits are measured anew at every move of the slider: (1000,) int64, ascending."""
    return random_subset(len(digits), LIVE, LIVE_SEED)


def live_digits(digits: Digits) -> Digits:
    """The digits of `live_rows`, in the order they have there."""
    return digits.subset(live_rows(digits))


def look(network: EveryBetaVAE, digits: Digits, beta: float, seed: int = 0) -> Look:
    """Measure the network at `beta`, with the same noise at every beta. Raises ValueError unless beta is finite and > 0."""
    model = network.at(beta)
    codes = encode_set(model, digits)
    found = measure_elbo(model, digits, seed, codes)
    accuracy = None
    if model.classifies:
        with torch.inference_mode():
            accuracy = (model.classify(codes.mu).argmax(dim=1) == codes.labels).double().mean().item()
    active = tuple((found.mean_variance > ACTIVE_VARIANCE).tolist())
    return Look(float(beta), codes, found.rate, found.distortion, found.mse, found.kl_per_dimension, active, accuracy)


def pictures(network: EveryBetaVAE, beta: float, x: Tensor, samples: int, seed: int, start: int | None) -> Pictures:
    """Reconstructions of x, (B, 1, 28, 28), draws from the prior and a traversal of every dimension, in one pass.

    The draws are decoded from the same z ~ N(0, I) at every beta (seeded with `seed`). A traversal starts from mu of picture
    number `start` of x, or from the origin if that is None.
    """
    model = network.at(beta)
    with torch.inference_mode():
        mu = model.encode(x).mu  # (B, D)
        size = mu.shape[1]
        drawn = standard_normal(samples, size, generator(seed))  # (S, D)
        swept = sweep(torch.zeros(size) if start is None else mu[start])  # (D, V, D)
        decoded = model.decode(torch.cat((mu, drawn, swept.flatten(0, 1))))
    reconstructions, drawings, strips = decoded.split((len(x), samples, size * len(SWEEP)))
    return Pictures(reconstructions, drawings, strips.unflatten(0, (size, len(SWEEP))))


def paired_sheet(originals: Tensor, reconstructions: Tensor, columns: int) -> Picture:
    """Rows of digits, each over the row of its reconstructions: (B, 28, 28) bytes, (B, 1, 28, 28) -> one picture.

    Raises ValueError unless B is a multiple of `columns`.
    """
    if len(originals) != len(reconstructions) or len(originals) % columns:
        raise ValueError(f"{len(originals)} digits and {len(reconstructions)} pictures do not pair up in rows of {columns}")
    above, below = (torch.from_numpy(to_uint8(given)).unflatten(0, (-1, columns)) for given in (originals, reconstructions))
    return tile(torch.stack((above, below), dim=1).flatten(0, 2), columns)


def best_constant_mse(digits: Digits) -> float:
    """The MSE of the best single picture for all digits, their mean: what a decoder that ignores its code can reach."""
    pixels = digits.pixels().flatten(1)  # (N, 784)
    return pixels.var(dim=0, correction=0).mean().item()


def sweep(start: Tensor, values: tuple[float, ...] = SWEEP) -> Tensor:
    """Codes in which one dimension at a time runs through `values` and the others stay at `start`: (D,) -> (D, V, D)."""
    size = len(start)
    codes = start.repeat(size, len(values), 1)  # (D, V, D)
    each = torch.arange(size)
    codes[each, :, each] = torch.tensor(values, dtype=start.dtype)
    return codes
