"""Codes, reconstructions, errors: batches change nothing, seeds decide everything."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.config import ModelConfig
from core.datasets import Digits
from core.evaluation import batches, encode_set, mse, reconstruct_set, reconstruction_errors
from core.evaluation.batches import BATCH
from core.models import EveryBetaVAE, build
from tests.core.handmade import Painter


@pytest.fixture(scope="module")
def vae():
    return build(ModelConfig("dense-vae", 4, (32,))).eval()


@pytest.fixture(scope="module")
def autoencoder():
    return build(ModelConfig("dense-ae", 4, (32,))).eval()


def test_codes_are_the_encoders_posteriors(vae, few_digits):
    codes = encode_set(vae, few_digits)
    with torch.no_grad():
        expected = vae.encode(few_digits.pixels())
    torch.testing.assert_close(codes.mu, expected.mu)
    torch.testing.assert_close(codes.logvar, expected.logvar)
    assert torch.equal(codes.labels, few_digits.labels)


def test_a_plain_autoencoder_has_no_logvar_and_samples_nothing(autoencoder, few_digits):
    codes = encode_set(autoencoder, few_digits)
    assert codes.logvar is None
    source = torch.Generator().manual_seed(0)
    before = source.get_state()
    assert torch.equal(codes.sample(source), codes.mu)
    assert torch.equal(source.get_state(), before)
    assert codes.subset(slice(0, 3)).logvar is None


def test_codes_may_be_used_where_gradients_are_wanted(vae, few_digits):
    mu = encode_set(vae, few_digits).mu
    direction = torch.ones(4, requires_grad=True)
    (mu @ direction).sum().backward()
    torch.testing.assert_close(direction.grad, mu.sum(dim=0))


@pytest.mark.parametrize("sampled", [False, True])
def test_errors_are_the_squared_differences_of_the_reconstructions(vae, few_digits, sampled):
    images = reconstruct_set(vae, few_digits, sampled, seed=3).numpy().astype(np.float64)
    x = few_digits.images.numpy()[:, None] / 255
    expected = ((images - x) ** 2).sum(axis=(1, 2, 3))
    found = reconstruction_errors(vae, few_digits, sampled, seed=3)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-4)


def test_the_mse_is_pytorch_s_own_of_mu_whether_the_codes_are_known_or_not(vae, few_digits):
    expected = F.mse_loss(reconstruct_set(vae, few_digits), few_digits.pixels()).item()
    assert mse(vae, few_digits) == pytest.approx(expected, rel=1e-5)
    assert mse(vae, few_digits, encode_set(vae, few_digits)) == mse(vae, few_digits)


def test_a_sampled_reconstruction_decodes_mu_plus_sigma_times_the_seeds_noise(vae, few_digits):
    noise = torch.randn(len(few_digits), 4, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        posterior = vae.encode(few_digits.pixels())
        expected = vae.decode(posterior.mu + posterior.logvar.mul(0.5).exp() * noise)
    torch.testing.assert_close(reconstruct_set(vae, few_digits, sampled=True, seed=3), expected)
    other = reconstruct_set(vae, few_digits, sampled=True, seed=4)
    assert not torch.allclose(other, expected)


def test_the_size_of_the_batches_changes_nothing(vae, few_digits, monkeypatch):
    whole = encode_set(vae, few_digits)
    errors = reconstruction_errors(vae, few_digits, sampled=True, seed=1)
    monkeypatch.setattr(batches.spans, "__defaults__", (7,))
    torch.testing.assert_close(encode_set(vae, few_digits).mu, whole.mu)
    torch.testing.assert_close(reconstruction_errors(vae, few_digits, sampled=True, seed=1), errors)


def test_no_batch_is_larger_than_the_bound(few_digits):
    many = Digits(few_digits.images.repeat(12, 1, 1), few_digits.labels.repeat(12), "2,400")
    painter = Painter(2)
    reconstruction_errors(painter, many)
    assert painter.largest_batch == BATCH <= 1000


def test_torchs_global_generator_is_left_alone(vae, few_digits):
    before = torch.random.get_rng_state()
    reconstruct_set(vae, few_digits, sampled=True, seed=0)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_codes_of_another_set_are_refused(vae, few_digits):
    with pytest.raises(ValueError, match="own codes"):
        reconstruction_errors(vae, few_digits, codes=encode_set(vae, few_digits.subset(slice(0, 5))))


def test_an_every_beta_network_is_encoded_at_its_beta(few_digits):
    network = EveryBetaVAE(ModelConfig("every-beta-vae", 2, (16,))).eval()
    torch.nn.init.normal_(network.trunk.films[0].to_scale_shift.weight, generator=torch.Generator().manual_seed(0))
    codes = encode_set(network.at(4.0), few_digits)
    with torch.no_grad():
        torch.testing.assert_close(codes.mu, network.at(4.0).encode(few_digits.pixels()).mu)
        assert not torch.allclose(codes.mu, network.at(1.0).encode(few_digits.pixels()).mu)
