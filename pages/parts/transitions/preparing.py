"""What a visitor who walks with another model, or between all pairs, would wait for, made while a starting server is idle."""

import time

from pages.common import loaders
from pages.common import loaders_transitions as ground

PAUSE = 0.2  # seconds after each model, for whoever is there already


def warm_up() -> None:
    """Every shipped model's map of walks, and the 45 pairs of the first ones. Raises DatasetError, WeightsError."""
    names = [card.name for card in loaders.cards() if card.latent_dim > 1 and not card.conditional]
    for name in names:
        ground.backdrop(name)
        if name in ground.DEFAULT:
            ground.purity(name, "linear")
        time.sleep(PAUSE)
