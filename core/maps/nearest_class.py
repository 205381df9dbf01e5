"""Questions about the distances between class centroids: "is 3 nearest to 8?", answered by the data."""

from dataclasses import dataclass

from torch import Tensor

from core.config import CLASSES


@dataclass(frozen=True)
class Answer:
    """How near the centroid of class `other` is to that of class `of`, beside the nearest one; distances in latent units."""

    of: int
    other: int
    distance: float  # from `of` to `other`
    rank: int  # 1 if `other` is nearest to `of`, 9 if it is farthest
    nearest: int
    nearest_distance: float

    @property
    def yes(self) -> bool:
        return self.rank == 1


def is_nearest(distances: Tensor, of: int, other: int) -> Answer:
    """Whether `other` is the class nearest to `of`: (10, 10) -> Answer. Raises ValueError unless these are two classes."""
    if of == other or not (0 <= of < CLASSES and 0 <= other < CLASSES):
        raise ValueError(f"the question needs two different classes from 0 to {CLASSES - 1}, not {of!r} and {other!r}")
    order = ranking(distances, of)
    return Answer(of, other, float(distances[of, other]), order.index(other) + 1, order[0], float(distances[of, order[0]]))


def ranking(distances: Tensor, of: int) -> list[int]:
    """The other nine classes, the nearest centroid first: (10, 10) -> 9 classes."""
    return [k for k in distances[of].argsort(stable=True).tolist() if k != of]
