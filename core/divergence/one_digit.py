"""One digit that is in no set, read by an every-beta network at one beta."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import PIXELS
from core.divergence.beta import SWEEP, sweep
from core.losses import kl_per_dimension, squared_error
from core.models import EveryBetaVAE, Posterior


@dataclass(frozen=True, eq=False)
class OneDigit:
    """What the network makes of the digit; pictures in [0, 1]."""

    image: Tensor  # (28, 28), the digit itself
    posterior: Posterior  # (1, D)
    kl: Tensor  # (D,) of each dimension, in nats
    reconstruction: Tensor  # (28, 28), decoded from mu
    mse: float  # of the reconstruction, mean over pixels
    strips: Tensor  # (D, len(SWEEP), 1, 28, 28): dimension d runs through SWEEP, the others stay at mu


def read(network: EveryBetaVAE, beta: float, x: Tensor) -> OneDigit:
    """(1, 1, 28, 28) in [0, 1] -> OneDigit, in one pass. Raises ValueError unless beta is finite and > 0."""
    model = network.at(beta)
    with torch.inference_mode():
        posterior = model.encode(x)
        mu = posterior.mu  # (1, D)
        decoded = model.decode(torch.cat((mu, sweep(mu[0]).flatten(0, 1))))  # (1 + D * len(SWEEP), 1, 28, 28)
        return OneDigit(
            image=x[0, 0],
            posterior=posterior,
            kl=kl_per_dimension(mu, posterior.logvar)[0],
            reconstruction=decoded[0, 0],
            mse=(squared_error(decoded[:1], x) / PIXELS).item(),
            strips=decoded[1:].unflatten(0, (mu.shape[1], len(SWEEP))),
        )
