"""The weighted totals against their definitions, and the notebook's total as a likelihood."""

from math import inf, log, nan, pi

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Categorical, Normal, kl_divergence

from core.config import PIXELS, ModelConfig, Objective
from core.losses import (
    classification_cross_entropy,
    gaussian_negative_elbo,
    gaussian_scale,
    kl_to_standard_normal,
    loss_terms,
    squared_error,
    weighted_total,
)
from core.models import build

positive = st.floats(-3, 3).map(lambda exponent: 10**exponent)


def images(batch: int = 3, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.rand(batch, 1, 28, 28, dtype=dtype)


def small(architecture: str) -> torch.nn.Module:
    return build(ModelConfig(architecture, 3, (12,))).double()


@pytest.mark.parametrize(
    ("architecture", "names"),
    [
        ("dense-ae", {"reconstruction"}),
        ("dense-vae", {"reconstruction", "kl"}),
        ("dense-multistage-vae", {"reconstruction", "kl", "classification"}),
    ],
)
@pytest.mark.parametrize("scale", ["notebook", "elbo"])
def test_the_terms_of_a_pass_are_those_of_its_posterior_and_its_sample(architecture, names, scale):
    model, x, labels = small(architecture), images(5), torch.arange(5)
    noise = torch.randn(5, 3, dtype=torch.float64)
    terms, posterior = loss_terms(model, x, labels, noise, Objective(scale))
    assert set(terms) == names
    assert all(term.shape == (5,) for term in terms.values())

    z = model.encode(x).mu
    if "kl" in names:
        sigma = (0.5 * model.encode(x).logvar).exp()
        z = z + sigma * noise
        standard = Normal(torch.zeros_like(z), torch.ones_like(z))
        torch.testing.assert_close(terms["kl"], kl_divergence(Normal(posterior.mu, sigma), standard).sum(1))
    x_hat = model.decode(z)
    error = (x_hat - x).square() if scale == "notebook" else -(x * x_hat.log() + (1 - x) * (1 - x_hat).log())
    torch.testing.assert_close(terms["reconstruction"], error.sum(dim=(1, 2, 3)))
    if "classification" in names:
        torch.testing.assert_close(terms["classification"], -Categorical(logits=model.classify(z)).log_prob(labels))

    alone, _ = loss_terms(model, x[2:3], labels[2:3], noise[2:3], Objective(scale))  # no term looks across the batch
    for name, term in terms.items():
        torch.testing.assert_close(alone[name], term[2:3])


def test_a_class_head_needs_labels_and_other_models_do_not():
    x, noise = images(2), torch.zeros(2, 3, dtype=torch.float64)
    with pytest.raises(ValueError, match="needs labels"):
        loss_terms(small("dense-multistage-vae"), x, None, noise, Objective())
    terms, _ = loss_terms(small("dense-vae"), x, None, noise, Objective())
    assert set(terms) == {"reconstruction", "kl"}


weights = st.floats(0, 100)


@given(beta=weights, gamma=weights, alpha=weights)
def test_the_notebooks_total_is_its_definition(beta, gamma, alpha):
    x, x_hat, labels = torch.rand(4, 1, 28, 28).double(), torch.rand(4, 1, 28, 28).double(), torch.arange(4)
    mu, logvar, logits = torch.randn(4, 2).double(), torch.randn(4, 2).double(), torch.randn(4, 10).double()
    terms = {
        "reconstruction": squared_error(x_hat, x),
        "kl": kl_to_standard_normal(mu, logvar),
        "classification": classification_cross_entropy(logits, labels),
    }
    kl = -0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp()) / (4 * 784)
    expected = gamma * F.mse_loss(x_hat, x) + beta * kl + alpha * F.cross_entropy(logits, labels)
    total = weighted_total(terms, Objective("notebook", beta, gamma, alpha))
    assert total.shape == (4,)
    torch.testing.assert_close(total.mean(), expected)


@given(beta=weights, gamma=weights, alpha=weights)
def test_the_elbo_total_is_a_weighted_sum_in_nats(beta, gamma, alpha):
    terms = {name: 100 * torch.rand(4).double() for name in ("reconstruction", "kl", "classification")}
    expected = gamma * terms["reconstruction"] + beta * terms["kl"] + alpha * terms["classification"]
    torch.testing.assert_close(weighted_total(terms, Objective("elbo", beta, gamma, alpha)), expected)
    del terms["classification"]
    negative_elbo = terms["reconstruction"] + terms["kl"]
    torch.testing.assert_close(weighted_total(terms, Objective("elbo", alpha=alpha)), negative_elbo)
    del terms["kl"]
    torch.testing.assert_close(weighted_total(terms, Objective("elbo", beta, gamma)), gamma * terms["reconstruction"])


def test_a_beta_for_each_image_and_damping():
    terms = {"reconstruction": torch.tensor([100.0, 100.0]), "kl": torch.tensor([10.0, 20.0])}
    beta = torch.tensor([0.0, 3.0])
    objective = Objective("elbo", beta=77.0, beta_range=(0.1, 10.0), beta_damping=0.5)
    assert weighted_total(terms, objective, beta).tolist() == [100.0, 80.0]  # (100 + 3 * 20) / sqrt(1 + 3)
    assert weighted_total(terms, Objective("elbo", beta=3.0, beta_damping=1.0)).tolist() == [32.5, 40.0]
    assert weighted_total(terms, Objective("elbo"), 2.0).tolist() == [120.0, 140.0]


# --- the notebook's loss as a likelihood


@given(sse=st.floats(0, 784), kl=st.floats(0, 1e3), beta=positive, gamma=positive)
def test_the_notebooks_total_is_a_scaled_negative_elbo(sse, kl, beta, gamma):
    scale = gaussian_scale(beta, gamma)
    x = torch.zeros(PIXELS, dtype=torch.float64)
    x_hat = torch.full_like(x, (sse / PIXELS) ** 0.5)
    log_likelihood = Normal(x_hat, torch.tensor(scale.variance, dtype=torch.float64).sqrt()).log_prob(x).sum()
    negative_elbo = kl - log_likelihood
    sse, kl = torch.tensor([sse], dtype=torch.float64), torch.tensor([kl], dtype=torch.float64)
    torch.testing.assert_close(gaussian_negative_elbo(sse, kl, scale.variance)[0], negative_elbo)

    total = weighted_total({"reconstruction": sse, "kl": kl}, Objective("notebook", beta, gamma)).item()
    rounding = 1e-12 * (abs(scale.weight * negative_elbo.item()) + abs(scale.constant))
    assert scale.weight * negative_elbo.item() + scale.constant == pytest.approx(total, rel=1e-9, abs=rounding)


@given(sse=st.floats(0, 784), kl=st.floats(0, 1e3), beta=positive, gamma=positive)
def test_the_unit_variance_beta_gives_the_same_trade_off(sse, kl, beta, gamma):
    total = gamma * sse / PIXELS + beta * kl / PIXELS
    unit = sse / 2 + gaussian_scale(beta, gamma).unit_variance_beta * kl
    assert total == pytest.approx(unit * 2 * gamma / PIXELS, rel=1e-9)


def test_known_scales_and_a_density_may_exceed_one():
    assert gaussian_scale(1).variance == 0.5
    assert gaussian_scale(30).unit_variance_beta == 15
    assert gaussian_scale(2, 4).variance == 0.25
    assert gaussian_negative_elbo(torch.zeros(1), torch.zeros(1), 1e-3).item() == pytest.approx(392 * log(2e-3 * pi))
    assert gaussian_negative_elbo(torch.zeros(1), torch.zeros(1), 1e-3).item() < 0


@pytest.mark.parametrize("bad", [0, -1, inf, nan])
def test_only_positive_weights_are_a_likelihood(bad):
    for arguments in ((bad, 1.0), (1.0, bad)):
        with pytest.raises(ValueError, match="finite and > 0"):
            gaussian_scale(*arguments)
