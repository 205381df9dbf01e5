"""Flat pieces of latent space that can be drawn: a plane through a code, and the grid of codes of a decoded manifold."""

import torch
from torch import Tensor

from core.evaluation.batches import spans
from core.interpolation import centred, require_codes

MAX_SIDE = 100


def principal_plane(mu: Tensor, through: Tensor, pair: tuple[int, int] = (0, 1)) -> tuple[Tensor, Tensor]:
    """The plane through one point along which the codes vary most: (N, D), (D,) -> origin (D,), axes (2, D).

    The axes are the first two principal directions of the codes (of their covariance, about their mean), or another `pair` of
    them, counted from 0; orthonormal, each with its largest component positive. In two dimensions it is the whole space,
    rotated. Raises ValueError for fewer than two dimensions or codes, numbers that are not finite, shapes that do not fit, and
    directions that there are not.
    """
    require_codes("the codes", mu, 2)
    require_codes("the point", through, 1)
    if mu.shape[1] != len(through):
        raise ValueError(f"the point has {len(through)} dimensions and the codes {mu.shape[1]}; they must be of one model")
    if mu.shape[1] < 2 or len(mu) < 2:
        raise ValueError(f"a plane needs at least two codes of two dimensions, not shape {tuple(mu.shape)}")
    if pair[0] == pair[1] or not all(0 <= number < mu.shape[1] for number in pair):
        raise ValueError(f"a plane needs two different directions from 0 to {mu.shape[1] - 1}, not {pair!r}")
    directions = torch.linalg.eigh(_scatter(mu)).eigenvectors.T.flip(0)  # eigenvalues ascend: the last is largest
    axes = directions[list(pair)]  # (2, D)
    largest = axes.gather(1, axes.abs().argmax(dim=1, keepdim=True))  # (2, 1)
    return through.clone(), (axes * largest.sign()).to(mu.dtype)


def on_plane(origin: Tensor, axes: Tensor, coordinates: Tensor) -> Tensor:
    """Codes at given places of the plane: (D,), (2, D), (M, 2) -> (M, D), origin + x axis_0 + y axis_1.

    Raises ValueError for shapes that do not fit and numbers that are not finite.
    """
    _require_plane(origin, axes)
    require_codes("the coordinates", coordinates, 2)
    if coordinates.shape[1] != 2:
        raise ValueError(f"coordinates on a plane come in pairs, not in shape {tuple(coordinates.shape)}")
    return origin + coordinates.to(axes.dtype) @ axes


def project(origin: Tensor, axes: Tensor, points: Tensor) -> Tensor:
    """The inverse of `on_plane`; points off the plane are dropped onto it at right angles: (D,), (2, D), (M, D) -> (M, 2).

    Raises ValueError for shapes that do not fit and numbers that are not finite.
    """
    _require_plane(origin, axes)
    require_codes("the points", points, 2)
    if points.shape[1] != len(origin):
        raise ValueError(f"the points have {points.shape[1]} dimensions and the plane's space {len(origin)}")
    return (points - origin) @ axes.T


def grid(extent: float | tuple[float, float, float, float], side: int) -> Tensor:
    """Coordinates of a square grid, in reading order from the top left (high y) to the bottom right: -> (side * side, 2).

    `extent` is (left, right, bottom, top), or one number e > 0 for (-e, e, -e, e); the outermost points lie on it. A side of 1
    is the centre. Raises ValueError unless left < right, bottom < top, all finite, and 1 <= side <= 100.
    """
    left, right, bottom, top = extent if isinstance(extent, tuple) else (-extent, extent, -extent, extent)
    if not (-float("inf") < left < right < float("inf") and -float("inf") < bottom < top < float("inf")):
        raise ValueError(f"the extent of a grid must be finite, with left < right and bottom < top, not {extent!r}")
    if not isinstance(side, int) or not 1 <= side <= MAX_SIDE:
        raise ValueError(f"the side of a grid must be a whole number from 1 to {MAX_SIDE}, not {side!r}")
    if side == 1:
        return torch.tensor([[(left + right) / 2, (bottom + top) / 2]])
    y, x = torch.meshgrid(torch.linspace(top, bottom, side), torch.linspace(left, right, side), indexing="ij")
    return torch.stack((x, y), dim=-1).reshape(-1, 2)


def _scatter(mu: Tensor) -> Tensor:
    """The covariance times N, in float64: (N, D) -> (D, D). In batches: 5,000 codes of 784 numbers are 31 MB in float64."""
    mean = mu.mean(dim=0, dtype=torch.float64)
    total = torch.zeros(mu.shape[1], mu.shape[1], dtype=torch.float64)
    for span in spans(len(mu), 500):
        about_mean = centred(mu[span], mean)
        total.addmm_(about_mean.T, about_mean)
    return total


def _require_plane(origin: Tensor, axes: Tensor) -> None:
    require_codes("the plane's origin", origin, 1)
    require_codes("the plane's axes", axes, 2)
    if axes.shape != (2, len(origin)):
        raise ValueError(f"the plane's axes must be of shape (2, {len(origin)}), not {tuple(axes.shape)}")
