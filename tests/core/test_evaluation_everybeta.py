"""The rate-distortion table against the loss that training minimises."""

import pytest
import torch

from core.config import ModelConfig, Objective
from core.evaluation import compare_to_references, rate_distortion
from core.losses import loss_terms, weighted_total
from core.models import EveryBetaVAE, build


@pytest.fixture(scope="module")
def network():
    """Untrained, but with modulation that is not the identity, so that beta matters."""
    network = EveryBetaVAE(ModelConfig("every-beta-vae", 3, (24, 16))).eval()
    source = torch.Generator().manual_seed(1)
    for film in [*network.trunk.films, *network.decoder.films]:
        torch.nn.init.normal_(film.to_scale_shift.weight, std=0.3, generator=source)
    return network


def loss(model, digits, beta, seed):
    """Mean terms and total of the ELBO objective, with the seed's first draw as noise."""
    noise = torch.randn(len(digits), 3, generator=torch.Generator().manual_seed(seed))
    objective = Objective("elbo", beta=beta)
    with torch.no_grad():
        terms, _ = loss_terms(model, digits.pixels(), digits.labels, noise, objective)
    return terms["kl"].mean().item(), terms["reconstruction"].mean().item(), weighted_total(terms, objective).mean().item()


def test_each_row_is_the_loss_at_its_beta(network, few_digits):
    rows = rate_distortion(network, few_digits, (0.1, 1.0, 10.0), seed=4)
    assert [row["beta"] for row in rows] == [0.1, 1.0, 10.0]
    for row in rows:
        rate, distortion, total = loss(network.at(row["beta"]), few_digits, row["beta"], seed=4)
        assert row["rate"] == pytest.approx(rate, rel=1e-4)
        assert row["distortion"] == pytest.approx(distortion, rel=1e-5)
        assert row["objective"] == pytest.approx(total, rel=1e-5)
        with torch.no_grad():
            model = network.at(row["beta"])
            x = few_digits.pixels()
            mu = model.encode(x).mu
            assert row["mse"] == pytest.approx((model.decode(mu) - x).square().mean().item(), rel=1e-4)
        assert row["active_dims"] == (mu.var(dim=0, correction=0) > 0.01).sum()
    assert rows[0]["rate"] != pytest.approx(rows[2]["rate"], rel=1e-3)


def test_references_are_compared_at_their_beta_on_the_same_digits_and_noise(network, few_digits):
    reference = build(ModelConfig("dense-vae", 3, (16,))).eval()
    rows = compare_to_references(network, {0.3: reference, 3.0: network.at(3.0)}, few_digits, seed=2)
    own, other = loss(network.at(0.3), few_digits, 0.3, seed=2)[2], loss(reference, few_digits, 0.3, seed=2)[2]
    assert rows[0]["objective"] == pytest.approx(own, rel=1e-5)
    assert rows[0]["reference_objective"] == pytest.approx(other, rel=1e-5)
    assert rows[0]["percent"] == pytest.approx(100 * (own - other) / other, abs=1e-2)
    assert (rows[1]["beta"], rows[1]["percent"]) == (3.0, 0.0)


def test_a_beta_of_zero_is_refused(network, few_digits):
    with pytest.raises(ValueError, match="> 0"):
        rate_distortion(network, few_digits, [0.0])
