"""A network and an objective that do not go together are refused with one sentence, wherever the two are brought together."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch

from core import model_file, pairing, weights
from core.comparison.differences import differences, settings
from core.comparison.sides import Side, all_differences
from core.config import ModelConfig, Objective, TrainConfig, to_json
from core.datasets import Digits
from core.introduction import inventory
from core.models import ARCHITECTURES, build
from core.pairing import PairingError
from core.running import limits, short_runs
from core.running.short_runs import TRAINABLE, ShortRun
from core.shipping.recipes import RECIPES
from core.training import train
from core.weights import CorruptWeightsError, to_bytes
from tests.core.shelves import change_entry

FACTS = model_file.Facts("My model", 4000, 120, 4.5, 0.04)
ONE, EVERY = ModelConfig("dense-vae", 2, (4,)), ModelConfig("every-beta-vae", 2, (4,))
RANGE = (0.1, 10.0)
WRONG = [
    (EVERY, Objective("elbo", beta=8.0), "needs a beta_range"),
    (EVERY, Objective(), "needs a beta_range"),
    (EVERY, Objective(beta=8.0, beta_range=RANGE), "beta=8 would have no effect"),
    (ONE, Objective("elbo", beta_range=RANGE), "takes beta and no beta_range"),
    (ModelConfig("conv-ae", 2), Objective(beta_range=RANGE), "takes beta and no beta_range"),
    (ONE, Objective(beta_damping=0.5), "leave beta_damping out"),
]
RIGHT = [
    (EVERY, Objective("elbo", beta_range=RANGE, beta_damping=0.5)),
    (EVERY, Objective(beta_range=RANGE)),
    (ONE, Objective(beta=0.0)),
    (ONE, Objective(alpha=7.0)),  # documented: terms that a network does not have are left out
    (ModelConfig("dense-ae", 2), Objective(beta=30.0)),
]


def in_a_file(model: ModelConfig, objective: Objective) -> bytes:
    """A file as somebody else may have written it."""
    about = {"model": to_json(model), "train": to_json(TrainConfig(objective)), "facts": vars(FACTS)}
    return safetensors.torch.save(build(model).state_dict(), metadata={"latent_lab": json.dumps(about)})


@pytest.mark.parametrize(("model", "objective", "sentence"), WRONG)
def test_a_pair_that_cannot_go_together_is_refused_everywhere(model, objective, sentence, few_digits):
    run = TrainConfig(objective, seconds=1.0)
    brought_together: list[Callable[[], object]] = [
        lambda: pairing.check(model, objective),
        lambda: train(build(model), few_digits, run),  # at once, not only when the first step is asked for
        lambda: limits.check(model, run),
        lambda: model_file.write(to_bytes(build(model).state_dict()), model, run, FACTS),
        lambda: settings(model, run),
        lambda: differences([(model, run), (model, run)]),
        lambda: all_differences([Side(model, run, 1, 3.0)]),
    ]
    for each in brought_together:
        with pytest.raises(PairingError, match=sentence):
            each()
    with pytest.raises(model_file.ModelFileError, match=sentence):
        model_file.read(in_a_file(model, objective))


@pytest.mark.parametrize(("model", "objective"), RIGHT)
def test_a_pair_that_goes_together_is_taken(model, objective, few_digits):
    next(train(build(model), few_digits, TrainConfig(objective)))
    assert model_file.read(in_a_file(model, objective)).train.objective == objective


@pytest.mark.parametrize(
    ("name", "change"), [("every", {"beta_range": None}), ("small", {"beta_range": [0.1, 10]}), ("small", {"beta_damping": 1})]
)
def test_a_manifest_with_such_a_pair_is_refused(shelf: Path, name, change):
    assert weights.load(name, shelf)
    objective = weights.entry(name, shelf)["train"]["objective"]
    change_entry(shelf, name, train={"objective": objective | change})
    for read in (lambda: weights.load(name, shelf), lambda: weights.configs(name, shelf), lambda: inventory.take(shelf)):
        with pytest.raises(CorruptWeightsError, match="describes no model"):
            read()


@pytest.mark.parametrize("name", weights.names())
def test_every_shipped_model_is_a_pair(name):
    assert weights.configs(name) == (RECIPES[name].model, RECIPES[name].train)


@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if recipe.model is not None])
def test_every_recipe_is_a_pair(name):
    pairing.check(RECIPES[name].model, RECIPES[name].train.objective)


@pytest.mark.parametrize("architecture", sorted(ARCHITECTURES.keys() - {"overlarge-ae"}))
def test_a_line_in_trainable_gives_a_run_that_can_be_trained(architecture, few_digits: Digits, monkeypatch):
    monkeypatch.setitem(TRAINABLE, architecture, architecture)
    run = ShortRun(architecture, beta=3.0)
    model, config = run.configs()
    limits.check(model, config)
    next(train(build(model), few_digits, config))
    conditional = ARCHITECTURES[architecture].conditional
    assert run.one_beta is (ARCHITECTURES[architecture].variational and not conditional)
    assert config.objective.beta_range == (short_runs.BETA_RANGE if conditional else None)


def test_the_comparison_names_the_beta_that_is_looked_at():
    run = TrainConfig(Objective("elbo", beta_range=RANGE))
    assert settings(EVERY, run)["β"] == "any"
    assert settings(EVERY, run, 3.0)["β"] == "3"
    assert settings(ONE, replace(run, objective=Objective(beta=8.0)))["β"] == "8"
