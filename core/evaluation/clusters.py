"""How well the classes part in latent space. Measured on codes (mu), in the latent space itself, never on a t-SNE picture."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import CLASSES
from core.evaluation.codes import Codes
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
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(neighbours)
    if fit is not None:
        return float(classifier.fit(fit.mu.numpy(), fit.labels.numpy()).score(codes.mu.numpy(), codes.labels.numpy()))
    halves = StratifiedKFold(2, shuffle=True, random_state=seed)
    return float(cross_val_score(classifier, codes.mu.numpy(), codes.labels.numpy(), cv=halves, error_score="raise").mean())


def silhouette(codes: Codes, sample_size: int = SILHOUETTE_SAMPLE, seed: int = 0) -> float:
    """Mean silhouette of the codes with the labels as clusters, in [-1, 1], over `sample_size` codes drawn with `seed`.

    (b - a) / max(a, b) with a a code's mean distance to its own class and b that to the nearest other; Rousseeuw 1987. Raises
    ValueError if fewer than two classes are among them.
    """
    from sklearn.metrics import silhouette_score

    size = min(sample_size, len(codes))
    return float(silhouette_score(codes.mu.numpy(), codes.labels.numpy(), sample_size=size, random_state=seed))


def centroid_report(codes: Codes) -> CentroidReport:
    """The classes' mean codes, their distances and each class's nearest other ("is 3 nearest to 8?")."""
    means = centroids(codes.mu, codes.labels)  # (10, D)
    distances = centroid_distances(means)  # (10, 10)
    return CentroidReport(means, distances, tuple(_without_diagonal(distances).argmin(dim=1).tolist()))


def _without_diagonal(distances: Tensor) -> Tensor:
    """A class is not its own neighbour: the diagonal is infinite."""
    return distances + torch.diag(torch.full((CLASSES,), torch.inf))
