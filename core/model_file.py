"""A trained model as one file to keep or to hand on: safetensors, with the configuration and the training facts in its header.

Files come back from strangers, so everything is checked before memory is spent on it: the size, that the tensors are all
there, the configuration's numbers, and that every tensor has the name, the shape and the type that the configuration asks for.
Then the network is tried on a few pictures. Nothing in the file is executed.
"""

import json
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from math import prod
from typing import Any, NoReturn

import safetensors.torch
import torch
from safetensors import SafetensorError

from core import pairing, trial
from core.checked import real, whole
from core.config import ModelConfig, TrainConfig, to_json
from core.models import Autoencoder, build
from core.plain import plain
from core.running.limits import MAX_PARAMETERS
from core.weights import load_state, to_bytes

MAX_BYTES = 20_000_000
MAX_LATENT_DIM = 128  # several times what the page Train offers; of every model that is looked at a server keeps 5,000 codes
_MAX_HEADER = 100_000
_KEY = "latent_lab"  # our entry in the header's metadata, which holds strings only
_FLOATS = ("F32", "F16")
_ADVICE = "Choose a file downloaded from the page Train."
_FOREIGN = f"The file has no configuration of this app in it. {_ADVICE}"

Shapes = dict[str, tuple[int, ...]]


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
    """The weights, safetensors bytes, with the configuration and facts added to their header.

    Raises PairingError for a network and an objective that do not go together: `read` would not take the file.
    """
    pairing.check(model, train.objective)
    about = {"model": to_json(model), "train": to_json(train), "facts": asdict(facts)}
    return safetensors.torch.save(safetensors.torch.load(weights), metadata={_KEY: json.dumps(about)})


def pack(own: "OwnModel") -> bytes:
    """The file that `read` makes `own` of."""
    return write(to_bytes(own.model.state_dict()), own.model.config, own.train, own.facts)


def read(data: bytes) -> OwnModel:
    """The model in a file written by `write`, in eval mode and not trainable. Raises ModelFileError."""
    about = _about(data)
    shapes = _shapes(data)
    try:
        config, train = pairing.configs(about["model"], about["train"])
        whole("latent_dim", config.latent_dim, 1, MAX_LATENT_DIM)
        facts = _facts(about["facts"])
        wanted = _wanted(config)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"The file's configuration cannot be used: {error}.") from error
    if shapes != wanted:
        odd = sorted(name for name in shapes.keys() | wanted.keys() if shapes.get(name) != wanted.get(name))
        raise ModelFileError(f"The file's tensors do not fit its configuration: {', '.join(odd[:3])}.")
    model = build(config)
    try:
        load_state(model, data, "of this model")
    except RuntimeError as error:  # WeightsError: numbers that are not finite
        raise ModelFileError(f"The file cannot be used: {error}") from error
    model = model.eval().requires_grad_(False)
    try:
        trial.check(model)
    except trial.TrialError as error:
        raise ModelFileError(f"The network cannot be used: it {error}.") from error
    return OwnModel(f"own-{sha256(data).hexdigest()[:16]}", model, train, facts)


def _about(data: bytes) -> dict[str, Any]:
    """The configuration and the facts as they were written, read from the first bytes of the file alone."""
    if len(data) > MAX_BYTES:
        raise ModelFileError(
            f"The file has {len(data) / 1e6:.0f} MB; a model of this app has at most {MAX_BYTES / 1e6:.0f} MB."
        )
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or not 2 <= length <= min(_MAX_HEADER, len(data) - 8):
        raise ModelFileError(f"This is not a safetensors file, or it is cut short. {_ADVICE}")
    try:
        text = json.loads(data[8 : 8 + length], parse_constant=_no_number)["__metadata__"][_KEY]
        about = json.loads(text, parse_constant=_no_number)
    except ModelFileError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFileError(_FOREIGN) from error
    if not isinstance(about, dict):
        raise ModelFileError(_FOREIGN)
    return about


def _no_number(word: str) -> NoReturn:
    """What Python's reader calls for NaN and the infinities, which are no JSON."""
    raise ModelFileError(f"The file's header cannot be used: it says {word} where a finite number must stand.")


def _shapes(data: bytes) -> Shapes:
    """The tensors' shapes, once safetensors has found each tensor's bytes in the file, none twice and none left over.

    So the shapes together are no larger than the file, whatever the header says. Takes as much memory as the file for it.
    """
    try:
        found = safetensors.deserialize(data)
    except SafetensorError as error:
        raise ModelFileError(f"The file's tensors are not what its header says they are. {_ADVICE}") from error
    if not all(tensor["dtype"] in _FLOATS for _, tensor in found):
        raise ModelFileError("The file's tensors cannot be used: they must be floats of 32 or 16 bits.")
    shapes = {name: tuple(tensor["shape"]) for name, tensor in found}
    size = sum(prod(shape) for shape in shapes.values())
    if size > MAX_PARAMETERS:  # halves take twice their bytes in the network
        raise ModelFileError(f"The file's network has {size:,} weights; this server takes at most {MAX_PARAMETERS:,.0f}.")
    return shapes


def _wanted(config: ModelConfig) -> Shapes:
    """The shapes that the configuration asks for, without memory for the network. Raises ValueError if it has none."""
    with torch.device("meta"):
        return {name: tuple(tensor.shape) for name, tensor in build(config).state_dict().items()}


def _facts(values: Any) -> Facts:
    """The facts, each checked. Raises ValueError, which names what is missing or wrong."""
    if not isinstance(values, dict):
        raise ValueError("the facts must be an object with named fields")
    missing = sorted(field.name for field in fields(Facts) if field.name not in values)
    if missing:
        raise ValueError(f"the facts need {', '.join(missing)}")
    title, mse = values["title"], values["held_out_mse"]
    if not isinstance(title, str) or not 1 <= len(title) <= 60:
        raise ValueError("the title must have 1 to 60 characters")
    return Facts(
        title,
        images=whole("images", values["images"], 1),
        steps=whole("steps", values["steps"], 0),
        seconds=real("seconds", values["seconds"]),
        held_out_mse=None if mse is None else real("held_out_mse", mse, high=1),  # of pixels in [0, 1]
    )
