"""Nearest codes, and how many of them a map still shows side by side."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.evaluation.neighbours import nearest_of_each
from core.interpolation import require_codes


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The points nearest to one of a set, or to a place, the nearest first; the point itself is not among them."""

    positions: Tensor  # (K,) int64
    distances: Tensor  # (K,), Euclidean, in the units of the points


def nearest(points: Tensor, chosen: int, count: int) -> Neighbours:
    """The `count` nearest others of one point (fewer if there are no more): (N, D) -> (K,).

    Points at the same distance come in the set's order. Raises ValueError for a position outside the set.
    """
    require_codes("the points", points, 2)
    if not 0 <= chosen < len(points):
        raise ValueError(f"there are {len(points)} points, numbered from 0, and none has the number {chosen}")
    found = nearest_to(points, points[chosen], len(points))
    others = found.positions != chosen
    return Neighbours(found.positions[others][:count], found.distances[others][:count])


def nearest_to(points: Tensor, place: Tensor, count: int) -> Neighbours:
    """The `count` points nearest to a place that is none of them, such as a new digit's code: (N, D), (D,) -> (K,)."""
    require_codes("the points", points, 2)
    require_codes("the place", place, 1)
    distances = torch.linalg.vector_norm(points - place, dim=1)  # (N,)
    order = distances.argsort(stable=True)[:count]
    return Neighbours(order, distances[order])


def still_near(codes: Tensor, places: Tensor, chosen: int, count: int = 10) -> int:
    """How many of one code's `count` nearest its place on a map, (N, 2), has among its own `count` nearest: 0 to count."""
    near, shown = (set(nearest(points, chosen, count).positions.tolist()) for points in (codes, places))
    return len(near & shown)


def kept_on_map(codes: Tensor, places: Tensor, count: int = 10) -> float:
    """The share of each code's `count` nearest that are also among its place's `count` nearest, averaged: (N, D), (N, 2).

    1 for a map that keeps all neighbourhoods, about count / (N - 1) for one that shuffles them. Raises ValueError for sets of
    different sizes or with no more than `count` points.
    """
    if len(codes) != len(places) or len(codes) <= count:
        raise ValueError(f"a map of {len(codes)} codes needs as many places, not {len(places)}, and more than {count}")
    near, shown = (nearest_of_each(points, None, count) for points in (codes, places))  # (N, count) each
    return (near[:, :, None] == shown[:, None, :]).any(dim=2).double().mean().item()
