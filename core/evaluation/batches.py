"""Digits and codes in batches, so that memory stays bounded, and the seeded draws that evaluation makes.

Noise never comes from torch's global generator, which everything in the process shares. It is drawn for a whole set at once, so
a result depends on the seed and not on how the set was cut into batches.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from core.models import AtBeta, Autoencoder

Model = Autoencoder | AtBeta
BATCH = 50  # larger ones are no faster on one core, and 250 digits take the judge 60 MB for a moment


def spans(count: int, size: int = BATCH) -> Iterator[slice]:
    """The slices that cut `count` items into runs of at most `size`."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def generator(seed: int) -> torch.Generator:
    """A generator of its own, on the CPU."""
    return torch.Generator().manual_seed(seed)


def standard_normal(count: int, dimensions: int, source: torch.Generator) -> Tensor:
    """Draws from N(0, I): (count, dimensions) float32."""
    return torch.randn(count, dimensions, generator=source)


def random_subset(count: int, size: int, seed: int) -> Tensor:
    """Positions of at most `size` of `count` items without repeats, in ascending order: (min(size, count),) int64."""
    return torch.randperm(count, generator=generator(seed))[:size].sort().values


def decode_all(model: Model, z: Tensor) -> Tensor:
    """Codes to images in batches: (N, D) -> (N, 1, 28, 28)."""
    images = torch.empty(len(z), 1, 28, 28)
    with torch.inference_mode():
        for span in spans(len(z)):
            images[span] = model.decode(z[span])
    return images
