"""The Gaussian playground, against torch's own divergence and scipy's integral."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm
from torch.distributions import Normal, kl_divergence

from core.divergence import gaussians

MEANS, SPREADS = st.floats(-3, 3), st.floats(0.2, 2)


@given(MEANS, SPREADS)
def test_closed_form_area_terms_and_torch_agree(mu, sigma):
    found = gaussians.compare(mu, sigma)
    q, p = (
        Normal(torch.tensor(m, dtype=torch.float64), torch.tensor(s, dtype=torch.float64)) for m, s in ((mu, sigma), (0, 1))
    )
    assert found.kl == pytest.approx(kl_divergence(q, p).item(), abs=1e-9)
    assert found.reverse == pytest.approx(kl_divergence(p, q).item(), abs=1e-9)
    assert found.area == pytest.approx(found.kl, abs=1e-8)
    assert sum(found.terms) == pytest.approx(found.kl, abs=1e-9)


def test_the_area_is_that_of_an_adaptive_integral():
    mu, sigma = 1.0, 0.5
    area, _ = quad(lambda x: norm.pdf(x, mu, sigma) * (norm.logpdf(x, mu, sigma) - norm.logpdf(x)), -8, 8)
    assert gaussians.compare(mu, sigma).area == pytest.approx(area, abs=1e-8)


@given(MEANS, SPREADS)
def test_the_integrand_never_goes_below_the_axis_s_end(mu, sigma):
    """q log(q / p) = p t log t with t = q / p, and t log t >= -1 / e."""
    found = gaussians.compare(mu, sigma)
    assert bool((found.integrand >= -found.p / torch.e - 1e-12).all())
    assert found.integrand.min() > -0.148


def test_the_prior_itself_is_free():
    found = gaussians.compare(0.0, 1.0)
    assert found.kl == found.area == found.reverse == 0
    assert torch.equal(found.q, found.p)


@pytest.mark.parametrize(
    ("mu", "sigma"), [(float("nan"), 1), (float("inf"), 1), (0, 0), (0, -1), (0, float("inf")), (0, float("nan"))]
)
def test_senseless_gaussians_are_refused(mu, sigma):
    with pytest.raises(ValueError, match="finite"):
        gaussians.compare(mu, sigma)
