"""A walk from one class to another in a model's latent space: what is drawn, what a judge sees, how near real codes are."""

from dataclasses import dataclass
from re import findall, fullmatch

import torch
from torch import Tensor

from core.config import PIXELS
from core.datasets import Digits
from core.evaluation import Codes, judge_images, sharpness
from core.evaluation.batches import Model, decode_all
from core.evaluation.classification import Classifier
from core.interpolation import METHODS, Path, centroids, chain
from core.maps.planes import principal_plane, project
from core.pictures.frames import FIELD
from core.walks.support import support, typical_radius

LONGEST_CHAIN = 21  # classes
End = int | bytes  # a digit: its row in the set, or the 784 pixels of one that is in no set
NEIGHBOURS = 10  # the support of a typical place among real codes, by the choice of the radius


@dataclass(frozen=True)
class Walk:
    """Where to go and how. Two stops make a transition, more a chain; `frames` are those of each leg, both ends included."""

    stops: tuple[int, ...]  # classes
    frames: int = 11
    method: str = "linear"  # a key of core.interpolation.METHODS
    overshoot: float = 0.0  # how far beyond each end, as a share of the length; a chain has none
    digits: tuple[End, End] | None = None  # walk between the codes of these digits, not between centroids

    @property
    def closed(self) -> bool:
        """Whether it ends where it began, so that it can be repeated without turning back."""
        return len(self.stops) > 2 and self.stops[0] == self.stops[-1]


@dataclass(frozen=True, eq=False)
class Terrain:
    """What a walk passes: a model's codes of a set of digits, and the flat map of them."""

    codes: Codes
    centroids: Tensor  # (10, D)
    radius: float  # of support, in latent units
    origin: Tensor  # (D,) of the map
    axes: Tensor  # (2, D) of the map, orthonormal
    places: Tensor  # (N, 2), the codes on the map
    share: float | None  # of the centroids' variance that the map shows; None if the map is latent space itself


@dataclass(frozen=True, eq=False)
class Transition:
    """A walk, frame by frame."""

    walk: Walk
    path: Path
    images: Tensor  # (F, 1, 28, 28) in [0, 1]
    probabilities: Tensor  # (F, 10), the judge's
    support: Tensor  # (F,) int64: real codes within the terrain's radius
    sharpness: Tensor  # (F,): mean |Laplacian|, 1 for the average real digit
    places: Tensor  # (F, 2), on the terrain's map

    def __len__(self) -> int:
        return len(self.images)

    @property
    def labels(self) -> Tensor:
        """The class the judge finds most probable: (F,) int64."""
        return self.probabilities.argmax(dim=1)

    @property
    def ends(self) -> Tensor:
        """The two classes that each frame's leg joins: (F, 2) int64."""
        stops = torch.tensor(self.walk.stops)
        return torch.stack((stops[self.path.leg], stops[self.path.leg + 1]), dim=1)

    @property
    def third(self) -> Tensor:
        """Whether the judge gives a frame to neither end of its leg: (F,) bool."""
        return (self.labels[:, None] != self.ends).all(dim=1)

    @property
    def third_classes(self) -> list[int]:
        """The classes that come in between, in ascending order."""
        return sorted(set(self.labels[self.third].tolist()))


def survey(codes: Codes) -> Terrain:
    """The centroids of a set's codes, the radius of support and the map. Raises ValueError for a one-number code."""
    radius = typical_radius(codes.mu, NEIGHBOURS)
    means = centroids(codes.mu, codes.labels)
    if codes.mu.shape[1] == 2:
        return Terrain(codes, means, radius, torch.zeros(2), torch.eye(2), codes.mu, None)
    # walks go from centroid to centroid; the plane along which all codes vary most would fold many of these onto one another
    origin, axes = principal_plane(means, means.mean(dim=0))
    share = (project(origin, axes, means).square().sum() / (means - origin).square().sum().clamp(min=1e-12)).item()
    return Terrain(codes, means, radius, origin, axes, project(origin, axes, codes.mu), share)


def mean_sharpness(digits: Digits) -> float:
    """Mean |Laplacian| of real digits, which is what a frame's sharpness is measured in."""
    return sharpness(digits.pixels()).double().mean().item()


def take(walk: Walk, model: Model, terrain: Terrain, judge: Classifier, real_sharpness: float) -> Transition:
    """Go the way. Raises ValueError as the paths of `core.interpolation` do."""
    path = path_of(walk, terrain, model)
    images = decode_all(model, path.points)
    return Transition(
        walk=walk,
        path=path,
        images=images,
        probabilities=judge_images(judge, images),
        support=support(path.points, terrain.codes.mu, terrain.radius),
        sharpness=sharpness(images) / real_sharpness,
        places=project(terrain.origin, terrain.axes, path.points),
    )


def path_of(walk: Walk, terrain: Terrain, model: Model) -> Path:
    """The codes of the frames. Raises ValueError."""
    if len(walk.stops) > 2:
        return chain(terrain.centroids, walk.stops, walk.frames, walk.method)
    a, b = walk.stops
    start, end = terrain.centroids[a], terrain.centroids[b]
    if walk.digits is not None:
        start, end = (_code_of(digit, terrain, model) for digit in walk.digits)
    return METHODS[walk.method](start, end, walk.frames, walk.overshoot)


def ends_of(walk: Walk, digits: Digits) -> Digits:
    """The two digits that a walk between digits joins, labelled with its stops. Raises ValueError for another walk."""
    if walk.digits is None:
        raise ValueError("this walk goes between centroids, which are no digits of the set")
    images = [_picture(digit) if isinstance(digit, bytes) else digits.images[digit] for digit in walk.digits]
    return Digits(torch.stack(images), torch.tensor(walk.stops), digits.name)


def _code_of(digit: End, terrain: Terrain, model: Model) -> Tensor:
    """-> (D,)."""
    if not isinstance(digit, bytes):
        return terrain.codes.mu[digit]
    with torch.inference_mode():
        return model.encode(_picture(digit).reshape(1, 1, FIELD, FIELD).float() / 255).mu[0].clone()


def _picture(pixels: bytes) -> Tensor:
    """-> (28, 28) uint8. Raises ValueError for another number of pixels."""
    if len(pixels) != PIXELS:
        raise ValueError(f"a picture has {PIXELS} pixels, not {len(pixels)}")
    return torch.frombuffer(bytearray(pixels), dtype=torch.uint8).reshape(FIELD, FIELD)


def read_chain(text: str) -> tuple[int, ...]:
    """The classes of a chain such as "0-1-2", "0 1 2" or "012". Raises ValueError with a sentence for anything else."""
    if not fullmatch(r"[0-9\s,;.>→-]*", text):
        raise ValueError("A chain is written as digits with hyphens between them, such as 0-1-2-0.")
    stops = tuple(int(digit) for digit in findall(r"[0-9]", text))
    if not 3 <= len(stops) <= LONGEST_CHAIN:
        raise ValueError(f"A chain has 3 to {LONGEST_CHAIN} classes, and this one has {len(stops)}.")
    return stops


def a_digit(digits: Digits, k: int, number: int) -> int:
    """The row of digit `number`, from 1, among those of class k. Raises ValueError if there is no such digit."""
    rows = digits.of_class(k)
    if not 1 <= number <= len(rows):
        raise ValueError(f"the digits of class {k} are numbered from 1 to {len(rows)}, so there is no number {number}")
    return int(rows[number - 1])
