"""The judge's labels of the paths between all pairs of classes, of the shipped models: stored beside their weights.

They take seconds for each model, and a class asks for them all at once. Rebuild them: python -m core.walks.pairs [NAME ...]
"""

import hashlib
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from tqdm import tqdm

from core import datasets, weights
from core.config import CLASSES
from core.evaluation import Purity, encode_set, path_purity
from core.evaluation.purity import FRAMES, PAIRS, Method
from core.interpolation import METHODS, centroids
from core.models import ARCHITECTURES

FOLDER = "pairs"  # inside the weights' folder


def stored(name: str, method: Method, folder: Path = weights.FOLDER) -> Purity | None:
    """The labels of the paths between the centroids of the embedded digits' codes under a shipped model.

    None if there are none for this method, or if they are not of the weights and the judge as they are now, or if the file is
    damaged: then they have to be made anew. Raises WeightsError for a name that the manifest does not have.
    """
    sources = _sources(name, folder)
    try:
        with safe_open(folder / FOLDER / f"{name}.safetensors", "pt") as file:
            facts, found = file.metadata() or {}, {kept: file.get_tensor(kept) for kept in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError):
        return None
    if facts != sources | {"labels_sha256": _checksum(found)} or method not in found:
        return None
    labels = found[method].long()
    sound = labels.shape == (len(PAIRS), FRAMES) and bool(labels.lt(CLASSES).all())
    return Purity(method, PAIRS, labels) if sound else None


def write_pairs(folder: Path = weights.FOLDER, names: Iterable[str] | None = None, force: bool = False) -> list[str]:
    """Label and store the paths of these models, by default of all that have them; a path that a model has not is left out.

    What is up to date is left alone unless forced. Returns the names that were written. Raises WeightsError.
    """
    wanted = list(names or walkable(folder))
    todo = [name for name in wanted if force or stored(name, "linear", folder) is None]
    judge = weights.load_judge(folder)
    for name in tqdm(todo, desc="paths", disable=not todo):
        model = weights.load(name, folder)
        codes = encode_set(model, datasets.embedded())
        means, labels = centroids(codes.mu, codes.labels), {}
        for method in METHODS:
            try:
                labels[method] = path_purity(model, means, judge, method=method).labels.to(torch.uint8)
            except ValueError:  # such as a slerp from a centroid that lies in the origin
                continue
        facts = _sources(name, folder) | {"labels_sha256": _checksum(labels)}
        weights.write_whole(folder / FOLDER / f"{name}.safetensors", safetensors.torch.save(labels, metadata=facts))
    return todo


def walkable(folder: Path = weights.FOLDER) -> list[str]:
    """The shipped models whose codes have a map, at one beta."""
    configs = {name: weights.configs(name, folder)[0] for name in weights.names(folder)}
    return [
        name for name, config in configs.items() if config.latent_dim > 1 and not ARCHITECTURES[config.architecture].conditional
    ]


def _sources(name: str, folder: Path) -> dict[str, str]:
    """What the labels come from; safetensors keeps strings."""
    used = {"weights_sha256": name, "judge_sha256": weights.JUDGE}
    return {key: str(weights.entry(of, folder)["sha256"]) for key, of in used.items()}


def _checksum(labels: Mapping[str, Tensor]) -> str:
    """Of the labels of all methods, one after the other."""
    found = hashlib.sha256()
    for method in sorted(labels):
        found.update(method.encode() + labels[method].contiguous().numpy().tobytes())
    return found.hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    return weights.rebuild("python -m core.walks.pairs", __doc__, "paths", write_pairs, arguments)


if __name__ == "__main__":
    sys.exit(main())
