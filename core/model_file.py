"""A trained model as one file to keep or to hand on: safetensors, with the configuration and the training facts in its header.

Files come back from strangers, so everything is checked before memory is spent on it: the size, the header, the configuration,
and that every tensor has the name, the shape and the type that the configuration asks for. Nothing in the file is executed.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import safetensors.torch
import torch

from core.config import ModelConfig, TrainConfig, model_config, to_json, train_config
from core.models import Autoencoder, build
from core.plain import plain
from core.weights import load_state, to_bytes

MAX_BYTES = 20_000_000
_MAX_HEADER = 100_000
_KEY = "latent_lab"  # our entry in the header's metadata, which holds strings only
_FLOAT = {"F32": 4, "F16": 2}


class ModelFileError(ValueError):
    """The file is not a model that can be used here; the message is one sentence that says why.

    Parts of the message may be quoted from the file, so it is made plain and short: the page shows it as Markdown.
    """

    def __init__(self, message: str) -> None:
        super().__init__(plain(message, 300))


@dataclass(frozen=True)
class Facts:
    """How a model came about, as the page shows it."""

    title: str
    images: int
    steps: int
    seconds: float
    held_out_mse: float | None


@dataclass(frozen=True)
class OwnModel:
    """A model of a visitor's own. `key` is made from the content, so equal keys mean equal models."""

    key: str
    model: Autoencoder
    train: TrainConfig
    facts: Facts


def write(weights: bytes, model: ModelConfig, train: TrainConfig, facts: Facts) -> bytes:
    """The weights, safetensors bytes, with the configuration and facts added to their header."""
    about = {"model": to_json(model), "train": to_json(train), "facts": asdict(facts)}
    return safetensors.torch.save(safetensors.torch.load(weights), metadata={_KEY: json.dumps(about)})


def pack(own: "OwnModel") -> bytes:
    """The file that `read` makes `own` of."""
    return write(to_bytes(own.model.state_dict()), own.model.config, own.train, own.facts)


def read(data: bytes) -> OwnModel:
    """The model in a file written by `write`, in eval mode and not trainable. Raises ModelFileError."""
    about, shapes = _header(data)
    try:
        config, train = model_config(about["model"]), train_config(about["train"])
        facts = _facts(about["facts"])
        with torch.device("meta"):  # shapes without memory
            wanted = {name: tuple(t.shape) for name, t in build(config).state_dict().items()}
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"The file's configuration cannot be used: {error}.") from error
    if shapes != wanted:
        odd = sorted(name for name in shapes.keys() | wanted.keys() if shapes.get(name) != wanted.get(name))
        raise ModelFileError(f"The file's tensors do not fit its configuration: {', '.join(odd[:3])}.")
    model = build(config)
    try:
        load_state(model, data, "of this model")
    except RuntimeError as error:  # WeightsError: numbers that are not finite, or a body that is not what the header says
        raise ModelFileError(f"The file cannot be used: {error}") from error
    return OwnModel(f"own-{sha256(data).hexdigest()[:16]}", model.eval().requires_grad_(False), train, facts)


def _header(data: bytes) -> tuple[dict[str, Any], dict[str, tuple[int, ...]]]:
    """The configuration and the tensors' shapes, read from the first bytes of the file alone."""
    if len(data) > MAX_BYTES:
        raise ModelFileError(
            f"The file has {len(data) / 1e6:.0f} MB; a model of this app has at most {MAX_BYTES / 1e6:.0f} MB."
        )
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or not 2 <= length <= min(_MAX_HEADER, len(data) - 8):
        raise ModelFileError(
            "This is not a safetensors file, or it is cut short. Choose a file downloaded from the page Train."
        )
    try:
        header = json.loads(data[8 : 8 + length])
        about = json.loads(header.pop("__metadata__")[_KEY])
        shapes = {name: _shape(value) for name, value in header.items()}
        if not isinstance(about, dict):
            raise ValueError("the configuration is not an object")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFileError(
            "The file has no configuration of this app in it. Choose a file downloaded from the page Train."
        ) from error
    return about, shapes


def _shape(value: dict[str, Any]) -> tuple[int, ...]:
    if value["dtype"] not in _FLOAT:
        raise ValueError("a tensor is not of floats")
    return tuple(int(n) for n in value["shape"])


def _facts(values: dict[str, Any]) -> Facts:
    title, mse = values["title"], values["held_out_mse"]
    if not isinstance(title, str) or not 1 <= len(title) <= 60:
        raise ValueError("the title must have 1 to 60 characters")
    return Facts(
        title, int(values["images"]), int(values["steps"]), float(values["seconds"]), None if mse is None else float(mse)
    )
