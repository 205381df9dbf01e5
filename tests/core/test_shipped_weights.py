"""The weights in the repository: complete, small, free of pickles, and as good as the manifest says. Needs no download."""

import re
from math import isfinite

import pytest
import torch

from core import weights
from core.config import PIXELS, ModelConfig, TrainConfig, model_config, to_json, train_config
from core.datasets import Digits, embedded
from core.shipping.recipes import RECIPES

MOST_BYTES = 40e6
PICKLES = {".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".npy", ".npz", ".joblib"}
NAMES = weights.names() if (weights.FOLDER / "manifest.json").exists() else []
SHIPPED = [name for name, recipe in RECIPES.items() if not recipe.reference]

each_model = pytest.mark.parametrize("name", NAMES)
each_entry = pytest.mark.parametrize("name", [*NAMES, "judge"])


@pytest.fixture(scope="module")
def sliced() -> Digits:
    """Every tenth embedded digit, fifty of each class: what the manifest's slice metrics were computed on."""
    digits = embedded().subset(slice(None, None, 10))
    assert digits.labels.bincount().tolist() == [50] * 10
    return digits


def test_everything_that_has_a_recipe_is_shipped_in_its_order():
    assert list(weights.manifest()["models"]) == SHIPPED


def test_the_files_are_small():
    total = sum(path.stat().st_size for path in weights.FOLDER.glob("*.safetensors"))
    assert 0 < total < MOST_BYTES


def test_every_file_is_described_and_none_is_a_pickle():
    found = weights.manifest()
    described = {entry["file"] for entry in [*found["models"].values(), found["baselines"]]}
    assert {path.name for path in weights.FOLDER.glob("*.safetensors")} == described
    for path in weights.FOLDER.rglob("*"):
        assert path.suffix not in PICKLES
        if path.is_file() and path.suffix != ".safetensors":
            path.read_bytes().decode("utf-8")  # text, and no archive under another name


@each_entry
def test_an_entry_is_complete(name):
    entry = weights.entry(name)
    assert entry["title"]
    assert entry["file"] == f"{name}.safetensors"
    assert re.fullmatch("[0-9a-f]{64}", entry["sha256"])

    train = train_config(entry["train"])
    assert isinstance(train, TrainConfig)
    assert train_config(to_json(train)) == train
    if name == "judge":
        assert entry["model"] is None
    else:
        assert isinstance(model_config(entry["model"]), ModelConfig)

    facts = entry["facts"]
    assert facts["images"] == 55_000
    assert facts["steps"] > 0
    assert facts["seconds"] > 0
    assert all(isinstance(facts[key], str) and facts[key] for key in ("data", "device", "torch"))
    assert "total" in facts["final_losses"]
    assert all(isfinite(value) for value in facts["final_losses"].values())

    metrics = entry["metrics"]
    assert set(metrics) >= ({"accuracy", "slice_accuracy"} if name == "judge" else {"mse", "slice_mse"})
    assert "held_out" in metrics  # what recipes were selected by


@each_entry
def test_an_entry_is_what_its_recipe_gives(name):
    entry, recipe = weights.entry(name), RECIPES[name]
    assert entry["title"] == recipe.title
    assert train_config(entry["train"]) == recipe.train
    if recipe.model is not None:
        assert model_config(entry["model"]) == recipe.model


@each_model
def test_a_model_reproduces_its_recorded_error(name, sliced):
    model = weights.load(name)
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())
    view = model.at(1.0) if model.conditional else model
    x = sliced.pixels()
    with torch.inference_mode():
        error = (view.decode(view.encode(x).mu) - x).double().square().mean().item()
    assert error == pytest.approx(weights.entry(name)["metrics"]["slice_mse"], rel=1e-3)


def test_the_judge_reproduces_its_recorded_accuracy(sliced):
    with torch.inference_mode():
        right = weights.load_judge()(sliced.pixels()).argmax(dim=1) == sliced.labels
    assert right.double().mean().item() == pytest.approx(weights.entry("judge")["metrics"]["slice_accuracy"], abs=1e-6)


def test_the_baselines_are_what_they_are_called(sliced):
    found = weights.load_baselines()
    assert found.mean.shape == (PIXELS,)
    assert found.class_means.shape == (10, PIXELS)
    assert found.components.shape[1] == PIXELS
    assert len(found.components) >= 30
    products = found.components.double() @ found.components.double().T
    torch.testing.assert_close(products, torch.eye(len(products), dtype=torch.float64), atol=1e-4, rtol=0)
    assert 0 <= found.class_means.min() <= found.class_means.max() <= 1

    x = sliced.pixels().flatten(1)
    errors = [(x - found.mean).square().mean(), (x - found.class_means[sliced.labels]).square().mean()]
    assert errors[1] < errors[0]
    scores = (x - found.mean) @ found.components.T
    variances = scores.var(dim=0)
    assert variances[0] == variances.max()
    assert variances[:10].min() > variances[-5:].max()  # the largest first
