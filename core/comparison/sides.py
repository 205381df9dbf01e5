"""Models side by side: in what they differ, what all of them can be measured on, and the latent points they all decode."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from core.comparison.differences import Difference, between, settings
from core.config import ModelConfig, TrainConfig
from core.evaluation.batches import generator, standard_normal
from core.interpolation import require_codes

Source = Literal["prior", "fitted", "axis"]
DRAWS = 10
STEPS = tuple(0.75 * step for step in range(-4, 5))  # of one number of the code, from -3 to 3


@dataclass(frozen=True)
class Side:
    """One of the models that are compared: how it was built and trained, and on how many digits.

    Of a network that serves every beta, `beta` is the one at which it is compared.
    """

    model: ModelConfig
    train: TrainConfig
    images: int
    beta: float | None = None

    def settings(self) -> dict[str, str]:
        """See `core.comparison.differences.settings`."""
        return settings(self.model, self.train, self.beta)


@dataclass(frozen=True, eq=False)
class Gaussian:
    """N(mean, root root') with a symmetric root, so that the same noise is turned as little as can be."""

    mean: Tensor  # (D,)
    root: Tensor  # (D, D), symmetric

    def draw(self, noise: Tensor) -> Tensor:
        """mean + root * noise, with the caller's noise from N(0, I): (B, D) -> (B, D)."""
        return self.mean + noise @ self.root


def all_differences(sides: Sequence[Side]) -> list[Difference]:
    """`core.comparison.differences.differences`, and the number of digits trained on."""
    found = between([side.settings() for side in sides])
    counts = tuple(f"{side.images:,}" for side in sides)
    return found + ([Difference("digits trained on", counts)] if len(set(counts)) > 1 else [])


def fitted_gaussian(mu: Tensor) -> Gaussian:
    """The Gaussian with the mean and the covariance of these codes: (N, D) -> Gaussian.

    A plain autoencoder has no prior to draw from, and this is the simplest density of its codes. Raises ValueError for fewer
    than two codes and for numbers that are not finite.
    """
    require_codes("the codes", mu, 2)
    if len(mu) < 2:
        raise ValueError("a Gaussian needs at least two codes to be fitted to")
    covariance = torch.cov(mu.double().T).reshape(mu.shape[1], mu.shape[1])
    values, vectors = torch.linalg.eigh(covariance)
    root = (vectors * values.clamp(min=0).sqrt()) @ vectors.T  # a code that never varies has variance 0, or a hair less
    return Gaussian(mu.mean(dim=0), root.to(mu.dtype))


def latent_points(source: Source, size: int, seed: int, number: int = 1, fitted: Gaussian | None = None) -> Tensor:
    """Codes to decode, the same for every model with a code of `size` numbers: (B, D).

    "prior": `DRAWS` draws from N(0, I). "fitted": the same draws, carried to the Gaussian of the model's own codes. "axis": the
    origin, but for one number, counted from 1, that takes the values of `STEPS`. Raises ValueError for a number that the code
    does not have, and without a Gaussian where one is needed.
    """
    if source == "axis":
        if not 1 <= number <= size:
            raise ValueError(f"the code has {size} numbers, so there is no number {number}")
        z = torch.zeros(len(STEPS), size)
        z[:, number - 1] = torch.tensor(STEPS)
        return z
    noise = standard_normal(DRAWS, size, generator(seed))
    if source == "prior":
        return noise
    if fitted is None:
        raise ValueError("draws of a fitted Gaussian need the Gaussian")
    return fitted.draw(noise)
