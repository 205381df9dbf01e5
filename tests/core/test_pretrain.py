"""Rebuilding weights: what is finished is not done again, what changed is, and the same seed gives the same file."""

import json
from dataclasses import replace
from pathlib import Path
from queue import Queue

import pytest
import torch

from core import weights
from core.config import ModelConfig, Objective
from core.models import build
from core.shipping import networks, recipes, records
from core.shipping.recipes import RECIPES
from tests.core.tiny_recipes import TINY

pytestmark = pytest.mark.usefixtures("tiny_recipes")


def make(name: str, folder: Path) -> dict:
    """One model trained and put into the manifest, in this process."""
    entry = networks.train_one(name, folder, Queue())
    records.record(name, entry, folder)
    return entry


# --- one model


@pytest.mark.parametrize("name", TINY)
def test_the_same_seed_gives_the_same_file(tmp_path, name):
    first = networks.train_one(name, tmp_path / "a", Queue())
    torch.randn(5)
    second = networks.train_one(name, tmp_path / "b", Queue())
    assert first["sha256"] == second["sha256"]
    assert (tmp_path / "a" / first["file"]).read_bytes() == (tmp_path / "b" / second["file"]).read_bytes()

    recipe = TINY[name]
    recipes.RECIPES[name] = replace(recipe, train=replace(recipe.train, seed=1))
    assert networks.train_one(name, tmp_path / "c", Queue())["sha256"] != first["sha256"]


def test_an_entry_says_what_was_done(tmp_path, few_digits):
    entry = make("tiny-vae", tmp_path)
    assert set(entry) == {"title", "model", "train", "facts", "file", "sha256"}
    assert entry["title"] == "Tiny VAE"
    assert entry["file"] == "tiny-vae.safetensors"
    facts = entry["facts"]
    assert facts["images"] == 200
    assert facts["steps"] == 2
    assert facts["data"] == few_digits.name
    assert set(facts["final_losses"]) == {"reconstruction", "kl", "total"}
    assert weights.entry("tiny-vae", tmp_path) == entry  # JSON changes nothing in it
    loaded = weights.load("tiny-vae", tmp_path)
    assert loaded.config == TINY["tiny-vae"].model
    torch.manual_seed(0)
    untrained = build(TINY["tiny-vae"].model)
    assert not torch.allclose(loaded.to_mu.weight, untrained.to_mu.weight, atol=1e-4)


def test_the_judge_is_trained_softened_as_its_recipe_says(tmp_path):
    assert make("judge", tmp_path)["file"] == "judge.safetensors"
    assert not weights.load_judge(tmp_path).training
    once = weights.entry("judge", tmp_path)["sha256"]
    recipes.RECIPES["judge"] = replace(TINY["judge"], softened=0.0)
    assert make("judge", tmp_path)["sha256"] != once


def test_a_reference_lies_apart(tmp_path):
    assert make("reference-vae", tmp_path)["file"] == "references/reference-vae.safetensors"
    found = records.read(tmp_path)
    assert list(found["references"]) == ["reference-vae"]
    assert found["models"] == {}


# --- what is finished


def test_what_is_finished_is_known(tmp_path):
    assert not records.trained("tiny-ae", tmp_path)
    make("tiny-ae", tmp_path)
    assert records.trained("tiny-ae", tmp_path)
    assert not records.trained("tiny-vae", tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda recipe: replace(recipe, train=replace(recipe.train, epochs=0.3)),
        lambda recipe: replace(recipe, train=replace(recipe.train, seed=1)),
        lambda recipe: replace(recipe, train=replace(recipe.train, objective=Objective(beta=2))),
        lambda recipe: replace(recipe, model=ModelConfig("dense-ae", 3, (4,))),
        lambda recipe: replace(recipe, model=ModelConfig("dense-ae", 2, (5,))),
        lambda recipe: replace(recipe, model=ModelConfig("dense-vae", 2, (4,))),
    ],
)
def test_a_changed_recipe_is_not_finished(tmp_path, change):
    make("tiny-ae", tmp_path)
    recipes.RECIPES["tiny-ae"] = change(TINY["tiny-ae"])
    assert not records.trained("tiny-ae", tmp_path)
    recipes.RECIPES["tiny-ae"] = TINY["tiny-ae"]
    assert records.trained("tiny-ae", tmp_path)


def test_an_entry_older_than_a_setting_is_finished_if_the_recipe_has_its_default(tmp_path):
    entry = make("tiny-ae", tmp_path)
    del entry["train"]["adam_beta2"]
    records.record("tiny-ae", entry, tmp_path)
    assert records.trained("tiny-ae", tmp_path)
    recipes.RECIPES["tiny-ae"] = replace(TINY["tiny-ae"], train=replace(TINY["tiny-ae"].train, adam_beta2=0.9))
    assert not records.trained("tiny-ae", tmp_path)


def test_a_changed_or_deleted_file_is_not_finished(tmp_path):
    for name in ("tiny-ae", "reference-vae"):
        path = tmp_path / make(name, tmp_path)["file"]
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        assert not records.trained(name, tmp_path)
        path.write_bytes(data)
        assert records.trained(name, tmp_path)
        path.unlink()
        assert not records.trained(name, tmp_path)


def test_a_measured_reference_needs_no_file(tmp_path):
    for name in ("tiny-ae", "reference-vae"):
        entry = make(name, tmp_path)
        records.record(name, entry | {"metrics": {"mse": 0.1}}, tmp_path)
        (tmp_path / entry["file"]).unlink()
    assert records.trained("reference-vae", tmp_path)
    assert not records.trained("tiny-ae", tmp_path)


# --- the manifest


def test_record_keeps_the_recipes_order(tmp_path):
    for name in reversed(TINY):
        records.record(name, {"title": name}, tmp_path)
    assert list(records.read(tmp_path)["models"]) == ["judge", "tiny-ae", "tiny-vae"]
    assert list(records.read(tmp_path)["references"]) == ["reference-vae"]


def test_record_replaces_one_entry_and_keeps_the_rest(tmp_path):
    records.write(
        {"models": {"tiny-ae": {"title": "old"}, "gone": {"title": "no recipe"}}, "baselines": {"file": "b"}}, tmp_path
    )
    records.record("tiny-vae", {"title": "VAE β"}, tmp_path)
    records.record("tiny-ae", {"title": "new"}, tmp_path)
    found = records.read(tmp_path)
    assert found["models"] == {"tiny-ae": {"title": "new"}, "tiny-vae": {"title": "VAE β"}}
    assert found["baselines"] == {"file": "b"}
    text = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    assert "VAE β" in text
    assert json.loads(text) == found


def test_an_empty_folder_has_an_empty_manifest(tmp_path):
    assert records.read(tmp_path / "nowhere") == {"models": {}, "references": {}}


# --- the real recipes


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_builds_and_can_be_written_down(name):
    recipe = RECIPES[name]
    assert recipe.title
    assert networks.cost(recipe) > 0
    written = records.recipe_json(recipe)
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    if recipe.model is not None:
        assert build(recipe.model).conditional == (recipe.train.objective.beta_range is not None)


def test_the_cost_is_the_multiplications_of_a_pass_times_the_epochs():
    recipe = TINY["tiny-ae"]  # 784-4-2-4-784, two operations each
    assert networks.cost(recipe) == 2 * (784 * 4 + 4 * 2 + 2 * 4 + 4 * 784) * 0.2
