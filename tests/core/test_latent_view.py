"""Views and cluster distances, against NumPy and scikit-learn."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import pdist
from sklearn.decomposition import PCA

from core.evaluation import Codes
from core.maps import view as latent_view


def codes(size: int, seed: int = 0, scale: float = 1.0) -> Codes:
    source = torch.Generator().manual_seed(seed)
    labels = torch.arange(10).repeat_interleave(30)
    centres = 3 * torch.randn(10, size, generator=source)
    mu = scale * (centres[labels] + torch.randn(300, size, generator=source) * torch.linspace(2, 0.2, size))
    return Codes(mu, torch.full_like(mu, -1.0), labels)


def test_a_plane_is_seen_as_it_is():
    mu = codes(2).mu
    view = latent_view.view_of(mu)
    assert view.flat
    assert view.share == 1
    torch.testing.assert_close(view.points(mu), mu)


def test_a_larger_code_is_seen_on_the_plane_of_pca_about_the_origin():
    mu = codes(6).mu
    view, pca = latent_view.view_of(mu), PCA(2).fit(mu.numpy())
    assert not view.flat
    assert view.share == pytest.approx(pca.explained_variance_ratio_.sum(), abs=1e-4)
    expected = mu.numpy() @ pca.components_.T  # the prior's mean stays in the middle
    np.testing.assert_allclose(view.points(mu).abs(), np.abs(expected), atol=1e-3)


def test_the_extent_holds_nearly_all_points_and_the_prior():
    points = torch.rand(1000, 2) * 14 - 7
    found = latent_view.extent(points)
    assert (points.abs().amax(dim=1) <= found).double().mean() >= 0.995
    assert found % 0.5 == 0
    assert latent_view.extent(points * 1e-3) == 3.0


def test_distances_and_spread():
    given = codes(5)
    found = latent_view.clusters(given)
    mu, labels = given.mu.double().numpy(), given.labels.numpy()
    centres = np.stack([mu[labels == k].mean(0) for k in range(10)])
    pairs = pdist(centres)
    assert found.mean_distance == pytest.approx(pairs.mean(), rel=1e-5)
    assert found.smallest_distance == pytest.approx(pairs.min(), rel=1e-5)
    a, b = found.closest
    assert np.linalg.norm(centres[a] - centres[b]) == pytest.approx(pairs.min(), rel=1e-5)
    spread = np.sqrt(np.mean(np.sum((mu - centres[labels]) ** 2, axis=1)))
    assert found.spread == pytest.approx(spread, rel=1e-5)
    assert found.separation == pytest.approx(pairs.mean() / spread, rel=1e-5)
    assert found.mean_sigma == pytest.approx(np.exp(-0.5), rel=1e-5)
    assert found.distance_in_sigmas == pytest.approx(pairs.mean() / np.exp(-0.5), rel=1e-5)


def test_shrinking_everything_moves_centroids_closer_but_parts_nothing():
    large, small = latent_view.clusters(codes(5)), latent_view.clusters(codes(5, scale=0.5))
    assert small.mean_distance == pytest.approx(large.mean_distance / 2, rel=1e-4)
    assert small.separation == pytest.approx(large.separation, rel=1e-4)


def test_points_without_a_posterior_have_no_sigma():
    given = codes(3)
    found = latent_view.clusters(Codes(given.mu, None, given.labels))
    assert found.mean_sigma is None
    assert found.distance_in_sigmas is None
