"""In what do models differ? A comparison says something about one thing only if nothing else differs."""

from collections.abc import Sequence
from dataclasses import dataclass

from core import pairing
from core.config import ModelConfig, Scale, TrainConfig
from core.models import ARCHITECTURES

NO_EFFECT = "–"  # the value of a setting that a model does not have
_LIKELIHOOD: dict[Scale, str] = {"notebook": "mean squared error", "elbo": "Bernoulli cross-entropy"}


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in all of the models."""

    what: str
    values: tuple[str, ...]  # one for each model, in their order

    def __str__(self) -> str:
        return f"{self.what} ({', '.join(self.values)})"


def differences(models: Sequence[tuple[ModelConfig, TrainConfig]]) -> list[Difference]:
    """The things in which models and their training runs differ, the network before the training.

    A setting that has no effect on one of the models, such as β without a posterior, is not held against it: the posterior is.
    If others among them differ in it, it is listed, with "–" for that one. Raises PairingError as `settings`.
    """
    return between([settings(model, train) for model, train in models])


def between(aspects: Sequence[dict[str, str]]) -> list[Difference]:
    """The same for models whose `settings` are known."""
    names = dict.fromkeys(what for found in sorted(aspects, key=len, reverse=True) for what in found)  # in the fullest's order
    rows = [Difference(what, tuple(found.get(what, NO_EFFECT) for found in aspects)) for what in names]
    return [row for row in rows if len(set(row.values) - {NO_EFFECT}) > 1]


def verdict(found: Sequence[Difference], count: int) -> str:
    """A sentence on how many things `count` models differ in, and which."""
    who = "These two models" if count == 2 else f"These {count} models"
    if not found:
        return f"{who} were built and trained alike."
    things = "; ".join(map(str, found))
    if len(found) == 1:
        return f"{who} differ in one thing only: {things}."
    return f"{who} differ in {len(found)} things, so no difference you see is due to one of them alone: {things}."


def settings(model: ModelConfig, train: TrainConfig, at: float | None = None) -> dict[str, str]:
    """What a model is and how it was trained, in words; a setting that has no effect on it is left out.

    A network that serves every beta has "any" beta, or the one that it is looked `at`. Raises PairingError for a network that
    cannot have been trained like this.
    """
    pairing.check(model, train.objective)
    kind, objective = ARCHITECTURES[model.architecture], train.objective
    found = {
        "layers": kind.layer_kind,
        "widths": "-".join(map(str, model.hidden)) or "the usual",
        "size of the code": str(model.latent_dim),
        "posterior": "a Gaussian" if kind.variational else "a point",
        "class head": "yes" if kind.classifies else "no",
        "reconstruction loss": _LIKELIHOOD[objective.scale],
        "weight of the reconstruction": f"{objective.gamma:g}",
    }
    if kind.variational:
        found["β"] = ("any" if at is None else f"{at:g}") if kind.conditional else f"{objective.beta:g}"
    if kind.classifies:
        found["weight of the classification"] = f"{objective.alpha:g}"
    return found | {
        "training": f"{train.epochs:g} epochs" + (f", at most {train.seconds:g} s" if train.seconds is not None else ""),
        "batch size": str(train.batch_size),
        "learning rate": f"{train.learning_rate:g}",
        "weight decay": f"{train.weight_decay:g}",
        "memory of Adam's squared gradients": f"{train.adam_beta2:g}",
        "seed": str(train.seed),
    }
