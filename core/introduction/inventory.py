"""What this copy works with: the digits and the shipped weights."""

from dataclasses import dataclass
from pathlib import Path

from core import datasets, weights
from core.config import ModelConfig, Objective
from core.models import ARCHITECTURES


@dataclass(frozen=True)
class Shipped:
    """One shipped network, as a line of a table."""

    title: str
    architecture: str
    code: int  # numbers
    objective: str  # which loss it was trained with
    epochs: float
    seconds: float  # of training, on one thread
    mse: float | None  # on the test set; None until measured
    file: str


@dataclass(frozen=True)
class Inventory:
    """The digits and the weights in use."""

    embedded: int  # digits that come with the code
    trained_on: int  # digits that the shipped weights have seen; 0 if there are none
    shipped: tuple[Shipped, ...]
    megabytes: float  # of the files of these networks

    @property
    def minutes(self) -> float:
        """Training time of all shipped networks together, on one thread."""
        return sum(model.seconds for model in self.shipped) / 60


def take(folder: Path = weights.FOLDER) -> Inventory:
    """Read it off the manifest and the files. Raises WeightsError, DatasetError."""
    entries = weights.manifest(folder)["models"]
    shipped = [_line(entry) for name, entry in entries.items() if name != weights.JUDGE]
    sizes = [path.stat().st_size for entry in entries.values() if (path := folder / entry["file"]).exists()]
    trained_on = max((entry["facts"].get("images", 0) for entry in entries.values()), default=0)
    return Inventory(len(datasets.embedded()), trained_on, tuple(shipped), sum(sizes) / 1e6)


def _line(entry: dict) -> Shipped:
    model, train = weights.configs_of(entry)
    return Shipped(
        title=entry["title"],
        architecture=model.architecture,
        code=model.latent_dim,
        objective=_objective(model, train.objective),
        epochs=train.epochs,
        seconds=entry["facts"].get("seconds", 0.0),
        mse=entry.get("metrics", {}).get("mse"),
        file=entry["file"],
    )


def _objective(model: ModelConfig, objective: Objective) -> str:
    """The loss in the order of its terms, without the terms that the network does not have."""
    kind = ARCHITECTURES[model.architecture]
    terms = ["MSE" if objective.scale == "notebook" else "BCE"]
    if kind.variational:
        beta = "β" if objective.beta_range else f"{objective.beta:g}"
        terms.append(f"{beta}·KL/784" if objective.scale == "notebook" else f"{beta}·KL")
    if kind.classifies:
        terms.append(f"{objective.alpha:g}·CE")
    return " + ".join(terms)
