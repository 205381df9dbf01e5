"""What the lesson of the page Anatomy says about the shipped networks, tried on them."""

from statistics import mean

import pytest

from core import weights
from core.anatomy.tug_of_war import Trainee, measure
from core.config import Objective, train_config
from core.datasets import embedded

DEAR, FREE = Objective(beta=1000.0), Objective(beta=0.0)
RATE = 3e-3


def pulls(name, batches=4):
    trainee = Trainee(weights.load(name), embedded())
    objective = train_config(weights.entry(name)["train"]).objective
    found = [measure(trainee.model, *trainee.batch(step), objective.scale)[0] for step in range(batches)]
    return [pull.weighted(objective) for pull in found]


def test_in_a_trained_vae_of_16_numbers_two_terms_pull_equally_hard_in_opposite_directions():
    found = pulls("conv-vae-16")
    assert mean(pull.cosines["reconstruction", "kl"] for pull in found) < -0.85
    assert mean(pull.norms["kl"] / pull.norms["reconstruction"] for pull in found) == pytest.approx(1, abs=0.2)
    wide = mean(pull.cosines["reconstruction", "kl"] for pull in pulls("conv-vae-2"))
    assert -0.7 < wide < 0


def test_a_vaes_code_collapses_and_stays_silent_when_the_kl_is_free():
    trainee = Trainee(weights.load("dense-vae-2"), embedded())
    first = trainee.step(DEAR, RATE).pull
    for _ in range(29):
        last = trainee.step(DEAR, RATE).pull
    assert last.terms["kl"] < 0.01 * first.terms["kl"]
    for _ in range(20):
        later = trainee.step(FREE, RATE).pull
    assert later.terms["kl"] < 0.01 * first.terms["kl"]
    assert later.norms["reconstruction"] < 0.1 * first.norms["reconstruction"]


def test_the_class_head_wakes_a_collapsed_code_up():
    trainee = Trainee(weights.load("multistage-vae-16"), embedded())
    for _ in range(20):
        silent = trainee.step(DEAR, RATE).pull
    heard = silent.weighted(FREE).norms
    assert heard["classification"] > 10 * heard["reconstruction"]
    for _ in range(30):
        awake = trainee.step(FREE, RATE).pull
    assert awake.terms["kl"] > 5 * silent.terms["kl"]
    assert awake.terms["classification"] < 0.2 * silent.terms["classification"]
