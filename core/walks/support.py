"""How many real codes lie near a place in latent space: whether the decoder has ever seen a digit there.

Codes are posterior means mu, (N, D); distances are Euclidean, in latent units, and computed in float64.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.evaluation.neighbours import squared_distances
from core.interpolation import centred, distances, require_codes

_CHUNK = 500_000  # distances held in memory at a time: 4 MB in float64, and PyTorch takes three times that on the way


def support(points: Tensor, mu: Tensor, radius: float) -> Tensor:
    """How many real codes lie within `radius` (latent units, border included) of each point: (F, D), (N, D) -> (F,) int64.

    A frame with none is decoded from a place where the decoder has seen no digit. Raises ValueError for codes that are not
    finite or do not fit each other, and for a negative radius.
    """
    require_codes("the points", points, 2)
    require_codes("the codes", mu, 2)
    if points.shape[1] != mu.shape[1]:
        raise ValueError(f"the points have {points.shape[1]} dimensions and the codes {mu.shape[1]}; they must be of one model")
    if not 0 <= radius < float("inf"):
        raise ValueError(f"the radius must be a finite number >= 0, not {radius!r}")
    points = points.double()
    near = torch.zeros(len(points), dtype=torch.int64)
    for part in _chunks(mu, max(points.shape)):
        near += (distances(points, part.double()) <= radius).sum(dim=1)
    return near


def typical_radius(mu: Tensor, neighbours: int = 10, sample: int = 1000) -> float:
    """A radius for `support`: the median, over real codes, of the distance to the 10th nearest other code, in latent units.

    At this radius a typical place among real codes has a support of about `neighbours`. At most `sample` codes, evenly spaced
    through the set, are looked at, each against all codes. Raises ValueError for too few codes or codes that are not finite.
    """
    require_codes("the codes", mu, 2)
    if not 1 <= neighbours < len(mu):
        raise ValueError(f"{neighbours} neighbours need at least {max(neighbours, 1) + 1} codes, not {len(mu)}")
    mu = centred(mu)  # about the origin, distances by matrix products are exact enough: 3 s less for D = 784
    norms = torch.linalg.vector_norm(mu, dim=1).square()
    some = torch.linspace(0, len(mu) - 1, min(sample, len(mu)), dtype=torch.float64).round().long()
    squares = (squared_distances(mu[part], mu, norms) for part in _chunks(some, len(mu)))
    nearest = [each.kthvalue(neighbours + 1, dim=1).values for each in squares]  # + 1: itself
    return float(torch.cat(nearest).sqrt().median())


def _chunks(points: Tensor, others: int) -> Sequence[Tensor]:
    """`points` in pieces of which each point takes `others` numbers and all together fit in memory."""
    return points.split(max(1, _CHUNK // max(1, others)))
