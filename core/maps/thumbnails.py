"""Which digits to show as thumbnails on a map, so that they are spread over all of it and none covers another."""

import torch
from torch import Tensor

from core.interpolation import require_codes


def spread(points: Tensor, most: int, keep_off: Tensor, smaller: float = 1.0) -> tuple[Tensor, Tensor]:
    """Up to `most` points in an order that spreads them out: (N, 2), (M, 2) -> positions (K,) int64, gaps (K,) float32.

    The farthest-point order (Gonzalez 1985, "Clustering to Minimize the Maximum Intercluster Distance"): each next point is the
    one farthest from all before it and from the places in `keep_off`, of which there is at least one (labels, or the middle of
    the map). Distance is the larger of |dx| and |dy|, so two squares of side s around points at least s apart do not overlap.
    `gaps` are those distances; they never grow, so the points whose gap is at least s are a set without overlap for squares of
    side s, whatever s a screen needs. From the places they keep only s * `smaller`, for labels smaller than thumbnails.
    Ends early where only copies of what is chosen are left. Raises ValueError for shapes that do not fit, numbers that are not
    finite, no points or places, most < 1, and unless 0 < smaller <= 1.
    """
    for name, places in (("the points", points), ("the places to keep off", keep_off)):
        require_codes(name, places, 2)
        if places.shape[1] != 2 or len(places) == 0:
            raise ValueError(f"{name} must be of shape (N, 2), at least one of them, not {tuple(places.shape)}")
    if most < 1 or not 0 < smaller <= 1:
        raise ValueError(f"there must be at least one thumbnail, not {most}, and 0 < smaller <= 1, not {smaller}")
    chosen, gaps = [], []
    nearest = torch.stack([_larger_side(points, place) for place in keep_off]).amin(dim=0) / smaller  # (N,), to what is taken
    while len(chosen) < most:
        farthest = int(nearest.argmax())
        if nearest[farthest] == 0:
            break
        chosen.append(farthest)
        gaps.append(float(nearest[farthest]))
        nearest = torch.minimum(nearest, _larger_side(points, points[farthest]))
    return torch.tensor(chosen, dtype=torch.int64), torch.tensor(gaps)


def _larger_side(points: Tensor, centre: Tensor) -> Tensor:
    """Chebyshev distance: (N, 2), (2,) -> (N,)."""
    return (points - centre).abs().amax(dim=1)
