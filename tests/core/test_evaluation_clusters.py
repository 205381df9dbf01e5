"""kNN, silhouette and centroids, against NumPy and against arrangements whose answer is known."""

import numpy as np
import pytest
import torch
from sklearn.metrics import silhouette_score

from core.evaluation import Codes, centroid_report, knn_accuracy, silhouette


def clouds(spread: float, per_class: int = 40, seed: int = 0) -> Codes:
    """Ten round clouds in the plane, class k about (k, k mod 3)."""
    source = torch.Generator().manual_seed(seed)
    labels = torch.arange(10).repeat_interleave(per_class)
    centres = torch.stack([labels.float(), (labels % 3).float()], dim=1)
    return Codes(centres + spread * torch.randn(len(labels), 2, generator=source), None, labels)


def by_hand(codes: Codes, fit: Codes) -> float:
    """The share whose label wins the vote of the 10 nearest; ties go to the smallest label, as scikit-learn's do."""
    distances = np.linalg.norm(codes.mu.numpy()[:, None] - fit.mu.numpy()[None], axis=2)
    nearest = fit.labels.numpy()[np.argsort(distances, axis=1)[:, :10]]
    votes = np.array([np.bincount(row, minlength=10).argmax() for row in nearest])
    return (votes == codes.labels.numpy()).mean()


def test_knn_with_a_second_set_is_the_majority_of_its_ten_nearest():
    codes, fit = clouds(0.5, seed=1), clouds(0.5, seed=2)
    expected = by_hand(codes, fit)
    assert 0.4 < expected < 0.95
    assert knn_accuracy(codes, fit) == pytest.approx(expected, abs=1e-9)


def test_knn_without_a_second_set_never_lets_a_code_vote_for_itself():
    tight, alone = clouds(0.01), clouds(0.01, per_class=2)
    assert knn_accuracy(tight) == 1.0
    with pytest.raises(ValueError, match="9 codes to choose from, fewer than the 10"):
        knn_accuracy(alone.subset(slice(0, 18)))


def test_knn_without_a_second_set_is_near_chance_for_codes_that_say_nothing():
    codes = clouds(0.5)
    noise = Codes(torch.randn(400, 2, generator=torch.Generator().manual_seed(9)), None, codes.labels)
    assert knn_accuracy(noise) < 0.2
    assert knn_accuracy(noise, noise) > 0.2  # here each code is among its own neighbours: what the halves are for


def test_silhouette_of_a_whole_set_is_the_textbooks():
    codes = clouds(0.3)
    mu, labels = codes.mu.double().numpy(), codes.labels.numpy()
    distances = np.linalg.norm(mu[:, None] - mu[None], axis=2)
    values = []
    for i, own in enumerate(labels):
        a = distances[i, labels == own].sum() / ((labels == own).sum() - 1)
        b = min(distances[i, labels == other].mean() for other in range(10) if other != own)
        values.append((b - a) / max(a, b))
    assert silhouette(codes) == pytest.approx(np.mean(values), abs=1e-5)


def test_silhouette_is_scikit_learns_for_a_sample_and_for_a_class_of_one():
    codes = clouds(0.3)
    expected = silhouette_score(codes.mu.numpy(), codes.labels.numpy(), sample_size=150, random_state=4)
    assert silhouette(codes, 150, seed=4) == pytest.approx(expected, abs=1e-6)
    lonely = codes.subset(slice(0, 41))  # forty of class 0 and one of class 1
    assert silhouette(lonely) == pytest.approx(silhouette_score(lonely.mu.numpy(), lonely.labels.numpy()), abs=1e-6)


def test_silhouette_of_codes_that_are_all_alike_is_0_and_one_class_has_none():
    codes = clouds(0.3)
    assert silhouette(Codes(torch.ones(400, 2), None, codes.labels)) == 0
    with pytest.raises(ValueError, match="two classes"):
        silhouette(codes.subset(slice(0, 40)))


def test_silhouette_of_a_sample_depends_on_the_seed_alone():
    codes = clouds(0.3)
    assert silhouette(codes, 100, seed=1) == silhouette(codes, 100, seed=1)
    assert silhouette(codes, 100, seed=1) != silhouette(codes, 100, seed=2)


def test_centroids_and_who_is_nearest_to_whom():
    report = centroid_report(clouds(0.0))
    torch.testing.assert_close(report.centroids, torch.tensor([[float(k), float(k % 3)] for k in range(10)]))
    assert report.distances[2, 3].item() == pytest.approx(5**0.5)
    assert report.distances[0, 3].item() == pytest.approx(3)
    assert report.nearest[:9] == (1, 0, 1, 4, 3, 4, 7, 6, 7)
    assert report.nearest[9] in (7, 8)  # both at distance sqrt(5)
    assert report.smallest_distance == pytest.approx(2**0.5)
