"""Which network can be trained for which objective: the one check that training, files, the manifest and the pages share.

A `ModelConfig` and an `Objective` may each be right and yet not belong together. Weights of terms that a network does not have,
of the KL without a posterior and of the classification without a class head, are left out of its loss, as `Objective` says, and
do no harm. What would be ignored without a word, or would train another network than was asked for, is refused here.
"""

from typing import Any

from core.config import ModelConfig, Objective, TrainConfig, model_config, train_config
from core.models import ARCHITECTURES


class PairingError(ValueError):
    """A network and an objective that do not go together; the message is one sentence that says what to change."""


def check(model: ModelConfig, objective: Objective) -> None:
    """Raises PairingError unless the network can be trained for this objective, ValueError for an unknown architecture.

    A network for every beta needs a `beta_range`, and only such a network takes one; `beta_damping` goes with the range, and a
    `beta` beside it would have no effect.
    """
    name = model.architecture
    if name not in ARCHITECTURES:
        raise ValueError(f"unknown architecture {name!r}; known: {', '.join(ARCHITECTURES)}")
    if not ARCHITECTURES[name].conditional:
        _for_one_beta(name, objective)
    elif objective.beta_range is None:
        raise PairingError(
            f"{name} is a network for every beta: its objective needs a beta_range, such as (0.1, 10), instead of one beta "
            f"({objective.beta:g})"
        )
    elif objective.beta != Objective().beta:
        raise PairingError(
            f"{name} draws its betas from the beta_range, so beta={objective.beta:g} would have no effect; leave beta out"
        )


def _for_one_beta(name: str, objective: Objective) -> None:
    if objective.beta_range is not None:
        low, high = objective.beta_range
        every = ", ".join(key for key, kind in ARCHITECTURES.items() if kind.conditional)
        raise PairingError(
            f"{name} is trained at one beta, so its objective takes beta and no beta_range ({low:g} to {high:g}); "
            f"a range is for the networks for every beta: {every}"
        )
    if objective.beta_damping:
        raise PairingError(
            f"{name} is trained at one beta, and beta_damping ({objective.beta_damping:g}) only weighs the betas of a "
            "beta_range against each other; leave beta_damping out"
        )


def configs(model: Any, train: Any) -> tuple[ModelConfig, TrainConfig]:
    """Both configs from what `core.config.to_json` made of them. Raises ValueError for fields or a pair that cannot be used."""
    found = model_config(model), train_config(train)
    check(found[0], found[1].objective)
    return found
