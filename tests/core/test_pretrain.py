"""Rebuilding weights: what is finished is not done again, what changed is, and the same seed gives the same file."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from queue import Queue
from types import SimpleNamespace

import pytest
import torch

from core import datasets, pretrain, weights
from core.config import ModelConfig, Objective, TrainConfig
from core.datasets import DatasetError
from core.models import build
from core.recipes import RECIPES, Recipe

SHORT = TrainConfig(epochs=0.2, batch_size=20)  # two steps of 200 digits
TINY = {
    "judge": Recipe("Judge", None, SHORT),
    "tiny-ae": Recipe("Tiny AE", ModelConfig("dense-ae", 2, (4,)), SHORT),
    "tiny-vae": Recipe("Tiny VAE", ModelConfig("dense-vae", 2, (4,)), replace(SHORT, objective=Objective("elbo"))),
    "reference-vae": Recipe("Reference", ModelConfig("dense-vae", 1, (4,)), SHORT, True),
}


@pytest.fixture(autouse=True)
def tiny_recipes(monkeypatch, few_digits) -> None:
    monkeypatch.setattr(pretrain, "RECIPES", dict(TINY))
    monkeypatch.setattr(datasets, "training", lambda: few_digits)
    monkeypatch.setattr(datasets, "mnist", lambda split: few_digits)


def make(name: str, folder: Path) -> dict:
    """One model trained and put into the manifest, in this process."""
    entry = pretrain._train_one(name, folder, Queue())
    pretrain.record(name, entry, folder)
    return entry


# --- one model


@pytest.mark.parametrize("name", TINY)
def test_the_same_seed_gives_the_same_file(tmp_path, name):
    first = pretrain._train_one(name, tmp_path / "a", Queue())
    torch.randn(5)
    second = pretrain._train_one(name, tmp_path / "b", Queue())
    assert first["sha256"] == second["sha256"]
    assert (tmp_path / "a" / first["file"]).read_bytes() == (tmp_path / "b" / second["file"]).read_bytes()

    recipe = TINY[name]
    pretrain.RECIPES[name] = replace(recipe, train=replace(recipe.train, seed=1))
    assert pretrain._train_one(name, tmp_path / "c", Queue())["sha256"] != first["sha256"]


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
    pretrain.RECIPES["judge"] = replace(TINY["judge"], softened=0.0)
    assert make("judge", tmp_path)["sha256"] != once


def test_a_reference_lies_apart(tmp_path):
    assert make("reference-vae", tmp_path)["file"] == "references/reference-vae.safetensors"
    found = pretrain.read(tmp_path)
    assert list(found["references"]) == ["reference-vae"]
    assert found["models"] == {}


# --- what is finished


def test_what_is_finished_is_known(tmp_path):
    assert not pretrain.trained("tiny-ae", tmp_path)
    make("tiny-ae", tmp_path)
    assert pretrain.trained("tiny-ae", tmp_path)
    assert not pretrain.trained("tiny-vae", tmp_path)


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
    pretrain.RECIPES["tiny-ae"] = change(TINY["tiny-ae"])
    assert not pretrain.trained("tiny-ae", tmp_path)
    pretrain.RECIPES["tiny-ae"] = TINY["tiny-ae"]
    assert pretrain.trained("tiny-ae", tmp_path)


def test_a_changed_or_deleted_file_is_not_finished(tmp_path):
    for name in ("tiny-ae", "reference-vae"):
        path = tmp_path / make(name, tmp_path)["file"]
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        assert not pretrain.trained(name, tmp_path)
        path.write_bytes(data)
        assert pretrain.trained(name, tmp_path)
        path.unlink()
        assert not pretrain.trained(name, tmp_path)


def test_a_measured_reference_needs_no_file(tmp_path):
    for name in ("tiny-ae", "reference-vae"):
        entry = make(name, tmp_path)
        pretrain.record(name, entry | {"metrics": {"mse": 0.1}}, tmp_path)
        (tmp_path / entry["file"]).unlink()
    assert pretrain.trained("reference-vae", tmp_path)
    assert not pretrain.trained("tiny-ae", tmp_path)


# --- the manifest


def test_record_keeps_the_recipes_order(tmp_path):
    for name in reversed(TINY):
        pretrain.record(name, {"title": name}, tmp_path)
    assert list(pretrain.read(tmp_path)["models"]) == ["judge", "tiny-ae", "tiny-vae"]
    assert list(pretrain.read(tmp_path)["references"]) == ["reference-vae"]


def test_record_replaces_one_entry_and_keeps_the_rest(tmp_path):
    pretrain.write(
        {"models": {"tiny-ae": {"title": "old"}, "gone": {"title": "no recipe"}}, "baselines": {"file": "b"}}, tmp_path
    )
    pretrain.record("tiny-vae", {"title": "VAE β"}, tmp_path)
    pretrain.record("tiny-ae", {"title": "new"}, tmp_path)
    found = pretrain.read(tmp_path)
    assert found["models"] == {"tiny-ae": {"title": "new"}, "tiny-vae": {"title": "VAE β"}}
    assert found["baselines"] == {"file": "b"}
    text = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    assert "VAE β" in text
    assert json.loads(text) == found


def test_an_empty_folder_has_an_empty_manifest(tmp_path):
    assert pretrain.read(tmp_path / "nowhere") == {"models": {}, "references": {}}


# --- the command


class Pool(ThreadPoolExecutor):
    """Threads in the place of processes, so that the tiny recipes above are seen; one at a time, as torch's seed is global."""

    def __init__(self, workers: int, **_: object) -> None:
        super().__init__(1)
        self._processes: dict = {}


class ImpatientQueue(Queue):
    """Nobody waits half a second for news of training that takes milliseconds."""

    def get(self, block: bool = True, timeout: float | None = None) -> tuple[str, float]:
        return super().get(block, 0.01)


@pytest.fixture
def log(monkeypatch) -> list[str]:
    """Runs the jobs in this process and measures nothing; returns the list of what was trained and measured."""
    done: list[str] = []

    def noted(what: str, job: Callable) -> Callable:
        return lambda name, *others: done.append(f"{what} {name}") or job(name, *others)

    context = SimpleNamespace(Manager=lambda: nullcontext(SimpleNamespace(Queue=ImpatientQueue)))
    monkeypatch.setattr(pretrain.multiprocessing, "get_context", lambda method: context)
    monkeypatch.setattr(pretrain, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(pretrain, "_train_one", noted("train", pretrain._train_one))
    monkeypatch.setattr(pretrain, "_measure_one", noted("measure", pretrain._measure_one))
    monkeypatch.setattr(pretrain.measuring, "measure", lambda name, entry, folder: {"mse": 0.5})
    monkeypatch.setattr(pretrain.measuring, "write_baselines", lambda folder: {"file": "baselines.safetensors"})
    monkeypatch.setattr(pretrain.measuring, "every_beta_comparison", lambda folder: {})
    monkeypatch.setattr(pretrain.report, "write", lambda folder: (folder / "README.md").write_text("numbers"))
    return done


def command(folder: Path, *arguments: str) -> int:
    return pretrain.main([*arguments, "--folder", str(folder), "--jobs", "1"])


def test_everything_is_trained_then_measured_and_not_again(tmp_path, log):
    assert command(tmp_path) == 0
    assert log == [f"train {name}" for name in TINY] + [f"measure {name}" for name in TINY]
    found = pretrain.read(tmp_path)
    assert all(entry["metrics"] == {"mse": 0.5} for entry in [*found["models"].values(), *found["references"].values()])
    assert found["baselines"] == {"file": "baselines.safetensors"}
    assert (tmp_path / "README.md").exists()

    log.clear()
    assert command(tmp_path) == 0
    assert log == []


def test_only_what_is_missing_or_asked_for_is_done(tmp_path, log):
    assert command(tmp_path, "tiny-vae", "judge") == 0
    assert log == ["train tiny-vae", "train judge", "measure judge", "measure tiny-vae"]  # the judge judges the others' paths
    for arguments, expected in (
        (("tiny-ae", "tiny-vae"), ["train tiny-ae", "measure tiny-ae"]),
        (("tiny-ae", "--force"), ["train tiny-ae", "measure tiny-ae"]),
        (("tiny-ae", "--measure"), ["measure tiny-ae"]),
    ):
        log.clear()
        assert command(tmp_path, *arguments) == 0
        assert log == expected


def test_after_a_stop_the_command_goes_on_from_there(tmp_path, log, monkeypatch, capsys):
    record = pretrain.record

    def interrupted(name: str, entry: dict, folder: Path) -> None:
        """Ctrl-C just after the first model is recorded."""
        record(name, entry, folder)
        raise KeyboardInterrupt

    monkeypatch.setattr(pretrain, "record", interrupted)
    assert command(tmp_path, "tiny-ae", "tiny-vae") == 130
    assert "goes on from here" in capsys.readouterr().err
    (kept,) = weights.names(tmp_path)
    (other,) = {"tiny-ae", "tiny-vae"} - {kept}

    log.clear()
    monkeypatch.setattr(pretrain, "record", record)
    assert command(tmp_path, "tiny-ae", "tiny-vae") == 0
    assert log == [f"train {other}", "measure tiny-ae", "measure tiny-vae"]


def test_an_unknown_name_is_status_2_and_nothing_is_done(tmp_path, log, capsys):
    assert command(tmp_path, "tiny-ae", "tiny-gan") == 2
    said = capsys.readouterr().err
    assert "no recipe for tiny-gan" in said
    assert "judge, tiny-ae, tiny-vae, reference-vae" in said
    assert log == []
    assert list(tmp_path.iterdir()) == []


def test_without_data_it_is_status_1_and_a_sentence(tmp_path, log, monkeypatch, capsys):
    def missing() -> None:
        raise DatasetError("MNIST is not here. Connect to the internet.")

    monkeypatch.setattr(datasets, "training", missing)
    assert command(tmp_path) == 1
    assert capsys.readouterr().err == "MNIST is not here. Connect to the internet.\n"
    assert log == []


def test_a_garbled_manifest_is_status_1_and_a_sentence(tmp_path, log, capsys):
    (tmp_path / "manifest.json").write_text("{")
    assert command(tmp_path) == 1
    assert "manifest.json cannot be read" in capsys.readouterr().err
    assert log == []


# --- the real recipes


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_builds_and_can_be_written_down(name):
    recipe = RECIPES[name]
    assert recipe.title
    assert pretrain.cost(recipe) > 0
    written = pretrain._recipe_json(recipe)
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    if recipe.model is not None:
        assert build(recipe.model).conditional == (recipe.train.objective.beta_range is not None)


def test_the_cost_is_the_multiplications_of_a_pass_times_the_epochs():
    recipe = TINY["tiny-ae"]  # 784-4-2-4-784, two operations each
    assert pretrain.cost(recipe) == 2 * (784 * 4 + 4 * 2 + 2 * 4 + 4 * 784) * 0.2
