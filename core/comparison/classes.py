"""Which class is read off each digit of a set, by one of three readers, and what is taken for what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from core.config import CLASSES
from core.datasets import Digits
from core.evaluation import Classification, Codes, classify_set, judge_images, reconstruct_set, score
from core.evaluation.batches import Model
from core.evaluation.classification import Classifier
from core.evaluation.clusters import NEIGHBOURS
from core.evaluation.neighbours import shares_across_halves

Reader = Literal["head", "neighbours", "judge"]


@dataclass(frozen=True)
class Mistake:
    """How many digits of class `true` are taken for `seen`."""

    true: int
    seen: int
    count: int


def by_head(model: Model, digits: Digits, codes: Codes) -> Classification:
    """Classes read off mu by the model's own class head. Raises TypeError if it has none."""
    return classify_set(model, digits, codes)


def by_neighbours(codes: Codes, seed: int = 0) -> Classification:
    """The majority among the 10 nearest codes. The set is cut in two halves (with `seed`); each is labelled by the other.

    Raises ValueError if a class has a single code, or a half fewer than 10.
    """
    return score(shares_across_halves(codes.mu, codes.labels, NEIGHBOURS, seed), codes.labels)


def by_judge(model: Model, digits: Digits, codes: Codes, judge: Classifier) -> Classification:
    """What an independent classifier of images sees in the reconstructions."""
    return score(judge_images(judge, reconstruct_set(model, digits, codes=codes)), codes.labels)


def mistakes(found: Classification, most: int = 3) -> list[Mistake]:
    """The most frequent mistakes, the worst first, the smaller classes first among equals; none if there are none."""
    wrong = found.confusion.clone().fill_diagonal_(0)  # (10, 10)
    order = wrong.flatten().argsort(descending=True, stable=True)[:most].tolist()
    ranked = [Mistake(*divmod(place, len(wrong)), int(wrong.flatten()[place])) for place in order]
    return [mistake for mistake in ranked if mistake.count > 0]


def worst_share(found: Classification) -> float:
    """The largest share of a class that is taken for one other: in [0, 1]."""
    wrong = found.confusion.clone().fill_diagonal_(0).double()
    return (wrong / found.confusion.sum(dim=1, keepdim=True).clamp(min=1)).max().item()


def read_differently(found: Sequence[Classification]) -> Tensor:
    """Positions of the digits that the models do not all read alike, ascending: M times (N,) -> (n,) int64."""
    predicted = torch.stack([one.predicted for one in found])  # (M, N)
    return (predicted != predicted[0]).any(dim=0).nonzero().flatten()


def some_of_each_class(rows: Tensor, labels: Tensor, most: int) -> Tensor:
    """At most `most` of the rows, (n,), sorted by class; the first of every class comes before the second of any."""
    own = labels[rows]  # (n,)
    rank = torch.nn.functional.one_hot(own, CLASSES).cumsum(dim=0).gather(1, own[:, None]).flatten()  # 1 for a class's first
    chosen = (CLASSES * rank + own).argsort()[:most]
    return rows[chosen[own[chosen].argsort(stable=True)]]
