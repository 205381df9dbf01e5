"""Shipped weights: safetensors files described by weights/manifest.json, checked before a single number of them is used."""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from core import pairing
from core.config import CLASSES, PIXELS, ModelConfig, TrainConfig
from core.evaluation.baselines import Baselines
from core.models import Autoencoder, Judge, build

Network = TypeVar("Network", bound=nn.Module)
FOLDER = Path(__file__).parents[1] / "weights"
JUDGE = "judge"


class WeightsError(RuntimeError):
    """A weights file cannot be used; the message names the file and says what to do."""


class UnknownWeightsError(WeightsError):
    """No entry of that name in the manifest."""


class MissingWeightsError(WeightsError):
    """The manifest or a file it names is not there."""


class CorruptWeightsError(WeightsError):
    """A file is truncated, was changed, or does not fit its model."""


def manifest(folder: Path = FOLDER) -> dict[str, Any]:
    """The whole manifest: "models", "references" and "baselines". Raises WeightsError."""
    path = folder / "manifest.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingWeightsError(
            f"{path} is missing. Restore it from the repository or run `python -m core.pretrain`."
        ) from error
    except (OSError, ValueError) as error:
        raise CorruptWeightsError(f"{path} cannot be read: {error}. Restore it from the repository.") from error
    if not isinstance(found, dict) or not isinstance(found.get("models"), dict):
        raise CorruptWeightsError(f"{path} does not list any models. Restore it from the repository.")
    return found


def names(folder: Path = FOLDER) -> list[str]:
    """The shipped autoencoders, in the manifest's order; the judge is not among them."""
    return [name for name in manifest(folder)["models"] if name != JUDGE]


def entry(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """One model's config, training facts, file and metrics. Raises WeightsError."""
    models = manifest(folder)["models"]
    if name not in models:
        raise UnknownWeightsError(f"there are no shipped weights called {name!r}; there are: {', '.join(models)}.")
    if not isinstance(models[name], dict):
        raise CorruptWeightsError(f"{folder / 'manifest.json'} does not describe {name!r}. Restore it from the repository.")
    return models[name]


def load(name: str, folder: Path = FOLDER) -> Autoencoder:
    """A shipped autoencoder, checked, in float32 and eval mode, its parameters not trainable. Raises WeightsError."""
    return load_entry(entry(name, folder), folder)


def load_entry(found: Mapping[str, Any], folder: Path = FOLDER) -> Autoencoder:
    """The autoencoder that an entry of the manifest describes; see `load`."""
    try:
        config, _ = configs_of(found, folder)
        model, file = build(config), found["file"]
    except (KeyError, TypeError, ValueError) as error:
        raise _no_model(found, folder, error) from error
    return _frozen(model, _read(folder, found), file)


def configs(name: str, folder: Path = FOLDER) -> tuple[ModelConfig, TrainConfig]:
    """How a shipped autoencoder was built and trained. Raises WeightsError."""
    return configs_of(entry(name, folder), folder)


def configs_of(found: Mapping[str, Any], folder: Path = FOLDER) -> tuple[ModelConfig, TrainConfig]:
    """The same from an entry of the manifest; see `configs`."""
    try:
        return pairing.configs(found["model"], found["train"])
    except (KeyError, TypeError, ValueError) as error:
        raise _no_model(found, folder, error) from error


def _no_model(found: Mapping[str, Any], folder: Path, error: Exception) -> CorruptWeightsError:
    missing = f"it lacks {error}" if isinstance(error, KeyError) else error
    return CorruptWeightsError(
        f"the manifest's entry {found.get('title')!r} describes no model: {missing}. Restore {folder / 'manifest.json'}."
    )


def load_judge(folder: Path = FOLDER) -> Judge:
    """The judge, checked like the others. Raises WeightsError."""
    return load_judge_entry(entry(JUDGE, folder), folder)


def load_judge_entry(found: Mapping[str, Any], folder: Path = FOLDER) -> Judge:
    """The judge that an entry of the manifest describes; see `load_judge`."""
    return _frozen(Judge(), _read(folder, found), found["file"])


def load_baselines(folder: Path = FOLDER) -> Baselines:
    """The baselines' images and components. Raises WeightsError."""
    found = manifest(folder).get("baselines")
    if not isinstance(found, dict):
        raise CorruptWeightsError(f"{folder / 'manifest.json'} has no baselines. Run `python -m core.pretrain`.")
    tensors, file = _read(folder, found), folder / found["file"]
    try:
        parts = tensors["mean"].float(), tensors["class_means"].float(), tensors["components"].float()
    except KeyError as error:
        raise CorruptWeightsError(f"{file} lacks {error}. Restore it from the repository.") from error
    shapes = tuple(tuple(part.shape) for part in parts)
    if shapes != ((PIXELS,), (CLASSES, PIXELS), (len(parts[2]), PIXELS)):
        raise CorruptWeightsError(
            f"{file} holds no pictures of 784 pixels: its shapes are {shapes}. Restore it from the repository."
        )
    return Baselines(*parts)


def load_state(model: nn.Module, data: bytes, label: str) -> None:
    """Fill `model` from the bytes of a safetensors file after comparing names, shapes and types. Raises CorruptWeightsError.

    `label` names the file in the message. Nothing is copied into the model unless everything fits.
    """
    _copy_into(model, _parse(data, label), label)


def save(tensors: Mapping[str, Tensor], path: Path, *, half: bool = True) -> str:
    """Write tensors, in half precision unless told otherwise, all at once or not at all; returns the file's sha256."""
    data = to_bytes(tensors, half=half)
    write_whole(path, data)
    return hashlib.sha256(data).hexdigest()


def to_bytes(tensors: Mapping[str, Tensor], *, half: bool = False) -> bytes:
    """Tensors as the bytes of a safetensors file, in single precision unless told otherwise."""
    kind = torch.float16 if half else torch.float32
    return safetensors.torch.save({name: t.detach().cpu().to(kind).contiguous() for name, t in tensors.items()})


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file in one step, so that a kill leaves the old one or the new one and never half of either."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:  # a full disk
        part.unlink(missing_ok=True)
        raise


def rebuild(
    program: str,
    about: str | None,
    what: str,
    write: Callable[[Path, list[str], bool], list[str]],
    arguments: list[str] | None = None,
) -> int:
    """The command line of what is stored beside the weights; returns the exit status.

    `write` takes the folder, the names of the models (none for all that need it) and whether to make even what is up to date.
    It returns the names that were written, and may raise WeightsError. `what` is made of them, in the plural: "maps".
    """
    parser = argparse.ArgumentParser(prog=program, description=about)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of these models; of all that need it by default")
    parser.add_argument("--force", action="store_true", help="make even those that are up to date")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the weights and the manifest are")
    options = parser.parse_args(arguments)
    try:
        written = write(options.folder, options.names, options.force)
    except WeightsError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Written: {', '.join(written)}" if written else f"All {what} are up to date.")
    return 0


def checksum_holds(folder: Path, found: Mapping[str, Any]) -> bool:
    """Whether the file of a manifest entry is there and unchanged."""
    try:
        _verified(folder, found)
    except WeightsError:
        return False
    return True


def _read(folder: Path, found: Mapping[str, Any]) -> dict[str, Tensor]:
    return _parse(_verified(folder, found), str(folder / str(found["file"])))


def _parse(data: bytes, label: str) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise CorruptWeightsError(f"the weights file {label} is not a safetensors file: {error}.") from error


def _frozen(model: Network, tensors: dict[str, Tensor], label: str) -> Network:
    _copy_into(model, tensors, label)
    return model.eval().requires_grad_(False)


def _copy_into(model: nn.Module, tensors: dict[str, Tensor], label: str) -> None:
    wanted = {name: tuple(t.shape) for name, t in model.state_dict().items()}
    given = {name: tuple(t.shape) for name, t in tensors.items()}
    for name in wanted.keys() | given.keys():
        if wanted.get(name) != given.get(name):
            raise CorruptWeightsError(
                f"the weights file {label} does not fit its model: {name} should have shape {wanted.get(name, 'none')} "
                f"and has {given.get(name, 'none')}."
            )
        if not tensors[name].is_floating_point() or not bool(tensors[name].float().isfinite().all()):
            raise CorruptWeightsError(f"the weights file {label} holds no finite floating-point numbers in {name}.")
    model.load_state_dict(tensors)


def _verified(folder: Path, found: Mapping[str, Any]) -> bytes:
    path = folder / str(found.get("file"))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MissingWeightsError(
            f"the weights file {path} is missing or cannot be read. "
            "Restore it from the repository or run `python -m core.pretrain`."
        ) from error
    if hashlib.sha256(data).hexdigest() != found.get("sha256"):
        raise CorruptWeightsError(
            f"the weights file {path} ({len(data)} bytes) is not the one the manifest describes: it was truncated or changed. "
            "Restore it from the repository."
        )
    return data
