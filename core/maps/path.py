"""The map under a walk in few bytes, for a browser to draw: some codes of every class, and the window that shows the walk."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.config import CLASSES
from core.walks.transitions import Terrain, Transition

SHOWN = 200  # codes of each class
_CUT = 0.004  # the share of stragglers on each side that need not be in the window
_MARGIN = 1.08
_STEPS = 65_535  # of a coordinate


@dataclass(frozen=True, eq=False)
class Backdrop:
    """What stays while one walks: codes and centroids on the terrain's map, in its units."""

    packed: bytes  # N times x and y as 16-bit integers from `low` to `high`, little-endian; then N classes, one byte each
    low: tuple[float, float]
    high: tuple[float, float]
    inner_low: tuple[float, float]  # without the stragglers
    inner_high: tuple[float, float]
    middles: tuple[tuple[float, float], ...]  # of the ten centroids
    axes: tuple[str, str]
    share: float | None  # of the centroids' variance that the map shows; None if the map is latent space itself


@dataclass(frozen=True)
class Window:
    """What has to fit on the map."""

    centre: tuple[float, float]
    span: tuple[float, float]


def backdrop(terrain: Terrain) -> Backdrop:
    """The first SHOWN codes of each class and the ten centroids."""
    labels = terrain.codes.labels
    rows = torch.cat([(labels == k).nonzero().flatten()[:SHOWN] for k in range(CLASSES)])
    places = terrain.places[rows].double()  # (N, 2)
    low, high = places.amin(dim=0), places.amax(dim=0)
    scaled = ((places - low) / (high - low).clamp(min=1e-12) * _STEPS).round().numpy().astype("<u2")
    middles = (terrain.centroids - terrain.origin) @ terrain.axes.T  # (10, 2)
    axes = ("z₁", "z₂") if terrain.share is None else ("centroids’ principal component 1", "component 2")
    return Backdrop(
        scaled.tobytes() + labels[rows].numpy().astype(np.uint8).tobytes(),
        _pair(low),
        _pair(high),
        _pair(places.quantile(_CUT, dim=0)),
        _pair(places.quantile(1 - _CUT, dim=0)),
        tuple(map(_pair, middles)),
        axes,
        terrain.share,
    )


def window(ground: Backdrop, walk: Transition) -> Window:
    """The codes but for a few stragglers, and the whole walk."""
    places = walk.places.double()
    low = torch.minimum(torch.tensor(ground.inner_low, dtype=torch.float64), places.amin(dim=0))
    high = torch.maximum(torch.tensor(ground.inner_high, dtype=torch.float64), places.amax(dim=0))
    return Window(_pair((low + high) / 2), _pair(((high - low) * _MARGIN).clamp(min=1e-3)))


def _pair(values: Tensor) -> tuple[float, float]:
    x, y = values.tolist()
    return round(x, 5), round(y, 5)
