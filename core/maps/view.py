"""Codes as points on a flat picture: the plane itself for two dimensions, a plane of largest variance for more."""

from dataclasses import dataclass
from math import ceil

import torch
from torch import Tensor

from core.config import CLASSES
from core.evaluation import CentroidReport, Codes, centroid_report
from core.maps.planes import principal_plane, project

MARGIN = 1.05


@dataclass(frozen=True, eq=False)
class View:
    """A fixed window on latent space, in latent units, so that what moves in it has really moved."""

    origin: Tensor  # (D,)
    axes: Tensor  # (2, D), orthonormal
    flat: bool  # the latent space itself is a plane, and this is it
    share: float  # of the codes' variance that lies in the plane: 1 if flat

    def points(self, mu: Tensor) -> Tensor:
        """(N, D) -> (N, 2); for more than two dimensions a projection, which brings points closer together and never apart."""
        return project(self.origin, self.axes, mu)


@dataclass(frozen=True, eq=False)
class Clusters:
    """How a model's codes lie by class. Distances are Euclidean, in latent units, in all dimensions."""

    report: CentroidReport
    mean_distance: float  # over the 45 pairs of centroids
    closest: tuple[int, int]  # the pair of classes with the smallest distance
    smallest_distance: float
    spread: float  # root mean square distance of a code from its class's centroid
    separation: float  # mean_distance / spread: how many spreads lie between two classes
    mean_sigma: float | None  # mean over digits and dimensions of the posterior's sigma; None for a plain autoencoder

    @property
    def distance_in_sigmas(self) -> float | None:
        """How many of the posterior's own sigmas lie between two classes: what noise would have to bridge."""
        return None if self.mean_sigma is None else self.mean_distance / self.mean_sigma


def view_of(mu: Tensor) -> View:
    """The plane of a two-dimensional code, or the plane through the origin along which the codes, (N, D), vary most."""
    size = mu.shape[1]
    origin = torch.zeros(size)
    if size == 2:
        return View(origin, torch.eye(2), True, 1.0)
    _, axes = principal_plane(mu, origin)
    centred = mu - mu.mean(dim=0)
    share = ((centred @ axes.T).square().sum() / centred.square().sum()).item()
    return View(origin, axes, False, share)


def extent(*points: Tensor, keep: float = 0.995) -> float:
    """Half the side of a square about the origin that holds the share `keep` of each set of points, (N, 2), and 3 at least.

    Rounded up to halves, so that axes have round numbers. A unit Gaussian has 98.9 % of its mass within 3.
    """
    furthest = max(p.abs().amax(dim=1).quantile(keep).item() for p in points)
    return max(3.0, ceil(2 * MARGIN * furthest) / 2)


def clusters(codes: Codes) -> Clusters:
    """Distances between the centroids of mu and the spread around them. Raises ValueError if a class has no codes."""
    report = centroid_report(codes)
    pairs = torch.triu_indices(CLASSES, CLASSES, offset=1)  # (2, 45)
    between = report.distances[pairs[0], pairs[1]]  # (45,)
    closest = int(between.argmin())
    spread = (codes.mu - report.centroids[codes.labels]).square().sum(dim=1).mean().sqrt().item()
    mean_distance = between.mean().item()
    return Clusters(
        report=report,
        mean_distance=mean_distance,
        closest=(int(pairs[0, closest]), int(pairs[1, closest])),
        smallest_distance=between[closest].item(),
        spread=spread,
        separation=mean_distance / spread if spread > 0 else float("inf"),
        mean_sigma=None if codes.logvar is None else (0.5 * codes.logvar).exp().mean().item(),
    )
