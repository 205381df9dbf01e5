"""Maps of codes: the plane as it is, PCA, or t-SNE, with the t-SNE maps of shipped models stored beside their weights.

Rebuild them: python -m core.maps.projection [NAME ...]
"""

import hashlib
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from tqdm import tqdm

from core import datasets, weights
from core.config import CLASSES
from core.evaluation import encode_set
from core.maps.planes import principal_plane, project
from core.maps.tsne import PERPLEXITY, SEED, tsne

PROJECTIONS = "projections"  # the folder inside the weights' folder
PCA_NAMES = ("pca-16", "pca-30")  # what the models' maps are set beside: the pixels' own principal components
MAX_LIVE = 2000


@dataclass(frozen=True)
class How:
    """How a code becomes a map; perplexity and seed are t-SNE's alone."""

    method: Literal["as it is", "PCA", "t-SNE"]
    perplexity: int = PERPLEXITY
    seed: int = SEED


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane through the mean code along which the codes vary most; in two dimensions all of latent space, turned."""

    origin: Tensor  # (D,)
    axes: Tensor  # (2, D), orthonormal
    points: Tensor  # (N, 2): the codes on the plane
    shares: tuple[float, float]  # of the codes' total variance, along each axis


def pca_plane(mu: Tensor) -> Plane:
    """The first two principal components of codes: (N, D) -> (N, 2). Raises ValueError as `principal_plane`."""
    origin, axes = principal_plane(mu, mu.mean(dim=0))
    points = project(origin, axes, mu)
    shares = points.double().var(dim=0) / mu.double().var(dim=0).sum().clamp(min=1e-12)
    return Plane(origin, axes, points, (shares[0].item(), shares[1].item()))


def live_subset(labels: Tensor, most: int = MAX_LIVE) -> Tensor:
    """Which digits a t-SNE that somebody waits for is made of: the first `most` / 10 of each class, (n,) int64, ascending."""
    return torch.cat([(labels == k).nonzero().flatten()[: most // CLASSES] for k in range(CLASSES)]).sort().values


def stored(name: str, perplexity: float, seed: int, folder: Path = weights.FOLDER) -> Tensor | None:
    """The stored t-SNE map of the embedded digits under a model or a PCA, (5000, 2) float32.

    None if there is none at this perplexity and seed, or if it is not of the weights as they are now: then it has to be made
    anew. A file that was damaged counts as none. Raises WeightsError for a name that the manifest does not have.
    """
    source = source_checksum(name, folder)
    try:
        with safe_open(folder / PROJECTIONS / f"{name}.safetensors", "pt") as file:
            facts, points = file.metadata() or {}, file.get_tensor("points")
    except (OSError, SafetensorError):
        return None
    wanted = _facts(points, source, perplexity, seed)
    same = wanted == {key: facts.get(key) for key in wanted}
    return points.float() if same and points.shape == (len(datasets.embedded()), 2) else None


def source_checksum(name: str, folder: Path = weights.FOLDER) -> str:
    """The sha256 of the weights that the codes come from. Raises WeightsError for an unknown name."""
    found = weights.manifest(folder).get("baselines") if pca_size(name) else weights.entry(name, folder)
    checksum = found.get("sha256") if isinstance(found, dict) else None
    if not isinstance(checksum, str):
        raise weights.CorruptWeightsError(
            f"{folder / 'manifest.json'} has no checksum for {name!r}. Run `python -m core.pretrain`."
        )
    return checksum


def pca_size(name: str) -> int | None:
    """D for "pca-D", the code made of the first D principal components of the pixels; None for the name of a model."""
    found = re.fullmatch(r"pca-(\d+)", name)
    return int(found.group(1)) if found else None


def codes_of(name: str, folder: Path = weights.FOLDER) -> Tensor:
    """mu of the embedded digits under a shipped model, or their principal coordinates: (5000, D). Raises WeightsError."""
    digits = datasets.embedded()
    if size := pca_size(name):
        return weights.load_baselines(folder).pca_codes(digits.pixels(), size)
    return encode_set(weights.load(name, folder), digits).mu  # an every-beta network stands at beta = 1


def write_projections(folder: Path = weights.FOLDER, names: Iterable[str] | None = None, force: bool = False) -> list[str]:
    """Make and store the t-SNE maps of these models, by default of all that have more than two dimensions, and of the PCAs.

    Maps that are up to date are left alone unless forced. Returns the names that were written. Raises WeightsError.
    """
    wanted = list(names or mappable(folder))
    todo = [name for name in wanted if force or stored(name, PERPLEXITY, SEED, folder) is None]
    for name in tqdm(todo, desc="t-SNE maps", disable=not todo):
        points = torch.from_numpy(tsne(codes_of(name, folder).numpy(), PERPLEXITY, SEED)).half()
        facts = _facts(points, source_checksum(name, folder), PERPLEXITY, SEED)
        data = safetensors.torch.save({"points": points}, metadata=facts)
        weights.write_whole(folder / PROJECTIONS / f"{name}.safetensors", data)
    return todo


def mappable(folder: Path = weights.FOLDER) -> list[str]:
    """The shipped models with more than two dimensions, and the PCAs once they have been fitted."""
    models = [name for name in weights.names(folder) if weights.entry(name, folder)["model"]["latent_dim"] > 2]
    return models + (list(PCA_NAMES) if "baselines" in weights.manifest(folder) else [])


def _facts(points: Tensor, source: str, perplexity: float, seed: int) -> dict[str, str]:
    """What has to agree for a stored map to be used; safetensors keeps strings."""
    return {
        "method": "t-SNE",
        "perplexity": f"{perplexity:g}",
        "seed": str(seed),
        "weights_sha256": source,
        "points_sha256": hashlib.sha256(points.contiguous().numpy().tobytes()).hexdigest(),
    }


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    return weights.rebuild("python -m core.maps.projection", __doc__, "maps", write_projections, arguments)


if __name__ == "__main__":
    sys.exit(main())
