"""The networks that serve every beta: their views at one beta or at many, and the modulation of their layers."""

from math import inf, nan

import pytest
import torch

from core.models import ARCHITECTURES, AtBeta, Autoencoder, build
from core.models.conditional import FiLM, ModulatedMLP
from tests.core.small_models import shaken, smallest

EVERY_BETA = [name for name, kind in ARCHITECTURES.items() if kind.conditional]


@pytest.fixture(params=EVERY_BETA)
def network(request):
    return shaken(build(smallest(request.param)))


def outputs(view: Autoencoder | AtBeta, x: torch.Tensor, z: torch.Tensor) -> list[torch.Tensor]:
    posterior = view.encode(x)
    return [posterior.mu, posterior.logvar, view.decode_logits(z), view.decode(z)]


def test_called_directly_it_stands_at_one(network):
    x, z = torch.rand(4, 1, 28, 28), torch.randn(4, 3)
    for direct, at_one in zip(outputs(network, x, z), outputs(network.at(1), x, z), strict=True):
        assert torch.equal(direct, at_one)


def test_a_beta_for_each_image_is_a_call_for_each(network):
    x, z, betas = torch.rand(4, 1, 28, 28), torch.randn(4, 3), [0.07, 0.5, 1.0, 45.0]
    together = outputs(network.at(torch.tensor(betas)), x, z)
    for i, beta in enumerate(betas):
        for whole, alone in zip(together, outputs(network.at(beta), x[i : i + 1], z[i : i + 1]), strict=True):
            torch.testing.assert_close(whole[i : i + 1], alone)


def test_beta_changes_the_answers(network):
    x, z = torch.rand(4, 1, 28, 28), torch.randn(4, 3)
    for low, high in zip(outputs(network.at(0.1), x, z), outputs(network.at(10.0), x, z), strict=True):
        assert not torch.allclose(low, high)


@pytest.mark.parametrize("beta", [0, 0.0, -1, nan, inf, torch.tensor([1.0, 0.0]), torch.tensor([nan, 1.0])])
def test_only_finite_positive_betas(network, beta):
    with pytest.raises(ValueError, match="beta must be finite and > 0"):
        network.at(beta)


def test_a_view_copies_nothing(network):
    view = network.at(3.0)
    z = torch.randn(1, 3)
    before = view.decode(z)
    with torch.no_grad():
        network.to_pixels.bias += 1
    assert not torch.allclose(view.decode(z), before)
    view.decode(z).sum().backward()
    assert network.to_pixels.bias.grad.any()


@pytest.mark.parametrize("architecture", EVERY_BETA)
def test_an_untrained_network_knows_no_beta(architecture):
    network = build(smallest(architecture))
    x, z = torch.rand(4, 1, 28, 28), torch.randn(4, 3)
    for low, high in zip(outputs(network.at(0.1), x, z), outputs(network.at(10.0), x, z), strict=True):
        assert torch.equal(low, high)


def test_film_starts_as_the_identity():
    h, log_beta = torch.randn(6, 5), torch.randn(6, 1)
    film = FiLM(5)
    assert torch.equal(film(h, log_beta), h)
    assert torch.equal(film(h, log_beta[:1]), h)


def test_film_scales_and_shifts():
    film = FiLM(5)
    torch.nn.init.normal_(film.to_scale_shift.weight)
    torch.nn.init.normal_(film.to_scale_shift.bias)
    h, log_beta = torch.randn(6, 5), torch.randn(6, 1)
    hidden = torch.tanh(log_beta @ film.embed.weight.T + film.embed.bias)
    modulation = hidden @ film.to_scale_shift.weight.T + film.to_scale_shift.bias  # (6, 10)
    torch.testing.assert_close(film(h, log_beta), h * (1 + modulation[:, :5]) + modulation[:, 5:])


def test_a_modulated_network_starts_as_a_plain_one():
    network = ModulatedMLP([4, 6, 5])
    h = torch.randn(3, 4)
    expected = network.linears[1](network.linears[0](h).relu()).relu()
    assert torch.equal(network(h, torch.randn(3, 1)), expected)
