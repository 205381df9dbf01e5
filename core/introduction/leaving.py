"""Ways for a picture to leave the region where digits live, and how likely a model finds it on the way."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import PIXELS
from core.evaluation.batches import Model, generator
from core.losses import bernoulli_cross_entropy, kl_to_standard_normal

STEPS = 10
DRAWS = 16  # of z, for each picture


@dataclass(frozen=True, eq=False)
class Walk:
    """A picture that turns into another thing, step by step."""

    name: str
    images: Tensor  # (STEPS, 1, 28, 28) in [0, 1]; the first is the digit itself
    bounds: Tensor  # (STEPS,) lower bounds on log p(x), in nats; see log_likelihood_bound

    @property
    def lost(self) -> float:
        """How many nats less likely the least likely picture is than the first."""
        return (self.bounds[0] - self.bounds.min()).item()


def walks(model: Model, x: Tensor, other: Tensor, seed: int = 0) -> list[Walk]:
    """Four ways for a digit x, (1, 28, 28), to change: into noise, by shuffled pixels, into another digit, by moving down."""
    ways = {
        "into noise": _into_noise(x, seed),
        "pixels shuffled": _shuffled(x, seed),
        "into another digit": torch.stack([(1 - t) * x + t * other for t in _shares()]),
        "moved down": torch.stack([_moved(x, k) for k in range(STEPS)]),
    }
    return [Walk(name, images, log_likelihood_bound(model, images, seed)) for name, images in ways.items()]


def log_likelihood_bound(model: Model, images: Tensor, seed: int = 0) -> Tensor:
    """The ELBO of each picture, estimated by DRAWS draws of z: (B, 1, 28, 28) -> (B,), in nats, Bernoulli pixels.

    Kingma & Welling 2014, equation 3. The model's p is a distribution of black-and-white pictures. What is bounded is the mean
    of its log p over those whose pixels are white with the probabilities x: the cross-entropy is linear in x, and q(z | x)
    serves for all of them. The same noise is used for every picture.
    """
    with torch.inference_mode():
        posterior = model.encode(images)
        noise = torch.randn(DRAWS, 1, posterior.mu.shape[1], generator=generator(seed)).expand(-1, len(images), -1)
        z = posterior.mu + (0.5 * posterior.logvar).exp() * noise  # (DRAWS, B, D)
        logits = model.decode_logits(z.flatten(0, 1))  # (DRAWS * B, 1, 28, 28)
        distortion = bernoulli_cross_entropy(logits, images.repeat(DRAWS, 1, 1, 1)).reshape(DRAWS, -1).mean(dim=0)  # (B,)
        return -distortion - kl_to_standard_normal(posterior.mu, posterior.logvar)


def _shares() -> list[float]:
    return torch.linspace(0, 1, STEPS).tolist()


def _into_noise(x: Tensor, seed: int) -> Tensor:
    noise = torch.rand(x.shape, generator=generator(seed))
    return torch.stack([(1 - t) * x + t * noise for t in _shares()])


def _shuffled(x: Tensor, seed: int) -> Tensor:
    """A growing share of the pixels change places among themselves; the greys stay the same, only their places do not."""
    source = generator(seed)
    order = torch.randperm(PIXELS, generator=source)
    found = []
    for share in _shares():
        chosen = order[: round(share * PIXELS)]
        flat = x.flatten().clone()
        flat[chosen] = flat[chosen[torch.randperm(len(chosen), generator=generator(seed + 1))]]
        found.append(flat.reshape(x.shape))
    return torch.stack(found)


def _moved(x: Tensor, pixels: int) -> Tensor:
    """Moved down; what leaves the picture is gone and black comes in at the top."""
    moved = torch.zeros_like(x)
    moved[:, pixels:] = x[:, : x.shape[1] - pixels]
    return moved
