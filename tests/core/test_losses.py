"""Each term against torch.distributions, SciPy and autograd."""

from math import inf, log, nan

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import rel_entr
from torch.distributions import Bernoulli, Categorical, Independent, Normal, kl_divergence

from core.config import PIXELS
from core.losses import (
    bernoulli_cross_entropy,
    classification_cross_entropy,
    discrete_kl,
    kl_per_dimension,
    kl_to_standard_normal,
    squared_error,
)


def images(batch: int = 3, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.rand(batch, 1, 28, 28, dtype=dtype)


def image_logits(batch: int = 3, scale: float = 3.0) -> torch.Tensor:
    return scale * torch.randn(batch, 1, 28, 28, dtype=torch.float64)


# --- reconstruction


def test_squared_error_is_numpys_sum_over_pixels():
    x_hat, x = images(), images()
    expected = ((x_hat.numpy() - x.numpy()) ** 2).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(squared_error(x_hat, x), expected, rtol=1e-12)
    torch.testing.assert_close(squared_error(x_hat, x).mean() / PIXELS, F.mse_loss(x_hat, x))


@pytest.mark.parametrize("binary", [True, False])
def test_bernoulli_cross_entropy_is_the_negative_log_likelihood(binary):
    x, logits = images(), image_logits()
    x = x.round() if binary else x  # grey pixels are outside a Bernoulli's support, where its formula still holds
    expected = -Independent(Bernoulli(logits=logits, validate_args=binary), 3, validate_args=binary).log_prob(x)
    torch.testing.assert_close(bernoulli_cross_entropy(logits, x), expected)


def test_bernoulli_cross_entropy_is_least_at_the_pixels_own_entropy():
    x = images()
    entropy = Bernoulli(x).entropy().sum(dim=(1, 2, 3))
    torch.testing.assert_close(bernoulli_cross_entropy(x.logit(), x), entropy)
    assert (bernoulli_cross_entropy(x.logit() + 0.1 * torch.randn_like(x), x) > entropy).all()


def test_bernoulli_cross_entropy_is_exact_for_extreme_logits():
    x = torch.tensor([0.0, 1.0, 0.25]).reshape(3, 1, 1, 1).expand(3, 1, 28, 28)
    for size in (1e2, 1e4, 1e30):
        logits = torch.full((3, 1, 28, 28), size, requires_grad=True)
        loss = bernoulli_cross_entropy(logits, x)
        torch.testing.assert_close(loss.detach(), PIXELS * size * torch.tensor([1.0, 0.0, 0.75]))
        loss.sum().backward()
        torch.testing.assert_close(logits.grad, 1 - x)
        torch.testing.assert_close(bernoulli_cross_entropy(-logits, x).detach(), PIXELS * size * torch.tensor([0, 1, 0.25]))


def test_reconstruction_gradients():
    x = torch.rand(2, 1, 28, 28, dtype=torch.float64)
    x_hat, logits = images(2).requires_grad_(), image_logits(2).requires_grad_()
    squared_error(x_hat, x).sum().backward()
    torch.testing.assert_close(x_hat.grad, 2 * (x_hat - x).detach())
    bernoulli_cross_entropy(logits, x).sum().backward()
    torch.testing.assert_close(logits.grad, (logits.sigmoid() - x).detach())

    few = torch.rand(2, 1, 2, 3, dtype=torch.float64)
    for term in (squared_error, bernoulli_cross_entropy):
        assert torch.autograd.gradcheck(term, (torch.randn_like(few).requires_grad_(), few.requires_grad_()))


# --- the divergences


@given(
    arrays(np.float64, (2, 5), elements=st.floats(-1e3, 1e3)),
    arrays(np.float64, (2, 5), elements=st.floats(-50, 50)),
)
def test_kl_is_that_of_torch_distributions(mu, logvar):
    mu, logvar = torch.from_numpy(mu), torch.from_numpy(logvar)
    prior = Normal(torch.zeros_like(mu), torch.ones_like(mu))
    expected = kl_divergence(Normal(mu, (0.5 * logvar).exp()), prior)
    torch.testing.assert_close(kl_per_dimension(mu, logvar), expected, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(kl_to_standard_normal(mu, logvar), expected.sum(dim=1), rtol=1e-9, atol=1e-9)


def test_kl_is_zero_at_the_prior_and_positive_elsewhere():
    assert kl_to_standard_normal(torch.zeros(2, 7), torch.zeros(2, 7)).tolist() == [0, 0]
    mu, logvar = torch.randn(1000, 1, dtype=torch.float64), torch.randn(1000, 1, dtype=torch.float64)
    assert (kl_per_dimension(mu, logvar) > 0).all()


def test_kl_of_a_vanishing_variance_is_finite_in_single_precision():
    mu, logvar = torch.tensor([[3.0]]), torch.tensor([[-1e4]], requires_grad=True)
    kl = kl_to_standard_normal(mu, logvar)
    torch.testing.assert_close(kl.detach(), torch.tensor([0.5 * (9 - 1 + 1e4)]))
    kl.sum().backward()
    assert logvar.grad.item() == -0.5


def test_kl_gradients():
    mu, logvar = torch.randn(4, 3, dtype=torch.float64), torch.randn(4, 3, dtype=torch.float64)
    inputs = (mu.requires_grad_(), logvar.requires_grad_())
    kl_to_standard_normal(*inputs).sum().backward()
    torch.testing.assert_close(mu.grad, mu.detach())
    torch.testing.assert_close(logvar.grad, 0.5 * (logvar.exp() - 1).detach())
    for term in (kl_per_dimension, kl_to_standard_normal):
        assert torch.autograd.gradcheck(term, inputs)


distributions = arrays(np.float64, (3, 6), elements=st.just(0.0) | st.floats(1e-12, 1)).filter(lambda a: (a.sum(1) > 0).all())


@given(distributions, distributions)
def test_discrete_kl_is_scipys_relative_entropy(p, q):
    p, q = p / p.sum(1, keepdims=True), q / q.sum(1, keepdims=True)
    found = discrete_kl(torch.from_numpy(p), torch.from_numpy(q))
    np.testing.assert_allclose(found, rel_entr(p, q).sum(axis=1), rtol=1e-9, atol=1e-12)
    assert (found >= -1e-12).all()


def test_discrete_kl_of_zeros():
    p, q = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([1.0, 0.0, 0.0])
    assert discrete_kl(p, q).item() == inf
    assert discrete_kl(q, p).item() == pytest.approx(log(2))
    assert discrete_kl(p, p).item() == 0
    assert discrete_kl(p.repeat(2, 4, 1), q).shape == (2, 4)


@pytest.mark.parametrize("bad", [[0.5, 0.6], [-0.5, 1.5], [nan, 1.0], [0.0, 0.0], [inf, 0.0]])
def test_discrete_kl_refuses_what_is_no_distribution(bad):
    good = torch.tensor([0.5, 0.5])
    with pytest.raises(ValueError, match="P must be"):
        discrete_kl(torch.tensor(bad), good)
    with pytest.raises(ValueError, match="Q must be"):
        discrete_kl(good, torch.tensor(bad))


# --- the class


def test_classification_is_the_categorical_negative_log_likelihood():
    logits, labels = torch.randn(8, 10, dtype=torch.float64), torch.randint(10, (8,))
    torch.testing.assert_close(classification_cross_entropy(logits, labels), -Categorical(logits=logits).log_prob(labels))
    logits.requires_grad_()
    classification_cross_entropy(logits, labels).sum().backward()
    torch.testing.assert_close(logits.grad, (logits.softmax(1) - F.one_hot(labels, 10)).detach())
    assert torch.autograd.gradcheck(lambda given: classification_cross_entropy(given, labels), (logits,))


def test_classification_is_exact_for_extreme_logits():
    logits, labels = torch.zeros(2, 10), torch.tensor([0, 1])
    logits[:, 0] = 1e30
    torch.testing.assert_close(classification_cross_entropy(logits, labels), torch.tensor([0, 1e30]))
    torch.testing.assert_close(classification_cross_entropy(torch.zeros(1, 10), labels[:1]), torch.tensor([log(10)]))
