"""What a latent map shows: a place for every digit, thumbnails that do not cover one another, and a label for every class."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import CLASSES
from core.maps.cuts import Cut, principal
from core.maps.thumbnails import spread

THUMBNAILS = 220  # at most, over the largest screen
_LABEL = 0.85  # how far a thumbnail keeps off a class's label, of how far it keeps off another thumbnail
_STRAGGLERS = 0.002  # of the places, left out at either end of each axis, so that a few do not squeeze all the others
_MARGIN = 1.1  # how much larger than the rest's extent the map is


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
    beyond: int  # how many places lie outside of that, and off the screen if it has just that shape

    def position(self, row: int) -> int | None:
        """Where a digit of the set stands in `rows`; None if it is not on this map."""
        found = int(torch.searchsorted(self.rows, row))
        return found if found < len(self.rows) and int(self.rows[found]) == row else None


def as_it_is(mu: Tensor, labels: Tensor) -> Scene:
    """The map of a code with one or two numbers: the code itself, one number along the first axis alone."""
    places = mu if mu.shape[1] == 2 else torch.cat((mu, torch.zeros_like(mu)), dim=1)
    return _scene(torch.arange(len(mu)), labels, places, ("z₁, in latent units", "z₂, in latent units"), True)


def by_pca(mu: Tensor, labels: Tensor) -> Scene:
    """The codes dropped onto the plane along which they vary most. Raises ValueError as `core.maps.cuts.principal`."""
    return on_cut(principal(mu), labels)


def on_cut(cut: Cut, labels: Tensor, pair: tuple[int, int] = (0, 1)) -> Scene:
    """The codes dropped onto a plane along two principal directions, counted from 0."""
    titles = [
        f"principal component {i + 1}, in latent units ({share:.0%} of the variance)"
        for i, share in zip(pair, cut.shares, strict=True)
    ]
    return _scene(torch.arange(len(labels)), labels, cut.points, (titles[0], titles[1]), True)


def by_tsne(places: Tensor, rows: Tensor, labels: Tensor) -> Scene:
    """A t-SNE map that has been made: (M, 2), of these rows of the set, with the whole set's labels, (N,)."""
    return _scene(rows, labels[rows], places, ("t-SNE 1, no unit", "t-SNE 2, no unit"), False)


def _scene(rows: Tensor, labels: Tensor, places: Tensor, axes: tuple[str, str], units: bool) -> Scene:
    middles = torch.stack([places[labels == k].mean(dim=0) for k in range(CLASSES)])  # (10, 2)
    thumbnails, gaps = spread(places, THUMBNAILS, middles, _LABEL)
    low, high = torch.quantile(places, torch.tensor([_STRAGGLERS, 1 - _STRAGGLERS]), dim=0)  # (2,) each
    span = ((high - low) * _MARGIN).clamp(min=max(1e-6, (high - low).max().item() / 4))
    centre = (low + high) / 2
    beyond = int(((places - centre).abs() > span / 2).any(dim=1).sum())
    (x, y), (wide, tall) = centre.tolist(), span.tolist()
    return Scene(rows, labels, places, axes, units, thumbnails, gaps, middles, (x, y), (wide, tall), beyond)
