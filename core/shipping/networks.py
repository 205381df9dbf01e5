"""One shipped network, trained from its recipe."""

import platform
from pathlib import Path
from time import monotonic
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from core import datasets, weights
from core.models import Autoencoder, Judge, build
from core.shipping import recipes
from core.shipping.judging import train_judge
from core.shipping.recipes import Recipe
from core.shipping.records import recipe_json
from core.training import train


def cost(recipe: Recipe) -> float:
    """Floating-point operations of one image on its way forward, times epochs: what the time left is estimated from."""
    model = Judge() if recipe.model is None else build(recipe.model)
    x = torch.zeros(1, 1, 28, 28)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(x) if isinstance(model, Judge) else model.decode(model.encode(x).mu)
    return counter.get_total_flops() * recipe.train.epochs


def train_one(
    name: str, folder: Path, events: Any, recipe: Recipe | None = None, digits: datasets.Digits | None = None
) -> dict[str, Any]:
    """Train one recipe's network into a file below `folder` and return its manifest entry, without metrics.

    `events` gets (name, share done) about every two seconds. Raises TrainingDivergedError, and DatasetError where no `digits`
    are given and there are none.
    """
    recipe = recipe or recipes.RECIPES[name]
    digits = digits or datasets.training()
    torch.manual_seed(recipe.train.seed)  # the initial weights; everything after is drawn from generators of its own
    model: Autoencoder | Judge = Judge() if recipe.model is None else build(recipe.model)
    if isinstance(model, Autoencoder):
        steps = train(model, digits, recipe.train)
    else:
        steps = train_judge(model, digits, recipe.train, recipe.softened)
    told, last = monotonic(), None
    for last in steps:
        if monotonic() - told > 2:
            told = monotonic()
            events.put((name, last.progress))
    file = f"{'references/' if recipe.reference else ''}{name}.safetensors"
    return {
        "title": recipe.title,
        **recipe_json(recipe),
        "facts": {
            "data": digits.name,
            "images": len(digits),
            "steps": last.index,
            "seconds": round(last.seconds, 1),
            "device": f"1 thread, {platform.machine()}",
            "torch": torch.__version__.split("+")[0],
            "final_losses": {key: round(value, 5) for key, value in last.losses.items()},
        },
        "file": file,
        "sha256": weights.save(model.state_dict(), folder / file),
    }
