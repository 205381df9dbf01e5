"""What a comparison varies, held against the networks themselves and against the shipped recipes."""

from dataclasses import replace

import pytest

from core.comparison.differences import differences, verdict
from core.config import ModelConfig, Objective, TrainConfig
from core.shipping.recipes import RECIPES

VAE = (ModelConfig("conv-vae", 16), TrainConfig())


def named(*models):
    return [found.what for found in differences(models)]


@pytest.mark.parametrize("seed", ["", "-seed1", "-seed2"])
def test_the_pair_that_the_page_opens_with_differs_in_the_class_head_alone(seed):
    pair = [(RECIPES[name + seed].model, RECIPES[name + seed].train) for name in ("conv-vae-16", "multistage-vae-16")]
    assert named(*pair) == ["class head"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda m, t: (replace(m, latent_dim=2), t), "size of the code"),
        (lambda m, t: (replace(m, hidden=(8,)), t), "widths"),
        (lambda m, t: (m, replace(t, objective=Objective(beta=30.0))), "β"),
        (lambda m, t: (m, replace(t, objective=Objective("elbo"))), "reconstruction loss"),
        (lambda m, t: (m, replace(t, epochs=3)), "training"),
        (lambda m, t: (m, replace(t, seconds=20)), "training"),
        (lambda m, t: (m, replace(t, batch_size=7)), "batch size"),
        (lambda m, t: (m, replace(t, learning_rate=1.0)), "learning rate"),
        (lambda m, t: (m, replace(t, weight_decay=1.0)), "weight decay"),
        (lambda m, t: (m, replace(t, seed=9)), "seed"),
    ],
)
def test_each_change_is_found_alone(change, what):
    assert named(VAE, change(*VAE)) == [what]


def test_a_weight_without_effect_is_no_difference():
    without_head = (VAE[0], replace(VAE[1], objective=Objective(alpha=5.0)))
    assert named(VAE, without_head) == []
    point = (ModelConfig("conv-ae", 16, (32, 64, 128)), replace(VAE[1], objective=Objective(beta=30.0)))
    assert named((ModelConfig("conv-vae", 16, (32, 64, 128)), VAE[1]), point) == ["posterior"]


def test_one_of_three_that_differs_is_enough():
    found = differences([VAE, VAE, (VAE[0], replace(VAE[1], seed=4))])
    assert [str(row) for row in found] == ["seed (0, 0, 4)"]


def test_a_setting_that_one_of_three_does_not_have_is_still_compared_among_the_others():
    point = (ModelConfig("conv-ae", 16, (32, 64, 128)), VAE[1])
    dear = (VAE[0], replace(VAE[1], objective=Objective(beta=30.0)))
    found = {row.what: row.values for row in differences([point, VAE, dear])}
    assert found["β"] == ("–", "1", "30")
    assert list(found).index("posterior") < list(found).index("β")
    assert "β" not in named(point, VAE)


def test_the_verdict_warns_of_more_than_one_difference():
    other = (replace(VAE[0], latent_dim=2), replace(VAE[1], seed=1))
    assert verdict(differences([VAE, VAE]), 2) == "These two models were built and trained alike."
    assert "one thing only: seed (0, 1)" in verdict(differences([VAE, (VAE[0], other[1])]), 2)
    assert "differ in 2 things, so no difference" in verdict(differences([VAE, other]), 2)
    assert verdict(differences([VAE, other, VAE]), 3).startswith("These 3 models")


def test_nothing_to_compare_has_no_differences():
    assert differences([]) == []
