"""The last thing that a starting server does: what no visitor has asked for yet, but the next click might."""

import time

from pages.common import loaders, loaders_map, loaders_transitions

PAUSE = 0.2  # seconds after each model, for whoever is there already


def warm_up() -> None:
    """Encode the embedded digits with every shipped model, walk the first ones' 45 pairs. Raises DatasetError, WeightsError."""
    cards = loaders.cards()
    for card in cards:
        loaders_map.prepare(card.name)
        if card.latent_dim > 1 and not card.conditional:
            loaders_transitions.backdrop(card.name)
        time.sleep(PAUSE)
    for name in loaders_transitions.DEFAULT:
        if name in {card.name for card in cards}:
            loaders_transitions.purity(name, "linear")
            time.sleep(PAUSE)
