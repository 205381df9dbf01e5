"""Rate, distortion and bounds against torch.distributions; the importance-weighted bound against a known log p(x)."""

from math import log
from types import SimpleNamespace

import pytest
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from core.config import ModelConfig
from core.evaluation import encode_set, importance_weighted_bound, measure_elbo
from core.models import Posterior, build
from tests.core.handmade import LinearGaussian


@pytest.fixture(scope="module")
def vae():
    return build(ModelConfig("dense-vae", 4, (32,))).eval()


def drawn(model, digits, seed):
    """The posterior and prior as torch's distributions, z from the seed's first draw, and the pixels."""
    with torch.no_grad():
        posterior = model.encode(digits.pixels())
    q = Normal(posterior.mu.double(), posterior.logvar.double().mul(0.5).exp())
    z = q.mean + q.stddev * torch.randn(len(digits), 4, generator=torch.Generator().manual_seed(seed)).double()
    return q, Normal(torch.zeros(()).double(), torch.ones(()).double()), z, digits.pixels().double()


def bernoulli_log_likelihood(model, z, x):
    with torch.no_grad():
        logits = model.decode_logits(z.float()).double()
    return Bernoulli(logits=logits, validate_args=False).log_prob(x).flatten(1).sum(dim=1)


def test_the_terms_are_those_of_torch_distributions(vae, few_digits):
    q, p, z, x = drawn(vae, few_digits, seed=2)
    found = measure_elbo(vae, few_digits, seed=2)
    kl = kl_divergence(q, p)  # (N, D)
    log_likelihood = bernoulli_log_likelihood(vae, z, x)
    torch.testing.assert_close(found.kl.double(), kl, atol=1e-5, rtol=1e-4)
    assert found.rate == pytest.approx(kl.sum(dim=1).mean().item(), rel=1e-4)
    assert found.distortion == pytest.approx(-log_likelihood.mean().item(), rel=1e-4)
    assert found.elbo == pytest.approx((log_likelihood - kl.sum(dim=1)).mean().item(), rel=1e-4)
    assert found.kl_per_dimension.sum().item() == pytest.approx(found.rate, rel=1e-5)
    assert found.objective(3.0) == pytest.approx((kl.sum(dim=1) * 3 - log_likelihood).mean().item(), rel=1e-4)
    with torch.no_grad():
        expected = (vae.decode(z.float()) - x).square().mean().item()
    assert found.mse == pytest.approx(expected, rel=1e-4)


def test_a_dimension_counts_as_active_by_its_mean_or_by_its_kl(few_digits):
    """Dimension 0 follows the image, 1 has sigma 1/2 whatever the image, 2 is the prior, 3 follows it by less than 0.01."""

    def encode(x):
        ink = x.flatten(1).mean(dim=1)
        z = (ink - 0.1) / 0.05
        mu = torch.stack([z, torch.zeros_like(z), torch.zeros_like(z), 0.05 * z], dim=1)
        return Posterior(mu, torch.tensor([0.0, 0.25, 1.0, 1.0]).clamp(min=1e-3).log().expand_as(mu))

    model = SimpleNamespace(
        encode=encode,
        decode_logits=lambda z: torch.zeros(len(z), 1, 28, 28),
        config=SimpleNamespace(latent_dim=4),
        variational=True,
    )
    found = measure_elbo(model, few_digits)
    assert found.active_dims == 1
    assert found.active_dims_by_kl == 2


def test_plain_autoencoders_have_no_bounds(few_digits):
    plain = build(ModelConfig("dense-ae", 4, (32,)))
    with pytest.raises(TypeError, match="no ELBO"):
        measure_elbo(plain, few_digits)
    with pytest.raises(TypeError, match="importance"):
        importance_weighted_bound(plain, few_digits)


def test_with_the_true_posterior_one_sample_gives_the_evidence_exactly(few_digits):
    model = LinearGaussian()
    found = importance_weighted_bound(model, few_digits, samples=1, variance=model.variance)
    torch.testing.assert_close(found, model.log_evidence(few_digits.pixels()), atol=2e-3, rtol=0)


def test_with_a_wrong_posterior_the_bound_rises_to_the_evidence_with_more_samples(few_digits):
    model = LinearGaussian(inflation=9.0)
    evidence = model.log_evidence(few_digits.pixels()).mean().item()
    gaps = [
        evidence - importance_weighted_bound(model, few_digits, k, model.variance, seed=1).mean().item()
        for k in (1, 2, 4, 16, 512)
    ]
    # KL(q || true posterior) = 1/2 (r - 1 - log r) in each of 3 dimensions with r = 9: the gap of one sample, the ELBO's.
    assert gaps[0] == pytest.approx(1.5 * (9 - 1 - log(9)), abs=2)
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] == pytest.approx(0, abs=0.03)


def test_bernoulli_weights_are_those_of_torch_distributions(vae, few_digits):
    source, weights = torch.Generator().manual_seed(6), []
    q, p, _, x = drawn(vae, few_digits, seed=0)
    for _ in range(3):
        z = q.mean + q.stddev * torch.randn(len(few_digits), 4, generator=source).double()
        weights.append(bernoulli_log_likelihood(vae, z, x) + p.log_prob(z).sum(dim=1) - q.log_prob(z).sum(dim=1))
    expected = torch.stack(weights).exp().mean(dim=0).log()  # these weights do not underflow in float64
    found = importance_weighted_bound(vae, few_digits, samples=3, seed=6)
    assert expected.isfinite().all()
    torch.testing.assert_close(found, expected, atol=2e-2, rtol=0)


def test_weights_too_small_for_floats_are_added_in_logarithms(few_digits):
    model = LinearGaussian(variance=1e-3)
    found = importance_weighted_bound(model, few_digits, samples=4, variance=1e-3)
    assert found.min() < -1000  # exp of it is 0
    assert found.isfinite().all()


def test_the_bound_depends_on_the_seed_and_not_on_the_batches(vae, few_digits, monkeypatch):
    codes = encode_set(vae, few_digits)
    whole = importance_weighted_bound(vae, few_digits, 2, seed=1, codes=codes)
    assert not torch.equal(importance_weighted_bound(vae, few_digits, 2, seed=2, codes=codes), whole)
    monkeypatch.setattr("core.evaluation.batches.spans.__defaults__", (7,))
    torch.testing.assert_close(importance_weighted_bound(vae, few_digits, 2, seed=1, codes=codes), whole)


@pytest.mark.parametrize(("samples", "variance"), [(0, None), (1, 0.0), (1, float("inf"))])
def test_impossible_requests_are_refused(vae, few_digits, samples, variance):
    with pytest.raises(ValueError, match=r"sample|variance"):
        importance_weighted_bound(vae, few_digits, samples, variance)
