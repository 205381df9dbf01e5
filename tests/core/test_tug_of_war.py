"""Pulls and steps against finite differences, separate backward passes, NumPy and PyTorch's own optimiser."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from core.anatomy.tug_of_war import MOST_STEPS, Trainee, batch_size, encoder_places, measure
from core.config import Objective
from core.losses import loss_terms, weighted_total
from core.training import TrainingDivergedError
from tests.core.small_models import fresh, shaken, smallest, weights_of

OBJECTIVE = Objective("notebook", beta=7.0, alpha=0.5)


def batch(model, count=6, dtype=torch.float64):
    source = torch.Generator().manual_seed(1)
    x = torch.rand(count, 1, 28, 28, generator=source, dtype=dtype)
    return x, torch.arange(count) % 10, torch.randn(count, model.config.latent_dim, generator=source, dtype=dtype)


def small(architecture):
    return shaken(fresh(smallest(architecture))).double().requires_grad_(True)


def names(model):
    return [name for name, _ in model.named_parameters()]


@pytest.mark.parametrize("architecture", ["dense-ae", "conv-vae", "dense-multistage-vae"])
@pytest.mark.parametrize("scale", ["notebook", "elbo"])
def test_norms_and_cosines_are_those_of_separate_backward_passes(architecture, scale):
    model = small(architecture)
    x, labels, noise = batch(model)
    found, _ = measure(model, x, labels, noise, scale)
    vectors = {}
    for name in found.terms:
        model.zero_grad()
        terms, _ = loss_terms(model, x, labels, noise, Objective(scale))
        terms[name].mean().backward()
        encoder = [p for n, p in model.named_parameters() if n.split(".")[0] in ("trunk", "to_mu", "to_logvar")]
        vectors[name] = np.concatenate([np.zeros(p.numel()) if p.grad is None else p.grad.numpy().ravel() for p in encoder])
        assert found.terms[name] == pytest.approx(terms[name].mean().item())
        assert found.norms[name] == pytest.approx(np.linalg.norm(vectors[name]))
    assert len(found.cosines) == {1: 0, 2: 1, 3: 3}[len(vectors)]
    for (a, b), cosine in found.cosines.items():
        u, v = vectors[a], vectors[b]
        assert cosine == pytest.approx(u @ v / np.linalg.norm(u) / np.linalg.norm(v))


@pytest.mark.parametrize("term", ["reconstruction", "kl", "classification"])
def test_the_gradient_is_the_slope_that_finite_differences_find(term):
    """Along a random direction in the encoder's weights."""
    model = small("dense-multistage-vae")
    x, labels, noise = batch(model)
    _, gradients = measure(model, x, labels, noise, "elbo")
    parameters = list(model.parameters())
    places = encoder_places(model)
    direction = {i: torch.randn_like(parameters[i]) for i in places}
    slope = sum((gradients[term][i] * direction[i]).sum().item() for i in places if gradients[term][i] is not None)

    def value(step):
        with torch.no_grad():
            for i in places:
                parameters[i] += step * direction[i]
            terms, _ = loss_terms(model, x, labels, noise, Objective("elbo"))
            for i in places:
                parameters[i] -= step * direction[i]
        return terms[term].mean().item()

    h = 1e-6
    assert (value(h) - value(-h)) / (2 * h) == pytest.approx(slope, rel=1e-4)


def test_the_encoder_is_the_trunk_and_the_layers_to_the_posterior():
    model = small("dense-multistage-vae")
    chosen = {names(model)[i].split(".")[0] for i in encoder_places(model)}
    assert chosen == {"trunk", "to_mu", "to_logvar"}
    _, gradients = measure(model, *batch(model), "elbo")
    reached = {names(model)[i].split(".")[0] for i, gradient in enumerate(gradients["kl"]) if gradient is not None}
    assert reached == {"trunk", "to_mu", "to_logvar"}  # the KL reaches neither decoder


def test_weights_stretch_gradients_and_turn_none():
    model = small("dense-multistage-vae")
    found, _ = measure(model, *batch(model), "notebook")
    heavy = found.weighted(OBJECTIVE)
    assert heavy.norms["kl"] == pytest.approx(7 / 784 * found.norms["kl"])
    assert heavy.terms["classification"] == pytest.approx(0.5 * found.terms["classification"])
    assert heavy.cosines == found.cosines
    free = found.weighted(Objective(beta=0.0))
    assert free.norms["kl"] == 0
    assert free.cosines["reconstruction", "kl"] is None
    assert free.cosines["reconstruction", "classification"] is not None


@pytest.mark.parametrize("architecture", ["dense-ae", "conv-vae", "multistage-vae"])
def test_a_step_is_pytorchs_adam_on_the_whole_loss(architecture, few_digits):
    model = shaken(fresh(smallest(architecture)))
    trainee, other = Trainee(model, few_digits), deepcopy(model).requires_grad_(True)
    optimizer = torch.optim.Adam(other.parameters(), lr=3e-3)
    for step in range(3):
        x, labels, noise = trainee.batch(step)
        terms, _ = loss_terms(other, x, labels, noise, OBJECTIVE)
        loss = weighted_total(terms, OBJECTIVE).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        record = trainee.step(OBJECTIVE, 3e-3)
        assert sum(record.pull.weighted(OBJECTIVE).terms.values()) == pytest.approx(loss.item(), rel=1e-5)
    torch.testing.assert_close(weights_of(trainee.model), weights_of(other), atol=1e-4, rtol=1e-3)
    assert [record.index for record in trainee.history] == [1, 2, 3]


def test_the_model_it_was_copied_from_is_never_touched(few_digits):
    model = fresh(smallest("dense-vae")).eval().requires_grad_(False)
    before = weights_of(model).clone()
    trainee = Trainee(model, few_digits)
    trainee.step(OBJECTIVE, 1e-2)
    assert torch.equal(before, weights_of(model))
    assert not torch.equal(before, weights_of(trainee.model))
    assert not any(p.requires_grad or p.grad is not None for p in model.parameters())
    assert all(p.grad is None for p in trainee.model.parameters())


def test_the_same_buttons_give_the_same_steps_whatever_else_draws(few_digits):
    runs = []
    for _ in range(2):
        torch.rand(7)
        trainee = Trainee(fresh(smallest("dense-vae")), few_digits)
        for _ in range(3):
            trainee.step(OBJECTIVE, 1e-2)
        runs.append(weights_of(trainee.model))
    assert torch.equal(*runs)
    assert not torch.equal(trainee.batch(0)[0], trainee.batch(1)[0])


def test_what_pulls_is_measured_without_a_step_and_once(few_digits):
    trainee = Trainee(fresh(smallest("dense-vae")), few_digits)
    before = weights_of(trainee.model).clone()
    ahead = trainee.pull("notebook")
    assert trainee.pull("notebook") is ahead
    assert torch.equal(before, weights_of(trainee.model))
    assert trainee.step(OBJECTIVE, 1e-3).pull == ahead
    assert trainee.pull("notebook") is trainee.history[-1].pull
    assert trainee.pull("elbo").scale == "elbo"


@pytest.mark.parametrize("rate", [1e30, float("inf")])
def test_a_step_into_nowhere_is_undone_and_said(rate, few_digits):
    trainee = Trainee(fresh(smallest("dense-vae")), few_digits)
    trainee.step(OBJECTIVE, 1e-3)
    before, moments = weights_of(trainee.model).clone(), deepcopy(trainee.optimizer.state_dict()["state"])
    with pytest.raises(TrainingDivergedError, match=r"Step 2 was undone.*last good weights are kept"):
        trainee.step(OBJECTIVE, rate)
    assert torch.equal(before, weights_of(trainee.model))
    assert trainee.steps == len(trainee.history) == 1
    for number, state in trainee.optimizer.state_dict()["state"].items():
        assert torch.equal(state["exp_avg"], moments[number]["exp_avg"])
    trainee.step(OBJECTIVE, 1e-3)  # and it goes on from there
    assert trainee.steps == 2


def test_many_steps_bring_the_loss_down_and_a_dear_kl_collapses_the_code(few_digits):
    trainee = Trainee(fresh(smallest("dense-vae")), few_digits)
    dear = Objective(beta=1000.0)
    with torch.no_grad():
        trainee.model.to_mu.bias += 2.0
    for _ in range(150):
        trainee.step(dear, 1e-2)
    assert trainee.history[-1].pull.terms["kl"] < 0.05 * trainee.history[0].pull.terms["kl"]


def test_a_history_is_bounded(few_digits, monkeypatch):
    monkeypatch.setattr("core.anatomy.tug_of_war.MOST_STEPS", 3)
    trainee = Trainee(fresh(smallest("dense-ae")), few_digits)
    for _ in range(5):
        trainee.step(OBJECTIVE, 1e-3)
    assert [record.index for record in trainee.history] == [3, 4, 5]
    assert MOST_STEPS >= 100


def test_convolutions_get_smaller_batches():
    assert batch_size(fresh(smallest("conv-vae"))) < batch_size(fresh(smallest("dense-vae")))
