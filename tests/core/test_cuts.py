"""Planes through latent space: principal directions as scikit-learn finds them, distances off the plane, spreads to scale."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch.distributions import MultivariateNormal

from core.maps import cuts
from core.maps.planes import on_plane
from core.models import Posterior


@pytest.fixture
def mu():
    return torch.randn(400, 5, generator=torch.Generator().manual_seed(0)) * torch.tensor([3.0, 2.0, 1.5, 1.0, 0.5]) + 1.0


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 3)])
def test_principal_directions_and_their_shares_are_those_of_pca(mu, pair):
    cut, oracle = cuts.principal(mu, pair), PCA().fit(mu.double().numpy())
    np.testing.assert_allclose(np.abs(cut.axes.numpy()), np.abs(oracle.components_[list(pair)]), atol=1e-5)
    np.testing.assert_allclose(cut.shares, oracle.explained_variance_ratio_[list(pair)], rtol=1e-5)
    np.testing.assert_allclose(cut.origin, oracle.mean_, rtol=1e-5)


def test_a_plane_goes_through_the_code_that_was_chosen(mu):
    cut = cuts.principal(mu, through=mu[7])
    assert torch.equal(cut.origin, mu[7])
    assert cut.points[7].abs().max() < 1e-6
    assert cut.off[7] < 1e-6


def test_distances_on_and_off_the_plane_add_up_to_those_in_all_of_latent_space(mu):
    cut, place = cuts.principal(mu), torch.tensor([[0.7, -1.1]])
    whole = torch.cdist(on_plane(cut.origin, cut.axes, place), mu)[0].square()
    np.testing.assert_allclose((cut.points - place).square().sum(dim=1) + cut.off, whole, rtol=1e-4)


def test_a_code_of_two_numbers_is_the_plane_itself(mu):
    cut = cuts.whole(mu[:, :2])
    assert torch.equal(cut.points, mu[:, :2])
    assert cut.off is None
    assert sum(cut.shares) == pytest.approx(1)
    with pytest.raises(ValueError, match="two numbers"):
        cuts.whole(mu)


@pytest.mark.parametrize("pair", [(0, 0), (0, 5), (-1, 0)])
def test_directions_that_there_are_not(mu, pair):
    with pytest.raises(ValueError, match="directions"):
        cuts.principal(mu, pair)


def test_a_spread_is_the_marginal_of_the_posterior(mu):
    posterior = Posterior(mu[:1], torch.tensor([[0.0, -1.0, 1.0, -2.0, 0.5]]))
    cut = cuts.principal(mu, (0, 2))
    found = cuts.spread(cut, posterior, seed=1, count=200_000)
    covariance = cut.axes @ torch.diag(posterior.logvar[0].exp()) @ cut.axes.T
    np.testing.assert_allclose(found.root @ found.root.T, covariance, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(torch.cov(found.draws.T), covariance, rtol=0.02, atol=0.02)
    np.testing.assert_allclose(found.mean, cut.points[0], atol=1e-5)
    at_one_sigma = MultivariateNormal(found.mean, covariance)
    edge = found.mean + torch.tensor([[1.0, 0.0], [0.6, 0.8]]) @ found.root.T  # images of points of the unit circle
    heights = at_one_sigma.log_prob(edge) - at_one_sigma.log_prob(found.mean)
    np.testing.assert_allclose(heights, [-0.5, -0.5], rtol=1e-3)


def test_draws_are_the_seeds_own_and_a_point_has_none(mu):
    cut, posterior = cuts.principal(mu), Posterior(mu[:1], torch.zeros(1, 5))
    first, again, other = (cuts.spread(cut, posterior, seed).draws for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert cuts.spread(cut, Posterior(mu[:1], None)) is None


def test_each_of_several_digits_has_its_own_spread(mu):
    cut, logvar = cuts.principal(mu), torch.stack((torch.zeros(5), -torch.ones(5)))
    both = cuts.spreads(cut, Posterior(mu[:2], logvar))
    alone = [cuts.spread(cut, Posterior(mu[i : i + 1], logvar[i : i + 1])) for i in (0, 1)]
    assert len(both) == 2
    for one, other in zip(both, alone, strict=True):
        assert all(torch.equal(getattr(one, name), getattr(other, name)) for name in ("mean", "root", "draws"))
    assert cuts.spreads(cut, Posterior(mu[:2], None)) == ()
