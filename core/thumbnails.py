"""Which digits to show as thumbnails on a map, so that they are spread over all of it and none covers another."""

import torch
from torch import Tensor

from core.interpolation import require_codes


def spread(points: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """Up to `most` points in an order that spreads them out: (N, 2) -> positions (K,) int64, gaps (K,) float32.

    The farthest-point order (Gonzalez 1985, "Clustering to Minimize the Maximum Intercluster Distance"), begun at the point
    nearest to the middle of the map: each next point is the one farthest from all before it. Distance is the larger of |dx| and
    |dy|, so two squares of side s centred at points at least s apart do not overlap. `gaps` are those distances, infinite for
    the first; they never grow, so the points whose gap is at least s are a set without overlap for squares of side s, whatever
    s a screen needs. Ends early where only copies of chosen points are left. Raises ValueError for no points, points that are
    not finite, and most < 1.
    """
    require_codes("the points", points, 2)
    if points.shape[1] != 2 or len(points) == 0:
        raise ValueError(f"a map needs points of shape (N, 2), not {tuple(points.shape)}")
    if most < 1:
        raise ValueError(f"at least one thumbnail must be asked for, not {most}")
    middle = (points.min(dim=0).values + points.max(dim=0).values) / 2
    chosen, gaps = [int(_larger_side(points, middle).argmin())], [float("inf")]
    nearest = _larger_side(points, points[chosen[0]])  # (N,), from each point to the chosen ones
    while len(chosen) < most:
        farthest = int(nearest.argmax())
        if nearest[farthest] == 0:
            break
        chosen.append(farthest)
        gaps.append(float(nearest[farthest]))
        nearest = torch.minimum(nearest, _larger_side(points, points[farthest]))
    return torch.tensor(chosen), torch.tensor(gaps)


def _larger_side(points: Tensor, centre: Tensor) -> Tensor:
    """Chebyshev distance: (N, 2), (2,) -> (N,)."""
    return (points - centre).abs().amax(dim=1)
