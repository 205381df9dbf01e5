"""One contract for every architecture in the registry, and what is special about some of them."""

from threading import Event, Thread

import numpy as np
import pytest
import torch
from scipy import stats

from core.config import ModelConfig
from core.models import ARCHITECTURES, AtBeta, Autoencoder, Judge, Posterior, build, parameter_count
from core.models.conditional import EveryBetaVAE
from tests.core.small_models import SPECIAL_SIZES, shaken, smallest

SPECIAL_WIDTHS = {"overlarge-ae": ((8,),), "conv-ae": ((8,), (8, 6), (4, 6, 8)), "conv-vae": ((8,), (4, 6, 8))}

each_architecture = pytest.mark.parametrize("architecture", ARCHITECTURES)
each_size = pytest.mark.parametrize(
    ("architecture", "latent_dim"),
    [(name, size) for name in ARCHITECTURES for size in SPECIAL_SIZES.get(name, (1, 2, 16, 30))],
)


def views(model: Autoencoder, batch: int) -> list[Autoencoder | AtBeta]:
    """The model and, if it serves every beta, also the views of it."""
    if not model.conditional:
        return [model]
    return [model, model.at(0.1), model.at(20), model.at(torch.linspace(0.1, 20, batch))]


@each_size
def test_the_contract(architecture, latent_dim):
    config = ModelConfig(architecture, latent_dim)
    model, batch = build(config).eval(), 3
    kind = ARCHITECTURES[architecture]
    assert kind.layer_kind
    assert kind.conditional == isinstance(model, EveryBetaVAE)
    assert kind.variational == (model.to_logvar is not None)
    assert kind.classifies == (model.class_head is not None)
    x = torch.rand(batch, 1, 28, 28)
    for view in views(model, batch):
        assert view.config is config
        assert view.variational == kind.variational
        assert view.classifies == kind.classifies
        with torch.inference_mode():
            posterior = view.encode(x)
            assert posterior.mu.shape == (batch, latent_dim)
            if view.variational:
                assert posterior.logvar.shape == (batch, latent_dim)
            else:
                assert posterior.logvar is None
            z = 100 * torch.randn(batch, latent_dim)  # far out, where a picture must still be a picture
            logits, x_hat = view.decode_logits(z), view.decode(z)
            assert logits.shape == x_hat.shape == (batch, 1, 28, 28)
            torch.testing.assert_close(x_hat, logits.sigmoid())
            assert ((x_hat >= 0) & (x_hat <= 1)).all()
            if view.classifies:
                assert view.classify(z).shape == (batch, 10)
            else:
                with pytest.raises(TypeError, match=f"{architecture} has no class head"):
                    view.classify(z)


@each_architecture
def test_a_digit_is_treated_alike_alone_and_in_a_batch(architecture):
    model = shaken(build(smallest(architecture)))
    x = torch.rand(5, 1, 28, 28)
    for view in views(model, 5)[:-1]:  # the last has a beta for each image
        posterior, alone = view.encode(x), view.encode(x[2:3])
        torch.testing.assert_close(alone.mu, posterior.mu[2:3])
        torch.testing.assert_close(view.decode(posterior.mu[2:3]), view.decode(posterior.mu)[2:3])
        if view.variational:
            torch.testing.assert_close(alone.logvar, posterior.logvar[2:3])
        if view.classifies:
            torch.testing.assert_close(view.classify(alone.mu), view.classify(posterior.mu)[2:3])


@each_architecture
def test_gradients_reach_every_parameter(architecture):
    model = shaken(build(smallest(architecture)))
    x = torch.rand(8, 1, 28, 28)
    view = views(model, 8)[-1]
    posterior = view.encode(x)
    z = posterior.sample(torch.randn_like(posterior.mu))
    loss = (view.decode_logits(z) - x).square().sum()
    if view.classifies:
        loss = loss + view.classify(z).square().sum()
    loss.backward()
    without = [
        name for name, p in model.named_parameters() if p.grad is None or not p.grad.isfinite().all() or not p.grad.any()
    ]
    assert without == []


@each_architecture
def test_different_digits_and_codes_give_different_answers(architecture):
    model = shaken(build(smallest(architecture)))
    mu = model.encode(torch.rand(2, 1, 28, 28)).mu
    x_hat = model.decode(torch.randn(2, model.config.latent_dim))
    assert not torch.allclose(mu[0], mu[1])
    assert not torch.allclose(x_hat[0], x_hat[1])


@pytest.mark.parametrize(
    ("architecture", "hidden"),
    [(name, hidden) for name in ARCHITECTURES for hidden in SPECIAL_WIDTHS.get(name, ((8,), (8, 6), (4, 6, 8)))],
)
def test_any_fitting_widths(architecture, hidden):
    config = ModelConfig(architecture, smallest(architecture).latent_dim, hidden)
    model = build(config)
    assert model.config is config
    assert model.decode(model.encode(torch.rand(2, 1, 28, 28)).mu).shape == (2, 1, 28, 28)
    assert parameter_count(model) < parameter_count(build(ModelConfig(architecture, config.latent_dim)))


def test_the_parameter_count_of_pytorchs_vae_example():
    """784-400-20-400-784, https://github.com/pytorch/examples/blob/main/vae/main.py"""
    assert parameter_count(build(ModelConfig("dense-vae", 20, (400,)))) == 784 * 400 + 400 + 2 * 8020 + 8400 + 400 * 784 + 784


def test_only_known_architectures_are_built():
    with pytest.raises(ValueError, match="unknown architecture 'transformer'; known: dense-ae, conv-ae"):
        build(ModelConfig("transformer", 2))


@pytest.mark.parametrize("latent_dim", [2, 49, 735, 785])
def test_an_overlarge_code_is_no_smaller_than_the_image(latent_dim):
    with pytest.raises(ValueError, match=f"at least 784; not {latent_dim}"):
        build(ModelConfig("overlarge-ae", latent_dim))


@pytest.mark.parametrize("architecture", ["conv-ae", "conv-vae", "multistage-vae"])
def test_too_many_convolutions_are_refused(architecture):
    with pytest.raises(ValueError, match="at most 3 convolutions, not 4"):
        build(ModelConfig(architecture, 2, (8, 8, 8, 8)))


def test_the_overlarge_network_has_one_width():
    with pytest.raises(ValueError, match="one hidden layer, not 2"):
        build(ModelConfig("overlarge-ae", 784, (8, 8)))


def test_the_overlarge_network_can_be_the_identity():
    """Nothing but the code stands between a patch and its copy: each output patch sees its own input patch and no other."""
    model = shaken(build(smallest("overlarge-ae")))
    x = torch.rand(1, 1, 28, 28, requires_grad=True)
    model.decode(model.encode(x).mu)[0, 0, 4:8, 8:12].sum().backward()
    touched = x.grad[0, 0].nonzero()
    assert touched.amin(dim=0).tolist() == [4, 8]
    assert touched.amax(dim=0).tolist() == [7, 11]


def test_the_judge_gives_ten_logits():
    assert Judge()(torch.rand(3, 1, 28, 28)).shape == (3, 10)


# --- the posterior


def test_samples_are_normal_with_the_posteriors_mean_and_deviation():
    mu, logvar = torch.tensor([[-3.0, 0.0, 5.0]]), torch.tensor([[-2.0, 0.0, 2.0]])
    noise = torch.randn(20_000, 3, generator=torch.Generator().manual_seed(1))
    z = Posterior(mu, logvar).sample(noise).numpy()
    for i in range(3):
        fitted = stats.kstest(z[:, i], stats.norm(mu[0, i].item(), np.exp(0.5 * logvar[0, i].item())).cdf)
        assert fitted.pvalue > 1e-3
    assert abs(np.corrcoef(z.T) - np.eye(3)).max() < 0.03


def test_a_sample_without_noise_or_without_variance_is_mu():
    mu = torch.randn(4, 2)
    assert torch.equal(Posterior(mu, torch.randn(4, 2)).sample(torch.zeros(4, 2)), mu)
    assert torch.equal(Posterior(mu, None).sample(torch.randn(4, 2)), mu)


def test_the_reparameterisation_gradient():
    """d z / d mu = 1 and d z / d logvar = sigma noise / 2, for the very noise that was drawn."""
    mu, logvar, noise = (torch.randn(4, 2, dtype=torch.float64) for _ in range(3))
    inputs = (mu.requires_grad_(), logvar.requires_grad_())
    Posterior(*inputs).sample(noise).sum().backward()
    assert torch.equal(mu.grad, torch.ones_like(mu))
    torch.testing.assert_close(logvar.grad, 0.5 * (0.5 * logvar.detach()).exp() * noise)
    assert torch.autograd.gradcheck(lambda m, v: Posterior(m, v).sample(noise), inputs)


def test_a_seeded_network_is_the_same_whatever_other_threads_build():
    config, over = ModelConfig("dense-vae", 2, (64,)), Event()

    def builds() -> None:
        while not over.is_set():
            build(config)

    before = torch.get_rng_state()
    first = build(config, seed=3).state_dict()
    assert torch.equal(torch.get_rng_state(), before)
    other = Thread(target=builds)
    other.start()
    try:
        for _ in range(50):
            for name, values in build(config, seed=3).state_dict().items():
                assert torch.equal(values, first[name])
    finally:
        over.set()
        other.join()
    assert not torch.equal(build(config, seed=4).state_dict()["to_mu.weight"], first["to_mu.weight"])
