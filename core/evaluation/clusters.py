"""How well the classes part in latent space. Measured on codes (mu), in the latent space itself, never on a t-SNE picture."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from core.config import CLASSES
from core.evaluation.batches import BATCH
from core.evaluation.codes import Codes
from core.evaluation.neighbours import class_shares, nearest_of_each, shares_across_halves
from core.interpolation import centroid_distances, centroids

NEIGHBOURS = 10
SILHOUETTE_SAMPLE = 2000


@dataclass(frozen=True)
class CentroidReport:
    """Where the ten classes' mean codes lie, in units of the latent space."""

    centroids: Tensor  # (10, D)
    distances: Tensor  # (10, 10), Euclidean
    nearest: tuple[int, ...]  # for each class, the class whose centroid is nearest to its own

    @property
    def smallest_distance(self) -> float:
        """Between the two centroids that lie closest together."""
        return float(_without_diagonal(self.distances).min())


def knn_accuracy(codes: Codes, fit: Codes | None = None, neighbours: int = NEIGHBOURS, seed: int = 0) -> float:
    """Share of the codes that their 10 nearest neighbours in another set, `fit`, give the right label by majority: in [0, 1].

    Without `fit` the set judges itself: it is cut in two halves with equal class shares (shuffled with `seed`), each half is
    labelled by its neighbours in the other, and the two accuracies are averaged. The neighbours are then half as dense, so
    this number is a little lower than one with a second set of the same size.
    """
    if fit is None:
        shares = shares_across_halves(codes.mu, codes.labels, neighbours, seed)
    else:
        shares = class_shares(nearest_of_each(codes.mu, fit.mu, neighbours), fit.labels)
    return (shares.argmax(dim=1) == codes.labels).double().mean().item()


def silhouette(codes: Codes, sample_size: int = SILHOUETTE_SAMPLE, seed: int = 0) -> float:
    """Mean silhouette of the codes with the labels as clusters, in [-1, 1], over `sample_size` codes drawn with `seed`.

    (b - a) / max(a, b) with a a code's mean distance to its own class and b that to the nearest other; Rousseeuw 1987. Raises
    ValueError if fewer than two classes are among them.
    """
    chosen = torch.from_numpy(np.random.RandomState(seed).permutation(len(codes))[:sample_size])
    mu = codes.mu[chosen].double()
    mu, own = mu - mu.mean(dim=0), one_hot(codes.labels[chosen], CLASSES).double()  # (n, D), (n, 10)
    sizes = own.sum(dim=0)  # (10,)
    if (sizes > 0).sum() < 2:
        raise ValueError("a silhouette needs codes of at least two classes")
    sums = torch.cat([torch.cdist(part, mu) @ own for part in mu.split(BATCH)])  # (n, 10)
    a = (sums * own).sum(dim=1) / (own @ sizes - 1).clamp(min=1)  # (n,); the distance to itself is 0
    b = (sums / sizes).where((own == 0) & (sizes > 0), torch.inf).min(dim=1).values  # (n,)
    scores = (b - a) / torch.maximum(a, b)
    return scores.where((own @ sizes > 1) & scores.isfinite(), 0).mean().item()  # a code alone in its class scores 0


def centroid_report(codes: Codes) -> CentroidReport:
    """The classes' mean codes, their distances and each class's nearest other ("is 3 nearest to 8?")."""
    means = centroids(codes.mu, codes.labels)  # (10, D)
    distances = centroid_distances(means)  # (10, 10)
    return CentroidReport(means, distances, tuple(_without_diagonal(distances).argmin(dim=1).tolist()))


def _without_diagonal(distances: Tensor) -> Tensor:
    """A class is not its own neighbour: the diagonal is infinite."""
    return distances + torch.diag(torch.full((CLASSES,), torch.inf))
