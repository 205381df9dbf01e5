"""The metrics of several models as rows of one table, and whether a difference is larger than what the seed alone makes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from core.datasets import Digits
from core.evaluation import (
    Codes,
    classify_set,
    knn_accuracy,
    measure_elbo,
    mse,
    path_purity,
    sample_quality,
    silhouette,
)
from core.evaluation.batches import Model
from core.evaluation.classification import Classifier
from core.interpolation import centroids

Metrics = Mapping[str, float]


@dataclass(frozen=True)
class Metric:
    """One row: its key in the manifest, its name and unit, and which way is better, where there is a better way."""

    key: str
    name: str
    unit: str
    places: int  # after the decimal point
    better: Literal["less", "more", ""]
    group: str
    factor: float = 1.0  # 100 for what is shown in percent

    def text(self, value: float) -> str:
        return f"{self.factor * value:.{self.places}f}".replace("-", "−")


METRICS = (
    Metric("mse", "MSE, z = μ", "per pixel", 4, "less", "Reconstruction"),
    Metric("mse_sampled", "MSE, z sampled", "per pixel", 4, "less", "Reconstruction"),
    Metric("distortion_bce", "distortion, Bernoulli pixels", "nats", 1, "less", "Reconstruction"),
    Metric("rate", "rate, KL to the prior", "nats", 2, "", "Code"),
    Metric("elbo", "ELBO, Bernoulli pixels", "nats", 1, "more", "Code"),
    Metric("active_dims", "active dimensions", "Var(μ) > 0.01", 0, "", "Code"),
    Metric("accuracy", "accuracy of the class head", "%", 2, "more", "Classes", 100),
    Metric("f1", "F1 of the class head, macro", "%", 2, "more", "Classes", 100),
    Metric("knn10_accuracy", "accuracy of the 10 nearest codes", "%", 2, "more", "Classes", 100),
    Metric("silhouette", "silhouette of the codes", "−1 to 1", 3, "more", "Classes"),
    Metric("linear_third_class_share", "third class on straight paths", "% of frames", 2, "less", "Paths", 100),
    Metric("linear_pairs_affected", "pairs of classes that meet one", "of 45", 0, "less", "Paths"),
    Metric("slerp_third_class_share", "third class on arcs (slerp)", "% of frames", 2, "less", "Paths", 100),
    Metric("sample_sharpness", "sharpness of draws", "real digits: 1", 2, "more", "Draws from the prior"),
    Metric("sample_diversity", "diversity of draws", "real digits: 1", 2, "more", "Draws from the prior"),
    Metric("sample_judge_confidence", "the judge's confidence in draws", "%", 1, "more", "Draws from the prior", 100),
)


@dataclass(frozen=True)
class Cell:
    """A model's value, and the least and the largest among the trainings that differ from its own in the seed alone."""

    value: float | None
    low: float | None = None
    high: float | None = None
    seeds: int = 0  # how many trainings `low` and `high` are of

    @property
    def spread(self) -> float | None:
        """None for a recipe that has been trained once: nobody knows."""
        return self.high - self.low if self.seeds > 1 else None


@dataclass(frozen=True)
class Line:
    """One metric of all models, in their order."""

    metric: Metric
    cells: tuple[Cell, ...]

    @property
    def difference(self) -> float | None:
        """The largest between two of the models that have the metric; None if fewer than two have it."""
        known = [cell.value for cell in self.cells if cell.value is not None]
        return max(known) - min(known) if len(known) > 1 else None

    @property
    def spread(self) -> float | None:
        """The largest spread over seeds of any of the models; None if all of them have been trained once."""
        known = [cell.spread for cell in self.cells if cell.spread is not None]
        return max(known) if known else None

    @property
    def alike(self) -> list[tuple[int, int]]:
        """The pairs of models, counted from 0, whose difference is no larger than the spread over seeds."""
        if self.spread is None:
            return []
        values = [(i, cell.value) for i, cell in enumerate(self.cells) if cell.value is not None]
        return [(i, j) for (i, a), (j, b) in combinations(values, 2) if abs(a - b) <= self.spread]

    @property
    def best(self) -> int | None:
        """The model that is ahead of every other by more than the spread, counted from 0; None if there is none such."""
        known = [(cell.value, i) for i, cell in enumerate(self.cells) if cell.value is not None]
        if not self.metric.better or self.spread is None or len(known) < 2:
            return None
        known.sort(reverse=self.metric.better == "more")
        return known[0][1] if abs(known[0][0] - known[1][0]) > self.spread else None


def family(name: str, models: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A shipped model and those that differ from it in the seed alone, itself first; empty for a model that is not shipped."""
    if name not in models:
        return []
    own = _recipe(models[name])
    return [name] + [other for other, entry in models.items() if other != name and _recipe(entry) == own]


def cell_of(key: str, own: Metrics, siblings: Iterable[Metrics] = ()) -> Cell:
    """One model's cell; `siblings` are the metrics of all trainings of its recipe, its own included."""
    values = [metrics[key] for metrics in siblings if key in metrics]
    if key not in own:
        return Cell(None)
    return Cell(own[key], min(values), max(values), len(values)) if values else Cell(own[key])


def table(models: Sequence[tuple[Metrics, Sequence[Metrics]]]) -> list[Line]:
    """A line for every metric that at least one model has: each model's own metrics and those of its recipe's trainings."""
    lines = [Line(metric, tuple(cell_of(metric.key, *model) for model in models)) for metric in METRICS]
    return [line for line in lines if any(cell.value is not None for cell in line.cells)]


def measure(model: Model, digits: Digits, codes: Codes, seed: int = 0) -> dict[str, float]:
    """What is quickly measured, under the manifest's names; a code's neighbours are those in the other half of the digits."""
    found = {"mse": mse(model, digits, codes)}
    if model.variational:
        terms = measure_elbo(model, digits, seed, codes)
        found |= {"mse_sampled": terms.mse, "rate": terms.rate, "distortion_bce": terms.distortion, "elbo": terms.elbo}
        found["active_dims"] = terms.active_dims
    if model.classifies:
        scores = classify_set(model, digits, codes)
        found |= {"accuracy": scores.accuracy, "f1": scores.f1}
    return found | {"knn10_accuracy": knn_accuracy(codes, seed=seed), "silhouette": silhouette(codes, seed=seed)}


def measure_generator(model: Model, digits: Digits, codes: Codes, judge: Classifier, seed: int = 0) -> dict[str, float]:
    """The metrics of paths and draws, which take seconds: 4,500 frames and as many draws as there are digits, all judged."""
    means = centroids(codes.mu, codes.labels)  # (10, D)
    straight = path_purity(model, means, judge)
    found = {"linear_third_class_share": straight.third_class_share, "linear_pairs_affected": straight.pairs_affected}
    if model.variational:
        quality = sample_quality(model, digits, judge, len(digits), seed)
        found |= {"sample_sharpness": quality.sharpness, "sample_diversity": quality.diversity}
        found["sample_judge_confidence"] = quality.judge_confidence
    return found


def _recipe(entry: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    return entry["model"], {key: value for key, value in entry["train"].items() if key != "seed"}
