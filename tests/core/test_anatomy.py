"""Every tensor of the flow against the model itself, PyTorch's distributions and the sums that the loss is made of."""

import pytest
import torch
from torch.distributions import Categorical, Normal, kl_divergence

from core.anatomy import flow
from core.anatomy.flow import can_be_drawn, dissect, draw_noise, fingerprint, hidden, term_weights
from core.config import ModelConfig, Objective
from core.losses import loss_terms
from core.models import ARCHITECTURES, build
from tests.core.small_models import fresh, shaken, smallest

KINDS = ("dense-ae", "conv-ae", "dense-vae", "conv-vae", "dense-multistage-vae", "multistage-vae")
SCALES = (Objective("notebook", beta=3.0, alpha=2.0), Objective("elbo", beta=0.5, alpha=10.0))


@pytest.fixture
def x(few_digits):
    return few_digits.pixels(slice(70, 71))


def cut(architecture, x, objective=SCALES[0], seed=5):
    model = shaken(fresh(smallest(architecture))).requires_grad_(False)
    return model, dissect(model, x, 3, draw_noise(seed, model.config.latent_dim), objective)


@pytest.mark.parametrize("architecture", KINDS)
def test_the_tensors_are_those_of_the_model(architecture, x):
    model, found = cut(architecture, x)
    parts = found.parts
    posterior = model.encode(x)
    torch.testing.assert_close(parts["x"], x[0])
    noise = draw_noise(5, 3)
    if model.variational:
        sigma = posterior.logvar.exp().sqrt()
        torch.testing.assert_close(parts["mu"], posterior.mu[0])
        torch.testing.assert_close(parts["logvar"], posterior.logvar[0])
        torch.testing.assert_close(parts["sigma"], sigma[0])
        torch.testing.assert_close(parts["z"], (posterior.mu + sigma * noise)[0])
    else:
        assert "noise" not in parts
        torch.testing.assert_close(parts["z"], posterior.mu[0])
    torch.testing.assert_close(parts["x_hat"], model.decode(parts["z"][None])[0])
    if model.classifies:
        torch.testing.assert_close(parts["probabilities"], Categorical(logits=model.classify(parts["z"][None])).probs[0])


@pytest.mark.parametrize("architecture", KINDS)
def test_hidden_layers_lead_to_the_code_and_to_the_picture(architecture, x):
    """The last hidden layer, sent through what comes after it, gives what the whole network gives."""
    model, found = cut(architecture, x)
    encoder = [part for name, part in found.parts.items() if name.startswith("encoder")]
    decoder = [part for name, part in found.parts.items() if name.startswith("decoder")]
    assert len(encoder) == len(decoder) == 2
    assert all(bool((part >= 0).all()) for part in [*encoder, *decoder])
    torch.testing.assert_close(model.to_mu(encoder[-1].reshape(1, -1)), model.encode(x).mu)
    last = max(i for i, layer in enumerate(model.decoder) if isinstance(layer, torch.nn.ReLU))
    torch.testing.assert_close(model.decoder[last + 1 :](decoder[-1][None]).sigmoid()[0], found.parts["x_hat"])


@pytest.mark.parametrize("architecture", KINDS)
@pytest.mark.parametrize("objective", SCALES, ids=lambda objective: objective.scale)
def test_the_pictures_of_the_terms_add_up_to_the_terms_and_these_to_the_total(architecture, objective, x):
    model, found = cut(architecture, x, objective)
    noise = draw_noise(5, 3)
    terms, posterior = loss_terms(model, x, torch.tensor([3]), noise, objective)
    assert set(found.terms) == set(terms)
    assert found.parts["reconstruction"].sum().item() == pytest.approx(terms["reconstruction"].item(), rel=1e-5)
    if model.variational:
        q = Normal(posterior.mu, posterior.logvar.exp().sqrt())
        kl = kl_divergence(q, Normal(torch.zeros(1, 3), torch.ones(1, 3)))
        torch.testing.assert_close(found.parts["kl"], kl[0], atol=1e-5, rtol=1e-4)
        assert found.terms["kl"] == pytest.approx(found.parts["kl"].sum().item(), rel=1e-5)
    if model.classifies:
        assert found.terms["classification"] == pytest.approx(found.parts["classification"][3].item(), rel=1e-5)
        torch.testing.assert_close(found.parts["classification"], -found.parts["probabilities"].log(), atol=1e-4, rtol=1e-4)
    assert sum(found.weighted.values()) == pytest.approx(found.total, rel=1e-5)
    per = 784 if objective.scale == "notebook" else 1
    assert found.weighted["reconstruction"] == pytest.approx(found.terms["reconstruction"] / per, rel=1e-5)


def test_the_weights_are_those_of_the_objective():
    terms = dict.fromkeys(("reconstruction", "kl", "classification"), torch.zeros(1))
    assert term_weights(terms, Objective("elbo", beta=3.0, gamma=2.0, alpha=7.0)) == {
        "reconstruction": 2.0,
        "kl": 3.0,
        "classification": 7.0,
    }
    found = term_weights(terms, Objective("notebook", beta=3.0, alpha=7.0))
    assert found["kl"] == pytest.approx(3 / 784)
    assert found["classification"] == 7.0


def test_beta_and_noise_change_what_comes_after_them_and_nothing_else(x):
    model = shaken(fresh(smallest("dense-multistage-vae")))
    at = lambda seed, beta: dissect(model, x, 3, draw_noise(seed, 3), Objective(beta=beta))  # noqa: E731
    first, other, dearer = at(1, 1.0), at(2, 1.0), at(1, 30.0)

    def changed(a, b):
        return {name for name in a.parts if fingerprint(a.parts[name]) != fingerprint(b.parts[name])}

    assert changed(first, dearer) == set()
    assert first.total != dearer.total
    upstream = {"x", "encoder 1", "encoder 2", "mu", "logvar", "sigma", "kl"}
    assert changed(first, other) == set(first.parts) - upstream


def test_noise_zero_is_no_noise_and_a_seed_is_a_draw():
    assert not draw_noise(0, 4).any()
    assert torch.equal(draw_noise(7, 4), draw_noise(7, 4))
    assert not torch.equal(draw_noise(7, 4), draw_noise(8, 4))
    many = draw_noise(3, 4000)
    assert (abs(many.mean().item()) < 0.1, abs(many.std().item() - 1) < 0.1) == (True, True)


def test_dissecting_leaves_the_global_generator_and_the_model_alone(x):
    model = fresh(smallest("multistage-vae")).eval().requires_grad_(False)
    before, weights = torch.get_rng_state(), fingerprint(torch.cat([p.flatten() for p in model.parameters()]))
    dissect(model, x, 3, draw_noise(1, 3), Objective())
    assert torch.equal(before, torch.get_rng_state())
    assert weights == fingerprint(torch.cat([p.flatten() for p in model.parameters()]))


def test_hidden_reads_the_relus_alone():
    layers = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 4))
    h = torch.randn(1, 2)
    (found,) = hidden(layers, h)
    torch.testing.assert_close(found, layers[0](h).clamp(min=0))


def test_what_can_be_drawn():
    drawn = {name for name in ARCHITECTURES if can_be_drawn(build(ModelConfig(name, 784)))}
    assert drawn == set()
    assert {name for name in ARCHITECTURES if name != "overlarge-ae" and can_be_drawn(build(smallest(name)))} == set(KINDS)
    assert not can_be_drawn(build(ModelConfig("dense-vae", 2, (9,) * (flow.MOST_LAYERS + 1))))


@pytest.mark.parametrize(
    ("architecture", "layers", "wanted"),
    [
        ("conv-vae", (8, 6), {"encoder 1", "encoder 2", "decoder 2", "x_hat"}),  # the decoder's first layer is a matrix
        ("dense-ae", (8, 6), set()),
    ],
)
def test_what_a_convolution_has_made(architecture, layers, wanted):
    assert flow.convolved(build(ModelConfig(architecture, 2, layers))) == wanted
