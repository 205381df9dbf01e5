"""The nearest codes of every code, and the class that most of them have.

A dashboard's server asks for this of every model. Here it takes PyTorch alone, which is loaded anyway: scikit-learn's search
would cost the server 80 MB. The tests hold both against each other.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from core.config import CLASSES
from core.evaluation.batches import spans
from core.interpolation import centred


def nearest_of_each(points: Tensor, among: Tensor | None, count: int) -> Tensor:
    """Positions of the `count` nearest (Euclidean) of each point, nearest first: (N, D), (M, D) -> (N, count) int64.

    Without `among` they are sought among the points themselves, and none counts as its own neighbour. Raises ValueError if
    there are not as many.
    """
    others = points if among is None else among
    there_are = len(others) - (among is None)
    if there_are < count:
        raise ValueError(f"there are {there_are} codes to choose from, fewer than the {count} nearest that are asked for")
    centre = others.mean(dim=0, dtype=torch.float64)
    others = centred(others, centre)
    norms = torch.linalg.vector_norm(others, dim=1).square()  # (M,)
    found = torch.empty(len(points), count, dtype=torch.int64)
    for span in spans(len(points)):
        squares = squared_distances(centred(points[span], centre), others, norms)  # (B, M)
        if among is None:
            squares[torch.arange(len(squares)), torch.arange(len(points))[span]] = torch.inf
        found[span] = squares.topk(count, largest=False).indices
    return found


def squared_distances(points: Tensor, others: Tensor, norms: Tensor) -> Tensor:
    """|a|^2 + |b|^2 - 2ab of each pair, at least 0: (B, D), (M, D), squared norms of the others (M,) -> (B, M).

    As in `torch.cdist`, which copies `others` at every call. Points far from the origin, and not from one another, cost it
    digits: subtract what they have in common.
    """
    return torch.addmm(norms, points, others.T, alpha=-2).add_(points.square().sum(dim=1, keepdim=True)).clamp_(min=0)


def class_shares(nearest: Tensor, labels: Tensor) -> Tensor:
    """The share of each class among the neighbours: positions (N, K), labels of the set they lie in (M,) -> (N, 10) float32."""
    return one_hot(labels[nearest], CLASSES).float().mean(dim=1)


def halves(labels: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """A set cut in two with equal shares of every class, drawn with `seed`: positions (n,) and (N - n,), ascending.

    Raises ValueError if a class has a single digit, which cannot stand in both.
    """
    source, chosen = np.random.default_rng(seed), np.zeros(len(labels), dtype=bool)
    for own in range(CLASSES):
        rows = (labels == own).numpy().nonzero()[0]
        if len(rows) == 1:
            raise ValueError(f"there is a single {own}, which cannot be in both halves")
        chosen[source.permutation(rows)[: len(rows) // 2]] = True
    return torch.from_numpy(chosen.nonzero()[0]), torch.from_numpy((~chosen).nonzero()[0])


def shares_across_halves(codes: Tensor, labels: Tensor, count: int, seed: int) -> Tensor:
    """`class_shares` of each code among the `count` nearest in the other of two `halves`: (N, D), (N,) -> (N, 10).

    Raises ValueError as `halves`, and for a half with fewer than `count` codes.
    """
    first, second = halves(labels, seed)
    shares = torch.empty(len(codes), CLASSES)
    for rows, others in ((first, second), (second, first)):
        shares[rows] = class_shares(nearest_of_each(codes[rows], codes[others], count), labels[others])
    return shares
