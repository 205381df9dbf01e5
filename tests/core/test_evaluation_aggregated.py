"""The aggregated posterior against torch.distributions and against mixtures whose answer is known."""

from math import log

import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, MultivariateNormal, Normal, kl_divergence

from core.evaluation import Codes, aggregated_posterior, log_mixture


def some_codes(n: int = 300, d: int = 3, seed: int = 100) -> Codes:
    """Drawn with another seed than the measures' noise, which must not depend on the codes."""
    source = torch.Generator().manual_seed(seed)
    mu = torch.randn(n, d, generator=source) * torch.linspace(0.5, 2, d) + 0.3
    return Codes(mu, torch.randn(n, d, generator=source) - 1.5, torch.zeros(n, dtype=torch.int64))


def mixture(codes: Codes) -> MixtureSameFamily:
    parts = Independent(Normal(codes.mu.double(), codes.logvar.double().mul(0.5).exp()), 1)
    return MixtureSameFamily(Categorical(torch.ones(len(codes)).double()), parts)


def test_log_density_of_the_mixture():
    codes = some_codes()
    z = torch.randn(600, 3, generator=torch.Generator().manual_seed(1)) * 2
    torch.testing.assert_close(log_mixture(z, codes), mixture(codes).log_prob(z.double()), atol=1e-9, rtol=1e-9)


def test_far_and_narrow_codes_keep_their_precision():
    codes = Codes(torch.tensor([[1000.0], [1000.1]]), torch.full((2, 1), -12.0), torch.zeros(2, dtype=torch.int64))
    z = torch.tensor([[1000.0], [1000.05]])
    torch.testing.assert_close(log_mixture(z, codes), mixture(codes).log_prob(z.double()), atol=1e-4, rtol=1e-6)


def test_moments_are_the_mixtures():
    codes = some_codes()
    found, expected = aggregated_posterior(codes), mixture(codes)
    torch.testing.assert_close(found.mean.double(), expected.mean, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(found.variance.double(), expected.variance, atol=1e-6, rtol=1e-5)


def test_the_moment_kl_is_that_of_a_gaussian_with_the_mixtures_moments():
    codes = some_codes()
    mu, variance = codes.mu.double(), codes.logvar.double().exp()
    covariance = torch.cov(mu.T, correction=0) + variance.mean(dim=0).diag()
    prior = MultivariateNormal(torch.zeros(3).double(), torch.eye(3).double())
    expected = kl_divergence(MultivariateNormal(mu.mean(dim=0), covariance), prior).item()
    found = aggregated_posterior(codes)
    assert found.moment_kl == pytest.approx(expected, rel=1e-9)
    assert found.moment_kl < found.marginal_kl + 0.05  # a Gaussian of the same moments is never further from a Gaussian


def test_the_two_parts_agree_with_a_direct_estimate():
    codes = some_codes()
    torch.manual_seed(3)
    z = mixture(codes).sample((4_000,))
    direct = (mixture(codes).log_prob(z) - Normal(0.0, 1.0).log_prob(z).sum(dim=1)).mean().item()
    found = aggregated_posterior(codes, queries=300)
    # The estimate below uses one draw for each of 300 codes; its standard error is about 0.1 nats.
    assert found.marginal_kl == pytest.approx(direct, abs=0.4)
    assert found.mutual_information + found.marginal_kl == pytest.approx(found.rate, abs=1e-9)


def test_a_collapsed_posterior_says_nothing_and_is_the_prior():
    nothing = aggregated_posterior(Codes(torch.zeros(50, 2), torch.zeros(50, 2), torch.zeros(50, dtype=torch.int64)))
    assert (nothing.rate, nothing.moment_kl) == (0, pytest.approx(0, abs=1e-12))
    assert nothing.mutual_information == pytest.approx(0, abs=1e-6)
    assert nothing.marginal_kl == pytest.approx(0, abs=1e-6)


def test_codes_far_apart_name_their_digit_and_can_say_no_more():
    mu = torch.arange(64.0).reshape(-1, 1) * 100
    codes = Codes(mu, torch.zeros(64, 1), torch.zeros(64, dtype=torch.int64))
    assert aggregated_posterior(codes).mutual_information == pytest.approx(log(64), abs=1e-9)


def test_points_have_no_density():
    with pytest.raises(TypeError, match="plain autoencoder"):
        aggregated_posterior(Codes(torch.zeros(5, 2), None, torch.zeros(5, dtype=torch.int64)))
