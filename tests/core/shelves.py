"""A folder of small weights files with their manifest, and ways to damage it."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from core import weights
from core.config import ModelConfig, Objective, TrainConfig, to_json
from core.models import ARCHITECTURES, build
from core.weights import WeightsError

SMALL = ModelConfig("dense-multistage-vae", 2, (4,))
EVERY = ModelConfig("every-beta-vae", 2, (4,))
FILE = "small.safetensors"


def small_shelf(tmp_path: Path) -> Path:
    """A folder with one small model, an every-beta one, and their manifest."""
    torch.manual_seed(0)
    small = add(tmp_path, FILE, build(SMALL).state_dict(), SMALL)
    every = add(tmp_path, "every.safetensors", build(EVERY).state_dict(), EVERY)
    write_manifest(tmp_path, {"small": small, "every": every})
    return tmp_path


def add(folder: Path, file: str, tensors: dict[str, torch.Tensor], config: ModelConfig | None) -> dict:
    sha256 = weights.save(tensors, folder / file)
    model = config and to_json(config)
    conditional = config is not None and ARCHITECTURES[config.architecture].conditional
    train = to_json(TrainConfig(Objective(beta_range=(0.1, 10.0) if conditional else None)))
    return {"title": file, "model": model, "train": train, "facts": {}, "file": file, "sha256": sha256}


def write_manifest(folder: Path, models: dict, **others: object) -> None:
    (folder / "manifest.json").write_text(json.dumps({"models": models, **others}), encoding="utf-8")


def change_entry(folder: Path, name: str = "small", **changes: object) -> None:
    models = json.loads((folder / "manifest.json").read_text())["models"]
    write_manifest(folder, models | {name: models[name] | changes})


def tamper(folder: Path, data: bytes) -> None:
    """Replace the small model's file and the checksum that would have told."""
    (folder / FILE).write_bytes(data)
    change_entry(folder, sha256=hashlib.sha256(data).hexdigest())


def complaint(error: type[WeightsError], call: Callable, *arguments: object) -> str:
    with pytest.raises(WeightsError) as caught:
        call(*arguments)
    assert type(caught.value) is error
    assert str(caught.value).endswith(".")
    return str(caught.value)
