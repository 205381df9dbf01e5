"""What a latent map shows: a place for every digit, thumbnails that do not cover one another, and a label for every class."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import CLASSES
from core.projection import pca_plane
from core.thumbnails import spread

THUMBNAILS = 220  # at most, over the largest screen
_MARGIN = 0.04  # of the map, on each side, so that no thumbnail is cut off


@dataclass(frozen=True, eq=False)
class Scene:
    """A map of some of a set's digits. Places are in the units of the map."""

    rows: Tensor  # (M,) int64: which digits of the set, ascending
    labels: Tensor  # (M,) int64
    places: Tensor  # (M, 2) float32
    axes: tuple[str, str]  # what the coordinates are
    units: bool  # whether they mean anything; not in t-SNE
    thumbnails: Tensor  # (K,) int64: positions in `rows`, in an order that spreads them
    gaps: Tensor  # (K,): the side that squares around the thumbnails up to this one may have without overlapping
    middles: Tensor  # (10, 2): the mean place of each class
    centre: tuple[float, float]
    span: tuple[float, float]  # what has to fit on the screen, across and down, > 0

    def position(self, row: int) -> int | None:
        """Where a digit of the set stands in `rows`; None if it is not on this map."""
        found = int(torch.searchsorted(self.rows, row))
        return found if found < len(self.rows) and int(self.rows[found]) == row else None


def as_it_is(mu: Tensor, labels: Tensor) -> Scene:
    """The map of a code with one or two numbers: the code itself, one number along the first axis alone."""
    places = mu if mu.shape[1] == 2 else torch.cat((mu, torch.zeros_like(mu)), dim=1)
    return _scene(torch.arange(len(mu)), labels, places, ("z₁, latent units", "z₂, latent units"), True)


def by_pca(mu: Tensor, labels: Tensor) -> Scene:
    """The codes dropped onto the plane along which they vary most. Raises ValueError as `pca_plane`."""
    plane = pca_plane(mu)
    titles = [f"principal component {i}, latent units ({share:.0%} of the variance)" for i, share in enumerate(plane.shares, 1)]
    return _scene(torch.arange(len(mu)), labels, plane.points, (titles[0], titles[1]), True)


def by_tsne(places: Tensor, rows: Tensor, labels: Tensor) -> Scene:
    """A t-SNE map that has been made: (M, 2), of these rows of the set, with the whole set's labels, (N,)."""
    return _scene(rows, labels[rows], places, ("t-SNE 1, no unit", "t-SNE 2, no unit"), False)


def _scene(rows: Tensor, labels: Tensor, places: Tensor, axes: tuple[str, str], units: bool) -> Scene:
    thumbnails, gaps = spread(places, THUMBNAILS)
    low, high = places.min(dim=0).values, places.max(dim=0).values  # (2,) each
    span = (high - low).clamp(min=max(1e-6, (high - low).max().item() / 4)) * (1 + 2 * _MARGIN)
    middles = torch.stack([places[labels == k].mean(dim=0) for k in range(CLASSES)])  # (10, 2)
    x, y = ((low + high) / 2).tolist()
    return Scene(rows, labels, places, axes, units, thumbnails, gaps, middles, (x, y), (span[0].item(), span[1].item()))
