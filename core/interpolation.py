"""Walks in latent space: class centroids, straight and spherical paths between them, and chains of paths.

Codes are posterior means mu, (N, D), never samples. Everything is computed in float64 and returned in the dtype of the codes.
Distances are in latent units: the Euclidean length of a difference of codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, isfinite, pi, sin

import torch
from torch import Tensor

from core.config import CLASSES

ORDER = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0)  # the notebook's round trip through all classes
MAX_FRAMES = 1000  # of one path, so that nobody asks a shared server for millions of pictures
MAX_OVERSHOOT = 10.0
_SAME_DIRECTION = 1e-6  # radians: closer than this, the arc and the straight line are the same to rounding


@dataclass(frozen=True, eq=False)
class Path:
    """A sequence of codes, one per frame."""

    points: Tensor  # (F, D)
    distance: Tensor  # (F,) travelled since the start, in latent units; negative before the start
    length: float  # from the start to the end, without overshoot, in latent units
    leg: Tensor  # (F,) int64: which leg of a chain the frame is on; a joint belongs to the leg that it begins

    def __len__(self) -> int:
        return len(self.points)


def require_codes(name: str, codes: Tensor, ndim: int) -> None:
    """Raises ValueError unless `codes` is a finite floating-point tensor with `ndim` axes, the last one not empty."""
    if codes.ndim != ndim or codes.shape[-1] == 0:
        raise ValueError(f"{name} must have {ndim} axes, the last one the code's dimensions, not shape {tuple(codes.shape)}")
    if not codes.is_floating_point():
        raise ValueError(f"{name} must be floating-point numbers, not {codes.dtype}")
    if codes.numel() and not all(map(isfinite, codes.aminmax())):  # NaN is passed on; isfinite() would copy all codes
        raise ValueError(f"{name} must be finite, but some of its numbers are infinite or not a number")


def centroids(mu: Tensor, labels: Tensor) -> Tensor:
    """c(k), the mean code of each class: (N, D), (N,) int -> (10, D).

    Raises ValueError for codes that are not finite, labels that do not fit them, and a class without codes.
    """
    require_codes("the codes", mu, 2)
    if labels.shape != mu.shape[:1]:
        raise ValueError(f"there must be one label per code: {len(mu)} codes, but labels of shape {tuple(labels.shape)}")
    if labels.is_floating_point() or bool(((labels < 0) | (labels >= CLASSES)).any()):
        raise ValueError(f"labels must be whole numbers from 0 to {CLASSES - 1}")
    labels = labels.long()
    counts = torch.bincount(labels, minlength=CLASSES)  # (10,)
    empty = (counts == 0).nonzero().flatten().tolist()
    if empty:
        raise ValueError(
            f"no codes of class {', '.join(map(str, empty))}, so there is no centroid; encode digits of every class"
        )
    sums = torch.zeros(CLASSES, mu.shape[1], dtype=torch.float64, device=mu.device).index_add(0, labels, mu.double())
    return (sums / counts[:, None]).to(mu.dtype)


def centroid_distances(c: Tensor) -> Tensor:
    """||c(i) - c(j)|| for every pair: (K, D) -> (K, K), symmetric, 0 on the diagonal. Raises ValueError as `require_codes`."""
    require_codes("the centroids", c, 2)
    return distances(c.double(), c.double()).to(c.dtype)


def centred(codes: Tensor, centre: Tensor | None = None) -> Tensor:
    """Codes less their mean, or less a given centre, (D,), in float64 and with no other copy on the way: (N, D) -> (N, D)."""
    centre = codes.mean(dim=0, dtype=torch.float64) if centre is None else centre
    return codes.to(torch.float64, copy=True).sub_(centre)


def distances(a: Tensor, b: Tensor) -> Tensor:
    """(F, D), (N, D) -> (F, N). Not by matrix products, which round small distances between far-off codes to anything."""
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")


def linear_path(start: Tensor, end: Tensor, frames: int, overshoot: float = 0.0) -> Path:
    """The straight line r(d) = o + d t, with o = start, t = (end - start) / ||end - start||: (D,), (D,) -> (F, D).

    The frames are evenly spaced over 0 <= d <= ||end - start||, both ends included; with `overshoot` (a fraction of the
    length) the line goes on as far beyond each end. One frame is the start. Equal ends have no direction t but still a path:
    it stays where it is, at length 0. Raises ValueError for codes that are not finite or do not fit each other, unless
    1 <= frames <= 1000, and unless 0 <= overshoot <= 10.
    """
    t = _parameter(start, end, frames, overshoot)
    length = _norm(end.double() - start.double())
    return _path(_line(start.double(), end.double(), t), t * length, length, start.dtype)


def slerp_path(start: Tensor, end: Tensor, frames: int, overshoot: float = 0.0) -> Path:
    """Spherical interpolation: the direction turns at constant speed on a great circle: (D,), (D,) -> (F, D).

    Shoemake 1985, "Animating Rotation with Quaternion Curves"; White 2016, "Sampling Generative Networks". With u, v the
    directions of the ends and theta the angle between them, the direction at t is (sin((1-t) theta) u + sin(t theta) v) /
    sin theta, and the norm goes linearly from ||start|| to ||end|| (never below 0 in the overshoot). For ends of equal norm
    this is White's formula; for others White's, applied to the vectors themselves, would turn at uneven speed.

    `distance` and `length` are arc lengths along the curve; frames are evenly spaced in t. `frames`, `overshoot` (which
    extrapolates t) and the errors are as for `linear_path`. Ends less than 1e-6 radians apart give the straight line. Raises
    ValueError also for ends in opposite directions (no great circle is the shortest) and for a zero vector (no direction).
    """
    t = _parameter(start, end, frames, overshoot)
    a, b = start.double(), end.double()
    if bool((a == b).all()):
        return linear_path(start, end, frames, overshoot)
    norm_a, norm_b = _norm(a), _norm(b)
    if norm_a == 0 or norm_b == 0:
        raise ValueError("a spherical path needs directions, but one of its ends is the zero vector; use a straight path")
    theta = _angle(a / norm_a, b / norm_b)
    if theta > pi - _SAME_DIRECTION:
        raise ValueError(
            "the ends of a spherical path lie in opposite directions, so no arc is the shortest; use a straight path"
        )
    if theta < _SAME_DIRECTION:
        return linear_path(start, end, frames, overshoot)
    norm = ((1 - t) * norm_a + t * norm_b).clamp(min=0)[:, None]  # (F, 1)
    turned_a, turned_b = (((s * theta).sin() / sin(theta))[:, None] for s in (1 - t, t))  # (F, 1) each
    points = turned_a * norm / norm_a * a + turned_b * norm / norm_b * b  # (F, D)
    length = float(_arc_length(torch.ones(1, dtype=torch.float64), norm_a, norm_b, theta))
    return _path(points, _arc_length(t, norm_a, norm_b, theta), length, start.dtype)


METHODS = {"linear": linear_path, "slerp": slerp_path}


def chain(centroids: Tensor, classes: Sequence[int], frames_per_leg: int, method: str = "linear") -> Path:
    """A path through the centroids of `classes`, in that order: (K, D), L + 1 classes -> L (frames_per_leg - 1) + 1 frames.

    Each leg has `frames_per_leg` frames, both ends included, and shares its last one with the next leg's first: class number i
    of the list stands at frame i (frames_per_leg - 1). `distance` runs on through all legs. A class may follow itself; that leg
    stays where it is. Raises ValueError as the paths do, for fewer than two classes, an unknown class or method, fewer than
    two frames per leg, and more than 1000 frames in all.
    """
    require_codes("the centroids", centroids, 2)
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}; known: {', '.join(METHODS)}")
    if len(classes) < 2:
        raise ValueError("a chain needs at least two classes")
    if any(not 0 <= k < len(centroids) or k != int(k) for k in classes):
        raise ValueError(f"the classes of a chain must be whole numbers from 0 to {len(centroids) - 1}, not {list(classes)}")
    if not isinstance(frames_per_leg, int) or frames_per_leg < 2:
        raise ValueError(f"a leg needs at least two frames, its start and its end, not {frames_per_leg!r}")
    legs = len(classes) - 1
    _require_frames(legs * (frames_per_leg - 1) + 1)

    points, distance, leg, travelled = [], [], [], 0.0
    for i, (a, b) in enumerate(pairwise(classes)):
        path = METHODS[method](centroids[int(a)], centroids[int(b)], frames_per_leg)
        keep = frames_per_leg if i == legs - 1 else frames_per_leg - 1  # the joint is the next leg's first frame
        points.append(path.points[:keep])
        distance.append(travelled + path.distance[:keep].double())
        leg.append(torch.full((keep,), i, device=centroids.device))
        travelled += path.length
    return Path(torch.cat(points), torch.cat(distance).to(centroids.dtype), travelled, torch.cat(leg))


def _parameter(start: Tensor, end: Tensor, frames: int, overshoot: float) -> Tensor:
    """Checks a path's arguments; t of each frame, 0 at the start and 1 at the end: (F,) float64."""
    require_codes("the start", start, 1)
    require_codes("the end", end, 1)
    if start.shape != end.shape:
        raise ValueError(f"the start has {len(start)} dimensions and the end {len(end)}; they must be codes of one model")
    _require_frames(frames)
    if not 0 <= overshoot <= MAX_OVERSHOOT:
        raise ValueError(f"overshoot must be a fraction of the length from 0 to {MAX_OVERSHOOT:g}, not {overshoot!r}")
    if frames == 1:
        return torch.zeros(1, dtype=torch.float64, device=start.device)
    return torch.linspace(0.0 - overshoot, 1.0 + overshoot, frames, dtype=torch.float64, device=start.device)


def _require_frames(frames: int) -> None:
    if not isinstance(frames, int) or not 1 <= frames <= MAX_FRAMES:
        raise ValueError(f"a path must have a whole number of frames from 1 to {MAX_FRAMES}, not {frames!r}")


def _path(points: Tensor, distance: Tensor, length: float, dtype: torch.dtype) -> Path:
    points = points.to(dtype)
    if not isfinite(length) or not bool(points.isfinite().all()):
        raise ValueError(f"the codes are too large to be interpolated in {dtype}")
    return Path(points, distance.to(dtype), length, torch.zeros(len(points), dtype=torch.int64, device=points.device))


def _line(start: Tensor, end: Tensor, t: Tensor) -> Tensor:
    """o + d t with d = t ||end - start||, written so that t = 0 and t = 1 give the ends exactly: (D,), (D,), (F,) -> (F, D)."""
    return (1 - t)[:, None] * start + t[:, None] * end


def _angle(u: Tensor, v: Tensor) -> float:
    """The angle of two unit vectors, in radians; accurate near 0 and pi, where arccos(u . v) is not (Kahan 2006)."""
    return 2 * atan2(_norm(u - v), _norm(u + v))


def _arc_length(t: Tensor, norm_a: float, norm_b: float, theta: float) -> Tensor:
    """Length of a slerp path from 0 to t, with r = norm_a + k t, k = norm_b - norm_a: (F,) -> (F,).

    The integral of sqrt(k^2 + theta^2 r^2) dt, the length of an Archimedean spiral. With x = theta r / |k| it is
    k / (2 theta) [x sqrt(1 + x^2) + asinh x]; for nearly equal norms k^2 is dropped, since the bracket cancels.
    """
    k = norm_b - norm_a
    if abs(k) < 1e-6 * theta * max(norm_a, norm_b):
        return theta * (norm_a * t + 0.5 * k * t.square())

    def bracket(r: Tensor) -> Tensor:
        x = theta * r / abs(k)
        return x * (1 + x.square()).sqrt() + x.asinh()

    r = (norm_a + k * t).clamp(min=0)
    return k / (2 * theta) * (bracket(r) - bracket(torch.full_like(t, norm_a)))


def _norm(v: Tensor) -> float:
    return float(torch.linalg.vector_norm(v))
