"""The decoded plane: a grid of codes over a plane of latent space, to be decoded into one picture of the manifold."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from core.evaluation.batches import Model, decode_all
from core.maps.planes import grid, on_plane
from core.maps.projection import Plane
from core.pictures.images import Picture, tile

Spacing = Literal["prior", "extent"]
TAILS = {"prior": 0.05, "extent": 0.01}  # the share of N(0, 1), or of the codes, left out at either end of each axis


@dataclass(frozen=True, eq=False)
class CodeGrid:
    """Codes in reading order from the top left, where the second coordinate is largest, to the bottom right."""

    z: Tensor  # (side * side, D)
    across: Tensor  # (side,): first coordinate of each column, ascending, in latent units
    down: Tensor  # (side,): second coordinate of each row, descending


def spacings(latent_dim: int, variational: bool) -> tuple[Spacing, ...]:
    """The grids that make sense for a code: a plain autoencoder has no prior, and a plane is all of its space only if D = 2."""
    if latent_dim < 2:
        return ()
    return ("prior", "extent") if variational and latent_dim == 2 else ("extent",)


def grid_of(mu: Tensor, spacing: Spacing, side: int, plane: Plane | None = None) -> CodeGrid:
    """The grid over a two-number code, (N, 2), or over a plane in a larger one, (N, D): -> (side * side, D).

    Raises ValueError as `prior_grid` and `extent_grid`, and for a prior's grid over a plane.
    """
    if plane is None:
        return prior_grid(side) if spacing == "prior" else extent_grid(mu, side)
    if spacing == "prior":
        raise ValueError("the quantiles of the prior are a grid over a code of two numbers, not over a plane in a larger one")
    return extent_grid(plane.points, side, plane.origin, plane.axes)


def prior_grid(side: int) -> CodeGrid:
    """Evenly spaced quantiles of N(0, 1), from 5 % to 95 %, in both coordinates of a plane: -> (side * side, 2).

    As in figure 4 of Kingma & Welling 2014: cells in the middle, where the prior has more mass, are smaller, so that the
    picture shows the manifold as the prior would draw from it. Raises ValueError as `core.maps.planes.grid`.
    """
    tail = TAILS["prior"]
    shares = grid((tail, 1 - tail, tail, 1 - tail), side)  # (side * side, 2)
    z = torch.special.ndtri(shares.double()).float()
    return _of(z, z, side)


def extent_grid(coordinates: Tensor, side: int, origin: Tensor | None = None, axes: Tensor | None = None) -> CodeGrid:
    """Evenly spaced over where the codes lie, from their 1st to their 99th percentile: (N, 2) -> (side * side, D).

    `coordinates` are the codes themselves, or their places on the plane given by `origin`, (D,), and `axes`, (2, D). Raises
    ValueError as `core.maps.planes.grid`, so for codes that are all alike.
    """
    tail = TAILS["extent"]
    low, high = torch.quantile(coordinates, torch.tensor([tail, 1 - tail], dtype=coordinates.dtype), dim=0)  # (2,) each
    places = grid((low[0].item(), high[0].item(), low[1].item(), high[1].item()), side)
    return _of(places if origin is None else on_plane(origin, axes, places), places, side)


def decoded(model: Model, codes: CodeGrid, gap: int = 0) -> Picture:
    """The grid's codes as one grey picture of side * 28 pixels each way (and the gaps)."""
    return tile(decode_all(model, codes.z), len(codes.across), gap)


def _of(z: Tensor, places: Tensor, side: int) -> CodeGrid:
    return CodeGrid(z, places[:side, 0], places[::side, 1])
