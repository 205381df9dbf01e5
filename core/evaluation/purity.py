"""Does the way from one class to another pass through a third? An independent judge labels every frame of every path."""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import torch
from torch import Tensor

from core.config import CLASSES
from core.evaluation.batches import Model, spans
from core.evaluation.classification import Classifier, check_judge
from core.interpolation import METHODS

Method = Literal["linear", "slerp"]
FRAMES = 100
PAIRS = tuple(combinations(range(CLASSES), 2))  # (a, b) with a < b


@dataclass(frozen=True)
class PairPurity:
    """The path between the centroids of a and b."""

    a: int
    b: int
    third_class_share: float  # of its frames, in [0, 1]
    first_third_class: int | None  # the first other class the judge sees on the way from a to b


@dataclass(frozen=True)
class Purity:
    """The judge's label of each frame of the paths between all 45 pairs of classes."""

    method: Method
    pairs: tuple[tuple[int, int], ...]  # (a, b) with a < b
    labels: Tensor  # (45, F) int64; frame 0 is a's centroid, the last one b's

    @property
    def third(self) -> Tensor:
        """Whether a frame is given to neither end: (45, F) bool."""
        ends = torch.tensor(self.pairs)  # (45, 2)
        return (self.labels != ends[:, :1]) & (self.labels != ends[:, 1:])

    @property
    def third_class_share(self) -> float:
        """Share of all frames given to a third class, in [0, 1]."""
        return self.third.double().mean().item()

    @property
    def pairs_affected(self) -> int:
        """Pairs with at least one such frame."""
        return int(self.third.any(dim=1).sum())

    @property
    def table(self) -> list[PairPurity]:
        """One row per pair, in the order of `pairs`."""
        return [_row(pair, seen, third) for pair, seen, third in zip(self.pairs, self.labels, self.third, strict=True)]


def path_purity(model: Model, centroids: Tensor, judge: Classifier, frames: int = FRAMES, method: Method = "linear") -> Purity:
    """Label `frames` frames between each two class centroids, (10, D), as the judge sees them.

    The judge is a network or function, images (B, 1, 28, 28) -> logits (B, 10), that has had no part in training the model.
    Raises ValueError for an unknown method, centroids of other than ten classes, a judge in training mode, and as the paths of
    `core.interpolation` do (a slerp to or from the zero vector has no direction).
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {method!r}")
    if len(centroids) != CLASSES:
        raise ValueError(f"paths between all classes need {CLASSES} centroids, not {len(centroids)}")
    check_judge(judge)
    points = torch.cat([METHODS[method](centroids[a], centroids[b], frames).points for a, b in PAIRS])  # (45 F, D)
    labels = torch.empty(len(points), dtype=torch.int64)
    with torch.inference_mode():
        for span in spans(len(points)):
            labels[span] = judge(model.decode(points[span])).argmax(dim=1)
    return Purity(method, PAIRS, labels.reshape(len(PAIRS), frames))


def _row(pair: tuple[int, int], seen: Tensor, third: Tensor) -> PairPurity:
    share = third.double().mean().item()
    if not bool(third.any()):
        return PairPurity(*pair, share, None)
    frame = int(third.int().argmax())  # the first of the largest, which is the first True
    return PairPurity(*pair, share, int(seen[frame]))
