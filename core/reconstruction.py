"""A few digits through a model and back, with what a page says about them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import PIXELS
from core.losses import squared_error
from core.models import AtBeta, Autoencoder


@dataclass(frozen=True)
class Reconstruction:
    """What a model makes of a batch of digits; z is mu, never a sample."""

    images: Tensor  # (B, 1, 28, 28) in [0, 1]
    mse: Tensor  # (B,), the mean over the 784 pixels of the squared error
    predicted: Tensor | None  # (B,) int64, the class read off z; None without a class head

    @property
    def mean_mse(self) -> float:
        return self.mse.mean().item()


def reconstruct(model: Autoencoder | AtBeta, x: Tensor) -> Reconstruction:
    """Encode and decode a batch: (B, 1, 28, 28) in [0, 1] -> Reconstruction of (B, ...)."""
    with torch.inference_mode():
        mu = model.encode(x).mu  # (B, D)
        images = model.decode(mu)
        predicted = model.classify(mu).argmax(dim=1) if model.classifies else None
        return Reconstruction(images, squared_error(images, x) / PIXELS, predicted)
