"""One picture read by one model: its code, the spread and the divergence of each number, the picture drawn again, the class."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import PIXELS
from core.evaluation.classification import Classifier
from core.losses import kl_per_dimension, squared_error
from core.models import AtBeta, Autoencoder, Posterior


@dataclass(frozen=True)
class Opinion:
    """The class that a classifier finds most probable, and how probable it finds it."""

    label: int
    probability: float

    def __str__(self) -> str:
        """Such as "3, 92 %"; never 100 %, which no softmax says."""
        return f"{self.label}, > 99 %" if self.probability >= 0.995 else f"{self.label}, {100 * self.probability:.0f} %"


@dataclass(frozen=True, eq=False)
class Reading:
    """What a model makes of one picture. D numbers of a code; sigma and kl are None for a plain autoencoder."""

    image: Tensor  # (28, 28) in [0, 1], decoded from mu
    mse: float
    mu: Tensor  # (D,)
    sigma: Tensor | None  # (D,)
    kl: Tensor | None  # (D,), in nats
    predicted: Opinion | None  # read off the code by the model's own class head, if it has one
    judged: Opinion  # of `image`, by the judge

    @property
    def order(self) -> Tensor:
        """The dimensions, the one with the largest KL first; as they come without a KL: (D,) int64."""
        return torch.arange(len(self.mu)) if self.kl is None else self.kl.argsort(descending=True, stable=True)


def opinion(logits: Tensor) -> Opinion:
    """(10,) -> Opinion."""
    probability, label = logits.softmax(dim=0).max(dim=0)
    return Opinion(int(label), float(probability))


def judged(judge: Classifier, x: Tensor) -> Opinion:
    """What the judge sees in one picture: (1, 1, 28, 28) -> Opinion."""
    with torch.inference_mode():
        return opinion(judge(x)[0])


def posterior(model: Autoencoder | AtBeta, x: Tensor) -> Posterior:
    """Where a model puts pictures that are in no set: (B, 1, 28, 28) in [0, 1] -> Posterior of (B, D)."""
    with torch.inference_mode():
        return model.encode(x)


def read(model: Autoencoder | AtBeta, judge: Classifier, x: Tensor) -> Reading:
    """One picture through a model: (1, 1, 28, 28) in [0, 1] -> Reading. The picture is decoded from mu, never a sample."""
    with torch.inference_mode():
        posterior = model.encode(x)
        mu, logvar = posterior.mu, posterior.logvar  # (1, D)
        image = model.decode(mu)
        return Reading(
            image=image[0, 0],
            mse=(squared_error(image, x) / PIXELS).item(),
            mu=mu[0],
            sigma=None if logvar is None else (0.5 * logvar[0]).exp(),
            kl=None if logvar is None else kl_per_dimension(mu, logvar)[0],
            predicted=opinion(model.classify(mu)[0]) if model.classifies else None,
            judged=judged(judge, image),
        )
