"""One digit at one beta, against the network called by hand and torch.distributions."""

import csv
from io import StringIO

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from core.config import ModelConfig
from core.divergence import beta, files, one_digit
from tests.core.small_models import fresh, shaken


@pytest.fixture(scope="module")
def network():
    return shaken(fresh(ModelConfig("every-beta-vae", 3, (10, 8))))


@pytest.mark.parametrize("at", [0.1, 3.0])
def test_it_is_what_the_network_makes_of_it(network, few_digits, at):
    x = few_digits.pixels(slice(5, 6))
    found, model = one_digit.read(network, at, x), network.at(at)
    with torch.inference_mode():
        posterior = model.encode(x)
        drawn = model.decode(posterior.mu)[0, 0]
        torch.testing.assert_close(found.reconstruction, drawn)
        each = kl_divergence(Normal(posterior.mu, (0.5 * posterior.logvar).exp()), Normal(0.0, 1.0))[0]
        torch.testing.assert_close(found.kl, each)
        assert found.mse == pytest.approx((drawn - x[0, 0]).square().mean().item(), rel=1e-5)
        for d in range(3):
            for v, value in enumerate(beta.SWEEP):
                z = posterior.mu.clone()
                z[0, d] = value
                torch.testing.assert_close(found.strips[d, v], model.decode(z)[0], atol=1e-6, rtol=1e-5)
    assert torch.equal(found.posterior.mu, posterior.mu)
    assert torch.equal(found.image, x[0, 0])


def test_a_beta_that_is_none_is_refused(network, few_digits):
    with pytest.raises(ValueError, match="beta"):
        one_digit.read(network, 0.0, few_digits.pixels(slice(0, 1)))


def test_its_kl_is_a_column_beside_the_mean(network, few_digits):
    here = beta.look(network, few_digits, 2.0)
    found = one_digit.read(network, 2.0, few_digits.pixels(slice(0, 1)))
    rows = list(csv.DictReader(StringIO(files.dimensions_csv(here, found.kl))))
    assert [int(row["dimension"]) - 1 for row in rows] == here.order
    for row in rows:
        assert float(row["own_digit_kl_nats"]) == pytest.approx(found.kl[int(row["dimension"]) - 1].item(), abs=1e-6)
        assert float(row["kl_nats"]) == pytest.approx(here.kl[int(row["dimension"]) - 1].item(), abs=1e-6)
